"""iDempiere (and ADempiere): C_Invoice, C_InvoicePaySchedule, C_Payment and C_AllocationLine.

| creditkit | iDempiere |
|---|---|
| item | an invoice, or each row of its pay schedule; a payment of C_Payment |
| ``id`` | ``DocumentNo``; with the schedule row's id where there is a schedule |
| ``account`` | ``C_BPartner_ID`` (here its ``Value``) |
| ``kind`` | ``DocBaseType``: ARI ``invoice``, ARC ``credit_note``; C_Payment ``receipt``, |
| | ``refund`` where ``IsReceipt`` is N: money sent to the customer |
| ``amount`` | ``GrandTotal`` (below zero for ARC) or ``DueAmt``; ``-PayAmt``, of a refund ``PayAmt`` |
| ``doc_date`` | ``DateInvoiced``; ``DateTrx`` of the payment |
| ``due_date`` | ``DueDate`` of the schedule's row, else that of the invoice's term |
| ``disputed`` | the whole invoice where ``IsInDispute`` |
| allocation | the lines of a completed C_AllocationHdr, ``on`` = ``DateTrx`` |
| its ``amount`` | ``Amount``, by which a line's payment or credit memo pays its invoice or refund |
| without a source | ``WriteOffAmt`` as ``write_off``, ``DiscountAmt`` as ``credit_note`` |

A line with an invoice and a payment says all. The lines of a header that lack one of the
two belong together, and the credits among them (a memo below zero, a receipt above) pay the debits (an
invoice above zero, a refund below) in their order.

Only documents with ``DocStatus`` CO or CL and ``IsSOTrx``: RE and VO are reversed and void. A line of an
allocation names the invoice and no instalment: here it is set against the oldest due.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from reading import Instalments, Row, Tables, columns, main

import creditkit as ck

DONE = ("CO", "CL")
SIGN = {"ARI": 1, "ARC": -1}
KINDS = {"ARI": "invoice", "ARC": "credit_note"}
ITEM = ("id", "account", "currency", "kind", "amount", "doc_date", "due_date", "disputed")
TIE = ("source", "source_kind", "target", "currency", "amount", "on")


def ledger(given: Tables) -> ck.Ledger:
    """The ledger of all business partners, matched as iDempiere has it."""
    invoices = {row["C_Invoice_ID"]: row for row in given["c_invoice"] if row["DocStatus"] in DONE}
    payments = {row["C_Payment_ID"]: row for row in given["c_payment"] if row["DocStatus"] in DONE}
    schedules: dict[str, list[dict[str, str]]] = {}
    instalments = Instalments()
    for row in given["c_invoicepayschedule"]:
        if row["C_Invoice_ID"] in invoices:
            invoice = invoices[row["C_Invoice_ID"]]
            schedules.setdefault(row["C_Invoice_ID"], []).append(row)
            name = part_name(invoice, row)
            instalments.add(invoice["DocumentNo"], name, row["DueDate"], row["DueAmt"])
    items = [one for key, row in invoices.items() for one in invoice_of(row, schedules.get(key))]
    items += [payment_of(row) for row in payments.values()]
    ties = [
        {"source": source, "source_kind": kind, "target": item, "currency": currency,
         "amount": str(paid), "on": on}
        for source, kind, target, currency, amount, on in paid_by(
            given["c_allocationline"], invoices, payments)
        for item, paid in instalments.take(target, amount)
    ]  # fmt: skip
    return ck.Ledger.from_columns(columns(items, ITEM), columns(ties, TIE) if ties else None)


def invoice_of(row: Row, schedule: list[dict[str, str]] | None) -> list[dict[str, Any]]:
    """An invoice as an item, or as one for each row of its schedule."""
    sign = SIGN[row["DocBaseType"]]

    def item(name: str, amount: str, due: str) -> dict[str, Any]:
        return {
            "id": name,
            "account": row["BPartner"],
            "currency": row["ISO_Code"],
            "kind": KINDS[row["DocBaseType"]],
            "amount": str(sign * Decimal(amount)),
            "doc_date": row["DateInvoiced"],
            "due_date": due,
            "disputed": amount if row["IsInDispute"] == "Y" else None,
        }

    if schedule is None:
        return [item(row["DocumentNo"], row["GrandTotal"], row["DueDate"])]
    return [item(part_name(row, part), part["DueAmt"], part["DueDate"]) for part in schedule]


def part_name(invoice: Row, part: Row) -> str:
    return f"{invoice['DocumentNo']}/{part['C_InvoicePaySchedule_ID']}"


def is_refund(row: Row) -> bool:
    return row.get("IsReceipt") == "N"


def payment_name(row: Row) -> str:
    return f"payment {row['DocumentNo']}"


def payment_of(row: Row) -> dict[str, Any]:
    amount = Decimal(row["PayAmt"])
    return {
        "id": payment_name(row),
        "account": row["BPartner"],
        "currency": row["ISO_Code"],
        "kind": "refund" if is_refund(row) else "receipt",
        "amount": str(amount if is_refund(row) else -amount),
        "doc_date": row["DateTrx"],
        "due_date": None,
        "disputed": None,
    }


def paid_by(
    lines: list[dict[str, str]],
    invoices: dict[str, dict[str, str]],
    payments: dict[str, dict[str, str]],
) -> Iterator[tuple[str, str, str, str, Decimal, str]]:
    """Credit, its kind, debit, currency, amount and day of each allocation, in the order of their days."""
    credits: dict[
        str, list[tuple[str, str, Decimal]]
    ] = {}  # of the lines of a header with one side only
    debits: list[tuple[str, str, str, Decimal, str]] = []
    done = [row for row in lines if row["DocStatus"] in DONE]
    for row in sorted(done, key=lambda row: row["DateTrx"]):
        invoice, payment = invoices.get(row["C_Invoice_ID"]), payments.get(row["C_Payment_ID"])
        amount, on = Decimal(row["Amount"]), row["DateTrx"]
        if (
            invoice and invoice["DocBaseType"] == "ARI"
        ):  # what was let go has no document of its own
            for column, kind in (("WriteOffAmt", "write_off"), ("DiscountAmt", "credit_note")):
                if Decimal(row.get(column) or 0):
                    gone = Decimal(row[column])
                    yield "", kind, invoice["DocumentNo"], invoice["ISO_Code"], gone, on
        if invoice and payment:
            memo, paid = (invoice["DocumentNo"], "credit_note"), (payment_name(payment), "receipt")
            source, kind = memo if is_refund(payment) else paid
            target = payment_name(payment) if is_refund(payment) else invoice["DocumentNo"]
            if amount:
                yield source, kind, target, invoice["ISO_Code"], abs(amount), on
        elif invoice or payment:
            known = invoice or payment or {}
            name = invoice["DocumentNo"] if invoice else payment_name(known)
            kind = "credit_note" if invoice else "receipt"
            if (amount < 0) == bool(invoice):
                credits.setdefault(row["C_AllocationHdr_ID"], []).append((name, kind, abs(amount)))
            else:
                debits.append((row["C_AllocationHdr_ID"], name, known["ISO_Code"], abs(amount), on))
    for header, target, currency, due, on in debits:
        free = credits.get(header, [])
        while due and free:
            source, kind, left = free.pop(0)
            paid = min(due, left)
            due -= paid
            if left > paid:
                free.insert(0, (source, kind, left - paid))
            yield source, kind, target, currency, paid, on
        if due:  # a note of the ledger says what cannot be tied
            yield f"allocation {header}", "", target, currency, due, on


if __name__ == "__main__":
    main("idempiere", ledger)
