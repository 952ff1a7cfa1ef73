"""Money: an exact number of minor units in one currency, and what a line can be besides money.

``Decimal``, ``str`` and ``int`` are read as major units; a ``float`` is refused, because a tenth
has no exact binary form. Minor units follow ISO 4217.

>>> Money("480000.5", "CNY")
Money('480000.50', 'CNY')
>>> Money(1500, "JPY").minor, Money("1.500", "KWD").minor
(1500, 1500)
>>> multiplied(10_001, Fraction(1, 2), "half_even")
5000
>>> multiplied(48_099_900, Fraction(1), "floor:1000")
48000000
"""

from __future__ import annotations

import enum
import functools
import math
import numbers
import operator
import re
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final, SupportsIndex, TypeAlias, cast

from creditkit._formats import number_word
from creditkit.errors import InvalidFact

__all__ = [
    "CURRENCIES",
    "LARGEST",
    "Line",
    "LineAmount",
    "Money",
    "Rounding",
    "currency_digits",
    "in_letters",
    "minor_units",
    "multiplied",
    "plain_amount",
    "rounded",
]

LARGEST: Final = 2**63 - 1
"""The largest number of minor units: what a column of 64 bits holds. Money beyond it is refused."""

_TWO_DIGITS: Final = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL
MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN
QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD
TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
"""
_OTHER_DIGITS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

CURRENCIES: Final[dict[str, int]] = {
    **dict.fromkeys(_TWO_DIGITS.split(), 2),
    **{code: digits for digits, codes in _OTHER_DIGITS.items() for code in codes.split()},
}
"""ISO 4217 alphabetic codes and their number of minor-unit digits.

Funds codes are included, metals are not. Withdrawn, but still in old ledgers: ANG, BGN, CUC.
"""


def currency_digits(code: object, path: str = "currency") -> int:
    """How many decimals a currency has; an unknown code is an `InvalidFact`.

    >>> currency_digits("CNY"), currency_digits("JPY")
    (2, 0)
    """
    digits = CURRENCIES.get(code) if isinstance(code, str) else None
    if digits is None:
        raise InvalidFact(path, "must be an ISO 4217 code", code, in_letters(code))
    return digits


def in_letters(code: object) -> str:
    """What to write for a currency in another form.

    >>> in_letters(" cny"), in_letters("yuan")
    ("write 'CNY'", "write three capital letters, such as 'CNY'")
    """
    letters = code.strip().upper() if isinstance(code, str) and len(code) < 10 else ""
    found = letters in CURRENCIES
    return f"write {letters!r}" if found else "write three capital letters, such as 'CNY'"


class Line(enum.Enum):
    """What the amount of a credit line can be besides an amount of money.

    ``UNLIMITED`` (no limit applies), ``NONE`` (no credit at all), ``INHERIT`` (ask the group, then
    the policy). They are never written as a zero with a meaning. Not known is ``None``.
    """

    UNLIMITED = "unlimited"
    NONE = "none"
    INHERIT = "inherit"

    def __str__(self) -> str:
        return self.value


@functools.total_ordering
class Money:
    """An exact amount of money in one currency.

    ``amount`` is in major units, as ``Decimal``, ``str`` or ``int``. Immutable and hashable. Adding
    or comparing two currencies is an `InvalidFact`; more decimals than the currency has are
    refused, never rounded.

    >>> Money("12.30", "CNY") + Money(5, "CNY")
    Money('17.30', 'CNY')
    >>> f"{Money('1234567.8', 'CNY')}"
    '1,234,567.80 CNY'
    """

    __slots__ = ("currency", "minor")

    minor: int
    currency: str

    def __init__(self, amount: Decimal | str | int, currency: str) -> None:
        self._fill(minor_units(amount, currency), currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """Money from a whole number of minor units (cents, fen): 1230 in CNY is 12.30."""
        if type(currency) is not str or currency not in CURRENCIES:
            currency_digits(currency)
        made = cls.__new__(cls)
        made._fill(minor if type(minor) is int else _whole(minor), currency)
        return made

    def _fill(self, minor: int, currency: str) -> None:
        if not -LARGEST <= minor <= LARGEST:
            raise InvalidFact(
                "money", "must stay within 64 bits of minor units", minor, "use a larger unit"
            )
        _set_minor(self, minor)
        _set_currency(self, currency)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Money is immutable: cannot set {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Money is immutable: cannot delete {name}")

    def __reduce__(self) -> tuple[object, ...]:
        return Money.from_minor, (self.minor, self.currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with the currency's number of decimals."""
        digits = tuple(map(int, str(abs(self.minor))))  # exact, whatever decimal context is set
        return Decimal((int(self.minor < 0), digits, -CURRENCIES[self.currency]))

    def __add__(self, other: Money) -> Money:
        return Money.from_minor(self.minor + self._same(other), self.currency)

    def __radd__(self, other: object) -> Money:
        """What a sum begins with is not Money: ``sum(amounts, Money(0, "CNY"))`` begins with some."""
        remedy = f"write sum(amounts, Money(0, {self.currency!r}))"
        raise InvalidFact("money", f"must be Money in {self.currency}", other, remedy)

    def __sub__(self, other: Money) -> Money:
        return Money.from_minor(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money.from_minor(-self.minor, self.currency)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Money)
            and self.minor == other.minor
            and self.currency == other.currency
        )

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __hash__(self) -> int:
        return hash((self.minor, self.currency))

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        digits = CURRENCIES[self.currency]
        whole, rest = divmod(abs(self.minor), 10**digits)
        decimals = f".{rest:0{digits}d}" if digits else ""
        return f"{'-' if self.minor < 0 else ''}{whole:,}{decimals} {self.currency}"

    def __format__(self, spec: str) -> str:
        try:
            return format(str(self), spec)
        except ValueError:
            rule, remedy = "must be a format of text", "format money.amount for one of numbers"
            raise InvalidFact("money.format", rule, spec, remedy) from None

    def __repr__(self) -> str:
        return f"Money({plain_amount(self.minor, self.currency)!r}, {self.currency!r})"

    def _same(self, other: object) -> int:
        if not isinstance(other, Money):
            raise InvalidFact(
                "money", f"must be Money in {self.currency}", other, "write Money(amount, currency)"
            )
        if other.currency != self.currency:
            raise InvalidFact(
                "money", f"must be in {self.currency}", other, "convert it with Rates first"
            )
        return other.minor


