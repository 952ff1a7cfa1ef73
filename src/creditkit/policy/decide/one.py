"""`decide` for one customer: the carrier of the steps with plain values, and the decision made of it.

`many` takes the same steps over columns. A third, naive interpreter in the tests reads the document
itself and shares nothing with either; the three must agree.
"""

from __future__ import annotations

import functools
import operator
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import date
from functools import partial
from math import isfinite
from typing import Any, Final

import attrs
from dateutil.relativedelta import relativedelta

from creditkit._arithmetic import total
from creditkit._columns import LINE_STATES, STATE_LINES, State
from creditkit._plain import Deferred
from creditkit.canonical import digest
from creditkit.errors import InvalidFact
from creditkit.facts.rates import Rates
from creditkit.figures import UNDEFINED
from creditkit.limits import combining
from creditkit.limits.amounts import share_of
from creditkit.limits.combining import Missing
from creditkit.limits.lines import runs
from creditkit.models.contract import Score, ScoringModel
from creditkit.models.scorecard import Scorecard, Standing, standing_of
from creditkit.money import LARGEST, Line, LineAmount, Money, rounded
from creditkit.outcomes import Outcome
from creditkit.policy.carrier import Why
from creditkit.policy.decide.amounts import NOTHING, Amount
from creditkit.policy.decide.decision import Decision
from creditkit.policy.decide.steps import FIRST, LATE, take_steps
from creditkit.policy.decide.trace import Trail, figures_seen, limit_steps, model_scores
from creditkit.policy.document import Document
from creditkit.policy.figures.facts import CustomerFacts
from creditkit.policy.figures.row import FigureRow, shown_value
from creditkit.policy.figures.unreadable import TWICE, terms_of
from creditkit.policy.figures.usable import dated_later, remarks
from creditkit.policy.identity import Identity
from creditkit.policy.schema.conditions import FAIL, INDETERMINATE, PASS, Condition, Judgement
from creditkit.policy.schema.presented import sides
from creditkit.policy.sections.limit import Limit
from creditkit.policy.sections.methods import Method
from creditkit.reasons import Parameter, Reason

__all__ = ["STATED_BELOW", "decide_one", "decide_unreadable", "stated"]


def decide_one(
    document: Document,
    identity: Identity,
    given: CustomerFacts | None,
    row: FigureRow,
    *,
    customer: str,
    as_of: date,
    told: Callable[[], Mapping[str, Any]] = dict,
) -> Decision:
    """The decision for one customer whose figures are ``row``.

    ``told`` gives the facts of the digest where none are ``given``.
    """
    application = None if given is None else given.application
    one = _One(document, given, row, None if application is None else application.requested_terms)
    take_steps(FIRST, document, one)
    granted = None if one.grade < 0 else document.grades.rows[one.grade]
    return Decision.on_demand(
        partial(_said, one, identity, customer, as_of, told),
        outcome=one.outcome,
        grade=None if granted is None else granted.id,
        score=one.score,
        limit=one.shown(one.limit),
        terms=None if granted is None else granted.terms,
        reasons=one.sorted_reasons(),
    )


def _said(
    one: _One,
    identity: Identity,
    customer: str,
    as_of: date,
    told: Callable[[], Mapping[str, Any]],
) -> dict[str, Any]:
    """What a decision says beside what is always asked, by field."""
    document, given, row, grade = one.document, one.given, one.row, one.grade
    last = copy(one)  # two threads may look at once, and must not take the same steps of one object
    take_steps(LATE, document, last)
    application, currency = None if given is None else given.application, document.currency
    return {
        "customer": customer,
        "as_of": as_of,
        "policy": identity.id,
        "policy_version": identity.version,
        "policy_digest": identity.digest,
        "binding": one.binding,
        "requested_limit": one.money(one.requested.values) if one.requested.known else None,
        "line": one.shown(one.line),
        "requested_terms": one.requested_terms,
        "security_required": grade >= 0 and document.grades.rows[grade].security,
        "approver": None if last.approver < 0 else document.authority.rows[last.approver].role,
        "next_review": _months_on(as_of, last.months),
        "currency": currency,
        "titles": document.titles,
        "_models": Deferred(lambda: model_scores(document, one.shown_figure, one.scores)),
        "_limit_steps": Deferred(
            lambda: limit_steps(document, one.shown_figure, row, one.trail, grade)
        ),
        "_figures": Deferred(lambda: figures_seen(one.shown_figure, row)),
        "_facts_digest": Deferred(lambda: digest(told() if given is None else _facts(given))),
        "_rates": Deferred(lambda: _rates_used(given, currency)),
        "requested_as": _foreign(None if application is None else application.requested_limit, one),
        "line_as": _foreign(one.line_given, one),
    }


