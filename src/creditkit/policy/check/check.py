"""`check`: may this order go out? Every check is evaluated, none hides another.

Each check is judged for the customer, and those that test the line for every group above him too.
Then come what prepayment, delivery or an approval sets aside, and the most severe effect that is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

import attrs
import numpy as np

from creditkit._plain import Deferred
from creditkit.canonical import Digest, canonical
from creditkit.errors import InvalidFact
from creditkit.facts.accounts import CreditAccount, Order
from creditkit.facts.lines import Approval
from creditkit.figures import Value
from creditkit.limits.exposure import as_exposure, counted_orders
from creditkit.money import LARGEST, Line, Money
from creditkit.outcomes import Outcome
from creditkit.policy.check.verdict import CheckResult, Verdict
from creditkit.policy.figures.facts import Measure
from creditkit.policy.figures.of_orders import Case, utilisation_of
from creditkit.policy.identity import Identity
from creditkit.policy.plan import EVENTS, Plan
from creditkit.policy.schema.conditions import (
    FAIL,
    INDETERMINATE,
    NOT_APPLICABLE,
    PASS,
    STATUSES,
    Judgement,
)
from creditkit.policy.schema.presented import sides, told
from creditkit.policy.sections.checks import Check
from creditkit.reasons import Parameter, Reason
from creditkit.receivables.open_items import open_amounts

__all__ = ["Changed", "Row", "Working", "check_order", "judged"]


class Row(NamedTuple):
    """A check as it came out, before anybody looks: what is needed to say more later."""

    check: Check
    level: str | None
    judged: Judgement
    effect: Outcome | None
    cleared_by: str | None
    values: Mapping[str, Value]

    @property
    def stops(self) -> bool:
        """Whether this check keeps the order from going."""
        return self.effect is not None and self.cleared_by is None and not self.effect.goes


@attrs.frozen
class Working:
    """One check of an order: the case, the approvals, and the checks as they came out."""

    case: Case
    approvals: Sequence[Approval]
    rows: list[Row]

    @property
    def outcome(self) -> Outcome:
        """The most severe effect that nothing sets aside."""
        worst = Outcome.APPROVE
        for row in self.rows:
            if row.effect is not None and row.cleared_by is None and row.effect.code > worst.code:
                worst = row.effect
        return worst

    def again(
        self,
        *,
        order: Order | None = None,
        account: CreditAccount | None = None,
        as_of: date | None = None,
    ) -> Working:
        """The same check with other facts: how a way to release an order is proved."""
        case = self.case
        measure = case.measure if as_of is None else attrs.evolve(case.measure, as_of=as_of)
        other = Case(case.plan, measure, order or case.order, account or case.account, case.event)
        return worked(other, self.approvals)


def check_order(
    plan: Plan,
    identity: Identity,
    measure: Measure,
    order: Order,
    account: CreditAccount,
    *,
    event: str,
    approvals: Iterable[Approval],
    releases: Callable[[Working], Any],
) -> Verdict:
    """The verdict on an order at an event; see `Policy.check`. ``releases`` looks for ways out."""
    if not isinstance(event, str) or event not in EVENTS:
        raise InvalidFact("check.event", "must be one of " + ", ".join(EVENTS), event)
    case = Case(plan, measure, order, account, event)
    work = worked(case, sorted(approvals, key=_of_approval))
    outcome, overage, line = work.outcome, overage_of(case), case["line"]
    assumed = tuple(case.assumed)  # by the checks: what is looked at later changes nothing
    return Verdict(
        order=order.id,
        event=event,
        as_of=measure.as_of,
        policy=identity.id,
        policy_version=identity.version,
        policy_digest=identity.digest,
        outcome=outcome,
        currency=measure.currency,
        prepaid=case.prepaid,
        line=case.money(line) if type(line) is int else line if isinstance(line, Line) else None,
        overage=None if overage is None else case.money(overage),
        titles=plan.titles,
        checks=Deferred(lambda: tuple(_result(case, row) for row in work.rows)),
        exposure=Deferred(lambda: as_exposure(*case.exposure, measure.currency)),
        release_if=Deferred(lambda: releases(work)),
        approver=Deferred(lambda: _approver(work, outcome)),
        reasons=Deferred(lambda: _reasons(work, assumed)),
        facts_digest=Deferred(lambda: _facts_digest(work)),
        rates=Deferred(case.rates_used),
    )


# The checks


def _of_approval(approval: Approval) -> str:
    """Approvals in an order of their own: which is named must not hang on how they were read."""
    return canonical(approval.to_dict()).decode()


def worked(case: Case, approvals: Sequence[Approval]) -> Working:
    """Every check of the event, judged for the customer and, where it tests the line, each group above."""
    work = Working(case, approvals, [])
    levels = _levels(case) if case.account.groups else [(None, case)]
    for check in case.plan.checks:
        if case.event in check.events:
            for level, values in levels if check.uses_line else levels[:1]:
                work.rows.append(judged(work, check, level, values))
    return work


def _levels(case: Case) -> list[tuple[str | None, Mapping[str, Value]]]:
    """The customer's own line, and every group's above it with the group's exposure."""
    levels: list[tuple[str | None, Mapping[str, Value]]] = [(None, case)]
    own, order = case["exposure"], case["order"]
    for group in case.account.groups:
        others = None if group.others is None else case.minor(group.others)
        exposure = None
        if isinstance(own, int) and isinstance(order, int) and others is not None:
            exposure = others + max(own, -order)  # own credit absorbs the order, nobody else's debt
        line = group.amount
        changed: dict[str, Value] = {
            "exposure": exposure,
            "line": line if isinstance(line, Line) else case.minor(line),
        }
        changed["utilisation"] = utilisation_of(Changed(case, changed))
        levels.append((group.id, Changed(case, changed)))
    return levels


