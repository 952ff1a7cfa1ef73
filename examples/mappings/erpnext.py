"""ERPNext: Payment Ledger Entry, with Payment Schedule for instalments.

| creditkit | ERPNext |
|---|---|
| item | the rows of a voucher against itself, and what a payment or return has against others |
| ``id`` | ``voucher_no``; with ``/idx`` of its Payment Schedule row where it is paid in instalments |
| ``account`` | ``party``; several companies: put ``company`` in front |
| ``kind`` | ``voucher_type`` (see `KINDS`), ``credit_note`` where a Sales Invoice is below zero |
| ``amount`` | ``amount_in_account_currency`` (``amount`` is that of the company's currency) |
| ``currency`` | ``account_currency`` |
| ``doc_date`` | ``posting_date`` |
| ``due_date`` | ``due_date`` of the schedule's row, else of the entry, else none: a note counts them |
| allocation | a row whose ``against_voucher_no`` is another voucher; ``on`` = its ``posting_date`` |

Only rows with ``docstatus = 1`` and ``delinked = 0``, of accounts of type *Receivable* and parties of
type *Customer*. A cancelled payment is delinked, and is none. ERPNext sets a payment against a whole
invoice, not against an instalment: here it is set against the instalments, the oldest due first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from reading import Instalments, Tables, columns, main, total

import creditkit as ck

KINDS = {"Sales Invoice": "invoice", "Payment Entry": "receipt", "Journal Entry": "receipt"}
ITEM = ("id", "account", "currency", "kind", "amount", "doc_date", "due_date")
TIE = ("source", "target", "currency", "amount", "on")


def ledger(given: Tables) -> ck.Ledger:
    """The ledger of all customers, matched as ERPNext has it."""
    entries = [
        row
        for row in given["payment_ledger_entry"]
        if row["docstatus"] == "1" and row["delinked"] == "0" and row["party_type"] == "Customer"
    ]
    schedules: dict[str, list[dict[str, str]]] = {}
    instalments = Instalments()
    for row in given.get("payment_schedule", []):
        schedules.setdefault(row["parent"], []).append(row)
        name = f"{row['parent']}/{row['idx']}"
        instalments.add(row["parent"], name, row["due_date"], row["payment_amount"])
    vouchers: dict[str, list[dict[str, str]]] = {}
    for row in entries:
        vouchers.setdefault(row["voucher_no"], []).append(row)
    items = [one for name, rows in vouchers.items() for one in items_of(rows, schedules.get(name))]
    ties = [
        {"source": row["voucher_no"], "target": item, "currency": row["account_currency"],
         "amount": str(paid), "on": row["posting_date"]}
        for row in sorted(entries, key=lambda row: row["posting_date"])
        if row["voucher_no"] != row["against_voucher_no"]
        for item, paid in instalments.take(
            row["against_voucher_no"], -Decimal(row["amount_in_account_currency"]))
    ]  # fmt: skip
    return ck.Ledger.from_columns(columns(items, ITEM), columns(ties, TIE) if ties else None)


def items_of(
    rows: list[dict[str, str]], schedule: list[dict[str, str]] | None
) -> list[dict[str, Any]]:
    """A voucher as an item, or as one for each instalment."""
    first, amount = rows[0], total(rows, "amount_in_account_currency")
    kind = KINDS[first["voucher_type"]]
    if Decimal(amount) < 0 and kind == "invoice":
        kind = "credit_note"
    if Decimal(amount) > 0 and kind == "receipt":
        kind = "debit_note"
    whole = {
        "id": first["voucher_no"],
        "account": first["party"],
        "currency": first["account_currency"],
        "kind": kind,
        "amount": amount,
        "doc_date": first["posting_date"],
        "due_date": first["due_date"],
    }
    return [whole] if schedule is None else [
        whole | {"id": f"{first['voucher_no']}/{part['idx']}", "amount": part["payment_amount"],
                 "due_date": part["due_date"]}
        for part in schedule
    ]  # fmt: skip


if __name__ == "__main__":
    main("erpnext", ledger)
