"""Limits by policy: what methods, rules, caps and fixed amounts of a document decide and say."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._columns import Amounts
from creditkit.limits.combining import RULES
from creditkit.limits.methods import METHODS
from creditkit.policy.decide.decision import Decision, Operand
from creditkit.policy.policy import Policy
from tests.test_policy_loading import edited

TODAY = date(2026, 11, 21)
MONEY = ("r1", "r2", "r3", "all_purchases", "orders_3m", "insurer_limit", "group_limit")
OWN = [
    *(ck.Figure(name=name, kind="money", en=name, zh=name, meaning=name) for name in MONEY),
    ck.Figure(name="suppliers", kind="count", en="Suppliers", zh="供应商数", meaning="How many"),
    ck.Figure(name="pays", kind="ratio", en="Chance of payment", zh="付款概率", meaning="0 to 1"),
    ck.Figure(
        name="defaults", kind="ratio", en="Chance of default", zh="违约概率", meaning="0 to 1"
    ),
]
CNY = "CNY"


def house(
    *methods: dict[str, Any], grades: list[dict[str, Any]] | None = None, **limit: Any
) -> Policy:
    """Grades A (30 days, 15 %), B (10 days, 5 %) and D (none), with these methods."""
    document = {
        "schema": "creditkit.policy/1",
        "id": "house",
        "version": "1",
        "currency": CNY,
        "assessment": {"models": [{"use": "altman.z2_1995"}]},
        "grades": {
            "domain": [-100, 100],
            "rows": grades
            or [
                {"id": "A", "min": 50, "limit_share": "0.15", "terms": "net30"},
                {"id": "B", "min": 0, "limit_share": "0.05", "terms": "net10"},
                {"id": "D", "min": -100, "limit": "none", "terms": "prepaid"},
            ],
        },
        "limit": {"methods": list(methods) or [{"use": "share_of_credit_sales"}], **limit},
        "checks": {"rows": []},
    }
    return Policy.from_dict(document, figures=OWN)


def decided(policy: Policy, score: Any = 60.0, **figures: Any) -> Decision:
    return policy.decide_figures({"score": score, **figures}, as_of=TODAY, customer="C-1")


def yuan(amount: str) -> ck.Money:
    return ck.Money(amount, CNY)


def keys(decision: Decision) -> list[str]:
    return [reason.key for reason in decision.reasons]


# ------------------------------------------------------------------------------------- one method

STEPS = [{"min": "0.95", "share": "1.2"}, {"min": "0.80", "share": 1}, {"share": "0.5"}]
PAGES: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({"use": "tangible_net_worth_share", "share": "10 %"}, {"tangible_net_worth": "2400000"},
     "share of tangible net worth  240,000.00 CNY  10% x 2,400,000.00 CNY", "有形净资产比例"),
    ({"use": "net_worth_share", "share": "10 %", "by_grade": {"A": "0.8", "B": 0}},
     {"net_worth": "-5"}, "share of net worth  0.00 CNY  10% x 80% x -5.00 CNY, not below 0", "净资产比例"),
    ({"use": "working_capital_share", "share": "60/365"}, {"working_capital": "365"},
     "share of working capital  60.00 CNY  60/365 x 365.00 CNY", "营运资金比例"),
    ({"use": "share_of_credit_sales", "by_grade": {"A": "1/3", "B": 0}}, {"credit_sales_12m": "100"},
     "share of credit sales  5.00 CNY  15% x 1/3 x 100.00 CNY", "赊销额比例"),
    ({"use": "working_assets"}, {"working_assets": "375", "working_asset_score": 2.068181818},
     "working-asset analysis  93.75 CNY  25% x 375.00 CNY  (Working asset score 2.07)", "营运资产分析法"),
    ({"use": "purchases_x_terms", "grace_days": 15, "factor": "1.1"},
     {"expected_purchases_12m": "1200000"},
     "purchases x terms  162,739.72 CNY  (30 + 15)/365 x 110% x 1,200,000.00 CNY, rounded down",
     "采购额 x 账期"),
    ({"use": "purchases_x_terms", "by_grade": {"A": "0.5", "B": 0}}, {"expected_purchases_12m": "730"},
     "purchases x terms  30.00 CNY  30/365 x 50% x 730.00 CNY", "采购额 x 账期"),
    ({"use": "supply_share", "figure": "all_purchases", "share": "30 %"}, {"all_purchases": "5000000"},
     "our share of the purchases x terms  123,287.67 CNY  30/365 x 30% x 5,000,000.00 CNY, rounded down",
     "销售额测定法"),
    ({"use": "quarter_orders", "figure": "orders_3m", "by_grade": {"A": "80 %", "B": "50 %"}},
     {"orders_3m": "333333.33"},
     "last quarter's orders x terms  88,888.88 CNY  30/90 x 80% x 333,333.33 CNY, rounded down", "销售量法"),
    ({"use": "average_receipts", "figures": ["r1", "r2", "r3"]}, {"r1": "100", "r2": "90", "r3": "60"},
     "average receipts x terms  90.00 CNY  30/30 x 1/6 x 540.00 CNY  "
     "(3 x 100.00 CNY + 2 x 90.00 CNY + 1 x 60.00 CNY)", "回款额测算法"),
    ({"use": "net_worth_per_supplier", "count": "suppliers"}, {"net_worth": "1000", "suppliers": 7},
     "net worth per supplier  142.85 CNY  1/7 x 1,000.00 CNY, rounded down  (Suppliers 7)", "净资产分割法"),
    ({"use": "working_capital_per_supplier", "count": "suppliers"},
     {"working_capital": "1000", "suppliers": 8},
     "working capital per supplier  125.00 CNY  12.5% x 1,000.00 CNY  (Suppliers 8)", "周转资产分割法"),
    ({"use": "references", "figures": ["r1", "r2", "r3"]}, {"r1": "300", "r2": "100", "r3": "250"},
     "median of the references  250.00 CNY  100% x 250.00 CNY  (r1 300.00 CNY, r2 100.00 CNY, r3 250.00 CNY)",
     "同业授信中位数"),
    ({"use": "references", "figures": ["r1", "r2", "r3"], "least_known": 2}, {"r1": "300", "r3": "250"},
     "median of the references  250.00 CNY  100% x 250.00 CNY  (r1 300.00 CNY, r2 not known, r3 250.00 CNY)",
     "同业授信中位数"),
    ({"use": "payment_experience", "by": "on_time_share", "steps": STEPS},
     {"line": "200000", "on_time_share": 0.9499999},
     "own payment experience  200,000.00 CNY  100% x 200,000.00 CNY  (Paid on time 0.9499999)", "付款经验法"),
    ({"use": "expected_profit", "chance": "pays", "margin": "1/6"},
     {"requested_limit": "1200", "pays": 0.95},
     "expected profit  1,200.00 CNY  100% x 1,200.00 CNY  (Chance of payment 0.95)", "期望利润法"),
    ({"use": "expected_profit", "chances": {"A": "0.8", "B": "0.9"}, "margin": "20 %"},
     {"requested_limit": "1200"}, "expected profit  0.00 CNY  0% x 1,200.00 CNY", "期望利润法"),
    ({"use": "expected_loss", "chance": "defaults", "loss": "60 %", "budget": "50000"},
     {"defaults": 0.02},
     "expected loss within the budget  4,166,666.66 CNY  1/60% x 1/0.02 x 50,000.00 CNY, rounded down  "
     "(Chance of default 0.02)", "预期损失法"),
    ({"use": "expected_loss", "chances": {"A": "2 %", "B": "5 %"}, "loss": "60 %",
      "figure": "credit_sales_12m", "share": "1 %"}, {"credit_sales_12m": "120"},
     "expected loss within the budget  100.00 CNY  1% x 1/(2% x 60%) x 120.00 CNY", "预期损失法"),
    ({"use": "fixed_amount", "amount": "50000"}, {}, "fixed amount  50,000.00 CNY  100% x 50,000.00 CNY",
     "固定金额"),
    ({"use": "quarter_orders", "figure": "orders_3m", "factor": 2}, {"orders_3m": "3"},
     "last quarter's orders x terms  2.00 CNY  30/90 x 200% x 3.00 CNY", "销售量法"),
    ({"use": "working_assets", "factor": "0.5", "by_grade": {"A": "80 %", "B": 1}},
     {"working_assets": "375", "working_asset_score": 5.0},
     "working-asset analysis  37.50 CNY  25% x 50% x 80% x 375.00 CNY  (Working asset score 5)",
     "营运资产分析法"),
    ({"use": "references", "figures": ["r1"], "share": "50 %", "factor": "0.5"}, {"r1": "8"},
     "median of the references  2.00 CNY  50% x 50% x 8.00 CNY  (r1 8.00 CNY)", "同业授信中位数"),
    ({"use": "net_worth_per_supplier", "count": "suppliers", "factor": "0.5"},
     {"net_worth": "1000", "suppliers": 2},
     "net worth per supplier  250.00 CNY  50% x 1/2 x 1,000.00 CNY  (Suppliers 2)", "净资产分割法"),
    ({"use": "fixed_amount", "amount": "5", "by_grade": {"A": "0.5", "B": 1}}, {},
     "fixed amount  2.50 CNY  50% x 5.00 CNY", "固定金额"),
]  # fmt: skip


def lines_of(decision: Decision, language: str = "en") -> list[str]:
    return [re.sub(r" {2,}", "  ", line.strip()) for line in decision.explain(language).split("\n")]


@pytest.mark.parametrize(("row", "figures", "line", "zh"), PAGES)
def test_the_page_says_what_a_method_was_worked_out_from(
    row: dict[str, Any], figures: dict[str, Any], line: str, zh: str
) -> None:
    decision = decided(house(row), **figures)
    assert line in lines_of(decision)
    step = decision.limit_steps[0]
    assert decision.limit == step.amount
    assert decision.binding == row["use"]
    said = decision.explain("zh")
    assert f"\n  {zh} " in said and f"起决定作用：{zh}" in said
    again = Decision.from_dict(json.loads(json.dumps(decision.to_dict())))
    assert again.to_dict() == decision.to_dict() and again.explain() == decision.explain()
    recompute(line)


def recompute(line: str) -> None:
    """What stands before the amount, with a pocket calculator."""
    _, amount, how = line.split("  ")[:3]
    how = re.sub(r",? (rounded down|not below 0)|,? ?not below 0", "", how).rstrip(",")
    product: Any = Fraction(1)
    for factor in re.split(r" x (?!\d+%\))", how.removesuffix(" CNY")):
        product *= value_of(factor)
    minor: Any = max(0, product * 100)
    assert minor.numerator // minor.denominator == value_of(amount.removesuffix(" CNY")) * 100


def value_of(text: str) -> Any:
    """``(30 + 15)/365``, ``110%``, ``1/60%``, ``1/(2% x 60%)``, ``-5.00`` as a number."""
    text = text.replace(",", "")
    inner = re.fullmatch(r"1/\((.*)\)", text)
    if inner is not None and " x " in inner[1]:
        first, second = inner[1].split(" x ")
        return 1 / (value_of(first) * value_of(second))
    above, _, below = text.partition("/")
    total: Any = sum(Fraction(one) for one in above.strip("()").removesuffix("%").split(" + "))
    total /= 100 if above.endswith("%") else 1
    return total / (value_of(below) if below else 1)


def test_every_method_has_a_page() -> None:
    assert {row["use"] for row, *_ in PAGES} == {*METHODS}


def test_of_what_is_not_known_no_factor_is_made_up() -> None:
    policy = house({"use": "working_assets", "factor": "0.5"}, TWO[0])
    (step, *_) = decided(policy, working_assets="5", net_worth="5").limit_steps
    assert (step.amount, step.share, step.factors) == (None, None, ())
    assert "weighted mean of these  not known" in " ".join(
        lines_of(decided(house(*TWO, combine="weighted")))
    )


@pytest.mark.parametrize("chance", [93.0, -0.1, None])
def test_what_is_no_chance_grants_nothing(chance: Any) -> None:
    policy = house({"use": "expected_profit", "chance": "pays", "margin": "20 %"})
    assert decided(policy, requested_limit="5", pays=chance).limit is None
    assert decided(policy, requested_limit="5", pays=0.8).limit == yuan("0")  # at the break-even
    assert decided(policy, requested_limit="5", pays=0.81).limit == yuan("5")


def test_a_method_on_another_figure_is_named_by_it() -> None:
    policy = house(
        {"use": "working_capital_share", "share": "0.1", "figure": "net_worth"},
        {"use": "net_worth_per_supplier", "count": "suppliers", "figure": "working_capital"},
    )
    said = lines_of(decided(policy, net_worth="10", working_capital="8", suppliers=1))
    assert "share of Net worth  1.00 CNY  10% x 10.00 CNY" in said
    assert (
        "net worth per supplier (Working capital)  8.00 CNY  100% x 8.00 CNY  (Suppliers 1)" in said
    )


def test_what_a_method_lacks_is_named() -> None:
    policy = house({"use": "average_receipts", "figures": ["r1", "r2"]})
    decision = decided(policy, r1="5")
    assert decision.limit is None and decision.binding is None
    (reason,) = [one for one in decision.reasons if one.code == "limit.unknown"]
    assert reason.params["missing"] == ("r2",)
    assert "average receipts x terms  not known  30/30 x 1/3 x not known" in " ".join(
        lines_of(decision)
    )
    operands = decision.limit_steps[0].operands
    assert operands == (
        Operand(figure="r1", value=yuan("5"), weight=Fraction(2)), Operand(figure="r2", weight=Fraction(1)),
    )  # fmt: skip
    guarded = house(
        {"use": "fixed_amount", "amount": "5", "when": ["pays >= 0.5"]}, combine="first"
    )
    (reason,) = [one for one in decided(guarded).reasons if one.code == "limit.unknown"]
    assert reason.params["missing"] == ("pays",)
    lost = house({"use": "expected_loss", "chance": "defaults", "budget": "5"})
    (reason,) = [one for one in decided(lost, defaults=0.0).reasons if one.code == "limit.unknown"]
    assert reason.params["missing"] == ("defaults",)
    unstepped = house({"use": "payment_experience", "by": "on_time_share", "steps": STEPS})
    decision = decided(unstepped, line="5")
    (reason,) = [one for one in decision.reasons if one.code == "limit.unknown"]
    assert reason.params["missing"] == ("on_time_share",)
    assert "own payment experience  not known" in " ".join(lines_of(decision))


# ------------------------------------------------------------------------------------ combination

TWO: tuple[dict[str, Any], ...] = (
    {"use": "net_worth_share", "share": "0.1"},
    {"use": "working_capital_share", "share": "0.2"},
)
THREE: tuple[dict[str, Any], ...] = (*TWO, {"use": "fixed_amount", "amount": "50", "weight": "0.5"})
KNOWN = {"net_worth": "6000", "working_capital": "500"}  # 600, 100 and 50


@pytest.mark.parametrize(
    ("rule", "limit", "binding", "en", "zh"),
    [
        ("lowest", "50", "fixed_amount", "fixed amount", "固定金额"),
        ("highest", "600", "net_worth_share", "share of net worth", "净资产比例"),
        ("mean", "250", "mean", "mean of these", "取平均"),
        ("median", "100", "median", "median of these", "取中位数"),
        ("weighted", "290", "weighted", "weighted mean of these", "取加权平均"),
        ("first", "600", "net_worth_share", "share of net worth", "净资产比例"),
    ],
)
def test_the_step_that_binds_is_named_by_its_words(
    rule: str, limit: str, binding: str, en: str, zh: str
) -> None:
    methods = THREE if rule == "weighted" else [{**one, "weight": 1} for one in THREE]
    policy = house(*methods, combine=rule)
    assert policy.warnings == ()
    decision = decided(policy, **KNOWN)
    assert (decision.limit, decision.binding) == (yuan(limit), binding)
    assert f"{limit}.00 CNY  (binding: {en})" in " ".join(lines_of(decision))
    assert f"起决定作用：{zh}" in decision.explain("zh")
    portfolio = ck.Portfolio.from_columns({"id": ["a"], "currency": CNY})
    assert policy.decide(portfolio, as_of=TODAY).binding_names == policy.document.limit.steps


def test_the_page_of_a_weighted_mean_adds_up() -> None:
    said = lines_of(decided(house(*THREE, combine="weighted"), **KNOWN))
    what = "(1 x 600.00 CNY + 1 x 100.00 CNY + 0.5 x 50.00 CNY) / 2.5"
    assert f"weighted mean of these  290.00 CNY  {what}" in said
    thirds = [{**one, "weight": "1/3"} for one in TWO]
    said = lines_of(
        decided(house(*thirds, combine="weighted"), net_worth="0.1", working_capital="0")
    )
    assert (
        "weighted mean of these  0.00 CNY  (1/3 x 0.01 CNY + 1/3 x 0.00 CNY) / 2/3, rounded down"
        in said
    )
    unknown = house({**TWO[0], "on_missing": "zero", "weight": 2}, *TWO[1:], combine="weighted")
    decision = decided(unknown, net_worth="5")
    assert decision.limit is None and "weighted mean of these  not known" in " ".join(
        lines_of(decision)
    )


def test_what_is_not_known_counts_as_0_or_is_left_out() -> None:
    zero = house({**TWO[0], "on_missing": "zero"}, TWO[1], combine="mean")
    decision = decided(zero, working_capital="500")
    assert decision.limit == yuan("50")
    assert "share of net worth  0.00 CNY  not known, counts as 0" in lines_of(decision)
    assert "未知，按 0 计" in decision.explain("zh")
    skip = house({**TWO[0], "on_missing": "skip"}, TWO[1], combine="mean")
    assert decided(skip, working_capital="500").limit == yuan("100")
    assert decided(house(*TWO, combine="mean"), working_capital="500").limit is None
    by_guard = {**TWO[0], "on_missing": "zero", "when": ["pays >= 0.5"]}
    for rule, limit in (
        ("mean", "50"),
        ("lowest", "100"),
    ):  # the lowest counts what it cannot leave out
        decision = decided(house(by_guard, TWO[1], combine=rule), **KNOWN)
        assert decision.limit == yuan(limit)


def test_a_first_that_does_not_count_gives_way() -> None:
    policy = house({**TWO[0], "when": ["pays >= 0.5"]}, TWO[1], combine="first")
    assert decided(policy, pays=0.5, **KNOWN).binding == "net_worth_share"
    assert decided(policy, pays=0.4, **KNOWN).binding == "working_capital_share"
    assert decided(policy, **KNOWN).limit is None  # nobody knows which is the first


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_leaves_methods_out_is_warned_of(rule: str) -> None:
    skipping = [{**one, "on_missing": "skip"} for one in TWO]
    found = house(*skipping, combine=rule).warnings
    places = ["limit.methods[0].on_missing", "limit.methods[1].on_missing"]
    told = {"lowest": 0, "highest": 0, "first": 1}.get(rule, 2)
    assert [(one.code, one.path) for one in found] == [
        ("gap.withheld", one) for one in places[:told]
    ]
    assert all(one.witness for one in found)
    fixed = house({"use": "fixed_amount", "amount": 5, "on_missing": "skip"}, TWO[0], combine=rule)
    assert [one.witness for one in fixed.warnings] == [None] * (rule not in ("lowest", "highest"))
    assert house(skipping[0], combine=rule).warnings == ()


FIGURES = st.fixed_dictionaries({
    "net_worth": st.none() | st.sampled_from(["0", "-5", "6000", "0.01"]),
    "working_capital": st.none() | st.sampled_from(["500", "10000000"]),
    "pays": st.none() | st.sampled_from([0.4, 0.5]),
    "insurer_limit": st.none() | st.sampled_from(["0", "70", "99999"]),
})  # fmt: skip


@given(st.sampled_from(RULES), st.sampled_from(["unknown", "zero"]), st.booleans(), FIGURES)
def test_knowing_less_never_raises_a_limit(
    rule: str, missing: str, guarded: bool, figures: dict[str, Any]
) -> None:
    """Under every rule where nothing is skipped; a guard of the highest is the one that may.

    The highest counts a method of which nobody knows whether it counts, as it always did.
    """
    guards = {"when": ["pays >= 0.5"]} if guarded and rule != "highest" else {}
    methods = [{**THREE[0], **guards}, THREE[1], {**THREE[2], "weight": 1}]
    caps = [{"figure": "insurer_limit", "on_missing": missing}]
    policy = house(*({**one, "on_missing": missing} for one in methods), combine=rule, caps=caps)
    before = decided(policy, **figures).limit
    for name in figures:
        after = decided(policy, **{**figures, name: None}).limit
        less = isinstance(after, ck.Money) and isinstance(before, ck.Money) and after <= before
        assert after is None or less


# ------------------------------------------------------------------------------- limits of others


@pytest.mark.parametrize(
    ("cap", "given_", "limit", "binding"),
    [
        ({}, "100000", "100000", "cap:insurer_limit"),
        ({}, "150000", "150000", "share_of_credit_sales"),
        ({}, "-5", "0", "cap:insurer_limit"),
        ({}, None, None, None),
        ({"on_missing": "unknown"}, None, None, None),
        ({"on_missing": "zero"}, None, "0", "cap:insurer_limit"),
        ({"on_missing": "no_cap"}, None, "150000", "share_of_credit_sales"),
        ({"on_missing": "zero"}, "100000", "100000", "cap:insurer_limit"),
        ({"share": "1.15"}, "100000", "115000", "cap:insurer_limit"),
        ({"share": "1/3"}, "0.02", "0", "cap:insurer_limit"),
        ({"share": 10}, str((2**63 - 1) // 100), "150000", "share_of_credit_sales"),
        ({}, ck.Line.UNLIMITED, "150000", "share_of_credit_sales"),
        ({}, ck.Line.NONE, "0", "cap:insurer_limit"),
        ({"on_missing": "no_cap"}, ck.Line.NONE, "0", "cap:insurer_limit"),
        ({"on_missing": "zero"}, ck.Line.INHERIT, "0", "cap:insurer_limit"),
    ],
)
def test_the_limit_of_others_binds_last(
    cap: dict[str, Any], given_: Any, limit: str | None, binding: str | None
) -> None:
    policy = house(caps=[{"figure": "insurer_limit", **cap}], floor="1000", cap="200000")
    decision = decided(policy, credit_sales_12m="1000000", insurer_limit=given_)
    assert (decision.limit, decision.binding) == (limit and yuan(limit), binding)
    assert ("limit.unknown" in keys(decision)) == (limit is None)
    if binding == "cap:insurer_limit" and isinstance(given_, str):
        share = cap.get("share", "100%").replace("1.15", "115%")
        line = next(one for one in lines_of(decision) if one.startswith("held to insurer limit"))
        assert f"{share} x {yuan(given_)}" in line
        assert "起决定作用：不超过 insurer limit" in decision.explain("zh")


def test_of_several_limits_of_others_the_smallest_binds() -> None:
    caps = [{"figure": "insurer_limit"}, {"figure": "group_limit", "on_missing": "no_cap"}]
    policy = house(caps=caps)
    known = {"credit_sales_12m": "1000000", "insurer_limit": "90000"}
    assert decided(policy, **known, group_limit="80000").binding == "cap:group_limit"
    assert decided(policy, **known, group_limit="95000").binding == "cap:insurer_limit"
    assert decided(policy, **known).limit == yuan("90000")
    assert decided(policy, credit_sales_12m="1000000", group_limit="5").limit is None


GRADES = [
    {"id": "A", "min": 50, "limit": "unlimited", "terms": "net30"},
    {"id": "B", "min": 20, "limit": "100000", "cap": "150000", "terms": "net30"},
    {"id": "C", "min": 0, "limit": "inherit", "terms": "net30"},
    {"id": "D", "min": -100, "limit": "none", "terms": "prepaid"},
]


@pytest.mark.parametrize(
    ("score", "given_", "limit", "binding"),
    [
        (60.0, "70000", yuan("70000"), "cap:insurer_limit"),
        (60.0, None, ck.Line.UNLIMITED, "grade"),
        (30.0, "70000", yuan("70000"), "cap:insurer_limit"),
        (30.0, "170000", yuan("100000"), "grade"),
        (10.0, "70000", ck.Line.INHERIT, "grade"),
        (-10.0, "70000", ck.Line.NONE, "grade"),
    ],
)
def test_what_a_grade_fixes_is_held_down_by_others(
    score: float, given_: Any, limit: Any, binding: str
) -> None:
    policy = house(caps=[{"figure": "insurer_limit", "on_missing": "no_cap"}], grades=GRADES)
    decision = decided(policy, score, insurer_limit=given_)
    assert (decision.limit, decision.binding) == (limit, binding)
    strict = house(caps=[{"figure": "insurer_limit"}, {"figure": "group_limit"}], grades=GRADES)
    if isinstance(limit, ck.Money) or limit is ck.Line.UNLIMITED:
        assert decided(strict, score).limit is None
        assert "limit.unknown" in keys(decided(strict, score))


def test_an_amount_that_a_grade_fixes_needs_no_methods_and_is_not_rounded() -> None:
    grades = [{**GRADES[1], "id": "A", "min": 50}, {"id": "B", "min": -100, "limit_share": "0.1", "cap": "9",
              "terms": "net30"}]  # fmt: skip
    policy = house(grades=grades, floor="300000", round="floor:7000")
    decision = decided(policy)
    assert (decision.limit, decision.binding) == (yuan("100000"), "grade")
    assert [step.name for step in decision.limit_steps] == ["grade"]
    assert "fixed by the grade  100,000.00 CNY" in lines_of(decision)
    assert decided(house(grades=grades, cap="80000")).binding == "cap:policy"
    assert decided(house(grades=grades, least="100000.01")).limit == yuan("0")
    (warned, _) = house(grades=grades, least="100000.01").warnings
    assert (warned.code, warned.path) == ("dead.limit", "grades.rows[0].limit")


def test_caps_hold_what_had_no_end_before_the_information() -> None:
    """Unlimited by the grade, carried to 500,000 by the information, and never above a cap."""
    for caps, limit, binding in (
        ({"cap": "300000"}, "300000", "cap:policy"), ({}, "500000", "information")
    ):  # fmt: skip
        document: dict[str, Any] = {**house(grades=GRADES, **caps).to_dict()}
        rows = [{"up_to": "500000", "needs": []}, {"needs": ["pays >= 0.5"]}]
        document["assessment"] = {**document["assessment"], "required_information": rows}
        policy = Policy.from_dict(document, figures=OWN)
        decision = decided(policy, pays=0.1)
        assert (decision.limit, decision.binding) == (yuan(limit), binding)
    document["grades"]["rows"][0]["cap"] = "200000"
    document["grades"]["rows"][1]["cap"] = "150000"
    policy = Policy.from_dict(document, figures=OWN)
    assert (decided(policy).limit, decided(policy).binding) == (yuan("200000"), "cap:grade")


# ------------------------------------------------------------------------------------ in columns


def test_many_customers_and_each_of_them() -> None:
    """Methods of several figures and limits of others, by the columns of a portfolio."""
    rows = 60
    draw = np.random.default_rng(4)
    gaps = (draw.integers(0, 12, rows) == 0).astype(np.uint8)
    amounts = {
        name: Amounts.from_minor(draw.integers(-50, 10**7, rows), CNY, np.roll(gaps, at))
        for at, name in enumerate(MONEY)
    }
    figures: dict[str, Any] = {**amounts, "suppliers": draw.integers(0, 9, rows).astype(float)}
    figures |= {"pays": draw.uniform(0, 1, rows), "defaults": draw.uniform(-0.1, 1, rows)}
    portfolio = ck.Portfolio.from_columns(
        {"id": [f"C-{row}" for row in range(rows)], "currency": CNY}, figures=figures
    )
    methods: list[dict[str, Any]] = [
        {"use": "average_receipts", "figures": ["r1", "r2", "r3"]},
        {"use": "references", "figures": ["r1", "r2"], "on_missing": "zero"},
        {"use": "expected_loss", "chance": "defaults", "budget": "5000", "on_missing": "zero"},
        {"use": "net_worth_per_supplier", "count": "suppliers", "figure": "orders_3m", "on_missing": "skip",
         "when": ["pays >= 0.3"], "weight": 2},
    ]  # fmt: skip
    for rule, missing in zip(RULES, ["unknown", "zero", "no_cap"] * 2, strict=True):
        caps = [
            {"figure": "insurer_limit", "on_missing": missing},
            {"figure": "line", "on_missing": missing},
        ]
        caps = caps if missing == "no_cap" else caps[:1]
        document = house(*methods, combine=rule, caps=caps).to_dict()
        card = {
            "id": "a",
            "range": [-100, 100],
            "factors": [
                {
                    "figure": "pays",
                    "weight": 1,
                    "bins": [{"min": "0.5", "points": 80}, {"points": 55}],
                }
            ],
        }
        document |= {"scorecards": [card], "assessment": {"models": [{"use": "scorecard:a"}]}}
        policy = Policy.from_dict(document, figures=OWN)
        run = policy.decide(portfolio, as_of=TODAY)
        for row in range(rows):
            one = policy.decide(portfolio.row(row), as_of=TODAY)
            binding = run.binding[row]
            assert run.limit.item(row) == one.limit
            assert (None if binding < 0 else run.binding_names[binding]) == one.binding
        assert len({run.limit.item(row) for row in range(rows)}) > 5


def statement(**more: float) -> ck.Statement:
    """RefCo of the formula book, in millions."""
    lines = {
        "total_assets": 1000.0,
        "current_assets": 400.0,
        "inventory": 150.0,
        "current_liabilities": 200.0,
        "total_liabilities": 450.0,
        "equity": 550.0,
        "intangible_assets": 70.0,
    }
    return ck.Statement(
        currency=CNY, period_end=date(2025, 12, 31), unit=10**6, **{**lines, **more}
    )


@pytest.mark.parametrize(
    ("row", "lines", "limit"),
    [
        ({"use": "working_assets"}, {}, "93750000"),  # 25 % of 375 million
        ({"use": "working_assets"}, {"current_assets": 300.0, "inventory": 140.0, "equity": 120.0,
          "current_liabilities": 250.0, "total_liabilities": 400.0}, "4250000"),  # 5 % of 85 million
        ({"use": "working_assets"}, {"equity": -550.0}, "0"),
        ({"use": "net_worth_share", "share": "10 %"}, {}, "55000000"),
        ({"use": "tangible_net_worth_share", "share": "35 %"}, {}, "168000000"),  # of 480 million
        ({"use": "working_capital_share", "share": "20 %"}, {}, "40000000"),
        ({"use": "working_capital_share", "share": "20 %"}, {"current_liabilities": 420.0}, "0"),
    ],
)  # fmt: skip
def test_from_a_statement_to_a_limit(
    row: dict[str, Any], lines: dict[str, float], limit: str
) -> None:
    """The formula book's companies through the whole policy, alone and in columns."""
    document = house(row).to_dict()
    card = {
        "id": "a",
        "range": [-100, 100],
        "factors": [
            {
                "figure": "years_trading",
                "weight": 1,
                "bins": [{"min": 1, "points": 80}, {"points": 55}],
            }
        ],
    }
    document |= {"scorecards": [card], "assessment": {"models": [{"use": "scorecard:a"}]}}
    policy = Policy.from_dict(document, figures=OWN)
    customers = [
        ck.Customer(id=name, currency=CNY, trading_since=date(2015, 1, 1), statement=given_)
        for name, given_ in (("known", statement(**lines)), ("unknown", None))
    ]
    run = policy.decide(ck.Portfolio.of(customers), as_of=TODAY)
    limits = [policy.decide(one, as_of=TODAY).limit for one in customers]
    assert limits == [yuan(limit), None] == [run.limit.item(0), run.limit.item(1)]


