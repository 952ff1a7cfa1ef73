"""Numbers as a page prints them: short, and with as many digits as it takes to work them out again.

>>> number_text(0.459923664), number_text(12345.678), percent_text(0.164383562)
('0.4599', '12,345.7', '16.4%')
>>> told_apart([0.19996, 0.2], number_text)
['0.19996', '0.2']
>>> adding_up([0.25, 0.25, 0.5], 1.0, 1)
['0.3', '0.2', '0.5']
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final, TypeVar

__all__ = [
    "DIGITS",
    "adding_up",
    "decimal_text",
    "decimals_for",
    "fixed_text",
    "number_text",
    "percent_text",
    "ratio_text",
    "told_apart",
]

DIGITS: Final = 4
"""Significant digits of a number below 1,000; one decimal from there on."""

_MOST: Final = 17
"""Significant digits that tell any two floats apart."""

_LARGE: Final = 1e15
"""From here on a number is printed with a power of ten."""

_DAYS_IN_YEAR: Final = 365

N = TypeVar("N", float, Fraction)


def number_text(value: float | Fraction, digits: int = DIGITS) -> str:
    """A number in few digits: ``4.438``, ``12,345.7``."""
    number = float(value) + 0.0  # no -0
    if not abs(number) < _LARGE:
        return f"{number:.{digits + 2}g}"
    if abs(number) < 1000:
        return f"{number:.{digits}g}"
    return f"{number:,.{digits - 3}f}"


def percent_text(value: float | Fraction, digits: int = DIGITS) -> str:
    """A share in percent, in one decimal where it takes one.

    >>> percent_text(0.9), percent_text(Fraction(2, 3))
    ('90%', '66.7%')
    """
    number = float(value) * 100 + 0.0
    if not abs(number) < _LARGE:
        return f"{number:.{digits}g}%"
    return f"{_trimmed(f'{number:,.{digits - 3}f}')}%"


def told_apart(values: Sequence[N], text: Callable[[N, int], str]) -> list[str]:
    """Numbers as ``text`` shows them, none of them like another that is not the same number."""
    different = len({*values})
    texts: list[str] = [text(value, DIGITS) for value in values]
    for digits in range(DIGITS + 1, _MOST + 1):
        if len({*texts}) >= different:
            break
        texts = [text(value, digits) for value in values]
    return texts


@functools.lru_cache(maxsize=1024)  # the shares and weights of a policy, page after page
def ratio_text(ratio: Fraction) -> str:
    """An exact ratio as people write it: in percent where that ends, else as days of a year or a fraction.

    >>> ratio_text(Fraction("0.15")), ratio_text(Fraction(60, 365)), ratio_text(Fraction(2, 3))
    ('15%', '60/365', '2/3')
    """
    percent = ratio * 100
    if _ends(percent.denominator):
        return f"{decimal_text(percent)}%"
    if _DAYS_IN_YEAR % ratio.denominator == 0:
        return f"{ratio.numerator * (_DAYS_IN_YEAR // ratio.denominator)}/{_DAYS_IN_YEAR}"
    return f"{ratio.numerator}/{ratio.denominator}"


def _ends(denominator: int) -> bool:
    """Whether fractions of a denominator end as decimals."""
    for factor in (2, 5):
        while denominator % factor == 0:
            denominator //= factor
    return denominator == 1


def decimal_text(value: Fraction) -> str:
    """A fraction that ends as a decimal, in full.

    >>> decimal_text(Fraction(1, 8))
    '0.125'
    """
    places, scale, below = 0, 1, value.denominator
    while scale % below:
        places, scale = places + 1, scale * 10
    return _trimmed(_placed(value.numerator * (scale // below), places))


def decimals_for(values: Sequence[float], total: float) -> int:
    """With how many decimals parts and their total are printed: four digits of the largest, one at least.

    Fewer where nothing is lost by it.
    """
    largest = max([abs(value) for value in (*values, total)], default=0.0)
    if not largest < _LARGE:
        return 1
    most = max(1, DIGITS - len(str(int(largest))))
    short = (n for n in range(1, most) if all(round(v, n) == v for v in (*values, total)))
    return next(short, most)


def fixed_text(value: float, decimals: int) -> str:
    """A number with so many decimals, exactly halved to even; no -0.0."""
    if not abs(value) < _LARGE:
        return number_text(value)
    return f"{value:z,.{decimals}f}"


def adding_up(parts: Sequence[float], total: float, decimals: int) -> list[str]:
    """Parts with so many decimals whose printed sum is the total as it is printed.

    Each is rounded down or up to its next neighbour: those with the largest remainders up. Where the
    parts are not those of the total, each is rounded by itself.
    """
    if not all(abs(value) < _LARGE for value in (*parts, total)):
        return [fixed_text(value, decimals) for value in parts]
    scale = 10**decimals
    ratios = [value.as_integer_ratio() for value in parts]
    units, rests = [], {}
    for index, (above, below) in enumerate(ratios):
        unit, rest = divmod(above * scale, below)
        units.append(unit)
        if rest:
            rests[index] = Fraction(rest, below)
    left = round(Fraction(total) * scale) - sum(units)
    broken = sorted(rests, key=rests.__getitem__, reverse=True)  # the largest remainder first
    if not 0 <= left <= len(broken):
        return [fixed_text(value, decimals) for value in parts]
    for index in broken[:left]:
        units[index] += 1
    return [_placed(unit, decimals) for unit in units]


def _placed(units: int, decimals: int) -> str:
    """Whole units of the last decimal as a number, grouped."""
    whole, rest = divmod(abs(units), 10**decimals)
    fraction = f".{rest:0{decimals}d}" if decimals else ""
    return f"{'-' if units < 0 else ''}{whole:,}{fraction}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