class Changed(dict[str, Value]):
    """Figures with some of them changed: those of a group's line, or what a remedy moves."""

    __slots__ = ("figures",)

    def __init__(self, figures: Mapping[str, Value], changed: Mapping[str, Value]) -> None:
        super().__init__(changed)
        self.figures = figures

    def __missing__(self, name: str) -> Value:
        return self.figures[name]


def judged(work: Working, check: Check, level: str | None, values: Mapping[str, Value]) -> Row:
    """A check of the customer, or of a group above him, with the figures as they stand there."""
    found = _guarded(check, values) if check.guards else None
    if found is None:
        found = check.condition.judge(values)
        if found.code == PASS:
            return Row(check, level, found, None, None, values)
        if (
            found.code == INDETERMINATE
            and check.uses_line
            and _asked_above(work.case, level, values)
        ):
            found = Judgement(NOT_APPLICABLE)
    effect = None
    if found.code == FAIL:
        effect = check.on_fail
    elif found.code == INDETERMINATE:
        effect = check.on_missing
    cleared = None if effect is None else _cleared_by(work, check, found, effect)
    return Row(check, level, found, effect, cleared, values)


def _guarded(check: Check, values: Mapping[str, Value]) -> Judgement | None:
    """Why a check need not be judged: a guard that does not hold, or is not known."""
    unknown: tuple[str, ...] = ()
    for guard in check.guards:
        judged = guard.judge(values)
        if judged.code == INDETERMINATE:
            unknown += judged.missing
        elif judged.code != PASS:
            return Judgement(NOT_APPLICABLE)
    return Judgement(INDETERMINATE, missing=unknown) if unknown else None


def _asked_above(case: Case, level: str | None, values: Mapping[str, Value]) -> bool:
    """Whether a line is inherited from one above, which is asked in a row of its own."""
    groups = case.account.groups
    return values["line"] is Line.INHERIT and bool(groups) and level != groups[-1].id


# What sets a check aside


def _cleared_by(work: Working, check: Check, judged: Judgement, effect: Outcome) -> str | None:
    case = work.case
    if check.kind == "credit" and case.prepaid:
        return "prepayment"
    if effect not in (Outcome.WARN, Outcome.REJECT):
        for approval in work.approvals:
            if _covers(work, approval, check, judged):
                return approval.approved_by
    if case.event == "invoice" and case.delivered and not effect.goes:
        return "delivered"
    return None


def _covers(work: Working, approval: Approval, check: Check, judged: Judgement) -> bool:
    """Whether an approval sets a check aside: its order, checks, window, amount and authority.

    A status check, and one that could not be judged, is covered only by name: nobody approves what
    he was not told.
    """
    if not _is_for(approval, work.case.order):
        return False
    named = check.kind == "status" or judged.code == INDETERMINATE
    if check.id not in approval.checks and (approval.checks or named):
        return False
    return _lacks(work, approval) is None


