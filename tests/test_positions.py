"""Where a customer stands: rules by example, one against many, and laws."""

from __future__ import annotations

import inspect
import json
import pickle
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit._columns import Cells, State
from creditkit._tables import Table
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Allocation, ItemKind, Ledger, OpenItem
from creditkit.facts.rates import Rates
from creditkit.figures import FIGURES, UNDEFINED, FigureKind
from creditkit.money import LARGEST, Money
from creditkit.receivables import _balances, _item_columns
from creditkit.receivables import _habits_many as habits_module
from creditkit.receivables import positions as rooms
from creditkit.receivables.ageing import ageing
from creditkit.receivables.debtors import debtors
from creditkit.receivables.habits import NAMES as HABITS
from creditkit.receivables.habits import habit, habits
from creditkit.receivables.monthly import monthly_figures
from creditkit.receivables.positions import (
    NAMES,
    Position,
    Positions,
    Reading,
    open_amount,
    overdue_items,
    payable_items,
    position,
    positions,
)
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
from tests.printed import printed

ON: dict[str, Any] = {"as_of": TODAY, "currency": "CNY"}


def doc(name: str, amount: Any, days_past: int | None = None, **more: Any) -> OpenItem:
    """An item that is so many days past due; a credit or receipt where the amount is negative."""
    sign = str(amount).startswith("-")
    fields: dict[str, Any] = {
        "id": name,
        "account": "C-1",
        "currency": "CNY",
        "kind": "receipt" if sign else "invoice",
        "amount": str(amount),
        "doc_date": TODAY - timedelta(60 if days_past is None else max(days_past, 0) + 30),
        "due_date": None if days_past is None else TODAY - timedelta(days_past),
    }
    return OpenItem(**{**fields, **more})


def stand(*items: OpenItem, ties: Any = (), **options: Any) -> dict[str, Any]:
    ledger = Ledger.of(items, ties)
    one = in_minor(position(ledger, **{**ON, **options}), {**ON, **options}["currency"])
    many = positions(columns_of(ledger), accounts=["C-1"], **{**ON, **options})
    assert {name: cell(many[name], 0) for name in NAMES} == one
    return one


def cell(column: Cells, row: int) -> Any:
    return UNDEFINED if column.state(row) == State.UNDEFINED else column.raw(row)


# ------------------------------------------------------------------------------------ the overdue


def overdue(*items: OpenItem, **options: Any) -> tuple[int, int]:
    found = stand(*items, **options)
    return found["overdue"], found["oldest_overdue_days"]


def test_due_today_is_not_overdue() -> None:
    assert overdue(doc("A", 10, 0)) == (0, 0)
    assert overdue(doc("A", 10, 1)) == (1000, 1)
    assert overdue(doc("A", 10, -5)) == (0, 0)


def test_cash_is_set_against_the_oldest() -> None:
    items = [doc("A", 10, 40), doc("B", 20, 30), doc("C", 30, 5), doc("D", 99, -3)]
    assert overdue(*items) == (6000, 40)
    assert overdue(*items, doc("R", -10)) == (5000, 30)
    assert overdue(*items, doc("R", -5)) == (5500, 40)
    assert overdue(*items, doc("R", -25), doc("S", "-0.01")) == (3499, 30)
    assert overdue(*items, doc("R", -500)) == (0, 0)
    found = stand(*items, doc("R", -500))
    assert (found["receivables"], found["overdue_share"]) == (-34100, UNDEFINED)


def test_disputes_and_small_remainders_are_left_out_of_tests() -> None:
    disputed = doc("A", 10, 40, disputed="10")
    partly = doc("B", 20, 30, disputed="15")
    assert overdue(disputed, partly) == (500, 30)
    assert overdue(disputed, partly, ignore_disputed=False) == (3000, 40)
    assert stand(disputed, partly)["disputed"] == 2500
    assert stand(disputed, partly)["receivables"] == 3000
    assert overdue(doc("A", "0.99", 40), doc("B", 1, 10), ignore_below="1") == (100, 10)
    assert overdue(doc("A", 10, 40), doc("R", "-9.50"), ignore_below="1") == (0, 0)
    paid = Allocation(source="R", target="B", currency="CNY", amount="12")
    assert stand(partly, doc("R", -12), ties=[paid])["disputed"] == 800  # what is open at most


