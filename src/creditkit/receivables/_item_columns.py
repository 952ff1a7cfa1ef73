"""The rows that some accounts have at a date, as columns: what many are worked out from.

`columns_of` is of one date; `open_columns` goes through several, and touches each allocation once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import blocks
from creditkit._columns import Cells, Codes, State
from creditkit.facts._links import BILLS, existence, kind_codes
from creditkit.facts.kinds import KINDS, Habit
from creditkit.facts.ledger import Ledger
from creditkit.facts.open_items import Ids
from creditkit.facts.rates import Rates
from creditkit.figures import UNDEFINED
from creditkit.money import LARGEST
from creditkit.receivables.open_items import (
    Ints,
    Mask,
    When,
    add_into,
    converted_to,
    days,
    existing,
    gone,
    link_days,
    opened_columns,
    without_returned,
)

__all__ = [
    "BALANCE",
    "FALLS_DUE",
    "INVALID",
    "OVERDUE",
    "SAFE",
    "SETS_OFF",
    "SET_OFF",
    "TO_PAY",
    "WHOLE",
    "ItemColumns",
    "by_age",
    "cells_of",
    "columns_at",
    "columns_of",
    "open_columns",
    "shares",
    "too_large",
]

SAFE: Final = 4e18
"""Sums of magnitudes below this, added as floats, stay within 64 bits."""

INVALID: Final = object()
"""Stands in a figure's place where a row of the account cannot be read or lacks a rate."""

WHOLE: Final = frozenset(
    "receivables overdue disputed oldest_overdue_days settled_count"
    " sales overdue_items money_days".split()
)
"""The figures that are whole numbers; the others are floats."""


class ItemColumns(NamedTuple):
    """A row for each existing item of the accounts asked for; dates are days from 1970.

    ``account`` is the place of the row's account among ``names``, which are ``size`` accounts;
    ``broken`` are accounts of which a row cannot be read. ``doc`` is the day from which the item
    exists. Money is in minor units of the row's own currency.
    """

    size: int
    broken: Mask
    names: Sequence[str]
    rows: Ints
    account: Ints
    currency: npt.NDArray[np.int32]
    currencies: tuple[str, ...]
    kind: npt.NDArray[np.int8]
    owed: Mask
    amount: Ints
    open: Ints
    doc: Ints
    due: Ints

    def totals(self, values: Ints, where: npt.NDArray[Any] | None = None) -> Ints:
        """The sum of ``values`` by account; of the rows of ``where`` only, if it is given."""
        out = np.zeros(self.size, dtype=np.int64)
        add_into(out, self.account if where is None else self.account[where], values)
        return out

    def any(self, rows: npt.NDArray[Any] | None) -> Mask:
        """The accounts that have one of the rows; None is no row."""
        out = np.zeros(self.size, dtype=bool)
        if rows is not None:
            out[self.account[rows]] = True
        return out

    def converted(
        self, values: Ints, currency: str, rates: Rates | None
    ) -> tuple[Ints, Mask | None]:
        """Minor units in one currency, and the rows that lack a rate."""
        return converted_to(values, self.currency, self.currencies, currency, rates)

    def spread(self, cells: Cells, accounts: Sequence[str]) -> Cells:
        """The cells in the order of ``accounts``, which may repeat."""
        if len(accounts) == self.size:
            return cells
        rank = {name: at for at, name in enumerate(self.names)}
        return cells.take(np.array([rank[name] for name in accounts], dtype=np.intp))


TO_PAY: Final = np.array([kind.part.habit is Habit.TO_PAY for kind in KINDS])
OVERDUE: Final = np.array([kind.part.overdue for kind in KINDS])
BALANCE: Final = np.array([kind.part.balance for kind in KINDS])
FALLS_DUE: Final = np.array([kind.part.overdue or kind.sign < 0 for kind in KINDS])
"""By the code of a kind: whether habits ask how it was paid, whether it stands in the balance, and
whether what is owed of it falls due."""

SETS_OFF: Final = np.array([*~FALLS_DUE, False])
"""By the code of a kind: whether it is owed and never falls due, and credits cover it."""

