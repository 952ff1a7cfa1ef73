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


# What is no sale and no payment: each case by its rows, and worked out by hand. Every case is asked at
# 2 July 2026; an invoice of 1,000 of 5 January falls due on 4 February, 148 days before.


def told(made: ck.Ledger, **asked: Any) -> dict[str, Any]:
    """The kinds of a ledger, and what its one customer owes in whole units."""
    names = ["receivables", "overdue", "settled_count"]
    found = positions.positions(made, as_of="2026-07-02", **asked)
    assert all(found[name].known.all() for name in names)
    sold = ck.sales(made, as_of="2026-07-02", **asked)
    assert [note.code for note in made.notes if note.code != "item.no_due_date"] == []
    return {
        "kinds": [made.items.row(row).kind.value for row in range(len(made.items))],
        "ties": len(made.allocations),
        "owed": [found[name].values[0] / 100 for name in names[:2]],
        "settled": found["settled_count"].values[0],
        "sold": [one.credit_sales is not None and str(one.credit_sales.amount) for one in sold],
    }


def told_as(
    kinds: str,
    *,
    ties: int = 1,
    owed: int = 0,
    overdue: int = 0,
    settled: int = 0,
    sold: str = "0.00",
) -> dict[str, Any]:
    return {
        "kinds": kinds.split(),
        "ties": ties,
        "owed": [owed, overdue],
        "settled": settled,
        "sold": [sold],
    }


def ple(day: str, kind: str, name: str, against: str, amount: str, **more: str) -> dict[str, str]:
    """A row of the Payment Ledger Entry."""
    row = {
        "docstatus": "1", "delinked": "0", "party_type": "Customer", "party": "C",
        "posting_date": day, "voucher_type": kind, "voucher_no": name, "against_voucher_no": against,
        "account_currency": "CNY", "amount_in_account_currency": amount, "due_date": "",
    }  # fmt: skip
    return row | more


S1 = ple("2026-01-05", "Sales Invoice", "S1", "S1", "1000.00", due_date="2026-02-04")
JV1 = ple("2026-07-01", "Journal Entry", "JV1", "S1", "-1000.00")


def erpnext(*rows: dict[str, str], **more: Any) -> ck.Ledger:
    return ledger("erpnext", {"payment_ledger_entry": list(rows), **more})


def journal(kind: str, name: str = "JV1", back: str = "") -> dict[str, str]:
    return {"name": name, "voucher_type": kind, "reversal_of": back}


def test_a_write_off_in_erpnext_is_a_loss_and_no_payment() -> None:
    # 1,000 sold, all of it lost: nothing owed, nothing settled, and 0 of 1,000 paid on time
    lost = told_as("invoice write_off", sold="1000.00")
    assert told(erpnext(S1, JV1, journal_entry=[journal("Write Off Entry")])) == lost
    plain = [journal("Journal Entry")]
    accounts = [
        {"parent": "JV1", "party_type": "Customer", "root_type": "Asset"},
        {"parent": "JV1", "party_type": "", "root_type": "Expense"},
    ]
    assert told(erpnext(S1, JV1, journal_entry=plain, journal_entry_account=accounts)) == lost
    accounts.append(
        {"parent": "JV1", "party_type": "", "root_type": "Asset"}
    )  # money, less a charge
    paid = told(erpnext(S1, JV1, journal_entry=plain, journal_entry_account=accounts))
    assert paid == told_as("invoice receipt", settled=1, sold="1000.00")


@pytest.mark.parametrize(
    ("kind", "credit", "settled", "sold"),
    [
        ("Bank Entry", "receipt", 1, "1000.00"),
        ("Credit Note", "credit_note", 0, "0.00"),  # 1,000 sold, 1,000 taken back
        ("Exchange Rate Revaluation", "exchange_difference", 0, "1000.00"),
        ("Exchange Gain Or Loss", "exchange_difference", 0, "1000.00"),
    ],
)
def test_journal_entries_of_erpnext_are_what_their_type_says(
    kind: str, credit: str, settled: int, sold: str
) -> None:
    found = told(erpnext(S1, JV1, journal_entry=[journal(kind)]))
    assert found == told_as(f"invoice {credit}", settled=settled, sold=sold)


