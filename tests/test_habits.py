"""Habits of payment against a naive reading, and their laws."""

from __future__ import annotations

import json
import pickle
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._columns import State
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Allocation, Ledger, OpenItem
from creditkit.money import Money
from creditkit.receivables import _habits_many
from creditkit.receivables.habits import NAMES, PaymentHabit, PaymentHabits, habit, habits
from creditkit.receivables.payment_times import payment_time
from creditkit.receivables.positions import position, positions
from tests.ledgers import ACCOUNTS, RATES, TODAY, columns_of, naive_of, near, records, smalls
from tests.naive_plain import if_known

POLICY = ck.Policy.standard()


def doc(name: str, amount: Any, due: int = 0, **more: Any) -> OpenItem:
    """An invoice so many days past due; or cash of so many days ago where it is negative."""
    cash = str(amount).startswith("-")
    day = TODAY - timedelta(due)
    fields = {
        "id": name, "account": "C-1", "currency": "CNY", "amount": str(amount),
        "kind": "receipt" if cash else "invoice", "due_date": None if cash else day,
        "doc_date": day if cash else day - timedelta(30),
    }  # fmt: skip
    return OpenItem(**{**fields, **more})


def pay(source: str, target: str, amount: Any, **more: Any) -> Allocation:
    return Allocation(source=source, target=target, currency="CNY", amount=str(amount), **more)


def paying(items: list[OpenItem], ties: Any = (), **how: Any) -> dict[str, Any]:
    ledger = Ledger.of(items, ties)
    how = {"as_of": TODAY, "currency": "CNY", **how}
    one = habit(ledger, **how)
    assert told_of(habits(columns_of(ledger), accounts=["C-1"], **how), 0) == one
    return one


def told_of(many: PaymentHabits, row: int) -> dict[str, Any]:
    """A row of the table as `habit` has it."""
    record = many.row(row)
    return {name: getattr(record, name) for name in NAMES}


