"""The kernel of the curves: the product limit of Kaplan and Meier, of many groups at once."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from creditkit.receivables._sums import Exact, group_sums, running
from creditkit.receivables.open_items import Ints, Mask

__all__ = ["Steps", "limits"]

Floats: TypeAlias = npt.NDArray[np.float64]


class Steps(NamedTuple):
    """A row for each group and day on which something was paid, by group and day."""

    group: Ints
    day: Ints
    at_risk: Exact
    paid: Exact
    share: Floats
    error: Floats


def limits(
    group: Ints,
    time: Ints,
    value: Exact,
    paid: Mask,
    squares: Floats,
    size: int,
) -> Steps:
    """The curves of ``size`` groups; each row is paid at its time, or was last seen unpaid then.

    ``squares`` is what each row takes away from the sum of the squares of what is at risk: the square
    of its value where a row stands for itself.
    """
    order = np.lexsort((squares, time, group))  # squares too: the order of rows is nothing
    group, time, value = group[order], time[order], value[order]
    first = np.ones(len(group), dtype=bool)
    first[1:] = (group[1:] != group[:-1]) | (time[1:] != time[:-1])
    step = np.cumsum(first) - 1
    count = int(first.sum())
    groups, days = group[first], time[first]
    leave = group_sums(step, value, count)
    gone = group_sums(step, np.where(paid[order], value, 0), count)
    lost = np.zeros(count)
    np.add.at(lost, step, squares[order])
    at_risk = group_sums(groups, leave, size)[groups] - (running(groups, leave) - leave)
    squared = _running_floats(groups[::-1], lost[::-1], np.add)[::-1]

    kept = np.flatnonzero(gone > 0)
    groups, days, at_risk = groups[kept], days[kept], at_risk[kept]
    gone, squared = gone[kept], squared[kept]
    risk, dead = at_risk.astype(np.float64), gone.astype(np.float64)
    with np.errstate(all="ignore"):
        stays = np.where(gone == at_risk, 0.0, (at_risk - gone).astype(np.float64) / risk)
        term = dead / (at_risk - gone).astype(np.float64) * (squared / risk / risk)
    unpaid = _running_floats(groups, stays, np.multiply)
    spread = _running_floats(groups, term, np.add)
    with np.errstate(all="ignore"):
        error = np.where(unpaid > 0.0, unpaid * np.sqrt(spread), np.nan)
    return Steps(groups, days, at_risk, gone, 1.0 - unpaid, error)


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
