"""Writing plain data: one value as JSON has it, by the type of what is there.

Not by annotations: a value that is not what its annotation promises is written as what it is. How
the values of a type are written is found out when the first one comes.

>>> to_plain({"limit": Money("480000", "CNY"), "share": Fraction(3, 20), "score": math.nan})
{'limit': '480000.00 CNY', 'share': '3/20', 'score': None}
"""

from __future__ import annotations

import enum
import math
import operator
import types
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias

import attrs

from creditkit._deferred import Deferred
from creditkit.errors import InvalidFact, fact_name
from creditkit.figures import Undefined
from creditkit.money import Line, Money, plain_amount

__all__ = ["AS_IT_IS", "TAGS", "WHERE_GIVEN", "tagged", "to_plain"]

Write: TypeAlias = Callable[[Any], Any]

TAGS: Final[dict[str, type]] = {
    "money": Money,
    "date": date,
    "line": Line,
    "undefined": Undefined,
    "list": tuple,
}
"""What a value that says its type is called; numbers, text, flags and None stand as they are."""


def to_plain(value: Any) -> Any:
    """One value as plain JSON data; a float that is not finite becomes null."""
    return _WRITERS[type(value)](value)


def tagged(value: Any) -> Any:
    """A value of any sort as plain data that says its type: text ``none`` is not the line ``none``.

    >>> tagged(Line.NONE), tagged("none"), tagged(5)
    ({'line': 'none'}, 'none', 5)
    """
    return _TAGGERS[type(value)](value)


class _ByType(dict[type, Write]):
    """How values of each type are written; a type that comes for the first time is looked into then."""

    def __init__(self, look_into: Callable[[type], Write]) -> None:
        super().__init__()
        self._look_into = look_into

    def __missing__(self, kind: type) -> Write:
        write = self[kind] = self._look_into(kind)
        return write


AS_IT_IS: Final[frozenset[type]] = frozenset({types.NoneType, bool, int, str})
"""What is plain data by itself, and most of a record: no call is made for it."""


def _writer(kind: type) -> Write:
    """How values of a type are written; the order tells what an enumeration of text is."""
    if issubclass(kind, str | int | types.NoneType) and not issubclass(kind, enum.Enum):
        return lambda value: value
    if issubclass(kind, float):
        return lambda value: value if math.isfinite(value) else None
    if issubclass(kind, Money):
        return lambda value: f"{plain_amount(value.minor, value.currency)} {value.currency}"
    if issubclass(kind, date):
        return lambda value: value.isoformat()
    if issubclass(kind, enum.Enum):
        return lambda value: value.value
    if issubclass(kind, Deferred):
        return lambda value: to_plain(value.get())
    if issubclass(kind, Fraction | Decimal):
        return str
    if issubclass(kind, tuple | list):
        return lambda value: [_WRITERS[type(item)](item) for item in value]
    if issubclass(kind, Mapping):
        return lambda value: {str(key): to_plain(item) for key, item in value.items()}
    if attrs.has(kind):
        return _record_writer(kind)
    if hasattr(kind, "to_dict"):
        return lambda value: value.to_dict()
    return _no_plain_form


def _no_plain_form(value: Any) -> Any:
    raise InvalidFact(fact_name(type(value)), "has no plain form", value)


WHERE_GIVEN: Final = {"where_given": True}
"""Metadata of a field that is written only where it says something: records without it stay as they are."""


def _record_writer(kind: type) -> Write:
    fields = [one for one in attrs.fields(kind) if one.metadata.get("plain", True)]
    columns = [(one.name.lstrip("_"), _field_writers(one)) for one in fields]
    # one name more than there are fields, because attrgetter gives a bare value for a single one
    values = operator.attrgetter(*[one.name for one in fields], "__class__")

    def write(record: Any) -> dict[str, Any]:
        return {
            name: value if type(value) in AS_IT_IS else writers[type(value)](value)
            for (name, writers), value in zip(columns, values(record), strict=False)
        }

    later = {one.name: one.default for one in fields if one.metadata.get("where_given")}
    if not later:
        return write
    return lambda record: {
        name: value
        for name, value in write(record).items()
        if name not in later or not (value is None or (value == [] and later[name] == ()))
    }


def _field_writers(field: attrs.Attribute[Any]) -> dict[type, Write]:
    how = field.metadata.get("tagged")
    return _PAIRS if how == "pairs" else _TAGGERS if how else _WRITERS


def _tagger(kind: type) -> Write:
    if issubclass(kind, Deferred):
        return lambda value: _tagged_pairs(value.get())
    write = _WRITERS[kind]
    for tag, sort in TAGS.items():
        if issubclass(kind, sort):
            return lambda value: {tag: write(value)}
    return write


def _tagged_pairs(pairs: Any) -> dict[str, Any]:
    return {name: _TAGGERS[type(item)](item) for name, item in pairs}


_WRITERS: Final = _ByType(_writer)
_TAGGERS: Final = _ByType(_tagger)
_PAIRS: Final = _ByType(lambda _kind: _tagged_pairs)
