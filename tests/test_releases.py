"""What would release an order: each way told does, none is more than it takes, none is forgotten."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.facts.documents import DocumentKind
from creditkit.limits.documents import kind_of
from creditkit.receivables import positions
from tests.orders import (
    RATES,
    TODAY,
    Asked,
    account,
    asked,
    by_id,
    check,
    invoice,
    line,
    order,
    policy_of,
    receipt,
    records,
)

CENT = Decimal("0.01")


def after(case: Asked, way: ck.Release, *, less: Decimal = Decimal(0), days: int = 0) -> Asked:
    """The facts once a way was gone, or all of it but ``less``; written without its solver."""
    if way.kind == "date":
        assert way.date is not None
        return attrs.evolve(case, as_of=way.date + timedelta(days))
    if way.kind == "terms":
        assert way.days is not None
        return attrs.evolve(case, order=attrs.evolve(case.order, terms=f"net{way.days + days}"))
    assert way.amount is not None
    if way.kind == "amount":
        amount = way.amount.amount + less
        return attrs.evolve(case, order=attrs.evolve(case.order, amount=amount))
    if way.kind == "prepayment":
        paid = ck.Advance(
            id="PREPAID",
            currency=way.amount.currency,
            amount=way.amount.amount - less,
            order=way.order,
        )
        advances = (*(case.account.advances or ()), paid)
        return attrs.evolve(case, account=attrs.evolve(case.account, advances=advances))
    assert way.kind == "payment"
    return attrs.evolve(case, account=paid_on(case.account, way.items, less))


def paid_on(a: ck.CreditAccount, items: Any, less: Decimal) -> ck.CreditAccount:
    """The account after a payment tied to the items that it names, the last in part."""
    assert a.ledger is not None
    due = {name: amount.amount for name, amount in items}
    last = items[-1][0]
    due[last] -= less
    rows = records(a.ledger)
    if a.ledger.open_as_of is not None:
        left = [
            attrs.evolve(one, open_amount=one.open_amount.amount - due[one.id])
            if one.id in due and one.open_amount is not None
            else one
            for one in rows
        ]
        return attrs.evolve(a, ledger=ck.Ledger.of(left, open_as_of=a.ledger.open_as_of))
    currency = items[0][1].currency
    cash = ck.OpenItem(
        id="PAID",
        account="C-1",
        currency=currency,
        kind="receipt",
        amount=-sum(due.values()),
        doc_date=TODAY,
    )
    tied = [
        ck.Allocation(source="PAID", target=name, currency=currency, amount=amount, on=TODAY)
        for name, amount in due.items()
        if amount
    ]
    return attrs.evolve(a, ledger=ck.Ledger.of([*rows, cash], tied))


@given(asked)
def test_every_release_releases(case: Asked) -> None:
    for way in case.verdict().release_if:
        verdict = after(case, way).verdict()
        assert verdict.outcome.goes, (way, verdict.explain())


@given(asked)
def test_a_release_is_the_least(case: Asked) -> None:
    """Of what heals the checks: an approval that then would count is not looked for."""
    case = attrs.evolve(case, approvals=())
    for way in case.verdict().release_if:
        if way.kind == "date":
            assert way.date is not None
            for days in range(1, (way.date - TODAY).days):
                earlier = attrs.evolve(case, as_of=TODAY + timedelta(days))
                assert not earlier.verdict().outcome.goes, (way, days)
        elif way.kind == "terms":
            assert not after(case, way, days=1).verdict().outcome.goes, way
        elif way.amount is not None:
            assert not after(case, way, less=CENT).verdict().outcome.goes, way


def test_a_day_is_found_on_which_an_allocation_counts() -> None:
    """Cash without a receipt of its own, dated ahead; and never a day past the policy's window."""
    late = invoice("I", "1000", TODAY - timedelta(days=40))
    on = TODAY + timedelta(days=4)
    paid = ck.Allocation(target="I", currency="CNY", amount="1000", on=on)
    a = account(ledger=ck.Ledger.of([late], [paid]))
    policy = policy_of(["overdue <= 0"])
    (wait,) = (way for way in check(order(), a, policy=policy).release_if if way.kind == "date")
    assert wait.date == on
    document = policy.to_dict()
    document["effective"] = {"from": "2026-01-01", "until": on.isoformat()}
    ended = ck.Policy.from_dict(document)
    assert not [way for way in check(order(), a, policy=ended).release_if if way.kind == "date"]


