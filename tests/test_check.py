"""Order checks: the laws that a credit manager relies on, and the cases that he tells."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._layout import html_page
from tests.orders import (
    CHECKS,
    POLICY,
    RATES,
    TODAY,
    account,
    amounts,
    approval,
    by_id,
    check,
    invoice,
    line,
    order,
    policy_of,
    receipt,
)

# What a credit manager tells


def test_an_order_within_the_line_goes() -> None:
    verdict = check(order(), account([invoice("I-1", "400000", TODAY)]))
    assert verdict.outcome is ck.Outcome.APPROVE
    assert by_id(verdict)["LINE"].headroom == ck.Money(
        0, "CNY"
    )  # exposure equal to the line passes
    assert verdict.release_if == () and verdict.approver is None


def test_a_cent_over_the_line_is_held_and_the_release_is_exact() -> None:
    verdict = check(order("100000.01"), account([invoice("I-1", "400000", TODAY)]))
    assert verdict.outcome is ck.Outcome.HOLD
    assert verdict.overage == ck.Money("0.01", "CNY")
    ways = {way.kind: way for way in reversed(verdict.release_if)}
    assert ways["amount"].amount == ck.Money("100000", "CNY")
    assert ways["payment"].amount == ck.Money("0.01", "CNY")
    assert [name for name, _ in ways["payment"].items] == ["I-1"]
    assert ways["prepayment"].amount == ck.Money("0.01", "CNY")
    assert verdict.approver == "credit_manager"


def test_the_oldest_debt_is_paid_first() -> None:
    items = [
        invoice("YOUNG", "1000", TODAY - timedelta(days=11)),
        invoice("OLD", "2000", TODAY - timedelta(days=40)),
        invoice("FINE", "90000", TODAY - timedelta(days=10)),
        invoice("LATER", "90000", TODAY + timedelta(days=10)),
    ]
    verdict = check(order("1000"), account(items))
    assert by_id(verdict)["OVERDUE"].status == "fail"
    payment = next(way for way in verdict.release_if if way.kind == "payment")
    # AA allows 10 days: OLD and YOUNG must go; then 90,000 of 180,000 is overdue, more than 40 %:
    # (93,000 - p) <= 0.4 (183,000 - p) gives p >= 33,000
    assert payment.amount == ck.Money("33000", "CNY")
    assert payment.items == (
        ("OLD", ck.Money("2000", "CNY")),
        ("YOUNG", ck.Money("1000", "CNY")),
        ("FINE", ck.Money("30000", "CNY")),
    )


def test_not_known_is_never_a_pass() -> None:
    verdict = check(
        order(), ck.CreditAccount(line=line(), grade="AA", blocked=False, insolvency=False)
    )
    assert by_id(verdict)["LINE"].status == "indeterminate"
    assert by_id(verdict)["LINE"].missing == ("exposure", "order")
    assert verdict.outcome is ck.Outcome.HOLD
    blank = check(order(), ck.CreditAccount())
    assert all(c.status == "indeterminate" for c in blank.checks)


def test_an_empty_ledger_is_known_to_be_empty() -> None:
    verdict = check(order(), account([]))
    assert verdict.outcome is ck.Outcome.APPROVE
    assert by_id(verdict)["SHARE"].status == "not_applicable"  # a share of nothing


def test_due_today_is_not_overdue() -> None:
    assert by_id(check(order(), account([invoice("I", "9", TODAY)])))["OVERDUE"].left == 0


@pytest.mark.parametrize("amount", ["unlimited", "none", "inherit"])
def test_the_states_of_a_line(amount: str) -> None:
    verdict = check(order(), account([], line=line(amount)))
    status = by_id(verdict)["LINE"]
    assert (status.status, verdict.outcome.value) == {
        "unlimited": ("pass", "approve"),
        "none": ("fail", "hold"),
        "inherit": ("indeterminate", "hold"),
    }[amount]
    if amount == "unlimited":
        assert status.headroom is ck.Line.UNLIMITED


def test_an_inherited_line_asks_the_group() -> None:
    group = ck.GroupLine(id="G", currency="CNY", amount="100000", others="20000")
    verdict = check(order("80000"), account([], line=line("inherit"), groups=[group]))
    results = by_id(verdict)
    assert results["LINE"].status == "not_applicable"
    assert results["LINE@G"].status == "pass" and results["LINE@G"].headroom == ck.Money(0, "CNY")


def test_the_tightest_line_binds_and_is_named() -> None:
    group = ck.GroupLine(id="G", currency="CNY", amount="450000", others="300000")
    verdict = check(order("100000"), account([invoice("I", "100000", TODAY)], groups=[group]))
    results = by_id(verdict)
    assert results["LINE"].status == "pass" and results["LINE@G"].status == "fail"
    assert verdict.overage == ck.Money("50000", "CNY")
    assert "LINE (G)" in verdict.reasons[0].sentence()


def test_a_credit_of_one_member_does_not_reduce_the_group() -> None:
    group = ck.GroupLine(id="G", currency="CNY", amount="100000", others="100000")
    credit = receipt("R", "-50000")
    verdict = check(order("1"), account([credit], groups=[group]))
    assert by_id(verdict)["LINE@G"].left == ck.Money(
        "100000", "CNY"
    )  # others owe it, own credit pays
    bigger = check(order("60000"), account([credit], groups=[group]))
    assert by_id(bigger)["LINE@G"].left == ck.Money("110000", "CNY")


def test_an_expired_line_keeps_its_amount_and_fails_its_own_check() -> None:
    expired = line(until=TODAY)
    results = by_id(check(order(), account([], line=expired)))
    assert results["LINE"].status == "pass" and results["LINE_VALID"].status == "fail"
    assert (
        by_id(check(order(), account([], line=line(until=TODAY + timedelta(days=1)))))[
            "LINE_VALID"
        ].left
        == 0
    )


def test_a_temporary_line_adds_in_its_half_open_window() -> None:
    more = line("100000", start=TODAY, until=TODAY + timedelta(days=2), mode="adds")
    a = account([], temporary=[more])
    assert check(order("600000"), a).line == ck.Money("600000", "CNY")
    assert check(order("600000"), a, as_of=TODAY + timedelta(days=2)).line == ck.Money(
        "500000", "CNY"
    )
    waiting = check(order("600000"), a, as_of=TODAY - timedelta(days=1))
    assert [way.date for way in waiting.release_if if way.kind == "date"] == [TODAY]


def test_prepaid_passes_credit_checks_and_never_status_checks() -> None:
    paid = ck.Advance(id="A", currency="CNY", amount="100000", order="SO-1")
    late = [invoice("OLD", "900000", TODAY - timedelta(days=200))]
    verdict = check(order(), account(late, advances=[paid]))
    assert verdict.prepaid and verdict.outcome is ck.Outcome.APPROVE
    assert by_id(verdict)["OVERDUE"].cleared_by == "prepayment"
    blocked = check(order(), account(late, advances=[paid], blocked=True))
    assert (
        blocked.outcome is ck.Outcome.REJECT
        and blocked.release_if == ()
        and blocked.approver is None
    )
    uncleared = attrs.evolve(paid, cleared=False)
    assert not check(order(), account(late, advances=[uncleared])).prepaid


def test_the_invoice_of_delivered_goods_is_never_blocked() -> None:
    delivered = order(delivered="100000")
    late = account([invoice("OLD", "900000", TODAY - timedelta(days=200))])
    assert check(delivered, late, event="invoice").outcome is ck.Outcome.APPROVE
    assert check(delivered, late, event="ship").outcome is ck.Outcome.HOLD
    assert check(order(), late, event="invoice").outcome is ck.Outcome.HOLD


def test_an_approval_covers_what_it_says_and_no_more() -> None:
    a = account([invoice("I", "450000", TODAY)])
    assert check(order(), a).outcome is ck.Outcome.HOLD
    assert check(order(), a, approvals=[approval()], event="ship").outcome is ck.Outcome.APPROVE
    for wrong in (
        {"order": "SO-2"},
        {"largest_amount": "99999.99"},
        {"until": TODAY, "approved_on": TODAY - timedelta(days=3)},
        {"approved_on": TODAY + timedelta(days=1)},
        {"checks": ["OVERDUE"]},
        {"role": "nobody"},
    ):
        assert check(order(), a, approvals=[approval(**wrong)]).outcome is ck.Outcome.HOLD, wrong
    bigger = order("110000")
    allowed = approval(deviation="0.10")
    assert check(bigger, a, approvals=[allowed]).outcome is ck.Outcome.APPROVE
    assert check(order("110000.01"), a, approvals=[allowed]).outcome is ck.Outcome.HOLD


@pytest.mark.parametrize(
    ("wrong", "code", "words"),
    [
        ({"largest_amount": "99999.99"}, "approval.too_small", "up to 99,999.99 CNY"),
        (
            {"until": TODAY, "approved_on": TODAY - timedelta(days=3)},
            "approval.not_in_force",
            "today",
        ),
        ({"approved_on": TODAY + timedelta(days=1)}, "approval.not_in_force", "from 2026-11-22"),
        ({"role": "nobody"}, "approval.unknown_role", "nobody"),
        ({"checks": ["OVERDEU"]}, "approval.unknown_check", "OVERDEU"),
        ({"checks": ["OVERDUE"]}, "approval.not_named", "stops the order: LINE."),
    ],
)
def test_an_approval_in_vain_says_why(wrong: dict[str, Any], code: str, words: str) -> None:
    a = account([invoice("I", "450000", TODAY)])
    verdict = check(order(), a, approvals=[approval(**wrong)])
    assert verdict.outcome is ck.Outcome.HOLD
    (told,) = (reason for reason in verdict.reasons if reason.code.startswith("approval."))
    assert told.code == code and words in told.sentence() and "u17" not in told.sentence("zh")[:1]
    assert told.sentence() in verdict.explain()
    covered = check(order(), a, approvals=[approval()])
    assert not [reason for reason in covered.reasons if reason.code.startswith("approval.")]


def test_who_has_not_the_authority_is_told_by_his_title() -> None:
    a = account([invoice("I", "900000", TODAY)])
    verdict = check(order(), a, approvals=[approval(role="credit_manager")])
    assert verdict.outcome is ck.Outcome.HOLD and verdict.approver == "credit_director"
    assert "beyond what the credit manager may release" in verdict.explain()
    assert "信用经理" in verdict.explain("zh") and "信用总监" in verdict.explain("zh")
    assert ck.Verdict.from_dict(verdict.to_dict()).explain("zh") == verdict.explain("zh")


def test_a_check_of_utilisation_asks_every_line() -> None:
    groups = [ck.GroupLine(id="G", currency="CNY", amount="1000", others="900")]
    policy = policy_of(["utilisation <= 0.9"])
    verdict = check(order("5000"), account([], groups=groups), policy=policy)
    assert by_id(verdict)["C0"].status == "pass"
    assert by_id(verdict)["C0@G"].left == 5.9 and not verdict.outcome.goes
    guarded = policy_of([("overdue <= 0", {"when": ["utilisation > 1"]})])
    late = [invoice("I", "1", TODAY - timedelta(days=1))]
    verdict = check(order("5000"), account(late, groups=groups), policy=guarded)
    assert by_id(verdict)["C0"].status == "not_applicable"
    assert by_id(verdict)["C0@G"].status == "fail"


def test_an_approval_is_held_against_its_order_in_one_currency() -> None:
    dollars = ck.Order(id="SO-1", currency="USD", amount="50")
    a = account([], line=line("unlimited"), ledger=None)
    told = check(dollars, a, approvals=[approval(largest_amount="400", checks=["SHARE"])])
    assert "no rate for USD -> CNY" in told.explain() and "缺少汇率" in told.explain("zh")
    same = approval(currency="USD", largest_amount="49", checks=["SHARE"])
    (small,) = (r for r in check(dollars, a, approvals=[same]).reasons if r.code.startswith("appr"))
    assert small.code == "approval.too_small"


def test_an_approval_covers_the_documents_of_its_order() -> None:
    a = account([invoice("I", "450000", TODAY)], open_orders=[order()])
    note = order("40000", "DN-9", of_order="SO-1")
    assert check(note, a, event="ship").outcome is ck.Outcome.HOLD
    assert check(note, a, approvals=[approval()], event="ship").outcome.goes
    small = approval(largest_amount="99999")  # it was given for less than the order
    assert (
        "up to 99,999.00 CNY; this one is 100,000.00" in check(note, a, approvals=[small]).explain()
    )
    unknown = account([invoice("I", "480000", TODAY)])  # of the order itself nothing is known
    assert check(note, unknown, approvals=[approval(largest_amount="40000")]).outcome.goes
    assert not check(note, unknown, approvals=[approval(largest_amount="39999")]).outcome.goes
    assert not check(order(name="SO-7"), a, approvals=[approval()]).outcome.goes


def test_other_open_approvals_count_once_and_are_told() -> None:
    """What is neither open nor reserved nor billed yet, and was approved to go over a line."""
    a = account([invoice("I", "450000", TODAY)])  # 50,000 over: the manager may release 200,000
    other = approval(order="SO-0", largest_amount="150001")
    verdict = check(order(), a, approvals=[other])
    assert verdict.approver == "credit_director"
    assert "The open approvals of SO-0 count with the overage" in verdict.explain()
    mine = approval(role="credit_manager")
    both = check(order(), a, approvals=[other, mine]).explain()
    assert "SO-0 count" in both and "beyond what the credit manager may release" in both
    assert (
        check(order(), a, approvals=[attrs.evolve(other, checks=("LINE",))]).approver
        == "credit_director"
    )
    assert (
        check(order(), a, approvals=[attrs.evolve(other, checks=("OVERDUE",))]).approver
        == "credit_manager"
    )
    billed = account([invoice("I", "450000", TODAY, order="SO-0")])
    verdict = check(order(), billed, approvals=[other])
    assert verdict.approver == "credit_manager" and "SO-0" not in verdict.explain()
    note = order("100000", "DN-1", of_order="SO-0")
    assert check(
        note, a, approvals=[attrs.evolve(other, until=TODAY + timedelta(1), approved_on=TODAY)]
    ).outcome.goes


def test_a_replaced_order_is_one_order() -> None:
    """Notes and advances under the number of the earlier version are the order's all the same."""
    policy = policy_of(["exposure + order <= line"])
    open_ = order("1500", "B", replaces="A", delivered="600")
    a = account(
        [],
        open_orders=[open_],
        deliveries=[ck.Delivery(id="D", currency="CNY", amount="600", order="A")],
    )
    for name in ("A", "B"):
        bill = check(order("600", "I", of_order=name), a, policy=policy, event="invoice")
        assert by_id(bill)["C0"].left == ck.Money(1500, "CNY")
    open_ = order("1500", "B", replaces="A")
    a = account(
        [],
        open_orders=[open_],
        advances=[ck.Advance(id="a", currency="CNY", amount="600", order="A")],
    )
    for name in ("A", "B"):
        note = check(order("500", "DN", of_order=name), a, policy=policy, event="ship")
        assert by_id(note)["C0"].left == ck.Money(900, "CNY") and not note.prepaid


