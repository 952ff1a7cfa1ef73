"""The kernel of ageing: open items scattered into account (or another key) by bucket, exactly.

Buckets are found by comparing each date with every line between them and counting; the amounts are
added in place for small ledgers, and as a sparse sum in slabs for large ones. Where 64 bits might
not hold a sum, Python integers do the same again.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import blocks
from creditkit._columns import Codes, State
from creditkit.facts._links import existence, kind_codes
from creditkit.facts.ledger import Ledger, Note
from creditkit.facts.rates import Rates, converted
from creditkit.money import LARGEST
from creditkit.receivables._item_columns import SET_OFF, SETS_OFF, too_large
from creditkit.receivables.buckets import Buckets
from creditkit.receivables.open_items import (
    SMALL,
    Ints,
    Mask,
    When,
    converted_to,
    days,
    existing,
    opened_columns,
)

__all__ = ["COLUMNS", "KEYS", "Aged", "aged_cells"]

COLUMNS: Final = {
    "invoice": "doc_date",
    "due": "due_date",
    "posting": "posting_date",
    "delivery": "delivery_date",
    "acceptance": "acceptance_date",
}
_SLAB: Final = 1 << 18


KEYS: Final = (
    "account",
    "currency",
    "kind",
    "order",
    "document",
    "instalment",
    "salesperson",
    "entity",
    "cost_centre",
)
"""The columns by which items can be added up; an item without one is under the empty name."""


class Aged(NamedTuple):
    """Key by bucket, what is unapplied as the last column, and the names of the keys.

    ``invalid`` items are left out, ``notes`` says which. ``absent`` are the keys that have such an
    item, or one of an account of which something cannot be read: their cells are 0.
    """

    names: tuple[str, ...]
    cells: Ints
    notes: list[Note]
    invalid: int
    absent: Mask


def aged_cells(
    ledger: Ledger,
    when: When,
    buckets: Buckets,
    basis: str,
    currency: str,
    rates: Rates | None,
    by: str,
) -> Aged:
    """Age the items of a ledger and add them up by a key."""
    items = ledger.items
    _, readable, unknown, *_ = ledger.resolved(when.exists_by)
    opens = opened_columns(ledger, when)
    codes = cast(Codes, items["currency"])
    names, keys = _keys(cast(Codes, items[by]), by)
    lacking: Mask | None = None
    lost: Mask | None = None
    cells: Ints | None = None
    if opens.dtype != object:
        values, lacking = converted_to(opens, codes.values, codes.names, currency, rates)
        if not too_large(values):
            cells = _added(ledger, values, when, buckets, basis, len(names), keys)
    if cells is None:
        cells, lacking, lost = _added_exactly(
            ledger, opens, when, buckets, basis, (currency, rates), len(names), keys
        )
    invalid = 0 if readable is None else int(np.count_nonzero(~readable))
    notes = []
    owners = cast(Codes, items["account"])
    gone: Mask | None = None if unknown is None else unknown[owners.values]
    if lacking is not None or lost is not None or items[COLUMNS[basis]].states is not None:
        exists = existing(ledger, when)
        undated = ~items[COLUMNS[basis]].known & exists
        undated[undated] = opens[undated] > 0
        found = [(f"item.no_{COLUMNS[basis]}", undated)]
        for code, mask in (("item.no_rate", lacking), ("item.out_of_range", lost)):
            if mask is not None:
                found.append((code, mask & exists))
                invalid += int(np.count_nonzero(mask & exists))
                gone = mask & exists if gone is None else gone | (mask & exists)
        notes = [ledger.note(code, mask) for code, mask in found if mask.any()]
    absent = np.zeros(len(names) + 1, dtype=bool)
    if gone is not None:
        whole = np.zeros(len(owners.names) + 1, dtype=bool)
        whole[owners.values[gone]] = True
        absent[keys[whole[owners.values]]] = True
    absent = absent[: len(names)]
    if absent.any():
        cells[absent] = 0
    return Aged(names, cells, notes, invalid, absent)


def _keys(column: Codes, by: str) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    """The names of a key, the empty one for rows without, and the index of each row among them.

    Rows without an account are in no sum: -1.
    """
    if by == "account" or column.states is None or not (column.values < 0).any():
        return column.names, column.values
    return (*column.names, ""), np.where(column.values < 0, len(column.names), column.values)


def _added(
    ledger: Ledger,
    values: Ints,
    when: When,
    buckets: Buckets,
    basis: str,
    size: int,
    keys: npt.NDArray[np.int32],
) -> Ints:
    items, readable = ledger.items, ledger.resolved(when.exists_by).readable
    docs, dated = items["doc_date"], items[COLUMNS[basis]]
    exist = existence(items, when.exists_by)
    latest = [days(day) for day in buckets.latest(when.as_of)]
    now, width = days(when.as_of), len(buckets) + 1
    credits = len(values) > 0 and int(values.min()) < 0
    future = len(values) > 0 and int(exist.max()) > now
    out = np.zeros((max(1, size), width), dtype=np.int64)
    small, set_off = len(values) <= SMALL, _set_off(ledger)

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
        if set_off is not None:
            bucket[set_off[slab]] = width - 1
        key = keys[slab]
        left_out = exist[slab] > now if future else None
        if readable is not None:
            left_out = ~readable[slab] if left_out is None else left_out | ~readable[slab]
        if left_out is not None:
            value = np.where(left_out, 0, value)
            key = np.where(left_out, 0, key)
        if small:
            np.add.at(out.reshape(-1), key.astype(np.intp) * width + bucket, value)
        else:
            from scipy.sparse import coo_matrix

            out += coo_matrix((value, (key, bucket)), shape=out.shape).toarray()
    if set_off is not None:
        _not_above_zero(out)
    return out[:size]


def _set_off(ledger: Ledger) -> Mask | None:
    """The items that are owed and never fall due, which credits cover; None where there is none."""
    if not SET_OFF & {*cast(Codes, ledger.items["kind"]).names}:
        return None
    return cast(Mask, SETS_OFF[kind_codes(ledger.items)])


def _not_above_zero(cells: Any) -> None:
    """What credits do not cover of what never falls due is in the first bucket, which is not due."""
    over = np.maximum(cells[:, -1], 0)
    cells[:, -1] -= over
    cells[:, 0] += over


def _added_exactly(
    ledger: Ledger,
    opens: npt.NDArray[Any],
    when: When,
    buckets: Buckets,
    basis: str,
    into: tuple[str, Rates | None],
    size: int,
    keys: npt.NDArray[np.int32],
) -> tuple[Ints, Mask, Mask]:
    """The same with Python integers; also the rows that lack a rate or are in sums too large."""
    items, codes = ledger.items, cast(Codes, ledger.items["currency"])
    dated, docs = items[COLUMNS[basis]], items["doc_date"].values.tolist()
    known, dates = dated.known.tolist(), dated.values.tolist()
    latest, width = buckets.latest(when.as_of), len(buckets) + 1
    cells = [[0] * width for _ in range(size)]
    lacking = np.zeros(len(items), dtype=bool)
    set_off = _set_off(ledger)
    for row in np.flatnonzero(existing(ledger, when)).tolist():
        left = int(opens[row])
        minor = converted(left, cast(str, codes.item(row)), *into) if left else 0
        if minor is None:
            lacking[row] = True
            continue
        day = dates[row] if known[row] else docs[row]
        index = sum(day <= line for line in latest) if minor >= 0 else width - 1
        if set_off is not None and set_off[row]:
            index = width - 1
        cells[keys[row]][index] += minor
    for one in cells:
        over = max(one[-1], 0)
        one[-1] -= over
        one[0] += over
    broken = [max(map(abs, [*row, sum(row)])) > LARGEST for row in cells]
    fits = [[0] * width if bad else row for row, bad in zip(cells, broken, strict=True)]
    lost = np.array([*broken, False])[keys] & ~lacking
    return np.array(fits, dtype=np.int64).reshape(len(cells), width), lacking, lost
