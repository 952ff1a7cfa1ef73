"""Reading plain data: one value by the annotation of what is wanted, with all its faults.

A reader is put together once for each annotation and class, and knows no path: the caller adds
its step to the paths of what it finds wrong. So data that is right pays nothing for them, and a
record goes on to its next field after a fault.

>>> from_plain(tuple[Money, ...], ["5 CNY", "7.50 CNY"], "paid")
(Money('5.00', 'CNY'), Money('7.50', 'CNY'))
"""

from __future__ import annotations

import enum
import functools
import math
import types
import typing
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias, Union

import attrs

from creditkit._deferred import Deferred
from creditkit._given import iso_date
from creditkit._plain_writing import AS_IT_IS, TAGS
from creditkit.errors import MOST_FAULTS, InvalidFact, all_of, fact_name, meant
from creditkit.money import CURRENCIES, Money

__all__ = ["ENDLESS", "from_plain", "list_in", "mapping_in", "members_reader", "untagged"]

Read: TypeAlias = Callable[[Any], Any]
"""Reads one value; the paths of its `InvalidFact` begin at that value: ``""``, ``".id"``, ``"[3]"``."""

ENDLESS: Final = "must not be nested without end"
_TEXT_KEYS: Final = "must have text as keys"


def from_plain(hint: Any, data: Any, path: str) -> Any:
    """``data`` as a value of the annotated type ``hint``; errors call it ``path``."""
    return _read_at(path, _kept_reader(hint), data)


def members_reader(path: str, hints: Mapping[str, Any]) -> Callable[[Any], dict[str, Any]]:
    """Reads the members of an object by their annotations, for a class that is no record.

    All are required. Errors call the object ``path``.

    >>> members_reader("note", {"code": str, "days": int, "on": date})({"code": "a", "days": "3"})
    Traceback (most recent call last):
    creditkit.errors.InvalidFacts: note has 2 faults:
      note.days must be a whole number (got '3')
      note.on is required
    """
    fields = [_Field(name, name, True, _reader(hint)) for name, hint in hints.items()]

    def read(data: Any) -> dict[str, Any]:
        values, faults = _read_fields(fields, data)
        if faults:
            raise _one_error(faults)
        return values

    return functools.partial(_read_at, path, read)


def untagged(data: Any, path: str) -> Any:
    """The value that `tagged` wrote.

    >>> untagged({"money": "5.00 CNY"}, "value")
    Money('5.00', 'CNY')
    """
    return _read_at(path, _untagged, data)


def mapping_in(
    data: Any, path: str, remedy: str = "", keys: Collection[str] | None = None
) -> dict[str, Any]:
    """``data`` as a mapping with text as keys; none but ``keys``, where they are given."""
    if not isinstance(data, Mapping):
        raise InvalidFact(path, "must be a mapping", data, remedy)
    for key in data:
        if not isinstance(key, str):
            raise InvalidFact(path, _TEXT_KEYS, key, remedy)
        if keys is not None and key not in keys:
            raise InvalidFact(f"{path}.{key}", "is not known", remedy=meant(key, keys))
    return dict(data)


def list_in(data: Any, path: str) -> list[Any]:
    """``data`` as a list; text is none."""
    if not isinstance(data, list | tuple):
        raise InvalidFact(path, "must be a list", data)
    return list(data)


def _read_at(path: str, read: Read, data: Any) -> Any:
    try:
        return read(data)
    except InvalidFact as error:
        faults = _below(path, error)
    except RecursionError:
        faults = [InvalidFact(path, ENDLESS)]
    raise _one_error(faults, path)


def _one_error(faults: list[InvalidFact], path: str = "") -> InvalidFact:
    return all_of(path, faults)


def _below(step: str, error: InvalidFact) -> list[InvalidFact]:
    """The faults of something, seen from what holds it."""
    return [
        type(fault)(
            step + fault.path,
            fault.rule,
            fault.value,
            fault.remedy,
            row=fault.row,
            count=fault.count,
        )
        for fault in error.faults
    ]


