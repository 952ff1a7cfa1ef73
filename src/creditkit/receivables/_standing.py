"""What accounts owe and were sold at and between several dates: what turnover is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, cast

import attrs
import numpy as np

from creditkit._columns import Codes
from creditkit.facts._links import existence
from creditkit.facts.ledger import Ledger
from creditkit.receivables._balances import balances_of
from creditkit.receivables._item_columns import INVALID, columns_of, open_columns
from creditkit.receivables._one import figures_of_one
from creditkit.receivables._sums import Exact, exactly, group_sums, in_currency
from creditkit.receivables._ties import is_sale, owners_among, rows_there
from creditkit.receivables.open_items import Ints, Mask, asked, days
from creditkit.receivables.reading import Reading

__all__ = ["Balance", "Sales", "balances_at", "first_documents", "sales_between"]


class Balance(NamedTuple):
    """What each account owes at a date, what of it is overdue, and where that is not known."""

    receivables: Exact
    overdue: Exact
    invalid: Mask


class Sales(NamedTuple):
    """What each account was sold in a window, and the days of the terms of its invoices by amount.

    ``terms`` is the sum of amount times days from document to due date, over ``termed``, the sum of
    the amounts of invoices that have a due date.
    """

    sold: Exact
    terms: Exact
    termed: Exact
    invalid: Mask


def balances_at(
    ledger: Ledger, accounts: Sequence[str], how: Reading, dates: Sequence[date]
) -> list[Balance]:
    """The balances of accounts, which must not repeat, at dates that ascend."""
    for day in dates:
        asked(ledger, day, how.effective)
    when = how.when._replace(as_of=dates[-1])
    columns = columns_of(ledger, accounts, when)
    books = None if columns is None else open_columns(ledger, columns, dates, when)
    out: list[Balance] = []
    if books is not None:
        for day, then in zip(dates, books, strict=True):
            owed = balances_of(ledger, then, attrs.evolve(how, as_of=day))
            if owed is None:
                break
            out.append(Balance(owed.receivables, owed.overdue, owed.invalid))
    if len(out) == len(dates):
        return out
    plain = [ledger.account(name).account_items_by(how.exists_by) for name in accounts]
    out = []
    for day in dates:
        found = [figures_of_one(one, attrs.evolve(how, as_of=day), ()) for one in plain]
        invalid = np.array([one["receivables"] is INVALID for one in found], dtype=bool)
        owed_, late = (
            np.array([0 if one[name] is INVALID else one[name] for one in found], dtype=object)
            for name in ("receivables", "overdue")
        )
        out.append(Balance(owed_, late, invalid))
    return out


def first_documents(ledger: Ledger, accounts: Sequence[str], how: Reading) -> Ints:
    """The date of the first document of each account, as days from 1970; the day after for none."""
    owner, _ = owners_among(ledger, accounts, how)
    rows = np.flatnonzero((owner >= 0) & rows_there(ledger, how))
    out = np.full(len(accounts), days(how.as_of) + 1, dtype=np.int64)
    np.minimum.at(out, owner[rows], existence(ledger.items, how.exists_by)[rows])
    return out


def sales_between(
    ledger: Ledger,
    accounts: Sequence[str],
    how: Reading,
    windows: Sequence[tuple[date, date]],
) -> list[Sales]:
    """The sales of windows, each after its first date and up to its last: invoices less credit notes."""
    items = ledger.items
    owner, lost = owners_among(ledger, accounts, how)
    doc = existence(items, how.exists_by)
    latest = attrs.evolve(how, as_of=max(last for _, last in windows))
    rows = np.flatnonzero((owner >= 0) & is_sale(ledger) & rows_there(ledger, latest))
    earliest = min(first for first, _ in windows)
    rows = rows[doc[rows] > days(earliest)]
    currency = cast(Codes, items["currency"])
    amounts, lacking = in_currency(
        items["amount"].values[rows], currency.values[rows], currency.names, how.currency, how.rates
    )
    (amounts,) = exactly(amounts)
    dues = items["due_date"]
    termed = dues.known[rows] & (amounts > 0)
    issued = items["doc_date"].values.view(np.int64)[rows]
    length = np.where(termed, dues.values.view(np.int64)[rows] - issued, 0)
    product = amounts.astype(object) * length if _wide(amounts, length) else amounts * length
    size, day, of = len(accounts), doc[rows], owner[rows]
    out = []
    for first, last in windows:
        inside = np.flatnonzero((day > days(first)) & (day <= days(last)))
        invalid = lost.copy()
        invalid[of[inside[lacking[inside]]]] = True
        out.append(
            Sales(
                sold=group_sums(of[inside], amounts[inside], size),
                terms=group_sums(of[inside], product[inside], size),
                termed=group_sums(of[inside], np.where(termed, amounts, 0)[inside], size),
                invalid=invalid,
            )
        )
    return out


def _wide(amounts: Exact, length: Ints) -> bool:
    """Whether 64 bits might not hold the products."""
    if amounts.dtype == object or not len(amounts):
        return False
    return float(np.abs(amounts * 1.0).sum()) * max(int(np.abs(length).max()), 1) > 4e18
