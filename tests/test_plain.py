"""What goes out with `to_dict` comes back the same: every table, whatever its rows hold."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._columns import STATE_LINES, Cells, State
from creditkit._deferred import Deferred
from creditkit._plain import from_plain, to_plain
from creditkit.canonical import canonical
from tests.interleaved import seen_at_every_step
from tests.ledgers import columns_of, corrupted, records
from tests.strategies import amounts, applications, credit_lines, customers, maybe, statements

TODAY = date(2026, 11, 21)
MONTHS = [date(2026, 1, 31), date(2026, 2, 28), date(2025, 12, 31)]


@st.composite
def months(draw: st.DrawFn) -> ck.MonthFigures:
    currency = draw(st.sampled_from(["CNY", "JPY"]))
    own = {"visits": st.integers(0, 9), "share": st.floats(0, 1), "stock": amounts(currency)}
    return ck.MonthFigures(
        account=draw(st.sampled_from(["C-1", "C-2", "客户"])),
        month_end=draw(st.sampled_from(MONTHS)),
        currency=currency,
        exposure=draw(maybe(amounts(currency, negative=True))),
        line=draw(maybe(amounts(currency) | st.sampled_from(ck.Line))),
        sales=draw(maybe(amounts(currency))),
        oldest_overdue_days=draw(maybe(st.integers(0, 400))),
        grade=draw(maybe(st.sampled_from(["AA", "B"]))),
        figures={name: draw(how) for name, how in own.items() if draw(st.booleans())},
    )


def rows(strategy: st.SearchStrategy[Any], gaps: bool) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.none() | strategy if gaps else strategy, max_size=5)


tables = st.one_of(
    rows(customers(), gaps=False).map(ck.Portfolio.of),
    rows(statements(), gaps=True).map(ck.Statements.of),
    rows(applications(), gaps=True).map(ck.Applications.of),
    rows(credit_lines(), gaps=True).map(ck.CreditLines.of),
    rows(months(), gaps=False).map(ck.MonthlyFigures.of),
    records(("CNY", "JPY")).map(lambda made: ck.Ledger.of(*made)),
    records(("CNY", "JPY")).map(lambda made: columns_of(ck.Ledger.of(*made))),
)


def through_json(table: Any) -> Any:
    plain = table.to_dict()
    canonical(plain)
    return type(table).from_dict(json.loads(json.dumps(plain)))


@given(tables)
def test_what_goes_out_comes_back_the_same(table: Any) -> None:
    again = through_json(table)
    assert again.same_as(table) and table.same_as(again)
    assert again.to_dict() == table.to_dict()
    assert len(again) == len(table)
    assert repr(table).startswith(f"<{type(table).__name__} of {len(table)} ")


@given(tables, tables)
def test_tables_are_the_same_as_what_says_the_same(one: Any, other: Any) -> None:
    same = type(one) is type(other) and one.to_dict() == other.to_dict()
    assert one.same_as(other) == same
    assert not one.same_as(None) and not one.same_as([])


@given(rows(customers(), gaps=False))
def test_rows_are_the_records_that_they_were_made_from(given_: list[ck.Customer]) -> None:
    again = through_json(ck.Portfolio.of(given_))
    assert [again.row(row) for row in range(len(again))] == given_


CELLS = ["", " ", None, "x", "2026-13-01", "10000-01-01", "-5", "1.005", "XYZ", "unlimited", 10**30]


@given(tables, st.data())
def test_cells_that_cannot_be_read_stay_so(table: Any, data: Any) -> None:
    """INVALID is neither known nor not known, also after a journey as text."""
    if isinstance(table, ck.Ledger):
        columns = corrupted(data.draw, copy.deepcopy(table.to_dict()))
        made = ck.Ledger.from_dict(columns)
        again = through_json(made)
        assert again.same_as(made) and again.notes == made.notes
        return
    columns = copy.deepcopy(table.plain_columns())
    for name in data.draw(st.lists(st.sampled_from(sorted(columns)), max_size=3)):
        if columns[name]:
            row = data.draw(st.integers(0, len(columns[name]) - 1))
            columns[name][row] = data.draw(st.sampled_from(CELLS))
    try:
        made = type(table).from_columns(columns)
    except ck.InvalidFact:
        return
    again = through_json(made)
    assert again.same_as(made)
    for name, column in made.cells.items():
        assert np.array_equal(column.all_states(), again[name].all_states()), name
    spoiled = {row for column in made.cells.values() for row in np.flatnonzero(~column.known)}
    for row in set(range(len(made))) - spoiled:
        assert made.record(**made.row_values(row)) == again.row(row)


@pytest.mark.parametrize("code", ["XYZ", None])
@pytest.mark.parametrize("state", [*STATE_LINES, State.KNOWN, State.UNKNOWN, State.OUT_OF_RANGE])
def test_no_amount_and_no_word_is_read_without_its_currency(code: str | None, state: int) -> None:
    """The same as text in a list and as cells of another table: it is kept, and comes back so."""
    cell = Cells(np.array([500]), np.array([state], dtype=np.uint8))
    text = {State.KNOWN: "5", State.UNKNOWN: None, State.OUT_OF_RANGE: {"state": "out_of_range"}}
    for kind, more in (
        (ck.CreditLines, {"start": ["2026-01-01"]}),
        (ck.MonthlyFigures, {"account": ["C-1"], "month_end": ["2026-01-31"]}),
    ):
        name = "amount" if kind is ck.CreditLines else "line"
        listed, handed = (
            kind.from_columns({"currency": [code], name: column, **more})
            for column in ([STATE_LINES.get(state, text.get(state))], cell)
        )
        lost = State.INVALID if state in (State.KNOWN, *STATE_LINES) else state
        assert handed[name].state(0) == listed[name].state(0) == lost
        assert through_json(handed).same_as(handed) and through_json(listed).same_as(listed)


@given(tables)
def test_a_row_without_a_fault_is_a_record(table: Any) -> None:
    if not isinstance(table, ck.Ledger):
        for row in range(len(table)):
            unread = any(column.state(row) == State.INVALID for column in table.cells.values())
            absent = table["currency"].state(row) == State.UNKNOWN
            assert unread or absent or table.row(row) is not None


def test_one_form_for_all_tables() -> None:
    table = ck.CreditLines.from_columns(
        {"currency": ["CNY", "JPY", None], "amount": ["5.5", 7, None], "until": ["x", None, None]}
    )
    assert table.to_dict() == {
        "schema": "creditkit.credit_lines/1",
        "columns": {
            "currency": ["CNY", "JPY", None],
            "amount": ["5.50", "7", None],
            "until": [{"state": "invalid"}, None, None],
            "mode": ["permanent", "permanent", None],
        },
    }
    assert (
        repr(table)
        == "<CreditLines of 3 rows: currency, amount, mode; 1 row cannot be read in full>"
    )
    assert len(ck.Portfolio.from_dict(ck.Portfolio.of([]).to_dict())) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": "creditkit.portfolio/2"}, "another version of creditkit wrote it"),
        ({"schema": "creditkit.statements/1"}, "must be 'creditkit.portfolio/1'"),
        ({"columnz": {}}, "portfolio.columnz is not known; did you mean 'columns'?"),
        ({"columns": None}, "portfolio.columns must be a mapping"),
        ({"columns": {"id": ["a"]}}, "portfolio.currency must be given"),
        ({"columns": {"id": ["a"], "currency": ["CNY"], "nmae": ["x"]}}, "did you mean 'name'?"),
        ({"columns": {"id": ["a"], "currency": ["CNY"] * 2}}, "must have columns of one length"),
        ({"statements": {"columns": {"currency": [], "period_end": []}}}, "must have 1 rows"),
        ({"ratings": [{"row": 7, "agency": "a", "value": 1.0, "as_of": "2026-01-01"}]}, "below 1"),
        ({"ratings": [{"agency": "a"}]}, "portfolio.ratings[0].row must be a whole number"),
        ({"figures": {"visits": {"kind": "whole", "values": [1]}}}, "kind must be one of money"),
        ({"figures": {"visits": {"kind": "number", "values": []}}}, "must have 1 rows"),
        (
            {"columns": {"id": ["a"], "currency": ["CNY"], "founded": [{"state": "x"}]}},
            "hold values",
        ),
    ],
)
def test_data_that_cannot_be_read_whole_is_not_read(change: dict[str, Any], message: str) -> None:
    data = ck.Portfolio.of([ck.Customer(id="a", currency="CNY")]).to_dict()
    with pytest.raises(ck.InvalidFact) as caught:
        ck.Portfolio.from_dict({**data, **change})
    assert message in str(caught.value)


def _reversed(data: Any) -> Any:
    """The same JSON with the keys of every object the other way round, as a store may give it back."""
    if isinstance(data, dict):
        return {name: _reversed(data[name]) for name in reversed(data)}
    return [_reversed(one) for one in data] if isinstance(data, list) else data


def test_a_store_may_reorder_the_keys() -> None:
    own = [
        ck.Figure(name=name, kind="ratio", en=name, zh=name, meaning=name) for name in ("a", "b")
    ]
    policy = ck.Policy.from_dict(ck.Policy.standard().to_dict(), figures=own)
    customer = ck.Customer(id="C", currency="CNY", credit_sales_12m="5", figures={"b": 1, "a": 2.5})
    decision = policy.decide(customer, as_of="2026-11-21")
    line = ck.CreditLine(currency="CNY", amount="9", approved_by="u", approved_on="2026-01-01")
    order = ck.Order(id="SO", currency="CNY", amount="5")
    verdict = policy.check(order, ck.CreditAccount(line=line), as_of="2026-11-21")
    for one in (customer, decision, verdict):
        assert type(one).from_dict(_reversed(one.to_dict())) == one


def test_a_field_that_is_no_plain_data_is_neither_written_nor_read() -> None:
    """What a figure usually is at most is advice to the writer of a policy: no digest hangs on it."""
    figure = ck.Figure(
        name="visits", kind="count", en="Visits", zh="走访", meaning="Visits", usual=9
    )
    assert "usual" not in to_plain(figure)
    with pytest.raises(ck.InvalidFact, match="usual is not known"):
        from_plain(ck.Figure, {**to_plain(figure), "usual": 9.0}, "figure")
    document = ck.Policy.standard().to_dict()
    policies = [
        ck.Policy.from_dict(document, figures=[attrs.evolve(figure, usual=usual)])
        for usual in (None, 9.0)
    ]
    assert policies[0].digest == policies[1].digest


def test_two_threads_may_look_at_what_is_deferred() -> None:
    steps = list(seen_at_every_step(lambda: Deferred(lambda: [1]), Deferred.get, Deferred.get))
    assert len(steps) > 2 and all(step == [1] for step in steps)
    assert Deferred(lambda: [1]) == Deferred.of([1])
