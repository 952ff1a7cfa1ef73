"""What people write of terms: the forms of the manual, that nothing is dropped, and what a refusal offers.

The tables of the manual are read here in both languages, so they say what the reader does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, FR, MO, TH, TU, WE, rrule
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.calendars import WorkingDays
from creditkit.facts.instalments import DateStep, Instalment
from creditkit.facts.terms import AmbiguousTerms, nearest_terms
from creditkit.reasons import terms_phrases, terms_several
from creditkit.reasons.terms_line import plain
from creditkit.reasons.terms_reading import pieces

parse = ck.PaymentTerms.parse
DOCS = Path(__file__).parents[1] / "docs"


def rows(page: str, name: str) -> list[list[list[str]]]:
    """A table of texts of terms: each cell as its texts."""
    text = (DOCS / page).read_text(encoding="utf-8")
    within = text[text.index(f"<!-- {name} -->") : text.index(f"<!-- /{name} -->")]
    cells = [
        line.strip("| ").split(" | ") for line in within.splitlines() if line.startswith("| `")
    ]
    return [[re.findall(r"`([^`]+)`", cell) for cell in row] for row in cells]


READ = rows("terms.md", "forms")
SEVERAL = rows("terms.md", "readings")
WRITTEN = [text for cells, *_ in READ for text in cells]


# The manual


def test_both_pages_have_the_same_forms() -> None:
    assert len(READ) > 40 and len(SEVERAL) > 30
    assert [row[:3] for row in READ] == [row[:3] for row in rows("terms.zh.md", "forms")]
    assert rows("terms.zh.md", "readings") == SEVERAL


@pytest.mark.parametrize("row", READ, ids=[row[0][0] for row in READ])
def test_a_form_of_the_manual_is_read_and_written_back(row: list[list[str]]) -> None:
    (english,), (chinese,) = row[1], row[2]
    for text in row[0]:
        terms = parse(text)
        assert (terms.text(), terms.text("zh")) == (english, chinese)
        assert parse(english) == parse(chinese) == terms
    assert parse(english).text() == english and parse(chinese).text("zh") == chinese


@pytest.mark.parametrize("row", SEVERAL, ids=[row[0][0] for row in SEVERAL])
def test_a_form_with_several_readings_is_refused_with_those_of_the_manual(
    row: list[list[str]],
) -> None:
    (text,), readings = row
    with pytest.raises(AmbiguousTerms) as caught:
        parse(text)
    assert list(caught.value.readings) == readings and len(readings) > 1
    assert len({parse(one) for one in readings}) == len(readings)  # each says something else


def test_each_phrase_that_is_read_is_in_the_manual() -> None:
    """A new phrase without a row is found here."""
    phrases = set(_phrases([*WRITTEN, *(text for (text,), _ in SEVERAL)]))
    tables = (terms_phrases._PHRASES, terms_phrases._MONTHS, terms_several.SEVERAL)
    for table in tables:
        for pattern, _ in table:  # type: ignore[attr-defined]
            assert any(re.fullmatch(pattern, one) for one in phrases), pattern


def _phrases(texts: list[str]) -> Iterator[str]:
    for text in texts:
        line = plain(text)[0]
        yield line
        try:
            bodies = [piece.body for piece in pieces(line)]
        except ValueError:
            continue
        for body in bodies:
            yield body
            yield from re.split(r"[,，]| after (?=[a-z])|后(?=当)|(?<=until )", body)
            yield from re.findall(r"(?:until |/[0-9]+,? ?)(.+)", body)


# Nothing is dropped


@pytest.mark.parametrize("text", WRITTEN)
def test_a_word_that_is_not_read_is_no_terms(text: str) -> None:
    marks = [place for place, mark in enumerate(text) if mark in '"“”']
    inside = range(marks[0], marks[-1]) if marks else range(0)
    for place in range(len(text) + 1):
        if place - 1 in inside:
            continue
        for word in ("猫", " zork "):
            with pytest.raises(ck.InvalidFact):
                parse(f"{text[:place]}{word}{text[place:]}")


@pytest.mark.parametrize("text", [text for text in WRITTEN if '"' not in text])
def test_full_width_is_read_as_half_width(text: str) -> None:
    wide = "".join(chr(ord(mark) + 0xFEE0) if "!" <= mark <= "~" else mark for mark in text)
    assert unicodedata.normalize("NFKC", wide) == unicodedata.normalize("NFKC", text)
    assert parse(wide) == parse(text.upper()) == parse(text)


def in_chinese(number: int) -> str:
    """A number from 1 to 999 as it is written."""
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    out = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        out += f"{'' if tens == 1 and not hundreds else digits[tens]}十"
    elif hundreds and ones:
        out += "零"
    return out + (digits[ones] if ones else "")


def test_chinese_numerals_are_numbers() -> None:
    assert (
        in_chinese(120) == "一百二十" and in_chinese(15) == "十五" and in_chinese(105) == "一百零五"
    )
    for number in range(1, 1000):
        assert parse(f"货到{in_chinese(number)}天") == parse(f"货到{number}天")
    for number in range(1, 10):
        share = in_chinese(number)
        assert parse(f"{share}成预付，余款货到付款") == parse(
            f"{number}0% prepaid, rest on delivery"
        )
        assert parse(f"百分之{share}预付，余款货到付款") == parse(f"{number}% prepaid, rest COD")
    assert parse("货到两个月") == parse("2 months after delivery")
    assert parse("验收后两年") == parse("24 months after acceptance")
    for slip in (
        "货到十十天",
        "货到百天",
        "货到三三天",
        "验收后一年半",
        "thirty (60) days after delivery",
    ):
        with pytest.raises(ck.InvalidFact):
            parse(slip)


# What a refusal offers


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("30 days after acceptence", "30 days after acceptance"),
        ("prepayed", "prepaid"),
        ("电汇30天", "30天账期"),
        ("T/T 30 days after shipment", "30 days after shipment"),
        ("30% T/T in advance, 70% against copy of B/L", '30% in advance, 70% on "copy of b/l"'),
        ("安装调试合格后30天内付款", '"安装调试合格"后30天'),
        ("质保金5%", "5%验收后12个月，余款 30天账期"),
        ("5% retention 12 months", "5% 12 months after acceptance, rest net 30"),
        ("30 days from B/L date", '30 days after "b/l date"'),
        ("payment by invoice 45 days", "45 days after receipt of invoice"),
        ("收货验收后30个工作日", "货到后30个工作日"),
    ],
)
def test_a_refusal_offers_what_is_near(text: str, first: str) -> None:
    with pytest.raises(ck.InvalidFact) as caught:
        parse(text)
    assert first in nearest_terms(text)[:2] and repr(first) in caught.value.remedy
    assert caught.value.remedy.startswith("did you mean ")


@pytest.mark.parametrize("text", ["soon", "30 jours", "等通知", "", "§", "9-9-9", "prose " * 40])
def test_where_nothing_is_near_a_refusal_offers_examples(text: str) -> None:
    with pytest.raises(ck.InvalidFact, match="write 'net30', 'EOM\\+45'"):
        parse(text)


ALPHABET = st.sampled_from("0159% /,天日后付款前 abdenrtx月结工作")


@given(st.sampled_from([*WRITTEN, *(text for (text,), _ in SEVERAL)]), st.data())
def test_whatever_is_offered_can_be_read(text: str, data: st.DataObject) -> None:
    """Of texts with slips: a mark lost, another put in."""
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(0, max(0, len(text) - 1)))
        text = text[:place] + data.draw(st.one_of(st.just(""), ALPHABET)) + text[place + 1 :]
    try:
        terms = parse(text)
    except AmbiguousTerms as error:
        assert error.readings and all(
            isinstance(parse(one), ck.PaymentTerms) for one in error.readings
        )
    except ck.InvalidFact:
        assert all(isinstance(parse(one), ck.PaymentTerms) for one in nearest_terms(text))
    else:
        assert parse(terms.text()) == parse(terms.text("zh")) == terms
        assert nearest_terms(text) == ()


@pytest.mark.parametrize(
    "text", ["30% " + "zork " * 39, "1% a," * 40, "a-" * 99, "猫" * 200, "0" * 199]
)
def test_nothing_near_is_found_in_no_long_time(text: str) -> None:
    assert all(isinstance(parse(one), ck.PaymentTerms) for one in nearest_terms(text))


# What the forms mean


def _working(day: date, n: int) -> date:
    start = datetime.combine(day, time()) + timedelta(1)
    return list(rrule(DAILY, dtstart=start, byweekday=(MO, TU, WE, TH, FR), count=n))[-1].date()


WEEK = WorkingDays(name="week", first=date(2000, 1, 1), last=date(2110, 12, 31))
MEANT: list[tuple[str, Callable[[date, int], date]]] = [  # a text with a number; from 1 to 28
    ("net {}th prox", lambda day, n: day + relativedelta(months=1, day=n)),
    ("net {} prox", lambda day, n: day + relativedelta(months=1, day=n)),
    ("{} MFI", lambda day, n: day + relativedelta(months=1, day=n)),
    ("{}th 3rd prox", lambda day, n: day + relativedelta(months=3, day=n)),
    ("下月{}号付款", lambda day, n: day + relativedelta(months=1, day=n)),
    ("net {} months", lambda day, n: day + relativedelta(months=n)),
    ("账期{}个月", lambda day, n: day + relativedelta(months=n)),
    ("net {} working days", _working),
    ("开票后{}个工作日", _working),
    ("{}日对账，次月10日付款",
     lambda day, n: day + relativedelta(months=1 if day.day <= n else 2, day=10)),
    ("from invoice: {} days then 1 month then day 10",  # Odoo's "days end of month on the"
     lambda day, n: day + relativedelta(days=n) + relativedelta(day=31) + relativedelta(days=10)),
    ("within {} days of invoice", lambda day, n: day + timedelta(n)),
    ("end of month following", lambda day, _: day + relativedelta(months=1, day=31)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), MEANT, ids=[text for text, _ in MEANT])
@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), n=st.integers(1, 28))
def test_due_dates_are_those_of_dateutil(
    text: str, meant: Callable[[date, int], date], day: date, n: int
) -> None:
    written = text.format(n)
    assert parse(written).due_date(day, WEEK) == meant(day, n)
    assert ck.terms.due_dates(written, [day], calendar=WEEK).dates[0].item() == meant(day, n)


def test_working_days_need_a_calendar_that_reaches_far_enough() -> None:
    terms = parse("验收合格后30个工作日")
    short = WorkingDays(name="CN", first=date(2026, 1, 1), last=date(2026, 12, 31))
    amount = ck.Money(5, "CNY")
    for call in (
        lambda: ck.terms.schedule(terms, amount, dates={"acceptance": "2026-11-02"}),
        lambda: ck.terms.due_dates(terms, [None], dates={"acceptance": ["2026-11-02"]}),
        lambda: parse("net 30 working days").due_date("2026-11-02"),
    ):
        with pytest.raises(
            ck.InvalidFact, match=r"is needed to count 30 working days.*pass calendar="
        ):
            call()
    with pytest.raises(
        ck.InvalidFact, match="calendar CN is known from 2026-01-01 to 2026-12-31 only"
    ):
        ck.terms.schedule(terms, amount, dates={"acceptance": "2026-12-02"}, calendar=short)
    found = ck.terms.due_dates(
        terms, [None] * 2, dates={"acceptance": ["2026-11-02", "2026-12-02"]}, calendar=short
    )
    assert found.dates[0].item() == date(2026, 12, 14)
    assert [(one.code, one.params["rows"]) for one in found.notes] == [("schedule.beyond", ("1",))]
    assert terms.days == 42 and float(ck.terms.weighted_days(terms)) == pytest.approx(
        (5 * 42 + 41 + 40) / 7,
        abs=0.01,  # 42 days from a weekday, 40 from a Sunday
    )
    assert ck.PaymentTerms.from_dict(terms.to_dict()) == terms


def test_before_dispatch_is_due_before_the_goods_leave() -> None:
    terms = parse("30%预付，70%发货前付清")
    days = {"prepayment": "2026-11-02", "dispatch": "2026-11-20", "delivery": "2026-11-25"}
    plan = ck.terms.schedule(terms, ck.Money(100, "CNY"), dates=days)
    assert [str(one.date) for one in plan] == ["2026-11-02", "2026-11-20"]
    own = ck.terms.schedule(
        terms, ck.Money(100, "CNY"), dates={**days, "before_dispatch": "2026-11-18"}
    )
    assert [str(one.date) for one in own] == ["2026-11-02", "2026-11-18"]
    assert terms.prepaid and parse("发货前付清") == parse("款到发货") and terms != parse("款到发货")
    assert ck.PaymentTerms.from_dict(terms.to_dict()) == terms
    with pytest.raises(ck.InvalidFact, match="before the goods leave"):
        Instalment(base="before_dispatch", steps=[DateStep("add_days", n=5)])
