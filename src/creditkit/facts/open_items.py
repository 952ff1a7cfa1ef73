"""Open items and what was allocated to them: the two tables of a ledger, as records and as columns.

Receivables are positive, credit notes and receipts negative. An instalment is an item of its own.

>>> item = OpenItem(id="INV-7", account="C-1", currency="CNY", kind="invoice", amount="1130.00",
...                 doc_date=date(2026, 9, 1), due_date=date(2026, 10, 1))
>>> Items.of([item]).row(0) == item
True
>>> OpenItem(id="RC-1", account="C-1", currency="CNY", kind="receipt", amount="500",
...          doc_date=date(2026, 10, 5))
Traceback (most recent call last):
creditkit.errors.InvalidFact: open_item.amount must not be above zero for a receipt (got ...
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar, Self, TypeVar, cast

import attrs
import numpy as np
import numpy.typing as npt
from attrs import Attribute, field, frozen

from creditkit._columns import Cells, Codes, State
from creditkit._door import Door
from creditkit._fields import (
    Fact,
    checked,
    known_currency,
    money_in,
    money_required,
    plain_text,
    records_in,
)
from creditkit._given import as_wholes, column_in
from creditkit._plain import WHERE_GIVEN, fact_name
from creditkit._tables import Table
from creditkit.errors import InvalidFact
from creditkit.facts.kinds import ItemKind
from creditkit.money import Money

__all__ = ["Allocation", "Allocations", "Ids", "ItemKind", "Items", "OpenItem"]


def _signed(item: Any, _attribute: "Attribute[Money]", _value: Money) -> None:
    if item.amount.minor * item.kind.sign < 0:
        way, other = (
            ("below", "credit_note or receipt") if item.kind.sign > 0 else ("above", "debit_note")
        )
        remedy = f"receivables are positive, credits and cash negative; or say kind={other!r}"
        raise InvalidFact(
            "open_item.amount",
            f"must not be {way} zero for a {item.kind.value}",
            item.amount,
            remedy,
        )


def _positive(fact: Any, attribute: "Attribute[Any]", _value: Any) -> None:
    value = getattr(fact, attribute.name)
    if value is not None and value.minor < 0:
        path = f"{fact_name(type(fact))}.{attribute.name}"
        raise InvalidFact(path, "must not be below zero", value)


def _in_two(tie: Any, attribute: "Attribute[Any]", value: Any) -> None:
    _positive(tie, attribute, value)
    given, single = tie.source_amount, tie.source_currency == tie.currency
    if given is not None and single and given != tie.amount:
        rule = f"must be {tie.amount}, as in one currency the source gives what the target loses"
        remedy = "leave source_amount out"
        raise InvalidFact("allocation.source_amount", rule, given, remedy)


def _kind(value: ItemKind | str | None) -> ItemKind | None:
    return cast("ItemKind | None", value)  # the field's check makes it one


def _item_kind(value: ItemKind | str) -> ItemKind:
    return cast(ItemKind, value)


@frozen(kw_only=True, field_transformer=checked)
class OpenItem(Fact):
    """One document of the receivables ledger, or one instalment of it, open or settled.

    ``amount`` is the whole document, tax-inclusive; what is still open follows from the
    allocations. ``kind`` says what it touches: see *Kinds of documents*. ``disputed`` is the part in
    dispute, None where nothing is. ``order`` is the order behind it. ``document`` and ``instalment``
    ("2/3") are the document of which it is an instalment; ``salesperson``, ``entity`` and
    ``cost_centre`` are keys by which `ageing` can be asked. ``open_amount`` is for hosts that only
    know today's remainder; see `Ledger`.

    An item is known by its kind and ``id``: an invoice and a receipt may have one number.
    """

    schema: ClassVar[str] = "creditkit.open_item/1"

    id: str
    account: str
    currency: str = field(validator=known_currency)
    kind: ItemKind = field(converter=_item_kind)
    amount: Money = field(converter=money_required, validator=_signed)
    doc_date: date
    due_date: date | None = None
    delivery_date: date | None = None
    acceptance_date: date | None = None
    posting_date: date | None = None
    disputed: Money | None = field(default=None, converter=money_in, validator=_positive)
    order: str | None = None
    open_amount: Money | None = field(default=None, converter=money_in)
    document: str | None = field(default=None, metadata=WHERE_GIVEN)
    instalment: str | None = field(default=None, metadata=WHERE_GIVEN)
    salesperson: str | None = field(default=None, metadata=WHERE_GIVEN)
    entity: str | None = field(default=None, metadata=WHERE_GIVEN)
    cost_centre: str | None = field(default=None, metadata=WHERE_GIVEN)


@frozen(kw_only=True, field_transformer=checked)
class Allocation(Fact):
    """A part of a receipt or credit note (``source``) set against an invoice (``target``).

    ``amount`` is not negative, in ``currency``, that of the target. A source in another currency gives
    ``source_amount``, in ``source_currency``; the difference in exchange is nobody's. Numbers that
    documents of several kinds have are told apart by ``source_kind`` and ``target_kind``.

    ``on`` is the recorded matching date. Without a ``source`` it stands for the date of the payment,
    and ``source_kind`` says what it was where it was none: a ``write_off``, a ``credit_note``.

    ``undone_on`` is the day on which the payment came back (a bounced cheque): from then on it is no
    payment, and what its receipt has free is no cash. ``unmatched_on`` is the day on which the match was
    taken back: from then on the receipt's cash is free for other documents.
    """

    schema: ClassVar[str] = "creditkit.allocation/1"

    target: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required, validator=_positive)
    source: str | None = None
    on: date | None = None
    undone_on: date | None = None
    unmatched_on: date | None = field(default=None, metadata=WHERE_GIVEN)
    source_kind: ItemKind | None = field(default=None, converter=_kind, metadata=WHERE_GIVEN)
    target_kind: ItemKind | None = field(default=None, converter=_kind, metadata=WHERE_GIVEN)
    source_currency: str | None = field(default=None, metadata=WHERE_GIVEN)
    source_amount: Money | None = field(
        default=None,
        converter=money_in,
        validator=_in_two,
        metadata={"currency": "source_currency", **WHERE_GIVEN},
    )


class Ids(Cells):
    """Document numbers in a column: fixed-width text or whole numbers, no object for a row."""

    __slots__ = ()

    @classmethod
    def of(cls, values: Any, path: str = "ids") -> Self:
        """From text or whole numbers (list, array, `Codes`); None and empty text are not known."""
        if isinstance(values, Ids):
            return cls(values.values, values.states)
        if isinstance(values, Codes):
            texts = np.array([*values.names, ""])[values.values]
        else:
            values = column_in(values, path)
            texts = values if isinstance(values, np.ndarray) else _listed(values, path)
        if texts.dtype.kind not in "iuU":
            rule, remedy = "must be a column of text or whole numbers", "astype(str)"
            raise InvalidFact(path, rule, texts.dtype, remedy)
        return cls(texts, (texts == "").astype(np.uint8) if texts.dtype.kind == "U" else None)

    def item(self, row: int) -> str | None:
        """One cell as text, or None where it is not known."""
        return None if self.state(row) != State.KNOWN else str(self.values[row])

    def texts(self) -> npt.NDArray[np.str_]:
        """The whole column as text."""
        return self.values if self.values.dtype.kind == "U" else self.values.astype(np.str_)

    def same_as(self, other: object) -> bool:
        """Whether both columns name the same documents."""
        return isinstance(other, Ids) and bool(np.array_equal(self.texts(), other.texts()))


def _listed(given: Sequence[Any], path: str) -> npt.NDArray[Any]:
    """A list of document numbers as fixed-width text, or as whole numbers where all are."""
    whole = bool(given) and isinstance(given[0], int | np.integer)
    kinds = int | np.integer if whole else str | None
    bad = [
        row
        for row, value in enumerate(given)
        if not isinstance(value, kinds)
        or isinstance(value, bool)
        or (isinstance(value, str) and not (plain_text(value) or not value.strip()))
    ]
    if bad:
        rule = "must be all text or all whole numbers"
        if isinstance(given[bad[0]], str) and not whole:
            rule = "must be text without NUL and lone surrogates"
        raise InvalidFact(path, rule, given[bad[0]], row=bad[0], count=len(bad))
    if whole:
        return as_wholes(given, path)
    return np.array(
        ["" if not value or value.isspace() else value for value in given], dtype=np.str_
    )


R = TypeVar("R")


class _Rows(Table[R]):
    """A table with document numbers, which are too many for names."""

    __slots__ = ()

    ids: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def of(cls, records: Iterable[R | None]) -> Self:
        """From records."""
        given = records_in(cls.record, records, fact_name(cls))
        made = super().of(given)
        for name in cls.ids:
            made.cells[name] = Ids.of([getattr(one, name) for one in given])
        return made

    @classmethod
    def _cells_of(cls, door: Door, field: "Attribute[Any]", column: Any, currency: Codes) -> Cells:
        """One column as cells; items without ``id`` are known by their row number."""
        name, rows = field.name, door.rows
        if name == "id" and column is None:
            return Ids(np.arange(rows, dtype=np.int32))
        if name not in cls.ids or (column is None and field.default is attrs.NOTHING):
            return super()._cells_of(door, field, column, currency)
        if column is None:
            unknown = np.broadcast_to(np.uint8(State.UNKNOWN), (rows,))
            return Ids(np.broadcast_to(np.str_(""), (rows,)), unknown)
        return Ids.of([column] * rows if isinstance(column, str) else column, f"{door.path}.{name}")

    def row_values(self, row: int) -> dict[str, Any]:
        """The values of one row by field name."""
        values = super().row_values(row)
        for name in self.ids:
            values[name] = cast(Ids, self.cells[name]).item(row)
        return values

    def plus(self, other: Self) -> Self:
        """The rows of both tables, these first."""
        if not len(self) or not len(other):
            return other if len(other) else self
        return type(self)(
            {name: _joined(column, other[name]) for name, column in self.cells.items()},
            len(self) + len(other),
        )

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """The table with the named rows only."""
        return type(self)(
            {name: _taken(column, rows) for name, column in self.cells.items()}, len(rows)
        )


class Items(_Rows[OpenItem]):
    """Open items in columns.

    Money may be `Amounts`, or `Cells` of whole minor units in each row's currency. Items without
    ``id`` are known by their row number.
    """

    __slots__ = ()

    record = OpenItem
    schema = "creditkit.items/1"
    ids = ("id",)


class Allocations(_Rows[Allocation]):
    """Allocations in columns."""

    __slots__ = ()

    record = Allocation
    schema = "creditkit.allocations/1"
    ids = ("target", "source")


def _joined(first: Cells, second: Cells) -> Cells:
    """Two columns of one kind, one after the other."""
    values = first.values, second.values
    states = None
    if first.states is not None or second.states is not None:
        states = np.concatenate([first.all_states(), second.all_states()])
    if isinstance(first, Codes):
        place = {name: code for code, name in enumerate(first.names)}
        names = cast(Codes, second).names
        codes = [place.setdefault(name, len(place)) for name in names]
        moved = np.array([*codes, -1], dtype=np.int32)[second.values]
        return Codes(np.concatenate([first.values, moved]), tuple(place), states)
    if isinstance(first, Ids):
        if len({one.dtype.kind == "U" for one in values}) > 1:
            values = first.texts(), cast(Ids, second).texts()
        return Ids(np.concatenate(values), states)
    return Cells(np.concatenate(values), states)


def _taken(column: Cells, rows: npt.NDArray[Any]) -> Cells:
    if not isinstance(column, Codes):
        return column.take(rows)
    used, codes = np.unique(
        column.values[rows], return_inverse=True
    )  # without the names of other rows
    names = [column.names[code] for code in used if code >= 0]
    if len(used) > len(names):
        codes = codes - 1
    return Codes(
        codes.astype(np.int32), names, None if column.states is None else column.states[rows]
    )
