"""Conditions on the score and the grade: of the decision that is given, in one and in columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import creditkit as ck
from tests.test_parity import told_by_columns, told_by_one

TODAY = date(2026, 11, 21)


def document(**sections: Any) -> dict[str, Any]:
    """A score of 0 to 100 by the years of trading: A from 60, B from 30, else C; a fifth of sales."""
    bins = [{"min": years, "points": years * 10} for years in (10, 7, 4, 1)] + [{"points": 0}]
    card = {
        "id": "years", "range": [0, 100],
        "factors": [{"figure": "years_trading", "weight": 1, "bins": bins}],
    }  # fmt: skip
    grades = [
        {"id": name, "min": least, "limit_share": "0.20", "terms": "net30", "review_months": 12}
        for name, least in (("A", 60), ("B", 30), ("C", 0))
    ]
    data: dict[str, Any] = {
        "schema": "creditkit.policy/1", "id": "small", "version": "1", "currency": "CNY",
        "grades": {"domain": [0, 100], "rows": grades}, "scorecards": [card],
        "assessment": {"models": [{"use": "scorecard:years"}]},
        "limit": {"methods": [{"use": "share_of_credit_sales"}]},
        "checks": {"rows": [{"id": "LINE", "require": "exposure + order <= line", "on_fail": "hold"}]},
    }  # fmt: skip
    for name, more in sections.items():
        data[name] = {**data.get(name, {}), **more}
    return data


def decided(data: dict[str, Any], years: int = 8, **more: Any) -> ck.Decision:
    """The decision for one, which columns must give too."""
    policy = ck.Policy.from_dict(data)
    facts = {"id": "a", "currency": "CNY", "credit_sales_12m": "1000000", **more}
    customer = ck.Customer(**facts, trading_since=date(TODAY.year - years, 1, 1))
    run = policy.decide(ck.Portfolio.of([customer]), as_of=TODAY)
    one = policy.decide(customer, as_of=TODAY)
    assert told_by_columns(run, 0) == told_by_one(one)
    return one


def information(*needs: str) -> dict[str, Any]:
    return {"required_information": [{"needs": list(needs)}]}


@pytest.mark.parametrize(
    ("needs", "years", "holds"),
    [
        ("grade in [A]", 7, True),
        ("grade in [A]", 6, False),
        ("grade not in [A]", 6, True),
        ("score >= 70", 7, True),
        ("score >= 70.01", 7, False),
        ("score < 70", 4, True),
    ],
)
def test_a_condition_on_the_score_or_the_grade_decides(needs: str, years: int, holds: bool) -> None:
    decision = decided(
        document(assessment={"models": [{"use": "scorecard:years"}]} | information(needs)), years
    )
    assert decision.limit == ck.Money("200000" if holds else "0", "CNY")
    assert ("information.missing" in {reason.code for reason in decision.reasons}) != holds


@pytest.mark.parametrize(
    ("when", "binding"), [("grade in [A]", "net_worth_share"), ("score < 70", None)]
)
def test_a_method_is_guarded_by_them(when: str, binding: str | None) -> None:
    methods = [
        {"use": "share_of_credit_sales"},
        {"use": "net_worth_share", "figure": "credit_sales_12m", "share": "0.1", "when": [when]},
    ]
    decision = decided(document(limit={"methods": methods}), 7)
    assert decision.binding == (binding or "share_of_credit_sales")


@pytest.mark.parametrize(("needs", "holds"), [("grade in [A, B]", False), ("grade in [C]", True)])
def test_the_grade_is_the_one_that_is_given_not_the_one_before_a_knock_out(
    needs: str, holds: bool
) -> None:
    knock_out = {"id": "SUED", "require": "litigation_count <= 2", "grade": "C", "on_fail": "warn"}
    assessment = {"models": [{"use": "scorecard:years"}], "knock_out": [knock_out]}
    decision = decided(document(assessment=assessment | information(needs)), litigation_count=3)
    assert (decision.grade, decision.score) == ("C", 70.0)
    assert decision.limit == ck.Money("200000" if holds else "0", "CNY")


def test_what_the_decision_makes_is_not_assumed_given_or_tested_before() -> None:
    for name, value in (("grade", "A"), ("score", "10")):
        with pytest.raises(ck.InvalidPolicy, match=f"'{name}' can never be known of a customer"):
            ck.Policy.from_dict(document(assessment={"assume": {name: value}}))
        knock_out = [
            {"id": "K", "require": f"{name} != {value}" if name == "grade" else "score > 5"}
        ]
        with pytest.raises(ck.InvalidPolicy, match=f"'{name}' can never be known of a customer"):
            ck.Policy.from_dict(document(assessment={"knock_out": knock_out}))
    tests = [{"id": "t", "given": {"score": "70", "grade": "A"}, "grade": "A"}]
    with pytest.raises(ck.InvalidPolicy, match=r"tests\[0\].given\.grade .*can never"):
        ck.Policy.from_dict({**document(), "tests": tests})
    policy = ck.Policy.from_dict(document())
    with pytest.raises(ck.InvalidFact, match=r"figures\.grade is made by the decision"):
        policy.decide_figures({"score": 90.0, "grade": "C"}, as_of=TODAY)


def test_a_supplied_score_is_seen_within_the_domain() -> None:
    data = document(
        assessment={"models": [{"use": "scorecard:years"}]} | information("score <= 100")
    )
    given = {"score": 250.0, "credit_sales_12m": 100_000_000}
    decision = ck.Policy.from_dict(data).decide_figures(given, as_of=TODAY)
    assert decision.score == decision.figures["score"] == 100.0
    assert decision.limit == ck.Money("200000", "CNY")


@pytest.mark.parametrize(
    ("needs", "finding"),
    [
        ("grade in [A, AAAA]", "unknown grade 'AAAA'"),
        ("grade == Z", "unknown grade 'Z'"),
        ("grade not in [Dd]", "unknown grade 'Dd'"),
    ],
)
def test_a_condition_names_grades_that_the_policy_has(needs: str, finding: str) -> None:
    checks = {"rows": [{"id": "G", "require": needs, "on_fail": "hold"}]}
    for data in (document(assessment=information(needs)), document(checks=checks)):
        with pytest.raises(ck.InvalidPolicy, match=finding):
            ck.Policy.from_dict(data)


@pytest.mark.parametrize(
    ("needs", "code"), [("score >= 700", "scale.never"), ("score >= 0", "scale.always")]
)
def test_a_bound_on_the_score_is_held_against_the_domain(needs: str, code: str) -> None:
    policy = ck.Policy.from_dict(document(assessment=information(needs)))
    assert code in {finding.code for finding in policy.warnings}
    assert policy.digest == ck.Policy.from_dict(policy.to_dict()).digest
