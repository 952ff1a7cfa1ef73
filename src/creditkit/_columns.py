"""Columns: a fact's values for many customers, each with a state, and the one table that holds them.

A cell is a value and a state: known, not known, undefined, or one of the states of a credit line.
Money lies in int64 minor units, categories in int32 codes with a tuple of names, dates in
``datetime64[D]``, flags in int8. Column classes do not define ``==``; they have `same_as`.

A `Table` lays out any checked fact: its columns follow the annotations of the record class, and
``table.row(i)`` gives back the record. ``Portfolio``, ``Statements`` and the ledger are such tables.

>>> Amounts.from_major(["1.50", None, Line.UNLIMITED], "CNY").item(0)
Money('1.50', 'CNY')
>>> Codes.of(["trade", None, "trade"]).names
('trade',)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, ClassVar, Final, Generic, Self, TypeVar, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._fields import Kind, kinds
from creditkit._plain import fact_name
from creditkit.errors import InvalidFact
from creditkit.money import CURRENCIES, LARGEST, Line, Money, currency_digits, minor_units

__all__ = ["Amounts", "Cells", "Codes", "State", "Table"]

Ints = npt.NDArray[np.int64]
States = npt.NDArray[np.uint8]


class State:
    """The states of a cell, as uint8 codes; everything but KNOWN has no value to compute with."""

    KNOWN: Final = 0
    UNKNOWN: Final = 1
    UNDEFINED: Final = 2
    UNLIMITED: Final = 3
    NONE: Final = 4
    INHERIT: Final = 5
    OUT_OF_RANGE: Final = 6
    INVALID: Final = 7


LINE_STATES: Final = {
    Line.UNLIMITED: State.UNLIMITED,
    Line.NONE: State.NONE,
    Line.INHERIT: State.INHERIT,
}
STATE_LINES: Final = {state: line for line, state in LINE_STATES.items()}


class Cells:
    """A column of values with a state for each; ``states`` is None where every value is known."""

    __slots__ = ("states", "values")

    values: npt.NDArray[Any]
    states: States | None

    def __init__(self, values: npt.NDArray[Any], states: States | None = None) -> None:
        if states is not None and not states.any():
            states = None
        self.values = _sealed(values)
        self.states = None if states is None else _sealed(states)

    def __len__(self) -> int:
        return len(self.values)

    def state(self, row: int) -> int:
        """The state of one cell."""
        return State.KNOWN if self.states is None else int(self.states[row])

    def all_states(self) -> States:
        """The states as a full column."""
        return np.zeros(len(self), dtype=np.uint8) if self.states is None else self.states

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Where a value is known."""
        return np.ones(len(self), dtype=bool) if self.states is None else self.states == State.KNOWN

    def raw(self, row: int) -> Any:
        """The value of one cell as a Python object, None where the state is not KNOWN."""
        return None if self.state(row) != State.KNOWN else self.values[row].item()

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """The same column with the named rows only."""
        return self._like(self.values[rows], None if self.states is None else self.states[rows])

    def _like(self, values: npt.NDArray[Any], states: States | None) -> Self:
        return type(self)(values, states)

    def same_as(self, other: Cells) -> bool:
        """Whether both columns say the same: equal states, and equal values where they are known."""
        if type(self) is not type(other) or len(self) != len(other):
            return False
        known = self.known
        return bool(
            np.array_equal(self.all_states(), other.all_states())
            and np.array_equal(self.values[known], other.values[known])
        )

    def __repr__(self) -> str:
        unknown = 0 if self.states is None else int(np.count_nonzero(self.states))
        return f"<{type(self).__name__} of {len(self)}, {unknown} without a value>"


