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

import difflib
import enum
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Self, TypeVar, cast

import attrs
import numpy as np
import numpy.typing as npt
from attrs import Attribute, field, frozen

from creditkit._columns import Cells, Codes, State
from creditkit._fields import Fact, Kind, as_date, checked, kinds, money_in, money_required
from creditkit._plain import fact_name
from creditkit._tables import Door, Table
from creditkit.errors import InvalidFact
from creditkit.facts.customers import known_currency
from creditkit.money import CURRENCIES, LARGEST, Money

__all__ = ["Allocation", "Allocations", "Ids", "ItemKind", "Items", "OpenItem"]

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""The calendar that a ``date`` can hold, as days from 1970: the years 1 to 9999."""


class ItemKind(enum.Enum):
    """What sort of document an item is; ``sign`` says which way its amount goes."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    DEBIT_NOTE = "debit_note"

    @property
    def sign(self) -> int:
        """1 for what the customer owes, -1 for what we owe or have received."""
        return 1 if self in (ItemKind.INVOICE, ItemKind.DEBIT_NOTE) else -1


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
    if value is not None and value.minor < (1 if attribute.name == "amount" else 0):
        rule = "must be above zero" if attribute.name == "amount" else "must not be below zero"
        raise InvalidFact(f"{fact_name(type(fact))}.{attribute.name}", rule, value)


def _item_kind(value: ItemKind | str) -> ItemKind:
    return cast(ItemKind, value)  # the field's check makes it one


