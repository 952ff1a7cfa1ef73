"""Templates are data: both languages declare the same parameters, and all that is raised is there."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._digits import (
    adding_up,
    decimals_for,
    fixed_text,
    number_text,
    percent_text,
    ratio_text,
    told_apart,
)
from creditkit.languages import parameters
from creditkit.policy.standard import STANDARD
from creditkit.reasons import (
    TEMPLATES,
    assume,
    check,
    collect,
    cover,
    decide,
    own_titles,
    payment,
    queue,
    shared,
    watch,
)
from creditkit.reasons.rendering import TYPES
from creditkit.reasons.titles import FACTS
from creditkit.recovery.worklist import ACTIONS

SRC = Path(ck.__file__).parent
VERBS = (decide, check, queue, watch, collect, assume, payment, shared, cover)

# --------------------------------------------------------------------------------------- templates


@pytest.mark.parametrize("code", TEMPLATES)
def test_both_languages_declare_the_same_parameters(code: str) -> None:
    text = TEMPLATES[code]
    assert text.key == code
    assert parameters(text.en) == parameters(text.zh)
    assert {*parameters(text.en).values()} <= {*TYPES}
    assert text.en.count("[") == text.zh.count("[")


def test_no_code_stands_in_two_verbs() -> None:
    assert sum(len(verb.REASONS) for verb in VERBS) == len(TEMPLATES)


def test_every_type_is_declared_somewhere() -> None:
    declared = {kind for text in TEMPLATES.values() for kind in parameters(text.en).values()}
    assert declared == {*TYPES}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SRC.rglob("*.py")):
        if "reasons" not in path.parts and "testing" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def raised() -> Iterator[tuple[str, str, ast.Call]]:
    """What is given first to a call that makes a reason, or notes one: where, the code, the call."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in ("Reason", "note", "_note", "note_block"):
                    for code in codes(node.args[0]):
                        if name == "Reason" or "." in code:  # a report notes its severity first
                            yield f"{path.name}:{node.lineno}", code, node


