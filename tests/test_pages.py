"""Pages are worked out again from what they print, as with a pocket calculator, in both languages.

The pages of random decisions and verdicts are parsed; nothing but their text is used: a method is its
share times its base, parts add up to the sum below them, a step follows from those above it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import creditkit as ck
from creditkit._plain import Deferred
from creditkit.models.attribution import attribute
from creditkit.models.dupont import dupont
from creditkit.policy.check import page as check_page
from creditkit.policy.decide import page as decide_page
from creditkit.policy.policy import Policy
from creditkit.policy.words import SHARED
from tests.orders import (
    TODAY,
    account,
    check,
    invoice,
    order,
    policy_of,
    wide_accounts,
    wide_orders,
    wide_policies,
)
from tests.strategies import Facts, documents, facts, loaded

LANGUAGES = st.sampled_from(["en", "zh"])

# ----------------------------------------------------------------------------------------- reading


def blocks(page: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Each block of a page: its heading, and its rows as cells that two blanks part."""
    for block in page.split("\n\n")[2:]:
        heading, *rows = block.split("\n")
        yield heading, [re.split(r"  +", row.strip()) for row in rows]


def number(text: str) -> Fraction:
    """``1,234.50``, ``15%``, ``60/365`` or ``1.5e+20`` as it is printed."""
    text = text.replace(",", "")
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    return Fraction(text)


def decimals(text: str) -> int:
    return len(text.partition(".")[2])


def money(text: str) -> Fraction | None:
    """An amount without its currency; None for words: not known, unlimited."""
    match = re.fullmatch(r"(-?[\d,.]+) [A-Z]{3}", text)
    return None if match is None else number(match[1])


def text_of(table: Mapping[str, Any], name: str, language: str) -> str:
    return str(table[name].in_(language))


def pattern(text: str) -> re.Pattern[str]:
    """A text with parameters as what matches it."""
    escaped = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(text))
    return re.compile(escaped)


# -------------------------------------------------------------------------------- pages of decisions


def assert_limit_recomputes(page: str, language: str) -> None:
    words, steps = decide_page.WORDS, decide_page.STEPS
    rows = dict(blocks(page)).get(text_of(words, "steps", language), [])
    head = next(
        line for line in page.split("\n") if line.startswith(text_of(words, "limit", language))
    )
    methods: list[Fraction] = []
    at: Fraction | None = None
    unit: Fraction | None = None
    for name, amount, *how in rows:
        value = money(amount)
        if value is not None:
            unit = Fraction(1, 10 ** decimals(amount.split(" ")[0]))
        if how and " x " in how[0]:
            assert_product(how[0], value, unit, language)
            if value is not None:
                methods.append(value)
        elif name in (text_of(steps, "lowest", language), text_of(steps, "highest", language)):
            take = min if name == text_of(steps, "lowest", language) else max
            if value is not None:
                assert value == take(methods)
            at = value
        elif name == text_of(steps, "rounding", language):
            assert at is not None and value is not None
            assert_rounded(how[0], at, value, language)
            at = value
        elif name == text_of(steps, "floor", language):
            assert at is not None and value is not None and value > at
            at = value
        elif name.startswith("cap") or name in (
            text_of(steps, "cap:grade", language),
            text_of(steps, "cap:policy", language),
        ):
            assert at is not None and value is not None and value < at
            at = value
        else:
            at = value  # fixed by the grade, or held to the information at hand
    printed = re.search(r"(-?[\d,.]+ [A-Z]{3})", head)
    if at is not None:
        assert printed is not None and money(printed[1]) == at


def assert_product(how: str, value: Fraction | None, unit: Fraction | None, language: str) -> None:
    words = decide_page.STEP_WORDS
    cut = text_of(words, "cut", language).replace("{product}", "")
    zero = text_of(words, "not_negative", language).replace("{product}", "")
    plain = how.removesuffix(cut).removesuffix(zero)
    factor, _, base = plain.partition(" x ")
    of = money(base)
    if of is None or value is None or unit is None:
        return  # not known, or beyond 64 bits
    exact = number(factor) * of
    if how.endswith(zero):
        assert of < 0 and value == 0
    elif how.endswith(cut):
        assert value == exact // unit * unit != exact
    else:
        assert value == exact


