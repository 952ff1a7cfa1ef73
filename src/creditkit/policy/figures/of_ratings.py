"""Figures of external ratings: the latest that was known at the date, and its age."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells
from creditkit.figures import Value
from creditkit.policy.figures.facts import CustomerFacts, PortfolioFacts
from creditkit.policy.figures.source import Source, elapsed, month_key

if TYPE_CHECKING:
    from creditkit.policy.figures.row import FigureRow
    from creditkit.policy.figures.table import FigureTable

__all__ = ["SOURCES"]


def _latest_rating(facts: CustomerFacts) -> Any:
    first, last = facts.measure.first_rating, facts.measure.as_of
    seen = [rating for rating in facts.customer.ratings if first <= rating.as_of <= last]
    return max(seen, key=lambda rating: (rating.as_of, -rating.value), default=None)


def _latest_rating_rows(
    facts: PortfolioFacts,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows of the portfolio that have a rating by the date, and the index of their latest one."""
    ratings, owners = facts.portfolio.ratings, facts.portfolio.rating_rows
    values, dates = ratings["value"].values, ratings["as_of"].values
    oldest, newest = facts.measure.first_rating, facts.measure.as_of
    seen = np.flatnonzero((dates <= np.datetime64(newest)) & (dates >= np.datetime64(oldest)))
    whose = owners[seen]
    if (whose[1:] > whose[:-1]).all():  # no customer has two, as nearly always: nothing to choose
        return whose, seen
    order = seen[np.lexsort((-values[seen], dates[seen], whose))]
    last = np.append(owners[order][1:] != owners[order][:-1], True)
    return owners[order[last]], order[last]


def external_rating() -> Source:
    """The latest rating that was known at the date; of two on one day the lower."""

    def one(facts: CustomerFacts, _row: FigureRow) -> Value:
        rating = _latest_rating(facts)
        return None if rating is None else cast(float, rating.value)

    def many(facts: PortfolioFacts, table: FigureTable) -> Cells:
        rows, indexes = _latest_rating_rows(facts)
        values = np.full(table.rows, np.nan)
        values[rows] = facts.portfolio.ratings["value"].values[indexes]
        return Cells(values, np.isnan(values).astype(np.uint8))

    return Source(one, many)


def rating_age() -> Source:
    """Full months since the latest rating."""

    def one_date(facts: CustomerFacts) -> date | None:
        rating = _latest_rating(facts)
        return None if rating is None else cast(date, rating.as_of)

    def many_dates(facts: PortfolioFacts) -> Cells:
        rows, indexes = _latest_rating_rows(facts)
        dates = np.full(len(facts.portfolio), np.datetime64("NaT", "D"), dtype="datetime64[D]")
        dates[rows] = facts.portfolio.ratings["as_of"].values[indexes]
        return Cells(dates, np.isnat(dates).astype(np.uint8))

    return elapsed(one_date, many_dates, month_key, 100)


SOURCES: Final[Mapping[str, Source]] = {
    "external_rating": external_rating(),
    "rating_age_months": rating_age(),
}
"""Figure -> how it is worked out."""