class Amounts(Cells):
    """Money in columns: int64 minor units of one currency, each with a state.

    Arithmetic goes through named methods, never bare operators, so that a state is never lost and
    64 bits never wrap.
    """

    __slots__ = ("currency",)

    def __init__(self, values: Ints, states: States | None, currency: str) -> None:
        currency_digits(currency)
        super().__init__(values, states)
        self.currency = currency

    @classmethod
    def from_major(cls, amounts: Iterable[Any], currency: str, path: str = "amounts") -> Amounts:
        """From ``Decimal``, ``str``, ``int`` major units, ``Money``, ``None`` and the states of `Line`."""
        given = list(amounts)
        values = np.zeros(len(given), dtype=np.int64)
        states = np.zeros(len(given), dtype=np.uint8)
        for row, amount in enumerate(given):
            values[row], states[row] = _money_cell(amount, currency, path, row)
        return cls(values, states, currency)

    @classmethod
    def from_minor(
        cls, minor: npt.ArrayLike, currency: str, states: States | None = None
    ) -> Amounts:
        """From whole minor units."""
        values = np.asarray(minor)
        if values.dtype.kind not in "iu" or values.ndim != 1:
            raise InvalidFact(
                "amounts", "must be a one-dimensional column of whole minor units", values.dtype
            )
        return cls(values.astype(np.int64, copy=False), states, currency)

    @classmethod
    def from_floats(cls, amounts: npt.ArrayLike, currency: str, path: str = "amounts") -> Amounts:
        """The one door for money that exists as floats: rounded half-even to the minor unit; NaN is not known.

        An amount that a float cannot hold to the minor unit (2**53 of them) is refused.
        """
        values, states = _from_floats(as_floats(amounts, path), currency_digits(currency), path)
        return cls(values, states, currency)

    def _like(self, values: npt.NDArray[Any], states: States | None) -> Self:
        return type(self)(values, states, self.currency)

    def item(self, row: int) -> Money | Line | None:
        """One cell: money, a state of a line, or None where it is not known."""
        state = self.state(row)
        if state == State.KNOWN:
            return Money.from_minor(int(self.values[row]), self.currency)
        return STATE_LINES.get(state)

    def same_as(self, other: Cells) -> bool:
        """Whether both columns are the same money in the same currency."""
        return super().same_as(other) and self.currency == cast(Amounts, other).currency

    def total(self) -> Money:
        """The exact sum of the known amounts."""
        return Money.from_minor(exact_sum(self.values[self.known]), self.currency)

    def plus(self, other: Amounts) -> Amounts:
        """The sum row by row; not known where either is, out of range where 64 bits end."""
        values, states = _added(self, other, 1)
        return Amounts(values, states, self.currency)

    def minus(self, other: Amounts) -> Amounts:
        """The difference row by row."""
        values, states = _added(self, other, -1)
        return Amounts(values, states, self.currency)


class Codes(Cells):
    """Categories, ids and currencies in columns: int32 codes and a tuple of names; -1 is not known."""

    __slots__ = ("names",)

    def __init__(
        self, codes: npt.NDArray[np.int32], names: Sequence[str], states: States | None = None
    ) -> None:
        codes = np.asarray(codes)
        if codes.dtype.kind not in "iu" or codes.ndim != 1:
            raise InvalidFact(
                "codes", "must be a one-dimensional column of whole numbers", codes.dtype
            )
        if len(codes) and (int(codes.max()) >= len(names) or int(codes.min()) < -1):
            raise InvalidFact(
                "codes", f"must lie between -1 and {len(names) - 1}", int(codes.max())
            )
        if len(set(names)) != len(names):
            raise InvalidFact("codes.names", "must not repeat", tuple(names))
        if states is None and len(codes) and codes.min() < 0:
            states = (codes < 0).astype(np.uint8)
        super().__init__(codes.astype(np.int32, copy=False), states)
        self.names = tuple(names)

    @classmethod
    def of(cls, values: Iterable[str | None], path: str = "codes") -> Codes:
        """From text; None is not known. Names are in the order in which they first appear."""
        if isinstance(values, np.ndarray) and values.dtype.kind == "U":
            names, first, inverse = np.unique(values, return_index=True, return_inverse=True)
            order = np.argsort(first, kind="stable")
            place = np.empty(len(order), dtype=np.int32)
            place[order] = np.arange(len(order), dtype=np.int32)
            return cls(place[inverse.ravel()], [str(name) for name in names[order]])
        index: dict[str, int] = {}
        given = list(values)
        codes = np.empty(len(given), dtype=np.int32)
        for row, value in enumerate(given):
            if value is None or (isinstance(value, float) and value != value):
                codes[row] = -1
            elif isinstance(value, str):
                codes[row] = index.setdefault(value, len(index))
            else:
                raise InvalidFact(path, "must be text", value, row=row)
        return cls(codes, tuple(index))

    def _like(self, values: npt.NDArray[Any], states: States | None) -> Self:
        return type(self)(values, self.names, states)

    def item(self, row: int) -> str | None:
        """One cell: its name, or None where it is not known."""
        code = int(self.values[row])
        return None if code < 0 else self.names[code]

    def code(self, name: str) -> int:
        """The code of a name, -1 where no row has it."""
        try:
            return self.names.index(name)
        except ValueError:
            return -1

    def same_as(self, other: Cells) -> bool:
        """Whether both columns name the same categories, whatever their codes."""
        if not isinstance(other, Codes) or len(self) != len(other):
            return False
        mine, theirs = (np.array([*column.names, ""], dtype=object) for column in (self, other))
        return bool(np.array_equal(mine[self.values], theirs[other.values]))


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
        door = _Door(path, rows, strict, from_float)
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


