"""The money of a limit method: a share of an amount, rounded down, for one customer and for columns.

Every method comes to an amount and a share of it: 10 % of a net worth, 60/365 of a year's purchases, a
budget divided by the chance of a loss. The product is exact and rounded down to the minor unit; a
negative amount gives 0. Amounts and shares that are not known give UNKNOWN, a product beyond 64 bits
OUT_OF_RANGE; what is not KNOWN passes through untouched.

>>> share_of(320_000_000, Fraction("0.15"))
48000000
>>> taken(320_000_000, Fraction("0.15")), taken(None, Fraction("0.15")), taken(-5, Fraction(1))
((0, 48000000), (1, 0), (0, 0))
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, State, multiplied_columns
from creditkit.money import LARGEST

__all__ = ["Ints", "Limit", "ShareTable", "States", "share_of", "taken"]

Limit: TypeAlias = tuple[int, int]
"""A state and minor units, as they stand in columns."""

Ints: TypeAlias = npt.NDArray[np.int64]
States: TypeAlias = npt.NDArray[np.uint8]


def share_of(base: int, share: Fraction) -> int:
    """``base * share`` in minor units, rounded down; 0 for a negative base."""
    return max(0, base) * share.numerator // share.denominator


def taken(base: int | None, share: Fraction | None) -> Limit:
    """A share of an amount: UNKNOWN without either, OUT_OF_RANGE beyond 64 bits."""
    if base is None or share is None:
        return State.UNKNOWN, 0
    value = share_of(base, share)
    return (State.KNOWN, value) if value <= LARGEST else (State.OUT_OF_RANGE, 0)


class ShareTable:
    """`taken` for columns: the shares of one method as a table by rank; None where there is none.

    A rank is that of the grade, or that of a grade and a step of the method together.
    """

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

    def of(
        self, base: Cells, rank: npt.NDArray[np.intp], divisor: Cells | None = None
    ) -> tuple[Ints, States | None]:
        """The share of each row's rank, rounded down, and states (None where all are known).

        ``rank`` -1 is none. A ``divisor`` of 1 or more divides the share of its row. The arrays are new
        ones; 0 stands where a state is not KNOWN.
        """
        values: Ints = np.maximum(base.values, 0)
        states: States | None = None
        parts = [
            one.states for one in (base, divisor) if one is not None and one.states is not None
        ]
        if parts or self.gaps or (len(rank) and int(rank.min()) < 0):
            unknown = self.absent.take(rank, mode="wrap") if self.gaps else rank < 0
            for part in parts:
                unknown |= part != State.KNOWN
            np.copyto(values, 0, where=unknown)
            states = unknown.view(np.uint8)  # State.UNKNOWN is 1
        numerators = self.numerators.take(rank, mode="wrap")
        if divisor is not None:
            values, out = self._divided(values, numerators, divisor)
        elif self.small and (not len(values) or int(values.max()) * self.largest <= LARGEST):
            np.multiply(values, numerators, out=values)
            np.floor_divide(values, self.denominator, out=values)
            return values, states
        elif self.small:
            values, out = multiplied_columns(values, numerators, self.denominator)
        else:
            values, out = _exactly(
                values, numerators, np.full(len(values), self.denominator, object)
            )
        if out.any():
            states = np.zeros(len(values), dtype=np.uint8) if states is None else states
            states[out & (states == State.KNOWN)] = State.OUT_OF_RANGE
        return values, states

    def _divided(
        self, values: Ints, numerators: npt.NDArray[np.int64], divisor: Cells
    ) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """The products over the row's own denominator: 64 bits where they suffice, else Python's."""
        below: Ints = np.where(divisor.known, divisor.values, 1)
        if not len(values):
            return values, np.zeros(0, dtype=bool)
        top, bottom = int(values.max()) * self.largest, int(below.max()) * self.denominator
        if max(top, bottom) <= LARGEST and self.small:
            return values * numerators // (below * self.denominator), np.zeros(len(values), bool)
        return _exactly(values, numerators, below.astype(object) * self.denominator)


def _exactly(
    values: Ints, numerators: npt.NDArray[np.int64], denominators: npt.NDArray[np.object_]
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Row by row with Python's integers, and where a product is beyond 64 bits."""
    rows = zip(values.tolist(), numerators.tolist(), denominators.tolist(), strict=True)
    exact = [value * over // under for value, over, under in rows]
    out = np.array([value > LARGEST for value in exact], dtype=bool)
    kept = [0 if bad else value for value, bad in zip(exact, out, strict=True)]
    return np.array(kept, dtype=np.int64), out
