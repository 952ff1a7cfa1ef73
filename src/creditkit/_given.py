"""Columns as a host gives them: lists and arrays, checked for their shape and for what they hold.

>>> as_floats([1, None], "total_assets").tolist()
[1.0, nan]
>>> column_in("C-1", "id")
Traceback (most recent call last):
creditkit.errors.InvalidFact: id must be a column: a list or a one-dimensional array (got 'C-1'); ...
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from creditkit.errors import InvalidFact, fact_name, meant
from creditkit.money import LARGEST

__all__ = [
    "as_floats",
    "as_wholes",
    "call_checked",
    "column_in",
    "exact_ratio",
    "flag_in",
    "instance_in",
    "is_number",
    "iso_date",
    "listed",
    "names_in",
    "needed",
    "not_known",
    "one_of",
    "whole_in",
]


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
    raise InvalidFact(path, rule, values, "for one row, write [value]; for each, [value] * rows")


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
            bad = [row for row, value in enumerate(given) if not is_number(value)]
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


def is_number(value: object) -> bool:
    """Whether a value is a number or not known."""
    return _is_whole(value) or isinstance(value, float | Decimal | np.floating) or not_known(value)


def not_known(value: object) -> bool:
    """Whether a value says that nothing is known: None, NaN, or what pandas writes in place of them.

    >>> [not_known(value) for value in (None, float("nan"), np.datetime64("NaT"), 0, "")]
    [True, True, True, False, False]
    """
    if value is None:
        return True
    if isinstance(value, Decimal):
        return value.is_nan()  # one that signals cannot be compared, not even with itself
    if isinstance(value, float | np.floating | np.datetime64 | datetime):  # NaT is a datetime
        return bool(value != value)
    kind = type(value)
    return kind.__name__ == "NAType" and kind.__module__.partition(".")[0] == "pandas"


def _is_whole(value: object) -> bool:
    """Whether a value is a whole number; numpy counts spans of time among its own."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool | np.timedelta64)


def _float(value: Any) -> float:
    if not_known(value):
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
        bad = [
            row
            for row, value in enumerate(given)
            if not _is_whole(value) or not -largest <= int(value) <= largest
        ]
    if bad:
        rule = f"must hold whole numbers within {largest.bit_length()} bits"
        raise InvalidFact(path, rule, given[bad[0]], row=bad[0], count=len(bad))
    return np.asarray(given, dtype=np.int64)


def iso_date(text: str) -> date | None:
    """The calendar date that text writes in full, ``2026-11-21`` or ``20261121``; None where it is none.

    Python's own reader takes more for dates: weeks, and ten characters that begin with eight digits.

    >>> iso_date("2026-11-21") == iso_date("20261121") == date(2026, 11, 21)
    True
    >>> iso_date("2026-W47"), iso_date("2026112199"), iso_date("2026-11-31"), iso_date("2026-11")
    (None, None, None, None)
    """
    if len(text) == 10:
        full = text[4] == text[7] == "-"
    else:
        full = len(text) == 8 and text.isascii() and text.isdecimal()
    try:
        return date.fromisoformat(text) if full else None
    except ValueError:
        return None


_RATIO: Final = re.compile(r"([+-]?[0-9]{1,30})(\.[0-9]{1,30})?( ?%)?")


def exact_ratio(text: str) -> Fraction | None:
    """The exact number that text writes in plain digits, ``%`` divides by a hundred; None for none.

    An exponent is none: one of nine digits would be worked out.

    >>> exact_ratio("12.5 %"), exact_ratio("0.10"), exact_ratio("1e9"), exact_ratio(".1")
    (Fraction(1, 8), Fraction(1, 10), None, None)
    """
    match = _RATIO.fullmatch(text) if len(text) < 70 else None
    if match is None:
        return None
    decimals = (match[2] or ".")[1:]
    return Fraction(int(match[1] + decimals), 10 ** (len(decimals) + (2 if match[3] else 0)))


# One argument


def one_of(value: Any, names: Collection[str], path: str) -> None:
    """Refuse what is not one of a few words."""
    if not isinstance(value, str) or value not in names:
        two = len(names) == 2
        words = " or ".join(map(repr, names)) if two else f"one of {', '.join(names)}"
        raise InvalidFact(path, f"must be {words}", value, meant(value, names))


def instance_in(value: Any, kind: type, path: str, remedy: str = "") -> None:
    """Refuse what is not of a type."""
    if not isinstance(value, kind):
        raise InvalidFact(path, f"must be of the type {kind.__name__}", value, remedy)


def flag_in(value: Any, path: str) -> None:
    """Refuse what is not True or False."""
    if not isinstance(value, bool):
        raise InvalidFact(path, "must be True or False", value)


def whole_in(value: Any, path: str, least: int = 0) -> None:
    """Refuse what is not a whole number of at least ``least``."""
    if not _is_whole(value) or not least <= value <= LARGEST:
        rule = "above zero" if least == 1 else f"of {least} or more"
        raise InvalidFact(path, f"must be a whole number {rule}", value)


def listed(values: Any) -> list[Any] | None:
    """What can be gone through as a list; None for text, a mapping and whatever is no sequence."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        return None
    try:
        return list(values)
    except TypeError:  # an array of no dimension
        return None


def names_in(values: Any, path: str) -> list[str]:
    """A sequence of text as a list; one text is none."""
    names = listed(values)
    if names is None:
        raise InvalidFact(path, "must be a sequence of names", values, "write [name]")
    for index, name in enumerate(names):
        if not isinstance(name, str):
            raise InvalidFact(f"{path}[{index}]", "must be text", name)
    return names


def call_checked(made: Callable[..., None], cls: type) -> Callable[..., None]:
    """A constructor whose ``TypeError`` becomes an `InvalidFact`; a call that is right costs no more."""

    @functools.wraps(made)
    def __init__(self: Any, /, *args: Any, **given: Any) -> None:  # noqa: N807
        try:
            made(self, *args, **given)
        except TypeError as error:
            raise _wrong_call(cls, args, given, error) from None

    return __init__


def needed(cls: type) -> tuple[str, ...]:
    """The fields of a fact that must be given."""
    return tuple(one.name for one in attrs.fields(cls) if one.default is attrs.NOTHING)


def _wrong_call(
    cls: type, args: tuple[Any, ...], given: Mapping[str, Any], error: TypeError
) -> Exception:
    path, names = fact_name(cls), [field.name for field in attrs.fields(cls)]
    must = needed(cls)
    example = f"{cls.__name__}({', '.join(f'{name}=...' for name in must)})"
    if args:
        return InvalidFact(path, "takes its fields by name", args[0], f"write {example}")
    for name, value in given.items():
        if name not in names:
            remedy = meant(name, names) or f"its fields are {', '.join(names)}"
            lacking = [one for one in must if one not in given]
            remedy += f", and give {' and '.join(lacking)}" if lacking else ""
            if "figures" in names:  # a figure of the host's own may be spelled like one of ours
                remedy += f"; a figure of your own goes into figures={{{name!r}: ...}}"
            return InvalidFact(f"{path}.{name}", "is no field of it", value, remedy)
    for name in must:
        if name not in given:
            return InvalidFact(f"{path}.{name}", "must be given", remedy=f"write {example}")
    return error
