"""Frames in, the same kind out; money exact; one truth for every engine.

Engines that are not installed are not collected; `.ci/run` has them all.
"""

from __future__ import annotations

import datetime
import importlib
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal, localcontext
from functools import cache
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("narwhals.stable.v2")
pa = pytest.importorskip("pyarrow", exc_type=ImportError)  # a new one wants a newer numpy

import creditkit as ck  # noqa: E402
from creditkit import (  # noqa: E402  (what is needed comes first)
    Applications,
    CreditkitError,
    CreditLines,
    ExternalRating,
    InvalidFact,
    Ledger,
    Money,
    Policy,
    Portfolio,
    Statements,
    ageing,
    frames,
)
from creditkit._arithmetic import (  # noqa: E402
    clip,
    exp,
    highest,
    log,
    lowest,
    positive,
    ratio,
    where,
)
from creditkit._columns import State  # noqa: E402
from creditkit.frames import to_frame  # noqa: E402
from creditkit.models.altman import EM_1995, Z2_1995  # noqa: E402
from creditkit.models.formula import FormulaModel  # noqa: E402
from creditkit.receivables.open_items import open_amounts  # noqa: E402
from creditkit.receivables.positions import NAMES as POSITION  # noqa: E402
from tests.audit import no_outside  # noqa: E402
from tests.wrong import changed, places, wrong  # noqa: E402

TODAY = date(2026, 11, 21)
POLICY = Policy.standard()
Maker = Callable[[Any], Any]

# -------------------------------------------------------------------------------- the engines


def installed(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def _pandas(table: Any) -> Any:
    return table.to_pandas(date_as_object=False)


def _pandas_arrow(table: Any) -> Any:
    import pandas as pd  # type: ignore[import-untyped]

    return table.to_pandas(types_mapper=pd.ArrowDtype)


def _polars(table: Any) -> Any:
    import polars as pl

    return pl.from_arrow(table)


@cache
def _database() -> Any:
    """One for all tests: to open one takes longer than what is asked of it."""
    import duckdb

    return duckdb.connect()


def _duckdb(table: Any) -> Any:
    return _database().from_arrow(table)


MAKERS: dict[str, tuple[str, Maker]] = {
    "pyarrow": ("pyarrow", lambda table: table),
    "polars": ("polars", _polars),
    "polars_lazy": ("polars", lambda table: _polars(table).lazy()),
    "pandas": ("pandas", _pandas),
    "pandas_arrow": ("pandas", _pandas_arrow),
    "duckdb": ("duckdb", _duckdb),
}
HERE = {name: make for name, (needs, make) in MAKERS.items() if installed(needs)}
EAGER = [name for name in HERE if name in ("pyarrow", "polars", "pandas")]
engine = pytest.mark.parametrize("make", HERE.values(), ids=HERE.keys())


def rows_of(frame: Any) -> dict[str, list[Any]]:
    """Any frame as plain lists; NaN and NaT as None, datetimes at midnight as dates."""
    if hasattr(frame, "collect"):
        frame = frame.collect()
    if hasattr(frame, "to_arrow_table"):
        frame = frame.to_arrow_table()
    elif hasattr(frame, "fetch_arrow_table"):
        frame = frame.fetch_arrow_table()
    if hasattr(frame, "to_pydict"):
        out = frame.to_pydict()
    elif hasattr(frame, "iloc"):
        out = {
            name: column.astype(object).where(column.notna(), None).tolist()
            for name, column in frame.items()
        }
    else:
        out = frame.to_dict(as_series=False)

    def plain(value: Any) -> Any:
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, np.generic):
            value = value.item()
        return None if isinstance(value, float) and value != value else value

    return {name: [plain(value) for value in column] for name, column in out.items()}


def same_kind(one: Any, other: Any) -> bool:
    return type(one) is type(other)


# ---------------------------------------------------------------------------------- the facts

ITEMS = pa.table(
    {
        "no": pa.array(["I-1", "I-2", "R-1", "I-3", "I-4"]),
        "customer": pa.array(["C-1", "C-2", "C-1", None, "C-2"]).dictionary_encode(),
        "currency": pa.array(["CNY", "JPY", "CNY", "CNY", "KWD"]),
        "kind": pa.array(["invoice", "invoice", "receipt", "invoice", "invoice"]),
        "amount": pa.array(
            [Decimal("1130.05"), Decimal(7), Decimal("-30"), Decimal(1), Decimal("1.005")],
            pa.decimal128(18, 3),
        ),
        "doc_date": pa.array([date(2026, 9, 1)] * 4 + [None], pa.date32()),
        "due_date": pa.array([date(2026, 10, 1), None, None, None, None], pa.date32()),
    }
)
NAMES = {"id": "no", "account": "customer"} | {
    name: name for name in ("currency", "kind", "amount", "doc_date", "due_date")
}


def test_a_ledger_is_the_same_from_every_engine() -> None:
    plain = {name: ITEMS[column].to_pylist() for name, column in NAMES.items()}
    wanted = Ledger.from_columns(plain)
    for name, make in HERE.items():
        assert frames.ledger(make(ITEMS), NAMES).same_as(wanted), name


@engine
def test_an_allocation_of_two_amounts_has_each_in_its_own_currency(make: Maker) -> None:
    items = pa.table(
        {
            "id": ["I", "R", "J", "S"],
            "account": ["C-1"] * 4,
            "currency": ["JPY", "USD", "USD", "JPY"],
            "kind": ["invoice", "receipt"] * 2,
            "amount": pa.array([Decimal(1200), Decimal("-8.05"), Decimal(9), Decimal(-1300)]),
            "doc_date": [date(2026, 9, 1)] * 4,
        }
    )
    tied = {
        "source": ["R", "S"],
        "target": ["I", "J"],
        "currency": ["JPY", "USD"],
        "amount": pa.array([Decimal(1200), Decimal(9)]),
        "source_amount": pa.array([Decimal("8.05"), Decimal(1300)]),
        "source_currency": ["USD", "JPY"],
    }
    book = frames.ledger(make(items), allocations=make(pa.table(tied)))
    given = [book.allocations.row(row).source_amount for row in range(2)]
    assert given == [Money("8.05", "USD"), Money(1300, "JPY")]
    assert open_amounts(book, as_of=TODAY).values.tolist() == [0, 0, 0, 0]


@engine
def test_a_ledger_has_allocations(make: Maker) -> None:
    tied = pa.table({"source": ["R-1"], "target": ["I-1"], "amount": pa.array([Decimal("30.00")])})
    two = ITEMS.slice(0, 1).cast(ITEMS.schema)
    items = pa.concat_tables([two, ITEMS.slice(2, 1)])
    book = frames.ledger(make(items), NAMES, allocations=make(tied))
    assert ageing(book, as_of=TODAY).totals == (0, 0, 110_005, 0, 0, 0, 0, 110_005)
    with pytest.raises(InvalidFact, match="currency must be given for items in several"):
        frames.ledger(make(ITEMS), NAMES, allocations=make(tied))


@engine
def test_whole_numbers_are_ids_too(make: Maker) -> None:
    table = pa.table(
        {
            "id": [7, 8],
            "account": pa.array([101, None], pa.int32()),
            "amount": [100, -5],
            "kind": ["invoice", "receipt"],
            "doc_date": ["2026-09-01"] * 2,
        }
    )
    if make is HERE.get("pandas"):
        table = table.set_column(1, "account", pa.array([101, 102]))
    book = frames.ledger(make(table), constants={"currency": "JPY"})
    assert book.items["id"].item(0) == "7"  # type: ignore[attr-defined]
    assert book.items["account"].item(0) == "101"  # type: ignore[attr-defined]
    assert book.items["amount"].values.tolist() == [100, -5]


@engine
@pytest.mark.parametrize(
    ("names", "accounts"),
    [
        (pa.array([17, None, 18]), ("17", "18")),
        (pa.array([5, None, 0], pa.uint64()), ("0", "5")),
        (pa.array(["C-1", None, "C-2"]), ("C-1", "C-2")),
        (pa.array(["C-1", "", "C-2"]), ("C-1", "C-2")),
        (pa.array(["C-1", " \t", "C-2"]), ("C-1", "C-2")),
        (pa.array(["C-1", "", "C-2"]).dictionary_encode(), ("C-1", "C-2")),
        (pa.array(["", None, " "]), ()),
    ],
    ids=["whole", "unsigned", "null", "empty", "blank", "dictionary", "nothing"],
)
def test_only_cells_that_are_there_name_an_account(
    make: Maker, names: Any, accounts: tuple[str, ...]
) -> None:
    table = pa.table({"account": names, "amount": [1, 2, 3], "doc_date": [TODAY] * 3})
    if names.type in (pa.int64(), pa.uint64()) and make is HERE.get("pandas"):
        return  # a column of floats there; the test below has its nullable kind
    book = frames.ledger(make(table), constants={"currency": "CNY", "kind": "invoice"})
    assert tuple(sorted(book.accounts)) == accounts
    unknown = {note.code: note.count for note in book.notes}["item.no_account"]
    assert unknown == 3 - len(accounts)
    assert frames.to_frame(ageing(book, as_of=TODAY, currency="CNY"), like="pyarrow")[
        "account"
    ].to_pylist() == list(accounts)


@pytest.mark.skipif("pandas" not in HERE, reason="needs pandas")
@pytest.mark.parametrize("dtype", ["Int64", "object", "category", "str"])
def test_only_cells_of_pandas_that_are_there_name_an_account(dtype: str) -> None:
    import pandas as pd

    given = [17, None, 18] if dtype == "Int64" else ["17", None, "18"]
    frame = pd.DataFrame({"account": pd.array(given, dtype=dtype), "amount": [1, 2, 3]})
    frame = frame.assign(doc_date="2026-09-01")
    book = frames.ledger(frame, constants={"currency": "CNY", "kind": "invoice"})
    assert book.accounts == ("17", "18")