def test_what_is_not_known_never_weighs_less() -> None:
    for weights, known in (({"open_orders": "0"}, "50"), ({"deliveries": "0"}, "150")):
        policy = policy_of(["exposure + order <= line"], components=weights)
        mine = order("200", "X", delivered="50")
        note = ck.Delivery(id="D", currency="CNY", amount="50", order="X")
        advance = ck.Advance(id="a", currency="CNY", amount="50", order="X")
        parts: dict[str, Any] = {"open_orders": [mine], "deliveries": [note]}
        name = next(iter(weights))
        more = {"advances": [advance]} if name == "open_orders" else {}
        bill = (
            order("50", "I", of_order="X", kind="invoice")
            if name == "deliveries"
            else order("10", "N")
        )
        with_ = check(bill, account([], **parts, **more), policy=policy).exposure.total
        without = check(
            bill, account([], **{**parts, name: None}, **more), policy=policy
        ).exposure.total
        assert with_ is not None and without is not None
        assert without >= with_ == ck.Money(known, "CNY")


def test_a_posted_invoice_takes_nothing_of_its_order_again() -> None:
    mine = order("200", "X", delivered="100")
    a = account([invoice("I1", "100", TODAY)], open_orders=[mine])
    for behind in ("X", None):
        verdict = check(order("100", "I1", of_order=behind), a, event="invoice")
        assert verdict.exposure.total == ck.Money(100, "CNY")


def test_what_an_approval_lets_through_is_counted_to_the_end() -> None:
    """Only what is in the exposure already is taken off; two signatures are one order."""
    second, given_ = order("350000", "S2"), line("300000")
    mine = approval(order="S2", largest_amount="350000", role="credit_manager")
    first = approval(order="S1", largest_amount="900000", role="credit_manager")
    paid = ck.Ledger.of(
        [invoice("I", "1000", TODAY, order="S1"), receipt("R", "-1000", order="S1")],
        [ck.Allocation(source="R", target="I", currency="CNY", amount="1000")],
    )
    for ledger in (
        ck.Ledger.of([]), ck.Ledger.of([invoice("I", "1", TODAY, order="S1")]), paid,
        ck.Ledger.of([receipt("R", "-1000", order="S1")]),
    ):  # fmt: skip
        a = account(line=given_, ledger=ledger)
        assert not check(second, a, approvals=[mine, first]).outcome.goes
    director = approval(order="S2", largest_amount="350000")
    twice = [attrs.evolve(first, largest_amount="500000", approved_by=by) for by in ("u1", "u2")]
    assert check(second, account(line=given_), approvals=[director, *twice]).outcome.goes
    half = order("400000", "X", delivered="150000")
    note = ck.Delivery(id="DN1", currency="CNY", amount="150000", order="X")
    a = account(line=given_, open_orders=[half], deliveries=[note])
    two = [approval(order=name, kind="delivery", largest_amount=amount, role="credit_manager")
           for name, amount in (("DN2", "100000"), ("DN1", "150000"))]  # fmt: skip
    assert check(order("100000", "DN2", of_order="X"), a, approvals=two, event="ship").outcome.goes


