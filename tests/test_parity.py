"""The parity law: one customer, a column of them and a naive reading of the document agree.

For every column c of a run, ``run.c[i]`` is that value of a decision made for the customer alone:
for the original record, and for the record that the portfolio gives back. Columns are compared with
decisions, never an object with itself.
"""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, cast
from unittest import mock

import attrs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditkit._columns import Amounts, State
from creditkit.errors import InvalidFact
from creditkit.facts.customers import Application, Applications, Customer, ExternalRating, Portfolio
from creditkit.facts.ledger import Ledger
from creditkit.facts.lines import CreditLine, CreditLines
from creditkit.facts.rates import Rates
from creditkit.facts.statements import LINES, Statement, Statements
from creditkit.figures import FIGURES, Figure, FigureKind
from creditkit.models.contract import Score
from creditkit.money import LARGEST, Line, Money
from creditkit.outcomes import OUTCOMES
from creditkit.policy import standard
from creditkit.policy.decide import many as deciding_many
from creditkit.policy.decide.decision import Decision
from creditkit.policy.decide.decisions import Decisions
from creditkit.policy.policy import Policy
from creditkit.policy.schema.findings import InvalidPolicy
from creditkit.receivables import positions
from tests import naive
from tests.ledgers import in_minor
from tests.strategies import HOSTS, OWN_KINDS, Facts, documents, facts, loaded

TODAY = date(2026, 11, 21)
STANDARD = Policy.from_toml(standard.STANDARD, figures=OWN_KINDS.values())
block_sizes = st.sampled_from([1, 2, 3, deciding_many.BLOCK])
generous = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

# ------------------------------------------------------------------------ the three, in one form


def told_by_one(decision: Decision) -> dict[str, Any]:
    """The values of a decision that have a column."""
    limit = decision.limit
    return {
        "score": None if decision.score is None else decision.score.hex(),
        "grade": decision.grade,
        "limit": limit.minor if isinstance(limit, Money) else limit,
        "binding": decision.binding,
        "terms": None if decision.terms is None else decision.terms.name,
        "security": decision.security_required,
        "approver": decision.approver,
        "next_review": decision.next_review,
        "outcome": decision.outcome.value,
        "reasons": frozenset(reason.key for reason in decision.reasons),
    }


def named(names: Sequence[str], code: Any) -> str | None:
    return None if code < 0 else names[code]


def told_by_columns(run: Decisions, row: int) -> dict[str, Any]:
    """The same values, out of the columns."""
    state = run.limit.state(row)
    lines = {State.UNLIMITED: Line.UNLIMITED, State.NONE: Line.NONE, State.INHERIT: Line.INHERIT}
    score = float(run.score[row])
    return {
        "score": None if np.isnan(score) else score.hex(),
        "grade": named(run.grade_names, run.grade[row]),
        "limit": int(run.limit.values[row]) if state == State.KNOWN else lines.get(state),
        "binding": named(run.binding_names, run.binding[row]),
        "terms": named(run.terms_names, run.terms[row]),
        "security": bool(run.security_required[row]),
        "approver": named(run.approver_names, run.approver[row]),
        "next_review": run.next_review[row].item(),
        "outcome": OUTCOMES[run.outcome[row]].value,
        "reasons": frozenset(run.reasons_of(row)),
    }


def told_by_naive(
    document: Mapping[str, Any], one: dict[str, Any], decision: Decision, own: Mapping[str, Figure]
) -> dict[str, Any]:
    """The same values by the naive reading, which takes over the production score before it is clipped."""
    rules = document["checks"]
    currency = document["currency"]
    unit = 10 ** naive.CURRENCIES[currency]
    ledger = one["ledger"]
    position = (
        {}
        if ledger is None
        else in_minor(
            positions.position(
                ledger,
                as_of=decision.as_of,
                currency=currency,
                rates=one["rates"],
                ignore_below=str(rules.get("ignore_below", "0")),
                ignore_disputed=rules.get("ignore_disputed", True),
            ),
            currency,
        )
    )
    assume = {
        name: assumed(value, naive.kind_of(name, own, {}), unit)
        for name, value in document["assessment"].get("assume", {}).items()
    }
    values = naive.Figures(
        one["subject"],
        currency=currency,
        as_of=decision.as_of,
        rates=one["rates"],
        application=one["application"],
        line=one["line"],
        ledger=position,
        own=own,
        assume=assume,
    )
    values.stale = document["assessment"].get("stale_after", {})
    parts = [model.part for model in decision.models]
    raw = None if None in parts else functools.reduce(lambda a, b: a + b, parts)
    asked = one["application"]
    told = naive.decide(
        document,
        values,
        raw=raw,
        own=own,
        hosts=HOSTS,
        usable=values.usable(),
        requested_terms=None if asked is None else asked.requested_terms,
    )
    return {**told, "score": None if told["score"] is None else told["score"].hex()}


def assumed(value: Any, kind: str, unit: int) -> Any:
    if kind in ("flag", "category"):
        return value
    number = naive.exact(value)
    return float(number) if kind == "float" else int(number * (unit if kind == "money" else 1))


def facts_of_row(given: Facts, row: int, subject: Customer) -> dict[str, Any]:
    """What `decide` is given for one customer; built from the records, not from the portfolio."""
    return {
        "subject": subject,
        "ledger": None if given.ledger is None else given.ledger.account(subject.id),
        "application": None if given.applications is None else given.applications[row],
        "line": None if given.lines is None else given.lines[row],
        "rates": given.rates,
    }


def run_of(policy: Policy, given: Facts) -> tuple[Portfolio, Decisions]:
    portfolio = Portfolio.of(given.customers)
    run = policy.decide(
        portfolio,
        as_of=given.as_of,
        ledger=given.ledger,
        application=None if given.applications is None else Applications.of(given.applications),
        line=None if given.lines is None else CreditLines.of(given.lines),
        rates=given.rates,
    )
    return portfolio, run


