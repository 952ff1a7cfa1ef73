"""One order check with ten rules, and one decision with its trace, against zen-engine.

zen-engine runs ``engine.evaluate(key)``, on content that is compiled once, its fastest way, and on
text that its loader hands over, and gives ten booleans; ours can say both sides and every operand
of each, which it works out again when somebody looks.
*Checks* is the evaluation with the figures worked out, as zen-engine's context is; *policy.check*
starts from an account with a ledger of twelve items, a line, open orders and advances.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any, cast

from benchmarks.harness import Contest, Entrant
from benchmarks.peers import installed, peer
from creditkit.facts.accounts import Advance, CreditAccount, Order
from creditkit.facts.ledger import Ledger, OpenItem
from creditkit.facts.lines import CreditLine
from creditkit.models.scorecard import Factor, Scorecard
from creditkit.policy.check.check import order_facts
from creditkit.policy.check.run import run_checks
from creditkit.policy.policy import Policy
from creditkit.policy.standard import STANDARD

TODAY = date(2026, 11, 21)
MORE = """
  { id = "DISPUTES", kind = "credit", require = "disputed <= 500000",       on_fail = "refer" },
  { id = "HISTORY",  kind = "credit", require = "settled_count >= 0",       on_fail = "warn" },
  { id = "TERMS",    kind = "credit", require = "requested_days <= terms_days", on_fail = "warn" },
]

