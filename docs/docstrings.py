"""How docstrings become Markdown: doctests and ruled tables are shown as they stand in the code."""

from __future__ import annotations

import re
from typing import Any

import griffe

LITERAL = re.compile(r"^(>>> |=+ +=)")


class Literal(griffe.Extension):
    """Fences every paragraph that is a doctest or a table between rules."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of one object."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)


def fenced(text: str) -> str:
    """``text`` with literal paragraphs between fences."""
    paragraphs = re.split(r"\n{2,}", text)
    return "\n\n".join(
        f"```{'pycon' if part.startswith('>>>') else ''}\n{part}\n```"
        if LITERAL.match(part)
        else part
        for part in paragraphs
    )