SET_OFF: Final = frozenset(kind.value for kind in KINDS if not FALLS_DUE[KINDS.index(kind)])
"""The names of the kinds of what is owed and never falls due."""

BY_ROW: Final = "rows account currency kind owed amount open doc due".split()
"""The fields with a cell for each row."""


def columns_of(ledger: Ledger, accounts: Sequence[str], when: When) -> ItemColumns | None:
    """The columns of some accounts; None where 64 bits might not hold it and Python integers must."""
    values = opened_columns(ledger, when)
    if values.dtype == object:
        return None
    names = accounts if accounts is ledger.by_name else list(dict.fromkeys(accounts))
    at = ledger.ranks(names)
    owners = cast(Codes, ledger.items["account"]).values
    rows = np.flatnonzero((at[owners] >= 0) & existing(ledger, when))
    values = values[rows]
    return None if too_large(values) else columns_at(ledger, names, when, rows, values)


def columns_at(
    ledger: Ledger, names: Sequence[str], when: When, rows: Ints, opens: Ints
) -> ItemColumns | None:
    """The columns of some rows, which exist and are of these accounts, with what is open of each."""
    items = ledger.items
    owners, currency = cast(Codes, items["account"]), cast(Codes, items["currency"])
    at = ledger.ranks(names)
    broken = np.zeros(len(names), dtype=bool)
    unknown = ledger.resolved(when.exists_by).unknown
    if unknown is not None:
        lost = at[:-1][unknown[:-1]]
        broken[lost[lost >= 0]] = True
    doc = due = items["doc_date"].values.view(np.int64)[rows]
    if (dues := items["due_date"]).states is None:
        due = dues.values.view(np.int64)[rows]
    elif not dues.states.all():
        due = np.where(dues.known[rows], dues.values.view(np.int64)[rows], doc)
    if when.exists_by != "document":
        doc = existence(items, when.exists_by)[rows]
    kind = kind_codes(items)[rows]
    if dues.states is not None:  # a bill that is due on no known day has not paid
        due = np.where(BILLS[kind] & ~dues.known[rows], days(date.max), due)
    amount = items["amount"].values[rows]
    if too_large(amount):
        return None
    return ItemColumns(
        size=len(names),
        broken=broken,
        names=names,
        rows=rows,
        account=at[owners.values[rows]],
        currency=currency.values[rows],
        currencies=currency.names,
        kind=kind,
        owed=TO_PAY[kind],
        amount=amount,
        open=opens,
        doc=doc,
        due=due,
    )


def by_age(ledger: Ledger, columns: ItemColumns, rows: Ints) -> npt.NDArray[np.intp]:
    """The order of rows: by account, and of each the oldest first, as `_owed.Due` has it."""
    keys = [column[rows] for column in (columns.amount, columns.doc, columns.due, columns.account)]
    order = np.lexsort(keys)
    same = np.ones(max(0, len(rows) - 1), dtype=bool)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    if not same.any():
        return order
    first, last = np.concatenate([[False], same]), np.concatenate([same, [False]])
    alike = np.flatnonzero(first | last)  # only these are told apart by what they are called
    group, at = np.cumsum(~first)[alike], rows[order[alike]]
    ids = cast(Ids, ledger.items["id"]).values[columns.rows[at]].astype(np.str_)
    kinds = np.array([kind.value for kind in KINDS])[columns.kind[at]]
    order[alike] = order[alike][np.lexsort((kinds, ids, group))]
    return order


def open_columns(
    ledger: Ledger, columns: ItemColumns, ends: Sequence[date], when: When
) -> Iterator[ItemColumns] | None:
    """The columns at each of ``ends``, which ascend to its own date, with the open rows only.

    None where 64 bits might not hold what is open at some date.
    """
    links = ledger.resolved(when.exists_by).links
    for amounts in (links.amount,) if links.given is links.amount else (links.amount, links.given):
        counted = amounts if links.moves is None else amounts[links.moves]
        most = float(counted.sum(dtype=np.float64))
        if float(np.abs(columns.amount).max(initial=0)) + 1.01 * most >= LARGEST:
            return None
    rank = np.full(len(ledger) + 1, -1, dtype=np.int64)  # the last: a row of -1
    rank[columns.rows] = np.arange(len(columns.rows))
    back, amounts, since = gone(ledger, when)
    taken = rank[back], amounts, since
    moved = _moves(ledger, rank, ends, when)
    return _through(columns, ends, moved, taken, ledger.open_as_of is None)


