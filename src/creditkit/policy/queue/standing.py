"""The accounts as they stand while a queue is spent: what passed is taken, and groups move with it.

What passes is reserved, as a host would write it. Where the account has an open order under its number
or the number that it replaces, or the order says what is delivered of it, a reservation would not say
enough: the order then stands among the open orders. A delivery becomes a delivery note.

A group's line counts what its *other* members owe (`GroupLine.others`). When an order of one member
passes, the others of every other member of the group grow by as much as that member's exposure, where
above zero, has grown. What is not known makes the others not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import attrs

from creditkit.errors import InvalidFact
from creditkit.facts.accounts import CreditAccount, Delivery, GroupLine, Order
from creditkit.facts.documents import DocumentKind
from creditkit.facts.lines import Reservation
from creditkit.facts.rates import converted
from creditkit.limits.documents import kind_of
from creditkit.limits.lines import in_force
from creditkit.money import LARGEST, Line, LineAmount, Money, minor_units
from creditkit.policy.figures.facts import Measure
from creditkit.policy.figures.owing import exposure_by

__all__ = ["Standing", "minor_of", "taken"]

Holder = str | None


class Standing:
    """Accounts by holder; ``take`` lets an order pass."""

    __slots__ = ("_exposures", "accounts", "measure", "members")

    def __init__(self, measure: Measure, accounts: Mapping[Holder, CreditAccount]) -> None:
        self.measure = measure
        self.accounts = dict(accounts)
        self.members: dict[str, list[Holder]] = {}
        for holder, account in accounts.items():
            for group in account.groups:
                self.members.setdefault(group.id, []).append(holder)
        self._exposures: dict[Holder, int | None] = {}

    def exposure(self, holder: Holder) -> int | None:
        """What a customer owes or will owe us, without any document under test."""
        if holder not in self._exposures:
            self._exposures[holder] = exposure_by(self.measure, self.accounts[holder])[0]
        return self._exposures[holder]

    def take(self, holder: Holder, order: Order, event: str) -> int | None:
        """Let an order pass, and say by how much its customer's exposure grows; None: not known."""
        before = self.exposure(holder)
        self.accounts[holder] = account = taken(self.accounts[holder], order, event)
        del self._exposures[holder]
        after = self.exposure(holder)
        known = before is not None and after is not None
        grown = max(0, after or 0) - max(0, before or 0) if known else None
        for group in account.groups:
            for other in self.members[group.id]:
                if other != holder:
                    self._move(other, group.id, grown)
        return None if before is None or after is None else after - before

    def _move(self, holder: Holder, group: str, grown: int | None) -> None:
        """The others of one member grow, in the policy's currency: that is what a check compares."""
        account = self.accounts[holder]
        moved = (
            self._moved(one, grown) if one.id == group and grown != 0 else one
            for one in account.groups
        )
        self.accounts[holder] = attrs.evolve(account, groups=tuple(moved))

    def _moved(self, group: GroupLine, grown: int | None) -> GroupLine:
        others = None if group.others is None else self.minor(group.others)
        if others is None or grown is None or others + grown > LARGEST:
            return attrs.evolve(group, others=None)
        currency = self.measure.currency
        amount = group.amount
        if isinstance(amount, Money):  # others have a rate, so the line in the same currency has
            amount = Money.from_minor(self.minor(amount) or 0, currency)
        others = max(0, others + grown)
        return GroupLine(
            id=group.id,
            currency=currency,
            amount=amount,
            others=Money.from_minor(others, currency),
        )

    def minor(self, money: Money) -> int | None:
        """Minor units of the policy's currency; None where there is no rate."""
        measure = self.measure
        return converted(money.minor, money.currency, measure.currency, measure.rates)

    def headroom(self, holder: Holder) -> tuple[LineAmount | None, str | None]:
        """What is left of the tightest line above a customer, and the group whose it is.

        ``unlimited`` where no line ends, below zero where one is overdrawn, None where one is not known.
        """
        account, own = self.accounts[holder], self.exposure(holder)
        lines = (*filter(None, [account.line]), *account.temporary)
        line: int | Line | None = in_force(lines, self.measure.as_of, self.minor).amount
        levels: list[tuple[str | None, int | Line | None, int | None]] = [(None, line, own)]
        for group in account.groups:
            others = None if group.others is None else self.minor(group.others)
            owed = None if others is None or own is None else others + max(0, own)
            given = group.amount
            levels.append((group.id, given if isinstance(given, Line) else self.minor(given), owed))
        return _tightest(levels, self.measure.currency)


def _tightest(
    levels: Iterable[tuple[str | None, int | Line | None, int | None]], currency: str
) -> tuple[LineAmount | None, str | None]:
    least: tuple[int, str | None] | None = None
    asked = False
    for name, line, owed in levels:
        if line is Line.INHERIT:
            continue
        asked = True
        if line is Line.UNLIMITED:
            continue
        if line is None or owed is None:
            return None, name
        left = (0 if isinstance(line, Line) else line) - owed
        if least is None or left < least[0]:
            least = left, name
    if least is not None:
        return Money.from_minor(max(-LARGEST, least[0]), currency), least[1]
    return (Line.UNLIMITED if asked else None), None


def taken(account: CreditAccount, order: Order, event: str) -> CreditAccount:
    """The account once an order has passed."""
    if kind_of(order, event) is DocumentKind.DELIVERY:
        if account.deliveries is None:
            return account
        note = Delivery(
            id=order.id, currency=order.currency, amount=order.amount, order=order.of_order
        )
        kept = tuple(one for one in account.deliveries if one.id not in order.documents)
        return attrs.evolve(account, deliveries=(*kept, note))
    reserved = tuple(one for one in account.reservations if one.order != order.id)
    opened = account.open_orders
    known = opened is not None and any(one.id in order.documents for one in opened)
    if opened is not None and (known or order.delivered is not None):
        # promised today it counts today, whenever it ships
        standing = attrs.evolve(order, ship_by=None)
        kept_open = tuple(one for one in opened if one.id != order.id)
        return attrs.evolve(account, open_orders=(*kept_open, standing), reservations=reserved)
    held = Reservation(order=order.id, currency=order.currency, amount=order.amount)
    return attrs.evolve(account, reservations=(*reserved, held))


_MONEY: Final = (str, int, Decimal)


def minor_of(value: object, measure: Measure, path: str) -> int:
    """Money, or a number of major units, as minor units of the policy's currency."""
    if isinstance(value, Money):
        minor = converted(value.minor, value.currency, measure.currency, measure.rates)
        if minor is None:
            rule, remedy = f"must be in {measure.currency}", "or give its rate"
            raise InvalidFact(path, rule, value, remedy)
        return minor
    if isinstance(value, bool) or not isinstance(value, _MONEY):
        raise InvalidFact(path, "must be money", value, "write '25000.00' or Money('25000', 'CNY')")
    return minor_units(value, measure.currency, path)
