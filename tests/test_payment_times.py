"""Payment times: printed examples, a naive reading, habits as a second one, and laws."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.errors import InvalidFact
from creditkit.facts.ledger import ItemKind, Ledger
from creditkit.money import LARGEST, Money
from creditkit.receivables import _spent
from creditkit.receivables._claims import claims_of
from creditkit.receivables._months import month_ends
from creditkit.receivables.habits import habit
from creditkit.receivables.payment_times import (
    PaymentTime,
    PaymentTimes,
    payment_time,
    payment_times,
    payment_trend,
    slope,
)
from creditkit.receivables.reading import Reading
from tests.claims import Claim, broken_accounts, claims
from tests.ledgers import RATES, TODAY, columns_of, records, smalls

HOW: dict[str, Any] = {"as_of": TODAY, "currency": "CNY", "rates": RATES}
READINGS = st.fixed_dictionaries(
    {"ignore_below": smalls(0, 0, 50, 300), "ignore_disputed": st.booleans()}
)


def paid_after(*given_: tuple[int, int], terms: int = 0) -> Ledger:
    """Invoices of one day with amounts, each paid after so many days."""
    ids = [f"I-{n}" for n in range(len(given_))]
    start = TODAY - timedelta(100)
    return Ledger.from_columns(
        {"id": ids, "account": "C-1", "currency": "CNY", "kind": "invoice",
         "amount": [amount for amount, _ in given_], "doc_date": [start] * len(ids),
         "due_date": [start + timedelta(terms)] * len(ids)},
        {"target": ids, "amount": [amount for amount, _ in given_],
         "on": [start + timedelta(after) for _, after in given_]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "paid", "simple"),
    [
        # average days to pay, each invoice counting once
        ("AccountEdge, Average Days to Pay", [(100, 5), (100, 10), (100, 15)], 10.0),
        ("123Loadboard, Days to Pay", [(700, 0), (90, 8)], 4.0),
    ],
)
def test_the_mean_is_as_printed(source: str, paid: list[tuple[int, int]], simple: float) -> None:
    assert payment_time(paid_after(*paid), as_of=TODAY).days_to_pay == simple, source


def test_by_amount_and_by_count() -> None:
    """1,000 after 30 days, 5,000 after 60, 4,000 after 45: by hand 45 and 51."""
    time = payment_time(paid_after((1000, 30), (5000, 60), (4000, 45), terms=45), as_of=TODAY)
    assert (time.days_to_pay, time.days_to_pay_by_amount) == (45.0, 51.0)
    assert (time.median_days_to_pay, time.median_days_to_pay_by_amount) == (45.0, 52.5)
    assert (time.days_late, time.days_late_floored) == (0.0, 5.0)
    assert (time.days_late_by_amount, time.days_late_floored_by_amount) == (6.0, 7.5)
    assert (time.on_time_share, time.on_time_share_by_count) == (0.5, pytest.approx(2 / 3))
    assert (time.settled_count, time.settled_amount) == (3, Money(10_000, "CNY"))
    assert time.open_share == 0.0 and time.account == "C-1"


# ----------------------------------------------------------------------------------- a naive reading


def naive(given_: Sequence[Claim], start: date) -> dict[str, Any]:
    done = [c for c in given_ if c.settled is not None and c.settled > start]
    weight = sum(c.amount for c in done)
    open_ = sum(c.unpaid for c in given_)
    out: dict[str, Any] = {
        "settled_count": len(done),
        "settled_amount": Money.from_minor(weight, "CNY"),
        "open_share": open_ / (open_ + weight) if open_ + weight else None,
    }
    if not done:
        return out
    rows = [((c.settled - c.item.doc_date).days, (c.settled - c.due).days, c.amount)
            for c in done if c.settled is not None]  # fmt: skip
    for name, at in (("days_to_pay", 0), ("days_late", 1)):
        out[name] = sum(row[at] for row in rows) / len(rows)
        out[f"{name}_by_amount"] = sum(row[at] * row[2] for row in rows) / weight
        out[f"median_{name}"] = statistics.median([row[at] for row in rows])
    out["days_late_floored"] = sum(max(row[1], 0) for row in rows) / len(rows)
    out["days_late_floored_by_amount"] = sum(max(row[1], 0) * row[2] for row in rows) / weight
    out["on_time_share"] = sum(row[2] for row in rows if row[1] <= 0) / weight
    out["on_time_share_by_count"] = sum(row[1] <= 0 for row in rows) / len(rows)
    return out


@given(records(("CNY", "USD", "JPY")), READINGS, st.integers(1, 600))
def test_the_naive_reading_agrees(given_: Any, reading: dict[str, Any], length: int) -> None:
    items, tied = given_
    book = Ledger.of(items, tied)
    start = TODAY - timedelta(length)
    found = claims(items, tied, TODAY, **reading)
    times = payment_times(columns_of(book), **HOW, **reading, days=length)
    for row in range(len(times)):
        time = times.row(row)
        own = payment_time(book.account(time.account or ""), **HOW, **reading, days=length)
        assert own == time
        if time.account in broken_accounts(items, tied, **reading):
            assert time.settled_count is None and time.open_share is None
            continue
        wanted = naive([c for c in found if c.item.account == time.account], start)
        for name, value in wanted.items():
            got = getattr(time, name)
            assert got == (pytest.approx(value, rel=1e-12) if isinstance(value, float) else value)
        if not wanted["settled_count"]:
            assert time.days_to_pay is None and time.median_days_late is None
        assert PaymentTime.from_dict(json.loads(json.dumps(time.to_dict()))) == time
    back = PaymentTimes.from_dict(json.loads(json.dumps(times.to_dict())))
    assert back.same_as(times)


@given(records(("CNY", "USD")), READINGS)
def test_habits_are_a_second_reading(given_: Any, reading: dict[str, Any]) -> None:
    """What habits say of what was settled, to the bit: allocated or not.

    Without invoices of nothing: where something is set against one, habits count it as settled. And a
    debit note of the day on which it is paid is in no habit.
    """
    items, tied = given_
    lost = {
        item.id
        for item in items
        if item.kind is ItemKind.DEBIT_NOTE
        or (item.kind is ItemKind.INVOICE and item.amount.minor == 0)
    }
    items = [item for item in items if item.id not in lost]
    tied = [tie for tie in tied if not {tie.source, tie.target} & lost]
    book = Ledger.of(items, tied)
    for account in book.accounts:
        ours = payment_time(book.account(account), **HOW, **reading)
        theirs = habit(book.account(account), **HOW, **reading, variant="settled_only")
        if any(item.disputed is not None for item in items) and reading["ignore_disputed"]:
            continue  # an invoice that is in dispute as a whole is counted there and not here
        assert ours.settled_count == theirs["settled_count"]
        assert ours.on_time_share == theirs["on_time_share"]
        assert ours.days_late_floored_by_amount == theirs["average_days_late"]
        assert ours.days_late_floored == theirs["simple_days_late"]


@given(records(("CNY", "USD"), wild=False), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(given_: Any, chance: Any) -> None:
    items, tied = given_
    first = payment_trend(Ledger.of(items, tied), **HOW, months=6)
    chance.shuffle(items)
    chance.shuffle(tied)
    assert payment_trend(columns_of(Ledger.of(items, tied)), **HOW, months=6).same_as(first)


@given(records(wild=False), st.integers(0, 200))
def test_months_are_read_as_at_their_end(given_: Any, ago: int) -> None:
    items, tied = given_
    book = Ledger.of(items, tied)
    then = TODAY - timedelta(ago)
    trend = payment_trend(book, as_of=then, currency="CNY", months=3)
    assert len(trend) == 3
    for row, end in enumerate(month_ends(then, 3)):
        one = payment_time(book, as_of=end, currency="CNY", days=end.day)
        assert trend.row(row) == one and one.end == end
    by_account = payment_trend(
        book, as_of=then, currency="CNY", months=3, accounts=list(book.accounts)
    )
    assert len(by_account) == 3 * len(book.accounts)
    for row in range(len(by_account)):
        time = by_account.row(row)
        alone = payment_trend(
            book.account(time.account or ""), as_of=then, currency="CNY", months=3
        )
        assert alone.row(row % 3) == time


def test_slopes() -> None:
    assert slope([30.0, 32.0, 34.0]) == 2.0
    assert slope([None, 30.0, None, 34.0, 36.0]) == 2.0
    assert slope([30.0, float("nan"), 34.0]) is None and slope([]) is None


def test_not_known_is_not_zero() -> None:
    unread = Ledger.from_columns(
        {"account": ["A", "B"], "currency": "CNY", "kind": "invoice", "amount": [100, None],
         "doc_date": "2026-01-01"}
    )  # fmt: skip
    times = payment_times(unread, as_of=TODAY)
    assert times.row(0).settled_count == 0 and times.row(0).open_share == 1.0
    assert times.row(1).settled_count is None and times.row(1).open_share is None
    assert payment_time(unread, as_of=TODAY).settled_count is None
    abroad = Ledger.from_columns(
        {"account": ["A"], "currency": "USD", "kind": "invoice", "amount": [100],
         "doc_date": "2026-01-01"}
    )  # fmt: skip
    assert payment_time(abroad, as_of=TODAY, currency="CNY").settled_count is None
    left = Ledger.from_columns(
        {"account": ["A"], "currency": "CNY", "kind": "invoice", "amount": [100],
         "open_amount": [50], "doc_date": "2026-01-01"}, open_as_of=TODAY
    )  # fmt: skip
    assert payment_time(left, as_of=TODAY).settled_count is None
    empty = payment_time(Ledger.of([]), as_of=TODAY)
    assert empty.settled_count == 0 and empty.days_to_pay is None and empty.open_share is None
    assert len(payment_times(Ledger.of([]), as_of=TODAY)) == 0


def test_large_amounts() -> None:
    most = LARGEST // 2
    time = payment_time(
        Ledger.from_columns(
            {"id": ["A", "B", "C"], "account": "C-1", "currency": "JPY", "kind": "invoice",
             "amount": [most] * 3, "doc_date": ["2026-01-01"] * 3},
            {"target": ["A", "B", "C"], "amount": [most] * 3, "on": ["2026-01-31"] * 3},
        ),
        as_of=TODAY,
    )  # fmt: skip
    assert time.settled_amount is None  # 64 bits do not hold it
    assert (time.settled_count, time.days_to_pay_by_amount) == (3, 30.0)


@given(records(("CNY", "USD", "JPY")), READINGS, st.sampled_from([None, RATES]))
def test_free_money_is_the_same_one_by_one(given_: Any, reading: Any, rates: Any) -> None:
    """Where 64 bits might not hold the sums, each account is read in Python integers."""
    book = columns_of(Ledger.of(*given_))
    how = Reading(**{**HOW, **reading, "rates": rates})
    with pytest.MonkeyPatch.context() as patch:
        fast = claims_of(book, book.by_name, how)
        patch.setattr(_spent, "columns_of", lambda *_: None)
        slow = claims_of(book, book.by_name, how)
        patch.undo()
        patch.setattr(_spent, "balances_of", lambda *_: None)
        other = claims_of(book, book.by_name, how)
    for one, two, three in zip(fast, slow, other, strict=True):
        assert np.array_equal(one, two) and np.array_equal(one, three)


def test_pages() -> None:
    times = payment_times(paid_after((1000, 30), (5000, 60), terms=45), as_of=TODAY)
    assert "days to pay" in str(times) and "16.7%" in str(times)
    assert "准时比例" in times.explain("zh") and "未付比例" in times.explain("zh")
    assert "付款天数" in times.to_html("zh") and "<table" in times.to_html()
    many = Ledger.from_columns(
        {"account": [f"C-{n}" for n in range(30)], "currency": "CNY", "kind": "invoice",
         "amount": [1] * 30, "doc_date": "2026-01-01"}
    )  # fmt: skip
    found = payment_times(many, as_of=TODAY)
    assert "and 10 more rows" in str(found) and "另有 20 行" in found.to_html("zh")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: payment_time(Ledger.of([]), as_of=TODAY, days=0), "days must be a whole number"),
        (lambda: payment_time(Ledger.of([]), as_of=TODAY, days=10**9), "not reach before the year"),
        (lambda: payment_trend(Ledger.of([]), as_of=TODAY, months=0), "months must be a whole"),
        (lambda: payment_trend(Ledger.of([]), as_of=TODAY, months=10**6), "before the year 2"),
        (lambda: payment_times(Ledger.of([]), as_of=TODAY, accounts=["a", "a"]), "not repeat"),
        (lambda: payment_time(Ledger.of([])), "as_of must be given"),
    ],
)
def test_what_cannot_be_asked_is_told(call: Any, message: str) -> None:
    with pytest.raises(InvalidFact, match=message):
        call()


def test_months_by_hand() -> None:
    """Invoices of January to March at 30 days: paid after 30, 40 and not yet."""
    ledger = Ledger.from_columns(
        {"id": ["A", "B", "C"], "account": ["X", "Y", "X"], "currency": "CNY", "kind": "invoice",
         "amount": [100, 300, 500], "doc_date": ["2026-01-10", "2026-02-10", "2026-03-10"],
         "due_date": ["2026-02-09", "2026-03-12", "2026-04-09"]},
        {"target": ["A", "B"], "amount": [100, 300], "on": ["2026-02-09", "2026-03-22"]},
    )  # fmt: skip
    trend = payment_trend(ledger, as_of="2026-03-31", months=3)
    rows = [trend.row(row) for row in range(3)]
    assert [row.settled_count for row in rows] == [0, 1, 1]
    assert [row.days_to_pay for row in rows] == [None, 30.0, 40.0]
    assert [row.open_share for row in rows] == [1.0, 0.75, 0.625]
    assert rows[0].account is None and rows[1].start == date(2026, 1, 31)
    each = payment_trend(ledger, as_of="2026-03-31", months=1, accounts=["Y", "X"])
    assert [each.row(row).account for row in range(2)] == ["Y", "X"]
    assert each.row(0).days_late == 10.0 and each.row(1).open_share == 1.0
