"""What a process pays at its start: the import, and loading a policy."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from benchmarks.harness import Contest, Entrant
from creditkit.policy.policy import Policy
from creditkit.policy.standard import STANDARD

BASE = "import attrs, numpy, dateutil.relativedelta"


def contests(small: bool) -> list[Contest]:
    """The import in a fresh interpreter; loading in this one."""
    return [importing(), loading(1 if small else 10)]


def importing() -> Contest:
    """Whole processes, interleaved: what the interpreter itself takes is in both."""

    def start(code: str) -> Any:
        return subprocess.run([sys.executable, "-c", code], check=True).returncode

    return Contest(
        name="import creditkit",
        size="a process",
        entrants=[
            Entrant(name="import creditkit", run=lambda: start("import creditkit"), ours=True),
            Entrant(name=BASE, run=lambda: start(BASE)),
        ],
        same=lambda answers: None,
        aim=1.15,
    )


def loading(inner: int) -> Contest:
    """Load, validate, lint and digest the standard policy: at most 5 ms."""
    return Contest(
        name="load, lint and digest the standard policy",
        size="one",
        entrants=[
            Entrant(
                name="creditkit",
                run=lambda: Policy.from_toml(STANDARD).digest,
                ours=True,
                inner=inner,
            )
        ],
        same=lambda answers: None,
        note="aim: 5 ms",
    )
