"""The best set of a small problem: with and without each order, cut where nothing better is left.

Exact: whole numbers only. What is left of a set can at most be worth what fractions of the remaining
orders would bring within each line, the most value for its load first (Dantzig 1957); each group's
line gives such a bound, too, and the least counts. The search stops after a number of steps, never after a
time, so that the same queue always gives the same plan.
"""

from __future__ import annotations

from typing import TypeVar

from creditkit.policy.queue.problem import Candidate, Holder, Loads, Problem

__all__ = ["greedy", "search"]

L = TypeVar("L", bound="str | None")


def greedy(problem: Problem, loads: Loads) -> None:
    """Release what still fits, the most value for its load first."""
    there = {one.id for one in loads.chosen}
    for one in problem.orders:
        if one.id not in there and loads.fits_with(one):
            loads.add(one)


def search(problem: Problem, steps: int) -> tuple[list[Candidate], bool]:
    """The best set that was found within so many steps, and whether the search came to its end."""
    return _Search(problem, steps).run()


class _Search:
    def __init__(self, problem: Problem, steps: int) -> None:
        self.orders = problem.orders
        self.problem = problem
        self.steps = steps
        self.loads = Loads(problem)
        start = Loads(problem)
        greedy(problem, start)
        self.best = list(start.chosen)
        self.worth = sum(one.value for one in self.best)
        self.own, self.of_group = _widest(problem)

    def run(self) -> tuple[list[Candidate], bool]:
        self._from(0, 0)
        return self.best, self.steps > 0

    def _from(self, at: int, worth: int) -> None:
        """Decide on the orders from ``at`` on, with what was decided before worth so much."""
        if worth > self.worth:
            self.worth, self.best = worth, list(self.loads.chosen)
        if at == len(self.orders) or self.steps <= 0 or worth + self._most(at) <= self.worth:
            return
        self.steps -= 1
        one, loads = self.orders[at], self.loads
        loads.add(one)
        if loads.fits:
            self._from(at + 1, worth + one.value)
        loads.drop()
        self._from(at + 1, worth)

    def _most(self, at: int) -> int:
        """What the orders from ``at`` on are worth at most."""
        loads = self.loads
        rooms = {name: most - loads.own[name] for name, most in self.own.items()}
        wide = {group: most - sum(loads.own[name] for name in self.problem.groups[group])
                for group, most in self.of_group.items()}  # fmt: skip
        by_holder: dict[Holder, int] = dict.fromkeys(rooms, 0)
        by_group = dict.fromkeys(wide, 0)
        for one in self.orders[at:]:
            by_holder[one.holder] += _part(one, rooms, one.holder)
            for group in wide:
                if one.holder in self.problem.groups[group]:
                    by_group[group] += _part(one, wide, group)
        total = sum(by_holder.values())
        least = total
        for group, most in by_group.items():
            outside = total - sum(by_holder[name] for name in self.problem.groups[group])
            least = min(least, outside + most)
        return least


def _part(one: Candidate, rooms: dict[L, int], line: L) -> int:
    """The value of as much of an order as there is room for; the first that is cut closes the line."""
    left = rooms[line]
    if one.load <= left:
        rooms[line] = left - one.load
        return one.value
    rooms[line] = 0
    return one.value * max(0, left) // one.load


def _widest(problem: Problem) -> tuple[dict[Holder, int], dict[str, int]]:
    """The most that can be released on each customer's own line, and in each group."""
    own: dict[Holder, int] = {}
    for name in problem.credits:
        mine = [one for one in problem.orders if one.holder == name]
        all_of = sum(one.load for one in mine)
        own[name] = max(all_of if one.own is None else min(all_of, one.own) for one in mine)
    groups = {}
    for group, names in problem.groups.items():
        inside = [one for one in problem.orders if one.holder in names]
        credits = sum(problem.credits[name] for name in names)
        all_of = sum(one.load for one in inside)
        rooms = [one.groups.get(group, all_of) for one in inside]
        groups[group] = credits + max(rooms)
    return own, groups
