"""Months and working days: `dateutil` as the oracle, and one equals many."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit import calendars
from creditkit.calendars import NEVER, ROLLS, WorkingDays
from tests.doors import CHINA

days = st.dates(date(1999, 1, 1), date(2101, 12, 31))


def many(day: date) -> Any:
    return np.array([np.datetime64(day)], dtype="datetime64[D]").view(np.int64)


def back(found: Any) -> date:
    return found.view("datetime64[D]")[0].item()  # type: ignore[no-any-return]


@given(days, st.integers(-30, 130))
def test_months_are_those_of_dateutil(day: date, months: int) -> None:
    expected = day + relativedelta(months=months)
    assert calendars.plus_months(day, months) == expected
    assert back(calendars.plus_months_columns(many(day), months)) == expected


@given(days, st.integers(1, 31))
def test_days_of_a_month_are_those_of_dateutil(day: date, number: int) -> None:
    end = day + relativedelta(day=31)
    assert calendars.month_end(day) == back(calendars.month_end_columns(many(day))) == end
    there = day + relativedelta(day=number)
    assert calendars.in_month(day, number) == there
    assert back(calendars.in_month_columns(many(day), number)) == there
    first = there if there >= day else day + relativedelta(months=1, day=number)
    assert calendars.next_day(day, number) == back(calendars.next_day_columns(many(day), number))
    assert calendars.next_day(day, number) == first


# Working days


def test_a_saturday_can_be_worked_and_the_horizon_is_one() -> None:
    assert CHINA.is_working("2026-02-14") and not CHINA.is_working("2026-02-15")
    assert (
        CHINA.rolled("2026-02-15") == CHINA.rolled("2026-02-15", "following") == date(2026, 2, 16)
    )
    assert CHINA.rolled("2026-02-15", "preceding") == date(2026, 2, 14)
    with pytest.raises(ck.InvalidFact, match="calendar CN is known from 2026-01-01 to 2026-12-31"):
        CHINA.is_working("2027-01-01")


def test_modified_following_stays_in_the_month() -> None:
    assert CHINA.rolled("2026-05-31", "following") == date(2026, 6, 1)  # a Sunday
    assert CHINA.rolled("2026-05-31", "modified_following") == date(2026, 5, 29)


def test_what_the_horizon_hides_is_refused() -> None:
    short = WorkingDays(name="short", first=date(2026, 5, 1), last=date(2026, 5, 30))
    with pytest.raises(ck.InvalidFact, match="to 2026-05-30 only"):
        short.rolled("2026-05-30")  # a Saturday; who knows what comes after it
    with pytest.raises(ck.InvalidFact, match="to 2026-05-30 only"):
        short.rolled("2026-05-30", "modified_following")  # the 31st may be worked
    whole = WorkingDays(name="whole", first=date(2026, 5, 1), last=date(2026, 5, 31))
    assert whole.rolled("2026-05-30", "modified_following") == date(2026, 5, 29)


@given(
    st.lists(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=40),
    st.lists(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=10),
    st.dates(date(2025, 12, 25), date(2026, 4, 7)),
    st.sampled_from(ROLLS),
)
def test_rolling_is_a_walk_day_by_day(
    holidays: list[date], worked: list[date], day: date, how: calendars.Roll
) -> None:
    off = set(holidays) - set(worked)
    made = WorkingDays(
        name="x", first=date(2026, 1, 1), last=date(2026, 3, 31), holidays=[*off], worked=worked
    )

    def works(one: date) -> bool | None:
        if not made.first <= one <= made.last:
            return None
        return one in worked or (one.weekday() < 5 and one not in off)

    def walk(step: int) -> date | None:
        one = day
        while works(one) is False:
            one += timedelta(step)
        return one if works(one) else None

    expected = walk(-1 if how == "preceding" else 1)
    if works(day) is None:
        expected = None
    elif how == "modified_following":
        beyond = expected is None and made.last != calendars.month_end(made.last)
        if not beyond and (expected is None or expected.month != day.month):
            expected = walk(-1)
    found = made.rolled_columns(many(day), how)
    if expected is None:
        assert found[0] == NEVER
        with pytest.raises(ck.InvalidFact, match="calendar x is known"):
            made.rolled(day, how)
    else:
        assert made.rolled(day, how) == back(found) == expected


def test_what_a_calendar_refuses() -> None:
    with pytest.raises(ck.InvalidFact, match="must not be holidays and worked at once"):
        WorkingDays(
            name="x",
            first=date(2026, 1, 1),
            last=date(2026, 1, 31),
            holidays=["2026-01-05"],
            worked=["2026-01-05"],
        )
    with pytest.raises(ck.InvalidFact, match="must lie between 2026-01-01 and 2026-01-31"):
        WorkingDays(
            name="x", first=date(2026, 1, 1), last=date(2026, 1, 31), holidays=["2026-02-01"]
        )
    with pytest.raises(ck.InvalidFact) as caught:
        WorkingDays(
            name="x",
            first=date(2026, 1, 1),
            last=date(2026, 1, 31),
            holidays=["soon", 5, "20260105"],
        )
    assert len(caught.value.faults) == 2


def test_a_calendar_of_the_package_holidays() -> None:
    holidays = pytest.importorskip("holidays")
    china = WorkingDays.from_holidays(
        holidays.country_holidays("CN", years=[2025, 2026]),
        first=date(2025, 1, 1),
        last=date(2026, 12, 31),
        name="CN",
    )
    assert china.is_working("2026-02-14") and not china.is_working("2026-02-17")
    assert WorkingDays.from_dict(china.to_dict()) == china


def test_an_adapter_asks_no_more_than_whether_a_day_is_worked() -> None:
    class Week:
        def is_working_day(self, day: date) -> bool:
            return day.weekday() in (0, 5)

    made = WorkingDays.from_holidays(Week(), first="2026-01-01", last="2026-01-31", name="x")
    assert [made.is_working(date(2026, 1, day)) for day in (3, 4, 5, 6)] == [
        True,
        False,
        True,
        False,
    ]
    with pytest.raises(ck.InvalidFact, match="must have is_working_day"):
        WorkingDays.from_holidays(["2026-01-01"], first="2026-01-01", last="2026-01-31", name="x")
