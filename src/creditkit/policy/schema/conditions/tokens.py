"""The words of a condition: numbers, names, operators and quoted text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final, TypeAlias

from creditkit.figures import FigureKind, nearest
from creditkit.policy.schema.conditions.errors import ConditionError

__all__ = ["Token", "kind_of", "number_of", "tokens_of"]

LONGEST: Final = 1000
"""How many characters a condition may have."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<percent> ?%)?|(?P<name>[^\W\d]\w*)|"
    r"(?P<op><=|>=|==|!=|<|>|[+*\-\[\],])"
    r"|\"(?P<quoted>[^\"]*)\")"
)

Token: TypeAlias = tuple[str, str]
"""``(sort, text)``; the sort is ``number``, ``name``, ``op`` or ``quoted``."""


def tokens_of(text: str) -> list[Token]:
    """The words of a text; a `ConditionError` names what is none."""
    if len(text) > LONGEST:
        raise ConditionError("text.long", limit=LONGEST)
    out: list[Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError("text.unread", text=text[at:].strip()[:20])
        if match["number"]:
            out.append(("number", match["number"] + ("%" if match["percent"] else "")))
        elif match["name"]:
            out.append(("name", match["name"]))
        elif match["op"]:
            out.append(("op", match["op"]))
        else:
            out.append(("quoted", match["quoted"]))
        at = match.end()
    return out


def kind_of(token: Token, kinds: Mapping[str, FigureKind]) -> FigureKind:
    """The kind of the figure or column that a word names."""
    sort, name = token
    if sort != "name":
        raise ConditionError("name.wanted", text=name)
    if name not in kinds:
        raise ConditionError("name.unknown", hint=nearest(name, kinds), name=name)
    return kinds[name]


def number_of(text: str) -> Fraction:
    """A number as it was written: ``0.40`` and ``40%`` are the same."""
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
