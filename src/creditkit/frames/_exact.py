"""Whole-number representations: the integers behind a decimal, the codes behind text.

A decimal is read from its physical value (Arrow's 128-bit buffer, Polars' physical column) and
becomes minor units by whole-number arithmetic. No engine casts, multiplies or rounds an amount:
three engines gave three answers for 1.005.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes, Ints, State
from creditkit.errors import InvalidFact
from creditkit.money import CURRENCIES, LARGEST

__all__ = ["CODES", "DECIMALS", "Exact", "kind_of_series", "library"]

Mask = npt.NDArray[np.bool_]


def library(name: str) -> Any:
    """A frame library that made, or has to make, a frame. Exact amounts of pandas are of PyArrow."""
    try:
        return importlib.import_module(name)
    except ImportError as missing:  # absent, or one that wants a newer numpy
        raise ImportError(f"this frame needs {name}: {missing}", name=name) from missing


def kind_of_series(series: Any) -> str:
    """``polars``, ``pandas`` or ``pyarrow``."""
    implementation = series.implementation
    if implementation.is_polars():
        return "polars"
    return "pandas" if implementation.is_pandas_like() else "pyarrow"


class Exact:
    """Whole numbers times ``10 ** -scale``; those beyond 64 bits are in ``beyond``, by row."""

    def __init__(
        self, values: Ints, empty: Mask | None, scale: int, beyond: Mapping[int, int] | None = None
    ) -> None:
        self.values = values
        self.empty = empty
        self.scale = scale
        self.beyond = beyond or {}

    def minor(self, currency: Codes, path: str) -> Cells:
        """Minor units of each row's currency, exactly; rows of an unknown currency are INVALID."""
        values = np.zeros(len(self.values), dtype=np.int64)
        states = np.zeros(len(self.values), dtype=np.uint8)
        one = len(currency.names) == 1 and currency.states is None
        over: Mask | None = None
        for code, name in enumerate(currency.names):
            rows = slice(None) if one else np.flatnonzero(currency.values == code)
            if name in CURRENCIES:
                values[rows], beyond = self._scaled(rows, name, path)
                if beyond is not None:
                    over = np.zeros(len(self.values), dtype=bool) if over is None else over
                    over[rows] = beyond
            else:
                states[rows] = State.INVALID
        if over is not None:
            self._refuse(over, slice(None), "must stay within 64 bits of minor units", path)
        states[currency.values < 0] = State.INVALID
        if self.empty is not None:  # where there is no amount, its currency does not matter
            states[self.empty] = State.UNKNOWN
            values[self.empty] = 0
        return Cells(values, states)

    def _scaled(self, rows: Any, currency: str, path: str) -> tuple[Ints, Mask | None]:
        """Minor units of one currency, and where 64 bits do not hold them; None for nowhere."""
        given = self.values[rows]
        if self.empty is not None:
            given = np.where(self.empty[rows], 0, given)
        shift = CURRENCIES[currency] - self.scale
        over: Mask | None = None
        rest: Mask | None = None
        if shift >= 0:
            factor = 10**shift
            most = LARGEST // factor
            if len(given) and (int(given.max()) > most or int(given.min()) < -most):
                beyond = (given > most) | (given < -most)
                given, over = np.where(beyond, 0, given), beyond
            out = given * factor
        elif shift < -18:
            out, rest = np.zeros_like(given), given != 0
        else:
            out, left = np.divmod(given, 10**-shift)
            rest = left != 0
        every = np.arange(len(self.values))[rows].tolist() if self.beyond else []
        at = {row: index for index, row in enumerate(every)}
        for row, value in self.beyond.items():
            if row not in at:
                continue
            whole, left = divmod(value * 10 ** max(shift, 0), 10 ** max(-shift, 0))
            index = at[row]
            if left and rest is not None:
                rest[index] = True
            elif abs(whole) > LARGEST:
                over = np.zeros(len(given), dtype=bool) if over is None else over
                over[index] = True
            else:
                out[index] = whole
                if rest is not None:
                    rest[index] = False
        if rest is not None and rest.any():
            rule = f"must have at most {CURRENCIES[currency]} decimals in {currency}"
            self._refuse(rest, rows, rule, path, "round it first")
        return cast(Ints, out), over

    def _refuse(self, bad: Mask, rows: Any, rule: str, path: str, remedy: str = "") -> None:
        row = int(np.arange(len(self.values))[rows][np.argmax(bad)])
        whole = self.beyond.get(row, int(self.values[row]))
        value = Decimal(f"{whole}e{-self.scale}")  # exact, whatever the precision of the host
        raise InvalidFact(path, rule, str(value), remedy, row=row, count=int(bad.sum()))

    def floats(self) -> npt.NDArray[np.float64]:
        """The nearest floats."""
        if self.scale > 22 or (len(self.values) and np.abs(self.values).max() > 2**53):
            scale = 10**self.scale
            out = np.array([value / scale for value in self.values.tolist()], dtype=np.float64)
        else:
            out = self.values.astype(np.float64) / 10.0**self.scale
        for row, value in self.beyond.items():
            out[row] = value / 10**self.scale
        if self.empty is not None:
            out[self.empty] = np.nan
        return out


