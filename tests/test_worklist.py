"""Debtors and the worklist made of them: by hand, against naive readings, and laws."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._columns import State
from creditkit.errors import InvalidFact
from creditkit.facts.debtors import Debtor, Debtors
from creditkit.facts.ledger import Ledger, OpenItem
from creditkit.money import LARGEST, Money
from creditkit.reasons import TEMPLATES
from creditkit.receivables import debtors as room
from creditkit.receivables.debtors import debtors
from creditkit.receivables.positions import overdue_items, position
from creditkit.recovery.worklist import ACTIONS, PRIORITIES, CollectionTask, Worklist, worklist
from tests.ledgers import (
    ACCOUNTS,
    RATES,
    TODAY,
    columns_of,
    corrupted,
    in_minor,
    near,
    records,
    smalls,
)

ON: dict[str, Any] = {"as_of": TODAY, "currency": "CNY"}
SUMS = ("receivables", "overdue", "disputed", "oldest_overdue_days")


def doc(name: str, amount: Any, days_past: int, account: str = "C-1", **more: Any) -> OpenItem:
    fields: dict[str, Any] = {
        "id": name,
        "account": account,
        "currency": "CNY",
        "kind": "receipt" if str(amount).startswith("-") else "invoice",
        "amount": str(amount),
        "doc_date": TODAY - timedelta(400),
        "due_date": TODAY - timedelta(days_past),
    }
    return OpenItem(**{**fields, **more})


def debtor(account: str, **known: Any) -> Debtor:
    return Debtor(account=account, **{**ON, **known})


def late(account: str, overdue: Any, days: int = 10, items: int = 1, **known: Any) -> Debtor:
    """Who owes one sum that is so many days past due."""
    product = Decimal(str(overdue)) * days
    fields = {"receivables": overdue, "overdue": overdue, "overdue_items": items}
    fields |= {"oldest_overdue_days": days, "money_days": product, "disputed": 0}
    return debtor(account, **{**fields, **known})


# ------------------------------------------------------------------------- from ledger to debtors


def test_debtors_by_hand() -> None:
    items = [
        doc("A", 100, 40), doc("B", 200, 10), doc("C", 50, 0), doc("R", -30, 5),
        doc("D", 80, 20, disputed="50"), doc("E", 7, 3, "C-2"), doc("S", -9, 3, "C-3"),
    ]  # fmt: skip
    table = debtors(Ledger.of(items), as_of=TODAY, grades={"C-1": "B"}, insolvency={"C-2": True})
    assert table.row(0) == debtor(
        "C-1", receivables="400", overdue="300", overdue_items=3, oldest_overdue_days=40,
        money_days=70 * 40 + 30 * 20 + 200 * 10, disputed="50", grade="B",
    )  # fmt: skip
    assert table.row(1) == late("C-2", 7, 3, insolvency=True)
    assert table.row(2) == late("C-3", 0, 0, 0, receivables="-9")
    some = debtors(Ledger.of(items), as_of=TODAY, accounts=["C-3", "nobody"])
    assert [some.row(row).receivables for row in (0, 1)] == [Money(-9, "CNY"), Money(0, "CNY")]
    with pytest.raises(InvalidFact, match="must not repeat"):
        debtors(Ledger.of(items), as_of=TODAY, accounts=["C-3", "C-3"])
    assert len(debtors(Ledger.of([]), as_of=TODAY)) == 0


def test_nobody_is_rung_for_a_bank_fee() -> None:
    ledger = Ledger.of([doc("A", 15, 40), doc("B", 60, 3, "C-2"), doc("C", 15, 90, "C-2")])
    small = debtors(ledger, as_of=TODAY, ignore_below="50")
    assert [task.customer for task in worklist(small)] == ["C-2"]
    assert small.row(0) == late("C-1", 0, 0, 0, receivables=15)
    assert small.row(1) == late("C-2", 60, 3, 1, receivables=75)
    assert [task.customer for task in worklist(debtors(ledger, as_of=TODAY))] == ["C-2", "C-1"]


readings = st.fixed_dictionaries(
    {
        "as_of": near,
        "currency": st.sampled_from(["CNY", "USD"]),
        "rates": st.sampled_from([RATES, None]),
        "ignore_below": smalls(0, 1, 100, 400),
        "ignore_most": st.none() | smalls(0, 60, 500),
        "ignore_disputed": st.booleans(),
        "effective": st.sampled_from(["documents", "matched"]),
    }
)


@given(st.data(), records(("CNY", "USD", "JPY")), readings)
def test_debtors_are_what_position_and_items_say(data: Any, made: Any, how: Any) -> None:
    ledger = Ledger.of(*made)
    if data.draw(st.booleans()):
        ledger = Ledger.from_dict(corrupted(data.draw, ledger.to_dict()))
    many = debtors(columns_of(ledger), **how, accounts=[*ACCOUNTS, "nobody"])
    how = {**how, "ignore_disputed": True}  # what is in dispute is never dunned
    for row, name in enumerate([*ACCOUNTS, "nobody"]):
        part = ledger.account(name)
        one = in_minor(position(part, **how), how["currency"])
        assert {n: many[n].raw(row) for n in SUMS} == {n: one[n] for n in SUMS}
        items = overdue_items(part, **how)
        count = None if items is None else len(items)
        product = None if items is None else sum(i.amount.minor * i.days for i in items)
        assert (many["overdue_items"].raw(row), many["money_days"].raw(row)) == (count, product)
        alone = debtors(part, **how, accounts=[name])
        assert all(alone[n].state(0) == many[n].state(row) for n in SUMS)
        if items is not None:
            assert alone.row(0) == many.row(row)


@given(records(("CNY", "USD")), readings)
def test_every_path_gives_the_same(made: Any, how: Any) -> None:
    ledger = columns_of(Ledger.of(*made))
    first = debtors(ledger, **how)
    for where in (("balances_of", lambda *_: None), ("SAFE", -1.0)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(room, *where)
            assert debtors(ledger, **how).same_as(first)


def test_near_the_end_of_64_bits() -> None:
    most = Money.from_minor(LARGEST, "CNY").amount
    table = debtors(Ledger.of([doc("A", most, 1)]), as_of=TODAY)
    assert table["money_days"].raw(0) == LARGEST
    table = debtors(Ledger.of([doc("A", most, 2)]), as_of=TODAY)
    assert table["overdue"].raw(0) == LARGEST
    assert table["money_days"].state(0) == State.OUT_OF_RANGE
    found = worklist(table)  # what is owed is known: rung, before everybody else
    assert (found.not_known, [task.customer for task in found]) == ((), ["C-1"])
    assert (
        found[0].sentence().startswith("92,233,720,368,547,758.07 CNY is overdue, for up to 2 days")
    )
    assert worklist(Debtors.from_dict(table.to_dict())).same_as(found)
    crowd = Ledger.of([doc("A", most, 2), doc("B", 10**15, 90, "C-2"), doc("C", 10**16, 8, "C-3")])
    assert [task.customer for task in worklist(debtors(crowd, as_of=TODAY))] == [
        "C-1",
        "C-2",
        "C-3",
    ]
    assert [task.customer for task in worklist(table, by="overdue")] == ["C-1"]
    both = debtors(Ledger.of([doc("A", most, 2), doc("B", most, 2)]), as_of=TODAY)
    assert both["overdue"].state(0) == both["receivables"].state(0) == State.INVALID


# ------------------------------------------------------------------------------------ the worklist


def order(found: Worklist) -> list[tuple[str, str, Fraction]]:
    return [(task.customer, task.action, task.priority) for task in found]


def test_whom_to_ring_first() -> None:
    people = [
        late("A", 2000, 1), late("B", 100, 30), late("C", 20, 100), late("D", 400, 9),
        late("E", 0, 0, 0), late("F", "0.01", 1),
    ]  # fmt: skip

    def called(**how: Any) -> list[str]:
        return [task.customer for task in worklist(people, **how)]

    assert called() == ["D", "B", "A", "C", "F"]
    assert called(by="overdue") == ["A", "D", "B", "C", "F"]
    assert called(by="oldest_overdue_days") == ["C", "B", "D", "A", "F"]
    assert worklist(people)[0].priority == 3600
    assert worklist(people)[-1].priority == Fraction(1, 100)
    assert worklist(people, by="oldest_overdue_days")[0].priority == 100


def test_grades_may_weigh() -> None:
    people = [late("A", 100, grade="A"), late("D", 40, grade="D"), late("X", 60)]
    weights = {"A": "0.5", "D": Fraction(4, 3), "none": 1, "B": Decimal("0.1")}
    assert order(worklist(people, weights=weights)) == [
        ("X", "call_customer", Fraction(600)),
        ("D", "call_customer", Fraction(1600, 3)),
        ("A", "call_customer", Fraction(500)),
    ]
    for bad, message in (
        ({"A": 1, "D": 1}, "weights must have the grade 'none'"),
        ({"A": 1, "none": 1}, "weights must have the grade 'D'"),
        ({**weights, "A": 0.5}, "weights.A must be an exact number"),
        ({**weights, "A": True}, "weights.A must be an exact number"),
        ({**weights, "A": "much"}, "weights.A must be an exact number"),
        ({**weights, "A": Decimal("inf")}, "weights.A must be an exact number"),
        ({**weights, "A": 0}, "weights.A must be above zero"),
    ):
        with pytest.raises(InvalidFact, match=message):
            worklist(people, weights=bad)  # type: ignore[arg-type]
    sound = [late("E", 0, 0, 0, grade="E", disputed="5")]  # who is not rung needs no weight
    assert len(worklist(sound, weights={"A": 1})) == 1


def test_who_is_insolvent_is_not_rung() -> None:
    people = [
        late("A", 10, insolvency=False), late("B", 999, insolvency=True),
        debtor("C", receivables="5000", insolvency=True), late("D", 20, insolvency=None),
        late("E", 0, receivables="-5", insolvency=True),
    ]  # fmt: skip
    found = worklist(people)
    assert [task.customer for task in found.calls] == ["D", "A"]
    assert [(task.customer, task.priority) for task in found.claims] == [("C", 5000), ("B", 999)]
    assert found.claims[0].sentence() == (
        "Insolvent; the claim is the whole balance of 5,000.00 CNY, due or not. "
        "File the claim in the proceedings; a call does not help."
    )
    assert found.claims[0].sentence("zh") == (
        "已进入破产程序；债权为全部余额 5,000.00 CNY，含未到期部分。申报债权，不再催收。"
    )


def test_disputes_stand_apart() -> None:
    people = [
        late("A", 10, disputed="90"), late("B", 0, 0, 0, receivables="70", disputed="70"),
        late("C", 0, 0, 0, receivables="80", disputed="80"), late("D", 5, insolvency=True,
        disputed="5"),
    ]  # fmt: skip
    found = worklist(people)
    assert order(found) == [
        ("A", "call_customer", Fraction(100)), ("D", "file_claim", Fraction(5)),
        ("C", "settle_dispute", Fraction(80)), ("B", "settle_dispute", Fraction(70)),
    ]  # fmt: skip
    assert found.calls[0].sentence() == (
        "10.00 CNY is overdue, for up to 10 days; items: 1. "
        "90.00 CNY is in dispute and is not dunned. Call the customer about what is overdue."
    )
    assert found.disputes[1].sentence("zh") == (
        "70.00 CNY 存在争议，不催收。处理争议，其余无逾期。"
    )
    assert found.claims[0].sentence() == (  # the claim is for all of it, and will be disputed
        "Insolvent; the claim is the whole balance of 5.00 CNY, due or not. 5.00 CNY is in dispute "
        "and is not dunned. File the claim in the proceedings; a call does not help."
    )


def test_what_is_not_known_is_named() -> None:
    people = [
        debtor("Z"), debtor("Y", receivables="9", insolvency=False), debtor("X", insolvency=True),
        debtor("W", overdue="9"), debtor("V", overdue="0"), late("U", 1),
    ]  # fmt: skip
    found = worklist(people)
    assert [task.customer for task in found] == ["U"]
    assert found.not_known == ("W", "X", "Y", "Z")
    by_sum = worklist(people, by="overdue")
    assert [task.customer for task in by_sum] == ["W", "U"]
    assert by_sum[0].sentence() == (
        "9.00 CNY is overdue, for up to not known days; items: not known. "
        "Call the customer about what is overdue."
    )
    assert found.explain("zh").splitlines()[-1] == "-  Z  欠款情况未知，请先核对账款明细。"


def test_what_a_worklist_refuses() -> None:
    for people, message in (
        ([late("A", 1), late("A", 2)], "account must not repeat"),
        ([late("A", 1), debtor("B", currency="USD")], "currency must be one for all rows"),
        ([late("A", 1), debtor("B", as_of=TODAY - timedelta(1))], "as_of must be one for all"),
    ):
        with pytest.raises(InvalidFact, match=message):
            worklist(people)
    with pytest.raises(InvalidFact, match="by must be one of money_days"):
        worklist([], by="name")  # type: ignore[arg-type]
    nobody = Debtors.from_columns({"account": [None], "as_of": [TODAY], "currency": "CNY"})
    with pytest.raises(InvalidFact, match="account must be given"):
        worklist(nobody)
    found = worklist([late("A", 1)])
    assert found[np.int64(0)] == found[-1] == found[0]  # type: ignore[index]
    for place in (1, -2):
        with pytest.raises(IndexError) as beyond:
            found[place]
        assert str(beyond.value) == f"worklist has no row {place} of 1; the first row is 0"
    for none in ("x", None, 0.0, True, slice(1), [0]):
        with pytest.raises(InvalidFact, match=r"worklist\[row\] must be the number of"):
            found[none]  # type: ignore[index]
        assert not found.same_as(none)
    for stranger in (5, None, ["A"]):
        with pytest.raises(InvalidFact, match=r"worklist\.of must be the name of a customer"):
            found.of(stranger)  # type: ignore[arg-type]


def test_a_worklist_of_nothing() -> None:
    found = worklist(debtors(Ledger.of([]), as_of=TODAY))
    assert (len(found), found.calls, found.as_of, str(found)) == (0, (), None, "-")
    assert Worklist.from_dict(found.to_dict()).same_as(found)
    assert found.of("A") is None


def test_how_it_reads() -> None:
    found = worklist([late("A", 10, 1, disputed="3"), late("B", 5, 3)])
    assert str(found).splitlines()[0].startswith("1  B  5.00 CNY is overdue, for up to 3 days;")
    assert repr(found) == (
        "<Worklist at 2026-11-21: 2 call_customer, 0 file_claim, 0 settle_dispute, 0 not known>"
    )
    assert str(found[1]) == f"A  {found[1].sentence()}"
    task = found.of("A")
    assert task is not None
    assert (task.overdue_items, task.disputed) == (1, Money(3, "CNY"))
    columns = found.to_columns()
    assert columns["customer"] == ["B", "A"]
    assert columns["priority"] == [15.0, 10.0]
    assert columns["overdue"] == [500, 1000]
    assert "reasons" not in columns
    for action in ACTIONS:
        assert f"action.{action}" in TEMPLATES


def test_a_host_that_cannot_read_a_dispute_looks_at_the_ledger_first() -> None:
    table = Debtors.from_columns(
        {"account": ["A", "B", "C"], **ON, "overdue": ["0", "0", "5"],
         "money_days": ["0", "0", "9"], "as_of": [TODAY] * 3, "disputed": ["1,000", None, "3"]}
    )  # fmt: skip
    found = worklist(table)
    assert (found.not_known, [task.customer for task in found]) == (("A",), ["C"])


WORK = worklist([late("A", 1), late("B", 1, insolvency=True)]).to_dict()
TASK = WORK["tasks"][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": "x"}, r"worklist\.schema must be 'creditkit.worklist/1'"),
        ({"more": 1}, r"worklist\.more is not known"),
        ({"by": None}, r"worklist\.by must be one of money_days"),
        ({"as_of": "today"}, r"worklist\.as_of must be a date"),
        ({"currency": "yuan"}, r"worklist\.currency must be an ISO 4217 code"),
        ({"currency": "USD"}, r"worklist\.tasks\[0\]\.receivables must be in USD"),
        ({"currency": None}, r"worklist\.tasks\[0\]\.receivables must be in None"),
        ({"not_known": "A"}, r"worklist\.not_known must be a list"),
        ({"not_known": [5]}, r"worklist\.not_known\[0\] must be text"),
        ({"tasks": None}, r"worklist\.tasks must be a list"),
        ({"tasks": {"A": TASK}}, r"worklist\.tasks must be a list"),
        ({"tasks": [5]}, r"worklist\.tasks\[0\] must be a mapping"),
        ({"tasks": [{}]}, r"worklist\.tasks\[0\]\.customer is required"),
        ({"tasks": [{**TASK, "more": 1}]}, r"worklist\.tasks\[0\]\.more is not known"),
        ({"tasks": [{**TASK, "customer": []}]}, r"tasks\[0\]\.customer must be text"),
        ({"tasks": [{**TASK, "action": "shout"}]}, r"action must be one of call_customer"),
        ({"tasks": [{**TASK, "priority": "much"}]}, r"tasks\[0\]\.priority must be a ratio"),
        ({"tasks": WORK["tasks"][::-1]}, r"worklist\.tasks must be in the order of their actions"),
        ({"tasks": [TASK, TASK]}, r"worklist\.tasks must not repeat a customer"),
    ],
)
def test_from_dict_refuses(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidFact, match=message):
        Worklist.from_dict({**WORK, **change})


@pytest.mark.parametrize("key", [key for key in WORK if key != "schema"])
def test_from_dict_takes_nothing_for_granted(key: str) -> None:
    with pytest.raises(InvalidFact, match=rf"worklist\.{key} is required"):
        Worklist.from_dict({name: value for name, value in WORK.items() if name != key})
    for no_mapping in (None, 5, [WORK], {5: 1}, {**WORK, 5: 1}):
        with pytest.raises(InvalidFact):
            Worklist.from_dict(no_mapping)  # type: ignore[arg-type]


def test_a_task_is_found_by_an_index() -> None:
    made: list[int] = []
    people = [late(f"C-{n}", n + 1) for n in range(300)]
    found = worklist(people)
    one = found._one
    object.__setattr__(found, "_one", lambda place: made.append(place) or one(place))
    for n in range(300):
        task = found.of(f"C-{n}")
        assert task is not None and task.customer == f"C-{n}"
    assert found.of("C-300") is None
    assert len(made) == 300  # each task that was asked for, and no other


# -------------------------------------------------------------------------------------------- laws

amounts = st.none() | st.integers(-5, 300).map(lambda minor: Money.from_minor(minor, "CNY"))
counts = st.none() | st.integers(0, 4)
people = st.lists(
    st.builds(
        Debtor,
        account=st.sampled_from("ABCDEFGH"),
        as_of=st.just(TODAY),
        currency=st.just("CNY"),
        receivables=amounts,
        overdue=amounts,
        overdue_items=counts,
        oldest_overdue_days=counts,
        money_days=amounts,
        disputed=amounts,
        grade=st.sampled_from([None, "A", "D"]),
        insolvency=st.sampled_from([None, True, False]),
    ),
    unique_by=lambda one: one.account,
)
weighings = st.none() | st.just({"none": "1", "A": "0.3", "D": "7/3"})


def naive(
    given: list[Debtor], by: str, weights: dict[str, str] | None
) -> tuple[list[tuple[str, str, Fraction]], list[str]]:
    """The tasks and who is not known, one customer after the other."""
    found: list[tuple[Any, ...]] = []
    unknown = []
    for one in given:

        def major(money: Money | None) -> Fraction:
            return Fraction(0) if money is None else Fraction(money.amount)

        value = getattr(one, by)
        tie = (-max(major(one.overdue), 0), -(one.oldest_overdue_days or 0), one.account)
        if one.insolvency:
            if one.receivables is None:
                unknown.append(one.account)
            elif one.receivables.minor > 0:
                found.append((1, -major(one.receivables), *tie))
        elif one.overdue is None or (one.overdue.minor > 0 and value is None):
            unknown.append(one.account)
        elif one.overdue.minor > 0:
            measure = Fraction(value) if isinstance(value, int) else major(value)
            if weights is not None:
                measure *= Fraction(weights[one.grade or "none"])
            found.append((0, -max(measure, Fraction(0)), *tie))
        elif major(one.disputed) > 0:
            found.append((2, -major(one.disputed), *tie))
    return [(row[-1], ACTIONS[row[0]], -row[1]) for row in sorted(found)], sorted(unknown)


@given(people, st.sampled_from(PRIORITIES), weighings, st.randoms(use_true_random=False))
def test_the_worklist_is_the_naive_one_in_any_order(
    given: list[Debtor], by: Any, weights: Any, random: Any
) -> None:
    found = worklist(given, by=by, weights=weights)
    assert (order(found), list(found.not_known)) == naive(given, by, weights)
    random.shuffle(given)
    assert worklist(Debtors.of(given), by=by, weights=weights).same_as(found)
    assert (*found.calls, *found.claims, *found.disputes) == tuple(found)


@given(people, st.sampled_from(PRIORITIES))
def test_one_equals_many(given: list[Debtor], by: Any) -> None:
    many = worklist(given, by=by)
    for one in given:
        alone = worklist([one], by=by)
        assert list(alone) == [task for task in many if task.customer == one.account]
        assert alone.not_known == tuple(name for name in many.not_known if name == one.account)


@given(people, st.sampled_from(PRIORITIES))
def test_what_goes_out_comes_back(given: list[Debtor], by: Any) -> None:
    found = worklist(given, by=by)
    data = json.loads(json.dumps(found.to_dict()))
    assert Worklist.from_dict(data).same_as(found)
    assert [CollectionTask.from_dict(task.to_dict()) for task in found] == list(found)
    assert [Debtor.from_dict(one.to_dict()) for one in given] == given
    for task in found:
        for language in ("en", "zh"):
            assert "{" not in task.sentence(language)


@given(records(wild=False), st.integers(1, 500))
def test_paying_never_moves_a_customer_up(made: Any, minor: int) -> None:
    """More cash never raises a priority; at most it turns a call into nothing."""
    items, ties = made
    cash = OpenItem(
        id="new", account="C-1", currency="CNY", kind="receipt", doc_date=TODAY,
        amount=Money.from_minor(-minor, "CNY"),
    )  # fmt: skip
    before = worklist(debtors(Ledger.of(items, ties), **ON))
    after = worklist(debtors(Ledger.of([*items, cash], ties), **ON))
    then, now = before.of("C-1"), after.of("C-1")
    if now is not None and now.action == "call_customer":
        assert then is not None
        assert now.priority <= then.priority
    others = [task for task in before if task.customer != "C-1"]
    assert [task for task in after if task.customer != "C-1"] == others


def test_many_are_ranked_from_columns() -> None:
    size = 50
    table = Debtors.from_columns(
        {"account": [f"C-{n}" for n in range(size)], "as_of": [TODAY] * size, "currency": "JPY",
         "overdue": list(range(size)), "money_days": list(range(size, 0, -1))}
    )  # fmt: skip
    found = worklist(table)
    assert [task.customer for task in found][:3] == ["C-1", "C-2", "C-3"]
    assert found[0].priority == 49
    assert found.currency == "JPY"
    assert attrs.evolve(table.row(3), grade="A").grade == "A"
    assert np.all(table["overdue"].known)
    assert date.fromisoformat(found.to_dict()["as_of"]) == TODAY
    assert ck.worklist is worklist
