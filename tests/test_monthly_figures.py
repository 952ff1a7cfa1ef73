"""From a ledger to monthly figures: by hand, against a naive reading, and laws."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._columns import Cells, State
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Allocation, Ledger, OpenItem
from creditkit.facts.rates import Rates
from creditkit.money import LARGEST, Money
from creditkit.receivables import _item_columns, ageing, monthly, open_items
from creditkit.receivables.monthly import monthly_figures
from creditkit.receivables.positions import position
from creditkit.receivables.reading import Reading
from tests.ledgers import (
    ACCOUNTS,
    RATES,
    TODAY,
    columns_of,
    corrupted,
    in_minor,
    naive_of,
    near,
    records,
    smalls,
)
from tests.naive_ledger import SALES
from tests.naive_plain import if_known

ON: dict[str, Any] = {"as_of": TODAY, "currency": "CNY"}
TOLD = ("receivables", "sales", "oldest_overdue_days")


def doc(name: str, amount: Any, on: str, due: str | None = None, **more: Any) -> OpenItem:
    fields: dict[str, Any] = {
        "id": name,
        "account": "C-1",
        "currency": "CNY",
        "kind": "receipt" if str(amount).startswith("-") else "invoice",
        "amount": str(amount),
        "doc_date": on,
        "due_date": due,
    }
    fields = {**fields, **more}
    for key in ("doc_date", "due_date"):
        fields[key] = fields[key] and date.fromisoformat(fields[key])
    return OpenItem(**fields)


def told(table: ck.MonthlyFigures, account: str = "C-1") -> dict[str, tuple[Any, ...]]:
    """Of each month the receivables and sales in minor units, and the oldest days overdue."""
    part = table.account(account)
    return {
        str(part["month_end"].values[row])[:7]: tuple(part[name].raw(row) for name in TOLD)
        for row in range(len(part))
    }


# ----------------------------------------------------------------------------------------- by hand


def test_months_by_hand() -> None:
    items = [
        doc("A", 1000, "2026-07-10", "2026-08-09"),
        doc("B", 500, "2026-09-30", "2026-10-30"),
        doc("N", -200, "2026-10-01", kind="credit_note"),
        doc("R", -1000, "2026-10-05"),
        doc("C", 70, "2026-11-01", "2026-11-30"),  # after the last month that ended
    ]
    paid = Allocation(source="R", target="A", currency="CNY", amount="1000")
    table = monthly_figures(Ledger.of(items, [paid]), as_of=TODAY, months=5)
    assert told(table) == {
        "2026-06": (None, None, None),  # before the first document
        "2026-07": (100000, 100000, 0),
        "2026-08": (100000, 0, 22),
        "2026-09": (150000, 50000, 52),
        "2026-10": (30000, -20000, 1),  # B less the credit note, which is set against it
    }
    assert [str(day) for day in table["month_end"].values] == [
        "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31",
    ]  # fmt: skip
    assert all(not table[name].known.any() for name in ("exposure", "line", "grade"))


def test_sales_are_what_was_billed_less_what_was_credited() -> None:
    items = [
        doc("A", 365, "2026-10-01"),
        doc("OPENING", 900, "2026-10-01", kind="opening_balance"),
        doc("FREIGHT", 7, "2026-10-03", "2026-12-01", kind="debit_note"),
        doc("R", -100, "2026-10-02"),
        doc("N", -65, "2026-10-31", kind="credit_note"),
    ]
    assert told(monthly_figures(Ledger.of(items), **ON, months=1)) == {
        "2026-10": (110700, 30700, 30)
    }


def test_a_bounced_payment_comes_back_in_its_month() -> None:
    items = [
        doc("A", 10, "2026-07-01", "2026-07-31"),
        doc("R", -10, "2026-08-20"),
        doc("BACK", 10, "2026-09-15", kind="debit_note"),
    ]
    tie = {"source": "R", "target": "A", "currency": "CNY", "amount": "10"}
    undone = Allocation(**tie, undone_on=date(2026, 9, 15))  # and its debit note is no second debt
    back = [items[0], items[1], attrs.evolve(items[2], kind="returned_payment")]
    against = Allocation(source="R", target="BACK", currency="CNY", amount="10")
    for one, ties in ((items, [undone]), (back, [Allocation(**tie), against]), (back, [undone])):
        table = monthly_figures(Ledger.of(one, ties), as_of="2026-09-30", months=3)
        assert [row[0] for row in told(table).values()] == [1000, 0, 1000]
        assert told(table)["2026-09"][2] == 61
    assert told(table)["2026-09"][1] == 0  # a returned payment is no sale
    within = attrs.evolve(undone, undone_on=date(2026, 8, 25))
    table = monthly_figures(Ledger.of(items[:2], [within]), as_of="2026-09-30", months=3)
    assert told(table)["2026-08"] == (1000, 0, 31)


def test_the_last_month_is_the_last_that_ended() -> None:
    ledger = Ledger.of([doc("A", 5, "2024-01-01")])
    for as_of, month in (
        ("2024-02-28", "2024-01"), ("2024-02-29", "2024-02"), ("2024-03-30", "2024-02"),
        ("2024-12-31", "2024-12"), ("2025-01-01", "2024-12"),
    ):  # fmt: skip
        assert list(told(monthly_figures(ledger, as_of=as_of, months=1))) == [month]
    assert len(monthly_figures(ledger, as_of="2024-06-15")) == 12
    assert len(monthly_figures(ledger, as_of="0002-02-28", months=2)) == 2
    assert len(monthly_figures(ledger, as_of="9999-12-31", months=1)) == 1
    for wrong in (0, -1, True, 2.0, 3):
        with pytest.raises(InvalidFact, match="months must"):
            monthly_figures(ledger, as_of="0002-02-28", months=wrong)  # type: ignore[arg-type]


def test_accounts_may_be_named() -> None:
    items = [doc("A", 5, "2026-10-01"), doc("B", 7, "2026-10-01", account="C-0")]
    ledger = Ledger.of(items)
    every = monthly_figures(ledger, **ON, months=2)
    assert every.accounts == ("C-0", "C-1")
    assert [every.row(row).account for row in range(4)] == ["C-0", "C-0", "C-1", "C-1"]
    some = monthly_figures(ledger, **ON, months=1, accounts=["C-1", "nobody"])
    assert told(some) == {"2026-10": (500, 500, 30)}
    assert told(some, "nobody") == {"2026-10": (0, 0, 0)}
    with pytest.raises(InvalidFact, match="must not repeat"):
        monthly_figures(ledger, **ON, accounts=["C-1", "C-1"])
    assert len(monthly_figures(Ledger.of([]), as_of=TODAY)) == 0
    assert len(monthly_figures(ledger, **ON, accounts=[])) == 0


# ------------------------------------------------------------------------------- what is not known


def test_a_lacking_rate_spoils_its_months_only() -> None:
    items = [
        doc("A", 10, "2026-07-01", "2026-07-31"),
        doc("B", 10, "2026-09-01", "2026-09-30", currency="USD"),
        doc("R", -10, "2026-10-05", currency="USD"),
    ]
    tie = Allocation(source="R", target="B", currency="USD", amount="10")
    ledger = Ledger.of(items, [tie])
    table = monthly_figures(ledger, **ON, months=4)
    assert told(table) == {
        "2026-07": (1000, 1000, 0),
        "2026-08": (1000, 0, 31),
        "2026-09": (None, None, None),
        "2026-10": (1000, 0, 92),
    }
    assert table["sales"].state(2) == table["receivables"].state(2) == State.INVALID
    rated = monthly_figures(ledger, **ON, months=2, rates=Rates("CNY", {"USD": "7"}, TODAY))
    assert told(rated)["2026-09"] == (8000, 7000, 61)


def test_a_row_that_cannot_be_read_spoils_its_account() -> None:
    ledger = Ledger.from_columns(
        {"id": ["A", "A", "B"], "account": ["C-1", "C-1", "C-2"], "currency": "CNY",
         "kind": "invoice", "amount": [1, 2, 3], "doc_date": "2026-10-01"}
    )  # fmt: skip
    table = monthly_figures(ledger, as_of=TODAY, months=2)
    assert told(table) == {"2026-09": (None,) * 3, "2026-10": (None,) * 3}
    assert told(table, "C-2")["2026-10"] == (300, 300, 30)
    watched = ck.Policy.standard().watch(table, as_of=TODAY).watched("C-1")
    assert {reason.subject: reason.code for reason in watched.not_judged}["OVERDUE"] == (
        "watch.invalid"
    )


def test_remainders_tell_their_own_month_and_no_sales() -> None:
    items = [doc("A", 10, "2026-08-01", "2026-08-31", open_amount="4")]
    month_end = date(2026, 10, 31)
    ledger = Ledger.of(items, open_as_of=month_end)
    assert told(monthly_figures(ledger, as_of=month_end, months=1)) == {"2026-10": (400, None, 61)}
    sold = ck.MonthFigures(account="C-1", month_end=month_end, currency="CNY", sales="7")
    kept = ck.MonthlyFigures.of([sold])
    table = monthly_figures(columns_of(ledger), as_of=month_end, months=1, kept=kept)
    assert told(table) == {"2026-10": (400, 700, 61)}
    with pytest.raises(InvalidFact, match="must be 2026-10-31, the date of the ledger's rem"):
        monthly_figures(ledger, as_of=month_end, months=2)
    midst = Ledger.of(items, open_as_of=TODAY)
    with pytest.raises(InvalidFact, match="must be 2026-11-21, the date of the ledger's rem"):
        monthly_figures(midst, as_of=TODAY, months=1)


# ------------------------------------------------------------------------------- what a host keeps


def kept(ago: int = 0, account: str = "C-1", **known: Any) -> ck.MonthFigures:
    end = [date(2026, 10, 31), date(2026, 9, 30), date(2026, 8, 31)][ago]
    return ck.MonthFigures(account=account, month_end=end, **{"currency": "CNY", **known})


def test_what_the_host_kept_stands_beside() -> None:
    ledger = Ledger.of([doc("A", 5, "2026-10-01")])
    rows = [
        kept(0, exposure="8", line="unlimited", grade="A", figures={"visits": 3}),
        kept(1, exposure="1", line="10", grade="B", currency="USD", figures={"x": Money(2, "USD")}),
        kept(2, grade="C"),  # a month that is not asked for
        kept(0, "C-7", line="none"),  # a customer without an item
        kept(1, "C-8", exposure="1", currency="EUR"),
    ]
    rates = Rates("CNY", {"USD": "7"}, TODAY)
    for table in (
        monthly_figures(ledger, **ON, months=2, rates=rates, kept=ck.MonthlyFigures.of(rows)),
        monthly_figures(ledger, **ON, months=2, rates=rates, kept=ck.MonthlyFigures.of(rows[::-1])),
    ):
        assert table.accounts == ("C-1", "C-7", "C-8")
        then, now = (table.account("C-1").row(row) for row in (0, 1))
        assert (now.exposure, now.line, now.grade) == (Money(8, "CNY"), ck.Line.UNLIMITED, "A")
        assert (then.exposure, then.line, then.grade) == (Money(7, "CNY"), Money(70, "CNY"), "B")
        assert dict(now.figures) == {"visits": 3}
        assert dict(then.figures) == {"x": Money(14, "CNY")}
        assert (now.receivables, now.sales) == (Money(5, "CNY"), Money(5, "CNY"))
        other = table.account("C-7").row(1)
        assert (other.line, other.receivables, other.sales) == (
            ck.Line.NONE, Money(0, "CNY"), Money(0, "CNY"),
        )  # fmt: skip
        assert table.account("C-8")["exposure"].state(0) == State.INVALID  # no rate
        assert (
            ck.MonthlyFigures.from_dict(table.to_dict())
            .account("C-1")
            .same_as(table.account("C-1"))
        )
    only = monthly_figures(ledger, **ON, kept=ck.MonthlyFigures.of(rows), accounts=["C-1"])
    assert only.accounts == ("C-1",)


def test_what_the_ledger_tells_is_not_to_be_kept() -> None:
    ledger = Ledger.of([doc("A", 5, "2026-10-01")])
    for name, value in (("receivables", "5"), ("sales", "5"), ("oldest_overdue_days", 3)):
        table = ck.MonthlyFigures.of([kept(**{name: value})])
        with pytest.raises(
            InvalidFact, match=rf"kept.{name} follows from the ledger; leave it out"
        ):
            monthly_figures(ledger, **ON, kept=table)


def test_rows_that_have_no_place_are_told() -> None:
    twice = ck.MonthlyFigures.of([kept(grade="A"), kept(grade="B"), kept(1, grade="C")])
    table = monthly_figures(Ledger.of([]), **ON, months=2, kept=twice)
    assert [note.code for note in table.notes] == ["month.repeated"]
    assert [table["grade"].raw(row) is None for row in (0, 1)] == [False, True]


# -------------------------------------------------------------------------------------------- laws


def naive(ledger: Ledger, how: dict[str, Any], end: date) -> tuple[int | None, ...]:
    """Receivables, sales and oldest days overdue of one customer, item by item; None where not known."""
    read = naive_of(ledger, {**how, "as_of": end})
    first = min((item["day"] for item in read.list if item["day"] <= how["as_of"]), default=end)
    if read.broken or first > end:
        return None, None, None
    found = if_known(read.balances, {}) or {}
    sales = [
        item
        for item in read.existing()
        if item["kind"] in SALES and (item["day"].year, item["day"].month) == (end.year, end.month)
    ]
    return found.get("receivables"), read.total(sales), found.get("oldest_overdue_days")


readings = st.fixed_dictionaries(
    {
        "as_of": near,
        "currency": st.just("CNY"),
        "rates": st.sampled_from([RATES, None]),
        "ignore_below": smalls(0, 1, 100),
        "ignore_disputed": st.booleans(),
        "effective": st.sampled_from(["documents", "matched"]),
        "exists_by": st.sampled_from(["document", "posting"]),
    }
)


def last(end: np.datetime64) -> date:
    day = date.fromisoformat(str(end))
    assert day.day == calendar.monthrange(day.year, day.month)[1]
    return day


@given(records(("CNY", "USD", "JPY")), readings, st.integers(1, 18))
def test_months_are_the_naive_ones(made: Any, how: Any, months: int) -> None:
    for ledger in (Ledger.of(*made), columns_of(Ledger.of(*made))):
        table = monthly_figures(ledger, **how, months=months, accounts=ACCOUNTS)
        assert len(table) == 3 * months
        ends = [last(day) for day in table["month_end"].values[:months]]
        assert ends == sorted(ends)
        assert ends[-1] <= how["as_of"] < ends[-1] + timedelta(31)
        for row in range(len(table)):
            account, end = ACCOUNTS[row // months], ends[row % months]
            found = tuple(table[name].raw(row) for name in TOLD)
            assert found == naive(ledger.account(account), how, end)


@given(st.data(), records(("CNY", "USD")), readings)
def test_one_equals_many(data: Any, made: Any, how: Any) -> None:
    ledger = Ledger.from_dict(corrupted(data.draw, Ledger.of(*made).to_dict()))
    many = monthly_figures(ledger, **how, months=4, accounts=ACCOUNTS)
    for name in ACCOUNTS:
        one = monthly_figures(ledger.account(name), **how, months=4, accounts=[name])
        assert one.same_as(many.account(name))


@given(records(wild=False), near, st.integers(1, 20))
def test_the_sum_of_months_is_that_of_the_documents(made: Any, as_of: date, months: int) -> None:
    ledger = Ledger.of(*made)
    table = monthly_figures(ledger, as_of=as_of, currency="CNY", months=months, accounts=ACCOUNTS)
    first, end = (last(table["month_end"].values[place]) for place in (0, months - 1))
    sold = sum(
        item.amount.minor
        for item in made[0]
        if first.replace(day=1) <= item.doc_date <= end
        and item.kind.value in SALES
        and not ledger.account(item.account).account_items.broken
    )
    assert int(table["sales"].values[table["sales"].known].sum()) == sold


@given(records(("CNY", "USD", "JPY")), readings)
def test_the_receivables_of_a_month_are_the_balance_of_its_ageing(made: Any, how: Any) -> None:
    ledger = Ledger.of(*made)
    table = monthly_figures(ledger, **{**how, "rates": RATES}, months=3)
    for row in range(len(table)):
        if table["receivables"].state(row) == State.KNOWN:
            aged = ageing.ageing(
                ledger, as_of=last(table["month_end"].values[row]), currency="CNY", rates=RATES,
                effective=how["effective"], exists_by=how["exists_by"],
            )  # fmt: skip
            balance = aged.row(table.row(row).account).balance
            assert balance.minor == table["receivables"].raw(row)


@given(records(("CNY", "USD")), readings)
def test_a_month_is_the_position_of_its_last_day(made: Any, how: Any) -> None:
    ledger = Ledger.of(*made)
    table = monthly_figures(ledger, Reading(**how), months=5, accounts=ACCOUNTS)
    for row in range(len(table)):
        end = last(table["month_end"].values[row])
        if table["receivables"].state(row) == State.UNKNOWN:
            continue  # before the first document
        then = in_minor(position(ledger.account(ACCOUNTS[row // 5]), **{**how, "as_of": end}))
        for name in ("receivables", "oldest_overdue_days"):
            assert table[name].raw(row) == then[name]


@given(records(("CNY", "USD")), readings, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(made: Any, how: Any, random: Any) -> None:
    items = list({item.id: item for item in made[0]}.values())
    ties = list(made[1])
    first = monthly_figures(Ledger.of(items, ties), **how)
    random.shuffle(items)
    random.shuffle(ties)
    again = monthly_figures(Ledger.of(items, ties), **how)
    assert again.same_as(first)


@given(records(("CNY", "USD", "JPY")), readings)
def test_every_path_gives_the_same(made: Any, how: Any) -> None:
    ledger = columns_of(Ledger.of(*made))
    first = monthly_figures(ledger, **how, months=5)
    for where in (
        (monthly, "balances_of", lambda *_: None),
        (monthly, "open_columns", lambda *_: None),
        (monthly, "_sold", lambda *_: None),
        (open_items, "SMALL", -1),
        (_item_columns, "SAFE", -1.0),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(*where)  # type: ignore[arg-type]
            assert monthly_figures(ledger, **how, months=5).same_as(first)


def test_near_the_end_of_64_bits() -> None:
    most = Money.from_minor(LARGEST, "CNY")
    items = [
        doc("A", most.amount, "2026-08-01", "2026-08-31"),
        doc("B", most.amount, "2026-10-01", "2026-10-31"),
        doc("N", -most.amount, "2026-10-02", kind="credit_note"),
        doc("C", most.amount, "2026-10-30", "2026-10-31", account="C-2"),
    ]
    ledger = Ledger.of(items)
    table = monthly_figures(ledger, as_of=TODAY, months=3)
    assert told(table) == {
        "2026-08": (LARGEST, LARGEST, 0),
        "2026-09": (LARGEST, 0, 30),
        "2026-10": (LARGEST, 0, 0),  # the credit note is set against A
    }
    two = [items[0], attrs.evolve(items[1], doc_date=date(2026, 8, 2))]
    assert told(monthly_figures(Ledger.of(two), as_of=TODAY, months=1)) == {
        "2026-10": (None, 0, None)
    }
    again = monthly_figures(Ledger.of(two), as_of="2026-08-31", months=1)
    assert told(again) == {"2026-08": (None, None, None)}
    ties = {
        "target": ["A"] * 3,
        "source": [None] * 3,
        "amount": Cells(np.array([LARGEST] * 3, dtype=np.int64)),
        "on": ["2026-09-01", "2026-09-02", "2026-10-01"],
        "undone_on": ["2026-09-02", "2026-09-03", None],
    }
    columns = columns_of(Ledger.of(items[:1])).to_dict()["items"]
    paid = monthly_figures(Ledger.from_columns(columns, ties), as_of=TODAY, months=3)
    assert [row[0] for row in told(paid).values()] == [LARGEST, LARGEST, 0]


def test_allocations_beyond_64_bits_that_were_undone() -> None:
    most = Money.from_minor(LARGEST, "CNY")
    ties = [
        Allocation(target="A", currency="CNY", amount=most, on=on, undone_on=on + timedelta(20))
        for on in (date(2026, 8, 30), date(2026, 9, 29), date(2026, 9, 30))
    ]
    ledger = Ledger.of([doc("A", 10, "2026-07-01", "2026-07-31")], ties)
    assert told(monthly_figures(ledger, as_of=TODAY, months=4)) == {
        "2026-07": (1000, 1000, 0),
        "2026-08": (1000 - LARGEST, 0, 0),
        "2026-09": (None, 0, None),
        "2026-10": (1000, 0, 92),
    }


def test_sales_that_leave_64_bits_when_they_are_converted() -> None:
    amount = Money.from_minor(10**17, "USD")
    items = [
        doc(name, sign * amount.amount, "2026-10-01", currency="USD", kind=kind)
        for name, sign, kind in (("A", 1, "invoice"), ("B", 1, "invoice"), ("R", -1, "receipt"))
    ]
    ties = [Allocation(source="R", target="A", currency="USD", amount=amount)]
    rates = Rates("CNY", {"USD": "40"}, TODAY)
    table = monthly_figures(Ledger.of(items, ties), **ON, months=1, rates=rates)
    assert told(table) == {"2026-10": (4 * 10**18, 8 * 10**18, 30)}