def test_what_is_paid_for_may_go_in_any_currency() -> None:
    advance = ck.Advance(id="A", currency="USD", amount="2000", order="SO-1")
    ended = account([], line=line(until=TODAY), advances=[advance])
    dollars = order("90000", currency="USD")
    verdict = check(dollars, ended, rates=RATES)
    (less,) = (way for way in verdict.release_if if way.kind == "amount")
    assert less.amount == ck.Money("2000", "USD")


@given(asked, st.integers(1, 40_000).map(lambda cents: Decimal(cents) / 100))
def test_paying_never_hurts(case: Asked, paid: Decimal) -> None:
    """Money that has come in and is not applied yet."""
    ledger = case.account.ledger
    if ledger is None:
        return
    left = {} if ledger.open_as_of is None else {"open_amount": -paid}
    items = [*records(ledger), receipt("PAY", -paid, **left)]
    richer = attrs.evolve(case.account, ledger=ck.Ledger.of(items, open_as_of=ledger.open_as_of))
    assert attrs.evolve(case, account=richer).verdict().outcome <= case.verdict().outcome


@given(asked, st.integers(1, 40_000).map(lambda cents: Decimal(cents) / 100))
def test_no_smaller_order_is_forgotten(case: Asked, amount: Decimal) -> None:
    case = attrs.evolve(case, approvals=())
    now, asks = case.verdict(), case.order
    done = Decimal(0) if asks.delivered is None else asks.delivered.amount
    if now.outcome.goes or asks.currency != "CNY" or not done < amount < asks.amount.amount:
        return
    if case.event == "invoice":  # what is invoiced has gone out
        return
    if attrs.evolve(case, order=attrs.evolve(asks, amount=amount)).verdict().outcome.goes:
        told = [way.amount.amount for way in now.release_if if way.kind == "amount" and way.amount]
        assert told and told[0] >= amount


@given(asked, st.integers(1, 40_000).map(lambda cents: Decimal(cents) / 100))
def test_no_prepayment_is_forgotten(case: Asked, amount: Decimal) -> None:
    now = case.verdict()
    of = case.order.id
    if kind_of(case.order, case.event) is not DocumentKind.ORDER:
        of = case.order.of_order  # type: ignore[assignment]
    way = ck.Release(kind="prepayment", amount=ck.Money(amount, "CNY"), order=of)
    if not now.outcome.goes and after(case, way).verdict().outcome.goes:
        if case.account.advances is None:
            return
        told = [
            one.amount.amount for one in now.release_if if one.kind == "prepayment" and one.amount
        ]
        assert told and told[0] <= amount


@given(asked, st.integers(1, 45))
def test_no_day_is_forgotten(case: Asked, days: int) -> None:
    """Waiting for what is known today; an approval that begins later is not looked for."""
    case, now = attrs.evolve(case, approvals=()), case.verdict()
    ledger = case.account.ledger
    if now.outcome.goes or (ledger is not None and ledger.open_as_of is not None):
        return
    if any(row.kind == "status" for row in now.failed):
        return
    day = TODAY + timedelta(days)
    if attrs.evolve(case, as_of=day).verdict().outcome.goes:
        told = [way.date for way in now.release_if if way.kind == "date"]
        assert told and told[0] is not None and told[0] <= day


@given(asked, st.sampled_from(["net0", "net6", "net20", "net29", "net60"]))
def test_no_shorter_terms_are_forgotten(case: Asked, terms: str) -> None:
    now, asks = attrs.evolve(case, approvals=()).verdict(), case.order
    if now.outcome.goes or asks.terms is None or not asks.terms.startswith("net"):
        return
    days = int(terms[3:])
    shorter = attrs.evolve(case, approvals=(), order=attrs.evolve(asks, terms=terms))
    if days < int(asks.terms[3:]) and shorter.verdict().outcome.goes:
        told = [way.days for way in now.release_if if way.kind == "terms"]
        assert told and told[0] is not None and told[0] >= days


