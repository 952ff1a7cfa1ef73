"""The kernel of `reconciliation`: what moved each balance between two dates, item by item.

The balances come from what is open of each item, the movements from the documents and from what ties
them; so what the one has and the other has not is found, and not defined away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes
from creditkit.facts._links import kind_codes
from creditkit.facts.kinds import KINDS
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import Rates
from creditkit.receivables._item_columns import too_large
from creditkit.receivables.open_items import (
    Ints,
    Mask,
    When,
    active_links,
    add_into,
    converted_to,
    existing,
    gone,
    link_days,
    opened_columns,
)
from creditkit.receivables.open_items import days as days_of

__all__ = ["COLUMNS", "STRAYS", "Moved", "Strays", "added", "moved"]

COLUMNS: Final = (
    "invoiced",
    "credited",
    "paid",
    "returned",
    "refunded",
    "written_off",
    "brought_forward",
    "transferred",
    "exchange",
    "unexplained",
)
"""The movements between opening and closing, each with the sign that it has in the balance."""

_COLUMN_OF: Final[Mapping[str, str]] = {
    "invoice": "invoiced",
    "debit_note": "invoiced",
    "instalment": "invoiced",
    "retention": "invoiced",
    "credit_note": "credited",
    "receipt": "paid",
    "bill_receivable": "paid",
    "returned_payment": "returned",
    "refund": "refunded",
    "write_off": "written_off",
    "recovery": "written_off",
    "opening_balance": "brought_forward",
    "exchange_difference": "exchange",
}
"""In which column a kind of document stands."""

Values = npt.NDArray[Any]


STRAYS: Final = ("paid", "transferred", "returned", "exchange", "written_off", "credited")
"""The columns of allocations that moved a balance without a document of the group."""


class Strays(NamedTuple):
    """Allocations that moved a balance without a document of the group: row, group, change.

    ``item`` is the item that it moved. ``kind`` is the place in `STRAYS`: a payment (or what its
    ``source_kind`` says) without a document, a document of another account or currency, a payment that
    came back, an exchange difference. ``across`` says that two accounts are tied.
    """

    item: Ints
    group: Ints
    change: Values
    kind: Ints
    across: Mask


class Moved(NamedTuple):
    """By item row: the group, and opening, issued, settled, exchange and closing of it.

    A group is an account, or an account in a currency. ``column`` is where a document stands.
    ``lacking`` are rows without a rate, ``absent`` the groups that are not known.
    """

    group: Ints
    groups: int
    opening: Values
    issued: Values
    settled: Values
    exchange: Values
    closing: Values
    column: npt.NDArray[np.int8]
    lacking: Mask
    absent: Mask
    strays: Strays

    def totals(self, values: Values, rows: Any = slice(None)) -> Values:
        """The sum of ``values`` by group, exact at any size."""
        return added(self.groups, self.group[rows], values)


def added(size: int, places: Ints, values: Values) -> Values:
    """Sums by place; Python integers where 64 bits might not hold them."""
    wide = values.dtype == object or too_large(values)
    out = np.zeros(size, dtype=object if wide else np.int64)
    add_into(out, places, values.astype(object) if wide else values)
    return out


def moved(
    ledger: Ledger,
    before: When,
    until: When,
    currency: str | None,
    rates: tuple[Rates | None, Rates | None],
) -> Moved:
    """What moved after the day ``before`` and up to ``until``; ``rates`` are those of both days."""
    items = ledger.items
    owners, currencies = cast(Codes, items["account"]), cast(Codes, items["currency"])
    width = 1 if currency is not None else max(1, len(currencies.names))
    account = owners.values.astype(np.int64)
    group = account * width + (0 if currency is not None else currencies.values)
    groups = len(owners.names) * width
    then, now = existing(ledger, before), existing(ledger, until)
    opening, closing = (
        np.where(there, opened_columns(ledger, day), 0)
        for there, day in ((then, before), (now, until))
    )
    balance = np.array([*(kind.part.balance for kind in KINDS), False])[kind_codes(items)]
    issued = np.where(now & ~then & balance, items["amount"].values, 0)
    wide = opening.dtype == object or closing.dtype == object
    if wide:
        opening, closing, issued = (one.astype(object) for one in (opening, closing, issued))
    settled = closing - opening - issued
    strays = _strays(ledger, group, before, until, balance)
    exchange = np.zeros(len(items), dtype=opening.dtype)
    lacking = np.zeros(len(items), dtype=bool)
    if currency is not None:
        parts, lacks = [], []
        for values, table in zip((opening, issued, settled, closing), (0, 1, 1, 1), strict=True):
            found, lack = _converted(values, currencies, currency, rates[table])
            parts.append(found)
            lacks.append(lack)
        opening, issued, settled, closing = parts
        exchange = closing - opening - issued - settled
        lacking = np.logical_or.reduce(lacks)
        strays = _strays_in(strays, ledger, currency, rates[1])
    absent = np.zeros(groups + width, dtype=bool)
    unknown = ledger.resolved(until.exists_by).unknown
    lost = lacking if unknown is None else lacking | unknown[owners.values]
    for one in range(width):  # all currencies of an account: of which a row is, is not known
        absent[account[lost] * width + one] = True
    names = [COLUMNS.index(_COLUMN_OF.get(kind.value, "unexplained")) for kind in KINDS]
    column = np.array([*names, -1], dtype=np.int8)[kind_codes(items)]
    return Moved(
        group, groups, opening, issued, settled, exchange, closing, column, lacking,
        absent[:groups], strays,
    )  # fmt: skip


def _strays(ledger: Ledger, group: Ints, before: When, until: When, balance: Mask) -> Strays:
    """What moved in the window that does not go from a document of a group to another of it."""
    links, allocations = ledger.resolved(until.exists_by).links, ledger.allocations
    sources, came_back = _came_back(ledger, before, until)
    no = np.zeros(len(sources), dtype=bool)
    returned = np.full(len(sources), STRAYS.index("returned"))
    parts: list[tuple[Any, ...]] = [(sources, group[sources], came_back, returned, no)]
    if len(links.target):
        since, end = link_days(ledger, until)
        active = [
            (since <= days_of(one.as_of)) & (True if end is None else end > days_of(one.as_of))
            for one in (before, until)
        ]
        change = active[1].astype(np.int64) - active[0]
        if links.moves is not None:
            change[~links.moves] = 0
        ends, stands = np.append(group, -1), np.append(balance, True)
        owner = np.append(cast(Codes, ledger.items["account"]).values, -1)
        debts = np.array([*balance, True])  # of what is nobody's debt nothing is ever open
        both = stands[links.source] & stands[links.target]
        rows = np.flatnonzero((change != 0) & ((ends[links.source] != ends[links.target]) | ~both))
        given = rows < len(allocations)
        alone = np.zeros(len(rows), dtype=bool)
        alone[given] = ~allocations["source"].known[rows[given]]
        kind = np.full(len(rows), STRAYS.index("transferred"))
        kind[alone] = [_stray_kind(allocations, row) for row in rows[alone].tolist()]
        kind[~both[rows]] = STRAYS.index("exchange")
        across = (owner[links.source] != owner[links.target])[rows] & ~alone & both[rows]
        for end_of, amount in ((links.target, -links.amount), (links.source, links.given)):
            item = end_of[rows].astype(np.int64)
            here = np.flatnonzero((item >= 0) & debts[item])
            moved_by = (amount[rows] * change[rows])[here]
            parts.append((item[here], ends[item[here]], moved_by, kind[here], across[here]))
    return Strays(*(np.concatenate(one) for one in zip(*parts, strict=True)))


def _stray_kind(allocations: Any, row: int) -> int:
    """The column of a payment without a document, or of what its ``source_kind`` says that it was."""
    name = cast(Codes, allocations["source_kind"]).item(row)
    column = _COLUMN_OF.get(name or "receipt", "paid")
    return STRAYS.index(column if column in STRAYS else "paid")


def _came_back(ledger: Ledger, before: When, until: When) -> tuple[Ints, Ints]:
    """Payments that came back: their rows, and by how much that took free cash away in the window."""
    rows = np.unique(gone(ledger, until)[0])
    change = np.zeros(len(rows), dtype=np.int64)
    for when, sign in ((before, -1), (until, 1)) if len(rows) else ():
        there = existing(ledger, when)
        free = ledger.items["amount"].values.copy()
        links, active = ledger.resolved(when.exists_by).links, active_links(ledger, when)[0]
        tied = active[links.source[active] >= 0]
        np.add.at(free, links.source[tied].astype(np.intp), links.given[tied])
        taken = opened_columns(ledger, when)[rows] - free[rows]
        change += sign * np.where(there[rows], taken, 0).astype(np.int64)
    return rows, change


def _strays_in(strays: Strays, ledger: Ledger, currency: str, rates: Rates | None) -> Strays:
    codes = cast(Codes, ledger.items["currency"]).take(strays.item)
    change, _ = _converted(strays.change, codes, currency, rates)
    return strays._replace(change=change)


def _converted(
    values: Values, currencies: Codes, currency: str, rates: Rates | None
) -> tuple[Values, Mask]:
    """Each row in one currency, half-even, at any size; and where a rate is missing."""
    if values.dtype != object:
        found, lacking = converted_to(values, currencies.values, currencies.names, currency, rates)
        return found, np.zeros(len(values), dtype=bool) if lacking is None else lacking
    from creditkit.facts.rates import converted

    each = [
        converted(int(value), str(currencies.item(row)), currency, rates) if value else 0
        for row, value in enumerate(values.tolist())
    ]
    lost = np.array([one is None for one in each], dtype=bool)
    return np.array([one or 0 for one in each], dtype=object), lost
