"""Findings: what is wrong with a policy document, all of it at once, each with its path and a hint.

A finding is a code with typed parameters; `FINDINGS` has its sentence in each language, and `phrases`
what stands in it for what was expected, which rule, why.

>>> order = {"what": Phrase("what.figure"), "name": "ordr"}
>>> finding = Finding("name.unknown", "limit.methods[0].figure", order, "order")
>>> print(finding)
limit.methods[0].figure  unknown figure 'ordr'; did you mean 'order'?
>>> finding.message("zh")
"未知的指标 'ordr'；是否指 'order'？"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, ClassVar, Final, Literal

import attrs

from creditkit._layout import width
from creditkit._plain import Record
from creditkit.errors import CreditkitError, shown
from creditkit.languages import AnyLanguage, Text, texts
from creditkit.policy.schema.phrases import Parameter, Phrase, all_named, known_key, said
from creditkit.reasons.titles import listed

__all__ = ["FINDINGS", "WORDS", "Finding", "InvalidPolicy", "Report"]

FINDINGS: Final[Mapping[str, Text]] = texts(
    "finding",
    {
        # form
        "form.text": ("is not TOML: {error:phrase}", "不是合法的 TOML：{error:phrase}"),
        "form.size": (
            "must have at most {limit:count} {what:phrase}",
            "不得超过 {limit:count} {what:phrase}",
        ),
        "form.type": (
            "must be {expected:phrase} (got {value})",
            "应为{expected:phrase}（实际 {value}）",
        ),
        "form.float": (
            "must not be a float (got {value})",
            "不得用浮点数（实际 {value}）",
        ),
        "form.missing": ("is required", "为必填项"),
        "form.beside": (
            "must not stand beside {name:quoted}: one of them says it",
            "不得与 {name:quoted} 同时填写，二者取一",
        ),
        "form.unknown_key": ("is not a known key", "未知的键"),
        "form.choice": (
            "must be one of {choices:names} (got {value})",
            "应为{choices:names}之一（实际 {value}）",
        ),
        "form.range": ("must be {rule:phrase} (got {value})", "应{rule:phrase}（实际 {value}）"),
        "form.confusable": (
            "has characters that can be mistaken for others: {value}",
            "含易混淆字符：{value}",
        ),
        "form.rounding": (
            "must be half_even, half_up, floor:STEP or ceil:STEP (got {value})",
            "应为 half_even、half_up、floor:STEP 或 ceil:STEP（实际 {value}）",
        ),
        "form.terms": (
            "must be terms of payment, such as net 30, 30% prepaid, 70% net 30 or 款到发货 (got {value})",
            "应为付款条件，如 net 30、月结45天（月末起）、30%预付，70%货到30天 或款到发货（实际 {value}）",
        ),
        "form.near_terms": (
            "must be terms of payment (got {value}); write one of {readings:terms}, or what is meant",
            "应为付款条件（实际 {value}）；请写 {readings:terms} 之一，或写明所指",
        ),
        "form.shares": (
            "must have shares that add up to 100 %, not {sum} % (got {value})",
            "各期比例之和应为 100%，不应为 {sum}%（实际 {value}）",
        ),
        "form.ambiguous": (
            "can be read in several ways (got {value}); write one of {readings:terms}",
            "有多种理解（实际 {value}）；请写明其一：{readings:terms}",
        ),
        "form.currency": (
            "must be an ISO 4217 code (got {value})",
            "应为 ISO 4217 货币代码（实际 {value}）",
        ),
        "form.condition": ("cannot be read: {error:phrase}", "无法解析：{error:phrase}"),
        "form.schema": ("must be {expected} (got {value})", "应为 {expected}（实际 {value}）"),
        # names
        "name.unknown": (
            "unknown {what:phrase} {name:quoted}",
            "未知的{what:phrase} {name:quoted}",
        ),
        "name.duplicate": ("{name:quoted} is used twice", "{name:quoted} 重复"),
        "name.unavailable": (
            "{name:quoted} can never be known {where:phrase}",
            "{name:quoted} 在{where:phrase}不可能有值",
        ),
        "name.kind": ("{error:phrase}", "{error:phrase}"),
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
            "give scores from {low} to {high}, the grades are for {least} to {most}: "
            "write one range, or a scale",
            "评分范围为 {low} 至 {high}，等级区间为 {least} 至 {most}：请取同一区间，或为模型设换算表",
        ),
        "gap.weights": ("must add up to 1 (got {value})", "合计应为 1（实际 {value}）"),
        "gap.authority": (
            "must be left out in the last row: nobody may approve above {value}",
            "最后一行不应有上限：超过 {value} 无人可审批",
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
        "gap.event": (
            "ask nothing at these events, so that every order is referred there: {names:names}",
            "以下环节没有任何检查，订单在该环节一律转人工：{names:names}",
        ),
        "gap.prepaid": (
            "is left out: a prepaid order passes this check of {names:names}; "
            'write kind = "status", or "credit" where that is meant',
            '未写明：预付足额的订单将直接通过对 {names:names} 的检查；请写 kind = "status"，'
            '若确有此意则写 "credit"',
        ),
        "gap.month": (
            "{name:quoted} is not known of a month by itself: it is judged only where the host gives it "
            "in MonthFigures.figures",
            "月度数据本身不含 {name:quoted}：仅在由 MonthFigures.figures 提供时才能判断",
        ),
        "gap.withheld": (
            "leaves the method out where it is not known, so that knowing less can give a larger "
            'limit; "zero" counts it as 0',
            '未知时略过该方法，资料少反而可能额度高；写 "zero" 则按 0 计',
        ),
        "order.bins": (
            "must go from {direction:phrase} (got {value} after {before})",
            "应由{direction:phrase}排列（{before} 之后为 {value}）",
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
        "dead.row": ("can never apply: {why:phrase}", "永不适用：{why:phrase}"),
        "dead.check": ("{why:phrase}", "{why:phrase}"),
        "dead.limit": (
            "{value} is below the least limit of {least}: {why:phrase}",
            "{value} 低于最低授信额度 {least}：{why:phrase}",
        ),
        "old.key": (
            "is a former key; write {instead} (what is written here still counts)",
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
    },
)
"""Code -> its sentence in each language."""

WORDS: Final[Mapping[str, Text]] = texts(
    "finding",
    {
        "meant": ("{text}; did you mean {hint:quoted}?", "{text}；是否指 {hint:quoted}？"),
        "remedy": ("{text}; {remedy:phrase}", "{text}；请{remedy:phrase}"),
        "or_remedy": ("{text} or {remedy:phrase}", "{text}或{remedy:phrase}"),
        "fault": ("{count} fault", "{count} 处错误"),
        "faults": ("{count:count} faults", "{count:count} 处错误"),
        "warning": ("{count} warning refused", "{count} 处警告，不予加载"),
        "warnings": ("{count:count} warnings refused", "{count:count} 处警告，不予加载"),
    },
)
"""What stands around the sentences of findings."""

_WIDEST: Final = 48
"""Places are set under each other up to this width; of a longer one the sentence follows."""


def _is_code(_finding: object, _field: object, code: str) -> None:
    known_key(FINDINGS, code, "finding.code")


def _are_all(finding: Finding, _field: object, params: Mapping[str, object]) -> None:
    all_named(FINDINGS[finding.code], params, "finding.params")


@attrs.frozen(repr=False)
class Finding(Record):
    """One finding about a policy document: a stable code, the path in it, and typed parameters.

    ``path`` counts rows from 0; ``within`` has the names of those that it leads through, from the
    outside in: the id of a check, the figure of a factor. ``params`` are by name a number, a text, a
    `Phrase`, or several of these; ``value`` is what stands in the document: a number as such, anything
    else as a message shows it. ``hint`` is the known name that looks most like an unknown one,
    ``remedy`` what to write instead, ``witness`` figures under which the finding shows. ``severity``
    is ``fault`` (the document is refused) or ``warning``.

    A finding is plain data with `to_dict`, and can be read in any language whenever that is wanted.

    >>> weights = Finding("gap.weights", "scorecards[0].factors", {"value": 0.9}, within=("main",))
    >>> print(weights)
    scorecards[0].factors (main)  must add up to 1 (got 0.9)
    >>> Finding.from_dict(weights.to_dict()).explain("zh")
    'scorecards[0].factors (main)  合计应为 1（实际 0.9）'
    """

    schema: ClassVar[str] = "creditkit.finding/1"

    code: str = attrs.field(validator=_is_code)
    path: str
    params: Mapping[str, Parameter] = attrs.field(factory=dict, hash=False, validator=_are_all)
    hint: str | None = None
    witness: Mapping[str, int | float | str | bool] | None = attrs.field(default=None, hash=False)
    severity: Literal["fault", "warning"] = "fault"
    within: tuple[str, ...] = ()
    remedy: Phrase | None = None

    def message(self, language: AnyLanguage = "en") -> str:
        """The sentence in a language: ``"en"``, ``"zh"`` or a `Language` of the house."""
        text = said(FINDINGS[self.code], self.params, language)
        if self.hint is not None:
            text = said(WORDS["meant"], {"text": text, "hint": self.hint}, language)
        if self.remedy is not None:
            tail = WORDS["remedy" if self.hint is None else "or_remedy"]
            text = said(tail, {"text": text, "remedy": self.remedy}, language)
        return text

    @property
    def place(self) -> str:
        """Where it is, for people: the path, and the names of the rows that it leads through."""
        path = self.path if self.path.isprintable() else repr(self.path)[1:-1]
        return f"{path} ({listed(self.within)})" if self.within else path

    def explain(self, language: AnyLanguage = "en") -> str:
        """The place and the sentence, in a language."""
        return f"{self.place}  {self.message(language)}"

    def __str__(self) -> str:
        return self.explain()

    def __repr__(self) -> str:
        return f"<{self.severity} {self.code} at {self.explain()}>"


class InvalidPolicy(CreditkitError, ValueError):
    """A policy document that is refused, with everything that it is refused for.

    Those are all its faults; where it is loaded with ``strict=True`` and has none, its warnings.

    >>> print(InvalidPolicy([Finding("form.missing", "id"), Finding("form.missing", "currency")]))
    2 faults
      id        is required
      currency  is required
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(tuple(findings))
        self.findings = tuple(findings)

    def explain(self, language: AnyLanguage = "en") -> str:
        """How many there are, and a line for each, in a language."""
        count = len(self.findings)
        warned = count > 0 and all(one.severity == "warning" for one in self.findings)
        severity = "warning" if warned else "fault"
        head = WORDS[severity if count == 1 else f"{severity}s"]
        places = [finding.place for finding in self.findings]
        widest = min(_WIDEST, max(map(width, places), default=0))
        lines = [
            f"  {place}{' ' * (widest - width(place))}  {finding.message(language)}"
            for place, finding in zip(places, self.findings, strict=True)
        ]
        return "\n".join([said(head, {"count": count}, language), *lines])

    def __str__(self) -> str:
        return self.explain()


