"""What `decide` gives back for one customer: a `Decision`; `decisions` has the columns for many.

A decision recommends; a person grants, and `Decision.grant` writes down what. Everything that the
recommendation was made of is in it: the models' scores with their parts, each step of the limit,
the figures as they were seen, the digests of policy and facts.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, cast

import attrs

from creditkit._deferred import OnDemand
from creditkit._fields import as_date
from creditkit._plain import WHERE_GIVEN, Deferred, Record
from creditkit.canonical import digest
from creditkit.errors import InvalidFact
from creditkit.facts.lines import CreditLine, LineMode
from creditkit.facts.rates import Rates
from creditkit.facts.terms import PaymentTerms
from creditkit.figures import Undefined
from creditkit.languages import AnyLanguage
from creditkit.models.contract import Score
from creditkit.money import Line, LineAmount, Money
from creditkit.outcomes import Outcome
from creditkit.reasons import Reason

__all__ = ["Decision", "LimitStep", "ModelScore", "Operand"]


@attrs.frozen(kw_only=True)
class ModelScore(Record):
    """A model's score in the assessment: as it is, on the policy's scale, and what it adds by weight."""

    schema: ClassVar[str] = "creditkit.model_score/1"

    score: Score
    scaled: float | None
    weight: float
    part: float | None


@attrs.frozen(kw_only=True)
class Operand(Record):
    """A figure that a step of the limit was worked out from, beside the one that it is a share of.

    Of an amount that is made of several figures, ``weight`` is that of this one; None where it has none.
    The step ``weighted`` has the amounts of its methods, under their names.
    """

    schema: ClassVar[str] = "creditkit.operand/1"

    figure: str
    value: Money | Line | Undefined | float | int | None = attrs.field(
        default=None, metadata={"tagged": True}
    )
    weight: Fraction | None = None


@attrs.frozen(kw_only=True)
class LimitStep(Record):
    """One step of the recommended limit and what stood after it.

    A method has its ``figure``, whose amount was the ``base``, and the ``share`` of it that was taken. One
    that takes several figures has them as ``operands``, and no ``figure`` where they make up the ``base``
    together; ``factors`` are those of its share, as a page prints them, where there are several. A method
    that is not known and counts as 0 has neither base nor share. The limit of others that holds it down
    has a figure, a base and a share as well. Rounding has as ``base`` the amount to a multiple of which it
    went, down or up as ``amount`` shows.
    """

    schema: ClassVar[str] = "creditkit.limit_step/1"

    name: str
    amount: LineAmount | None
    figure: str | None = None
    base: Money | None = None
    share: Fraction | None = None
    operands: tuple[Operand, ...] = attrs.field(default=(), metadata=WHERE_GIVEN)
    factors: tuple[str, ...] = attrs.field(default=(), metadata=WHERE_GIVEN)


@attrs.frozen(kw_only=True)
class Decision(Record, OnDemand):
    """A recommendation for one customer: grade, limit, terms, and why.

    ``outcome`` is ``approve`` or ``warn`` where the recommendation stands by itself, ``refer`` where
    a person must look, ``reject`` where no credit is to be given. ``limit`` is money or a state of
    `Line`; None where it cannot be said. ``binding`` names the step that set it. ``requested_limit`` and
    ``line`` are in the policy's currency; what was given in another is also ``requested_as`` and
    ``line_as``, and where there is no rate it is only that. ``titles`` are the
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
    _rates: Deferred[Rates | None] = attrs.field(alias="rates", factory=lambda: Deferred.of(None))
    requested_as: Money | None = attrs.field(default=None, metadata=WHERE_GIVEN)
    line_as: Money | None = attrs.field(default=None, metadata=WHERE_GIVEN)

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
    def rates(self) -> Rates | None:
        """The exchange rates that amounts were converted with; None where nothing was."""
        return self._rates.get()

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
        """What may be granted on this decision: the recommended limit, and no more than was asked for.

        Where the requested limit has no rate it is not known, and so is this.
        """
        limit, asked = self.limit, self.requested_limit
        if self.outcome is Outcome.REJECT:
            return Line.NONE
        if not (isinstance(limit, Money) or limit is Line.UNLIMITED):
            return limit
        if asked is None:
            return limit if self.requested_as is None else None
        return min(limit, asked) if isinstance(limit, Money) else asked

    def grant(
        self,
        *,
        by: str,
        on: date,
        until: date | None = None,
        amount: LineAmount | Decimal | str | int | None = None,
        terms: PaymentTerms | str | None = None,
        mode: LineMode = LineMode.PERMANENT,
        override: str | None = None,
    ) -> CreditLine:
        """The `CreditLine` that a person grants: by default `grantable`, on the recommended terms.

        Other ``terms`` that are longer than those recommended in any way, or of which nobody can tell,
        need ``override`` as well (see `creditkit.terms.compare`).

        Another amount above `grantable`, or any where none is recommended, needs ``override``: why.
        So does money in another currency, which is granted as it is: a line in the customer's own.
        """
        day = as_date(on, "decision.grant.on")
        if day < self.as_of:
            rule = f"must not be before {self.as_of}, the day of the decision"
            raise InvalidFact("decision.grant.on", rule, day.isoformat())
        granted = self.grantable if amount is None else amount
        if granted is None:
            rule = "needs an amount where none is recommended"
            raise InvalidFact("decision.grant", rule, None, "pass amount= and override=")
        recommended = None if self.terms is None else self.terms.name
        given = recommended if terms is None else terms
        line = CreditLine(
            currency=granted.currency if isinstance(granted, Money) else self.currency,
            amount=granted,
            approved_by=by,
            approved_on=day,
            start=day,
            until=until,
            terms=cast("str | None", given),
            mode=mode,
            decision=self.digest,
            override=override,
        )
        most = self.grantable
        if override is None and _is_foreign(line.amount, most):
            rule = f"is in another currency than {most}, which may be granted on this decision"
            remedy = "another currency needs a reason: override='...'"
            raise InvalidFact("decision.grant", rule, line.amount, remedy)
        if override is None and _above(line.amount, most):
            rule = f"must not be above {most}, which may be granted on this decision"
            raise InvalidFact("decision.grant", rule, line.amount, "say why: override='...'")
        asked = None if terms is None else line.terms  # without terms, those of the grade
        if override is None and asked is not None and _beyond(asked, self.terms):
            rule = f"must not go beyond {recommended}, the recommended terms"
            raise InvalidFact("decision.grant.terms", rule, line.terms, "say why: override='...'")
        return line

    def explain(self, language: AnyLanguage = "en") -> str:
        """The decision as a page of text, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        from creditkit.policy.decide.page import decision_page

        return decision_page(self, language)

    def __str__(self) -> str:
        return self.explain()


def _beyond(granted: str, recommended: PaymentTerms | None) -> bool:
    """Whether terms are more than was recommended, or may be."""
    from creditkit.terms.comparing import upgraded

    return recommended is None or upgraded(granted, recommended) is not False


def _is_foreign(granted: LineAmount, most: LineAmount | None) -> bool:
    """Whether amounts are in two currencies: they are not compared."""
    both = isinstance(granted, Money) and isinstance(most, Money)
    return both and granted.currency != most.currency  # type: ignore[union-attr]


def _above(granted: LineAmount, most: LineAmount | None) -> bool:
    """Whether more is granted than may be; no credit is never more, inheriting is as it was recommended."""
    if granted is Line.NONE or most is Line.UNLIMITED or granted is most:
        return False
    if isinstance(granted, Money) and isinstance(most, Money):
        return granted.currency != most.currency or granted > most
    return True
