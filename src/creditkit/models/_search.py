"""The bin of a value by a search in a table, where bins are of one sort and in order.

>>> search = search_of([(2.6, None, ()), (1.1, None, ())], [100.0, 50.0, 0.0])
>>> [search.points[search.find(search.bounds, value)] for value in (2.6, 2.5, 1.0)]
[100.0, 50.0, 0.0]
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

__all__ = ["Search", "Step", "search_of"]

Step: TypeAlias = tuple[float | int | None, float | int | None, tuple[str, ...]]
"""A bin but the last one: at least, at most, or one of some names."""


class Search(NamedTuple):
    """A value of one of ``sorts`` earns ``points[find(bounds, value)]``."""

    sorts: tuple[type, ...]
    find: Callable[[Any, Any], int]
    bounds: Any
    points: Sequence[float]


def _named(bounds: tuple[dict[str | bool, int], int], value: str | bool) -> int:
    indexes, last = bounds
    return indexes.get(value, last)


def search_of(steps: Sequence[Step], points: Sequence[float]) -> Search | None:
    """The search of some bins, with what each of them and the last one earn.

    None where they are not all of one sort, or in no order: there the first that fits counts, and
    has to be looked for one after the other.
    """
    least = [row[0] for row in steps if row[0] is not None]
    most = [row[1] for row in steps if row[1] is not None]
    names = [row[2] for row in steps if row[0] is None and row[1] is None]
    if bool(least) + bool(most) + bool(names) > 1:
        return None
    if names:
        last = len(names)
        indexes: dict[str | bool, int] = {}
        for index in reversed(range(last)):
            indexes |= dict.fromkeys(names[index], index)
        for flag in (False, True):
            indexes[flag] = indexes.get(str(flag).lower(), last)
        return Search((str, bool), _named, (indexes, last), points)
    least.reverse()  # from high to low, so the search is among them the other way round
    bounds = most or least
    if any(not below < above for below, above in pairwise(bounds)):
        return None
    if most:
        return Search((float, int), bisect_left, bounds, points)
    return Search((float, int), bisect_right, bounds, points[::-1])
