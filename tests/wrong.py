"""What is wrong at a door: values of wrong types, shapes and sizes, and where to put them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

import creditkit as ck
from tests import entries

__all__ = ["changed", "places", "without", "wrong"]

TODAY = date(2026, 11, 21)


class Odd:
    """Something of somebody's own, that cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError


def scalars() -> list[Any]:
    return [
        *(None, True, False, 0, -1, 3, 10**30, -(10**30), 10**5000, 0.5, -0.0),
        *(math.nan, math.inf, -math.inf, 1j, Decimal("1.5"), Decimal("1.005"), Decimal("NaN")),
        *(Decimal("sNaN"), Decimal("Infinity"), Fraction(1, 3)),
        *("", " ", "x", "贸易", "\ud800", "a\0", "CNY", "none", "today", "2026", "2026-13-01"),
        *("2026-11-21", "１２", "1_000", "9" * 60, "1e400", "-5", "net30", b"x", bytearray(b"x")),
        *(date.min, date.max, TODAY, datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),
        *(time(1), timedelta(1), np.float64(1.5), np.float32(1.5), np.float64("nan"), np.int64(3)),
        *(np.uint64(2**63), np.bool_(True), np.str_("x"), np.timedelta64(1, "D")),
        *(np.datetime64("2026-01-01"), np.datetime64("NaT"), np.datetime64("2026")),
        *(np.datetime64("2026-01-01T10:00"), np.datetime64(10**9, "D")),
        *(ck.Money(1, "CNY"), ck.Money(-1, "USD"), ck.Line.NONE, ck.UNDEFINED, ck.LineMode.ADDS),
        *(Odd(), object(), int, len, Ellipsis, NotImplemented),
    ]


def collections() -> list[Any]:
    whole = np.array([2**64 - 1, 1, 2], dtype=np.uint64)
    return [
        *(
            [],
            [None],
            ["x"],
            [[]],
            {},
            {"x": 1},
            {1: 2},
            (),
            ("a", "b"),
            {"a"},
            range(3),
            iter([1]),
        ),
        *([None] * 3, ["a", "b", "c"], ["1", "2", "x"], [1.5, 2.5, 3.5], [True, False, None]),
        *([1, "a", None], ["a", "", "\ud800"], ["a\0", "b", " "], [10**30] * 3, [math.nan] * 3),
        *([math.inf] * 3, [Decimal("1.005")] * 3, ["2026-01-01", "2026-02-30", "today"]),
        *([TODAY] * 3, [datetime(2026, 1, 1)] * 3, ["none", "unlimited", "inherit"], [Odd()] * 3),
        *([{"state": "invalid"}] * 3, [{"state": "x"}] * 3, [{"state": "undefined"}, "1", None]),
        *([np.array([1, 2])] * 3, [[1], [2], [3]], ["USD", "XYZ", None], ["net30", "soon", None]),
        *([ck.Money(1, "USD")] * 3, [ck.Line.NONE] * 3, [0, -1, 1], ["-5", "5", "0"]),
        *(np.array(1), np.array([]), np.array([1, 2, 3]), np.array([1.5, np.nan, np.inf]), whole),
        *(np.array([[1, 2, 3]]), np.array(["a", "b", ""]), np.array(["a", 1, None], dtype=object)),
        *(
            np.array([True, False, True]),
            np.array(["2026-01-01", "NaT", "9999-12-31"], dtype="M8[D]"),
        ),
        *(
            np.array(["2026-01-01T10:00"] * 3, dtype="M8[s]"),
            np.array(["20000"] * 3, dtype="M8[Y]"),
        ),
        *(np.array([10**7, 0, 1]).astype("M8[D]"), np.array([1j] * 3), np.array([b"a"] * 3)),
        *(np.ma.array([1, 2, 3], mask=[1, 0, 0]), np.zeros(3, dtype=[("a", int)])),
        *(ck.Codes.of(["a", "b", None]), ck.Amounts.from_major([1, 2, None], "CNY")),
        *(ck.Amounts.from_major([1, "none", None], "CNY"), ck.Amounts.from_major([1], "USD")),
        *(ck.Ledger.of([]), ck.Statements.of([None]), ck.Portfolio.of([]), entries.CUSTOMER),
        *(entries.STATEMENT, entries.ORDER, entries.INVOICE, entries.RATES, entries.LINE),
    ]


wrong = st.sampled_from(range(len(scalars()) + len(collections()))).map(
    lambda place: [*scalars(), *collections()][place]
)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in nested arguments: mappings, lists and tuples."""
    if path:
        yield path
    if isinstance(data, dict | list | tuple):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*path, key))


def changed(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The same with another value in one place; what holds it is copied."""
    if not path:
        return value
    inside = dict(data) if isinstance(data, dict) else list(data)
    inside[path[0]] = changed(inside[path[0]], path[1:], value)  # type: ignore[index]
    return tuple(inside) if isinstance(data, tuple) else inside


def without(data: Any, path: tuple[Any, ...]) -> Any:
    inside = dict(data) if isinstance(data, dict) else list(data)
    if len(path) == 1:
        del inside[path[0]]  # type: ignore[arg-type]
    else:
        inside[path[0]] = without(inside[path[0]], path[1:])  # type: ignore[index]
    return tuple(inside) if isinstance(data, tuple) else inside
