"""How customers pay: what was settled in the twelve months before a date, what is overdue at it.

An invoice is settled on the first day after which nothing of it is open; a payment that is undone
by ``as_of`` has not been made. An invoice that credit notes alone settled was not paid and does not
count. Paid early counts as paid on the day.

An invoice that is overdue and open counts as late to date, with its whole amount: not on time, and
late by its days past due so far. Otherwise a customer who stops paying would look as good as their last paid
invoice, and paying an old one would make them look worse; so paying one today leaves the shares as
they are or betters them. ``variant="settled_only"`` is how most of the trade counts: days late of
what was paid, whatever is open.

What tests of overdue pass over (`Reading`) is passed over here. An invoice of which only a
remainder below ``ignore_below`` was left by a payment is settled on the day of that payment: a bank
fee of 15 yuan does not undo a good payment. One that amounts to less than that is in no figure, open
or paid. What is in dispute of an invoice is in no figure, open or paid, unless ``ignore_disputed``
is False. Cash that is not allocated settles nothing: a house with running accounts allocates it to
the oldest first before it asks how its customers pay.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["A", "B", "P", "D"], "account": "C-1", "currency": "CNY",
...      "amount": [300, 100, -400, 100], "kind": ["invoice", "invoice", "receipt", "invoice"],
...      "doc_date": ["2026-05-01", "2026-05-01", "2026-06-10", "2026-05-01"],
...      "due_date": ["2026-06-10", "2026-05-31", None, "2026-11-11"]},
...     {"source": "P", "target": ["A", "B"], "amount": [300, 100]})
>>> habit(ledger, as_of="2026-11-21", variant="settled_only")
{'settled_count': 2, 'on_time_share': 0.75, 'average_days_late': 2.5, 'simple_days_late': 5.0}
>>> habit(ledger, as_of="2026-11-21")
{'settled_count': 2, 'on_time_share': 0.6, 'average_days_late': 4.0, 'simple_days_late': 6.666...}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Unpack, cast

from creditkit._columns import Cells
from creditkit._given import one_of
from creditkit.facts.ledger import Ledger
from creditkit.receivables._habits import NAMES, YEAR, Variant, habits_of_many, habits_of_one
from creditkit.receivables._item_columns import INVALID, cells_of, columns_of
from creditkit.receivables.open_items import opened
from creditkit.receivables.reading import Options, Reading, accounts_in, reading_of

__all__ = ["YEAR", "Variant", "habit", "habits"]

VARIANTS: Final = ("with_overdue", "settled_only")


def habit(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    variant: Variant = "with_overdue",
    **options: Unpack[Options],
) -> dict[str, int | float | None]:
    """How one customer pays; ``ledger`` is the customer's.

    ``settled_count``: invoices (and debit notes) settled. ``on_time_share``: of the amounts settled
    and of those overdue and open, the share settled by the due date, 0..1. ``average_days_late``:
    their days late weighted by amount, early as 0, open ones to date. ``simple_days_late``: the
    same, each invoice counting once. With ``variant="settled_only"`` what is open is in none. The
    last three are None where nothing counts; all are for a ledger of remainders, for an account
    with a row that cannot be read, or with a remainder without a rate where ``ignore_below`` asks
    for one, and, the two weighted ones, where a rate is missing.
    """
    how = reading_of(ledger, how, options)
    one_of(variant, VARIANTS, "variant")
    state = opened(ledger.account_items, how.as_of, how.matched)
    found = habits_of_one(ledger.account_items, how, state, variant)
    return {name: None if value is INVALID else value for name, value in found.items()}


def habits(
    ledger: Ledger,
    how: Reading | Sequence[str] | None = None,
    *,
    accounts: Sequence[str] | None = None,
    variant: Variant = "with_overdue",
    **options: Unpack[Options],
) -> dict[str, Cells]:
    """`habit` for many, as columns, in the order of ``accounts``; where None, all, by name.

    A list of accounts may also stand second, in place of a `Reading`.
    """
    if isinstance(how, list | tuple):  # where accounts stood before there was a Reading
        how, accounts = None, how
    how = reading_of(ledger, cast("Reading | None", how), options)
    one_of(variant, VARIANTS, "variant")
    accounts = accounts_in(ledger, accounts)
    columns = columns_of(ledger, accounts, how.as_of, how.effective)
    found = None if columns is None else habits_of_many(ledger, columns, how, variant)
    if columns is None or found is None:
        rows = []
        for name in accounts:
            items = ledger.account(name).account_items
            state = opened(items, how.as_of, how.matched)
            rows.append(habits_of_one(items, how, state, variant))
        return {name: cells_of(name, [row[name] for row in rows]) for name in NAMES}
    return {name: columns.spread(cells, accounts) for name, cells in found.items()}
