"""Decisions by hand: what a grade, a cap, a floor and a rounding make of given figures, and what is told."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditkit.canonical import digest
from creditkit.errors import InvalidFact
from creditkit.facts.customers import Application, Customer, ExternalRating, Portfolio
from creditkit.facts.ledger import ItemKind, Ledger, OpenItem
from creditkit.facts.lines import CreditLine, LineMode
from creditkit.facts.rates import Rates
from creditkit.facts.statements import Statement
from creditkit.figures import UNDEFINED, Figure, FigureKind
from creditkit.models.contract import Score
from creditkit.money import LARGEST, Line, Money
from creditkit.outcomes import Outcome
from creditkit.policy.decide.decision import Decision, LimitStep
from creditkit.policy.policy import Policy
from creditkit.policy.schema.findings import InvalidPolicy
from creditkit.reasons import Reason
from tests.strategies import OWN, Facts, documents, facts, loaded

TODAY = date(2026, 11, 21)

HOUSE: Mapping[str, Any] = {
    "schema": "creditkit.policy/1",
    "id": "house",
    "version": "7",
    "currency": "CNY",
    "assessment": {"models": [{"use": "scorecard:a"}]},
    "scorecards": [
        {
            "id": "a",
            "range": [300, 850],
            "factors": [
                {
                    "figure": "current_ratio",
                    "weight": "0.6",
                    "bins": [{"min": "1.5", "points": 80}, {"points": 10}],
                },
                {
                    "figure": "years_trading",
                    "weight": "0.4",
                    "bins": [{"min": 3, "points": 100}, {"points": 0}],
                },
            ],
        }
    ],
    "grades": {
        "domain": [300, 850],
        "rows": [
            {"id": "A", "min": 700, "limit_share": "0.15", "cap": "10000000", "terms": "net30"},
            {"id": "B", "min": 500, "limit_share": "5 %", "cap": "500000", "terms": "net7",
             "security": True, "review_months": 3},
            {"id": "D", "min": 300, "limit": "none", "terms": "款到发货", "review_months": 1},
        ],
    },
    "limit": {
        "methods": [{"use": "share_of_credit_sales"}],
        "floor": "20000",
        "round": "floor:1000",
        "cap": "8000000",
    },
    "checks": {"rows": []},
    "authority": {"rows": [{"role": "clerk", "max_limit": "100000"}, {"role": "board"}]},
    "monitoring": {"reviews": [{"exposure_above": "1000000", "months": 2}]},
}  # fmt: skip


def house(**changes: Any) -> Policy:
    return Policy.from_dict({**HOUSE, **changes}, figures=OWN)


def scored(
    score: float, sales: str | None = None, policy: Policy | None = None, **more: Any
) -> Decision:
    """The decision for a score and annual credit sales in yuan."""
    figures: dict[str, Any] = {"score": float(score), **more}
    if sales is not None:
        figures["credit_sales_12m"] = Money(sales, "CNY").minor
    return (policy or house()).decide_figures(figures, as_of=TODAY, customer="C-1")


def yuan(amount: str) -> Money:
    return Money(amount, "CNY")


def keys(decision: Decision) -> list[str]:
    return [reason.key for reason in decision.reasons]


# ------------------------------------------------------------------------------------ the handbook


def test_the_case_of_the_handbook() -> None:
    """750 points: grade AA, 15 % of annual credit sales, 30 days."""
    figures = {
        "score": 750.0,
        "credit_sales_12m": 320_000_000,  # 3,200,000 yuan
        "insolvency": False,
        "blocked": False,
        "years_in_business": 12,
        "settled_count": 20,
    }
    decision = Policy.standard().decide_figures(figures, as_of=TODAY, customer="C-1")
    assert (decision.grade, decision.score) == ("AA", 750.0)
    assert decision.limit == yuan("480000")  # 0.15 x 3,200,000
    assert decision.binding == "share_of_credit_sales"
    assert decision.terms is not None
    assert (decision.terms.name, decision.terms.days) == ("net30", 30)


@pytest.mark.parametrize(
    ("score", "grade"),
    [(850, "A"), (700, "A"), (699.999, "B"), (500, "B"), (499.5, "D"), (300, "D")],
)
def test_lower_bounds_are_inclusive_and_leave_no_gap(score: float, grade: str) -> None:
    assert scored(score).grade == grade


# ------------------------------------------------------------------------------ the recommended limit

LIMITS = [
    # score, sales, limit, binding
    (750, "3200000", "480000", "share_of_credit_sales"),  # 0.15 x 3.2 million
    (600, "3200000", "160000", "share_of_credit_sales"),  # 0.05 x 3.2 million
    (600, "20000000", "500000", "cap:grade"),  # 1,000,000 before the cap
    (750, "60000000", "8000000", "cap:policy"),  # 9,000,000, below the grade's cap
    (750, "900000000000000", "8000000", "cap:policy"),  # both caps: the last to move it binds
    (750, "100000", "20000", "floor"),  # 15,000 before the floor
    (750, "3333333.33", "499000", "share_of_credit_sales"),  # 499,999.9995 -> .99 -> full thousands
    (750, "0", "20000", "floor"),
    (750, "-5", "20000", "floor"),  # a negative base gives 0
    (750, "133333.33", "20000", "floor"),  # 19,999.9995 is below the floor
]


@pytest.mark.parametrize(("score", "sales", "limit", "binding"), LIMITS)
def test_limits_by_hand(score: float, sales: str, limit: str, binding: str) -> None:
    decision = scored(score, sales)
    assert (decision.limit, decision.binding) == (yuan(limit), binding)
    assert decision.outcome is Outcome.APPROVE
    assert decision.reasons == ()


def test_each_step_of_a_limit_is_told() -> None:
    decision = scored(600, "20000333.33")
    assert decision.limit_steps == (
        LimitStep(
            name="share_of_credit_sales",
            amount=yuan("1000016.66"),  # 1,000,016.6665 rounded down
            figure="credit_sales_12m",
            base=yuan("20000333.33"),
            share=Fraction(1, 20),
        ),
        LimitStep(name="lowest", amount=yuan("1000016.66")),
        LimitStep(name="rounding", amount=yuan("1000000"), base=yuan("1000")),
        LimitStep(name="cap:grade", amount=yuan("500000")),
    )


@pytest.mark.parametrize(
    ("rounding", "limit"),
    [
        (None, "166666.69"),  # 166,666.699 rounded down to the fen
        ("half_up", "166666.69"),  # a method is whole before it is rounded
        ("ceil:1000", "167000"),
        ("ceil:0.05", "166666.70"),
        ("floor:0.05", "166666.65"),
        ("floor:7", "166663"),  # 23,809 x 7
    ],
)
def test_rounding_by_hand(rounding: str | None, limit: str) -> None:
    rules = {"methods": [{"use": "share_of_credit_sales"}]}
    policy = house(limit={**rules, "round": rounding} if rounding else rules)
    assert scored(750, "1111111.33", policy).limit == yuan(limit)


def test_methods_are_combined_and_the_winner_binds() -> None:
    """Sales 1,000,000 x 15 % = 150,000; net worth 2,000,000 x 10 % = 200,000; 30/365 of 900,000 x 1.5."""
    methods = [
        {"use": "share_of_credit_sales"},
        {"use": "net_worth_share", "share": "0.10"},
        {"use": "purchases_x_terms", "factor": "1.5"},
    ]
    known = {"net_worth": 200_000_000, "expected_purchases_12m": 90_000_000}
    lowest = house(limit={"methods": methods})
    highest = house(limit={"methods": methods, "combine": "highest"})
    assert scored(750, "1000000", lowest, **known).limit == yuan("110958.90")  # 110,958.904...
    assert scored(750, "1000000", lowest, **known).binding == "purchases_x_terms"
    assert scored(750, "1000000", highest, **known).limit == yuan("200000")
    assert scored(750, "1000000", highest, **known).binding == "net_worth_share"
    assert scored(750, "1000000", highest, net_worth=-5, expected_purchases_12m=0).limit == yuan(
        "150000"
    )
    assert scored(750, "1000000", lowest).limit is None
    skipping = house(limit={"methods": [{**one, "on_missing": "skip"} for one in methods]})
    assert scored(750, "1000000", skipping).limit == yuan("150000")
    assert scored(750, None, skipping).limit is None


def test_a_limit_that_cannot_be_said() -> None:
    decision = scored(750)
    assert (decision.limit, decision.binding) == (None, None)
    assert decision.outcome is Outcome.REFER
    assert keys(decision) == ["limit.unknown"]
    assert decision.reasons[0].params["missing"] == ("credit_sales_12m",)
    assert decision.approver == "board"  # what is not known needs a role without a bound
    assert decision.grantable is None


def test_no_credit() -> None:
    decision = scored(400, "3200000")
    assert (decision.grade, decision.limit, decision.binding) == ("D", Line.NONE, "grade")
    assert decision.outcome is Outcome.REJECT
    assert keys(decision) == ["grade.no_credit"]
    assert decision.terms is not None
    assert decision.terms.prepaid
    assert decision.approver is None
    assert decision.limit_steps == (LimitStep(name="grade", amount=Line.NONE),)


def test_nothing_is_known() -> None:
    decision = house().decide_figures({}, as_of=TODAY)
    assert (decision.grade, decision.score, decision.limit, decision.terms) == (None,) * 4
    assert keys(decision) == ["score.not_computable", "grade.none"]
    assert decision.reasons[0].params["missing"] == ("current_ratio", "years_trading")
    assert decision.outcome is Outcome.REFER
    assert decision.next_review == date(2026, 12, 21)  # as the worst grade
    assert not decision.security_required
    assert decision.limit_steps == ()
    assert decision.models[0].scaled is None


# -------------------------------------------------------------------- against what is asked and granted


@pytest.mark.parametrize(
    ("figures", "wanted"),
    [
        ({"requested_limit": 48_000_000}, []),
        ({"requested_limit": 48_000_001}, ["limit.below_requested"]),
        ({"line": 48_000_000}, []),
        ({"line": 48_000_001}, ["limit.below_line"]),
        ({"line": Line.UNLIMITED}, ["limit.below_line"]),
        ({"line": Line.NONE}, []),
        ({"line": Line.INHERIT}, []),
        (
            {"requested_limit": LARGEST, "line": LARGEST},
            ["limit.below_requested", "limit.below_line"],
        ),
    ],
)
def test_a_recommendation_below_what_is_asked_or_granted(
    figures: dict[str, Any], wanted: list[str]
) -> None:
    decision = scored(750, "3200000", **figures)
    assert keys(decision) == wanted
    assert decision.outcome is (Outcome.WARN if wanted else Outcome.APPROVE)
    severe = house(limit={**HOUSE["limit"], "below_requested": "refer", "below_line": "hold"})
    outcome = scored(750, "3200000", severe, **figures).outcome
    assert outcome is {
        "limit.below_requested": Outcome.REFER,
        "limit.below_line": Outcome.HOLD,
    }.get(wanted[-1] if wanted else "", Outcome.APPROVE)


def test_who_may_grant_is_measured_by_what_is_at_stake() -> None:
    assert scored(750, "600000").approver == "clerk"  # 90,000
    assert scored(750, "3200000").approver == "board"  # 480,000
    assert scored(750, "600000", requested_limit=10_000_001).approver == "board"
    assert scored(750, "600000", line=10_000_001).approver == "board"
    assert scored(750, "600000", line=Line.UNLIMITED).approver == "board"
    document = {key: value for key, value in HOUSE.items() if key != "authority"}
    assert scored(750, "600000", Policy.from_dict(document)).approver is None


def test_longer_terms_than_the_grade_allows() -> None:
    customer = good_customer()
    for asked, longer in (("net30", False), ("net 31", True), ("prepaid", False), (None, False)):
        application = Application(currency="CNY", requested_terms=asked)
        decision = house().decide(customer, as_of=TODAY, application=application)
        assert decision.grade == "A"
        assert ("terms.longer" in keys(decision)) == longer
        assert decision.requested_terms == asked


def test_reviews_come_sooner_for_those_who_owe_much() -> None:
    assert scored(750, "3200000").next_review == date(2027, 11, 21)
    assert scored(600, "3200000").next_review == date(2027, 2, 21)
    assert scored(750, "8000000").next_review == date(2027, 1, 21)  # a limit above a million
    assert scored(750, "8000000", receivables=100_000_000).next_review == date(2027, 11, 21)
    assert scored(600, "1", receivables=100_000_001).next_review == date(2027, 1, 21)
    unknown = house().decide_figures({"score": 600.0}, as_of="2026-11-30")
    assert unknown.next_review == date(2027, 1, 30)  # what is not known is not little
    owing = {"score": 600.0, "receivables": 0}
    end = house().decide_figures(owing, as_of="2026-11-30")
    assert end.next_review == date(2027, 2, 28)


# ------------------------------------------------------------------------------------ the assessment


def good_customer(**changes: Any) -> Customer:
    """Current ratio 2, eight years of trading: 300 + 550 x (0.6 x 0.8 + 0.4 x 1) = 784."""
    statement = Statement(
        currency="CNY", period_end=date(2025, 12, 31), current_assets=400, current_liabilities=200
    )
    return Customer(
        **{
            "id": "C-1", "currency": "CNY", "credit_sales_12m": "3200000", "statement": statement,
            "trading_since": date(2018, 11, 21), **changes,
        }
    )  # fmt: skip


def test_a_score_by_hand() -> None:
    decision = house().decide(good_customer(), as_of=TODAY)
    assert decision.score == pytest.approx(300 + 550 * (0.6 * 0.8 + 0.4))
    parts = decision.models[0].score.parts
    assert [part.value for part in parts] == pytest.approx([300, 264, 220])
    assert [part.bin for part in parts] == [None, ">= 1.5", ">= 3"]
    assert decision.figures["current_ratio"] == 2.0
    assert decision.figures["credit_sales_12m"] == yuan("3200000")


def test_a_score_outside_the_domain_is_held_at_its_bound() -> None:
    for score, held in ((851.0, 850.0), (299.0, 300.0), (1e300, 850.0), (-1e300, 300.0)):
        decision = scored(score, "3200000")
        assert decision.score == held
        assert "score.clipped" in keys(decision)
    assert "score.clipped" not in keys(scored(850, "3200000"))


def test_too_little_is_known() -> None:
    assessment = {"models": [{"use": "scorecard:a"}], "least_coverage": "0.61"}
    policy = house(assessment=assessment)
    decision = policy.decide(good_customer(trading_since=None), as_of=TODAY)
    assert keys(decision) == ["coverage.low"]
    assert decision.reasons[0].params == {"coverage": 0.6, "least": 0.61}
    assert decision.outcome is Outcome.REFER


def test_negative_equity_is_told() -> None:
    statement = Statement(currency="CNY", period_end=date(2025, 12, 31), equity=-0.5)
    decision = house().decide(good_customer(statement=statement), as_of=TODAY)
    assert "equity.negative" in keys(decision)
    assert (
        house().decide_figures({"equity": -1.0}, as_of=TODAY).reasons[1].code == "equity.negative"
    )


def test_knock_outs() -> None:
    assessment = {
        "models": [{"use": "scorecard:a"}],
        "knock_out": [
            {"id": "INSOLVENT", "require": "insolvency == false", "grade": "D"},
            {"id": "DISTRESS", "require": "z2 >= 1.10", "on_fail": "refer", "on_missing": "warn"},
        ],
    }
    policy = house(assessment=assessment)
    clean = scored(750, "3200000", policy, insolvency=False, z2=1.1)
    assert (clean.grade, keys(clean)) == ("A", [])
    fired = scored(750, "3200000", policy, insolvency=True, z2=1.09)
    assert (fired.grade, fired.limit) == ("D", Line.NONE)
    assert keys(fired) == [
        "grade.no_credit",
        "knock_out.fired:INSOLVENT",
        "knock_out.fired:DISTRESS",
    ]
    assert fired.outcome is Outcome.REJECT
    unknown = scored(750, "3200000", policy, z2=UNDEFINED)
    assert unknown.grade == "A"
    assert keys(unknown) == ["knock_out.unknown:INSOLVENT", "knock_out.unknown:DISTRESS"]
    assert [reason.effect for reason in unknown.reasons] == [Outcome.REFER, Outcome.WARN]
    graded = policy.decide_figures({"insolvency": True, "z2": 2.0}, as_of=TODAY)
    assert (graded.score, graded.grade) == (None, "D")
    assert "grade.none" not in keys(graded)


def test_a_category_that_no_bin_names_is_told() -> None:
    for value, told in (("good", False), ("GOOD", True), ("excellent", True), (None, False)):
        given_ = {"score": None, "reputation": value, "years_trading": 9}
        figures = {name: one for name, one in given_.items() if one is not None}
        decision = Policy.standard().decide_figures(figures, as_of=TODAY)
        found = [one for one in decision.reasons if one.key == "category.unnamed:reputation"]
        assert bool(found) is told
        if told:
            assert found[0].effect is None and f"names {value}" in found[0].sentence()


def test_to_fail_a_knock_out_is_no_way_to_a_grade() -> None:
    """A stranger who fails stays without a grade, unless he falls to one that gives no credit."""
    row = {"id": "LATE", "require": "oldest_overdue_days <= 30", "on_fail": "warn"}
    for grade, wanted in (("B", None), ("D", "D")):
        assessment = {
            "models": [{"use": "scorecard:a"}],
            "least_coverage": "0.5",
            "knock_out": [{**row, "grade": grade}],
        }
        policy = house(assessment=assessment)
        thin = {"years_trading": 9, "credit_sales_12m": 10**8, "oldest_overdue_days": 90}
        decision = policy.decide_figures(thin, as_of=TODAY)
        assert (decision.grade, "coverage.low" in keys(decision)) == (wanted, True)
        assert policy.decide_figures({**thin, "current_ratio": 2.0}, as_of=TODAY).grade == grade


def test_who_owes_nothing_has_no_distress() -> None:
    """Z'' has no meaning without liabilities: the rule says so, and holds nothing against it."""
    lines = {"total_assets": 900, "current_assets": 500, "current_liabilities": 0, "equity": 900}
    lines |= {"retained_earnings": 300, "ebit": 90, "revenue": 2000, "net_income": 60}
    effects = []
    for debt in (0, 1, None):
        statement = Statement(
            currency="CNY", period_end="2026-06-30", **{**lines, "total_liabilities": debt}
        )
        customer = Customer(id="C-1", currency="CNY", statement=statement, insolvency=False)
        decision = Policy.standard().decide(customer, as_of=TODAY)
        found = [one for one in decision.reasons if one.key == "knock_out.unknown:DISTRESS"]
        effects.append([one.effect for one in found])
    assert effects == [[Outcome.APPROVE], [], [Outcome.WARN]]


def test_information_is_required_by_the_amount_asked() -> None:
    assessment = {
        "models": [{"use": "scorecard:a"}],
        "required_information": [
            {"up_to": "50000", "needs": []},
            {"up_to": "500000", "needs": ["years_trading >= 1"]},
            {"needs": ["years_trading >= 1", "audited == true"]},
        ],
    }
    policy = house(assessment=assessment)

    def asks(**figures: Any) -> list[str]:
        found = keys(scored(750, "3200000", policy, **figures))  # by the sales: 480,000
        return [key for key in found if key.startswith("information.missing")]

    trading, audited = (
        "information.missing:years_trading >= 1",
        "information.missing:audited == true",
    )
    assert asks() == asks(years_trading=1) == []
    assert asks(requested_limit=5_000_000) == []
    assert asks(requested_limit=5_000_001) == [trading]
    assert asks(requested_limit=50_000_001) == [trading, audited]
    assert asks(requested_limit=50_000_001, audited=False, years_trading=0) == [trading, audited]
    assert keys(scored(400, "3200000", policy)) == ["grade.no_credit"]
    unknown = keys(scored(750, None, policy))
    assert {trading, audited} < set(unknown)  # an amount that is not known asks for everything


TIERS = [
    {"up_to": "50000", "needs": ["audited == true"]},
    {"up_to": "500000", "needs": ["years_trading >= 1"]},
    {"needs": ["years_trading >= 3", "litigation_count <= 2"]},
]


@pytest.mark.parametrize(
    ("sales", "known", "limit", "said"),
    [
        ("3200000", {"audited": True}, "50000", ["limit.information"]),
        ("3200000", {"audited": True, "years_trading": 1}, "480000", []),
        ("3200000", {"years_trading": 1}, "480000", []),
        ("3200000", {}, "0", ["limit.zero", "information.missing:audited == true"]),
        ("333333.34", {"audited": True}, "50000", []),
        ("340000", {"audited": True}, "50000", ["limit.information"]),
        ("320000", {}, "0", ["limit.zero", "information.missing:audited == true"]),
        ("32000000", {"years_trading": 3}, "500000", ["limit.information"]),
        ("32000000", {"years_trading": 3, "litigation_count": 2}, "4800000", []),
        ("32000000", {"audited": True, "litigation_count": 2}, "50000", ["limit.information"]),
    ],
)
def test_the_limit_goes_as_far_as_the_information(
    sales: str, known: Any, limit: str, said: list[str]
) -> None:
    assessment = {"models": [{"use": "scorecard:a"}], "required_information": TIERS}
    decision = scored(750, sales, house(assessment=assessment), **known)
    assert (decision.limit, keys(decision)) == (yuan(limit), said)
    assert decision.outcome is (Outcome.REFER if "limit.zero" in said else Outcome.APPROVE)
    steps = [(step.name, step.amount) for step in decision.limit_steps]
    assert (decision.binding == "information") is bool(said)
    assert (steps[-1] == ("information", yuan(limit))) is bool(said)
    if said == ["limit.information"]:
        assert decision.reasons[0].params["limit"] == yuan(limit)


def test_a_limit_of_zero_by_its_information_is_referred() -> None:
    rows = [{"up_to": "0", "needs": []}, {"needs": ["audited == true"]}]
    assessment = {"models": [{"use": "scorecard:a"}], "required_information": rows}
    decision = scored(750, "3200000", house(assessment=assessment))
    assert (decision.limit, decision.outcome) == (yuan("0"), Outcome.REFER)
    assert keys(decision) == ["limit.zero", "limit.information"]


def test_what_more_information_would_carry_is_told() -> None:
    assessment = {"models": [{"use": "scorecard:a"}], "required_information": TIERS}
    reason = scored(750, "32000000", house(assessment=assessment), audited=True).reasons[0]
    assert reason.params["needs"] == ("years_trading >= 1",)  # of the next row, not of the last
    assert reason.sentence() == (
        "The recommended limit stops at 50,000.00 CNY; more requires: Years trading with us ≥ 1."
    )
    assert reason.sentence("zh") == "建议额度止于 50,000.00 CNY；更高额度要求：合作年限 ≥ 1。"


def test_an_unlimited_grade_is_carried_by_its_information() -> None:
    assessment = {"models": [{"use": "scorecard:a"}], "required_information": TIERS}
    grades: dict[str, Any] = {"domain": [300, 850]}
    row = {"terms": "net30", "limit_share": "0.10"}
    grades["rows"] = [
        {"id": "AA", "min": 700, "terms": "net30", "limit": "unlimited"},
        {"id": "A", "min": 300, **row},
    ]
    policy = house(assessment=assessment, grades=grades)
    assert scored(750, "3200000", policy, years_trading=1).limit == yuan("500000")
    known = {"years_trading": 3, "litigation_count": 0}
    assert scored(750, "3200000", policy, **known).limit is Line.UNLIMITED


def test_where_missing_information_stops_nothing_the_limit_stands() -> None:
    assessment = {"models": [{"use": "scorecard:a"}], "required_information": TIERS}
    policy = house(assessment=assessment, on_missing="warn")
    decision = scored(750, "3200000", policy, audited=True)
    assert (decision.limit, decision.outcome) == (yuan("480000"), Outcome.WARN)
    assert keys(decision) == ["information.missing:years_trading >= 1"]


@given(
    st.tuples(st.floats(300, 850), st.floats(300, 850)).map(sorted),
    st.fixed_dictionaries(
        {"credit_sales_12m": st.integers(0, 10**12), "insolvency": st.just(value=False)},
        optional={
            "years_in_business": st.integers(0, 3),
            "years_trading": st.integers(0, 3),
            "settled_count": st.integers(0, 5),
            "statement_age_months": st.integers(0, 30),
            "expected_purchases_12m": st.integers(0, 10**12),
            "receivables": st.integers(0, 10**12),
            "requested_limit": st.integers(0, 10**11),
            "line": st.integers(0, 10**11),
        },
    ),
)
def test_a_better_score_never_hurts(scores: list[float], figures: dict[str, Any]) -> None:
    worse, better = (
        Policy.standard().decide_figures({**figures, "score": score}, as_of=TODAY)
        for score in scores
    )
    assert better.outcome <= worse.outcome

    def worth(decision: Decision) -> Money:
        return decision.limit if isinstance(decision.limit, Money) else yuan("0")

    assert worth(better) >= worth(worse)


def test_every_assumption_that_was_used_is_listed() -> None:
    assessment = {
        "models": [{"use": "scorecard:a"}],
        "assume": {"insolvency": False, "credit_sales_12m": "1000000", "current_ratio": "1.5"},
        "knock_out": [{"id": "INSOLVENT", "require": "insolvency == false"}],
    }
    decision = house(assessment=assessment).decide_figures({"years_trading": 3}, as_of=TODAY)
    assert decision.limit == yuan("150000")
    assert keys(decision) == [
        "assumption.used:insolvency",
        "assumption.used:credit_sales_12m",
        "assumption.used:current_ratio",
    ]
    assert [reason.params["value"] for reason in decision.reasons] == [False, yuan("1000000"), 1.5]
    assert decision.outcome is Outcome.APPROVE
    told = house(assessment=assessment).decide_figures({"insolvency": True}, as_of=TODAY)
    assert "assumption.used:insolvency" not in keys(told)
    assert "knock_out.fired:INSOLVENT" in keys(told)


# ----------------------------------------------------------------------------------------- the host


class Line750:
    """A host's own model: an id, what it needs, and a score."""

    id = "host.line/3"
    needs = ("own_ratio",)

    def score(self, figures: Mapping[str, Any], /) -> Score:
        value = figures["own_ratio"]
        if value is None:
            return Score(model=self.id, value=None, missing=("own_ratio",))
        if value is UNDEFINED:
            return Score(model=self.id, value=None, undefined=("own_ratio",))
        return Score(model=self.id, value=float(value) * 1000)


