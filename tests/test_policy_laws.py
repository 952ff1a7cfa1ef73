"""Laws of every policy: stricter never loosens, order never matters, records and parts are exact."""

from __future__ import annotations

import copy
import functools
import itertools
import json
import os
import random
import subprocess
import sys
import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from creditkit.canonical import canonical
from creditkit.facts.customers import Customer
from creditkit.facts.statements import LINES, Statement
from creditkit.money import Line, Money
from creditkit.policy.decide.decision import Decision
from creditkit.policy.decide.one import _One, stated
from creditkit.policy.policy import Policy
from creditkit.policy.schema.findings import InvalidPolicy
from creditkit.policy.standard import STANDARD
from tests.strategies import (
    OWN,
    Facts,
    conditions,
    customers,
    documents,
    facts,
    loaded,
    statements,
)

TODAY = date(2026, 11, 21)
ROOT = Path(__file__).parent.parent
generous = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
POLICY = Policy.from_toml(STANDARD, figures=OWN)

# --------------------------------------------------------------------------- stricter never loosens


def decisions(policy: Policy, given_: Facts) -> list[Decision]:
    return [
        policy.decide(
            customer,
            as_of=given_.as_of,
            application=given_.applications and given_.applications[row],
            line=given_.lines and given_.lines[row],
            ledger=given_.ledger and given_.ledger.account(customer.id),
            rates=given_.rates,
        )
        for row, customer in enumerate(given_.customers)
    ]


def compared(
    document: dict[str, Any], stricter: dict[str, Any], given_: Facts
) -> list[tuple[Decision, Decision, Policy]]:
    """What the two policies decide; nothing where one of them is refused."""
    try:
        before, after = loaded(document), loaded(stricter)
    except InvalidPolicy:
        return []
    return [
        (one, other, after)
        for one, other in zip(decisions(before, given_), decisions(after, given_), strict=True)
    ]


def size(limit: Any) -> float:
    """Limits by size; what the group has is left out by the caller."""
    return {Line.NONE: 0.0, Line.UNLIMITED: float("inf")}.get(limit) or (
        limit.minor if isinstance(limit, Money) else 0.0
    )


def assert_limit_not_larger(one: Decision, other: Decision) -> None:
    if one.limit is not None and Line.INHERIT not in (one.limit, other.limit):
        assert other.limit is None or size(other.limit) <= size(one.limit)


def assert_grade_not_better(one: Decision, other: Decision, policy: Policy) -> None:
    if one.grade is not None:
        assert other.grade is not None
        assert policy.grades.index(other.grade) >= policy.grades.index(one.grade)


def rows_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return document["grades"]["rows"]  # type: ignore[no-any-return]


@generous
@given(documents(), facts(most=3), st.sampled_from([0, Fraction(1, 2), Fraction(9, 10)]))
def test_a_smaller_share_never_gives_a_larger_limit(
    document: dict[str, Any], given_: Facts, factor: Fraction
) -> None:
    stricter = copy.deepcopy(document)
    for row in stricter["limit"]["methods"]:
        row["factor"] = f"{float(Fraction(str(row.get('factor', 1))) * factor):.18f}"
    for one, other, policy in compared(document, stricter, given_):
        assert other.grade == one.grade
        assert_limit_not_larger(one, other)
        assert_grade_not_better(one, other, policy)


@generous
@given(documents(), facts(most=3), st.sampled_from(["0", "300", "5000"]))
def test_a_lower_cap_never_gives_a_larger_limit(
    document: dict[str, Any], given_: Facts, cap: str
) -> None:
    stricter = copy.deepcopy(document)
    for row in (*rows_of(stricter), stricter["limit"]):
        if "limit" not in row:
            row["cap"] = min(cap, str(row.get("cap", cap)), key=int)
    for one, other, _ in compared(document, stricter, given_):
        assert other.grade == one.grade
        assert_limit_not_larger(one, other)
        if isinstance(other.limit, Money):
            assert other.limit.amount <= int(cap)


