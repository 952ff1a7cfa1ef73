"""Cover: printed examples of insurers and brokers, each condition with what mends it, and the laws.

The naive readings below are written anew from the clauses, in fractions and with sets of days.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit import cover as room
from creditkit.cover import (
    Loss,
    cover,
    covers,
    deadlines,
    indemnity,
    received,
    secured,
    would_be_covered,
)
from creditkit.cover._words import CONDITIONS, STATUSES
from creditkit.facts.insurance import PaymentMethod, days_after

START = date(2026, 1, 1)
CLAUSES: dict[str, Any] = {
    "id": "P-1",
    "kind": "whole_turnover",
    "currency": "EUR",
    "insured_share": "90 %",
    "start": START,
    "maximum_terms_days": 90,
    "extension_days": 60,
    "waiting_days": 180,
}
POLICY = ck.InsurancePolicy(**CLAUSES)


def policy(**clauses: Any) -> ck.InsurancePolicy:
    return ck.InsurancePolicy(**{**CLAUSES, **clauses})


def eur(amount: Any) -> ck.Money:
    return ck.Money(amount, "EUR")


def minor(amount: int) -> ck.Money:
    return ck.Money.from_minor(amount, "EUR")


def limit(amount: Any, start: Any = START, **more: Any) -> ck.BuyerLimit:
    return ck.BuyerLimit(currency="EUR", amount=amount, start=start, **more)


def shipment(
    name: str = "I-1",
    amount: Any = "1000",
    on: Any = "2026-03-01",
    due: Any = "2026-04-30",
    **more: Any,
) -> ck.Shipment:
    given_ = {"amount": amount, "open": amount, "shipped_on": on, "due_on": due, **more}
    return ck.Shipment(id=name, currency="EUR", **given_)


def buyer(*shipments: ck.Shipment, **more: Any) -> ck.InsuredBuyer:
    given_ = {"related": False, "insolvency": False, "limits": [limit("100000")], **more}
    return ck.InsuredBuyer(buyer="B-1", currency="EUR", shipments=shipments, **given_)


def loss(debt: Any, insured: Any = None, recovered: Any = "0", **more: Any) -> Loss:
    return Loss(
        currency="EUR",
        debt=debt,
        insured=debt if insured is None else insured,
        recovered=recovered,
        **more,
    )


# -------------------------------------------------------------------------------- what is printed


@pytest.mark.parametrize(
    ("granted", "balance", "paid"),
    [("1000000", "950000", "855000"), ("500000", "800000", "450000")],
)
def test_limit_and_share_as_printed(granted: str, balance: str, paid: str) -> None:
    """Credrisk, *How to calculate the value of a Credit Insurance indemnity* (2018), both examples."""
    found = cover(
        buyer(shipment(amount=balance), limits=[limit(granted)]), POLICY, as_of="2026-04-01"
    )
    assert found.covered == eur(paid)
    assert indemnity(found.loss(recovered=eur(0)), POLICY).indemnity == eur(paid)


def test_deductible_before_and_after_the_share_as_printed() -> None:
    """50,000 less 5,000 at 90 %: 40,500 (Pufind, *claim payouts in credit insurance*); after it, 40,000."""
    first = policy(each_loss="5000", deductible="before_share")
    second = policy(each_loss="5000", deductible="after_share")
    assert indemnity(loss("50000"), first).indemnity == eur("40500")
    assert indemnity(loss("50000"), second).indemnity == eur("40000")


@pytest.mark.parametrize(
    ("granted", "recovered", "insurers"),
    [("25000", "10000", "8333.33"), ("15000", "15000", "7500")],
)
def test_receipts_after_the_loss_pro_rata_as_printed(
    granted: str, recovered: str, insurers: str
) -> None:
    """Rycroft Associates, *Salvage*: a debt of 30k, limits of 25k and 15k; 83 % and half of what came in."""
    found = indemnity(loss("30000", granted, recovered), policy(insured_share=1))
    (step,) = (one for one in found.steps if one.name == "recoveries")
    assert step.takes == eur(insurers)


def test_first_in_first_out_favours_the_insured_as_printed() -> None:
    """The same page: one insurer sets receipts against the oldest debt, mostly in the insured's favour."""
    given_ = loss("30000", "25000", "10000")
    oldest = indemnity(given_, policy(recoveries="oldest_first")).indemnity
    assert oldest == eur("18000")  # 20,000 are left, all within the limit, at 90 %
    pro_rata = indemnity(given_, POLICY).indemnity
    assert pro_rata is not None and pro_rata < oldest


def test_threshold_as_printed() -> None:
    """Rycroft Associates, *First losses explained*: up to 1,000 nothing, above it the whole debt counts."""
    given_ = policy(non_qualifying="1000", insured_share="85 %")
    assert indemnity(loss("1000"), given_).indemnity == eur(0)
    assert indemnity(loss("1000.01"), given_).indemnity == eur("850.01")


def test_minimum_retention_as_printed() -> None:
    """The same page: 5k at 15 % uninsured would retain 750; the minimum of 1,000 applies instead."""
    given_ = policy(minimum_retention="1000", insured_share="85 %")
    found = indemnity(loss("5000"), given_)
    assert (found.indemnity, found.retention) == (eur("4000"), eur("1000"))
    assert indemnity(loss("10000"), given_).retention == eur("1500")  # 15 % is more


P3 = policy(
    each_loss="10000",
    aggregate="50000",
    deductible="before_share",
    maximum_indemnity="3000000",
    report_days=30,
    discretionary="50000",
)
"""An exporter's policy: 90 %, 90 days, extension 60, report 30, waiting 180, deductibles first."""


def test_a_year_of_losses_by_hand() -> None:
    """Worked out by hand: the aggregate is used up by the first losses, then they are paid."""
    used = paid = eur(0)
    rows = []
    for debt in ("40000", "60000", "100000"):
        found = indemnity(loss(debt, aggregate_used=used, indemnified=paid), P3)
        assert found.aggregate_taken is not None and found.indemnity is not None
        used, paid = used + found.aggregate_taken, paid + found.indemnity
        rows.append((found.aggregate_taken, found.indemnity))
    # 40-10-30 = 0; 60-10-20 = 30 at 90 %; 100-10 = 90 at 90 %
    assert rows == [(eur(30000), eur(0)), (eur(20000), eur(27000)), (eur(0), eur(81000))]


def test_no_more_than_the_maximum_of_the_year() -> None:
    found = indemnity(loss("100000", aggregate_used="50000", indemnified="2950000"), P3)
    assert found.indemnity == eur(50000)  # of 81,000
    assert found.steps[-1].takes == eur(31000)
    full = indemnity(loss("100000", aggregate_used="50000", indemnified="3000000"), P3)
    assert full.indemnity == eur(0)


def test_days_as_the_glossary_counts_them() -> None:
    """Atradius, glossary: the extension counts from the original due date, the hand-over is due 30 days
    after it ends; shipments stop when the extension of the oldest invoice has ended."""
    given_ = attrs.evolve(P3, hand_over_days=30, claim_days=60)
    late = shipment(extended_to="2026-06-15")
    found = {one.kind: one for one in deadlines(buyer(late), given_, as_of="2026-05-01").rows}
    assert found["report"].last == date(2026, 5, 30)
    assert found["extension"].last == found["ship"].last == date(2026, 6, 29)
    assert found["hand_over"].last == date(2026, 7, 29)
    assert (found["claim"].first, found["claim"].last) == (date(2026, 10, 27), date(2026, 12, 26))


# --------------------------------------------------------------------------- each condition, and its remedy


def failed(found: Any) -> dict[str, str]:
    """What failed or is not known of the last shipment, or of an order."""
    conditions = found.conditions if hasattr(found, "conditions") else found.rows[-1].conditions
    return {one.id: one.status for one in conditions if one.status in ("fail", "indeterminate")}


