"""Whether an order would be insured, with all its conditions and deadlines, before the goods leave.

>>> from creditkit.facts.accounts import Order
>>> from creditkit.facts.insurance import BuyerLimit, InsurancePolicy, InsuredBuyer
>>> policy = InsurancePolicy(id="P-1", kind="whole_turnover", currency="EUR", insured_share="90 %",
...     start="2026-01-01", maximum_terms_days=90, extension_days=60, waiting_days=180)
>>> buyer = InsuredBuyer(buyer="B-1", currency="EUR", related=False, insolvency=False, shipments=[],
...     limits=[BuyerLimit(currency="EUR", amount="100000", start="2026-01-01")])
>>> order = Order(id="SO-1", currency="EUR", amount="40000", ship_by=date(2026, 3, 2), terms="net 120")
>>> found = would_be_covered(order, buyer, policy, as_of=date(2026, 2, 20))
>>> found.status, [one.id for one in found.conditions if one.status != "pass"
...                and one.status != "not_applicable"]
('uncovered', ['terms'])
>>> print(found.reasons[0])
The due date is 120 days after shipment, and 90 are insured at most. Agree on 2026-05-31 or earlier.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import ClassVar, Final

import attrs

from creditkit._fields import Day, as_date
from creditkit._given import instance_in
from creditkit._plain import Record
from creditkit.cover._words import CONDITIONS, STATUSES, WORDS, cell, page, words
from creditkit.cover.conditions import CoverCondition, limit_then, stops_of, stops_on
from creditkit.cover.covering import CoverStatus, facts_in, insured_row
from creditkit.cover.timeline import Deadline, deadlines_of
from creditkit.errors import InvalidFact
from creditkit.facts.accounts import Order
from creditkit.facts.insurance import (
    InsurancePolicy,
    InsuredBuyer,
    PaymentMethod,
    Shipment,
    days_after,
)
from creditkit.facts.terms import PaymentTerms
from creditkit.languages import AnyLanguage
from creditkit.money import Money
from creditkit.reasons import Reason

__all__ = ["OrderCover", "would_be_covered"]

_AT_SHIPMENT: Final = ("invoice", "dispatch", "delivery")
"""Base dates that are taken to be the day of shipment."""
_BEFORE: Final = ("order", "prepayment", "before_dispatch")
"""Base dates of what is due before the goods leave."""


@attrs.frozen(kw_only=True)
class OrderCover(Record):
    """Whether an order would be insured: every condition with both sides, the parts, the deadlines.

    ``amount`` is ``insured`` + ``uninsured`` + ``not_known``, `covered` what the insurer would bear of it,
    ``retention`` the rest. ``room`` is what the limit leaves, None where that is not known. ``ship_by`` is
    the last day on which shipping would still be insured, as far as dates decide that (None without end);
    it is before ``shipped_on`` where the order is too late.
    """

    schema: ClassVar[str] = "creditkit.order_cover/1"

    order: str
    buyer: str
    policy: str
    as_of: date
    shipped_on: date
    due_on: date | None
    status: CoverStatus
    amount: Money
    insured: Money
    uninsured: Money
    not_known: Money
    covered: Money
    share: Fraction
    room: Money | None
    limit: Money | None
    source: str
    ship_by: date | None
    conditions: tuple[CoverCondition, ...]
    deadlines: tuple[Deadline, ...]
    notes: tuple[Reason, ...] = ()
    assumptions: tuple[Reason, ...] = ()

    @property
    def retention(self) -> Money:
        """What the insured would bear."""
        return self.amount - self.covered

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is not insured in full, and what mends it."""
        told = tuple(one.reason for one in self.conditions if one.reason is not None)
        return (*told, *self.notes)

    def explain(self, language: AnyLanguage = "en") -> str:
        """Every condition with both sides, the parts, what to do and what was assumed."""
        head = words(("condition", "is", "must", "status"), language)
        rows = [
            [
                CONDITIONS[one.id].in_(language),
                cell(one.left, language),
                cell(one.right, language),
                STATUSES[one.status].in_(language),
            ]
            for one in self.conditions
            if one.status != "not_applicable"
        ]
        title = WORDS["order"].filled(
            language,
            id=self.order,
            amount=self.amount,
            on=self.shipped_on,
            due=cell(self.due_on, language),
            status=STATUSES[self.status].in_(language),
        )
        named = {one.id: CONDITIONS[one.id].in_(language) for one in self.conditions if one.reason}
        notes = [(named[one.id], one.reason) for one in self.conditions if one.reason is not None]
        notes += [(CONDITIONS["limit"].in_(language), one) for one in self.notes]
        names = ("limit", "room", "insured", "covered", "retention", "ship_by")
        return page(
            title,
            [head, *rows],
            language,
            right=(1, 2),
            facts={name: getattr(self, name) for name in names},
            notes=notes,
            assumptions=self.assumptions,
        )

    def __str__(self) -> str:
        return self.explain()


