"""The short way of habits: it agrees with the long one, on any ledger, and knows what to leave to it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.facts.ledger import Ledger
from creditkit.receivables import _habits_plain
from creditkit.receivables import habits as room
from creditkit.receivables._habits_plain import short_habits
from creditkit.receivables._settling import settling_of
from creditkit.receivables.habits import habits
from creditkit.receivables.open_items import When
from creditkit.receivables.reading import Reading
from tests.ledgers import ACCOUNTS, RATES, TODAY, columns_of, records
from tests.test_habits import doc, paid, pay, readings, variants

names: Any = st.none() | st.lists(st.sampled_from([*ACCOUNTS, "nobody"]), max_size=4)


def long_way(ledger: Ledger, **how: Any) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "short_habits", lambda *_: None)
        return habits(ledger, **how)


def agree(ledger: Ledger, **how: Any) -> None:
    short, long = habits(ledger, **how).cells, long_way(ledger, **how).cells
    assert list(short) == list(long)
    for name, cells in short.items():
        assert cells.values.dtype == long[name].values.dtype
        assert cells.same_as(long[name]), name


@given(records(("CNY", "USD", "JPY")), readings, variants, st.sampled_from([None, RATES]), names)
def test_both_ways_agree_on_any_ledger(
    made: Any, how: Any, variant: Any, rates: Any, accounts: Any
) -> None:
    ledger = Ledger.of(*made)
    for one in (ledger, columns_of(ledger)):
        agree(one, **{**how, "rates": rates}, variant=variant, accounts=accounts)


@given(paid(), readings, variants, st.sampled_from([None, RATES]))
def test_both_ways_agree_on_what_is_paid_in_parts(
    made: Any, how: Any, variant: Any, rates: Any
) -> None:
    ledger = columns_of(Ledger.of(*made))
    agree(ledger, **{**how, "rates": rates}, variant=variant)
    with pytest.MonkeyPatch.context() as patch:  # as if so many were counted that a cell is full
        patch.setattr(_habits_plain, "_MOST_DAYS", 1)
        agree(ledger, **{**how, "rates": rates}, variant=variant)


def test_what_one_day_does_not_say_is_looked_at() -> None:
    items = [
        doc("whole", 100, 40), doc("R1", -100, 10), doc("open", 70, 20),
        doc("parts", 100, 40), doc("R2", -60, 30), doc("R3", -40, 20),
        doc("part", 100, 40), doc("R4", -30, 20),
        doc("credited", 100, 40), doc("N", -100, 30, kind="credit_note"),
        doc("claimed", 100, 40, disputed="10"),
        doc("charge", 100, 40, kind="debit_note"),
        doc("much", 100, 40), doc("R5", -150, 20),
        doc("free", -10, 5, account="C-2"), doc("other", 100, 40, account="C-2"),
    ]  # fmt: skip
    ties = [
        pay("R1", "whole", 100), pay("R2", "parts", 60), pay("R3", "parts", 40),
        pay("R4", "part", 30), pay("N", "credited", 100), pay("R5", "much", 150),
    ]  # fmt: skip
    ledger = columns_of(Ledger.of(items, ties))
    when = When(TODAY)
    found = settling_of(ledger, when)
    ids = ledger.items["id"].values
    assert ids[found.special].tolist() == [
        "parts", "part", "credited", "claimed", "charge", "much"
    ]  # fmt: skip
    assert ids[ledger.links.target[found.ties]].tolist() == [
        "parts", "parts", "part", "credited", "much"
    ]  # fmt: skip
    free = found.free_at(ledger, when)
    assert free is not None  # of C-1 too much was paid, and C-2 has a receipt of no invoice
    assert free.tolist() == [True, True, False]
    assert settling_of(ledger, When(TODAY)) is found  # for any date
    assert settling_of(ledger, When(TODAY, "matched")) is not found
    agree(ledger, as_of=TODAY)


def test_a_row_of_no_account_says_nothing_of_accounts_without_rows() -> None:
    ledger = Ledger.from_columns(
        {"id": ["A", "B"], "account": [None, "C-1"], "currency": "CNY", "kind": "invoice",
         "amount": [1, 1], "doc_date": ["2026-09-01"] * 2},
    )  # fmt: skip
    found = habits(ledger, accounts=["C-1", "nobody"], as_of=TODAY)["settled_count"]
    assert [found.raw(0), found.raw(1)] == [0, 0]


def test_the_short_way_is_gone_where_it_leads() -> None:
    ledger = columns_of(Ledger.of([doc("A", 100, 300), doc("R", -100, 300)], [pay("R", "A", 100)]))
    how = Reading(as_of=TODAY, currency="CNY")
    cells = short_habits(ledger, ("C-1",), how, "with_overdue")
    assert cells is not None
    assert [one.values.tolist() for one in cells.values()] == [[1], [1.0], [0.0], [0.0]]
    assert short_habits(Ledger.of([]), (), how, "with_overdue") is None
    rest = Ledger.from_columns(
        {"account": ["C-1"], "currency": "CNY", "kind": "invoice", "amount": [5],
         "open_amount": [5], "doc_date": ["2026-09-01"]}, open_as_of=TODAY,
    )  # fmt: skip
    assert short_habits(rest, ("C-1",), how, "with_overdue") is None