@given(asked, st.floats(0.0, 1.0))
def test_no_payment_is_forgotten(case: Asked, share: float) -> None:
    """Whatever part of the items is paid, oldest first: if that lets it go, a payment is told."""
    case = attrs.evolve(case, approvals=())
    now, ledger = case.verdict(), case.account.ledger
    if now.outcome.goes or ledger is None or {i.currency for i in records(ledger)} != {"CNY"}:
        return
    owed = [
        i
        for i in positions.payable_items(ledger, as_of=TODAY, currency="CNY") or ()
        if i.id != case.order.id
    ]
    total = sum((item.amount.amount for item in owed), Decimal(0))
    paid = (total * Decimal(share)).quantize(CENT)
    items, left = [], paid
    for item in owed:
        part = min(left, item.amount.amount)
        left -= part
        if part:
            items.append((item.id, ck.Money(part, "CNY")))
    if not items:
        return
    if attrs.evolve(case, account=paid_on(case.account, items, Decimal(0))).verdict().outcome.goes:
        told = [way.amount.amount for way in now.release_if if way.kind == "payment" and way.amount]
        assert told and told[0] <= paid


# ------------------------------------------------------------------------------------- by hand


def ways(verdict: ck.Verdict) -> dict[str, ck.Release]:
    kinds = [way.kind for way in verdict.release_if]
    assert len(kinds) == len(set(kinds))
    return {way.kind: way for way in verdict.release_if}


def yuan(amount: Any) -> ck.Money:
    return ck.Money(amount, "CNY")


LINE = "exposure + order <= line"
LATE = invoice("LATE", "300000", TODAY - timedelta(days=20))
FINE = invoice("FINE", "200000", TODAY + timedelta(days=20))


def test_what_goes_needs_no_release_and_a_status_has_none() -> None:
    assert check(order(), account([FINE])).release_if == ()
    blocked = check(order("900000"), account([FINE], blocked=True))
    assert {c.id for c in blocked.failed} >= {"LINE", "BLOCKED"} and blocked.release_if == ()


@pytest.mark.parametrize(
    ("condition", "most"),
    [
        (LINE, "300000"),
        ("exposure + order < line", "299999.99"),
        ("line >= exposure + order", "300000"),
        ("line > exposure + order", "299999.99"),
        ("utilisation <= 0.8", "200000"),  # 400,000 of 500,000
        ("utilisation < 0.8", "199999.99"),
        ("2 * order <= line", "250000"),
        ("3 * order < line", "166666.66"),
        ("order_total <= 100000.005", "100000"),
    ],
)
def test_the_largest_order_that_goes_is_told_to_the_cent(condition: str, most: str) -> None:
    """200,000 of a line of 500,000 is owed; 400,000 are ordered."""
    told = ways(check(order("400000"), account([FINE]), policy=policy_of([condition])))
    assert told["amount"].amount == yuan(most)


def test_a_house_that_halves_the_line_while_something_is_overdue_wants_that_paid() -> None:
    half = ("exposure + order <= 0.5 * line", {"when": ["overdue > 0"]})
    held = check(order("100000"), account([LATE]), policy=policy_of([LINE, half]))
    # 400,000 of 250,000: paying 150,000 heals the half; paying all 300,000 would lift it
    assert ways(held)["payment"].amount == yuan("150000")
    tight = check(order("260000"), account([LATE]), policy=policy_of([half]))
    # 560,000 of 250,000: 310,000 would heal it, 300,000 lift it
    assert ways(tight)["payment"].amount == yuan("300000")


def test_an_order_below_the_size_that_is_looked_at_goes() -> None:
    large = ("oldest_overdue_days <= 0", {"when": ["order_total > 50000"]})
    held = check(order("80000"), account([LATE]), policy=policy_of([large]))
    assert ways(held)["amount"].amount == yuan("50000")
    # 300,000 are overdue for 20 days: all of it, or nothing
    assert ways(held)["payment"].amount == yuan("300000")
    part = ("oldest_overdue_days <= 0", {"when": ["order > 50000"]})
    assert ways(check(order("80000"), account([LATE]), policy=policy_of([part])))[
        "prepayment"
    ].amount == yuan("30000")


def test_a_payment_counts_as_much_as_receivables_do() -> None:
    """Receivables that count half free half of what is paid; those that count nothing free nothing."""
    for weight, payment in (("0.5", "99999.99"), ("1.5", "300000")):
        policy = policy_of([LINE], components={"receivables": weight})
        # 500,000 x 0.5 + 300,000 or 500,000 x 1.5 + 200,000: 50,000 or 450,000 over the line;
        # a half of 400,000.01 is 200,000.005, to even 200,000.00
        asked = order("300000" if weight == "0.5" else "200000")
        held = check(asked, account([LATE, FINE]), policy=policy)
        assert ways(held)["payment"].amount == yuan(payment)
    none = policy_of([LINE], components={"receivables": "0"})
    assert set(ways(check(order("500000.01"), account([LATE]), policy=none))) == {
        "amount",
        "prepayment",
    }


