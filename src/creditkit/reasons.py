"""Reasons: stable codes with typed parameters, and the sentences made from them in two languages.

A result stores codes and values, never prose; `Reason.sentence` renders them when somebody reads.
Every code, its parameters and both templates stand in `TEMPLATES`, which the docs page reads too.

>>> Reason("limit.below_requested", Outcome.WARN, limit=Money(4, "CNY"), requested=Money(6, "CNY")).sentence()
'The recommended limit of 4.00 CNY is below the requested 6.00 CNY.'
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from creditkit._languages import chinese
from creditkit._plain import from_plain, mapping_in, tagged, untagged
from creditkit.errors import InvalidFact
from creditkit.figures import CATEGORIES, FIGURES, Undefined
from creditkit.money import Line, Money
from creditkit.outcomes import Outcome

__all__ = ["TEMPLATES", "Parameter", "Reason", "Titles", "own_titles", "sentence"]

Titles: TypeAlias = Mapping[str, tuple[str, str]]
"""A policy's own words, such as its roles and a host's figures, with their titles in both languages."""

Parameter: TypeAlias = (
    "Money | Line | Undefined | date | str | int | float | bool | tuple[str, ...] | None"
)

TEMPLATES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        # Assessment
        "score.not_computable": (
            "No score: {model} cannot be computed. Not known: {missing}. Without a meaning: {undefined}.",
            "无法评分：{model} 不能计算。缺失：{missing}。无意义：{undefined}。",
        ),
        "score.clipped": (
            "The score {score} lies outside {low} to {high} and is held at the bound.",
            "评分 {score} 超出 {low} 至 {high}，按边界值计。",
        ),
        "coverage.low": (
            "Only {coverage} of the scorecard's weight is known; a grade asks for {least}.",
            "评分卡已知权重仅 {coverage}，政策要求至少 {least} 方可评级。",
        ),
        "category.unnamed": (
            "{figure}: no bin of the scorecard names {value}; it counts as the rest.",
            "{figure}：评分卡未列明 {value}，按其余情形计分。",
        ),
        "information.missing": (
            "Required for this amount, and not shown or not met: {condition}.",
            "该额度的要求未满足或无资料：{condition}。",
        ),
        "assumption.used": (
            "Assumed, because it is not known: {figure} = {value}.",
            "未知而采用假设：{figure} = {value}。",
        ),
        "knock_out.fired": (
            "{id}: {condition} does not hold: {left} against {right}.",
            "{id}：不满足 {condition}，实际 {left}，限值 {right}。",
        ),
        "knock_out.unknown": (
            "{id}: cannot be tested. Not known: {missing}. Without a meaning: {undefined}.",
            "{id}：无法检验。缺失：{missing}。无意义：{undefined}。",
        ),
        "statement.future": (
            "The statement is of {period_end}, after {as_of}: it is not used.",
            "财务报表截止 {period_end}，晚于 {as_of}，不予采用。",
        ),
        "statement.stale": (
            "The statement of {period_end} is older than {months} months: it is not used.",
            "{period_end} 的财务报表已超过 {months} 个月，不予采用。",
        ),
        "statement.unusable": (
            "The statement cannot be used: {figure} {value}.",
            "财务报表不可用：{figure} {value}。",
        ),
        "statement.parts": (
            "The statement cannot be used: {figure} of {value} are more than {whole} of {total}.",
            "财务报表不可用：{figure} {value} 大于{whole} {total}。",
        ),
        "statement.unbalanced": (
            "The statement does not balance: assets of {assets}, liabilities and equity of {claims}.",
            "财务报表不平衡：资产总计 {assets}，负债与所有者权益合计 {claims}。",
        ),
        "equity.negative": ("Book equity is negative.", "所有者权益为负。"),
        "data.invalid": (
            "The row cannot be read: {facts}.",
            "该行数据无法读取：{facts}。",
        ),
        "data.duplicate": (
            "Another row has the same id: it is not known which of them is meant.",
            "存在编号重复的行，无法确定以哪一行为准。",
        ),
        "ledger.unreadable": (
            "The ledger has items that cannot be read or converted: what rests on it is not known.",
            "账款明细中有无法读取或折算的单据，相关指标未知。",
        ),
        "data.no_rate": (
            "There is no rate for {pairs}: amounts in it are not known.",
            "缺少汇率 {pairs}，相应金额未知。",
        ),
        # Grade, limit, terms
        "grade.no_credit": (
            "Grade {grade} gets no credit: payment before delivery.",
            "{grade} 级不授信：款到发货。",
        ),
        "grade.none": ("No grade, because there is no score.", "无评分，不能评级。"),
        "limit.unknown": (
            "No limit can be recommended. Not known: {missing}.",
            "无法建议额度。缺失：{missing}。",
        ),
        "limit.zero": (
            "The recommended limit is zero.",
            "建议额度为零。",
        ),
        "limit.information": (
            "The recommended limit stops at {limit}; more requires: {needs}.",
            "建议额度止于 {limit}；更高额度要求：{needs}。",
        ),
        "limit.below_owed": (
            "{owed} is owed already, without a line; the recommended limit is {limit}.",
            "尚无授信额度，已欠 {owed}，超过建议额度 {limit}。",
        ),
        "limit.below_requested": (
            "The recommended limit of {limit} is below the requested {requested}.",
            "建议额度 {limit} 低于申请额度 {requested}。",
        ),
        "limit.below_line": (
            "The recommended limit of {limit} is below the line in force of {line}: review the line.",
            "建议额度 {limit} 低于现有授信额度 {line}，请复核。",
        ),
        "terms.longer": (
            "The requested terms {requested} are longer than {terms}, which the grade allows.",
            "申请的付款条件 {requested} 长于该等级允许的 {terms}。",
        ),
        # Order check
        "check.failed": (
            "{id}: {condition} does not hold: {left} against {right}.",
            "{id}：不满足 {condition}，实际 {left}，限值 {right}。",
        ),
        "check.unknown": (
            "{id}: cannot be tested; not known: {missing}.",
            "{id}：无法检验；缺失：{missing}。",
        ),
        "check.cleared": ("{id}: did not pass, cleared by {by}.", "{id}：未通过，已由{by}放行。"),
        "approval.not_in_force": (
            "The approval by {by} is in force from {start} and before {until}, not today.",
            "{by}的批准自 {start} 起、{until} 前有效，今日无效。",
        ),
        "approval.too_small": (
            "The approval by {by} covers an order of up to {largest}; this one is {order}.",
            "{by}的批准以 {largest} 为限，本单为 {order}。",
        ),
        "approval.no_rate": (
            "The approval by {by} cannot be held against the order: there is no rate for {pairs}.",
            "{by}的批准无法与本单比较：缺少汇率 {pairs}。",
        ),
        "approval.unknown_role": (
            "The approval by {by} is given as {role}, which is no role of this policy.",
            "{by}以 {role} 身份批准，政策中无此角色。",
        ),
        "approval.no_authority": (
            "The approval by {by} goes beyond what the {role} may release here.",
            "{by}的批准超出{role}在此情形下的权限。",
        ),
        "approval.unknown_check": (
            "The approval by {by} names {check}, which is no check of this policy.",
            "{by}的批准所列 {check} 不是本政策的检查项。",
        ),
        "approval.others": (
            "The open approvals of {orders} count with the overage when it is asked who may release.",
            "判定放行权限时，{orders} 的有效批准一并计入超额。",
        ),
        "approval.not_named": (
            "The approval by {by} does not name what still stops the order: {checks}.",
            "{by}的批准未列明仍未通过的检查：{checks}。",
        ),
        "account.unknown_grade": (
            "The account's grade {grade} is no grade of this policy.",
            "账户等级 {grade} 不是本政策的等级。",
        ),
        "order.prepaid": ("Cleared receipts cover the order in full.", "已到账款项足额覆盖订单。"),
        # Watch
        "alert.utilisation": (
            "Utilisation is {value}, at or above {threshold}.",
            "额度使用率 {value}，达到或超过 {threshold}。",
        ),
        "alert.oldest_overdue_days": (
            "The oldest debt is {value} days past due, at or above {threshold}.",
            "最长逾期 {value} 天，达到或超过 {threshold} 天。",
        ),
        "alert.dso_rise": (
            "DSO of {dso} days is {value} times its own mean of {mean}, at or above {threshold}.",
            "应收账款周转天数 {dso} 天，为自身均值 {mean} 的 {value} 倍，达到或超过 {threshold} 倍。",
        ),
        "alert.grade_fall": (
            "The grade fell by {value}, from {before} to {after}.",
            "信用等级下降 {value} 档，由 {before} 降至 {after}。",
        ),
        "alert.no_line": (
            "{exposure} is owed and there is no line: beyond any threshold.",
            "未授信，已占用 {exposure}，视同超过阈值。",
        ),
        "alert.figure": (
            "{figure} is {value}, at or above {threshold}.",
            "{figure}为 {value}，达到或超过 {threshold}。",
        ),
        "alert.figure_low": (
            "{figure} is {value}, at or below {threshold}.",
            "{figure}为 {value}，达到或低于 {threshold}。",
        ),
        "watch.missing": (
            "{indicator}: cannot be judged; not known: {missing}.",
            "{indicator}：无法判断；缺失：{missing}。",
        ),
        "watch.undefined": (
            "{indicator}: cannot be judged; {figure} has no meaning.",
            "{indicator}：无法判断；{figure}无意义。",
        ),
        "watch.invalid": (
            "{indicator}: cannot be judged; no rate or a bad value: {missing}.",
            "{indicator}：无法判断；缺汇率或数值有误：{missing}。",
        ),
        # Worklist
        "worklist.overdue": (
            "{overdue} is overdue, for up to {days} days; items: {items}.",
            "逾期 {overdue}，最长 {days} 天，共 {items} 笔。",
        ),
        "worklist.insolvent": (
            "Insolvent; the claim is the whole balance of {receivables}, due or not.",
            "已进入破产程序；债权为全部余额 {receivables}，含未到期部分。",
        ),
        "worklist.disputed": (
            "{disputed} is in dispute and is not dunned.",
            "{disputed} 存在争议，不催收。",
        ),
        "worklist.not_known": (
            "What is owed is not known: look at the ledger first.",
            "欠款情况未知，请先核对账款明细。",
        ),
        # What to do, of a worklist or on an alert; a house may write codes of its own
        "action.review": ("Review the customer file.", "复核客户信用档案。"),
        "action.review_line": ("Review the credit line.", "复核授信额度。"),
        "action.review_terms": ("Review the payment terms.", "复核付款条件。"),
        "action.review_customer": ("Assess the customer again.", "重新评估客户信用。"),
        "action.call_customer": (
            "Call the customer about what is overdue.",
            "联系客户催收逾期款。",
        ),
        "action.file_claim": (
            "File the claim in the proceedings; a call is no use.",
            "申报债权，不再催收。",
        ),
        "action.settle_dispute": (
            "Settle the dispute; nothing else is overdue.",
            "处理争议，其余无逾期。",
        ),
    }
)
"""Code -> (English, Chinese) template; the names in braces are the reason's parameters."""

