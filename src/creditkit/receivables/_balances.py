"""What the accounts of a columns owe, and what of it is overdue, in columns: as `_owed` for one."""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np

from creditkit._columns import Codes
from creditkit.facts.ledger import Ledger
from creditkit.receivables._item_columns import FALLS_DUE, SET_OFF, ItemColumns, by_age, too_large
from creditkit.receivables._sums import running
from creditkit.receivables.open_items import Ints, Mask, days
from creditkit.receivables.reading import Reading

__all__ = ["Balances", "balances_of"]


class Balances(NamedTuple):
    """What accounts owe: a cell for each account of a columns.

    ``late`` are the columns's rows that are overdue and ``counted`` what tests count of each of them;
    ``left`` is what is left of each row once cash is set against the oldest. ``opens`` is what is open
    of each row in the currency of the reading, ``tested`` what tests count of it, ``held`` what an
    account owes that never falls due, so that its credits cover it; ``lacking`` are rows without a
    rate. ``invalid`` are accounts of which what they owe cannot be known.
    """

    receivables: Ints
    disputed: Ints
    overdue: Ints
    oldest: Ints
    late: Ints
    counted: Ints
    left: Ints
    invalid: Mask
    opens: Ints
    tested: Ints
    held: Ints
    lacking: Mask | None


def balances_of(ledger: Ledger, columns: ItemColumns, how: Reading) -> Balances | None:
    """The balances of a columns; None where 64 bits might not hold them."""
    opens, lacking = columns.converted(columns.open, how.currency, how.rates)
    if too_large(opens):
        return None
    disputes = ledger.items["disputed"]
    in_dispute = np.zeros(len(opens), dtype=np.int64)
    if disputes.states is None or not disputes.states.all():
        claimed = np.where(disputes.known[columns.rows], disputes.values[columns.rows], 0)
        in_dispute = np.minimum(claimed, np.maximum(columns.open, 0))
        in_dispute, _ = columns.converted(in_dispute, how.currency, how.rates)
    tested = np.maximum(opens, 0)
    pool, held = columns.totals(np.maximum(-opens, 0)), np.zeros(columns.size, dtype=np.int64)
    if SET_OFF & {*cast(Codes, ledger.items["kind"]).names}:
        falls_due = FALLS_DUE[columns.kind]
        tested = np.where(falls_due, tested, 0)
        held = columns.totals(np.where(falls_due, 0, np.maximum(opens, 0)))
        pool = np.maximum(pool - held, 0)
    in_dispute = np.where(tested > 0, in_dispute, 0)
    tested = tested - in_dispute if how.ignore_disputed else tested
    left = _left_columns(ledger, columns, tested, pool)
    late = np.flatnonzero((left > 0) & (columns.due < days(how.as_of)))
    counted = left[late]
    if how.trifle:
        counted = _without_small(ledger, columns, how, left, late)
        late, counted = late[counted > 0], counted[counted > 0]
    oldest = np.zeros(columns.size, dtype=np.int64)
    np.maximum.at(oldest, columns.account[late], days(how.as_of) - columns.due[late])
    return Balances(
        receivables=columns.totals(opens),
        disputed=columns.totals(in_dispute),
        overdue=columns.totals(counted, late),
        oldest=oldest,
        late=late,
        counted=counted,
        left=left,
        invalid=columns.broken | columns.any(lacking),
        opens=opens,
        tested=tested,
        held=held,
        lacking=lacking,
    )


def _without_small(
    ledger: Ledger, columns: ItemColumns, how: Reading, left: Ints, late: Ints
) -> Ints:
    """What tests count of late rows: small ones are passed over up to a sum, as `counted_of`."""
    out = left[late]
    small = np.flatnonzero(out < how.trifle)
    sums = columns.totals(out[small], late[small])
    at = small[(sums > how.most)[columns.account[late[small]]]]
    out[small] = 0
    if len(at):
        at = at[by_age(ledger, columns, late[at])]
        amount = left[late[at]]
        upto = running(columns.account[late[at]], amount)
        out[at] = np.clip(upto - how.most, 0, amount)
    return out


def _left_columns(ledger: Ledger, columns: ItemColumns, tested: Ints, pool: Ints) -> Ints:
    """What is left of each item once its account's pool is set against the oldest: as `_left`."""
    rows = np.flatnonzero((tested > 0) & (pool[columns.account] > 0))
    if not len(rows):
        return tested
    rows = rows[by_age(ledger, columns, rows)]
    account, amount = columns.account[rows], tested[rows]
    left = np.clip(running(account, amount) - pool[account], 0, amount)
    out = tested.copy()
    out[rows] = left
    return out
