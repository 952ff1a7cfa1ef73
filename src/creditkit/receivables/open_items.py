"""What is open at a date: an item's amount less every allocation that is effective by then.

An allocation is effective from the later of the dates of the two documents that it ties
(``effective="documents"``) or from the matching date that was recorded, if that is later still
(``"matched"``), until its payment comes back or the match is taken back. A document dated after
``as_of`` does not exist yet; with ``exists_by="posting"`` it exists from its posting date. The source
of an allocation gets what its target loses, so the open amounts add up to the amounts of the
documents that exist, also where more was allocated than an item amounts to. What changes the sum is
an allocation without a source, a payment that came back, and a difference in exchange, which is
nobody's debt: of that nothing is ever open.

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
from typing import Any, Final, Literal, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import blocks
from creditkit._columns import Cells, Codes, State
from creditkit._fields import Day, as_date
from creditkit._given import instance_in, one_of
from creditkit.errors import InvalidFact
from creditkit.facts._links import NEVER, existence, kind_codes
from creditkit.facts._single import AccountItems
from creditkit.facts.kinds import KINDS, Habit
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import Rates
from creditkit.money import LARGEST, currency_digits, rounded

__all__ = [
    "EFFECTIVE",
    "EXISTS_BY",
    "SMALL",
    "Effective",
    "ExistsBy",
    "Ints",
    "Mask",
    "Opened",
    "Tie",
    "When",
    "active_links",
    "add_into",
    "asked",
    "converted_to",
    "days",
    "existing",
    "gone",
    "link_days",
    "one_currency",
    "open_amounts",
    "opened",
    "opened_columns",
    "without_returned",
]

Effective: TypeAlias = Literal["documents", "matched"]
EFFECTIVE: Final = ("documents", "matched")
ExistsBy: TypeAlias = Literal["document", "posting"]
EXISTS_BY: Final = ("document", "posting")
Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Tie: TypeAlias = tuple[date, int, Habit]
"""An allocation to an item: the day from which it counts, its amount, what it says of the customer."""
Opened: TypeAlias = tuple[list[int], dict[int, list[Tie]]]
"""What is open of each item, and the allocations to each, by its index."""


class When(NamedTuple):
    """At which date a ledger is read, from when allocations count, and from when items exist."""

    as_of: date
    effective: str = "documents"
    exists_by: str = "document"


SMALL: Final = 200_000
"""Rows below which numpy adds in place; above, scipy's sparse sum is worth its import."""

NOBODYS: Final = frozenset(kind.value for kind in KINDS if not kind.part.balance)
"""Which kinds are nobody's debt."""

_EPOCH: Final = date(1970, 1, 1)


def open_amounts(
    ledger: Ledger,
    *,
    as_of: Day,
    effective: Effective = "documents",
    exists_by: ExistsBy = "document",
) -> Cells:
    """What is open of every item, in minor units of its own currency, in the ledger's order.

    Receivables are positive, credits and unapplied cash negative; 0 for what is settled or does not
    exist yet. INVALID where the item cannot be read, OUT_OF_RANGE where 64 bits end.
    """
    one_of(exists_by, EXISTS_BY, "exists_by")
    when = When(asked(ledger, as_of, effective), effective, exists_by)
    values = opened_columns(ledger, when)
    readable = ledger.resolved(exists_by).readable
    states = np.zeros(len(values), dtype=np.uint8)
    if values.dtype == object:
        states[[abs(value) > LARGEST for value in values]] = State.OUT_OF_RANGE
        values = np.where(states == State.KNOWN, values, 0).astype(np.int64)
    if readable is not None:
        states[~readable] = State.INVALID
    return Cells(np.where(existing(ledger, when), values, 0), states)


def existing(ledger: Ledger, when: When) -> Mask:
    """Which items can be read and exist."""
    exists: Mask = existence(ledger.items, when.exists_by) <= days(when.as_of)
    readable = ledger.resolved(when.exists_by).readable
    return exists if readable is None else exists & readable


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


def opened(items: AccountItems, when: When) -> Opened:
    """For one customer: what is open, and the allocations to each item that has some.

    What is open of a document dated after ``as_of`` is its whole amount; the caller passes over it.
    """
    as_of, matched = when.as_of, when.effective == "matched"
    out = list(items.amounts if items.opens is None else items.opens)
    ties: dict[int, list[Tie]] = {}
    came_back: dict[int, int] = {}
    for source, target, minor, dated, on, until, habit, given, back, met in items.links:
        if until is not None and until <= as_of:
            if back and source >= 0 and items.docs[source] <= as_of:
                came_back[source] = came_back.get(source, 0) + given
            continue
        day = on if matched and on is not None and on > dated else dated
        if day > as_of:
            continue
        if source >= 0:
            out[source] += given
        if target >= 0:
            out[target] -= minor
            if met is not None and met > day:
                day = met
            ties.setdefault(target, []).append((day, minor, habit))
    for source, given in came_back.items():
        if out[source] < 0:  # what is free of it is no cash
            out[source] = min(0, out[source] + given)
    for index in items.nobodys:
        out[index] = 0
    return out, ties


