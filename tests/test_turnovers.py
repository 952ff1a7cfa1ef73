"""Turnover of a ledger: against positions and a naive sum of sales, and laws."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger, OpenItem
from creditkit.figures import UNDEFINED
from creditkit.money import LARGEST, Money
from creditkit.receivables import turnover as formulas
from creditkit.receivables._months import months_before
from creditkit.receivables.positions import position
from creditkit.receivables.sales import sales
from creditkit.receivables.turnovers import (
    Turnover,
    Turnovers,
    turnover_of,
    turnover_trend,
    turnovers,
)
from tests.ledgers import RATES, TODAY, columns_of, in_yuan, records, smalls
from tests.naive_ledger import SALES

HOW: dict[str, Any] = {"as_of": TODAY, "currency": "CNY", "rates": RATES}
READINGS = st.fixed_dictionaries(
    {
        "ignore_below": smalls(0, 0, 50, 300),
        "ignore_disputed": st.booleans(),
        "effective": st.sampled_from(["documents", "matched"]),
    }
)
ALWAYS = date(2000, 1, 1)


# -------------------------------------------------------------------------------------- from print


def test_the_quarter_of_the_credit_research_foundation() -> None:
    """creditguru.com: January to March, 3,390 + 3,610 + 3,890 sold, 6,200 at the beginning, 6,340 at the
    end, 3,590 of it current; CEI 55.9 % by monthly average, 79.6 % by the total of the period."""
    paid = 6200 + 3390 + 3610 + 3890 - 6340
    ledger = Ledger.from_columns(
        {"id": ["O", "1", "2", "3", "4", "R"], "account": "C-1", "currency": "USD",
         "kind": ["invoice"] * 5 + ["receipt"], "amount": [6200, 3390, 3610, 3590, 300, -paid],
         "doc_date": ["2024-12-01", "2025-01-10", "2025-02-10", "2025-03-10", "2025-03-11",
                      "2025-03-20"],
         "due_date": ["2024-12-31", "2025-02-09", "2025-03-12", "2025-04-09", "2025-03-25", None]},
        {"source": "R", "target": ["O", "1", "2"], "amount": [6200, 3390, paid - 9590]},
    )  # fmt: skip
    found = turnover_of(ledger, as_of="2025-03-31", period=3)
    assert found.opening == Money(6200, "USD") and found.sales == Money(10_890, "USD")
    assert found.receivables == Money(6340, "USD") and found.days == 90
    assert found.overdue == Money(6340 - 3590, "USD")
    assert round(100 * (found.collection_effectiveness or 0), 1) == 79.6
    assert round(100 * (found.collection_effectiveness_monthly or 0), 1) == 55.9
    # recomputed to full precision from the same printed inputs
    assert found.dso == pytest.approx(52.396694214876035, rel=1e-15)
    assert found.best_possible_dso == pytest.approx(29.66942148760331, rel=1e-15)
    assert found.average_days_delinquent == pytest.approx(22.72727272727273, rel=1e-14)


# ----------------------------------------------------------------------------------- a naive reading


def sold(items: Sequence[OpenItem], account: str, start: date, end: date) -> int:
    return sum(
        in_yuan(item.amount.minor, item.currency)
        for item in items
        if item.account == account and item.kind.value in SALES and start < item.doc_date <= end
    )


@given(records(("CNY", "USD", "JPY")), READINGS, st.sampled_from([1, 3, 12]), st.booleans())
def test_balances_are_those_of_positions(
    given_: Any, reading: dict[str, Any], period: int, always: bool
) -> None:
    items, tied = given_
    book = Ledger.of(items, tied)
    start = months_before(TODAY, period)
    from_ = ALWAYS if always else None
    table = turnovers(columns_of(book), **HOW, **reading, period=period, history_from=from_)
    for row in range(len(table)):
        found = table.row(row)
        account = found.account or ""
        one = book.account(account)
        assert turnover_of(one, **HOW, **reading, period=period, history_from=from_) == found
        now = position(one, **HOW, **reading)
        then = position(one, **{**HOW, "as_of": start}, **reading)
        if now["receivables"] is None:
            assert found.receivables is None and found.sales is None and found.dso is None
            continue
        owed, late = now["receivables"], now["overdue"]
        assert isinstance(owed, Money) and isinstance(late, Money)
        assert (found.receivables, found.overdue) == (owed, late)
        share = None if owed.minor <= 0 else 1.0 - late.minor / owed.minor
        assert found.current_share == share
        debts = (i for i in items if i.account == account and i.kind.part.balance)
        first = min((i.doc_date for i in debts), default=TODAY)
        if not always and first > start + timedelta(1):
            assert found.sales is None and found.dso is None and found.opening is None
            continue
        bought = sold(items, account, start, TODAY)
        assert found.sales == Money.from_minor(bought, "CNY")
        assert found.opening == then["receivables"]
        assert (found.dso is None) == (bought <= 0)
        if found.dso is not None:
            days = (TODAY - start).days
            assert found.dso == formulas.dso(float(max(owed.minor, 0)), float(bought), days=days)
            assert found.average_days_delinquent == pytest.approx(
                late.minor / bought * days if owed.minor > 0 else 0.0, abs=1e-9
            )
        if period == 12 and TODAY - timedelta(365) == start:
            assert now["dso"] == (UNDEFINED if found.dso is None else found.dso)
        if always:
            assert found.countback_dso == now["countback_dso"]


@given(records(("CNY", "USD", "JPY")), READINGS, st.sampled_from([1, 3, 12]))
def test_sales_are_those_of_sales(given_: Any, reading: dict[str, Any], period: int) -> None:
    """Both add up a window; here it is not known where it begins before the ledger does."""
    book = columns_of(Ledger.of(*given_))
    table = turnovers(book, **HOW, **reading, period=period, history_from=ALWAYS)
    sums = sales(book, **HOW, **reading, months=period)
    for row in range(len(table)):
        one = table.row(row)
        assert one.sales == sums.row(one.account or "").credit_sales


@given(records(("CNY", "USD")), READINGS)
def test_the_book_is_the_sum_of_its_accounts(given_: Any, reading: dict[str, Any]) -> None:
    book = columns_of(Ledger.of(*given_))
    whole = turnover_of(book, **HOW, **reading, history_from=ALWAYS)
    parts = turnovers(book, **HOW, **reading, history_from=ALWAYS)
    for name in ("receivables", "overdue", "sales", "opening"):
        column = parts.amounts(name) if len(parts) else None
        total = getattr(whole, name)
        if column is None or not column.known.all():
            assert total is None or column is None
        else:
            assert total.minor == sum(column.values.tolist())


@given(records(("CNY", "USD"), wild=False), st.integers(0, 90), st.integers(1, 4))
def test_months_are_read_as_at_their_end(given_: Any, ago: int, period: int) -> None:
    items, tied = given_
    book = Ledger.of(items, tied)
    how = {**HOW, "as_of": TODAY - timedelta(ago)}
    names = sorted(book.accounts)
    trend = turnover_trend(book, **how, months=3, period=period, history_from=ALWAYS)
    each = turnover_trend(
        columns_of(book), **how, months=3, period=period, accounts=names, history_from=ALWAYS
    )
    assert len(trend) == 3 and len(each) == 3 * len(names)
    for row in range(3):
        one = trend.row(row)
        alone = turnover_of(book, **{**HOW, "as_of": one.end}, period=period, history_from=ALWAYS)
        assert alone == one
    for row in range(len(each)):
        one = each.row(row)
        alone = turnover_of(
            book.account(one.account or ""), **{**HOW, "as_of": one.end}, period=period,
            history_from=ALWAYS,
        )  # fmt: skip
        if alone.account is not None:
            assert alone == one
    back = Turnovers.from_dict(json.loads(json.dumps(each.to_dict())))
    assert back.same_as(each)


@given(records(("CNY", "USD")), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(given_: Any, chance: Any) -> None:
    items, tied = given_
    first = turnovers(Ledger.of(items, tied), **HOW)
    chance.shuffle(items)
    chance.shuffle(tied)
    assert turnovers(columns_of(Ledger.of(items, tied)), **HOW).same_as(first)


# ---------------------------------------------------------------------------------------- the edges


def test_a_period_before_the_first_document_is_not_known() -> None:
    ledger = Ledger.from_columns(
        {"account": ["C-1"], "currency": "CNY", "kind": "invoice", "amount": [300],
         "doc_date": "2026-10-12", "due_date": ["2026-12-12"]}
    )  # fmt: skip
    new = turnover_of(ledger, as_of=TODAY)
    assert new.sales is None and new.dso is None and new.receivables == Money(300, "CNY")
    assert (new.countback_dso, new.countback_at_least) == (21 + 31, False)
    assert new.terms_days == 61.0
    known = turnover_of(ledger, as_of=TODAY, history_from="2025-11-22")
    assert (
        known.dso == 365.0 and known.opening == Money(0, "CNY") and known.best_possible_dso == 365.0
    )
    assert turnover_of(ledger, as_of=TODAY, history_from="2025-11-23").dso is None


def test_a_balance_beyond_all_sales_is_a_lower_bound() -> None:
    ledger = Ledger.from_columns(
        {"account": "C-1", "currency": "CNY", "kind": ["opening_balance", "invoice"],
         "amount": [900, 100], "doc_date": ["2026-09-15", "2026-11-02"]}
    )  # fmt: skip
    found = turnover_of(ledger, as_of=TODAY)
    assert (found.countback_dso, found.countback_at_least) == (21 + 31 + 30, True)


def test_remainders_know_what_is_owed_and_no_more() -> None:
    left = Ledger.from_columns(
        {"account": ["A"], "currency": "CNY", "kind": "invoice", "amount": [100],
         "open_amount": [50], "doc_date": "2026-01-01"}, open_as_of=TODAY
    )  # fmt: skip
    found = turnover_of(left, as_of=TODAY)
    assert found.receivables == Money(50, "CNY") and found.current_share == 0.0
    assert found.sales is None and found.opening is None and found.countback_dso is None
    with pytest.raises(InvalidFact, match="must be 2026-11-21"):
        turnover_trend(left, as_of=TODAY, months=2)
    empty = turnover_of(Ledger.of([]), as_of=TODAY)
    assert empty.receivables == Money(0, "CNY") and empty.sales is None and empty.dso is None
    assert len(turnovers(Ledger.of([]), as_of=TODAY)) == 0


def test_sums_beyond_64_bits_are_not_known() -> None:
    most = LARGEST // 2
    ledger = Ledger.from_columns(
        {"account": "C-1", "currency": "JPY", "kind": ["invoice"] * 3, "amount": [most] * 3,
         "doc_date": ["2025-01-01", "2026-10-01", "2026-10-01"], "due_date": "2026-12-01"}
    )  # fmt: skip
    found = turnover_of(ledger, as_of=TODAY)
    assert found.receivables is None
    assert found.sales == Money(2 * most, "JPY") and found.terms_days == 61.0
    two = turnovers(
        Ledger.from_columns(
            {"account": ["A", "B", "A"], "currency": "JPY", "kind": "invoice",
             "amount": [10**18, 10**18, 10**18 * 7], "doc_date": "2026-10-01"}
        ),
        as_of=TODAY,
    )  # fmt: skip
    assert two.row(0).receivables == Money(8 * 10**18, "JPY")


def test_periods_are_calendar_months() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 2, 28), 1) == date(2026, 1, 31)
    assert months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert months_before(date(2026, 3, 30), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 11, 21), 3) == date(2026, 8, 21)


def test_pages() -> None:
    ledger = Ledger.from_columns(
        {"account": ["A", "B"], "currency": "CNY", "kind": "invoice", "amount": [100, 300],
         "doc_date": ["2026-09-01", "2026-10-01"], "due_date": "2026-10-01"}
    )  # fmt: skip
    table = turnovers(ledger, as_of=TODAY, history_from=ALWAYS)
    assert "Turnover of receivables, CNY" in str(table) and "Assumptions" in str(table)
    assert "收款效率指数" in table.explain("zh") and "首张单据" in table.to_html("zh")
    assert Turnover.from_dict(table.row(0).to_dict()) == table.row(0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: turnover_of(Ledger.of([]), as_of=TODAY, period=0), "period must be a whole"),
        (lambda: turnover_of(Ledger.of([]), as_of=TODAY, period=10**5), "period must not reach"),
        (lambda: turnover_of(Ledger.of([]), as_of=TODAY, history_from="soon"), "history_from must"),
        (lambda: turnovers(Ledger.of([]), as_of=TODAY, accounts=["a", "a"]), "must not repeat"),
        (lambda: turnover_of(Ledger.of([]), as_of="NaT"), "as_of must be a date"),
    ],
)
def test_what_cannot_be_asked_is_told(call: Any, message: str) -> None:
    with pytest.raises(InvalidFact, match=message):
        call()