def _foreign(amount: object, one: _One) -> Money | None:
    """An amount that was given in another currency than the policy's, as it was given."""
    if isinstance(amount, Money) and amount.currency != one.document.currency:
        return amount
    return None


@functools.lru_cache(maxsize=256)
def _months_on(day: date, months: int) -> date:
    return day + relativedelta(months=months)


def decide_unreadable(
    document: Document, identity: Identity, faults: Sequence[str], *, customer: str, as_of: date
) -> Decision:
    """The decision for a row that cannot be read: nothing is worked out of it."""
    outcome, months = document.on_missing, document.grades.months[-1]
    wrong = tuple(name for name in faults if name != TWICE)
    reasons = [Reason("data.invalid", outcome, facts=wrong)] if wrong else []
    if TWICE in faults:
        reasons.append(Reason("data.duplicate", outcome))
    rejected = outcome is Outcome.REJECT
    return Decision(
        customer=customer,
        as_of=as_of,
        policy=identity.id,
        policy_version=identity.version,
        policy_digest=identity.digest,
        outcome=outcome,
        grade=None,
        score=None,
        limit=None,
        binding=None,
        requested_limit=None,
        line=None,
        terms=None,
        requested_terms=None,
        security_required=False,
        approver=None if rejected else document.authority.who_grants(None),
        next_review=_months_on(as_of, months),
        currency=document.currency,
        reasons=tuple(reasons),
        titles=document.titles,
        models=Deferred(tuple),
        limit_steps=Deferred(tuple),
        figures=Deferred(tuple),
        facts_digest=Deferred(lambda: digest({"unreadable": tuple(faults)})),
    )


