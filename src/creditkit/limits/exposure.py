"""Exposure (信用占用): what a customer owes or will owe us, component by component.

    receivables, credits and unapplied cash included
    + delivered, not billed
    + open orders: ordered less delivered, within the horizon, less advances earmarked to them
    + commercial bills in hand, and bills passed on with recourse (a bank's acceptance is the bank's risk)
    + reservations of orders that have passed and do not show yet
    - cleared advances that are not earmarked

The document under test, and what it replaces, is left out. A security deposit is cover and not
netted. Each component can be weighed; what is not known makes the exposure not known, never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar, Final

import attrs

from creditkit._plain import Record
from creditkit.facts.accounts import Advance, Bill, BillKind, BillStatus, CreditAccount, Order
from creditkit.money import Money, rounded

__all__ = ["COMPONENTS", "Component", "Exposure", "earmarked", "exposure_of", "order_remaining"]

COMPONENTS: Final = (
    "receivables",
    "deliveries",
    "open_orders",
    "bills",
    "reservations",
    "advances",
)
"""The components of the exposure, in the order in which they are shown."""

Convert = Callable[[Money], int | None]
"""Money as minor units of the currency at hand; None where there is no rate."""


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
    return max(order.amount - order.delivered, Money.from_minor(0, order.currency))


def earmarked(advances: Iterable[Advance], order: str) -> list[Advance]:
    """The cleared advances that are earmarked to an order."""
    return [advance for advance in advances if advance.cleared and advance.order == order]


def exposure_of(
    account: CreditAccount,
    *,
    as_of: date,
    receivables: int | None,
    convert: Convert,
    without: Iterable[str] = (),
    horizon_days: int | None = None,
    weights: Mapping[str, Fraction] | None = None,
) -> tuple[int | None, tuple[tuple[str, int | None, Fraction], ...]]:
    """The exposure in minor units, and ``(component, minor units, weight)`` for each.

    ``receivables`` is the ledger's balance (None: not known). ``without`` are ids of documents that
    are left out. ``horizon_days`` leaves out open orders that ship later.
    """
    left_out = frozenset(without)
    amounts: dict[str, int | None] = {
        "receivables": receivables,
        "deliveries": _sum((d.amount for d in account.deliveries), convert),
        "open_orders": _open_orders(account, as_of, horizon_days, left_out, convert),
        "bills": _sum((bill.amount for bill in account.bills if _counts(bill)), convert),
        "reservations": _sum(
            (
                r.amount
                for r in account.reservations
                if r.amount is not None
                and r.order not in left_out
                and (r.until is None or as_of <= r.until)
            ),
            convert,
        ),
        "advances": _sum(
            (-a.amount for a in account.advances if a.cleared and a.order is None), convert
        ),
    }
    total: int | None = 0
    parts = []
    for name in COMPONENTS:
        weight = (weights or {}).get(name, Fraction(1))
        amount = amounts[name]
        parts.append((name, amount, weight))
        if weight == 0 or total is None:
            continue
        total = None if amount is None else total + weighed(amount, weight)
    return total, tuple(parts)


def weighed(amount: int, weight: Fraction) -> int:
    """What a component of ``amount`` adds at its weight, half-even."""
    return rounded(amount * weight.numerator, weight.denominator, "half_even")


def as_exposure(
    total: int | None, parts: Iterable[tuple[str, int | None, Fraction]], currency: str
) -> Exposure:
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


def _open_orders(
    account: CreditAccount,
    as_of: date,
    horizon_days: int | None,
    left_out: frozenset[str],
    convert: Convert,
) -> int | None:
    if account.open_orders is None:
        return None
    last = None if horizon_days is None else as_of + timedelta(days=horizon_days)
    total = 0
    for order in account.open_orders:
        if order.id in left_out or (
            last is not None and order.ship_by is not None and order.ship_by > last
        ):
            continue
        open_amount = convert(order_remaining(order))
        advanced = _sum(
            (advance.amount for advance in earmarked(account.advances, order.id)), convert
        )
        if open_amount is None or advanced is None:
            return None
        total += max(0, open_amount - advanced)
    return total


def _counts(bill: Bill) -> bool:
    if bill.kind is BillKind.BANK:
        return False
    return bill.status is BillStatus.IN_HAND or bill.recourse


def _sum(amounts: Iterable[Any], convert: Convert) -> int | None:
    total = 0
    for amount in amounts:
        minor = convert(amount)
        if minor is None:
            return None
        total += minor
    return total
