"""Document numbers in columns: which rows have one number, and which row each number names.

Ids are matched by sorting, as numbers: text by a 64-bit sum over its characters, whose every match
is then compared as text; so ten million rows need no dictionary and no Python object for a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from creditkit.facts.open_items import Ids

__all__ = ["matched"]

Rows = npt.NDArray[np.int32]

_FACTOR: Final = 0x9E3779B97F4A7C15


def _numbers(ids: Ids) -> npt.NDArray[np.int64]:
    """Each id as 64 bits: itself where it is a whole number, else a sum over its characters."""
    if ids.values.dtype.kind != "U":
        return ids.values.astype(np.int64, copy=False)
    texts = np.ascontiguousarray(ids.values)
    width = texts.dtype.itemsize // 4
    out = np.zeros(len(texts), dtype=np.uint64)
    characters = texts.view(np.uint32).reshape(len(texts), width)
    factor = 1
    for index in range(width):  # the padding is zero and adds nothing, so widths need not agree
        factor = factor * _FACTOR & 0xFFFFFFFFFFFFFFFF
        out += characters[:, index] * np.uint64(factor)
    return out.view(np.int64)


def matched(
    ids: Ids, groups: Sequence[tuple[npt.NDArray[Any], Ids]]
) -> list[tuple[npt.NDArray[Any], Rows]]:
    """For each group of rows and the numbers wanted of it: its rows whose id another of it has, and
    for each wanted number its row or -1.

    An id that several rows have is that of none: which of them came first must not matter.
    """
    asked = [wanted for _, wanted in groups if wanted.known.any()]
    if not asked and ids.values.dtype.kind != "U" and (ids.values[1:] > ids.values[:-1]).all():
        # row numbers, and nothing tied to them
        return [(rows[:0], _nothing(wanted)) for rows, wanted in groups]
    every = [ids, *(wanted for _, wanted in groups)]
    if len({column.values.dtype.kind == "U" for column in (ids, *asked)}) > 1:
        every = [Ids.of(column.texts()) for column in every]
    keys = [_numbers(column) for column in every]
    out = _all_matched(every, keys, groups)
    if out is None:  # two texts with one number: count them out exactly
        texts = np.concatenate([column.texts() for column in every])
        _, exact = np.unique(texts, return_inverse=True)
        ends = np.cumsum([len(column) for column in every])[:-1]
        out = _all_matched(every, np.split(exact.ravel().astype(np.int64), ends), groups)
    assert out is not None
    return out


def _nothing(wanted: Ids) -> Rows:
    return np.full(len(wanted), -1, dtype=np.int32)


def _all_matched(
    every: list[Ids],
    keys: Sequence[npt.NDArray[np.int64]],
    groups: Sequence[tuple[npt.NDArray[Any], Ids]],
) -> list[tuple[npt.NDArray[Any], Rows]] | None:
    out = []
    for index, (rows, _) in enumerate(groups, 1):
        found = _matched(every[0], keys[0], rows, every[index], keys[index])
        if found is None:
            return None
        out.append(found)
    return out


def _matched(
    ids: Ids,
    numbers: npt.NDArray[np.int64],
    usable: npt.NDArray[Any],
    wanted: Ids,
    key: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[Any], Rows] | None:
    """Of one group; None where two texts have one number."""
    own = numbers[usable]
    if len(own) < 2 or bool((own[1:] > own[:-1]).all()):
        order = usable
        repeated = usable[:0]
    else:
        order = usable[np.argsort(own, kind="stable")]
        own = numbers[order]
        same = own[1:] == own[:-1]
        if bool((ids.values[order[1:][same]] != ids.values[order[:-1][same]]).any()):
            return None
        several = np.concatenate([[False], same]) | np.concatenate([same, [False]])
        repeated = order[several]
        order, own = order[~several], own[~several]
    rows = _nothing(wanted)
    asked = np.flatnonzero(wanted.known)
    if len(own) and len(asked):
        asked = asked[
            np.argsort(key[asked], kind="stable")
        ]  # in order, so that the search stays in cache
        index = np.minimum(np.searchsorted(own, key[asked]), len(own) - 1)
        hit = own[index] == key[asked]
        asked, index = asked[hit], order[index[hit]]
        if bool((wanted.values[asked] != ids.values[index]).any()):
            return None
        rows[asked] = index
    return np.sort(repeated), rows
