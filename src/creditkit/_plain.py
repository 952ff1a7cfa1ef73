"""Facts and results as plain JSON data and back, driven by the annotations of their classes.

A class that carries a ``schema`` (such as ``creditkit.customer/1``) writes it on top; parts of it
do not repeat it. Money is ``"480000.00 CNY"``, a date is ISO 8601, a ratio is ``"3/20"``, a member
of an enumeration is its value. Unknown keys are refused: a record that cannot be read whole is not
read at all.
"""

from __future__ import annotations

import enum
import functools
import math
import types
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final, Generic, Self, TypeVar, Union, cast

import attrs

from creditkit._layout import Page
from creditkit.canonical import Digest
from creditkit.errors import InvalidFact, meant
from creditkit.figures import Undefined
from creditkit.money import Line, Money

__all__ = [
    "Deferred",
    "Record",
    "fact_name",
    "from_plain",
    "list_in",
    "mapping_in",
    "tagged",
    "to_plain",
    "untagged",
    "without_schema",
]

T = TypeVar("T")


class Deferred(Generic[T]):
    """A part of a result that is worked out when somebody looks, once; equal when what it gives is.

    A check of an order takes less time than the objects that explain it, so those wait.
    """

    __slots__ = ("_make", "_value")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make

    @classmethod
    def of(cls, value: T) -> Deferred[T]:
        """One that is already worked out."""
        made = cls(lambda: value)
        return made

    def get(self) -> T:
        """The value."""
        if self._make is not None:
            self._value: T = self._make()
            self._make = None
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Deferred) and self.get() == other.get()

    def __hash__(self) -> int:
        return hash(self.get())

    def __reduce__(self) -> tuple[Any, ...]:
        return _deferred, (self.get(),)

    def __repr__(self) -> str:
        return repr(self.get())


def _deferred(value: T) -> Deferred[T]:
    return Deferred.of(value)


class Record(Page):
    """A fact or a result: a frozen attrs class that is plain data on demand, and a page for a notebook."""

    __slots__ = ()

    schema: ClassVar[str] = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data with the schema version; `from_dict` gives back an equal object."""
        return {"schema": self.schema, **to_plain(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The object that `to_dict` wrote; an `InvalidFact` names the path of what cannot be read."""
        path = fact_name(cls)
        plain = without_schema(data, cls.schema, path)
        try:
            return cast(Self, _object(cls, plain, path))
        except RecursionError:
            raise InvalidFact(path, "must not be nested without end") from None


def fact_name(cls: type) -> str:
    """``CreditLine`` as a path says it: ``credit_line``."""
    name = cls.__name__
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def without_schema(data: Any, schema: str, path: str) -> dict[str, Any]:
    """What `to_dict` wrote without its schema version, once that is the one which can be read."""
    mapping_in(data, path, "give what to_dict() wrote")
    given = data.get("schema")
    if not isinstance(given, str) or given != schema:
        remedy = "give what to_dict() wrote"
        if isinstance(given, str) and given.rpartition("/")[0] == schema.rpartition("/")[0]:
            remedy = "another version of creditkit wrote it: read it with that one"
        raise InvalidFact(f"{path}.schema", f"must be {schema!r}", given, remedy)
    return {key: value for key, value in data.items() if key != "schema"}


