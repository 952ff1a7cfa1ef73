"""Credit insurance as the host knows it: the policy, the limits on a buyer, what was shipped on credit.

A clause that is None is one that the policy does not have. Windows are half-open, as those of a line:
in force from ``start`` and before ``until``. Days that a clause counts (an extension, a deadline) are
calendar days after the day from which it counts, and their last day is still good.

>>> limit = BuyerLimit(currency="EUR", amount="100000", start="2026-01-01")
>>> limit.runs(date(2026, 1, 1)), limit.runs(date(2025, 12, 31))
(True, False)
"""

import enum
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any, ClassVar, Final, TypeAlias, cast

from attrs import Attribute, field, frozen

from creditkit._fields import (
    Fact,
    checked,
    in_any_order,
    in_any_order_or_none,
    known_currency,
    many_in,
    money_in,
    money_required,
    not_negative,
)
from creditkit._plain import fact_name
from creditkit.errors import InvalidFact, all_of
from creditkit.facts.instalments import exact_share
from creditkit.money import Money

__all__ = [
    "BuyerLimit",
    "CountedFrom",
    "DeductibleOrder",
    "Evidence",
    "EvidenceKind",
    "InsuranceKind",
    "InsurancePolicy",
    "InsuredBuyer",
    "PaymentMethod",
    "RecoveryRule",
    "Share",
    "Shipment",
    "days_after",
    "share_in",
]

_LONGEST: Final = 3660
"""Ten years: more days in a clause are a slip."""


class InsuranceKind(enum.Enum):
    """Whom a policy insures: all buyers, those at home, those abroad, or one."""

    WHOLE_TURNOVER = "whole_turnover"
    DOMESTIC = "domestic"
    EXPORT = "export"
    SINGLE_BUYER = "single_buyer"


class DeductibleOrder(enum.Enum):
    """Whether deductibles are taken before the insured share is, or after it."""

    BEFORE_SHARE = "before_share"
    AFTER_SHARE = "after_share"


class CountedFrom(enum.Enum):
    """From which day a deadline counts: the original due date, or the end of the extension period."""

    DUE_DATE = "due_date"
    EXTENSION_END = "extension_end"


class RecoveryRule(enum.Enum):
    """Whose receipts after the loss are: shared pro rata, or set against the oldest debt first.

    ``oldest_first``: what is left fills the limit again, so receipts meet the uninsured part first.
    """

    PRO_RATA = "pro_rata"
    OLDEST_FIRST = "oldest_first"


class PaymentMethod(enum.Enum):
    """How a buyer pays, from the least risk to the greatest: L/C, D/P, D/A, open account."""

    LETTER_OF_CREDIT = "letter_of_credit"
    DOCUMENTS_AGAINST_PAYMENT = "documents_against_payment"
    DOCUMENTS_AGAINST_ACCEPTANCE = "documents_against_acceptance"
    OPEN_ACCOUNT = "open_account"

    @property
    def risk(self) -> int:
        """Its place among the methods, 0 for the least risk."""
        return list(PaymentMethod).index(self)


class EvidenceKind(enum.Enum):
    """What justifies a discretionary limit: a report on the buyer, or how the buyer has paid."""

    CREDIT_REPORT = "credit_report"
    PAYMENT_EXPERIENCE = "payment_experience"


def days_after(day: date, days: int) -> date:
    """The day so many days after another; the last day that there is where it would be later.

    >>> days_after(date(2026, 11, 21), 10)
    datetime.date(2026, 12, 1)
    """
    return day + timedelta(min(days, (date.max - day).days))


Share: TypeAlias = Fraction | Decimal | str | int
"""What a share is given as: ``"90 %"``, ``"0.9"``, a Decimal or a Fraction; exact."""


def share_in(value: Any, path: str) -> Fraction | None:
    """A share from 0 to 1, exact.

    >>> share_in("90 %", "share"), share_in(None, "share")
    (Fraction(9, 10), None)
    """
    made = exact_share(value)
    if made is None:
        return None
    if not isinstance(made, Fraction):
        exact = isinstance(value, float) and 0 <= value <= 1
        remedy = f"write '{value}'" if exact else "write '90 %' or '0.9'"
        raise InvalidFact(path, "must be an exact share", value, remedy)
    if not 0 <= made <= 1:
        raise InvalidFact(path, "must lie between 0 and 1", str(value), "write '90 %' or '0.9'")
    return made


def _insured_share(value: Share) -> Fraction:
    return cast(Fraction, share_in(value, "insurance_policy.insured_share"))


def _discretionary_share(value: Share | None) -> Fraction | None:
    return share_in(value, "insurance_policy.discretionary_share")


def _limit_share(value: Share | None) -> Fraction | None:
    return share_in(value, "buyer_limit.insured_share")