CUSTOMERS: dict[str, list[Any]] = {
    "id": [f"C-{row}" for row in range(12)],
    "currency": ["CNY"] * 9 + ["JPY", "???", None],
    "reputation": ["good", "fair", None] * 4,
    "trading_since": [date(2014, 5, 1), None, date(2024, 2, 29)] * 4,
    "credit_sales_12m": [Decimal("3200000.01"), None, Decimal("0"), Decimal("1e6")] * 3,
    "expected_purchases_12m": [None, Decimal("500000"), None] * 4,
    "litigation_count": [0, None, 4] * 4,
    "insolvency": [False, None, True] * 4,
    "statement.period_end": [date(2025, 12, 31), None] * 6,
    "statement.unit": [1000] * 12,
    "statement.audited": [True, None, False] * 4,
    **{
        f"statement.{name}": [100.0 + 7 * place, None, 50.0 - 9 * place] * 4
        for place, name in enumerate(Z2_1995.needs)
    },
    "statement.previous.period_end": [date(2024, 12, 31), None] * 6,
    "statement.previous.revenue": [5.0, None] * 6,
    "rating.agency": ["bureau"] * 12,
    "rating.value": [72.5, None, 40.0] * 4,
    "rating.as_of": [date(2026, 9, 1)] * 12,
    "application.currency": ["CNY"] * 12,
    "application.requested_limit": [Decimal("600000"), None, Decimal("1")] * 4,
    "application.requested_terms": ["net60", None, "net7"] * 4,
    "line.currency": ["CNY"] * 12,
    "line.amount": [Decimal("900000"), None, Decimal("1")] * 4,
    "line.approved_by": ["cfo"] * 12,
    "line.approved_on": [date(2026, 1, 2), None] * 6,
}


def arrow(columns: dict[str, list[Any]]) -> Any:
    money = {name for name in columns if name.endswith(("_limit", "_12m", ".amount"))}
    types = {name: pa.decimal128(38, 2) for name in money}
    types |= {name: pa.date32() for name in columns if name.endswith(("_end", "_of", "since"))}
    return pa.table({name: pa.array(v, types.get(name)) for name, v in columns.items()})


def columns_with(prefix: str) -> dict[str, list[Any]]:
    return {
        name.removeprefix(prefix): values
        for name, values in CUSTOMERS.items()
        if name.startswith(prefix) and "." not in name.removeprefix(prefix)
    }


def whole_portfolio() -> tuple[Portfolio, Applications, CreditLines]:
    currency = {"currency": CUSTOMERS["currency"]}
    previous = Statements.from_columns(currency | columns_with("statement.previous."))
    made = Portfolio.from_columns(
        columns_with(""),
        statements=Statements.from_columns(
            currency | columns_with("statement."), previous=previous
        ),
        ratings=[
            (row, ExternalRating(agency="bureau", value=value, as_of=date(2026, 9, 1)))
            for row, value in enumerate(CUSTOMERS["rating.value"])
            if value is not None
        ],
    )
    return (
        made,
        Applications.from_columns(columns_with("application.")),
        CreditLines.from_columns(columns_with("line.")),
    )


@engine
def test_a_portfolio_is_the_same_from_every_engine(make: Maker) -> None:
    wide = {name: v for name, v in CUSTOMERS.items() if not name.startswith(("app", "line"))}
    wanted = whole_portfolio()[0]
    made = frames.portfolio(make(arrow(wide)))
    assert made.rows == wanted.rows
    for name, cells in wanted.cells.items():
        assert made[name].same_as(cells), name
    assert made.statements is not None
    assert wanted.statements is not None
    assert made.statements.same_as(wanted.statements)
    assert made.statements.previous is not None
    assert made.statements.previous.same_as(wanted.statements.previous)  # type: ignore[arg-type]
    assert made.ratings.same_as(wanted.ratings)
    assert made.rating_rows.tolist() == wanted.rating_rows.tolist()
    assert made.row(0) == wanted.row(0)
    assert [fault.path for fault in made.faults] == [fault.path for fault in wanted.faults]


@engine
def test_own_figures_keep_their_kind(make: Maker) -> None:
    table = pa.table(
        {
            "id": ["C-1", "C-2"],
            "figures.score": [0.5, None],
            "figures.visits": [3, 4],
            "figures.region": ["north", None],
            "figures.vip": [True, False],
            "figures.deposit": pa.array([Decimal("1.50"), None]),
        }
    )
    made = frames.portfolio(make(table), constants={"currency": "CNY"})
    deposit = "1.50 CNY"
    first = dict(made.row(0).figures)
    assert str(first.pop("deposit")) == deposit
    assert first == {"score": 0.5, "visits": 3, "region": "north", "vip": True}
    assert dict(made.row(1).figures) == {"visits": 4, "vip": False}


@engine
def test_statements_from_every_engine(make: Maker) -> None:
    table = pa.table(
        {
            "period_end": pa.array([date(2025, 12, 31)] * 3),
            "total_assets": pa.array([Decimal("0.3"), None, Decimal("-12.7")]),
            "ebit": [1, 2, 3],
            "revenue": pa.array([1.5, None, float("nan")]),
        }
    )
    made = frames.statements(make(table), constants={"currency": "CNY", "unit": 1000})
    assert made["total_assets"].values[[0, 2]].tolist() == [0.3, -12.7]
    assert made["ebit"].values.tolist() == [1.0, 2.0, 3.0]
    assert made["revenue"].known.tolist() == [True, False, False]
    assert made["unit"].values.tolist() == [1000] * 3


# --------------------------------------------------------------------------------- exactness


@engine
@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        ("CNY", Decimal("1.000"), 100),
        ("KWD", Decimal("1.005"), 1005),
        ("JPY", Decimal("7.000"), 7),
        ("CNY", Decimal("92233720368547758.07"), 2**63 - 1),
        ("CNY", Decimal("-92233720368547758.070000000000000000"), -(2**63 - 1)),
        ("CLF", Decimal("-0.0001"), -1),
        ("CNY", Decimal("1000.25") + Decimal("0e-18"), 100_025),
    ],
)
def test_decimals_are_exact(make: Maker, currency: str, amount: Decimal, minor: int) -> None:
    table = pa.table({"account": ["C-1"] * 2, "amount": pa.array([None, amount])})
    fixed = {"currency": currency, "kind": "invoice", "doc_date": TODAY}
    book = frames.ledger(make(table), constants=fixed)
    assert book.items["amount"].values.tolist() == [0, minor]
    assert book.items["amount"].known.tolist() == [False, True]


@engine
@pytest.mark.parametrize(
    ("currency", "amounts", "says"),
    [
        ("CNY", ["1.00", "1.005"], "at most 2 decimals in CNY .got .*1.005.* in row 1.*; round it"),
        ("JPY", ["7.0", "0.5"], "at most 0 decimals in JPY .got .*0.5.* in row 1"),
        ("CNY", ["1", "92233720368547758.08"], "within 64 bits of minor units .got .* in row 1"),
        ("CNY", ["0", "0.000000000000000000000000000001"], "at most 2 decimals .* in row 1"),
        ("CNY", ["0", "12345678901234567890.123"], "at most 2 decimals .* in row 1"),
    ],
)
def test_inexact_decimals_are_refused(
    make: Maker, currency: str, amounts: list[str], says: str
) -> None:
    table = pa.table({"account": ["C-1"] * 2, "amount": pa.array(list(map(Decimal, amounts)))})
    fixed = {"currency": currency, "kind": "invoice", "doc_date": TODAY}
    book = frames.ledger(make(table), constants=fixed)
    assert book.items["amount"].all_states().tolist() == [State.KNOWN, State.INVALID]
    assert re.search(says, str(book.items.faults[0]))
    with pytest.raises(InvalidFact, match=says):
        frames.ledger(make(table), constants=fixed, strict=True)


@engine
def test_a_column_of_inexact_decimals_is_refused(make: Maker) -> None:
    amounts = pa.array([Decimal("1.001"), Decimal("1.002")])
    table = pa.table({"account": ["C-1"] * 2, "amount": amounts})
    fixed = {"currency": "CNY", "kind": "invoice", "doc_date": TODAY}
    says = "2 decimals .* in row 0, the first of 2 such rows.*; round it first"
    with pytest.raises(InvalidFact, match=says):
        frames.ledger(make(table), constants=fixed)


MOST = 2**63 - 1
"""The largest amount in minor units; its twin below zero is the least."""


