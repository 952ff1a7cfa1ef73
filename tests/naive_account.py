"""A naive reading of an account: the figures of a document under test and of the account behind it.

Facts are the plain data of ``to_dict``; money is worked out in whole minor units of the policy's
currency. A figure of which something is not known is not known. A rule that is odd is written as it
is and marked ODD.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from tests.naive_ledger import NAMES as OF_LEDGERS
from tests.naive_ledger import Ledger
from tests.naive_plain import (
    CATALOGUE,
    LARGEST,
    LINE_STATES,
    NotKnown,
    State,
    converted,
    day,
    exact,
    if_known,
    minor_of,
    money,
)

SHARE_BASES = ("receivables",)
GRADE_COLUMNS = {"max_order": "money", "max_overdue": "money"}
GRADE_COLUMNS |= {"max_overdue_days": "days", "max_terms_days": "days"}
COMPONENTS = ("receivables", "deliveries", "open_orders", "bills", "reservations", "advances")

Fact = Mapping[str, Any]


def documents(order: Fact) -> set[str]:
    """The ids under which an order may stand elsewhere: its own, and that of what it replaces."""
    return {order["id"], order["replaces"] or order["id"]}


def in_window(as_of: date, fact: Fact, start: str = "start") -> bool:
    """Whether a day lies in a half-open window; an open end is without end."""
    since, until = day(fact.get(start)), day(fact["until"])
    return (since is None or since <= as_of) and (until is None or as_of < until)


def utilisation(figures: Figures) -> Any:
    """Exposure with the order / line. ODD: it has no meaning under an unlimited line, and does not pass."""
    exposure, order, line = figures["exposure"], figures["order"], figures["line"]
    if None in (exposure, order, line):
        return None
    if isinstance(line, State) or line <= 0:
        return State.UNDEFINED
    return float(Fraction(exposure + order, line))


class Figures:
    """The figures at one level: the customer's own, or at the line of a group above him."""

    name: str | None = None

    def __getitem__(self, name: str) -> Any:
        raise NotImplementedError


class Above(Figures):
    """The figures at a group's line: a credit of one legal entity does not reduce another's debt."""

    def __init__(self, case: Case, group: Fact) -> None:
        self.case, self.group, self.name = case, group, group["id"]

    def __getitem__(self, name: str) -> Any:
        if name == "utilisation":
            return utilisation(self)
        if name == "line":
            return self.case.line_amount(self.group["amount"])
        if name == "exposure":
            own, order = self.case["exposure"], self.case["order"]
            others = if_known(self.case.minor, self.group["others"])
            # what he has to his credit pays for this order, and for nobody else's
            return None if None in (own, order, others) else others + max(own, -order)
        return self.case[name]


