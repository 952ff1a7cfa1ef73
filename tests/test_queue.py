"""Queues of held orders: in turn as by hand, and the plan against every subset that there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import combinations
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.policy.figures.owing import exposure_by
from creditkit.policy.queue import planning
from tests.orders import (
    POLICY,
    RATES,
    TODAY,
    account,
    approval,
    invoice,
    line,
    order,
    policy_of,
    receipt,
)

CHECKED = {"as_of": TODAY}


def held(customer: str, number: Any, amount: Any, **more: Any) -> ck.Order:
    return order(str(amount), f"SO-{number}", customer=customer, **more)


def of(customer: str, amount: Any = "100", items: Any = (), **more: Any) -> ck.CreditAccount:
    return account(items, customer=customer, line=line(amount), **more)


def queue(
    orders: Iterable[ck.Order],
    accounts: Iterable[ck.CreditAccount],
    *,
    policy: ck.Policy = POLICY,
    **more: Any,
) -> ck.CheckedQueue:
    return policy.check_many(orders, accounts, **{**CHECKED, **more})


def plan(
    orders: Sequence[ck.Order],
    accounts: Sequence[ck.CreditAccount],
    *,
    policy: ck.Policy = POLICY,
    **more: Any,
) -> ck.ReleasePlan:
    margins = {one.id: one.amount for one in orders}
    return policy.plan_release(orders, accounts, **{"margins": margins, **CHECKED, **more})


# ----------------------------------------------------------------------------------------- strategies

MONEY = st.integers(0, 60)
CUSTOMERS = ("C-1", "C-2", "C-3")


@st.composite
def houses(
    draw: st.DrawFn, most: int = 6
) -> tuple[list[ck.Order], list[ck.CreditAccount], dict[str, int]]:
    """A few customers, some under a group's line, with debts, credits and advances; and their orders."""
    opening: dict[str, list[Any]] = {}
    for name in CUSTOMERS:
        items = [
            invoice(
                f"I-{name}", draw(MONEY), TODAY + timedelta(draw(st.integers(-15, 9))), account=name
            )
        ]
        if draw(st.booleans()):
            items.append(receipt(f"R-{name}", -draw(MONEY), account=name))
        opening[name] = items
    bare = {name: account(items, customer=name) for name, items in opening.items()}
    owed = {
        name: max(0, POLICY.exposure(one, as_of=TODAY).total.minor) for name, one in bare.items()
    }
    tied = draw(st.lists(st.sampled_from(CUSTOMERS), unique=True, max_size=3))
    all_of = draw(st.booleans())
    outside, group, above = draw(MONEY), draw(st.integers(0, 200)), draw(st.integers(0, 250))
    accounts = []
    for name in CUSTOMERS:
        groups = []
        if name in tied:
            others = sum(owed[one] for one in tied if one != name) + outside * 100
            groups.append(
                ck.GroupLine(
                    id="G", currency="CNY", amount=group, others=ck.Money.from_minor(others, "CNY")
                )
            )
        if all_of:
            others = sum(owed[one] for one in CUSTOMERS if one != name)
            groups.append(
                ck.GroupLine(
                    id="ALL",
                    currency="CNY",
                    amount=above,
                    others=ck.Money.from_minor(others, "CNY"),
                )
            )
        amount = draw(st.integers(0, 150) | st.sampled_from(["unlimited", "inherit"]))
        accounts.append(attrs.evolve(bare[name], line=line(amount), groups=groups))
    orders = []
    advances: dict[str, list[ck.Advance]] = {}
    for number in range(draw(st.integers(0, most))):
        name = draw(st.sampled_from(CUSTOMERS))
        placed = draw(st.none() | st.integers(0, 3).map(lambda days: TODAY - timedelta(days)))
        orders.append(held(name, number, draw(MONEY), placed_on=placed))
        if draw(st.integers(0, 4)) == 0:
            paid = ck.Advance(
                id=f"A-{number}", currency="CNY", amount=draw(MONEY), order=f"SO-{number}"
            )
            advances.setdefault(name, []).append(paid)
    accounts = [attrs.evolve(one, advances=advances.get(str(one.customer), ())) for one in accounts]
    worth = {one.id: draw(st.integers(-2, 30)) for one in orders}
    return orders, accounts, worth


def by_hand(
    orders: Sequence[ck.Order], accounts: Sequence[ck.CreditAccount], policy: ck.Policy = POLICY
) -> list[ck.Verdict]:
    """One by one, with the reservations that a host writes, and the others of each group added up again."""
    now = {str(one.customer): one for one in accounts}

    def positive(one: ck.CreditAccount) -> int:
        total = policy.exposure(one, as_of=TODAY).total
        assert total is not None
        return max(0, total.minor)

    start = {name: positive(one) for name, one in now.items()}
    out = []
    for one in orders:
        mine = now[str(one.customer)]
        groups = []
        for group in mine.groups:
            members = [
                name
                for name in now
                if name != one.customer and group.id in {g.id for g in now[name].groups}
            ]
            grown = sum(positive(now[name]) - start[name] for name in members)
            assert group.others is not None
            groups.append(
                attrs.evolve(group, others=group.others + ck.Money.from_minor(grown, "CNY"))
            )
        verdict = policy.check(one, attrs.evolve(mine, groups=groups), **CHECKED)
        out.append(verdict)
        if verdict.outcome.goes:
            held_ = ck.Reservation(order=one.id, currency=one.currency, amount=one.amount)
            now[str(one.customer)] = attrs.evolve(mine, reservations=[*mine.reservations, held_])
    return out