def _few_days(fact: Any, attribute: Any, value: Any) -> None:
    if value is not None and not 0 <= value <= _LONGEST:
        path = f"{fact_name(type(fact))}.{attribute.name}"
        raise InvalidFact(path, f"must be from 0 to {_LONGEST} days", value, "count days")


def _after_start(fact: Any, attribute: "Attribute[date | None]", value: date | None) -> None:
    if value is not None and fact.start is not None and value <= fact.start:
        path = f"{fact_name(type(fact))}.{attribute.name}"
        remedy = "windows are half-open: until is the first day that is not in it"
        raise InvalidFact(path, f"must be after {fact.start}, where it starts", value, remedy)


def _day(value: date | str | None) -> date | None:
    return cast("date | None", value)  # the field's check makes it one


def _day_required(value: date | str) -> date:
    return cast(date, value)


def _kind(value: InsuranceKind | str) -> InsuranceKind:
    return cast(InsuranceKind, value)


def _order(value: DeductibleOrder | str | None) -> DeductibleOrder | None:
    return cast("DeductibleOrder | None", value)


def _counted(value: CountedFrom | str) -> CountedFrom:
    return cast(CountedFrom, value)


def _recovery(value: RecoveryRule | str) -> RecoveryRule:
    return cast(RecoveryRule, value)


def _method(value: PaymentMethod | str | None) -> PaymentMethod | None:
    return cast("PaymentMethod | None", value)


def _evidence_kind(value: EvidenceKind | str) -> EvidenceKind:
    return cast(EvidenceKind, value)


@frozen(kw_only=True, field_transformer=checked)
class InsurancePolicy(Fact):
    """A policy of credit insurance, clause by clause; a clause that is None it does not have.

    ``insured_share`` is what the insurer bears of an insured loss (赔付比例), exact. Shipments count that
    leave from ``start`` on, before ``until`` and before ``terminated_on``; with ``run_off`` they stay
    covered after the policy or a limit has ended. A ``domestic`` policy insures buyers in ``country``, an
    ``export`` policy those elsewhere, a ``single_buyer`` policy ``buyer``.

    Days: from shipment to due date (``maximum_terms_days``) and to the invoice (``maximum_invoicing_days``);
    from the original due date to the end of the extension period (``extension_days``), which is also when
    shipments stop; to the report of an overdue debt (``report_days``, counted from ``report_from``); from
    the end of the extension to the hand-over for collection (``hand_over_days``); to protracted default
    (``waiting_days``, from ``waiting_from``); from then to the claim (``claim_days``).

    Up to ``discretionary`` the insured sets the limit, at ``discretionary_share`` where that is another one,
    if evidence of a kind in ``discretionary_by`` not older than ``evidence_days`` justifies it.

    A loss up to and including ``non_qualifying`` is not paid; of each loss ``each_loss`` is deducted, and of
    the losses of the insurance year ``aggregate`` together, both as ``deductible`` says, which must be said;
    the insured bears ``minimum_retention`` of each loss at least; ``maximum_indemnity`` is the most that is
    paid in an insurance year. ``recoveries`` says whose receipts after the loss are.
    """

    schema: ClassVar[str] = "creditkit.insurance_policy/1"

    id: str
    kind: InsuranceKind = field(converter=_kind)
    currency: str = field(validator=known_currency)
    insured_share: Fraction = field(converter=_insured_share)
    start: date = field(converter=_day_required)
    until: date | None = field(default=None, converter=_day, validator=_after_start)
    terminated_on: date | None = field(default=None, converter=_day)
    run_off: bool = True
    country: str | None = None
    buyer: str | None = None
    maximum_terms_days: int = field(validator=_few_days)
    extension_days: int = field(validator=_few_days)
    waiting_days: int = field(validator=_few_days)
    waiting_from: CountedFrom = field(default=CountedFrom.DUE_DATE, converter=_counted)
    maximum_invoicing_days: int | None = field(default=None, validator=_few_days)
    report_days: int | None = field(default=None, validator=_few_days)
    report_from: CountedFrom = field(default=CountedFrom.DUE_DATE, converter=_counted)
    hand_over_days: int | None = field(default=None, validator=_few_days)
    claim_days: int | None = field(default=None, validator=_few_days)
    discretionary: Money | None = field(default=None, converter=money_in, validator=not_negative)
    discretionary_share: Fraction | None = field(default=None, converter=_discretionary_share)
    discretionary_by: tuple[str, ...] = field(
        default=("credit_report", "payment_experience"), converter=many_in
    )
    evidence_days: int = field(default=365, validator=_few_days)
    non_qualifying: Money | None = field(default=None, converter=money_in, validator=not_negative)
    minimum_retention: Money | None = field(
        default=None, converter=money_in, validator=not_negative
    )
    each_loss: Money | None = field(default=None, converter=money_in, validator=not_negative)
    aggregate: Money | None = field(default=None, converter=money_in, validator=not_negative)
    deductible: DeductibleOrder | None = field(default=None, converter=_order)
    maximum_indemnity: Money | None = field(
        default=None, converter=money_in, validator=not_negative
    )
    recoveries: RecoveryRule = field(default=RecoveryRule.PRO_RATA, converter=_recovery)

    def __attrs_post_init__(self) -> None:
        """What clauses say together."""
        path, faults = "insurance_policy", []
        if self.deductible is None and (self.each_loss is not None or self.aggregate is not None):
            rule, remedy = (
                "must be given with a deductible",
                "write 'before_share' or 'after_share'",
            )
            faults.append(InvalidFact(f"{path}.deductible", rule, None, remedy))
        abroad = self.kind in (InsuranceKind.DOMESTIC, InsuranceKind.EXPORT)
        if abroad and self.country is None:
            rule = f"must be given for a policy that is {self.kind.value}"
            remedy = "say where the insured is: country='CN'"
            faults.append(InvalidFact(f"{path}.country", rule, None, remedy))
        if (self.kind is InsuranceKind.SINGLE_BUYER) != (self.buyer is not None):
            rule = "must be given for a policy that insures a single buyer, and for no other"
            remedy = "write kind='single_buyer', buyer=..."
            faults.append(InvalidFact(f"{path}.buyer", rule, self.buyer, remedy))
        kinds = [one.value for one in EvidenceKind]
        for place, name in enumerate(self.discretionary_by):
            if name not in kinds:
                rule = f"must be one of {', '.join(map(repr, kinds))}"
                faults.append(InvalidFact(f"{path}.discretionary_by[{place}]", rule, name))
        if self.terminated_on is not None and self.terminated_on < self.start:
            rule = f"must not be before {self.start}, where the policy starts"
            faults.append(InvalidFact(f"{path}.terminated_on", rule, self.terminated_on))
        if faults:
            raise all_of(path, faults)

    @property
    def ends(self) -> date | None:
        """The first day on which shipments are not insured any more; None without end."""
        given = [day for day in (self.until, self.terminated_on) if day is not None]
        return min(given, default=None)

    def extension_end(self, due: date) -> date:
        """The last day of the extension period of a debt, counted from its original due date."""
        return days_after(due, self.extension_days)

    def counted(self, due: date, base: CountedFrom, days: int) -> date:
        """The day that is so many days after the due date, or after the extension period."""
        start = due if base is CountedFrom.DUE_DATE else self.extension_end(due)
        return days_after(start, days)


