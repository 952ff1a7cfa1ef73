"""DuPont: the product, what makes it undefined, and a change attributed in a stated order."""

from __future__ import annotations

import itertools
import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.errors import InvalidFact
from creditkit.facts.statements import Statement, Statements
from creditkit.models.dupont import Attribution, DuPont, DuPonts, attribute, dupont
from tests.printed import printed

REF_CO = Statement(  # CON: the company of the formula book
    currency="CNY",
    period_end="2025-12-31",
    net_income=70,
    profit_before_tax=100,
    ebit=120,
    revenue=1500,
    total_assets=1000,
    equity=550,
    previous=Statement(
        currency="CNY", period_end="2024-12-31", unit=10, total_assets=90, equity=50, revenue=140
    ),
)

# ------------------------------------------------------------------------------------ golden cases

THREE = ("net_margin", "asset_turnover", "equity_multiplier")

GOLDEN = [
    # tag and source; base; current; products; effects; tolerance of what is printed
    (
        "PUB-in epsq.cn textbook exercise",
        *((0.13, 1.1, 2), (0.12, 1.0, 1.5)),
        *((0.286, 0.18), (-0.022, -0.024, -0.06), 1e-15),
    ),
    (
        "PUB accounting Q&A, 2017 against 2018, margin in percent, as printed",
        *((1.82, 0.88, 1.485), (2.11, 1.22, 1.481)),
        *((2.38, 3.81), (0.38, 1.07, -0.01), 0.005),
    ),
    (
        "REC the same, recomputed",
        *((1.82, 0.88, 1.485), (2.11, 1.22, 1.481)),
        *((2.378376, 3.8123902), (0.378972, 1.065339, -0.0102968), 5e-7),
    ),
]


@pytest.mark.parametrize(
    ("base", "current", "products", "effects", "tolerance"),
    [pytest.param(*case[1:], id=case[0]) for case in GOLDEN],
)
def test_golden_attribution(
    base: tuple[float, ...],
    current: tuple[float, ...],
    products: tuple[float, float],
    effects: tuple[float, ...],
    tolerance: float,
) -> None:
    made = attribute(dict(zip(THREE, base, strict=True)), dict(zip(THREE, current, strict=True)))
    assert (made.base, made.current) == pytest.approx(products, abs=tolerance)
    assert [one.effect for one in made.effects] == pytest.approx(effects, abs=tolerance)
    assert made.order == THREE


def test_golden_chain() -> None:
    """PUB: the intermediate products of the Q&A."""
    made = attribute(
        dict(zip(THREE, (1.82, 0.88, 1.485), strict=True)),
        dict(zip(THREE, (2.11, 1.22, 1.481), strict=True)),
    )
    assert made.base == pytest.approx(2.378376, abs=5e-7)
    chain = [one.after for one in made.effects]
    assert chain == pytest.approx([2.757348, 3.822687, 3.8123902], abs=5e-7)


PRINTED_CHAINS = [
    # source; base; current; the chain of products and the effects, all as printed
    (
        "acc5.com question 9506221, 2024-05-10",
        *((0.50, 2.5, 1.8), (0.46, 3, 2)),
        *(("2.25", "2.07", "2.484", "2.76"), ("-0.18", "0.414", "0.276")),
    ),
    (  # prints the base return, 24 %, and the base turnover and multiplier: so the margin is 20 %
        "question bank at 222.198.130.40:8081, subject 629c5650",
        *((0.20, 1, 1.2), (0.22, 1.2, 1.5)),
        *(("24 %", "26.4 %", "31.68 %", "39.6 %"), ("2.4 %", "5.28 %", "7.92 %")),
    ),
    (  # the chain between is not printed
        "fawtography.com, a mirror of chinaacc.com, question 6308102, 2022-06-08",
        *((0.0561, 1.68, 2), (0.0448, 1.53, 2.14)),
        *(("18.85 %", "", "", "14.67 %"), ("-3.8 %", "-1.34 %", "0.96 %")),
    ),
    (  # material cost: quantity, use for one, price
        "app.ixiawen.com question 26427517",
        *((200, 300, 15), (190, 320, 20)),
        *(("900000", "855000", "912000", "1216000"), ("-45000", "57000", "304000")),
    ),
    (
        "epsq.cn post 323833",
        *((400, 30, 13), (410, 31, 11)),
        *(("156000", "159900", "165230", "139810"), ("3900", "5330", "-25420")),
    ),
]


