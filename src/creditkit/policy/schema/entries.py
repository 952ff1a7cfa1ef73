"""Entries of a policy document: one reader for each kind of value, driven by the section's class.

A section is a frozen attrs class; each field is made by one of the functions below, which says how
its value is read from plain data. `read_section` walks the class and the data together and notes
every fault with its path; it never stops at the first.

Exact quantities are strings (``"0.15"``, ``"12.5 %"``, ``"20000000"``) or whole numbers. A float
anywhere is a fault, because what it shows is not what it holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeVar

import attrs

from creditkit.errors import InvalidFact
from creditkit.facts.terms import PaymentTerms
from creditkit.figures import nearest
from creditkit.money import CURRENCIES, Line, Rounding
from creditkit.outcomes import Outcome
from creditkit.policy.schema.findings import Report

__all__ = [
    "amount",
    "choice",
    "currency",
    "day",
    "effect",
    "flag",
    "name",
    "names",
    "numbers",
    "pairs",
    "ratio",
    "read_section",
    "rounding",
    "rows",
    "section",
    "terms",
    "text",
    "titles",
    "whole",
]


class Unread(AttributeError):
    """Something was worked out of a value that could not be read; its own fault has been told.

    An AttributeError, because what was not read has no attributes: ``hasattr`` says so.
    """


class _Bad:
    """Stands where a value could not be read, so that the rest can be looked at all the same.

    Whatever is made of it raises `Unread`; who looks on skips what cannot be told.
    """

    __slots__ = ()

    def _refuse(self, *_: object) -> Any:
        raise Unread

    __getattr__ = __iter__ = __len__ = __bool__ = __hash__ = __eq__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __getitem__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _refuse
    __float__ = __int__ = __index__ = __str__ = _refuse


BAD: Final = _Bad()
"""What a reader gives back when the value was at fault."""

MOST_ROWS: Final = 120
"""The most rows of one table: places of grades, bins and methods lie in columns of 8 bits."""

Read = Callable[[Any, str, Report], Any]
T = TypeVar("T")

_DECIMAL: Final = re.compile(r"[+-]?([0-9]{1,30})(\.[0-9]{1,30})?( ?%)?")
_NAME: Final = re.compile(r"[^\W\d]\w*([.:-]\w+)*")
_REQUIRED: Final = object()


def _entry(read: Read, default: Any = _REQUIRED, key: str | None = None) -> Any:
    metadata = {"read": read, "key": key}
    if default is _REQUIRED:
        return attrs.field(metadata=metadata)
    return attrs.field(default=default, metadata=metadata)


def text(default: Any = _REQUIRED) -> Any:
    """Free text of at most 1,000 characters."""
    return _entry(_text, default)


def name(default: Any = _REQUIRED) -> Any:
    """An identifier, free of characters that look like others or change the direction of writing."""
    return _entry(_name, default)


def names(default: Any = _REQUIRED) -> Any:
    """A list of texts."""
    return _entry(_list(_text), default)


def ratio(default: Any = _REQUIRED) -> Any:
    """An exact ratio: ``"0.15"`` or ``"15 %"``, not negative."""
    return _entry(read_ratio, default)


def amount(default: Any = _REQUIRED) -> Any:
    """An amount of money in major units of the policy's currency, not negative."""
    return _entry(read_amount, default)


def whole(default: Any = _REQUIRED, *, low: int = 0, high: int = 1_000_000) -> Any:
    """A whole number between ``low`` and ``high``."""
    return _entry(read_whole(low, high), default)


def flag(default: Any = _REQUIRED) -> Any:
    """True or false."""
    return _entry(_flag, default)


def day(default: Any = _REQUIRED, *, key: str | None = None) -> Any:
    """A calendar date; ``key`` is its name in the document where that is no name in Python."""
    return _entry(_day, default, key)


def choice(*choices: str, default: Any = _REQUIRED) -> Any:
    """One of the named words."""
    return _entry(_choice(choices), default)


def effect(*outcomes: Outcome, default: Any = _REQUIRED) -> Any:
    """One of the named outcomes."""
    words = {outcome.value: outcome for outcome in outcomes}
    read = _choice(tuple(words))

    def outcome(value: Any, path: str, report: Report) -> Any:
        word = read(value, path, report)
        return BAD if word is BAD else words[word]

    return _entry(outcome, default)


