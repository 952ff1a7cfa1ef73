"""Nothing ends in a traceback that is not one of ours, whatever comes through a door.

Each door of `tests.doors` gets one wrong thing at a time, in place of an argument or deep inside
one: it answers with a result or with a `CreditkitError` that says where, what and how many. What
passes goes out as plain data and comes back the same.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._columns import State
from creditkit.canonical import canonical
from tests import doors, entries
from tests.doors import DOORS, FACTS, TABLES

TODAY = date(2026, 11, 21)
ITEM = ck.OpenItem(**FACTS[ck.OpenItem])


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
        *(entries.STATEMENT, entries.ORDER, ITEM, entries.RATES, entries.LINE),
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


def test_every_door_opens_to_what_is_right() -> None:
    for door in DOORS:
        if door.opens:
            door.call(**door.right)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@given(st.data())
def test_a_door_answers_or_says_what_is_wrong(door: doors.Door, data: Any) -> None:
    where = data.draw(st.sampled_from(list(places(door.right))))
    with np.errstate(all="raise"):
        try:
            result = door.call(**changed(door.right, where, data.draw(wrong)))
        except ck.CreditkitError as error:
            said(error)
            return
    if type(result) in (*FACTS, *TABLES, ck.Ledger):
        goes_out_and_comes_back(result)


NESTED = [door for door in DOORS if any(len(path) > 1 for path in places(door.right))]


@pytest.mark.parametrize("door", NESTED, ids=lambda door: door.name)
@given(st.data())
def test_data_with_a_part_missing_is_read_or_refused(door: doors.Door, data: Any) -> None:
    inner = [path for path in places(door.right) if len(path) > 1]
    try:
        door.call(**without(door.right, data.draw(st.sampled_from(inner))))
    except ck.CreditkitError as error:
        said(error)


def said(error: ck.CreditkitError) -> None:
    """An error names path and rule, can be printed and written down, and travels."""
    text = str(error)
    text.encode("utf-8")
    if isinstance(error, ck.InvalidFact):
        assert error.path and error.rule and text.startswith(error.path[:1])
        assert (error.row is None) == (error.count is None) or error.row is not None
        assert len(text) < 1000


def goes_out_and_comes_back(result: Any) -> None:
    plain = result.to_dict()
    canonical(plain)
    again = type(result).from_dict(copy.deepcopy(plain))
    assert again.to_dict() == plain
    assert again.same_as(result) if hasattr(result, "same_as") else again == result


# What a host gets wrong most often, and what it is told


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: ck.Customer(foo=1),  # type: ignore[call-arg]
            "customer.foo is not known (got 1); its fields are id, currency, name,",
        ),
        (
            lambda: ck.Customer(id="a", currency="CNY", nmae="x"),  # type: ignore[call-arg]
            "customer.nmae is not known (got 'x'); did you mean 'name'?",
        ),
        (
            lambda: ck.Customer(nmae="x"),  # type: ignore[call-arg]
            "did you mean 'name'?, and give id and currency",
        ),
        (
            lambda: ck.Order(id="SO-1", currency="CNY"),  # type: ignore[call-arg]
            "order.amount must be given; write Order(id=..., currency=..., amount=...)",
        ),
        (
            lambda: ck.Customer("C-1", "CNY"),  # type: ignore[misc]
            "customer takes its fields by name (got 'C-1'); write Customer(id=..., currency=...)",
        ),
        (
            lambda: ck.Ledger.of(ITEM),  # type: ignore[arg-type]
            "ledger.items must be a sequence, not an OpenItem",
        ),
        (lambda: ck.Ledger.of([ITEM, 7]), "ledger.items[1] must be an OpenItem (got 7)"),  # type: ignore[list-item]
        (
            lambda: ck.Portfolio.from_columns({"id": ["a"], "currency": "CNY", "blocked": True}),
            "portfolio.blocked must be a column: a list or a one-dimensional array (got True);"
            " for one row, write [value]",
        ),
        (
            lambda: ck.Portfolio.from_columns({"id": "a", "currency": "CNY"}),
            "must have a list or an array among its columns",
        ),
        (lambda: ck.Portfolio([]), "write Portfolio.of(records) or Portfolio.from_columns"),  # type: ignore[arg-type]
        (
            lambda: ck.Customer.from_dict({**entries.CUSTOMER.to_dict(), "schema": "creditkit.customer/2"}),
            "must be 'creditkit.customer/1' (got 'creditkit.customer/2'); another version of creditkit",
        ),
        (lambda: ck.Customer.from_dict(None), "customer must be a mapping (got None)"),  # type: ignore[arg-type]
        (lambda: ck.Order(id="a", currency="CNY", amount="-5"), "order.amount must not be negative"),
        (
            lambda: sum([ck.Money(1, "CNY")]),
            "write sum(amounts, Money(0, 'CNY'))",
        ),
        (
            lambda: ck.Portfolio.from_columns(
                {"id": ["a"] * 3, "currency": "CNY", "blocked": [None, 1, "no"]}
            ),
            "portfolio.blocked must hold True, False or None (got 1) in row 1, the first of 2 such"
            " rows; write None where it is not known",
        ),
    ],
)  # fmt: skip
def test_what_a_host_gets_wrong_is_told(call: Any, message: str) -> None:
    with pytest.raises(ck.InvalidFact) as caught:
        call()
    assert message in str(caught.value)


def test_no_cell_reads_the_clock_or_half_a_date() -> None:
    days = ["today", "now", "2026", "2026-11", "2026-11-21T10:00", "", None, "2026-11-21"]
    table = ck.Portfolio.from_columns({"id": ["a"] * 8, "currency": "CNY", "founded": days})
    assert table["founded"].all_states().tolist() == [State.INVALID] * 5 + [1, 1, 0]
    assert [(fault.row, fault.count) for fault in table.faults] == [(0, 5)]
    for column in (np.array(["2026-11-21T10:00"], "M8[m]"), np.array(["2026-11"], "M8[M]")):
        with pytest.raises(ck.InvalidFact, match="founded must"):
            ck.Portfolio.from_columns({"id": ["a"], "currency": "CNY", "founded": column})
    with pytest.raises(ck.InvalidFact, match="must be a date"):
        ck.Customer(id="a", currency="CNY", founded=np.datetime64("2026-11-21T10:00"))  # type: ignore[arg-type]


def test_a_cell_that_a_record_refuses_is_invalid_in_a_column() -> None:
    lines = ck.CreditLines.from_columns(
        {
            "currency": "CNY",
            "amount": ["-5", "5", "5", None],
            "start": ["2026-01-01"] * 4,
            "until": [None, "2025-01-01", None, None],
            "mode": ["adds", "adds", "perhaps", None],
        }
    )
    assert [(fault.path, fault.row) for fault in lines.faults] == [
        ("credit_line.mode", 2),
        ("credit_line.amount", 0),
        ("credit_line.until", 1),
    ]
    assert lines["currency"].all_states().tolist() == [0, 0, 0, State.UNKNOWN]  # no line at all
    units = {"currency": "CNY", "period_end": ["2025-12-31"] * 3, "unit": [0, 1000, None]}
    made = ck.Statements.from_columns(units)
    assert made["unit"].all_states().tolist() == [State.INVALID, 0, State.INVALID]
    with pytest.raises(ck.InvalidFact, match=r"unit must be given .* in row 2"):
        ck.Statements.from_columns({**units, "unit": [1, 1000, None]}, strict=True)


def test_arrays_of_the_host_are_views_that_stay_his() -> None:
    assets = np.array([1.0, 2.0])
    table = ck.Statements.from_columns(
        {"currency": "CNY", "period_end": ["2025-12-31"] * 2, "total_assets": assets}
    )
    with pytest.raises(ValueError, match="read-only"):
        table["total_assets"].values[0] = 5.0
    assets[0] = 7.0  # his own array, which he may write to
    assert table["total_assets"].values[0] == 7.0
