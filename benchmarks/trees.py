"""Two source trees against each other, in one session: is the new one slower anywhere?

    python -m benchmarks.trees OLD [NEW] [--only WORD] [--size SHARE] [--repetitions N] [--core N]

OLD and NEW are ``src`` folders of checkouts; NEW is ``src`` here unless it is given. Each tree has a
process of its own, both on one core if it is named, and they take turns, path by path and repetition
by repetition, so that a busy machine disturbs both alike; the best CPU time of each counts. Before a
path is timed, both are asked for its answer. Where the answers differ, or a tree cannot walk a path,
that is said and the exit status is 1: a ratio of different answers means nothing.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

from benchmarks.harness import cpu_time, duration

__all__ = ["Tree", "compared", "main"]

ROOT = Path(__file__).parent.parent
NOTABLE = 1.05
"""From here on a path counts as slower."""


# ------------------------------------------------------------------------------ inside of a tree


def serve(asked: IO[str], told: IO[str]) -> None:
    """Walk paths as the other process asks, a line of JSON for each question and each answer."""
    from benchmarks import facts
    from benchmarks.paths import PATHS

    walk: Any = None
    for line in asked:
        question = json.loads(line)
        try:
            if "take" in question:
                facts.take(question["take"] or facts.standard_text())
                answer: Any = {"standard": facts.standard_text()}
            elif "make" in question:
                walk = None  # the one before may be large
                walk = PATHS[question["make"]](question["size"])
                answer = {"digest": _digest(walk)}
            else:
                answer = {"seconds": _seconds(walk)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        told.write(json.dumps(answer) + "\n")
        told.flush()


def _digest(walk: Any) -> str:
    if walk.ready is not None:
        walk.ready()
    plain = walk.told(walk.run())
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def _seconds(walk: Any) -> float:
    """CPU time of one run, that of processes it starts included."""
    if walk.ready is not None:
        walk.ready()
    gc.collect()
    gc.disable()
    start = cpu_time()
    for _ in range(walk.inner):
        kept = walk.run()
    taken = cpu_time() - start
    gc.enable()
    del kept
    return taken / float(walk.inner)


# ------------------------------------------------------------------------------------- outside


class Tree:
    """A source tree in a process of its own."""

    def __init__(self, source: Path, core: int | None = None) -> None:
        if not (source / "creditkit" / "__init__.py").is_file():
            raise SystemExit(f"{source} holds no creditkit: name the src folder of a checkout")
        python = os.pathsep.join([str(source.resolve()), str(ROOT), *_python_path()])
        environment = dict(os.environ)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or every start would compile everything
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.trees", "--serve", str(source.resolve())],
            env={**environment, "PYTHONPATH": python, "PYTHONHASHSEED": "0"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if core is not None and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self.process.pid, {core})

    def ask(self, **question: Any) -> dict[str, Any]:
        """What the tree answers to a question."""
        into, out = cast("IO[str]", self.process.stdin), cast("IO[str]", self.process.stdout)
        into.write(json.dumps(question) + "\n")
        into.flush()
        line = out.readline()
        return json.loads(line) if line else {"error": "the process has ended"}

    def end(self) -> None:
        """End the process."""
        with self.process:  # closes both ends and waits
            pass


def _python_path() -> list[str]:
    return [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]


def compared(
    old: Tree, new: Tree, names: Sequence[str], size: float, repetitions: int
) -> Iterator[tuple[str, float | None, float | None, str]]:
    """For each path: its name, the best seconds of both trees, and what is wrong with it.

    Both walk them with the built-in policy of the old tree, which the new one can load.
    """
    new.ask(take=old.ask(take=None)["standard"])
    for name in names:
        answers = [tree.ask(make=name, size=size) for tree in (old, new)]
        wrong = [
            f"{which}: {answer['error']}"
            for which, answer in zip(("old", "new"), answers, strict=True)
            if "error" in answer
        ]
        if wrong:
            yield name, None, None, "; ".join(wrong)
            continue
        same = answers[0]["digest"] == answers[1]["digest"]
        best = [float("inf"), float("inf")]
        for turn in range(repetitions):
            for place in (0, 1) if turn % 2 == 0 else (1, 0):
                taken = (old, new)[place].ask(time=True)
                best[place] = min(best[place], taken["seconds"])
        yield name, best[0], best[1], "" if same else "the answers differ"


def main() -> None:
    """Compare two trees and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trees", description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path, nargs="?", default=ROOT / "src")
    parser.add_argument("--only", action="append", help="paths with this in their name")
    parser.add_argument("--size", type=float, default=1.0, help="a share of the full size")
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--core", type=int, default=None, help="run both trees on this core")
    given = parser.parse_args()
    from benchmarks.paths import PATHS

    names = [name for name in PATHS if not given.only or any(one in name for one in given.only)]
    old, new = Tree(given.old, given.core), Tree(given.new, given.core)
    failed = slower = 0
    print("| path | old | new | new / old | |\n|---|--:|--:|--:|---|", flush=True)
    for name, before, after, wrong in compared(old, new, names, given.size, given.repetitions):
        cells, ratio = ["", ""], ""
        if before is not None and after is not None:
            cells, ratio = [duration(before), duration(after)], f"{after / before:.3f}"
            slower += after / before > NOTABLE
        failed += bool(wrong)
        print(f"| {name} | {cells[0]} | {cells[1]} | {ratio} | {wrong} |", flush=True)
    old.end()
    new.end()
    print(
        f"\n{len(names)} paths, {slower} slower by more than {NOTABLE - 1:.0%}, {failed} not alike"
    )
    sys.exit(1 if failed else 0)


def _serve() -> None:
    """Serve one tree; refuse to serve another than was asked for."""
    import creditkit

    found, source = Path(creditkit.__file__).resolve(), Path(sys.argv[2])
    if source not in found.parents:
        raise SystemExit(f"creditkit comes from {found}, not from {source}")
    serve(sys.stdin, sys.stdout)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        _serve()
    else:
        main()