# the slots themselves, past `__setattr__`, which refuses
_set_minor: Final = Money.__dict__["minor"].__set__
_set_currency: Final = Money.__dict__["currency"].__set__


def _whole(minor: object) -> int:
    try:
        if isinstance(minor, numbers.Integral) and not isinstance(minor, bool):
            return operator.index(cast(SupportsIndex, minor))
    except TypeError:
        pass
    rule = "must be a whole number of minor units"
    raise InvalidFact("money", rule, minor, "write Money(amount, currency) for major units")


LineAmount: TypeAlias = Money | Line
"""What a credit line or a recommended limit says: an amount, or one of the states of `Line`."""


def minor_units(amount: object, currency: str, path: str = "money") -> int:
    """Major units as a whole number of minor units; a float or too many decimals is refused.

    >>> minor_units("12.3", "CNY")
    1230
    """
    digits = currency_digits(currency, f"{path}.currency")
    scale: int = 10**digits
    if not isinstance(amount, Decimal | str | int) and isinstance(amount, numbers.Integral):
        with suppress(TypeError):  # a span of time, which numpy counts among them
            amount = operator.index(cast(SupportsIndex, amount))  # of numpy, and as exact
    if isinstance(amount, bool) or not isinstance(amount, Decimal | str | int):
        remedy = ""
        if isinstance(amount, float):
            exact = f"write {str(amount)!r} or Decimal({str(amount)!r})"
            remedy = exact if math.isfinite(amount) else "leave it None where it is not known"
        raise InvalidFact(path, "must be exact money as Decimal, str or int", amount, remedy)
    if isinstance(amount, int):
        minor = amount * scale
    else:
        if isinstance(amount, str) and (len(amount) > 40 or not amount.isascii() or "_" in amount):
            raise InvalidFact(path, _PLAIN, amount, _in_digits(amount))
        try:
            value = Decimal(amount)
        except InvalidOperation:
            raise InvalidFact(path, _PLAIN, amount, _in_digits(str(amount))) from None
        if not value:
            return 0
        if value.adjusted() < -24:
            value = Decimal("1e-24")  # refused as well, and quicker
        if not value.is_finite() or value.adjusted() > 24:
            raise InvalidFact(
                path,
                "must be a finite amount within 64 bits",
                amount,
                "leave out what is not known",
            )
        numerator, denominator = value.as_integer_ratio()
        minor, rest = divmod(numerator * scale, denominator)
        if rest:
            raise InvalidFact(
                path, f"must have at most {digits} decimals in {currency}", amount, "round it first"
            )
    if abs(minor) > LARGEST:
        raise InvalidFact(path, "must stay within 64 bits of minor units", amount)
    return minor


