"""Findings: what is wrong with a policy document, all of it at once, each with its path and a hint.

>>> print(Finding("name.unknown", "limit.methods[0].figure", {"what": "figure", "name": "ordr"}, "order"))
limit.methods[0].figure  unknown figure 'ordr'; did you mean 'order'?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from creditkit._languages import chinese
from creditkit.errors import CreditkitError, shown

__all__ = ["FINDINGS", "Finding", "InvalidPolicy", "Report"]

FINDINGS: Final[Mapping[str, tuple[str, str]]] = {
    # form
    "form.text": ("is not TOML: {error}", "不是合法的 TOML: {error}"),
    "form.size": ("must stay below {limit} {what}", "不得超过 {limit} {what}"),
    "form.type": ("must be {expected} (got {value})", "应为 {expected} (实际 {value})"),
    "form.float": (
        "must not be a float (got {value}); write the string '{value}'",
        "不得用浮点数 (实际 {value}); 请写成字符串",
    ),
    "form.missing": ("is missing", "缺失"),
    "form.unknown_key": ("is not a known key", "未知的键"),
    "form.choice": ("must be one of {choices} (got {value})", "应为 {choices} 之一 (实际 {value})"),
    "form.range": ("must be {rule} (got {value})", "应 {rule} (实际 {value})"),
    "form.confusable": (
        "has characters that can be mistaken for others: {value}",
        "含易混淆字符: {value}",
    ),
    "form.rounding": (
        "must be half_even, half_up, floor:STEP or ceil:STEP (got {value})",
        "应为 half_even、half_up、floor:STEP 或 ceil:STEP (实际 {value})",
    ),
    "form.terms": (
        "must be net and a number of days, prepaid or 款到发货 (got {value})",
        "应为 net 加天数、prepaid 或 款到发货 (实际 {value})",
    ),
    "form.currency": (
        "must be an ISO 4217 code (got {value})",
        "应为 ISO 4217 货币代码 (实际 {value})",
    ),
    "form.condition": ("cannot be read: {error}", "无法解析: {error}"),
    "form.schema": ("must be {expected} (got {value})", "应为 {expected} (实际 {value})"),
    # names
    "name.unknown": ("unknown {what} {name!r}", "未知的 {what} {name!r}"),
    "name.duplicate": ("{name!r} is used twice", "{name!r} 重复"),
    "name.unavailable": (
        "{name!r} can never be known {where}",
        "{name!r} 在{where_zh}无法得知",
    ),
    "name.kind": ("{error}", "{error}"),
    # gaps and order
    "order.grades": (
        "must be below {above} (got {value}); rows go from best to worst",
        "应低于 {above} (实际 {value}); 等级须由优到劣",
    ),
    "gap.grades": (
        "must be {low}, where the domain starts (got {value}); scores below it have no grade",
        "应为 {low} (评分下限), 实际 {value}; 更低的评分无等级",
    ),
    "gap.domain": (
        "must lie within the domain of {low} to {high} (got {value})",
        "应在 {low} 至 {high} 之间 (实际 {value})",
    ),
    "gap.weights": ("must add up to 1 (got {value})", "合计应为 1 (实际 {value})"),
    "gap.authority": (
        "has no bound-free last row: amounts above {value} have no approver",
        "最后一行应无上限: 超过 {value} 无审批人",
    ),
    "gap.information": (
        "must end with a row without up_to: amounts above {value} ask for nothing",
        "最后一行应无 up_to: 超过 {value} 无要求",
    ),
    "gap.line_end": (
        "test the line and none tests days_since_line_end: a line that ended would pass",
        "检查了授信额度，但未检查 days_since_line_end：已到期的额度仍会通过",
    ),
    "order.bins": (
        "must go from {direction} (got {value} after {before})",
        "应由{direction}排列 ({before} 之后为 {value})",
    ),
    "order.monotone": (
        "{column} of grade {worse} ({value}) is better than that of {better} ({above})",
        "等级 {worse} 的 {column} ({value}) 优于 {better} ({above})",
    ),
    "order.authority": (
        "must be above {before} (got {value}); rows go from the smallest authority up",
        "应高于 {before} (实际 {value}); 权限须由小到大",
    ),
    "order.thresholds": (
        "must be beyond the warning of {warning} (got {value})",
        "应比预警值 {warning} 更严重 (实际 {value})",
    ),
    # dead
    "dead.row": ("can never apply: {why}", "永不适用: {why}"),
    "dead.check": ("{why}", "{why}"),
    # embedded tests
    "test.answer": ("gives {got}, expected {expected}", "结果为 {got}, 预期 {expected}"),
}
"""Code -> (English, Chinese) template."""


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
        text = FINDINGS[self.code][chinese(language)].format_map(dict(self.params))
        if self.hint is None:
            return text
        return (
            f"{text}; 是否指 {self.hint!r}?"
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

    def warn(self, code: str, path: str, **params: Any) -> None:
        """Note a warning, which does not refuse the document."""
        self.findings.append(Finding(code, path, params, severity="warning"))

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