def _reader(hint: Any) -> Read:
    """What reads a value of an annotated type."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return _union_reader(inside)
    if origin is Deferred:
        read = _reader(inside[0])
        return lambda data: Deferred.of(read(data))
    if origin is tuple:
        return _tuple_reader(*inside)
    if origin is Annotated and "tagged" in hint.__metadata__:
        return _untagged
    if origin is Literal:
        return _word_reader({word: word for word in inside})
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_reader(_reader(inside[1]))
    if hint in _READERS:
        return _READERS[hint]
    if isinstance(hint, type):
        if attrs.has(hint):
            return _record_reader(hint)
        if issubclass(hint, enum.Enum):
            return _word_reader({member.value: member for member in hint})
        if hasattr(hint, "from_dict"):
            return _own_reader(hint)
    raise TypeError(f"plain data has no form for {hint}")


_kept_reader: Final = functools.cache(_reader)


def _union_reader(hints: tuple[Any, ...]) -> Read:
    """The first of several types that can read what came; the first says what is wrong.

    With None among them null is not known, and so is NaN, which many a writer of JSON lets through.
    """
    first, *others = [_reader(hint) for hint in hints if hint is not types.NoneType]
    optional = types.NoneType in hints

    def read(data: Any) -> Any:
        if data is None and optional:
            return None
        try:
            return first(data)
        except InvalidFact as error:
            refusal = error
        for other in others:
            try:
                return other(data)
            except InvalidFact:
                pass
        if optional and isinstance(data, float) and data != data:
            return None
        raise refusal

    return read


def _tuple_reader(*hints: Any) -> Read:
    """A sequence of one type, ``tuple[X, ...]``, or a row of so many types."""
    readers = [_reader(hint) for hint in hints if hint is not Ellipsis]
    endless = Ellipsis in hints

    def read(data: Any) -> tuple[Any, ...]:
        if type(data) is not list and not isinstance(data, list | tuple):
            raise InvalidFact("", "must be a list", data)
        if not endless and len(data) != len(readers):
            raise InvalidFact("", f"must have {len(readers)} entries", data)
        values: list[Any] = []
        faults: list[InvalidFact] = []
        for index, item in enumerate(data):
            try:
                values.append(readers[0 if endless else index](item))
            except InvalidFact as error:
                faults += _below(f"[{index}]", error)
                if len(faults) >= MOST_FAULTS:
                    break
        if faults:
            raise _one_error(faults)
        return tuple(values)

    return read


def _mapping_reader(read_one: Read) -> Read:
    def read(data: Any) -> dict[str, Any]:
        values: dict[str, Any] = {}
        faults: list[InvalidFact] = []
        for name, item in mapping_in(data, "").items():
            try:
                values[name] = read_one(item)
            except InvalidFact as error:
                faults += _below(f".{name}", error)
                if len(faults) >= MOST_FAULTS:
                    break
        if faults:
            raise _one_error(faults)
        return values

    return read


def _number(data: Any) -> float:
    if type(data) is float and math.isfinite(data):
        return data
    if isinstance(data, int | float) and not isinstance(data, bool):
        try:
            number = float(data)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise InvalidFact("", "must be a number", data)


def _exactly(kind: type, rule: str) -> Read:
    def read(data: Any) -> Any:
        if type(data) is kind:
            return data
        raise InvalidFact("", rule, data)

    return read


def _from_text(make: Callable[[str], Any], rule: str) -> Read:
    def read(data: Any) -> Any:
        if isinstance(data, str):
            try:
                return make(data)
            except (ValueError, ArithmeticError):
                pass
        raise InvalidFact("", rule, data)

    return read


def _word_reader(values: Mapping[str, Any]) -> Read:
    """One of some words: a member of an enumeration by its value, or a ``Literal``."""

    def read(data: Any) -> Any:
        if isinstance(data, str) and data in values:
            return values[data]
        raise InvalidFact("", f"must be one of {', '.join(values)}", data)

    return read


def _money_of(text: str) -> Money:
    amount, _, currency = text.partition(" ")
    whole, _, rest = amount.partition(".")
    digits = whole + rest
    if len(rest) == CURRENCIES.get(currency) and digits.isdecimal() and digits.isascii():
        return Money.from_minor(int(digits), currency)  # as it is written: most of them
    return Money(amount, currency)


def _date_of(text: str) -> date:
    day = iso_date(text)
    if day is None:
        raise ValueError
    return day


def _ratio_of(text: str) -> Fraction:
    if "e" in text.lower():
        raise ValueError  # an exponent of nine digits would be worked out
    return Fraction(text)


def _exact_of(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError
    return number


_READERS: Final[dict[Any, Read]] = {
    float: _number,
    int: _exactly(int, "must be a whole number"),
    bool: _exactly(bool, "must be true or false"),
    str: _exactly(str, "must be text"),
    types.NoneType: _exactly(types.NoneType, "must be null"),
    Money: _from_text(_money_of, "must be money such as '480000.00 CNY'"),
    date: _from_text(_date_of, "must be a date such as '2026-11-21'"),
    Fraction: _from_text(_ratio_of, "must be a ratio such as '3/20'"),
    Decimal: _from_text(_exact_of, "must be an exact number such as '0.15'"),
}


def _untagged(data: Any) -> Any:
    if type(data) in AS_IT_IS or isinstance(data, str):
        return data
    if isinstance(data, float) and math.isfinite(data):
        return data
    if (type(data) is dict or isinstance(data, Mapping)) and len(data) == 1:
        ((tag, value),) = data.items()
        if isinstance(tag, str) and tag in _UNTAGGERS:
            return _UNTAGGERS[tag](value)
    raise InvalidFact("", "cannot be read", data)


_UNTAGGERS: Final = {
    **{tag: _reader(kind) for tag, kind in TAGS.items() if kind is not tuple},
    "list": _reader(tuple[str, ...]),
}
_untagged_each: Final = _mapping_reader(_untagged)


def _untagged_pairs(data: Any) -> tuple[tuple[str, Any], ...]:
    """By name, as they are made: a store may give the keys of an object back in another order."""
    return tuple(sorted(_untagged_each(data).items()))


def _own_reader(kind: Any) -> Read:
    """A class that is no record reads itself."""

    def read(data: Any) -> Any:
        if type(data) is not dict and not isinstance(data, Mapping):
            raise InvalidFact("", "must be a mapping", data)
        try:
            return kind.from_dict(data)
        except InvalidFact as error:
            raise _one_error(_inside(kind, error)) from None

    return read


def _inside(kind: type, error: InvalidFact) -> list[InvalidFact]:
    """The faults that a class found, which begin with its own name, as seen from where it stands."""
    faults = _below("", error)
    for fault in faults:
        rest = fault.path.removeprefix(fact_name(kind))
        fault.path = rest if rest[:1] in ("", ".", "[") else f".{fault.path}"
    return faults


class _Field(NamedTuple):
    """How a field of a record is read: the name that the constructor takes, whether it must be there."""

    name: str
    alias: str
    required: bool
    read: Read


@functools.cache
def _fields_of(kind: Any) -> list[_Field]:
    """The fields of a record by their names in plain data."""
    hints = typing.get_type_hints(kind)
    return [
        _Field(
            one.name.lstrip("_"),
            one.alias,
            one.default is attrs.NOTHING,
            _field_reader(one, hints[one.name]),
        )
        for one in attrs.fields(kind)
        if one.metadata.get("plain", True)
    ]


def _field_reader(field: attrs.Attribute[Any], hint: Any) -> Read:
    how = field.metadata.get("tagged")
    if not how:
        return _reader(hint)
    if typing.get_origin(hint) is Deferred:
        return lambda data: Deferred.of(_untagged_pairs(data))
    return _untagged_pairs if how == "pairs" else _untagged


_ABSENT: Final = object()


def _record_reader(kind: type) -> Read:
    def read(data: Any) -> Any:
        values, faults = _read_fields(_fields_of(kind), data)
        if faults:
            raise _one_error(faults + _refused(kind, values, data))
        try:
            return kind(**values)
        except InvalidFact as error:
            raise _one_error(_refused(kind, values, data) or _inside(kind, error)) from None

    return read


def _read_fields(fields: list[_Field], data: Any) -> tuple[dict[str, Any], list[InvalidFact]]:
    """What can be read of an object, by the names of its constructor, and what is wrong with it."""
    if type(data) is not dict and not isinstance(data, Mapping):
        raise InvalidFact("", "must be a mapping", data)
    values: dict[str, Any] = {}
    faults: list[InvalidFact] = []
    found = 0
    for name, alias, required, read in fields:
        given = data.get(name, _ABSENT)
        if given is not _ABSENT:
            found += 1
            try:
                values[alias] = read(given)
            except InvalidFact as error:
                faults += _below(f".{name}", error)
        elif required:
            faults.append(InvalidFact(f".{name}", "is required"))
    if found < len(data):
        faults += _unknown(data, [field.name for field in fields])
    return values, faults


def _unknown(data: Mapping[Any, Any], known: Collection[str]) -> list[InvalidFact]:
    faults = []
    for key in data:
        if not isinstance(key, str):
            faults.append(InvalidFact("", _TEXT_KEYS, key))
        elif key not in known:
            faults.append(InvalidFact(f".{key}", "is not known", remedy=meant(key, known)))
    return faults


def _refused(kind: type, values: Mapping[str, Any], data: Mapping[str, Any]) -> list[InvalidFact]:
    """Every field that a class refuses although it could be read; its constructor stops at the first.

    A field that is refused, or could not be read, is not there for the checks of the others: what
    is wrong with a currency is not said again of each amount.
    """
    made: Any = object.__new__(kind)
    for one in attrs.fields(kind):
        if one.alias in values:
            value = values[one.alias]
            value = value if one.converter is None else one.converter(value)
            object.__setattr__(made, one.name, value)
        elif one.name.lstrip("_") not in data and one.default is not attrs.NOTHING:
            object.__setattr__(made, one.name, one.default)
    faults = []
    for one in attrs.fields(kind):
        if one.alias in values and one.validator is not None:
            try:
                one.validator(made, one, getattr(made, one.name))
            except InvalidFact as error:
                faults += _inside(kind, error)
                object.__delattr__(made, one.name)
            except AttributeError:
                pass  # it asks for a field that is not there
    try:
        getattr(kind, "__attrs_post_init__", _no_more)(made)
    except InvalidFact as error:
        faults += _inside(kind, error)
    except AttributeError:
        pass  # so does what is asked of all fields together
    return faults


def _no_more(_made: Any) -> None:
    """What is asked of all fields of a record together, where nothing is."""