def assert_parity(
    policy: Policy, given: Facts, own: Mapping[str, Figure], block: int = deciding_many.BLOCK
) -> None:
    """The law for some facts, with so many rows decided at once."""
    with mock.patch.object(deciding_many, "BLOCK", block):
        portfolio, run = run_of(policy, given)
    assert len(run) == len(given.customers)
    again = Decisions.from_dict(json.loads(json.dumps(run.to_dict())))
    assert again.same_as(run) and run.same_as(again)
    for row in range(len(run)):
        assert told_by_columns(again, row) == told_by_columns(run, row)
    for row, customer in enumerate(given.customers):
        again = portfolio.row(row)
        assert again == customer
        columns = told_by_columns(run, row)
        for subject in (again, customer):
            one = facts_of_row(given, row, subject)
            decision = policy.decide(as_of=given.as_of, **one)
            assert told_by_one(decision) == columns
        assert told_by_naive(policy.to_dict(), one, decision, own) == columns
        assert run.ids[row] == customer.id
        keys = [reason.key for reason in decision.reasons]  # the same need may be listed twice
        assert run.reasons_of(row) == tuple(dict.fromkeys(keys))


# ------------------------------------------------------------------------------------- the law


@settings(generous, max_examples=settings.default.max_examples * 4)
@given(documents(), facts(), block_sizes)
def test_one_many_and_naive_agree(document: dict[str, Any], given_: Facts, block: int) -> None:
    try:
        policy = loaded(document)
    except InvalidPolicy as refused:  # what lint refuses by design: nothing else may be wrong
        assert {finding.code for finding in refused.findings} <= {"order.monotone", "form.size"}
        return
    assert_parity(policy, given_, OWN_KINDS, block)


@settings(generous, max_examples=settings.default.max_examples * 2)
@given(facts(), block_sizes)
def test_the_standard_policy_keeps_the_law(given_: Facts, block: int) -> None:
    assert_parity(STANDARD, given_, OWN_KINDS, block)


@settings(generous)
@given(documents(), facts(most=5), st.randoms(use_true_random=False))
def test_order_of_rows_permutes_the_columns(
    document: dict[str, Any], given_: Facts, shuffle: random.Random
) -> None:
    try:
        policy = loaded(document)
    except InvalidPolicy:
        return
    rows = list(range(len(given_.customers)))
    shuffle.shuffle(rows)
    moved = Facts(
        as_of=given_.as_of,
        rates=given_.rates,
        customers=[given_.customers[row] for row in rows],
        applications=given_.applications and [given_.applications[row] for row in rows],
        lines=given_.lines and [given_.lines[row] for row in rows],
        ledger=given_.ledger,
    )
    _, first = run_of(policy, given_)
    _, second = run_of(policy, moved)
    for place, row in enumerate(rows):
        assert told_by_columns(second, place) == told_by_columns(first, row)


# ---------------------------------------------------------------------------- columns at the door


def columns_of(many: Sequence[Customer]) -> Portfolio:
    """The same portfolio made from columns, money as text and dates as ISO text."""
    plain = [customer.to_dict() for customer in many]
    names = ("id", "currency", "name", "industry", "ownership", "reputation", "founded")
    names += ("trading_since", "litigation_count", "insolvency", "blocked")
    columns: dict[str, Any] = {name: [row[name] for row in plain] for name in names}
    for name in ("credit_sales_12m", "expected_purchases_12m"):
        columns[name] = [row[name] and row[name].split()[0] for row in plain]
    own = sorted({name for customer in many for name, _ in customer.figures})
    return Portfolio.from_columns(
        columns,
        statements=statements_of([customer.statement for customer in many]),
        ratings=[(row, one) for row, customer in enumerate(many) for one in customer.ratings][::-1]
        if all(len(customer.ratings) < 2 for customer in many)
        else [(row, one) for row, customer in enumerate(many) for one in customer.ratings],
        figures={name: [dict(customer.figures).get(name) for customer in many] for name in own},
    )


def statements_of(many: Sequence[Statement | None]) -> Statements | None:
    if not any(many):
        return None
    columns: dict[str, Any] = {
        "currency": [None if one is None else one.currency for one in many],
        "period_end": [None if one is None else one.period_end for one in many],
        "unit": [1 if one is None else one.unit for one in many],
        "audited": [None if one is None else one.audited for one in many],
    }
    for name in LINES:
        values = [None if one is None else getattr(one, name) for one in many]
        columns[name] = np.array([np.nan if value is None else value for value in values])
    earlier = [None if one is None else one.previous for one in many]
    return Statements.from_columns(columns, previous=statements_of(earlier))


@settings(generous)
@given(documents(), facts())
def test_from_columns_is_the_same_portfolio(document: dict[str, Any], given_: Facts) -> None:
    try:
        policy = loaded(document)
    except InvalidPolicy:
        return
    portfolio, run = run_of(policy, given_)
    again = columns_of(given_.customers)
    assert again.same_as(portfolio)
    second = policy.decide(
        again,
        as_of=given_.as_of,
        ledger=given_.ledger,
        application=None if given_.applications is None else Applications.of(given_.applications),
        line=None if given_.lines is None else CreditLines.of(given_.lines),
        rates=given_.rates,
    )
    for row in range(len(run)):
        assert told_by_columns(second, row) == told_by_columns(run, row)


def test_blocks_do_not_show() -> None:
    """More rows than a block, with the unusual ones at its edges."""
    edge = [
        Customer(id="a", currency="CNY", credit_sales_12m="1000", litigation_count=0),
        Customer(id="b", currency="CNY", insolvency=True, blocked=False),
        Customer(id="c", currency="EUR", credit_sales_12m="1"),
    ]
    block = deciding_many.BLOCK
    plain = [
        Customer(id=f"p{n}", currency="CNY", litigation_count=1, industry="trade")
        for n in range(block + 1)
    ]
    many = plain[: block - 1] + edge + plain[block - 1 :]
    policy = Policy.standard()
    run = policy.decide(Portfolio.of(many), as_of=TODAY)
    for row in (0, block - 2, block - 1, block, block + 1, block + 2, block + 3):
        assert told_by_columns(run, row) == told_by_one(policy.decide(many[row], as_of=TODAY))