def test_a_hosts_model_and_figure() -> None:
    document = {**HOUSE, "assessment": {"models": [{"use": "host.line/3"}]}}
    policy = Policy.from_dict(document, models=[Line750()], figures=OWN)
    decision = policy.decide(good_customer(figures={"own_ratio": 0.75}), as_of=TODAY)
    assert (decision.grade, decision.score, decision.limit) == ("A", 750.0, yuan("480000"))
    assert decision.models[0].score.model == "host.line/3"
    assert decision.figures["own_ratio"] == 0.75
    missing = policy.decide(good_customer(), as_of=TODAY)
    assert missing.reasons[0].params["missing"] == ("own_ratio",)
    undefined = policy.decide_figures({"own_ratio": UNDEFINED}, as_of=TODAY)
    assert undefined.reasons[0].params["undefined"] == ("own_ratio",)
    assert policy.digest != house().digest


def test_a_scale_brings_a_model_to_the_policys_points() -> None:
    scale = [[500, 300], ["700.0", 700], [900, "800"]]
    document = {**HOUSE, "assessment": {"models": [{"use": "host.line/3", "scale": scale}]}}
    policy = Policy.from_dict(document, models=[Line750()], figures=OWN)
    for given_, points in ((0.4, 300), (0.5, 300), (0.6, 500), (0.7, 700), (0.8, 750), (1.5, 800)):
        decision = policy.decide_figures({"own_ratio": given_}, as_of=TODAY)
        assert decision.score == pytest.approx(points)
        assert decision.models[0].scaled == decision.score


