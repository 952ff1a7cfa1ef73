"""What the call list says of a customer: what is owed, and where a call is not what helps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["REASONS"]

REASONS: Final[Mapping[str, tuple[str, str]]] = {
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
}
"""Code -> (English, Chinese)."""