def test_another_invoice_that_was_approved_counts_with_what_is_not_in_the_ledger_yet() -> None:
    """By kind and number: a delivery of that number is another document."""
    mine = approval(order="S2", largest_amount="350000", role="credit_manager")
    other = approval(order="I9", kind="invoice", largest_amount="900000", role="credit_manager")
    for posted, goes in (("890000", True), ("400000", False), (None, False)):
        items = [] if posted is None else [invoice("I9", posted, TODAY)]
        a = account(items, line=line(900000 if posted == "890000" else 300000))
        cleared = [] if goes else [mine, other]
        verdict = check(order("10000" if goes else "350000", "S2"), a, approvals=cleared)
        assert verdict.outcome.goes is goes
        told = [one for one in verdict.reasons if one.code == "approval.others"]
        assert bool(told) is not goes
    dollars = account([invoice("I9", "5", TODAY, currency="USD")], line=line("300000"))
    assert not check(order("350000", "S2"), dollars, approvals=[mine, other]).outcome.goes


def test_a_delivery_of_what_was_billed_before_says_so() -> None:
    """Goods beyond the order cannot be told from goods that were billed ahead: a person looks."""
    for billed, before in ((200, 100), (150, 50), (100, 0)):
        bill = invoice("I-1", billed, TODAY + timedelta(days=9), order="SO-1")
        a = account([bill], open_orders=[order("200")])
        verdict = check(order("100", "DN-1", of_order="SO-1"), a, event="ship")
        assert dict(by_id(verdict)["LINE"].operands)["order"] == ck.Money(100 - before, "CNY")
        told = [one for one in verdict.reasons if one.code == "delivery.billed_before"]
        assert [one.params["amount"] for one in told] == [ck.Money(before, "CNY")] * bool(before)


def test_what_counts_for_nothing_is_said() -> None:
    small = [invoice(f"I{n}", "49.99", TODAY - timedelta(days=90)) for n in range(3)]
    ahead = invoice("I9", "700", TODAY + timedelta(days=60))
    gone = ck.Allocation(target="I0", source="GONE", currency="CNY", amount="9")
    ledger = ck.Ledger.of([*small, ahead], [gone])
    later = line("5", approved_on=TODAY + timedelta(days=1))
    a = account(ledger=ledger, temporary=[attrs.evolve(later, mode="adds")])
    verdict = check(order("10"), a)
    said = {one.code: one.sentence() for one in verdict.reasons}
    assert "149.97 CNY together, each below 50.00 CNY" in said["overdue.passed_over"]
    assert "1 in all: I9" in said["ledger.dated_ahead"]
    assert "allocation.from_nothing" in said["ledger.remarks"]
    assert "u17 approves it on 2026-11-22" in said["line.approved_later"]
    assert verdict.outcome.goes and all(one.sentence("zh") for one in verdict.reasons)


def test_an_approval_is_for_the_whole_order() -> None:
    """Not for every slice of it: whether it is open, reserved, or in another currency."""
    slice_, small = (
        order("40000", "DN", of_order="X"),
        [approval(order="X", largest_amount="50000")],
    )
    dollars = ck.Order(id="X", currency="USD", amount="100000")
    reserved = ck.Reservation(order="X", currency="CNY", amount="500000")
    for more in (
        {"open_orders": [order("500000", "X")]},
        {"reservations": [reserved]},
        {"open_orders": [dollars]},
        {"deliveries": [ck.Delivery(id="D", currency="CNY", amount="20000", order="X")]},
    ):
        a = account([], line=line("30000"), **more)
        verdict = check(slice_, a, approvals=small, event="ship", rates=RATES)
        assert not verdict.outcome.goes and "approval.too_small" in {
            r.code for r in verdict.reasons
        }


def test_nobody_waits_for_an_approval_or_a_lapsed_reservation() -> None:
    turn = ck.Bill(
        id="B", currency="CNY", amount="1", status="endorsed", maturity=TODAY + timedelta(days=10)
    )
    never = ck.Bill(id="N", currency="CNY", amount="1", status="endorsed", maturity=date.max)
    later = approval(approved_on=TODAY + timedelta(days=5), until=TODAY + timedelta(days=50))
    a = account([], line=line("1000"), bills=[turn, never])
    held = check(order(), a, approvals=[later])
    assert held.outcome is ck.Outcome.HOLD
    assert not [way for way in held.release_if if way.kind == "date"]
    lapsing = ck.Reservation(
        order="Z", currency="CNY", amount="990", until=TODAY + timedelta(days=3)
    )
    held = check(order("50"), attrs.evolve(a, reservations=(lapsing,)))
    assert not [way for way in held.release_if if way.kind == "date"]


def test_what_a_check_assumes_is_told() -> None:
    data = POLICY.to_dict()
    data["assessment"]["assume"] = {"insolvency": False}
    assuming = ck.Policy.from_dict(data)
    verdict = check(order(), account([], insolvency=None), policy=assuming)
    assert verdict.outcome is ck.Outcome.APPROVE
    assert [r.key for r in verdict.reasons] == ["assumption.used:insolvency"]
    assert "Assumed" in verdict.explain() and "假设" in verdict.explain("zh")
    assert not check(order(), account([]), policy=assuming).reasons
    assert not check(order(), account([], insolvency=None)).outcome.goes


def test_a_grade_of_another_policy_is_told() -> None:
    verdict = check(order(), account([], grade="A1"))
    assert "grade A1 is not a grade of this policy" in verdict.explain()
    assert not [r for r in check(order(), account([])).reasons if r.code == "account.unknown_grade"]


@pytest.mark.parametrize("status", ["in_hand", "discounted", "endorsed"])
def test_the_recourse_on_a_bill_ends_with_its_day(status: str) -> None:
    bill = ck.Bill(
        id="B", currency="CNY", amount="450000", status=status, maturity=TODAY + timedelta(days=5)
    )
    for days, counted in ((5, "450000"), (6, "450000" if status == "in_hand" else "0")):
        exposure = POLICY.exposure(account([], bills=[bill]), as_of=TODAY + timedelta(days=days))
        assert exposure.total == ck.Money(counted, "CNY")
    verdict = check(order(), account([], bills=[bill]))
    waits = [way.date for way in verdict.release_if if way.kind == "date"]
    assert waits == ([] if status == "in_hand" else [TODAY + timedelta(days=6)])


def test_waiting_for_what_is_known_today() -> None:
    """A smaller line that stands in the way ends; a reservation becomes an order."""
    day = TODAY + timedelta(days=3)
    small = line("1000", mode="replaces", start=TODAY, until=day)
    held = check(order(), account([], temporary=[small]))
    assert [way.date for way in held.release_if if way.kind == "date"] == [day]
    other = ck.Reservation(order="SO-9", currency="CNY", amount="450000", until=day)
    held = check(order(), account([], reservations=[other]))
    assert not [way for way in held.release_if if way.kind == "date"]


def test_who_asks_does_not_approve() -> None:
    with pytest.raises(ck.InvalidFact, match="requested"):
        approval(requested_by="u9")


def test_an_approval_needs_the_authority_for_the_case() -> None:
    a = account([invoice("I", "900000", TODAY)])  # overage 500,000
    assert check(order(), a).approver == "credit_director"
    manager = approval(role="credit_manager")
    assert check(order(), a, approvals=[manager]).outcome is ck.Outcome.HOLD
    assert check(order(), a, approvals=[approval()]).outcome is ck.Outcome.APPROVE


def test_what_does_not_count_yet_does_not_hide_an_approval() -> None:
    other = approval(order="SO-0", largest_amount="190000")
    lapsed = ck.Reservation(order="SO-0", currency="CNY", amount="190000", until=TODAY)
    far = order("190000", "SO-0", ship_by=TODAY + timedelta(days=200))
    for more in ({"reservations": [lapsed]}, {"open_orders": [far]}):
        a = account([invoice("I", "500000", TODAY)], **more)
        assert check(order("190000"), a, approvals=[other]).approver == "credit_director", more


def test_splitting_an_order_does_not_lower_the_authority() -> None:
    a = account([invoice("I", "500000", TODAY)])
    assert check(order("150000"), a).approver == "credit_manager"
    other = approval(order="SO-0", largest_amount="150000")
    assert check(order("150000"), a, approvals=[other]).approver == "credit_director"


