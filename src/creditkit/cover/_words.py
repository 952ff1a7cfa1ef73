"""The words of the pages of cover: conditions, statuses, deadlines, steps of an indemnity, securities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from creditkit._digits import ratio_text
from creditkit._layout import table
from creditkit.languages import AnyLanguage, texts
from creditkit.money import Money
from creditkit.reasons import Reason, value_text
from creditkit.reasons.cover import COVER_NAMES

__all__ = [
    "CONDITIONS",
    "DEADLINES",
    "SECURITIES",
    "STATUSES",
    "STEPS",
    "WORDS",
    "cell",
    "page",
    "words",
]

CONDITIONS: Final = texts(
    "cover_condition",
    {
        "policy_window": ("policy in force", "保单有效"),
        "buyer": ("buyer insured", "买方承保"),
        "related": ("not related", "非关联方"),
        "limit": ("buyer limit", "买方限额"),
        "limit_condition": ("insurer's condition", "限额条件"),
        "method": ("way of payment", "付款方式"),
        "terms": ("days to due date", "信用期天数"),
        "invoicing": ("invoiced by", "开票期限"),
        "stop_unpaid": ("no older debt unpaid", "无逾延展期旧欠"),
        "stop_insolvency": ("before insolvency", "破产前出运"),
        "stop_claim": ("before claim, hand-over", "索赔、移交前出运"),
        "extension": ("put off to", "延期至"),
        "report": ("reported by", "报损期限"),
        "hand_over": ("handed over by", "移交期限"),
    },
)
STATUSES: Final = texts(
    "cover_status",
    {
        "pass": ("met", "满足"),
        "fail": ("not met", "不满足"),
        "indeterminate": ("not known", "未知"),
        "not_applicable": ("-", "-"),
        "covered": ("covered", "承保"),
        "partly": ("partly covered", "部分承保"),
        "uncovered": ("not covered", "不承保"),
        "not_known": ("not known", "未知"),
        "settled": ("nothing open", "无未付"),
        "waits": ("waits", "待定"),
        "ahead": ("ahead", "未到"),
        "today": ("today", "今天"),
        "open": ("open", "可办理"),
        "done": ("done", "已完成"),
        "missed": ("missed", "已错过"),
        "passed": ("passed", "已过"),
        "counts": ("counts", "计入"),
        "does_not_count": ("does not count", "不计入"),
    },
)
DEADLINES: Final = texts(
    "cover_deadline",
    {
        "ship": ("ship until", "最迟出运"),
        "invoice": ("invoice until", "最迟开票"),
        "due": ("due", "到期"),
        "extension": ("extension ends", "延展期末"),
        "report": ("report until", "最迟报损"),
        "hand_over": ("hand over until", "最迟移交追讨"),
        "claim": ("claim", "索赔"),
        "limit": ("limit ends", "限额末日"),
        "policy": ("policy ends", "保单末日"),
    },
)
STEPS: Final = texts(
    "cover_step",
    {
        "disputed": ("in dispute, waits", "争议部分，待定"),
        "not_insured": ("not insured", "不承保部分"),
        "recoveries": ("receipts after the loss", "损失后回款"),
        "non_qualifying": ("non-qualifying loss", "起赔点以下"),
        "each_loss": ("deductible, each loss", "每案免赔额"),
        "aggregate": ("deductible, annual aggregate", "年度累计免赔额"),
        "share": ("uninsured share", "自留比例"),
        "minimum_retention": ("minimum retention", "最低自留额"),
        "maximum": ("above the maximum indemnity", "超出最高赔偿限额"),
    },
)
SECURITIES: Final = texts(
    "security_kind",
    {
        "guarantee": ("guarantee", "保证"),
        "mortgage": ("mortgage", "抵押"),
        "pledge": ("pledge", "质押"),
        "deposit": ("security deposit", "保证金"),
        "letter_of_credit": ("letter of credit", "信用证"),
        "line": ("line", "额度"),
        "exposure": ("exposure", "信用占用"),
    },
)
WORDS: Final = texts(
    "cover_page",
    {
        "cover": (
            "Cover of {buyer} at {as_of}, {currency}: {status}",
            "{buyer} 的承保情况，截至 {as_of}，{currency}：{status}",
        ),
        "order": (
            "Order {id} of {amount}, shipped {on}, due {due}: {status}",
            "订单 {id}，金额 {amount}，出运 {on}，到期 {due}：{status}",
        ),
        "covers": ("Cover at {as_of}, {currency}", "承保情况，截至 {as_of}，{currency}"),
        "deadlines": ("Deadlines of {buyer} at {as_of}", "{buyer} 的期限，截至 {as_of}"),
        "indemnity": ("Indemnity, {currency}: {amount}", "赔款计算，{currency}：{amount}"),
        "secured": ("Securities at {as_of}, {currency}", "担保，截至 {as_of}，{currency}"),
        "document": ("document", "单据"),
        "shipped": ("shipped", "出运日"),
        "open": ("open", "未付"),
        "insured": ("insured", "承保部分"),
        "uninsured": ("not insured", "不承保部分"),
        "disputed": ("in dispute", "争议"),
        "not_known": ("not known", "未知"),
        "covered": ("borne by insurer", "保险人承担"),
        "retention": ("own retention", "自留"),
        "status": ("status", "状态"),
        "total": ("total", "合计"),
        "condition": ("condition", "条件"),
        "is": ("is", "实际"),
        "must": ("must be", "要求"),
        "limit": ("buyer limit", "买方限额"),
        "room": ("room in the limit", "限额余额"),
        "ship_by": ("ship by", "最迟出运"),
        "stop": ("shipments stop from", "停止出运自"),
        "what": ("deadline", "期限"),
        "first": ("from", "自"),
        "last": ("to", "至"),
        "days": ("days left", "剩余天数"),
        "step": ("step", "步骤"),
        "amount": ("amount", "金额"),
        "debt": ("debt", "欠款"),
        "indemnified": ("indemnity", "赔款"),
        "recovered": ("recovered", "已收回"),
        "left": ("left", "余额"),
        "loss_on": ("The loss counts from {on} on.", "损失自 {on} 起成立。"),
        "buyer": ("buyer", "买方"),
        "id": ("number", "编号"),
        "kind": ("kind", "种类"),
        "giver": ("giver", "提供人"),
        "value": ("value", "价值"),
        "haircut": ("haircut", "折扣"),
        "prior": ("prior rights", "优先受偿"),
        "counts": ("counts", "计入"),
        "in": ("in", "计入项"),
        "line": ("added to the line", "增加额度"),
        "exposure": ("exposure", "信用占用"),
        "against": ("set against the exposure", "抵减信用占用"),
        "note": ("{about}: {sentence}", "{about}：{sentence}"),
        "notes": ("What to do", "处理建议"),
        "assumptions": ("Assumptions", "假设"),
    },
)


def words(names: Iterable[str], language: AnyLanguage) -> list[str]:
    """Several of the words in a language."""
    return [WORDS[name].in_(language) for name in names]


def cell(value: Any, language: AnyLanguage) -> str:
    """A cell as a page shows it: money without its currency, "-" for what there is not."""
    if value is None:
        return "-"
    if isinstance(value, Money):
        return str(value).rpartition(" ")[0]
    if isinstance(value, Fraction):
        return ratio_text(value)
    if isinstance(value, str) and value in COVER_NAMES:
        return COVER_NAMES[value].in_(language)
    return value_text(value, language)


def page(
    title: str,
    rows: Sequence[Sequence[str]],
    language: AnyLanguage,
    *,
    right: Sequence[int],
    facts: Mapping[str, Any] | None = None,
    notes: Sequence[tuple[str, Reason]] = (),
    assumptions: Sequence[Reason] = (),
) -> str:
    """A title, a table with headings, single facts by word, what to do, and what was assumed."""
    lines = [title, *(table(rows, right=right) if len(rows) > 1 else ())]
    known = {name: one for name, one in (facts or {}).items() if one is not None}
    if known:
        pairs = [[WORDS[name].in_(language), cell(one, language)] for name, one in known.items()]
        lines += ["", *table(pairs, right=[1])]
    for name, said in (
        ("notes", [_note(about, one, language) for about, one in notes]),
        ("assumptions", [f"- {one.sentence(language)}" for one in assumptions]),
    ):
        if said:
            lines += ["", WORDS[name].in_(language), *said]
    return "\n".join(lines)


def _note(about: str, reason: Reason, language: AnyLanguage) -> str:
    said = WORDS["note"].filled(language, about=about, sentence=reason.sentence(language))
    return f"- {said}"
