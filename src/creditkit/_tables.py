"""The one table: records of any checked fact as columns, and back.

A `Table` lays out a fact by the annotations of its record class, and ``table.row(i)`` gives back
the record. ``Portfolio``, ``Statements`` and the ledger are such tables.
"""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, Generic, Self, TypeVar, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import (
    LINE_STATES,
    STATE_LINES,
    STATE_NAMES,
    Amounts,
    Cells,
    Codes,
    Ints,
    State,
)
from creditkit._door import NUMPY, Door, Forms, Part, columns_in
from creditkit._fields import Kind, currency_of, kinds, records_in
from creditkit._layout import FIRST_ROWS, WORDS, Page, html_table, table
from creditkit._plain import fact_name, mapping_in, without_schema
from creditkit.errors import InvalidFact, NoSuchRow, meant
from creditkit.figures import UNDEFINED, Undefined
from creditkit.languages import AnyLanguage
from creditkit.money import CURRENCIES, LARGEST, Line, Money, plain_amount

__all__ = ["Refusal", "Table", "counted", "plain_cells", "rows_of", "scalar_of"]

_MOST_ROWS: Final = 20
_FLUSH_RIGHT: Final = (Kind.MONEY, Kind.LINE, Kind.WHOLE, Kind.NUMBER, Kind.RATIO)

_WHOSE: Final = ("id", "account", "customer")
"""Columns that say whose a row is: the first of a record's fields that is there names its faults."""

R = TypeVar("R")
Refusal = tuple[str, npt.NDArray[np.bool_], str, str]
"""A field, the rows whose cell a record would refuse, the rule and the remedy."""


