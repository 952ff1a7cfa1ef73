"""How fast receivables turn into cash: days sales outstanding and its relatives.

Each formula takes numbers or columns. Balances and sales may be minor or major units, whole or
float, as long as one call uses one unit; results are days or shares as floats. What has no meaning
(no sales) is NaN. Balance and sales are both tax-inclusive, or both not.

Sources: Credit Research Foundation, *DSO, Best Possible DSO, Average Days Delinquent and Collection
Effectiveness Index*; the count-back (exhaustion) method as printed by BenjiPays (2023).

>>> data = dict(balance=6340.0, current=3590.0, sales=10890.0, days=90.0)
>>> round(dso(data["balance"], data["sales"], days=90), 2)
52.4
>>> round(best_possible_dso(data["current"], data["sales"], days=90), 2)
29.67
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import C, blocks, number_in, positive, ratio
from creditkit._given import as_floats, one_of, whole_in
from creditkit.errors import InvalidFact

__all__ = [
    "Countback",
    "average_days_delinquent",
    "best_possible_dso",
    "collection_effectiveness",
    "countback_dso",
    "dso",
    "turnover",
]


_BLOCK: Final = 16_384
"""Customers a block of a countback, whose columns stay in the second-level cache."""


def dso(balance: C, sales: C, *, days: float) -> C:
    """Days sales outstanding, simple: how many days of sales are not yet paid. Low is good.

    ``balance / sales * days``: the closing balance, the credit sales of the period, the days of the
    period (exclusive of its first). NaN where sales are not positive. Credit Research Foundation.

    >>> dso(50_000.0, 365_000.0, days=365)
    50.0
    """
    number_in(days, "days")
    return ratio(_floats(balance), positive(_floats(sales))) * days


def best_possible_dso(current: C, sales: C, *, days: float) -> C:
    """The DSO if everybody paid on the due date: what is not past due in place of the balance.

    >>> best_possible_dso(30_000.0, 365_000.0, days=365)
    30.0
    """
    return dso(current, sales, days=days)


def average_days_delinquent(
    dso: C, best_possible: C | None = None, *, terms: C | float | None = None
) -> C:
    """By how many days payment is late on average: DSO less best possible DSO. Low is good.

    With ``terms`` (weighted days of the terms granted) in place of the best possible DSO it is DSO
    less terms, as part of the trade has it; exactly one of the two is given.

    >>> average_days_delinquent(52.5, 29.5), average_days_delinquent(52.5, terms=30.0)
    (23.0, 22.5)
    """
    if (best_possible is None) == (terms is None):
        raise InvalidFact("average_days_delinquent", "must have either best_possible or terms")
    beside = best_possible if terms is None else terms
    number_in(dso, "dso")
    number_in(beside, "best_possible" if terms is None else "terms")
    return cast(C, dso - cast(Any, beside))


def turnover(sales: C, average_balance: C) -> C:
    """How often receivables turned over in the period: ``sales / average balance``. High is good.

    >>> turnover(365_000.0, 50_000.0)
    7.3
    """
    return ratio(_floats(sales), positive(_floats(average_balance)))


def collection_effectiveness(
    *,
    beginning: C,
    sales: C,
    ending: C,
    ending_current: C,
    variant: Literal["period_total", "monthly_average"] = "period_total",
    months: int = 1,
) -> C:
    """The share of what could be collected that was collected (CEI); 1 is the best.

    ``(beginning + sales - ending) / (beginning + sales - ending_current)``, with ``sales`` the
    credit sales of the whole period. ``variant="monthly_average"`` divides them by ``months``
    first: both are in print, and give 79.6 % and 55.9 % for the same quarter. NaN where the
    denominator is not positive. Credit Research Foundation; creditguru.com.

    >>> quarter = dict(beginning=6200.0, sales=10890.0, ending=6340.0, ending_current=3590.0)
    >>> round(collection_effectiveness(**quarter), 3)
    0.796
    >>> round(collection_effectiveness(**quarter, variant="monthly_average", months=3), 3)
    0.559
    """
    one_of(variant, ("period_total", "monthly_average"), "variant")
    whole_in(months, "months", 1)
    counted = _floats(sales)
    if variant == "monthly_average":
        counted = ratio(counted, cast(Any, float(months)))
    collectable = _floats(beginning) + counted
    return ratio(collectable - _floats(ending), positive(collectable - _floats(ending_current)))


class Countback(NamedTuple):
    """Days by countback; ``at_least``: a lower bound, the balance exceeds all the sales given."""

    days: Any
    at_least: Any


def countback_dso(balance: Any, sales: Sequence[Any], days: Sequence[float]) -> Countback:
    """Days sales outstanding by countback: of how many days the sales are unpaid. Low is good.

    Takes the latest month's sales off the balance and counts its days, then the month before, and
    so on; a month that the rest does not fill counts pro rata. ``sales`` and ``days`` have the
    latest month first; with columns, ``sales`` is one column for each month (month-major). A month
    without sales counts whole (the routine of Oracle Hyperion stops there). 0 where the balance is
    not positive. NaN in, NaN out.

    >>> countback_dso(212_000, [100_000, 80_000, 70_000], [30, 30, 30])
    Countback(days=73.71428571428571, at_least=False)
    """
    for path, given in (("sales", sales), ("days", days)):
        if not isinstance(given, Sequence | np.ndarray) or getattr(given, "ndim", 1) == 0:
            raise InvalidFact(path, "must have a value for each month", given)
    if len(sales) != len(days):
        raise InvalidFact("sales", f"must have {len(days)} months, as days has", len(sales))
    if isinstance(balance, np.ndarray):
        return _countback_columns(balance, sales, days)
    rest, total = _float(balance, "balance"), 0.0
    if rest != rest:
        return Countback(rest, False)
    for month, length in zip(sales, days, strict=True):
        if not rest > 0.0:
            break
        sold, length = _float(month, "sales"), _float(length, "days")
        if sold != sold:
            return Countback(sold, False)
        if sold <= 0.0:
            total += length
        elif rest >= sold:
            total += length
            rest -= sold
        else:
            total += rest / sold * length
            rest = 0.0
    return Countback(total, rest > 0.0)


def _countback_columns(
    balance: npt.NDArray[Any], sales: Sequence[Any], days: Sequence[float]
) -> Countback:
    as_floats(balance, "balance")
    days = [_float(length, "days") for length in days]
    for month in sales:
        number_in(month, "sales")
        if np.shape(month) not in ((), balance.shape):
            raise InvalidFact("sales", f"must be columns of {len(balance)} rows", np.shape(month))
    owed, months = balance.reshape(-1), [np.asarray(month).reshape(-1) for month in sales]
    total, at_least = np.empty(owed.shape), np.empty(owed.shape, dtype=bool)
    with np.errstate(all="ignore"):
        for block in blocks(len(owed), _BLOCK):
            sold = [month[block] if len(month) == len(owed) else month for month in months]
            total[block], at_least[block] = _countback_block(owed[block], sold, days)
    return Countback(total.reshape(balance.shape), at_least.reshape(balance.shape))


def _countback_block(
    balance: npt.NDArray[Any], sales: Sequence[npt.NDArray[Any]], days: Sequence[float]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Days, and whether anything is left of the balance.

    Most balances are counted back after a few months, so rows that are done are dropped at once. Of
    what is left, ``rest / sold`` above 1 is the whole month, and so is infinity, a month without sales.
    """
    rest, rows = balance.astype(np.float64), np.arange(len(balance))
    total = np.where(np.isnan(rest), np.nan, 0.0)
    for month, length in zip(sales, days, strict=True):
        keep = np.flatnonzero(rest > 0.0)
        if not len(keep):
            break
        rest, rows = rest[keep], rows[keep]
        sold = np.maximum(month[rows] if len(month) > 1 else month, 0.0, dtype=np.float64)
        sold += 0.0  # -0.0 would make it minus infinity
        share = rest / sold
        np.minimum(share, 1.0, out=share)  # NaN stays
        share *= length
        total[rows] += share
        rest -= np.minimum(rest, sold)
    over = np.zeros(len(balance), dtype=bool)
    over[rows] = rest > 0.0
    return total, over & ~np.isnan(total)


def _floats(value: C) -> C:
    """Whole minor units as floats: the same number for one and for many."""
    if isinstance(value, float):
        return value
    number_in(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu":
        return cast(C, value.astype(np.float64))
    return cast(C, _float(value, "formula")) if isinstance(value, int | np.generic) else value


def _float(value: Any, path: str) -> float:
    if isinstance(value, float):
        return value
    number_in(value, path)
    try:
        return float(value)
    except (OverflowError, TypeError):
        raise InvalidFact(path, "must be a number that a float holds", value) from None
