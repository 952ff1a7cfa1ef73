"""A naive reading of what customers had to pay and paid, row by row, for the tests to compare with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from creditkit.facts.ledger import Allocation, Ledger, OpenItem
from tests.ledgers import fen, in_yuan, naive_of
from tests.naive_ledger import CREDITS, PAYING, TO_PAY

__all__ = ["Claim", "broken_accounts", "claims"]


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


def broken_accounts(given: Sequence[OpenItem], tied: Sequence[Allocation] = ()) -> set[str]:
    """The accounts of which a document, or an allocation, cannot be read."""
    reading = {"as_of": date.max, "currency": "CNY"}
    ledger = Ledger.of(given, tied)
    return {name for name in ledger.accounts if naive_of(ledger.account(name), reading).broken}


def claims(
    given: Sequence[OpenItem],
    tied: Sequence[Allocation],
    as_of: date,
    *,
    ignore_below: Decimal | int = 0,
    ignore_disputed: bool = True,
    effective: str = "documents",
) -> list[Claim]:
    """The claims at a date, in fen; those of accounts that cannot be read are left out."""
    reading = {"as_of": as_of, "currency": "CNY", "effective": effective}
    ledger, out, least = Ledger.of(given, tied), [], fen(ignore_below)
    documents = {(item.kind.value, item.id, item.account): item for item in given}
    found = []
    for name in ledger.accounts:
        naive = naive_of(ledger.account(name), reading)
        found += [] if naive.broken else naive.existing()
    for row in found:
        if row["kind"] not in TO_PAY:
            continue
        item = documents[row["kind"], row["id"], row["account"]]
        credited, days = 0, Counter[date]()
        for day, minor, kind in row["paid"]:
            if kind in CREDITS:
                credited += minor
            elif kind in PAYING and day <= as_of:
                days[day] += minor
        disputed = item.disputed.minor if item.disputed is not None and ignore_disputed else 0
        own = max(item.amount.minor - credited - disputed, 0)
        amount = in_yuan(own, item.currency)
        if amount == 0 or amount < least:
            continue
        paid = before = 0
        payments, settled = [], None
        for day in sorted(days):
            paid += days[day]
            now = min(in_yuan(min(paid, own), item.currency), amount)
            if now > before:
                payments.append((day, now - before))
            if settled is None and amount - now < max(least, 1):
                settled = day
            before = now
        out.append(Claim(item, amount, tuple(payments), settled))
    return out
