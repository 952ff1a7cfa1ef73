"""The ledger as records and as columns, what it refuses, and what is open at a date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit._columns import Amounts, Cells, Codes, State
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Allocation, Ledger, OpenItem
from creditkit.money import LARGEST, Money
from creditkit.receivables.ageing import ageing
from creditkit.receivables.debtors import debtors
from creditkit.receivables.habits import habit
from creditkit.receivables.open_items import open_amounts
from creditkit.receivables.positions import overdue_items, position
from creditkit.recovery.worklist import worklist
from tests.interleaved import seen_at_every_step
from tests.ledgers import (
    ACCOUNTS,
    RATES,
    TODAY,
    columns_of,
    corrupted,
    naive_open,
    near,
    plain_of,
    records,
)

ITEM: dict[str, Any] = {
    "id": "INV-7",
    "account": "C-1",
    "currency": "CNY",
    "kind": "invoice",
    "amount": "1130.00",
    "doc_date": date(2026, 9, 1),
}
ITEMS: dict[str, Any] = {
    "id": ["INV-7", "RC-1"],
    "account": "C-1",
    "currency": "CNY",
    "kind": ["invoice", "receipt"],
    "amount": [1130, -500],
    "doc_date": ["2026-09-01", "2026-10-05"],
}


# ------------------------------------------------------------------------------------- the door


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amount": 1130.0}, "must be exact money"),
        ({"amount": "-1"}, "must not be below zero for a invoice"),
        ({"kind": "receipt"}, "must not be above zero for a receipt"),
        ({"kind": "credit_note"}, "say kind='debit_note'"),
        ({"kind": "loan"}, "must be one of"),
        ({"currency": "XYZ"}, "ISO 4217"),
        ({"doc_date": datetime(2026, 9, 1, tzinfo=UTC)}, "without a time"),
        ({"doc_date": None}, "must be given"),
        ({"disputed": "-5"}, "open_item.disputed must not be below zero"),
        ({"amount": Money(5, "USD")}, "must be in CNY"),
    ],
)
def test_items_refuse(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidFact, match=message):
        OpenItem(**{**ITEM, **change})


@pytest.mark.parametrize("amount", ["-5", 5.0])
def test_allocations_are_not_below_zero(amount: Any) -> None:
    with pytest.raises(InvalidFact, match=r"allocation\.amount"):
        Allocation(target="INV-7", currency="CNY", amount=amount)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amount": np.array([1.0, -1.0])}, "not a column of floats"),
        ({"amount": [1.5, -1.5]}, "must be exact money"),
        ({"amount": [1]}, "columns of one length"),
        ({"id": np.array(["a", "b"], dtype=object)}, "must not be an object column"),
        ({"id": ["a", 7]}, "all text or all whole numbers"),
        ({"account": np.array(["a", "b"], dtype=object)}, "object column"),
        ({"doc_date": [datetime(2026, 9, 1, tzinfo=UTC)] * 2}, "must be a calendar date"),
        ({"doc_date": None}, "must be given"),
        ({"amount": Cells(np.array([1.0, 2.0]))}, "a column of money, which is int64"),
        ({"amount": np.array([2**62, 2**62])}, "64 bits"),
        ({"paid": [1, 2]}, "is not known"),
        ({"duedate": ["2026-10-01", None]}, "did you mean 'due_date'"),
        ({"open_amount": [1, -1]}, "open_as_of"),
    ],
)
def test_columns_refuse(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidFact, match=message):
        Ledger.from_columns({**ITEMS, **change})


FAULTS = [
    ({"doc_date": np.array(["NaT", "2026-10-05"], dtype="datetime64[D]")}, "item.no_doc_date"),
    ({"currency": ["XYZ", "CNY"]}, "item.unknown_currency"),
    ({"currency": [None, "CNY"]}, "item.unknown_currency"),
    ({"id": [None, "RC-1"]}, "item.no_id"),
    ({"account": [None, "C-1"]}, "item.no_account"),
    ({"amount": [None, -500]}, "item.no_amount"),
    ({"amount": [-1, -500]}, "item.wrong_sign"),
    ({"kind": ["loan", "receipt"]}, "item.unknown_kind"),
    ({"disputed": [-1, None]}, "item.negative_disputed"),
    ({"disputed": ["1,000", None]}, "item.bad_disputed"),
    ({"disputed": ["1,000", "0"]}, "item.bad_disputed"),
    ({"disputed": ["none", None]}, "item.bad_disputed"),
    ({"disputed": ["0.001", None]}, "item.bad_disputed"),
    ({"due_date": ["12000-01-01", None]}, "item.bad_date"),
    ({"amount": Amounts(np.array([-(2**63), -50000]), None, "CNY")}, "item.no_amount"),
]


def test_what_rests_on_an_unreadable_dispute_is_not_known() -> None:
    columns = {
        **ITEMS,
        "account": ["C-1", "C-2"],
        "kind": "invoice",
        "amount": [1130, 500],
        "due_date": "2026-10-31",
        "disputed": ["1,000", None],
    }
    ledger = Ledger.from_columns(columns)
    assert repr(ledger) == "<Ledger of 2 items, 2 accounts; 1 item cannot be used>"
    (note,) = ledger.unread
    assert (note.code, note.count, note.ids, note.value) == (
        "item.bad_disputed",
        1,
        ("INV-7",),
        "1,000",
    )
    (fault,) = ledger.faults
    assert (fault.path, fault.value) == ("ledger.items.disputed", "1,000")
    one = position(ledger.account("C-1"), as_of=TODAY)
    assert {one[name] for name in ("overdue", "disputed", "oldest_overdue_days")} == {None}
    assert overdue_items(ledger.account("C-1"), as_of=TODAY) is None
    assert set(habit(ledger.account("C-1"), as_of=TODAY).values()) == {None}
    many = debtors(ledger, as_of=TODAY)
    assert [many["overdue"].state(row) for row in (0, 1)] == [State.INVALID, State.KNOWN]
    work = worklist(many)
    assert (work.not_known, [task.customer for task in work]) == (("C-1",), ["C-2"])
    aged = ageing(ledger, as_of=TODAY)
    assert (aged.known.tolist(), aged.invalid) == ([False, True], 1)
    with pytest.raises(InvalidFact, match=r"disputed must be an amount in plain digits"):
        Ledger.from_columns(columns, strict=True)
    cells = Cells(np.array([0, 0]), np.array([State.OUT_OF_RANGE, State.UNKNOWN], dtype=np.uint8))
    with pytest.raises(InvalidFact, match=r"disputed must be exact money.* \(got 'INV-7'\)"):
        Ledger.from_columns({**columns, "disputed": cells}, strict=True)
    foreign = {**columns, "currency": ["XYZ", "CNY"], "disputed": ["5", None]}
    codes = [note.code for note in Ledger.from_columns(foreign).unread]
    assert codes == ["item.unknown_currency"]  # which says it once


@pytest.mark.parametrize("text", ["2020021099", "20200210xx", "2020-W05", "2020-02", "today"])
def test_text_that_is_no_full_date_is_none(text: str) -> None:
    ledger = Ledger.from_columns({**ITEMS, "doc_date": [text, "20261005"]})
    assert ledger.items["doc_date"].raw(1) == date(2026, 10, 5)
    (note, *_) = ledger.notes
    assert (note.code, note.ids) == ("item.no_doc_date", ("INV-7",))
    late = Ledger.from_columns({**ITEMS, "due_date": [text, "2026-10-05"]})
    assert ("item.bad_date", ("INV-7",)) in [(note.code, note.ids) for note in late.notes]
    with pytest.raises(InvalidFact, match=r"open_item\.doc_date must be a date"):
        OpenItem(**{**ITEM, "doc_date": text})


@pytest.mark.parametrize(("change", "code"), FAULTS)
def test_a_faulty_row_is_invalid_and_stops_no_other(change: dict[str, Any], code: str) -> None:
    columns = {**ITEMS, **change}
    ledger = Ledger.from_columns(columns)
    assert code in [note.code for note in ledger.notes]
    found = open_amounts(ledger, as_of=TODAY)
    assert [found.state(row) for row in (0, 1)] == [State.INVALID, State.KNOWN]
    assert found.values[1] == -50000
    assert ledger.account("C-1").account_items.broken or code == "item.no_account"
    with pytest.raises(InvalidFact):
        Ledger.from_columns(columns, strict=True)
    again = Ledger.from_dict(ledger.to_dict())
    assert again.to_dict() == ledger.to_dict()


def test_a_repeated_id_is_invalid_in_every_row() -> None:
    columns = {**ITEMS, "id": ["A", "A"], "account": ["C-1", "C-2"], "kind": "invoice"}
    columns["amount"] = [1130, 500]
    ledger = Ledger.from_columns(columns, {"target": ["A"], "amount": [5]})
    twice = Ledger.of([ledger.items.row(0), ledger.items.row(1)], [ledger.allocations.row(0)])
    for one in (ledger, twice, twice.account("C-1"), ledger.account("C-2")):
        (note,) = [note for note in one.notes if note.code == "item.duplicate_id"]
        assert (note.count, note.ids) == (len(one), ("A",))
        assert open_amounts(one, as_of=TODAY).states.tolist() == [State.INVALID] * len(one)
        assert one.account("C-1").account_items.broken == (len(one.account("C-1")) == 1)
    assert "allocation.to_nothing" in [note.code for note in twice.notes]
    with pytest.raises(InvalidFact, match="must not repeat among documents of one kind"):
        Ledger.from_columns(columns, strict=True)


ALLOCATED = [
    ({"target": "INV-8"}, "allocation.to_nothing", [113000, -50000]),
    ({"source": "RC-9"}, "allocation.from_nothing", [113000, -50000]),
    ({"amount": 0}, "allocation.of_nothing", [113000, -50000]),
    ({"unmatched_on": "2026-11-21"}, None, [113000, -50000]),
    ({"source": None, "on": None}, "", [73000, -50000]),  # left out on purpose
    ({"amount": 2000}, "allocation.exceeds_item allocation.exceeds_source", [-87000, 150000]),
    ({"amount": -400}, "allocation.no_amount", [113000, -50000]),
    ({"currency": "USD"}, "allocation.other_currency", [113000, -50000]),
    ({"currency": "XYZ"}, "allocation.other_currency", [113000, -50000]),
    ({"source_kind": "loan"}, "allocation.bad_kind", [113000, -50000]),
    ({"source_kind": "credit_note"}, "allocation.from_nothing", [113000, -50000]),
    ({"target_kind": "invoice", "source_kind": "receipt"}, None, [73000, -10000]),
    ({"source": "INV-7", "target": "RC-1"}, "allocation.wrong_way", [113000, -50000]),
    ({"on": "12000-01-01"}, "allocation.bad_date", [113000, -50000]),
    ({"undone_on": "2026-11-21"}, None, [113000, -10000]),
    ({"undone_on": "2026-11-22"}, None, [73000, -10000]),
    ({}, None, [73000, -10000]),
]


@pytest.mark.parametrize(("change", "code", "left"), ALLOCATED)
def test_allocations(change: dict[str, Any], code: str | None, left: list[int]) -> None:
    tie = {"source": "RC-1", "target": "INV-7", "amount": 400, **change}
    ledger = Ledger.from_columns(ITEMS, {name: [value] for name, value in tie.items()})
    assert open_amounts(ledger, as_of=TODAY).values.tolist() == left
    codes = {note.code for note in ledger.notes} - {"item.no_due_date"}
    assert codes == {*(code or "").split()}


def test_an_allocation_between_customers_counts_in_both_ledgers() -> None:
    columns = {**ITEMS, "account": ["C-1", "C-2"]}
    ledger = Ledger.from_columns(
        columns, {"source": ["RC-1"], "target": ["INV-7"], "amount": [400]}
    )
    again = Ledger.of([ledger.items.row(0), ledger.items.row(1)], [ledger.allocations.row(0)])
    for one in (ledger, again):
        assert "allocation.across_accounts" in [note.code for note in one.notes]
        for name, left in (("C-1", 73000), ("C-2", -10000)):
            part = one.account(name)
            for made in (part, Ledger.from_dict(part.to_dict())):
                assert open_amounts(made, as_of=TODAY).values.tolist() == [left]
                before = open_amounts(made, as_of=date(2026, 10, 4)).values.tolist()
                assert before == [113000 if name == "C-1" else 0]


def test_effective_dates() -> None:
    columns = {**ITEMS, "doc_date": ["2026-09-01", "2026-10-05"]}
    tie = {"source": ["RC-1"], "target": ["INV-7"], "amount": [400], "on": ["2026-10-09"]}
    ledger = Ledger.from_columns(columns, tie)

    def left(day: str, effective: Any) -> list[int]:
        found = open_amounts(ledger, as_of=date.fromisoformat(day), effective=effective)
        return [int(value) for value in found.values]

    assert left("2026-08-31", "documents") == [0, 0]
    assert left("2026-10-04", "documents") == [113000, 0]
    assert left("2026-10-05", "documents") == [73000, -10000]
    assert left("2026-10-05", "matched") == [113000, -50000]
    assert left("2026-10-09", "matched") == [73000, -10000]
    with pytest.raises(InvalidFact, match="effective"):
        left("2026-10-09", "posted")


# ---------------------------------------------------------------------------- remainders, floats


def test_remainders_answer_for_their_date_only() -> None:
    item = OpenItem(**ITEM, open_amount="630.00")
    ledger = Ledger.of([item], open_as_of=TODAY)
    for one in (ledger, columns_of(ledger)):
        assert open_amounts(one, as_of=TODAY).values.tolist() == [63000]
        with pytest.raises(InvalidFact, match="must be 2026-11-21, the date of the ledger's remai"):
            open_amounts(one, as_of=date(2026, 11, 20))
    with pytest.raises(InvalidFact, match="must be given with open_amount"):
        Ledger.of([item])
    with pytest.raises(InvalidFact, match="for every item"):
        Ledger.of([item, OpenItem(**ITEM)], open_as_of=TODAY)
    with pytest.raises(InvalidFact, match="must come with open_amount"):
        Ledger.from_columns(ITEMS, open_as_of=TODAY)
    tie = Allocation(target="INV-7", currency="CNY", amount=5)
    with pytest.raises(InvalidFact, match="must not come with allocations"):
        Ledger.of([item], [tie], open_as_of=TODAY)
    lacking = {**ITEMS, "open_amount": [630, None]}
    assert "item.no_open_amount" in [
        note.code for note in Ledger.from_columns(lacking, open_as_of=TODAY).notes
    ]


@pytest.mark.parametrize(
    "amount",
    [
        [1130, -500],
        ["1130.00", "-500"],
        [Decimal(1130), Decimal("-500.0")],
        np.array([1130, -500]),
        np.array([1130, -500], dtype=np.int16),
        Amounts.from_minor([113000, -50000], "CNY"),
        Cells(np.array([113000, -50000])),
    ],
)
def test_money_in_columns(amount: Any) -> None:
    ledger = Ledger.from_columns({**ITEMS, "amount": amount})
    assert ledger.items["amount"].values.tolist() == [113000, -50000]


def test_floats_have_one_door() -> None:
    ledger = Ledger.from_columns({**ITEMS, "amount": np.array([0.1 + 0.2, -5.0])}, from_float=True)
    assert ledger.items["amount"].values.tolist() == [30, -500]


def test_ids_may_be_numbers_codes_or_left_out() -> None:
    tie = {"source": [12], "target": [11], "amount": [400]}
    for ids, ties in (
        (np.array([11, 12]), tie),
        ([11, 12], {**tie, "source": ["12"], "target": ["11"]}),
        (Codes.of(["11", "12"]), {**tie, "source": Codes.of(["12"]), "target": ["11"]}),
    ):
        ledger = Ledger.from_columns({**ITEMS, "id": ids}, ties)
        assert open_amounts(ledger, as_of=TODAY).values.tolist() == [73000, -10000]
        assert ledger.items.row(0).id == "11"
    unnamed = Ledger.from_columns({key: ITEMS[key] for key in ITEMS if key != "id"})
    assert unnamed.account("C-1").account_items.ids == ["0", "1"]


def test_allocations_are_in_the_one_currency_of_the_items() -> None:
    tie = {"source": ["RC-1"], "target": ["INV-7"], "amount": [400]}
    mixed = {**ITEMS, "currency": ["CNY", "USD"]}
    with pytest.raises(InvalidFact, match=r"allocations\.currency must be given for items in sev"):
        Ledger.from_columns(mixed, tie)
    named = Ledger.from_columns(mixed, {**tie, "currency": "CNY"})
    assert "allocation.no_source_amount" in [note.code for note in named.notes]
    part = named.account("C-1")
    assert Ledger.from_columns({**ITEMS, "id": part.items["id"]}).items.row(0).id == "INV-7"


def test_a_column_that_is_absent_takes_no_memory() -> None:
    rows = 100_000
    columns = {
        "account": Codes(np.zeros(rows, dtype=np.int32), ("C-1",)),
        "currency": "CNY",
        "kind": "invoice",
        "amount": Cells(np.ones(rows, dtype=np.int64)),
        "doc_date": np.full(rows, np.datetime64("2026-09-01")),
    }
    items = Ledger.from_columns(columns).items
    held = sum(
        array.nbytes
        for cells in items.cells.values()
        for array in (cells.values, cells.states)
        if array is not None and array.strides != (0,)
    )
    assert held == rows * (4 + 8 + 8 + 4)  # account, amount, doc_date, the row as an id


def test_two_texts_with_one_number_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    from creditkit.facts import _ids
    from creditkit.facts.open_items import Ids

    ids, wanted = Ids.of(["aa", "ba", "c", "c"]), Ids.of(["c", "ba", None, "x"])
    one_number = np.zeros(4, dtype=np.int64)
    usable = np.arange(4, dtype=np.int32)
    assert _ids._matched(ids, one_number, usable, wanted, one_number) is None
    ((repeated, rows),) = _ids.matched(ids, [(usable, wanted)])
    assert (repeated.tolist(), rows.tolist()) == ([2, 3], [-1, 1, -1, -1])
    monkeypatch.setattr(_ids, "_numbers", lambda column: np.zeros(len(column), dtype=np.int64))
    ((repeated, rows),) = _ids.matched(ids, [(usable, wanted)])
    assert (repeated.tolist(), rows.tolist()) == ([2, 3], [-1, 1, -1, -1])


# --------------------------------------------------------------------------------- two threads


def test_a_second_thread_never_sees_a_ledger_without_its_unreadable_rows() -> None:
    columns = {
        **{name: [*column, column[0]] for name, column in ITEMS.items() if type(column) is list},
        "id": ["INV-7", "RC-1", "INV-9"],
        "account": ["C-1", "C-2", "C-1"],
        "currency": "CNY",
        "doc_date": ["2026-09-01", "2026-10-05", None],
    }
    tie = {"source": ["RC-1"], "target": ["INV-7"], "amount": [400]}

    def shared() -> Ledger:
        return Ledger.from_columns(columns, tie)

    def part() -> Ledger:
        return shared().account("C-1")

    def seen(ledger: Ledger) -> Any:
        readable = ledger.readable
        assert readable is not None
        return readable.tolist(), ledger.account("C-1").account_items.broken, ledger.notes

    for make, first in ((shared, lambda one: one.links), (part, lambda one: one.notes)):
        right = seen(make())
        steps = list(seen_at_every_step(make, first, seen))
        assert len(steps) > 10 and all(step == right for step in steps)


# ------------------------------------------------------------------------------------------ laws


@given(
    records(("CNY", "USD", "JPY")),
    near,
    st.sampled_from(["documents", "matched"]),
    st.sampled_from(["document", "posting"]),
)
def test_open_amounts_are_the_naive_ones(
    made: Any, as_of: date, effective: Any, exists_by: Any
) -> None:
    naive = naive_open(*made, as_of, effective, exists_by)
    how: Any = {"as_of": as_of, "effective": effective, "exists_by": exists_by}
    for ledger in (Ledger.of(*made), columns_of(Ledger.of(*made))):
        found = open_amounts(ledger, **how)
        assert found.values.tolist() == [left or 0 for left in naive]
        for name in ACCOUNTS:
            part = open_amounts(ledger.account(name), **how)
            mine = [row for row, item in enumerate(made[0]) if item.account == name]
            assert part.values.tolist() == [naive[row] or 0 for row in mine]


def exists_from(item: OpenItem, exists_by: str) -> date:
    return item.posting_date or item.doc_date if exists_by == "posting" else item.doc_date


@given(records(wild=False), near, st.sampled_from(["document", "posting"]))
def test_open_amounts_add_up_to_the_documents(made: Any, as_of: date, exists_by: Any) -> None:
    """But for differences in exchange, which are nobody's, and payments that came back."""
    items = [item for item in made[0] if item.kind.part.balance]
    ties = [attrs.evolve(tie, undone_on=None) for tie in made[1]]
    found = open_amounts(Ledger.of(items, ties), as_of=as_of, exists_by=exists_by)
    assert found.values.sum() == sum(
        item.amount.minor
        for item, known in zip(items, found.known, strict=True)
        if known and exists_from(item, exists_by) <= as_of
    )


