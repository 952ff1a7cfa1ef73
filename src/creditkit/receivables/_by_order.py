"""What a ledger says of orders: what was billed of each, what of it is open, what is posted of a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from creditkit.facts._single import AccountItems
from creditkit.facts.documents import Billed
from creditkit.facts.kinds import Habit, ItemKind
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import converted
from creditkit.receivables._habits import PAYS
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
_NONE: Final[Orders] = {}


class Posted(NamedTuple):
    """An invoice in the ledger: the items that it is, by kind and number, what they come to, and the
    order that they name."""

    rows: frozenset[tuple[ItemKind, str]]
    billed: Billed
    order: str | None


def billed_by_order(ledger: Ledger, how: Reading) -> Orders | None:
    """What the ledger of one customer says of each order; None where a row of it cannot be read.

    It is kept beside the ledger: the orders of a day are checked against the same one.
    """
    items = ledger.account_items_by(how.exists_by)
    if items.broken:
        return None
    if items.orders is None:
        return _NONE
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
    whole_document = None if items.documents is None else items.documents[index]
    amount = items.amounts[index] if items.kinds[index] in BILLING else 0
    paid = _paid(items.amounts[index], state[1].get(index, ()), how) if amount else 0
    whole, left, cash = (
        converted(minor, items.currencies[index], how.currency, how.rates) if minor else 0
        for minor in (amount, state[0][index], paid)
    )
    numbers = (items.ids[index], *([] if whole_document is None else [whole_document]))
    if whole is None or left is None or cash is None:
        return Billed(numbers, known=False)
    return Billed(numbers, whole, left, cash)


def _paid(amount: int, ties: list[Tie] | tuple[()], how: Reading) -> int:
    """The cash that an invoice was paid with, no more than credits leave of it."""
    cash = credited = 0
    for day, minor, habit in ties:
        if habit is Habit.CREDIT:
            credited += minor
        elif habit in PAYS and day <= how.as_of:
            cash += minor
    return max(0, min(cash, amount - credited))


def posted(ledger: Ledger, how: Reading, number: str) -> Posted | None:
    """The invoice of a number as the ledger of one customer has it.

    None where it is not posted yet, or the ledger cannot be read.
    """
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
    if not indexes or items.broken:
        return None
    state = opened(items, how.when)
    parts = [_billed(items, index, state, how) for index in indexes]
    orders = [] if items.orders is None else [items.orders[index] for index in indexes]
    return Posted(
        rows=frozenset((items.kinds[index], items.ids[index]) for index in indexes),
        billed=Billed(
            (number,),
            sum(part.amount for part in parts),
            sum(part.open for part in parts),
            sum(part.paid for part in parts),
            all(part.known for part in parts),
        ),
        order=min((name for name in orders if name is not None), default=None),
    )
