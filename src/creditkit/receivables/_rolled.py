"""What is open of each item at several dates, and in which bucket: the kernel of rolls and flow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes
from creditkit.facts._links import existence, kind_codes
from creditkit.facts.ledger import Ledger
from creditkit.receivables._ageing import COLUMNS
from creditkit.receivables._item_columns import SETS_OFF
from creditkit.receivables._sums import Exact, exactly, group_sums, in_currency
from creditkit.receivables._ties import (
    CREDITS,
    LOSES,
    OTHER,
    PAYS,
    lost_accounts,
    rows_there,
    ties_at,
)
from creditkit.receivables.buckets import Buckets
from creditkit.receivables.open_items import Ints, Mask, asked, days, gone, without_returned
from creditkit.receivables.reading import Reading

__all__ = ["Stand", "rows_read", "stands_at"]


class Stand(NamedTuple):
    """The rows at a date, money in one currency: whether they exist, their bucket, what is open.

    ``aged`` are the rows of which what is open is in its bucket; credits are in none, and neither is
    what was sent back to the customer, unless it is more than the credits of the account.

    ``steps`` are what is left of the amount after credits, write-offs and payments in turn; the last
    of them, with what a credit itself has paid for, is what is ``open``.
    """

    exists: Mask
    bucket: npt.NDArray[np.int8]
    aged: Mask
    steps: tuple[Exact, Exact, Exact, Exact]
    open: Exact


def rows_read(ledger: Ledger, how: Reading) -> tuple[Ints, Mask]:
    """The rows of accounts that are known, and the accounts that are not.

    An account is not known where a row of it cannot be read or lacks a rate.
    """
    owners = cast(Codes, ledger.items["account"])
    currency = cast(Codes, ledger.items["currency"])
    lost = np.append(lost_accounts(ledger, how), False)  # the last: of no account
    convertible = [
        name == how.currency
        or (how.rates is not None and how.rates.ratio(name, how.currency) is not None)
        for name in currency.names
    ]
    there = rows_there(ledger, how)
    lacking = there & ~np.array([*convertible, True])[currency.values]
    lost[owners.values[lacking]] = True
    rows = np.flatnonzero(there & ~lost[owners.values])
    return rows, lost[:-1]


def stands_at(
    ledger: Ledger, rows: Ints, how: Reading, dates: Sequence[date], buckets: Buckets, basis: str
) -> list[Stand]:
    """How the rows stand at each date."""
    items = ledger.items
    currency = cast(Codes, items["currency"])
    doc = items["doc_date"].values.view(np.int64)[rows]
    since = existence(items, how.exists_by)[rows]
    set_off = SETS_OFF[kind_codes(items)[rows]]
    owner = cast(Codes, items["account"]).values[rows]
    aged = items[COLUMNS[basis]]
    day = aged.values.view(np.int64)[rows]
    if aged.states is not None:
        day = np.where(aged.known[rows], day, doc)
    at = np.full(len(items) + 1, -1, dtype=np.int64)  # the last: a row of -1
    at[rows] = np.arange(len(rows))
    whole = items["amount" if ledger.open_as_of is None else "open_amount"].values[rows]
    out = []
    for then in dates:
        asked(ledger, then, how.effective)
        exists = since <= days(then)
        ties = ties_at(ledger, attrs.evolve(how, as_of=then))
        amounts, tied, given = exactly(whole, ties.amount, ties.given)
        amounts = np.where(exists, amounts, 0)
        target, source = at[ties.target], at[ties.source]
        left, steps = amounts, [amounts]
        for sorts in ((CREDITS,), (LOSES,), (PAYS, OTHER)):
            inside = (target >= 0) & np.isin(ties.sort, sorts)
            left = left - group_sums(target[inside], tied[inside], len(rows))
            steps.append(left)
        inside = source >= 0
        left = left + group_sums(source[inside], given[inside], len(rows))
        sources, back, day_back = gone(ledger, how.when._replace(as_of=then))
        came = (at[sources] >= 0) & (day_back <= days(then))
        left = without_returned(left, at[sources[came]], back[came])
        codes = currency.values[rows]
        money = [
            in_currency(one, codes, currency.names, how.currency, how.rates)[0]
            for one in (*steps, left)
        ]
        bucket = np.zeros(len(rows), dtype=np.int8)
        for line in buckets.latest(then):
            bucket += day <= days(line)
        bucket[set_off] = 0
        open_, inside = money[4], money[4] > 0
        if set_off.any():
            free = np.flatnonzero(set_off | (open_ < 0))
            over = group_sums(owner[free], open_[free], int(owner.max()) + 1) > 0
            inside &= ~set_off | over[owner]
        out.append(Stand(exists, bucket, inside, cast(Any, tuple(money[:4])), open_))
    return out