def would_be_covered(
    order: Order,
    buyer: InsuredBuyer,
    policy: InsurancePolicy,
    *,
    as_of: Day,
    shipped_on: Day | None = None,
    due_on: Day | None = None,
    method: PaymentMethod | str | None = None,
) -> OrderCover:
    """Whether an order would be insured if it were shipped, before the goods leave.

    It is shipped on ``shipped_on``, else on `Order.ship_by`, else at ``as_of``, but not before. It falls
    due on ``due_on``, else by its terms, with invoice, dispatch and delivery on the day of shipment, the last
    instalment last; where they do not say, that is not known, and never a pass. Everything that is open takes
    up the limit first. Of an order that is delivered in part, what is delivered is left to the shipments.
    """
    instance_in(order, Order, "order", "write Order(id=..., currency=..., amount=...)")
    facts_in(buyer, policy)
    if order.currency != policy.currency:
        rule, remedy = f"must be {policy.currency}, the policy's", "convert with Rates first"
        raise InvalidFact("order.currency", rule, order.currency, remedy)
    if order.customer is not None and order.customer != buyer.buyer:
        rule, remedy = f"must be {buyer.buyer}, the buyer", "give the limits of this customer"
        raise InvalidFact("order.customer", rule, order.customer, remedy)
    today = as_date(as_of)
    asked = order.ship_by if shipped_on is None else as_date(shipped_on, "shipped_on")
    on = today if asked is None else asked
    if shipped_on is not None and on < today:
        rule = f"must not be before {today}, the date of the question"
        raise InvalidFact("shipped_on", rule, on, "what has been shipped is a Shipment: ask cover")
    on = max(on, today)
    due = _due(order.terms, on) if due_on is None else as_date(due_on, "due_on")
    amount = order.amount
    if order.delivered is not None:
        amount = max(amount - order.delivered, Money(0, order.currency))
    asked_for = Shipment(
        id=order.id,
        currency=order.currency,
        amount=amount,
        open=amount,
        shipped_on=on,
        due_on=due,
        method=method,
    )
    taken = _taken(buyer)
    row = insured_row(
        asked_for, buyer, policy, as_of=today, taken=taken, stops=stops_of(buyer, policy)
    )
    limit = limit_then(buyer, policy, on)
    room = None
    if taken is not None and limit.amount is not None:
        room = max(limit.amount - taken, Money(0, order.currency))
    nothing = Money(0, order.currency)  # the amount is known, and so are its parts
    notes = []
    if row.above_limit:
        shown = Money(0, order.currency) if room is None else room
        notes.append(Reason("cover.above_limit", amount=row.above_limit, room=shown))
    return OrderCover(
        order=order.id,
        buyer=buyer.buyer,
        policy=policy.id,
        as_of=today,
        shipped_on=on,
        due_on=due,
        status=row.status,
        amount=amount,
        insured=row.insured or nothing,
        uninsured=row.uninsured or nothing,
        not_known=row.not_known or nothing,
        covered=row.covered or nothing,
        share=row.share,
        room=room,
        limit=limit.amount,
        source=limit.source,
        ship_by=_ship_by(buyer, policy, today),
        conditions=row.conditions,
        deadlines=deadlines_of(asked_for, buyer, policy, as_of=today),
        notes=tuple(notes),
        assumptions=(Reason("cover.room"), Reason("cover.rounding")),
    )


def _due(terms: str | None, on: date) -> date | None:
    """The last due date of terms when everything happens on the day of shipment; None where not known."""
    if terms is None:
        return None
    days = []
    for part in PaymentTerms.parse(terms, path="order.terms").plan:
        if part.base in _BEFORE:
            days.append(on)
        elif part.base in _AT_SHIPMENT and not part.needs_calendar:
            days.append(part.due(on))
        else:
            return None
    return max(days)


def _taken(buyer: InsuredBuyer) -> Money | None:
    """What all that is open takes of the limit; None where that is not known."""
    if buyer.shipments is None:
        return None
    total = Money(0, buyer.currency)
    for one in buyer.shipments:
        if one.open is None:
            return None
        total += one.open
    return total


def _ship_by(buyer: InsuredBuyer, policy: InsurancePolicy, as_of: date) -> date | None:
    """The last day on which shipping is insured, by stop, limit and policy, as things are now."""
    ends = [stops_on(buyer, policy, as_of=as_of), policy.ends]
    ends += [one.until for one in buyer.limits if one.runs(as_of)]
    known = [days_after(one, -1) for one in ends if one is not None]
    return min(known, default=None)
