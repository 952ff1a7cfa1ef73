"""The words of the pages of turnover, payment times, flow and provision: headings, sums, titles."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final

from creditkit._layout import table
from creditkit.languages import AnyLanguage, texts
from creditkit.money import Money, plain_amount
from creditkit.reasons import Reason

__all__ = ["WORDS", "minor_text", "money_text", "page", "words"]

WORDS: Final = texts(
    "receivables",
    {
        "total": ("total", "合计"),
        "not_known": ("not known", "未知"),
        "more": ("and {more} more rows", "另有 {more} 行"),
        "assumptions": ("Assumptions", "假设"),
        "account": ("account", "客户"),
        "segment": ("segment", "客群"),
        "all": ("all", "全部"),
        "individual": ("individual", "单项计提"),
        "bucket": ("bucket", "账龄"),
        "gross": ("gross", "账面余额"),
        "rate": ("rate", "损失率"),
        "allowance": ("allowance", "坏账准备"),
        "provision": (
            "Provision at {as_of}, {currency}, aged by {basis} date",
            "坏账准备测算，截至 {as_of}，{currency}，账龄按{basis}",
        ),
        "allowances": ("Allowance by account, {currency}", "分客户坏账准备，{currency}"),
        "movements": ("Movement of the allowance, {currency}", "坏账准备变动表，{currency}"),
        "name": ("name", "名称"),
        "matrix": ("Provision matrix", "坏账准备矩阵"),
        "movement": ("Movement of the allowance, {currency}", "坏账准备变动表，{currency}"),
        "opening": ("opening", "期初余额"),
        "charge": ("charge", "本期计提"),
        "written_off": ("written off", "本期核销"),
        "recovered": ("recovered", "收回已核销"),
        "release": ("release", "本期转回"),
        "closing": ("closing", "期末余额"),
        "undefined": ("undefined", "无意义"),
        "yes": ("yes", "是"),
        "no": ("no", "否"),
        "payment_times": ("Payment times, {currency}", "付款天数，{currency}"),
        "end": ("to", "截至"),
        "settled_count": ("settled", "已付清笔数"),
        "settled_amount": ("amount settled", "已付清金额"),
        "days_to_pay": ("days to pay", "付款天数"),
        "days_to_pay_by_amount": ("by amount", "按金额加权"),
        "median_days_to_pay": ("median", "中位数"),
        "days_late": ("days late", "逾期天数"),
        "days_late_by_amount": ("late by amount", "按金额加权逾期"),
        "days_late_floored_by_amount": ("early as 0", "提前计零"),
        "on_time_share": ("on time", "准时比例"),
        "open_share": ("open", "未付比例"),
        "positions": (
            "Positions at {as_of}, {currency}",
            "客户账款状况，截至 {as_of}，{currency}",
        ),
        "oldest_overdue_days": ("oldest overdue", "最长逾期天数"),
        "overdue_share": ("overdue share", "逾期占比"),
        "average_days_late": ("days late", "平均逾期天数"),
        "habits": (
            "Habits of payment at {as_of}, {currency}",
            "付款习惯，截至 {as_of}，{currency}",
        ),
        "simple_days_late": ("late by count", "按笔数逾期"),
        "turnovers": ("Turnover of receivables, {currency}", "应收账款周转，{currency}"),
        "sales": ("sales", "赊销额"),
        "receivables": ("receivables", "应收余额"),
        "overdue": ("overdue", "逾期"),
        "dso": ("DSO", "DSO"),
        "best_possible_dso": ("best possible", "最佳可能 DSO"),
        "average_days_delinquent": ("delinquent", "平均逾期天数"),
        "collection_effectiveness": ("CEI", "收款效率指数"),
        "current_share": ("current", "未逾期比例"),
        "countback_dso": ("countback", "倒推法 DSO"),
        "dso_change": (
            "Change of DSO from {earlier} to {as_of}: {before} -> {after}",
            "DSO 变动，{earlier} 至 {as_of}：{before} -> {after}",
        ),
        "group": ("group", "分组"),
        "volume": ("volume", "销量"),
        "mix": ("mix", "结构"),
        "terms": ("terms", "账期"),
        "delinquency": ("delinquency", "逾期"),
        "change": ("change", "合计变动"),
        "roll": (
            "Roll of ageing from {earlier} to {as_of}, {currency}",
            "账龄滚动表，{earlier} 至 {as_of}，{currency}",
        ),
        "settled": ("settled", "已结清"),
        "came": ("new and reopened", "新增与恢复"),
        "roll_rates": (
            "Roll rates from {since} to {as_of}, by {by}",
            "账龄迁徙率，{since} 至 {as_of}，按{by}",
        ),
        "roll_rate": ("roll rate", "迁徙率"),
        "net_flow": ("by balance", "余额法"),
        "loss_history": (
            "Invoices of {since} to {until}, followed to {as_of}, {currency}",
            "{since} 至 {until} 的发票，跟踪至 {as_of}，{currency}",
        ),
        "open_amount": ("open", "未付"),
        "flow_rate": ("flow rate", "迁徙率"),
        "receipts": (
            "Expected receipts after {as_of}, {currency}",
            "{as_of} 之后的预计回款，{currency}",
        ),
        "receipts_of": (
            "Expected receipts of {account}, by {source}",
            "{account} 的预计回款，依据：{source}",
        ),
        "expected": ("expected", "预计"),
        "low": ("low", "下限"),
        "high": ("high", "上限"),
        "later": ("later, or never", "更晚或收不回"),
        "not_placed": ("not placed", "无法预计"),
        "disputed": ("disputed", "有争议"),
        "in_credit": ("in credit", "贷方余额"),
        "source": ("by", "依据"),
        "source_own": ("own history", "自身历史"),
        "source_book": ("the book's history", "全部客户历史"),
        "source_none": ("no history", "无历史"),
        "source_not_known": ("not known", "未知"),
        "curve": (
            "How {account} pays, at {as_of}, by {by}: {items} invoices, {open} not wholly paid",
            "{account} 的回款曲线，截至 {as_of}，按{by}：发票 {items} 张，未付清 {open} 张",
        ),
        "curves": ("How customers pay, at {as_of}", "客户回款曲线，截至 {as_of}"),
        "by_amount": ("amount", "金额"),
        "by_count": ("count", "笔数"),
        "days_since_invoice": ("days since invoice", "开票后天数"),
        "days_since_due": ("days past due", "到期后天数"),
        "at_risk": ("at risk", "待收"),
        "paid": ("paid", "已收"),
        "share_paid": ("share paid", "累计回款比例"),
        "error": ("error", "标准误"),
        "median": ("median days", "中位天数"),
        "items": ("invoices", "发票数"),
        "open": ("open", "未付清"),
        "last": ("last day seen", "最长观察天数"),
    },
)
"""Name -> heading or title in both languages."""


def words(names: Sequence[str], language: AnyLanguage) -> list[str]:
    """Several of the words in a language."""
    return [WORDS[name].in_(language) for name in names]


def money_text(money: Money | None, language: AnyLanguage) -> str:
    """An amount without its currency, or that it is not known."""
    return WORDS["not_known"].in_(language) if money is None else str(money).rpartition(" ")[0]


def minor_text(minor: int, currency: str) -> str:
    """Minor units of any size as an amount, grouped.

    >>> minor_text(-123_456_789, "CNY"), minor_text(5, "CNY")
    ('-1,234,567.89', '0.05')
    """
    sign, amount = ("-" if minor < 0 else ""), plain_amount(abs(minor), currency)
    whole, point, rest = amount.partition(".")
    return f"{sign}{int(whole):,}{point}{rest}"


def page(
    title: str,
    rows: Sequence[Sequence[str]],
    language: AnyLanguage,
    *,
    right: Container[int],
    assumptions: Sequence[Reason] = (),
    remarks: Sequence[str] = (),
) -> str:
    """A title, a table whose first row are headings, remarks, and what was assumed."""
    lines = [title, *table(rows, right=right), *remarks]
    if assumptions:
        lines += ["", WORDS["assumptions"].in_(language)]
        lines += [f"- {one.sentence(language)}" for one in assumptions]
    return "\n".join(lines)
