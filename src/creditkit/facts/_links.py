"""What a ledger's columns say of themselves: rows that cannot be read, and what allocations tie.

Ids are matched by sorting, as numbers: text by a 64-bit sum over its characters, whose every match
is then compared as text; so ten million rows need no dictionary and no Python object for a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes, State, exact_sum
from creditkit.facts.open_items import Allocations, Ids, ItemKind, Items
from creditkit.money import CURRENCIES, LARGEST

__all__ = [
    "KINDS",
    "Fault",
    "Links",
    "days32",
    "exceeded",
    "faults_of",
    "kind_codes",
    "links_of",
    "matched",
]

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int32]
Fault = tuple[str, Mask]

KINDS: Final = tuple(ItemKind)
"""The order in which `kind_codes` numbers the kinds."""

_CURRENCY: Final = {name: index for index, name in enumerate(CURRENCIES)}
_FACTOR: Final = 0x9E3779B97F4A7C15
NO_DAY: Final = np.int32(-(2**31))


class Links(NamedTuple):
    """The allocations, tied to items: a row for each allocation.

    ``source`` and ``target`` are item rows, -1 for nothing in this ledger. ``dated`` is the later
    of the two documents' dates as days from 1970. ``moves`` says which allocations count; None
    where all do.
    """

    source: Rows
    target: Rows
    dated: npt.NDArray[np.int32]
    by_credit_note: Mask
    moves: Mask | None

    def take(self, rows: npt.NDArray[Any], index: dict[int, int]) -> Links:
        """The named allocations, with item rows renumbered by ``index``."""
        source, target = (
            np.array([index.get(row, -1) for row in column[rows].tolist()], dtype=np.int32)
            for column in (self.source, self.target)
        )
        moves = None if self.moves is None else self.moves[rows]
        return Links(source, target, self.dated[rows], self.by_credit_note[rows], moves)


def kind_codes(items: Items) -> npt.NDArray[np.int8]:
    """The kinds as numbers in the order of `KINDS`; -1 for a name that is none of them."""
    codes = cast(Codes, items["kind"])
    known = {kind.value: index for index, kind in enumerate(KINDS)}
    numbers = np.array([known.get(name, -1) for name in codes.names] + [-1], dtype=np.int8)
    return cast(npt.NDArray[np.int8], numbers[codes.values])


def faults_of(items: Items, remainders: bool) -> list[Fault]:
    """The rows that cannot be read, fault by fault; a row may have several."""
    amount, kinds = items["amount"].values, kind_codes(items)
    out: list[Fault] = []

    def add(code: str, mask: Any) -> None:
        if mask is not None and mask.any():
            out.append((code, mask))

    def unknown(name: str) -> Mask | None:
        return None if items[name].states is None else ~items[name].known

    signs = np.array([kind.sign for kind in KINDS] + [0], dtype=np.int8)[kinds]
    add("item.no_id", unknown("id"))
    add("item.no_account", unknown("account"))
    add("item.unknown_currency", unknown("currency"))
    add("item.unknown_kind", kinds < 0)
    add("item.no_amount", (amount == np.iinfo(np.int64).min) | _unknown_amounts(items))
    add("item.wrong_sign", ((amount < 0) & (signs > 0)) | ((amount > 0) & (signs < 0)))
    add("item.no_doc_date", unknown("doc_date"))
    for name in ("due_date", "delivery_date", "acceptance_date", "posting_date"):
        if (column := items[name].states) is not None:
            add("item.bad_date", column == State.INVALID)
    disputed = items["disputed"]
    if (
        disputed.states is not None
    ):  # nothing in dispute is not known; what cannot be read is neither
        unread = ~disputed.known & (disputed.states != State.UNKNOWN)
        add("item.bad_disputed", unread & items["currency"].known)
    add("item.negative_disputed", (disputed.values < 0) & disputed.known)
    if remainders:
        add("item.no_open_amount", unknown("open_amount"))
    return out


def _unknown_amounts(table: Items | Allocations) -> Mask:
    """Where an amount is not known, but for the rows whose currency already says so."""
    if table["amount"].states is None:
        return np.zeros(len(table), dtype=bool)
    return ~table["amount"].known & table["currency"].known


def _numbers(ids: Ids) -> npt.NDArray[np.int64]:
    """Each id as 64 bits: itself where it is a whole number, else a sum over its characters."""
    if ids.values.dtype.kind != "U":
        return ids.values.astype(np.int64, copy=False)
    texts = np.ascontiguousarray(ids.values)
    width = texts.dtype.itemsize // 4
    out = np.zeros(len(texts), dtype=np.uint64)
    characters = texts.view(np.uint32).reshape(len(texts), width)
    factor = 1
    for index in range(width):  # the padding is zero and adds nothing, so widths need not agree
        factor = factor * _FACTOR & 0xFFFFFFFFFFFFFFFF
        out += characters[:, index] * np.uint64(factor)
    return out.view(np.int64)


def matched(
    ids: Ids, usable: npt.NDArray[Any], wanted: Sequence[Ids]
) -> tuple[npt.NDArray[Any], list[Rows]]:
    """The usable rows whose id another one has, and for each wanted id its row or -1.

    An id that several rows have is that of none: which of them came first must not matter.
    """
    asked = [column for column in wanted if column.known.any()]
    nothing = [np.full(len(column), -1, dtype=np.int32) for column in wanted]
    if not asked and ids.values.dtype.kind != "U" and (ids.values[1:] > ids.values[:-1]).all():
        return usable[:0], nothing  # row numbers, and nothing tied to them
    every = [ids, *asked]
    if len({column.values.dtype.kind == "U" for column in every}) > 1:
        every = [Ids.of(column.texts()) for column in every]
    keys = [_numbers(column) for column in every]
    found = _matched(every, keys, usable)
    if found is None:  # two texts with one number: count them out exactly
        _, exact = np.unique(
            np.concatenate([column.texts() for column in every]), return_inverse=True
        )
        keys = np.split(
            exact.ravel().astype(np.int64), np.cumsum([len(column) for column in every])[:-1]
        )
        found = _matched(every, keys, usable)
    assert found is not None
    rows = iter(found[1])
    return found[0], [
        next(rows) if column.known.any() else none
        for column, none in zip(wanted, nothing, strict=True)
    ]


def _matched(
    every: list[Ids], keys: list[npt.NDArray[np.int64]], usable: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], list[Rows]] | None:
    texts = [column.values for column in every]
    own = keys[0][usable]
    if len(own) < 2 or bool((own[1:] > own[:-1]).all()):
        order = usable
        repeated = usable[:0]
    else:
        order = usable[np.argsort(own, kind="stable")]
        own = keys[0][order]
        same = own[1:] == own[:-1]
        if bool((texts[0][order[1:][same]] != texts[0][order[:-1][same]]).any()):
            return None
        several = np.concatenate([[False], same]) | np.concatenate([same, [False]])
        repeated = order[several]
        order, own = order[~several], own[~several]
    out = []
    for text, key, column in zip(texts[1:], keys[1:], every[1:], strict=True):
        rows = np.full(len(key), -1, dtype=np.int32)
        asked = np.flatnonzero(column.known)
        if len(own) and len(asked):
            asked = asked[
                np.argsort(key[asked], kind="stable")
            ]  # in order, so that the search stays in cache
            index = np.minimum(np.searchsorted(own, key[asked]), len(own) - 1)
            hit = own[index] == key[asked]
            asked, index = asked[hit], order[index[hit]]
            if bool((text[asked] != texts[0][index]).any()):
                return None
            rows[asked] = index
        out.append(rows)
    return np.sort(repeated), out


def links_of(
    items: Items, readable: npt.NDArray[Any], allocations: Allocations, outside: Items | None
) -> tuple[npt.NDArray[Any], Links, list[Fault]]:
    """The rows with a repeated id, the allocations tied to items, and what is wrong with them."""
    count = len(items)
    tables = [items] if outside is None else [items, outside]
    ids = cast(Ids, items["id"])
    if outside is not None:
        ids = Ids.of(np.concatenate([cast(Ids, table["id"]).texts() for table in tables]))
        readable = np.concatenate([np.arange(count, count + len(outside)), readable])
    ends = [cast(Ids, allocations["source"]), cast(Ids, allocations["target"])]
    repeated, (source, target) = matched(ids, readable, ends)
    doc = _joined([table["doc_date"].values.view(np.int64) for table in tables])
    amounts = _joined([table["amount"].values for table in tables])
    kinds = _joined([kind_codes(table) for table in tables])
    currency = _joined([_currencies(cast(Codes, table["currency"])) for table in tables])
    accounts = items["account"].values
    if not len(doc):  # one row that nothing is tied to
        doc, amounts, kinds, currency = (
            np.zeros(1, dtype=column.dtype) for column in (doc, amounts, kinds, currency)
        )

    has_source, has_target = source >= 0, target >= 0
    amount = allocations["amount"]
    mine = _currencies(cast(Codes, allocations["currency"]))
    bad = {
        "allocation.no_amount": _unknown_amounts(allocations)
        | (amount.known & (amount.values <= 0)),
        "allocation.to_nothing": ~has_target,
        "allocation.other_currency": (has_target & (currency[target] != mine))
        | (has_source & (currency[source] != mine))
        | (mine < 0),
        "allocation.wrong_way": (has_target & (amounts[target] < 0))
        | (has_source & (amounts[source] > 0)),
        "allocation.bad_date": np.logical_or(
            *(_invalid(allocations, name) for name in ("on", "undone_on"))
        ),
    }
    stopped = np.zeros(len(allocations), dtype=bool)
    for mask in bad.values():
        stopped |= mask
    on = days32(allocations, "on", NO_DAY)
    dated = on.copy()  # without a source the matching date stands for the date of the payment
    dated[has_source] = doc[source[has_source]]
    dated = np.where(has_target, np.maximum(dated, doc[target].astype(np.int32)), dated)
    named = allocations["source"].known
    notes = [("allocation.from_nothing", named & ~has_source & ~stopped)]
    if count:
        both = has_source & has_target
        inside = both & (source < count) & (target < count)
        across = accounts[np.where(inside, source, 0)] != accounts[np.where(inside, target, 0)]
        notes.append(("allocation.across_accounts", both & (across | ~inside) & ~stopped))
    by_credit_note = has_source & (kinds[source] == KINDS.index(ItemKind.CREDIT_NOTE))
    if outside is not None:
        source, target = (np.where(rows >= count, np.int32(-1), rows) for rows in (source, target))
    links = Links(source, target, dated, by_credit_note, ~stopped if stopped.any() else None)
    return (
        repeated[repeated < count],
        links,
        [(code, mask) for code, mask in [*bad.items(), *notes] if mask.any()],
    )


def exceeded(items: Items, allocations: Allocations, links: Links) -> Mask:
    """The items to which, or from which, more is allocated for good than they amount to."""
    amounts = allocations["amount"].values
    counts = allocations["undone_on"].states
    stands = np.zeros(len(amounts), dtype=bool) if counts is None else counts != State.KNOWN
    if links.moves is not None:
        stands &= links.moves
    left = items["amount"].values.copy()
    if exact_sum(np.abs(amounts[stands])) > LARGEST // 2 or (
        len(left) and int(np.abs(left).max()) > LARGEST // 2
    ):
        left = left.astype(object)
    for rows, sign in ((links.target, -1), (links.source, 1)):
        tied = stands & (rows >= 0)
        np.add.at(left, rows[tied].astype(np.intp), sign * amounts[tied])
    return np.asarray(left * np.sign(items["amount"].values) < 0, dtype=bool)


def days32(table: Allocations, name: str, absent: np.int32) -> npt.NDArray[np.int32]:
    """A date column as days from 1970 in 32 bits, ``absent`` where it is not known."""
    column = table[name]
    days = column.values.view(np.int64).astype(np.int32)
    return days if column.states is None else np.where(column.known, days, absent)


def _invalid(table: Allocations, name: str) -> Mask:
    states = table[name].states
    return np.zeros(len(table), dtype=bool) if states is None else states == State.INVALID


def _currencies(codes: Codes) -> npt.NDArray[np.int16]:
    numbers = np.array([_CURRENCY.get(name, -1) for name in codes.names] + [-1], dtype=np.int16)
    return cast(npt.NDArray[np.int16], numbers[codes.values])


def _joined(columns: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return columns[0] if len(columns) == 1 else np.concatenate(columns)