def line_state(default: Any = _REQUIRED) -> Any:
    """A state of a credit line: unlimited, none or inherit."""
    read = _choice(tuple(line.value for line in Line))

    def state(value: Any, path: str, report: Report) -> Any:
        word = read(value, path, report)
        return BAD if word is BAD else Line(word)

    return _entry(state, default)


def rounding(default: Any = _REQUIRED) -> Any:
    """A rounding mode."""
    return _entry(_rounding, default)


def terms(default: Any = _REQUIRED) -> Any:
    """Payment terms by name."""
    return _entry(_terms, default)


def currency(default: Any = _REQUIRED) -> Any:
    """An ISO 4217 code."""
    return _entry(_currency, default)


def titles(default: Any = ("", "")) -> Any:
    """A title: text, or a table with ``en`` and ``zh``; read as ``(en, zh)``."""
    return _entry(_titles, default)


def numbers(default: Any = _REQUIRED) -> Any:
    """A list of two exact numbers, ascending."""
    return _entry(_numbers, default)


def pairs(read: Read, default: Any = ()) -> Any:
    """A table of values of one kind, read as pairs of name and value in the order of the document."""
    return _entry(_pairs(read), default)


def section(cls: type, default: Any = _REQUIRED) -> Any:
    """A table that is a section of its own."""
    return _entry(lambda value, path, report: read_section(cls, value, path, report), default)


def rows(cls: type, default: Any = _REQUIRED) -> Any:
    """A list of tables."""
    return _entry(
        _list(lambda value, path, report: read_section(cls, value, path, report)), default
    )


def any_of(read: Read, default: Any = _REQUIRED) -> Any:
    """An entry with a reader of its own."""
    return _entry(read, default)


def read_section(
    cls: type[T], data: Any, path: str, report: Report, extra: Mapping[str, Read] | None = None
) -> Any:
    """The section of class ``cls`` that ``data`` writes, with BAD for what cannot be read.

    Every fault goes to the report.
    ``extra`` reads keys beyond the fields of the class, which then must have a field ``extra``.
    """
    if not isinstance(data, Mapping):
        report.fault("form.type", path or "policy", expected="a table", value=data)
        return BAD
    fields = {
        field.metadata["key"] or field.name: field
        for field in attrs.fields(cls)  # type: ignore[arg-type]
        if "read" in field.metadata
    }
    more = extra or {}
    for key in data:
        if key not in fields and key not in more:
            report.fault(
                "form.unknown_key", f"{path}.{key}".lstrip("."), nearest(str(key), [*fields, *more])
            )
    values: dict[str, Any] = {}
    for key, field in fields.items():
        place = f"{path}.{key}".lstrip(".")
        if key in data:
            values[field.name] = field.metadata["read"](data[key], place, report)
        elif field.default is attrs.NOTHING:
            report.fault("form.missing", place)
            values[field.name] = BAD
    if more:
        values["extra"] = tuple(
            (key, read(data[key], f"{path}.{key}", report))
            for key, read in more.items()
            if key in data
        )
    return cls(**values)


def _wrong(value: Any, expected: str, path: str, report: Report) -> Any:
    if isinstance(value, float):
        report.fault("form.float", path, value=value)
    else:
        report.fault("form.type", path, expected=expected, value=value)
    return BAD


def _text(value: Any, path: str, report: Report) -> Any:
    if not isinstance(value, str):
        return _wrong(value, "text", path, report)
    if len(value) > 1000:
        report.fault("form.size", path, limit=1000, what="characters")
        return BAD
    return value


def _name(value: Any, path: str, report: Report) -> Any:
    if not isinstance(value, str) or len(value) > 100:
        return _wrong(value, "a name", path, report)
    hidden = any(unicodedata.category(letter) in ("Cf", "Cc", "Co", "Cn") for letter in value)
    if hidden or unicodedata.normalize("NFKC", value) != value or _mixed(value):
        report.fault("form.confusable", path, value=ascii(value))
        return BAD
    if not _NAME.fullmatch(value):
        return _wrong(value, "a name of letters, digits, _ . : -", path, report)
    return value


def _mixed(name: str) -> bool:
    """Whether a name has letters of several alphabets that look alike: a Cyrillic A among Latin ones."""
    if name.isascii():
        return False
    alphabets = {unicodedata.name(letter, "").split(" ")[0] for letter in name if letter.isalpha()}
    return len(alphabets & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1


def exact(value: Any, path: str, report: Report) -> Any:
    """An exact number as a Fraction; ``%`` divides by a hundred."""
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) < 2**53:  # the canonical document holds no larger numbers
            return Fraction(value)
        return _wrong(value, "a number below 2^53, or text such as '0.15'", path, report)
    match = _DECIMAL.fullmatch(value) if isinstance(value, str) and len(value) < 70 else None
    if match is None:
        return _wrong(value, "an exact number such as '0.15'", path, report)
    number = Fraction(str(value).rstrip("% "))
    return number / 100 if match[3] else number


