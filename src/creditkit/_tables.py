"""The one table: records of any checked fact as columns, and back.

A `Table` lays out a fact by the annotations of its record class, and ``table.row(i)`` gives back
the record. ``Portfolio``, ``Statements`` and the ledger are such tables.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Final, Generic, Self, TypeVar, cast

import attrs
import numpy as np

from creditkit._columns import (
    LINE_STATES,
    STATE_LINES,
    Amounts,
    Cells,
    Codes,
    Ints,
    State,
    as_floats,
    minor_from_floats,
    money_cell,
)
from creditkit._fields import Kind, kinds
from creditkit._plain import fact_name
from creditkit.errors import InvalidFact
from creditkit.money import CURRENCIES, Line, Money

__all__ = ["Door", "Table"]

R = TypeVar("R")


class Table(Generic[R]):
    """Records of one fact as columns; `row` gives the record back.

    Made from records (`of`) or from columns (`from_columns`). Columns of unequal length, unknown
    names, object columns and times with a zone raise `InvalidFact`; a fault of one row makes that
    cell INVALID, is counted in `faults`, and stops no other row, unless ``strict=True``.
    """

    __slots__ = ("cells", "faults", "rows")

    record: ClassVar[type]

    def __init__(
        self, cells: Mapping[str, Cells], rows: int, faults: Sequence[InvalidFact] = ()
    ) -> None:
        self.cells = dict(cells)
        self.rows = rows
        self.faults = tuple(faults)

    def __len__(self) -> int:
        return self.rows

    @classmethod
    def of(cls, records: Iterable[R | None]) -> Self:
        """From records; a None among them is a row of which nothing is known."""
        given = list(records)
        cells = {
            name: _from_records(name, kind, given)
            for name, kind in kinds(cls.record).items()
            if kind in _COLUMN_KINDS
        }
        return cls(cells, len(given))

    @classmethod
    def from_columns(
        cls,
        columns: Mapping[str, Any],
        *,
        strict: bool = False,
        from_float: bool = False,
        path: str = "",
    ) -> Self:
        """From columns by field name: arrays, lists, `Amounts`, `Codes`; one text stands for every row.

        ``from_float=True`` admits float columns as money, rounded half-even to the minor unit.
        """
        path = path or fact_name(cls.record)
        known = {name: kind for name, kind in kinds(cls.record).items() if kind in _COLUMN_KINDS}
        for name in columns:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                raise InvalidFact(
                    f"{path}.{name}",
                    "is not known",
                    remedy=f"did you mean {near[0]!r}?" if near else "",
                )
        lengths = {
            name: len(column) for name, column in columns.items() if not isinstance(column, str)
        }
        if len(set(lengths.values())) > 1:
            raise InvalidFact(path, "must have columns of one length", lengths)
        rows = next(iter(lengths.values()), 0)
        door = Door(path, rows, strict, from_float)
        cells: dict[str, Cells] = {}
        currency = columns.get("currency")
        if "currency" in known:
            cells["currency"] = door.currency(currency)
        for attribute in attrs.fields(cls.record):
            name = attribute.name
            if name == "currency" or name not in known:
                continue
            if columns.get(name) is not None:
                cells[name] = door.read(name, known[name], columns[name], cells.get("currency"))
            elif attribute.default is attrs.NOTHING:
                raise InvalidFact(f"{path}.{name}", "must be given")
            else:
                cells[name] = _default(known[name], attribute.default, rows)
        return cls(cells, rows, door.faults)

    def __getitem__(self, name: str) -> Cells:
        try:
            return self.cells[name]
        except KeyError:
            near = difflib.get_close_matches(name, self.cells, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else ""
            raise InvalidFact(
                f"{fact_name(self.record)}.{name}", "is not known", remedy=remedy
            ) from None

    def amounts(self, name: str) -> Amounts:
        """A money column of a table that has one currency."""
        column = self[name]
        currencies = cast(Codes, self["currency"])
        if len(currencies.names) != 1 or not isinstance(column, Cells):
            raise InvalidFact(
                f"{fact_name(self.record)}.{name}", "must be in one currency", currencies.names
            )
        return Amounts(cast(Ints, column.values), column.states, currencies.names[0])

    def row(self, row: int) -> R:
        """The record of one row; an `InvalidFact` where the row has a fault."""
        return cast(R, self.record(**self.row_values(row)))

    def row_values(self, row: int) -> dict[str, Any]:
        """The values of one row by field name."""
        if not -self.rows <= row < self.rows:
            raise IndexError(f"row {row} of {self.rows}")
        currency = (
            cast(Codes, self.cells["currency"]).item(row) if "currency" in self.cells else None
        )
        types = kinds(self.record)
        return {
            name: _scalar(column, types[name], row, currency) for name, column in self.cells.items()
        }

    def cut(self, rows: slice) -> Self:
        """A run of rows, as views; a column is cut when it is first asked for."""
        made = copy.copy(self)
        made.cells = _Cut(self.cells, rows)
        made.rows = len(range(*rows.indices(self.rows)))
        return made

    def same_as(self, other: Table[R]) -> bool:
        """Whether both tables hold the same columns."""
        return (
            type(self) is type(other)
            and self.rows == other.rows
            and self.cells.keys() == other.cells.keys()
            and all(column.same_as(other.cells[name]) for name, column in self.cells.items())
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.rows} rows>"


class _Cut(dict[str, Cells]):
    """A run of rows of a table's columns, cut one by one."""

    def __init__(self, whole: Mapping[str, Cells], rows: slice) -> None:
        super().__init__()
        self.whole = whole
        self.rows = rows

    def __missing__(self, name: str) -> Cells:
        column = self[name] = self.whole[name].cut(self.rows)
        return column

    def keys(self) -> Any:
        return self.whole.keys()

    def items(self) -> Any:
        return {name: self[name] for name in self.whole}.items()