# ----------------------------------------------------------------------------------------- in turn


@given(houses())
def test_in_turn_is_one_by_one_by_hand(house: Any) -> None:
    orders, accounts, _ = house
    found = queue(orders, accounts)
    served = [next(one for one in orders if one.id == row.order) for row in found]
    hand = by_hand(served, accounts)
    assert [row.outcome for row in found] == [verdict.outcome for verdict in hand]
    assert [found.verdict(row).checks for row in range(len(found))] == [one.checks for one in hand]
    assert [found.verdict(row).facts_digest for row in range(len(found))] == [
        one.facts_digest for one in hand
    ]


@given(houses(), st.randoms(), st.sampled_from(["first_come", "priority", "margin", "key"]))
def test_it_does_not_matter_how_a_queue_was_read(house: Any, random: Any, by: str) -> None:
    orders, accounts, worth = house
    how: Any = {
        "first_come": {},
        "priority": {"order_by": "priority", "priorities": worth},
        "margin": {"order_by": "margin", "margins": worth},
        "key": {"order_by": lambda one: one.amount},
    }[by]
    first = queue(orders, accounts, **how)
    mixed, others = list(orders), list(accounts)
    random.shuffle(mixed)
    random.shuffle(others)
    assert first.same_as(queue(mixed, others, **how)) and first.order_by == by


@given(houses())
def test_a_queue_never_overdraws_a_line(house: Any) -> None:
    orders, accounts, _ = house
    found = queue(orders, accounts)
    for name in {row.customer for row in found if row.outcome.goes}:
        last = [row for row in found if row.customer == name and row.outcome.goes][-1]
        used = [row.used for row in found if row.customer == name and row.outcome.goes]
        asked = [one for one in orders if one.id == last.order]
        prepaid = found.verdict([row.order for row in found].index(last.order)).prepaid
        assert all(one is not None and one.minor >= 0 for one in used) and asked
        if not prepaid:
            assert last.headroom is ck.Line.UNLIMITED or last.headroom.minor >= 0  # type: ignore[union-attr]


# ------------------------------------------------------------------------------------------- the plan


def best(
    orders: Sequence[ck.Order],
    accounts: Sequence[ck.CreditAccount],
    worth: dict[str, int],
    policy: ck.Policy = POLICY,
) -> int:
    """The most that any subset is worth whose orders all go in turn."""
    most = 0
    for size in range(len(orders) + 1):
        for some in combinations(orders, size):
            if all(row.outcome.goes for row in queue(some, accounts, policy=policy)):
                most = max(most, sum(worth[one.id] for one in some))
    return most * 100


@given(houses(5))
def test_no_subset_is_worth_more(house: Any) -> None:
    orders, accounts, worth = house
    found = plan(orders, accounts, margins=worth)
    assert found.value.minor == best(orders, accounts, worth) and found.exact
    assert found.value.minor == sum(100 * worth[name] for name in found.released)
    assert sorted(found.queue.passed) == sorted(found.released) and len(found.queue) == len(
        found.released
    )
    assert all(row.released or row.reasons for row in found)


@given(
    houses(5),
    st.sampled_from(
        [
            "exposure + order <= 1.05 * line",
            "utilisation <= 0.9",
            "2 * exposure + 2 * order <= line + 30",
        ]
    ),
)
def test_no_subset_is_worth_more_whatever_is_asked_of_the_line(house: Any, condition: str) -> None:
    orders, accounts, worth = house
    policy = policy_of([condition, "order_total <= 50"])
    found = plan(orders, accounts, margins=worth, policy=policy)
    assert found.value.minor == best(orders, accounts, worth, policy) and found.exact


@given(houses(8))
def test_large_queues_are_bounded(house: Any) -> None:
    orders, accounts, worth = house
    exact = plan(orders, accounts, margins=worth)
    before = planning.SMALL
    try:
        planning.SMALL = -1  # type: ignore[misc]
        found = plan(orders, accounts, margins=worth)
    finally:
        planning.SMALL = before  # type: ignore[misc]
    assert found.value <= exact.value <= found.bound
    assert found.value == exact.value  # HiGHS finds the best of so few
    assert sorted(found.queue.passed) == sorted(found.released)


@given(houses(6), st.randoms(), st.sampled_from(CUSTOMERS), MONEY)
def test_what_can_only_help_helps(house: Any, random: Any, name: str, more: int) -> None:
    orders, accounts, worth = house
    found = plan(orders, accounts, margins=worth)
    mixed, others = list(orders), list(accounts)
    random.shuffle(mixed)
    random.shuffle(others)
    assert found.same_as(plan(mixed, others, margins=dict(reversed(worth.items()))))
    assert plan(orders, accounts, margins=worth, cash={name: more}).value >= found.value
    wider = [
        attrs.evolve(one, line=line(int(one.line.amount.amount) + more))
        if one.customer == name and isinstance(one.line.amount, ck.Money)
        else one
        for one in accounts
    ]
    assert plan(orders, wider, margins=worth).value >= found.value
    if orders:
        fewer = orders[1:]
        assert (
            plan(fewer, accounts, margins={one.id: worth[one.id] for one in fewer}).value
            <= found.value
        )