class Table(Page, Generic[R]):
    """Records of one fact as columns; `row` gives the record back.

    Made from records (`of`) or from columns (`from_columns`). Columns of unequal length, unknown
    names, object columns and times with a zone raise `InvalidFact`; a fault of one row makes that
    cell INVALID, is counted in `faults`, and stops no other row, unless ``strict=True``. Arrays are
    kept as read-only views, not copied: writing to your array afterwards changes the table.
    """

    __slots__ = ("cells", "faults", "rows")

    record: ClassVar[type]
    schema: ClassVar[str]

    key: ClassVar[tuple[str, ...]] = ()
    """Where rows may have no record (a customer without a line): a row in which none of these is known."""

    parts: ClassVar[tuple[str, ...]] = ()
    """What belongs to the table beside its columns, by its name in plain data."""

    def __init__(
        self, cells: Mapping[str, Cells], rows: int = -1, faults: Sequence[InvalidFact] = ()
    ) -> None:
        if rows < 0 or not isinstance(cells, Mapping):
            name = type(self).__name__
            remedy = f"write {name}.of(records) or {name}.from_columns(columns)"
            raise InvalidFact(fact_name(type(self)), "is not made by a call", cells, remedy)
        self.cells = cells if isinstance(cells, _Cut) else dict(cells)
        self.rows = rows
        self.faults = tuple(faults)

    def __len__(self) -> int:
        return self.rows

    @classmethod
    def of(cls, records: Iterable[R | None]) -> Self:
        """From records; where rows may have no record, a None is such a row."""
        given = records_in(cls.record, records, fact_name(cls), gaps=bool(cls.key))
        cells = {
            name: _from_records(name, kind, given)
            for name, kind in kinds(cls.record).items()
            if kind in NUMPY
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

        ``from_float=True`` admits floats as money, rounded half-even to the minor unit. In a list
        each cell stands for itself; an array of another type than its field is refused, and so is
        a column of which several cells are there and none can be read: it is in another form.
        """
        path = path or fact_name(cls.record)
        fields = [one for one in attrs.fields(cls.record) if one.metadata["kind"] in NUMPY]
        given, rows = columns_in(columns, [one.name for one in fields], path)
        forms = columns.forms if isinstance(columns, Part) else None
        door = Door(path, rows, strict, from_float, forms)
        cells: dict[str, Cells] = {}
        if any(one.name == "currency" for one in fields):
            cells["currency"] = door.currency(given.get("currency"), gaps=bool(cls.key))
        for one in fields:
            if one.name != "currency":
                cells[one.name] = cls._cells_of(
                    door, one, given.get(one.name), cast(Codes, cells.get(currency_of(one)))
                )
                if one.name in _WHOSE and one.name in given and door.ids is None:
                    door.whose(cells[one.name])
        made = cls(cells, rows)
        for name, where, rule, remedy in made._refused():
            if where.any():
                door.refuse(name, where, rule, functools.partial(made._value, name), remedy)
                made.cells[name] = _refused(made.cells[name], where)
        if cls.key:
            made._blank(door)
        made.faults = tuple(door.faults)
        return made

    @classmethod
    def _cells_of(
        cls, door: Door, field: attrs.Attribute[Any], column: Any, currency: Codes
    ) -> Cells:
        """One column as cells; one that is not given holds the field's default."""
        kind = field.metadata["kind"]
        if column is not None:
            return door.read(field.name, kind, column, currency, field.metadata["inside"])
        if field.default is attrs.NOTHING:
            raise InvalidFact(f"{door.path}.{field.name}", "must be given")
        return _default(kind, field.default, door.rows)

    def _refused(self) -> Iterator[Refusal]:
        """What a record would refuse although each cell can be read by itself."""
        return iter(())

    def _value(self, name: str, row: int) -> Any:
        return Table.row_values(self, row)[name]

    def _blank(self, door: Door) -> None:
        """Nothing is known of a row without a record; one with a record has what it must have."""
        empty = np.ones(self.rows, dtype=bool)
        for name in self.key:
            empty &= self.cells[name].all_states() == State.UNKNOWN
        for one in attrs.fields(self.record):
            column = self.cells.get(one.name)
            if column is None:
                continue
            if empty.any():
                kept = (
                    column.all_states() == State.INVALID
                )  # what could not be read stays to be reported
                column = column.blanked(empty & ~(kept & (one.name != "currency")), State.UNKNOWN)
            if not one.metadata["optional"] and column.states is not None:
                lacking = (column.states == State.UNKNOWN) & ~empty
                door.refuse(one.name, lacking, "must be given", lambda row: None)
                column = column.blanked(lacking, State.INVALID) if lacking.any() else column
            self.cells[one.name] = column

    def __getitem__(self, name: str) -> Cells:
        try:
            return self.cells[name]
        except (KeyError, TypeError):
            path = fact_name(self.record)
            if not isinstance(name, str):
                rule, remedy = "has columns by name", "write table.row(0) for a row"
                raise InvalidFact(path, rule, name, remedy) from None
            remedy = meant(name, self.cells)
            raise InvalidFact(f"{path}.{name}", "is not known", remedy=remedy) from None

    def amounts(self, name: str) -> Amounts:
        """A money column of a table that has one currency."""
        column = self[name]
        currencies = cast(Codes, self["currency"])
        path = f"{fact_name(self.record)}.{name}"
        if kinds(self.record)[name] not in (Kind.MONEY, Kind.LINE):
            raise InvalidFact(path, "must be a column of money", column)
        if len(currencies.names) != 1:
            raise InvalidFact(path, "must be in one currency", currencies.names)
        return Amounts(cast(Ints, column.values), column.states, currencies.names[0])

    def row(self, row: int) -> R:
        """The record of one row; an `InvalidFact` where what it must have cannot be read."""
        values = self.row_values(row)
        try:
            return cast(R, self.record(**values))
        except InvalidFact as fault:
            fault.row = int(row) if fault.row is None else fault.row
            raise

    def row_values(self, row: int) -> dict[str, Any]:
        """The values of one row by field name."""
        path = fact_name(type(self))
        if isinstance(row, bool | np.timedelta64) or not isinstance(row, int | np.integer):
            raise InvalidFact(f"{path}.row", "must be the number of a row", row)
        if not -self.rows <= row < self.rows:
            raise NoSuchRow(f"{path}.row", f"must be below {self.rows}", row)
        out = {}
        for one in attrs.fields(self.record):
            if one.name in self.cells:
                coded = self.cells.get(currency_of(one))
                currency = None if coded is None else cast(Codes, coded).item(row)
                out[one.name] = scalar_of(self.cells[one.name], one.metadata["kind"], row, currency)
        return out

    def cut(self, rows: slice) -> Self:
        """A run of rows, as views; a column is cut when it is first asked for."""
        made = copy.copy(self)
        made.cells = _Cut(self.cells, rows)
        made.rows = len(range(*rows.indices(self.rows)))
        return made

    def same_as(self, other: object) -> bool:
        """Whether both tables hold the same in the same order."""
        return (
            isinstance(other, Table)
            and type(self) is type(other)
            and self.rows == other.rows
            and self.cells.keys() == other.cells.keys()
            and all(column.same_as(other.cells[name]) for name, column in self.cells.items())
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data with the schema version, column by column; `from_dict` gives back the same.

        Not known is null, money an amount as text in its row's ``currency``, a cell that could not
        be read ``{"state": "invalid"}``. A column of which nothing is known is left out.
        """
        return {"schema": self.schema, **self._plain()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The table that `to_dict` wrote; an `InvalidFact` names the path of what cannot be read."""
        path = fact_name(cls)
        return cls._of_plain(without_schema(data, cls.schema, path), path)

    def plain_columns(self) -> dict[str, list[Any]]:
        """The columns as `to_dict` writes them."""
        out = {}
        for one in attrs.fields(self.record):
            if one.name not in self.cells:
                continue
            column = self.cells[one.name]
            if one.default is not None or column.states is None or (column.states != 1).any():
                currency = self.cells.get(currency_of(one), column)
                out[one.name] = plain_cells(column, one.metadata["kind"], cast(Codes, currency))
        return out

    def _plain(self) -> dict[str, Any]:
        return {"columns": self.plain_columns()}

    @classmethod
    def _of_plain(cls, data: Any, path: str) -> Self:
        given = mapping_in(data, path, keys=("columns", *cls.parts))
        forms = Forms(words=False)
        columns = Part(mapping_in(given.get("columns"), f"{path}.columns"), forms)
        made = cls.from_columns(columns, path=path)
        forms.refuse()
        made._read_parts(given, path)
        return made

    def _read_parts(self, given: Mapping[str, Any], path: str) -> None:
        """What belongs to the table beside its columns, from plain data."""

    def __str__(self) -> str:
        """The first rows under each other, as far as something is known; "-" is not known."""
        names, cells, right = self._first(_MOST_ROWS)
        lines = table([names, *cells], right=right)
        beyond = self.rows - _MOST_ROWS
        more = [WORDS["more"].filled("en", more=beyond)] if beyond > 0 else []
        return "\n".join([*lines, *more]) if names else repr(self)

    def to_html(self, language: AnyLanguage = "en") -> str:
        """The first rows as a small table for a notebook, as far as something is known."""
        names, cells, right = self._first(FIRST_ROWS)
        beyond = self.rows - FIRST_ROWS
        notes = [WORDS["more"].filled(language, more=beyond)] if beyond > 0 else []
        left = [at for at in range(len(names)) if at not in right]
        return html_table(names, cells, title=repr(self), left=left, notes=notes)

    def _first(self, most: int) -> tuple[list[str], list[list[str]], list[int]]:
        """The names of columns, the first rows of them, and which columns are set flush right."""
        rows = [self.row_values(row) for row in range(min(self.rows, most))]
        sorts = kinds(self.record)
        names = [name for name in sorts if any(row.get(name) is not None for row in rows)]
        right = [at for at, name in enumerate(names) if sorts[name] in _FLUSH_RIGHT]
        return names, [[_shown(row[name]) for name in names] for row in rows], right

    def _described(self) -> list[str]:
        """The columns of which something is known."""
        return [
            name
            for name, column in self.cells.items()
            if column.states is None or bool(column.known.any())
        ]

    def __repr__(self) -> str:
        described, faulty = self._described(), int(np.count_nonzero(self._faulty()))
        text = f"<{type(self).__name__} of {counted(self.rows, 'row')}"
        text += f": {', '.join(described)}" if described else ""
        return text + (f"; {counted(faulty, 'row')} cannot be read in full>" if faulty else ">")

    def _faulty(self) -> npt.NDArray[np.bool_]:
        """The rows with a cell that could not be read."""
        out = np.zeros(self.rows, dtype=bool)
        for _, column in self.cells.items():
            if column.states is not None:
                out |= column.states == State.INVALID
        return out


def counted(count: int, name: str) -> str:
    """A count with its name: ``1 row``, ``2 rows``."""
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Money):
        return plain_amount(value.minor, value.currency)
    return str(getattr(value, "value", value))


def rows_of(kind: type[Table[Any]], table: Any, rows: int, path: str) -> Any:
    """A table that stands beside another: of its kind and with its rows, or None."""
    if table is None:
        return None
    if not isinstance(table, kind):
        remedy = f"write {kind.__name__}.of(records) or {kind.__name__}.from_columns(columns)"
        raise InvalidFact(path, f"must be of the type {kind.__name__}", table, remedy)
    if len(table) != rows:
        raise InvalidFact(path, f"must have {rows} rows", len(table))
    return table


class _Cut(dict[str, Cells]):
    """A run of rows of a table's columns, cut one by one."""

    def __init__(self, whole: Mapping[str, Cells], rows: slice) -> None:
        super().__init__()
        self.whole = whole
        self.rows = rows

    def __missing__(self, name: str) -> Cells:
        column = self[name] = self.whole[name].cut(self.rows)
        return column

    def __contains__(self, name: object) -> bool:
        return name in self.whole

    def keys(self) -> Any:
        return self.whole.keys()

    def items(self) -> Any:
        return {name: self[name] for name in self.whole}.items()


def _from_records(name: str, kind: Kind, records: list[Any]) -> Cells:
    given = [None if record is None else getattr(record, name) for record in records]
    if kind is Kind.TEXT:
        return Codes.of(given)
    if kind is Kind.CHOICE:
        return Codes.of([None if value is None else value.value for value in given])
    values = np.zeros(len(given), dtype=NUMPY[kind])
    states = np.zeros(len(given), dtype=np.uint8)
    for row, value in enumerate(given):
        if value is None:
            states[row] = State.UNKNOWN
            values[row] = EMPTY.get(kind, 0)
        elif isinstance(value, Line):
            states[row] = LINE_STATES[value]
        elif isinstance(value, Undefined):
            states[row] = State.UNDEFINED
            values[row] = EMPTY[kind]
        else:
            values[row] = value.minor if isinstance(value, Money) else value
    return Cells(values, states)


def _default(kind: Kind, default: Any, rows: int) -> Cells:
    """A column that holds one value, or nothing, in every row; it takes no memory."""
    default = getattr(default, "value", default)
    states = None
    if default is None:
        states = np.broadcast_to(np.uint8(State.UNKNOWN), (rows,))
    if kind in (Kind.TEXT, Kind.CHOICE):
        code = np.broadcast_to(np.int32(0 if states is None else -1), (rows,))
        return Codes(code, () if default is None else (default,), states)
    value = EMPTY.get(kind, 0) if default is None else default
    return Cells(np.broadcast_to(np.array(value, dtype=NUMPY[kind]), (rows,)), states)


def _refused(column: Cells, where: npt.NDArray[np.bool_]) -> Cells:
    """A column whose cells a record refuses: text stays to be read, numbers do not."""
    if not isinstance(column, Codes):
        return column.blanked(where, State.INVALID)
    states = np.where(where, State.INVALID, column.all_states()).astype(np.uint8)
    return Codes(column.values, column.names, states)


def plain_cells(column: Cells, kind: Kind, currency: Codes) -> list[Any]:
    """A column as plain data; what is neither known nor not known says its state."""
    out: list[Any]
    if isinstance(column, Codes):
        texts = [*column.names, None]
        out = [texts[code] for code in column.values.tolist()]
    elif kind in (Kind.MONEY, Kind.LINE):
        names = [*currency.names, ""]
        money = zip(column.values.tolist(), currency.values.tolist(), strict=True)
        out = [_plain_money(minor, names[code]) for minor, code in money]
    elif kind in (Kind.DATE, Kind.TEXT):  # document numbers are text, however they lie
        out = column.values.astype(np.str_).tolist()
    elif kind is Kind.FLAG:
        out = column.values.astype(bool).tolist()
    else:
        out = column.values.tolist()
    if column.states is not None:
        for row in np.flatnonzero(column.states).tolist():
            out[row] = _plain_state(out[row], int(column.states[row]), kind)
    return out


def _plain_money(minor: int, currency: str) -> Any:
    if currency in CURRENCIES and abs(minor) <= LARGEST:
        return plain_amount(minor, currency)
    return {"state": STATE_NAMES[State.OUT_OF_RANGE if currency in CURRENCIES else State.INVALID]}


_DAY: Final = re.compile(r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _plain_state(value: Any, state: int, kind: Kind) -> Any:
    if state == State.UNKNOWN:
        return None
    if state in STATE_LINES:
        return str(STATE_LINES[state])
    readable = kind in (Kind.TEXT, Kind.CHOICE) or (kind is Kind.DATE and _DAY.fullmatch(value))
    if isinstance(value, str) and readable:
        return value  # the door that reads it will find the same fault
    return {"state": STATE_NAMES[state]}


EMPTY: Final[dict[Kind, Any]] = {
    Kind.NUMBER: np.nan,
    Kind.RATIO: np.nan,
    Kind.DATE: np.datetime64("NaT", "D"),
}
"""What stands in a cell without a value; 0 in the other kinds."""


def scalar_of(column: Cells, kind: Kind, row: int, currency: str | None) -> Any:
    """One cell as the record of its row holds it."""
    state = column.state(row)
    if isinstance(column, Codes):
        return column.item(row)
    if state in STATE_LINES:
        return STATE_LINES[state]
    if state == State.UNDEFINED and kind is Kind.RATIO:
        return UNDEFINED
    if state != State.KNOWN:
        return None
    value = column.values[row]
    if kind in (Kind.MONEY, Kind.LINE):
        return Money.from_minor(int(value), cast(str, currency))
    if kind is Kind.FLAG:
        return bool(value)
    return value.item()
