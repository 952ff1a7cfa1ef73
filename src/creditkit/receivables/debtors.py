"""From a ledger to its debtors: what each customer owes, and how much of it how long overdue.

The sums are those of `positions`, with two more that rank customers for collection: how many items
are overdue, and money times days.

Nobody is called about a bank fee of 15 yuan: give ``ignore_below`` the money that the policy has for its
tests of overdue, such as ``"50"``, and remainders below it are in none of these sums but ``receivables`` and
``disputed``. It is 0 unless given, as in every `Reading`: what is small in yuan is not in yen or
dinar, the sums are then those of the ledger, and a call too many is seen where a debt that was left
out is not.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["A", "B", "C"], "account": ["C-1", "C-1", "C-2"], "currency": "CNY",
...      "kind": "invoice", "amount": [300, 200, 50], "doc_date": "2026-09-01",
...      "due_date": ["2026-10-12", "2026-11-19", "2026-12-01"]})
>>> one = debtors(ledger, as_of="2026-11-21").row(0)
>>> one.overdue, one.overdue_items, one.oldest_overdue_days, one.money_days
(Money('500.00', 'CNY'), 2, 40, Money('12400.00', 'CNY'))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Unpack

import attrs
import numpy as np

from creditkit._columns import Cells, Codes, State
from creditkit._plain import mapping_in
from creditkit.errors import InvalidFact
from creditkit.facts._single import AccountItems
from creditkit.facts.debtors import Debtors
from creditkit.facts.ledger import Ledger
from creditkit.money import LARGEST
from creditkit.receivables._balances import balances_of
from creditkit.receivables._item_columns import INVALID, SAFE, cells_of, columns_of
from creditkit.receivables._owed import counted_of, owed_by
from creditkit.receivables.open_items import days, opened
from creditkit.receivables.reading import Options, Reading, accounts_in, reading_of

__all__ = ["debtors"]

NAMES: Final = (
    "receivables",
    "disputed",
    "overdue",
    "oldest_overdue_days",
    "overdue_items",
    "money_days",
)


def debtors(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    accounts: Sequence[str] | None = None,
    grades: Mapping[str, str | None] | None = None,
    insolvency: Mapping[str, bool | None] | None = None,
    **options: Unpack[Options],
) -> Debtors:
    """The debtors of a ledger, in the order of ``accounts``; where None, all of it, by name.

    An account without items is known to owe nothing. INVALID where a row of the account cannot be
    read or lacks a rate. Disputed amounts are never in what is overdue here, also where tests of
    overdue count them (``ignore_disputed=False``): they are not dunned. ``money_days`` beyond 64
    bits are OUT_OF_RANGE: more than any that is known. ``grades`` and
    ``insolvency`` are what the host knows besides, by customer; one who is not in them has no grade, or is
    not known to be insolvent.
    """
    how = attrs.evolve(reading_of(ledger, how, options), ignore_disputed=True)
    accounts = accounts_in(ledger, accounts)
    known = {
        name: {} if given is None else mapping_in(given, name)
        for name, given in (("grades", grades), ("insolvency", insolvency))
    }
    if len(set(accounts)) < len(accounts):
        raise InvalidFact("debtors.accounts", "must not repeat", len(accounts))
    columns = _sums_of_many(ledger, accounts, how)
    if columns is None:
        rows = [
            _sums_of_one(ledger.account(name).account_items_by(how.exists_by), how)
            for name in accounts
        ]
        columns = {
            name: cells_of(name, [row[index] for row in rows]) for index, name in enumerate(NAMES)
        }
    columns["money_days"] = _beyond(columns["money_days"], columns["overdue"])
    size = len(accounts)
    return Debtors.from_columns(
        {
            "account": Codes(np.arange(size, dtype=np.int32), accounts),
            "as_of": np.full(size, np.datetime64(how.as_of, "D")),
            "currency": how.currency,
            **columns,
            "grade": Codes.of([known["grades"].get(name) for name in accounts]),
            "insolvency": [known["insolvency"].get(name) for name in accounts],
        }
    )


def _beyond(money_days: Cells, overdue: Cells) -> Cells:
    """Where what is overdue is known, its money times days is known, too, or too large for a cell."""
    lost = overdue.known & ~money_days.known
    if not lost.any():
        return money_days
    states = np.where(lost, State.OUT_OF_RANGE, money_days.all_states()).astype(np.uint8)
    return Cells(money_days.values, states)


def _sums_of_many(ledger: Ledger, accounts: Sequence[str], how: Reading) -> dict[str, Cells] | None:
    """The columns; None where 64 bits might not hold them."""
    columns = columns_of(ledger, accounts, how.when)
    owed = None if columns is None else balances_of(ledger, columns, how)
    if columns is None or owed is None:
        return None
    left, late_by = owed.counted, days(how.as_of) - columns.due[owed.late]
    if float((left * 1.0 * late_by).sum()) > SAFE:
        return None
    values = (
        owed.receivables,
        owed.disputed,
        owed.overdue,
        owed.oldest,
        columns.totals(np.ones(len(left), dtype=np.int64), owed.late),
        columns.totals(left * late_by, owed.late),
    )
    states = np.where(owed.invalid, State.INVALID, State.KNOWN).astype(np.uint8)
    return {
        name: Cells(np.where(owed.invalid, 0, column), states)
        for name, column in zip(NAMES, values, strict=True)
    }


def _sums_of_one(items: AccountItems, how: Reading) -> list[Any]:
    """The same of one customer, with Python integers."""
    owed = None if items.broken else owed_by(items, how, opened(items, how.when))
    if owed is None:
        return [INVALID] * len(NAMES)
    late = [
        (left, (how.as_of - item.due).days)
        for item, left in counted_of(owed, how)
        if item.due < how.as_of
    ]
    values = [
        owed.receivables,
        owed.disputed,
        sum(left for left, _ in late),
        max((late_by for _, late_by in late), default=0),
        len(late),
        sum(left * late_by for left, late_by in late),
    ]
    if max(map(abs, values[:-1])) > LARGEST:
        return [INVALID] * len(NAMES)
    return values if values[-1] <= LARGEST else [*values[:-1], INVALID]
