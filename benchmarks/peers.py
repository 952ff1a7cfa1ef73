"""Which peers are here; a benchmark leaves out those that are not."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["duckdb_with", "installed", "peer"]


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


def duckdb_with(name: str, arrow: Any) -> Any:
    """A connection to a DuckDB of its own that holds an Arrow table under a name."""
    connection = peer("duckdb").connect()
    connection.register("arrow", arrow)
    connection.execute(f"create table {name} as select * from arrow")
    return connection
