"""Amounts of one customer, as the steps of a decision see them; see `carrier.Amount`."""

from __future__ import annotations

from typing import Final

from creditkit.figures import Value
from creditkit.money import Line

__all__ = ["NOTHING", "Amount"]


class Amount:
    """An amount of one customer: minor units, and which of the states of a line it is."""

    known = none = nothing = unlimited = False
    values = 0
    line: Line | None = None

    @classmethod
    def of(cls, value: Value) -> Amount:
        """The amount that a figure is; nothing where it is neither minor units nor a `Line`."""
        if value is None:
            return NOTHING
        if type(value) is int:
            made = cls()
            made.known, made.values = True, value
            return made
        return _LINES[value] if isinstance(value, Line) else _NEITHER


class _State(Amount):
    """An amount that is the state of a line."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.none = line is Line.NONE
        self.unlimited = line is Line.UNLIMITED


class _Nothing(Amount):
    """An amount that is not known."""

    nothing = True


_LINES: Final = {line: _State(line) for line in Line}
NOTHING: Final = _Nothing()
_NEITHER: Final = Amount()
