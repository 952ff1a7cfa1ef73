"""A naive reading of conditions: one comparison, of exact sums, of a float, of a flag or a category.

``words`` is what the names of a condition mean: ``kind(name)``, ``unit`` (how many minor units are a
major one) and ``share_bases``. ``figures`` gives their values, None for what is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

from tests.naive_plain import State, exact

TOKEN = re.compile(r'"[^"]*"|[^\W\d]\w*|[0-9]+(?:\.[0-9]+)?(?: ?%)?|<=|>=|==|!=|[<>+*\-\[\],]')
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<=": lambda left, right: left <= right,
    "<": lambda left, right: left < right,
    ">=": lambda left, right: left >= right,
    ">": lambda left, right: left > right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
}


def holds(words: Any, text: str, figures: Any) -> dict[str, Any]:
    """``pass``, ``fail``, ``indeterminate`` where a figure is not known, or ``not_applicable``."""
    left, op, right = parts(text)
    kind = words.kind(left[0]) if len(left) == 1 and is_name(left[0]) else None
    if kind in ("flag", "category"):
        return member(kind, left[0], op, right, figures)
    if kind == "float":
        return bound(left[0], op, right, figures)
    return linear(words, linear_form(left), op, linear_form(right), figures)


def said(
    status: str, left: Any = None, right: Any = None, headroom: Any = None, missing: Any = ()
) -> dict[str, Any]:
    """How a condition came out, and both sides as they were compared."""
    sides = {"left": left, "right": right, "headroom": headroom}
    return {"status": status, **sides, "missing": tuple(missing)}


def parts(text: str) -> tuple[list[str], str, list[str]]:
    """A condition as the tokens of its left side, its comparison, and those of its right side."""
    tokens = TOKEN.findall(text)
    place = next(n for n, token in enumerate(tokens) if token in OPERATORS or token == "in")
    return tokens[:place], tokens[place], tokens[place + 1 :]


def is_name(token: str) -> bool:
    return token[0].isalpha() or token[0] == "_"


def names_in(words: Any, text: str) -> list[str]:
    """The figures that a condition names; the values of a flag or a category are no figures."""
    left, _, right = parts(text)
    if is_name(left[0]) and words.kind(left[0]) in ("flag", "category"):
        return left
    return [token for token in dict.fromkeys(left + right) if is_name(token)]


def member(kind: str, name: str, op: str, right: Sequence[str], figures: Any) -> dict[str, Any]:
    """A flag or a category against one value, or a list in brackets."""
    value = figures[name]
    if value is None:
        return said("indeterminate", missing=[name])
    listed: list[Any] = [token.strip('"') for token in right if token not in ("[", "]", ",")]
    if kind == "flag":
        listed = [token == "true" for token in listed]
    passes = (value in listed) != (op == "!=")
    wanted = listed[0] if len(listed) == 1 else ", ".join(map(str, listed))
    return said("pass" if passes else "fail", value, wanted)


def bound(name: str, op: str, right: Sequence[str], figures: Any) -> dict[str, Any]:
    """A float figure against one number, which is the nearest float."""
    value, number = figures[name], float(exact("".join(right)))
    if not isinstance(value, float):
        return said("indeterminate", None, number, missing=[name])
    return said("pass" if OPERATORS[op](value, number) else "fail", value, number)


Form = Mapping[str | None, Fraction]
"""How often each name is taken; the constant under None."""


def linear_form(tokens: Sequence[str]) -> Form:
    """``0.4 * a - b + 3``."""
    out: dict[str | None, Fraction] = {}
    sign, number = 1, None

    def take(name: str | None, times: Fraction) -> None:
        out[name] = out.get(name, Fraction(0)) + sign * times

    for token in (*tokens, "+"):
        if token in ("+", "-"):
            if number is not None:
                take(None, number)
            sign, number = (1 if token == "+" else -1), None
        elif is_name(token):
            take(token, Fraction(1) if number is None else number)
            number = None
        elif token != "*":
            number = exact(token)
    return out


def linear(words: Any, left: Form, op: str, right: Form, figures: Any) -> dict[str, Any]:
    """Two sums of whole numbers, exactly: nothing is rounded before it is compared.

    No line counts as nothing; an unlimited one is above every amount. Constants of money are major
    units. Of nothing a share has no meaning: a check of ``overdue <= 0.40 * receivables`` does not
    apply where nothing is owed.
    """
    names = [name for name in dict.fromkeys([*left, *right]) if name is not None]
    unknown = (None, State.UNDEFINED, State.INHERIT)
    missing = [name for name in names if figures[name] in unknown]
    if missing:
        return said("indeterminate", missing=missing)
    unit = words.unit if words.kind(names[0]) == "money" else 1

    def total(side: Form) -> tuple[Fraction, int]:
        """The sum, and how often it is without end."""
        finite, endless = Fraction(0), 0
        for name, times in side.items():
            value = unit if name is None else figures[name]
            if value is State.UNLIMITED:
                endless += (times > 0) - (times < 0)
            elif value is not State.NONE:
                finite += times * value
        return finite, endless

    (less, less_endless), (more, more_endless) = total(left), total(right)
    endless = more_endless - less_endless
    bases = [name for name in right if name is not None]
    share = op in ("<=", "<") and len(bases) == 1 and not right.get(None)
    if share and bases[0] in words.share_bases and more <= 0:
        status = "not_applicable"
    elif endless:
        passes = OPERATORS[op](0, endless)
        headroom = State.UNLIMITED if passes else None
        return said("pass" if passes else "fail", floor(less), State.UNLIMITED, headroom)
    else:
        status = "pass" if OPERATORS[op](less, more) else "fail"
    room = more - less if op in ("<=", "<") else less - more
    return said(status, floor(less), floor(more), floor(room))