def test_the_document_under_test_does_not_count_twice() -> None:
    old = order("300000", "SO-1")
    a = account([], open_orders=[old, order("100000", "SO-2")])
    assert check(old, a).exposure.total == ck.Money("100000", "CNY")
    new = order("350000", "SO-1b", replaces="SO-1")
    assert check(new, a).exposure.total == ck.Money("100000", "CNY")


def test_exposure_component_by_component() -> None:
    a = account(
        [invoice("I", "1000", TODAY), receipt("R", "-200")],
        deliveries=[ck.Delivery(id="D", currency="CNY", amount="300")],
        open_orders=[
            order("500", "SO-2", delivered="100"),
            order("700", "SO-3", ship_by=TODAY + timedelta(days=91)),
            order("50", "SO-4", delivered="80"),
        ],
        bills=[
            ck.Bill(id="B1", currency="CNY", amount="40"),
            ck.Bill(id="B2", currency="CNY", amount="80", kind="bank"),
            ck.Bill(id="B3", currency="CNY", amount="60", status="endorsed", recourse=False),
            ck.Bill(id="B4", currency="CNY", amount="90", status="discounted"),
        ],
        reservations=[
            ck.Reservation(order="SO-8", currency="CNY", amount="11"),
            ck.Reservation(
                order="SO-9", currency="CNY", amount="13", until=TODAY - timedelta(days=1)
            ),
        ],
        advances=[
            ck.Advance(id="A1", currency="CNY", amount="150", order="SO-2"),
            ck.Advance(id="A2", currency="CNY", amount="25"),
            ck.Advance(id="A3", currency="CNY", amount="5", cleared=False),
        ],
    )
    parts = {c.name: c.counted for c in check(order(), a).exposure.components}
    assert {name: amount.amount for name, amount in parts.items() if amount is not None} == {
        "receivables": Decimal(800),
        "deliveries": Decimal(300),
        "open_orders": Decimal(250),
        "bills": Decimal(130),
        "reservations": Decimal(11),
        "advances": Decimal(-25),
    }


def test_every_check_is_reported() -> None:
    verdict = check(
        order("99999999"), account([invoice("I", "9999999", date(2020, 1, 1))], blocked=True)
    )
    assert [c.id for c in verdict.checks] == [
        "LINE",
        "LINE_VALID",
        "OVERDUE",
        "SHARE",
        "SIZE",
        "BLOCKED",
        "INSOLVENT",
    ]
    assert sum(c.status == "fail" for c in verdict.checks) == 5


def test_an_unknown_event_is_an_error_and_an_unknown_grade_is_not_known() -> None:
    with pytest.raises(ck.InvalidFact, match=r"check\.event"):
        check(order(), account(), event="boil")
    verdict = check(order(), account(grade="a grade of an older policy"))
    assert by_id(verdict)["OVERDUE"].missing == ("max_overdue_days",)
    assert verdict.outcome is ck.Outcome.HOLD


def test_an_order_is_checked_against_its_own_account() -> None:
    with pytest.raises(ck.InvalidFact, match=r"check\.account must be of C-2"):
        check(order(customer="C-2"), account(customer="C-1"))
    with pytest.raises(ck.InvalidFact, match=r"ledger must be of C-2 \(got 'C-1'\)"):
        account([invoice("I", "1", TODAY)], customer="C-2")
    with pytest.raises(ck.InvalidFact, match=r"must be the customer's own .*'C-1', 'C-2'"):
        account([invoice("I", "1", TODAY), invoice("J", "1", TODAY, account="C-2")])
    assert check(order(customer="C-1"), account(customer="C-1")).outcome.goes


NAMING: dict[str, Any] = {
    "customer": lambda name: name,
    "facts": lambda name: ck.Customer(id=name, currency="CNY"),
    "ledger": lambda name: ck.Ledger.of([invoice("I", "1", TODAY, account=name)]),
    "open_orders": lambda name: [order(name="SO-0", customer=name)],
}
"""What of an account names its customer, and how."""


@pytest.mark.parametrize("one", NAMING)
@pytest.mark.parametrize("other", NAMING)
def test_everything_that_names_a_customer_names_the_same(one: str, other: str) -> None:
    """The facts of an old customer must not speak for a new one, whichever of the two says who it is."""
    held = account(**{one: NAMING[one]("C-1"), other: NAMING[other]("C-1")})
    assert held.holder == "C-1"
    check(order(customer="C-1"), held)
    check(order(), held)
    with pytest.raises(ck.InvalidFact, match=r"check\.account must be of NEW \(got 'C-1'\)"):
        check(order(customer="NEW"), held)
    if one != other:
        with pytest.raises(ck.InvalidFact, match=r"must be of .* \(got 'C-\d'\)"):
            account(**{one: NAMING[one]("C-1"), other: NAMING[other]("C-2")})


def test_two_open_orders_of_two_customers_are_of_no_account() -> None:
    both = [order(name="SO-0"), order(name="SO-1", customer="A"), order(name="SO-2", customer="B")]
    with pytest.raises(ck.InvalidFact, match=r"open_orders\[2\] must be of A \(got 'B'\)"):
        account(open_orders=both)
    assert account().holder is None


def test_what_is_not_given_is_not_known() -> None:
    for name in ("ledger", "open_orders", "deliveries", "advances"):
        verdict = check(order(), account(**{name: None}))
        assert verdict.exposure.total is None and not verdict.outcome.goes, name


def test_a_document_that_is_posted_or_reserved_counts_once() -> None:
    posted = account([invoice("SO-1", "60000", TODAY)])
    assert check(order("60000"), posted, event="invoice").exposure.total == ck.Money(0, "CNY")
    reserved = ck.Reservation(order="SO-2", currency="CNY", amount="40000")
    both = account([], open_orders=[order("40000", "SO-2")], reservations=[reserved])
    assert check(order(), both).exposure.total == ck.Money(40000, "CNY")
    with pytest.raises(ck.InvalidFact, match="twice"):
        account([], open_orders=[order("40000", "SO-2"), order("40000", "SO-2")])


def test_an_invoice_bills_the_deliveries_of_its_order() -> None:
    a = account(
        [],
        deliveries=[ck.Delivery(id="D", currency="CNY", amount="60000", order="SO-1")],
        open_orders=[order("100000", "SO-1", delivered="60000")],
        advances=[ck.Advance(id="A", currency="CNY", amount="30000", order="SO-1")],
    )
    verdict = check(order("60000", "INV-1", of_order="SO-1"), a, event="invoice")
    # of the order 40,000 is left to deliver, 30,000 of it advanced; the invoice replaces the delivery
    assert verdict.exposure.total == ck.Money(10000, "CNY")
    assert by_id(verdict)["LINE"].left == ck.Money(70000, "CNY")


def test_a_delivery_takes_its_part_of_the_order_behind_it() -> None:
    sold = order("60000", "SO-1")
    note = order("30000", "DN-1", of_order="SO-1")
    a = account([invoice("I", "100000", TODAY)], line=line("170000"), open_orders=[sold])
    verdict = check(note, a, event="ship")
    assert verdict.exposure.total == ck.Money("130000", "CNY")  # 30,000 of the order are left
    assert by_id(verdict)["LINE"].left == ck.Money("160000", "CNY")
    paid = ck.Advance(id="A", currency="CNY", amount="60000", order="SO-1")
    prepaid = check(note, account([], line=line("none"), open_orders=[sold], advances=[paid]))
    assert prepaid.prepaid and prepaid.outcome.goes


def test_the_invoice_of_a_delivery_on_record_is_never_blocked() -> None:
    late = [invoice("OLD", "900000", TODAY - timedelta(days=200))]
    goods = ck.Delivery(id="D", currency="CNY", amount="60000", order="SO-1")
    bill = order("60000", "INV-1", of_order="SO-1")
    assert check(bill, account(late, deliveries=[goods]), event="invoice").outcome.goes
    assert not check(bill, account(late), event="invoice").outcome.goes


def test_a_posted_invoice_counts_what_is_left_of_it() -> None:
    tied = [ck.Allocation(source="R", target="INV-1", currency="CNY", amount="90000")]
    items = [invoice("INV-1", "100000", TODAY), receipt("R", "-90000")]
    a = account([], line=line("50000"), ledger=ck.Ledger.of(items, tied))
    assert check(order("100000", "INV-1"), a, event="invoice").outcome.goes


def test_an_order_with_the_number_of_an_invoice_is_not_that_invoice() -> None:
    """Number ranges overlap: only the event of the invoice means the ledger's item."""
    a = account([invoice("1001", "90000", TODAY)], line=line("100000"))
    for name in ("1001", "2001"):
        verdict = check(order("50000", name), a)
        assert verdict.exposure.total == ck.Money(90000, "CNY")
        assert verdict.outcome is ck.Outcome.HOLD


