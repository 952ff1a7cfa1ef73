"""The policy document: its sections as frozen classes, read from plain data with every fault at once.

TOML is the form to write, JSON the canonical form. Each class below is one section of the document
and its own description; adding a key is adding a field. Names are resolved and numbers become minor
units in ``plan``; here a policy is still what a person wrote.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import attrs

from creditkit.facts.terms import PaymentTerms
from creditkit.money import Line, Rounding
from creditkit.outcomes import Outcome
from creditkit.policy.schema import entries as e
from creditkit.policy.schema.findings import Report

__all__ = ["SCHEMA", "Document", "read_document"]

SCHEMA: Final = "creditkit.policy/1"

_STOPS: Final = (Outcome.WARN, Outcome.REQUIRE, Outcome.REFER, Outcome.HOLD, Outcome.REJECT)


def _points(value: Any, path: str, report: Report) -> Any:
    number = e.exact(value, path, report)
    if number is not e.BAD and not 0 <= number <= 100:
        report.fault("form.range", path, rule="between 0 and 100 points", value=value)
        return e.BAD
    return number


def _missing(value: Any, path: str, report: Report) -> Any:
    """``error``, ``reallocate``, ``keep`` or ``points:N``, as ``(treatment, points)``."""
    if value in ("error", "reallocate", "keep"):
        return (value, Fraction(0))
    if isinstance(value, str) and value.startswith("points:"):
        points = _points(value[7:], path, report)
        return e.BAD if points is e.BAD else ("points", points)
    report.fault("form.choice", path, choices="error, reallocate, keep, points:N", value=value)
    return e.BAD


def _scale(value: Any, path: str, report: Report) -> Any:
    """Two or more ``[from, to]`` pairs, ascending in the first: a line between them, clamped outside."""
    if not isinstance(value, list | tuple) or len(value) < 2:
        report.fault("form.type", path, expected="two or more pairs of numbers", value=value)
        return e.BAD
    out: list[tuple[Any, Any]] = []
    for place, pair in enumerate(value):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            report.fault("form.type", f"{path}[{place}]", expected="a pair of numbers", value=pair)
            return e.BAD
        read = tuple(e.exact(item, f"{path}[{place}]", report) for item in pair)
        if any(item is e.BAD for item in read):
            return e.BAD
        if out and float(read[0]) <= float(out[-1][0]):
            report.fault(
                "form.range", f"{path}[{place}][0]", rule=f"above {out[-1][0]}", value=pair[0]
            )
            return e.BAD
        out.append((read[0], read[1]))
    return tuple(out)


def _any(value: Any, path: str, report: Report) -> Any:
    """A flag, a text or an exact number."""
    if isinstance(value, bool | str):
        return value
    return e.exact(value, path, report)


@attrs.frozen(kw_only=True)
class Effective:
    """The half-open window in which a version is in force; ``until`` may be absent.

    A decision or a check of another date is refused: another version of the policy is in force.
    """

    start: date = e.day(key="from")
    until: date | None = e.day(None)


@attrs.frozen(kw_only=True)
class ModelRow:
    """A model of the assessment: which, with what weight, and how its scale becomes the policy's."""

    use: str = e.text()
    weight: Fraction = e.ratio(Fraction(1))
    scale: tuple[tuple[Fraction, Fraction], ...] | None = e.any_of(_scale, None)


@attrs.frozen(kw_only=True)
class InformationRow:
    """What must be known for amounts up to ``up_to`` (inclusive; every amount where absent).

    A requested limit is held against the row that its amount falls in. The recommended limit goes
    no further than the largest amount whose row holds, and is 0 where none does. Where
    ``on_missing`` stops nothing, the limit stands and what is missing is told.
    """

    up_to: Decimal | None = e.amount(None)
    needs: tuple[str, ...] = e.names()


