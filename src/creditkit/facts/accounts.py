"""Orders and the credit account that they are checked against.

A `CreditAccount` is what the host knows at the moment of a check: the line, the customer's ledger,
what is ordered, delivered, advanced, drawn as bills and reserved. Each may be absent (None: not
known) or empty (known to be empty); the two differ.

>>> order = Order(id="SO-1", currency="CNY", amount="120000", placed_on=date(2026, 11, 21))
>>> order.amount
Money('120000.00', 'CNY')
"""

import enum
from datetime import date
from typing import ClassVar

from attrs import field, frozen

from creditkit._fields import (
    checked,
    line_required,
    many_in,
    many_or_none,
    money_in,
    money_required,
    pairs_in,
)
from creditkit._plain import Record
from creditkit.facts.customers import known_currency
from creditkit.facts.ledger import Ledger
from creditkit.facts.lines import CreditLine, Reservation
from creditkit.money import LineAmount, Money

__all__ = [
    "Advance",
    "Bill",
    "BillKind",
    "BillStatus",
    "CreditAccount",
    "Delivery",
    "GroupLine",
    "Order",
]


class BillKind(enum.Enum):
    """Who carries the risk of a bill to maturity: its drawer (commercial) or a bank (acceptance)."""

    COMMERCIAL = "commercial"
    BANK = "bank"


class BillStatus(enum.Enum):
    """Where a bill is: in hand, discounted, or endorsed to somebody else."""

    IN_HAND = "in_hand"
    DISCOUNTED = "discounted"
    ENDORSED = "endorsed"


@frozen(kw_only=True, field_transformer=checked)
class Order(Record):
    """An order, tax-inclusive: its total, and how much of it is delivered and billed.

    ``ship_by`` places it within a horizon, ``terms`` are the terms that it asks for. ``replaces``
    names the document that it stands in place of: an earlier version, or the order of an invoice.
    """

    schema: ClassVar[str] = "creditkit.order/1"

    id: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required)
    placed_on: date | None = None
    ship_by: date | None = None
    delivered: Money | None = field(default=None, converter=money_in)
    billed: Money | None = field(default=None, converter=money_in)
    terms: str | None = None
    replaces: str | None = None
    version: str | None = None


@frozen(kw_only=True, field_transformer=checked)
class Delivery(Record):
    """Goods delivered and not yet billed, tax-inclusive."""

    schema: ClassVar[str] = "creditkit.delivery/1"

    id: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required)
    order: str | None = None


@frozen(kw_only=True, field_transformer=checked)
class Advance(Record):
    """Money received ahead of delivery; earmarked to ``order`` it reduces only that order.

    Only what has ``cleared`` counts.
    """

    schema: ClassVar[str] = "creditkit.advance/1"

    id: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required)
    order: str | None = None
    cleared: bool = True


@frozen(kw_only=True, field_transformer=checked)
class Bill(Record):
    """A bill of exchange received for goods; ``recourse`` says whether we pay if its drawer does not."""

    schema: ClassVar[str] = "creditkit.bill/1"

    id: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required)
    kind: BillKind = BillKind.COMMERCIAL
    status: BillStatus = BillStatus.IN_HAND
    recourse: bool = True
    maturity: date | None = None


@frozen(kw_only=True, field_transformer=checked)
class GroupLine(Record):
    """A line that a group of customers shares, above the customer's own.

    ``others`` is the sum of the other members' positive exposures: a credit of one legal entity
    does not reduce what another owes.
    """

    schema: ClassVar[str] = "creditkit.group_line/1"

    id: str
    currency: str = field(validator=known_currency)
    amount: LineAmount = field(converter=line_required)
    others: Money | None = field(default=None, converter=money_in)


@frozen(kw_only=True, field_transformer=checked)
class CreditAccount(Record):
    """What is known of a customer's account when an order is checked.

    ``temporary`` are lines beside the permanent ``line``. ``groups`` are the lines above it, nearest
    first. ``blocked`` and ``insolvency`` feed status checks. ``figures`` holds values of the host's
    own figures.
    """

    schema: ClassVar[str] = "creditkit.credit_account/1"

    line: CreditLine | None = None
    temporary: tuple[CreditLine, ...] = field(default=(), converter=many_in)
    groups: tuple[GroupLine, ...] = field(default=(), converter=many_in)
    grade: str | None = None
    ledger: Ledger | None = None
    open_orders: tuple[Order, ...] | None = field(default=(), converter=many_or_none)
    deliveries: tuple[Delivery, ...] = field(default=(), converter=many_in)
    advances: tuple[Advance, ...] = field(default=(), converter=many_in)
    bills: tuple[Bill, ...] = field(default=(), converter=many_in)
    reservations: tuple[Reservation, ...] = field(default=(), converter=many_in)
    blocked: bool | None = None
    insolvency: bool | None = None
    figures: tuple[tuple[str, float | int | str | bool], ...] = field(
        default=(), converter=pairs_in
    )
