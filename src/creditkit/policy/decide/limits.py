"""The money of recommended limits in columns: methods, combination, floor, rounding, the caps.

What `one` does step by step for a customer is done here for a block of them, over tables by the rank of
the grade; how a method is worked out stands in `limits.plan`, how amounts become one in
`limits.combining`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from creditkit._columns import LINE_STATES, Cells, State, rounded_columns
from creditkit.limits.amounts import ShareTable
from creditkit.limits.combining import Missing, combined_columns
from creditkit.money import LARGEST, Line
from creditkit.policy.document import Document
from creditkit.policy.schema.conditions import FAIL, INDETERMINATE
from creditkit.policy.sections.methods import Cap

__all__ = ["Limits"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.int16]
States = npt.NDArray[np.uint8]


class Limits:
    """The recommended limits of graded rows, with the policy's numbers as tables."""

    def __init__(self, document: Document) -> None:
        limit, grades = document.limit, document.grades.rows
        self.limit = limit
        self.names = limit.steps
        self.tables = [method.plan.share_table for method in limit.methods]
        self.zeros = any(method.missing is Missing.ZERO for method in limit.methods)
        self.weights = [method.weight for method in limit.methods]
        caps = [LARGEST if row.cap is None else row.cap for row in grades]
        self.caps = np.array([*caps, LARGEST], dtype=np.int64)
        self.capped = any(row.cap is not None for row in grades)
        self.of_others = [ShareTable([cap.share]) for cap in limit.caps]
        fixed = [row.limit for row in grades]
        self.fixed = np.array([*(one is not None for one in fixed), False])
        self.given = np.array(
            [LINE_STATES[one] if isinstance(one, Line) else State.KNOWN for one in fixed]
            + [State.UNKNOWN],
            dtype=np.uint8,
        )
        self.amounts = np.array(
            [*(one if isinstance(one, int) else 0 for one in fixed), 0], dtype=np.int64
        )

    def of(
        self,
        grade: Ranks,
        figures: Mapping[str, Cells],
        statuses: Sequence[Sequence[npt.NDArray[np.uint8]]] = (),
    ) -> tuple[Ints, States, Ranks]:
        """Minor units (0 where there are none), states, and the place of what binds (or -1).

        ``figures`` are those of the policy's methods and caps; ``statuses`` say of each method how its
        guards came out, and are left out where no method has any.
        """
        limit = self.limit
        rank = grade.astype(np.intp)
        results, applies = self._results(rank, figures, statuses)
        values, states, binding = combined_columns(results, limit.combine, applies, self.weights)
        if self.zeros:  # without a grade nothing counts, not even as 0
            none = rank < 0
            np.copyto(states, np.uint8(State.UNKNOWN), where=none)
            np.copyto(values, 0, where=none)
            np.copyto(binding, np.int16(-1), where=none)
        if limit.combine in self.names:  # made of several: it binds itself
            mixed = np.int16(self.names.index(limit.combine))
            np.copyto(binding, mixed, where=states == State.KNOWN)
        values = self._moved(values, states, binding)
        if self.fixed.any():
            fixed = self.fixed.take(rank, mode="wrap")
            np.copyto(states, self.given.take(rank, mode="wrap"), where=fixed)
            np.copyto(values, self.amounts.take(rank, mode="wrap"), where=fixed)
            np.copyto(binding, np.int16(self.names.index("grade")), where=fixed)
        if self.capped:
            _hold(values, self.caps.take(rank, mode="wrap"), binding, self.names.index("cap:grade"))
        if limit.cap is not None:
            _hold(values, limit.cap, binding, self.names.index("cap:policy"))
        for cap, table in zip(limit.caps, self.of_others, strict=True):
            place = np.int16(self.names.index(cap.name))
            values = _held_by(cap, table, figures[cap.figure], place, values, states, binding)
        return values, states, binding

    def _results(
        self,
        rank: npt.NDArray[np.intp],
        figures: Mapping[str, Cells],
        statuses: Sequence[Sequence[npt.NDArray[np.uint8]]],
    ) -> tuple[list[tuple[tuple[Ints, States | None], Missing]], list[Bools | None]]:
        """What each method gives, and where it counts: nowhere else than its guards let it."""
        results, applies = [], list[Bools | None]()
        for index, (method, table) in enumerate(zip(self.limit.methods, self.tables, strict=True)):
            values, states = method.plan.columns(figures, rank, table)
            guards = statuses[index] if statuses else ()
            applies.append(_all([status != FAIL for status in guards]))
            if self.limit.sure and guards:
                values, states = _unsure(values, states, guards)
            results.append(((values, states), method.missing))
        return results, applies if any(one is not None for one in applies) else []

    def _moved(self, values: Ints, states: States, binding: Ranks) -> Ints:
        """Raised to the floor and rounded."""
        mode, step = self.limit.rounding
        if self.limit.floor is not None:
            low = (values < self.limit.floor) & (states == State.KNOWN)
            np.copyto(values, self.limit.floor, where=low)
            np.copyto(binding, np.int16(self.names.index("floor")), where=low)
        if mode == "ceil":  # where rounding up would leave 64 bits
            lost = values > LARGEST // step * step
            np.copyto(states, np.uint8(State.OUT_OF_RANGE), where=lost)
            np.copyto(values, 0, where=lost)
            np.copyto(binding, np.int16(-1), where=lost)
        return rounded_columns(values, mode, step)


