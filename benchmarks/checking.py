"""Checks of an order, and one decision with its trace, against zen-engine.

zen-engine is handed the figures, in its three forms: one compiled expression of a list, its best;
``engine.evaluate(key)`` on content that is compiled once; and on text that its loader hands over. It
gives ten booleans; ours can say both sides and every operand of each, which it works out again when
somebody looks. *Ready figures* is the evaluation alone, with the figures worked out as zen-engine's
context is; *from an account* is ``policy.check`` with a
ledger of twelve items, a line, open orders and advances, of which the figures are worked out each time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from benchmarks.facts import FIGURES, RULES, TODAY, account, order, ten_checks
from benchmarks.harness import Contest, Entrant
from benchmarks.peers import installed, peer
from creditkit.facts.accounts import CreditAccount
from creditkit.models.scorecard import Factor, Scorecard
from creditkit.outcomes import Outcome
from creditkit.policy.check.check import order_facts
from creditkit.policy.check.run import run_checks
from creditkit.policy.policy import Policy

LIST = "zen-engine, one compiled list"
COMPILED = "zen-engine, compiled"
TRACED = "zen-engine, traced"


def contests(small: bool) -> list[Contest]:
    """Single calls, so both sizes are the same; small repeats them less often."""
    inner = 20 if small else 500
    return [one_check(inner), from_account(inner), one_decision(inner)]


def one_check(inner: int) -> Contest:
    """Ten rules on one order, their figures worked out."""
    house, held = ten_checks(), account()
    case = order_facts(house.document, house._measure(TODAY), order(), held, "order")
    first = "creditkit, checks"
    entrants = [
        Entrant(
            name=first, run=lambda: run_checks(house.document, case).outcome, ours=True, inner=inner
        ),
        Entrant(
            name=f"{first}, with both sides",
            run=lambda: run_checks(house.document, case).rows,
            ours=True,
            inner=inner,
        ),
        *zen_rules(case, house, inner),
    ]

    def same(answers: dict[str, Any]) -> None:
        assert answers.pop(first) is Outcome.APPROVE
        rows = answers.pop(f"{first}, with both sides")
        assert [row.judged.status for row in rows] == ["pass"] * len(RULES)
        for name, answer in answers.items():
            assert booleans(answer) == [True] * len(RULES), name

    return Contest(
        name="ten checks on ready figures", size="one order", entrants=entrants, same=same, aim=1
    )


def from_account(inner: int) -> Contest:
    """`policy.check`: the figures of the account worked out, ten checks, the verdict."""
    house, held, asked = ten_checks(), account(), order()
    fresh: list[CreditAccount] = []

    def check() -> Any:
        return house.check(asked, held, as_of=TODAY)

    def looked_at() -> Any:
        verdict = check()
        return verdict, verdict.checks, verdict.reasons, verdict.exposure, verdict.facts_digest

    case = order_facts(house.document, house._measure(TODAY), asked, held, "order")
    count, first = max(1, inner // 5), "creditkit, policy.check"
    own: dict[str, Any] = {"ours": True, "inner": count}
    entrants = [
        Entrant(name=first, run=check, against=COMPILED, at_most=3, **own),
        Entrant(
            name=f"{first}, kept and collected",
            run=check,
            **{**own, "inner": 4 * inner},
            kept=True,
            against=first,
        ),
        Entrant(
            name=f"{first}, first reading of the ledger",
            run=lambda: house.check(asked, fresh.pop(), as_of=TODAY),
            ready=lambda: fresh.extend(account() for _ in range(count)),
            **own,
        ),
        Entrant(name=f"{first}, all of it looked at", run=looked_at, **own),
        *zen_rules(case, house, inner),
    ]

    def same(answers: dict[str, Any]) -> None:
        wanted = answers[first].to_dict()
        for name, answer in answers.items():
            if name.startswith("zen"):
                assert booleans(answer) == [one.status == "pass" for one in answers[first].checks]
            else:
                verdict = answer[0] if isinstance(answer, tuple) else answer
                assert verdict.to_dict() == wanted, name

    return Contest(
        name="a check from an account, 10 rules",
        size="one order, 12 items",
        entrants=entrants,
        same=same,
    )


def zen_rules(case: Mapping[str, Any], house: Policy, inner: int) -> list[Entrant]:
    """zen-engine on the figures of a case, in each of its forms."""
    if not installed("zen"):
        return []
    names = sorted({name for check in house.document.checks.rows for name in check.condition.names})
    context = {name: case[name] for name in names}
    rules = peer("zen").compile_expression(f"[{', '.join(RULES)}]")
    best = Entrant(name=LIST, run=lambda: rules.evaluate(context), inner=inner)
    return [best, *zen_entrants(RULES, context, inner)]


def booleans(answer: Any) -> list[bool]:
    """What zen-engine said of each rule, of a list or of keys."""
    if isinstance(answer, list):
        return answer
    return [answer["result"][f"c{n}"] for n in range(len(RULES))]


def zen_entrants(
    rules: tuple[str, ...], context: dict[str, Any], inner: int, *, trace: bool = False
) -> list[Entrant]:
    """zen-engine on one node of expressions."""
    zen = peer("zen")
    rows = [{"id": str(n), "key": f"c{n}", "value": rule} for n, rule in enumerate(rules)]
    place = {"position": {"x": 0, "y": 0}}
    nodes: list[dict[str, Any]] = [
        {"id": "in", "type": "inputNode", "name": "in", **place},
        {"id": "rules", "type": "expressionNode", "name": "rules", **place},
        {"id": "out", "type": "outputNode", "name": "out", **place},
    ]
    nodes[1]["content"] = {"expressions": rows}
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "rules", "type": "edge"},
        {"id": "2", "sourceId": "rules", "targetId": "out", "type": "edge"},
    ]
    text = json.dumps({"nodes": nodes, "edges": edges})
    content = zen.ZenDecisionContent(text)
    engine = zen.ZenEngine({"loader": lambda key: content})
    if trace:
        options = {"trace": True}
        return [
            Entrant(
                name=TRACED,
                run=lambda: engine.evaluate("rules", context, options),
                inner=inner,
            )
        ]
    reading = zen.ZenEngine({"loader": lambda key: text})
    return [
        Entrant(
            name=COMPILED,
            run=lambda: engine.evaluate("rules", context),
            inner=inner,
        ),
        Entrant(
            name="zen-engine, text", run=lambda: reading.evaluate("rules", context), inner=inner
        ),
    ]


def ladder(factor: Factor, span: float) -> str:
    """A factor's bins as a chain of conditions, points already times weight and range."""
    out = ""
    for row in factor.bins:
        points = float(row.points * factor.weight) * span / 100
        if row.names:
            listed = ", ".join(f"'{name}'" for name in row.names)
            out += f"{factor.figure} in [{listed}] ? {points} : "
        elif row.at_least is not None:
            out += f"{factor.figure} >= {row.at_least} ? {points} : "
        elif row.at_most is not None:
            out += f"{factor.figure} <= {row.at_most} ? {points} : "
        else:
            out += str(points)
    return out


