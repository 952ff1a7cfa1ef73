"""Decisions and verdicts as pages of text, in English and Chinese."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from creditkit._languages import chinese
from creditkit._layout import table
from creditkit.facts.rates import Rates
from creditkit.figures import UNDEFINED
from creditkit.outcomes import Outcome
from creditkit.policy.check.verdict import CheckResult, Verdict
from creditkit.policy.decide.decision import Decision, LimitStep, ModelScore
from creditkit.policy.figures.facts import CATALOGUE
from creditkit.reasons import Titles, category, cleared_by, own_titles, spoken, title_of, worded

__all__ = ["decision_page", "verdict_page"]

_WORDS: Final = {
    "grade": ("Grade", "信用等级"),
    "score": ("Score", "信用评分"),
    "limit": ("Recommended limit", "建议额度"),
    "requested": ("Requested limit", "申请额度"),
    "line": ("Line in force", "现有授信额度"),
    "terms": ("Terms", "付款条件"),
    "security": ("Security", "担保"),
    "security_required": ("required", "要求担保"),
    "approver": ("Who may grant", "审批权限"),
    "may_approve": ("Who may approve", "审批权限"),
    "review": ("Next review", "下次复核"),
    "reasons": ("Reasons", "理由"),
    "steps": ("How the limit was made", "额度计算过程"),
    "parts": ("What the score is made of", "评分构成"),
    "mixed": ("How the models are mixed", "各模型加权"),
    "binding": ("binding", "起决定作用"),
    "none": ("none", "无"),
    "base": ("base", "基础分"),
    "checks": ("Checks", "检查"),
    "exposure": ("Exposure", "信用占用"),
    "release": ("Released if", "放行条件"),
    "rates": ("Rates", "汇率"),
    "event": ("event", "环节"),
    "as_of": ("as of", "截至"),
    "policy": ("policy", "政策"),
    "unknown": ("not known", "未知"),
    "known": ("of its weight known", "已知权重"),
    "no_end": ("no end", "无期限"),
    "undefined": ("without a meaning", "无意义"),
}
_WITHOUT_END: Final = -1_000_000
"""Days since the end of a line that has none are further back than this."""

_EVENTS: Final = {
    "order": ("order", "下单"),
    "pick": ("pick", "拣货"),
    "ship": ("ship", "发货"),
    "invoice": ("invoice", "开票"),
}
_STATUS: Final = {
    "pass": ("pass", "通过"),
    "fail": ("fail", "未通过"),
    "indeterminate": ("not known", "无法判断"),
    "not_applicable": ("does not apply", "不适用"),
}
_STEPS: Final = {
    "share_of_credit_sales": ("share of credit sales", "赊销额比例"),
    "net_worth_share": ("share of net worth", "净资产比例"),
    "purchases_x_terms": ("purchases x terms", "采购额 x 账期"),
    "lowest": ("lowest of these", "取最低"),
    "highest": ("highest of these", "取最高"),
    "floor": ("raised to the floor", "提升至下限"),
    "rounding": ("rounded", "取整"),
    "cap:grade": ("the grade's cap", "等级上限"),
    "cap:policy": ("the policy's cap", "政策上限"),
    "information": ("the information at hand", "已有资料"),
    "grade": ("fixed by the grade", "等级规定"),
}
_TREATMENTS: Final = {
    "reallocate": ("its weight goes to the others", "权重由其他因素分摊"),
    "keep": ("no points", "不计分"),
    "points": ("points of a missing figure", "按缺失计分"),
    "undefined": ("points of no meaning", "按无意义计分"),
}
_COMPONENTS: Final = {
    "receivables": ("receivables", "应收账款"),
    "deliveries": ("delivered, not billed", "已发货未开票"),
    "open_orders": ("open orders", "未交订单"),
    "bills": ("bills", "商业汇票"),
    "reservations": ("reservations", "预占"),
    "advances": ("advances", "预收款"),
}


def decision_page(decision: Decision, language: str = "en") -> str:
    """The page that a credit manager reads."""
    zh, titles = chinese(language), own_titles(decision.titles)

    def word(name: str) -> str:
        return _WORDS[name][zh]

    def shown(value: Any) -> str:
        return word("unknown") if value is None else worded(value, language)

    head = f"{decision.customer}  {decision.outcome.title(language)}   " + _bracketed(
        zh,
        f"{word('as_of')} {decision.as_of}",
        f"{word('policy')} {decision.policy} {decision.policy_version}",
    )
    score = word("none") if decision.score is None else f"{decision.score:.1f}"
    known = min((model.score.coverage for model in decision.models), default=Fraction(1))
    if known < 1:
        part = f"{float(known):.0%}"
        told = f"{word('known')} {part}" if zh else f"{part} {word('known')}"
        score += "   " + _bracketed(zh, told)
    rows = [
        (word("grade"), f"{decision.grade or word('none')}   {word('score')} {score}"),
        (word("limit"), shown(decision.limit) + _binding(decision, language)),
    ]
    if decision.requested_limit is not None:
        rows.append((word("requested"), shown(decision.requested_limit)))
    if decision.line is not None:
        rows.append((word("line"), shown(decision.line)))
    rows.append((word("terms"), "–" if decision.terms is None else decision.terms.title(language)))
    if decision.security_required:
        rows.append((word("security"), word("security_required")))
    if decision.approver:
        rows.append((word("approver"), title_of(decision.approver, language, titles)))
    rows.append((word("review"), decision.next_review.isoformat()))
    if decision.rates is not None:
        rows.append((word("rates"), _rates(decision.rates, language)))
    lines = [head, "", *table(rows)]
    if decision.reasons:
        lines += ["", word("reasons")]
        for reason in decision.reasons:
            effect = ""
            if reason.effect is not None and reason.effect is not Outcome.APPROVE:
                effect = f"[{reason.effect.title(language)}] "  # what stops nothing is a note
            lines.append(f"  {effect}{reason.sentence(language, titles)}")
    steps = [
        step for step in decision.limit_steps if step.amount is not None or decision.limit is None
    ]
    if steps:
        lines += ["", word("steps"), *table([_step(step, language) for step in steps], indent=2)]
    if len(decision.models) > 1:
        lines += [
            "",
            word("mixed"),
            *table([_mixed(one, language, titles) for one in decision.models], indent=2),
        ]
    for model in decision.models:
        if not model.score.parts:
            continue
        title = title_of(model.score.model, language, titles)
        lines += ["", f"{word('parts')}{'' if zh else ' '}{_bracketed(zh, title)}"]
        parts = [_part(part, language, titles) for part in model.score.parts]
        lines += table(parts, indent=2, right=(1,))
    return "\n".join(lines)


def _rates(rates: Rates, language: str) -> str:
    """What one unit of each currency was counted for: ``1 USD = 7.10 CNY (mid, 2026-11-20)``."""
    zh = chinese(language)
    told = [
        f"1 {name} = {rate} {rates.base}"
        for name, rate in sorted(rates.table.items())
        if name != rates.base
    ]
    day = rates.as_of.isoformat()
    told_all = ("，" if zh else ", ").join(told)
    return f"{told_all}{'' if zh else ' '}{_bracketed(zh, rates.kind, day)}"


def _bracketed(zh: bool, *parts: str) -> str:
    """Some words in brackets, as their language sets them."""
    return f"（{'，'.join(parts)}）" if zh else f"({', '.join(parts)})"


def _mixed(model: ModelScore, language: str, titles: Titles) -> tuple[str, str]:
    """What one of several models adds: its weight times its score on the policy's scale."""
    name = title_of(model.score.model, language, titles)
    if model.scaled is None or model.part is None:
        unknown = _WORDS["unknown"][chinese(language)]
        return name, f"{model.weight:.3g} x {unknown}"
    return name, f"{model.weight:.3g} x {model.scaled:.1f} = {model.part:.1f}"


