"""Findings are codes with typed parameters: told in any language, kept as plain data; their advice works."""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit.canonical import canonical
from creditkit.languages import parameters
from creditkit.policy.figures.scopes import Scope
from creditkit.policy.loading import parse_toml
from creditkit.policy.schema.findings import FINDINGS
from creditkit.policy.schema.phrases import PHRASES, TYPES, Phrase, said
from creditkit.policy.standard import STANDARD
from creditkit.testing import ContractBroken, check_language, texts
from tests.test_policy_loading import BASE, DOCUMENTS, GONE, LEAVES, ONE_FAULT, PATHS, edited, put

SRC = Path(ck.__file__).parent / "policy"

GERMAN = ck.Language(
    "de",
    {
        "finding.faults": "{count} Fehler",
        "finding.form.missing": "fehlt",
        "finding.form.choice": "muss eines von {choices} sein (nicht {value})",
        "finding.form.type": "muss {expected} sein (nicht {value})",
        "finding.meant": "{text}; etwa {hint}?",
        "phrase.expected.choice": "eines von {choices}",
        "phrase.expected.whole": "eine ganze Zahl",
    },
)


def findings_of(document: Any, **more: Any) -> tuple[ck.Finding, ...]:
    """What is said of a document: its faults, else its warnings."""
    try:
        return ck.Policy.from_dict(document, **more).warnings
    except ck.InvalidPolicy as refused:
        return refused.findings


def finding(*edits: tuple[str, Any], **more: Any) -> ck.Finding:
    (one,) = findings_of(edited(*edits), **more)
    return one


SLIPS: list[list[tuple[str, Any]]] = [
    [("limit.floor", "1500")],
    [("checks.rows[2]", GONE)],
    [(f"checks.rows[{n}].events", ["order"]) for n in range(3)],
    [("checks.rows[0].require", "overdue <= 40 * receivables")],
    [("grades.rows[0].limit_share", "15"), ("grades.rows[1].limit_share", "5")],
    [("assessment.knock_out[1].require", "on_time_share >= 90")],
    [("assessment.knock_out[1].require", "on_time_share >= 0")],
    [("monitoring.indicators[0]", {"id": "FULL", "figure": "utilisation", "warning": "90"})],
    [("assessment.least_coverage", "1.5")],
    [("checks.rows[0]", {"id": "W", "require": "blocked == false", "on_fail": "reject"})],
    [("monitoring.indicators[0].figure", "overdue")],
    [("limit.least", "5000"), ("limit.floor", "1000")],
    [("limit.combine", "mean"), ("limit.methods[1].on_missing", "skip")],
    [("limit.methods[1].weight", 2)],
    [("limit.methods[0].count", "years_trading")],
    [("reviews", {"rows": [{"exposure_above": "5", "months": 1}] * 2})],
    [("monitoring.reviews", [{"exposure_above": "1000", "months": 3}])],
    [("assessment.required_information", [{"up_to": "5", "needs": ["z2 >= 1"]}, {"needs": []}])],
]
EVERY = [
    *(one for _, _, edits, _ in ONE_FAULT for one in findings_of(edited(*edits))),
    *(one for edits in SLIPS for one in findings_of(edited(*edits))),
    ck.Finding("form.text", "policy", {"error": Phrase("toml.deep")}),
    finding(("assessment.knock_out[0].require", "site_visits >= 2")),
]
"""Findings of every code, from documents that are wrong in one place."""


def phrases_in(params: Mapping[str, Any]) -> Iterator[Phrase]:
    """The phrases among parameters, and those within them."""
    for value in params.values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Phrase):
                yield one
                yield from phrases_in(one.params)


# --------------------------------------------------------------------------------- codes and texts


def test_every_code_is_among_them() -> None:
    assert {one.code for one in EVERY} == {*FINDINGS}


def test_every_type_of_a_parameter_is_known_and_used() -> None:
    texts_ = [*FINDINGS.values(), *PHRASES.values()]
    assert {kind for text in texts_ for kind in parameters(text.en).values()} == {*TYPES}


