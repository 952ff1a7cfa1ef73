"""How a condition comes out, and what every condition can do: for one row and for columns."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells
from creditkit.figures import FigureKind, Value

__all__ = [
    "COMPARED",
    "FAIL",
    "INDETERMINATE",
    "NOT_APPLICABLE",
    "OPPOSITE",
    "PASS",
    "STATUSES",
    "Compiled",
    "Condition",
    "Judgement",
    "Passes",
    "statuses",
]

PASS: Final = 0
FAIL: Final = 1
INDETERMINATE: Final = 2
NOT_APPLICABLE: Final = 3
STATUSES: Final = ("pass", "fail", "indeterminate", "not_applicable")

COMPARED: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "==": operator.eq,
    "!=": operator.ne,
}
"""What a comparison does, for numbers and for columns."""

OPPOSITE: Final = {"<=": ">", "<": ">=", ">=": "<", ">": "<=", "==": "!=", "!=": "=="}
"""The comparison that holds where another does not."""

Passes: TypeAlias = Callable[[Mapping[str, Value]], bool]
"""The short way of a condition: whether a row passes, and nothing else."""


def statuses(
    holds: npt.NDArray[np.bool_], unknown: npt.NDArray[np.bool_] | None
) -> npt.NDArray[np.uint8]:
    """The status of every row: whether the condition holds, and where it cannot be judged."""
    out = np.where(holds, np.uint8(PASS), np.uint8(FAIL))
    return out if unknown is None else np.where(unknown, np.uint8(INDETERMINATE), out)


class Judgement(NamedTuple):
    """How a condition came out: its status, and both sides as they were compared, times ``scale``."""

    code: int
    left: int | float | str | bool | None = None
    right: int | float | str | bool | None = None
    scale: int = 1
    missing: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """``pass``, ``fail``, ``indeterminate`` or ``not_applicable``."""
        return STATUSES[self.code]


class Condition(Protocol):
    """What a parsed condition can do, for a row and for columns."""

    @property
    def text(self) -> str:
        """The condition as it was written."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The figures and columns that it names."""
        ...

    @property
    def kind(self) -> FigureKind:
        """What sort of quantity it compares."""
        ...

    @property
    def passes(self) -> Passes:
        """Whether a row passes; ``judge`` says what else there is to say of it.

        Made once, with the condition. It reads the same figures in the same order as ``judge``.
        """
        ...

    @property
    def opposite(self) -> Condition:
        """The condition that passes where this one fails, fails where it passes, and is else the same."""
        ...

    def judge(self, values: Mapping[str, Value], /) -> Judgement:
        """The status for one row, and both sides."""
        ...

    def judge_columns(self, columns: Callable[[str], Cells], rows: int, /) -> npt.NDArray[np.uint8]:
        """The status of every row."""
        ...


class Compiled:
    """A condition with a short way, a closure: that cannot be stored, so a copy makes its own."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        kind: Any = type(self)
        return kind, tuple(getattr(self, one.name) for one in attrs.fields(kind) if one.init)