@pytest.mark.parametrize(
    ("base", "current", "chain", "effects"),
    [pytest.param(*case[1:], id=case[0]) for case in PRINTED_CHAINS],
)
def test_successive_substitution_is_as_printed(
    base: tuple[float, ...],
    current: tuple[float, ...],
    chain: tuple[str, ...],
    effects: tuple[str, ...],
) -> None:
    made = attribute(dict(zip("abc", base, strict=True)), dict(zip("abc", current, strict=True)))
    products = [made.base, *(one.after for one in made.effects)]
    assert made.current == pytest.approx(products[-1], rel=1e-15)
    for value, text in zip(products, chain, strict=True):
        assert not text or value == printed(text)
    for one, text in zip(made.effects, effects, strict=True):
        assert one.effect == printed(text)


PRINTED_RETURNS = [
    # source; net income, before tax, EBIT, revenue, total assets, equity; ratios and return
    (
        "calculus7.com, DuPont analysis, year 1",
        *(3, (1000, None, None, 10_000, 5000, 2000), ("0.1", "2", "2.5"), "50 %"),
    ),
    (
        "calculus7.com, DuPont analysis, year 2",
        *(3, (1200, None, None, 10_000, 4800, 2000), ("0.12", "2.08", "2.4"), "60 %"),
    ),
    (  # its assets and equity are printed as averages, and given here as they are
        "breakingdownfinance.com, DuPont Analysis Excel Template (scribd.com 421291703), 3 steps",
        3,
        (20_000, 30_000, 35_000, 500_000, 250_000, 150_000),
        ("0.04", "2.00", "1.67"),
        "13.33 %",
    ),
    (
        "breakingdownfinance.com, DuPont Analysis Excel Template (scribd.com 421291703), 5 steps",
        5,
        (20_000, 30_000, 35_000, 500_000, 250_000, 150_000),
        ("66.667 %", "85.714 %", "7.000 %", "2.00", "1.67"),
        "13.33 %",
    ),
    (  # prints the five ratios (a tax rate of 30 %) and the return; lines that have them
        "ift.world, concept 50: DuPont analysis",
        5,
        (15.12, 21.6, 36, 300, 150, 100),
        ("0.7", "0.6", "12 %", "2", "1.5"),
        "0.1512",
    ),
]


@pytest.mark.parametrize(
    ("steps", "lines", "ratios", "text"),
    [pytest.param(*case[1:], id=case[0]) for case in PRINTED_RETURNS],
)
def test_return_on_equity_is_as_printed(
    steps: Literal[3, 5], lines: tuple[float | None, ...], ratios: tuple[str, ...], text: str
) -> None:
    names = ("net_income", "profit_before_tax", "ebit", "revenue", "total_assets", "equity")
    company = changed(previous=None, **dict(zip(names, lines, strict=True)))
    made = dupont(company, steps=steps)
    for step, ratio in zip(made.steps, ratios, strict=True):
        assert step.value == printed(ratio)
    assert made.return_on_equity == printed(text)


@pytest.mark.parametrize("steps", [3, 5])
def test_return_on_equity_of_the_book(steps: int) -> None:
    made = dupont(REF_CO, steps=steps)
    assert made.return_on_equity == pytest.approx(70 / 550, rel=1e-15)
    assert len(made.steps) == steps
    assert made.status == "computed"
    averaged = dupont(REF_CO, steps=steps, balances="average")
    assert averaged.return_on_equity == pytest.approx(70 / 525, rel=1e-15)  # (550 + 50 x 10) / 2
    turnover, multiplier = averaged.steps[-2:]
    assert (turnover.above, turnover.below) == (1500, 950)
    assert (multiplier.above, multiplier.below) == (950, 525)


# ------------------------------------------------------------------------ what cannot be computed


