"""Orders and the credit account that they are checked against.

A `CreditAccount` is what the host knows at the moment of a check: the line, the customer's ledger,
what is ordered, delivered, advanced, drawn as bills and reserved. A sequence that is None is not
known, an empty one is known to be empty; the two differ.

>>> order = Order(id="SO-1", currency="CNY", amount="120000", placed_on=date(2026, 11, 21))
>>> order.amount
Money('120000.00', 'CNY')
"""

import enum
from datetime import date
from typing import Any, ClassVar, cast

from attrs import Attribute, field, frozen

from creditkit._fields import (
    Fact,
    checked,
    in_any_order,
    in_any_order_or_none,
    known_currency,
    line_required,
    many_in,
    money_in,
    money_required,
    not_negative,
    pairs_in,
)
from creditkit._plain import WHERE_GIVEN
from creditkit.canonical import canonical
from creditkit.errors import InvalidFact, all_of
from creditkit.facts.customers import Customer
from creditkit.facts.documents import DocumentKind, kind_of_document
from creditkit.facts.ledger import Ledger
from creditkit.facts.lines import CreditLine, Reservation
from creditkit.facts.terms import known_terms, terms_in
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


def _as_data(ledger: Ledger | None) -> Any:
    """What two ledgers are compared by: their columns do not define ``==``."""
    return None if ledger is None else canonical(ledger.to_dict())


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
class Order(Fact):
    """A document under test or an open order, tax-inclusive: its total, and how much is delivered.

    ``delivered`` is what is delivered or billed, whichever is more, where the host keeps it: what names
    the order (`Delivery.order`, `OpenItem.order`) is known without it. ``ship_by`` places it within a
    horizon, ``terms`` are the terms that it asks for. ``replaces`` names the earlier version that it
    stands in place of, or the order that it was split from; ``of_order`` the order behind a delivery or
    an invoice that is tested as a document of its own. ``kind`` says which of these it is; where it is
    None, what is tested at the event ``invoice`` is an invoice, what has an order behind it a delivery,
    and anything else an order.
    """

    schema: ClassVar[str] = "creditkit.order/1"

    id: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required, validator=not_negative)
    customer: str | None = None
    placed_on: date | None = None
    ship_by: date | None = None
    delivered: Money | None = field(default=None, converter=money_in, validator=not_negative)
    terms: str | None = field(default=None, converter=terms_in, validator=known_terms)
    replaces: str | None = None
    of_order: str | None = None
    version: str | None = None
    kind: DocumentKind | None = field(
        default=None, converter=kind_of_document, metadata=WHERE_GIVEN
    )

    @property
    def documents(self) -> frozenset[str]:
        """The ids under which this order may stand elsewhere: its own and the earlier version's."""
        return frozenset({self.id} if self.replaces is None else {self.id, self.replaces})


@frozen(kw_only=True, field_transformer=checked)
class Delivery(Fact):
    """Goods delivered and not yet billed, tax-inclusive."""

    schema: ClassVar[str] = "creditkit.delivery/1"

    id: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required, validator=not_negative)
    order: str | None = None


@frozen(kw_only=True, field_transformer=checked)
class Advance(Fact):
    """Money received ahead of delivery; earmarked to ``order`` it reduces only that order, to the end.

    Earmarked to none it reduces whatever is owed. Only what has ``cleared`` counts. An advance that
    the ledger shows as a receipt is not given here again.
    """

    schema: ClassVar[str] = "creditkit.advance/1"

    id: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required, validator=not_negative)
    order: str | None = None
    cleared: bool = True


def _bill_kind(value: BillKind | str) -> BillKind:
    return cast(BillKind, value)  # the field's check makes it one


def _bill_status(value: BillStatus | str) -> BillStatus:
    return cast(BillStatus, value)


@frozen(kw_only=True, field_transformer=checked)
class Bill(Fact):
    """A bill of exchange received for goods; ``recourse`` says whether we pay if its drawer does not.

    One that is discounted or endorsed counts up to and including ``maturity`` (without end where
    None); one in hand counts until it is paid and the host takes it away.
    """

    schema: ClassVar[str] = "creditkit.bill/1"

    id: str
    currency: str = field(validator=known_currency)
    amount: Money = field(converter=money_required, validator=not_negative)
    kind: BillKind = field(default=BillKind.COMMERCIAL, converter=_bill_kind)
    status: BillStatus = field(default=BillStatus.IN_HAND, converter=_bill_status)
    recourse: bool = True
    maturity: date | None = None


