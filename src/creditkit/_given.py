"""Columns as a host gives them: lists and arrays, checked for their shape and for what they hold.

>>> as_floats([1, None], "total_assets").tolist()
[1.0, nan]
>>> column_in("C-1", "id")
Traceback (most recent call last):
creditkit.errors.InvalidFact: id must be a column: a list or a one-dimensional array (got 'C-1'); ...
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from creditkit.errors import InvalidFact
from creditkit.money import LARGEST

__all__ = ["as_floats", "as_wholes", "column_in"]


def column_in(values: Any, path: str) -> Any:
    """A column as it can be read: a list, a tuple or a one-dimensional array.

    One value, text, a mapping, a set and an iterator are no columns; objects, masks and more
    dimensions are refused in arrays.
    """
    if isinstance(values, list | tuple):
        return values
    if hasattr(values, "__array__") and not isinstance(values, np.ndarray | np.generic):
        array = np.asarray(values)  # a series of another library
        if array.dtype.kind == "O" and array.ndim == 1:
            return array.tolist()
        values = array
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            remedy = "give one of its columns" if values.ndim else "write [value]"
            rule = f"must be one-dimensional, not of {values.ndim} dimensions"
            raise InvalidFact(path, rule, f"an array of {values.shape}", remedy)
        if isinstance(values, np.ma.MaskedArray):
            remedy = "give a list with None where it is masked"
            raise InvalidFact(path, "must not be a masked array", values.dtype, remedy)
        if values.dtype.kind == "O":
            remedy = "give a list or a typed array"
            raise InvalidFact(path, "must not be an object column", values.dtype, remedy)
        return values
    if isinstance(values, Sequence) and not isinstance(values, str | bytes | bytearray):
        return list(values)
    rule = "must be a column: a list or a one-dimensional array"
    raise InvalidFact(path, rule, values, "for one row, write [value]")


def as_floats(values: npt.ArrayLike, path: str) -> npt.NDArray[np.float64]:
    """A contiguous float64 column from a list or an array; whole numbers become floats at this door.

    NaN and None mean not known. Infinity, object columns, text and more than one dimension are
    refused with the first bad row.
    """
    given = column_in(values, path)
    if isinstance(given, np.ndarray):
        if given.dtype.kind not in "iuf":
            raise InvalidFact(path, "must be a column of numbers", given.dtype)
        column = np.ascontiguousarray(given, dtype=np.float64)
    else:
        if not set(map(type, given)) <= {float, int, type(None)}:
            bad = [row for row, value in enumerate(given) if not _is_number(value)]
            if bad:
                remedy = "write None where it is not known"
                value, count = given[bad[0]], len(bad)
                raise InvalidFact(path, "must hold numbers", value, remedy, row=bad[0], count=count)
        try:
            column = np.array(given, dtype=np.float64)
        except (
            OverflowError,
            ValueError,
            TypeError,
        ):  # beyond any float, or a Decimal that is none
            column = np.array([_float(value) for value in given], dtype=np.float64)
    infinite = np.isinf(column)
    if infinite.any():
        row, count = int(np.argmax(infinite)), int(np.count_nonzero(infinite))
        remedy = "write None or NaN where it is not known"
        raise InvalidFact(path, "must be finite", float(column[row]), remedy, row=row, count=count)
    return column


def _is_number(value: object) -> bool:
    numbers = int | float | Decimal | np.integer | np.floating
    return value is None or (isinstance(value, numbers) and not isinstance(value, bool))


def _float(value: Any) -> float:
    if value is None or (isinstance(value, Decimal) and value.is_nan()):
        return np.nan
    try:
        return float(value)
    except OverflowError:
        return np.inf


def as_wholes(values: npt.ArrayLike, path: str, largest: int = LARGEST) -> npt.NDArray[np.int64]:
    """An int64 column from a list or an array of whole numbers, none beyond ``largest``."""
    given = column_in(values, path)
    if isinstance(given, np.ndarray):
        if given.dtype.kind not in "iu":
            raise InvalidFact(path, "must be a column of whole numbers", given.dtype)
        bad = []
        if given.dtype.itemsize == 8:
            bad = np.flatnonzero((given > largest) | (given < -largest)).tolist()
    else:
        kinds = (int, np.integer)
        bad = [
            row
            for row, value in enumerate(given)
            if not isinstance(value, kinds)
            or isinstance(value, bool)
            or not -largest <= int(value) <= largest
        ]
    if bad:
        rule = f"must hold whole numbers within {largest.bit_length()} bits"
        raise InvalidFact(path, rule, given[bad[0]], row=bad[0], count=len(bad))
    return np.asarray(given, dtype=np.int64)
