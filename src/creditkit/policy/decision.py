"""What `decide` gives back: a `Decision` for one customer, `Decisions` in columns for many.

A decision recommends; a person grants, and `Decision.grant` writes down what. Everything that the
recommendation was made of is in it: the models' scores with their parts, each step of the limit,
the figures as they were seen, the digests of policy and facts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit._columns import Amounts, Codes
from creditkit._plain import Deferred, Record
from creditkit.canonical import digest
from creditkit.errors import InvalidFact
from creditkit.facts.lines import CreditLine, LineMode
from creditkit.facts.terms import PaymentTerms
from creditkit.figures import Undefined
from creditkit.models.contract import Score
from creditkit.money import Line, LineAmount, Money
from creditkit.outcomes import OUTCOMES, Outcome
from creditkit.reasons import Reason

__all__ = ["Decision", "Decisions", "LimitStep", "ModelScore"]


@attrs.frozen(kw_only=True)
class ModelScore(Record):
    """A model's score in the assessment: as it is, on the policy's scale, and what it adds by weight."""

    schema: ClassVar[str] = "creditkit.model_score/1"

    score: Score
    scaled: float | None
    weight: float
    part: float | None


@attrs.frozen(kw_only=True)
class LimitStep(Record):
    """One step of the recommended limit and what stood after it; ``figure`` is the base of a method."""

    schema: ClassVar[str] = "creditkit.limit_step/1"

    name: str
    amount: LineAmount | None
    figure: str | None = None
    base: Money | None = None
    share: Fraction | None = None


@attrs.frozen(kw_only=True)
class Decision(Record):
    """A recommendation for one customer: grade, limit, terms, and why.

    ``outcome`` is ``approve`` or ``warn`` where the recommendation stands by itself, ``refer`` where
    a person must look, ``reject`` where no credit is to be given. ``limit`` is money or a state of
    `Line`; None where it cannot be said. ``binding`` names the step that set it. ``titles`` are the
    policy's own words, (name, English, Chinese): with them a page reads the same in ten years.
    """

    schema: ClassVar[str] = "creditkit.decision/1"

    customer: str
    as_of: date
    policy: str
    policy_version: str
    policy_digest: str
    outcome: Outcome
    grade: str | None
    score: float | None
    limit: LineAmount | None
    binding: str | None
    requested_limit: Money | None
    line: LineAmount | None
    terms: PaymentTerms | None
    requested_terms: str | None
    security_required: bool
    approver: str | None
    next_review: date
    currency: str
    reasons: tuple[Reason, ...]
    titles: tuple[tuple[str, str, str], ...] = attrs.field(repr=False)
    _models: Deferred[tuple[ModelScore, ...]] = attrs.field(alias="models")
    _limit_steps: Deferred[tuple[LimitStep, ...]] = attrs.field(alias="limit_steps")
    _figures: Deferred[
        tuple[tuple[str, Money | Line | Undefined | bool | int | float | str | None], ...]
    ] = attrs.field(alias="figures", metadata={"tagged": True})
    _facts_digest: Deferred[str] = attrs.field(alias="facts_digest")

    @property
    def models(self) -> tuple[ModelScore, ...]:
        """The scores of the assessment's models, with their parts."""
        return self._models.get()

    @property
    def limit_steps(self) -> tuple[LimitStep, ...]:
        """The steps of the recommended limit, in the order in which they were taken."""
        return self._limit_steps.get()

    @property
    def figures(self) -> dict[str, Any]:
        """The figures that were used, as they were seen."""
        return dict(self._figures.get())

    @property
    def facts_digest(self) -> str:
        """The SHA-256 of the facts that the decision was made from."""
        return self._facts_digest.get()

    @property
    def digest(self) -> str:
        """The SHA-256 of the whole decision: policy, facts and result."""
        return digest(self.to_dict())

    @property
    def grantable(self) -> LineAmount | None:
        """What may be granted on this decision: the recommended limit, and no more than was asked for."""
        limit, asked = self.limit, self.requested_limit
        if self.outcome is Outcome.REJECT:
            return Line.NONE
        if asked is None or not (isinstance(limit, Money) or limit is Line.UNLIMITED):
            return limit
        return min(limit, asked) if isinstance(limit, Money) else asked

    def grant(
        self,
        *,
        by: str,
        on: date,
        until: date | None = None,
        amount: LineAmount | Decimal | str | int | None = None,
        mode: LineMode = LineMode.PERMANENT,
        override: str | None = None,
    ) -> CreditLine:
        """The `CreditLine` that a person grants: by default `grantable`, on the recommended terms.

        Another amount above `grantable`, or any where none is recommended, needs ``override``: why.
        """
        granted = self.grantable if amount is None else amount
        if granted is None:
            rule = "needs an amount where none is recommended"
            raise InvalidFact("decision.grant", rule, None, "pass amount= and override=")
        line = CreditLine(
            currency=self.currency,
            amount=granted,
            approved_by=by,
            approved_on=on,
            start=on,
            until=until,
            terms=None if self.terms is None else self.terms.name,
            mode=mode,
            decision=self.digest,
            override=override,
        )
        if override is None and _above(line.amount, self.grantable):
            rule = f"must not be above {self.grantable}, which may be granted on this decision"
            raise InvalidFact("decision.grant", rule, line.amount, "say why: override='...'")
        return line

    def explain(self, language: str = "en") -> str:
        """The decision as a page of text, in English (``en``) or Chinese (``zh``)."""
        from creditkit.policy.pages import decision_page

        return decision_page(self, language)

    def __str__(self) -> str:
        return self.explain()

    def _repr_html_(self) -> str:
        from creditkit.policy.pages import as_html

        return as_html(self.explain())


