"""The one arithmetic: a formula written once, for a number, a column and a data-frame expression.

A formula touches its inputs with ``+ - *`` and the primitives below, which are the only code that
asks what it was given. Number in, number out; column in, column of the same length out, also when
the length is one. Not known is NaN inside a formula; what cannot be computed (a division by zero,
an overflow) becomes NaN as well and comes back as a status, never as 0 or infinity. In expressions
null stands for all of these: engines order NaN above every number, null propagates everywhere.

``+ - * /`` and comparisons give one and many the same last bit; ``exp`` and ``log`` use numpy's
code for both, because ``math`` differs from it in up to a third of the cases.

>>> ratio(1.0, 4.0), ratio(1.0, 0.0)
(0.25, nan)
>>> columns = {"a": np.array([1.0, 1.0]), "b": np.array([4.0, 0.0])}
>>> by_blocks(lambda block: ratio(block["a"], block["b"]), columns, 2).tolist()
[0.25, nan]
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, Self, TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt

from creditkit.errors import InvalidFact

__all__ = [
    "BLOCK",
    "C",
    "Floats",
    "Num",
    "blocks",
    "by_blocks",
    "clip",
    "exp",
    "highest",
    "log",
    "lowest",
    "number_in",
    "positive",
    "ratio",
    "total",
    "where",
]

Floats: TypeAlias = npt.NDArray[np.float64]

BLOCK: Final = 32_768
"""Rows a block: a handful of float64 columns of this length stay in a second-level cache."""

NAN: Final = math.nan


class Num(Protocol):
    """What a formula may do with an input, besides handing it to a primitive."""

    def __add__(self, other: Self | float, /) -> Self: ...
    def __radd__(self, other: float, /) -> Self: ...
    def __sub__(self, other: Self | float, /) -> Self: ...
    def __rsub__(self, other: float, /) -> Self: ...
    def __mul__(self, other: Self | float, /) -> Self: ...
    def __rmul__(self, other: float, /) -> Self: ...


C = TypeVar("C", bound=Num)


def ratio(numerator: C, denominator: C) -> C:
    """``numerator / denominator``; NaN where the denominator is zero or the quotient overflows."""
    top: Any = numerator
    bottom: Any = denominator
    if type(top) is float and type(bottom) is float and bottom:  # the way of one customer
        quotient: Any = top / bottom
        value: Any = quotient if math.isfinite(quotient) else NAN
        divided: C = value
        return divided
    if _is_number(top) and _is_number(bottom):
        try:
            return cast(C, _finite(top / bottom))
        except ZeroDivisionError:
            return cast(C, NAN)
        except OverflowError:  # whole numbers beyond what a float holds
            return cast(C, NAN)
    number_in(top)
    number_in(bottom)
    with np.errstate(all="ignore"):
        return cast(C, _finite(top / bottom))


def positive(value: C) -> C:
    """``value`` where it is above zero, else NaN: for denominators without a meaning below it."""
    if not isinstance(value, _NUMBERS):
        number_in(value)
    return where(cast(Any, value) > 0.0, value, NAN)


def where(condition: object, yes: C | float, no: C | float) -> C:
    """``yes`` where the condition holds, else ``no``; a comparison with NaN does not hold."""
    if isinstance(condition, _FLAGS):
        value: Any = yes if condition else no
        chosen: C = value
        return chosen
    if isinstance(condition, np.ndarray):
        return cast(C, np.where(condition, cast(Any, yes), cast(Any, no)))
    return cast(C, _narwhals().when(condition).then(_lifted(yes)).otherwise(_lifted(no)))


def lowest(first: C, second: C | float) -> C:
    """The smaller of two; NaN where either is NaN."""
    return _chosen(cast(Any, first) < second, first, second)


def highest(first: C, second: C | float) -> C:
    """The larger of two; NaN where either is NaN."""
    return _chosen(cast(Any, first) > second, first, second)


def clip(value: C, low: float, high: float) -> C:
    """``value`` held between ``low`` and ``high``; NaN stays NaN."""
    return lowest(highest(value, low), high)


def exp(value: C) -> C:
    """``e`` to the power of ``value``; NaN where it overflows."""
    return cast(C, _finite(_through_numpy(np.exp, value)))


def log(value: C) -> C:
    """The natural logarithm; NaN for zero and below."""
    return cast(C, _finite(_through_numpy(np.log, positive(value))))


def total(parts: Sequence[C]) -> C:
    """The left-to-right sum of the parts: by definition the value of a score."""
    result = parts[0]
    for part in parts[1:]:
        result = result + part
    return result


def blocks(rows: int, size: int = BLOCK) -> Iterator[slice]:
    """The slices that cut ``rows`` rows into blocks which stay in cache."""
    for start in range(0, rows, size):
        yield slice(start, min(start + size, rows))


def by_blocks(
    formula: Callable[[Mapping[str, Floats]], Floats], columns: Mapping[str, Floats], rows: int
) -> Floats:
    """Run ``formula`` over the columns block by block, with numpy's warnings silenced."""
    out = np.empty(rows, dtype=np.float64)
    with np.errstate(all="ignore"):
        for block in blocks(rows):
            out[block] = formula({name: column[block] for name, column in columns.items()})
    return out


def _chosen(condition: object, first: C, second: C | float) -> C:
    chosen = where(condition, first, second)
    if isinstance(first, float | int | np.ndarray):
        return where(cast(Any, first) != first, first, chosen)
    return cast(C, _narwhals().when(~cast(Any, first).is_null()).then(_lifted(chosen)))


def number_in(value: Any, path: str = "formula") -> None:
    """Refuse what no formula can reckon with: neither number nor column nor expression."""
    if isinstance(value, np.ndarray | np.generic):
        known = value.dtype.kind in "fiu"
    elif isinstance(value, int):
        known = abs(value) <= sys.float_info.max
    else:
        known = isinstance(value, float) or type(value).__module__.startswith("narwhals")
    if not known or isinstance(value, bool):
        rule = "must be given numbers, columns of numbers or expressions"
        raise InvalidFact(path, rule, value, "write NaN for what is not known")


def _is_number(value: object) -> bool:
    return isinstance(value, _NUMBERS)


_NUMBERS: Final = (float, int)
_FLAGS: Final = (bool, np.bool_)
"""Named once: to join types anew takes as long as to divide."""


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else NAN
    if isinstance(value, np.ndarray):
        finite = np.isfinite(value)
        if not finite.all():
            value[~finite] = NAN
        return value
    if isinstance(value, np.generic):
        return _finite(float(value))
    return _narwhals().when(value.is_finite()).then(value)


def _through_numpy(function: np.ufunc, value: Any) -> Any:
    if isinstance(value, float | int):
        with np.errstate(all="ignore"):
            return float(function(float(value)))
    if isinstance(value, np.ndarray):
        return function(value)
    return getattr(value, function.__name__)()


def _lifted(value: Any) -> Any:
    if not isinstance(value, float | int):
        return value
    nw = _narwhals()
    return nw.lit(None, dtype=nw.Float64) if value != value else nw.lit(value)


def _narwhals() -> Any:
    import narwhals.stable.v2 as nw  # only a data-frame expression comes this far

    return nw
