"""What insurance and securities say: why a shipment is not insured and what mends it, what does not count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from creditkit.languages import texts

__all__ = ["COVER_NAMES", "REASONS"]

COVER_NAMES: Final = texts(
    "cover_name",
    {
        "whole_turnover": ("whole turnover", "统保"),
        "domestic": ("domestic", "国内贸易"),
        "export": ("export", "出口"),
        "single_buyer": ("single buyer", "单一买方"),
        "letter_of_credit": ("letter of credit", "信用证（L/C）"),
        "documents_against_payment": ("documents against payment", "付款交单（D/P）"),
        "documents_against_acceptance": ("documents against acceptance", "承兑交单（D/A）"),
        "open_account": ("open account", "赊销（O/A）"),
    },
)
"""Kinds of policies and ways of payment, by name."""

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "cover.policy_window": (
        "Shipped on {on}; the policy insures what is shipped from {start} on[, up to {last}]. "
        "Ship within this time, or renew the policy first.",
        "出运日为 {on}；保单承保 {start} 起[至 {last}]的出运。请在此期间出运，或先续保。",
    ),
    "cover.ended": (
        "The policy ended on {ended} and does not cover what was shipped before: it has no run-off.",
        "保单已于 {ended} 终止，且不承保此前的出运（无延续责任）。",
    ),
    "cover.country": (
        "The buyer is in {country}, and the policy insures {kind:cover} sales of an insured in {home}. "
        "Ask the insurer to include the buyer.",
        "买方位于 {country}，而保单承保类型为{kind:cover}，被保险人位于 {home}。请向保险人申请纳入该买方。",
    ),
    "cover.other_buyer": (
        "The policy insures {insured} alone. Ask the insurer to include the buyer.",
        "保单仅承保买方 {insured}。请向保险人申请纳入该买方。",
    ),
    "cover.related": (
        "Buyer and insured belong together, which is not insured: take a security instead.",
        "买方与被保险人为关联方，不予承保：请改要求其他担保。",
    ),
    "cover.no_limit": (
        "No buyer limit is in force on {on}. Apply to the insurer for one, or ask for payment in advance.",
        "{on} 无有效的买方限额。请向保险人申请限额，或要求预付。",
    ),
    "cover.limit_zero": (
        "The insurer has refused or withdrawn the buyer limit from {start} on. Ask for payment in advance.",
        "保险人自 {start} 起已拒绝或撤销买方限额。请要求预付。",
    ),
    "cover.not_justified": (
        "Nothing justifies a discretionary limit on {on}: no report or payment experience of the last "
        "{days} days. Get a credit report, or apply to the insurer for a limit.",
        "{on} 无依据支持自行掌握限额：近 {days} 天内没有资信报告或付款经验。"
        "请获取资信报告，或向保险人申请限额。",
    ),
    "cover.adverse": (
        "Something adverse is known since {since}, so no discretionary limit can be used. "
        "Apply to the insurer for a limit.",
        "自 {since} 起已知悉不利信息，不得使用自行掌握限额。请向保险人申请限额。",
    ),
    "cover.condition": (
        "The insurer's condition is not met: {condition}. Meet it before the goods leave.",
        "未满足保险人的条件：{condition}。请在出运前满足。",
    ),
    "cover.method": (
        "The way of payment is riskier than the limit allows: {method:cover} against {approved:cover}. "
        "Agree on a safer one, or apply for another limit.",
        "付款方式的风险高于限额批准的方式：{method:cover}，批准为{approved:cover}。请约定更安全的方式，或另行申请限额。",
    ),
    "cover.terms": (
        "The due date is {days} days after shipment, and {most} are insured at most. "
        "Agree on {latest} or earlier.",
        "到期日在出运后 {days} 天，最多承保 {most} 天。请约定 {latest} 或更早到期。",
    ),
    "cover.invoicing": (
        "Invoiced on {on}; the last day for it was {last}. Ask the insurer for consent.",
        "开票日为 {on}，最迟应为 {last}。请征求保险人同意。",
    ),
    "cover.stop_unpaid": (
        "{document}, due on {due}, stops cover for what is shipped after the end of its extension, {last}, "
        "until it is paid. Collect it first.",
        "{document} 于 {due} 到期未付：延展期末 {last} 之后、付清之前的出运不予承保。请先收回该笔款项。",
    ),
    "cover.stop_insolvency": (
        "The buyer is insolvent since {since}: what is shipped from that day on is not insured. "
        "Ship for payment in advance alone.",
        "买方自 {since} 起破产：该日起出运不予承保。仅可款到发货。",
    ),
    "cover.stop_claim": (
        "A claim was made or a debt handed over on {since}: what is shipped from that day on is not insured. "
        "Ask the insurer before shipping.",
        "已于 {since} 索赔或移交追讨：该日起出运不予承保。出运前请征求保险人意见。",
    ),
    "cover.extension": (
        "Put off to {to}, beyond the end of the extension period, {last}. Get the insurer's consent.",
        "已延期至 {to}，超过最长延展期的末日 {last}。请取得保险人同意。",
    ),
    "cover.reported_late": (
        "Reported on {on}; the last day for it was {last}.",
        "报损日为 {on}，最迟应为 {last}。",
    ),
    "cover.not_reported": (
        "Overdue and not reported; the last day for it was {last}. Report it now and ask for acceptance.",
        "逾期未报损，最迟应为 {last}。请立即通报并请求保险人接受。",
    ),
    "cover.handed_over_late": (
        "Handed over for collection on {on}; the last day for it was {last}.",
        "移交追讨日为 {on}，最迟应为 {last}。",
    ),
    "cover.not_handed_over": (
        "Not handed over for collection; the last day for it was {last}. "
        "Hand it over now and ask for acceptance.",
        "未移交追讨，最迟应为 {last}。请立即移交并请求保险人接受。",
    ),
    "cover.unknown": (
        "It cannot be said whether this is insured; not known: {missing:names}.",
        "无法判断是否承保；缺失：{missing:names}。",
    ),
    "cover.above_limit": (
        "{amount} of it is above the limit. "
        "Ship no more than {room}, collect older debts first, or apply for more.",
        "其中 {amount} 超出限额。出运不超过 {room}、先收回旧欠，或申请提高限额。",
    ),
    "cover.not_shipped": (
        "What is shipped after {as_of} does not count yet: {documents:names}.",
        "{as_of} 之后出运的暂不计入：{documents:names}。",
    ),
    "cover.own_share": (
        "The insured share is that of the limit, the lowest where there are several: {share}.",
        "赔付比例按限额规定，有多个时取最低者：{share}。",
    ),
    "cover.rounding": (
        "The insured share is rounded to the minor unit, half to even.",
        "按赔付比例计算的金额四舍六入五成双至最小货币单位。",
    ),
    "cover.room": (
        "Whatever is open of earlier shipments takes up the limit, insured or not.",
        "此前出运的未付金额无论是否承保，均占用限额。",
    ),
    "cover.shared_recoveries": (
        "Receipts after the loss are shared pro rata between the insured and the uninsured part.",
        "损失发生后的回款在承保与未承保部分之间按比例分配。",
    ),
    "cover.oldest_recoveries": (
        "Receipts after the loss go to the oldest debt, and the limit fills again with what is left: "
        "they meet the uninsured part first.",
        "损失发生后的回款先抵最早的欠款，余额重新占用限额：先抵未承保部分。",
    ),
    "cover.disputed_waits": (
        "{amount} is in dispute and waits until it is decided.",
        "{amount} 存在争议，待争议解决后处理。",
    ),
    "cover.loss_not_known": (
        "The indemnity cannot be worked out; not known: {missing:names}.",
        "无法计算赔款；缺失：{missing:names}。",
    ),
    "security.not_known": (
        "It counts for nothing until this is known: {missing:names}.",
        "在下列信息明确前不予计入：{missing:names}。",
    ),
    "security.not_in_place": (
        "It is not in place yet, so it counts for nothing: have it signed, registered or paid in.",
        "尚未落实，不予计入：请完成签署、登记或缴存。",
    ),
    "security.not_valid": (
        "It is not valid on {on}[; it starts on {start}][; its last day is {last}].",
        "{on} 不在有效期内[，起始日为 {start}][，末日为 {last}]。",
    ),
    "security.ends_early": (
        "It can be called up to {last}, and the debt falls due as late as {until}: have it extended.",
        "最迟可于 {last} 主张权利，而欠款最晚于 {until} 到期：请办理展期。",
    ),
    "security.haircut": (
        "What counts is the value less the haircut, rounded half to even, less what comes before.",
        "计入金额为价值扣除折扣（四舍六入五成双），再减去优先受偿部分。",
    ),
}
"""Code -> (English, Chinese)."""
