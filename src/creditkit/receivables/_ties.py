"""What the calculators of turnover, flow and provision ask of a ledger: its rows, and what is tied to them.

Whatever they know of kinds of documents and of allocations stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes
from creditkit.facts._links import HABITS, kind_codes
from creditkit.facts.kinds import KINDS, Habit
from creditkit.facts.ledger import Ledger
from creditkit.receivables.open_items import Ints, Mask, active_links, existing, opened_columns
from creditkit.receivables.reading import Reading

__all__ = [
    "CREDITS",
    "LOSES",
    "OTHER",
    "PAYS",
    "SORTS",
    "Ties",
    "is_sale",
    "is_to_pay",
    "lost_accounts",
    "owners_among",
    "rows_there",
    "ties_at",
    "with_free_cash",
]

PAYS, CREDITS, LOSES, OTHER = range(4)
"""What an allocation is to the item that it is set against: a payment, taken off, written off, else."""


class Ties(NamedTuple):
    """The allocations that count at a date, a row for each.

    ``target`` and ``source`` are item rows, -1 for none; ``amount`` is what the one loses, ``given``
    what the other gives, each in its own currency; ``day`` is that from which it counts, as days from
    1970, and ``sort`` one of `PAYS`, `CREDITS`, `LOSES` and `OTHER`.
    """

    target: Ints
    source: Ints
    amount: Ints
    given: Ints
    day: Ints
    sort: npt.NDArray[np.int8]


def ties_at(ledger: Ledger, how: Reading) -> Ties:
    """The allocations that count at the date of a reading; a bill pays on the day on which it is due."""
    rows, day = active_links(ledger, how.when)
    links = ledger.resolved(how.exists_by).links
    if links.met is not None:
        day = np.maximum(day, links.met[rows])
    return Ties(
        target=links.target[rows].astype(np.int64),
        source=links.source[rows].astype(np.int64),
        amount=links.amount[rows],
        given=links.given[rows],
        day=day.astype(np.int64),
        sort=SORTS[links.habit[rows]],
    )


_SORT_OF: Final = {
    Habit.CASH: PAYS,
    Habit.BILL: PAYS,
    Habit.CREDIT: CREDITS,
    Habit.LOSS: LOSES,
}
SORTS: Final = np.array([_SORT_OF.get(one, OTHER) for one in HABITS], dtype=np.int8)


def is_to_pay(ledger: Ledger) -> Mask:
    """The items that a customer has to pay and that payment times ask about."""
    table = np.array([one.part.habit is Habit.TO_PAY for one in KINDS] + [False])
    return cast(Mask, table[kind_codes(ledger.items)])


def is_sale(ledger: Ledger) -> Mask:
    """The items that are a sale, or take one back."""
    return cast(
        Mask, np.array([one.part.sale for one in KINDS] + [False])[kind_codes(ledger.items)]
    )


def rows_there(ledger: Ledger, how: Reading) -> Mask:
    """The items that can be read, exist at the date of a reading, and are somebody's debt."""
    counts = np.array([one.part.balance for one in KINDS] + [False])[kind_codes(ledger.items)]
    there: Mask = existing(ledger, how.when) & counts
    return there


def lost_accounts(ledger: Ledger, how: Reading) -> Mask:
    """By the names of the ledger's accounts: those with a row that cannot be read."""
    owners = cast(Codes, ledger.items["account"])
    unknown = ledger.resolved(how.exists_by).unknown
    return np.zeros(len(owners.names), dtype=bool) if unknown is None else unknown[:-1]


def with_free_cash(ledger: Ledger, how: Reading) -> list[str]:
    """The accounts, by name, that have money which is allocated to nothing at the date of a reading."""
    owners = cast(Codes, ledger.items["account"])
    pays = np.array([_SORT_OF.get(one.part.habit) == PAYS for one in KINDS] + [False])
    free = rows_there(ledger, how) & pays[kind_codes(ledger.items)]
    free[free] = opened_columns(ledger, how.when)[free] < 0
    return sorted(owners.names[code] for code in np.unique(owners.values[free]).tolist())


def owners_among(ledger: Ledger, accounts: Sequence[str], how: Reading) -> tuple[Ints, Mask]:
    """The place of the account of each item among those asked for, -1 for another; which are lost."""
    owners = cast(Codes, ledger.items["account"])
    at = ledger.ranks(accounts)
    broken = np.zeros(len(accounts), dtype=bool)
    gone = at[:-1][lost_accounts(ledger, how)]
    broken[gone[gone >= 0]] = True
    return at[owners.values], broken
