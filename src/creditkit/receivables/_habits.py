"""The kernels of `habits`: from plain Python values, and from columns, to the same last bit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, State
from creditkit.facts._single import AccountItems
from creditkit.facts.ledger import ItemKind, Ledger
from creditkit.facts.rates import converted
from creditkit.receivables._item_columns import INVALID, SAFE, ItemColumns, shares
from creditkit.receivables.open_items import (
    Ints,
    Mask,
    Opened,
    Tie,
    active_links,
    add_into,
    converted_to,
    days,
)
from creditkit.receivables.reading import Reading

__all__ = ["NAMES", "YEAR", "Variant", "habits_of_many", "habits_of_one", "year_before"]

OWED: Final = tuple(kind for kind in ItemKind if kind.sign > 0)
"""The kinds of items that a customer has to pay."""

YEAR: Final = 365
"""The days of "the twelve months before a date": after ``as_of - 365`` and up to ``as_of``."""

NAMES: Final = ("settled_count", "on_time_share", "average_days_late", "simple_days_late")

Variant: TypeAlias = Literal["with_overdue", "settled_only"]

_NEVER: Final = np.iinfo(np.int32).min


def year_before(as_of: date) -> date:
    """Where the twelve months before a date begin; the first day of the calendar at the earliest."""
    return as_of - timedelta(YEAR) if as_of.year > 1 else date.min


class _Item(NamedTuple):
    """An item in its own currency: its amount, and what of it is in dispute and not tested."""

    amount: int
    claim: int
    currency: str

    def done(self, left: int, how: Reading) -> bool | None:
        """Whether so little is left that it counts as settled; None where a rate is missing."""
        claim = min(self.claim, max(left, 0))
        if left <= claim:
            return True
        if not how.ignore_below:
            return False
        rest, part = (
            converted(minor, self.currency, how.currency, how.rates) for minor in (left, claim)
        )
        return None if rest is None or part is None else rest - part < how.ignore_below

    def settled(self, ties: Sequence[Tie], how: Reading) -> tuple[date, bool] | bool | None:
        """On which day, and whether with cash; False where it is not, None without a rate.

        That is the first day after which nothing is left but what `done` passes over: to pay a
        remainder, or too much, years later makes nothing late.
        """
        if len(ties) == 1 and ties[0][1] >= self.amount:  # paid at once, as most are
            return ties[0][0], not ties[0][2]
        left, found = self.amount - sum(minor for _, minor, _ in ties), None
        for day in sorted({day for day, _, _ in ties}, reverse=True):
            done = self.done(left, how)
            if done is None:
                return None
            if not done:
                break
            found = day
            left += sum(minor for on, minor, _ in ties if on == day)
        if found is None:
            return False
        return found, any(day <= found and not noted for day, _, noted in ties)


def habits_of_one(
    items: AccountItems, how: Reading, state: Opened, variant: Variant
) -> dict[str, Any]:
    """`habit` of what `opened` gave."""
    if items.broken:
        return dict.fromkeys(NAMES, INVALID)
    if items.opens is not None:
        return dict.fromkeys(NAMES)
    as_of, start, with_overdue = how.as_of, year_before(how.as_of), variant == "with_overdue"
    count = counted = weight = on_time = weighted = simple = 0
    lacking = unknown = False
    for index, left in enumerate(state[0]):
        if items.kinds[index] not in OWED or items.docs[index] > as_of:
            continue
        amount, due, ties = items.amounts[index], items.dues[index], state[1].get(index, ())
        overdue = with_overdue and due < as_of
        if not ties and not overdue:
            continue  # neither paid nor late: most of what is open
        claim = min(items.disputed[index], amount) if how.ignore_disputed else 0
        wholly = 0 < claim == amount
        item = _Item(amount, 0 if wholly else claim, items.currencies[index])
        open_ = left > min(item.claim, max(left, 0))
        paid_lately = any(not noted for _, _, noted in ties) and max(ties)[0] > start
        if not open_ and not paid_lately:
            continue
        minor: int | None = amount - claim
        if minor and item.currency != how.currency:
            minor = converted(minor, item.currency, how.currency, how.rates)
        if not wholly and minor is not None and minor < how.ignore_below:
            continue  # a small remainder
        settled = item.settled(ties, how)
        if settled is None:
            unknown = True
            continue
        if isinstance(settled, tuple):
            if not settled[1] or settled[0] <= start:
                continue
            count += 1
            late = max(0, (settled[0] - due).days)
        elif overdue:
            late = (as_of - due).days
        else:
            continue
        if wholly:
            continue
        counted += 1
        simple += late
        if minor is None:
            lacking = True
        else:
            weight += minor
            weighted += minor * late
            on_time += 0 if late else minor
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


def habits_of_many(
    ledger: Ledger, columns: ItemColumns, how: Reading, variant: Variant
) -> dict[str, Cells] | None:
    """`habits` of the columns; None where 64 bits might not hold the weighted days."""
    if ledger.open_as_of is not None:
        state = np.where(columns.broken, State.INVALID, State.UNKNOWN).astype(np.uint8)
        zeros = np.zeros(columns.size, dtype=np.int64)
        return {
            name: Cells(zeros if name == "settled_count" else zeros * 1.0, state) for name in NAMES
        }
    claim = _claims(ledger, columns, how)
    wholly = (claim > 0) & (claim == columns.amount)
    day, paid, open_, unknown = _settled(ledger, columns, how, np.where(wholly, 0, claim))
    settled = paid & (day > days(how.as_of) - YEAR)
    past = days(how.as_of) - columns.due
    overdue = open_ & ~wholly & (past > 0) & (variant == "with_overdue")
    here = np.flatnonzero((settled & ~wholly) | overdue)
    own = np.zeros(len(columns.rows), dtype=np.int64)
    own[here] = columns.amount[here] - claim[here]
    own, lacking = columns.converted(own, how.currency, how.rates)
    material = own[here] >= how.ignore_below
    if lacking is not None:
        material |= lacking[here]
    settled[here[~material]] = False  # a small remainder
    here = here[material]
    late = np.where(overdue[here], past[here], np.maximum(day[here] - columns.due[here], 0))
    minor = own[here]
    if float((minor * 1.0 * np.maximum(late, 1)).sum()) > SAFE:
        return None
    rows = np.flatnonzero(settled)
    count = columns.totals(np.ones(len(rows), dtype=np.int64), rows)
    counted = columns.totals(np.ones(len(here), dtype=np.int64), here)
    weight = columns.totals(minor, here)
    on_time = columns.totals(np.where(late == 0, minor, 0), here)
    weighted, simple = columns.totals(minor * late, here), columns.totals(late, here)
    broken = columns.broken | columns.any(unknown)
    no_rate = broken | columns.any(lacking)
    return {
        "settled_count": Cells(
            np.where(broken, 0, count), np.where(broken, State.INVALID, 0).astype(np.uint8)
        ),
        "on_time_share": shares(on_time, weight, no_rate),
        "average_days_late": shares(weighted, weight, no_rate),
        "simple_days_late": shares(simple, counted, broken),
    }


def _claims(ledger: Ledger, columns: ItemColumns, how: Reading) -> Ints:
    """What is in dispute of each row and left out of habits."""
    disputes = ledger.items["disputed"]
    out = np.zeros(len(columns.rows), dtype=np.int64)
    if how.ignore_disputed and (disputes.states is None or not disputes.states.all()):
        given = np.where(disputes.known[columns.rows], disputes.values[columns.rows], 0)
        out = np.minimum(given, np.maximum(columns.amount, 0))
    return out


def _settled(
    ledger: Ledger, columns: ItemColumns, how: Reading, claim: Ints
) -> tuple[Ints, Mask, Mask, npt.NDArray[Any]]:
    """The day on which each row was settled, which were with cash, which are open; rows not known."""
    size = len(ledger)
    links, effect = active_links(ledger, how.as_of, how.effective)
    target = ledger.links.target[links].astype(np.intp)
    tied = np.flatnonzero(target >= 0)
    links, effect, target = links[tied], effect[tied], target[tied]
    last, cash = np.full(size, _NEVER, dtype=np.int32), np.zeros(size, dtype=bool)
    np.maximum.at(last, target, effect)
    cash[target[~ledger.links.by_credit_note[links]]] = True
    day, paid = last[columns.rows].astype(np.int64), cash[columns.rows]
    some, left = day > _NEVER, columns.open
    open_ = columns.owed & (left > np.minimum(claim, np.maximum(left, 0)))
    start = days(how.as_of) - YEAR
    asked = np.flatnonzero(columns.owed & some & (open_ | ((day > start) & paid)))
    done, lacking = _done(columns, asked, left[asked], claim, how)
    unknown = [asked[lacking]]

    # Where several days' allocations settled it, the last of them may have come after the day.
    early = np.flatnonzero(effect < last[target])
    if len(early):
        before = np.zeros(size, dtype=np.int64)
        add_into(before, target[early], ledger.allocations["amount"].values[links[early]])
        several = asked[done & (before[columns.rows[asked]] > 0)]
        sooner = columns.amount[several] - before[columns.rows[several]]
        done_before, lacking = _done(columns, several, sooner, claim, how)
        unknown.append(several[lacking])
        several = several[done_before]
        if len(several):
            ties = _ties_of(ledger, columns.rows[several], links, effect, target)
            for row in several.tolist():
                name = columns.currencies[columns.currency[row]]
                item = _Item(int(columns.amount[row]), int(claim[row]), name)
                found = item.settled(ties[int(columns.rows[row])], how)
                if isinstance(found, tuple):
                    day[row], paid[row] = days(found[0]), found[1]
                else:
                    unknown.append(np.array([row]))
    settled = np.zeros(len(left), dtype=bool)
    settled[asked[done]] = True
    return day, settled & paid, open_ & ~settled, np.concatenate(unknown)


def _done(
    columns: ItemColumns, rows: npt.NDArray[Any], left: Ints, claim: Ints, how: Reading
) -> tuple[Mask, Mask]:
    """`_Item.done` for some rows with so much left; and where a rate is missing."""
    part = np.minimum(claim[rows], np.maximum(left, 0))
    done: Mask = left <= part
    lacking = np.zeros(len(rows), dtype=bool)
    if how.ignore_below:
        rest, no_rate = (np.where(done, 0, one) for one in (left, part)), columns.currency[rows]
        parts = [
            converted_to(one, no_rate, columns.currencies, how.currency, how.rates) for one in rest
        ]
        for _, absent in parts:
            if absent is not None:
                lacking |= absent
        done |= ~lacking & (parts[0][0] - parts[1][0] < how.ignore_below)
    return done, lacking


def _ties_of(
    ledger: Ledger, items: Ints, links: Ints, effect: npt.NDArray[np.int32], target: Any
) -> dict[int, list[Tie]]:
    """The allocations to some items, as `opened` has them."""
    wanted = np.zeros(len(ledger), dtype=bool)
    wanted[items] = True
    out: dict[int, list[Tie]] = {}
    for index in np.flatnonzero(wanted[target]).tolist():
        link = links[index]
        tie = (
            date.fromordinal(int(effect[index]) + date(1970, 1, 1).toordinal()),
            int(ledger.allocations["amount"].values[link]),
            bool(ledger.links.by_credit_note[link]),
        )
        out.setdefault(int(target[index]), []).append(tie)
    return out
