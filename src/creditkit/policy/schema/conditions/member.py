"""A flag or a category that must be one of some values, or none of them.

blocked == false
industry in [trade, "wood and paper"]
industry not in [gambling, tobacco]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes
from creditkit.figures import UNDEFINED, FigureKind, Value
from creditkit.policy.schema.conditions.errors import ConditionError
from creditkit.policy.schema.conditions.judgement import (
    FAIL,
    INDETERMINATE,
    PASS,
    Compiled,
    Judgement,
    Passes,
    statuses,
)
from creditkit.policy.schema.conditions.tokens import Token

__all__ = ["Member", "member_of"]

_FLAGS: Final = {"true": True, "false": False}
_LISTS: Final = ("in", "not in")
_NEGATED: Final = ("!=", "not in")


@attrs.frozen
class Member(Compiled):
    """A flag or a category that must, or must not, be one of some values."""

    text: str
    names: tuple[str, ...]
    values: tuple[str | bool, ...]
    negated: bool
    kind: FigureKind
    passes: Passes = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda self: _short_way(self), takes_self=True),
    )

    @property
    def opposite(self) -> Member:
        """The condition that passes where this one fails."""
        return attrs.evolve(self, negated=not self.negated)

    def judge(self, values: Mapping[str, Value], /) -> Judgement:
        """The status for one row."""
        value = values[self.names[0]]
        if value is None or value is UNDEFINED:
            return Judgement(INDETERMINATE, missing=self.names)
        holds = (value in self.values) != self.negated
        wanted = self.values[0] if len(self.values) == 1 else ", ".join(map(str, self.values))
        shown = value if isinstance(value, bool | str) else None
        return Judgement(PASS if holds else FAIL, shown, wanted)

    def judge_columns(self, columns: Callable[[str], Cells], rows: int, /) -> npt.NDArray[np.uint8]:
        """The status of every row."""
        column = columns(self.names[0])
        if isinstance(column, Codes):
            table = np.array([name in self.values for name in column.names] + [False])
            found = table[column.values]
        else:
            found = np.zeros(rows, dtype=bool)
            for flag in _FLAGS.values():
                if flag in self.values:
                    found |= column.values == flag
        holds = ~found if self.negated else found
        return statuses(holds, None if column.states is None else ~column.known)


def _short_way(condition: Member) -> Passes:
    name, sort = condition.names[0], bool if condition.kind is FigureKind.FLAG else str
    among, negated = frozenset(condition.values), condition.negated

    def passes(row: Mapping[str, Value]) -> bool:
        value = row[name]
        if type(value) is sort:
            return (value in among) is not negated
        return condition.judge(row).code == PASS

    return passes


def member_of(
    text: str, name: str, op: str, rest: Sequence[Token], kind: FigureKind | None
) -> Member:
    """A condition on a flag or a category, from what stands behind its operator."""
    if kind not in (FigureKind.FLAG, FigureKind.CATEGORY):
        raise ConditionError("member.kind", name=name)
    if op in _LISTS:
        if len(rest) < 3 or rest[0] != ("op", "[") or rest[-1] != ("op", "]"):
            raise ConditionError("list.brackets")
        items = rest[1:-1:2]
        if any(token != ("op", ",") for token in rest[2:-1:2]):
            raise ConditionError("list.commas")
    elif op not in ("==", "!="):
        raise ConditionError("member.operator", op=op)
    elif len(rest) != 1:
        wanted = "member.flag" if kind is FigureKind.FLAG else "member.one"
        raise ConditionError(wanted, name=name)
    else:
        items = rest
    if any(sort not in ("name", "quoted", "number") for sort, _ in items):
        raise ConditionError("list.items")
    negated = op in _NEGATED
    if kind is FigureKind.FLAG:
        if any(value not in _FLAGS for _, value in items):
            raise ConditionError("member.flag", name=name)
        return Member(text, (name,), tuple(_FLAGS[value] for _, value in items), negated, kind)
    return Member(text, (name,), tuple(value for _, value in items), negated, kind)
