"""Phrases: what stands in a finding for what was expected, which rule, why: a key with parameters.

A finding holds no sentence of any language. A `Phrase` is rendered when somebody reads, as the finding
around it is, by the type that its text declares for each parameter:

    {value}             as it is: a number, text that can be printed, a phrase, several of them
    {name:quoted}       text of the document, in quotes
    {rule:phrase}       a phrase; what another program says stays as it is
    {choices:names}     words of the document, one after the other
    {kinds:phrases}     phrases that are clauses of one sentence
    {readings:terms}    texts of terms of payment, in the reader's language
    {limit:count}       a whole number with its thousands grouped

>>> rule = Phrase("rule.between", {"low": 300, "high": 850})
>>> str(rule), rule.in_("zh")
('between 300 and 850', '在 300 至 850 之间')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from creditkit.errors import InvalidFact, meant, shown
from creditkit.figures import FigureKind
from creditkit.languages import (
    AnyLanguage,
    Language,
    Text,
    filled,
    how_shown,
    language_of,
    parameters,
    texts,
)
from creditkit.reasons.rendering import terms_text
from creditkit.reasons.titles import listed

__all__ = [
    "CLAUSES",
    "PHRASES",
    "TYPES",
    "Parameter",
    "Phrase",
    "all_named",
    "escaped",
    "kind_phrase",
    "known_key",
    "said",
]

PHRASES: Final[Mapping[str, Text]] = texts(
    "phrase",
    {
        # what was expected
        "expected.table": ("a table", "表"),
        "expected.list": ("a list", "列表"),
        "expected.rows": ("rows", "行"),
        "expected.text": ("text", "文字"),
        "expected.name": ("a name", "名称"),
        "expected.letters": (
            "a name of letters, digits, _ . : -",
            "由字母、数字和 _ . : - 组成的名称",
        ),
        "expected.small": (
            "a number below 2^53, or text such as '0.15'",
            "小于 2^53 的数，或 '0.15' 这样的文字",
        ),
        "expected.exact": ("an exact number such as '0.15'", "精确的数，如 '0.15'"),
        "expected.amount": ("an amount such as '20000000'", "金额，如 '20000000'"),
        "expected.whole": ("a whole number", "整数"),
        "expected.flag": ("true or false", "true 或 false"),
        "expected.day": ("a date such as 2026-07-01", "日期，如 2026-07-01"),
        "expected.choice": ("one of {choices:names}", "{choices:names}之一"),
        "expected.titles": ("text, or a table with en and zh", "文字，或含 en 与 zh 的表"),
        "expected.two": ("two numbers", "两个数"),
        "expected.pairs": ("two or more pairs of numbers", "两对或更多的数"),
        "expected.pair": ("a pair of numbers", "一对数"),
        "expected.figure": ("a value of the kind {kind:phrase}", "{kind:phrase}类指标的值"),
        # rules
        "rule.least": ("{low} or more", "不小于 {low}"),
        "rule.above": ("above {low}", "大于 {low}"),
        "rule.after": ("after {day}", "晚于 {day}"),
        "rule.between": ("between {low} and {high}", "在 {low} 至 {high} 之间"),
        "rule.points": ("between {low} and {high} points", "在 {low} 至 {high} 分之间"),
        "rule.ascending": ("ascending", "由小到大"),
        "rule.whole": ("a whole number", "为整数"),
        "rule.decimals": (
            "an amount of at most {digits} decimals, within 64 bits",
            "为小数不超过 {digits} 位、且不超出 64 位整数的金额",
        ),
        "rule.one_bound": ("all with min or all with max", "全部用 min 或全部用 max"),
        "rule.bin": ("with min, max or names", "带 min、max、names 之一"),
        "rule.last_bin": (
            "without min, max and names (the last bin takes the rest)",
            "不带 min、max、names（最后一档为其余）",
        ),
        "rule.step": ("with min or max", "带 min 或 max 之一"),
        "rule.last_step": (
            "without min and max (the last step takes the rest)",
            "不带 min、max（最后一档为其余）",
        ),
        "rule.coverage": ("at most 1: it can never be reached", "不大于 1，否则永远达不到"),
        "rule.share": ("at most 1: 20 % is '0.20'", "不大于 1（20 % 写作 '0.20'）"),
        "rule.cap": ("at most {cap}, the cap", "不大于上限 {cap}"),
        "rule.multiple": (
            "a multiple of {step}, to which the limit is rounded after it is raised",
            "为 {step} 的倍数，提升后的额度还要按此取整",
        ),
        # what is not known
        "what.figure": ("figure", "指标"),
        "what.column": ("column", "列"),
        "what.component": ("component", "信用占用组成项"),
        "what.grade": ("grade", "等级"),
        "what.model": ("model", "模型"),
        "where.customer": ("of a customer", "客户评估中"),
        "where.graded": ("of a customer who has been graded", "评级后的客户评估中"),
        "where.order": ("in a check", "订单检查中"),
        # what there is too much of
        "many.characters": ("characters", "个字符"),
        "many.text": ("characters in one text", "个字符（单个文本）"),
        "many.keys": ("keys in one table", "个键（单个表）"),
        "many.levels": ("levels", "层"),
        "many.rows": ("rows", "行"),
        "many.values": ("values", "个值"),
        "many.decimals": ("decimals of weights", "位权重小数"),
        # order, and rows that never apply
        "direction.up": ("low to high", "小到大"),
        "direction.down": ("high to low", "大到小"),
        "why.never_fails": ("can never fail", "永远不会不通过"),
        "why.never_passes": ("can never pass", "永远不会通过"),
        "why.same": ("says the same as {id}", "与 {id} 内容相同"),
        "why.covered": ("the row before it covers every amount", "上一行已覆盖所有金额"),
        "why.no_bound": (
            "the row before it has no bound on {column}",
            "上一行的 {column} 没有上限",
        ),
        "why.smaller": ("up_to must be above {before}", "up_to 须大于 {before}"),
        "why.rounded": (
            "limits are rounded down to the minor unit before",
            "额度在此之前已向下取整到最小货币单位",
        ),
        "why.not_taken": ("{use} takes no such key", "{use} 不用此键"),
        "why.weight": ('only combine = "weighted" weighs', '仅在 combine = "weighted" 时计权'),
        "why.best": ("the best grade lowers nobody", "最优等级不会使任何人降级"),
        "why.no_event": ("it names no event", "未列出任何环节"),
        "why.cap": ("grade {grade} never gets a limit", "等级 {grade} 永远得不到额度"),
        "why.floor": (
            "what is raised to the floor is taken away again",
            "提升至下限的额度随即取消",
        ),
        "why.up_to": (
            "who shows no more than this row asks for gets no limit",
            "仅满足本行要求的客户得不到额度",
        ),
        "why.shadowed": (
            "for each of its grades a shorter cycle, or an equal one, counts already",
            "所适用的各等级已有更短或相同的复核周期",
        ),
        "why.no_longer": (
            "no grade that it is for has a longer cycle",
            "所适用的等级均无更长的复核周期",
        ),
        # kinds of figures, and where another one is needed
        "kind.money": ("money", "金额"),
        "kind.days": ("days", "天数"),
        "kind.count": ("count", "计数"),
        "kind.flag": ("flag", "是否"),
        "kind.ratio": ("ratio", "比率"),
        "kind.score": ("score", "评分"),
        "kind.line_item": ("line item", "报表科目"),
        "kind.category": ("category", "类别"),
        "kind.of": ("{name} is {kind:phrase}", "{name} 为{kind:phrase}"),
        "kind.names": (
            "{name:quoted} is a {kind:phrase}: its bins take names",
            "{name:quoted} 为{kind:phrase}类指标，分档须用 names",
        ),
        "kind.bounds": (
            "{name:quoted} is of the kind {kind:phrase}: its bins take min or max",
            "{name:quoted} 为{kind:phrase}类指标，分档须用 min 或 max",
        ),
        "kind.share": (
            "{name:quoted} is of the kind {kind:phrase}; a limit is a share of a money figure",
            "{name:quoted} 为{kind:phrase}类指标，额度只能取金额类指标的比例",
        ),
        "needs.count": (
            "{name:quoted} is of the kind {kind:phrase}; a number of suppliers is a count",
            "{name:quoted} 为{kind:phrase}类指标，供应商数须为计数类指标",
        ),
        "needs.chance": (
            "{name:quoted} is of the kind {kind:phrase}; a chance is a ratio",
            "{name:quoted} 为{kind:phrase}类指标，概率须为比率类指标",
        ),
        "needs.by": (
            "{name:quoted} is of the kind {kind:phrase}; steps are by a ratio, a score, days or a count",
            "{name:quoted} 为{kind:phrase}类指标，分档须按比率、评分、天数或计数类指标",
        ),
        "kind.quantity": (
            "{name:quoted} is a {kind:phrase}; an indicator watches a quantity",
            "{name:quoted} 为{kind:phrase}类指标，预警只能监控数量",
        ),
        # what came, where it is neither a number nor text
        "value.bits": ("a whole number of {bits} bits", "{bits} 个二进制位的整数"),
        "value.both": ("both", "两者混用"),
        "value.plain": ("{value}", "{value}"),
        "value.nothing": ("nothing", "无"),
        "value.unlimited": ("unlimited", "不限额"),
        # what to write instead
        "remedy.string": ("write the string {text:quoted}", "写成字符串 {text:quoted}"),
        "remedy.write": ("write {expected:phrase}", "填写{expected:phrase}"),
        "remedy.declare": ("declare it: {example}", "声明：{example}"),
        # TOML: what its reader says, and where
        "toml.deep": ("nested too deep", "嵌套过深"),
        "toml.digits": ("a number has too many digits", "数的位数过多"),
        "toml.at": (
            "{error} (at line {line}, column {column})",
            "第 {line} 行第 {column} 列有误（{error}）",
        ),
        "toml.end": ("{error} (at end of document)", "文件末尾有误（{error}）"),
        # conditions: the text as a whole
        "condition.text.long": (
            "must have at most {limit:count} characters",
            "不得超过 {limit:count} 个字符",
        ),
        "condition.text.unread": ("cannot read {text:quoted}", "无法读取 {text:quoted}"),
        "condition.comparison.one": (
            "{text:quoted} must have exactly one of <= < >= > == != in or not in",
            "{text:quoted} 须有且只有一个比较符（<= < >= > == != in、not in）",
        ),
        # conditions: names
        "condition.name.unknown": ("unknown figure {name:quoted}", "未知的指标 {name:quoted}"),
        "condition.name.wanted": ("{text:quoted} must be a name", "{text:quoted} 应为名称"),
        # conditions: sums
        "condition.sum.term": ("a term is missing", "缺少一项"),
        "condition.sum.name": ("a name is missing after *", "* 之后缺少名称"),
        "condition.sum.share": (
            "write what {share} is a share of: {share} * name",
            "请写明 {share} 是哪个指标的比例：{share} * name",
        ),
        "condition.sum.unread": ("cannot read {text:quoted} here", "此处无法读取 {text:quoted}"),
        "condition.sum.figures": ("must name at least one figure", "至少须有一个指标"),
        "condition.sum.kinds": (
            "all terms must be of one exact kind ({kinds:phrases})",
            "各项须为同一类精确指标（{kinds:phrases}）",
        ),
        # conditions: one float figure
        "condition.bound.number": (
            "{name:quoted} is a {kind:phrase}: compare it with one number",
            "{name:quoted} 为{kind:phrase}类指标，请与一个数比较",
        ),
        "condition.bound.large": (
            "{text:quoted}... is more than a float holds",
            "{text:quoted}… 超出浮点数的范围",
        ),
        # conditions: flags and categories
        "condition.member.kind": (
            "{name:quoted} is not a flag or a category, which == and in compare",
            "{name:quoted} 不是是否类或类别类指标，不能用 == 或 in",
        ),
        "condition.member.operator": (
            "a flag or a category takes == != in or not in, not {op:quoted}",
            "是否类与类别类指标只能用 == != in 或 not in，不能用 {op:quoted}",
        ),
        "condition.member.one": (
            "compare {name:quoted} with one word, in double quotes where it has blanks",
            "{name:quoted} 只能与一个词比较，词中有空格时须加双引号",
        ),
        "condition.member.flag": (
            "{name:quoted} is a flag: compare it with true or false",
            "{name:quoted} 为是否类指标，请与 true 或 false 比较",
        ),
        "condition.list.brackets": (
            "after in there must be a list in brackets",
            "in 之后应为方括号列表",
        ),
        "condition.list.commas": (
            "a list in brackets must be separated by commas",
            "方括号列表须用逗号分隔",
        ),
        "condition.list.items": (
            "a list in brackets must hold names or quoted text",
            "方括号列表只能列出名称或带引号的文字",
        ),
    },
)
"""Key -> what a phrase says in each language."""

CLAUSES: Final[Mapping[str, Text]] = texts("mark", {"clauses": (", ", "，")})
"""What stands between clauses of one sentence."""

_LONGEST: Final = 80
"""How much of a text is shown."""

Parameter: TypeAlias = "Phrase | str | int | float | tuple[Phrase | str, ...]"
"""What a finding or a phrase can be about: plain data, or a phrase that has parameters itself."""


def known_key(table: Mapping[str, Text], key: object, path: str) -> None:
    """Refuse a key that a table of texts does not have."""
    if not isinstance(key, str) or key not in table:
        later = "another version of creditkit wrote it: read it with that one"
        raise InvalidFact(path, "is an unknown key", key, meant(key, table) or later)


def all_named(text: Text, params: Mapping[str, object], path: str) -> None:
    """Refuse parameters that are not exactly those which a text names."""
    declared = parameters(text.en)
    for name in [*declared, *params]:
        if name not in params:
            raise InvalidFact(f"{path}.{name}", f"is required by {text.key}")
        if name not in declared:
            raise InvalidFact(f"{path}.{name}", f"is no parameter of {text.key}")


def _is_key(_phrase: object, _field: object, key: str) -> None:
    known_key(PHRASES, key, "phrase.key")


def _are_all(phrase: Phrase, _field: object, params: Mapping[str, object]) -> None:
    all_named(PHRASES[phrase.key], params, "phrase.params")


@attrs.frozen
class Phrase:
    """A part of a finding's sentence: a key of `PHRASES`, and the parameters that its text names.

    ``str()`` of it is English. A key that is not known, and parameters that are not those of the text,
    are an `InvalidFact`.
    """

    key: str = attrs.field(validator=_is_key)
    params: Mapping[str, Parameter] = attrs.field(factory=dict, hash=False, validator=_are_all)

    def in_(self, language: AnyLanguage = "en") -> str:
        """What it says in a language: ``"en"``, ``"zh"`` or a `Language` of the house."""
        return said(PHRASES[self.key], self.params, language)

    def __str__(self) -> str:
        return self.in_()


def kind_phrase(kind: FigureKind) -> Phrase:
    """The title of a kind of figures.

    >>> kind_phrase(FigureKind.LINE_ITEM).in_("zh")
    '报表科目'
    """
    return Phrase(f"kind.{kind.value}")


def escaped(text: str) -> Phrase:
    """Text that looks like other text, with every letter beyond ASCII by its number.

    >>> print(escaped("h\\u043euse"))
    'h\\u043euse'
    """
    return Phrase("value.plain", {"value": ascii(text[:_LONGEST])})


def said(text: Text, params: Mapping[str, Parameter], language: AnyLanguage = "en") -> str:
    """A text in a language, with each of its parameters as the declared type shows it."""
    spoken, declared = language_of(language), parameters(text.en)

    def present(name: str, kind: str) -> str:
        return how_shown(text.key, name, kind, declared, TYPES)(params[name], spoken)

    return filled(text.in_(spoken), present, lambda name: params.get(name) is not None)


# Types of parameters


def _plainly(value: Any, language: Language) -> str:
    if isinstance(value, Phrase):
        return value.in_(language)
    if isinstance(value, tuple):
        return listed([_plainly(one, language) for one in value], language)
    text = str(value)
    return text if text.isprintable() else shown(text)


def _clauses(value: Any, language: Language) -> str:
    if not isinstance(value, tuple):
        return _plainly(value, language)
    return CLAUSES["clauses"].in_(language).join(_plainly(one, language) for one in value)


def _terms(value: Any, language: Language) -> str:
    if not isinstance(value, tuple):
        return _plainly(value, language)
    return " / ".join(terms_text(str(one), language) for one in value)


TYPES: Final[Mapping[str, Callable[[Any, Language], str]]] = {
    "value": _plainly,
    "quoted": lambda value, _language: shown(value),
    "phrase": _plainly,
    "names": _plainly,
    "phrases": _clauses,
    "terms": _terms,
    "count": lambda value, _language: f"{value:,}" if isinstance(value, int) else str(value),
}
"""Type of a parameter -> how it is shown; what is not of its type is shown as it is."""
