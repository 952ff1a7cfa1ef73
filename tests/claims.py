"""A naive reading of what customers had to pay and paid, row by row, for the tests to compare with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from creditkit.facts.ledger import Allocation, ItemKind, OpenItem
from tests.ledgers import in_yuan

__all__ = ["Claim", "broken_accounts", "claims"]

TO_PAY = {"invoice", "debit_note"}


class Claim(NamedTuple):
    item: OpenItem
    amount: int
    payments: tuple[tuple[date, int], ...]
    settled: date | None

    @property
    def unpaid(self) -> int:
        return self.amount - sum(minor for _, minor in self.payments)

    @property
    def due(self) -> date:
        return self.item.due_date or self.item.doc_date


def broken_accounts(given: Sequence[OpenItem]) -> set[str]:
    """The accounts with an id that two items have."""
    times = Counter(item.id for item in given)
    return {item.account for item in given if times[item.id] > 1}


def claims(
    given: Sequence[OpenItem],
    tied: Sequence[Allocation],
    as_of: date,
    *,
    ignore_below: int = 0,
    ignore_disputed: bool = True,
    effective: str = "documents",
) -> list[Claim]:
    """The claims at a date, in fen; those of accounts that cannot be read are left out."""
    times = Counter(item.id for item in given)
    by_id = {item.id: item for item in given if times[item.id] == 1}
    out = []
    for item in by_id.values():
        if item.kind.value not in TO_PAY or item.doc_date > as_of:
            continue
        if item.account in broken_accounts(given):
            continue
        credited, days = 0, Counter[date]()
        for tie in tied:
            if tie.target != item.id or tie.currency != item.currency:
                continue
            source: Any = by_id.get(tie.source or "")
            if source is not None and (source.amount.minor > 0 or source.currency != tie.currency):
                continue
            dates = [item.doc_date]
            if source is not None:
                dates.append(source.doc_date)
            if tie.on is not None and (source is None or effective == "matched"):
                dates.append(tie.on)
            if max(dates) > as_of or (tie.undone_on is not None and tie.undone_on <= as_of):
                continue
            if source is not None and source.kind is ItemKind.CREDIT_NOTE:
                credited += tie.amount.minor
            else:
                days[max(dates)] += tie.amount.minor
        disputed = item.disputed.minor if item.disputed is not None and ignore_disputed else 0
        own = max(item.amount.minor - credited - disputed, 0)
        amount = in_yuan(own, item.currency)
        if amount == 0 or amount < ignore_below:
            continue
        paid = before = 0
        payments, settled = [], None
        for day in sorted(days):
            paid += days[day]
            now = min(in_yuan(min(paid, own), item.currency), amount)
            if now > before:
                payments.append((day, now - before))
            if settled is None and amount - now < max(ignore_below, 1):
                settled = day
            before = now
        out.append(Claim(item, amount, tuple(payments), settled))
    return out