def as_floats(values: npt.ArrayLike, path: str) -> npt.NDArray[np.float64]:
    """A contiguous float64 column from a list or an array; whole numbers become floats at this door.

    NaN and None mean not known. Infinity, object columns, text and more than one dimension are
    refused with the first bad row.
    """
    if isinstance(values, list | tuple):
        for row, value in enumerate(values):
            if value is not None and (
                isinstance(value, bool) or not isinstance(value, int | float | np.number)
            ):
                raise InvalidFact(path, "must hold numbers", value, row=row)
        column = np.array(
            [np.nan if value is None else value for value in values], dtype=np.float64
        )
    else:
        column = np.asarray(values)
        if column.dtype.kind not in "iuf" or column.ndim != 1:
            rule = "must be a one-dimensional column of numbers"
            raise InvalidFact(
                path,
                rule,
                f"{column.ndim}-dimensional {column.dtype}",
                "object columns are refused",
            )
        column = np.ascontiguousarray(column, dtype=np.float64)
    bad = np.isinf(column)
    if bad.any():
        row = int(np.argmax(bad))
        remedy = "write NaN for what is not known"
        raise InvalidFact(
            path, "must be finite", float(column[row]), remedy, row=row, count=int(bad.sum())
        )
    return column


def exact_sum(values: Ints) -> int:
    """The exact sum of int64 values: 64 bits where they suffice, Python integers where they do not."""
    if not len(values):
        return 0
    largest = max(abs(int(values.max())), abs(int(values.min())))
    if largest * len(values) <= LARGEST:
        return int(values.sum())
    high, low = values >> 32, values & 0xFFFFFFFF
    return (int(high.sum()) << 32) + int(low.sum())


