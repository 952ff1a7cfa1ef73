"""What several results say: which assumptions were used, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["REASONS"]

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "assumption.used": (
        "Assumed, because it is not known: {figure:figure} = {value:operand}.",
        "未知而采用假设：{figure:figure} = {value:operand}。",
    ),
    # What to do, on the call list or on an alert; a house may write codes of its own
    "action.review": ("Review the customer file.", "复核客户信用档案。"),
    "action.review_line": ("Review the credit line.", "复核授信额度。"),
    "action.review_terms": ("Review the payment terms.", "复核付款条件。"),
    "action.review_customer": ("Assess the customer again.", "重新评估客户信用。"),
    "action.call_customer": ("Call the customer about what is overdue.", "联系客户催收逾期款。"),
    "action.file_claim": (
        "File the claim in the proceedings; a call does not help.",
        "申报债权，不再催收。",
    ),
    "action.settle_dispute": (
        "Settle the dispute; nothing else is overdue.",
        "处理争议，其余无逾期。",
    ),
}
"""Code -> (English, Chinese)."""
