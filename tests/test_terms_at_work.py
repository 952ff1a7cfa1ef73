"""Discounts, interest, comparison and the law: golden values from print, and laws.

Forgone discounts: 36.73 % (2/10 net 30, 360 days), 37.2 % and 44.6 %, 34.3 % (2/20 net 45), 20.24 %
(2/10 net 50) and 86.7 % (5/60 net 90) are in print. Interest: 12.25 % is the Irish rate of July 2024.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.terms import LateRule, RatePeriod, RateSchedule
from creditkit.terms.interest import days_between
from tests.doors import CHINA
from tests.orders import policy_of as _policy_of
from tests.test_terms import payment_terms

# Discounts

COSTS = [  # terms, simple by 360, simple by 365, effective by 365
    ("2/10 net 30", 0.3673469387755102, 0.37244897959183676, 0.4458529273124856),
    ("1/10 net 45", 0.1038961038961039, 0.10533910533910536, 0.11050031202503319),
    ("2/20 net 45", 0.2938775510204082, 0.2979591836734694, 0.3430719992126565),
    ("2/10 net 50", 0.18367346938775514, 0.18622448979591838, 0.20243624667276472),
    ("5/60 net 90", 0.6315789473684211, 0.6403508771929826, 0.8665063380400697),
    ("3/15 net 50", 0.3181148748159057, 0.3225331369661267, 0.3738898468673222),
]


@pytest.mark.parametrize(("text", "by_360", "by_365", "effective"), COSTS)
def test_the_yearly_cost_of_a_discount(
    text: str, by_360: float, by_365: float, effective: float
) -> None:
    cost = ck.terms.discount_cost(text)
    assert cost.simple == pytest.approx(by_365, rel=1e-14)
    assert cost.effective == pytest.approx(effective, rel=1e-13)
    assert ck.terms.discount_cost(text, days_in_year=360).simple == pytest.approx(by_360, rel=1e-14)


def test_who_pays_late_pays_less_for_the_discount_that_he_forgoes() -> None:
    on_time, late = (
        ck.terms.discount_cost("2/10 net 30", paid_after=days).simple for days in (30, 60)
    )
    assert on_time == ck.terms.discount_cost("2/10 net 30").simple
    assert late == pytest.approx(2 / 98 * 365 / 50)


def test_days_that_hang_on_the_invoice_need_it() -> None:
    with pytest.raises(ck.InvalidFact, match=r"pass invoice=date"):
        ck.terms.discount_cost("2/10, EOM+30")
    assert ck.terms.discount_cost("2/10, EOM+30", invoice="2026-11-21").days == 29
    for text in ("net 30", "2/30 net 30", "50% 2/10 net 30, 50% net 60"):
        with pytest.raises(ck.InvalidFact):
            ck.terms.discount_cost(text)


def test_a_discount_is_good_up_to_and_including_its_last_day() -> None:
    plan = ck.terms.schedule(
        "50% 2/10, 1/20, net 30, 50% net 60", ck.Money("999.99", "CNY"), invoice="2026-01-31"
    )
    first = ck.Money("500.00", "CNY")
    off = {2: "10.00", 1: "5.00", 0: "0.00"}
    for day, percent in (
        ("2026-02-10", 2),
        ("2026-02-11", 1),
        ("2026-02-20", 1),
        ("2026-02-21", 0),
    ):
        assert plan.discount_at(day) == ck.Money(off[percent], "CNY")
    assert plan.dues[0].amount == first and plan.due_by("2026-03-02") == first
    assert plan.last_date == date(2026, 4, 1)


def test_what_hangs_on_a_date_that_is_not_there_is_not_known() -> None:
    plan = ck.terms.schedule("2/10, 30 days after acceptance", ck.Money(100, "CNY"))
    assert plan.dues[0].date is plan.last_date is None
    assert plan.discount_at("2026-01-01") is plan.due_by("2026-01-01") is None
    assert "到期日未知" in plan.explain("zh")


def test_a_prepayment_is_due_before_the_goods_leave() -> None:
    amount = ck.Money(100, "CNY")
    days = {"invoice": "2026-01-05", "delivery": "2026-01-04", "dispatch": "2026-01-02"}
    for name in ("invoice", "delivery", "dispatch"):
        known = {
            one: day for one, day in days.items() if list(days).index(one) <= list(days).index(name)
        }
        found = ck.terms.schedule("prepaid", amount, dates=known).dues[0].date
        assert found == date.fromisoformat(days[name])
    on = ck.terms.schedule("prepaid", amount, dates={**days, "prepayment": "2025-12-24"})
    assert on.dues[0].date == date(2025, 12, 24)


def test_a_fixed_deposit_beyond_the_amount_is_refused() -> None:
    for amount, rule in ((ck.Money(99, "CNY"), "must not be above what is left, 99.00 CNY"),
                         (ck.Money(500, "USD"), "must be in USD")):  # fmt: skip
        with pytest.raises(ck.InvalidFact, match=rule):
            ck.terms.schedule("100 CNY with order, rest net 30", amount)


@pytest.mark.parametrize(
    ("text", "minor", "parts"),
    [
        ("net 30/60/90", 10000, [3333, 3333, 3334]),
        ("50% prepaid, 50% net 30", 5, [2, 3]),
        ("5% net 1, 5% net 2, 5% net 3, 5% net 4, 80% net 5", 11, [1, 1, 1, 1, 7]),
        ("30% prepaid, 50% of the rest net 30, rest net 60", 1001, [300, 350, 351]),
        ("net 30/60/90", -10000, [-3333, -3333, -3334]),
        ("net 30/60/90", 0, [0, 0, 0]),
    ],
)  # fmt: skip
def test_the_last_instalment_takes_the_rounding(text: str, minor: int, parts: list[int]) -> None:
    plan = ck.terms.schedule(text, ck.Money.from_minor(minor, "CNY"))
    assert [one.amount.minor for one in plan] == parts


def test_amounts_up_to_the_end_of_64_bits_are_cut_exactly() -> None:
    most = 2**63 - 1
    minor = [most, -most, 10**17, 1, 0]
    for text in (
        "net 30/60/90",
        "99.999999% prepaid, rest net 30",
        "50% of the rest prepaid, rest net 30",
    ):
        many = ck.terms.schedules(text, ck.Amounts.from_minor(minor, "CNY"), ["2026-11-21"] * 5)
        for row, amount in enumerate(minor):
            one = ck.terms.schedule(text, ck.Money.from_minor(amount, "CNY"))
            found = many.amounts.values[many.row == row].tolist()
            assert found == [due.amount.minor for due in one] and sum(found) == amount


# How much credit

MEAN = [  # terms, days of each month of 2025 to 2028 written out by hand
    ("net 30", Fraction(30)),
    ("30% prepaid, 70% net 30", Fraction(21)),
    ("net 30/60/90", Fraction(60)),
    (
        "EOM",
        Fraction(sum(n * (n - 1) // 2 for n in (31,) * 28 + (30,) * 16 + (28,) * 3 + (29,)), 1461),
    ),
]


@pytest.mark.parametrize(("text", "days"), MEAN)
def test_weighted_days(text: str, days: Fraction) -> None:
    assert ck.terms.weighted_days(text) == days


def test_the_worth_of_longer_terms() -> None:
    million = ck.Money("1000000", "CNY")
    found = ck.terms.worth("net 60", than="net 30", amount=million, rate="6 %")
    assert found == ck.Money("4931.51", "CNY")  # 1,000,000 x 30 x 0.06 / 365
    back = ck.terms.worth("net 30", than="net 60", amount=million, rate=Fraction(6, 100))
    assert back == -found
    half = ck.terms.worth(
        "500000 CNY prepaid, rest net 60", than="net 30", amount=million, rate="6 %"
    )
    assert half == ck.Money(0, "CNY")
    with pytest.raises(ck.InvalidFact, match="write '6 %'"):
        ck.terms.worth("net 60", than="net 30", amount=million, rate=0.06)  # type: ignore[arg-type]


# Interest


@pytest.mark.parametrize(
    ("rate", "count", "days", "principal", "interest"),
    [  # 151.0274 and 153.125; 100.6849; 30,000; 5,095.89 and 5,166.67; 6,624.66 and 7,643.84
        ("12.25 %", "act/365", 45, "10000", "151.03"),
        ("12.25 %", "act/360", 45, "10000", "153.12"),
        ("12.25 %", "act/365", 30, "10000", "100.68"),
        ("18.25 %", "act/365", 60, "1000000", "30000.00"),
        ("3.1 %", "act/365", 60, "1000000", "5095.89"),
        ("3.1 %", "act/360", 60, "1000000", "5166.67"),
        ("4.03 %", "act/365", 60, "1000000", "6624.66"),
        ("4.65 %", "act/365", 60, "1000000", "7643.84"),
    ],
)
def test_interest_on_late_payment(
    rate: str, count: str, days: int, principal: str, interest: str
) -> None:
    due = date(2026, 1, 31)
    found = ck.terms.late_interest(
        ck.Money(principal, "EUR"),
        due=due,
        until=due + timedelta(days),
        rule=LateRule(rates=rate, day_count=count),
    )
    assert found.interest == ck.Money(interest, "EUR")
    assert type(found).from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_interest_begins_on_the_day_after_the_due_date() -> None:
    hundred, rule = ck.Money("36500", "CNY"), LateRule(rates="100 %", flat=ck.Money(40, "CNY"))
    for days, interest, flat in ((-5, 0, 0), (0, 0, 0), (1, 100, 40), (2, 200, 40)):
        until = date(2026, 1, 31) + timedelta(days)
        found = ck.terms.late_interest(hundred, due="2026-01-31", until=until, rule=rule)
        assert (found.interest, found.flat) == (ck.Money(interest, "CNY"), ck.Money(flat, "CNY"))


def test_a_new_rate_holds_from_its_first_day_on() -> None:
    rates = RateSchedule.since("ECB + 8", {"2024-01-01": "12.5 %", "2024-07-01": "12.25 %"})
    found = ck.terms.late_interest(
        ck.Money("36500", "EUR"), due="2024-06-20", until="2024-07-05", rule=LateRule(rates=rates)
    )
    assert [(one.start, one.end, one.days, one.interest) for one in found.periods] == [
        (date(2024, 6, 21), date(2024, 6, 30), 10, ck.Money("125.00", "EUR")),
        (date(2024, 7, 1), date(2024, 7, 5), 5, ck.Money("61.25", "EUR")),
    ]
    assert "12.25 %" in found.explain() and "年利率" in found.explain("zh")


@pytest.mark.parametrize(
    ("first", "interest", "principal", "open_"),
    [("interest", "110.00", "35550.00", "0.00"), ("principal", "100.00", "35500.00", "50.00")],
)
def test_a_part_payment_settles_flat_sum_then_interest_or_principal(
    first: str, interest: str, principal: str, open_: str
) -> None:
    """1,040 after ten days: 40 flat, 50 interest."""
    rule = LateRule(rates="5 %", flat=ck.Money(40, "CNY"), first=first)
    found = ck.terms.late_interest(
        ck.Money("36500", "CNY"),
        due="2026-01-01",
        until="2026-01-11",
        rule=rule,
        payments=[("2026-01-11", ck.Money("1040", "CNY")), ("2026-01-12", ck.Money(9, "CNY"))],
    )
    assert found.interest == ck.Money(50, "CNY") and found.paid == ck.Money(1040, "CNY")
    assert found.flat_open == ck.Money(0, "CNY")
    assert found.principal_open == ck.Money(principal, "CNY")
    assert found.interest_open == ck.Money(open_, "CNY")


def test_what_is_paid_by_the_due_date_bears_no_interest_and_what_is_too_much_is_told() -> None:
    found = ck.terms.late_interest(
        ck.Money(100, "CNY"),
        due="2026-01-31",
        until="2027-01-31",
        rule=LateRule(rates="10 %", flat=ck.Money(40, "CNY")),
        payments=[("2026-01-31", ck.Money(130, "CNY"))],
    )
    assert found.open == found.interest == found.flat == ck.Money(0, "CNY")
    assert found.unapplied == ck.Money(30, "CNY")


@given(
    st.integers(0, 10**9),
    st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 10**9)), max_size=5),
    st.sampled_from(["interest", "principal"]),
    st.sampled_from(["act/365", "act/360", "30/360"]),
)  # fmt: skip
def test_what_is_asked_is_paid_or_open(
    minor: int, payments: list[tuple[date, int]], first: str, count: str
) -> None:
    rates = RateSchedule.since("x", {"2025-12-01": "8 %", "2026-07-01": "11 %"})
    given_ = [(day, ck.Money.from_minor(one, "CNY")) for day, one in payments]
    rule = LateRule(rates=rates, flat=ck.Money(40, "CNY"), first=first, day_count=count)
    found, again = (
        ck.terms.late_interest(
            ck.Money.from_minor(minor, "CNY"), due="2026-03-31", until="2026-12-31", rule=rule, payments=one
        )
        for one in (given_, given_[::-1])
    )  # fmt: skip
    assert found == again  # in whatever order they came
    asked = found.amount + found.interest + found.flat
    assert asked == found.open + found.paid - found.unapplied
    assert sum((one.interest for one in found.periods), ck.Money(0, "CNY")) == found.interest
    assert all(one.principal <= found.amount for one in found.periods)


def test_a_hole_between_rates_is_refused_with_its_days() -> None:
    def period(start: str, until: str | None) -> RatePeriod:
        return RatePeriod(start=start, until=until, rate="8 %")  # type: ignore[arg-type]

    with pytest.raises(ck.InvalidFact, match="leaves 2026-02-01 to 2026-02-09 without a rate"):
        RateSchedule(
            name="x", periods=[period("2026-01-01", "2026-02-01"), period("2026-02-10", None)]
        )  # type: ignore[arg-type]
    with pytest.raises(ck.InvalidFact) as caught:
        RateSchedule(
            name="x",
            periods=[  # type: ignore[arg-type]
                period("2026-01-01", None),
                period("2026-02-10", "2026-03-01"),
                period("2026-02-11", None),
            ],
        )  # fmt: skip
    assert [fault.path for fault in caught.value.faults] == [
        "rate_schedule.periods[1].start",
        "rate_schedule.periods[2].start",
    ]
    short = RateSchedule.since("ECB + 8", {"2026-01-01": "8 %"}, until="2026-02-01")
    for due in ("2025-12-01", "2026-01-15"):
        with pytest.raises(
            ck.InvalidFact, match=r"rate schedule ECB . 8 has rates from 2026-01-01 to 2026-01-31"
        ):
            ck.terms.late_interest(
                ck.Money(5, "CNY"), due=due, until="2026-02-15", rule=LateRule(rates=short)
            )  # fmt: skip


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000), st.integers(0, 2000))
def test_days_of_a_convention_add_up(day: date, first: int, second: int) -> None:
    middle, end = day + timedelta(first), day + timedelta(first + second)
    for count in ("act/365", "act/360", "30/360"):
        whole = days_between(day, end, count)
        assert whole == days_between(day, middle, count) + days_between(middle, end, count)
    assert days_between(date(day.year, 1, 1), date(day.year + 1, 1, 1), "30/360") == 360


# Which terms are better

PAIRS = [
    ("net 30", "net30", "same", ()),
    ("net 60", "net 30", "longer", ("days",)),
    ("net 30", "net 60", "shorter", ()),
    ("30% prepaid, 70% net 30", "net 30", "shorter", ()),
    ("30% prepaid, 70% net 60", "net 30", "longer", ("days",)),
    ("20% prepaid, rest net 30", "30% prepaid, rest net 30", "longer", ("days",)),
    ("net 30/60/90", "net 60", "longer", ("days",)),  # as many days on average
    ("EOM+30", "net 30", "longer", ("days",)),
    ("EOM+30", "net 60", "shorter", ()),
    ("EOM+30", "net 45", "longer", ("days",)),  # in the first half of a month
    ("2/10 net 30", "net 30", "longer", ("discount",)),
    ("2/10 net 30", "1/20, net 30", "longer", ("discount",)),
    ("2/10 net 30", "2/10, 1/20, net 30", "shorter", ()),
    ("2/10 net 60", "net 30", "longer", ("days", "discount")),
    ("COD", "prepaid", "longer", ("days",)),
    ("prepaid", "COD", "shorter", ()),
    ("30 days after delivery", "30 days after acceptance", "shorter", ()),
    ("30 days after acceptance", "30 days after delivery", "longer", ("days",)),
    ("31 days after acceptance", "30 days after delivery", "longer", ("days",)),
    ("60 days after delivery", "net 60", "not_known", ()),
    # a deposit: the larger share that is due earlier is the shorter
    ("30% on order, 70% net 30", "net 30", "shorter", ()),
    ("net 30", "30% on order, 70% net 30", "longer", ("days",)),
    ("30% on order, 70% net 30", "20% on order, 80% net 30", "shorter", ()),
    ("20% prepaid, 80% on delivery", "30% prepaid, 70% on delivery", "longer", ("days",)),
    ("30% on order, 70% on delivery", "on delivery", "shorter", ()),
    ("30% on order, 70% net 60", "20% on order, 80% net 30", "longer", ("days",)),
    ("30% on order, 70% net 30", "30% prepaid, 70% net 30", "longer", ("days",)),
    ("30% on order, 70% before dispatch", "30% on order, 70% on dispatch", "shorter", ()),
    ("30% prepaid, 70% before dispatch", "net 30", "shorter", ()),
    ("30% prepaid, 70% before dispatch", "prepaid", "longer", ("days",)),
    ("30% on order, 70% 30 days after acceptance", "20% on order, 10% net 10, 70% 30 days after acceptance",
     "shorter", ()),
    ("30% on delivery, 70% net 30", "net 30", "not_known", ()),
    ('30% on "Design approved", 70% net 30', "net 30", "not_known", ()),
    # working days, of which nobody knows without a calendar how many days they are
    ("net 45 working days", "net 30 working days", "longer", ("days",)),
    ("net 30", "net 30 working days", "shorter", ()),
    ("net 30 working days", "net 30", "longer", ("days",)),
    ("net 42", "net 30 working days", "not_known", ()),
    ("30 working days after acceptance", "30 working days after delivery", "longer", ("days",)),
    ("2% until net 10 working days, net 30", "2/10 net 30", "longer", ("discount",)),
    ("net 30", "30 days after receipt of invoice", "shorter", ()),
    ("5000 CNY prepaid, rest net 30", "net 30", "not_known", ()),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "agreed", "verdict", "reasons"), PAIRS)
def test_what_is_asked_beside_what_was_agreed(
    asked: str, agreed: str, verdict: str, reasons: tuple[str, ...]
) -> None:
    found = ck.terms.compare(asked, agreed)
    assert (found.verdict, found.reasons) == (verdict, reasons)
    assert ck.terms.upgraded(asked, agreed) is {"longer": True, "not_known": None}.get(
        verdict, False
    )


def test_fixed_amounts_are_compared_with_an_amount() -> None:
    amount = ck.Money("50000", "CNY")
    assert (
        ck.terms.compare(
            "5000 CNY prepaid, rest net 30", "10% prepaid, rest net 30", amount=amount
        ).verdict
        == "same"
    )
    assert ck.terms.compare("5000 CNY prepaid, rest net 30", "rest net 30").verdict == "not_known"


@given(payment_terms(), payment_terms())
def test_terms_are_never_longer_both_ways_unless_their_curves_cross(
    one: ck.PaymentTerms, other: ck.PaymentTerms
) -> None:
    amount = ck.Money("100000", "CNY")
    there, back = (ck.terms.compare(*pair, amount=amount) for pair in ((one, other), (other, one)))
    assert ck.terms.compare(one, one, amount=amount).verdict == "same"
    assert (there.verdict == "same") == (back.verdict == "same")
    if there.verdict == "shorter":
        assert back.verdict != "shorter"
        longest = there.longest_days
        assert {part.base for part in one.plan} != {part.base for part in other.plan} or (
            longest[0] <= longest[1]
        )


@given(payment_terms(), st.integers(1, 60))
def test_more_days_are_longer_terms(terms: ck.PaymentTerms, days: int) -> None:
    from creditkit.reasons.terms import PAID_BEFORE

    if terms.prepaid or any(part.amount is not None for part in terms.plan):
        return
    later = [_later(part, days) if part.base not in PAID_BEFORE else part for part in terms.plan]
    try:
        longer = ck.PaymentTerms.of(later)
    except ck.InvalidFact:
        return
    assert ck.terms.compare(longer, terms).verdict == "longer"
    assert ck.terms.compare(terms, longer).verdict == "shorter"
    assert ck.terms.weighted_days(longer) > ck.terms.weighted_days(terms)


def _later(part: Any, days: int) -> Any:
    import attrs

    from creditkit.facts.instalments import DateStep

    return attrs.evolve(part, steps=[*part.steps, DateStep("add_days", n=days)])


# The law

LAW = [  # terms, rule, days from delivery, verdict
    ("货到60天", "CN.802.large", {}, "within"),
    ("货到61天", "CN.802.large", {}, "needs_agreement"),
    ("货到31天", "CN.802.public", {}, "needs_agreement"),
    ("货到61天", "CN.802.public", {}, "over"),
    ("60 days after dispatch", "CN.802.large", {}, "within"),
    ("61 days after dispatch", "CN.802.large", {}, "not_known"),
    ("90 days after acceptance", "CN.802.public", {}, "over"),
    ("30 days after acceptance", "CN.802.large", {}, "not_known"),
    ("30 days after acceptance", "CN.802.large", {"acceptance": 30}, "within"),
    ("net 30", "CN.802.large", {}, "not_known"),
    ("net 30", "CN.802.large", {"invoice": 31}, "needs_agreement"),
    ("prepaid", "CN.802.public", {}, "within"),
    ("90% 货到60天，10% 验收后12个月", "CN.802.public", {}, "over"),
    ("net 60", "EU.2011/7", {}, "within"),
    ("EOM+45", "EU.2011/7", {}, "needs_agreement"),  # 75 days in the longest month
    ("net 61", "EU.2011/7.public", {}, "over"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rule", "lags", "verdict"), LAW)
def test_the_longest_terms_of_a_law(
    text: str, rule: str, lags: dict[str, int], verdict: str
) -> None:
    found = ck.terms.statutory(text, rule, lags=lags)
    assert found.verdict == verdict
    assert type(found).from_dict(json.loads(json.dumps(found.to_dict()))) == found
    assert found.sentence("zh") != found.sentence("en")


def test_the_cost_of_a_discount_counts_working_days_by_a_calendar() -> None:
    asked = "2% until net 10 working days, net 30 working days"
    with pytest.raises(ck.InvalidFact, match="working days are counted from it"):
        ck.terms.discount_cost(asked)
    with pytest.raises(ck.InvalidFact, match="is needed to count 10 working days"):
        ck.terms.discount_cost(asked, invoice="2026-02-02")
    found = ck.terms.discount_cost(asked, invoice="2026-02-02", calendar=CHINA)
    between = CHINA.plus("2026-02-02", 30) - CHINA.plus("2026-02-02", 10)
    assert found.days == between.days > 28  # the spring festival lies between


def test_terms_in_working_days_of_a_grade() -> None:
    policy = policy_of(
        "requested_days <= terms_days", "terms_upgrade == false", terms="30个工作日账期"
    )
    for asked, days, upgrade in (
        (None, 42, False),
        ("net 30", 30, False),
        ("net 45 working days", 63, True),
        ("net 42", 42, None),
    ):
        verdict = verdict_of(policy, asked)
        assert dict(verdict.checks[0].operands) == {"requested_days": days, "terms_days": 42}
        assert dict(verdict.checks[1].operands)["terms_upgrade"] is upgrade


def test_a_column_is_refused_with_what_to_write_for_its_first_fault() -> None:
    for text, remedy in (
        ("30 dys net", "did you mean 'net 30'"),
        ("30 days", "write 'net 30' or '30 days after delivery'"),
        ("2/40 net 30", "must be terms of payment"),
        ("soon", "write 'net30', 'EOM"),
    ):
        given_ = {
            "currency": ["CNY"] * 2,
            "amount": ["5"] * 2,
            "terms": ["net30", text],
        }
        with pytest.raises(ck.InvalidFact) as caught:
            ck.CreditLines.from_columns(given_, strict=True)
        assert remedy in str(caught.value) and "row 1" in str(caught.value)
        loose = ck.CreditLines.from_columns(given_)
        assert remedy in str(loose.faults[0]) and loose["terms"].known.tolist() == [True, False]


def test_how_long_working_days_are_in_a_law_says_a_calendar() -> None:
    asked = "30 working days after delivery"
    unknown = ck.terms.statutory(asked, "CN.802.large")
    assert unknown.verdict == "not_known" and "at least 30 days" in unknown.sentence()
    assert "工作日历" in unknown.sentence("zh")
    found = ck.terms.statutory(asked, "CN.802.large", calendar=CHINA)
    longest = max(
        (CHINA.plus(day, 30) - day).days
        for day in (CHINA.first + timedelta(one) for one in range(300))
    )
    assert found.verdict == "within" and f" {longest} days" in found.sentence() and longest > 42
    assert ck.terms.statutory("61 working days after delivery", "CN.802.public").verdict == "over"
    assert (
        ck.terms.statutory("30 working days after acceptance", "CN.802.large").verdict
        == "not_known"
    )
    with pytest.raises(ck.InvalidFact, match="must reach from a date to the one that is due"):
        ck.terms.statutory("400 working days after delivery", "CN.802.large", calendar=CHINA)


def test_a_law_holds_from_its_day_on_and_a_house_may_have_its_own() -> None:
    asked = ck.terms.statutory("货到90天", "CN.802.large", contract="2025-05-31")
    assert asked.verdict == "not_in_force" and "2025-06-01" in asked.sentence()
    own = ck.terms.StatutoryRule(
        id="code", days=30, since=date(2026, 1, 1), source="our code of conduct", condition="signed"
    )
    found = ck.terms.statutory("货到45天", own)
    assert found.verdict == "needs_agreement" and "our code of conduct" in str(found)
    with pytest.raises(ck.InvalidFact, match=r"did you mean 'CN.802.large'"):
        ck.terms.statutory("net 30", "CN.802.larges")


# In a policy


def policy_of(*checks: str, terms: str = "net30") -> ck.Policy:
    """The standard policy with some checks, every grade on some terms."""
    plain = _policy_of(checks).to_dict()
    for row in plain["grades"]["rows"]:
        row["terms"] = terms
    return ck.Policy.from_dict(plain)


def verdict_of(policy: ck.Policy, asked: str | None, line: str | None = None) -> ck.Verdict:
    granted = ck.CreditLine(currency="CNY", amount="1000000", terms=line, approved_by="u")
    account = ck.CreditAccount(
        line=granted,
        grade="AA",
        ledger=ck.Ledger.of([]),
        open_orders=[],
        deliveries=[],
        advances=[],
    )
    order = ck.Order(id="SO-1", currency="CNY", amount="1000", terms=asked)
    return policy.check(order, account, as_of="2026-11-21")


@pytest.mark.parametrize(
    ("asked", "line", "grade", "days", "agreed", "upgrade"),
    [
        (None, None, "net30", 30, 30, False),  # what nobody asks for is what was agreed
        (None, "net60", "net30", 60, 60, False),
        ("net60", None, "net30", 60, 30, True),
        ("net30", "net60", "net30", 30, 60, False),
        ("EOM+30", None, "net45", 60, 45, True),
        ("30% prepaid, 70% net 30", None, "net30", 30, 30, False),
        ("30% prepaid, 70% net 60", "net30", "net7", 60, 30, True),
        ("2/10 net 30", None, "net30", 30, 30, True),
        ("货到60天", None, "net60", 60, 60, None),
        ("prepaid", None, "net 0", 0, 0, False),
        ("net 0", None, "款到发货", 0, 0, True),
    ],
)
def test_a_check_compares_what_is_asked_with_what_was_agreed(
    asked: str | None, line: str | None, grade: str, days: int, agreed: int, upgrade: bool | None
) -> None:
    policy = policy_of("requested_days <= terms_days", "terms_upgrade == false", terms=grade)
    verdict = verdict_of(policy, asked, line)
    days_check, upgrade_check = verdict.checks
    assert dict(days_check.operands) == {"requested_days": days, "terms_days": agreed}
    assert dict(upgrade_check.operands)["terms_upgrade"] is upgrade
    assert days_check.status == ("pass" if days <= agreed else "fail")
    assert upgrade_check.status == {True: "fail", False: "pass", None: "indeterminate"}[upgrade]


def test_days_of_terms_that_fit_no_order_are_not_known() -> None:
    """An instalment of 2,000 is more than an order of 1,000."""
    policy = policy_of("requested_weighted_days <= 90")
    (check,) = verdict_of(policy, "2000 CNY prepaid, rest net 30").checks
    assert (check.status, check.missing) == ("indeterminate", ("requested_weighted_days",))


def test_weighted_days_are_compared_too_and_shorter_terms_release() -> None:
    policy = policy_of(
        "requested_weighted_days <= terms_weighted_days", "terms_upgrade == false", terms="net45"
    )
    verdict = verdict_of(policy, "30% prepaid, 70% net 75")
    weighted, upgrade = verdict.checks
    assert dict(weighted.operands) == {
        "requested_weighted_days": 53,  # 52.5
        "terms_weighted_days": 45,
    }
    assert (weighted.status, upgrade.status) == ("fail", "fail")
    assert [one.days for one in verdict.release_if if one.kind == "terms"] == [45]
    assert policy_of("terms_upgrade == false").check(
        ck.Order(id="SO-1", currency="CNY", amount="1000", terms="net 5"),
        ck.CreditAccount(ledger=ck.Ledger.of([])),
        as_of="2026-11-21",
    ).checks[0].status == "indeterminate"  # nothing was agreed  # fmt: skip


@pytest.mark.parametrize("terms", ["月结30天(月末起)", "30% prepaid, 70% net 30", "net 0"])
def test_terms_of_a_grade_are_shown_and_granted_as_they_are(terms: str) -> None:
    policy = policy_of("0 <= terms_days", terms=terms)
    assert ck.Policy.from_dict(policy.to_dict()).digest == policy.digest
    decision = policy.decide_figures(
        {"score": 850.0, "credit_sales_12m": 320_000_000}, as_of="2026-11-21"
    )
    assert decision.terms is not None and decision.terms.name == terms
    assert decision.terms.instalments and decision.terms.title("zh") in decision.explain("zh")
    assert ck.Decision.from_dict(json.loads(json.dumps(decision.to_dict()))) == decision
    line = decision.grant(by="u17", on=date(2026, 11, 21))
    assert line.terms == terms and ck.CreditLine.from_dict(line.to_dict()) == line


def test_an_application_asks_in_the_same_language() -> None:
    customer = ck.Customer(id="C-1", currency="CNY")
    for asked, longer in (("货到60天", True), ("EOM+30", True), ("30% prepaid, 70% net 15", False)):
        application = ck.Application(currency="CNY", requested_terms=asked)
        plan = ck.PaymentTerms.parse(asked)
        assert ck.Application(currency="CNY", requested_terms=plan) == application  # type: ignore[arg-type]
        decision = policy_of("0 <= terms_days").decide(
            customer, application=application, ledger=ck.Ledger.of([]), as_of="2026-11-21"
        )
        if decision.terms is not None:
            assert any(one.code == "terms.longer" for one in decision.reasons) is longer
        many = policy_of("0 <= terms_days").decide(
            ck.Portfolio.of([customer]),
            application=ck.Applications.of([application]),
            ledger=ck.Ledger.of([]),
            as_of="2026-11-21",
        )
        assert many[0] == decision


def test_terms_can_be_granted_that_are_not_the_recommended_ones() -> None:
    decision = ck.Policy.standard().decide_figures(
        {"score": 750.0, "credit_sales_12m": 320_000_000}, as_of="2026-11-21"
    )
    assert decision.terms is not None and decision.terms.name == "net30"
    grant: dict[str, Any] = {"by": "u17", "on": date(2026, 11, 21)}
    assert decision.grant(**grant).terms == "net30"
    shorter = ck.PaymentTerms.parse("30% prepaid, 70% net 30")
    assert decision.grant(**grant, terms=shorter).terms == "30% prepaid, 70% net 30"
    for longer in ("net 60", "2/10 net 30", "货到30天"):
        with pytest.raises(ck.InvalidFact, match="must not go beyond net30, the recommended terms"):
            decision.grant(**grant, terms=longer)
        assert decision.grant(**grant, terms=longer, override="an old friend").terms == longer
    with pytest.raises(ck.InvalidFact, match=r"credit_line.terms can be read in several ways"):
        decision.grant(**grant, terms="月结30天")


def test_a_bare_number_above_one_is_no_rate() -> None:
    amount = ck.Money("1000000", "CNY")
    for bare in (6, Decimal(6), "6"):
        with pytest.raises(ck.InvalidFact, match=r"must be written with % above 1 .*write '6 %'"):
            ck.terms.worth("net 60", than="net 30", amount=amount, rate=bare)  # type: ignore[arg-type]
    assert ck.terms.worth("net 60", than="net 30", amount=amount, rate="150 %").minor == 12328767
