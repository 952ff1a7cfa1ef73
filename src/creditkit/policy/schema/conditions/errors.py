"""What can be wrong with the text of a condition: a key, its parameters, a sentence in two languages.

>>> error = ConditionError("bound.number", name="z2", kind=FigureKind.SCORE)
>>> str(error), error.message("zh")
("'z2' is a score: compare it with one number", "'z2' 为评分类指标，请与一个数比较")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditkit._languages import chinese
from creditkit.figures import FigureKind

__all__ = ["CONDITION_ERRORS", "KIND_TITLES", "ConditionError"]

CONDITION_ERRORS: Final[Mapping[str, tuple[str, str]]] = {
    # the text as a whole
    "text.long": ("must stay below {limit:,} characters", "须少于 {limit:,} 个字符"),
    "text.unread": ("cannot read {text!r}", "无法读取 {text!r}"),
    "comparison.one": (
        "{text!r} must have exactly one of <= < >= > == != in",
        "{text!r} 须有且只有一个比较符（<= < >= > == != in）",
    ),
    # names
    "name.unknown": ("unknown figure {name!r}", "未知的指标 {name!r}"),
    "name.wanted": ("{text!r} must be a name", "{text!r} 应为名称"),
    # sums
    "sum.term": ("a term is missing", "缺少一项"),
    "sum.name": ("a name is missing after *", "* 之后缺少名称"),
    "sum.share": (
        "write what {share} is a share of: {share} * name",
        "请写明 {share} 是哪个指标的比例：{share} * name",
    ),
    "sum.unread": ("cannot read {text!r} here", "此处无法读取 {text!r}"),
    "sum.figures": ("must name at least one figure", "至少须有一个指标"),
    "sum.kinds": (
        "all terms must be of one exact kind ({kinds})",
        "各项须为同一类精确指标（{kinds}）",
    ),
    # one float figure
    "bound.number": (
        "{name!r} is a {kind}: compare it with one number",
        "{name!r} 为{kind}类指标，请与一个数比较",
    ),
    "bound.large": ("{text!r}... is more than a float holds", "{text!r}… 超出浮点数的范围"),
    # flags and categories
    "member.kind": (
        "{name!r} is not a flag or a category, which == and in [...] compare",
        "{name!r} 不是是否类或类别类指标，不能用 == 或 in",
    ),
    "member.operator": (
        "a flag or a category takes == != or in, not {op!r}",
        "是否类与类别类指标只能用 == != in，不能用 {op!r}",
    ),
    "member.flag": (
        "{name!r} is a flag: compare it with true or false",
        "{name!r} 为是否类指标，请与 true 或 false 比较",
    ),
    "list.brackets": ("after in there must be a list in brackets", "in 之后应为方括号列表"),
    "list.commas": ("a list in brackets must be separated by commas", "方括号列表须用逗号分隔"),
    "list.items": (
        "a list in brackets must hold names or quoted text",
        "方括号列表只能列出名称或带引号的文字",
    ),
}
"""Key -> (English, Chinese) template."""

KIND_TITLES: Final[Mapping[FigureKind, tuple[str, str]]] = {
    FigureKind.MONEY: ("money", "金额"),
    FigureKind.DAYS: ("days", "天数"),
    FigureKind.COUNT: ("count", "计数"),
    FigureKind.FLAG: ("flag", "是否"),
    FigureKind.RATIO: ("ratio", "比率"),
    FigureKind.SCORE: ("score", "评分"),
    FigureKind.LINE_ITEM: ("line_item", "报表科目"),
    FigureKind.CATEGORY: ("category", "类别"),
}
"""A kind of figures in English and Chinese."""

_LISTED: Final = ("{} is {}", "{} 为{}")


class ConditionError(ValueError):
    """A condition that cannot be read: a key of `CONDITION_ERRORS` and the parameters of its sentence.

    ``hint`` is the known name that looks most like the unknown one.
    """

    def __init__(self, key: str, *, hint: str | None = None, **params: Any) -> None:
        super().__init__(key)
        self.key = key
        self.hint = hint
        self.params = params

    @property
    def code(self) -> str:
        """The code of the finding: ``name.unknown``, or ``form.condition`` for all that is not a name."""
        return self.key if self.key == "name.unknown" else "form.condition"

    @property
    def name(self) -> str:
        """The name that is at fault; empty where none is."""
        return str(self.params.get("name", ""))

    def message(self, language: str = "en") -> str:
        """The sentence in English (``en``) or Chinese (``zh``)."""
        place = chinese(language)
        shown = {name: _in_words(value, place) for name, value in self.params.items()}
        return CONDITION_ERRORS[self.key][place].format_map(shown)

    def __str__(self) -> str:
        return self.message()


def _in_words(value: Any, place: int) -> Any:
    """A parameter as a sentence says it: kinds by their titles, what is text or a number as it is."""
    if isinstance(value, FigureKind):
        return KIND_TITLES[value][place]
    if isinstance(value, Mapping):  # the kind of each name
        kinds = (
            _LISTED[place].format(name, KIND_TITLES[kind][place]) for name, kind in value.items()
        )
        return ", ".join(kinds) if place == 0 else "，".join(kinds)
    return value