def test_a_returned_payment_counts_until_it_is_undone() -> None:
    items = [doc("A", 10, 40), doc("R", -10, doc_date=TODAY - timedelta(20))]
    tie = {"source": "R", "target": "A", "currency": "CNY", "amount": 10}
    kept = Allocation(**tie, undone_on=TODAY + timedelta(1))
    gone = Allocation(**tie, undone_on=TODAY)
    assert stand(*items, ties=[kept])["settled_count"] == 1
    bounced = stand(*items, ties=[gone])
    assert (bounced["settled_count"], bounced["on_time_share"]) == (0, 0.0)  # late to date
    assert (bounced["receivables"], bounced["overdue"]) == (1000, 1000)  # as if it had never come
    moved = stand(*items, ties=[Allocation(**tie, unmatched_on=TODAY)])
    assert (moved["receivables"], moved["overdue"]) == (0, 0)  # the receipt is there, unapplied


def test_overdue_items_say_what_to_pay() -> None:
    items = [doc("INV-9", 20, 10), doc("INV-7", 10, 40), doc("X", 7, -1), doc("R", -4)]
    ledger = Ledger.of([*items, doc("INV-8", 50, 20, disputed="20")])
    for one in (ledger, columns_of(ledger)):
        found = overdue_items(one, as_of=TODAY)
        assert found is not None
        assert [(item.id, item.days, item.amount.minor, item.disputed.minor) for item in found] == [
            ("INV-7", 40, 600, 0),
            ("INV-8", 20, 3000, 2000),
            ("INV-9", 10, 2000, 0),
        ]
        assert sum(item.amount.minor for item in found) == in_minor(position(one, **ON))["overdue"]
    assert overdue_items(Ledger.of([]), as_of=TODAY) == ()


# ---------------------------------------------------------------------------- habits, days of sales


def test_habits_by_hand() -> None:
    # amount-weighted 51.0 and simple 45.0: constructed in the formula book, E4
    start = TODAY - timedelta(100)
    items, ties = [], []
    for name, amount, late in (("A", 1000, 30), ("B", 5000, 60), ("C", 4000, 45)):
        items.append(doc(name, amount, doc_date=start, due_date=start))
        items.append(doc(f"R{name}", -amount, doc_date=start + timedelta(late)))
        ties.append(Allocation(source=f"R{name}", target=name, currency="CNY", amount=amount))
    found = habit(Ledger.of(items, ties), as_of=TODAY, variant="settled_only")
    assert found == {
        "settled_count": 3,
        "on_time_share": 0.0,
        "average_days_late": 51.0,
        "simple_days_late": 45.0,
    }
    again = habits(columns_of(Ledger.of(items, ties)), as_of=TODAY, variant="settled_only").row(0)
    assert {name: getattr(again, name) for name in found} == found


def test_days_beyond_terms_are_as_printed() -> None:
    # calculator7.snowdaycalculatornow.com, "Days Beyond Terms Calculation": paid on the due date as
    # 0, days late of 0, 6 and 8, weighted by amount 4.33; of the source only the page is known
    items, ties = [], []
    for name, issued, due, paid, amount in (
        ("INV-1001", date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 31), 4000),
        ("INV-1002", date(2026, 1, 5), date(2026, 2, 4), date(2026, 2, 10), 6000),
        ("INV-1003", date(2026, 1, 10), date(2026, 1, 25), date(2026, 2, 2), 2000),
    ):
        items.append(doc(name, amount, doc_date=issued, due_date=due))
        items.append(doc(f"R-{name}", -amount, doc_date=paid))
        ties.append(Allocation(source=f"R-{name}", target=name, currency="CNY", amount=amount))
    found = habit(Ledger.of(items, ties), as_of=TODAY, variant="settled_only")
    assert found["average_days_late"] == printed("4.33")
    assert found["on_time_share"] == pytest.approx(4000 / 12_000, rel=1e-15)


@pytest.mark.parametrize(("days", "mean"), [((5, 10, 15), 10.0), ((0, 8), 4.0)])
def test_simple_days_as_printed(days: tuple[int, ...], mean: float) -> None:
    # AccountEdge and 123Loadboard: 5, 10 and 15 days are 10 on average; 0 and 8 are 4
    start = TODAY - timedelta(100)
    items = [doc(f"A{n}", 10, doc_date=start, due_date=start) for n in days]
    items += [doc(f"R{n}", -10, doc_date=start + timedelta(n)) for n in days]
    ties = [Allocation(source=f"R{n}", target=f"A{n}", currency="CNY", amount=10) for n in days]
    found = habit(Ledger.of(items, ties), as_of=TODAY, variant="settled_only")
    assert found["simple_days_late"] == mean