@frozen(kw_only=True, field_transformer=checked)
class GroupLine(Fact):
    """A line that a group of customers shares, above the customer's own.

    ``others`` is the sum of the other members' positive exposures: a credit of one legal entity
    does not reduce what another owes.
    """

    schema: ClassVar[str] = "creditkit.group_line/1"

    id: str
    currency: str = field(validator=known_currency)
    amount: LineAmount = field(converter=line_required, validator=not_negative)
    others: Money | None = field(default=None, converter=money_in, validator=not_negative)


def _one_each(account: Any, attribute: "Attribute[Any]", rows: tuple[Any, ...] | None) -> None:
    """No document stands twice: it would count twice."""
    seen = set()
    for row in rows or ():
        name = row.order if isinstance(row, Reservation) else row.id
        if name in seen:
            raise InvalidFact(
                f"credit_account.{attribute.name}", "must not hold a document twice", name
            )
        seen.add(name)


@frozen(kw_only=True, field_transformer=checked)
class CreditAccount(Fact):
    """What is known of a customer's account when an order is checked.

    ``temporary`` are lines beside the permanent ``line``. ``groups`` are the lines above it, nearest
    first. What adds to the exposure, or takes from it, is not known while it is None: ``ledger``,
    ``open_orders``, ``deliveries``, ``advances``. ``bills`` and ``reservations`` are empty unless
    given, because a house that keeps none has none. ``blocked`` and ``insolvency`` feed status
    checks. ``grade``, ``score`` and ``facts`` are of the customer: with them a check may ask for any
    figure of a customer, such as ``z2`` or ``industry``. ``figures`` holds values of figures that the
    policy's host declares. But for ``groups``
    the order of documents says nothing: they stand by their ids, however they were given.
    """

    schema: ClassVar[str] = "creditkit.credit_account/1"

    customer: str | None = None
    line: CreditLine | None = None
    temporary: tuple[CreditLine, ...] = field(default=(), converter=in_any_order)
    groups: tuple[GroupLine, ...] = field(default=(), converter=many_in, validator=_one_each)
    grade: str | None = None
    ledger: Ledger | None = field(default=None, eq=_as_data)
    open_orders: tuple[Order, ...] | None = field(
        default=None, converter=in_any_order_or_none, validator=_one_each
    )
    deliveries: tuple[Delivery, ...] | None = field(
        default=None, converter=in_any_order_or_none, validator=_one_each
    )
    advances: tuple[Advance, ...] | None = field(
        default=None, converter=in_any_order_or_none, validator=_one_each
    )
    bills: tuple[Bill, ...] = field(default=(), converter=in_any_order, validator=_one_each)
    reservations: tuple[Reservation, ...] = field(
        default=(), converter=in_any_order, validator=_one_each
    )
    blocked: bool | None = None
    insolvency: bool | None = None
    figures: tuple[tuple[str, Money | float | int | str | bool], ...] = field(
        default=(), converter=pairs_in, metadata={"tagged": "pairs"}
    )
    score: float | None = field(default=None, metadata=WHERE_GIVEN)
    facts: Customer | None = field(default=None, metadata=WHERE_GIVEN)

    def __attrs_post_init__(self) -> None:
        """Everything that names a customer names one and the same: `customer`, or who is named first."""
        accounts = () if self.ledger is None else self.ledger.accounts
        holder, faults = self.holder, []
        if len(accounts) > 1:
            rule, remedy = "must be the customer's own", f"write ledger.account({holder!r})"
            faults.append(_not_theirs("ledger", rule, accounts[:3], remedy))
        rule = f"must be of {holder}"
        if self.facts is not None and self.facts.id != holder:
            remedy = "give this customer's own facts"
            faults.append(_not_theirs("facts", rule, self.facts.id, remedy))
        if len(accounts) == 1 and accounts[0] != holder:
            remedy = f"write ledger.account({holder!r})"
            faults.append(_not_theirs("ledger", rule, accounts[0], remedy))
        for index, one in enumerate(self.open_orders or ()):
            if one.customer is not None and one.customer != holder:
                remedy = "leave out other customers' orders"
                faults.append(_not_theirs(f"open_orders[{index}]", rule, one.customer, remedy))
        if faults:
            raise all_of("credit_account", faults)

    @property
    def holder(self) -> str | None:
        """Whose account it is: ``customer``, else who its facts, its ledger or an open order name."""
        if self.customer is not None:
            return self.customer
        if self.facts is not None:
            return self.facts.id
        if self.ledger is not None and self.ledger.accounts:
            return self.ledger.accounts[0]
        named = (one.customer for one in self.open_orders or ())
        return next((name for name in named if name is not None), None)


def _not_theirs(name: str, rule: str, value: object, remedy: str) -> InvalidFact:
    return InvalidFact(f"credit_account.{name}", rule, value, remedy)
