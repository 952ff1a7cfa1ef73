"""Orders and accounts: how the tests write them, and wide strategies that draw them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import attrs
from hypothesis import strategies as st

import creditkit as ck

TODAY = date(2026, 11, 21)
POLICY = ck.Policy.standard()
CHECKS = POLICY.to_dict()["checks"]
RATES = ck.Rates("CNY", {"USD": "7.1234"}, as_of=TODAY)


def line(amount: Any = "500000", **more: Any) -> ck.CreditLine:
    given = {"approved_by": "u17", "approved_on": date(2026, 1, 5), "until": date(2027, 1, 1)}
    return ck.CreditLine(**{**given, "currency": "CNY", "amount": amount, **more})


def invoice(name: str, amount: Any, due: date, **more: Any) -> ck.OpenItem:
    return ck.OpenItem(
        **{
            "id": name,
            "account": "C-1",
            "currency": "CNY",
            "kind": "invoice",
            "amount": amount,
            "doc_date": due - timedelta(days=30),
            "due_date": due,
            **more,
        }
    )


def receipt(name: str, amount: Any, on: date = TODAY, **more: Any) -> ck.OpenItem:
    given = {"account": "C-1", "currency": "CNY", "kind": "receipt", **more}
    return ck.OpenItem(id=name, amount=amount, doc_date=on, **given)


def account(items: Any = (), **more: Any) -> ck.CreditAccount:
    given = {"line": line(), "grade": "AA", "blocked": False, "insolvency": False}
    empty = {"open_orders": (), "deliveries": (), "advances": ()}
    return ck.CreditAccount(**{**given, **empty, "ledger": ck.Ledger.of(items), **more})


def order(amount: Any = "100000", name: str = "SO-1", **more: Any) -> ck.Order:
    return ck.Order(**{"id": name, "currency": "CNY", "amount": amount, **more})


def approval(**more: Any) -> ck.Approval:
    given = {
        "order": "SO-1",
        "currency": "CNY",
        "largest_amount": "100000",
        "requested_by": "u3",
        "approved_by": "u9",
        "role": "credit_director",
        "approved_on": TODAY,
        "until": TODAY + timedelta(days=7),
    }
    return ck.Approval(**{**given, **more})


def check(
    o: ck.Order, a: ck.CreditAccount, *, policy: ck.Policy = POLICY, **more: Any
) -> ck.Verdict:
    return policy.check(o, a, **{"as_of": TODAY, **more})


def by_id(verdict: ck.Verdict) -> dict[str, ck.CheckResult]:
    return {c.id if c.level is None else f"{c.id}@{c.level}": c for c in verdict.checks}


def records(ledger: ck.Ledger) -> list[ck.OpenItem]:
    return [ledger.items.row(row) for row in range(len(ledger))]


def policy_of(rows: Any, **more: Any) -> ck.Policy:
    """The standard policy with other checks, and without small remainders.

    A row is a condition, or a condition and what more its check says. Without small remainders,
    because a payment that leaves one is not the least.
    """
    full = [
        {
            "id": f"C{place}",
            "on_fail": "hold",
            **({"require": row} if isinstance(row, str) else {"require": row[0], **row[1]}),
        }
        for place, row in enumerate(rows)
    ]
    return _policy_with(json.dumps({**CHECKS, "ignore_below": "0", **more, "rows": full}))


@lru_cache(1000)
def _policy_with(checks: str) -> ck.Policy:
    """Loaded once: strategies draw the same few checks again and again."""
    return ck.Policy.from_dict({**POLICY.to_dict(), "checks": json.loads(checks)})


EXACT = ck.Policy.from_dict({**POLICY.to_dict(), "checks": {**CHECKS, "ignore_below": "0"}})
"""The standard policy without small remainders."""


# ------------------------------------------------------------------------------------ strategies

amounts = st.integers(1, 90_000_000).map(lambda cents: Decimal(cents) / 100)
small = st.sampled_from([0, 1, 50, 333]) | st.integers(0, 400)
"""Amounts that meet one another often."""

CURRENCY = st.sampled_from(["CNY"] * 5 + ["USD"])
DAY = st.integers(-40, 40).map(lambda days: TODAY + timedelta(days))
ORDERS = ("SO-1", "SO-2", "SO-3", "SO-4")
NAMES = st.sampled_from(ORDERS)
LINKS = st.sampled_from([None, *ORDERS, "SO-1", "SO-1", "SO-0"])
"""The order that an item of the ledger names."""

KINDS = st.sampled_from([None] * 6 + ["order", "delivery", "invoice"])
"""What a document under test says that it is: mostly nothing, and the event tells."""


@lru_cache(1000)
def maybe(how: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | how


@cache
@st.composite
def line_of(draw: st.DrawFn, **given: Any) -> ck.CreditLine:
    start, until = draw(maybe(DAY)), draw(maybe(DAY))
    if start is not None and until is not None and until <= start:
        until = None
    amount = draw(small | small | st.sampled_from(["unlimited", "none", "inherit"]))
    currency = draw(CURRENCY)
    by = draw(st.sampled_from(["u17"] * 9 + [None]))  # nobody has approved it
    return line(amount, currency=currency, start=start, until=until, approved_by=by, **given)


CREDITED = st.sampled_from([[], [], ["credit_note"], ["bill_receivable"]])
BILLING = st.sampled_from(["invoice"] * 5 + ["instalment", "retention", "debit_note"])


@st.composite
def ledger_of(draw: st.DrawFn) -> ck.Ledger:
    """Invoices, credit notes and receipts in one or two currencies, disputed in part, most of an
    order, and paid or credited in part; or today's remainders."""
    remainders = draw(st.integers(0, 4)) == 0
    rows = []
    for place in range(draw(st.integers(0, 4))):
        currency, amount, kind = draw(CURRENCY), draw(small), draw(BILLING)
        more: dict[str, Any] = {"order": draw(LINKS), "kind": kind}
        if remainders:
            more["open_amount"] = min(amount, draw(small))
        if draw(st.integers(0, 4)) == 0:
            more["disputed"] = min(amount, draw(small))
        if kind == "instalment":
            more["document"] = draw(st.sampled_from(["I-0", "I-0", "SO-1", "I-9"]))
        name = draw(st.sampled_from([f"I-{place}"] * 4 + ["SO-1"])) if place == 0 else f"I-{place}"
        rows.append(invoice(name, amount, draw(DAY), currency=currency, **more))
    owed = list(rows)
    for kind in ["receipt"] * draw(st.integers(0, 1)) + draw(CREDITED):
        amount, paid = -draw(small), {}
        if remainders:
            paid = {"open_amount": max(amount, -draw(small))}
        on = TODAY if remainders else draw(DAY | st.just(TODAY))
        name, of = f"{kind[0].upper()}-0", draw(LINKS) if kind == "credit_note" else None
        currency = draw(CURRENCY)
        rows.append(receipt(name, amount, on, currency=currency, kind=kind, order=of, **paid))
    if remainders:
        return ck.Ledger.of(rows, open_as_of=TODAY)
    ties = []
    for source in rows[len(owed) :]:
        alike = [one for one in owed if one.currency == source.currency]
        for target in alike[: draw(st.integers(0, 2))]:
            amount = min(draw(small), abs(source.amount.minor) // 100)
            ends = {"source": source.id, "target": target.id, "currency": target.currency}
            ties.append(ck.Allocation(**ends, amount=amount))
    return ck.Ledger.of(rows, ties)


@cache
@st.composite
def open_orders(draw: st.DrawFn) -> ck.Order:
    return order(
        draw(small),
        draw(NAMES),
        currency=(currency := draw(CURRENCY)),
        delivered=draw(maybe(small.map(lambda n: ck.Money(n, currency)))),
        ship_by=draw(maybe(st.just(TODAY + timedelta(91)) | DAY)),
        replaces=draw(st.sampled_from([None, None, None, "SO-9", "SO-1", "SO-2", "SO-3"])),
    )


advances = st.builds(
    lambda place, currency, amount, to, cleared: ck.Advance(
        id=f"A-{place}", currency=currency, amount=amount, order=to, cleared=cleared
    ),
    st.integers(0, 9),
    CURRENCY,
    small,
    maybe(NAMES | st.just("SO-9")),
    st.sampled_from([True, True, False]),
)
deliveries = st.builds(
    lambda place, currency, amount, of: ck.Delivery(
        id=place, currency=currency, amount=amount, order=of
    ),
    st.integers(0, 9).map("D-{}".format) | st.sampled_from(["DN-1", "SO-1"]),
    CURRENCY,
    small,
    maybe(NAMES),
)
bills = st.builds(
    lambda place, currency, amount, status, recourse, maturity: ck.Bill(
        id=f"B-{place}",
        currency=currency,
        amount=amount,
        status=status,
        recourse=recourse,
        maturity=maturity,
    ),
    st.integers(0, 9),
    CURRENCY,
    small,
    st.sampled_from(["in_hand", "discounted", "endorsed"]),
    st.booleans(),
    maybe(DAY),
)
reservations = st.builds(
    lambda of, currency, amount, until: ck.Reservation(
        order=of, currency=currency, amount=amount, until=until
    ),
    NAMES,
    CURRENCY,
    small,
    maybe(DAY),
)
group_lines = st.builds(
    lambda place, currency, amount, others: ck.GroupLine(
        id=f"G-{place}", currency=currency, amount=amount, others=others
    ),
    st.integers(0, 9),
    CURRENCY,
    small | st.sampled_from(["unlimited", "none", "inherit"]),
    st.none() | small | small,
)


@lru_cache(1000)
def few(how: st.SearchStrategy[Any], key: str = "id", most: int = 2) -> st.SearchStrategy[Any]:
    """None of them, mostly, or a few; no document twice."""
    return st.lists(how, max_size=most, unique_by=lambda one: getattr(one, key)).map(tuple)


@lru_cache(1000)
def known(how: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly known; now and then not."""
    return st.integers(0, 15).flatmap(lambda n: how if n else st.none())


wide_accounts = st.builds(
    lambda **facts: ck.CreditAccount(**facts),
    line=known(line_of()),
    temporary=few(line_of(mode="adds") | line_of(mode="replaces"), "amount", 1),
    groups=few(group_lines),
    grade=known(st.sampled_from(POLICY.grades)),
    ledger=known(ledger_of()),
    open_orders=known(few(open_orders())),
    deliveries=known(few(deliveries)),
    advances=known(few(advances, most=3)),
    bills=few(bills, most=1),
    reservations=few(reservations, "order", 1),
    blocked=st.sampled_from([False] * 9 + [True, None]),
    insolvency=st.just(False),
)


@cache
@st.composite
def wide_orders(draw: st.DrawFn) -> ck.Order:
    """An order, a new version of one, or a delivery or an invoice of one."""
    currency = draw(CURRENCY)
    return order(
        draw(small),
        draw(st.sampled_from(["SO-1", "SO-1", "SO-2", "DN-1"])),
        currency=currency,
        delivered=draw(maybe(small.map(lambda n: ck.Money(n, currency)))),
        terms=draw(maybe(st.sampled_from(["net7", "net30", "net90", "prepaid"]))),
        replaces=draw(st.sampled_from([None, None, None, "SO-3", "SO-9"])),
        of_order=draw(st.sampled_from([None, None, None, "SO-1", "SO-3", "SO-4"])),
        kind=draw(KINDS),
    )


CONDITIONS = (
    "exposure + order <= line",
    "exposure + order < line",
    "line >= exposure + order",
    "line > exposure + order",
    "2 * exposure + 3 * order <= line + 100",
    "exposure + order + 2 * overdue <= 1.10 * line",
    "order_total <= 100",
    "order <= 0.5 * line",
    "exposure <= line",
    "oldest_overdue_days <= max_overdue_days",
    "oldest_overdue_days < 10",
    "max_overdue_days >= oldest_overdue_days",
    "2 * oldest_overdue_days + 1 <= max_overdue_days",
    "overdue <= 0.40 * receivables",
    "overdue < 50",
    "receivables <= 200",
    "requested_days <= terms_days",
    "requested_days < 30",
    "days_since_line_end <= 0",
    "utilisation <= 1",
)
"""Conditions that a house could write; some meet the same facts in different words."""

GUARDS = (
    "order > 100",
    "order_total >= 50",
    "overdue > 0",
    "oldest_overdue_days > 5",
    "requested_days > 7",
    "exposure > 100",
)


@st.composite
def wide_policies(draw: st.DrawFn) -> ck.Policy:
    """One to three checks, some under a guard; the components of the exposure weighed or not."""
    rows = []
    for _ in range(draw(st.integers(1, 3))):
        more: dict[str, Any] = {"on_fail": draw(st.sampled_from(["hold", "refer", "require"]))}
        if draw(st.integers(0, 3)) == 0:
            more["when"] = [draw(st.sampled_from(GUARDS))]
        rows.append((draw(st.sampled_from(CONDITIONS)), more))
    weights: dict[str, Any] = {}
    if draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(["receivables", "receivables", "bills", "advances"]))
        weights = {"components": {name: draw(st.sampled_from(["0", "0.5", "0.333", "1.5"]))}}
    return policy_of(rows, **weights)


approvals_of_one = st.builds(
    lambda largest, days, role, checks, deviation, kind: approval(
        largest_amount=str(largest),
        approved_on=TODAY + timedelta(days),
        until=TODAY + timedelta(days + 9),
        role=role,
        checks=checks,
        deviation=deviation,
        kind=kind,
    ),
    small,
    st.sampled_from([0, -3, -20, 4]),
    st.sampled_from(["credit_director", "credit_manager", "board"]),
    st.sampled_from([(), (), ("C0",), ("C1",)]),
    st.sampled_from([None, "0.10"]),
    st.sampled_from(["order", "order", "delivery", "invoice"]),
)


@attrs.frozen(kw_only=True)
class Asked:
    """One question: an order, its account, and everything that a check of it is given."""

    order: ck.Order
    account: ck.CreditAccount
    policy: ck.Policy
    rates: ck.Rates | None
    approvals: tuple[ck.Approval, ...]
    event: str
    as_of: date = TODAY

    def verdict(self) -> ck.Verdict:
        return self.policy.check(
            self.order,
            self.account,
            as_of=self.as_of,
            event=self.event,
            approvals=self.approvals,
            rates=self.rates,
        )


asked = st.builds(
    lambda **given: Asked(**given),
    order=wide_orders(),
    account=wide_accounts,
    policy=wide_policies() | st.just(EXACT),
    rates=st.sampled_from([RATES, RATES, RATES, None]),
    approvals=few(approvals_of_one, "largest_amount", 1),
    event=st.sampled_from(["order", "order", "ship", "invoice"]),
)
