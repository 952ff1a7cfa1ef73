"""What the insurer pays of a loss, step by step, and what the insured bears.

    debt - in dispute - not insured - receipts after the loss = insured loss
    insured loss - deductibles - uninsured share = indemnity     (before_share)
    insured loss - uninsured share - deductibles = indemnity     (after_share)

A loss up to and including the non-qualifying amount is not paid; above it, it is paid in full. The
insured bears the minimum retention of the insured loss at least, and no more than the maximum
indemnity of the insurance year is paid. Every step says what it takes off, and the steps add up:
``debt`` less all that they take is the indemnity; debt = indemnity + recovered + own retention.

Amounts are exact; the insured share and a pro rata part of receipts are rounded once, half to even.

Sources: the two orders of deductible and share, 50,000 less 5,000 at 90 %, as brokers explain it (40,500
and 40,000); limit and share as in *How to calculate the value of a Credit Insurance indemnity* (Credrisk,
2018); receipts pro rata, and the minimum retention, as in Rycroft Associates, *First losses explained* and
*Salvage* (ciff.co.uk); the claim threshold and the maximum indemnity as in the glossary of Atradius.

>>> from creditkit.facts.insurance import InsurancePolicy
>>> policy = InsurancePolicy(id="P-1", kind="whole_turnover", currency="USD", insured_share="90 %",
...     start="2026-01-01", maximum_terms_days=90, extension_days=60, waiting_days=180,
...     each_loss="5000", deductible="before_share")
>>> nothing = Money(0, "USD")
>>> loss = Loss(currency="USD", debt="50000", insured="50000", recovered=nothing)
>>> indemnity(loss, policy).indemnity
Money('40500.00', 'USD')
>>> indemnity(loss, attrs.evolve(policy, deductible="after_share")).indemnity
Money('40000.00', 'USD')
"""

from datetime import date
from fractions import Fraction
from typing import ClassVar, Final

import attrs

from creditkit._digits import ratio_text
from creditkit._fields import Fact, checked, known_currency, money_in, money_required, not_negative
from creditkit._given import instance_in
from creditkit._plain import Record
from creditkit.cover._words import STEPS, WORDS, cell, page, words
from creditkit.errors import InvalidFact, all_of
from creditkit.facts.insurance import (
    DeductibleOrder,
    InsurancePolicy,
    RecoveryRule,
    Share,
    share_in,
)
from creditkit.languages import AnyLanguage
from creditkit.money import Money, rounded
from creditkit.reasons import Reason

__all__ = ["Indemnity", "IndemnityStep", "Loss", "indemnity"]

ROUNDING: Final = "half_even"


def _share(value: Share | None) -> Fraction | None:
    return share_in(value, "loss.share")


@attrs.frozen(kw_only=True, field_transformer=checked)
class Loss(Fact):
    """A loss on one buyer: what was owed when it occurred, and what of it is insured.

    ``insured`` is within the limit, meets every condition and is not in dispute; ``disputed`` waits.
    ``recovered`` is what came in after the loss, from anybody. ``aggregate_used`` is what of the annual
    aggregate the year's earlier losses have used up, ``indemnified`` what was paid for them; each is needed
    where the policy has such a clause. ``share`` stands in place of the policy's insured share. ``loss_on``
    is the day from which the loss counts. What is None is not known.
    """

    schema: ClassVar[str] = "creditkit.loss/1"

    currency: str = attrs.field(validator=known_currency)
    debt: Money = attrs.field(converter=money_required, validator=not_negative)
    insured: Money | None = attrs.field(default=None, converter=money_in, validator=not_negative)
    disputed: Money | None = attrs.field(default=None, converter=money_in, validator=not_negative)
    recovered: Money | None = attrs.field(default=None, converter=money_in, validator=not_negative)
    aggregate_used: Money | None = attrs.field(
        default=None, converter=money_in, validator=not_negative
    )
    indemnified: Money | None = attrs.field(
        default=None, converter=money_in, validator=not_negative
    )
    share: Fraction | None = attrs.field(default=None, converter=_share)
    loss_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """No part is larger than the whole."""
        faults = []
        parts = sum(one.minor for one in (self.insured, self.disputed) if one is not None)
        if parts > self.debt.minor:
            rule = f"must not be above {self.debt}, the debt, together with what is in dispute"
            faults.append(InvalidFact("loss.insured", rule, self.insured))
        if self.recovered is not None and self.recovered > self.debt:
            rule = f"must not be above {self.debt}, the debt"
            remedy = "what came in for other debts is not of this loss"
            faults.append(InvalidFact("loss.recovered", rule, self.recovered, remedy))
        if faults:
            raise all_of("loss", faults)