CAP = st.none() | st.sampled_from(["0", "70", "149", "99999"])


@given(st.sampled_from(RULES), CAP, CAP, CAP, CAP, st.sampled_from([None, "100", "5000"]))
def test_caps_bind_last(
    rule: str, by_grade: Any, by_policy: Any, insurer: Any, group: Any, floor: Any
) -> None:
    """Whatever the methods and the floor come to: no more than any cap, and no less for another reason."""
    more = {"cap": by_policy, "floor": floor}
    grade = {"id": "A", "min": -100, "limit_share": "0.15", "terms": "net30", "cap": by_grade}
    policy = house(
        {"use": "share_of_credit_sales"},
        {"use": "fixed_amount", "amount": "150"},
        grades=[{key: value for key, value in grade.items() if value is not None}],
        combine=rule,
        caps=[
            {"figure": name, "on_missing": "no_cap"} for name in ("insurer_limit", "group_limit")
        ],
        **{key: value for key, value in more.items() if value is not None},
    )
    decision = decided(policy, credit_sales_12m="1000", insurer_limit=insurer, group_limit=group)
    made = max(150, int(floor or 0))
    caps = {"cap:grade": by_grade, "cap:policy": by_policy, "cap:insurer_limit": insurer,
            "cap:group_limit": group}  # fmt: skip
    least = min([made, *(int(cap) for cap in caps.values() if cap is not None)])
    assert decision.limit == yuan(str(least))
    if least < made:
        first = next(name for name, cap in caps.items() if cap is not None and int(cap) == least)
        assert decision.binding == first