def test_half_a_cent_is_rounded_as_the_exposure_rounds_it() -> None:
    """A half of 0.01 is 0.005, to even 0.00; a half of 0.03 is 0.015, to even 0.02."""
    policy = policy_of([LINE], components={"receivables": "0.5"})
    owes = account([invoice("I", "0.02", TODAY)], line=line("1"))
    assert ways(check(order("1"), owes, policy=policy))["payment"].amount == yuan("0.01")
    more = account([invoice("I", "0.03", TODAY)], line=line("1"))  # 0.015 is 0.02, half to even
    assert ways(check(order("1"), more, policy=policy))["payment"].amount == yuan("0.02")


def test_what_is_due_today_is_not_paid_for_being_overdue() -> None:
    due = attrs.evolve(FINE, due_date=TODAY)
    held = check(order("1"), account([LATE, due]), policy=policy_of(["overdue <= 0"]))
    assert ways(held)["payment"].amount == yuan("300000")


def test_days_and_the_line_are_paid_at_once() -> None:
    """A: 10 days at most; B and C are older. And 600,000 stand against a line of 500,000."""
    items = [
        invoice("B", "20000", TODAY - timedelta(days=40)),
        invoice("C", "30000", TODAY - timedelta(days=11)),
        invoice("D", "10000", TODAY - timedelta(days=10)),
        invoice("E", "440000", TODAY + timedelta(days=5)),
    ]
    paid = ways(check(order("100000"), account(items), policy=policy_of([LINE])))["payment"]
    assert paid.amount == yuan("100000")
    assert [name for name, _ in paid.items] == ["B", "C", "D", "E"]
    assert paid.items[-1][1] == yuan("40000")
    both = policy_of([LINE, "oldest_overdue_days <= max_overdue_days"])
    days = ways(check(order("20000"), account(items), policy=both))["payment"]
    assert days.amount == yuan("50000")  # 20,000 for the line, 50,000 for the days
    strict = policy_of(["oldest_overdue_days < 10"])
    assert ways(check(order("1"), account(items), policy=strict))["payment"].amount == yuan("60000")


def test_a_remainder_is_not_left_because_tests_ignore_it() -> None:
    policy = policy_of(["overdue <= 0"], ignore_below="50")
    paid = ways(check(order("1"), account([LATE]), policy=policy))["payment"]
    assert paid.amount == yuan("300000")  # 299,950.01 would do: nobody asks for that


def test_the_share_that_is_overdue_is_paid_down() -> None:
    # (300,000 - p) / (500,000 - p) <= 0.25 gives p >= 233,333.33...
    policy = policy_of(["overdue_share <= 0.25"])
    held = check(order("1"), account([LATE, FINE]), policy=policy)
    assert ways(held)["payment"].amount == yuan("233333.34")
    alone = check(order("1"), account([LATE]), policy=policy)
    # of nothing there is no share: that is not known, and what is not known does not go
    assert "payment" not in ways(alone)


def test_todays_remainders_can_be_paid_and_do_not_wait() -> None:
    left = [attrs.evolve(LATE, open_amount="250000"), attrs.evolve(FINE, open_amount="200000")]
    end = line(until=TODAY + timedelta(days=5), mode="replaces", amount="1000")
    now = account((), ledger=ck.Ledger.of(left, open_as_of=TODAY), temporary=[end])
    held = check(order("100000"), now, policy=policy_of([LINE]))
    # 550,000 of 1,000: all 450,000 would not do; on another day the remainders are not known
    assert set(ways(held)) == {"prepayment"}
    owes = account((), ledger=ck.Ledger.of(left, open_as_of=TODAY))
    paid = ways(check(order("100000"), owes, policy=policy_of([LINE])))["payment"]
    assert (paid.amount, paid.items) == (yuan("50000"), (("LATE", yuan("50000")),))
    other = account([LATE], temporary=[end])
    assert ways(check(order("10000"), other, policy=policy_of([LINE])))["date"].date == end.until