@engine
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("decimals", [False, True], ids=["whole", "decimal"])
@pytest.mark.parametrize("currency", ["CNY", "JPY", "KWD"])
def test_the_largest_amount_fits_and_the_next_is_named(
    make: Maker, sign: int, decimals: bool, currency: str
) -> None:
    digits = {"CNY": 2, "JPY": 0, "KWD": 3}[currency]
    fixed = {"currency": currency, "kind": "debit_note", "doc_date": TODAY}
    if decimals:
        most, beyond = (Decimal(f"{sign * minor}e-{digits}") for minor in (MOST, MOST + 1))
        half = Decimal(f"{sign * (MOST // 2 + 1)}e-{digits}")
        given = pa.array([most, half, beyond, beyond], pa.decimal128(30, digits))
    else:
        largest = MOST // 10**digits
        if digits == 0 and sign > 0:
            return  # no whole number of 64 bits lies above
        most, half, beyond = sign * largest, sign * (largest // 2 + 1), sign * (largest + 1)
        given = pa.array([most, half, beyond, beyond])
    table = pa.table({"account": ["C-1"] * 4, "amount": given})
    fits = frames.ledger(make(table.slice(0, 2)), constants=fixed).items["amount"].values.tolist()
    assert fits == [int(Decimal(one) * 10**digits) for one in (most, half)]
    made = frames.ledger(make(table), constants=fixed).items
    assert made["amount"].all_states().tolist() == [State.KNOWN] * 2 + [State.INVALID] * 2
    says = f"must stay within 64 bits of minor units.*{abs(beyond)}.* in row 2, the first of 2 such"
    assert re.search(says, str(made.faults[0]))


@pytest.mark.parametrize("name", [name for name in EAGER if name != "pandas"])
def test_amounts_beyond_are_counted_over_currencies(name: str) -> None:
    amounts = [Decimal(1), Decimal(10) ** 30, Decimal(10) ** 18, Decimal(10) ** 18]
    table = pa.table(
        {
            "account": ["C-1"] * 4,
            "currency": ["CNY", "JPY", "JPY", "CNY"],
            "amount": pa.array(amounts, pa.decimal128(38, 0)),
        }
    )
    made = frames.ledger(HERE[name](table), constants={"kind": "invoice", "doc_date": TODAY}).items
    assert made["amount"].known.tolist() == [True, False, True, False]
    assert sum(fault.count or 0 for fault in made.faults) == 2


@engine
def test_a_refused_amount_is_told_in_full(make: Maker) -> None:
    amount = Decimal("12345678901234567890123456789012345678")
    table = pa.table({"account": ["C-1"], "amount": pa.array([amount], pa.decimal128(38, 0))})
    with localcontext() as context:
        context.prec = 5
        book = frames.ledger(make(table), constants={"currency": "CNY", "kind": "invoice",
                                                     "doc_date": TODAY})  # fmt: skip
    assert f"{amount}" in str(book.items.faults[0])


@engine
@pytest.mark.parametrize("count", [2**53, -(2**53), 2**63 - 1, -(2**63)])
def test_whole_numbers_stay_within_53_bits(make: Maker, count: int) -> None:
    table = pa.table({"id": ["a", "b", "c"], "litigation_count": [1, count, count]})
    made = frames.portfolio(make(table), constants={"currency": "CNY"})
    assert made["litigation_count"].all_states().tolist() == [0, State.INVALID, State.INVALID]
    says = r"litigation_count must be .* below 2\*\*53 .* in row 1, the first of 2"
    assert re.search(says, str(made.faults[0]))


@engine
def test_float_money_needs_its_own_door(make: Maker) -> None:
    table = make(pa.table({"account": ["C-1"] * 3, "amount": [1.005, None, 0.125]}))
    fixed = {"currency": "CNY", "kind": "invoice", "doc_date": TODAY}
    with pytest.raises(InvalidFact, match="must be exact money, not a column of floats"):
        frames.ledger(table, constants=fixed)
    book = frames.ledger(table, constants=fixed, from_float=True)
    # the float nearest to 1.005 is below it; 0.125 is a float, and halves go to the even cent
    assert book.items["amount"].values.tolist() == [100, 0, 12]
    assert book.items["amount"].known.tolist() == [True, False, True]


@given(
    st.lists(
        st.one_of(st.none(), st.integers(-(10**20), 10**20)).map(
            lambda whole: None if whole is None else Decimal(whole).scaleb(-4)
        ),
        max_size=12,
    ),
    st.sampled_from(["CNY", "JPY", "CLF"]),
)
@settings(max_examples=25)
def test_a_decimal_column_reads_as_its_values(amounts: list[Decimal | None], currency: str) -> None:
    table = pa.table(
        {"account": ["C-1"] * len(amounts), "amount": pa.array(amounts, pa.decimal128(38, 4))}
    )
    fixed = {"currency": currency, "kind": "invoice", "doc_date": TODAY}
    columns = {name: table[name].to_pylist() for name in table.column_names}
    wanted: Any = None
    with suppress(InvalidFact):
        wanted = Ledger.from_columns({**columns, **fixed, "doc_date": "2026-11-21"})
    for name in EAGER:
        if wanted is None:
            with pytest.raises(InvalidFact, match="in row"):
                frames.ledger(HERE[name](table), constants=fixed)
        else:
            book = frames.ledger(HERE[name](table), constants=fixed)
            assert book.items["amount"].same_as(wanted.items["amount"]), name


# ------------------------------------------------------------------------------ bad input

UTC = pa.array([0, 0], pa.timestamp("us", tz="UTC"))
NOON = pa.array([0, 12 * 3_600_000_000], pa.timestamp("us"))
GOOD: dict[str, Any] = {
    "account": pa.array(["C-1", "C-2"]),
    "amount": pa.array([1, 2]),
    "doc_date": pa.array([TODAY] * 2),
}
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("zone", {"doc_date": UTC}, "doc_date must be dates without a time zone"),
    (
        "noon",
        {"doc_date": NOON[1:].take([0, 0])},
        "must be a calendar date without a time .* row 0",
    ),
    ("number as date", {"doc_date": pa.array([1, 2])}, "doc_date must be a column of dates"),
    ("flag as money", {"amount": pa.array([True, False])}, "amount must be exact money"),
    ("float as text", {"account": pa.array([1.5, 2.5])}, "account must be a column of text"),
    ("a list", {"account": pa.array([["a"], ["b"]])}, "account must be"),
    ("unknown", {"amuont": pa.array([1, 2])}, "amuont is not known; did you mean 'amount'"),
    ("foreign", {"weather": pa.array([1, 2])}, "weather is not known; say what to read: columns="),
]


