"""What the customer needs for the credit period: purchases, orders or receipts times the terms.

    purchases_x_terms   purchases of a year / 365 x (days of the terms + days of grace) x factor
    supply_share        all purchases of a year x our share / 365 x days of the terms (销售额测定法)
    quarter_orders      orders of the last quarter / 90 x days of the terms x factor of the grade (销售量法)
    average_receipts    weighted mean of the last months' receipts / 30 x days of the terms (回款额测算法)

The latest of n months has the weight n, the one before it n - 1, and so on; print has six: 6 to 1 of 21.
"""

from __future__ import annotations

from fractions import Fraction

from creditkit._digits import ratio_text
from creditkit.limits.methods.contract import GradeTerms, Parameters, method

__all__ = ["AVERAGE_RECEIPTS", "PURCHASES_X_TERMS", "QUARTER_ORDERS", "SUPPLY_SHARE"]

DAYS_IN_YEAR = 365
DAYS_IN_QUARTER = 90
DAYS_IN_MONTH = 30


def _of_year(p: Parameters, grade: GradeTerms) -> Fraction:
    return Fraction(grade.days + p.grace_days, DAYS_IN_YEAR)


def _supplied(p: Parameters, grade: GradeTerms) -> Fraction | None:
    return None if p.share is None else p.share * Fraction(grade.days, DAYS_IN_YEAR)


def _of_quarter(_p: Parameters, grade: GradeTerms) -> Fraction:
    return Fraction(grade.days, DAYS_IN_QUARTER)


def _falling(p: Parameters) -> tuple[int, ...]:
    return tuple(range(len(p.figures), 0, -1))


def _of_months(p: Parameters, grade: GradeTerms) -> Fraction:
    return Fraction(grade.days, DAYS_IN_MONTH * max(sum(_falling(p)), 1))


def _words_of_year(p: Parameters, grade: GradeTerms) -> tuple[str, ...]:
    days = f"({grade.days} + {p.grace_days})" if p.grace_days else f"{grade.days}"
    return (f"{days}/{DAYS_IN_YEAR}",) if p.grace_days or p.by_grade else ()


def _words_of_supply(p: Parameters, grade: GradeTerms) -> tuple[str, ...]:
    share = Fraction(0) if p.share is None else p.share
    return f"{grade.days}/{DAYS_IN_YEAR}", ratio_text(share)


def _words_of_quarter(_p: Parameters, grade: GradeTerms) -> tuple[str, ...]:
    return (f"{grade.days}/{DAYS_IN_QUARTER}",)


def _words_of_months(p: Parameters, grade: GradeTerms) -> tuple[str, ...]:
    return f"{grade.days}/{DAYS_IN_MONTH}", f"1/{sum(_falling(p))}"


PURCHASES_X_TERMS = method(
    "purchases_x_terms",
    en="purchases x terms",
    zh="采购额 x 账期",
    formula=("purchases of a year / 365 x (terms days + grace_days)",
             "年采购额 / 365 x（账期天数 + grace_days）"),
    source=("requirement: what is bought within the credit period", "需求法：账期内的采购额"),
    confidence="M",
    figure="expected_purchases_12m",
    takes=("figure", "grace_days"),
    share=_of_year,
    words=_words_of_year,
)  # fmt: skip

SUPPLY_SHARE = method(
    "supply_share",
    en="our share of the purchases x terms",
    zh="销售额测定法",
    formula=("all purchases of a year x share / 365 x terms days",
             "年采购总额 x 供货比例 / 365 x 账期天数"),
    source=("销售额测定法, Chinese practice", "销售额测定法，国内实务"),
    confidence="M",
    takes=("figure", "share"),
    requires=("figure", "share"),
    share=_supplied,
    words=_words_of_supply,
)  # fmt: skip

QUARTER_ORDERS = method(
    "quarter_orders",
    en="last quarter's orders x terms",
    zh="销售量法",
    formula=("orders of the last quarter / 90 x terms days x factor of the grade",
             "上季度订货额 / 90 x 账期天数 x 等级系数"),
    source=("销售量法, Chinese practice; factors by grade vary by text",
            "销售量法，国内实务；各级系数因文献而异"),
    confidence="M",
    takes=("figure",),
    requires=("figure",),
    share=_of_quarter,
    words=_words_of_quarter,
)  # fmt: skip

AVERAGE_RECEIPTS = method(
    "average_receipts",
    en="average receipts x terms",
    zh="回款额测算法",
    formula=("(6 x latest month + 5 x the one before + ... + 1 x oldest) / 21 / 30 x terms days",
             "（6 x 最近一月 + 5 x 前一月 + … + 1 x 最早一月）/ 21 / 30 x 账期天数"),
    source=("回款额测算法, Chinese practice", "回款额测算法，国内实务"),
    confidence="M",
    takes=("figures",),
    requires=("figures",),
    share=_of_months,
    words=_words_of_months,
    weights=_falling,
)  # fmt: skip