def _all(holds: Sequence[Bools]) -> Bools | None:
    """Where all hold; None where there is nothing to hold."""
    return np.logical_and.reduce(holds) if holds else None


def _unsure(
    values: Ints, states: States | None, guards: Sequence[npt.NDArray[np.uint8]]
) -> tuple[Ints, States]:
    """A method of which nobody can say whether it counts is not known."""
    lost = np.logical_or.reduce([status == INDETERMINATE for status in guards])
    known = np.zeros(len(values), dtype=np.uint8) if states is None else states
    return (
        np.where(lost, 0, values).astype(np.int64),
        np.where(lost, np.uint8(State.UNKNOWN), known).astype(np.uint8),
    )


def _hold(values: Ints, cap: Any, binding: Ranks, place: int) -> None:
    """At most ``cap``; where that changes something, it binds."""
    over = values > cap
    if over.any():
        # not `copyto`: on a mask without a pattern it takes three times as long
        binding[:] = np.where(over, np.int16(place), binding)
        np.minimum(values, cap, out=values)


def _held_by(
    cap: Cap,
    table: ShareTable,
    figure: Cells,
    place: np.int16,
    values: Ints,
    states: States,
    binding: Ranks,
) -> Ints:
    """Held down to the limit of others; what has no end, too. See `_One` in `one`."""
    given = figure.all_states()
    most, found = table.of(figure, np.zeros(len(values), dtype=np.intp))
    endless = given == State.UNLIMITED
    beyond = np.zeros(len(values), bool) if found is None else found == State.OUT_OF_RANGE
    known = (given == State.KNOWN) & ~beyond | (given == State.NONE)
    lost = ~(known | endless | beyond)
    if cap.on_missing == "zero":
        known, lost = known | lost, np.zeros(len(values), dtype=bool)
    limited = (states == State.KNOWN) | (states == State.UNLIMITED)
    if cap.on_missing == "unknown":
        gone = lost & limited
        np.copyto(states, np.uint8(State.UNKNOWN), where=gone)
        np.copyto(binding, np.int16(-1), where=gone)
        values = np.where(gone, 0, values)
        limited = limited & ~gone
    over = limited & known & ((states == State.UNLIMITED) | (values > most))
    np.copyto(states, np.uint8(State.KNOWN), where=over)
    np.copyto(binding, place, where=over)
    return np.where(over, most, values)