def changed(**values: object) -> Statement:
    own = {
        name: getattr(REF_CO, name)
        for name in (
            *("currency", "period_end", "net_income", "profit_before_tax", "ebit", "revenue"),
            *("total_assets", "equity", "previous"),
        )
    }
    return Statement(**{**own, **values})


@pytest.mark.parametrize("equity", [0, -0.0, -50])
@pytest.mark.parametrize("steps", [3, 5])
def test_no_return_on_equity_that_is_not_positive(equity: float, steps: int) -> None:
    made = dupont(changed(equity=equity), steps=steps)
    assert (made.return_on_equity, made.status) == (None, "not_computable")
    assert made.undefined == ("equity",)
    assert made.missing == ()
    assert made.steps[-1].value is None
    assert made.steps[0].value is not None  # the other ratios stand


def test_denominators_of_five_steps() -> None:
    loss = changed(profit_before_tax=-10)
    assert dupont(loss, steps=5).undefined == ("profit_before_tax",)
    assert dupont(loss).undefined == ()
    assert dupont(changed(ebit=0), steps=5).undefined == ("ebit",)
    assert dupont(changed(revenue=0)).undefined == ("revenue",)
    negative = dupont(changed(net_income=-70))
    assert negative.return_on_equity == pytest.approx(-70 / 550, rel=1e-15)


def test_missing_lines_are_named() -> None:
    assert dupont(changed(net_income=None)).missing == ("net_income",)
    alone = changed(previous=None)
    wanted = ("previous.total_assets", "previous.equity")
    assert dupont(alone, balances="average").missing == wanted
    assert dupont(alone).missing == ()


def test_opening_balances() -> None:
    def before(**values: object) -> Statement:
        made = {"currency": "CNY", "period_end": "2024-12-31", "total_assets": 900, "equity": 500}
        return Statement(**{**made, **values})

    negative = dupont(changed(previous=before(equity=-1)), balances="average")
    assert negative.undefined == ("previous.equity",)
    abroad = dupont(changed(previous=before(currency="USD")), balances="average")
    assert abroad.undefined == ("previous.currency",)
    assert abroad.return_on_equity is None
    tiny = changed(equity=5e-324, total_assets=1e300)
    assert dupont(tiny).undefined == ("return_on_equity",)


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"steps": 4}, "dupont.steps must be 3 or 5"),
        ({"balances": "opening"}, "must be 'closing' or 'average'"),
    ],
)
def test_arguments(arguments: dict[str, object], rule: str) -> None:
    with pytest.raises(InvalidFact, match=rule):
        dupont(REF_CO, **arguments)  # type: ignore[call-overload]


# ------------------------------------------------------------------------------- one equals many

number = st.one_of(
    st.none(),
    st.integers(-(10**6), 10**6).map(float),
    st.integers(1, 10**6).map(float),
    st.sampled_from([0.0, 5e-324, 1e300, -1e300]),
)
LINES = ("net_income", "profit_before_tax", "ebit", "revenue", "total_assets", "equity")
statement_lines = st.fixed_dictionaries(dict.fromkeys(LINES, number))
currency = st.sampled_from(["CNY", "USD"])
unit = st.sampled_from([1, 1000, 10_000])


@st.composite
def statements(draw: st.DrawFn) -> Statement | None:
    if draw(st.integers(0, 9)) == 0:
        return None
    previous = None
    if draw(st.booleans()):
        previous = Statement(
            currency=draw(currency),
            period_end="2024-12-31",
            unit=draw(unit),
            **draw(statement_lines),
        )
    return Statement(
        currency=draw(currency),
        period_end="2025-12-31",
        unit=draw(unit),
        previous=previous,
        **draw(statement_lines),
    )