TYPED: Mapping[str, tuple[type, ...]] = {
    "value": (str, int, float, tuple, Phrase),
    "quoted": (str,),
    "phrase": (Phrase,),
    "names": (tuple,),
    "phrases": (tuple,),
    "terms": (tuple,),
    "count": (int,),
}


def types_hold(text: Any, params: Mapping[str, Any]) -> None:
    """Every parameter of a text, and of the phrases in it, is of the type that it declares."""
    declared = parameters(text.en)
    assert params.keys() == declared.keys()
    for name, value in params.items():
        assert isinstance(value, TYPED[declared[name]]), (text.key, name, value)


@pytest.mark.parametrize("found", EVERY, ids=lambda one: f"{one.code}-{one.path}")
def test_a_finding_has_the_parameters_of_its_text_by_type(found: ck.Finding) -> None:
    types_hold(FINDINGS[found.code], found.params)
    for phrase in phrases_in(found.params):
        types_hold(PHRASES[phrase.key], phrase.params)


def trees() -> Iterator[ast.Module]:
    for path in sorted(SRC.rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def given_to(*names: str) -> set[str]:
    """Texts that calls of some names are given; of one that is put together, its beginning."""
    out: set[str] = set()
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                texts_ = [*map(constants, node.args[:2])] if called in names else []
                out |= {one for some in texts_ for one in some}
    return out


def constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield from constants(node.values[0])
    elif isinstance(node, ast.IfExp):
        yield from (*constants(node.body), *constants(node.orelse))


def named_in_assignments() -> set[str]:
    """Keys that a name stands for before it is given to a call."""
    return {
        one
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for value in ast.walk(node.value)
        if isinstance(value, ast.Constant) and isinstance(one := value.value, str)
    }


PLACES = {"assessment.models", "checks.rows", "limit.floor", "limit.least", "limit.round"}
"""Paths that look like codes."""


def test_every_code_in_the_source_exists_and_every_code_is_used() -> None:
    given_ = given_to("fault", "warn", "_warn")
    codes = {one for one in given_ if re.fullmatch(r"[a-z]+\.[a-z_]+", one)}
    assert codes <= {*FINDINGS} | PLACES
    assert {*FINDINGS} - codes == set()


def test_every_phrase_in_the_source_exists_and_every_phrase_is_used() -> None:
    given_ = given_to("Phrase")
    begun = {one for one in given_ if one.endswith(".")}
    assert begun == {"condition.", "kind.", "what.", "where."}
    assert given_ - begun <= {*PHRASES}
    used = given_ | named_in_assignments()
    used |= {f"condition.{key}" for key in given_to("ConditionError")}
    used |= {f"condition.{key}" for key in named_in_assignments()}
    used |= {f"kind.{kind.value}" for kind in ck.FigureKind}
    used |= {f"where.{scope.value}" for scope in Scope}
    used |= {f"what.{what}" for what in given_to("unknown")}
    assert {*PHRASES} - used == set()


def test_a_parameter_that_is_not_of_its_type_is_shown_as_it_is() -> None:
    finding = ck.Finding("form.ambiguous", "grades", {"value": "month", "readings": "net 30"})
    assert "write one of net 30" in finding.message()


def test_no_sentence_is_read_with_a_regular_expression() -> None:
    """Only what a document writes is: numbers, names, dates, keys."""
    reading = set()
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            reading |= {path.name} if "re" in names else set()
    assert reading & {path.name for path in (SRC / "schema").rglob("*.py")} == {
        "readers.py", "tokens.py",
    }  # fmt: skip


# ---------------------------------------------------------------------------------------- languages


@pytest.mark.parametrize("found", EVERY, ids=lambda one: f"{one.code}-{one.path}")
def test_every_word_of_a_finding_is_said_in_the_language_of_a_house(found: ck.Finding) -> None:
    marked = {
        key: f"<{key}>" + "".join(f" {{{name}}}" for name in parameters(text.en))
        for key, text in texts().items()
    }
    own = ck.Language("xx", marked)
    message = found.message(own)
    assert f"<finding.{found.code}>" in message
    for phrase in phrases_in(found.params):
        assert f"<phrase.{phrase.key}>" in message
    assert ("<finding.meant>" in message) is (found.hint is not None)
    assert found.explain(own) == f"{found.place}  {message}"
    assert not re.search("[一-鿿]", found.message()) or found.code in (
        "form.terms",
        "form.near_terms",
        "form.ambiguous",
    )


def test_a_refused_policy_in_german() -> None:
    edits = [("currency", GONE), ("limit.combine", "lowst"), ("checks.rows[0].kind", 5)]
    with pytest.raises(ck.InvalidPolicy) as caught:
        ck.Policy.from_dict(edited(*edits))
    assert caught.value.explain(GERMAN).splitlines() == [
        "3 Fehler",
        "  checks.rows[0].kind (LINE)  muss eines von credit, status sein (nicht 5)",
        "  currency                    fehlt",
        "  limit.combine               muss eines von lowest, highest, mean, median, weighted, first "
        "sein (nicht 'lowst'); "
        "etwa 'lowest'?",
    ]
    assert caught.value.explain("zh").splitlines() == [
        "3 处错误",
        "  checks.rows[0].kind (LINE)  应为 credit、status 之一（实际 5）",
        "  currency                    为必填项",
        "  limit.combine               应为 lowest、highest、mean、median、weighted、first 之一"
        "（实际 'lowst'）；是否指 'lowest'？",
    ]
    assert caught.value.explain() == str(caught.value)


def test_an_unknown_language_is_an_error() -> None:
    for speak in (EVERY[0].message, EVERY[0].explain, ck.InvalidPolicy(EVERY).explain):
        with pytest.raises(ck.InvalidFact, match="language must be 'en', 'zh' or a Language"):
            speak("de")
    with pytest.raises(ck.InvalidFact, match="language must be"):
        Phrase("expected.whole").in_("de")


def test_a_text_of_a_house_that_does_not_fit_is_told() -> None:
    missing = ck.Language("de", {"finding.form.choice": "muss {eines} sein"})
    with pytest.raises(
        ck.InvalidFact, match=r"names 'eines', and its parameters are: choices, value"
    ):
        finding(("limit.combine", "x")).message(missing)
    odd = ck.Language("de", {"finding.form.choice": "muss {choices:condition} sein"})
    with pytest.raises(ck.InvalidFact, match="must show choices as one of the types"):
        finding(("limit.combine", "x")).message(odd)
    check_language(GERMAN)
    with pytest.raises(ContractBroken) as caught:
        check_language(ck.Language("de", {**odd.texts, "limit.zero": "{x:quoted}"}))
    assert "finding.form.choice must show choices by a type of parameters" in str(caught.value)
    check_language(ck.Language("de", {"finding.name.duplicate": "{name:quoted} zweimal da"}))


def test_what_is_not_of_its_type_is_shown_as_it_is() -> None:
    text = PHRASES["condition.text.long"]
    assert said(text, {"limit": "very many"}) == "must have at most very many characters"
    assert said(PHRASES["condition.sum.kinds"], {"kinds": "x"}).endswith("(x)")
    assert said(FINDINGS["form.condition"], {"error": "plain"}, "zh") == "无法解析：plain"


# --------------------------------------------------------------------------------------- plain data


@pytest.mark.parametrize("found", EVERY, ids=lambda one: f"{one.code}-{one.path}")
def test_a_finding_comes_back_equal_and_says_the_same(found: ck.Finding) -> None:
    plain = found.to_dict()
    canonical(plain)
    back = ck.Finding.from_dict(json.loads(json.dumps(plain, allow_nan=False)))
    assert back == found and back.to_dict() == plain
    for language in ("en", "zh", GERMAN):
        assert back.explain(language) == found.explain(language)


@given(st.data())
def test_whatever_is_wrong_can_be_kept(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(DOCUMENTS)))
    document = copy.deepcopy(DOCUMENTS[name])
    put(document, data.draw(st.sampled_from(PATHS[name])), data.draw(st.sampled_from(LEAVES)))
    for found in findings_of(document):
        types_hold(FINDINGS[found.code], found.params)
        back = ck.Finding.from_dict(json.loads(json.dumps(found.to_dict(), allow_nan=False)))
        assert back == found and str(back) == str(found)
        str(found).encode("utf-8")
        assert str(found).isprintable()


