"""The paying curve: a printed table, scipy as an independent oracle, a naive reading, and laws."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger
from creditkit.money import LARGEST
from creditkit.receivables.curves import (
    PayingCurve,
    PayingCurves,
    kaplan_meier,
    paying_curve,
    paying_curves,
)
from tests.claims import Claim, broken_accounts, claims
from tests.ledgers import RATES, TODAY, columns_of, records, smalls

HOW: dict[str, Any] = {"as_of": TODAY, "currency": "CNY", "rates": RATES}
READINGS = st.fixed_dictionaries(
    {
        "ignore_below": smalls(0, 0, 50, 300),
        "ignore_disputed": st.booleans(),
        "effective": st.sampled_from(["documents", "matched"]),
    }
)
SINCE = st.sampled_from(["invoice", "due"])
BY = st.sampled_from(["amount", "count"])

# -------------------------------------------------------------------------------------- from print

# Freireich et al. (1963), remission of leukaemia in weeks under 6-mercaptopurine; the table of
# Kaplan-Meier and of Greenwood's errors as in Kleinbaum and Klein, Survival Analysis, chapter 2
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSE = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PRINTED = [
    (6, 21, 3, ".8571", ".0764"),
    (7, 17, 1, ".8067", ".0869"),
    (10, 15, 1, ".7529", ".0963"),
    (13, 12, 1, ".6902", ".1068"),
    (16, 11, 1, ".6275", ".1141"),
    (22, 7, 1, ".5378", ".1282"),
    (23, 6, 1, ".4482", ".1346"),
]


def test_the_table_of_the_textbook() -> None:
    found = kaplan_meier(WEEKS, np.array(RELAPSE, dtype=bool))
    rows = zip(found.days, found.at_risk, found.paid, 1 - found.share, found.error, strict=True)
    assert [
        (int(day), int(risk), int(gone), f"{left:.4f}"[1:], f"{error:.4f}"[1:])
        for day, risk, gone, left, error in rows
    ] == PRINTED


def test_a_ledger_of_these_patients() -> None:
    """The same table out of invoices: each of the 21 is one of 1.00, paid after so many days."""
    start = TODAY - timedelta(35)
    weeks = [week for week, gone in zip(WEEKS, RELAPSE, strict=True) if gone]
    open_ = [week for week, gone in zip(WEEKS, RELAPSE, strict=True) if not gone]
    # who was last seen in a week was invoiced so long ago, who relapsed long before
    docs = [start] * len(weeks) + [TODAY - timedelta(week) for week in open_]
    ledger = Ledger.from_columns(
        {"account": "C-1", "currency": "CNY", "kind": ["invoice"] * 21, "amount": [1] * 21,
         "id": [f"I-{n}" for n in range(21)], "doc_date": docs},
        {"target": [f"I-{n}" for n in range(len(weeks))], "amount": [1] * len(weeks),
         "on": [start + timedelta(week) for week in weeks]},
    )  # fmt: skip
    for by in ("count", "amount"):
        curve = paying_curve(ledger, as_of=TODAY, by=by)  # type: ignore[arg-type]
        unit = 1 if by == "count" else 100
        assert list(curve.days) == [row[0] for row in PRINTED]
        assert [risk // unit for risk in curve.at_risk] == [row[1] for row in PRINTED]
        assert [f"{1 - share:.4f}"[1:] for share in curve.share] == [row[3] for row in PRINTED]
        assert [f"{error:.4f}"[1:] for error in curve.error] == [row[4] for row in PRINTED]
        assert (curve.items, curve.open_items, curve.last) == (21, 12, 35)
        assert curve.median == 23 and curve.day_of(0.6) is None


# ------------------------------------------------------------------------------- the oracle of scipy

TIMES = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=40)


@given(TIMES)
def test_as_scipy_has_it(times: list[tuple[int, bool]]) -> None:
    stats = pytest.importorskip("scipy.stats")
    if not hasattr(stats, "CensoredData"):
        pytest.skip("an older scipy")
    days = np.array([day for day, _ in times], dtype=np.float64)
    paid = np.array([gone for _, gone in times])
    data = stats.CensoredData(uncensored=days[paid], right=days[~paid])
    theirs = stats.ecdf(data).sf
    found = kaplan_meier(days.astype(np.int64), paid)
    at = np.searchsorted(theirs.quantiles, found.days)
    assert 1 - found.share == pytest.approx(theirs.probabilities[at], rel=1e-12, abs=1e-12)
    if not paid.all():  # scipy gives Greenwood's errors; nan where nothing is left, as ours
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bounds = theirs.confidence_interval(confidence_level=0.6826894921370859)
        upper = bounds.high.probabilities[at]
        kept = ~np.isnan(found.error) & (upper < 1)
        assert (1 - found.share + found.error)[kept] == pytest.approx(upper[kept], rel=1e-6)


# ----------------------------------------------------------------------------------- a naive reading


def naive_curve(
    given_: Sequence[Claim], as_of: date, since: str, by: str
) -> list[tuple[int, int, int, Fraction]]:
    """Day, at risk, paid, and the exact share; from the definition."""
    paid, seen = Counter[int](), list[tuple[int, int]]()
    for claim in given_:
        start = claim.item.doc_date if since == "invoice" else claim.due
        if start > as_of:
            continue
        age = (as_of - start).days
        if by == "count":
            time = age if claim.settled is None else max((claim.settled - start).days, 0)
            seen.append((time, 1))
            paid[time] += claim.settled is not None
            continue
        for day, minor in claim.payments:
            time = max((day - start).days, 0)
            seen.append((time, minor))
            paid[time] += minor
        seen.append((age, claim.unpaid))
    unpaid, out = Fraction(1), []
    for day in sorted(day for day, minor in paid.items() if minor):
        at_risk = sum(minor for time, minor in seen if time >= day)
        unpaid *= 1 - Fraction(paid[day], at_risk)
        out.append((day, at_risk, paid[day], 1 - unpaid))
    return out


@given(records(("CNY", "USD", "JPY")), READINGS, SINCE, BY)
def test_the_naive_reading_agrees(
    given_: Any, reading: dict[str, Any], since: Any, by: Any
) -> None:
    items, tied = given_
    ledger = Ledger.of(items, tied)
    naive = claims(items, tied, TODAY, **reading)
    for book in (ledger, columns_of(ledger)):
        curve = paying_curve(book, **HOW, **reading, since=since, by=by)
        found = list(zip(curve.days, curve.at_risk, curve.paid, strict=True))
        wanted = naive_curve(naive, TODAY, since, by)
        assert found == [row[:3] for row in wanted]
        assert curve.share == pytest.approx([float(row[3]) for row in wanted], abs=1e-12)
        assert curve.known == (not broken_accounts(items, tied, **reading))
        starts = [c.item.doc_date if since == "invoice" else c.due for c in naive]
        counted = [c for c, start in zip(naive, starts, strict=True) if start <= TODAY]
        assert curve.items == len(counted)
        assert curve.open_items == sum(claim.settled is None for claim in counted)
        shares = [0.0, *curve.share]
        assert shares == sorted(shares) and max(shares) <= 1.0


@given(records(("CNY", "USD")), READINGS, SINCE, BY)
def test_one_equals_many(given_: Any, reading: dict[str, Any], since: Any, by: Any) -> None:
    ledger = columns_of(Ledger.of(*given_))
    curves = paying_curves(ledger, **HOW, **reading, since=since, by=by)
    assert list(curves.accounts) == sorted(ledger.accounts)
    for place, account in enumerate(curves.accounts):
        one = paying_curve(ledger.account(account), **HOW, **reading, since=since, by=by)
        assert curves[place] == one == curves.of(account)
        assert PayingCurve.from_dict(json.loads(json.dumps(one.to_dict()))) == one
    asked = list(curves.accounts)[::-1]
    turned = paying_curves(ledger, **HOW, **reading, accounts=asked, since=since, by=by)
    assert list(turned) == list(curves)[::-1]
    back = PayingCurves.from_dict(json.loads(json.dumps(curves.to_dict())))
    assert back.same_as(curves) and list(back) == list(curves)


@given(records(("CNY", "USD")), SINCE, BY, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(given_: Any, since: Any, by: Any, chance: Any) -> None:
    items, tied = given_
    first = paying_curve(Ledger.of(items, tied), **HOW, since=since, by=by)
    chance.shuffle(items)
    chance.shuffle(tied)
    assert paying_curve(columns_of(Ledger.of(items, tied)), **HOW, since=since, by=by) == first


@given(records(wild=False), SINCE, BY, st.integers(0, 400))
def test_a_date_of_the_longer_ledger_is_the_truncated_one(
    given_: Any, since: Any, by: Any, ago: int
) -> None:
    items, tied = given_
    then = TODAY - timedelta(ago)
    how = {**HOW, "as_of": then}
    known = [item for item in items if item.doc_date <= then]
    names = {item.id for item in known}
    ties = [tie for tie in tied if {tie.target, tie.source} <= names]
    if Ledger.of(items, tied).unread:
        return  # a row of later that cannot be read leaves the account not known at every date
    if any(tie.source in names and tie.undone_on for tie in tied if tie.target not in names):
        return  # that a payment came back is told by what it paid, and is cut off with that
    longer = paying_curve(Ledger.of(items, tied), **how, since=since, by=by)
    short = paying_curve(Ledger.of(known, ties), **how, since=since, by=by)
    assert longer.share == short.share and longer.at_risk == short.at_risk


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 10**6)), min_size=1, max_size=20))
def test_without_open_items_it_is_the_share_that_was_paid(paid: list[tuple[int, int]]) -> None:
    days, weights = [day for day, _ in paid], [minor for _, minor in paid]
    found = kaplan_meier(days, np.ones(len(days), dtype=bool), weights=weights)
    for day, share in zip(found.days, found.share, strict=True):
        by_then = sum(minor for on, minor in paid if on <= day)
        assert share == pytest.approx(by_then / sum(weights), rel=1e-12)
    assert found.share[-1] == 1.0 and np.isnan(found.error[-1])


@given(st.integers(1, 5), st.integers(1, 200))
def test_part_payments_of_one_invoice_are_one_invoice(parts: int, day: int) -> None:
    """Paid in parts on one day, an invoice counts as it does paid at once; nothing is surer for it."""
    items = {"account": "C-1", "currency": "CNY", "kind": ["invoice"] * 2, "amount": [600, 600],
             "id": ["A", "B"], "doc_date": [TODAY - timedelta(200)] * 2}  # fmt: skip
    on = TODAY - timedelta(200 - day)
    once = Ledger.from_columns(items, {"target": ["A"], "amount": [600], "on": [on]})
    ties = {"target": ["A"] * parts, "on": [on] * parts,
            "amount": [600 - 10 * (parts - 1), *[10] * (parts - 1)]}  # fmt: skip
    split = Ledger.from_columns(items, ties)
    assert paying_curve(once, as_of=TODAY) == paying_curve(split, as_of=TODAY)
    error = paying_curve(once, as_of=TODAY).error[0]
    assert error == pytest.approx((0.25 / 2) ** 0.5)  # of two invoices one: sqrt(p q / n)


# ---------------------------------------------------------------------------------------- the edges


def test_what_was_written_off_or_credited_was_not_paid() -> None:
    ledger = Ledger.from_columns(
        {"id": ["A", "B", "N"], "account": "C-1", "currency": "CNY", "amount": [100, 100, -40],
         "kind": ["invoice", "invoice", "credit_note"],
         "doc_date": ["2026-01-01", "2026-01-01", "2026-02-01"]},
        {"source": ["N", None], "target": ["A", "A"], "amount": [40, 60],
         "on": [None, "2026-01-31"]},
    )  # fmt: skip
    curve = paying_curve(ledger, as_of=TODAY)
    assert (curve.days, curve.at_risk, curve.paid) == ((30,), (160_00,), (60_00,))
    assert paying_curve(ledger, as_of=TODAY, by="count").share == (0.5,)


def test_not_known_is_not_zero() -> None:
    unread = Ledger.from_columns(
        {"account": ["A", "B"], "currency": "CNY", "kind": "invoice", "amount": [100, None],
         "doc_date": "2026-01-01"}
    )  # fmt: skip
    curves = paying_curves(unread, as_of=TODAY)
    assert [curve.known for curve in curves] == [True, False]
    assert not paying_curve(unread, as_of=TODAY).known
    left = Ledger.from_columns(
        {"account": ["A"], "currency": "CNY", "kind": "invoice", "amount": [100],
         "open_amount": [50], "doc_date": "2026-01-01"}, open_as_of=TODAY
    )  # fmt: skip
    curve = paying_curve(left, as_of=TODAY)
    assert not curve.known and curve.items == 0 and curve.median is None and curve.last is None
    assert curve.share_by(0) is None
    empty = paying_curve(Ledger.of([]), as_of=TODAY)
    assert empty.known and empty.items == 0 and "未知" in empty.explain("zh")


def test_beyond_what_was_seen_nothing_is_known() -> None:
    ledger = Ledger.from_columns(
        {"id": ["A", "B"], "account": "C-1", "currency": "CNY", "kind": "invoice",
         "amount": [100, 100], "doc_date": ["2026-01-01", "2026-11-01"]},
        {"target": ["A"], "amount": [100], "on": ["2026-01-21"]},
    )  # fmt: skip
    curve = paying_curve(ledger, as_of=TODAY)
    assert curve.share_by(19) == 0.0 and curve.share_by(20) == 0.5
    assert curve.last == 20 and curve.share_by(21) is None
    paid = paying_curve(ledger.account("C-1"), as_of="2026-02-01")
    assert paid.share_by(10_000) == 1.0 and paid.error == (None,)


def test_amounts_beyond_64_bits_are_added_exactly() -> None:
    most = LARGEST // 2
    ledger = Ledger.from_columns(
        {"id": ["A", "B", "C"], "account": "C-1", "currency": "JPY", "kind": "invoice",
         "amount": [most, most, most], "doc_date": "2026-01-01"},
        {"target": ["A"], "amount": [most], "on": ["2026-01-31"]},
    )  # fmt: skip
    curve = paying_curve(ledger, as_of=TODAY)
    assert curve.at_risk == (3 * most,) and curve.share[0] == pytest.approx(1 / 3)
    assert curve.error[0] == pytest.approx((2 / 9 / 3) ** 0.5)
    curves = paying_curves(ledger, as_of=TODAY)
    assert curves[0] == curve
    assert list(PayingCurves.from_dict(curves.to_dict())) == [curve]


def test_pages_and_columns() -> None:
    items = {"id": [f"I-{n}" for n in range(30)], "account": "C-1", "currency": "CNY",
             "kind": "invoice", "amount": [100] * 30, "doc_date": "2026-01-01"}  # fmt: skip
    days = [date(2026, 1, 2) + timedelta(n) for n in range(30)]
    ledger = Ledger.from_columns(items, {"target": items["id"], "amount": [100] * 30, "on": days})
    curve = paying_curve(ledger, as_of=TODAY)
    assert str(curve).startswith("How C-1 pays, at 2026-11-21, by amount: 30 invoices, 0 not")
    assert "and 10 more rows" in str(curve) and "median days: 15" in str(curve)
    assert "假设" in curve.explain("zh")
    curves = paying_curves(ledger, as_of=TODAY)
    columns = curves.to_columns()
    assert columns["account"].tolist() == ["C-1"] * 30
    assert columns["day"].tolist() == list(range(1, 31))
    assert "C-1" in curves.to_html("zh") and repr(curves).startswith("<PayingCurves of 1 accounts")
    with pytest.raises(InvalidFact, match="did you mean 'C-1'"):
        curves.of("C-2")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kaplan_meier([1.5], np.array([True])), "days must hold whole numbers"),
        (lambda: kaplan_meier([1], [1]), "paid must be 1 flags"),
        (lambda: kaplan_meier([1, 2], np.array([True])), "paid must be 2 flags"),
        (lambda: kaplan_meier([-1], np.array([True])), "days must not be below zero"),
        (lambda: kaplan_meier([1], np.array([True]), weights=[0]), "weights must be 1 whole"),
        (lambda: paying_curve(Ledger.of([]), as_of=TODAY, since="order"), "since must be"),  # type: ignore[arg-type]
        (lambda: paying_curve(Ledger.of([]), as_of=TODAY, by="items"), "by must be"),  # type: ignore[arg-type]
        (
            lambda: paying_curves(Ledger.of([]), as_of=TODAY, accounts=["a", "a"]),
            "accounts must not repeat",
        ),
        (lambda: paying_curve(Ledger.of([]), as_of="2020021099"), "as_of must be a date"),
    ],
)
def test_what_cannot_be_asked_is_told(call: Any, message: str) -> None:
    with pytest.raises(InvalidFact, match=message):
        call()
