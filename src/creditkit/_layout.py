"""Text under each other in a terminal, where a Chinese character is two columns wide.

>>> for line in table([["账龄", "1.00"], ["C-1024", "120.00"]], right=[1]):
...     print(line)
账龄      1.00
C-1024  120.00
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Sequence

__all__ = ["table", "width"]


def width(text: str) -> int:
    """How many columns a terminal needs: East Asian characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def table(rows: Sequence[Sequence[str]], indent: int = 0, right: Container[int] = ()) -> list[str]:
    """Rows of text under each other; columns in ``right`` are set flush right."""
    sizes = [max(map(width, column)) for column in zip(*rows, strict=True)]
    out = []
    for row in rows:
        cells = []
        for place, (cell, size) in enumerate(zip(row, sizes, strict=True)):
            fill = " " * (size - width(cell))
            cells.append(fill + cell if place in right else cell + fill)
        out.append((" " * indent + "  ".join(cells)).rstrip())
    return out