def test_what_counts_as_settled() -> None:
    year_ago = TODAY - timedelta(365)
    invoice = doc("A", 10, doc_date=year_ago, due_date=year_ago)

    def settled(pay: OpenItem, amount: int = 10) -> Any:
        tie = Allocation(source="R", target="A", currency="CNY", amount=amount)
        return stand(invoice, pay, ties=[tie])["settled_count"]

    assert settled(doc("R", -10, doc_date=year_ago + timedelta(1))) == 1
    assert settled(doc("R", -10, doc_date=year_ago)) == 0  # more than twelve months ago
    assert settled(doc("R", -10, doc_date=TODAY)) == 1
    assert settled(doc("R", -10, doc_date=TODAY + timedelta(1))) == 0
    assert settled(doc("R", -9, doc_date=TODAY), amount=9) == 0
    assert (
        settled(doc("R", -10, doc_date=TODAY), amount=9) == 1
    )  # the last one is free, and pays it
    assert settled(doc("R", -10, doc_date=TODAY, kind="credit_note")) == 0  # not paid: credited


def test_sales_leave_out_receipts_and_take_credit_notes_off() -> None:
    items = [
        doc("A", 365, doc_date=TODAY - timedelta(364), due_date=TODAY),
        doc("B", 1000, doc_date=TODAY - timedelta(365), due_date=TODAY),  # a day too early
        doc("N", -65, kind="credit_note", doc_date=TODAY),
        doc("D", 9, kind="debit_note", doc_date=TODAY),
        doc("O", -9, kind="opening_balance", doc_date=TODAY),
        doc("R", -1000, doc_date=TODAY),
    ]
    found = stand(*items)
    assert found["receivables"] == 30000
    assert found["dso"] == 30000.0 / 30900.0 * 365.0
    assert stand(doc("B", 5, doc_date=TODAY - timedelta(400)))["dso"] is UNDEFINED


def test_of_a_customer_in_credit_no_sales_are_unpaid() -> None:
    sold = doc("A", 10, 40)
    for cash in ("-10", "-50"):
        found = stand(sold, doc("R", cash))
        assert (found["dso"], found["countback_dso"]) == (0.0, 0.0)
    assert stand(doc("R", -5))["dso"] is UNDEFINED  # nothing was sold


def test_countback_over_calendar_months() -> None:
    items = [
        doc("A", 100, doc_date=date(2026, 11, 5)),
        doc("B", 200, doc_date=date(2026, 10, 5)),
        doc("C", 400, doc_date=date(2026, 8, 5)),
        doc("R", -300, doc_date=date(2026, 11, 6)),
    ]
    # 400 open: November (21 days), October (31), nothing in September (30), 100/400 of August
    assert stand(*items)["countback_dso"] == 21 + 31 + 30 + 100 / 400 * 31
    assert stand(doc("R", -5))["countback_dso"] == 0.0


def test_an_account_without_items_owes_nothing() -> None:
    nothing = in_minor(position(Ledger.of([]), **ON))
    assert nothing == {
        "receivables": 0,
        "overdue": 0,
        "disputed": 0,
        "oldest_overdue_days": 0,
        "overdue_share": UNDEFINED,
        "dso": UNDEFINED,
        "countback_dso": 0.0,
        "settled_count": 0,
        "on_time_share": None,
        "average_days_late": None,
    }
    ledger = columns_of(Ledger.of([doc("A", 5, 10)]))
    many = positions(ledger, accounts=["C-8", "C-1", "C-8"], **ON)
    assert {name: cell(many[name], 0) for name in NAMES} == nothing
    assert many["receivables"].values.tolist() == [0, 500, 0]
    assert positions(Ledger.of([]), accounts=[], **ON)["dso"].values.tolist() == []


def test_remainders_tell_no_history() -> None:
    items = [doc("A", 10, 40, open_amount="4"), doc("B", 10, 3, open_amount="0")]
    ledger = Ledger.of(items, open_as_of=TODAY)
    found = in_minor(position(ledger, **ON))
    assert [found[name] for name in NAMES[:5]] == [400, 400, 0, 40, 1.0]
    assert [found[name] for name in NAMES[5:]] == [None] * 5
    many = positions(columns_of(ledger), accounts=["C-1"], **ON)
    assert [many[name].state(0) for name in NAMES] == [State.KNOWN] * 5 + [State.UNKNOWN] * 5