class Case(Figures):
    """A document, the account that it is tested against, and the figures of both.

    ODD: documents are known by their number alone, so those of different kinds that share one meet.
    """

    approvals: Sequence[Fact] = ()

    def __init__(
        self,
        policy: Fact,
        order: Fact,
        account: Fact,
        as_of: date,
        event: str,
        rates: Fact | None,
        own: Mapping[str, Fact],
    ) -> None:
        self.policy, self.order, self.account = policy, order, account
        self.as_of, self.event, self.rates, self.own = as_of, event, rates, own
        self.currency = policy["currency"]
        self.unit = minor_of(1, self.currency)
        self.rules = policy["checks"]
        self.share_bases = {*SHARE_BASES, *(name for name in own if own[name].get("share_base"))}
        self.columns = {**GRADE_COLUMNS, **policy["grades"].get("columns", {})}
        grades = policy["grades"]["rows"]
        self.grade = next((row for row in grades if row["id"] == account["grade"]), None)
        self.ledger: Ledger | None = None
        if account["ledger"] is not None:
            self.ledger = Ledger(
                account["ledger"],
                as_of=as_of,
                currency=self.currency,
                rates=rates,
                ignore_below=minor_of(self.rules.get("ignore_below", 0), self.currency),
                ignore_disputed=self.rules.get("ignore_disputed", True),
            )
        self.of_ledger = {} if self.ledger is None else self.ledger.figures()
        self.known: dict[str, Any] = {}
        self.assumed: set[str] = set()
        self.exposure = self.components()
        self.levels: list[Figures] = [self, *(Above(self, group) for group in account["groups"])]

    def __getitem__(self, name: str) -> Any:
        """A figure by name, None where it is not known; what the policy assumes in its place."""
        if name not in self.known:
            value = if_known(self.work_out, name)
            assume = self.policy["assessment"].get("assume", {})
            if value is None and name in assume:
                value = self.written(name, assume[name])
                self.assumed.add(name)
            self.known[name] = value
        return self.known[name]

    def work_out(self, name: str) -> Any:
        order, account = self.order, self.account
        if name in OF_LEDGERS:
            return self.of_ledger.get(name)
        if name in ("blocked", "insolvency"):
            return account[name]
        if name == "order_total":
            return self.minor(order["amount"])
        if name == "order":
            return self.asked()
        if name == "exposure":
            return self.exposure[0]
        if name == "line":
            return self.line_in_force()[0]
        if name == "days_since_line_end":
            return self.line_in_force()[1]
        if name == "utilisation":
            return utilisation(self)
        if name in OF_TERMS:
            return self.of_terms(name)
        if name in self.columns:  # a column of the grade's row
            row = self.grade or {}
            return self.written(name, row[name]) if name in row else None
        return self.own_figure(name)

    def of_terms(self, name: str) -> Any:
        """What is said of plain terms: days, and payment before delivery, which is less than none."""
        agreed = self.line_in_force()[2]
        if agreed is None and self.grade is not None:
            agreed = self.grade["terms"]
        asked = self.order["terms"] or agreed
        if name == "terms_upgrade":
            ranks = [None if one is None else rank_of(one) for one in (asked, agreed)]
            return None if None in ranks else ranks[0] > ranks[1]
        return days_of(asked if name.startswith("requested") else agreed)

    def kind(self, name: str) -> str:
        """money, days, count, float, flag or category."""
        if name in self.columns:
            return str(self.columns[name])
        return str(self.own[name]["kind"] if name in self.own else CATALOGUE[name][0])

    def written(self, name: str, value: Any) -> Any:
        """A value as the policy writes it: money in major units."""
        kind = self.kind(name)
        if kind in ("flag", "category"):
            return value
        if kind == "float":
            return float(exact(value))
        return int(exact(value) * (self.unit if kind == "money" else 1))

    def own_figure(self, name: str) -> Any:
        """What the host supplies with the account."""
        value = self.account["figures"].get(name)
        if isinstance(value, Mapping):
            return self.minor(value["money"])
        if value is None or self.kind(name) in ("flag", "category"):
            return value
        return float(value) if self.kind(name) == "float" else int(value)

    def minor(self, text: str | None) -> int:
        """Money in minor units of the policy's currency."""
        if text is None:
            raise NotKnown
        return converted(*money(text), self.currency, self.rates)

    def sum_of(self, facts: Iterable[Fact]) -> int:
        """The amounts of some documents together."""
        return sum(self.minor(one["amount"]) for one in facts)

    # The line

    def line_amount(self, text: str) -> Any:
        """The amount of a line: minor units or a state; None where it has no rate."""
        return LINE_STATES[text] if text in LINE_STATES else if_known(self.minor, text)

    def line_in_force(self) -> tuple[Any, int | None, str | None]:
        """The line in force, the days since its end, and the terms that it was granted on.

        The permanent line that started last stands, also after its end: it keeps its amount, and its
        days since the end say that it is over. A replacing line stands in its place while its window
        runs, and additions that run add to either. A permanent line that has not begun is none.
        """
        # ODD: a line counts before it was approved, and one that nobody approved does
        own = self.account["line"]
        given = [*([] if own is None else [own]), *self.account["temporary"]]
        permanent = [one for one in given if one["mode"] == "permanent"]
        running = [
            one for one in given if one["mode"] != "permanent" and in_window(self.as_of, one)
        ]
        replacing = [one for one in running if one["mode"] == "replaces"]
        adding = [self.line_amount(one["amount"]) for one in running if one["mode"] == "adds"]
        begun = [one for one in permanent if (day(one["start"]) or date.min) <= self.as_of]
        amount: Any
        terms = None
        if replacing or begun:
            stands = max(replacing or begun, key=self.stands_before)
            terms = stands.get("terms")
            amount, until = self.line_amount(stands["amount"]), stands["until"]
        elif permanent:
            ends = [one["until"] for one in permanent if one["until"] is not None]
            amount, until = State.NONE, min(ends, default=None)
        else:
            return None, None, None
        if adding:
            amount = added([amount, *adding])
        if until is None:
            return amount, (self.as_of - date.max).days, terms
        return amount, (self.as_of - date.fromisoformat(until)).days + 1, terms

    def stands_before(self, line: Fact) -> Any:
        """Of several lines the one that started last, then was approved last, then is most cautious.

        Nothing is the most cautious, then what has no rate, then the smallest amount; what says
        inherit or unlimited gives way to an amount. Then the one that ends first.
        """
        amount = self.line_amount(line["amount"])
        caution: Any = (0, 0)
        if amount in (0, State.NONE):
            caution = (3, 0)
        elif amount is None:
            caution = (2, 0)
        elif isinstance(amount, int):
            caution = (1, -amount)
        elif amount is State.INHERIT:
            caution = (0, 1)
        dates = [day(line[name]) or date.min for name in ("start", "approved_on")]
        return *dates, caution, date.max - (day(line["until"]) or date.max)

    # What the document asks for

    @property
    def tested(self) -> set[str]:
        return documents(self.order)

    @property
    def posted(self) -> bool:
        """Whether the invoice under test stands in the ledger already."""
        # ODD: whatever kind of item has its number is taken for it
        return (
            self.event == "invoice"
            and self.ledger is not None
            and self.order["id"] in self.ledger.items
        )

    def remaining(self, order: Fact) -> int:
        """What is ordered and not delivered; what is delivered beyond the order counts 0."""
        amount, currency = money(order["amount"])
        delivered = 0 if order["delivered"] is None else money(order["delivered"])[0]
        return converted(max(0, amount - delivered), currency, self.currency, self.rates)

    def behind(self) -> set[str]:
        """The ids of the order behind the document: where it is open, of its earlier version, too."""
        name = self.order["of_order"]
        if name is None:
            return set()
        open_ = (documents(one) for one in self.account["open_orders"] or ())
        return next((ids for ids in open_ if name in ids), {name})

    def delivered_behind(self) -> int:
        """What is on record as delivered and not billed of the order behind the document."""
        notes = self.account["deliveries"] or ()
        return self.sum_of(note for note in notes if note["order"] in self.behind())

    def own_notes(self) -> int:
        """What is on record as delivered under the document's own number."""
        notes = self.account["deliveries"] or ()
        return self.sum_of(note for note in notes if note["id"] in self.tested)

    def rest_of(self, one: Fact) -> int:
        """What an open order still has to deliver, less what the document under test takes of it."""
        rest = self.remaining(one)
        of_it = self.order["of_order"] in documents(one)
        # a posted invoice took its part; of what is not known to be delivered nothing is taken
        if not of_it or self.posted or self.account["deliveries"] is None:
            return rest
        if (
            self.order["delivered"] is not None
        ):  # it says itself what is left, its own notes say more
            new = self.minor(self.order["amount"]) - self.own_notes()
            return max(0, rest - max(0, min(self.remaining(self.order), new)))
        # deliveries on record cover it first
        return max(0, rest - max(0, self.minor(self.order["amount"]) - self.delivered_behind()))

    def earmarked(self, ids: set[str]) -> int:
        """Cleared advances for an order under one of its ids."""
        if self.account["advances"] is None:
            raise NotKnown
        advances = (one for one in self.account["advances"] if one["cleared"])
        return self.sum_of(one for one in advances if one["order"] in ids)

    def advanced(self) -> int:
        """Advances for the document; of those for the order behind it, what its rest leaves."""
        own = self.earmarked(self.tested)
        if self.order["of_order"] is None:
            return own
        ids = self.behind()
        # ODD: where the order behind is not open, or open orders are not known, nothing takes of its
        # advances, and they pay for any number of documents
        orders = [one for one in self.account["open_orders"] or () if one["id"] in ids]
        return own + max(0, self.earmarked(ids) - sum(self.rest_of(one) for one in orders))

    def asked(self) -> int:
        """What the document asks for: not delivered, not paid, and not advanced."""
        left, advanced = self.remaining(self.order), self.advanced()
        if self.posted:
            assert self.ledger is not None
            left = min(left, max(0, self.ledger.open_of(self.order["id"])))
        return max(0, left - advanced)

    def prepaid(self) -> bool:
        """Whether cleared receipts for it cover its whole amount, tax included."""
        # ODD: a part of an order is prepaid by what its order's rest leaves, whatever of it is owed
        total = self["order_total"]
        if total is not None:
            return bool(0 < total <= (if_known(self.advanced) or 0))
        amount, currency = money(self.order["amount"])  # without a rate in its own currency
        own = [
            money(one["amount"])
            for one in self.account["advances"] or ()
            if one["cleared"] and one["order"] in self.tested
        ]
        return 0 < amount <= sum(paid for paid, of in own if of == currency)

    def delivered(self) -> bool:
        """Whether the goods of the document are with the customer."""
        order = self.order
        if order["delivered"] and money(order["delivered"]) >= money(order["amount"]):
            return True
        if order["of_order"] is None or not self.account["deliveries"]:
            return False
        noted, amount = if_known(self.delivered_behind), if_known(self.minor, order["amount"])
        return noted is not None and amount is not None and noted >= amount

    # Exposure

    def components(self) -> tuple[int | None, dict[str, Any]]:
        """The exposure without the document under test, and each component with what it adds.

        A component that is not known makes the total not known, unless it weighs nothing.
        """
        account = self.account
        amounts: dict[str, int | None] = dict.fromkeys(COMPONENTS)
        amounts["receivables"] = if_known(self.owed)
        amounts["bills"] = if_known(self.sum_of, filter(self.counted_bill, account["bills"]))
        free = if_known(self.earmarked, {None})
        amounts["advances"] = None if free is None else -free
        found: Any = if_known(self.by_order)
        if found is None:  # an amount has no rate: of what there is none, nothing is owed
            facts = (account[name] for name in ("open_orders", "deliveries", "reservations"))
            found = tuple(0 if one is not None and not one else None for one in facts)
        if found is not None:
            amounts["reservations"] = found[2]
            if account["deliveries"] is not None:
                amounts["deliveries"] = found[1]
            if account["open_orders"] is not None and account["advances"] is not None:
                amounts["open_orders"] = found[0]
        told: dict[str, Any] = {}
        total: int | None = 0
        for name, amount in amounts.items():
            weight = exact(self.rules.get("components", {}).get(name, 1))
            counted = None if amount is None else round(amount * weight)  # half-even
            told[name] = (amount, weight, counted)
            if weight != 0 and total is not None:
                total = None if counted is None else total + counted
        return (None if total is None or abs(total) > LARGEST else total), told

    def owed(self) -> int:
        """The ledger's balance, without the invoice under test should it be posted already."""
        balance = self.of_ledger.get("receivables")
        if balance is None:
            raise NotKnown
        assert self.ledger is not None
        if not self.posted:
            return int(balance)
        open_ = self.ledger.open_of(self.order["id"])
        if (
            self.order["delivered"] is not None
        ):  # what is delivered of it, it does not ask for again
            open_ = min(open_, self.remaining(self.order))
        return int(balance) - open_

    def counted_bill(self, bill: Fact) -> bool:
        """A commercial bill in hand, or passed on with recourse up to its maturity."""
        if bill["kind"] == "bank":
            return False
        maturity = day(bill["maturity"])
        return bill["status"] == "in_hand" or (
            bill["recourse"] and (maturity is None or self.as_of <= maturity)
        )

    def within(self, order: Fact) -> bool:
        """Whether an open order ships within the horizon; one without a date does."""
        horizon, ship_by = self.rules.get("horizon_days"), day(order["ship_by"])
        return horizon is None or ship_by is None or (ship_by - self.as_of).days <= horizon

    def by_order(self) -> tuple[int, int, int]:
        """Open orders, deliveries not billed and reservations, order by order, less its advances.

        The document under test is left out, and so is what it replaces or takes of what stands for
        the order behind it. An advance for an order pays, in turn: what the document under test asks
        if it is that order, the rest of the open order, what the document asks if it is of that
        order, what is delivered of it, and its reservation; what then is left of it frees nothing.
        """
        account, order, tested = self.account, self.order, self.tested
        orders = account["open_orders"] or ()
        notes = account["deliveries"] or ()
        names = {name: one["id"] for one in (*orders, order) for name in documents(one)}

        def by_name(facts: Iterable[Fact]) -> Counter[Any]:
            out: Counter[Any] = Counter()
            for one in facts:
                out[names.get(one["order"], one["order"])] += self.minor(one["amount"])
            return out

        advances = by_name(
            one for one in account["advances"] or () if one["cleared"] and one["order"]
        )
        delivered = by_name(note for note in notes if note["id"] not in tested)
        reserved = by_name(
            one
            for one in account["reservations"]
            if one["order"] not in names and in_window(self.as_of, one)
        )
        for name in reserved:  # what is delivered of it is no longer reserved
            reserved[name] = max(0, reserved[name] - delivered[name])

        # the part of the document under test
        behind, pays_itself, asks, over = None, 0, 0, 0
        says = order["delivered"] is not None
        has_notes = any(note["id"] in tested for note in notes)
        if order["of_order"] is not None or order["id"] in advances or (says and has_notes):
            left = self.remaining(order)
            pays_itself = min(left, advances[order["id"]])
            asks = left - pays_itself
            noted = self.own_notes()
            total = self.minor(order["amount"])
            new = 0 if self.posted else max(0, total - noted)
            if order["of_order"] is not None:
                behind = names.get(order["of_order"], order["of_order"])
                # ODD: it takes the place of what is delivered already, as if it were its invoice
                taken = min(delivered[behind], new)
                if says:  # what it asks for is not delivered
                    taken, new = 0, min(left, new)
                delivered[behind] -= taken
                reserved[behind] = max(0, reserved[behind] - noted - (new - taken))
            if says and not self.posted:
                # what is delivered of it stays, and what was advanced for it pays for that, too
                delivered[behind or order["id"]] += min(noted, total - left)
                over = min(advances[order["id"]] - pays_itself, total - left)
                over = 0 if behind in (None, order["id"]) else over

        open_orders = still_delivered = still_reserved = 0
        for name in {*advances, *delivered, *reserved, *(one["id"] for one in orders)}:
            pot = advances[name] - (pays_itself if name == order["id"] else 0)
            for one in orders:
                if one["id"] == name and name not in tested:
                    rest = self.rest_of(one)
                    paid = min(pot, rest)
                    pot -= paid
                    open_orders += rest - paid if self.within(one) else 0
            if name == behind:
                pot = max(0, pot - asks) + over
            if account["open_orders"] is None and name != order["id"]:
                pot = 0  # a rest that is not known may need it first
            paid = min(pot, delivered[name])
            still_delivered += delivered[name] - paid
            still_reserved += reserved[name] - min(pot - paid, reserved[name])
        return open_orders, still_delivered, still_reserved


def added(amounts: Sequence[Any]) -> Any:
    """Lines added up: no credit counts as zero, and what stands elsewhere is not known here."""
    if State.UNLIMITED in amounts:
        return State.UNLIMITED
    if None in amounts or State.INHERIT in amounts:
        return None
    return sum(0 if amount is State.NONE else amount for amount in amounts)


OF_TERMS = ("requested_days", "terms_days", "requested_weighted_days", "terms_weighted_days")
OF_TERMS += ("terms_upgrade",)


def rank_of(terms: str) -> int:
    """Payment before delivery, then days in their order."""
    return -1 if terms in ("prepaid", "prepayment", "款到发货") else int(terms.removeprefix("net"))


def days_of(terms: str | None) -> int | None:
    """The days of credit that terms give."""
    if terms in (None, "prepaid", "prepayment", "款到发货"):
        return None if terms is None else 0
    return int(terms.removeprefix("net"))