@frozen(kw_only=True, field_transformer=checked)
class OpenItem(Fact):
    """One document of the receivables ledger, or one instalment of it, open or settled.

    ``amount`` is the whole document, tax-inclusive; what is still open follows from the
    allocations. ``disputed`` is the part in dispute. ``order`` is the order behind the document.
    ``open_amount`` is for hosts that only know today's remainder; see `Ledger`. A returned payment
    is a debit note, or the allocation of the payment is undone.
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


@frozen(kw_only=True, field_transformer=checked)
class Allocation(Fact):
    """A part of a receipt or credit note (``source``) set against an invoice (``target``).

    ``amount`` is positive. ``on`` is the recorded matching date; without a ``source`` it stands for
    the date of the payment. From ``undone_on`` on it no longer counts (a bounced payment).
    """

    schema: ClassVar[str] = "creditkit.allocation/1"

    target: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required, validator=_positive)
    source: str | None = None
    on: date | None = None
    undone_on: date | None = None


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
        elif isinstance(values, np.ndarray):
            texts = values
        else:
            given = list(values)
            whole = bool(given) and isinstance(given[0], int | np.integer)
            for row, value in enumerate(given):
                fits = (
                    isinstance(value, int | np.integer)
                    if whole
                    else value is None or isinstance(value, str)
                )
                if not fits or isinstance(value, bool):
                    raise InvalidFact(path, "must be all text or all whole numbers", value, row=row)
            texts = (
                np.array(given)
                if whole
                else np.array(["" if v is None else v for v in given], dtype=np.str_)
            )
        if texts.dtype.kind not in "iuU" or texts.ndim != 1:
            remedy = "object columns are refused; astype(str)"
            raise InvalidFact(
                path,
                "must be a one-dimensional column of text or whole numbers",
                texts.dtype,
                remedy,
            )
        return cls(texts, (texts == "").astype(np.uint8) if texts.dtype.kind == "U" else None)

    def item(self, row: int) -> str | None:
        """One cell as text, or None where it is not known."""
        return None if self.state(row) != State.KNOWN else str(self.values[row])

    def texts(self) -> npt.NDArray[np.str_]:
        """The whole column as text."""
        return self.values if self.values.dtype.kind == "U" else self.values.astype(np.str_)

    def same_as(self, other: Cells) -> bool:
        """Whether both columns name the same documents."""
        return isinstance(other, Ids) and bool(np.array_equal(self.texts(), other.texts()))


R = TypeVar("R")


class _Rows(Table[R]):
    """A table whose columns may be ten million rows: what is absent takes no memory."""

    __slots__ = ()

    ids: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def of(cls, records: Iterable[R | None]) -> Self:
        """From records."""
        given = list(records)
        made = super().of(given)
        for name in cls.ids:
            made.cells[name] = Ids.of(
                [None if one is None else getattr(one, name) for one in given]
            )
        return made

    @classmethod
    def from_columns(
        cls,
        columns: Mapping[str, Any],
        *,
        strict: bool = False,
        from_float: bool = False,
        path: str = "",
    ) -> Self:
        """From columns by field name; one text stands for every row.

        Money may be `Amounts`, or `Cells` of whole minor units in each row's currency; these and
        numpy arrays are taken as they are. Items without ``id`` are known by their row number.
        """
        path = path or fact_name(cls.record)
        types = kinds(cls.record)
        for name in columns:
            if name not in types:
                near = difflib.get_close_matches(name, types, n=1)
                raise InvalidFact(
                    f"{path}.{name}",
                    "is not known",
                    remedy=f"did you mean {near[0]!r}?" if near else "",
                )
        lengths = {
            name: len(column)
            for name, column in columns.items()
            if not isinstance(column, str | None)
        }
        if len(set(lengths.values())) > 1:
            raise InvalidFact(path, "must have columns of one length", lengths)
        rows = next(iter(lengths.values()), 0)
        door = Door(path, rows, strict, from_float)
        currency = columns.get("currency")
        cells: dict[str, Cells] = {
            "currency": door.currency(_filled(Kind.TEXT, currency, rows, path))
        }
        for attribute in attrs.fields(cls.record):
            name = attribute.name
            column, at = columns.get(name), f"{path}.{name}"
            if name == "currency":
                continue
            if column is None and name == "id":
                cells[name] = Ids(np.arange(rows, dtype=np.int32))
            elif column is None and attribute.default is attrs.NOTHING:
                raise InvalidFact(at, "must be given")
            elif column is None:
                cells[name] = _absent(types[name], rows, name in cls.ids)
            elif name in cls.ids:
                cells[name] = Ids.of([column] * rows if isinstance(column, str) else column, at)
            else:
                read = door.read if types[name] is not Kind.MONEY else door_money(door)
                cells[name] = read(
                    name, types[name], _filled(types[name], column, rows, at), cells["currency"]
                )
            if types[name] is Kind.DATE:
                cells[name] = _in_calendar(cells[name], door, at)
        return cls(cells, rows, door.faults)

    def row_values(self, row: int) -> dict[str, Any]:
        """The values of one row by field name."""
        values = super().row_values(row)
        for name in self.ids:
            values[name] = cast(Ids, self.cells[name]).item(row)
        return values

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """The table with the named rows only."""
        return type(self)(
            {name: _taken(column, rows) for name, column in self.cells.items()}, len(rows)
        )


class Items(_Rows[OpenItem]):
    """Open items in columns."""

    __slots__ = ()

    record = OpenItem
    ids = ("id",)


class Allocations(_Rows[Allocation]):
    """Allocations in columns."""

    __slots__ = ()

    record = Allocation
    ids = ("target", "source")


def _filled(kind: Kind, column: Any, rows: int, path: str) -> Any:
    """One text for every row as a column that takes no memory."""
    if not isinstance(column, str):
        return column
    if kind is Kind.DATE:
        return np.broadcast_to(np.datetime64(as_date(column, path), "D"), (rows,))
    if kind is Kind.MONEY:
        return [column] * rows
    return Codes(np.broadcast_to(np.int32(0), (rows,)), (column,))


def _absent(kind: Kind, rows: int, ids: bool) -> Cells:
    unknown = np.broadcast_to(np.uint8(State.UNKNOWN), (rows,))
    if ids:
        return Ids(np.broadcast_to(np.str_(""), (rows,)), unknown)
    if kind in (Kind.TEXT, Kind.CHOICE):
        return Codes(np.broadcast_to(np.int32(-1), (rows,)), (), unknown)
    empty: Any = np.datetime64("NaT", "D") if kind is Kind.DATE else np.int64(0)
    return Cells(np.broadcast_to(empty, (rows,)), unknown)


def door_money(door: Door) -> Any:
    """Money that comes as whole numbers in a column, without a loop over the rows."""

    def read(name: str, kind: Kind, column: Any, currency: Cells) -> Cells:
        path = f"{door.path}.{name}"
        if type(column) is Cells:
            if column.values.dtype != np.int64:
                raise InvalidFact(
                    path, "must be minor units in a column of int64", column.values.dtype
                )
            return column
        if not isinstance(column, np.ndarray) or column.dtype.kind not in "iu" or column.ndim != 1:
            return door.read(name, kind, column, currency)
        codes = cast(Codes, currency)
        scale = np.array(
            [10 ** CURRENCIES.get(code, 2) for code in codes.names] + [100], dtype=np.int64
        )
        largest = (
            max((abs(int(column.max())), abs(int(column.min()))), default=0) if len(column) else 0
        )
        if largest * int(scale.max()) > LARGEST:
            return door.read(name, kind, column, currency)  # row by row, which names the bad one
        return Cells(column.astype(np.int64) * scale[codes.values])

    return read


def _in_calendar(column: Cells, door: Door, path: str) -> Cells:
    days = column.values.view(np.int64)
    outside = (days > LAST_DAY) | (days < FIRST_DAY)
    if column.states is not None:
        outside &= column.states == State.KNOWN
    if not outside.any():
        return column
    row = int(np.argmax(outside))
    value, count = str(column.values[row]), int(np.count_nonzero(outside))
    door.fault(
        InvalidFact(path, "must be a date of the years 1 to 9999", value, row=row, count=count)
    )
    states = column.all_states().copy()
    states[outside] = State.INVALID
    return Cells(column.values, states)


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
