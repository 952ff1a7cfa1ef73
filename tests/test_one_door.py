"""One door: a value means the same in a record, in plain data, in a column, in a frame, in a document.

Each row of a table is a value that hosts give, what it means, and what each door makes of it:

    =   that value (None: not known)
    !   one of our errors: the record, or a column that is of another type as a whole
    x   a cell that is INVALID: its row is told, and no other row is stopped
    -   the one or the other, as the library types its column
    ~   the value or a refusal, as the library goes that makes the frame
    .   nobody can give it there

Nothing else may come out anywhere. The doors, from left to right: a record's constructor, its
``from_dict``, ``from_columns`` with a list and with a numpy array, a table's ``from_dict``, frames of
pandas, Polars and PyArrow, and a policy document where it has such a value.
"""

from __future__ import annotations

import ast
import copy
import importlib
import pickle
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._columns import State
from creditkit.reasons import Reason
from creditkit.receivables.buckets import Buckets

NAN = float("nan")
DAY = date(2026, 11, 21)
STANDARD = ck.Policy.standard()


class Answer:
    """What is no value: a refusal, an INVALID cell, or nothing that can be tried."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


REFUSED, INVALID, NO_SUCH = Answer("refused"), Answer("INVALID"), Answer("cannot be given there")
ABSENT = Answer("a value of a library that is not installed")


class Kind(NamedTuple):
    """A field of a fact, the same in its table and frame, and a place in a policy document."""

    record: Any
    table: Any
    frame: str | None
    field: str
    right: dict[str, Any]
    document: tuple[Any, ...] = ()
    of_document: Callable[[ck.Policy], Any] = lambda policy: None


CUSTOMER: Any = {"id": "a", "currency": "CNY"}
STATEMENT: Any = {"currency": "CNY", "period_end": date(2025, 12, 31)}
MONTH: Any = {"account": "a", "month_end": date(2026, 2, 28), "currency": "CNY"}
LINE: Any = {"currency": "CNY", "amount": "5"}


def _grade(policy: ck.Policy) -> Any:
    return policy.document.grades.rows[0]


KINDS = {
    "money": Kind(
        *(ck.Customer, ck.Portfolio, "portfolio", "credit_sales_12m", CUSTOMER),
        document=("limit", "cap"),
        of_document=lambda policy: ck.Money.from_minor(policy.document.limit.cap or 0, "CNY"),
    ),
    "line": Kind(ck.MonthFigures, ck.MonthlyFigures, "monthly_figures", "line", MONTH),
    "date": Kind(ck.Customer, ck.Portfolio, "portfolio", "founded", CUSTOMER),
    "flag": Kind(
        *(ck.Customer, ck.Portfolio, "portfolio", "insolvency", CUSTOMER),
        document=("grades", "rows", 0, "instalments"),
        of_document=lambda policy: _grade(policy).instalments,
    ),
    "whole": Kind(
        *(ck.Customer, ck.Portfolio, "portfolio", "litigation_count", CUSTOMER),
        document=("grades", "rows", 0, "review_months"),
        of_document=lambda policy: _grade(policy).review_months,
    ),
    "number": Kind(ck.Statement, ck.Statements, "statements", "total_assets", STATEMENT),
    "text": Kind(ck.Customer, ck.Portfolio, "portfolio", "industry", CUSTOMER),
    "currency": Kind(
        *(ck.Customer, ck.Portfolio, "portfolio", "currency", CUSTOMER),
        document=("currency",),
        of_document=lambda policy: str(policy.currency),
    ),
    "choice": Kind(ck.CreditLine, ck.CreditLines, None, "mode", LINE),
}


# The doors


def of_record(kind: Kind, value: Any) -> Any:
    return getattr(kind.record(**{**kind.right, kind.field: value}), kind.field)


def of_plain(kind: Kind, value: Any) -> Any:
    plain = kind.record(**kind.right).to_dict()
    return getattr(kind.record.from_dict({**plain, kind.field: value}), kind.field)


def of_cell(kind: Kind, table: Any) -> Any:
    if table[kind.field].state(0) == State.INVALID:
        assert table.faults or kind.field == "currency"
        return INVALID
    return getattr(table.row(0), kind.field)


def columns(kind: Kind, column: Any) -> dict[str, Any]:
    return {**{name: [value] for name, value in kind.right.items()}, kind.field: column}


def of_list(kind: Kind, value: Any) -> Any:
    return of_cell(kind, kind.table.from_columns(columns(kind, [value])))


def of_array(kind: Kind, value: Any) -> Any:
    return of_cell(kind, kind.table.from_columns(columns(kind, np.array([value]))))


def of_table(kind: Kind, value: Any) -> Any:
    plain = kind.table.of([kind.record(**kind.right)]).to_dict()
    plain["columns"][kind.field] = [value]
    return of_cell(kind, kind.table.from_dict(plain))


def of_frame(kind: Kind, value: Any, library: str) -> Any:
    if kind.frame is None:
        return NO_SUCH
    module = importlib.import_module(library)
    make = module.table if library == "pyarrow" else module.DataFrame
    try:
        frame = make(columns(kind, [value]))
    except BaseException as error:  # Polars panics, which is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return NO_SUCH
    return of_cell(kind, getattr(importlib.import_module("creditkit.frames"), kind.frame)(frame))


def of_document(kind: Kind, value: Any) -> Any:
    if not kind.document:
        return NO_SUCH
    data = copy.deepcopy(STANDARD.to_dict())
    holder = data
    for key in kind.document[:-1]:
        holder = holder[key]
    holder[kind.document[-1]] = value
    return kind.of_document(ck.Policy.from_dict(data))


DOORS: dict[str, Callable[[Kind, Any], Any]] = {
    "record": of_record,
    "plain data": of_plain,
    "list": of_list,
    "array": of_array,
    "table": of_table,
    "pandas": lambda kind, value: of_frame(kind, value, "pandas"),
    "polars": lambda kind, value: of_frame(kind, value, "polars"),
    "pyarrow": lambda kind, value: of_frame(kind, value, "pyarrow"),
    "document": of_document,
}


def through(door: str, kind: Kind, value: Any) -> Any:
    """What a door makes of a value: a value, or one of our answers; any other error is a fault."""
    try:
        return DOORS[door](kind, value)
    except (ck.InvalidFact, ck.InvalidPolicy) as error:
        assert str(error)
        return REFUSED


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def pandas_of(name: str, *args: Any, **more: Any) -> Any:
    """A value of pandas, where it is installed."""
    try:
        value = getattr(importlib.import_module("pandas"), name)
    except ModuleNotFoundError:
        return ABSENT
    return value(*args, **more) if args else value


def cny(amount: Any) -> ck.Money:
    return ck.Money(amount, "CNY")


HUGE = 10**400
"""Beyond any float: older versions of pandas make no frame of it either."""
NA, NAT = pandas_of("NA"), pandas_of("NaT")
MIDNIGHT = pandas_of("Timestamp", "2026-11-21")
NINE = pandas_of("Timestamp", "2026-11-21 09:00")
IN_UTC = pandas_of("Timestamp", "2026-11-21", tz="UTC")

# A value, what it means, and: record, plain data, list, array, table, frames, document
ROWS: dict[str, list[tuple[Any, Any, str]]] = {
    "money": [
        ("1000", cny(1000), "= ! = ! = = ="),
        ("1000.5", cny("1000.5"), "= ! = ! = = ="),
        (1000, cny(1000), "= ! = = = = ="),
        (Decimal("1000"), cny(1000), "= ! = ! = = !"),
        (np.int64(1000), cny(1000), "= ! = = = = !"),
        (np.uint8(5), cny(5), "= ! = = = = !"),
        (cny(1000), cny(1000), "= ! = ! = ~ !"),
        ("1000.00 CNY", cny(1000), "! = x ! x x !"),
        ("-5", cny(-5), "= ! = ! = = !"),
        ("1e3", cny(1000), "= ! = ! = = !"),
        (" 1000 ", cny(1000), "= ! = ! = = !"),
        (np.str_("1000"), cny(1000), "= ! = ! = = ="),
        (ck.Money(5, "USD"), REFUSED, "! ! x ! x - !"),
        ("1,000", REFUSED, "! ! x ! x x !"),
        ("1_000", REFUSED, "! ! x ! x x !"),
        ("１０００", REFUSED, "! ! x ! x x !"),
        ("1.005", REFUSED, "! ! x ! x x !"),
        (Decimal("1.005"), REFUSED, "! ! x ! x x !"),
        (1000.0, REFUSED, "! ! x ! x ! !"),
        (0.1, REFUSED, "! ! x ! x ! !"),
        (np.float64(1000.0), REFUSED, "! ! x ! x ! !"),
        (np.float32(1.5), REFUSED, "! ! x ! x ! !"),
        (float("inf"), REFUSED, "! ! x ! x ! !"),
        (True, REFUSED, "! ! x ! x ! !"),
        (10**30, REFUSED, "! ! x ! x - !"),
        (b"5", REFUSED, "! ! x ! x - !"),
        ("n/a", REFUSED, "! ! x ! x x !"),
        ("none", REFUSED, "! ! x ! x x !"),
        ("unlimited", REFUSED, "! ! x ! x x !"),
        (None, None, "= = = ! = = !"),
        (NAN, None, "= = = ! = = !"),
        (Decimal("NaN"), None, "= ! = ! = = !"),
        (NA, None, "= ! = ! = ~ !"),
        ("", None, "! ! = ! = = !"),
        (" ", None, "! ! = ! = = !"),
    ],
    "line": [
        ("5", cny(5), "= ! = ! = = ."),
        (5, cny(5), "= ! = = = = ."),
        (0, cny(0), "= ! = = = = ."),
        (cny(5), cny(5), "= ! = ! = ~ ."),
        ("5.00 CNY", cny(5), "! = x ! x x ."),
        ("unlimited", ck.Line.UNLIMITED, "= = = ! = = ."),
        ("none", ck.Line.NONE, "= = = ! = = ."),
        ("inherit", ck.Line.INHERIT, "= = = ! = = ."),
        (ck.Line.NONE, ck.Line.NONE, "= ! = ! = ~ ."),
        ("Unlimited", REFUSED, "! ! x ! x x ."),
        ("n/a", REFUSED, "! ! x ! x x ."),
        (5.0, REFUSED, "! ! x ! x ! ."),
        (False, REFUSED, "! ! x ! x ! ."),
        (None, None, "= = = ! = = ."),
        (NAN, None, "= = = ! = = ."),
        ("", None, "! ! = ! = = ."),
    ],
    "date": [
        (DAY, DAY, "= ! = ! = = ."),
        ("2026-11-21", DAY, "= = = ! = = ."),
        ("20261121", DAY, "= = = ! = = ."),
        (np.str_("2026-11-21"), DAY, "= = = ! = = ."),
        (np.datetime64("2026-11-21"), DAY, "= ! = = = ~ ."),
        (datetime(2026, 11, 21), DAY, "= ! = ! = = ."),
        (MIDNIGHT, DAY, "= ! = ! = = ."),
        (datetime(2026, 11, 21, 9), REFUSED, "! ! x ! x x ."),
        (datetime(2026, 11, 21, tzinfo=UTC), REFUSED, "! ! x ! x ! ."),
        (NINE, REFUSED, "! ! x ! x x ."),
        (IN_UTC, REFUSED, "! ! x ! x ! ."),
        (np.datetime64("2026-11-21T09"), REFUSED, "! ! x x x x ."),
        ("2026-11-31", REFUSED, "! ! x ! x x ."),
        ("2026/11/21", REFUSED, "! ! x ! x x ."),
        ("21.11.2026", REFUSED, "! ! x ! x x ."),
        ("2026-11", REFUSED, "! ! x ! x x ."),
        ("2026-W47-6", REFUSED, "! ! x ! x x ."),
        ("2026-11-21T00:00", REFUSED, "! ! x ! x x ."),
        ("today", REFUSED, "! ! x ! x x ."),
        ("n/a", REFUSED, "! ! x ! x x ."),
        (20261121, REFUSED, "! ! x ! x ! ."),
        (46000.0, REFUSED, "! ! x ! x ! ."),
        (True, REFUSED, "! ! x ! x ! ."),
        (None, None, "= = = ! = = ."),
        (NAN, None, "= = = ! = = ."),
        (np.datetime64("NaT"), None, "= ! = = = ~ ."),
        (NAT, None, "= ! = ! = ~ ."),
        (NA, None, "= ! = ! = ~ ."),
        ("", None, "! ! = ! = = ."),
        (" ", None, "! ! = ! = = ."),
    ],
    "flag": [
        (True, True, "= = = = = = ="),
        (False, False, "= = = = = = ="),
        (np.bool_(True), True, "= ! = = = = !"),
        ("yes", REFUSED, "! ! x ! x ! !"),
        ("true", REFUSED, "! ! x ! x ! !"),
        ("True", REFUSED, "! ! x ! x ! !"),
        (0, REFUSED, "! ! x ! x ! !"),
        (1, REFUSED, "! ! x ! x ! !"),
        (1.0, REFUSED, "! ! x ! x ! !"),
        (np.int8(1), REFUSED, "! ! x ! x ! !"),
        ("", REFUSED, "! ! x ! x ! !"),
        ("n/a", REFUSED, "! ! x ! x ! !"),
        (None, None, "= = = ! = = !"),
        (NAN, None, "= = = ! = = !"),
        (NA, None, "= ! = ! = ~ !"),
    ],
    "whole": [
        (3, 3, "= = = = = = ="),
        (np.int64(3), 3, "= ! = = = = !"),
        (np.uint8(3), 3, "= ! = = = = !"),
        (3.0, 3, "! ! x ! x = !"),  # pandas has no other column of whole numbers with gaps
        (np.float64(3.0), 3, "! ! x ! x = !"),
        (3.5, REFUSED, "! ! x ! x x !"),
        (-1, REFUSED, "! ! x x x x !"),
        ("3", REFUSED, "! ! x ! x ! !"),
        (Decimal("3"), REFUSED, "! ! x ! x - !"),
        (True, REFUSED, "! ! x ! x ! !"),
        (2**53, REFUSED, "! ! x x x x !"),
        (10**30, REFUSED, "! ! x ! x - !"),
        ("", REFUSED, "! ! x ! x ! !"),
        ("n/a", REFUSED, "! ! x ! x ! !"),
        (None, None, "= = = ! = = !"),
        (NAN, None, "= = = ! = = !"),
        (NA, None, "= ! = ! = ~ !"),
    ],
    "number": [
        (5, 5.0, "= = = = = = ."),
        (5.5, 5.5, "= = = = = = ."),
        (-0.5, -0.5, "= = = = = = ."),
        (np.float32(5.5), 5.5, "= ! = = = = ."),
        (np.int64(5), 5.0, "= ! = = = = ."),
        (Decimal("5.5"), 5.5, "= ! = ! = = ."),
        (10**30, 1e30, "= = = ! = ~ ."),
        ("5.5", REFUSED, "! ! x ! x ! ."),
        (True, REFUSED, "! ! x ! x ! ."),
        (float("inf"), REFUSED, "! ! x x x x ."),
        (HUGE, REFUSED, "! ! x ! x x ."),
        ("", REFUSED, "! ! x ! x ! ."),
        ("n/a", REFUSED, "! ! x ! x ! ."),
        (None, None, "= = = ! = = ."),
        (NAN, None, "= = = = = = ."),
        (Decimal("NaN"), None, "= ! = ! = ~ ."),
        (NA, None, "= ! = ! = ~ ."),
    ],
    "text": [
        ("trade", "trade", "= = = = = = ."),
        ("贸易", "贸易", "= = = = = = ."),
        (" trade ", " trade ", "= = = = = = ."),
        ("n/a", "n/a", "= = = = = = ."),  # a word like any other: the host knows what his mean
        ("nan", "nan", "= = = = = = ."),
        ("None", "None", "= = = = = = ."),
        (np.str_("trade"), "trade", "= ! = = = = ."),
        (5, "5", "! ! x ! x = ."),  # whole numbers of a frame are codes, as their digits
        (np.int64(5), "5", "! ! x ! x = ."),
        (5.0, REFUSED, "! ! x ! x ! ."),
        (True, REFUSED, "! ! x ! x ! ."),
        (b"trade", REFUSED, "! ! x ! x - ."),
        ("\ud800", REFUSED, "! ! x x x ~ ."),
        (None, None, "= = = ! = = ."),
        (NAN, None, "= = = = = = ."),
        (NA, None, "= ! = ! = ~ ."),
        ("", None, "! ! = = = = ."),
        (" ", None, "! ! = = = = ."),
    ],
    "currency": [
        ("CNY", "CNY", "= = = = = = ="),
        (np.str_("CNY"), "CNY", "= ! = = = = ="),
        ("cny", REFUSED, "! ! x x x x !"),
        ("RMB", REFUSED, "! ! x x x x !"),
        (" CNY", REFUSED, "! ! x x x x !"),
        ("n/a", REFUSED, "! ! x x x x !"),
        (156, REFUSED, "! ! x ! x x !"),
        (True, REFUSED, "! ! x ! x ! !"),
        ("", REFUSED, "! ! x x x x !"),
        (None, REFUSED, "! ! x ! x x !"),
        (NAN, REFUSED, "! ! x x x x !"),
    ],
    "choice": [
        ("adds", ck.LineMode.ADDS, "= = = = = . ."),
        (ck.LineMode.ADDS, ck.LineMode.ADDS, "= ! = ! = . ."),
        (np.str_("adds"), ck.LineMode.ADDS, "= = = = = . ."),
        ("Adds", REFUSED, "! ! x x x . ."),
        ("add", REFUSED, "! ! x x x . ."),
        (5, REFUSED, "! ! x ! x . ."),
        (True, REFUSED, "! ! x ! x . ."),
        ("", REFUSED, "! ! x x x . ."),
        (None, REFUSED, "! ! x ! x . ."),
        (NAN, REFUSED, "! ! x x x . ."),
    ],
}


def marks(row: str) -> dict[str, str]:
    """The mark of each door; the three libraries of frames share one."""
    record, plain, listed, array, table, frame, document = row.split()
    each = (record, plain, listed, array, table, frame, frame, frame, document)
    return dict(zip(DOORS, each, strict=True))


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")  # of numpy, on NaT
@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("door", DOORS)
def test_a_value_means_the_same_at_every_door(kind: str, door: str) -> None:
    if door in ("pandas", "polars", "pyarrow"):
        pytest.importorskip("narwhals")
        pytest.importorskip(door, exc_type=ImportError)  # a new one wants a newer numpy
    for value, meaning, row in ROWS[kind]:
        if value is ABSENT:
            continue
        found, mark = through(door, KINDS[kind], value), marks(row)[door]
        lacking = found is NO_SUCH and (door in ("polars", "pyarrow") or value is HUGE)
        wanted = {
            "=": same(found, meaning) or lacking,
            "!": found is REFUSED or lacking,
            "x": found is INVALID or lacking,
            "-": found in (REFUSED, INVALID) or lacking,
            "~": found in (REFUSED, INVALID, NO_SUCH) or same(found, meaning),
            ".": found is NO_SUCH,
        }
        assert wanted[mark], f"{door} of {kind}: {value!r} gives {found!r}, not {mark}"


def test_every_mark_is_in_the_table() -> None:
    """A door that refused everything would pass: each takes something of every kind it has."""
    for kind, rows in ROWS.items():
        for door in DOORS:
            found = {marks(row)[door] for _, _, row in rows}
            assert "=" in found or found == {"."}, (kind, door)


def right_of(kind: str) -> Any:
    return next(value for value, meaning, _ in ROWS[kind] if meaning not in (REFUSED, None))


@pytest.mark.parametrize("kind", ROWS)
def test_a_wrong_cell_of_a_list_stops_no_other(kind: str) -> None:
    of, right = KINDS[kind], right_of(kind)
    for value, meaning, row in ROWS[kind]:
        if value is ABSENT or marks(row)["list"] != "x":
            continue
        given = {**{name: [one] * 3 for name, one in of.right.items()}}
        given[of.field] = [right, value, right]
        if "account" in given:
            given["account"] = ["a", "b", "c"]
        table = of.table.from_columns(given)
        cells = table[of.field]
        assert [cells.state(at) for at in range(3)] == [State.KNOWN, State.INVALID, State.KNOWN]
        first, last = (getattr(table.row(row), of.field) for row in (0, 2))
        assert same(first, last), value
        told = [fault for fault in table.faults if fault.row == 1 and of.field in fault.path]
        assert [fault.count for fault in told] == [1], (value, meaning)
        with pytest.raises(ck.InvalidFact) as caught:
            of.table.from_columns(given, strict=True)
        assert caught.value.row == 1
        again = of.table.from_dict(table.to_dict())
        assert again.same_as(table), value


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of an older numpy, on NaT
@pytest.mark.parametrize("kind", ROWS)
def test_a_list_of_which_no_cell_can_be_read_is_refused(kind: str) -> None:
    of = KINDS[kind]
    for value, _, row in ROWS[kind]:
        if value is ABSENT or marks(row)["list"] != "x" or value == -1:
            continue  # which can be read, and is refused for what it is
        if kind in ("currency", "choice") and (value in (None, "") or value != value):
            continue  # nothing is there, and each row is told that it must be given
        given = {**{name: [one] * 2 for name, one in of.right.items()}, of.field: [value] * 2}
        with pytest.raises(ck.InvalidFact) as caught:
            of.table.from_columns(given)
        assert (caught.value.row, caught.value.count) == (0, 2)
        if isinstance(value, str):
            assert "has no cell that can be read as" in caught.value.rule


FORMS: list[tuple[str, list[Any], str]] = [
    ("money", [1.5, 2.5], "floats; give Decimal or text, or say from_float=True"),
    ("money", ["1,000.50", "2,000.00"], "has commas between thousands; write it as '1234.50'"),
    ("date", ["21/11/2026", "01/12/2026"], "the format seen is dd/mm/yyyy"),
    ("flag", ["yes", "no"], "is 'yes' and 'no'; write [{'yes': True, 'no': False}.get(cell)"),
    ("flag", ["是", "", "否"], "write [{'是': True, '否': False}.get(cell) for cell in column]"),
    ("flag", [0, 1], "the format seen is 1 and 0; write [{1: True, 0: False}.get(cell)"),
    ("whole", ["3", "4"], "is text; write [int(cell) if cell else None for cell in column]"),
    ("number", ["1.5", "2"], "is text; write [float(cell) if cell else None for cell in column]"),
    ("number", ["1,500", "2"], "write [float(cell.replace(',', '')) if cell else None for cell"),
    ("text", [5, 7], "is whole numbers; write [None if cell is None else str(cell) for cell in"),
    ("currency", ["cny", "cny"], "the format seen is 'cny'; write 'CNY'"),
    ("currency", ["RMB", "RMB"], "the format seen is 'RMB'; write 'CNY'"),
    ("currency", ["人民币", "人民币"], "the format seen is '人民币'; write 'CNY'"),
    ("choice", ["Adds", "Adds"], "did you mean 'adds'?"),
]
"""Columns in another form, and what the error says to write."""


@pytest.mark.parametrize(("kind", "column", "advice"), FORMS)
def test_a_column_in_another_form_says_which_and_what_to_write(
    kind: str, column: list[Any], advice: str
) -> None:
    of = KINDS[kind]
    rows = {name: [one] * len(column) for name, one in of.right.items()}
    with pytest.raises(ck.InvalidFact) as caught:
        of.table.from_columns({**rows, of.field: column})
    assert advice in str(caught.value)
    written = caught.value.remedy.partition("write ")[2]
    if written.startswith("["):  # the advice is taken
        again = eval(written, {"column": column})
        made = of.table.from_columns({**rows, of.field: again})
        assert made.faults == ()
        assert made[of.field].known.any()


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
@pytest.mark.parametrize(("kind", "column"), [("flag", ["yes", "no"]), ("currency", ["RMB"] * 2)])
def test_a_frame_in_another_form_says_so_too(library: str, kind: str, column: list[Any]) -> None:
    module, of = pytest.importorskip(library, exc_type=ImportError), KINDS[kind]
    frames = pytest.importorskip("creditkit.frames")
    make = module.table if library == "pyarrow" else module.DataFrame
    rows = {name: [one] * len(column) for name, one in of.right.items()}
    with pytest.raises(ck.InvalidFact, match="the format seen is"):
        frames.portfolio(make({**rows, of.field: column}))


def test_a_kind_that_no_item_has_is_refused_in_lists_and_frames() -> None:
    rows = {"account": ["a", "a"], "amount": ["5", "7"], "doc_date": ["2026-01-01"] * 2}
    for column in (["Invoice", "Invoice"], np.array(["发票", "发票"])):
        given = {**rows, "kind": column, "currency": "CNY"}
        with pytest.raises(ck.InvalidFact, match="can be read as one of 'invoice', 'credit_note'"):
            ck.Ledger.from_columns(given)
    with pytest.raises(ck.InvalidFact, match=r"kind must be one of .* did you mean 'invoice'"):
        ck.Ledger.from_columns({**rows, "kind": "Invoice", "currency": "CNY"})
    with pytest.raises(ck.InvalidFact, match="currency must be an ISO 4217 code"):
        ck.Ledger.from_columns({**rows, "kind": "invoice", "currency": "RMB"})


def test_an_array_of_another_type_is_refused_whatever_it_holds() -> None:
    arrays = [
        ("money", np.array([1.0, 2.0])), ("flag", np.array([0, 1])), ("whole", np.array([1.0])),
        ("number", np.array(["1"])), ("date", np.array([1, 2])), ("text", np.array([1, 2])),
    ]  # fmt: skip
    for kind, array in arrays:
        of = KINDS[kind]
        rows = {name: [one] * len(array) for name, one in of.right.items()}
        with pytest.raises(ck.InvalidFact, match="must"):
            of.table.from_columns({**rows, of.field: array})


def test_one_float_among_amounts_is_one_row_at_fault_and_from_float_takes_it() -> None:
    rows = {"id": ["a", "b"], "currency": "CNY", "credit_sales_12m": ["5", 0.1]}
    table = ck.Portfolio.from_columns(rows)
    assert [table["credit_sales_12m"].state(row) for row in (0, 1)] == [0, State.INVALID]
    assert "write '0.1' or Decimal('0.1')" in str(table.faults[0])
    taken = ck.Portfolio.from_columns(rows, from_float=True)
    assert (taken.faults, taken.row(1).credit_sales_12m) == ((), cny("0.1"))


WRITE = re.compile(r"(?:write(?: it as)?|did you mean) ('[^']*'|True|False|-?[0-9.]+(?![0-9a-z(]))")


def advised(error: ck.InvalidFact) -> list[Any]:
    """What an error says to write, as values."""
    return [ast.literal_eval(match) for match in WRITE.findall(error.remedy)]


@pytest.mark.parametrize("kind", ROWS)
def test_advice_is_accepted_where_it_is_given(kind: str) -> None:
    """Whoever does as the error says is not refused again: in a record and in a list."""
    of = KINDS[kind]
    for value, _, row in ROWS[kind]:
        if value is ABSENT or marks(row)["record"] != "!":
            continue
        with pytest.raises(ck.InvalidFact) as caught:
            of_record(of, value)
        for written in advised(caught.value):
            assert of_record(of, written) is not None, (value, written)
        if marks(row)["list"] == "x":
            rows = {name: [one] * 2 for name, one in of.right.items()}
            table = of.table.from_columns({**rows, of.field: [right_of(kind), value]})
            for written in (one for fault in table.faults for one in advised(fault)):
                assert of_record(of, written) is not None, (value, written)


ADVICE: list[tuple[type, dict[str, Any], str, Any, Any]] = [
    (ck.Customer, CUSTOMER, "insolvency", "no", False),
    (ck.Customer, CUSTOMER, "insolvency", "Yes", True),
    (ck.Customer, CUSTOMER, "litigation_count", "1,200", 1200),
    (ck.Customer, CUSTOMER, "credit_sales_12m", "52,400", cny(52400)),
    (ck.Customer, CUSTOMER, "credit_sales_12m", "１０００.50 CNY", cny("1000.50")),
    (ck.Customer, CUSTOMER, "currency", "cny", "CNY"),
    (ck.Statement, STATEMENT, "total_assets", "52,400", 52400.0),
    (ck.Customer, CUSTOMER, "industry", 5, "5"),
    (ck.CreditLine, LINE, "terms", 30, "net 30"),
    (ck.CreditLine, LINE, "terms", "30 days", "net 30"),
]


@pytest.mark.parametrize(("record", "right", "field", "wrong", "meant"), ADVICE)
def test_the_error_says_what_was_meant(
    record: type, right: dict[str, Any], field: str, wrong: Any, meant: Any
) -> None:
    with pytest.raises(ck.InvalidFact) as caught:
        record(**{**right, field: wrong})
    (written,) = advised(caught.value)
    assert getattr(record(**{**right, field: written}), field) == meant
    assert "None" not in caught.value.remedy


def test_words_for_a_number_and_figures_of_the_hosts_own_get_advice_that_works() -> None:
    with pytest.raises(ck.InvalidFact, match=r"put words on a scale of numbers, such as 12.5"):
        ck.Statement(**STATEMENT, total_assets="BB+")
    with pytest.raises(ck.InvalidFact, match=r"goes into figures=.'visits': ...."):
        ck.Customer(**CUSTOMER, visits=3)  # type: ignore[call-arg]


def test_a_fault_of_a_column_names_whose_row_it_is() -> None:
    rows = {"id": ["C-1", "C-7", "C-9"], "currency": ["CNY", "RMB", "CNY"]}
    given = {**rows, "insolvency": [True, True, "no"]}
    faults = ck.Portfolio.from_columns(given).faults
    assert [(fault.row, fault.id) for fault in faults] == [(1, "C-7"), (2, "C-9")]
    assert str(faults[1]).endswith("(got 'no') in row 2 (of 'C-9'); write False")
    with pytest.raises(ck.InvalidFact, match=r"in row 2 .of 'C-9'."):
        ck.Portfolio.from_columns({**given, "currency": "CNY"}, strict=True)
    assert pickle.loads(pickle.dumps(faults[1])).id == "C-9"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    plain = {"schema": "creditkit.rates/1", "base": "RMB", "kind": "", "rate_table": {},
             "table": {"USD": 7.1, "XXY": "1", "EUR": "0"}}  # fmt: skip
    with pytest.raises(ck.InvalidFact) as caught:
        ck.Rates.from_dict(plain)
    assert [fault.path for fault in caught.value.faults] == [
        "rates.as_of", "rates.base", "rates.table.USD", "rates.table", "rates.table.EUR",
        "rates.kind", "rates.rate_table",
    ]  # fmt: skip
    with pytest.raises(ck.InvalidFact) as caught:
        ck.Rates("CNY", {"USD": "x", "EUR": "-1"}, DAY)
    assert len(caught.value.faults) == 2

    month = ck.MonthFigures(**MONTH).to_dict()
    wrong = {"line": 5, "dso_rise": 1, "note": "a", "good": 1}
    with pytest.raises(ck.InvalidFact) as caught:
        ck.MonthFigures.from_dict({**month, "month_end": "2026-02-27", "figures": wrong})
    assert [fault.path.rpartition(".")[2] for fault in caught.value.faults] == [
        "month_end", "figures['dso_rise']", "figures['line']", "figures['note']",
    ]  # fmt: skip

    buckets = Buckets.up_to(30, 60).to_dict()
    with pytest.raises(ck.InvalidFact) as caught:
        Buckets.from_dict({**buckets, "names": ["a"], "names_zh": ["一"], "unit": "weeks"})
    assert [fault.path for fault in caught.value.faults] == [
        "buckets.names", "buckets.names_zh", "buckets.unit",
    ]  # fmt: skip

    account = ck.CreditAccount(customer="C-1", facts=ck.Customer(**{**CUSTOMER, "id": "C-1"}))
    items = {"account": ["C-1", "C-2"], "amount": [5, 5], "doc_date": "2026-01-01"}
    book = ck.Ledger.from_columns({**items, "currency": "CNY", "kind": "invoice"})
    plain = {**account.to_dict(), "customer": "C-3", "ledger": book.to_dict()}
    with pytest.raises(ck.InvalidFact) as caught:
        ck.CreditAccount.from_dict(plain)
    assert [fault.path for fault in caught.value.faults] == [
        "credit_account.ledger", "credit_account.facts",
    ]  # fmt: skip


def test_a_reason_without_what_its_sentence_needs_is_refused_at_the_door() -> None:
    reason = Reason("limit.below_requested", None, limit=cny(4), requested=cny(6)).to_dict()
    assert Reason.from_dict(reason).to_dict() == reason
    with pytest.raises(ck.InvalidFact) as caught:
        Reason.from_dict({**reason, "params": {}})
    assert [fault.path for fault in caught.value.faults] == [
        "reason.params.limit", "reason.params.requested",
    ]  # fmt: skip


SHARES = [
    ("0.10", Fraction(1, 10), "= ="),
    ("0.1000", Fraction(1, 10), "= ="),
    ("1", Fraction(1), "= ="),
    ("0", Fraction(0), "= ="),
    ("10 %", Fraction(1, 10), "= ="),
    ("10%", Fraction(1, 10), "= ="),
    ("0.5%", Fraction(1, 200), "= ="),
    ("100%", Fraction(1), "= ="),
    ("101%", Fraction(101, 100), "! ="),
    ("1e-1", REFUSED, "! !"),
    ("0E+20000000", REFUSED, "! !"),
    (1, Fraction(1), "! ="),
    (0.1, REFUSED, "! !"),
    (Decimal("0.1"), REFUSED, "! !"),
    ("1/10", Fraction(1, 10), "! ="),  # a record keeps plain digits, a document ratios
    ("１０%", REFUSED, "! !"),
    ("0,1", REFUSED, "! !"),
    (".1", REFUSED, "! !"),
    ("-0.1", REFUSED, "! !"),
    (True, REFUSED, "! !"),
    ("", REFUSED, "! !"),
    ("n/a", REFUSED, "! !"),
    (None, None, "= !"),
    (NAN, None, "= !"),
]
"""Shares, as an approval's deviation and in a policy document."""


