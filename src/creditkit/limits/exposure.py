"""Exposure (信用占用): what a customer owes or will owe us, component by component.

    receivables, credits and unapplied cash included
    + delivered, not billed
    + open orders: still to come, within the horizon
    + commercial bills in hand, and until they mature those passed on with recourse (a bank's acceptance
      is the bank's risk)
    + reservations of orders that have passed and are not open yet
    - cleared advances: those earmarked to no order, and what others are set against unpaid invoices

What the documents of each order come to, with the document under test left out, is worked out by
`limits.documents`. A security deposit is cover and not netted. Each component can be weighed; what is
not known makes the exposure not known, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import ClassVar, Final, cast

import attrs

from creditkit._fields import Day, as_date
from creditkit._given import instance_in, whole_in
from creditkit._plain import Record, mapping_in
from creditkit.errors import InvalidFact
from creditkit.facts.accounts import Bill, BillKind, BillStatus, CreditAccount
from creditkit.limits.documents import Convert, Documents
from creditkit.money import LARGEST, Money, rounded

__all__ = [
    "COMPONENTS",
    "Component",
    "Exposure",
    "Parts",
    "as_exposure",
    "counts",
    "exposure_of",
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


def exposure_of(
    account: CreditAccount,
    documents: Documents,
    *,
    as_of: Day,
    receivables: int | None,
    weights: Mapping[str, Fraction] | None = None,
) -> tuple[int | None, Parts]:
    """The exposure in minor units, without the document under test if there is one, and its components.

    ``documents`` are those of the account by order; ``receivables`` is the ledger's balance without the
    document under test (None: not known).
    """
    instance_in(account, CreditAccount, "exposure.account")
    instance_in(documents, Documents, "exposure.documents")
    as_of = as_date(as_of)
    if receivables is not None:
        whole_in(receivables, "exposure.receivables", -LARGEST)
    if weights is not None and (type(weights) is not dict or weights):
        _check_weights(weights)
    convert = documents.convert
    open_orders, deliveries, reservations, covered = documents.components()
    bills = (bill.amount for bill in account.bills if counts(bill, as_of))
    free = _free_advances(account, convert)
    amounts: tuple[int | None, ...] = (
        receivables,
        None if account.deliveries is None else deliveries,
        None if account.open_orders is None or account.advances is None else open_orders,
        sum_of(bills, convert),
        reservations,
        None if free is None or covered is None else free - covered,
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
