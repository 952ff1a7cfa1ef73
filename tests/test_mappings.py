"""The ready mappings: five systems tell one story, and the ledger is the same."""

from __future__ import annotations

import copy
import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

import creditkit as ck
from creditkit.receivables import habits, positions

FOLDER = Path(__file__).parents[1] / "examples" / "mappings"
SYSTEMS = ("erpnext", "odoo", "tryton", "idempiere", "sap")
RATES = ck.Rates("CNY", {"USD": "7.10"}, as_of="2026-11-21")
ON: dict[str, Any] = {"currency": "CNY", "rates": RATES}

every_system = pytest.mark.parametrize("system", SYSTEMS)


def own(module: str) -> Any:
    """A module of the mappings, which stand beside each other and in no package."""
    sys.path.insert(0, str(FOLDER))
    try:
        return importlib.import_module(module)
    finally:
        sys.path.remove(str(FOLDER))


def tables(system: str) -> Any:
    return own("reading").tables(FOLDER / system)


def ledger(system: str, given: Any = None) -> ck.Ledger:
    made: ck.Ledger = own(system).ledger(given or tables(system))
    return made


@every_system
def test_every_row_can_be_read_and_every_allocation_tied(system: str) -> None:
    made = ledger(system)
    assert [note.code for note in made.notes if note.code != "item.no_due_date"] == []
    assert made.accounts == ("C-1001", "C-1002")


# C-1001: an invoice of 12,000 of which 7,000 was paid and 1,000 credited; one of 30,000 in two
# instalments, the first of which was paid; 2,500 on account. C-1002: 8,000 whose payment was
# cancelled, and 1,000 dollars. By hand:
BALANCES = {
    "2026-08-31": {"C-1001": "12000.00", "C-1002": "0.00"},
    "2026-09-30": {"C-1001": "35000.00", "C-1002": "0.00"},
    "2026-10-31": {"C-1001": "19000.00", "C-1002": "15100.00"},
    "2026-11-21": {"C-1001": "16500.00", "C-1002": "15100.00"},
}


@every_system
@pytest.mark.parametrize("as_of", BALANCES)
def test_what_is_owed_at_a_date(system: str, as_of: str) -> None:
    aged = ck.ageing(ledger(system), as_of=as_of, **ON)
    assert {
        one.account: str(one.balance.amount) for one in aged if one.balance is not None
    } == BALANCES[as_of]


@every_system
def test_what_is_overdue_today(system: str) -> None:
    aged = ck.ageing(ledger(system), as_of="2026-11-21", **ON)
    first, second = aged
    assert [str(cell.amount) for cell in first.amounts if cell] == ["15000.00", "4000.00"]
    assert first.by_bucket["61-90"] == ck.Money("4000", "CNY")
    assert first.unapplied == ck.Money("-2500", "CNY")
    assert second.by_bucket["1-30"] == ck.Money("15100", "CNY")
    found = positions.positions(ledger(system), as_of="2026-11-21", **ON)
    assert found["overdue"].values.tolist() == [150000, 1510000]
    assert found["oldest_overdue_days"].values.tolist() == [80, 21]


@every_system
def test_sales_and_a_reconciliation_are_those_of_the_story(system: str) -> None:
    made = ledger(system)
    sold = ck.sales(made, as_of="2026-11-21", **ON)
    assert [str(one.credit_sales and one.credit_sales.amount) for one in sold] == [
        "41000.00",
        "15100.00",
    ]
    books = {"C-1001": "16500", "C-1002": [ck.Money("8000", "CNY"), ck.Money("1000", "USD")]}
    found = ck.reconcile(made, since="2026-01-01", until="2026-11-21", control=books)
    assert found.reconciles
    sums = {name: one.minor for name, one in found.totals["CNY"].items()}
    assert sums | {"closing": 0} == dict.fromkeys(sums, 0) | {
        "invoiced": 5_000_000,
        "credited": -100_000,
        "paid": -2_450_000,
    }


@every_system
def test_how_they_pay(system: str) -> None:
    made = ledger(system).account("C-1001")
    late = habits.habit(made, as_of="2026-11-21", variant="settled_only")
    paid = 2 if system == "tryton" else 1  # there a part payment splits the invoice
    assert late["settled_count"] == paid
    assert late["on_time_share"] == 0.0


# What each system calls none


@pytest.mark.parametrize(
    ("system", "table", "row", "cell", "other"),
    [
        ("erpnext", "payment_ledger_entry", 7, "delinked", "0"),
        ("odoo", "account_move_line", 8, "parent_state", "posted"),
        ("tryton", "account_move_line", 10, "state", "posted"),
        ("idempiere", "c_payment", 3, "DocStatus", "CO"),
    ],
)
def test_what_was_cancelled_has_never_been(
    system: str, table: str, row: int, cell: str, other: str
) -> None:
    given = copy.deepcopy(tables(system))
    given[table][row][cell] = other
    owed = positions.positions(ledger(system, given), as_of="2026-11-21", **ON)
    assert owed["receivables"].values.tolist() == [1650000, 710000]  # it counts once it stands


def test_a_reversed_document_and_its_reversal_are_left_out() -> None:
    given = copy.deepcopy(tables("sap"))
    for row in given["line_items"]:
        row["STBLG"] = ""
    assert len(ledger("sap", given)) == 11


def test_days_of_cleared_lines_in_sap_are_those_of_the_clearing() -> None:
    made = ledger("sap")
    ties = [made.allocations.row(row) for row in range(len(made.allocations))]
    assert {one.target: str(one.on) for one in ties if one.on} == {
        "1800000002/2026/001": "2026-10-20"
    }


@pytest.mark.parametrize("system", ["erpnext", "idempiere"])
def test_a_payment_of_a_whole_invoice_pays_its_instalments_in_turn(system: str) -> None:
    given = copy.deepcopy(tables(system))
    if system == "erpnext":
        given["payment_ledger_entry"][4]["amount_in_account_currency"] = "-18000.00"
    else:
        given["c_payment"][1]["PayAmt"] = given["c_allocationline"][3]["Amount"] = "18000.00"
    aged = ck.ageing(ledger(system, given), as_of="2026-11-21", **ON)
    assert aged[0].by_bucket["not due"] == ck.Money("12000", "CNY")
    assert aged[0].unapplied == ck.Money("-2500", "CNY")


@every_system
def test_a_sample_prints_as_a_script(system: str, capsys: pytest.CaptureFixture[str]) -> None:
    own("reading").main(system, own(system).ledger)
    assert "16500.00" in capsys.readouterr().out
