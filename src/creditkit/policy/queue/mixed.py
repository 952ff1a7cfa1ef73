"""The best set of a large problem by scipy's `milp` (HiGHS), proved in whole numbers.

Floats decide nothing. Each row is scaled to its line, so that the solver's tolerance is a small part of a
line; a set that exceeds a line in whole numbers all the same gives a cut, *not all of these together*, and
is solved again. The bound is the solver's, widened by its tolerance, and then a multiple of what all values
are multiples of. It stops after a number of nodes.

HiGHS 1.12 (scipy 1.17) now and then writes a line ``transformNewIntegerFeasibleSolution`` to the terminal,
whatever ``disp`` says (jump-dev/HiGHS.jl issue 312); it means nothing here.
"""

from __future__ import annotations

from math import gcd, isfinite
from typing import Any, Final

import numpy as np

from creditkit.policy.queue.problem import Candidate, Loads, Problem
from creditkit.policy.queue.search import greedy

__all__ = ["solve"]

_TOLERANCE: Final = 1e-6
"""What HiGHS lets a row or a whole number be off by."""

_LINE: Final = 1e3
"""What every line is scaled to: so that the tolerance is a small part of it."""

_ROUNDS: Final = 50
"""How often a set that does not go together is cut off, before orders are dropped from it."""


def solve(problem: Problem, nodes: int) -> tuple[list[Candidate], int]:
    """A set that goes together, and what no set can be worth more than."""
    model = _Model(problem)
    found, bound = model.solved(nodes)
    bound = min(problem.value, bound)
    for _ in range(_ROUNDS - 1):
        if Loads(problem, found).fits:
            break
        model.cut(_cover(problem, found))
        found, most = model.solved(nodes)
        bound = min(bound, most)
    best = _within(problem, found)
    greedy(problem, best)
    plain = Loads(problem)
    greedy(problem, plain)
    chosen = max((best.chosen, plain.chosen), key=_worth)
    bound -= bound % (
        gcd(*(one.value for one in problem.orders)) or 1
    )  # every set is worth so many
    return chosen, max(bound, _worth(chosen))


def _worth(chosen: list[Candidate]) -> int:
    return sum(one.value for one in chosen)


def _within(problem: Problem, found: list[Candidate]) -> Loads:
    """As much of a set as goes together, the most value for its load first."""
    out = Loads(problem)
    for one in found:
        if out.fits_with(one):
            out.add(one)
    return out


def _cover(problem: Problem, found: list[Candidate]) -> list[Candidate]:
    """Orders of a set that do not go together, none of them needless."""
    cover = list(found)
    for one in found:
        rest = [other for other in cover if other is not one]
        if not Loads(problem, rest).fits:
            cover = rest
    return cover


class _Model:
    """Rows of ``sum(factor * x) <= 1``: a variable for each order, and one for what a member owes more.

    The last are only of members with a credit, which absorbs the first of what they order.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.at = {one.id: index for index, one in enumerate(problem.orders)}
        tied = {name for names in problem.groups.values() for name in names}
        credited = [name for name in problem.credits if problem.credits[name] and name in tied]
        self.grown = {name: len(self.at) + index for index, name in enumerate(credited)}
        self.loads = {
            name: {self.at[one.id]: one.load for one in problem.orders if one.holder == name}
            for name in problem.credits
        }
        self.rows: list[tuple[dict[int, float], float]] = []
        for name in problem.credits:
            own = {one.id: one.own for one in problem.orders if one.holder == name}
            self._line(self.loads[name], own)
        for name, column in self.grown.items():  # what they owe more: loads less credit
            credit = problem.credits[name]
            self._row({**self.loads[name], column: -self._unit(name)}, credit)
        for group, names in problem.groups.items():
            form: dict[int, int] = {}
            for name in names:
                place = self.grown.get(name)
                form |= self.loads[name] if place is None else {place: self._unit(name)}
            rooms = {one.id: one.groups.get(group) for one in problem.orders if one.holder in names}
            self._line(form, rooms)

    def _unit(self, name: Any) -> int:
        """What a member owes more is counted in all that they order."""
        return max(1, sum(self.loads[name].values()))

    def _line(self, form: dict[int, int], rooms: dict[str, int | None]) -> None:
        """A line: within the widest room of all, and within an order's own where that one goes."""
        most = sum(form.values())
        widest = max(0, *(most if room is None else min(room, most) for room in rooms.values()))
        if widest < most:
            self._row(form, widest)
        for name, room in rooms.items():
            if room is not None and room < widest:
                column = self.at[name]
                self._row({**form, column: form.get(column, 0) + widest - room}, widest)

    def _row(self, form: dict[int, int], most: int) -> None:
        scale = max(1, most) / _LINE
        self.rows.append(({column: x / scale for column, x in form.items()}, most / scale))

    def cut(self, cover: list[Candidate]) -> None:
        """Not all of these together."""
        self.rows.append(({self.at[one.id]: 1.0 for one in cover}, len(cover) - 1.0))

    def solved(self, nodes: int) -> tuple[list[Candidate], int]:
        """The orders of the best point that was found, and the bound."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # few queues are so large
        from scipy.sparse import csr_array

        columns = len(self.at) + len(self.grown)
        entries = [
            (row, column, x)
            for row, (form, _) in enumerate(self.rows)
            for column, x in form.items()
        ]
        where_row, where_column, values = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = csr_array((values, (where_row, where_column)), shape=(len(self.rows), columns))
        worth = np.zeros(columns)
        worth[: len(self.at)] = [one.value for one in self.problem.orders]
        scale = float(max(1.0, worth.max()))
        whole = np.zeros(columns, dtype=np.int64)
        whole[: len(self.at)] = 1
        found = milp(
            -worth / scale,
            integrality=whole,
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, ub=[most for _, most in self.rows]),
            options={"node_limit": nodes, "mip_rel_gap": 0.0},
        )
        chosen = [] if found.x is None else np.flatnonzero(found.x[: len(self.at)] > 0.5).tolist()
        return [self.problem.orders[index] for index in chosen], self._bound(found, scale)

    def _bound(self, found: Any, scale: float) -> int:
        """The solver's bound in minor units, widened by its tolerance."""
        dual = getattr(found, "mip_dual_bound", None)
        if dual is None or not isfinite(dual):
            return self.problem.value
        return int((-dual * (1 + _TOLERANCE) + _TOLERANCE) * scale)
