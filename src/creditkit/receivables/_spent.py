"""Free money as payments: what is allocated to nothing, set against the oldest debt.

Tests of overdue, habits and the call list read a running account so, and what asks how long customers
took to pay reads it alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes
from creditkit.facts._links import HABITS
from creditkit.facts.ledger import Ledger
from creditkit.receivables._balances import balances_of
from creditkit.receivables._free import NEVER, free_of_many
from creditkit.receivables._habits_many import overdrawn as overdrawn_of_many
from creditkit.receivables._habits_many import paid_of_many
from creditkit.receivables._item_columns import columns_of
from creditkit.receivables._owed import covered_days, free_ties, overdrawn, owed_by
from creditkit.receivables._sums import Exact
from creditkit.receivables.open_items import Ints, Mask, days, opened
from creditkit.receivables.reading import Reading

__all__ = ["Spent", "spent"]


class Spent(NamedTuple):
    """The payments that free money makes: item row, day, amount in the row's currency, and what it says.

    ``covered`` is for every item the day on which the free money of that day was first enough for it,
    `NEVER` for none; ``unknown`` are the accounts, of those asked for, of which this is not known, for
    want of a rate or because some money gave more than it had.
    """

    row: Ints
    day: Ints
    minor: Exact
    habit: npt.NDArray[np.int8]
    covered: Ints
    unknown: Mask


def spent(ledger: Ledger, accounts: Sequence[str], how: Reading) -> Spent:
    """What free money pays of some accounts, which must not repeat."""
    columns = columns_of(ledger, accounts, how.when)
    if columns is None:
        return _one_by_one(ledger, accounts, how)
    owed, unknown = None, overdrawn_of_many(columns, how)
    if (columns.open < 0).any():
        owed = balances_of(ledger, columns, how)
        if owed is None:
            return _one_by_one(ledger, accounts, how)
    free = free_of_many(ledger, columns, how, owed, paid_of_many(ledger, columns, how))
    covered = np.full(len(ledger), NEVER)
    if free.covered is not None:
        covered[columns.rows] = free.covered
    row, day, minor, habit = free.paid
    rows = columns.rows[row].astype(np.int64)
    return Spent(rows, day.astype(np.int64), minor, habit, covered, unknown | free.invalid)


def _one_by_one(ledger: Ledger, accounts: Sequence[str], how: Reading) -> Spent:
    """The same from Python integers, where 64 bits might not hold the sums."""
    owners, at = cast(Codes, ledger.items["account"]).values, ledger.ranks(accounts)
    unknown, covered = np.zeros(len(accounts), dtype=bool), np.full(len(ledger), NEVER)
    found: list[tuple[Any, ...]] = []
    for place, name in enumerate(accounts):
        items = ledger.account(name).account_items_by(how.exists_by)
        if items.broken:
            continue
        state = opened(items, how.when)
        owed = owed_by(items, how, state)
        unknown[place] = overdrawn(items, how, state)
        if owed is None:
            free = zip(state[0], items.docs, strict=True)
            unknown[place] |= any(left < 0 and doc <= how.as_of for left, doc in free)
            continue
        rows = np.flatnonzero(at[owners] == place).tolist()
        for index, ties in free_ties(owed).items():
            found += [(rows[index], days(on), own, HABITS.index(habit)) for on, own, habit in ties]
        for index, on in covered_days(items, how, state, owed).items():
            covered[rows[index]] = days(on)
    cells: Any = zip(*found, strict=True) if found else ([], [], [], [])
    row, day, minor, habit = (np.array(column, dtype=object) for column in cells)
    return Spent(
        row.astype(np.int64), day.astype(np.int64), minor, habit.astype(np.int8), covered, unknown
    )
