"""Findings: what is wrong with a policy document, all of it at once, each with its path and a hint.

>>> print(Finding("name.unknown", "limit.methods[0].figure", {"what": "figure", "name": "ordr"}, "order"))
limit.methods[0].figure  unknown figure 'ordr'; did you mean 'order'?
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from creditkit._languages import chinese
from creditkit.errors import CreditkitError, shown

__all__ = ["FINDINGS", "Finding", "InvalidPolicy", "Report"]

FINDINGS: Final[Mapping[str, tuple[str, str]]] = {
    # form
    "form.text": ("is not TOML: {error}", "不是合法的 TOML：{error}"),
    "form.size": ("must stay below {limit} {what}", "不得超过 {limit} {what}"),
    "form.type": ("must be {expected} (got {value})", "应为{expected}（实际 {value}）"),
    "form.float": (
        "must not be a float (got {value}); write the string '{value}'",
        "不得用浮点数（实际 {value}）；请写成字符串",
    ),
    "form.missing": ("is missing", "缺失"),
    "form.unknown_key": ("is not a known key", "未知的键"),
    "form.choice": (
        "must be one of {choices} (got {value})",
        "应为 {choices} 之一（实际 {value}）",
    ),
    "form.range": ("must be {rule} (got {value})", "应{rule}（实际 {value}）"),
    "form.confusable": (
        "has characters that can be mistaken for others: {value}",
        "含易混淆字符：{value}",
    ),
    "form.rounding": (
        "must be half_even, half_up, floor:STEP or ceil:STEP (got {value})",
        "应为 half_even、half_up、floor:STEP 或 ceil:STEP（实际 {value}）",
    ),
    "form.terms": (
        "must be net and a number of days, prepaid or 款到发货 (got {value})",
        "应为 net 加天数、prepaid 或款到发货（实际 {value}）",
    ),
    "form.currency": (
        "must be an ISO 4217 code (got {value})",
        "应为 ISO 4217 货币代码（实际 {value}）",
    ),
    "form.condition": ("cannot be read: {error}", "无法解析：{error}"),
    "form.schema": ("must be {expected} (got {value})", "应为 {expected}（实际 {value}）"),
    # names
    "name.unknown": ("unknown {what} {name!r}", "未知的{what} {name!r}"),
    "name.duplicate": ("{name!r} is used twice", "{name!r} 重复"),
    "name.unavailable": (
        "{name!r} can never be known {where}",
        "{name!r} 在{where_zh}不可能有值",
    ),
    "name.kind": ("{error}", "{error}"),
    # gaps and order
    "order.grades": (
        "must be below {above} (got {value}); rows go from best to worst",
        "应低于 {above}（实际 {value}）；等级须由优到劣",
    ),
    "gap.grades": (
        "must be {low}, where the domain starts (got {value}); scores below it have no grade",
        "应为 {low}（评分下限），实际 {value}；更低的评分无等级",
    ),
    "gap.domain": (
        "must lie within the domain of {low} to {high} (got {value})",
        "应在 {low} 至 {high} 之间（实际 {value}）",
    ),
    "gap.reach": (
        "give scores from {low} to {high}, the grades are for {least} to {most}: write one range, or a scale",
        "评分范围为 {low} 至 {high}，等级区间为 {least} 至 {most}：请取同一区间，或为模型设换算表",
    ),
    "gap.weights": ("must add up to 1 (got {value})", "合计应为 1（实际 {value}）"),
    "gap.authority": (
        "has no bound-free last row: amounts above {value} have no approver",
        "最后一行应无上限：超过 {value} 无审批人",
    ),
    "gap.information": (
        "must end with a row without up_to: amounts above {value} ask for nothing",
        "最后一行应无 up_to：超过 {value} 无要求",
    ),
    "order.information": (
        "does not ask for {name}, which row {row} asks for: the larger amount would need less",
        "未要求 {name}，而第 {row} 行有此要求：更大的金额反而要求更少",
    ),
    "gap.line_end": (
        "test the line and none tests days_since_line_end: a line that ended would pass",
        "检查了授信额度，但未检查 days_since_line_end：已到期的额度仍会通过",
    ),
    "order.bins": (
        "must go from {direction} (got {value} after {before})",
        "应由{direction}排列（{before} 之后为 {value}）",
    ),
    "order.monotone": (
        "{column} of grade {worse} ({value}) is better than that of {better} ({above})",
        "等级 {worse} 的 {column}（{value}）优于 {better}（{above}）",
    ),
    "order.authority": (
        "must be above {before} (got {value}); rows go from the smallest authority up",
        "应高于 {before}（实际 {value}）；权限须由小到大",
    ),
    "order.thresholds": (
        "must be beyond the warning of {warning} (got {value})",
        "应比预警值 {warning} 更严重（实际 {value}）",
    ),
    # dead
    "dead.row": ("can never apply: {why}", "永不适用：{why}"),
    "dead.check": ("{why}", "{why}"),
    "old.key": (
        "is an old place; write {instead} (what stands here still counts)",
        "为旧写法；请改写为 {instead}（此处内容仍有效）",
    ),
    # scale
    "scale.never": (
        "{bound} lies outside what {figure} can be ({low} to {high}): it is never reached",
        "{bound} 超出 {figure} 的取值范围（{low} 至 {high}），永远达不到",
    ),
    "scale.always": (
        "{bound} takes in all that {figure} can be ({low} to {high}): it always holds",
        "{bound} 涵盖 {figure} 的全部取值（{low} 至 {high}），始终成立",
    ),
    "scale.share": (
        "{bound} is far above what {figure} usually is, a share; {bound} % is '{share}'",
        "{bound} 远高于 {figure} 的通常取值，该指标为比例；{bound} % 应写作 '{share}'",
    ),
    "scale.times": (
        "{bound} times {figure} is hardly ever exceeded; {bound} % of it is {share} * {figure}",
        "{figure} 的 {bound} 倍几乎不会被超过；{bound} % 应写作 {share} * {figure}",
    ),
    # embedded tests
    "test.answer": ("gives {got}, expected {expected}", "结果为 {got}，预期 {expected}"),
}
"""Code -> (English, Chinese) template."""

PHRASES: Final[Mapping[str, str]] = {
    # what was expected
    "a table": "表",
    "a list": "列表",
    "rows": "行",
    "text": "文字",
    "a name": "名称",
    "a name of letters, digits, _ . : -": "由字母、数字和 _ . : - 组成的名称",
    "a number below 2^53, or text such as {}": "小于 2^53 的数，或 {} 这样的文字",
    "an exact number such as {}": "精确的数，如 {}",
    "an amount such as {}": "金额，如 {}",
    "a whole number": "整数",
    "true or false": " true 或 false",
    "a date such as {}": "日期，如 {}",
    "one of {}": " {} 之一",
    "text, or a table with en and zh": "文字，或含 en 与 zh 的表",
    "two numbers": "两个数",
    "two or more pairs of numbers": "两对或更多的数",
    "a pair of numbers": "一对数",
    "a value for a {}": "{}类指标的值",
    # ranges
    "between {} and {} points": "在 {} 至 {} 分之间",
    "between {} and {}": "在 {} 至 {} 之间",
    "above {}": "大于 {}",
    "{} or more": "不小于 {}",
    "ascending": "由小到大",
    "at most {}, the cap": "不大于上限 {}",
    "after {}": "晚于 {}",
    "a whole number of {} bits": "{} 个二进制位的整数",
    "a whole {}": "为整数（{}）",
    "all with min or all with max": "全部用 min 或全部用 max",
    "with min, max or names": "带 min、max、names 之一",
    "without min, max and names (the last bin takes the rest)": "不带 min、max、names（最后一档为其余）",
    "at most 1: it can never be reached": "不大于 1，否则永远达不到",
    "at most 1: 20 % is {}": "不大于 1（20 % 写作 {}）",
    "a multiple of {}, to which the limit is rounded after it is raised": "为 {} 的倍数，提升后的额度还要按此取整",
    "an amount of at most {} decimals, within 64 bits": "为小数不超过 {} 位、且不超出 64 位整数的金额",
    # what is not known, or too many
    "figure": "指标",
    "column": "列",
    "component": "信用占用组成项",
    "grade": "等级",
    "model": "模型",
    "characters": "个字符",
    "characters in one text": "个字符（单个文本）",
    "keys in one table": "个键（单个表）",
    "levels": "层",
    "values": "个值",
    "decimals of weights": "位权重小数",
    "reasons (knock-outs, needs and assumptions)": "条理由（一票否决、所需资料与假设合计）",
    # order, and rows that never apply
    "low to high": "小到大",
    "high to low": "大到小",
    "can never fail": "永远不会不通过",
    "can never pass": "永远不会通过",
    "says the same as {}": "与 {} 内容相同",
    "the row before it covers every amount": "上一行已覆盖所有金额",
    "the row before it has no bound on {}": "上一行的 {} 没有上限",
    "limits are rounded down to the minor unit before": "额度在此之前已向下取整到最小货币单位",
    "the best grade lowers nobody": "最优等级不会使任何人降级",
    "up_to must be above {}": "up_to 须大于 {}",
    "it names no event": "未列出任何环节",
    "no grade that it is for has a longer cycle": "所适用的等级均无更长的复核周期",
    # kinds
    "{} is a {}: its bins take names": "{} 为{}类指标，分档须用 names",
    "{} is a {}: its bins take min or max": "{} 为{}类指标，分档须用 min 或 max",
    "{} is a {}; a limit is a share of a money figure": "{} 为{}类指标，额度只能取金额类指标的比例",
    "{} is a {}; an indicator watches a quantity": "{} 为{}类指标，预警只能监控数量",
    # conditions
    "{} must have exactly one of <= < >= > == != in": "{} 须有且只有一个比较符（<= < >= > == != in）",
    "must stay below {} characters": "须少于 {} 个字符",
    "cannot read {} here": "此处无法读取 {}",
    "cannot read {}": "无法读取 {}",
    "{} must be a name": "{} 应为名称",
    "{} is not a flag or a category, which == and in [...] compare": "{} 不是是否类或类别类指标，不能用 == 或 in",
    "a flag or a category takes == != or in, not {}": "是否类与类别类指标只能用 == != in，不能用 {}",
    "after in there must be a list in brackets": "in 之后应为方括号列表",
    "a list in brackets must be separated by commas": "方括号列表须用逗号分隔",
    "a list in brackets must hold names or quoted text": "方括号列表只能列出名称或带引号的文字",
    "{} is a flag: compare it with true or false": "{} 为是否类指标，请与 true 或 false 比较",
    "{} is a {}: compare it with one number": "{} 为{}类指标，请与一个数比较",
    "{}... is more than a float holds": "{}… 超出浮点数的范围",
    "a term is missing": "缺少一项",
    "a name is missing after *": "* 之后缺少名称",
    "write what {} is a share of: {}": "请写明 {} 是哪个指标的比例",
    "must name at least one figure": "至少须有一个指标",
    "all terms must be of one exact kind ({})": "各项须为同一类精确指标（{}）",
    # TOML, as Python's reader tells it
    "nested too deep": "嵌套过深",
    "a number has too many digits": "数的位数过多",
    "{} (at line {}, column {})": "第 {1} 行第 {2} 列有误",
    "{} (at end of document)": "文件末尾有误",
}
"""What a parameter of a finding says in English -> in Chinese; ``{}`` is kept, and a kind translated."""

_SAID: Final = ("expected", "rule", "what", "direction", "why", "error", "value", "above")
_KINDS: Final = {
    "money": "金额",
    "days": "天数",
    "count": "计数",
    "flag": "是否",
    "ratio": "比率",
    "score": "评分",
    "line_item": "报表科目",
    "category": "类别",
}
_PATTERNS: Final = {
    phrase: re.compile(re.escape(phrase).replace(r"\{\}", "(.+)"), re.DOTALL)
    for phrase in PHRASES
    if "{}" in phrase
}


def _in_chinese(text: str) -> str:
    """A parameter that is a phrase in Chinese; a name or a value stays as it is."""
    if text in PHRASES:
        return PHRASES[text]
    for phrase, pattern in _PATTERNS.items():
        match = pattern.fullmatch(text)
        if match is not None:
            return PHRASES[phrase].format(*map(_kept, match.groups()))
    return text


def _kept(part: str) -> str:
    """What stands in a phrase: a kind of figures by its name, and ``a is money, b is days``."""
    listed = _IS.sub(lambda match: f"{match[1]} 为{_KINDS.get(match[2], match[2])}", part)
    return _KINDS.get(part, listed)


_IS: Final = re.compile(r"(\w+) is (\w+)")


@attrs.frozen
class Finding:
    """One finding: a stable code, the path in the document, parameters, a hint and a witness input.

    ``severity`` is ``fault`` (the document is refused) or ``warning``.
    """

    code: str
    path: str
    params: Mapping[str, Any] = attrs.field(factory=dict, hash=False)
    hint: str | None = None
    witness: Mapping[str, Any] | None = attrs.field(default=None, hash=False)
    severity: str = "fault"

    def message(self, language: str = "en") -> str:
        """The sentence in English (``en``) or Chinese (``zh``)."""
        params = dict(self.params)
        if chinese(language):
            params |= {
                name: _in_chinese(value)
                for name, value in params.items()
                if name in _SAID and isinstance(value, str)
            }
        text = FINDINGS[self.code][chinese(language)].format_map(params)
        if self.hint is None:
            return text
        return (
            f"{text}；是否指 {self.hint!r}？"
            if chinese(language)
            else f"{text}; did you mean {self.hint!r}?"
        )

    def __str__(self) -> str:
        return f"{self.path}  {self.message()}"


class InvalidPolicy(CreditkitError, ValueError):
    """A policy document that is refused, with every fault that it has."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(tuple(findings))
        self.findings = tuple(findings)

    def __str__(self) -> str:
        width = min(48, max((len(finding.path) for finding in self.findings), default=0))
        count = len(self.findings)
        lines = [f"  {finding.path:<{width}}  {finding.message()}" for finding in self.findings]
        return "\n".join([f"{count} fault{'s' if count != 1 else ''}", *lines])


