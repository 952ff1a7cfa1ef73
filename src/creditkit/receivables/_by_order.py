"""What a ledger says of orders: what was billed of each, what of it is open, what is posted of a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from creditkit.facts._single import AccountItems
from creditkit.facts.documents import Billed
from creditkit.facts.kinds import Habit, ItemKind
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import converted
from creditkit.receivables._position import of_one
from creditkit.receivables.open_items import Opened, Tie, opened
from creditkit.receivables.reading import Reading

__all__ = ["INVOICES", "Posted", "billed_by_order", "posted"]

BILLING: Final = frozenset(
    {ItemKind.INVOICE, ItemKind.INSTALMENT, ItemKind.RETENTION, ItemKind.CREDIT_NOTE}
)
"""What bills an order, or takes that back."""

INVOICES: Final = frozenset(
    {ItemKind.INVOICE, ItemKind.DEBIT_NOTE, ItemKind.INSTALMENT, ItemKind.RETENTION}
)
"""What an invoice under test is in the ledger."""

Orders = Mapping[str, tuple[Billed, ...]]


class Posted(NamedTuple):
    """An invoice in the ledger: its amount as far as it bills, and what is open of it; None: no rate.

    ``rows`` are the items that it is, by kind and number: one, or its instalments.
    """

    amount: int | None
    open: int | None
    rows: frozenset[tuple[ItemKind, str]]


def billed_by_order(ledger: Ledger, how: Reading) -> Orders | None:
    """What the ledger of one customer says of each order; None where a row of it cannot be read.

    It is kept beside the ledger: the orders of a day are checked against the same one.
    """
    items = of_one(ledger, how)
    if items.broken:
        return None
    if items.orders is None:
        return {}
    key = *how.when, how.currency, how.rates
    if ledger._billed is not None and ledger._billed[0] == key:
        return ledger._billed[1]
    state, out = opened(items, how.when), dict[str, list[Billed]]()
    for index, order in enumerate(items.orders):
        if order is None or items.kinds[index] not in BILLING or items.docs[index] > how.as_of:
            continue
        out.setdefault(order, []).append(_billed(items, index, state, how))
    found = {order: tuple(rows) for order, rows in out.items()}
    ledger._billed = key, found
    return found


def _billed(items: AccountItems, index: int, state: Opened, how: Reading) -> Billed:
    currency, amount = items.currencies[index], items.amounts[index]
    number = items.ids[index] if items.documents is None else items.documents[index]
    paid = _paid(amount, state[1].get(index, ()), how)
    return Billed(
        number=items.ids[index] if number is None else number,
        amount=converted(amount, currency, how.currency, how.rates),
        open=converted(state[0][index], currency, how.currency, how.rates),
        paid=converted(paid, currency, how.currency, how.rates) or 0,
    )


def _paid(amount: int, ties: list[Tie] | tuple[()], how: Reading) -> int:
    """The cash that an invoice was paid with, no more than credits leave of it."""
    cash = credited = 0
    for day, minor, habit in ties:
        if habit is Habit.CREDIT:
            credited += minor
        elif habit in (Habit.CASH, Habit.BILL) and day <= how.as_of:
            cash += minor
    return max(0, min(cash, amount - credited))


def posted(ledger: Ledger, how: Reading, number: str) -> Posted | None:
    """The invoice of a number as the ledger of one customer has it; None where it is not posted yet."""
    items = of_one(ledger, how)
    indexes = [
        index
        for index, kind in enumerate(items.kinds)
        if kind in INVOICES
        and items.docs[index] <= how.as_of
        and (
            number == items.ids[index]
            or (items.documents is not None and number == items.documents[index])
        )
    ]
    if not indexes:
        return None
    opens = opened(items, how.when)[0]
    rows = frozenset((items.kinds[index], items.ids[index]) for index in indexes)
    amount = open_ = 0
    for index in indexes:
        currency = items.currencies[index]
        left = converted(opens[index], currency, how.currency, how.rates)
        bills = items.amounts[index] if items.kinds[index] in BILLING else 0
        whole = converted(bills, currency, how.currency, how.rates)
        if items.broken or left is None or whole is None:
            return Posted(None, None, rows)
        amount, open_ = amount + whole, open_ + left
    return Posted(amount, open_, rows)
