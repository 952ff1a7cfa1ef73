"""`decide` for many customers: the steps of `deciding_one`, each over a column.

Grades are counted comparisons, limits whole numbers, reasons bits of a mask. Whatever a row does
not have travels as a state beside it; no row can change another.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import cast

import numpy as np
import numpy.typing as npt
from dateutil.relativedelta import relativedelta

from creditkit._arithmetic import Floats, total
from creditkit._columns import LINE_STATES, Amounts, Cells, Codes, State, rounded_columns
from creditkit.limits import methods
from creditkit.models.contract import Scores, scores_of
from creditkit.money import LARGEST
from creditkit.outcomes import Outcome
from creditkit.policy.deciding_one import Identity, terms_of
from creditkit.policy.language import FAIL, INDETERMINATE, PASS
from creditkit.policy.plan import Plan
from creditkit.policy.wiring import Book, FigureTable

__all__ = ["decide_many", "limits_of"]

Bools = npt.NDArray[np.bool_]
Grades = npt.NDArray[np.int8]


def decide_many(
    plan: Plan, identity: Identity, book: Book, table: FigureTable
) -> dict[str, object]:
    """The columns of `Decisions`, by name."""
    return _Many(plan, identity, book, table).columns()


class _Many:
    """The working of one run; the methods below stand in the order of the steps."""

    def __init__(self, plan: Plan, identity: Identity, book: Book, table: FigureTable) -> None:
        self.plan = plan
        self.identity = identity
        self.book = book
        self.table = table
        self.rows = table.rows
        self.bits = {key: np.uint64(1 << place) for place, key in enumerate(plan.reason_keys)}
        self.reasons = np.zeros(self.rows, dtype=np.uint64)
        self.outcome = np.zeros(self.rows, dtype=np.uint8)

    def columns(self) -> dict[str, object]:
        plan = self.plan
        self._assumptions()
        self._usable()
        score = self._score()
        grade = self._knock_outs(plan.grades_of(score))
        limit, binding = self._limit(grade)
        requested, line = self.table["requested_limit"], self.table["line"]
        self._information(limit, requested)
        self._compare(limit, requested, line)
        self._terms(grade)
        terms_names = tuple(dict.fromkeys(row.terms.name for row in plan.grades))
        terms_table = np.array(
            [terms_names.index(row.terms.name) for row in plan.grades] + [-1], dtype=np.int8
        )
        approver_names = tuple(dict.fromkeys(row.role for row in plan.authority))
        return {
            "ids": tuple(self._ids()),
            "as_of": self.book.measure.as_of,
            "policy_digest": self.identity.digest,
            "grade": grade,
            "grade_names": plan.grade_names,
            "score": score,
            "limit": limit,
            "binding": binding,
            "binding_names": binding_names(plan),
            "terms": terms_table[grade],
            "terms_names": terms_names,
            "security_required": np.array([row.security for row in plan.grades] + [False])[grade],
            "approver": self._approver(limit, approver_names),
            "approver_names": approver_names,
            "next_review": self._next_review(grade, limit),
            "outcome": self.outcome,
            "reasons": self.reasons,
            "reason_keys": plan.reason_keys,
        }

    def _ids(self) -> list[str]:
        ids = cast(Codes, self.book.portfolio["id"])
        names = [*ids.names, ""]
        return [names[code] for code in ids.values]

    # Assessment

    def _note(self, key: str, effect: Outcome | None, where: Bools) -> None:
        self.reasons[where] |= self.bits[key]
        if effect is not None:
            np.maximum(self.outcome, effect.code, out=self.outcome, where=where)

    def _assumptions(self) -> None:
        for name in self.plan.assume:
            self.table[name]
            self._note(f"assumption.used:{name}", None, self.table.assumed[name])

    def _usable(self) -> None:
        measure, currencies = self.book.measure, cast(Codes, self.book.portfolio["currency"])
        usable = np.array(
            [
                name == measure.currency
                or (
                    measure.rates is not None
                    and measure.rates.ratio(name, measure.currency) is not None
                )
                for name in currencies.names
            ]
            + [False]
        )
        usable_rows = usable[currencies.values] & self.book.portfolio["id"].known
        if self.book.applications is not None:
            requested = cast(Codes, self.book.applications["requested_terms"])
            named = np.array([terms_of(name) is not None for name in requested.names] + [True])
            usable_rows &= named[requested.values]
        self._note("data.invalid", self.plan.on_missing, ~usable_rows)

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
        equity = self.table["equity"]
        self._note("equity.negative", Outcome.WARN, equity.known & (equity.values < 0))
        value = total(parts)
        absent = np.isnan(value)
        self._note("score.not_computable", plan.on_missing, absent)
        low, high = plan.domain
        self._note("score.clipped", None, ~absent & ~((value >= low) & (value <= high)))
        return np.minimum(np.maximum(value, low), high)

    def _knock_outs(self, grade: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        for knock_out in self.plan.knock_outs:
            status = knock_out.condition.judge_columns(self.table.__getitem__, self.rows)
            fired = status == FAIL
            self._note(f"knock_out.fired:{knock_out.id}", knock_out.on_fail, fired)
            self._note(
                f"knock_out.unknown:{knock_out.id}", knock_out.on_missing, status == INDETERMINATE
            )
            if knock_out.grade is not None:
                grade = np.where(fired, np.maximum(grade, knock_out.grade), grade).astype(np.int8)
        self._note("grade.none", self.plan.on_missing, grade < 0)
        return grade

    # Limit

    def _limit(self, grade: Grades) -> tuple[Amounts, Grades]:
        plan = self.plan
        bases = [self.table[method.figure] for method in plan.methods]
        values, states, binding = limits_of(plan, grade, bases)
        given = np.array([row.limit is None for row in plan.grades] + [False])[grade]
        self._note("limit.unknown", plan.on_missing, given & (states != State.KNOWN))
        return Amounts(values, states, plan.currency), binding

    def _information(self, limit: Amounts, requested: Cells) -> None:
        plan, states = self.plan, limit.all_states()
        asked = requested.known
        amount = np.where(asked, requested.values, limit.values)
        known = asked | (states == State.KNOWN)
        left = states != State.NONE
        for row in plan.information:
            here = left if row.up_to is None else left & known & (amount <= row.up_to)
            for condition in row.conditions:
                status = condition.judge_columns(self.table.__getitem__, self.rows)
                self._note(
                    f"information.missing:{condition.text}",
                    plan.on_missing,
                    here & (status != PASS),
                )
            left = left & ~here

    def _compare(self, limit: Amounts, requested: Cells, line: Cells) -> None:
        plan, states = self.plan, limit.all_states()
        comparable = (states == State.KNOWN) | (states == State.NONE)
        short = comparable & requested.known & (limit.values < requested.values)
        self._note("limit.below_requested", plan.below_requested, short)
        below = (line.known & (limit.values < line.values)) | (line.all_states() == State.UNLIMITED)
        self._note("limit.below_line", plan.below_line, comparable & below)

    def _terms(self, grade: npt.NDArray[np.int8]) -> None:
        if self.book.applications is None:
            return
        requested = cast(Codes, self.book.applications["requested_terms"])
        named = [terms_of(name) for name in requested.names]
        asked = np.array(
            [-1 if terms is None else terms.days for terms in named] + [-1], dtype=np.int64
        )
        given = np.array([row.terms.days for row in self.plan.grades] + [LARGEST], dtype=np.int64)
        self._note("terms.longer", Outcome.WARN, asked[requested.values] > given[grade])

    def _approver(self, limit: Amounts, names: tuple[str, ...]) -> npt.NDArray[np.int8]:
        states = limit.all_states()
        known = (states == State.KNOWN) | (states == State.NONE)
        out = np.full(self.rows, -1, dtype=np.int8)
        for row in self.plan.authority:
            covers = (
                np.ones(self.rows, dtype=bool)
                if row.max_limit is None
                else known & (limit.values <= row.max_limit)
            )
            out[(out < 0) & covers] = names.index(row.role)
        return out

    def _next_review(
        self, grade: npt.NDArray[np.int8], limit: Amounts
    ) -> npt.NDArray[np.datetime64]:
        months = np.array([row.review_months for row in self.plan.grades], dtype=np.int64)[grade]
        receivables = self.table["receivables"]
        owed = np.where(receivables.known, receivables.values, limit.values)
        for above, shorter in self.plan.reviews:
            months = np.where(owed > above, np.minimum(months, shorter), months)
        used = np.unique(months)
        as_of = self.book.measure.as_of
        dates = np.array(
            [as_of + relativedelta(months=int(count)) for count in used], dtype="datetime64[D]"
        )
        return (
            dates[np.searchsorted(used, months)] if self.rows else dates[:0].astype("datetime64[D]")
        )


def binding_names(plan: Plan) -> tuple[str, ...]:
    """What can set a limit: a method, the floor, a cap, the grade."""
    return (*(method.name for method in plan.methods), "floor", "cap:grade", "cap:policy", "grade")


def limits_of(
    plan: Plan, grade: Grades, bases: Sequence[Cells]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8], Grades]:
    """The recommended limits of graded rows: minor units, states, and the place of what binds.

    ``bases`` are the figures of the plan's methods; 0 stands where a state is not KNOWN.
    """
    results = [
        (methods.method_columns(base, method.shares, grade), method.skip)
        for base, method in zip(bases, plan.methods, strict=True)
    ]
    values, states, binding = methods.combined_columns(results, plan.highest, len(grade))
    names = binding_names(plan)
    known = states == State.KNOWN
    mode, step = plan.rounding
    raised = methods.raised_columns(values, plan.floor)
    states[known & (mode == "ceil") & (raised > LARGEST // step * step)] = State.OUT_OF_RANGE
    known = states == State.KNOWN
    even = rounded_columns(np.where(known, raised, 0), mode, step)
    by_grade = methods.capped_columns(even, [row.cap for row in plan.grades], grade)
    by_policy = by_grade if plan.cap is None else np.minimum(by_grade, plan.cap)
    binding[known & (raised != values)] = names.index("floor")
    binding[by_grade != even] = names.index("cap:grade")
    binding[by_policy != by_grade] = names.index("cap:policy")
    binding[~known] = -1
    values = by_policy
    given = np.array(
        [State.KNOWN if row.limit is None else LINE_STATES[row.limit] for row in plan.grades]
        + [State.UNKNOWN],
        dtype=np.uint8,
    )[grade]
    fixed = given != State.KNOWN
    states = np.where(fixed, given, states).astype(np.uint8)
    binding[fixed] = names.index("grade")
    binding[grade < 0] = -1
    return np.where(states == State.KNOWN, values, 0), states, binding