def test_a_delivery_note_under_test_is_left_out() -> None:
    goods = ck.Delivery(id="DN1", currency="CNY", amount="40000")
    for kind, left in (("delivery", 0), (None, 40000)):  # else it is an order that has its number
        tested = order("40000", "DN1", kind=kind)
        verdict = check(tested, account([], deliveries=[goods]), event="ship")
        assert verdict.exposure.total == ck.Money(left, "CNY")


def test_an_advance_for_one_order_pays_nothing_else() -> None:
    paid = ck.Advance(id="A", currency="CNY", amount="90000", order="SO-FUTURE")
    verdict = check(order("40000"), account([invoice("I", "90000", TODAY)], advances=[paid]))
    assert verdict.exposure.total == ck.Money(90000, "CNY")


def test_what_was_not_known_is_approved_by_name_only() -> None:
    a = account([], ledger=None)
    assert check(order("1000"), a, approvals=[approval()]).outcome is ck.Outcome.HOLD
    names = [one.id for one in by_id(check(order("1000"), a)).values() if one.missing]
    board = approval(role="board", checks=names)
    assert check(order("1000"), a, approvals=[board]).outcome is ck.Outcome.APPROVE


def test_a_foreign_order_is_prepaid_in_its_own_currency() -> None:
    paid = ck.Advance(id="A", currency="USD", amount="100", order="SO-1")
    dollars = ck.Order(id="SO-1", currency="USD", amount="100")
    assert check(dollars, account([], advances=[paid])).prepaid


def test_an_advance_follows_the_new_version_of_its_order() -> None:
    paid = ck.Advance(id="A", currency="CNY", amount="100000", order="SO-1")
    new = order("100000", "SO-1/2", replaces="SO-1")
    verdict = check(new, account([], advances=[paid], line=line("none")), event="ship")
    assert verdict.prepaid and verdict.outcome.goes
    lost = check(order("1", "SO-9"), account([], advances=[paid]))
    assert lost.exposure.total == ck.Money(0, "CNY")  # what is earmarked pays nothing else


def test_an_inherited_line_without_a_group_leaves_the_overage_unknown() -> None:
    verdict = check(order("90000000"), account([], line=line("inherit")))
    assert verdict.overage is None and verdict.approver == "board"


def test_figures_that_are_worked_out_cannot_be_given() -> None:
    with pytest.raises(ck.InvalidFact, match="worked out from facts"):
        check(order(), account([], figures={"exposure": 0}))


@pytest.mark.parametrize("amount", ["none", "0", "1"])
def test_a_strict_limit_of_zero_does_not_switch_a_check_off(amount: str) -> None:
    rows = [{"id": "LINE", "require": "exposure + order <= 1.10 * line", "on_fail": "hold"}]
    tolerant = ck.Policy.from_dict({**POLICY.to_dict(), "checks": {**CHECKS, "rows": rows}})
    assert (
        check(order(), account([], line=line(amount)), policy=tolerant).outcome is ck.Outcome.HOLD
    )


def test_foreign_orders_are_converted_once() -> None:
    rates = ck.Rates("CNY", {"USD": "7.10"}, as_of=TODAY)
    dollars = ck.Order(id="SO-1", currency="USD", amount="70422.53")
    assert by_id(check(dollars, account([]), rates=rates))["LINE"].left == ck.Money(
        "499999.96", "CNY"
    )
    assert by_id(check(dollars, account([])))["LINE"].status == "indeterminate"


def test_verdicts_are_plain_data_and_digests_follow_the_facts() -> None:
    items = [invoice("OLD", "2000", TODAY - timedelta(days=40))]
    verdict = check(order(), account(items))
    assert ck.Verdict.from_dict(verdict.to_dict()) == verdict
    assert check(order(), account(items)).facts_digest == verdict.facts_digest
    assert check(order("1"), account(items)).facts_digest != verdict.facts_digest
    assert verdict.policy_digest == POLICY.digest
    for language in ("en", "zh"):
        assert "{" not in verdict.explain(language)


def test_amounts_at_the_end_of_64_bits_end_in_no_traceback() -> None:
    most = Decimal(2**63 - 1) / 100
    huge = account([invoice("I", most, TODAY)], open_orders=[order(most, "SO-9")])
    verdict = check(order(most), huge)
    assert verdict.exposure.total is None and verdict.overage is None
    assert not verdict.outcome.goes
    over = check(order(most), account([invoice("I", most, TODAY)]))
    assert by_id(over)["LINE"].left == f"{2 * most} CNY"
    assert ck.Verdict.from_dict(over.to_dict()) == over


# What is told of a check


def told(verdict: ck.Verdict, check_id: str = "C0") -> str:
    return next(r.sentence() for r in verdict.reasons if r.subject == check_id)


def test_an_unknown_exposure_names_what_is_missing_of_it() -> None:
    policy = policy_of(["exposure + order <= line"])
    for part, words in {
        "ledger": "the ledger",
        "open_orders": "open orders",
        "deliveries": "deliveries",
        "advances": "advances",
    }.items():
        sentence = told(check(order(), account([], **{part: None}), policy=policy))
        assert sentence.endswith(f"not known: {words}."), sentence
    orders = policy_of(["order <= 0.5 * line"])
    blank = check(order(), account([], ledger=None, advances=None), policy=orders)
    assert told(blank).endswith("not known: advances.")  # an order has nothing to do with a ledger


@pytest.mark.parametrize(
    "more",
    [
        {"open_orders": [order("5", "SO-2", currency="USD")]},
        {"bills": [ck.Bill(id="B", currency="USD", amount="5")]},
        {"reservations": [ck.Reservation(order="SO-2", currency="USD", amount="5")]},
        {"deliveries": [ck.Delivery(id="D", currency="USD", amount="5")]},
        {"advances": [ck.Advance(id="A", currency="USD", amount="5")]},
        {"ledger": ck.Ledger.of([invoice("I", "5", TODAY, currency="USD")])},
    ],
    ids=lambda more: next(iter(more)),
)
def test_an_amount_without_a_rate_names_the_rate(more: dict[str, Any]) -> None:
    policy = policy_of(["exposure + order <= line"])
    for rates in (None, ck.Rates("CNY", {"JPY": "0.05"}, as_of=TODAY)):
        verdict = check(order(), account([], **more), policy=policy, rates=rates)
        assert told(verdict).endswith("not known: the rate for USD -> CNY.")
        assert verdict.outcome is ck.Outcome.HOLD and verdict.exposure.total is None
    assert check(order(), account([], **more), policy=policy, rates=RATES).outcome.goes


def test_a_result_names_the_rates_that_it_was_made_with() -> None:
    rates = ck.Rates("CNY", {"USD": "7.1234", "JPY": "0.0471"}, as_of=TODAY, kind="closing")
    verdict = check(order("1000", currency="USD"), account([]), rates=rates)
    used = ck.Rates("CNY", {"USD": "7.1234"}, as_of=TODAY, kind="closing")
    assert verdict.rates == used == ck.Verdict.from_dict(verdict.to_dict()).rates
    assert "Rates  1 USD = 7.1234 CNY (closing, 2026-11-21)" in verdict.explain()
    assert "汇率  1 USD = 7.1234 CNY（closing，2026-11-21）" in verdict.explain("zh")
    assert check(order("1000"), account([]), rates=rates).rates is None
    assert check(order("1000", currency="USD"), account([])).rates is None
    # by another base the policy's own rate is needed, too
    base = ck.Rates("USD", {"CNY": "0.14", "JPY": "0.0066"}, as_of=TODAY)
    assert check(order("9", currency="JPY"), account([]), rates=base).rates == base
    customer = ck.Customer(id="C", currency="USD", credit_sales_12m="5")
    decision = POLICY.decide(customer, as_of=TODAY, rates=rates)
    assert decision.rates == used == ck.Decision.from_dict(decision.to_dict()).rates
    assert "1 USD = 7.1234 CNY (closing" in decision.explain()
    assert (
        POLICY.decide(
            attrs.evolve(customer, currency="CNY", credit_sales_12m=None), as_of=TODAY, rates=rates
        ).rates
        is None
    )


def test_what_is_missing_of_a_line_or_a_ledger_is_named() -> None:
    dollars = ck.CreditLine(
        currency="USD", amount="900000", approved_by="u1", approved_on=TODAY, override="board"
    )
    policy = policy_of(["exposure + order <= line"])
    assert told(check(order(), account([], line=dollars), policy=policy)).endswith("USD -> CNY.")
    foreign = [invoice("I", "5", TODAY, currency="USD")]
    overdue = policy_of(["overdue <= 0"])
    assert told(check(order(), account(foreign), policy=overdue)).endswith("USD -> CNY.")
    group = ck.GroupLine(id="G", currency="CNY", amount="900000")
    verdict = check(order(), account([], groups=[group]), policy=policy)
    assert (
        told(verdict, "C0 (G)")
        == "C0 (G): cannot be tested; not known: what the group's other members owe."
    )
    group = ck.GroupLine(id="G", currency="USD", amount="900000", others="5")
    verdict = check(order(), account([], groups=[group]), policy=policy)
    assert (
        told(verdict, "C0 (G)") == "C0 (G): cannot be tested; not known: the rate for USD -> CNY."
    )