# ------------------------------------------------------------------------------------- bad rows


def good_columns() -> dict[str, Any]:
    return {
        "id": ["a", "b", "c"],
        "currency": ["CNY", "CNY", "CNY"],
        "credit_sales_12m": ["1000000", "2000000", "3000000"],
        "trading_since": ["2014-05-01", "2015-05-01", "2016-05-01"],
        "insolvency": [False, False, False],
        "blocked": [False, False, False],
        "litigation_count": [0, 1, 2],
    }


LEDGER = Ledger.from_columns(
    {
        "id": ["1", "2"], "account": ["a", "c"], "currency": "CNY", "kind": "invoice",
        "amount": ["5", "7"], "doc_date": "2026-09-01", "due_date": "2026-10-01",
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("column", "bad"),
    [
        ("currency", "RMB"),
        ("currency", None),
        ("id", None),
        ("credit_sales_12m", None),
        ("trading_since", None),
        ("trading_since", "20000-01-01"),
    ],
)
def test_a_bad_row_changes_no_other(column: str, bad: Any) -> None:
    policy = Policy.standard()
    columns = good_columns()
    before = policy.decide(Portfolio.from_columns(columns), as_of=TODAY, ledger=LEDGER)
    columns[column][1] = bad
    after = policy.decide(Portfolio.from_columns(columns), as_of=TODAY, ledger=LEDGER)
    for row in (0, 2):
        assert told_by_columns(after, row) == told_by_columns(before, row)
    assert after.ids[0] == "a"
    if column in ("currency", "id"):
        assert "data.invalid" in after.reasons_of(1)
        assert not OUTCOMES[after.outcome[1]].goes
        assert after.ids[1] == ("" if column == "id" else "b")


SPOILT = {
    "currency": "RMB",
    "id": None,
    "trading_since": "2014-02-30",
    "credit_sales_12m": "1,000",
}


@given(
    st.lists(st.sampled_from([None, *SPOILT, "twice", "line", "terms", "statement"]), max_size=8),
    block_sizes,
)
def test_a_row_that_cannot_be_read_is_referred_and_the_others_stand(
    faults: list[str | None], block: int
) -> None:
    """Each row as its full decision says it; those without a fault as if they were alone."""
    if len(faults) > 1:  # a column of which nothing can be read is refused; `test_tables` has those
        faults = [*faults, None]
    rows = len(faults)
    columns: dict[str, list[Any]] = {
        "id": [f"C-{n}" for n in range(rows)],
        "currency": ["CNY"] * rows,
        "credit_sales_12m": ["1000000"] * rows,
        "trading_since": ["2014-05-01"] * rows,
        "insolvency": [False] * rows,
    }
    lines = {"currency": ["CNY"] * rows, "amount": ["50000"] * rows}
    asked = {"currency": ["CNY"] * rows, "requested_terms": ["net30"] * rows}
    stated = {
        "currency": ["CNY"] * rows,
        "period_end": ["2025-12-31"] * rows,
        "total_assets": [1000.0] * rows,
        "equity": [-5.0] * rows,
    }
    twice = [row for row, fault in enumerate(faults) if fault == "twice"]
    for row, fault in enumerate(faults):
        if fault in SPOILT:
            columns[fault][row] = SPOILT[fault]
        elif fault == "twice":
            columns["id"][row] = "C-twice"
        elif fault == "line":
            lines["currency"][row] = "RMB"
        elif fault == "terms":
            asked["requested_terms"][row] = "when it suits"
        elif fault == "statement":
            stated["currency"][row] = "RMB"

    def decided(keep: list[int]) -> Decisions:
        def kept(given: dict[str, list[Any]]) -> dict[str, list[Any]]:
            return {name: [column[row] for row in keep] for name, column in given.items()}

        statements = Statements.from_columns(kept(stated))
        return STANDARD.decide(
            Portfolio.from_columns(kept(columns), statements=statements),
            as_of=TODAY,
            line=CreditLines.from_columns(kept(lines)),
            application=Applications.from_columns(kept(asked)),
        )

    with mock.patch.object(deciding_many, "BLOCK", block):
        run = decided(list(range(rows)))
    good = [row for row, fault in enumerate(faults) if fault is None or twice == [row]]
    alone = decided(good)
    for row in range(rows):
        decision = run[row]
        assert told_by_columns(run, row) == told_by_one(decision)
        assert Decision.from_dict(decision.to_dict()) == decision
        if row in good:
            assert told_by_columns(run, row) == told_by_columns(alone, good.index(row))
            assert not {"data.invalid", "data.duplicate"} & set(run.reasons_of(row))
        elif faults[row] == "twice":
            assert run.reasons_of(row) == ("data.duplicate",)
            assert "same id" in decision.explain() and decision.outcome == "refer"
        else:
            (reason,) = decision.reasons
            wrong = ", ".join(cast("tuple[str, ...]", reason.params["facts"]))
            assert reason.code == "data.invalid" and decision.outcome.value == "refer"
            assert decision.grade is decision.score is decision.limit is decision.terms is None
            assert (str(faults[row]).split("_")[0] in wrong) or faults[row] == "terms", wrong
            assert "The row cannot be read: " in decision.explain()


@pytest.mark.parametrize("currency", [None, 5])
def test_an_empty_row_of_lines_needs_no_currency(currency: Any) -> None:
    lines = CreditLines.from_columns(
        {"currency": ["CNY", currency, "CNY"], "amount": ["5", None, "5"]}
    )
    run = STANDARD.decide(Portfolio.from_columns(good_columns()), as_of=TODAY, line=lines)
    assert not run.has("data.invalid").any()
    assert [run[row].line for row in range(3)] == [Money("5", "CNY"), None, Money("5", "CNY")]


def test_terms_alone_are_asked_for_in_no_currency() -> None:
    asked = Applications.from_columns(
        {"currency": ["CNY", None, "CNY"], "requested_terms": ["net30", "net30", None]}
    )
    run = STANDARD.decide(Portfolio.from_columns(good_columns()), as_of=TODAY, application=asked)
    assert not run.has("data.invalid").any()


def test_terms_that_cannot_be_read_stop_their_row_only() -> None:
    policy = Policy.standard()
    portfolio = Portfolio.from_columns(good_columns())
    asked = Applications.from_columns(
        {"currency": "CNY", "requested_terms": ["net30", "when it suits", None]}
    )
    run = policy.decide(portfolio, as_of=TODAY, application=asked)
    assert ["data.invalid" in run.reasons_of(row) for row in range(3)] == [False, True, False]
    assert "application.requested_terms" in run[1].explain()


def test_a_run_gives_the_full_decision_of_a_row() -> None:
    policy = Policy.standard()
    portfolio = Portfolio.from_columns(good_columns())
    run = policy.decide(portfolio, as_of=TODAY, ledger=LEDGER)
    for row in (0, 2, -1):
        wanted = policy.decide(portfolio.row(row), as_of=TODAY, ledger=LEDGER.account("abc"[row]))
        assert run[row] == wanted
        assert run[row].customer == "abc"[row]
    with pytest.raises(IndexError, match="row 3 of 3"):
        run[3]
    with pytest.raises(IndexError, match="row -4 of 3"):
        run[-4]


# ---------------------------------------------------------------------------------- edge cases


def test_an_empty_portfolio() -> None:
    policy = Policy.standard()
    for portfolio in (Portfolio.of([]), Portfolio.from_columns({"id": [], "currency": []})):
        run = policy.decide(portfolio, as_of=TODAY, ledger=LEDGER)
        assert len(run) == 0
        assert run.grades() == dict.fromkeys(policy.grades, 0)
        assert run.outcomes() == {}
        assert all(len(column) == 0 for column in run.to_columns().values())
        assert repr(run) == "<Decisions for 0 customers: >"


def test_a_customer_of_whom_nothing_is_known() -> None:
    policy = Policy.standard()
    run = policy.decide(Portfolio.of([Customer(id="x", currency="CNY")]), as_of=TODAY)
    assert told_by_columns(run, 0) == told_by_one(
        policy.decide(Customer(id="x", currency="CNY"), as_of=TODAY)
    )
    assert run.grades() == {**dict.fromkeys(policy.grades, 0), "": 1}
    assert run.grade_of(0) is None
    assert run.outcomes() == {"refer": 1}
    assert repr(run) == "<Decisions for 1 customers: 1 refer>"


def test_a_run_that_was_read_from_a_record_holds_columns() -> None:
    portfolio = Portfolio.from_columns(good_columns())
    run = STANDARD.decide(portfolio, as_of=TODAY)
    again = Decisions.from_dict(run.to_dict())
    assert again.same_as(run) and repr(again) == repr(run)
    assert not again.same_as(STANDARD.decide(portfolio, as_of=TODAY, ledger=LEDGER))
    with pytest.raises(InvalidFact, match="read from a record"):
        again[0]
    with pytest.raises(InvalidFact, match=r"decisions\.schema must be"):
        Decisions.from_dict({**run.to_dict(), "schema": "creditkit.decisions/9"})
    for wrong in ({"as_of": "zz"}, {"limit_state": ["zz"] * 3}, {"grade": None}, {"id": 5}):
        with pytest.raises(InvalidFact):
            Decisions.from_dict({**run.to_dict(), **wrong})
    with pytest.raises(InvalidFact):
        Decisions.from_dict(cast(Any, None))


def test_accounts_of_nobody_are_noted() -> None:
    """A customer whose debts stand under another id must not look spotless without a word."""
    columns = good_columns()
    columns["id"] = ["A", "b", "c"]
    run = STANDARD.decide(Portfolio.from_columns(columns), as_of=TODAY, ledger=LEDGER)
    assert [(note.code, note.count, note.ids) for note in run.notes] == [
        ("ledger.no_customer", 1, ("a",))
    ]
    assert Decisions.from_dict(run.to_dict()).notes == run.notes
    assert STANDARD.decide(Portfolio.from_columns(columns), as_of=TODAY).notes == ()


def test_columns_of_a_run_are_plain() -> None:
    run = Policy.standard().decide(Portfolio.from_columns(good_columns()), as_of=TODAY)
    columns = run.to_columns()
    assert columns["customer"] == ["a", "b", "c"]
    assert columns["outcome"].tolist() == ["refer"] * 3
    assert {len(column) for column in columns.values()} == {3}
    assert columns["next_review"].dtype == np.dtype("datetime64[D]")


def simple(**changes: Any) -> dict[str, Any]:
    """A small document: a card over one own ratio, two grades, a share of sales."""
    document: dict[str, Any] = {
        "schema": "creditkit.policy/1",
        "id": "simple",
        "version": "1",
        "currency": "CNY",
        "assessment": {"models": [{"use": "scorecard:a"}]},
        "scorecards": [
            {
                "id": "a",
                "range": [0, 100],
                "factors": [
                    {
                        "figure": "own_ratio",
                        "weight": 1,
                        "bins": [{"min": 1, "points": 100}, {"points": 0}],
                    }
                ],
            }
        ],
        "grades": {
            "domain": [0, 100],
            "rows": [
                {"id": "A", "min": 50, "limit_share": 1, "terms": "net30"},
                {"id": "B", "min": 0, "limit_share": "0.5", "terms": "net7"},
            ],
        },
        "limit": {"methods": [{"use": "share_of_credit_sales"}]},
        "checks": {"rows": []},
    }
    return {**document, **changes}


def both(document: dict[str, Any], customer: Customer, **models: Any) -> dict[str, Any]:
    """What one and many say of a customer, which must be the same."""
    figures = tuple(OWN_KINDS.values())
    policy = Policy.from_dict(document, figures=figures, **models)
    one = told_by_one(policy.decide(customer, as_of=TODAY))
    assert told_by_columns(policy.decide(Portfolio.of([customer]), as_of=TODAY), 0) == one
    return one


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_a_hosts_score_that_is_not_finite_cannot_be_computed(bad: float) -> None:
    class Careless:
        id = "careless/1"
        needs = ("equity",)

        def score(self, figures: Mapping[str, Any], /) -> Score:
            return Score(model=self.id, value=bad)

    document = simple(assessment={"models": [{"use": "careless/1", "scale": [[0, 0], [1, 99]]}]})
    told = both(document, Customer(id="x", currency="CNY"), models=[Careless()])
    assert told["grade"] is None
    assert "score.not_computable" in told["reasons"]


def test_a_model_sees_only_what_it_needs() -> None:
    class Nosy:
        id = "nosy/1"
        needs = ("own_ratio",)

        def score(self, figures: Mapping[str, Any], /) -> Score:
            known = figures.get("litigation_count") is not None
            return Score(model=self.id, value=99.0 if known else 1.0)

    document = simple(assessment={"models": [{"use": "nosy/1"}]})
    customer = Customer(id="x", currency="CNY", litigation_count=0)
    assert both(document, customer, models=[Nosy()])["grade"] == "B"


def test_what_a_model_gives_back_is_checked() -> None:
    class Wrong:
        id = "wrong/1"
        needs = ("equity",)

        def score(self, figures: Mapping[str, Any], /) -> Any:
            return 700.0

    document = simple(assessment={"models": [{"use": "wrong/1"}]})
    policy = Policy.from_dict(document, models=[Wrong()], figures=tuple(OWN_KINDS.values()))
    customer = Customer(id="x", currency="CNY")
    for subject in (customer, Portfolio.of([customer])):
        with pytest.raises(InvalidFact, match=r"models\.wrong/1 must return a Score"):
            policy.decide(subject, as_of=TODAY)  # type: ignore[call-overload]


def test_rounding_up_beyond_64_bits_is_out_of_range() -> None:
    limit = {"methods": [{"use": "share_of_credit_sales"}], "round": "ceil:1000"}
    customer = Customer(
        id="x", currency="CNY", credit_sales_12m=Money.from_minor(LARGEST, "CNY"),
        figures={"own_ratio": 1.0},
    )  # fmt: skip
    told = both(simple(limit=limit), customer)
    assert told["limit"] is None
    assert "limit.unknown" in told["reasons"]
    run = Policy.from_dict(simple(limit=limit), figures=tuple(OWN_KINDS.values())).decide(
        Portfolio.of([customer]), as_of=TODAY
    )
    assert run.limit.state(0) == State.OUT_OF_RANGE


@pytest.mark.parametrize("share", ["1", "3", "100000", "0.123456789012345678901234567891"])
def test_shares_beyond_64_bits_are_exact(share: str) -> None:
    document = simple()
    for row in document["grades"]["rows"]:
        row["limit_share"] = share
    for minor in (LARGEST, LARGEST // 3, 2**53 + 1, 1):
        money = Money.from_minor(minor, "CNY")
        customer = Customer(
            id="x", currency="CNY", credit_sales_12m=money, figures={"own_ratio": 1.0}
        )
        wanted = int(minor * naive.exact(share) // 1)
        assert both(document, customer)["limit"] == (wanted if wanted <= LARGEST else None)


@pytest.mark.parametrize(("points", "grade"), [(50, "A"), ("49.999999999", "B"), (51, "A")])
def test_a_score_on_a_bound_has_the_better_grade(points: Any, grade: str) -> None:
    document = simple()
    document["scorecards"][0]["factors"][0]["bins"][0]["points"] = points
    assert (
        both(document, Customer(id="x", currency="CNY", figures={"own_ratio": 1.0}))["grade"]
        == grade
    )


@pytest.mark.parametrize(("sales", "months"), [("1000", 12), ("1000.01", 2)])
def test_who_owes_just_as_much_is_reviewed_as_usual(sales: str, months: int) -> None:
    document = simple(monitoring={"reviews": [{"exposure_above": "1000", "months": 2}]})
    customer = Customer(id="x", currency="CNY", credit_sales_12m=sales, figures={"own_ratio": 1.0})
    assert both(document, customer)["next_review"] == naive.months_later(TODAY, months)


def test_halves_of_a_minor_unit_go_to_the_even_one() -> None:
    rates = Rates("CNY", {"USD": "0.5"}, as_of=TODAY)
    policy = Policy.from_dict(simple(), figures=tuple(OWN_KINDS.values()))
    many = [
        Customer(
            id=f"x{minor}", currency="USD", credit_sales_12m=Money.from_minor(minor, "USD"),
            figures={"own_ratio": 1.0},
        )
        for minor in (1, 3, 5, 7)
    ]  # fmt: skip
    run = policy.decide(Portfolio.of(many), as_of=TODAY, rates=rates)
    assert run.limit.values.tolist() == [0, 2, 2, 4]
    for row, customer in enumerate(many):
        one = policy.decide(customer, as_of=TODAY, rates=rates)
        assert told_by_one(one) == told_by_columns(run, row)


@pytest.mark.parametrize("assets", [1e300, 2.0**53 / 100, 2.0**53, 0.125, -5.0])
def test_net_worth_is_money_where_a_float_has_minor_units(assets: float) -> None:
    limit = {"methods": [{"use": "net_worth_share", "share": 1}]}
    statement = Statement(
        currency="CNY", period_end=date(2025, 12, 31), total_assets=assets, total_liabilities=0
    )
    customer = Customer(id="x", currency="CNY", statement=statement, figures={"own_ratio": 1.0})
    minor = round(Fraction(assets) * 100)
    told = both(simple(limit=limit), customer)
    assert told["limit"] == (minor if 0 < minor <= 2**53 else None)


def test_what_is_assumed_keeps_its_decimals() -> None:
    assessment = {"models": [{"use": "scorecard:a"}], "assume": {"dso": "30.5", "industry": "new"}}
    assessment["knock_out"] = [
        {"id": "DSO", "require": "dso <= 30"},
        {"id": "NEW", "require": "industry in [trade]"},
    ]
    told = both(simple(assessment=assessment), Customer(id="x", currency="CNY"))
    assert {"knock_out.fired:DSO", "knock_out.fired:NEW"} <= told["reasons"]
    assert {"assumption.used:dso", "assumption.used:industry"} <= told["reasons"]


def test_what_cannot_be_converted_is_assumed_as_what_is_not_known() -> None:
    assessment = {"models": [{"use": "scorecard:a"}], "assume": {"credit_sales_12m": "10"}}
    customer = Customer(id="x", currency="USD", credit_sales_12m="5", figures={"own_ratio": 1.0})
    told = both(simple(assessment=assessment), customer)
    assert told["limit"] == 1000
    assert {"data.no_rate", "assumption.used:credit_sales_12m"} <= told["reasons"]


@pytest.mark.parametrize("least", ["0.5", "0.500000000000000000000000000001", "0.51", "100000"])
def test_coverage_is_compared_exactly(least: str) -> None:
    card = simple()["scorecards"][0]
    card["factors"][0]["weight"] = "0.5"
    card["factors"].append(
        {"figure": "own_score", "weight": "0.5", "bins": [{"min": 1, "points": 1}, {"points": 0}]}
    )
    assessment = {"models": [{"use": "scorecard:a"}], "least_coverage": least}
    customer = Customer(id="x", currency="CNY", figures={"own_ratio": 1.0})
    told = both(simple(assessment=assessment, scorecards=[card]), customer)
    assert ("coverage.low" in told["reasons"]) == (least != "0.5")


@pytest.mark.parametrize("kind", list(FigureKind))
@pytest.mark.parametrize(
    "value", [5, 5.0, 5.5, True, "steel", Money(5, "CNY"), 2**53 - 1], ids=repr
)
def test_an_own_value_of_another_kind_is_refused(kind: FigureKind, value: Any) -> None:
    """One and many agree on what a host may say of a figure that it declared."""
    name = f"own_{kind.value}"
    tests = {
        FigureKind.FLAG: f"{name} == true",
        FigureKind.CATEGORY: f"{name} in [steel]",
        FigureKind.MONEY: f"{name} <= 5",
    }
    condition = tests.get(kind, f"{name} <= 5")
    assessment = {
        "models": [{"use": "scorecard:a"}],
        "knock_out": [{"id": "K", "require": condition}],
    }
    fits = {
        FigureKind.MONEY: isinstance(value, Money),
        FigureKind.FLAG: value is True,
        FigureKind.CATEGORY: value == "steel",
        FigureKind.DAYS: type(value) is int or (value == 5.0 and type(value) is float),
        FigureKind.COUNT: type(value) is int or (value == 5.0 and type(value) is float),
    }.get(kind, type(value) in (int, float))
    customer = Customer(id="x", currency="CNY", figures={name: value})
    if fits:
        told = both(simple(assessment=assessment), customer)
        assert "knock_out.unknown:K" not in told["reasons"]
        return
    policy = Policy.from_dict(simple(assessment=assessment), figures=tuple(OWN_KINDS.values()))
    for subject in (customer, Portfolio.of([customer])):
        with pytest.raises(InvalidFact, match=rf"\.figures\.{name} must "):
            policy.decide(subject, as_of=TODAY)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("own_scor", "is not declared for this policy; did you mean 'own_score'"),
        ("mood", "is not declared for this policy; declare it"),
        ("z2", "is worked out from facts and cannot be given"),
    ],
)
def test_an_own_figure_that_is_not_declared_is_refused(name: str, message: str) -> None:
    policy = Policy.from_dict(simple(), figures=tuple(OWN_KINDS.values()))
    customer = Customer(id="x", currency="CNY", figures={name: 1.0})
    for subject, path in ((customer, "customer"), (Portfolio.of([customer]), "portfolio")):
        with pytest.raises(InvalidFact, match=rf"{path}\.figures\.{name} {message}"):
            policy.decide(subject, as_of=TODAY)


def test_own_columns_of_every_type() -> None:
    figures = {
        "own_money": Amounts.from_major(["1", None], "CNY"),
        "own_count": np.array([1, 2]),
        "own_flag": np.array([True, False]),
        "own_ratio": np.array([0.5, np.nan]),
        "own_category": ["trade", None],
    }
    portfolio = Portfolio.from_columns({"id": ["a", "b"], "currency": "CNY"}, figures=figures)
    assert portfolio.row(0) == Customer(
        id="a",
        currency="CNY",
        figures={
            "own_money": Money(1, "CNY"), "own_count": 1, "own_flag": True,
            "own_ratio": 0.5, "own_category": "trade",
        },
    )  # fmt: skip
    assert dict(portfolio.row(1).figures) == {"own_count": 2, "own_flag": False}
    assert Portfolio.of([portfolio.row(0), portfolio.row(1)]).same_as(portfolio)


@pytest.mark.parametrize("column", [Amounts.from_major(["5"], "USD"), [Money(5, "USD")]], ids=type)
def test_own_money_is_in_the_currency_of_its_row(column: Any) -> None:
    with pytest.raises(InvalidFact, match=r"portfolio\.figures\.own_money must be in"):
        Portfolio.from_columns({"id": ["a"], "currency": "CNY"}, figures={"own_money": column})
    with pytest.raises(InvalidFact, match=r"customer\.figures\['own_money'\] must be in CNY"):
        Customer(id="a", currency="CNY", figures={"own_money": Money(5, "USD")})


@pytest.mark.parametrize("row", [-1, 1])
def test_a_rating_is_of_a_row(row: int) -> None:
    rating = ExternalRating(agency="A", value=1.0, as_of=TODAY)
    with pytest.raises(InvalidFact, match=r"portfolio\.ratings must be of rows below 1"):
        Portfolio.from_columns({"id": ["a"], "currency": "CNY"}, ratings=[(row, rating)])


def test_applications_and_lines_must_have_the_rows_of_the_portfolio() -> None:
    policy = Policy.standard()
    portfolio = Portfolio.from_columns(good_columns())
    asked = Applications.of([Application(currency="CNY")])
    with pytest.raises(ValueError, match=r"decide\.application must have 3 rows"):
        policy.decide(portfolio, as_of=TODAY, application=asked)
    with pytest.raises(ValueError, match=r"decide\.line must be of the type CreditLines"):
        policy.decide(portfolio, as_of=TODAY, line=line("5"))  # type: ignore[call-overload]
    with pytest.raises(ValueError, match=r"decide\.application must be of the type Application"):
        policy.decide(portfolio.row(0), as_of=TODAY, application=asked)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="must be given a Customer or a Portfolio"):
        policy.decide([portfolio.row(0)], as_of=TODAY)  # type: ignore[call-overload]