def test_items_in_another_currency_are_paid_in_it() -> None:
    dollars = invoice("USD-1", "50000", TODAY, currency="USD")
    held = check(order("200000"), account([dollars]), policy=policy_of([LINE]), rates=RATES)
    # 356,170 and 200,000 of 500,000: 56,170 yuan are 7,885.28 dollars at 7.1234
    assert set(ways(held)) == {"amount", "payment", "prepayment"}
    assert ways(held)["payment"].items == (("USD-1", ck.Money("7885.28", "USD")),)
    assert ways(held)["amount"].amount == yuan("143830")
    older = invoice("CNY-1", "60000", TODAY - timedelta(days=2))
    both = check(order("140000"), account([dollars, older]), policy=policy_of([LINE]), rates=RATES)
    assert ways(both)["payment"].items == (("CNY-1", yuan("56170")),)


def test_one_payment_is_in_one_currency() -> None:
    dollars = invoice("USD-1", "20000", TODAY - timedelta(days=2), currency="USD")
    yuans = invoice("CNY-1", "60000", TODAY - timedelta(days=1))
    a = account([dollars, yuans])
    held = check(order("1000"), a, policy=policy_of(["overdue <= 0"]), rates=RATES)
    assert "payment" not in ways(held) and "prepayment" in ways(held)


def test_a_payment_that_breaks_another_check_is_no_way() -> None:
    policy = policy_of([LINE, "receivables >= 300000"])
    held = check(order("300000"), account([LATE]), policy=policy)
    # 600,000 of 500,000: paying 100,000 would leave 200,000 of receivables
    assert "payment" not in ways(held) and ways(held)["amount"].amount == yuan("200000")


def test_a_foreign_order_is_cut_and_prepaid_in_its_own_currency() -> None:
    dollars = order("100000", currency="USD")  # 712,340 yuan
    held = check(dollars, account([]), policy=policy_of([LINE]), rates=RATES)
    # 70,191.20 dollars count for 499,999.99 yuan, a cent more for 500,000.06
    assert ways(held)["amount"].amount == ck.Money("70191.20", "USD")
    assert ways(held)["prepayment"].amount == ck.Money("29808.80", "USD")
    assert ways(held)["prepayment"].share == Fraction(2980880, 10000000)
    unknown = check(dollars, account([]), policy=policy_of([LINE]))
    assert unknown.release_if == ()  # without a rate nothing can be said in yuan


def test_a_bound_on_a_foreign_order_is_left_to_its_prepayment() -> None:
    held = check(order("1", currency="USD"), account([LATE]), rates=RATES)
    assert set(ways(held)) == {"payment", "prepayment"}


def test_a_smaller_order_may_be_one_that_is_prepaid() -> None:
    paid = ck.Advance(id="A", currency="CNY", amount="40000", order="SO-1")
    held = check(
        order("100000"), account([LATE], advances=[paid]), policy=policy_of(["overdue <= 0"])
    )
    assert ways(held)["amount"].amount == yuan("40000")
    assert ways(held)["prepayment"].amount == yuan("60000")
    gone = order("100000", delivered="40000")  # what is delivered cannot be left out
    held = check(gone, account([LATE], advances=[paid]), policy=policy_of(["overdue <= 0"]))
    assert "amount" not in ways(held)


def test_an_order_is_prepaid_in_its_own_currency_where_something_of_it_has_no_rate() -> None:
    bill = invoice("I-1", "5", TODAY, currency="USD", order="SO-1")
    paid = ck.Advance(id="A", currency="CNY", amount="30", order="SO-1")
    ways = check(order("100"), account([bill], advances=[paid])).release_if
    (way,) = [one for one in ways if one.kind == "prepayment"]
    assert (way.amount, way.order) == (ck.Money("70", "CNY"), "SO-1")
    assert way.sentence() == "prepay 70.00 CNY (70% of 100.00 CNY)"
    rest = attrs.evolve(paid, id="B", amount=ck.Money("70", "CNY"))
    assert check(order("100"), account([bill], advances=[paid, rest])).prepaid


def test_a_part_is_released_by_prepaying_its_order() -> None:
    """It goes where the whole order is paid: the release says for which order."""
    late = [invoice("I-1", "900", TODAY - timedelta(days=90))]
    note = order("40", "DN-1", of_order="SO-1")
    held = check(note, account(late, open_orders=[order("100")]), event="ship")
    ways = {way.kind: way for way in held.release_if}
    assert ways["prepayment"].amount == ck.Money("100", "CNY")
    assert ways["prepayment"].sentence() == "prepay 100.00 CNY for order SO-1"
    assert "为订单 SO-1 预付" in ways["prepayment"].sentence("zh")


