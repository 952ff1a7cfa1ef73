"""`check`: may this order go out? Every check is evaluated, none hides another.

Each check is judged for the customer, and those that test the line for every group above it too.
Then come what prepayment, delivery or an approval sets aside, and the most severe effect that is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from creditkit._plain import Deferred
from creditkit.canonical import digest
from creditkit.errors import InvalidFact
from creditkit.facts.accounts import CreditAccount, Order
from creditkit.facts.lines import Approval
from creditkit.figures import Value
from creditkit.limits.exposure import as_exposure
from creditkit.money import Line
from creditkit.policy.check.approvals import in_order
from creditkit.policy.check.levels import overage_of
from creditkit.policy.check.results import reasons_of, result_of
from creditkit.policy.check.run import CheckRun, run_checks
from creditkit.policy.check.verdict import Verdict
from creditkit.policy.document import Document
from creditkit.policy.figures.facts import Measure
from creditkit.policy.figures.order import OrderFacts
from creditkit.policy.identity import Identity
from creditkit.policy.sections.checks import EVENTS

__all__ = ["check_order", "order_facts"]


def check_order(
    document: Document,
    identity: Identity,
    measure: Measure,
    order: Order,
    account: CreditAccount,
    *,
    event: str,
    approvals: Iterable[Approval],
    releases: Callable[[CheckRun], Any],
) -> Verdict:
    """The verdict on an order at an event; see `Policy.check`. ``releases`` looks for ways out."""
    if not isinstance(event, str) or event not in EVENTS:
        raise InvalidFact("check.event", "must be one of " + ", ".join(EVENTS), event)
    case = order_facts(document, measure, order, account, event)
    run = run_checks(document, case, in_order(approvals))
    overage, line = overage_of(case), case["line"]
    assumed = tuple(case.assumed)  # by the checks: what is looked at later changes nothing
    return Verdict.on_demand(
        partial(_said, run, identity, overage, line, assumed, releases), outcome=run.outcome
    )


def _said(
    run: CheckRun,
    identity: Identity,
    overage: int | None,
    line: Value,
    assumed: Sequence[str],
    releases: Callable[[CheckRun], Any],
) -> dict[str, Any]:
    """What a verdict says beside its outcome, by field."""
    case, currency = run.case, run.case.measure.currency
    return {
        "order": case.order.id,
        "event": case.event,
        "as_of": case.measure.as_of,
        "policy": identity.id,
        "policy_version": identity.version,
        "policy_digest": identity.digest,
        "currency": currency,
        "prepaid": case.prepaid,
        "line": case.money(line) if type(line) is int else line if isinstance(line, Line) else None,
        "overage": None if overage is None else case.money(overage),
        "titles": run.document.titles,
        "_checks": Deferred(lambda: tuple(result_of(run, row) for row in run.rows)),
        "_exposure": Deferred(lambda: as_exposure(*case.exposure, currency)),
        "_release_if": Deferred(lambda: releases(run)),
        "_approver": Deferred(lambda: run.approvals.role_for(run.outcome)),
        "_reasons": Deferred(lambda: reasons_of(run, assumed)),
        "_facts_digest": Deferred(lambda: _facts_digest(run)),
        "_rates": Deferred(case.rates_used),
    }


def order_facts(
    document: Document, measure: Measure, order: Order, account: CreditAccount, event: str
) -> OrderFacts:
    """The facts of a check, with what the policy says of the account's grade."""
    grade = document.grades.named(account.grade)
    return OrderFacts(
        measure,
        order,
        account,
        event,
        grade=None if grade is None else grade.columns,
        assume=document.assessment.assume,
        wanted=document.checks.of_ledger,
    )


def _facts_digest(run: CheckRun) -> str:
    case = run.case
    facts = {
        "order": case.order,
        "account": case.account,
        "approvals": run.given,
        "event": case.event,
        "as_of": case.measure.as_of.isoformat(),
        "rates": case.measure.rates,
    }
    return digest(facts)