def test_a_stored_finding_is_written_by_type() -> None:
    found = finding(("checks.rows[0].on_fail", "holt"))
    assert found.to_dict() == {
        "schema": "creditkit.finding/1",
        "code": "form.choice",
        "path": "checks.rows[0].on_fail",
        "params": {"choices": ["warn", "require", "refer", "hold", "reject"], "value": "'holt'"},
        "hint": "hold",
        "witness": None,
        "severity": "fault",
        "within": ["LINE"],
        "remedy": None,
    }
    whole = finding(("grades.rows[0].review_months", "x")).to_dict()
    assert whole["params"]["expected"] == {"key": "expected.whole", "params": {}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": "form.chioce"}, r"finding\.code is an unknown key .*mean 'form\.choice'"),
        ({"code": "zzz"}, r"finding\.code is an unknown key .*another version"),
        ({"code": 5}, r"finding\.code must be text"),
        ({"params": {"value": "5"}}, r"finding\.params\.choices is required by finding\.form\.ch"),
        (
            {"params": {"value": "5", "choices": [], "more": 1}},
            r"finding\.params\.more is no parameter of finding\.form\.choice",
        ),
        (
            {"params": {"choices": [], "value": {"key": "value.many", "params": {}}}},
            r"finding\.params\.value\.key is an unknown key \(got 'value\.many'\)",
        ),
        (
            {"params": {"choices": [], "value": {"key": "value.bits", "params": {}}}},
            r"finding\.params\.value\.params\.bits is required by phrase\.value\.bits",
        ),
        ({"params": {"choices": [[]], "value": 1}}, r"finding\.params\.choices"),
        ({"severity": "note"}, r"finding\.severity must be one of fault, warning"),
        ({"within": "LINE"}, r"finding\.within must be a list"),
        ({"schema": "creditkit.finding/2"}, r"another version of creditkit wrote it"),
        ({"place": "x"}, r"finding\.place is not known"),
    ],
)
def test_a_finding_that_cannot_be_read_is_refused(change: dict[str, Any], message: str) -> None:
    plain = finding(("limit.combine", "x")).to_dict()
    with pytest.raises(ck.InvalidFact, match=message):
        ck.Finding.from_dict({**plain, **change})


