"""Draws facts: customers with what is known of them, ledgers, accounts with their documents, months.

Everything comes from one `Draw` with a seed; amounts are more often small than large, and near one
another, so that limits are met as often as they are missed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import creditkit as ck

__all__ = [
    "Draw",
    "customer",
    "items",
    "line",
    "months",
    "order_and_account",
]

DIGITS: Final = {"JPY": 0, "KWD": 3}
EVENTS: Final = ("order", "order", "order", "pick", "ship", "invoice")


class Draw(random.Random):
    """Draws of one book: each book has a seed of its own, and stays as it is when another changes."""

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.random() < share

    def maybe(self, share: float, value: Any) -> Any:
        """A value so often, else None: not known."""
        return value if self.chance(share) else None

    def amount(self, low: float, high: float, currency: str) -> str:
        """Money, more often small than large, with the decimals of its currency."""
        major = low * (high / low) ** self.random()
        digits = DIGITS.get(currency, 2)
        return f"{major:.{digits if self.chance(0.3) else 0}f}"

    def day(self, before: date, most: int, least: int = 0) -> date:
        """A day so long before another."""
        return before - timedelta(self.randint(least, most))


# ------------------------------------------------------------------------------------ customers


def statement(
    draw: Draw, as_of: date, currency: str, *, good: bool, before: bool = True
) -> ck.Statement:
    """An annual statement; but for good ones some are late, early, wrong, or leave lines out."""
    total = round(draw.lognormvariate(8, 1.2), 1)
    current = round(total * draw.uniform(0.5 if good else 0.2, 0.8), 1)
    owed = round(total * draw.uniform(0.1, 0.5 if good else 1.1), 1)
    revenue = round(total * draw.uniform(0.3, 3), 1)
    least, kept = (0.02, 0.2) if good else (-0.1, -0.3)
    ebit = round(revenue * draw.uniform(least, 0.2), 1)
    interest = round(owed * draw.uniform(0, 0.06), 1)
    lines: dict[str, Any] = {
        "total_assets": total,
        "current_assets": current,
        "cash": round(current * draw.uniform(0, 0.4), 1),
        "trade_receivables": round(current * draw.uniform(0, 0.5), 1),
        "inventory": round(current * draw.uniform(0, 0.6), 1),
        "total_liabilities": owed,
        "current_liabilities": round(owed * draw.uniform(0.3, 1), 1),
        "equity": round(total - owed, 1),
        "retained_earnings": round((total - owed) * draw.uniform(kept, 0.8), 1),
        "market_value_equity": round(total * draw.uniform(0.1, 2), 1),
        "revenue": revenue,
        "cost_of_sales": round(revenue * draw.uniform(0.5, 0.9), 1),
        "ebit": ebit,
        "interest_expense": interest,
        "profit_before_tax": round(ebit - interest, 1),
        "net_income": round(revenue * draw.uniform(least, 0.15), 1),
        "depreciation": round(total * draw.uniform(0, 0.1), 1),
        "operating_cash_flow": round(revenue * draw.uniform(-0.1, 0.2), 1),
    }
    ended = date(as_of.year - 1, 12, 31)
    if not good:
        for name in ("market_value_equity", "cost_of_sales", "inventory", "depreciation"):
            lines[name] = draw.maybe(0.7, lines[name])
        for name, value in lines.items():
            lines[name] = draw.maybe(0.97, value)
        nothing_owed = {"total_liabilities": 0.0, "current_liabilities": 0.0, "equity": total}
        slips = ({"cash": -5.0}, {"current_assets": 2 * total}, {"equity": 3 * total})
        lines |= draw.choice([*slips, {"total_assets": None}, nothing_owed, *[{}] * 20])
        strange = [as_of + timedelta(5), date(as_of.year - 3, 12, 31)]
        ended = draw.choice([*strange, *[ended] * 18])
    earlier = None
    if before and draw.chance(0.5):
        year = date(ended.year, 6, 30)
        earlier = statement(draw, year, currency, good=good, before=False)
    return ck.Statement(
        currency=currency,
        period_end=ended,
        unit=draw.choice([1, 1000, 10_000]),
        audited=draw.maybe(0.8, draw.chance(0.7)),
        previous=earlier,
        **lines,
    )


def own_figures(draw: Draw, currency: str) -> dict[str, Any]:
    """Values of the host's own figures, some of them not known."""
    made: dict[str, Any] = {
        "house_money": ck.Money(draw.amount(1, 90_000, currency), currency),
        "house_days": draw.choice([0, 10, 30, 45, 91, 120]),
        "house_visits": draw.choice([0, 1, 2, 3, 12]),
        "house_flag": draw.chance(0.2),
        "house_ratio": draw.choice([0.0, 0.1, 0.5, 1.75, 2.6, 3.5]),
        "house_score": draw.choice([5.0, 20.0, 499.9, 500.0, 80.0, 72.5]),
        "house_line_item": draw.choice([-7.5, -1.0, 0.0, 250.25]),
        "house_category": draw.choice(["trade", "贸易", "steel", "5 CNY", "retail"]),
    }
    return {name: value for name, value in made.items() if draw.chance(0.85)}


