"""What the demo asks of the library, each question in a few lines; `demo` lays the answers out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import host

import creditkit as ck
from creditkit.limits.lines import in_force
from creditkit.receivables.positions import Reading, overdue_items

GIVEN = ("0.5%", "2%", "5%", "10%", "25%", "50%")
"""Loss rates of a house that has no history yet: its own estimate, bucket by bucket."""


class Tour:
    """A book of customers under a policy, today and a month ago."""

    def __init__(self, policy: ck.Policy, now: host.Company) -> None:
        self.policy, self.now = policy, now
        self.before = host.at(now, host.month_before(now.as_of))
        self.customers = {customer.id: customer for customer in now.customers}
        self.run, self.earlier = self.decided(now), self.decided(self.before)
        self.decisions = {name: self.run[row] for row, name in enumerate(self.run.ids)}
        self.grade_before = grades_of(self.earlier)
        # An order of nothing shows where an account stands: its line, exposure and headroom.
        self.alone = {name: self.check(self.nothing, name, groups=()) for name in self.customers}
        self.standing = {name: self.check(self.nothing, name) for name in self.customers}

    @property
    def nothing(self) -> ck.Order:
        return ck.Order(id="-", currency=self.policy.currency, amount=0)

    def decided(self, facts: host.Company) -> ck.Decisions:
        """Every customer's grade, recommended limit and terms, in columns."""
        return self.policy.decide(
            ck.Portfolio.of(facts.customers),
            ledger=facts.ledger,
            application=facts.table(ck.Applications, facts.applications),
            line=facts.table(
                ck.CreditLines, {name: lines[0] for name, lines in facts.lines.items()}
            ),
            as_of=facts.as_of,
            rates=facts.rates,
        )

    def check(
        self,
        order: ck.Order,
        customer: str,
        *,
        event: str = "order",
        groups: Iterable[ck.GroupLine] | None = None,
        line: ck.CreditLine | None = None,
        approvals: Iterable[ck.Approval] = (),
        as_of: date | None = None,
    ) -> ck.Verdict:
        """May this order go? ``line`` is asked instead of the line in force."""
        above = self.groups(customer) if groups is None else groups
        grade = self.decisions[customer].grade
        account = self.now.account(self.customers[customer], grade, above, line)
        if as_of is not None:
            account = host.as_it_was(account, as_of)
        return self.policy.check(
            order,
            account,
            event=event,
            approvals=approvals,
            as_of=as_of or self.now.as_of,
            rates=self.now.rates,
        )

    def groups(self, customer: str) -> tuple[ck.GroupLine, ...]:
        """The group's line, with what the other members owe where that is positive."""
        group = self.customers[customer].group
        if group is None:
            return ()
        line = self.now.lines[group][0]
        others = [c.id for c in self.now.customers if c.group == group and c.id != customer]
        owed = [self.alone[name].exposure.total for name in others]
        positive = self.total(one for one in owed if one is not None and one.minor > 0)
        return (
            ck.GroupLine(id=group, currency=positive.currency, amount=line.amount, others=positive),
        )

    # The ledger

    @cached_property
    def ageing(self) -> ck.Ageing:
        return self.aged(self.now.as_of)

    def aged(self, as_of: date) -> ck.Ageing:
        return ck.ageing(
            self.now.ledger, as_of=as_of, currency=self.policy.currency, rates=self.now.rates
        )

    @cached_property
    def reading(self) -> Reading:
        """How the policy reads a ledger."""
        return self.policy.reading(as_of=self.now.as_of, rates=self.now.rates)

    @cached_property
    def debtors(self) -> dict[str, ck.Debtor]:
        """What each customer owes, what of it is overdue, what in dispute."""
        table = ck.debtors(
            self.now.ledger,
            self.reading,
            accounts=list(self.customers),
            grades={name: decision.grade for name, decision in self.decisions.items()},
            insolvency={name: customer.insolvency for name, customer in self.customers.items()},
        )
        return {name: table.row(row) for row, name in enumerate(self.customers)}

    @cached_property
    def worklist(self) -> ck.Worklist:
        """The call list: whom to call first."""
        return ck.worklist(self.debtors.values())

    @cached_property
    def overdue(self) -> dict[str, tuple[Any, ...]]:
        """Each customer's overdue items."""
        ledger = self.now.ledger
        return {
            name: overdue_items(ledger.account(name), self.reading) or () for name in self.customers
        }

    @cached_property
    def beyond(self) -> dict[str, ck.Money]:
        """By how much customers without a line owe more than the limit that is recommended."""
        found = {}
        for name, decision in self.decisions.items():
            if self.standing[name].line is None and decision.limit is not None:
                over = self.exposure(name) - self.total([decision.limit])
                if over.minor > 0 and decision.limit is not ck.Line.UNLIMITED:
                    found[name] = over
        return found

    @cached_property
    def ended(self) -> frozenset[str]:
        """Lines that have ended: the amount is still shown, but the line is not in force."""
        found = {name: in_force(lines, self.now.as_of) for name, lines in self.now.lines.items()}
        return frozenset(
            name
            for name, line in found.items()
            if name in self.customers and (line.days_since_end or 0) > 0
        )

    @cached_property
    def free(self) -> ck.Money:
        """The room on the lines: a group's members have no more than its line.

        Who is blocked, or whose line has ended, has none.
        """
        rooms: dict[str, list[int | None]] = {}
        left: dict[str, int] = {}
        for name, verdict in self.standing.items():
            for check in verdict.checks:
                if check.id != "LINE" or not isinstance(check.headroom, ck.Money):
                    continue
                if check.level is not None:
                    left[check.level] = max(0, check.headroom.minor)
            if self.customers[name].blocked or name in self.ended:
                continue
            house = self.customers[name].group or name
            own = [c.headroom for c in verdict.checks if c.id == "LINE" and c.level is None]
            if verdict.line is ck.Line.INHERIT:
                rooms.setdefault(house, []).append(None)
            else:
                rooms.setdefault(house, []).extend(
                    max(0, room.minor) for room in own if isinstance(room, ck.Money)
                )
        total = 0
        for house, each in rooms.items():
            known = sum(room for room in each if room is not None)
            if house in left:
                known = left[house] if None in each else min(known, left[house])
            total += known
        return ck.Money.from_minor(total, self.policy.currency)

    @cached_property
    def houses(self) -> dict[str, int]:
        """What each customer owes, in minor units; the members of a group are one."""
        out: dict[str, int] = {}
        for name, customer in self.customers.items():
            house = customer.group or name
            out[house] = out.get(house, 0) + max(0, self.exposure(name).minor)
        return out

    # What lies ahead

    @cached_property
    def terms_to_show(self) -> tuple[str, ck.PaymentTerms, bool] | None:
        """A customer, their terms, and whether these are granted; else they are the recommended ones.

        Who has a discount or instalments comes first, then who owes most.
        """
        found = []
        for name, decision in self.decisions.items():
            lines = self.now.lines.get(name, ())
            granted = lines[0].terms if lines and name not in self.ended else None
            terms = decision.terms if granted is None else ck.PaymentTerms.parse(granted)
            if terms is not None:
                early = any(part.discounts for part in terms.plan)
                found.append(
                    ((early, len(terms.plan), self.exposure(name).minor), name, terms, granted)
                )
        if not found:
            return None
        _, name, terms, granted = max(found, key=lambda one: one[0])
        return name, terms, granted is not None

    def average_order(self, customer: str) -> ck.Money | None:
        """Of the last twelve months; None where there was none."""
        sold = ck.sales(self.now.ledger, self.reading, accounts=[customer])
        return sold[0].average_order

    @cached_property
    def receipts(self) -> ck.ExpectedReceipts:
        """What comes in week by week, from how each customer has paid."""
        return ck.expected_receipts(
            self.now.ledger, self.reading, weeks=6, accounts=list(self.customers)
        )

    @cached_property
    def histories(self) -> Counter[str]:
        """How many customers are read by their own history, by the book's, by none."""
        return Counter(self.receipts[row].source for row in range(len(self.receipts)))

    @cached_property
    def loss_history(self) -> ck.LossHistory | None:
        """A year of invoices, followed until they are half a year old; None of a younger ledger."""
        before, until = (host.month_before(self.now.as_of, months) for months in (18, 6))
        docs = self.now.ledger.items["doc_date"]
        first = docs.values[docs.known].min().item()
        since = max(before + timedelta(1), first)
        if since > until:
            return None
        buckets = self.ageing.buckets
        return ck.loss_history(
            self.now.ledger, self.reading, since=since, until=until, buckets=buckets
        )

    @cached_property
    def matrix(self) -> ck.ProvisionMatrix:
        """Loss rates of the book's own history; of what it does not know, rates that are given."""
        given = dict(zip(self.ageing.buckets.names, GIVEN, strict=True))
        if self.loss_history is None:
            return ck.ProvisionMatrix.of(GIVEN, buckets=self.ageing.buckets)
        return self.loss_history.matrix(otherwise=given)

    @cached_property
    def given_rates(self) -> tuple[int, ...]:
        """The buckets, by place, that nothing has reached yet, so that their rates are given."""
        if self.loss_history is None:
            return ()
        (rates,) = (segment.loss_rates for segment in self.loss_history.segments)
        return tuple(place for place, rate in enumerate(rates) if rate is None)

    @cached_property
    def provision(self) -> ck.Provision:
        return ck.provision(self.ageing, self.matrix)

    @cached_property
    def dso_change(self) -> ck.DsoChange:
        return ck.dso_change(self.now.ledger, self.reading, earlier=self.before.as_of, period=3)

    # Early warning

    @cached_property
    def alerts(self) -> ck.Alerts:
        months = ck.monthly_figures(
            self.now.ledger, self.reading, months=9, accounts=list(self.customers), kept=self.kept()
        )
        return self.policy.watch(months, as_of=self.now.as_of, rates=self.now.rates)

    def kept(self) -> ck.MonthlyFigures:
        """What the ledger does not know: a host records it at the end of each month.

        This one has to ask again: the exposure of the last month takes the orders that were placed
        by then, as far as they are open today, with their deliveries and advances, and today's bills.
        """
        rows = []
        last = host.month_end(self.now.as_of)
        for end in (last, host.month_before(last)):
            grades = grades_of(self.decided(host.at(self.now, end)))
            for name in self.customers:
                known: dict[str, Any] = {"grade": grades[name]}
                if end == last:
                    account = self.check(self.nothing, name, groups=(), as_of=end)
                    known |= {"exposure": account.exposure.total, "line": account.line}
                rows.append(
                    ck.MonthFigures(
                        account=name, month_end=end, currency=self.policy.currency, **known
                    )
                )
        return ck.MonthlyFigures.of(rows)

    # Sums for the page

    def balance(self, aged: ck.Ageing) -> ck.Money:
        """What is owed by the accounts of which all is known."""
        return ck.Money.from_minor(aged.totals[-1], self.policy.currency)

    def total(self, amounts: Iterable[Any]) -> ck.Money:
        """The sum of what is money; lines without an amount are not."""
        return sum(
            (a for a in amounts if isinstance(a, ck.Money)), ck.Money(0, self.policy.currency)
        )

    def exposure(self, customer: str) -> ck.Money:
        return self.total([self.standing[customer].exposure.total])


def grades_of(run: ck.Decisions) -> dict[str, str | None]:
    names = (*run.grade_names, None)  # -1 is none
    return {customer: names[place] for customer, place in zip(run.ids, run.grade, strict=True)}
