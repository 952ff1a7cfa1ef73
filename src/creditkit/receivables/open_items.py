"""What is open at a date: an item's amount less every allocation that is effective by then.

An allocation is effective from the later of the dates of the two documents that it ties
(``effective="documents"``) or from the matching date that was recorded, if that is later still
(``"matched"``), until the day on which it is undone. A document dated after ``as_of`` does not
exist yet. The source of an allocation gets what its target loses, so the open amounts add up to
the amounts of the documents that exist, also where more was allocated than an item amounts to;
only an allocation without a known source changes the sum, and it is noted.

>>> from creditkit.facts.ledger import Allocation, Ledger, OpenItem
>>> ledger = Ledger.from_columns(
...     {"id": ["INV-7", "RC-1"], "account": "C-1", "currency": "CNY",
...      "kind": ["invoice", "receipt"], "amount": [1130, -500],
...      "doc_date": ["2026-09-01", "2026-10-05"]},
...     {"source": ["RC-1"], "target": ["INV-7"], "amount": [500]})
>>> open_amounts(ledger, as_of=date(2026, 10, 4)).values.tolist()
[113000, 0]
>>> open_amounts(ledger, as_of=date(2026, 10, 5)).values.tolist()
[63000, 0]
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, Literal, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import blocks
from creditkit._columns import Cells, Codes, State
from creditkit._fields import Day, as_date
from creditkit._given import instance_in, one_of
from creditkit.errors import InvalidFact
from creditkit.facts._links import days32
from creditkit.facts._single import AccountItems
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import Rates
from creditkit.money import LARGEST, currency_digits, rounded

__all__ = [
    "EFFECTIVE",
    "SMALL",
    "Effective",
    "Ints",
    "Mask",
    "Opened",
    "Tie",
    "active_links",
    "add_into",
    "asked",
    "converted_to",
    "days",
    "existing",
    "link_days",
    "one_currency",
    "open_amounts",
    "opened",
    "opened_columns",
]

Effective: TypeAlias = Literal["documents", "matched"]
EFFECTIVE: Final = ("documents", "matched")
Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Tie: TypeAlias = tuple[date, int, bool]
"""An allocation to an item: the day from which it counts, its amount, whether by credit note."""
Opened: TypeAlias = tuple[list[int], dict[int, list[Tie]]]
"""What is open of each item, and the allocations to each, by its index."""

SMALL: Final = 200_000
"""Rows below which numpy adds in place; above, scipy's sparse sum is worth its import."""

_NEVER: Final = np.int32(2**31 - 1)
_NO_DAY: Final = np.int32(-(2**31))
_EPOCH: Final = date(1970, 1, 1)


def open_amounts(ledger: Ledger, *, as_of: Day, effective: Effective = "documents") -> Cells:
    """What is open of every item, in minor units of its own currency, in the ledger's order.

    Receivables are positive, credits and unapplied cash negative; 0 for what is settled or does not
    exist yet. INVALID where the item cannot be read, OUT_OF_RANGE where 64 bits end.
    """
    as_of = asked(ledger, as_of, effective)
    values = opened_columns(ledger, as_of, effective)
    readable = ledger.readable
    states = np.zeros(len(values), dtype=np.uint8)
    if values.dtype == object:
        states[[abs(value) > LARGEST for value in values]] = State.OUT_OF_RANGE
        values = np.where(states == State.KNOWN, values, 0).astype(np.int64)
    if readable is not None:
        states[~readable] = State.INVALID
    return Cells(np.where(existing(ledger, as_of), values, 0), states)


def existing(ledger: Ledger, as_of: date) -> Mask:
    """Which items can be read and exist at ``as_of``."""
    exists: Mask = ledger.items["doc_date"].values.view(np.int64) <= days(as_of)
    return exists if ledger.readable is None else exists & ledger.readable


def asked(ledger: Ledger, as_of: Day, effective: str, rates: Rates | None = None) -> date:
    """``as_of`` as a date, which a ledger of remainders must have been made for."""
    instance_in(ledger, Ledger, "ledger", "write Ledger.of(items)")
    if rates is not None:
        instance_in(rates, Rates, "rates", "write Rates('CNY', {'USD': '7.10'}, as_of=...)")
    as_of = as_date(as_of)
    one_of(effective, EFFECTIVE, "effective")
    if ledger.open_as_of is not None and ledger.open_as_of != as_of:
        rule = f"must be {ledger.open_as_of}, the date of the ledger's remainders"
        raise InvalidFact("as_of", rule, as_of, "give allocations to ask for other dates")
    return as_of


def days(day: date) -> int:
    """A date as days from 1970."""
    return (day - _EPOCH).days


def opened(items: AccountItems, as_of: date, matched: bool) -> Opened:
    """For one customer: what is open, and the allocations to each item that has some.

    What is open of a document dated after ``as_of`` is its whole amount; the caller passes over it.
    """
    out = list(items.amounts if items.opens is None else items.opens)
    ties: dict[int, list[Tie]] = {}
    for source, target, minor, dated, on, undone, by_credit_note in items.links:
        day = on if matched and on is not None and on > dated else dated
        if day > as_of or (undone is not None and undone <= as_of):
            continue
        if source >= 0:
            out[source] += minor
        if target >= 0:
            out[target] -= minor
            ties.setdefault(target, []).append((day, minor, by_credit_note))
    return out, ties


