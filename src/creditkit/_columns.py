"""Columns: a fact's values for many customers, each with a state.

A cell is a value and a state: known, not known, undefined, or one of the states of a credit line.
Money lies in int64 minor units, categories in int32 codes with a tuple of names, dates in
``datetime64[D]``, flags in int8. Column classes do not define ``==``; they have `same_as`.

>>> Amounts.from_major(["1.50", None, Line.UNLIMITED], "CNY").item(0)
Money('1.50', 'CNY')
>>> Codes.of(["trade", None, "trade"]).names
('trade',)
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import Any, Final, Self, cast

import numpy as np
import numpy.typing as npt

from creditkit._given import as_floats, as_wholes, column_in, not_known
from creditkit.errors import InvalidFact
from creditkit.money import LARGEST, Line, Money, currency_digits, minor_units

__all__ = [
    "LINE_STATES",
    "STATE_LINES",
    "STATE_NAMES",
    "Amounts",
    "Cells",
    "Codes",
    "Ints",
    "State",
    "codes_among",
    "exact_sum",
    "float_to_minor",
    "floats_to_minor",
    "minor_from_floats",
    "money_cell",
    "multiplied_columns",
    "rounded_columns",
    "states_in",
]

_TO_TEXT: Final = "write it as text, or None where it is not known"

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
STATE_NAMES: Final = {
    State.KNOWN: "known",
    State.UNKNOWN: "unknown",
    State.UNDEFINED: "undefined",
    **{state: str(line) for state, line in STATE_LINES.items()},
    State.OUT_OF_RANGE: "out_of_range",
    State.INVALID: "invalid",
}
"""The states as plain data and frames write them."""


_EMPTY: Final[dict[str, Any]] = {"f": np.nan, "M": np.datetime64("NaT", "D"), "U": ""}
"""What stands in a cell without a value, by the kind of column; 0 in the others."""


class Cells:
    """A column of values with a state for each; ``states`` is None where every value is known."""

    __slots__ = ("states", "values")

    values: npt.NDArray[Any]
    states: States | None

    def __init__(self, values: npt.NDArray[Any], states: States | None = None) -> None:
        if states is not None and not states.any():
            states = None
        if states is not None and states.dtype == np.bool_:
            states = states.view(np.uint8)  # where there is nothing: True is 1, which is UNKNOWN
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

    def cut(self, rows: slice) -> Self:
        """A run of rows, as a view that is not checked again."""
        made = copy.copy(self)
        made.values = self.values[rows]
        if self.states is not None:
            states = self.states[rows]
            made.states = states if states.any() else None
        return made

    def blanked(self, where: npt.NDArray[np.bool_], state: int) -> Self:
        """The same column without a value in the rows of ``where``, which get the state."""
        values, states = self.values.copy(), self.all_states().copy()
        values[where] = _EMPTY.get(values.dtype.kind, 0) if not isinstance(self, Codes) else -1
        states[where] = state
        return self._like(values, states)

    def _like(self, values: npt.NDArray[Any], states: States | None) -> Self:
        return type(self)(values, states)

    def same_as(self, other: object) -> bool:
        """Whether both columns say the same: equal states, and equal values where they are known."""
        if not isinstance(other, Cells) or type(self) is not type(other) or len(self) != len(other):
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
        if not isinstance(values, np.ndarray) or values.dtype != np.int64 or values.ndim != 1:
            rule = "must be a one-dimensional column of int64 minor units"
            raise InvalidFact("amounts", rule, values, "write Amounts.from_minor or from_major")
        _check_states("amounts", states, len(values))
        super().__init__(values, states)
        self.currency = currency

    @classmethod
    def from_major(cls, amounts: Iterable[Any], currency: str, path: str = "amounts") -> Amounts:
        """From ``Decimal``, ``str``, ``int`` major units, ``Money``, ``None`` and the states of `Line`."""
        currency_digits(currency)
        given = list(column_in(amounts, path))
        values = np.zeros(len(given), dtype=np.int64)
        states = np.zeros(len(given), dtype=np.uint8)
        for row, amount in enumerate(given):
            values[row], states[row] = money_cell(amount, currency, path, row)
        return cls(values, states, currency)

    @classmethod
    def from_minor(
        cls, minor: npt.ArrayLike, currency: str, states: States | None = None
    ) -> Amounts:
        """From whole minor units."""
        return cls(as_wholes(minor, "amounts"), states, currency)

    @classmethod
    def from_floats(cls, amounts: npt.ArrayLike, currency: str, path: str = "amounts") -> Amounts:
        """The one door for money that is floats: rounded half-even to the minor unit; NaN is not known.

        An amount that a float cannot hold to the minor unit (2**53 of them) is refused.
        """
        values, states = minor_from_floats(
            as_floats(amounts, path), currency_digits(currency), path
        )
        return cls(values, states, currency)

    def _like(self, values: npt.NDArray[Any], states: States | None) -> Self:
        return type(self)(values, states, self.currency)

    def item(self, row: int) -> Money | Line | None:
        """One cell: money, a state of a line, or None where it is not known."""
        state = self.state(row)
        if state == State.KNOWN:
            return Money.from_minor(int(self.values[row]), self.currency)
        return STATE_LINES.get(state)

    def same_as(self, other: object) -> bool:
        """Whether both columns are the same money in the same currency."""
        return super().same_as(other) and self.currency == cast(Amounts, other).currency

    def total(self) -> Money:
        """The exact sum of the known amounts."""
        return Money.from_minor(exact_sum(self.values[self.known]), self.currency)

    def plus(self, other: Amounts) -> Amounts:
        """The sum row by row; not known where either is, out of range where 64 bits end."""
        values, states = _added(self, other)
        return Amounts(values, states, self.currency)


class Codes(Cells):
    """Categories, ids and currencies in columns: int32 codes and a tuple of names; -1 is not known."""

    __slots__ = ("names",)

    def __init__(
        self, codes: npt.NDArray[np.int32], names: Sequence[str], states: States | None = None
    ) -> None:
        codes = np.asarray(column_in(codes, "codes"))
        names = tuple(column_in(names, "codes.names"))
        if codes.dtype.kind not in "iu" and len(codes):
            raise InvalidFact("codes", "must be a column of whole numbers", codes.dtype)
        low, high = (int(codes.min()), int(codes.max())) if len(codes) else (0, -1)
        if low < -1 or high >= len(names):
            rule = f"must lie between -1 and {len(names) - 1}"
            raise InvalidFact("codes", rule, low if low < -1 else high, "-1 is not known")
        if not set(map(type, names)) <= {str}:
            wrong = [name for name in names if not isinstance(name, str)]
            if wrong:
                raise InvalidFact("codes.names", "must be text", wrong[0])
            names = tuple(map(str, names))  # numpy's text is one of its own
        if len(set(names)) != len(names):
            raise InvalidFact("codes.names", "must not repeat", names)
        _check_states("codes", states, len(codes))
        if states is None and low < 0:
            states = (codes < 0).astype(np.uint8)
        super().__init__(codes.astype(np.int32, copy=False), states)
        self.names = names

    @classmethod
    def of(cls, values: Iterable[str | None], path: str = "codes") -> Codes:
        """From text; None is not known. Names are in the order in which they first appear."""
        values = column_in(values, path)
        if isinstance(values, np.ndarray) and values.dtype.kind == "U":
            names, first, inverse = np.unique(values, return_index=True, return_inverse=True)
            order = np.argsort(first, kind="stable")
            code = np.empty(len(order), dtype=np.int32)
            code[order] = np.arange(len(order), dtype=np.int32)
            return cls(code[inverse.ravel()], [str(name) for name in names[order]])
        index: dict[str, int] = {}
        given = list(values)
        if all(
            value is None for value in given
        ):  # as of most customers in a call list: nothing to read
            return cls(np.full(len(given), -1, dtype=np.int32), ())
        codes = np.empty(len(given), dtype=np.int32)
        for row, value in enumerate(given):
            if isinstance(value, str):
                codes[row] = index.setdefault(value, len(index))
            elif not_known(value):
                codes[row] = -1
            else:
                count = sum(not isinstance(one, str) and not not_known(one) for one in given)
                raise InvalidFact(path, "must be text", value, _TO_TEXT, row=row, count=count)
        return cls(codes, tuple(index))

    def _like(self, values: npt.NDArray[Any], states: States | None) -> Self:
        made = copy.copy(self)  # its names are not checked again: a million of them take a while
        Cells.__init__(made, values, states)
        return made

    def item(self, row: int) -> str | None:
        """One cell: its name, or None where it is not known."""
        code = int(self.values[row])
        return None if code < 0 else self.names[code]

    def code(self, name: str) -> int:
        """The code of a name, -1 where no row has it."""
        return self.names.index(name) if isinstance(name, str) and name in self.names else -1

    def same_as(self, other: object) -> bool:
        """Whether both columns name the same categories in the same states, whatever their codes."""
        if not isinstance(other, Codes) or len(self) != len(other):
            return False
        if not np.array_equal(self.all_states(), other.all_states()):
            return False
        mine, theirs = (np.array([*column.names, ""], dtype=object) for column in (self, other))
        return bool(np.array_equal(mine[self.values], theirs[other.values]))


def states_in(states: States, which: Collection[int]) -> npt.NDArray[np.bool_]:
    """Where a column of states has one of ``which``, twenty times as quick as ``np.isin`` finds it.

    There are eight states, so the bits of one number say which of them are meant.

    >>> states_in(np.array([0, 7, 1], dtype=np.uint8), (State.UNKNOWN, State.INVALID)).tolist()
    [False, True, True]
    """
    meant = np.uint8(sum(1 << state for state in set(which)))
    found: npt.NDArray[np.bool_] = (meant >> states & np.uint8(1)).view(np.bool_)
    return found


def codes_among(column: Codes, which: Collection[int]) -> npt.NDArray[np.bool_]:
    """Where a column of codes has one of ``which``; -1 is the code of what is not known.

    >>> codes_among(Codes.of(["a", None, "b"]), [0, -1]).tolist()
    [True, True, False]
    """
    table = np.zeros(len(column.names) + 1, dtype=bool)  # the last entry: not known
    table[list(which)] = True
    return table.take(column.values)


def _check_states(path: str, states: Any, rows: int) -> None:
    if states is None:
        return
    if not isinstance(states, np.ndarray) or states.dtype != np.uint8 or states.shape != (rows,):
        raise InvalidFact(f"{path}.states", f"must be {rows} codes of State as uint8", states)
    if rows and int(states.max()) > State.INVALID:
        raise InvalidFact(f"{path}.states", "must be codes of State", int(states.max()))


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
        floored: Ints = values // step
        floored *= step
        return floored
    if mode == "ceil":
        return -(-values // step) * step
    raise InvalidFact("rounding", "with a step must be floor or ceil", mode)


def _added(first: Amounts, second: Amounts) -> tuple[Ints, States]:
    if not isinstance(second, Amounts) or len(first) != len(second):
        raise InvalidFact("amounts", f"must be Amounts of {len(first)} rows", second)
    if first.currency != second.currency:
        raise InvalidFact(
            "amounts", f"must be in {first.currency}", second.currency, "convert with Rates first"
        )
    states = np.maximum(first.all_states(), second.all_states())
    with np.errstate(over="ignore"):
        values = first.values + second.values
    high = first.values.astype(np.float64) + second.values.astype(np.float64)
    near = (np.abs(high) > 9.2e18) & (states == State.KNOWN)
    for row in np.flatnonzero(near):
        if abs(int(first.values[row]) + int(second.values[row])) > LARGEST:
            states[row] = State.OUT_OF_RANGE
    return values, states


def _sealed(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    view = values.view()
    view.flags.writeable = False
    return view


def money_cell(amount: Any, currency: str, path: str, row: int) -> tuple[int, int]:
    if amount is None:
        return 0, State.UNKNOWN
    if isinstance(amount, Line):
        return 0, LINE_STATES[amount]
    if isinstance(amount, Money):
        if amount.currency != currency:
            remedy = "convert it with Rates first"
            raise InvalidFact(path, f"must be in {currency}", amount, remedy, row=row)
        return amount.minor, State.KNOWN
    if isinstance(amount, np.integer) and not isinstance(amount, np.timedelta64):
        amount = int(amount)
    if isinstance(amount, str) and amount in ("unlimited", "none", "inherit"):
        return 0, LINE_STATES[Line(amount)]
    try:
        return minor_units(amount, currency, path), State.KNOWN
    except InvalidFact as error:
        if not_known(amount):
            return 0, State.UNKNOWN
        raise InvalidFact(error.path, error.rule, error.value, error.remedy, row=row) from None


def floats_to_minor(
    column: npt.NDArray[np.float64], factor: int | Ints
) -> tuple[Ints, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """``column * factor`` half-even to whole minor units; where it is not known, and where out of range.

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


def minor_from_floats(
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
