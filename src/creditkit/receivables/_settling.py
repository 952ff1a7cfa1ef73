"""On which day each document of a ledger was settled, as far as one allocation says it: found once.

Most invoices are paid in one sum by cash, or not at all. Of these one day says all there is to know,
at whatever date the ledger is read. The others are few, and have to be looked at.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import blocks
from creditkit._columns import Cells, Codes, State
from creditkit.facts._links import (
    HABITS,
    NEVER,
    NO_DAY,
    Links,
    Mask,
    Rows,
    existence,
    kind_codes,
)
from creditkit.facts.kinds import KINDS, Habit, ItemKind
from creditkit.facts.ledger import Ledger
from creditkit.receivables._item_columns import BALANCE, SAFE, TO_PAY
from creditkit.receivables.open_items import When, add_into, days, link_days

__all__ = ["BLOCK", "Settling", "due_days", "settling_of"]

BLOCK = 1 << 15
"""Rows whose columns stay in the second-level cache."""

_CASH = HABITS.index(Habit.CASH)
_DEBIT_NOTE = KINDS.index(ItemKind.DEBIT_NOTE)

Days = npt.NDArray[np.int32]


class Settling(NamedTuple):
    """How the items of a ledger were settled, whatever the date at which it is read.

    ``day`` is when each item that is to be paid was paid in one sum, `NEVER` for one that nothing is
    set against, `NO_DAY` for items that are not to be paid and for those of ``special``, of which one
    day does not say it: paid in parts, by a bill, credited, disputed. ``ties`` are the allocations to
    these. ``credits`` are the items that may be free money, or money that gave more than it had, and
    ``used`` the days on which they were used up. Free money of an account is set against its oldest
    items, whatever was matched to them; of money that gave too much nobody knows what it paid.
    """

    day: Days
    special: Rows
    ties: Rows
    credits: Rows
    used: Days

    def free_at(self, ledger: Ledger, when: When) -> Mask | None:
        """The accounts, by code, whose money may not be used up at a date; None where all is."""
        now = days(when.as_of)
        credits = self.credits[self.used > now]
        credits = credits[existence(ledger.items, when.exists_by)[credits] <= now]
        if not len(credits):
            return None
        owners = cast(Codes, ledger.items["account"])
        free = np.zeros(len(owners.names) + 1, dtype=bool)  # the last: of no account
        free[owners.values[credits]] = True
        return free


def settling_of(ledger: Ledger, when: When) -> Settling:
    """How the items of a ledger were settled; the last is kept, for it hangs on no date."""
    key, kept = (when.effective, when.exists_by), ledger._settling
    if kept is None or kept[0] != key:
        kept = key, _settling(ledger, when)
        ledger._settling = kept
    return cast(Settling, kept[1])


def due_days(ledger: Ledger, block: slice) -> Days:
    """The day on which items are due, that of their document where they have none."""
    due, doc = ledger.items["due_date"], ledger.items["doc_date"]
    out = _days32(due, block)
    if due.states is not None:
        out = np.where(due.states[block] == State.KNOWN, out, _days32(doc, block))
    return out


def _days32(dates: Cells, block: slice) -> Days:
    out: Days = dates.values[block].view(np.int64).astype(np.int32)
    return out


def _settling(ledger: Ledger, when: When) -> Settling:
    items, found = ledger.items, ledger.resolved(when.exists_by)
    since, links = link_days(ledger, when)[0], found.links
    day, odd = _paid_at_once(links, since, items["amount"].values)
    over = _too_much(links, odd, items["amount"].values)
    kinds = kind_codes(items)
    _mark_odd(ledger, when, kinds, day, odd)
    asked = TO_PAY[kinds]
    if found.readable is not None:
        asked &= found.readable
    special = odd & asked & (items["amount"].values > 0)
    day[odd | ~asked | (items["amount"].values <= 0)] = NO_DAY
    ties = (
        np.flatnonzero(special[links.target] & (links.target >= 0)) if special.any() else over[:0]
    )
    credits, used = _credits(ledger, links, since, kinds, found.readable)
    credits, used = np.append(credits, over), np.append(used, np.full(len(over), NEVER))
    rows = [one.astype(np.int32) for one in (np.flatnonzero(special), ties, credits)]
    return Settling(day, rows[0], rows[1], rows[2], used)


def _paid_at_once(links: Links, since: Days, amounts: npt.NDArray[np.int64]) -> tuple[Days, Mask]:
    """When each item was paid by the one allocation to it, and the items of which that does not say it."""
    day, odd, written = np.full(len(amounts), NEVER), np.zeros(len(amounts), dtype=bool), 0
    for block in blocks(len(links.target), BLOCK):
        target, dated = links.target[block], since[block]
        whole = (links.habit[block] == _CASH) & (links.amount[block] == amounts[target])
        if links.until is not None:
            whole &= links.until[block] == NEVER
        counts = target >= 0
        if links.moves is not None:
            counts &= links.moves[block]
        odd[target[counts & ~whole]] = True
        whole &= counts
        if not whole.all():
            target, dated = target[whole], dated[whole]
        day[target] = dated
        written += len(target)
    if np.count_nonzero(day < NEVER) < written:  # some have several
        counts = links.target >= 0
        if links.moves is not None:
            counts &= links.moves
        odd |= np.bincount(links.target[counts], minlength=len(amounts)) > 1
    return day, odd


def _too_much(links: Links, odd: Mask, amounts: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """The items to which more was allocated than they amount to, at some date or another."""
    rows = np.flatnonzero(odd)
    if not len(rows):
        return rows
    tied = np.flatnonzero(odd[links.target] & (links.target >= 0))
    total = np.bincount(links.target[tied], links.amount[tied], minlength=len(amounts))[rows]
    # where floats may not be exact: who is looked at for nothing is told the same
    return rows[(total > np.maximum(amounts[rows], 0)) | (total > 2.0**52)]


def _mark_odd(
    ledger: Ledger, when: When, kinds: npt.NDArray[np.int8], day: Days, odd: Mask
) -> None:
    """Items that are disputed, charged by debit note, or due before they exist."""
    disputed, exists = ledger.items["disputed"], existence(ledger.items, when.exists_by)
    if disputed.states is None or not disputed.states.all():
        odd |= disputed.known
    notes = np.zeros(len(KINDS) + 1, dtype=bool)
    notes[_DEBIT_NOTE] = True
    for block in blocks(len(day), BLOCK):
        odd[block] |= exists[block] > due_days(ledger, block)
        odd[block] |= notes[kinds[block]]


def _credits(
    ledger: Ledger, links: Links, since: Days, kinds: npt.NDArray[np.int8], readable: Mask | None
) -> tuple[npt.NDArray[Any], Days]:
    """The credits of a ledger, and the day on which each was used up.

    `NEVER` for one that was not, and for one that gave more than it had.
    """
    amounts = ledger.items["amount"].values
    credit = BALANCE[kinds] & (amounts <= 0)
    rows = np.flatnonzero(credit if readable is None else credit & readable)
    gives = links.source >= 0
    if links.moves is not None:
        gives &= links.moves
    tied = np.flatnonzero(gives)
    if not len(rows) or not len(tied) or links.given.sum(dtype=np.float64) > SAFE:
        return rows, np.where(amounts[rows] < 0, NEVER, NO_DAY)
    sources, given = links.source[tied], np.zeros(len(amounts), dtype=np.int64)
    add_into(given, sources, links.given[tied])
    last = np.full(len(amounts), NO_DAY)
    np.maximum.at(last, sources, since[tied])
    if links.until is not None:  # what is given back, or matched anew, is not followed here
        last[sources[links.until[tied] < NEVER]] = NEVER
    return rows, np.where(given[rows] == -amounts[rows], last[rows], NEVER)
