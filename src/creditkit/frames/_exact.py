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

from creditkit._arithmetic import blocks
from creditkit._columns import Cells, Codes, Ints, State
from creditkit.errors import InvalidFact
from creditkit.money import CURRENCIES, LARGEST

__all__ = ["CODES", "DECIMALS", "TEXTS", "Exact", "kind_of_series", "library"]

Mask = npt.NDArray[np.bool_]

_LAST_OF_ASCII: Final = 127
_LOOKED_AT: Final = 10_000
_SHORT: Final = 32
_FACTOR: Final = 0x9E3779B97F4A7C15


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


def _polars_texts(series: Any) -> npt.NDArray[np.str_] | None:
    polars = library("polars")
    try:
        return _arrow_texts(series.cast(polars.String).to_arrow())
    except ImportError:  # Polars does without PyArrow
        return None


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
    encoded = _encoded_by_number(array)
    if encoded is None:
        encoded = array.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    names = [str(name) for name in encoded.dictionary.to_pylist()]
    return Codes(codes.astype(np.int32, copy=False), names)


def _encoded_by_number(array: Any) -> Any:
    """A column of many short names, encoded by the numbers that their bytes are.

    That is three times as fast as by text, which looks each name up in memory. None for other columns,
    and where two names have one number.
    """
    if len(array) <= _LOOKED_AT or array.null_count or not _in_bytes(array):
        return None
    if 2 * len(array[:_LOOKED_AT].unique()) < _LOOKED_AT:
        return None  # few names, whose places are in cache
    ends, letters = _letters(array)
    longest = int(np.diff(ends).max())
    if not 0 < longest <= _SHORT or not letters.min():  # the padding is zero
        return None
    words = _padded(ends, letters, -(-longest // 8) * 8, np.uint8).view(np.uint64)
    numbers = words[:, 0].copy()
    for word in range(1, words.shape[1]):
        numbers = numbers * np.uint64(_FACTOR) + words[:, word]
    pyarrow = library("pyarrow")
    indices = pyarrow.array(numbers).dictionary_encode().indices
    codes = indices.to_numpy()
    known = np.maximum.accumulate(codes)  # names are numbered as they come
    first = np.flatnonzero(np.append(True, codes[1:] > known[:-1]))
    for word in range(words.shape[1] if words.shape[1] > 1 else 0):
        column = np.ascontiguousarray(words[:, word])
        if (column[first][codes] != column).any():
            return None
    return pyarrow.DictionaryArray.from_arrays(indices, array.take(pyarrow.array(first)))


def _in_bytes(array: Any) -> bool:
    """Whether the text of a column lies in one piece of memory."""
    types = library("pyarrow").types
    return bool(types.is_string(array.type) or types.is_large_string(array.type))


def _letters(array: Any) -> tuple[Ints, npt.NDArray[np.uint8]]:
    """The bytes of text, and where each row's begin, and the last's end."""
    if not len(array):
        return np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.uint8)
    array = array.cast(library("pyarrow").large_string())  # which may move its offset
    _, offsets, buffer = array.buffers()
    ends = np.frombuffer(offsets, dtype="<i8", count=len(array) + 1, offset=8 * array.offset)
    letters = np.frombuffer(buffer or b"", dtype=np.uint8)
    return ends - ends[0], letters[int(ends[0]) : int(ends[-1])]


def _padded(ends: Ints, letters: npt.NDArray[np.uint8], width: int, dtype: Any) -> npt.NDArray[Any]:
    """Rows of one width, zero after the last letter."""
    out = np.zeros((len(ends) - 1, width), dtype=dtype)
    places, lengths = np.arange(width, dtype=np.int32), np.diff(ends).astype(np.int32)
    for block in blocks(len(out)):
        mine = letters[ends[block.start] : ends[block.stop]]
        out[block][places < lengths[block, np.newaxis]] = mine
    return out


def _arrow_texts(chunked: Any) -> npt.NDArray[np.str_] | None:
    """Text of fixed width, straight from Arrow's bytes; None where some of it is not ASCII."""
    pyarrow = library("pyarrow")
    array = _one_array(chunked)
    if isinstance(array, pyarrow.ChunkedArray):  # no chunk, no row
        return np.zeros(0, dtype=np.str_)
    if pyarrow.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    if not _in_bytes(array):
        return None
    ends, letters = _letters(array.fill_null("") if array.null_count else array)
    if not len(letters):
        return np.zeros(len(array), dtype=np.str_)
    if letters.max() > _LAST_OF_ASCII:
        return None
    width = int(np.diff(ends).max())
    texts: npt.NDArray[np.str_] = _padded(ends, letters, width, np.uint32).view(f"U{width}")
    return texts.reshape(len(array))


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


def _pandas_texts(series: Any) -> npt.NDArray[np.str_] | None:
    pandas = library("pandas")
    in_arrow = getattr(series.dtype, "storage", None) == "pyarrow"
    if not in_arrow and not isinstance(series.dtype, pandas.ArrowDtype):
        return None
    return _arrow_texts(_pandas_arrow(series))


def _pandas_decimals(series: Any) -> Exact:
    return _decimals_of(_one_array(_pandas_arrow(series.to_native())))


def _pandas_arrow(series: Any) -> Any:
    return series.array.__arrow_array__()


CODES: Final[Mapping[str, Callable[[Any], Codes]]] = {
    "polars": _polars_codes,
    "pyarrow": _arrow_codes,
    "pandas": _pandas_codes,
}
TEXTS: Final[Mapping[str, Callable[[Any], npt.NDArray[np.str_] | None]]] = {
    "polars": _polars_texts,
    "pyarrow": _arrow_texts,
    "pandas": _pandas_texts,
}
"""Text of fixed width; None where it has to be read as Python text."""

DECIMALS: Final[Mapping[str, Callable[[Any], Exact]]] = {
    "polars": _polars_decimals,
    "pyarrow": _arrow_decimals,
    "pandas": _pandas_decimals,
}
