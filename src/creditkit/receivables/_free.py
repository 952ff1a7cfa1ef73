"""Free credits and cash of many customers, set against their oldest items: as `_owed` does for one.

Of each account the debts lie end to end on a line, the oldest first, and so do the credits, the
earliest first. Where one of either ends, an allocation ends; so all of them are found by sorting.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from creditkit.facts._links import HABITS
from creditkit.facts.kinds import KINDS, Habit
from creditkit.facts.ledger import Ledger
from creditkit.receivables._balances import Balances
from creditkit.receivables._item_columns import OVERDUE, ItemColumns, by_age
from creditkit.receivables._owed import FREE, Debt, covered_on, free_habit, surplus
from creditkit.receivables.open_items import Ints, Mask, add_into, days
from creditkit.receivables.reading import Reading

__all__ = ["NEVER", "Free", "Paid", "free_of_many"]

_HABIT: Final = np.array(
    [HABITS.index(free_habit(kind.part.habit)) for kind in KINDS], dtype=np.int8
)
_BILL: Final = HABITS.index(Habit.BILL)
_CREDIT: Final = HABITS.index(Habit.CREDIT)
_ORDER: Final = np.array([FREE.index(one) if one in FREE else 0 for one in HABITS])


class Paid(NamedTuple):
    """What is matched to the rows of a columns: the row, the day, how much, what it says of the customer."""

    row: npt.NDArray[np.intp]
    day: npt.NDArray[np.int32]
    minor: Ints
    habit: npt.NDArray[np.int8]

    def of(self, rows: Any) -> Paid:
        """Some of them."""
        columns: Any = (column[rows] for column in self)
        return Paid(*columns)

    def sums(self, size: int) -> Ints:
        """How much each row has."""
        out = np.zeros(size, dtype=np.int64)
        add_into(out, self.row, self.minor)
        return out


class Free(NamedTuple):
    """The free credits as allocations to the rows that they cover; the day on which each row was
    covered, `NEVER` for none, None where nothing is free; and the accounts of which that is not known,
    for want of a rate."""

    paid: Paid
    covered: Ints | None
    invalid: Mask


NEVER: Final = np.iinfo(np.int64).max

_NOBODY: Final = Paid(
    np.zeros(0, dtype=np.intp),
    np.zeros(0, dtype=np.int32),
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.int8),
)


def free_of_many(
    ledger: Ledger, columns: ItemColumns, how: Reading, owed: Balances | None, paid: Paid
) -> Free:
    """The free credits of columns, beside what is matched to their rows; None owed where none is free."""
    invalid = np.zeros(columns.size, dtype=bool)
    if owed is None:
        return Free(_NOBODY, None, invalid)
    opens, tested, held = owed.opens, owed.tested, owed.held
    given = np.flatnonzero(columns.open < 0)
    if owed.lacking is not None and len(given):
        invalid = columns.any(owed.lacking) & columns.any(given)
    pool = np.maximum(columns.totals(-opens[given], given) - held, 0)
    given = given[pool[columns.account[given]] > 0]
    if not len(given):
        return Free(_NOBODY, None, invalid)
    covered = np.full(len(columns.rows), NEVER)
    credits = _Credits(columns, given, opens, held, pool, paid)
    debts = np.flatnonzero((tested > 0) & (pool[columns.account] > 0))
    debts = debts[by_age(ledger, columns, debts)]
    if len(debts):
        _cover(columns, how, credits, debts, tested, pool, covered)
    _cover_again(ledger, columns, how, credits, paid, covered)
    if not len(debts):
        return Free(_NOBODY, covered, invalid)
    own = np.maximum(columns.open[debts], 0)
    if how.ignore_disputed:
        own -= np.minimum(_disputed(ledger, columns, debts), own)
    end, start = _ends(columns.account[debts], tested[debts], np.zeros_like(held), pool)
    cuts = np.unique(np.concatenate([start, end, credits.start, credits.end]))
    begin, amount = cuts[:-1], np.diff(cuts)
    debt = np.searchsorted(end, begin, side="right")
    credit = np.searchsorted(credits.end, begin, side="right")
    inside = (debt < len(debts)) & (credit < len(credits.end))
    begin, amount, debt, credit = (one[inside] for one in (begin, amount, debt, credit))
    inside = (start[debt] <= begin) & (credits.start[credit] <= begin)
    begin, amount, debt, credit = (one[inside] for one in (begin, amount, debt, credit))
    row = debts[debt]
    minor = _in_own(amount, begin - start[debt], tested[row], own[debt])
    since = np.maximum(credits.day[credit], columns.doc[row]).astype(np.int32)
    return Free(Paid(row.astype(np.intp), since, minor, credits.habit[credit]), covered, invalid)


class _Credits:
    """The free credits by account, in the order in which they are used."""

    def __init__(
        self, columns: ItemColumns, given: Ints, opens: Ints, held: Ints, pool: Ints, paid: Paid
    ) -> None:
        day = columns.doc[given].copy()
        habit = _HABIT[columns.kind[given]]
        bills = habit == _BILL
        day[bills] = np.maximum(day[bills], columns.due[given[bills]])
        amount = -opens[given]
        over = np.flatnonzero(columns.amount[given] >= 0)
        if len(over):
            given, day, habit, amount = _with_surplus(
                columns, given, day, habit, amount, over, paid
            )
        order = np.lexsort((amount, _ORDER[habit], day, columns.account[given]))
        given, self.day, self.habit = given[order], day[order], habit[order]
        self.account = columns.account[given]
        self.end, self.start = _ends(self.account, amount[order], held, pool)
        self.room = np.concatenate([[0], np.cumsum(pool)])
        cash = np.flatnonzero(self.end > self.start)
        self.first = np.full(columns.size, -1)  # the first of each account that is not held
        self.first[self.account[cash[::-1]]] = cash[::-1]


def _with_surplus(
    columns: ItemColumns,
    given: Ints,
    day: Ints,
    habit: npt.NDArray[np.int8],
    amount: Ints,
    over: npt.NDArray[np.intp],
    paid: Paid,
) -> tuple[Ints, Ints, npt.NDArray[np.int8], Ints]:
    """Of what was paid too much, each part on the day on which it came."""
    ties: dict[int, list[tuple[int, int]]] = {row: [] for row in given[over].tolist()}
    wanted = np.zeros(len(columns.rows), dtype=bool)
    wanted[given[over]] = True
    some = paid.of(wanted[paid.row])
    cells = (some.row.tolist(), some.day.tolist(), some.minor.tolist())
    for row, on, minor in zip(*cells, strict=True):
        ties[row].append((on, minor))
    kept = np.ones(len(given), dtype=bool)
    more: list[tuple[int, int, int, int]] = []
    for at in over.tolist():
        row = int(given[at])
        if ties[row]:
            kept[at] = False
            parts = surplus(
                int(columns.amount[row]), ties[row], -int(columns.open[row]), int(amount[at])
            )
            more += [(row, max(int(day[at]), on), int(habit[at]), part) for on, part in parts]
    new = np.array(more, dtype=np.int64).reshape(-1, 4)
    return (
        np.concatenate([given[kept], new[:, 0]]),
        np.concatenate([day[kept], new[:, 1]]),
        np.concatenate([habit[kept], new[:, 2].astype(np.int8)]),
        np.concatenate([amount[kept], new[:, 3]]),
    )


def _cover(
    columns: ItemColumns,
    how: Reading,
    credits: _Credits,
    debts: Ints,
    tested: Ints,
    pool: Ints,
    covered: Ints,
) -> None:
    """On which day free money covered each debt, where nothing was matched after the first of it."""
    account = columns.account[debts]
    upto = np.cumsum(tested[debts])
    first = np.concatenate([[True], account[1:] != account[:-1]])
    need = upto - (upto - tested[debts])[first][np.cumsum(first) - 1] - max(0, how.trifle - 1)
    at = np.searchsorted(credits.end, credits.room[account] + np.maximum(need, 1), side="left")
    enough = (need <= pool[account]) & (credits.first[account] >= 0)
    at = np.maximum(at, credits.first[account])[enough]
    day = credits.day[at]
    rows, known = debts[enough], day <= days(how.as_of)
    covered[rows[known]] = np.maximum(day, columns.doc[rows])[known]


def _cover_again(
    ledger: Ledger, columns: ItemColumns, how: Reading, credits: _Credits, paid: Paid, covered: Ints
) -> None:
    """The same for the accounts where more was matched after the first free money came, one by one."""
    today = days(how.as_of)
    since = np.full(columns.size, NEVER)
    there = credits.first >= 0
    since[there] = credits.day[credits.first[there]]
    since[since > today] = NEVER
    falls_due = OVERDUE[columns.kind] & (columns.amount > 0)
    kept = falls_due[paid.row] & (since[columns.account[paid.row]] < NEVER)
    if not kept.any():
        return
    paid = paid.of(kept)
    on = np.minimum(paid.day, today)
    late = (on > since[columns.account[paid.row]]) & (paid.habit != _CREDIT)
    asked = columns.any(paid.row[late])
    if not asked.any():
        return
    covered[asked[columns.account]] = NEVER
    rows = np.flatnonzero(falls_due & asked[columns.account])
    rows = rows[by_age(ledger, columns, rows)]
    mine = np.flatnonzero(asked[columns.account[paid.row]])
    mine = mine[np.argsort(paid.row[mine], kind="stable")]
    row, day, minor, habit = (column[mine].tolist() for column in (paid.row, on, *paid[2:]))
    ties: dict[int, list[tuple[int, int]]] = {}
    credited: dict[int, int] = {}
    for index, when, much, what in zip(row, day, minor, habit, strict=True):
        if what == _CREDIT:
            credited[index] = credited.get(index, 0) + much
        else:
            ties.setdefault(index, []).append((when, much))
    claimed, amounts = _disputed(ledger, columns, rows).tolist(), columns.amount[rows].tolist()
    names = [columns.currencies[code] for code in columns.currency[rows].tolist()]
    debts = [
        Debt(amount - credited.get(index, 0), claim, name, ties.get(index, ()))
        for index, amount, claim, name in zip(rows.tolist(), amounts, claimed, names, strict=True)
    ]
    owner = columns.account[rows]
    for account in np.flatnonzero(asked).tolist():
        begin, end = np.searchsorted(owner, [account, account + 1]).tolist()
        first, last = np.searchsorted(credits.account, [account, account + 1]).tolist()
        amounts = (credits.end - credits.start)[first:last].tolist()
        free = list(zip(credits.day[first:last].tolist(), amounts, strict=True))
        cash = [one for one in free if one[1]]
        found = covered_on(debts[begin:end], cash, today, how)
        for index, when in zip(rows[begin:end].tolist(), found, strict=True):
            if when is not None:
                covered[index] = max(when, int(columns.doc[index]))


def _disputed(ledger: Ledger, columns: ItemColumns, rows: Ints) -> Ints:
    """What is in dispute of some rows, as it was given."""
    disputes, at = ledger.items["disputed"], columns.rows[rows]
    if disputes.states is not None and not disputes.known.any():
        return np.zeros(len(rows), dtype=np.int64)
    return np.where(disputes.known[at], disputes.values[at], 0)


def _ends(account: Ints, amounts: Ints, skipped: Ints, pool: Ints) -> tuple[Ints, Ints]:
    """Where each amount ends, and starts, on a line on which each account has the room of its pool.

    The first ``skipped`` of an account, and what passes the pool, have no room.
    """
    upto = np.cumsum(amounts)
    first = np.concatenate([[True], account[1:] != account[:-1]])
    base = (upto - amounts)[first][np.cumsum(first) - 1]
    room = np.concatenate([[0], np.cumsum(pool)])
    end = np.clip(upto - base - skipped[account], 0, pool[account])
    start = np.clip(upto - amounts - base - skipped[account], 0, pool[account])
    return room[account] + end, room[account] + start


def _in_own(part: Ints, before: Ints, whole: Ints, own: Ints) -> Ints:
    """Parts of an amount in the currency of the item: its own amount by what is covered, downwards."""
    out = part.copy()
    other = np.flatnonzero(whole != own)
    for row in other.tolist():
        upto, total, mine = int(before[row]), int(whole[row]), int(own[row])
        out[row] = mine * (upto + int(part[row])) // total - mine * upto // total
    return out
