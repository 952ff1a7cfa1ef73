"""Ratios and amounts of a statement, each one function over its lines, for a number and for a column.

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
    "net_worth",
    "quick_ratio",
    "return_on_equity",
    "revenue_growth",
    "tangible_net_worth",
    "working_asset_score",
    "working_assets",
    "working_capital",
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


def working_asset_score(
    *, current_assets: C, inventory: C, current_liabilities: C, total_liabilities: C, equity: C
) -> C:
    """Current ratio + quick ratio - current liabilities / equity - total liabilities / equity (评估值).

    The score of the working-asset analysis (营运资产分析法); from about -10 to 5, higher is better. No
    meaning where current liabilities or equity are not positive.

    >>> working_asset_score(current_assets=400.0, inventory=150.0, current_liabilities=200.0,
    ...                     total_liabilities=450.0, equity=550.0)
    2.068181818181818
    """
    below, own = positive(current_liabilities), positive(equity)
    liquid = ratio(current_assets, below) + ratio(current_assets - inventory, below)
    return liquid - ratio(current_liabilities, own) - ratio(total_liabilities, own)


def net_worth(*, total_assets: C, total_liabilities: C) -> C:
    """Total assets - total liabilities (净资产); negative or not."""
    return total_assets - total_liabilities


def tangible_net_worth(*, total_assets: C, total_liabilities: C, intangible_assets: C) -> C:
    """Net worth - intangible assets, goodwill included (有形净资产); negative or not."""
    return total_assets - total_liabilities - intangible_assets


def working_capital(*, current_assets: C, current_liabilities: C) -> C:
    """Current assets - current liabilities (营运资金); negative or not."""
    return current_assets - current_liabilities


def working_assets(*, current_assets: C, current_liabilities: C, equity: C) -> C:
    """(Working capital + equity) / 2 (营运资产); negative or not.

    >>> working_assets(current_assets=400.0, current_liabilities=200.0, equity=550.0)
    375.0
    """
    return (current_assets - current_liabilities + equity) * 0.5