def test_given_figures_are_of_their_kind() -> None:
    policy = house()
    for figures, message in (
        ({"credit_sale_12m": 5}, r"figures\.credit_sale_12m is not known.*'credit_sales_12m'"),
        ({"credit_sales_12m": 5.0}, "must be of the kind money"),
        ({"credit_sales_12m": LARGEST + 1}, "must be of the kind money"),
        ({"credit_sales_12m": True}, "must be of the kind money"),
        ({"z2": "2.6"}, "must be of the kind score"),
        ({"z2": True}, "must be of the kind score"),
        ({"blocked": 1}, "must be of the kind flag"),
        ({"industry": 1}, "must be of the kind category"),
        ({"years_trading": Line.NONE}, "must be of the kind count"),
    ):
        with pytest.raises(InvalidFact, match=message):
            policy.decide_figures(figures, as_of=TODAY)
    assert policy.decide_figures({"z2": float("nan")}, as_of=TODAY).figures["z2"] is None
    assert policy.decide_figures({"z2": 2}, as_of=TODAY).figures["z2"] == 2.0


def test_money_in_a_card_is_told_as_money() -> None:
    factor = {
        "figure": "own_money", "weight": 1, "bins": [{"min": "1000", "points": 100}, {"points": 0}],
    }  # fmt: skip
    policy = house(scorecards=[{"id": "a", "range": [300, 850], "factors": [factor]}])
    decision = policy.decide(good_customer(figures={"own_money": yuan("999.99")}), as_of=TODAY)
    assert decision.models[0].score.parts[1].given == yuan("999.99")
    assert decision.models[0].score.parts[1].bin == "else"
    assert "999.99 CNY" in decision.explain()
    assert_told(decision)
    enough = policy.decide(good_customer(figures={"own_money": yuan("1000")}), as_of=TODAY)
    assert enough.score == 850.0


