"""Numbers and text on pages, against exact fractions and a count of characters."""

from __future__ import annotations

import math
import unicodedata
from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from creditkit._digits import adding_up, fixed_text
from creditkit._layout import table, width
from creditkit.languages import filled
from creditkit.money import CURRENCIES, Money

numbers = st.floats(-1e14, 1e14)
decimals = st.integers(0, 12)


@given(numbers, decimals)
@example(0.5, 0)
@example(2.5, 0)
@example(0.125, 2)
@example(-0.001, 2)
def test_a_number_is_rounded_half_to_even_exactly(value: float, places: int) -> None:
    units = round(Fraction(value) * 10**places)
    whole, rest = divmod(abs(units), 10**places)
    wanted = f"{'-' if units < 0 else ''}{whole:,}" + (f".{rest:0{places}d}" if places else "")
    assert fixed_text(value, places) == wanted


@given(st.lists(st.floats(-1e6, 1e6), max_size=6), decimals)
def test_parts_add_up_as_they_are_printed(parts: list[float], places: int) -> None:
    total = float(sum(map(Fraction, parts)))
    shown = [Fraction(text.replace(",", "")) for text in adding_up(parts, total, places)]
    scale = 10**places
    for value, text in zip(parts, shown, strict=True):
        assert abs(Fraction(value) - text) * scale <= 1  # one of its neighbours
    left = round(Fraction(total) * scale) - sum(math.floor(Fraction(one) * scale) for one in parts)
    if 0 <= left <= sum((Fraction(one) * scale).denominator > 1 for one in parts):
        assert sum(shown) * scale == round(Fraction(total) * scale)


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from(["CNY", "JPY", "KWD", "CLF"]))
def test_money_is_grouped_as_a_decimal_is(minor: int, currency: str) -> None:
    amount = Decimal(minor).scaleb(-CURRENCIES[currency])
    assert str(Money.from_minor(minor, currency)) == f"{amount:,f} {currency}"


@given(st.text(st.sampled_from("aZ 9é账龄（ｗ한")))
def test_the_width_of_text_is_that_of_its_characters(text: str) -> None:
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    assert width(text) == len(text) + wide
    padded, below = table([[text, "|"], ["账龄", "|"]])
    assert width(padded) == width(below)


def test_a_blank_stands_between_chinese_and_a_parameter_and_nowhere_else() -> None:
    values = {"a": "u17", "b": "张三", "n": "5"}

    def present(name: str, _type: str) -> str:
        return values[name]

    def says(name: str) -> bool:
        return name in values

    for template, wanted in (
        ("{a}批准{b}", "u17 批准张三"),
        ("由{a}{n}批准", "由 u175 批准"),
        ("{n}天[，{c}除外][（{a}）]", "5 天（u17）"),
        ("net {n}[ of {c:share}]", "net 5"),
        ("共[{n}]件", "共 5 件"),
    ):
        assert filled(template, present, says) == wanted, template
