"""How a host turns its tables into creditkit's facts: here CSV files, in an ERP queries.

An empty cell is not known, which is not zero. Money stays text until the library reads it.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
from dateutil.relativedelta import relativedelta

import creditkit as ck

Row = dict[str, Any]
Sold = Callable[[date, date], dict[str, Decimal]]
"""Each customer's sales, credit notes taken off, after one day and until another."""


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: cell or None for name, cell in row.items()} for row in csv.DictReader(file)]


def columns(table: list[Row], **names: str) -> dict[str, list[Any]]:
    """Columns by the library's name, from a table with names of its own."""
    return {ours: [row[theirs] for row in table] for ours, theirs in names.items()}


def by(table: Iterable[Row], name: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = {}
    for row in table:
        groups.setdefault(row[name], []).append(row)
    return groups


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def flag(text: str | None) -> bool | None:
    return None if text is None else text == "true"


def number(text: str | None) -> float | None:
    return None if text is None else float(text)


class Unreadable(Exception):
    """A file that cannot be read: which, where in it, what came and what to do."""


def parsed(path: Path) -> dict[str, Any]:
    """A TOML file."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path} is not TOML in UTF-8: {error}") from None


def policy(path: Path, currency: str | None = None) -> ck.Policy:
    """The policy of a TOML file; without amounts of its own it may be given another currency."""
    document = parsed(path)
    return ck.Policy.from_dict(document if currency is None else {**document, "currency": currency})


# What the host knows of everybody


@dataclass
class Company:
    """The host's tables at one date, as facts."""

    as_of: date
    customers: list[ck.Customer]
    ledger: ck.Ledger
    sold: Sold
    rates: ck.Rates | None = None
    applications: dict[str, ck.Application] = field(default_factory=dict)
    lines: dict[str, list[ck.CreditLine]] = field(default_factory=dict)
    accounts: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    demo_orders: list[tuple[ck.Order, str, str]] = field(default_factory=list)

    def table(self, kind: type, given: Mapping[str, Any]) -> Any:
        """A table with a row for each customer; none where nothing is known of anybody."""
        return kind.of([given.get(customer.id) for customer in self.customers]) if given else None

    def account(
        self,
        customer: ck.Customer,
        grade: str | None,
        groups: Iterable[ck.GroupLine] = (),
        line: ck.CreditLine | None = None,
    ) -> ck.CreditAccount:
        """What is known of a customer's account at the moment of a check."""
        permanent, *temporary = self.lines.get(customer.id, [None])
        known: dict[str, list[Any]] = {"open_orders": [], "deliveries": [], "advances": []}
        return ck.CreditAccount(
            customer=customer.id,
            line=line or permanent,
            temporary=tuple(temporary),
            groups=tuple(groups),
            grade=grade,
            ledger=self.ledger.account(customer.id),
            blocked=customer.blocked,
            insolvency=customer.insolvency,
            **{**known, **self.accounts.get(customer.id, {})},  # without a row: known to be none
        )


def as_it_was(account: ck.CreditAccount, then: date) -> ck.CreditAccount:
    """An account without the orders that were placed later, and what belongs to them."""
    orders = account.open_orders or ()
    later = {one.id for one in orders if one.placed_on is not None and one.placed_on > then}
    return attrs.evolve(
        account,
        open_orders=[one for one in orders if one.id not in later],
        deliveries=[one for one in account.deliveries or () if one.order not in later],
        advances=[one for one in account.advances or () if one.order not in later],
    )


def month_before(day: date, months: int = 1) -> date:
    """The same day some months earlier; from the end of a month the end of that one."""
    return day + relativedelta(days=1) - relativedelta(months=months) - relativedelta(days=1)


def month_end(day: date) -> date:
    """The last month end by a day."""
    return (day + relativedelta(days=1)).replace(day=1) - relativedelta(days=1)


def at(now: Company, then: date) -> Company:
    """The same customers at an earlier date, with what they had bought by then."""
    sold = now.sold(then - relativedelta(years=1), then)
    known = [
        attrs.evolve(customer, credit_sales_12m=sold.get(customer.id, Decimal(0)))
        if customer.credit_sales_12m is not None
        else customer
        for customer in now.customers
    ]
    return replace(now, as_of=then, customers=known)


def sales(table: list[Row], account: str) -> Sold:
    """What a host asks its database: invoices less credit notes of each customer in a window."""
    lines = [
        (row["doc_date"], row[account], Decimal(row["amount"]))
        for row in table
        if row["kind"] in ("invoice", "credit_note")
    ]

    def sold(after: date, until: date) -> dict[str, Decimal]:
        first, last = after.isoformat(), until.isoformat()
        sums: dict[str, Decimal] = {}
        for on, customer, amount in lines:
            if first < on <= last:
                sums[customer] = sums.get(customer, Decimal(0)) + amount
        return sums

    return sold


def company(folder: Path, as_of: date) -> Company:
    table = {path.stem: rows(path) for path in sorted(folder.glob("*.csv"))}
    accounts: dict[str, dict[str, list[Any]]] = {}
    readers = {"open_orders": ("orders", order), "deliveries": ("deliveries", delivery)}
    readers |= {"advances": ("advances", advance), "bills": ("bills", bill)}
    for name, (file, read) in readers.items():
        for row in table[file]:
            accounts.setdefault(row["customer"], {}).setdefault(name, []).append(read(row))
    begun = {row["order"] for file in ("advances", "deliveries") for row in table[file]}
    for row in table["demo_orders"]:  # goods delivered or money received: the order is open
        if row["id"] in begun:
            accounts.setdefault(row["customer"], {}).setdefault("open_orders", []).append(
                order(row)
            )
    lines = {
        name: [line(row) for row in many] for name, many in by(table["lines"], "customer").items()
    }
    return Company(
        as_of=as_of,
        customers=customers(table),
        ledger=ledger(table["items"], table["allocations"]),
        sold=sales(table["items"], "customer"),
        rates=rates(table["rates"]),
        applications={row["id"]: application(row) for row in table["customers"]},
        lines=lines,
        accounts=accounts,
        demo_orders=[(order(row), row["customer"], row["scene"]) for row in table["demo_orders"]],
    )


def customers(table: dict[str, list[Row]]) -> list[ck.Customer]:
    statements, ratings = by(table["statements"], "customer"), by(table["ratings"], "customer")
    taken = (
        "id",
        "currency",
        "name",
        "name_zh",
        "country",
        "industry",
        "ownership",
        "reputation",
        "group",
    )
    taken += ("credit_sales_12m", "expected_purchases_12m")
    return [
        ck.Customer(
            **{name: row[name] for name in taken},
            founded=day(row["founded"]),
            trading_since=day(row["trading_since"]),
            insolvency=flag(row["insolvency"]),
            blocked=flag(row["blocked"]),
            litigation_count=None if row["litigation"] is None else int(row["litigation"]),
            statement=statement(statements.get(row["id"], [])),
            ratings=[
                ck.ExternalRating(
                    agency=r["agency"],
                    value=float(r["value"]),
                    as_of=date.fromisoformat(r["as_of"]),
                )
                for r in ratings.get(row["id"], [])
            ],
        )
        for row in table["customers"]
    ]


def statement(years: list[Row]) -> ck.Statement | None:
    """The latest year-end, which carries the one before it."""
    made = None
    heads = ("customer", "period_end", "currency", "unit", "audited")
    for row in sorted(years, key=lambda year: year["period_end"]):
        lines = {name: number(cell) for name, cell in row.items() if name not in heads}
        lines["trade_receivables"] = lines.pop("receivables")
        made = ck.Statement(
            currency=row["currency"],
            period_end=date.fromisoformat(row["period_end"]),
            unit=int(row["unit"]),
            audited=flag(row["audited"]),
            previous=made,
            **lines,
        )
    return made


def application(row: Row) -> ck.Application:
    return ck.Application(
        currency=row["currency"],
        requested_limit=row["requested_limit"],
        requested_terms=row["requested_terms"],
    )


def ledger(items: list[Row], allocations: list[Row]) -> ck.Ledger:
    currency = {row["id"]: row["currency"] for row in items}
    same = {name: name for name in ("id", "kind", "currency", "amount", "doc_date", "due_date")}
    same |= {"disputed": "disputed", "order": "order"}
    ties = {name: name for name in ("source", "target", "amount", "on", "undone_on")}
    return ck.Ledger.from_columns(
        columns(items, account="customer", **same),
        {
            **columns(allocations, **ties),
            "currency": [currency[row["target"]] for row in allocations],
        },
    )


def line(row: Row) -> ck.CreditLine:
    amount = row["amount"]
    state = amount if amount in ("unlimited", "none", "inherit") else Decimal(amount)
    return ck.CreditLine(
        currency=row["currency"],
        amount=state,
        terms=row["terms"],
        approved_by=row["approved_by"],
        approved_on=date.fromisoformat(row["approved_on"]),
        start=day(row["from"]),
        until=day(row["until"]),
        mode=ck.LineMode(row["mode"] or "permanent"),
    )


def order(row: Row) -> ck.Order:
    return ck.Order(
        id=row["id"],
        customer=row["customer"],
        currency=row["currency"],
        amount=row["amount"],
        delivered=row["delivered"],
        placed_on=day(row["date"]),
        ship_by=day(row["ship_by"]),
        terms=row["requested_terms"],
    )


def delivery(row: Row) -> ck.Delivery:
    return ck.Delivery(**{name: row[name] for name in ("id", "currency", "amount", "order")})


def advance(row: Row) -> ck.Advance:
    same = {name: row[name] for name in ("id", "currency", "amount", "order")}
    return ck.Advance(**same, cleared=row["cleared"] == "true")


def bill(row: Row) -> ck.Bill:
    return ck.Bill(
        **{name: row[name] for name in ("id", "currency", "amount")},
        kind=ck.BillKind(row["kind"]),
        status=ck.BillStatus(row["status"]),
        recourse=flag(row["recourse"]) or False,
        maturity=day(row["maturity"]),
    )


def rates(table: list[Row]) -> ck.Rates:
    quotes = {row["base"]: row["rate"] for row in table}
    return ck.Rates(
        table[0]["quote"], quotes, date.fromisoformat(table[0]["as_of"]), table[0]["kind"]
    )
