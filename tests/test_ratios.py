"""Ratios of a statement against printed exercises."""

from __future__ import annotations

import math

import pytest

from creditkit.models import ratios
from tests.printed import printed

# basiccollegeaccounting.com, "Answer to Accounting Test Question IFS No 3", 2006-11-10: three
# current assets of which the last is inventory; profit, interest and tax. Its debt to equity,
# 0.3975 exactly, is printed as 0.39: cut off, the other three are rounded
EXERCISE = {
    "current_assets": 200_000.0 + 810_000 + 830_000,
    "inventory": 830_000.0,
    "current_liabilities": 710_000.0,
    "total_liabilities": 710_000.0 + 550_000,
    "equity": 1_500_000.0 + 1_670_000,
    "ebit": 210_000.0 + 40_000 + 150_000,
    "interest_expense": 40_000.0,
}
# qammunity.org/7962484; its current ratio, 1.7988 exactly, is printed as 1.79: cut off
ANSWER = {
    "current_assets": 305_800.0,
    "inventory": 173_800.0,
    "current_liabilities": 170_000.0,
    "total_liabilities": 170_000.0 + 316_000,
    "total_assets": 1_131_800.0,
}
# calculus7.com, "DuPont Analysis: ROE, ROA calculation", year 2
YEAR = {"net_income": 1_200.0, "revenue": 10_000.0, "equity": 2_000.0}


@pytest.mark.parametrize(
    ("name", "lines", "text"),
    [
        ("current_ratio", EXERCISE, "2.59"),
        ("quick_ratio", EXERCISE, "1.42"),
        ("interest_cover", EXERCISE, "10"),
        ("quick_ratio", ANSWER, "0.78"),
        ("debt_ratio", ANSWER, "0.43"),
        ("net_margin", YEAR, "0.12"),
        ("return_on_equity", YEAR, "60 %"),
    ],
)
def test_as_printed(name: str, lines: dict[str, float], text: str) -> None:
    assert value(name, lines) == printed(text)


@pytest.mark.parametrize(
    ("name", "lines", "text"),
    [("debt_to_equity", EXERCISE, 0.39), ("current_ratio", ANSWER, 1.79)],
)
def test_as_printed_and_cut_off(name: str, lines: dict[str, float], text: float) -> None:
    assert math.trunc(value(name, lines) * 100) / 100 == text


def test_growth() -> None:
    # constructed: no printed case was looked for
    assert ratios.revenue_growth(revenue=1500.0, revenue_before=1200.0) == 0.25
    assert math.isnan(ratios.revenue_growth(revenue=1500.0, revenue_before=0.0))


def value(name: str, lines: dict[str, float]) -> float:
    formula = getattr(ratios, name)
    needed = formula.__annotations__.keys() - {"return"}
    return float(formula(**{line: lines[line] for line in needed}))
