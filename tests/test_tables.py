"""Columns and tables: records in, records out; bad input named, nothing lost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._columns import (
    Amounts,
    Cells,
    Codes,
    State,
    codes_among,
    exact_sum,
    float_to_minor,
    floats_to_minor,
    multiplied_columns,
    rounded_columns,
    states_in,
)
from creditkit.facts.open_items import Allocations, Items
from creditkit.money import LARGEST, multiplied, rounded

whole = st.integers(-LARGEST, LARGEST)


# Amounts


def test_amounts_hold_money_and_the_states_of_a_line() -> None:
    column = Amounts.from_major(
        ["1.50", None, ck.Line.NONE, "unlimited", ck.Money(2, "CNY"), 7], "CNY"
    )
    assert [column.item(row) for row in range(6)] == [
        ck.Money("1.50", "CNY"),
        None,
        ck.Line.NONE,
        ck.Line.UNLIMITED,
        ck.Money(2, "CNY"),
        ck.Money(7, "CNY"),
    ]
    assert column.total() == ck.Money("10.50", "CNY")
    assert column.same_as(Amounts.from_minor(column.values, "CNY", column.states))
    assert not column.same_as(Amounts.from_minor(column.values, "USD", column.states))
    assert "2 without" not in repr(column) and "3 without" in repr(column)


def test_what_is_nan_is_not_known_in_any_type() -> None:
    column = Amounts.from_major(["5", float("nan"), Decimal("NaN"), np.float32("nan"), None], "CNY")
    assert column.all_states().tolist() == [State.KNOWN, *[State.UNKNOWN] * 4]


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ([0.1], "must be exact money as Decimal, str or int (got 0.1) in row 0; write '0.1'"),
        (["1", "1.005"], "must have at most 2 decimals in CNY (got '1.005') in row 1"),
        ([ck.Money(1, "USD")], "must be in CNY"),
        ([Decimal("1e30")], "must be a finite amount within 64 bits"),
        (["1_000"], "plain digits"),
        ([Decimal("Infinity")], "finite"),
    ],
)
def test_amounts_refuse_what_is_not_exact(amounts: list[Any], message: str) -> None:
    with pytest.raises(ck.InvalidFact) as caught:
        Amounts.from_major(amounts, "CNY")
    assert message in str(caught.value)


def test_the_door_for_floats_rounds_half_even_on_what_the_float_holds() -> None:
    # 1.005 is below, 2.675 below, 1.125 exactly half: to the even cent
    column = Amounts.from_floats([1.005, 2.675, 1.125, 0.57, float("nan")], "CNY")
    assert column.values.tolist() == [100, 267, 112, 57, 0]
    assert column.state(4) == State.UNKNOWN
    with pytest.raises(ck.InvalidFact, match="2\\*\\*53"):
        Amounts.from_floats([1.0, 1e14], "CNY")


@given(st.lists(st.floats(-1e13, 1e13), min_size=1), st.sampled_from([1, 100, 1000, 10_000_000]))
def test_floats_to_minor_is_exact_and_one_equals_many(values: list[float], factor: int) -> None:
    minor, unknown, beyond = floats_to_minor(np.array(values), factor)
    assert not unknown.any()
    for row, value in enumerate(values):
        one = float_to_minor(value, factor)
        assert beyond[row] == (one is None)
        if one is not None:
            assert minor[row] == one == round(Fraction(value) * factor)


@given(st.lists(st.tuples(whole, st.integers(0, 10**9)), min_size=1), st.integers(1, 10**9))
def test_a_share_of_a_column_is_exact_whatever_its_size(
    rows: list[tuple[int, int]], q: int
) -> None:
    values = np.array([row[0] for row in rows], dtype=np.int64)
    numerators = np.array([row[1] for row in rows], dtype=np.int64)
    out, beyond = multiplied_columns(values, numerators, q)
    for place, (value, p) in enumerate(rows):
        exact = value * p // q
        assert beyond[place] == (abs(exact) > LARGEST)
        if not beyond[place]:
            assert (
                out[place] == exact == multiplied(value, Fraction(p, q), "floor")
                if value * p >= 0
                else True
            )


@given(st.lists(whole))
def test_sums_are_exact(values: list[int]) -> None:
    assert exact_sum(np.array(values, dtype=np.int64)) == sum(values)


@given(
    st.lists(st.integers(-(10**15), 10**15), min_size=1),
    st.sampled_from(["floor", "ceil"]),
    st.integers(1, 10**6),
)
def test_rounding_a_column_equals_rounding_one(values: list[int], mode: str, step: int) -> None:
    out = rounded_columns(np.array(values, dtype=np.int64), mode, step)
    assert out.tolist() == [rounded(value, 1, mode, step) for value in values]


@given(st.lists(st.tuples(whole, whole), min_size=1))
def test_adding_never_wraps(pairs: list[tuple[int, int]]) -> None:
    first = Amounts.from_minor(np.array([a for a, _ in pairs]), "CNY")
    second = Amounts.from_minor(np.array([b for _, b in pairs]), "CNY")
    result = first.plus(second)
    for row, (a, b) in enumerate(pairs):
        if abs(a + b) > LARGEST:
            assert result.state(row) == State.OUT_OF_RANGE
        else:
            assert result.state(row) == State.KNOWN and result.values[row] == a + b


def test_amounts_of_two_currencies_do_not_add() -> None:
    with pytest.raises(ck.InvalidFact, match="convert"):
        Amounts.from_major([1], "CNY").plus(Amounts.from_major([1], "USD"))


def test_columns_cannot_be_written() -> None:
    column = Amounts.from_major([1, 2], "CNY")
    with pytest.raises(ValueError, match="read-only"):
        column.values[0] = 9


# Codes


def test_codes_name_categories() -> None:
    column = Codes.of(["b", None, "a", "b"])
    assert column.names == ("b", "a") and column.item(1) is None and column.code("z") == -1
    assert column.same_as(Codes(np.array([1, -1, 0, 1]), ("a", "b")))
    assert not column.same_as(Codes.of(["b", "a", "a", "b"]))
    assert Codes.of(np.array(["x", "y", "x"])).names == ("x", "y")
    with pytest.raises(ck.InvalidFact, match="in row 1"):
        Codes.of(["a", 3])  # type: ignore[list-item]
    with pytest.raises(ck.InvalidFact, match="between -1 and 0"):
        Codes(np.array([1]), ("a",))
    with pytest.raises(ck.InvalidFact, match="repeat"):
        Codes(np.array([1]), ("a", "a"))


@given(st.lists(st.integers(0, 7)), st.sets(st.integers(0, 7)))
def test_a_look_up_finds_what_numpy_finds(states: list[int], which: set[int]) -> None:
    column = np.array(states, dtype=np.uint8)
    assert states_in(column, which).tolist() == np.isin(column, list(which)).tolist()
    codes = Codes(np.array(states, dtype=np.int32) - 1, tuple("abcdefg"))
    among = {code - 1 for code in which}
    assert codes_among(codes, among).tolist() == np.isin(codes.values, list(among)).tolist()


# Tables

DOCUMENTS = {"account": ["a", "b"], "kind": "invoice", "amount": [1, 2], "doc_date": "2026-09-01"}
COLUMNS = {
    "id": ["a", "b", "c"],
    "currency": "CNY",
    "credit_sales_12m": ["10.00", None, Decimal("3")],
    "trading_since": np.array(["2020-02-29", "NaT", "2021-01-01"], dtype="datetime64[D]"),
    "insolvency": [True, False, None],
    "litigation_count": [1, None, 0],
}


def test_columns_become_records() -> None:
    table = ck.Portfolio.from_columns(COLUMNS)
    assert table.row(0) == ck.Customer(
        id="a",
        currency="CNY",
        credit_sales_12m="10.00",
        trading_since=date(2020, 2, 29),
        insolvency=True,
        litigation_count=1,
    )
    assert table.row(1) == ck.Customer(id="b", currency="CNY", insolvency=False)
    assert ck.Portfolio.of([table.row(row) for row in range(3)]).same_as(table)
    assert table.row(-1) == table.row(2)
    with pytest.raises(IndexError):
        table.row(3)


@pytest.mark.parametrize(
    ("name", "column", "message"),
    [
        ("credit_sales_12m", np.array([0.1, 0.2, 0.3]), "from_float=True"),
        ("credit_sales_12m", np.array(["x", "y", "z"], dtype=object), "object column"),
        ("credit_sales_12m", np.array(["1", "2", "3"]), "must be exact money"),
        ("credit_sales_12m", [0.1, 0.2, None], "say from_float=True"),
        ("insolvency", ["no", "no", None], "the format seen is 'no'"),
        ("credit_sales_12m", Amounts.from_major([1, 2, 3], "USD"), "must be in"),
        ("trading_since", np.array([1, 2, 3]), "column of dates"),
        ("insolvency", np.array([1, 0, 1]), "True and False"),
        ("litigation_count", np.array([1.5, 2, 3]), "whole numbers"),
        ("litigation_count", [1, 2], "one length"),
        ("litigaton_count", [1, 2, 3], "did you mean 'litigation_count'"),
        ("industry", [1, 2, 3], "must be text"),
    ],
)
def test_a_wrong_column_is_named(name: str, column: Any, message: str) -> None:
    with pytest.raises(ck.InvalidFact) as caught:
        ck.Portfolio.from_columns({**COLUMNS, name: column})
    assert message in str(caught.value) and "portfolio" in caught.value.path


@pytest.mark.parametrize(
    ("name", "column", "message"),
    [
        ("credit_sales_12m", [0.1, None, None], "must be exact money"),
        ("trading_since", [datetime(2020, 1, 1, tzinfo=UTC), None, None], "calendar date without"),
        ("insolvency", ["no", None, None], "must be True or False"),
        ("litigation_count", [True, 2, 3], "must be a whole number"),
        ("founded", np.array(["2020-01-01T09", "2020-01-02", "2020-01-03"], "M8[h]"), "a time"),
        ("litigation_count", np.array([2**60, 2, 3]), "below 2[*][*]53"),
    ],
)
def test_a_wrong_cell_is_told_and_stops_no_other(name: str, column: Any, message: str) -> None:
    table = ck.Portfolio.from_columns({**COLUMNS, name: column})
    assert table[name].state(0) == State.INVALID
    assert [(fault.path, fault.row) for fault in table.faults] == [(f"portfolio.{name}", 0)]
    with pytest.raises(ck.InvalidFact, match=message):
        ck.Portfolio.from_columns({**COLUMNS, name: column}, strict=True)


def test_one_unknown_currency_spoils_one_row_only() -> None:
    given = {**COLUMNS, "currency": ["CNY", "XYZ", "CNY"], "credit_sales_12m": ["1", "2", "3"]}
    table = ck.Portfolio.from_columns(given)
    assert [fault.row for fault in table.faults] == [1]
    assert table["credit_sales_12m"].all_states().tolist() == [0, State.INVALID, 0]
    with pytest.raises(ck.InvalidFact, match="ISO 4217"):
        ck.Portfolio.from_columns(given, strict=True)
    decided = ck.Policy.standard().decide(table, as_of="2026-11-21")
    assert "data.invalid" in decided.reasons_of(1) and "data.invalid" not in decided.reasons_of(0)


def test_one_cell_that_cannot_be_read_spoils_that_cell_only() -> None:
    given = {
        **COLUMNS,
        "credit_sales_12m": ["1,000.00", "", "3"],
        "trading_since": ["2026-06-31", "", "2020-01-31"],
        "industry": ["", "trade", None],
    }
    table = ck.Portfolio.from_columns(given)
    assert sorted(str(fault) for fault in table.faults) == [
        "portfolio.credit_sales_12m must be an amount in plain digits (got '1,000.00') in row 0"
        " (of 'a'); write it as '1000.00'",
        "portfolio.trading_since must be an ISO date (got '2026-06-31') in row 0 (of 'a');"
        " write '2026-11-21'",
    ]
    assert table["credit_sales_12m"].all_states().tolist() == [State.INVALID, State.UNKNOWN, 0]
    assert table["trading_since"].all_states().tolist() == [State.INVALID, State.UNKNOWN, 0]
    assert table["industry"].known.tolist() == [False, True, False]
    assert {fault.row for fault in table.faults} == {0}
    with pytest.raises(ck.InvalidFact, match="in row 0"):
        ck.Portfolio.from_columns(given, strict=True)


DATES = [
    (["03/11/2026", "21/11/2026"], "dd/mm/yyyy", "%d/%m/%Y"),
    (["11/03/2026", "11/21/2026"], "mm/dd/yyyy", "%m/%d/%Y"),
    (["03/11/2026", "11/03/2026"], "dd/mm/yyyy or mm/dd/yyyy: say which", ""),
    (["3.11.26", "21.11.26"], "dd.mm.yy", "%d.%m.%y"),
    (["2026/11/03", "2026/11/21"], "yyyy/mm/dd", "%Y/%m/%d"),
    (["2026-11-21 00:00:00", "2026-11-21T09:30"], "yyyy-mm-dd with a time of day", ""),
    (["2026年11月3日", "2026年11月21日"], "yyyy年mm月dd日", "%Y年%m月%d日"),
    (["46000", "46001"], "the number of a day, as spreadsheets have it", ""),
    (["1795219200", "1795219201"], "a time of a computer's clock", ""),
    (["2020-W05", "2020-W06"], "a week", ""),
    (["2026-11", "2026-12"], "a month", ""),
    (["21 Nov 2026", "3 Nov 2026"], "a date with the name of its month", ""),
]
AMOUNTS = [
    (["1,000.00", "12,000"], "has commas between thousands"),
    (["1.000,00", "2,5"], "has a decimal comma"),
    (["¥100", "$5"], "names its currency"),
    (["100 CNY", "5 USD"], "names its currency"),
    (["(100)", "(5)"], "writes minus as brackets or behind the number"),
    (["100-", "5-"], "writes minus as brackets or behind the number"),
    (["Yes", "No"], "says yes or no, not how much"),
    (["是", "否"], "says yes or no, not how much"),
]


def refused(name: str, texts: list[str]) -> ck.InvalidFact:
    with pytest.raises(ck.InvalidFact) as caught:
        ck.Portfolio.from_columns({"id": ["a", "b"], "currency": "CNY", name: texts})
    assert caught.value.path == f"portfolio.{name}"
    assert (caught.value.row, caught.value.count, caught.value.value) == (0, 2, texts[0])
    return caught.value


@pytest.mark.parametrize(("texts", "seen", "code"), DATES)
def test_dates_in_another_format_are_told_which(texts: list[str], seen: str, code: str) -> None:
    told = refused("founded", texts)
    assert told.rule == "has no cell that can be read as a date"
    better = f", or give pandas.to_datetime(column, format={code!r})" if code else ""
    assert told.remedy == f"the format seen is {seen}; write '2026-11-21'{better}"
    if code:
        read = [datetime.strptime(text, code).date() for text in texts]
        table = ck.Portfolio.from_columns({"id": ["a", "b"], "currency": "CNY", "founded": read})
        assert table["founded"].known.all() and read[0].month == 11


@pytest.mark.parametrize(("texts", "seen"), AMOUNTS)
def test_amounts_in_another_format_are_told_which(texts: list[str], seen: str) -> None:
    told = refused("credit_sales_12m", texts)
    assert told.rule == "has no cell that can be read as an amount"
    assert told.remedy == f"the format seen {seen}; write it as '1234.50'"


def test_a_format_that_nobody_knows_is_no_format() -> None:
    assert refused("founded", ["soon", "later"]).remedy == "write '2026-11-21', or give dates"
    assert refused("founded", ["1 x" * 9000, "later"]).remedy.endswith("or give dates")
    assert refused("founded", ["2026-13-01", "2026-02-30"]).remedy.endswith("or give dates")
    assert refused("credit_sales_12m", ["1.005", "2.005"]).remedy == "round it first"
    assert refused("credit_sales_12m", ["much", "more"]).remedy == "write it as '1234.50'"


LOADERS: list[tuple[Any, dict[str, Any], str, str]] = [
    (ck.Portfolio, {"id": ["a", "b"]}, "founded", "credit_sales_12m"),
    (ck.Statements, {"unit": [1, 1]}, "period_end", ""),
    (ck.Applications, {"requested_terms": ["net30", None]}, "", "requested_limit"),
    (ck.CreditLines, {"amount": ["none", None]}, "until", "amount"),
    (ck.Debtors, {"account": ["a", "b"], "as_of": "2026-11-21"}, "as_of", "overdue"),
    (ck.MonthlyFigures, {"account": ["a", "b"], "month_end": "2026-11-30"}, "month_end", "line"),
    (Items, DOCUMENTS, "due_date", "disputed"),
    (Items, DOCUMENTS, "doc_date", "amount"),
    (Allocations, {"target": ["a", "b"], "amount": [1, 2]}, "undone_on", "amount"),
]
"""Every loader of columns with what it must have, a date that it takes and an amount."""


@pytest.mark.parametrize(("kind", "columns", "day", "amount"), LOADERS)
def test_every_loader_refuses_a_column_in_another_format(
    kind: Any, columns: dict[str, Any], day: str, amount: str
) -> None:
    for name, text in ((day, "21/11/2026"), (amount, "1.000,00")):
        if name:
            given = {"currency": "CNY", **columns, name: [text, text]}
            with pytest.raises(
                ck.InvalidFact, match=rf"\.{name} has no cell that can be read as a"
            ):
                kind.from_columns(given)
            table = kind.from_columns({**given, name: [text, None]})  # the fault of a row alone
            assert table[name].state(0) == State.INVALID
            assert repr(table).endswith("; 1 row cannot be read in full>")


def test_a_column_is_refused_only_where_nothing_of_it_can_be_read() -> None:
    given = {**COLUMNS, "credit_sales_12m": ["1,000", None, "2,000"]}
    with pytest.raises(
        ck.InvalidFact, match=r"credit_sales_12m has no cell .* in row 0, the first of 2"
    ):
        ck.Portfolio.from_columns(given)
    for column, faulty in (
        (["1,000", None, "2"], "; 1 row cannot be read in full>"),
        (["1,000", "2,000", "2"], "; 2 rows cannot be read in full>"),
        (["1,000", None, None], "; 1 row cannot be read in full>"),
        ([None, None, None], ">"),
        ([float("nan"), None, " "], ">"),
    ):
        table = ck.Portfolio.from_columns({**COLUMNS, "credit_sales_12m": column})
        assert repr(table).endswith(f"insolvency{faulty}")
    missing = ck.Portfolio.from_columns({**COLUMNS, "trading_since": [None, None, None]})
    assert not missing.faults and not missing["trading_since"].known.any()
    lines = ck.CreditLines.from_columns({"currency": "CNY", "amount": ["none", "1,000", "2,000"]})
    assert lines["amount"].all_states().tolist() == [State.NONE, State.INVALID, State.INVALID]
    unknown = {
        **COLUMNS,
        "currency": ["XYZ", "CNY", "CNY"],
        "credit_sales_12m": ["5", "1,0", "2,0"],
    }
    states = ck.Portfolio.from_columns(unknown)["credit_sales_12m"].all_states()
    assert states.tolist() == [State.INVALID] * 3  # who knows how 5 of what would have read
    beyond = np.array([10**7, 10**7, 10**7]).astype("M8[D]")
    with pytest.raises(ck.InvalidFact, match=r"founded has no cell that can be read as a date"):
        ck.Portfolio.from_columns({**COLUMNS, "founded": beyond})


def test_an_id_and_a_currency_must_be_given() -> None:
    for missing in ("id", "currency"):
        with pytest.raises(ck.InvalidFact, match=f"{missing} must be given"):
            ck.Portfolio.from_columns({k: v for k, v in COLUMNS.items() if k != missing})


def test_floats_pass_the_one_door() -> None:
    given = {**COLUMNS, "credit_sales_12m": np.array([0.1, np.nan, 0.3])}
    table = ck.Portfolio.from_columns(given, from_float=True)
    assert table.amounts("credit_sales_12m").item(0) == ck.Money("0.10", "CNY")
    listed = ck.Portfolio.from_columns(
        {**COLUMNS, "credit_sales_12m": [0.1, None, "0.3"]}, from_float=True
    )
    assert listed.same_as(table)


def test_infinity_in_a_statement_is_told_and_not_known() -> None:
    lines = {
        "currency": "CNY",
        "period_end": ["2025-12-31"] * 3,
        "total_assets": [1.0, np.inf, -np.inf],
    }
    for column in (lines["total_assets"], np.array(lines["total_assets"])):
        made = ck.Statements.from_columns({**lines, "total_assets": column})
        assert "in row 1, the first of 2 such rows" in str(made.faults[0])
        assert made["total_assets"].all_states().tolist() == [0, State.INVALID, State.INVALID]
        assert np.isnan(made["total_assets"].values[1:]).all()
        with pytest.raises(ck.InvalidFact, match=r"must be finite .* in row 1"):
            ck.Statements.from_columns({**lines, "total_assets": column}, strict=True)


def test_statements_carry_the_year_before() -> None:
    before = ck.Statement(currency="CNY", period_end=date(2024, 12, 31), revenue=1)
    now = ck.Statement(currency="CNY", period_end=date(2025, 12, 31), revenue=2, previous=before)
    many = ck.Statements.of([now, None, before])
    assert many.row(0) == now and many.row(2) == before
    with pytest.raises(ck.InvalidFact, match="must have 3 rows"):
        ck.Statements.from_columns(
            {"currency": "CNY", "period_end": ["2025-12-31"] * 3},
            previous=ck.Statements.of([before]),
        )


def test_portfolios_carry_statements_ratings_and_own_figures() -> None:
    rating = ck.ExternalRating(agency="bureau", value=70, as_of=date(2026, 1, 1))
    customers = [
        ck.Customer(
            id="a", currency="CNY", ratings=[rating, rating], figures={"visit": 4, "since": "old"}
        ),
        ck.Customer(id="b", currency="USD", figures={"stock": ck.Money("1.50", "USD"), "ok": True}),
        ck.Customer(id="c", currency="CNY", ratings=[rating], figures={"share": 0.25}),
    ]
    table = ck.Portfolio.of(customers)
    assert [table.row(row) for row in range(3)] == customers
    assert not table.same_as(ck.Portfolio.of(customers[::-1]))
    built = ck.Portfolio.from_columns(
        {"id": ["a", "b"], "currency": "CNY"},
        ratings=[(1, rating), (0, rating)],
        figures={
            "n": np.array([1, 2]),
            "x": [1.5, None],
            "t": np.array([True, False]),
            "m": Amounts.from_major([1, 2], "CNY"),
            "f": np.array([np.nan, 1.0]),
        },
    )
    assert dict(built.row(0).figures) == {"n": 1, "x": 1.5, "t": True, "m": ck.Money(1, "CNY")}
    assert built.row(1).ratings == (rating,)
    for wrong in ({"statements": ck.Statements.of([])}, {"figures": {"n": [1]}}):
        with pytest.raises(ck.InvalidFact, match="must have 2 rows"):
            ck.Portfolio.from_columns({"id": ["a", "b"], "currency": "CNY"}, **wrong)  # type: ignore[arg-type]
    with pytest.raises(ck.InvalidFact, match="must be a Customer"):
        ck.Portfolio.of([None])


def test_an_empty_portfolio_and_one_row() -> None:
    policy = ck.Policy.standard()
    assert len(policy.decide(ck.Portfolio.of([]), as_of="2026-11-21")) == 0
    assert (
        len(
            policy.decide(
                ck.Portfolio.of([ck.Customer(id="a", currency="CNY")]), as_of="2026-11-21"
            )
        )
        == 1
    )


def test_cells_tell_their_state() -> None:
    column = Cells(np.array([1, 2]), np.array([0, State.UNDEFINED], dtype=np.uint8))
    assert (column.raw(0), column.raw(1)) == (1, None)
    assert Cells(np.array([1]), np.zeros(1, dtype=np.uint8)).states is None
    assert column.take(np.array([1])).state(0) == State.UNDEFINED
    assert not column.same_as(Codes.of(["a", "b"]))
