"""Making the plan: names resolved, conditions parsed, numbers in minor units, every fault noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from creditkit.facts.statements import LINES
from creditkit.facts.terms import PaymentTerms
from creditkit.figures import Figure, FigureKind, nearest
from creditkit.limits.exposure import COMPONENTS
from creditkit.models import published, ratios
from creditkit.models.contract import ScoringModel
from creditkit.models.scorecard import Scorecard
from creditkit.money import Line, Rounding
from creditkit.outcomes import Outcome
from creditkit.policy.cards import make_card
from creditkit.policy.document import (
    AuthorityRow,
    CheckRow,
    Document,
    GradeRow,
    IndicatorRow,
    InformationRow,
    KnockOutRow,
    MethodRow,
)
from creditkit.policy.lint import lint_checks, lint_information
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
from creditkit.policy.schema.findings import Report
from creditkit.policy.schema.names import Resolver
from creditkit.receivables import positions

__all__ = ["make_plan"]

OF_ASSETS: Final = frozenset(
    {"total_assets", "debt_ratio", "net_worth"}
    | {model.figure for model in published() if model.figure and "total_assets" in model.needs}
)
"""Figures that cannot be worked out without total assets."""

OF_STATEMENTS: Final = frozenset(
    {*LINES, "net_worth", "audited", "statement_age_months", *ratios.__all__}
    | {model.figure for model in published() if model.figure}
)
"""Figures that are worked out from a statement."""

DECIDE_REASONS: Final = (
    "data.invalid",
    "data.duplicate",
    "data.no_rate",
    "ledger.unreadable",
    "score.not_computable",
    "score.clipped",
    "coverage.low",
    "statement.future",
    "statement.stale",
    "statement.unusable",
    "statement.parts",
    "statement.unbalanced",
    "equity.negative",
    "grade.none",
    "grade.no_credit",
    "limit.unknown",
    "limit.zero",
    "limit.information",
    "limit.below_requested",
    "limit.below_line",
    "limit.below_owed",
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
    read = isinstance(document.currency, str)
    words = Resolver(figures, document.currency if read else "CNY", report)  # its fault was told
    return _Planner(document, words, models).plan()


class _Planner:
    def __init__(self, document: Document, words: Resolver, models: Sequence[ScoringModel]) -> None:
        self.document = document
        self.words = words
        self.report = words.report
        self.given = models
        self.models: dict[str, ScoringModel] = {}

    def plan(self) -> Plan | None:
        """The plan, or None where anything is at fault; what can be read is looked at in any case."""
        document = self.document
        self.words.readable(self._names)
        self.words.readable(lambda: self.words.check_amounts(document, ""))
        grades = self.words.readable(self._grades)
        assessment, monitoring = document.assessment, document.monitoring
        path = "assessment"
        knock_outs = self.words.each(
            lambda: assessment.knock_out, self._knock_out, f"{path}.knock_out"
        )
        information = self.words.each(
            lambda: assessment.required_information,
            self._information,
            f"{path}.required_information",
        )
        lint_information(information, self.report)
        checks = self.words.each(lambda: document.checks.rows, self._check, "checks.rows")
        lint_checks(checks, self.report)
        methods = self.words.each(
            lambda: document.limit.methods,
            lambda row, here: self._method(row, here, grades or []),
            "limit.methods",
        )
        indicators = self.words.each(
            lambda: monitoring.indicators, self._indicator, "monitoring.indicators"
        )
        uses = self.words.readable(self._uses)
        assume = (
            self.words.readable(lambda: self.words.values(assessment.assume, f"{path}.assume"))
            or {}
        )
        tests = self.words.readable(self._tests)
        stale = self.words.readable(lambda: assessment.stale_after)
        if self.report.faults:
            return None
        named = self._named(uses or [], knock_outs, information, methods)
        rounding = document.limit.round or Rounding("floor")
        needs = list(
            dict.fromkeys(condition.text for row in information for condition in row.conditions)
        )
        categories = self._categories(uses or [])
        reason_keys = (
            *DECIDE_REASONS,
            *(f"category.unnamed:{name}" for name in categories),
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
            until=None if document.effective is None else document.effective.until,
            on_missing=document.on_missing,
            models=tuple(uses or ()),
            least_coverage=document.assessment.least_coverage,
            stale_after=(None, None) if stale is None else (stale.statement, stale.rating),
            assume=assume,
            categories=categories,
            knock_outs=tuple(knock_outs),
            information=tuple(information),
            domain=(float(document.grades.domain[0]), float(document.grades.domain[1])),
            grades=tuple(grades or ()),
            methods=tuple(methods),
            highest=document.limit.combine == "highest",
            floor=self.words.minor(document.limit.floor),
            rounding=(rounding.mode, rounding.step_minor(document.currency)),
            cap=self.words.minor(document.limit.cap),
            below_requested=document.limit.below_requested,
            below_line=document.limit.below_line,
            checks=tuple(checks),
            ignore_below=self.words.minor(document.checks.ignore_below) or 0,
            ignore_disputed=document.checks.ignore_disputed,
            horizon_days=document.checks.horizon_days,
            components=dict(document.checks.components),
            authority=tuple(
                self._authority(row)
                for row in (document.authority.rows if document.authority else ())
            ),
            reviews=tuple(
                (self.words.minor(row.exposure_above) or 0, row.months)
                for row in document.monitoring.reviews
            ),
            indicators=tuple(indicators),
            reason_keys=reason_keys,
            uses_ledger=not named.isdisjoint(positions.NAMES),
            uses_assets=not named.isdisjoint(OF_ASSETS),
            uses_statement=not named.isdisjoint(OF_STATEMENTS),
            tests=tests or (),
            column_kinds=self.words.columns,
            figures=self.words.figures,
        )

    def _names(self) -> None:
        """The columns of the grade's row, the models, and names that are taken or not known."""
        document, report = self.document, self.report
        for model in self.given:
            if model.id in self.models:
                report.fault("name.duplicate", "models", name=model.id)
            self.models[model.id] = model
        cards = self.words.each(
            lambda: document.scorecards,
            lambda row, path: make_card(self.words, row, path),
            "scorecards",
        )
        self.models |= {card.id: card for card in cards if card is not None}
        for name, kind in document.grades.columns:
            self.words.columns[name] = FigureKind(kind)
            if name in self.words.figures:
                report.fault("name.duplicate", f"grades.columns.{name}", name=name)
        self.words.readable(
            lambda: self.words.unique("grades.rows", [row.id for row in document.grades.rows])
        )
        for name, _ in document.checks.components:
            if name not in COMPONENTS:
                hint, path = nearest(name, COMPONENTS), f"checks.components.{name}"
                report.fault("name.unknown", path, hint, what="component", name=name)

    def _named(
        self,
        uses: Sequence[ModelUse],
        knock_outs: Sequence[KnockOut],
        information: Sequence[Information],
        methods: Sequence[Method],
    ) -> set[str]:
        """Every figure that the assessment rests on."""
        conditions = [row.condition for row in knock_outs]
        conditions += [condition for row in information for condition in row.conditions]
        conditions += [guard for method in methods for guard in method.guards]
        names = {name for condition in conditions for name in condition.names}
        names |= {name for use in uses for name in use.model.needs}
        return names | {method.figure for method in methods}

    def _information(self, row: InformationRow, path: str) -> Information:
        conditions = [
            self.words.condition(text, f"{path}.needs[{place}]", check=False)
            for place, text in enumerate(row.needs)
        ]
        return Information(up_to=self.words.minor(row.up_to), conditions=tuple(conditions))

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
        if names and row.grade == names[0]:
            self.report.warn("dead.row", f"{path}.grade", why="the best grade lowers nobody")
        return KnockOut(
            id=row.id,
            condition=self.words.condition(row.require, f"{path}.require", check=False),
            on_fail=row.on_fail,
            on_missing=row.on_missing,
            on_undefined=row.on_undefined or row.on_missing,
            grade=names.index(row.grade) if row.grade in names else None,
            no_credit=row.grade in names
            and self.document.grades.rows[names.index(row.grade)].limit is Line.NONE,
        )

    def _check(self, row: CheckRow, path: str) -> Check:
        condition = self.words.condition(row.require, f"{path}.require", check=True)
        guards = [
            self.words.condition(text, f"{path}.when[{n}]", check=True)
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
            uses_line=any(
                one is not None and not {"line", "utilisation"}.isdisjoint(one.names)
                for one in (condition, *guards)
            ),
        )

    def _grades(self) -> list[Grade]:
        return [
            Grade(
                id=row.id,
                bound=float(row.min),
                share=row.limit_share,
                limit=row.limit,
                cap=self.words.minor(row.cap),
                terms=self._terms(row),
                security=row.security,
                review_months=row.review_months,
                columns={
                    name: (
                        self.words.minor(row.column(name))
                        if kind is FigureKind.MONEY
                        else row.column(name)
                    )
                    for name, kind in self.words.columns.items()
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
        guards = [
            self.words.condition(text, f"{path}.when[{place}]", check=False)
            for place, text in enumerate(row.when)
        ]
        return Method(
            name=row.use,
            figure=figure,
            shares=shares,
            skip=row.on_missing == "skip",
            guards=tuple(guards),
        )

    def _money_figure(self, name: str, path: str) -> None:
        figure = self.words.figure(name, path)
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
                    self.words.figure(name, path)
            scale = None if row.scale is None else tuple((float(a), float(b)) for a, b in row.scale)
            title = self.words.readable(lambda: self._title(row.use)) or ("", "")  # noqa: B023 (called at once)
            out.append(ModelUse(model=model, weight=float(row.weight), scale=scale, title=title))
        weights = sum((row.weight for row in rows), Fraction(0))
        if rows and weights != 1:
            self.report.fault("gap.weights", "assessment.models", value=str(float(weights)))
        return out

    def _categories(self, uses: Sequence[ModelUse]) -> dict[str, frozenset[str]]:
        """The values of each category that the bins of the scorecards name."""
        named: dict[str, set[str]] = {}
        cards = [use.model for use in uses if isinstance(use.model, Scorecard)]
        for factor in (one for card in cards for one in card.factors):
            names = {name for bin_ in factor.bins for name in bin_.names}
            if names and self.words.figures[factor.figure].kind is FigureKind.CATEGORY:
                named.setdefault(factor.figure, set()).update(names)
        return {name: frozenset(values) for name, values in named.items()}

    def _title(self, name: str) -> tuple[str, str]:
        """The title that a scorecard of the document bears."""
        cards = (card for card in self.document.scorecards if f"scorecard:{card.id}" == name)
        return next((card.title for card in cards), ("", ""))

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
            given = self.words.values(row.given, f"{path}.given")
            told = {name: value for name, value in expected.items() if value is not None}
            out.append(Test(id=row.id, path=path, given=given, expected=told))
        self.words.unique("tests", [row.id for row in self.document.tests])
        return tuple(out)

    def _authority(self, row: AuthorityRow) -> Authority:
        return Authority(
            role=row.role,
            title=row.title if any(row.title) else (row.role, row.role),
            max_limit=self.words.minor(row.max_limit),
            max_overage=self.words.minor(row.max_overage),
            max_overdue_days=row.max_overdue_days,
        )

    def _indicator(self, row: IndicatorRow, path: str) -> Indicator:
        figure = self.words.figures.get(row.figure)
        if figure is None:
            hint = nearest(row.figure, self.words.figures)
            self.report.fault(
                "name.unknown", f"{path}.figure", hint, what="figure", name=row.figure
            )
        elif figure.kind in (FigureKind.FLAG, FigureKind.CATEGORY):
            error = f"{row.figure!r} is a {figure.kind.value}; an indicator watches a quantity"
            self.report.fault("name.kind", f"{path}.figure", error=error)
        elif row.warning is not None and row.serious is not None:
            lower = figure.better == "high"
            if row.serious >= row.warning if lower else row.serious <= row.warning:
                warning, value = str(float(row.warning)), str(float(row.serious))
                here = f"{path}.serious"
                self.report.fault("order.thresholds", here, warning=warning, value=value)
        if row.warning is None and row.serious is None:
            self.report.fault("form.missing", f"{path}.warning")
        return Indicator(
            id=row.id,
            figure=row.figure,
            kind=figure.kind if figure else FigureKind.RATIO,
            warning=row.warning,
            serious=row.serious,
            materiality=self.words.minor(row.materiality),
            months=row.months,
            action=row.action,
        )
