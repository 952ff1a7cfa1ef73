"""What a ledger's allocations tie, in columns: which items, from when, until when; what cannot be read.

A document is known by its kind and number. An allocation goes from a credit to a receivable, so a
number that a receipt and an invoice share is told apart without a word; one that two receivables
share needs ``target_kind``.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes
from creditkit.facts._ids import matched
from creditkit.facts._links import (
    HABITS,
    NEVER,
    NO_DAY,
    Fault,
    Links,
    Mask,
    Rows,
    days32,
    existence,
    habit_codes,
    invalid,
    kind_codes,
    signs_of,
    unknown_amounts,
)
from creditkit.facts._returns import PAID, Doc, Tied, settle
from creditkit.facts.kinds import KINDS, Habit, ItemKind
from creditkit.facts.open_items import Allocations, Ids, Items
from creditkit.money import CURRENCIES

__all__ = ["Found", "tied"]

_CURRENCY: Final = {name: index for index, name in enumerate(CURRENCIES)}
_EPOCH: Final = date(1970, 1, 1).toordinal()
_RETURNED: Final = KINDS.index(ItemKind.RETURNED_PAYMENT)
_DEBIT_NOTE: Final = KINDS.index(ItemKind.DEBIT_NOTE)
_PAID: Final = tuple(HABITS.index(one) for one in PAID)
_LOSS: Final = HABITS.index(Habit.LOSS)


class Found(NamedTuple):
    """What `tied` finds: items whose number another of their kind has, and returns of nothing; the
    links; what is wrong with allocations; the items of accounts that an unreadable one makes not known;
    and, pair by pair, the allocations that name no one document and the items that they may mean.
    """

    repeated: npt.NDArray[Any]
    unreturned: npt.NDArray[Any]
    links: Links
    faults: list[Fault]
    lost: npt.NDArray[Any]
    meant: npt.NDArray[np.int64]


class _Docs:
    """The items of a ledger and those outside it, row under row."""

    def __init__(self, items: Items, outside: Items | None, by: str) -> None:
        self.count = len(items)
        tables = [items] if outside is None else [items, outside]
        self.tables = tables
        self.ids = cast(Ids, items["id"])
        if outside is not None:
            self.ids = Ids.of(np.concatenate([cast(Ids, one["id"]).texts() for one in tables]))
        self.day = _joined([existence(one, by) for one in tables])
        self.amount = _joined([one["amount"].values for one in tables])
        self.kind = _joined([kind_codes(one) for one in tables])
        self.currency = _joined([_currencies(cast(Codes, one["currency"])) for one in tables])
        signs = signs_of(self.kind)
        self.owed = (signs > 0) | ((signs == 0) & (self.amount >= 0))
        if not len(self.day):  # one row that nothing is tied to
            self.day, self.amount, self.kind, self.currency = (
                np.zeros(1, dtype=column.dtype)
                for column in (self.day, self.amount, self.kind, self.currency)
            )

    def account(self, row: int) -> str:
        return str(self._cell("account", row))

    def due(self, row: int) -> date:
        table, index = self._at(row)
        due = table["due_date"]
        if due.states is None or bool(due.known[index]):
            return cast(date, due.values[index].item())
        if KINDS[self.kind[row]].part.habit is Habit.BILL:
            return date.max  # it has not paid yet
        return cast(date, table["doc_date"].values[index].item())

    def doc(self, row: int) -> Doc:
        """An item as the rules of returned payments see it."""
        return Doc(
            id=str(self.ids.item(row)),
            account=self.account(row),
            currency=str(self._cell("currency", row)),
            kind=KINDS[self.kind[row]],
            minor=int(self.amount[row]),
            day=_date(self.day[row]),
            due=self.due(row),
        )

    def _at(self, row: int) -> tuple[Items, int]:
        return (self.tables[0], row) if row < self.count else (self.tables[1], row - self.count)

    def _cell(self, name: str, row: int) -> Any:
        table, index = self._at(row)
        return cast(Codes, table[name]).item(index)


class _End(NamedTuple):
    """One end of all allocations: item rows, -1 for none; which are on the wrong side or not clear,
    and the items that each of these may mean."""

    rows: Rows
    wrong: Mask
    unclear: Mask
    meant: list[tuple[int, int]]


def tied(
    items: Items,
    readable: npt.NDArray[Any],
    allocations: Allocations,
    outside: Items | None,
    by: str,
    remainders: bool = False,
) -> Found:
    """Tie the allocations to items; ``by`` says by which date an item exists.

    ``remainders`` say what is open, which nothing that came back changes any more.
    """
    docs = _Docs(items, outside, by)
    if outside is not None:
        beyond = np.arange(docs.count, docs.count + len(outside))
        readable = np.concatenate([beyond, readable]).astype(readable.dtype)
    sides = [readable[~docs.owed[readable]], readable[docs.owed[readable]]]
    ends = [cast(Ids, allocations["source"]), cast(Ids, allocations["target"])]
    found = matched(docs.ids, list(zip(sides, ends, strict=True)))
    homonyms = [_homonyms(docs, repeated) for repeated, _ in found]
    source, target = (
        _end(docs, allocations, name, rows, homonyms[index], homonyms[1 - index], sides[1 - index])
        for index, (name, (_, rows)) in enumerate(zip(("source", "target"), found, strict=True))
    )
    twice = [row for one in homonyms for kinds in one.values() for rows in kinds.values()
             if len(rows) > 1 for row in rows]  # fmt: skip
    bad, unread = _faults(docs, allocations, source, target)
    stopped = unread.copy()
    for mask in bad.values():
        stopped |= mask
    nothing = allocations["amount"].known & (allocations["amount"].values == 0) & ~stopped
    has_source, has_target = source.rows >= 0, target.rows >= 0
    notes = [("allocation.of_nothing", nothing)]
    if docs.count:
        accounts = items["account"].values
        both = has_source & has_target
        inside = both & (source.rows < docs.count) & (target.rows < docs.count)
        across = (
            accounts[np.where(inside, source.rows, 0)] != accounts[np.where(inside, target.rows, 0)]
        )
        notes.append(("allocation.across_accounts", both & (across | ~inside) & ~stopped))
    stopped |= nothing
    links = _links(docs, allocations, source.rows, target.rows, stopped)
    unreturned: list[int] = []
    if not remainders:
        links, unreturned = _returned(docs, items, links, allocations, readable)
    if outside is not None:
        payer, paid = (
            np.where(rows >= docs.count, np.int32(-1), rows)
            for rows in (links.source, links.target)
        )
        links = links._replace(source=payer, target=paid)
    touched = [rows[unread & (rows >= 0)] for rows in (source.rows, target.rows)]
    meant = np.array([*source.meant, *target.meant], dtype=np.int64).reshape(-1, 2)
    gone = np.concatenate([*touched, meant[:, 1]])
    return Found(
        repeated=np.array(sorted(row for row in twice if row < docs.count), dtype=np.int64),
        unreturned=np.array([row for row in unreturned if row < docs.count], dtype=np.int64),
        links=links,
        faults=[(code, mask) for code, mask in [*bad.items(), *notes] if mask.any()],
        lost=np.unique(gone[gone < docs.count]),
        meant=meant[meant[:, 1] < docs.count],
    )


def _homonyms(docs: _Docs, repeated: npt.NDArray[Any]) -> dict[str, dict[int, list[int]]]:
    """The rows of one side that share a number, by number and kind."""
    out: dict[str, dict[int, list[int]]] = {}
    texts = docs.ids.values[repeated].astype(np.str_).tolist()
    for row, text in zip(repeated.tolist(), texts, strict=True):
        out.setdefault(text, {}).setdefault(int(docs.kind[row]), []).append(row)
    return out


def _end(
    docs: _Docs,
    allocations: Allocations,
    name: str,
    rows: Rows,
    here: dict[str, dict[int, list[int]]],
    there: dict[str, dict[int, list[int]]],
    other_side: npt.NDArray[Any],
) -> _End:
    """The items that one end of each allocation names, by number and, where it is given, by kind.

    ``here`` and ``there`` are the numbers that several rows of this side, and of the other, have.
    """
    wanted = cast(Ids, allocations[name])
    kinds = kind_codes(allocations, f"{name}_kind")
    wrong = np.zeros(len(rows), dtype=bool)
    unclear, meant = wrong.copy(), list[tuple[int, int]]()
    if (kinds >= 0).any():
        rows = np.where((rows >= 0) & (kinds >= 0) & (docs.kind[rows] != kinds), np.int32(-1), rows)
    lost = np.flatnonzero((rows < 0) & wanted.known)
    if not len(lost):
        return _End(rows, wrong, unclear, meant)
    known = np.zeros(len(rows), dtype=bool)  # numbers of this side, of one document or of several
    for index in lost.tolist() if here else ():
        named = here.get(str(wanted.item(index)))
        if named is None:
            continue
        asked = int(kinds[index])
        if asked < 0 and len(named) > 1:
            unclear[index] = True
            meant += [(index, row) for several in named.values() for row in several]
            continue
        several = named.get(asked, []) if asked >= 0 else next(iter(named.values()))
        known[index] = len(several) > 0
        if len(several) == 1:
            rows[index] = several[0]
        else:  # one number of several names none of them, also where only some are looked at
            meant += [(index, row) for row in several]
    lost = lost[~unclear[lost] & ~known[lost]]
    ((_, found),) = matched(docs.ids, [(other_side, Ids(wanted.values[lost]))])
    for index, row in zip(lost.tolist(), found.tolist(), strict=True):
        named = there.get(str(wanted.item(index)), {}) if row < 0 else {int(docs.kind[row]): [row]}
        asked = int(kinds[index])
        may_be = [one for kind, several in named.items() for one in several if asked in (-1, kind)]
        wrong[index] = len(may_be) > 0
        meant += [(index, one) for one in may_be]
    return _End(rows, wrong, unclear, meant)


def _faults(
    docs: _Docs, allocations: Allocations, source: _End, target: _End
) -> tuple[dict[str, Mask], Mask]:
    """What is wrong with allocations, fault by fault; and which cannot be read, where the others only
    tie nothing."""
    amount, given = allocations["amount"], allocations["source_amount"]
    has_source, has_target = source.rows >= 0, target.rows >= 0
    mine = _currencies(cast(Codes, allocations["currency"]))
    gives = _currencies(cast(Codes, allocations["source_currency"]))
    paying = docs.currency[source.rows]
    two = given.known if given.states is not None else np.ones(len(allocations), dtype=bool)
    unreadable = invalid(allocations, "source_amount") | (two & (given.values < 0))
    abroad = has_source & (paying != mine)
    other = has_target & (docs.currency[target.rows] != mine)
    bad: dict[str, Mask] = {
        "allocation.no_amount": unknown_amounts(allocations) | (amount.known & (amount.values < 0)),
        "allocation.bad_source_amount": unreadable
        | (two & ~abroad & has_source & (given.values != amount.values)),
        "allocation.no_source_amount": abroad & (mine >= 0) & ~other & ~two & ~unreadable,
        "allocation.other_currency": other | (abroad & two & (gives != paying)) | (mine < 0),
        "allocation.wrong_way": source.wrong | target.wrong,
        "allocation.unclear": source.unclear | target.unclear,
        "allocation.bad_kind": invalid(allocations, "source_kind")
        | invalid(allocations, "target_kind"),
        "allocation.bad_date": invalid(allocations, "on")
        | invalid(allocations, "undone_on")
        | invalid(allocations, "unmatched_on"),
    }
    unread = np.zeros(len(allocations), dtype=bool)
    for mask in bad.values():
        unread |= mask
    to_nothing = bad["allocation.to_nothing"] = ~has_target & ~target.wrong & ~target.unclear
    absent = allocations["source"].known & ~has_source & ~source.wrong & ~source.unclear
    bad["allocation.from_nothing"] = absent & ~unread & ~to_nothing
    return bad, unread


def _links(
    docs: _Docs, allocations: Allocations, source: Rows, target: Rows, stopped: Mask
) -> Links:
    has_source, has_target = source >= 0, target >= 0
    amount = allocations["amount"].values
    given = allocations["source_amount"]
    if given.states is None or given.known.any():
        given_values = np.where(given.known & has_source, given.values, amount)
    else:
        given_values = amount
    on = days32(allocations, "on", NO_DAY)
    dated = on.copy()  # without a source the matching date stands for the date of the payment
    dated[has_source] = docs.day[source[has_source]]
    dated = np.where(has_target, np.maximum(dated, docs.day[target].astype(np.int32)), dated)
    kinds = np.where(has_source, docs.kind[source], kind_codes(allocations, "source_kind"))
    habit = habit_codes(kinds, Habit.CASH)
    met = None
    bills = np.flatnonzero((habit == HABITS.index(Habit.BILL)) & has_source)
    if len(bills):
        met = np.full(len(allocations), NO_DAY, dtype=np.int32)
        met[bills] = [docs.due(row).toordinal() - _EPOCH for row in source[bills].tolist()]
    until, back = None, None
    undone, unmatched = (
        days32(allocations, name, NEVER) if allocations[name].known.any() else None
        for name in ("undone_on", "unmatched_on")
    )
    if undone is not None or unmatched is not None:
        never = np.full(len(allocations), NEVER, dtype=np.int32)
        undone = never if undone is None else undone
        until = undone if unmatched is None else np.minimum(undone, unmatched)
        back = np.isin(habit, _PAID) | (has_source & (habit == _LOSS))
        back &= (undone == until) & (until < NEVER)
    moves = ~stopped if stopped.any() else None
    return Links(source, target, amount, given_values, dated, on, until, back, habit, met, moves)


def _returned(
    docs: _Docs, items: Items, links: Links, allocations: Allocations, readable: npt.NDArray[Any]
) -> tuple[Links, list[int]]:
    """The links after `settle`, which sees the few that payments that came back touch."""
    moves = np.ones(len(links.source), dtype=bool) if links.moves is None else links.moves
    returned = readable[docs.kind[readable] == _RETURNED] if docs.count else readable[:0]
    ending = np.zeros(len(moves), dtype=bool) if links.until is None else links.until < NEVER
    if not len(returned) and not ending.any():
        return links, []
    special = np.zeros(len(docs.day) + 1, dtype=bool)  # the last: of no item
    special[links.source[moves & ending]] = True
    special[links.source[moves & (docs.kind[links.target] == _RETURNED) & (links.target >= 0)]] = (
        True
    )
    taken = np.zeros(len(docs.day) + 1, dtype=bool)
    taken[links.target[moves]] = True
    at_once = moves & (links.target >= 0) & (links.dated == docs.day[links.target])
    of_return = np.zeros(len(docs.day) + 1, dtype=bool)
    of_return[links.target[at_once]] = True
    alone = returned[~of_return[returned] & (returned < docs.count)]
    notes = readable[:0]
    owners = items["account"].values if docs.count else None
    if owners is not None:
        own = readable[readable < docs.count]
        if len(alone):
            paying = np.isin(habit_codes(docs.kind[own], Habit.NONE), _PAID)
            asked = np.isin(owners[own], owners[alone]) & np.isin(
                -docs.amount[own], docs.amount[alone]
            )
            special[own[paying & asked]] = True
        if links.back is not None and (links.back & moves).any():
            ends = np.where(links.source >= 0, links.source, links.target)[links.back & moves]
            ends = ends[(ends >= 0) & (ends < docs.count)]
            candidates = own[(docs.kind[own] == _DEBIT_NOTE) & ~taken[own]]
            days = links.until[links.back & moves] if links.until is not None else ends
            notes = candidates[
                np.isin(owners[candidates], owners[ends]) & np.isin(docs.day[candidates], days)
            ]
    special[-1] = False
    rows = np.flatnonzero(moves & (special[links.source] | (ending & (links.source < 0))))
    return _settled(docs, links, allocations, rows, special, alone, notes)


def _settled(
    docs: _Docs,
    links: Links,
    allocations: Allocations,
    rows: npt.NDArray[Any],
    special: Mask,
    alone: npt.NDArray[Any],
    notes: npt.NDArray[Any],
) -> tuple[Links, list[int]]:
    ties = [
        Tied(
            index=row,
            source=int(links.source[row]),
            target=int(links.target[row]),
            minor=int(links.amount[row]),
            given=int(links.given[row]),
            dated=_date(links.dated[row]),
            on=None if links.on[row] == NO_DAY else _date(links.on[row]),
            until=None
            if links.until is None or links.until[row] == NEVER
            else _date(links.until[row]),
            back=links.back is not None and bool(links.back[row]),
        )
        for row in rows.tolist()
        if links.dated[row] != NO_DAY
    ]
    wanted = {
        *np.flatnonzero(special).tolist(),
        *alone.tolist(),
        *notes.tolist(),
        *(tie.target for tie in ties if tie.target >= 0),
    }
    known = {row: docs.doc(row) for row in wanted}
    found, unreturned = settle(ties, known, alone.tolist(), notes.tolist())
    dated = links.dated.copy()
    until = (
        np.full(len(dated), NEVER, dtype=np.int32) if links.until is None else links.until.copy()
    )
    back = np.zeros(len(dated), dtype=bool) if links.back is None else links.back.copy()
    amount, given = links.amount, links.given
    if any(one.part_of >= 0 for one in found):
        amount, given = amount.copy(), given.copy()
    for tie in ties:
        if amount is not links.amount:
            amount[tie.index], given[tie.index] = tie.minor, tie.given
        dated[tie.index] = tie.dated.toordinal() - _EPOCH
        if tie.until is not None:
            until[tie.index] = tie.until.toordinal() - _EPOCH
        back[tie.index] = tie.back
    links = links._replace(amount=amount, given=given, dated=dated, until=until, back=back)
    return (_with(links, found) if found else links), unreturned


def _with(links: Links, found: list[Tied]) -> Links:
    """The links with those that were found; a part of one says what that one says."""
    more, cash = len(found), HABITS.index(Habit.CASH)

    def joined(column: Any, values: list[int]) -> Any:
        return np.concatenate([column, np.array(values, dtype=column.dtype)])

    return Links(
        source=joined(links.source, [tie.source for tie in found]),
        target=joined(links.target, [tie.target for tie in found]),
        amount=joined(links.amount, [tie.minor for tie in found]),
        given=joined(links.given, [tie.given for tie in found]),
        dated=joined(links.dated, [tie.dated.toordinal() - _EPOCH for tie in found]),
        on=joined(links.on, [_of(links.on, tie, int(NO_DAY)) for tie in found]),
        until=joined(links.until, [_day(tie.until) for tie in found]),
        back=joined(links.back, [0] * more),
        habit=joined(links.habit, [_of(links.habit, tie, cash) for tie in found]),
        met=None
        if links.met is None
        else joined(links.met, [_of(links.met, tie, int(NO_DAY)) for tie in found]),
        moves=None if links.moves is None else joined(links.moves, [1] * more),
    )


def _of(column: npt.NDArray[Any], tie: Tied, other: int) -> int:
    return other if tie.part_of < 0 else int(column[tie.part_of])


def _day(on: date | None) -> int:
    return int(NEVER) if on is None else on.toordinal() - _EPOCH


def _date(days: Any) -> date:
    return date.fromordinal(int(days) + _EPOCH)


def _currencies(codes: Codes) -> npt.NDArray[np.int16]:
    numbers = np.array([_CURRENCY.get(name, -1) for name in codes.names] + [-1], dtype=np.int16)
    return cast(npt.NDArray[np.int16], numbers[codes.values])


def _joined(columns: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return columns[0] if len(columns) == 1 else np.concatenate(columns)