# ------------------------------------------------------------------------------- what may be a slip


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        ({"use": "net_worth_share", "share": "20"}, "form.range", "share"),
        ({"use": "share_of_credit_sales", "share": "0.1"}, "dead.row", "share"),
        ({"use": "net_worth_share", "share": "0.1", "grace_days": 5}, "dead.row", "grace_days"),
        ({"use": "working_assets", "figure": "line"}, "dead.row", "figure"),
        ({"use": "net_worth_share", "share": "1", "figures": ["line"]}, "dead.row", "figures"),
        ({"use": "net_worth_share", "share": "0.1", "weight": "2"}, "dead.row", "weight"),
        ({"use": "payment_experience", "by": "on_time_share", "steps": [
            {"min": "95", "share": 1}, {"share": 0}]}, "scale.never", "steps[0].min"),
    ],
)  # fmt: skip
def test_a_slip_is_a_warning_at_its_place(row: dict[str, Any], code: str, path: str) -> None:
    policy = house(row)
    (found,) = policy.warnings
    assert (found.code, found.path) == (code, f"limit.methods[0].{path}")
    assert found.message() and found.message("zh")
    if code == "dead.row":  # and it does nothing
        assert policy.document.limit.methods[0].plan == house(
            {key: value for key, value in row.items() if key != path}
        ).document.limit.methods[0].plan  # fmt: skip


def test_steps_without_bounds_are_told_each() -> None:
    row = {"use": "payment_experience", "by": "on_time_share", "steps": [{"share": 1}] * 3}
    with pytest.raises(ck.InvalidPolicy) as refused:
        house(row)
    places = [one.path for one in refused.value.findings]
    assert places == ["limit.methods[0].steps[0]", "limit.methods[0].steps[1]"]


def test_ratios_may_be_fractions() -> None:
    grades = edited(
        ("grades.rows[0].limit_share", "60/365"), ("grades.rows[1].limit_share", "1 / 20")
    )
    rows = Policy.from_dict(grades).document.grades.rows
    assert (rows[0].limit_share, rows[1].limit_share) == (Fraction(60, 365), Fraction(1, 20))
    for wrong in ("1/0", "1/2/3", "-1/2", "1.5/2"):
        with pytest.raises(ck.InvalidPolicy, match="limit_share"):
            Policy.from_dict(edited(("grades.rows[0].limit_share", wrong)))