# Polars


def _polars_codes(series: Any) -> Codes:
    polars = library("polars")
    texts = series.cast(polars.String)
    names = texts.drop_nulls().unique(maintain_order=True)
    codes = texts.cast(polars.Enum(names)).to_physical().cast(polars.Int32).fill_null(-1)
    return Codes(codes.to_numpy(), names.to_list())


def _polars_decimals(series: Any) -> Exact:
    polars, native = library("polars"), series.to_native()
    physical = native.to_physical()
    values = physical.cast(polars.Int64, strict=False)
    empty = native.is_null()
    over = values.is_null() & ~empty
    rows = over.arg_true().to_list()
    beyond = dict(zip(rows, physical.filter(over).to_list(), strict=True))
    mask = empty.to_numpy() if native.null_count() else None
    return Exact(values.fill_null(0).to_numpy(), mask, native.dtype.scale, beyond)


# PyArrow, and whatever else speaks Arrow


def _one_array(chunked: Any) -> Any:
    pyarrow = library("pyarrow")
    if not isinstance(chunked, pyarrow.ChunkedArray):
        return chunked
    return chunked.combine_chunks() if chunked.num_chunks != 1 else chunked.chunk(0)


def _arrow_codes(chunked: Any) -> Codes:
    pyarrow = library("pyarrow")
    if pyarrow.types.is_dictionary(chunked.type):
        chunked = chunked.cast(chunked.type.value_type)
    array = _one_array(chunked)
    if isinstance(array, pyarrow.ChunkedArray):  # no chunk, no row
        return Codes(np.zeros(0, dtype=np.int32), ())
    encoded = array.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    names = [str(name) for name in encoded.dictionary.to_pylist()]
    return Codes(codes.astype(np.int32, copy=False), names)


def _arrow_decimals(series: Any) -> Exact:
    return _decimals_of(_one_array(series.to_native()))


def _decimals_of(array: Any) -> Exact:
    kind, rows = array.type, len(array)
    empty = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
    buffer = array.buffers()[1] if rows and array.null_count < rows else None
    if buffer is None:
        return Exact(np.zeros(rows, dtype=np.int64), empty, kind.scale)
    bits: int = kind.bit_width
    if bits < 64:
        small = np.frombuffer(buffer, dtype=f"<i{bits // 8}")[array.offset : array.offset + rows]
        return Exact(small.astype(np.int64), empty, kind.scale)
    words = bits // 64
    whole = np.frombuffer(buffer, dtype="<i8")[words * array.offset : words * (array.offset + rows)]
    parts = whole.reshape(rows, words)
    low = np.ascontiguousarray(parts[:, 0])
    wide = np.zeros(rows, dtype=bool)
    for word in range(1, words):
        wide |= parts[:, word] != low >> 63
    beyond = {}
    if empty is not None:
        wide &= ~empty
        low = np.where(empty, 0, low)
    for row in np.flatnonzero(wide).tolist():
        beyond[row] = int.from_bytes(parts[row].tobytes(), "little", signed=True)
    return Exact(np.where(wide, 0, low) if beyond else low, empty, kind.scale, beyond)


# pandas


def _pandas_codes(series: Any) -> Codes:
    pandas = library("pandas")
    if isinstance(series.dtype, pandas.ArrowDtype):
        return _arrow_codes(_pandas_arrow(series))
    codes, names = pandas.factorize(series)
    return Codes(codes.astype(np.int32), [str(name) for name in names])


def _pandas_decimals(series: Any) -> Exact:
    return _decimals_of(_one_array(_pandas_arrow(series.to_native())))


def _pandas_arrow(series: Any) -> Any:
    return series.array.__arrow_array__()


CODES: Final[Mapping[str, Callable[[Any], Codes]]] = {
    "polars": _polars_codes,
    "pyarrow": _arrow_codes,
    "pandas": _pandas_codes,
}
DECIMALS: Final[Mapping[str, Callable[[Any], Exact]]] = {
    "polars": _polars_decimals,
    "pyarrow": _arrow_decimals,
    "pandas": _pandas_decimals,
}
