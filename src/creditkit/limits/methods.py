"""A recommended limit, step by step: methods, combination, floor, rounding, the two caps.

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
    "Limit",
    "ShareTable",
    "capped",
    "combined",
    "combined_columns",
    "method",
    "raised",
    "share_of",
]

Limit = tuple[int, int]
"""A state and minor units, as they stand in columns."""

Ints = npt.NDArray[np.int64]
States = npt.NDArray[np.uint8]


def share_of(base: int, share: Fraction) -> int:
    """``base * share`` in minor units, rounded down; 0 for a negative base."""
    return max(0, base) * share.numerator // share.denominator


def method(base: int | None, share: Fraction | None) -> Limit:
    """What one method gives: UNKNOWN without a base or a share, OUT_OF_RANGE beyond 64 bits."""
    if base is None or share is None:
        return State.UNKNOWN, 0
    value = share_of(base, share)
    return (State.KNOWN, value) if value <= LARGEST else (State.OUT_OF_RANGE, 0)


class ShareTable:
    """`method` for columns: the shares of one method as tables by the rank of the grade."""

    def __init__(self, shares: Sequence[Fraction | None]) -> None:
        given = [share for share in shares if share is not None]
        self.denominator = lcm(*(share.denominator for share in given)) if given else 1
        numerators = [0 if share is None else int(share * self.denominator) for share in shares]
        numerators.append(0)
        self.largest = max(numerators)
        self.small = max(self.denominator, self.largest) <= LARGEST
        self.numerators = np.array(numerators, dtype=np.int64 if self.small else object)
        self.absent = np.array([share is None for share in shares] + [True])
        self.gaps = len(given) < len(shares)

    def of(self, base: Cells, rank: npt.NDArray[np.intp]) -> tuple[Ints, States | None]:
        """The share of each row's grade, rounded down, and states (None where all are known).

        ``rank`` -1 is no grade. The arrays are new ones; 0 stands where a state is not KNOWN.
        """
        values: Ints = np.maximum(base.values, 0)
        states: States | None = None
        if base.states is not None or self.gaps or (len(rank) and int(rank.min()) < 0):
            unknown = self.absent.take(rank, mode="wrap") if self.gaps else rank < 0
            if base.states is not None:
                unknown |= base.states != State.KNOWN
            np.copyto(values, 0, where=unknown)
            states = unknown.view(np.uint8)  # State.UNKNOWN is 1
        numerators = self.numerators.take(rank, mode="wrap")
        if self.small and (not len(values) or int(values.max()) * self.largest <= LARGEST):
            np.multiply(values, numerators, out=values)
            np.floor_divide(values, self.denominator, out=values)
            return values, states
        if self.small:
            values, out = multiplied_columns(values, numerators, self.denominator)
        else:
            exact = [
                int(v) * int(n) // self.denominator for v, n in zip(values, numerators, strict=True)
            ]
            out = np.array([value > LARGEST for value in exact], dtype=bool)
            values = np.array(
                [0 if bad else value for value, bad in zip(exact, out, strict=True)], dtype=np.int64
            )
        if out.any():
            states = np.zeros(len(values), dtype=np.uint8) if states is None else states
            states[out & (states == State.KNOWN)] = State.OUT_OF_RANGE
        return values, states


def combined(results: Sequence[tuple[Limit, bool]], highest: bool) -> tuple[Limit, int]:
    """The lowest or highest of what the methods gave, and which of them it is (-1 for none).

    A result comes with whether it may be skipped when it is not known. One that may not, and is not
    known, makes the whole not known; so does having none left.
    """
    best: Limit = (State.UNKNOWN, 0)
    binding = -1
    for index, (result, skip) in enumerate(results):
        if result[0] != State.KNOWN:
            if skip:
                continue
            return result, -1
        if binding < 0 or (result[1] > best[1] if highest else result[1] < best[1]):
            best, binding = result, index
    return best, binding


def combined_columns(
    results: Sequence[tuple[tuple[Ints, States | None], bool]],
    highest: bool,
    applies: Sequence[npt.NDArray[np.bool_] | None] = (),
) -> tuple[Ints, States, npt.NDArray[np.int16]]:
    """`combined` for what `ShareTable.of` gave: values, states, the index of what binds.

    ``applies`` says where each result counts; elsewhere it is skipped. The arrays of the first
    result are used again.
    """
    values = results[0][0][0]
    binding = np.full(len(values), -1, dtype=np.int16)
    failed: States | None = None
    for index, ((given, states), skip) in enumerate(results):
        here = applies[index] if applies else None
        known = None if states is None else states == State.KNOWN
        if states is not None and not skip:
            lost = states if here is None else np.where(here, states, np.uint8(State.KNOWN))
            failed = lost if failed is None else np.where(failed != 0, failed, lost)
        if here is not None:
            known = here if known is None else known & here
        wins = given > values if highest else given < values
        wins |= binding < 0
        if known is not None:
            wins &= known
        np.copyto(values, given, where=wins)
        np.copyto(binding, np.int16(index), where=wins)
    if applies:
        np.copyto(values, 0, where=binding < 0)
    out = (binding < 0).astype(np.uint8)  # State.UNKNOWN is 1
    if failed is not None:
        gone = failed != State.KNOWN
        np.copyto(out, failed, where=gone)
        np.copyto(binding, np.int16(-1), where=gone)
        np.copyto(values, 0, where=gone)
    return values, out, binding


def raised(value: int, floor: int | None) -> int:
    """At least ``floor``."""
    return value if floor is None else max(value, floor)


def capped(value: int, cap: int | None) -> int:
    """At most ``cap``."""
    return value if cap is None else min(value, cap)
