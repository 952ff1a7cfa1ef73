"""The kernel of `habits` for many customers, in columns: to the last bit what `_habits` gives for each."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, State
from creditkit.facts._links import HABITS
from creditkit.facts.kinds import KINDS, Habit, ItemKind
from creditkit.facts.ledger import Ledger
from creditkit.receivables._free import NEVER, Free, Paid
from creditkit.receivables._habits import NAMES, PAYS, YEAR, Item, Variant
from creditkit.receivables._item_columns import SAFE, ItemColumns, shares
from creditkit.receivables.open_items import (
    Ints,
    Mask,
    Tie,
    active_links,
    converted_to,
    days,
)
from creditkit.receivables.reading import Reading

__all__ = ["Sums", "fits", "habits_of_many", "overdrawn", "paid_of_many", "sums_of_many"]

_NEVER: Final = np.iinfo(np.int32).min
_PAYS: Final = np.array([one in PAYS for one in HABITS])
_CREDIT: Final = HABITS.index(Habit.CREDIT)
_LOSS: Final = HABITS.index(Habit.LOSS)
_DEBIT_NOTE: Final = KINDS.index(ItemKind.DEBIT_NOTE)


def paid_of_many(
    ledger: Ledger, columns: ItemColumns, how: Reading, among: npt.NDArray[Any] | None = None
) -> Paid:
    """The allocations that count at the date of a reading; of some of them, or of all."""
    active, day = active_links(ledger, how.when, among)
    links = ledger.resolved(how.exists_by).links
    index = np.full(len(ledger) + 1, -1, dtype=np.int32)  # the last: a row of -1
    index[columns.rows] = np.arange(len(columns.rows), dtype=np.int32)
    row = index[links.target[active]]
    if links.met is not None:
        day = np.maximum(day, links.met[active])
    ties = Paid(row.astype(np.intp), day, links.amount[active], links.habit[active])
    return ties if bool((row >= 0).all()) else ties.of(row >= 0)


class Sums(NamedTuple):
    """What the habits of accounts are worked out from: how many items were settled, and of those that
    count how many, their amounts, what of these was on time, the days late by amount, and as they are.
    ``broken`` are accounts of which nothing is known, ``no_rate`` those without figures in money.
    """

    settled: Ints
    counted: Ints
    weight: Ints
    on_time: Ints
    weighted: Ints
    simple: Ints
    broken: Mask
    no_rate: Mask

    def plus(self, other: Sums) -> Sums:
        """The sums of two parts of the same accounts' rows."""
        pairs: Any = zip(self, other, strict=True)
        return Sums(*(first + second for first, second in pairs))  # of masks + is or

    def cut(self, block: slice) -> Sums:
        """The sums of some accounts."""
        parts: Any = (column[block] for column in self)
        return Sums(*parts)

    def cells(self) -> dict[str, Cells]:
        """The figures."""
        state = np.where(self.broken, State.INVALID, 0).astype(np.uint8)
        return {
            "settled_count": Cells(np.where(self.broken, 0, self.settled), state),
            "on_time_share": shares(self.on_time, self.weight, self.no_rate),
            "average_days_late": shares(self.weighted, self.weight, self.no_rate),
            "simple_days_late": shares(self.simple, self.counted, self.broken),
        }


def habits_of_many(
    ledger: Ledger, columns: ItemColumns, how: Reading, paid: Paid, free: Free, variant: Variant
) -> dict[str, Cells] | None:
    """`habits` of a columns; None where 64 bits might not hold the weighted days."""
    if ledger.open_as_of is not None:
        state = np.where(columns.broken, State.INVALID, State.UNKNOWN).astype(np.uint8)
        zeros = np.zeros(columns.size, dtype=np.int64)
        return {
            name: Cells(zeros if name == "settled_count" else zeros * 1.0, state) for name in NAMES
        }
    sums = sums_of_many(ledger, columns, how, paid, free, variant)
    return None if sums is None else sums.cells()


