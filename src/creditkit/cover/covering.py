"""What of each shipment to a buyer is insured, what is not and why, and what the insured bears.

Of what is open of a shipment, a part is insured (within the limit, every condition met), a part is not,
a disputed part waits, and where a condition cannot be judged the rest is not known; they add up to what
is open. Whatever is open of earlier shipments takes up the limit, insured or not: that is the cautious
reading, and what the clause of a revolving limit says. The insurer bears the insured share of the
insured part, rounded once, half to even; all else is the insured's own.

>>> from creditkit.facts.insurance import BuyerLimit, InsurancePolicy, InsuredBuyer, Shipment
>>> policy = InsurancePolicy(id="P-1", kind="whole_turnover", currency="EUR", insured_share="90 %",
...     start="2026-01-01", maximum_terms_days=90, extension_days=60, waiting_days=180)
>>> buyer = InsuredBuyer(buyer="B-1", currency="EUR", related=False, insolvency=False,
...     limits=[BuyerLimit(currency="EUR", amount="100000", start="2026-01-01")],
...     shipments=[Shipment(id="I-1", currency="EUR", amount="120000", open="120000",
...                         shipped_on="2026-03-01", due_on="2026-04-30")])
>>> found = cover(buyer, policy, as_of=date(2026, 4, 1))
>>> print(found.insured, found.uninsured, found.covered, found.retention)
100,000.00 EUR 20,000.00 EUR 90,000.00 EUR 30,000.00 EUR
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import ClassVar, Literal, TypeAlias

import attrs

from creditkit._fields import Day, as_date
from creditkit._given import instance_in
from creditkit._plain import Record
from creditkit.cover._words import STATUSES, WORDS, cell, page, words
from creditkit.cover.claims import Loss
from creditkit.cover.conditions import (
    CoverCondition,
    Stops,
    conditions_of,
    limit_then,
    stops_of,
    stops_on,
)
from creditkit.errors import InvalidFact
from creditkit.facts.insurance import InsurancePolicy, InsuredBuyer, Shipment
from creditkit.languages import AnyLanguage
from creditkit.money import Money, rounded
from creditkit.reasons import Reason

__all__ = ["Cover", "CoverRow", "CoverStatus", "cover", "facts_in", "insured_row", "status_of"]

CoverStatus: TypeAlias = Literal["covered", "partly", "uncovered", "not_known", "settled"]
"""How much of an amount is insured."""

ROUNDING = "half_even"
"""How the insured share of an amount is rounded to the minor unit."""


@attrs.frozen(kw_only=True)
class CoverRow(Record):
    """One shipment: ``open`` is ``insured`` + ``uninsured`` + ``disputed`` + ``not_known``.

    ``covered`` is the insured share of the insured part, what the insurer bears. ``above_limit`` is what
    of the uninsured part is above the limit. All are None where it is not known what is open.
    """

    schema: ClassVar[str] = "creditkit.cover_row/1"

    id: str
    shipped_on: date
    status: CoverStatus
    share: Fraction
    open: Money | None = None
    insured: Money | None = None
    uninsured: Money | None = None
    disputed: Money | None = None
    not_known: Money | None = None
    above_limit: Money | None = None
    covered: Money | None = None
    conditions: tuple[CoverCondition, ...] = ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is not insured, or not known to be, and what mends it."""
        return tuple(one.reason for one in self.conditions if one.reason is not None)


