"""The catalogue of figures: every named number about a customer, an order or a book, declared once.

Checks, scorecard factors, knock-outs, indicators, the trace, did-you-mean and the docs all read
these declarations. A figure (指标) has a name, a kind, a direction and a meaning; how it is worked
out stands in `policy.figures`. A host declares its own figures the same way.

>>> FIGURES["overdue"].title("zh")
'逾期金额'
"""

from __future__ import annotations

import difflib
import enum
import functools
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias, cast

import attrs

from creditkit._given import call_checked, is_number, listed
from creditkit.errors import InvalidFact, meant
from creditkit.languages import AnyLanguage, Text
from creditkit.money import Line

__all__ = [
    "CATEGORIES",
    "FIGURES",
    "UNDEFINED",
    "Figure",
    "FigureKind",
    "Undefined",
    "Value",
    "catalogue",
    "nearest",
]


class Undefined(enum.Enum):
    """Known, but without a meaning: a ratio whose denominator is zero or negative."""

    UNDEFINED = "undefined"

    def __str__(self) -> str:
        return self.value


UNDEFINED: Final = Undefined.UNDEFINED

Value: TypeAlias = int | float | str | bool | Line | Undefined | None
"""A figure's value for one customer; money as minor units, None where it is not known."""


class FigureKind(enum.Enum):
    """What sort of quantity a figure is. Money, days, counts and flags are exact; ratios and scores are floats."""

    MONEY = "money"
    DAYS = "days"
    COUNT = "count"
    FLAG = "flag"
    RATIO = "ratio"
    SCORE = "score"
    LINE_ITEM = "line_item"
    CATEGORY = "category"

    @property
    def exact(self) -> bool:
        """Whether values are whole numbers, so that sums of them can be compared exactly."""
        return self in (FigureKind.MONEY, FigureKind.DAYS, FigureKind.COUNT)

    @property
    def floating(self) -> bool:
        """Whether values are floats, compared one against a constant."""
        return self in (FigureKind.RATIO, FigureKind.SCORE, FigureKind.LINE_ITEM)


def _kind_of(given: FigureKind | str) -> FigureKind:
    if isinstance(given, FigureKind):
        return given
    kind = FigureKind._value2member_map_.get(given) if isinstance(given, str) else None
    if kind is None:
        words = [one.value for one in FigureKind]
        rule = f"must be one of {', '.join(map(repr, words))}"
        raise InvalidFact("figure.kind", rule, given, meant(given, words))
    return cast(FigureKind, kind)


@attrs.frozen(kw_only=True)
class Figure:
    """The declaration of one figure; ``kind`` and ``better`` may be given as text.

    ``better`` says which way is good for us: ``"high"``, ``"low"`` or None where neither is.
    ``low`` and ``high`` bound what it can be, where that is known; ``usual`` is what it hardly ever
    exceeds: a policy that compares it with more is warned (``90`` for a share of 90 %). A share of a ``share_base`` that
    is not positive has no meaning, and a check of it does not apply.
    """

    name: str
    kind: FigureKind = attrs.field(converter=_kind_of)
    en: str
    zh: str
    meaning: str
    better: Literal["high", "low"] | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""
    share_base: bool = False
    usual: float | None = attrs.field(default=None, metadata={"plain": False})

    def __attrs_post_init__(self) -> None:
        for name in ("name", "meaning"):
            if not isinstance(getattr(self, name), str):
                raise InvalidFact(f"figure.{name}", "must be text", getattr(self, name))
        better: object = self.better
        if better is not None and not (isinstance(better, str) and better in ("high", "low")):
            rule = "must be 'high', 'low' or None"
            raise InvalidFact(f"figure.{self.name}.better", rule, self.better)
        for language in ("en", "zh"):
            title = getattr(self, language)
            if not isinstance(title, str) or not title.strip():
                raise InvalidFact(f"figure.{self.name}.{language}", "must be a title", title)
        for bound in ("low", "high", "usual"):
            value = getattr(self, bound)
            if value is not None and not is_number(value):
                raise InvalidFact(f"figure.{self.name}.{bound}", "must be a number", value)

    def title(self, language: AnyLanguage = "en") -> str:
        """Its title in a language: ``"en"``, ``"zh"`` or a `Language`."""
        return self.text.in_(language)

    @property
    def text(self) -> Text:
        """Its title in every language, with the key ``title.`` and its name."""
        return _title(self.name, self.en, self.zh)