@pytest.mark.parametrize(
    ("raw", "score"),
    [
        (699.9999999999999, 700.0),  # a sum of floats that stands on a bound
        (699.9999999994, 699.999999999),
        (700.0000000005, 700.0),
        (-1e-12, 0.0),
        (4194303.9999999995, 4194304.0),
        (4194304.5, 4194304.5),
    ],
)
def test_scores_are_stated_to_nine_decimals(raw: float, score: float) -> None:
    document = {
        **HOUSE,
        "assessment": {"models": [{"use": "host.same/1"}]},
        "grades": {
            "domain": [-10, 10**9],
            "rows": [{"id": "A", "min": 700, "limit_share": "0.15", "terms": "net30"},
                     {"id": "D", "min": -10, "limit": "none", "terms": "net7"}],
        },
    }  # fmt: skip

    class Same:
        id = "host.same/1"
        needs = ("own_score",)

        def score(self, figures: Mapping[str, Any], /) -> Score:
            return Score(model=self.id, value=figures["own_score"])

    policy = Policy.from_dict(document, models=[Same()], figures=OWN)
    customer = good_customer(figures={"own_score": raw})
    decision = policy.decide(customer, as_of=TODAY)
    run = policy.decide(Portfolio.of([customer]), as_of=TODAY)
    assert decision.score is not None
    assert decision.score.hex() == float(run.score[0]).hex() == score.hex()


