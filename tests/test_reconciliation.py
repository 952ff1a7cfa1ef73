"""Reconciliation: it adds up, or says what does not."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Allocation, Ledger, OpenItem
from creditkit.receivables._reconciling import COLUMNS
from creditkit.receivables.reconciliation import Reconciliation, reconcile
from tests import ledgers
from tests.ledgers import RATES, TODAY

wild = ledgers.records(("CNY", "USD"))
tame = ledgers.records(wild=False)
days = st.integers(-400, 30).map(lambda back: TODAY + timedelta(back))
WINDOW: dict[str, Any] = {"since": "2026-02-01", "until": "2026-02-28"}


def item(name: str, amount: Any, day: str, kind: str = "", **more: Any) -> OpenItem:
    kind = kind or ("invoice" if float(amount) > 0 else "receipt")
    fields: dict[str, Any] = {"account": "C-1", "currency": "CNY"} | more
    return OpenItem(id=name, kind=kind, amount=amount, doc_date=date.fromisoformat(day), **fields)


def row(found: Reconciliation, *key: str) -> dict[str, str]:
    one = found.row(*key)
    cells = {name: getattr(one, name) for name in ("opening", *COLUMNS, "closing")}
    return {name: str(cell.amount) for name, cell in cells.items() if cell is not None and cell}


# What stands where


def test_every_document_stands_in_its_column() -> None:
    ledger = Ledger.of(
        [item("A", 900, "2026-01-31"), item("B", 500, "2026-02-01"), item("C", 70, "2026-02-28"),
         item("D", 7, "2026-02-10", "debit_note"), item("N", -40, "2026-02-10", "credit_note"),
         item("R", -300, "2026-02-20"), item("S", -5, "2026-03-01")],
        [Allocation(source="R", target="A", currency="CNY", amount="300")],
    )  # fmt: skip
    found = reconcile(ledger, **WINDOW)
    assert row(found, "C-1") == {"opening": "900.00", "invoiced": "577.00", "credited": "-40.00",
                                 "paid": "-300.00", "closing": "1137.00"}  # fmt: skip
    assert found.reconciles
    items: Any = found.items
    at = [items["id"].item(place) for place in range(6)].index("A")
    moved = {name: items[name].values[at] for name in ("opening", "issued", "settled", "closing")}
    assert moved == {"opening": 90000, "issued": 0, "settled": -30000, "closing": 60000}


def test_a_payment_without_a_document_is_paid_and_its_undoing_takes_it_back() -> None:
    paid = Allocation(target="A", currency="CNY", amount="300", on=date(2026, 2, 5),
                      undone_on=date(2026, 3, 5))  # fmt: skip
    ledger = Ledger.of([item("A", 900, "2026-01-31")], [paid])
    found = reconcile(ledger, **WINDOW)
    assert row(found, "C-1") == {"opening": "900.00", "paid": "-300.00", "closing": "600.00"}
    found = reconcile(ledger, since="2026-03-01", until="2026-03-31")
    assert row(found, "C-1") == {"opening": "600.00", "paid": "300.00", "closing": "900.00"}


def test_credit_out_of_nothing_moves_nothing_and_is_noted() -> None:
    lost = Allocation(source="X", target="A", currency="CNY", amount="300")
    found = reconcile(Ledger.of([item("A", 900, "2026-02-05")], [lost]), **WINDOW)
    assert row(found, "C-1") == {"invoiced": "900.00", "closing": "900.00"}
    assert [note.code for note in found.notes] == ["allocation.from_nothing"]


def test_each_kind_has_its_column() -> None:
    ledger = Ledger.of(
        [item("A", 900, "2026-01-05"), item("R", -100, "2026-01-06"),
         item("C", 100, "2026-02-03", "returned_payment"), item("W", -50, "2026-02-04", "write_off"),
         item("F", 20, "2026-02-05", "refund"), item("O", 7, "2026-02-06", "opening_balance"),
         item("X", -3, "2026-02-07", "exchange_difference")],
        [Allocation(source="R", target="A", currency="CNY", amount="100"),
         Allocation(source="R", target="C", currency="CNY", amount="100"),
         Allocation(source="W", target="A", currency="CNY", amount="50"),
         Allocation(source="X", target="A", currency="CNY", amount="3")],
    )  # fmt: skip
    found = reconcile(ledger, **WINDOW)
    assert row(found, "C-1") == {
        "opening": "800.00", "returned": "100.00", "written_off": "-50.00", "refunded": "20.00",
        "brought_forward": "7.00", "exchange": "-3.00", "closing": "874.00",
    }  # fmt: skip


def test_a_payment_that_came_back_is_a_returned_one() -> None:
    tie = Allocation(
        source="R", target="A", currency="CNY", amount="100", undone_on=date(2026, 2, 9)
    )
    ledger = Ledger.of([item("A", 900, "2026-01-05"), item("R", -100, "2026-01-06")], [tie])
    found = reconcile(ledger, **WINDOW)
    assert row(found, "C-1") == {"opening": "800.00", "returned": "100.00", "closing": "900.00"}


def test_an_allocation_between_accounts_moves_both_and_no_total() -> None:
    ledger = Ledger.of(
        [item("A", 900, "2026-02-05"), item("R", -300, "2026-02-06", account="C-2")],
        [Allocation(source="R", target="A", currency="CNY", amount="300")],
    )
    found = reconcile(ledger, **WINDOW)
    assert row(found, "C-1") == {
        "invoiced": "900.00",
        "transferred": "-300.00",
        "closing": "600.00",
    }
    assert row(found, "C-2") == {"paid": "-300.00", "transferred": "300.00"}
    assert found.totals["CNY"]["transferred"] == ck.Money(0, "CNY")
    assert [one.account for one in found.differences] == ["C-1", "C-2"]
    alone = reconcile(ledger.account("C-1"), **WINDOW)
    assert alone.row("C-1") == found.row("C-1")


def test_an_account_that_cannot_be_read_is_not_known_and_in_no_total() -> None:
    ledger = Ledger.from_columns(
        {"id": ["A", "B"], "account": ["C-1", "C-2"], "currency": "CNY", "kind": "invoice",
         "amount": [None, 5], "doc_date": "2026-02-05"}
    )  # fmt: skip
    found = reconcile(ledger, **WINDOW)
    assert found.row("C-1").closing is None and not found.reconciles
    assert found.totals["CNY"]["closing"] == ck.Money(5, "CNY")
    assert "total of the known" in str(found) and "not known" in str(found)


# The host's own books


def test_books_that_differ_are_told_with_the_document_that_comes_to_it() -> None:
    ledger = Ledger.of([item("A", 900, "2026-02-05"), item("B", 70, "2026-02-06"),
                        item("Z", 3, "2026-02-06", account="C-3")])  # fmt: skip
    found = reconcile(ledger, **WINDOW, control={"C-1": "900", "C-2": "10", "C-4": "0"})
    assert [str(one) for one in found.differences] == [
        "C-1: the books say 900.00 CNY, the ledger 970.00 CNY: 70.00 CNY apart; B comes to that.",
        "C-3: the ledger says 3.00 CNY, the books were not given.",
        "C-2: the books say 10.00 CNY, the ledger does not have the account.",
    ]
    assert reconcile(
        ledger, **WINDOW, control={"C-1": "970", "C-3": ck.Money("3", "CNY")}
    ).reconciles


def test_books_in_several_currencies_name_theirs() -> None:
    ledger = Ledger.of([item("A", 9, "2026-02-05"), item("B", 7, "2026-02-06", currency="USD")])
    books = {"C-1": [ck.Money("9", "CNY"), ck.Money("7", "USD")]}
    assert reconcile(ledger, **WINDOW, control=books).reconciles
    for wrong, said in (
        ("9", "must name its currency"),
        ([ck.Money("9", "CNY")] * 2, "one amount"),
    ):
        with pytest.raises(InvalidFact, match=said):
            reconcile(ledger, **WINDOW, control={"C-1": wrong})


# Currencies


def test_a_turn_of_the_exchange_has_its_column() -> None:
    ledger = Ledger.of([item("A", 100, "2026-01-05", currency="USD"),
                        item("R", -40, "2026-02-06", currency="USD")])  # fmt: skip
    january = ck.Rates("CNY", {"USD": "7.00"}, as_of="2026-01-31")
    february = ck.Rates("CNY", {"USD": "7.10"}, as_of="2026-02-28")
    found = reconcile(ledger, **WINDOW, currency="CNY", rates=february, opening_rates=january)
    assert row(found, "C-1") == {"opening": "700.00", "paid": "-284.00", "exchange": "10.00",
                                 "closing": "426.00"}  # fmt: skip
    assert found.reconciles
    lost = reconcile(ledger, **WINDOW, currency="CNY")
    assert lost.row("C-1").closing is None and lost.differences[0].code == "account.not_known"


# Laws


def added_up(found: Reconciliation) -> None:
    for at in range(len(found)):
        cells = {name: int(column[at]) for name, column in found.columns.items()}
        assert cells.pop("closing") == sum(cells.values())
    for sums in found.totals.values():
        parts = [one for name, one in sums.items() if name != "closing"]
        assert sum(parts[1:], parts[0]) == sums["closing"]


@given(wild, days, days)
def test_it_adds_up_between_any_two_dates(made: Any, first: date, last: date) -> None:
    first, last = sorted((first, last))
    ledger = Ledger.of(*made)
    found = reconcile(ledger, since=first, until=last)
    added_up(found)
    assert not found.columns["unexplained"].any()
    added_up(reconcile(ledger, since=first, until=last, currency="CNY", rates=RATES))
    items = found.items
    assert items is not None
    parts = [items[name].values for name in ("opening", "issued", "settled", "closing")]
    assert np.array_equal(parts[0] + parts[1] + parts[2], parts[3])


@given(wild, days, days)
def test_balances_are_those_of_ageing(made: Any, first: date, last: date) -> None:
    first, last = sorted((first, last))
    ledger = Ledger.of(*made)
    if not len(ledger):
        return
    found = reconcile(ledger, since=first, until=last, currency="CNY", rates=RATES)
    for name, day in (("opening", first - timedelta(1)), ("closing", last)):
        aged = ck.ageing(ledger, as_of=day, currency="CNY", rates=RATES)
        balances = dict(zip(aged.accounts, aged.balance.tolist(), strict=True))
        for at, account in enumerate(found.accounts):
            if found.known[at]:
                assert balances[account] == found.columns[name][at]


@given(wild, st.tuples(days, days, days))
def test_two_windows_make_one(made: Any, edges: Any) -> None:
    first, middle, last = sorted(edges)
    ledger = Ledger.of(*made)
    one = reconcile(ledger, since=first, until=middle)
    two = reconcile(ledger, since=middle + timedelta(1), until=max(last, middle + timedelta(1)))
    whole = reconcile(ledger, since=first, until=two.until)
    assert np.array_equal(one.columns["closing"], two.columns["opening"])
    for name in COLUMNS:
        assert np.array_equal(one.columns[name] + two.columns[name], whole.columns[name])


@given(wild, days)
def test_movements_are_those_of_the_documents(made: Any, first: date) -> None:
    items, tied = made
    first = min(first, TODAY)
    found = reconcile(Ledger.of(items, tied), since=first, until=TODAY)
    times = Counter((one.kind, one.id) for one in items)
    billed = dict.fromkeys(("invoice", "debit_note", "instalment", "retention"), "invoiced")
    column = {**billed, "credit_note": "credited"}
    sums: Counter[Any] = Counter()
    for one in items:
        if times[one.kind, one.id] == 1 and first <= one.doc_date <= TODAY:
            name = column.get(one.kind.value)
            if name:
                sums[one.account, one.currency, name] += one.amount.minor
    for at, key in enumerate(zip(found.accounts, found.currencies, strict=True)):
        for name in ("invoiced", "credited"):
            if found.known[at]:
                assert found.columns[name][at] == sums[(*key, name)]


@given(wild, st.randoms(use_true_random=False))
def test_no_answer_depends_on_the_order_of_rows_and_one_is_as_among_many(
    made: Any, random: Any
) -> None:
    items, tied = made
    found = reconcile(Ledger.of(items, tied), since="2026-08-01", until=TODAY)
    random.shuffle(items := list(items))
    random.shuffle(tied := list(tied))
    ledger = Ledger.of(items, tied)
    assert reconcile(ledger, since="2026-08-01", until=TODAY).to_dict() == found.to_dict()
    for account in set(found.accounts):
        alone = reconcile(ledger.account(account), since="2026-08-01", until=TODAY)
        mine = [one for one in found if one.account == account]
        assert [one for one in alone if one.account == account] == mine


# The result


def test_plain_data_and_pages() -> None:
    ledger = Ledger.of([item("A", 900, "2026-02-05"), item("B", 7, "2026-02-06", currency="USD")])
    found = reconcile(ledger, **WINDOW, control={"C-1": [ck.Money("1", "CNY")]})
    data = json.loads(json.dumps(found.to_dict()))
    assert Reconciliation.from_dict(data).same_as(found)
    assert "往来对账" in found.explain("zh") and "期末余额" in found.to_html("zh")
    with pytest.raises(InvalidFact, match="must be given"):
        found.row("C-1")
    with pytest.raises(InvalidFact, match="must be an account with a row"):
        found.row("C-9")
    for path, value, said in ((("rows", 0), ["C-1"], "must have account"),
                              (("differences", 0, "code"), "x", "must be one of")):  # fmt: skip
        wrong = json.loads(json.dumps(found.to_dict()))
        at: Any = wrong
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value
        with pytest.raises(InvalidFact, match=said):
            Reconciliation.from_dict(wrong)


def test_what_cannot_be_reconciled_is_refused() -> None:
    ledger = Ledger.of([item("A", 9, "2026-02-05", open_amount="9")], open_as_of="2026-02-28")
    with pytest.raises(InvalidFact, match="one day's remainders"):
        reconcile(ledger, **WINDOW)
    with pytest.raises(InvalidFact, match="since must lie after"):
        reconcile(Ledger.of([]), since="2026-03-01", until="2026-02-28")
    assert reconcile(Ledger.of([]), **WINDOW).reconciles


def test_sums_beyond_64_bits_are_not_known() -> None:
    big = ck.Money.from_minor((1 << 63) - 1, "CNY")
    items = [item(name, big, "2026-02-05", "invoice") for name in "AB"]
    assert reconcile(Ledger.of(items), **WINDOW).row("C-1").closing is None
    assert reconcile(Ledger.of(items[:1]), **WINDOW).row("C-1").closing == big
    two = [item(name, big, "2026-02-05", "invoice", account=name) for name in "AB"]
    found, both = reconcile(Ledger.of(two), **WINDOW), 2 * big.minor
    with pytest.raises(
        InvalidFact, match=rf"^reconciliation.totals must fit .*\(got {both}\); add up"
    ):
        assert found.totals
    assert f"{both // 100}.{both % 100}" in str(found)  # the page has no end
