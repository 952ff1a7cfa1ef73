"""`decide` for many customers: the carrier of the steps with columns, block by block.

Grades are counted comparisons, limits whole numbers, reasons planes of bits. Whatever a row does
not have travels as a state beside it; no row can change another.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
from dateutil.relativedelta import relativedelta

from creditkit._arithmetic import Floats, blocks, total
from creditkit._columns import STATE_NAMES, Amounts, Cells, Codes, State
from creditkit._planes import Planes
from creditkit.models.contract import Scores, scores_of
from creditkit.outcomes import Outcome
from creditkit.policy.carrier import Why
from creditkit.policy.decide.limits import Limits
from creditkit.policy.decide.one import STATED_BELOW
from creditkit.policy.decide.steps import DECIDE, take_steps
from creditkit.policy.document import Document
from creditkit.policy.figures.facts import PortfolioFacts
from creditkit.policy.figures.table import FigureTable
from creditkit.policy.figures.unreadable import TWICE, terms_of, unreadable
from creditkit.policy.figures.usable import DATES, RATINGS, imbalanced
from creditkit.policy.identity import Identity
from creditkit.policy.schema.conditions import Condition

__all__ = ["decide_many"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.int16]


BLOCK: Final = 16_384
"""Rows decided at once: what a step makes for them stays in cache until the next step reads it."""


def decide_many(
    document: Document, identity: Identity, book: PortfolioFacts, table: FigureTable
) -> dict[str, object]:
    """The columns of `Decisions`, by name."""
    run = _Run(document, book.measure.as_of)
    columns: dict[str, Any] = {
        name: np.empty(table.rows, dtype=kind) for name, kind in _COLUMNS.items()
    }
    reasons = Planes(document.reason_keys, table.rows, BLOCK)
    for block in blocks(table.rows, BLOCK):
        whole = table.rows <= BLOCK
        here = (book, table) if whole else table.cut(block)
        part = _Block(run, *here, reasons, block.start).columns()
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
        "grade_names": document.grades.names,
        "limit": Amounts(limit, states, document.currency),
        "binding_names": document.limit.steps,
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
    """What every block needs of the document, as tables by rank; the last entry is for none."""

    def __init__(self, document: Document, as_of: date) -> None:
        rows, roles = document.grades.rows, [row.role for row in document.authority.rows]
        self.document = document
        self.as_of = as_of
        self.limits = Limits(document)
        plans = [method.plan for method in document.limit.methods]
        caps = [cap.figure for cap in document.limit.caps]
        self.needs = tuple(dict.fromkeys([*(name for plan in plans for name in plan.needs), *caps]))
        names = [row.terms.name for row in rows]
        self.terms_names = tuple(dict.fromkeys(names))
        self.terms = np.array([*map(self.terms_names.index, names), -1], dtype=np.int16)
        self.security = np.array([row.security for row in rows] + [False])
        self.approver_names = tuple(dict.fromkeys(roles))
        codes = [*map(self.approver_names.index, roles), -1]
        self.approver = np.array(codes, dtype=np.int16)
        # a cycle is one of those that the document names
        cycles = {*document.grades.months, *(row.months for row in document.reviews.rows)}
        self._days = np.zeros(max(cycles) + 1, dtype="datetime64[D]")
        for count in cycles:
            self._days[count] = np.datetime64(as_of + relativedelta(months=count))

    def reviews(self, months: Ints) -> npt.NDArray[np.datetime64]:
        """The dates of the next reviews, so many months on."""
        return self._days.take(months)

    def set_aside(
        self, columns: Mapping[str, npt.NDArray[Any]], reasons: Planes, faults: Mapping[str, Bools]
    ) -> None:
        """What `decide_unreadable` says, for the rows that cannot be read."""
        document, where = self.document, np.logical_or.reduce(list(faults.values()))
        on_missing, role = document.on_missing, document.authority.who_grants(None)
        if on_missing is Outcome.REJECT:
            role = None
        said: dict[str, Any] = {
            "grade": -1,
            "score": np.nan,
            "limit": 0,
            "states": State.UNKNOWN,
            "binding": -1,
            "terms": -1,
            "security_required": False,
            "approver": -1 if role is None else self.approver_names.index(role),
            "next_review": self.reviews(np.array(document.grades.months[-1:]))[0],
            "outcome": on_missing.code,
        }
        for name, column in columns.items():
            column[where] = said[name]
        reasons.clear(where)
        for name, rows in faults.items():
            reasons.note("data.duplicate" if name == TWICE else "data.invalid", rows)


class _Amounts:
    """Amounts in columns: minor units, and which of the states of a line each is; see `Amount`."""

    __slots__ = ("_states", "known", "values")

    def __init__(self, column: Cells) -> None:
        self.values = column.values
        self.known = column.known
        self._states = column.states

    @property
    def none(self) -> Bools:
        """Where it is no credit."""
        return self._is(State.NONE)

    @property
    def unlimited(self) -> Bools:
        """Where it has no end."""
        return self._is(State.UNLIMITED)

    @property
    def nothing(self) -> Bools:
        """Where it says nothing at all; a state of a line says something."""
        if self._states is None:
            return np.zeros(len(self.values), dtype=bool)
        return _SAYS_NOTHING[self._states]

    def _is(self, state: int) -> Bools:
        if self._states is None:
            return np.zeros(len(self.values), dtype=bool)
        return cast(Bools, self._states == state)


class _Block:
    """A block of customers on the way to their decisions; see `Carrier`."""

    requested_terms = None  # only asked for one customer

    def __init__(
        self, run: _Run, book: PortfolioFacts, table: FigureTable, reasons: Planes, start: int
    ) -> None:
        self.run = run
        self.document = run.document
        self.on_missing = run.document.on_missing
        self.book = book
        self.table = table
        self.rows = table.rows
        self.reasons = reasons
        self.start = start
        self.effects: dict[int, Bools] = {}
        self.score: Floats = np.zeros(0)
        self.grade: Ranks = np.full(self.rows, -1, dtype=np.int16)
        self.below_coverage: Bools = np.zeros(self.rows, dtype=bool)
        self.binding: Ranks = np.zeros(0, dtype=np.int16)
        self.approver: Ranks = np.full(self.rows, -1, dtype=np.int16)
        self.months: Ints = np.zeros(0, dtype=np.int64)
        self.minor: Ints = np.zeros(0, dtype=np.int64)
        self.states: npt.NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)
        self.limit = _Amounts(Cells(self.minor, self.states))
        self._judged: dict[str, npt.NDArray[np.uint8]] = {}

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """The columns of the block, once every step is taken."""
        take_steps(DECIDE, self.document, self)
        run, rank = self.run, self.grade.astype(np.intp)  # -1, no grade, is the last of every table
        return {
            "grade": self.grade,
            "score": self.score,
            "limit": self.minor,
            "states": self.states,
            "binding": self.binding,
            "terms": run.terms.take(rank, mode="wrap"),
            "security_required": run.security.take(rank, mode="wrap"),
            "approver": run.approver.take(self.approver, mode="wrap"),
            "next_review": run.reviews(self.months),
            "outcome": self._outcome(),
        }

    def _outcome(self) -> npt.NDArray[np.uint8]:
        """The most severe effect of each row: a pass for each effect, not for each reason."""
        out = np.zeros(self.rows, dtype=np.uint8)
        for code, where in self.effects.items():
            np.maximum(out, where.view(np.uint8) * np.uint8(code), out=out)
        return out

    # Asking

    @functools.cached_property
    def requested(self) -> _Amounts:
        return self._given("requested_limit", self.book.applications)

    @functools.cached_property
    def line(self) -> _Amounts:
        return self._given("line", self.book.lines)

    @functools.cached_property
    def owed(self) -> _Amounts:
        return self._given("receivables", self.book.ledger)

    def _given(self, figure: str, facts: object) -> _Amounts:
        """An amount of every row; where nobody has any, one that stands for all of them."""
        if facts is None and figure not in self.table.assume:
            return _NOBODY
        return _Amounts(self.table[figure])

    @property
    def asked_days(self) -> _Amounts:
        if self.book.applications is None:
            return _NOBODY
        requested = cast(Codes, self.book.applications["requested_terms"])
        named = [terms_of(name) for name in requested.names]
        days = np.array([-1 if terms is None else terms.days for terms in named] + [-1])[
            requested.values
        ]
        return _Amounts(Cells(days, (days < 0).astype(np.uint8)))

    @property
    def rejected(self) -> Bools:
        where = self.effects.get(Outcome.REJECT.code)
        return np.zeros(self.rows, dtype=bool) if where is None else where

    def assumed(self, figure: str) -> Bools:
        self.table[figure]  # it is assumed when it is first asked for
        return self.table.assumed[figure]

    def status(self, condition: Condition) -> npt.NDArray[np.uint8]:
        found = self._judged.get(condition.text)
        if found is None:
            found = condition.judge_columns(self.table.__getitem__, self.rows)
            self._judged[condition.text] = found
        return found

    def plain(self, rows: Sequence[Sequence[Condition]], *ranks: Any) -> bool:
        return False  # to look at every row is what the long way does

    def lacking(self, condition: Condition) -> Bools:
        columns = [self.table[name].states for name in condition.names]
        lacking = [_LACKING[states] for states in columns if states is not None]
        return np.logical_or.reduce(lacking) if lacking else np.zeros(self.rows, dtype=bool)

    # Working

    def any(self, where: Bools) -> bool:
        return bool(where.any())

    def no(self, where: Bools) -> Bools:
        return ~where

    def where(self, where: Any, then: Any, other: Any) -> Any:
        return np.where(where, then, other)

    def most(self, one: Any, other: Any) -> Any:
        return np.maximum(one, other)

    def least(self, one: Any, other: Any) -> Any:
        return np.minimum(one, other)

    def at(self, table: Sequence[int], rank: Any) -> Ints:
        return cast(Ints, np.array(table, dtype=np.int64).take(rank, mode="wrap"))

    def rank(self, bounds: Sequence[int], values: Any) -> Ints:
        out = np.zeros(np.shape(values), dtype=np.int64)
        for bound in bounds:  # a few: counting is quicker than a search
            out += values > bound
        return out

    # Saying

    def note(
        self,
        code: str,
        effect: Outcome | None,
        where: Bools,
        why: Why | None = None,
        subject: str | None = None,
    ) -> None:
        if not where.any():
            return
        key = code if subject is None else f"{code}:{subject}"
        self.reasons.note_block(key, where, self.start)
        if effect is not None:
            before = self.effects.get(effect.code)
            self.effects[effect.code] = where if before is None else before | where

    def hold(self, where: Bools, minor: Any, step: str) -> None:
        self.minor = np.where(where, minor, self.minor)
        self.states = np.where(where, np.uint8(State.KNOWN), self.states)
        code = np.int16(self.run.limits.names.index(step))
        self.binding = np.where(where, code, self.binding)
        self._set_limit()

    def _set_limit(self) -> None:
        self.limit = _Amounts(Cells(self.minor, self.states))

    # The steps that are pairs

    def find_usable(self) -> None:
        book = self.book
        lost = self._lost(cast(Codes, book.portfolio["currency"]))
        for table, name in ((book.applications, "requested_limit"), (book.lines, "amount")):
            if table is not None:
                lost = lost | (
                    self._lost(cast(Codes, table["currency"])) & ~_no_amount(table[name])
                )
        self.note("data.no_rate", self.on_missing, lost)
        if self.document.uses_ledger and book.ledger is not None:
            owed = self.table.of_ledger("receivables")
            self.note("ledger.unreadable", self.on_missing, ~owed.known)

    def _lost(self, currencies: Codes) -> Bools:
        """The rows whose currency cannot be measured."""
        reached = [self.book.measure.reaches(name) for name in currencies.names]
        if all(reached):
            return np.zeros(self.rows, dtype=bool)
        lost: Bools = ~np.array([*reached, True])[currencies.values]
        return lost

    def score_and_grade(self) -> None:
        """The score of each model, the policy's score of them, and the grade of that."""
        self.score = self._scored()
        self.grade = self.document.grades.of_columns(self.score)
        self.grade[self.below_coverage] = -1

    def show_grade(self) -> None:
        """The figures have the score and the grade, where there are any."""
        self.table.graded(self.score, self.grade, self.document.grades.names)

    def _scored(self) -> Floats:
        assessment, parts = self.document.assessment, list[Floats]()
        for use in assessment.models:
            scores: Scores = scores_of(use.model, self.table)
            values = np.where(np.isinf(scores.values), np.nan, scores.values)
            parts.append(use.weight * use.scaled_columns(values))
            if scores.known_weight is not None:
                least = min(assessment.least_coverage, Fraction(2)) * scores.total_weight
                self.below_coverage = self.below_coverage | (scores.known_weight < ceil(least))
        self.note("coverage.low", self.on_missing, self.below_coverage)
        for name, named in assessment.categories.items():
            codes = self.table[name]
            if not isinstance(codes, Codes):
                continue  # a column of nothing is of any kind
            other = np.array([*(value not in named for value in codes.names), False])
            where = other[codes.values] & codes.known
            self.note("category.unnamed", None, where, subject=name)
        self._statements()
        equity = self.table["equity"]
        self.note("equity.negative", Outcome.WARN, equity.known & (equity.values < 0))
        value = total(parts)
        absent = np.isnan(value)
        few = np.abs(value) < STATED_BELOW
        value = np.where(few, (np.rint(value * 1e9) + 0.0) / 1e9, value)  # as `stated`; no -0.0
        self.note("score.not_computable", self.on_missing, absent)
        low, high = self.document.grades.range
        self.note("score.clipped", None, ~absent & ~((value >= low) & (value <= high)))
        return np.minimum(np.maximum(value, low), high)

    def _statements(self) -> None:
        """Why statements were set aside, or say less than they seem to."""
        document, book, statements = self.document, self.book, self.book.portfolio.statements
        self._later()
        if statements is None or not document.uses_statement:
            return
        used = statements["period_end"].known
        for code, rows in book.faults.items():
            self.note(code, self.on_missing, rows)
            used = used & ~rows
        if document.uses_assets:
            no_assets = used & ~statements["total_assets"].known
            self.note("statement.unusable", self.on_missing, no_assets)
        self.note("statement.unbalanced", self.on_missing, used & imbalanced(statements))

    def _later(self) -> None:
        """What is dated after the day; see `usable.dated_later`."""
        day, portfolio = np.datetime64(self.book.measure.as_of), self.book.portfolio
        for name, figure in DATES.items():
            if figure in self.document.rests_on:
                column = portfolio[name]
                where = column.known & (column.values > day)
                self.note("date.future", self.on_missing, where, subject=figure)
        if not self.document.rests_on.isdisjoint(RATINGS):
            later = portfolio.ratings["as_of"].values > day
            if later.any():
                where = np.zeros(self.rows, dtype=bool)
                where[portfolio.rating_rows[later]] = True
                self.note("rating.future", None, where)

    def make_limit(self) -> None:
        """The limits by the grades or by the methods, with the steps that bind."""
        limit = self.document.limit
        figures = {name: self.table[name] for name in self.run.needs}
        statuses: list[list[npt.NDArray[np.uint8]]] = []
        if any(method.guards for method in limit.methods):
            statuses = [[self.status(one) for one in row.guards] for row in limit.methods]
        found = self.run.limits.of(self.grade, figures, statuses)
        self.minor, self.states, self.binding = found
        unknown = self.states != State.KNOWN
        if unknown.any():
            lost = _NOT_KNOWN[self.states] & (self.grade >= 0)
            self.note("limit.unknown", self.on_missing, lost)
            self.note("grade.no_credit", Outcome.REJECT, self.states == State.NONE)
        self._set_limit()


def _among(*states: int) -> Bools:
    """A table by state: nine times as fast as `np.isin` over a column of states."""
    out = np.zeros(len(STATE_NAMES), dtype=bool)
    out[list(states)] = True
    return out


_LACKING: Final = ~_among(State.KNOWN, State.UNDEFINED, State.UNLIMITED, State.NONE)
_SAYS_NOTHING: Final = _among(State.UNKNOWN, State.INVALID, State.OUT_OF_RANGE)
_NOT_KNOWN: Final = _among(State.UNKNOWN, State.OUT_OF_RANGE)
_NOBODY: Final = _Amounts(Cells(np.zeros((), np.int64), np.full((), State.UNKNOWN, np.uint8)))
"""An amount that no customer has, as one value: numpy joins it with a column of any length."""


def _no_amount(column: Cells) -> Bools:
    """Where there is no amount to convert: none was given, or it is a state of a line."""
    states = column.all_states()
    out: Bools = (states != State.KNOWN) & (states != State.INVALID)
    return out
