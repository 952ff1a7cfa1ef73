"""creditkit reads no file, clock, environment or random number and keeps no setting.

Shown by a scan of the syntax tree and by an interpreter audit hook; the third proof, the import
contract, is in pyproject.toml.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import creditkit
from tests.audit import Reached, no_outside
from tests.entries import ENTRIES
from tests.impurity import findings

ROOT = Path(creditkit.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
OPTIONAL = {"narwhals", "matplotlib", "sklearn"}  # of extras, which may not be installed


# ------------------------------------------------------------------------------ the syntax tree


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_pure(path: Path) -> None:
    faults = findings(path.read_text("utf-8"), str(path.relative_to(ROOT.parent)))
    assert not faults, "\n" + "\n".join(faults)


IMPURE = [
    ("import os", "imports os"),
    ("import os.path as p", "imports os"),
    ("from urllib import request", "imports urllib"),
    ("def f():\n    from time import perf_counter", "imports time"),
    ("from dateutil import tz", "imports dateutil.tz"),
    ("import importlib.resources", "imports importlib.resources"),
    ("import numpy as np\nx = np.random.default_rng()", "uses numpy.random"),
    ("import datetime as dt\nx = dt.date.today()", "uses datetime.date.today"),
    ("from datetime import datetime\nf(default=datetime.now)", "uses datetime.datetime.now"),
    ("from datetime import date as d\nd.today()", "uses datetime.date.today"),
    ("import numpy as np\nnp.datetime64('now')", "numpy.datetime64"),
    ("from decimal import getcontext", None),
    ("from decimal import getcontext\ngetcontext().prec = 9", "uses decimal.getcontext"),
    ("from dateutil.parser import isoparse\nisoparse('2026-11-21')", None),
    ("from dateutil.parser import parse\nparse('10:00')", "uses dateutil.parser.parse"),
    ("import uuid\nuuid.uuid4()", "uses uuid.uuid4"),
    ("import sys\nsys.stdout.write('x')", "uses sys.stdout"),
    ("open('x')", "builtin open"),
    ("f(log=print)", "builtin print"),
    ("eval('1')", "builtin eval"),
    ("def f(open):\n    return open", None),
    ("ledger.open('x'); re.compile('x')", None),
    ("def f():\n    global N\n    N = 1", "global N"),
    ("SEEN = {}\ndef f(k):\n    SEEN[k] = 1", "changes the module's SEEN"),
    ("SEEN: list[int] = []\ndef f(k):\n    SEEN.append(k)", "changes the module's SEEN"),
    ("SEEN = defaultdict(list)\ndef f(k):\n    del SEEN[k]", "changes the module's SEEN"),
    ("TABLE = {1: 2}\nTABLE[3] = 4\ndef f(k):\n    return TABLE[k]", None),
    ("def f():\n    seen = []\n    seen.append(1)", None),
    ("from datetime import date\ndate(2026, 1, 1)", None),
]


@pytest.mark.parametrize(("source", "fault"), IMPURE, ids=[source for source, _ in IMPURE])
def test_scan_finds_what_it_should(source: str, fault: str | None) -> None:
    found = findings(source)
    if fault is None:
        assert found == []
    else:
        assert len(found) >= 1
        assert fault in found[0]


# ------------------------------------------------------------------------------- the audit hook


def import_everything() -> None:
    """Import every module of the package, so that no entry has the excuse of a first import."""
    for module in pkgutil.walk_packages(creditkit.__path__, "creditkit."):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as missing:
            if missing.name not in OPTIONAL:
                raise


def test_there_are_entries() -> None:
    assert ENTRIES, "fill tests/entries.py: one line for every public entry"
    names = [name for name, _ in ENTRIES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("entry", [pytest.param(call, id=name) for name, call in ENTRIES])
def test_entry_stays_inside(entry: Callable[[], object]) -> None:
    import_everything()
    with no_outside():
        entry()


def swallowed() -> None:
    with suppress(AssertionError):
        open(__file__).close()


@pytest.mark.parametrize(
    "reach",
    [
        pytest.param(lambda: open(__file__).close(), id="open"),
        pytest.param(lambda: Path(__file__).read_text(), id="read_text"),
        pytest.param(lambda: os.listdir("."), id="listdir"),
        pytest.param(lambda: os.environ.__setitem__("CREDITKIT", "1"), id="putenv"),
        pytest.param(lambda: socket.socket().close(), id="socket"),
        pytest.param(lambda: subprocess.run([sys.executable, "-V"]), id="subprocess"),
        pytest.param(swallowed, id="swallowed"),
    ],
)
def test_hook_catches(reach: Callable[[], object]) -> None:
    with pytest.raises(Reached), no_outside():
        reach()


def test_hook_lets_imports_and_plain_work_be() -> None:
    sys.modules.pop("colorsys", None)
    with no_outside():
        importlib.import_module("colorsys")
        sum(range(10))
    open(__file__).close()