def test_less_than_is_delivered_is_no_order() -> None:
    gone = order("100000", delivered="60000")
    held = check(gone, account([]), policy=policy_of(["order_total <= 50000"]))
    assert "amount" not in ways(held) and ways(held)["prepayment"].amount == yuan("100000")
    held = check(gone, account([]), policy=policy_of(["order_total <= 70000"]))
    assert ways(held)["amount"].amount == yuan("70000")


def test_an_order_that_asks_for_no_terms_or_none_is_not_shortened() -> None:
    policy = policy_of(["overdue <= 0"])
    for terms in (None, "prepaid"):
        assert "terms" not in ways(check(order(terms=terms), account([LATE]), policy=policy))


def test_terms_are_shortened_to_those_of_the_grade() -> None:
    policy = policy_of(["requested_days <= terms_days"])  # AA: 30 days
    held = check(order(terms="net90"), account([]), policy=policy)
    assert ways(held)["terms"].days == 30
    strict = check(order(terms="net90"), account([]), policy=policy_of(["requested_days < 30"]))
    assert ways(strict)["terms"].days == 29
    both = policy_of(["requested_days <= terms_days", "overdue <= 0"])
    late = check(order(terms="net90"), account([LATE]), policy=both)
    assert set(ways(late)) == {"prepayment"}  # shorter terms alone do not release it
    mixed = policy_of([("overdue <= 0", {"when": ["requested_days > 7"]})])
    assert ways(check(order(terms="net30"), account([LATE]), policy=mixed))["terms"].days == 7


def test_a_way_that_another_check_would_stop_is_not_told() -> None:
    """An order of less than 50,000 needs a clean ledger."""
    little = ("overdue <= 0", {"when": ["order_total < 50000"]})
    policy = policy_of([LINE, little, ("overdue <= 0", {"when": ["requested_days < 30"]}),
                        "requested_days <= terms_days"])  # fmt: skip
    held = check(order("240000"), account([LATE], line=line("340000")), policy=policy)
    assert "amount" not in ways(held)  # 40,000 is within the line, and too little
    long = check(order("40000", terms="net60"), account([LATE], grade="A"), policy=policy_of(
        ["requested_days <= terms_days", ("overdue <= 0", {"when": ["requested_days < 30"]})]
    ))  # fmt: skip
    assert set(ways(long)) == {"prepayment"}  # A: 15 days


def test_a_part_prepaid_that_another_check_would_stop_is_prepaid_in_full() -> None:
    little = ("overdue <= 0", {"when": ["order < 50000"]})
    held = check(
        order("240000"), account([LATE], line=line("340000")), policy=policy_of([LINE, little])
    )
    assert ways(held)["prepayment"].amount == yuan("240000")  # 200,000 would leave 40,000


def test_the_size_of_an_order_is_cut_though_its_advances_are_not_known() -> None:
    held = check(order(), account([], advances=None), policy=policy_of(["order_total <= 60000"]))
    assert set(ways(held)) == {"amount"} and ways(held)["amount"].amount == yuan("60000")


def test_what_is_owed_is_paid_though_the_exposure_is_not_known() -> None:
    held = check(order(), account([LATE], deliveries=None), policy=policy_of(["overdue <= 50000"]))
    assert ways(held)["payment"].amount == yuan("250000")


def test_at_the_end_of_64_bits_no_payment_is_told() -> None:
    most = Decimal(2**63 - 1) / 100
    held = check(
        order(), account([attrs.evolve(LATE, amount=most), attrs.evolve(FINE, amount=most)])
    )
    assert set(ways(held)) == {"prepayment"}


def test_a_group_is_relieved_by_the_tightest_of_its_lines() -> None:
    groups = [
        ck.GroupLine(id="G", currency="CNY", amount="450000", others="300000"),
        ck.GroupLine(id="TOP", currency="CNY", amount="unlimited", others="0"),
    ]
    held = check(order("100000"), account([FINE], groups=groups), policy=policy_of([LINE]))
    # 300,000 + 200,000 + 100,000 of 450,000
    assert by_id(held)["C0@G"].status == "fail"
    assert "amount" not in ways(held) and "prepayment" in ways(held)
    assert ways(held)["payment"].amount == yuan("150000")
    small = check(order("200000"), account([], groups=groups), policy=policy_of([LINE]))
    assert ways(small)["amount"].amount == yuan("150000")