def test_what_cannot_be_named_is_the_figure_itself() -> None:
    """An unreadable balance: every part is there, and no rate is missing."""
    most = Decimal(2**63 - 1) / 100
    full = account([invoice("I", most, TODAY)], open_orders=[order(most, "SO-2")])
    verdict = check(order(), full, policy=policy_of(["exposure + order <= line"]))
    assert "Exposure" in told(verdict)


def test_a_guard_that_does_not_hold_leaves_its_check_aside() -> None:
    """Overdue is looked at for orders above 50,000 only."""
    policy = policy_of([("overdue <= 0", {"when": ["order_total > 50000", "blocked == false"]})])
    late = [invoice("I", "1000", TODAY - timedelta(days=9))]
    assert by_id(check(order("50000.01"), account(late), policy=policy))["C0"].status == "fail"
    small = check(order("50000"), account(late), policy=policy)
    assert by_id(small)["C0"].status == "not_applicable" and small.outcome.goes
    unknown = check(order("50001"), account(late, blocked=None), policy=policy)
    assert by_id(unknown)["C0"].status == "indeterminate"
    assert by_id(unknown)["C0"].missing == ("blocked",) and not unknown.outcome.goes
    # one guard is not known, but another does not hold: whatever the first is, it does not apply
    aside = check(order("50000"), account(late, blocked=None), policy=policy)
    assert by_id(aside)["C0"].status == "not_applicable"


def test_an_effect_that_only_warns_lets_the_order_go() -> None:
    policy = policy_of([("overdue <= 0", {"on_fail": "warn"})])
    verdict = check(order(), account([invoice("I", "1", TODAY - timedelta(days=1))]), policy=policy)
    assert verdict.outcome is ck.Outcome.WARN and verdict.outcome.goes
    assert verdict.release_if == () and verdict.approver is None


def test_utilisation_counts_the_order_in() -> None:
    policy = policy_of(["utilisation <= 0.8"])
    owes = [invoice("I", "300000", TODAY)]
    at = check(order("100000"), account(owes), policy=policy)  # 400,000 of 500,000
    assert by_id(at)["C0"].left == 0.8 and at.outcome.goes
    assert not check(order("100000.01"), account(owes), policy=policy).outcome.goes
    unlimited = check(order(), account(owes, line=line("unlimited")), policy=policy)
    assert by_id(unlimited)["C0"].left == 0.0 and unlimited.outcome.goes
    for amount in ("none", "0"):  # a share of no line
        sides = by_id(check(order(), account(owes, line=line(amount)), policy=policy))["C0"]
        assert (sides.status, sides.left) == ("indeterminate", None)
    for more in ({"line": None}, {"ledger": None}, {"advances": None}):
        assert by_id(check(order(), account(owes, **more) if "ledger" not in more else account(
            **more), policy=policy))["C0"].status == "indeterminate"  # fmt: skip


def test_a_posted_invoice_that_cannot_be_converted_asks_for_an_unknown_amount() -> None:
    posted = invoice("SO-1", "100", TODAY, currency="USD")
    policy = policy_of(["order <= 0.5 * line"])
    verdict = check(order("700"), account([posted]), policy=policy, event="invoice")
    assert by_id(verdict)["C0"].missing == ("order",)


def test_advances_of_the_order_behind_wait_for_their_rates() -> None:
    """60,000 were advanced for an order; a delivery of it may use what the rest of the order leaves."""
    note = order("20000", "DN-1", of_order="SO-1")
    behind = order("60000", "SO-1", currency="USD")
    paid = ck.Advance(id="A", currency="CNY", amount="60000", order="SO-1")
    policy = policy_of(["order <= 0.01 * line"])
    without = check(note, account([], open_orders=[behind], advances=[paid]), policy=policy)
    assert by_id(without)["C0"].missing == ("order",)
    dollars = attrs.evolve(paid, currency="USD", amount=ck.Money(60000, "USD"))
    unknown = check(note, account([], open_orders=[], advances=[dollars]), policy=policy)
    assert by_id(unknown)["C0"].missing == ("order",)
    # 427,404 - 20,000 are left of the order: more than was advanced, so nothing is left for the note
    known = check(
        note, account([], open_orders=[behind], advances=[paid]), policy=policy, rates=RATES
    )
    assert by_id(known)["C0"].left == ck.Money("20000", "CNY")
    enough = check(note, account([], open_orders=[order("60000")], advances=[paid]), policy=policy)
    # 40,000 of the order are left: 20,000 of the advance are for the note, which is prepaid
    assert enough.prepaid and by_id(enough)["C0"].left == ck.Money("0", "CNY")


def test_a_foreign_invoice_of_an_order_takes_an_unknown_part_of_it() -> None:
    policy = policy_of(["exposure <= line"])
    goods = ck.Delivery(id="D", currency="CNY", amount="100", order="SO-1")
    bill = order("10", "INV-1", currency="USD", of_order="SO-1", kind="invoice")
    billed = account([], deliveries=[goods])
    assert check(bill, billed, policy=policy).exposure.total is None
    # 10 USD are 71.23 yuan of the 100 delivered
    assert check(bill, billed, policy=policy, rates=RATES).exposure.total == ck.Money(
        "28.77", "CNY"
    )
    sold = account([], open_orders=[order("100")])
    assert check(bill, sold, policy=policy).exposure.total is None
    assert check(bill, sold, policy=policy, rates=RATES).exposure.total == ck.Money("28.77", "CNY")


def test_a_delivery_without_a_rate_leaves_the_exposure_unknown() -> None:
    goods = ck.Delivery(id="D", currency="USD", amount="100", order="SO-1")
    bill = order("10", "INV-1", of_order="SO-1", kind="invoice")
    assert check(bill, account([], deliveries=[goods])).exposure.total is None
    known = check(bill, account([], deliveries=[goods]), rates=RATES)
    assert known.exposure.total == ck.Money("702.34", "CNY")  # 712.34 less what is billed


def test_components_are_weighed_to_the_even_cent() -> None:
    policy = policy_of(["exposure <= line"], components={"bills": "0.5"})
    for amount, counted in (("0.01", "0"), ("0.03", "0.02"), ("0.05", "0.02"), ("1", "0.5")):
        a = account([], bills=[ck.Bill(id="B", currency="CNY", amount=amount)])
        assert policy.exposure(a, as_of=TODAY).total == ck.Money(counted, "CNY")


def test_the_exposure_of_an_account_without_an_order() -> None:
    sold = [order("1000", "SO-2"), order("70", "SO-3", currency="USD")]
    a = account([invoice("I", "500", TODAY)], open_orders=sold)
    assert POLICY.exposure(a, as_of=TODAY, rates=RATES).total == ck.Money("1998.64", "CNY")
    assert POLICY.exposure(a, as_of=TODAY).total is None
    unknown = POLICY.exposure(attrs.evolve(a, ledger=None), as_of=TODAY, rates=RATES)
    assert unknown.total is None and unknown.components[0].amount is None


def test_the_lines_of_a_group_ask_for_what_the_members_owe() -> None:
    """A member whose exposure is not known leaves the group's line unknown, and so do the others."""
    policy = policy_of(["exposure + order <= line"])
    group = ck.GroupLine(id="G", currency="CNY", amount="100000", others="20000")
    results = by_id(check(order("80000"), account([], groups=[group]), policy=policy))
    assert results["C0@G"].headroom == ck.Money(0, "CNY")
    alone = attrs.evolve(group, others=None)
    assert by_id(check(order("1"), account([], groups=[alone]), policy=policy))["C0@G"].missing == (
        "exposure",
    )
    blank = check(order("1"), account([], advances=None, groups=[group]), policy=policy)
    assert by_id(blank)["C0@G"].missing == ("exposure", "order")


def test_an_addition_to_a_line() -> None:
    """To no credit it adds from zero, without an end it is without an end, to another's it is unknown."""
    day = TODAY + timedelta(days=9)

    def with_more(base: Any, more: Any) -> Any:
        extra = line(more, mode="adds", until=day)
        return check(order(), account([], line=line(base), temporary=[extra])).line

    assert with_more("none", "200") == ck.Money(200, "CNY")
    assert with_more("100", "none") == ck.Money(100, "CNY")
    assert with_more("100", "unlimited") is ck.Line.UNLIMITED
    assert with_more("unlimited", "5") is ck.Line.UNLIMITED
    assert with_more("inherit", "5") is None and with_more("5", "inherit") is None
    dollars = line("5", currency="USD", mode="adds", until=day)
    assert check(order(), account([], temporary=[dollars])).line is None


