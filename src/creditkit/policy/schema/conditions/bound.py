"""One float figure against one number: ``z2 >= 1.10``, ``on_time_share > 90 %``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells
from creditkit.figures import FigureKind, Value
from creditkit.policy.schema.conditions.errors import ConditionError
from creditkit.policy.schema.conditions.judgement import (
    COMPARED,
    FAIL,
    INDETERMINATE,
    OPPOSITE,
    PASS,
    Compiled,
    Judgement,
    Passes,
    statuses,
)
from creditkit.policy.schema.conditions.tokens import Token, number_of

__all__ = ["Bound", "bound_of"]


@attrs.frozen
class Bound(Compiled):
    """One float figure against a constant; the bound is the nearest float64, fixed when it was parsed."""

    text: str
    names: tuple[str, ...]
    op: str
    bound: float
    kind: FigureKind
    passes: Passes = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda self: _short_way(self), takes_self=True),
    )

    @property
    def opposite(self) -> Bound:
        """The condition that passes where this one fails."""
        return attrs.evolve(self, op=OPPOSITE[self.op])

    def judge(self, values: Mapping[str, Value], /) -> Judgement:
        """The status for one row; a figure without a meaning is indeterminate."""
        value = values[self.names[0]]
        if not isinstance(value, float | int) or value != value:
            return Judgement(INDETERMINATE, None, self.bound, missing=self.names)
        holds = COMPARED[self.op](value, self.bound)
        return Judgement(PASS if holds else FAIL, value, self.bound)

    def judge_columns(self, columns: Callable[[str], Cells], rows: int, /) -> npt.NDArray[np.uint8]:
        """The status of every row."""
        column = columns(self.names[0])
        holds = COMPARED[self.op](column.values, self.bound)
        return statuses(holds, None if column.states is None else ~column.known)


def _short_way(condition: Bound) -> Passes:
    name, bound, compared = condition.names[0], condition.bound, COMPARED[condition.op]

    def passes(row: Mapping[str, Value]) -> bool:
        value = row[name]
        if type(value) is float:
            # NaN is different from everything, itself included: it would pass `!=`
            return value == value and compared(value, bound)
        return condition.judge(row).code == PASS

    return passes


def bound_of(text: str, name: str, op: str, rest: Sequence[Token], kind: FigureKind) -> Bound:
    """A condition on a float figure, from what stands behind its operator."""
    negative = rest[:1] == [("op", "-")]
    rest = rest[1:] if negative else rest
    if len(rest) != 1 or rest[0][0] != "number":
        raise ConditionError("bound.number", name=name, kind=kind)
    number = number_of(rest[0][1])
    try:
        return Bound(text, (name,), op, float(-number if negative else number), kind)
    except OverflowError:
        raise ConditionError("bound.large", text=rest[0][1][:20]) from None
