"""The examples that tests draw are the same at every run, on every machine, whatever is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).parents[1]

DRAW = """
import hashlib, sys
sys.path.insert(0, {here!r})
import tests.conftest
from hypothesis import given, settings, strategies as st
if {more}:
    import odd_literals
seen = []
def law(number, share, text, word):
    seen.append(repr((number, share, text, word)))
law.__module__ = "law"
given(st.integers(), st.floats(), st.text("abc ß账"), st.sampled_from("abc"))(law)()
print(len(seen), hashlib.sha256("".join(seen).encode()).hexdigest())
"""
LITERALS = "\n".join(f"x{n} = {n * 7919 + 10**9}, {n}.{n}e3, 'ab' * {n}" for n in range(99))


def drawn(folder: Path, profile: str, *, more: bool, **environment: str) -> str:
    """What a small law draws in a fresh interpreter; with ``more``, beside a module full of literals."""
    (folder / "odd_literals.py").write_text(LITERALS, "utf-8")
    given = {"HYPOTHESIS_PROFILE": profile, "PYTHONPATH": str(folder), **environment}
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", *given)}
    done = subprocess.run(
        [sys.executable, "-c", DRAW.format(here=str(ROOT), more=more)],
        capture_output=True, text=True, check=True, cwd=folder, env={**kept, **given},
    )  # fmt: skip
    return done.stdout


def test_the_same_examples_are_drawn_every_time(tmp_path: Path) -> None:
    first = drawn(tmp_path, "", more=False, PYTHONHASHSEED="1")
    assert first.split()[0] == "20"
    assert drawn(tmp_path, "dev", more=True, PYTHONHASHSEED="2", CI="true") == first
    new = drawn(tmp_path, "explore", more=False)
    assert new != drawn(tmp_path, "explore", more=False)


def test_a_profile_of_the_project_is_in_force() -> None:
    used = settings.default
    assert used.deadline is None and used.print_blob
    assert used.derandomize == (os.environ.get("HYPOTHESIS_PROFILE") != "explore")
