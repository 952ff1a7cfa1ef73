"""The kernel of ageing: open items scattered into account by bucket, exactly.

Buckets are found by comparing each date with every line between them and counting; the amounts are
added in place for small ledgers, and as a sparse sum in slabs for large ones. Where 64 bits might
not hold a sum, Python integers do the same again.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import blocks
from creditkit._columns import Codes, State
from creditkit.facts.ledger import Ledger, Note
from creditkit.facts.rates import Rates, converted
from creditkit.money import LARGEST
from creditkit.receivables._item_columns import too_large
from creditkit.receivables.buckets import Buckets
from creditkit.receivables.open_items import (
    SMALL,
    Ints,
    Mask,
    converted_to,
    days,
    existing,
    opened_columns,
)

__all__ = ["COLUMNS", "aged_cells"]

COLUMNS: Final = {
    "invoice": "doc_date",
    "due": "due_date",
    "posting": "posting_date",
    "delivery": "delivery_date",
    "acceptance": "acceptance_date",
}
_SLAB: Final = 1 << 18


def aged_cells(
    ledger: Ledger,
    as_of: date,
    buckets: Buckets,
    basis: str,
    currency: str,
    rates: Rates | None,
    effective: str,
) -> tuple[Ints, list[Note], int, Mask]:
    """Account by bucket, what is unapplied as the last column; notes; the items left out.

    Also the accounts that have such an item: what they owe is not known, and their cells are 0.
    """
    items, readable = ledger.items, ledger.readable
    opens = opened_columns(ledger, as_of, effective)
    codes = cast(Codes, items["currency"])
    lacking: Mask | None = None
    lost: Mask | None = None
    cells: Ints | None = None
    if opens.dtype != object:
        values, lacking = converted_to(opens, codes.values, codes.names, currency, rates)
        if not too_large(values):
            cells = _added(ledger, values, as_of, buckets, basis)
    if cells is None:
        cells, lacking, lost = _added_exactly(ledger, opens, as_of, buckets, basis, currency, rates)
    invalid = 0 if readable is None else int(np.count_nonzero(~readable))
    owners = cast(Codes, items["account"])
    absent = np.zeros(len(owners.names) + 1, dtype=bool)  # the last: of no account
    if readable is not None:
        absent[owners.values[~readable]] = True
    notes = []
    if lacking is not None or lost is not None or items[COLUMNS[basis]].states is not None:
        exists = existing(ledger, as_of)
        undated = ~items[COLUMNS[basis]].known & exists
        undated[undated] = opens[undated] > 0
        found = [(f"item.no_{COLUMNS[basis]}", undated)]
        for code, mask in (("item.no_rate", lacking), ("item.out_of_range", lost)):
            if mask is not None:
                found.append((code, mask & exists))
                invalid += int(np.count_nonzero(mask & exists))
                absent[owners.values[mask & exists]] = True
        notes = [ledger.note(code, mask) for code, mask in found if mask.any()]
    absent = absent[:-1]
    if absent.any():
        cells[absent] = 0
    return cells, notes, invalid, absent


def _added(ledger: Ledger, values: Ints, as_of: date, buckets: Buckets, basis: str) -> Ints:
    items, readable = ledger.items, ledger.readable
    accounts = cast(Codes, items["account"])
    docs, dated = items["doc_date"], items[COLUMNS[basis]]
    latest = [days(day) for day in buckets.latest(as_of)]
    now, width = days(as_of), len(buckets) + 1
    credits = len(values) > 0 and int(values.min()) < 0
    future = len(values) > 0 and int(docs.values.view(np.int64).max()) > now
    out = np.zeros((max(1, len(accounts.names)), width), dtype=np.int64)
    small = len(values) <= SMALL

    for slab in blocks(len(values), _SLAB):
        value = values[slab]
        doc, day = (one.values[slab].view(np.int64) for one in (docs, dated))
        if dated.states is not None:
            day = np.where(dated.states[slab] == State.KNOWN, day, doc)
        bucket = np.zeros(len(value), dtype=np.int32)
        for block in blocks(len(value)):
            for line in latest:
                bucket[block] += day[block] <= line
        if credits:
            bucket[value < 0] = width - 1
        account = accounts.values[slab]
        left_out = doc > now if future else None
        if readable is not None:
            left_out = ~readable[slab] if left_out is None else left_out | ~readable[slab]
        if left_out is not None:
            value = np.where(left_out, 0, value)
            account = np.where(left_out, 0, account)
        if small:
            np.add.at(out.reshape(-1), account.astype(np.intp) * width + bucket, value)
        else:
            from scipy.sparse import coo_matrix

            out += coo_matrix((value, (account, bucket)), shape=out.shape).toarray()
    return out[: len(accounts.names)]


def _added_exactly(
    ledger: Ledger,
    opens: npt.NDArray[Any],
    as_of: date,
    buckets: Buckets,
    basis: str,
    currency: str,
    rates: Rates | None,
) -> tuple[Ints, Mask, Mask]:
    """The same with Python integers; also the rows that lack a rate or are in sums too large."""
    items = ledger.items
    accounts, codes = (cast(Codes, items[name]) for name in ("account", "currency"))
    dated, docs = items[COLUMNS[basis]], items["doc_date"].values.tolist()
    known, dates = dated.known.tolist(), dated.values.tolist()
    latest, width = buckets.latest(as_of), len(buckets) + 1
    cells = [[0] * width for _ in accounts.names]
    lacking = np.zeros(len(items), dtype=bool)
    for row in np.flatnonzero(existing(ledger, as_of)).tolist():
        left = int(opens[row])
        minor = converted(left, cast(str, codes.item(row)), currency, rates) if left else 0
        if minor is None:
            lacking[row] = True
            continue
        day = dates[row] if known[row] else docs[row]
        index = sum(day <= line for line in latest) if minor >= 0 else width - 1
        cells[accounts.values[row]][index] += minor
    broken = [max(map(abs, [*row, sum(row)])) > LARGEST for row in cells]
    fits = [[0] * width if bad else row for row, bad in zip(cells, broken, strict=True)]
    lost = np.array([*broken, False])[accounts.values] & ~lacking
    return np.array(fits, dtype=np.int64).reshape(len(cells), width), lacking, lost