def test_an_opening_entry_of_erpnext_has_many_customers() -> None:
    # C owes 700 and pays it; D has 30 in credit. No sale in either
    made = erpnext(
        ple("2026-01-01", "Journal Entry", "JV1", "JV1", "700.00"),
        ple("2026-01-01", "Journal Entry", "JV1", "JV1", "-30.00", party="D"),
        ple("2026-02-01", "Payment Entry", "P1", "JV1", "-700.00"),
        journal_entry=[journal("Opening Entry")],
    )
    assert told(made.account("C")) == told_as("opening_balance receipt")
    assert told(made.account("D")) == told_as("opening_balance", ties=0, owed=-30)


def test_a_journal_entry_of_erpnext_may_add_and_take_by_one_kind() -> None:
    # what was brought forward is owed with 1,000 + 300, and 200 of the 1,000 was settled before
    rows = [
        ple("2026-01-01", "Journal Entry", "JV1", "JV1", "300.00"),
        ple("2026-01-01", "Journal Entry", "JV1", "S1", "-200.00"),
    ]
    found = told(erpnext(S1, *rows, journal_entry=[journal("Opening Entry")]))
    assert found["kinds"] == ["invoice", "opening_balance", "opening_balance"]
    assert found["owed"] == [1100, 1100]


def test_refunds_in_erpnext_owe_nothing() -> None:
    advance = ple("2026-03-01", "Payment Entry", "P1", "P1", "-500.00")
    back = ple("2026-03-10", "Payment Entry", "P2", "P1", "500.00")
    assert told(erpnext(advance, back)) == told_as("receipt refund")
    # 1,000 sold and paid, 500 of it returned and sent back: 500 sold, nothing owed
    made = erpnext(
        S1,
        ple("2026-02-01", "Payment Entry", "P1", "S1", "-1000.00"),
        ple("2026-03-01", "Sales Invoice", "R1", "R1", "-500.00"),
        ple("2026-03-10", "Payment Entry", "P2", "R1", "500.00"),
    )
    assert told(made) == told_as(
        "invoice receipt credit_note refund", ties=2, settled=1, sold="500.00"
    )


def test_a_payment_that_came_back_in_erpnext_pays_nothing() -> None:
    # the cheque of 1,000 bounced: the invoice is owed as it was, all of it overdue
    paid = ple("2026-02-01", "Journal Entry", "B1", "B1", "-1000.00")
    for against in ("B1", "B2"):
        back = ple("2026-02-20", "Journal Entry", "B2", against, "1000.00")
        entries = [journal("Bank Entry", "B1"), journal("Bank Entry", "B2", "B1")]
        found = told(erpnext(S1, paid, back, journal_entry=entries))
        assert found == told_as(
            "invoice receipt returned_payment",
            ties=against == "B1", owed=1000, overdue=1000, sold="1000.00",
        )  # fmt: skip
    # what says of no payment that it came back is a balance that is owed, and no sale
    back = ple("2026-02-20", "Journal Entry", "B2", "B2", "400.00")
    found = told(erpnext(back, journal_entry=[journal("Bank Entry", "B2")]))
    assert found == told_as("opening_balance", ties=0, owed=400, overdue=400)


def test_pos_invoices_and_debit_notes_of_erpnext_are_sales() -> None:
    due = {"due_date": "2026-02-04"}
    sale = ple("2026-01-05", "POS Invoice", "S1", "S1", "1000.00", **due)
    till = ple("2026-01-05", "POS Invoice", "S1", "S1", "-1000.00", **due)
    owed = {"ties": 0, "owed": 1000, "overdue": 1000, "sold": "1000.00"}
    assert told(erpnext(sale)) == told_as("invoice", **owed)
    assert told(erpnext(sale, till)) == told_as("invoice receipt", settled=1, sold="1000.00")
    invoice = {"name": "S1", "is_return": "0", "is_debit_note": "1"}
    assert told(erpnext(S1, sales_invoice=[invoice])) == told_as("debit_note", **owed)
    # a return that was paid back at the till: the two rows come to nothing, is_return tells them apart
    invoice |= {"is_return": "1", "is_debit_note": "0"}
    found = told(erpnext(sale, till, sales_invoice=[invoice]))
    assert found["kinds"] == ["refund", "credit_note"]
    assert found["owed"] == [0, 0]


def test_an_advance_on_an_order_is_free_in_erpnext() -> None:
    row = ple("2026-03-01", "Payment Entry", "P1", "SO-1", "-500.00")
    made = erpnext(row | {"against_voucher_type": "Sales Order"})
    assert told(made) == told_as("receipt", ties=0, owed=-500)


