"""Odoo: lines of receivable accounts (account.move.line) and account.partial.reconcile.

| creditkit | Odoo |
|---|---|
| item | a line whose account is of type *asset_receivable*; an instalment is a line already |
| ``id`` | ``move_name`` and ``id`` |
| ``account`` | ``commercial_partner_id``: a company and all its contacts |
| ``kind`` | ``move_type`` and the sign (see `KINDS`); of an *entry* below zero ``receipt``, or |
| | ``write_off`` where the other lines of the move are all of expense accounts; above zero |
| | ``returned_payment`` where it reverses a receipt (``reversed_entry_id``), ``refund`` where it |
| | takes back credits that were there before it, else ``opening_balance``: none is a sale; |
| | ``exchange_difference`` where a partial names the move as its ``exchange_move_id`` |
| ``amount`` | ``amount_currency``: debit less credit is the sign already (``balance`` is the company's) |
| ``currency`` | ``currency`` of the line |
| ``doc_date`` | ``invoice_date``, else ``date`` (the accounting date, which is ``posting_date``) |
| ``due_date`` | ``date_maturity``, else none: a note counts them |
| allocation | a partial: ``credit_move_id`` pays ``debit_move_id``, ``on`` = ``max_date`` |
| its ``amount`` | ``debit_amount_currency``, in the currency of the debit |
| ``source_amount`` | ``credit_amount_currency``, with ``source_currency``, where the credit has another |

``reversed_entry_id`` (of the move) and ``exchange_move_id`` (of the partial) are read where they are given,
as the name of the move. Only lines with ``parent_state = posted``: a draft is no document yet, a cancelled
one none any more. A line of nothing in its own currency is left out, and so is a partial of nothing: a
difference in exchange that stands in the company's currency only.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from reading import Row, Tables, columns, main, money_out

import creditkit as ck

KINDS = {
    ("out_invoice", 1): "invoice",
    ("out_receipt", 1): "invoice",
    ("out_refund", -1): "credit_note",
    ("out_invoice", -1): "credit_note",
    ("out_receipt", -1): "credit_note",
    ("out_refund", 1): "debit_note",
}
ITEM = ("id", "account", "currency", "kind", "amount", "doc_date", "due_date", "posting_date")
TIE = ("source", "target", "currency", "amount", "on", "source_currency", "source_amount")


def ledger(given: Tables) -> ck.Ledger:
    """The ledger of all partners, matched as Odoo has it."""
    posted = [row for row in given["account_move_line"] if row["parent_state"] == "posted"]
    lines = {
        row["id"]: row
        for row in posted
        if row["account_type"] == "asset_receivable" and Decimal(row["amount_currency"])
    }
    partials = given["account_partial_reconcile"]
    kinds = kinds_of(lines, posted, partials)
    items = [item_of(row, kinds[row["id"]]) for row in lines.values()]
    ties = [
        tie_of(row, lines)
        for row in partials
        if (row["debit_move_id"] in lines or row["credit_move_id"] in lines)
        and Decimal(row["debit_amount_currency"])
    ]
    return ck.Ledger.from_columns(columns(items, ITEM), columns(ties, TIE) if ties else None)


def sign_of(row: Row) -> int:
    return -1 if Decimal(row["amount_currency"]) < 0 else 1


def kinds_of(
    lines: dict[str, dict[str, str]], posted: Iterable[Row], partials: Iterable[Row]
) -> dict[str, str]:
    """The kind of each line: credits first, for a debit may take one of them back."""
    others: dict[str, set[str]] = {}  # the types of the accounts that a move has beside
    for row in posted:
        if row["account_type"] != "asset_receivable":
            others.setdefault(row["move_name"], set()).add(row["account_type"])
    exchange = {row["exchange_move_id"] for row in partials if row.get("exchange_move_id")}
    taken: dict[str, list[str]] = {}  # the days of the credits that a debit is set against
    for row in partials:
        if row["credit_move_id"] in lines:
            taken.setdefault(row["debit_move_id"], []).append(lines[row["credit_move_id"]]["date"])
    kinds: dict[str, str] = {}
    receipts = set()
    for key, row in sorted(lines.items(), key=lambda one: sign_of(one[1])):
        name, sign = row["move_name"], sign_of(row)
        kind = KINDS.get((row["move_type"], sign))
        if name in exchange:
            kind = "exchange_difference"
        elif kind is None and sign < 0:
            beside = others.get(name, set())
            lost = bool(beside) and all(one.startswith("expense") for one in beside)
            kind = "write_off" if lost else "receipt"
            receipts |= set() if lost else {name}
        elif kind is None and row.get("reversed_entry_id") in receipts:
            kind = "returned_payment"
        elif kind is None:
            kind = money_out(row["date"], taken.get(key, []))
        kinds[key] = kind
    return kinds


def name_of(row: Row) -> str:
    """The number of a line: that of its document, and its own, as a document may have several."""
    return f"{row['move_name']}/{row['id']}"


def item_of(row: Row, kind: str) -> dict[str, str]:
    return {
        "id": name_of(row),
        "account": row["commercial_partner_id"],
        "currency": row["currency"],
        "kind": kind,
        "amount": row["amount_currency"],
        "doc_date": row["invoice_date"] or row["date"],
        "due_date": row["date_maturity"],
        "posting_date": row["date"],
    }


def tie_of(row: Row, lines: dict[str, dict[str, str]]) -> dict[str, str]:
    """A partial; where one of its lines is not given, a note of the ledger says so."""
    debit, credit = (lines.get(row[f"{side}_move_id"]) for side in ("debit", "credit"))
    tie = {
        "source": row["credit_move_id"] if credit is None else name_of(credit),
        "target": row["debit_move_id"] if debit is None else name_of(debit),
        "currency": (debit or credit or {})["currency"],
        "amount": row["credit_amount_currency" if debit is None else "debit_amount_currency"],
        "on": row["max_date"],
    }
    if debit and credit and debit["currency"] != credit["currency"]:
        tie["source_currency"] = credit["currency"]
        tie["source_amount"] = row["credit_amount_currency"]
    return tie


if __name__ == "__main__":
    main("odoo", ledger)
