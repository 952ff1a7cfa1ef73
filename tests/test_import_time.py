"""`import creditkit` is quick: it loads next to nothing until a room is used.

Shown by what is in `sys.modules` of a fresh interpreter; no clock, which a busy machine would move.
"""

from __future__ import annotations

import json
import subprocess
import sys

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
    """Return the names in `sys.modules` of a fresh interpreter that ran `code`."""
    script = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def heavy(modules: set[str]) -> set[str]:
    return {module.split(".")[0] for module in modules} & set(HEAVY)


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
