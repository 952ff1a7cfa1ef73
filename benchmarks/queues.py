"""Which held orders to release: a plan from the accounts, against scipy's ``milp`` on ready numbers.

``milp`` alone is handed what the plan has to find out: what each order adds, what is left of each
customer's line and of each group's, and all of it in one matrix of floats. It answers with a set. Ours
reads the accounts, asks every check, solves apart what no line ties together, checks the released orders in
turn again and says of each that stays why.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.facts import TODAY
from benchmarks.harness import Contest, Entrant
from creditkit.facts.accounts import CreditAccount, GroupLine, Order
from creditkit.facts.ledger import Ledger, OpenItem
from creditkit.facts.lines import CreditLine, Reservation
from creditkit.money import Money
from creditkit.policy.policy import Policy

MEMBERS = 4
"""Customers under each group's line."""


def contests(small: bool) -> list[Contest]:
    """Forty orders, a morning's queue; and a thousand."""
    large = 200 if small else 1_000
    return [planned(40, 12), planned(large, large // 4), served(large, large // 4)]


def house(orders: int, customers: int) -> tuple[list[Order], list[CreditAccount], dict[str, Money]]:
    """Orders of customers who owe most of their lines, four and four under a line for three of them."""
    random = np.random.default_rng(7)
    lines = random.integers(200_000, 900_000, customers)
    owed = (lines * random.uniform(0.4, 0.9, customers)).astype(int)
    accounts = []
    for at in range(customers):
        first = at // MEMBERS * MEMBERS
        mine = range(first, min(first + MEMBERS, customers))
        name = f"C-{at:04}"
        item = OpenItem(
            id=f"I-{at}", account=name, currency="CNY", kind="invoice", amount=int(owed[at]),
            doc_date=TODAY - timedelta(30), due_date=TODAY + timedelta(9),
        )  # fmt: skip
        group = GroupLine(
            id=f"G-{first}", currency="CNY", amount=int(0.8 * lines[first : first + MEMBERS].sum()),
            others=int(sum(owed[other] for other in mine if other != at)),
        )  # fmt: skip
        line = CreditLine(
            currency="CNY", amount=int(lines[at]), approved_by="u17", approved_on=TODAY
        )
        account = CreditAccount(
            customer=name, line=line, grade="AAA", groups=[group], ledger=Ledger.of([item]),
            open_orders=(), deliveries=(), advances=(), blocked=False, insolvency=False,
        )  # fmt: skip
        accounts.append(account)
    held, margins = [], {}
    for n in range(orders):
        amount = int(random.integers(5_000, 120_000))
        order = Order(
            id=f"SO-{n:05}", customer=f"C-{int(random.integers(customers)):04}", currency="CNY",
            amount=amount, placed_on=TODAY - timedelta(int(random.integers(9))),
        )  # fmt: skip
        held.append(order)
        margins[f"SO-{n:05}"] = Money(int(amount * random.uniform(0.05, 0.3)), "CNY")
    return held, accounts, margins


def planned(orders: int, customers: int) -> Contest:
    """The most margin that goes within every line."""
    policy = Policy.standard()
    held, accounts, margins = house(orders, customers)
    alone = _matrix(held, accounts, margins)
    ours, theirs = "creditkit, plan_release", "scipy, milp on ready numbers"

    def same(answers: dict[str, Any]) -> None:
        plan = answers[ours]
        worth = sum(margins[held[at].id].minor for at in answers[theirs])
        assert plan.value.minor <= plan.bound.minor and worth <= plan.bound.minor
        assert plan.exact and plan.value.minor == worth, (plan.value, plan.bound, worth)
        assert len(plan.queue.passed) == len(plan.released)

    return Contest(
        name="held orders, the most margin",
        size=f"{orders:,} orders, {customers:,} customers",
        entrants=[
            Entrant(
                name=ours,
                run=lambda: policy.plan_release(held, accounts, margins=margins, as_of=TODAY),
                ours=True,
            ),
            Entrant(name=theirs, run=alone),
        ],
        same=same,
    )


def _matrix(
    held: list[Order], accounts: list[CreditAccount], margins: dict[str, Money]
) -> Callable[[], list[int]]:
    """The same problem as numbers: an order within its line alone, a row a line, a row a group."""
    place = {str(one.customer): at for at, one in enumerate(accounts)}
    owed = [sum(row.amount.minor for row in _items(one)) for one in accounts]
    groups = sorted({one.groups[0].id for one in accounts})
    rows, room = np.zeros((len(accounts) + len(groups), len(held))), []
    for at, one in enumerate(accounts):
        room.append(_minor(one.line.amount if one.line else None) - owed[at])
    for name in groups:
        inside = [at for at, one in enumerate(accounts) if one.groups[0].id == name]
        room.append(_minor(accounts[inside[0]].groups[0].amount) - sum(owed[at] for at in inside))
    for at, order in enumerate(held):
        mine = place[str(order.customer)]
        rows[mine, at] = order.amount.minor
        rows[len(accounts) + groups.index(accounts[mine].groups[0].id), at] = order.amount.minor
    worth = np.array([margins[one.id].minor for one in held], dtype=float)
    limit = LinearConstraint(rows, ub=np.maximum(room, 0))

    def run() -> list[int]:
        found = milp(-worth, integrality=np.ones(len(held)), bounds=Bounds(0, 1), constraints=limit,
                     options={"mip_rel_gap": 0.0})  # fmt: skip
        return [int(at) for at in np.flatnonzero(found.x > 0.5)]

    return run


def _items(account: CreditAccount) -> list[Any]:
    ledger = account.ledger
    return [] if ledger is None else [ledger.items.row(row) for row in range(len(ledger))]


def _minor(amount: Any) -> int:
    return int(amount.minor)


def served(orders: int, customers: int) -> Contest:
    """A queue in turn, first come first served, against the same by hand."""
    policy = Policy.standard()
    held, accounts, _ = house(orders, customers)
    ours = "creditkit, check_many"

    def by_hand() -> list[str]:
        now, grown = {str(one.customer): one for one in accounts}, dict[str, Money]()
        passed = []
        for order in sorted(held, key=lambda one: (one.placed_on, one.id)):
            mine = now[str(order.customer)]
            group = mine.groups[0]
            own = sum((one.amount for one in mine.reservations), Money(0, "CNY"))
            others = (group.others or Money(0, "CNY")) + grown.get(group.id, Money(0, "CNY")) - own
            asked = attrs.evolve(mine, groups=[attrs.evolve(group, others=others)])
            if policy.check(order, asked, as_of=TODAY).outcome.goes:
                reserved = Reservation(order=order.id, currency="CNY", amount=order.amount)
                kept = [*mine.reservations, reserved]
                now[str(order.customer)] = attrs.evolve(mine, reservations=kept)
                grown[group.id] = grown.get(group.id, Money(0, "CNY")) + order.amount
                passed.append(order.id)
        return passed

    def same(answers: dict[str, Any]) -> None:
        assert list(answers[ours].passed) == answers["creditkit, by hand"]

    return Contest(
        name="held orders in turn",
        size=f"{orders:,} orders, {customers:,} customers",
        entrants=[
            Entrant(
                name=ours, run=lambda: policy.check_many(held, accounts, as_of=TODAY), ours=True
            ),
            Entrant(name="creditkit, by hand", run=by_hand, ours=True),
        ],
        same=same,
    )
