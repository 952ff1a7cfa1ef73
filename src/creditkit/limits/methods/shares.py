"""Shares of a money figure of the customer: credit sales, net worth, tangible net worth, working capital.

10 % of net worth is the share that most handbooks print; it is often combined with 20 % of working
capital, of which the lower counts (快速测算法). A share of tangible net worth that depends on the grade is
written with ``by_grade``.
"""

from __future__ import annotations

from fractions import Fraction

from creditkit._digits import ratio_text
from creditkit.limits.methods.contract import GradeTerms, Parameters, method

__all__ = [
    "NET_WORTH_SHARE",
    "SHARE_OF_CREDIT_SALES",
    "TANGIBLE_NET_WORTH_SHARE",
    "WORKING_CAPITAL_SHARE",
]


def _of_grade(_p: Parameters, grade: GradeTerms) -> Fraction | None:
    return grade.limit_share


def _of_method(p: Parameters, _grade: GradeTerms) -> Fraction | None:
    return p.share


def _words_of_grade(p: Parameters, grade: GradeTerms) -> tuple[str, ...]:
    return _words(p, grade.limit_share)


def _words_of_method(p: Parameters, _grade: GradeTerms) -> tuple[str, ...]:
    return _words(p, p.share)


def _words(p: Parameters, share: Fraction | None) -> tuple[str, ...]:
    """The factors apart where the grade has one of its own; else their product is short enough."""
    return (ratio_text(share),) if share is not None and p.by_grade else ()


SHARE_OF_CREDIT_SALES = method(
    "share_of_credit_sales",
    en="share of credit sales",
    zh="赊销额比例",
    formula=("the grade's limit_share x credit sales", "等级的 limit_share x 赊销额"),
    source=("handbook article: 20 % and 15 % of annual credit sales for the best grades",
            "手册文章：最优两级为年赊销额的 20 % 与 15 %"),
    confidence="1S",
    figure="credit_sales_12m",
    takes=("figure",),
    share=_of_grade,
    words=_words_of_grade,
)  # fmt: skip

NET_WORTH_SHARE = method(
    "net_worth_share",
    en="share of net worth",
    zh="净资产比例",
    formula=("share x net worth", "比例 x 净资产"),
    source=("10 % of net worth: credit handbooks", "净资产的 10 %：信用管理手册"),
    confidence="2S",
    figure="net_worth",
    takes=("figure", "share"),
    requires=("share",),
    share=_of_method,
    words=_words_of_method,
)

TANGIBLE_NET_WORTH_SHARE = method(
    "tangible_net_worth_share",
    en="share of tangible net worth",
    zh="有形净资产比例",
    formula=("share x (net worth - intangible assets)", "比例 x（净资产 - 无形资产）"),
    source=("35 % for a middle grade: help of a DSO tool", "中间等级 35 %：某 DSO 软件的帮助文档"),
    confidence="1S",
    figure="tangible_net_worth",
    takes=("figure", "share"),
    requires=("share",),
    share=_of_method,
    words=_words_of_method,
)

WORKING_CAPITAL_SHARE = method(
    "working_capital_share",
    en="share of working capital",
    zh="营运资金比例",
    formula=("share x (current assets - current liabilities)", "比例 x（流动资产 - 流动负债）"),
    source=("10 % of working capital, or 20 % beside 10 % of net worth (快速测算法)",
            "营运资金的 10 %，或与净资产 10 % 并用时取 20 %（快速测算法）"),
    confidence="1S",
    figure="working_capital",
    takes=("figure", "share"),
    requires=("share",),
    share=_of_method,
    words=_words_of_method,
)  # fmt: skip
