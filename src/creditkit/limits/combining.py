"""How the amounts of several limit methods become one, and the floor and caps that move it after.

Amounts are whole minor units, and so is what they become, rounded down:

    lowest, highest   the smallest, the largest of them
    mean              their sum divided by how many there are
    median            the middle one; of an even number the mean of the two in the middle
    weighted          the sum of weight x amount divided by the sum of the weights
    first             the first of them

What a method does where it is not known is said for each (`Missing`): the whole is then not known, the
method counts as 0, or it is left out.

>>> amounts = [((0, 600), Missing.UNKNOWN), ((0, 100), Missing.UNKNOWN), ((0, 201), Missing.UNKNOWN)]
>>> [combined(amounts, rule)[0][1] for rule in RULES]
[100, 600, 300, 201, 300, 600]
>>> combined([*amounts, ((1, 0), Missing.ZERO)], "mean")
((0, 225), -1)
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from fractions import Fraction
from math import lcm
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from creditkit._columns import State
from creditkit.limits.amounts import Ints, Limit, States
from creditkit.money import LARGEST

__all__ = [
    "MIXING",
    "RULES",
    "Missing",
    "Result",
    "capped",
    "combined",
    "combined_columns",
    "raised",
]

RULES: Final = ("lowest", "highest", "mean", "median", "weighted", "first")
"""How amounts are combined."""

MIXING: Final = ("mean", "median", "weighted")
"""The rules whose amount is made of several: the rule itself binds, not one of the methods."""


class Missing(Enum):
    """What a method does to the limit where it is not known."""

    UNKNOWN = "unknown"
    ZERO = "zero"
    SKIP = "skip"


Result: TypeAlias = tuple[Limit, Missing]
"""What a method gave, and what is done where that is not known."""

Bools: TypeAlias = npt.NDArray[np.bool_]


def combined(
    results: Sequence[Result], rule: str, weights: Sequence[Fraction] = ()
) -> tuple[Limit, int]:
    """The amounts of the methods combined, and which of them binds: -1 for none, or for a mixing rule.

    ``weights`` are those of the results, for ``weighted``; without them all weigh the same. Without any
    amount it is not known.
    """
    kept: list[tuple[int, int]] = []  # the amounts that count, with the index of their method
    for index, ((state, value), missing) in enumerate(results):
        if state == State.KNOWN or missing is Missing.ZERO:
            kept.append((value if state == State.KNOWN else 0, index))
            if rule == "first":
                break
        elif missing is Missing.UNKNOWN:
            return (state, 0), -1
    if not kept:
        return (State.UNKNOWN, 0), -1
    if rule in MIXING:
        return (State.KNOWN, _mixed(kept, rule, weights)), -1
    if rule == "first":
        value, index = kept[0]
    elif rule == "highest":
        value, index = max(kept, key=_amount)  # of equals the first
    else:
        value, index = min(kept, key=_amount)
    return (State.KNOWN, value), index


def _amount(kept: tuple[int, int]) -> int:
    return kept[0]


def _mixed(kept: Sequence[tuple[int, int]], rule: str, weights: Sequence[Fraction]) -> int:
    if rule == "median":
        amounts = sorted(map(_amount, kept))
        return (amounts[(len(amounts) - 1) // 2] + amounts[len(amounts) // 2]) // 2
    if rule == "mean" or not weights:
        return sum(map(_amount, kept)) // len(kept)
    total = sum((weights[index] for _, index in kept), Fraction(0))
    whole = sum((weights[index] * value for value, index in kept), Fraction(0)) / total
    return whole.numerator // whole.denominator


def combined_columns(
    results: Sequence[tuple[tuple[Ints, States | None], Missing]],
    rule: str,
    applies: Sequence[Bools | None] = (),
    weights: Sequence[Fraction] = (),
) -> tuple[Ints, States, npt.NDArray[np.int16]]:
    """`combined` for columns of amounts and states: values, states, the index of what binds.

    ``applies`` says where each result counts; elsewhere it is left out. The arrays of the first
    result may be used again.
    """
    if rule in ("lowest", "highest"):
        return _chosen(results, rule == "highest", applies)
    rows = len(results[0][0][0])
    failed = np.zeros(rows, dtype=np.uint8)
    binding = np.full(rows, -1, dtype=np.int16)
    open_ = np.ones(rows, dtype=bool)  # for `first`: nothing has been found yet
    amounts, counts = [], []
    for index, ((given, states), missing) in enumerate(results):
        asked = applies[index] if applies else None
        here = open_.copy() if asked is None else open_ & asked
        counted = here
        if states is not None and missing is not Missing.ZERO:
            known = states == State.KNOWN
            counted = here & known
            if missing is Missing.UNKNOWN:
                lost = here & ~known & (failed == State.KNOWN)
                np.copyto(failed, states, where=lost)
                if rule == "first":
                    open_ = open_ & ~lost
        if rule == "first":
            np.copyto(binding, np.int16(index), where=counted)
            open_ = open_ & ~counted
        amounts.append(given)  # 0 where a state is not KNOWN
        counts.append(counted)
    there = np.logical_or.reduce(counts)
    if rule == "first":
        values = _sum_of(amounts, counts, [1] * len(amounts))[0]
    elif rule == "median":
        values = _median(amounts, counts)
    else:
        whole = _whole(weights) if rule == "weighted" and weights else [1] * len(amounts)
        total, below = _sum_of(amounts, counts, whole)
        values = (total // np.maximum(below, 1)).astype(np.int64)
    states_out = np.where(failed != State.KNOWN, failed, (~there).astype(np.uint8))
    gone = states_out != State.KNOWN
    return (
        np.where(gone, 0, values).astype(np.int64),
        states_out.astype(np.uint8),
        np.where(gone, np.int16(-1), binding).astype(np.int16),
    )


def _whole(weights: Sequence[Fraction]) -> list[int]:
    """Weights as whole numbers in the same proportion."""
    below = lcm(*(weight.denominator for weight in weights))
    return [int(weight * below) for weight in weights]


def _sum_of(
    amounts: Sequence[Ints], counts: Sequence[Bools], weights: Sequence[int]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The weighted sum of what counts, and the sum of its weights: Python's integers where 64 bits end."""
    most = max((int(one.max()) for one in amounts if len(one)), default=0)
    kind = np.int64 if max(most, 1) * sum(weights) <= LARGEST else object
    total = np.zeros(len(amounts[0]), dtype=kind)
    below = np.zeros(len(amounts[0]), dtype=kind)
    for given, counted, weight in zip(amounts, counts, weights, strict=True):
        total += np.where(counted, given, 0).astype(kind) * weight
        below += counted.astype(kind) * weight
    return total, below


