"""The change of DSO by volume, mix, terms and delinquency: by hand, and laws."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger
from creditkit.receivables.dso_change import DsoChange, dso_change
from creditkit.receivables.turnovers import turnover_of
from tests.ledgers import RATES, TODAY, columns_of, records

HOW: dict[str, Any] = {"as_of": TODAY, "currency": "CNY", "rates": RATES}
PARTS = ("volume", "mix", "terms", "delinquency")
APRIL, JUNE = date(2026, 4, 30), date(2026, 6, 30)
MONTH: dict[str, Any] = {"earlier": APRIL, "as_of": JUNE, "period": 1, "history_from": "2026-01-01"}


def book(*rows: tuple[str, int, str, int]) -> Ledger:
    """Open invoices: account, amount, date and days of terms."""
    dates = [date.fromisoformat(row[2]) for row in rows]
    return Ledger.from_columns(
        {"account": [row[0] for row in rows], "currency": "CNY", "kind": "invoice",
         "amount": [row[1] for row in rows], "doc_date": dates,
         "due_date": [day + timedelta(row[3]) for day, row in zip(dates, rows, strict=True)]}
    )  # fmt: skip


def paid(ledger: Ledger, rows: Sequence[int], on: str) -> Ledger:
    """The same with some invoices paid on a day."""
    items = {name: ledger.items[name] for name in ("account", "currency", "kind", "amount", "doc_date",
                                                  "due_date", "id")}  # fmt: skip
    amounts = [int(ledger.items["amount"].values[row]) // 100 for row in rows]
    return Ledger.from_columns(
        items, {"target": [str(row) for row in rows], "amount": amounts, "on": [on] * len(rows)}
    )


def parts_of(change: DsoChange) -> dict[str, float]:
    return {name: float(getattr(change, name)) for name in PARTS}


# ------------------------------------------------------------------------------------------ by hand


def test_more_sales_to_who_has_longer_terms_is_mix() -> None:
    """A buys at 30 days, B at 60, both pay on the day; A 600 and B 400 a month, later turned round.

    By hand: DSO of A 30, of B 60; 0.6 x 30 + 0.4 x 60 = 42, 0.4 x 30 + 0.6 x 60 = 48.
    """
    ledger = book(
        ("A", 600, "2026-04-30", 30), ("B", 400, "2026-03-31", 60), ("B", 400, "2026-04-30", 60),
        ("A", 400, "2026-06-30", 30), ("B", 600, "2026-05-31", 60), ("B", 600, "2026-06-30", 60),
    )  # fmt: skip
    change = dso_change(paid(ledger, [0, 1, 2], "2026-05-20"), **MONTH)
    assert (change.before, change.after) == (42, 48)
    assert parts_of(change) == {"volume": 0.0, "mix": 6.0, "terms": 0.0, "delinquency": 0.0}
    # against the book's mean of 45, A lost a fifth of the sales at 15 below it, B won it at 15 above
    assert [float(one.mix) for one in change.groups] == [3.0, 3.0]
    assert [(one.before, one.after) for one in change.groups] == [(30, 30), (60, 60)]


def test_what_is_not_paid_is_delinquency() -> None:
    """300 a month at 30 days; of May's 300 in June still open 100: 30 x 100 / 300 = 10 days."""
    ledger = book(
        ("A", 300, "2026-04-30", 30), ("A", 300, "2026-05-31", 29), ("A", 300, "2026-06-30", 30)
    )
    items = {name: ledger.items[name] for name in ("account", "currency", "kind", "amount", "doc_date",
                                                  "due_date", "id")}  # fmt: skip
    ties = {"target": ["0", "1"], "amount": [300, 200], "on": ["2026-05-20", "2026-06-20"]}
    change = dso_change(Ledger.from_columns(items, ties), **MONTH)
    assert (change.before, change.after) == (30, 40)
    assert parts_of(change) == {"volume": 0.0, "mix": 0.0, "terms": 0.0, "delinquency": 10.0}


def test_longer_terms_are_terms() -> None:
    ledger = book(
        ("A", 300, "2026-04-30", 30), ("A", 300, "2026-05-31", 60), ("A", 300, "2026-06-30", 60)
    )
    change = dso_change(paid(ledger, [0], "2026-05-20"), **MONTH)
    assert (change.before, change.after) == (30, 60)
    assert parts_of(change) == {"volume": 0.0, "mix": 0.0, "terms": 30.0, "delinquency": 0.0}


def test_sales_that_rise_towards_the_end_are_volume() -> None:
    """Two months of 60 days; 300 + 300, then 100 + 500 at 30 days: 30 days of 600, then of 500."""
    ledger = book(
        ("A", 300, "2026-03-31", 30), ("A", 300, "2026-04-30", 30),
        ("A", 100, "2026-05-31", 29), ("A", 500, "2026-06-30", 30),
    )  # fmt: skip
    change = dso_change(
        paid(ledger, [0, 1, 2], "2026-06-01"),
        earlier=APRIL, as_of=JUNE, period=2, history_from="2026-01-01",
    )  # fmt: skip
    # March's is due on 30 April, and so current; in June 500 of 600 are, over 61 days
    assert (change.before, change.after) == (Fraction(600 * 61, 600), Fraction(500 * 61, 600))
    terms = Fraction(100 * 29 + 500 * 30, 600) - 30
    assert change.terms == pytest.approx(terms) and change.delinquency == 0
    assert change.volume == pytest.approx((Fraction(500 * 61, 600) - 30 - terms) - (61 - 30))


