"""The money of recommended limits in columns: methods, combination, floor, rounding, the two caps.

What `one` does step by step for a customer is done here for a block of them, over tables by the rank of
the grade; the steps themselves stand in `limits.methods`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from creditkit._columns import LINE_STATES, Cells, State, rounded_columns
from creditkit.limits import methods
from creditkit.money import LARGEST
from creditkit.policy.document import Document

__all__ = ["Limits"]

Bools = npt.NDArray[np.bool_]
Ranks = npt.NDArray[np.int16]


class Limits:
    """The recommended limits of graded rows, with the policy's numbers as tables."""

    def __init__(self, document: Document) -> None:
        limit, grades = document.limit, document.grades.rows
        self.limit = limit
        self.names = limit.steps
        self.tables = [methods.ShareTable(method.shares) for method in limit.methods]
        caps = [LARGEST if row.cap is None else row.cap for row in grades]
        self.caps = np.array([*caps, LARGEST], dtype=np.int64)
        self.capped = any(row.cap is not None for row in grades)
        self.fixed = any(row.limit is not None for row in grades)
        self.given = np.array(
            [State.KNOWN if row.limit is None else LINE_STATES[row.limit] for row in grades]
            + [State.UNKNOWN],
            dtype=np.uint8,
        )

    def of(
        self, grade: Ranks, bases: Sequence[Cells], applies: Sequence[Bools | None] = ()
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8], Ranks]:
        """Minor units (0 where there are none), states, and the place of what binds (or -1).

        ``bases`` are the figures of the policy's methods, ``applies`` where each of them counts.
        """
        limit, names = self.limit, self.names
        place = grade.astype(np.intp)
        results = [
            (table.of(base, place), method.skip)
            for table, base, method in zip(self.tables, bases, limit.methods, strict=True)
        ]
        values, states, binding = methods.combined_columns(results, limit.highest, applies)
        mode, step = limit.rounding
        if limit.floor is not None:
            low = (values < limit.floor) & (states == State.KNOWN)
            np.copyto(values, limit.floor, where=low)
            np.copyto(binding, np.int16(names.index("floor")), where=low)
        if mode == "ceil":
            self._lost(values > LARGEST // step * step, values, states, binding)
        values = rounded_columns(values, mode, step)
        if self.capped:
            _hold(values, self.caps.take(place, mode="wrap"), binding, names.index("cap:grade"))
        if limit.cap is not None:
            _hold(values, limit.cap, binding, names.index("cap:policy"))
        if self.fixed:
            given = self.given.take(place, mode="wrap")
            fixed = (given != State.KNOWN) & (place >= 0)
            np.copyto(states, given, where=fixed)
            np.copyto(values, 0, where=fixed)
            np.copyto(binding, np.int16(names.index("grade")), where=fixed)
        return values, states, binding

    def _lost(
        self, where: Bools, values: npt.NDArray[np.int64], states: Any, binding: Ranks
    ) -> None:
        """Where rounding up would leave 64 bits."""
        np.copyto(states, np.uint8(State.OUT_OF_RANGE), where=where)
        np.copyto(values, 0, where=where)
        np.copyto(binding, np.int16(-1), where=where)


def _hold(values: npt.NDArray[np.int64], cap: Any, binding: Ranks, place: int) -> None:
    """At most ``cap``; where that changes something, it binds."""
    over = values > cap
    if over.any():
        # not `copyto`: on a mask without a pattern it takes three times as long
        binding[:] = np.where(over, np.int16(place), binding)
        np.minimum(values, cap, out=values)