def line(amount: Any) -> CreditLine:
    return CreditLine(currency="CNY", amount=amount, approved_by="Li", approved_on=TODAY)


def test_every_state_of_a_line_in_force() -> None:
    policy = Policy.from_dict(simple(), figures=tuple(OWN_KINDS.values()))
    customer = Customer(id="x", currency="CNY", credit_sales_12m="100", figures={"own_ratio": 1.0})
    given_ = [line("100"), line("100.01"), *(line(state) for state in Line), None]
    given_ += [
        attrs.evolve(line("200"), **window)
        for window in ({"start": TODAY}, {"start": date(2026, 11, 22)}, {"until": TODAY})
    ]
    wanted = [False, True, True, False, False, False, True, False, False]
    run = policy.decide(
        Portfolio.of(attrs.evolve(customer, id=f"x{n}") for n in range(len(given_))),
        as_of=TODAY,
        line=CreditLines.of(given_),
    )
    for row, (one, below) in enumerate(zip(given_, wanted, strict=True)):
        decision = policy.decide(customer, as_of=TODAY, line=one)
        assert told_by_one(decision) == told_by_columns(run, row)
        assert ("limit.below_line" in run.reasons_of(row)) == below
        if row < 7:
            assert decision.line == (None if one is None else one.amount)
        else:
            assert decision.line is None  # not in force on this day


