"""What a release plan says of an order that stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["REASONS"]

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "plan.line": (
        "The customer's own line lacks {short} with {orders:names} released.",
        "放行{orders:names}后，客户自身额度尚缺 {short}。",
    ),
    "plan.group": (
        "The line of the group {group:person} lacks {short} with {orders:names} released.",
        "放行{orders:names}后，集团{group:person}的额度尚缺 {short}。",
    ),
    "plan.displaces": (
        "If it went, these would not: {orders:names}.",
        "若放行本单，则{orders:names}不能放行。",
    ),
    "plan.margin": (
        "Its margin of {margin} is below zero.",
        "其毛利 {margin} 低于零。",
    ),
    "plan.load": (
        "What it would add to what is owed is not known, so that others could not be weighed with it.",
        "无法得知本单将增加多少信用占用，故不能与其他订单一并权衡。",
    ),
}
"""Code -> (English, Chinese)."""
