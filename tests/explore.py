"""Run the property tests with new seeds, as long as a budget lasts: `make explore`.

    python -m tests.explore [--seconds 300] [--examples 100] [FILE or TEST ...]

Goes through the property tests in a new order with a new seed, again and again, until the seconds are
spent; a test that has begun is finished, the others are skipped. Where something is found, it is
printed with the example and with a line `@reproduce_failure(...)` that gives it again, and the exit
status is 1. What was found is then written down, so that it is found at every run: as an `@example`
of its test or, where a test draws from `st.data()`, as a case by hand.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence

import pytest

BUDGET = "EXPLORE_SECONDS_LEFT"
SEED = "EXPLORE_SEED"
NOTHING = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


class Budget:
    """What pytest is told in each of its workers; the budget counts from when tests begin."""

    def __init__(self, seconds: float, seed: str) -> None:
        self.seconds = seconds
        self.random = random.Random(seed)
        self.until = float("inf")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """A new order, the same in each worker: what the budget leaves out is not always the same."""
        items.sort(key=lambda item: item.nodeid)
        self.random.shuffle(items)

    def pytest_collection_finish(self) -> None:
        self.until = time.monotonic() + self.seconds

    def pytest_runtest_setup(self) -> None:
        if time.monotonic() > self.until:
            pytest.skip("the budget is spent")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Budget(float(os.environ[BUDGET]), os.environ[SEED]))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("tests", nargs="*", help="files or tests; all property tests without")
    given = parser.parse_args(arguments)
    rounds, began = 0, time.monotonic()
    while rounds == 0 or (left := given.seconds - (time.monotonic() - began)) > 0:
        rounds += 1
        seed = secrets.randbits(32)
        print(f"\nround {rounds}: seed {seed}, {given.examples} examples a test", flush=True)
        environment = {
            "HYPOTHESIS_PROFILE": "explore",
            "EXAMPLES": str(given.examples),
            BUDGET: str(given.seconds if rounds == 1 else left),
            SEED: str(seed),
        }
        command = [sys.executable, "-m", "pytest", "-p", "tests.explore", "-m", "hypothesis"]
        command += ["--quiet", "--no-header", "-p", "no:cacheprovider", f"--hypothesis-seed={seed}"]
        command += ["-n", "auto", "--maxprocesses", "8", "--dist", "worksteal", *given.tests]
        status = subprocess.run(command, env={**os.environ, **environment}, check=False).returncode
        if status not in NOTHING:
            print(f"\nFound in round {rounds}: write what is printed above down as an example.")
            return 1
    print(f"\nNothing found in {rounds} rounds and {time.monotonic() - began:.0f} seconds.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
