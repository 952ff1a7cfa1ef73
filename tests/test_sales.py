"""Credit sales of a window: what they are made of, one against many, and laws."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._columns import State
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Allocation, Ledger, OpenItem
from creditkit.receivables import sales as room
from creditkit.receivables.monthly import monthly_figures
from creditkit.receivables.positions import positions
from creditkit.receivables.sales import Sales, sales
from creditkit.receivables.turnovers import turnover_of
from tests import ledgers
from tests.ledgers import ACCOUNTS, RATES, TODAY, in_yuan

wild = ledgers.records(("CNY", "USD", "JPY"))
ON: dict[str, Any] = {"as_of": TODAY, "currency": "CNY", "rates": RATES}


def item(name: str, amount: int, day: str, kind: str = "", **more: Any) -> OpenItem:
    kind = kind or ("invoice" if amount > 0 else "credit_note")
    fields: dict[str, Any] = {
        "id": name,
        "account": "C-1",
        "currency": "CNY",
        "kind": kind,
        "amount": amount,
    }
    return OpenItem(**fields, doc_date=date.fromisoformat(day), **more)


def test_the_window_begins_after_the_same_day_of_the_year_before() -> None:
    ledger = Ledger.of([item("A", 1, "2025-11-21"), item("B", 10, "2025-11-22"),
                        item("C", 100, "2026-11-21"), item("D", 1000, "2026-11-22")])  # fmt: skip
    found = sales(ledger, as_of=TODAY)
    assert found.after == date(2025, 11, 21) and found.complete
    assert str(found[0].credit_sales) == "110.00 CNY"
    assert str(sales(ledger, as_of=TODAY, months=1)[0].credit_sales) == "100.00 CNY"
    assert str(sales(ledger, as_of=TODAY, since="2025-11-21")[0].credit_sales) == "111.00 CNY"
    assert sales(ledger, as_of="2028-02-29").after == date(2027, 2, 28)


def test_returns_are_taken_off_and_nothing_else() -> None:
    ledger = Ledger.of([
        item("A", 1000, "2026-08-01"), item("N", -100, "2026-09-01"),
        item("R", -500, "2026-09-02", "receipt"), item("W", -30, "2026-09-03", "write_off"),
        item("F", 30, "2026-09-03", "refund"), item("C", 500, "2026-09-03", "returned_payment"),
    ], [Allocation(source="R", target="C", currency="CNY", amount="500")])  # fmt: skip
    one = sales(ledger, as_of=TODAY)[0]
    assert (str(one.credit_sales), str(one.returned)) == ("900.00 CNY", "-100.00 CNY")
    assert (one.orders, str(one.average_order)) == (1, "1,000.00 CNY")


def test_an_order_is_its_invoices_less_its_credit_notes() -> None:
    ledger = Ledger.of([
        item("A", 1000, "2026-08-01", order="S-1"), item("B", 500, "2026-09-01", order="S-1"),
        item("N", -300, "2026-09-02", order="S-1"), item("C", 101, "2026-09-03"),
        item("D", 50, "2026-09-04", order="S-2"), item("M", -50, "2026-09-05", order="S-2"),
    ])  # fmt: skip
    one = sales(ledger, as_of=TODAY)[0]
    assert one.orders == 2  # S-2 was taken back
    assert (str(one.largest_order), str(one.average_order)) == ("1,200.00 CNY", "650.50 CNY")


def test_nothing_sold_is_zero_and_has_no_average() -> None:
    one = sales(Ledger.of([]), as_of=TODAY, accounts=["C-9"], currency="CNY")[0]
    assert (str(one.credit_sales), one.orders, one.average_order) == ("0.00 CNY", 0, None)


def test_a_ledger_says_since_when_it_reaches() -> None:
    ledger = Ledger.of([item("A", 1000, "2026-09-01")])
    found = sales(ledger, as_of=TODAY)
    assert not found.complete and found.reaches == date(2026, 9, 1)
    assert "The ledger begins on 2026-09-01: earlier sales are not known." in str(found)
    assert "账簿始于 2026-09-01" in found.explain("zh")
    assert sales(ledger, as_of=TODAY, since="2026-09-01").complete
    assert "The ledger has no item" in str(sales(Ledger.of([]), as_of=TODAY, currency="CNY"))


def test_what_cannot_be_read_or_lacks_a_rate_in_the_window_is_not_known() -> None:
    columns = {
        "id": ["A", "B", "C", "D"],
        "account": ["C-1", "C-2", "C-3", "C-3"],
        "currency": ["CNY", "USD", "USD", "CNY"],
        "kind": "invoice",
        "amount": [None, 10, 20, 5],
        "doc_date": ["2026-08-01", "2026-08-01", "2025-08-01", "2026-08-01"],
    }
    found = sales(Ledger.from_columns(columns), as_of=TODAY, currency="CNY")
    assert [one.credit_sales and str(one.credit_sales) for one in found] == [None, None, "5.00 CNY"]
    assert found.to_columns()["known"].tolist() == [False, False, True]
    assert "not known" in str(found) and [note.code for note in found.notes] == ["item.no_amount"]


def test_a_ledger_of_remainders_knows_no_sales() -> None:
    ledger = Ledger.of([item("A", 1000, "2026-09-01", open_amount="10")], open_as_of=TODAY)
    assert sales(ledger, as_of=TODAY)[0].credit_sales is None


def test_a_portfolio_takes_the_column_as_it_is() -> None:
    ledger = Ledger.of([item("A", 1000, "2026-09-01")])
    found = sales(ledger, as_of=TODAY)
    made = ck.Portfolio.from_columns(
        {"id": list(found.accounts), "currency": "CNY", "credit_sales_12m": found.credit_sales}
    )
    assert made.row(0).credit_sales_12m == ck.Money("1000", "CNY")


@pytest.mark.parametrize("wrong", [{"months": 0}, {"months": "12"}, {"months": 30_000},
                                   {"since": "2026-11-22"}])  # fmt: skip
def test_wrong_windows_are_refused(wrong: Any) -> None:
    with pytest.raises(InvalidFact, match=r"months|since"):
        sales(Ledger.of([]), as_of=TODAY, currency="CNY", **wrong)


def naive(items: Any, account: str, after: date) -> list[Any]:
    sums: dict[Any, int] = defaultdict(int)
    total = returned = 0
    for place, one in enumerate(items):
        if one.account != account or not one.kind.part.sale:
            continue
        if not after < one.doc_date <= TODAY:
            continue
        minor = in_yuan(one.amount.minor, one.currency)
        total += minor
        returned += min(minor, 0)
        key = one.order or (one.document and ("document", one.document))
        if key or minor > 0:
            sums[key or place] += minor
    each = [one for one in sums.values() if one > 0]
    average = round(Fraction(sum(each), len(each))) if each else None
    return [total, returned, len(each), average, max(each, default=None)]


@given(wild, st.integers(1, 20))
def test_one_and_many_agree_with_a_naive_reading(made: Any, months: int) -> None:
    items, tied = made
    ledger = Ledger.of(items, tied)
    found = sales(ledger, accounts=ACCOUNTS, months=months, **ON)
    with mock.patch.object(room, "columns_of", return_value=None):
        exact = sales(ledger, accounts=ACCOUNTS, months=months, **ON)
    assert exact.same_as(found)
    for name in ACCOUNTS:
        one = found.row(name)
        assert sales(ledger.account(name), accounts=[name], months=months, **ON)[0] == one
        if one.credit_sales is not None:
            got = [one.credit_sales, one.returned, one.orders, one.average_order, one.largest_order]
            minor = [cell.minor if isinstance(cell, ck.Money) else cell for cell in got]
            assert minor == naive(items, name, found.after)
        else:
            assert ledger.account(name).unread


@given(wild)
def test_sales_are_those_of_the_months_and_of_the_turnover(made: Any) -> None:
    ledger = Ledger.of(*made)
    end = date(2026, 10, 31)
    how = ON | {"as_of": end}
    whole = sales(ledger, accounts=ACCOUNTS, months=12, **how)
    months = monthly_figures(ledger, accounts=ACCOUNTS, months=12, **how)
    figures = positions(ledger, accounts=ACCOUNTS, **how)
    assert whole.after == date(2025, 10, 31)
    for place in range(len(ACCOUNTS)):
        told = [months["sales"].raw(row) for row in range(place * 12, place * 12 + 12)]
        got = whole[place].credit_sales
        lost = any(
            months["sales"].state(row) is State.INVALID
            for row in range(place * 12, place * 12 + 12)
        )
        before = [minor for minor in told if minor is not None]  # none before the first document
        assert (None if got is None else got.minor) == (None if lost else sum(before))
        turned = figures["dso"].raw(place)
        if turned and got is not None:
            owed = figures["receivables"].raw(place)
            assert turned == float(max(owed, 0)) / float(got.minor) * 365.0


@given(wild, st.randoms(use_true_random=False))
def test_no_answer_depends_on_the_order_of_rows(made: Any, random: Any) -> None:
    items, tied = made
    found = sales(Ledger.of(items, tied), accounts=ACCOUNTS, **ON)
    random.shuffle(mixed := list(items))
    assert sales(Ledger.of(mixed, tied), accounts=ACCOUNTS, **ON).same_as(found)


def test_sums_beyond_64_bits_are_not_known() -> None:
    big = ck.Money.from_minor((1 << 63) - 1, "CNY")
    items = [
        OpenItem(id=name, account="C-1", currency="CNY", kind="invoice", amount=big, doc_date=TODAY)
        for name in "AB"
    ]
    assert sales(Ledger.of(items), as_of=TODAY)[0].credit_sales is None
    assert sales(Ledger.of(items[:1]), as_of=TODAY)[0].credit_sales == big


def test_plain_data() -> None:
    ledger = Ledger.of([item("A", 1000, "2026-09-01"),
                        OpenItem(id="B", account="C-2", currency="CNY", kind="credit_note",
                                 amount="-5", doc_date=TODAY - timedelta(1))])  # fmt: skip
    found = sales(ledger, as_of=TODAY)
    data = json.loads(json.dumps(found.to_dict()))
    assert Sales.from_dict(data).same_as(found)
    data["rows"][0]["credit_sales"] = "5.00 USD"
    with pytest.raises(InvalidFact, match="must be in CNY"):
        Sales.from_dict(data)
    with pytest.raises(InvalidFact, match="must be an account that was asked for"):
        found.row("C-9")


@pytest.mark.parametrize(
    ("as_of", "months", "after"),
    [("2026-02-28", 3, "2025-11-30"), ("2026-02-28", 12, "2025-02-28"), ("2028-02-29", 1, "2028-01-31"),
     ("2026-04-30", 1, "2026-03-31"), ("2026-03-31", 1, "2026-02-28"), ("2026-03-30", 1, "2026-02-28"),
     ("2026-11-21", 12, "2025-11-21")],
)  # fmt: skip
def test_months_up_to_the_end_of_a_month_are_whole_ones(
    as_of: str, months: int, after: str
) -> None:
    """Of the last of a short month too; turnover has the same rule."""
    found = sales(Ledger.of([]), as_of=as_of, months=months, currency="CNY")
    assert found.after == date.fromisoformat(after)
    assert (
        turnover_of(Ledger.of([]), as_of=as_of, period=months, currency="CNY").start == found.after
    )