def codes(node: ast.expr) -> Iterator[str]:
    """The codes that an expression can be: of a key, what stands before its subject."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value.partition(":")[0]
    elif isinstance(node, ast.JoinedStr):
        yield from codes(node.values[0])
    elif isinstance(node, ast.IfExp):
        yield from (*codes(node.body), *codes(node.orelse))


def elsewhere() -> set[str]:
    """Codes that are given as values: those of tables, and what functions return, but no mere lists."""
    out = set()
    for _, tree in trees():
        lists = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "REASONS"
        ]
        listed = {id(one) for node in lists for one in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in listed:
                out |= {*codes(node)} & TEMPLATES.keys()
    return out


def test_every_code_that_is_raised_has_a_template() -> None:
    found = list(raised())
    assert len(found) > 40  # the scan sees something
    assert not "\n".join(
        f"{where}: write the sentence of {code!r} in both languages into the file of reasons/ for its verb"
        for where, code, _ in found
        if code not in TEMPLATES
    )


def test_every_template_is_raised() -> None:
    actions = {f"action.{name}" for name in re.findall(r'action = "(\w+)"', STANDARD)}
    actions |= {f"action.{name}" for name in (*ACTIONS, "review")}  # a list of calls; an indicator
    assert TEMPLATES.keys() - {code for _, code, _ in raised()} - elsewhere() - actions == set()


def test_a_reason_is_raised_with_the_parameters_of_its_template() -> None:
    """Where all of them are written out: evidence may be more than a sentence says."""
    seen = 0
    for where, code, call in raised():
        given = {word.arg for word in call.keywords}
        if None in given or getattr(call.func, "id", "") != "Reason":
            continue
        seen += 1
        assert parameters(TEMPLATES[code].en).keys() <= given, where
    assert seen > 5


def test_lines_of_a_statement_are_called_as_the_statement_calls_them() -> None:
    fields = [field for field in attrs.fields(ck.Statement) if "en" in field.metadata]
    assert len(fields) == 19
    for field in fields:
        title = FACTS[field.name]
        assert (title.en, title.zh) == (field.metadata["en"], field.metadata["zh"])


# --------------------------------------------------------------------------------------- parameters

yuan = ck.Money("5", "CNY")


@pytest.mark.parametrize(
    ("reason", "english", "chinese"),
    [
        (
            ck.Reason("coverage.low", coverage=0.4, least=0.5),
            "Only 40% of the scorecard's weight is known; a grade requires 50%.",
            "评分卡已知权重仅 40%，政策要求至少 50% 方可评级。",
        ),
        (
            ck.Reason("coverage.low", coverage=0.69996, least=0.7),
            "Only 69.996% of the scorecard's weight is known; a grade requires 70%.",
            "评分卡已知权重仅 69.996%，政策要求至少 70% 方可评级。",
        ),
        (
            ck.Reason("terms.longer", requested="net 90", terms="net30"),
            "The requested terms net 90 are longer than net 30, which the grade allows.",
            "申请的付款条件 90 天账期长于该等级允许的 30 天账期。",
        ),
        (
            ck.Reason("limit.unknown", missing=()),
            "No limit can be recommended.",
            "无法建议额度。",
        ),
        (
            ck.Reason("limit.unknown", missing=("ebit", "net_worth")),
            "No limit can be recommended. Not known: Earnings before interest and tax, Net worth.",
            "无法建议额度。缺失：息税前利润、净资产。",
        ),
        (
            ck.Reason("limit.below_line", limit=yuan, line=ck.Line.UNLIMITED),
            "The recommended limit of 5.00 CNY is below the line in force of unlimited: "
            "review the line.",
            "建议额度：5.00 CNY，低于现有授信额度不限额，请复核。",
        ),
        (
            ck.Reason(
                "knock_out.fired", id="K", condition="audited == true", left=False, right=True
            ),
            "K: Statement audited = yes does not hold.",
            "K：不满足 报表经审计 = 是。",
        ),
        (
            ck.Reason("knock_out.fired", id="K", condition="dso < 0.2", left=0.20000004, right=0.2),
            "K: DSO < 0.2 does not hold: 0.20000004 against 0.2.",
            "K：不满足 应收账款周转天数 < 0.2，实际 0.20000004，限值 0.2。",
        ),
        (
            ck.Reason("assumption.used", figure="insolvency", value=False),
            "Assumed, because it is not known: Insolvency proceedings = no.",
            "未知而采用假设：破产程序 = 否。",
        ),
        (  # ids that are also names of facts stay ids
            ck.Reason("approval.others", orders=("cash", "SO-2")),
            "The open approvals of cash, SO-2 count with the overage when the authority to release "
            "is determined.",
            "判定放行权限时，cash、SO-2 的有效批准一并计入超额。",
        ),
        (
            ck.Reason("alert.dso_rise", dso=45.0, mean=30.0, value=1.5, threshold=1.5),
            "DSO of 45 days is 1.5 times its own mean of 30, at or above 1.5.",
            "应收账款周转天数 45 天，为自身均值 30 的 1.5 倍，达到或超过 1.5 倍。",
        ),
        (
            ck.Reason("statement.stale", period_end=date(2024, 12, 31), months=18),
            "The statement of 2024-12-31 is older than 18 months: it is not used.",
            "2024-12-31 的财务报表已超过 18 个月，不予采用。",
        ),
        (  # what is not of its type is shown as it is
            ck.Reason("coverage.low", coverage="5", least=None),
            "Only 5 of the scorecard's weight is known; a grade requires not known.",
            "评分卡已知权重仅 5，政策要求至少 未知 方可评级。",
        ),
    ],
    ids=lambda value: value.key if isinstance(value, ck.Reason) else "",
)
def test_a_parameter_is_shown_by_its_type(reason: ck.Reason, english: str, chinese: str) -> None:
    assert reason.sentence() == english
    assert reason.sentence("zh") == chinese


def test_two_models_keep_their_titles() -> None:
    titles = own_titles([("a", "Card A", "卡A"), ("b", "Card B", "卡B")])
    reason = ck.Reason("score.not_computable", model="a, b", missing=(), undefined=("z2",))
    assert reason.sentence(titles=titles) == (
        "No score: Card A, Card B cannot be computed. Without a meaning: Altman Z'' (1995)."
    )
    assert reason.sentence("zh", titles) == "无法评分：卡A、卡B 不能计算。无意义：Z''值。"


def test_a_record_without_a_parameter_or_of_another_code_is_refused() -> None:
    with pytest.raises(
        ck.InvalidFact, match=r"reason\.params\.grade is required by grade\.no_cred"
    ):
        ck.Reason("grade.no_credit").sentence()
    with pytest.raises(ck.InvalidFact, match=r"unknown code .* did you mean 'grade\.none'"):
        ck.Reason("grade.nine").sentence()
    data = {**ck.Reason("grade.none").to_dict(), "code": "grade.nine"}
    with pytest.raises(ck.InvalidFact, match=r"reason\.code is an unknown code"):
        ck.Reason.from_dict(data)


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.dates()
values |= st.sampled_from([*ck.Line, ck.UNDEFINED, yuan]) | st.lists(st.text(max_size=5)).map(tuple)


@given(st.sampled_from([*TEMPLATES]), st.data())
def test_a_sentence_is_made_of_whatever_a_record_holds(code: str, data: st.DataObject) -> None:
    reason = ck.Reason(code, **{name: data.draw(values) for name in parameters(TEMPLATES[code].en)})
    for language in ("en", "zh"):
        assert reason.sentence(language)


# ------------------------------------------------------------------------------------------- digits


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        ("0.15", "15%"), ("1/8", "12.5%"), ("1", "100%"), ("0", "0%"), ("2.5", "250%"),
        ("60/365", "60/365"), ("66/365", "66/365"), ("1/73", "5/365"), ("7/730", "7/730"),
        ("2/3", "2/3"), ("333333333333333333/1000000000000000000", "33.3333333333333333%"),
    ],
)  # fmt: skip
def test_a_ratio_is_printed_exactly(ratio: str, text: str) -> None:
    assert ratio_text(Fraction(ratio)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (0.12345, "0.1235"), (999.96, "1000"), (1000.0, "1,000.0"),
        (-12345.678, "-12,345.7"), (1e15, "1e+15"), (1e300, "1e+300"), (math.inf, "inf"),
    ],
)  # fmt: skip
def test_a_number_is_short(value: float, text: str) -> None:
    assert number_text(value) == text


def test_parts_that_are_not_those_of_the_total_are_rounded_by_themselves() -> None:
    assert adding_up([0.04, 0.04], 5.0, 1) == ["0.0", "0.0"]
    assert adding_up([1e20, 0.5], 1e20, 1) == ["1e+20", "0.5"]
    assert adding_up([], 0.0, 1) == []
    assert fixed_text(1e20, 1) == "1e+20" and fixed_text(-0.04, 1) == "0.0"
    assert decimals_for((), 1e20) == 1 and decimals_for([0.5], 2.25) == 2
    assert decimals_for([0.1234], 4.4) == 3 and decimals_for([600.0], 776.04) == 1
    assert percent_text(1e20) == "1e+22%"


def test_a_reason_is_a_value() -> None:
    reason = ck.Reason("grade.none", ck.Outcome.REFER)
    assert str(reason) == reason.sentence() and repr(reason) == "<Reason grade.none>"
    assert {reason, ck.Reason("grade.none", ck.Outcome.REFER)} == {reason}
    with pytest.raises(AttributeError, match="immutable"):
        reason.code = "grade.no_credit"
    lost = {key: value for key, value in reason.to_dict().items() if key != "effect"}
    with pytest.raises(ck.InvalidFact, match=r"reason\.effect"):
        ck.Reason.from_dict(lost)


floats = st.floats(-1e14, 1e14) | st.sampled_from([0.0, -0.0, 0.05, 0.25, 99.95, 999.95, 1e14])


@given(st.lists(floats, min_size=1, max_size=6), st.sampled_from([number_text, percent_text]))
def test_numbers_that_differ_are_told_apart(numbers: list[float], text: Any) -> None:
    shown = told_apart(numbers, text)
    for one, other in zip(numbers, shown, strict=True):
        value = float(other.replace(",", "").rstrip("%")) / (100 if "%" in other else 1)
        assert math.isclose(value, one, rel_tol=1e-3, abs_tol=1e-3)
    if max(map(abs, numbers)) < 1e6:
        apart = {round(number, 6) for number in numbers}
        assert len({*shown}) >= len(apart)


@given(st.lists(floats, max_size=9), st.integers(0, 4))
def test_printed_parts_add_up_to_the_printed_total(parts: list[float], decimals: int) -> None:
    whole = float(sum(map(Fraction, parts)))
    printed = [Fraction(text.replace(",", "")) for text in adding_up(parts, whole, decimals)]
    unit = Fraction(1, 10**decimals)
    for part, shown in zip(parts, printed, strict=True):
        assert abs(Fraction(part) - shown) <= unit  # each is one of its two neighbours
    total = Fraction(fixed_text(whole, decimals).replace(",", ""))
    assert abs(sum(printed, Fraction(0)) - total) <= (0 if abs(whole) < 1e9 else Fraction(1, 2))
