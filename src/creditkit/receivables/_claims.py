"""What customers had to pay, and what they paid of it and when: what payment times are made of.

A claim is an item that is owed (an invoice, a debit note) with what was to be paid of it: its amount
less what credit notes took off, and less what is in dispute where tests leave that out. Cash that is
allocated to it is a payment, from the day on which the allocation counts; what is allocated to
nothing pays what is due longest, as for tests of overdue. What was paid too much is no payment. What
was written off was not paid; it stays unpaid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, cast

import numpy as np

from creditkit._columns import Codes
from creditkit.facts.ledger import Ledger
from creditkit.receivables._spent import spent
from creditkit.receivables._sums import Exact, exactly, group_sums, in_currency, running
from creditkit.receivables._ties import (
    CREDITS,
    LOSES,
    PAYS,
    SORTS,
    is_to_pay,
    owners_among,
    rows_there,
    ties_at,
)
from creditkit.receivables.open_items import Ints, Mask, days
from creditkit.receivables.reading import Reading

__all__ = ["NEVER", "Claims", "claims_of"]

NEVER: Final = np.iinfo(np.int64).max
"""The day on which what is not settled was settled."""


class Claims(NamedTuple):
    """A row for each claim of the accounts asked for; dates are days from 1970, money in one currency.

    ``account`` is the place of its account among ``size``; ``broken`` are accounts of which a row
    cannot be read or lacks a rate, or whose money gave more than it had: their claims are not here.
    ``settled`` is the day of the last cash that was needed, NEVER where something is unpaid.
    Payments stand by claim and day: of ``claim[i]`` on ``day[i]`` so much was ``paid[i]``.
    """

    size: int
    broken: Mask
    row: Ints
    account: Ints
    doc: Ints
    due: Ints
    amount: Exact
    unpaid: Exact
    written_off: Exact
    settled: Ints
    claim: Ints
    day: Ints
    paid: Exact


def claims_of(ledger: Ledger, accounts: Sequence[str], how: Reading) -> Claims:
    """The claims of some accounts, which must not repeat; none of a ledger of remainders."""
    items = ledger.items
    currency = cast(Codes, items["currency"])
    owner, broken = owners_among(ledger, accounts, how)
    rows = np.flatnonzero((owner >= 0) & rows_there(ledger, how) & is_to_pay(ledger))
    if ledger.open_as_of is not None:
        rows = rows[:0]
    at = np.full(len(items) + 1, -1, dtype=np.int64)  # the last: a row of -1
    at[rows] = np.arange(len(rows))

    ties = ties_at(ledger, how)
    free = spent(ledger, accounts, how)
    broken |= free.unknown
    target = at[np.concatenate([ties.target, free.row])]
    mine = target >= 0
    day, sort = (
        np.concatenate([ties.day, free.day])[mine],
        np.concatenate([ties.sort, SORTS[free.habit]])[mine],
    )
    target = target[mine]
    amounts, tied = exactly(
        items["amount"].values[rows], np.concatenate([ties.amount, free.minor])[mine]
    )
    size = len(rows)
    credited = group_sums(target[sort == CREDITS], tied[sort == CREDITS], size)
    written = group_sums(target[sort == LOSES], tied[sort == LOSES], size)
    own = np.maximum(amounts - credited - _disputed(ledger, rows, how), 0)

    # Payments of a day are one, so that no answer hangs on the order of rows
    # A bill that is not due yet has not paid.
    cash = np.flatnonzero((sort == PAYS) & (day <= days(how.as_of)))
    cash = cash[np.lexsort((day[cash], target[cash]))]
    claim, when, paid = _by_day(target[cash], day[cash], tied[cash])
    upto = np.minimum(running(claim, paid), own[claim])

    codes, names = currency.values[rows], currency.names
    to = (how.currency, how.rates)
    weight, lacking = in_currency(own, codes, names, *to)
    upto, _ = in_currency(upto, codes[claim], names, *to)
    upto = np.minimum(upto, weight[claim])
    last = np.zeros(size, dtype=weight.dtype)
    last[claim] = upto  # the last of each claim stays
    beyond, _ = in_currency(np.minimum(written, own), codes, names, *to)
    written = np.minimum(beyond, weight - last)
    first = np.concatenate([[True], claim[1:] != claim[:-1]])[: len(claim)]
    before = np.where(first, 0, np.concatenate([[0], upto])[: len(upto)])
    step = upto - before

    settled = np.full(size, NEVER, dtype=np.int64)
    done = np.flatnonzero(weight[claim] - upto < max(how.trifle, 1))[::-1]
    settled[claim[done]] = when[done]  # the first of each claim is written last
    covered = free.covered[rows]  # what paid it then may have been allocated elsewhere since
    settled = np.where(settled == NEVER, NEVER, np.minimum(settled, covered))
    broken[owner[rows[lacking]]] = True
    kept = (weight > 0) & (weight >= how.trifle) & ~broken[owner[rows]]
    moved = kept[claim] & (step > 0)
    again = np.cumsum(kept) - 1
    return Claims(
        size=len(accounts),
        broken=broken,
        row=rows[kept],
        account=owner[rows][kept],
        doc=items["doc_date"].values.view(np.int64)[rows][kept],
        due=_due(ledger, rows)[kept],
        amount=weight[kept],
        unpaid=(weight - last)[kept],
        written_off=written[kept],
        settled=settled[kept],
        claim=again[claim[moved]],
        day=when[moved],
        paid=step[moved],
    )


def _disputed(ledger: Ledger, rows: Ints, how: Reading) -> Any:
    disputes = ledger.items["disputed"]
    if not how.ignore_disputed or (disputes.states is not None and bool(disputes.states.all())):
        return 0
    return np.where(disputes.known[rows], disputes.values[rows], 0)


def _due(ledger: Ledger, rows: Ints) -> Ints:
    """The due date of each row; the document's where there is none."""
    dues, docs = ledger.items["due_date"], ledger.items["doc_date"].values.view(np.int64)
    if dues.states is None:
        return dues.values.view(np.int64)[rows]
    return np.where(dues.known[rows], dues.values.view(np.int64)[rows], docs[rows])


def _by_day(claim: Ints, day: Ints, paid: Exact) -> tuple[Ints, Ints, Exact]:
    """One payment for each claim and day; the rows stand in their order."""
    if not len(claim):
        return claim, day, paid
    first = np.concatenate([[True], (claim[1:] != claim[:-1]) | (day[1:] != day[:-1])])
    place = np.cumsum(first) - 1
    return claim[first], day[first], group_sums(place, paid, int(place[-1]) + 1)