def _is_for(approval: Approval, order: Order) -> bool:
    """Whether an approval is of a document or of the order behind it."""
    return approval.order in (order.id, order.of_order)


def _lacks(work: Working, approval: Approval) -> Reason | None:
    """What keeps an approval of this order from counting at all, whichever check it is for."""
    case, by = work.case, approval.approved_by
    start, until = approval.approved_on, approval.until
    if not start <= case.measure.as_of < until:
        return Reason("approval.not_in_force", subject=by, by=by, start=start, until=until)
    order, covered = _approved_for(case, approval), approval.largest_amount
    total, largest = case.minor(order), case.minor(covered)
    if order.currency == covered.currency:  # whatever the rates
        total, largest = order.minor, covered.minor
    most = 1 + Fraction(approval.deviation or 0)
    if total is None or largest is None:
        pairs = f"{order.currency} -> {covered.currency}"
        return Reason("approval.no_rate", subject=by, by=by, pairs=pairs)
    if total > largest * most:
        amounts: dict[str, Parameter] = {
            "largest": approval.largest_amount,
            "order": order,
        }
        return Reason("approval.too_small", subject=by, by=by, **amounts)
    role = next((row for row in case.plan.authority if row.role == approval.role), None)
    if role is None:
        return Reason("approval.unknown_role", subject=by, by=by, role=approval.role)
    if not role.may_release(*_measured(work)):
        return Reason("approval.no_authority", subject=by, by=by, role=approval.role)
    return None


def _approved_for(case: Case, approval: Approval) -> Money:
    """What an approval must cover: the document, or the whole order behind it that it was given for.

    Where that order is neither open nor reserved, what is delivered and billed of it counts.
    """
    order, account = case.order, case.account
    if approval.order == order.id:
        return order.amount
    whole = [one.amount for one in account.open_orders or () if approval.order in one.documents]
    whole += [one.amount for one in account.reservations if one.order == approval.order]
    minor = [case.minor(one) for one in (order.amount, *whole)]
    if None in minor:
        return (order.amount, *whole)[minor.index(None)]  # which has no rate
    if whole:
        return max((order.amount, *whole), key=lambda one: case.minor(one) or 0)
    there = _in_exposure(case, approval.order)
    return order.amount if not there else case.money(min(LARGEST, there + (minor[0] or 0)))


def _in_exposure(case: Case, name: str) -> int:
    """What is delivered, or billed and open, under the name of an order or of a document."""
    account, tested = case.account, case.order.id
    notes = [one for one in account.deliveries or () if name in (one.id, one.order)]
    total = sum(case.minor(one.amount) or 0 for one in notes if one.id != tested)
    if account.ledger is None:
        return total
    opens = open_amounts(account.ledger, as_of=case.measure.as_of)
    for row in np.flatnonzero(opens.known & (opens.values > 0)).tolist():
        item = account.ledger.items.row(row)
        if name in (item.id, item.order) and item.id != tested:
            total += case.minor(Money.from_minor(int(opens.values[row]), item.currency)) or 0
    return total


def overage_of(case: Case) -> int | None:
    """By how much the order goes over the tightest line; 0 where it does not, None where not known."""
    order = case["order"]
    worst, asked = 0, False
    for _, values in _levels(case):
        line, exposure = values["line"], values["exposure"]
        if line is Line.INHERIT:
            continue
        asked = True
        if line is Line.UNLIMITED:
            continue
        if line is Line.NONE:
            line = 0
        if type(line) is not int or type(exposure) is not int or type(order) is not int:
            return None
        worst = max(worst, exposure + order - line)
    return worst if asked and worst <= LARGEST else None


def _measured(work: Working) -> tuple[int | None, int | None]:
    """What the authority table measures: the overage and the days overdue.

    The customer's other open approvals count with the overage, or splitting an order would lower it.
    """
    case = work.case
    overage = overage_of(case)
    for other in _others(work).values():
        overage = None if other is None or overage is None else overage + other
    days = case["oldest_overdue_days"]
    return overage, days if isinstance(days, int) else None