def test_a_lacking_rate_makes_its_account_not_known() -> None:
    items = [doc("A", 10, 40), doc("B", 10, 3, currency="USD"), doc("Z", 5, account="C-2")]
    ledger = Ledger.of(items)
    found = position(ledger.account("C-1"), **ON)
    assert {name for name in NAMES if found[name] is not None} == {"settled_count"}
    many = positions(ledger, accounts=["C-1", "C-2"], **ON)
    assert [many["receivables"].state(row) for row in (0, 1)] == [State.INVALID, State.KNOWN]
    assert overdue_items(ledger.account("C-1"), as_of=TODAY, currency="CNY") is None
    rated = position(ledger.account("C-1"), **ON, rates=Rates("CNY", {"USD": "7"}, TODAY))
    assert rated["overdue"] == Money(10 + 70, "CNY")
    # what is settled needs no rate for the balance, only for sales and habits
    paid = [doc("B", 10, 3, currency="USD"), doc("R", -10, currency="USD")]
    tie = Allocation(source="R", target="B", currency="USD", amount=10)
    settled = stand(*paid, ties=[tie])
    assert (settled["receivables"], settled["settled_count"]) == (0, 1)
    assert (settled["dso"], settled["on_time_share"]) == (None, None)


def test_one_customer_at_a_time() -> None:
    ledger = Ledger.of([doc("A", 5), doc("B", 5, account="C-2")])
    for wrong in (position, overdue_items):
        with pytest.raises(InvalidFact, match="must be of one customer"):
            wrong(ledger, **ON)  # type: ignore[operator]


def test_a_reading_says_what_its_fields_say() -> None:
    ledger = Ledger.of([doc("A", 5, 10), doc("B", "0.40", 20), doc("C", 3, -4)])
    fields: Any = {**ON, "ignore_below": "0.50", "effective": "matched"}
    how = Reading(**fields)
    assert position(ledger, how) == position(ledger, **fields)
    assert positions(ledger, how, accounts=["C-1"])["overdue"].values.tolist() == [500]
    assert payable_items(ledger, how) == payable_items(ledger, **fields)
    assert overdue_items(ledger, how) == overdue_items(ledger, **fields)
    assert open_amount(ledger, how, item="B") == open_amount(ledger, item="B", **fields)
    assert open_amount(ledger, how, item="B") == Money("0.40", "CNY")
    assert open_amount(ledger, how, item="Z") == Money(0, "CNY")  # there is none such
    assert position(ledger, as_of="2026-11-21") == position(ledger, **ON)  # all items are in one


def test_one_order_of_arguments() -> None:
    """The ledger, a reading of it, and then by name what is a function's own."""
    takers = [ageing, debtors, habit, habits, monthly_figures, position, positions]
    for taker in (*takers, open_amount, overdue_items, payable_items):
        ledger, how, *more = inspect.signature(taker).parameters.values()
        assert (ledger.name, how.name, how.default) == ("ledger", "how", None)
        assert ledger.kind == how.kind == inspect.Parameter.POSITIONAL_OR_KEYWORD
        assert {one.kind for one in more[:-1]} <= {inspect.Parameter.KEYWORD_ONLY}
        assert (more[-1].name, more[-1].kind) == ("options", inspect.Parameter.VAR_KEYWORD)
    book = columns_of(Ledger.of([doc("A", 5, 10)]))
    for ask in (positions, habits):  # a list of accounts may stand second, as it did before
        second, named = ask(book, ["C-1", "C-2"], **ON), ask(book, accounts=["C-1", "C-2"], **ON)
        assert named.same_as(second) and len(second) == 2
        with pytest.raises(InvalidFact, match=r"accounts must not be given twice.*write them once"):
            ask(book, ["C-1"], accounts=["C-2"], **ON)


def test_all_accounts_are_by_name_whatever_the_order_of_rows() -> None:
    items = [doc("A", 5, 10, account="C-2"), doc("B", 7, 20, account="C-1")]
    for rows in (items, items[::-1]):
        ledger = columns_of(Ledger.of(rows))
        assert positions(ledger, **ON)["overdue"].values.tolist() == [700, 500]
        assert habits(ledger, **ON)["average_days_late"].values.tolist() == [20.0, 10.0]
        assert debtors(ledger, **ON)["account"].names == ("C-1", "C-2")  # type: ignore[attr-defined]
        assert ageing(ledger, Reading(**ON)).same_as(ageing(ledger, **ON))
    with pytest.raises(InvalidFact, match=r"^asof is not known; did you mean 'as_of'"):
        ageing(ledger, asof=TODAY)  # type: ignore[call-arg]
    with pytest.raises(InvalidFact, match=r"^as_of must be given"):
        ageing(ledger)