_PLAIN: Final = "must be an amount in plain digits"


def _in_digits(text: str) -> str:
    """What to write for an amount in another form."""
    return f"write it as {number_word(text) or '1234.50'!r}"


def plain_amount(minor: int, currency: str) -> str:
    """The amount as documents and records write it: ``480000.00``, without separators."""
    digits = CURRENCIES[currency]
    if not digits:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{digits}d}"


_STEP: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?", re.ASCII)


class Rounding:
    """A rounding mode as a policy names it.

    One of ``half_even``, ``half_up``, ``floor``, ``ceil``, ``floor:STEP`` and ``ceil:STEP``.
    STEP is in major units of the currency at hand (``floor:1000`` rounds down to full thousands).
    ``half_up`` rounds halves away from zero; ``floor`` and ``ceil`` go towards minus and plus
    infinity. Without a step the minor unit is the step.
    """

    __slots__ = ("mode", "step")

    MODES: Final = ("half_even", "half_up", "floor", "ceil")

    def __init__(self, text: str) -> None:
        mode, colon, step = text.partition(":") if isinstance(text, str) else ("", "", "")
        fits = mode in self.MODES
        self.step: Decimal | None = None
        if colon:
            fits = mode in ("floor", "ceil") and _STEP.fullmatch(step) is not None
            self.step = Decimal(step) if fits else None
        if not fits or self.step == 0:
            rule = "must be half_even, half_up, floor:STEP or ceil:STEP"
            raise InvalidFact("rounding", rule, text, "STEP is an amount above 0, such as 1000")
        self.mode = mode

    def __str__(self) -> str:
        return self.mode if self.step is None else f"{self.mode}:{self.step}"

    def step_minor(self, currency: str) -> int:
        """The step in minor units of ``currency``: 1 where none was named."""
        return 1 if self.step is None else minor_units(self.step, currency, "rounding.step")


def multiplied(minor: int, ratio: Fraction, rounding: str, currency: str = "CNY") -> int:
    """``minor * ratio`` in minor units, exact until it is rounded once by the named mode."""
    named = Rounding(rounding)
    if not isinstance(ratio, Fraction | int) or isinstance(ratio, bool):
        raise InvalidFact("ratio", "must be an exact fraction", ratio, "write Fraction('0.15')")
    minor = minor if type(minor) is int else _whole(minor)
    return rounded(
        minor * ratio.numerator, ratio.denominator, named.mode, named.step_minor(currency)
    )


def rounded(numerator: int, denominator: int, mode: str, step: int = 1) -> int:
    """``numerator / denominator`` rounded to a multiple of ``step``; ``denominator`` positive.

    >>> [rounded(-5, 2, mode) for mode in Rounding.MODES]
    [-2, -3, -3, -2]
    """
    denominator *= step
    if mode == "floor":
        return numerator // denominator * step
    if mode == "ceil":
        return -(-numerator // denominator) * step
    whole, rest = divmod(numerator, denominator)
    double = 2 * rest
    if double > denominator or (
        double == denominator and (whole % 2 == 1 if mode == "half_even" else numerator > 0)
    ):
        whole += 1
    return whole * step
