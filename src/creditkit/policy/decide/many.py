"""`decide` for many customers: the steps of `one`, each over a column.

Grades are counted comparisons, limits whole numbers, reasons planes of bits. Whatever a row does
not have travels as a state beside it; no row can change another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
from dateutil.relativedelta import relativedelta

from creditkit._arithmetic import Floats, blocks, total
from creditkit._columns import (
    LINE_STATES,
    STATE_NAMES,
    Amounts,
    Cells,
    Codes,
    State,
    rounded_columns,
)
from creditkit._planes import Planes
from creditkit.limits import methods
from creditkit.models.contract import Scores, scores_of
from creditkit.money import LARGEST
from creditkit.outcomes import Outcome
from creditkit.policy.decide.one import STATED_BELOW
from creditkit.policy.figures.facts import Book
from creditkit.policy.figures.table import FigureTable
from creditkit.policy.figures.unreadable import TWICE, terms_of, unreadable
from creditkit.policy.figures.usable import imbalanced
from creditkit.policy.identity import Identity
from creditkit.policy.plan import Plan
from creditkit.policy.schema.conditions import FAIL, INDETERMINATE, PASS, Condition

__all__ = ["Limits", "decide_many"]

Bools = npt.NDArray[np.bool_]
Grades = npt.NDArray[np.int16]


BLOCK: Final = 16_384
"""Rows decided at once: what a step makes for them stays in cache until the next step reads it."""


def decide_many(
    plan: Plan, identity: Identity, book: Book, table: FigureTable
) -> dict[str, object]:
    """The columns of `Decisions`, by name."""
    run = _Run(plan, book.measure.as_of)
    columns: dict[str, Any] = {
        name: np.empty(table.rows, dtype=kind) for name, kind in _COLUMNS.items()
    }
    reasons = Planes(plan.reason_keys, table.rows, BLOCK)
    for block in blocks(table.rows, BLOCK):
        whole = table.rows <= BLOCK
        here = (book, table) if whole else table.cut(block)
        part = _Many(run, *here, reasons, block.start).columns()
        for name, column in columns.items():
            column[block] = part[name]
    faults = unreadable(book)
    if faults:
        run.set_aside(columns, reasons, faults)
    limit, states = columns.pop("limit"), columns.pop("states")
    return {
        **columns,
        "id_codes": book.portfolio["id"],
        "as_of": book.measure.as_of,
        "policy": identity.id,
        "policy_version": identity.version,
        "policy_digest": identity.digest,
        "grade_names": plan.grade_names,
        "limit": Amounts(limit, states, plan.currency),
        "binding_names": binding_names(plan),
        "terms_names": run.terms_names,
        "approver_names": run.approver_names,
        "reasons": reasons,
        "faults": faults,
    }


_COLUMNS: Final[Mapping[str, Any]] = {
    "grade": np.int16,
    "score": np.float64,
    "limit": np.int64,
    "states": np.uint8,
    "binding": np.int16,
    "terms": np.int16,
    "security_required": np.bool_,
    "approver": np.int16,
    "next_review": "datetime64[D]",
    "outcome": np.uint8,
}


class _Run:
    """What every block needs of the plan, as tables by the grade's place; the last is for none."""

    def __init__(self, plan: Plan, as_of: date) -> None:
        self.plan = plan
        self.limits = Limits(plan)
        names = [row.terms.name for row in plan.grades]
        self.terms_names = tuple(dict.fromkeys(names))
        self.terms = np.array([*map(self.terms_names.index, names), -1], dtype=np.int16)
        self.terms_days = np.array([row.terms.days for row in plan.grades] + [LARGEST])
        self.security = np.array([row.security for row in plan.grades] + [False])
        self.approver_names = tuple(dict.fromkeys(row.role for row in plan.authority))
        months = [row.review_months for row in plan.grades]
        self.months = np.array([*months, months[-1]], dtype=np.int64)
        used = {*months, *(shorter for _, shorter in plan.reviews)}
        self.reviews = np.zeros(max(used) + 1, dtype="datetime64[D]")
        for count in used:
            self.reviews[count] = np.datetime64(as_of + relativedelta(months=count))
        self.free = np.array([row.limit is None for row in plan.grades] + [False])

    def set_aside(
        self, columns: Mapping[str, npt.NDArray[Any]], reasons: Planes, faults: Mapping[str, Bools]
    ) -> None:
        """What `decide_unreadable` says, for the rows that cannot be read."""
        plan, where = self.plan, np.logical_or.reduce(list(faults.values()))
        role = None if plan.on_missing is Outcome.REJECT else plan.who_grants(None)
        said: dict[str, Any] = {
            "grade": -1,
            "score": np.nan,
            "limit": 0,
            "states": State.UNKNOWN,
            "binding": -1,
            "terms": -1,
            "security_required": False,
            "approver": -1 if role is None else self.approver_names.index(role),
            "next_review": self.reviews[self.months[-1]],
            "outcome": plan.on_missing.code,
        }
        for name, column in columns.items():
            column[where] = said[name]
        reasons.clear(where)
        for name, rows in faults.items():
            reasons.note("data.duplicate" if name == TWICE else "data.invalid", rows)


