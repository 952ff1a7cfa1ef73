"""A decision as plain data and back: `Decision.to_dict` and `Decision.from_dict`.

The peer is Python's own json on the same data, written in C, which knows no types and checks
nothing: what turning the same data into text and back takes.
"""

from __future__ import annotations

import json
from typing import Any

from benchmarks import facts
from benchmarks.harness import Contest, Entrant
from creditkit.policy.policy import Policy

ROWS = 50
"""So many decisions are written and read in one run."""


def contests(small: bool) -> list[Contest]:
    """The decisions of a few customers, in their statements' and ledgers' full length."""
    return [written(1 if small else 4), read(1 if small else 4)]


def decisions(looked_at: bool) -> list[Any]:
    """Decisions on customers with ten items each; their parts have been made, or nobody looked yet."""
    house, portfolio = Policy.standard(), facts.customers(ROWS)
    book = facts.ledger(ROWS)
    made = [house.decide(portfolio.row(row), as_of=facts.TODAY, ledger=book) for row in range(ROWS)]
    if looked_at:
        for one in made:
            one.to_dict()
    return made


def written(inner: int) -> Contest:
    """Out: of decisions at which somebody has looked, and of new ones, with their facts' digest."""
    seen, fresh = decisions(looked_at=True), list[Any]()
    data = [one.to_dict() for one in seen]
    return Contest(
        name="decisions to plain data",
        size=f"{ROWS} decisions",
        entrants=[
            Entrant(
                name="creditkit, to_dict",
                run=lambda: [one.to_dict() for one in seen],
                ours=True,
                inner=inner,
            ),
            Entrant(
                name="creditkit, to_dict of new ones",
                run=lambda: [one.to_dict() for one in fresh.pop()],
                ready=lambda: fresh.extend(decisions(looked_at=False) for _ in range(inner)),
                ours=True,
                inner=inner,
            ),
            Entrant(
                name="json.dumps of the same",
                run=lambda: [json.dumps(one) for one in data],
                inner=inner,
            ),
        ],
        same=_same,
    )


def read(inner: int) -> Contest:
    """Back in: every type, key and value checked."""
    data = [one.to_dict() for one in decisions(looked_at=True)]
    texts = [json.dumps(one) for one in data]
    kind = type(decisions(looked_at=True)[0])
    return Contest(
        name="decisions from plain data",
        size=f"{ROWS} decisions",
        entrants=[
            Entrant(
                name="creditkit, from_dict",
                run=lambda: [kind.from_dict(one) for one in data],
                ours=True,
                inner=inner,
            ),
            Entrant(
                name="json.loads of the same",
                run=lambda: [json.loads(one) for one in texts],
                inner=inner,
            ),
        ],
        same=_same,
    )


def _same(answers: dict[str, Any]) -> None:
    plain = {name: [_plain(one) for one in answer] for name, answer in answers.items()}
    first = next(iter(plain.values()))
    assert len(first) == ROWS
    for name, answer in plain.items():
        assert answer == first, name


def _plain(one: Any) -> Any:
    if isinstance(one, str):
        return json.loads(one)
    data = one if isinstance(one, dict) else one.to_dict()
    return json.loads(json.dumps(data))