@pytest.mark.parametrize(
    ("row", "entries", "message"),
    [
        (S1 | {"voucher_type": "Invoice Discounting"}, [],
         "voucher_type of S1 must be one of Sales Invoice, POS Invoice, Payment Entry, Journal Entry "
         "(got 'Invoice Discounting'); say in kinds_of of this mapping which kind it is, or leave "
         "its rows out"),
        (JV1, [],
         "journal_entry of JV1 must be given: its voucher_type says whether it is money, a loss or a "
         "balance brought forward; read name and voucher_type of every Journal Entry"),
        (JV1, [journal("Depreciation Entry")],
         "(got 'Depreciation Entry'); add it to JOURNALS of this mapping with the kinds that it is"),
    ],
)  # fmt: skip
def test_a_voucher_that_erpnext_has_and_the_mapping_has_not_is_named(
    row: dict[str, str], entries: list[dict[str, str]], message: str
) -> None:
    with pytest.raises(ck.InvalidFact) as error:
        erpnext(row, journal_entry=entries)
    assert message in str(error.value)


def line(number: str, name: str, kind: str, day: str, amount: str, **more: str) -> dict[str, str]:
    """A line of a receivable account in Odoo."""
    row = {
        "id": number, "move_name": name, "move_type": kind, "parent_state": "posted",
        "account_type": "asset_receivable", "commercial_partner_id": "C", "date": day,
        "invoice_date": "", "date_maturity": "", "amount_currency": amount, "currency": "CNY",
    }  # fmt: skip
    return row | more


def partial(debit: str, credit: str, amount: str, other: str = "", **more: str) -> dict[str, str]:
    row = {
        "debit_move_id": debit, "credit_move_id": credit, "debit_amount_currency": amount,
        "credit_amount_currency": other or amount, "max_date": "2026-07-01",
    }  # fmt: skip
    return row | more


INVOICE = line("1", "INV/1", "out_invoice", "2026-01-05", "1000.00", date_maturity="2026-02-04")


def odoo(lines: list[dict[str, str]], *partials: dict[str, str]) -> ck.Ledger:
    return ledger("odoo", {"account_move_line": lines, "account_partial_reconcile": list(partials)})


def test_entries_of_odoo_that_take_back_a_credit_are_no_sale() -> None:
    paid = line("2", "PBNK/1", "entry", "2026-03-01", "-500.00")
    back = line("3", "PBNK/2", "entry", "2026-03-10", "500.00")
    assert told(odoo([paid, back], partial("3", "2", "500.00"))) == told_as("receipt refund")
    note = line("2", "RINV/1", "out_refund", "2026-03-01", "-500.00")
    found = told(odoo([note, back], partial("3", "2", "500.00")))
    assert found == told_as("credit_note refund", sold="-500.00")
    # a balance brought forward of which the payment came later is no refund
    opening = line("3", "OPEN/1", "entry", "2026-01-01", "500.00")
    assert told(odoo([paid, opening], partial("3", "2", "500.00"))) == told_as(
        "receipt opening_balance"
    )
    assert told(odoo([back])) == told_as("opening_balance", ties=0, owed=500, overdue=500)


def test_a_payment_that_was_reversed_in_odoo_pays_nothing() -> None:
    paid = line("2", "PBNK/1", "entry", "2026-02-01", "-1000.00")
    back = line("3", "PBNK/2", "entry", "2026-02-20", "1000.00", reversed_entry_id="PBNK/1")
    for ties in ([partial("3", "2", "1000.00")], []):
        assert told(odoo([INVOICE, paid, back], *ties)) == told_as(
            "invoice receipt returned_payment",
            ties=len(ties), owed=1000, overdue=1000, sold="1000.00",
        )  # fmt: skip


def test_an_entry_of_odoo_against_an_expense_is_a_loss() -> None:
    lost = line("2", "MISC/1", "entry", "2026-07-01", "-1000.00")
    for beside, kind in (("expense", "write_off"), ("asset_cash", "receipt")):
        other = line("9", "MISC/1", "entry", "2026-07-01", "1000.00", account_type=beside)
        assert told(odoo([INVOICE, lost, other], partial("1", "2", "1000.00"))) == told_as(
            f"invoice {kind}", settled=int(kind == "receipt"), sold="1000.00"
        )


