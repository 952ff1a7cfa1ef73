"""Ageing: what each customer owes at a date, by how long it has been due.

Exact to the minor unit, for one customer and for ten million items. The buckets and the column of
unapplied credits and cash always add up to the open balance, by customer and in total.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["1", "2", "3"], "account": ["C-1", "C-1", "C-2"], "currency": "CNY",
...      "kind": ["invoice", "receipt", "invoice"], "amount": [1000, -300, 50],
...      "doc_date": "2026-09-01", "due_date": ["2026-10-01", None, "2026-11-21"]})
>>> aged = ageing(ledger, as_of=date(2026, 11, 21))
>>> print(aged)
Ageing at 2026-11-21 by due date, CNY
          not due  1-30   31-60  61-90  91-120  over 120  unapplied  balance
C-1          0.00  0.00 1000.00   0.00    0.00      0.00    -300.00   700.00
C-2         50.00  0.00    0.00   0.00    0.00      0.00       0.00    50.00
total       50.00  0.00 1000.00   0.00    0.00      0.00    -300.00   750.00
>>> aged.row("C-1").by_bucket["31-60"], aged.total
(Money('1000.00', 'CNY'), Money('750.00', 'CNY'))
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final, Literal, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import blocks
from creditkit._columns import Cells, Codes, State, exact_sum
from creditkit._fields import as_date
from creditkit._plain import Record, to_plain
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger, Note
from creditkit.facts.rates import Rates
from creditkit.money import LARGEST, Money, minor_units, plain_amount
from creditkit.receivables._book import too_large
from creditkit.receivables.buckets import BASES, STANDARD, Buckets
from creditkit.receivables.open_items import (
    SMALL,
    Effective,
    Ints,
    Mask,
    asked,
    converted_to,
    days,
    one_currency,
    opened_columns,
)

__all__ = ["Ageing", "AgeingRow", "ageing"]

_COLUMNS: Final = {
    "due": "due_date",
    "posting": "posting_date",
    "delivery": "delivery_date",
    "acceptance": "acceptance_date",
}
_SLAB: Final = 1 << 18
_MOST_ROWS: Final = 20
_SCHEMA: Final = "creditkit.ageing/1"


def ageing(
    ledger: Ledger,
    *,
    as_of: date,
    buckets: Buckets = STANDARD,
    basis: str | None = None,
    currency: str | None = None,
    rates: Rates | None = None,
    effective: Effective = "documents",
    unapplied: Literal["own_column", "oldest_first"] = "own_column",
) -> Ageing:
    """Age every open item at ``as_of`` and add up by account.

    ``basis`` is the date that ages: ``due``, ``invoice`` (the document date), ``posting``,
    ``delivery`` or ``acceptance``; None leaves it to the buckets. An item without that date ages
    from its document date, and a note counts such items. Whatever is open below zero (credit
    notes, receipts, what was paid too much) stands in a column of its own, or is set against each
    account's oldest buckets (``oldest_first``), where only what is left over stays in that column.

    Items in several currencies need ``currency`` and ``rates``, and are converted one by one,
    half-even. Items that cannot be read or lack a rate are in no bucket; ``invalid`` counts them
    and ``notes`` names them.
    """
    as_of = asked(ledger, as_of, effective)
    basis = buckets.basis if basis is None else basis
    if basis not in BASES:
        raise InvalidFact("basis", f"must be one of {', '.join(BASES)}", basis)
    if unapplied not in ("own_column", "oldest_first"):
        raise InvalidFact("unapplied", "must be 'own_column' or 'oldest_first'", unapplied)
    currency = one_currency(ledger, currency) if len(ledger) or currency else "XXX"
    items = ledger.items
    opens = opened_columns(ledger, as_of, effective)
    codes, currencies = (cast(Codes, items[name]) for name in ("account", "currency"))
    aged_from = items[_COLUMNS[basis]] if basis in _COLUMNS else items["doc_date"]
    notes = ledger.faults
    readable = ledger.readable
    invalid = 0 if readable is None else int(np.count_nonzero(~readable))
    return aged_from, notes, invalid, opens, codes, currencies  # type: ignore
