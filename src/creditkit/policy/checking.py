"""`check`: may this order go out? Every check is evaluated, none hides another.

The order of work: the line in force and the exposure without the document under test; the figures;
each check for the customer, and those that test the line for every group above him too; what
prepayment, delivery or an approval sets aside; the most severe effect that is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

import attrs

from creditkit._plain import Deferred
from creditkit.canonical import Digest
from creditkit.errors import InvalidFact
from creditkit.facts.accounts import CreditAccount, Order
from creditkit.facts.lines import Approval
from creditkit.facts.rates import converted
from creditkit.figures import FigureKind, Value
from creditkit.limits.exposure import as_exposure, earmarked, exposure_of, order_remaining
from creditkit.limits.lines import in_force
from creditkit.money import Line, Money
from creditkit.outcomes import Outcome
from creditkit.policy.deciding_one import Identity
from creditkit.policy.language import (
    FAIL,
    INDETERMINATE,
    NOT_APPLICABLE,
    PASS,
    STATUSES,
    Judgement,
    Linear,
)
from creditkit.policy.plan import EVENTS, Check, Plan
from creditkit.policy.verdict import CheckResult, Verdict
from creditkit.policy.wiring import CATALOGUE, Measure
from creditkit.reasons import Parameter, Reason
from creditkit.receivables import positions
from creditkit.terms import PaymentTerms

__all__ = ["Row", "Working", "check_order"]

NO_LEDGER: Final[Mapping[str, Value]] = dict.fromkeys(
    (
        "receivables",
        "overdue",
        "disputed",
        "oldest_overdue_days",
        "settled_count",
        "on_time_share",
        "average_days_late",
        "overdue_share",
        "dso",
        "countback_dso",
    )
)


class Row(NamedTuple):
    """A check as it came out, before anybody looks: what is needed to say more later."""

    check: Check
    level: str | None
    judged: Judgement
    effect: Outcome | None
    cleared_by: str | None
    values: Mapping[str, Value]


@attrs.define
class Working:
    """The facts of one check of an order, and what was worked out of them."""

    plan: Plan
    measure: Measure
    order: Order
    account: CreditAccount
    event: str
    approvals: Sequence[Approval]
    values: dict[str, Value]
    exposure: int | None
    components: tuple[tuple[str, int | None, Fraction], ...]
    prepaid: bool
    rows: list[Row]

    def minor(self, money: Money) -> int | None:
        """Money in minor units of the policy's currency."""
        return converted(money.minor, money.currency, self.measure.currency, self.measure.rates)

    def money(self, minor: int) -> Money:
        """Minor units of the policy's currency as money."""
        return Money.from_minor(minor, self.measure.currency)


def check_order(
    plan: Plan,
    identity: Identity,
    measure: Measure,
    order: Order,
    account: CreditAccount,
    *,
    event: str,
    approvals: Iterable[Approval] = (),
) -> Verdict:
    """The verdict on an order at an event; see `Policy.check`."""
    if event not in EVENTS:
        raise InvalidFact("check.event", "must be one of " + ", ".join(EVENTS), event)
    work = _prepared(plan, measure, order, account, event, tuple(approvals))
    _evaluate(work)
    outcome = Outcome.APPROVE
    for row in work.rows:
        if row.effect is not None and row.cleared_by is None and row.effect.code > outcome.code:
            outcome = row.effect
    overage = overage_of(work)
    line = work.values["line"]
    from creditkit.policy.releasing import releases  # what would release it is worked out on demand

    return Verdict(
        order=order.id,
        event=event,
        as_of=measure.as_of,
        policy=identity.id,
        policy_version=identity.version,
        policy_digest=identity.digest,
        outcome=outcome,
        currency=measure.currency,
        prepaid=work.prepaid,
        line=work.money(line)
        if isinstance(line, int)
        else line
        if isinstance(line, Line)
        else None,
        overage=None if overage is None else work.money(overage),
        checks=Deferred(lambda: tuple(_result(work, row) for row in work.rows)),
        exposure=Deferred(lambda: as_exposure(work.exposure, work.components, measure.currency)),
        release_if=Deferred(lambda: releases(work)),
        approver=Deferred(lambda: approver_of(work, outcome)),
        reasons=Deferred(lambda: _reasons(work)),
        facts_digest=Deferred(lambda: _facts_digest(work)),
    )


# The figures