[authority]"""
RULES = (
    "exposure + order <= line",
    "days_since_line_end <= 0",
    "oldest_overdue_days <= max_overdue_days",
    "overdue <= 0.4 * receivables",
    "order_total <= max_order",
    "blocked == false",
    "insolvency == false",
    "disputed <= 50000000",
    "settled_count >= 0",
    "requested_days <= terms_days",
)


def contests(small: bool) -> list[Contest]:
    """Single calls, so both sizes are the same; small repeats them less often."""
    inner = 20 if small else 500
    return [one_check(inner), one_decision(inner)]


def policy() -> Policy:
    """The standard policy with three more checks: ten."""
    head, _, tail = STANDARD.partition('on_fail = "reject" },\n]\n\n[authority]')
    assert tail, "the standard policy's checks have moved"
    return Policy.from_toml(head + 'on_fail = "reject" },' + MORE + tail)


def account() -> CreditAccount:
    """A customer who owes, is a little overdue, and has room under the line."""
    items = [
        OpenItem(
            id=f"I-{n}",
            account="C-1",
            currency="CNY",
            kind="invoice",
            amount=f"{10_000 + n}",
            doc_date=TODAY - timedelta(20 + n),
            due_date=TODAY + timedelta(10 - n),
        )
        for n in range(12)
    ]
    line = CreditLine(
        currency="CNY", amount="600000", approved_by="u1", approved_on=date(2026, 1, 2),
        until=date(2027, 1, 1),
    )  # fmt: skip
    return CreditAccount(
        line=line,
        ledger=Ledger.of(items),
        grade="AA",
        blocked=False,
        insolvency=False,
        open_orders=[Order(id=f"S-{n}", currency="CNY", amount="5000") for n in range(3)],
        deliveries=[],
        advances=[Advance(id="A-1", currency="CNY", amount="1000", order="S-1")],
    )


def one_check(inner: int) -> Contest:
    """Ten rules on one order."""
    house, held = policy(), account()
    order = Order(id="SO-9", currency="CNY", amount="120000", terms="net30", placed_on=TODAY)
    measure = house._measure(TODAY)
    case = order_facts(house.document, measure, order, held, "order")
    run_checks(house.document, case)  # the figures are worked out

    entrants = [
        Entrant(
            name="creditkit, checks",
            run=lambda: run_checks(house.document, case),
            ours=True,
            inner=inner,
        ),
        Entrant(
            name="creditkit, policy.check",
            run=lambda: house.check(order, held, as_of=TODAY),
            ours=True,
            inner=inner,
        ),
    ]
    if installed("zen"):
        names = sorted(
            {name for check in house.document.checks.rows for name in check.condition.names}
        )
        context = {name: case[name] for name in names}
        entrants += zen_entrants(RULES, context, inner)

    def same(answers: dict[str, Any]) -> None:
        wanted = [row.judged.status == "pass" for row in answers["creditkit, checks"].rows]
        assert len(wanted) == len(RULES)
        assert wanted.count(False) == 0
        assert [
            check.status == "pass" for check in answers["creditkit, policy.check"].checks
        ] == wanted
        for name, answer in answers.items():
            if name.startswith("zen"):
                assert [answer["result"][f"c{n}"] for n in range(len(RULES))] == wanted

    return Contest(
        name="one order check, 10 rules", size="one", entrants=entrants, same=same, aim=0.5
    )


def zen_entrants(
    rules: tuple[str, ...], context: dict[str, Any], inner: int, *, trace: bool = False
) -> list[Entrant]:
    """zen-engine on one node of expressions."""
    zen = peer("zen")
    rows = [{"id": str(n), "key": f"c{n}", "value": rule} for n, rule in enumerate(rules)]
    place = {"position": {"x": 0, "y": 0}}
    nodes: list[dict[str, Any]] = [
        {"id": "in", "type": "inputNode", "name": "in", **place},
        {
            "id": "rules",
            "type": "expressionNode",
            "name": "rules",
            "content": {"expressions": rows},
        },
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
                name="zen-engine, traced",
                run=lambda: engine.evaluate("rules", context, options),
                inner=inner,
            )
        ]
    reading = zen.ZenEngine({"loader": lambda key: text})
    return [
        Entrant(
            name="zen-engine, compiled",
            run=lambda: engine.evaluate("rules", context),
            inner=inner,
        ),
        Entrant(
            name="zen-engine, text", run=lambda: reading.evaluate("rules", context), inner=inner
        ),
    ]


FIGURES: dict[str, Any] = {
    "z2": 2.9,
    "current_ratio": 1.6,
    "debt_ratio": 0.5,
    "net_margin": 0.05,
    "external_rating": 72.0,
    "litigation_count": 0,
    "on_time_share": 0.9,
    "average_days_late": 3.0,
    "oldest_overdue_days": 0,
    "years_in_business": 12,
    "years_trading": 6,
    "ownership": "private",
    "reputation": "good",
    "credit_sales_12m": 320_000_000,
    "insolvency": False,
    "blocked": False,
    "settled_count": 40,
    "statement_age_months": 8,
    "equity": 900.0,
    "receivables": 10_000_000,
}


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
    card = cast(Scorecard, house.document.assessment.models[0].model)
    figures = {**dict.fromkeys(card.needs, 0.1), **FIGURES}  # whatever the card asks for is known

    def traced() -> Any:
        decision = house.decide_figures(figures, as_of=TODAY)
        return decision, decision.models[0].score.parts, decision.limit_steps

    entrants = [
        Entrant(
            name="creditkit, decision",
            run=lambda: (house.decide_figures(figures, as_of=TODAY),),
            ours=True,
            inner=max(1, inner // 5),
        ),
        Entrant(
            name="creditkit, with parts and limit steps as objects",
            run=traced,
            ours=True,
            inner=max(1, inner // 5),
        ),
    ]
    if installed("zen"):
        entrants += zen_entrants(steps_of(house), figures, max(1, inner // 5), trace=True)

    count = len(steps_of(house))

    def same(answers: dict[str, Any]) -> None:
        decision = answers["creditkit, decision"][0]
        for name, answer in answers.items():
            if name.startswith("zen"):
                found = [answer["result"][f"c{n}"] for n in range(count - 7, count)]
                assert abs(found[0] - decision.score) < 1e-9
                assert found[1] == decision.grade
                assert found[4] == decision.limit.minor
                assert found[5] == decision.terms.name

    return Contest(
        name="one decision with its trace", size="one", entrants=entrants, same=same, aim=0.4
    )