Figure.__init__ = call_checked(Figure.__init__, Figure)  # type: ignore[method-assign]


@functools.lru_cache(maxsize=1024)  # a page names the same figures again and again
def _title(name: str, en: str, zh: str) -> Text:
    return Text(f"title.{name}", en, zh)


def _declared(
    kind: FigureKind, better: Literal["high", "low"] | None, rows: str, low: float | None = None
) -> list[Figure]:
    """One figure a line: ``name | English | 中文 | meaning``."""
    out = []
    for row in rows.strip().splitlines():
        name, en, zh, meaning = (cell.strip() for cell in row.split("|"))
        out.append(
            Figure(name=name, kind=kind, en=en, zh=zh, meaning=meaning, better=better, low=low)
        )
    return out


_CATALOGUE: Final = [
    # What we sell and how long we know the customer.
    *_declared(
        FigureKind.MONEY,
        "high",
        """
        credit_sales_12m       | Credit sales, 12 months       | 近12个月赊销额 | Our sales on credit to the customer over twelve months, tax-inclusive, net of returns
        expected_purchases_12m | Expected purchases, 12 months | 预计年采购额   | What a new customer is expected to buy on credit in twelve months
        """,
        0,
    ),
    *_declared(
        FigureKind.COUNT,
        "high",
        """
        years_trading     | Years trading with us | 合作年限 | Full years since our first business with the customer
        years_in_business | Years in business     | 成立年限 | Full years since the customer was founded
        """,
    ),
    *_declared(
        FigureKind.CATEGORY,
        None,
        """
        industry   | Industry   | 行业     | The customer's industry, in the host's own words
        ownership  | Ownership  | 企业性质 | The customer's ownership, in the host's own words
        reputation | Reputation | 商业信誉 | What the trade says of the customer, in the host's own words
        grade      | Grade      | 信用等级 | The grade that the assessment gives, or that the account bears
        """,
    ),
    *_declared(
        FigureKind.FLAG,
        None,
        """
        insolvency | Insolvency proceedings | 破产程序 | Whether insolvency proceedings are open
        blocked    | Blocked                | 人工停用 | Whether the customer is blocked by hand
        audited    | Statement audited      | 报表经审计 | Whether the latest annual statement was audited
        """,
    ),
    *_declared(
        FigureKind.COUNT,
        "low",
        """
        litigation_count     | Open lawsuits        | 未结诉讼数     | Open lawsuits with the customer as defendant
        statement_age_months | Age of the statement | 报表距今月数   | Full months from the end of the latest statement's period
        rating_age_months    | Age of the rating    | 外部评级距今月数 | Full months since the latest external rating
        """,
    ),
    Figure(
        name="external_rating",
        kind=FigureKind.RATIO,
        en="External rating",
        zh="外部评级",
        meaning="The latest external rating on the scale of 0 to 100 that the host maps to",
        better="high",
        low=0,
        high=100,
    ),
    # The statement and what is made of it.
    *_declared(
        FigureKind.RATIO,
        "high",
        """
        current_ratio  | Current ratio   | 流动比率   | Current assets / current liabilities
        quick_ratio    | Quick ratio     | 速动比率   | (Current assets - inventory) / current liabilities
        net_margin     | Net margin      | 销售净利率 | Net income / revenue
        return_on_equity | Return on equity | 净资产收益率 | Net income / equity; undefined where equity is not positive
        interest_cover | Interest cover  | 利息保障倍数 | EBIT / interest expense
        revenue_growth | Revenue growth  | 营业收入增长率 | Revenue / revenue of the year before - 1
        """,
    ),
    *_declared(
        FigureKind.RATIO,
        "low",
        """
        debt_ratio     | Debt ratio     | 资产负债率 | Total liabilities / total assets
        debt_to_equity | Debt to equity | 产权比率   | Total liabilities / equity; undefined where equity is not positive
        """,
    ),
    *_declared(
        FigureKind.MONEY,
        "high",
        """
        net_worth          | Net worth          | 净资产     | Total assets less total liabilities, as money; negative or not
        tangible_net_worth | Tangible net worth | 有形净资产 | Net worth less intangible assets, as money; negative or not
        working_capital    | Working capital    | 营运资金   | Current assets less current liabilities, as money; negative or not
        working_assets     | Working assets     | 营运资产   | (Working capital + equity) / 2, as money; negative or not
        """,
    ),
    *_declared(
        FigureKind.SCORE,
        "high",
        """
        z1   | Altman Z (1968)    | Z值      | Distance from distress of a listed manufacturer
        z1_private | Altman Z' (1983) | Z'值 | Distance from distress of a private manufacturer
        z2   | Altman Z'' (1995)  | Z''值    | Distance from distress of a private or non-manufacturing company
        em   | EM score           | EM值     | Altman Z'' plus 3.25
        working_asset_score | Working asset score | 营运资产评估值 | Current ratio + quick ratio - current liabilities / equity - total liabilities / equity; undefined where current liabilities or equity are not positive
        score | Score             | 信用评分 | The score that the policy's assessment gives
        """,
    ),
    # What the ledger says at a date.
    Figure(
        name="receivables",
        kind=FigureKind.MONEY,
        en="Receivables",
        zh="应收账款",
        meaning="The open balance, credits and unapplied cash included",
        better="low",
        share_base=True,
    ),
    *_declared(
        FigureKind.MONEY,
        "low",
        """
        overdue     | Overdue     | 逾期金额 | Open items past due, after unapplied cash is set against the oldest, disputed amounts left out
        disputed    | Disputed    | 争议金额 | The open amount in dispute
        """,
    ),
    *_declared(
        FigureKind.DAYS,
        "low",
        "oldest_overdue_days | Oldest overdue | 最长逾期天数 | Days past due of the oldest item overdue; 0 where nothing is",
        0,
    ),
    *_declared(
        FigureKind.COUNT,
        "high",
        "settled_count | Invoices settled | 已结清发票数 | Invoices settled in the 365 days before the date, but for a small remainder or a dispute",
        0,
    ),
    Figure(
        name="on_time_share",
        kind=FigureKind.RATIO,
        en="Paid on time",
        zh="按时付款率",
        meaning="Share of the amounts settled in twelve months, or overdue and open, that was settled "
        "by the due date",
        better="high",
        low=0,
        high=1,
    ),
    *_declared(
        FigureKind.RATIO,
        "low",
        """
        average_days_late | Average days late | 平均逾期天数   | Days late of what was settled in twelve months and, to date, of what is overdue, weighted by amount; early counts as 0
        overdue_share     | Overdue share     | 逾期占比       | Overdue / receivables
        dso               | DSO               | 应收账款周转天数 | Days sales outstanding, simple, over 365 days; 0 where nothing is owed, undefined where nothing was sold
        countback_dso     | DSO by countback  | 倒推法周转天数 | Days sales outstanding by exhausting the latest months' sales
        """,
    ),
    # The account and the order under test.
    *_declared(
        FigureKind.MONEY,
        "low",
        """
        order       | Order       | 订单金额 | The tax-inclusive total under test, less what is delivered of it and the advances earmarked to it; of an invoice that is posted, at most what is open
        order_total | Order total | 订单总额 | The tax-inclusive total under test
        exposure    | Exposure    | 信用占用 | What the customer owes or will owe us without the order under test
        """,
    ),
    *_declared(
        FigureKind.MONEY,
        "high",
        """
        line            | Line            | 授信额度 | The credit line in force
        requested_limit | Requested limit | 申请额度 | The credit limit that the customer asks for
        """,
    ),
    *_declared(
        FigureKind.DAYS,
        "low",
        """
        days_since_line_end | Days past end of line | 额度已过期天数 | Days since the line's last day; negative while it runs
        requested_days      | Requested days      | 申请账期天数 | The longest credit that an instalment of the order's terms has, in days; an order without terms asks for those that were agreed
        terms_days          | Terms in days       | 账期天数     | The longest credit of the terms that were agreed: those of the line in force, else of the grade
        requested_weighted_days | Requested days, weighted | 申请账期加权天数 | The credit that the order's terms give on average, by amount, in days rounded up
        terms_weighted_days     | Terms in days, weighted  | 账期加权天数     | The credit that the agreed terms give on average, by amount, in days rounded up
        """,
    ),
    *_declared(
        FigureKind.FLAG,
        None,
        """
        terms_upgrade | Terms beyond those agreed | 付款条件优于约定 | Whether the order asks for more than was agreed: at some time less to be paid, or a larger or longer discount
        """,
    ),
    # What is watched.
    *_declared(
        FigureKind.RATIO,
        "low",
        """
        utilisation | Utilisation | 额度使用率 | Exposure / line, in a check with the order; undefined where the line is zero
        dso_rise    | Rise of DSO | 周转天数升幅 | DSO by countback / its own mean over the months before in which something was owed, two of them at least
        """,
    ),
    *_declared(
        FigureKind.COUNT,
        "low",
        "grade_fall | Fall of grade | 等级下降档数 | How many grades the month's grade lies below the one before it",
    ),
]

