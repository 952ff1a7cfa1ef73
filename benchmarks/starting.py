"""What a process pays at its start: the import, the first policy, and loading a policy."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from typing import Any

from benchmarks.harness import Contest, Entrant
from creditkit.policy.policy import Policy
from creditkit.policy.standard import STANDARD

BASE = "import attrs, numpy, dateutil.relativedelta"


def contests(small: bool) -> list[Contest]:
    """Imports and the first policy in fresh interpreters; loading in this one."""
    return [importing(), first_policy(), loading(1 if small else 10)]


def start(code: str) -> Any:
    """Run some code in a fresh interpreter, and give back what it printed."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout


def importing() -> Contest:
    """Whole processes, interleaved: what the interpreter itself takes is in both."""
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


def first_policy() -> Contest:
    """The first use of `Policy`, and the first built-in policy: what the rooms cost that load then."""
    named = "import creditkit; creditkit.Policy"
    loaded = "import creditkit; print(creditkit.Policy.standard().digest)"

    def same(answers: dict[str, Any]) -> None:
        assert answers["Policy.standard(), the first"].strip() == Policy.standard().digest

    return Contest(
        name="first use of Policy",
        size="a process",
        entrants=[
            Entrant(name="Policy, named", run=lambda: start(named), ours=True),
            Entrant(name="Policy.standard(), the first", run=lambda: start(loaded), ours=True),
            Entrant(name=BASE, run=lambda: start(BASE)),
        ],
        same=same,
    )


def loading(inner: int) -> Contest:
    """Load, validate, lint and digest the standard policy: at most 5 ms; reading its TOML is a part."""

    def same(answers: dict[str, Any]) -> None:
        policy = answers["creditkit"]
        assert policy.to_dict() == answers["tomllib alone"]
        assert policy == Policy.standard()

    return Contest(
        name="load, lint and digest the standard policy",
        size="one",
        entrants=[
            Entrant(
                name="creditkit",
                run=lambda: Policy.from_toml(STANDARD),
                ours=True,
                inner=inner,
                seconds=0.005,
            ),
            Entrant(name="tomllib alone", run=lambda: tomllib.loads(STANDARD), inner=inner),
        ],
        same=same,
    )