@generous
@given(documents(), facts(most=3), st.sampled_from([Fraction(1, 2), Fraction(1, 100)]))
def test_a_higher_bound_never_gives_a_better_grade(
    document: dict[str, Any], given_: Facts, share: Fraction
) -> None:
    stricter = copy.deepcopy(document)
    high = Fraction(str(document["grades"]["domain"][1]))
    for row in rows_of(stricter)[:-1]:
        bound = Fraction(str(row["min"]))
        row["min"] = f"{float(bound + (high - bound) * share):.12f}"
    for one, other, policy in compared(document, stricter, given_):
        assert other.score == one.score
        assert_grade_not_better(one, other, policy)
        assert_limit_not_larger(one, other)


@generous
@given(documents(), facts(most=3), conditions(), st.data())
def test_one_more_knock_out_never_helps(
    document: dict[str, Any], given_: Facts, condition: str, data: st.DataObject
) -> None:
    stricter = copy.deepcopy(document)
    row = {"id": "MORE", "require": condition}
    if data.draw(st.booleans()):
        row["grade"] = data.draw(st.sampled_from([grade["id"] for grade in rows_of(document)]))
    stricter["assessment"]["knock_out"].append(row)
    for one, other, policy in compared(document, stricter, given_):
        assert_grade_not_better(one, other, policy)
        assert_limit_not_larger(one, other)
        if one.grade is None:
            assert other.limit in (None, Line.NONE)  # to fail is no way to credit
        if not any(reason.key == "knock_out.unknown:MORE" for reason in other.reasons):
            assert other.outcome >= one.outcome  # it rejects where it fires


@generous
@given(documents(), facts(most=3), st.sampled_from(["0.999", "1"]))
def test_a_higher_coverage_never_gives_more(
    document: dict[str, Any], given_: Facts, least: str
) -> None:
    stricter = copy.deepcopy(document)
    stricter["assessment"]["least_coverage"] = least
    for one, other, _ in compared(document, stricter, given_):
        # below what is asked for there is no grade but that of a knock-out, and so no limit by score
        if "coverage.low" in {reason.code for reason in other.reasons}:
            fallen = {row.get("grade") for row in stricter["assessment"]["knock_out"]}
            assert other.grade in {None, *fallen}
        else:
            assert (other.grade, other.limit) == (one.grade, one.limit)
            assert other.outcome >= one.outcome


OPEN = st.sampled_from([{}, {"requested_limit": 70_000}, {"line": 70_000}, {"line": 0}])
"""What else stands open: nothing, a limit that is asked for, a line in force."""


@given(documents(), st.floats(-10, 900), st.floats(-10, 900), st.integers(-5, 10**18), OPEN)
def test_a_higher_score_is_never_worse(
    document: dict[str, Any], one: float, other: float, sales: int, more: dict[str, int]
) -> None:
    """Grade, limit, terms, outcome: what a better score gets is at least what a worse one gets."""
    try:
        policy = loaded({**document, "assessment": {"models": document["assessment"]["models"]}})
    except InvalidPolicy:
        return
    low, high = sorted([one, other])
    rest = {"credit_sales_12m": sales, "net_worth": sales, "expected_purchases_12m": sales}
    worse, better = (
        policy.decide_figures(
            {"score": score, "own_money": 7, "receivables": 0, **rest, **more}, as_of=TODAY
        )
        for score in (low, high)
    )
    assert_grade_not_better(better, worse, policy)
    assert_limit_not_larger(better, worse)
    assert better.terms is not None
    assert worse.terms is not None
    assert worse.terms.days <= better.terms.days
    if Line.INHERIT not in (better.limit, worse.limit):  # how much the group has is not known here
        assert better.outcome <= worse.outcome


@generous
@given(facts(most=3), st.floats(300, 850), st.floats(300, 850))
def test_a_higher_score_is_never_worse_in_the_standard_policy(
    given_: Facts, one: float, other: float
) -> None:
    """With its knock-outs, its required information, what is asked for and the line in force."""
    low, high = sorted([one, other])
    for decision in decisions(POLICY, given_):
        seen = {name: value for name, value in decision.figures.items() if value is not None}
        figures = {
            name: value.minor if isinstance(value, Money) else value for name, value in seen.items()
        }
        worse, better = (
            POLICY.decide_figures({**figures, "score": score}, as_of=given_.as_of)
            for score in (low, high)
        )
        assert_grade_not_better(better, worse, POLICY)
        assert_limit_not_larger(better, worse)
        assert better.outcome <= worse.outcome


