"""Buckets by the calendar month of a due date, before and after the month at hand."""

from __future__ import annotations

from datetime import date

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.errors import InvalidFact
from creditkit.receivables.buckets import CALENDAR_MONTHS, Buckets

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
PLAN = Buckets.months(2, ahead=2)


def test_the_preset_is_three_months_back() -> None:
    assert CALENDAR_MONTHS.names == (
        "not due", "this month", "1 month", "2 months", "3 months", "older",
    )  # fmt: skip
    assert CALENDAR_MONTHS.edges == (0, 1, 2, 3, 4)
    assert len(PLAN.names_zh) == len(PLAN.names) == 8


@pytest.mark.parametrize(
    ("due", "name"),
    [
        ("2027-02-01", "later"),
        ("2027-01-31", "in 2 months"),
        ("2026-12-31", "next month"),
        ("2026-12-01", "next month"),
        ("2026-11-30", "later this month"),
        ("2026-11-21", "later this month"),  # due today is not due
        ("2026-11-20", "this month"),
        ("2026-10-31", "1 month"),
        ("2026-09-01", "2 months"),
        ("2026-08-31", "older"),
    ],
)
def test_months_ahead(due: str, name: str) -> None:
    assert PLAN.names[PLAN.index_of("2026-11-21", due)] == name


@given(days, days)
def test_the_bucket_is_the_difference_of_the_months(as_of: date, due: date) -> None:
    name = PLAN.names[PLAN.index_of(as_of, due)]
    first = as_of.replace(day=1)
    months = relativedelta(first, due.replace(day=1))
    back = months.years * 12 + months.months
    if back < -2:
        assert name == "later"
    elif back <= 0 and due >= as_of:
        assert name == ("later this month", "next month", "in 2 months")[-back]
    elif back == 0:
        assert name == "this month"
    else:
        assert name == ("1 month", "2 months", "older")[min(back, 3) - 1]


@pytest.mark.parametrize("as_of", ["0001-01-31", "9999-12-31", "9999-11-30"])
def test_the_ends_of_the_calendar(as_of: str) -> None:
    assert PLAN.names[PLAN.index_of(as_of, as_of)] in ("later this month", "later", "next month")
    lines = PLAN.latest(as_of)
    assert lines == sorted(lines, reverse=True)


def test_wrong_months_are_refused() -> None:
    for wrong in (0, -1, "3", True):
        with pytest.raises(InvalidFact, match=r"buckets\.months\.back"):
            Buckets.months(wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidFact, match=r"buckets\.months\.ahead"):
        Buckets.months(3, ahead=-1)


def test_a_plan_of_receipts_adds_up_to_the_balance() -> None:
    ledger = ck.Ledger.from_columns(
        {"account": "C-1", "currency": "CNY", "kind": "invoice", "amount": [1, 2, 4, 8],
         "doc_date": "2026-08-01", "due_date": ["2026-10-31", "2026-11-30", "2026-12-15", "2027-06-01"]}
    )  # fmt: skip
    one = ck.ageing(ledger, as_of="2026-11-21", buckets=PLAN)[0]
    found = {name: int(cell.amount) for name, cell in one.by_bucket.items() if cell}
    assert found == {"later": 8, "next month": 4, "later this month": 2, "1 month": 1}
    assert Buckets.from_dict(PLAN.to_dict()) == PLAN
