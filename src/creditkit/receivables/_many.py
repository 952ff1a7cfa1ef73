"""The figures of many customers, as columns: bit for bit what `_one` gives for each of them."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np

from creditkit._columns import Cells, State
from creditkit.facts.ledger import Ledger
from creditkit.receivables._habits import YEAR, habits_of_many, year_before
from creditkit.receivables._item_columns import ItemColumns, too_large
from creditkit.receivables._one import MONTHS, NAMES, month_days, months_before
from creditkit.receivables._sales import sold_rows
from creditkit.receivables.open_items import Ints, Mask, days
from creditkit.receivables.reading import Reading
from creditkit.receivables.turnover import countback_dso, dso

__all__ = ["balances_of", "figures_of_many"]


class Balances(NamedTuple):
    """What accounts owe: a cell for each account.

    ``late`` are the book's rows that are overdue and ``left`` what is left of each row once cash is
    set against the oldest. ``invalid`` are accounts of which that cannot be known.
    """

    receivables: Ints
    disputed: Ints
    overdue: Ints
    oldest: Ints
    late: Ints
    left: Ints
    invalid: Mask


def balances_of(ledger: Ledger, columns: ItemColumns, how: Reading) -> Balances | None:
    """The balances of each account; None where 64 bits might not hold them."""
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
    in_dispute = np.where(tested > 0, in_dispute, 0)
    pool = columns.totals(np.maximum(-opens, 0))
    left = _left_columns(columns, tested - in_dispute if how.ignore_disputed else tested, pool)
    late = np.flatnonzero((left > 0) & (left >= how.ignore_below) & (columns.due < days(how.as_of)))
    oldest = np.zeros(columns.size, dtype=np.int64)
    np.maximum.at(oldest, columns.account[late], days(how.as_of) - columns.due[late])
    return Balances(
        receivables=columns.totals(opens),
        disputed=columns.totals(in_dispute),
        overdue=columns.totals(left[late], late),
        oldest=oldest,
        late=late,
        left=left,
        invalid=columns.broken | columns.any(lacking),
    )


def figures_of_many(ledger: Ledger, columns: ItemColumns, how: Reading) -> dict[str, Cells] | None:
    """The figures of each account; None where 64 bits might not hold them."""
    found = habits_of_many(ledger, columns, how, "with_overdue")
    owed = balances_of(ledger, columns, how)
    if found is None or owed is None:
        return None
    receivables, overdue, invalid = owed.receivables, owed.overdue, owed.invalid
    none = np.where(invalid, State.INVALID, State.KNOWN).astype(np.uint8)
    balances = (receivables, overdue, owed.disputed, owed.oldest)
    for name, values in zip(NAMES, balances, strict=False):
        found[name] = Cells(np.where(invalid, 0, values), none)
    with np.errstate(all="ignore"):
        share = overdue.astype(np.float64) / receivables.astype(np.float64)
    found["overdue_share"] = _ratios(share, receivables > 0, none)
    if ledger.open_as_of is not None:
        unknown = np.where(invalid, State.INVALID, State.UNKNOWN).astype(np.uint8)
        found["dso"] = found["countback_dso"] = Cells(np.full(columns.size, np.nan), unknown)
        return found
    return _sales_columns(found, columns, how, receivables, none)


def _left_columns(columns: ItemColumns, tested: Ints, pool: Ints) -> Ints:
    """What is left of each item once its account's pool is set against the oldest: as `_left`."""
    rows = np.flatnonzero((tested > 0) & (pool[columns.account] > 0))
    if not len(rows):
        return tested
    keys = (tested[rows], columns.doc[rows], columns.due[rows], columns.account[rows])
    rows = rows[np.lexsort(keys)]
    account, amount = columns.account[rows], tested[rows]
    upto = np.cumsum(amount)
    first = np.concatenate([[True], account[1:] != account[:-1]])
    before = (upto - amount)[first][np.cumsum(first) - 1]  # of earlier accounts
    left = np.clip(upto - before - pool[account], 0, amount)
    out = tested.copy()
    out[rows] = left
    return out


def _sales_columns(
    found: dict[str, Cells], columns: ItemColumns, how: Reading, receivables: Ints, none: Any
) -> dict[str, Cells] | None:
    as_of = how.as_of
    start = year_before(as_of)
    sales = sold_rows(columns, how, min(start, months_before(as_of)))
    if sales is None:
        return None
    rows, minor, lacking = sales
    doc = columns.doc[rows]
    months = doc.astype("datetime64[D]").astype("datetime64[M]").view(np.int64)
    back = (as_of.year - 1970) * 12 + as_of.month - 1 - months
    in_year, in_months = doc > days(start), back < MONTHS
    sold = columns.totals(minor[in_year], rows[in_year])
    by_month = []
    for month in range(MONTHS):
        here = np.flatnonzero(back == month)
        by_month.append(columns.totals(minor[here], rows[here]))

    def states(window: Mask) -> Any:
        lost = columns.any(None if lacking is None else rows[lacking & window])
        return np.where(lost, State.INVALID, none).astype(np.uint8)

    value = dso(cast(Any, np.maximum(receivables, 0)), cast(Any, sold), days=float(YEAR))
    found["dso"] = _ratios(np.asarray(value), sold > 0, states(in_year))
    counted = countback_dso(receivables, by_month, month_days(as_of)).days
    found["countback_dso"] = _ratios(counted, np.ones(columns.size, dtype=bool), states(in_months))
    return found


def _ratios(values: Any, defined: Mask, states: Any) -> Cells:
    states = np.where((states == State.KNOWN) & ~defined, State.UNDEFINED, states).astype(np.uint8)
    return Cells(np.where(states == State.KNOWN, values, np.nan), states)
