"""Exposure (信用占用): what a customer owes or will owe us, component by component.

    receivables, credits and unapplied cash included
    + delivered, not billed
    + open orders: ordered less delivered, within the horizon
    + commercial bills in hand, and until they mature those passed on with recourse (a bank's acceptance
      is the bank's risk)
    + reservations of orders that have passed and are not open yet, less what is delivered of them
    - cleared advances that are earmarked to no order

A cleared advance that is earmarked to an order reduces that order and nothing else: first what it
still has to deliver, then what is delivered of it and not billed, then its reservation. The document
under test is left out wherever it stands, and so is what it replaces: an invoice under test takes its
part of the deliveries of its order. Where a document says itself how much of it is delivered, it asks
only for the rest, and what is on record as delivered stays in the exposure. A security deposit is
cover and not netted. Each component can be weighed; what is not known makes the exposure not known,
never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import ClassVar, Final, cast

import attrs

from creditkit._fields import Day, as_date
from creditkit._given import instance_in, whole_in
from creditkit._plain import Record, mapping_in
from creditkit.errors import InvalidFact
from creditkit.facts.accounts import Advance, Bill, BillKind, BillStatus, CreditAccount, Order
from creditkit.money import LARGEST, Money, rounded

__all__ = [
    "COMPONENTS",
    "Component",
    "Exposure",
    "Parts",
    "as_exposure",
    "counted_orders",
    "counts",
    "delivered_of",
    "earmarked",
    "exposure_of",
    "order_behind",
    "order_remaining",
    "rest_of",
    "sum_of",
    "weighed",
]

COMPONENTS: Final = (
    "receivables",
    "deliveries",
    "open_orders",
    "bills",
    "reservations",
    "advances",
)
"""The components of the exposure, in the order in which they are shown."""

ONE: Final = Fraction(1)
_WHOLE: Final = (ONE,) * len(COMPONENTS)

Convert = Callable[[Money], int | None]
"""Money as minor units of the currency at hand; None where there is no rate."""

Parts = tuple[tuple[str, int | None, Fraction], ...]
"""``(component, minor units, weight)`` for each component."""


@attrs.frozen(kw_only=True)
class Component(Record):
    """One component: its amount, its weight, and what it adds to the exposure."""

    schema: ClassVar[str] = "creditkit.component/1"

    name: str
    amount: Money | None
    weight: Fraction
    counted: Money | None


@attrs.frozen(kw_only=True)
class Exposure(Record):
    """The exposure and its components; ``total`` is None where a component is not known."""

    schema: ClassVar[str] = "creditkit.exposure/1"

    total: Money | None
    components: tuple[Component, ...]


def order_remaining(order: Order) -> Money:
    """What an order still has to deliver; an order delivered beyond its amount counts 0."""
    if order.delivered is None:
        return order.amount
    left = order.amount.minor - order.delivered.minor
    return Money.from_minor(max(0, left), order.currency)


def earmarked(advances: Iterable[Advance], orders: frozenset[str]) -> list[Advance]:
    """The cleared advances that are earmarked to an order under one of its ids."""
    return [advance for advance in advances if advance.cleared and advance.order in orders]


def exposure_of(
    account: CreditAccount,
    order: Order | None = None,
    *,
    as_of: Day,
    receivables: int | None,
    convert: Convert,
    horizon_days: int | None = None,
    weights: Mapping[str, Fraction] | None = None,
    posted: bool = False,
) -> tuple[int | None, Parts]:
    """The exposure in minor units, without the document under test if there is one, and its components.

    ``receivables`` is the ledger's balance without the document under test (None: not known).
    ``horizon_days`` leaves out open orders that ship later. ``posted`` says that the ledger has the
    document under test already.
    """
    instance_in(account, CreditAccount, "exposure.account")
    if order is not None:
        instance_in(order, Order, "exposure.order")
    as_of = as_date(as_of)
    if receivables is not None:
        whole_in(receivables, "exposure.receivables", -LARGEST)
    if horizon_days is not None:
        whole_in(horizon_days, "exposure.horizon_days")
    if not callable(convert):
        raise InvalidFact("exposure.convert", "must be a function of Money", convert)
    if weights is not None and (type(weights) is not dict or weights):
        _check_weights(weights)
    named = _named(account, order)
    claims = _claims(account, order, named, as_of, horizon_days, convert, posted)
    netted = _netted(claims, account, order, named, convert, posted)
    open_orders, deliveries, reservations = _of_nothing(account) if netted is None else netted
    bills = (bill.amount for bill in account.bills if counts(bill, as_of))
    amounts: tuple[int | None, ...] = (
        receivables,
        None if account.deliveries is None else deliveries,
        None if account.open_orders is None or account.advances is None else open_orders,
        sum_of(bills, convert),
        reservations,
        _free_advances(account, convert),
    )
    total: int | None
    if not weights:
        parts = tuple(zip(COMPONENTS, amounts, _WHOLE, strict=True))
        total = None if None in amounts else sum(cast("tuple[int, ...]", amounts))
    else:
        parts, total = _weighted(amounts, weights)
    if total is not None and abs(total) > LARGEST:
        total = None  # beyond 64 bits it is not known, and nothing passes
    return total, parts


def _of_nothing(account: CreditAccount) -> tuple[int | None, ...]:
    """Open orders, deliveries and reservations where an amount has no rate: of none there is nothing."""
    given = (account.open_orders, account.deliveries, account.reservations)
    return tuple(None if one is None or one else 0 for one in given)


def _weighted(
    amounts: Iterable[int | None], weights: Mapping[str, Fraction]
) -> tuple[Parts, int | None]:
    """The components with their weights, and their sum; what counts nothing may be not known."""
    total: int | None = 0
    parts = []
    for name, amount in zip(COMPONENTS, amounts, strict=True):
        weight = weights.get(name, ONE)
        parts.append((name, amount, weight))
        if weight and total is not None:
            total = None if amount is None else total + weighed(amount, weight)
    return tuple(parts), total


def _check_weights(weights: Mapping[str, Fraction]) -> None:
    given = mapping_in(weights, "exposure.weights", keys=COMPONENTS)
    for name, weight in given.items():
        if not isinstance(weight, Fraction):
            path = f"exposure.weights.{name}"
            raise InvalidFact(path, "must be an exact fraction", weight, "write Fraction(1, 2)")


def weighed(amount: int, weight: Fraction) -> int:
    """What a component of ``amount`` adds at its weight, half-even."""
    if weight is ONE:
        return amount
    return rounded(amount * weight.numerator, weight.denominator, "half_even")


def as_exposure(total: int | None, parts: Parts, currency: str) -> Exposure:
    """The result of `exposure_of` as objects."""

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money.from_minor(minor, currency)

    return Exposure(
        total=money(total),
        components=tuple(
            Component(
                name=name,
                amount=money(amount),
                weight=weight,
                counted=None if amount is None else money(weighed(amount, weight)),
            )
            for name, amount, weight in parts
        ),
    )


def order_behind(account: CreditAccount, order: Order) -> frozenset[str]:
    """The ids of the order behind a document: where it is open, those of its earlier version, too."""
    if order.of_order is None:
        return frozenset()
    for one in account.open_orders or ():
        if order.of_order in one.documents:
            return one.documents
    return frozenset({order.of_order})


def delivered_of(account: CreditAccount, order: Order, convert: Convert) -> int | None:
    """What is on record as delivered, and not billed, of the order behind a document."""
    behind = order_behind(account, order)
    return sum_of((d.amount for d in account.deliveries or () if d.order in behind), convert)


def rest_of(
    account: CreditAccount, one: Order, order: Order | None, convert: Convert, posted: bool = False
) -> int | None:
    """What an open order still has to deliver, less what the document under test takes of it.

    A document that the recorded deliveries cover takes nothing more, nor does one that is posted
    in the ledger, or one of which it is not known what was delivered. One that says how much of it is
    delivered takes what it still has to deliver.
    """
    remaining = convert(order_remaining(one))
    if order is None or order.of_order is None or remaining is None:
        return remaining
    if order.of_order not in one.documents:
        return remaining
    if posted or account.deliveries is None:
        return remaining
    if order.delivered is not None:
        tested = _under_test(account, order, convert)
        if tested is None:
            return None
        total, left, noted = tested
        return max(0, remaining - max(0, min(left, total - noted)))
    amount, behind = convert(order.amount), delivered_of(account, order, convert)
    if amount is None or behind is None:
        return None
    return max(0, remaining - max(0, amount - behind))


def within(order: Order, as_of: date, horizon_days: int | None) -> bool:
    """Whether an open order ships within the horizon; one without a date does."""
    if horizon_days is None or order.ship_by is None:
        return True
    return (order.ship_by - as_of).days <= horizon_days


Sums = dict[str | None, int]
"""Minor units by the order that they belong to."""

Claims = tuple[Sums, Sums, Sums, Sums, Sums]
"""Advances, deliveries, reservations, open orders, and those that ship beyond the horizon."""


def _named(account: CreditAccount, order: Order | None) -> dict[str, str]:
    """The order that each name stands for: its own id, and that of its earlier version."""
    orders = account.open_orders or ()
    named = {}
    for one in orders if order is None else (*orders, order):
        named[one.id] = one.id
        if one.replaces is not None:
            named[one.replaces] = one.id
    return named


def _claims(
    account: CreditAccount,
    order: Order | None,
    named: Mapping[str, str],
    as_of: date,
    horizon_days: int | None,
    convert: Convert,
    posted: bool,
) -> Claims | None:
    """What each document but the one under test comes to by itself; None where one has no rate.

    An order that ships beyond the horizon counts nothing, and keeps its advance. A reservation of an
    order that is open, or under test, is that order.
    """
    claims: Claims = ({}, {}, {}, {}, {})
    spare, delivered, reserved, still_to_ship, beyond = claims
    tested: frozenset[str] = frozenset() if order is None else order.documents
    key: str | None
    for advance in account.advances or ():
        if advance.cleared and advance.order is not None:
            key, minor = named.get(advance.order, advance.order), convert(advance.amount)
            if minor is None:
                return None
            spare[key] = spare.get(key, 0) + minor
    for note in account.deliveries or ():
        if note.id not in tested:
            key = None if note.order is None else named.get(note.order, note.order)
            minor = convert(note.amount)
            if minor is None:
                return None
            delivered[key] = delivered.get(key, 0) + minor
    for held in account.reservations:
        if held.order not in named and (held.until is None or as_of < held.until):
            minor = convert(held.amount)
            if minor is None:
                return None
            reserved[held.order] = reserved.get(held.order, 0) + minor
    alone = order is None or order.of_order is None  # it takes no part of another order
    for one in account.open_orders or ():
        if one.id not in tested:
            minor = (
                convert(order_remaining(one))
                if alone
                else rest_of(account, one, order, convert, posted)
            )
            if minor is None:
                return None
            amounts = still_to_ship if within(one, as_of, horizon_days) else beyond
            amounts[one.id] = amounts.get(one.id, 0) + minor
    return claims


def _netted(
    claims: Claims | None,
    account: CreditAccount,
    order: Order | None,
    named: Mapping[str, str],
    convert: Convert,
    posted: bool,
) -> tuple[int, int, int] | None:
    """Open orders, deliveries and reservations: nothing twice, and less what was advanced for them.

    None where an amount has no rate: it may be that of any of them.
    """
    if claims is None:
        return None
    spare, delivered, reserved, still_to_ship, beyond = claims
    for key, amount in reserved.items():
        reserved[key] = max(0, amount - delivered.get(key, 0))
    behind, asked, over = None, 0, 0
    says = order is not None and order.delivered is not None
    if order is not None and (
        order.of_order is not None or order.id in spare or (says and _own_notes(account, order))
    ):
        # the document under test takes its part of the order behind it, and of what was advanced
        tested = _under_test(account, order, convert)
        if tested is None:
            return None
        own, (total, left, noted) = spare.get(order.id, 0), tested
        spare[order.id], asked = max(0, own - left), max(0, left - own)
        there = new = 0
        if order.of_order is not None:
            behind = named.get(order.of_order, order.of_order)
            there, new = delivered.get(behind, 0), 0 if posted else max(0, total - noted)
            if says:  # what it asks for is not delivered: it takes nothing of what is
                there, new = 0, min(left, new)
            delivered[behind] = delivered.get(behind, 0) - min(there, new)
            if behind in reserved:
                reserved[behind] = max(0, reserved[behind] - noted - max(0, new - there))
        if says and not posted:  # it does not ask for what is delivered of it: that stays
            key = order.id if behind is None else behind
            delivered[key] = delivered.get(key, 0) + min(noted, total - left)
            over = 0 if key == order.id else min(spare[order.id], total - left)
    still_open = _uncovered(still_to_ship, spare)
    _uncovered(beyond, spare)
    if behind is not None:
        spare[behind] = max(0, spare.get(behind, 0) - asked) + over
    if account.open_orders is None:  # what is not known to be delivered may need it first
        spare = Sums() if order is None else Sums({order.id: spare.get(order.id, 0)})
    return still_open, _uncovered(delivered, spare), _uncovered(reserved, spare)


def _under_test(
    account: CreditAccount, order: Order, convert: Convert
) -> tuple[int, int, int] | None:
    """The document's total, what it still has to deliver, and what is on record as delivered of it."""
    total, left = convert(order.amount), convert(order_remaining(order))
    noted = sum_of(_own_notes(account, order), convert)
    return None if total is None or left is None or noted is None else (total, left, noted)


