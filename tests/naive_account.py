"""A naive reading of an account: the figures of a document under test and of the account behind it.

Facts are the plain data of ``to_dict``; money is worked out in whole minor units of the policy's
currency. A figure of which something is not known is not known. A rule that is odd is written as it
is and marked ODD.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from tests.naive_ledger import NAMES as OF_LEDGERS
from tests.naive_ledger import Ledger
from tests.naive_orders import Fact, Orders, in_window
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


def utilisation(figures: Figures) -> Any:
    """Exposure with the order / line: of an unlimited line nothing is used; of none it has no meaning."""
    exposure, order, line = figures["exposure"], figures["order"], figures["line"]
    if None in (exposure, order, line):
        return None
    if line is State.UNLIMITED:
        return 0.0
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
    """A document, the account that it is tested against, and the figures of both."""

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
            most = self.rules.get("ignore_most")
            most = None if most is None else minor_of(most, self.currency)
            self.ledger = Ledger(
                account["ledger"],
                as_of=as_of,
                currency=self.currency,
                rates=rates,
                ignore_below=minor_of(self.rules.get("ignore_below", 0), self.currency),
                ignore_most=most,
                ignore_disputed=self.rules.get("ignore_disputed", True),
            )
        self.of_ledger = {} if self.ledger is None else self.ledger.figures()
        self.orders = Orders(
            account,
            order,
            event,
            as_of=as_of,
            horizon=self.rules.get("horizon_days"),
            ledger=self.ledger,
            minor=self.minor,
        )
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
            return self.orders.asked()
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
        A permanent line that nobody has approved is none, and a temporary one is as if it was not there.
        """
        own = self.account["line"]
        every = [*([] if own is None else [own]), *self.account["temporary"]]
        given = [one for one in every if self.is_granted(one)]
        permanent = [one for one in given if one["mode"] == "permanent"]
        none_yet = [one for one in every if one["mode"] == "permanent"]
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
        elif none_yet:
            ends = [one["until"] for one in none_yet if one["until"] is not None]
            amount, until = State.NONE, min(ends, default=None)
        else:
            return None, None, None
        if adding:
            amount = added([amount, *adding])
        if until is None:
            return amount, (self.as_of - date.max).days, terms
        return amount, (self.as_of - date.fromisoformat(until)).days + 1, terms

    def is_granted(self, line: Fact) -> bool:
        """Whether somebody has approved a line by now."""
        on = day(line["approved_on"])
        return line["approved_by"] is not None and (on is None or on <= self.as_of)

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

    # Exposure

    def components(self) -> tuple[int | None, dict[str, Any]]:
        """The exposure without the document under test, and each component with what it adds.

        A component that is not known makes the total not known, unless it weighs nothing.
        """
        account = self.account
        amounts: dict[str, int | None] = dict.fromkeys(COMPONENTS)
        amounts["receivables"] = if_known(self.owed)
        amounts["bills"] = if_known(self.sum_of, filter(self.counted_bill, account["bills"]))
        amounts.update(self.orders.components())
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
        """The ledger's balance, without what the invoice under test asks for if it is posted."""
        balance = self.of_ledger.get("receivables")
        if balance is None:
            raise NotKnown
        return int(balance) - (self.orders.open_of_posted() if self.orders.posted else 0)

    def counted_bill(self, bill: Fact) -> bool:
        """A commercial bill in hand, or passed on with recourse up to its maturity."""
        if bill["kind"] == "bank":
            return False
        maturity = day(bill["maturity"])
        return bill["status"] == "in_hand" or (
            bill["recourse"] and (maturity is None or self.as_of <= maturity)
        )


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
