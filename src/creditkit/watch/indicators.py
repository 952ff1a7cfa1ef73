"""Indicators of early warning (预警信号): utilisation, DSO against its own mean, fall of grade.

Each formula takes numbers or columns; a series of months is given month-major, the latest first: a
number or a column of customers for each month. Not known is NaN and stays NaN. Balances, sales and
lines may be minor or major units, as long as one call uses one unit. The fourth indicator, the
oldest debt overdue, needs no formula.

The four are common practice of credit desks (utilisation and ageing reports, DSO against its trend,
migration of grades); the readings named below are ours. Thresholds are a policy's.

>>> utilisation(95_000.0, 100_000.0)
0.95
>>> dso_rise([60.0, 40.0, 50.0, 30.0])
DsoRise(rise=1.5, mean=40.0, months=3.0)
>>> grade_fall([2.0, nan, 1.0])
GradeFall(fall=1.0, before=1.0, after=2.0)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan
from typing import Any, Final, Generic, NamedTuple, TypeVar, cast

from creditkit._arithmetic import C, highest, positive, ratio, where
from creditkit.errors import InvalidFact

__all__ = ["DsoRise", "GradeFall", "dso_rise", "grade_fall", "utilisation"]

LEAST_MONTHS: Final = 2
"""How many months a mean needs before it is somebody's own."""

T = TypeVar("T")


def utilisation(exposure: C, line: C) -> C:
    """How much of the line is used: ``exposure / line``. Low is good; above 1 is over the line.

    No line is ``0.0``, an unlimited one ``inf``, which is used to 0. Where something is owed and
    there is no line, the result is ``inf``: beyond any threshold, which is what it means. Where
    nothing is owed and there is no line, it is 0. A credit balance gives a negative share.

    >>> utilisation(5.0, 0.0), utilisation(0.0, 0.0), utilisation(5.0, inf), utilisation(nan, 0.0)
    (inf, 0.0, 0.0, nan)
    """
    owed, granted = cast(Any, exposure), cast(Any, line)
    without = where(owed > 0.0, inf, where(owed <= 0.0, 0.0, owed))
    return cast(C, where(granted <= 0.0, without, ratio(owed, positive(granted)) + 0.0))


class DsoRise(NamedTuple, Generic[T]):
    """The latest DSO as a multiple of ``mean``, over how many ``months`` the mean was taken."""

    rise: T
    mean: T
    months: T


def dso_rise(dso: Sequence[C]) -> DsoRise[C]:
    """DSO against its own mean: ``latest / mean of the months before``. Low is good.

    ``dso`` has the latest month first, by countback (``receivables.turnover.countback_dso``): simple
    DSO would rise with every season and every quarterly order. The latest month is not in the mean, nor
    are months that are not known (NaN); one in which nothing was owed says nothing of how fast is paid,
    and is given as not known. Where fewer than two are left, mean and rise are NaN. NaN as well where
    the latest is, and where the mean is not positive.
    """
    if len(dso) <= LEAST_MONTHS:
        rule = f"must have the latest month and {LEAST_MONTHS} or more before it"
        raise InvalidFact("dso", rule, len(dso))
    days: Any = 0.0
    months: Any = 0.0
    for month in cast("Sequence[Any]", dso[1:]):
        known = month == month
        days = days + where(known, month, 0.0)
        months = months + where(known, 1.0, 0.0)
    mean = where(months >= LEAST_MONTHS, ratio(days, positive(months)), nan)
    return DsoRise(ratio(cast(Any, dso[0]), positive(mean)), mean, months)


class GradeFall(NamedTuple, Generic[T]):
    """How many grades the customer fell, from which to which."""

    fall: T
    before: T
    after: T


def grade_fall(grades: Sequence[C]) -> GradeFall[C]:
    """How many grades the grade of the latest month lies below the one known before it. 0 is good.

    ``grades`` are ranks among the policy's grades (0 the best), the latest month first. A grade stands
    until there is another: in a month without one nothing falls. A rise counts 0, so does staying.
    NaN where fewer than two months are known.

    >>> grade_fall([0.0, 3.0]).fall, grade_fall([3.0, nan, 1.0]).fall, grade_fall([nan, 3.0, 1.0]).fall
    (0.0, 2.0, 0.0)
    """
    before: Any = nan
    after: Any = nan
    for rank in cast("Sequence[Any]", grades):
        known = rank == rank
        before = where(known & (after == after) & (before != before), rank, before)
        after = where(known & (after != after), rank, after)
    fall = highest(after - before, 0.0)
    latest: Any = grades[0]
    return GradeFall(where(latest == latest, fall, fall * 0.0), before, after)