AS_OF = date(2026, 4, 1)
CONDITIONS_BROKEN: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # what breaks it: clauses, the buyer, the shipment
    "policy_window": ({"until": "2026-03-01"}, {}, {}),
    "buyer": ({"kind": "domestic", "country": "CN"}, {"country": "DE"}, {}),
    "related": ({}, {"related": True}, {}),
    "limit": ({}, {"limits": [limit(0)]}, {}),
    "limit_condition": (
        {},
        {"limits": [limit("100000", condition="a guarantee", condition_met=False)]},
        {},
    ),
    "method": (
        {},
        {"limits": [limit("100000", method="documents_against_payment")]},
        {"method": "open_account"},
    ),
    "terms": ({}, {}, {"due": "2026-05-31"}),
    "invoicing": ({"maximum_invoicing_days": 30}, {}, {"invoiced_on": "2026-04-01"}),
    "stop_insolvency": ({}, {"insolvency": True, "insolvent_on": "2026-03-01"}, {}),
    "stop_claim": ({}, {"claim_on": "2026-03-01"}, {}),
    "extension": ({}, {}, {"extended_to": "2026-06-30"}),
    "report": ({"report_days": 30}, {}, {"reported_on": "2026-05-31"}),
    "hand_over": ({"hand_over_days": 30}, {}, {"handed_over_on": "2026-07-30"}),
}
MENDED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "policy_window": ({"until": "2026-03-02"}, {}, {}),
    "buyer": ({"kind": "export", "country": "CN"}, {"country": "DE"}, {}),
    "related": ({}, {}, {}),
    "limit": ({}, {"limits": [limit("1000")]}, {}),
    "limit_condition": (
        {},
        {"limits": [limit("100000", condition="a guarantee", condition_met=True)]},
        {},
    ),
    "method": (
        {},
        {"limits": [limit("100000", method="documents_against_payment")]},
        {"method": "letter_of_credit"},
    ),
    "terms": ({}, {}, {"due": "2026-05-30"}),
    "invoicing": ({"maximum_invoicing_days": 30}, {}, {"invoiced_on": "2026-03-31"}),
    "stop_insolvency": ({}, {"insolvency": True, "insolvent_on": "2026-03-02"}, {}),
    "stop_claim": ({}, {"claim_on": "2026-03-02"}, {}),
    "extension": ({}, {}, {"extended_to": "2026-06-29"}),
    "report": ({"report_days": 30}, {}, {"reported_on": "2026-05-30"}),
    "hand_over": ({"hand_over_days": 30}, {}, {"handed_over_on": "2026-07-29"}),
}


def asked(case: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]) -> room.Cover:
    clauses, of_buyer, of_shipment = case
    as_of = "2026-08-15" if {"reported_on", "handed_over_on"} & {*of_shipment} else AS_OF
    return cover(buyer(shipment(**of_shipment), **of_buyer), policy(**clauses), as_of=as_of)


@pytest.mark.parametrize("name", CONDITIONS_BROKEN)
def test_a_broken_condition_takes_the_cover_and_the_day_before_does_not(name: str) -> None:
    """Each on its bound: the last day, the last unit is still good."""
    broken, mended = asked(CONDITIONS_BROKEN[name]), asked(MENDED[name])
    assert failed(broken) == {name: "fail"}
    assert broken.uninsured == eur(1000) and broken.covered == eur(0)
    (reason,) = broken.rows[0].reasons
    assert reason.sentence("en") and any("一" <= letter <= "鿿" for letter in reason.sentence("zh"))
    assert not failed(mended)
    assert mended.covered == eur(900)


def test_every_condition_is_tried_above_or_below() -> None:
    assert CONDITIONS.keys() - CONDITIONS_BROKEN.keys() == {"stop_unpaid"}