# ------------------------------------------------------------------------------------------ granting


def test_a_grant_is_what_was_recommended_and_no_more_than_was_asked() -> None:
    decision = scored(750, "3200000")
    line = decision.grant(by="Li", on=TODAY, until=date(2027, 11, 21))
    assert line == CreditLine(
        currency="CNY", amount=yuan("480000"), approved_by="Li", approved_on=TODAY, start=TODAY,
        until=date(2027, 11, 21), terms="net30", decision=decision.digest,
    )  # fmt: skip
    asked = scored(750, "3200000", requested_limit=10_000)
    assert asked.grant(by="Li", on=TODAY).amount == yuan("100")
    with pytest.raises(InvalidFact, match="must not be before 2026-11-21, the day of the decision"):
        asked.grant(by="Li", on=date(2026, 11, 20))
    assert decision.grant(by="Li", on=TODAY, amount="300000", mode=LineMode.ADDS).amount == yuan(
        "300000"
    )
    assert decision.grant(by="Li", on=TODAY, amount=Line.NONE).amount is Line.NONE


def test_a_grant_above_the_recommendation_says_why() -> None:
    decision = scored(750, "3200000")
    for amount in ("480000.01", Line.UNLIMITED, Line.INHERIT):
        with pytest.raises(InvalidFact, match=r"decision\.grant must not be above 480,000\.00 CNY"):
            decision.grant(by="Li", on=TODAY, amount=amount)
    line = decision.grant(by="Li", on=TODAY, amount="500000", override="parent guarantees")
    assert (line.amount, line.override) == (yuan("500000"), "parent guarantees")


def test_a_grant_needs_an_amount_where_none_is_recommended() -> None:
    with pytest.raises(InvalidFact, match="needs an amount where none is recommended"):
        scored(750).grant(by="Li", on=TODAY)
    with pytest.raises(InvalidFact, match="must not be above"):
        scored(750).grant(by="Li", on=TODAY, amount="5")
    assert scored(400).grant(by="Li", on=TODAY).amount is Line.NONE
    line = scored(400).grant(by="Li", on=TODAY, amount="5", override="sample order")
    assert line.amount == yuan("5")


def test_unlimited_and_inherited_lines_are_granted_as_recommended() -> None:
    grades = {
        "domain": [300, 850],
        "rows": [
            {"id": "U", "min": 700, "limit": "unlimited", "terms": "net30"},
            {"id": "I", "min": 300, "limit": "inherit", "terms": "net30"},
        ],
    }
    policy = house(grades=grades)
    assert scored(750, policy=policy).grant(by="Li", on=TODAY).amount is Line.UNLIMITED
    assert scored(750, policy=policy, requested_limit=500).grantable == yuan("5")
    assert scored(400, policy=policy, requested_limit=500).grantable is Line.INHERIT


# ------------------------------------------------------------------------------- what is told, and records


def pages(decision: Decision) -> list[str]:
    told = [decision.explain("en"), decision.explain("zh"), str(decision), decision._repr_html_()]
    told += [reason.sentence(language) for reason in decision.reasons for language in ("en", "zh")]
    return told


