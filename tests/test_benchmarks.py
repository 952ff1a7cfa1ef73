"""Every benchmark once, at a tiny size: its competitors agree, and the table can be printed.

Peers take part where they are installed; nothing here looks at a clock.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import creditkit
from benchmarks import (
    ageing,
    checking,
    deciding,
    formula,
    framing,
    monthly,
    paying,
    plain,
    queues,
    reading,
    starting,
    trees,
)
from benchmarks.harness import Contest, Entrant, bandwidth, machine, run, table
from benchmarks.paths import PATHS

ENGINES = [one for one in framing.ENGINES if framing.ready(one)]
CONTESTS: dict[str, Callable[[], Contest]] = {
    "ageing": lambda: ageing.contest(5_000, 300),
    "monthly": lambda: monthly.contest(4_000, 300),
    "habits": lambda: paying.paying(4_000, 400),
    "countback": lambda: paying.countback(500),
    "formula": lambda: formula.contest(4_000),
    "given scores": lambda: deciding.given_scores(4_000),
    "standard": lambda: deciding.standard(120),
    "standard with a ledger": lambda: deciding.standard(60, 10),
    "check": lambda: checking.one_check(1),
    "account": lambda: checking.from_account(1),
    "decision": lambda: checking.one_decision(1),
    "queue planned": lambda: queues.planned(40, 12),
    "queue served": lambda: queues.served(60, 20),
    "written": lambda: plain.written(1),
    "read": lambda: plain.read(1),
    **{name: partial(framing.contest, name, 300) for name in framing.RESULTS if ENGINES},
    **({"reading": lambda: reading.contest(500)} if "pyarrow" in ENGINES else {}),
    "loading": lambda: starting.loading(1),
}

LEFT_OUT = ["import creditkit", "first use of Policy", "first Policy.standard()"]
"""Paths that start processes: what they run is in `test_the_contests_of_starts_compare_processes`."""
LEFT_OUT += [one for one in PATHS if one.partition(" to ")[2] in set(framing.ENGINES) - {*ENGINES}]


@pytest.mark.parametrize("make", CONTESTS.values(), ids=CONTESTS)
def test_competitors_agree(make: Callable[[], Contest]) -> None:
    contest = make()
    results = run(contest, repetitions=1, speed=1e10)
    assert [result.entrant.name for result in results] == [one.name for one in contest.entrants]
    assert any(one.ours for one in contest.entrants)
    text = table(results)
    assert len(text.splitlines()) == 2 + len(contest.entrants)
    assert contest.name in text


def test_a_wrong_answer_is_found() -> None:
    contest = deciding.given_scores(200)
    answers = {one.name: one.run() for one in contest.entrants}
    grade, limit, terms = answers["creditkit, steps"]
    answers["creditkit, steps"] = grade, limit + 1, terms
    with pytest.raises(AssertionError):
        contest.same(answers)


def test_the_machine_is_named() -> None:
    assert "cores" in machine(bandwidth(1))
    assert "numpy" in machine(1e9)


def test_the_contests_of_starts_compare_processes() -> None:
    for contest in (starting.importing(), starting.first_policy()):
        contest.same({one.name: one.run() for one in contest.entrants})


def test_a_competitor_is_held_against_another() -> None:
    first = Entrant(name="first", run=list, ours=True, against="other", at_most=3, seconds=0.005)
    other = Entrant(name="other", run=list, ours=True)
    found = run(contest_of(first, other), 2, 1e10)
    assert found[0].held == found[0].cpu / found[1].cpu
    assert found[1].held is None
    assert table(found).splitlines()[2].endswith("x other, aim 3, aim 5 ms |")


@pytest.mark.parametrize("kept", [False, True])
def test_what_is_used_up_is_made_before_the_clock_starts(kept: bool) -> None:
    """And where results are kept, the garbage collector stays on."""
    made: list[str] = []
    collecting: list[bool] = []

    def work() -> str:
        collecting.append(gc.isenabled())
        return made.pop()

    def ready() -> None:
        made[:] = ["it"] * 3

    run(contest_of(Entrant(name="one", run=work, inner=3, ready=ready, kept=kept)), 2, 1e10)
    assert collecting == [True] + [kept] * 6  # the first call is for its answer
    assert not made and gc.isenabled()


def contest_of(*entrants: Entrant) -> Contest:
    return Contest(name="one", size="one", entrants=entrants, same=lambda answers: None)


@pytest.mark.parametrize("name", [name for name in PATHS if name not in LEFT_OUT])
def test_every_path_of_two_trees_can_be_walked(name: str) -> None:
    """And gives the same answer twice, as plain data: else two trees could not be compared."""
    walk = PATHS[name](0.001)
    told = []
    for _ in range(2):
        if walk.ready is not None:
            walk.ready()
        told.append(json.dumps(walk.told(walk.run()), sort_keys=True, default=str))
    assert told[0] == told[1] and len(told[0]) > 2


def test_two_trees_are_compared() -> None:
    here = Path(creditkit.__file__).parents[1]
    both = trees.Tree(here), trees.Tree(here)
    names = ["decision from figures", "no such path"]
    (name, before, after, wrong), lost = trees.compared(*both, names, 0.01, 2)
    for tree in both:
        tree.end()
    assert (name, wrong) == ("decision from figures", "")
    assert before is not None and after is not None and before > 0 and after > 0
    assert lost == (
        "no such path",
        None,
        None,
        "old: KeyError: 'no such path'; new: KeyError: 'no such path'",
    )


class Told:
    """A tree that answers as it is told to."""

    def __init__(self, digest: str, seconds: float) -> None:
        self.answers: dict[str, dict[str, Any]] = {
            "make": {"digest": digest},
            "time": {"seconds": seconds},
            "take": {"standard": ""},
        }

    def ask(self, **question: Any) -> dict[str, Any]:
        return next(answer for name, answer in self.answers.items() if name in question)


def test_trees_that_answer_differently_are_told() -> None:
    old: Any = Told("one", 2.0)
    new: Any = Told("other", 1.0)
    assert [*trees.compared(old, new, ["it"], 1.0, 1)] == [("it", 2.0, 1.0, "the answers differ")]
    assert [*trees.compared(old, old, ["it"], 1.0, 1)] == [("it", 2.0, 2.0, "")]


def test_a_folder_without_the_library_is_no_tree(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="holds no creditkit"):
        trees.Tree(tmp_path)