def test_an_unknown_phrase_is_refused_where_it_is_made() -> None:
    with pytest.raises(ck.InvalidFact, match=r"phrase\.key .*did you mean 'expected\.whole'"):
        Phrase("expected.hole")
    with pytest.raises(ck.InvalidFact, match=r"phrase\.params\.low is required"):
        Phrase("rule.least")
    with pytest.raises(ck.InvalidFact, match=r"phrase\.params\.low is no parameter"):
        Phrase("expected.whole", {"low": 1})
    with pytest.raises(ck.InvalidFact, match=r"finding\.code is an unknown key"):
        ck.Finding(["form.missing"], "id")  # type: ignore[arg-type]


def test_cards_that_cannot_be_read_are_one_fault_and_their_use_is_another() -> None:
    found = findings_of(edited(("scorecards", 5)))
    assert [(one.code, one.path) for one in found] == [
        ("name.unknown", "assessment.models[0].use"), ("form.type", "scorecards"),
    ]  # fmt: skip


# ----------------------------------------------------------------------------- places and their rows


@pytest.mark.parametrize(
    ("edits", "path", "within", "place"),
    [
        ([("checks.rows[0].on_fail", "x")], "checks.rows[0].on_fail", ("LINE",),
         "checks.rows[0].on_fail (LINE)"),
        ([("authority.rows[1].max_limit", "999")], "authority.rows[1].max_limit", ("head",),
         "authority.rows[1].max_limit (head)"),
        ([("limit.methods[1].share", GONE)], "limit.methods[1].share", ("net_worth_share",),
         "limit.methods[1].share (net_worth_share)"),
        ([("scorecards[0].factors[1].bins[0]", {"points": 5})], "scorecards[0].factors[1].bins[0]",
         ("a", "ownership"), "scorecards[0].factors[1].bins[0] (a, ownership)"),
        ([("tests[0].outcome", "approve")], "tests[0].outcome", ("handbook",), "tests[0].outcome (handbook)"),
        ([("checks.rows[1].id", "LINE")], "checks.rows[1].id", (), "checks.rows[1].id"),
        ([("checks.rows[1]", {"id": "LINE"})], "checks.rows[1].require", ("LINE",),
         "checks.rows[1].require (LINE)"),
        ([("checks.rows[0].id", 7)], "checks.rows[0].id", (), "checks.rows[0].id"),
        ([("assessment.required_information[1].up_to", "50000")], "assessment.required_information[1]",
         (), "assessment.required_information[1]"),
        ([("currency", GONE)], "currency", (), "currency"),
        ([("grades.rows", "A")], "grades.rows", (), "grades.rows"),
        ([("grades.rows[0]", "A")], "grades.rows[0]", (), "grades.rows[0]"),
    ],
)  # fmt: skip
def test_a_row_is_named_beside_its_number(
    edits: list[tuple[str, Any]], path: str, within: tuple[str, ...], place: str
) -> None:
    (found,) = [one for one in findings_of(edited(*edits)) if one.path == path]
    assert (found.within, found.place) == (within, place)
    assert str(found) == f"{place}  {found.message()}"


