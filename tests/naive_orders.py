"""A naive reading of the life of an order: what all that names one order comes to, order by order.

The document under test is left out of it, and asks for its own part. Facts are the plain data of
``to_dict``; amounts are whole minor units of the policy's currency, each converted once. A sum of which
one amount has no rate is `NotKnown`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from tests.naive_ledger import CREDITS, PAYING, Ledger
from tests.naive_plain import NotKnown, day, if_known, money

BILLED = ("invoice", "instalment", "retention", "credit_note")
POSTED = ("invoice", "instalment", "retention", "debit_note")

Fact = Mapping[str, Any]


def in_window(as_of: date, fact: Fact, start: str = "start") -> bool:
    """Whether a day lies in a half-open window; an open end is without end."""
    since, until = day(fact.get(start)), day(fact["until"])
    return (since is None or since <= as_of) and (until is None or as_of < until)


def kind_of(order: Fact, event: str) -> str:
    """What a document under test is: what it says, or what the event and its order say."""
    given = order.get("kind")
    if given is not None:
        return str(given)
    if event == "invoice":
        return "invoice"
    return "order" if order["of_order"] is None else "delivery"


class Settled(NamedTuple):
    """What is left of one order once its advances are set against it, and what they leave."""

    open_order: int = 0
    delivered: int = 0
    reserved: int = 0
    against_unpaid: int = 0
    left_over: int = 0


class Life(NamedTuple):
    """What one order comes to without the document under test; ``ordered`` is None where not known.

    ``noted`` and ``billed`` are as they will be once an invoice under test is posted; ``gone`` is both
    without it. ``coming`` is what is still to come.
    """

    ordered: int | None
    noted: int
    billed: int
    unpaid: int
    paid: int
    advanced: int
    gone: int
    coming: int

    def not_billed(self, more: int = 0) -> int:
        """What is delivered, with so much more, and not billed.

        What was billed before it went out is not owed again when it goes.
        """
        noted = self.noted + more
        if self.ordered is None:
            return noted
        return min(noted, max(0, max(self.ordered, noted) - self.billed))


class Orders:
    """The orders of an account, and the document under test, which may be one or a part of one."""

    def __init__(
        self,
        account: Fact,
        order: Fact,
        event: str,
        *,
        as_of: date,
        horizon: int | None,
        ledger: Ledger | None,
        minor: Callable[[str], int],
    ) -> None:
        self.account, self.order, self.as_of = account, order, as_of
        self.horizon, self.minor = horizon, minor
        self.kind = kind_of(order, event)
        self.is_order = self.kind == "order"
        self.newer = self.replaced()
        self.open = {
            one["id"]: one
            for one in account["open_orders"] or ()
            if one["id"] not in self.newer and not (self.is_order and one["id"] == order["id"])
        }
        self.ledger = None if ledger is None or ledger.broken else ledger
        items = [] if self.ledger is None else list(self.ledger.existing())
        self.posted = [item for item in items if self.is_own(item)]
        self.items = [item for item in items if not self.is_own(item)]
        named = order["id"] if self.is_order else order["of_order"]
        if named is None:  # a posted invoice may say itself what it bills
            told = sorted(item["order"] for item in self.posted if item["order"] is not None)
            named = told[0] if told else None
        self.behind: str | None = None if named is None else self.of(named)
        numbers = {order["id"], order["replaces"]} if self.kind == "delivery" else set()
        notes = account["deliveries"] or ()
        self.own_notes = [note for note in notes if note["id"] in numbers]
        self.notes = [note for note in notes if note["id"] not in numbers]
        self.reserved = [one for one in account["reservations"] if self.is_reserved(one)]

    # Which order is meant by a number

    def replaced(self) -> dict[str, str]:
        """Each number that was replaced, and the number of what replaced it.

        Of several that replace one order the order under test has it, else the smallest number. Orders
        that replace one another in a circle all stand. Nothing replaces the order under test.
        """
        given = [(one["id"], one["replaces"]) for one in self.account["open_orders"] or ()]
        given.sort(key=lambda one: one[0])
        if self.is_order:
            given.insert(0, (self.order["id"], self.order["replaces"]))
        newer: dict[str, str] = {}
        for new, old in given:
            if old is not None and old != new:
                newer.setdefault(old, new)
        newer = {old: new for old, new in newer.items() if old not in later(newer, old)}
        if self.is_order:
            newer.pop(self.order["id"], None)
        return newer

    def of(self, number: str) -> str:
        """The order that a number means today: that of the version that replaced all others."""
        return [number, *later(self.newer, number)][-1]

    def naming(self, facts: Iterable[Fact], name: str | None) -> list[Fact]:
        """Those that name an order, or a version that it replaced; of None those that name none."""
        return [
            one
            for one in facts
            if (None if one["order"] is None else self.of(one["order"])) == name
        ]

    def is_reserved(self, one: Fact) -> bool:
        """Whether a reservation counts: it has not lapsed, its order is not open and not under test."""
        name = self.of(one["order"])
        under_test = self.is_order and name == self.behind
        return in_window(self.as_of, one) and name not in self.open and not under_test

    def within(self, order: Fact) -> bool:
        """Whether an open order ships within the horizon; one without a date does."""
        ship_by = day(order["ship_by"])
        return (
            self.horizon is None or ship_by is None or (ship_by - self.as_of).days <= self.horizon
        )

    # The document under test

    def is_own(self, item: Fact) -> bool:
        """Whether an item of the ledger is the invoice under test, or an instalment of it."""
        if self.kind != "invoice" or item["kind"] not in POSTED:
            return False
        return self.order["id"] in (item["id"], item["document"])

    def said(self, order: Fact) -> int:
        """What the host says is delivered, or billed, of an order."""
        return 0 if order["delivered"] is None else self.minor(order["delivered"])

    @property
    def base(self) -> int:
        """The own amount of a document: less what it says is delivered of it, if that is on record."""
        said = self.said(self.order)  # which has to be known, as far as it is said
        return max(0, self.minor(self.order["amount"]) - min(said, self.kept))

    @property
    def kept(self) -> int:
        """What a delivery under test says is delivered of it, as far as it is on record."""
        if self.order["delivered"] is None or not self.own_notes:
            return 0
        return min(self.sum_of(self.own_notes), self.said(self.order))

    @property
    def own_rest(self) -> int:
        """What else is on record under the number of the delivery under test."""
        return self.sum_of(self.own_notes) - self.kept

    def open_of_posted(self) -> int:
        """What an invoice that is posted asks for: what is open of it, at most its own amount."""
        assert self.ledger is not None
        owed = sum(self.ledger.minor(item["open"], item["currency"]) for item in self.posted)
        return min(self.base, max(0, owed))

    def asks(self) -> int:
        """What the document asks for, before advances."""
        life = None if self.behind is None else self.life(self.behind)
        if self.kind == "invoice":  # its order has to be known all the same, for its advances
            return self.open_of_posted() if self.posted else self.base
        if life is None:
            return self.base
        if self.is_order:
            assert life.ordered is not None
            return max(0, life.ordered - max(self.said(self.order), life.noted + life.billed))
        return life.not_billed(self.base) - life.not_billed()

    def asked(self) -> int:
        """What the document asks for, less the advances that the rest of its order leaves."""
        if self.account["advances"] is None:
            raise NotKnown("advances")
        left_over = 0 if self.behind is None else self.settled(self.behind).left_over
        return max(0, self.asks() - left_over)

    # One order

    def sum_of(self, facts: Iterable[Fact]) -> int:
        """The amounts of some documents together."""
        return sum(self.minor(one["amount"]) for one in facts)

    def what_is_ordered(self, name: str) -> list[Fact]:
        """What says how much is ordered: the order under test, the open one, or its reservation."""
        if self.is_order and name == self.behind:
            return [self.order]
        return [self.open[name]] if name in self.open else self.naming(self.reserved, name)

    def billed(self, name: str) -> tuple[int, int, int]:
        """What is billed of an order less what is credited, what is open of that, and what is paid."""
        ledger = self.ledger
        if ledger is None:
            return 0, 0, 0
        items = [item for item in self.naming(self.items, name) if item["kind"] in BILLED]
        billed = sum(ledger.minor(item["amount"], item["currency"]) for item in items)
        unpaid = sum(ledger.minor(item["open"], item["currency"]) for item in items)
        paid = sum(ledger.minor(self.paid_of(item), item["currency"]) for item in items)
        return max(0, billed), max(0, unpaid), paid

    def paid_of(self, item: Fact) -> int:
        """The cash that an invoice was paid with: no more than its amount less what is credited."""
        assert self.ledger is not None
        if item["kind"] == "credit_note" or self.ledger.remainders:
            return 0
        cash = sum(minor for on, minor, kind in item["paid"] if kind in PAYING and on <= self.as_of)
        credited = sum(minor for _, minor, kind in item["paid"] if kind in CREDITS)
        return int(min(cash, max(0, item["amount"] - credited)))

    def advances(self, name: str | None) -> list[Fact]:
        """The cleared advances of an order, or those that are earmarked to none."""
        cleared = (one for one in self.account["advances"] or () if one["cleared"])
        return self.naming(cleared, name)

    def life(self, name: str) -> Life:
        """What an order comes to."""
        says = self.what_is_ordered(name)
        ordered = self.sum_of(says) if says else None
        said = self.said(says[0]) if says and says[0] is self.open.get(name) else 0
        noted = self.sum_of(self.naming(self.notes, name))
        billed, unpaid, paid = self.billed(name)
        advanced = self.sum_of(self.advances(name))
        more = new = 0  # what went out besides, and what goes out now
        gone = noted + billed
        if name == self.behind:
            base = self.base
            if self.kind == "delivery":
                noted += self.kept
                gone, more = noted + billed, self.own_rest
                new = max(0, base - more)
            elif self.posted:
                assert self.ledger is not None
                for item in self.posted:
                    currency = item["currency"]
                    if item["kind"] in BILLED:
                        billed += self.ledger.minor(item["amount"], currency)
                        paid += self.ledger.minor(self.paid_of(item), currency)
                gone = noted + billed
            elif self.kind == "invoice":
                taken = min(noted, base)
                noted, billed, gone = noted - taken, billed + base, gone - taken
        coming = 0
        if ordered is not None and not (self.is_order and name == self.behind):
            coming = max(0, ordered - max(said, noted + more + billed) - new)
        return Life(ordered, noted, billed, unpaid, paid, advanced, gone, coming)

    def settled(self, name: str) -> Settled:
        """An order once its advances are set against it.

        What is still to come takes them first, also where it ships beyond the horizon; then what is
        delivered and not billed, then what is unpaid; the document under test last. What is not known
        may need them all, and leaves nothing for what comes after it.
        """
        life, account = self.life(name), self.account
        pot = life.advanced
        if account["open_orders"] is None and not (self.is_order and name == self.behind):
            pot = 0
        for_coming = min(pot, life.coming)
        pot -= for_coming
        for_delivered = min(pot, life.not_billed())
        pot -= for_delivered
        if account["deliveries"] is None:
            pot = 0
        for_unpaid = min(pot, life.unpaid)
        pot -= for_unpaid
        if self.ledger is None:
            pot = 0
        coming = life.coming - for_coming
        is_open = name in self.open
        return Settled(
            open_order=coming if is_open and self.within(self.open[name]) else 0,
            delivered=life.not_billed() - for_delivered,
            reserved=0 if is_open else coming,
            against_unpaid=for_unpaid,
            left_over=pot,
        )

    # All of them

    def names(self) -> set[str]:
        """The orders that the account knows besides its ledger."""
        facts = [*self.notes, *self.reserved]
        facts += [one for one in self.account["advances"] or () if one["cleared"]]
        named = {self.of(one["order"]) for one in facts if one["order"] is not None}
        return {*self.open, *named} | ({self.behind} if self.behind and self.own_notes else set())

    def components(self) -> dict[str, int | None]:
        """Open orders, deliveries that are not billed, reservations, and what advances take off.

        An order of which an amount has no rate is not known, and neither is what it is a part of: but
        of what the account has none, nothing is owed.
        """
        account = self.account
        found = {name: if_known(self.settled, name) for name in self.names()}
        unknown = [name for name, one in found.items() if one is None]
        known = [one for one in found.values() if one is not None]
        amounts: dict[str, int | None] = {
            "open_orders": sum(one.open_order for one in known),
            "deliveries": sum(one.delivered for one in known),
            "reservations": sum(one.reserved for one in known),
        }
        for name in amounts:
            if unknown and account[name]:
                amounts[name] = None
        if account["open_orders"] is None or account["advances"] is None:
            amounts["open_orders"] = None
        bare = if_known(self.noted_of_none)
        if account["deliveries"] is None or bare is None or amounts["deliveries"] is None:
            amounts["deliveries"] = None
        else:
            amounts["deliveries"] += bare
        free = if_known(self.sum_of, self.advances(None))
        amounts["advances"] = None
        in_doubt = any(self.advances(name) and self.naming(self.bills(), name) for name in unknown)
        if account["advances"] is not None and free is not None and not in_doubt:
            amounts["advances"] = -free - sum(one.against_unpaid for one in known)
        return amounts

    def noted_of_none(self) -> int:
        """The delivery notes that name no order."""
        kept = self.kept if self.behind is None else 0
        return kept + self.sum_of(self.naming(self.notes, None))

    def bills(self) -> Iterator[Fact]:
        """The items that bill an order or take it back, without the invoice under test."""
        return (item for item in self.items if item["kind"] in BILLED)

    # What follows of it

    def prepaid(self) -> bool:
        """Whether cleared money covers the whole order; its last part is no more prepaid than it.

        Without a rate an order is held against the advances in its own currency.
        """
        if self.behind is None:
            return False
        life = if_known(self.life, self.behind)
        if life is None:
            return self.is_order and self.prepaid_in_own_currency()
        if not self.is_order:
            if self.account["open_orders"] is None:
                return False
            seen = self.account["deliveries"] is not None and self.ledger is not None
            if self.behind not in self.open and not seen:
                return False
        return 0 < self.whole(life) <= life.advanced + life.paid

    def prepaid_in_own_currency(self) -> bool:
        assert self.behind is not None
        amount, currency = money(self.order["amount"])
        own = [money(one["amount"]) for one in self.advances(self.behind)]
        return 0 < amount <= sum(paid for paid, of in own if of == currency)

    def whole(self, life: Life) -> int:
        """All that was ordered, delivered and billed of the order behind, with the document under test.

        What was billed before it went out is not counted again.
        """
        part = max(self.own_rest, self.base) if self.kind == "delivery" else 0
        return max(life.ordered or 0, life.billed + life.not_billed(part))

    def delivered(self) -> bool:
        """Whether the goods of the document are with the customer.

        It says so itself; or it is an invoice, and that much is noted of its order.
        """
        amount, said = self.order["amount"], self.order["delivered"]
        if said is not None and money(said) >= money(amount):
            return True
        if self.kind != "invoice" or self.behind is None or not self.account["deliveries"]:
            return False
        noted = if_known(self.sum_of, self.naming(self.notes, self.behind))
        minor = if_known(self.minor, amount)
        return noted is not None and minor is not None and noted >= minor


def later(newer: Mapping[str, str], number: str) -> list[str]:
    """What replaced a number, and what replaced that, up to the last or until it comes round."""
    out: list[str] = []
    while number in newer and newer[number] not in out:
        number = newer[number]
        out.append(number)
    return out