def assert_told(decision: Decision) -> None:
    """Every page is rendered to its end, and the record gives back an equal decision."""
    for page in pages(decision):
        assert "{" not in page
        assert "}" not in page
        assert "?" not in page.replace("x ?", "")  # a model of several that cannot be computed
        assert "None" not in page
        assert "Undefined" not in page
        assert "Fraction" not in page
    data = decision.to_dict()
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    again = Decision.from_dict(json.loads(text))
    assert again == decision
    assert again.to_dict() == data
    assert again.digest == decision.digest == digest(data)
    assert again.explain() == decision.explain()
    assert pickle.loads(pickle.dumps(decision)) == decision


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents(), facts(most=2))
def test_every_decision_can_be_told_and_recorded(document: dict[str, Any], given_: Facts) -> None:
    try:
        policy = loaded(document)
    except InvalidPolicy:
        return
    for row, customer in enumerate(given_.customers):
        decision = policy.decide(
            customer,
            as_of=given_.as_of,
            application=given_.applications and given_.applications[row],
            line=given_.lines and given_.lines[row],
            rates=given_.rates,
            ledger=given_.ledger and given_.ledger.account(customer.id),
        )
        assert_told(decision)


@pytest.mark.parametrize(
    "decision",
    [
        scored(750, "3200000", requested_limit=LARGEST, line=Line.UNLIMITED),
        scored(851, "3200000", line=Line.INHERIT),
        scored(750),
        scored(400, "5"),
        scored(400, "5", requested_limit=500, line=500),
        house().decide_figures({}, as_of=TODAY),
        house().decide_figures(
            {"current_ratio": UNDEFINED, "industry": "none", "credit_sales_12m": 2**60}, as_of=TODAY
        ),
        Policy.standard().decide(good_customer(), as_of=TODAY),
    ],
    ids=["limits", "clipped", "unknown", "none", "below none", "nothing", "undefined", "standard"],
)
def test_decisions_are_told_and_recorded(decision: Decision) -> None:
    assert_told(decision)


def test_a_page_by_hand() -> None:
    decision = scored(600, "20000000", requested_limit=60_000_000)
    lines = decision.explain().splitlines()
    assert lines[2].startswith("Grade               B   Score 600.0   (as supplied)")
    assert [*lines[:2], *lines[3:12]] == [
        "C-1  warn   (as of 2026-11-21, policy house 7)",
        "",
        "Recommended limit   500,000.00 CNY   (binding: the grade's cap)",
        "Requested limit     600,000.00 CNY",
        "Terms               net 7",
        "Security            required",
        "Approval authority  board",
        "Next review         2027-02-21",
        "",
        "Reasons",
        "  [warn] The recommended limit of 500,000.00 CNY is below the requested 600,000.00 CNY.",
    ]
    zh = decision.explain("zh")
    assert "建议额度  500,000.00 CNY   （起决定作用：等级上限）" in zh
    assert "[提醒] 建议额度：500,000.00 CNY，低于申请额度 600,000.00 CNY。" in zh


def test_html_is_escaped() -> None:
    decision = house().decide_figures({}, as_of=TODAY, customer="<script>")
    assert "<script>" not in decision._repr_html_()
    assert "&lt;script&gt;" in decision._repr_html_()


def test_text_is_not_taken_for_a_line_or_an_amount() -> None:
    """A category named ``none``, ``undefined`` or ``5 CNY`` stays text in a record."""
    policy = house()
    for name in ("none", "unlimited", "undefined", "5 CNY", "2026-01-01"):
        decision = policy.decide_figures({"industry": name}, as_of=TODAY)
        again = Decision.from_dict(json.loads(json.dumps(decision.to_dict())))
        assert again.figures["industry"] == name
        assert type(again.figures["industry"]) is str


def test_the_digest_of_facts_is_of_the_facts_alone() -> None:
    one = house().decide(good_customer(), as_of=TODAY)
    assert one.facts_digest == house(version="8").decide(good_customer(), as_of=TODAY).facts_digest
    assert one.facts_digest != house().decide(good_customer(blocked=True), as_of=TODAY).facts_digest
    assert one.facts_digest != house().decide(good_customer(), as_of="2026-11-22").facts_digest
    given_ = {"score": 750.0}
    first = house().decide_figures(given_, as_of=TODAY)
    assert first.facts_digest == house().decide_figures(dict(given_), as_of=TODAY).facts_digest
    assert first.facts_digest != house().decide_figures(given_, as_of="2026-11-22").facts_digest


def test_a_date_outside_the_policys_window_is_refused() -> None:
    policy = house(effective={"from": date(2026, 7, 1), "until": "2027-07-01"})
    for day in ("2026-07-01", "2027-06-30"):
        assert policy.decide(good_customer(), as_of=day).as_of == date.fromisoformat(day)
    for day in ("2026-06-30", "2027-07-01"):
        with pytest.raises(InvalidFact, match="must lie in the policy's window"):
            policy.decide(good_customer(), as_of=day)
        assert policy.decide_figures({}, as_of=day).as_of == date.fromisoformat(day)  # a what-if


def test_reviews_stay_in_the_calendar() -> None:
    with pytest.raises(InvalidFact, match="as_of must lie from the year 1000 on and before 9000"):
        house().decide(good_customer(), as_of="9999-12-31")


def test_sums_beyond_64_bits_are_told_in_full() -> None:
    knock_out = [{"id": "K", "require": "credit_sales_12m + net_worth <= 0.5 * net_worth + 5"}]
    assessment = {"models": [{"use": "scorecard:a"}], "knock_out": knock_out}
    figures = {"credit_sales_12m": LARGEST, "net_worth": LARGEST}
    decision = house(assessment=assessment).decide_figures(figures, as_of=TODAY)
    (fired,) = (reason for reason in decision.reasons if reason.code == "knock_out.fired")
    assert fired.params["left"] == "184467440737095516.14 CNY"  # 2 x (2^63 - 1) fen
    assert_told(decision)


def test_own_figures_have_a_name_of_their_own() -> None:
    own = Figure(name="z2", kind=FigureKind.RATIO, en="x", zh="x", meaning="x")
    with pytest.raises(InvalidFact, match="must not be declared twice"):
        Policy.from_dict(HOUSE, figures=[own])
    own = Figure(name="visits", kind="count", en="x", zh="x", meaning="x", better="high")
    assert own.kind is FigureKind.COUNT and Policy.from_dict(HOUSE, figures=[own])
    for wrong, message in (
        ({"kind": "cuont"}, "figure.kind must be one of .* did you mean 'count'"),
        ({"kind": 5}, "figure.kind must be one of"),
        ({"better": "up"}, "figure.a.better must be 'high', 'low' or None"),
        ({"en": ""}, "figure.a.en must be a title"),
    ):
        given_ = {"name": "a", "kind": "count", "en": "x", "zh": "x", "meaning": "x", **wrong}
        with pytest.raises(InvalidFact, match=message):
            Figure(**given_)  # type: ignore[arg-type]
    own = Figure(name="a b", kind=FigureKind.RATIO, en="x", zh="x", meaning="x")
    with pytest.raises(InvalidFact, match="must have a name of letters"):
        Policy.from_dict(HOUSE, figures=[own])