def test_a_line_that_has_not_begun_is_none() -> None:
    coming = line("500", start=TODAY + timedelta(days=1))
    assert check(order(), account([], line=coming)).line is ck.Line.NONE
    begun = line("500", start=TODAY)
    assert check(order(), account([], line=begun)).line == ck.Money(500, "CNY")


def test_an_approval_in_another_currency_needs_a_rate() -> None:
    a = account([invoice("I", "450000", TODAY)])  # 50,000 over the line
    dollars = approval(currency="USD", largest_amount="20000")
    assert check(order(), a, approvals=[dollars], rates=RATES).outcome.goes  # 142,468 yuan
    assert not check(order(), a, approvals=[dollars]).outcome.goes
    # another order's open approval counts with the overage, and one without a rate cannot be counted
    other = approval(order="SO-0", currency="USD", largest_amount="1")
    assert check(order(), a, approvals=[other], rates=RATES).approver == "credit_manager"
    assert check(order(), a, approvals=[other]).approver == "board"


def test_the_approval_of_another_order_is_not_explained_here() -> None:
    a = account([invoice("I", "450000", TODAY)])
    other = approval(order="SO-0", role="nobody", checks=["OVERDEU"])
    verdict = check(order(), a, approvals=[other])
    assert not [r for r in verdict.reasons if r.code.startswith("approval.")]


def test_a_status_check_is_covered_only_where_it_is_named() -> None:
    policy = policy_of([("blocked == false", {"kind": "status"})])
    blocked = account([], blocked=True)
    unnamed = check(order(), blocked, policy=policy, approvals=[approval()])
    assert not unnamed.outcome.goes and "does not name" in unnamed.explain()
    rejected = policy_of([("blocked == false", {"kind": "status", "on_fail": "reject"})])
    unnamed = check(order(), blocked, policy=rejected, approvals=[approval()])
    assert "does not name" not in unnamed.explain()  # nobody may approve it, by name or not
    named = approval(checks=["C0"])
    verdict = check(order(), blocked, policy=policy, approvals=[named])
    assert verdict.outcome.goes and by_id(verdict)["C0"].cleared_by == "u9"


def test_what_is_not_an_order_is_refused() -> None:
    with pytest.raises(ck.InvalidFact, match=r"check\.order must be of the type Order"):
        POLICY.check(account(), account(), as_of=TODAY)  # type: ignore[arg-type]
    with pytest.raises(ck.InvalidFact, match=r"check\.account must be of the type CreditAccount"):
        POLICY.check(order(), order(), as_of=TODAY)  # type: ignore[arg-type]
    with pytest.raises(ck.InvalidFact, match=r"check\.approvals\[1\] must be of the type Approval"):
        check(order(), account(), approvals=[approval(), order()])
    with pytest.raises(ck.InvalidFact, match=r"check\.approvals\[0\] must be of the type Approval"):
        check(order(), account(), approvals=order())
    one = check(order(), account(), approvals=approval())  # one alone is one of one
    assert one == check(order(), account(), approvals=[approval()])


def test_a_role_has_a_title_in_both_languages() -> None:
    assert POLICY.role_title("credit_manager") == "credit manager"
    assert POLICY.role_title("credit_manager", "zh") == "信用经理"
    assert POLICY.role_title("nobody") == POLICY.role_title("nobody", "zh") == "nobody"


def test_the_page_of_a_verdict_says_no_more_than_there_is() -> None:
    goes = check(order(), account([]))
    page = goes.explain()
    for head in ("Reasons", "Released if", "Who may approve", "no end"):
        assert head not in page
    assert str(goes) == page and html_page(page) == goes._repr_html_()
    assert "无期限" in check(order(), account([], line=line(until=None))).explain("zh")
    assert "no end" in check(order(), account([], line=line(until=None))).explain()
    over = [invoice("I", "450000", TODAY)]
    cleared = check(order(), account(over), approvals=[approval()]).explain()
    assert "LINE        fail, cleared by u9" in cleared
    blocked = check(order(), account(over, blocked=True)).explain()
    assert "Released if" not in blocked and "Who may approve" not in blocked
    assert "放行条件" in check(order(), account(over)).explain("zh")


def test_a_free_advance_prepays_no_order() -> None:
    free = ck.Advance(id="A", currency="CNY", amount="100000")
    verdict = check(order(), account([], advances=[free], line=line("none")))
    assert not verdict.prepaid and verdict.exposure.total == ck.Money(-100000, "CNY")


def test_an_order_of_nothing_is_not_prepaid() -> None:
    late = account([invoice("OLD", "9000", TODAY - timedelta(days=200))])
    verdict = check(order("0"), late)
    assert not verdict.prepaid and not verdict.outcome.goes
    assert "prepayment" not in {way.kind for way in verdict.release_if}


def test_only_deliveries_of_its_own_order_let_an_invoice_pass() -> None:
    late = [invoice("OLD", "900000", TODAY - timedelta(days=200))]
    bill = order("60000", "INV-1", of_order="SO-1")

    def goes(o: ck.Order, **goods: Any) -> bool:
        delivery = ck.Delivery(**{"id": "D", "currency": "CNY", "amount": "60000", **goods})
        return check(o, account(late, deliveries=[delivery]), event="invoice").outcome.goes

    assert goes(bill, order="SO-1")
    assert not goes(bill, order="SO-1", amount="59999.99")
    assert not goes(bill, order="SO-1", currency="USD", amount="60000")  # no rate
    assert not goes(bill) and not goes(bill, order="SO-2")
    assert not goes(
        order("60000", "INV-1")
    )  # goods of no order are not those of an invoice of none


def test_an_order_that_ships_on_the_last_day_of_the_horizon_counts() -> None:
    for days, counted in ((90, 700), (91, 0)):
        far = order("700", "SO-2", ship_by=TODAY + timedelta(days=days))
        exposure = POLICY.exposure(account([], open_orders=[far]), as_of=TODAY)
        assert exposure.total == ck.Money(counted, "CNY")


def test_an_approved_order_counts_once_with_what_the_authority_measures() -> None:
    """150,000 over the line: the manager may release 200,000, with 150,000 more the director must."""
    over = [invoice("I", "500000", TODAY)]
    other = approval(order="SO-0", largest_amount="150000")
    lapsed = attrs.evolve(other, approved_on=TODAY - timedelta(days=9), until=TODAY)
    assert check(order("150000"), account(over), approvals=[lapsed]).approver == "credit_manager"
    reserved = ck.Reservation(order="SO-0", currency="CNY", amount="150000")
    fewer = account([invoice("I", "400000", TODAY)], reservations=[reserved])
    # 400,000 + 150,000 reserved + 100,000: 150,000 over, and no more for the approval of the same
    assert check(order(), fewer, approvals=[other]).approver == "credit_manager"


def test_a_line_that_has_not_begun_still_has_its_end() -> None:
    coming = line("500", start=TODAY + timedelta(days=1), until=TODAY + timedelta(days=10))
    assert by_id(check(order(), account([], line=coming)))["LINE_VALID"].left == -9


# Laws

ledgers = st.lists(st.tuples(amounts, st.integers(-90, 60)), max_size=6).map(
    lambda rows: [invoice(f"I-{n}", a, TODAY + timedelta(days=d)) for n, (a, d) in enumerate(rows)]
)
lines = st.one_of(amounts, st.sampled_from(["unlimited", "none"])).map(lambda a: line(a))
groups = st.lists(
    st.builds(
        lambda a, o: ck.GroupLine(id="G", currency="CNY", amount=a, others=o), amounts, amounts
    ),
    max_size=1,
)
accounts = st.builds(
    lambda items, own, above, blocked, grade: account(
        items, line=own, groups=above, blocked=blocked, grade=grade
    ),
    ledgers,
    lines,
    groups,
    st.sampled_from([False, False, True, None]),
    st.sampled_from(POLICY.grades),
)
orders = amounts.map(order)


@given(orders, accounts)
def test_the_outcome_is_the_most_severe_effect(o: ck.Order, a: ck.CreditAccount) -> None:
    verdict = check(o, a)
    worst = max((c.effect for c in verdict.failed if c.effect), default=ck.Outcome.APPROVE)
    assert verdict.outcome is worst


@given(orders, accounts, st.permutations(range(7)))
def test_the_order_of_checks_never_matters(
    o: ck.Order, a: ck.CreditAccount, places: list[int]
) -> None:
    rows = [CHECKS["rows"][place] for place in places]
    shuffled = ck.Policy.from_dict({**POLICY.to_dict(), "checks": {**CHECKS, "rows": rows}})
    first, second = check(o, a), check(o, a, policy=shuffled)
    assert first.outcome is second.outcome
    assert {w.kind: w for w in first.release_if} == {w.kind: w for w in second.release_if}
    assert first.approver == second.approver


