"""What differs between two pieces of plain data, each difference with its path.

Rows of a list that name themselves (a reason by its code and subject, a check by its id and level)
are compared by that name, so that one reason more does not make all that follow it differ.

>>> differences({"a": 1, "b": [{"code": "x", "n": 1}]}, {"a": 1.0, "b": [{"code": "x", "n": 2}]})
[('a', 1, 1.0), ('b/x/n', 1, 2)]
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any, Final

__all__ = ["ABSENT", "Difference", "differences"]

Difference = tuple[str, Any, Any]
"""A path, what was recorded there, and what is there now."""


class _Absent:
    def __repr__(self) -> str:
        return "(absent)"


ABSENT: Final = _Absent()
"""Stands for what one of the two does not have."""

_NAMES: Final = (("code", "subject"), ("id", "level"), ("indicator", None), ("name", None))


def differences(was: Any, now: Any, path: str = "") -> list[Difference]:
    """Every difference; numbers of different types differ, for they are written differently."""
    if isinstance(was, dict) and isinstance(now, dict):
        return [
            found
            for key in [*was, *(key for key in now if key not in was)]
            for found in differences(was.get(key, ABSENT), now.get(key, ABSENT), _in(path, key))
        ]
    if isinstance(was, list) and isinstance(now, list):
        return _lists(was, now, path)
    return [] if type(was) is type(now) and was == now else [(path, was, now)]


def _lists(was: list[Any], now: list[Any], path: str) -> list[Difference]:
    before, after = _named(was), _named(now)
    if before is not None and after is not None:
        found = differences(before, after, path)
        both = [name for name in before if name in after]
        if both != [name for name in after if name in before]:
            found.append((_in(path, "(order)"), list(before), list(after)))
        return found
    return [
        found
        for place, (one, other) in enumerate(zip_longest(was, now, fillvalue=ABSENT))
        for found in differences(one, other, _in(path, str(place)))
    ]


def _named(rows: list[Any]) -> dict[str, Any] | None:
    """The rows by their names, a second one of a name as ``name#2``; None where they have none."""
    out: dict[str, Any] = {}
    for row in rows:
        keys = next((keys for keys in _NAMES if isinstance(row, dict) and keys[0] in row), None)
        if keys is None:
            return None
        more = None if keys[1] is None else row.get(keys[1])
        name = f"{row[keys[0]]}" if more is None else f"{row[keys[0]]}:{more}"
        times = sum(one.partition("#")[0] == name for one in out)
        out[f"{name}#{times + 1}" if times else name] = row
    return out


def _in(path: str, key: str) -> str:
    return f"{path}/{key}" if path else key