def test_the_latest_rating_is_the_lowest_of_its_day_and_never_of_the_future() -> None:
    rated = [("2026-01-05", 70.0), ("2026-03-05", 60.0), ("2026-03-05", 40.0), ("2027-01-01", 1.0)]
    customer = Customer(
        id="x",
        currency="CNY",
        ratings=[
            ExternalRating(agency="A", value=v, as_of=date.fromisoformat(d)) for d, v in rated
        ],
    )
    policy = Policy.standard()
    decision = policy.decide(customer, as_of=TODAY)
    assert decision.figures["external_rating"] == 40.0
    run = policy.decide(Portfolio.of([attrs.evolve(customer, id="y"), customer]), as_of=TODAY)
    assert told_by_columns(run, 1) == told_by_one(decision)


def test_foreign_money_goes_through_the_base_and_is_rounded_once() -> None:
    rates = Rates("CNY", {"USD": "7.1234", "JPY": "0.0471"}, as_of=TODAY)
    policy = Policy.from_dict(simple(), figures=tuple(OWN_KINDS.values()))
    many = [
        Customer(id=c, currency=c, credit_sales_12m="12345", figures={"own_ratio": 1.0})
        for c in ("CNY", "USD", "JPY", "EUR")
    ]
    run = policy.decide(Portfolio.of(many), as_of=TODAY, rates=rates)
    assert run.limit.values.tolist() == [
        1_234_500,
        8_793_837,
        58_145,
        0,
    ]
    for row, customer in enumerate(many):
        one = policy.decide(customer, as_of=TODAY, rates=rates)
        assert told_by_one(one) == told_by_columns(run, row)


