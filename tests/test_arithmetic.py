"""The one arithmetic: a number and a column give the same last bit, and each stays what it was."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit._arithmetic import (
    BLOCK,
    Floats,
    blocks,
    by_blocks,
    clip,
    exp,
    highest,
    log,
    lowest,
    positive,
    ratio,
    total,
    where,
)

EDGES = [
    *(0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 1e-300, 1e300, -1e300, 709.78, 709.79, -746.0),
    *(1.7976931348623157e308, math.inf, -math.inf, math.nan),
]
numbers = st.one_of(st.sampled_from(EDGES), st.floats(-800, 800), st.floats())

UNARY: dict[str, Callable[..., object]] = {
    "positive": positive,
    "clip": lambda value: clip(value, -1.0, 2.5),
    "exp": exp,
    "log": log,
    "where": lambda value: where(value > 0.5, value * 2.0, -1.0),
    "where_constants": lambda value: where(value >= 0.0, 1.0, value),
}
BINARY: dict[str, Callable[..., object]] = {
    "ratio": ratio,
    "lowest": lowest,
    "highest": highest,
    "total": lambda one, two: total([one, two, one]),
}


def bits(value: float) -> int:
    """The bits of a float, one pattern for every NaN."""
    return int(np.float64(math.nan if value != value else value).view(np.int64))


def assert_one_equals_many(function: Callable[..., object], *columns: list[float]) -> None:
    arrays = [np.array(column, dtype=np.float64) for column in columns]
    before = [array.copy() for array in arrays]
    with np.errstate(all="ignore"):
        many = function(*arrays)
    assert isinstance(many, np.ndarray)
    assert many.dtype == np.float64
    assert many.shape == arrays[0].shape
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)  # inputs stay as they are
    for row, values in enumerate(zip(*columns, strict=True)):
        one = function(*values)
        assert type(one) is float, values
        assert bits(one) == bits(float(many[row])), values


@pytest.mark.parametrize("name", UNARY)
@given(column=st.lists(numbers, max_size=40))
def test_one_equals_many(name: str, column: list[float]) -> None:
    assert_one_equals_many(UNARY[name], column)


@pytest.mark.parametrize("name", BINARY)
@given(pairs=st.lists(st.tuples(numbers, numbers), max_size=40))
def test_two_arguments_one_equals_many(name: str, pairs: list[tuple[float, float]]) -> None:
    assert_one_equals_many(BINARY[name], [a for a, _ in pairs], [b for _, b in pairs])


@pytest.mark.parametrize("name", UNARY)
def test_a_column_of_one_row_stays_a_column(name: str) -> None:
    assert_one_equals_many(UNARY[name], [0.75])
    assert_one_equals_many(UNARY[name], [math.nan])
    assert_one_equals_many(UNARY[name], [])


@pytest.mark.parametrize(
    ("top", "bottom"),
    [(1.0, 0.0), (0.0, 0.0), (1.0, -0.0), (1e308, 1e-10), (math.nan, 1.0), (1.0, math.nan)],
)
def test_what_cannot_be_divided_is_not_a_number(top: float, bottom: float) -> None:
    assert math.isnan(ratio(top, bottom))


def test_ratio_of_whole_numbers_is_a_float() -> None:
    assert ratio(1, 4) == 0.25
    assert type(ratio(4, 2)) is float
    assert ratio(-1.0, math.inf) == 0.0


def test_exp_and_log_end_where_floats_end() -> None:
    assert math.isnan(exp(710.0))
    assert exp(-800.0) == 0.0
    assert math.isnan(log(0.0))
    assert math.isnan(log(-1.0))
    assert exp(0) == 1.0
    assert type(exp(1)) is float
    assert type(log(2)) is float
    assert log(math.e) == pytest.approx(1.0, rel=1e-15)


def test_not_known_stays_not_known() -> None:
    for known in (1.0, -math.inf):
        assert math.isnan(lowest(math.nan, known))
        assert math.isnan(highest(math.nan, known))
        assert math.isnan(lowest(known, math.nan))
        assert math.isnan(highest(known, math.nan))
    assert math.isnan(clip(math.nan, 0.0, 1.0))
    assert math.isnan(positive(math.nan))
    assert math.isnan(positive(0.0))
    assert where(math.nan > 0.0, 1.0, 2.0) == 2.0


@given(numbers.filter(lambda value: value == value))
def test_clip_holds(value: float) -> None:
    assert clip(value, -1.0, 1.0) == min(max(value, -1.0), 1.0)


def test_total_adds_from_left_to_right() -> None:
    parts = [0.1, 0.2, 0.3, 1e16, -1e16]
    wanted = (((0.1 + 0.2) + 0.3) + 1e16) + -1e16
    assert total(parts) == wanted
    assert total([np.full(2, part) for part in parts]).tolist() == [wanted, wanted]
    assert total([3.25, np.array([1.0, 2.0])]).tolist() == [4.25, 5.25]  # type: ignore[list-item]
    assert total([1.5]) == 1.5


@pytest.mark.parametrize("rows", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 7])
def test_blocks_cut_every_row_once(rows: int) -> None:
    cut = [row for block in blocks(rows) for row in range(block.start, block.stop)]
    assert cut == list(range(rows))
    column = np.arange(rows, dtype=np.float64)
    out = by_blocks(lambda part: ratio(part["x"], part["x"] - 3.0), {"x": column}, rows)
    assert len(out) == rows
    for row in {0, 3, rows - 1} & set(range(rows)):
        one = ratio(float(row), float(row) - 3.0)
        assert bits(one) == bits(float(out[row]))


def test_the_driver_silences_numpy() -> None:
    columns = {"x": np.array([0.0, -1.0, 1e308])}

    def formula(block: dict[str, Floats]) -> Floats:
        return ratio(block["x"] * 10.0, block["x"]) + log(block["x"])

    out = by_blocks(formula, columns, 3)  # type: ignore[arg-type]
    assert np.isnan(out).all()


def test_a_formula_becomes_an_expression() -> None:
    nw = pytest.importorskip("narwhals.stable.v2")
    x = nw.col("x")
    for made in (
        ratio(x, x + 1.0),
        positive(x),
        where(x > 1.0, x, 0.0),
        where(x > 1.0, 1, x),
        clip(x, 0.0, 1.0),
        exp(x),
        log(x),
        total([x, 2.0 * x]),
    ):
        assert isinstance(made, nw.Expr)


def test_an_expression_gives_the_same_numbers() -> None:
    nw = pytest.importorskip("narwhals.stable.v2")
    pl = pytest.importorskip("polars")
    x = [0.5, 1.0, 2.0, 3.75, -4.0, 0.0]
    frame = nw.from_native(pl.DataFrame({"x": x}))
    for function in (
        lambda v: ratio(v, v * v + 1.0),
        lambda v: clip(v, 0.0, 2.5),
        lambda v: lowest(v, 1.5) + highest(v, 1.5),
        positive,
    ):
        column = frame.select(y=function(nw.col("x")))["y"].to_list()
        assert [bits(value) for value in column] == [bits(function(value)) for value in x]


def test_a_number_of_numpy_is_a_number() -> None:
    value = ratio(np.float32(1.0), np.float32(4.0))
    assert type(value) is float and value == 0.25
    assert math.isnan(ratio(np.float32(1.0), np.float32(0.0)))


def test_whole_numbers_beyond_any_float_have_no_ratio() -> None:
    assert math.isnan(ratio(10**400, 3))
    assert math.isnan(ratio(1, 0))