def _above(granted: LineAmount, most: LineAmount | None) -> bool:
    """Whether more is granted than may be; no credit is never more, inheriting is as it was recommended."""
    if granted is Line.NONE or most is Line.UNLIMITED or granted is most:
        return False
    if isinstance(granted, Money) and isinstance(most, Money):
        return granted > most
    return True


class Decisions:
    """Decisions for many customers in columns; ``decisions[i]`` is the full `Decision` of that row.

    ``grade`` and ``terms`` are places in ``grade_names`` and ``terms_names`` (-1 for none),
    ``approver`` in ``approver_names``, ``binding`` in ``binding_names``; ``outcome`` are codes of
    `Outcome`; bit n of ``reasons`` stands for ``reason_keys[n]``; ``limit`` has a state for each row.
    """

    __slots__ = (
        "_ids",
        "_one",
        "approver",
        "approver_names",
        "as_of",
        "binding",
        "binding_names",
        "grade",
        "grade_names",
        "limit",
        "next_review",
        "outcome",
        "policy_digest",
        "reason_keys",
        "reasons",
        "score",
        "security_required",
        "terms",
        "terms_names",
    )

    def __init__(
        self,
        *,
        ids: Codes,
        as_of: date,
        policy_digest: str,
        grade: npt.NDArray[np.int8],
        grade_names: tuple[str, ...],
        score: Floats,
        limit: Amounts,
        binding: npt.NDArray[np.int8],
        binding_names: tuple[str, ...],
        terms: npt.NDArray[np.int8],
        terms_names: tuple[str, ...],
        security_required: npt.NDArray[np.bool_],
        approver: npt.NDArray[np.int8],
        approver_names: tuple[str, ...],
        next_review: npt.NDArray[np.datetime64],
        outcome: npt.NDArray[np.uint8],
        reasons: npt.NDArray[np.uint64],
        reason_keys: tuple[str, ...],
        one: Callable[[int], Decision],
    ) -> None:
        self._ids = ids
        self.as_of = as_of
        self.policy_digest = policy_digest
        self.grade = grade
        self.grade_names = grade_names
        self.score = score
        self.limit = limit
        self.binding = binding
        self.binding_names = binding_names
        self.terms = terms
        self.terms_names = terms_names
        self.security_required = security_required
        self.approver = approver
        self.approver_names = approver_names
        self.next_review = next_review
        self.outcome = outcome
        self.reasons = reasons
        self.reason_keys = reason_keys
        self._one = one

    @property
    def ids(self) -> tuple[str, ...]:
        """The customers' ids; empty text for a row without one."""
        names = [*self._ids.names, ""]
        return tuple([names[code] for code in self._ids.values.tolist()])

    @property
    def id_codes(self) -> Codes:
        """The customers' ids as a column."""
        return self._ids

    def __len__(self) -> int:
        return len(self.outcome)

    def __getitem__(self, row: int) -> Decision:
        if not -len(self) <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self._one(row % len(self))

    def grade_of(self, row: int) -> str | None:
        """The grade of one row."""
        place = int(self.grade[row])
        return None if place < 0 else self.grade_names[place]

    def reasons_of(self, row: int) -> tuple[str, ...]:
        """The keys of the reasons of one row."""
        mask = int(self.reasons[row])
        return tuple(key for place, key in enumerate(self.reason_keys) if mask >> place & 1)

    def grades(self) -> dict[str, int]:
        """How many customers have each grade, from best to worst; ``None`` counts those without."""
        out = {
            name: int((self.grade == place).sum()) for place, name in enumerate(self.grade_names)
        }
        none = int((self.grade < 0).sum())
        return {**out, "None": none} if none else out

    def outcomes(self) -> dict[str, int]:
        """How many customers have each outcome, from the mildest to the most severe."""
        counts = np.bincount(self.outcome, minlength=len(OUTCOMES))
        return {
            outcome.value: int(counts[outcome.code]) for outcome in OUTCOMES if counts[outcome.code]
        }

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name: what a data frame is made of. Limits are in minor units."""
        grades = np.array([*self.grade_names, ""])
        return {
            "id": list(self.ids),
            "outcome": np.array([outcome.value for outcome in OUTCOMES])[self.outcome],
            "grade": grades[self.grade],
            "score": self.score,
            "limit_minor": self.limit.values,
            "limit_state": self.limit.all_states(),
            "terms": np.array([*self.terms_names, ""])[self.terms],
            "security_required": self.security_required,
            "approver": np.array([*self.approver_names, ""])[self.approver],
            "next_review": self.next_review,
            "reasons": self.reasons,
        }

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self.outcomes().items())
        return f"<Decisions for {len(self)} customers: {counts}>"