@engine
@pytest.mark.parametrize(("more", "says"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_bad_input_is_refused(make: Maker, more: dict[str, Any], says: str) -> None:
    frame = make(pa.table(GOOD | more))
    with pytest.raises(InvalidFact, match=says):
        frames.ledger(frame, constants={"currency": "CNY", "kind": "invoice"})


@engine
def test_names_are_checked_on_both_sides(make: Maker) -> None:
    frame, fixed = make(pa.table(GOOD)), {"currency": "CNY", "kind": "invoice"}
    for columns, says in (
        ({"acount": "account"}, "acount is not known; did you mean 'account'"),
        ({"account": "acount"}, "must name a column of the frame .got 'acount'.; did you mean"),
        ({"account": "account"}, "amount must be given"),
        ({"currency": "account"}, "must be a column or a constant, not both"),
    ):
        with pytest.raises(InvalidFact, match=says):
            frames.ledger(frame, columns, constants=fixed)
    with pytest.raises(InvalidFact, match="kidn is not known; did you mean 'kind'"):
        frames.ledger(frame, constants={"kidn": "invoice"})
    with pytest.raises(InvalidFact, match="currency must be given"):
        frames.ledger(frame, constants={"kind": "invoice"})


def _titled(names: list[Any]) -> dict[str, Any]:
    """Frames of one row whose header is ``names``, of every engine that can have it."""
    row: list[Any] = ["C-1", 5, "x", "y"][: len(names)]
    out: dict[str, Any] = {}
    if all(isinstance(name, str) for name in names):
        out["pyarrow"] = pa.table([pa.array([one]) for one in row], names=names)
    if "pandas" in HERE:
        import pandas as pd

        out["pandas"] = pd.DataFrame([row], columns=names)
    if "duckdb" in HERE and "pyarrow" in out:
        import duckdb

        cells = ", ".join(f'{one!r} as "{name}"' for one, name in zip(row, names, strict=True))
        out["duckdb"] = duckdb.connect().sql(f"select {cells}")
    return out


@pytest.mark.parametrize(
    ("names", "columns", "twice"),
    [
        (["account", "amount", "amount"], None, "amount"),
        (["who", "total", "total"], {"account": "who", "amount": "total"}, "total"),
        (["who", "total", "note", "note"], {"account": "who", "amount": "total"}, "note"),
    ],
    ids=["fields", "read", "not read"],
)
def test_no_two_columns_have_one_name(
    names: list[Any], columns: dict[str, str] | None, twice: str
) -> None:
    fixed = {"currency": "CNY", "kind": "invoice", "doc_date": TODAY}
    options: dict[str, Any] = {"constants": {"currency": "CNY"}, "as_of": TODAY}
    lines = dict.fromkeys(Z2_1995.needs, names[1])
    for frame in _titled(names).values():
        for path, call in {
            "ledger.items": lambda: frames.ledger(frame, columns, constants=fixed),  # noqa: B023
            "decide": lambda: frames.decide(POLICY, frame, {"id": names[0]}, **options),  # noqa: B023
            "score": lambda: frames.score(Z2_1995, frame, lines),  # noqa: B023
            "like": lambda: frames.to_frame(SUMS, like=frame),  # noqa: B023
        }.items():
            says = f"^{path} must not have two columns of one name .got '{twice}'.; rename or drop"
            with pytest.raises(InvalidFact, match=says):
                call()


@pytest.mark.skipif("pandas" not in HERE, reason="needs pandas")
def test_a_name_of_a_column_is_text() -> None:
    import pandas as pd

    levels = pd.MultiIndex.from_tuples([("account", ""), ("amount", "")])
    for names, got in (([0, 1], "0"), (levels, r"\('account', ''\)"), (["account", 7], "7")):
        frame = pd.DataFrame([["C-1", 5]], columns=names)
        fixed = {"currency": "CNY", "kind": "invoice", "doc_date": TODAY}
        says = rf"^ledger.items must have columns with names of text .got {got}.; rename them"
        with pytest.raises(InvalidFact, match=says):
            frames.ledger(frame, constants=fixed)
        with pytest.raises(InvalidFact, match=r"^portfolio must have columns with names of text"):
            frames.decide(POLICY, frame.iloc[:, 1:], constants={"currency": "CNY"}, as_of=TODAY)
        with pytest.raises(InvalidFact, match=r"must name a column of the frame .got 'total'"):
            frames.ledger(frame, {"account": "total"}, constants=fixed)
    # what is not read may have any name
    frame = pd.DataFrame([["C-1", 5, 7]], columns=["who", "total", 0])
    read = frames.ledger(frame, {"account": "who", "amount": "total"}, constants=fixed)
    assert read.accounts == ("C-1",)


@pytest.mark.parametrize("name", ["pyarrow", "pandas_arrow"])
def test_a_decimal_of_less_than_no_decimals_is_refused(name: str) -> None:
    thousands = pa.array([Decimal("12e3")], pa.decimal128(5, -3))
    table = pa.table({"account": ["C-1"], "amount": thousands})
    if name not in HERE:
        pytest.skip(f"needs {name}")
    frame, fixed = HERE[name](table), {"currency": "CNY", "kind": "invoice", "doc_date": TODAY}
    with pytest.raises(InvalidFact, match=r"^ledger.items.amount must be a column of a plain type"):
        frames.ledger(frame, constants=fixed)
    with pytest.raises(InvalidFact, match=r"^score must have columns of plain types"):
        frames.score(Z2_1995, frame)
    run = frames.decide(
        POLICY, frame, {"id": "account"}, constants={"currency": "CNY"}, as_of=TODAY
    )
    assert rows_of(run)["customer"] == ["C-1"]  # a column that is not read may be anything


def test_what_is_no_frame_is_refused() -> None:
    for thing in ({"a": [1]}, [1, 2], np.zeros(3), None):
        with pytest.raises(InvalidFact, match="must be a frame"):
            frames.ledger(thing)
    with pytest.raises(InvalidFact, match="must be a frame, 'pandas'"):
        frames.to_frame(ageing(Ledger.of([]), as_of=TODAY, currency="CNY"), like="excel")
    with pytest.raises(InvalidFact, match="like must be given; write like='pandas', or a frame"):
        frames.to_frame(ageing(Ledger.of([]), as_of=TODAY, currency="CNY"))
    with pytest.raises(InvalidFact, match="must be a result in columns"):
        frames.to_frame(object(), like="pyarrow")  # type: ignore[arg-type]


@engine
@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(make: Maker, rows: int) -> None:
    frame = make(pa.table(GOOD).slice(0, rows))
    book = frames.ledger(frame, constants={"currency": "CNY", "kind": "invoice"})
    assert len(book) == rows
    back = frames.to_frame(ageing(book, as_of=TODAY, currency="CNY"), like=frame)
    assert same_kind(back, frame)
    assert rows_of(back)["balance"] == [Decimal("1.00")][:rows]
    run = frames.decide(POLICY, make(arrow(CUSTOMERS).slice(0, rows)), as_of=TODAY, constants=None)
    assert len(rows_of(run)["grade"]) == rows


@pytest.mark.skipif("pandas" not in HERE, reason="needs pandas")
def test_pandas_objects_are_read_one_by_one() -> None:
    import pandas as pd

    fixed = {"currency": "CNY", "kind": "invoice"}
    frame = pd.DataFrame(
        {
            "account": pd.Series(["C-1", None], dtype=object),
            "amount": pd.Series([Decimal("1.50"), None], dtype=object),
            "doc_date": pd.Series([TODAY, TODAY], dtype=object),
        }
    )
    book = frames.ledger(frame, constants=fixed)
    assert book.items["amount"].values.tolist() == [150, 0]
    assert book.items["account"].known.tolist() == [True, False]
    frame.loc[1, "amount"] = Decimal("sNaN")  # pandas cannot compare it
    assert frames.ledger(frame, constants=fixed).items["amount"].values.tolist() == [150, 0]
    for column, value, says in (
        ("account", 7, "account must be text .got 7. in row 1"),
        ("amount", 1.5, "amount must be exact money as Decimal, str or int .got 1.5. in row 1"),
        ("amount", object(), "amount must be exact money .* in row 1"),
        ("doc_date", datetime.datetime(2026, 1, 1, 9), "a calendar date without .* in row 1"),
    ):
        bad = frame.copy()
        bad[column] = pd.Series([frame[column][0], value], dtype=object)
        assert re.search(says, str(frames.ledger(bad, constants=fixed).items.faults[0]))
        with pytest.raises(InvalidFact, match=says):
            frames.ledger(bad, constants=fixed, strict=True)


@pytest.mark.skipif("polars" not in HERE, reason="needs polars")
def test_polars_objects_are_refused() -> None:
    import polars as pl

    frame = pl.DataFrame({"account": pl.Series([object()], dtype=pl.Object)})
    with pytest.raises(InvalidFact, match="account must be a column of a plain type"):
        frames.ledger(frame, {"account": "account"})


# ------------------------------------------------------------------------------------ frames out


@engine
def test_ageing_comes_back_as_it_went_in(make: Maker) -> None:
    frame = make(ITEMS.filter(pa.compute.equal(ITEMS["currency"], "CNY")))
    aged = ageing(frames.ledger(frame, NAMES), as_of=TODAY)
    back = frames.to_frame(aged, like=frame)
    assert same_kind(back, frame)
    columns = rows_of(back)
    assert columns["account"] == ["C-1"]
    assert columns["31-60"] == [Decimal("1130.05")]
    assert columns["unapplied"] == [Decimal("-30.00")]
    assert columns["balance"] == [Decimal("1100.05")]
    assert set(columns["currency"]) == {"CNY"}


class Counted(str):
    """A name that counts how often it is compared with another."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


@pytest.mark.parametrize("kind", EAGER)
def test_the_frame_of_an_ageing_is_linear_in_accounts(kind: str) -> None:
    names = [Counted(f"C-{n:04}") for n in range(1000)]
    rows = np.zeros((1000, 6), dtype=np.int64)
    aged = attrs.evolve(
        ageing(Ledger.of([]), as_of=TODAY, currency="CNY"),
        accounts=tuple(names), amounts=rows, unapplied=rows[:, 0], known=rows[:, 0] == 0,
    )  # fmt: skip
    Counted.compared = 0
    assert rows_of(to_frame(aged, like=kind))["account"] == names
    assert all(aged.row(str(name)).account == name for name in names)
    assert Counted.compared < 10 * len(names)  # half a million where each is sought among all


@engine
def test_decide_is_policy_decide(make: Maker) -> None:
    customers, applications, lines = whole_portfolio()
    book = Ledger.from_columns(
        {
            "account": ["C-0", "C-3"],
            "currency": "CNY",
            "kind": "invoice",
            "amount": [1000, 7],
            "doc_date": "2026-09-01",
        }
    )
    run = POLICY.decide(customers, as_of=TODAY, application=applications, line=lines, ledger=book)
    frame = make(arrow(CUSTOMERS))
    wanted = rows_of(frames.to_frame(run, like=frame))
    assert wanted["customer"] == CUSTOMERS["id"]
    for row in range(len(run)):
        one = run.limit.item(row)
        amount = wanted["limit"][row]
        assert amount == (one.amount if isinstance(one, Money) else None)
        assert (wanted["limit_state"][row] == "known") == (amount is not None)
        grade = run.grade[row]
        assert wanted["grade"][row] == (None if grade < 0 else run.grade_names[grade])
        assert tuple(filter(None, wanted["reasons"][row].split("; "))) == run.reasons_of(row)
    for batch_rows in (5, 1000):
        made = frames.decide(POLICY, frame, as_of=TODAY, batch_rows=batch_rows, ledger=book)
        assert same_kind(made, frame)
        assert rows_of(made) == wanted


IDS: dict[str, Any] = {
    "text": pa.array(["b", "a", "c", None, "", "", None, " ", "c", "a", "d", "c", "e"]),
    "dictionary": pa.array(list("baxyaazqrccce")).dictionary_encode(),
    "whole": pa.array([7, 1, 2, 3, 1, None, None, 0, 4, 5, 6, 7, 8]),
    "pieces": pa.chunked_array(
        [pa.array(list(part)).dictionary_encode() for part in ("xyz", "zyxab", "cdefg")]
    ),
    "none": pa.array(list("abcdefghijklm")),
    "all": pa.array(["a"] * 13),
}


@engine
@pytest.mark.parametrize("ids", IDS.values(), ids=IDS.keys())
def test_an_id_repeats_in_whatever_batch(make: Maker, ids: Any) -> None:
    sales = pa.array([Decimal(f"{n}00000") for n in range(13)])
    name = 'no. "1"'  # quoted by DuckDB, and a name with a dot is no table's column
    frame = make(pa.table({name: ids, "sales": sales, "insolvent": [None, True] * 6 + [False]}))
    names = {"id": name, "credit_sales_12m": "sales", "insolvency": "insolvent"}
    if make is HERE.get("pandas") and isinstance(ids, pa.Int64Array):
        frame[name] = frame[name].astype("Int64")
    fixed = {"currency": "CNY"}
    run = POLICY.decide(frames.portfolio(frame, names, constants=fixed), as_of=TODAY)
    wanted = rows_of(to_frame(run, like="pyarrow"))
    given = [None if one is None else str(one).strip() or None for one in ids.to_pylist()]
    for row, one in enumerate(given):
        twice = one is not None and given.count(one) > 1
        assert ("data.duplicate" in run.reasons_of(row)) is twice, row
    for batch_rows in (1, 2, 5, 12, 13, 1000):
        made = frames.decide(
            POLICY, frame, names, constants=fixed, as_of=TODAY, batch_rows=batch_rows
        )
        assert same_kind(made, frame)
        assert rows_of(made) == wanted, batch_rows


@engine
@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_one_id_for_every_row_repeats(make: Maker, rows: int) -> None:
    frame = make(pa.table({"sales": pa.array([Decimal(1)] * 3)}).slice(0, rows))
    options: dict[str, Any] = {"constants": {"currency": "CNY", "id": "C-1"}, "as_of": TODAY}
    for batch_rows in (1, 2, 3):
        made = frames.decide(
            POLICY, frame, {"credit_sales_12m": "sales"}, batch_rows=batch_rows, **options
        )
        reasons = rows_of(made)["reasons"]
        assert len(reasons) == rows
        assert all((one == "data.duplicate") is (rows > 1) for one in reasons)


@pytest.mark.skipif("pandas" not in HERE, reason="needs pandas")
def test_an_id_of_pandas_repeats_in_whatever_batch() -> None:
    import pandas as pd

    for dtype in ("object", "category", "str"):
        ids = pd.Series(["a", "b", None, None, "b", "a", "c"], dtype=dtype)
        frame = pd.DataFrame({"id": ids}, index=[f"row {n}" for n in range(7)][::-1])
        frame["id"] = ids.array
        made = frames.decide(
            POLICY, frame, constants={"currency": "CNY"}, as_of=TODAY, batch_rows=3
        )
        twice = made["reasons"].str.contains("data.duplicate").tolist()
        assert twice == [True, True, False, False, True, True, False]
        assert list(made.index) == list(frame.index)
    wrong = pd.DataFrame({"id": pd.Series(["a", "b", ["c"], {}], dtype=object)})
    made = frames.decide(POLICY, wrong, constants={"currency": "CNY"}, as_of=TODAY, batch_rows=2)
    assert made["reasons"].tolist()[2:] == ["data.invalid"] * 2


@engine
def test_a_bad_row_is_counted_once_though_its_id_repeats(make: Maker) -> None:
    table = pa.table({"id": ["a", "b", "a"], "line.amount": pa.array([Decimal("1.001")] * 3)})
    with pytest.raises(Exception, match="row 0, the first of 3 such rows"):
        rows_of(
            frames.decide(
                POLICY, make(table), constants={"currency": "CNY"}, as_of=TODAY, batch_rows=2
            )
        )


@pytest.mark.parametrize("rows", [1, 5, 12])
def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    customers, applications, lines = whole_portfolio()
    items = {"account": ["C-0", "C-7"], "amount": [1000, 7], "doc_date": "2026-09-01"}
    book = Ledger.from_columns({**items, "currency": "CNY", "kind": "invoice"})
    facts: Any = {"application": applications, "line": lines, "ledger": book, "as_of": TODAY}
    wanted = POLICY.decide(customers, **facts)
    monkeypatch.setattr("creditkit.policy.decide.many.BLOCK", rows)
    cut = POLICY.decide(customers, **facts)
    assert rows_of(frames.to_frame(cut, like="pyarrow")) == rows_of(
        frames.to_frame(wanted, like="pyarrow")
    )
    assert cut.limit.same_as(wanted.limit)
    assert cut.reasons.rows_of_places() == wanted.reasons.rows_of_places()


@pytest.mark.skipif("pandas" not in HERE, reason="needs pandas")
def test_a_pandas_index_stays() -> None:
    frame = _pandas(arrow(CUSTOMERS))
    frame.index = [f"row {place}" for place in range(len(frame))]
    assert list(frames.decide(POLICY, frame, as_of=TODAY, batch_rows=5).index) == list(frame.index)
    customers = frames.portfolio(frame, {"id": "id", "currency": "currency"})
    run = POLICY.decide(customers, as_of=TODAY)
    assert list(frames.to_frame(run, like=frame).index) == list(frame.index)


@engine
def test_a_bad_row_is_invalid_in_the_whole_frame(make: Maker) -> None:
    given = [Decimal("1.000")] * 12
    given[6] = Decimal("1.005")
    amounts, table = pa.array(given), arrow(CUSTOMERS)
    at = table.column_names.index("line.amount")
    frame = make(table.set_column(at, "line.amount", amounts))
    reasons = rows_of(frames.decide(POLICY, frame, as_of=TODAY, batch_rows=5))["reasons"]
    before = rows_of(frames.decide(POLICY, make(table), as_of=TODAY, batch_rows=5))["reasons"]
    assert before[6] != "data.invalid" == reasons[6]
    changed = [
        row for row, pair in enumerate(zip(before, reasons, strict=True)) if len({*pair}) > 1
    ]
    assert changed == [6]


@engine
def test_wrong_shapes_are_refused_at_once(make: Maker) -> None:
    frame = make(pa.table({"id": ["C-1"], "credit_sales_12m": [1.5]}))
    with pytest.raises(InvalidFact, match="not a column of floats"):
        frames.decide(POLICY, frame, as_of=TODAY, constants={"currency": "CNY"})
    with pytest.raises(InvalidFact, match="above zero"):
        frames.decide(POLICY, frame, as_of=TODAY, batch_rows=0)


@pytest.mark.skipif("duckdb" not in HERE, reason="needs duckdb")
def test_duckdb_stays_on_its_connection() -> None:
    import duckdb

    connection = duckdb.connect()
    customers = connection.from_arrow(arrow(CUSTOMERS))
    run = frames.decide(POLICY, customers, as_of=TODAY)
    grades = connection.sql("select grade, count(*) as n from run group by all").fetchall()
    assert sum(count for _, count in grades) == len(CUSTOMERS["id"])
    assert run.columns[:2] == ["customer", "outcome"]


@engine
def test_scores_and_alerts_become_frames(make: Maker) -> None:
    statements = pa.table({name: [1.0, 0.0, None] for name in Z2_1995.needs})
    scores = Z2_1995.scores(
        Statements.from_columns(
            {"currency": "CNY", "period_end": ["2025-12-31"] * 3}
            | {name: statements[name].to_pylist() for name in statements.column_names}
        )
    )
    frame = make(statements)
    back = frames.to_frame(scores, like=frame)
    assert same_kind(back, frame)
    assert rows_of(back) == {
        "score": [scores[0].value, None, None],
        "status": ["computed", "undefined", "missing"],
        "zone": ["safe", None, None],
    }


# ---------------------------------------------------------------------- formulas as expressions


def bits(values: Any) -> list[int]:
    column = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    column[np.isnan(column)] = np.nan
    return [int(one) for one in column.view(np.int64)]


EDGES = [0.0, -0.0, 1.0, -1.0, 1e-300, 1e300, -1e300, 5e-324, 0.1, 1.1, 2.6]
lines_ = st.one_of(st.none(), st.sampled_from(EDGES), st.floats(-1e6, 1e6), st.just(float("nan")))


@pytest.mark.parametrize("model", [Z2_1995, EM_1995], ids=["z2", "em"])
@given(st.lists(st.tuples(*[lines_] * len(Z2_1995.needs)), max_size=12))
@settings(max_examples=25)
def test_a_formula_is_the_same_in_every_engine(model: FormulaModel, rows: list[Any]) -> None:
    columns = {name: [row[at] for row in rows] for at, name in enumerate(model.needs)}
    table = pa.table({name: pa.array(column, pa.float64()) for name, column in columns.items()})
    many = Statements.from_columns(
        {"currency": "CNY", "period_end": ["2025-12-31"] * len(rows)} | columns
    )
    wanted = model.scores(many)
    names = [None if code < 0 else wanted.zone_names[code] for code in wanted.zones]  # type: ignore[union-attr]
    for name, make in HERE.items():
        frame = make(table)
        scored = frames.score(model, frame)
        assert same_kind(scored, frame)
        out = rows_of(scored)
        assert bits(out["score"]) == bits(wanted.values), name
        assert out["zone"] == names, name
        assert all(value is None or np.isfinite(value) for value in out["score"]), name


@engine
def test_lazy_stays_lazy_and_names_can_differ(make: Maker) -> None:
    table = pa.table({f"col_{name}": pa.array([3, 0, None]) for name in Z2_1995.needs})
    table = table.append_column("keep", pa.array(["a", "b", "c"]))
    columns = {name: f"col_{name}" for name in Z2_1995.needs}
    frame = make(table)
    made = frames.score(Z2_1995, frame, columns, name="z", zone=None)
    assert same_kind(made, frame)
    out = rows_of(made)
    assert out["keep"] == ["a", "b", "c"]
    assert out["z"][1:] == [None, None]
    assert out["z"][0] == Z2_1995.score(dict.fromkeys(Z2_1995.needs, 3.0)).value
    with pytest.raises(InvalidFact, match=r"name a column of the frame .got 'current_assets'"):
        frames.score(Z2_1995, frame)
    with pytest.raises(InvalidFact, match="must be a column of numbers"):
        frames.score(Z2_1995, frame, columns | {"ebit": "keep"})
    with pytest.raises(InvalidFact, match="is a column of the frame already"):
        frames.score(Z2_1995, frame, columns, name="keep")
    with pytest.raises(InvalidFact, match="must be a FormulaModel"):
        frames.score(POLICY, frame)  # type: ignore[arg-type]


@engine
def test_decimal_lines_are_the_nearest_floats(make: Maker) -> None:
    rng = np.random.default_rng(7)
    exact = [Decimal(int(v)).scaleb(-2) for v in rng.integers(-(10**12), 10**12, 500)]
    table = pa.table(
        {name: pa.array(exact[at:] + exact[:at]) for at, name in enumerate(Z2_1995.needs)}
    )
    floats = {name: [float(v) for v in table[name].to_pylist()] for name in Z2_1995.needs}
    wanted = Z2_1995.scores(
        Statements.from_columns({"currency": "CNY", "period_end": ["2025-12-31"] * 500} | floats)
    )
    if make in (HERE["pyarrow"], HERE.get("pandas"), HERE.get("pandas_arrow")):
        with pytest.raises(InvalidFact, match="must be a column of"):
            frames.score(Z2_1995, make(table))
        return
    assert bits(rows_of(frames.score(Z2_1995, make(table)))["score"]) == bits(wanted.values)


PRIMITIVES: dict[str, Callable[[Any], Any]] = {
    "ratio": lambda x: ratio(x + 1.0, x),
    "ratio of itself": lambda x: ratio(x, x),
    "clip": lambda x: clip(x, -0.5, 1.5),
    "clip of a ratio": lambda x: clip(ratio(1.0 + 0.0 * x, x), 0.0, 1.0),
    "lowest": lambda x: lowest(x, 0.5),
    "highest of ratio": lambda x: highest(x, ratio(x, x - 1.0)),
    "positive": positive,
    "where": lambda x: where(x > 0.5, x * 2.0, -1.0),
    "exp": exp,
    "exp beyond": lambda x: exp(x * 1000.0),
    "log": log,
}


@pytest.mark.parametrize("name", PRIMITIVES)
def test_primitives_in_every_engine(name: str) -> None:
    function = PRIMITIVES[name]
    given = [1.0, 0.5, 0.25, 2.0, -1.0, 0.0, -0.0, 1e308, -1e308, None, 5e-324]

    def one(*, x: Any) -> dict[str, Any]:
        return {"value": function(x)}

    from creditkit.models.formula import Cutoffs

    model = FormulaModel(
        id="test.1", en="", zh="", formula=one, cutoffs=Cutoffs(distress=0.0, safe=1.0), source=""
    )
    column = np.array([np.nan if v is None else v for v in given])
    with np.errstate(all="ignore"):
        wanted = np.asarray(function(column.copy()), dtype=np.float64)
    wanted[~np.isfinite(wanted) | np.isnan(column)] = np.nan
    for which, make in HERE.items():
        made = rows_of(frames.score(model, make(pa.table({"x": pa.array(given)}))))["score"]
        floats = np.array([np.nan if v is None else v for v in made])
        assert np.array_equal(np.isnan(floats), np.isnan(wanted)), which
        known = ~np.isnan(wanted)
        if "exp" in name or "log" in name:
            np.testing.assert_array_max_ulp(floats[known], wanted[known], 2)
        else:
            assert bits(floats[known]) == bits(wanted[known]), which


@engine
def test_frames_reach_for_nothing_outside(make: Maker) -> None:
    items = ITEMS.filter(pa.compute.equal(ITEMS["currency"], "CNY"))
    frame, customers = make(items), make(arrow(CUSTOMERS))

    def everything() -> None:
        frames.to_frame(ageing(frames.ledger(frame, NAMES), as_of=TODAY), like=frame)
        frames.decide(POLICY, customers, as_of=TODAY)
        frames.monthly_figures(to_frame(every_state(), like=frame))
        frames.score(Z2_1995, make(pa.table({name: [1.0] for name in Z2_1995.needs})))

    everything()  # what is loaded at first use is loaded now
    with no_outside():
        everything()


# ------------------------------------------------------------------------------------ imports


def loaded_after(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    libraries = {"polars", "pandas", "pyarrow", "duckdb", "narwhals"}
    return {name.split(".")[0] for name in done.stdout.split()} & libraries


def test_no_frame_library_is_loaded_on_import() -> None:
    assert loaded_after("import creditkit.frames") == set()


@pytest.mark.skipif("polars" not in HERE, reason="needs polars")
def test_polars_alone_is_enough() -> None:
    code = """
import polars as pl
from decimal import Decimal
import creditkit as ck
frame = pl.DataFrame({"id": ["C-1"], "credit_sales_12m": [Decimal("1.50")]})
policy, options = ck.Policy.standard(), {"as_of": "2026-11-21", "constants": {"currency": "CNY"}}
made = ck.frames.decide(policy, frame, **options)
assert made["customer"].to_list() == ["C-1"]
assert ck.frames.decide(policy, frame.lazy(), **options).collect().equals(made)
"""
    assert loaded_after(code) == {"polars", "narwhals"}


# ------------------------------------------------------------------------------- tables, worklists

SUMS = ck.Debtors.from_columns(
    {
        "account": ["C-1", "C-2", "C-3"], "as_of": [TODAY] * 3, "currency": "CNY",
        "receivables": ["900.05", "-5", None], "overdue": ["500", "0", None],
        "overdue_items": [2, 0, None], "oldest_overdue_days": [40, 0, None],
        "money_days": ["12500", "0", None], "grade": ["B", None, None],
        "insolvency": [None, True, False],
    }
)  # fmt: skip


def values_of(frame: Any, name: str) -> list[Any]:
    column = frame[name]
    given = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
    return [None if str(one) in ("None", "nan", "<NA>") else one for one in given]


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_debtors_as_a_frame(kind: str) -> None:
    frame = to_frame(SUMS, like=kind)
    assert values_of(frame, "account") == ["C-1", "C-2", "C-3"]
    assert values_of(frame, "receivables") == [Decimal("900.05"), Decimal("-5.00"), None]
    assert values_of(frame, "overdue_items") == [2, 0, None]
    assert values_of(frame, "grade") == ["B", None, None]
    assert values_of(frame, "insolvency") == [None, True, False]


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_positions_and_habits_as_frames(kind: str) -> None:
    """A row knows whose it is; without a rate, without a meaning and not known are null."""
    book = ck.Ledger.from_columns(
        {
            "id": ["A", "B", "R"], "account": ["C-1", "C-2", "C-3"], "kind": "invoice",
            "currency": ["CNY", "USD", "CNY"], "amount": ["900.05", "5", "0.10"],
            "doc_date": "2026-10-01", "due_date": ["2026-11-01", "2026-11-01", "2026-12-01"],
        },
        {"target": ["R"], "amount": ["0.10"], "on": ["2026-11-20"], "currency": "CNY"},
    )  # fmt: skip
    how: dict[str, Any] = {
        "as_of": TODAY,
        "currency": "CNY",
        "accounts": ["C-3", "C-1", "C-2", "C-1"],
    }
    many = ck.positions(book, **how)
    frame = to_frame(many, like=kind)
    assert list(rows_of(frame)) == ["account", "as_of", "currency", *POSITION]
    assert values_of(frame, "account") == how["accounts"]
    assert values_of(frame, "currency") == ["CNY"] * 4
    assert {str(one)[:10] for one in values_of(frame, "as_of")} == {"2026-11-21"}
    owed = [Decimal("0.00"), Decimal("900.05"), None, Decimal("900.05")]
    assert values_of(frame, "receivables") == values_of(frame, "overdue") == owed
    assert values_of(frame, "oldest_overdue_days") == [0, 20, None, 20]
    assert values_of(frame, "overdue_share") == [None, 1.0, None, 1.0]
    assert values_of(frame, "settled_count") == [1, 0, 0, 0]
    habits = ck.habits(book, **how)
    frame = to_frame(habits, like=kind)
    assert values_of(frame, "variant") == ["with_overdue"] * 4
    assert values_of(frame, "on_time_share") == [1.0, 0.0, None, 0.0]
    none = to_frame(ck.positions(book, **{**how, "accounts": []}), like=kind)
    assert list(rows_of(none)) == ["account", "as_of", "currency", *POSITION]
    assert values_of(none, "overdue") == []


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_instalments_come_back_as_rows(kind: str) -> None:
    amounts = ck.Amounts.from_major(["0.05", None], "CNY")
    plan = ck.terms.schedules("50% prepaid, 50% on acceptance", amounts, [TODAY, None])
    assert rows_of(to_frame(plan, like=kind)) == {
        "row": [0, 0, 1, 1],
        "part": [0, 1, 0, 1],
        "due_date": [TODAY, None, None, None],
        "amount": [Decimal("0.02"), Decimal("0.03"), None, None],
        "amount_state": ["known", "known", "unknown", "unknown"],
        "currency": ["CNY"] * 4,
    }
    due = ck.terms.due_dates("net 30", [TODAY, None])
    assert rows_of(to_frame(due, like=kind)) == {"due_date": [date(2026, 12, 21), None]}


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_a_worklist_as_a_frame(kind: str) -> None:
    frame = to_frame(ck.worklist(SUMS), like=kind)
    assert values_of(frame, "customer") == ["C-1"]
    assert values_of(frame, "priority") == [12500.0]
    assert values_of(frame, "overdue") == [Decimal("500.00")]
    assert values_of(frame, "disputed") == [None]
    assert values_of(frame, "currency") == ["CNY"]
    nobody = to_frame(ck.worklist([]), like=kind)
    assert len(nobody) == 0


@engine
def test_alerts_as_a_frame(make: Maker) -> None:
    months = ck.MonthlyFigures.from_columns(
        {"account": ["C-1", "C-2", "C-3"], "currency": "CNY", "month_end": "2026-10-31",
         "oldest_overdue_days": [70, 20, 1], "exposure": ["5", None, "1"],
         "line": ["none", None, "9"]}
    )  # fmt: skip
    alerts = POLICY.watch(months, as_of=TODAY)
    frame = make(ITEMS)
    back = to_frame(alerts, like=frame)
    assert same_kind(back, frame)
    assert rows_of(back) == {
        "customer": ["C-1", "C-1", "C-2"],
        "indicator": ["UTILISATION", "OVERDUE", "OVERDUE"],
        "figure": ["utilisation", "oldest_overdue_days", "oldest_overdue_days"],
        "severity": ["serious", "serious", "warning"],
        "value": [None, 70.0, 20.0],
        "threshold": [1.0, 60.0, 15.0],
        "month_end": [date(2026, 10, 31)] * 3,
        "action": [alert.action for alert in alerts],
    }
    nobody = POLICY.watch(ck.MonthlyFigures.of([]), as_of=TODAY)
    assert rows_of(to_frame(nobody, like=frame)) == {name: [] for name in rows_of(back)}


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_months_and_lines_as_frames(kind: str) -> None:
    months = ck.MonthlyFigures.of(
        [
            ck.MonthFigures(
                account="C-1", month_end="2026-10-31", currency="JPY", sales="7", line="unlimited",
                figures={"visits": 3, "stock": ck.Money("5", "JPY")},
            ),
            ck.MonthFigures(account="C-2", month_end="2026-10-31", currency="JPY", line="9"),
        ]
    )  # fmt: skip
    frame = to_frame(months, like=kind)
    assert values_of(frame, "sales") == [Decimal(7), None]
    assert values_of(frame, "line") == [None, Decimal(9)]
    assert values_of(frame, "line_state") == ["unlimited", "known"]
    assert values_of(frame, "figures.stock") == [Decimal(5), None]
    assert values_of(frame, "figures.visits") == [3, None]
    mixed = ck.Debtors.of(
        [ck.Debtor(account=code, as_of=TODAY, currency=code) for code in ("CNY", "USD")]
    )
    with pytest.raises(InvalidFact, match="must be in one currency"):
        to_frame(mixed, like=kind)
    items = ck.Ledger.from_columns(
        {"id": ["A", "B"], "account": "C-1", "currency": "CNY", "kind": "invoice",
         "amount": [1, 2], "doc_date": "2026-11-01"}
    ).items  # fmt: skip
    assert values_of(to_frame(items, like=kind), "id") == ["A", "B"]


def every_state(currency: str = "CNY") -> ck.MonthlyFigures:
    """A line in every state, figures of every kind, and rows that have no place."""
    lines = ["9", "unlimited", "none", "inherit", None, *({"state": name} for name in STATES)]
    rows = len(lines)
    ends = ["2026-10-31"] * (rows - 2) + ["2026-10-30", None]
    owed = [None, *range(1, rows)]
    return ck.MonthlyFigures.from_columns(
        {
            "account": [*(f"C-{n % (rows - 4)}" for n in range(rows - 1)), None],
            "month_end": ends,
            "currency": currency,
            "line": lines,
            "exposure": owed,
            "receivables": [None] * rows,
            "sales": owed[::-1],
            "oldest_overdue_days": [None, 0, *range(2, rows)],
            "grade": [None, "AA", *["B"] * (rows - 2)],
        },
        figures={
            "visits": [3, None, *[2**53 - 1] * (rows - 2)],
            "share": [0.1, None, *[5e-324] * (rows - 2)],
            "stock": [Money("5", currency), None, *[Money("-7", currency)] * (rows - 2)],
        },
    )


STATES = ("invalid", "out_of_range", "undefined")


@engine
@pytest.mark.parametrize("currency", ["CNY", "JPY", "KWD"])
def test_months_go_out_as_a_frame_and_come_back(make: Maker, currency: str) -> None:
    for months in (every_state(currency), every_state(currency).account("C-1"), MONTHS_OF_NOBODY):
        like = make(pa.table({"a": [1]}))
        frame = to_frame(months, like=like)
        assert same_kind(frame, like)
        back = frames.monthly_figures(frame)
        assert back.same_as(months)
        assert back.notes == months.notes
        assert back.to_dict() == months.to_dict()
        assert WATCHING.watch(back, as_of=TODAY).same_as(WATCHING.watch(months, as_of=TODAY))


MONTHS_OF_NOBODY = ck.MonthlyFigures.of([])
WATCHING = ck.Policy.from_dict(
    POLICY.to_dict(),
    figures=[
        ck.Figure(name=name, kind=kind, en=name, zh=name, meaning=name)
        for name, kind in (("visits", "count"), ("share", "ratio"), ("stock", "money"))
    ],
)
"""A policy that declares the figures of `every_state`."""


@pytest.mark.parametrize("way", ["pandas", "polars", "pyarrow"])
def test_months_come_back_from_a_trip_through_other_engines(way: str) -> None:
    months, table = every_state(), to_frame(every_state(), like="pyarrow")
    if way not in HERE:
        pytest.skip(f"needs {way}")
    trips: dict[str, list[Maker]] = {
        "pandas": [_pandas_arrow, lambda frame: pa.Table.from_pandas(frame)],
        "polars": [_polars, lambda frame: frame.lazy().collect(), lambda frame: frame.to_arrow()],
        "pyarrow": [lambda frame: frame.combine_chunks(), lambda frame: pa.concat_tables([frame])],
    }
    for step in trips[way]:
        table = step(table)
        assert frames.monthly_figures(table).same_as(months)
    if way == "pandas":
        frame = to_frame(months, like="pandas")
        back = pa.Table.from_pandas(frame, preserve_index=False)
        assert frames.monthly_figures(back).same_as(months)
        assert frames.monthly_figures(frame.copy()).same_as(months)


@engine
def test_months_are_read_from_columns_of_any_name(make: Maker) -> None:
    table = pa.table(
        {
            "who": [17, 17, 18],
            "when": pa.array([date(2026, 9, 30), date(2026, 10, 31), date(2026, 10, 31)]),
            "granted": pa.array([Decimal("5.00"), None, None]),
            "how": ["known", "unlimited", None],
            "calls": [1, 2, 3],
        }
    )
    names = {"account": "who", "month_end": "when", "line": "granted", "line_state": "how"}
    names["figures.calls"] = "calls"
    made = frames.monthly_figures(make(table), names, constants={"currency": "CNY", "grade": "A"})
    wanted = ck.MonthlyFigures.from_columns(
        {"account": ["17", "17", "18"], "currency": "CNY", "line": ["5", "unlimited", None],
         "month_end": ["2026-09-30", "2026-10-31", "2026-10-31"], "grade": ["A"] * 3},
        figures={"calls": [1, 2, 3]},
    )  # fmt: skip
    assert made.same_as(wanted)
    twice = {**names, "month_end": "end"}
    more = make(table.append_column("end", pa.array([date(2026, 10, 31)] * 3)))
    with pytest.raises(InvalidFact, match="monthly_figures must not repeat a month of an account"):
        frames.monthly_figures(more, twice, constants={"currency": "CNY"}, strict=True)


@engine
@pytest.mark.parametrize("kind", ["decimal", "text"])
def test_a_state_and_its_line_do_not_contradict(make: Maker, kind: str) -> None:
    fixed = {"currency": "CNY", "account": "C-1", "month_end": TODAY.replace(day=30)}

    def read(lines: list[Any], states: list[Any]) -> ck.MonthlyFigures:
        decimals = [None if one is None else Decimal(one) for one in lines]
        given = pa.array(decimals, pa.decimal128(20, 2)) if kind == "decimal" else pa.array(lines)
        table = pa.table({"line": given, "line_state": pa.array(states, pa.string())})
        return frames.monthly_figures(make(table), constants=fixed)

    made = read(["5", "6", None, None, None], ["known", None, None, " ", "none"])["line"]
    assert made.all_states().tolist() == [0, 0, 1, 1, 4]
    for lines, states, says in (
        (["5", None], ["known", "known"], "must have an amount .got 'known'. in row 1"),
        (["5", "6"], ["known", "none"], "must be known where there is an amount .got 'none'. in"),
        (["5", None], [None, "full"], "must be one of known, unknown, .*got 'full'. in row 1"),
    ):
        with pytest.raises(InvalidFact, match=rf"^monthly_figures\.line_state {says}"):
            read(lines, states)


@engine
def test_a_line_in_force_has_its_state_beside_it(make: Maker) -> None:
    table = pa.table(
        {
            "id": ["C-1", "C-2", "C-3"],
            "line.amount": pa.array([Decimal("5.00"), None, None], pa.decimal128(20, 2)),
            "line.amount_state": ["known", "unlimited", "none"],
        }
    )
    lines = CreditLines.from_columns({"amount": ["5", "unlimited", "none"], "currency": "CNY"})
    customers = Portfolio.from_columns({"id": ["C-1", "C-2", "C-3"], "currency": "CNY"})
    run = POLICY.decide(customers, line=lines, as_of=TODAY)
    made = frames.decide(
        POLICY, make(table), constants={"currency": "CNY", "line.currency": "CNY"}, as_of=TODAY
    )
    assert rows_of(made) == rows_of(to_frame(run, like="pyarrow"))


@engine
def test_figures_of_a_host_belong_to_customers_and_months(make: Maker) -> None:
    frame = make(pa.table({**GOOD, "figures.visits": [1, 2]}))
    with pytest.raises(InvalidFact, match=r"ledger\.items\.figures\.visits is not known"):
        frames.ledger(frame, constants={"currency": "CNY", "kind": "invoice"})
    fixed = {"currency": "CNY", "figures.visits": 5}
    with pytest.raises(InvalidFact, match=r"portfolio\.figures\.visits must be a column, not"):
        frames.portfolio(frame, {"id": "account"}, constants=fixed)
    nothing = {"account": ["C-1"], "month_end": [date(2026, 10, 31)], "figures.visits": pa.nulls(1)}
    made = frames.monthly_figures(make(pa.table(nothing)), constants={"currency": "CNY"})
    assert made.same_as(
        ck.MonthlyFigures.from_columns(
            {"account": ["C-1"], "month_end": ["2026-10-31"], "currency": "CNY"}
        )
    )
    text = make(pa.table({**nothing, "figures.visits": ["x"]}))
    with pytest.raises(InvalidFact, match=r"figures\.visits must hold money or numbers"):
        frames.monthly_figures(text, constants={"currency": "CNY"})


def test_a_table_reads_as_a_table() -> None:
    assert str(SUMS).splitlines() == [
        "account  as_of       currency  receivables  overdue  overdue_items  oldest_overdue_days"
        "  money_days  grade  insolvency",
        "C-1      2026-11-21  CNY            900.05   500.00              2                   40"
        "    12500.00  B      -",
        "C-2      2026-11-21  CNY             -5.00     0.00              0                    0"
        "        0.00  -      True",
        "C-3      2026-11-21  CNY                 -        -              -                    -"
        "           -  -      False",
    ]
    many = ck.Debtors.from_columns(
        {"account": [f"C-{n}" for n in range(30)], "as_of": [TODAY] * 30, "currency": "CNY"}
    )
    assert str(many).splitlines()[-1] == "and 10 more rows"
    assert str(ck.Debtors.of([])) == repr(ck.Debtors.of([]))


# --------------------------------------------------------------------- columns in another format


@engine
def test_a_column_in_another_format_is_refused(make: Maker) -> None:
    wrong_dates = make(
        pa.table({"founded": ["21/11/2006", "3/11/2006", None], "id": ["a", "b", "c"]})
    )
    fixed = {"currency": "CNY"}
    with pytest.raises(InvalidFact, match=r"founded has no cell .*'21/11/2006'.*format='%d/%m/%Y'"):
        frames.portfolio(wrong_dates, constants=fixed)
    book = make(pa.table({"account": ["a", "b"], "amount": ["1,000", "2,000"]}))
    constants = {**fixed, "kind": "invoice", "doc_date": TODAY}
    with pytest.raises(InvalidFact, match=r"ledger\.items\.amount has no cell .* commas between"):
        frames.ledger(book, constants=constants)
    months = make(pa.table({"account": ["a", "b"], "month_end": ["30/11/2026", "31/10/2026"]}))
    with pytest.raises(InvalidFact, match=r"month_end has no cell .* dd/mm/yyyy"):
        frames.monthly_figures(months, constants=fixed)
    ends = make(pa.table({"period_end": ["31.12.2025", "31.12.2024"], "equity": [1.0, 2.0]}))
    with pytest.raises(InvalidFact, match=r"period_end has no cell .* dd\.mm\.yyyy"):
        frames.statements(ends, constants=fixed)


@engine
@pytest.mark.parametrize("batch_rows", [1, 2, 3, 9])
def test_a_format_shows_in_all_batches_together(make: Maker, batch_rows: int) -> None:
    def decided(founded: list[Any]) -> Any:
        frame = make(pa.table({"id": list("abcdef"), "founded": founded}))
        fixed = {"currency": "CNY"}
        return rows_of(
            frames.decide(POLICY, frame, constants=fixed, as_of=TODAY, batch_rows=batch_rows)
        )["reasons"]

    nothing = [None, None, None, "21/11/2006", None, "3/11/2006"]
    with pytest.raises(
        Exception, match=r"founded has no cell .* in row 3, the first of 2 such rows"
    ):
        decided(nothing)
    for some in ([*nothing[:5], None], [*nothing[:5], "2006-11-03"]):
        reasons = decided(some)
        assert ["data.invalid" in one for one in reasons] == [False] * 3 + [True] + [False] * 2


# ------------------------------------------------------------------ a day out of a frame's cell


def test_a_cell_of_a_frame_is_a_day() -> None:
    cells = [
        pa.scalar(TODAY),
        pa.scalar(TODAY, pa.date64()),
        pa.scalar(datetime.datetime(2026, 11, 21)),
    ]
    no_days: list[Any] = [
        pa.scalar(None, pa.date32()),
        pa.scalar(datetime.datetime(2026, 11, 21, 9)),
    ]
    if installed("pandas"):
        import pandas as pd

        cells.append(pd.Timestamp("2026-11-21"))
        no_days += [pd.NaT, pd.Timestamp("2026-11-21", tz="UTC"), pd.Period("2026-11-21", "D")]
        no_days.append(pd.Timestamp("2026-11-21") + pd.Timedelta(1, "ns"))
        listed: Any = [pd.Timestamp("2026-11-21"), pd.NaT]
        table = Portfolio.from_columns({"id": ["a", "b"], "currency": "CNY", "founded": listed})
        assert (table["founded"].raw(0), table["founded"].state(1)) == (TODAY, 1)
    ledger = Ledger.of([])
    for cell in cells:
        assert ck.monthly_figures(ledger, as_of=cell, months=1).same_as(
            ck.monthly_figures(ledger, as_of=TODAY, months=1)
        )
    for cell in no_days:
        with pytest.raises(InvalidFact, match=r"^as_of must be a"):
            ck.debtors(ledger, as_of=cell)


# ------------------------------------------------------------------------- whatever comes in

LOOSE = {"no": ["1", "2"], "who": ["a", "b"], "total": ["1", None], "day": [TODAY, TODAY]}
LOOSE_NAMES = {"id": "no", "account": "who", "amount": "total", "doc_date": "day"}
CALLS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "ledger": (
        frames.ledger,
        {
            "frame": pa.table(LOOSE),
            "columns": LOOSE_NAMES,
            "constants": {"currency": "CNY", "kind": "invoice"},
            "allocations": pa.table({"target": ["1"], "amount": ["1"]}),
            "allocation_columns": {"target": "target", "amount": "amount"},
            "strict": False,
        },
    ),
    "portfolio": (
        frames.portfolio,
        {
            "frame": pa.table({"id": ["a", "b"], "share": [0.5, None]}),
            "columns": {"id": "id", "figures.share": "share"},
            "constants": {"currency": "CNY", "founded": TODAY, "blocked": False},
            "from_float": False,
        },
    ),
    "statements": (
        frames.statements,
        {"frame": pa.table({"end": [TODAY]}), "columns": {"period_end": "end"},
         "constants": {"currency": "CNY", "unit": 1000}},
    ),
    "monthly_figures": (
        frames.monthly_figures,
        {"frame": pa.table({"who": ["a"], "end": [TODAY], "line": [None], "how": ["none"]}),
         "columns": {"account": "who", "month_end": "end", "line_state": "how"},
         "constants": {"currency": "CNY"}, "strict": False, "from_float": False},
    ),
    "score": (
        frames.score,
        {"model": Z2_1995, "frame": pa.table({name: [1.0, None] for name in Z2_1995.needs}),
         "columns": {"ebit": "ebit"}, "name": "score", "zone": "zone"},
    ),
    "decide": (
        frames.decide,
        {"policy": POLICY, "frame": pa.table({"id": ["a", "b"]}), "columns": {"id": "id"},
         "as_of": TODAY, "constants": {"currency": "CNY"}, "ledger": Ledger.of([]),
         "batch_rows": 1},
    ),
    "to_frame": (
        lambda result, like: frames.to_frame(result, like=like),
        {"result": Z2_1995.scores(Statements.of([])), "like": "pyarrow"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
@given(st.data())
def test_a_wrong_argument_is_named(name: str, data: Any) -> None:
    call, right = CALLS[name]
    place = data.draw(st.sampled_from(list(places(right))))
    with suppress(CreditkitError):
        call(**changed(right, place, data.draw(wrong)))


COLUMNS: dict[str, list[Any]] = {
    "whole": [1, 2],
    "large": [2**63 - 1, None],
    "floats": [1.5, float("nan")],
    "infinite": [float("inf"), 1.0],
    "text": ["x", " "],
    "flags": [True, None],
    "days": [TODAY, None],
    "late": [date(9999, 12, 31), date(1, 1, 1)],
    "moments": [datetime.datetime(2026, 1, 1, 10), None],
    "zoned": [datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)] * 2,
    "decimals": [Decimal("1.005"), None],
    "large decimals": [Decimal(10) ** 30, Decimal(1)],
    "bytes": [b"a", None],
    "lists": [[1], [2]],
    "structs": [{"a": 1}] * 2,
    "spans": [datetime.timedelta(1)] * 2,
    "nothing": [None, None],
    "impossible": ["2026-13-01", "today"],
    "states": ["unlimited", "inherit"],
    "codes": ["XYZ", None],
}
FIELDS = [
    *(
        "id",
        "currency",
        "credit_sales_12m",
        "founded",
        "insolvency",
        "litigation_count",
        "industry",
    ),
    *("statement.period_end", "statement.total_assets", "statement.unit", "statement.audited"),
    *("rating.value", "application.requested_limit", "application.requested_terms", "line.amount"),
]


@engine
@pytest.mark.parametrize("field", FIELDS)
def test_a_wrong_column_spoils_its_rows_or_is_refused(make: Maker, field: str) -> None:
    """Also a decision comes of whatever passes the door."""
    beside = {"statement.": {"statement.period_end": [TODAY] * 2}, "rating.": {
        "rating.agency": ["a"] * 2, "rating.as_of": [TODAY] * 2}}  # fmt: skip
    more = next((given for start, given in beside.items() if field.startswith(start)), {})
    for name, column in COLUMNS.items():
        columns = {"id": ["a", "b"], "currency": ["CNY"] * 2, **more, field: column}
        with suppress(CreditkitError):
            made = frames.decide(POLICY, make(pa.table(columns)), as_of=TODAY)
            assert field == "id" or rows_of(made)["customer"] == ["a", "b"], name
