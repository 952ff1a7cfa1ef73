"""Terms of payment as data: what people write, what it means, and that it comes back.

The dates of known cases are those that ERP vendors and their users print for them; `dateutil` is the
oracle of all others.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, cast

import attrs
import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, FR, MO, TH, TU, WE, rrule
from hypothesis import assume, given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.calendars import NEVER
from creditkit.facts.instalments import DateStep, Discount, Instalment, reached_columns
from creditkit.facts.terms import AmbiguousTerms
from creditkit.reasons.rendering import terms_text
from tests.doors import CHINA

parse = ck.PaymentTerms.parse

# What people write

WRITTEN = [  # text, the same in English, the same in Chinese, longest days
    ("net 30", "net 30", "30 天账期", 30),
    ("NET30", "net 30", "30 天账期", 30),
    ("n/30", "net 30", "30 天账期", 30),
    ("30天账期", "net 30", "30 天账期", 30),
    ("30 days net", "net 30", "30 天账期", 30),
    ("信用期30天", "net 30", "30 天账期", 30),
    ("net 0", "net 0", "开票即付", 0),
    ("2/10 net 30", "2/10 net 30", "10 天内付款减 2%，30 天账期", 30),
    ("2% 10 days, net 30", "2/10 net 30", "10 天内付款减 2%，30 天账期", 30),
    ("2% discount if paid within 10 days, net 30", "2/10 net 30", "10 天内付款减 2%，30 天账期", 30),
    ("2/10, 1/20, net 30", "2/10, 1/20, net 30", "10 天内付款减 2%，20 天内付款减 1%，30 天账期", 30),
    ("2% until EOM, EOM+30", "2% until EOM, EOM+30", "当月月末前付款减 2%，月结 30 天（月末起）", 60),
    ("EOM+45", "EOM+45", "月结 45 天（月末起）", 75),
    ("月结30天(月末起)", "EOM+30", "月结 30 天（月末起）", 60),
    ("月结 30 天（月末起）", "EOM+30", "月结 30 天（月末起）", 60),
    ("月结30天(次月1日起)", "1st of next month + 30 days", "次月 1 日后 30 天", 61),
    ("月结30天(开票日起)", "net 30", "30 天账期", 30),
    ("25th of next month, cut-off 20", "25th of next month, cut-off 20", "次月 25 日，20 日截止", 66),
    ("25 prox", "25th of next month", "次月 25 日", 55),
    ("end of next month", "end of next month", "次月月末", 61),
    ("statement 25, net 30", "statement 25 + 30 days", "25 日对账后 30 天", 60),
    ("货到60天", "60 days after delivery", "货到后 60 天", 60),
    ("验收后30天", "30 days after acceptance", "验收后 30 天", 30),
    ("票到30天", "30 days after receipt of invoice", "票到后 30 天", 30),
    ("due on receipt", "on receipt of invoice", "票到付款", 0),
    ("net 30 ROG", "30 days after delivery", "货到后 30 天", 30),
    ("COD", "on delivery", "货到付款", 0),
    ("货到付款", "on delivery", "货到付款", 0),
    ("CIA", "payment before delivery", "款到发货", 0),
    ("prepaid", "payment before delivery", "款到发货", 0),
    ("30% 预付, 70% 发货后30天", "30% prepaid, 70% 30 days after dispatch", "30% 预付，70% 发货后 30 天", 30),
    ("预付30%，余款70%货到30天", "30% prepaid, 70% 30 days after delivery", "30% 预付，70% 货到后 30 天", 30),
    ("90% 货到60天；10% 验收后12个月", "90% 60 days after delivery, 10% 12 months after acceptance",
     "90% 货到后 60 天，10% 验收后 12 个月", 366),
    ("5000 CNY with order, rest net 30", "5000.00 CNY on order, rest net 30",
     "5000.00 CNY 下单付款，余款 30 天账期", 30),
    ("net 30/60/90", "100/3% net 30, 100/3% net 60, 100/3% net 90",
     "100/3% 30 天账期，100/3% 60 天账期，100/3% 90 天账期", 90),
    ('20% on "Design approved", rest on acceptance', '20% on "Design approved", rest on acceptance',
     '20% "Design approved"付款，余款 验收付款', 0),
    ("net 30, following working day", "net 30, following working day", "30 天账期，遇休息日顺延", 30),
]  # fmt: skip


@pytest.mark.parametrize(("text", "en", "zh", "days"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_what_people_write_is_read_and_written_back(text: str, en: str, zh: str, days: int) -> None:
    terms = parse(text)
    assert (terms.text(), terms.text("zh"), terms.days) == (en, zh, days)
    assert parse(en) == parse(zh) == terms
    assert terms.name == text and terms_text(text, "zh") == zh


def test_what_today_s_documents_say_is_as_it_was() -> None:
    plain = (("net30", 30), ("net 90", 90), ("net 0", 0))
    for name, days in (*plain, ("prepaid", 0), ("prepayment", 0), ("款到发货", 0)):
        prepaid = "net" not in name
        terms = parse(name)
        assert (terms.name, terms.days, terms.prepaid, terms.parts) == (name, days, prepaid, None)
        assert terms.to_dict() == {
            "schema": "creditkit.facts.terms/1",
            "name": name,
            "days": days,
            "prepaid": prepaid,
            "instalments": False,
        }
    for name in ("prepaid", "CIA", "100% prepaid"):
        assert parse(name, instalments=True) == parse("款到发货")
    assert parse("net 30") == parse("net30") and hash(parse("net 30")) == hash(parse("net30"))


AMBIGUOUS = {
    "月结": ("当月月末", "次月月末", "月结30天(月末起)"),
    "月结30天": ("月结30天(月末起)", "月结30天(次月1日起)", "月结30天(开票日起)", "开票后1个月"),
    "月结45": ("月结45天(月末起)", "月结45天(次月1日起)", "月结45天(开票日起)"),
    "net EOM 30": ("EOM+30", "from invoice: 30 days then month end", "end of next month"),
    "Net 30 EOM": ("EOM+30", "from invoice: 30 days then month end", "end of next month"),
    "60 days, end of month": (
        "EOM+60",
        "from invoice: 60 days then month end",
        "end of month +2",
    ),
    "30 days": ("net 30", "30 days after delivery", "30 days after receipt of invoice"),
    "payment within 30 days": (
        "net 30",
        "30 days after delivery",
        "30 days after receipt of invoice",
    ),
    "30日内付清": ("30天账期", "货到30天", "票到30天"),
    "30% upfront, 70% within 30 days": (
        "30% upfront, 70% net 30",
        "30% upfront, 70% 30 days after delivery",
        "30% upfront, 70% 30 days after receipt of invoice",
    ),
    "30天": ("30天账期", "货到30天", "票到30天"),
    "30 days after receipt": ("30 days after receipt of invoice", "30 days after receipt of goods"),
    "30% deposit, 70% net 30": ("30% with order, 70% net 30", "30% prepaid, 70% net 30"),
    '50% "A", 50% 月结30天': (),
}


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_an_ambiguous_text_is_refused_with_its_readings_each_of_which_can_be_read(
    text: str,
) -> None:
    expected = AMBIGUOUS[text]
    with pytest.raises(ck.InvalidFact) as caught:
        parse(text)
    if not expected:
        assert not isinstance(caught.value, AmbiguousTerms)
        return
    error = cast(AmbiguousTerms, caught.value)
    assert error.readings == expected
    read = [parse(one) for one in expected]
    assert len(set(read)) == len(read)  # each says something else
    assert all(repr(one) in str(error) for one in expected)
    assert expected[0] in error.sentence("zh") and "several ways" in error.sentence()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "must be terms of payment"),
        ("soon", "must be terms of payment"),
        ("net", "must be terms of payment"),
        ("30% prepaid, net 30", "must be terms of payment"),
        ("30% prepaid, 69.9% net 30", "shares that add up to 100 %, not 99.9 %"),
        ("40% prepaid, 70% net 30", "shares that add up to 100 %, not 110 %"),
        ("99.9% net 30", "shares that add up to 100 %, not 99.9 %"),
        ("50% prepaid, 50% on delivery, rest net 30", "must leave something"),
        ("rest prepaid, 50% net 30", "takes all that is left"),
        ("50% of the rest prepaid, 60% net 30, rest net 60", "shares leave -10 %"),
        ("5000 CNY prepaid, 50% net 30", "must end with an instalment that takes the rest"),
        ("5000 CNY prepaid, 5 USD net 5, rest net 30", "must have amounts in one currency"),
        ("net 10000", "n must be a whole number from 1 to 999"),
        ("from invoice: 999 days then 999 days then 999 days then 999 days", "at most 3650 days"),
        ("2/40 net 30", "must end on the due date at the latest"),
        ("1/10, 2/20, net 30", "must be smaller than the discount before it"),
        ("150/10 net 30", "must lie between 0 and 1"),
        ("0% prepaid, 100% net 30", "must be above 0"),
        ("from invoice: day 5", "must not lead to a day before the base date"),
        ("32nd of next month", "n must be a whole number from 1 to 31"),
        ("1/0% prepaid, rest net 30", "must be terms of payment"),
        ("x" * 5000, "must be terms of payment"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_rule(text: str, rule: str) -> None:
    with pytest.raises(ck.InvalidFact) as caught:
        parse(text, path="order.terms")
    assert any(rule in str(fault) for fault in caught.value.faults)
    assert all(fault.path == "order.terms" for fault in caught.value.faults)


def test_all_faults_of_instalments_are_told_at_once() -> None:
    with pytest.raises(ck.InvalidFact) as caught:
        parse("rest prepaid, 50% net 30, 5 CNY net 10")
    assert len(caught.value.faults) == 2
    plain = parse("2/10, EOM+30").to_dict()
    part = plain["parts"][0]
    part["steps"][0]["do"], part["base"], part["discounts"][0]["share"] = "month", " ", "3"
    with pytest.raises(ck.InvalidFact) as caught:
        ck.PaymentTerms.from_dict(plain)
    assert {fault.path for fault in caught.value.faults} == {
        "payment_terms.parts[0].base",
        "payment_terms.parts[0].steps[0].do",
        "payment_terms.parts[0].discounts[0].share",
    }


def test_days_that_the_instalments_do_not_say_are_refused() -> None:
    plain = parse("EOM+30").to_dict()
    with pytest.raises(ck.InvalidFact, match="must be 60 days"):
        ck.PaymentTerms.from_dict({**plain, "days": 30})


def test_many_instalments_come_back_and_too_many_words_are_refused() -> None:
    way = [DateStep("add_days", n=30), DateStep("month_end"), DateStep("next_day", n=10)]
    parts = [Instalment(share="1/60", steps=way, base="acceptance") for _ in range(60)]
    terms = ck.PaymentTerms.of(parts)
    assert parse(terms.text()) == parse(terms.text("zh")) == terms
    with pytest.raises(ck.InvalidFact, match="at most 4000 characters"):
        ck.PaymentTerms.of([attrs.evolve(one, steps=way * 3) for one in parts])


@pytest.mark.parametrize(
    "text",
    ["1% until " + "EOM," * 900, "net 1," * 660, "2/1," * 990, "(" * 4000, '"A"' * 1300, "月结" * 1900,
     "from invoice: " + "1 days then " * 330, "30%" * 1300],
)  # fmt: skip
def test_long_texts_take_no_long_time(text: str) -> None:
    """Each is refused, or refused with its readings; a text that takes its square in time would hang."""
    with pytest.raises(ck.InvalidFact):
        parse(text)


# What they mean

DATES = [  # text, base date, due date; the source of what is printed somewhere
    ("net 30", "2026-01-01", "2026-01-31"),  # the invoice's date itself is not counted
    ("end of next month", "2020-06-11", "2020-07-31"),  # erpnext#22201: not 30 July
    ("end of next month", "2026-02-28", "2026-03-31"),  # OCA account-payment#919: not 28 March
    ("EOM+30", "2024-05-11", "2024-06-30"),  # net 30 EOM, reading A
    ("EOM+45", "2024-03-05", "2024-05-15"),
    ("from invoice: 30 days then month end", "2024-05-11", "2024-06-30"),
    ("from invoice: 30 days then month end", "2024-05-02", "2024-06-30"),
    ("1 month after invoice", "2026-03-10", "2026-04-10"),  # 月结30天, as one vendor reads it
    ("月结30天(次月1日起)", "2026-03-10", "2026-05-01"),  # 次月结30天
    ("月结30天(月末起)", "2026-03-10", "2026-04-30"),
    ("25th of next month, cut-off 20", "2026-03-20", "2026-04-25"),
    ("25th of next month, cut-off 20", "2026-03-21", "2026-05-25"),
    ("31st of next month", "2026-01-15", "2026-02-28"),
    ("statement 25 + 30 days", "2026-03-25", "2026-04-24"),
    ("statement 25 + 30 days", "2026-03-26", "2026-05-25"),
    ("1 month after invoice", "2026-01-31", "2026-02-28"),
    ("from invoice: 30 days then next day 10", "2026-01-05", "2026-02-10"),  # 30 days, on the 10th
]  # fmt: skip


@pytest.mark.parametrize(("text", "base", "due"), DATES)
def test_known_due_dates(text: str, base: str, due: str) -> None:
    assert parse(text).due_date(base).isoformat() == due
    assert ck.terms.due_dates(text, [base]).dates[0] == np.datetime64(due)


def nth_weekday(day: date, n: int) -> date:
    """The nth day from Monday to Friday after a day, by the recurrence rules of `dateutil`."""
    start = datetime.combine(day, time()) + timedelta(1)
    return list(rrule(DAILY, dtstart=start, byweekday=(MO, TU, WE, TH, FR), count=n))[-1].date()


ORACLE: dict[str, Callable[[date, int], date]] = {
    "add_days": lambda day, n: day + timedelta(n),
    "add_working_days": lambda day, n: nth_weekday(day, n),
    "add_months": lambda day, n: day + relativedelta(months=n),
    "month_end": lambda day, _: day + relativedelta(day=31),
    "day_of_month": lambda day, n: day + relativedelta(day=n),
    "next_day": lambda day, n: min(
        one
        for one in (day + relativedelta(day=n), day + relativedelta(months=1, day=n))
        if one >= day
    ),
    "cut_off": lambda day, n: day + relativedelta(months=1, day=1) if day.day > n else day,
}


MOST = {"add_days": 200, "add_working_days": 60, "add_months": 6, "month_end": 0, "cut_off": 30}
WEEK = ck.calendars.WorkingDays(name="week", first=date(1980, 1, 1), last=date(2130, 12, 31))
"""Monday to Friday, without holidays."""


@st.composite
def steps(draw: st.DrawFn, rolls: bool = False) -> list[DateStep]:
    out = []
    for do in draw(st.lists(st.sampled_from(sorted(ORACLE)), max_size=4)):
        most = MOST.get(do, 31)
        out.append(DateStep(do, n=draw(st.integers(1, most)) if most else None))
    if rolls:
        how = draw(st.sampled_from([None, "following", "preceding", "modified_following"]))
        out += [] if how is None else [DateStep(how)]
    return out


@given(steps(), st.dates(date(1990, 1, 1), date(2110, 1, 1)))
def test_steps_are_those_of_dateutil_for_one_and_for_many(way: list[DateStep], day: date) -> None:
    expected = day
    for step in way:
        expected = ORACLE[step.do](expected, step.n or 0)
    found = day
    for step in way:
        found = step.after(found, WEEK)
    assert found == expected
    column = np.array([np.datetime64(day), np.datetime64("NaT")], dtype="datetime64[D]")
    many = reached_columns(column.view(np.int64), tuple(way), WEEK)
    assert many.view("datetime64[D]")[0].item() == expected and many[1] == NEVER


def forward(way: list[DateStep]) -> bool:
    try:
        Instalment(steps=way)
    except ck.InvalidFact:
        return False
    return True


@st.composite
def instalments(draw: st.DrawFn) -> Instalment:
    base = draw(
        st.sampled_from(
            [
                "invoice",
                "delivery",
                "acceptance",
                "dispatch",
                "before_dispatch",
                "order",
                "receipt",
                "Design approved",
                "初验",
                "prepayment",
            ]
        )
    )
    if base in ("prepayment", "before_dispatch"):
        return Instalment(base=base)
    way = draw(steps(rolls=True).filter(forward))
    made = Instalment(base=base, steps=way)
    if draw(st.booleans()) and not made.needs_calendar and made.longest_days:
        share = draw(st.sampled_from([Fraction(1, 50), Fraction(1, 3), Fraction(5, 400)]))
        try:
            found = [Discount(share=share, steps=draw(steps().filter(forward)))]
            return attrs.evolve(made, discounts=found)
        except ck.InvalidFact:
            return made
    return made


@st.composite
def payment_terms(draw: st.DrawFn) -> ck.PaymentTerms:
    parts = draw(st.lists(instalments(), min_size=1, max_size=4))
    left, out = Fraction(1), []
    for one in parts[:-1]:
        how = draw(st.sampled_from(["share", "of_rest", "amount"]))
        if how == "amount":
            out.append(attrs.evolve(one, amount=ck.Money(draw(st.integers(1, 50)), "CNY")))
        else:
            share = Fraction(draw(st.integers(1, 30)), draw(st.integers(31, 97)))
            share = min(share, left / 2) if how == "share" else share
            left -= share if how == "share" else left * share
            out.append(attrs.evolve(one, **{how: share}))
    only = all(one.share is not None for one in out)
    last = (
        attrs.evolve(parts[-1], share=left) if out and only and draw(st.booleans()) else parts[-1]
    )
    try:
        return ck.PaymentTerms.of([*out, last], instalments=draw(st.booleans()))
    except ck.InvalidFact as error:
        assume("3650" not in str(error))  # longer than terms may be
        raise


@given(payment_terms())
def test_terms_come_back_from_text_in_both_languages_and_from_plain_data(
    terms: ck.PaymentTerms,
) -> None:
    for language in ("en", "zh"):
        assert parse(terms.text(language), instalments=terms.instalments) == terms
        assert terms_text(terms.text("zh"), language) == terms.text(language)
    assert ck.PaymentTerms.from_dict(json.loads(json.dumps(terms.to_dict()))) == terms


@given(payment_terms(), st.integers(-(10**9), 10**15), st.dates(date(2026, 1, 1), date(2026, 3, 1)))
def test_a_schedule_adds_up_to_the_cent(terms: ck.PaymentTerms, minor: int, day: date) -> None:
    amount = ck.Money.from_minor(minor, "CNY")
    dates = dict.fromkeys((one.base for one in terms.plan), day)
    fixed = sum(one.amount.minor for one in terms.plan if one.amount is not None)
    try:
        plan = ck.terms.schedule(terms, amount, dates=dates, calendar=LONG)
    except ck.InvalidFact as error:
        assert "must not be above what is left" in str(error) and (minor < 0 or fixed)
        return
    assert sum((one.amount for one in plan), ck.Money(0, "CNY")) == amount
    assert all(one.amount.minor * (minor or 0) >= 0 for one in plan)  # none turns the other way
    assert type(plan).from_dict(json.loads(json.dumps(plan.to_dict()))) == plan
    for one in plan:
        assert one.date is not None and one.date >= day - timedelta(4)  # rolled back over a weekend
        assert all(
            it.last_day is not None and it.last_day <= one.date + timedelta(4)
            for it in one.discounts
        )
    assert len(plan.explain("zh").splitlines()) == len(plan)


LONG = ck.calendars.WorkingDays(name="x", first=date(2000, 1, 1), last=date(2040, 12, 31))

# One equals many

BEFORE = ("prepayment", "before_dispatch")
BASES = ("invoice", "delivery", "acceptance", "dispatch", "order", "receipt")


@st.composite
def books(draw: st.DrawFn) -> dict[str, Any]:
    rows = draw(st.integers(1, 6))
    some = draw(st.lists(payment_terms(), min_size=1, max_size=3))
    some = [one for one in some if {part.base for part in one.plan} <= {*BASES, *BEFORE}]
    assume(some)
    names = [one.text() for one in some] + ["月结30天", "whenever"]

    def column(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(st.one_of(st.none(), values), min_size=rows, max_size=rows))

    days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
    return {
        "terms": column(st.sampled_from(names)),
        "invoices": column(days),
        "dates": {name: column(days) for name in BASES[1:] if draw(st.booleans())},
        "minor": column(st.integers(-(10**8), 10**16)),
    }


SHORT = ck.calendars.WorkingDays(name="s", first=date(2026, 1, 1), last=date(2027, 6, 30))


@given(books())
def test_schedules_of_a_column_are_those_of_each_row(book: dict[str, Any]) -> None:
    rows = len(book["terms"])
    states = np.array([minor is None for minor in book["minor"]])
    amounts = ck.Amounts(
        np.array([minor or 0 for minor in book["minor"]], dtype=np.int64),
        states.astype(np.uint8),
        "CNY",
    )
    many = ck.terms.schedules(
        book["terms"], amounts, book["invoices"], dates=book["dates"], calendar=SHORT
    )
    single = ck.terms.due_dates(
        book["terms"], book["invoices"], dates=book["dates"], calendar=SHORT
    )
    at, noted = 0, 0
    for row in range(rows):
        text, minor = book["terms"][row], book["minor"][row]
        try:
            terms = parse(text)
        except ck.InvalidFact:
            assert many.row[at] == row and np.isnat(many.dates[at]) and np.isnat(single.dates[row])
            assert many.amounts.item(at) == (
                None if minor is None else ck.Money.from_minor(minor, "CNY")
            )
            at, noted = at + 1, noted + 1
            continue
        dates = {name: column[row] for name, column in book["dates"].items()}
        dates = {name: day for name, day in dates.items() if day is not None}
        for number, part in enumerate(terms.plan):
            assert (many.row[at], many.part[at]) == (row, number)
            day = base_of(part.base, {"invoice": book["invoices"][row], **dates})
            try:
                due = None if day is None else part.due(day, SHORT)
            except ck.InvalidFact as error:
                assert "calendar s is known" in str(error)
                due = None
            found = many.dates[at].item()
            assert found == due
            if len(terms.plan) == 1:
                assert single.dates[row].item() == due
            at += 1
        lines = np.flatnonzero(many.row == row)
        if minor is None:
            assert not many.amounts.known[lines].any()
            continue
        try:
            expected = [
                one.amount for one in ck.terms.schedule(terms, ck.Money.from_minor(minor, "CNY"))
            ]
        except ck.InvalidFact as error:
            assert "must not be above what is left" in str(error)
            expected = [None] * len(terms.plan)
        assert [many.amounts.item(line) for line in lines] == expected
    assert at == len(many)
    told = sum(
        cast(int, one.params["count"])
        for one in many.notes
        if one.code in ("schedule.no_terms", "schedule.unreadable")
    )
    assert told == noted


def base_of(base: str, dates: dict[str, date | None]) -> date | None:
    if base not in BEFORE:
        return dates.get(base)
    known = [dates.get(name) for name in ("dispatch", "delivery", "invoice")]
    return next((day for day in known if day is not None), None)


SINGLE = (
    "net 30",
    "EOM+45",
    "25th of next month, cut-off 20",
    "货到60天",
    "验收后3个月",
    "prepaid",
    "COD",
)


@given(st.data())
def test_rows_of_several_terms_that_all_have_a_date_are_looked_up_at_once(
    data: st.DataObject,
) -> None:
    """The quick way of a column without gaps, which takes no other."""
    rows = data.draw(st.integers(2, 8))

    def column(values: st.SearchStrategy[Any]) -> list[Any]:
        return data.draw(st.lists(values, min_size=rows, max_size=rows))

    texts = data.draw(st.lists(st.sampled_from(SINGLE), min_size=2, max_size=5, unique=True))
    names = column(st.sampled_from(texts))
    days = st.dates(date(2023, 12, 1), date(2024, 4, 1))
    given_ = {name: column(days) for name in ("invoice", "delivery", "acceptance")}
    more = {name: one for name, one in given_.items() if name != "invoice"}
    known = {"delivery": more["delivery"], "acceptance": more["acceptance"]}
    if not any("验收" in name for name in names):
        known.pop("acceptance")  # a column that nobody counts from may be missing
    found = ck.terms.due_dates(names, given_["invoice"], dates=known)
    assert not found.notes
    for row, name in enumerate(names):
        part = parse(name).plan[0]
        dates: dict[str, date | None] = {one: given_[one][row] for one in ("invoice", *known)}
        base = base_of(part.base, dates)
        assert base is not None and found.dates[row].item() == part.due(base)


def test_rows_without_a_date_are_told_with_their_number_and_stop_no_other() -> None:
    found = ck.terms.due_dates(
        [
            "net 30",
            "net 30",
            "货到60天",
            "月结30天",
            None,
            "net 30, following working day",
            "50% prepaid, 50% net 9",
        ],
        [
            "2026-11-21",
            "2020021099",
            "2026-11-21",
            "2026-11-21",
            "2026-11-21",
            "2026-12-20",
            "2026-11-21",
        ],
        dates={"delivery": [None] * 7},
        calendar=CHINA,
    )
    assert found.dates[0] == np.datetime64("2026-12-21") and np.isnat(found.dates[1:]).all()
    assert [(one.code, one.params["count"], one.params["rows"]) for one in found.notes] == [
        ("schedule.beyond", 1, ("5",)),
        ("schedule.no_date", 1, ("2",)),
        ("schedule.no_date", 1, ("1",)),
        ("schedule.no_terms", 1, ("4",)),
        ("schedule.several", 1, ("6",)),
        ("schedule.unreadable", 1, ("3",)),
    ]
    assert [str(fault) for fault in found.faults] == [
        "schedules.invoice must be an ISO date (got '2020021099') in row 1; write '2026-11-21'"
    ]
    assert "月结30天" in found.explain("zh") and len(found.explain().splitlines()) == 6


def test_dates_that_no_terms_count_from_are_a_slip() -> None:
    with pytest.raises(ck.InvalidFact, match="did you mean 'delivery'"):
        ck.terms.schedule("net 30", ck.Money(5, "CNY"), dates={"delivry": "2026-11-21"})
    with pytest.raises(ck.InvalidFact, match="did you mean 'delivery'"):
        ck.terms.due_dates("net 30", ["2026-11-21"], dates={"delivry": ["2026-11-21"]})


def test_a_column_of_dates_far_apart_is_stepped_through_row_by_row() -> None:
    column = np.array(["0001-01-31", "9999-12-31", "NaT", "2026-01-31"], dtype="datetime64[D]")
    found = ck.terms.due_dates("1 month after invoice", column)
    assert found.dates[0].item() == date(1, 2, 28) and found.dates[3].item() == date(2026, 2, 28)
    assert np.isnat(found.dates[1:3]).all() and {one.code for one in found.notes} == {
        "schedule.no_date",
        "schedule.beyond",
    }


def test_rolling_without_a_calendar_is_refused() -> None:
    for call in (
        lambda: parse("net 30, following working day").due_date("2026-11-21"),
        lambda: ck.terms.due_dates("net 30, following working day", ["2026-11-21"]),
        lambda: ck.terms.schedule(
            "net 30, following working day", ck.Money(5, "CNY"), invoice="2026-11-21"
        ),
    ):
        with pytest.raises(ck.InvalidFact, match="is needed to roll to a working day"):
            call()


def test_terms_that_hang_on_more_than_the_invoice_have_no_single_due_date() -> None:
    for text in ("货到60天", "50% prepaid, 50% net 30"):
        with pytest.raises(ck.InvalidFact, match="no single due date"):
            parse(text).due_date("2026-11-21")
    with pytest.raises(ck.InvalidFact, match="up to 9999"):
        parse("EOM+30").due_date("9999-12-31")
