"""What `check` gives back: a `Verdict` on an order, with every check, what would release it, and who may.

The operands of a check are kept as they were compared; objects are made of them when somebody looks.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import ClassVar, Final, Literal, TypeAlias

import attrs

from creditkit._deferred import Deferred, OnDemand
from creditkit._digits import percent_text
from creditkit._plain import WHERE_GIVEN, Record
from creditkit.facts.rates import Rates
from creditkit.figures import Undefined
from creditkit.languages import AnyLanguage, texts
from creditkit.limits.exposure import Exposure
from creditkit.money import Line, LineAmount, Money
from creditkit.outcomes import Outcome
from creditkit.reasons import Reason
from creditkit.reasons.titles import listed

__all__ = ["CheckResult", "Release", "Verdict"]


Compared: TypeAlias = Money | Line | Undefined | int | float | str | bool | None
"""What one side of a check, or one of its operands, can be."""

TAGGED: Final = {"tagged": True}

RELEASES: Final = texts(
    "release",
    {
        "amount": ("ship no more than {amount}", "本单金额不超过 {amount}"),
        "payment": ("pay {amount}: {items}", "付款 {amount}（{items}）"),
        "prepayment": (
            "prepay {amount}[ for order {number}][ ({share} of {order})]",
            "[为订单 {number} ]预付 {amount}[（{order} 的 {share}）]",
        ),
        "terms": ("terms of no more than {days} days", "账期不超过 {days} 天"),
        "date": ("wait until {date}", "等到 {date}"),
    },
)
"""A way to release an order in words, by its kind."""


@attrs.frozen(kw_only=True)
class CheckResult(Record):
    """One check as it came out.

    ``left`` and ``right`` are both sides as they were compared, ``headroom`` how much room was left
    (negative: by how much it failed; `Line.UNLIMITED` under an unlimited line). ``level`` names the
    group whose line was checked, None for the customer's own. ``effect`` is what the check asks for
    where it did not pass; ``cleared_by`` what set that aside: ``prepayment``, ``delivered`` or an
    approver.
    """

    schema: ClassVar[str] = "creditkit.check/1"

    id: str
    kind: str
    status: str
    require: str
    level: str | None = None
    left: Compared = attrs.field(default=None, metadata=TAGGED)
    right: Compared = attrs.field(default=None, metadata=TAGGED)
    headroom: Money | Line | int | None = attrs.field(default=None, metadata=TAGGED)
    operands: tuple[tuple[str, Compared], ...] = attrs.field(
        default=(), metadata={"tagged": "pairs"}
    )
    missing: tuple[str, ...] = ()
    effect: Outcome | None = None
    cleared_by: str | None = None


@attrs.frozen(kw_only=True)
class Release(Record):
    """One way to release an order: it makes every check that failed pass, and says by how much.

    ``kind`` is ``amount`` (ship no more than ``amount``), ``payment`` (pay ``amount`` on ``items``),
    ``prepayment`` (prepay ``amount``, ``share`` of the document, earmarked to ``order``), ``terms`` (at
    most ``days``) or ``date`` (wait until ``date``). It is exact, assumes no other orders or receipts,
    and is of the verdict's day: a payment has to be cleared on it, and on another day the order is
    checked again.
    A payment goes to the oldest items, each in full before the next. It clears the checks themselves:
    an approval that does not count is not counted on.
    """

    schema: ClassVar[str] = "creditkit.release/1"

    kind: Literal["amount", "payment", "prepayment", "terms", "date"]
    amount: Money | None = None
    share: Fraction | None = None
    order: str | None = attrs.field(default=None, metadata=WHERE_GIVEN)
    items: tuple[tuple[str, Money], ...] = ()
    days: int | None = None
    date: date | None = None

    def sentence(self, language: AnyLanguage = "en") -> str:
        """The way in words, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        items = [f"{name} {part}" if len(self.items) > 1 else name for name, part in self.items]
        share = order = None
        if self.share and self.amount is not None:
            share = percent_text(self.share)
            order = Money.from_minor(int(self.amount.minor / self.share), self.amount.currency)
        return RELEASES[self.kind].filled(
            language,
            amount=self.amount,
            items=listed(items, language),
            share=share,
            order=order,
            number=None if self.share else self.order,
            days=self.days,
            date=self.date,
        )


@attrs.frozen(kw_only=True)
class Verdict(Record, OnDemand):
    """Whether an order may go, by every check of the policy.

    ``outcome`` is the most severe effect among the checks that did not pass and were not cleared.
    ``release_if`` lists ways to release it, each sufficient by itself; it is empty where nothing
    but the facts can. ``approver`` is the role that may let it go, None where nobody needs to or may.
    ``titles`` are the policy's own words, (name, English, Chinese).
    """

    schema: ClassVar[str] = "creditkit.verdict/1"

    order: str
    event: str
    as_of: date
    policy: str
    policy_version: str
    policy_digest: str
    outcome: Outcome
    currency: str
    prepaid: bool
    line: LineAmount | None
    overage: Money | None
    titles: tuple[tuple[str, str, str], ...] = attrs.field(repr=False)
    _checks: Deferred[tuple[CheckResult, ...]] = attrs.field(alias="checks")
    _exposure: Deferred[Exposure] = attrs.field(alias="exposure")
    _release_if: Deferred[tuple[Release, ...]] = attrs.field(alias="release_if")
    _approver: Deferred[str | None] = attrs.field(alias="approver")
    _reasons: Deferred[tuple[Reason, ...]] = attrs.field(alias="reasons")
    _facts_digest: Deferred[str] = attrs.field(alias="facts_digest")
    _rates: Deferred[Rates | None] = attrs.field(alias="rates", factory=lambda: Deferred.of(None))

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """Every check, in the order of the policy."""
        return self._checks.get()

    @property
    def exposure(self) -> Exposure:
        """The customer's exposure without this order, component by component."""
        return self._exposure.get()

    @property
    def release_if(self) -> tuple[Release, ...]:
        """Ways to release the order; each releases everything that failed."""
        return self._release_if.get()

    @property
    def approver(self) -> str | None:
        """The role that may approve."""
        return self._approver.get()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, in the order of the checks."""
        return self._reasons.get()

    @property
    def rates(self) -> Rates | None:
        """The exchange rates that amounts were converted with; None where nothing was."""
        return self._rates.get()

    @property
    def facts_digest(self) -> str:
        """The SHA-256 of the facts: the same order, version and facts give the same one."""
        return self._facts_digest.get()

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """The checks that did not pass and were not cleared."""
        return tuple(c for c in self.checks if c.effect is not None and c.cleared_by is None)

    def explain(self, language: AnyLanguage = "en") -> str:
        """The verdict as a page of text, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        from creditkit.policy.check.page import verdict_page

        return verdict_page(self, language)

    def __str__(self) -> str:
        return self.explain()