def told(found: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(found.values())


# ----------------------------------------------------------------------------------- by example


def test_who_stops_paying_is_not_on_time() -> None:
    items = [doc("A", 100, 300), doc("R", -100, 300), doc("B", 300, 40), doc("C", 50, -5)]
    ties = [pay("R", "A", 100)]
    assert told(paying(items, ties)) == (1, 0.25, 30.0, 20.0)  # (100*0 + 300*40) / 400
    assert told(paying(items, ties, variant="settled_only")) == (1, 1.0, 0.0, 0.0)
    assert told(paying([doc("B", 300, 40)])) == (0, 0.0, 40.0, 40.0)
    assert told(paying([doc("B", 300, 40)], variant="settled_only")) == (0, None, None, None)
    assert told(paying([doc("B", 300, 0)])) == (0, None, None, None)  # due today


def test_an_open_item_counts_with_its_whole_amount() -> None:
    items = [doc("A", 100, 10), doc("B", 100, 20), doc("R", -160, 10)]
    ties = [pay("R", "A", 100), pay("R", "B", 60)]
    assert told(paying(items, ties)) == (1, 0.5, 10.0, 10.0)


def test_a_bank_fee_does_not_undo_a_payment() -> None:
    items = [doc("A", 1000, 100), doc("R", -985, 100)]
    ties = [pay("R", "A", 985)]
    assert told(paying(items, ties)) == (0, 0.0, 100.0, 100.0)
    assert told(paying(items, ties, ignore_below="15")) == (0, 0.0, 100.0, 100.0)
    assert told(paying(items, ties, ignore_below="15.01")) == (1, 1.0, 0.0, 0.0)
    late = [*items, doc("S", -15, 0)]  # the fee paid a hundred days later makes nothing late
    both = [*ties, pay("S", "A", 15)]
    assert told(paying(late, both, ignore_below="15.01")) == (1, 1.0, 0.0, 0.0)
    assert told(paying(late, both)) == (1, 0.0, 100.0, 100.0)
    # what no test of overdue looks at is in no figure, paid or not
    small = [doc("A", 49, 5), doc("B", 49, 9), doc("S", -49, 0)]
    assert told(paying(small, [pay("S", "B", 49)], ignore_below="49.01")) == (0, None, None, None)
    assert told(paying(small, [pay("S", "B", 49)], ignore_below="49")) == (1, 0.0, 7.0, 7.0)


def test_overpaying_later_makes_nothing_late() -> None:
    items = [doc("A", 10, 50), doc("R", -20, 50)]
    ties = [pay("R", "A", 10), pay("R", "A", 10, on=TODAY)]
    assert told(paying(items, ties, effective="matched")) == (1, 1.0, 0.0, 0.0)


def test_what_is_in_dispute_is_in_no_figure() -> None:
    part, whole = doc("A", 100, 40, disputed="60"), doc("B", 500, 90, disputed="500")
    sound = [doc("C", 40, 10), doc("R", -40, 10)]
    ties = [pay("R", "C", 40)]
    assert told(paying([part, whole, *sound], ties)) == (1, 0.5, 20.0, 20.0)
    told_all = paying([part, whole, *sound], ties, ignore_disputed=False)
    assert told(told_all) == (1, 40 / 640, (100 * 40 + 500 * 90) / 640, 130 / 3)
    # the part that is not in dispute is paid: settled on that day
    items, more = [part, *sound, doc("S", -40, 30)], [*ties, pay("S", "A", 40)]
    assert told(paying(items, more)) == (2, 0.5, 5.0, 5.0)


def test_credit_notes_alone_pay_nothing() -> None:
    items = [doc("A", 100, 40), doc("N", -95, 30, kind="credit_note"), doc("R", -5, 0)]
    ties = [pay("N", "A", 95), pay("R", "A", 5)]
    assert told(paying(items[:2], ties[:1], ignore_below="6")) == (0, None, None, None)
    assert told(paying(items, ties, ignore_below="6")) == (0, None, None, None)
    assert told(paying(items, ties)) == (1, 0.0, 40.0, 40.0)


@pytest.mark.parametrize(
    ("over", "ignored", "known"), [(0, 0, True), (1, 0, False), (49, 50, True), (50, 50, False)]
)
def test_money_that_gave_more_than_it_had_says_nothing_of_habits(
    over: int, ignored: int, known: bool
) -> None:
    """Which of the invoices it has paid nobody knows; less than ``ignore_below`` is passed over."""
    items = [doc("A", 10), doc("B", 10), doc("R", Decimal(over - 2000) / 100)]
    ties = [pay("R", "A", 10), pay("R", "B", 10)]
    least = Decimal(ignored) / 100
    assert told(paying(items, ties, ignore_below=least)) == (
        (2, 1.0, 0.0, 0.0) if known else (None,) * 4
    )
    time = payment_time(Ledger.of(items, ties), as_of=TODAY, ignore_below=least)
    assert time.settled_count == (2 if known else None)
    owed = position(Ledger.of(items, ties), as_of=TODAY)["receivables"]
    assert owed == Money.from_minor(over, "CNY")


def test_a_remainder_without_a_rate_is_not_known() -> None:
    items = [doc("A", 100, 40, currency="USD"), doc("R", -99, 40, currency="USD")]
    ties = [Allocation(source="R", target="A", currency="USD", amount="99")]
    assert told(paying(items, ties)) == (0, None, None, 40.0)
    assert told(paying(items, ties, ignore_below="50")) == (None,) * 4
    assert told(paying(items, ties, ignore_below="8", rates=RATES)) == (1, 1.0, 0.0, 0.0)
    assert told(paying(items, ties, ignore_below="7", rates=RATES)) == (0, 0.0, 40.0, 40.0)


def test_a_wrong_variant_is_refused() -> None:
    for ask in (habit, habits):
        with pytest.raises(InvalidFact, match="variant must be"):
            ask(Ledger.of([doc("A", 1)]), as_of=TODAY, variant="paid")  # type: ignore[operator]


# ----------------------------------------------------------------------------- a naive reading


def naive(ledger: Ledger, how: dict[str, Any], variant: str) -> tuple[Any, ...]:
    """Day by day: an item is settled on the first day from which on too little is open to matter."""
    read = naive_of(ledger, {**how, "variant": variant})
    names = ("settled_count", "on_time_share", "average_days_late", "simple_days_late")
    found = {} if read.broken else if_known(read.habits, {}) or {}
    return tuple(found.get(name) for name in names)


readings = st.fixed_dictionaries(
    {
        "as_of": near,
        "currency": st.just("CNY"),
        "rates": st.just(RATES),
        "ignore_below": smalls(0, 1, 100, 20_000),
        "ignore_disputed": st.booleans(),
        "effective": st.sampled_from(["documents", "matched"]),
        "exists_by": st.sampled_from(["document", "posting"]),
    }
)
variants: Any = st.sampled_from(["with_overdue", "settled_only"])


@st.composite
def paid(draw: st.DrawFn) -> tuple[list[OpenItem], list[Allocation]]:
    """Invoices of few amounts, mostly paid in parts, so that remainders and disputes are met."""
    items, ties = [], []
    for name in range(draw(st.integers(1, 5))):
        currency = draw(st.sampled_from(["CNY", "CNY", "USD"]))
        amount = draw(st.sampled_from([100, 300, 30_000]))
        due = draw(st.integers(-10, 450))
        disputed = draw(st.sampled_from([None, None, 0, 90, 300, 40_000]))
        items.append(
            OpenItem(
                id=f"I{name}", account="C-1", currency=currency, kind="invoice",
                amount=Money.from_minor(amount, currency), doc_date=TODAY - timedelta(due + 30),
                due_date=TODAY - timedelta(due),
                disputed=None if disputed is None else Money.from_minor(disputed, currency),
            )
        )  # fmt: skip
        for part in range(draw(st.integers(0, 3))):
            minor = draw(st.sampled_from([1, 50, 99, 100, 200, 29_000, 29_950, 30_000]))
            kinds = ["receipt", "receipt", "credit_note", "write_off", "bill_receivable"]
            kind = draw(st.sampled_from(kinds))
            source = f"R{name}.{part}"
            items.append(
                OpenItem(
                    id=source, account="C-1", currency=currency, kind=kind,
                    amount=Money.from_minor(-minor, currency),
                    doc_date=TODAY - timedelta(draw(st.integers(-3, 440))),
                )
            )  # fmt: skip
            ties.append(
                Allocation(
                    source=source, target=f"I{name}", currency=currency,
                    amount=Money.from_minor(minor, currency), on=draw(st.none() | near),
                    undone_on=draw(st.none() | st.none() | near),
                )
            )  # fmt: skip
    return items, ties


@given(paid(), readings, variants)
def test_habits_are_the_naive_ones(made: Any, how: Any, variant: Any) -> None:
    found = told(paying(*made, **how, variant=variant))
    assert found == naive(Ledger.of(*made), how, variant)


@given(records(("CNY", "USD", "JPY")), readings, variants, st.sampled_from([None, RATES]))
def test_habits_of_any_ledger_are_the_naive_ones(
    made: Any, how: Any, variant: Any, rates: Any
) -> None:
    how = {**how, "rates": rates}
    ledger = Ledger.of(*made)
    for one in (ledger, columns_of(ledger)):
        part = one.account("C-1")
        assert told(habit(part, **how, variant=variant)) == naive(part, how, variant)


@given(paid(), readings, variants, st.sampled_from([None, RATES]))
def test_one_equals_many_on_every_path(made: Any, how: Any, variant: Any, rates: Any) -> None:
    how = {**how, "rates": rates, "variant": variant}
    paying(*made, **how)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_habits_many, "SAFE", -1.0)
        paying(*made, **how)