def assert_rounded(how: str, before: Fraction, after: Fraction, language: str) -> None:
    for way in ("down", "up"):
        found = pattern(text_of(decide_page.STEP_WORDS, way, language)).fullmatch(how)
        if found:
            step = money(found["step"])
            assert step is not None
            whole = before // step if way == "down" else -(-before // step)
            assert after == whole * step != before
            return
    raise AssertionError(how)


def assert_score_recomputes(page: str, language: str) -> None:
    if "e+" in page:
        return  # a model of the host's that gives numbers beyond all scores
    words = decide_page.WORDS
    sum_, held = (text_of(words, name, language) for name in ("sum", "held"))
    found = re.search(
        pattern(text_of(words, "score", language).replace("{grade}   ", "")).pattern + r"(?=$| )",
        page.split("\n")[2],
    )
    assert found is not None
    score = found["score"]
    sums = []
    for heading, rows in blocks(page):
        if pattern(text_of(words, "parts", language)).fullmatch(heading):
            *parts, last = rows
            assert last[0] == sum_
            assert sum(number(row[1]) for row in parts) == number(last[1])
            assert len({decimals(row[1]) for row in rows}) == 1
            for row in parts[1:]:
                assert_in_bin(row)
            sums.append(last[1])
    if score[0] not in "-0123456789":
        return  # none
    mixed = dict(blocks(page)).get(text_of(words, "mixed", language), [])
    products = [row[-1] for row in mixed if row[0] not in (sum_, held) and " = " in row[-1]]
    for text in products:
        raw, _, product = text.rpartition("; ")
        left, _, part = product.partition(" = ")
        weight, _, scaled = left.partition(" x ")
        exact = number(weight) * number(scaled)
        assert abs(exact - number(part)) <= Fraction(1, 2 * 10 ** decimals(part)), text
        if raw:
            assert raw.partition(" -> ")[0] in sums or not sums
    whole = next((row[-1] for row in mixed if row[0] == sum_), None)
    if whole is not None:
        parts = [number(text.rpartition(" = ")[2]) for text in products]
        assert sum(parts) == number(whole)
    seen = next((row[-1] for row in mixed if row[0] == held), None)
    seen = seen or whole or (products[0].rpartition(" = ")[2] if products else sums[0])
    assert abs(number(seen) - number(score)) <= Fraction(1, 2 * 10 ** decimals(score))


def assert_in_bin(row: list[str]) -> None:
    """A number lies in the bin that stands beside it."""
    if len(row) == 5:
        made = math.prod(map(number, row[4].split(" x ")))
        assert abs(made - number(row[1])) <= Fraction(1, 10 ** decimals(row[1])), row
    if len(row) >= 4 and (bound := re.fullmatch(r"(>=|<=) (.+)", row[3])):
        given, edge = (money(text) if " " in text else number(text) for text in (row[2], bound[2]))
        assert given is not None and edge is not None
        assert given >= edge if bound[1] == ">=" else given <= edge, row


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents(), facts(most=2), LANGUAGES)
def test_the_page_of_any_decision_recomputes(
    document: dict[str, Any], given_: Facts, language: str
) -> None:
    try:
        policy = loaded(document)
    except ck.InvalidPolicy:
        return
    for place, customer in enumerate(given_.customers):
        ledger = given_.ledger
        if ledger is not None and len(ledger.accounts) == 1 and customer.id not in ledger.accounts:
            ledger = None
        decision = policy.decide(
            customer,
            as_of=given_.as_of,
            ledger=ledger,
            application=given_.applications[place] if given_.applications else None,
            line=given_.lines[place] if given_.lines else None,
            rates=given_.rates,
        )
        page = decision.explain(language)
        assert_limit_recomputes(page, language)
        assert_score_recomputes(page, language)


# --------------------------------------------------------------------------------- pages of verdicts


def side(text: str) -> Fraction | None:
    """A side of a check worked out by a pocket calculator; None where it is in words."""
    sum_, _, value = text.rpartition(" = ")
    result = money(value) if " " in value else _number_or_none(value)
    if result is None or not sum_:
        return result
    total = Fraction(0)
    sign = 1
    for term in re.split(r" ([+-]) ", sum_):
        if term in "+-":
            sign = 1 if term == "+" else -1
            continue
        factor, _, amount = term.rpartition(" × ")
        of = money(amount) if " " in amount else _number_or_none(amount)
        if of is None:
            return None  # no credit counts as nothing, unlimited as no bound
        total += sign * (number(factor) if factor else 1) * of
    unit = Fraction(1, 10 ** decimals(value.split(" ")[0]))
    assert total // unit * unit == result, text
    return total


