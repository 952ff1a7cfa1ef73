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

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, Never, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes
from creditkit._fields import Day, as_date, records_in
from creditkit._layout import Page
from creditkit._plain import mapping_in, without_schema
from creditkit._tables import counted
from creditkit.errors import InvalidFact
from creditkit.facts._in_order import least_ids, plain_in_order
from creditkit.facts._links import Fault, Links, faults_of, kind_codes
from creditkit.facts._records import RecordIndex, items_of_records
from creditkit.facts._remarks import remarks_of
from creditkit.facts._single import AccountItems, ColumnIndex, items_of_columns
from creditkit.facts._tying import tied as tied_to_items
from creditkit.facts.documents import Billed
from creditkit.facts.kinds import ItemKind
from creditkit.facts.notes import INFORMS, NOTES, REMEDIES, Note
from creditkit.facts.open_items import Allocation, Allocations, Ids, Items, OpenItem

__all__ = ["Allocation", "Allocations", "ItemKind", "Items", "Ledger", "Note", "OpenItem"]

_SCHEMA: Final = "creditkit.ledger/1"
_KEYS: Final = ("open_as_of", "items", "allocations", "outside")
COLUMNS: Final = "give columns by name"

_CELLS: Final = {
    "item.unknown_currency": "currency",
    "item.unknown_kind": "kind",
    "item.no_amount": "amount",
    "item.no_doc_date": "doc_date",
    "item.bad_disputed": "disputed",
    "item.no_open_amount": "open_amount",
    "allocation.no_amount": "amount",
    "allocation.bad_source_amount": "source_amount",
    "allocation.other_currency": "currency",
}
"""The column whose cell could not be read, by the code of its note."""

_SEVERAL: Final = {
    "item.bad_date": ("due_date", "delivery_date", "acceptance_date", "posting_date"),
    "allocation.bad_date": ("on", "undone_on", "unmatched_on"),
    "allocation.bad_kind": ("source_kind", "target_kind"),
}
"""The same for codes of several columns."""


class _Resolved(NamedTuple):
    """What the rows of a ledger say of each other: `Ledger._resolve` works it out.

    It is published whole, in one attribute: who finds the links finds the unreadable rows with them,
    whatever another thread is about. ``readable`` is None where all rows can be read. ``unknown`` are
    the accounts, by code and at the end those of no account, of which a row or an allocation cannot
    be read; None where there is none. ``meant`` pairs an allocation that names no one document with
    an item that it may mean. ``faults`` is None in a part of a ledger, which has the rest
    from the whole, until somebody asks for them.
    """

    links: Links
    readable: npt.NDArray[np.bool_] | None
    unknown: npt.NDArray[np.bool_] | None
    meant: npt.NDArray[np.int64]
    faults: list[Fault] | None