class _Many:
    """The working of one block; the methods below stand in the order of the steps."""

    def __init__(
        self, run: _Run, book: Book, table: FigureTable, reasons: Planes, start: int
    ) -> None:
        self.run = run
        self.plan = run.plan
        self.book = book
        self.table = table
        self.rows = table.rows
        self.reasons = reasons
        self.start = start
        self.effects: dict[int, Bools] = {}

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        plan, run = self.plan, self.run
        self._assumptions()
        self._usable()
        score = self._score()
        grade = plan.grades_of(score)
        grade[self.thin] = -1
        grade = self._knock_outs(grade)
        place = grade.astype(np.intp)  # -1, no grade, is the last row of every table
        limit, binding = self._limit(grade)
        requested, line = self.table["requested_limit"], self.table["line"]
        limit = self._information(limit, binding, requested)
        self._note("limit.zero", plan.on_missing, limit.known & (limit.values == 0))
        self._compare(limit, requested, line)
        self._terms(place)
        return {
            "grade": grade,
            "score": score,
            "limit": limit.values,
            "states": limit.all_states(),
            "binding": binding,
            "terms": run.terms.take(place, mode="wrap"),
            "security_required": run.security.take(place, mode="wrap"),
            "approver": self._approver(limit, requested, line),
            "next_review": self._next_review(place, limit),
            "outcome": self._outcome(),
        }

    # Assessment

    def _note(self, key: str, effect: Outcome | None, where: Bools) -> None:
        if not where.any():
            return
        self.reasons.note_block(key, where, self.start)
        if effect is not None:
            before = self.effects.get(effect.code)
            self.effects[effect.code] = where if before is None else before | where

    def _outcome(self) -> npt.NDArray[np.uint8]:
        """The most severe effect of each row: a pass for each effect, not for each reason."""
        out = np.zeros(self.rows, dtype=np.uint8)
        for code, where in self.effects.items():
            np.maximum(out, where.view(np.uint8) * np.uint8(code), out=out)
        return out

    def _assumptions(self) -> None:
        for name in self.plan.assume:
            self.table[name]
            self._note(f"assumption.used:{name}", None, self.table.assumed[name])

    def _usable(self) -> None:
        book = self.book
        lost = self._lost(cast(Codes, book.portfolio["currency"]))
        for table, name in ((book.applications, "requested_limit"), (book.lines, "amount")):
            if table is not None:
                lost = lost | (
                    self._lost(cast(Codes, table["currency"])) & ~_no_amount(table[name])
                )
        self._note("data.no_rate", self.plan.on_missing, lost)
        if self.plan.uses_ledger and book.ledger is not None:
            owed = self.table.of_ledger("receivables")
            self._note("ledger.unreadable", self.plan.on_missing, ~owed.known)

    def _lost(self, currencies: Codes) -> Bools:
        """The rows whose currency cannot be measured."""
        reached = [self.book.measure.reaches(name) for name in currencies.names]
        if all(reached):
            return np.zeros(self.rows, dtype=bool)
        lost: Bools = ~np.array([*reached, True])[currencies.values]
        return lost

    def _score(self) -> Floats:
        plan = self.plan
        parts: list[Floats] = []
        low_coverage = np.zeros(self.rows, dtype=bool)
        for use in plan.models:
            scores: Scores = scores_of(use.model, self.table)
            values = np.where(np.isinf(scores.values), np.nan, scores.values)
            parts.append(use.weight * use.scaled_columns(values))
            if scores.known_weight is not None:
                least = min(plan.least_coverage, Fraction(2)) * scores.total_weight
                low_coverage |= scores.known_weight < ceil(least)
        self._note("coverage.low", plan.on_missing, low_coverage)
        self.thin = low_coverage
        for name, named in plan.categories.items():
            codes = self.table[name]
            if not isinstance(codes, Codes):
                continue  # a column of nothing is of any kind
            other = np.array([*(value not in named for value in codes.names), False])
            self._note(f"category.unnamed:{name}", None, other[codes.values] & codes.known)
        self._statements()
        equity = self.table["equity"]
        self._note("equity.negative", Outcome.WARN, equity.known & (equity.values < 0))
        value = total(parts)
        absent = np.isnan(value)
        few = np.abs(value) < STATED_BELOW
        value = np.where(few, (np.rint(value * 1e9) + 0.0) / 1e9, value)  # as `stated`; no -0.0
        self._note("score.not_computable", plan.on_missing, absent)
        low, high = plan.domain
        self._note("score.clipped", None, ~absent & ~((value >= low) & (value <= high)))
        return np.minimum(np.maximum(value, low), high)

    def _statements(self) -> None:
        plan, book, statements = self.plan, self.book, self.book.portfolio.statements
        if statements is None or not plan.uses_statement:
            return
        used = statements["period_end"].known
        for code, rows in book.faults.items():
            self._note(code, plan.on_missing, rows)
            used = used & ~rows
        if plan.uses_assets:
            self._note(
                "statement.unusable", plan.on_missing, used & ~statements["total_assets"].known
            )
        self._note("statement.unbalanced", plan.on_missing, used & imbalanced(statements))

    def _knock_outs(self, grade: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        for knock_out in self.plan.knock_outs:
            status = knock_out.condition.judge_columns(self.table.__getitem__, self.rows)
            fired = status == FAIL
            self._note(f"knock_out.fired:{knock_out.id}", knock_out.on_fail, fired)
            unknown, key = status == INDETERMINATE, f"knock_out.unknown:{knock_out.id}"
            if unknown.any():
                missing = unknown & self._missing(knock_out.condition)
                self._note(key, knock_out.on_missing, missing)
                self._note(key, knock_out.on_undefined, unknown & ~missing)
            if knock_out.grade is not None:
                falls = fired if knock_out.no_credit else fired & (grade >= 0)
                lower = np.maximum(grade, np.int16(knock_out.grade))
                grade = np.where(falls, lower, grade)
        self._note("grade.none", self.plan.on_missing, (grade < 0) & ~self.thin)
        return grade

    def _missing(self, condition: Condition) -> Bools:
        """Where a figure of a condition is not known; that it has no meaning is known."""
        columns = [self.table[name].states for name in condition.names]
        lacking = [_NOT_TOLD[states] for states in columns if states is not None]
        return np.logical_or.reduce(lacking) if lacking else np.zeros(self.rows, dtype=bool)

    # Limit

    def _limit(self, grade: Grades) -> tuple[Amounts, Grades]:
        bases = [self.table[method.figure] for method in self.plan.methods]
        values, states, binding = self.run.limits.of(grade, bases, self._applies())
        unknown = states != State.KNOWN
        if unknown.any():
            free = self.run.free[grade]
            self._note("limit.unknown", self.plan.on_missing, free & unknown)
            self._note("grade.no_credit", Outcome.REJECT, states == State.NONE)
        return Amounts(values, states, self.plan.currency), binding

    def _applies(self) -> list[Bools | None]:
        """Where each method counts; None for everywhere."""
        out: list[Bools | None] = []
        if not any(method.guards for method in self.plan.methods):
            return out
        for method in self.plan.methods:
            rows: Bools | None = None
            for guard in method.guards:
                holds = guard.judge_columns(self.table.__getitem__, self.rows) != FAIL
                rows = holds if rows is None else rows & holds
            out.append(rows)
        return out

    def _information(self, limit: Amounts, binding: Grades, requested: Cells) -> Amounts:
        """The limits held to what the information supports; ``binding`` is told where it binds."""
        plan, states = self.plan, limit.all_states()
        if not plan.information:
            return limit
        bounds = np.array([row.up_to for row in plan.information[:-1]], dtype=np.int64)
        last, credit = len(bounds), states != State.NONE
        reach = np.where(states == State.KNOWN, np.searchsorted(bounds, limit.values), last)
        bounded = (states == State.KNOWN) | (states == State.UNLIMITED)
        bounded &= plan.bounds_limits
        held = np.where(bounded, -1, reach)
        lacking = []
        for place, row in enumerate(plan.information):
            each = [one.judge_columns(self.table.__getitem__, self.rows) for one in row.conditions]
            lacking.append([status != PASS for status in each])
            holds = ~np.logical_or.reduce(lacking[-1]) if each else np.True_
            held = np.where(bounded & (place <= reach) & holds, place, held)
        asked = np.where(requested.known, np.searchsorted(bounds, requested.values), -1)
        alone = credit & ~(bounded | requested.known)
        for place, row in enumerate(plan.information):
            here = (credit & (asked == place)) | (alone & (reach == place))
            if place == 0:  # what would carry the smallest amount
                here |= credit & (held < 0)
            for condition, lacks in zip(row.conditions, lacking[place], strict=True):
                self._note(f"information.missing:{condition.text}", plan.on_missing, here & lacks)
        cut = (held < reach) & ((limit.values > 0) | (states == State.UNLIMITED))
        if not cut.any():
            return limit
        self._note("limit.information", None, cut & (held >= 0))
        np.copyto(binding, np.int16(self.run.limits.names.index("information")), where=cut)
        most = np.append(bounds, 0)[np.where(held < last, held, -1)]  # -1 is nothing
        return Amounts(
            np.where(cut, most, limit.values), np.where(cut, State.KNOWN, states), plan.currency
        )

    def _compare(self, limit: Amounts, requested: Cells, line: Cells) -> None:
        plan, states = self.plan, limit.all_states()
        comparable = (states == State.KNOWN) | (states == State.NONE)
        short = comparable & requested.known & (limit.values < requested.values)
        self._note("limit.below_requested", plan.below_requested, short)
        below = (line.known & (limit.values < line.values)) | (line.all_states() == State.UNLIMITED)
        self._note("limit.below_line", plan.below_line, comparable & below)
        owed = self.table["receivables"]
        short = owed.known & (limit.values < owed.values) & (states == State.KNOWN)
        self._note("limit.below_owed", plan.below_line, short & _nothing(line))

    def _terms(self, place: npt.NDArray[np.intp]) -> None:
        if self.book.applications is None:
            return
        requested = cast(Codes, self.book.applications["requested_terms"])
        named = [terms_of(name) for name in requested.names]
        asked = np.array(
            [-1 if terms is None else terms.days for terms in named] + [-1], dtype=np.int64
        )
        given = self.run.terms_days.take(place, mode="wrap")
        self._note("terms.longer", Outcome.WARN, asked[requested.values] > given)

    def _approver(self, limit: Amounts, requested: Cells, line: Cells) -> Grades:
        names, states = self.run.approver_names, limit.all_states()
        known = (states == State.KNOWN) | (states == State.NONE)
        known &= line.all_states() != State.UNLIMITED
        most = limit.values
        for asked in (requested, line):
            most = np.where(asked.known, np.maximum(most, asked.values), most)
        out = np.full(self.rows, -1, dtype=np.int16)
        for row in reversed(self.plan.authority):
            place = np.int16(names.index(row.role))
            if row.max_limit is None:
                out.fill(place)
            else:
                out = np.where(known & (most <= row.max_limit), place, out)
        rejected = self.effects.get(Outcome.REJECT.code)
        return out if rejected is None else np.where(rejected, np.int16(-1), out)

    def _next_review(
        self, place: npt.NDArray[np.intp], limit: Amounts
    ) -> npt.NDArray[np.datetime64]:
        months = self.run.months.take(place, mode="wrap")
        if self.plan.reviews:
            receivables = self.table["receivables"]
            owed = limit.values
            if receivables.states is None or not receivables.states.all():
                owed = np.where(receivables.known, receivables.values, limit.values)
            for above, shorter in self.plan.reviews:
                months = np.where(owed > above, np.minimum(months, shorter), months)
        return cast("npt.NDArray[np.datetime64]", self.run.reviews.take(months))


def _among(*states: int) -> Bools:
    """A table by state: nine times as fast as `np.isin` over a column of states."""
    out = np.zeros(len(STATE_NAMES), dtype=bool)
    out[list(states)] = True
    return out


_NOT_TOLD: Final = ~_among(State.KNOWN, State.UNDEFINED, State.UNLIMITED, State.NONE)
_SAYS_NOTHING: Final = _among(State.UNKNOWN, State.INVALID, State.OUT_OF_RANGE)


def _nothing(column: Cells) -> Bools:
    """Where a column says nothing at all; a state of a line says something."""
    return _SAYS_NOTHING[column.all_states()]


def _no_amount(column: Cells) -> Bools:
    """Where there is no amount to convert: none was given, or it is a state of a line."""
    states = column.all_states()
    out: Bools = (states != State.KNOWN) & (states != State.INVALID)
    return out


def binding_names(plan: Plan) -> tuple[str, ...]:
    """What can set a limit: a method, the floor, a cap, the grade, the information at hand."""
    steps = ("floor", "cap:grade", "cap:policy", "grade", "information")
    return (*(method.name for method in plan.methods), *steps)


class Limits:
    """The recommended limits of graded rows, with the plan's numbers as tables."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.names = binding_names(plan)
        self.tables = [methods.ShareTable(method.shares) for method in plan.methods]
        caps = [LARGEST if row.cap is None else row.cap for row in plan.grades]
        self.caps = np.array([*caps, LARGEST], dtype=np.int64)
        self.capped = any(row.cap is not None for row in plan.grades)
        self.fixed = any(row.limit is not None for row in plan.grades)
        self.given = np.array(
            [State.KNOWN if row.limit is None else LINE_STATES[row.limit] for row in plan.grades]
            + [State.UNKNOWN],
            dtype=np.uint8,
        )

    def of(
        self, grade: Grades, bases: Sequence[Cells], applies: Sequence[Bools | None] = ()
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8], Grades]:
        """Minor units (0 where there are none), states, and the place of what binds (or -1).

        ``bases`` are the figures of the plan's methods, ``applies`` where each of them counts.
        """
        plan, names = self.plan, self.names
        place = grade.astype(np.intp)
        results = [
            (table.of(base, place), method.skip)
            for table, base, method in zip(self.tables, bases, plan.methods, strict=True)
        ]
        values, states, binding = methods.combined_columns(results, plan.highest, applies)
        mode, step = plan.rounding
        if plan.floor is not None:
            low = (values < plan.floor) & (states == State.KNOWN)
            np.copyto(values, plan.floor, where=low)
            np.copyto(binding, np.int16(names.index("floor")), where=low)
        if mode == "ceil":
            self._lost(values > LARGEST // step * step, values, states, binding)
        values = rounded_columns(values, mode, step)
        if self.capped:
            _hold(values, self.caps.take(place, mode="wrap"), binding, names.index("cap:grade"))
        if plan.cap is not None:
            _hold(values, plan.cap, binding, names.index("cap:policy"))
        if self.fixed:
            given = self.given.take(place, mode="wrap")
            fixed = (given != State.KNOWN) & (place >= 0)
            np.copyto(states, given, where=fixed)
            np.copyto(values, 0, where=fixed)
            np.copyto(binding, np.int16(names.index("grade")), where=fixed)
        return values, states, binding

    def _lost(
        self, where: Bools, values: npt.NDArray[np.int64], states: Any, binding: Grades
    ) -> None:
        """Where rounding up would leave 64 bits."""
        np.copyto(states, np.uint8(State.OUT_OF_RANGE), where=where)
        np.copyto(values, 0, where=where)
        np.copyto(binding, np.int16(-1), where=where)


def _hold(values: npt.NDArray[np.int64], cap: Any, binding: Grades, place: int) -> None:
    """At most ``cap``; where that changes something, it binds."""
    over = values > cap
    if over.any():
        np.copyto(binding, np.int16(place), where=over)
        np.minimum(values, cap, out=values)
