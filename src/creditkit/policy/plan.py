"""The plan: what the evaluators need of a policy, drawn from its sections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit.figures import Figure, FigureKind, Value
from creditkit.outcomes import Outcome
from creditkit.policy.document import Document
from creditkit.policy.figures import of_ledgers, of_statements
from creditkit.policy.figures.facts import CATALOGUE
from creditkit.policy.sections import assessment, grades, header, limit
from creditkit.policy.sections.assessment import Information, KnockOut, ModelUse
from creditkit.policy.sections.authority import Role
from creditkit.policy.sections.checks import EVENTS, Check
from creditkit.policy.sections.grades import Grade
from creditkit.policy.sections.limit import Method
from creditkit.policy.sections.monitoring import Indicator
from creditkit.policy.sections.tests import Test

__all__ = ["EVENTS", "Plan", "plan_of"]


@attrs.frozen(kw_only=True)
class Plan:
    """Everything that the evaluators need of a policy."""

    currency: str
    until: date | None
    on_missing: Outcome
    models: tuple[ModelUse, ...]
    least_coverage: Fraction
    stale_after: tuple[int | None, int | None]
    assume: Mapping[str, Value]
    categories: Mapping[str, frozenset[str]]
    knock_outs: tuple[KnockOut, ...]
    information: tuple[Information, ...]
    domain: tuple[float, float]
    grades: tuple[Grade, ...]
    bounds: tuple[float, ...]
    methods: tuple[Method, ...]
    highest: bool
    floor: int | None
    rounding: tuple[str, int]
    cap: int | None
    below_requested: Outcome
    below_line: Outcome
    checks: tuple[Check, ...]
    ignore_below: int
    ignore_disputed: bool
    horizon_days: int | None
    components: Mapping[str, Fraction]
    authority: tuple[Role, ...]
    reviews: tuple[tuple[int, int], ...]
    indicators: tuple[Indicator, ...]
    reason_keys: tuple[str, ...]
    uses_ledger: bool
    uses_assets: bool
    uses_statement: bool
    tests: tuple[Test, ...]
    column_kinds: Mapping[str, FigureKind]
    figures: Mapping[str, Figure]
    check_names: frozenset[str]

    titles: tuple[tuple[str, str, str], ...] = attrs.field(
        init=False, default=attrs.Factory(lambda plan: _titles(plan), takes_self=True)
    )

    @property
    def grade_names(self) -> tuple[str, ...]:
        """The grades from best to worst."""
        return tuple(grade.id for grade in self.grades)

    def kind_of(self, name: str) -> FigureKind:
        """The kind of a figure or of a column of the grade's row."""
        return self.figures[name].kind if name in self.figures else self.column_kinds[name]

    def grade(self, name: str | None) -> Grade | None:
        """The grade of a name; None where the policy has none of that name."""
        return next((grade for grade in self.grades if grade.id == name), None)

    def grade_of(self, score: float) -> int:
        """The place of the grade of a score within the domain."""
        return sum(score < bound for bound in self.bounds)

    def grades_of(self, scores: Floats) -> npt.NDArray[np.int16]:
        """`grade_of` for a column; -1 where the score is NaN."""
        out = np.zeros(len(scores), dtype=np.int16)
        for bound in self.bounds:
            out += scores < bound
        out[np.isnan(scores)] = -1
        return out

    @property
    def bounds_limits(self) -> bool:
        """Whether a limit goes no further than the information: not where missing it stops nothing."""
        return bool(self.information) and self.on_missing >= Outcome.REFER

    def information_for(self, amount: int | None) -> int:
        """The place of the row of required information for an amount; None is beyond every amount."""
        bounds = [row.up_to for row in self.information[:-1]]
        return sum(amount is None or amount > bound for bound in bounds if bound is not None)

    def who_grants(self, limit: int | None) -> str | None:
        """The role of the first row of the authority table that may grant a limit."""
        return next((row.role for row in self.authority if row.may_grant(limit)), None)

    def who_releases(self, overage: int | None, overdue_days: int | None) -> str | None:
        """The role of the first row of the authority table that may let an order go."""
        rows = (row.role for row in self.authority if row.may_release(overage, overdue_days))
        return next(rows, None)


def plan_of(
    document: Document, figures: Mapping[str, Figure], columns: Mapping[str, FigureKind]
) -> Plan:
    """The plan of a document without faults."""
    assessed, limits, checks = document.assessment, document.limit, document.checks
    named = assessed.named | limits.named
    low, high = document.grades.domain
    return Plan(
        currency=document.currency,
        until=None if document.effective is None else document.effective.until,
        on_missing=document.on_missing,
        models=assessed.models,
        least_coverage=assessed.least_coverage,
        stale_after=(assessed.stale_after.statement, assessed.stale_after.rating),
        assume=assessed.assume,
        categories=assessed.categories,
        knock_outs=assessed.knock_outs,
        information=assessed.information,
        domain=(float(low), float(high)),
        grades=document.grades.rows,
        bounds=document.grades.bounds,
        methods=limits.methods,
        highest=limits.highest,
        floor=limits.floor,
        rounding=limits.rounding,
        cap=limits.cap,
        below_requested=limits.below_requested,
        below_line=limits.below_line,
        checks=checks.rows,
        ignore_below=checks.ignore_below,
        ignore_disputed=checks.ignore_disputed,
        horizon_days=checks.horizon_days,
        components=checks.components,
        authority=document.authority.rows,
        reviews=tuple((row.exposure_above, row.months) for row in document.monitoring.reviews),
        indicators=document.monitoring.indicators,
        reason_keys=(
            *header.REASONS,
            *assessment.REASONS,
            *grades.REASONS,
            *limit.REASONS,
            *grades.TERMS_REASONS,
            *assessed.reason_keys,
        ),
        uses_ledger=not named.isdisjoint(of_ledgers.SOURCES),
        uses_assets=not named.isdisjoint(of_statements.OF_ASSETS),
        uses_statement=not named.isdisjoint(of_statements.SOURCES),
        tests=document.tests,
        column_kinds=columns,
        figures=figures,
        check_names=checks.named,
    )


def _titles(plan: Plan) -> tuple[tuple[str, str, str], ...]:
    """The policy's own words, (name, English, Chinese): what a page cannot find in the catalogue."""
    roles = [(row.role, *row.title) for row in plan.authority]
    own = [figure for name, figure in sorted(plan.figures.items()) if name not in CATALOGUE]
    cards = [(use.model.id, *use.title) for use in plan.models if any(use.title)]
    return (*roles, *((figure.name, figure.en, figure.zh) for figure in own), *cards)