_NO_TITLES: Final[Titles] = MappingProxyType({})
_NOTHING: Final = {"en": "nothing", "zh": "无"}


_KEYS: Final = ("code", "effect", "subject", "params")


class Reason:
    """Why a result is what it is: a code, how severe it is (None for a note), and its parameters.

    ``subject`` tells apart reasons of one code: the knock-out, check or figure that it is about.
    """

    __slots__ = ("code", "effect", "params", "subject")

    code: str
    effect: Outcome | None
    subject: str | None
    params: Mapping[str, Parameter]

    def __init__(
        self,
        code: str,
        effect: Outcome | None = None,
        /,
        *,
        subject: str | None = None,
        **params: Parameter,
    ) -> None:
        self._fill(code, effect, subject, params)

    def _fill(
        self,
        code: str,
        effect: Outcome | None,
        subject: str | None,
        params: Mapping[str, Parameter],
    ) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "effect", effect)
        object.__setattr__(self, "subject", subject)
        object.__setattr__(self, "params", MappingProxyType(dict(params)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Reason is immutable: cannot set {name}")

    @property
    def key(self) -> str:
        """The code with its subject: what a bit of a reason mask stands for."""
        return self.code if self.subject is None else f"{self.code}:{self.subject}"

    def sentence(self, language: str = "en", titles: Titles = _NO_TITLES) -> str:
        """The sentence in English (``en``) or Chinese (``zh``); ``titles`` are those of own words."""
        return sentence(self.code, self.params, language, titles)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data; each parameter with its type."""
        return {
            "code": self.code,
            "effect": None if self.effect is None else self.effect.value,
            "subject": self.subject,
            "params": {name: tagged(value) for name, value in self.params.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reason:
        """The reason that `to_dict` wrote."""
        given = mapping_in(data, "reason", keys=_KEYS)
        for key in _KEYS:
            if key not in given:
                raise InvalidFact(f"reason.{key}", "is missing")
        params = mapping_in(given["params"], "reason.params")
        made = cls.__new__(cls)
        made._fill(
            from_plain(str, given["code"], "reason.code"),
            from_plain(Outcome | None, given["effect"], "reason.effect"),
            from_plain(str | None, given["subject"], "reason.subject"),
            {name: untagged(value, f"reason.params.{name}") for name, value in params.items()},
        )
        if made.code not in TEMPLATES:
            remedy = "another version of creditkit wrote it: read it with that one"
            raise InvalidFact("reason.code", "is not known", made.code, remedy)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Reason.from_dict, (self.to_dict(),)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reason) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.code, self.subject))

    def __str__(self) -> str:
        return self.sentence()

    def __repr__(self) -> str:
        return f"<Reason {self.key}>"


def own_titles(words: Iterable[tuple[str, str, str]]) -> Titles:
    """A policy's own words, (name, English, Chinese), by name; one without a title loses its underscores."""
    out = {}
    for name, en, zh in words:
        plain = name.replace("_", " ")
        out[name] = (plain, plain) if en == zh == name else (en, zh)
    return out


def sentence(
    code: str,
    params: Mapping[str, Parameter],
    language: str = "en",
    titles: Titles = _NO_TITLES,
) -> str:
    """The sentence of a code with its parameters, in English (``en``) or Chinese (``zh``)."""
    template = TEMPLATES[code][chinese(language)]
    if isinstance(params.get("left"), bool):  # of a flag the condition says it all
        template = template.replace(": {left} against {right}", "").replace(
            "，实际 {left}，限值 {right}", ""
        )
    for name, half in _HALVES[chinese(language)].items():
        if params.get(name) == ():
            template = template.replace(half, "")
    shares = _SHARES.get(code, ())
    words = _categories(params.get("condition"), params.get("figure"))
    told = {
        name: _told(name, value, name in shares, language, titles, words)
        for name, value in params.items()
    }
    left, right = params.get("left"), params.get("right")
    if isinstance(left, float) and isinstance(right, float) and told["left"] == told["right"]:
        told["left"], told["right"] = f"{left:.9g}", f"{right:.9g}"
    return template.format_map(told).strip()


_HALVES: Final = (
    {"missing": " Not known: {missing}.", "undefined": " Without a meaning: {undefined}."},
    {"missing": "缺失：{missing}。", "undefined": "无意义：{undefined}。"},
)
"""Sentences that are left out where there is nothing to name."""


_SHARES: Final = {
    "coverage.low": ("coverage", "least"),
    "alert.utilisation": ("value", "threshold"),
}
"""Parameters that are read in percent."""

_NET: Final = re.compile(r"net ?(\d+)")
_CHINESE_START: Final = re.compile(r"^(?![一-鿿（])")
_CHINESE_END: Final = re.compile(r"(?<![一-鿿）])$")
_BY: Final = {"prepayment": ("prepayment", "预付款"), "delivered": ("delivery", "已交货")}


def cleared_by(name: str, language: str = "en") -> str:
    """What let a check go that did not pass: prepayment, delivery, or the person who approved.

    In Chinese a name in other letters stands with a blank on either side: 已由 u17 放行.
    """
    if name in _BY:
        return _BY[name][chinese(language)]
    name = name.strip()
    if not chinese(language):
        return name
    return _CHINESE_END.sub(" ", _CHINESE_START.sub(" ", name))


def _categories(*told: Parameter) -> Titles:
    """The titles of the values of the categories that a condition or a figure's name is about."""
    names = {name for text in told if isinstance(text, str) for name in _NAME.findall(text)}
    return {value: pair for name in names for value, pair in CATEGORIES.get(name, {}).items()}


def category(about: str, value: str, language: str = "en") -> str:
    """Values of a category by their titles, or as they are; ``about`` is a figure or a condition of it.

    >>> category("ownership", "state_owned, listed", "zh"), category("ownership", "cooperative")
    ('国有、上市', 'cooperative')
    """
    return _listed(value, _categories(about), language)


def _listed(value: str, words: Titles, language: str) -> str:
    """Values that are separated by a comma and a blank, by their titles where they have one."""
    zh = chinese(language)
    return ("、" if zh else ", ").join(words.get(one, (one, one))[zh] for one in value.split(", "))


def _told(
    name: str, value: Parameter, share: bool, language: str, titles: Titles, words: Titles
) -> str:
    """A parameter as its sentence says it; ``words`` are the titles of a category's values."""
    if name == "condition" and isinstance(value, str):
        return spoken(value, language, titles)
    if name == "needs" and isinstance(value, tuple):
        return worded(tuple(spoken(one, language, titles) for one in value), language)
    if name in ("left", "right", "value") and isinstance(value, str):
        return _listed(value, words, language)
    if name in ("figure", "whole", "role", "model") and isinstance(value, str):
        return title_of(value, language, titles)
    if name in ("terms", "requested") and isinstance(value, str):
        return _NET.sub(r"\1天账期" if chinese(language) else r"net \1", value)
    if name == "by" and isinstance(value, str):
        return cleared_by(value, language)
    if share and isinstance(value, float) and math.isfinite(value):
        return f"{value:.0%}"
    return worded(value, language, titles)


_NAME: Final = re.compile(r"[^\W\d]\w*")
_SIGNS: Final = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "*": "×"}


def spoken(condition: str, language: str = "en", titles: Titles = _NO_TITLES) -> str:
    """A condition with the titles of its figures: what a credit manager reads.

    >>> spoken("exposure + order <= line"), spoken("exposure + order <= line", "zh")
    ('Exposure + Order ≤ Line', '信用占用 + 订单金额 ≤ 授信额度')
    """
    words = _categories(condition)
    titles = {**words, **titles} if words else titles
    out = _NAME.sub(lambda match: title_of(match[0], language, titles), condition)
    for sign, shown in _SIGNS.items():
        out = out.replace(sign, shown)
    return out.replace(", ", "、") if chinese(language) else out


def title_of(name: str, language: str = "en", titles: Titles = _NO_TITLES) -> str:
    """The title of a figure, a fact, a role or a column of the grade's row; else the name itself."""
    if name in titles:
        return titles[name][chinese(language)]
    if name in FIGURES:
        return FIGURES[name].title(language)
    return _COLUMNS.get(name, (name, name))[chinese(language)]


_COLUMNS: Final = {
    "total_assets": ("Total assets", "资产总计"),
    "current_assets": ("Current assets", "流动资产合计"),
    "cash": ("Cash", "货币资金"),
    "trade_receivables": ("Trade receivables", "应收账款"),
    "inventory": ("Inventory", "存货"),
    "total_liabilities": ("Total liabilities", "负债合计"),
    "current_liabilities": ("Current liabilities", "流动负债合计"),
    "max_overdue_days": ("overdue days allowed", "允许逾期天数"),
    "max_order": ("largest order", "单笔订单上限"),
    "max_overdue": ("overdue allowed", "允许逾期金额"),
    "max_terms_days": ("longest terms", "最长账期"),
    "ledger": ("the ledger", "账款明细"),
    "open_orders": ("open orders", "未交订单"),
    "deliveries": ("deliveries", "已发货未开票"),
    "advances": ("advances", "预收款"),
    "bills": ("bills", "票据"),
    "reservations": ("reservations", "预占"),
    "others": ("what the group's other members owe", "集团其他成员欠款"),
    "true": ("yes", "是"),
    "false": ("no", "否"),
    "in": ("in", "属于"),
    "sales": ("Sales of the month", "当月赊销额"),
    "grade": ("Grade", "信用等级"),
}


def worded(value: object, language: str = "en", titles: Titles = _NO_TITLES) -> str:
    """A value as a sentence shows it: grouped money, short numbers, titles of figures in lists."""
    if value is None:
        return "未知" if chinese(language) else "not known"
    if isinstance(value, Undefined):
        return "without a meaning" if not chinese(language) else "无意义"
    if isinstance(value, tuple):
        names = [title_of(str(name), language, titles) for name in value]
        return (", " if not chinese(language) else "、").join(names) or _NOTHING[
            "zh" if chinese(language) else "en"
        ]
    if isinstance(value, bool):
        return (("no", "yes") if not chinese(language) else ("否", "是"))[value]
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"
    if isinstance(value, Fraction):
        return f"{float(value):.4g}"
    if isinstance(value, Line):
        return _LINES[value][chinese(language)]
    return str(value)


_LINES: Final = {
    Line.UNLIMITED: ("unlimited", "不限额"),
    Line.NONE: ("no credit", "不授信"),
    Line.INHERIT: ("the group's line", "沿用集团额度"),
}
