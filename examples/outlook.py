"""The sections of the page that look ahead: terms and the next invoice, receipts, the allowance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from screen import bar

import creditkit as ck
from creditkit.receivables.provision import rate_text

if TYPE_CHECKING:
    from demo import Page

MOST = 6  # instalments of one invoice
PARTS = {
    "volume": ("volume", "销量"),
    "mix": ("mix", "结构"),
    "terms": ("terms", "账期"),
    "delinquency": ("delinquency", "逾期"),
}


def terms(page: Page) -> None:
    """One customer's terms as people write them, and the dates and amounts of an invoice on them."""
    found = page.tour.terms_to_show
    if found is None:
        return
    name, agreed, granted = found
    w, indent = page.words, 2
    remark = w("as granted", "已核定") if granted else w("as recommended", "建议账期")
    page.screen.section(w("Terms and the next invoice", "账期与下张发票"), remark)
    page.screen.line(f"{name}  {page.name(name)}".rstrip(), indent=indent)
    rows = [
        (w("in English", "英文"), agreed.text("en")),
        (w("in Chinese", "中文"), agreed.text("zh")),
    ]
    page.screen.table((), rows, indent=indent)
    amount = page.tour.average_order(name)
    if amount is None:
        page.screen.line(w("no order to go by", "无订单可供参照"), "dim", indent)
        return
    plan = ck.terms.schedule(agreed, amount, invoice=page.tour.now.as_of)
    text = w(
        f"an invoice of {amount}, their average order, of today:",
        f"今日开具发票 {amount}（其平均订单金额）：",
    )
    page.screen.line(text, "dim", indent)
    for due in list(plan)[:MOST]:
        page.screen.text(due.sentence(page.language), indent, mark="· ")
        for window, one in enumerate(due.discounts):
            if one.last_day is None:
                continue
            text = w(
                f"{one.off} off when paid by {one.last_day}",
                f"{one.last_day} 前（含）付款减 {one.off}",
            )
            page.screen.line(f"  {text}{cost(page, due, window)}", indent=indent)


def cost(page: Page, due: ck.terms.Due, window: int) -> str:
    """What it costs a year to forgo a discount of an instalment, which is asked as an invoice by itself."""
    last = due.discounts[window].last_day
    if last is None or due.date is None or last >= due.date:
        return ""
    alone = attrs.evolve(due.instalment, share=None, of_rest=None, amount=None)
    found = ck.terms.discount_cost(
        ck.PaymentTerms.of([alone]), window=window, invoice=page.tour.now.as_of
    )
    text = page.words("; to forgo it costs {:.1%} a year", "；放弃折扣的年化成本为 {:.1%}")
    return text.format(found.simple)


def receipts(page: Page) -> None:
    """What is expected in each of the next weeks, with the range."""
    found, w = page.tour.receipts, page.words
    level = f"{float(found.level):.0%}"
    page.screen.section(
        w("Expected receipts", "预计回款"),
        w(f"by week, with the range of {level}", f"按周，{level} 区间"),
    )
    total = found.total
    if all(source not in page.tour.histories for source in ("own", "book")):
        text = w("too few invoices were settled to go by", "已结清发票过少，无历史可循")
        page.screen.line(text, "care", 2)
        return
    most = max((week.expected for week in total.weeks), default=None)
    rows = [
        (
            w(f"to {week.end}", f"至 {week.end}"),
            page.plain(week.expected),
            f"{page.plain(week.low)} – {page.plain(week.high)}",
            bar(week.expected.minor / most.minor if most else 0.0, 40),
        )
        for week in total.weeks
    ]
    rest = {
        "later": w("later, or never", "更晚或不再收回"),
        "not_placed": w("without a history", "无历史可循"),
        "disputed": w("in dispute", "争议金额"),
        "in_credit": w("in credit", "贷方余额"),
    }
    rows += [
        (text, page.plain(getattr(total, part)), "", "")
        for part, text in rest.items()
        if getattr(total, part)
    ]
    if total.receivables is not None:
        rows.append((w("receivables", "应收账款"), page.plain(total.receivables), "", ""))
    page.screen.table((), rows, right=(1, 2), indent=2)
    counts = page.tour.histories
    text = w(
        f"by their own history: {counts['own']} customers; by the book's: {counts['book']}",
        f"按客户自身历史 {counts['own']} 家；按整个账簿 {counts['book']} 家",
    )
    if counts["none"]:
        text += w(f"; none to go by: {counts['none']}", f"；无历史可循 {counts['none']} 家")
    page.screen.line(text, "dim", 2)


def provision(page: Page) -> None:
    """Gross, loss rate and allowance of each bucket, and where the rates come from."""
    found, w = page.tour.provision, page.words
    page.screen.section(w("Provision matrix", "坏账准备"), page.tour.policy.currency)
    titles = found.matrix.buckets.titles(page.language)
    rows = [
        (title, page.plain(row.gross), rate_text(row.rate), page.plain(row.allowance))
        for title, row in zip(titles, found.rows, strict=True)
    ]
    total = w("total", "合计") if not found.left_out else w("total of the known", "已知部分合计")
    rows.append((total, page.plain(found.gross), "", page.plain(found.total_of_known)))
    head = page.head("|gross|loss rate|allowance", "|账面余额|损失率|坏账准备")
    page.screen.table(head, rows, right=(1, 2, 3), indent=2)
    page.screen.text(found.assumptions[0].sentence(page.language), 2, style="dim")
    if page.tour.given_rates:
        names = w(", ", "、").join(titles[place] for place in page.tour.given_rates)
        text = w(
            f"No history of {names}: these rates are given.",
            f"以下账龄段尚无历史，损失率为设定值：{names}。",
        )
        page.screen.text(text, 2, style="dim")


def dso(page: Page) -> None:
    """The change of DSO in one line, split into what moved it."""
    found, w = page.tour.dso_change, page.words
    head = w(f"DSO of {found.period} months", f"应收账款周转天数（{found.period} 个月）")
    if found.before is None or found.after is None:
        text = w("not known, the ledger does not reach back so far", "未知，账簿历史不足")
        page.screen.line(f"{head}{w(': ', '：')}{text}", indent=2)
        return
    parts = w(", ", "，").join(
        f"{PARTS[name][page.language == 'zh']} {float(getattr(found, name)):+.1f}" for name in PARTS
    )
    days = f"{float(found.before):.1f} → {float(found.after):.1f}"
    page.screen.line(
        f"{head}{w(': ', '：')}{days}{w(', ', '，')}{w('of it ', '其中')}{parts}", indent=2
    )
