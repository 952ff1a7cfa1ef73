"""Chinese sentences are set as Chinese is: no half-width comma, colon or bracket beside its letters.

And what a reader meets in either language is a word, not a code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

import creditkit as ck
from creditkit.languages import Language, parameters
from creditkit.reasons import TEMPLATES, category_text, cleared_by_text, condition_text, own_titles
from creditkit.testing import texts

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 21)

HALF = re.compile(r"[一-鿿}][,;:?](?!\w)|[一-鿿] \(|[,;:(] ?[一-鿿]")


def sentences() -> Iterator[tuple[str, str]]:
    yield from ((key, text.zh) for key, text in texts().items())


@pytest.mark.parametrize(("code", "zh"), list(sentences()))
def test_chinese_has_its_own_punctuation(code: str, zh: str) -> None:
    assert not HALF.search(zh), zh


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """The texts in a module that are no docstrings; what an f-string fills in is {}."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            parts = (str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and id(node) not in inside:
            yield node.lineno, str(node.value)


@pytest.mark.parametrize("folder", ["src", "examples", "docs"])
def test_no_half_width_mark_stands_between_chinese(folder: str) -> None:
    between = re.compile(r"([一-鿿）]|\{\w*\})[,;:] ?([一-鿿（]|\{\w*\})")
    found = [
        (path.name, line, text)
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, text in literals(path)
        if re.search("[一-鿿]", text) and between.search(text)
    ]
    assert found == []


BY = [code for code, text in TEMPLATES.items() if "by" in parameters(text.en)]


@pytest.mark.parametrize("code", BY)
@pytest.mark.parametrize(
    ("by", "beside"), [("u17", " u17 "), (" u17 ", " u17 "), ("王红", "王红"), ("José", " José ")]
)
def test_a_name_stands_with_single_blanks(code: str, by: str, beside: str) -> None:
    names = dict.fromkeys(parameters(TEMPLATES[code].zh), "X")
    sentence = ck.Reason(code, **{**names, "by": by}).sentence("zh")
    assert sentence == sentence.strip() and "  " not in sentence
    assert beside in f" {sentence}"


def test_what_clears_a_check_is_no_person() -> None:
    cleared = ck.Reason("check.cleared", id="LINE", by="prepayment")
    assert cleared.sentence("zh") == "LINE：未通过，已由预付款放行。"
    assert cleared_by_text("delivered") == "delivery" and cleared_by_text("u17") == "u17"
    named = ck.Reason("approval.unknown_check", by="prepayment", check="X")
    assert named.sentence().startswith("The approval by prepayment names X")


@pytest.mark.parametrize(
    ("condition", "en", "zh"),
    [
        ("industry not in [trade]", "Industry not in [trade]", "行业 不属于 [trade]"),
        ("industry not   in [not, in]", "Industry not in [not, in]", "行业 不属于 [not、in]"),
        ("industry in [x not in y]", "Industry in [x not in y]", "行业 属于 [x not in y]"),
        ('industry != "not in"', 'Industry ≠ "not in"', '行业 ≠ "not in"'),
        ("not in [a]", "not in [a]", "not 属于 [a]"),  # a figure of the house's own
        ("not not in [a]", "not not in [a]", "not 不属于 [a]"),
    ],
)
def test_not_in_is_said_in_the_language(condition: str, en: str, zh: str) -> None:
    assert (condition_text(condition), condition_text(condition, "zh")) == (en, zh)
    german = Language("de", {"condition.not_in": "nicht in", "condition.in": "in"})
    assert condition_text(condition, german) == (
        en.replace("not in [", "nicht in [") if " 不属于" in zh else en
    )


