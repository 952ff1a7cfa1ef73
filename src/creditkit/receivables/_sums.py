"""Sums of money that are exact: 64 bits where they suffice, Python integers where they do not.

A column of values is int64 or, where sums might not fit, of Python integers (dtype object); what is
done here to one is done to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, State
from creditkit.errors import InvalidFact
from creditkit.facts.rates import Rates, converted
from creditkit.money import LARGEST, Money
from creditkit.receivables._item_columns import too_large
from creditkit.receivables.open_items import Ints, Mask, add_into, converted_to

__all__ = [
    "Exact",
    "exactly",
    "group_sums",
    "in_currency",
    "money_cells",
    "money_of_sum",
    "running",
]

Exact: TypeAlias = npt.NDArray[Any]
"""Whole numbers: int64, or Python integers."""


def exactly(*columns: Exact) -> tuple[Exact, ...]:
    """The columns as they are where the sum of all of them fits into 64 bits, else of Python integers."""
    safe = all(one.dtype != object and not too_large(one) for one in columns)
    return columns if safe else tuple(one.astype(object) for one in columns)


def group_sums(groups: npt.NDArray[Any], values: Exact, size: int) -> Exact:
    """The sum of ``values`` by group."""
    (given,) = exactly(values)
    out = np.zeros(size, dtype=given.dtype if given.dtype == object else np.int64)
    add_into(out, groups, given)
    return out


def running(groups: npt.NDArray[Any], values: Exact) -> Exact:
    """The running sum within each group; the rows of a group stand together."""
    if not len(values):
        return values
    upto = np.cumsum(values)
    first = np.concatenate([[True], groups[1:] != groups[:-1]])
    return np.asarray(upto - (upto - values)[first][np.cumsum(first) - 1])


def in_currency(
    values: Exact, codes: npt.NDArray[Any], names: Sequence[str], target: str, rates: Rates | None
) -> tuple[Exact, Mask]:
    """Minor units in one currency, half-even, and the rows that cannot be converted."""
    none = np.zeros(len(values), dtype=bool)
    if values.dtype != object:
        given, lacking = converted_to(values, codes, names, target, rates)
        return given, none if lacking is None else lacking
    pairs = zip(values.tolist(), codes.tolist(), strict=True)
    exact = [converted(v, str(names[c]), target, rates) if v else 0 for v, c in pairs]
    lacking = np.array([one is None for one in exact], dtype=bool)
    return np.array([one or 0 for one in exact], dtype=object), lacking


def money_cells(values: Exact, states: npt.NDArray[np.uint8] | Mask) -> Cells:
    """Sums as cells of minor units; what 64 bits do not hold is out of range."""
    given = np.where(states, states if states.dtype != bool else State.INVALID, State.KNOWN)
    beyond = np.zeros(len(values), dtype=bool)
    if values.dtype == object:
        beyond = np.array([abs(one) > LARGEST for one in values.tolist()], dtype=bool)
    given = np.where((given == State.KNOWN) & beyond, State.OUT_OF_RANGE, given).astype(np.uint8)
    kept: Ints = np.where(given == State.KNOWN, values, 0).astype(np.int64)
    return Cells(kept, given)


def money_of_sum(minor: int, currency: str, path: str, remedy: str) -> Money:
    """A sum as `Money`; one beyond its 64 bits is an `InvalidFact`, which names the exact sum."""
    if abs(minor) > LARGEST:
        raise InvalidFact(path, "must fit into the 64 bits of Money", minor, remedy)
    return Money.from_minor(minor, currency)
