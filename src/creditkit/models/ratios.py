"""Financial ratios of a statement, each one function over its lines, for a number and for a column.

A ratio whose denominator is zero or negative has no meaning and comes back as NaN, which the
caller tells apart from not known. Equity in the denominator is the trap: a loss on negative equity
would otherwise show as a fine return.

>>> current_ratio(current_assets=400.0, current_liabilities=200.0)
2.0
>>> return_on_equity(net_income=-50.0, equity=-100.0)
nan
"""

from __future__ import annotations

from creditkit._arithmetic import C, positive, ratio

__all__ = [
    "current_ratio",
    "debt_ratio",
    "debt_to_equity",
    "interest_cover",
    "net_margin",
    "quick_ratio",
    "return_on_equity",
    "revenue_growth",
]


def current_ratio(*, current_assets: C, current_liabilities: C) -> C:
    """Current assets / current liabilities (流动比率)."""
    return ratio(current_assets, positive(current_liabilities))


def quick_ratio(*, current_assets: C, inventory: C, current_liabilities: C) -> C:
    """(Current assets - inventory) / current liabilities (速动比率)."""
    return ratio(current_assets - inventory, positive(current_liabilities))


def debt_ratio(*, total_liabilities: C, total_assets: C) -> C:
    """Total liabilities / total assets (资产负债率)."""
    return ratio(total_liabilities, positive(total_assets))


def debt_to_equity(*, total_liabilities: C, equity: C) -> C:
    """Total liabilities / equity (产权比率); no meaning where equity is not positive."""
    return ratio(total_liabilities, positive(equity))


def net_margin(*, net_income: C, revenue: C) -> C:
    """Net income / revenue (销售净利率)."""
    return ratio(net_income, positive(revenue))


def return_on_equity(*, net_income: C, equity: C) -> C:
    """Net income / equity (净资产收益率); no meaning where equity is not positive."""
    return ratio(net_income, positive(equity))


def interest_cover(*, ebit: C, interest_expense: C) -> C:
    """EBIT / interest expense (利息保障倍数); no meaning where there is no interest to pay."""
    return ratio(ebit, positive(interest_expense))


def revenue_growth(*, revenue: C, revenue_before: C) -> C:
    """Revenue / revenue of the year before - 1 (营业收入增长率); no meaning without revenue before."""
    return ratio(revenue, positive(revenue_before)) - 1.0
