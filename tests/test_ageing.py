"""Ageing: buckets, bases and currencies, against a naive reading in Python integers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit._columns import Cells, Codes
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import ItemKind, Ledger, OpenItem
from creditkit.facts.rates import Rates
from creditkit.frames import to_frame
from creditkit.money import LARGEST, Money
from creditkit.receivables import _ageing, open_items
from creditkit.receivables.ageing import Ageing, ageing
from creditkit.receivables.buckets import (
    CALENDAR_MONTHS,
    CHINESE_YEARS,
    DAY_30_SECOND,
    DUE_TODAY_FIRST,
    STANDARD,
    Buckets,
)
from tests.ledgers import (
    ACCOUNTS,
    RATES,
    TODAY,
    columns_of,
    corrupted,
    in_yuan,
    naive_of,
    naive_open,
    near,
    records,
)

PRESETS = [STANDARD, DAY_30_SECOND, DUE_TODAY_FIRST, CALENDAR_MONTHS, CHINESE_YEARS]


# ------------------------------------------------------------------------------------ the buckets


def days_past(*days: int, buckets: Buckets) -> list[str]:
    return [buckets.names[buckets.index_of(TODAY, TODAY - timedelta(past))] for past in days]


def test_standard_buckets() -> None:
    assert days_past(-5, 0, 1, 30, 31, 60, 61, 90, 91, 120, 121, 999, buckets=STANDARD) == [
        "not due", "not due", "1-30", "1-30", "31-60", "31-60", "61-90", "61-90", "91-120",
        "91-120", "over 120", "over 120",
    ]  # fmt: skip


def test_the_other_conventions() -> None:
    assert days_past(0, 29, 30, buckets=DAY_30_SECOND) == ["not due", "1-29", "30-59"]
    assert days_past(-1, 0, 30, 31, buckets=DUE_TODAY_FIRST) == [
        "not due", "0-30", "0-30", "31-60",
    ]  # fmt: skip
    assert days_past(30, 31, buckets=Buckets.up_to(30)) == ["1-30", "over 30"]


@pytest.mark.parametrize(
    ("as_of", "due", "name"),
    [
        ("2026-11-21", "2026-11-21", "not due"),
        ("2026-11-21", "2026-11-20", "this month"),
        ("2026-11-21", "2026-11-01", "this month"),
        ("2026-11-21", "2026-10-31", "1 month"),
        ("2026-11-21", "2026-08-31", "3 months"),
        ("2026-11-21", "2026-07-31", "older"),
        ("2026-11-01", "2026-10-31", "1 month"),
        ("2026-01-15", "2025-12-31", "1 month"),
    ],
)
def test_calendar_months(as_of: str, due: str, name: str) -> None:
    place = CALENDAR_MONTHS.index_of(date.fromisoformat(as_of), date.fromisoformat(due))
    assert CALENDAR_MONTHS.names[place] == name


@pytest.mark.parametrize(
    ("as_of", "day", "name"),
    [
        ("2026-12-31", "2025-12-31", "within 1 year"),  # 1年以内含1年
        ("2026-12-31", "2025-12-30", "1-2 years"),
        ("2026-12-31", "2021-12-31", "4-5 years"),
        ("2026-12-31", "2021-12-30", "over 5 years"),
        ("2025-02-28", "2024-02-29", "within 1 year"),
        ("2025-03-01", "2024-02-29", "1-2 years"),
        ("2024-02-29", "2023-02-28", "1-2 years"),
        ("2024-02-29", "2023-03-01", "within 1 year"),
        ("0003-01-01", "0001-01-01", "1-2 years"),
    ],
)
def test_chinese_years(as_of: str, day: str, name: str) -> None:
    place = CHINESE_YEARS.index_of(date.fromisoformat(as_of), date.fromisoformat(day))
    assert CHINESE_YEARS.names[place] == name


@pytest.mark.parametrize(
    "change",
    [{"edges": (1, 1)}, {"edges": ()}, {"edges": (1,)}, {"unit": "weeks"}, {"basis": "paid"}],
)
def test_buckets_refuse(change: dict[str, Any]) -> None:
    plain: dict[str, Any] = {
        "names": ("a", "b", "c"),
        "names_zh": ("一", "二", "三"),
        "edges": (1, 2),
    }
    with pytest.raises(InvalidFact):
        Buckets(**{**plain, **change})


@pytest.mark.parametrize("buckets", PRESETS)
def test_buckets_as_plain_data(buckets: Buckets) -> None:
    assert Buckets.from_dict(buckets.to_dict()) == buckets
    assert len(buckets.names) == len(buckets.names_zh) == len(buckets)


# ----------------------------------------------------------------------------------------- ageing

ITEMS: dict[str, Any] = {
    "id": ["A", "B", "C", "D"],
    "account": ["C-1", "C-1", "C-2", "C-1"],
    "currency": "CNY",
    "kind": ["invoice", "invoice", "invoice", "receipt"],
    "amount": [100, 200, 50, -120],
    "doc_date": ["2026-06-01", "2026-09-01", "2026-11-20", "2026-11-01"],
    "due_date": ["2026-07-01", None, "2026-11-21", None],
    "delivery_date": ["2026-06-05", "2026-09-01", None, None],
}


def test_bases_and_fallback() -> None:
    ledger = Ledger.from_columns(ITEMS)
    for basis, row, noted in (
        ("due", [0, 0, 0, 200, 0, 100], ("item.no_due_date", 1, ("B",))),
        ("invoice", [0, 0, 0, 200, 0, 100], None),
        ("delivery", [0, 0, 0, 200, 0, 100], ("item.no_delivery_date", 1, ("C",))),
        ("posting", [0, 0, 0, 200, 0, 100], ("item.no_posting_date", 3, ("A", "B", "C"))),
    ):
        found = ageing(ledger, as_of=TODAY, basis=basis)
        assert found.row("C-1").amounts == tuple(Money(amount, "CNY") for amount in row)
        assert [(note.code, note.count, note.ids) for note in found.notes] == (
            [noted] if noted else []
        )
        assert found.row("C-1").unapplied == Money(-120, "CNY")
        assert found.row("C-1").balance == Money(180, "CNY")
    by_delivery = ageing(ledger, as_of=TODAY, basis="delivery", buckets=Buckets.up_to(168, 170))
    assert by_delivery.row("C-1").by_bucket["169-170"] == Money(100, "CNY")
    assert ageing(ledger, as_of=TODAY, buckets=CHINESE_YEARS).basis == "invoice"


def test_ageing_is_as_printed() -> None:
    # quickbooks.intuit.com, "accounts receivable aging report": 1,000 not due, 1,500 in two
    # invoices 15 days past due (how they divide is not printed), 100 that is 37 days past due
    rows = {"A": (1000, -1), "B": (700, 15), "C": (800, 15), "D": (100, 37)}
    items = [
        OpenItem(
            id=name,
            account="C-1",
            currency="USD",
            kind="invoice",
            amount=amount,
            doc_date=TODAY - timedelta(90),
            due_date=TODAY - timedelta(past),
        )
        for name, (amount, past) in rows.items()
    ]
    found = ageing(Ledger.of(items), as_of=TODAY).row("C-1").amounts
    assert found == tuple(Money(amount, "USD") for amount in (1000, 1500, 100, 0, 0, 0))


def test_unapplied_cash_against_the_oldest() -> None:
    found = ageing(Ledger.from_columns(ITEMS), as_of=TODAY, unapplied="oldest_first")
    assert found.row("C-1").amounts == tuple(Money(n, "CNY") for n in (0, 0, 0, 180, 0, 0))
    assert found.unapplied.tolist() == [0, 0]
    early = ageing(Ledger.from_columns(ITEMS), as_of=date(2026, 8, 1), unapplied="oldest_first")
    assert early.total == Money(100, "CNY")


def test_currencies_need_rates_and_lacking_ones_are_named() -> None:
    columns = {**ITEMS, "currency": ["CNY", "USD", "JPY", "CNY"]}
    ledger = Ledger.from_columns(columns)
    with pytest.raises(InvalidFact, match="unless all items are in one"):
        ageing(ledger, as_of=TODAY)
    found = ageing(ledger, as_of=TODAY, currency="CNY", rates=Rates("CNY", {"USD": "7"}, TODAY))
    assert found.row("C-1").by_bucket["61-90"] == Money(1400, "CNY")
    assert (found.invalid, found.balance.tolist()) == (1, [138000, 0])
    assert [note.code for note in found.notes] == ["item.no_due_date", "item.no_rate"]
    assert found.notes[1].ids == ("C",)
    nothing = ageing(ledger, as_of=TODAY, currency="CNY")
    assert nothing.invalid == 2


def test_arguments_are_checked() -> None:
    ledger = Ledger.from_columns(ITEMS)
    for bad in ({"basis": "paid"}, {"unapplied": "hidden"}, {"effective": "x"}, {"currency": "XX"}):
        with pytest.raises(InvalidFact):
            ageing(ledger, as_of=TODAY, **bad)  # type: ignore[arg-type]
    with pytest.raises(InvalidFact, match="as_of must be a date"):
        ageing(ledger, as_of=20261121)  # type: ignore[arg-type]
    with pytest.raises(InvalidFact, match="account of the ledger"):
        ageing(ledger, as_of="2026-11-21").row("C-9")


def test_an_empty_ledger_ages_to_nothing() -> None:
    found = ageing(Ledger.of([]), as_of=TODAY, currency="CNY")
    assert (len(found), found.total, found.totals) == (0, Money(0, "CNY"), (0,) * 8)
    assert Ageing.from_dict(found.to_dict()).same_as(found)
    assert "total" in str(found)


def test_how_it_reads() -> None:
    many = Ledger.of(
        OpenItem(id=str(n), account=f"<C-{n:02}>", currency="CNY", kind="invoice", amount=n,
                 doc_date=TODAY) for n in range(30)
    )  # fmt: skip
    found = ageing(many, as_of=TODAY)
    page = found._repr_html_()
    assert "&lt;C-01&gt;" in page
    assert "<C-01>" not in page
    assert "and 10 more accounts" in page
    assert len(page) < 5000
    assert "due_date is not known, in 29 rows: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ..." in str(found)
    assert repr(found) == "<Ageing of 30 accounts at 2026-11-21, CNY>"
    columns = found.to_columns()
    assert list(columns) == ["account", *STANDARD.names, "unapplied", "balance", "known"]
    assert columns["balance"].tolist() == [100 * n for n in range(30)]


def test_what_is_not_known_is_not_zero() -> None:
    ledger = Ledger.from_columns(
        {"id": ["1", "2", "3"], "account": ["C-1", "C-2", "C-1"], "kind": "invoice",
         "currency": ["CNY", "USD", "CNY"], "amount": [10, 5, 7], "doc_date": "2026-11-01",
         "due_date": "2026-12-01"}
    )  # fmt: skip
    found = ageing(ledger, as_of=TODAY, currency="CNY")
    assert (found.known.tolist(), found.complete, found.total) == ([True, False], False, None)
    assert (found.totals[0], found.totals[-1]) == (1700, 1700)
    row = found.row("C-2")
    assert {*row.amounts, row.unapplied, row.balance} == {None}
    assert type(row).from_dict(row.to_dict()) == row
    assert found.row("C-1").balance == Money(17, "CNY")
    page = [line.split("  ") for line in str(found).splitlines()[-4:]]
    assert [[cell.strip() for cell in line if cell] for line in page] == [
        ["C-1", "17.00", *["0.00"] * 6, "17.00"],
        ["C-2", *["-"] * 7, "not known"],
        ["total of the known", "17.00", *["0.00"] * 6, "17.00"],
        [
            "currency has no rate, in 1 row: 2; give it in rates; what the account owes is not known"
            " without it"
        ],
    ]
    data = found.to_dict()
    assert data["rows"][1] == [None] * 7
    assert Ageing.from_dict(data).same_as(found)
    assert Ageing.from_dict(data).known.tolist() == [True, False]
    with pytest.raises(InvalidFact):
        Ageing.from_dict({**data, "rows": [data["rows"][0], [None] * 6 + ["1.00"]]})
    frame = to_frame(found, like="polars")
    assert frame["balance"].to_list() == [Decimal("17.00"), None]
    rated = ageing(ledger, as_of=TODAY, currency="CNY", rates=RATES)
    assert (rated.complete, rated.known.all(), rated.totals[-1]) == (True, True, 1700 + 3562)


def test_how_it_reads_in_chinese() -> None:
    page = ageing(Ledger.from_columns(ITEMS), as_of=TODAY).explain("zh").splitlines()
    assert page[0] == "账龄表，截至 2026-11-21，按到期日，CNY"
    assert page[1].split() == [
        "未到期", "1-30天", "31-60天", "61-90天", "91-120天", "120天以上", "未核销", "余额"
    ]  # fmt: skip
    assert page[-2].startswith("合计") or page[-1].startswith("合计")
    lost = Ledger.from_columns({**ITEMS, "doc_date": [None] * len(ITEMS["id"])})
    told = ageing(lost, as_of=TODAY).explain("zh")
    assert "未知" in told
    assert "已知部分合计" in told


@pytest.mark.parametrize(
    "change", [{"schema": "x"}, {"rows": [["1"]]}, {"more": 1}, {"buckets": None}, {"amounts": []}]
)
def test_from_dict_refuses(change: dict[str, Any]) -> None:
    data = ageing(Ledger.from_columns(ITEMS), as_of=TODAY).to_dict()
    data = {key: value for key, value in {**data, **change}.items() if value is not None}
    with pytest.raises(InvalidFact):
        Ageing.from_dict(data)


# ------------------------------------------------------------------------------------------- laws


def naive(
    made: Any, how: dict[str, Any], basis: str, buckets: Buckets, unapplied: str, by: str
) -> dict[str, list[int] | None]:
    """Key to buckets and unapplied, item by item; None where that is not known."""
    keys = [getattr(item, by) or "" for item in made[0]]
    keys = [getattr(key, "value", key) for key in keys]
    out: dict[str, list[int]] = {key: [0] * (len(buckets) + 1) for key in keys}
    exact: dict[str, Any] = {"effective": how["effective"], "exists_by": how["exists_by"]}
    for item, key, left in zip(
        made[0], keys, naive_open(*made, how["as_of"], **exact), strict=True
    ):
        if left is None:
            continue
        dates = {"due": item.due_date, "delivery": item.delivery_date, "posting": item.posting_date}
        value = in_yuan(left, item.currency)
        place = buckets.index_of(how["as_of"], dates.get(basis) or item.doc_date)
        if value < 0 or item.kind in (ItemKind.REFUND, ItemKind.RECOVERY):
            place = len(buckets)
        out[key][place] += value
    for row in out.values():
        over = max(0, row[-1])
        row[0], row[-1] = row[0] + over, row[-1] - over
    if unapplied == "oldest_first":
        for row in out.values():
            for place in reversed(range(len(buckets))):
                taken = min(-row[-1], row[place])
                row[place] -= taken
                row[-1] += taken
    accounts = {item.account for item in made[0]}
    whole = Ledger.of(*made)
    lost = {name for name in accounts if naive_of(whole.account(name), how).broken}
    gone = {key for item, key in zip(made[0], keys, strict=True) if item.account in lost}
    return {name: None if name in gone else row for name, row in out.items()}


@given(
    records(("CNY", "USD", "JPY")),
    near,
    st.sampled_from(["due", "invoice", "delivery", "posting"]),
    st.sampled_from(["documents", "matched"]),
    st.sampled_from(["document", "posting"]),
    st.sampled_from(PRESETS),
    st.sampled_from(["own_column", "oldest_first"]),
    st.sampled_from(["account", "account", "salesperson", "order", "kind", "currency"]),
)
def test_ageing_is_the_naive_one(
    made: Any,
    as_of: date,
    basis: str,
    effective: Any,
    exists_by: Any,
    buckets: Buckets,
    unapplied: Any,
    by: str,
) -> None:
    how: Any = {"as_of": as_of, "effective": effective, "exists_by": exists_by, "currency": "CNY"}
    expected = naive(made, {**how, "rates": RATES}, basis, buckets, unapplied, by)
    for ledger in (Ledger.of(*made), columns_of(Ledger.of(*made))):
        found = ageing(
            ledger, **how, basis=basis, buckets=buckets, unapplied=unapplied, rates=RATES, by=by
        )
        rows = np.column_stack([found.amounts, found.unapplied]).tolist()
        told = zip(found.accounts, rows, found.known.tolist(), strict=True)
        assert {name: row if known else None for name, row, known in told} == expected
        assert Ageing.from_dict(found.to_dict()).same_as(found)
        assert (found.unapplied <= 0).all()
        assert (found.amounts >= 0).all()
        total = sum(sum(row) for row in expected.values() if row is not None)
        assert found.totals[-1] == found.balance.sum() == total
        assert found.complete == all(row is not None for row in expected.values())


@given(records(), near, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(made: Any, as_of: date, random: Any) -> None:
    given, tied = made
    given = list({item.id: item for item in given}.values())
    first = ageing(Ledger.of(given, tied), as_of=as_of, currency="CNY")
    random.shuffle(given)
    random.shuffle(tied)
    again = ageing(Ledger.of(given, tied), as_of=as_of, currency="CNY")
    for name in first.accounts:
        assert again.row(name) == first.row(name)


@given(st.data(), records(("CNY", "USD")), near)
def test_items_in_are_items_accounted_for(data: Any, made: Any, as_of: date) -> None:
    plain = corrupted(data.draw, Ledger.of(*made).to_dict())
    ledger = Ledger.from_dict(plain)
    found = ageing(ledger, as_of=as_of, currency="CNY", rates=RATES)
    readable = ledger.readable
    assert found.invalid == (0 if readable is None else int((~readable).sum()))
    for name in ACCOUNTS:
        if name in found.accounts:
            part = ageing(ledger.account(name), as_of=as_of, currency="CNY", rates=RATES)
            assert part.row(name) == found.row(name)


@given(records(("CNY", "USD")), near)
def test_every_kernel_gives_the_same(made: Any, as_of: date) -> None:
    ledger = Ledger.of(*made)
    options: Any = {"as_of": as_of, "currency": "CNY", "rates": RATES}
    plain = ageing(ledger, **options).to_dict()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_ageing, "SMALL", -1)  # the sparse sum, in slabs of two
        patch.setattr(open_items, "SMALL", -1)
        patch.setattr(_ageing, "_SLAB", 2)
        assert ageing(Ledger.of(*made), **options).to_dict() == plain
        patch.setattr(_ageing, "too_large", lambda _values: True)  # Python integers
        assert ageing(Ledger.of(*made), **options).to_dict() == plain


# ------------------------------------------------------------------------------- the end of 64 bits


def big(*amounts: int, accounts: Any = "C-1") -> Ledger:
    return Ledger.from_columns(
        {
            "account": accounts,
            "currency": "CNY",
            "kind": ["invoice" if amount >= 0 else "receipt" for amount in amounts],
            "amount": Cells(np.array(amounts, dtype=np.int64)),
            "doc_date": "2026-11-01",
        }
    )


def test_amounts_near_the_end_of_64_bits_are_exact() -> None:
    found = ageing(big(LARGEST, -LARGEST, LARGEST - 1, -5), as_of=TODAY)
    assert found.invalid == 4  # the bucket alone does not fit
    assert [note.code for note in found.notes][-1] == "item.out_of_range"
    found = ageing(big(LARGEST, -LARGEST, 0, 0), as_of=TODAY)
    assert (found.amounts.tolist(), found.unapplied.tolist()) == (
        [[0, LARGEST, 0, 0, 0, 0]],
        [-LARGEST],
    )
    assert found.total == Money(0, "CNY")
    two = ageing(big(LARGEST, LARGEST, accounts=["C-1", "C-2"]), as_of=TODAY)
    assert two.totals[-1] == 2 * LARGEST
    assert str(two).count(str(LARGEST)[:5]) == 4
    assert str(2 * LARGEST)[:-2] in str(two)
    with pytest.raises(InvalidFact, match=rf"ageing.total .*got {2 * LARGEST}\); read totals"):
        two.total  # noqa: B018
    assert Ageing.from_dict(two.to_dict()).totals == two.totals
    mixed = ageing(big(LARGEST, LARGEST, 7, accounts=["C-1", "C-1", "C-2"]), as_of=TODAY)
    assert (mixed.invalid, mixed.balance.tolist()) == (2, [0, 7])


def test_a_lacking_rate_beside_the_end_of_64_bits() -> None:
    columns = {
        "account": ["C-1", "C-1", "C-2"],
        "currency": ["CNY", "CNY", "USD"],
        "kind": ["invoice", "receipt", "invoice"],
        "amount": Cells(np.array([LARGEST, -LARGEST, 5], dtype=np.int64)),
        "doc_date": "2026-11-01",
    }
    found = ageing(Ledger.from_columns(columns), as_of=TODAY, currency="CNY")
    assert (found.invalid, found.balance.tolist()) == (1, [0, 0])
    assert [note.code for note in found.notes] == ["item.no_due_date", "item.no_rate"]


def test_conversion_is_exact_where_products_leave_64_bits() -> None:
    ledger = Ledger.from_columns(
        {
            "account": "C-1",
            "currency": ["USD", "USD", "JPY"],
            "kind": "invoice",
            "amount": Cells(np.array([10**16 + 1, 5, 10**17], dtype=np.int64)),
            "doc_date": "2026-11-01",
        }
    )
    found = ageing(ledger, as_of=TODAY, currency="CNY", rates=RATES)
    expected = sum(in_yuan(n, c) for n, c in ((10**16 + 1, "USD"), (5, "USD"), (10**17, "JPY")))
    assert found.totals[-1] == expected
    steep = Rates("CNY", {"USD": "99999999999"}, TODAY)
    lost = ageing(ledger, as_of=TODAY, currency="CNY", rates=steep)
    assert lost.invalid == 2


def test_accounts_that_nobody_uses_have_empty_rows() -> None:
    codes = Codes(np.array([2, 0], dtype=np.int32), ("a", "b", "c"))
    ledger = Ledger.from_columns(
        {"account": codes, "currency": "CNY", "kind": "invoice", "amount": [1, 2],
         "doc_date": "2026-11-01"}
    )  # fmt: skip
    found = ageing(ledger, as_of=TODAY)
    assert found.balance.tolist() == [200, 0, 100]
    assert len(ledger.account("b")) == 0
