"""Text under each other in a terminal, where a Chinese character is two columns wide; and as HTML.

>>> for line in table([["账龄", "1.00"], ["C-1024", "120.00"]], right=[1]):
...     print(line)
账龄      1.00
C-1024  120.00

HTML is for notebooks, and for what is exported from them: no script, no colours, so that a dark
page stays dark, and every style on its own element, because exported pages have none of ours.

>>> html_page("A < B")
'<pre style="font-family:monospace">A &lt; B</pre>'
"""

from __future__ import annotations

import functools
import html
import unicodedata
from collections.abc import Container, Sequence
from typing import Any, Final

import attrs

from creditkit.languages import AnyLanguage, texts

__all__ = ["FIRST_ROWS", "WORDS", "Page", "html_page", "html_table", "table", "width"]

FIRST_ROWS: Final = 10
"""Rows that a notebook shows of what lies in columns; more of them are counted."""

WORDS: Final = texts("notebook", {"more": ("and {more} more rows", "另有 {more} 行")})
"""The words that a notebook shows of whatever lies in columns."""

_LONGEST_CELL: Final = 60
_LEFT: Final = ' style="text-align:left"'


def width(text: str) -> int:
    """How many columns a terminal needs: East Asian characters take two."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@functools.lru_cache(maxsize=4096)  # the characters of a page come again and again
def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def table(rows: Sequence[Sequence[str]], indent: int = 0, right: Container[int] = ()) -> list[str]:
    """Rows of text under each other; columns in ``right`` are set flush right."""
    widths = [list(map(width, row)) for row in rows]
    sizes = [max(column) for column in zip(*widths, strict=True)]
    out = []
    for row, own in zip(rows, widths, strict=True):
        cells = []
        for place, (cell, size, wide) in enumerate(zip(row, sizes, own, strict=True)):
            fill = " " * (size - wide)
            cells.append(fill + cell if place in right else cell + fill)
        out.append((" " * indent + "  ".join(cells)).rstrip())
    return out


class Page:
    """What a notebook can show: its page where it has one, else a row for each of its fields."""

    __slots__ = ()

    def to_html(self, language: AnyLanguage = "en") -> str:
        """A small escaped piece of HTML, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        kind: Any = type(self)
        explain = getattr(self, "explain", None)
        if explain is not None:
            return html_page(explain(language))
        if kind.__str__ is not object.__str__ or not attrs.has(kind):
            return html_page(str(self))
        given = [(one.name, getattr(self, one.name)) for one in attrs.fields(kind) if one.init]
        rows = [(name.lstrip("_"), _in_words(one)) for name, one in given if one is not None]
        return html_table((), rows, title=kind.__name__, left=(0, 1))

    def _repr_html_(self) -> str:
        return self.to_html()


def _in_words(value: Any) -> str:
    """The value of a field: a list one after the other, a word as plain data writes it."""
    if isinstance(value, tuple):
        return ", ".join(map(_in_words, value)) or "-"
    kind: Any = type(value)
    if attrs.has(kind) and kind.__str__ is object.__str__:
        given = (getattr(value, one.name) for one in attrs.fields(kind) if one.init)
        return " ".join(_in_words(one) for one in given if one is not None)
    return str(getattr(value, "value", value))


def html_page(text: str) -> str:
    """A page of text, its columns under each other also where pages are set in another font."""
    return f'<pre style="font-family:monospace">{html.escape(text)}</pre>'


def html_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    title: str = "",
    left: Container[int] = (0,),
    notes: Sequence[str] = (),
) -> str:
    """A table with a title above and notes below; columns in ``left`` are text, the others numbers.

    What is text says so cell by cell, because notebooks set every cell flush right; where a page
    does not, numbers are set so by their table.
    """

    def line(tag: str, cells: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{_LEFT if place in left else ''}>{html.escape(_cut(cell))}</{tag}>"
            for place, cell in enumerate(cells)
        )

    parts = ['<table style="text-align:right">']
    if title:
        parts.append(f"<caption{_LEFT}>{html.escape(title)}</caption>")
    if any(head):
        parts.append(f"<thead><tr>{line('th', head)}</tr></thead>")
    parts += ["<tbody>", *(f"<tr>{line('td', row)}</tr>" for row in rows), "</tbody></table>"]
    parts += [f"<p>{html.escape(_cut(note, 4))}</p>" for note in notes]
    return "".join(parts)


def _cut(text: str, times: int = 1) -> str:
    most = times * _LONGEST_CELL
    return text if len(text) <= most else f"{text[: most - 3]}..."
