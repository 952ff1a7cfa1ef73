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


@pytest.mark.parametrize("name", ["insolvency", "blocked"])
@pytest.mark.parametrize("held", [True, False, None])
@pytest.mark.parametrize("stated", [True, False, None])
def test_a_flag_counts_that_is_set_anywhere(
    name: str, held: bool | None, stated: bool | None
) -> None:
    """To withhold a flag, or to contradict it, never loosens; a contradiction is told."""
    given = verdict(f"{name} == false", account(**{name: held}, facts=customer(**{name: stated})))
    (check,) = given.checks
    known = {held, stated} - {None}
    expected = "fail" if True in known else "pass" if known else "indeterminate"
    assert check.status == expected
    told = [one for one in given.reasons if one.code == "account.contradicted"]
    assert [one.params["figure"] for one in told] == ([name] if len(known) == 2 else [])
    words = {True: "yes", False: "no", None: ""}
    said = (
        f"{words[held]} by the account, {words[stated]} by the customer's facts; it counts as yes."
    )
    assert all(one.sentence().endswith(said) for one in told)
    assert all("按“是”处理" in one.sentence("zh") for one in told)


# ------------------------------------------------------------------- what decide knows, check knows


def house(require: str, *own: ck.Figure, **assessment: Any) -> ck.Policy:
    data = ck.Policy.standard().to_dict()
    data["assessment"] |= assessment
    data["assessment"]["knock_out"] = [
        {"id": "K", "require": require, "on_fail": "warn", "on_missing": "warn"}
    ]
    data["checks"]["rows"] = [{"id": "IT", "require": require, "on_fail": "hold"}]
    return ck.Policy.from_dict(data, figures=own)


ORDER = ck.Order(id="SO-1", currency="CNY", amount="5")
ASSUMED = {"ebit": "120", "retained_earnings": "250", "interest_expense": "60", "equity": "1"}
NUMBERS = [
    name for name in CUSTOMER if CATALOGUE[name].kind.value not in ("flag", "category")
    and name != "requested_limit"
]  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
def test_decide_and_check_see_the_same_figure_whatever_is_assumed(name: str) -> None:
    """An assumed line of the statement is in the ratios and models of it, in both."""
    facts = customer(statement=statement(ebit=None, retained_earnings=None))
    policy = house(
        f"{name} <= 100000", assume={**ASSUMED, "years_trading": 3, "credit_sales_12m": 5}
    )
    decided = policy.decide(facts, as_of=TODAY, ledger=ck.Ledger.of([]))
    line = ck.CreditLine(currency="CNY", amount="5", approved_by="u")
    checked = policy.check(ORDER, account(facts=facts, line=line), as_of=TODAY)
    if name != "line":  # the line is the account's own
        assert dict(checked.checks[0].operands)[name] == decided.figures[name]
    used = {one.subject for one in checked.reasons if one.code == "assumption.used"}
    assert used <= {one.subject for one in decided.reasons if one.code == "assumption.used"}


def test_what_is_assumed_inside_a_figure_is_told() -> None:
    facts = customer(statement=statement(ebit=None))
    given = house("z2 >= 2.6", assume=ASSUMED).check(ORDER, account(facts=facts), as_of=TODAY)
    assert given.checks[0].status == "pass"
    (reason,) = given.reasons
    assert reason.sentence().startswith(
        "Assumed, because it is not known: Earnings before interest"
    )
    assert reason.params["value"] == 120.0
    known = house("z2 >= 2.6", assume=ASSUMED).check(ORDER, account(facts=customer()), as_of=TODAY)
    assert not known.reasons


LEVEL = ck.Figure(
    name="dunning_level", kind="count", en="Dunning level", zh="催收级别", meaning="-"
)
VOLUME = ck.Figure(name="volume", kind="money", en="Volume", zh="交易额", meaning="-")


@pytest.mark.parametrize(("level", "status"), [(2, "pass"), (3, "fail"), (None, "indeterminate")])
def test_a_figure_of_the_hosts_own_is_known_of_the_customer(level: Any, status: str) -> None:
    policy = house("dunning_level <= 2", LEVEL)
    facts = customer(figures={} if level is None else {"dunning_level": level})
    given = policy.check(ORDER, account(facts=facts), as_of=TODAY)
    assert given.checks[0].status == status
    assert dict(given.checks[0].operands)["dunning_level"] == level


def test_money_of_the_hosts_own_is_in_the_policys_currency() -> None:
    facts = customer(currency="USD", figures={"volume": ck.Money("10", "USD")})
    rates = ck.Rates("CNY", {"USD": "7"}, as_of=TODAY)
    policy = house("volume >= 70", VOLUME)
    assert (
        policy.check(ORDER, account(facts=facts), as_of=TODAY, rates=rates).checks[0].status
        == "pass"
    )
    (check,) = policy.check(ORDER, account(facts=facts), as_of=TODAY).checks
    assert check.status == "indeterminate"


@pytest.mark.parametrize("where", ["facts", "figures"])
def test_a_figure_that_nobody_declared_is_refused_whichever_checks_ask(where: str) -> None:
    own = {"dunning_level": 3}
    held = account(facts=customer(figures=own)) if where == "facts" else account(figures=own)
    with pytest.raises(ck.InvalidFact, match="dunning_level is not declared for this policy"):
        house("years_trading <= 9").check(ORDER, held, as_of=TODAY)