def _prepared(
    plan: Plan,
    measure: Measure,
    order: Order,
    account: CreditAccount,
    event: str,
    approvals: tuple[Approval, ...],
) -> Working:
    line = in_force(account.line, account.temporary, measure.as_of)
    ledger: Mapping[str, Value] = (
        NO_LEDGER
        if account.ledger is None
        else positions.position(account.ledger, **measure.ledger_options)
    )
    work = Working(
        plan, measure, order, account, event, approvals, dict(ledger), None, (), False, []
    )
    values = work.values
    without = {order.id} if order.replaces is None else {order.id, order.replaces}
    receivables = values["receivables"]
    work.exposure, work.components = exposure_of(
        account,
        as_of=measure.as_of,
        receivables=receivables if isinstance(receivables, int) else None,
        convert=work.minor,
        without=without,
        horizon_days=plan.horizon_days,
        weights=plan.components,
    )
    total, remaining = work.minor(order.amount), work.minor(order_remaining(order))
    advanced: int | None = 0
    for advance in earmarked(account.advances, order.id):
        part = work.minor(advance.amount)
        advanced = None if part is None or advanced is None else advanced + part
    work.prepaid = total is not None and advanced is not None and total > 0 and advanced >= total
    values["exposure"] = work.exposure
    values["order_total"] = total
    values["order"] = (
        None if remaining is None or advanced is None else max(0, remaining - advanced)
    )
    amount = line.amount
    values["line"] = (
        amount if isinstance(amount, Line) else None if amount is None else work.minor(amount)
    )
    values["days_since_line_end"] = line.days_since_end
    values["requested_days"] = None if order.terms is None else PaymentTerms.parse(order.terms).days
    values["blocked"] = account.blocked
    values["insolvency"] = account.insolvency
    values.update(account.figures)
    for name, value in plan.assume.items():
        if values.get(name) is None:
            values[name] = value
    grade = next((grade for grade in plan.grades if grade.id == account.grade), None)
    if grade is not None:
        values.update(grade.columns)
        values["terms_days"] = grade.terms.days
    elif account.grade is not None:
        raise InvalidFact(
            "credit_account.grade", f"must be one of {', '.join(plan.grade_names)}", account.grade
        )
    return work


class _Values(dict[str, Value]):
    """Values by name; a name without one is not known."""

    def __missing__(self, name: str) -> None:
        return None


# The checks


def _evaluate(work: Working) -> None:
    values = _Values(work.values)
    levels = _levels(work)
    for check in work.plan.checks:
        if work.event not in check.events:
            continue
        if check.uses_line:
            for level, changed in levels:
                _evaluate_one(
                    work, check, level, _Values({**values, **changed}) if changed else values
                )
        else:
            _evaluate_one(work, check, None, values)


def _levels(work: Working) -> list[tuple[str | None, Mapping[str, Value]]]:
    """The customer's own line, and every group's above it with the group's exposure."""
    levels: list[tuple[str | None, Mapping[str, Value]]] = [(None, {})]
    own = work.exposure
    for group in work.account.groups:
        others = None if group.others is None else work.minor(group.others)
        exposure = None if own is None or others is None else others + max(0, own)
        amount = group.amount
        line: Value = amount if isinstance(amount, Line) else work.minor(amount)
        levels.append((group.id, {"exposure": exposure, "line": line}))
    return levels


def _evaluate_one(
    work: Working, check: Check, level: str | None, values: Mapping[str, Value]
) -> None:
    judged = _guarded(check, values)
    if judged is None:
        judged = check.condition.judge(values)
        if (
            judged.code == INDETERMINATE
            and check.uses_line
            and values["line"] is Line.INHERIT
            and _above(work, level)
        ):
            judged = Judgement(NOT_APPLICABLE)  # the line above is asked in its own row
    effect = None
    if judged.code == FAIL:
        effect = check.on_fail
    elif judged.code == INDETERMINATE:
        effect = check.on_missing
    cleared = None if effect is None else _cleared_by(work, check, effect)
    if (
        effect is not None
        and cleared is None
        and work.event == "invoice"
        and _delivered(work.order)
    ):
        cleared = "delivered"
    work.rows.append(Row(check, level, judged, effect, cleared, values))


def _guarded(check: Check, values: Mapping[str, Value]) -> Judgement | None:
    """Why a check need not be evaluated: a guard that does not hold, or is not known."""
    unknown: tuple[str, ...] = ()
    for guard in check.guards:
        judged = guard.judge(values)
        if judged.code == INDETERMINATE:
            unknown += judged.missing
        elif judged.code != PASS:
            return Judgement(NOT_APPLICABLE)
    return Judgement(INDETERMINATE, missing=unknown) if unknown else None


def _above(work: Working, level: str | None) -> bool:
    """Whether there is a line above this level to inherit from."""
    groups = [group.id for group in work.account.groups]
    return bool(groups) if level is None else groups.index(level) < len(groups) - 1


def _delivered(order: Order) -> bool:
    return order.delivered is not None and order.delivered >= order.amount


# What sets a check aside


def _cleared_by(work: Working, check: Check, effect: Outcome) -> str | None:
    if work.prepaid and check.kind == "credit":
        return "prepayment"
    if effect in (Outcome.WARN, Outcome.REJECT):
        return None
    for approval in work.approvals:
        if _covers(work, approval, check):
            return approval.approved_by
    return None


