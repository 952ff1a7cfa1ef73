"""Facts checked at the door: a frozen attrs class whose annotations are its rules.

``@frozen(kw_only=True, field_transformer=checked)`` gives each field of a `Fact` a check by its
annotation: ``Money | None`` takes exact money in the fact's own currency, ``float | None`` a finite
number (NaN means not known and becomes None), ``float | Undefined | None`` one that may have no
meaning, ``date | None`` a calendar date, ``bool | None`` true
or false, ``tuple[OpenItem, ...]`` a sequence of that fact. A module that uses it does not postpone
its annotations, because they are read while the class is made.

The same annotations tell how a fact lies in columns; see ``_columns``.
"""

from __future__ import annotations

import enum
import functools
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeAlias, Union, cast

import attrs
import numpy as np

from creditkit._formats import flag_word, number_word
from creditkit._given import call_checked, iso_date, listed, not_known
from creditkit._plain import Record, fact_name
from creditkit.canonical import canonical
from creditkit.errors import InvalidFact, meant
from creditkit.figures import Undefined
from creditkit.money import Line, LineAmount, Money, currency_digits, minor_units

__all__ = [
    "Day",
    "Fact",
    "Kind",
    "as_date",
    "cell_reader",
    "checked",
    "currency_of",
    "in_any_order",
    "in_any_order_or_none",
    "kinds",
    "known_currency",
    "line_in",
    "line_required",
    "many_in",
    "money_in",
    "money_required",
    "not_negative",
    "pairs_in",
    "plain_text",
    "records_in",
]


class Kind(enum.Enum):
    """How a field of a fact is written, checked and laid out in a column."""

    TEXT = "text"
    MONEY = "money"
    LINE = "line"
    DATE = "date"
    FLAG = "flag"
    WHOLE = "whole"
    NUMBER = "number"
    RATIO = "ratio"
    CHOICE = "choice"
    FACT = "fact"
    MANY = "many"
    PAIRS = "pairs"


_PLAIN_KINDS: dict[object, Kind] = {
    str: Kind.TEXT,
    Money: Kind.MONEY,
    date: Kind.DATE,
    bool: Kind.FLAG,
    int: Kind.WHOLE,
    float: Kind.NUMBER,
}


class Fact(Record):
    """A record that a host makes: a call with a wrong or missing name says which are right."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        if (
            "__attrs_attrs__" in cls.__dict__
        ):  # the class that attrs has made, not what it is made of
            cls.__init__ = call_checked(cls.__init__, cls)  # type: ignore[method-assign]


def money_in(value: Money | Decimal | str | int | None) -> Money | None:
    """The converter that lets a money field take ``Decimal``, ``str`` or ``int`` major units."""
    return cast("Money | None", value)  # made Money by the check, which knows the fact's currency


def money_required(value: Money | Decimal | str | int) -> Money:
    """`money_in` for a field that must be given."""
    return cast(Money, value)


def line_in(value: LineAmount | Decimal | str | int | None) -> LineAmount | None:
    """The converter of a line's amount: money, or ``"unlimited"``, ``"none"``, ``"inherit"``."""
    return cast("LineAmount | None", value)


