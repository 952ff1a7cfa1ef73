"""Readers of a document's values: plain data in, what the evaluators need out, every fault noted.

A reader takes the value, its path and the `Names` of the document that is being read; what it cannot
read is noted in the report and comes back as BAD, so that no fault hides another.

Exact quantities are strings (``"0.15"``, ``"12.5 %"``, ``"20000000"``) or whole numbers. A float
anywhere is a fault, because what it shows is not what it holds. Amounts are written in major units of
the policy's currency and come back in minor units.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from creditkit._given import exact_ratio
from creditkit.errors import InvalidFact
from creditkit.facts.terms import AmbiguousTerms, PaymentTerms, nearest_terms, shares_of_text
from creditkit.figures import nearest
from creditkit.money import CURRENCIES, Rounding, minor_units
from creditkit.policy.schema.phrases import Phrase, escaped
from creditkit.policy.schema.unread import BAD
from creditkit.reasons.terms import exact_percent

if TYPE_CHECKING:
    from creditkit.policy.schema.names import Names

__all__ = [
    "MOST_ROWS",
    "Read",
    "amount",
    "any_value",
    "choice",
    "currency",
    "day",
    "exact",
    "flag",
    "listed",
    "name",
    "numbers",
    "pairs",
    "ratio",
    "rounding",
    "terms",
    "text",
    "titles",
    "whole",
    "wrong",
]

Read: TypeAlias = "Callable[[Any, str, Names], Any]"

MOST_ROWS: Final = 10_000
"""The most rows of one table; the guard of `loading` bounds the whole document."""

_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?( ?%)?")
_FRACTION: Final = re.compile(r"([0-9]{1,30}) ?/ ?([0-9]{1,30})")
_DAY: Final = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
_NAME: Final = re.compile(r"[^\W\d]\w*([.:-]\w+)*")


_TEXT: Final = Phrase("expected.text")
_EXACT: Final = Phrase("expected.exact")


def wrong(value: Any, expected: Phrase, path: str, names: Names) -> Any:
    """A value of another sort than expected: noted, and BAD."""
    if isinstance(value, float):
        names.fault("form.float", path, remedy=_instead(value, expected), value=value)
    else:
        names.fault("form.type", path, expected=expected, value=value)
    return BAD


def _instead(value: float, expected: Phrase) -> Phrase:
    """What to write for a float: its digits as text, where text with digits is taken."""
    digits = f"{Decimal(repr(float(value))):f}"  # numpy's floats show their type
    if expected in (_TEXT, _EXACT) and _DECIMAL.fullmatch(digits):
        return Phrase("remedy.string", {"text": digits})
    return Phrase("remedy.write", {"expected": expected})


def text(value: Any, path: str, names: Names) -> Any:
    """Free text of at most 1,000 characters."""
    if not isinstance(value, str):
        return wrong(value, _TEXT, path, names)
    if len(value) > 1000:
        names.fault("form.size", path, limit=1000, what=Phrase("many.characters"))
        return BAD
    return value


def name(value: Any, path: str, names: Names) -> Any:
    """An identifier, free of characters that look like others or change the direction of writing."""
    if not isinstance(value, str) or len(value) > 100:
        return wrong(value, Phrase("expected.name"), path, names)
    if value.isascii() and _NAME.fullmatch(value):  # as nearly all names: it is what it seems
        return value
    hidden = any(unicodedata.category(letter) in ("Cf", "Cc", "Co", "Cn") for letter in value)
    if hidden or unicodedata.normalize("NFKC", value) != value or _mixed(value):
        names.fault("form.confusable", path, value=escaped(value))
        return BAD
    if not _NAME.fullmatch(value):
        return wrong(value, Phrase("expected.letters"), path, names)
    return value


def _mixed(name: str) -> bool:
    """Whether a name has letters of several alphabets that look alike: a Cyrillic A among Latin ones."""
    if name.isascii():
        return False
    alphabets = {unicodedata.name(letter, "").split(" ")[0] for letter in name if letter.isalpha()}
    return len(alphabets & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1


def exact(value: Any, path: str, names: Names) -> Any:
    """An exact number as a Fraction; ``%`` divides by a hundred."""
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) < 2**53:  # the canonical document holds no larger numbers
            return Fraction(value)
        return wrong(value, Phrase("expected.small"), path, names)
    number = exact_ratio(value) if isinstance(value, str) else None
    return wrong(value, _EXACT, path, names) if number is None else number


def ratio(value: Any, path: str, names: Names) -> Any:
    """An exact ratio that is not negative; ``60/365`` is sixty days of a year."""
    fraction = _FRACTION.fullmatch(value) if isinstance(value, str) else None
    if fraction is not None and int(fraction[2]):
        return Fraction(int(fraction[1]), int(fraction[2]))
    number = exact(value, path, names)
    if number is not BAD and number < 0:
        names.fault("form.range", path, rule=Phrase("rule.least", {"low": 0}), value=value)
        return BAD
    return number


def amount(value: Any, path: str, names: Names) -> Any:
    """An amount in major units of the policy's currency, not negative, as minor units."""
    number = exact(value, path, names)
    if number is BAD:
        return BAD
    if isinstance(value, str) and "%" in value:
        return wrong(value, Phrase("expected.amount"), path, names)
    if not 0 <= number < 10**16:
        rule = Phrase("rule.between", {"low": 0, "high": "10^16"})
        names.fault("form.range", path, rule=rule, value=value)
        return BAD
    try:
        return minor_units(Decimal(value), names.currency)
    except InvalidFact:
        return _too_fine(value, path, names)


