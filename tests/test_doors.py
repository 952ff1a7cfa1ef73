"""Nothing ends in a traceback that is not one of ours, whatever comes through a door.

Each door of `tests.doors` gets one wrong thing at a time, in place of an argument or deep inside
one: it answers with a result or with a `CreditkitError` that says where, what and how many. What
passes goes out as plain data and comes back the same.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
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
from tests.wrong import changed, places, without, wrong

TODAY = date(2026, 11, 21)
ITEM = ck.OpenItem(**FACTS[ck.OpenItem])


def test_every_door_opens_to_what_is_right() -> None:
    for door in DOORS:
        if door.opens:
            door.call(**door.right)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@given(st.data())
def test_a_door_answers_or_says_what_is_wrong(door: doors.Door, data: Any) -> None:
    where = data.draw(st.sampled_from(list(places(door.right))))
    answers_or_says(door, changed(door.right, where, data.draw(wrong)))


def answers_or_says(door: doors.Door, given_: dict[str, Any]) -> None:
    with np.errstate(all="raise"):
        try:
            result = door.call(**given_)
        except ck.CreditkitError as error:
            said(error)
            return
    if type(result) in (*FACTS, *TABLES, ck.Ledger):
        goes_out_and_comes_back(result)


FOUND = [  # what exploring has found: the door, the place and what came there
    (
        "CreditLines.from_dict",
        ("data", "columns", "amount"),
        lambda: ck.Amounts.from_major([1, "none", None], "CNY"),
    ),
]


@pytest.mark.parametrize(("name", "where", "value"), FOUND, ids=[name for name, *_ in FOUND])
def test_what_was_found_once_is_not_found_again(
    name: str, where: tuple[Any, ...], value: Callable[[], Any]
) -> None:
    (door,) = (door for door in DOORS if door.name == name)
    answers_or_says(door, changed(door.right, where, value()))


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
            "customer.foo is no field of it (got 1); its fields are id, currency, name,",
        ),
        (
            lambda: ck.Customer(id="a", currency="CNY", nmae="x"),  # type: ignore[call-arg]
            "customer.nmae is no field of it (got 'x'); did you mean 'name'?",
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
            lambda: ck.Figure(name="x"),  # type: ignore[call-arg]
            "figure.kind must be given; write Figure(name=..., kind=..., en=..., zh=..., meaning=...)",
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
            " for one row, write [value]; for each, [value] * rows",
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
            "portfolio.blocked must be True or False (got 1) in row 1, the first of 2 such rows"
            " (of 'a'); write True",
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
        given = {"id": ["a"], "currency": "CNY", "founded": column}
        with pytest.raises(ck.InvalidFact, match="founded must"):
            ck.Portfolio.from_columns(given, strict=True)
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
