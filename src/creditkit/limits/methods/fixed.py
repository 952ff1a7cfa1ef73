"""A fixed amount, such as a starter line: a rule of houses, which no book prints."""

from __future__ import annotations

from fractions import Fraction

from creditkit.limits.methods.contract import method

__all__ = ["FIXED_AMOUNT"]

FIXED_AMOUNT = method(
    "fixed_amount",
    en="fixed amount",
    zh="固定金额",
    formula=("amount", "固定金额"),
    source=("starter lines of houses", "各公司自定的起始额度"),
    confidence="-",
    takes=("amount",),
    requires=("amount",),
    share=lambda p, grade: Fraction(1),
)
