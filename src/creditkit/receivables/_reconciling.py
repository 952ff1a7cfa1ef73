"""The kernel of `reconciliation`: what moved each balance between two dates, item by item.

The balances come from what is open of each item, the movements from the documents and from what ties
them; so what the one has and the other has not is found, and not defined away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes
from creditkit.facts._links import KINDS, kind_codes
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import Rates
from creditkit.receivables._item_columns import too_large
from creditkit.receivables.open_items import (
    Ints,
    Mask,
    add_into,
    converted_to,
    existing,
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


STRAYS: Final = ("paid", "transferred", "unexplained")
"""The columns of allocations that moved a balance without a document of the group."""


class Strays(NamedTuple):
    """Allocations that moved a balance without a document of the group: row, group, change.

    ``kind`` is the place in `STRAYS`: a payment without a source, a document of another account, a
    source that is not there.
    """

    rows: Ints
    group: Ints
    change: Values
    kind: Ints


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
    before: date,
    until: date,
    effective: str,
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
        np.where(there, opened_columns(ledger, day, effective), 0)
        for there, day in ((then, before), (now, until))
    )
    issued = np.where(now & ~then, items["amount"].values, 0)
    wide = opening.dtype == object or closing.dtype == object
    if wide:
        opening, closing, issued = (one.astype(object) for one in (opening, closing, issued))
    settled = closing - opening - issued
    strays = _strays(ledger, group, before, until, effective)
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
    lost = lacking.copy() if ledger.readable is None else lacking | ~ledger.readable
    for one in range(width):  # all currencies of an account: of which a row is, is not known
        absent[account[lost] * width + one] = True
    names = [COLUMNS.index(_COLUMN_OF.get(kind.value, "unexplained")) for kind in KINDS]
    column = np.array([*names, -1], dtype=np.int8)[kind_codes(items)]
    return Moved(
        group, groups, opening, issued, settled, exchange, closing, column, lacking,
        absent[:groups], strays,
    )  # fmt: skip


def _strays(ledger: Ledger, group: Ints, before: date, until: date, effective: str) -> Strays:
    """Allocations of the window that do not go from a document of a group to another of it."""
    links, allocations = ledger.links, ledger.allocations
    nothing = np.zeros(0, dtype=np.int64)
    if not len(allocations):
        return Strays(nothing, nothing, nothing, nothing)
    since, end = link_days(ledger, effective)
    active = [(since <= day) & (end > day) for day in map(days_of, (before, until))]
    change = active[1].astype(np.int64) - active[0]
    if links.moves is not None:
        change[~links.moves] = 0
    ends = np.append(group, -1)
    source, target = ends[links.source], ends[links.target]
    rows = np.flatnonzero((change != 0) & (source != target))
    amount = allocations["amount"].values[rows] * change[rows]
    named = allocations["source"].known[rows]
    lost = dict(ledger._found_faults()).get("allocation.from_nothing")
    from_nothing = np.zeros(len(rows), dtype=bool) if lost is None else lost[rows]
    paid = ~named  # without a source it is a payment of which there is no document
    kind = np.where(paid, 0, np.where(from_nothing, 2, 1))
    both = [(rows, target[rows], -amount, kind), (rows, source[rows], amount, kind)]
    parts = [np.concatenate(one) for one in zip(*both, strict=True)]
    here = parts[1] >= 0
    return Strays(*(one[here] for one in parts))


def _strays_in(strays: Strays, ledger: Ledger, currency: str, rates: Rates | None) -> Strays:
    codes = cast(Codes, ledger.allocations["currency"]).take(strays.rows)
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
