"""A naive reading of what customers had to pay and paid, row by row, for the tests to compare with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from creditkit.facts.ledger import Allocation, Ledger, OpenItem
from tests.ledgers import RATES, TODAY, fen, in_yuan, naive_of
from tests.naive_ledger import CREDITS, PAYING, TO_PAY

__all__ = ["Claim", "broken_accounts", "claims"]


class Claim(NamedTuple):
    item: OpenItem
    amount: int
    payments: tuple[tuple[date, int], ...]
    settled: date | None
    written_off: int

    @property
    def unpaid(self) -> int:
        return self.amount - sum(minor for _, minor in self.payments)

    @property
    def due(self) -> date:
        return self.item.due_date or self.item.doc_date


def broken_accounts(
    given: Sequence[OpenItem], tied: Sequence[Allocation] = (), **reading: Any
) -> set[str]:
    """The accounts of which a document, or an allocation, cannot be read, or whose money gave too much."""
    ledger = Ledger.of(given, tied)
    found = {name: naive_of(ledger.account(name), read_at(**reading)) for name in ledger.accounts}
    return {name for name, naive in found.items() if naive.broken or naive.overdrawn()}


def read_at(as_of: date = TODAY, **reading: Any) -> dict[str, Any]:
    return {"as_of": as_of, "currency": "CNY", "rates": RATES, **reading}


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
    reading = read_at(
        as_of, effective=effective, ignore_below=ignore_below, ignore_disputed=ignore_disputed
    )
    ledger, out, least = Ledger.of(given, tied), [], fen(ignore_below)
    documents = {(item.kind.value, item.id, item.account): item for item in given}
    found: list[dict[str, Any]] = []
    for name in ledger.accounts:
        naive = naive_of(ledger.account(name), reading)
        if naive.broken or naive.overdrawn():
            continue
        naive.spend()
        found += naive.existing()
    for row in found:
        if row["kind"] not in TO_PAY:
            continue
        item = documents[row["kind"], row["id"], row["account"]]
        credited, lost, days = 0, 0, Counter[date]()
        for day, minor, kind in row["paid"] + row["free"]:
            if kind in CREDITS:
                credited += minor
            elif kind == "write_off":
                lost += minor
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
        if settled is not None and row["covered"] is not None:
            settled = min(settled, row["covered"])
        lost = min(in_yuan(min(lost, own), item.currency), amount - before)
        out.append(Claim(item, amount, tuple(payments), settled, lost))
    return out
