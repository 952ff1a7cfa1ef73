"""A page in a terminal: tables that know how wide Chinese is, bars, a little colour."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

WIDTH = min(108, max(100, shutil.get_terminal_size((100, 24)).columns))

STYLES = {"bold": "1", "dim": "2", "good": "32", "care": "33", "bad": "31", "head": "1;36"}


def columns_of(text: str) -> int:
    """How many columns a terminal needs; East Asian characters take two, combining marks none."""
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )


def cut(text: str, size: int) -> str:
    """``text`` in at most ``size`` columns, with an ellipsis where it was longer."""
    if columns_of(text) <= size:
        return text
    while text and columns_of(text) > size - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def padded(text: str, size: int, right: bool = False) -> str:
    fill = " " * max(0, size - columns_of(text))
    return fill + text if right else text + fill


def wrapped(text: str, size: int) -> list[str]:
    """``text`` in lines of at most ``size`` columns, broken at blanks, or anywhere in Chinese."""
    lines, line = [], ""
    for word in _words(text):
        if line and columns_of(line + word) > size:
            lines.append(line.rstrip())
            line = ""
        line += word if line else word.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _words(text: str) -> Iterable[str]:
    word = ""
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        if word and (character == " " or wide) and character not in "，。、；：）)":
            yield word
            word = ""
        word += character
    yield word


def bar(share: float, size: int = 20) -> str:
    """A share of 0 to 1 as a bar in eighths of a character; what is above 1 fills it."""
    eighths = round(max(0.0, min(1.0, share)) * size * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")


@dataclass(frozen=True)
class Cell:
    """A text in a table that has a style."""

    text: str
    style: str = ""


class Screen:
    """Writes the page; colour only on a terminal, and not where NO_COLOR is set."""

    def __init__(self, out: TextIO | None = None, colour: bool | None = None) -> None:
        self.out = out or sys.stdout
        self.colour = (
            self.out.isatty() and not os.environ.get("NO_COLOR") if colour is None else colour
        )

    def styled(self, text: str, style: str) -> str:
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.colour and style else text

    def line(self, text: str = "", style: str = "", indent: int = 0) -> None:
        self.out.write(" " * indent + self.styled(text, style) + "\n")

    def text(self, text: str, indent: int = 0, style: str = "", mark: str = "") -> None:
        """A paragraph, wrapped; ``mark`` hangs before its first line."""
        hang = " " * columns_of(mark)
        room = WIDTH - indent - len(hang)
        lines = [text] if columns_of(text) <= room else wrapped(text, room)
        for place, line in enumerate(lines):
            self.line(((hang if place else mark) + line).rstrip(), style, indent if line else 0)

    def section(self, title: str, remark: str = "") -> None:
        rule = "─" * max(0, WIDTH - columns_of(title) - columns_of(remark) - (3 if remark else 2))
        self.line()
        end = " " + self.styled(remark, "dim") if remark else ""
        self.line(f"{self.styled(title, 'head')} {self.styled(rule, 'dim')}{end}")
        self.line()

    def table(
        self,
        head: Sequence[str],
        rows: Iterable[Sequence[str | Cell]],
        *,
        right: Iterable[int] = (),
        most: dict[int, int] | None = None,
        indent: int = 0,
    ) -> None:
        """Rows under a head; columns in ``right`` flush right, those in ``most`` cut to a width."""
        flush, most = set(right), most or {}
        cells = [[c if isinstance(c, Cell) else Cell(c) for c in row] for row in rows]
        table = [[Cell(title, "dim") for title in head], *cells] if head else cells
        table = [
            [
                Cell(cut(cell.text, most.get(place, WIDTH)), cell.style)
                for place, cell in enumerate(r)
            ]
            for r in table
        ]
        if not table:
            return
        sizes = [
            max(columns_of(row[place].text) for row in table) for place in range(len(table[0]))
        ]
        for row in table:
            parts = []
            for place, cell in enumerate(row):
                filled = padded(cell.text, sizes[place], place in flush)
                if place == len(row) - 1 and place not in flush:
                    filled = cell.text
                parts.append(self.styled(filled, cell.style))
            self.line("  ".join(parts).rstrip(), indent=indent)
