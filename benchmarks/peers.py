"""Which peers are here; a benchmark leaves out those that are not."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

__all__ = ["installed", "peer"]


def installed(name: str) -> bool:
    """Whether a peer can be imported."""
    return importlib.util.find_spec(name) is not None


def peer(name: str) -> Any:
    """The peer's module."""
    return importlib.import_module(name)
