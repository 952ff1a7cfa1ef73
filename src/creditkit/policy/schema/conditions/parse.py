"""Reading a condition: where its comparison stands, and of which sort it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from creditkit.figures import Figure, FigureKind
from creditkit.policy.schema.conditions.bound import bound_of
from creditkit.policy.schema.conditions.errors import ConditionError
from creditkit.policy.schema.conditions.judgement import COMPARED, Condition
from creditkit.policy.schema.conditions.linear import linear_of
from creditkit.policy.schema.conditions.member import member_of
from creditkit.policy.schema.conditions.tokens import Token, kind_of, tokens_of

__all__ = ["parse"]


def parse(
    text: str,
    figures: Mapping[str, Figure],
    *,
    digits: int,
    columns: Mapping[str, FigureKind] | None = None,
) -> Condition:
    """A condition from its text; a `ConditionError` says what cannot be read.

    ``digits`` are the decimals of the policy's currency; ``columns`` the kinds of the grade's columns.
    """
    kinds = {**{name: figure.kind for name, figure in figures.items()}, **(columns or {})}
    tokens = tokens_of(text)
    start, end, op = _comparison(text, tokens)
    left, right = tokens[:start], tokens[end:]
    first = kind_of(left[0], kinds) if start == 1 and left[0][0] == "name" else None
    if first in (FigureKind.FLAG, FigureKind.CATEGORY) or op.endswith("in"):
        if first is None:
            kind_of(tokens[0], kinds)
        return member_of(text, tokens[0][1], op, right, first)
    if first is not None and first.floating:
        return bound_of(text, left[0][1], op, right, first)
    bases = frozenset(name for name, figure in figures.items() if figure.share_base)
    return linear_of(text, left, op, right, kinds=kinds, digits=digits, bases=bases)


def _comparison(text: str, tokens: Sequence[Token]) -> tuple[int, int, str]:
    """Where the one comparison of a condition starts and ends, and what it is."""
    indexes = [
        index
        for index, (sort, word) in enumerate(tokens)
        if (sort == "op" and word in COMPARED) or (sort, word) == ("name", "in")
    ]
    if len(indexes) != 1:
        raise ConditionError("comparison.one", text=text)
    index = indexes[0]
    # a figure of the house may be called `not`: the word is an operator only behind another one
    if index > 1 and tokens[index - 1 : index + 1] == [("name", "not"), ("name", "in")]:
        return index - 1, index + 1, "not in"
    return index, index + 1, tokens[index][1]
