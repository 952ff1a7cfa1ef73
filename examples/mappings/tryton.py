"""Tryton: lines of receivable accounts (account.move.line) and their reconciliations.

| creditkit | Tryton |
|---|---|
| item | a line of a receivable account with a party, of a posted move |
| ``id`` | ``move.number`` and the line's ``id`` |
| ``account`` | ``party`` |
| ``kind`` | the model of ``move.origin`` and the sign (see `KINDS`); of others, which are no sale, |
| | ``receipt`` below zero; above, ``refund`` where its reconciliation takes back |
| | credits that were there before it, else ``opening_balance`` |
| ``amount`` | ``amount_second_currency`` where there is one, else ``debit`` less ``credit`` |
| ``currency`` | ``second_currency``, else the company's |
| ``doc_date`` | ``move.date`` |
| ``due_date`` | ``maturity_date``, else none |
| allocation | within a ``reconciliation``, which sums to zero; ``on`` = its ``date`` |

Tryton reconciles whole lines: a part payment splits the line of the invoice, so an invoice may be
several items, each with its own maturity. Within a reconciliation it does not say which line pays
which: `ck.allocate` sets the oldest credit against what is due first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from reading import Row, Tables, columns, main, money_out

import creditkit as ck

COMPANY_CURRENCY = "CNY"
KINDS = {("account.invoice", 1): "invoice", ("account.invoice", -1): "credit_note"}
ITEM = ("id", "account", "currency", "kind", "amount", "doc_date", "due_date")


def ledger(given: Tables) -> ck.Ledger:
    """The ledger of all parties, matched as Tryton has it."""
    lines = [
        row
        for row in given["account_move_line"]
        if row["state"] == "posted" and row["account_type"] == "receivable" and row["party"]
    ]
    credits: dict[str, list[str]] = {}  # the days of the credits of a reconciliation
    for row in lines:
        if row["reconciliation"] and amount_of(row) < 0:
            credits.setdefault(row["reconciliation"], []).append(row["date"])
    items = [item_of(row, credits.get(row["reconciliation"], [])) for row in lines]
    dates = {row["id"]: row["date"] for row in given["account_move_reconciliation"]}
    together = [
        one | {"account": row["reconciliation"]}
        for one, row in zip(items, lines, strict=True)
        if row["reconciliation"]
    ]
    if not together:
        return ck.Ledger.from_columns(columns(items, ITEM))
    # each reconciliation as an account of its own: what is in it pays what is in it
    last = max(dates.values())
    matched = ck.allocate(ck.Ledger.from_columns(columns(together, ITEM)), as_of=last)
    of = {one["id"]: one["account"] for one in together}
    ties = [tie_of(one, dates[of[one.target]]) for one in matched]
    return ck.Ledger.from_columns(columns(items, ITEM), columns(ties, ties[0]))


def amount_of(row: Row) -> Decimal:
    if row["second_currency"]:
        return Decimal(row["amount_second_currency"])
    return Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)


def item_of(row: Row, credits: list[str]) -> dict[str, Any]:
    amount = amount_of(row)
    sign = -1 if amount < 0 else 1
    other = "receipt" if sign < 0 else money_out(row["date"], credits)
    model = row["origin"].partition(",")[0]
    return {
        "id": f"{row['move']}/{row['id']}",
        "account": row["party"],
        "currency": row["second_currency"] or COMPANY_CURRENCY,
        "kind": KINDS.get((model, sign), other),
        "amount": str(amount),
        "doc_date": row["date"],
        "due_date": row["maturity_date"],
    }


def tie_of(one: ck.Allocation, on: str) -> dict[str, Any]:
    return {"source": one.source, "target": one.target, "currency": one.currency,
            "amount": one.amount, "on": on}  # fmt: skip


if __name__ == "__main__":
    main("tryton", ledger)
