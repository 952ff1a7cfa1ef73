"""Which line is in force, and that neither it nor a digest depends on the order of facts."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.limits.lines import in_force
from creditkit.money import Line, Money
from tests.ledgers import RATES, TODAY, records


def line(amount: Any, **more: Any) -> ck.CreditLine:
    return ck.CreditLine(**{"currency": "CNY", "amount": amount, "approved_by": "u1", **more})


DAY: dict[str, Any] = {"start": date(2026, 1, 1), "approved_on": date(2025, 12, 1)}


@pytest.mark.parametrize(
    ("amounts", "smallest"),
    [
        (["900", "100"], 10000),
        (["900", "unlimited"], 90000),
        (["inherit", "900"], 90000),
        (["inherit", "unlimited"], Line.INHERIT),
        (["none", "900"], Line.NONE),
    ],
)
def test_of_two_lines_of_one_day_the_smaller_stands(amounts: list[str], smallest: Any) -> None:
    for mode in ("permanent", "replaces"):
        for given_ in itertools.permutations(amounts):
            lines = [line(one, mode=mode, **DAY) for one in given_]
            assert in_force(lines, TODAY).amount == smallest


def test_a_line_without_a_rate_is_not_passed_over() -> None:
    lines = [line("900", **DAY), line("1", currency="USD", **DAY)]

    def convert(money: Money) -> int | None:
        return money.minor if money.currency == "CNY" else None

    for given_ in (lines, lines[::-1]):
        assert in_force(given_, TODAY, convert).amount is None
        assert in_force([*given_, line("0", **DAY)], TODAY, convert).amount == 0


def test_of_two_like_lines_the_one_that_ends_first_stands() -> None:
    lines = [line("900", **DAY), line("900", until=TODAY, **DAY)]
    for given_ in (lines, lines[::-1]):
        assert in_force(given_, TODAY).days_since_end == 1
    later = [line("1", start="2027-01-01", until=f"2027-0{n}-01") for n in (5, 2)]
    for given_ in (later, later[::-1]):
        found = in_force(given_, TODAY)
        assert (found.amount, found.days_since_end) == (
            Line.NONE,
            (TODAY - date(2027, 2, 1)).days + 1,
        )


lines = st.lists(
    st.builds(
        ck.CreditLine,
        currency=st.just("CNY"),
        amount=st.sampled_from(["none", "inherit", "unlimited", "0", "5", "900"]),
        start=st.sampled_from([None, date(2026, 1, 1), TODAY, TODAY + timedelta(1)]),
        until=st.sampled_from([None, TODAY + timedelta(2), TODAY + timedelta(9)]),
        approved_on=st.sampled_from([None, date(2025, 1, 1)]),
        mode=st.sampled_from(["permanent", "replaces", "adds"]),
    ),
    max_size=5,
)


@given(lines, st.randoms(use_true_random=False))
def test_the_order_of_lines_never_matters(granted: Any, random: Any) -> None:
    shuffled = random.sample(granted, len(granted))
    assert in_force(shuffled, TODAY) == in_force(granted, TODAY)


def document(kind: Any, name: str, amount: int, **more: Any) -> Any:
    return kind(id=name, currency="CNY", amount=amount, **more)


@given(records(), lines, st.randoms(use_true_random=False))
def test_an_account_is_the_same_in_any_order(made: Any, granted: Any, random: Any) -> None:
    items = [item for item in made[0] if item.account == "C-1"]
    facts: dict[str, Any] = {
        "temporary": granted,
        "open_orders": [document(ck.Order, f"SO-{n}", n) for n in range(3)],
        "deliveries": [document(ck.Delivery, f"DN-{n}", n) for n in range(3)],
        "advances": [document(ck.Advance, f"AD-{n}", n) for n in range(3)],
        "bills": [document(ck.Bill, f"B-{n}", n) for n in range(3)],
        "reservations": [
            ck.Reservation(order=f"RS-{n}", currency="CNY", amount=n) for n in range(3)
        ],
    }
    shuffled = {name: random.sample(given_, len(given_)) for name, given_ in facts.items()}
    one, other = (
        ck.CreditAccount(line=line("900"), ledger=ck.Ledger.of(*book), **said)
        for book, said in (
            ((items, made[1]), facts),
            ((random.sample(items, len(items)), random.sample(made[1], len(made[1]))), shuffled),
        )
    )
    assert one == other
    assert one.to_dict() == other.to_dict()
    assert ck.CreditAccount.from_dict(one.to_dict()) == one
    asked = ck.Order(id="SO-9", currency="CNY", amount=5, customer="C-1")
    first, second = (
        ck.Policy.standard().check(asked, account, as_of=TODAY, rates=RATES)
        for account in (one, other)
    )
    assert first.facts_digest == second.facts_digest
    assert first.to_dict() == second.to_dict()


def test_groups_keep_their_order() -> None:
    groups = [document(ck.GroupLine, name, 5) for name in ("Z", "A")]
    assert [one.id for one in ck.CreditAccount(groups=groups).groups] == ["Z", "A"]


@given(st.randoms(use_true_random=False), records())
def test_a_decision_has_one_digest_in_any_order(random: Any, made: Any) -> None:
    ratings = [
        ck.ExternalRating(agency=agency, value=value, as_of=day)
        for agency in ("A", "B") for value in (50, 60) for day in (TODAY, date(2026, 1, 1))
    ]  # fmt: skip
    items = [item for item in made[0] if item.account == "C-1"]

    def digest(ratings: Any, items: Any, ties: Any) -> str:
        customer = ck.Customer(id="C-1", currency="CNY", ratings=ratings)
        assert ck.Portfolio.of([customer]).row(0) == customer
        ledger = ck.Ledger.of(items, ties)
        return ck.Policy.standard().decide(customer, ledger=ledger, as_of=TODAY).facts_digest

    shuffled = [random.sample(rows, len(rows)) for rows in (ratings, items, made[1])]
    assert digest(*shuffled) == digest(ratings, items, made[1])
