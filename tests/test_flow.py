"""Rolls of ageing item by item, and roll rates: by hand, against ageing, and laws."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger, OpenItem
from creditkit.money import LARGEST, Money
from creditkit.receivables.ageing import ageing
from creditkit.receivables.buckets import CALENDAR_MONTHS, CHINESE_YEARS, STANDARD, Buckets
from creditkit.receivables.flow import RollRates, loss_factors, roll_rates
from creditkit.receivables.open_items import open_amounts
from creditkit.receivables.rolls import AgeingRoll, RolledItem, ageing_roll
from tests.ledgers import RATES, TODAY, columns_of, records

HOW: dict[str, Any] = {"as_of": TODAY, "currency": "CNY", "rates": RATES}
BUCKETS = st.sampled_from([STANDARD, CALENDAR_MONTHS, CHINESE_YEARS, Buckets.up_to(30)])
EFFECTIVE = st.sampled_from(["documents", "matched"])
READINGS = st.fixed_dictionaries(
    {"effective": EFFECTIVE, "exists_by": st.sampled_from(["document", "document", "posting"])}
)

# --------------------------------------------------------------------------------- rolls, against ageing


def sent_back_beyond_credits(
    items: list[OpenItem], ledger: Ledger, reading: dict[str, Any]
) -> bool:
    """Whether an account has refunds or recoveries open that exceed what is open of its credits."""
    minor = open_amounts(ledger, **reading)
    free: dict[str, Fraction] = {}
    for row, item in enumerate(items):
        if minor.known[row] and (
            item.kind.value in ("refund", "recovery") or minor.values[row] < 0
        ):
            rate = RATES.ratio(item.currency, "CNY")
            here = free.setdefault(item.account, Fraction(0))
            free[item.account] = here + int(minor.values[row]) * (rate or 1)
    return any(sum_ > -1 for sum_ in free.values() if sum_)  # each is rounded by itself


def minors(sums: tuple[Money, ...]) -> tuple[int, ...]:
    """Sums of money in yuan, in fen."""
    assert {one.currency for one in sums} == {"CNY"}
    return tuple(one.minor for one in sums)


@given(records(("CNY", "USD", "JPY")), st.integers(1, 400), BUCKETS, READINGS)
def test_a_roll_leads_from_one_ageing_to_the_other(
    given_: Any, ago: int, buckets: Buckets, reading: Any
) -> None:
    """But for what was sent back beyond all credits: ageing shows only that, and a roll the whole item."""
    ledger = columns_of(Ledger.of(*given_))
    since = TODAY - timedelta(ago)
    how = {**HOW, **reading}
    roll = ageing_roll(ledger, **how, earlier=since, buckets=buckets)
    first = ageing(ledger, **{**how, "as_of": since}, buckets=buckets)
    second = ageing(ledger, **how, buckets=buckets)
    assert list(roll.left_out) == [
        n for n, k in zip(second.accounts, second.known, strict=True) if not k
    ]
    if not roll.left_out:
        for found, aged, day in ((roll.opening, first, since), (roll.closing, second, TODAY)):
            if not sent_back_beyond_credits(given_[0], ledger, {**reading, "as_of": day}):
                assert minors(found) == aged.totals[: len(buckets)]
        assert roll.totals()["before"].minor == first.totals[-1]
        assert roll.totals()["after"].minor == second.totals[-1]
    sums = roll.totals()
    assert sums["before"] + sums["new"] + sums["applied"] == (
        sums["after"] + sums["credited"] + sums["written_off"] + sums["paid"]
    )
    for bucket in range(len(buckets)):
        assert roll.opening[bucket] == sum(roll.moved[bucket], roll.settled[bucket])
        into = [row[bucket] for row in roll.moved]
        assert roll.closing[bucket] == sum(into, roll.came[bucket])
        assert roll.settled[bucket].minor >= 0 and roll.came[bucket].minor >= 0
    assert len(roll) == len(
        {(item.kind, item.id) for item in roll}
    )  # each adds up, or it could not be made
    back = AgeingRoll.from_dict(json.loads(json.dumps(roll.to_dict())))
    assert back.same_as(roll) and list(back) == list(roll)


@given(records(("CNY", "USD")), st.integers(1, 400))
def test_one_equals_many(given_: Any, ago: int) -> None:
    ledger = columns_of(Ledger.of(*given_))
    how = {**HOW, "earlier": TODAY - timedelta(ago)}
    items = list(ageing_roll(ledger, **how))
    for account in ledger.accounts:
        own = ageing_roll(ledger.account(account), **how)
        assert list(own) == [item for item in items if item.account == account]


@given(records(("CNY", "USD")), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(given_: Any, chance: Any) -> None:
    items, tied = given_
    how = {**HOW, "earlier": TODAY - timedelta(60)}
    first = ageing_roll(Ledger.of(items, tied), **how)
    rates = roll_rates(Ledger.of(items, tied), **HOW, months=3)
    chance.shuffle(items)
    chance.shuffle(tied)
    second = ageing_roll(columns_of(Ledger.of(items, tied)), **how)
    assert sorted(map(str, second)) == sorted(map(str, first)) and first.moved == second.moved
    assert roll_rates(Ledger.of(items, tied), **HOW, months=3) == rates


def test_a_bounced_payment_is_as_if_it_never_came() -> None:
    items: dict[str, Any] = {
        "id": ["A", "R"], "account": "C-1", "currency": "CNY", "kind": ["invoice", "receipt"],
        "amount": [100, -100], "doc_date": ["2026-08-01", "2026-09-05"],
        "due_date": ["2026-08-31", None],
    }  # fmt: skip
    tie = {"source": ["R"], "target": ["A"], "amount": [100]}
    bounced = Ledger.from_columns(items, {**tie, "undone_on": ["2026-10-10"]})
    roll = ageing_roll(bounced, as_of=TODAY, earlier="2026-09-30")
    assert [item.paid for item in roll] == [Money(-100, "CNY")]
    assert roll.came[3] == Money(100, "CNY") and roll.opening == (Money(0, "CNY"),) * 6
    assert roll.totals()["applied"] == Money(0, "CNY")
    never = Ledger.from_columns(
        {name: one if isinstance(one, str) else one[:1] for name, one in items.items()}
    )
    unpaid = ageing_roll(never, as_of=TODAY, earlier="2026-09-30")
    assert (unpaid.closing, unpaid.totals()["after"]) == (roll.closing, roll.totals()["after"])


def test_rolls_say_what_is_left_out_and_refuse_what_they_cannot_know() -> None:
    unread = Ledger.from_columns(
        {"account": ["A", "B"], "currency": ["CNY", "USD"], "kind": "invoice", "amount": [100, 5],
         "doc_date": "2026-01-01"}
    )  # fmt: skip
    roll = ageing_roll(unread, as_of=TODAY, earlier="2026-10-01", currency="CNY")
    assert roll.left_out == ("B",) and len(roll) == 1 and "in no sum: B." in str(roll)
    assert "账龄滚动表" in roll.explain("zh") and "<table" in roll.to_html("zh")
    assert roll.to_columns()["id"].tolist() == ["0"]
    left = Ledger.from_columns(
        {"account": ["A"], "currency": "CNY", "kind": "invoice", "amount": [100],
         "open_amount": [50], "doc_date": "2026-01-01"}, open_as_of=TODAY
    )  # fmt: skip
    with pytest.raises(
        InvalidFact, match="must be 2026-11-21, the date of the ledger's remainders"
    ):
        ageing_roll(left, as_of=TODAY, earlier="2026-10-01")
    for wrong, message in (
        (TODAY, "earlier must be before"),
        ("2026-W40", "earlier must be a date"),
    ):
        with pytest.raises(InvalidFact, match=message):
            ageing_roll(unread, as_of=TODAY, earlier=wrong, currency="CNY")
    item = next(iter(roll)).to_dict()
    with pytest.raises(InvalidFact, match="must be before"):
        RolledItem.from_dict({**item, "after": "7.00 CNY"})


def test_large_amounts_move_exactly() -> None:
    most = LARGEST // 2
    ledger = Ledger.from_columns(
        {"id": ["A", "B", "C"], "account": "C-1", "currency": "JPY", "kind": "invoice",
         "amount": [most] * 3, "doc_date": "2026-01-01", "due_date": "2026-09-30"},
        {"target": ["A"], "amount": [most], "on": ["2026-11-05"]},
    )  # fmt: skip
    roll = ageing_roll(ledger, as_of=TODAY, earlier="2026-10-21")
    assert roll.settled[1] == Money(most, "JPY") and roll.moved[1][2] == Money(2 * most, "JPY")
    assert roll.closing[2] == Money(2 * most, "JPY")
    beyond = rf"must fit into the 64 bits of Money \(got {3 * most}\); add up to_columns\(\)"
    with pytest.raises(InvalidFact, match=rf"^ageing_roll\.opening {beyond}"):
        assert roll.opening
    with pytest.raises(InvalidFact, match=rf"^ageing_roll\.totals {beyond}"):
        roll.totals()
    row = next(line for line in str(roll).splitlines() if line.startswith("1-30"))
    assert row.split()[1:] == [f"{n:,}" for n in (3 * most, 0, 0, 2 * most, 0, 0, 0, most)]
    assert sum(roll.to_columns()["before"].tolist()) == 3 * most


# ----------------------------------------------------------------------------------------- roll rates


def book(*rows: tuple[int, str, str, str | None]) -> Ledger:
    """Invoices: amount, document date, due date, the day on which it is paid."""
    done = [(str(n), row) for n, row in enumerate(rows) if row[3]]
    return Ledger.from_columns(
        {"id": [str(n) for n in range(len(rows))], "account": "C-1", "currency": "CNY",
         "kind": "invoice", "amount": [row[0] for row in rows], "doc_date": [row[1] for row in rows],
         "due_date": [row[2] for row in rows]},
        {"target": [name for name, _ in done], "amount": [row[0] for _, row in done],
         "on": [row[3] for _, row in done]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "stays", "due", "bucket", "rate"),
    [
        # the printed examples: 1,000,000 current, 50,000 in 1-30 a month later; and 20 % of 1-30
        (1_000_000, 50_000, "2026-10-10", 0, Fraction(1, 20)),
        (1_000_000, 200_000, "2026-09-10", 1, Fraction(1, 5)),
    ],
)
def test_rates_as_printed(amount: int, stays: int, due: str, bucket: int, rate: Fraction) -> None:
    ledger = book(
        (amount - stays, "2026-07-01", due, "2026-10-05"), (stays, "2026-07-01", due, None)
    )
    found = roll_rates(ledger, as_of="2026-10-31", months=1)
    assert found.rates[bucket] == rate and found.balance_rates[bucket] == rate
    assert found.by_month(0) == found.balance_rates
    assert found.settled[bucket] == 100 * (amount - stays)
    counts = roll_rates(ledger, as_of="2026-10-31", months=1, by="count")
    assert counts.rates[bucket] == Fraction(1, 2) and counts.balances[0][bucket] == 2


def test_by_hand_over_three_months() -> None:
    """Two invoices a month at 30 days; the first is paid on the day, of the second every other never.

    Ends of July, August, September, October: in 1-30 stand 0, 100, 100, 0.
    """
    ledger = book(
        (100, "2026-06-30", "2026-07-30", "2026-07-30"),
        (100, "2026-07-15", "2026-08-14", None),
        (100, "2026-08-15", "2026-09-14", "2026-10-09"),
        (100, "2026-09-15", "2026-10-15", "2026-10-15"),
    )
    found = roll_rates(ledger, as_of="2026-10-31", months=3)
    assert found.ends == tuple(date(2026, m, d) for m, d in ((7, 31), (8, 31), (9, 30), (10, 31)))
    assert [row[:4] for row in found.balances] == [
        (10_000, 0, 0, 0), (10_000, 10_000, 0, 0), (10_000, 10_000, 10_000, 0), (0, 0, 0, 10_000),
    ]  # fmt: skip
    # current: July's and August's late, September's paid; of the two late ones one was paid
    assert found.rates[:3] == (Fraction(2, 3), Fraction(1, 2), Fraction(1))
    assert found.balance_rates[:3] == (Fraction(2, 3), Fraction(1, 2), Fraction(1))
    assert found.rates[4:] == (None, None)
    assert "Roll rates from 2026-07-31 to 2026-10-31, by amount" in str(found)
    assert "迁徙率" in found.explain("zh") and "3 个月" in found.explain("zh")


@given(records(("CNY", "USD")), st.integers(1, 4), BUCKETS, st.sampled_from(["amount", "count"]))
def test_rates_are_made_of_rolls(given_: Any, months: int, buckets: Buckets, by: Any) -> None:
    ledger = columns_of(Ledger.of(*given_))
    found = roll_rates(ledger, **HOW, months=months, buckets=buckets, by=by)
    assert RollRates.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    for rate in (*found.rates, *(one for row in found.shares for one in row)):
        assert rate is None or 0 <= rate <= 1
    if by == "count":
        return
    moved = np.zeros((len(buckets), len(buckets)), dtype=np.int64)
    for before, after in zip(found.ends, found.ends[1:], strict=False):
        roll = ageing_roll(ledger, **{**HOW, "as_of": after}, earlier=before, buckets=buckets)
        if len(roll.left_out) != found.left_out:
            return  # an item of tomorrow without a rate
        moved += np.array([minors(row) for row in roll.moved])
        assert minors(roll.opening) == found.balances[found.ends.index(before)]
    assert moved.tolist() == [list(row) for row in found.moved]


def test_loss_factors_by_hand() -> None:
    """Rolls of 5, 20, 50, 80 %: reserves of 4,000 + 4,000 + 4,000 + 3,200 = 15,200."""
    factors = loss_factors(["0.05", "0.2", "0.5", "0.8"])
    balances = (1_000_000, 50_000, 10_000, 4_000)
    assert [b * f for b, f in zip(balances, factors, strict=True)] == [4000, 4000, 4000, 3200]


def test_rates_that_cannot_be_asked_are_told() -> None:
    ledger = book((100, "2026-06-30", "2026-07-30", None))
    for more, message in (
        ({"months": 0}, "months must be a whole number above zero"),
        ({"months": 1.5}, "months must be a whole number"),
        ({"by": "items"}, "by must be 'amount' or 'count'"),
        ({"basis": "order"}, "basis must be one of"),
        ({"buckets": [30, 60]}, "buckets must be of the type Buckets"),
    ):
        with pytest.raises(InvalidFact, match=message):
            roll_rates(ledger, as_of=TODAY, **more)  # type: ignore[arg-type]
    with pytest.raises(InvalidFact, match="must be from 0 to 11"):
        roll_rates(ledger, as_of=TODAY).by_month(12)
    for wrong in ([], 5, "5%", [0.5], ["101%"]):
        with pytest.raises(InvalidFact, match="rates"):
            loss_factors(wrong)  # type: ignore[arg-type]
    empty = roll_rates(Ledger.of([]), as_of=TODAY)
    assert empty.rates == (None,) * 6 and empty.balances == ((0,) * 6,) * 13