@attrs.frozen(kw_only=True)
class KnockOutRow:
    """What must hold for credit at all (一票否决); where it does not, the grade falls to ``grade``.

    Whoever has no grade falls to none that gives credit.
    ``on_undefined`` (else ``on_missing``) is for a figure that is known to have no meaning: Z'' of
    a company that owes nothing.
    """

    id: str = e.name()
    require: str = e.text()
    on_fail: Outcome = e.effect(*_STOPS, default=Outcome.REJECT)
    on_missing: Outcome = e.effect(*_STOPS, default=Outcome.REFER)
    on_undefined: Outcome | None = e.effect(Outcome.APPROVE, *_STOPS, default=None)
    grade: str | None = e.name(None)


@attrs.frozen(kw_only=True)
class StaleAfter:
    """After how many full months a statement or an external rating is not used any more."""

    statement: int | None = e.whole(None, low=1, high=1200)
    rating: int | None = e.whole(None, low=1, high=1200)


@attrs.frozen(kw_only=True)
class Assessment:
    """信用评估标准: the models, how much must be known, what is assumed, what knocks out.

    Where less than ``least_coverage`` of the score's weight is known there is no grade.
    """

    models: tuple[ModelRow, ...] = e.rows(ModelRow)
    least_coverage: Fraction = e.ratio(Fraction(0))
    stale_after: StaleAfter | None = e.section(StaleAfter, None)
    required_information: tuple[InformationRow, ...] = e.rows(InformationRow, ())
    assume: tuple[tuple[str, Any], ...] = e.pairs(_any)
    knock_out: tuple[KnockOutRow, ...] = e.rows(KnockOutRow, ())


@attrs.frozen(kw_only=True)
class BinRow:
    """One bin of a scorecard's factor; the last has neither bound nor names and takes the rest."""

    points: Fraction = e.any_of(_points)
    min: Fraction | None = e.any_of(e.exact, None)
    max: Fraction | None = e.any_of(e.exact, None)
    names: tuple[str, ...] = e.names(())


@attrs.frozen(kw_only=True)
class FactorRow:
    """One factor of a scorecard."""

    figure: str = e.name()
    weight: Fraction = e.ratio()
    bins: tuple[BinRow, ...] = e.rows(BinRow)
    missing: tuple[str, Fraction] = e.any_of(_missing, ("reallocate", Fraction(0)))
    undefined: Fraction | None = e.any_of(_points, None)
    dimension: str = e.text("")


@attrs.frozen(kw_only=True)
class CardRow:
    """A scorecard declared in the policy; a model named ``scorecard:<id>``."""

    id: str = e.name()
    title: tuple[str, str] = e.titles()
    range: tuple[Fraction, Fraction] = e.numbers()
    factors: tuple[FactorRow, ...] = e.rows(FactorRow)


@attrs.frozen(kw_only=True)
class GradeRow:
    """One grade: its inclusive lower bound, and what a customer of this grade gets.

    The last row's ``review_months`` are also those of a customer without a grade.
    """

    id: str = e.name()
    min: Fraction = e.any_of(e.exact)
    limit_share: Fraction | None = e.ratio(None)
    limit: Line | None = e.line_state(None)
    cap: Decimal | None = e.amount(None)
    terms: PaymentTerms = e.terms()
    instalments: bool = e.flag(False)
    security: bool = e.flag(False)
    review_months: int = e.whole(12, low=1, high=120)
    extra: tuple[tuple[str, Any], ...] = ()

    def column(self, name: str) -> Any:
        """A column of the house's own, None where the row does not have it."""
        return dict(self.extra).get(name)


@attrs.frozen(kw_only=True)
class Grades:
    """信用等级: rows from best to worst over a declared domain; lower bounds only, so no gap can be written.

    ``columns`` declares the house's own columns and their kinds; checks may use them by name.
    """

    domain: tuple[Fraction, Fraction] = e.numbers()
    rows: tuple[GradeRow, ...] = ()
    columns: tuple[tuple[str, str], ...] = e.pairs(lambda v, p, r: v)
    monotone: tuple[tuple[str, str], ...] = e.pairs(lambda v, p, r: v)