def test_a_partial_of_odoo_in_two_currencies_has_two_amounts() -> None:
    # 1,000 dollars paid with 7,100 yuan: nothing is left, at 7.10 or at any other rate
    dollars = INVOICE | {"currency": "USD"}
    yuan = line("2", "PBNK/1", "entry", "2026-02-01", "-7100.00")
    rounding = line("3", "EXCH/1", "entry", "2026-02-01", "0.00", currency="USD")
    ties = [
        partial("1", "2", "1000.00", "7100.00", exchange_move_id="EXCH/1"),
        partial("1", "3", "0.00", exchange_move_id=""),
    ]
    made = odoo([dollars, yuan, rounding], *ties)
    tie = made.allocations.row(0)
    assert (str(tie.amount), str(tie.source_amount)) == ("1,000.00 USD", "7,100.00 CNY")
    assert told(made, **ON) == told_as("invoice receipt", settled=1, sold="7100.00")
    later: Any = {"currency": "CNY", "rates": ck.Rates("CNY", {"USD": "6.50"}, as_of="2026-07-02")}
    assert told(made, **later) == told_as("invoice receipt", settled=1, sold="6500.00")
    # the other way: 140 dollars for 994 of 1,000 yuan, and 6 that Odoo writes as exchange
    dollars = line("2", "PBNK/1", "entry", "2026-02-01", "-140.00", currency="USD")
    six = line("3", "EXCH/1", "entry", "2026-02-01", "-6.00")
    ties = [
        partial("1", "2", "994.00", "140.00", exchange_move_id="EXCH/1"),
        partial("1", "3", "6.00"),
    ]
    found = told(odoo([INVOICE, dollars, six], *ties), **ON)
    assert found == told_as(
        "invoice receipt exchange_difference", ties=2, settled=1, sold="1000.00"
    )


def sap(number: str, kind: str, day: str, side: str, amount: str, **more: str) -> dict[str, str]:
    """A customer line item."""
    names = "ZBD2T ZBD3T REBZG REBZJ REBZZ AUGBL AUGDT STBLG DISPUTE"
    row = {
        "KUNNR": "C", "BELNR": number, "GJAHR": "2026", "BUZEI": "001", "BLART": kind, "BLDAT": day,
        "BUDAT": day, "ZFBDT": day, "ZBD1T": "30", "SHKZG": side, "WRBTR": amount, "WAERS": "CNY",
    }  # fmt: skip
    return dict.fromkeys(names.split(), "") | row | more


def test_debits_of_sap_that_are_no_sale() -> None:
    done = {"AUGBL": "9", "AUGDT": "20260310"}
    paid = sap("1", "DZ", "20260301", "H", "500.00", **done)
    back = sap("2", "DZ", "20260310", "S", "500.00", **done)
    assert told(ledger("sap", {"line_items": [paid, back]})) == told_as("receipt refund")
    # of 1,000 that were paid with 800 the clearing leaves 200 as a line of its own, owed and not sold
    rows = [
        sap("3", "RV", "20260105", "S", "1000.00", **done),
        sap("4", "AB", "20260310", "H", "1000.00", **done),
        sap("5", "AB", "20260310", "S", "200.00"),
    ]
    assert told(ledger("sap", {"line_items": rows})) == told_as(
        "invoice receipt opening_balance", owed=200, overdue=200, settled=1, sold="1000.00"
    )
    assert told(
        ledger("sap", {"line_items": [sap("6", "UE", "20260105", "S", "70.00")]})
    ) == told_as("opening_balance", ties=0, owed=70, overdue=70)


def tryton(number: str, origin: str, day: str, amount: int) -> dict[str, str]:
    """A line of a receivable account."""
    return {
        "id": number, "move": f"M{number}", "state": "posted", "origin": origin, "party": "C",
        "account_type": "receivable", "date": day, "maturity_date": "", "second_currency": "",
        "amount_second_currency": "", "debit": f"{max(amount, 0)}.00",
        "credit": f"{max(-amount, 0)}.00", "reconciliation": "R1",
    }  # fmt: skip


def test_debits_of_tryton_that_are_no_sale() -> None:
    day = [{"id": "R1", "date": "2026-03-10"}]
    paid = tryton("1", "account.statement,1", "2026-03-01", -500)
    for on, kind in (("2026-03-10", "refund"), ("2026-01-01", "opening_balance")):
        rows = [paid, tryton("2", "account.statement,2", on, 500)]
        given = {"account_move_line": rows, "account_move_reconciliation": day}
        assert told(ledger("tryton", given)) == told_as(f"receipt {kind}")