def _number_or_none(text: str) -> Fraction | None:
    try:
        return number(text)
    except ValueError:
        return None


COMPARED = {
    "≤": lambda a, b: a <= b,
    "≥": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


def assert_checks_recompute(page: str, language: str) -> None:
    statuses = {text_of(check_page.STATUSES, name, language): name for name in ("pass", "fail")}
    rows = next(
        rows
        for heading, rows in every_block(page)
        if heading == text_of(check_page.WORDS, "checks", language)
    )
    for row in rows:
        if len(row) < 4:
            continue
        status = statuses.get(re.split(r" -> |,|，", row[1])[0])
        left, right = map(side, row[3].split(" : "))
        sign = next((mark for mark in COMPARED if f" {mark} " in row[2]), None)
        if status is None or sign is None or left is None or right is None:
            continue
        assert COMPARED[sign](left, right) == (status == "pass"), row


def every_block(page: str) -> Iterator[tuple[str, list[list[str]]]]:
    for block in page.split("\n\n")[1:]:
        heading, *rows = block.split("\n")
        yield heading, [re.split(r"  +", row.strip()) for row in rows]


def assert_exposure_recomputes(page: str, language: str) -> None:
    name = ck.FIGURES["exposure"].title(language)
    for heading, rows in every_block(page):
        if not heading.startswith(f"{name}  "):
            continue
        total, parts = money(heading.removeprefix(f"{name}  ")), [money(row[1]) for row in rows]
        for row in rows:
            if len(row) == 3:
                factor, _, amount = row[2].partition(" x ")
                of, counted = money(amount), money(row[1])
                assert of is not None and counted is not None
                unit = Fraction(1, 10 ** decimals(row[1].split(" ")[0]))
                assert abs(number(factor) * of - counted) <= unit / 2
        if total is not None and None not in parts:
            assert sum(part for part in parts if part is not None) == total


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(wide_policies(), wide_orders(), wide_accounts, LANGUAGES)
def test_the_page_of_any_verdict_recomputes(
    policy: Policy, asked: ck.Order, facts_: ck.CreditAccount, language: str
) -> None:
    rates = ck.Rates("CNY", {"USD": "7.1234"}, as_of=TODAY)
    verdict = policy.check(asked, facts_, as_of=TODAY, rates=rates)
    page = verdict.explain(language)
    assert_checks_recompute(page, language)
    assert_exposure_recomputes(page, language)


# ---------------------------------------------------------------------------- pages of statements

lines_of = st.floats(1, 1e6).map(lambda value: round(value, 2))


@given(st.lists(lines_of, min_size=5, max_size=5), st.sampled_from([3, 5]), LANGUAGES)
def test_a_return_is_the_product_of_its_ratios(
    values: list[float], steps: Any, language: str
) -> None:
    names = ("net_income", "revenue", "total_assets", "equity", "ebit")
    statement = ck.Statement(
        currency="CNY", period_end="2025-12-31", profit_before_tax=values[0] * 1.25,
        **dict(zip(names, values, strict=True)),
    )  # fmt: skip
    made = dupont(statement, steps=steps)
    rows = [re.split(r"  +", line.strip()) for line in made.explain(language).split("\n")[1:]]
    *ratios, last = rows
    for row in ratios:
        above, _, below = row[-2].partition(" / ")
        exact = number(above) / number(below)
        assert math.isclose(
            exact, number(row[-1]), rel_tol=1e-14, abs_tol=10.0 ** -decimals(row[-1])
        )
    product = math.prod(number(row[-1]) for row in ratios)
    assert f"{100 * float(product):.2f} %" == last[-1]


@given(
    st.lists(st.tuples(lines_of, lines_of), min_size=1, max_size=4),
    st.sampled_from(["product", "return_on_equity"]),
    LANGUAGES,
)
def test_effects_add_up_to_the_change(
    pairs: list[tuple[float, float]], of: str, language: str
) -> None:
    small = [(a / 1e6, b / 1e6) for a, b in pairs]
    before, after = ({f"f{n}": pair[side] for n, pair in enumerate(small)} for side in (0, 1))
    page = attribute(before, after, of=of).explain(language)
    *effects, change = [
        re.sub(r" (pp|个百分点)$", "", re.split(r"  +", line)[-1]) for line in page.split("\n")[2:]
    ]
    assert sum(number(effect) for effect in effects) == number(change)


# ------------------------------------------------------------------------------------ case by case

HOUSE = ck.Policy.standard().to_dict()
HOUSE["assessment"].pop("required_information")


def house(**sections: Any) -> ck.Policy:
    own = [ck.Figure(name="turnover", kind="money", en="Turnover", zh="营业额", meaning="Own")]
    return ck.Policy.from_dict({**HOUSE, **sections}, figures=own)


def squeezed(page: str) -> str:
    """A page whose cells are parted by two blanks, however wide they are."""
    return re.sub(r"  +", "  ", page)


def decided(policy: ck.Policy, **figures: Any) -> ck.Decision:
    return policy.decide_figures({"score": 750.0, **figures}, as_of=TODAY)


def test_sixty_days_of_a_year_are_a_fraction() -> None:
    """60,000 = 60/365 of 365,000, which was printed as 16.4 %."""
    rules = {"methods": [{"use": "purchases_x_terms"}]}
    policy = house(limit=rules)
    page = squeezed(decided(policy, score=849.0, expected_purchases_12m=36_500_000).explain())
    assert "  purchases x terms  60,000.00 CNY  60/365 x 365,000.00 CNY" in page
    page = squeezed(decided(policy, score=849.0, expected_purchases_12m=36_500_001).explain("zh"))
    assert "采购额 x 账期  60,000.00 CNY  60/365 x 365,000.01 CNY，向下取整" in page
    page = squeezed(decided(policy, score=849.0, expected_purchases_12m=-5).explain())
    assert "0.00 CNY  60/365 x -0.05 CNY, not below 0" in page


def test_a_method_on_another_figure_is_named_by_it() -> None:
    methods = [
        {"use": "net_worth_share", "share": "0.125", "figure": "turnover"},
        {"use": "purchases_x_terms", "figure": "receivables"},
        {"use": "net_worth_share", "share": "0.10"},
    ]
    known = {"turnover": 10_000_000, "receivables": 365_000_000, "net_worth": 90_000_000}
    decision = decided(house(limit={"methods": methods}), **known)
    page, zh = squeezed(decision.explain()), squeezed(decision.explain("zh"))
    assert "  share of Turnover  12,500.00 CNY  12.5% x 100,000.00 CNY" in page
    assert "  Receivables x terms  " in page and "  share of net worth  90,000.00 CNY" in page
    assert "  营业额比例  12,500.00 CNY" in zh and "  应收账款 x 账期  " in zh
    assert "12,500.00 CNY  (binding: share of Turnover)" in page  # of two methods of one name
    assert "（起决定作用：营业额比例）" in zh


@pytest.mark.parametrize("use", ["share_of_credit_sales", "net_worth_share", "purchases_x_terms"])
def test_a_method_on_its_own_figure_is_named_by_itself(use: str) -> None:
    share = {"share": "0.1"} if use == "net_worth_share" else {}
    policy = house(limit={"methods": [{"use": use, **share}]})
    figure = {step.figure for step in decided(policy).limit_steps} - {None}
    page = squeezed(decided(policy, **{figure.pop(): 5_000_000}).explain())
    assert f"\n  {decide_page.STEPS[use].en}  " in page


def test_rounding_shows_its_step() -> None:
    rules = {"methods": [{"use": "share_of_credit_sales"}], "round": "ceil:1000"}
    page = squeezed(decided(house(limit=rules), credit_sales_12m=9_999_900).explain())
    assert "  rounded  15,000.00 CNY  up to a multiple of 1,000.00 CNY" in page
    rules["round"] = "floor:1000"
    decision = decided(house(limit=rules), credit_sales_12m=9_999_900)
    assert "  取整  14,000.00 CNY  向下取整至 1,000.00 CNY 的倍数" in squeezed(
        decision.explain("zh")
    )
    data = decision.to_dict()
    for step in data["limit_steps"]:  # as it was recorded before the step was
        step["base"] = None if step["name"] == "rounding" else step["base"]
    assert "  rounded  14,000.00 CNY\n" in squeezed(ck.Decision.from_dict(data).explain()) + "\n"


def test_a_model_on_a_scale_shows_its_score_before_and_after() -> None:
    """Z'' 4.2 is 771.4 on the scale, which was printed over parts that add up to 4.2."""
    scale = [["0", "300"], ["4.9", "850"]]
    models = [
        {"use": "altman.z2_1995", "weight": "0.4", "scale": scale},
        {"use": "scorecard:standard", "weight": "0.6"},
    ]
    policy = house(assessment={**HOUSE["assessment"], "models": models})
    statement = ck.Statement(
        currency="CNY", period_end="2026-06-30", total_assets=1000, current_assets=700,
        current_liabilities=300, retained_earnings=250, ebit=120, equity=400, total_liabilities=600,
    )  # fmt: skip
    customer = ck.Customer(id="C", currency="CNY", statement=statement, founded="2008-03-01")
    page = squeezed(policy.decide(customer, as_of=TODAY).explain())
    assert_score_recomputes(page, "en")
    assert "Altman Z'' (1995)  4.945 -> 850.0; 0.4 x 850.0 = 340.0" in page
    assert "What the score is made of (Altman Z'' (1995))\n  x1  2.624" in page


def test_a_score_that_is_held_at_a_bound_shows_both() -> None:
    models = [{"use": "altman.z2_1995", "scale": [["0", "300"], ["1", "900"]]}]
    policy = house(assessment={**HOUSE["assessment"], "models": models})
    lines = {"current_assets": 700.0, "current_liabilities": 300.0, "total_assets": 1000.0,
             "retained_earnings": 250.0, "ebit": 120.0, "equity": 400.0,
             "total_liabilities": 600.0}  # fmt: skip
    decision = policy.decide_figures(lines, as_of=TODAY)
    for language in ("en", "zh"):
        assert_score_recomputes(decision.explain(language), language)
    page = squeezed(decision.explain())
    assert "Score 850.0" in page
    assert "  Altman Z'' (1995)  4.945 -> 900.0; 1 x 900.0 = 900.0" in page
    assert "  held at the bound  850.0" in page


def test_money_is_held_against_bins_in_money() -> None:
    card = {
        "id": "m", "range": ["300", "850"],
        "factors": [{"figure": "net_worth", "weight": "1",
                     "bins": [{"min": "50000", "points": 100}, {"points": 10}]}],
    }  # fmt: skip
    policy = house(
        assessment={"models": [{"use": "scorecard:m"}]}, scorecards=[*HOUSE["scorecards"], card]
    )
    page = squeezed(policy.decide_figures({"net_worth": 5_000_000}, as_of=TODAY).explain())
    assert "  Net worth  550.0  50,000.00 CNY  >= 50,000.00 CNY" in page


def test_a_flag_is_held_against_a_flag() -> None:
    card = {
        "id": "f", "range": ["300", "850"],
        "factors": [{"figure": "audited", "weight": "1",
                     "bins": [{"names": ["true"], "points": 100}, {"points": 10}]}],
    }  # fmt: skip
    policy = house(
        assessment={"models": [{"use": "scorecard:f"}]}, scorecards=[*HOUSE["scorecards"], card]
    )
    page = squeezed(policy.decide_figures({"audited": True}, as_of=TODAY).explain("zh"))
    assert "  报表经审计  550.0  是  是" in page


class Steep:
    """A host's own model that goes beyond the grades' domain."""

    id, needs = "host.steep/1", ("score_of_ours",)

    def score(self, figures: Mapping[str, Any], /) -> ck.Score:
        part = ck.Part(name="line", value=912.34)
        return ck.Score(model=self.id, value=912.34, parts=(part,))


def test_one_model_that_is_held_at_a_bound_shows_what_it_gave() -> None:
    own = ck.Figure(name="score_of_ours", kind="score", en="Ours", zh="自有", meaning="Own")
    assessment = {**HOUSE["assessment"], "models": [{"use": Steep.id}]}
    policy = ck.Policy.from_dict(
        {**HOUSE, "assessment": assessment}, models=[Steep()], figures=[own]
    )
    for language in ("en", "zh"):
        page = policy.decide_figures({}, as_of=TODAY).explain(language)
        assert_score_recomputes(page, language)
    page = squeezed(policy.decide_figures({}, as_of=TODAY).explain())
    assert "\n  host.steep/1  912.3\n  held at the bound  850.0\n" in page


def test_a_step_that_a_record_does_not_hold_is_named_all_the_same() -> None:
    decision = decided(house(), credit_sales_12m=9_999_900)
    bare = attrs.evolve(decision, limit_steps=Deferred.of(()))
    assert "(binding: share of credit sales)" in bare.explain()
    assert "(binding: spring:tide)" in attrs.evolve(bare, binding="spring:tide").explain()


def test_one_of_several_values_stands_against_all_of_them() -> None:
    region = ck.Figure(name="region", kind="category", en="Region", zh="地区", meaning="Own")
    rows = [{"id": "R", "require": "region in [north, south]", "on_fail": "hold"}]
    checks = {**HOUSE["checks"], "rows": rows}
    policy = ck.Policy.from_dict({**HOUSE, "checks": checks}, figures=[region])
    held = policy.check(order(), account(figures={"region": "east"}), as_of=TODAY)
    assert "  Region in [north, south]  east : north, south" in squeezed(held.explain())
    assert "  地区 属于 [north、south]  east : north、south" in squeezed(held.explain("zh"))


def test_a_side_of_a_check_shows_how_it_was_worked_out() -> None:
    rows = [("exposure + 2 * order <= 1.10 * line + 5", {"on_fail": "hold"})]
    verdict = check(order("300000"), account([invoice("I", "1000", TODAY)]), policy=policy_of(rows))
    page = squeezed(verdict.explain())
    assert (
        "Exposure + 2 × Order ≤ 1.10 × Line + 5  "
        "1,000.00 CNY + 2 × 300,000.00 CNY = 601,000.00 CNY : "
        "1.10 × 500,000.00 CNY + 5 = 550,005.00 CNY" in page
    )


def test_a_component_shows_its_weight() -> None:
    policy = policy_of([("exposure + order <= line", {})], components={"receivables": "0.5"})
    page = squeezed(check(order(), account([invoice("I", "1000", TODAY)]), policy=policy).explain())
    assert "Exposure  500.00 CNY\n  receivables  500.00 CNY  50% x 1,000.00 CNY" in page


def test_words_of_both_pages_are_one() -> None:
    authority = SHARED["authority"]
    assert (authority.en, authority.zh) == ("Approval authority", "审批权限")
    assert authority.en in decided(house(), credit_sales_12m=5).explain()
    held = check(order("900000"), account())
    assert f"\n{authority.en}  credit director" in held.explain()


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        (0.89999, 0.9, "0.89999 : 0.9"),
        (1.0999996, 1.1, "1.0999996 : 1.1"),
        (699.99996, 700, "699.99996 : 700"),
        (0.5, 0.9, "0.5 : 0.9"),
        (0.9, 0.9, "0.9 : 0.9"),
    ],
)
def test_two_sides_that_differ_are_printed_differently(
    left: float, right: float, shown: str
) -> None:
    texts = [ck.reasons.value_text(left), ck.reasons.value_text(right)]
    assert " : ".join(check_page._told_apart((left, right), texts)) == shown