@contextmanager
def as_written(path: str) -> Iterator[None]:
    """Whatever fails within is plain data that `to_dict` has not written so."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        rule, remedy = "are not what to_dict() wrote", "give its data as it was"
        raise InvalidFact(path, rule, str(error), remedy) from None


def mapping_in(
    data: Any, path: str, remedy: str = "", keys: Collection[str] | None = None
) -> dict[str, Any]:
    """``data`` as a mapping with text as keys; none but ``keys``, where they are given."""
    if not isinstance(data, Mapping):
        raise InvalidFact(path, "must be a mapping", data, remedy)
    for key in data:
        if not isinstance(key, str):
            raise InvalidFact(path, "must have text as keys", key, remedy)
        if keys is not None and key not in keys:
            raise InvalidFact(f"{path}.{key}", "is not known", remedy=meant(key, keys))
    return dict(data)


def list_in(data: Any, path: str) -> list[Any]:
    """``data`` as a list; text is none."""
    if not isinstance(data, list | tuple):
        raise InvalidFact(path, "must be a list", data)
    return list(data)


def to_plain(value: Any) -> Any:
    """One value as plain JSON data."""
    if value is None or (isinstance(value, str | bool | int) and not isinstance(value, enum.Enum)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Money):
        return _money_text(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Deferred):
        return to_plain(value.get())
    if isinstance(value, Fraction | Decimal | Digest):
        return str(value)
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if attrs.has(type(value)):
        return {
            attribute.name.lstrip("_"): _plain_of(attribute, getattr(value, attribute.name))
            for attribute in attrs.fields(type(value))
            if attribute.metadata.get("plain", True)
        }
    if hasattr(value, "to_dict"):
        return value.to_dict()
    raise InvalidFact(fact_name(type(value)), "has no plain form", value)


def _plain_of(attribute: Any, value: Any) -> Any:
    how = attribute.metadata.get("tagged")
    if how == "pairs":
        return {name: tagged(item) for name, item in value}
    return tagged(value) if how else to_plain(value)


def _money_text(value: Money) -> str:
    return str(value).replace(",", "")


_TAGS: Final[dict[str, type]] = {
    "money": Money,
    "date": date,
    "line": Line,
    "undefined": Undefined,
    "list": tuple,
}


def tagged(value: Any) -> Any:
    """A value of any sort as plain data that says its type: text ``none`` is not the line ``none``.

    Numbers, text, flags and None stand as they are; pairs of name and value become an object.
    """
    if isinstance(value, Deferred):
        return {name: tagged(item) for name, item in value.get()}
    for tag, kind in _TAGS.items():
        if isinstance(value, kind):
            return {tag: to_plain(value)}
    return to_plain(value)


def untagged(data: Any, path: str) -> Any:
    """The value that `tagged` wrote."""
    if data is None or isinstance(data, str | int | float):
        return data
    if isinstance(data, Mapping) and len(data) == 1:
        tag, value = next(iter(data.items()))
        if tag == "list" and isinstance(value, list | tuple):
            return tuple(value)
        if tag in _TAGS and tag != "list":
            return from_plain(_TAGS[tag], value, path)
    raise InvalidFact(path, "cannot be read", data)


def _untagged_as(how: object, hint: Any, data: Any, path: str) -> Any:
    deferred = typing.get_origin(hint) is Deferred
    if how != "pairs" and not deferred:
        return untagged(data, path)
    given = mapping_in(data, path)
    # by name, as they are made: a store may give the keys of an object back in another order
    pairs = tuple((name, untagged(given[name], f"{path}.{name}")) for name in sorted(given))
    return Deferred.of(pairs) if deferred else pairs


def from_plain(hint: Any, data: Any, path: str) -> Any:
    """``data`` as a value of the annotated type ``hint``."""
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        return _one_of(typing.get_args(hint), data, path)
    if hint is Any or hint is object:
        return data
    if hint is None or hint is type(None):
        if data is not None:
            raise InvalidFact(path, "must be null", data)
        return None
    if origin is Deferred:
        return Deferred.of(from_plain(typing.get_args(hint)[0], data, path))
    if origin is tuple:
        return _tuple(typing.get_args(hint), data, path)
    if origin is not None and issubclass(origin, Mapping):
        item = typing.get_args(hint)[1]
        given = mapping_in(data, path)
        return {key: from_plain(item, value, f"{path}.{key}") for key, value in given.items()}
    if not isinstance(hint, type):
        return data
    if attrs.has(hint):
        return _object(hint, mapping_in(data, path), path)
    return _scalar(hint, data, path)


def _scalar(hint: type, data: Any, path: str) -> Any:
    if hint is float:
        if isinstance(data, int | float) and not isinstance(data, bool):
            try:
                return float(data)
            except OverflowError:
                pass
    elif hint in (bool, int, str):
        if type(data) is hint:
            return data
    elif isinstance(data, str):
        try:
            if issubclass(hint, Money):
                amount, _, currency = data.partition(" ")
                return Money(amount, currency)
            if hint is date:
                return date.fromisoformat(data)
            if issubclass(hint, enum.Enum | Fraction | Decimal | Digest):
                return hint(data)
        except (ValueError, ArithmeticError):
            pass
    elif issubclass(hint, enum.Enum):
        for member in hint:
            if type(member.value) is type(data) and member.value == data:
                return member
    elif hasattr(hint, "from_dict") and isinstance(data, Mapping):
        return hint.from_dict(data)
    raise InvalidFact(path, f"must be {_described(hint)}", data)


def _described(hint: type) -> str:
    if issubclass(hint, enum.Enum):
        return "one of " + ", ".join(str(member.value) for member in hint)
    return {
        Money: "money such as '480000.00 CNY'",
        date: "a date such as '2026-11-21'",
        float: "a number",
        int: "a whole number",
        bool: "true or false",
        str: "text",
    }.get(hint, f"a {hint.__name__}")


def _one_of(hints: tuple[Any, ...], data: Any, path: str) -> Any:
    if data is None and type(None) in hints:
        return None
    first: InvalidFact | None = None
    for hint in hints:
        if hint is not type(None):
            try:
                return from_plain(hint, data, path)
            except InvalidFact as error:
                first = first or error
    assert first is not None
    raise first


def _tuple(hints: tuple[Any, ...], data: Any, path: str) -> tuple[Any, ...]:
    data = list_in(data, path)
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(
            from_plain(hints[0], item, f"{path}[{place}]") for place, item in enumerate(data)
        )
    if len(hints) != len(data):
        raise InvalidFact(path, f"must have {len(hints)} entries", data)
    return tuple(
        from_plain(hint, item, f"{path}[{place}]")
        for place, (hint, item) in enumerate(zip(hints, data, strict=True))
    )


@functools.cache
def _hints(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _object(cls: type, data: Mapping[str, Any], path: str) -> Any:
    hints = _hints(cls)
    known = {
        attribute.name.lstrip("_"): attribute
        for attribute in attrs.fields(cls)
        if attribute.metadata.get("plain", True)
    }
    mapping_in(data, path, keys=known)
    values = {}
    for name, attribute in known.items():
        if name in data:
            hint, how, here = (
                hints[attribute.name],
                attribute.metadata.get("tagged"),
                f"{path}.{name}",
            )
            values[attribute.alias] = (
                _untagged_as(how, hint, data[name], here)
                if how
                else from_plain(hint, data[name], here)
            )
        elif attribute.default is attrs.NOTHING:
            raise InvalidFact(f"{path}.{name}", "is missing")
    return cls(**values)
