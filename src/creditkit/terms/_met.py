"""Parts that are met from other parts: what makes terms never later than others.

Terms are never later than others if each part of the others can be met from parts that are due no later.
By Hall's condition that is so exactly where at no time less is due, if days are all that is counted
(compare Strassen, *The existence of probability measures with given marginals*, 1965).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from creditkit.terms._certain import Bools, Point

__all__ = ["met", "scale_of"]

_MOST_PATTERNS: Final = 256


def met(
    give: list[Point],
    take: list[Point],
    sure: Callable[[Point, Point], Bools],
    *,
    later_gives: bool = False,
) -> bool:
    """Whether all of ``take`` can be met from parts of ``give`` that may meet it, on whatever base dates.

    What may meet what hangs on the base date of the later of the two: for each base, every way that
    occurs in four years is tried with every way of the others.
    """
    pairs = [(one, other) for one in range(len(give)) for other in range(len(take))]
    of_base: dict[str, list[tuple[int, int]]] = {}
    for one, other in pairs:
        base = give[one].base if later_gives else take[other].base
        of_base.setdefault(base, []).append((one, other))
    ways = [
        _least_ways(np.array([sure(give[one], take[other]) for one, other in some]))
        for some in of_base.values()
    ]
    if math.prod(map(len, ways)) > _MOST_PATTERNS:
        ways = [[tuple(all(pair) for pair in zip(*way, strict=True))] for way in ways]
    scale = scale_of([*give, *take])
    stock, needs = ([int(one.share * scale) for one in points] for points in (give, take))
    for chosen in itertools.product(*ways):
        may = {
            pair
            for some, way in zip(of_base.values(), chosen, strict=True)
            for pair, good in zip(some, way, strict=True)
            if good
        }
        if not _meets(stock, needs, may):
            return False
    return True


def _least_ways(found: Bools) -> list[tuple[bool, ...]]:
    """The columns of a table that occur, without those that let more be met than another does."""
    always = np.all(found, axis=1)
    if np.array_equal(always, np.any(found, axis=1)):
        return [tuple(always.tolist())]
    if len(found) < 63:  # as bits of a number, which numpy sorts quickly
        bits = 1 << np.arange(len(found))
        found = found[:, np.unique(bits @ found, return_index=True)[1]]
    columns = [tuple(column) for column in np.unique(found, axis=1).T.tolist()]
    columns.sort(key=sum)
    out: list[tuple[bool, ...]] = []
    for column in columns:
        if not any(all(b or not a for a, b in zip(less, column, strict=True)) for less in out):
            out.append(column)
    return out


def _meets(stock: Sequence[int], needs: Sequence[int], may: set[tuple[int, int]]) -> bool:
    """Whether needs can be met in full: the largest flow, by paths that take back what went elsewhere."""
    left, moved = list(stock), dict.fromkeys(may, 0)
    for need, amount in enumerate(needs):
        open_ = amount
        while open_:
            path = _path(need, left, moved)
            if path is None:
                return False
            *back, (giver, _) = path
            size = min(open_, left[giver], *(moved[giver_, taker] for giver_, taker in back[1::2]))
            for place, pair in enumerate(path):
                moved[pair] += -size if place % 2 else size
            left[giver] -= size
            open_ -= size
    return True


def _path(
    need: int, left: Sequence[int], moved: dict[tuple[int, int], int]
) -> list[tuple[int, int]] | None:
    """From a need to a giver with something left: pairs that give more and pairs that give back, in turn."""
    queue: list[tuple[int, list[tuple[int, int]]]] = [(need, [])]
    seen_needs, seen = {need}, set[int]()
    for taker, path in queue:
        for giver, other in moved:
            if other != taker or giver in seen:
                continue
            seen.add(giver)
            longer = [*path, (giver, taker)]
            if left[giver]:
                return longer
            for pair, size in moved.items():
                if pair[0] == giver and size and pair[1] not in seen_needs:
                    seen_needs.add(pair[1])
                    queue.append((pair[1], [*longer, pair]))
    return None


def scale_of(points: Sequence[Point]) -> int:
    """What makes all shares whole numbers."""
    return math.lcm(*(one.share.denominator for one in points))
