"""What a verdict on an order says: of the checks, and of approvals that do not count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["REASONS"]

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "order.prepaid": ("Cleared receipts cover the order in full.", "已到账款项足额覆盖订单。"),
    "account.unknown_grade": (
        "The account's grade {grade} is not a grade of this policy.",
        "账户等级 {grade} 不是本政策的等级。",
    ),
    "account.contradicted": (
        "{figure:figure}: {account} by the account, {facts} by the customer's facts; it counts as yes.",
        "{figure:figure}：账户为{account}，客户资料为{facts}，按“是”处理。",
    ),
    "event.no_check": (
        "The policy asks nothing at this event: {event}.",
        "本政策在此环节没有任何检查：{event}。",
    ),
    "delivery.billed_before": (
        "{amount} of this delivery counts as billed before it goes out, and is not asked for again: look "
        "whether these goods went out already.",
        "本次发货中 {amount} 视为已先行开票，不再计入；请确认该批货物是否已发出。",
    ),
    "line.not_approved": (
        "A line of {amount} does not count: nobody has approved it.",
        "额度 {amount} 无人批准，不予计入。",
    ),
    "line.approved_later": (
        "A line of {amount} does not count yet: {by:person} approves it on {on}.",
        "额度 {amount} 自 {on} 起由{by:person}批准，目前不予计入。",
    ),
    "overdue.passed_over": (
        "Overdue remainders of {amount} together, each below {below}, are passed over.",
        "逾期尾差合计 {amount}，单笔低于 {below}，不计逾期。",
    ),
    "ledger.dated_ahead": (
        "The ledger has documents that are dated ahead and do not count yet, {count} in all: {ids:names}.",
        "账本中有 {count} 张日期在后的单据，尚未计入：{ids:names}。",
    ),
    "ledger.remarks": (
        "The ledger has remarks that bear on what is owed: {codes:names}.",
        "账本中有影响欠款的提示：{codes:names}。",
    ),
    "check.failed": (
        "{id}: {condition:condition} does not hold[: {left:operand} against {right:operand}].",
        "{id}：不满足 {condition:condition}[，实际 {left:operand}，限值 {right:operand}]。",
    ),
    "check.unknown": (
        "{id}: cannot be tested; not known: {missing:figures}.",
        "{id}：无法检验；缺失：{missing:figures}。",
    ),
    "check.undefined": (
        "{id}: cannot be tested; without a meaning: {undefined:figures}.",
        "{id}：无法检验；无意义：{undefined:figures}。",
    ),
    "check.in_doubt": (
        "{id}: cannot be tested; the statement that it rests on does not balance.",
        "{id}：无法检验；所依据的财务报表不平衡。",
    ),
    "check.cleared": (
        "{id}: did not pass, cleared by {by:cleared_by}.",
        "{id}：未通过，已由{by:cleared_by}放行。",
    ),
    # Approvals
    "approval.not_in_force": (
        "The approval by {by:person} is in force from {start} and before {until}, not today.",
        "{by:person}的批准自 {start} 起、{until} 前有效，今日无效。",
    ),
    "approval.too_small": (
        "The approval by {by:person} covers an order of up to {largest}; this one is {order}.",
        "{by:person}的批准以 {largest} 为限，本单为 {order}。",
    ),
    "approval.no_rate": (
        "The approval by {by:person} cannot be held against the order: "
        "there is no rate for {pairs}.",
        "{by:person}的批准无法与本单比较：缺少汇率 {pairs}。",
    ),
    "approval.unknown_use": (
        "The approval by {by:person} cannot be held against what went out of the order; not known: "
        "{missing:figures}.",
        "{by:person}的批准无法与订单已发出部分比较；缺失：{missing:figures}。",
    ),
    "approval.unknown_role": (
        "The approval by {by:person} is given as {role}, which is not a role of this policy.",
        "{by:person}以 {role} 身份批准，政策中无此角色。",
    ),
    "approval.no_authority": (
        "The approval by {by:person} goes beyond what the {role:role} may release here.",
        "{by:person}的批准超出{role:role}在此情形下的权限。",
    ),
    "approval.unknown_check": (
        "The approval by {by:person} names {check}, which is not a check of this policy.",
        "{by:person}的批准所列 {check} 不是本政策的检查项。",
    ),
    "approval.others": (
        "The open approvals of {orders:names} count with the overage when the authority to "
        "release is determined.",
        "判定放行权限时，{orders:names}的有效批准一并计入超额。",
    ),
    "approval.not_named": (
        "The approval by {by:person} does not name what still stops the order: {checks:names}.",
        "{by:person}的批准未列明仍未通过的检查：{checks:names}。",
    ),
}
"""Code -> (English, Chinese)."""