@attrs.frozen(kw_only=True)
class Cover(Record):
    """The cover of a buyer at a date; its rows add up to it, and are in the order of shipment.

    A sum is None where a row that it adds up is not known. ``limit`` is what is in force for shipments
    at ``as_of``, from ``source``. ``stop_from`` is the first day on which shipments are not insured.
    ``retention`` is what the insured bears: what is open less what the insurer bears.
    """

    schema: ClassVar[str] = "creditkit.cover/1"

    buyer: str
    policy: str
    as_of: date
    currency: str
    status: CoverStatus
    rows: tuple[CoverRow, ...]
    limit: Money | None = None
    source: str = "none"
    stop_from: date | None = None
    loss_on: date | None = None
    assumptions: tuple[Reason, ...] = ()

    def _sum(self, name: str) -> Money | None:
        total = Money(0, self.currency)
        for row in self.rows:
            part = getattr(row, name)
            if part is None:
                return None
            total += part
        return total if self.status != "not_known" or self.rows else None

    @property
    def open(self) -> Money | None:
        """What the buyer owes of all shipments."""
        return self._sum("open")

    @property
    def insured(self) -> Money | None:
        """What of it is insured, before the insured share is taken."""
        return self._sum("insured")

    @property
    def uninsured(self) -> Money | None:
        """What of it is not insured."""
        return self._sum("uninsured")

    @property
    def disputed(self) -> Money | None:
        """What of it is in dispute within the limit, and waits."""
        return self._sum("disputed")

    @property
    def not_known(self) -> Money | None:
        """Of what it cannot be said whether it is insured."""
        return self._sum("not_known")

    @property
    def covered(self) -> Money | None:
        """What the insurer bears of the insured part, before deductibles."""
        return self._sum("covered")

    @property
    def retention(self) -> Money | None:
        """What the insured bears: all that is open and not borne by the insurer."""
        open_, covered = self.open, self.covered
        return None if open_ is None or covered is None else open_ - covered

    def loss(
        self,
        *,
        recovered: Money | None = None,
        aggregate_used: Money | None = None,
        indemnified: Money | None = None,
    ) -> Loss:
        """The loss that it would be if nothing more came in, for `indemnity`; what is None is not known.

        Where parts are insured at different shares, the lowest of them is taken, and `Loss.share` says it.
        """
        unknown = self.not_known is None or bool(self.not_known)
        shares = [row.share for row in self.rows if row.insured]
        debt = self.open
        if debt is None:
            rule, remedy = "must be known for a loss", "give open= of every shipment"
            raise InvalidFact("cover.open", rule, None, remedy)
        return Loss(
            currency=self.currency,
            debt=debt,
            insured=None if unknown else self.insured,
            disputed=Money(0, self.currency) if self.disputed is None else self.disputed,
            share=min(shares, default=None),
            recovered=recovered,
            aggregate_used=aggregate_used,
            indemnified=indemnified,
            loss_on=self.loss_on,
        )

    def explain(self, language: AnyLanguage = "en") -> str:
        """The shipments and their sums, the limit, what to do and what was assumed, in a language."""
        names = ("open", "insured", "uninsured", "disputed", "not_known", "covered")
        head = words(("document", "shipped", *names, "status"), language)
        rows = [
            [
                row.id,
                str(row.shipped_on),
                *(cell(getattr(row, name), language) for name in names),
                STATUSES[row.status].in_(language),
            ]
            for row in self.rows
        ]
        total = WORDS["total"].in_(language)
        sums = [cell(getattr(self, name), language) for name in names]
        title = WORDS["cover"].filled(
            language,
            buyer=self.buyer,
            as_of=self.as_of,
            currency=self.currency,
            status=STATUSES[self.status].in_(language),
        )
        return page(
            title,
            [head, *rows, [total, "", *sums, ""]] if rows else [],
            language,
            right=range(2, 2 + len(names)),
            facts={"limit": self.limit, "retention": self.retention, "stop": self.stop_from},
            notes=[(row.id, reason) for row in self.rows for reason in row.reasons],
            assumptions=self.assumptions,
        )

    def __str__(self) -> str:
        return self.explain()


def cover(buyer: InsuredBuyer, policy: InsurancePolicy, *, as_of: Day) -> Cover:
    """What of each shipment to a buyer is insured at a date, with every condition.

    What is shipped after ``as_of`` does not count yet. Where the shipments are not known (None) nothing
    is known; where there are none (``[]``) nothing is open. The buyer's currency must be the policy's:
    convert with `Rates` first.
    """
    facts_in(buyer, policy)
    day = as_date(as_of)
    then = limit_then(buyer, policy, day)
    given = sorted(buyer.shipments or (), key=lambda one: (one.shipped_on, one.id))
    now = [one for one in given if one.shipped_on <= day]
    rows, taken, stops = [], _Taken(buyer.currency), stops_of(buyer, policy)
    for shipment in now:
        rows.append(
            insured_row(shipment, buyer, policy, as_of=day, taken=taken.amount, stops=stops)
        )
        taken.add(shipment.open)
    said = [Reason("cover.room"), Reason("cover.rounding")]
    later = tuple(one.id for one in given if one.shipped_on > day)
    if later:
        said.append(Reason("cover.not_shipped", as_of=day, documents=later))
    status: CoverStatus = "not_known" if buyer.shipments is None else _status_of_rows(rows)
    return Cover(
        buyer=buyer.buyer,
        policy=policy.id,
        as_of=day,
        currency=buyer.currency,
        status=status,
        rows=tuple(rows),
        limit=then.amount,
        source=then.source,
        stop_from=stops_on(buyer, policy, as_of=day),
        loss_on=_loss_on(buyer, policy, now),
        assumptions=tuple(said),
    )


