"""Ageing in the currencies of the documents: nothing converted, nothing lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.facts.ledger import Ledger
from creditkit.receivables.buckets import CHINESE_YEARS, STANDARD
from creditkit.receivables.by_currency import ageing_by_currency
from tests import ledgers
from tests.ledgers import TODAY, naive_open

wild = ledgers.records(("CNY", "USD", "JPY"))
plain = ledgers.records(("CNY",))


@given(wild, st.integers(0, 400), st.sampled_from(["documents", "matched"]))
def test_each_currency_adds_up_to_what_is_open_in_it(made: Any, back: int, effective: Any) -> None:
    items, tied = made
    ledger = Ledger.of(items, tied)
    day = TODAY - timedelta(back)
    opens = naive_open(items, tied, day, effective)
    found = ageing_by_currency(ledger, as_of=day, effective=effective)
    for currency, aged in found.items():
        assert aged.currency == currency and aged.effective == effective
        for row in aged:
            mine = [
                left or 0
                for item, left in zip(items, opens, strict=True)
                if item.account == row.account and item.currency == currency
            ]
            if ledger.account(row.account).account_items.broken:
                assert row.balance is None
            else:
                assert row.balance == ck.Money.from_minor(sum(mine), currency)
    listed = {(row.account, code) for code, aged in found.items() for row in aged}
    readable = {
        (one.account, one.currency)
        for one in items
        if not ledger.account(one.account).account_items.broken
    }
    assert readable <= listed


@given(plain, st.sampled_from([STANDARD, CHINESE_YEARS]))
def test_a_book_in_one_currency_is_aged_as_it_always_was(made: Any, buckets: Any) -> None:
    ledger = Ledger.of(*made)
    found = ageing_by_currency(ledger, as_of=TODAY, buckets=buckets, unapplied="oldest_first")
    if found:
        whole = ck.ageing(ledger, as_of=TODAY, buckets=buckets, unapplied="oldest_first")
        assert found["CNY"].same_as(whole)


def test_rows_that_cannot_be_read_make_their_account_not_known_in_each() -> None:
    ledger = Ledger.from_columns(
        {
            "id": ["A", "B", "X", "D"],
            "account": ["C-1", "C-1", "C-1", "C-2"],
            "currency": ["CNY", "USD", "CNY", "USD"],
            "kind": "invoice",
            "amount": [1, 2, None, 4],
            "doc_date": "2026-09-01",
        }
    )
    found = ageing_by_currency(ledger, as_of=TODAY)
    assert {
        code: [row.balance and str(row.balance) for row in aged] for code, aged in found.items()
    } == {
        "CNY": [None],
        "USD": [None, "4.00 USD"],
    }
    assert [note.code for note in found["USD"].notes][:1] == ["item.no_amount"]


def test_a_ledger_of_remainders_and_an_empty_one() -> None:
    assert ageing_by_currency(Ledger.of([]), as_of=TODAY) == {}
    ledger = Ledger.from_columns(
        {"account": "C-1", "currency": ["CNY", "USD"], "kind": "invoice", "amount": [9, 8],
         "open_amount": [3, 2], "doc_date": "2026-09-01"}, open_as_of=TODAY,
    )  # fmt: skip
    totals = {
        code: str(aged.total) for code, aged in ageing_by_currency(ledger, as_of=TODAY).items()
    }
    assert totals == {"CNY": "3.00 CNY", "USD": "2.00 USD"}
    with pytest.raises(ck.InvalidFact, match="the date of the ledger's remainders"):
        ageing_by_currency(ledger, as_of="2026-01-01")