# ------------------------------------------------------------------------- pages and doors, case by case


def test_money_may_be_given_as_money() -> None:
    policy = house()
    given_ = {"score": 750.0, "credit_sales_12m": yuan("1000000")}
    decision = policy.decide_figures(given_, as_of=TODAY)
    assert decision.limit == yuan("150000")
    where = r"^figures\.credit_sales_12m must be in CNY, the currency of the policy \(got Money\('1"
    with pytest.raises(InvalidFact, match=where):
        policy.decide_figures({**given_, "credit_sales_12m": Money(1, "USD")}, as_of=TODAY)


def test_money_may_be_given_as_text() -> None:
    """As money, text and minor units a figure is one fact, with one decision and one digest."""
    policy = house()
    ways = (yuan("1000000"), "1000000", "1000000.00", Decimal("1e6"), 100_000_000)
    first, *others = (
        policy.decide_figures({"score": 750.0, "credit_sales_12m": way}, as_of=TODAY)
        for way in ways
    )
    assert first.limit == yuan("150000")
    assert first.figures["credit_sales_12m"] == yuan("1000000")
    assert all(other == first for other in others)
    assert {other.facts_digest for other in others} == {first.facts_digest}
    yen = Policy.from_dict({**HOUSE, "currency": "JPY"})
    told = yen.decide_figures({"credit_sales_12m": "1000000"}, as_of=TODAY)
    assert told.figures["credit_sales_12m"] == Money(1_000_000, "JPY")
    for wrong, message in (
        ("one million", "must be an amount in plain digits"),
        ("1,000,000", "must be an amount in plain digits .*; write it as '1000000'"),
        ("", "must be an amount in plain digits"),
        ("0.005", "must have at most 2 decimals in CNY"),
        (Decimal("NaN"), "must be a finite amount"),
        ("1e30", "must be a finite amount"),
        (5.0, "must be of the kind money .*; write Money, text such as '1200.50', or whole minor"),
        (True, "must be of the kind money .*; write Money, text such as '1200.50', or whole minor"),
    ):
        with pytest.raises(InvalidFact, match=rf"^figures\.credit_sales_12m {message}"):
            policy.decide_figures({"credit_sales_12m": wrong}, as_of=TODAY)


def test_the_ledger_of_another_customer_is_refused() -> None:
    item = OpenItem(
        id="I", account="C-2", currency="CNY", kind=ItemKind.INVOICE, amount="5", doc_date=TODAY
    )
    with pytest.raises(InvalidFact, match=r"decide\.ledger must be of C-1 \(got 'C-2'\)"):
        house().decide(good_customer(id="C-1"), as_of=TODAY, ledger=Ledger.of([item]))


def test_a_decision_without_reasons_has_no_heading_for_them() -> None:
    decision = scored(750, "1000000")
    assert decision.reasons == ()
    assert "Reasons" not in decision.explain() and "理由" not in decision.explain("zh")


def test_the_mixture_of_models_is_told() -> None:
    """0.25 of the card's 850 and 0.75 of 750 by the line of the house; and where one is unknown."""
    mixed = {"models": [{"use": "scorecard:a", "weight": "0.25"},
                        {"use": "host.line/3", "weight": "0.75"}]}  # fmt: skip
    policy = Policy.from_dict({**HOUSE, "assessment": mixed}, models=[Line750()], figures=OWN)
    best = {"current_ratio": 2.0, "years_trading": 3}
    decision = policy.decide_figures({**best, "own_ratio": 0.75}, as_of=TODAY)
    card = 300 + 550 * (0.6 * 80 + 0.4 * 100) / 100  # 784
    assert decision.score == pytest.approx(0.25 * card + 0.75 * 750)
    assert_told(decision)
    page = decision.explain().splitlines()
    at = page.index("How the models make the score")
    assert [line.split() for line in page[at + 1 : at + 4]] == [
        ["scorecard:a", "0.25", "x", "784.0", "=", "196.0"],
        ["host.line/3", "0.75", "x", "750.0", "=", "562.5"],
        ["sum", "of", "these", "758.5"],
    ]
    assert "模型得分合成" in decision.explain("zh")
    half = policy.decide_figures(best, as_of=TODAY)
    assert half.score is None and "0.75 x not known" in half.explain()
    assert "0.75 x 未知" in half.explain("zh")


def test_a_model_that_is_its_own_points_needs_no_scale() -> None:
    assert house().document.assessment.models[0].scaled(612.0) == 612.0


@pytest.mark.parametrize(
    ("require", "passes"),
    [
        ("own_money - line <= 5", True),  # no credit counts 0
        ("line < own_money", True),
        ("line > own_money", False),
        ("own_money > line", True),
        ("line >= own_money", False),
        ("line == own_money", False),
        ("line != own_money", True),
    ],
)
def test_no_credit_compares_as_nothing(require: str, passes: bool) -> None:
    """Five yuan against a line of no credit."""
    policy = house(
        assessment={
            "models": [{"use": "scorecard:a"}],
            "knock_out": [{"id": "K", "require": require, "on_fail": "warn"}],
        }
    )
    decision = scored(750, "1000000", policy, own_money=500, line=Line.NONE)
    assert ("knock_out.fired:K" in keys(decision)) is not passes


def test_a_title_may_be_one_text() -> None:
    assert house(title="House").document.title == ("House", "House")
    assert house(title={"zh": "本公司"}).document.title == ("本公司", "本公司")


def test_a_domain_is_two_numbers_in_order() -> None:
    for domain, path in (
        (["x", 850], "grades.domain[0]"), ([300], "grades.domain"), ([850, 300], "grades.domain"),
    ):  # fmt: skip
        with pytest.raises(InvalidPolicy) as refused:
            house(grades={**HOUSE["grades"], "domain": domain})
        assert path in {fault.path for fault in refused.value.findings}


def test_an_amount_that_the_currency_does_not_have_is_one_fault() -> None:
    best, good, *rest = HOUSE["grades"]["rows"]
    roles = [{"role": "clerk", "max_limit": "0.005"}, {"role": "board"}]
    for section, path in (
        ({"limit": {**HOUSE["limit"], "cap": "8000000.005"}}, "limit.cap"),
        ({"authority": {"rows": roles}}, "authority.rows[0].max_limit"),
        (
            {"grades": {**HOUSE["grades"], "rows": [best, {**good, "cap": "5000.005"}, *rest]}},
            "grades.rows[1].cap",
        ),
    ):
        with pytest.raises(InvalidPolicy) as refused:
            house(**section)
        assert [fault.path for fault in refused.value.findings] == [path]