@pytest.mark.parametrize("steps", [3, 5])
@pytest.mark.parametrize("balances", ["closing", "average"])
@given(st.lists(statements(), max_size=8))
def test_one_equals_many(steps: int, balances: str, rows: list[Statement | None]) -> None:
    many = dupont(Statements.of(rows), steps=steps, balances=balances)
    assert len(many) == len(rows)
    for row, statement in enumerate(rows):
        if statement is None:
            assert many.status[row] == DuPonts.MISSING
            assert many[row].status == "not_computable"
            continue
        one = dupont(statement, steps=steps, balances=balances)
        assert many[row] == one
        value = float(many.return_on_equity[row])
        assert repr(one.return_on_equity) == repr(None if value != value else value)
        status = DuPonts.COMPUTED
        if one.return_on_equity is None:
            status = DuPonts.MISSING if one.missing else DuPonts.UNDEFINED
            assert one.missing or one.undefined
        assert many.status[row] == status
        for step in one.steps:
            value = float(many.ratios[step.name][row])
            assert repr(step.value) == repr(None if value != value else value)


def test_columns_of_none_and_one() -> None:
    none = dupont(Statements.of([]), balances="average")
    assert (len(none), none.return_on_equity.shape) == (0, (0,))
    one = dupont(Statements.of([REF_CO]))
    assert one.return_on_equity.shape == (1,)
    assert one[-1] == one[0] == dupont(REF_CO)
    assert repr(one) == "<DuPonts of 1 in 3 steps, closing balances>"
    with pytest.raises(IndexError):
        one[1]


# ------------------------------------------------------------------------------------ attribution

factors = st.integers(1, 6).flatmap(
    lambda size: st.tuples(
        *(
            st.lists(
                st.one_of(
                    st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-20),
                    st.integers(-20, 20).map(lambda value: value / 10),
                ),
                min_size=size,
                max_size=size,
            ),
        )
        * 2
    )
)


def attributed(base: list[float], current: list[float]) -> Attribution:
    names = [f"f{place}" for place in range(len(base))]
    return attribute(dict(zip(names, base, strict=True)), dict(zip(names, current, strict=True)))


@given(factors)
def test_effects_add_up(pair: tuple[list[float], list[float]]) -> None:
    made = attributed(*pair)
    assert made.base == math.prod(pair[0], start=1.0)
    assert made.current == math.prod(pair[1], start=1.0)
    assert made.change == made.current - made.base
    terms = [one.effect for one in made.effects]
    largest = max(abs(term) for term in (*terms, made.base, made.current))
    assert abs(math.fsum(terms) - made.change) <= 4 * math.ulp(largest)


@given(factors)
def test_a_factor_that_stays_has_no_effect(pair: tuple[list[float], list[float]]) -> None:
    base, current = pair
    current = [*current[:-1], base[-1]]
    assert attributed(base, current).effects[-1].effect == 0
    same = attributed(base, base)
    assert same.change == 0
    assert all(one.effect == 0 for one in same.effects)


@given(st.lists(st.integers(-9, 9).map(float), min_size=6, max_size=6))
def test_effects_follow_the_printed_formula(values: list[float]) -> None:
    a0, b0, c0, a1, b1, c1 = values  # whole numbers, so that both ways are exact
    made = attribute({"a": a0, "b": b0, "c": c0}, {"a": a1, "b": b1, "c": c1})
    effects = [one.effect for one in made.effects]
    assert effects == [(a1 - a0) * b0 * c0, a1 * (b1 - b0) * c0, a1 * b1 * (c1 - c0)]


def test_the_order_matters_and_is_told() -> None:
    base, current = {"a": 2.0, "b": 3.0}, {"b": 5.0, "a": 4.0}
    seen = {}
    for order in itertools.permutations("ab"):
        made = attribute(base, current, order=order)
        assert made.order == order
        assert made.change == 14
        seen[order] = {one.name: one.effect for one in made.effects}
    assert seen == {("a", "b"): {"a": 6, "b": 8}, ("b", "a"): {"b": 4, "a": 10}}
    assert attribute(base, current).order == ("a", "b")


@pytest.mark.parametrize(
    ("base", "current", "order", "rule"),
    [
        ({}, {}, None, "must name"),
        ({"a": 1.0}, {"b": 1.0}, None, "attribute.current must name"),
        ({"a": 1.0}, {"a": 1.0}, ["a", "a"], "attribute.base must name"),
        ({"a": math.nan}, {"a": 1.0}, None, "attribute.base.a must be a finite number"),
        ({"a": 1.0}, {"a": True}, None, "attribute.current.a must be a finite number"),
        ({"a": 1.0}, {"a": "1"}, None, "attribute.current.a must be a finite number"),
    ],
)
def test_factors_have_to_match(base: object, current: object, order: object, rule: str) -> None:
    with pytest.raises(InvalidFact, match=rule):
        attribute(base, current, order=order)  # type: ignore[arg-type]


