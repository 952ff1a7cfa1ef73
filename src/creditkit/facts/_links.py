"""What a ledger's columns say of themselves: rows that cannot be read, and what allocations tie."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes, State
from creditkit.facts.kinds import KINDS, Habit
from creditkit.facts.open_items import Allocations, Items

__all__ = [
    "BILLS",
    "HABITS",
    "NEVER",
    "NO_DAY",
    "Fault",
    "Links",
    "Mask",
    "Rows",
    "days32",
    "existence",
    "faults_of",
    "habit_codes",
    "invalid",
    "kind_codes",
    "signs_of",
    "unknown_amounts",
]

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int32]
Fault = tuple[str, Mask]

HABITS: Final = tuple(Habit)
"""The order in which columns number what an allocation says of the customer."""

BILLS: Final = np.array([*(kind.part.habit is Habit.BILL for kind in KINDS), False])
"""Which kinds are bills, by code: without a due date one has not paid."""

NO_DAY: Final = np.int32(-(2**31))
NEVER: Final = np.int32(2**31 - 1)


class Links(NamedTuple):
    """The allocations, tied to items: a row for each allocation, and for each that was found.

    ``source`` and ``target`` are item rows, -1 for nothing in this ledger. ``amount`` is what the
    target loses, ``given`` what the source gives, each in its own currency. ``dated`` is the later of
    the two documents' dates as days from 1970, ``on`` the matching date that was recorded (`NO_DAY` for
    none), ``until`` the day from which it no longer counts; None
    where none ends, and ``back`` which of these end because the payment came back. ``habit`` is what
    it says of the customer, by index in `HABITS`, and ``met`` the day on which a bill is due; None
    where there is no bill. ``moves`` says which allocations count; None where all do.
    """

    source: Rows
    target: Rows
    amount: npt.NDArray[np.int64]
    given: npt.NDArray[np.int64]
    dated: npt.NDArray[np.int32]
    on: npt.NDArray[np.int32]
    until: npt.NDArray[np.int32] | None
    back: Mask | None
    habit: npt.NDArray[np.int8]
    met: npt.NDArray[np.int32] | None
    moves: Mask | None

    def take(self, rows: npt.NDArray[Any], index: dict[int, int]) -> Links:
        """The named allocations, with item rows renumbered by ``index``."""
        source, target = (
            np.array([index.get(row, -1) for row in column[rows].tolist()], dtype=np.int32)
            for column in (self.source, self.target)
        )
        rest = (None if column is None else column[rows] for column in self[2:])
        return Links(source, target, *cast(Any, rest))


def kind_codes(table: Items | Allocations, name: str = "kind") -> npt.NDArray[np.int8]:
    """The kinds as numbers in the order of `KINDS`; -1 for a name that is none of them."""
    codes = cast(Codes, table[name])
    known = {kind.value: index for index, kind in enumerate(KINDS)}
    numbers = np.array([known.get(name, -1) for name in codes.names] + [-1], dtype=np.int8)
    return cast(npt.NDArray[np.int8], numbers[codes.values])


def signs_of(kinds: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """The sign of each kind: 0 for one that may have either, and for what is no kind."""
    signs = np.array([kind.sign for kind in KINDS] + [0], dtype=np.int8)
    return signs[kinds]


def habit_codes(kinds: npt.NDArray[np.int8], absent: Habit) -> npt.NDArray[np.int8]:
    """What each kind says of the customer, by index in `HABITS`; ``absent`` where there is none."""
    habits = [HABITS.index(kind.part.habit) for kind in KINDS]
    table = np.array([*habits, HABITS.index(absent)], dtype=np.int8)
    return table[kinds]


def existence(items: Items, by: str) -> npt.NDArray[np.int64]:
    """The day from which each item exists: its document date, or its posting date where it has one."""
    docs: npt.NDArray[np.int64] = items["doc_date"].values.view(np.int64)
    posted = items["posting_date"]
    if by == "document" or (posted.states is not None and not posted.known.any()):
        return docs
    days = posted.values.view(np.int64)
    return days if posted.states is None else np.where(posted.known, days, docs)


def faults_of(items: Items, remainders: bool) -> list[Fault]:
    """The rows that cannot be read, fault by fault; a row may have several."""
    amount, kinds = items["amount"].values, kind_codes(items)
    out: list[Fault] = []

    def add(code: str, mask: Any) -> None:
        if mask is not None and mask.any():
            out.append((code, mask))

    def unknown(name: str) -> Mask | None:
        return None if items[name].states is None else ~items[name].known

    signs = signs_of(kinds)
    add("item.no_id", unknown("id"))
    add("item.no_account", unknown("account"))
    add("item.unknown_currency", unknown("currency"))
    add("item.unknown_kind", kinds < 0)
    add("item.no_amount", (amount == np.iinfo(np.int64).min) | unknown_amounts(items))
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


def unknown_amounts(table: Items | Allocations) -> Mask:
    """Where an amount is not known, but for the rows whose currency already says so."""
    if table["amount"].states is None:
        return np.zeros(len(table), dtype=bool)
    return ~table["amount"].known & table["currency"].known


def days32(table: Allocations, name: str, absent: np.int32) -> npt.NDArray[np.int32]:
    """A date column as days from 1970 in 32 bits, ``absent`` where it is not known."""
    column = table[name]
    days = column.values.view(np.int64).astype(np.int32)
    return days if column.states is None else np.where(column.known, days, absent)


def invalid(table: Allocations, name: str) -> Mask:
    """Where a cell could not be read."""
    states = table[name].states
    return np.zeros(len(table), dtype=bool) if states is None else states == State.INVALID
