"""`import creditkit` is quick: it loads next to nothing until a room is used.

Shown by what is in `sys.modules` of a fresh interpreter; no clock, which a busy machine would move.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import creditkit as ck

ROOT = Path(ck.__file__).parent
HEAVY = ("scipy", "pandas", "polars", "narwhals", "pyarrow", "duckdb", "matplotlib", "sklearn")
BASE = "import attrs, numpy, dateutil.relativedelta"

IMPORT_ALL = """
import importlib, pkgutil, creditkit
for module in pkgutil.walk_packages(creditkit.__path__, "creditkit."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as missing:
        if missing.name not in ("narwhals", "matplotlib", "sklearn"):
            raise
"""


def loaded_by(code: str) -> set[str]:
    """Return the names in `sys.modules` of a fresh interpreter that ran `code`.

    It is isolated (``-I``), so that nothing of the environment is loaded too, and is told where the
    creditkit of this process is: the tree under test, not the one that is installed.
    """
    here = f"import sys; sys.path.insert(0, {str(ROOT.parent)!r})"
    script = f"{here}\n{code}\nimport json\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def heavy(modules: set[str]) -> set[str]:
    return {module.split(".")[0] for module in modules} & set(HEAVY)


def test_it_is_the_tree_under_test() -> None:
    found = "import creditkit; sys.modules['at ' + creditkit.__file__] = creditkit"
    assert f"at {ck.__file__}" in loaded_by(found)


def test_import_loads_little() -> None:
    loaded = loaded_by("import creditkit")
    assert heavy(loaded) == set()
    ours = {module for module in loaded if module.split(".")[0] == "creditkit"}
    assert len(ours) <= 5, f"top-level names resolve lazily; loaded {sorted(ours)}"
    others = loaded - ours - loaded_by(BASE)
    assert len(others) <= 25, f"more than attrs, numpy and dateutil bring: {sorted(others)}"


def test_no_module_loads_scipy_or_a_frame_library_when_imported() -> None:
    loaded = heavy(loaded_by(IMPORT_ALL))
    # creditkit.frames may import narwhals, which imports no engine
    assert loaded - {"narwhals", "matplotlib"} == set()


# -------------------------------------------------------------------- rooms, all the way down

ROOMS = {
    ".".join(path.parent.relative_to(ROOT.parent).parts): path
    for path in sorted(ROOT.glob("*/**/__init__.py"))
}


def inside(room: str) -> set[str]:
    """The modules and the rooms in a room, but for those that are nobody's business."""
    folder = ROOMS[room].parent
    rooms = {name.rpartition(".")[2] for name in ROOMS if name.rpartition(".")[0] == room}
    return rooms | {path.stem for path in folder.glob("[!_]*.py")}


def lazy(room: str) -> bool:
    """Whether a room loads its modules when they are asked for; the others import what they show."""
    return "modules_of(" in ROOMS[room].read_text("utf-8")


def reached(path: str) -> Any:
    one: Any = ck
    for name in path.split(".")[1:]:
        one = getattr(one, name)
    return one


def test_rooms_resolve_all_the_way_down(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"creditkit.policy.decide", "creditkit.receivables"} <= {
        room for room in ROOMS if lazy(room)
    }
    assert {"standard", "check", "schema"} <= inside("creditkit.policy")
    for room in ROOMS:
        module = reached(room)
        assert module.__name__ == room
        for name in inside(room):
            assert hasattr(
                module, name
            )  # which may be the function that a room shows of its module
            if lazy(room):
                monkeypatch.delattr(module, name, raising=False)  # as before anybody imported it
                assert getattr(module, name).__name__ == f"{room}.{name}"
        with pytest.raises(AttributeError, match=rf"module '{room}' has no attribute 'utils'"):
            module.utils  # noqa: B018
    for name in ("canonical", "errors", "figures", "languages", "money", "outcomes"):
        monkeypatch.delattr(ck, name, raising=False)
        assert getattr(ck, name).__name__ == f"creditkit.{name}"


FIRST_WORDS = """
import creditkit as ck
assert ck.receivables.turnover.dso(50_000.0, 365_000.0, days=365) == 50.0
assert ck.receivables.habits.YEAR == 365 and ck.recovery.worklist.PRIORITIES
assert "creditkit.policy/1" in ck.policy.standard.STANDARD and ck.models.altman.Z2_1995
"""


def test_a_fresh_kernel_needs_no_other_import() -> None:
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT.parent)!r}){FIRST_WORDS}",
    ]
    subprocess.run(command, check=True)


def imported_for_types(path: Path) -> set[str]:
    """The names that a module imports where type checkers look and nobody else."""
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for line in node.body:
                assert isinstance(line, ast.ImportFrom)
                names |= {name.asname for name in line.names if name.asname}
    return names


def test_type_checkers_see_what_resolves() -> None:
    assert imported_for_types(ROOT / "__init__.py") | {"__version__"} == set(dir(ck))
    for room in filter(lazy, ROOMS):
        module = reached(room)
        assert imported_for_types(ROOMS[room]) == inside(room)
        assert set(module.__all__) == set(dir(module)) >= inside(room)
