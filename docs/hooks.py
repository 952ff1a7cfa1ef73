"""Tables of the manual that are made from the code, so that they are always true.

A page holds the table ``name`` between ``<!-- name -->`` and ``<!-- /name -->``; the tables are the
functions that `TABLES` lists, ``python docs/outputs.py`` writes them, and a test says when they are
out of date.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import attrs
from api import api, table
from forms import forms, readings

import creditkit as ck
from creditkit.facts.kinds import MEANINGS, Habit, ItemKind
from creditkit.facts.kinds import WORDS as KIND_WORDS
from creditkit.facts.notes import INFORMS, NOTES, REMEDIES
from creditkit.facts.statements import LINES
from creditkit.languages import Text
from creditkit.limits.methods import METHODS
from creditkit.limits.methods.contract import CONFIDENCE
from creditkit.limits.methods.working_assets import TABLE as TABLE_OF_WORKING_ASSETS
from creditkit.policy.document import Document
from creditkit.policy.figures.facts import CATALOGUE
from creditkit.policy.figures.scopes import Scope
from creditkit.policy.figures.sources import known
from creditkit.policy.schema.entries import entries_of
from creditkit.policy.schema.findings import FINDINGS
from creditkit.policy.sections.grades import COLUMNS, Grade
from creditkit.policy.standard import STANDARD
from creditkit.reasons import TEMPLATES, category_text, condition_text

FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
BROKEN = re.compile(r"(?<=[一-鿿，。；：、）])\n(?=[一-鿿（A-Z*`])")
LINKED = re.compile(r"\]\(([\w-]+)\.zh\.md(?=[)#])")
TABLE = re.compile(r"^<!-- (\w+) -->\n.*?^<!-- /\1 -->$", re.MULTILINE | re.DOTALL)


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Lines of a Chinese paragraph are joined: a browser would show a blank where one ends.

    Links go to the Chinese page by its file, as a repository shows them; a site in several languages
    finds it by the name of the English one.
    """
    if page.file.src_uri.endswith(".zh.md"):
        pieces = FENCED.split(markdown)
        pieces[::2] = [LINKED.sub(r"](\1.md", BROKEN.sub("", piece)) for piece in pieces[::2]]
        markdown = "".join(pieces)
    return markdown


def filled(page: str, name: str) -> str:
    """A page with the tables of now between their marks; a mark without a table is a KeyError."""
    language = "zh" if name.endswith(".zh.md") else "en"
    return TABLE.sub(
        lambda match: (
            f"<!-- {match[1]} -->\n\n{TABLES[match[1]](language)}\n\n<!-- /{match[1]} -->"
        ),
        page,
    )


# The tables


def figures(_language: str) -> str:
    """Every figure of the catalogue, by kind."""
    out = []
    for kind in ck.FigureKind:
        rows = [
            (f"`{f.name}`", f.en, f.zh, f.better or "", f.meaning, _known_to(f.name))
            for f in ck.FIGURES.values()
            if f.kind is kind
        ]
        if rows:
            head = ("name", "English", "中文", "better", "meaning", "known to")
            out.append(f"### {_spaced(kind.value)}\n\n{table(head, rows)}")
    return "\n\n".join(out)


def lines(_language: str) -> str:
    """The lines of a statement, which a policy can name as figures too."""
    rows = [(f"`{name}`", CATALOGUE[name].en, CATALOGUE[name].zh) for name in LINES]
    return table(("name", "English", "中文"), rows)


def outcomes(_language: str) -> str:
    """The outcomes, from the mildest to the most severe."""
    rows = [
        (str(o.code), f"`{o.value}`", o.title("en"), o.title("zh"), "go" if o.goes else "stop")
        for o in ck.Outcome
    ]
    return table(("code", "value", "English", "中文", "goods"), rows)


def reasons(_language: str) -> str:
    """Every reason code with its sentences."""
    return table(("code", "English", "中文"), _sentences(TEMPLATES))


