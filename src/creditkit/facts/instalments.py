"""What terms of payment are made of: instalments, the steps to their due dates, discounts.

>>> ten_days = DateStep("add_days", n=10)
>>> part = Instalment(share="30 %", base="delivery", steps=[DateStep("month_end"), ten_days])
>>> part.due(date(2026, 11, 21))
datetime.date(2026, 12, 10)

A due date is an ordered list of steps from a base date. Each takes the day that the one before it
reached:

=======================  ======================================================================
step                     goes to
=======================  ======================================================================
``add_days`` n           the day n days on
``add_working_days`` n   the nth working day after the day, by a calendar
``add_months`` n         the same day n months on, the last of that month where it is shorter
``month_end``            the last day of the month
``day_of_month`` n       day n of the month, the last where it is shorter
``next_day`` n           the first day n of a month, on or after the day
``cut_off`` n            the first of the next month, where the day is after day n
``following``            a working day: itself, else the next; ``preceding`` the one before it;
                         ``modified_following`` the next, unless that is in another month
=======================  ======================================================================

How long working days and rolling take hangs on a calendar. Where a length is told without one
(`days_after`, the longest days and the weighted days of terms), working days are those of a week of
five without holidays, 30 of them 42 days, and rolling takes none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final, cast

import attrs
import numpy as np

from creditkit import calendars
from creditkit._fields import Day, as_date, plain_text
from creditkit._given import listed
from creditkit._plain import WHERE_GIVEN, Record
from creditkit.calendars import NEVER, ROLLS, WEEKDAYS, Days, Roll, WorkingDays
from creditkit.errors import InvalidFact, all_of, meant
from creditkit.money import Money
from creditkit.reasons.terms import BASES, PAID_BEFORE

__all__ = [
    "STEPS",
    "DateStep",
    "Discount",
    "Instalment",
    "days_after",
    "exact_share",
    "no_calendar",
    "reached",
    "reached_columns",
]

STEPS: Final[Mapping[str, tuple[int, int] | None]] = {
    "add_days": (1, 999),
    "add_working_days": (1, 999),
    "add_months": (1, 120),
    "month_end": None,
    "day_of_month": (1, 31),
    "next_day": (1, 31),
    "cut_off": (1, 30),
    "following": None,
    "preceding": None,
    "modified_following": None,
}
"""Each step with the least and the largest number that it takes; None where it takes none."""

_MOST: Final = 24
_WEEKDAY: Final = date(1970, 1, 1).weekday()


def _step(_made: Any, _field: Any, value: Any) -> None:
    if not isinstance(value, str) or value not in STEPS:
        rule = f"must be one of {', '.join(STEPS)}"
        raise InvalidFact("date_step.do", rule, value, meant(value, STEPS))


def _number(made: DateStep, _field: Any, value: Any) -> None:
    span = STEPS.get(made.do)
    if span is None:
        if value is not None:
            raise InvalidFact("date_step.n", f"is not taken by {made.do}", value)
        return
    low, high = span
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        rule = f"must be a whole number from {low} to {high} for {made.do}"
        raise InvalidFact("date_step.n", rule, value)


@attrs.frozen
class DateStep(Record):
    """One step on the way from a base date to a due date; see the table of the module."""

    schema: ClassVar[str] = "creditkit.date_step/1"

    do: str = attrs.field(validator=_step)
    n: int | None = attrs.field(default=None, kw_only=True, validator=_number, metadata=WHERE_GIVEN)

    def after(self, day: date, calendar: WorkingDays | None = None) -> date:
        """The day that the step reaches; one of working days needs a calendar."""
        day = as_date(day, "date_step.day")
        try:
            if self.needs_calendar:
                known = self._known(calendar)
                if self.do == "add_working_days":
                    return known.plus(day, self.n or 0)
                return known.rolled(day, cast(Roll, self.do))
            return _ONE[self.do](day, self.n or 0)
        except (OverflowError, ValueError) as error:
            if isinstance(error, InvalidFact):
                raise
            rule = "must leave the due date in the years up to 9999"
            raise InvalidFact("date_step", rule, day) from None

    def after_columns(self, days: Days, calendar: WorkingDays | None = None) -> Days:
        """`after` for a column of days; `NEVER` where one date would be refused."""
        good = days != NEVER
        if not good.all():
            out = np.full(len(days), NEVER)
            out[good] = self.after_columns(days[good], calendar)
            return out
        if self.needs_calendar:
            known = self._known(calendar)
            if self.do == "add_working_days":
                return known.plus_columns(days, self.n or 0)
            return known.rolled_columns(days, cast(Roll, self.do))
        reached = _MANY[self.do](days, self.n or 0)
        return np.where(calendars.in_range(reached), reached, NEVER)

    @property
    def needs_calendar(self) -> bool:
        """Whether the step goes by a calendar of working days."""
        return self.do == "add_working_days" or self.do in ROLLS

    def _known(self, calendar: WorkingDays | None) -> WorkingDays:
        if isinstance(calendar, WorkingDays):
            return calendar
        raise no_calendar("calendar", [self], calendar)


def no_calendar(path: str, steps: Iterable[DateStep], given: object = None) -> InvalidFact:
    """What is said where steps need a calendar of working days, and there is none."""
    counted = next((step.n for step in steps if step.do == "add_working_days"), None)
    what = "roll to a working day" if counted is None else f"count {counted} working days"
    remedy = "pass calendar=WorkingDays(...) of the place where it is paid"
    return InvalidFact(path, f"is needed to {what}", given, remedy)


def _cut_off(day: date, number: int) -> date:
    return calendars.plus_months(day.replace(day=1), 1) if day.day > number else day


def _cut_off_columns(days: Days, number: int) -> Days:
    next_month = calendars.in_month_columns(calendars.plus_months_columns(days, 1), 1)
    late = days > calendars.in_month_columns(days, number)
    return np.where(late, next_month, days)


_ONE: Final[Mapping[str, Callable[[date, int], date]]] = {
    "add_days": lambda day, n: day + timedelta(days=n),
    "add_months": calendars.plus_months,
    "month_end": lambda day, _: calendars.month_end(day),
    "day_of_month": calendars.in_month,
    "next_day": calendars.next_day,
    "cut_off": _cut_off,
}
_MANY: Final[Mapping[str, Callable[[Days, int], Days]]] = {
    "add_days": lambda days, n: days + n,
    "add_months": calendars.plus_months_columns,
    "month_end": lambda days, _: calendars.month_end_columns(days),
    "day_of_month": calendars.in_month_columns,
    "next_day": calendars.next_day_columns,
    "cut_off": _cut_off_columns,
}


_CYCLE: Final[Days] = np.arange(
    np.datetime64("2025-01-01"), np.datetime64("2029-01-01"), dtype="datetime64[D]"
).astype(np.int64)
"""Every day of four years, one of them a leap year: each month meets each that can follow it."""


@functools.lru_cache(maxsize=4096)
def days_after(steps: tuple[DateStep, ...], *, least: bool = False) -> Days:
    """How many days after its base date a due date is, for each base date of four years.

    Without a calendar, working days are those of a week of five without holidays, and rolling to a
    working day is left out. With ``least`` every day counts as worked: by no calendar are there fewer.

    >>> days_after((DateStep("month_end"), DateStep("add_days", n=30))).max()
    np.int64(60)
    >>> thirty = (DateStep("add_working_days", n=30),)
    >>> days_after(thirty).max(), days_after(thirty, least=True).max()
    (np.int64(42), np.int64(30))
    """
    days = _CYCLE
    for step in steps:
        if step.do == "add_working_days":
            days = _working_days(days, step.n or 0, 7 if least else 5)
        elif step.do not in ROLLS:
            days = step.after_columns(days)
    out: Days = days - _CYCLE
    out.flags.writeable = False
    return out


def _working_days(days: Days, number: int, week: int) -> Days:
    """So many working days on, where the first ``week`` days of a week are worked and no other is."""
    weekday = (days + _WEEKDAY) % len(WEEKDAYS)
    last = np.minimum(weekday, week - 1)  # the last worked day, up to and with the day itself
    weeks, left = np.divmod(last + number, week)
    out: Days = days - weekday + weeks * len(WEEKDAYS) + left
    return out


# Shares and sequences, as they come in


def exact_share(value: Any) -> Any:
    """The converter of a share: ``"0.3"``, ``"30 %"``, ``"1/3"``, a Decimal or a Fraction; exact.

    >>> exact_share("12.5 %"), exact_share("1/3")
    (Fraction(1, 8), Fraction(1, 3))
    """
    if isinstance(value, Fraction) or value is None:
        return value
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 30:
        return Fraction(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1000:
        return Fraction(value)
    if isinstance(value, str) and len(value) <= 40 and value.isascii() and "e" not in value.lower():
        text, percent = value.strip(), 1
        if text.endswith("%"):
            text, percent = text[:-1].strip(), 100
        try:
            return Fraction(text) / percent
        except (ValueError, ZeroDivisionError):
            return value
    return value


def _share(made: Any, field: Any, value: Any) -> None:
    path = f"{'discount' if isinstance(made, Discount) else 'instalment'}.{field.name}"
    if value is None and field.default is None:
        return
    if not isinstance(value, Fraction):
        exact = isinstance(value, float) and 0 < value < 1
        remedy = f"write '{value}'" if exact else "write '30 %' or '1/3'"
        raise InvalidFact(path, "must be an exact share", value, remedy)
    whole = field.name == "share" and isinstance(made, Instalment)
    if not 0 < value <= 1 or (value == 1 and not whole):
        rule = "must be above 0 and at most 1" if whole else "must lie between 0 and 1"
        raise InvalidFact(path, rule, str(value), "write 30 % as '0.3' or '30 %'")


def _sequence(value: Any) -> Any:
    given = listed(value)
    return value if given is None else tuple(given)


def _records(kind: type) -> Callable[[Any, Any, Any], None]:
    def check(made: Any, field: Any, value: Any) -> None:
        name = "discount" if isinstance(made, Discount) else "instalment"
        path = f"{name}.{field.name}"
        if not isinstance(value, tuple):
            rule = f"must be a sequence of {kind.__name__}"
            raise InvalidFact(path, rule, value, f"write [{kind.__name__}(...)]")
        if len(value) > _MOST:
            raise InvalidFact(path, f"must have at most {_MOST} entries", len(value))
        faults = [
            InvalidFact(f"{path}[{place}]", f"must be a {kind.__name__}", one)
            for place, one in enumerate(value)
            if not isinstance(one, kind)
        ]
        if faults:
            raise all_of(path, faults)

    return check


def _never_back(made: Any, _field: Any, value: tuple[DateStep, ...]) -> None:
    """Steps that lead to a day before their base date are a slip."""
    base = getattr(made, "base", "")
    if base in PAID_BEFORE and value:
        rule = "must be empty for a payment that is due before the goods leave"
        raise InvalidFact("instalment.steps", rule, value)
    if int(days_after(value, least=True).min()) < 0:
        rule = "must not lead to a day before the base date"
        name = "discount" if isinstance(made, Discount) else "instalment"
        remedy = "go to the next month first, or use next_day"
        raise InvalidFact(f"{name}.steps", rule, value, remedy)


def _named(_made: Any, _field: Any, value: Any) -> None:
    path, remedy = "instalment.base", f"write one of {', '.join(BASES)}, or a milestone"
    if not isinstance(value, str) or not plain_text(value) or len(value) > 60:
        raise InvalidFact(path, "must be a date or a milestone by name", value, remedy)
    if set(value) & set('"“”「」§') or not value.isprintable() or value != value.strip():
        raise InvalidFact(path, "must be a name without quotes and blanks around it", value)


@attrs.frozen(kw_only=True)
class Discount(Record):
    """A discount for early payment: ``share`` is taken off up to and including its last day.

    The last day is reached by ``steps`` from the base date of the instalment.
    """

    schema: ClassVar[str] = "creditkit.discount/1"

    share: Fraction = attrs.field(converter=exact_share, validator=_share)
    steps: tuple[DateStep, ...] = attrs.field(
        default=(), converter=_sequence, validator=[_records(DateStep), _never_back]
    )


def _money(_made: Any, _field: Any, value: Any) -> None:
    if value is not None and not isinstance(value, Money):
        rule, remedy = "must be Money", "write Money('5000', 'CNY')"
        raise InvalidFact("instalment.amount", rule, value, remedy)
    if value is not None and value.minor <= 0:
        raise InvalidFact("instalment.amount", "must be above zero", value)


def _one_amount(made: Instalment, _field: Any, _value: Any) -> None:
    given = [
        name for name in ("share", "of_rest", "amount") if getattr(made, name, None) is not None
    ]
    if len(given) > 1:
        rule = "must have one of share, of_rest and amount"
        raise InvalidFact("instalment", rule, " and ".join(given))


def _windows(made: Instalment, _field: Any, value: tuple[Discount, ...]) -> None:
    """A discount ends on the due date at the latest; a later one is smaller than one before it."""
    path = "instalment.discounts"
    if value and made.base in PAID_BEFORE:
        rule = "must be empty for a payment that is due before the goods leave"
        raise InvalidFact(path, rule, value)
    due, faults = days_after(made.steps), list[InvalidFact]()
    for place, one in enumerate(value):
        if bool((days_after(one.steps) > due).any()):
            rule = "must end on the due date at the latest"
            faults.append(InvalidFact(f"{path}[{place}]", rule, one.steps))
        if place and not (
            value[place - 1].share > one.share
            and bool((days_after(value[place - 1].steps) < days_after(one.steps)).all())
        ):
            rule = "must be smaller than the discount before it, and end later"
            faults.append(InvalidFact(f"{path}[{place}]", rule, str(one.share)))
    if faults:
        raise all_of(path, faults)


@attrs.frozen(kw_only=True)
class Instalment(Record):
    """One part of what is to be paid: how much, from which date, by which steps, with which discounts.

    ``share`` is of the whole amount, ``of_rest`` of what the instalments before it leave, ``amount``
    is fixed; without any it is all that is left. ``base`` is ``prepayment`` (in advance), ``order``,
    ``before_dispatch`` (the goods leave when it is paid), ``dispatch``, ``delivery``, ``acceptance``,
    ``invoice``, ``receipt`` (of the invoice) or the name of a milestone of the contract.
    """

    schema: ClassVar[str] = "creditkit.instalment/1"

    share: Fraction | None = attrs.field(
        default=None, converter=exact_share, validator=_share, metadata=WHERE_GIVEN
    )
    of_rest: Fraction | None = attrs.field(
        default=None, converter=exact_share, validator=_share, metadata=WHERE_GIVEN
    )
    amount: Money | None = attrs.field(
        default=None, validator=[_money, _one_amount], metadata=WHERE_GIVEN
    )
    base: str = attrs.field(default="invoice", validator=_named)
    steps: tuple[DateStep, ...] = attrs.field(
        default=(), converter=_sequence, validator=[_records(DateStep), _never_back]
    )
    discounts: tuple[Discount, ...] = attrs.field(
        default=(), converter=_sequence, validator=[_records(Discount), _windows]
    )

    def due(self, base: Day, calendar: WorkingDays | None = None) -> date:
        """The due date from its base date; working days need a calendar."""
        return reached(as_date(base, "instalment.base_date"), self.steps, calendar)

    @property
    def longest_days(self) -> int:
        """The most days that the due date is after its base date, without a calendar; see `days_after`."""
        return int(days_after(self.steps).max())

    @property
    def needs_calendar(self) -> bool:
        """Whether the due date goes by a calendar of working days."""
        return any(step.needs_calendar for step in self.steps)


def reached(day: date, steps: tuple[DateStep, ...], calendar: WorkingDays | None = None) -> date:
    """The day that steps reach."""
    for step in steps:
        day = step.after(day, calendar)
    return day


def reached_columns(
    days: Days, steps: tuple[DateStep, ...], calendar: WorkingDays | None = None
) -> Days:
    """`reached` for a column; `NEVER` where one date would be refused."""
    for step in steps:
        days = step.after_columns(days, calendar)
    return days
