"""What a run of the checks says when somebody looks: each check with its operands, and the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from creditkit.policy.check.run import CheckRun, Row
from creditkit.policy.check.verdict import CheckResult
from creditkit.policy.schema.conditions import FAIL, STATUSES
from creditkit.policy.schema.presented import presented, sides
from creditkit.reasons import Reason

__all__ = ["reasons_of", "result_of"]


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
    out += _of_checks(run)
    stopped = [(row.check, row.effect) for row in run.stopped if row.effect is not None]
    return (*out, *run.approvals.in_vain(stopped))


def _of_checks(run: CheckRun) -> Iterator[Reason]:
    """The checks that did not pass, and those that something sets aside."""
    case = run.case
    for row in run.not_passed:
        if row.effect is None:
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
            absent = (
                part for missed in row.judged.missing for part in case.absent(missed, row.level)
            )
            missing = tuple(dict.fromkeys(absent))
            yield Reason("check.unknown", row.effect, subject=name, id=name, missing=missing)
