"""Odoo: lines of receivable accounts (account.move.line) and account.partial.reconcile.

| creditkit | Odoo |
|---|---|
| item | a line whose account is of type *asset_receivable*; an instalment is a line already |
| ``id`` | ``move_name`` and ``id`` |
| ``account`` | ``commercial_partner_id``: a company and all its contacts |
| ``kind`` | ``move_type`` (see `KINDS`); of an *entry* the sign decides |
| ``amount`` | ``amount_currency``: debit less credit is the sign already (``balance`` is the company's) |
| ``currency`` | ``currency`` of the line |
| ``doc_date`` | ``invoice_date``, else ``date`` (the accounting date, which is ``posting_date``) |
| ``due_date`` | ``date_maturity``, else none: a note counts them |
| allocation | a partial: ``credit_move_id`` pays ``debit_move_id``, ``on`` = ``max_date`` |
| its ``amount`` | ``debit_amount_currency`` |

Only lines with ``parent_state = posted``: a draft is no document yet, a cancelled one none any more.
A partial between lines in two currencies has two amounts; this mapping takes the debit's, and tells
what it cannot tie in the notes of the ledger.
"""

from __future__ import annotations

from reading import Row, Tables, columns, main

import creditkit as ck

KINDS = {"out_invoice": "invoice", "out_refund": "credit_note", "out_receipt": "invoice"}
ITEM = ("id", "account", "currency", "kind", "amount", "doc_date", "due_date", "posting_date")
TIE = ("source", "target", "currency", "amount", "on")


def ledger(given: Tables) -> ck.Ledger:
    """The ledger of all partners, matched as Odoo has it."""
    lines = {
        row["id"]: row
        for row in given["account_move_line"]
        if row["parent_state"] == "posted" and row["account_type"] == "asset_receivable"
    }
    items = [item_of(row) for row in lines.values()]
    ties = [
        tie_of(row, lines)
        for row in given["account_partial_reconcile"]
        if row["debit_move_id"] in lines or row["credit_move_id"] in lines
    ]
    return ck.Ledger.from_columns(columns(items, ITEM), columns(ties, TIE) if ties else None)


def name_of(row: Row) -> str:
    """The number of a line: that of its document, and its own, as a document may have several."""
    return f"{row['move_name']}/{row['id']}"


def item_of(row: Row) -> dict[str, str]:
    other = "receipt" if row["amount_currency"].startswith("-") else "debit_note"
    return {
        "id": name_of(row),
        "account": row["commercial_partner_id"],
        "currency": row["currency"],
        "kind": KINDS.get(row["move_type"], other),
        "amount": row["amount_currency"],
        "doc_date": row["invoice_date"] or row["date"],
        "due_date": row["date_maturity"],
        "posting_date": row["date"],
    }


def tie_of(row: Row, lines: dict[str, dict[str, str]]) -> dict[str, str]:
    debit, credit = (lines.get(row[f"{side}_move_id"]) for side in ("debit", "credit"))
    of = debit or credit
    return {
        "source": row["credit_move_id"] if credit is None else name_of(credit),
        "target": row["debit_move_id"] if debit is None else name_of(debit),
        "currency": "" if of is None else of["currency"],
        "amount": row["debit_amount_currency"],
        "on": row["max_date"],
    }


if __name__ == "__main__":
    main("odoo", ledger)