def _own_notes(account: CreditAccount, order: Order) -> list[Money]:
    """What is on record as delivered under the number of the document itself."""
    return [note.amount for note in account.deliveries or () if note.id in order.documents]


def _uncovered(amounts: Sums, spare: Sums) -> int:
    """What advances leave of some amounts; what they cover is spent."""
    if not spare:
        return sum(amounts.values())
    total = 0
    for key, amount in amounts.items():
        total += amount
        if key in spare:
            covered = min(amount, spare[key])
            spare[key] -= covered
            total -= covered
    return total


def counted_orders(account: CreditAccount, as_of: date, horizon_days: int | None) -> set[str]:
    """The orders that are in the exposure: open within the horizon, or reserved."""
    orders = account.open_orders or ()
    counted = [one for one in orders if within(one, as_of, horizon_days)]
    open_ids = {document for one in counted for document in one.documents}
    return open_ids | {r.order for r in account.reservations if r.until is None or as_of < r.until}


def _free_advances(account: CreditAccount, convert: Convert) -> int | None:
    """Cleared advances earmarked to nothing: they reduce whatever is owed."""
    if account.advances is None:
        return None
    free = (a.amount for a in account.advances if a.cleared and a.order is None)
    total = sum_of(free, convert)
    return None if total is None else -total


def counts(bill: Bill, as_of: date) -> bool:
    """A bill in hand counts until it is paid; with one passed on, recourse ends at maturity."""
    if bill.kind is BillKind.BANK:
        return False
    if bill.status is BillStatus.IN_HAND:
        return True
    return bill.recourse and (bill.maturity is None or as_of <= bill.maturity)


def sum_of(amounts: Iterable[Money], convert: Convert) -> int | None:
    """The sum in minor units; None where one of them has no rate."""
    total = 0
    for amount in amounts:
        minor = convert(amount)
        if minor is None:
            return None
        total += minor
    return total