def sums_of_many(
    ledger: Ledger, columns: ItemColumns, how: Reading, paid: Paid, free: Free, variant: Variant
) -> Sums | None:
    """The sums of a columns; None where 64 bits might not hold the weighted days."""
    found = _settled(ledger, columns, how, paid, free)
    past = days(how.as_of) - columns.due
    settled = found.settled & (found.day > days(how.as_of) - YEAR)
    settled &= (columns.kind != _DEBIT_NOTE) | (found.day > columns.doc)
    late = np.zeros(len(settled), dtype=bool)
    if variant == "with_overdue":
        late = found.unpaid & ((past > 0) | found.written_off)
    late &= ~found.wholly
    here = np.flatnonzero((settled & ~found.wholly) | late)
    own = np.zeros(len(columns.rows), dtype=np.int64)
    own[here] = found.weight[here]
    own, lacking = columns.converted(own, how.currency, how.rates)
    material = own[here] >= how.trifle
    if lacking is not None:
        material |= lacking[here]
    settled[here[~material]] = False  # a small remainder
    here = here[material]
    after = np.where(late[here], past[here], found.day[here] - columns.due[here])
    after = np.maximum(after, 0)
    timely = ~late[here] & (after == 0)
    minor = own[here]
    if not fits(float((minor * 1.0 * np.maximum(after, 1)).sum())):
        return None
    rows = np.flatnonzero(settled)
    broken = columns.broken | columns.any(found.unknown) | free.invalid | overdrawn(columns, how)
    return Sums(
        settled=columns.totals(np.ones(len(rows), dtype=np.int64), rows),
        counted=columns.totals(np.ones(len(here), dtype=np.int64), here),
        weight=columns.totals(minor, here),
        on_time=columns.totals(np.where(timely, minor, 0), here),
        weighted=columns.totals(minor * after, here),
        simple=columns.totals(after, here),
        broken=broken,
        no_rate=broken | columns.any(lacking),
    )


def fits(weighted: float) -> bool:
    """Whether 64 bits hold sums of weighted days that come to so much."""
    return weighted <= SAFE


def overdrawn(columns: ItemColumns, how: Reading) -> Mask:
    """`_owed.overdrawn` of each account."""
    rows = np.flatnonzero((columns.open > 0) & (columns.amount <= 0))
    if not len(rows):
        return np.zeros(columns.size, dtype=bool)
    over, lacking = converted_to(
        columns.open[rows], columns.currency[rows], columns.currencies, how.currency, how.rates
    )
    asked = over >= max(1, how.trifle)
    return columns.any(rows[asked if lacking is None else asked | lacking])


class _Settled(NamedTuple):
    """Of each row: on which day it was settled, whether at all; whether it was to be paid and was not,
    and whether that is because it was written off; what it weighs; and rows that are not known."""

    day: Ints
    settled: Mask
    unpaid: Mask
    written_off: Mask
    weight: Ints
    wholly: Mask
    unknown: npt.NDArray[Any]


def _settled(
    ledger: Ledger, columns: ItemColumns, how: Reading, paid: Paid, free: Free
) -> _Settled:
    size, now = len(columns.rows), days(how.as_of)
    payable, cash = columns.amount, list[Paid]()
    lost: Any = 0
    to_come: Any = 0
    for ties in (paid, free.paid):
        pays = _PAYS[ties.habit]
        if not pays.all():
            payable = payable - ties.of(ties.habit == _CREDIT).sums(size)
            lost = lost + ties.of(ties.habit == _LOSS).sums(size)
            ties = ties.of(pays)
        later = ties.day > now  # bills that are not met yet
        if later.any():
            to_come = to_come + ties.of(later).sums(size)
            ties = ties.of(~later)
        cash.append(ties)
    matched, from_free = cash
    last = np.full(size, _NEVER, dtype=np.int32)
    np.maximum.at(last, matched.row, matched.day)
    asked_for = columns.owed & (payable > 0)
    claim = _claims(ledger, columns, how, payable)
    wholly = (claim > 0) & (claim == payable)
    weight = payable - claim
    claim = np.where(wholly, 0, claim)
    by_free = from_free.sums(size) if len(from_free.row) else None
    left = by_match = payable - matched.sums(size)
    latest = last.astype(np.int64)
    if by_free is not None:
        left = by_match - by_free
        np.maximum.at(latest, from_free.row, from_free.day)
    if free.covered is not None:
        latest = np.maximum(latest, np.where(free.covered < NEVER, free.covered, _NEVER))
    open_ = asked_for & (left > claim)
    asked = asked_for & (open_ | (latest > now - YEAR))
    day, done, unknown = _by_match(columns, how, matched, last, payable, by_match, claim, asked)
    if by_free is not None:
        rows = np.flatnonzero(asked & ~done & (by_free > 0))
        rows = rows[~np.isin(rows, unknown)]
        enough, lacking = _done(columns, rows, left[rows], claim, how)
        unknown = np.concatenate([unknown, rows[lacking]])
        rows = rows[enough]
        done[rows], day[rows] = True, latest[rows]
    if free.covered is not None:
        day = np.minimum(day, free.covered)
    unpaid = open_ & ~done
    if isinstance(to_come, np.ndarray):
        unpaid &= left - to_come > claim
    written_off = np.zeros(size, dtype=bool)
    if isinstance(lost, np.ndarray):
        written_off = (lost > 0) & (left - lost <= claim)
    return _Settled(day, done, unpaid, written_off, weight, wholly, unknown)


