"""What was granted and allowed: a `CreditLine`, an `Approval` of one order, a `Reservation`.

A recommended limit is not a line: a person grants one. A line's amount is money or one of
``unlimited``, ``none``, ``inherit``.

>>> CreditLine(currency="CNY", amount="inherit", approved_by="cfo", approved_on=date(2026, 1, 2)).amount
<Line.INHERIT: 'inherit'>
"""

import enum
from collections.abc import Iterator
from datetime import date
from decimal import Context, Decimal
from typing import Any, ClassVar, Final, cast

from attrs import Attribute, field, frozen

from creditkit._fields import (
    Fact,
    checked,
    known_currency,
    line_required,
    many_in,
    money_required,
    not_negative,
)
from creditkit._given import exact_ratio
from creditkit._plain import WHERE_GIVEN
from creditkit._tables import Refusal, Table
from creditkit.errors import InvalidFact
from creditkit.facts.documents import DocumentKind, kind_of_document, same_person
from creditkit.facts.terms import known_terms, refused_terms, terms_in
from creditkit.money import LineAmount, Money

__all__ = ["Approval", "CreditLine", "CreditLines", "LineMode", "Reservation"]

_EXACTLY: Final = Context(prec=70)
"""As many digits as a share can be written with, whatever the host's own context is."""


class LineMode(enum.Enum):
    """How a line stands beside the permanent one: it is it, replaces it or adds to it in its window."""

    PERMANENT = "permanent"
    REPLACES = "replaces"
    ADDS = "adds"


def _after_start(line: Any, _attribute: "Attribute[date | None]", value: date | None) -> None:
    if value is not None and line.start is not None and value <= line.start:
        raise InvalidFact(
            "credit_line.until", f"must be after {line.start}, where the line starts", value
        )


def _mode(value: LineMode | str) -> LineMode:
    return cast(LineMode, value)  # the field's check makes it one


@frozen(kw_only=True, field_transformer=checked)
class CreditLine(Fact):
    """A credit line that a person granted: how much, on what terms, by whom, for which window.

    The window is half-open: in force from ``start`` on (at once where None) and up to, not
    including, ``until`` (without end where None). ``decision`` is the digest of the decision that
    it was granted on, ``override`` why a person went beyond what that recommended.
    """

    schema: ClassVar[str] = "creditkit.credit_line/1"

    currency: str = field(validator=known_currency)
    amount: LineAmount = field(converter=line_required, validator=not_negative)
    approved_by: str | None = None
    approved_on: date | None = None
    start: date | None = None
    until: date | None = field(default=None, validator=_after_start)
    terms: str | None = field(default=None, converter=terms_in, validator=known_terms)
    mode: LineMode = field(default=LineMode.PERMANENT, converter=_mode)
    decision: str | None = None
    override: str | None = None


class CreditLines(Table[CreditLine]):
    """Lines in force in columns, a row for each customer; without an amount it has none (not known)."""

    __slots__ = ()

    record = CreditLine
    schema = "creditkit.credit_lines/1"
    key = ("amount",)

    def _refused(self) -> Iterator[Refusal]:
        amount, start, until = (self[name] for name in ("amount", "start", "until"))
        yield "amount", amount.known & (amount.values < 0), "must not be negative", ""
        ended = start.known & until.known & (until.values <= start.values)
        yield "until", ended, "must be after the start of the line", ""
        yield "terms", *refused_terms(self["terms"])


def _plain_share(value: str | None) -> str | None:
    """The converter of a share: percent become the digits that a record stores, ``0.1``."""
    share = exact_ratio(value) if isinstance(value, str) and value.endswith("%") else None
    if share is None or not isinstance(value, str):
        return value  # the field's check says what it should be
    digits = Decimal(value.rstrip("% ")).scaleb(-2, _EXACTLY)
    return f"{digits.normalize(_EXACTLY):f}"


def _share(_fact: Any, attribute: "Attribute[str | None]", value: str | None) -> None:
    if value is None:
        return
    path = f"approval.{attribute.name}"
    share = exact_ratio(value)
    if share is None:
        raise InvalidFact(path, "must be a share in plain digits", value, "write '0.10'")
    if not 0 <= share <= 1:
        raise InvalidFact(path, "must lie between 0 and 1", value, "write '0.10'")


def _another_person(approval: Any, _attribute: "Attribute[str]", value: str) -> None:
    if same_person(value, approval.requested_by):
        raise InvalidFact("approval.approved_by", "must not be who requested it", value)


def _after_approval(approval: Any, _attribute: "Attribute[date]", value: date) -> None:
    if value <= approval.approved_on:
        raise InvalidFact("approval.until", f"must be after {approval.approved_on}", value)


@frozen(kw_only=True, field_transformer=checked)
class Approval(Fact):
    """A person's decision that an order may go although checks did not pass.

    ``order`` is the number of what was approved, ``kind`` what that is, an order where it is None. An
    approval of an order covers it and the documents of it (`Order.of_order`), together up to
    ``largest_amount`` (and a share ``deviation`` above it): what was delivered and billed has used it
    up. It sets aside the named ``checks`` (where empty every credit check that failed, not one whose
    facts were not known), from ``approved_on`` and before ``until``, within what the authority table
    lets ``role`` release. Who asked (``requested_by``) never approves; people's ids are compared
    without case and surrounding space. Open approvals of the customer's other orders that are neither
    open nor reserved yet count with the overage, less what is delivered and billed of them, when the
    approver is found, so that splitting an order does not escape the authority table.
    """

    schema: ClassVar[str] = "creditkit.approval/1"

    order: str
    currency: str = field(validator=known_currency)
    largest_amount: Money = field(converter=money_required, validator=not_negative)
    requested_by: str
    approved_by: str = field(validator=_another_person)
    role: str
    approved_on: date
    until: date = field(validator=_after_approval)
    checks: tuple[str, ...] = field(default=(), converter=many_in)
    deviation: str | None = field(default=None, converter=_plain_share, validator=_share)
    kind: DocumentKind | None = field(
        default=None, converter=kind_of_document, metadata=WHERE_GIVEN
    )

    @property
    def document(self) -> tuple[DocumentKind, str]:
        """What was approved, by kind and number."""
        return self.kind or DocumentKind.ORDER, self.order


@frozen(kw_only=True, field_transformer=checked)
class Reservation(Fact):
    """What an order that passed takes from the headroom until it shows in the open orders.

    It counts before ``until``, without end where None, and not once the order is open.
    """

    schema: ClassVar[str] = "creditkit.reservation/1"

    order: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required, validator=not_negative)
    until: date | None = None
