"""Loss rates from a history: a printed derivation, a naive reading, and laws."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger, OpenItem
from creditkit.money import LARGEST, Money
from creditkit.receivables.ageing import ageing
from creditkit.receivables.allocation import allocate
from creditkit.receivables.buckets import CALENDAR_MONTHS, CHINESE_YEARS, STANDARD, Buckets
from creditkit.receivables.loss_history import LossHistory, SegmentHistory, loss_history
from creditkit.receivables.provision import allowances, provision
from tests.claims import broken_accounts, claims
from tests.ledgers import RATES, TODAY, columns_of, records

FOUR = Buckets.up_to(30, 60, 90)
HOW: dict[str, Any] = {"as_of": TODAY, "currency": "CNY", "rates": RATES}

SALES = Ledger.from_columns(
    {"id": ["A", "B", "C", "D", "E"], "account": "M", "currency": "CNY", "kind": "invoice",
     "amount": [50_000, 27_000, 15_000, 6_000, 2_000], "doc_date": ["2025-01-01"] * 5,
     "due_date": "2025-01-31"},
    {"target": ["A", "B", "C", "D"], "amount": [50_000, 27_000, 15_000, 6_000],
     "on": ["2025-01-31", "2025-02-20", "2025-03-20", "2025-04-20"]},
)  # fmt: skip
YEAR: dict[str, Any] = {"as_of": "2026-01-01", "since": "2025-01-01", "until": "2025-12-31"}


def yuan(*amounts: int) -> tuple[Money, ...]:
    return tuple(Money(amount, "CNY") for amount in amounts)


def minors(*money: Money) -> list[int]:
    """Money in yuan, in fen."""
    assert {one.currency for one in money} <= {"CNY"}
    return [one.minor for one in money]


def test_the_printed_derivation() -> None:
    """ifrscommunity.com, IFRS 9 Provision Matrix: 2 %, 4 %, 8.7 %, 25 %, 100 %; allowance 27,567."""
    history = loss_history(SALES, **YEAR, buckets=FOUR)
    (rates,) = history.segments
    assert rates.loss_rates == (
        Fraction(2, 100), Fraction(4, 100), Fraction(2, 23), Fraction(1, 4), Fraction(1),
    )  # fmt: skip
    assert [round(float(rate or 0), 3) for rate in rates.flow_rates] == [
        0.5,
        0.46,
        0.348,
        0.25,
        1.0,
    ]
    ages = [0, 1, 31, 61, 91]
    owed = Ledger.from_columns(
        {"account": "M", "currency": "CNY", "kind": ["invoice"] * 5,
         "amount": [300_000, 140_000, 60_000, 23_000, 5_000], "doc_date": "2025-06-01",
         "due_date": [date(2026, 1, 1) - timedelta(age) for age in ages]}
    )  # fmt: skip
    made = provision(ageing(owed, as_of="2026-01-01", buckets=FOUR), history.matrix())
    found = [row.allowance for row in made.rows]
    # 60,000 x 2/23 is 5,217.3913; the printed total is 27,567, in whole units
    assert found == [Money(text, "CNY") for text in ("6000", "5600", "5217.39", "5750", "5000")]
    assert made.total == Money("27567.39", "CNY")
    assert [one.code for one in made.assumptions] == [
        "assume.cohort", "assume.last_bucket", "assume.not_recovered",
    ]  # fmt: skip


def test_what_was_recovered_is_no_loss() -> None:
    history = loss_history(SALES, **YEAR, buckets=FOUR, recovered=Money(500, "CNY"))
    (rates,) = history.segments
    assert rates.lost == Money(1500, "CNY") and rates.loss_rates[0] == Fraction(15, 1000)
    assert rates.loss_rates[-1] == Fraction(3, 4)
    assert "assume.recovered" in [one.code for one in history.assumptions]
    more = loss_history(SALES, **YEAR, buckets=FOUR, recovered=Money(5000, "CNY"))
    assert more.segments[0].loss_rates == (0, 0, 0, 0, 0)


def test_where_nothing_went_on_nothing_was_lost() -> None:
    young = loss_history(SALES, **YEAR, buckets=Buckets.up_to(30, 60, 90, 400))
    assert young.segments[0].loss_rates == (None,) * 6  # 2,000 are still in the last but one
    good = Ledger.from_columns(
        {"id": ["A"], "account": "M", "currency": "CNY", "kind": "invoice", "amount": [5],
         "doc_date": ["2025-01-01"], "due_date": "2025-01-31"},
        {"target": ["A"], "amount": [5], "on": ["2025-01-31"]},
    )  # fmt: skip
    (rates,) = loss_history(good, **YEAR, buckets=FOUR).segments
    assert rates.loss_rates == (0, None, None, None, None)


def test_what_is_open_in_an_early_bucket_says_nothing_of_it() -> None:
    """At 25 February 23,000 are open, 25 days late: half went beyond the due date, no more is known."""
    history = loss_history(
        SALES, as_of="2025-02-25", since="2025-01-01", until="2025-01-31", buckets=FOUR
    )
    (rates,) = history.segments
    assert rates.open == yuan(0, 23_000, 0, 0, 0) and rates.paid == yuan(50_000, 27_000, 0, 0, 0)
    assert rates.flow_rates == (Fraction(1, 2), None, None, None, None)
    assert rates.loss_rates == (None,) * 5
    with pytest.raises(InvalidFact, match=r"segments\['\*'\] knows no loss of 'not due'"):
        history.matrix()
    given_ = dict.fromkeys(FOUR.names, "10%")
    assert history.matrix(otherwise=given_).segments[0].rates == (Fraction(1, 10),) * 5
    with pytest.raises(InvalidFact, match="is no bucket; did you mean 'not due'"):
        history.matrix(otherwise={"not-due": "1%"})


# ----------------------------------------------------------------------------------- a naive reading


@given(
    records(("CNY", "USD")),
    st.integers(1, 500),
    st.integers(0, 300),
    st.sampled_from([STANDARD, FOUR, CALENDAR_MONTHS, CHINESE_YEARS]),
)
def test_the_naive_reading_agrees(given_: Any, width: int, ago: int, buckets: Buckets) -> None:
    items, tied = given_
    until = TODAY - timedelta(ago)
    since = until - timedelta(width)
    segments = {"C-1": "export", "C-2": "home"}
    ledger = columns_of(Ledger.of(items, tied))
    history = loss_history(
        ledger, **HOW, since=since, until=until, buckets=buckets, segments=segments
    )
    assert history.left_out == len(broken_accounts(items, tied) & set(ledger.accounts))
    for one in history.segments:
        mine = [
            claim
            for claim in claims(items, tied, TODAY)
            if since <= claim.item.doc_date <= until
            and segments.get(claim.item.account, "*") == one.segment
        ]
        paid, open_ = [0] * len(buckets), [0] * len(buckets)
        for claim in mine:
            aged = claim.due if buckets.basis == "due" else claim.item.doc_date
            for day, minor in claim.payments:
                paid[buckets.index_of(day, aged)] += minor
            open_[buckets.index_of(TODAY, aged)] += claim.unpaid - claim.written_off
        assert minors(*one.paid) == paid and minors(*one.open) == open_
        assert minors(one.invoiced) == [sum(claim.amount for claim in mine)]
        assert minors(one.written_off) == [sum(claim.written_off for claim in mine)]
        for rate in (*one.flow_rates, *one.loss_rates):
            assert rate is None or 0 <= rate <= 1
        for bucket in range(len(buckets)):
            reached = gone_on = 0
            for claim in mine:
                aged = claim.due if buckets.basis == "due" else claim.item.doc_date
                if buckets.index_of(TODAY, aged) < min(bucket + 1, len(buckets) - 1):
                    continue  # too young to say
                before = [m for day, m in claim.payments if buckets.index_of(day, aged) < bucket]
                until_ = [m for day, m in claim.payments if buckets.index_of(day, aged) <= bucket]
                reached += claim.amount - sum(before)
                gone_on += claim.amount - sum(until_)
            assert minors(one.reached[bucket], one.gone_on[bucket]) == [reached, gone_on]
        if not any(minors(*one.open[:-1])):  # all is known: lost over reached
            for bucket, loss in enumerate(one.loss_rates):
                if loss is not None:
                    reached = one.reached[bucket].minor
                    assert loss == (Fraction(one.lost.minor, reached) if loss else 0)
    assert LossHistory.from_dict(json.loads(json.dumps(history.to_dict()))) == history


@given(records(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(given_: Any, chance: Any) -> None:
    items, tied = given_
    how = {**HOW, "since": TODAY - timedelta(400), "until": TODAY}
    first = loss_history(Ledger.of(items, tied), **how)
    chance.shuffle(items)
    chance.shuffle(tied)
    assert loss_history(columns_of(Ledger.of(items, tied)), **how) == first


# ---------------------------------------------------------------------------------------- the edges


def test_pages_and_bad_input() -> None:
    history = loss_history(SALES, **YEAR, buckets=FOUR, segments={"M": "export"})
    assert "Invoices of 2025-01-01 to 2025-12-31" in str(history)
    assert "迁徙率" in history.explain("zh") and "视为损失" in history.explain("zh")
    columns = history.to_columns()
    assert columns["segment"].tolist() == ["export"] * 5 and columns["loss_rate"][-1] == 1.0
    for more, message in (
        ({"until": "2024-12-31"}, "until must not be before 2025-01-01"),
        ({"until": "2026-01-02"}, "not after 2026-01-01"),
        ({"since": "NaT"}, "since must be a date"),
        ({"recovered": 5}, "recovered must be a mapping"),
        ({"recovered": Money(5, "USD")}, "must be Money in CNY"),
        ({"recovered": {"home": Money(5, "CNY")}}, "is no segment"),
        ({"segments": {"M": 5}}, "must be of the type str"),
        ({"buckets": 30}, "buckets must be of the type Buckets"),
    ):
        with pytest.raises(InvalidFact, match=message):
            loss_history(SALES, **{**YEAR, "buckets": FOUR, **more})
    left = Ledger.from_columns(
        {"account": ["A"], "currency": "CNY", "kind": "invoice", "amount": [100],
         "open_amount": [50], "doc_date": "2025-01-01"}, open_as_of="2026-01-01"
    )  # fmt: skip
    with pytest.raises(InvalidFact, match="remainders only: they are no history"):
        loss_history(left, **YEAR)
    two = Ledger.from_columns(
        {"account": ["A", "B"], "currency": "CNY", "kind": "invoice", "amount": [1, 2],
         "doc_date": "2025-01-02"}
    )  # fmt: skip
    with pytest.raises(InvalidFact, match="must be given by segment"):
        loss_history(two, **YEAR, segments={"A": "x"}, recovered=Money(1, "CNY"))
    with pytest.raises(InvalidFact, match="must be what was paid"):
        SegmentHistory.from_dict({**history.segments[0].to_dict(), "invoiced": "5.00 CNY"})
    empty = loss_history(Ledger.of([]), **YEAR)
    assert (
        empty.segments[0].invoiced == Money(0, "CNY")
        and empty.segments[0].loss_rates == (None,) * 6
    )


def test_the_whole_way_in_columns() -> None:
    """From a history to allowances by account; the parts add up."""
    history = loss_history(SALES, **YEAR, buckets=FOUR)
    aged = ageing(SALES, as_of="2025-04-01", buckets=FOUR)
    matrix = history.matrix(factor="1.2")
    assert allowances(aged, matrix).amounts("allowance").total() == provision(aged, matrix).total


def test_buckets_of_months_and_two_segments_by_hand() -> None:
    """Due on 31 January: paid on 5 February (this month), on 3 March (1 month), never."""
    ledger = Ledger.from_columns(
        {"id": ["A", "B", "C", "D"], "account": ["X", "X", "X", "Y"], "currency": "CNY",
         "kind": "invoice", "amount": [500, 300, 200, 100], "doc_date": ["2025-01-01"] * 4,
         "due_date": ["2025-02-03", "2025-02-03", "2025-02-03", "2025-02-03"]},
        {"target": ["A", "B", "D"], "amount": [500, 300, 100],
         "on": ["2025-02-20", "2025-03-03", "2025-02-03"]},
    )  # fmt: skip
    history = loss_history(ledger, **YEAR, buckets=CALENDAR_MONTHS, segments={"X": "export"})
    export, others = history.segments
    assert (export.segment, others.segment) == ("export", "*")
    assert export.paid == yuan(0, 500, 300, 0, 0, 0) and others.paid[0] == Money(100, "CNY")
    assert export.loss_rates[:3] == (Fraction(1, 5), Fraction(1, 5), Fraction(2, 5))
    assert "export" in str(history) and "全部" in history.explain("zh")
    matrix = history.matrix(otherwise=dict.fromkeys(CALENDAR_MONTHS.names, "50%"))
    assert matrix.of_segment("export").rates[2] == Fraction(2, 5)  # type: ignore[union-attr]
    assert matrix.of_segment("*").rates == (0, *[Fraction(1, 2)] * 5)  # type: ignore[union-attr]
    plain = history.to_dict()
    plain["buckets"] = {key: value for key, value in FOUR.to_dict().items() if key != "schema"}
    with pytest.raises(InvalidFact, match="must be of 5 buckets"):
        LossHistory.from_dict(plain)
    with pytest.raises(InvalidFact, match="must be of 6 buckets"):
        SegmentHistory.from_dict({**export.to_dict(), "reached": ["1.00 CNY"]})
    with pytest.raises(
        InvalidFact, match=r"must be in CNY, as what was invoiced \(got Money\('1.00', 'USD"
    ):
        SegmentHistory.from_dict({**export.to_dict(), "recovered": "1.00 USD"})
    with pytest.raises(InvalidFact, match=r"segments\['export'\].invoiced must be in USD"):
        LossHistory.from_dict({**history.to_dict(), "currency": "USD"})


def test_a_history_beyond_64_bits_is_refused() -> None:
    most = Money.from_minor(LARGEST, "CNY").amount
    ledger = Ledger.from_columns(
        {"id": ["A", "B"], "account": ["X", "Y"], "currency": "CNY", "kind": "invoice",
         "amount": [most, most], "doc_date": ["2025-01-01"] * 2, "due_date": "2025-02-03"}
    )  # fmt: skip
    with pytest.raises(
        InvalidFact, match=rf"must fit .* \(got {2 * LARGEST}\); ask for more segments"
    ):
        loss_history(ledger, **YEAR)
    apart = loss_history(ledger, **YEAR, segments={"X": "export"})
    assert [one.invoiced.minor for one in apart.segments] == [LARGEST, LARGEST]


def test_a_running_account_is_paid_oldest_first_and_says_so() -> None:
    """Paid in full on the day: nothing is lost, whether the house allocates or not."""
    days = [date(2024, 1, 1) + timedelta(30 * n) for n in range(24)]
    items = [
        OpenItem(id=f"{kind}{n}", account="C-1", currency="CNY", kind=kind, amount=amount, doc_date=on,
                 due_date=on + timedelta(30))
        for n, day in enumerate(days)
        for kind, amount, on in (("invoice", "1000", day), ("receipt", "-1000", day + timedelta(30)))
    ]  # fmt: skip
    how: dict[str, Any] = {"as_of": "2026-06-30", "since": "2024-01-01", "until": "2024-12-31"}
    ledger = Ledger.of(items)
    free = loss_history(ledger, **how)
    assert "assume.oldest_first" in [one.code for one in free.assumptions]
    assert "due longest" in str(free) and "最早到期" in free.explain("zh")
    paid = loss_history(allocate(ledger, as_of="2026-06-30").ledger, **how)
    assert "assume.oldest_first" not in [one.code for one in paid.assumptions]
    assert free.segments == paid.segments and {*free.segments[0].loss_rates} <= {0, None}