def _too_fine(value: Any, path: str, names: Names) -> Any:
    rule = Phrase("rule.decimals", {"digits": names.digits})
    names.fault("form.range", path, rule=rule, value=str(value))
    return BAD


def whole(low: int, high: int) -> Read:
    """The reader of a whole number between two bounds."""

    def read(value: Any, path: str, names: Names) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return wrong(value, Phrase("expected.whole"), path, names)
        if not low <= value <= high:
            rule = Phrase("rule.between", {"low": low, "high": high})
            names.fault("form.range", path, rule=rule, value=value)
            return BAD
        return value

    return read


def flag(value: Any, path: str, names: Names) -> Any:
    """True or false."""
    return value if isinstance(value, bool) else wrong(value, Phrase("expected.flag"), path, names)


def day(value: Any, path: str, names: Names) -> Any:
    """A calendar date."""
    if type(value) is date:
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    return wrong(value, Phrase("expected.day"), path, names)


def choice(choices: tuple[str, ...]) -> Read:
    """The reader of one of some words."""

    def read(value: Any, path: str, names: Names) -> Any:
        if isinstance(value, str) and value in choices:
            return value
        if not isinstance(value, str):
            return wrong(value, Phrase("expected.choice", {"choices": choices}), path, names)
        names.fault("form.choice", path, nearest(value, choices), choices=choices, value=value)
        return BAD

    return read


def rounding(value: Any, path: str, names: Names) -> Any:
    """A rounding mode, whose step the policy's currency can hold."""
    try:
        mode = Rounding(value)
    except (InvalidFact, AttributeError):
        names.fault("form.rounding", path, value=value)
        return BAD
    try:
        mode.step_minor(names.currency)
    except InvalidFact:
        return _too_fine(mode, path, names)
    return mode


def terms(value: Any, path: str, names: Names) -> Any:
    """Payment terms by name."""
    try:
        return PaymentTerms.parse(value)
    except AmbiguousTerms as error:
        names.fault("form.ambiguous", path, value=value, readings=error.readings)
    except InvalidFact:
        shares, near = shares_of_text(value), nearest_terms(value)
        if shares not in (None, 1):
            names.fault("form.shares", path, value=value, sum=exact_percent(shares))
        elif near:
            names.fault("form.near_terms", path, value=value, readings=near)
        else:
            names.fault("form.terms", path, value=value)
    return BAD


def currency(value: Any, path: str, names: Names) -> Any:
    """An ISO 4217 code."""
    if isinstance(value, str) and value in CURRENCIES:
        return value
    names.fault("form.currency", path, value=value)
    return BAD


def titles(value: Any, path: str, names: Names) -> Any:
    """A title: text, or a table with ``en`` and ``zh``; read as ``(en, zh)``."""
    if isinstance(value, str):
        return (value, value)
    if (
        isinstance(value, Mapping)
        and set(value) <= {"en", "zh"}
        and all(isinstance(v, str) for v in value.values())
    ):
        return (value.get("en", value.get("zh", "")), value.get("zh", value.get("en", "")))
    return wrong(value, Phrase("expected.titles"), path, names)


def numbers(value: Any, path: str, names: Names) -> Any:
    """A list of two exact numbers, ascending."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return wrong(value, Phrase("expected.two"), path, names)
    pair = [exact(item, f"{path}[{index}]", names) for index, item in enumerate(value)]
    if any(item is BAD for item in pair):
        return BAD
    if pair[0] >= pair[1]:
        names.fault("form.range", path, rule=Phrase("rule.ascending"), value=list(value))
        return BAD
    return tuple(pair)


def listed(read: Read) -> Read:
    """The reader of a list of values of one kind."""

    def each(value: Any, path: str, names: Names) -> Any:
        if not isinstance(value, list | tuple):
            return wrong(value, Phrase("expected.list"), path, names)
        if len(value) > MOST_ROWS:
            names.fault("form.size", path, limit=MOST_ROWS, what=Phrase("many.rows"))
            return BAD
        return tuple(read(item, f"{path}[{index}]", names) for index, item in enumerate(value))

    return each


def pairs(read: Read) -> Read:
    """The reader of a table of values of one kind, as pairs in the order of the document."""

    def each(value: Any, path: str, names: Names) -> Any:
        if not isinstance(value, Mapping):
            return wrong(value, Phrase("expected.table"), path, names)
        out = [
            (name(key, f"{path}.{key}", names), read(item, f"{path}.{key}", names))
            for key, item in value.items()
        ]
        return tuple(pair for pair in out if not any(item is BAD for item in pair))

    return each


def any_value(value: Any, path: str, names: Names) -> Any:
    """A flag, a text or an exact number: the value of some figure."""
    return value if isinstance(value, bool | str) else exact(value, path, names)
