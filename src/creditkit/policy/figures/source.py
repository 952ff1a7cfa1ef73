"""A source: how one figure is worked out from facts, for one row and for columns.

Both functions see the facts and the other figures of the row or the table, so that a ratio is made of
the names of its lines alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes, State
from creditkit._tables import Table
from creditkit.facts.rates import converted, converted_columns
from creditkit.figures import Value
from creditkit.money import Money
from creditkit.policy.figures.facts import CustomerFacts, Measure, PortfolioFacts

if TYPE_CHECKING:
    from creditkit.policy.figures.row import FigureRow
    from creditkit.policy.figures.table import FigureTable

__all__ = [
    "Source",
    "elapsed",
    "minor_of",
    "money_column",
    "month_key",
    "no_lines",
    "unknown",
    "year_key",
]


@attrs.frozen
class Source:
    """How one figure of a customer is worked out: for one, and for many."""

    one: Callable[[CustomerFacts, FigureRow], Value]
    many: Callable[[PortfolioFacts, FigureTable], Cells]


def unknown(rows: int) -> Cells:
    """A column of which nothing is known."""
    return Cells(np.zeros(rows, dtype=np.int64), np.full(rows, State.UNKNOWN, dtype=np.uint8))


def no_lines(rows: int) -> Cells:
    """A column of floats of which nothing is known."""
    return Cells(np.full(rows, np.nan), np.full(rows, State.UNKNOWN, dtype=np.uint8))


def minor_of(value: Money | None, measure: Measure) -> int | None:
    """Money in minor units of the policy's currency; None where it is not known or has no rate."""
    if value is None:
        return None
    return converted(value.minor, value.currency, measure.currency, measure.rates)


def money_column(table: Table[Any], name: str, measure: Measure) -> Cells:
    """A money column of a table in the policy\'s currency."""
    return converted_columns(
        table[name], cast(Codes, table["currency"]), measure.currency, measure.rates
    )


def elapsed(
    one_date: Callable[[CustomerFacts], date | None],
    many_dates: Callable[[PortfolioFacts], Cells],
    key: Callable[[Any, Any, Any], Any],
    unit: int,
) -> Source:
    """Full units of time from a date to that of the measure, by the difference of two keys.

    From a date after it nothing has passed, and not less than nothing: it is not known.
    """

    def one(facts: CustomerFacts, _row: FigureRow) -> Value:
        start = one_date(facts)
        end = facts.measure.as_of
        if start is None or start > end:
            return None
        return cast(
            int,
            (key(end.year, end.month, end.day) - key(start.year, start.month, start.day)) // unit,
        )

    def many(facts: PortfolioFacts, _table: FigureTable) -> Cells:
        dates = many_dates(facts)
        days = dates.values.astype("datetime64[D]", copy=False).view(np.int64)
        if dates.states is not None:
            days = np.where(dates.known, days, 0)
        year, month, day = _calendar(days.astype(np.int32))  # days of any date fit: half the time
        end = facts.measure.as_of
        spans = (key(end.year, end.month, end.day) - key(year, month, day)) // unit
        future = dates.known & (dates.values > np.datetime64(end))
        states = dates.states
        if future.any():
            states = np.where(future, np.uint8(State.UNKNOWN), dates.all_states())
        return Cells(spans.astype(np.int64), states)

    return Source(one, many)


def _calendar(days: npt.NDArray[np.int32]) -> tuple[Any, Any, Any]:
    """Year, month and day of days from 1970, in whole numbers: numpy's own takes five times as long.

    Years are counted from March, so that the odd day comes last (Hinnant, chrono-compatible
    low-level date algorithms, 2014).
    """
    shifted = days + 719_468  # from 1 March of the year 0
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    of_year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    day = of_era - (365 * of_year + of_year // 4 - of_year // 100)
    march = (5 * day + 2) // 153
    january = march >= 10
    return (
        of_year + era * 400 + january,
        march + 3 - 12 * january,
        day - (153 * march + 2) // 5 + 1,
    )


def year_key(year: Any, month: Any, day: Any) -> Any:
    """A date as one number whose difference // 10,000 is full years."""
    return year * 10_000 + month * 100 + day


def month_key(year: Any, month: Any, day: Any) -> Any:
    """A date as one number whose difference // 100 is full months."""
    return (year * 12 + month) * 100 + day