class Ledger(Page):
    """Items and allocations of one customer or of all, at no date yet.

    A row that cannot be read (no date, unknown currency, the kind and id of another row) is INVALID:
    it is in no sum, is named in `notes` and makes its account's figures unknown. Of a document that
    repeats no row counts, for which of them is right is not known, and no answer depends on the order
    of rows. An allocation that cannot be read makes the figures of the accounts that it ties unknown,
    too. One to or from a document that is not there moves nothing; one without a source reduces its
    target only. ``open_as_of`` says
    that items carry remainders of that date (``open_amount``) in place of allocations; any other
    date is then refused. ``outside`` are items of other accounts that these allocations tie to;
    their numbers are not to be repeated.
    """

    __slots__ = (
        "_account_items",
        "_allocations",
        "_billed",
        "_by_name",
        "_index",
        "_items",
        "_outside",
        "_position",
        "_records",
        "_resolved",
        "_settling",
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
        # by which date items exist -> what the rows say of each other, and the items as Python values
        self._resolved: dict[str, _Resolved] = {}
        self._account_items: dict[str, AccountItems] = {}
        self._index: ColumnIndex | RecordIndex | None = None
        self._by_name: tuple[tuple[str, ...], npt.NDArray[np.intp]] | None = None
        # what `positions` read of it last, and under which reading; one assignment, so that a
        # second thread finds both or neither
        self._position: tuple[tuple[Any, ...], Mapping[str, Any]] | None = None
        # likewise what it says of orders
        self._billed: tuple[tuple[Any, ...], Mapping[str, tuple[Billed, ...]]] | None = None
        # how its items were settled, by which dates: `receivables` finds it once, at no date yet
        self._settling: tuple[tuple[str, str], Any] | None = None

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
        return self.resolved().readable

    @property
    def links(self) -> Links:
        """The allocations, tied to item rows."""
        return self.resolved().links

    @property
    def account_items(self) -> AccountItems:
        """The items that can be read, as Python values; made once."""
        return self.account_items_by("document")

    def account_items_by(self, exists_by: str) -> AccountItems:
        """`plain`, its items existing from their document date or their posting date."""
        found = self._account_items.get(exists_by)
        if found is None:
            remainders = self.open_as_of is not None
            if self._records is None:
                links, readable, unknown, *_ = self.resolved(exists_by)
                lost = unknown is not None and bool(unknown.any())
                parts = self.items, links, readable
                found = items_of_columns(*parts, remainders, exists_by, lost)
            else:
                outside = cast("list[OpenItem]", self._outside)
                parts_ = self._records, self._tied, outside
                found = items_of_records(*parts_, remainders, exists_by)
            self._account_items = {**self._account_items, exists_by: found}
        return found

    def resolved(self, exists_by: str = "document") -> _Resolved:
        """What the rows say of each other, items existing from their document or posting date."""
        return self._resolved.get(exists_by) or self._resolve(exists_by)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The names of the accounts."""
        if self._records is not None:
            return tuple(dict.fromkeys([item.account for item in self._records]))
        return cast(Codes, self.items["account"]).names

    @property
    def by_name(self) -> tuple[str, ...]:
        """The names of the accounts in their order; sorted once."""
        return self._sorted()[0]

    def ranks(self, names: Sequence[str]) -> npt.NDArray[np.intp]:
        """The place among names, which do not repeat, of each account by its code; -1 for others, last."""
        if names is self.by_name:
            return self._sorted()[1]
        rank = {name: at for at, name in enumerate(names)}
        codes = cast(Codes, self.items["account"]).names
        return np.array([*(rank.get(name, -1) for name in codes), -1], dtype=np.intp)

    def _sorted(self) -> tuple[tuple[str, ...], npt.NDArray[np.intp]]:
        if self._by_name is None:
            codes = cast(Codes, self.items["account"]).names
            order = sorted(range(len(codes)), key=codes.__getitem__)
            ranks = np.full(len(codes) + 1, -1, dtype=np.intp)
            ranks[np.array(order, dtype=np.intp)] = np.arange(len(codes))
            self._by_name = tuple(map(codes.__getitem__, order)), ranks
        return self._by_name

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
        found = self.resolved()
        moves = None if found.links.moves is None else found.links.moves[: len(self.allocations)]
        masks = (("item", found.readable), ("allocation", moves))
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
        made._records = [records[row] for row in index.rows.get(name, [])]
        rows = index.tied_to(name)
        made._tied = [self._tied[row] for row in rows]
        foreign = index.foreign(name, rows)
        outside = cast("list[OpenItem]", self._outside)
        made._outside = foreign + [item for item in outside if item.account != name]

    def _cut_columns(self, made: Ledger, name: str) -> None:
        links, readable, unknown, meant, _ = self.resolved()
        if self._index is None:
            self._index = ColumnIndex(cast(Codes, self.items["account"]), links, meant)
        by_account = cast(ColumnIndex, self._index)
        rows, tied = by_account.rows(name)
        index = {row: at for at, row in enumerate(rows.tolist())}
        made._items = self.items.take(rows)
        made._allocations = self.allocations.take(tied[tied < len(self.allocations)])
        ends = links.source[tied].tolist() + links.target[tied].tolist()
        ends += meant[np.isin(meant[:, 0], tied), 1].tolist()
        mine = None
        if readable is not None and not readable[rows].all():
            mine = readable[rows]
            ends += self._repeats(rows)
        lost = unknown is not None and len(rows) > 0 and bool(unknown[by_account.codes[name]])
        flags = np.array([lost] * (len(rows) > 0) + [False]) if lost else None
        part = _Resolved(
            links.take(tied, index), mine, flags, _renumbered(meant, tied, index), None
        )
        made._resolved = {"document": part}
        foreign = [row for row in dict.fromkeys(ends) if row >= 0 and row not in index]
        made._outside = self.items.take(np.array(foreign)) if foreign else self._outside

    def _repeats(self, rows: npt.NDArray[Any]) -> list[int]:
        """The rows of an id that several items have, one of these rows among them."""
        repeats = dict(self._found_faults()).get("item.duplicate_id")
        if repeats is None or not repeats[rows].any():
            return []
        ids, kinds = self.items["id"].values, kind_codes(self.items)
        mine = rows[repeats[rows]]
        same = np.isin(ids, ids[mine]) & np.isin(kinds, kinds[mine]) & repeats
        own = {*zip(ids[mine].tolist(), kinds[mine].tolist(), strict=True)}
        return [
            row for row in np.flatnonzero(same).tolist() if (ids[row].item(), kinds[row]) in own
        ]

    @property
    def faults(self) -> tuple[InvalidFact, ...]:
        """The cells that could not be read, as `Portfolio.faults` has them: column, rule, value, remedy.

        >>> book = Ledger.from_columns({"account": ["C-1", "C-2"], "kind": "invoice",
        ...     "currency": "CNY", "amount": ["1,000.00", "5"], "doc_date": "2026-09-01"})
        >>> print(book.faults[0])
        ledger.items.amount must be ... (got '1,000.00') in row 0...
        """
        return (*self.items.faults, *self.allocations.faults)

    @property
    def notes(self) -> list[Note]:
        """Rows that cannot be read, allocations that tie nothing, items without a due date ...

        >>> lost = Allocation(target="INV-8", currency="CNY", amount="5.00")
        >>> print(Ledger.of([], [lost]).notes[0])
        target must be a document of the ledger that can be read, in 1 row: INV-8; add the document; ...
        """
        odd = remarks_of(self.items, self.allocations, self.links, self.readable)
        found = [*self._found_faults(), *odd]
        return [self.note(code, mask) for code, mask in found if mask.any()]

    @property
    def unread(self) -> list[Note]:
        """The notes of rows that cannot be read and of allocations that move nothing."""
        return [self.note(code, mask) for code, mask in self._found_faults() if code not in INFORMS]

    def note(self, code: str, mask: npt.NDArray[np.bool_]) -> Note:
        """A note on the rows of ``mask``: of items, or of allocations if the code says so."""
        first = least_ids(cast(Ids, self._table(code)[1]), mask)
        value = self._value(code)
        return Note(code=code, count=int(np.count_nonzero(mask)), ids=first, value=value)

    def _value(self, code: str) -> str | None:
        """What came in the first cell that could not be read; None where that is not known any more."""
        names = (_CELLS[code],) if code in _CELLS else _SEVERAL.get(code, ())
        table = self.items if code.startswith("item.") else self.allocations
        for fault in table.faults:
            if fault.path.rpartition(".")[2] in names:
                return None if fault.value is None else str(fault.value)
        return None

    def _table(self, code: str) -> tuple[str, Any]:
        if code.startswith(("item.", "allocation.exceeds_")):
            return "ledger.items", self.items["id"]
        return "ledger.allocations", self.allocations["target"]

    def _raise_faults(self) -> None:
        for code, mask in self._found_faults():
            if code not in INFORMS:
                row, count = int(np.argmax(mask)), int(np.count_nonzero(mask))
                path, ids = self._table(code)
                rule, remedy = NOTES[code].en, REMEDIES[code].en
                raise InvalidFact(path, rule, ids.item(row), remedy, row=row, count=count)

    def _found_faults(self) -> list[Fault]:
        found = self._resolved.get("document")
        if found is None or found.faults is None:
            found = self._resolve("document")
        return cast("list[Fault]", found.faults)

    def _resolve(self, exists_by: str) -> _Resolved:
        """Find what cannot be read and tie the allocations; a part has its ties from the whole."""
        items, outside, whole = self.items, self._outside, self._resolved.get(exists_by)
        if isinstance(outside, list):
            outside = Items.of(outside)
        remainders, others = self.open_as_of is not None, outside if len(outside) else None
        faults = faults_of(items, remainders)
        faulty = np.zeros(len(items), dtype=bool)
        for _, mask in faults:
            faulty |= mask
        usable = np.flatnonzero(~faulty).astype(np.int32)
        found = tied_to_items(items, usable, self.allocations, others, exists_by, remainders)
        bad = faulty.copy()
        bad[found.unreturned] = True
        if (bad & ~faulty).any():
            faults.append(("item.returned_from_nothing", bad & ~faulty))
        faulty = bad.copy()
        if whole is not None and whole.readable is not None:
            bad |= ~whole.readable
        bad[found.repeated] = True
        if (bad & ~faulty).any():
            faults.append(("item.duplicate_id", bad & ~faulty))
        links, readable = found.links, ~bad if bad.any() else None
        owners = cast(Codes, items["account"])
        unknown = np.zeros(len(owners.names) + 1, dtype=bool)  # the last: of no account
        unknown[owners.values[bad]] = True
        unknown[owners.values[found.lost]] = True
        lost = unknown if unknown.any() else None
        if whole is not None:
            links, readable, lost = whole[:3]
        resolved = _Resolved(links, readable, lost, found.meant, faults + found.faults)
        # INVARIANT: one assignment, of what is ready: a second thread sees all of it or nothing.
        self._resolved = {**self._resolved, exists_by: resolved}
        return resolved

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
            "items": plain_in_order(OpenItem, items),
            "allocations": plain_in_order(Allocation, tied or self.allocations),
            "outside": plain_in_order(OpenItem, self._outside),
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


def _renumbered(
    meant: npt.NDArray[np.int64], tied: npt.NDArray[Any], index: dict[int, int]
) -> npt.NDArray[np.int64]:
    """Pairs of an allocation and an item, by the rows of a part."""
    at = {row: where for where, row in enumerate(tied.tolist())}
    pairs = [(at[tie], index[row]) for tie, row in meant.tolist() if tie in at and row in index]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