def test_every_figure_that_has_a_source_is_declared() -> None:
    from creditkit.policy.figures.facts import CATALOGUE
    from creditkit.policy.figures.sources import CUSTOMER as WIRES

    assert set(WIRES) <= set(CATALOGUE)
    assert set(FIGURES) <= set(CATALOGUE)


# ------------------------------------------------------------------------- the cases, without luck


def test_a_model_without_a_coverage_is_covered() -> None:
    """A published score has no parts whose weight could be missing."""
    grades = {**simple()["grades"], "domain": [-100, 100]}
    grades["rows"] = [grades["rows"][0], {**grades["rows"][1], "min": -100}]
    assessment = {"models": [{"use": "altman.z2_1995"}], "least_coverage": "1"}
    statement = Statement(
        currency="CNY", period_end=date(2025, 12, 31), total_assets=100, current_assets=60,
        current_liabilities=40, retained_earnings=10, ebit=5, equity=50, total_liabilities=50,
    )  # fmt: skip
    told = both(
        simple(assessment=assessment, grades=grades),
        Customer(id="x", currency="CNY", credit_sales_12m="10", statement=statement),
    )
    # 6.56 x 0.20 + 3.26 x 0.10 + 6.72 x 0.05 + 1.05 x 1.00
    assert float.fromhex(told["score"]) == pytest.approx(3.024)
    assert (told["grade"], told["reasons"]) == ("B", frozenset())


