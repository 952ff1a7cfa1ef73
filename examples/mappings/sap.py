"""SAP: customer line items, open and cleared, as transaction FBL5N lists them (tables BSID and BSAD).

| creditkit | SAP |
|---|---|
| item | a line; an instalment is a line of its own |
| ``id`` | ``BELNR``, ``GJAHR`` and ``BUZEI`` (put ``BUKRS`` in front for several company codes) |
| ``account`` | ``KUNNR`` |
| ``kind`` | ``BLART`` and ``SHKZG`` (see `KINDS`; add the types of your own, a write-off above all); |
| | of DZ, AB and others H is a ``receipt``; S is no sale: ``refund`` where its clearing |
| | takes back credits that were there before it, else ``opening_balance`` |
| ``amount`` | ``WRBTR``, below zero where ``SHKZG`` is H |
| ``currency`` | ``WAERS`` (``DMBTR`` is in the company code's) |
| ``doc_date``, ``posting_date`` | ``BLDAT``, ``BUDAT`` |
| ``due_date`` | ``ZFBDT`` and the days of ``ZBD3T``, ``ZBD2T`` or ``ZBD1T``, the last that is set |
| ``disputed`` | the line where a dispute case is attached (here ``DISPUTE``) |
| allocation | the lines cleared by one document, ``AUGBL``, ``on`` = ``AUGDT`` |
| of a part payment | the invoice that it names: ``REBZG``, ``REBZJ`` and ``REBZZ`` |

A document that was reversed (``STBLG``) and its reversal are left out: they have never been. A list of
open items alone tells today and not how customers paid: list the cleared ones with it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from reading import Row, Tables, columns, main, money_out

import creditkit as ck

KINDS = {  # document type: what its debits are (SHKZG = S), and its credits (H)
    "RV": ("invoice", "credit_note"),
    "DR": ("invoice", "credit_note"),
    "DG": ("debit_note", "credit_note"),
    "UE": ("opening_balance", "opening_balance"),
}
ITEM = (
    "id",
    "account",
    "currency",
    "kind",
    "amount",
    "doc_date",
    "due_date",
    "posting_date",
    "disputed",
)
TIE = ("source", "target", "currency", "amount", "on")


def ledger(given: Tables) -> ck.Ledger:
    """The ledger of all customers: cleared lines by their clearing, part payments by reference."""
    lines = [row for row in given["line_items"] if not row["STBLG"]]
    cleared_by: dict[str, list[str]] = {}  # the days of the credits of a clearing
    for row in lines:
        if row["AUGBL"] and row["SHKZG"] == "H":
            cleared_by.setdefault(row["AUGBL"], []).append(row["BUDAT"])
    items = [item_of(row, cleared_by.get(row["AUGBL"], [])) for row in lines]
    dates = {row["AUGBL"]: day(row["AUGDT"]) for row in lines if row["AUGBL"]}
    together = [
        one | {"account": row["AUGBL"]}
        for one, row in zip(items, lines, strict=True)
        if row["AUGBL"]
    ]
    ties: list[dict[str, Any]] = []
    if together:  # each clearing as an account of its own: what is in it pays what is in it
        last = max(row["BUDAT"] for row in lines)
        cleared = ck.allocate(ck.Ledger.from_columns(columns(together, ITEM)), as_of=day(last),
                              ignore_disputed=False)  # fmt: skip
        of = {one["id"]: one["account"] for one in together}
        ties = [
            {"source": one.source, "target": one.target, "currency": one.currency,
             "amount": one.amount, "on": dates[of[one.target]]}
            for one in cleared
        ]  # fmt: skip
    plain = ck.Ledger.from_columns(columns(items, ITEM), columns(ties, TIE) if ties else None)
    named = [
        {"source": name_of(row), "target": f"{row['REBZG']}/{row['REBZJ']}/{row['REBZZ']}"}
        for row in lines
        if row["REBZG"] and row["SHKZG"] == "H" and not row["AUGBL"]
    ]
    if not named:
        return plain
    last = max(row["BUDAT"] for row in lines)
    references = columns(named, ("source", "target"))
    return ck.allocate(
        plain, "by_reference_only", as_of=day(last), references=references, ignore_disputed=False
    ).ledger


def name_of(row: Row) -> str:
    return f"{row['BELNR']}/{row['GJAHR']}/{row['BUZEI']}"


def day(text: str) -> str:
    """A date as SAP has it in its tables: 20260803."""
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}"


def due(row: Row) -> str | None:
    if row["SHKZG"] == "H":
        return None
    term = next(
        (row[name] for name in ("ZBD3T", "ZBD2T", "ZBD1T") if row[name] not in ("", "0")), "0"
    )
    return (date.fromisoformat(day(row["ZFBDT"])) + timedelta(int(term))).isoformat()


def item_of(row: Row, credits: list[str]) -> dict[str, Any]:
    credit = row["SHKZG"] == "H"
    kind = KINDS.get(row["BLART"], (money_out(row["BUDAT"], credits), "receipt"))[credit]
    return {
        "id": name_of(row),
        "account": row["KUNNR"],
        "currency": row["WAERS"],
        "kind": kind,
        "amount": f"-{row['WRBTR']}" if credit else row["WRBTR"],
        "doc_date": day(row["BLDAT"]),
        "due_date": due(row),
        "posting_date": day(row["BUDAT"]),
        "disputed": row["WRBTR"] if row["DISPUTE"] and not credit else None,
    }


if __name__ == "__main__":
    main("sap", ledger)
