"""What a receipt pays of a buyer's shipments: the oldest due first, or all of them pro rata.

Insurers set what comes in before the loss against the oldest debt, whatever the payer names. What comes in
after the loss is shared with the insurer as the policy says (`indemnity`).

>>> from creditkit.facts.insurance import Shipment
>>> def shipment(name, due, open_):
...     days = {"shipped_on": "2026-03-01", "due_on": due}
...     return Shipment(id=name, currency="EUR", amount="100", open=open_, **days)
>>> buyer = InsuredBuyer(buyer="B-1", currency="EUR",
...     shipments=[shipment("I-1", "2026-05-01", "100"), shipment("I-2", "2026-04-01", "60")])
>>> paid = received(buyer, Money("80", "EUR"), on="2026-04-20")
>>> [(one.shipment, str(one.amount)) for one in paid.parts], paid.left
([('I-1', '20.00 EUR'), ('I-2', '60.00 EUR')], Money('0.00', 'EUR'))
>>> [one.paid_on for one in paid.buyer.shipments]
[None, datetime.date(2026, 4, 20)]
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import attrs

from creditkit._fields import Day, as_date
from creditkit._given import instance_in
from creditkit._plain import Record
from creditkit.errors import InvalidFact
from creditkit.facts.insurance import InsuredBuyer, RecoveryRule, Shipment
from creditkit.money import Money

__all__ = ["Received", "ReceivedPart", "received"]


@attrs.frozen(kw_only=True)
class ReceivedPart(Record):
    """What of a receipt pays one shipment."""

    schema: ClassVar[str] = "creditkit.received_part/1"

    shipment: str
    amount: Money


@attrs.frozen(kw_only=True)
class Received(Record):
    """The buyer after a receipt, what it paid of each shipment, and what is left of it.

    The parts, in the order of the shipments, and what is left add up to the receipt.
    """

    schema: ClassVar[str] = "creditkit.received/1"

    buyer: InsuredBuyer
    rule: RecoveryRule
    on: date
    parts: tuple[ReceivedPart, ...]
    left: Money


def received(
    buyer: InsuredBuyer,
    amount: Money,
    *,
    on: Day,
    rule: RecoveryRule | str = RecoveryRule.OLDEST_FIRST,
) -> Received:
    """The buyer once a receipt is set against the shipments made by then.

    ``oldest_first`` goes by due date, shipment and number; ``pro_rata`` by what is open of each, to the
    minor unit, so that the parts add up. What is open and when it is due must be known. A shipment that is
    paid in full has ``on`` as its day of payment.
    """
    instance_in(buyer, InsuredBuyer, "buyer", "write InsuredBuyer(buyer=..., currency=...)")
    instance_in(amount, Money, "received.amount", "write Money('5000', 'EUR')")
    if amount.currency != buyer.currency:
        rule_, remedy = f"must be in {buyer.currency}, the buyer's", "convert it with Rates first"
        raise InvalidFact("received.amount", rule_, amount, remedy)
    if amount < Money(0, buyer.currency):
        raise InvalidFact("received.amount", "must not be negative", amount)
    words = {one.value: one for one in RecoveryRule}
    chosen = words.get(rule) if isinstance(rule, str) else rule
    if not isinstance(chosen, RecoveryRule):
        raise InvalidFact("received.rule", f"must be one of {', '.join(map(repr, words))}", rule)
    day = as_date(on, "received.on")
    if buyer.shipments is None:
        rule_, remedy = "must be known", "give what was shipped, [] for nothing"
        raise InvalidFact("buyer.shipments", rule_, None, remedy)
    given = [one for one in buyer.shipments if one.shipped_on <= day]
    open_ = [_open(one) for one in given]
    if chosen is RecoveryRule.PRO_RATA:
        taken = _pro_rata(open_, amount.minor)
    else:
        taken = _oldest_first(given, open_, amount.minor)
    paid = {one.id: minor for one, minor in zip(given, taken, strict=True)}
    shipments = [_paid(one, paid.get(one.id, 0), day) for one in buyer.shipments]
    parts = [
        ReceivedPart(shipment=name, amount=Money.from_minor(minor, buyer.currency))
        for name, minor in paid.items()
        if minor
    ]
    return Received(
        buyer=attrs.evolve(buyer, shipments=shipments),
        rule=chosen,
        on=day,
        parts=tuple(parts),
        left=Money.from_minor(amount.minor - sum(taken), buyer.currency),
    )


def _open(one: Shipment) -> int:
    for name in ("open", "due_on"):
        if getattr(one, name) is None:
            path, remedy = f"buyer.shipments[{one.id!r}].{name}", "say what is open, and since when"
            raise InvalidFact(path, "must be known", None, remedy)
    return 0 if one.open is None else one.open.minor


def _oldest_first(given: Sequence[Shipment], open_: Sequence[int], amount: int) -> list[int]:
    taken = [0] * len(given)

    def age(place: int) -> tuple[date, date, str]:
        one = given[place]
        return one.due_on or date.max, one.shipped_on, one.id

    for place in sorted(range(len(given)), key=age):
        taken[place] = min(open_[place], amount)
        amount -= taken[place]
    return taken


def _pro_rata(open_: Sequence[int], amount: int) -> list[int]:
    """Each one's part by what is open, rounded down as far as all of them so far: the parts add up."""
    total = sum(open_)
    amount = min(amount, total)
    taken, upto, before = [], 0, 0
    for one in open_:
        upto += one
        now = upto * amount // total if total else 0
        taken.append(now - before)
        before = now
    return taken


def _paid(one: Shipment, minor: int, day: date) -> Shipment:
    if not minor or one.open is None:
        return one
    left = one.open - Money.from_minor(minor, one.currency)
    disputed = None if one.disputed is None else min(one.disputed, left)
    return attrs.evolve(one, open=left, disputed=disputed, paid_on=None if left else day)