def test_a_reading_refuses() -> None:
    ledger = Ledger.of([doc("A", 5)])
    with pytest.raises(InvalidFact, match="must not come with a Reading"):
        position(ledger, Reading(**ON), ignore_below="5")
    with pytest.raises(InvalidFact, match="as_of must be given"):
        overdue_items(ledger)
    with pytest.raises(InvalidFact, match="ISO 4217"):
        Reading(as_of=TODAY, currency="yuan")
    mixed = Ledger.of([doc("A", 5), doc("B", 5, currency="USD")])
    with pytest.raises(InvalidFact, match="unless all items are in one"):
        position(mixed, as_of=TODAY)
    old = Ledger.of([doc("A", 5, open_amount="5")], open_as_of=TODAY)
    with pytest.raises(InvalidFact, match="date of the ledger's remainders"):
        position(old, Reading(as_of=TODAY - timedelta(1), currency="CNY"))


def test_a_small_remainder_is_money() -> None:
    """However it is written, it reads back as money, and leaves out the same, of one and of many."""
    ledger = Ledger.of([doc("A", "0.99", 40), doc("B", 1, 10)])
    for one in (Money(1, "CNY"), "1", "1.00", Decimal(1), Decimal("1.0")):
        how = Reading(**ON, ignore_below=one)
        assert (how.ignore_below, how.trifle) == (Money(1, "CNY"), 100)
        assert how == Reading(**ON, ignore_below="1") and "trifle" not in repr(how)
        assert position(ledger, how) == position(ledger, **ON, ignore_below=one)
        assert positions(ledger, how)["overdue"].values.tolist() == [100]
    for nothing in (0, None, "0", Money(0, "CNY"), Money(0, "USD")):
        how = Reading(**ON, ignore_below=nothing)
        assert (how.ignore_below, how.trifle) == (Money(0, "CNY"), 0) and how == Reading(**ON)
    yen = attrs.evolve(Reading(**ON), currency="JPY", ignore_below="50")
    assert (yen.ignore_below, yen.trifle) == (Money(50, "JPY"), 50)
    assert attrs.evolve(yen, as_of=TODAY - timedelta(1)).trifle == 50
    again = pickle.loads(pickle.dumps(yen))
    assert again == yen and again.trifle == 50
    nobody = position(Ledger.of([]), as_of=TODAY, ignore_below=Money(5, "USD"))
    assert nobody["overdue"] == Money(0, "USD")  # of nothing, in whatever currency is asked
    assert position(Ledger.of([]), as_of=TODAY)["overdue"] == Money(0, "CNY")


def test_a_small_remainder_is_refused() -> None:
    ledger = Ledger.of([doc("A", 5)])
    for number in (5, 5000, -1, True, 5.0, np.int64(50), Fraction(1, 2)):
        with pytest.raises(
            InvalidFact, match=r"^ignore_below must be money, .*; write '50.00', or "
        ):
            Reading(**ON, ignore_below=number)  # type: ignore[arg-type]
        with pytest.raises(
            InvalidFact, match=r"^ignore_below must be money, .*; write '50.00', or "
        ):
            position(ledger, **ON, ignore_below=number)
    for code, text in (("JPY", "50"), ("KWD", "50.000")):
        with pytest.raises(InvalidFact, match=f"write '{text}', or Money"):
            Reading(as_of=TODAY, currency=code, ignore_below=50)  # type: ignore[arg-type]
    for other in (Money(5, "USD"), Money.from_minor(-1, "USD")):
        with pytest.raises(
            InvalidFact, match=r"must be in CNY, the currency of the reading \(got Mon"
        ):
            Reading(**ON, ignore_below=other)
    with pytest.raises(InvalidFact, match="must be in USD"):
        attrs.evolve(Reading(**ON, ignore_below="5"), currency="USD")
    for below in ("-0.01", Decimal(-1), Money(-1, "CNY")):
        with pytest.raises(InvalidFact, match="ignore_below must not be below zero"):
            Reading(**ON, ignore_below=below)
    for text in ("0.005", "fifty", "", Decimal("NaN"), "5 CNY"):
        with pytest.raises(InvalidFact, match=r"^ignore_below must"):
            Reading(**ON, ignore_below=text)