def test_who_stopped_buying_and_owes_is_delinquency() -> None:
    ledger = book(
        ("A", 300, "2026-04-30", 30), ("B", 300, "2026-04-30", 30), ("A", 300, "2026-06-30", 30)
    )
    change = dso_change(paid(ledger, [0], "2026-05-20"), **MONTH)
    assert (change.before, change.after) == (30, 60)
    a, b = change.groups
    assert b.after is None and b.before == 30
    # the share of B goes to A, both at 30 days: what mix gives to one it takes from the other
    assert (a.mix, b.mix) == (Fraction(-15, 2), Fraction(15, 2))
    assert (b.delinquency, b.volume, b.terms) == (30, 0, 0)
    assert change.delinquency == 30 and change.mix == 0


# --------------------------------------------------------------------------------------------- laws

GROUPS = st.sampled_from([None, {"C-1": "east", "C-2": "east"}, {"C-3": "C-1"}])


@given(
    records(("CNY", "USD", "JPY"), wild=False),
    st.integers(1, 400),
    st.sampled_from([1, 3, 12]),
    GROUPS,
)
def test_parts_add_up_exactly(given_: Any, ago: int, period: int, groups: Any) -> None:
    ledger = columns_of(Ledger.of(*given_))
    since = TODAY - timedelta(ago)
    how = {
        **HOW,
        "earlier": since,
        "period": period,
        "groups": groups,
        "history_from": "2000-01-01",
    }
    change = dso_change(ledger, **how)
    back = DsoChange.from_dict(json.loads(json.dumps(change.to_dict())))
    assert back == change
    if not change.known:
        assert change.change is None and change.mix is None and change.volume is None
        return
    assert sum(getattr(change, name) for name in PARTS) == change.change
    for name in PARTS:
        assert sum(getattr(one, name) for one in change.groups) == getattr(change, name)
    assert sum(one.change for one in change.groups) == change.change
    if len(change.groups) == 1:
        assert change.mix == 0
    for at, dso in ((since, change.before), (TODAY, change.after)):
        one = turnover_of(ledger, **{**HOW, "as_of": at}, period=period, history_from="2000-01-01")
        assert one.dso is not None and dso is not None
        assert one.dso == pytest.approx(max(float(dso), 0.0))


@given(records(wild=False), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(given_: Any, chance: Any) -> None:
    items, tied = given_
    how = {**HOW, "earlier": TODAY - timedelta(100), "history_from": "2000-01-01"}
    first = dso_change(Ledger.of(items, tied), **how)
    chance.shuffle(items)
    chance.shuffle(tied)
    assert dso_change(columns_of(Ledger.of(items, tied)), **how) == first


# ---------------------------------------------------------------------------------------- the edges


def test_what_is_not_known_has_no_parts() -> None:
    ledger = book(("A", 300, "2026-04-30", 30), ("A", 300, "2026-06-30", 30))
    young = dso_change(ledger, **{**MONTH, "history_from": None, "period": 12})
    assert not young.known and "not known" in str(young) and "未知" in young.explain("zh")
    assert not dso_change(ledger, **{**MONTH, "earlier": "2026-03-31"}).known  # nothing sold
    unread = Ledger.from_columns(
        {"account": ["A", "B"], "currency": "CNY", "kind": "invoice", "amount": [100, None],
         "doc_date": "2026-04-20"}
    )  # fmt: skip
    assert not dso_change(unread, **MONTH).known
    left = Ledger.from_columns(
        {"account": ["A"], "currency": "CNY", "kind": "invoice", "amount": [100],
         "open_amount": [50], "doc_date": "2026-01-01"}, open_as_of=JUNE
    )  # fmt: skip
    assert not dso_change(left, **MONTH).known
    assert not dso_change(Ledger.of([]), **MONTH).known


def test_pages_add_up_as_they_are_printed() -> None:
    ledger = book(
        *((f"C-{n:02}", 100 + 7 * n, "2026-04-30", 30) for n in range(13)),
        *((f"C-{n:02}", 100 + 9 * (n % 5), "2026-06-30", 45) for n in range(13)),
    )
    change = dso_change(ledger, **MONTH)
    text = str(change)
    assert "and 3 more rows" in text and "group" in text.split("\n")[1]
    for line in text.split("\n")[2:13]:
        *parts, total = [float(cell.replace("+", "")) for cell in line.split()[1:]]
        assert sum(parts) == pytest.approx(total, abs=1e-9)
    assert "账期" in change.explain("zh")
    columns = change.to_columns()
    assert len(columns["group"]) == 13 and columns["change"].sum() == pytest.approx(
        float(change.change or 0)
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"earlier": JUNE}, "earlier must be before 2026-06-30"),
        ({"earlier": None}, "earlier must be a date"),
        ({"period": 0}, "period must be a whole number"),
        ({"groups": {"A": 5}}, r"groups\['A'\] must be of the type str"),
        ({"groups": 5}, "groups must be a mapping"),
        ({"history_from": "x"}, "history_from must be a date"),
    ],
)
def test_what_cannot_be_asked_is_told(more: Any, message: str) -> None:
    with pytest.raises(InvalidFact, match=message):
        dso_change(book(("A", 300, "2026-04-30", 30)), **{**MONTH, **more})
