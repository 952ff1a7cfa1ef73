"""Ratios of a statement against printed exercises."""

from __future__ import annotations

import inspect
import itertools
import math
from typing import Any

import attrs
import numpy as np
import pytest

from creditkit._columns import Cells, State
from creditkit.figures import UNDEFINED
from creditkit.models import ratios
from creditkit.policy.figures.of_statements import RATIOS, SOURCES
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


@attrs.frozen
class Held:
    """A table of known lines."""

    columns: dict[str, Any]
    rows: int

    def __getitem__(self, name: str) -> Cells:
        return Cells(self.columns[name], np.zeros(self.rows, np.uint8))


EXTREMES = (0.0, 5e-324, -1e-300, 1.0, -1.0, 1e306, 1.7976931348623157e308, -1.7976931348623157e308)


@pytest.mark.parametrize("name", RATIOS)
def test_a_ratio_is_a_finite_number_or_without_a_meaning(name: str) -> None:
    """Whatever the lines: a sum or a factor beside `ratio` may overflow where `ratio` does not."""
    needs = [*inspect.signature(getattr(ratios, name)).parameters]
    rows = [*itertools.product(EXTREMES, repeat=len(needs))]
    source = SOURCES[name]
    columns = dict(zip(needs, np.array(rows).T, strict=True))
    none: Any = None
    many = source.many(none, Held(columns, len(rows)))  # type: ignore[arg-type]
    for index, row in enumerate(rows):
        one: Any = source.one(none, dict(zip(needs, row, strict=True)))  # type: ignore[arg-type]
        assert one is UNDEFINED or math.isfinite(one), (
            f"{name} of {row}: {one}; it must be UNDEFINED"
        )
        assert (many.values[index] if many.state(index) == State.KNOWN else UNDEFINED) == one


def value(name: str, lines: dict[str, float]) -> float:
    formula = getattr(ratios, name)
    needed = formula.__annotations__.keys() - {"return"}
    return float(formula(**{line: lines[line] for line in needed}))