def _binding(decision: Decision, language: str) -> str:
    if decision.binding is None:
        return ""
    zh = chinese(language)
    step = _STEPS.get(decision.binding, (decision.binding,) * 2)[zh]
    return "   " + _bracketed(zh, f"{_WORDS['binding'][zh]}{'：' if zh else ': '}{step}")


def _step(step: LimitStep, language: str) -> tuple[str, str, str]:
    zh = chinese(language)
    name = _STEPS.get(step.name, (step.name, step.name))[zh]
    amount = _WORDS["unknown"][zh] if step.amount is None else worded(step.amount, language)
    how = ""
    if step.share is not None:
        base = _WORDS["unknown"][zh] if step.base is None else str(step.base)
        how = f"{_ratio(step.share)} x {base}"
    return name, amount, how


def _ratio(share: Fraction) -> str:
    """A share in percent where that is short, else as a fraction."""
    percent = share * 100
    return f"{percent}%" if percent.denominator == 1 else f"{float(percent):.3g}%"


def _part(part: Any, language: str, titles: Titles) -> tuple[str, str, str, str]:
    zh = chinese(language)
    if part.figure is None:
        return _WORDS["base"][zh] if part.name == "base" else part.name, f"{part.value:.1f}", "", ""
    known = CATALOGUE.get(part.figure)  # the lines of a statement have their titles there
    title = title_of(part.figure, language, titles) if known is None else known.title(language)
    if part.given is None:
        given = _WORDS["unknown"][zh]
    elif part.given is UNDEFINED:
        given = _WORDS["undefined"][zh]
    elif isinstance(part.given, str):
        given = category(part.figure, part.given, language)
    else:
        given = worded(part.given, language)
    if part.bin is None:
        treatment = _TREATMENTS.get(part.treatment, ("", ""))[zh]
    else:
        treatment = (
            "其余" if zh and part.bin == "else" else category(part.figure, part.bin, language)
        )
    return title, f"{part.value:.1f}", given, treatment


