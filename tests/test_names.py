"""``__all__`` is true: what a module says it gives it has, and what others take of it is in there."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import creditkit

ROOT = Path(creditkit.__file__).parent


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(ROOT.rglob("*.py"))}


def taken(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """``(module, name)`` of what a module imports by name of others."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "creditkit":
            assert node.module is not None and node.level == 0
            for one in node.names:
                if f"{node.module}.{one.name}" not in MODULES:
                    yield node.module, one.name


USED: dict[str, set[str]] = {name: set() for name in MODULES}
for path in MODULES.values():
    for module, name in taken(ast.parse(path.read_text("utf-8"))):
        USED[module].add(name)


def test_the_uses_are_found() -> None:
    assert {"Money", "plain_amount"} <= USED["creditkit.money"]
    assert "Links" in USED["creditkit.facts._links"]  # of a private module, too


@pytest.mark.parametrize("module", MODULES)
def test_all_is_true(module: str) -> None:
    made = importlib.import_module(module)
    says = getattr(made, "__all__", [])
    assert len(set(says)) == len(says)
    assert [name for name in says if not hasattr(made, name)] == []
    assert sorted(USED[module] - {*says}) == []