Moves: TypeAlias = tuple[npt.NDArray[Any], Ints, npt.NDArray[Any]]


def _through(
    columns: ItemColumns, ends: Sequence[date], moves: Moves, back: Moves, allocated: bool
) -> Iterator[ItemColumns]:
    rows, amounts, edges = moves
    opens = (columns.amount if allocated else columns.open).copy()
    counts = BALANCE[columns.kind]
    for rank, end in enumerate(ends):
        moved = slice(edges[rank], edges[rank + 1])
        add_into(opens, rows[moved], amounts[moved])
        now = opens if counts.all() else np.where(counts, opens, 0)
        came = (back[2] <= days(end)) & (back[0] >= 0)
        now = without_returned(now, back[0][came], back[1][came])
        here = np.flatnonzero((now != 0) & (columns.doc <= days(end)))
        open_rows = {name: getattr(columns, name)[here] for name in BY_ROW if name != "open"}
        yield columns._replace(**open_rows, open=now[here])


def _moves(ledger: Ledger, rank: npt.NDArray[np.int64], ends: Sequence[date], when: When) -> Moves:
    """What allocations, and their end, do to rows of the columns; where each date's begin."""
    links = ledger.resolved(when.exists_by).links
    since, until = link_days(ledger, when)
    counts = np.ones(len(since), dtype=bool) if until is None else since < until
    if links.moves is not None:
        counts &= links.moves
    lines = np.array([days(end) for end in ends])
    parts = []
    for day, sign in ((since, 1), (until, -1)):
        if day is None:
            continue
        tied = np.flatnonzero(counts & (day <= lines[-1]))
        at = np.searchsorted(lines, day[tied])  # the first date by which it has happened
        lost, got = -sign * links.amount[tied], sign * links.given[tied]
        parts += [(rank[links.target[tied]], lost, at), (rank[links.source[tied]], got, at)]
    rows, amounts, at = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.flatnonzero(rows >= 0)
    order = order[np.argsort(at[order], kind="stable")]
    edges = np.searchsorted(at[order], np.arange(len(ends) + 1))
    return rows[order], amounts[order], edges


def too_large(values: Ints) -> bool:
    """Whether sums of these values might not fit into 64 bits."""
    if not len(values):
        return False
    largest = max(abs(int(values.max())), abs(int(values.min())))
    if largest * len(values) <= SAFE:
        return False
    if largest > SAFE:
        return True
    parts = (np.abs(values[block]).sum(dtype=np.float64) for block in blocks(len(values)))
    return float(sum(parts)) > SAFE


def shares(top: Any, bottom: Any, invalid: Any) -> Cells:
    """``top / bottom`` as floats; not known where the bottom is zero."""
    with np.errstate(all="ignore"):
        values = top.astype(np.float64) / bottom.astype(np.float64)
    states = np.where(invalid, State.INVALID, np.where(bottom == 0, State.UNKNOWN, State.KNOWN))
    return Cells(np.where(states == State.KNOWN, values, np.nan), states.astype(np.uint8))


def cells_of(name: str, values: Sequence[Any]) -> Cells:
    """A column of a figure from values worked out one by one."""
    whole = name in WHOLE
    states = [
        State.INVALID
        if value is INVALID
        else State.UNKNOWN
        if value is None
        else State.UNDEFINED
        if value is UNDEFINED
        else State.KNOWN
        for value in values
    ]
    empty: Any = 0 if whole else np.nan
    clean = [
        value if state == State.KNOWN else empty
        for value, state in zip(values, states, strict=True)
    ]
    column = np.array(clean, dtype=np.int64 if whole else np.float64)
    return Cells(column, np.array(states, dtype=np.uint8))