@pytest.mark.parametrize("name", ["", "x" * 101, "a\x1b[31m", "a\nb", "\u202e", 5, None])
def test_a_name_that_cannot_be_shown_is_not(name: Any) -> None:
    document = edited(("checks.rows[0].id", name), ("checks.rows[0].on_fail", "x"))
    (found,) = [one for one in findings_of(document) if one.path == "checks.rows[0].on_fail"]
    assert found.within == ()


@pytest.mark.parametrize("key", ["a\x1b[31mb", "a\nb", "\u202e", "a\u2066"])
def test_a_key_that_nobody_can_print_is_shown_escaped(key: str) -> None:
    (found,) = findings_of({**BASE, key: 1})
    assert found.path == key and key not in str(found)
    assert str(found).isprintable() and repr(key)[1:-1] in found.place


@pytest.mark.parametrize(
    "key", ["9" * 5000, "grades.rows." + "9" * 5000, "grades.rows.0", "[0]", "."]
)
def test_a_key_made_of_digits_is_a_key(key: str) -> None:
    (found,) = findings_of({**BASE, key: 1})
    assert (found.code, found.path) == ("form.unknown_key", key)


def test_text_that_nobody_can_print_is_shown_escaped() -> None:
    found = finding(("tests[0].limit", "5\x1b[31m"))
    assert found.message() == "gives None, expected '5\\x1b[31m'"


def test_rows_are_sorted_by_their_numbers() -> None:
    rows = [{"id": f"K{n}", "require": "x == 1"} for n in range(12)]
    found = findings_of(edited(("assessment.knock_out", rows)))
    assert [one.within for one in found] == [(f"K{n}",) for n in range(12)]


def test_a_long_place_pushes_no_other_line_aside() -> None:
    lines = str(ck.InvalidPolicy(findings_of({**BASE, "k" * 90: 1, "x": 1}))).splitlines()
    assert lines[1:] == [
        f"  {'k' * 90}  is not a known key",
        f"  x{' ' * 47}  is not a known key",
    ]


# ------------------------------------------------------------------------------- how they are printed


def test_warnings_are_printed_in_words() -> None:
    slip = ck.Policy.from_toml(
        STANDARD.replace('warning = "0.90", serious = "1"', 'warning = "90"')
    )
    assert repr(slip.warnings) == (
        "(<warning scale.share at monitoring.indicators[0].warning (UTILISATION)  90 is far above what "
        "utilisation usually is, a share; 90 % is '0.9'>,)"
    )
    assert repr(finding(("currency", GONE))) == "<fault form.missing at currency  is required>"


