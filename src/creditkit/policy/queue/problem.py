"""The release problem in whole numbers: loads of orders on lines, and what still goes together.

An order that is released adds its *load* to what its customer owes. It goes together with the others as
long as what they add stays within its *room*: on its customer's own line, the loads of that customer's
released orders; on a group's line, what the exposures of the group's members grow by together, where a
member's credit absorbs the first of it. Loads are never below zero, so that an order more never makes room:
what goes together goes without any of its orders, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import attrs

__all__ = ["Candidate", "Holder", "Loads", "Problem", "Shortage", "components"]

Holder: TypeAlias = "str | None"
Shortage: TypeAlias = "tuple[str | None, int]"
"""A group's id, None for the customer's own line, and by how much it is exceeded."""


@attrs.frozen
class Candidate:
    """An order that may be released: ``value`` and ``load`` in minor units, both 0 or more.

    ``own`` is its room on its customer's line and ``groups`` that on each group's, absent where the line
    never stops it.
    """

    id: str
    holder: Holder
    value: int
    load: int
    own: int | None
    groups: Mapping[str, int]

    @property
    def rank(self) -> tuple[int, float, str]:
        """The order in which candidates are looked at: the most value for its load first."""
        return (0, 0.0, self.id) if not self.load else (1, -self.value / self.load, self.id)


@attrs.frozen
class Problem:
    """Candidates whose customers are tied by group lines; ``credits`` absorb first what a group adds up.

    ``groups`` are the members' holders by group.
    """

    orders: tuple[Candidate, ...]
    credits: Mapping[Holder, int]
    groups: Mapping[str, tuple[Holder, ...]]

    @property
    def value(self) -> int:
        """What all of them would be worth."""
        return sum(one.value for one in self.orders)


class Loads:
    """What a set of released orders adds to each line, and whether all of it goes together."""

    __slots__ = ("chosen", "own", "problem")

    def __init__(self, problem: Problem, chosen: Iterable[Candidate] = ()) -> None:
        self.problem = problem
        self.chosen: list[Candidate] = []
        self.own: dict[Holder, int] = dict.fromkeys(problem.credits, 0)
        for one in chosen:
            self.add(one)

    def add(self, one: Candidate) -> None:
        """Release one more."""
        self.chosen.append(one)
        self.own[one.holder] += one.load

    def drop(self) -> None:
        """Take back the last one."""
        one = self.chosen.pop()
        self.own[one.holder] -= one.load

    def of_group(self, group: str) -> int:
        """What the exposures of a group's members grow by."""
        credits, own = self.problem.credits, self.own
        return sum(max(0, own[one] - credits[one]) for one in self.problem.groups[group])

    def short(self, one: Candidate) -> list[Shortage]:
        """The lines on which an order does not go with what is released, each with what it lacks."""
        own = [] if one.own is None else [(None, self.own[one.holder] - one.own)]
        of_groups = ((group, self.of_group(group) - room) for group, room in one.groups.items())
        return [(line, lacking) for line, lacking in (*own, *of_groups) if lacking > 0]

    @property
    def fits(self) -> bool:
        """Whether every released order goes with all the others."""
        added = {group: self.of_group(group) for group in self.problem.groups}
        for one in self.chosen:
            if one.own is not None and self.own[one.holder] > one.own:
                return False
            if any(added[group] > room for group, room in one.groups.items()):
                return False
        return True

    def fits_with(self, one: Candidate) -> bool:
        """Whether one more goes, and the others with it."""
        self.add(one)
        fits = self.fits
        self.drop()
        return fits


def components(
    orders: Sequence[Candidate],
    credits: Mapping[Holder, int],
    groups: Mapping[str, Sequence[Holder]],
) -> list[Problem]:
    """The problem in parts that no line ties together, in the order of their customers."""
    holders = sorted({one.holder for one in orders}, key=lambda name: name or "")
    of = {name: name for name in holders}

    def root(name: Holder) -> Holder:
        while of[name] != name:
            name = of[name]
        return name

    tied = {group: [one for one in names if one in of] for group, names in groups.items()}
    for names in tied.values():
        for name in names[1:]:
            of[root(name)] = root(names[0])
    out = []
    for head in holders:
        mine = [name for name in holders if root(name) == head]
        if not mine:
            continue
        inside = {group: tuple(names) for group, names in tied.items() if set(names) & set(mine)}
        out.append(
            Problem(
                tuple(sorted((o for o in orders if o.holder in mine), key=lambda o: o.rank)),
                {name: credits[name] for name in mine},
                inside,
            )
        )
    return out