class _One:
    """One customer on the way to a decision; see `Carrier`."""

    outcome = Outcome.APPROVE
    score: float | None = None
    grade = -1
    below_coverage = False
    limit: Amount = NOTHING
    binding: str | None = None
    approver = -1
    months = 0

    def __init__(
        self, document: Document, given: CustomerFacts | None, row: FigureRow, terms: str | None
    ) -> None:
        self.document = document
        self.given = given
        self.row = row
        self.requested_terms = terms
        self.on_missing = document.on_missing
        self.reasons: dict[str, Reason] = {}
        self.scores: list[Standing | Score] = []
        self.trail: Trail = []
        self.requested = Amount.of(row["requested_limit"])
        self.line = Amount.of(row["line"])
        self.owed = Amount.of(row["receivables"])
        self._judged: dict[str, Judgement] = {}

    # Asking

    @property
    def line_given(self) -> LineAmount | None:
        """The line in force in its own currency."""
        facts = self.given
        line = None if facts is None else facts.line
        if facts is None or line is None or not runs(line, facts.measure.as_of):
            return None
        return line.amount

    @property
    def asked_days(self) -> Amount:
        terms = None if self.requested_terms is None else terms_of(self.requested_terms)
        return NOTHING if terms is None else Amount.of(terms.days)

    @property
    def rejected(self) -> bool:
        return self.outcome is Outcome.REJECT

    def assumed(self, figure: str) -> bool:
        self.row[figure]  # it is assumed when it is first asked for
        return figure in self.row.assumed

    def status(self, condition: Condition) -> int:
        if condition.text not in self._judged and condition.passes(self.row):
            return PASS
        return self._judge(condition).code

    def _judge(self, condition: Condition) -> Judgement:
        judged = self._judged.get(condition.text)
        if judged is None:
            judged = self._judged[condition.text] = condition.judge(self.row)
        return judged

    def plain(self, rows: Sequence[Sequence[Condition]], *ranks: int) -> bool:
        row = self.row
        for rank in ranks:
            for condition in rows[rank]:
                if not condition.passes(row):
                    self._judge(condition)  # the long way will ask
                    return False
        return True

    def lacking(self, condition: Condition) -> bool:
        return any(self.row[name] is not UNDEFINED for name in self._judged[condition.text].missing)

    # Working: what Python itself does with plain values

    any = staticmethod(bool)
    no = staticmethod(operator.not_)
    most = staticmethod(max)
    least = staticmethod(min)
    at = staticmethod(operator.getitem)
    rank = staticmethod(bisect_left)

    def where(self, where: bool, then: Any, other: Any) -> Any:
        return then if where else other

    # Saying

    def note(
        self,
        code: str,
        effect: Outcome | None,
        where: bool,
        why: Why | None = None,
        subject: str | None = None,
    ) -> None:
        if not where:
            return
        key = code if subject is None else f"{code}:{subject}"
        if key in self.reasons:  # two steps may come to one: it is said once
            return
        params = {} if why is None else why()
        self.reasons[key] = Reason(code, effect, subject=subject, **params)
        if effect is not None and effect.code > self.outcome.code:
            self.outcome = effect

    def _say(self, code: str, effect: Outcome | None, **params: Parameter) -> None:
        self.note(code, effect, True, lambda: params)

    def hold(self, where: bool, minor: int, step: str) -> None:
        # a step holds only where there is something to hold: for one that is this customer
        self._set_limit(State.KNOWN, minor)
        self.binding = step
        self.trail.append((step, (State.KNOWN, minor), -1))

    def seen(self, figure: str) -> Any:
        return self.shown_figure(figure, self.row[figure])

    def shown(self, amount: Amount) -> LineAmount | None:
        return self.money(amount.values) if amount.known else amount.line

    def money(self, minor: int) -> Money:
        return Money.from_minor(minor, self.document.currency)

    def compared(self, condition: Condition) -> Mapping[str, Any]:
        judged = self._judged[condition.text]
        left, right, _ = sides(condition, judged, self.document.currency)
        return {"left": left, "right": right}

    def unmet(self, condition: Condition) -> Mapping[str, Any]:
        missed = self._judged[condition.text].missing
        undefined = tuple(name for name in missed if self.row[name] is UNDEFINED)
        missing = tuple(name for name in missed if name not in undefined)
        return {"missing": missing, "undefined": undefined}

    def shown_figure(self, name: str, value: Any) -> Any:
        """A figure's value as a result shows it."""
        figure = self.document.figures.get(name)
        return value if figure is None else shown_value(value, figure.kind, self.document.currency)

    def sorted_reasons(self) -> tuple[Reason, ...]:
        """The reasons in the order of the policy."""
        if len(self.reasons) < 2:
            return tuple(self.reasons.values())
        keys = sorted(self.reasons, key=self.document.reason_ranks.__getitem__)
        return tuple(map(self.reasons.__getitem__, keys))

    # The steps that are pairs

    def find_usable(self) -> None:
        """An amount in a currency without a rate is not known, and must not go unnoticed."""
        facts, document = self.given, self.document
        if facts is None:
            return
        measure, used = facts.measure, [facts.customer.currency]
        if facts.application is not None and facts.application.requested_limit is not None:
            used.append(facts.application.currency)
        if facts.line is not None and isinstance(facts.line.amount, Money):
            used.append(facts.line.currency)
        read = facts.ledger is None or not document.uses_ledger
        if not read and self.row.of_ledger("receivables") is None:
            self._say("ledger.unreadable", self.on_missing)
        lost = [name for name in dict.fromkeys(used) if not measure.reaches(name)]
        if lost:
            pairs = ", ".join(f"{name} -> {measure.currency}" for name in lost)
            self._say("data.no_rate", self.on_missing, pairs=pairs)

    def score_and_grade(self) -> None:
        """The score of each model, the policy's score of them, and the grade of that."""
        self.scores = [_standing(use.model, self.row) for use in self.document.assessment.models]
        given = dict.get(self.row, "score")  # not worked out: it may be supplied
        # a test or a what-if question may start from the score
        self.score = self._clipped(given) if isinstance(given, float) else self._scored()
        if self.score is not None and not self.below_coverage:
            self.grade = self.document.grades.of(self.score)

    def show_grade(self) -> None:
        """The figures have the score and the grade, where there are any."""
        grade = None if self.grade < 0 else self.document.grades.rows[self.grade].id
        self.row.graded(self.score, grade)

    def _scored(self) -> float | None:
        assessment, scores = self.document.assessment, self.scores
        coverage, least = min(scores, key=_coverage).coverage, assessment.least_coverage
        # as fractions are compared, without the time that they take to find out what they are
        self.below_coverage = (
            coverage.numerator * least.denominator < least.numerator * coverage.denominator
        )
        if self.below_coverage:
            params = {"coverage": float(coverage), "least": float(assessment.least_coverage)}
            self._say("coverage.low", self.on_missing, **params)
        for name, named in assessment.categories.items():
            value = self.row[name]
            if isinstance(value, str) and value not in named:
                self.note("category.unnamed", None, True, _unnamed(name, value), subject=name)
        self._statement()
        equity = self.row["equity"]
        if isinstance(equity, _NUMBERS) and equity < 0:
            self._say("equity.negative", Outcome.WARN)
        parts, lost = [], []
        for use, score in zip(assessment.models, scores, strict=True):
            if score.value is not None:
                parts.append(use.weight * use.scaled(score.value))
            else:
                lost.append((use.model.id, score))  # a standing has a value
        if lost:
            self._say(
                "score.not_computable",
                self.on_missing,
                model=", ".join(name for name, _ in lost),
                missing=tuple(dict.fromkeys(one for _, score in lost for one in score.missing)),
                undefined=tuple(dict.fromkeys(one for _, score in lost for one in score.undefined)),
            )
            return None
        return self._clipped(total(parts))

    def _statement(self) -> None:
        """Why the statement was set aside, or says less than it seems to."""
        document, facts = self.document, self.given
        if facts is None:
            return
        rests = {"statement": document.uses_statement, "assets": document.uses_assets}
        for code, params in remarks(facts, **rests):
            self._say(code, self.on_missing, **params)
        for code, subject, said in dated_later(facts, document.rests_on):
            effect = None if code == "rating.future" else self.on_missing  # an earlier one may do
            self.note(code, effect, True, partial(dict, said), subject=subject)

    def _clipped(self, value: float) -> float:
        low, high = self.document.grades.range
        value = stated(value)
        if low <= value <= high:
            return value
        self._say("score.clipped", None, score=value, low=low, high=high)
        return low if value < low else high

    def make_limit(self) -> None:
        """The limit by the grade or by the methods, with the step that binds."""
        if self.grade < 0:
            return
        limit, row = self.document.limit, self.document.grades.rows[self.grade]
        if row.limit is Line.NONE:
            self._say("grade.no_credit", Outcome.REJECT, grade=row.id)
        if isinstance(row.limit, Line):
            state = LINE_STATES[row.limit]
            self._set_limit(state, 0)
            self.binding = "grade"
            self.trail.append(("grade", (state, 0), -1))
            self._hold_to_others()
            return
        if row.limit is not None:
            value, self.binding = row.limit, "grade"
            self.trail.append(("grade", (State.KNOWN, value), -1))
            raised = even = value
        else:
            made = self._by_methods(limit)
            if made is None:
                return
            value, self.binding = made
            raised = combining.raised(value, limit.floor)
            even = rounded(raised, 1, *limit.rounding)
            if even > LARGEST:
                self._not_known(State.OUT_OF_RANGE, missing=())
                return
        by_grade = combining.capped(even, row.cap)
        by_policy = combining.capped(by_grade, limit.cap)
        after = (raised, even, by_grade, by_policy)
        for name, moved in zip(_MOVES, after, strict=True) if after.count(value) < 4 else ():
            if moved != value:
                self.trail.append((name, (State.KNOWN, moved), -1))
                self.binding = self.binding if name == "rounding" else name
            value = moved
        self._set_limit(State.KNOWN, value)
        self._hold_to_others()

    def _hold_to_others(self) -> None:
        """The limits of others hold down an amount, and what has no end."""
        for cap in self.document.limit.caps:
            if not (self.limit.known or self.limit.unlimited):
                return
            given, most = self.row[cap.figure], 0
            if type(given) is int:
                most = share_of(given, cap.share)
            elif given is Line.UNLIMITED or (given is not Line.NONE and cap.on_missing == "no_cap"):
                continue
            elif given is not Line.NONE and cap.on_missing == "unknown":
                self._not_known(State.UNKNOWN, missing=(cap.figure,))
                continue
            if most <= LARGEST and (self.limit.unlimited or self.limit.values > most):
                self._set_limit(State.KNOWN, most)
                self.binding = cap.name
                self.trail.append((cap.name, (State.KNOWN, most), -1))

    def _by_methods(self, limit: Limit) -> tuple[int, str] | None:
        """What the methods that count come to, and which of them binds; None where it is not known."""
        results, weights, trail, row = [], [], self.trail, self.row
        lost: list[str] = []
        for index, method in enumerate(limit.methods):
            sure = self._counts(method, limit.sure)
            found = method.plan.read(row, self.grade).limit
            if sure is None:
                found = (State.UNKNOWN, 0)
                lost += [name for one in method.guards for name in self._judge(one).missing]
            elif not sure:
                continue
            elif found[0] != State.KNOWN:
                lost += method.plan.lacking(row)
            results.append((found, method.missing))
            weights.append(method.weight)
            zero = found[0] != State.KNOWN and method.missing is Missing.ZERO
            trail.append((method.name, (State.KNOWN, 0) if zero else found, index))
        (state, value), winner = combining.combined(results, limit.combine, weights)
        trail.append((limit.combine, (state, value), -1))
        if state == State.KNOWN:
            return value, trail[winner][0] if winner >= 0 else limit.combine
        self._not_known(state, missing=tuple(lost))
        return None

    def _counts(self, method: Method, sure: bool) -> bool | None:
        """Whether a method counts; None where that must be sure and is not known."""
        if not sure:
            return not any(bar.passes(self.row) for bar in method.bars)
        codes = [self.status(one) for one in method.guards]
        return False if FAIL in codes else None if INDETERMINATE in codes else True

    def _not_known(self, state: int, missing: tuple[str, ...]) -> None:
        self._set_limit(state, 0)
        self.binding = None
        self._say("limit.unknown", self.on_missing, missing=missing)

    def _set_limit(self, state: int, minor: int) -> None:
        self.limit = Amount.of(minor if state == State.KNOWN else STATE_LINES.get(state))