def read_ratio(value: Any, path: str, report: Report) -> Any:
    """An exact ratio that is not negative."""
    number = exact(value, path, report)
    if number is not BAD and number < 0:
        report.fault("form.range", path, rule="0 or more", value=value)
        return BAD
    return number


def read_amount(value: Any, path: str, report: Report) -> Any:
    """An amount in major units, not negative."""
    number = exact(value, path, report)
    if number is BAD:
        return BAD
    if isinstance(value, str) and "%" in value:
        return _wrong(value, "an amount such as '20000000'", path, report)
    if not 0 <= number < 10**16:
        report.fault("form.range", path, rule="between 0 and 10^16", value=value)
        return BAD
    return Decimal(value)


def read_whole(low: int, high: int) -> Read:
    """The reader of a whole number between two bounds."""

    def read(value: Any, path: str, report: Report) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return _wrong(value, "a whole number", path, report)
        if not low <= value <= high:
            report.fault("form.range", path, rule=f"between {low} and {high}", value=value)
            return BAD
        return value

    return read


def _flag(value: Any, path: str, report: Report) -> Any:
    return value if isinstance(value, bool) else _wrong(value, "true or false", path, report)


def _day(value: Any, path: str, report: Report) -> Any:
    if type(value) is date:
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    return _wrong(value, "a date such as 2026-07-01", path, report)


def _choice(choices: tuple[str, ...]) -> Read:
    def read(value: Any, path: str, report: Report) -> Any:
        if isinstance(value, str) and value in choices:
            return value
        if not isinstance(value, str):
            return _wrong(value, "one of " + ", ".join(choices), path, report)
        report.fault(
            "form.choice", path, nearest(value, choices), choices=", ".join(choices), value=value
        )
        return BAD

    return read


def _rounding(value: Any, path: str, report: Report) -> Any:
    try:
        return Rounding(value)
    except (InvalidFact, AttributeError):
        report.fault("form.rounding", path, value=value)
        return BAD


def _terms(value: Any, path: str, report: Report) -> Any:
    try:
        return PaymentTerms.parse(value)
    except (InvalidFact, TypeError):
        report.fault("form.terms", path, value=value)
        return BAD


def _currency(value: Any, path: str, report: Report) -> Any:
    if isinstance(value, str) and value in CURRENCIES:
        return value
    report.fault("form.currency", path, value=value)
    return BAD


def _titles(value: Any, path: str, report: Report) -> Any:
    if isinstance(value, str):
        return (value, value)
    if (
        isinstance(value, Mapping)
        and set(value) <= {"en", "zh"}
        and all(isinstance(v, str) for v in value.values())
    ):
        return (value.get("en", value.get("zh", "")), value.get("zh", value.get("en", "")))
    return _wrong(value, "text, or a table with en and zh", path, report)


def _numbers(value: Any, path: str, report: Report) -> Any:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return _wrong(value, "two numbers", path, report)
    pair = [exact(item, f"{path}[{place}]", report) for place, item in enumerate(value)]
    if any(item is BAD for item in pair):
        return BAD
    if pair[0] >= pair[1]:
        report.fault("form.range", path, rule="ascending", value=list(value))
        return BAD
    return tuple(pair)


def _list(read: Read) -> Read:
    def each(value: Any, path: str, report: Report) -> Any:
        if not isinstance(value, list | tuple):
            return _wrong(value, "a list", path, report)
        if len(value) > MOST_ROWS:
            report.fault("form.size", path, limit=MOST_ROWS, what="rows")
            return BAD
        return tuple(read(item, f"{path}[{place}]", report) for place, item in enumerate(value))

    return each


def _pairs(read: Read) -> Read:
    def each(value: Any, path: str, report: Report) -> Any:
        if not isinstance(value, Mapping):
            return _wrong(value, "a table", path, report)
        out = [
            (_name(key, f"{path}.{key}", report), read(item, f"{path}.{key}", report))
            for key, item in value.items()
        ]
        return tuple(pair for pair in out if not any(item is BAD for item in pair))

    return each