# ----------------------------------------------------------------------------------- less is not more


@given(statements(), st.floats(0, 1e6), st.booleans())
def test_less_equity_never_helps(statement: Statement, shift: float, short: bool) -> None:
    """The same assets, more of them owed: the score of the standard policy never rises.

    Return on equity would break it (leverage raises it); the standard card has the net margin. A
    company that owes nothing is left out: it has no ratio to what it owes, and earns the most.
    """
    assets, owed, soon = (
        getattr(statement, name)
        for name in ("total_assets", "total_liabilities", "current_liabilities")
    )
    assume(assets is not None and owed is not None and owed > 0)
    statement = attrs.evolve(statement, equity=assets - owed)  # a balance sheet balances
    changes: dict[str, Any] = {
        "equity": assets - owed - shift,
        "total_liabilities": owed + shift,
    }
    if short and soon is not None:
        assume(soon > 0)
        changes["current_liabilities"] = soon + shift
    assert_not_better(statement, changes)


def assert_not_better(statement: Statement, changes: dict[str, Any]) -> None:
    rest = {"id": "x", "currency": "CNY", "litigation_count": 0, "reputation": "fair"}
    before = POLICY.decide(Customer(statement=statement, **rest), as_of=TODAY)
    weaker = attrs.evolve(statement, **changes)
    after = POLICY.decide(Customer(statement=weaker, **rest), as_of=TODAY)
    if None in (before.figures["z2"], after.figures["z2"]):
        return
    if before.models[0].score.coverage != after.models[0].score.coverage:
        return
    assert before.score is not None
    assert after.score is not None
    assert after.score <= before.score


@given(statements(), st.sampled_from([2.0, 1024.0, 0.5]))
def test_scores_are_free_of_scale(statement: Statement, factor: float) -> None:
    """The same company counted in another unit: ratios and scores are the same to the last bit."""
    lines = {
        name: value * factor for name in LINES if (value := getattr(statement, name)) is not None
    }
    before = statement.previous
    if before is not None and before.revenue is not None:
        before = attrs.evolve(before, revenue=before.revenue * factor)
    counted = attrs.evolve(statement, previous=before, **lines)
    rest = {"id": "x", "currency": "CNY", "litigation_count": 1}
    one = POLICY.decide(Customer(statement=statement, **rest), as_of=TODAY)
    other = POLICY.decide(Customer(statement=counted, **rest), as_of=TODAY)
    assert (other.score, other.grade) == (one.score, one.grade)


# ------------------------------------------------------------------------------- order never matters


@generous
@given(documents(), facts(most=3), st.randoms(use_true_random=False))
def test_order_of_knock_outs_never_matters(
    document: dict[str, Any], given_: Facts, shuffle: random.Random
) -> None:
    moved = copy.deepcopy(document)
    shuffle.shuffle(moved["assessment"]["knock_out"])
    for one, other, _ in compared(document, moved, given_):
        assert (other.outcome, other.grade, other.limit) == (one.outcome, one.grade, one.limit)
        assert {reason.key for reason in other.reasons} == {reason.key for reason in one.reasons}


def reordered(value: Any, shuffle: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        shuffle.shuffle(keys)
        return {key: reordered(value[key], shuffle) for key in keys}
    return [reordered(item, shuffle) for item in value] if isinstance(value, list) else value


@generous
@given(documents(), facts(most=2), st.randoms(use_true_random=False))
def test_order_of_keys_never_matters(
    document: dict[str, Any], given_: Facts, shuffle: random.Random
) -> None:
    moved = reordered(document, shuffle)
    for one, other, policy in compared(document, moved, given_):
        assert policy.digest == loaded(document).digest
        same = attrs.evolve(one, reasons=())
        assert attrs.evolve(other, reasons=()).to_dict() == same.to_dict()
        assert {reason.key for reason in other.reasons} == {reason.key for reason in one.reasons}


@given(
    customers(),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=5),
    st.sampled_from(["CN", "DE"]),
)
def test_what_no_figure_reads_changes_nothing(customer: Customer, name: str, country: str) -> None:
    assume(name.strip())
    one = POLICY.decide(customer, as_of=TODAY)
    other = POLICY.decide(
        attrs.evolve(customer, name=name, name_zh=name, country=country, group=name), as_of=TODAY
    )
    told = {k: v for k, v in one.to_dict().items() if k != "facts_digest"}
    assert {k: v for k, v in other.to_dict().items() if k != "facts_digest"} == told
    assert other.facts_digest != one.facts_digest