def test_one_customer_is_told_in_money() -> None:
    """In the currency of the reading, also where the answer was kept; what is not money is a number."""
    items = [doc("A", 10, 40, disputed="3"), doc("R", -2)]
    ledger, rates = Ledger.of(items), Rates("CNY", {"USD": "7.5"}, TODAY)
    for _ in range(2):
        found = position(ledger, Reading(**ON))
        assert [found[name] for name in NAMES[:3]] == [Money(n, "CNY") for n in (8, 5, 3)]
        assert (found["oldest_overdue_days"], found["overdue_share"]) == (40, 0.625)
        assert {type(found[name]) for name in NAMES[3:]} <= {int, float, type(None)}
        abroad = position(ledger, as_of=TODAY, currency="USD", rates=rates)
        assert abroad["overdue"] == Money(
            "0.66", "USD"
        )  # 7.00 and 2.00, each by itself: 0.93, 0.27
    found.clear()  # a dict of its own
    assert position(ledger, Reading(**ON))["overdue"] == Money(5, "CNY")
    assert open_amount(ledger, Reading(**ON), item="R") == Money(-2, "CNY")
    assert open_amount(ledger, as_of=TODAY, currency="USD", rates=rates, item="A") == Money(
        "1.33", "USD"
    )
    assert open_amount(ledger, as_of=TODAY, currency="USD", item="A") is None  # without a rate
    assert position(ledger, as_of=TODAY, currency="USD")["receivables"] is None


def test_the_figures_are_declared() -> None:
    found = positions(Ledger.of([doc("A", 5, 10)]), accounts=["C-1"], **ON)
    assert set(found.cells) == {"account", "as_of", "currency", *NAMES}
    for name in NAMES:
        exact = FIGURES[name].kind in (FigureKind.MONEY, FigureKind.DAYS, FigureKind.COUNT)
        assert found[name].values.dtype == (np.int64 if exact else np.float64)
        money = isinstance(getattr(found.row(0), name), Money)
        assert money == (FIGURES[name].kind is FigureKind.MONEY)


def test_near_the_end_of_64_bits() -> None:
    most = Money.from_minor(LARGEST, "CNY")
    items = [doc("A", most.amount, 10), doc("B", most.amount, 5)]
    note = doc("N", -most.amount, kind="credit_note")
    assert stand(*items)["receivables"] is None
    found = stand(*items, note)
    assert (found["receivables"], found["overdue"]) == (LARGEST, LARGEST)
    assert found["oldest_overdue_days"] == 5


def test_small_remainders_are_passed_over_up_to_a_sum_the_oldest_first() -> None:
    """2,000 items of 49.99, each below 50, were not overdue at all."""
    many = [doc(f"I{n}", "49.99", 650) for n in range(2000)]
    for most, passed in ((None, "500"), ("120", "120"), ("0", "0"), ("1000000", "99980")):
        how = {"ignore_below": "50", "ignore_most": most}
        found = overdue(*many, **how)
        assert found == (99_980_00 - int(Decimal(passed) * 100), 0 if passed == "99980" else 650)
        items = overdue_items(Ledger.of(many), **ON, **how)
        assert sum(item.amount.minor for item in items or ()) == found[0]
    pair = [doc("A", 40, 90), doc("B", 30, 20)]
    assert overdue(*pair, ignore_below="50", ignore_most="60") == (1000, 20)
    assert overdue(*pair, ignore_below="50", ignore_most="39") == (3100, 90)


@given(
    st.lists(st.tuples(st.integers(1, 90), st.integers(1, 9)), min_size=1, max_size=8),
    st.integers(0, 60), st.integers(0, 120), st.integers(0, 7), st.integers(1, 90),
)  # fmt: skip
def test_paying_a_part_never_makes_more_overdue(
    items: list[tuple[int, int]], below: int, most: int, which: int, paid: int
) -> None:
    how = {"ignore_below": str(below), "ignore_most": str(most)}
    rows = [doc(f"I{n}", amount, days) for n, (amount, days) in enumerate(items)]
    before = overdue(*rows, **how)
    at = which % len(rows)
    left = max(0, items[at][0] - paid)
    after = overdue(*rows[:at], doc(rows[at].id, left, items[at][1]), *rows[at + 1 :], **how)
    assert after[0] <= before[0] and after[1] <= before[1]