def test_a_cap_binds_above_it_and_not_at_it() -> None:
    document = simple(limit={"methods": [{"use": "share_of_credit_sales"}], "cap": "1000"})
    for sales, limit, binding in (
        ("1000", 100_000, "share_of_credit_sales"),
        ("1000.01", 100_000, "cap:policy"),
    ):
        customer = Customer(
            id="x", currency="CNY", credit_sales_12m=sales, figures={"own_ratio": 1.0}
        )
        told = both(document, customer)
        assert (told["limit"], told["binding"]) == (limit, binding)


def test_a_knock_out_on_a_share_of_nothing_does_not_apply() -> None:
    knock_outs = [{"id": "SHARE", "require": "overdue <= 0.40 * receivables", "grade": "B"}]
    assessment = {"models": [{"use": "scorecard:a"}], "knock_out": knock_outs}
    policy = Policy.from_dict(simple(assessment=assessment), figures=tuple(OWN_KINDS.values()))
    customer = Customer(id="x", currency="CNY", credit_sales_12m="10", figures={"own_ratio": 1.0})
    for ledger, key in ((Ledger.of([]), None), (None, "knock_out.unknown:SHARE")):
        one = told_by_one(policy.decide(customer, as_of=TODAY, ledger=ledger))
        run = policy.decide(Portfolio.of([customer]), as_of=TODAY, ledger=ledger)
        assert told_by_columns(run, 0) == one
        assert one["reasons"] == (frozenset() if key is None else {key})