_COLUMN_KINDS: Final = frozenset(
    {Kind.TEXT, Kind.MONEY, Kind.LINE, Kind.DATE, Kind.FLAG, Kind.WHOLE, Kind.NUMBER, Kind.CHOICE}
)
_NUMPY: Final[dict[Kind, Any]] = {
    Kind.MONEY: np.int64,
    Kind.LINE: np.int64,
    Kind.DATE: "datetime64[D]",
    Kind.FLAG: np.int8,
    Kind.WHOLE: np.int64,
    Kind.NUMBER: np.float64,
}


def _from_records(name: str, kind: Kind, records: list[Any]) -> Cells:
    given = [None if record is None else getattr(record, name) for record in records]
    if kind is Kind.TEXT:
        return Codes.of(given)
    if kind is Kind.CHOICE:
        return Codes.of([None if value is None else value.value for value in given])
    values = np.zeros(len(given), dtype=_NUMPY[kind])
    states = np.zeros(len(given), dtype=np.uint8)
    for row, value in enumerate(given):
        if value is None:
            states[row] = State.UNKNOWN
            if kind is Kind.NUMBER:
                values[row] = np.nan
            elif kind is Kind.DATE:
                values[row] = np.datetime64("NaT", "D")
        elif isinstance(value, Line):
            states[row] = LINE_STATES[value]
        else:
            values[row] = value.minor if isinstance(value, Money) else value
    return Cells(values, states)


def _default(kind: Kind, default: Any, rows: int) -> Cells:
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        default = None
    if kind in (Kind.TEXT, Kind.CHOICE):
        name = getattr(default, "value", default)
        return Codes(
            np.full(rows, -1 if name is None else 0, dtype=np.int32),
            () if name is None else (name,),
        )
    if default is None:
        values = np.zeros(rows, dtype=_NUMPY[kind])
        if kind is Kind.NUMBER:
            values = np.full(rows, np.nan)
        elif kind is Kind.DATE:
            values = np.full(rows, np.datetime64("NaT", "D"), dtype="datetime64[D]")
        return Cells(values, np.full(rows, State.UNKNOWN, dtype=np.uint8))
    return Cells(np.full(rows, default, dtype=_NUMPY[kind]))


