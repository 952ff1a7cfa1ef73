"""Which peers are here; a benchmark leaves out those that are not."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["installed", "peer"]


def installed(name: str) -> bool:
    """Whether a peer can be imported; one that is here may still want a newer numpy."""
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def peer(name: str) -> Any:
    """The peer's module."""
    return importlib.import_module(name)
