"""ERPNext: Payment Ledger Entry, with what Journal Entries are and Payment Schedule for instalments.

| creditkit | ERPNext |
|---|---|
| item | what a voucher takes from the customer, or adds: the rows of one sign, of one party |
| ``id`` | ``voucher_no``; with ``/idx`` of its Payment Schedule row where it is paid in instalments, |
| | with ``/party`` (``/currency``) where a Journal Entry has several |
| ``account`` | ``party``; several companies: put ``company`` in front |
| ``kind`` | Sales Invoice, POS Invoice: ``invoice``, ``debit_note`` where ``is_debit_note``, |
| | ``credit_note`` below zero (``is_return``); what was paid at the till is a ``receipt`` |
| | Payment Entry: ``receipt``, ``refund`` above zero (``payment_type`` Pay) |
| | Journal Entry: by its ``voucher_type``, see `JOURNALS`; any other voucher is refused |
| ``amount`` | ``amount_in_account_currency`` (``amount`` is that of the company's currency) |
| ``currency`` | ``account_currency`` |
| ``doc_date`` | ``posting_date`` |
| ``due_date`` | ``due_date`` of the schedule's row, else of the entry, else none: a note counts them |
| allocation | a row whose ``against_voucher_no`` is another voucher; ``on`` = its ``posting_date`` |

Tables: ``payment_ledger_entry``; ``journal_entry`` (``name``, ``voucher_type``, ``reversal_of``) for every
Journal Entry among them. Where you have them: ``journal_entry_account`` (``parent``, ``party_type`` and
``root_type`` of its account), which tells a loss that was booked without the type Write Off Entry;
``sales_invoice`` (``name``, ``is_return``, ``is_debit_note``); ``payment_schedule``.

Only rows with ``docstatus = 1`` and ``delinked = 0``, of accounts of type *Receivable* and parties of
type *Customer*. A cancelled payment is delinked, and is none. A row against a Sales Order is an advance:
free until an invoice takes it over. ERPNext sets a payment against a whole invoice, not against an
instalment: here it is set against the instalments, the oldest due first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeAlias

from reading import Instalments, Row, Tables, columns, main, money_out

import creditkit as ck

OUT = "money out"  # a debit that is no sale: what it is set against says its kind
JOURNALS = {  # voucher_type of a Journal Entry: the kind of what it credits, and of what it debits
    "Bank Entry": ("receipt", OUT),
    "Cash Entry": ("receipt", OUT),
    "Credit Card Entry": ("receipt", OUT),
    "Contra Entry": ("receipt", OUT),
    "Journal Entry": ("receipt", OUT),
    "Inter Company Journal Entry": ("receipt", OUT),
    "Credit Note": ("credit_note", "debit_note"),
    "Debit Note": ("credit_note", "debit_note"),
    "Write Off Entry": ("write_off", "recovery"),
    "Opening Entry": ("opening_balance", "opening_balance"),
    "Exchange Rate Revaluation": ("exchange_difference", "exchange_difference"),
    "Exchange Gain Or Loss": ("exchange_difference", "exchange_difference"),
}
PLAIN = ("Journal Entry", "Inter Company Journal Entry")  # these say nothing: the accounts do
INVOICES = ("Sales Invoice", "POS Invoice")
VOUCHERS = (*INVOICES, "Payment Entry", "Journal Entry")
ITEM = ("id", "account", "currency", "kind", "amount", "doc_date", "due_date")
TIE = ("source", "source_kind", "target", "target_kind", "currency", "amount", "on")

Key: TypeAlias = tuple[str, str, str, str]
Sides: TypeAlias = dict[int, dict[str, Any]]  # 1: what it adds, -1: what it takes
Named: TypeAlias = dict[str, dict[str, dict[str, str]]]  # rows of a table by their name
Pair: TypeAlias = tuple[dict[str, Any], dict[str, Any], Decimal, str]


def ledger(given: Tables) -> ck.Ledger:
    """The ledger of all customers, matched as ERPNext has it."""
    entries = [
        row
        for row in given["payment_ledger_entry"]
        if row["docstatus"] == "1" and row["delinked"] == "0" and row["party_type"] == "Customer"
    ]
    vouchers: dict[Key, list[dict[str, str]]] = {}
    for row in entries:
        vouchers.setdefault(key_of(row), []).append(row)
    named = {
        table: {row["name"]: row for row in given.get(table, [])}
        for table in ("journal_entry", "sales_invoice")
    }
    losses = loss_entries(given.get("journal_entry_account", []))
    found = {key: sides_of(key, rows, named, losses) for key, rows in vouchers.items()}
    several = Counter(key[:place] for key in found for place in (2, 3))
    for key, sides in found.items():
        for item in sides.values():  # one Journal Entry opens the accounts of many customers
            one_party = several[key[:3]] == several[key[:2]]
            item["id"] += "" if one_party else f"/{key[2]}"
            item["id"] += f"/{key[3]}" if several[key[:3]] > 1 else ""
    pairs = [pair for row in entries for pair in pairs_of(row, found)]
    taken: dict[int, list[dict[str, Any]]] = {}
    for credit, debit, *_ in pairs:
        taken.setdefault(id(debit), []).append(credit)
    for key, sides in found.items():
        if 1 in sides and sides[1]["kind"] == OUT:
            back = named["journal_entry"][key[1]].get("reversal_of") or ""
            paid = found.get((key[0], back, *key[2:]), {}).get(-1, {}).get("kind") == "receipt"
            days = [credit["doc_date"] for credit in taken.get(id(sides[1]), [])]
            kind = "returned_payment" if paid else money_out(sides[1]["doc_date"], days)
            sides[1]["kind"] = kind
    schedules: dict[str, list[dict[str, str]]] = {}
    instalments = Instalments()
    for row in given.get("payment_schedule", []):
        schedules.setdefault(row["parent"], []).append(row)
        name = f"{row['parent']}/{row['idx']}"
        instalments.add(row["parent"], name, row["due_date"], row["payment_amount"])
    items = [
        one
        for key, sides in found.items()
        for sign, item in sides.items()
        for one in parts_of(
            item, schedules.get(key[1]) if key[0] in INVOICES and sign > 0 else None
        )
    ]
    ties = [
        {"source": credit["id"], "source_kind": credit["kind"], "target": item,
         "target_kind": debit["kind"], "currency": debit["currency"], "amount": str(paid), "on": on}
        for credit, debit, amount, on in sorted(pairs, key=lambda pair: pair[3])
        for item, paid in instalments.take(debit["id"], amount)
    ]  # fmt: skip
    return ck.Ledger.from_columns(columns(items, ITEM), columns(ties, TIE) if ties else None)


def key_of(row: Row) -> Key:
    return row["voucher_type"], row["voucher_no"], row["party"], row["account_currency"]


def amount_of(row: Row) -> Decimal:
    return Decimal(row["amount_in_account_currency"])


def stands_alone(row: Row) -> bool:
    """Whether a row is against no other voucher: an order is none, it takes an advance."""
    return (
        row["voucher_no"] == row["against_voucher_no"]
        or row.get("against_voucher_type") == "Sales Order"
    )


def sides_of(key: Key, rows: list[dict[str, str]], named: Named, losses: set[str]) -> Sides:
    """What a voucher adds to what a customer owes, and what it takes away: an item each."""
    alone = [amount_of(row) for row in rows if stands_alone(row)]
    if key[0] not in INVOICES:  # what an advance has free, less what an invoice took over
        alone = [sum(alone, Decimal(0))]
    every = alone + [amount_of(row) for row in rows if not stands_alone(row)]
    kinds = kinds_of(key, sum(every, Decimal(0)), named, losses)
    first = rows[0]
    sides: Sides = {}
    for sign in (1, -1):
        amount = sum((one for one in every if one * sign > 0), Decimal(0))
        if amount:  # a difference in exchange may be nothing in the currency of the account
            sides[sign] = {
                "id": key[1], "voucher": key[1], "account": key[2], "currency": key[3], "kind": kinds[sign],
                "amount": str(amount), "doc_date": first["posting_date"],
                "due_date": next((row["due_date"] for row in rows if row["due_date"]), ""),
            }  # fmt: skip
    return sides


def kinds_of(key: Key, amount: Decimal, named: Named, losses: set[str]) -> dict[int, str]:
    """The kind of what a voucher adds, and of what it takes away."""
    kind, name = key[:2]
    if kind == "Payment Entry":
        return {-1: "receipt", 1: "refund"}
    if kind in INVOICES:
        invoice = named["sales_invoice"].get(name, {})
        if amount < 0 or (not amount and invoice.get("is_return") == "1"):
            return {-1: "credit_note", 1: "refund"}
        return {
            1: "debit_note" if invoice.get("is_debit_note") == "1" else "invoice",
            -1: "receipt",
        }
    if kind != "Journal Entry":
        raise ck.InvalidFact(
            f"payment_ledger_entry.voucher_type of {name}", f"must be one of {', '.join(VOUCHERS)}", kind,
            "say in kinds_of of this mapping which kind it is, or leave its rows out")  # fmt: skip
    journal = named["journal_entry"].get(name)
    if journal is None:
        raise ck.InvalidFact(
            f"journal_entry of {name}",
            "must be given: its voucher_type says whether it is money, a loss or a balance brought forward",
            remedy="read name and voucher_type of every Journal Entry",
        )
    if journal["voucher_type"] not in JOURNALS:
        raise ck.InvalidFact(
            f"journal_entry.voucher_type of {name}",
            f"must be one of {', '.join(JOURNALS)}",
            journal["voucher_type"],
            "add it to JOURNALS of this mapping with the kinds that it is",
        )
    credit, debit = JOURNALS[journal["voucher_type"]]
    if journal["voucher_type"] in PLAIN and name in losses:
        credit, debit = JOURNALS["Write Off Entry"]
    return {-1: credit, 1: debit}


def loss_entries(rows: list[dict[str, str]]) -> set[str]:
    """The Journal Entries of which every row without a party is of an expense account."""
    types: dict[str, set[str]] = {}
    for row in rows:
        if not row["party_type"]:
            types.setdefault(row["parent"], set()).add(row["root_type"])
    return {name for name, roots in types.items() if roots == {"Expense"}}


def pairs_of(row: Row, found: dict[Key, Sides]) -> Iterator[Pair]:
    """What a row sets against what: a credit, a debit, how much of it and when."""
    amount, own, on = amount_of(row), found[key_of(row)], row["posting_date"]
    if not amount:
        return
    sign = 1 if amount > 0 else -1
    if stands_alone(row):
        if row["voucher_type"] in INVOICES and sign < 0 and len(own) == 2:
            yield own[-1], own[1], -amount, on  # paid, or paid back, at the till
        return
    kinds = [row["against_voucher_type"]] if row.get("against_voucher_type") else VOUCHERS
    keys = [(kind, row["against_voucher_no"], *key_of(row)[2:]) for kind in kinds]
    other = next((found[key] for key in keys if key in found), None)
    if other is None:  # it is not among the rows: a note of the ledger says so
        lost = {
            "id": row["against_voucher_no"],
            "voucher": "",
            "doc_date": "9999-12-31",
            "kind": "",
            "currency": row["account_currency"],
        }
        other = {-sign: lost}
    if sign in own and -sign in other:
        pair = (own[sign], other[-sign])
        yield (*(pair if sign < 0 else pair[::-1]), abs(amount), on)


def parts_of(item: dict[str, Any], schedule: list[dict[str, str]] | None) -> list[dict[str, Any]]:
    """An item, or one for each instalment."""
    return [item] if schedule is None else [
        item | {"id": f"{item['id']}/{part['idx']}", "amount": part["payment_amount"],
                "due_date": part["due_date"]}
        for part in schedule
    ]  # fmt: skip


if __name__ == "__main__":
    main("erpnext", ledger)