@given(customers())
def test_a_decision_is_the_same_every_time(customer: Customer) -> None:
    one, other = (POLICY.decide(customer, as_of=day) for day in (TODAY, TODAY.isoformat()))
    assert one == other
    assert one.digest == other.digest


# ------------------------------------------------------------------------------------- parts are the value


@generous
@given(documents(), facts(most=3))
def test_the_score_is_the_left_to_right_sum_of_its_parts(
    document: dict[str, Any], given_: Facts
) -> None:
    try:
        policy = loaded(document)
    except InvalidPolicy:
        return
    low, high = map(float, policy.document.grades.domain)
    for decision in decisions(policy, given_):
        total = []
        for model in decision.models:
            if model.score.value is None:
                assert (model.part, model.scaled) == (None, None)
                continue
            parts = [part.value for part in model.score.parts]
            assert functools.reduce(lambda a, b: a + b, parts) == model.score.value
            assert model.part == model.weight * model.scaled  # type: ignore[operator]
            total.append(model.part)
        if decision.score is not None:
            raw = functools.reduce(lambda a, b: a + b, total)  # type: ignore[operator]
            assert isinstance(raw, float)
            assert decision.score == min(max(stated(raw), low), high)


@generous
@given(documents(), facts(most=3))
def test_the_last_step_is_the_limit(document: dict[str, Any], given_: Facts) -> None:
    try:
        policy = loaded(document)
    except InvalidPolicy:
        return
    for decision in decisions(policy, given_):
        steps = decision.limit_steps
        if decision.grade is None:
            assert steps == ()
        else:
            assert steps[-1].amount == decision.limit or decision.limit is None
        if decision.binding is not None:
            assert decision.binding in {step.name for step in steps}
        for step in steps:
            if step.share is not None and step.base is not None and isinstance(step.amount, Money):
                assert step.amount.minor == max(step.base.minor, 0) * step.share // 1


# ------------------------------------------------------------------------------- short ways


@settings(generous)
@given(documents(), facts(most=4))
def test_the_short_ways_of_a_decision_come_to_what_the_long_ones_do(
    document: dict[str, Any], given_: Facts
) -> None:
    """To the last reason, the figures that were looked at, and all that is said when somebody asks."""
    try:
        policy = loaded(document)
    except InvalidPolicy:
        return
    short = [one.to_dict() for one in decisions(policy, given_)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_One, "plain", lambda self, rows, *ranks: False)
        patch.setattr("creditkit.policy.decide.one.standing_of", lambda card, values: None)
        assert [one.to_dict() for one in decisions(policy, given_)] == short


@given(facts(most=2))
def test_a_decision_says_the_same_however_often_it_is_asked(given_: Facts) -> None:
    """Two threads may look at once; whoever looks fills in what was not worked out yet."""
    for decision in decisions(POLICY, given_):
        assert decision._rest() == decision._rest()
        assert decision == Decision.from_dict(decision.to_dict())


# ---------------------------------------------------------------------------------------- round trips


@given(documents())
def test_a_policy_survives_its_record(document: dict[str, Any]) -> None:
    try:
        policy = loaded(document)
    except InvalidPolicy:
        return
    for again in (policy.to_dict(), json.loads(policy.to_json()), json.loads(json.dumps(document))):
        assert loaded(again).digest == policy.digest
        assert loaded(again) == policy
    assert policy.to_json().encode() == canonical(policy.to_dict())