@pytest.mark.parametrize(
    ("owed", "amount", "require", "outcome"),
    [
        (0.0, None, "current_ratio >= 1", "approve"),  # known to have no meaning
        (None, None, "current_ratio >= 1", "hold"),
        (5.0, None, "current_ratio >= 1", "approve"),
        (5.0, Line.INHERIT, "line >= 5", "hold"),
        (5.0, Line.NONE, "line >= 5", "reject"),
        (5.0, Line.UNLIMITED, "line >= 5", "warn"),  # the limit is below it
        (5.0, None, "line >= 5", "hold"),
    ],
)
def test_what_has_no_meaning_and_what_is_not_known_are_two(
    owed: float | None, amount: Line | None, require: str, outcome: str
) -> None:
    row = {"id": "K", "require": require, "on_missing": "hold", "on_undefined": "approve"}
    document = simple(assessment={"models": [{"use": "scorecard:a"}], "knock_out": [row]})
    policy = Policy.from_dict(document, figures=tuple(OWN_KINDS.values()))
    statement = Statement(
        currency="CNY", period_end=date(2026, 6, 30), current_assets=9.0, current_liabilities=owed
    )
    customer = Customer(
        id="x",
        currency="CNY",
        credit_sales_12m="10",
        figures={"own_ratio": 1.0},
        statement=statement,
    )
    given_ = None if amount is None else line(amount)
    one = told_by_one(policy.decide(customer, as_of=TODAY, line=given_))
    many = policy.decide(Portfolio.of([customer]), as_of=TODAY, line=CreditLines.of([given_]))
    assert told_by_columns(many, 0) == one
    assert one["outcome"] == outcome


@pytest.mark.parametrize(
    ("missing", "score"),
    [("reallocate", 100.0), ("keep", 60.0), ("points:50", 80.0), ("error", None)],
)
def test_what_a_missing_figure_earns(missing: str, score: float | None) -> None:
    """0.6 of the weight is known and has 100 points; of the other 0.4 nothing is known."""
    card = simple()["scorecards"][0]
    card["factors"][0]["weight"] = "0.6"
    unknown = {"figure": "own_score", "weight": "0.4", "missing": missing}
    card["factors"].append({**unknown, "bins": [{"min": 1, "points": 100}, {"points": 0}]})
    told = both(
        simple(scorecards=[card]), Customer(id="x", currency="CNY", figures={"own_ratio": 1.0})
    )
    assert told["score"] == (None if score is None else score.hex())


def test_a_scale_has_as_many_pieces_as_it_is_written_with() -> None:
    """0 to 100 points of a card: 40 for 20, 60 for 80, between them a line."""
    scale = [[0, 0], [20, 40], [80, 60], [100, 100]]
    assessment = {"models": [{"use": "scorecard:a", "scale": scale}]}
    for points, score in ((0, 0), (10, 20), (20, 40), (50, 50), (80, 60), (90, 80), (100, 100)):
        card = simple()["scorecards"][0]
        card["factors"][0]["bins"] = [{"min": 1, "points": points}, {"points": 0}]
        told = both(
            simple(assessment=assessment, scorecards=[card]),
            Customer(id="x", currency="CNY", figures={"own_ratio": 1.0}),
        )
        assert float.fromhex(told["score"]) == pytest.approx(score)


def test_own_values_that_are_not_known() -> None:
    policy = Policy.from_dict(simple(), figures=tuple(OWN_KINDS.values()))
    assert both(simple(), Customer(id="x", currency="CNY"))["score"] is None
    for value in (None, float("nan")):  # what is not known is left out
        left_out = Customer(id="x", currency="CNY", figures={"own_ratio": value})
        assert left_out == Customer(id="x", currency="CNY")
    columns = {"id": ["x", "y"], "currency": "CNY"}
    nothing = Portfolio.from_columns(columns, figures={"own_category": np.array([np.nan, np.nan])})
    document = simple()
    factor = document["scorecards"][0]["factors"][0]
    factor |= {"figure": "own_category", "bins": [{"names": ["steel"], "points": 9}, {"points": 0}]}
    named = Policy.from_dict(document, figures=tuple(OWN_KINDS.values()))
    assert np.isnan(named.decide(nothing, as_of=TODAY).score).all()
    run = policy.decide(nothing, as_of=TODAY)  # a column of nothing is of any kind
    assert np.isnan(run.score).all()
    with pytest.raises(InvalidFact, match="must be a column of the kind category"):
        policy.decide(
            Portfolio.from_columns(columns, figures={"own_category": np.array([1.0, np.nan])}),
            as_of=TODAY,
        )


def test_a_customer_that_stands_twice_is_told() -> None:
    policy = Policy.from_dict(simple(), figures=tuple(OWN_KINDS.values()))
    run = policy.decide(
        Portfolio.from_columns({"id": ["x", "y", "x"], "currency": "CNY"}), as_of=TODAY
    )
    assert ["data.duplicate" in run.reasons_of(row) for row in range(3)] == [True, False, True]
    assert "the same id" in run[0].reasons[0].sentence()