@given(paid(), smalls(0, 100, 20_000), st.data())
def test_paying_what_is_overdue_never_hurts(made: Any, ignore_below: Any, data: Any) -> None:
    """Paid today, in part or wholly, an overdue item leaves the figures as they are or better."""
    items, ties = made
    how: Any = {
        "as_of": TODAY, "currency": "CNY", "rates": RATES, "ignore_below": ignore_below,
    }  # fmt: skip
    before = position(Ledger.of(items, ties), **how)
    mine = [item for item in items if item.kind.sign > 0 and item.currency == "CNY"]
    if not mine:
        return
    target = data.draw(st.sampled_from(mine))
    minor = data.draw(st.integers(1, 40_000))
    cash = OpenItem(
        id="new", account="C-1", currency="CNY", kind="receipt", doc_date=TODAY,
        amount=Money.from_minor(-minor, "CNY"),
    )  # fmt: skip
    tie = Allocation(source="new", target=target.id, currency="CNY", amount=-cash.amount)
    after: Any = position(Ledger.of([*items, cash], [*ties, tie]), **how)
    assert after["settled_count"] >= before["settled_count"]  # type: ignore[operator]
    if before["on_time_share"] is not None:
        assert after["on_time_share"] >= before["on_time_share"]
        assert after["average_days_late"] <= before["average_days_late"]