@given(records(("CNY", "USD")))
def test_round_trip(made: Any) -> None:
    ledger = Ledger.of(*made)
    again = columns_of(ledger)
    assert again.same_as(ledger)
    assert again.to_dict() == ledger.to_dict()
    assert [note.to_dict() for note in again.notes] == [note.to_dict() for note in ledger.notes]
    if ledger.readable is None:
        assert [again.items.row(row) for row in range(len(again))] == made[0]
        assert [again.allocations.row(row) for row in range(len(made[1]))] == made[1]


@given(records(("CNY", "USD")))
def test_a_part_is_the_same_from_records_and_from_columns(made: Any) -> None:
    ledger = Ledger.of(*made)
    again = columns_of(ledger)
    for name in ACCOUNTS:
        mine, theirs = ledger.account(name), again.account(name)
        assert theirs.account_items == mine.account_items
        assert theirs.same_as(mine)
        assert columns_of(theirs).account_items.links == mine.account_items.links
        assert theirs.account(name).account_items == mine.account_items
        if name in ledger.accounts:
            assert theirs.accounts == mine.accounts == (name,)


def test_what_is_outside_is_kept_and_compared() -> None:
    item = OpenItem(**ITEM)
    tie = Allocation(target="INV-7", source="RC-1", currency="CNY", amount=5)
    bare, beside = Ledger.of([], [tie]), Ledger.of([], [tie], outside=[item])
    again = Ledger.from_dict(beside.to_dict())
    assert again.to_dict() == beside.to_dict()
    assert again.same_as(beside)
    assert [note.code for note in again.notes] == ["allocation.from_nothing"]
    assert [note.code for note in bare.notes] == ["allocation.to_nothing"]
    assert not bare.same_as(beside)