@given(orders, accounts, amounts)
def test_a_smaller_line_never_loosens(o: ck.Order, a: ck.CreditAccount, cut: Decimal) -> None:
    assert a.line is not None
    if isinstance(a.line.amount, ck.Money):
        less = max(Decimal(0), a.line.amount.amount - cut)
        assert check(o, attrs.evolve(a, line=line(less))).outcome >= check(o, a).outcome


@given(orders, accounts)
def test_prepaid_never_passes_a_status_check(o: ck.Order, a: ck.CreditAccount) -> None:
    advance = ck.Advance(id="A", currency="CNY", amount=o.amount, order=o.id)
    verdict = check(o, attrs.evolve(a, advances=(advance,)))
    assert verdict.outcome.goes == (a.blocked is False)


@given(st.lists(amounts, min_size=2, max_size=8), amounts)
def test_orders_in_one_second_never_overdraw(sizes: list[Decimal], limit: Decimal) -> None:
    """The host locks, checks, writes its reservation, commits: what passed never exceeds the line."""
    a = account([], line=line(limit), grade="AAA")
    granted = Decimal(0)
    for place, size in enumerate(sizes):
        o = order(size, f"SO-{place}")
        if check(o, a).outcome.goes:
            granted += size
            reserved = ck.Reservation(order=o.id, currency="CNY", amount=o.amount)
            a = attrs.evolve(a, reservations=(*a.reservations, reserved))
    assert granted <= limit


@given(
    st.integers(0, 500), st.integers(0, 500), st.integers(0, 700), st.integers(0, 500), st.data()
)
def test_an_order_weighs_the_same_all_its_life(
    amount: int, delivered: int, advanced: int, part: int, data: st.DataObject
) -> None:
    """Reserved, open, delivered in part or wholly, as a document under test or beside another."""
    delivered = min(delivered, amount)
    stage = data.draw(st.sampled_from(["reserved", "open", "both", "closed"]))
    if stage == "closed":
        delivered = amount
    name = data.draw(st.sampled_from(["SO-1", "SO-1b"]), "the version that is open")
    replaces = None if name == "SO-1" else "SO-1"
    whole = order(amount, name, delivered=delivered, replaces=replaces)
    given_: dict[str, Any] = {}
    if stage in ("open", "both"):
        given_["open_orders"] = [whole]
    if stage in ("reserved", "both"):
        given_["reservations"] = [ck.Reservation(order="SO-1", currency="CNY", amount=amount)]
    on = name if stage in ("open", "both") else "SO-1"
    given_["deliveries"] = [ck.Delivery(id="D", currency="CNY", amount=delivered, order=on)]
    given_["advances"] = [ck.Advance(id="A", currency="CNY", amount=advanced, order=on)]
    weight = ck.Money(max(0, amount - advanced), "CNY")
    policy = policy_of(["exposure + order <= line"])

    def total(tested: ck.Order) -> Any:
        return by_id(check(tested, account([], **given_), policy=policy))["C0"].left

    assert total(order("0", "SO-9")) == weight
    if stage != "closed":
        assert (
            total(whole if stage != "reserved" else attrs.evolve(whole, id="SO-1", replaces=None))
            == weight
        )
        note = order(min(part, amount - delivered), "DN-9", of_order=on)
        if note.amount.minor:
            assert total(note) == weight
    if delivered:  # a delivery note that is on record already
        assert total(order(delivered, "D", of_order=on)) == weight
    bill = order(min(part, delivered), "INV-9", of_order=on, kind="invoice")
    if bill.amount.minor:
        assert total(bill) == weight


def test_what_a_document_says_is_delivered_stays_in_the_exposure() -> None:
    """It was taken out with the document and not asked for by it: 0 of 120,000 was left."""
    policy = policy_of(["exposure + order <= line"])

    def note(id: str, amount: int) -> ck.Delivery:
        return ck.Delivery(id=id, currency="CNY", amount=amount, order="SO-1")

    def total(tested: ck.Order, *notes: ck.Delivery, **given_: Any) -> Any:
        a = account([], deliveries=notes, **given_)
        return by_id(check(tested, a, policy=policy))["C0"].left

    whole = order(120_000, "INV-1", of_order="SO-1", delivered=120_000, kind="invoice")
    assert total(whole, note("DN-1", 120_000)) == ck.Money("120000", "CNY")
    part = order(90_000, "DN-2", of_order="SO-1", delivered=30_000)
    assert total(part, note("DN-1", 80_000), note("DN-2", 30_000)) == ck.Money("170000", "CNY")
    alone = order(90_000, "SO-1", delivered=30_000)  # its delivery has its number
    assert total(alone, note("SO-1", 30_000)) == ck.Money("90000", "CNY")
    paid = ck.Advance(id="A", currency="CNY", amount=120_000, order="SO-1")
    assert total(whole, note("DN-1", 120_000), advances=[paid]) == ck.Money(0, "CNY")


def test_a_posted_invoice_that_is_delivered_stays_in_the_exposure() -> None:
    owed = account([invoice("SO-2", "120000", TODAY)])
    policy = policy_of(["exposure + order <= line"])
    for delivered in (None, 0, 30_000, 120_000):
        tested = order(120_000, "SO-2", delivered=delivered)
        verdict = check(tested, owed, event="invoice", policy=policy)
        assert by_id(verdict)["C0"].left == ck.Money("120000", "CNY"), delivered


@given(st.data())
def test_nothing_counts_less_for_what_is_delivered_of_it(data: st.DataObject) -> None:
    """What is on record as delivered, and what is billed and in the ledger, is never counted less."""
    some = st.integers(0, 9)
    own, other, amount = data.draw(some), data.draw(some), data.draw(st.integers(1, 12))
    of_order = data.draw(st.sampled_from([None, "SO-1"]))
    on_record = own + (other if of_order else 0)
    delivered = data.draw(st.integers(0, min(amount, on_record)))
    name = "DN-1" if of_order else "SO-1"
    on = data.draw(st.sampled_from([name, "SO-1"]))
    given_: dict[str, Any] = {"deliveries": []}
    for id, minor, behind in (("DN-2", other, "SO-1"), (name, own, "SO-1")):
        given_["deliveries"].append(ck.Delivery(id=id, currency="CNY", amount=minor, order=behind))
    if of_order and data.draw(st.booleans()):
        most = data.draw(st.integers(own + other, 30))
        given_["open_orders"] = [order(most, "SO-1", delivered=own + other)]
    if data.draw(st.booleans()):
        held = data.draw(st.integers(0, 30))
        given_["reservations"] = [ck.Reservation(order="SO-1", currency="CNY", amount=held)]
    advanced = data.draw(some)
    given_["advances"] = [ck.Advance(id="A", currency="CNY", amount=advanced, order=on)]
    policy = policy_of(["exposure + order <= line"])

    def total(**said: Any) -> Any:
        tested = order(amount, name, of_order=of_order, **said)
        return by_id(check(tested, account([], **given_), policy=policy))["C0"].left

    assert total(delivered=delivered) >= total()


def test_an_approval_of_an_order_without_a_rate_or_a_ledger() -> None:
    note = order("400", "DN", of_order="X")
    dollars = account(
        [], line=line("300"), open_orders=[ck.Order(id="X", currency="USD", amount="9")]
    )
    verdict = check(note, dollars, approvals=[approval(order="X")], event="ship")
    assert "approval.no_rate" in {reason.code for reason in verdict.reasons}
    blank = account(line=line("300"), ledger=None)
    named = approval(order="X", role="board", checks=["LINE", "OVERDUE", "SHARE"])
    verdict = check(note, blank, approvals=[named], event="ship")  # how much of it is left?
    (told,) = [one for one in verdict.reasons if one.code == "approval.unknown_use"]
    assert not verdict.outcome.goes and "not known: the ledger" in told.sentence()
    itself = attrs.evolve(named, order="DN", kind="delivery")
    assert check(note, blank, approvals=[itself], event="ship").outcome.goes


def test_a_category_is_shown_as_it_is() -> None:
    region = ck.Figure(name="region", kind="category", en="Region", zh="地区", meaning="Where")
    document = policy_of(["blocked == false"]).to_dict()
    document["checks"]["rows"][0]["require"] = 'region == "north"'
    policy = ck.Policy.from_dict(document, figures=[region])
    verdict = check(order(), account([], figures={"region": "south"}), policy=policy)
    assert "south : north" in verdict.explain() and "south" in verdict.explain("zh")


def test_what_there_is_none_of_is_known_without_a_rate() -> None:
    """A missing rate of an open order made the empty deliveries and reservations not known, too."""
    foreign = ck.Order(id="SO-7", currency="USD", amount="100")
    verdict = check(order("100"), account([], open_orders=[foreign]))
    parts = {part.name: part.amount for part in verdict.exposure.components}
    assert parts["open_orders"] is None and verdict.exposure.total is None
    assert parts["deliveries"] == parts["reservations"] == ck.Money(0, "CNY")
