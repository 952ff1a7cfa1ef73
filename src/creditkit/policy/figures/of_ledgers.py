"""Figures of the ledger: what `positions` says of one customer and of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from creditkit.policy.figures.source import Source
from creditkit.receivables import positions

__all__ = ["SOURCES"]


def ledger_figure(name: str) -> Source:
    """A figure of the ledger; not known where there is no ledger, natural where it is empty."""

    return Source(
        lambda _facts, row: row.of_ledger(name), lambda _facts, table: table.of_ledger(name)
    )


SOURCES: Final[Mapping[str, Source]] = {name: ledger_figure(name) for name in positions.NAMES}
"""Figure -> how it is worked out; all of them come from one walk over the ledger."""