def texts(_language: str) -> str:
    """Every text that is no reason and no title of a figure, by its key."""
    elsewhere = {*TEMPLATES, *(figure.text.key for figure in ck.FIGURES.values())}
    rows = [
        (f"`{key}`", _shown(text.en), _shown(text.zh))
        for key, text in ck.testing.texts().items()
        if key not in elsewhere
    ]
    return table(("key", "English", "中文"), rows)


def findings(_language: str) -> str:
    """Every finding code of a policy document with its sentences."""
    return table(("code", "English", "中文"), _sentences(FINDINGS))


def notes(_language: str) -> str:
    """The codes of rows that a ledger or a table of months sets aside, or tells of."""
    rows = [
        (
            f"`{code}`",
            f"{text.en}; {REMEDIES[code].en}",
            f"{text.zh}；{REMEDIES[code].zh}",
            "" if code in INFORMS else "yes",
        )
        for code, text in NOTES.items()
    ]
    return table(("code", "English", "中文", "set aside"), rows)


def kinds(language: str) -> str:
    """The kinds of documents and what each touches, from the table that the calculators read."""

    def word(name: str) -> str:
        return KIND_WORDS[name].in_(language)

    names = ("kind", "meaning", "sign", "balance", "overdue", "sale", "habit")
    rows = []
    for kind in ItemKind:
        part = kind.part
        sign = word({1: "plus", -1: "minus", 0: "either"}[part.sign])
        overdue = "due" if part.overdue else "sets_off" if part.sign < 0 else "never"
        habit = part.habit.value
        if part.sign == 0 and part.habit is Habit.CASH:
            habit = "in_credit"
        rows.append(
            (
                f"`{kind.value}`",
                MEANINGS[kind.value].in_(language),
                sign,
                sign if part.balance else word("nobody"),
                word(overdue),
                sign if part.sale else "",
                word(habit),
            )
        )
    return table(tuple(map(word, names)), rows)


def document(_language: str) -> str:
    """Every section of the policy document, from the classes that read it."""
    out: list[str] = []
    _section(Document, "", out)
    return "\n\n".join(out)


def standard(_language: str) -> str:
    """The text of the standard policy."""
    return f"```toml\n{STANDARD}```"


def grades(language: str) -> str:
    """The grades of the standard policy."""
    zh = language == "zh"
    head = ("等级", "评分下限", "额度", "等级上限", "付款条件", "担保", "复核周期（月）")
    if not zh:
        head = ("grade", "score from", "limit", "cap", "terms", "security", "review, months")
    share = "近12个月赊销额的 {}" if zh else "{} of 12 months' credit sales"
    rows = [
        (
            row.id,
            str(row.min),
            ("不授信" if zh else "none")
            if row.limit_share is None
            else share.format(_percent(row.limit_share)),
            "" if row.cap is None else f"{row.cap // 100:,}",
            row.terms.title(language),
            ("要求" if zh else "required") if row.security else "",
            str(row.review_months),
        )
        for row in ck.Policy.standard().document.grades.rows
    ]
    return table(head, rows)


def card(language: str) -> str:
    """The scorecard of the standard policy."""
    zh = language == "zh"
    head = ("维度", "指标", "权重", "分档与得分", "未知时")
    if not zh:
        head = ("dimension", "figure", "weight", "points", "not known")
    rows = []
    for factor in ck.Policy.standard().document.scorecards[0].factors:
        colon = "：" if zh else ": "
        bins = [
            f"{_bin(row, factor.figure, zh)}{colon}{_number(row.points)}" for row in factor.bins
        ]
        name = CATALOGUE[factor.figure].title(language)
        dimension = _DIMENSIONS.get(factor.dimension, factor.dimension) if zh else factor.dimension
        missing = _missing(factor.missing, zh)
        rows.append((dimension, name, _percent(factor.weight), " · ".join(bins), missing))
    return table(head, rows)