# ------------------------------------------------------------------------------------------- laws

tests = st.fixed_dictionaries(
    {
        "as_of": near,
        "currency": st.sampled_from(["CNY", "USD"]),
        "rates": st.sampled_from([RATES, None, Rates("CNY", {"USD": "7"}, TODAY)]),
        "ignore_below": smalls(0, 1, 100, 400),
        "ignore_most": st.none() | smalls(0, 60, 500),
        "ignore_disputed": st.booleans(),
        "effective": st.sampled_from(["documents", "matched"]),
        "exists_by": st.sampled_from(["document", "posting"]),
    }
)


def same(one: Any, many: Table[Any], row: int, names: Any = NAMES) -> None:
    for name in names:
        value = cell(many[name], row)
        assert value == one[name], name
        assert type(value) is type(one[name]), name


@given(st.data(), records(("CNY", "USD", "JPY")), tests)
def test_one_equals_many(data: Any, made: Any, options: Any) -> None:
    ledger = Ledger.of(*made)
    if data.draw(st.booleans()):
        ledger = Ledger.from_dict(corrupted(data.draw, ledger.to_dict()))
    again = columns_of(ledger)
    asked = [*ACCOUNTS, "nobody"]
    many = positions(again, accounts=asked, **options)
    paying = habits(again, accounts=asked, **options)
    for row, name in enumerate(asked):
        for part in (ledger.account(name), again.account(name)):
            one = in_minor(position(part, **options), options["currency"])
            same(one, many, row)
            same(habit(part, **options), paying, row, HABITS)
            items = overdue_items(part, **options)
            assert (items is None) == (one["overdue"] is None)
            if items is not None:
                assert sum(item.amount.minor for item in items) == one["overdue"]
                oldest = max((item.days for item in items), default=0)
                assert oldest == one["oldest_overdue_days"]


@given(st.data(), records(("CNY", "USD", "JPY")), tests)
def test_a_row_is_the_position_of_its_account(data: Any, made: Any, options: Any) -> None:
    """And whose it is, when and in which currency; accounts may repeat; plain data gives it back."""
    ledger = Ledger.of(*made)
    if data.draw(st.booleans()):
        ledger = Ledger.from_dict(corrupted(data.draw, ledger.to_dict()))
    asked = data.draw(st.lists(st.sampled_from([*ACCOUNTS, "nobody"])))
    many = positions(ledger, accounts=asked, **options)
    assert len(many) == len(asked)
    for row, name in enumerate(asked):
        record = many.row(row)
        assert (record.account, record.as_of) == (name, options["as_of"])
        assert record.currency == options["currency"]
        figures = {name: getattr(record, name) for name in NAMES}
        assert figures == position(ledger.account(name), **options)
        assert Position.from_dict(json.loads(json.dumps(record.to_dict()))) == record
    back = Positions.from_dict(json.loads(json.dumps(many.to_dict())))
    assert back.same_as(many) and pickle.loads(pickle.dumps(many)).same_as(many)
    again = Positions.of([many.row(row) for row in range(len(asked))])
    for name in NAMES:  # a record knows no INVALID: what cannot be read is not known to it
        invalid = many[name].all_states() == State.INVALID
        assert again[name].same_as(many[name].blanked(invalid, State.UNKNOWN))


def test_a_table_knows_what_has_no_meaning_from_what_is_not_known() -> None:
    items = [
        doc("R", -5),
        doc("A", 5, 10, account="C-2", currency="USD"),
        doc("B", 5, 1, account="C-3"),
    ]
    many = positions(Ledger.of(items), **ON)
    states = [State.UNDEFINED, State.INVALID, State.KNOWN]
    assert many["overdue_share"].all_states().tolist() == states
    assert [many.row(row).overdue_share for row in range(3)] == [UNDEFINED, None, 1.0]
    assert many.to_dict()["columns"]["overdue_share"] == [
        {"state": "undefined"}, {"state": "invalid"}, 1.0,
    ]  # fmt: skip
    assert many.amounts("overdue").item(2) == Money(5, "CNY")
    assert repr(many).endswith("; 1 row cannot be read in full>")
    english, chinese = str(many).splitlines(), many.explain("zh").splitlines()
    assert (english[0], chinese[0]) == (
        "Positions at 2026-11-21, CNY",
        "客户账款状况，截至 2026-11-21，CNY",
    )
    assert "undefined" in english[2] and "无意义" in chinese[2]
    assert english[3].split()[:3] == ["C-2", "-", "-"]
    assert many.to_html("zh").count("无意义") == 2