def toml(value: Any) -> str:
    """Plain data as an inline TOML value."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=True)


@given(documents())
def test_toml_and_plain_data_are_the_same_policy(document: dict[str, Any]) -> None:
    text = "\n".join(f"{key} = {toml(value)}" for key, value in document.items())
    assert tomllib.loads(text) == document
    try:
        policy = loaded(document)
    except InvalidPolicy:
        return
    from tests.strategies import OWN, Host

    assert Policy.from_toml(text, models=[Host()], figures=OWN).digest == policy.digest


def test_the_standard_policy_is_one_in_every_form() -> None:
    data = tomllib.loads(STANDARD)
    policy = Policy.standard()
    for again in (data, policy.to_dict(), json.loads(policy.to_json())):
        assert Policy.from_dict(again) == policy
    dated = {**data, "effective": {"from": date(2026, 1, 1)}}
    text = {**data, "effective": {"from": "2026-01-01"}}
    assert Policy.from_dict(dated).digest == Policy.from_dict(text).digest
    assert Policy.from_dict(text).digest != policy.digest
    assert Policy.from_dict({**data, "version": "2"}).digest != policy.digest


def test_what_a_policy_gives_away_cannot_change_it() -> None:
    policy = Policy.standard()
    data = policy.to_dict()
    data["grades"]["rows"].clear()
    data["assessment"]["models"][0]["use"] = "x"
    assert policy.to_dict()["grades"]["rows"]
    assert Policy.from_dict(policy.to_dict()).digest == policy.digest
    source = tomllib.loads(STANDARD)
    made = Policy.from_dict(source)
    source["grades"]["rows"].clear()
    assert made.digest == policy.digest


# ----------------------------------------------------------------------------- the same on every machine

SCRIPT = """
import decimal, locale
from datetime import date
from creditkit.facts.customers import Customer, Portfolio
from creditkit.facts.statements import Statement
from creditkit.figures import Figure, FigureKind
from creditkit.policy.policy import Policy
from creditkit.policy.standard import STANDARD
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
decimal.getcontext().prec = 4
policy = Policy.from_toml(STANDARD, figures=[
    Figure(name=name, kind=kind, en=name, zh=name, meaning=name)
    for name, kind in (("a", FigureKind.CATEGORY), ("b", FigureKind.COUNT))])
statement = Statement(currency="CNY", period_end=date(2025, 12, 31), total_assets=1000, ebit=120,
    current_assets=400, current_liabilities=200, retained_earnings=250, equity=550,
    total_liabilities=450, net_income=80, revenue=900)
many = [Customer(id=f"C-{n}", currency="CNY", credit_sales_12m="123456.78", founded=date(2001, 2, 3),
    industry=("trade", "steel", None)[n % 3], reputation=("good", "fair", "poor")[n % 3],
    statement=(statement, None)[n % 2], insolvency=(None, False)[n % 2], figures={"b": 1, "a": "x"})
    for n in range(6)]
print(policy.digest)
for customer in many:
    decision = policy.decide(customer, as_of="2026-11-21")
    print(decision.digest, decision.facts_digest, decision.explain("zh"), decision.explain())
run = policy.decide(Portfolio.of(many), as_of="2026-11-21")
print(run.reasons.rows_of_places(), run.limit.values.tolist(), run.score.tolist(), run.reason_keys)
"""


def test_nothing_depends_on_the_machine() -> None:
    """Hash seed, locale, time zone, decimal context: the same bytes."""
    said = set()
    for seed, place, zone in (
        ("0", "C", "UTC"), ("1", "C.UTF-8", "Asia/Shanghai"), ("4711", "de_DE.UTF-8", "America/Lima"),
    ):  # fmt: skip
        environment = {
            **os.environ, "PYTHONHASHSEED": seed, "LC_ALL": place, "TZ": zone,
            "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT / "src"),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        said.add(done.stdout)
    assert len(said) == 1
    assert len(said.pop()) > 1000


@pytest.mark.parametrize("one", [Line.UNLIMITED, Line.NONE, Money(1, "CNY"), None], ids=str)
def test_sizes_are_ordered(one: Any) -> None:
    """The helper of the laws above: no credit is the least, no limit the most."""
    order = [Line.NONE, Money(1, "CNY"), Money(2, "CNY"), Line.UNLIMITED]
    assert all(size(a) < size(b) for a, b in itertools.pairwise(order))
    assert size(one) >= 0