def customer(
    draw: Draw, name: str, as_of: date, currency: str, *, good: bool, own: bool
) -> ck.Customer:
    """A customer; of a good one nearly all is known, and most of it is well."""
    known = 1 if good else draw.choice([0.95, 0.95, 0.4])
    owners = ["state_owned", "listed", "private", "sole_trader", "cooperative"]
    return ck.Customer(
        id=name,
        currency=currency,
        name=draw.maybe(0.3, "Name"),
        name_zh=draw.maybe(0.2, "名称"),
        country=draw.maybe(0.2, "CN"),
        industry=draw.maybe(known, draw.choice(["trade", "贸易", "steel", "retail"])),
        ownership=draw.maybe(known, draw.choice(owners)),
        reputation=draw.maybe(known, draw.choice(["good", "good", "fair", "poor", "mixed"])),
        group=draw.maybe(0.1, "G-1"),
        founded=draw.maybe(known, draw.day(as_of, 9000, 2500 if good else 30)),
        trading_since=draw.maybe(known, draw.day(as_of, 5000, 1200 if good else 0)),
        credit_sales_12m=draw.maybe(known, draw.amount(5_000, 30_000_000, currency)),
        expected_purchases_12m=draw.maybe(0.6, draw.amount(5_000, 9_000_000, currency)),
        litigation_count=draw.maybe(known, draw.choice([0, 0, 0, 1, *([0] if good else [2, 5])])),
        insolvency=draw.maybe(known, draw.chance(0 if good else 0.08)),
        blocked=draw.maybe(known, draw.chance(0 if good else 0.08)),
        grade_before=draw.maybe(0.1, "A"),
        statement=draw.maybe(0.95 * known, statement(draw, as_of, currency, good=good)),
        ratings=[
            ck.ExternalRating(
                agency=draw.choice(["A", "B"]),
                value=draw.choice([50.0, 66.6, 80.0, 100.0, *([] if good else [0.0, 35.0])]),
                as_of=draw.day(as_of, 300 if good else 900),
            )
            for _ in range(draw.choice([1, 1, 2] if good else [0, 1, 1, 2]))
        ],
        figures=own_figures(draw, currency) if own else {},
    )


