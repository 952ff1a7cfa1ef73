"""`decide` for one customer: figures, scores, grade, limit, terms, reasons, step by step.

`deciding_many` takes the same steps over columns. Both read the `Plan`; a third, naive interpreter
in the tests reads the document itself, and the three must agree.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any, Final, cast

import attrs
from dateutil.relativedelta import relativedelta

from creditkit._arithmetic import total
from creditkit._columns import STATE_LINES, State
from creditkit._plain import Deferred
from creditkit.canonical import Digest
from creditkit.errors import InvalidFact
from creditkit.facts.rates import Rates
from creditkit.facts.terms import PaymentTerms
from creditkit.figures import UNDEFINED, Figure, FigureKind, Value
from creditkit.limits import methods
from creditkit.models.contract import Score, ScoringModel
from creditkit.money import LARGEST, Line, Money, rounded
from creditkit.outcomes import Outcome
from creditkit.policy.decide.decision import Decision
from creditkit.policy.decide.trace import (
    Trail,
    amount_of,
    figures_seen,
    limit_steps,
    model_scores,
    money_of,
)
from creditkit.policy.figures.facts import Subject
from creditkit.policy.figures.row import FigureRow, shown_value
from creditkit.policy.figures.unreadable import TWICE, terms_of
from creditkit.policy.figures.usable import imbalance
from creditkit.policy.identity import Identity
from creditkit.policy.plan import Plan
from creditkit.policy.schema.conditions import FAIL, PASS
from creditkit.policy.schema.presented import sides
from creditkit.reasons import Parameter, Reason

__all__ = ["STATED_BELOW", "decide_one", "decide_unreadable", "stated"]


def decide_one(
    plan: Plan,
    identity: Identity,
    figures: Mapping[str, Figure],
    subject: Subject | None,
    row: FigureRow,
    **facts: Any,
) -> Decision:
    """The decision for one customer whose figures are ``row``.

    ``facts`` are ``customer``, ``as_of``, ``requested_terms`` and, for the digest, ``facts``.
    """
    return _One(plan, identity, figures, subject, row, facts).decision()


@functools.lru_cache(maxsize=256)
def _months_on(day: date, months: int) -> date:
    return day + relativedelta(months=months)


def decide_unreadable(
    plan: Plan, identity: Identity, faults: Sequence[str], *, customer: str, as_of: date
) -> Decision:
    """The decision for a row that cannot be read: nothing is worked out of it."""
    outcome, months = plan.on_missing, plan.grades[-1].review_months
    spoilt = tuple(name for name in faults if name != TWICE)
    reasons = [Reason("data.invalid", outcome, facts=spoilt)] if spoilt else []
    if TWICE in faults:
        reasons.append(Reason("data.duplicate", outcome))
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
        approver=None if outcome is Outcome.REJECT else plan.who_grants(None),
        next_review=_months_on(as_of, months),
        currency=plan.currency,
        reasons=tuple(reasons),
        titles=plan.titles,
        models=Deferred(tuple),
        limit_steps=Deferred(tuple),
        figures=Deferred(tuple),
        facts_digest=Deferred(lambda: str(Digest.of({"unreadable": tuple(faults)}))),
    )


def _finite(model: ScoringModel, score: object) -> Score:
    """A model's score; one that is NaN or infinite cannot be computed."""
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