def _covers(work: Working, approval: Approval, check: Check) -> bool:
    """Whether an approval sets a check aside: its order, amount, time, checks, and the role's authority."""
    if (
        approval.order != work.order.id
        or not approval.approved_on <= work.measure.as_of <= approval.until
    ):
        return False
    if check.id not in approval.checks and (approval.checks or check.kind == "status"):
        return False
    most = Fraction(1) + Fraction(approval.deviation or 0)
    largest = work.minor(approval.largest_amount)
    total = work.values["order_total"]
    if largest is None or not isinstance(total, int) or total > largest * most:
        return False
    role = next((row for row in work.plan.authority if row.role == approval.role), None)
    return role is not None and role.may_release(*_case(work))


def overage_of(work: Working) -> int | None:
    """By how much the order goes over the tightest line; 0 where it does not, None where that is not known."""
    worst: int | None = 0
    order = work.values["order"]
    for _, changed in _levels(work):
        line = changed.get("line", work.values["line"])
        exposure = changed.get("exposure", work.exposure)
        if line is Line.UNLIMITED or line is Line.INHERIT:
            continue
        if line is Line.NONE:
            line = 0
        if not isinstance(line, int) or not isinstance(exposure, int) or not isinstance(order, int):
            return None
        worst = max(worst or 0, exposure + order - line)
    return worst


def _case(work: Working) -> tuple[int | None, int | None]:
    """What the authority table measures: the overage, with the customer's other open approvals, and days."""
    overage = overage_of(work)
    known = {order.id for order in work.account.open_orders or ()}
    known |= {reservation.order for reservation in work.account.reservations} | {work.order.id}
    for approval in work.approvals:
        if approval.order not in known and work.measure.as_of <= approval.until:
            other = work.minor(approval.largest_amount)
            overage = None if other is None or overage is None else overage + other
    days = work.values["oldest_overdue_days"]
    return overage, days if isinstance(days, int) else None


def approver_of(work: Working, outcome: Outcome) -> str | None:
    """The role that may let the order go: the first row of the authority table that covers it."""
    if outcome not in (Outcome.REQUIRE, Outcome.REFER, Outcome.HOLD):
        return None
    return work.plan.who_releases(*_case(work))


# What is told when somebody looks


def _shown(work: Working, kind: FigureKind, value: Any, scale: int = 1) -> Any:
    if value is None or isinstance(value, str | bool | float) or not isinstance(value, int):
        return value
    whole = value // scale
    return work.money(whole) if kind is FigureKind.MONEY else whole


def _result(work: Working, row: Row) -> CheckResult:
    condition, judged = row.check.condition, row.judged
    kind = condition.kind if isinstance(condition, Linear) else FigureKind.RATIO
    headroom: Any = None
    if isinstance(condition, Linear) and isinstance(judged.left, int):
        if isinstance(judged.right, int):
            margin = (
                judged.right - judged.left
                if condition.op in ("<=", "<")
                else judged.left - judged.right
            )
            headroom = _shown(work, kind, margin, judged.scale)
        elif judged.code == PASS:
            headroom = Line.UNLIMITED
    right: Any = _shown(work, kind, judged.right, judged.scale)
    if judged.right is None and headroom is Line.UNLIMITED:
        right = str(Line.UNLIMITED)
    return CheckResult(
        id=row.check.id,
        kind=row.check.kind,
        status=STATUSES[judged.code],
        require=condition.text,
        level=row.level,
        left=_shown(work, kind, judged.left, judged.scale),
        right=right,
        headroom=headroom,
        operands=tuple(
            (name, _shown(work, _kind(work, name), row.values[name])) for name in condition.names
        ),
        missing=judged.missing,
        effect=row.effect,
        cleared_by=row.cleared_by,
    )


def _kind(work: Working, name: str) -> FigureKind:
    if name in CATALOGUE:
        return CATALOGUE[name].kind
    return work.plan.column_kinds.get(name, FigureKind.COUNT)


def _reasons(work: Working) -> tuple[Reason, ...]:
    out = [Reason("order.prepaid", order=work.order.id)] if work.prepaid else []
    for row in work.rows:
        if row.effect is None:
            continue
        result = _result(work, row)
        name = row.check.id if row.level is None else f"{row.check.id} ({row.level})"
        if row.cleared_by is not None:
            out.append(Reason("check.cleared", None, subject=name, id=name, by=row.cleared_by))
        elif result.status == "fail":
            sides: dict[str, Parameter] = {"left": result.left, "right": result.right}
            out.append(
                Reason(
                    "check.failed",
                    row.effect,
                    subject=name,
                    id=name,
                    condition=result.require,
                    **sides,
                )
            )
        else:
            out.append(
                Reason("check.unknown", row.effect, subject=name, id=name, missing=result.missing)
            )
    return tuple(out)


def _facts_digest(work: Working) -> str:
    facts = {
        "order": work.order,
        "account": work.account,
        "approvals": tuple(work.approvals),
        "event": work.event,
        "as_of": work.measure.as_of.isoformat(),
        "rates": work.measure.rates,
    }
    return str(Digest.of(facts))
