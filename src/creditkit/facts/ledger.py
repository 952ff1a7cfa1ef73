"""The receivables ledger: open items, what was allocated to them, and nothing worked out yet.

Made from records or from columns; either is turned into the other when somebody asks, so that one
customer's ledger stays cheap and ten million items take the memory of their columns.

>>> invoice = OpenItem(id="INV-7", account="C-1", currency="CNY", kind="invoice", amount="1130.00",
...                    doc_date=date(2026, 9, 1), due_date=date(2026, 10, 1))
>>> receipt = OpenItem(id="RC-1", account="C-1", currency="CNY", kind="receipt", amount="-500.00",
...                    doc_date=date(2026, 10, 5))
>>> paid = Allocation(source="RC-1", target="INV-7", currency="CNY", amount="500.00")
>>> ledger = Ledger.of([invoice, receipt], [paid])
>>> ledger.accounts, len(ledger.account("C-1")), ledger.notes
(('C-1',), 2, [])
>>> Ledger.from_dict(ledger.to_dict()).same_as(ledger)
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Final, NamedTuple, Never, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes
from creditkit._fields import Day, as_date, records_in
from creditkit._layout import Page
from creditkit._plain import Record, mapping_in, without_schema
from creditkit._tables import counted
from creditkit.errors import InvalidFact
from creditkit.facts._links import KINDS, Fault, Links, exceeded, faults_of, kind_codes, links_of
from creditkit.facts._single import (
    AccountItems,
    ColumnIndex,
    RecordIndex,
    items_of_columns,
    items_of_records,
)
from creditkit.facts.open_items import Allocation, Allocations, Ids, ItemKind, Items, OpenItem
from creditkit.money import Money, plain_amount

__all__ = ["RULES", "Allocation", "Allocations", "ItemKind", "Items", "Ledger", "Note", "OpenItem"]

_MOST_IDS: Final = 10
_SCHEMA: Final = "creditkit.ledger/1"
_KEYS: Final = ("open_as_of", "items", "allocations", "outside")
COLUMNS: Final = "give columns by name"

RULES: Final = {
    "item.no_id": "must have an id",
    "item.no_account": "must have an account",
    "item.unknown_currency": "must have an ISO 4217 currency",
    "item.unknown_kind": "must be of a kind: invoice, credit_note, receipt, debit_note",
    "item.no_amount": "must have an amount that its currency can hold",
    "item.wrong_sign": "must be negative for credit notes and receipts, positive for the others",
    "item.no_doc_date": "must have a doc_date",
    "item.bad_date": "must have dates that the calendar knows, of the years 1 to 9999",
    "item.bad_disputed": "must have an amount in dispute that its currency can hold, or none",
    "item.negative_disputed": "must not have a disputed amount below zero",
    "item.no_open_amount": "must have an open_amount, as the ledger has open_as_of",
    "item.duplicate_id": "must not repeat an id",
    "allocation.no_amount": "must have an amount above zero",
    "allocation.to_nothing": "must have a target among the items",
    "allocation.other_currency": "must be in the currency of the items that it ties",
    "allocation.wrong_way": "must go from a credit or a receipt to a receivable",
    "allocation.bad_date": "must have dates that the calendar knows, of the years 1 to 9999",
}
"""The faults of rows, by the code of their note; ``strict=True`` raises for the first of them."""


@attrs.frozen(kw_only=True)
class Note(Record):
    """What a reader should know of the data: a code, how many rows, and the first few ids."""

    schema: ClassVar[str] = "creditkit.note/1"

    code: str
    count: int
    ids: tuple[str, ...] = ()


class _Resolved(NamedTuple):
    """What the rows of a ledger say of each other: `Ledger._resolve` works it out.

    It is published whole, in one attribute: who finds the links finds the unreadable rows with them,
    whatever another thread is about. ``readable`` is None where all rows can be read; ``faults`` is
    None in a part of a ledger, which has the rest from the whole, until somebody asks for them.
    """

    links: Links
    readable: npt.NDArray[np.bool_] | None
    faults: list[Fault] | None


class Ledger(Page):
    """Items and allocations of one customer or of all, at no date yet.

    A row that cannot be read (no date, unknown currency, an id that another row has) is INVALID: it
    is in no sum, is named in `notes` and makes its account's figures unknown. Of an id that repeats
    no row counts, for which of them is right is not known, and no answer depends on the order of
    rows. An allocation to nothing, or to such an id, moves nothing; one without a known source
    reduces its target only. ``open_as_of`` says
    that items carry remainders of that date (``open_amount``) in place of allocations; any other
    date is then refused. ``outside`` are items of other accounts that these allocations tie to;
    their ids are not to be repeated.
    """

    __slots__ = (
        "_account_items",
        "_allocations",
        "_index",
        "_items",
        "_outside",
        "_position",
        "_records",
        "_resolved",
        "_tied",
        "open_as_of",
    )

    def __init__(self, *items: Never) -> None:
        """An empty ledger; `of` and `from_columns` make one of something."""
        if items:
            remedy = "write Ledger.of(items) or Ledger.from_columns(columns)"
            raise InvalidFact("ledger", "is not made by a call", items[0], remedy)
        self.open_as_of: date | None = None
        self._records: list[OpenItem] | None = None  # None where it was made from columns
        self._tied: list[Allocation] = []
        self._outside: list[OpenItem] | Items = []
        self._items: Items | None = None
        self._allocations: Allocations | None = None
        self._resolved: _Resolved | None = None
        self._index: ColumnIndex | RecordIndex | None = None
        self._account_items: AccountItems | None = None
        # what `positions` read of it last, and under which reading; one assignment, so that a
        # second thread finds both or neither
        self._position: tuple[tuple[Any, ...], Mapping[str, Any]] | None = None

    @classmethod
    def of(
        cls,
        items: Iterable[OpenItem],
        allocations: Iterable[Allocation] = (),
        *,
        open_as_of: Day | None = None,
        outside: Iterable[OpenItem] = (),
    ) -> Ledger:
        """From records. ``Ledger.of([])`` is known to be empty; a ledger not known is None."""
        made = cls()
        made._records = records_in(OpenItem, items, "ledger.items")
        made._tied = records_in(Allocation, allocations, "ledger.allocations")
        made._outside = records_in(OpenItem, outside, "ledger.outside")
        remainders = [item.open_amount is not None for item in made._records]
        made._set_date(open_as_of, bool(made._tied), any(remainders))
        if open_as_of is not None and not all(remainders):
            path = f"ledger.items[{remainders.index(False)}].open_amount"
            raise InvalidFact(path, "must be given for every item of a ledger with open_as_of")
        return made

    @classmethod
    def from_columns(
        cls,
        items: Mapping[str, Any],
        allocations: Mapping[str, Any] | None = None,
        *,
        open_as_of: Day | None = None,
        strict: bool = False,
        from_float: bool = False,
        outside: Mapping[str, Any] | None = None,
    ) -> Ledger:
        """From columns by field name; ``strict`` raises for the first row that cannot be read.

        Money is in major units, or `Amounts`, or `Cells` of minor units in each row's currency.
        Items without ``id`` are known by their row number. Allocations without ``currency`` are in
        the items' one currency.

        >>> ledger = Ledger.from_columns({"account": ["C-1", "C-2"], "kind": "invoice",
        ...     "currency": "CNY", "amount": [100, None], "doc_date": "2026-09-01"})
        >>> [(note.code, note.ids) for note in ledger.notes]
        [('item.no_amount', ('1',)), ('item.no_due_date', ('0',))]
        """
        made = cls()
        made._items = Items.from_columns(
            items, strict=strict, from_float=from_float, path="ledger.items"
        )
        made._allocations = Allocations.of([])
        tied = {} if allocations is None else mapping_in(allocations, "ledger.allocations", COLUMNS)
        if tied:
            if tied.get("currency") is None:
                names = cast(Codes, made._items["currency"]).names
                if len(names) != 1:
                    rule = "must be given for items in several currencies"
                    raise InvalidFact("ledger.allocations.currency", rule, names)
                tied["currency"] = names[0]
            made._allocations = Allocations.from_columns(
                tied, strict=strict, from_float=from_float, path="ledger.allocations"
            )
        if outside is not None and mapping_in(outside, "ledger.outside", COLUMNS):
            made._outside = Items.from_columns(
                outside, strict=strict, from_float=from_float, path="ledger.outside"
            )
        remainders = items.get("open_amount") is not None
        made._set_date(open_as_of, len(made._allocations) > 0, remainders)
        if strict:
            made._raise_faults()
        return made

    def _set_date(self, open_as_of: Day | None, allocated: bool, remainders: bool) -> None:
        path = "ledger.open_as_of"
        if open_as_of is not None:
            self.open_as_of = as_date(open_as_of, path)
            if allocated:
                remedy = "remainders already hold the allocations: leave out one of the two"
                raise InvalidFact(path, "must not come with allocations", open_as_of, remedy)
            if not remainders and len(self):
                raise InvalidFact(path, "must come with open_amount", open_as_of)
        elif remainders:
            remedy = "say of which date the remainders are"
            raise InvalidFact(path, "must be given with open_amount", remedy=remedy)

    @property
    def items(self) -> Items:
        """The items as a table."""
        if self._items is None:
            self._items = Items.of(self._records or [])
        return self._items

    @property
    def allocations(self) -> Allocations:
        """The allocations as a table."""
        if self._allocations is None:
            self._allocations = Allocations.of(self._tied)
        return self._allocations

    @property
    def readable(self) -> npt.NDArray[np.bool_] | None:
        """Which items can be read; None where all can."""
        return (self._resolved or self._resolve()).readable

    @property
    def links(self) -> Links:
        """The allocations, tied to item rows."""
        return (self._resolved or self._resolve()).links

    @property
    def account_items(self) -> AccountItems:
        """The items that can be read, as Python values; made once."""
        if self._account_items is None:
            remainders = self.open_as_of is not None
            if self._records is None:
                parts = self.items, self.allocations, self.links, self.readable
                self._account_items = items_of_columns(*parts, remainders)
            else:
                outside = cast("list[OpenItem]", self._outside)
                self._account_items = items_of_records(
                    self._records, self._tied, outside, remainders
                )
        return self._account_items

    @property
    def accounts(self) -> tuple[str, ...]:
        """The names of the accounts."""
        if self._records is not None:
            return tuple(dict.fromkeys([item.account for item in self._records]))
        return cast(Codes, self.items["account"]).names

    def __len__(self) -> int:
        return len(self.items) if self._records is None else len(self._records)

    def __repr__(self) -> str:
        tied = len(self._tied if self._allocations is None else self._allocations)
        counts = [counted(len(self), "item"), counted(tied, "allocation")][: 1 + bool(tied)]
        counts.append(counted(len(self.accounts), "account"))
        counts += [] if self.open_as_of is None else [f"open as of {self.open_as_of}"]
        lost = " and ".join(counted(count, name) for name, count in self._lost() if count)
        return f"<Ledger of {', '.join(counts)}{f'; {lost} cannot be used' if lost else ''}>"

    def _lost(self) -> list[tuple[str, int]]:
        """How many items, and how many allocations, cannot be read or say what cannot be."""
        if self._records is not None:  # nothing but an id that repeats
            return [("item", len(self) - len(self.account_items.ids))]
        masks = (("item", self.readable), ("allocation", self.links.moves))
        return [(name, 0 if mask is None else int(np.sum(~mask))) for name, mask in masks]

    def account(self, name: str) -> Ledger:
        """The ledger of one customer; an empty one where no item is the customer's.

        The first call sorts the ledger by account; each call costs what the customer has items.
        """
        if not isinstance(name, str):
            raise InvalidFact("ledger.account", "must be the name of an account", name)
        if self.accounts == (name,) and (
            self._records is not None or self.items["account"].states is None
        ):
            return self
        made = Ledger()
        made.open_as_of = self.open_as_of
        if self._records is not None:
            self._cut_records(made, name)
        else:
            self._cut_columns(made, name)
        return made

    def plus(
        self,
        items: Items | Iterable[OpenItem] = (),
        allocations: Allocations | Iterable[Allocation] = (),
    ) -> Ledger:
        """This ledger with more items and allocations, as records or as tables.

        What a payment would make of it; or what `receivables.allocation.allocate` found, at any size.
        A ledger of one day's remainders has no allocations, and refuses.
        """
        if self.open_as_of is not None:
            raise InvalidFact("ledger.plus", "cannot add to the remainders of one day", self)
        more = [] if isinstance(items, Items) else records_in(OpenItem, items, "ledger.plus.items")
        tied: list[Allocation] = []
        if not isinstance(allocations, Allocations):
            tied = records_in(Allocation, allocations, "ledger.plus.allocations")
        tables = isinstance(items, Items) or isinstance(allocations, Allocations)
        if not tables and self._records is not None:
            outside = cast("list[OpenItem]", self._outside)
            return Ledger.of([*self._records, *more], [*self._tied, *tied], outside=outside)
        made = Ledger()
        made._items = self.items.plus(items if isinstance(items, Items) else Items.of(more))
        made._allocations = self.allocations.plus(
            allocations if isinstance(allocations, Allocations) else Allocations.of(tied)
        )
        made._outside = self._outside
        return made

    def _cut_records(self, made: Ledger, name: str) -> None:
        records = cast("list[OpenItem]", self._records)
        if self._index is None:
            self._index = RecordIndex(records, self._tied)
        index = cast(RecordIndex, self._index)
        rows = index.rows.get(name, [])
        made._records = [records[row] for row in rows]
        made._tied = [self._tied[row] for row in index.tied.get(name, [])]
        ends = [end for tie in made._tied for end in (tie.target, tie.source)]
        known = [index.row_of[end] for end in dict.fromkeys(ends) if end in index.row_of]
        for one in dict.fromkeys(item.id for item in made._records):
            known += index.repeats.get(one, [])  # also the items that have the id of one of these
        foreign = [records[row] for row in known if records[row].account != name]
        outside = cast("list[OpenItem]", self._outside)
        made._outside = foreign + [item for item in outside if item.account != name]

    def _cut_columns(self, made: Ledger, name: str) -> None:
        links, readable = self.links, self.readable
        if self._index is None:
            self._index = ColumnIndex(cast(Codes, self.items["account"]), links)
        rows, tied = cast(ColumnIndex, self._index).rows(name)
        index = {row: at for at, row in enumerate(rows.tolist())}
        made._items = self.items.take(rows)
        made._allocations = self.allocations.take(tied)
        ends = links.source[tied].tolist() + links.target[tied].tolist()
        mine = None
        if readable is not None and not readable[rows].all():
            mine = readable[rows]
            ends += self._repeats(rows)
        made._resolved = _Resolved(links.take(tied, index), mine, None)
        foreign = [row for row in dict.fromkeys(ends) if row >= 0 and row not in index]
        made._outside = self.items.take(np.array(foreign)) if foreign else self._outside

    def _repeats(self, rows: npt.NDArray[Any]) -> list[int]:
        """The rows of an id that several items have, one of these rows among them."""
        repeats = dict(self._found_faults()).get("item.duplicate_id")
        if repeats is None or not repeats[rows].any():
            return []
        ids = self.items["id"].values
        same = np.isin(ids, ids[rows[repeats[rows]]]) & repeats
        return np.flatnonzero(same).tolist()

    @property
    def faults(self) -> list[Note]:
        """The notes of rows that cannot be read and of allocations that move nothing."""
        return [self.note(code, mask) for code, mask in self._found_faults() if code in RULES]

    @property
    def notes(self) -> list[Note]:
        """Rows that cannot be read, allocations that tie nothing, items without a due date ...

        >>> lost = Allocation(target="INV-8", currency="CNY", amount="5.00")
        >>> Ledger.of([], [lost]).notes
        [Note(code='allocation.to_nothing', count=1, ids=('INV-8',))]
        """
        owed = np.array([kind.sign > 0 for kind in KINDS] + [False])[kind_codes(self.items)]
        if self.readable is not None:
            owed &= self.readable
        found = [
            *self._found_faults(),
            ("item.no_due_date", owed & ~self.items["due_date"].known),
            ("allocation.exceeds_item", exceeded(self.items, self.allocations, self.links)),
        ]
        return [self.note(code, mask) for code, mask in found if mask.any()]

    def note(self, code: str, mask: npt.NDArray[np.bool_]) -> Note:
        """A note on the rows of ``mask``: of items, or of allocations if the code says so."""
        first = _first(cast(Ids, self._table(code)[1]), mask)
        return Note(code=code, count=int(np.count_nonzero(mask)), ids=first)

    def _table(self, code: str) -> tuple[str, Any]:
        if code.startswith("item.") or code == "allocation.exceeds_item":
            return "ledger.items", self.items["id"]
        return "ledger.allocations", self.allocations["target"]

    def _raise_faults(self) -> None:
        for code, mask in self._found_faults():
            if code in RULES:
                row, count = int(np.argmax(mask)), int(np.count_nonzero(mask))
                path, ids = self._table(code)
                raise InvalidFact(path, RULES[code], ids.item(row), row=row, count=count)

    def _found_faults(self) -> list[Fault]:
        found = self._resolved
        if found is None or found.faults is None:
            found = self._resolve()
        return cast("list[Fault]", found.faults)

    def _resolve(self) -> _Resolved:
        """Find what cannot be read and tie the allocations; a part has its ties from the whole."""
        items, outside, whole = self.items, self._outside, self._resolved
        if isinstance(outside, list):
            outside = Items.of(outside)
        faults = faults_of(items, self.open_as_of is not None)
        faulty = np.zeros(len(items), dtype=bool)
        for _, mask in faults:
            faulty |= mask
        usable = np.flatnonzero(~faulty).astype(np.int32)
        repeated, links, more = links_of(
            items, usable, self.allocations, outside if len(outside) else None
        )
        bad = faulty.copy()
        if whole is not None and whole.readable is not None:
            bad |= ~whole.readable
        bad[repeated] = True
        if (bad & ~faulty).any():
            faults.append(("item.duplicate_id", bad & ~faulty))
        readable = ~bad if bad.any() else None
        if whole is not None:
            links, readable = whole.links, whole.readable
        # INVARIANT: one assignment, of what is ready: a second thread sees all of it or nothing.
        self._resolved = found = _Resolved(links, readable, faults + more)
        return found

    def same_as(self, other: object) -> bool:
        """Whether both hold the same items, allocations and items outside, in whatever order."""
        return isinstance(other, Ledger) and self.to_dict() == other.to_dict()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data, column by column; a column of which nothing is known is left out.

        Rows are in the order of what they say, so that one ledger has one digest in whatever order
        its rows were read.
        """
        items: Any = self.items if self._records is None else self._records
        tied: Any = self.allocations if self._records is None else self._tied
        return {
            "schema": _SCHEMA,
            "open_as_of": None if self.open_as_of is None else self.open_as_of.isoformat(),
            "items": _plain_columns(OpenItem, items),
            "allocations": _plain_columns(Allocation, tied or self.allocations),
            "outside": _plain_columns(OpenItem, self._outside),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Ledger:
        """The ledger that `to_dict` wrote."""
        given = mapping_in(without_schema(data, _SCHEMA, "ledger"), "ledger", keys=_KEYS)
        items, tied, outside = (
            mapping_in(given.get(name, {}), f"ledger.{name}")
            for name in ("items", "allocations", "outside")
        )
        when = given.get("open_as_of")
        if items:
            return cls.from_columns(items, tied, open_as_of=when, outside=outside)
        made = cls.of([], open_as_of=when)
        if tied:
            made._allocations = Allocations.from_columns(tied, path="ledger.allocations")
            made._set_date(when, True, False)
        if outside:
            made._outside = Items.from_columns(outside, path="ledger.outside")
        return made


def _first(ids: Ids, mask: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    """The first few ids of some rows, shorter ones first, in whatever order the rows lie."""
    chosen = ids.values[mask & ids.known]
    if chosen.dtype.kind != "U":
        chosen = _least(chosen).astype(np.str_)
    elif len(chosen) > _MOST_IDS:
        size = np.char.str_len(chosen)
        longest = _least(size)[-1]
        short, long = chosen[size < longest], chosen[size == longest]
        chosen = np.concatenate([short, _least(long)])
    texts = {str(one) for one in chosen.tolist()}
    return tuple(sorted(texts, key=lambda text: (len(text), text))[:_MOST_IDS])


def _least(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    least = np.partition(values, _MOST_IDS - 1) if len(values) > _MOST_IDS else values
    return np.sort(least[:_MOST_IDS])


def _plain_columns(kind: type, rows: Any) -> dict[str, list[Any]]:
    """Records or a table as plain columns by name."""
    if not len(rows):
        return {}
    out: dict[str, list[Any]] = {}
    if isinstance(rows, list):
        for attribute in attrs.fields(kind):
            plain = [_plain_value(getattr(record, attribute.name)) for record in rows]
            if attribute.default is attrs.NOTHING or any(value is not None for value in plain):
                out[attribute.name] = plain
    else:
        out = rows.plain_columns()
    order = sorted(range(len(rows)), key=_order_of(list(out.values())))
    return {name: [column[row] for row in order] for name, column in out.items()}


def _order_of(columns: list[list[Any]]) -> Callable[[int], Any]:
    """The key by which rows are in order: id first, then all they say; not known comes first."""

    def key(row: int) -> list[tuple[int, str]]:
        cells = (column[row] for column in columns)
        return [(0, "") if cell is None else (1, str(cell)) for cell in cells]

    return key


def _plain_value(value: Any) -> Any:
    if isinstance(value, Money):
        return plain_amount(value.minor, value.currency)
    return value.isoformat() if isinstance(value, date) else getattr(value, "value", value)