def test_no_english_word_of_a_condition_stands_on_a_chinese_page() -> None:
    data = ck.Policy.standard().to_dict()
    require = "ownership not in [private]"
    data["checks"]["rows"] = [{"id": "检查", "require": require, "on_fail": "hold"}]
    data["assessment"]["knock_out"] = [{"id": "否决", "require": require}]
    policy, facts = (
        ck.Policy.from_dict(data),
        ck.Customer(id="C", currency="CNY", ownership="private"),
    )
    order = ck.Order(id="1", currency="CNY", amount="5")
    verdict = policy.check(order, ck.CreditAccount(facts=facts), as_of="2026-11-21")
    decision = policy.decide(facts, as_of="2026-11-21")
    for page in (verdict.explain("zh"), decision.explain("zh")):
        assert "企业性质 不属于 [民营]" in page and " not " not in page


def test_conditions_and_reasons_name_the_values_of_a_category() -> None:
    assert condition_text("ownership in [state_owned, coop]") == "Ownership in [state-owned, coop]"
    assert condition_text("ownership in [state_owned, coop]", "zh") == "企业性质 属于 [国有、coop]"
    assert condition_text("industry in [private, listed]", "zh") == "行业 属于 [private、listed]"
    assert (
        condition_text('industry in [cash, "in the line"]') == 'Industry in [cash, "in the line"]'
    )
    assert category_text("reputation", "good", "zh") == "良好"
    assert category_text("industry", "good") == "good"
    fired = ck.Reason(
        "knock_out.fired", id="OWN", condition="ownership in [state_owned, listed]",
        left="sole_trader", right="state_owned, listed",
    )  # fmt: skip
    assert fired.sentence().endswith("does not hold: sole trader against state-owned, listed.")
    assert fired.sentence("zh").endswith("，实际 个体工商户，限值 国有、上市。")
    assumed = ck.Reason("assumption.used", figure="reputation", value="fair")
    assert assumed.sentence("zh") == "未知而采用假设：商业信誉 = 一般。"


def decided(**known: Any) -> ck.Decision:
    customer = ck.Customer(id="C-1", currency="CNY", insolvency=False, blocked=False, **known)
    return ck.Policy.standard().decide(customer, ledger=ck.Ledger.of([]), as_of=TODAY)


def test_a_page_names_categories_and_the_card_by_their_titles() -> None:
    decision = decided(ownership="state_owned", reputation="good")
    zh = decision.explain("zh")
    assert re.search(r"^  企业性质 +[\d.]+ +国有 +国有、上市  100% x 3/19 x 550$", zh, re.MULTILINE)
    assert re.search(r"^  商业信誉 +[\d.]+ +良好 +良好 +100% x 8/19 x 550$", zh, re.MULTILINE)
    assert "评分构成（标准评分卡）" in zh and "scorecard:" not in zh
    assert "What the score is made of (Standard scorecard)" in decision.explain()
    assert ck.Decision.from_dict(decision.to_dict()).explain("zh") == zh
    own = decided(ownership="cooperative").explain()  # a word of the host's stays as it is
    assert re.search(
        r"^  Ownership +[\d.]+ +cooperative +else +40% x [\d/]+ x 550$", own, re.MULTILINE
    )


def test_a_score_that_cannot_be_computed_names_its_card() -> None:
    reason = ck.Reason("score.not_computable", model="scorecard:x", missing=("z2",), undefined=())
    titles = own_titles([("scorecard:x", "Our card", "本行评分卡")])
    assert reason.sentence("zh", titles).startswith("无法评分：本行评分卡不能计算")
    assert reason.sentence().startswith("No score: scorecard:x cannot")


def test_what_stops_nothing_bears_no_mark_and_no_terms_are_a_dash() -> None:
    decision = decided()
    assert decision.grade is None
    assert re.search(r"^Terms +–$", decision.explain(), re.MULTILINE)
    assert re.search(r"^付款条件 +–$", decision.explain("zh"), re.MULTILINE)
    told: dict[str, Any] = {"id": "DISTRESS", "missing": (), "undefined": ("z2",)}
    note = ck.Reason("knock_out.unknown", ck.Outcome.APPROVE, **told)
    page = attrs.evolve(decision, reasons=(note,)).explain()
    assert "\n  DISTRESS: cannot be tested. Without a meaning: Altman Z'' (1995)." in page
    assert "[approve]" not in page
