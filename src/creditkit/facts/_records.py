"""A ledger of records: which items its allocations tie, as Python values.

The same as `_tying` for columns: a document is known by its kind and number, and an allocation goes
from a credit to a receivable. Records are read one by one at their door, so what can be wrong here is
only what they say of each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

from creditkit.facts._returns import Doc, Tied, ended, settle
from creditkit.facts._single import AccountItems, Link, nobodys_of
from creditkit.facts.kinds import Habit, ItemKind
from creditkit.facts.open_items import Allocation, OpenItem

__all__ = ["RecordIndex", "items_of_records"]


def _day(item: OpenItem, by: str) -> date:
    """The day from which an item exists."""
    return item.posting_date or item.doc_date if by == "posting" else item.doc_date


def _due(item: OpenItem) -> date:
    """The due date; without one a bill has not paid yet, and others are due on their own date."""
    if item.due_date is not None:  # as of most
        return item.due_date
    return date.max if item.kind.part.habit is Habit.BILL else item.doc_date


def _owed(item: OpenItem) -> bool:
    """Whether an item stands on the side of what is owed, to which allocations go."""
    return item.kind.sign > 0 or (item.kind.sign == 0 and item.amount.minor >= 0)


class _End(NamedTuple):
    """The row that one end of an allocation names, -1 for none; whether what it says cannot be read;
    and the rows that it may mean."""

    row: int
    bad: bool = False
    meant: tuple[int, ...] = ()


_NONE = _End(-1)


class _Numbers:
    """The rows of records by their numbers."""

    def __init__(self, every: Sequence[OpenItem]) -> None:
        self.every = every
        self.rows: dict[str, list[int]] = {}
        for row, item in enumerate(every):
            self.rows.setdefault(item.id, []).append(row)

    def repeated(self) -> set[int]:
        """The rows whose kind and number another row has."""
        out: set[int] = set()
        for rows in self.rows.values():
            if len(rows) > 1:
                same: dict[Any, list[int]] = {}
                for row in rows:
                    item = self.every[row]
                    same.setdefault((item.kind, _owed(item)), []).append(row)
                out |= {row for several in same.values() if len(several) > 1 for row in several}
        return out

    def end(self, name: str | None, kind: ItemKind | None, owed: bool) -> _End:
        """What one end of an allocation names, on the side of what is owed or on the other."""
        rows = self.rows.get(name or "")
        if not rows:
            return _NONE
        if len(rows) == 1 and kind is None:
            row = rows[0]
            return _End(row) if _owed(self.every[row]) is owed else _End(-1, True, (row,))
        here = [row for row in rows if _owed(self.every[row]) is owed]
        kinds = {self.every[row].kind for row in here}
        if len(kinds) > 1 and kind is None:
            return _End(-1, True, tuple(here))
        named = [row for row in here if kind is None or self.every[row].kind is kind]
        if len(named) == 1:
            return _End(named[0])
        there = [row for row in rows if row not in here and kind in (None, self.every[row].kind)]
        # One number of several names none of them, also where only some are looked at
        if named:
            return _End(-1, False, tuple(named))
        return _End(-1, True, tuple(there)) if there else _NONE


def items_of_records(
    records: Sequence[OpenItem],
    tied: Iterable[Allocation],
    outside: Sequence[OpenItem],
    remainders: bool,
    by: str,
) -> AccountItems:
    """From records; ``outside`` are items of other accounts, whose numbers are not to be repeated."""
    every = [*records, *outside]
    numbers = _Numbers(every)
    lost = numbers.repeated()
    broken = any(row < len(records) for row in lost)
    ties: list[tuple[Tied, Habit]] = []
    special = False
    for tie in tied:
        made, unread = _tie(tie, numbers, by, len(ties))
        broken = broken or any(row < len(records) for row in unread)
        if made is not None:
            ties.append(made)
            special = special or made[0].until is not None
    docs = [item.doc_date for item in every]
    if by != "document":
        docs = [_day(item, by) for item in every]
    special = special or ItemKind.RETURNED_PAYMENT in [item.kind for item in every]
    if special and not remainders:
        found, unreturned = _settled(every, docs, ties, lost, len(records))
        ties += [(one, Habit.CASH if one.part_of < 0 else ties[one.part_of][1]) for one in found]
        lost |= set(unreturned)
        broken = broken or bool(unreturned)
    given = [row for row in range(len(records)) if row not in lost]
    index = {row: at for at, row in enumerate(given)}
    items = [records[row] for row in given]
    kinds = [item.kind for item in items]
    return AccountItems(
        ids=[item.id for item in items],
        kinds=kinds,
        currencies=[item.currency for item in items],
        amounts=[item.amount.minor for item in items],
        opens=[cast(Any, item.open_amount).minor for item in items] if remainders else None,
        docs=[docs[row] for row in given],
        dues=[_due(item) for item in items],
        disputed=[0 if item.disputed is None else item.disputed.minor for item in items],
        links=[
            Link(
                index.get(tie.source, -1),
                index.get(tie.target, -1),
                tie.minor,
                tie.dated,
                tie.on,
                tie.until,
                habit,
                tie.given,
                tie.back,
                _met(every, tie.source) if habit is Habit.BILL else None,
            )
            for tie, habit in ties
        ],
        nobodys=nobodys_of(kinds),
        broken=broken,
        orders=_names([item.order for item in items]),
        documents=_names([item.document for item in items]),
    )


def _names(given: list[str | None]) -> list[str | None] | None:
    return given if any(name is not None for name in given) else None


def _met(every: Sequence[OpenItem], row: int) -> date | None:
    """The day on which a bill is due, no day of ours where that is not known; None for no bill."""
    return None if row < 0 else _due(every[row])


def _tie(
    tie: Allocation, numbers: _Numbers, by: str, index: int
) -> tuple[tuple[Tied, Habit] | None, tuple[int, ...]]:
    """An allocation tied to rows, None where it moves nothing; and the rows that it leaves not known."""
    every = numbers.every
    to = numbers.end(tie.target, tie.target_kind, True)
    by_ = _NONE if tie.source is None else numbers.end(tie.source, tie.source_kind, False)
    target = every[to.row] if to.row >= 0 else None
    source = every[by_.row] if by_.row >= 0 else None
    given = tie.amount.minor
    bad = to.bad or by_.bad or (target is not None and target.currency != tie.currency)
    if source is not None and source.currency != tie.currency:
        bad = bad or tie.source_amount is None or tie.source_currency != source.currency
        given = 0 if tie.source_amount is None else tie.source_amount.minor
    elif source is not None and tie.source_amount is not None:
        bad = bad or tie.source_amount.minor != given
    if bad:
        ends = tuple(row for row in (to.row, by_.row) if row >= 0)
        return None, (*ends, *to.meant, *by_.meant)
    if target is None or (tie.source is not None and source is None) or not tie.amount.minor:
        return None, ()
    dated = _day(target, by)
    other = tie.on if source is None else _day(source, by)
    if other is not None and other > dated:
        dated = other
    kind = tie.source_kind if source is None else source.kind
    habit = Habit.CASH if kind is None else kind.part.habit
    until, back = ended(tie.undone_on, tie.unmatched_on, habit, source is not None)
    minor = tie.amount.minor
    made = Tied(index, by_.row, to.row, minor, given, dated, tie.on, until, back)
    return (made, habit), ()


def _settled(
    every: Sequence[OpenItem],
    days: Sequence[date],
    ties: Sequence[tuple[Tied, Habit]],
    lost: set[int],
    count: int,
) -> tuple[list[Tied], list[int]]:
    """`settle` for records."""
    docs = {
        row: Doc(
            item.id,
            item.account,
            item.currency,
            item.kind,
            item.amount.minor,
            days[row],
            item.due_date or item.doc_date,
        )
        for row, item in enumerate(every)
    }
    taken = {tie.target for tie, _ in ties}
    at_once = {tie.target for tie, _ in ties if tie.dated == days[tie.target]}
    own = [row for row in range(count) if row not in lost]
    alone = [r for r in own if every[r].kind is ItemKind.RETURNED_PAYMENT and r not in at_once]
    notes = [r for r in own if every[r].kind is ItemKind.DEBIT_NOTE and r not in taken]
    mine = {row: doc for row, doc in docs.items() if row not in lost}
    return settle([tie for tie, _ in ties], mine, alone, notes)


class RecordIndex:
    """The records by account and by number, and the allocations by account."""

    def __init__(self, records: Sequence[OpenItem], tied: Sequence[Allocation]) -> None:
        self.records = records
        self.numbers = _Numbers(records)
        self.repeated = self.numbers.repeated()
        self.rows: dict[str, list[int]] = {}
        for row, item in enumerate(records):
            self.rows.setdefault(item.account, []).append(row)
        self.ends: list[tuple[int, ...]] = []  # the items that an allocation ties, or may mean
        self.payer: list[int] = []
        self.tied: dict[str, list[int]] = {}
        self._of_payer: dict[int, list[int]] = {}
        for row, tie in enumerate(tied):
            to = self.numbers.end(tie.target, tie.target_kind, True)
            by = _NONE
            if tie.source is not None:
                by = self.numbers.end(tie.source, tie.source_kind, False)
            ends = (*(end.row for end in (to, by) if end.row >= 0), *to.meant, *by.meant)
            self.ends.append(ends)
            self.payer.append(by.row)
            if by.row >= 0:
                self._of_payer.setdefault(by.row, []).append(row)
            for account in {records[end].account: None for end in ends}:
                self.tied.setdefault(account, []).append(row)

    def tied_to(self, account: str) -> list[int]:
        """The allocations of an account, with all those of payments from elsewhere that are among
        them: what such a payment gives here hangs on what it gives there."""
        rows = dict.fromkeys(self.tied.get(account, ()))
        for row in list(rows):
            payer = self.payer[row]
            if payer >= 0 and self.records[payer].account != account:
                rows.update(dict.fromkeys(self._of_payer[payer]))
        return sorted(rows)

    def foreign(self, account: str, tied: Iterable[int]) -> list[OpenItem]:
        """The items of other accounts that these allocations tie, and those with the kind and number
        of one of the account's."""
        rows = {end for row in tied for end in self.ends[row]}
        for row in self.rows.get(account, ()):
            if row in self.repeated:
                item = self.records[row]
                rows |= {
                    other
                    for other in self.numbers.rows[item.id]
                    if self.records[other].kind is item.kind and other in self.repeated
                }
        return [self.records[row] for row in sorted(rows) if self.records[row].account != account]