@attrs.frozen(kw_only=True)
class MethodRow:
    """One way to a limit: a share of a money figure.

    ``share_of_credit_sales`` takes the grade's ``limit_share`` of ``credit_sales_12m``;
    ``net_worth_share`` takes ``share`` of ``net_worth``; ``purchases_x_terms`` takes
    ``expected_purchases_12m`` for the grade's days of credit, of 365, times ``factor``. A method is left
    out where a condition of ``when`` does not hold, such as ``years_trading >= 1``; one that is not
    known leaves nothing out.
    """

    use: str = e.choice("share_of_credit_sales", "net_worth_share", "purchases_x_terms")
    share: Fraction | None = e.ratio(None)
    factor: Fraction = e.ratio(Fraction(1))
    figure: str | None = e.name(None)
    when: tuple[str, ...] = e.names(())
    on_missing: str = e.choice("unknown", "skip", default="unknown")


@attrs.frozen(kw_only=True)
class Limit:
    """信用额度: methods, how they are combined, floor, rounding and the policy's cap, in that order."""

    methods: tuple[MethodRow, ...] = e.rows(MethodRow)
    combine: str = e.choice("lowest", "highest", default="lowest")
    floor: Decimal | None = e.amount(None)
    round: Rounding | None = e.rounding(None)
    cap: Decimal | None = e.amount(None)
    below_requested: Outcome = e.effect(Outcome.APPROVE, *_STOPS, default=Outcome.WARN)
    below_line: Outcome = e.effect(Outcome.APPROVE, *_STOPS, default=Outcome.WARN)


@attrs.frozen(kw_only=True)
class CheckRow:
    """One check of an order: what must hold, when it applies, and what happens where it does not."""

    id: str = e.name()
    kind: str = e.choice("credit", "status", default="credit")
    require: str = e.text()
    when: tuple[str, ...] = e.names(())
    events: tuple[str, ...] = e.names(("order", "pick", "ship", "invoice"))
    on_fail: Outcome = e.effect(*_STOPS)
    on_missing: Outcome | None = e.effect(*_STOPS, default=None)


@attrs.frozen(kw_only=True)
class Checks:
    """订单信用检查: the rows, and how the figures that they test are measured.

    ``ignore_below`` and ``ignore_disputed`` leave small remainders and disputed items out of the
    tests of overdue. ``horizon_days`` leaves out open orders that ship later. ``components`` weighs
    parts of the exposure: ``{ bills = "0.5" }``. Tolerance, grace and what happens at the limit are
    written in the conditions: ``exposure + order <= 1.05 * line``, ``days_since_line_end <= 7``.
    """

    rows: tuple[CheckRow, ...] = e.rows(CheckRow)
    ignore_below: Decimal = e.amount(Decimal(0))
    ignore_disputed: bool = e.flag(True)
    horizon_days: int | None = e.whole(None, high=3660)
    components: tuple[tuple[str, Fraction], ...] = e.pairs(e.read_ratio)


@attrs.frozen(kw_only=True)
class AuthorityRow:
    """Who may approve: up to which line, overage and days overdue, all inclusive; absent means any.

    A decision is measured by the largest of the recommended limit, the requested one and the line in
    force; an order by its overage over the tightest line, the customer's other open approvals
    included, and by the days of the oldest overdue item.
    """

    role: str = e.name()
    title: tuple[str, str] = e.titles()
    max_limit: Decimal | None = e.amount(None)
    max_overage: Decimal | None = e.amount(None)
    max_overdue_days: int | None = e.whole(None)


@attrs.frozen(kw_only=True)
class Authority:
    """The authority table (授权矩阵): the first row that covers a case names the approver."""

    rows: tuple[AuthorityRow, ...] = e.rows(AuthorityRow)


@attrs.frozen(kw_only=True)
class ReviewRow:
    """A shorter review cycle for customers who owe more than ``exposure_above``.

    What counts is the receivables at the date of the decision; where they are not known, the
    recommended limit.
    """

    exposure_above: Decimal = e.amount()
    months: int = e.whole(low=1, high=120)