def pairs_in(value: Mapping[str, Any] | Sequence[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    """The converter that freezes a mapping as pairs sorted by name; None and NaN are not known."""
    pairs = list(value.items()) if isinstance(value, Mapping) else value
    try:
        nothing = {name for name, item in pairs if not_known(item)}
        if len({name for name, _ in pairs}) < len(pairs):
            nothing = set()  # given twice, which the field's check says
        known = ((name, item) for name, item in pairs if name not in nothing)
        return tuple(sorted(known, key=lambda pair: pair[0]))
    except (TypeError, ValueError):
        return cast(
            "tuple[tuple[str, Any], ...]", value
        )  # the field's check says what it should be


def line_required(value: LineAmount | Decimal | str | int) -> LineAmount:
    """`line_in` for a field that must be given."""
    return cast("LineAmount", value)


def records_in(kind: type, given: Any, path: str, *, gaps: bool = False) -> list[Any]:
    """Records of one fact as a list; with ``gaps``, None may stand among them."""
    if type(given) in (list, tuple) and {kind}.issuperset(map(type, given)):
        return list(given)
    name = a(kind.__name__)
    if isinstance(given, kind):
        raise InvalidFact(path, f"must be a sequence, not {name}", given, "write [record]")
    records = listed(given)
    if records is None:
        raise InvalidFact(path, f"must be a sequence of {kind.__name__}", given)
    for row, record in enumerate(records):
        if not isinstance(record, kind) and not (gaps and record is None):
            raise InvalidFact(f"{path}[{row}]", f"must be {name}", record)
    return records


def a(name: str) -> str:
    """A name with its article: ``an OpenItem``."""
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"


def known_currency(fact: Any, field: Any, value: Any) -> None:
    """The validator of a currency field."""
    currency_digits(value, f"{fact_name(type(fact))}.{field.name}")


def not_negative(fact: Any, field: Any, value: Any) -> None:
    """The validator of an amount or a count that has no sign of its own."""
    if (value.minor if isinstance(value, Money) else value if isinstance(value, int) else 0) < 0:
        raise InvalidFact(f"{fact_name(type(fact))}.{field.name}", "must not be negative", value)


def many_in(value: Sequence[Any]) -> tuple[Any, ...]:
    """The converter that freezes a sequence of facts."""
    return (
        tuple(value)
        if isinstance(value, Sequence) and not isinstance(value, str)
        else cast(Any, value)
    )


def in_any_order(value: Sequence[Any]) -> tuple[Any, ...]:
    """`many_in` for facts whose order says nothing: by their ids, then by all that they say.

    So accounts with the same facts are equal and have one digest, however the host read them.
    """
    given = many_in(value)
    if not isinstance(given, tuple) or len(given) < 2:
        return given
    names: list[Any] = [getattr(one, "id", None) or getattr(one, "order", None) for one in given]
    try:
        if len(set(names)) == len(given):
            indexes = sorted(range(len(given)), key=names.__getitem__)
            return tuple(given[index] for index in indexes)
        return tuple(sorted(given, key=lambda one: canonical(one.to_dict())))
    except (AttributeError, TypeError):
        return given  # the field's check says what it should be


def in_any_order_or_none(value: Sequence[Any] | None) -> tuple[Any, ...] | None:
    """`in_any_order` for a sequence that may be not known."""
    return None if value is None else in_any_order(value)


def checked(cls: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """The attrs field transformer that gives every field the check of its annotation."""
    name = fact_name(cls)
    out = []
    for field in fields:
        rule = (Kind.FACT, True, None) if isinstance(field.type, str) else _rule(field.type)
        read = _READERS[rule[0]]
        if other := field.metadata.get("currency"):  # in a currency of its own, which a field names
            read = functools.partial(_money_in, other)
        check = _check(f"{name}.{field.name}", read, *rule[1:])
        if field.validator is not None:
            check = _then(check, field.validator)
        marks = {"kind": rule[0], "optional": rule[1], "inside": rule[2]}
        metadata = {**field.metadata, **marks}
        out.append(field.evolve(validator=check, metadata=metadata))
    return out


def kinds(cls: type) -> dict[str, Kind]:
    """The kind of every field of a checked fact, in order."""
    return {field.name: field.metadata["kind"] for field in attrs.fields(cls)}


def _rule(annotation: Any) -> tuple[Kind, bool, Any]:
    """``(kind, may be None, the class inside)`` of an annotation."""
    members = [annotation]
    if typing.get_origin(annotation) in (Union, types.UnionType):
        members = list(typing.get_args(annotation))
    optional = type(None) in members
    members = [member for member in members if member is not type(None)]
    if set(members) == {Money, Line}:
        return Kind.LINE, optional, None
    if set(members) == {float, Undefined}:
        return Kind.RATIO, optional, None
    if len(members) != 1:
        raise TypeError(f"a fact cannot have a field of {annotation}")
    member = members[0]
    origin = typing.get_origin(member)
    if origin is tuple:
        inside = typing.get_args(member)[0]
        return (Kind.PAIRS if typing.get_origin(inside) is tuple else Kind.MANY), optional, inside
    if member in _PLAIN_KINDS:
        return _PLAIN_KINDS[member], optional, None
    if isinstance(member, type) and issubclass(member, enum.Enum):
        return Kind.CHOICE, optional, member
    if isinstance(member, type):
        return Kind.FACT, optional, member
    raise TypeError(f"a fact cannot have a field of {annotation}")


def _then(check: Callable[[Any, Any, Any], None], rule: Any) -> Callable[[Any, Any, Any], None]:
    """A rule of a field's own after its check, of the value that the check has made."""

    def both(fact: Any, field: Any, value: Any) -> None:
        try:
            check(fact, field, value)
        except InvalidFact:
            short = type(value) is int and abs(value) < 2**63
            if short and field.metadata["kind"] is Kind.TEXT:
                rule(fact, field, str(value))  # which knows better what text that has to be
            raise
        rule(fact, field, getattr(fact, field.name))

    return both


def _check(
    path: str, read: Callable[[str, Any, Any, Any], Any], optional: bool, inside: Any
) -> Callable[[Any, Any, Any], None]:
    def check(fact: Any, field: Any, value: Any) -> None:
        if value is None:
            if not optional:
                raise InvalidFact(path, "must be given")
            return
        try:
            clean = read(path, value, fact, inside)
        except InvalidFact:
            if not not_known(value):
                raise
            clean = None
        if clean is None and not optional:
            raise InvalidFact(path, "must be given", value)
        if clean is not value:
            object.__setattr__(fact, field.name, clean)

    return check


def plain_text(value: str) -> bool:
    """Whether text can be kept: not blank, and of characters that every store and page can hold.

    A lone surrogate cannot be written as UTF-8; a NUL ends the text where it is fixed-width.
    """
    if not value.strip() or "\0" in value:
        return False
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


def _text(path: str, value: Any, _fact: Any, _inside: Any) -> str:
    if type(value) is str and value.isprintable() and value.strip():
        return value
    if not isinstance(value, str):
        number = type(value) is int and abs(value) < 2**63
        remedy = f"write '{value}'" if number else "write text, such as 'A-1'"
        if isinstance(value, bytes):
            remedy = "decode it: value.decode()"
        raise InvalidFact(path, "must be text", value, remedy)
    if not value.strip():
        rule = "must be text that is not empty"
        raise InvalidFact(path, rule, value, "leave it None where it is not known")
    if not plain_text(value):
        rule = "must be text without NUL and lone surrogates"
        raise InvalidFact(path, rule, value, "decode it anew from its bytes")
    return str(value) if type(value) is not str else value


def _money(path: str, value: Any, fact: Any, _inside: Any) -> Money:
    currency = getattr(fact, "currency", None)
    if isinstance(value, Money):
        if currency is not None and value.currency != currency:
            raise InvalidFact(path, f"must be in {currency}, the currency of its record", value)
        return value
    currency_digits(currency, f"{path.partition('.')[0]}.currency")
    return Money.from_minor(minor_units(value, cast(str, currency), path), cast(str, currency))


def currency_of(field: attrs.Attribute[Any]) -> str:
    """The field with the currency that a field of money is in."""
    return cast(str, field.metadata.get("currency", "currency"))


def _money_in(name: str, path: str, value: Any, fact: Any, _inside: Any) -> Money:
    """Money in the currency that the field ``name`` has; money says its currency where that has none."""
    currency = getattr(fact, name)
    if isinstance(value, Money) and currency is None:
        object.__setattr__(fact, name, value.currency)
        return value
    known = f"{path.partition('.')[0]}.{name}"
    if currency is None:
        raise InvalidFact(known, "must be given", remedy=f"say in which currency {value!r} is")
    currency_digits(currency, known)
    if isinstance(value, Money):
        if value.currency != currency:
            raise InvalidFact(path, f"must be in {currency}, its {name}", value)
        return value
    return Money.from_minor(minor_units(value, currency, path), currency)


def _line(path: str, value: Any, fact: Any, _inside: Any) -> LineAmount:
    if isinstance(value, Line):
        return value
    if isinstance(value, str) and value in ("unlimited", "none", "inherit"):
        return Line(value)
    return _money(path, value, fact, None)


Day: TypeAlias = date | str | np.datetime64
"""What `as_date` takes for a calendar date; ``pandas.Timestamp`` and its like are dates."""


def as_date(value: object, path: str = "as_of") -> date:
    """A calendar date from a date of any library, or from text: ``2026-11-21``, ``20261121``.

    Dates are ``date`` and what is made of it, a ``datetime`` at midnight without a zone (such as a
    ``pandas.Timestamp``), ``numpy.datetime64`` of days or finer, and scalars of PyArrow. A time of day
    or a zone is refused, for midnight in UTC is another day in Shanghai; so is what is not a time
    (``NaT``). What comes out is a plain ``date``.

    >>> as_date("2026-11-21") == as_date(datetime(2026, 11, 21)) == as_date(np.datetime64("2026-11-21"))
    True
    >>> as_date(datetime(2026, 11, 21, 9, 30))
    Traceback (most recent call last):
    creditkit.errors.InvalidFact: as_of must be a calendar date without a time (got ...); say which ...
    """
    if type(value) is date:
        return value
    as_py = getattr(value, "as_py", None)
    if callable(as_py) and type(value).__module__.partition(".")[0] == "pyarrow":
        value = as_py()
    day: date | None = None
    if isinstance(value, datetime):
        day = _day_of(value, path)
    elif isinstance(value, date):
        day = date(value.year, value.month, value.day)
    elif isinstance(value, str):
        day = iso_date(value)
    elif isinstance(value, np.datetime64) and np.datetime_data(value.dtype)[0] not in "YMW":
        midnight = value.astype("datetime64[D]")
        if midnight == value and isinstance(midnight.item(), date):  # in the years 1 to 9999
            day = cast(date, midnight.item())
    if day is None:
        remedy = "write date(2026, 11, 21) or '2026-11-21'"
        raise InvalidFact(path, "must be a date", value, remedy)
    return day


def _day_of(value: datetime, path: str) -> date | None:
    """The day of a moment that is a midnight without a zone; None for what is not a time."""
    if value != value:
        return None
    if value.tzinfo is not None:
        remedy = "take its day in the zone where the document lives: value.astimezone(zone).date()"
    elif value.replace(tzinfo=None) != datetime(value.year, value.month, value.day):
        remedy = "say which day that is: write value.date()"
    else:
        return date(value.year, value.month, value.day)
    raise InvalidFact(path, "must be a calendar date without a time", value, remedy)


def _date(path: str, value: Any, _fact: Any, _inside: Any) -> date:
    return as_date(value, path)


def _flag(path: str, value: Any, _fact: Any, _inside: Any) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    says = flag_word(value) if isinstance(value, str) else None
    if type(value) in (int, float) and value in (0, 1):
        says = bool(value)
    either = "write True or False, or leave it None where it is not known"
    remedy = either if says is None else f"write {says}"
    raise InvalidFact(path, "must be True or False", value, remedy)


def _whole(path: str, value: Any, _fact: Any, _inside: Any) -> int:
    if (
        isinstance(value, bool | np.timedelta64)
        or not isinstance(value, int | np.integer)
        or abs(int(value)) >= 2**53
    ):
        exact = Decimal(value) if isinstance(value, Decimal) or type(value) is float else None
        whole = exact is not None and exact.is_finite() and abs(exact) < 2**53 and exact % 1 == 0
        remedy = f"write {value:.0f}" if whole else ""
        if isinstance(value, str) and number_word(value).lstrip("-").isdigit():
            remedy = f"write {int(number_word(value))}"
        raise InvalidFact(path, "must be a whole number below 2**53", value, remedy)
    return int(value)


def _number(path: str, value: Any, _fact: Any, _inside: Any) -> float | None:
    if isinstance(value, bool | np.timedelta64) or not isinstance(
        value, float | int | Decimal | np.floating | np.integer
    ):
        remedy = "leave it None where it is not known"
        if isinstance(value, str):
            digits = number_word(value)
            remedy = (
                f"write {digits}" if digits else "put words on a scale of numbers, such as 12.5"
            )
        raise InvalidFact(path, "must be a number", value, remedy)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    except ValueError:  # a Decimal that signals it is none
        number = math.nan
    if math.isnan(number):
        return None
    if math.isinf(number):
        raise InvalidFact(path, "must be finite", value, "leave it None where it is not known")
    return value if type(value) is float else number


def _ratio(path: str, value: Any, fact: Any, inside: Any) -> float | Undefined | None:
    """A number, or that there is none: a ratio whose denominator is zero or negative."""
    return value if isinstance(value, Undefined) else _number(path, value, fact, inside)


def _choice(path: str, value: Any, _fact: Any, inside: Any) -> Any:
    if isinstance(value, inside):
        return value
    member = inside._value2member_map_.get(value) if isinstance(value, str) else None
    if member is None:
        words = [one.value for one in inside]
        rule = f"must be one of {', '.join(map(repr, words))}"
        raise InvalidFact(path, rule, value, meant(value, words) if isinstance(value, str) else "")
    return member


def _fact(path: str, value: Any, fact: Any, inside: Any) -> Any:
    inside = inside or type(fact)  # an annotation in quotes is the fact's own class
    if not isinstance(value, inside):
        raise InvalidFact(path, f"must be {a(inside.__name__)}", value)
    return value


def _many(path: str, value: Any, fact: Any, inside: Any) -> Any:
    if not isinstance(value, tuple):
        name = {str: "text", int: "whole numbers"}.get(inside, inside.__name__)
        remedy = "write [record]" if isinstance(value, inside) else ""
        raise InvalidFact(path, f"must be a sequence of {name}", value, remedy)
    if not value:
        return value
    read = {str: _text, int: _whole}.get(inside, _fact)
    return tuple(read(f"{path}[{index}]", one, fact, inside) for index, one in enumerate(value))


def _pairs(path: str, value: Any, fact: Any, _inside: Any) -> Any:
    if not isinstance(value, tuple) or not all(
        isinstance(pair, tuple) and len(pair) == 2 for pair in value
    ):
        raise InvalidFact(path, "must be a mapping with text as keys", value)
    if not value:
        return value
    clean = tuple((name, _figure(f"{path}[{name!r}]", name, item, fact)) for name, item in value)
    for (name, _), (following, _) in pairwise(clean):
        if name == following:
            raise InvalidFact(f"{path}[{name!r}]", "must not be given twice")
    return clean


def _figure(path: str, name: Any, value: Any, fact: Any) -> Any:
    """One of a host's own figures."""
    _text(path, name, fact, None)
    if isinstance(value, Money):
        return _money(path, value, fact, None)
    if isinstance(value, str):
        return _text(path, value, fact, None)
    if isinstance(value, np.bool_ | np.integer | np.floating):
        value = value.item()  # of a span of time: no number
    if isinstance(value, int | float) and abs(value) < (
        2**53 if isinstance(value, int) else math.inf
    ):
        return value
    rule = "must be a finite number, text, flag or Money"
    raise InvalidFact(path, rule, value, "leave it out where it is not known")


_READERS: dict[Kind, Callable[[str, Any, Any, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.MONEY: _money,
    Kind.LINE: _line,
    Kind.DATE: _date,
    Kind.FLAG: _flag,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.RATIO: _ratio,
    Kind.CHOICE: _choice,
    Kind.FACT: _fact,
    Kind.MANY: _many,
    Kind.PAIRS: _pairs,
}


def cell_reader(kind: Kind) -> Callable[[str, Any, Any, Any], Any]:
    """What reads one value of a kind in a record, for a list of them: path, value, fact, inside."""
    return _READERS[kind]
