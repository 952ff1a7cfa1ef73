"""A recommended limit, step by step: methods, combination, floor, rounding, the grade's cap, the policy's cap.

Each method is an exact share of a money figure, rounded down to the minor unit; a negative base
gives 0. Methods are combined as whole numbers. The step that binds is named: the method that won,
or the floor or cap that moved it. The same steps exist for one customer and for columns, over a
pair of state and minor units; whatever is not KNOWN passes through untouched.

>>> share_of(320_000_000, Fraction("0.15"))
48000000
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, State, multiplied_columns
from creditkit.money import LARGEST

__all__ = [
    "capped",
    "capped_columns",
    "combined",
    "combined_columns",
    "raised",
    "raised_columns",
    "share_of",
]

Limit = tuple[int, int]
"""A state and minor units, as they stand in columns."""

Ints = npt.NDArray[np.int64]


def share_of(base: int, share: Fraction) -> int:
    """``base * share`` in minor units, rounded down; 0 for a negative base."""
    return max(0, base) * share.numerator // share.denominator


def method(base: int | None, share: Fraction | None) -> Limit:
    """What one method gives: UNKNOWN without a base or a share, OUT_OF_RANGE beyond 64 bits."""
    if base is None or share is None:
        return State.UNKNOWN, 0
    value = share_of(base, share)
    return (State.KNOWN, value) if value <= LARGEST else (State.OUT_OF_RANGE, 0)


def method_columns(
    base: Cells, shares: Sequence[Fraction | None], grades: npt.NDArray[np.int8]
) -> Cells:
    """`method` for columns: the share of each row's grade (a place in ``shares``; -1 for no grade)."""
    given = [share for share in shares if share is not None]
    denominator = lcm(*(share.denominator for share in given)) if given else 1
    numerators = np.array(
        [
            0 if share is None else share.numerator * (denominator // share.denominator)
            for share in shares
        ]
        + [0],
        dtype=object,
    )
    absent = np.array([share is None for share in shares] + [True])[grades]
    states = np.where(absent | ~base.known, State.UNKNOWN, State.KNOWN).astype(np.uint8)
    values: Ints = np.where(states == State.KNOWN, np.maximum(base.values, 0), 0)
    if denominator > LARGEST or max(numerators) > LARGEST:
        exact = [
            int(v) * int(n) // denominator for v, n in zip(values, numerators[grades], strict=True)
        ]
        out = np.array([value > LARGEST for value in exact], dtype=bool)
        values = np.array(
            [0 if bad else value for value, bad in zip(exact, out, strict=True)], dtype=np.int64
        )
    else:
        values, out = multiplied_columns(values, numerators.astype(np.int64)[grades], denominator)
    states[out & (states == State.KNOWN)] = State.OUT_OF_RANGE
    return Cells(values, states)


def combined(results: Sequence[tuple[Limit, bool]], highest: bool) -> tuple[Limit, int]:
    """The lowest or highest of what the methods gave, and which of them it is (-1 for none).

    A result comes with whether it may be skipped when it is not known. One that may not, and is not
    known, makes the whole not known; so does having none left.
    """
    best: Limit = (State.UNKNOWN, 0)
    binding = -1
    for place, (result, skip) in enumerate(results):
        if result[0] != State.KNOWN:
            if skip:
                continue
            return result, -1
        if binding < 0 or (result[1] > best[1] if highest else result[1] < best[1]):
            best, binding = result, place
    return best, binding


def combined_columns(
    results: Sequence[tuple[Cells, bool]], highest: bool, rows: int
) -> tuple[Ints, npt.NDArray[np.uint8], npt.NDArray[np.int8]]:
    """`combined` for columns: values, states, and the place of the method that binds."""
    values = np.zeros(rows, dtype=np.int64)
    binding = np.full(rows, -1, dtype=np.int8)
    failed = np.zeros(rows, dtype=np.uint8)
    for place, (result, skip) in enumerate(results):
        known = result.known
        if not skip and result.states is not None:
            failed = np.where((failed == 0) & ~known, result.states, failed).astype(np.uint8)
        better = result.values > values if highest else result.values < values
        wins = known & ((binding < 0) | better)
        values = np.where(wins, result.values, values)
        binding[wins] = place
    states = np.where(
        failed != 0, failed, np.where(binding < 0, State.UNKNOWN, State.KNOWN)
    ).astype(np.uint8)
    binding[states != State.KNOWN] = -1
    values = np.where(states == State.KNOWN, values, 0)
    return values, states, binding


def raised(value: int, floor: int | None) -> int:
    """At least ``floor``."""
    return value if floor is None else max(value, floor)


def raised_columns(values: Ints, floor: int | None) -> Ints:
    """`raised` for a column."""
    return values if floor is None else np.maximum(values, floor)


def capped(value: int, cap: int | None) -> int:
    """At most ``cap``."""
    return value if cap is None else min(value, cap)


def capped_columns(values: Ints, caps: Sequence[int | None], grades: npt.NDArray[np.int8]) -> Ints:
    """`capped` for a column, with the cap of each row's grade."""
    table = np.array([LARGEST if cap is None else cap for cap in caps] + [LARGEST], dtype=np.int64)
    return np.minimum(values, table[grades])
