"""What a result says, in the values that a naive reading has: minor units and states."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import creditkit as ck
from creditkit.figures import UNDEFINED
from tests.naive_plain import State


def seen(value: Any) -> Any:
    """Money as minor units; a line's state, or what has no meaning, as a state."""
    if isinstance(value, ck.Money):
        return value.minor
    if isinstance(value, ck.Line):
        return State(value.value)
    return State.UNDEFINED if value is UNDEFINED else value


def declared(figures: Iterable[ck.Figure]) -> dict[str, dict[str, Any]]:
    """A host's own figures as a naive reading takes them."""
    return {
        figure.name: {
            "kind": "float" if figure.kind.floating else figure.kind.value,
            "better": figure.better,
            "share_base": figure.share_base,
        }
        for figure in figures
    }
