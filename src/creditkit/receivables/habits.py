"""How customers pay: what was settled in the twelve months before a date, what is overdue at it.

An invoice is settled on the day of the last payment that was needed for what was to be paid: its
amount less the credit notes against it, whenever they are written. So much it weighs; one that credit
notes took away has nothing to pay, and does not count. A payment that came back by ``as_of`` has not
been made. Paid early counts as paid on the day. What each kind of document says of the customer is
in the table of kinds.

An invoice that is overdue and open counts as late to date, with its whole amount: not on time, and
late by its days past due so far. So does one that was written off: the customer did not pay.
Otherwise a customer who stops paying would look as good as their last paid invoice, and paying an old
one would make them look worse; so paying one today leaves the shares as they are or betters them.
``variant="settled_only"`` is how most of the trade counts: days late of what was paid, whatever is
open.

What tests of overdue pass over (`Reading`) is passed over here. An invoice of which only a
remainder below ``ignore_below`` was left by a payment is settled on the day of that payment: a bank
fee of 15 yuan does not undo a good payment. One that amounts to less than that is in no figure, open
or paid. What is in dispute of an invoice is in no figure, open or paid, unless ``ignore_disputed``
is False. Free cash and credits are set against the oldest items, as in tests of overdue: one was paid on the
first day on which the free money of that day was enough for it and for all that was older. So a credit
note that is set against nothing pays like cash; allocate it, and its invoice weighs less. Where money
gave more than it had, nobody knows which items it has paid, and nothing here is known.

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
from typing import Any, Final, Unpack, cast

from creditkit._columns import Cells
from creditkit._given import one_of
from creditkit.facts.ledger import Ledger
from creditkit.receivables._balances import balances_of
from creditkit.receivables._habits import NAMES, YEAR, Variant, habits_of_one
from creditkit.receivables._habits_plain import short_habits
from creditkit.receivables._item_columns import INVALID, cells_of, columns_of
from creditkit.receivables._many import habits_of
from creditkit.receivables._owed import owed_by
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
    found = _of_one(ledger, how, variant)
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
    short = short_habits(ledger, accounts, how, variant)
    if short is not None:
        return short
    columns = columns_of(ledger, accounts, how.when)
    found = None
    if columns is not None:
        free = bool((columns.open < 0).any())
        owed = balances_of(ledger, columns, how) if free else None
        if owed is not None or not free:
            found = habits_of(ledger, columns, how, owed, variant)
    if columns is None or found is None:
        rows = [_of_one(ledger.account(name), how, variant) for name in accounts]
        return {name: cells_of(name, [row[name] for row in rows]) for name in NAMES}
    return {name: columns.spread(cells, accounts) for name, cells in found.items()}


def _of_one(ledger: Ledger, how: Reading, variant: Variant) -> dict[str, Any]:
    items = ledger.account_items_by(how.exists_by)
    state = opened(items, how.when)
    owed = None if items.broken else owed_by(items, how, state)
    return habits_of_one(items, how, state, owed, variant)