class _One:
    """The working of one decision; the methods below stand in the order of the steps."""

    def __init__(
        self,
        plan: Plan,
        identity: Identity,
        figures: Mapping[str, Figure],
        subject: Subject | None,
        row: FigureRow,
        facts: Mapping[str, Any],
    ) -> None:
        self.plan = plan
        self.identity = identity
        self.catalogue = figures
        self.subject = subject
        self.row = row
        self.facts = facts
        self.reasons: list[Reason] = []
        self.thin = False  # too little is known to grade a score

    def decision(self) -> Decision:
        plan = self.plan
        self._assumptions()
        self._usable()
        scores = [
            _finite(use.model, use.model.score({name: self.row[name] for name in use.model.needs}))
            for use in plan.models
        ]
        score = self._score(scores)
        ungraded = score is None or self.thin
        grade = self._knock_outs(-1 if ungraded else plan.grade_of(cast(float, score)))
        limit, binding, trail = self._limit(grade)
        requested, line = self.row["requested_limit"], self.row["line"]
        limit, binding = self._information(limit, binding, trail, requested)
        if limit == (State.KNOWN, 0):
            self._note("limit.zero", plan.on_missing)
        self._compare(limit, requested, line)
        terms = plan.grades[grade].terms if grade >= 0 else None
        self._terms(terms)
        reasons = tuple(self.reasons)
        if len(reasons) > 1:
            order = {key: place for place, key in enumerate(plan.reason_keys)}
            reasons = tuple(sorted(reasons, key=lambda reason: order[reason.key]))
        outcome = max(
            (reason.effect for reason in reasons if reason.effect), default=Outcome.APPROVE
        )
        seen = dict(self.row.values_by_name)
        return Decision(
            customer=self.facts["customer"],
            as_of=self.facts["as_of"],
            policy=self.identity.id,
            policy_version=self.identity.version,
            policy_digest=self.identity.digest,
            outcome=outcome,
            grade=plan.grades[grade].id if grade >= 0 else None,
            score=score,
            limit=amount_of(self.plan, limit),
            binding=binding,
            requested_limit=money_of(self.plan, requested),
            line=line if isinstance(line, Line) else money_of(self.plan, line),
            terms=terms,
            requested_terms=self.facts.get("requested_terms"),
            security_required=grade >= 0 and plan.grades[grade].security,
            approver=self._approver(outcome, limit, requested, line),
            next_review=_months_on(self.facts["as_of"], self._review_months(grade, limit)),
            currency=plan.currency,
            reasons=reasons,
            titles=plan.titles,
            models=Deferred(lambda: model_scores(plan, self._shown, scores)),
            limit_steps=Deferred(lambda: limit_steps(plan, self.row, trail, grade)),
            figures=Deferred(lambda: figures_seen(self._shown, seen)),
            facts_digest=Deferred(self._digest),
            rates=Deferred(self._rates_used),
        )

    # Assessment

    def _note(
        self, code: str, effect: Outcome | None, subject: str | None = None, /, **params: Parameter
    ) -> None:
        self.reasons.append(Reason(code, effect, subject=subject, **params))

    def _usable(self) -> None:
        """An amount in a currency without a rate is not known, and must not go unnoticed."""
        if self.subject is None:
            return
        measure, facts = self.subject.measure, self.subject
        used = [facts.customer.currency]
        if facts.application is not None and facts.application.requested_limit is not None:
            used.append(facts.application.currency)
        if facts.line is not None and isinstance(facts.line.amount, Money):
            used.append(facts.line.currency)
        read = facts.ledger is None or not self.plan.uses_ledger
        if not read and self.row.of_ledger("receivables") is None:
            self._note("ledger.unreadable", self.plan.on_missing)
        lost = [name for name in dict.fromkeys(used) if not measure.reaches(name)]
        if lost:
            pairs = ", ".join(f"{name} -> {measure.currency}" for name in lost)
            self._note("data.no_rate", self.plan.on_missing, pairs=pairs)

    def _score(self, scores: list[Score]) -> float | None:
        plan = self.plan
        given = self.row.values_by_name.get("score")
        if isinstance(given, float):  # a test or a what-if question that starts from the score
            return self._clipped(given)
        missing: list[str] = []
        undefined: list[str] = []
        parts: list[float] = []
        coverage = min(score.coverage for score in scores)
        for use, score in zip(plan.models, scores, strict=True):
            if score.value is None:
                missing += score.missing
                undefined += score.undefined
            else:
                parts.append(use.weight * use.scaled(score.value))
        self.thin = coverage < plan.least_coverage
        if self.thin:
            self._note(
                "coverage.low",
                plan.on_missing,
                coverage=float(coverage),
                least=float(plan.least_coverage),
            )
        for name, named in plan.categories.items():
            value = self.row[name]
            if isinstance(value, str) and value not in named:
                self._note("category.unnamed", None, name, figure=name, value=value)
        self._statement()
        equity = self.row["equity"]
        if isinstance(equity, float | int) and equity < 0:
            self._note("equity.negative", Outcome.WARN)
        if len(parts) < len(scores):
            names = ", ".join(
                use.model.id
                for use, score in zip(plan.models, scores, strict=True)
                if score.value is None
            )
            self._note(
                "score.not_computable",
                plan.on_missing,
                model=names,
                missing=tuple(dict.fromkeys(missing)),
                undefined=tuple(dict.fromkeys(undefined)),
            )
            return None
        return self._clipped(total(parts))

    def _statement(self) -> None:
        """Why the statement was set aside, or says less than it seems to."""
        plan, subject = self.plan, self.subject
        given = None if subject is None else subject.customer.statement
        if subject is None or given is None:
            return
        if subject.fault is not None:
            code, params = subject.fault
            if plan.uses_statement:
                self._note(code, plan.on_missing, **params)
            return
        if plan.uses_assets and given.total_assets is None:
            told: dict[str, Parameter] = {"figure": "total_assets", "value": None}
            self._note("statement.unusable", plan.on_missing, **told)
        sides = (given.total_assets, given.total_liabilities, given.equity)
        if plan.uses_statement and None not in sides and imbalance(*sides):
            assets, liabilities, equity = cast(tuple[float, float, float], sides)
            self._note(
                "statement.unbalanced",
                plan.on_missing,
                assets=assets,
                claims=liabilities + equity,
            )

    def _clipped(self, value: float) -> float:
        low, high = self.plan.domain
        value = stated(value)
        if not low <= value <= high:
            self._note("score.clipped", None, score=value, low=low, high=high)
        return min(max(value, low), high)

    def _knock_outs(self, grade: int) -> int:
        for knock_out in self.plan.knock_outs:
            judged = knock_out.condition.judge(self.row)
            if judged.code == PASS:
                continue
            name, condition = knock_out.id, knock_out.condition
            if judged.status == "fail":
                left, right, _ = sides(condition, judged, self.plan.currency)
                told = {"id": name, "condition": condition.text, "left": left, "right": right}
                self._note("knock_out.fired", knock_out.on_fail, name, **told)
                if knock_out.grade is not None and (grade >= 0 or knock_out.no_credit):
                    grade = max(grade, knock_out.grade)
            elif judged.status == "indeterminate":
                lost = [one for one in judged.missing if self.row[one] is UNDEFINED]
                missing = [one for one in judged.missing if one not in lost]
                effect = knock_out.on_missing if missing else knock_out.on_undefined
                told = {"id": name, "missing": tuple(missing), "undefined": tuple(lost)}
                self._note("knock_out.unknown", effect, name, **told)
        if grade < 0 and not self.thin:
            self._note("grade.none", self.plan.on_missing)
        return grade

    # Limit

    def _limit(self, grade: int) -> tuple[methods.Limit, str | None, Trail]:
        """The limit, the step that binds, and the trail."""
        plan = self.plan
        if grade < 0:
            return (State.UNKNOWN, 0), None, []
        row = plan.grades[grade]
        if row.limit is Line.NONE:
            self._note("grade.no_credit", Outcome.REJECT, grade=row.id)
        if row.limit is not None:
            state = next(state for state, line in STATE_LINES.items() if line is row.limit)
            return (state, 0), "grade", [("grade", (state, 0), -1)]
        results, counted = [], []
        for method in plan.methods:
            base = self.row[method.figure]
            whole = base if isinstance(base, int) else None
            applies = all(guard.judge(self.row).code != FAIL for guard in method.guards)
            result = methods.method(whole if applies else None, method.shares[grade])
            results.append((result, method.skip or not applies))
            counted.append(applies)
        trail = [
            (m.name, result[0], n)
            for n, (m, result) in enumerate(zip(plan.methods, results, strict=True))
            if counted[n]
        ]
        (state, value), winner = methods.combined(results, plan.highest)
        trail.append(("highest" if plan.highest else "lowest", (state, value), -1))
        if state != State.KNOWN:
            missing = tuple(
                m.figure
                for m, result, applies in zip(plan.methods, results, counted, strict=True)
                if applies and result[0][0] != State.KNOWN
            )
            self._note("limit.unknown", plan.on_missing, missing=missing)
            return (state, 0), None, trail
        binding = plan.methods[winner].name
        mode, step = plan.rounding
        raised = methods.raised(value, plan.floor)
        even = rounded(raised, 1, mode, step)
        if even > LARGEST:
            self._note("limit.unknown", plan.on_missing, missing=())
            return (State.OUT_OF_RANGE, 0), None, trail
        by_grade = methods.capped(even, row.cap)
        by_policy = methods.capped(by_grade, plan.cap)
        for name, moved in (
            ("floor", raised),
            ("rounding", even),
            ("cap:grade", by_grade),
            ("cap:policy", by_policy),
        ):
            if moved != value:
                trail.append((name, (State.KNOWN, moved), -1))
                binding = binding if name == "rounding" else name
            value = moved
        return (State.KNOWN, value), binding, trail

    def _information(
        self, limit: methods.Limit, binding: str | None, trail: Trail, requested: Value
    ) -> tuple[methods.Limit, str | None]:
        """The limit held to what the information supports; what is required and not shown is noted."""
        plan, (state, value) = self.plan, limit
        if state == State.NONE or not plan.information:
            return limit, binding
        reach = held = plan.information_for(value if state == State.KNOWN else None)
        if bounded := plan.bounds_limits and state in (State.KNOWN, State.UNLIMITED):
            while held >= 0 and self._lacking(held):
                held -= 1
        asked = [plan.information_for(requested)] if isinstance(requested, int) else []
        if not (bounded or asked):
            asked.append(reach)
        if held < 0:
            asked.append(0)  # what would carry the smallest amount
        for text in dict.fromkeys(text for place in asked for text in self._lacking(place)):
            self._note("information.missing", plan.on_missing, text, condition=text)
        if held == reach or limit == (State.KNOWN, 0):
            return limit, binding
        most = 0 if held < 0 else cast(int, plan.information[held].up_to)
        if held >= 0:
            needs = tuple(self._lacking(held + 1))
            self._note("limit.information", None, limit=money_of(plan, most), needs=needs)
        trail.append(("information", (State.KNOWN, most), -1))
        return (State.KNOWN, most), "information"

    def _lacking(self, place: int) -> list[str]:
        """The conditions of a row of required information that do not hold, or are not known to."""
        conditions = self.plan.information[place].conditions
        return [one.text for one in conditions if one.judge(self.row).code != PASS]

    def _compare(self, limit: methods.Limit, requested: Value, line: Value) -> None:
        plan, (state, value) = self.plan, limit
        if state not in (State.KNOWN, State.NONE):
            return
        if isinstance(requested, int) and value < requested:
            shown = amount_of(self.plan, limit)
            self._note(
                "limit.below_requested",
                plan.below_requested,
                limit=shown,
                requested=money_of(self.plan, requested),
            )
        if line is Line.UNLIMITED or (isinstance(line, int) and value < line):
            in_force = line if isinstance(line, Line) else money_of(self.plan, line)
            self._note(
                "limit.below_line",
                plan.below_line,
                limit=amount_of(self.plan, limit),
                line=in_force,
            )
        owed = self.row["receivables"]
        if line is None and state == State.KNOWN and isinstance(owed, int) and value < owed:
            told = {"limit": amount_of(self.plan, limit), "owed": money_of(self.plan, owed)}
            self._note("limit.below_owed", plan.below_line, **told)

    def _terms(self, terms: PaymentTerms | None) -> None:
        requested = self.facts.get("requested_terms")
        asked = None if requested is None else terms_of(requested)
        if terms is not None and asked is not None and asked.days > terms.days:
            self._note("terms.longer", Outcome.WARN, requested=requested, terms=terms.name)

    def _assumptions(self) -> None:
        for name in self.plan.assume:
            self.row[name]
        for name in self.row.assumed:
            self._note(
                "assumption.used", None, name, figure=name, value=self._shown(name, self.row[name])
            )

    def _approver(
        self, outcome: Outcome, limit: methods.Limit, requested: Value, line: Value
    ) -> str | None:
        """Who may grant: by the largest of the limit, what is asked for and the line in force."""
        state, value = limit
        if outcome is Outcome.REJECT:
            return None
        if state not in (State.KNOWN, State.NONE) or line is Line.UNLIMITED:
            return self.plan.who_grants(None)
        amounts = [value, *(one for one in (requested, line) if isinstance(one, int))]
        return self.plan.who_grants(max(amounts))

    def _review_months(self, grade: int, limit: methods.Limit) -> int:
        months = self.plan.grades[grade].review_months
        owed = self.row["receivables"]
        if not isinstance(owed, int):
            owed = limit[1]
        for above, shorter in self.plan.reviews:
            if owed > above:
                months = min(months, shorter)
        return months

    # What is told when somebody looks

    def _rates_used(self) -> Rates | None:
        """The rates of the currencies that the facts are in, beside the policy's own."""
        given = self.subject
        if given is None or given.measure.rates is None:
            return None
        facts = (given.customer, given.application, given.line, given.customer.statement)
        seen = {one.currency for one in facts if one is not None}
        if given.ledger is not None:
            seen |= set(given.ledger.plain.currencies)
        return given.measure.rates.used(seen, self.plan.currency)

    def _digest(self) -> str:
        facts = self.facts.get("facts", {})
        return str(Digest.of(facts.get() if isinstance(facts, Deferred) else facts))

    def _shown(self, name: str, value: Any) -> Any:
        figure = self.catalogue.get(name)
        return shown_value(value, figure.kind if figure else FigureKind.RATIO, self.plan.currency)
