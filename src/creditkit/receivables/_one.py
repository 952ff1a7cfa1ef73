"""The figures of one customer, from plain Python values: what an order that waits can afford."""

from __future__ import annotations

import calendar
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final

from creditkit.facts._single import AccountItems
from creditkit.figures import UNDEFINED
from creditkit.money import LARGEST
from creditkit.receivables._habits import YEAR, habits_of_one, year_before
from creditkit.receivables._item_columns import INVALID
from creditkit.receivables._owed import counted_of, owed_by
from creditkit.receivables._sales import sold_of
from creditkit.receivables.open_items import opened
from creditkit.receivables.reading import Reading
from creditkit.receivables.turnover import countback_dso, dso

__all__ = [
    "MONTHS",
    "NAMES",
    "PARTS",
    "figures_of_one",
    "month_days",
    "months_before",
]

NAMES: Final = (
    "receivables",
    "overdue",
    "disputed",
    "oldest_overdue_days",
    "overdue_share",
    "dso",
    "countback_dso",
    "settled_count",
    "on_time_share",
    "average_days_late",
)
"""The figures, all declared in `creditkit.figures`."""

BALANCES: Final = NAMES[:5]
SALES: Final = NAMES[5:7]
HABITS: Final = NAMES[7:]
"""Those that follow from what is open now, from a year's sales, and from what was settled."""

PARTS: Final = (SALES, HABITS)
"""The groups that are worked out only where one of their figures is asked for."""

MONTHS: Final = 12
"""How many calendar months countback looks at: that of ``as_of``, up to it, and eleven before."""


def figures_of_one(
    items: AccountItems, how: Reading, names: Collection[str] = NAMES
) -> dict[str, Any]:
    """`position` of a customer's plain items; INVALID where it cannot be known.

    Only the groups that one of ``names`` is in are worked out: balances always, habits, sales.
    """
    as_of = how.as_of
    state = opened(items, how.when)
    sales, habits = (any(name in names for name in group) for group in PARTS)
    found: dict[str, Any] = dict.fromkeys(BALANCES, INVALID)
    if sales:
        found.update(dict.fromkeys(SALES, INVALID))
    owed = None if items.broken else owed_by(items, how, state)
    if habits:
        found.update(habits_of_one(items, how, state, owed, "with_overdue"))
        del found["simple_days_late"]
    if owed is None:
        return found
    receivables, disputed = owed.receivables, owed.disputed
    overdue = oldest = 0
    for item, left in counted_of(owed, how):
        if item.due < as_of:
            overdue += left
            oldest = max(oldest, (as_of - item.due).days)
    if max(abs(receivables), overdue, disputed) > LARGEST:
        return found
    found["receivables"] = receivables
    found["overdue"] = overdue
    found["disputed"] = disputed
    found["oldest_overdue_days"] = oldest
    share = UNDEFINED if receivables <= 0 else float(overdue) / float(receivables)
    found["overdue_share"] = share
    if sales:
        _sales_figures(found, items, how, receivables)
    return found


def _sales_figures(
    found: dict[str, Any], items: AccountItems, how: Reading, receivables: int
) -> None:
    as_of = how.as_of
    if items.opens is not None:
        found["dso"] = found["countback_dso"] = None
        return
    start, month = year_before(as_of), as_of.year * 12 + as_of.month
    sold: int | None = 0
    by_month: list[int] | None = [0] * MONTHS
    for _, doc, minor in sold_of(items, how, min(start, months_before(as_of))):
        back = month - doc.year * 12 - doc.month
        if doc > start:
            sold = None if minor is None or sold is None else sold + minor
        if back < MONTHS:
            if minor is None:
                by_month = None
            elif by_month is not None:
                by_month[back] += minor
    if sold is not None:
        value = dso(float(max(receivables, 0)), float(sold), days=float(YEAR))
        found["dso"] = UNDEFINED if value != value else value
    if by_month is not None:
        found["countback_dso"] = countback_dso(receivables, by_month, month_days(as_of)).days


def months_before(as_of: date) -> date:
    """The day before the months of countback begin.

    >>> months_before(date(2026, 3, 10))
    datetime.date(2025, 3, 31)
    """
    year, month = divmod(as_of.year * 12 + as_of.month - MONTHS, 12)
    return (
        date(year, month + 1, 1) - timedelta(1)
        if year >= 1 and (year, month) > (1, 0)
        else date.min
    )


def month_days(as_of: date) -> list[int]:
    """The days of the months of countback, latest first; that of ``as_of`` counts up to it.

    >>> month_days(date(2026, 3, 10))[:3]
    [10, 28, 31]
    """
    out = [as_of.day]
    for back in range(1, MONTHS):
        year, month = divmod(as_of.year * 12 + as_of.month - 1 - back, 12)
        out.append(calendar.monthrange(max(year, 1), month + 1)[1])
    return out
