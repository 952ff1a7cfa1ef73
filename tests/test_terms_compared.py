"""The order of terms: laws, and a naive reading that draws what is due day by day.

The naive reading takes base dates that agree with what is known of their order, and adds up by when how
much is due. Terms are never later than others where that is so on every day, whatever the dates.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.calendars import WorkingDays
from creditkit.facts.instalments import DateStep, Discount, Instalment
from tests.test_terms import forward

compare = ck.terms.compare
START = date(2026, 1, 1)
Dates = dict[str, date]


# Terms, dates and calendars by chance

BASES = (
    "prepayment",
    "order",
    "before_dispatch",
    "dispatch",
    "delivery",
    "acceptance",
    "invoice",
    "receipt",
    "M1",
)
STEPS = (
    st.builds(lambda n: DateStep("add_days", n=n), st.integers(1, 90)),
    st.builds(lambda n: DateStep("add_working_days", n=n), st.integers(1, 40)),
    st.builds(lambda n: DateStep("add_months", n=n), st.integers(1, 3)),
    st.just(DateStep("month_end")),
    st.builds(lambda n: DateStep("next_day", n=n), st.integers(1, 31)),
)  # fmt: skip


@st.composite
def parts(draw: st.DrawFn, shares: int) -> list[Instalment]:
    cuts = sorted(
        draw(st.lists(st.integers(1, 9), min_size=shares - 1, max_size=shares - 1, unique=True))
    )
    out = []
    for low, high in zip([0, *cuts], [*cuts, 10], strict=True):
        base = draw(st.sampled_from(BASES))
        steps: list[DateStep] = []
        if base not in ("prepayment", "before_dispatch"):
            steps = draw(st.lists(st.one_of(STEPS), max_size=2).filter(forward))
        out.append(Instalment(share=Fraction(high - low, 10), base=base, steps=steps))
    return out


terms = st.integers(1, 3).flatmap(parts).map(ck.PaymentTerms.of)


@st.composite
def dates(draw: st.DrawFn) -> Dates:
    """Base dates in an order that is certain."""
    gap = st.sampled_from([0, 1, 5, 30, 100]).map(timedelta)
    out = {"prepayment": START + draw(gap)}
    for earlier, later in (("prepayment", "order"), ("order", "before_dispatch"),
                           ("before_dispatch", "dispatch"), ("dispatch", "delivery"),
                           ("delivery", "acceptance"), ("before_dispatch", "invoice"),
                           ("invoice", "receipt")):  # fmt: skip
        out[later] = out[earlier] + draw(gap)
    return {**out, "M1": START + draw(gap)}


calendars = st.builds(
    lambda off, weekend: WorkingDays(
        name="x", first=START, last=START + timedelta(3000),
        holidays=[START + timedelta(day) for day in off], weekend=weekend,
    ),
    st.sets(st.integers(0, 400), max_size=60),
    st.sampled_from([(), ("sunday",), ("saturday", "sunday")]),
)  # fmt: skip


def curve(plan: ck.PaymentTerms, on: Dates, calendar: WorkingDays) -> dict[date, Fraction]:
    """What is due on each day on which something is."""
    out: dict[date, Fraction] = {}
    for part in plan.plan:
        day = part.due(on[part.base], calendar)
        out[day] = out.get(day, Fraction(0)) + (part.share or 1)
    return out


def never_later(one: dict[date, Fraction], other: dict[date, Fraction]) -> bool:
    """Whether by every day at least as much is due."""

    def due(due_on: dict[date, Fraction], until: date) -> Fraction:
        return sum((share for day, share in due_on.items() if day <= until), Fraction(0))

    return all(due(one, day) >= due(other, day) for day in other)


@given(terms, terms, st.lists(dates(), min_size=1, max_size=6), calendars)
def test_what_is_never_longer_is_never_later_on_any_dates(
    asked: ck.PaymentTerms, agreed: ck.PaymentTerms, some: list[Dates], calendar: WorkingDays
) -> None:
    verdict = compare(asked, agreed).verdict
    curves = [(curve(asked, on, calendar), curve(agreed, on, calendar)) for on in some]
    if verdict in ("same", "shorter"):
        assert all(never_later(*pair) for pair in curves)
    if verdict == "longer" and compare(agreed, asked).verdict == "shorter":
        assert all(never_later(other, one) for one, other in curves)
    if verdict == "same":
        assert all(one == other for one, other in curves)


# In days alone the order is exact

GRID = [timedelta(10 * step) for step in range(8)]
ALWAYS = [
    {"order": START, "delivery": START + one, "invoice": START + other}
    for one, other in product(GRID, GRID)
]
"""Order, delivery and invoice, the last two in any order: all that can differ for steps of ten days."""
WEEK = WorkingDays(name="x", first=START, last=START + timedelta(400))


@st.composite
def by_tens(draw: st.DrawFn) -> ck.PaymentTerms:
    cuts = sorted(draw(st.lists(st.sampled_from([1, 2, 3]), max_size=2, unique=True)))
    out = []
    for low, high in zip([0, *cuts], [*cuts, 4], strict=True):
        days = draw(st.sampled_from([0, 10, 20, 30]))
        steps = [DateStep("add_days", n=days)] if days else []
        base = draw(st.sampled_from(["order", "delivery", "invoice"]))
        out.append(Instalment(share=Fraction(high - low, 4), base=base, steps=steps))
    return ck.PaymentTerms.of(out)


@given(by_tens(), by_tens())
def test_in_days_terms_are_never_longer_exactly_where_no_dates_make_them_so(
    asked: ck.PaymentTerms, agreed: ck.PaymentTerms
) -> None:
    pairs = [(curve(asked, on, WEEK), curve(agreed, on, WEEK)) for on in ALWAYS]
    less, more = (
        all(never_later(*pair) for pair in way) for way in (pairs, [one[::-1] for one in pairs])
    )
    verdict = compare(asked, agreed).verdict
    assert (verdict in ("same", "shorter")) == less
    assert (verdict == "same") == (less and more)
    if more and not less:
        assert verdict == "longer"
    if verdict == "longer" and not more:  # the curves cross, on whatever dates
        assert not any(never_later(*pair) for pair in pairs)


# Laws


@given(terms, terms, terms)
def test_the_order_is_one(
    one: ck.PaymentTerms, two: ck.PaymentTerms, three: ck.PaymentTerms
) -> None:
    assert compare(one, one).verdict == "same"
    there, back = compare(one, two).verdict, compare(two, one).verdict
    assert (there == "same") == (back == "same")
    if there == "shorter":
        assert back == "longer"
    if "not_known" in (there, back):
        assert {there, back} <= {
            "not_known",
            "longer",
        }  # longer at some time, and nobody knows the rest
    if {there, compare(two, three).verdict} <= {"same", "shorter"}:
        assert compare(one, three).verdict in ("same", "shorter")


@given(by_tens(), by_tens(), by_tens())
def test_shorter_than_shorter_is_shorter(
    one: ck.PaymentTerms, two: ck.PaymentTerms, three: ck.PaymentTerms
) -> None:
    if {compare(one, two).verdict, compare(two, three).verdict} <= {"same", "shorter"}:
        assert compare(one, three).verdict in ("same", "shorter")


@given(by_tens(), st.integers(1, 9), st.integers(1, 9), st.sampled_from(["prepayment", "order"]))
def test_a_larger_deposit_is_shorter(
    plan: ck.PaymentTerms, first: int, second: int, base: str
) -> None:
    """Whatever is left of the terms is due as it was."""

    def with_deposit(tenths: int) -> ck.PaymentTerms:
        share = Fraction(tenths, 10)
        rest = [
            Instalment(
                share=(part.share or Fraction(1)) * (1 - share), base=part.base, steps=part.steps
            )
            for part in plan.plan
        ]
        return ck.PaymentTerms.of([Instalment(share=share, base=base), *rest])

    found = compare(with_deposit(first), with_deposit(second)).verdict
    at_once = all(part.base == base and not part.steps for part in plan.plan)
    assert found == (
        "same" if first == second or at_once else "shorter" if first > second else "longer"
    )
    assert compare(with_deposit(first), plan).verdict == ("same" if at_once else "shorter")


@given(st.data())
def test_a_discount_is_more_where_it_is_larger_or_lasts_longer(data: st.DataObject) -> None:
    shares = sorted(data.draw(st.sets(st.integers(1, 9), min_size=1, max_size=3)), reverse=True)
    days = sorted(
        data.draw(st.sets(st.integers(1, 50), min_size=len(shares), max_size=len(shares)))
    )

    def made(more: int, longer: int) -> ck.PaymentTerms:
        windows = [
            Discount(
                share=Fraction(share + more, 100), steps=[DateStep("add_days", n=day + longer)]
            )
            for share, day in zip(shares, days, strict=True)
        ]
        return ck.PaymentTerms.of(
            [Instalment(steps=[DateStep("add_days", n=60)], discounts=windows)]
        )

    more, longer = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))
    asked, agreed = made(more, longer), made(0, 0)
    assert compare(asked, agreed).verdict == ("longer" if more or longer else "same")
    assert compare(agreed, asked).verdict == ("shorter" if more or longer else "same")


@pytest.mark.parametrize(
    ("asked", "agreed", "missing"),
    [
        ("30% on delivery, 70% net 30", "net 30", ("dates",)),
        ("net 42", "net 30 working days", ("calendar",)),
        ("60 days after delivery", "net 30 working days", ("dates",)),
        ("5000 CNY prepaid, rest net 30", "net 30", ("amount",)),
        ("net 60", "net 30", ()),
    ],
)
def test_what_would_have_to_be_known_is_said(
    asked: str, agreed: str, missing: tuple[str, ...]
) -> None:
    found = compare(asked, agreed)
    assert found.not_known == missing and (found.verdict == "not_known") == bool(missing)
    assert type(found).from_dict(found.to_dict()) == found


def test_terms_of_many_instalments_are_compared_in_no_long_time() -> None:
    """Forty dates that shift with the month: more ways than can be tried, so fewer are told apart."""
    way = [DateStep("month_end"), DateStep("add_days", n=3), DateStep("next_day", n=10)]
    many = ck.PaymentTerms.of(
        Instalment(
            share=Fraction(1, 24),
            base=BASES[3 + place % 5],
            steps=[DateStep("add_days", n=1 + place), *way],
        )
        for place in range(24)
    )
    assert compare(many, many).verdict == "same"
    assert (
        compare("prepaid", many).verdict == "shorter"
        and compare(many, "prepaid").verdict == "longer"
    )