def test_a_clearing_in_two_currencies_leaves_nothing() -> None:
    # 1,000 dollars that were 7,200 yuan when they were billed, cleared with 3,600 and 3,500 yuan
    done = {"AUGBL": "9", "AUGDT": "20260310"}
    rows = [
        sap("1", "RV", "20260105", "S", "1000.00", WAERS="USD", DMBTR="7200.00", **done),
        sap("2", "DZ", "20260301", "H", "3600.00", DMBTR="3600.00", **done),
        sap("3", "DZ", "20260310", "H", "3500.00", DMBTR="3500.00", **done),
    ]
    lines = [
        tryton("1", "account.invoice,1", "2026-01-05", 7200)
        | {"second_currency": "USD", "amount_second_currency": "1000.00"},
        tryton("2", "account.statement,1", "2026-03-01", -3600),
        tryton("3", "account.statement,2", "2026-03-10", -3500),
    ]
    day = [{"id": "R1", "date": "2026-03-10"}]
    for made in (
        ledger("sap", {"line_items": rows}),
        ledger("tryton", {"account_move_line": lines, "account_move_reconciliation": day}),
    ):
        expected = told_as("invoice receipt receipt", ties=2, settled=1, sold="7100.00")
        assert told(made, **ON) == expected
        ties = [made.allocations.row(row) for row in range(2)]
        # 1000 * 3600 / 7100 = 507.04, and the rest
        assert [str(one.amount) for one in ties] == ["507.04 USD", "492.96 USD"]
        assert [str(one.source_amount) for one in ties] == ["3,600.00 CNY", "3,500.00 CNY"]


def test_a_clearing_in_two_currencies_pays_each_its_own_first() -> None:
    # of 1,000 dollars 400 were paid in dollars; 7,100 yuan paid the other 600 and 2,840 of yuan
    done = {"AUGBL": "9", "AUGDT": "20260310"}
    rows = [
        sap("1", "RV", "20260105", "S", "1000.00", WAERS="USD", DMBTR="7100.00", **done),
        sap("2", "RV", "20260106", "S", "2840.00", DMBTR="2840.00", **done),
        sap("3", "DZ", "20260301", "H", "7100.00", DMBTR="7100.00", **done),
        sap("4", "DZ", "20260301", "H", "400.00", WAERS="USD", DMBTR="2840.00", **done),
    ]
    made = ledger("sap", {"line_items": rows})
    assert told(made, **ON) == told_as(
        "invoice invoice receipt receipt", ties=3, settled=2, sold="9940.00"
    )
    ties = [made.allocations.row(row) for row in range(3)]
    assert [str(one.amount) for one in ties] == ["400.00 USD", "2,840.00 CNY", "600.00 USD"]


def idempiere(payments: str, *lines: str, amount: str = "1000.00", base: str = "ARI") -> ck.Ledger:
    """One invoice or memo, payments of these amounts (below zero one sent out), lines of one header."""
    invoice = {
        "C_Invoice_ID": "1", "DocumentNo": "10", "DocBaseType": base, "DocStatus": "CO",
        "BPartner": "C", "ISO_Code": "CNY", "DateInvoiced": "2026-01-05", "DueDate": "2026-02-04",
        "GrandTotal": amount, "IsInDispute": "N",
    }  # fmt: skip
    paid = [
        {"C_Payment_ID": str(place), "DocumentNo": str(place), "DocStatus": "CO", "BPartner": "C",
         "ISO_Code": "CNY", "DateTrx": "2026-02-01", "PayAmt": one.lstrip("-"),
         "IsReceipt": "N" if one.startswith("-") else "Y"}
        for place, one in enumerate(payments.split())
    ]  # fmt: skip
    names = ("C_Invoice_ID", "C_Payment_ID", "Amount", "DiscountAmt", "WriteOffAmt")
    done = {"C_AllocationHdr_ID": "5", "DocStatus": "CO", "DateTrx": "2026-02-01"}
    return ledger("idempiere", {
        "c_invoice": [invoice] if amount else [], "c_invoicepayschedule": [], "c_payment": paid,
        "c_allocationline": [done | dict(zip(names, row.split(","), strict=True)) for row in lines],
    })  # fmt: skip


def test_refunds_and_losses_of_idempiere() -> None:
    # an advance of 500 that was sent back; a credit memo of 500 that was sent back
    advance = idempiere("500.00 -500.00", ",0,500.00,0,0", ",1,-500.00,0,0", amount="")
    assert told(advance) == told_as("receipt refund")
    memo = idempiere("-500.00", "1,0,-500.00,0,0", amount="500.00", base="ARC")
    assert told(memo) == told_as("credit_note refund", sold="-500.00")
    # 1,000 = 900 paid + 20 discount + 80 given up: nothing is owed
    short = idempiere("900.00", "1,0,900.00,20.00,80.00")
    found = told(short)
    assert found["kinds"] == ["invoice", "receipt"]
    assert (found["owed"], found["ties"]) == ([0, 0], 3)