class Report:
    """Collects the findings of a document while it is read."""

    def __init__(self, document: object = None) -> None:
        self.document = document
        self.findings: list[Finding] = []

    def fault(
        self,
        code: str,
        path: str,
        hint: str | None = None,
        witness: Mapping[str, int | float | str | bool] | None = None,
        remedy: Phrase | None = None,
        **params: Any,
    ) -> None:
        """Note a fault; ``value`` may be whatever stands in the document."""
        self._add("fault", code, path, params, hint=hint, witness=witness, remedy=remedy)

    def warn(
        self,
        code: str,
        path: str,
        witness: Mapping[str, int | float | str | bool] | None = None,
        **params: Any,
    ) -> None:
        """Note a warning, which does not refuse the document."""
        self._add("warning", code, path, params, witness=witness)

    def _add(
        self,
        severity: Literal["fault", "warning"],
        code: str,
        path: str,
        params: dict[str, Any],
        **more: Any,
    ) -> None:
        if "value" in params:
            params["value"] = _kept(params["value"])
        within = _rows_through(self.document, path)
        self.findings.append(Finding(code, path, params, severity=severity, within=within, **more))

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
            (f for f in self.findings if f.severity == "fault"), key=lambda f: _by_place(f.path)
        )

    @property
    def warnings(self) -> list[Finding]:
        """The warnings, by place."""
        return sorted(
            (f for f in self.findings if f.severity == "warning"), key=lambda f: _by_place(f.path)
        )


