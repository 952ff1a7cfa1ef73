"""The plan: a policy document with its names resolved and its numbers in minor units.

Both evaluators, for one customer and for a column, read this and nothing else; ``planner`` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit.facts.terms import PaymentTerms
from creditkit.figures import Figure, FigureKind, Value
from creditkit.models.contract import ScoringModel
from creditkit.money import Line
from creditkit.outcomes import Outcome
from creditkit.policy.figures.facts import CATALOGUE
from creditkit.policy.schema.conditions import Condition

__all__ = [
    "Authority",
    "Check",
    "Grade",
    "Indicator",
    "KnockOut",
    "Method",
    "ModelUse",
    "Plan",
]

EVENTS: Final = ("order", "pick", "ship", "invoice")


@attrs.frozen(kw_only=True)
class ModelUse:
    """A model of the assessment, its weight, and the line segments that bring it to the policy's scale."""

    model: ScoringModel
    weight: float
    scale: tuple[tuple[float, float], ...] | None
    title: tuple[str, str] = ("", "")

    def scaled(self, value: float) -> float:
        """The value on the policy's scale; clamped at both ends."""
        if self.scale is None:
            return value
        points, slopes = self.scale, self._slopes()
        place = sum(value >= point[0] for point in points[1:-1])
        if value <= points[0][0]:
            return points[0][1]
        if value >= points[-1][0]:
            return points[-1][1]
        return points[place][1] + (value - points[place][0]) * slopes[place]

    def scaled_columns(self, values: Floats) -> Floats:
        """`scaled` for a column; NaN stays NaN."""
        if self.scale is None:
            return values
        starts = np.array([point[0] for point in self.scale])
        ends = np.array([point[1] for point in self.scale])
        place = np.zeros(len(values), dtype=np.intp)
        for bound in starts[1:-1]:
            place += values >= bound
        out: Floats = ends[place] + (values - starts[place]) * np.array(self._slopes())[place]
        out = np.where(values <= starts[0], ends[0], out)
        return np.where(values >= starts[-1], ends[-1], out)

    def _slopes(self) -> list[float]:
        points = self.scale or ()
        return [
            (after[1] - before[1]) / (after[0] - before[0]) for before, after in pairwise(points)
        ]


@attrs.frozen(kw_only=True)
class KnockOut:
    """A knock-out with its condition; ``grade`` is the place of the grade that a customer falls to.

    Whoever has no grade falls only to one that gives ``no_credit``: it is no way to a line.
    """

    id: str
    condition: Condition
    on_fail: Outcome
    on_missing: Outcome
    on_undefined: Outcome
    grade: int | None
    no_credit: bool


@attrs.frozen(kw_only=True)
class Information:
    """What must hold for amounts up to ``up_to`` minor units (None: for every amount)."""

    up_to: int | None
    conditions: tuple[Condition, ...]


@attrs.frozen(kw_only=True)
class Grade:
    """One grade: its bound as the nearest float64, and what it gives, in minor units."""

    id: str
    bound: float
    share: Fraction | None
    limit: Line | None
    cap: int | None
    terms: PaymentTerms
    security: bool
    review_months: int
    columns: Mapping[str, Value]


@attrs.frozen(kw_only=True)
class Method:
    """A limit method: a share of a money figure for each grade."""

    name: str
    figure: str
    shares: tuple[Fraction | None, ...]
    skip: bool
    guards: tuple[Condition, ...] = ()


@attrs.frozen(kw_only=True)
class Check:
    """A check with its condition and its guards."""

    id: str
    kind: str
    condition: Condition
    guards: tuple[Condition, ...]
    events: tuple[str, ...]
    on_fail: Outcome
    on_missing: Outcome
    uses_line: bool


@attrs.frozen(kw_only=True)
class Authority:
    """Who may approve up to which line, overage and days overdue; None is without a bound."""

    role: str
    title: tuple[str, str]
    max_limit: int | None
    max_overage: int | None
    max_overdue_days: int | None

    def may_grant(self, limit: int | None) -> bool:
        """Whether this role may grant a limit; what is not known needs a role without a bound."""
        return self.max_limit is None or (limit is not None and limit <= self.max_limit)

    def may_release(self, overage: int | None, overdue_days: int | None) -> bool:
        """Whether this role may let an order go; what is not known needs a role without a bound."""
        return (
            self.max_overage is None or (overage is not None and overage <= self.max_overage)
        ) and (
            self.max_overdue_days is None
            or (overdue_days is not None and overdue_days <= self.max_overdue_days)
        )


@attrs.frozen(kw_only=True)
class Indicator:
    """An early-warning indicator with its thresholds; ``materiality`` is in minor units."""

    id: str
    figure: str
    kind: FigureKind
    warning: Fraction | None
    serious: Fraction | None
    materiality: int | None
    months: int
    action: str


@attrs.frozen(kw_only=True)
class Test:
    """A test that the policy carries: figures, and what must come out."""

    id: str
    path: str
    given: Mapping[str, Value]
    expected: Mapping[str, str]


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
    authority: tuple[Authority, ...]
    reviews: tuple[tuple[int, int], ...]
    indicators: tuple[Indicator, ...]
    reason_keys: tuple[str, ...]
    uses_ledger: bool
    uses_assets: bool
    uses_statement: bool
    tests: tuple[Test, ...]
    column_kinds: Mapping[str, FigureKind]
    figures: Mapping[str, Figure]
    check_names: frozenset[str] = attrs.field(
        init=False, default=attrs.Factory(lambda plan: _named(plan.checks), takes_self=True)
    )

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
        return sum(score < grade.bound for grade in self.grades[:-1])

    def grades_of(self, scores: Floats) -> npt.NDArray[np.int8]:
        """`grade_of` for a column; -1 where the score is NaN."""
        out = np.zeros(len(scores), dtype=np.int8)
        for grade in self.grades[:-1]:
            out += scores < grade.bound
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


def _named(checks: Sequence[Check]) -> frozenset[str]:
    """Every figure that a check or a guard names."""
    conditions = [one for check in checks for one in (check.condition, *check.guards)]
    return frozenset(name for one in conditions for name in one.names)


def _titles(plan: Plan) -> tuple[tuple[str, str, str], ...]:
    """The policy's own words, (name, English, Chinese): what a page cannot find in the catalogue."""
    roles = [(row.role, *row.title) for row in plan.authority]
    own = [figure for name, figure in sorted(plan.figures.items()) if name not in CATALOGUE]
    cards = [(use.model.id, *use.title) for use in plan.models if any(use.title)]
    return (*roles, *((figure.name, figure.en, figure.zh) for figure in own), *cards)