@attrs.frozen(kw_only=True)
class IndemnityStep(Record):
    """One step: what it is, what it takes off, and what is left after it."""

    schema: ClassVar[str] = "creditkit.indemnity_step/1"

    name: str
    takes: Money
    left: Money


@attrs.frozen(kw_only=True)
class Indemnity(Record):
    """What the insurer pays of a loss; None where something that it hangs on is not known.

    ``steps`` lead from the debt to it, as far as they are known; ``missing`` names what is not.
    ``aggregate_taken`` is what this loss uses up of the annual aggregate. ``retention`` is what the insured
    bears: the debt less the indemnity and what was recovered; what is in dispute is in it.
    """

    schema: ClassVar[str] = "creditkit.indemnity/1"

    policy: str
    currency: str
    debt: Money
    steps: tuple[IndemnityStep, ...]
    indemnity: Money | None = None
    recovered: Money | None = None
    retention: Money | None = None
    aggregate_taken: Money | None = None
    loss_on: date | None = None
    missing: tuple[str, ...] = ()
    assumptions: tuple[Reason, ...] = ()

    def explain(self, language: AnyLanguage = "en") -> str:
        """The steps from the debt to the indemnity, in a language."""
        head = words(("step", "amount", "left"), language)
        rows = [[WORDS["debt"].in_(language), "", cell(self.debt, language)]]
        for step in self.steps:
            name = STEPS[step.name].in_(language)
            rows.append([name, cell(-step.takes, language), cell(step.left, language)])
        paid = WORDS["not_known"].in_(language)
        if self.indemnity is not None:
            paid = cell(self.indemnity, language)
        title = WORDS["indemnity"].filled(language, currency=self.currency, amount=paid)
        made = page(
            title,
            [head, *rows],
            language,
            right=(1, 2),
            facts={
                "indemnified": self.indemnity,
                "recovered": self.recovered,
                "retention": self.retention,
            },
            assumptions=self.assumptions,
        )
        if self.loss_on is None:
            return made
        return f"{made}\n\n{WORDS['loss_on'].filled(language, on=self.loss_on)}"

    def __str__(self) -> str:
        return self.explain()


class _Steps:
    """The steps so far: each takes off what it says, never more than what is left."""

    def __init__(self, debt: Money) -> None:
        self.left = debt.minor
        self.currency = debt.currency
        self.steps: list[IndemnityStep] = []
        self.missing: list[str] = []

    def take(self, name: str, minor: int) -> int:
        """What a step takes, which is noted; nothing once something is not known."""
        taken = max(0, min(minor, self.left))
        if self.missing:
            return 0
        self.left -= taken
        self.steps.append(
            IndemnityStep(
                name=name,
                takes=Money.from_minor(taken, self.currency),
                left=Money.from_minor(self.left, self.currency),
            )
        )
        return taken

    def known(self, name: str, value: Money | None) -> int:
        """A fact that a step needs; 0 where it is not known, which is noted."""
        if value is None:
            self.missing.append(name)
            return 0
        return value.minor


