"""The kernel of the curves: the product limit of Kaplan and Meier, of many groups at once."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from creditkit.receivables._sums import Exact, group_sums, running
from creditkit.receivables.open_items import Ints, Mask

__all__ = ["Steps", "limits"]

_SPAN: Final = 1 << 33
"""More than the days of the calendar, of either sign."""

Floats: TypeAlias = npt.NDArray[np.float64]


class Steps(NamedTuple):
    """A row for each group and day on which something was paid, by group and day.

    ``share`` is what is paid by the end of the day. It is 1 for good once all that was at risk was
    paid; for a part of the curve take ``kept``, the product of all factors that are above zero, ``ends``,
    how many are zero, and ``spread``, Greenwood's sum.
    """

    group: Ints
    day: Ints
    at_risk: Exact
    paid: Exact
    share: Floats
    error: Floats
    kept: Floats
    ends: Ints
    spread: Floats


def limits(
    group: Ints,
    time: Ints,
    value: Exact,
    paid: Mask,
    squares: Floats,
    size: int,
    entry: Ints | None = None,
) -> Steps:
    """The curves of ``size`` groups; each row is paid at its time, or was last seen unpaid then.

    ``squares`` is what each row takes away from the sum of the squares of what is at risk: the square
    of its value where a row stands for itself. ``entry`` is from when on each row is at risk; None: ever.
    """
    order = np.lexsort((squares, time, group))  # squares too: the order of rows is nothing
    groups, days, leave, lost = _by_day(group, time, value, squares, order)
    gone = _by_day(group, time, np.where(paid, value, 0), squares, order)[2]
    if entry is None:
        at_risk = group_sums(groups, leave, size)[groups]
        squared = _running_floats(groups[::-1], lost[::-1], np.add)[::-1]
    else:
        order = np.lexsort((squares, entry, group))
        own, since, come, more = _by_day(group, entry, value, squares, order)
        at_risk = _upto(own, since, running(own, come), groups, days)
        before = _running_floats(groups, lost, np.add) - lost
        squared = _upto(own, since, _running_floats(own, more, np.add), groups, days) - before
    at_risk = at_risk - (running(groups, leave) - leave)

    kept = np.flatnonzero(gone > 0)
    groups, days, at_risk = groups[kept], days[kept], at_risk[kept]
    gone, squared = gone[kept], np.maximum(squared[kept], 0.0)
    risk, dead = at_risk.astype(np.float64), gone.astype(np.float64)
    stays = (at_risk - gone).astype(np.float64)
    whole = np.asarray(gone == at_risk, dtype=bool)
    with np.errstate(all="ignore"):
        factor = np.where(whole, 0.0, stays / risk)
        term = dead / stays * (squared / risk / risk)
    unpaid = _running_floats(groups, factor, np.multiply)
    spread = _running_floats(groups, np.where(whole, 0.0, term), np.add)
    with np.errstate(all="ignore"):
        error = np.where(unpaid > 0.0, unpaid * np.sqrt(spread), np.nan)
    return Steps(
        group=groups,
        day=days,
        at_risk=at_risk,
        paid=gone,
        share=1.0 - unpaid,
        error=error,
        kept=_running_floats(groups, np.where(whole, 1.0, factor), np.multiply),
        ends=running(groups, whole.astype(np.int64)),
        spread=spread,
    )


def _by_day(
    group: Ints, day: Ints, value: Exact, squares: Floats, order: Ints
) -> tuple[Ints, Ints, Exact, Floats]:
    """Sums by group and day, in their order."""
    group, day = group[order], day[order]
    first = np.ones(len(group), dtype=bool)
    first[1:] = (group[1:] != group[:-1]) | (day[1:] != day[:-1])
    step = np.cumsum(first) - 1
    count = int(first.sum())
    added = np.zeros(count)
    np.add.at(added, step, squares[order])
    return group[first], day[first], group_sums(step, value[order], count), added


def _upto(own: Ints, since: Ints, sums: Exact, groups: Ints, days: Ints) -> Exact:
    """The running sum of a group at the last of its days up to each day; each has one."""
    if not len(groups):
        return sums[:0]
    place = np.searchsorted(own * _SPAN + since, groups * _SPAN + days, side="right") - 1
    return np.asarray(sums[place])


def _running_floats(groups: Ints, values: Floats, join: np.ufunc) -> Floats:
    """The running sum or product within each group.

    Step by step of all groups at once, the first step of each, then the second: so a group has the
    same last bit whatever stands beside it.
    """
    out = values.copy()
    if not len(groups):
        return out
    starts = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
    ends = np.append(starts[1:], len(groups))
    if len(starts) == 1:
        return np.asarray(join.accumulate(out), dtype=np.float64)
    at = starts + 1
    while len(at):
        going = at < ends
        at, ends = at[going], ends[going]
        out[at] = join(out[at - 1], out[at])
        at = at + 1
    return out