@pytest.mark.parametrize(("value", "meaning", "row"), SHARES)
def test_a_share_means_the_same_in_a_record_and_in_a_document(
    value: Any, meaning: Any, row: str
) -> None:
    def deviation() -> Any:
        approval = ck.Approval(**{**APPROVAL, "deviation": value})
        again = ck.Approval.from_dict(approval.to_dict())
        assert again == approval
        return None if again.deviation is None else Fraction(again.deviation)

    def factor() -> Any:
        data = copy.deepcopy(STANDARD.to_dict())
        data["limit"]["methods"][1]["factor"] = value
        return ck.Policy.from_dict(data).document.limit.methods[1].factor

    for door, mark in zip((deviation, factor), row.split(), strict=True):
        try:
            found = door()
        except (ck.InvalidFact, ck.InvalidPolicy):
            found = REFUSED
        assert found is REFUSED if mark == "!" else same(found, meaning), (door.__name__, found)


APPROVAL: Any = {
    "order": "SO-1", "currency": "CNY", "largest_amount": "5", "requested_by": "u1",
    "approved_by": "u2", "role": "cfo", "approved_on": DAY, "until": date(2026, 12, 21),
}  # fmt: skip


ANYTHING = st.one_of(
    st.text(max_size=8),
    st.text("0123456789-+.e, ", max_size=8),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=True),
    st.decimals(allow_nan=True, allow_infinity=True, places=3),
    st.dates(),
    st.datetimes(),
    st.booleans(),
    st.sampled_from([None, NAN, cny(5), ck.Money(5, "USD"), *ck.Line, *ck.LineMode]),
    st.integers(-128, 127).map(np.int8),
    st.floats(width=32, allow_nan=True).map(np.float32),
    st.dates().map(np.datetime64),
)  # fmt: skip


@given(st.sampled_from(sorted(KINDS)), ANYTHING)
def test_whatever_comes_no_two_doors_make_different_values_of_it(kind: str, value: Any) -> None:
    doors = ["record", "plain data", "list", "table"]
    if not (
        isinstance(value, str) and value.endswith("\0")
    ):  # numpy cuts a NUL off before the door
        doors.append("array")
    found = {door: through(door, KINDS[kind], value) for door in doors}
    values = {door: one for door, one in found.items() if not isinstance(one, Answer)}
    first = next(iter(values.values()), None)
    assert all(same(one, first) for one in values.values()), found
