"""How customers pay: what was settled in the twelve months before a date, and how late.

An invoice is settled on the day on which its last allocation became effective, once nothing of it
is open; a payment that is undone by ``as_of`` has not been made. An invoice that credit notes alone
settled was not paid and does not count. Paid early counts as paid on the day. Open invoices are in
none of these figures: read them beside the overdue.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["A", "B", "P"], "account": "C-1", "currency": "CNY", "amount": [300, 100, -400],
...      "kind": ["invoice", "invoice", "receipt"],
...      "doc_date": ["2026-05-01", "2026-05-01", "2026-06-10"],
...      "due_date": ["2026-06-10", "2026-05-31", None]},
...     {"source": "P", "target": ["A", "B"], "amount": [300, 100]})
>>> habit(ledger, as_of=date(2026, 11, 21))
{'settled_count': 2, 'on_time_share': 0.75, 'average_days_late': 2.5, 'simple_days_late': 5.0}
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, cast

import numpy as np

from creditkit._columns import Cells, State
from creditkit._given import names_in
from creditkit.facts._single import Plain
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import Rates, converted
from creditkit.receivables._book import INVALID, SAFE, Book, book_of, cells_of, shares
from creditkit.receivables.open_items import (
    Effective,
    active_links,
    asked,
    days,
    one_currency,
    opened,
)

__all__ = ["YEAR", "habit", "habits"]

YEAR: Final = 365
"""The days of "the twelve months before a date": after ``as_of - 365`` and up to ``as_of``."""

NAMES: Final = ("settled_count", "on_time_share", "average_days_late", "simple_days_late")


def habit(
    ledger: Ledger,
    *,
    as_of: date,
    currency: str | None = None,
    rates: Rates | None = None,
    effective: Effective = "documents",
) -> dict[str, int | float | None]:
    """How one customer pays; ``ledger`` is the customer's.

    ``settled_count``: invoices (and debit notes) settled. ``on_time_share``: the share of their
    amounts settled by the due date, 0..1. ``average_days_late``: days late weighted by amount,
    early as 0. ``simple_days_late``: the same, each invoice counting once. The last three are None
    where nothing was settled; all are for a ledger of remainders, for an account with a row that
    cannot be read, and, the two weighted ones, where a rate is missing.
    """
    as_of = asked(ledger, as_of, effective, rates)
    currency = one_currency(ledger, currency) if len(ledger) else ""
    state = opened(ledger.plain, as_of, effective == "matched")
    found = habits_of_one(ledger.plain, as_of, currency, rates, state)
    return {name: None if value is INVALID else value for name, value in found.items()}


def habits_of_one(
    plain: Plain,
    as_of: date,
    currency: str,
    rates: Rates | None,
    state: tuple[list[int], list[date | None], list[bool]],
) -> dict[str, Any]:
    """`habit` of what `opened` gave."""
    if plain.broken:
        return dict.fromkeys(NAMES, INVALID)
    if plain.opens is not None:
        return dict.fromkeys(NAMES)
    start = as_of - timedelta(YEAR)
    count = weight = on_time = weighted = simple = 0
    lacking = False
    for place, (left, last, cash) in enumerate(zip(*state, strict=True)):
        if not cash or left > 0 or cast(date, last) <= start or plain.kinds[place].sign < 0:
            continue
        late = max(0, (cast(date, last) - plain.dues[place]).days)
        count += 1
        simple += late
        minor: int | None = plain.amounts[place]
        if minor and plain.currencies[place] != currency:
            minor = converted(minor, plain.currencies[place], currency, rates)
        if minor is None:
            lacking = True
        else:
            weight += minor
            weighted += minor * late
            on_time += 0 if late else minor
    share: Any = INVALID if lacking else float(on_time) / float(weight) if weight else None
    average: Any = INVALID if lacking else float(weighted) / float(weight) if weight else None
    return {
        "settled_count": count,
        "on_time_share": share,
        "average_days_late": average,
        "simple_days_late": float(simple) / float(count) if count else None,
    }


def habits(
    ledger: Ledger,
    accounts: Sequence[str] | None = None,
    *,
    as_of: date,
    currency: str | None = None,
    rates: Rates | None = None,
    effective: Effective = "documents",
) -> dict[str, Cells]:
    """`habit` for many accounts, in their order (all of the ledger where None), as columns."""
    as_of = asked(ledger, as_of, effective, rates)
    currency = one_currency(ledger, currency) if len(ledger) else ""
    accounts = ledger.accounts if accounts is None else names_in(accounts, "accounts")
    book = book_of(ledger, accounts, as_of, effective)
    found = (
        None if book is None else habits_of_many(ledger, book, as_of, currency, rates, effective)
    )
    if book is None or found is None:
        rows = []
        for name in accounts:
            plain = ledger.account(name).plain
            state = opened(plain, as_of, effective == "matched")
            rows.append(habits_of_one(plain, as_of, currency, rates, state))
        return {name: cells_of(name, [row[name] for row in rows]) for name in NAMES}
    return {name: book.spread(cells, accounts) for name, cells in found.items()}


def habits_of_many(
    ledger: Ledger, book: Book, as_of: date, currency: str, rates: Rates | None, effective: str
) -> dict[str, Cells] | None:
    """`habits` of a book; None where 64 bits might not hold the weighted days."""
    if ledger.open_as_of is not None:
        state = np.where(book.broken, State.INVALID, State.UNKNOWN).astype(np.uint8)
        zeros = np.zeros(book.size, dtype=np.int64)
        return {
            name: Cells(zeros if name == "settled_count" else zeros * 1.0, state) for name in NAMES
        }
    size = len(ledger)
    last = np.full(size, np.iinfo(np.int32).min, dtype=np.int32)
    cash = np.zeros(size, dtype=bool)
    rows, effect = active_links(ledger, as_of, effective)
    target = ledger.links.target[rows].astype(np.intp)
    tied = target >= 0
    np.maximum.at(last, target[tied], effect[tied])
    cash[target[tied & ~ledger.links.by_credit_note[rows]]] = True

    day = last[book.rows].astype(np.int64)
    settled = (book.open <= 0) & book.owed & cash[book.rows] & (day > days(as_of) - YEAR)
    here = np.flatnonzero(settled)
    late = np.maximum(day[here] - book.due[here], 0)
    minor, lacking = book.converted(np.where(settled, book.amount, 0), currency, rates)
    minor = minor[here]
    if float((minor * 1.0 * np.maximum(late, 1)).sum()) > SAFE:
        return None
    count, weight = book.totals(np.ones(len(here), dtype=np.int64), here), book.totals(minor, here)
    on_time = book.totals(np.where(late == 0, minor, 0), here)
    weighted, simple = book.totals(minor * late, here), book.totals(late, here)
    no_rate = book.broken | book.any(lacking)
    return {
        "settled_count": Cells(count, np.where(book.broken, State.INVALID, 0).astype(np.uint8)),
        "on_time_share": shares(on_time, weight, no_rate),
        "average_days_late": shares(weighted, weight, no_rate),
        "simple_days_late": shares(simple, count, book.broken),
    }