def _median(amounts: Sequence[Ints], counts: Sequence[Bools]) -> Ints:
    """The middle of what counts, row by row; what does not is put at the end."""
    pairs = zip(amounts, counts, strict=True)
    table = np.sort(
        np.stack([np.where(counted, given, LARGEST) for given, counted in pairs]), axis=0
    )
    count = np.maximum(np.add.reduce(counts, dtype=np.intp), 1)
    low = np.take_along_axis(table, ((count - 1) // 2)[None], axis=0)[0]
    high = np.take_along_axis(table, (count // 2)[None], axis=0)[0]
    median: Ints = low + (high - low) // 2  # their sum may be beyond 64 bits
    return median


def _chosen(
    results: Sequence[tuple[tuple[Ints, States | None], Missing]],
    highest: bool,
    applies: Sequence[Bools | None],
) -> tuple[Ints, States, npt.NDArray[np.int16]]:
    """The lowest or the highest: as nearly all policies combine, and so without tables of all amounts."""
    values = results[0][0][0]
    binding = np.full(len(values), -1, dtype=np.int16)
    failed: States | None = None
    for index, ((given, given_states), missing) in enumerate(results):
        here = applies[index] if applies else None
        states = None if missing is Missing.ZERO else given_states  # a value without a state is 0
        known = None if states is None else states == State.KNOWN
        if states is not None and missing is Missing.UNKNOWN:
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
