"""What a run of the checks says when somebody looks: each check with its operands, and the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from creditkit.figures import UNDEFINED
from creditkit.policy.check.run import CheckRun, Row
from creditkit.policy.check.verdict import CheckResult
from creditkit.policy.figures import of_statements
from creditkit.policy.figures.of_orders import FLAGS
from creditkit.policy.figures.order import OrderFacts
from creditkit.policy.figures.usable import remarks
from creditkit.policy.schema.conditions import FAIL, NOT_APPLICABLE, STATUSES
from creditkit.policy.schema.presented import presented, sides
from creditkit.reasons import Parameter, Reason
from creditkit.receivables._position import dated_ahead, passed_over

__all__ = ["reasons_of", "result_of"]

_MOST_NAMED: Final = 5
_DATES: Final = frozenset(
    f"item.no_{name}_date" for name in ("due", "posting", "delivery", "acceptance")
)
"""Remarks of a ledger that bear on no check: a document without the date ages from its own."""


def result_of(run: CheckRun, row: Row) -> CheckResult:
    """A check as it came out."""
    condition, judged, currency = row.check.condition, row.judged, run.document.currency
    left, right, headroom = sides(condition, judged, currency)
    return CheckResult(
        id=row.check.id,
        kind=row.check.kind,
        status=STATUSES[judged.code],
        require=condition.text,
        level=row.level,
        left=left,
        right=right,
        headroom=headroom,
        operands=tuple(
            (name, presented(run.document.kind_of(name), row.values[name], currency))
            for name in sorted(condition.names)
        ),
        missing=judged.missing,
        effect=row.effect,
        cleared_by=row.cleared_by,
    )


def reasons_of(run: CheckRun, assumed: Sequence[str]) -> tuple[Reason, ...]:
    """Why, in the order of the checks; ``assumed`` are the figures whose value was assumed."""
    case = run.case
    out = [Reason("order.prepaid", order=case.order.id)] if case.prepaid else []
    for name in assumed:
        value = presented(run.document.kind_of(name), case[name], case.measure.currency)
        out.append(Reason("assumption.used", None, subject=name, figure=name, value=value))
    if case.account.grade is not None and case.grade is None:
        out.append(Reason("account.unknown_grade", grade=case.account.grade))
    out += _of_facts(run)
    out += _contradicted(case)
    out += _of_statement(run)
    out += _of_checks(run)
    stopped = [(row.check, row.effect) for row in run.stopped if row.effect is not None]
    return (*out, *run.approvals.in_vain(stopped))


def _of_facts(run: CheckRun) -> Iterator[Reason]:
    """What counts for nothing or is passed over, so that nobody takes it for checked."""
    case, ledger = run.case, run.case.account.ledger
    if not run.asked:
        yield Reason("event.no_check", run.outcome, subject=case.event, event=case.event)
    before = case.documents.billed_before
    if before:
        yield Reason("delivery.billed_before", None, subject=None, amount=case.money(before))
    for line in case.line.unapproved:
        if line.approved_by is None:
            yield Reason("line.not_approved", None, subject=None, amount=line.amount)
        else:
            said: dict[str, Parameter] = {"by": line.approved_by, "on": line.approved_on}
            yield Reason("line.approved_later", None, subject=None, amount=line.amount, **said)
    if ledger is None:
        return
    passed = passed_over(ledger, case.measure)
    if passed:
        below = case.measure.ignore_below
        yield Reason(
            "overdue.passed_over", None, subject=None, amount=case.money(passed), below=below
        )
    ahead = dated_ahead(ledger, case.measure)
    if ahead:
        told: dict[str, Parameter] = {"ids": tuple(ahead[:_MOST_NAMED]), "count": len(ahead)}
        yield Reason("ledger.dated_ahead", None, subject=None, **told)
    codes = tuple(note.code for note in ledger.notes if note.code not in _DATES)
    if codes:
        yield Reason("ledger.remarks", None, subject=None, codes=codes)


def _contradicted(case: OrderFacts) -> Iterator[Reason]:
    """Flags of the account that differ from those of its customer's facts."""
    account = case.account
    if account.facts is not None:
        for name in FLAGS:
            ours, theirs = getattr(account, name), getattr(account.facts, name)
            if {ours, theirs} == {True, False}:
                said = {"account": ours, "facts": theirs}
                yield Reason("account.contradicted", None, subject=name, figure=name, **said)


def _of_statement(run: CheckRun) -> Iterator[Reason]:
    """Why the customer's statement was set aside or is in doubt, where a check of the event rests on it."""
    case = run.case
    asked = {
        name
        for check in run.document.checks.rows
        if case.event in check.events
        for name in check.named
    }
    if case.customer is not None:
        rests = {
            "statement": not asked.isdisjoint(of_statements.SOURCES),
            "assets": not asked.isdisjoint(of_statements.OF_ASSETS),
        }
        for code, params in remarks(case.customer, **rests):
            yield Reason(code, None, subject=None, **params)


def _of_checks(run: CheckRun) -> Iterator[Reason]:
    """The checks that did not pass, and those that something sets aside."""
    case = run.case
    for row in run.not_passed:
        if row.judged.code == NOT_APPLICABLE:
            continue
        name = row.check.id if row.level is None else f"{row.check.id} ({row.level})"
        if row.cleared_by is not None:
            yield Reason("check.cleared", None, subject=name, id=name, by=row.cleared_by)
        elif row.judged.code == FAIL:
            condition = row.check.condition
            left, right, _ = sides(condition, row.judged, case.measure.currency)
            yield Reason(
                "check.failed",
                row.effect,
                subject=name,
                id=name,
                condition=condition.text,
                left=left,
                right=right,
            )
        else:
            yield from _unknown(run, row, name)


def _unknown(run: CheckRun, row: Row, name: str) -> Iterator[Reason]:
    """Why a check cannot be tested: not known, without a meaning, or of a statement in doubt."""
    missed, effect = row.judged.missing, row.effect
    undefined = tuple(one for one in missed if row.values[one] is UNDEFINED)
    absent = (
        part for one in missed if one not in undefined for part in run.case.absent(one, row.level)
    )
    missing = tuple(dict.fromkeys(absent))
    if missing:
        yield Reason("check.unknown", effect, subject=name, id=name, missing=missing)
    elif undefined:
        yield Reason("check.undefined", effect, subject=name, id=name, undefined=undefined)
    else:
        yield Reason("check.in_doubt", effect, subject=name, id=name)