def indemnity(loss: Loss, policy: InsurancePolicy) -> Indemnity:
    """What the insurer pays of a loss under a policy, step by step.

    A fact that a clause needs and that is None makes the indemnity not known; it is never taken for 0.
    The result says nothing of deadlines and conditions: `cover` does, whose `Cover.loss` is what this takes.
    """
    instance_in(loss, Loss, "loss", "write Loss(currency=..., debt=..., insured=...)")
    instance_in(policy, InsurancePolicy, "policy", "write InsurancePolicy(id=..., kind=...)")
    if loss.currency != policy.currency:
        rule, remedy = f"must be {policy.currency}, the policy's", "convert with Rates first"
        raise InvalidFact("loss.currency", rule, loss.currency, remedy)
    share = policy.insured_share if loss.share is None else loss.share
    made = _Steps(loss.debt)
    disputed = 0 if loss.disputed is None else loss.disputed.minor
    insured = made.known("insured", loss.insured)
    if disputed:
        made.take("disputed", disputed)
    if loss.debt.minor - disputed - insured:
        made.take("not_insured", loss.debt.minor - disputed - insured)
    recovered = made.known("recovered", loss.recovered)
    if recovered:
        made.take("recoveries", _of_insured(recovered, insured, loss.debt.minor, policy.recoveries))
    qualifying = made.left
    threshold = policy.non_qualifying
    if threshold is not None and made.left <= threshold.minor:
        made.take("non_qualifying", made.left)
    before = policy.deductible is DeductibleOrder.BEFORE_SHARE
    aggregate = _deduct(made, loss, policy) if before else 0
    borne = made.left - rounded(made.left * share.numerator, share.denominator, ROUNDING)
    if borne or share != 1:
        made.take("share", borne)
    aggregate = aggregate if before else _deduct(made, loss, policy)
    if policy.minimum_retention is not None:
        most = qualifying - policy.minimum_retention.minor
        made.take("minimum_retention", made.left - max(most, 0))
    if policy.maximum_indemnity is not None:
        paid = made.known("indemnified", loss.indemnified)
        made.take("maximum", made.left - max(policy.maximum_indemnity.minor - paid, 0))
    return _result(made, loss, policy, share, aggregate)


def _of_insured(recovered: int, insured: int, debt: int, rule: RecoveryRule) -> int:
    """What of the receipts after the loss goes to the insured part."""
    if rule is RecoveryRule.PRO_RATA:
        return rounded(recovered * insured, debt, ROUNDING)
    return max(0, recovered - (debt - insured))


def _deduct(made: _Steps, loss: Loss, policy: InsurancePolicy) -> int:
    """Take off both deductibles; what the loss uses up of the aggregate."""
    if policy.each_loss is not None:
        made.take("each_loss", policy.each_loss.minor)
    if policy.aggregate is None:
        return 0
    used = made.known("aggregate_used", loss.aggregate_used)
    return made.take("aggregate", policy.aggregate.minor - used)


def _result(
    made: _Steps, loss: Loss, policy: InsurancePolicy, share: Fraction, aggregate: int
) -> Indemnity:
    said = [Reason("cover.rounding")]
    if share != policy.insured_share:
        said.append(Reason("cover.own_share", share=ratio_text(share)))
    if loss.recovered:
        pro_rata = policy.recoveries is RecoveryRule.PRO_RATA
        said.append(Reason("cover.shared_recoveries" if pro_rata else "cover.oldest_recoveries"))
    if loss.disputed:
        said.append(Reason("cover.disputed_waits", amount=loss.disputed))
    if made.missing:
        said.append(Reason("cover.loss_not_known", missing=tuple(made.missing)))
    paid = None if made.missing else Money.from_minor(made.left, loss.currency)
    retention = None
    if paid is not None and loss.recovered is not None:
        retention = loss.debt - paid - loss.recovered
    return Indemnity(
        policy=policy.id,
        currency=loss.currency,
        debt=loss.debt,
        steps=tuple(made.steps),
        indemnity=paid,
        recovered=loss.recovered,
        retention=retention,
        aggregate_taken=None if made.missing else Money.from_minor(aggregate, loss.currency),
        loss_on=loss.loss_on,
        missing=tuple(made.missing),
        assumptions=tuple(said),
    )
