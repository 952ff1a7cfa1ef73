"""Approvals of an order: which of them count, what they set aside, who may give one, why some do not.

They are asked of the case and of what persons approved, never of the checks as they came out: what
an approval is worth must not hang on what it is used for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property

from creditkit.canonical import canonical
from creditkit.facts.documents import DocumentKind
from creditkit.facts.lines import Approval
from creditkit.money import LARGEST, Money
from creditkit.outcomes import Outcome
from creditkit.policy.check.levels import overage_of
from creditkit.policy.document import Document
from creditkit.policy.figures.order import OrderFacts
from creditkit.policy.schema.conditions import INDETERMINATE, Judgement
from creditkit.policy.sections.checks import Check
from creditkit.reasons import Parameter, Reason
from creditkit.receivables._by_order import posted

__all__ = ["Approvals", "in_order"]


def in_order(approvals: Iterable[Approval]) -> tuple[Approval, ...]:
    """Approvals in an order of their own: which is named must not hang on how they were read."""
    given = tuple(approvals)
    return given if len(given) < 2 else tuple(sorted(given, key=_as_text))


def _as_text(approval: Approval) -> bytes:
    return canonical(approval.to_dict())


class Approvals:
    """What persons approved, ``given`` in order, as it stands for a case: worked out as it is asked for."""

    def __init__(self, document: Document, case: OrderFacts, given: Sequence[Approval]) -> None:
        self.document = document
        self.case = case
        self.given = given
        self._unmet: dict[int, Reason | None] = {}

    def approver_of(self, check: Check, judged: Judgement) -> str | None:
        """Who set a check aside: by its order, checks, window, amount and authority.

        A status check, and one that could not be judged, is covered only by name: nobody approves
        what they were not shown.
        """
        named = check.kind == "status" or judged.code == INDETERMINATE
        for index, approval in enumerate(self.given):
            if not _is_for(approval, self.case):
                continue
            if check.id not in approval.checks and (approval.checks or named):
                continue
            if self.unmet(index) is None:
                return approval.approved_by
        return None

    def unmet(self, index: int) -> Reason | None:
        """What keeps an approval of this order from counting at all, whichever check it is for."""
        if index not in self._unmet:
            self._unmet[index] = self._why_not(self.given[index])
        return self._unmet[index]

    def _why_not(self, approval: Approval) -> Reason | None:
        case = self.case
        by, start, until = approval.approved_by, approval.approved_on, approval.until
        if not start <= case.measure.as_of < until:
            return Reason("approval.not_in_force", subject=by, by=by, start=start, until=until)
        order, covered = _approved_for(case, approval), approval.largest_amount
        total = None if order is None else case.minor(order)
        largest = case.minor(covered)
        if order is not None and order.currency == covered.currency:  # whatever the rates
            total, largest = order.minor, covered.minor
        most = 1 + Fraction(approval.deviation or 0)
        if order is None or total is None or largest is None:
            if order is None and case.documents.unseen:
                missing = case.documents.unseen
                return Reason("approval.unknown_use", subject=by, by=by, missing=missing)
            pairs = f"{case.order.currency} -> {covered.currency}"
            return Reason("approval.no_rate", subject=by, by=by, pairs=pairs)
        if total > largest * most:
            amounts: dict[str, Parameter] = {"largest": covered, "order": order}
            return Reason("approval.too_small", subject=by, by=by, **amounts)
        role = self.document.authority.named(approval.role)
        if role is None:
            return Reason("approval.unknown_role", subject=by, by=by, role=approval.role)
        if not role.may_release(*self.measured):
            return Reason("approval.no_authority", subject=by, by=by, role=approval.role)
        return None

    @cached_property
    def measured(self) -> tuple[int | None, int | None]:
        """What the authority table measures: the overage and the days overdue.

        The customer's other open approvals count with the overage, or splitting an order would
        lower it.
        """
        overage = overage_of(self.case)
        for other in self.others.values():
            overage = None if other is None or overage is None else overage + other
        days = self.case["oldest_overdue_days"]
        return overage, days if isinstance(days, int) else None

    @cached_property
    def others(self) -> dict[tuple[DocumentKind, str], int | None]:
        """What open approvals to go over a line let through beside this order, not in the exposure yet.

        By document, minor units of the largest approval; None where there is no rate.
        """
        case = self.case
        day = case.measure.as_of
        on_line = {check.id for check in self.document.checks.rows if check.uses_line}
        largest: dict[tuple[DocumentKind, str], int | None] = {}
        for one in self.given:
            line = not one.checks or not on_line.isdisjoint(one.checks)
            if line and not _is_for(one, case) and day < one.until:
                key = one.document
                minor, before = case.minor(one.largest_amount), largest.get(key, 0)
                largest[key] = None if minor is None or before is None else max(minor, before)
        out: dict[tuple[DocumentKind, str], int | None] = {}
        for kind, number in sorted(largest, key=lambda one: (one[1], one[0].value)):
            minor = largest[kind, number]
            there = _in_exposure(case, kind, number)
            left = None if minor is None or there is None else minor - there
            if left is None or left > 0:
                out[kind, number] = left
        return out

    def role_for(self, outcome: Outcome) -> str | None:
        """The role that may let the order go; None where nobody needs to or may."""
        if outcome not in (Outcome.REQUIRE, Outcome.REFER, Outcome.HOLD):
            return None
        return self.document.authority.who_releases(*self.measured)

    def in_vain(self, stopped: Iterable[tuple[Check, Outcome]]) -> Iterator[Reason]:
        """Why approvals of this order do not count, where checks still stop it."""
        checks = list(stopped)
        names = {check.id for check in self.document.checks.rows}
        can_be_approved = [check.id for check, effect in checks if effect is not Outcome.REJECT]
        others = self.others if any(check.uses_line for check, _ in checks) else {}
        if others:
            orders = tuple(dict.fromkeys(number for _, number in others))
            yield Reason("approval.others", None, orders=orders)
        for index, approval in enumerate(self.given):
            if not _is_for(approval, self.case):
                continue
            by = approval.approved_by
            for unknown in sorted(set(approval.checks) - names):
                yield Reason("approval.unknown_check", subject=by, by=by, check=unknown)
            unmet = self.unmet(index) if checks else None
            if unmet is not None:
                yield unmet
            elif can_be_approved and names.issuperset(approval.checks):
                left = tuple(dict.fromkeys(can_be_approved))
                yield Reason("approval.not_named", subject=by, by=by, checks=left)


def _is_for(approval: Approval, case: OrderFacts) -> bool:
    """Whether an approval is of the document under test or of the order behind it, by kind and number.

    One of an earlier version is of that alone: what an order was split into would have it twice.
    """
    named = approval.document
    return named in ((case.kind, case.order.id), (DocumentKind.ORDER, case.order.of_order))


def _approved_for(case: OrderFacts, approval: Approval) -> Money | None:
    """What an approval must cover: the document, or of the order behind it all that goes out on it.

    That is what is ordered or, where more went out or nothing else is known, what was delivered and
    billed of it, paid or not, with the document under test. None where that is not known.
    """
    order, documents = case.order, case.documents
    if approval.document == (case.kind, order.id):
        return order.amount
    whole, asked = documents.whole, case.minor(order.amount)
    if whole is None or asked is None:
        return None
    return order.amount if whole <= asked else case.money(min(LARGEST, whole))


def _in_exposure(case: OrderFacts, kind: DocumentKind, number: str) -> int | None:
    """What of an approved document is in the exposure: all of an order that is open or reserved."""
    account = case.account
    if kind is DocumentKind.DELIVERY:
        minors = [case.minor(note.amount) for note in account.deliveries or () if note.id == number]
        return None if None in minors else sum(minor or 0 for minor in minors)
    if kind is DocumentKind.INVOICE:
        there = None if account.ledger is None else posted(account.ledger, case.measure, number)
        if there is None:
            return 0
        return there.billed.open if there.billed.known else None
    one = case.documents.find(number)
    if (one.open and not one.beyond) or one.reserved:
        return LARGEST
    return None if one.lost else one.noted + one.unpaid
