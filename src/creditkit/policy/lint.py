"""Lint: proofs about a policy on load; gaps, dead rows and contradictions, each with its path.

Gaps between grades cannot be written, because rows have lower bounds only; what can go wrong is an
order, a bound outside the domain, an amount without an approver, a check that cannot fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import Any

from creditkit.money import Line
from creditkit.policy.document import Document, GradeRow
from creditkit.policy.plan import Check, Information
from creditkit.policy.schema.conditions import Linear
from creditkit.policy.schema.entries import Unread
from creditkit.policy.schema.findings import Report

__all__ = ["lint_checks", "lint_document"]


def lint_document(document: Document, report: Report) -> None:
    """Findings that need no names: the order of rows, gaps, what a better grade must not get less of."""
    rules = (
        _grades,
        _reach,
        _monotone,
        _information,
        _authority,
        _window,
        _shares,
        _floor,
        _events,
    )
    for rule in rules:
        with suppress(Unread):
            rule(document, report)


def lint_checks(checks: Sequence[Check | None], report: Report) -> None:
    """Findings that need the parsed conditions: checks that can never fail or never pass, repeated ones."""
    seen: dict[object, str] = {}
    for place, check in enumerate(checks):
        if check is None or any(one is None for one in (check.condition, *check.guards)):
            continue
        path = f"checks.rows[{place}].require"
        condition = check.condition
        if isinstance(condition, Linear):
            fixed = _always(condition)
            if fixed is not None:
                why = "can never fail" if fixed else "can never pass"
                report.fault("dead.check", path, why=why)
        guards = tuple(guard.text for guard in check.guards)
        same = (condition.text.replace(" ", ""), guards, check.events)
        if same in seen:
            report.warn("dead.check", path, why=f"says the same as {seen[same]}")
        seen.setdefault(same, check.id)
    _line_end(checks, report)


def lint_information(rows: Sequence[Information | None], report: Report) -> None:
    """A larger amount that does not ask for a figure that a smaller one asks for."""
    asked: dict[str, int] = {}
    for place, row in enumerate(rows):
        if row is None or any(one is None for one in row.conditions):
            return
        named = {name for condition in row.conditions for name in condition.names}
        for name in sorted(set(asked) - named):
            path = f"assessment.required_information[{place}].needs"
            report.warn("order.information", path, name=name, row=asked.pop(name))
        asked |= {name: place for name in named if name not in asked}


def _line_end(checks: Sequence[Check | None], report: Report) -> None:
    """A line that ended keeps its amount: where no check asks for its end, it goes on for ever."""
    read = [check for check in checks if check is not None]
    conditions = [one for check in read for one in (check.condition, *check.guards)]
    names = {name for one in conditions if one is not None for name in one.names}
    if "line" in names and "days_since_line_end" not in names:
        report.warn("gap.line_end", "checks.rows")


def _always(condition: Linear) -> bool | None:
    """Whether both sides cancel, so that the outcome does not depend on any figure."""
    net: dict[str, int] = {}
    for name, coefficient in condition.right:
        net[name] = net.get(name, 0) + coefficient
    for name, coefficient in condition.left:
        net[name] = net.get(name, 0) - coefficient
    if any(net.values()):
        return None
    return condition.judge(dict.fromkeys(condition.names, 0)).status == "pass"


def _grades(document: Document, report: Report) -> None:
    low, high = document.grades.domain
    rows = document.grades.rows
    for place, row in enumerate(rows):
        path = f"grades.rows[{place}].min"
        with suppress(Unread):
            bound = _short(row.min)
            if not low <= row.min <= high:
                report.fault("gap.domain", path, low=_short(low), high=_short(high), value=bound)
            elif place and row.min >= rows[place - 1].min:
                report.fault("order.grades", path, above=_short(rows[place - 1].min), value=bound)
    if rows and low < rows[-1].min <= high:
        path = f"grades.rows[{len(rows) - 1}].min"
        witness = {"score": float((low + rows[-1].min) / 2)}
        report.fault(
            "gap.grades", path, witness=witness, low=_short(low), value=_short(rows[-1].min)
        )


def _reach(document: Document, report: Report) -> None:
    """Scorecards without a scale must fill the domain: every grade within reach, no score outside it."""
    cards = {f"scorecard:{card.id}": card for card in document.scorecards}
    models, rows = document.assessment.models, document.grades.rows
    if not rows or not models or any(model.scale or model.use not in cards for model in models):
        return
    low, high = (
        sum((model.weight * cards[model.use].range[end] for model in models), Fraction(0))
        for end in (0, 1)
    )
    least, most = document.grades.domain
    best, last = rows[0], rows[-1]
    # a last grade that a knock-out leads to need not be reached by a score
    fallen = any(one.grade == last.id for one in document.assessment.knock_out)
    lost = len(rows) > 1 and low >= rows[-2].min and not fallen
    if low < least or high > most or high < best.min or lost:
        shown = {"low": low, "high": high, "least": least, "most": most}
        report.fault(
            "gap.reach", "assessment.models", **{name: _short(one) for name, one in shown.items()}
        )


def _monotone(document: Document, report: Report) -> None:
    """A better grade never gets a smaller share, cap or term; columns named in ``monotone`` go their way."""
    rules = {"limit_share": "up", "cap": "up", "terms": "up", **dict(document.grades.monotone)}
    columns = {"limit_share", "cap", "terms", *dict(document.grades.columns)}
    for name, way in rules.items():
        path = f"grades.monotone.{name}"
        if name not in columns:
            report.fault("name.unknown", path, what="column", name=name)
            continue
        if way not in ("up", "down"):
            report.fault("form.choice", path, choices="up, down", value=way)
            continue
        better: tuple[GradeRow, Any] | None = None
        for place, row in enumerate(document.grades.rows):
            with suppress(Unread):
                value = _ranked(row, name)
                if value is None:
                    continue
                if better and (value > better[1] if way == "up" else value < better[1]):
                    report.fault(
                        "order.monotone",
                        f"grades.rows[{place}].{name}",
                        column=name,
                        worse=str(row.id),
                        value=_short(value),
                        better=str(better[0].id),
                        above=_short(better[1]),
                    )
                better = (row, value)


def _ranked(row: GradeRow, name: str) -> Any:
    if name == "terms":
        return row.terms.days
    if name not in ("limit_share", "cap"):
        return row.column(name)
    if row.limit is not None:
        return {Line.NONE: 0, Line.UNLIMITED: inf}.get(row.limit)
    return inf if name == "cap" and row.cap is None else getattr(row, name)


def _information(document: Document, report: Report) -> None:
    rows = document.assessment.required_information
    for place, row in enumerate(rows):
        path = f"assessment.required_information[{place}]"
        if row.up_to is None and place < len(rows) - 1:
            dead = f"assessment.required_information[{place + 1}]"
            report.fault("dead.row", dead, why="the row before it covers every amount")
        before = rows[place - 1].up_to if place else None
        if before is not None and row.up_to is not None and row.up_to <= before:
            report.fault("dead.row", path, why=f"up_to must be above {before}")
    if rows and rows[-1].up_to is not None:
        path = f"assessment.required_information[{len(rows) - 1}].up_to"
        report.fault("gap.information", path, value=_short(rows[-1].up_to))


def _authority(document: Document, report: Report) -> None:
    rows = document.authority.rows if document.authority else ()
    for name in ("max_limit", "max_overage", "max_overdue_days"):
        before: Any = 0
        for place, row in enumerate(rows):
            value = getattr(row, name)
            if value is not None and before is not None and value < before:
                report.fault(
                    "order.authority",
                    f"authority.rows[{place}].{name}",
                    before=str(before),
                    value=str(value),
                )
            if value is not None and before is None:
                report.fault(
                    "dead.row",
                    f"authority.rows[{place}]",
                    why=f"the row before it has no bound on {name}",
                )
            before = value
        if rows and before is not None:
            report.fault(
                "gap.authority", f"authority.rows[{len(rows) - 1}].{name}", value=_short(before)
            )


def _window(document: Document, report: Report) -> None:
    window = document.effective
    if window is not None and window.until is not None and window.until <= window.start:
        report.fault(
            "form.range", "effective.until", rule=f"after {window.start}", value=str(window.until)
        )


def _shares(document: Document, report: Report) -> None:
    """A coverage above one can never be reached; a share above one is more than a year's sales."""
    least = document.assessment.least_coverage
    if least > 1:
        path = "assessment.least_coverage"
        report.warn(
            "form.range", path, rule="at most 1: it can never be reached", value=_short(least)
        )
    for place, row in enumerate(document.grades.rows):
        with suppress(Unread):
            if row.limit_share is not None and row.limit_share > 1:
                path, value = f"grades.rows[{place}].limit_share", _short(row.limit_share)
                report.warn("form.range", path, rule="at most 1: 20 % is '0.20'", value=value)


def _floor(document: Document, report: Report) -> None:
    """What rounding takes away again from a floor; a mode without a step, which does nothing."""
    limit = document.limit
    step = None if limit.round is None else limit.round.step
    if limit.round is not None and step is None:
        why = "limits are rounded down to the minor unit before"
        report.warn("dead.row", "limit.round", why=why)
    if step is not None and limit.floor is not None and limit.floor % step:
        rule = f"a multiple of {step}, to which the limit is rounded after it is raised"
        report.warn("form.range", "limit.floor", rule=rule, value=_short(limit.floor))


def _events(document: Document, report: Report) -> None:
    """A check of no event is never made."""
    for place, row in enumerate(document.checks.rows):
        with suppress(Unread):
            if len(row.events) == 0:
                path = f"checks.rows[{place}].events"
                report.fault("dead.row", path, why="it names no event")


def _short(value: Any) -> Any:
    """A number as a message shows it: 720, 0.15."""
    if value == inf:
        return "unlimited"
    if isinstance(value, Fraction | Decimal):
        return int(value) if value == int(value) else float(value)
    return value
