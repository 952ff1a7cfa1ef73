"""The facts of an order under test, and its figures by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import attrs

from creditkit.errors import InvalidFact
from creditkit.facts.accounts import CreditAccount, GroupLine, Order
from creditkit.facts.documents import DocumentKind
from creditkit.facts.rates import Rates, converted
from creditkit.figures import Value
from creditkit.limits.documents import Documents, Tested, kind_of
from creditkit.limits.exposure import Parts, counts, exposure_of
from creditkit.limits.lines import InForce, in_force
from creditkit.money import Money
from creditkit.policy.figures.facts import CustomerFacts, Measure
from creditkit.policy.figures.of_orders import SOURCES
from creditkit.policy.figures.own import own_values
from creditkit.policy.figures.row import FigureRow, shown_value
from creditkit.policy.figures.sources import CUSTOMER
from creditkit.policy.figures.usable import unbalanced
from creditkit.receivables import positions
from creditkit.receivables._by_order import Posted, billed_by_order, posted
from creditkit.receivables._position import figures_at

__all__ = ["OrderFacts"]


class OrderFacts(dict[str, Value]):
    """The facts of one check, and its figures by name; a name without a source is not known.

    ``grade`` are the columns of the account's grade, None without one. A figure that is not known
    takes its value from ``assume`` and is then listed in ``assumed``; so does one that a figure of the
    customer is made of. ``wanted`` are the figures of the ledger that the exposure and the policy's checks
    need: they are worked out together. What the account itself does not say is asked of the customer's
    facts, where it carries them: ``customer`` are these as they are measured.
    """

    __slots__ = (
        "_documents",
        "_exposure",
        "_ledger",
        "_line",
        "_own",
        "_row",
        "account",
        "assume",
        "assumed",
        "customer",
        "event",
        "grade",
        "kind",
        "measure",
        "order",
        "posted",
        "wanted",
    )

    measure: Measure
    order: Order
    account: CreditAccount
    event: str
    grade: Mapping[str, Value] | None
    kind: DocumentKind
    posted: Posted | None

    def __init__(
        self,
        measure: Measure,
        order: Order,
        account: CreditAccount,
        event: str,
        *,
        grade: Mapping[str, Value] | None,
        assume: Mapping[str, Value],
        wanted: frozenset[str],
    ) -> None:
        super().__init__()
        if order.customer is not None:
            holder = account.holder
            if holder is not None and holder != order.customer:
                raise InvalidFact("check.account", f"must be of {order.customer}", holder)
        self.measure = measure
        self.order = order
        self.account = account
        self.event = event
        self.grade = grade
        self.assume = assume
        self.wanted = wanted
        self.assumed: list[str] = []
        self.kind = kind_of(order, event)
        self.posted = None
        if self.kind is DocumentKind.INVOICE and account.ledger is not None:
            self.posted = posted(account.ledger, measure, order.id)
        self._documents: Documents | None = None
        self._ledger: Mapping[str, Value] | None = None
        self._line: InForce | None = None
        self._exposure: tuple[int | None, Parts] | None = None
        self._own: Mapping[str, Value] = {}
        self._row: FigureRow | None = None
        self.customer: CustomerFacts | None = None
        if account.figures:
            self._own = own_values(account.figures, measure, "credit_account.figures")
        if account.facts is not None:
            self.customer = CustomerFacts(
                measure=measure, customer=account.facts, ledger=account.ledger
            )
            if account.facts.figures:
                self._own = _joined(self._own, self.customer)

    def changed(
        self,
        *,
        order: Order | None = None,
        account: CreditAccount | None = None,
        as_of: date | None = None,
    ) -> OrderFacts:
        """The same check of other facts: how a way to release an order is proved."""
        return OrderFacts(
            self.measure if as_of is None else attrs.evolve(self.measure, as_of=as_of),
            order or self.order,
            account or self.account,
            self.event,
            grade=self.grade,
            assume=self.assume,
            wanted=self.wanted,
        )

    def __missing__(self, name: str) -> Value:
        value = self._work_out(name)
        if value is None and name in self.assume:
            value = self.assume[name]
            self.assumed.append(name)
        self[name] = value
        return value

    def _work_out(self, name: str) -> Value:
        source = SOURCES.get(name)
        if source is not None:
            return source(self)
        if self.grade is not None and name in self.grade:
            return self.grade[name]
        return self._own[name] if name in self._own else self.of_customer(name)

    # Facts that several figures share

    def minor(self, money: Money) -> int | None:
        """Money in minor units of the policy's currency; None where there is no rate."""
        if money.currency == self.measure.currency:
            return money.minor
        return converted(money.minor, money.currency, self.measure.currency, self.measure.rates)

    def money(self, minor: int) -> Money:
        """Minor units of the policy's currency as money."""
        return Money.from_minor(minor, self.measure.currency)

    def of_customer(self, name: str) -> Value:
        """A figure of the customer, where the account carries their facts: the one that `decide` sees."""
        if self.customer is None or name not in CUSTOMER:
            return None
        if self._row is None:
            self._row = FigureRow(self.customer, None, self.assume)
        row = self._row
        before = len(row.assumed)
        value = row[name]
        self.assumed += row.assumed[before:]
        return value

    def of_ledger(self, name: str) -> Value:
        """A figure of the ledger; those that the checks name are worked out together, once."""
        ledger = self.account.ledger
        if ledger is None:
            return None
        if self._ledger is None or name not in self._ledger:
            names = self.wanted if name in self.wanted else None
            self._ledger = figures_at(ledger, self.measure, names)
            for other in self.wanted:  # the checks will ask for them one by one
                found = self._ledger.get(other)
                if found is not None:  # what is not known may be assumed, and is then listed
                    self.setdefault(other, found)
        return self._ledger[name]

    @property
    def line(self) -> InForce:
        """The line in force."""
        if self._line is None:
            account = self.account
            lines = (
                account.temporary if account.line is None else (account.line, *account.temporary)
            )
            self._line = in_force(lines, self.measure.as_of, self.minor)
        return self._line

    @property
    def documents(self) -> Documents:
        """The account's documents by order, beside the one under test."""
        if self._documents is None:
            self._documents = self.documents_with(self.order, self.account)
        return self._documents

    def documents_with(self, order: Order, account: CreditAccount) -> Documents:
        """The same with another order or other documents: what a remedy would make of them."""
        ledger, measure = account.ledger, self.measure
        if self.posted is None:
            tested = Tested(order, self.kind, order.of_order)
        else:
            of = order.of_order or self.posted.order
            tested = Tested(order, self.kind, of, self.posted.billed)
        return Documents(
            account,
            tested,
            as_of=measure.as_of,
            convert=self.minor,
            bills=None if ledger is None else billed_by_order(ledger, measure),
            horizon_days=measure.horizon_days,
        )

    @property
    def exposure(self) -> tuple[int | None, Parts]:
        """The exposure without the document under test, and its components."""
        if self._exposure is None:
            self._exposure = self.exposure_with(self.documents)
        return self._exposure

    def exposure_with(self, documents: Documents) -> tuple[int | None, Parts]:
        """The exposure that documents make."""
        return exposure_of(
            self.account,
            documents,
            as_of=self.measure.as_of,
            receivables=self._receivables(documents),
            weights=self.measure.weights,
        )

    def _receivables(self, documents: Documents) -> int | None:
        """The ledger's balance without what the document under test asks for, should it be posted already."""
        balance = self.of_ledger("receivables")
        if not isinstance(balance, int) or self.posted is None:
            return balance if isinstance(balance, int) else None
        return None if documents.taken is None else balance - documents.taken

    @property
    def in_doubt(self) -> bool:
        """Whether figures of the statement are of one that does not balance."""
        facts = self.customer
        if facts is None or facts.statement is None:
            return False
        return unbalanced(facts.statement) is not None

    def absent(self, name: str, level: str | None = None) -> tuple[str, ...]:
        """What is missing where a figure is not known: parts of the exposure, rates, or the figure."""
        account, target, rates = self.account, self.measure.currency, self.measure.rates
        of_customer = name in CUSTOMER and name not in SOURCES
        needed = ("facts",) if of_customer else _PARTS.get(name, ())
        parts = [part for part in needed if getattr(account, part) is None]
        group = next((one for one in account.groups if one.id == level), None)
        if name == "exposure" and group is not None and group.others is None:
            parts.append("others")
        foreign = set(self._currencies(name, group)) - {target}
        lost = [one for one in foreign if rates is None or rates.ratio(one, target) is None]
        return (*parts, *(f"{one} -> {target}" for one in sorted(lost))) or (name,)

    def _currencies(self, name: str, group: GroupLine | None) -> Iterator[str]:
        """The currencies of the facts that a figure is made of, of a group's line where it is that."""
        account, facts = self.account, list[Any]()
        if name in ("exposure", "order", "order_total"):
            facts += [self.order, *(one for one in account.advances or () if one.cleared)]
        if name == "exposure":
            facts += [*(account.open_orders or ()), *(account.deliveries or ())]
            day = self.measure.as_of
            facts += [*(one for one in account.bills if counts(one, day)), *account.reservations]
        if name in ("exposure", "line") and group is not None:
            facts.append(group)
        elif name == "line":
            facts += [one for one in (account.line, *account.temporary) if one is not None]
        if account.facts is not None and name in CUSTOMER and name not in SOURCES:
            facts += [account.facts, *filter(None, [account.facts.statement])]
        yield from (one.currency for one in facts)
        if account.ledger is not None and name in ("exposure", *positions.NAMES):
            yield from account.ledger.account_items.currencies

    def rates_used(self) -> Rates | None:
        """The rates of the currencies that the facts are in, beside the policy's own."""
        rates, account = self.measure.rates, self.account
        if rates is None:
            return None
        seen = {*self._currencies("exposure", None), *self._currencies("line", None)}
        seen |= {group.currency for group in account.groups}
        if account.facts is not None:
            seen |= {*self._currencies("total_assets", None)}
        return rates.used(seen, self.measure.currency)

    @property
    def prepaid(self) -> bool:
        """Whether cleared money covers the whole order of the document under test."""
        if self.documents.prepaid:
            return True
        order = self.order
        if self.kind is not DocumentKind.ORDER or not self.documents.find(order.id).lost:
            return False
        return 0 < order.amount.minor <= self.advanced_as_it_is

    @property
    def advanced_as_it_is(self) -> int:
        """Cleared advances for the order under test in its own currency, whatever the rates."""
        order, of = self.order, self.documents.order_of
        return sum(
            one.amount.minor
            for one in self.account.advances or ()
            if one.cleared
            and one.currency == order.currency
            and one.order is not None
            and of(one.order) == order.id
        )

    @property
    def delivered(self) -> bool:
        """Whether the goods of the document under test are delivered."""
        order = self.order
        if order.delivered is not None and order.delivered >= order.amount:
            return True
        amount, key = self.minor(order.amount), self.documents.key
        if self.kind is not DocumentKind.INVOICE:
            return False
        if key is None or amount is None or not self.account.deliveries:
            return False
        notes = (one for one in self.account.deliveries if one.order is not None)
        mine = [
            self.minor(one.amount)
            for one in notes
            if self.documents.order_of(one.order or "") == key
        ]
        return None not in mine and sum(minor or 0 for minor in mine) >= amount


def _joined(own: Mapping[str, Value], customer: CustomerFacts) -> Mapping[str, Value]:
    """The host's own figures of an account and of its customer: one that both give is given alike."""
    measure, given = customer.measure, customer.customer.figures
    theirs = own_values(given, measure, "credit_account.facts.figures")
    for name, value in theirs.items():
        if None is not own.get(name) != value is not None:  # without a rate nothing is compared
            path, rule = f"credit_account.figures.{name}", "must be what the customer's facts say"
            mine = shown_value(own[name], measure.figures[name].kind, measure.currency)
            raise InvalidFact(path, rule, mine, "give it in one of the two")
    return {**theirs, **own}


_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "exposure": ("ledger", "open_orders", "deliveries", "advances"),
    "order": ("advances",),
}
"""What of an account a figure cannot be without."""
