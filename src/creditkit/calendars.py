"""Calendar dates: months, the end of a month, and working days with swapped days and a horizon.

A `WorkingDays` is a vector of bits, one for each day that its data reaches. It can say that a Saturday
is worked (China swaps days) and refuses a day past its horizon: what nobody has published yet is not
known, and is never taken for a working day.

>>> china = WorkingDays(name="CN", first=date(2026, 2, 1), last=date(2026, 2, 28),
...     holidays=[date(2026, 2, day) for day in range(15, 24)],
...     worked=[date(2026, 2, 14), date(2026, 2, 28)])
>>> china.is_working(date(2026, 2, 14)), china.rolled(date(2026, 2, 16), "following")
(True, datetime.date(2026, 2, 24))

Months end where they end: 31 January and a month is the last of February. Each function for a column
of days (whole days since 1970) gives what the function for one date gives.
"""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar, Final, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._fields import Day, as_date
from creditkit._given import listed, one_of, whole_in
from creditkit._plain import Record
from creditkit.errors import InvalidFact, all_of

__all__ = [
    "NEVER",
    "ROLLS",
    "WEEKDAYS",
    "Days",
    "Roll",
    "WorkingDays",
    "days_of",
    "in_month",
    "in_month_columns",
    "in_range",
    "month_end",
    "month_end_columns",
    "next_day",
    "next_day_columns",
    "plus_months",
    "plus_months_columns",
]

Days: TypeAlias = npt.NDArray[np.int64]
"""Days since 1970-01-01; `NEVER` where there is no date."""

Roll: TypeAlias = Literal["following", "preceding", "modified_following"]

NEVER: Final = np.iinfo(np.int64).min
"""No date, as numpy writes it (``NaT``)."""

ROLLS: Final = ("following", "preceding", "modified_following")
"""How a day that is not worked moves: on, back, or on but not into the next month (then back)."""

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_EPOCH: Final = date(1970, 1, 1).toordinal()
_LAST_DAY: Final = date.max.toordinal() - _EPOCH
_FIRST_DAY: Final = 1 - _EPOCH
_LONGEST: Final = 366 * 200


# Months, one and many


