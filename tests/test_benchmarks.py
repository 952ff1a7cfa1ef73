"""Every benchmark once, at a tiny size: its competitors agree, and the table can be printed.

Peers take part where they are installed; nothing here looks at a clock.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks import ageing, checking, deciding, formula, monthly, starting
from benchmarks.harness import Contest, bandwidth, machine, run, table

CONTESTS: dict[str, Callable[[], Contest]] = {
    "ageing": lambda: ageing.contest(5_000, 300),
    "monthly": lambda: monthly.contest(4_000, 300),
    "formula": lambda: formula.contest(4_000),
    "given scores": lambda: deciding.given_scores(4_000),
    "standard": lambda: deciding.standard(300),
    "check": lambda: checking.one_check(1),
    "decision": lambda: checking.one_decision(1),
    "loading": lambda: starting.loading(1),
}


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


def test_the_import_contest_compares_processes() -> None:
    contest = starting.importing()
    assert {one.name: one.run() for one in contest.entrants} == {
        one.name: 0 for one in contest.entrants
    }