@frozen(kw_only=True, field_transformer=checked)
class BuyerLimit(Fact):
    """What the insurer decided for a buyer: the most that is insured of what is owed at a time.

    It holds for shipments from ``start`` on and before ``until``; an ``amount`` of 0 is a limit that was
    refused or withdrawn. ``insured_share`` and ``maximum_terms_days`` stand in place of the policy's where
    they are given, ``method`` is the riskiest way of payment that was approved. ``condition`` is what the
    insurer asks for besides (a guarantee of the parent), ``condition_met`` whether that is there.
    """

    schema: ClassVar[str] = "creditkit.buyer_limit/1"

    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required, validator=not_negative)
    start: date = field(converter=_day_required)
    until: date | None = field(default=None, converter=_day, validator=_after_start)
    insured_share: Fraction | None = field(default=None, converter=_limit_share)
    maximum_terms_days: int | None = field(default=None, validator=_few_days)
    method: PaymentMethod | None = field(default=None, converter=_method)
    condition: str | None = None
    condition_met: bool | None = None

    def runs(self, day: date) -> bool:
        """Whether it holds for what is shipped on a day."""
        return self.start <= day and (self.until is None or day < self.until)


@frozen(kw_only=True, field_transformer=checked)
class Evidence(Fact):
    """What justifies a discretionary limit: up to ``amount``, as of a day; ``adverse`` it justifies none."""

    schema: ClassVar[str] = "creditkit.evidence/1"

    kind: EvidenceKind = field(converter=_evidence_kind)
    on: date = field(converter=_day_required)
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required, validator=not_negative)
    adverse: bool | None = None