def verdict_page(verdict: Verdict, language: str = "en") -> str:
    """The page that a clerk reads when an order is stopped, or asks why it was not."""
    zh, titles = chinese(language), own_titles(verdict.titles)

    def word(name: str) -> str:
        return _WORDS[name][zh]

    head = f"{verdict.order}  {verdict.outcome.title(language)}   " + _bracketed(
        zh,
        f"{word('event')} {_EVENTS[verdict.event][zh]}",
        f"{word('as_of')} {verdict.as_of}",
        f"{word('policy')} {verdict.policy} {verdict.policy_version}",
    )
    lines = [
        head,
        "",
        word("checks"),
        *table([_check(check, language, titles) for check in verdict.checks], indent=2),
    ]
    total = word("unknown") if verdict.exposure.total is None else str(verdict.exposure.total)
    parts = [
        (_COMPONENTS[part.name][zh], word("unknown") if part.counted is None else str(part.counted))
        for part in verdict.exposure.components
        if part.counted is None or part.counted
    ]
    lines += ["", f"{word('exposure')}  {total}", *table(parts, indent=2, right=(1,))]
    if verdict.rates is not None:
        lines += ["", f"{word('rates')}  {_rates(verdict.rates, language)}"]
    if verdict.reasons:
        lines += [
            "",
            word("reasons"),
            *(f"  {reason.sentence(language, titles)}" for reason in verdict.reasons),
        ]
    if verdict.release_if:
        lines += [
            "",
            word("release"),
            *(f"  - {way.sentence(language)}" for way in verdict.release_if),
        ]
    if verdict.approver:
        lines += ["", f"{word('may_approve')}  {title_of(verdict.approver, language, titles)}"]
    return "\n".join(lines)


def _check(check: CheckResult, language: str, titles: Titles) -> tuple[str, str, str, str]:
    zh = chinese(language)
    name = check.id if check.level is None else f"{check.id} ({check.level})"
    status = _STATUS[check.status][zh]
    if check.cleared_by:
        by = cleared_by(check.cleared_by, language)
        status += f"，已由{by}放行" if zh else f", cleared by {by}"
    elif check.effect is not None:
        status += f" -> {check.effect.title(language)}"
    left, right = (_side(one, check.require, language) for one in (check.left, check.right))
    sides = "" if check.left is None else f"{left} : {right}"
    return name, status, spoken(check.require, language, titles), sides


def _side(value: Any, condition: str, language: str) -> str:
    if type(value) is int and value < _WITHOUT_END:
        return _WORDS["no_end"][chinese(language)]
    if isinstance(value, str):
        return category(condition, value, language)
    return worded(value, language)