_SMALL: Final = 2**53
"""Whole numbers below it are the same number to every reader of JSON."""

_NAMED_BY: Final = ("id", "role", "use", "figure")
"""The keys by which people call a row, the best first."""

_LONGEST_NAME: Final = 100
_LONGEST_NUMBER: Final = 9
"""Digits of the number of a row; a key of the document may be made of more."""


def _kept(value: Any) -> Parameter:
    """What stands in a document, as every language can show it and a record can keep it."""
    if isinstance(value, Phrase):
        return value
    if isinstance(value, int) and value.bit_length() > 256:
        return Phrase("value.bits", {"bits": value.bit_length()})
    small = type(value) is int and abs(value) < _SMALL
    return value if small or (type(value) is float and isfinite(value)) else shown(value)


def _rows_through(document: object, path: str) -> tuple[str, ...]:
    """The names of the rows that a path leads through, from the outside in.

    Not that of a row whose name is itself what the path ends at.
    """
    out: list[str] = []
    at, steps = document, _steps(path)
    for number, step in enumerate(steps, start=1):
        if isinstance(at, Mapping):
            at = at.get(step)
        elif isinstance(at, list | tuple) and _counts(step) and int(step) < len(at):
            at = at[int(step)]
            key = _named_by(at)
            if key is not None and steps[number:] != [key]:
                out.append(at[key])
        else:
            break
    return tuple(out)


def _named_by(row: object) -> str | None:
    """The key by which people call a row; None where it has no name that can be shown."""
    if not isinstance(row, Mapping):
        return None
    for key in _NAMED_BY:
        name = row.get(key)
        if isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME and name.isprintable():
            return key
    return None


def _by_place(path: str) -> list[tuple[int, str]]:
    """What a path is sorted by: the number of a row as a number, a key as text."""
    return [(int(step), "") if _counts(step) else (0, step) for step in _steps(path)]


def _steps(path: str) -> list[str]:
    return path.replace("[", ".").replace("]", "").split(".")


def _counts(step: str) -> bool:
    return step.isascii() and step.isdigit() and len(step) <= _LONGEST_NUMBER
