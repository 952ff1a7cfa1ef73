"""Corners of the policy room that no other example reaches, each with what is right there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

import creditkit as ck
from creditkit._arithmetic import ratio
from creditkit.money import multiplied
from creditkit.policy.standard import STANDARD

TODAY = date(2026, 11, 21)


def data(**sections: Any) -> dict[str, Any]:
    """The standard policy as data, with some sections changed."""
    return {**ck.Policy.standard().to_dict(), **sections}


def faults(given: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(ck.InvalidPolicy) as caught:
        ck.Policy.from_dict(given, **more)
    return [(one.code, one.path) for one in caught.value.findings]


def check(require: str, account: ck.CreditAccount, **more: Any) -> ck.CheckResult:
    rows = [{"id": "IT", "require": require, "on_fail": "hold"}]
    policy = ck.Policy.from_dict(data(checks={"rows": rows}))
    order = ck.Order(id="SO-1", currency="CNY", amount="5")
    return policy.check(order, account, as_of=TODAY, **more).checks[0]


def test_rows_that_cannot_be_read_need_nobody_where_the_policy_rejects_them() -> None:
    policy = ck.Policy.from_dict(data(on_missing="reject"))
    portfolio = ck.Portfolio.from_columns({"id": ["A", "A"], "currency": "CNY"})
    run = policy.decide(portfolio, as_of=TODAY)
    assert run.outcomes() == {"reject": 2}
    assert [run[row].approver for row in (0, 1)] == [None, None]
    assert run.approver.tolist() == [-1, -1]


def test_a_supplied_figure_that_is_not_known_takes_what_is_assumed() -> None:
    standard = ck.Policy.standard().to_dict()
    policy = ck.Policy.from_dict(
        data(assessment={**standard["assessment"], "assume": {"insolvency": False}})
    )
    decision = policy.decide_figures({"insolvency": None, "score": 700.0}, as_of=TODAY)
    assert decision.figures["insolvency"] is False
    assert "assumption.used:insolvency" in [reason.key for reason in decision.reasons]


def test_two_models_of_one_id_are_refused() -> None:
    twice = ck.models.altman.Z2_1995
    assert faults(data(), models=[twice]) == [("name.duplicate", "models")]


def test_scorecards_that_cannot_be_read_hide_nothing_else() -> None:
    found = faults(data(scorecards=5, title=7))
    assert {("form.type", "scorecards"), ("form.type", "title")} <= {*found}


def test_a_condition_that_is_no_text_is_refused() -> None:
    rows = [{"id": "IT", "require": 5, "on_fail": "hold"}]
    assert faults(data(checks={"rows": rows})) == [("form.type", "checks.rows[0].require")]


def test_a_worse_grade_without_a_cap_is_told_so() -> None:
    text = STANDARD.replace('limit_share = "0.15", cap = "10000000"', 'limit_share = "0.15"')
    with pytest.raises(ck.InvalidPolicy, match="unlimited"):
        ck.Policy.from_toml(text)


@pytest.mark.parametrize("require", ["-oldest_overdue_days <= 5", "max_overdue_days <= 5"])
def test_a_bound_of_what_has_no_declared_range_is_no_slip(require: str) -> None:
    rows = [{"id": "IT", "require": require, "on_fail": "hold"}]
    assert ck.Policy.from_dict(data(checks={"rows": rows})).warnings == ()


def test_a_bin_finer_than_the_currency_is_refused() -> None:
    card = {
        "id": "c", "range": [300, 850], "factors": [
            {"figure": "credit_sales_12m", "weight": 1,
             "bins": [{"min": "0.001", "points": 1}, {"points": 0}]}],
    }  # fmt: skip
    found = faults(data(scorecards=[*ck.Policy.standard().to_dict()["scorecards"], card]))
    assert found == [("form.range", "scorecards[1].factors[0].bins[0]")]


def test_rates_of_the_customers_facts_are_among_those_used() -> None:
    facts = ck.Customer(
        id="C-1", currency="USD", credit_sales_12m="100",
        statement=ck.Statement(currency="EUR", period_end=date(2025, 12, 31), total_assets=5,
                               total_liabilities=1),
    )  # fmt: skip
    account = ck.CreditAccount(
        customer="C-1", facts=facts, ledger=ck.Ledger.of([]), open_orders=[], deliveries=[],
        advances=[], grade="AA",
    )  # fmt: skip
    rates = ck.Rates("CNY", {"USD": "7", "EUR": "8", "GBP": "9"}, as_of=TODAY)
    rows = [
        {"id": "SALES", "require": "credit_sales_12m >= 700", "on_fail": "hold"},
        {"id": "WORTH", "require": "net_worth >= 33", "on_fail": "hold"},
    ]
    policy = ck.Policy.from_dict(data(checks={"rows": rows}))
    order = ck.Order(id="SO-1", currency="CNY", amount="5")
    verdict = policy.check(order, account, as_of=TODAY, rates=rates)
    assert [one.status for one in verdict.checks] == ["pass", "fail"]
    assert verdict.rates is not None
    assert {*verdict.rates.table} - {"CNY"} == {"USD", "EUR"}
    without = policy.check(order, account, as_of=TODAY)
    (first, second) = without.reasons
    assert "USD -> CNY" in str(first.params["missing"]) and "EUR" in str(second.params["missing"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: f"{ck.Money(5, 'CNY'):.2f}", "money.format must be a format of text"),
        (lambda: multiplied(5, 0.15, "half_even"), "ratio must be an exact fraction"),  # type: ignore[arg-type]
        (lambda: multiplied(5, True, "half_even"), "ratio must be an exact fraction"),
        (lambda: ratio("5", 1.0), "must be given numbers"),  # type: ignore[type-var]
    ],
)
def test_what_is_no_number_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ck.InvalidFact, match=message):
        call()


def test_money_is_set_in_a_format_of_text() -> None:
    assert f"{ck.Money('1234.5', 'CNY'):>16}" == "    1,234.50 CNY"
    assert multiplied(10, Fraction(1, 4), "half_even") == 2


def test_alerts_with_a_value_too_few_are_refused() -> None:
    months = [
        ck.MonthFigures(account="A", currency="CNY", month_end="2026-10-31", oldest_overdue_days=70)
    ]
    alerts = ck.Policy.standard().watch(ck.MonthlyFigures.of(months), as_of=TODAY)
    plain = alerts.to_dict()
    assert len(alerts) == 1
    with pytest.raises(ck.InvalidFact, match=r"alerts\.values must be 1 numbers"):
        ck.Alerts.from_dict({**plain, "values": []})
