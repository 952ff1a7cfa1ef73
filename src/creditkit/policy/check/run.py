"""A run of the checks: each judged for the customer and, where it tests the line, for every group above.

Most checks pass, and nothing is kept of one that does: what it compared is worked out again when
somebody looks. Of one that does not pass there is a `Row`, with what sets it aside, if anything does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from creditkit.facts.accounts import CreditAccount, Order
from creditkit.facts.lines import Approval
from creditkit.figures import UNDEFINED, Value
from creditkit.outcomes import Outcome
from creditkit.policy.check.approvals import Approvals
from creditkit.policy.check.levels import inherits, levels_of
from creditkit.policy.document import Document
from creditkit.policy.figures.order import OrderFacts
from creditkit.policy.schema.conditions import (
    FAIL,
    INDETERMINATE,
    NOT_APPLICABLE,
    PASS,
    Judgement,
)
from creditkit.policy.sections.checks import Check

__all__ = ["CheckRun", "Row", "run_checks"]


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


class CheckRun:
    """One run of the checks on a case: ``not_passed`` are the rows of those that did not pass."""

    __slots__ = ("_approvals", "asked", "case", "document", "given", "not_passed")

    def __init__(self, document: Document, case: OrderFacts, given: Sequence[Approval]) -> None:
        self.document = document
        self.case = case
        self.given = given
        self.not_passed: list[Row] = []
        self.asked = False  # whether there is a check at this event
        self._approvals: Approvals | None = None

    @property
    def approvals(self) -> Approvals:
        """What persons approved, as it stands for the case."""
        if self._approvals is None:
            self._approvals = Approvals(self.document, self.case, self.given)
        return self._approvals

    @property
    def rows(self) -> list[Row]:
        """Every check as it came out, in the order of the policy; those that passed are judged again."""
        kept = {(row.check.id, row.level): row for row in self.not_passed}
        out = []
        for check, level, values in _asked(self.document, self.case):
            row = kept.get((check.id, level))
            if row is None:
                row = Row(check, level, check.condition.judge(values), None, None, values)
            out.append(row)
        return out

    @property
    def outcome(self) -> Outcome:
        """The most severe effect that nothing sets aside; where nothing is asked, a person decides."""
        worst = Outcome.APPROVE if self.asked else Outcome.REFER
        for row in self.not_passed:
            if row.effect is not None and row.cleared_by is None and row.effect.code > worst.code:
                worst = row.effect
        return worst

    @property
    def stopped(self) -> list[Row]:
        """The checks that keep the order from going."""
        return [row for row in self.not_passed if row.stops]

    def look_at(self, check: Check, level: str | None, values: Mapping[str, Value]) -> None:
        """Judge a check, and keep what does not pass."""
        row = self.judge(check, level, values)
        if row is not None:
            self.not_passed.append(row)

    def judge(self, check: Check, level: str | None, values: Mapping[str, Value]) -> Row | None:
        """A check with the figures as they stand at a level; None where it passes."""
        found = _guarded(check, values) if check.guards else None
        doubtful = check.uses_statement and self.case.in_doubt
        if found is None:
            if not doubtful and check.condition.passes(values):
                return None
            found = check.condition.judge(values)
            asked_above = check.uses_line and found.code == INDETERMINATE
            if asked_above and inherits(self.case, level, values):
                found = Judgement(NOT_APPLICABLE)
        if doubtful and found.code in (PASS, NOT_APPLICABLE):
            found = found._replace(code=INDETERMINATE)  # nothing is missing: it is not believed
        effect = None
        if found.code == FAIL:
            effect = check.on_fail
        elif found.code == INDETERMINATE:
            effect = _of_unknown(check, found, values)
        cleared = None if effect is None else self._cleared_by(check, found, effect)
        return Row(check, level, found, effect, cleared, values)

    def _cleared_by(self, check: Check, judged: Judgement, effect: Outcome) -> str | None:
        """What sets a check aside."""
        case = self.case
        if check.kind == "credit" and case.prepaid:
            return "prepayment"
        if effect not in (Outcome.WARN, Outcome.REJECT):
            by = self.approvals.approver_of(check, judged)
            if by is not None:
                return by
        if case.event == "invoice" and case.delivered and not effect.goes:
            return "delivered"
        return None

    def again(
        self,
        *,
        order: Order | None = None,
        account: CreditAccount | None = None,
        as_of: date | None = None,
        approvals: Sequence[Approval] | None = None,
    ) -> CheckRun:
        """The same checks with other facts: how a way to release an order is proved."""
        other = self.case.changed(order=order, account=account, as_of=as_of)
        return run_checks(self.document, other, self.given if approvals is None else approvals)


def run_checks(
    document: Document, case: OrderFacts, approvals: Sequence[Approval] = ()
) -> CheckRun:
    """Every check of the event; none hides another. ``approvals`` are in the order of `in_order`."""
    run, event, (_, *groups) = CheckRun(document, case, approvals), case.event, levels_of(case)
    for check in document.checks.rows:
        if event not in check.events:
            continue
        run.asked = True
        # nearly all pass: that is asked here, and everything else of the few that may not
        if (
            check.guards
            or not check.condition.passes(case)
            or (check.uses_statement and case.in_doubt)
        ):
            run.look_at(check, None, case)
        if groups and check.uses_line:
            for level, values in groups:
                run.look_at(check, level, values)
    return run


def _asked(
    document: Document, case: OrderFacts
) -> Iterator[tuple[Check, str | None, Mapping[str, Value]]]:
    """Each check of the event with the levels at which `run_checks` asks it."""
    levels = levels_of(case)
    for check in document.checks.rows:
        if case.event in check.events:
            for level, values in levels if check.uses_line else levels[:1]:
                yield check, level, values


def _of_unknown(check: Check, judged: Judgement, values: Mapping[str, Value]) -> Outcome | None:
    """What a check asks for that cannot be judged; nothing where it approves what has no meaning."""
    missed = judged.missing
    if not missed or any(values[name] is not UNDEFINED for name in missed):
        return check.on_missing
    return None if check.on_undefined is Outcome.APPROVE else check.on_undefined


def _guarded(check: Check, values: Mapping[str, Value]) -> Judgement | None:
    """Why a check need not be judged: a guard that does not hold, or is not known."""
    unknown: tuple[str, ...] = ()
    for guard in check.guards:
        if guard.passes(values):
            continue
        judged = guard.judge(values)
        if judged.code != INDETERMINATE:
            return Judgement(NOT_APPLICABLE)
        unknown += judged.missing
    return Judgement(INDETERMINATE, missing=unknown) if unknown else None