def knock_outs(language: str) -> str:
    """The knock-outs of the standard policy; only a ratio or a score can be without a meaning."""
    zh = language == "zh"
    head = ("一票否决", "须满足", "否则", "未知时", "无意义时")
    if not zh:
        head = ("id", "must hold", "else", "not known", "without a meaning")
    rows = []
    policy = ck.Policy.standard()
    for row in policy.document.assessment.knock_outs:
        grade = "" if row.falls_to is None else f"{'，等级' if zh else ', grade'} {row.falls_to}"
        otherwise = row.on_fail.title(language) + grade
        floating = any(policy.figures[name].kind.floating for name in row.condition.names)
        undefined = row.on_undefined.title(language) if floating else "–"
        condition = condition_text(row.condition.text, language)
        missing = row.on_missing.title(language)
        rows.append((row.id, condition, otherwise, missing, undefined))
    return table(head, rows)


def information(language: str) -> str:
    """What the standard policy asks to be known."""
    zh = language == "zh"
    assessment = ck.Policy.standard().document.assessment
    rows = [
        (
            ("更高" if zh else "more")
            if row.up_to is None
            else f"{'不超过' if zh else 'up to'} {row.up_to // 100:,}",
            " · ".join(condition_text(one.text, language) for one in row.conditions),
        )
        for row in assessment.information
    ]
    least = _percent(assessment.least_coverage)
    said = f"At least {least} of the scorecard's weight must be known, and by amount:"
    if zh:
        said = f"评分卡的已知权重至少为 {least}，并按额度要求："
    return f"{said}\n\n" + table(("额度", "需要") if zh else ("amount", "needs"), rows)


def checks(language: str) -> str:
    """The checks of the standard policy."""
    zh = language == "zh"
    head = (
        ("检查", "须满足", "否则", "未知时") if zh else ("check", "must hold", "else", "not known")
    )
    rows = [
        (
            check.id,
            condition_text(check.condition.text, language),
            check.on_fail.title(language),
            check.on_missing.title(language),
        )
        for check in ck.Policy.standard().document.checks.rows
    ]
    return table(head, rows)


def indicators(language: str) -> str:
    """The indicators of the standard policy."""
    zh = language == "zh"
    head = ("预警", "指标", "预警阈值", "严重阈值")
    if not zh:
        head = ("indicator", "figure", "warning at", "serious at")
    rows = [
        (row.id, CATALOGUE[row.figure].title(language), _bound(row.warning), _bound(row.serious))
        for row in ck.Policy.standard().document.monitoring.indicators
    ]
    return table(head, rows)


