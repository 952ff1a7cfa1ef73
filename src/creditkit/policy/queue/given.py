"""What a queue is given: orders and accounts that fit, approvals by customer, the order of turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from creditkit._given import listed, one_of
from creditkit.errors import InvalidFact, meant
from creditkit.facts.accounts import CreditAccount, Order
from creditkit.facts.documents import DocumentKind
from creditkit.facts.lines import Approval
from creditkit.limits.documents import kind_of
from creditkit.money import Money
from creditkit.policy.figures.facts import Measure
from creditkit.policy.queue.standing import minor_of

__all__ = [
    "EVENTS",
    "RULES",
    "By",
    "Given",
    "MoneyLike",
    "first_come",
    "in_order_of",
    "minors_by_order",
]

MoneyLike: TypeAlias = "Money | Decimal | str | int"
By: TypeAlias = "Literal['first_come', 'priority', 'margin'] | Callable[[Order], Any]"

RULES: Final = ("first_come", "priority", "margin")
"""The orders in which a queue is served, beside a key of the host's own."""

EVENTS: Final = ("order", "pick", "ship")
"""The events at which a queue is checked: what is billed takes nothing new from a line."""


class Given:
    """The orders of a queue sorted by their ids, with the account of each; ``path`` names the call."""

    __slots__ = ("accounts", "approvals", "event", "holders", "orders", "path")

    def __init__(
        self,
        path: str,
        orders: Iterable[Order],
        accounts: Iterable[CreditAccount],
        *,
        event: str,
        approvals: Iterable[Approval],
    ) -> None:
        one_of(event, EVENTS, f"{path}.event")
        self.path = path
        self.event = event
        self.accounts = self._accounts(_records(accounts, CreditAccount, f"{path}.accounts"))
        given = _records(orders, Order, f"{path}.orders")
        self.holders: dict[str, str | None] = {}
        for index, order in enumerate(given):
            where = f"{path}.orders[{index}]"
            if order.id in self.holders:
                raise InvalidFact(f"{path}.orders", "must not hold an order twice", order.id)
            if kind_of(order, event) is DocumentKind.INVOICE:
                remedy = "post the invoice, or check it by itself"
                raise InvalidFact(where, "must not be an invoice", order.id, remedy)
            self.holders[order.id] = self._holder(order, where)
        self.orders: tuple[Order, ...] = tuple(sorted(given, key=lambda order: order.id))
        self.approvals = self._by_holder(_records(approvals, Approval, f"{path}.approvals"))

    def _accounts(self, given: Sequence[CreditAccount]) -> dict[str | None, CreditAccount]:
        out: dict[str | None, CreditAccount] = {}
        for index, account in enumerate(given):
            where = f"{self.path}.accounts[{index}]"
            if account.holder is None and len(given) > 1:
                raise InvalidFact(where, "must say whose it is", remedy="write customer='C-1'")
            if account.holder in out:
                raise InvalidFact(where, "must not be of a customer twice", account.holder)
            out[account.holder] = account
        return {name: out[name] for name in sorted(out, key=lambda name: name or "")}

    def _holder(self, order: Order, where: str) -> str | None:
        """Whose account an order is checked against; a single account may leave it unsaid."""
        accounts, name = self.accounts, order.customer
        alone = next(iter(accounts)) if len(accounts) == 1 else None
        if name in accounts:
            return name
        if len(accounts) == 1 and (name is None or alone is None):
            return alone
        if name is None:
            raise InvalidFact(f"{where}.customer", "is required", remedy="write customer='C-1'")
        remedy = f"give CreditAccount(customer={name!r}): what is not known of it does not pass"
        raise InvalidFact(f"{where}.customer", "must have an account", name, remedy)

    def _by_holder(self, given: Sequence[Approval]) -> dict[str | None, tuple[Approval, ...]]:
        """Approvals by the customer whose order they are of: others' count for nothing there.

        Where there is one account, all are its customer's.
        """
        if len(self.accounts) == 1:
            return dict.fromkeys(self.accounts, tuple(given))
        owner: dict[str, str | None] = {}
        for holder, account in self.accounts.items():
            for known in account.open_orders or ():
                owner.setdefault(known.id, holder)
            for held in account.reservations:
                owner.setdefault(held.order, holder)
            for note in account.deliveries or ():
                owner.setdefault(note.id, holder)
        for order in self.orders:
            for number in (order.of_order, order.replaces):
                if number is not None:
                    owner[number] = self.holders[order.id]
        owner.update(self.holders)
        out: dict[str | None, list[Approval]] = {}
        for index, approval in enumerate(given):
            if approval.order not in owner:
                where = f"{self.path}.approvals[{index}].order"
                rule = "must be an order of the queue or of one of its accounts"
                raise InvalidFact(where, rule, approval.order, "leave the approval out")
            out.setdefault(owner[approval.order], []).append(approval)
        return {holder: tuple(found) for holder, found in out.items()}

    def of(self, order: Order) -> tuple[Approval, ...]:
        """The approvals of an order's customer."""
        return self.approvals.get(self.holders[order.id], ())


