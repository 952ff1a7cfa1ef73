"""The modules of a room, which load when somebody first asks for them.

``import creditkit as ck`` is enough for ``ck.receivables.turnover.dso``: a room's ``__init__`` names
its modules in ``__all__``, imports them for type checkers only, and ends with

    if not TYPE_CHECKING:
        __getattr__, __dir__ = modules_of(__name__, __all__)
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection
from types import ModuleType

__all__ = ["modules_of"]


def modules_of(
    room: str, names: Collection[str], beside: Collection[str] = ()
) -> tuple[Callable[[str], ModuleType], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a room by its modules (PEP 562); the import system keeps them.

    ``beside`` are the room's other public names, which it defines itself.

    >>> find, names = modules_of("creditkit.receivables", ["turnover"])
    >>> find("turnover").__name__, names()
    ('creditkit.receivables.turnover', ['turnover'])
    """

    def find(name: str) -> ModuleType:
        if name in names:
            return importlib.import_module(f"{room}.{name}")
        raise AttributeError(f"module {room!r} has no attribute {name!r}")

    return find, lambda: sorted([*names, *beside])
