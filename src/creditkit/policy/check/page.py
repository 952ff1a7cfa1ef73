"""The page of a verdict: what a clerk reads when an order is stopped, or asks why it was not.

Each check shows how both sides were worked out from the figures that it names, and the exposure each
component with its weight, so that every line can be worked out again with a pocket calculator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from creditkit._digits import number_text, ratio_text, told_apart
from creditkit._layout import table
from creditkit.languages import AnyLanguage, Language, Text, language_of, texts
from creditkit.limits.exposure import Component
from creditkit.policy.check.verdict import CheckResult, Verdict
from creditkit.policy.words import SHARED, rates_line
from creditkit.reasons import (
    category_text,
    cleared_by_text,
    condition_text,
    own_titles,
    title_of,
    value_text,
)

__all__ = ["verdict_page"]

WORDS: Final = texts(
    "verdict",
    {
        "head": (
            "{order}  {outcome}   (event {event}, as of {as_of}, policy {policy} {version})",
            "{order}  {outcome}   （环节 {event}，截至 {as_of}，政策 {policy} {version}）",
        ),
        "checks": ("Checks", "检查"),
        "effect": ("{status} -> {effect}", "{status} -> {effect}"),
        "cleared": ("{status}, cleared by {by}", "{status}，已由{by}放行"),
        "release": ("Released if", "放行条件"),
        "no_end": ("no end", "无期限"),
    },
)
EVENTS: Final = texts(
    "event",
    {
        "order": ("order", "下单"),
        "pick": ("pick", "拣货"),
        "ship": ("ship", "发货"),
        "invoice": ("invoice", "开票"),
    },
)
STATUSES: Final = texts(
    "status",
    {
        "pass": ("pass", "通过"),
        "fail": ("fail", "未通过"),
        "indeterminate": ("cannot be tested", "无法检验"),
        "not_applicable": ("does not apply", "不适用"),
    },
)
COMPONENTS: Final = texts(
    "component",
    {
        "receivables": ("receivables", "应收账款"),
        "deliveries": ("delivered, not billed", "已发货未开票"),
        "open_orders": ("open orders", "未交订单"),
        "bills": ("bills", "商业汇票"),
        "reservations": ("reservations", "预占"),
        "advances": ("advances", "预收款"),
    },
)

WITHOUT_END: Final = -1_000_000
"""Days since the end of a line that has none are further back than this."""

_NUMBERS: Final = (int, float, Fraction)
_COMPARISON: Final = re.compile(r"<=|>=|==|!=|<|>")
_NAME: Final = re.compile(r"[^\W\d]\w*")


def verdict_page(verdict: Verdict, language: AnyLanguage = "en") -> str:
    """The page of a verdict in a language."""
    language = language_of(language)
    titles = own_titles(verdict.titles)
    head = WORDS["head"].filled(
        language,
        order=verdict.order,
        outcome=verdict.outcome.title(language),
        event=_word(EVENTS, verdict.event, language),
        as_of=verdict.as_of,
        policy=verdict.policy,
        version=verdict.policy_version,
    )
    lines = [head, "", WORDS["checks"].in_(language)]
    checks = [
        (_name(check), _status(check, language), condition_text(check.require, language, titles),
         _sides(check, language))
        for check in verdict.checks
    ]  # fmt: skip
    lines += table(checks, indent=2)
    exposure = verdict.exposure
    lines += ["", f"{title_of('exposure', language)}  {value_text(exposure.total, language)}"]
    parts = [
        (
            _word(COMPONENTS, part.name, language),
            value_text(part.counted, language),
            _weighed(part, language),
        )
        for part in exposure.components
        if part.counted is None or part.counted
    ]
    lines += table(parts, indent=2, right=(1,))
    if verdict.rates is not None:
        lines += ["", f"{SHARED['rates'].in_(language)}  {rates_line(verdict.rates, language)}"]
    if verdict.reasons:
        lines += ["", SHARED["reasons"].in_(language)]
        lines += [f"  {reason.sentence(language, titles)}" for reason in verdict.reasons]
    if verdict.release_if:
        lines += ["", WORDS["release"].in_(language)]
        lines += [f"  - {way.sentence(language)}" for way in verdict.release_if]
    if verdict.approver:
        role = title_of(verdict.approver, language, titles)
        lines += ["", f"{SHARED['authority'].in_(language)}  {role}"]
    return "\n".join(lines)


def _word(words: Mapping[str, Text], name: str, language: Language) -> str:
    return words[name].in_(language) if name in words else name


def _name(check: CheckResult) -> str:
    return check.id if check.level is None else f"{check.id} ({check.level})"


def _status(check: CheckResult, language: Language) -> str:
    status = _word(STATUSES, check.status, language)
    if check.cleared_by:
        by = cleared_by_text(check.cleared_by, language)
        return WORDS["cleared"].filled(language, status=status, by=by)
    if check.effect is None:
        return status
    return WORDS["effect"].filled(language, status=status, effect=check.effect.title(language))


def _sides(check: CheckResult, language: Language) -> str:
    """Both sides as they were compared, each with how it was worked out where it is a sum."""
    if check.left is None:
        return ""
    given = dict(check.operands)
    texts = _COMPARISON.split(check.require, maxsplit=1)
    sides = (check.left, check.right)
    shown = _told_apart(sides, [_side(side, check.require, language) for side in sides])
    if len(texts) == 1:  # one of some values
        return " : ".join(shown)
    return " : ".join(
        _worked_out(text.strip(), value, given, check.require, language)
        for text, value in zip(texts, shown, strict=True)
    )


def _told_apart(sides: Sequence[Any], shown: list[str]) -> list[str]:
    """Both sides as shown; two numbers that are not the same with the digits that tell them apart."""
    left, right = sides
    numbers = all(isinstance(side, _NUMBERS) for side in sides)
    if shown[0] != shown[1] or not numbers or left == right:
        return shown
    return told_apart([Fraction(left), Fraction(right)], number_text)


def _worked_out(
    text: str, value: str, given: Mapping[str, Any], condition: str, language: Language
) -> str:
    """``1.05 x 400.00 CNY = 420.00 CNY``; what is one figure or one number needs no working."""
    names = [name for name in _NAME.findall(text) if name in given]
    if not names or text == names[0]:
        return value
    sum_ = _NAME.sub(lambda match: _side(given.get(match[0], match[0]), condition, language), text)
    return f"{sum_.replace('*', '×')} = {value}"


def _side(value: Any, condition: str, language: Language) -> str:
    if type(value) is int and value < WITHOUT_END:
        return WORDS["no_end"].in_(language)
    if isinstance(value, str):
        about = next((name for name in _NAME.findall(condition)), "")
        return category_text(about, value, language)
    return value_text(value, language)


def _weighed(part: Component, language: Language) -> str:
    """A component's weight and amount, where it does not count in full."""
    if part.weight == 1 or part.counted is None:
        return ""
    amount = value_text(part.amount, language)
    return SHARED["product"].filled(language, factor=ratio_text(part.weight), amount=amount)
