"""Calendar months of a reading: the ends of those that are over, and the day so many months before."""

from __future__ import annotations

import calendar
from datetime import date

from creditkit._given import whole_in
from creditkit.errors import InvalidFact

__all__ = ["month_ends", "months_before"]


def month_ends(as_of: date, months: int) -> list[date]:
    """The last days of the latest months that ended by a date, the oldest first.

    >>> [str(end) for end in month_ends(date(2024, 3, 30), 2)], str(month_ends(date(2024, 2, 29), 1)[0])
    (['2024-01-31', '2024-02-29'], '2024-02-29')
    """
    whole_in(months, "months", 1)
    ended = as_of.year * 12 + as_of.month - 1 - (as_of.day < _length(as_of.year, as_of.month))
    if ended - months < 23:  # a ledger is not asked about the year 1
        raise InvalidFact("months", "must not reach before the year 2", months)
    found = (divmod(month, 12) for month in range(ended - months + 1, ended + 1))
    return [date(year, at + 1, _length(year, at + 1)) for year, at in found]


def months_before(end: date, months: int, path: str = "period") -> date:
    """The day so many calendar months before; of the last of a month the last of that month.

    So the months up to a month's end are whole ones, of a short month too.

    >>> str(months_before(date(2026, 2, 28), 3)), str(months_before(date(2026, 11, 21), 12))
    ('2025-11-30', '2025-11-21')
    """
    whole_in(months, path, 1)
    year, at = divmod(end.year * 12 + end.month - 1 - months, 12)
    if year < 1:
        raise InvalidFact(path, "must not reach before the year 1", months)
    last = _length(year, at + 1)
    whole = end.day == _length(end.year, end.month)
    return date(year, at + 1, last if whole else min(end.day, last))


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