def active_links(ledger: Ledger, as_of: date, effective: str) -> tuple[Ints, npt.NDArray[np.int32]]:
    """The allocations that count at ``as_of``, and the day from which each of them does."""
    links, allocations = ledger.links, ledger.allocations
    day = _link_day(ledger, effective)
    now = days(as_of)
    active = day <= now
    undone = allocations["undone_on"]
    if undone.states is None or not undone.states.all():
        active &= days32(allocations, "undone_on", _NEVER) > now
    if links.moves is not None:
        active &= links.moves
    rows = np.flatnonzero(active)
    return rows, day[rows]


def link_days(
    ledger: Ledger, effective: str
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The day from which each allocation is effective, and that from which it no longer is."""
    return _link_day(ledger, effective), days32(ledger.allocations, "undone_on", _NEVER)


def _link_day(ledger: Ledger, effective: str) -> npt.NDArray[np.int32]:
    day = ledger.links.dated
    if effective == "matched":
        day = np.maximum(day, days32(ledger.allocations, "on", _NO_DAY))
    return day


def opened_columns(ledger: Ledger, as_of: date, effective: str) -> npt.NDArray[Any]:
    """What is open of every item; Python integers (dtype object) where 64 bits could wrap.

    A document dated after ``as_of`` is open with its whole amount, one that cannot be read with 0.
    """
    whole = ledger.items["amount" if ledger.open_as_of is None else "open_amount"].values
    if ledger.readable is not None:
        whole = np.where(ledger.readable, whole, 0)
    if not len(ledger.allocations):
        return whole
    rows, _ = active_links(ledger, as_of, effective)
    if not len(rows):
        return whole
    amounts = ledger.allocations["amount"].values[rows]
    largest = max(abs(int(whole.max())), abs(int(whole.min())))
    exact = largest + 1.01 * float(amounts.sum(dtype=np.float64)) < LARGEST
    out = whole.copy() if exact else whole.astype(object)
    for ends, signed in ((ledger.links.target, -amounts), (ledger.links.source, amounts)):
        tied = ends[rows] >= 0
        add_into(out, ends[rows[tied]], signed[tied])
    return out


def add_into(out: npt.NDArray[Any], indexes: npt.NDArray[Any], values: npt.NDArray[Any]) -> None:
    """``out[indexes] += values`` where indexes repeat; the caller knows that 64 bits hold it."""
    if len(indexes) <= SMALL or out.dtype == object:
        for block in blocks(len(indexes)):
            np.add.at(out, indexes[block].astype(np.intp), values[block])
        return
    from scipy.sparse import coo_matrix

    for slab in blocks(len(indexes), max(1 << 20, len(out))):
        where = (np.zeros(slab.stop - slab.start, dtype=indexes.dtype), indexes[slab])
        out += coo_matrix((values[slab], where), shape=(1, len(out))).toarray()[0]


def one_currency(ledger: Ledger, currency: str | None) -> str:
    """The currency to answer in: the one asked for, or the only one that the items are in."""
    if currency is not None:
        currency_digits(currency)
        return currency
    codes = cast(Codes, ledger.items["currency"])
    names = codes.names
    if len(names) > 1:
        used = codes.values if ledger.readable is None else codes.values[ledger.readable]
        names = tuple(names[code] for code in np.flatnonzero(np.bincount(used)))
    if len(names) != 1:
        rule = "must be given unless all items are in one"
        raise InvalidFact("currency", rule, names, "say which, and give rates")
    currency_digits(names[0])
    return names[0]


def converted_to(
    values: Ints,
    codes: npt.NDArray[Any],
    names: Sequence[str],
    target: str,
    rates: Rates | None,
) -> tuple[Ints, Mask | None]:
    """Minor units of each row's currency in ``target``, half-even; and where that cannot be.

    As `facts.rates.converted` row by row. Nothing of a currency needs no rate.
    """
    if tuple(names) == (target,):
        return values, None
    out = values.copy()
    lacking = np.zeros(len(values), dtype=bool)
    for code, name in enumerate(names):
        if name == target:
            continue
        rows = np.flatnonzero((codes == code) & (values != 0))
        ratio = None if rates is None or not len(rows) else rates.ratio(name, target)
        if ratio is None:
            lacking[rows] = True
            continue
        numerator, denominator = ratio.numerator, ratio.denominator
        given = values[rows]
        largest = max(abs(int(given.max())), abs(int(given.min())))
        if largest * numerator <= LARGEST and denominator <= LARGEST // 2:
            whole, rest = np.divmod(given * numerator, denominator)
            half = 2 * rest
            out[rows] = whole + ((half > denominator) | ((half == denominator) & (whole % 2 == 1)))
            continue
        exact = [rounded(value * numerator, denominator, "half_even") for value in given.tolist()]
        lacking[rows] = [abs(value) > LARGEST for value in exact]
        out[rows] = [value if abs(value) <= LARGEST else 0 for value in exact]
    out[lacking] = 0
    return out, lacking if lacking.any() else None