def test_a_product_beyond_a_float_has_no_attribution() -> None:
    made = attribute({"a": 1e300, "b": 1e300}, {"a": 1.0, "b": 1.0})
    assert (made.base, made.change, made.effects) == (None, None, ())
    assert made.undefined == ("a", "b")
    assert "without a meaning: a, b" in str(made)


def test_since() -> None:
    before = changed(net_income=60, total_assets=900, equity=500, revenue=1400)
    made = dupont(REF_CO).since(dupont(before))
    assert (made.of, made.order) == ("return_on_equity", THREE)
    assert made.base == dupont(before).return_on_equity
    assert made.current == dupont(REF_CO).return_on_equity
    many = dupont(Statements.of([REF_CO]))[0].since(dupont(Statements.of([before]))[0])
    assert many == made
    undefined = dupont(REF_CO).since(dupont(changed(equity=-1)))
    assert (undefined.change, undefined.undefined) == (None, ("equity_multiplier",))
    for other in (dupont(REF_CO, steps=5), dupont(REF_CO, balances="average")):
        with pytest.raises(InvalidFact, match="must be in 3 steps with closing balances"):
            dupont(REF_CO).since(other)


# -------------------------------------------------------------------------- they explain themselves


def test_round_trips() -> None:
    for made in (dupont(REF_CO, steps=5), dupont(changed(equity=None), balances="average")):
        assert DuPont.from_dict(made.to_dict()) == made
    made = dupont(REF_CO).since(dupont(changed(net_income=60)))
    assert Attribution.from_dict(made.to_dict()) == made
    assert made.to_dict()["order"] == list(THREE)


def test_explained_in_two_languages() -> None:
    made = dupont(REF_CO, steps=5, balances="average")
    assert str(made) == made.explain()
    assert "Return on equity, 5 steps, average balances" in str(made)
    assert "= Return on equity" in str(made)
    assert "13.33 %" in str(made)
    chinese = made.explain("zh")
    for name in ("净资产收益率（5 步，平均余额）", "总资产周转率", "权益乘数", "13.33 %"):
        assert name in chinese
    assert "销售净利率" in dupont(REF_CO).explain("zh")
    lacking = dupont(changed(previous=None, equity=-1), balances="average")
    assert "not known: Total assets of the year before, Equity of the year before" in str(lacking)
    assert "without a meaning: Equity" in str(lacking)
    assert "缺失：上年资产总计、上年所有者权益合计" in lacking.explain("zh")
    assert "无意义：所有者权益合计" in lacking.explain("zh")


def test_a_change_explained_in_two_languages() -> None:
    base = dict(zip(THREE, (0.13, 1.1, 2.0), strict=True))
    current = dict(zip(THREE, (0.12, 1.0, 1.5), strict=True))
    made = attribute(base, current, of="return_on_equity")
    english, chinese = str(made), made.explain("zh")
    assert "Return on equity 28.60 % -> 18.00 %" in english
    assert "in this order: Net margin, Asset turnover, Equity multiplier" in english
    assert "-10.60 pp" in english
    assert "替代顺序：销售净利率、总资产周转率、权益乘数" in chinese
    assert "-2.20 个百分点" in chinese
    assert made.explain("zh_CN") == made.explain("zh-Hans") == chinese
    rows = english.splitlines()[2:]
    assert len({len(row) for row in rows}) == 1  # aligned


def test_numpy_numbers_are_taken() -> None:
    made = attribute({"a": np.float64(2)}, {"a": 3})
    assert type(made.effects[0].base) is float
    assert made.change == 1


def test_a_change_of_anything_explained() -> None:
    made = attribute({"price": 10.0, "quantity": 100.0}, {"price": 11.0, "quantity": 90.0})
    assert made.explain("zh").splitlines()[-1].split() == ["合计", "-10.0000"]
    assert "price" in str(made)