class Report:
    """Collects findings while a document is read."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def fault(
        self, code: str, path: str, hint: str | None = None, witness: Any = None, **params: Any
    ) -> None:
        """Note a fault; values are cut to a readable length."""
        cut = {name: shown(value) if name == "value" else value for name, value in params.items()}
        self.findings.append(Finding(code, path, cut, hint, witness))

    def warn(self, code: str, path: str, witness: Any = None, **params: Any) -> None:
        """Note a warning, which does not refuse the document."""
        self.findings.append(Finding(code, path, params, None, witness, severity="warning"))

    def at_fault(self, path: str) -> bool:
        """Whether anything at a place or inside it is at fault."""
        inside = (path, f"{path}.", f"{path}[")
        return any(
            found.severity == "fault" and (found.path == path or found.path.startswith(inside[1:]))
            for found in self.findings
        )

    @property
    def faults(self) -> list[Finding]:
        """The faults, by place."""
        return sorted(
            (f for f in self.findings if f.severity == "fault"), key=lambda f: _place(f.path)
        )

    @property
    def warnings(self) -> list[Finding]:
        """The warnings, by place."""
        return sorted(
            (f for f in self.findings if f.severity == "warning"), key=lambda f: _place(f.path)
        )


def _place(path: str) -> list[tuple[int, str]]:
    pieces = path.replace("[", ".").replace("]", "").split(".")
    return [
        (int(piece), "") if piece.isascii() and piece.isdigit() else (0, piece) for piece in pieces
    ]