@frozen(kw_only=True, field_transformer=checked)
class Shipment(Fact):
    """Goods shipped on credit, one invoice of them: its amount, what is open of it, and its days.

    ``due_on`` is the original due date, ``extended_to`` the day to which it was put off, ``extension_agreed``
    whether the insurer agreed to that. ``open`` None is not known. ``disputed`` is the part in dispute, None
    where nothing is; a disputed part waits until it is decided. ``reported_on`` and ``handed_over_on`` are
    the days on which the insurer was told and the debt was handed over for collection. ``paid_on`` is the
    day on which it was paid in full.
    """

    schema: ClassVar[str] = "creditkit.shipment/1"

    id: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required, validator=not_negative)
    open: Money | None = field(default=None, converter=money_in, validator=not_negative)
    shipped_on: date = field(converter=_day_required)
    due_on: date | None = field(default=None, converter=_day)
    invoiced_on: date | None = field(default=None, converter=_day)
    method: PaymentMethod | None = field(default=None, converter=_method)
    disputed: Money | None = field(default=None, converter=money_in, validator=not_negative)
    extended_to: date | None = field(default=None, converter=_day)
    extension_agreed: bool = False
    reported_on: date | None = field(default=None, converter=_day)
    handed_over_on: date | None = field(default=None, converter=_day)
    paid_on: date | None = field(default=None, converter=_day)

    def __attrs_post_init__(self) -> None:
        """No day before the goods leave, no part larger than the whole."""
        path, faults = "shipment", []
        for name in ("due_on", "reported_on", "handed_over_on", "paid_on"):
            day = getattr(self, name)
            if day is not None and day < self.shipped_on:
                rule = f"must not be before {self.shipped_on}, the day of shipment"
                remedy = "what is paid before the goods leave needs no cover: leave it out"
                faults.append(InvalidFact(f"{path}.{name}", rule, day, remedy))
        if self.extended_to is not None and (self.due_on is None or self.extended_to < self.due_on):
            rule, remedy = "must not be before the original due date", "give due_on, too"
            faults.append(InvalidFact(f"{path}.extended_to", rule, self.extended_to, remedy))
        for name in ("open", "disputed"):
            part = getattr(self, name)
            if part is not None and part > self.amount:
                rule = f"must not be above {self.amount}, the whole amount"
                faults.append(InvalidFact(f"{path}.{name}", rule, part))
        if self.paid_on is not None and self.open:
            rule, remedy = "must be left out while something is open", "leave it None"
            faults.append(InvalidFact(f"{path}.paid_on", rule, self.paid_on, remedy))
        if faults:
            raise all_of(path, faults)


@frozen(kw_only=True, field_transformer=checked)
class InsuredBuyer(Fact):
    """What is known of a buyer for the insurance of it; what is None is not known, and never a pass.

    ``related`` says whether buyer and insured belong together, which is not insured. ``insolvent_on`` is the
    day of the insolvency. ``adverse_on`` is since when something adverse is known (None: nothing is), from
    which on no discretionary limit can be used; ``claim_on`` the day on which a claim was made.
    """

    schema: ClassVar[str] = "creditkit.insured_buyer/1"

    buyer: str
    currency: str = field(validator=known_currency)
    country: str | None = None
    related: bool | None = None
    insolvency: bool | None = None
    insolvent_on: date | None = field(default=None, converter=_day)
    adverse_on: date | None = field(default=None, converter=_day)
    claim_on: date | None = field(default=None, converter=_day)
    limits: tuple[BuyerLimit, ...] = field(default=(), converter=in_any_order)
    evidence: tuple[Evidence, ...] = field(default=(), converter=in_any_order)
    shipments: tuple[Shipment, ...] | None = field(default=None, converter=in_any_order_or_none)

    def __attrs_post_init__(self) -> None:
        """One currency, one limit at a time, each document once."""
        path, faults = "insured_buyer", []
        for name in ("limits", "evidence", "shipments"):
            for place, one in enumerate(getattr(self, name) or ()):
                if one.currency != self.currency:
                    rule = f"must be in {self.currency}, the buyer's currency"
                    remedy = "convert it with Rates first"
                    where = f"{path}.{name}[{place}].currency"
                    faults.append(InvalidFact(where, rule, one.currency, remedy))
        for (first, one), (second, other) in combinations(enumerate(self.limits), 2):
            starts = max(one.start, other.start)
            if one.runs(starts) and other.runs(starts):
                rule = f"must not overlap with limits[{first}]: which of them holds is not known"
                remedy = f"end the earlier one with until={starts.isoformat()!r}"
                window = f"{other.start} to {other.until}"
                faults.append(InvalidFact(f"{path}.limits[{second}]", rule, window, remedy))
        seen = set()
        for one in self.shipments or ():
            if one.id in seen:
                rule = "must not hold a document twice"
                faults.append(InvalidFact(f"{path}.shipments", rule, one.id))
            seen.add(one.id)
        if self.insolvency is False and self.insolvent_on is not None:
            rule, remedy = "must be left out where there is no insolvency", "write insolvency=True"
            faults.append(InvalidFact(f"{path}.insolvent_on", rule, self.insolvent_on, remedy))
        if faults:
            raise all_of(path, faults)