def plus_months(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month where it is shorter.

    >>> plus_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def in_month(day: date, number: int) -> date:
    """Day ``number`` of the month of a day, the last where the month is shorter."""
    return day.replace(day=min(number, calendar.monthrange(day.year, day.month)[1]))


def next_day(day: date, number: int) -> date:
    """The first day ``number`` of a month on or after a day; the last of a month that is shorter.

    >>> next_day(date(2026, 2, 10), 30), next_day(date(2026, 2, 10), 5)
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 5))
    """
    found = in_month(day, number)
    return found if found >= day else in_month(plus_months(day, 1), number)


def _months(days: Days) -> tuple[npt.NDArray[Any], Days]:
    """The month of each day, and the day's number in it from 0."""
    dates = days.view("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return months, (dates - months.astype("datetime64[D]")).astype(np.int64)


def _placed(months: npt.NDArray[Any], numbers: Days | int) -> Days:
    """Days by their month and their number in it from 0, no later than its end."""
    first = months.astype("datetime64[D]")
    after = (months + np.timedelta64(1, "M")).astype("datetime64[D]")
    length = (after - first).astype(np.int64)
    out: Days = first.view(np.int64) + np.minimum(numbers, length - 1)
    return out


def plus_months_columns(days: Days, months: int) -> Days:
    """`plus_months` for a column."""
    found, numbers = _months(days)
    return _placed(found + np.timedelta64(months, "M"), numbers)


def month_end_columns(days: Days) -> Days:
    """`month_end` for a column."""
    return _placed(_months(days)[0], 30)


def in_month_columns(days: Days, number: int) -> Days:
    """`in_month` for a column."""
    return _placed(_months(days)[0], number - 1)


def next_day_columns(days: Days, number: int) -> Days:
    """`next_day` for a column."""
    months = _months(days)[0]
    this = _placed(months, number - 1)
    return np.where(this >= days, this, _placed(months + np.timedelta64(1, "M"), number - 1))


def days_of(given: npt.NDArray[Any]) -> Days:
    """A column of ``datetime64`` as days since 1970; `NEVER` for ``NaT``."""
    return given.astype("datetime64[D]", copy=False).view(np.int64)


# Working days


def _dates(value: Any) -> Any:
    days = listed(value)
    return value if days is None else tuple(sorted(days)) if _plain(days) else tuple(days)


def _plain(days: Iterable[Any]) -> bool:
    return all(type(day) is date for day in days)


def _all_dates(made: Any, field: Any, value: Any) -> None:
    path = f"working_days.{field.name}"
    if not isinstance(value, tuple):
        raise InvalidFact(path, "must be a sequence of dates", value)
    faults, clean = list[InvalidFact](), list[date]()
    for place, day in enumerate(value):
        try:
            clean.append(as_date(day, f"{path}[{place}]"))
        except InvalidFact as error:
            faults.append(error)
    if faults:
        raise all_of(path, faults)
    object.__setattr__(made, field.name, tuple(sorted(set(clean))))


def _one_date(made: Any, field: Any, value: Any) -> None:
    object.__setattr__(made, field.name, as_date(value, f"working_days.{field.name}"))


def _name(_made: Any, _field: Any, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise InvalidFact("working_days.name", "must be text", value, "write 'CN'")


def _weekdays(value: Any) -> Any:
    days = listed(value)
    return value if days is None else tuple(days)


def _weekend(_made: Any, _field: Any, value: Any) -> None:
    if not isinstance(value, tuple):
        rule = "must be a sequence of weekdays"
        raise InvalidFact("working_days.weekend", rule, value, "write ['saturday', 'sunday']")
    for day in value:
        one_of(day, WEEKDAYS, "working_days.weekend")


@attrs.frozen(kw_only=True)
class WorkingDays(Record):
    """Which days are worked, from ``first`` to ``last``: the horizon of what is known.

    Every day is worked that is neither in ``weekend`` nor in ``holidays``; a day in ``worked`` is,
    whatever its weekday. The name is shown where a calendar is told. A day outside ``first`` to
    ``last`` is an `InvalidFact`.
    """

    schema: ClassVar[str] = "creditkit.working_days/1"

    name: str = attrs.field(validator=_name)
    first: date = attrs.field(validator=_one_date)
    last: date = attrs.field(validator=_one_date)
    holidays: tuple[date, ...] = attrs.field(default=(), converter=_dates, validator=_all_dates)
    worked: tuple[date, ...] = attrs.field(default=(), converter=_dates, validator=_all_dates)
    weekend: tuple[str, ...] = attrs.field(
        default=("saturday", "sunday"),
        converter=_weekdays,
        validator=_weekend,
    )
    _bits: npt.NDArray[np.bool_] = attrs.field(
        init=False, eq=False, repr=False, metadata={"plain": False}
    )
    _after: Days = attrs.field(init=False, eq=False, repr=False, metadata={"plain": False})
    _before: Days = attrs.field(init=False, eq=False, repr=False, metadata={"plain": False})
    _places: Days = attrs.field(init=False, eq=False, repr=False, metadata={"plain": False})

    def __attrs_post_init__(self) -> None:
        length = (self.last - self.first).days + 1
        if not 0 < length <= _LONGEST:
            rule = f"must be on or after {self.first}, and within 200 years of it"
            raise InvalidFact("working_days.last", rule, self.last)
        both = [f"{day}" for day in self.holidays if day in set(self.worked)]
        beyond = [
            f"{day}" for day in (*self.holidays, *self.worked) if not self.first <= day <= self.last
        ]
        if both:
            rule = "must not be holidays and worked at once"
            raise InvalidFact("working_days.worked", rule, ", ".join(both))
        if beyond:
            rule = f"must lie between {self.first} and {self.last}"
            raise InvalidFact("working_days.holidays", rule, ", ".join(beyond[:5]))
        weekdays = (np.arange(length) + self.first.weekday()) % 7
        off = [place for place, name in enumerate(WEEKDAYS) if name in self.weekend]
        bits = ~np.isin(weekdays, off)
        for days, works in ((self.holidays, False), (self.worked, True)):
            bits[[(day - self.first).days for day in days]] = works
        places = np.arange(length, dtype=np.int64)
        after = np.minimum.accumulate(np.where(bits, places, length)[::-1])[::-1]
        before = np.maximum.accumulate(np.where(bits, places, -1))
        columns = {"_bits": bits, "_after": after, "_before": before}
        for name, made in {**columns, "_places": np.flatnonzero(bits)}.items():
            made.flags.writeable = False
            object.__setattr__(self, name, made)

    @classmethod
    def from_holidays(cls, days: Any, *, first: Day, last: Day, name: str) -> "WorkingDays":
        """From a calendar of the package ``holidays``, such as ``country_holidays("CN", years=[2026])``.

        ``last`` is how far its swapped days are published: the package answers for every year, also
        for one of which the swaps are not known yet, so the host says where its data ends. Anything
        with ``is_working_day(date)`` is taken.
        """
        start, end = as_date(first, "working_days.first"), as_date(last, "working_days.last")
        ask = getattr(days, "is_working_day", None)
        if not callable(ask):
            rule = "must have is_working_day(date), as the calendars of holidays 0.50 and later"
            raise InvalidFact("working_days.from_holidays", rule, days)
        span = [start + timedelta(place) for place in range(max(0, (end - start).days + 1))]
        works = {day: bool(ask(day)) for day in span}
        return cls(
            name=name,
            first=start,
            last=end,
            holidays=[day for day, open_ in works.items() if not open_ and day.weekday() < 5],
            worked=[day for day, open_ in works.items() if open_ and day.weekday() >= 5],
        )

    def is_working(self, day: Day) -> bool:
        """Whether a day is worked."""
        return bool(self._bits[self._place(as_date(day, "day"))])

    def rolled(self, day: Day, how: Roll = "following") -> date:
        """The day itself where it is worked, else the working day that ``how`` goes to."""
        one_of(how, ROLLS, "roll")
        given = as_date(day, "day")
        place = self._place(given)
        found = int((self._before if how == "preceding" else self._after)[place])
        if how == "modified_following" and (
            found >= len(self._bits) or (self.first + timedelta(found)).month != given.month
        ):
            if found >= len(self._bits) and self.last != month_end(self.last):
                raise self._beyond(self.last + timedelta(1))  # the month may have a worked day yet
            found = int(self._before[place])
        if not 0 <= found < len(self._bits):
            raise self._beyond(given)
        return self.first + timedelta(found)

    def rolled_columns(self, days: Days, how: Roll = "following") -> Days:
        """`rolled` for a column; `NEVER` where one date would be refused."""
        one_of(how, ROLLS, "roll")
        start, length = self.first.toordinal() - _EPOCH, len(self._bits)
        inside = (days >= start) & (days < start + length)
        places = np.where(inside, days - start, 0)
        found = (self._before if how == "preceding" else self._after)[places]
        if how == "modified_following":
            lost = found >= length
            ahead = np.where(lost, 0, found) + start
            crossed = lost | (_months(ahead)[0] != _months(places + start)[0])
            found = np.where(crossed, self._before[places], found)
            if self.last != month_end(self.last):
                found = np.where(lost, length, found)
        good = inside & (found >= 0) & (found < length)
        return np.where(good, found + start, NEVER)

    def plus(self, day: Day, number: int) -> date:
        """The working day that comes so many working days after a day, itself not counted.

        From a day off, the next working day is the first.

        >>> week = WorkingDays(name="x", first=date(2026, 11, 1), last=date(2026, 12, 31))
        >>> week.plus(date(2026, 11, 20), 1), week.plus(date(2026, 11, 22), 1)  # a Friday, a Sunday
        (datetime.date(2026, 11, 23), datetime.date(2026, 11, 23))
        """
        whole_in(number, "working_days.number", 1)
        given = as_date(day, "day")
        place = int(np.searchsorted(self._places, self._place(given), side="right")) + number - 1
        if place >= len(self._places):
            raise self._beyond(self.last + timedelta(1))  # the day that it ends on is not known yet
        return self.first + timedelta(int(self._places[place]))

    def plus_columns(self, days: Days, number: int) -> Days:
        """`plus` for a column; `NEVER` where one date would be refused."""
        whole_in(number, "working_days.number", 1)
        start, length = self.first.toordinal() - _EPOCH, len(self._bits)
        inside = (days >= start) & (days < start + length)
        places = np.searchsorted(self._places, np.where(inside, days - start, 0), side="right")
        places += min(number, length + 1) - 1
        good = inside & (places < len(self._places))
        if not good.any():
            return np.full(len(days), NEVER)
        return np.where(good, self._places[np.where(good, places, 0)] + start, NEVER)

    def _place(self, day: date) -> int:
        if not self.first <= day <= self.last:
            raise self._beyond(day)
        return (day - self.first).days

    def _beyond(self, day: date) -> InvalidFact:
        rule = f"is known from {self.first} to {self.last} only"
        remedy = "give a calendar whose data reaches further"
        return InvalidFact(f"calendar {self.name}", rule, day, remedy)


def in_range(days: Days) -> npt.NDArray[np.bool_]:
    """Where days are dates of the years 1 to 9999."""
    return (days >= _FIRST_DAY) & (days <= _LAST_DAY)
