"""The figures of many customers, as columns: bit for bit what `_one` gives for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from creditkit._columns import Cells, State
from creditkit.facts.ledger import Ledger
from creditkit.receivables._balances import Balances, balances_of
from creditkit.receivables._free import free_of_many
from creditkit.receivables._habits import YEAR, Variant, year_before
from creditkit.receivables._habits_many import habits_of_many, paid_of_many
from creditkit.receivables._item_columns import ItemColumns, cells_of, columns_of
from creditkit.receivables._one import (
    MONTHS,
    NAMES,
    figures_of_one,
    month_days,
    months_before,
)
from creditkit.receivables._sales import sold_rows
from creditkit.receivables.open_items import Ints, Mask, days
from creditkit.receivables.reading import Reading
from creditkit.receivables.turnover import countback_dso, dso

__all__ = ["figures_of_accounts", "figures_of_many", "habits_of"]


def habits_of(
    ledger: Ledger, columns: ItemColumns, how: Reading, owed: Balances | None, variant: Variant
) -> dict[str, Cells] | None:
    """`habits` of columns; None where 64 bits might not hold the weighted days.

    ``owed`` is None where no credit is free.
    """
    paid = paid_of_many(ledger, columns, how)
    free = free_of_many(ledger, columns, how, owed, paid)
    return habits_of_many(ledger, columns, how, paid, free, variant)


def figures_of_accounts(ledger: Ledger, how: Reading, accounts: Sequence[str]) -> dict[str, Cells]:
    """The figures of accounts, in their order, which may repeat: what `positions` tells of them."""
    columns = columns_of(ledger, accounts, how.when)
    found = None if columns is None else figures_of_many(ledger, columns, how)
    if columns is None or found is None:
        rows = [
            figures_of_one(ledger.account(name).account_items_by(how.exists_by), how)
            for name in accounts
        ]
        return {name: cells_of(name, [row[name] for row in rows]) for name in NAMES}
    return {name: columns.spread(found[name], accounts) for name in NAMES}


def figures_of_many(ledger: Ledger, columns: ItemColumns, how: Reading) -> dict[str, Cells] | None:
    """The figures of each account; None where 64 bits might not hold them."""
    owed = balances_of(ledger, columns, how)
    found = None if owed is None else habits_of(ledger, columns, how, owed, "with_overdue")
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
