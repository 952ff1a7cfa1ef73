"""What the demo asks of the library, each question in a few lines; `demo` lays the answers out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import host

import creditkit as ck
from creditkit.receivables.positions import overdue_items, positions


class Tour:
    """A book of customers under a policy, today and a month ago."""

    def __init__(self, policy: ck.Policy, now: host.Company) -> None:
        self.policy, self.now = policy, now
        self.before = host.at(now, host.month_before(now.as_of))
        self.customers = {customer.id: customer for customer in now.customers}
        self.run, self.earlier = self.decided(now), self.decided(self.before)
        self.decisions = {name: self.run[row] for row, name in enumerate(self.run.ids)}
        self.grade_before = grades_of(self.earlier)
        # An order of nothing tells where an account stands: its line, exposure and headroom.
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
    def figures(self) -> dict[str, Any]:
        return self.positions(self.now.as_of)

    def positions(self, as_of: date) -> dict[str, Any]:
        """The ledger's figures at a date, a column each, measured as the policy measures them."""
        return positions(self.now.ledger, list(self.customers), as_of=as_of, **self.measure)

    @cached_property
    def overdue(self) -> dict[str, tuple[Any, ...]]:
        """Each customer's overdue items."""
        return {
            name: overdue_items(self.now.ledger.account(name), as_of=self.now.as_of, **self.measure)
            or ()
            for name in self.customers
        }

    @property
    def measure(self) -> dict[str, Any]:
        checks, currency = self.policy.document.checks, self.policy.currency
        return {
            "currency": currency,
            "rates": self.now.rates,
            "ignore_below": ck.Money(checks.ignore_below, currency).minor,
            "ignore_disputed": checks.ignore_disputed,
        }

    # Early warning

    @cached_property
    def alerts(self) -> ck.Alerts:
        return self.policy.watch(self.months(), as_of=self.now.as_of, rates=self.now.rates)

    def months(self, count: int = 9) -> ck.MonthlyFigures:
        """What a host keeps at the end of each month; this one asks the ledger again.

        Of the past it has only that: the exposure takes the orders that were placed by then, as far
        as they are open today, with their deliveries and advances, and today's bills.
        """
        rows = []
        end = self.now.as_of
        for past in range(count):
            end = month_end_before(end) if past or not is_month_end(end) else end
            figures, sold = self.positions(end), self.now.sold(month_end_before(end), end)
            grades = grades_of(self.decided(host.at(self.now, end))) if past < 2 else {}
            for row, (name, customer) in enumerate(self.customers.items()):
                owed = figures["receivables"].raw(row)
                owed = None if owed is None else ck.Money.from_minor(owed, self.policy.currency)
                account = (
                    self.check(self.nothing, name, groups=(), as_of=end) if past == 0 else None
                )
                rows.append(
                    ck.MonthFigures(
                        account=name,
                        month_end=end,
                        currency=self.policy.currency,
                        exposure=account.exposure.total if account else None,
                        line=account.line if account else None,
                        receivables=owed,
                        sales=self.converted(ck.Money(sold.get(name, 0), customer.currency)),
                        oldest_overdue_days=figures["oldest_overdue_days"].raw(row),
                        grade=grades.get(name),
                    )
                )
        return ck.MonthlyFigures.of(rows)

    # Sums for the page

    def converted(self, money: ck.Money) -> ck.Money:
        if money.currency == self.policy.currency or self.now.rates is None:
            return money
        return self.now.rates.convert(money, self.policy.currency)

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


def month_end_before(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
