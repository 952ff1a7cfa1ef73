"""Runs competitors interleaved in one process, and says what was found.

Every competitor gives an answer; `Contest.same` compares them before anything is timed. Then each
repetition runs every competitor once, in turn, so that a busy machine disturbs all of them alike.
"""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from importlib import metadata
from typing import Any

import attrs
import numpy as np

try:
    import resource
except ImportError:  # not on Windows, where the time of children is left out
    resource = None  # type: ignore[assignment]

__all__ = ["Contest", "Entrant", "Result", "bandwidth", "cpu_time", "machine", "run", "table"]

PEERS = ("polars", "duckdb", "pandas", "pyarrow", "zen-engine", "numpy", "scipy", "attrs")


@attrs.frozen(kw_only=True)
class Entrant:
    """One competitor: ``run`` does the work, ``inner`` times in one timing.

    ``ready`` runs before each timing, outside of it: what ``run`` uses up is made there. ``kept``
    leaves the garbage collector on and keeps every result until the timing ends, as a host does
    that stores them. ``weighed`` says whether its memory is that of the contest's rows. ``against``
    names a competitor that this one is held against besides the best peer, by CPU time, which other
    jobs disturb less; ``at_most`` how many times its time, and ``seconds`` how much time at all, are
    aimed at.
    """

    name: str
    run: Callable[[], Any]
    ours: bool = False
    inner: int = 1
    ready: Callable[[], object] | None = None
    kept: bool = False
    weighed: bool = True
    against: str | None = None
    at_most: float | None = None
    seconds: float | None = None


@attrs.frozen(kw_only=True)
class Contest:
    """One piece of work: who competes, at what size, and how answers are compared.

    ``same`` takes every answer by the competitor's name and raises where two differ. ``floor`` is
    the number of bytes that have to be read and written; ``rows`` is for memory a row. ``aim`` and
    the others are those of the first competitor.
    """

    name: str
    size: str
    entrants: Sequence[Entrant]
    same: Callable[[dict[str, Any]], None]
    aim: float | None = None
    aim_floor: float | None = None
    aim_memory: float | None = None
    floor: int | None = None
    rows: int | None = None
    note: str = ""


@attrs.frozen(kw_only=True)
class Result:
    """What one competitor took; times in seconds a run."""

    contest: Contest
    entrant: Entrant
    best: float
    median: float
    cpu: float
    ratio: float | None
    held: float | None
    floor: float | None
    memory: float | None


def run(contest: Contest, repetitions: int, speed: float) -> list[Result]:
    """Compare the answers, then time everybody ``repetitions`` times in turn."""
    contest.same({entrant.name: _answer(entrant) for entrant in contest.entrants})
    walls: dict[str, list[float]] = {entrant.name: [] for entrant in contest.entrants}
    cpus: dict[str, list[float]] = {entrant.name: [] for entrant in contest.entrants}
    for _ in range(repetitions):
        for entrant in contest.entrants:
            wall, cpu = _timed(entrant)
            walls[entrant.name].append(wall / entrant.inner)
            cpus[entrant.name].append(cpu / entrant.inner)
    bests = {name: min(times) for name, times in walls.items()}
    theirs = [bests[one.name] for one in contest.entrants if not one.ours]
    least = None if contest.floor is None else contest.floor / speed
    out = []
    for entrant in contest.entrants:
        best, cpu = bests[entrant.name], min(cpus[entrant.name])
        other = None if entrant.against not in cpus else min(cpus[entrant.against])
        weighed = entrant.ours and entrant.weighed
        out.append(
            Result(
                contest=contest,
                entrant=entrant,
                best=best,
                median=statistics.median(walls[entrant.name]),
                cpu=cpu,
                ratio=best / min(theirs) if theirs and entrant.ours else None,
                held=None if other is None else cpu / other,
                floor=None if least is None or not entrant.ours else best / least,
                memory=_memory(entrant, contest.rows) if weighed and contest.rows else None,
            )
        )
    return out


def _answer(entrant: Entrant) -> Any:
    if entrant.ready is not None:
        entrant.ready()
    return entrant.run()


def _timed(entrant: Entrant) -> tuple[float, float]:
    """Wall time and CPU time of one timing, the CPU time of processes that it started included."""
    if entrant.ready is not None:
        entrant.ready()
    gc.collect()
    if not entrant.kept:
        gc.disable()
    results: list[Any] = []
    cpu, wall = cpu_time(), time.perf_counter()
    for _ in range(entrant.inner):
        result = entrant.run()
        if entrant.kept:
            results.append(result)
    wall, cpu = time.perf_counter() - wall, cpu_time() - cpu
    gc.enable()
    return wall, cpu


def cpu_time() -> float:
    """CPU seconds of this process and of those that it started and that have ended."""
    if resource is None:
        return time.process_time()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _memory(entrant: Entrant, rows: int) -> float:
    """Bytes a row that were held at the peak beyond what the answer holds, by tracemalloc."""
    if entrant.ready is not None:
        entrant.ready()
    gc.collect()
    tracemalloc.start()
    answer = entrant.run()
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del answer
    return max(0, peak - after) / rows


def bandwidth(megabytes: int = 256) -> float:
    """Bytes a second that one thread reads and writes: the best of a few large copies."""
    source = np.ones(megabytes * 131_072)
    target = np.zeros_like(source)
    best = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        np.copyto(target, source)
        best = min(best, time.perf_counter() - start)
    return 2 * source.nbytes / best


def machine(speed: float) -> str:
    """Cores, load, bandwidth and versions."""
    versions = []
    for name in PEERS:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{name} absent")
    load = ", ".join(f"{one:.2f}" for one in os.getloadavg())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{cores} cores ({platform.machine()}), load {load}, one-thread copy bandwidth "
        f"{speed / 1e9:.1f} GB/s; Python {platform.python_version()}, {', '.join(versions)}"
    )


def table(results: Sequence[Result]) -> str:
    """A markdown table, a line for each competitor."""
    lines = [
        "| work | size | who | best | median | CPU "
        "| / best peer | aim | x floor | aim | B a row | held against |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for result in results:
        contest, ours = result.contest, result.entrant.ours
        first = result.entrant is contest.entrants[0]
        cells = [
            contest.name if first else "",
            contest.size if first else "",
            f"**{result.entrant.name}**" if ours else result.entrant.name,
            duration(result.best),
            duration(result.median),
            duration(result.cpu),
            _number(result.ratio),
            _number(contest.aim) if ours and result.ratio is not None and first else "",
            _number(result.floor),
            _number(contest.aim_floor) if result.floor is not None and first else "",
            _number(result.memory),
            _held(result),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Seconds in a unit that reads well."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def _held(result: Result) -> str:
    """What a competitor is held against besides the best peer, and what is aimed at."""
    entrant, parts = result.entrant, []
    if result.held is not None:
        parts.append(f"{_number(result.held)} x {entrant.against}")
        if entrant.at_most is not None:
            parts.append(f"aim {_number(entrant.at_most)}")
    if entrant.seconds is not None:
        parts.append(f"aim {duration(entrant.seconds)}")
    return ", ".join(parts)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}" if value < 100 else f"{value:.0f}"