def _others(work: Working) -> dict[str, int | None]:
    """What open approvals to go over a line let through beside this order, and is not in the exposure yet.

    By order, minor units of the largest approval; None where there is no rate.
    """
    case = work.case
    account, day = case.account, case.measure.as_of
    on_line = {check.id for check in case.plan.checks if check.uses_line}
    largest: dict[str, int | None] = {}
    for one in work.approvals:
        line = not one.checks or not on_line.isdisjoint(one.checks)
        if line and not _is_for(one, case.order) and day < one.until:
            minor, before = case.minor(one.largest_amount), largest.get(one.order, 0)
            largest[one.order] = None if minor is None or before is None else max(minor, before)
    if not largest:
        return {}
    seen = counted_orders(account, day, case.plan.horizon_days) | case.order.documents
    out: dict[str, int | None] = {}
    for name in sorted(largest.keys() - seen):
        minor = largest[name]
        left = None if minor is None else minor - _in_exposure(case, name)
        if left is None or left > 0:
            out[name] = left
    return out


def _approver(work: Working, outcome: Outcome) -> str | None:
    if outcome not in (Outcome.REQUIRE, Outcome.REFER, Outcome.HOLD):
        return None
    return work.case.plan.who_releases(*_measured(work))


# What is told when somebody looks


def _result(case: Case, row: Row) -> CheckResult:
    condition, judged, currency = row.check.condition, row.judged, case.measure.currency
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
            (name, told(case.plan.kind_of(name), row.values[name], currency))
            for name in sorted(condition.names)
        ),
        missing=judged.missing,
        effect=row.effect,
        cleared_by=row.cleared_by,
    )


def _reasons(work: Working, assumed: Sequence[str]) -> tuple[Reason, ...]:
    case = work.case
    out = [Reason("order.prepaid", order=case.order.id)] if case.prepaid else []
    for name in assumed:
        value = told(case.plan.kind_of(name), case[name], case.measure.currency)
        out.append(Reason("assumption.used", None, subject=name, figure=name, value=value))
    if case.account.grade is not None and case.grade is None:
        out.append(Reason("account.unknown_grade", grade=case.account.grade))
    for row in work.rows:
        if row.effect is None:
            continue
        result = _result(case, row)
        name = row.check.id if row.level is None else f"{row.check.id} ({row.level})"
        if row.cleared_by is not None:
            out.append(Reason("check.cleared", None, subject=name, id=name, by=row.cleared_by))
        elif result.status == "fail":
            sides: dict[str, Parameter] = {"left": result.left, "right": result.right}
            condition = result.require
            out.append(
                Reason(
                    "check.failed", row.effect, subject=name, id=name, condition=condition, **sides
                )
            )
        else:
            absent = (part for missed in result.missing for part in case.absent(missed, row.level))
            missing = tuple(dict.fromkeys(absent))
            out.append(Reason("check.unknown", row.effect, subject=name, id=name, missing=missing))
    return (*out, *_approvals_in_vain(work))


def _approvals_in_vain(work: Working) -> Iterator[Reason]:
    """Why approvals of this order do not count, where something still stops it."""
    case, names = work.case, {check.id for check in work.case.plan.checks}
    stopped = [row for row in work.rows if row.stops]
    open_to_approval = [row.check.id for row in stopped if row.effect is not Outcome.REJECT]
    others = _others(work) if any(row.check.uses_line for row in stopped) else {}
    if others:
        yield Reason("approval.others", None, orders=tuple(others))
    for approval in work.approvals:
        if not _is_for(approval, case.order):
            continue
        by = approval.approved_by
        for unknown in sorted(set(approval.checks) - names):
            yield Reason("approval.unknown_check", subject=by, by=by, check=unknown)
        lacks = _lacks(work, approval) if stopped else None
        if lacks is not None:
            yield lacks
        elif open_to_approval and names.issuperset(approval.checks):
            left = tuple(dict.fromkeys(open_to_approval))
            yield Reason("approval.not_named", subject=by, by=by, checks=left)


def _facts_digest(work: Working) -> str:
    case = work.case
    facts = {
        "order": case.order,
        "account": case.account,
        "approvals": tuple(work.approvals),
        "event": case.event,
        "as_of": case.measure.as_of.isoformat(),
        "rates": case.measure.rates,
    }
    return str(Digest.of(facts))
