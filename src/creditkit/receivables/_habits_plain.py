"""The short way of `habits`: what was paid in one sum, or not at all, in one pass over a ledger's columns.

`_settling` says on which day each item was paid. The items of which one day does not say it, and the
accounts that have free money, go the long way of `_habits_many`; both ways are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import blocks
from creditkit._columns import Cells, Codes
from creditkit.facts._links import Rows, existence
from creditkit.facts.ledger import Ledger
from creditkit.receivables._balances import balances_of
from creditkit.receivables._free import free_of_many
from creditkit.receivables._habits import NAMES, YEAR, Variant
from creditkit.receivables._habits_many import Sums, fits, paid_of_many, sums_of_many
from creditkit.receivables._item_columns import columns_at, too_large
from creditkit.receivables._settling import BLOCK, Settling, due_days, settling_of
from creditkit.receivables.open_items import Ints, Mask, converted_to, days, opened_columns
from creditkit.receivables.reading import Reading

__all__ = ["short_habits"]


def short_habits(
    ledger: Ledger, accounts: Sequence[str], how: Reading, variant: Variant
) -> dict[str, Cells] | None:
    """`habits` of a ledger; None where only the long way leads there."""
    if ledger.open_as_of is not None or not len(ledger):
        return None
    settling = settling_of(ledger, how.when)
    free = settling.free_at(ledger, how.when)
    tally = _plain(ledger, settling, free, how, variant)
    if tally is None:
        return None
    names = accounts if accounts is ledger.by_name else list(dict.fromkeys(accounts))
    rest = None
    if free is not None or len(settling.special):
        rest = _rest(ledger, names, settling, free, how, variant)
        if rest is None:
            return None
    cells = tally.cells_of(ledger, names, how, rest)
    if len(accounts) == len(names):
        return cells
    rank = {name: at for at, name in enumerate(names)}
    rows = np.array([rank[name] for name in accounts], dtype=np.intp)
    return {name: column.take(rows) for name, column in cells.items()}


def _rest(
    ledger: Ledger,
    names: Sequence[str],
    settling: Settling,
    free: Mask | None,
    how: Reading,
    variant: Variant,
) -> Sums | None:
    """The long way for what the short one left; None where 64 bits might not hold it."""
    owners, at = cast(Codes, ledger.items["account"]).values, ledger.ranks(names)
    rows: Any = settling.special
    ties = None if free is not None else settling.ties
    if free is not None:
        left = free[owners]
        left[rows] = True
        found = ledger.resolved(how.exists_by)
        rows = np.flatnonzero(left if found.readable is None else left & found.readable)
    exists = existence(ledger.items, how.exists_by)[rows] <= days(how.as_of)
    rows = rows[exists & (at[owners[rows]] >= 0)]
    opens: Any = np.zeros(len(rows), dtype=np.int64)
    if free is not None:
        values = opened_columns(ledger, how.when)
        if values.dtype == object or too_large(values[rows]):
            return None
        opens = values[rows]
    columns = columns_at(ledger, names, how.when, rows, opens)
    if columns is None:
        return None
    owed = balances_of(ledger, columns, how) if free is not None else None
    if free is not None and owed is None:
        return None
    paid = paid_of_many(ledger, columns, how, ties)
    free_money = free_of_many(ledger, columns, how, owed, paid)
    return sums_of_many(ledger, columns, how, paid, free_money, variant)


_WEIGHTED: Final = 2  # the places of an account's sums, see _Tally
_SETTLED: Final = 3
_WIDTH: Final = 5
_BITS: Final = 24
_MOST_DAYS: Final = 1 << 38


class _Tally:
    """Sums by account, those of one side by side: to add a row to all of them costs one way to memory.

    They are amounts on time and not on time, days late by amount, and of what was settled and of what
    is open the count and, from bit 24 on, the days late.
    """

    def __init__(self, accounts: int) -> None:
        self.cells = np.zeros((accounts + 1, _WIDTH), dtype=np.int64)  # the last: of nobody
        # what was taken apart before, where there are more rows than 24 bits count
        self.whole: Ints | None = None
        self.rows = self.days = 0
        self.largest = 0.0  # no sum of weighted days is above it
        self.lacking = np.zeros(accounts + 1, dtype=bool)

    def add(self, account: Rows, minor: Ints, after: Ints, is_open: Mask) -> None:
        """Rows: their account, amount, days late, and whether they are open."""
        if not len(account):
            return
        late, total = after > 0, int(after.sum())
        self.largest += float(minor.max()) * (float(after.max()) + 1) * len(account)
        if self.rows + len(account) >= 1 << _BITS or self.days + total >= _MOST_DAYS:
            self._take_apart()
        self.rows, self.days = self.rows + len(account), self.days + total
        cells, place = self.cells.reshape(-1), account * np.intp(_WIDTH)
        np.add.at(cells, place + late, minor)
        place += _WEIGHTED
        np.add.at(cells, place, minor * after)
        place += _SETTLED - _WEIGHTED
        place += is_open
        np.add.at(cells, place, (after << _BITS) + 1)

    def _take_apart(self) -> None:
        """The counts and the days of what was added, each for itself; rarely, by and by."""
        parts = np.stack(_parts(self.cells), axis=1)
        self.whole = parts if self.whole is None else self.whole + parts
        self.cells[:, _SETTLED:] = 0
        self.rows = self.days = 0

    def cells_of(
        self, ledger: Ledger, names: Sequence[str], how: Reading, rest: Sums | None
    ) -> dict[str, Cells]:
        """The figures of some accounts, in their order, with what the long way found beside."""
        place, unknown = ledger.ranks(names)[:-1], ledger.resolved(how.exists_by).unknown
        here = np.flatnonzero(place >= 0)
        codes = np.full(len(names), -1)  # the last cells: of nobody
        codes[place[here]] = here
        found = []
        for block in blocks(len(names), BLOCK) if names else [slice(0, 0)]:
            sums = self._sums(codes[block], unknown)
            found.append((sums if rest is None else sums.plus(rest.cut(block))).cells())
        return {name: _joined([one[name] for one in found]) for name in NAMES}

    def _sums(self, codes: npt.NDArray[np.intp], unknown: Mask | None) -> Sums:
        cells = self.cells[codes]
        parts = _parts(cells)
        if self.whole is not None:
            parts = tuple(
                part + more for part, more in zip(parts, self.whole[codes].T, strict=True)
            )
        settled, counted, simple = parts
        broken = np.zeros(len(codes), dtype=bool)
        if unknown is not None:  # a row of no account leaves those unknown that have none
            broken = unknown[codes] & (codes >= 0)
        return Sums(
            settled=settled,
            counted=counted,
            weight=cells[:, 0] + cells[:, 1],
            on_time=cells[:, 0],
            weighted=cells[:, _WEIGHTED],
            simple=simple,
            broken=broken,
            no_rate=broken | self.lacking[codes],
        )


def _joined(parts: list[Cells]) -> Cells:
    values = np.concatenate([one.values for one in parts])
    if all(one.states is None for one in parts):
        return Cells(values)
    return Cells(values, np.concatenate([one.all_states() for one in parts]))


def _parts(cells: Ints) -> tuple[Ints, ...]:
    """How many were settled, how many count, and the days late, out of the cells that hold both."""
    settled, open_ = cells[:, _SETTLED], cells[:, _SETTLED + 1]
    count = (1 << _BITS) - 1
    of_settled = settled & count
    return of_settled, of_settled + (open_ & count), (settled >> _BITS) + (open_ >> _BITS)


def _plain(
    ledger: Ledger, settling: Settling, free: Mask | None, how: Reading, variant: Variant
) -> _Tally | None:
    """The tally of what was paid in one sum or not at all; None where 64 bits might not hold it.

    ``free`` are accounts to pass over. `NO_DAY` is before every year, and so in no figure.
    """
    items, now = ledger.items, np.int32(days(how.as_of))
    start = now - YEAR
    owners, amounts = cast(Codes, items["account"]), items["amount"].values
    tally = _Tally(len(owners.names))
    for block in blocks(len(amounts), BLOCK):
        paid, due = settling.day[block], due_days(ledger, block)
        here = paid <= now
        if variant == "with_overdue":
            here |= due < now
        here &= paid > start
        if free is not None:
            here &= ~free[owners.values[block]]
        rows = np.flatnonzero(here)
        account, minor, day = owners.values[block][rows], amounts[block][rows], paid[rows]
        after = np.maximum(np.minimum(day, now) - due[rows], 0).astype(np.int64)
        found: Any = account, minor, after, day > now
        tally.add(*_material(ledger, how, tally, block.start + rows, found))
    return tally if fits(tally.largest) else None


def _material(
    ledger: Ledger, how: Reading, tally: _Tally, rows: npt.NDArray[np.intp], found: Any
) -> Any:
    """The rows that are no small remainders, their amounts in the currency of the reading."""
    account, minor, *rest = found
    currency, lacking = cast(Codes, ledger.items["currency"]), None
    if currency.names != (how.currency,):
        codes = currency.values[rows]
        minor, lacking = converted_to(minor, codes, currency.names, how.currency, how.rates)
    if lacking is not None:
        tally.lacking[account[lacking]] = True
    if not how.trifle:
        return account, minor, *rest
    material = minor >= how.trifle
    if lacking is not None:
        material |= lacking
    return tuple(column[material] for column in (account, minor, *rest))
