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

A line with an invoice and a payment says all. Lines without one of the two belong together by their
header: what is above zero was taken from a credit (a receipt, a credit memo), what is below zero from
an invoice or a refund. A pair of lines sets a credit memo against an invoice, or a receipt against
a refund.

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
TIE = ("source", "target", "currency", "amount", "on")


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
    items += [receipt_of(row) for row in payments.values()]
    ties = [
        {"source": source, "target": item, "currency": invoice["ISO_Code"], "amount": str(paid), "on": on}
        for source, invoice, amount, on in paid_by(given["c_allocationline"], invoices, payments)
        for item, paid in instalments.take(invoice["DocumentNo"], amount)
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


def receipt_of(row: Row) -> dict[str, Any]:
    return {
        "id": f"payment {row['DocumentNo']}",
        "account": row["BPartner"],
        "currency": row["ISO_Code"],
        "kind": "receipt",
        "amount": str(-Decimal(row["PayAmt"])),
        "doc_date": row["DateTrx"],
        "due_date": None,
        "disputed": None,
    }


def paid_by(
    lines: list[dict[str, str]],
    invoices: dict[str, dict[str, str]],
    payments: dict[str, dict[str, str]],
) -> Iterator[tuple[str, dict[str, str], Decimal, str]]:
    """Credit, invoice, amount and day of each allocation, in the order of their days."""
    memos: dict[str, list[str]] = {}  # the credit memos of a header, which its other lines use up
    done = [row for row in lines if row["DocStatus"] in DONE]
    for row in done:
        if (
            not row["C_Payment_ID"]
            and Decimal(row["Amount"]) < 0
            and row["C_Invoice_ID"] in invoices
        ):
            name = invoices[row["C_Invoice_ID"]]["DocumentNo"]
            memos.setdefault(row["C_AllocationHdr_ID"], []).append(name)
    for row in sorted(done, key=lambda row: row["DateTrx"]):
        invoice, payment = invoices.get(row["C_Invoice_ID"]), payments.get(row["C_Payment_ID"])
        if invoice is None or invoice["DocBaseType"] == "ARC":
            continue
        if payment is not None:
            source = f"payment {payment['DocumentNo']}"
        else:  # one memo to a header, as the allocation form writes them
            source = memos.get(row["C_AllocationHdr_ID"], [""])[0]
        yield source, invoice, Decimal(row["Amount"]), row["DateTrx"]


if __name__ == "__main__":
    main("idempiere", ledger)
