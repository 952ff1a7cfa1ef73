"""Allocation where the host has none: golden answers, a naive reading, and its laws."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import creditkit as ck
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Allocation, Ledger, OpenItem
from creditkit.receivables import _allocating, allocation, habits, positions
from creditkit.receivables._matching import pro_rata_shares
from creditkit.receivables.allocation import HOWS, allocate
from creditkit.receivables.open_items import open_amounts
from tests import ledgers
from tests.ledgers import ACCOUNTS, TODAY, naive_open

every_how = pytest.mark.parametrize("how", HOWS)
few = settings(
    max_examples=settings().max_examples // 3
)  # of each rule: five rules share one kernel
tame = ledgers.records(wild=False)
wild = ledgers.records(("CNY", "USD"))


def of(*rows: tuple[Any, ...], **more: Any) -> Ledger:
    """A ledger of ``(id, amount, doc_date, due_date)``: below zero a receipt, or another kind."""
    kinds = more.pop("kinds", {})
    columns = {
        "id": [row[0] for row in rows],
        "account": "C-1",
        "currency": "CNY",
        "kind": [kinds.get(row[0], "invoice" if row[1] > 0 else "receipt") for row in rows],
        "amount": [row[1] for row in rows],
        "doc_date": [f"2026-{row[2]}" for row in rows],
        "due_date": [f"2026-{row[3]}" if len(row) > 3 else None for row in rows],
    }
    return Ledger.from_columns(columns | more)


def ties(found: allocation.Allocated) -> list[tuple[str | None, str, str]]:
    return [(one.source, one.target, str(one.amount.amount)) for one in found]


# Golden answers


def test_the_running_account_of_a_customer_who_pays_a_day_early() -> None:
    n = range(1, 5)
    rows = [(f"I-{m}", 1000, f"0{m}-01", f"0{m}-28") for m in n]
    ledger = of(*rows, *[(f"R-{m}", -1000, f"0{m}-27") for m in n])
    matched = allocate(ledger, as_of="2026-07-01").ledger
    now = positions.position(matched, as_of="2026-07-01")
    assert (now["overdue"], now["oldest_overdue_days"]) == (ck.Money(0, "CNY"), 0)
    assert (now["on_time_share"], now["average_days_late"], now["settled_count"]) == (1.0, 0.0, 4)
    many = positions.positions(matched, accounts=["C-1"], as_of="2026-07-01")
    assert many["on_time_share"].values.tolist() == [1.0]


def test_oldest_due_comes_before_oldest_document() -> None:
    ledger = of(("A", 100, "01-05", "04-05"), ("B", 100, "02-01", "03-03"), ("R", -150, "05-01"))
    found = allocate(ledger, as_of=TODAY)
    assert ties(found) == [("R", "B", "100.00"), ("R", "A", "50.00")]


def test_a_reference_comes_first_and_a_credit_note_follows_its_own_in_every_rule() -> None:
    rows = (("A", 100, "01-05", "02-05"), ("B", 100, "02-01", "03-03"), ("R", -150, "05-01"))
    ledger = of(*rows, ("N", -30, "05-02"), kinds={"N": "credit_note"})
    named = {"source": ["R", "N"], "target": ["B", "B"]}
    found = allocate(ledger, as_of=TODAY, how="by_reference", references=named)
    assert sorted(ties(found)) == [
        ("N", "A", "30.00"),  # B is paid by then
        ("R", "A", "50.00"),
        ("R", "B", "100.00"),
    ]
    found = allocate(ledger, as_of=TODAY, references=named)
    assert sorted(ties(found)) == [("N", "B", "30.00"), ("R", "A", "100.00"), ("R", "B", "50.00")]


def test_by_reference_only_leaves_what_names_nothing() -> None:
    ledger = of(("A", 100, "01-05", "02-05"), ("B", 100, "02-01", "03-03"), ("R", -120, "05-01"),
                ("S", -10, "05-02"))  # fmt: skip
    named = {"source": ["R"], "target": ["B"]}
    found = allocate(ledger, as_of=TODAY, how="by_reference_only", references=named)
    assert ties(found) == [("R", "B", "100.00")]
    left = [found.left.row(row) for row in range(2)]
    assert {one.item: one.why for one in left} == {"R": "not_named", "S": "not_named"}


def test_a_payer_says_how_much_of_which() -> None:
    ledger = of(("A", 100, "01-05", "02-05"), ("B", 100, "02-01", "03-03"), ("R", -120, "05-01"))
    named = {"source": ["R"], "target": ["B"], "amount": ["70"]}
    found = allocate(ledger, as_of=TODAY, how="by_reference", references=named)
    assert ties(found) == [("R", "B", "70.00"), ("R", "A", "50.00")]


def test_references_that_cannot_count_are_noted_and_change_nothing() -> None:
    ledger = Ledger.from_columns(
        {
            "id": ["A", "B", "R", "D"],
            "account": ["C-1", "C-2", "C-1", "C-1"],
            "currency": ["CNY", "CNY", "CNY", "USD"],
            "kind": ["invoice", "invoice", "receipt", "invoice"],
            "amount": [100, 100, -50, 10],
            "doc_date": "2026-01-05",
        }
    )
    named = {
        "source": ["R", "X", "R", "R", "A", "R"],
        "target": ["Y", "A", "B", "D", "A", "A"],
        "amount": [None, None, None, None, None, "-5"],
    }
    found = allocate(ledger, as_of=TODAY, how="by_reference", references=named)
    assert ties(found) == [("R", "A", "50.00")]
    assert {note.code: (note.count, note.ids) for note in found.notes} == {
        "reference.no_source": (1, ("X",)),
        "reference.no_target": (1, ("Y",)),
        "reference.other_account": (2, ("R",)),
        "reference.wrong_way": (1, ("A",)),
        "reference.no_amount": (1, ("R",)),
    }


def test_pro_rata_adds_up_to_the_cent() -> None:
    rows = [
        (name, 100, "01-05", due)
        for name, due in zip("ABC", ("04-01", "02-01", "03-01"), strict=True)
    ]
    found = allocate(of(*rows, ("R", -100, "05-01")), how="pro_rata", as_of=TODAY)
    assert ties(found) == [("R", "B", "33.34"), ("R", "C", "33.33"), ("R", "A", "33.33")]
    found = allocate(of(*rows, ("R", -400, "05-01")), how="pro_rata", as_of=TODAY)
    assert [amount for _, _, amount in ties(found)] == ["100.00"] * 3
    assert found.unallocated == {("C-1", "CNY"): ck.Money("100.00", "CNY")}


def test_costs_interest_principal() -> None:
    # Section 367 BGB; a claim of 1,000 with 50 interest and 40 of costs, of which 70 is paid
    rows = (("P", 1000, "01-05", "02-05"), ("Z", 50, "04-05", "04-05"), ("K", 40, "04-20", "04-20"))
    ledger = of(*rows, ("R", -70, "05-01"), kinds={"Z": "debit_note", "K": "debit_note"})
    claims = {"costs": ["K"], "interest": ["Z"]}
    found = allocate(ledger, how="costs_interest_principal", as_of=TODAY, claims=claims)
    assert ties(found) == [("R", "K", "40.00"), ("R", "Z", "30.00")]
    assert ties(allocate(ledger, as_of=TODAY, claims=claims)) == [("R", "P", "70.00")]
    with pytest.raises(InvalidFact, match=r"claims\.fees must be one of costs, interest"):
        allocate(ledger, how="costs_interest_principal", as_of=TODAY, claims={"fees": ["K"]})
    lost = allocate(ledger, how="costs_interest_principal", as_of=TODAY, claims={"costs": ["X"]})
    assert [(note.code, note.ids) for note in lost.notes] == [("claims.no_item", ("X",))]


TWO = (("A", 1000, "05-01", "05-31"), ("B", 500, "05-02", "06-01"))
WINDOW = {"item": ["A", "B"], "amount": ["20", "10"], "until": ["2026-05-11", "2026-05-12"]}


@pytest.mark.parametrize(
    ("paid", "day", "tied", "taken"),
    [
        (980, "05-11", ["980.00"], ["20.00"]),  # the last day
        (980, "05-12", ["980.00"], []),  # the day after
        (1470, "05-10", ["980.00", "490.00"], ["20.00", "10.00"]),
        (1480, "05-12", ["1000.00", "480.00"], []),  # A's day is over and nothing fits
        (1490, "05-12", ["1000.00", "490.00"], ["10.00"]),
        (1000, "05-10", ["1000.00"], []),  # paid in full: none was taken
        (1500, "05-10", ["1000.00", "500.00"], []),
        (975, "05-10", ["975.00"], []),  # 5 too little
    ],
)
def test_discounts_are_taken_by_who_deducts_them(
    paid: int, day: str, tied: list[str], taken: list[str]
) -> None:
    found = allocate(of(*TWO, ("R", -paid, day)), as_of=TODAY, discounts=WINDOW)
    assert [amount for source, _, amount in ties(found) if source == "R"] == tied
    assert [
        str(-found.discounts.row(row).amount.amount) for row in range(len(found.discounts))
    ] == taken
    owed = positions.position(found.ledger, as_of=TODAY)["receivables"]
    assert owed == ck.Money(1500 - paid - sum(map(int, map(float, taken))), "CNY")


@pytest.mark.parametrize(("paid", "granted"), [(975, "25.00"), (985, "15.00")])
def test_a_tolerance_is_what_a_payer_may_miss_the_discount_by(paid: int, granted: str) -> None:
    window = WINDOW | {"tolerance": ["5", None]}
    found = allocate(of(*TWO, ("R", -paid, "05-10")), as_of=TODAY, discounts=window)
    (note,) = map(found.discounts.row, range(len(found.discounts)))
    assert (note.id, str(-note.amount.amount)) == ("R/A", granted)


def test_a_discount_counts_where_the_payer_names_the_item() -> None:
    ledger = of(*TWO, ("R", -490, "05-10"))
    named = {"source": ["R"], "target": ["B"]}
    found = allocate(ledger, how="by_reference", as_of=TODAY, references=named, discounts=WINDOW)
    assert ties(found) == [("R", "B", "490.00"), ("R/B", "B", "10.00")]


def test_discounts_that_cannot_count_are_noted() -> None:
    ledger = of(*TWO, ("R", -980, "05-10"))
    window = {
        "item": ["A", "B", "X"],
        "amount": [None, "1", "1"],
        "until": ["2026-05-11", None, "2026-05-11"],
    }
    found = allocate(ledger, as_of=TODAY, discounts=window)
    codes = {note.code: note.ids for note in found.notes}
    assert codes == {
        "discount.no_item": ("X",),
        "discount.no_amount": ("A",),
        "discount.no_until": ("B",),
    }
    assert not len(found.discounts)
    with pytest.raises(InvalidFact, match="one row for each item"):
        allocate(
            ledger,
            as_of=TODAY,
            discounts={"item": ["A", "A"], "amount": [1, 1], "until": "2026-05-11"},
        )
    with pytest.raises(InvalidFact, match=r"discounts\.until must be given"):
        allocate(ledger, as_of=TODAY, discounts={"item": ["A"], "amount": [1]})


def test_why_a_credit_is_left() -> None:
    ledger = Ledger.from_columns(
        {
            "id": ["R1", "A", "R2", "B", "R3", "I", "R4", "O", "P", "bad", "R5"],
            "account": ["C-1", "C-2", "C-2", "C-3", "C-3", "C-4", "C-4", "C-5", "C-5", "C-6", "C-6"],
            "currency": ["CNY"] * 3 + ["USD"] + ["CNY"] * 7,
            "kind": ["receipt", "invoice", "receipt", "invoice", "receipt", "invoice", "receipt",
                     "invoice", "receipt", "invoice", "receipt"],
            "amount": [-10, 20, -10, 20, -10, 30, -10, 5, -8, None, -7],
            "disputed": [None, 20, None, None, None, None, None, None, None, None, None],
            "doc_date": ["2026-01-05"] * 5 + ["2026-12-05"] + ["2026-01-05"] * 5,
        },
        {"source": ["R4", "P"], "target": ["I", "O"], "amount": [10, 8], "currency": "CNY"},
    )  # fmt: skip
    found = allocate(ledger, as_of=TODAY)
    assert not len(found)
    left = [found.left.row(row) for row in range(len(found.left))]
    assert {one.item: (one.why, one.amount and str(one.amount.amount)) for one in left} == {
        "R1": ("nothing_open", "10.00"),
        "R2": ("disputed", "10.00"),
        "R3": ("other_currency", "10.00"),
        "R4": ("matched_later", "10.00"),
        "O": ("overpaid", "3.00"),
        "R5": ("not_known", None),
    }
    assert found.unallocated["C-6", "CNY"] is None
    assert ties(allocate(ledger, as_of=TODAY, ignore_disputed=False)) == [("R2", "A", "10.00")]


def test_a_later_document_keeps_what_it_is_matched_with() -> None:
    rows = (("A", 100, "01-05", "02-05"), ("B", 50, "01-06", "02-06"), ("R", -60, "03-01"))
    ledger = of(*rows, ("L", -70, "12-01"))
    ledger = ledger.plus([], [Allocation(source="L", target="A", currency="CNY", amount="70")])
    found = allocate(ledger, as_of=TODAY)
    assert ties(found) == [("R", "A", "30.00")]  # the other 30 of R stand against the 70 of A
    assert (found.left.row(0).item, found.left.row(0).why) == ("R", "matched_later")
    before, after = (positions.position(one, as_of=TODAY) for one in (ledger, found.ledger))
    assert before["overdue"] == after["overdue"] == ck.Money(90, "CNY")


# Laws


def owed(item: OpenItem) -> bool:
    return item.kind.sign > 0 or (item.kind.sign == 0 and item.amount.minor >= 0)


def naive(given: Sequence[OpenItem], tied: Sequence[Allocation], as_of: date) -> Counter[Any]:
    """Oldest due first, cent by cent through two queues; for records that need no more than that."""
    opens = naive_open(given, tied, as_of, "documents")
    queues: dict[Any, tuple[list[Any], list[Any]]] = defaultdict(lambda: ([], []))
    for item, left in zip(given, opens, strict=True):
        if left is None or not left:
            continue
        debts, credits = queues[item.account, item.currency]
        if left > 0:
            tested = left - min(left, 0 if item.disputed is None else item.disputed.minor)
            due = item.due_date or item.doc_date
            if item.kind.sign >= 0 and not item.kind.part.overdue:
                due = date.min  # what was sent back takes the first of what is free
            key = (due, item.doc_date, item.amount.minor, item.id)
            debts.append([key, item, tested])
        elif not owed(item):
            credits.append([(item.doc_date, -left, item.id), item, -left])
    out: Counter[Any] = Counter()
    for debts, credits in queues.values():
        for _, credit, free in sorted(credits, key=lambda one: one[0]):
            for debt in sorted(debts, key=lambda one: one[0]):
                paid = min(free, debt[2])
                free -= paid
                debt[2] -= paid
                if paid and owed(debt[1]):
                    out[credit.id, debt[1].id] += paid
    return out


def counted(found: allocation.Allocated) -> Counter[Any]:
    out: Counter[Any] = Counter()
    for one in found:
        out[one.source, one.target] += one.amount.minor
    return out


def never_later(tied: Sequence[Allocation], given: Sequence[OpenItem]) -> list[Allocation]:
    """The allocations of documents that are there today."""
    docs = {item.id: item.doc_date for item in given}
    return [one for one in tied if max(docs[one.target], docs[one.source or ""]) <= TODAY]


@given(tame)
def test_oldest_due_agrees_with_a_naive_reading(made: Any) -> None:
    items, tied = made
    tied = never_later(tied, items)
    ledger = Ledger.of(items, tied)
    lost = {one.id for one in items if ledger.account(one.account).account_items.broken}
    wanted = naive(items, tied, TODAY)
    known = Counter({ends: minor for ends, minor in wanted.items() if not lost & {*ends}})
    assert counted(allocate(ledger, as_of=TODAY)) == known


@every_how
@few
@given(wild)
def test_one_by_one_agrees_with_columns(how: Any, made: Any) -> None:
    ledger = Ledger.of(*made)
    found = allocate(ledger, how=how, as_of=TODAY)
    everything = lambda *_: np.ones(10_000, dtype=bool)  # noqa: E731
    with mock.patch.object(_allocating, "_special", everything):
        alone = allocate(ledger, how=how, as_of=TODAY)
    assert counted(alone) == counted(found)
    assert alone.left.same_as(found.left)


@given(wild, st.integers(1, 4))
def test_no_answer_depends_on_how_many_are_matched_at_once(made: Any, lot: int) -> None:
    ledger = Ledger.of(*made)
    found = allocate(ledger, as_of=TODAY)
    with mock.patch.object(_allocating, "_LOT", lot):
        again = allocate(ledger, as_of=TODAY)
    for name in ("source", "target", "amount"):
        assert again.allocations[name].same_as(found.allocations[name])
    assert again.left.same_as(found.left)


@pytest.mark.parametrize(
    "largest", [1, 1 << 20, (1 << 62) - 1]
)  # in 64 bits beside a place, or not
def test_numbers_are_sorted_with_their_places(largest: int) -> None:
    packed = np.random.default_rng(largest).integers(0, largest, 5_000)
    packed[0] = largest
    key, order = _allocating._sorted(packed)
    assert order is not None
    assert np.array_equal(np.sort(packed), key)
    assert np.array_equal(packed[order], key)
    rest = np.sort(order)
    assert np.array_equal(rest, np.arange(len(packed)))


@every_how
@few
@given(wild, st.randoms(use_true_random=False))
def test_no_answer_depends_on_the_order_of_rows(how: Any, made: Any, random: Any) -> None:
    items, tied = made
    found = allocate(Ledger.of(items, tied), how=how, as_of=TODAY)
    items, tied = list(items), list(tied)
    random.shuffle(items)
    random.shuffle(tied)
    again = allocate(Ledger.of(items, tied), how=how, as_of=TODAY)
    assert counted(again) == counted(found)
    assert again.unallocated == found.unallocated


@every_how
@few
@given(wild)
def test_one_customer_is_as_that_customer_among_many(how: Any, made: Any) -> None:
    ledger = Ledger.of(*made)
    many = counted(allocate(ledger, how=how, as_of=TODAY))
    alone: Counter[Any] = Counter()
    for name in ACCOUNTS:
        alone += counted(allocate(ledger.account(name), how=how, as_of=TODAY))
    assert alone == many


@every_how
@few
@given(tame)
def test_no_more_than_is_open_nothing_of_the_future_and_no_other_account(
    how: Any, made: Any
) -> None:
    items, tied = made
    ledger = Ledger.of(items, tied)
    found = allocate(ledger, how=how, as_of=TODAY)
    by_id = {item.id: item for item in items}
    exceeds = {note.code: note.count for note in ledger.notes}.get("allocation.exceeds_item", 0)
    after = {note.code: note.count for note in found.ledger.notes}
    assert after.get("allocation.exceeds_item", 0) == exceeds
    for one in found:
        source, target = by_id[one.source or ""], by_id[one.target]
        assert source.account == target.account and source.currency == target.currency
        assert owed(target) and not owed(source)
        assert max(source.doc_date, target.doc_date) <= TODAY


@every_how
@few
@given(tame)
def test_what_is_left_is_what_ageing_calls_unapplied(how: Any, made: Any) -> None:
    ledger = Ledger.of(*made)
    found = allocate(ledger, how=how, as_of=TODAY)
    if not len(ledger):
        return
    matched = found.ledger
    aged = ck.ageing(matched, as_of=TODAY)
    for row in aged:
        if row.unapplied is None:
            continue  # an account that is not known
        left = found.unallocated.get((row.account, "CNY"), ck.Money("0", "CNY"))
        # credits cover what was sent back and never falls due before they are unapplied
        held = sum(
            max(cell, 0)
            for item, cell in zip(
                (matched.items.row(at) for at in range(len(matched.items))),
                open_amounts(matched, as_of=TODAY).values.tolist(),
                strict=True,
            )
            if item.account == row.account and owed(item) and not item.kind.part.overdue
        )
        assert max(0, left.minor - held) == -row.unapplied.minor


@given(tame, st.sampled_from([0, 20, 60, 200, 400]))
@example((
    [OpenItem(id="R", account="C-1", currency="CNY", kind="receipt", amount="-2", doc_date=TODAY),
     OpenItem(id="A", account="C-1", currency="CNY", kind="invoice", amount="1", doc_date=TODAY)],
    []), 0)  # fmt: skip
def test_a_running_account_reads_the_same_matched_or_not(made: Any, back: int) -> None:
    """The free cash of `unapplied` and oldest-first allocations agree, today and at each day before.

    Of a ledger in which no allocation came or went since: on the day before, the free cash was another.
    """
    items, tied = made
    day = date.fromordinal(TODAY.toordinal() - back)
    since = {item.id for item in items if item.doc_date > day}
    tied = [
        one
        for one in tied
        if one.undone_on is one.unmatched_on is None and not {one.source, one.target} & since
    ]
    ledger = Ledger.of(items, tied)
    matched = allocate(ledger, as_of=TODAY).ledger
    names = ["receivables", "overdue", "disputed", "oldest_overdue_days", "overdue_share"]
    before, after = (
        positions.positions(one, accounts=ACCOUNTS, as_of=day, currency="CNY")
        for one in (ledger, matched)
    )
    for name in names:
        assert after[name].same_as(before[name]), name


@given(tame)
def test_allocating_twice_allocates_nothing_more(made: Any) -> None:
    matched = allocate(Ledger.of(*made), as_of=TODAY).ledger
    assert not len(allocate(matched, as_of=TODAY))


@st.composite
def told(draw: st.DrawFn) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """A ledger, with references and discounts of some of its items, right and wrong."""
    items, tied = draw(tame)
    names = [item.id for item in items] + ["lost"]
    some = st.lists(st.sampled_from(names), max_size=6)
    sources = draw(some)
    targets = [draw(st.sampled_from(names)) for _ in sources]
    amounts = [draw(st.none() | st.integers(0, 400)) for _ in sources]
    ids = draw(st.lists(st.sampled_from(names), max_size=6, unique=True))
    discounts = {
        "item": ids,
        "amount": [draw(st.integers(0, 60)) for _ in ids],
        "until": [draw(ledgers.near) for _ in ids],
        "tolerance": [draw(st.none() | st.integers(0, 5)) for _ in ids],
    }
    return (items, tied), {"source": sources, "target": targets, "amount": amounts}, discounts


@every_how
@few
@given(told())
def test_whatever_a_host_tells_no_more_is_allocated_than_is_open(how: Any, made: Any) -> None:
    (items, tied), references, discounts = made
    ledger = Ledger.of(items, tied)
    given: dict[str, Any] = {}
    if references["source"]:
        given["references"] = references
    if discounts["item"]:
        given["discounts"] = discounts
    found = allocate(ledger, how=how, as_of=TODAY, **given)
    exceeds = {note.code: note.count for note in ledger.notes}.get("allocation.exceeds_item", 0)
    after = {note.code: note.count for note in found.ledger.notes}
    assert after.get("allocation.exceeds_item", 0) == exceeds
    assert "item.duplicate_id" not in after
    before, then = (
        positions.positions(one, accounts=ACCOUNTS, as_of=TODAY, currency="CNY")["receivables"]
        for one in (ledger, found.ledger)
    )
    granted = Counter[str]()
    for row in range(len(found.discounts)):
        granted[found.discounts.row(row).account] += found.discounts.row(row).amount.minor
    for place, name in enumerate(ACCOUNTS):
        assert then.values[place] == before.values[place] + granted[name]
    again = allocate(ledger.account("C-1"), how=how, as_of=TODAY, **given)
    mine = {one.id for one in items if one.account == "C-1"}
    assert counted(again) == Counter(
        {key: minor for key, minor in counted(found).items() if key[1] in mine}
    )


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), max_size=9))
def test_shares_add_up_and_nobody_gets_more_than_is_open(amount: int, weights: list[int]) -> None:
    shares = pro_rata_shares(amount, weights)
    whole = sum(weights)
    assert sum(shares) == min(amount, whole)
    for share, weight in zip(shares, weights, strict=True):
        assert 0 <= share <= weight
        assert abs(share * whole - min(amount, whole) * weight) < max(whole, 1)


def test_sums_beyond_64_bits_are_exact() -> None:
    big = (1 << 63) - 1
    items = [
        OpenItem(id=f"{kind}{n}", account="C-1", currency="CNY", kind=kind, doc_date=TODAY,
                 amount=ck.Money.from_minor(sign * big, "CNY"))
        for n in range(3)
        for kind, sign in (("invoice", 1), ("receipt", -1))
    ]  # fmt: skip
    found = allocate(Ledger.of(items), as_of=TODAY)
    assert [one.amount.minor for one in found] == [big] * 3
    assert not len(found.left)


# The result


@every_how
def test_plain_data_and_pages(how: Any) -> None:
    ledger = of(*TWO, ("R", -1470, "05-10"), ("S", -700, "05-11"))
    found = allocate(ledger, how=how, as_of=TODAY, discounts=WINDOW)
    data = json.loads(json.dumps(found.to_dict()))
    again = ck.receivables.allocation.Allocated.from_dict(data)
    assert again.same_as(found) and again.to_dict() == data
    with pytest.raises(InvalidFact, match="was read from a record"):
        again.ledger  # noqa: B018
    assert "未核销" in found.explain("zh") and "left: " in str(found)
    assert ck.receivables.allocation.Allocated.from_dict(
        allocate(Ledger.of([]), how=how, as_of=TODAY).to_dict()
    ).same_as(allocate(Ledger.of([]), how=how, as_of=TODAY))


def test_a_ledger_of_remainders_is_allocated_at_its_date() -> None:
    ledger = Ledger.from_columns(
        {"id": ["A", "R"], "account": "C-1", "currency": "CNY", "kind": ["invoice", "receipt"],
         "amount": [100, -60], "open_amount": [80, -50], "doc_date": "2026-01-05"},
        open_as_of=TODAY,
    )  # fmt: skip
    assert ties(allocate(ledger, as_of=TODAY)) == [("R", "A", "50.00")]
    with pytest.raises(InvalidFact, match="the date of the ledger's remainders"):
        allocate(ledger, as_of="2026-07-01")
    with pytest.raises(InvalidFact, match="remainders of one day"):
        allocate(ledger, as_of=TODAY).ledger  # noqa: B018


def test_habits_see_the_day_on_which_the_cash_was_there() -> None:
    ledger = of(("A", 100, "01-05", "02-04"), ("B", 100, "01-06", "02-05"), ("R", -150, "02-01"),
                ("S", -50, "02-15"))  # fmt: skip
    matched = allocate(ledger, as_of="2026-07-01").ledger
    found = habits.habit(matched, as_of="2026-07-01")
    assert found["settled_count"] == 2
    assert (found["on_time_share"], found["average_days_late"]) == (0.5, 5.0)
