"""The kernel of `habits` for one customer, from plain Python values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from creditkit.facts._single import AccountItems
from creditkit.facts.kinds import Habit, ItemKind
from creditkit.facts.rates import converted
from creditkit.receivables._item_columns import INVALID
from creditkit.receivables._owed import Owed, covered_days, free_ties, overdrawn
from creditkit.receivables.open_items import Opened, Tie
from creditkit.receivables.reading import Reading

__all__ = ["NAMES", "PAYS", "YEAR", "Item", "Variant", "habits_of_one", "year_before"]

YEAR: Final = 365
"""The days of "the twelve months before a date": after ``as_of - 365`` and up to ``as_of``."""

NAMES: Final = ("settled_count", "on_time_share", "average_days_late", "simple_days_late")

PAYS: Final = (Habit.CASH, Habit.BILL)
"""What settles an item."""

Variant: TypeAlias = Literal["with_overdue", "settled_only"]


def year_before(as_of: date) -> date:
    """Where the twelve months before a date begin; the first day of the calendar at the earliest."""
    return as_of - timedelta(YEAR) if as_of.year > 1 else date.min


class Item(NamedTuple):
    """An item in its own currency: what was to be paid, and what of it is in dispute and not tested."""

    payable: int
    claim: int
    currency: str

    def done(self, left: int, how: Reading) -> bool | None:
        """Whether so little is left that it counts as settled; None where a rate is missing."""
        claim = min(self.claim, max(left, 0))
        if left <= claim:
            return True
        if not how.trifle:
            return False
        rest, part = (
            converted(minor, self.currency, how.currency, how.rates) for minor in (left, claim)
        )
        return None if rest is None or part is None else rest - part < how.trifle

    def settled(self, cash: Sequence[Tie], how: Reading) -> date | bool | None:
        """On which day it was settled; False where it is not, None without a rate.

        That is the first day after which nothing is left but what `done` passes over: to pay a
        remainder, or too much, years later makes nothing late.
        """
        if len(cash) == 1 and cash[0][1] >= self.payable:  # paid at once, as most are
            return cash[0][0]
        left, found = self.payable - sum(minor for _, minor, _ in cash), None
        for day in sorted({day for day, _, _ in cash}, reverse=True):
            done = self.done(left, how)
            if done is None:
                return None
            if not done:
                break
            found = day
            left += sum(minor for on, minor, _ in cash if on == day)
        return False if found is None else found


def habits_of_one(
    items: AccountItems, how: Reading, state: Opened, owed: Owed | None, variant: Variant
) -> dict[str, Any]:
    """`habit` of what `opened` and `owed_by` gave."""
    if items.broken:
        return dict.fromkeys(NAMES, INVALID)
    if items.opens is not None:
        return dict.fromkeys(NAMES)
    if owed is None and any(
        left < 0 and items.docs[index] <= how.as_of for index, left in enumerate(state[0])
    ):  # what free cash covers is not known without a rate
        return dict.fromkeys(NAMES, INVALID)
    if overdrawn(items, how, state):
        return dict.fromkeys(NAMES, INVALID)
    as_of, start, with_overdue = how.as_of, year_before(how.as_of), variant == "with_overdue"
    free: dict[int, list[Tie]] = {}
    covered: dict[int, date] = {}
    if owed is not None and owed.pool:
        free, covered = free_ties(owed), covered_days(items, how, state, owed)
    count = counted = weight = on_time = weighted = simple = 0
    lacking = unknown = False
    for index, amount in enumerate(items.amounts):
        kind = items.kinds[index]
        if kind.part.habit is not Habit.TO_PAY or items.docs[index] > as_of:
            continue
        due = items.dues[index]
        matched, from_free = state[1].get(index, ()), free.get(index, ())
        late = with_overdue and due < as_of
        if not matched and not from_free and not late:
            continue  # neither paid nor late: most of what is open
        payable, written_off, by_free, to_come = amount, 0, 0, 0
        cash: list[Tie] = []
        last = covered.get(index, date.min)
        for ties in (matched, from_free):
            for tie in ties:
                if tie[2] is Habit.CREDIT:
                    payable -= tie[1]
                elif tie[2] is Habit.LOSS:
                    written_off += tie[1]
                elif tie[2] in PAYS and tie[0] > as_of:
                    to_come += tie[1]  # by a bill that is not met yet
                elif tie[2] in PAYS:
                    last = max(last, tie[0])
                    if ties is matched:
                        cash.append(tie)
                    else:
                        by_free += tie[1]
        if payable <= 0:
            continue  # credited, or nothing: there was nothing to pay
        claim = min(items.disputed[index], payable) if how.ignore_disputed else 0
        wholly = 0 < claim == payable
        item = Item(payable, 0 if wholly else claim, items.currencies[index])
        left = payable - by_free - sum(minor for _, minor, _ in cash)
        if left <= item.claim and not last > start:
            continue
        own: int | None = payable - claim
        if own and item.currency != how.currency:
            own = converted(own, item.currency, how.currency, how.rates)
        if not wholly and own is not None and own < how.trifle:
            continue  # a small remainder
        settled = item.settled(cash, how)
        if settled is False and by_free:
            settled = item.done(left, how)
        if settled is True:
            settled = last
        if isinstance(settled, date):
            settled = min(settled, covered.get(index, settled))
        if settled is None:
            unknown = True
            continue
        timely = False
        if isinstance(settled, date):
            if settled <= start or (kind is ItemKind.DEBIT_NOTE and settled <= items.docs[index]):
                continue
            count += 1
            days = max(0, (settled - due).days)
            timely = not days
        elif left - to_come <= item.claim:
            continue
        elif late or (with_overdue and written_off and left - written_off <= item.claim):
            days = max(0, (as_of - due).days)
        else:
            continue
        if wholly:
            continue
        counted += 1
        simple += days
        if own is None:
            lacking = True
        else:
            weight += own
            weighted += own * days
            on_time += own if timely else 0
    if unknown:
        return dict.fromkeys(NAMES, INVALID)
    share: Any = INVALID if lacking else float(on_time) / float(weight) if weight else None
    average: Any = INVALID if lacking else float(weighted) / float(weight) if weight else None
    return {
        "settled_count": count,
        "on_time_share": share,
        "average_days_late": average,
        "simple_days_late": float(simple) / float(counted) if counted else None,
    }