def authority(language: str) -> str:
    """The authority table of the standard policy."""
    zh = language == "zh"
    head = ("角色", "授信额度不超过", "超额度不超过", "逾期天数不超过")
    if not zh:
        head = ("role", "lines up to", "overage up to", "days overdue up to")
    rows = [
        (
            row.title[zh],
            *(_bound(x and x // 100) for x in (row.max_limit, row.max_overage)),
            _bound(row.max_overdue_days),
        )
        for row in ck.Policy.standard().document.authority.rows
    ]
    return table(head, rows)


def methods(language: str) -> str:
    """The limit methods: what each is called, its formula, the keys that it takes, and its source."""
    zh = language == "zh"
    head = ("`use`", "方法", "公式", "指标", "键", "来源", "依据")
    if not zh:
        head = ("`use`", "method", "formula", "figures", "keys", "source", "confidence")
    rows = []
    for name, one in METHODS.items():
        figures = [] if one.figure is None else [f"`{one.figure}`"]
        figures += [f"`{figure}`" for figure in one.needs]
        keys = [f"**`{key}`**" if key in one.requires else f"`{key}`" for key in one.takes]
        confidence = CONFIDENCE[one.confidence][zh]
        formula, source = one.formula.in_(language), one.source.in_(language)
        texts = (
            one.text.in_(language),
            formula,
            " ".join(figures),
            " ".join(keys),
            source,
            confidence,
        )
        rows.append((f"`{name}`", *texts))
    return table(head, rows)


def working_assets(language: str) -> str:
    """The table of the working-asset analysis, as it is printed."""
    head = ("评估值", "占营运资产") if language == "zh" else ("score", "of working assets")
    rows, below = [], None
    for bound, share in TABLE_OF_WORKING_ASSETS:
        above = "" if below is None else f"> {below} "
        to = "" if bound is None else f"≤ {bound}"
        rows.append((f"{above}{to}".strip(), _percent(Fraction(share))))
        below = bound
    return table(head, rows)


_DIMENSIONS = {
    "statements": "财务报表",
    "credit record": "信用记录与外部评级",
    "payment history": "付款历史",
    "business and industry": "经营与行业",
    "reputation": "商业信誉",
}

TABLES: dict[str, Callable[[str], str]] = {
    made.__name__: made
    for made in (
        api, figures, lines, outcomes, reasons, texts, findings, notes, kinds, document, standard, grades,
        card, knock_outs, information, checks, indicators, authority, forms, readings, methods,
        working_assets,
    )
}  # fmt: skip


# The policy document


def _section(cls: type, path: str, out: list[str]) -> None:
    """A heading, the docstring and a row for each key; then the sections inside."""
    inside: list[tuple[type, str]] = []
    rows = []
    for key, (field, entry) in entries_of(cls).items():
        takes = entry.takes[0]
        if entry.inside is not None:
            here = f"{path}.{key}".lstrip(".") + ("[]" if entry.many else "")
            inside.append((entry.inside, here))
            takes += f", see `{here}`"
        absent = entry.absent[0] if entry.absent else _default(field)
        rows.append((f"`{key}`", takes, absent, entry.says[0] if entry.says else ""))
    if cls is Grade:
        rows += [
            (f"`{name}`", _KINDS[kind], "", "a column that checks may name")
            for name, kind in COLUMNS.items()
        ]
    name = f"`{path}`" if path else "The document"
    text = " ".join((cls.__doc__ or "").split())
    head = ("key", "value", "default", "meaning")
    out.append(f"### {name}\n\n{text}\n\n{table(head, rows)}")
    for section, here in inside:
        _section(section, here, out)


_KINDS = {"days": "whole days", "money": "an amount", "count": "a whole number"}


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _default(field: attrs.Attribute[Any]) -> str:
    value = field.default
    if value is attrs.NOTHING:
        return "required"
    if value is None or value in ((), ""):
        return ""
    if isinstance(value, tuple):
        return _listed(word for word in value if word)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, enum.Enum):
        return f"`{value.value}`"
    return "" if attrs.has(type(value)) else f"`{value}`"


# Small pieces


def _sentences(templates: Mapping[str, Text]) -> list[tuple[str, str, str]]:
    return [(f"`{code}`", _braces(text.en), _braces(text.zh)) for code, text in templates.items()]


def _braces(text: str) -> str:
    return re.sub(r"\{(\w+)[^}]*\}", r"*\1*", text)


def _shown(text: str) -> str:
    """A text as it is written; a blank at its end would not be seen."""
    return text if text == text.strip() and text else f"`{text}`" if text else ""


def _known_to(name: str) -> str:
    places = {
        "decision": known(name, Scope.CUSTOMER),
        "check": known(name, Scope.ORDER),
        "watch": known(name, Scope.MONTH),
    }
    return ", ".join(place for place, known in places.items() if known)


def _spaced(word: str) -> str:
    return word.replace("_", " ").capitalize()


def _percent(share: Fraction) -> str:
    return f"{_number(share * 100)} %"


def _number(value: Any) -> str:
    return f"{float(value):g}"


def _bound(value: Any) -> str:
    return "" if value is None else f"{float(value):,g}" if value < 1000 else f"{int(value):,}"


def _missing(treatment: tuple[str, Fraction], zh: bool) -> str:
    kind, points = treatment
    if kind == "points":
        return f"{_number(points)} 分" if zh else f"{_number(points)} points"
    words = {
        "reallocate": ("weight to the others", "权重让给其他"),
        "keep": ("no points", "不得分"),
        "error": ("no score", "无评分"),
    }
    return words[kind][zh]


def _bin(row: Any, figure: str, zh: bool) -> str:
    if row.min is not None:
        return f"≥ {_number(row.min)}"
    if row.max is not None:
        return f"≤ {_number(row.max)}"
    if row.names:
        return category_text(figure, ", ".join(row.names), "zh" if zh else "en")
    return "其余" if zh else "else"
