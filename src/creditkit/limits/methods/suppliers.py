"""What each supplier can carry: net worth or working capital divided by the number of suppliers.

净资产分割法 and 周转资产分割法. A number of suppliers below 1 is not known.
"""

from __future__ import annotations

from fractions import Fraction

from creditkit.limits.methods.contract import GradeTerms, Parameters, method
from creditkit.limits.plan import Divisor

__all__ = ["NET_WORTH_PER_SUPPLIER", "WORKING_CAPITAL_PER_SUPPLIER"]


def _whole(_p: Parameters, _grade: GradeTerms) -> Fraction:
    return Fraction(1)


def _suppliers(p: Parameters) -> Divisor | None:
    return None if p.count is None else Divisor(figure=p.count)


NET_WORTH_PER_SUPPLIER = method(
    "net_worth_per_supplier",
    en="net worth per supplier",
    zh="净资产分割法",
    formula=("net worth / number of suppliers", "净资产 / 供应商数"),
    source=("净资产分割法, Chinese practice", "净资产分割法，国内实务"),
    confidence="M",
    figure="net_worth",
    takes=("figure", "count"),
    requires=("count",),
    share=_whole,
    divisor=_suppliers,
)

WORKING_CAPITAL_PER_SUPPLIER = method(
    "working_capital_per_supplier",
    en="working capital per supplier",
    zh="周转资产分割法",
    formula=("working capital / number of suppliers", "营运资金 / 供应商数"),
    source=("周转资产分割法, Chinese practice", "周转资产分割法，国内实务"),
    confidence="M",
    figure="working_capital",
    takes=("figure", "count"),
    requires=("count",),
    share=_whole,
    divisor=_suppliers,
)