def test_account_and_customer_may_not_differ_in_a_figure_of_the_hosts_own() -> None:
    policy, facts = house("dunning_level <= 2", LEVEL), customer(figures={"dunning_level": 3})
    same = account(facts=facts, figures={"dunning_level": 3})
    assert policy.check(ORDER, same, as_of=TODAY).checks[0].status == "fail"
    other = account(facts=facts, figures={"dunning_level": 2})
    with pytest.raises(ck.InvalidFact, match=r"must be what the customer's facts say \(got 2\)"):
        policy.check(ORDER, other, as_of=TODAY)


# ------------------------------------------------------------------------ a statement in a check


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"period_end": date(2027, 12, 31)}, "statement.future"),
        ({"period_end": date(2023, 12, 31)}, "statement.stale"),
        ({"current_assets": -1}, "statement.unusable"),
        ({"current_assets": 1001}, "statement.parts"),
        ({"total_assets": None}, "statement.unusable"),
    ],
)
def test_why_a_statement_is_set_aside_is_said_as_in_a_decision(
    changes: dict[str, Any], code: str
) -> None:
    facts = customer(statement=statement(**changes))
    policy = house("z2 >= 2.6")
    given = policy.check(ORDER, account(facts=facts), as_of=TODAY)
    decided = policy.decide(facts, as_of=TODAY)
    assert given.outcome.value == "hold"
    told, unknown = given.reasons
    assert (told.code, told.effect, unknown.code) == (code, None, "check.unknown")
    assert told.params == next(one.params for one in decided.reasons if one.code == code)
    other = house("years_trading >= 1").check(ORDER, account(facts=facts), as_of=TODAY)
    assert all(one.code != code for one in other.reasons)  # no check rests on it


def test_a_statement_that_does_not_balance_is_no_reason_to_pass() -> None:
    """Decide refers on it; a check that would pass on it cannot be tested, one that fails fails."""
    facts = customer(statement=statement(equity=900))
    given = house("z2 >= 2.6").check(ORDER, account(facts=facts), as_of=TODAY)
    (check,) = given.checks
    assert (check.status, check.effect, check.missing) == ("indeterminate", ck.Outcome.HOLD, ())
    assert check.left is not None  # what it would have been held against is shown
    told, doubt = given.reasons
    assert (told.code, doubt.code) == ("statement.unbalanced", "check.in_doubt")
    assert told.params == {"assets": 1000, "claims": 1350}
    assert doubt.sentence() == (
        "IT: cannot be tested; the statement that it rests on does not balance."
    )
    assert doubt.sentence("zh") == "IT：无法检验；所依据的财务报表不平衡。"
    assert (
        house("z2 >= 100").check(ORDER, account(facts=facts), as_of=TODAY).checks[0].status
        == "fail"
    )
    other = house("industry in [trade]").check(ORDER, account(facts=facts), as_of=TODAY)
    assert other.outcome.goes and not other.reasons
    approval = ck.Approval(
        order="SO-1", currency="CNY", largest_amount="5", requested_by="u1", approved_by="u2",
        role="board", approved_on=TODAY, until=date(2026, 12, 31), checks=["IT"],
    )  # fmt: skip
    cleared = house("z2 >= 2.6").check(
        ORDER, account(facts=facts), as_of=TODAY, approvals=[approval]
    )
    assert cleared.checks[0].cleared_by == "u2"


def test_a_guard_on_a_statement_that_does_not_balance_sets_no_check_aside() -> None:
    data = ck.Policy.standard().to_dict()
    row = {"id": "IT", "require": "order <= 1", "when": ["z2 <= 2.6"], "on_fail": "hold"}
    data["checks"]["rows"] = [row]
    policy = ck.Policy.from_dict(data)
    facts = customer(statement=statement(equity=900))
    assert policy.check(ORDER, account(facts=facts), as_of=TODAY).outcome.value == "hold"
    sound = policy.check(ORDER, account(facts=customer()), as_of=TODAY)
    assert sound.checks[0].status == "not_applicable" and sound.outcome.goes


@pytest.mark.parametrize(
    ("effect", "outcome"),
    [({}, "hold"), ({"on_undefined": "approve"}, "approve"), ({"on_undefined": "warn"}, "warn")],
)
def test_what_has_no_meaning_is_told_apart_from_what_is_not_known(
    effect: dict[str, str], outcome: str
) -> None:
    data = ck.Policy.standard().to_dict()
    data["checks"]["rows"] = [{"id": "IT", "require": "z2 >= 1.1", "on_fail": "hold", **effect}]
    policy = ck.Policy.from_dict(data)
    debtless = statement(total_liabilities=0, current_liabilities=0, equity=1000)
    given = policy.check(ORDER, account(facts=customer(statement=debtless)), as_of=TODAY)
    assert (given.outcome.value, given.checks[0].status) == (outcome, "indeterminate")
    (reason,) = given.reasons
    assert reason.sentence() == "IT: cannot be tested; without a meaning: Altman Z'' (1995)."
    assert reason.sentence("zh") == "IT：无法检验；无意义：Z''值。"
    unknown = policy.check(ORDER, account(facts=customer(statement=None)), as_of=TODAY)
    assert (unknown.outcome.value, unknown.reasons[0].code) == ("hold", "check.unknown")
    assert ck.Verdict.from_dict(given.to_dict()) == given


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
    line = ck.CreditLine(currency="CNY", amount="1000", terms=terms, approved_by="u")
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
