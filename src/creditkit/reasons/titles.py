"""What names are called in a sentence: figures, facts, a grade's columns, a policy's own words.

>>> title_of("exposure", "zh"), title_of("largest_ever")
('信用占用', 'largest_ever')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from creditkit.figures import CATEGORIES, FIGURES
from creditkit.languages import AnyLanguage, Text, texts

__all__ = [
    "CATEGORY_TITLES",
    "FACTS",
    "NO_TITLES",
    "Titles",
    "category_text",
    "listed",
    "own_titles",
    "sentences",
    "title_of",
    "title_of_value",
]

Titles: TypeAlias = Mapping[str, Text]
"""A policy's own words, such as its roles and a host's figures, with their titles."""

NO_TITLES: Final[Titles] = MappingProxyType({})

FACTS: Final = texts(
    "title",
    {
        # The lines of a statement, as `Statement` has them
        "total_assets": ("Total assets", "资产总计"),
        "current_assets": ("Current assets", "流动资产合计"),
        "cash": ("Cash", "货币资金"),
        "trade_receivables": ("Trade receivables", "应收账款"),
        "inventory": ("Inventory", "存货"),
        "intangible_assets": ("Intangible assets", "无形资产"),
        "total_liabilities": ("Total liabilities", "负债合计"),
        "current_liabilities": ("Current liabilities", "流动负债合计"),
        "equity": ("Equity", "所有者权益合计"),
        "retained_earnings": ("Retained earnings", "留存收益"),
        "market_value_equity": ("Market value of equity", "股权市值"),
        "revenue": ("Revenue", "营业收入"),
        "cost_of_sales": ("Cost of sales", "营业成本"),
        "ebit": ("Earnings before interest and tax", "息税前利润"),
        "interest_expense": ("Interest expense", "利息支出"),
        "profit_before_tax": ("Profit before tax", "利润总额"),
        "net_income": ("Net income", "净利润"),
        "depreciation": ("Depreciation and amortisation", "折旧与摊销"),
        "operating_cash_flow": ("Operating cash flow", "经营活动现金流量净额"),
        # The columns of a grade
        "max_overdue_days": ("overdue days allowed", "允许逾期天数"),
        "max_order": ("largest order", "单笔订单上限"),
        "max_overdue": ("overdue allowed", "允许逾期金额"),
        "max_terms_days": ("longest terms", "最长账期"),
        # What an account or a month consists of
        "ledger": ("the ledger", "账款明细"),
        "facts": ("the customer's facts", "客户资料"),
        "open_orders": ("open orders", "未交订单"),
        "deliveries": ("deliveries", "已发货未开票"),
        "advances": ("advances", "预收款"),
        "bills": ("bills", "票据"),
        "reservations": ("reservations", "预占"),
        "others": ("what the group's other members owe", "集团其他成员欠款"),
        "sales": ("Sales of the month", "当月赊销额"),
    },
)
"""Titles of what is no figure of the catalogue, by name."""

CATEGORY_TITLES: Final[Mapping[str, Titles]] = {
    figure: texts(f"title.{figure}", values) for figure, values in CATEGORIES.items()
}
"""Figure -> value of a category -> its title."""

MARKS: Final = texts("mark", {"list": (", ", "、"), "sentences": (" ", "")})
"""What stands between the members of a list, and between two sentences."""


def own_titles(words: Iterable[tuple[str, str, str]]) -> Titles:
    """A policy's own words, (name, English, Chinese), by name; one without a title loses its underscores."""
    out = {}
    for name, en, zh in words:
        plain = name.replace("_", " ")
        pair = (plain, plain) if en == zh == name else (en, zh)
        out[name] = Text(f"title.{name}", *pair)
    return out


def title_of(name: str, language: AnyLanguage = "en", titles: Titles = NO_TITLES) -> str:
    """The title of a figure, a fact, a role or a column of the grade's row; else the name itself."""
    if name in titles:
        return titles[name].in_(language)
    if name in FIGURES:
        return FIGURES[name].title(language)
    return FACTS[name].in_(language) if name in FACTS else name


def category_text(figure: str, value: str, language: AnyLanguage = "en") -> str:
    """Values of a category, separated by a comma and a blank, by their titles or as they are.

    >>> category_text("ownership", "state_owned, listed", "zh")
    '国有、上市'
    >>> category_text("ownership", "cooperative")
    'cooperative'
    """
    own = CATEGORY_TITLES.get(figure, NO_TITLES)
    return listed((title_of_value(one, own, language) for one in value.split(", ")), language)


def title_of_value(value: str, titles: Titles, language: AnyLanguage) -> str:
    """The title of one value of a category, or the value itself."""
    return titles[value].in_(language) if value in titles else value


def sentences(each: Iterable[str], language: AnyLanguage = "en") -> str:
    """Sentences as the language sets them one after the other."""
    return MARKS["sentences"].in_(language).join(each)


def listed(words: Iterable[str], language: AnyLanguage = "en") -> str:
    """Words as the language lists them."""
    return MARKS["list"].in_(language).join(words)