def test_a_policy_that_is_refused_for_its_warnings_says_so() -> None:
    one = [("limit.floor", "1500")]
    for edits, head, zh in (
        (one, "1 warning refused", "1 处警告，不予加载"),
        ([*one, ("checks.rows[2]", GONE)], "2 warnings refused", "2 处警告，不予加载"),
        ([("currency", GONE)], "1 fault", "1 处错误"),
    ):
        with pytest.raises(ck.InvalidPolicy) as caught:
            ck.Policy.from_dict(edited(*edits), strict=True)
        assert str(caught.value).splitlines()[0] == head
        assert caught.value.explain("zh").splitlines()[0] == zh
        assert len(str(caught.value).splitlines()) == 1 + len(caught.value.findings)
    assert str(ck.InvalidPolicy(())) == "0 faults"
    assert str(ck.InvalidPolicy([EVERY[0], *caught.value.findings])).startswith("2 faults")
    mixed = [*findings_of(edited(*one)), *caught.value.findings]
    assert str(ck.InvalidPolicy(mixed)).startswith("2 faults")


def test_a_notebook_shows_a_finding_in_its_language() -> None:
    found = finding(("limit.combine", "<b>"))
    assert "应为 lowest、highest、mean、median、weighted、first 之一" in found.to_html("zh")
    assert "&lt;b&gt;" in found.to_html() and "<b>" not in found.to_html()


# ----------------------------------------------------------------------------------- advice that works

VISITS = ck.Figure(name="site_visits", kind="count", en="Visits", zh="走访", meaning="a year")  # type: ignore[arg-type]


def test_a_figure_of_the_house_that_is_not_declared() -> None:
    """What looks like a slip may be one's own: both are said, and declaring it helps."""
    for path in ("assessment.knock_out[1].require", "checks.rows[0].require"):
        wrong = (path, "site_visits >= 2")
        found = finding(wrong)
        assert found.message().endswith("'site_visits'; declare it: figures=[Figure(...)]")
        assert ck.Policy.from_dict(edited(wrong), figures=[VISITS]).figures["site_visits"] is VISITS
    for path, value in (
        ("monitoring.indicators[0].figure", "site_visits"),
        ("assessment.assume", {"site_visits": 1}),
    ):
        assert "figures=[Figure(...)]" in finding((path, value)).message()
        assert ck.Policy.from_dict(edited((path, value)), figures=[VISITS])
    near = finding(("limit.methods[0].figure", "ordr"))
    assert near.hint == "order"
    assert near.message() == (
        "unknown figure 'ordr'; did you mean 'order'? or declare it: figures=[Figure(...)]"
    )
    assert near.message("zh") == (
        "未知的指标 'ordr'；是否指 'order'？或声明：figures=[Figure(...)]"
    )


def test_a_column_that_is_not_declared() -> None:
    found = finding(("grades.monotone", {"days": "up"}))
    assert found.message() == "unknown column 'days'; declare it: grades.columns"
    declared = [("grades.monotone", {"days": "up"}), ("grades.columns.days", "days")]
    assert ck.Policy.from_dict(edited(*declared))


def test_a_grade_or_a_component_is_nothing_to_declare() -> None:
    assert finding(("tests[0].grade", "Z")).remedy is None
    assert finding(("checks.components", {"bill": 1})).message().endswith("did you mean 'bills'?")


@pytest.mark.parametrize(
    ("path", "value", "advice"),
    [
        ("limit.cap", 8000.5, "write the string '8000.5'"),
        ("grades.rows[0].limit_share", 0.15, "write the string '0.15'"),
        ("limit.methods[1].share", 1e-7, "write the string '0.0000001'"),
        ("version", 1.0, "write the string '1.0'"),
        ("grades.rows[0].review_months", 6.0, "write a whole number"),
        ("grades.rows[0].security", 1.0, "write true or false"),
        ("limit.combine", 0.5, "write one of lowest, highest, mean, median, weighted, first"),
        ("limit.cap", float("nan"), "write an exact number such as '0.15'"),
        ("limit.cap", 1e300, "write an exact number such as '0.15'"),
    ],
)
def test_what_to_write_for_a_float(path: str, value: float, advice: str) -> None:
    found = finding((path, value))
    assert found.code == "form.float"
    assert found.message() == f"must not be a float (got {value}); {advice}"
    assert re.search("请(写成|填写)", found.message("zh"))
    instead = {"a whole number": 6, "true or false": True, "one of lowest, highest": "highest"}
    written = re.search(r"string '(.*)'", advice)
    told = advice.removeprefix("write ")
    if written or told in instead:
        right = written[1] if written else instead[told]
        assert ck.Policy.from_dict(edited((path, right)))


