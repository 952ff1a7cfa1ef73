"""Until when to ship, to report, to hand over and to claim: the deadlines of a buyer's insured debts.

A last day is still good; what counts from the due date counts from the original one, however often it
was put off. A claim has a first day, when the waiting period is over, and a last one where the policy
limits it; of an insolvent buyer the first day is that of the insolvency. What is in dispute waits: the
claim for it has no first day until the dispute is decided.

>>> from creditkit.facts.insurance import InsurancePolicy, InsuredBuyer, Shipment
>>> policy = InsurancePolicy(id="P-1", kind="whole_turnover", currency="EUR", insured_share="90 %",
...     start="2026-01-01", maximum_terms_days=90, extension_days=60, waiting_days=180, report_days=30)
>>> buyer = InsuredBuyer(buyer="B-1", currency="EUR", shipments=[Shipment(id="I-1", currency="EUR",
...     amount="120000", open="120000", shipped_on="2026-03-01", due_on="2026-04-30")])
>>> for one in deadlines(buyer, policy, as_of="2026-05-15").rows:
...     print(one.kind, one.last or one.first, one.status)
due 2026-04-30 passed
report 2026-05-30 ahead
ship 2026-06-29 ahead
extension 2026-06-29 ahead
claim 2026-10-27 ahead
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Literal, TypeAlias

import attrs

from creditkit._fields import Day, as_date
from creditkit._plain import Record
from creditkit.cover._words import DEADLINES, STATUSES, WORDS, cell, page, words
from creditkit.cover.conditions import stops_on
from creditkit.cover.covering import facts_in
from creditkit.facts.insurance import (
    CountedFrom,
    InsurancePolicy,
    InsuredBuyer,
    Shipment,
    days_after,
)
from creditkit.languages import AnyLanguage
from creditkit.reasons import Reason

__all__ = ["Deadline", "DeadlineStatus", "Deadlines", "deadlines", "deadlines_of"]

DeadlineStatus: TypeAlias = Literal[
    "ahead", "today", "open", "done", "missed", "passed", "waits", "not_known"
]
"""Where a deadline stands: what must be done is done or missed, what only happens has passed."""


@attrs.frozen(kw_only=True)
class Deadline(Record):
    """One deadline: of which document (None for the buyer), its first and last day, where it stands.

    ``days`` are the days from the date of the question to the last day, or to the first where it has no
    last one; below zero where that is past.
    """

    schema: ClassVar[str] = "creditkit.deadline/1"

    kind: str
    document: str | None
    status: DeadlineStatus
    first: date | None = None
    last: date | None = None
    days: int | None = None


@attrs.frozen(kw_only=True)
class Deadlines(Record):
    """The deadlines of a buyer, the nearest first; those whose days are not known come last."""

    schema: ClassVar[str] = "creditkit.deadlines/1"

    buyer: str
    policy: str
    as_of: date
    rows: tuple[Deadline, ...]
    assumptions: tuple[Reason, ...] = ()

    def explain(self, language: AnyLanguage = "en") -> str:
        """A row for each deadline, in a language."""
        head = words(("what", "document", "first", "last", "days", "status"), language)
        rows = [
            [
                DEADLINES[one.kind].in_(language),
                one.document or "-",
                cell(one.first, language),
                cell(one.last, language),
                cell(one.days, language),
                STATUSES[one.status].in_(language),
            ]
            for one in self.rows
        ]
        title = WORDS["deadlines"].filled(language, buyer=self.buyer, as_of=self.as_of)
        return page(title, [head, *rows], language, right=(4,), assumptions=self.assumptions)

    def __str__(self) -> str:
        return self.explain()


def deadlines(buyer: InsuredBuyer, policy: InsurancePolicy, *, as_of: Day) -> Deadlines:
    """Every deadline of a buyer's open shipments, and until when more can be shipped under cover.

    Without shipments that are known (None) there are only those of limit and policy.
    """
    facts_in(buyer, policy)
    day = as_date(as_of)
    rows = list(_of_buyer(buyer, policy, day))
    for shipment in buyer.shipments or ():
        if shipment.open is None or shipment.open:
            rows += deadlines_of(shipment, buyer, policy, as_of=day)
    rows.sort(key=_place)
    return Deadlines(buyer=buyer.buyer, policy=policy.id, as_of=day, rows=tuple(rows))


def deadlines_of(
    shipment: Shipment, buyer: InsuredBuyer, policy: InsurancePolicy, *, as_of: date
) -> tuple[Deadline, ...]:
    """The deadlines of one shipment, in the order of its life."""
    out = []
    if policy.maximum_invoicing_days is not None:
        last = days_after(shipment.shipped_on, policy.maximum_invoicing_days)
        out.append(_to_do("invoice", shipment.id, last, shipment.invoiced_on, as_of))
    due = shipment.due_on
    if due is None:
        out.append(Deadline(kind="due", document=shipment.id, status="not_known"))
        return tuple(out)
    out.append(_happens("due", shipment.id, due, as_of))
    if policy.report_days is not None:
        last = policy.counted(due, policy.report_from, policy.report_days)
        out.append(_to_do("report", shipment.id, last, shipment.reported_on, as_of))
    out.append(_happens("extension", shipment.id, policy.extension_end(due), as_of))
    if policy.hand_over_days is not None:
        last = policy.counted(due, CountedFrom.EXTENSION_END, policy.hand_over_days)
        out.append(_to_do("hand_over", shipment.id, last, shipment.handed_over_on, as_of))
    out.append(_claim(shipment, due, buyer, policy, as_of))
    return tuple(out)


def _of_buyer(buyer: InsuredBuyer, policy: InsurancePolicy, as_of: date) -> Iterator[Deadline]:
    stop = stops_on(buyer, policy, as_of=as_of)
    if stop is not None:
        yield _happens("ship", None, days_after(stop, -1), as_of)
    for limit in buyer.limits:
        if limit.runs(as_of) and limit.until is not None:
            yield _happens("limit", None, days_after(limit.until, -1), as_of)
    if policy.ends is not None:
        yield _happens("policy", None, days_after(policy.ends, -1), as_of)


def _claim(
    shipment: Shipment, due: date, buyer: InsuredBuyer, policy: InsurancePolicy, as_of: date
) -> Deadline:
    if shipment.disputed:
        return Deadline(kind="claim", document=shipment.id, status="waits")
    first = policy.counted(due, policy.waiting_from, policy.waiting_days)
    if buyer.insolvent_on is not None:
        first = min(first, buyer.insolvent_on)
    last = None if policy.claim_days is None else days_after(first, policy.claim_days)
    if buyer.claim_on is not None and buyer.claim_on <= as_of:
        status: DeadlineStatus = "done"
        if last is not None and buyer.claim_on > last:
            status = "missed"
    elif as_of < first:
        status = "ahead"
    elif last is not None and as_of > last:
        status = "missed"
    else:
        status = "open"
    days = ((last if last is not None and as_of >= first else first) - as_of).days
    return Deadline(
        kind="claim", document=shipment.id, status=status, first=first, last=last, days=days
    )


def _to_do(kind: str, document: str, last: date, on: date | None, as_of: date) -> Deadline:
    """What has to be done by a day, and whether it was."""
    if on is not None and on <= as_of:
        status: DeadlineStatus = "done" if on <= last else "missed"
    else:
        status = _ahead(last, as_of, "missed")
    return Deadline(
        kind=kind, document=document, status=status, last=last, days=(last - as_of).days
    )


def _happens(kind: str, document: str | None, last: date, as_of: date) -> Deadline:
    """What ends on a day by itself."""
    status = _ahead(last, as_of, "passed")
    return Deadline(
        kind=kind, document=document, status=status, last=last, days=(last - as_of).days
    )


def _ahead(last: date, as_of: date, after: DeadlineStatus) -> DeadlineStatus:
    if as_of == last:
        return "today"
    return "ahead" if as_of < last else after


_KINDS = list(DEADLINES)


def _place(one: Deadline) -> tuple[date, int, str]:
    """By its day: of a claim that is ahead the first, else the last."""
    day = one.first if one.kind == "claim" and one.status == "ahead" else one.last or one.first
    return day or date.max, _KINDS.index(one.kind), one.document or ""