def active_links(
    ledger: Ledger, when: When, among: npt.NDArray[Any] | None = None
) -> tuple[Ints, npt.NDArray[np.int32]]:
    """The allocations that count at a date, of some rows of them or of all; and from which day on."""
    links = ledger.resolved(when.exists_by).links
    some: Any = slice(None) if among is None else among
    day = _link_day(ledger, when, some)
    now = days(when.as_of)
    active = day <= now
    if links.until is not None:
        active &= links.until[some] > now
    if links.moves is not None:
        active &= links.moves[some]
    rows = np.flatnonzero(active)
    return rows if among is None else among[rows], day[rows]


def link_days(
    ledger: Ledger, when: When
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32] | None]:
    """The day from which each allocation is effective, and that from which it no longer is, if any."""
    return _link_day(ledger, when), ledger.resolved(when.exists_by).links.until


def _link_day(ledger: Ledger, when: When, some: Any = slice(None)) -> npt.NDArray[np.int32]:
    links = ledger.resolved(when.exists_by).links
    dated: npt.NDArray[np.int32] = links.dated[some]
    return np.maximum(dated, links.on[some]) if when.effective == "matched" else dated


def gone(ledger: Ledger, when: When) -> tuple[Ints, Ints, npt.NDArray[np.int32]]:
    """Payments that came back: the items that they are, how much came back, and from which day on."""
    links = ledger.resolved(when.exists_by).links
    none = np.zeros(0, dtype=np.int64)
    if links.back is None or links.until is None or not links.back.any():
        return none, none, none.astype(np.int32)
    back = links.back & (links.source >= 0) & (links.until < NEVER)
    if links.moves is not None:
        back &= links.moves
    rows = np.flatnonzero(back)
    exists = existence(ledger.items, when.exists_by)[links.source[rows]]
    since = np.maximum(links.until[rows], exists).astype(np.int32)
    return links.source[rows].astype(np.int64), links.given[rows], since


def opened_columns(ledger: Ledger, when: When) -> npt.NDArray[Any]:
    """What is open of every item; Python integers (dtype object) where 64 bits could wrap.

    A document dated after ``as_of`` is open with its whole amount, one that cannot be read with 0.
    """
    whole = ledger.items["amount" if ledger.open_as_of is None else "open_amount"].values
    links, readable, *_ = ledger.resolved(when.exists_by)
    if readable is not None:
        whole = np.where(readable, whole, 0)
    nobodys = _nobodys(ledger)
    rows = active_links(ledger, when)[0] if len(links.target) else whole[:0]
    if not len(whole) or (not len(rows) and links.back is None):
        return whole if nobodys is None else np.where(nobodys, 0, whole)
    amounts, given = links.amount[rows], links.given[rows]
    largest = max(abs(int(whole.max())), abs(int(whole.min())))
    most = float(amounts.sum(dtype=np.float64))
    if links.given is not links.amount:
        most = max(most, float(given.sum(dtype=np.float64)))
    exact = largest + 1.01 * most < LARGEST
    out = whole.copy() if exact else whole.astype(object)
    for ends, signed in ((links.target, -amounts), (links.source, given)):
        tied = ends[rows] >= 0
        add_into(out, ends[rows[tied]], signed[tied])
    sources, back, since = gone(ledger, when)
    here = since <= days(when.as_of)
    out = without_returned(out, sources[here], back[here])
    if nobodys is not None:
        out[nobodys] = 0
    return out


def without_returned(
    opens: npt.NDArray[Any], rows: npt.NDArray[Any], amounts: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """What is open, less what came back of payments and is free of them: that is no cash.

    ``rows`` are the payments, which may repeat, and ``amounts`` how much came back.
    """
    if not len(rows):
        return opens
    paid, place = np.unique(rows, return_inverse=True)
    back = np.zeros(len(paid), dtype=object)  # few, and as large as they may be
    np.add.at(back, place, amounts.astype(object))
    free, out = opens[paid] < 0, opens.copy()
    out[paid[free]] = np.minimum(opens[paid[free]] + back[free], 0)
    return out


def _nobodys(ledger: Ledger) -> Mask | None:
    """The items that are nobody's debt; None where there is none."""
    if not NOBODYS & {*cast(Codes, ledger.items["kind"]).names}:
        return None
    nobodys = [kind.value in NOBODYS for kind in KINDS]
    return cast(Mask, np.array([*nobodys, False])[kind_codes(ledger.items)])


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