@pytest.mark.parametrize(
    ("value", "label", "shown"),
    [
        (1.0999996, "else", "1.0999996"),  # 1.1 earns more
        (1.0999996, ">= 0.5", "1.0999996"),
        (1.0999996, ">= 1.0999996", "1.0999996"),
        (0.10000004, "<= 0.5", "0.10000004"),  # 0.1 earns more
        (1.2346, "else", "1.235"),
        (1.1, "else", "1.1"),
        (1.10004, ">= 1.1", "1.1"),
    ],
)
def test_a_number_is_not_printed_as_the_bound_that_it_misses(
    value: float, label: str, shown: str
) -> None:
    assert decide_page._given_text(value, label) == shown


def test_of_several_models_the_one_that_is_least_known_is_named() -> None:
    """`40% of its weight known` was the least of two models, as if it were of the score."""
    card = ck.Policy.standard().decide(ck.Customer(id="C", currency="CNY"), as_of=TODAY)
    (only,) = card.models
    other = attrs.evolve(only, score=attrs.evolve(only.score, model="Z2", coverage=Fraction(1)))
    both = attrs.evolve(card, models=Deferred.of((other, only)))
    assert "(0% of the weight of Standard scorecard known)" in both.explain()
    assert "标准评分卡已知权重 0%" in both.explain("zh")
    assert "(0% of its weight known)" in card.explain()
