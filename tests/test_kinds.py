"""Each kind of document against the table of kinds: one, many, and every calculator."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.errors import InvalidFact
from creditkit.facts.kinds import MEANINGS, PARTS, Habit, ItemKind, kind_in
from creditkit.facts.ledger import Allocation, Ledger, OpenItem
from creditkit.facts.notes import NOTES, REMEDIES, Note
from creditkit.facts.rates import Rates
from creditkit.money import Money
from creditkit.receivables.ageing import ageing
from creditkit.receivables.debtors import debtors
from creditkit.receivables.habits import habit, habits
from creditkit.receivables.monthly import monthly_figures
from creditkit.receivables.open_items import open_amounts
from creditkit.receivables.positions import payable_items, position, positions
from tests.ledgers import TODAY, columns_of, in_minor, near, records

HABITS = ("settled_count", "on_time_share", "average_days_late")
BALANCE = ("receivables", "overdue", "oldest_overdue_days")


def doc(name: str, amount: Any, on: str, due: str | None = None, **more: Any) -> OpenItem:
    kind = "receipt" if str(amount).startswith("-") else "invoice"
    fields = {"account": "C-1", "currency": "CNY", "kind": kind, "due_date": due, **more}
    return OpenItem(id=name, amount=str(amount), doc_date=on, **fields)


def tie(source: str | None, target: str, amount: Any, **more: Any) -> Allocation:
    currency = more.pop("currency", "CNY")
    return Allocation(source=source, target=target, currency=currency, amount=str(amount), **more)


def stand(items: Any, ties: Any, day: str, *names: str, **how: Any) -> tuple[Any, ...]:
    """Figures of one customer, which many, the columns and the call list say as well."""
    ledger = Ledger.of(items, ties)
    one = in_minor(position(ledger, as_of=day, **how), how.get("currency", "CNY"))
    for other in (columns_of(ledger), Ledger.from_dict(ledger.to_dict())):
        assert position(other, as_of=day, **how) == position(ledger, as_of=day, **how)
    many = positions(columns_of(ledger), accounts=["C-1"], as_of=day, **how)
    for name in (*BALANCE, *HABITS):
        assert many[name].raw(0) == one[name], name
    called = debtors(ledger, as_of=day, **how).row(0).overdue
    assert (called is None) == (one["overdue"] is None)
    assert called is None or called.minor == one["overdue"]
    return tuple(one[name] for name in names or (*BALANCE, *HABITS))


# ------------------------------------------------------------------------------------- the table


def test_every_kind_has_its_part_and_its_meaning() -> None:
    assert {*PARTS} == {*ItemKind}
    assert {*MEANINGS} == {kind.value for kind in ItemKind}
    assert kind_in("refund") is kind_in(ItemKind.REFUND) is ItemKind.REFUND
    with pytest.raises(InvalidFact, match="did you mean 'refund'"):
        kind_in("refnud")


@pytest.mark.parametrize("kind", ItemKind)
def test_each_calculator_agrees_with_the_table(kind: ItemKind) -> None:
    """One document of each kind, long due, beside an invoice that is open: what does it touch?"""
    part, sign = kind.part, kind.sign or 1
    base = [doc("I", 500, "2026-01-10", "2026-01-31"), doc("R", -77, "2026-01-05")]
    mine = doc("X", sign * 40, "2026-03-05", "2026-03-10", kind=kind)
    ties = [tie("R", "X", 40)] if kind is ItemKind.RETURNED_PAYMENT else []
    day = "2026-04-30"
    before, after = (stand(items, (), day, *BALANCE) for items in (base, [*base, mine]))
    if kind is ItemKind.RETURNED_PAYMENT:  # against its payment it brings back what that had paid
        after = stand([*base, mine], ties, day, *BALANCE)
    moved = after[0] - before[0]
    assert moved == (sign * 4000 if part.balance else 0)
    # free credits and what is sent back move the overdue, and so does what falls due
    assert after[1] - before[1] == (sign * 4000 if part.balance else 0)
    sales = [
        monthly_figures(Ledger.of(items, ties), as_of="2026-03-31", months=1, accounts=["C-1"])
        for items in (base, [*base, mine])
    ]
    sold = [table["sales"].raw(0) for table in sales]
    assert sold[1] - sold[0] == (sign * 4000 if part.sale else 0)
    aged = ageing(Ledger.of([*base, mine], ties), as_of=day)
    assert aged.total == Money.from_minor(after[0], "CNY")
    # set against a debt of its own: what does it say of the customer?
    if sign < 0 and part.habit is not Habit.NONE:
        debt = doc("D", 40, "2026-03-01", "2026-03-31")
        found = stand([debt, mine], [tie("X", "D", 40)], day, *HABITS)
        assert (
            found
            == {
                Habit.CASH: (1, 1.0, 0.0),
                Habit.BILL: (1, 1.0, 0.0),
                Habit.CREDIT: (0, None, None),
                Habit.LOSS: (0, 0.0, 30.0),
            }[part.habit]
        )
    if sign > 0 and kind.sign and kind is not ItemKind.RETURNED_PAYMENT:
        cash = doc("C", -40, "2026-03-20")
        settled = stand([mine, cash], [tie("C", "X", 40)], day, "settled_count")
        assert settled == (1 if part.habit is Habit.TO_PAY else 0,)


# ------------------------------------------------------------------- payments that came back


DEBT = doc("I-4", "7350.20", "2026-02-11", "2026-03-13")
CHEQUE = doc("R-4", "-7350.20", "2026-03-10")
BACK = doc("B-4", "7350.20", "2026-03-18", kind="returned_payment")
BOUNCED = (735020, 735020, 49, 0, 0.0, 49.0)


@pytest.mark.parametrize(
    ("items", "ties"),
    [
        ([DEBT, CHEQUE], [tie("R-4", "I-4", "7350.20", undone_on="2026-03-18")]),
        ([DEBT, CHEQUE, BACK], [tie("R-4", "I-4", "7350.20"), tie("R-4", "B-4", "7350.20")]),
        ([DEBT, CHEQUE, BACK], [tie("R-4", "I-4", "7350.20")]),  # the one payment that it can be
        ([DEBT, CHEQUE, BACK], [tie("R-4", "I-4", "7350.20", undone_on="2026-03-18")]),
        (
            [DEBT, CHEQUE, attrs.evolve(BACK, kind="debit_note")],
            [tie("R-4", "I-4", "7350.20", undone_on="2026-03-18")],
        ),
        ([DEBT], [tie(None, "I-4", "7350.20", on="2026-03-10", undone_on="2026-03-18")]),
        ([DEBT], []),
    ],
)
def test_a_bounced_payment_is_as_if_it_had_never_come(items: Any, ties: Any) -> None:
    assert stand(items, ties, "2026-05-01") == BOUNCED
    if ties:
        assert stand(items, ties, "2026-03-17") == (0, 0, 0, 1, 1.0, 0.0)
    aged = ageing(Ledger.of(items, ties), as_of="2026-05-01")
    assert dict(aged.row("C-1").by_bucket)["31-60"] == Money("7350.20", "CNY")
    assert aged.row("C-1").unapplied == Money(0, "CNY")


def test_of_several_payments_that_one_cannot_tell_apart_nothing_is_known() -> None:
    twice = [DEBT, CHEQUE, attrs.evolve(CHEQUE, id="R-5"), BACK]
    assert stand(twice, (), "2026-05-01") == (None,) * 6
    (note,) = [one for one in Ledger.of(twice).notes if one.code.startswith("item.returned")]
    assert "add an allocation from the receipt to the returned payment" in str(note)
    known = stand(twice, [tie("R-5", "B-4", "7350.20")], "2026-05-01", *BALANCE)
    assert known == (0, 0, 0)


def test_a_part_that_came_back_opens_the_oldest_debt() -> None:
    items = [
        doc("A", 300, "2026-01-01", "2026-01-31"),
        doc("B", 200, "2026-02-01", "2026-02-28"),
        doc("R", -500, "2026-02-20"),
        doc("X", 300, "2026-03-05", kind="returned_payment"),
    ]
    ties = [tie("R", "A", 300), tie("R", "B", 200), tie("R", "X", 300)]
    found = stand(items, ties, "2026-03-31", *BALANCE)
    assert found == (30000, 30000, 59)
    assert stand(items, ties, "2026-03-04", *BALANCE) == (0, 0, 0)


def test_a_match_that_is_taken_back_frees_the_cash() -> None:
    items = [DEBT, doc("I-5", "7350.20", "2026-02-20", "2026-03-22"), CHEQUE]
    moved = [
        tie("R-4", "I-4", "7350.20", on="2026-03-10", unmatched_on="2026-04-02"),
        tie("R-4", "I-5", "7350.20", on="2026-04-02"),
    ]
    ledger = Ledger.of(items, moved)
    for day, name, days in (("2026-04-01", "I-5", 10), ("2026-04-02", "I-4", 20)):
        for one in (ledger, columns_of(ledger)):
            assert [(item.id, item.days) for item in payable_items(one, as_of=day) or ()] == [
                (name, days)
            ]
    free = stand(items, moved[:1], "2026-04-02", *BALANCE)
    assert free == (735020, 735020, 11)  # the oldest is paid out of it


# ------------------------------------------------------------ credits, write-offs, refunds, bills


def test_a_credit_note_makes_what_was_to_be_paid_less_and_dates_nothing() -> None:
    debt, late = (
        doc("I", 640, "2026-04-03", "2026-05-03"),
        doc("J", 160, "2026-04-03", "2026-05-03"),
    )
    note = doc("N", -480, "2026-06-30", kind="credit_note")
    cash = [doc("R", -160, "2026-04-20"), doc("S", -160, "2026-05-23")]
    ties = [tie("N", "I", 480), tie("R", "I", 160), tie("S", "J", 160)]
    assert stand([debt, late, note, *cash], ties, "2026-07-01", *HABITS) == (2, 0.5, 10.0)


def test_a_write_off_changes_no_habit() -> None:
    bad, good = (
        doc("BAD", 8100, "2025-11-03", "2025-12-03"),
        doc("I", 900, "2026-05-01", "2026-06-01"),
    )
    gone = doc("W", -8100, "2026-06-20", kind="write_off")
    paid = tie(None, "I", 900, on="2026-05-30")
    open_ = stand([bad, good], [paid], "2026-06-21", *HABITS)
    written = stand([bad, good, gone], [paid, tie("W", "BAD", 8100)], "2026-06-21")
    assert written[:3] == (0, 0, 0)
    assert written[3:] == open_ == (1, 0.1, 180.0)
    by_word = tie(None, "BAD", 8100, on="2026-06-20", source_kind="write_off")
    assert stand([bad, good], [paid, by_word], "2026-06-21") == written
    early = doc("E", 8100, "2026-05-15", "2026-09-01")
    lost = [paid, tie("W", "E", 8100)]
    assert stand([early, good, gone], lost, "2026-06-21", *HABITS) == (1, 0.1, 0.0)
    recovered = [
        bad,
        gone,
        doc("V", 8100, "2026-08-01", kind="recovery"),
        doc("C", -8100, "2026-08-01"),
    ]
    ties = [tie("W", "BAD", 8100), tie("C", "V", 8100)]
    assert stand(recovered, ties, "2026-08-02") == (0, 0, 0, 0, 0.0, 242.0)


def test_a_refund_is_in_no_habit_and_never_overdue() -> None:
    late = [doc("I", 700, "2026-01-04", "2026-02-03"), doc("R", -700, "2026-03-15")]
    sent = [doc("AD", -9000, "2026-04-01"), doc("RF", 9000, "2026-04-20", kind="refund")]
    ties = [tie("R", "I", 700)]
    for more in ([], [tie("AD", "RF", 9000)]):
        assert stand([*late, *sent], [*ties, *more], "2026-06-01") == (0, 0, 0, 1, 0.0, 40.0)
    alone = stand(sent[1:], (), "2026-06-01", *BALANCE)
    assert alone == (900000, 0, 0)
    aged = ageing(Ledger.of(sent[1:]), as_of="2026-06-01").row("C-1")
    assert (aged.amounts[0], aged.unapplied) == (Money(9000, "CNY"), Money(0, "CNY"))


def test_a_bill_pays_on_the_day_on_which_it_is_met() -> None:
    debt = doc("I", 2500, "2026-01-10", "2026-02-09")
    bill = doc("B", -2500, "2026-02-05", "2026-05-05", kind="bill_receivable")
    ties = [tie("B", "I", 2500)]
    assert stand([debt, bill], ties, "2026-03-01") == (0, 0, 0, 0, None, None)
    assert stand([debt, bill], ties, "2026-05-05") == (0, 0, 0, 1, 0.0, 85.0)
    dishonoured = [tie("B", "I", 2500, undone_on="2026-05-06")]
    assert stand([debt, bill], dishonoured, "2026-05-10", *BALANCE) == (250000, 250000, 90)


def test_of_a_payment_that_came_back_in_part_the_rest_has_paid_as_before() -> None:
    """A bounce of 1 of 1,000 leaves 1 open, and frees no cash for an older debt."""
    items = [doc("J", 400, "2026-04-01", "2026-05-01"), doc("X", 1000, "2026-06-01", "2026-07-01"),
             doc("R", -1000, "2026-06-30"), doc("B", 1, "2026-07-05", kind="returned_payment")]  # fmt: skip
    ties = [tie("R", "X", 1000), tie("R", "B", 1)]
    assert stand(items[:3], ties[:1], "2026-08-01", *BALANCE[:3]) == (40000, 40000, 92)
    assert stand(items, ties, "2026-08-01", *BALANCE[:3]) == (40100, 40100, 92)
    for ledger in (Ledger.of(items, ties), columns_of(Ledger.of(items, ties))):
        for day, left in (("2026-07-04", [40000, 0, 0, 0]), ("2026-07-05", [40000, 100, 0, 0])):
            assert open_amounts(ledger, as_of=day).values.tolist() == left
    later = [tie("R", "X", 1000, on="2026-07-08"), tie("R", "B", 1)]
    for ledger in (Ledger.of(items, later), columns_of(Ledger.of(items, later))):
        found = open_amounts(ledger, as_of="2026-07-06", effective="matched")
        assert found.values.tolist() == [40000, 100000, -99900, 0]


def test_a_write_off_that_is_taken_back_covers_nothing() -> None:
    loss = doc("W", -1000, "2026-07-03", kind="write_off")
    items = [doc("I", 1000, "2026-06-01", "2026-07-01"), loss]
    back = [tie("W", "I", 1000, undone_on="2026-07-10")]
    assert stand(items, back, "2026-07-09", *BALANCE[:3]) == (0, 0, 0)
    assert stand(items, back, "2026-07-10", *BALANCE[:3]) == (100000, 100000, 9)


def test_words_of_other_systems_lead_to_ours() -> None:
    rows = {
        "account": ["C"] * 2,
        "amount": ["10", "-10"],
        "doc_date": "2026-01-01",
        "currency": "CNY",
    }
    for word, kind in (("payment", "receipt"), ("收款", "receipt"), ("Bounced", "returned_payment"),
                       ("红字发票", "credit_note"), ("坏账", "write_off")):  # fmt: skip
        book = Ledger.from_columns({**rows, "kind": ["invoice", word]})
        assert f"did you mean '{kind}'?" in str(book.faults[0])


def test_a_bill_without_a_due_date_has_not_paid() -> None:
    """Who leaves out the day, on which the customer was 180 days late, gains nothing by it."""
    debt = doc("I", 1000, "2026-06-01", "2026-07-01")
    for due, found in (("2026-12-28", (1, 0.0, 180.0)), (None, (0, None, None))):
        bill = doc("B", -1000, "2026-06-28", due, kind="bill_receivable")
        for ties in ([tie("B", "I", 1000)], []):
            assert stand([debt, bill], ties, "2027-01-02", *HABITS) == found
        noted = {note.code for note in Ledger.of([debt, bill]).notes}
        assert ("item.no_bill_date" in noted) == (due is None)


def test_what_is_odd_of_rows_that_can_be_read_is_told() -> None:
    whole = doc("INV9", 1000, "2026-06-01", "2026-07-01")
    parts = [doc(f"T{n}", 500, "2026-06-01", "2026-07-01", kind="instalment", document="INV9",
                 instalment=f"{n}/2") for n in (1, 2)]  # fmt: skip
    other = doc("INV9", 1000, "2026-06-01", "2026-07-01", account="C-2", kind="debit_note")
    receipt = doc("R", -1000, "2026-06-30")
    debts = [doc(name, 1000, "2026-06-01", "2026-07-01") for name in "AB"]
    for items, ties, code, ids in (
        ([whole, *parts, other], [], "item.counted_twice", ("INV9",)),
        ([*parts, other], [], "item.counted_twice", ()),
        ([doc("D", 5, "2026-06-01", "2026-05-31")], [], "item.due_before_doc", ("D",)),
        ([doc("D", 5, "2026-06-01", "2026-06-01")], [], "item.due_before_doc", ()),
        ([doc("D", 5, "2026-06-01", "2036-06-02")], [], "item.due_far", ("D",)),
        ([doc("D", 5, "2026-06-01", "2036-06-01")], [], "item.due_far", ()),
        ([doc("D", 5, "2026-06-01", disputed="5.01")], [], "item.disputed_exceeds", ("D",)),
        ([doc("D", 5, "2026-06-01", disputed="5")], [], "item.disputed_exceeds", ()),
        ([receipt, *debts], [tie("R", "A", 1000), tie("R", "B", 1)], "allocation.exceeds_source", ("R",)),
        ([receipt, *debts], [tie("R", "A", 1000)], "allocation.exceeds_source", ()),
        ([receipt, *debts], [tie("R", "A", 1, undone_on="2026-06-29")], "allocation.ends_first", ("A",)),
        ([receipt, *debts], [tie("R", "A", 1, undone_on="2026-06-30")], "allocation.ends_first", ()),
    ):  # fmt: skip
        for ledger in (Ledger.of(items, ties), columns_of(Ledger.of(items, ties))):
            found = {note.code: note for note in ledger.notes}
            assert (found[code].ids if code in found else ()) == ids, (code, ids)
            assert not ledger.unread and not any(one.faults for one in (ledger.items,))


# ----------------------------------------------------------------------- currencies, existence, keys


def test_an_allocation_of_two_amounts_leaves_nobody_a_debt() -> None:
    rates = Rates("CNY", {"USD": "6.90", "EUR": "7.75"}, as_of="2026-08-01")
    debt = doc("I", 1200, "2026-05-08", "2026-06-07", currency="USD")
    for currency, gives in (("CNY", "8640"), ("CNY", "8100.55"), ("EUR", "1104")):
        cash = doc("R", f"-{gives}", "2026-06-05", currency=currency)
        both = tie("R", "I", 1200, currency="USD", source_amount=Money(gives, currency))
        how = {"currency": "CNY", "rates": rates}
        assert stand([debt, cash], [both], "2026-08-01", **how) == (0, 0, 0, 1, 1.0, 0.0)
        lacking = tie("R", "I", 1200, currency="USD")
        assert stand([debt, cash], [lacking], "2026-08-01", **how) == (None,) * 6
    with pytest.raises(InvalidFact, match="leave source_amount out"):
        tie("R", "I", 5, source_amount=Money(6, "CNY"))


def test_a_document_exists_from_its_posting_date_where_that_is_asked() -> None:
    items = [
        doc("1", 310, "2025-11-04", "2025-12-04", posting_date="2025-11-04"),
        doc("2", 640, "2025-12-30", "2026-01-29", posting_date="2026-01-03"),
        doc("R", -640, "2026-01-02", posting_date="2026-01-07"),
    ]
    ledger = Ledger.of(items, [tie("R", "2", 640)])
    for one in (ledger, columns_of(ledger)):
        assert ageing(one, as_of="2025-12-31").total == Money(950, "CNY")
        books = ageing(one, as_of="2025-12-31", exists_by="posting", basis="posting")
        assert books.total == Money(310, "CNY")
        table = monthly_figures(one, as_of="2026-01-31", months=2, exists_by="posting")
        assert [table["sales"].raw(row) for row in (0, 1)] == [0, 64000]
        opens = open_amounts(one, as_of="2026-01-06", exists_by="posting")
        assert opens.values.tolist() == [31000, 64000, 0]
    stand(items, [tie("R", "2", 640)], "2026-01-05", exists_by="posting")


def test_numbers_are_told_apart_by_kind() -> None:
    items = [
        doc("5", 100, "2026-03-01", "2026-03-31"),
        doc("5", -60, "2026-03-05"),
        doc("5", -10, "2026-03-06", kind="credit_note"),
        doc("6", 30, "2026-03-01", "2026-03-31"),
    ]
    unclear = [tie("5", "5", 40)]
    assert stand(items, unclear, "2026-05-01", "overdue") == (None,)
    assert "write source_kind and target_kind" in str(Ledger.of(items, unclear).notes[0])
    named = [tie("5", "5", 60, source_kind="receipt"), tie("5", "6", 10, source_kind="credit_note")]
    assert stand(items, named, "2026-05-01", "overdue") == (6000,)
    alone = [items[0], items[1], items[3]]
    assert stand(alone, unclear, "2026-05-01", "overdue") == (7000,)  # a bare number is enough
    ledger = Ledger.of(alone, unclear)
    assert ck.receivables.positions.open_amount(ledger, as_of="2026-05-01", item="5") == Money(
        60, "CNY"
    )
    by_kind = ck.receivables.positions.open_amount(
        ledger, as_of="2026-05-01", item="5", kind="receipt"
    )
    assert by_kind == Money(-20, "CNY")


def test_ageing_by_any_key() -> None:
    items = [
        doc("1", 10, "2026-03-01", "2026-03-31", salesperson="Li", entity="E-1", instalment="1/2"),
        doc("2", 20, "2026-03-01", "2026-05-31", salesperson="Wang", cost_centre="K-7"),
        doc("3", -5, "2026-03-01", document="D-1"),
    ]
    for ledger in (Ledger.of(items), columns_of(Ledger.of(items))):
        aged = ageing(ledger, as_of="2026-05-01", by="salesperson")
        assert aged.accounts == ("", "Li", "Wang")
        assert aged.balance.tolist() == [-500, 1000, 2000]
        assert "not given" in str(aged) and "按销售员" in aged.explain("zh")
        for by in ("entity", "cost_centre", "document", "instalment", "kind", "order", "currency"):
            assert ageing(ledger, as_of="2026-05-01", by=by).total == aged.total
    with pytest.raises(InvalidFact, match="did you mean 'salesperson'"):
        ageing(Ledger.of(items), as_of="2026-05-01", by="sales_person")


# ------------------------------------------------------------------------------------------ notes


@pytest.mark.parametrize("code", NOTES)
def test_every_note_is_a_sentence_in_both_languages(code: str) -> None:
    note = Note(code=code, count=12, ids=("7",), value="1,000")
    for language in ("en", "zh"):
        text = note.explain(language)
        assert "'1,000'" in text and "12" in text and "7" in text and "{" not in text
        assert REMEDIES[code].in_(language) in text


def test_faults_name_column_value_and_remedy() -> None:
    book = Ledger.from_columns(
        {"id": ["1", "2"], "account": ["C-1", "C-2"], "currency": "CNY", "kind": "invoice",
         "amount": ["9,100.00", "3"], "doc_date": "2026-03-01"},
        {"target": ["2", "2"], "amount": ["3", "1"], "on": ["01/04/2026", "2026-04-01"]},
    )  # fmt: skip
    assert [(fault.path, fault.value) for fault in book.faults] == [
        ("ledger.items.amount", "9,100.00"),
        ("ledger.allocations.on", "01/04/2026"),
    ]
    assert [(note.code, note.value) for note in book.unread] == [
        ("item.no_amount", "9,100.00"),
        ("allocation.bad_date", "01/04/2026"),
    ]
    assert "(got '9,100.00'), in 1 row: 1; write 1234.50" in str(book.unread[0])


# ------------------------------------------------------------------------------------------- laws


def told(ledger: Ledger, day: date) -> Any:
    how: Any = {"as_of": day, "currency": "CNY"}
    figures = position(ledger, **how)
    return figures, habit(ledger, **how), ageing(ledger, **how).totals


@given(records(), near)
def test_as_of_a_date_the_longer_ledger_says_what_the_shorter_does(made: Any, as_of: date) -> None:
    """Documents and allocations of later change nothing: they do not exist yet."""
    items, ties = made
    later = {item.id for item in items if item.doc_date > as_of}
    if later & {item.id for item in items if item.doc_date <= as_of}:
        return  # a number of tomorrow's kind makes today's allocation unclear
    if any(item.kind is ItemKind.RETURNED_PAYMENT and item.id in later for item in items):
        return  # a return of nobody knows what is not known at any date
    shorter = Ledger.of(
        [item for item in items if item.id not in later],
        [one for one in ties if not {one.source, one.target} & later],
    )
    longer = Ledger.of(items, ties)
    for name in shorter.accounts:
        parts = longer.account(name), shorter.account(name)
        if any(part.account_items.broken for part in parts):
            continue
        assert told(parts[0], as_of) == told(parts[1], as_of)


@given(st.integers(1, 900), st.integers(1, 900), st.integers(1, 60), st.booleans(), st.booleans())
def test_a_payment_that_came_back_leaves_the_figures_as_they_were(
    owed: int, paid: int, days: int, matched: bool, by_document: bool
) -> None:
    """Whatever of it was matched, by the end of the allocation or by a document of the return."""
    base = [doc("I", owed, "2026-01-01", "2026-02-01"), doc("J", 50, "2026-01-01", "2026-03-01")]
    cash = doc("R", -paid, "2026-02-10")
    part = min(owed, paid)
    on = date(2026, 2, 10) + timedelta(days)
    ties = [tie("R", "I", part, undone_on=None if by_document else on)]
    more = [cash]
    if by_document:
        more.append(doc("B", paid, on.isoformat(), kind="returned_payment"))
        ties = ties if matched else []
        ties.append(tie("R", "B", paid))
    elif part < paid:
        return  # of a payment that came back only what was matched is said to have come back
    after = stand([*base, *more], ties, "2026-05-01")
    assert after == stand(base, (), "2026-05-01")


@given(records(wild=False), st.data())
def test_splitting_a_document_changes_no_total(made: Any, data: Any) -> None:
    items, ties = made
    free = [
        item
        for item in items
        if item.amount.minor > 1
        and item.disputed is None
        and item.kind is not ItemKind.RETURNED_PAYMENT
        and not any(one.target == item.id for one in ties)
    ]
    if not free:
        return
    item = data.draw(st.sampled_from(free))
    first = Money.from_minor(data.draw(st.integers(1, item.amount.minor - 1)), item.currency)
    parts = [
        attrs.evolve(item, id=f"{item.id}/1", amount=first),
        attrs.evolve(item, id=f"{item.id}/2", amount=item.amount - first),
    ]
    split = [one for one in items if one is not item] + parts
    before, after = Ledger.of(items, ties), Ledger.of(split, ties)
    if any(before.account(name).account_items.broken for name in before.accounts):
        return
    how: Any = {"as_of": TODAY, "currency": "CNY"}
    assert ageing(after, **how).totals == ageing(before, **how).totals
    one, two = (position(ledger.account(item.account), **how) for ledger in (before, after))
    for name in ("receivables", "overdue", "dso", "countback_dso", "oldest_overdue_days"):
        assert two[name] == one[name]


def test_many_are_asked_without_a_word() -> None:
    ledger = Ledger.of([DEBT, CHEQUE], [tie("R-4", "I-4", "7350.20", undone_on="2026-03-18")])
    assert habits(columns_of(ledger), as_of="2026-05-01")["settled_count"].values.tolist() == [0]