@attrs.frozen(kw_only=True)
class IndicatorRow:
    """An early-warning indicator (预警信号): a figure at or beyond a threshold raises an alert.

    Where less than ``materiality`` (重要性水平) is owed at the end of the month, nothing is raised.
    """

    id: str = e.name()
    figure: str = e.name()
    warning: Fraction | None = e.any_of(e.exact, None)
    serious: Fraction | None = e.any_of(e.exact, None)
    materiality: Decimal | None = e.amount(None)
    months: int = e.whole(12, low=2, high=60)
    action: str = e.text("review")


@attrs.frozen(kw_only=True)
class Monitoring:
    """How customers are watched: review cycles and indicators."""

    reviews: tuple[ReviewRow, ...] = e.rows(ReviewRow, ())
    indicators: tuple[IndicatorRow, ...] = e.rows(IndicatorRow, ())


@attrs.frozen(kw_only=True)
class TestRow:
    """A test that the policy carries: given figures, the grade, limit and outcome that it must give."""

    id: str = e.name()
    given: tuple[tuple[str, Any], ...] = e.pairs(_any)
    grade: str | None = e.name(None)
    limit: str | None = e.text(None)
    terms: str | None = e.text(None)
    outcome: str | None = e.text(None)


@attrs.frozen(kw_only=True)
class Document:
    """A whole policy document, as a person wrote it."""

    schema: str = e.text()
    id: str = e.name()
    version: str = e.text()
    title: tuple[str, str] = e.titles()
    effective: Effective | None = e.section(Effective, None)
    currency: str = e.currency()
    on_missing: Outcome = e.effect(*_STOPS, default=Outcome.REFER)
    assessment: Assessment = e.section(Assessment)
    scorecards: tuple[CardRow, ...] = e.rows(CardRow, ())
    grades: Grades = e.any_of(lambda value, path, report: _grades(value, path, report))
    limit: Limit = e.section(Limit)
    checks: Checks = e.section(Checks)
    authority: Authority | None = e.section(Authority, None)
    monitoring: Monitoring = e.section(Monitoring, Monitoring())
    tests: tuple[TestRow, ...] = e.rows(TestRow, ())


GRADE_COLUMNS: Final = {
    "max_overdue_days": "days",
    "max_order": "money",
    "max_overdue": "money",
    "max_terms_days": "days",
}
"""Columns that a grade's row may have without declaring them, with their kinds."""

_COLUMN_READERS: Final = {
    "days": e.read_whole(0, 100_000),
    "count": e.read_whole(0, 1_000_000),
    "money": e.read_amount,
}


def _grades(value: Any, path: str, report: Report) -> Any:
    """The grades: their rows may have columns of the house's own, so they are read after ``columns``."""
    if not isinstance(value, dict):
        report.fault("form.type", path, expected="a table", value=value)
        return e.BAD
    head = e.read_section(
        Grades, {key: item for key, item in value.items() if key != "rows"}, path, report
    )
    declared = dict(GRADE_COLUMNS)
    for name, kind in head.columns if isinstance(head.columns, tuple) else ():
        if not isinstance(kind, str) or kind not in _COLUMN_READERS:
            choices = ", ".join(_COLUMN_READERS)
            report.fault("form.choice", f"{path}.columns.{name}", choices=choices, value=kind)
        else:
            declared[name] = kind
    readers = {name: _COLUMN_READERS[kind] for name, kind in declared.items()}
    extra = tuple(declared.items())
    given = value.get("rows")
    rows: Any = e.BAD
    if not isinstance(given, list | tuple) or not given:
        code = "form.missing" if given is None else "form.type"
        report.fault(code, f"{path}.rows", expected="rows", value=given)
    elif len(given) > e.MOST_ROWS:
        report.fault("form.size", f"{path}.rows", limit=e.MOST_ROWS, what="rows")
    else:
        rows = tuple(
            e.read_section(GradeRow, row, f"{path}.rows[{place}]", report, readers)
            for place, row in enumerate(given)
        )
    return attrs.evolve(head, rows=rows, columns=extra)


def read_document(data: Any, report: Report) -> Document | None:
    """The document that plain data writes, BAD where it cannot be read; None where it is no table."""
    document = e.read_section(Document, data, "", report)
    return None if document is e.BAD else document