_USUAL: Final = {
    "utilisation": 10.0,
    "overdue_share": 1.0,
    "dso_rise": 10.0,
    "debt_ratio": 10.0,
    "net_margin": 2.0,
    "return_on_equity": 10.0,
    "revenue_growth": 10.0,
}
"""What shares hardly ever exceed: a bound beyond is a percent that was written for a share."""

FIGURES: Final[Mapping[str, Figure]] = {
    figure.name: attrs.evolve(figure, usual=_USUAL[figure.name])
    if figure.name in _USUAL
    else figure
    for figure in _CATALOGUE
}
"""Every figure that creditkit declares, by name."""

CATEGORIES: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "ownership": {
        "state_owned": ("state-owned", "国有"),
        "listed": ("listed", "上市"),
        "foreign_invested": ("foreign-invested", "外商投资"),
        "private": ("private", "民营"),
        "sole_trader": ("sole trader", "个体工商户"),
    },
    "reputation": {
        "good": ("good", "良好"),
        "fair": ("fair", "一般"),
        "poor": ("poor", "较差"),
    },
}
"""Titles of the values of a category that the built-in policy and the sample company use; a value of
a host's own is shown as it is."""


def catalogue(own: Iterable[Figure], ours: Mapping[str, Figure] = FIGURES) -> dict[str, Figure]:
    """``ours`` with a host's own figures; a name that is already taken is an `InvalidFact`."""
    out = dict(ours)
    declared = listed(own)
    if declared is None:
        raise InvalidFact("figures", "must be a sequence of Figure", own, "write [Figure(...)]")
    for index, figure in enumerate(declared):
        if not isinstance(figure, Figure):
            raise InvalidFact(f"figures[{index}]", "must be a Figure", figure)
        path = f"figures.{figure.name}"
        if figure.name in out:
            raise InvalidFact(path, "must not be declared twice", remedy="choose another name")
        if not figure.name.isidentifier():
            raise InvalidFact(path, "must have a name of letters, digits and _", figure.name)
        out[figure.name] = figure
    return out


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The known name that looks most like ``name``: what did-you-mean says."""
    found = difflib.get_close_matches(name, list(names), n=1)
    return found[0] if found else None
