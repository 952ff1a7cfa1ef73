"""Turnover formulas against printed examples, and one against many."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.errors import InvalidFact
from creditkit.receivables import turnover as turnover_module
from creditkit.receivables.turnover import (
    average_days_delinquent,
    best_possible_dso,
    collection_effectiveness,
    countback_dso,
    dso,
    turnover,
)
from tests.printed import printed

# creditguru.com, "Collection Effectiveness Index": January to March, printed with the result 55.9 %
QUARTER: dict[str, Any] = {
    "beginning": 6200.0,
    "sales": 10890.0,
    "ending": 6340.0,
    "ending_current": 3590.0,
}


def test_cei_by_monthly_average_is_as_printed() -> None:
    found = collection_effectiveness(**QUARTER, variant="monthly_average", months=3)
    assert round(100 * found, 1) == 55.9
    assert found == pytest.approx(0.5592948717948718, rel=1e-15)


def test_cei_by_period_total() -> None:
    assert collection_effectiveness(**QUARTER) == pytest.approx(0.7962962962962963, rel=1e-15)
    # gaviti.com: 100,000 + 1,000,000 - 120,000 over 100,000 + 1,000,000 - 100,000, printed 98 %
    printed = collection_effectiveness(
        beginning=100_000, sales=1_000_000, ending=120_000, ending_current=100_000
    )
    assert printed == 0.98


def test_dso_family_on_the_same_quarter() -> None:
    # recomputed to full precision from the printed inputs of the same source
    simple = dso(6340.0, 10890.0, days=90)
    best = best_possible_dso(3590.0, 10890.0, days=90)
    assert simple == pytest.approx(52.396694214876035, rel=1e-15)
    assert best == pytest.approx(29.66942148760331, rel=1e-15)
    assert average_days_delinquent(simple, best) == pytest.approx(22.72727272727273, rel=1e-14)
    assert average_days_delinquent(simple, terms=30.0) == pytest.approx(22.396694214876035)
    assert turnover(10890.0, 6270.0) == pytest.approx(1.736842105263158, rel=1e-15)


@pytest.mark.parametrize(
    ("source", "balance", "current", "sales", "texts"),
    [
        # a month of 30 days: DSO, best possible DSO, average days delinquent
        ("creditguru.com, Average Days Delinquent", 15_000, 4_000, 10_000, ("45", "12", "33")),
        (
            "quadient.com, What Is Average Days Delinquent?",
            25_000,
            6_000,
            15_000,
            ("50", "12", "38"),
        ),
    ],
)
def test_days_delinquent_are_as_printed(
    source: str, balance: int, current: int, sales: int, texts: tuple[str, str, str]
) -> None:
    simple, best = dso(balance, sales, days=30), best_possible_dso(current, sales, days=30)
    # all three are whole numbers, printed in full
    found = (simple, best, average_days_delinquent(simple, best))
    assert found == pytest.approx([float(text) for text in texts], rel=1e-15), source


def test_dso_of_three_months_is_as_printed() -> None:
    # Oracle, JD Edwards EnterpriseOne Accounts Receivable 9.2, "Current Balance Divided by Sales"
    assert dso(10_869, 5_538 + 4_566 + 7_570, days=90) == printed("55.35")


def test_countback_as_printed() -> None:
    # BenjiPays: sales 70,000, 80,000, 100,000 (latest), receivables 212,000, months of 30 days;
    # trymesha.com, "The 2 DSO calculation formulas", prints the result for the same numbers
    sales = [100_000, 80_000, 70_000]
    found = countback_dso(212_000, sales, [30, 30, 30])
    assert found == (60 + 32 / 70 * 30, False)
    assert found.days == printed("73.7")
    assert countback_dso(212_000, sales, [31, 28, 31]).days == pytest.approx(73.17142857142858)
    assert dso(212_000, sum(sales), days=90) == pytest.approx(76.32)
    # accountingweb.co.uk, "How to use the count back method for debtor days": 2.5 months, 75 days
    assert countback_dso(100, [30, 60, 20], [1, 1, 1]) == (2.5, False)
    assert countback_dso(100, [30, 60, 20], [30, 30, 30]) == (75.0, False)


def test_countback_of_a_table_with_a_misprint() -> None:
    # Oracle Hyperion Financial Management 11.2, "DSO", table 13-10: September back to April. What
    # is left for April is printed as 2000 of 2250, the days as 26.7 and the total as 179.7, which
    # is debtors of 13,000; the 12,000 of the table would leave 1000
    sales, days = [2_500, 1_750, 2_250, 2_500, 2_000, 2_250], [30, 31, 31, 30, 31, 30]
    assert countback_dso(13_000, sales, days).days == printed("179.7")
    assert countback_dso(12_000, sales, days).days == 153 + 1000 / 2250 * 30


@pytest.mark.parametrize(
    ("balance", "sales", "days", "at_least"),
    [
        (0, [100, 100], 0.0, False),
        (-50, [100, 100], 0.0, False),
        (100, [100, 0], 30.0, False),
        (150, [100, 0, 100], 75.0, False),
        (150, [100, -40, 100], 75.0, False),
        (250, [100, 100], 60.0, True),
        (1, [0, 0], 60.0, True),
        (1, [], 0.0, True),
    ],
)
def test_countback_edges(balance: int, sales: list[int], days: float, at_least: bool) -> None:
    assert countback_dso(balance, sales, [30] * len(sales)) == (days, at_least)


def test_what_has_no_meaning_is_nan() -> None:
    assert math.isnan(dso(100.0, 0.0, days=90))
    assert math.isnan(dso(100.0, -5.0, days=90))
    assert math.isnan(dso(math.nan, 5.0, days=90))
    assert math.isnan(turnover(1.0, 0.0))
    assert math.isnan(countback_dso(math.nan, [1], [30]).days)
    assert math.isnan(countback_dso(5, [math.nan], [30]).days)
    assert countback_dso(5, [5, math.nan], [30, 30]).days == 30.0


def test_wrong_calls_raise() -> None:
    with pytest.raises(InvalidFact, match="either best_possible or terms"):
        average_days_delinquent(1.0)
    with pytest.raises(InvalidFact, match="period_total"):
        collection_effectiveness(**QUARTER, variant="yearly")
    with pytest.raises(InvalidFact, match="months"):
        collection_effectiveness(**QUARTER, months=0)
    with pytest.raises(InvalidFact, match="must have 2 months"):
        countback_dso(1, [1], [30, 31])


numbers = st.integers(-(10**6), 10**12) | st.floats(0.01, 1e12) | st.just(math.nan)
rows = st.integers(1, 6).flatmap(
    lambda months: st.lists(st.lists(numbers, min_size=months + 1, max_size=months + 1), min_size=1)
)


@given(rows)
def test_one_equals_many(table: list[list[float]]) -> None:
    columns = np.array(table, dtype=np.float64).T
    days = [31, 30, 31, 30, 31, 28][: len(columns) - 1]
    many = countback_dso(columns[0], list(columns[1:]), days)
    simple = dso(columns[0], columns[1], days=90)
    for row, (balance, *sales) in enumerate(table):
        one = countback_dso(balance, sales, days)
        assert np.array_equal(many.days[row], one.days, equal_nan=True)
        assert many.at_least[row] == one.at_least
        single = dso(float(balance), float(sales[0]), days=90)
        assert np.array_equal(simple[row], single, equal_nan=True)


odd = st.sampled_from([0.0, -0.0, -1.0, 5e-324, 2.3e-308, 0.1, 1.0, 7.0, 1e300, math.inf, math.nan])
columns_of_odd = st.lists(
    st.tuples(odd.filter(lambda one: one != math.inf), odd, odd, odd), min_size=1, max_size=40
)


@given(columns_of_odd, st.lists(st.sampled_from([0.0, 30.0, 31.0]), min_size=3, max_size=3))
def test_countback_of_many_is_that_of_each_whatever_the_numbers(made: Any, days: Any) -> None:
    columns = np.array(made).T
    with pytest.MonkeyPatch.context() as patch:  # several blocks
        patch.setattr(turnover_module, "_BLOCK", 7)
        many = countback_dso(columns[0], list(columns[1:]), days)
        alike = countback_dso(columns[0], [2, *columns[2:]], days)  # one number for all
    for row, (balance, *sales) in enumerate(made):
        for found, months in ((many, sales), (alike, [2, *sales[1:]])):
            one = countback_dso(balance, months, days)
            assert np.array_equal(found.days[row], one.days, equal_nan=True)
            assert found.at_least[row] == one.at_least


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**9), min_size=1, max_size=12))
def test_more_owed_is_never_fewer_days(balance: int, sales: list[int]) -> None:
    days = [30] * len(sales)
    less, more = (countback_dso(owed, sales, days).days for owed in (balance, balance + 1))
    assert less <= more <= sum(days)
