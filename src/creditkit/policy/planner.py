"""Making the plan: names resolved, conditions parsed, numbers in minor units, every fault noted.

A condition may name only what its place can know: what a decision works out of a customer, or what
a check works out of an order and its account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any, Final, TypeVar

import attrs

from creditkit.errors import InvalidFact
from creditkit.facts.terms import PaymentTerms
from creditkit.figures import Figure, FigureKind, Value, nearest
from creditkit.limits.exposure import COMPONENTS
from creditkit.models import published
from creditkit.models.contract import ScoringModel
from creditkit.models.scorecard import Bin, Factor, Scorecard
from creditkit.money import Rounding, currency_digits, minor_units
from creditkit.outcomes import Outcome
from creditkit.policy.case import CHECK_WIRES
from creditkit.policy.document import (
    AuthorityRow,
    CardRow,
    CheckRow,
    Document,
    FactorRow,
    GradeRow,
    IndicatorRow,
    InformationRow,
    KnockOutRow,
    MethodRow,
)
from creditkit.policy.entries import BAD, Unread, exact
from creditkit.policy.findings import Report
from creditkit.policy.language import ConditionError, parse
from creditkit.policy.lint import lint_checks
from creditkit.policy.plan import (
    EVENTS,
    Authority,
    Check,
    Grade,
    Indicator,
    Information,
    KnockOut,
    Method,
    ModelUse,
    Plan,
    Test,
)
from creditkit.policy.subjects import CATALOGUE
from creditkit.policy.wiring import WIRES

__all__ = ["make_plan"]

T = TypeVar("T")

OF_ASSETS: Final = frozenset(
    {"total_assets", "debt_ratio", "net_worth"}
    | {model.figure for model in published() if model.figure and "total_assets" in model.needs}
)
"""Figures that have no meaning without total assets above zero."""

DECIDE_REASONS: Final = (
    "data.invalid",
    "score.not_computable",
    "score.clipped",
    "coverage.low",
    "statement.unusable",
    "equity.negative",
    "grade.none",
    "grade.no_credit",
    "limit.unknown",
    "limit.below_requested",
    "limit.below_line",
    "terms.longer",
)
"""Reasons that every policy can give; those of knock-outs, information and assumptions come after."""


def make_plan(
    document: Document,
    figures: Mapping[str, Figure],
    models: Sequence[ScoringModel],
    report: Report,
) -> Plan | None:
    """The plan of a document, or None where names or kinds are at fault; all faults go to the report."""
    return _Planner(document, figures, models, report).plan()


class _Planner:
    def __init__(
        self,
        document: Document,
        figures: Mapping[str, Figure],
        models: Sequence[ScoringModel],
        report: Report,
    ) -> None:
        self.document = document
        self.figures = figures
        self.report = report
        read = isinstance(document.currency, str)
        self.currency = document.currency if read else "CNY"  # the fault of another has been told
        self.digits = currency_digits(self.currency)
        self.given = models
        self.models: dict[str, ScoringModel] = {}
        self.columns: dict[str, FigureKind] = {}

    def plan(self) -> Plan | None:
        """The plan, or None where anything is at fault; what can be read is looked at in any case."""
        document = self.document
        self._all(self._names)
        self._all(lambda: self._amounts(document, ""))
        grades = self._all(self._grades)
        assessment, monitoring = document.assessment, document.monitoring
        path = "assessment"
        knock_outs = self._each(lambda: assessment.knock_out, self._knock_out, f"{path}.knock_out")
        information = self._each(
            lambda: assessment.required_information,
            self._information,
            f"{path}.required_information",
        )
        checks = self._each(lambda: document.checks.rows, self._check, "checks.rows")
        lint_checks(checks, self.report)
        methods = self._each(
            lambda: document.limit.methods,
            lambda row, here: self._method(row, here, grades or []),
            "limit.methods",
        )
        indicators = self._each(
            lambda: monitoring.indicators, self._indicator, "monitoring.indicators"
        )
        uses = self._all(self._uses)
        assume = self._all(lambda: self._values(assessment.assume, f"{path}.assume")) or {}
        tests = self._all(self._tests)
        if self.report.faults:
            return None
        rounding = document.limit.round or Rounding("floor")
        needs = list(
            dict.fromkeys(condition.text for row in information for condition in row.conditions)
        )
        reason_keys = (
            *DECIDE_REASONS,
            *(f"knock_out.fired:{row.id}" for row in knock_outs),
            *(f"knock_out.unknown:{row.id}" for row in knock_outs),
            *(f"information.missing:{text}" for text in needs),
            *(f"assumption.used:{name}" for name in assume),
        )
        if len(reason_keys) > 64:
            what = "reasons (knock-outs, needs and assumptions)"
            self.report.fault("form.size", "assessment", limit=64, what=what)
            return None
        return Plan(
            currency=document.currency,
            on_missing=document.on_missing,
            models=tuple(uses or ()),
            least_coverage=document.assessment.least_coverage,
            assume=assume,
            knock_outs=tuple(knock_outs),
            information=tuple(information),
            domain=(float(document.grades.domain[0]), float(document.grades.domain[1])),
            grades=tuple(grades or ()),
            methods=tuple(methods),
            highest=document.limit.combine == "highest",
            floor=self._minor(document.limit.floor),
            rounding=(rounding.mode, rounding.step_minor(document.currency)),
            cap=self._minor(document.limit.cap),
            below_requested=document.limit.below_requested,
            below_line=document.limit.below_line,
            checks=tuple(checks),
            ignore_below=self._minor(document.checks.ignore_below) or 0,
            ignore_disputed=document.checks.ignore_disputed,
            horizon_days=document.checks.horizon_days,
            components=dict(document.checks.components),
            authority=tuple(
                self._authority(row)
                for row in (document.authority.rows if document.authority else ())
            ),
            reviews=tuple(
                (self._minor(row.exposure_above) or 0, row.months)
                for row in document.monitoring.reviews
            ),
            indicators=tuple(indicators),
            reason_keys=reason_keys,
            uses_assets=self._uses_assets(uses or [], knock_outs, information, methods),
            tests=tests or (),
            column_kinds=self.columns,
            figures=self.figures,
        )

    def _all(self, work: Callable[[], T]) -> T | None:
        """``work``, unless it needs what could not be read."""
        with suppress(Unread):
            return work()
        return None

    def _each(
        self, rows: Callable[[], Sequence[Any]], make: Callable[[Any, str], T], path: str
    ) -> list[T]:
        """``make`` of every row, None of one that could not be read: every place stays as it was."""
        out: list[Any] = []
        for place, row in enumerate(self._all(lambda: list(rows())) or []):
            out.append(self._all(lambda: make(row, f"{path}[{place}]")))  # noqa: B023 (called at once)
        self._all(lambda: self._unique(path, [row.id for row in rows() if hasattr(row, "id")]))
        return out

    def _names(self) -> None:
        """The columns of the grade's row, the models, and names that are taken or not known."""
        document, report = self.document, self.report
        for model in self.given:
            if model.id in self.models:
                report.fault("name.duplicate", "models", name=model.id)
            self.models[model.id] = model
        cards = self._each(lambda: document.scorecards, self._card, "scorecards")
        self.models |= {card.id: card for card in cards if card is not None}
        for name, kind in document.grades.columns:
            self.columns[name] = FigureKind(kind)
            if name in self.figures:
                report.fault("name.duplicate", f"grades.columns.{name}", name=name)
        self._all(lambda: self._unique("grades.rows", [row.id for row in document.grades.rows]))
        for name, _ in document.checks.components:
            if name not in COMPONENTS:
                hint, path = nearest(name, COMPONENTS), f"checks.components.{name}"
                report.fault("name.unknown", path, hint, what="component", name=name)

    def _uses_assets(
        self,
        uses: Sequence[ModelUse],
        knock_outs: Sequence[KnockOut],
        information: Sequence[Information],
        methods: Sequence[Method],
    ) -> bool:
        """Whether the assessment rests on total assets: a statement without them then says nothing."""
        conditions = [row.condition for row in knock_outs]
        conditions += [condition for row in information for condition in row.conditions]
        names = {name for condition in conditions for name in condition.names}
        names |= {name for use in uses for name in use.model.needs}
        names |= {method.figure for method in methods}
        return not names.isdisjoint(OF_ASSETS)

    def _information(self, row: InformationRow, path: str) -> Information:
        conditions = [
            self._condition(text, f"{path}.needs[{place}]", check=False)
            for place, text in enumerate(row.needs)
        ]
        return Information(up_to=self._minor(row.up_to), conditions=tuple(conditions))

    def _minor(self, amount: Decimal | None) -> int | None:
        try:
            return None if amount is None else minor_units(amount, self.currency)
        except InvalidFact:
            return None  # a fault, which `_amounts` has noted

    def _amounts(self, value: Any, path: str) -> None:
        """Note each amount that the policy's currency cannot hold, and a step that is finer than it."""
        if isinstance(value, tuple):
            for place, item in enumerate(value):
                named = isinstance(item, tuple) and len(item) == 2
                self._amounts(
                    *((item[1], f"{path}.{item[0]}") if named else (item, f"{path}[{place}]"))
                )
        elif attrs.has(type(value)):
            for field in attrs.fields(type(value)):
                here = path if field.name == "extra" else f"{path}.{field.name}".lstrip(".")
                self._amounts(getattr(value, field.name), here)
        elif isinstance(value, Decimal | Rounding):
            try:
                if isinstance(value, Rounding):
                    value.step_minor(self.currency)
                else:
                    minor_units(value, self.currency)
            except InvalidFact:
                rule = f"an amount of at most {self.digits} decimals, within 64 bits"
                self.report.fault("form.range", path, rule=rule, value=str(value))

    def _unique(self, path: str, ids: Sequence[str]) -> None:
        for place, name in enumerate(ids):
            if name in ids[:place]:
                self.report.fault("name.duplicate", f"{path}[{place}].id", name=name)

    def _condition(self, text: str, path: str, *, check: bool) -> Any:
        """A condition of a check, or of the assessment of a customer."""
        columns = self.columns if check else None
        try:
            condition = parse(text, self.figures, digits=self.digits, columns=columns)
        except ConditionError as error:
            if error.code == "name.unknown":
                self.report.fault("name.unknown", path, error.hint, what="figure", name=error.name)
            else:
                self.report.fault("form.condition", path, error=str(error))
            return None
        for name in condition.names:
            self._available(name, path, check=check)
        return condition

    def _figure(self, name: str, path: str) -> Figure | None:
        """The declaration of a figure that the assessment of a customer can know."""
        figure = self.figures.get(name)
        if figure is None:
            hint = nearest(name, self.figures)
            self.report.fault("name.unknown", path, hint, what="figure", name=name)
        else:
            self._available(name, path, check=False)
        return figure

    def _available(self, name: str, path: str, *, check: bool) -> None:
        """A figure that its place can never know would be indeterminate for ever."""
        here = {*CHECK_WIRES, *self.columns} if check else set(WIRES)
        if name not in here and name in CATALOGUE:
            where = ("in a check", "订单检查中") if check else ("of a customer", "客户评估中")
            self.report.fault(
                "name.unavailable", path, name=name, where=where[0], where_zh=where[1]
            )

    def _knock_out(self, row: KnockOutRow, path: str) -> KnockOut:
        names = [grade.id for grade in self.document.grades.rows]
        if row.grade is not None and row.grade not in names:
            self.report.fault(
                "name.unknown",
                f"{path}.grade",
                nearest(row.grade, names),
                what="grade",
                name=row.grade,
            )
        return KnockOut(
            id=row.id,
            condition=self._condition(row.require, f"{path}.require", check=False),
            on_fail=row.on_fail,
            on_missing=row.on_missing,
            grade=names.index(row.grade) if row.grade in names else None,
        )

    def _check(self, row: CheckRow, path: str) -> Check:
        condition = self._condition(row.require, f"{path}.require", check=True)
        guards = [
            self._condition(text, f"{path}.when[{n}]", check=True)
            for n, text in enumerate(row.when)
        ]
        for place, event in enumerate(row.events):
            if event not in EVENTS:
                choices = ", ".join(EVENTS)
                self.report.fault(
                    "form.choice",
                    f"{path}.events[{place}]",
                    nearest(event, EVENTS),
                    choices=choices,
                    value=event,
                )
        stops = row.on_fail in (Outcome.HOLD, Outcome.REJECT)
        default = (
            Outcome.WARN
            if row.on_fail is Outcome.WARN
            else Outcome.HOLD
            if stops
            else self.document.on_missing
        )
        return Check(
            id=row.id,
            kind=row.kind,
            condition=condition,
            guards=tuple(guards),
            events=row.events,
            on_fail=row.on_fail,
            on_missing=row.on_missing or default,
            uses_line=condition is not None and "line" in condition.names,
        )

    def _grades(self) -> list[Grade]:
        return [
            Grade(
                id=row.id,
                bound=float(row.min),
                share=row.limit_share,
                limit=row.limit,
                cap=self._minor(row.cap),
                terms=self._terms(row),
                security=row.security,
                review_months=row.review_months,
                columns={
                    name: (
                        self._minor(row.column(name))
                        if kind is FigureKind.MONEY
                        else row.column(name)
                    )
                    for name, kind in self.columns.items()
                },
            )
            for row in self.document.grades.rows
        ]

    def _terms(self, row: GradeRow) -> PaymentTerms:
        name, days, prepaid = row.terms.name, row.terms.days, row.terms.prepaid
        return PaymentTerms(name=name, days=days, prepaid=prepaid, instalments=row.instalments)

    def _method(self, row: MethodRow, path: str, grades: Sequence[Grade]) -> Method:
        figure, shares = "", tuple[Fraction | None, ...]()
        if row.use == "share_of_credit_sales":
            figure = row.figure or "credit_sales_12m"
            shares = tuple(
                None if grade.share is None else grade.share * row.factor for grade in grades
            )
            for place, grade in enumerate(grades):
                if grade.share is None and grade.limit is None:
                    self.report.fault("form.missing", f"grades.rows[{place}].limit_share")
        elif row.use == "net_worth_share":
            figure = row.figure or "net_worth"
            if row.share is None:
                self.report.fault("form.missing", f"{path}.share")
            shares = tuple(None if row.share is None else row.share * row.factor for _ in grades)
        else:
            figure = row.figure or "expected_purchases_12m"
            shares = tuple(Fraction(grade.terms.days, 365) * row.factor for grade in grades)
        self._money_figure(figure, f"{path}.figure")
        return Method(name=row.use, figure=figure, shares=shares, skip=row.on_missing == "skip")

    def _money_figure(self, name: str, path: str) -> None:
        figure = self._figure(name, path)
        if figure is not None and figure.kind is not FigureKind.MONEY:
            error = f"{name!r} is a {figure.kind.value}; a limit is a share of a money figure"
            self.report.fault("name.kind", path, error=error)

    def _uses(self) -> list[ModelUse]:
        out = []
        rows = self.document.assessment.models
        if not rows:
            self.report.fault("form.missing", "assessment.models")
        for place, row in enumerate(rows):
            path = f"assessment.models[{place}].use"
            if row.use not in self.models:
                if any(row.use == f"scorecard:{card.id}" for card in self.document.scorecards):
                    continue  # the card's own faults are told where it stands
                self.report.fault(
                    "name.unknown", path, nearest(row.use, self.models), what="model", name=row.use
                )
                continue
            model = self.models[row.use]
            if not isinstance(model, Scorecard):  # the factors of a card are told where they stand
                for name in model.needs:
                    self._figure(name, path)
            scale = None if row.scale is None else tuple((float(a), float(b)) for a, b in row.scale)
            out.append(ModelUse(model=model, weight=float(row.weight), scale=scale))
        weights = sum((row.weight for row in rows), Fraction(0))
        if rows and weights != 1:
            self.report.fault("gap.weights", "assessment.models", value=str(float(weights)))
        return out

    def _values(self, pairs: Sequence[tuple[str, Any]], path: str) -> dict[str, Value]:
        """Values of figures as a document writes them; money in major units."""
        out: dict[str, Value] = {}
        for name, value in pairs:
            here, figure = f"{path}.{name}", self.figures.get(name)
            if figure is None:
                hint = nearest(name, self.figures)
                self.report.fault("name.unknown", here, hint, what="figure", name=name)
                continue
            kind = figure.kind
            if isinstance(value, str) and (kind.floating or kind.exact):
                value = exact(value, here, self.report)
                if value is BAD:
                    continue
            whole = value * self._unit(kind) if isinstance(value, Fraction) else Fraction(1, 2)
            if isinstance(value, bool if kind is FigureKind.FLAG else str) and not kind.exact:
                out[name] = value
            elif isinstance(value, Fraction) and kind.floating:
                out[name] = float(value)
            elif kind.exact and whole.denominator == 1:
                out[name] = int(whole)
            else:
                expected = f"a value for a {kind.value}"
                self.report.fault("form.type", here, expected=expected, value=value)
        return out

    def _tests(self) -> tuple[Test, ...]:
        names = [grade.id for grade in self.document.grades.rows]
        out = []
        for place, row in enumerate(self.document.tests):
            path = f"tests[{place}]"
            if row.grade is not None and row.grade not in names:
                hint = nearest(row.grade, names)
                self.report.fault(
                    "name.unknown", f"{path}.grade", hint, what="grade", name=row.grade
                )
            expected = {
                "grade": row.grade,
                "limit": row.limit,
                "terms": row.terms,
                "outcome": row.outcome,
            }
            given = self._values(row.given, f"{path}.given")
            told = {name: value for name, value in expected.items() if value is not None}
            out.append(Test(id=row.id, path=path, given=given, expected=told))
        self._unique("tests", [row.id for row in self.document.tests])
        return tuple(out)

    def _unit(self, kind: FigureKind) -> int:
        return 10**self.digits if kind is FigureKind.MONEY else 1

    def _authority(self, row: AuthorityRow) -> Authority:
        return Authority(
            role=row.role,
            title=row.title if any(row.title) else (row.role, row.role),
            max_limit=self._minor(row.max_limit),
            max_overage=self._minor(row.max_overage),
            max_overdue_days=row.max_overdue_days,
        )

    def _indicator(self, row: IndicatorRow, path: str) -> Indicator:
        figure = self.figures.get(row.figure)
        if figure is None:
            hint = nearest(row.figure, self.figures)
            self.report.fault(
                "name.unknown", f"{path}.figure", hint, what="figure", name=row.figure
            )
        elif figure.kind in (FigureKind.FLAG, FigureKind.CATEGORY):
            error = f"{row.figure!r} is a {figure.kind.value}; an indicator watches a quantity"
            self.report.fault("name.kind", f"{path}.figure", error=error)
        if row.warning is None and row.serious is None:
            self.report.fault("form.missing", f"{path}.warning")
        return Indicator(
            id=row.id,
            figure=row.figure,
            kind=figure.kind if figure else FigureKind.RATIO,
            warning=row.warning,
            serious=row.serious,
            months=row.months,
            action=row.action,
        )

    def _card(self, row: CardRow, path: str) -> Scorecard | None:
        before = len(self.report.faults)
        self._unique(f"{path}.factors", [factor.figure for factor in row.factors])
        factors = self._each(lambda: row.factors, self._factor, f"{path}.factors")
        weights = sum((factor.weight for factor in row.factors), Fraction(0))
        if weights != 1:
            self.report.fault("gap.weights", f"{path}.factors", value=str(float(weights)))
        elif lcm(*(factor.weight.denominator for factor in row.factors)) > 10**12:
            self.report.fault("form.size", f"{path}.factors", limit=12, what="decimals of weights")
        if any(one is None for one in factors) or len(self.report.faults) > before:
            return None
        low, high = (float(bound) for bound in row.range)
        return Scorecard(
            id=f"scorecard:{row.id}",
            low=low,
            high=high,
            factors=tuple(factors),
            en=row.title[0],
            zh=row.title[1],
        )

    def _factor(self, row: FactorRow, path: str) -> Factor:
        figure = self._figure(row.figure, f"{path}.figure")
        kind = figure.kind if figure else FigureKind.RATIO
        if not row.bins:
            self.report.fault("form.missing", f"{path}.bins")
        bins = []
        before: Fraction | None = None
        for place, bin_ in enumerate(row.bins):
            here, last = f"{path}.bins[{place}]", place == len(row.bins) - 1
            given = [
                name for name in ("min", "max", "names") if getattr(bin_, name) not in (None, ())
            ]
            if len(given) != (0 if last else 1):
                rule = (
                    "without min, max and names (the last bin takes the rest)"
                    if last
                    else "with min, max or names"
                )
                self.report.fault("form.range", here, rule=rule, value=given)
                continue
            named = kind in (FigureKind.FLAG, FigureKind.CATEGORY)
            if given and (given == ["names"]) != named:
                takes = "names" if named else "min or max"
                error = f"{row.figure!r} is a {kind.value}: its bins take {takes}"
                self.report.fault("name.kind", here, error=error)
                continue
            bound = bin_.min if bin_.min is not None else bin_.max
            if bound is not None and before is not None:
                rising = bin_.max is not None
                if (bound <= before) if rising else (bound >= before):
                    direction = "low to high" if rising else "high to low"
                    self.report.fault(
                        "order.bins",
                        here,
                        direction=direction,
                        value=str(bound),
                        before=str(before),
                    )
            before = bound
            bins.append(self._bin(bin_, kind, here))
        bounded = [bin_ for bin_ in row.bins[:-1] if (bin_.min is None) != (bin_.max is None)]
        if len({bin_.min is None for bin_ in bounded}) > 1:
            self.report.fault(
                "form.range", f"{path}.bins", rule="all with min or all with max", value="both"
            )
        return Factor(
            figure=row.figure,
            weight=row.weight,
            bins=tuple(bins),
            missing=row.missing[0],
            missing_points=row.missing[1],
            undefined_points=row.undefined,
            dimension=row.dimension,
        )

    def _bin(self, row: Any, kind: FigureKind, path: str) -> Bin:
        def bound(value: Fraction | None) -> float | int | None:
            if value is None or not kind.exact:
                return None if value is None else float(value)
            scaled = value * self._unit(kind)
            if scaled.denominator != 1:
                self.report.fault(
                    "form.range", path, rule=f"a whole {kind.value}", value=str(value)
                )
            return int(scaled)

        return Bin(
            points=row.points, at_least=bound(row.min), at_most=bound(row.max), names=row.names
        )