def _scalar(column: Cells, kind: Kind, row: int, currency: str | None) -> Any:
    state = column.state(row)
    if isinstance(column, Codes):
        return column.item(row)
    if state in STATE_LINES:
        return STATE_LINES[state]
    if state != State.KNOWN:
        return None
    value = column.values[row]
    if kind in (Kind.MONEY, Kind.LINE):
        return Money.from_minor(int(value), cast(str, currency))
    if kind is Kind.FLAG:
        return bool(value)
    return value.item()


class Door:
    """Reads the columns of one table; collects the faults of rows."""

    def __init__(self, path: str, rows: int, strict: bool, from_float: bool) -> None:
        self.path = path
        self.rows = rows
        self.strict = strict
        self.from_float = from_float
        self.faults: list[InvalidFact] = []

    def read(self, name: str, kind: Kind, column: Any, currency: Cells | None) -> Cells:
        path = f"{self.path}.{name}"
        if isinstance(column, str) and kind in (Kind.DATE, Kind.MONEY, Kind.LINE):
            column = [column] * self.rows
        if isinstance(column, np.ndarray) and column.dtype.kind == "O":
            raise InvalidFact(
                path, "must not be an object column", column.dtype, "give a list or a typed array"
            )
        if kind in (Kind.TEXT, Kind.CHOICE):
            return self._text(path, column)
        if type(column) is Cells:
            if column.values.dtype != _NUMPY[kind]:
                raise InvalidFact(path, f"must be cells of {_NUMPY[kind]}", column.values.dtype)
            return column
        if kind in (Kind.MONEY, Kind.LINE):
            return self._money(path, column, cast(Codes, currency))
        if kind is Kind.DATE:
            return self._dates(path, column)
        if kind is Kind.FLAG:
            return self._flags(path, column)
        if kind is Kind.WHOLE:
            return self._wholes(path, column)
        floats = as_floats(column, path)
        return Cells(floats, np.isnan(floats).astype(np.uint8))

    def fault(self, fault: InvalidFact) -> None:
        if self.strict:
            raise fault
        self.faults.append(fault)

    def currency(self, column: Any) -> Codes:
        path = f"{self.path}.currency"
        if column is None:
            raise InvalidFact(
                path, "must be given", remedy="one code for all rows, or a column of codes"
            )
        codes = self._text(path, column)
        unknown = [code for code, name in enumerate(codes.names) if name not in CURRENCIES]
        bad = np.isin(codes.values, [*unknown, -1])
        if not bad.any():
            return codes
        states = codes.all_states().copy()
        states[bad] = State.INVALID
        row = int(np.argmax(bad))
        remedy = "write three capital letters, such as 'CNY'"
        self.fault(
            InvalidFact(
                path,
                "must be an ISO 4217 code",
                codes.item(row),
                remedy,
                row=row,
                count=int(bad.sum()),
            )
        )
        return Codes(codes.values, codes.names, states)

    def _text(self, path: str, column: Any) -> Codes:
        if isinstance(column, Codes):
            return column
        if isinstance(column, str):
            return Codes(np.zeros(self.rows, dtype=np.int32), (column,))
        if isinstance(column, list | tuple):  # an empty cell of a file is not known
            column = [None if value == "" else value for value in column]
        return Codes.of(column, path)

    def _money(self, path: str, column: Any, currency: Codes) -> Cells:
        if isinstance(column, Amounts):
            if self.rows and set(currency.names) != {column.currency}:
                raise InvalidFact(path, f"must be in {currency.names}", column.currency)
            return Cells(column.values, column.states)
        digits = np.array([_digits(name) for name in currency.names] + [2], dtype=np.int64)[
            currency.values
        ]
        if isinstance(column, np.ndarray):
            if column.dtype.kind == "f":
                if not self.from_float:
                    rule = "must be exact money, not a column of floats"
                    remedy = "give Decimal, Amounts.from_minor, or say from_float=True"
                    raise InvalidFact(path, rule, column.dtype, remedy)
                return Cells(*minor_from_floats(as_floats(column, path), digits, path))
            if column.dtype.kind not in "iu" or column.ndim != 1:
                raise InvalidFact(
                    path, "must be exact money", column.dtype, "give Decimal or whole major units"
                )
            column = column.tolist()
        values = np.zeros(self.rows, dtype=np.int64)
        states = np.zeros(self.rows, dtype=np.uint8)
        for row, amount in enumerate(column):
            if isinstance(amount, float) and amount == amount:
                if not self.from_float:
                    money_cell(amount, "CNY", path, row)
                one = np.array([amount])
                values[row] = minor_from_floats(as_floats(one, path), int(digits[row]), path)[0][0]
            elif amount is None or isinstance(amount, float) or amount == "":
                states[row] = State.UNKNOWN
            elif currency.state(row) != State.KNOWN:
                states[row] = State.INVALID
            else:
                try:
                    values[row], states[row] = money_cell(
                        amount, cast(str, currency.item(row)), path, row
                    )
                except InvalidFact as fault:
                    if not isinstance(amount, str):
                        raise
                    self.fault(fault)
                    states[row] = State.INVALID
        return Cells(values, states)

    def _dates(self, path: str, column: Any) -> Cells:
        if not isinstance(column, np.ndarray):
            return self._listed_dates(path, column)
        if column.dtype.kind != "M" or column.ndim != 1:
            remedy = "astype('datetime64[D]') without a zone"
            raise InvalidFact(path, "must be a column of dates", column.dtype, remedy)
        values = column.astype("datetime64[D]", copy=False)
        return Cells(values, np.isnat(values).astype(np.uint8))

    def _listed_dates(self, path: str, column: Iterable[Any]) -> Cells:
        values = np.full(self.rows, np.datetime64("NaT", "D"), dtype="datetime64[D]")
        states = np.full(self.rows, State.UNKNOWN, dtype=np.uint8)
        for row, value in enumerate(column):
            known = isinstance(value, date | np.datetime64 | str)
            if isinstance(value, datetime) or not (value is None or known):
                remedy = "write value.date()"
                raise InvalidFact(path, "must hold calendar dates", value, remedy, row=row)
            if value is None or value == "":
                continue
            try:
                values[row] = np.datetime64(str(value), "D")
            except ValueError:
                remedy = "write '2026-11-21'"
                self.fault(InvalidFact(path, "must be an ISO date", value, remedy, row=row))
                states[row] = State.INVALID
            else:
                states[row] = State.UNKNOWN if np.isnat(values[row]) else State.KNOWN
        return Cells(values, states)

    def _flags(self, path: str, column: Any) -> Cells:
        if isinstance(column, np.ndarray):
            if column.dtype.kind != "b":
                raise InvalidFact(
                    path, "must hold True and False", column.dtype, "a list may hold None"
                )
            return Cells(column.astype(np.int8))
        for row, value in enumerate(column):
            if value is not None and not isinstance(value, bool | np.bool_):
                raise InvalidFact(path, "must hold True, False or None", value, row=row)
        values = np.array([bool(value) for value in column], dtype=np.int8)
        return Cells(values, np.array([value is None for value in column], dtype=np.uint8))

    def _wholes(self, path: str, column: Any) -> Cells:
        if isinstance(column, np.ndarray):
            if column.dtype.kind not in "iu" or column.ndim != 1:
                raise InvalidFact(path, "must be a column of whole numbers", column.dtype)
            return Cells(column.astype(np.int64, copy=False))
        for row, value in enumerate(column):
            if value is not None and (
                isinstance(value, bool) or not isinstance(value, int | np.integer)
            ):
                raise InvalidFact(path, "must hold whole numbers or None", value, row=row)
        values = np.array([0 if value is None else int(value) for value in column], dtype=np.int64)
        return Cells(values, np.array([value is None for value in column], dtype=np.uint8))


def _digits(name: str) -> int:
    return CURRENCIES.get(name, 2)  # an unknown code has made its row INVALID