class _Taken:
    """What earlier shipments take of the limit; not known once one of them is not."""

    def __init__(self, currency: str) -> None:
        self.amount: Money | None = Money(0, currency)

    def add(self, open_: Money | None) -> None:
        """Count what is open of one more."""
        self.amount = None if self.amount is None or open_ is None else self.amount + open_


def insured_row(
    shipment: Shipment,
    buyer: InsuredBuyer,
    policy: InsurancePolicy,
    *,
    as_of: date,
    taken: Money | None,
    stops: Stops,
) -> CoverRow:
    """One shipment, when earlier ones have ``taken`` so much of the limit (None is not known)."""
    limit = limit_then(buyer, policy, shipment.shipped_on)
    if not policy.run_off:
        now = limit_then(buyer, policy, as_of)
        if now.amount is None or (limit.amount is not None and now.amount < limit.amount):
            limit = now
    conditions = conditions_of(shipment, buyer, policy, as_of=as_of, limit=limit, stops=stops)
    row = CoverRow(
        id=shipment.id,
        shipped_on=shipment.shipped_on,
        status="not_known",
        share=limit.share,
        open=shipment.open,
        conditions=conditions,
    )
    if shipment.open is None:
        return row
    nothing = Money(0, buyer.currency)
    open_ = shipment.open
    insured = uninsured = disputed = not_known = above = nothing
    judged = {one.status for one in conditions}
    if "fail" in judged:
        uninsured = open_
    elif "indeterminate" in judged or taken is None or limit.amount is None:
        not_known = open_
    else:
        within = min(open_, max(nothing, limit.amount - taken))
        above = uninsured = open_ - within
        disputed = min(within, shipment.disputed or nothing)
        insured = within - disputed
    minor = rounded(insured.minor * limit.share.numerator, limit.share.denominator, ROUNDING)
    return attrs.evolve(
        row,
        status=status_of(open_, insured, not_known),
        insured=insured,
        uninsured=uninsured,
        disputed=disputed,
        not_known=not_known,
        above_limit=above,
        covered=Money.from_minor(minor, buyer.currency),
    )


def status_of(open_: Money, insured: Money, not_known: Money) -> CoverStatus:
    """How much of an amount is insured, in one word."""
    if not open_:
        return "settled"
    if not_known:
        return "not_known"
    if insured == open_:
        return "covered"
    return "partly" if insured else "uncovered"


def _status_of_rows(rows: Iterable[CoverRow]) -> CoverStatus:
    found: set[CoverStatus] = {row.status for row in rows if row.status != "settled"}
    if "not_known" in found:
        return "not_known"
    if len(found) > 1:
        return "partly"
    return found.pop() if found else "settled"


def _loss_on(
    buyer: InsuredBuyer, policy: InsurancePolicy, shipments: Iterable[Shipment]
) -> date | None:
    """The day from which a loss counts: of insolvency, or when the oldest debt has waited long enough."""
    dues = [one.due_on for one in shipments if one.due_on is not None and one.open]
    days = [policy.counted(due, policy.waiting_from, policy.waiting_days) for due in dues]
    if buyer.insolvent_on is not None and dues:
        days.append(buyer.insolvent_on)
    return min(days, default=None)


def facts_in(buyer: InsuredBuyer, policy: InsurancePolicy) -> None:
    """Refuse what is no buyer or no policy, or is in another currency."""
    instance_in(buyer, InsuredBuyer, "buyer", "write InsuredBuyer(buyer=..., currency=...)")
    instance_in(policy, InsurancePolicy, "policy", "write InsurancePolicy(id=..., kind=...)")
    if buyer.currency != policy.currency:
        rule, remedy = f"must be {policy.currency}, the policy's", "convert with Rates first"
        raise InvalidFact("buyer.currency", rule, buyer.currency, remedy)
