"""Expected receipts: by hand, a naive reading with exact fractions, and laws."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger
from creditkit.money import LARGEST, Money
from creditkit.receivables.curves import paying_curve
from creditkit.receivables.positions import payable_items, position
from creditkit.receivables.receipts import AccountReceipts, ExpectedReceipts, expected_receipts
from tests.claims import Claim, claims
from tests.ledgers import RATES, TODAY, columns_of, in_minor, records, smalls

HOW: dict[str, Any] = {"as_of": TODAY, "currency": "CNY", "rates": RATES}
READINGS = st.fixed_dictionaries(
    {"ignore_below": smalls(0, 0, 50), "ignore_disputed": st.booleans()}
)


def history(account: str, late: list[int], n: int = 0) -> tuple[list[Any], list[Any]]:
    """Invoices of 100 that fell due 200 days ago, paid so many days late; None is never."""
    due = TODAY - timedelta(200)
    items = [
        (f"{account}-{n + i}", account, 100, due - timedelta(30), due) for i in range(len(late))
    ]
    ties = [(f"{account}-{n + i}", 100, due + timedelta(days))
            for i, days in enumerate(late) if days is not None]  # fmt: skip
    return items, ties


def book(items: list[Any], ties: list[Any]) -> Ledger:
    return Ledger.from_columns(
        {"id": [i[0] for i in items], "account": [i[1] for i in items], "currency": "CNY",
         "kind": "invoice", "amount": [i[2] for i in items], "doc_date": [i[3] for i in items],
         "due_date": [i[4] for i in items]},
        {"target": [t[0] for t in ties], "amount": [t[1] for t in ties], "on": [t[2] for t in ties]},
    )  # fmt: skip


def weeks_of(found: AccountReceipts) -> list[str]:
    return [str(week.expected.amount) for week in found.weeks]


# ------------------------------------------------------------------------------------------ by hand


def test_by_hand() -> None:
    """Of ten invoices of 100 five were paid on the day, three 7 days late, one 14 days, one never.

    With 600 that are 3 days late, at risk on day 0 were 1,600, of which 500 were paid: 0.6875 unpaid.
    On day 7 300 of 500: 0.275; on day 14 100 of 200: 0.1375. So of 1,000 due in 5 days 312.50 come in
    week 1, 412.50 in week 2, 137.50 in week 3. Of the 600 three fifths come in week 1 (day 10), a fifth
    in week 2 (day 17). The rest of both is for later, and so is what was never paid for 200 days.
    """
    items, ties = history("A", [0, 0, 0, 0, 0, 7, 7, 7, 14, None])  # type: ignore[list-item]
    items += [
        ("new", "A", 1000, TODAY - timedelta(25), TODAY + timedelta(5)),
        ("late", "A", 600, TODAY - timedelta(33), TODAY - timedelta(3)),
    ]
    found = expected_receipts(book(items, ties), as_of=TODAY, weeks=4, least=9)[0]
    assert found.source == "own"
    assert weeks_of(found) == ["672.50", "532.50", "137.50", "0.00"]
    assert found.later == Money("357.50", "CNY") and found.receivables == Money("1700", "CNY")


def test_the_curve_of_the_book_stands_in_and_says_so() -> None:
    items, ties = history("A", [0] * 5 + [7] * 5)
    items += [
        ("own", "A", 100, TODAY, TODAY + timedelta(1)),
        ("new", "B", 100, TODAY, TODAY + timedelta(1)),
    ]
    ledger = book(items, ties)
    found = expected_receipts(ledger, as_of=TODAY, weeks=2)
    assert [one.source for one in found] == ["own", "book"]
    assert weeks_of(found[0]) == weeks_of(found[1]) == ["50.00", "50.00"]
    assert found.total.receivables == Money(200, "CNY")
    alone = ledger.account("B")
    none = expected_receipts(alone, as_of=TODAY, weeks=2)[0]
    assert none.source == "none" and none.not_placed == Money(100, "CNY")
    curve = paying_curve(ledger, as_of=TODAY, since="due")
    given_ = expected_receipts(alone, as_of=TODAY, weeks=2, curve=curve)[0]
    assert given_ == found[1]
    assert [one.source for one in expected_receipts(ledger, as_of=TODAY, least=11)] == ["none"] * 2


def test_the_range_of_one_item_and_of_many() -> None:
    """One item of 100 at one half: 100 x 0.5 from the toss, and the error of the curve beside it.

    Of 10,000 small ones of the same sum the toss is nothing; the curve's error stays.
    """
    items, ties = history("A", [0] * 50 + [7] * 50)
    one = [*items, ("new", "A", 10_000, TODAY, TODAY + timedelta(1))]
    many = [*items, *((f"n{i}", "A", 1, TODAY, TODAY + timedelta(1)) for i in range(10_000))]
    z = 1.6448536269514722
    curve = 0.5 / 10  # sqrt(p q / n)
    for rows, error in ((one, (0.25 + curve**2) ** 0.5), (many, (0.25e-4 + curve**2) ** 0.5)):
        week = expected_receipts(book(rows, ties), as_of=TODAY, weeks=1)[0].weeks[0]
        assert week.expected == Money(5000, "CNY")
        assert float(week.high.amount) == pytest.approx(
            min(5000 + z * error * 10_000, 10_000), abs=0.01
        )
        assert float(week.low.amount) == pytest.approx(max(5000 - z * error * 10_000, 0), abs=0.01)


def test_who_pays_early_is_expected_early() -> None:
    """At 30 days, half is paid ten days early, half on the day: of what is due in 12 days half comes now."""
    items, ties = history("A", [-10] * 5 + [0] * 5)
    items += [("new", "A", 100, TODAY - timedelta(18), TODAY + timedelta(12))]
    found = expected_receipts(book(items, ties), as_of=TODAY, weeks=3)[0]
    assert weeks_of(found) == ["50.00", "50.00", "0.00"]
    items[-1] = (
        "new",
        "A",
        100,
        TODAY - timedelta(21),
        TODAY + timedelta(9),
    )  # the early day is over
    assert weeks_of(expected_receipts(book(items, ties), as_of=TODAY, weeks=3)[0]) == [
        "0.00", "100.00", "0.00",
    ]  # fmt: skip


def test_one_short_history_does_not_end_all_others() -> None:
    """An invoice at 90 days, paid 80 days early, was alone at risk then; others are spread as ever."""
    items, ties = history("A", [0] * 9)
    due = TODAY - timedelta(50)
    items += [("long", "A", 100, due - timedelta(90), due)]
    ties += [("long", 100, due - timedelta(80))]
    items += [("new", "A", 100, TODAY, TODAY + timedelta(3))]
    assert weeks_of(expected_receipts(book(items, ties), as_of=TODAY, weeks=1)[0]) == ["100.00"]


def test_punctual_customers_pay_when_it_falls_due() -> None:
    items, ties = history("A", [0] * 10)
    dues = [1, 7, 8, 20, 27, 29]
    items += [(f"n{d}", "A", d, TODAY, TODAY + timedelta(d)) for d in dues]
    found = expected_receipts(book(items, ties), as_of=TODAY, weeks=4)[0]
    assert weeks_of(found) == ["8.00", "8.00", "20.00", "27.00"]
    assert found.later == Money(29, "CNY")
    assert all(week.low == week.high == week.expected for week in found.weeks)


def test_what_is_older_than_all_that_was_paid_is_not_placed_in_a_week() -> None:
    items, ties = history("A", [0] * 10)
    items += [("old", "A", 500, TODAY - timedelta(300), TODAY - timedelta(270))]
    found = expected_receipts(book(items, ties), as_of=TODAY)[0]
    assert found.later == Money(500, "CNY") and set(weeks_of(found)) == {"0.00"}


# ----------------------------------------------------------------------------------- a naive reading


def naive_weeks(found: list[Claim], items: Any, as_of: date, weeks: int) -> list[Fraction]:
    """By week: what is expected, item by item, from the definition.

    Of each day past due (below zero before it) what was paid over what was at risk: what was invoiced by
    then and not yet paid, nor looked at for the last time.
    """
    parts = []  # from when on at risk, until when, what, whether it was paid
    for claim in found:
        entry = (claim.item.doc_date - claim.due).days
        parts += [(entry, (day - claim.due).days, minor, True) for day, minor in claim.payments]
        if claim.unpaid:
            parts.append((entry, (as_of - claim.due).days, claim.unpaid, False))
    stays = {}
    for on in {until for _, until, _, paid in parts if paid}:
        at_risk = sum(minor for entry, until, minor, _ in parts if entry <= on <= until)
        gone = sum(minor for _, until, minor, paid in parts if paid and until == on)
        stays[on] = 1 - Fraction(gone, at_risk)
    out = [Fraction(0)] * weeks
    for item in items:
        age = (as_of - item.due_date).days
        for week in range(weeks):
            first, last = age + 7 * week, age + 7 * (week + 1)
            before = prod((s for on, s in stays.items() if age < on <= first), start=Fraction(1))
            after = prod((s for on, s in stays.items() if age < on <= last), start=Fraction(1))
            out[week] += item.amount.minor * (before - after)
    return out


@given(records(("CNY", "USD")), READINGS, st.integers(1, 3))
def test_the_naive_reading_agrees(given_: Any, reading: dict[str, Any], least: int) -> None:
    ledger = columns_of(Ledger.of(*given_))
    found = expected_receipts(ledger, **HOW, **reading, weeks=6, least=least)
    every = claims(*given_, TODAY, **reading)
    for row, one in enumerate(found):
        account = found.accounts[row]
        stands = in_minor(position(ledger.account(account), **HOW, **reading))
        if stands["receivables"] is None:
            assert one.source == "not_known" and one.receivables is None and one.weeks == ()
            continue
        assert one.receivables is not None and one.receivables.minor == stands["receivables"]
        own = [claim for claim in every if claim.item.account == account]
        settled = sum(claim.settled is not None for claim in own)
        in_all = sum(claim.settled is not None for claim in every)
        source = "own" if settled >= least else "book" if in_all >= least else "none"
        assert one.source == source
        items = payable_items(ledger.account(account), **HOW, **{**reading, "ignore_below": 0})
        assert items is not None
        total = sum(item.amount.minor for item in items)
        if source == "none":
            beside: Any = stands["disputed"] if reading["ignore_disputed"] else 0
            beyond = max(0, stands["receivables"] - total - beside)  # sent back beyond all credits
            assert one.not_placed is not None and one.not_placed.minor == total + beyond
            continue
        exact = naive_weeks(own if source == "own" else every, items, TODAY, 6)
        for week, wanted in zip(one.weeks, exact, strict=True):
            assert abs(week.expected.minor - wanted) <= len(items) + 1e-6
            assert week.low.minor <= week.expected.minor <= week.high.minor


@given(records(("CNY", "USD", "JPY")), READINGS, st.integers(1, 3))
def test_parts_add_up(given_: Any, reading: dict[str, Any], least: int) -> None:
    ledger = columns_of(Ledger.of(*given_))
    found = expected_receipts(ledger, **HOW, **reading, weeks=5, least=least)
    for one in (*found, found.total):
        if one.receivables is None:
            continue
        assert one.later is not None and one.not_placed is not None
        assert one.disputed is not None and one.in_credit is not None
        weeks = sum((week.expected for week in one.weeks), Money(0, "CNY"))
        assert weeks + one.later + one.not_placed + one.disputed + one.in_credit == one.receivables
        assert one.in_credit.minor <= 0
        assert min(one.later.minor, one.not_placed.minor, one.disputed.minor, 0) == 0
        assert AccountReceipts.from_dict(json.loads(json.dumps(one.to_dict()))) == one
    back = ExpectedReceipts.from_dict(json.loads(json.dumps(found.to_dict())))
    assert back.same_as(found) and list(back) == list(found)
    assert back.total == found.total
    for row, account in enumerate(found.accounts):  # one equals many, by the same book
        alone = expected_receipts(
            ledger, **HOW, **reading, weeks=5, least=least, accounts=[account]
        )
        assert alone[0] == found[row]


@given(records(("CNY", "USD")), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(given_: Any, chance: Any) -> None:
    items, tied = given_
    first = expected_receipts(Ledger.of(items, tied), **HOW, least=1)
    chance.shuffle(items)
    chance.shuffle(tied)
    assert expected_receipts(columns_of(Ledger.of(items, tied)), **HOW, least=1).same_as(first)


# ---------------------------------------------------------------------------------------- the edges


def test_not_known_is_not_zero() -> None:
    ledger = Ledger.from_columns(
        {"account": ["A", "B", "C"], "currency": "CNY", "kind": ["invoice", "invoice", "receipt"],
         "amount": [100, None, -30], "doc_date": "2026-01-01"}
    )  # fmt: skip
    found = expected_receipts(ledger, as_of=TODAY, weeks=2)
    assert [one.source for one in found] == ["none", "not_known", "none"]
    assert found[1].later is None and found[2].in_credit == Money(-30, "CNY")
    assert "not known: 1" in str(found) and "未知：" not in found.explain("en")
    assert "预计回款" in found.explain("zh") and "更晚或收不回" in found.to_html("zh")
    assert "未知" in found[1].explain("zh")
    left = Ledger.from_columns(
        {"account": ["A"], "currency": "CNY", "kind": "invoice", "amount": [100],
         "open_amount": [50], "doc_date": [TODAY]}, open_as_of=TODAY
    )  # fmt: skip
    assert expected_receipts(left, as_of=TODAY)[0].not_placed == Money(50, "CNY")
    items, ties = history("A", [0] * 10)
    curve = paying_curve(book(items, ties), as_of=TODAY, since="due")
    assert expected_receipts(left, as_of=TODAY, curve=curve)[0].source == "book"
    assert len(expected_receipts(Ledger.of([]), as_of=TODAY)) == 0
    assert expected_receipts(Ledger.of([]), as_of=TODAY).total.receivables == Money(0, "CNY")


def test_an_account_beyond_64_bits_is_not_known_and_stops_no_other() -> None:
    most = LARGEST // 2
    ledger = Ledger.from_columns(
        {"account": ["A", "A", "A", "B"], "currency": "JPY", "kind": "invoice",
         "amount": [most, most, most, 5], "doc_date": "2026-01-01"}
    )  # fmt: skip
    found = expected_receipts(ledger, as_of=TODAY)
    assert [one.source for one in found] == ["not_known", "none"]
    assert found[1].not_placed == Money(5, "JPY")


def test_columns() -> None:
    items, ties = history("A", [0] * 10)
    items += [("new", "A", 100, TODAY, TODAY + timedelta(3))]
    found = expected_receipts(book(items, ties), as_of=TODAY, weeks=2)
    columns = found.to_columns()
    assert list(columns) == ["account", "source", "receivables", "2026-11-28", "2026-12-05", "later",
                             "not_placed", "disputed", "in_credit"]  # fmt: skip
    assert columns["2026-11-28"].tolist() == [100_00] and columns["source"].tolist() == ["own"]
    assert found.weeks[0] == (TODAY, date(2026, 11, 28))
    assert isinstance(found.expected, np.ndarray) and repr(found).startswith(
        "<ExpectedReceipts of 1"
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"weeks": 0}, "weeks must be a whole number above zero"),
        ({"weeks": 521}, "weeks must be 520 at most"),
        ({"least": 0}, "least must be a whole number"),
        ({"level": 0.9}, "level must be an exact share"),
        ({"level": "1"}, "level must be above 0 and below 1"),
        ({"level": "0"}, "level must be above 0 and below 1"),
        ({"accounts": ["A", "A"]}, "accounts must not repeat"),
        ({"curve": 5}, "curve must be of the type PayingCurve"),
        ({"curve": paying_curve(Ledger.of([]), as_of=TODAY)}, "curve must be by amount, since due"),
        ({"as_of": date(9999, 12, 30)}, "and end in the calendar"),
    ],
)
def test_what_cannot_be_asked_is_told(more: Any, message: str) -> None:
    with pytest.raises(InvalidFact, match=message):
        expected_receipts(Ledger.of([]), **{"as_of": TODAY, **more})


def test_what_does_not_add_up_is_refused() -> None:
    items, ties = history("A", [0] * 10)
    plain = expected_receipts(book(items, ties), as_of=TODAY, weeks=2).to_dict()
    with pytest.raises(InvalidFact, match="must be the sum of weeks"):
        ExpectedReceipts.from_dict({**plain, "later": ["5.00"]})
    with pytest.raises(InvalidFact, match="must be rows of 2 weeks"):
        ExpectedReceipts.from_dict({**plain, "deviation": [[0.0]]})