def steps_of(house: Policy) -> tuple[str, ...]:
    """The standard policy as zen-engine's expressions: factors, score, grade, limit, terms."""
    card = cast(Scorecard, house.document.assessment.models[0].model)
    factors = [ladder(factor, card.high - card.low) for factor in card.factors]
    last = len(factors)
    score, grade, share, limit = (f"$.c{last + place}" for place in range(4))
    return (
        *factors,
        f"{card.low} + " + " + ".join(f"$.c{place}" for place in range(last)),
        f"{score} >= 800 ? 'AAA' : {score} >= 700 ? 'AA' : {score} >= 600 ? 'A' : "
        f"{score} >= 500 ? 'B' : 'D'",
        f"{grade} == 'AAA' ? 20 : {grade} == 'AA' ? 15 : {grade} == 'A' ? 10 : 5",
        f"floor(credit_sales_12m * {share} / 100 / 100000) * 100000",
        f"{limit} > 2000000000 ? 2000000000 : {limit}",
        f"{grade} == 'AAA' ? 'net60' : {grade} == 'AA' ? 'net30' : 'net15'",
        "insolvency == false and blocked == false",
    )


def one_decision(inner: int) -> Contest:
    """Thirteen factors, grade, limit, terms: the standard policy on given figures."""
    house = Policy.standard()
    figures = FIGURES
    first, count = "creditkit, decision", max(1, inner // 5)

    def decide() -> Any:
        return house.decide_figures(figures, as_of=TODAY)

    def looked_at() -> Any:
        decision = decide()
        return decision, decision.models[0].score.parts, decision.limit_steps

    steps = steps_of(house)
    own: dict[str, Any] = {"ours": True, "inner": count}
    entrants = [
        Entrant(name=first, run=decide, against=TRACED, at_most=0.9, **own),
        Entrant(
            name=f"{first}, kept and collected",
            run=decide,
            **{**own, "inner": 4 * inner},
            kept=True,
            against=first,
        ),
        Entrant(name="creditkit, with parts and limit steps as objects", run=looked_at, **own),
    ]
    if installed("zen"):
        entrants += zen_entrants(steps, figures, count, trace=True)

    def same(answers: dict[str, Any]) -> None:
        decision = answers[first]
        assert decision.grade == "AA" and decision.models[0].score.coverage == 1
        for name, answer in answers.items():
            if name.startswith("zen"):
                found = [answer["result"][f"c{n}"] for n in range(len(steps) - 7, len(steps))]
                assert abs(found[0] - decision.score) < 1e-9
                assert found[1] == decision.grade
                assert found[4] == decision.limit.minor
                assert found[5] == decision.terms.name
                assert len(answer["trace"]) >= 3
            else:
                one = answer[0] if isinstance(answer, tuple) else answer
                assert one.to_dict() == decision.to_dict(), name

    return Contest(name="one decision with its trace", size="one", entrants=entrants, same=same)