def items(
    draw: Draw,
    name: str,
    as_of: date,
    currency: str,
    *,
    scale: float,
    good: bool,
    remainders: bool,
) -> tuple[list[ck.OpenItem], list[ck.Allocation]]:
    """The ledger of one customer: invoices paid early, late, in part or not at all, and the rest."""
    late = draw.choice([0, 0, 2, *([] if good else [10, 40])])
    made: list[ck.OpenItem] = []
    tied: list[ck.Allocation] = []
    for place in range(draw.choice([0, 3, 5, 6])):
        invoice = f"{name}/I{place}"
        amount = ck.Money(draw.amount(scale / 100, scale / 4, currency), currency)
        doc = draw.day(as_of, 330, 5)
        due = doc + timedelta(draw.choice([7, 30, 60]))
        kind = draw.choice(["invoice"] * 9 + ["debit_note"])
        disputed = draw.maybe(0.1, ck.Money.from_minor(amount.minor // 3, currency))
        paid_on = due + timedelta(draw.randint(-10, 2 * late + 1))
        unpaid = draw.chance(0.03 if good else 0.3) or paid_on >= as_of
        share = 0 if unpaid else draw.choice([1, 1, 1, 1 if good else 0.5])
        paid = int(amount.minor * share)
        left = {"open_amount": ck.Money.from_minor(amount.minor - paid, currency)}
        made.append(
            ck.OpenItem(
                id=invoice, account=name, currency=currency, kind=kind, amount=amount, doc_date=doc,
                due_date=draw.maybe(0.97, due), disputed=disputed,
                order=draw.maybe(0.2, "SO-3"), **(left if remainders else {}),
            )
        )  # fmt: skip
        if paid and not remainders:
            receipt, whole = f"{name}/R{place}", ck.Money.from_minor(-paid, currency)
            made.append(
                ck.OpenItem(id=receipt, account=name, currency=currency, kind="receipt",
                            amount=whole, doc_date=paid_on)
            )  # fmt: skip
            tied.append(
                ck.Allocation(
                    source=receipt, target=invoice, currency=currency, amount=-whole,
                    undone_on=draw.maybe(0.05, draw.day(as_of, 20)),
                )
            )  # fmt: skip
    if made and draw.chance(0.4):
        credit = ck.Money("-" + draw.amount(scale / 500, scale / 20, currency), currency)
        left = {"open_amount": credit} if remainders else {}
        made.append(
            ck.OpenItem(
                id=f"{name}/C", account=name, currency=currency,
                kind=draw.choice(["credit_note", "receipt"]), amount=credit,
                doc_date=draw.day(as_of, 60), **left,
            )
        )  # fmt: skip
    return made, tied


def line(draw: Draw, as_of: date, currency: str, scale: float) -> ck.CreditLine:
    """A line that was granted: an amount or a state; in force, ended or to come."""
    amount = draw.choice([draw.amount(scale / 50, scale, currency)] * 7 + [*ck.Line])
    return ck.CreditLine(
        currency=currency,
        amount=amount,
        approved_by=draw.maybe(0.9, "Li"),
        approved_on=date(as_of.year, 1, 5),
        start=draw.maybe(0.3, draw.day(as_of, 200, -3)),
        until=draw.maybe(0.7, draw.day(as_of, 5, -300) + timedelta(8)),
        terms=draw.maybe(0.3, "net30"),
    )


# --------------------------------------------------------------------------- orders and accounts


def order_and_account(
    draw: Draw, policy: ck.Policy, as_of: date, scale: float, currencies: list[str]
) -> dict[str, Any]:
    """One order with its account; links by order number, as hosts have them.

    Half of the accounts are in good order: all is known, little is overdue, the line is about enough.
    Some of these wait for a line that starts in a few days.
    """
    good, home = draw.chance(0.5), currencies[0]
    waits = good and draw.chance(0.15)
    papers = Papers(draw, as_of, scale, [home] if good else currencies, 0.3 if good else 1)
    of = draw.choice([home, home, home, papers.currency()])
    total = papers.amount(of, 1.5 / papers.share)
    event = draw.choice(EVENTS)
    number = draw.choice(["SO-1", "SO-1", "SO-1", "SO-2", "DN-1"])
    made, tied = items(
        draw,
        "C-1",
        as_of,
        home,
        scale=(1 if good else 4) * scale,
        good=good,
        remainders=draw.chance(0.2),
    )
    if event == "invoice" and draw.chance(0.5):
        number = "C-1/I0"
    behind = draw.maybe(0.3, draw.choice(["SO-2", "SO-3"]))
    tenths = draw.choice([3, 10])
    order = ck.Order(
        id=number,
        currency=of,
        amount=total,
        customer=draw.maybe(0.3, "C-1"),
        placed_on=draw.maybe(0.5, as_of),
        delivered=draw.maybe(0.2, ck.Money.from_minor(tenths * total.minor // 10, of)),
        terms=draw.maybe(0.8, draw.choice(["net7", "net30", "net60", "net90", "prepaid"])),
        replaces=draw.maybe(0.1, "SO-3"),
        of_order=None if number == "SO-2" else behind,
        version=draw.maybe(0.1, "2"),
    )
    when = as_of if any(one.open_amount is not None for one in made) else None
    known = 1 if good else 0.93
    account = ck.CreditAccount(
        customer=draw.maybe(0.5, "C-1"),
        line=papers.ample_line(waits) if good else draw.maybe(0.92, papers.line()),
        temporary=[papers.temporary(3, 9)] if waits else papers.temporaries(),
        groups=papers.few(papers.group, 2, 0.15 if good else 0.3) or [],
        grade=policy.grades[0] if good else draw.choice([*policy.grades, None, "XX"]),
        ledger=draw.maybe(known, ck.Ledger.of(made, tied, open_as_of=when)),
        open_orders=papers.few(papers.order, 2, known),
        deliveries=papers.few(papers.delivery, 2, known),
        advances=papers.few(papers.advance, 3, known),
        bills=papers.few(papers.bill, 1, 0.4) or [],
        reservations=papers.few(papers.reservation, 1, 0.4) or [],
        blocked=False if good else draw.choice([False] * 5 + [True, None]),
        insolvency=False if good else draw.choice([False] * 6 + [True, None]),
        figures=own_figures(draw, home) if policy.id in ("house", "branch") else {},
    )
    approvals = [approval(draw, policy, order, as_of) for _ in range(draw.choice([0, 0, 1, 1, 2]))]
    return {
        "event": event,
        "order": order.to_dict(),
        "account": account.to_dict(),
        "approvals": [one.to_dict() for one in approvals],
    }


class Papers:
    """Draws the documents of one account, in some currencies and of about one size."""

    def __init__(
        self, draw: Draw, as_of: date, scale: float, currencies: list[str], share: float
    ) -> None:
        self.draw, self.as_of, self.scale, self.currencies = draw, as_of, scale, currencies
        self.share = share

    def currency(self) -> str:
        """One of the account's currencies."""
        return self.draw.choice(self.currencies)

    def amount(self, currency: str, most: float = 1) -> ck.Money:
        """Money up to so much of the account's size."""
        most *= self.scale * self.share
        return ck.Money(self.draw.amount(self.scale / 100, most, currency), currency)

    def few(self, make: Callable[[int], Any], most: int, known: float) -> list[Any] | None:
        """Some documents, or none, or not known."""
        return self.draw.maybe(known, [make(place) for place in range(self.draw.randint(0, most))])

    def near(self, back: int, ahead: int) -> date:
        """A day about today."""
        return self.as_of + timedelta(self.draw.randint(-back, ahead))

    def line(self) -> ck.CreditLine:
        """A line of any state and window."""
        return line(
            self.draw, self.as_of, self.currencies[0], self.draw.choice([1, 4]) * self.scale
        )

    def ample_line(self, waits: bool) -> ck.CreditLine:
        """A line in force that is about enough; little of one that waits for more."""
        home, until = self.currencies[0], self.near(-30, 300)
        given = {"approved_by": "Li", "approved_on": date(self.as_of.year, 1, 5), "until": until}
        share = 0.05 if waits else self.draw.choice([0.6, 1, 2, 4])
        return ck.CreditLine(
            currency=home, amount=ck.Money(f"{self.scale * share:.0f}", home), **given
        )

    def temporaries(self) -> list[ck.CreditLine]:
        """Now and then a line beside the permanent one; it may have started, or start in a few days."""
        days = self.draw.choice([-5, -5, 3])
        return self.draw.maybe(0.3, [self.temporary(days, 4)]) or []

    def temporary(self, days: int, most: float) -> ck.CreditLine:
        """A line beside the permanent one, from so many days on."""
        home, start = self.currencies[0], self.as_of + timedelta(days)
        return ck.CreditLine(
            currency=home,
            amount=self.amount(home, most),
            mode=self.draw.choice(["adds", "replaces"]),
            start=start,
            until=start + timedelta(9),
            approved_by="Li",
        )

    def group(self, place: int) -> ck.GroupLine:
        """A line of the group."""
        currency = self.currency()
        amounts = [self.amount(currency, 9), self.amount(currency, 4), *ck.Line]
        return ck.GroupLine(
            id=f"G-{place}",
            currency=currency,
            amount=self.draw.choice(amounts),
            others=self.draw.maybe(0.85, self.amount(currency, 2)),
        )

    def order(self, place: int) -> ck.Order:
        """An open order, delivered in part or not."""
        currency = self.currency()
        total = self.amount(currency, 0.6)
        half = ck.Money.from_minor(total.minor // 2, currency)
        return ck.Order(
            id=f"SO-{place + 2}",
            currency=currency,
            amount=total,
            ship_by=self.draw.maybe(0.4, self.near(0, 120)),
            delivered=self.draw.maybe(0.3, half),
            replaces=self.draw.maybe(0.1, "SO-9"),
        )

    def advance(self, place: int) -> ck.Advance:
        """An advance, mostly for an order."""
        currency = self.currency()
        return ck.Advance(
            id=f"A-{place}",
            currency=currency,
            amount=self.amount(currency, self.draw.choice([0.2, 0.2, 2])),
            order=self.draw.maybe(0.7, self.draw.choice(["SO-1", "SO-2", "SO-3"])),
            cleared=self.draw.chance(0.85),
        )

    def delivery(self, place: int) -> ck.Delivery:
        """A delivery, mostly of an order."""
        currency = self.currency()
        behind = self.draw.maybe(0.8, self.draw.choice(["SO-1", "SO-2", "SO-3"]))
        amount = self.amount(currency, 0.4)
        return ck.Delivery(id=f"D-{place}", currency=currency, amount=amount, order=behind)

    def bill(self, place: int) -> ck.Bill:
        """A bill, in hand or passed on."""
        currency = self.currency()
        return ck.Bill(
            id=f"B-{place}",
            currency=currency,
            amount=self.amount(currency, 0.5),
            kind=self.draw.choice(["commercial", "bank"]),
            status=self.draw.choice(["in_hand", "discounted", "endorsed"]),
            recourse=self.draw.chance(0.7),
            maturity=self.draw.maybe(0.7, self.near(10, 90)),
        )

    def reservation(self, place: int) -> ck.Reservation:
        """What another order that passed has reserved."""
        currency = self.currency()
        return ck.Reservation(
            order=f"SO-{place + 4}",
            currency=currency,
            amount=self.amount(currency, 0.5),
            until=self.draw.maybe(0.6, self.near(3, 9)),
        )


def approval(draw: Draw, policy: ck.Policy, order: ck.Order, as_of: date) -> ck.Approval:
    """A person's word, which may be of another day, another order, too little, or not his to give."""
    document = policy.to_dict()
    roles = [row["role"] for row in document.get("authority", {}).get("rows", [])]
    checks = [row["id"] for row in document["checks"]["rows"]]
    of = draw.choice([order.currency] * 6 + ["EUR"])
    covered = ck.Money.from_minor(order.amount.minor * draw.choice([10, 10, 20, 5, 9]) // 10, of)
    approved = as_of + timedelta(draw.choice([0, 0, -3, -40, 4]))
    return ck.Approval(
        order=draw.choice([order.id, order.id, order.of_order or order.id, "SO-77"]),
        currency=of,
        largest_amount=covered,
        requested_by="u3",
        approved_by=draw.choice(["u9", "王经理"]),
        role=draw.choice([*roles, *roles[-1:] * 4, "nobody"]),
        approved_on=approved,
        until=approved + timedelta(9),
        checks=draw.choice([[], [], [], checks[:1], checks[-2:], ["NO_SUCH_CHECK"], checks]),
        deviation=draw.maybe(0.3, "0.15"),
    )


# --------------------------------------------------------------------------------------- months


GRADES: Final = {"standard": ["AAA", "AA", "A", "B", "D"], "watch": ["A", "B", "C", "D"]}


def months(draw: Draw, name: str, policy: str, as_of: date, currency: str) -> list[ck.MonthFigures]:
    """The months of one customer, up to one that has not ended; some are missing, some sold nothing."""
    usual, idle = draw.choice([9_000.0, 30_000.0]), draw.chance(0.1)
    owed, grade, made = 2 * usual, draw.randint(0, 2), []
    names = GRADES.get(policy, ["x"] * 4)
    for back in range(draw.choice([1, 4, 8, 16]), -2, -1):
        owed = max(0.0, owed * draw.uniform(0.8, 1.3))
        grade = min(3, max(0, grade + draw.choice([0, 0, 0, 1, -1])))
        sold = "0" if idle and back < 5 else draw.amount(usual / 9, usual, currency)
        granted = draw.choice([ck.Money("60000", currency)] * 9 + [*ck.Line])
        if draw.chance(0.06):
            continue
        made.append(
            ck.MonthFigures(
                account=name,
                month_end=month_end(as_of, back),
                currency=currency,
                exposure=draw.maybe(0.95, ck.Money(f"{owed * 1.1:.0f}", currency)),
                line=draw.maybe(0.93, granted),
                receivables=draw.maybe(0.95, ck.Money(f"{owed:.0f}", currency)),
                sales=draw.maybe(0.97, ck.Money(sold, currency)),
                oldest_overdue_days=draw.maybe(0.9, draw.choice([0, 0, 14, 15, 61])),
                grade=draw.maybe(0.95, draw.choice([names[grade]] * 20 + ["ZZ"])),
                figures=month_figures(draw, policy, currency),
            )
        )
    if made and draw.chance(0.1):
        made.append(draw.choice(made))  # a month that the account has twice
    draw.shuffle(made)
    return made


def month_end(as_of: date, back: int) -> date:
    """The last day of the month that lies so many months before a date's own."""
    year, month = divmod(as_of.year * 12 + as_of.month - back, 12)
    return date(year, month + 1, 1) - timedelta(1)


def month_figures(draw: Draw, policy: str, currency: str) -> dict[str, Any]:
    """Other figures of a month: of the catalogue or the host's own."""
    if policy in ("house", "branch"):
        own = own_figures(draw, currency)
        return {name: value for name, value in own.items() if not isinstance(value, bool | str)}
    if policy == "manufacturers":
        return {"z2": draw.choice([0.5, 1.1, 2.6, 5.0])} if draw.chance(0.9) else {}
    if policy != "watch":
        return {}
    pool: dict[str, Any] = {
        "overdue": ck.Money(draw.choice(["0", "0.01", "4999.99", "7000"]), currency),
        "overdue_share": draw.choice([0.0, 0.4, 0.9]),
        "on_time_share": draw.choice([0.2, 0.6, 1.0]),
        "countback_dso": draw.choice([30.0, 60.0, 95.5]),
        "score": draw.choice([450.0, 600.0, 777.7]),
        "settled_count": draw.choice([0, 2, 9, 1.5]),
        "litigation_count": draw.choice([0, 1]),
    }
    return {name: value for name, value in pool.items() if draw.chance(0.85)}