def _by_match(
    columns: ItemColumns,
    how: Reading,
    ties: Paid,
    last: npt.NDArray[np.int32],
    payable: Ints,
    left: Ints,
    claim: Ints,
    asked: Mask,
) -> tuple[Ints, Mask, npt.NDArray[Any]]:
    """On which day, and whether at all, rows were settled by what was matched; rows not known."""
    size = len(payable)
    day = last.astype(np.int64)
    rows = np.flatnonzero(asked & (last > _NEVER))
    done, lacking = _done(columns, rows, left[rows], claim, how)
    unknown = [rows[lacking]]
    early = ties.day < last[ties.row]
    if early.any():  # several days' payments: the last of them may have come after the day
        before = ties.of(early).sums(size)
        several = rows[done & (before[rows] > 0)]
        sooner = payable[several] - before[several]
        done_before, lacking = _done(columns, several, sooner, claim, how)
        unknown.append(several[lacking])
        several = several[done_before]
        found = _ties_of(ties, several, size) if len(several) else {}
        for row in several.tolist():
            name = columns.currencies[columns.currency[row]]
            item = Item(int(payable[row]), int(claim[row]), name)
            on = item.settled(found[row], how)
            if isinstance(on, date):
                day[row] = days(on)
            else:
                unknown.append(np.array([row]))
    settled = np.zeros(size, dtype=bool)
    settled[rows[done]] = True
    return day, settled, np.concatenate(unknown)


def _claims(ledger: Ledger, columns: ItemColumns, how: Reading, payable: Ints) -> Ints:
    """What is in dispute of each row and left out of habits."""
    disputes = ledger.items["disputed"]
    out = np.zeros(len(columns.rows), dtype=np.int64)
    if how.ignore_disputed and (disputes.states is None or not disputes.states.all()):
        given = np.where(disputes.known[columns.rows], disputes.values[columns.rows], 0)
        out = np.minimum(given, np.maximum(payable, 0))
    return out


def _done(
    columns: ItemColumns, rows: npt.NDArray[Any], left: Ints, claim: Ints, how: Reading
) -> tuple[Mask, Mask]:
    """`Item.done` for some rows with so much left; and where a rate is missing."""
    part = np.minimum(claim[rows], np.maximum(left, 0))
    done: Mask = left <= part
    lacking = np.zeros(len(rows), dtype=bool)
    if how.trifle:
        rest, no_rate = (np.where(done, 0, one) for one in (left, part)), columns.currency[rows]
        parts = [
            converted_to(one, no_rate, columns.currencies, how.currency, how.rates) for one in rest
        ]
        for _, absent in parts:
            if absent is not None:
                lacking |= absent
        done |= ~lacking & (parts[0][0] - parts[1][0] < how.trifle)
    return done, lacking


def _ties_of(ties: Paid, rows: npt.NDArray[Any], size: int) -> dict[int, list[Tie]]:
    """The payments of some rows, as `opened` has them."""
    wanted = np.zeros(size, dtype=bool)
    wanted[rows] = True
    out: dict[int, list[Tie]] = {}
    epoch = date(1970, 1, 1).toordinal()
    for index in np.flatnonzero(wanted[ties.row]).tolist():
        on = date.fromordinal(int(ties.day[index]) + epoch)
        out.setdefault(int(ties.row[index]), []).append(
            (on, int(ties.minor[index]), HABITS[ties.habit[index]])
        )
    return out