def multiplied_columns(
    values: Ints, numerators: Ints, denominator: int
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """``floor(values * numerators / denominator)`` row by row, exact, and where it is out of range.

    64 bits where the product fits, else quotient and remainder apart, else Python integers.
    """
    if not len(values):
        return values, np.zeros(0, dtype=bool)
    largest = max(abs(int(values.max())), abs(int(values.min())))
    factor = max(abs(int(numerators.max())), abs(int(numerators.min())))
    none = np.zeros(len(values), dtype=bool)
    if largest * factor <= LARGEST:
        return values * numerators // denominator, none
    if (largest // denominator + 1) * factor <= LARGEST // 2 and (
        denominator - 1
    ) * factor <= LARGEST:
        quotient, rest = np.divmod(values, denominator)
        return quotient * numerators + rest * numerators // denominator, none
    exact = [int(v) * int(n) // denominator for v, n in zip(values, numerators, strict=True)]
    out = np.array([abs(value) > LARGEST for value in exact], dtype=bool)
    return np.array(
        [0 if bad else value for value, bad in zip(exact, out, strict=True)], dtype=np.int64
    ), out


def rounded_columns(values: Ints, mode: str, step: int) -> Ints:
    """Whole minor units rounded to a multiple of ``step``; as `money.rounded` with a denominator of 1."""
    if step == 1:
        return values
    if mode == "floor":
        return values // step * step
    if mode == "ceil":
        return -(-values // step) * step
    raise InvalidFact("rounding", "with a step must be floor or ceil", mode)


def _added(first: Amounts, second: Amounts, sign: int) -> tuple[Ints, States]:
    if first.currency != second.currency:
        raise InvalidFact(
            "amounts", f"must be in {first.currency}", second.currency, "convert with Rates first"
        )
    states = np.maximum(first.all_states(), second.all_states())
    with np.errstate(over="ignore"):
        values = first.values + sign * second.values
    high = first.values.astype(np.float64) + sign * second.values.astype(np.float64)
    near = (np.abs(high) > 9.2e18) & (states == State.KNOWN)
    for row in np.flatnonzero(near):
        if abs(int(first.values[row]) + sign * int(second.values[row])) > LARGEST:
            states[row] = State.OUT_OF_RANGE
    return values, states


def _sealed(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    view = values.view()
    view.flags.writeable = False
    return view


def _money_cell(amount: Any, currency: str, path: str, row: int) -> tuple[int, int]:
    if amount is None:
        return 0, State.UNKNOWN
    if isinstance(amount, Line):
        return 0, LINE_STATES[amount]
    if isinstance(amount, Money):
        if amount.currency != currency:
            raise InvalidFact(path, f"must be in {currency}", amount, row=row)
        return amount.minor, State.KNOWN
    if isinstance(amount, np.integer):
        amount = int(amount)
    if isinstance(amount, str) and amount in ("unlimited", "none", "inherit"):
        return 0, LINE_STATES[Line(amount)]
    try:
        return minor_units(amount, currency, path), State.KNOWN
    except InvalidFact as error:
        raise InvalidFact(error.path, error.rule, error.value, error.remedy, row=row) from None


def floats_to_minor(
    column: npt.NDArray[np.float64], factor: int | Ints
) -> tuple[Ints, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """``column * factor`` half-even to whole minor units, where it is not known, and where it is out of range.

    Exact on the binary value: where the float product alone might round twice, fractions decide.
    """
    unknown = np.isnan(column)
    scaled = np.where(unknown, 0.0, column) * factor
    out_of_range = ~(np.abs(scaled) <= 2.0**53)
    scaled = np.where(out_of_range, 0.0, scaled)
    out = np.rint(scaled).astype(np.int64)
    edge = (np.abs(scaled - np.floor(scaled) - 0.5) < 1e-3) | (np.abs(scaled) >= 2.0**42)
    for row in np.flatnonzero(edge & ~unknown):
        scale = int(factor[row]) if isinstance(factor, np.ndarray) else factor
        out[row] = round(Fraction(float(column[row])) * scale)
    return out, unknown, out_of_range


def float_to_minor(value: float, factor: int) -> int | None:
    """One float times ``factor``, half-even; None beyond 2**53, where a float has no minor units left."""
    return None if abs(value * factor) > 2.0**53 else round(Fraction(value) * factor)


def _from_floats(
    column: npt.NDArray[np.float64], digits: int | Ints, path: str
) -> tuple[Ints, States]:
    factor = np.power(10, digits) if isinstance(digits, np.ndarray) else 10**digits
    values, unknown, bad = floats_to_minor(column, factor)
    if bad.any():
        row = int(np.argmax(bad))
        rule = "must be a float that holds its minor units (2**53 of them)"
        raise InvalidFact(
            path, rule, float(column[row]), "give it as Decimal", row=row, count=int(bad.sum())
        )
    return values, unknown.astype(np.uint8)


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
                values[row] = np.datetime64("NaT")
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
            values = np.full(rows, np.datetime64("NaT"), dtype="datetime64[D]")
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


class _Door:
    """Reads the columns of one table; collects the faults of rows."""

    def __init__(self, path: str, rows: int, strict: bool, from_float: bool) -> None:
        self.path = path
        self.rows = rows
        self.strict = strict
        self.from_float = from_float
        self.faults: list[InvalidFact] = []

    def read(self, name: str, kind: Kind, column: Any, currency: Cells | None) -> Cells:
        path = f"{self.path}.{name}"
        if isinstance(column, np.ndarray) and column.dtype.kind == "O":
            raise InvalidFact(
                path, "must not be an object column", column.dtype, "give a list or a typed array"
            )
        if kind in (Kind.TEXT, Kind.CHOICE):
            return self._text(path, column)
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
                return Cells(*_from_floats(as_floats(column, path), digits, path))
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
                    _money_cell(amount, "CNY", path, row)
                one = np.array([amount])
                values[row] = _from_floats(as_floats(one, path), int(digits[row]), path)[0][0]
            elif currency.state(row) != State.KNOWN:
                states[row] = State.INVALID
            else:
                amount = None if isinstance(amount, float) else amount
                values[row], states[row] = _money_cell(
                    amount, cast(str, currency.item(row)), path, row
                )
        return Cells(values, states)

    def _dates(self, path: str, column: Any) -> Cells:
        if not isinstance(column, np.ndarray):
            for row, value in enumerate(column):
                if isinstance(value, datetime) or not (
                    value is None or isinstance(value, date | np.datetime64 | str)
                ):
                    raise InvalidFact(
                        path, "must hold calendar dates", value, "write value.date()", row=row
                    )
            try:
                column = np.array(
                    ["NaT" if value is None else str(value) for value in column],
                    dtype="datetime64[D]",
                )
            except ValueError:
                raise InvalidFact(
                    path, "must hold ISO dates", next(iter(column)), "write '2026-11-21'"
                ) from None
        if column.dtype.kind != "M" or column.ndim != 1:
            raise InvalidFact(
                path,
                "must be a column of dates",
                column.dtype,
                "astype('datetime64[D]') without a zone",
            )
        values = column.astype("datetime64[D]", copy=False)
        return Cells(values, np.isnat(values).astype(np.uint8))

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
