"""What the documents of each order come to: ordered, delivered, billed, advanced, and what is still to come.

An order weighs the same all its life, with nothing but its number on the documents that belong to it;
the page *The life of an order* is the specification of this module. One walk over the account adds up
what names each order; the document under test is left out and asks for its own part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from creditkit.facts.accounts import CreditAccount, Delivery, Order
from creditkit.facts.documents import Billed, DocumentKind
from creditkit.money import Money

__all__ = ["Convert", "Counted", "Documents", "OfOrder", "Tested", "kind_of"]

Convert = Callable[[Money], int | None]
"""Money as minor units of the currency at hand; None where there is no rate."""

Bills = Mapping[str, Sequence[Billed]]
"""What the ledger says of each order."""

_NONE: Final[tuple[Billed, ...]] = ()


def kind_of(order: Order, event: str) -> DocumentKind:
    """What a document under test is: what it says, else what follows from the event and its order.

    >>> kind_of(Order(id="DN-1", of_order="SO-1", currency="CNY", amount="5"), "ship").value
    'delivery'
    """
    if order.kind is not None:
        return order.kind
    if event == "invoice":
        return DocumentKind.INVOICE
    return DocumentKind.ORDER if order.of_order is None else DocumentKind.DELIVERY


class Tested(NamedTuple):
    """The document under test; ``posted`` is how the ledger has it, if it is an invoice that is there.

    ``of_order`` is the order behind it.
    """

    order: Order
    kind: DocumentKind
    of_order: str | None
    posted: Billed | None = None


class OfOrder:
    """What names one order, in minor units; ``ordered`` is None where it is not known.

    ``lost``: an amount has no rate, so that nothing of the order is known; ``named``: something of the
    account beside its ledger names it, ``advances``: a cleared advance does; ``netted``: and an invoice
    bills it.
    """

    __slots__ = (
        "advanced",
        "advances",
        "beyond",
        "billed",
        "lost",
        "named",
        "netted",
        "noted",
        "open",
        "ordered",
        "paid",
        "reserved",
        "said",
        "unpaid",
    )

    def __init__(self) -> None:
        self.ordered: int | None = None
        self.open = self.beyond = self.reserved = self.lost = self.named = False
        self.advances = self.netted = False
        self.said = self.noted = self.billed = self.unpaid = self.paid = self.advanced = 0

    @property
    def gone(self) -> int:
        """What went out or was billed."""
        return max(self.said, self.noted + self.billed)

    @property
    def to_come(self) -> int:
        """What is still to come of it."""
        if self.ordered is None:
            return 0
        gone = self.noted + self.billed
        rest = self.ordered - (self.said if self.said > gone else gone)
        return rest if rest > 0 else 0

    def unbilled(self, noted: int | None = None) -> int:
        """Delivered and not billed: what was billed before it went out is not owed again."""
        noted = self.noted if noted is None else noted
        if self.ordered is None or not self.billed:
            return noted
        return min(noted, max(0, max(self.ordered, noted) - self.billed))


class Counted(NamedTuple):
    """What an order adds to the exposure once its advances are set against it, and what these leave.

    ``covered`` is what of its unpaid invoices they are set against.
    """

    to_come: int
    unbilled: int
    covered: int
    left: int


class Documents:
    """The documents of an account, by order, beside the one under test."""

    __slots__ = (
        "account",
        "asks",
        "bills",
        "convert",
        "gross",
        "key",
        "knows_ledger",
        "loose",
        "part",
        "replaced",
        "sums",
        "taken",
        "tested",
        "to_come",
    )

    def __init__(
        self,
        account: CreditAccount,
        tested: Tested | None,
        *,
        as_of: date,
        convert: Convert,
        bills: Bills | None,
        horizon_days: int | None = None,
    ) -> None:
        self.account, self.tested, self.convert = account, tested, convert
        self.replaced = _replaced(account, tested)
        self.sums: dict[str, OfOrder] = {}
        self.loose: int | None = 0
        self.bills = bills or {}
        self.knows_ledger = bills is not None
        self.key: str | None = None
        if tested is not None:
            of = tested.order.id if tested.kind is DocumentKind.ORDER else tested.of_order
            self.key = None if of is None else self.order_of(of)
        if self.key is not None:
            self.of(self.key)
        self._orders(as_of, horizon_days)
        if account.advances:
            self._advances()
        notes = self._deliveries() if account.deliveries else []
        if account.reservations:
            self._reservations(as_of)
        if bills:  # of other orders the receivables tell all there is
            for key, one in self.sums.items():
                self._billed_of(key, one)
        # what the document under test asks for before its advances and, of one that is posted, takes off
        # the receivables; what is then still to come of its order, and what it adds to what went out
        self.gross: int | None = None
        self.taken: int | None = None
        self.to_come: int | None = None
        self.part = self.asks = 0
        if tested is not None:
            self._ask(tested, notes)

    def order_of(self, number: str) -> str:
        """The order that a number stands for: the last version of it."""
        return [number, *_later(number, self.replaced)][-1] if self.replaced else number

    def find(self, number: str) -> OfOrder:
        """What names an order, also one that only the ledger knows."""
        key = self.order_of(number)
        found = self.sums.get(key)
        if found is None:
            found = OfOrder()
            self._billed_of(key, found)
        return found

    # One walk over the account

    def of(self, number: str) -> OfOrder:
        """What names an order, to be added to."""
        key = self.order_of(number) if self.replaced else number
        found = self.sums.get(key)
        if found is None:
            found = self.sums[key] = OfOrder()
        return found

    def _orders(self, as_of: date, horizon_days: int | None) -> None:
        tested = self.tested
        mine = None if tested is None or tested.kind is not DocumentKind.ORDER else tested.order
        for one in self.account.open_orders or ():
            if mine is not None and one.id == mine.id:
                continue  # it stands in its place
            if self.replaced and self.order_of(one.id) != one.id:
                continue  # a version that is replaced
            found = self._ordered(one)
            found.named = True
            if horizon_days is not None and one.ship_by is not None:
                found.beyond = (one.ship_by - as_of).days > horizon_days
        if mine is not None:
            self._ordered(mine)

    def _ordered(self, order: Order) -> OfOrder:
        one = self.of(order.id)
        one.open, one.ordered = True, self.convert(order.amount)
        if order.delivered is not None:
            said = self.convert(order.delivered)
            one.said, one.lost = said or 0, said is None
        if one.ordered is None:
            one.lost = True
        return one

    def _advances(self) -> None:
        for advance in self.account.advances or ():
            if advance.cleared and advance.order is not None:
                one, minor = self.of(advance.order), self.convert(advance.amount)
                one.named = one.advances = True
                one.advanced += minor or 0
                one.lost |= minor is None

    def _deliveries(self) -> list[Delivery]:
        """Add the notes to their orders; give those that are of the document under test itself."""
        tested, mine = self.tested, list[Delivery]()
        names: frozenset[str] = frozenset()
        if tested is not None and tested.kind is DocumentKind.DELIVERY:
            names = tested.order.documents
        for note in self.account.deliveries or ():
            if note.id in names:
                mine.append(note)
                continue
            minor = self.convert(note.amount)
            if note.order is None:
                self.loose = None if minor is None or self.loose is None else self.loose + minor
                continue
            one = self.of(note.order)
            one.named = True
            one.noted += minor or 0
            one.lost |= minor is None
        return mine

    def _reservations(self, as_of: date) -> None:
        for held in self.account.reservations:
            if held.until is not None and as_of >= held.until:
                continue
            one = self.of(held.order)
            if one.open:  # it is that order
                continue
            minor = self.convert(held.amount)
            one.named = one.reserved = True
            one.ordered = minor
            one.lost |= minor is None

    def _billed_of(self, key: str, one: OfOrder) -> None:
        """Add what the ledger says of an order and of the versions that it replaced."""
        tested = self.tested
        own = (
            tested.order.id if tested is not None and tested.kind is DocumentKind.INVOICE else None
        )
        former = (number for number in self.replaced if self.order_of(number) == key)
        bills = [bill for name in (key, *former) for bill in self.bills.get(name, _NONE)]
        if own is not None:  # what is under test is left out; a credit note of its number is not it
            bills = [bill for bill in bills if own not in bill.numbers or bill.amount < 0]
        one.netted = bool(bills) and one.advances
        for bill in bills:
            one.billed += bill.amount
            one.unpaid += bill.open
            one.paid += bill.paid
            one.lost |= not bill.known
        one.billed, one.unpaid = max(0, one.billed), max(0, one.unpaid)

    # The document under test

    def _ask(self, tested: Tested, notes: Sequence[Delivery]) -> None:
        if tested.kind is DocumentKind.ORDER:
            one = self.of(tested.order.id)
            self.to_come = 0
            self.gross = None if one.lost else one.to_come
            return
        order = tested.order
        amount = self.convert(order.amount)
        done = 0 if order.delivered is None else self.convert(order.delivered)
        own = [self.convert(note.amount) for note in notes]
        one = OfOrder() if self.key is None else self.of(self.key)
        one.named |= bool(notes)
        if amount is None or done is None or None in own:
            one.lost = True
            if self.key is None and notes and order.delivered is not None:
                self.loose = None
            return
        on_record = sum(minor or 0 for minor in own)
        # what is delivered of it asks for nothing more, if it is on record
        kept = min(on_record, done)
        asks = max(0, amount - kept)
        if self.key is None:
            self.loose = None if self.loose is None else self.loose + kept
            self.gross = self.taken = _of_posted(tested, asks)
        elif tested.kind is DocumentKind.DELIVERY:
            one.noted += kept
            self._delivery(one, asks, on_record - kept)
        else:
            self._invoice(tested, one, asks)

    def _delivery(self, one: OfOrder, asks: int, on_record: int) -> None:
        """A delivery asks for what was not billed before, and is no longer to come."""
        self.part = max(asks, on_record)
        self.asks = asks
        self.gross = None if one.lost else one.unbilled(one.noted + asks) - one.unbilled()
        gone = max(one.said, one.noted + on_record + one.billed) + max(0, asks - on_record)
        self.to_come = 0 if one.ordered is None else max(0, one.ordered - gone)

    def _invoice(self, tested: Tested, one: OfOrder, asks: int) -> None:
        """An invoice takes its part of the notes; one that is posted has done so."""
        posted = tested.posted
        if posted is None:
            one.noted -= min(one.noted, asks)
            one.billed += asks
        else:
            one.billed += posted.amount
            one.paid += posted.paid
            one.lost |= not posted.known
        self.taken = _of_posted(tested, asks)
        self.gross, self.to_come = (None if one.lost else self.taken), one.to_come

    # What comes of it

    def counted(self, key: str) -> Counted:
        """What an order adds to the exposure, net of its advances: first of what is still to come."""
        one = self.sums[key]
        to_come = self._to_come(key, one)
        unbilled, left = one.unbilled(), self._known_free(key, one)
        used = min(left, to_come)
        to_come, left = to_come - used, left - used
        if self.account.deliveries is None:  # what went out may need the rest
            return Counted(to_come, unbilled, 0, 0)
        used = min(left, unbilled)
        covered = min(left - used, one.unpaid)
        return Counted(to_come, unbilled - used, covered, left - used - covered)

    def _to_come(self, key: str, one: OfOrder) -> int:
        """What is still to come of an order, beside the document under test."""
        return one.to_come if key != self.key or self.to_come is None else self.to_come

    def _known_free(self, key: str, one: OfOrder) -> int:
        """Its advances, unless it is not known what is still to come of the order."""
        return 0 if self.account.open_orders is None and not one.open else one.advanced

    def components(self) -> tuple[int | None, int | None, int | None, int | None]:
        """Open orders, deliveries, reservations, and what advances are set against unpaid invoices."""
        account = self.account
        open_orders = reservations = covered = deliveries = 0
        lost = in_doubt = False
        for key, one in self.sums.items():
            if one.lost:
                lost |= one.named
                in_doubt |= one.netted
                continue
            if one.advanced:
                to_come, unbilled, cover, _ = self.counted(key)
                covered += cover
            else:  # as most are
                to_come, unbilled = self._to_come(key, one), one.unbilled()
            deliveries += unbilled
            if one.reserved:
                reservations += to_come
            elif not one.beyond:
                open_orders += to_come
        return (
            None if lost and account.open_orders else open_orders,
            None
            if self.loose is None or (lost and account.deliveries)
            else deliveries + self.loose,
            None if lost and account.reservations else reservations,
            None if in_doubt else covered,
        )

    @property
    def free(self) -> int:
        """What the document under test has of the advances of its order: what all the rest leaves.

        What is not known is not free.
        """
        if self.key is None or not self.knows_ledger or not self.sums[self.key].advanced:
            return 0
        return self.counted(self.key).left

    @property
    def ask(self) -> int | None:
        """What the document under test asks for, less its advances; None where that is not known."""
        if self.gross is None or self.account.advances is None:
            return None
        return max(0, self.gross - self.free)

    @property
    def billed_before(self) -> int:
        """What of the delivery under test was billed before it goes out, so that it asks for less.

        Goods beyond the order cannot be told from goods that were billed ahead.
        """
        return 0 if self.gross is None or not self.asks else max(0, self.asks - self.gross)

    @property
    def to_net(self) -> int | None:
        """How much more in advances could be set against the order under test, and what it asks for.

        Of a document without an order, and where what is not known may need it first, nothing.
        """
        ask = self.ask
        if ask is None or self.key is None or not self.knows_ledger:
            return None
        one, counted = self.sums[self.key], self.counted(self.key)
        return counted.to_come + counted.unbilled + one.unpaid - counted.covered + ask

    @property
    def to_prepay(self) -> int | None:
        """How much is lacking until the whole order of the document under test is prepaid."""
        whole = self._whole()
        if whole is None or self.key is None:
            return None
        one = self.sums[self.key]
        return max(0, whole - one.advanced - one.paid) or None

    @property
    def prepaid(self) -> bool:
        """Whether cleared money covers the whole order of the document under test."""
        whole = self._whole()
        if whole is None or self.key is None:
            return False
        one = self.sums[self.key]
        return 0 < whole <= one.advanced + one.paid

    @property
    def whole(self) -> int | None:
        """The order of the document under test, as far as it is known: ordered, or what went out.

        What was billed before it went out is not counted again. None where neither is known.
        """
        one = None if self.key is None else self.sums[self.key]
        if one is None or one.lost or (one.ordered is None and self.unseen):
            return None
        return max(one.ordered or 0, one.billed + one.unbilled(one.noted + self.part))

    @property
    def unseen(self) -> tuple[str, ...]:
        """What is not known of what went out of the order of the document under test."""
        known = {"deliveries": self.account.deliveries is not None, "ledger": self.knows_ledger}
        return tuple(name for name, there in known.items() if not there)

    def _whole(self) -> int | None:
        """The amount that has to be paid for the order to be prepaid; None where that is not known."""
        is_open = self.key is not None and self.sums[self.key].open
        known = self.account.open_orders is not None and not self.unseen
        return self.whole if is_open or known else None


def _of_posted(tested: Tested, asks: int) -> int | None:
    """What an invoice asks for: of one that is posted, what is open of it."""
    if tested.posted is None:
        return asks
    return min(asks, max(0, tested.posted.open)) if tested.posted.known else None


def _replaced(account: CreditAccount, tested: Tested | None) -> dict[str, str]:
    """The order that stands in place of each number, step by step; what is under test comes first.

    Orders that replace one another in a circle all stand, and nothing stands in place of the one under
    test.
    """
    mine = None if tested is None or tested.kind is not DocumentKind.ORDER else tested.order
    given = [one for one in account.open_orders or () if one.replaces is not None]
    if not given and (mine is None or mine.replaces is None):  # as most are
        return {}
    out: dict[str, str] = {}
    for one in given if mine is None else (mine, *given):  # by their ids: of two the first
        if one.replaces not in (None, one.id):
            out.setdefault(one.replaces, one.id)
    if out:
        out = {old: new for old, new in out.items() if old not in _later(old, out)}
        if mine is not None:
            out.pop(mine.id, None)
    return out


def _later(number: str, replaced: Mapping[str, str]) -> list[str]:
    """The orders that stand in place of a number, step by step."""
    out: list[str] = []
    while number in replaced and replaced[number] not in out:
        number = replaced[number]
        out.append(number)
    return out
