"""A language is a tag of English or Chinese, or a house's own; anything else is refused."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit import outcomes
from creditkit._layout import Page
from creditkit.languages import (
    CHINESE,
    ENGLISH,
    AnyLanguage,
    Text,
    filled,
    language_of,
    parameters,
)
from creditkit.receivables import allowance, flow, loss_history, payment_times, provision, turnovers
from creditkit.receivables.buckets import STANDARD
from creditkit.testing import ContractBroken, check_language, texts
from creditkit.testing.languages import TABLES
from tests import doors, entries
from tests.test_pickle import ALERTS, DEBTORS, RESULTS, RUNNING

GERMAN = ck.Language(
    "de",
    {
        "outcome.hold": "gesperrt",
        "outcome.warn": "mit Hinweis",
        "check.failed": "{id}: {condition} ist nicht erfüllt[: {left} gegen {right}].",
        "limit.below_requested": "Das empfohlene Limit {limit} liegt unter dem Antrag {requested}.",
        "coverage.low": "Nur {coverage} des Gewichts sind bekannt, verlangt sind {least}.",
        "knock_out.unknown": "{id} ist nicht prüfbar.[ Unbekannt: {missing}.]",
        "decision.grade": "Bonität",
        "decision.score": "{grade}   Punkte {score}",
        "verdict.checks": "Prüfungen",
        "title.exposure": "Inanspruchnahme",
        "title.order": "Auftrag",
        "title.line": "Kreditlinie",
        "title.credit_manager": "Kreditleitung",
        "title.ownership.state_owned": "staatlich",
        "title.scorecard:standard": "Standardkarte",
        "value.not_known": "unbekannt",
        "release.amount": "höchstens {amount} liefern",
        "action.call_customer": "Den Kunden anrufen.",
    },
)

# ------------------------------------------------------------------------------------------- tags


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        *((tag, ENGLISH) for tag in ("en", "en-US", "en_GB", "EN", "en_US.UTF-8")),
        *((tag, CHINESE) for tag in ("zh", "zh_CN", "zh-Hans", "zh-Hans-CN", "ZH", "zh_CN.UTF-8")),
    ],
)
def test_tags_of_the_built_in_languages(tag: str, language: ck.Language) -> None:
    assert language_of(tag) is language
    assert ck.Outcome.HOLD.title(tag) == language.text(outcomes.TITLES["hold"])


@pytest.mark.parametrize(
    "tag",
    ["de", "", "english", "chinese", "zhe", "e", "en us", "en\n", None, 5, True, b"en", ["zh"]],
)
def test_another_language_is_refused_and_the_known_ones_are_named(tag: Any) -> None:
    with pytest.raises(
        ck.InvalidFact, match=r"language must be 'en', 'zh' or a Language"
    ) as caught:
        ck.Outcome.HOLD.title(tag)
    assert "pass a Language of your own" in str(caught.value)


# ------------------------------------------------------------------------------- a house's language


def test_a_page_in_german() -> None:
    page = entries.VERDICT.explain(GERMAN).splitlines()
    assert page[2] == "Prüfungen"
    assert "Inanspruchnahme + Auftrag ≤ Kreditlinie" in page[3]
    assert " fail -> gesperrt " in page[3]  # what is not translated is said in the base
    order = ck.Order(id="SO-2", currency="CNY", amount="90000000")
    held = entries.POLICY.check(order, entries.ACCOUNT, as_of=entries.TODAY)
    page = held.explain(GERMAN).splitlines()
    assert page[0].startswith("SO-2  gesperrt")
    assert any(
        line.startswith("  LINE: Inanspruchnahme + Auftrag ≤ Kreditlinie ist nicht erfüllt: ")
        for line in page
    )
    way = ck.Release(kind="amount", amount=ck.Money("5", "CNY"))
    assert way.sentence(GERMAN) == "höchstens 5.00 CNY liefern"


def test_a_decision_in_german() -> None:
    page = entries.DECISION.explain(GERMAN)
    assert "\nBonität " in page and "   Punkte " in page
    assert "What the score is made of (Standardkarte)" in page
    assert "unbekannt" in page and "not known" not in page
    assert entries.POLICY.role_title("credit_manager", GERMAN) == "Kreditleitung"
    assert entries.POLICY.role_title("credit_director", GERMAN) == "credit director"


def test_a_template_of_the_house_shows_parameters_by_their_declared_type() -> None:
    low = ck.Reason("coverage.low", coverage=0.4, least=0.5)
    assert low.sentence(GERMAN) == "Nur 40% des Gewichts sind bekannt, verlangt sind 50%."
    unknown = ck.Reason("knock_out.unknown", id="K", missing=("exposure",), undefined=("z2",))
    assert unknown.sentence(GERMAN) == "K ist nicht prüfbar. Unbekannt: Inanspruchnahme."
    empty = ck.Reason("knock_out.unknown", id="K", missing=(), undefined=("z2",))
    assert empty.sentence(GERMAN) == "K ist nicht prüfbar."
    own = ck.Reason("assumption.used", figure="ownership", value="state_owned")
    assert own.sentence(GERMAN).endswith("Ownership = staatlich.")


def test_what_is_not_translated_is_said_in_the_base() -> None:
    hold, warn, refer = (outcomes.TITLES[name] for name in ("hold", "warn", "refer"))
    taiwan = ck.Language("zh-Hant", {"outcome.hold": "信用凍結"}, base="zh")
    assert [one.in_(taiwan) for one in (hold, warn)] == ["信用凍結", "提醒"]
    austrian = ck.Language("de-AT", {"outcome.warn": "mit Vermerk"}, base=GERMAN)
    assert [one.in_(austrian) for one in (hold, warn, refer)] == [
        "gesperrt",
        "mit Vermerk",
        "refer",
    ]
    ours = ck.Language("en-house", {"outcome.hold": "stopped"})
    assert hold.in_(ours) == "stopped" and hold.in_("en") == "hold"


def test_a_language_changes_nothing_but_what_is_read() -> None:
    before = entries.VERDICT.to_dict()
    assert entries.VERDICT.explain(GERMAN) != entries.VERDICT.explain()
    assert entries.VERDICT.to_dict() == before
    assert entries.VERDICT.explain() == ck.Verdict.from_dict(before).explain()
    given_ = {"outcome.hold": "gesperrt"}
    kept = ck.Language("de", given_)
    given_["outcome.hold"] = "frei"
    assert ck.Outcome.HOLD.title(kept) == "gesperrt"
    with pytest.raises(TypeError):
        kept.texts["outcome.hold"] = "frei"  # type: ignore[index]


def test_languages_are_values() -> None:
    same = ck.Language("de", dict(GERMAN.texts))
    assert same == GERMAN and hash(same) == hash(GERMAN) and GERMAN != CHINESE
    assert pickle.loads(pickle.dumps(GERMAN)) == GERMAN
    assert pickle.loads(pickle.dumps(CHINESE)) is CHINESE
    assert repr(GERMAN) == "<Language de: 18 texts, else en>" and str(GERMAN) == "de"
    assert repr(ENGLISH) == "<Language en>"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"tag": "d"}, "language.tag must be a language tag"),
        ({"tag": "de\n"}, "language.tag must be a language tag"),
        ({"tag": None}, "language.tag must be a language tag"),
        ({"texts": ["x"]}, "language.texts must be texts by key"),
        ({"texts": {5: "x"}}, "language.texts must have text as keys"),
        ({"texts": {"outcome.hold": 5}}, "language.outcome.hold must be text"),
        ({"texts": {"outcome.hold": " "}}, "language.outcome.hold must be text"),
        ({"texts": {"outcome.hold": "{"}}, "must have nothing else in braces and brackets"),
        ({"texts": {"outcome.hold": "{0}"}}, "must have nothing else in braces and brackets"),
        ({"texts": {"outcome.hold": "{a!r}"}}, "must have nothing else in braces and brackets"),
        ({"texts": {"outcome.hold": "{a.b}"}}, "must have nothing else in braces and brackets"),
        ({"texts": {"outcome.hold": "[[{a}]]"}}, "must have nothing else in braces and brackets"),
        ({"texts": {"outcome.hold": "{a} {a:share}"}}, "must show a in one way"),
        ({"base": "fr"}, "language must be 'en', 'zh' or a Language"),
        ({"base": None}, "language must be 'en', 'zh' or a Language"),
    ],
)
def test_a_language_that_cannot_be_read_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ck.InvalidFact, match=message):
        ck.Language(**{"tag": "de", **wrong})


def test_a_text_that_does_not_fit_is_told_where_it_is_used() -> None:
    reason = ck.Reason("grade.no_credit", grade="D")
    with pytest.raises(
        ck.InvalidFact, match=r"language\.grade\.no_credit names 'note', and its par"
    ):
        reason.sentence(ck.Language("de", {"grade.no_credit": "Keine {note}"}))
    with pytest.raises(ck.InvalidFact, match=r"as one of the types of parameters .* mean 'share'"):
        reason.sentence(ck.Language("de", {"grade.no_credit": "{grade:shares}"}))
    with pytest.raises(ck.InvalidFact, match=r"language\.release\.date names 'tag'"):
        ck.Release(kind="date").sentence(ck.Language("de", {"release.date": "bis {tag}"}))


def test_check_language_names_every_fault() -> None:
    check_language(GERMAN)
    wrong = ck.Language(
        "de",
        {
            "outcome.hlod": "gesperrt",
            "check.failed": "{id}: {grund:condition}",
            "coverage.low": "{coverage:percent}",
            "title.our_figure": "Unsere Zahl",
        },
    )
    with pytest.raises(ContractBroken) as caught:
        check_language(wrong)
    assert str(caught.value).splitlines() == [
        "de breaks the contract of a language in 3 ways:",
        "  outcome.hlod is an unknown key; did you mean 'outcome.hold'?",
        "  check.failed names 'grund', and its parameters are: id, condition, left, right",
        "  coverage.low must show coverage by a type of parameters (got percent)",
    ]
    with pytest.raises(ck.InvalidFact, match="language"):
        check_language("de")  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------- every text


def test_every_table_of_texts_is_listed_and_no_two_share_a_key() -> None:
    listed = [text.key for table in TABLES for text in table.values()]
    assert len(listed) == len({*listed}) == len(texts())
    for module in pkgutil.walk_packages(ck.__path__, "creditkit."):
        if module.name.startswith("creditkit.frames"):
            continue  # its libraries may not be there; it shows no page
        for name, table in vars(importlib.import_module(module.name)).items():
            if name.isupper() and isinstance(table, Mapping):
                found = [text for text in table.values() if isinstance(text, Text)]
                assert all(text.key in texts() for text in found), (module.name, name)


@pytest.mark.parametrize("key", sorted(texts()))
def test_both_languages_of_a_text_have_the_same_parameters(key: str) -> None:
    text = texts()[key]
    assert text.key == key
    assert parameters(text.en) == parameters(text.zh)
    ck.Language("de", {key: text.en})  # English can be read as a house writes its own
    ck.Language("de", {key: text.zh})


TODAY = entries.TODAY
MANY = ck.Portfolio.from_columns({"id": [f"C-{n}" for n in range(12)], "currency": "CNY"})

AGREED = ck.reconcile(entries.LEDGER, since="2026-09-01", until=entries.TODAY, control={"C-1": "5"})

SPOKEN: dict[str, Callable[[Any], str]] = {
    "outcome": ck.Outcome.HOLD.title,
    "figure": ck.FIGURES["z2"].title,
    "terms": ck.PaymentTerms.parse("net30").title,
    "prepaid": ck.PaymentTerms.parse("prepaid").title,
    "instalments": ck.PaymentTerms.parse("net30", instalments=True).title,
    "parts": ck.PaymentTerms.parse("30% prepaid, 70% EOM+30", instalments=True).title,
    "text": ck.PaymentTerms.parse("25th of next month, cut-off 20").text,
    "reason": ck.Reason("grade.none").sentence,
    "decision": entries.DECISION.explain,
    "verdict": entries.VERDICT.explain,
    "release": ck.Release(kind="terms", days=30).sentence,
    "role": lambda language: entries.POLICY.role_title("credit_manager", language),
    "severity": ALERTS[0].severity.title,
    "alert": ALERTS[0].explain,
    "action": ALERTS[0].recommended,
    "alerts": ALERTS.explain,
    "watched": ALERTS.watched("C-2").explain,
    "worklist": ck.worklist(DEBTORS).explain,
    "task": ck.worklist(DEBTORS)[0].sentence,
    "queue": doors.QUEUE.explain,
    "table of a queue": doors.QUEUE.to_html,
    "queued order": doors.QUEUE[1].explain,
    "why it is queued": doors.QUEUE[1].sentence,
    "plan": doors.PLAN.explain,
    "table of a plan": doors.PLAN.to_html,
    "planned order": doors.PLAN[1].explain,
    "why it stays": doors.PLAN[1].sentence,
    "ageing": ck.ageing(entries.LEDGER, as_of=entries.TODAY).explain,
    "allocated": ck.allocate(RUNNING, as_of=entries.TODAY).explain,
    "table of allocations": ck.allocate(RUNNING, as_of=entries.TODAY).to_html,
    "sales": ck.sales(entries.LEDGER, as_of=entries.TODAY).explain,
    "table of sales": ck.sales(entries.LEDGER, as_of=entries.TODAY).to_html,
    "reconciliation": AGREED.explain,
    "table of a reconciliation": AGREED.to_html,
    "difference": AGREED.differences[0].sentence,
    "dupont": RESULTS["return"]().explain,
    "change": RESULTS["return"]().since(RESULTS["return"]()).explain,
    "buckets": lambda language: " ".join(STANDARD.titles(language)),
    "finding": RESULTS["finding"]().explain,
    "refused policy": ck.InvalidPolicy([RESULTS["finding"]()]).explain,
    "page of a finding": RESULTS["finding"]().to_html,
    "table of decisions": RESULTS["decisions"]().to_html,
    "table of alerts": ALERTS.to_html,
    "table of tasks": ck.worklist(DEBTORS).to_html,
    "table of ages": ck.ageing(entries.LEDGER, as_of=entries.TODAY).to_html,
    "table of an account": ck.ageing(entries.LEDGER, as_of=entries.TODAY)[0].to_html,
    "table of scores": RESULTS["scores of a formula"]().to_html,
    "table of a score": RESULTS["score"]().to_html,
    "table of returns": RESULTS["returns"]().to_html,
    "table of customers": MANY.to_html,
    "turnover": lambda language: turnovers.turnovers(doors.BOOK, as_of=TODAY).explain(language),
    "table of turnover": turnovers.turnovers(doors.BOOK, as_of=TODAY).to_html,
    "change of DSO": ck.dso_change(
        doors.BOOK, earlier="2026-09-21", as_of="2026-09-25", period=1, history_from="2020-01-01"
    ).explain,
    "positions": ck.positions(doors.BOOK, as_of=TODAY).explain,
    "table of positions": ck.positions(doors.BOOK, as_of=TODAY).to_html,
    "habits": ck.habits(doors.BOOK, as_of=TODAY).explain,
    "habits of what was settled": ck.habits(
        doors.BOOK, as_of=TODAY, variant="settled_only"
    ).explain,
    "payment times": payment_times.payment_times(doors.BOOK, as_of=TODAY).explain,
    "curve": doors.CURVE.explain,
    "receipts": doors.RECEIPTS.explain,
    "receipts of one": doors.RECEIPTS[0].explain,
    "roll": doors.ROLL.explain,
    "table of a roll": doors.ROLL.to_html,
    "matrix": doors.MATRIX.explain,
    "provision": provision.provision(doors.AGED, doors.MATRIX).explain,
    "roll rates": flow.roll_rates(doors.BOOK, as_of=TODAY).explain,
    "history of losses": loss_history.loss_history(doors.BOOK, **doors.COHORT).explain,
    "movement": lambda language: allowance.AllowanceMovement(currency="CNY").explain(language),
}
"""Everything that a person reads, as a function of the language."""


@pytest.mark.parametrize("what", SPOKEN)
def test_what_takes_a_language_takes_every_one(what: str) -> None:
    speak = SPOKEN[what]
    assert speak(GERMAN) and speak("en-GB") == speak("en")
    assert speak("zh_CN") == speak("zh") != speak("en")
    own = {"title.credit_manager": "«Credit manager»"}
    own |= {f"bucket.{name}": f"«{name}»" for name in STANDARD.names}
    every = {key: f"«{text.en}»" for key, text in texts().items()}
    everything = ck.Language("xx", {**every, **own})
    assert "«" in speak(everything)
    with pytest.raises(ck.InvalidFact, match="language must be 'en', 'zh' or a Language"):
        speak("fr")


def test_nothing_else_takes_a_language() -> None:
    """A new method that takes one gets a line above."""
    known = {getattr(one, "__func__", one) for one in SPOKEN.values()}
    known |= {ck.Policy.role_title, ck.Finding.message, ck.Alert.sentence, Page.to_html}
    known |= {ck.Reason.sentence, ck.Buckets.titles}  # titles: many texts, spoken above
    for name in ck.__all__:
        thing = getattr(ck, name)
        members = inspect.getmembers(thing, inspect.isfunction) if inspect.isclass(thing) else []
        for public, member in members:
            parameter = inspect.signature(member).parameters.get("language")
            if parameter is not None and not public.startswith("_"):
                assert member in known, f"{name}.{public}"
                assert parameter.default == "en"


# ------------------------------------------------------------------------------- the text engine


@pytest.mark.parametrize(
    ("template", "value", "text"),
    [
        ("{a}的", "u17", "u17 的"),
        ("由{a}放行", "王红", "由王红放行"),
        ("由{a}放行", "u17", "由 u17 放行"),
        ("由{a}放行", "", "由放行"),
        ("（{a}）", "u17", "（u17）"),
        ("by {a}.", "王", "by 王."),
        ("x[ {a}]y", "", "xy"),
        ("x[ {a}]y", "b", "x by"),
        ("[{a}][{a}]", "b", "bb"),
    ],
)
def test_a_text_is_filled(template: str, value: str, text: str) -> None:
    assert filled(template, lambda _name, _type: value, lambda _name: bool(value)) == text


@given(st.text("ab{}[]:_的 ", max_size=12))
def test_what_is_taken_as_a_text_can_be_filled(template: str) -> None:
    try:
        language = ck.Language("de", {"x.y": template})
    except ck.InvalidFact:
        return
    names = parameters(template)
    text = Text("x.y", "{a}", "{a}").filled(language, **dict.fromkeys(names, "v"))
    assert "{" not in text and "[" not in text


def test_a_host_passes_what_it_has() -> None:
    """What the page of ERPNext says: the host's tag where it is one of ours, else English."""

    def tag(host: str) -> AnyLanguage:
        return host if host.partition("-")[0] in ("en", "zh") else "en"

    decision = entries.POLICY.decide_figures({}, as_of=date(2026, 11, 21))
    assert decision.explain(tag("de")) == decision.explain()
    assert decision.explain(tag("zh-TW")) == decision.explain("zh")
