"""Ageing in the currencies of the documents: one table for each, nothing converted.

What a customer owes in dollars falls due in dollars: whoever rings them up, or hedges, wants it so.
`ageing` with ``currency`` and ``rates`` is the same book in one currency.

>>> ledger = Ledger.from_columns(
...     {"account": ["C-1", "C-1", "C-2"], "currency": ["CNY", "USD", "USD"], "kind": "invoice",
...      "amount": [1000, 20, 5], "doc_date": "2026-09-01", "due_date": "2026-10-01"})
>>> for currency, aged in ageing_by_currency(ledger, as_of="2026-11-21").items():
...     print(currency, aged.accounts, aged.total)
CNY ('C-1',) 1,000.00 CNY
USD ('C-1', 'C-2') 25.00 USD
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, cast

import attrs
import numpy as np

from creditkit._columns import Cells, Codes, State
from creditkit._fields import Day
from creditkit.facts.ledger import Items, Ledger
from creditkit.facts.notes import INFORMS
from creditkit.receivables.ageing import Ageing, ageing
from creditkit.receivables.buckets import STANDARD, Buckets
from creditkit.receivables.open_items import Effective, asked, open_amounts

__all__ = ["ageing_by_currency"]


def ageing_by_currency(
    ledger: Ledger,
    *,
    as_of: Day,
    buckets: Buckets = STANDARD,
    basis: str | None = None,
    unapplied: Literal["own_column", "oldest_first"] = "own_column",
    effective: Effective = "documents",
) -> dict[str, Ageing]:
    """`ageing` of each currency that the ledger has, by its code, in that currency.

    An account is in the tables of the currencies in which it has documents. One with a row that
    cannot be read is not known in any of them: of such a row the currency may be wrong, too.
    """
    as_of = asked(ledger, as_of, effective)
    opens = open_amounts(ledger, as_of=as_of, effective=effective)
    items, currency = ledger.items, cast(Codes, ledger.items["currency"])
    owners = cast(Codes, items["account"]).values
    invalid = opens.all_states() != State.KNOWN
    unknown = ledger.resolved().unknown
    accounts = cast(Codes, items["account"]).names
    lost = [] if unknown is None else [accounts[code] for code in np.flatnonzero(unknown[:-1])]
    out = {}
    for name, code in sorted((name, code) for code, name in enumerate(currency.names)):
        mine = currency.values == code
        if not (mine & ~invalid).any():
            continue
        rows = np.flatnonzero(mine | (invalid & np.isin(owners, np.unique(owners[mine]))))
        part = _frozen(items.take(rows), opens.take(rows), as_of)
        aged = ageing(
            part, as_of=as_of, currency=name, buckets=buckets, basis=basis, unapplied=unapplied
        )
        more = [note for note in aged.notes if note.code in INFORMS]
        known = aged.known & ~np.isin(aged.accounts, lost)
        out[name] = attrs.evolve(
            aged,
            effective=effective,
            notes=(*ledger.unread, *more),
            known=known,
            amounts=np.where(known[:, None], aged.amounts, 0),
            unapplied=np.where(known, aged.unapplied, 0),
        )
    return out


def _frozen(items: Items, opens: Cells, as_of: date) -> Ledger:
    """Items with what is open of each at a date; of those that cannot be read it is not known."""
    columns: dict[str, Any] = {name: items[name] for name in items.cells}
    return Ledger.from_columns({**columns, "open_amount": opens}, open_as_of=as_of)