@pytest.mark.parametrize(
    "call",
    [
        lambda policy: policy.exposure(5, as_of=TODAY),
        lambda policy: policy.role_title([]),
        lambda policy: policy.decide_figures(None, as_of=TODAY),
        lambda policy: policy.decide_figures({"z2": np.array([1.0, 2.0])}, as_of=TODAY),
        lambda policy: policy.decide_figures({"z2": 10**400}, as_of=TODAY),
        lambda policy: policy.decide_figures({}, as_of=date.max),
        lambda policy: policy.decide(good_customer(), as_of=date.min),
        lambda policy: policy.decide(good_customer(), as_of=TODAY, rates=1),
        lambda policy: policy.decide(Portfolio.of([good_customer()]), as_of=TODAY)["x"],
        lambda policy: Policy.from_toml("id = 1", models=None),
        lambda policy: Policy.from_toml("id = 1", figures=None),
    ],
)
def test_a_wrong_call_is_refused_by_name(call: Any) -> None:
    with pytest.raises(InvalidFact, match="must"):
        call(house())


SOUND = {"total_assets": 1000.0, "total_liabilities": 300.0, "equity": 700.0}


@pytest.mark.parametrize(
    ("lines", "end", "code", "words"),
    [
        ({}, date(2026, 12, 31), "statement.future", "after 2026-11-21"),
        ({}, date(2010, 12, 31), "statement.stale", "older than 24 months"),
        ({"total_liabilities": -300.0}, None, "statement.unusable", "Total liabilities"),
        ({"total_assets": 0.0}, None, "statement.unusable", "Total assets"),
        ({"total_assets": None}, None, "statement.unusable", "Total assets"),
        ({"current_assets": 6000.0}, None, "statement.parts", "Current assets of 6,000"),
        ({"current_liabilities": 301.0}, None, "statement.parts", "Total liabilities of 300"),
        ({"equity": 800.0}, None, "statement.unbalanced", "1,100"),
        ({"equity": 740.0}, None, None, ""),  # minority interests
        ({"current_liabilities": 300.0, "current_assets": 1000.0}, None, None, ""),
    ],
)
def test_a_statement_that_cannot_be_right_says_so(
    lines: dict[str, Any], end: date | None, code: str | None, words: str
) -> None:
    statement = Statement(
        currency="CNY", period_end=end or date(2025, 12, 31), **{**SOUND, **lines}
    )
    customer = Customer(id="C", currency="CNY", statement=statement)
    policy = Policy.standard()
    one = policy.decide(customer, as_of=TODAY)
    told = [reason for reason in one.reasons if reason.code.startswith("statement.")]
    assert [reason.code for reason in told] == ([] if code is None else [code])
    assert all(words in reason.sentence() and reason.sentence("zh") for reason in told)
    run = policy.decide(Portfolio.of([customer]), as_of=TODAY)
    assert run.reasons_of(0) == tuple(reason.key for reason in one.reasons)


def test_a_ledger_that_cannot_be_read_is_named() -> None:
    ledger = Ledger.from_columns(
        {"id": ["1"], "account": "C", "currency": "USD", "kind": "invoice", "amount": ["5"],
         "doc_date": "2026-09-01", "due_date": "2026-10-01"}
    )  # fmt: skip
    customer = Customer(id="C", currency="CNY")
    one = Policy.standard().decide(customer, ledger=ledger, as_of=TODAY)
    assert "ledger.unreadable" in [reason.code for reason in one.reasons]
    run = Policy.standard().decide(Portfolio.of([customer]), ledger=ledger, as_of=TODAY)
    assert run.reasons_of(0) == tuple(reason.key for reason in one.reasons)


def test_what_is_asked_for_in_another_currency_is_shown_as_it_was_asked() -> None:
    asked = Application(currency="USD", requested_limit="90000")
    held = CreditLine(currency="USD", amount="100", approved_by="u", approved_on="2026-11-01")
    day, std = "2026-11-21", Policy.standard()
    customer = Customer(id="C", currency="CNY")
    without = std.decide(customer, application=asked, line=held, as_of=day)
    assert (without.requested_limit, without.line) == (None, None)
    assert without.requested_as == Money("90000", "USD")
    assert without.line_as == Money("100", "USD")
    assert "90,000.00 USD (no rate)" in str(without)
    assert "90,000.00 USD（缺少汇率）" in without.explain("zh")
    assert Decision.from_dict(without.to_dict()) == without
    rates = Rates("CNY", {"USD": "7.1"}, as_of=day)
    with_rate = std.decide(customer, application=asked, line=held, rates=rates, as_of=day)
    assert "639,000.00 CNY (90,000.00 USD)" in str(with_rate)
    assert "710.00 CNY (100.00 USD)" in str(with_rate)
    plain = std.decide(customer, as_of=day).to_dict()  # records without are as they were
    assert not {"requested_as", "line_as"} & set(plain)


def test_what_is_asked_for_without_a_rate_is_not_exceeded() -> None:
    """The recommended limit would have been granted, however little was asked for."""
    decision = attrs.evolve(scored(750, "3200000"), requested_as=Money("5000", "USD"))
    assert decision.limit is not None
    assert decision.grantable is None
    with pytest.raises(InvalidFact, match="needs an amount"):
        decision.grant(by="u", on=decision.as_of)


def test_a_knock_out_says_that_the_grade_falls() -> None:
    decision = scored(750, "3200000", Policy.standard(), insolvency=True)
    (fired,) = (one for one in decision.reasons if one.code == "knock_out.fired")
    assert fired.params["falls_to"] == decision.grade == "D"
    assert fired.sentence().endswith("; the grade falls to D.")
    assert fired.sentence("zh").endswith("；信用等级降为 D。")
    earlier = {name: value for name, value in fired.params.items() if name != "falls_to"}
    assert (
        Reason("knock_out.fired", fired.effect, subject=fired.subject, **earlier)
        .sentence()
        .endswith("hold.")
    )
    at_the_bottom = scored(300, "3200000", Policy.standard(), insolvency=True)
    (fired,) = (one for one in at_the_bottom.reasons if one.code == "knock_out.fired")
    assert "falls_to" not in fired.params  # it was there already


def test_what_is_dated_after_the_day_is_not_known_and_told() -> None:
    customer = Customer(
        id="C", currency="CNY", founded=date(2027, 1, 1), trading_since=date(2026, 11, 22),
        ratings=[ExternalRating(agency="b", value=70.0, as_of=date(2026, 12, 1))],
    )  # fmt: skip
    policy = Policy.standard()
    one = policy.decide(customer, as_of=TODAY)
    told = ["date.future:years_in_business", "date.future:years_trading", "rating.future"]
    assert [key for key in keys(one) if "future" in key] == told
    assert "years_trading" not in one.figures or one.figures["years_trading"] is None
    assert "2027-01-01, which is after 2026-11-21" in str(one)
    assert "晚于 2026-11-21" in one.explain("zh")
    run = policy.decide(Portfolio.of([customer]), as_of=TODAY)
    assert run[0] == one and run.reasons_of(0) == tuple(keys(one))
    same_day = attrs.evolve(customer, founded=TODAY, trading_since=TODAY, ratings=())
    assert not [key for key in keys(policy.decide(same_day, as_of=TODAY)) if "future" in key]
