"""What a calculation over a ledger assumes: stated in its result, so that nobody has to guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["REASONS"]

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    # Provision and the movement of the allowance
    "assume.rates_given": (
        "The loss rates are given, not worked out from a history.",
        "损失率由外部给定，并非由历史数据测算。",
    ),
    "assume.cohort": (
        "Loss rates rest on the invoices of {since} to {until}, followed to {as_of}.",
        "损失率基于 {since} 至 {until} 的发票，跟踪至 {as_of}。",
    ),
    "assume.last_bucket": (
        "What is unpaid in the last bucket, written off or not, counts as lost.",
        "最末账龄段中未付的金额，无论是否核销，均视为损失。",
    ),
    "assume.recovered": (
        "What was recovered of what was written off is taken off the loss.",
        "损失已扣除核销后收回的金额。",
    ),
    "assume.not_recovered": (
        "What was recovered of what was written off is not known: nothing is taken off the loss.",
        "核销后收回的金额未知，损失未作扣除。",
    ),
    "assume.forward_all": (
        "Rates are multiplied by {factor} for the outlook, up to 100%.",
        "损失率按前瞻系数 {factor} 调整，最高 100%。",
    ),
    "assume.forward": (
        "{segment}: rates are multiplied by {factor} for the outlook, up to 100%.",
        "{segment}：损失率按前瞻系数 {factor} 调整，最高 100%。",
    ),
    "assume.unapplied": (
        "{amount} of credits and unapplied cash is in no bucket and reduces no provision.",
        "未核销的贷项与收款 {amount} 不在任何账龄段中，不减少坏账准备。",
    ),
    "assume.left_out": (
        "What these accounts owe is not known, and they are in no sum: {accounts:names}.",
        "下列客户欠款未知，未计入合计：{accounts:names}。",
    ),
    "assume.not_there": (
        "These accounts are to be assessed individually and have no item here: {accounts:names}.",
        "下列客户拟单项计提，但账款中没有其单据：{accounts:names}。",
    ),
    "assume.required": (
        "The closing allowance is what the provision requires: the charge is what is missing.",
        "期末坏账准备等于应有余额，差额为本期计提。",
    ),
    # Turnover
    "assume.sales": (
        "Sales are invoices less credit notes, as tax-inclusive as receivables are.",
        "赊销额为发票减红字发票，与应收账款同为含税口径。",
    ),
    "assume.history": (
        "A period that begins before the first document is not known.",
        "起始日早于首张单据的期间视为未知。",
    ),
    # Flow
    "assume.pooled": (
        "Months are pooled: what moved in {months} months over what stood at their beginnings.",
        "各月合并计算：{months} 个月的迁徙额除以各月期初余额。",
    ),
    "assume.free_cash": (
        "Money that is allocated to nothing has paid nothing here, and accounts have such: {accounts}. "
        "Allocate it first.",
        "未核销的款项在此不视为付款，以下客户有此类款项：{accounts}。请先核销。",
    ),
    "assume.oldest_first": (
        "Money that is allocated to nothing has paid what was due longest, and accounts have such: "
        "{accounts}.",
        "未核销的款项视为先抵最早到期的欠款，以下客户有此类款项：{accounts}。",
    ),
    # Payment times
    "assume.settled_only": (
        "Only what was settled counts; what is open is in no figure but its share.",
        "仅统计已付清部分；未付部分只体现在未付比例中。",
    ),
    "assume.late_to_date": (
        "What is overdue and open counts as late, to date.",
        "逾期未付部分按截至当日的逾期天数计入。",
    ),
    "assume.open_left_out": (
        "Only what was settled counts; what is open is in no figure.",
        "仅统计已付清部分；未付部分不计入任何指标。",
    ),
    "assume.censored": (
        "What is open counts as unpaid up to its age: it will be paid as what was as old and unpaid.",
        "未付部分按其账龄计为尚未回款：预期与同账龄未付部分的后续回款一致。",
    ),
    "assume.spread": (
        "What is open will be paid as debt of its age was paid so far.",
        "未付款项将按同账龄款项的历史回款规律收回。",
    ),
    "assume.range": (
        "Ranges hold {level} of outcomes where items are paid independently of each other.",
        "若各笔款项相互独立，区间覆盖 {level} 的可能结果。",
    ),
}
"""Code -> (English, Chinese)."""