def test_words_with_blanks_are_quoted() -> None:
    wrong = ("assessment.knock_out[1].require", "industry == machine tools")
    assert "in double quotes where it has blanks" in finding(wrong).message()
    right = (wrong[0], 'industry == "machine tools"')
    assert ck.Policy.from_dict(edited(right)).warnings == ()
    among = (wrong[0], "industry not in [gambling, tobacco]")
    assert ck.Policy.from_dict(edited(among)).warnings == ()


def test_a_value_is_shown_as_it_was_written() -> None:
    assert "(got 1.5)" in finding(("assessment.assume.years_trading", "1.5")).message()
    assert "(got 7)" in finding(("assessment.assume.industry", 7)).message()
    large = finding(("grades.rows[0].review_months", 10**100))
    assert "(got a whole number of 333 bits)" in large.message()
    assert "（实际 333 个二进制位的整数）" in large.message("zh")
    assert finding(("grades.rows[0].review_months", 2**60)).params["value"] == str(2**60)


def test_a_bound_of_a_bin_is_in_the_unit_of_its_figure() -> None:
    bins = [{"max": "0.001", "points": 100}, {"points": 0}]
    factor = {"figure": "overdue", "weight": "0.6", "bins": bins}
    found = finding(("scorecards[0].factors[0]", factor))
    assert found.message() == (
        "must be an amount of at most 2 decimals, within 64 bits (got 0.001)"
    )
    assert found.within == ("a", "overdue")


# ------------------------------------------------------------------------------------ slips of scale


@pytest.mark.parametrize(
    ("condition", "code", "witness"),
    [
        ("oldest_overdue_days == -1", "scale.never", 0),
        ("oldest_overdue_days != -1", "scale.always", 0),
        ("on_time_share == 2", "scale.never", 1),
        ("on_time_share != -1", "scale.always", 0),
        ("own == 5", "scale.never", 1),
        ("own != 5", "scale.always", 1),
    ],
)
def test_a_bound_outside_what_a_figure_can_be_has_a_witness_within(
    condition: str, code: str, witness: float
) -> None:
    own = ck.Figure(name="own", kind="ratio", en="Own", zh="自有", meaning="", high=1.0)  # type: ignore[arg-type]
    found = finding(("assessment.knock_out[1].require", condition), figures=[own])
    assert (found.code, found.severity) == (code, "warning")
    assert found.witness == {condition.split()[0]: witness}


# --------------------------------------------------------------------------------------------- TOML


@pytest.mark.parametrize(
    ("text", "phrase", "zh"),
    [
        ("id = 1\nid = 2\nx = 3", "toml.at", "第 2 行第"),
        ("id = ", "toml.end", "文件末尾有误"),
        ('id = "\x00"', "toml.at", "第 1 行第"),
        ("a = 1979-13-01", "toml.at", "第 1 行第"),
        ("a = " + "9" * 10_000, "toml.digits", "数的位数过多"),
        ("a = " + "[" * 5_000, "toml.deep", "嵌套过深"),
    ],
)
def test_what_is_wrong_with_toml_is_told_with_its_place(text: str, phrase: str, zh: str) -> None:
    with pytest.raises(ck.InvalidPolicy) as caught:
        parse_toml(text)
    (found,) = caught.value.findings
    error = found.params["error"]
    assert isinstance(error, Phrase) and error.key == phrase
    assert zh in found.message("zh") and found.message().startswith("is not TOML: ")
    assert ck.Finding.from_dict(found.to_dict()) == found