def test_records_and_lists_say_what_has_no_meaning() -> None:
    given: dict[str, Any] = {"as_of": "2026-11-21", "currency": "CNY"}
    listed = Positions.from_columns(
        {"account": ["a", "b", "c", "d"], "dso": [UNDEFINED, None, 4, 1.5], **given}
    )
    assert [listed.row(row).dso for row in range(4)] == [UNDEFINED, None, 4.0, 1.5]
    assert Positions.of([listed.row(row) for row in range(4)]).same_as(listed)
    plain = np.array([1.0, np.nan])
    array = Positions.from_columns({"account": ["a", "b"], "dso": plain, **given})
    assert array["dso"].all_states().tolist() == [State.KNOWN, State.UNKNOWN]
    with pytest.raises(InvalidFact, match=r"position\.countback_dso must be a number"):
        Position(account="a", countback_dso=UNDEFINED, **given)  # type: ignore[arg-type]
    with pytest.raises(InvalidFact, match=r"position\.dso must be a number"):
        Position(account="a", dso="undefined", **given)  # type: ignore[arg-type]
    some = Positions.from_columns({"account": ["a", "b"], "dso": [UNDEFINED, "x"], **given})
    assert some["dso"].all_states().tolist() == [State.UNDEFINED, State.INVALID]
    two = {**given, "as_of": ["2026-10-31", "2026-11-30"]}
    monthly = Positions.from_columns({"account": "a", "dso": [1.0, 2.0], **two})
    assert str(monthly).startswith("Positions at 2026-10-31 ... 2026-11-30, CNY")
    assert str(Positions.of([])).startswith("Positions at -, -")


@given(records(("CNY", "USD", "JPY")), tests)
def test_the_exact_path_gives_the_same(made: Any, options: Any) -> None:
    ledger = columns_of(Ledger.of(*made))
    first = positions(ledger, accounts=ACCOUNTS, **options)
    for where in ((_item_columns, "SAFE"), (habits_module, "SAFE")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(*where, -1.0)
            again = positions(ledger, accounts=ACCOUNTS, **options)
            assert all(again[name].same_as(first[name]) for name in NAMES)
            if where[0] is habits_module:
                slow = habits(ledger, accounts=ACCOUNTS, **options)
                assert slow["on_time_share"].same_as(first["on_time_share"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_balances, "too_large", lambda _values: True)
        again = positions(ledger, accounts=ACCOUNTS, **options)
        assert all(again[name].same_as(first[name]) for name in NAMES)


@given(records(), tests, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(made: Any, options: Any, random: Any) -> None:
    items = list({item.id: item for item in made[0]}.values())
    first = positions(Ledger.of(items, made[1]), accounts=ACCOUNTS, **options)
    random.shuffle(items)
    random.shuffle(made[1])
    again = positions(Ledger.of(items, made[1]), accounts=ACCOUNTS, **options)
    assert all(again[name].same_as(first[name]) for name in NAMES)


@given(st.data(), records(wild=False), st.integers(1, 500), smalls(0, 50))
def test_paying_never_makes_it_worse(data: Any, made: Any, minor: int, ignore_below: Any) -> None:
    """More cash, applied to an item or not, never raises the overdue or its age."""
    items, ties = made
    options = {**ON, "ignore_below": ignore_below}
    cash = Money.from_minor(-minor, "CNY")
    paid = OpenItem(
        id="new", account="C-1", currency="CNY", kind=ItemKind.RECEIPT, amount=cash, doc_date=TODAY
    )
    mine = [item for item in items if item.account == "C-1" and item.kind.sign > 0]
    if position(Ledger.of(items, ties).account("C-1"), **options)["overdue"] is None:
        return
    more = list(ties)
    if mine and data.draw(st.booleans()):
        target = data.draw(st.sampled_from(mine)).id
        more.append(Allocation(source="new", target=target, currency="CNY", amount=-cash))
    before = in_minor(position(Ledger.of(items, ties).account("C-1"), **options))
    after = in_minor(position(Ledger.of([*items, paid], more).account("C-1"), **options))
    for name in ("overdue", "oldest_overdue_days", "disputed"):
        assert after[name] <= before[name]
    if all(item.doc_date <= TODAY for item in mine):
        assert after["receivables"] == before["receivables"] - minor


assert rooms.NAMES is NAMES