def test_an_invoice_that_is_posted_is_not_paid_to_release_itself() -> None:
    posted = invoice("SO-1", "100000", TODAY - timedelta(days=30))
    held = check(
        order(), account([posted, LATE]), policy=policy_of(["overdue <= 100000"]), event="invoice"
    )
    # the 300,000 beside it, not its own 100,000
    assert ways(held)["payment"].items == (("LATE", yuan("300000")),)
    older = check(
        order(),
        account([posted, LATE]),
        policy=policy_of(["oldest_overdue_days <= 25"]),
        event="invoice",
    )
    assert "payment" not in ways(older)
    younger = attrs.evolve(posted, due_date=TODAY - timedelta(days=10))
    held = check(
        order(),
        account([younger, LATE]),
        policy=policy_of(["oldest_overdue_days <= 15"]),
        event="invoice",
    )
    assert ways(held)["payment"].items == (("LATE", yuan("300000")),)
    due = attrs.evolve(posted, due_date=TODAY)  # what is due today is not overdue
    held = check(order(), account([due, LATE]), policy=policy_of(["overdue <= 0"]), event="invoice")
    assert ways(held)["payment"].items == (("LATE", yuan("300000")),)
    alone = check(order(), account([posted]), policy=policy_of(["overdue <= 0"]), event="invoice")
    assert "payment" not in ways(alone)


def test_documents_of_a_release_take_no_name_that_is_taken() -> None:
    paid = ck.Advance(id="SO-1:prepayment", currency="CNY", amount="1000", order="SO-1")
    named = invoice(f"payment of {TODAY}", "300000", TODAY - timedelta(days=20))
    held = check(order("400000"), account([named], advances=[paid]), policy=policy_of([LINE]))
    # 300,000 + 399,000 of 500,000
    assert ways(held)["prepayment"].amount == yuan("199000")
    assert ways(held)["payment"].amount == yuan("199000")


def test_waiting_for_a_line_that_was_granted_already() -> None:
    """Nothing is known of a line until it starts: no amount would help, the day does."""
    start = TODAY + timedelta(days=3)
    coming = line("500000", start=start, until=None, mode="adds")
    replacing = attrs.evolve(coming, mode=ck.LineMode.REPLACES)
    held = check(order(), account([], line=None, temporary=[replacing]))
    assert by_id(held)["LINE"].status == "indeterminate"
    assert ways(held)["date"].date == start
    later = line("500000", start=start)
    held = check(order(), account([], line=later))
    assert held.line is ck.Line.NONE and ways(held)["date"].date == start


def test_waiting_for_a_receipt_that_is_dated_ahead() -> None:
    day = TODAY + timedelta(days=2)
    held = check(order("400000"), account([FINE, receipt("R", "-100000", day)]))
    assert ways(held)["date"].date == day


def test_every_way_is_said_in_both_languages() -> None:
    amount, day = yuan("1200"), TODAY
    said = {
        ck.Release(kind="amount", amount=amount): (
            "ship no more than 1,200.00 CNY",
            "本单金额不超过",
        ),
        ck.Release(kind="payment", amount=amount, items=(("I-1", amount),)): (
            "pay 1,200.00 CNY: I-1",
            "付款 1,200.00 CNY（I-1）",
        ),
        ck.Release(
            kind="payment", amount=amount + amount, items=(("I-1", amount), ("I-2", amount))
        ): (
            "pay 2,400.00 CNY: I-1 1,200.00 CNY, I-2 1,200.00 CNY",
            "付款 2,400.00 CNY（I-1 1,200.00 CNY、I-2 1,200.00 CNY）",
        ),
        ck.Release(kind="prepayment", amount=amount, share=Fraction(1, 4)): (
            "prepay 1,200.00 CNY (25% of 4,800.00 CNY)",
            "预付 1,200.00 CNY（4,800.00 CNY 的 25%）",
        ),
        ck.Release(kind="prepayment", amount=amount): ("prepay 1,200.00 CNY", "预付 1,200.00 CNY"),
        ck.Release(kind="terms", days=30): ("terms of no more than 30 days", "账期不超过 30 天"),
        ck.Release(kind="date", date=day): ("wait until 2026-11-21", "等到 2026-11-21"),
    }
    for way, (english, chinese) in said.items():
        assert way.sentence() == english
        assert way.sentence("zh").startswith(chinese)
        assert ck.Release.from_dict(way.to_dict()) == way
