"""A check may ask for any figure of its customer, where the account carries their facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import creditkit as ck
from creditkit.facts.statements import LINES
from creditkit.figures import FigureKind
from creditkit.policy.figures.facts import CATALOGUE
from creditkit.policy.figures.of_orders import SOURCES as OF_ORDERS
from creditkit.policy.figures.scopes import Scope
from creditkit.policy.figures.sources import CUSTOMER, known

TODAY = date(2026, 11, 21)


def statement(**more: Any) -> ck.Statement:
    return ck.Statement(
        **{
            "currency": "CNY", "period_end": date(2025, 12, 31), "total_assets": 1000,
            "current_assets": 400, "current_liabilities": 200, "total_liabilities": 450,
            "equity": 550, "retained_earnings": 250, "ebit": 120, **more,
        }
    )  # fmt: skip


def customer(**more: Any) -> ck.Customer:
    given = {"id": "C-1", "currency": "CNY", "industry": "trade", "statement": statement()}
    return ck.Customer(**{**given, **more})


def account(**more: Any) -> ck.CreditAccount:
    given: dict[str, Any] = {
        "customer": "C-1", "grade": "AA", "ledger": ck.Ledger.of([]), "open_orders": [],
        "deliveries": [], "advances": [], "blocked": False, "insolvency": False,
    }  # fmt: skip
    return ck.CreditAccount(**{**given, **more})


def verdict(require: str, held: ck.CreditAccount, **more: Any) -> ck.Verdict:
    data = ck.Policy.standard().to_dict()
    data["checks"]["rows"] = [{"id": "IT", "require": require, "on_fail": "hold"}]
    policy = ck.Policy.from_dict(data)
    return policy.check(ck.Order(id="SO-1", currency="CNY", amount="5"), held, as_of=TODAY, **more)


@pytest.mark.parametrize(
    ("require", "status"),
    [
        ("industry in [trade, retail]", "pass"),
        ("industry in [mining]", "fail"),
        ("grade in [AAA, AA]", "pass"),
        ("grade in [AAA]", "fail"),
        ("grade != D", "pass"),
        ("score >= 700", "pass"),
        ("score >= 701", "fail"),
        ("z2 >= 2.6", "pass"),
        ("total_assets >= 1001", "fail"),
        ("current_ratio >= 2", "pass"),
        ("net_worth >= 550", "pass"),
        ("net_worth >= 550.01", "fail"),
    ],
)
def test_a_figure_of_the_customer_is_known_in_a_check(require: str, status: str) -> None:
    held = account(facts=customer(), score=700.0)
    (check,) = verdict(require, held).checks
    assert check.status == status


OF_FACTS = sorted(
    name
    for name in {*CUSTOMER, *CATALOGUE}
    if name in CUSTOMER and known(name, Scope.ORDER) and name not in OF_ORDERS
)
"""The figures of a customer that an order can know and the account does not say itself."""

WORTH = {FigureKind.FLAG: "== false", FigureKind.CATEGORY: "in [nobody]"}


@pytest.mark.parametrize("name", OF_FACTS)
def test_it_is_the_figure_that_decide_sees(name: str) -> None:
    """Whatever the figure: a new one of the catalogue is tried without a line here."""
    require = f"{name} {WORTH.get(CATALOGUE[name].kind, '<= -5')}"
    policy = {**ck.Policy.standard().to_dict()}
    policy["assessment"] = {**policy["assessment"], "knock_out": [{"id": "IT", "require": require}]}
    one = whole()
    seen = ck.Policy.from_dict(policy).decide(one, ledger=LEDGER, as_of=TODAY).figures[name]
    assert seen is not None, f"give the customer of `whole` what {name!r} is made of"
    (check,) = verdict(require, account(facts=one, ledger=LEDGER)).checks
    assert check.left == seen


def whole() -> ck.Customer:
    """A customer of whom everything is known."""
    lines: dict[str, Any] = dict.fromkeys(LINES, 10.0) | {
        "current_assets": 400, "current_liabilities": 200, "total_liabilities": 450, "equity": 550,
        "total_assets": 1000, "revenue": 900,
    }  # fmt: skip
    before = ck.Statement(currency="CNY", period_end=date(2024, 12, 31), revenue=800)
    return customer(
        statement=statement(**lines, audited=True, previous=before), ownership="private",
        reputation="good", litigation_count=1, founded=date(2008, 3, 1),
        trading_since=date(2014, 5, 1), credit_sales_12m="900", expected_purchases_12m="800",
        insolvency=False, blocked=False,
        ratings=[ck.ExternalRating(agency="bureau", value=72, as_of=date(2026, 9, 1))],
    )  # fmt: skip


LEDGER = ck.Ledger.from_columns(
    {"id": ["INV-1", "RC-1", "INV-2"], "account": "C-1", "currency": "CNY",
     "kind": ["invoice", "receipt", "invoice"], "amount": ["80000", "-80000", "30000"],
     "doc_date": ["2026-08-03", "2026-09-01", "2026-10-05"],
     "due_date": ["2026-09-02", None, "2026-11-05"], "disputed": ["0", None, "100"]},
    {"source": "RC-1", "target": "INV-1", "amount": ["80000"]},
)  # fmt: skip


def test_without_the_facts_it_is_not_known_and_says_what_is_missing() -> None:
    given = verdict("z2 >= 2.6", account())
    assert (given.checks[0].status, given.outcome.value) == ("indeterminate", "hold")
    (reason,) = given.reasons
    assert reason.params["missing"] == ("facts",)
    assert "the customer's facts" in reason.sentence()
    assert "客户资料" in reason.sentence("zh")
    score = verdict("score >= 700", account())
    assert score.checks[0].status == "indeterminate"


def test_a_stale_statement_is_not_used_in_a_check_either() -> None:
    old = customer(statement=statement(period_end=date(2023, 12, 31)))
    (check,) = verdict("z2 >= 2.6", account(facts=old)).checks
    assert check.status == "indeterminate"


def test_what_the_account_says_comes_before_the_customers_facts() -> None:
    facts = customer(insolvency=True, blocked=True)
    (known,) = verdict("insolvency == false", account(facts=facts)).checks
    assert known.status == "pass"
    (asked,) = verdict("insolvency == false", account(facts=facts, insolvency=None)).checks
    assert asked.status == "fail"


def test_the_facts_must_be_of_the_accounts_customer() -> None:
    with pytest.raises(ck.InvalidFact, match=r"credit_account\.facts must be of C-1 \(got 'C-2'\)"):
        account(facts=customer(id="C-2"))


def test_an_account_without_them_is_written_as_before() -> None:
    held = account()
    assert {"facts", "score"}.isdisjoint(held.to_dict())
    full = account(facts=customer(), score=700.0)
    assert ck.CreditAccount.from_dict(full.to_dict()) == full
    assert full.to_dict()["facts"] == {
        key: value for key, value in customer().to_dict().items() if key != "schema"
    }


def test_what_is_asked_for_in_an_application_is_no_figure_of_a_check() -> None:
    with pytest.raises(ck.InvalidPolicy, match="'requested_limit' can never be known in a check"):
        verdict("order <= requested_limit", account())


# ------------------------------------------------------------------------------ terms of a line


@pytest.mark.parametrize(
    ("terms", "days"),
    [(None, 30), ("net45", 45), ("net7", 7), ("prepaid", 0)],
)
def test_the_lines_terms_come_before_the_grades(terms: str | None, days: int) -> None:
    line = ck.CreditLine(currency="CNY", amount="1000", terms=terms)
    (check,) = verdict("0 <= terms_days", account(line=line)).checks
    assert check.operands == (("terms_days", days),)


def test_a_column_of_the_grade_that_is_not_known_is_named_and_no_customer_is_asked_for() -> None:
    """The facts of the customer would say nothing of it, and nothing of a figure of the host's own."""
    given = verdict("oldest_overdue_days <= max_overdue_days", account(grade=None))
    (reason,) = given.reasons
    assert reason.params["missing"] == ("max_overdue_days",)
    visits = ck.Figure(name="visits", kind="count", en="Visits", zh="走访", meaning="Visits")
    data = ck.Policy.standard().to_dict()
    data["checks"]["rows"] = [{"id": "IT", "require": "visits >= 1", "on_fail": "hold"}]
    policy = ck.Policy.from_dict(data, figures=[visits])
    order = ck.Order(id="SO-1", currency="CNY", amount="5")
    (reason,) = policy.check(order, account(), as_of=TODAY).reasons
    assert reason.params["missing"] == ("visits",)