UNKNOWN: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "buyer": ({"kind": "export", "country": "CN"}, {}, {}),
    "related": ({}, {"related": None}, {}),
    "limit": ({"discretionary": 500}, {"limits": [], "evidence": [
        ck.Evidence(kind="credit_report", on="2026-02-01", currency="EUR", amount=500)]}, {}),
    "limit_condition": ({}, {"limits": [limit("100000", condition="a guarantee")]}, {}),
    "method": ({}, {"limits": [limit("100000", method="open_account")]}, {}),
    "terms": ({}, {}, {"due": None}),
    "stop_insolvency": ({}, {"insolvency": None}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_known_is_never_insured(name: str) -> None:
    found = asked(UNKNOWN[name])
    assert failed(found)[name] == "indeterminate"
    assert found.status == "not_known" and found.not_known == eur(1000)
    assert found.covered == eur(0)
    assert found.rows[0].reasons[0].code == "cover.unknown"


def test_more_that_is_not_known() -> None:
    insolvent = buyer(shipment(), insolvency=True)
    assert failed(cover(insolvent, POLICY, as_of=AS_OF)) == {"stop_insolvency": "indeterminate"}
    unopened = cover(
        buyer(shipment(open=None)), policy(report_days=1, hand_over_days=1), as_of="2027-01-01"
    )
    assert failed(unopened) == {"report": "indeterminate", "hand_over": "indeterminate"}
    assert unopened.open is unopened.covered is unopened.retention is None
    unbilled = cover(buyer(shipment()), policy(maximum_invoicing_days=30), as_of=AS_OF)
    assert failed(unbilled) == {"invoicing": "indeterminate"}
    still = cover(buyer(shipment()), policy(maximum_invoicing_days=30), as_of="2026-03-31")
    assert not failed(still)
    undated = cover(buyer(shipment(due=None)), policy(report_days=1), as_of=AS_OF)
    assert failed(undated) == {"terms": "indeterminate", "report": "indeterminate"}
    nothing = cover(attrs.evolve(buyer(), shipments=None), POLICY, as_of=AS_OF)
    assert nothing.status == "not_known" and nothing.open is None and nothing.covered is None
    assert cover(buyer(), POLICY, as_of=AS_OF).status == "settled"


def test_overdue_and_not_told_is_not_insured_from_the_next_day_on() -> None:
    given_ = policy(report_days=30, hand_over_days=30)
    assert not failed(cover(buyer(shipment()), given_, as_of="2026-05-30"))
    assert failed(cover(buyer(shipment()), given_, as_of="2026-05-31")) == {"report": "fail"}
    told = shipment(reported_on="2026-05-30")
    assert not failed(cover(buyer(told), given_, as_of="2026-07-29"))
    assert failed(cover(buyer(told), given_, as_of="2026-07-30")) == {"hand_over": "fail"}
    # a report of a later day has not been made yet
    assert failed(cover(buyer(shipment(reported_on="2026-06-30")), given_, as_of="2026-06-05")) == {
        "report": "fail"
    }
    from_end = policy(report_days=30, report_from="extension_end")
    assert not failed(cover(buyer(shipment()), from_end, as_of="2026-07-29"))
    assert failed(cover(buyer(shipment()), from_end, as_of="2026-07-30")) == {"report": "fail"}


def test_an_agreed_extension_is_good_and_moves_no_other_day() -> None:
    agreed = shipment(extended_to="2026-09-30", extension_agreed=True)
    found = cover(buyer(agreed), policy(report_days=30), as_of="2026-05-31")
    assert failed(found) == {"report": "fail"}


def test_shipments_stop_after_the_extension_of_the_oldest_unpaid_debt() -> None:
    def second(on: str, **first: Any) -> dict[str, str]:
        older = shipment("I-1", **first)
        newer = shipment("I-2", on=on, due=on)
        return failed(cover(buyer(older, newer), POLICY, as_of="2026-08-01"))

    assert not second("2026-06-29")
    assert second("2026-06-30") == {"stop_unpaid": "fail"}
    assert not second("2026-06-30", open="0", paid_on="2026-06-30")
    assert second("2026-06-30", open="0", paid_on="2026-07-01") == {"stop_unpaid": "fail"}
    assert second("2026-06-30", open="0") == {"stop_unpaid": "indeterminate"}
    assert not second("2026-06-29", open="0") and not second("2026-06-29", open=None)
    assert second("2026-06-30", open=None)["stop_unpaid"] == "indeterminate"
    assert second("2026-06-29", due=None) == {"stop_unpaid": "indeterminate"}
    assert second("2026-06-29", due=None, open="0") == {"stop_unpaid": "indeterminate"}


def test_run_off_and_a_limit_that_was_cut() -> None:
    """Atradius, glossary, *run-off risk*: what was shipped before the withdrawal stays insured."""
    cut = [limit("100000", until="2026-04-01"), limit("0", "2026-04-01")]
    before, after = shipment("I-1", "80000"), shipment("I-2", "5000", "2026-04-02", "2026-05-02")
    found = cover(buyer(before, after, limits=cut), POLICY, as_of="2026-04-10")
    assert [row.insured for row in found.rows] == [eur(80000), eur(0)]
    without = cover(buyer(before, after, limits=cut), policy(run_off=False), as_of="2026-04-10")
    assert [row.insured for row in without.rows] == [eur(0), eur(0)]
    ended = policy(until="2026-04-01", run_off=False)
    assert failed(cover(buyer(before), ended, as_of="2026-03-31")) == {}
    assert failed(cover(buyer(before), ended, as_of="2026-04-01")) == {"policy_window": "fail"}
    over = policy(terminated_on="2026-04-01")
    assert not failed(cover(buyer(before), over, as_of="2026-05-01"))
    assert failed(cover(buyer(after), over, as_of="2026-05-01")) == {"policy_window": "fail"}
    early = cover(buyer(shipment(on="2025-12-31", due="2026-01-31")), POLICY, as_of=AS_OF)
    assert "policy_window" in failed(early)


def test_a_single_buyer_is_insured_alone() -> None:
    alone = policy(kind="single_buyer", buyer="B-1")
    assert not failed(cover(buyer(shipment()), alone, as_of=AS_OF))
    other = policy(kind="single_buyer", buyer="B-2")
    assert failed(cover(buyer(shipment()), other, as_of=AS_OF)) == {"buyer": "fail"}


def report(on: str, amount: Any = "30000", **more: Any) -> ck.Evidence:
    given_ = {"kind": "credit_report", "adverse": False, **more}
    return ck.Evidence(on=on, currency="EUR", amount=amount, **given_)


def test_discretion_needs_evidence_and_ends_with_what_is_adverse() -> None:
    given_ = policy(discretionary="50000", discretionary_share="80 %", evidence_days=365)
    debt = shipment(amount="60000")

    def granted(*evidence: ck.Evidence, **more: Any) -> Any:
        of_buyer = {"limits": [], "evidence": evidence, **more}
        return cover(buyer(debt, **of_buyer), given_, as_of=AS_OF)

    found = granted(report("2025-03-01"))  # 365 days before the shipment
    assert (found.insured, found.covered) == (eur(30000), eur(24000))
    assert (found.source, granted(report("2026-03-01", "90000")).insured) == (
        "none",  # on 1 April it is too old; for the shipment of 1 March it was not
        eur(50000),
    )
    assert failed(granted(report("2025-02-28"))) == {"limit": "fail"}  # too old
    assert failed(granted(report("2026-03-02"))) == {"limit": "fail"}  # too late
    assert failed(granted()) == {"limit": "fail"}
    assert failed(granted(report("2026-02-01", adverse=True))) == {"limit": "fail"}
    assert failed(granted(report("2026-02-01"), adverse_on="2026-03-01")) == {"limit": "fail"}
    assert granted(report("2026-02-01"), adverse_on="2026-03-02").insured == eur(30000)
    # where the insurer has decided, the insured's own discretion is over
    assert failed(granted(report("2026-02-01"), limits=[limit(0)])) == {"limit": "fail"}
    ended = [limit("100000", until="2026-02-01")]
    assert failed(granted(report("2026-02-01"), limits=ended)) == {"limit": "fail"}
    only = attrs.evolve(given_, discretionary_by=["payment_experience"])
    by_report = buyer(debt, limits=[], evidence=[report("2026-02-01")])
    assert failed(cover(by_report, only, as_of=AS_OF)) == {"limit": "fail"}
    assert failed(cover(by_report, POLICY, as_of=AS_OF)) == {"limit": "fail"}  # no such clause


def test_a_limit_has_terms_and_a_share_of_its_own() -> None:
    own = [limit("100000", maximum_terms_days=60, insured_share="1/2")]
    found = cover(buyer(shipment(due="2026-04-30"), limits=own), POLICY, as_of=AS_OF)
    assert found.covered == eur(500)
    assert failed(cover(buyer(shipment(due="2026-05-01"), limits=own), POLICY, as_of=AS_OF)) == {
        "terms": "fail"
    }
    two = [limit("100000", until="2026-03-10", insured_share="1/2"), limit("100000", "2026-03-10")]
    mixed = cover(
        buyer(shipment(), shipment("I-2", on="2026-03-15"), limits=two), POLICY, as_of=AS_OF
    )
    assert mixed.covered == eur(1400)
    taken = mixed.loss(recovered=eur(0))
    assert taken.share == Fraction(1, 2)
    found_ = indemnity(taken, POLICY)
    assert found_.indemnity == eur(1000)  # the lowest share, and it says so
    assert "cover.own_share" in [one.code for one in found_.assumptions]


def test_what_is_in_dispute_waits() -> None:
    found = cover(buyer(shipment(amount="120000", disputed="30000")), POLICY, as_of=AS_OF)
    row = found.rows[0]
    assert (row.insured, row.disputed, row.uninsured) == (eur(70000), eur(30000), eur(20000))
    waits = deadlines(buyer(shipment(disputed="1")), POLICY, as_of=AS_OF)
    assert [one.status for one in waits.rows if one.kind == "claim"] == ["waits"]
    paid = indemnity(found.loss(recovered=eur(0)), POLICY)
    assert paid.indemnity == eur(63000)
    assert [one.name for one in paid.steps] == ["disputed", "not_insured", "share"]


def test_a_debt_that_is_not_insured_takes_up_the_limit_as_well() -> None:
    """Else to break a condition on the old debt would give the new one more cover."""
    late, newer = (
        shipment("I-1", "80000", due="2026-06-30"),
        shipment("I-2", "50000", on="2026-03-02"),
    )
    found = cover(buyer(late, newer), POLICY, as_of=AS_OF)
    assert [row.insured for row in found.rows] == [eur(0), eur(20000)]


def test_a_dispute_larger_than_what_is_within_the_limit() -> None:
    found = cover(
        buyer(shipment(amount="900", disputed="700"), limits=[limit("500")]), POLICY, as_of=AS_OF
    )
    row = found.rows[0]
    assert (row.insured, row.disputed, row.uninsured) == (eur(0), eur(500), eur(400))


# --------------------------------------------------------------------------------------- orders


ORDER = ck.Order(
    id="SO-1", currency="EUR", amount="40000", ship_by=date(2026, 5, 4), terms="net 60"
)


def would(
    order: ck.Order = ORDER, of: ck.InsuredBuyer | None = None, **more: Any
) -> room.OrderCover:
    given_ = {"as_of": AS_OF, **more}
    return would_be_covered(order, buyer() if of is None else of, POLICY, **given_)


def test_an_order_on_good_terms_is_covered_and_gets_its_deadlines() -> None:
    found = would()
    assert (found.status, found.insured, found.covered) == ("covered", eur(40000), eur(36000))
    assert found.retention == eur(4000) and found.room == eur(100000)
    assert (found.shipped_on, found.due_on) == (date(2026, 5, 4), date(2026, 7, 3))
    assert {one.kind: one.last or one.first for one in found.deadlines} == {
        "due": date(2026, 7, 3),
        "extension": date(2026, 9, 1),
        "claim": date(2026, 12, 30),
    }
    assert found.ship_by is None and not found.reasons


def test_an_order_as_its_dates_say() -> None:
    assert would(attrs.evolve(ORDER, ship_by=None)).shipped_on == AS_OF
    assert (
        would(attrs.evolve(ORDER, ship_by=date(2026, 1, 1))).shipped_on == AS_OF
    )  # not before now
    assert would(shipped_on="2026-05-10").due_on == date(2026, 7, 9)
    assert would(due_on="2026-08-02").status == "covered"
    assert failed(would(due_on="2026-08-03")) == {"terms": "fail"}
    assert failed(would(attrs.evolve(ORDER, terms=None))) == {"terms": "indeterminate"}
    assert failed(would(attrs.evolve(ORDER, terms="30 days after acceptance"))) == {
        "terms": "indeterminate"
    }
    parts = would(attrs.evolve(ORDER, terms="30% prepaid, 70% 60 days after delivery"))
    assert parts.due_on == date(2026, 7, 3)
    assert would(attrs.evolve(ORDER, terms="prepaid")).due_on == date(2026, 5, 4)
    assert would(attrs.evolve(ORDER, delivered="30000")).insured == eur(10000)
    assert would(attrs.evolve(ORDER, delivered="50000")).status == "settled"


def test_an_order_takes_what_the_limit_leaves() -> None:
    found = would(of=buyer(shipment(amount="70000")))
    assert (found.status, found.insured, found.uninsured) == ("partly", eur(30000), eur(10000))
    (reason,) = found.reasons
    assert reason.params["room"] == eur(30000)
    assert (
        would(attrs.evolve(ORDER, amount="30000"), buyer(shipment(amount="70000"))).status
        == "covered"
    )
    full = would(of=buyer(shipment(amount="100000")))
    assert (full.status, full.room) == ("uncovered", eur(0))
    unknown = would(of=buyer(shipment(open=None)))
    assert unknown.status == "not_known" and unknown.room is None
    unlisted = would(of=attrs.evolve(buyer(), shipments=None))
    assert unlisted.status == "not_known" and failed(unlisted) == {"stop_unpaid": "indeterminate"}


def test_an_order_after_stop_shipment_is_not_covered_whatever_its_number() -> None:
    """An invoice may have the number of the order; it is another document."""
    old = buyer(shipment("SO-1"))
    assert would(of=old, shipped_on="2026-06-29").status == "covered"
    late = would(of=old, shipped_on="2026-06-30")
    assert failed(late) == {"stop_unpaid": "fail"}
    assert late.ship_by == date(2026, 6, 29)
    assert "SO-1, due on 2026-04-30, stops" in late.reasons[0].sentence()


def test_ship_by_is_the_first_of_all_ends() -> None:
    cut = buyer(limits=[limit("100000", until="2026-06-01")])
    assert would(of=cut).ship_by == date(2026, 5, 31)
    ends = would_be_covered(ORDER, cut, policy(until="2026-05-15"), as_of=AS_OF)
    assert ends.ship_by == date(2026, 5, 14)
    insolvent = buyer(insolvency=True, insolvent_on="2026-04-20")
    assert would(of=insolvent).ship_by == date(2026, 4, 19)


# ------------------------------------------------------------------------------------ deadlines


def test_where_deadlines_stand() -> None:
    given_ = policy(
        maximum_invoicing_days=30,
        report_days=30,
        hand_over_days=30,
        claim_days=60,
        until="2027-01-01",
    )
    one = shipment(invoiced_on="2026-03-31", reported_on="2026-05-31", handed_over_on="2026-07-29")

    def at(day: str, of: ck.InsuredBuyer | None = None) -> dict[str, tuple[str, int | None]]:
        of = buyer(one, limits=[limit("5", until="2026-12-31")]) if of is None else of
        return {r.kind: (r.status, r.days) for r in deadlines(of, given_, as_of=day).rows}

    found = at("2026-07-29")
    assert found["invoice"][0] == "done" and found["report"] == ("missed", -60)
    assert found["hand_over"] == ("done", 0) and found["ship"] == ("passed", -30)
    assert found["limit"] == ("ahead", 154) and found["policy"] == ("ahead", 155)
    assert at("2026-04-30")["due"] == ("today", 0)
    assert at("2026-10-26")["claim"] == ("ahead", 1)
    assert at("2026-10-27")["claim"] == ("open", 60)
    assert at("2026-12-27")["claim"] == ("missed", -1)
    assert at("2026-11-05", buyer(one, claim_on="2026-11-01"))["claim"][0] == "done"
    assert at("2027-11-05", buyer(one, claim_on="2027-01-01"))["claim"][0] == "missed"
    insolvent = buyer(one, insolvency=True, insolvent_on="2026-06-10")
    assert at("2026-06-11", insolvent)["claim"] == ("open", 59)
    undated = at("2026-06-11", buyer(shipment(due=None)))
    assert undated["due"] == ("not_known", None)
    assert "due" not in at("2026-06-11", buyer(shipment(open="0")))
    assert at("2026-06-11", attrs.evolve(buyer(), shipments=None)).keys() == {"policy"}
    late = attrs.evolve(given_, waiting_from="extension_end")
    (claim,) = (r for r in deadlines(buyer(one), late, as_of=AS_OF).rows if r.kind == "claim")
    assert claim.first == date(2026, 12, 26)


def test_a_loss_counts_from_insolvency_or_the_end_of_waiting() -> None:
    assert cover(buyer(shipment()), POLICY, as_of=AS_OF).loss_on == date(2026, 10, 27)
    insolvent = buyer(shipment(), insolvency=True, insolvent_on="2026-05-01")
    assert cover(insolvent, POLICY, as_of=AS_OF).loss_on == date(2026, 5, 1)
    assert cover(buyer(), POLICY, as_of=AS_OF).loss_on is None
    assert days_after(date(9999, 12, 1), 60) == date.max


# ----------------------------------------------------------------------------------- indemnity


@pytest.mark.parametrize("name", ["insured", "recovered", "aggregate_used", "indemnified"])
def test_an_indemnity_that_hangs_on_what_is_not_known_is_not_known(name: str) -> None:
    whole = loss("90000", "80000", "1000", aggregate_used="0", indemnified="0")
    found = indemnity(attrs.evolve(whole, **{name: None}), P3)
    assert found.indemnity is None and found.retention is None and found.aggregate_taken is None
    assert found.missing == (name,)
    assert found.assumptions[-1].code == "cover.loss_not_known"
    assert indemnity(whole, P3).indemnity is not None


def test_clauses_that_the_policy_does_not_have_need_nothing() -> None:
    assert indemnity(loss("90000"), POLICY).indemnity == eur(81000)


def test_a_cover_in_doubt_is_no_loss_of_a_known_size() -> None:
    doubtful = cover(buyer(shipment(), related=None), POLICY, as_of=AS_OF)
    assert indemnity(doubtful.loss(recovered=eur(0)), POLICY).missing == ("insured",)
    unknown = cover(buyer(shipment(open=None)), POLICY, as_of=AS_OF)
    with pytest.raises(ck.InvalidFact, match=r"cover\.open must be known for a loss"):
        unknown.loss()


AMOUNT = st.integers(0, 5000)
SHARE = st.fractions(0, 1, max_denominator=20)


@st.composite
def claims(draw: st.DrawFn) -> tuple[Loss, ck.InsurancePolicy]:
    debt = draw(st.integers(1, 5000))
    insured = draw(st.integers(0, debt))
    maybe = st.none() | AMOUNT.map(minor)
    order = draw(st.sampled_from(["before_share", "after_share"]))
    clauses = policy(
        insured_share=draw(SHARE),
        each_loss=draw(maybe),
        aggregate=draw(maybe),
        deductible=order,
        non_qualifying=draw(maybe),
        minimum_retention=draw(maybe),
        maximum_indemnity=draw(maybe),
        recoveries=draw(st.sampled_from(["pro_rata", "oldest_first"])),
    )
    claim = Loss(
        currency="EUR",
        debt=minor(debt),
        insured=minor(insured),
        disputed=minor(draw(st.integers(0, debt - insured))),
        recovered=minor(draw(st.integers(0, debt))),
        aggregate_used=minor(draw(AMOUNT)),
        indemnified=minor(draw(AMOUNT)),
    )
    return claim, clauses


def half_even(exact: Fraction) -> int:
    return round(exact)  # of Python: exact, ties to the even one


def by_hand(claim: Loss, clauses: ck.InsurancePolicy) -> int:
    """The indemnity from the clauses, in fractions."""

    def value(money: ck.Money | None) -> int:
        return 0 if money is None else money.minor

    debt, insured, back = value(claim.debt), value(claim.insured), value(claim.recovered)
    if clauses.recoveries.value == "pro_rata":
        left = insured - half_even(Fraction(back * insured, debt))
    else:  # what is left fills the limit again
        left = min(insured, debt - back)
    net = (
        0 if clauses.non_qualifying is not None and left <= value(clauses.non_qualifying) else left
    )
    first = value(clauses.each_loss)
    year = (
        0
        if clauses.aggregate is None
        else max(0, value(clauses.aggregate) - value(claim.aggregate_used))
    )
    share = clauses.insured_share
    if clauses.deductible is not None and clauses.deductible.value == "before_share":
        paid = half_even(max(0, net - first - year) * share)
    else:
        paid = max(0, half_even(net * share) - first - year)
    if clauses.minimum_retention is not None:
        paid = min(paid, max(0, left - value(clauses.minimum_retention)))
    if clauses.maximum_indemnity is not None:
        paid = min(paid, max(0, value(clauses.maximum_indemnity) - value(claim.indemnified)))
    return paid


@given(claims())
def test_the_indemnity_is_what_the_clauses_say_by_hand(
    given_: tuple[Loss, ck.InsurancePolicy],
) -> None:
    found = indemnity(*given_)
    assert found.indemnity == minor(by_hand(*given_))


@given(claims())
def test_indemnity_recovered_and_retention_are_the_debt(
    given_: tuple[Loss, ck.InsurancePolicy],
) -> None:
    claim, clauses = given_
    found = indemnity(claim, clauses)
    assert found.indemnity is not None and found.retention is not None
    assert claim.recovered is not None and claim.insured is not None
    assert found.indemnity + found.retention + claim.recovered == claim.debt
    assert eur(0) <= found.indemnity <= claim.insured and found.retention >= eur(0)
    assert clauses.maximum_indemnity is None or found.indemnity <= clauses.maximum_indemnity
    left = claim.debt
    for step in found.steps:  # every step leads from the one before
        assert step.takes >= eur(0)
        left -= step.takes
        assert step.left == left
    assert left == found.indemnity


@given(claims(), st.integers(1, 50))
def test_a_unit_more_of_loss_never_lowers_the_indemnity(
    given_: tuple[Loss, ck.InsurancePolicy], more: int
) -> None:
    claim, clauses = given_
    assert claim.insured is not None
    larger = attrs.evolve(claim, debt=claim.debt + minor(more), insured=claim.insured + minor(more))
    before, after = indemnity(claim, clauses).indemnity, indemnity(larger, clauses).indemnity
    assert before is not None and after is not None and before <= after


@given(claims(), st.sampled_from(["each_loss", "aggregate", "non_qualifying", "minimum_retention"]))
def test_a_larger_deductible_never_pays_more(
    given_: tuple[Loss, ck.InsurancePolicy], name: str
) -> None:
    claim, clauses = given_
    larger = attrs.evolve(clauses, **{name: (getattr(clauses, name) or eur(0)) + eur(1)})
    before, after = indemnity(claim, clauses).indemnity, indemnity(claim, larger).indemnity
    assert before is not None and after is not None and after <= before


@given(claims())
def test_deducting_first_never_pays_less(given_: tuple[Loss, ck.InsurancePolicy]) -> None:
    claim, clauses = given_
    first, last = (
        indemnity(claim, attrs.evolve(clauses, deductible=order)).indemnity
        for order in ("before_share", "after_share")
    )
    assert first is not None and last is not None
    assert last <= first + minor(1)  # each rounds once, at another place


# --------------------------------------------------------------------------------------- laws of cover


DAY = st.integers(0, 200).map(lambda n: START + timedelta(n))


@st.composite
def books(draw: st.DrawFn) -> tuple[ck.InsuredBuyer, ck.InsurancePolicy, date]:
    """Half of the books break nothing but limits, so that these are tried, too."""
    tidy = draw(st.booleans())
    maybe = st.none() if tidy else st.none() | st.integers(0, 90)
    rows = []
    for place in range(draw(st.integers(0, 4))):
        on = draw(DAY)
        amount = draw(st.integers(1, 3000))
        left = draw(st.sampled_from([amount, amount // 2, *(() if tidy else (0, None))]))
        paid = draw(st.none() | st.integers(0, 200).map(lambda n, on=on: on + timedelta(n)))
        paid = paid if left == 0 else None
        late = st.integers(60, 120) if tidy else st.integers(0, 120)
        due = draw(
            late.map(lambda n, on=on: on + timedelta(n)) | (st.nothing() if tidy else st.none())
        )
        rows.append(
            ck.Shipment(
                id=f"I-{place}",
                currency="EUR",
                amount=minor(amount),
                open=None if left is None else minor(left),
                shipped_on=on,
                due_on=due,
                disputed=draw(st.none() | st.integers(0, amount).map(minor)),
                reported_on=draw(st.none() | st.integers(0, 300).map(lambda n, on=on: on + timedelta(n))),
                paid_on=paid,
            )
        )  # fmt: skip
    cut = draw(DAY)
    limits = draw(
        st.sampled_from(
            [
                [limit(minor(2500))],
                [
                    limit(minor(2500), until=cut + timedelta(1)),
                    limit(minor(700), cut + timedelta(1)),
                ],
                [],
            ]
        )
    )
    evidence = [ck.Evidence(kind="credit_report", on=draw(DAY), currency="EUR", amount=minor(900),
                            adverse=draw(st.sampled_from([False, True, None])))]  # fmt: skip
    of = ck.InsuredBuyer(
        buyer="B-1",
        currency="EUR",
        related=False if tidy else draw(st.sampled_from([False, False, None])),
        insolvency=False,
        limits=limits,
        evidence=evidence,
        shipments=rows,
    )
    clauses = policy(
        insured_share=draw(SHARE),
        maximum_terms_days=120 if tidy else draw(st.integers(0, 120)),
        extension_days=150 if tidy else draw(st.integers(0, 60)),
        report_days=draw(maybe),
        hand_over_days=draw(maybe),
        discretionary=minor(1000),
        until=None if tidy else draw(st.none() | st.just(START + timedelta(150))),
        run_off=draw(st.booleans()),
    )
    return of, clauses, draw(DAY) + timedelta(30)


@given(books())
def test_the_parts_of_a_shipment_add_up_and_the_rows_to_the_whole(given_: Any) -> None:
    of, clauses, day = given_
    found = cover(of, clauses, as_of=day)
    for row in found.rows:
        if row.open is None:
            assert row.covered is None and row.insured is None
            continue
        parts = (row.insured, row.uninsured, row.disputed, row.not_known)
        assert sum((one.minor for one in parts if one is not None), 0) == row.open.minor
        assert row.insured is not None and row.covered is not None
        assert eur(0) <= row.covered <= row.insured
        assert row.covered.minor == half_even(row.insured.minor * row.share)
    if found.open is not None:
        assert found.covered is not None and found.retention is not None
        assert found.covered + found.retention == found.open
        assert found.open == sum((row.open for row in found.rows), eur(0))  # type: ignore[misc]


def naive_insured(
    of: ck.InsuredBuyer, clauses: ck.InsurancePolicy, day: date
) -> dict[str, int | None]:
    """What is insured of each shipment, by its number; None where that is not known or in doubt."""
    out: dict[str, int | None] = {}
    every = sorted(of.shipments or (), key=lambda one: (one.shipped_on, one.id))

    def granted(on: date) -> int | None:
        inside = [one for one in of.limits if on in days(one.start, one.until)]
        if inside:
            return inside[0].amount.minor
        if [one for one in of.limits if one.start <= on]:
            return 0
        fresh = [one for one in of.evidence if timedelta(0) <= on - one.on <= timedelta(365)]
        best = [one.amount.minor for one in fresh if one.adverse is False]
        if best:
            return min(1000, max(best))
        return None if any(one.adverse is None for one in fresh) else 0

    def days(start: date, until: date | None) -> set[date]:
        end = until or date(2028, 1, 1)
        return {start + timedelta(n) for n in range((end - start).days)}

    taken: int | None = 0
    for one in every:
        if one.shipped_on > day:
            continue
        bound = granted(one.shipped_on)
        if not clauses.run_off:
            now = granted(day)
            bound = None if bound is None or now is None else min(bound, now)
            bound = now if now is None else bound
        no: list[bool | None] = [of.related, None if bound is None else bound == 0]
        if one.shipped_on not in days(clauses.start, clauses.until):
            no.append(True)
        if not clauses.run_off and clauses.until is not None and day >= clauses.until:
            no.append(True)
        no.append(
            None
            if one.due_on is None
            else (one.due_on - one.shipped_on).days > clauses.maximum_terms_days
        )
        for other in every:
            if other is one or other.shipped_on > one.shipped_on:
                continue
            if other.paid_on is not None and other.paid_on <= one.shipped_on:
                continue
            if other.due_on is None:
                no.append(None)
            elif (one.shipped_on - other.due_on).days > clauses.extension_days:
                sure = other.paid_on is not None or (other.open is not None and bool(other.open))
                no.append(True if sure else None)
        for count, extra, on in (
            (clauses.report_days, 0, one.reported_on),
            (clauses.hand_over_days, clauses.extension_days, None),
        ):
            if count is None or (one.open is not None and not one.open and on is None):
                continue
            if one.due_on is None:
                no.append(None)
                continue
            last = one.due_on + timedelta(count + extra)
            if on is not None and on <= day:
                no.append(on > last)
            elif day > last:
                no.append(None if one.open is None else True)
        if one.open is None:
            out[one.id], taken = None, None
            continue
        if True in no:
            out[one.id] = 0
        elif None in no or taken is None or bound is None:
            out[one.id] = 0 if not one.open else None
        else:
            within = min(one.open.minor, max(0, bound - taken))
            out[one.id] = within - min(within, 0 if one.disputed is None else one.disputed.minor)
        taken = None if taken is None else taken + one.open.minor
    return out


@given(books())
def test_cover_is_what_the_clauses_say_by_hand(given_: Any) -> None:
    of, clauses, day = given_
    found = cover(of, clauses, as_of=day)
    mine: dict[str, int | None] = {}
    for row in found.rows:
        doubt = row.insured is None or bool(row.not_known)
        mine[row.id] = None if doubt or row.insured is None else row.insured.minor
    assert mine == naive_insured(of, clauses, day)


@given(books())
def test_a_deadline_is_missed_where_its_condition_fails(given_: Any) -> None:
    of, clauses, day = given_
    rows = deadlines(of, clauses, as_of=day).rows
    stands = {(one.document, one.kind): one.status for one in rows}
    for row in cover(of, clauses, as_of=day).rows:
        for one in row.conditions:
            if one.id in ("report", "hand_over") and row.open:
                missed = stands.get((row.id, one.id)) == "missed"
                assert missed == (one.status == "fail")
    for one in rows:
        if one.last is not None and one.kind != "claim":
            assert one.days == (one.last - day).days
            assert (one.status in ("missed", "passed")) <= (
                one.last < day or one.status == "missed"
            )
            assert (one.status == "today") <= (one.last == day)
    dated = [
        one.last or one.first for one in rows if one.kind != "claim" and (one.last or one.first)
    ]
    assert dated == sorted(dated, key=str)


@given(books(), st.data())
def test_later_longer_or_more_overdue_never_gives_more_cover(given_: Any, data: Any) -> None:
    of, clauses, day = given_
    if not of.shipments:
        return
    place = data.draw(st.integers(0, len(of.shipments) - 1))
    one = of.shipments[place]
    worse = []
    if one.due_on is not None:  # a longer term; shipments before it is due see no difference
        worse.append(
            attrs.evolve(one, due_on=one.shipped_on + timedelta(clauses.maximum_terms_days + 1))
        )
    if one.reported_on is not None:
        worse.append(attrs.evolve(one, reported_on=one.reported_on + timedelta(40)))
    if one.open is not None and one.paid_on is None:
        worse.append(attrs.evolve(one, open=one.amount))
    for changed in worse:
        shipments = [*of.shipments[:place], changed, *of.shipments[place + 1 :]]
        before = cover(of, clauses, as_of=day)
        after = cover(attrs.evolve(of, shipments=shipments), clauses, as_of=day)
        for row, then in zip(before.rows, after.rows, strict=True):
            mine = row.id == one.id
            if mine and changed.open != one.open:
                assert then.open is not None and row.open is not None
                assert then.covered is not None and row.covered is not None
                assert then.open - then.covered >= row.open - row.covered  # the retention
            elif (mine or changed.due_on == one.due_on) and row.covered is not None:
                assert then.covered is not None and then.covered <= row.covered


@given(books())
def test_a_smaller_limit_or_share_never_covers_more(given_: Any) -> None:
    of, clauses, day = given_
    before = cover(of, clauses, as_of=day)
    half = [attrs.evolve(one, amount=minor(one.amount.minor // 2)) for one in of.limits]
    fewer = cover(attrs.evolve(of, limits=half), clauses, as_of=day)
    less = cover(of, attrs.evolve(clauses, insured_share=clauses.insured_share / 2), as_of=day)
    for row, one, other in zip(before.rows, fewer.rows, less.rows, strict=True):
        if row.covered is not None:
            assert one.covered is not None and other.covered is not None
            assert one.covered <= row.covered and other.covered <= row.covered


@given(books(), st.integers(1, 4000), st.integers(0, 120))
def test_an_order_is_what_it_would_be_once_it_is_shipped(
    given_: Any, amount: int, days: int
) -> None:
    of, clauses, day = given_
    order = ck.Order(id="SO", currency="EUR", amount=minor(amount))
    now = [one for one in of.shipments or () if one.shipped_on <= day]
    of = attrs.evolve(of, shipments=now)
    due = day + timedelta(days)
    asked_ = would_be_covered(order, of, clauses, as_of=day, due_on=due)
    shipped = ck.Shipment(id="zz", currency="EUR", amount=minor(amount), open=minor(amount),
                          shipped_on=day, due_on=due)  # fmt: skip
    row = cover(attrs.evolve(of, shipments=[*now, shipped]), clauses, as_of=day).rows[-1]
    assert (asked_.insured, asked_.uninsured, asked_.not_known, asked_.covered, asked_.status) == (
        row.insured, row.uninsured, row.not_known, row.covered, row.status)  # fmt: skip
    assert asked_.insured + asked_.uninsured + asked_.not_known == asked_.amount
    assert asked_.conditions == row.conditions


@given(books())
def test_what_goes_out_comes_back_and_reads_in_both_languages(given_: Any) -> None:
    of, clauses, day = given_
    for result in (
        cover(of, clauses, as_of=day),
        deadlines(of, clauses, as_of=day),
        would_be_covered(attrs.evolve(ORDER, amount=minor(70)), of, clauses, as_of=day),
    ):
        plain = json.loads(json.dumps(result.to_dict()))
        assert type(result).from_dict(plain) == result
        assert result.explain("en") and result.explain("zh") != result.explain("en")


@given(st.lists(books(), max_size=4))
def test_many_equal_one(given_: list[Any]) -> None:
    buyers = [attrs.evolve(of, buyer=f"B-{place}") for place, (of, _, _) in enumerate(given_)]
    clauses, day = (given_[0][1], given_[0][2]) if given_ else (POLICY, AS_OF)
    table = covers(buyers, clauses, as_of=day)
    assert len(table) == len(buyers)
    for place, of in enumerate(buyers):
        one, row = cover(of, clauses, as_of=day), table.row(place)
        assert row is not None
        for name in (
            "open",
            "insured",
            "covered",
            "retention",
            "limit",
            "stop_from",
            "status",
            "not_known",
        ):
            assert getattr(row, name) == getattr(one, name), name


def test_a_long_table_says_how_much_more_there_is() -> None:
    rows = [attrs.evolve(buyer(), buyer=f"B-{place}") for place in range(25)]
    table = covers(rows, POLICY, as_of=AS_OF)
    assert "and 5 more rows" in str(table)
    assert "截至 -" in covers([], POLICY, as_of=AS_OF).explain("zh")
    with pytest.raises(ck.InvalidFact, match=r"covers.buyers must hold a buyer once \(got 'B-1'\)"):
        covers([buyer(), buyer()], POLICY, as_of=AS_OF)


# ----------------------------------------------------------------------------------------- receipts


def test_a_receipt_pays_the_oldest_due_or_all_pro_rata() -> None:
    """Atradius, glossary, *allocation of payment*: to the oldest outstanding claim."""
    rows = (
        shipment("I-1", "100", due="2026-05-01"),
        shipment("I-2", "50", due="2026-04-01", disputed="45"),
        shipment("I-3", "30", on="2026-04-20", due="2026-04-25"),
    )
    paid = received(buyer(*rows), eur(60), on="2026-04-10")
    assert [one.open for one in paid.buyer.shipments or ()] == [eur(90), eur(0), eur(30)]
    assert [one.paid_on for one in paid.buyer.shipments or ()] == [None, date(2026, 4, 10), None]
    part = received(buyer(*rows), eur(10), on="2026-04-10").buyer.shipments
    assert part is not None and part[1].disputed == eur(40)
    shared = received(buyer(*rows), eur(60), on="2026-04-10", rule="pro_rata")
    assert [one.amount for one in shared.parts] == [eur(40), eur(20)]
    over = received(buyer(*rows), eur(200), on="2026-04-10")
    assert over.left == eur(50)


@given(books(), AMOUNT, st.sampled_from(["oldest_first", "pro_rata"]))
def test_paying_never_raises_what_the_insured_bears(given_: Any, amount: int, rule: str) -> None:
    of, clauses, day = given_
    rows = [one for one in of.shipments or () if one.open is not None and one.due_on is not None]
    of = attrs.evolve(of, shipments=rows)
    paid = received(of, minor(amount), on=day, rule=rule)
    assert sum((one.amount for one in paid.parts), paid.left) == minor(amount)
    before, after = cover(of, clauses, as_of=day), cover(paid.buyer, clauses, as_of=day)
    assert before.retention is not None and after.retention is not None
    assert after.retention <= before.retention + minor(len(rows))  # each row rounds once
    assert before.open is not None and after.open == before.open - (minor(amount) - paid.left)


# --------------------------------------------------------------------------- remedies do what they say


@given(books(), st.integers(1, 4000), st.integers(0, 200))
def test_a_remedy_mends_and_a_day_or_a_unit_more_does_not(
    given_: Any, amount: int, days: int
) -> None:
    of, clauses, day = given_
    order = ck.Order(id="SO", currency="EUR", amount=minor(amount))

    def ask(amount: ck.Money, due: date) -> room.OrderCover:
        changed = attrs.evolve(order, amount=amount)
        return would_be_covered(changed, of, clauses, as_of=day, due_on=due)

    due = day + timedelta(days)
    found = ask(order.amount, due)
    for reason in found.reasons:
        if reason.code == "cover.terms":
            latest = reason.params["latest"]
            assert isinstance(latest, date)
            assert "terms" not in failed(ask(order.amount, latest))
            assert failed(ask(order.amount, latest + timedelta(1)))["terms"] == "fail"
        if reason.code == "cover.above_limit":
            least = reason.params["room"]
            assert isinstance(least, ck.Money)
            assert ask(least, due).uninsured == eur(0)
            assert ask(least + minor(1), due).uninsured == minor(1)
    if found.ship_by is not None and found.ship_by >= day and not failed(found):
        then = found.ship_by
        shipped = would_be_covered(order, of, clauses, as_of=day, shipped_on=then, due_on=then)
        stops = {"policy_window", "stop_unpaid", "stop_insolvency", "stop_claim"}
        assert not stops & {name for name, how in failed(shipped).items() if how == "fail"}


# ---------------------------------------------------------------------------------- securities


def security(name: str = "G-1", **more: Any) -> ck.Security:
    given_ = {"kind": "guarantee", "value": "50000", "haircut": "20 %", "in_place": True, **more}
    return ck.Security(id=name, currency="EUR", **given_)


def held(*given_: ck.Security, exposure: Any = "100000", **more: Any) -> room.Secured:
    money = None if exposure is None else eur(exposure)
    return secured(given_, exposure=money, **{"as_of": AS_OF, **more})


def test_value_less_haircut_less_what_comes_before() -> None:
    found = held(security(prior="15000"))
    assert (found.parts[0].counts, found.against, found.retention) == (
        eur(25000),
        eur(25000),
        eur(75000),
    )
    assert held(security(prior="45000")).parts[0].counts == eur(0)
    assert held(security(value="0.05", haircut="0.5")).parts[0].counts == eur(
        "0.02"
    )  # half to even


def test_no_more_than_the_exposure_and_the_line_apart() -> None:
    two = (security("G-1"), security("D-1", kind="deposit", haircut="0"))
    assert held(*two, exposure="60000").against == eur(60000)
    assert held(*two, exposure="60000").retention == eur(0)
    split = held(*two, exposure="60000", counts_in={"guarantee": "line"})
    assert (split.line, split.against, split.retention) == (eur(40000), eur(50000), eur(10000))
    own = held(security(counts_in="exposure"), counts_in="line")
    assert (own.line, own.against) == (eur(0), eur(40000))
    unknown = held(*two, exposure=None)
    assert unknown.against is None and unknown.retention is None and unknown.currency == "EUR"
    assert held(exposure=None, currency="EUR").line == eur(0)
    credit = secured([security()], exposure=eur(-5), as_of=AS_OF)
    assert (credit.against, credit.retention) == (eur(0), eur(-5))


@pytest.mark.parametrize("name", ["value", "haircut", "in_place"])
def test_a_security_in_doubt_counts_for_nothing(name: str) -> None:
    found = held(security(**{name: None}))
    assert (found.parts[0].status, found.against) == ("not_known", eur(0))
    assert found.parts[0].reason is not None
    assert found.parts[0].reason.params["missing"] == (name,)


def test_a_security_is_good_on_its_last_day_and_as_long_as_the_debt() -> None:
    given_ = security(start="2026-04-01", expires_on="2026-04-30")

    def status(**more: Any) -> str:
        return held(given_, **more).parts[0].status

    assert status(as_of="2026-03-31") == "does_not_count"
    assert status(as_of="2026-04-01") == status(as_of="2026-04-30") == "counts"
    assert status(as_of="2026-05-01") == "does_not_count"
    assert status(until="2026-04-30") == "counts"
    assert status(until="2026-05-01") == "does_not_count"
    assert held(security(in_place=False)).parts[0].status == "does_not_count"
    late = held(given_, as_of="2026-05-01").explain("en")
    assert "its last day is 2026-04-30" in late


@given(
    st.lists(st.tuples(AMOUNT, SHARE, AMOUNT, st.sampled_from(["line", "exposure"])), max_size=4),
    AMOUNT,
)
def test_securities_by_hand(rows: list[Any], exposure: int) -> None:
    given_ = [
        security(f"S-{n}", value=minor(v), haircut=h, prior=minor(p), counts_in=where)
        for n, (v, h, p, where) in enumerate(rows)
    ]
    found = secured(given_, exposure=minor(exposure), as_of=AS_OF)
    counts = [max(0, half_even(v * (1 - h)) - p) for v, h, p, _ in rows]
    line = sum(n for n, row in zip(counts, rows, strict=True) if row[3] == "line")
    total = sum(counts) - line
    assert (found.line, found.against) == (minor(line), minor(min(total, exposure)))
    assert found.against is not None and found.retention == minor(exposure) - found.against
    assert room.Secured.from_dict(json.loads(json.dumps(found.to_dict()))) == found


# ------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: policy(insured_share="120 %"),
            "insurance_policy.insured_share must lie between 0 and 1 (got '120 %'); write '90 %'",
        ),
        (
            lambda: policy(insured_share=0.9),
            "insurance_policy.insured_share must be an exact share (got 0.9); write '0.9'",
        ),
        (
            lambda: policy(discretionary_share=-1),
            "insurance_policy.discretionary_share must lie between 0 and 1",
        ),
        (
            lambda: policy(each_loss="5"),
            "insurance_policy.deductible must be given with a deductible (got None); write 'before",
        ),
        (lambda: policy(aggregate="-5"), "insurance_policy.aggregate must not be negative"),
        (
            lambda: policy(waiting_days=-1),
            "insurance_policy.waiting_days must be from 0 to 3660 days",
        ),
        (lambda: policy(currency="EURO"), "insurance_policy.currency must be an ISO 4217 code"),
        (lambda: policy(until=START), "insurance_policy.until must be after 2026-01-01"),
        (
            lambda: policy(terminated_on="2025-12-31"),
            "insurance_policy.terminated_on must not be before 2026-01-01",
        ),
        (
            lambda: policy(kind="domestic"),
            "insurance_policy.country must be given for a policy that is",
        ),
        (lambda: policy(kind="single_buyer"), "insurance_policy.buyer must be given for a policy"),
        (lambda: policy(buyer="B-1"), "insurance_policy.buyer must be given for a policy"),
        (
            lambda: policy(discretionary_by=["hearsay"]),
            "insurance_policy.discretionary_by[0] must be one of 'credit_report', 'payment_experience'",
        ),
        (lambda: limit("-1"), "buyer_limit.amount must not be negative"),
        (lambda: limit("1", insured_share="101 %"), "buyer_limit.insured_share must lie between"),
        (
            lambda: buyer(limits=[limit("1", until="2026-03-02"), limit("2", "2026-03-01")]),
            "insured_buyer.limits[1] must not overlap with limits[0]: which of them holds is not known"
            " (got '2026-03-01 to None'); end the earlier one with until='2026-03-01'",
        ),
        (
            lambda: shipment(due="2026-02-28"),
            "shipment.due_on must not be before 2026-03-01, the day of shipment",
        ),
        (lambda: shipment(reported_on="2026-02-01"), "shipment.reported_on must not be before"),
        (lambda: shipment(extended_to="2026-04-29"), "shipment.extended_to must not be before"),
        (lambda: shipment(open="1001"), "shipment.open must not be above 1,000.00 EUR"),
        (lambda: shipment(disputed="1001"), "shipment.disputed must not be above 1,000.00 EUR"),
        (
            lambda: shipment(paid_on="2026-05-01"),
            "shipment.paid_on must be left out while something",
        ),
        (
            lambda: buyer(shipment(), shipment()),
            "insured_buyer.shipments must not hold a document twice",
        ),
        (
            lambda: buyer(insolvent_on="2026-05-01"),
            "insured_buyer.insolvent_on must be left out where there is no insolvency",
        ),
        (
            lambda: buyer(limits=[ck.BuyerLimit(currency="USD", amount=5, start=START)]),
            "insured_buyer.limits[0].currency must be in EUR, the buyer's currency (got 'USD'); convert",
        ),
        (lambda: security(haircut="120 %"), "security.haircut must lie between 0 and 1"),
        (
            lambda: security(start="2026-05-01", expires_on="2026-04-30"),
            "security.expires_on must not be before 2026-05-01",
        ),
        (lambda: loss("5", "6"), "loss.insured must not be above 5.00 EUR"),
        (lambda: loss("5", recovered="6"), "loss.recovered must not be above 5.00 EUR, the debt"),
        (lambda: cover(buyer(), policy(currency="USD"), as_of=AS_OF), "buyer.currency must be USD"),
        (lambda: indemnity(loss("5"), policy(currency="USD")), "loss.currency must be USD"),
        (
            lambda: would(attrs.evolve(ORDER, currency="USD", amount=ck.Money(5, "USD"))),
            "order.currency must be EUR",
        ),
        (
            lambda: would(attrs.evolve(ORDER, customer="B-2")),
            "order.customer must be B-1, the buyer",
        ),
        (lambda: would(shipped_on="2026-03-31"), "shipped_on must not be before 2026-04-01"),
        (lambda: received(buyer(), ck.Money(5, "USD"), on=AS_OF), "received.amount must be in EUR"),
        (lambda: received(buyer(), eur(-5), on=AS_OF), "received.amount must not be negative"),
        (lambda: received(buyer(), eur(5), on=AS_OF, rule="lifo"), "received.rule must be one of"),
        (
            lambda: received(attrs.evolve(buyer(), shipments=None), eur(5), on=AS_OF),
            "buyer.shipments must be known",
        ),
        (
            lambda: received(buyer(shipment(open=None)), eur(5), on=AS_OF),
            "buyer.shipments['I-1'].open must be known",
        ),
        (lambda: held(security(), security()), "secured.securities must hold a security once"),
        (
            lambda: secured([security()], exposure=ck.Money(5, "USD"), as_of=AS_OF),
            "secured.securities[0].currency must be in USD",
        ),
        (lambda: secured([], exposure=None, as_of=AS_OF), "currency must be given"),
        (lambda: secured([], exposure=5, as_of=AS_OF), "exposure must be Money"),  # type: ignore[arg-type]
        (lambda: held(security(), counts_in="lien"), "counts_in must be 'line' or 'exposure'"),
        (
            lambda: held(security(), counts_in={"deposits": "line"}),
            "counts_in['deposits'] is no kind of security; did you mean 'deposit'?",
        ),
    ],
)
def test_what_a_host_gets_wrong_is_refused_at_the_door(call: Any, message: str) -> None:
    with pytest.raises(ck.InvalidFact) as caught:
        call()
    assert message in str(caught.value)


def test_methods_of_payment_stand_by_their_risk() -> None:
    assert sorted(PaymentMethod, key=lambda one: one.risk) == list(PaymentMethod)


def test_words_of_every_status_exist() -> None:
    assert {"covered", "partly", "uncovered", "not_known", "settled"} <= {*STATUSES}
