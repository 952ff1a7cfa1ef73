"""Sums of exact quantities of one kind, compared: ``exposure + order <= 1.05 * line``.

Nothing is rounded: both sides are brought to whole numbers when the condition is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, State
from creditkit.figures import FigureKind, Value
from creditkit.money import LARGEST, Line
from creditkit.policy.schema.conditions.errors import ConditionError
from creditkit.policy.schema.conditions.judgement import (
    COMPARED,
    FAIL,
    INDETERMINATE,
    NOT_APPLICABLE,
    OPPOSITE,
    PASS,
    Compiled,
    Judgement,
    Passes,
    statuses,
)
from creditkit.policy.schema.conditions.tokens import Token, kind_of, number_of

__all__ = ["Linear", "linear_of"]

_NOT_KNOWN: Final = np.isin(np.arange(256), (State.KNOWN, State.UNLIMITED, State.NONE), invert=True)
"""For each state of a cell, whether it makes a sum not known."""


@attrs.frozen
class Linear(Compiled):
    """A comparison of two linear forms over whole numbers.

    Coefficients and constants are whole: both sides are multiplied by ``scale``. ``share`` says
    that the right side is a share of a base such as receivables: of nothing it has no meaning, and
    the comparison does not apply. A line or a limit of nothing is no such base: it is strict.
    """

    text: str
    names: tuple[str, ...]
    left: tuple[tuple[str, int], ...]
    right: tuple[tuple[str, int], ...]
    left_constant: int
    right_constant: int
    op: str
    scale: int
    kind: FigureKind
    share: bool
    passes: Passes = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda self: _short_way(self), takes_self=True),
    )

    @property
    def opposite(self) -> Linear:
        """The condition that passes where this one fails."""
        return attrs.evolve(self, op=OPPOSITE[self.op])

    def judge(self, values: Mapping[str, Value], /) -> Judgement:
        """The status for one row, and both sides."""
        left = self.left_constant
        right = self.right_constant
        endless = 0
        for name, coefficient in self.left:
            value = values[name]
            if type(value) is int:
                left += coefficient * value
            elif value is Line.UNLIMITED:
                endless -= (coefficient > 0) - (coefficient < 0)
            elif value is not Line.NONE:
                return self._unknown(values)
        for name, coefficient in self.right:
            value = values[name]
            if type(value) is int:
                right += coefficient * value
            elif value is Line.UNLIMITED:
                endless += (coefficient > 0) - (coefficient < 0)
            elif value is not Line.NONE:
                return self._unknown(values)
        if self.share and right <= 0:
            return Judgement(NOT_APPLICABLE, left, right, self.scale)
        if endless:
            holds = COMPARED[self.op](0, endless)
            return Judgement(PASS if holds else FAIL, left, None, self.scale)
        holds = COMPARED[self.op](left, right)
        return Judgement(PASS if holds else FAIL, left, right, self.scale)

    def _unknown(self, values: Mapping[str, Value]) -> Judgement:
        if len(self.names) == 1:
            return Judgement(INDETERMINATE, None, None, self.scale, self.names)
        whole = (int, Line)
        missing = tuple(
            name
            for name in self.names
            if not isinstance(values[name], whole) or values[name] is Line.INHERIT
        )
        return Judgement(INDETERMINATE, None, None, self.scale, missing)

    def judge_columns(self, columns: Callable[[str], Cells], rows: int, /) -> npt.NDArray[np.uint8]:
        """The status of every row."""
        unknown: npt.NDArray[np.bool_] | None = None
        endless: npt.NDArray[np.int16] | None = None
        sides = []
        for terms, constant, sign in (
            (self.left, self.left_constant, -1),
            (self.right, self.right_constant, 1),
        ):
            forms: list[tuple[npt.NDArray[np.int64], int]] = []
            for name, coefficient in terms:
                column = columns(name)
                values: npt.NDArray[np.int64] = column.values.astype(np.int64, copy=False)
                states = column.states
                if states is not None:
                    values = np.where(states == State.KNOWN, values, 0)
                    lost = _NOT_KNOWN[states]
                    unknown = lost if unknown is None else unknown | lost
                    unlimited = states == State.UNLIMITED
                    if coefficient and unlimited.any():
                        endless = np.zeros(rows, dtype=np.int16) if endless is None else endless
                        endless[unlimited] += sign if coefficient > 0 else -sign
                forms.append((values, coefficient))
            sides.append(_sum(forms, constant, rows))
        left, right = sides
        holds = np.asarray(COMPARED[self.op](left, right), dtype=bool)
        if endless is not None:
            holds = np.where(endless != 0, COMPARED[self.op](0, endless), holds)
        if not self.share:
            return statuses(holds, unknown)
        nothing = np.asarray(right <= 0, dtype=bool)
        status = np.where(nothing, np.uint8(NOT_APPLICABLE), statuses(holds, None))
        return status if unknown is None else np.where(unknown, np.uint8(INDETERMINATE), status)


def _sum(
    forms: Sequence[tuple[npt.NDArray[np.int64], int]], constant: int, rows: int
) -> npt.NDArray[Any]:
    """``sum(coefficient * column) + constant``, in 64 bits where that is safe, else in Python integers."""
    bound = abs(constant)
    for values, coefficient in forms:
        largest = max(abs(int(values.max())), abs(int(values.min()))) if rows else 0
        bound += largest * abs(coefficient)
    if bound > LARGEST or not forms:
        total: npt.NDArray[Any] = np.full(
            rows, constant, dtype=np.int64 if bound <= LARGEST else object
        )
        for values, coefficient in forms:
            total = total + values.astype(total.dtype) * coefficient
        return total
    terms = [values if factor == 1 else values * factor for values, factor in forms]
    for values in terms[1:]:
        terms[0] = terms[0] + values
    return terms[0] + constant if constant else terms[0]


# The short way


def _short_way(condition: Linear) -> Passes:
    """Whether a row passes, as one sum of whole numbers that must not be below zero.

    One to three terms in an order cover what houses write, and of those what nearly all write,
    ``a <= b`` and ``a + b <= c``, has ways without a factor. Whatever else stands there (a line
    without an end, ``==``, a sum of four) is left to ``judge``.
    """
    op, left, right = condition.op, condition.left, condition.right
    sign = {"<=": 1, "<": 1, ">=": -1, ">": -1}.get(op, 0)
    terms = [(name, -sign * factor) for name, factor in left]
    terms += [(name, sign * factor) for name, factor in right]
    # of whole numbers, more than zero is one or more
    rest = sign * (condition.right_constant - condition.left_constant) - (op in ("<", ">"))

    def judged(row: Mapping[str, Value]) -> bool:
        return condition.judge(row).code == PASS

    if not sign or len(terms) > 3 or (condition.share and (sign, len(terms)) != (1, 2)):
        return judged
    return _WAYS[condition.share, len(terms)](judged, rest, *terms)


_Term = tuple[str, int]


def _of_one(judged: Passes, rest: int, first: _Term) -> Passes:
    name, factor = first

    def at_least(row: Mapping[str, Value]) -> bool:
        value = row[name]
        return value >= bound if type(value) is int else judged(row)

    def at_most(row: Mapping[str, Value]) -> bool:
        value = row[name]
        return value <= bound if type(value) is int else judged(row)

    if not factor:
        return judged
    # exact: of whole numbers, at least 2.5 is at least 3
    bound = -(rest // factor) if factor > 0 else rest // -factor
    return at_least if factor > 0 else at_most


def _of_two(judged: Passes, rest: int, first: _Term, second: _Term) -> Passes:
    (one, of_one), (two, of_two) = first, second

    def passes(row: Mapping[str, Value]) -> bool:
        a, b = row[one], row[two]
        if type(a) is int and type(b) is int:
            return of_one * a + of_two * b + rest >= 0
        return judged(row)

    def at_most(row: Mapping[str, Value]) -> bool:
        a, b = row[one], row[two]
        if type(a) is int and type(b) is int:
            return a <= b + rest
        return judged(row)

    return at_most if (of_one, of_two) == (-1, 1) else passes


def _of_three(judged: Passes, rest: int, first: _Term, second: _Term, third: _Term) -> Passes:
    (one, of_one), (two, of_two), (three, of_three) = first, second, third

    def passes(row: Mapping[str, Value]) -> bool:
        a, b, c = row[one], row[two], row[three]
        if type(a) is int and type(b) is int and type(c) is int:
            return of_one * a + of_two * b + of_three * c + rest >= 0
        return judged(row)

    def at_most(row: Mapping[str, Value]) -> bool:
        a, b, c = row[one], row[two], row[three]
        if type(a) is int and type(b) is int and type(c) is int:
            return a + b <= c + rest
        return judged(row)

    return at_most if (of_one, of_two, of_three) == (-1, -1, 1) else passes


def _of_share(judged: Passes, rest: int, first: _Term, base: _Term) -> Passes:
    """`_of_two` where the second is what the first is a share of: of nothing it does not apply."""
    (one, of_one), (two, of_two) = first, base

    def passes(row: Mapping[str, Value]) -> bool:
        a, b = row[one], row[two]
        if type(a) is int and type(b) is int:
            return of_two * b > 0 and of_one * a + of_two * b + rest >= 0
        return judged(row)

    return passes


_WAYS: Final[Mapping[tuple[bool, int], Callable[..., Passes]]] = {
    (False, 1): _of_one,
    (False, 2): _of_two,
    (False, 3): _of_three,
    (True, 2): _of_share,
}
"""The short way by whether it is a share, and by how many terms it has."""


# How it is written


def linear_of(
    text: str,
    left: Sequence[Token],
    op: str,
    right: Sequence[Token],
    *,
    kinds: Mapping[str, FigureKind],
    digits: int,
    bases: frozenset[str],
) -> Linear:
    """A comparison of two sums, from what stands on both sides of its operator.

    ``bases`` are the figures of which a share may be nothing.
    """
    (on_left, left_rest), (on_right, right_rest) = _form(left, kinds), _form(right, kinds)
    names = tuple(dict.fromkeys([*on_left, *on_right]))
    if not names:
        raise ConditionError("sum.figures")
    sorts = {kinds[name] for name in names}
    if len(sorts) != 1 or not next(iter(sorts)).exact:
        raise ConditionError("sum.kinds", kinds={name: kinds[name] for name in names})
    kind = sorts.pop()
    unit = 10**digits if kind is FigureKind.MONEY else 1
    left_rest, right_rest = left_rest * unit, right_rest * unit
    fractions = [*on_left.values(), *on_right.values(), left_rest, right_rest]
    scale = lcm(*(fraction.denominator for fraction in fractions))
    share = not right_rest and len(on_right) == 1 and bases >= on_right.keys()
    return Linear(
        text,
        names,
        tuple((name, int(factor * scale)) for name, factor in on_left.items()),
        tuple((name, int(factor * scale)) for name, factor in on_right.items()),
        int(left_rest * scale),
        int(right_rest * scale),
        op,
        scale,
        kind,
        share and op in ("<=", "<"),
    )


def _form(
    tokens: Sequence[Token], kinds: Mapping[str, FigureKind]
) -> tuple[dict[str, Fraction], Fraction]:
    """``[number *] name`` and numbers, joined by + and -."""
    terms: dict[str, Fraction] = {}
    constant = Fraction(0)
    at, sign = 0, 1
    if tokens[:1] == [("op", "-")]:
        at, sign = 1, -1
    while True:
        if at >= len(tokens):
            raise ConditionError("sum.term")
        sort, value = tokens[at]
        if sort == "number" and tokens[at + 1 : at + 2] == [("op", "*")]:
            if at + 2 >= len(tokens):
                raise ConditionError("sum.name")
            kind_of(tokens[at + 2], kinds)
            name = tokens[at + 2][1]
            terms[name] = terms.get(name, Fraction(0)) + sign * number_of(value)
            at += 3
        elif sort == "number":
            if value.endswith("%"):
                raise ConditionError("sum.share", share=value)
            constant += sign * number_of(value)
            at += 1
        elif sort == "name":
            kind_of((sort, value), kinds)
            terms[value] = terms.get(value, Fraction(0)) + sign
            at += 1
        else:
            raise ConditionError("sum.unread", text=value)
        if at == len(tokens):
            return terms, constant
        if tokens[at] not in (("op", "+"), ("op", "-")):
            raise ConditionError("sum.unread", text=tokens[at][1])
        sign = 1 if tokens[at][1] == "+" else -1
        at += 1