def _records(given: Any, kind: type[Any], path: str) -> list[Any]:
    rows = listed(given)
    if rows is None:
        raise InvalidFact(path, f"must be a sequence of {kind.__name__}", given)
    for index, one in enumerate(rows):
        if not isinstance(one, kind):
            raise InvalidFact(f"{path}[{index}]", f"must be of the type {kind.__name__}", one)
    return rows


def minors_by_order(
    given: Given, amounts: Mapping[str, MoneyLike] | None, measure: Measure, name: str
) -> dict[str, int]:
    """An amount for every order in minor units of the policy's currency; none may be missing."""
    path = f"{given.path}.{name}"
    numbers = _by_order(given, amounts, path, "'25000'")
    return {one: minor_of(value, measure, f"{path}[{one!r}]") for one, value in numbers.items()}


def _by_order(given: Given, values: Any, path: str, example: str) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        remedy = f"write {{'SO-1': {example}}}"
        raise InvalidFact(path, "must be a mapping of every order", values, remedy)
    for name in values:
        if name not in given.holders:
            raise InvalidFact(
                path, "must name orders of the queue", name, meant(name, given.holders)
            )
    lacking = [order.id for order in given.orders if order.id not in values]
    if lacking:
        raise InvalidFact(path, "must be given for every order", lacking[:5])
    return {order.id: values[order.id] for order in given.orders}


def in_order_of(
    given: Given,
    by: By,
    measure: Measure,
    *,
    priorities: Mapping[str, int] | None,
    margins: Mapping[str, MoneyLike] | None,
) -> list[Order]:
    """The orders in the order in which they are served; equals go by their id."""
    if callable(by):
        keys = {order.id: by(order) for order in given.orders}
        try:
            return sorted(given.orders, key=lambda order: keys[order.id])
        except TypeError as error:
            rule = "must give keys that can be compared"
            raise InvalidFact(f"{given.path}.order_by", rule, str(error)) from None
    one_of(by, RULES, f"{given.path}.order_by")
    if by == "priority":
        path = f"{given.path}.priorities"
        ranks = _by_order(given, priorities, path, "1")
        for name, rank in ranks.items():
            if isinstance(rank, bool) or not isinstance(rank, int):
                raise InvalidFact(f"{path}[{name!r}]", "must be a whole number, 1 first", rank)
        return sorted(given.orders, key=lambda order: ranks[order.id])
    if by == "margin":
        worth = minors_by_order(given, margins, measure, "margins")
        return sorted(given.orders, key=lambda order: -worth[order.id])
    return sorted(given.orders, key=first_come)


def first_come(order: Order) -> tuple[date, str]:
    """By the day on which it was placed, those that do not say so last; then by id."""
    return order.placed_on or date.max, order.id