def test_from_dict_refuses() -> None:
    data = Ledger.of([OpenItem(**ITEM)]).to_dict()
    for bad in ({}, {**data, "schema": "x/1"}, {**data, "more": 1}, []):
        with pytest.raises(InvalidFact):
            Ledger.from_dict(bad)  # type: ignore[arg-type]
    with pytest.raises(InvalidFact, match="must be an OpenItem"):
        Ledger.of([ITEM])  # type: ignore[list-item]


def test_an_empty_ledger_is_known_to_be_empty() -> None:
    for ledger in (Ledger.of([]), columns_of(Ledger.of([])), Ledger.of([]).account("C-1")):
        assert (len(ledger), ledger.accounts, ledger.notes) == (0, (), [])
        assert len(open_amounts(ledger, as_of=TODAY)) == 0
    assert repr(Ledger.of([])) == "<Ledger of 0 items, 0 accounts>"


def test_amounts_near_the_end_of_64_bits() -> None:
    most = Money.from_minor(LARGEST, "CNY")
    big = OpenItem(**{**ITEM, "amount": most})
    note = OpenItem(**{**ITEM, "id": "CN", "kind": "credit_note", "amount": -most})
    ties = [Allocation(source="CN", target="INV-7", currency="CNY", amount=most)] * 2
    ledger = Ledger.of([big, note], ties[:1])
    assert open_amounts(ledger, as_of=TODAY).values.tolist() == [0, 0]
    twice = open_amounts(Ledger.of([big, note], ties), as_of=TODAY)
    assert twice.values.tolist() == [-LARGEST, LARGEST]
    thrice = open_amounts(Ledger.of([big, note], [*ties, *ties]), as_of=TODAY)
    assert thrice.states.tolist() == [State.OUT_OF_RANGE] * 2
    assert "allocation.exceeds_item" in [note.code for note in Ledger.of([big, note], ties).notes]