@given(records(("CNY", "USD"), wild=False), readings)
def test_positions_tell_the_cautious_variant(made: Any, how: Any) -> None:
    ledger = columns_of(Ledger.of(*made))
    many, told_by = (
        positions(ledger, accounts=ACCOUNTS, **how),
        habits(ledger, accounts=ACCOUNTS, **how),
    )
    for name in ("settled_count", "on_time_share", "average_days_late"):
        assert many[name].same_as(told_by[name])


@given(paid(), st.data())
def test_paying_what_is_overdue_never_lowers_a_grade(made: Any, data: Any) -> None:
    items, ties = made
    mine = [item for item in items if item.kind.sign > 0 and item.currency == "CNY"]
    if not mine:
        return
    target = data.draw(st.sampled_from(mine))
    cash = OpenItem(
        id="new", account="C-1", currency="CNY", kind="receipt", doc_date=TODAY,
        amount=Money.from_minor(-data.draw(st.integers(1, 40_000)), "CNY"),
    )  # fmt: skip
    tie = Allocation(source="new", target=target.id, currency="CNY", amount=-cash.amount)
    customer = ck.Customer(id="C-1", currency="CNY", founded="2000-01-01")
    before, after = (
        POLICY.decide(customer, ledger=ledger, as_of=TODAY, rates=RATES)
        for ledger in (Ledger.of(items, ties), Ledger.of([*items, cash], [*ties, tie]))
    )
    if before.score is not None:
        assert after.score is not None
        assert after.score >= before.score


# ---------------------------------------------------------------------------------- in columns


@given(
    records(("CNY", "USD")), readings, variants, st.lists(st.sampled_from([*ACCOUNTS, "nobody"]))
)
def test_a_row_is_the_habit_of_its_account(made: Any, how: Any, variant: Any, asked: Any) -> None:
    ledger = columns_of(Ledger.of(*made))
    many = habits(ledger, accounts=asked, variant=variant, **how)
    assert len(many) == len(asked)
    for row, name in enumerate(asked):
        assert told_of(many, row) == habit(ledger.account(name), variant=variant, **how)
        record = many.row(row)
        assert (record.account, record.as_of, record.currency) == (name, how["as_of"], "CNY")
        assert record.variant == variant
    back = PaymentHabits.from_dict(json.loads(json.dumps(many.to_dict())))
    assert back.same_as(many) and pickle.loads(pickle.dumps(many)).same_as(many)


def test_the_table_says_how_it_was_counted() -> None:
    ledger = Ledger.of([doc("A", 100, 30), doc("B", 50, 10, currency="USD", account="C-2")])
    both = habits(ledger, as_of=TODAY, currency="CNY")
    assert str(both).splitlines() == [
        "Habits of payment at 2026-11-21, CNY",
        "account  settled  on time  days late  late by count",
        "C-1            0       0%         30             30",
        "C-2            0        -          -             10",
        "",
        "Assumptions",
        "- What is overdue and open counts as late, to date.",
    ]
    assert [both["on_time_share"].state(row) for row in (0, 1)] == [State.KNOWN, State.INVALID]
    settled = habits(ledger, as_of=TODAY, currency="CNY", variant="settled_only")
    assert settled["on_time_share"].state(0) == State.UNKNOWN
    assert settled.explain("zh").endswith("- 仅统计已付清部分；未付部分不计入任何指标。")
    assert not settled.same_as(both)


def test_an_unknown_variant_is_refused_in_a_record_and_in_columns() -> None:
    given: dict[str, Any] = {"as_of": TODAY, "currency": "CNY"}
    with pytest.raises(InvalidFact, match=r"payment_habit\.variant must be 'with_overdue' or"):
        PaymentHabit(account="C-1", variant="paid", **given)
    columns = {"account": ["C-1", "C-2"], "variant": ["settled_only", "paid"], **given}
    table = PaymentHabits.from_columns({**columns, "as_of": "2026-11-21"})
    assert [fault.id for fault in table.faults] == ["C-2"]
    assert table.row(0).variant == "settled_only"
    with pytest.raises(InvalidFact, match=r"payment_habit\.variant must be"):
        table.row(1)
    again = PaymentHabits.from_dict(table.to_dict())
    assert again.same_as(table) and len(again.faults) == 1