_NUMBERS: Final = (float, int)
_coverage: Final = operator.attrgetter("coverage")


_MOVES: Final = ("floor", "rounding", "cap:grade", "cap:policy")
"""What may move the amount that the methods gave, in this order."""


def _unnamed(name: str, value: str) -> Why:
    return lambda: {"figure": name, "value": value}


def _standing(model: ScoringModel, row: FigureRow) -> Standing | Score:
    """A model's score, or as much of it as a decision hangs on.

    One that is NaN or infinite cannot be computed.
    """
    values = [row[name] for name in model.needs]
    standing = standing_of(model, values) if type(model) is Scorecard else None
    if standing is not None and isfinite(standing.value):
        return standing
    score: object = model.score(dict(zip(model.needs, values, strict=True)))
    if not isinstance(score, Score):
        raise InvalidFact(f"models.{model.id}", "must return a Score", score)
    if score.value is None or isfinite(score.value):
        return score
    return attrs.evolve(score, value=None, parts=())


STATED_BELOW: Final = 2.0**22
"""Scores below this are stated to nine decimals: beyond, a float has not got them."""


def stated(score: float) -> float:
    """A score to nine decimals, half-even: a sum of floats must not miss a bound that it stands on.

    >>> stated(599.9999999999999)
    600.0
    """
    return round(score * 1e9) / 1e9 if abs(score) < STATED_BELOW else score


# What is shown when somebody looks


def _rates_used(given: CustomerFacts | None, currency: str) -> Rates | None:
    """The rates of the currencies that the facts are in, beside the policy's own."""
    if given is None or given.measure.rates is None:
        return None
    facts = (given.customer, given.application, given.line, given.customer.statement)
    seen = {one.currency for one in facts if one is not None}
    if given.ledger is not None:
        seen |= set(given.ledger.account_items.currencies)
    return given.measure.rates.used(seen, currency)


def _facts(given: CustomerFacts) -> dict[str, Any]:
    """The facts that a decision was made from."""
    return {
        "customer": given.customer,
        "ledger": given.ledger,
        "application": given.application,
        "line": given.line,
        "rates": given.measure.rates,
        "as_of": given.measure.as_of.isoformat(),
    }