def permuted(random: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Plain data of a ledger with its rows in another order."""
    out = dict(data)
    for name in ("items", "allocations", "outside"):
        rows = len(next(iter(data[name].values()), ()))
        order = random.sample(range(rows), rows)
        out[name] = {key: [column[row] for row in order] for key, column in data[name].items()}
    return out


@given(st.data(), records(("CNY", "USD", "JPY")), near, st.randoms(use_true_random=False))
def test_no_answer_depends_on_the_order_of_rows(
    data: Any, made: Any, as_of: date, random: Any
) -> None:
    given_data = corrupted(data.draw, plain_of(Ledger.of(*made)))
    first = Ledger.from_dict(given_data)
    again = Ledger.from_dict(permuted(random, given_data))
    assert again.notes == first.notes
    assert again.same_as(first)
    assert again.to_dict() == first.to_dict()
    how: Any = {"as_of": as_of, "currency": "CNY", "rates": RATES}
    assert ageing(again, **how).to_dict() == ageing(first, **how).to_dict()
    assert debtors(again, **how).same_as(debtors(first, **how))
    for name in ACCOUNTS:
        mine, theirs = first.account(name), again.account(name)
        assert theirs.same_as(mine)
        assert theirs.notes == mine.notes
        assert position(theirs, **how) == position(mine, **how)
        assert habit(theirs, **how) == habit(mine, **how)
        assert overdue_items(theirs, **how) == overdue_items(mine, **how)
        kept = Ledger.from_dict(permuted(random, theirs.to_dict()))  # also what is outside
        assert kept.same_as(mine)
        assert kept.notes == mine.notes
        assert position(kept, **how) == position(mine, **how)


@pytest.mark.parametrize("blank", ["", " ", "\t"])
@pytest.mark.parametrize("kind", [list, np.array])
def test_blank_text_is_no_account(kind: Callable[[Any], Any], blank: str) -> None:
    book = Ledger.from_columns(
        {
            "account": kind(["C-1", blank]),
            "currency": "CNY",
            "kind": "invoice",
            "amount": [1, 2],
            "doc_date": "2026-09-01",
        }
    )
    assert book.accounts == ("C-1",)
    assert [note.code for note in book.notes if note.code != "item.no_due_date"] == [
        "item.no_account"
    ]
