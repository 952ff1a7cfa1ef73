"""A tour of creditkit: this script plays the host and its people, the library decides.

python examples/demo.py                     the sample company, on 2026-11-20
python examples/demo.py --ledger items.csv  your own ledger, judged by how its customers pay
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

BEGAN = time.perf_counter()

import host  # noqa: E402
import outlook  # noqa: E402
import own_ledger  # noqa: E402
from screen import WIDTH, Cell, Screen, bar  # noqa: E402
from tour import Tour  # noqa: E402

import creditkit as ck  # noqa: E402
from creditkit.reasons import condition_text, own_titles, value_text  # noqa: E402

HERE = Path(__file__).resolve().parent
TODAY = date(2026, 11, 20)  # the sample company's today; the library never asks a clock
EXPLAINED = "C-1052"
NAME = WIDTH - 88  # columns for a name in the widest tables
MOST = 40  # rows of a table of somebody else's ledger; the sample is shown whole

STYLES = {"approve": "good", "require": "care", "refer": "care", "hold": "bad", "reject": "bad"}
LINES = {
    ck.Line.UNLIMITED: ("unlimited", "不限额"),
    ck.Line.NONE: ("none", "不授信"),
    ck.Line.INHERIT: ("group's", "随集团"),
}
COUNTED = {
    None: ("with none", "家从未核定"),
    ck.Line.UNLIMITED: ("unlimited", "家不限额"),
    ck.Line.NONE: ("refused", "家不授信"),
    ck.Line.INHERIT: ("on the group's", "家随集团"),
}
WHY = {
    "coverage.low": ("too little known for a grade", "资料不足以评级"),
    "score.not_computable": ("no score", "无法评分"),
    "grade.none": ("no grade", "无等级"),
    "limit.unknown": ("no limit can be worked out", "额度无法核定"),
    "limit.least": ("below the least limit", "低于最低授信额度"),
    "limit.zero": ("a limit of zero", "建议额度为零"),
    "limit.below_owed": ("owes more than the limit", "欠款超过建议额度"),
    "limit.below_requested": ("less than requested", "低于申请额度"),
    "limit.below_line": ("less than the line in force", "低于现有额度"),
    "limit.information": ("more needs more information", "更高额度需补充资料"),
    "terms.longer": ("longer terms requested", "申请账期过长"),
    "grade.no_credit": ("a grade without credit", "等级不授信"),
    "score.clipped": ("a score out of range", "评分超出范围"),
    "equity.negative": ("negative equity", "所有者权益为负"),
    "ledger.unreadable": ("items that cannot be read", "单据无法读取"),
    "data.invalid": ("a row that cannot be read", "数据无法读取"),
    "data.duplicate": ("an id that is used twice", "编号重复"),
    "data.no_rate": ("no exchange rate", "缺少汇率"),
    "rating.future": ("a rating of the future", "评级日期晚于今日"),
    "statement.stale": ("a statement that is too old", "财务报表过旧"),
    "statement.future": ("a statement of the future", "财务报表晚于今日"),
    "statement.unusable": ("a statement that cannot be used", "财务报表不可用"),
    "statement.unbalanced": ("a statement that does not balance", "财务报表不平衡"),
    "statement.parts": ("a statement with parts above the whole", "财务报表部分大于总额"),
}
NOTES = {
    "item.no_id": ("documents without an id", "无编号的单据"),
    "item.no_account": ("documents without a customer", "无客户的单据"),
    "item.unknown_currency": ("documents in an unknown currency", "币种无法识别的单据"),
    "item.unknown_kind": ("documents of an unknown kind", "类型无法识别的单据"),
    "item.no_amount": ("documents without an amount that can be read", "金额无法读取的单据"),
    "item.wrong_sign": ("documents with an amount of the wrong sign", "金额正负有误的单据"),
    "item.no_doc_date": ("documents without a date of their own", "无单据日期的单据"),
    "item.no_due_date": (
        "documents without a due date, taken as due on their own date",
        "无到期日的单据，按单据日期到期",
    ),
    "item.no_bill_date": (
        "bills without a due date, which have not paid",
        "无到期日的票据，视为未付款",
    ),
    "item.due_before_doc": ("documents due before their own date", "到期日早于单据日期的单据"),
    "item.due_far": (
        "documents due more than ten years after their own date",
        "到期日晚于单据日期十年以上的单据",
    ),
    "item.disputed_exceeds": (
        "documents with more in dispute than they amount to",
        "争议金额过大的单据",
    ),
    "item.counted_twice": ("documents whose instalments are there, too", "与分期款重复的单据"),
    "item.bad_date": ("documents with a date that cannot be read", "日期无法读取的单据"),
    "item.bad_disputed": (
        "documents with an amount in dispute that cannot be read",
        "争议金额无法读取的单据",
    ),
    "item.negative_disputed": ("documents with less than nothing in dispute", "争议金额为负的单据"),
    "item.no_open_amount": ("documents without an open amount", "无未结金额的单据"),
    "item.duplicate_id": ("documents whose id another one has too", "编号重复的单据"),
    "allocation.no_amount": ("payments without an amount that can be read", "金额无法读取的收款"),
    "allocation.to_nothing": ("payments of a document that is not there", "所付单据不存在的收款"),
    "allocation.other_currency": ("payments in another currency", "币种与单据不符的收款"),
    "allocation.wrong_way": ("payments of a credit", "方向有误的核销"),
    "allocation.bad_date": ("payments with a date that cannot be read", "日期无法读取的收款"),
    "item.returned_from_nothing": (
        "returned payments that are not set against a payment",
        "未与原收款核销的退回付款",
    ),
    "allocation.from_nothing": ("payments whose receipt is not there", "收款单据不存在的核销"),
    "allocation.no_source_amount": (
        "payments in another currency without what was paid",
        "缺少付款金额的外币核销",
    ),
    "allocation.bad_source_amount": (
        "payments with a source amount that cannot be read",
        "付款金额无法读取的核销",
    ),
    "allocation.unclear": (
        "payments of a number that several documents have",
        "所付编号对应多种单据的核销",
    ),
    "allocation.bad_kind": ("payments of an unknown kind of document", "单据类型无法识别的核销"),
    "allocation.of_nothing": ("payments of zero", "金额为零的核销"),
    "allocation.exceeds_source": (
        "payments that pay more than they have",
        "核销超过自身金额的收款",
    ),
    "allocation.ends_first": ("payments that end before they begin", "结束日早于开始日的核销"),
    "allocation.exceeds_item": ("payments of more than the document", "超过单据金额的收款"),
    "allocation.across_accounts": ("payments of another customer's document", "核销他户单据的收款"),
}
SCENES = {
    "passes": ("room on the line, nothing overdue", "额度充足，无逾期"),
    "held_line": ("more than the line holds", "超出授信额度"),
    "held_overdue": ("an old debt stands in the way", "存在逾期欠款"),
    "referred": ("a little over the line: a person may say", "略超额度，由人审批"),
    "part_delivered": ("half delivered, 30 % of it paid in advance", "部分发货，预收三成"),
    "group_tight": ("room on its own line, not on the group's", "自身额度有余，集团额度不足"),
    "prepaid_under_hold": (
        "old debts, but this order is paid for in full",
        "有旧欠，但本单已全额预付",
    ),
    "status_blocked": ("paid for in full, but blocked by hand", "已全额预付，但已被人工停用"),
    "usd": ("in dollars, under a line in dollars", "美元订单，美元额度"),
}


class Page:
    """The sections of the page, in the order in which they are read."""

    def __init__(self, screen: Screen, tour: Tour, language: str) -> None:
        self.screen, self.tour, self.language = screen, tour, language
        self.whole = bool(tour.now.demo_orders)
        self.unit = 1000 if abs(tour.balance(tour.ageing).amount) >= 1_000_000 else 1
        thousands = self.words(", thousands", "，千元") if self.unit > 1 else ""
        self.currency = f"{tour.policy.currency}{thousands}"

    # Words and numbers

    def words(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def head(self, en: str, zh: str) -> list[str]:
        return self.words(en, zh).split("|")

    def name(self, customer: str) -> str:
        known = self.tour.customers[customer]
        return (known.name_zh if self.language == "zh" else known.name) or known.name or ""

    def role(self, role: str | None) -> str:
        authority = self.tour.policy.document.authority
        titles = {row.role: row.title for row in authority.rows} if authority else {}
        return titles.get(role, ("", ""))[self.language == "zh"]

    def outcome(self, outcome: ck.Outcome) -> Cell:
        return Cell(outcome.title(self.language), STYLES.get(outcome.value, ""))

    def loud(self, outcome: ck.Outcome) -> str:
        cell = self.outcome(outcome)
        return self.screen.styled(cell.text.upper(), cell.style or "bold")

    def plain(self, money: Any, unit: int = 1) -> str:
        """An amount without its currency, in whole units or thousands; a line's state in words."""
        if isinstance(money, ck.Money):
            return f"{money.amount / unit:,.0f}"
        return LINES[money][self.language == "zh"] if money in LINES else "·"

    def first(self, rows: Sequence[Any], most: int = MOST) -> Sequence[Any]:
        return rows if self.whole else rows[:most]

    def more(self, count: int, most: int = MOST) -> None:
        if not self.whole and count > most:
            self.screen.line(
                self.words(f"and {count - most} more", f"另有 {count - most} 家"), "dim"
            )

    # Sections

    def title(self) -> None:
        t = self.tour
        self.screen.line(f"creditkit {ck.__version__}", "bold")
        self.screen.line(
            f"{t.now.as_of}   {len(t.customers)} {self.words('customers, ', '家客户，')}"
            f"{len(t.now.ledger):,} {self.words('documents', '张单据')}"
        )
        self.screen.line(
            " ".join([t.policy.document.title[self.language == "zh"], t.policy.version])
            + f"{self.words(', ', '，')}{t.policy.digest[:12]}"
        )
        self.screen.line(
            self.words(
                "in the tables:  · nothing, or not known   – no grade, no terms, no share   "
                "none  no credit given",
                "表中符号：· 无或未知   – 无等级、无账期或无比例",
            ),
            "dim",
        )
        for note in t.now.ledger.notes:
            self.screen.text(self.noted(note), style="care")

    def noted(self, note: Any) -> str:
        """A note of the ledger in words, with the first ids."""
        text = NOTES.get(note.code, (note.code, note.code))[self.language == "zh"]
        ids = self.words(", ", "、").join(note.ids[:3]) + (" …" if len(note.ids) > 3 else "")
        counted = f"{text}{self.words(': ', '：')}{note.count}"
        return counted + (self.words(f" (id {ids})", f"（编号 {ids}）") if ids else "")

    def glance(self) -> None:
        t, w = self.tour, self.words
        self.screen.section(w("The book at a glance", "账面一览"), t.policy.currency)
        exposure, balance = t.total(t.exposure(name) for name in t.customers), t.balance(t.ageing)
        overdue = t.total(debtor.overdue for debtor in t.debtors.values())
        disputed = t.total(debtor.disputed for debtor in t.debtors.values())
        standing = {name: v for name, v in t.standing.items() if name not in t.ended}
        checks = [check for v in standing.values() for check in v.checks if check.id == "LINE"]
        rooms = [c.headroom for c in checks if c.level is None and isinstance(c.headroom, ck.Money)]
        rows: list[tuple[str, str, str]] = []
        if rooms:
            lines = [verdict.line for verdict in standing.values()]
            granted, free = t.total(lines), t.free
            over = [-room for room in rooms if room.minor < 0]
            states = Counter(line for line in lines if not isinstance(line, ck.Money))
            amounts = sum(isinstance(line, ck.Money) for line in lines)
            beside = w(", ", "，").join(
                f"{states[state]} {COUNTED[state][self.language == 'zh']}"
                for state in COUNTED
                if states[state]
            )
            text = w(f"{amounts} customers", f"{amounts} 家")
            if beside:
                text += w("; ", "；另有 ") + beside
            rows.append((w("lines granted", "授信额度"), self.plain(granted), text))
            if t.ended:
                lost = t.total(t.standing[name].line for name in t.ended)
                count = w(
                    f"{len(t.ended)} customer{'s' * (len(t.ended) > 1)}", f"{len(t.ended)} 家"
                )
                text = count + w(", not among the lines granted", "，不计入授信额度")
                rows.append((w("lines ended", "已到期额度"), self.plain(lost), text))
            rows += [
                (
                    w("exposure", "信用占用"),
                    self.plain(exposure),
                    w("orders, deliveries and bills included", "含订单、已发货及票据"),
                ),
                (
                    w("available", "可用额度"),
                    self.plain(free),
                    share(
                        free,
                        granted,
                        w("{} of the lines; none for the blocked", "占授信额度 {}，停用客户不计"),
                    ),
                ),
                (
                    w("over the line", "超额度"),
                    self.plain(t.total(over)),
                    w(f"{len(over)} customers", f"{len(over)} 家客户"),
                ),
            ]
        elif t.beyond:
            text = self.owe_more()
            rows.append(
                (
                    w("over the recommended limit", "超建议额度"),
                    self.plain(t.total(t.beyond.values())),
                    text,
                )
            )
        rows += [
            (w("receivables", "应收账款"), self.plain(balance), ""),
            (
                w("overdue", "逾期金额"),
                self.plain(overdue),
                share(overdue, balance, w("{} of receivables", "占应收 {}")),
            ),
            (
                w("in dispute", "争议金额"),
                self.plain(disputed),
                share(
                    disputed,
                    balance,
                    w("{} of receivables, not counted as overdue", "占应收 {}，不计入逾期"),
                ),
            ),
        ]
        for check in {c.level: c for c in checks if c.level is not None}.values():
            used = share(
                check.left,
                check.right,
                w(
                    f"{{}} of its line of {self.plain(check.right)}",
                    f"占集团额度 {self.plain(check.right)} 的 {{}}",
                ),
            )
            rows.append((f"{w('group', '集团')} {check.level}", self.plain(check.left), used))
        unknown = sum(verdict.exposure.total is None for verdict in t.standing.values())
        if unknown:
            text = w("customers, in no sum: see the notes above", "家客户未计入，见上方提示")
            rows.append((w("not known", "未知"), str(unknown), text))
        self.screen.table((), rows, right=(1,), indent=2)
        self.screen.line()
        self.grades(exposure)
        self.screen.line()
        counts = [
            f"{ck.Outcome(o).title(self.language)} {n}"
            + w(f" ({n / len(t.run):.1%})", f"（{n / len(t.run):.1%}）")
            for o, n in t.run.outcomes().items()
        ]
        self.screen.line(w("decisions: ", "决策：") + w(", ", "，").join(counts), indent=2)
        for outcome, mark in (
            (ck.Outcome.WARN, w("warned for: ", "提醒原因：")),
            (ck.Outcome.REFER, w("referred for: ", "转审原因：")),
        ):
            why = Counter(
                self.why(reason)
                for d in t.decisions.values()
                for reason in d.reasons
                if d.outcome is outcome and reason.effect is outcome
            )
            if why:
                text = w("; ", "；").join(
                    f"{name}\u00a0×\u00a0{count}" for name, count in why.most_common()
                )
                self.screen.text(text, 2, mark=mark)
        held = sorted(t.houses.values(), reverse=True)
        grouped = w(", members of a group as one", "（同一集团合并计算）")
        for most in (5, 10):
            if most < len(held):
                part = ratio(ck.Money.from_minor(sum(held[:most]), t.policy.currency), exposure)
                text = w(
                    f"the {most} largest customers{grouped}, hold {part:.1%} of the exposure",
                    f"前 {most} 大客户{grouped}占信用占用的 {part:.1%}",
                )
                if len(held) == len(t.customers):
                    text = text.replace(w(f"{grouped},", grouped), "")
                self.screen.line(text, indent=2)

    def why(self, reason: ck.Reason) -> str:
        """What a customer is referred for, in a few words."""
        if reason.code == "information.missing":
            return condition_text(str(reason.params["condition"]), self.language)
        if reason.code == "knock_out.fired":
            text = condition_text(str(reason.params["condition"]), self.language)
            return f"{reason.subject}{self.words(f' ({text})', f'（{text}）')}"
        if reason.code == "knock_out.unknown":
            return f"{reason.subject} {self.words('not known', '未知')}"
        return WHY.get(reason.code, (reason.code, reason.code))[self.language == "zh"]

    def owe_more(self) -> str:
        """Of a ledger without lines: approved customers who owe more than is recommended."""
        beyond = self.tour.beyond
        passed = sum(self.tour.decisions[name].outcome < ck.Outcome.REFER for name in beyond)
        return self.words(
            f"customers who owe more than it: {len(beyond)}, of these approved: {passed}",
            f"欠款超过建议额度的客户：{len(beyond)} 家，其中已通过 {passed} 家",
        )

    def grades(self, exposure: ck.Money) -> None:
        t = self.tour
        rows = []
        for grade in (*t.policy.grades, None):
            names = [name for name, d in t.decisions.items() if d.grade == grade]
            if names or grade:
                owed = t.total(t.exposure(name) for name in names)
                limits = [t.decisions[name].limit for name in names]
                unknown = bool(limits) and all(limit is None for limit in limits)
                rows.append(
                    (
                        grade or "–",
                        str(len(names)),
                        bar(len(names) / len(t.decisions), 30),
                        self.plain(owed),
                        percent(owed, exposure, 0),
                        self.plain(None if unknown else t.total(limits)),
                    )
                )
        head = self.head(
            "grade|customers||exposure||recommended", "等级|客户数||信用占用||建议额度"
        )
        self.screen.table(head, rows, right=(1, 3, 4, 5), indent=2)

    def changes(self) -> None:
        t, w = self.tour, self.words
        then = t.before.as_of
        self.screen.section(
            w("What changed since last month", "较上月变化"), f"{then} → {t.now.as_of}"
        )
        past = t.aged(then)
        late = [
            ck.Money.from_minor(sum(a.totals[1:-2]), t.policy.currency) for a in (past, t.ageing)
        ]
        limits = [
            t.total(run.limit.item(row) for row in range(len(run))) for run in (t.earlier, t.run)
        ]
        pairs = [
            (w("receivables", "应收账款"), t.balance(past), t.balance(t.ageing)),
            (
                w(
                    "past due, with disputes, before cash is applied",
                    "已到期（含争议，未抵减未核销款）",
                ),
                *late,
            ),
            (w("recommended limits", "建议额度"), *limits),
        ]
        rows = [(text, self.plain(a), self.plain(b), self.moved(a, b)) for text, a, b in pairs]
        self.screen.table(("", str(then), str(t.now.as_of), ""), rows, right=(1, 2, 3), indent=2)
        outlook.dso(self)
        rank = {grade: place for place, grade in enumerate((*t.policy.grades, None))}
        moved = [
            (rank[d.grade] - rank[t.grade_before[name]], name)
            for name, d in t.decisions.items()
            if d.grade != t.grade_before[name]
        ]
        self.screen.line()
        for fall, name in sorted(moved, key=lambda pair: (-pair[0], pair[1])):
            text = w("down", "下调") if fall > 0 else w("up  ", "上调")
            step = f"{t.grade_before[name] or '–'} → {t.decisions[name].grade or '–'}"
            mark = self.screen.styled(text, "bad" if fall > 0 else "good")
            self.screen.line(f"{mark}  {name}  {step:<8}  {self.name(name)}".rstrip(), indent=2)
        if not moved:
            self.screen.line(w("no grade moved", "等级无变动"), indent=2)

    def moved(self, then: ck.Money, now: ck.Money) -> str:
        """By how much an amount moved; where there was nothing before there is no share of it."""
        if then.minor > 0:
            return f"{ratio(now, then) - 1:+.1%}"
        return self.words("new", "新增") if now.minor > 0 == then.minor else "–"

    def customers(self) -> None:
        t = self.tour
        self.screen.section(self.words("Customers", "客户"), self.currency)
        if not t.now.lines:
            text = self.words(
                "This ledger knows no credit lines: what is owed stands against the recommended limit",
                "此账无授信额度，以建议额度对照欠款",
            )
            self.screen.text(f"{text}{self.words('; ', '；')}{self.owe_more()}", style="care")
            self.screen.line()
        head = self.head(
            "|customer|grade|was|score|exposure|in dispute|granted|requested|recommended|over by"
            "|days|decision",
            "|客户|等级|上月|评分|信用占用|争议金额|现有额度|申请额度|建议额度|超出|账期|决策",
        )
        ordered = sorted(t.decisions, key=lambda name: (-t.exposure(name).minor, name))
        rows = []
        for name in self.first(ordered):
            d, was = t.decisions[name], t.grade_before[name]
            amounts = [
                t.standing[name].exposure.total,
                t.debtors[name].disputed or None,
                t.standing[name].line,
                d.requested_limit,
                d.limit,
                t.beyond.get(name),
            ]
            days = (
                "–"
                if d.terms is None
                else self.words("cash", "预付")
                if d.terms.prepaid
                else str(d.terms.days)
            )
            cells: list[str | Cell] = [self.plain(money, self.unit) for money in amounts]
            if name in t.ended:
                cells[2] = Cell(f"{cells[2]} {self.words('ended', '已到期')}", "care")
            rows.append([
                name, self.name(name), d.grade or "–",
                Cell("" if was == d.grade else was or "–", "dim"),
                "–" if d.score is None else f"{d.score:.0f}",
                *cells, days, self.outcome(d.outcome),
            ])  # fmt: skip
        left_out = (6, 10) if t.now.lines else (1, 7, 8)
        keep = [place for place in range(len(head)) if place not in left_out]
        rows, head = (
            [[row[place] for place in keep] for row in rows],
            [head[place] for place in keep],
        )
        flush = [place for place, was in enumerate(keep) if was in range(4, 12)]
        self.screen.table(head, rows, right=flush, most={1: NAME} if t.now.lines else None)
        self.more(len(ordered))

    def referred(self) -> None:
        t = self.tour
        stopped = {name: d for name, d in t.decisions.items() if d.outcome >= ck.Outcome.REFER}
        found = Counter(d.outcome for d in stopped.values())
        said = {
            ck.Outcome.REFER: ("referred", "转人工审批"),
            ck.Outcome.HOLD: ("held", "冻结"),
            ck.Outcome.REJECT: ("rejected", "拒绝"),
        }
        counts = self.words(", ", "，").join(
            self.words(f"{found[one]} {en}", f"{zh} {found[one]} 家")
            + self.words(" ({})", "（{}）").format(f"{found[one] / len(t.decisions):.1%}")
            for one, (en, zh) in said.items()
            if found[one] or one is ck.Outcome.REFER
        )
        self.screen.section(
            self.words("Referred or rejected, and why", "转人工审批或拒绝及理由"),
            self.words(f"{counts} of {len(t.decisions)}", f"{len(t.decisions)} 家中{counts}"),
        )
        for name in self.first(list(stopped)):
            d = stopped[name]
            who = self.words(f"to the {self.role(d.approver)}", self.role(d.approver))
            refer = d.outcome is ck.Outcome.REFER
            word = self.screen.styled(self.outcome(d.outcome).text, STYLES[d.outcome.value])
            self.screen.line(
                f"{name}  {self.name(name)}  {word} {who if refer else ''}".rstrip(), indent=2
            )
            for reason in d.reasons:
                if reason.effect is not None and reason.effect >= ck.Outcome.REFER:
                    text = reason.sentence(self.language, own_titles(d.titles))
                    self.screen.text(text, 4, mark="· ")
            self.screen.text(self.seen(d), 4, style="dim")
        self.more(len(stopped))

    def seen(self, decision: ck.Decision) -> str:
        """The figures behind the usual reasons, as the decision saw them."""
        found = []
        for name in (
            "oldest_overdue_days",
            "average_days_late",
            "z2",
            "receivables",
            "credit_sales_12m",
        ):
            value = decision.figures.get(name)
            if isinstance(value, int | float | ck.Money):
                text = self.plain(value) if isinstance(value, ck.Money) else value_text(value)
                found.append(f"{ck.FIGURES[name].title(self.language)} {text}")
        return " · ".join(found)

    def explained(self) -> None:
        t = self.tour
        asked = [name for name, d in t.decisions.items() if d.outcome is ck.Outcome.REFER] or list(
            t.decisions
        )
        name = (
            EXPLAINED if EXPLAINED in t.decisions else max(asked, key=lambda n: t.exposure(n).minor)
        )
        self.screen.section(
            self.words("One decision, explained", "决策说明示例"), self.name(name) or name
        )
        for language in self.head("en|zh", "zh|en"):
            for line in t.decisions[name].explain(language).splitlines():
                indent = len(line) - len(line.lstrip())
                self.screen.text(line.strip(), indent + 2)
            self.screen.line()

    def orders(self) -> None:
        t, w = self.tour, self.words
        self.screen.section(w("Orders at the check", "订单信用检查"))
        for order, customer, scene in t.now.demo_orders:
            verdict = t.check(order, customer)
            head = (
                f"{order.id}  {self.name(customer)}  {order.amount}  {self.loud(verdict.outcome)}"
            )
            self.screen.line(head, indent=2)
            self.screen.line(SCENES[scene][self.language == "zh"], "dim", 4)
            self.used(verdict)
            for reason in verdict.reasons:
                effect = reason.effect
                text = reason.sentence(self.language, own_titles(verdict.titles))
                if effect is not None and effect is not ck.Outcome.APPROVE:
                    only = effect is ck.Outcome.WARN  # it stops nothing
                    tag = w("warning only", "仅提醒") if only else effect.title(self.language)
                    text = f"[{tag}] {text}"
                self.screen.text(text, 4, mark="· ")
            for way in verdict.release_if:
                self.screen.text(
                    w("released if: ", "放行条件：") + way.sentence(self.language), 4, mark="› "
                )
            if verdict.approver:
                self.screen.line(
                    w("› or if approved by the ", "› 或审批：") + self.role(verdict.approver),
                    indent=4,
                )
            if scene == "referred":
                self.approved(order, customer, verdict)
            if scene == "held_line":
                self.granted(order, customer)
            self.screen.line()

    def used(self, verdict: ck.Verdict) -> None:
        """What the order adds, and how full the tightest line is with it."""
        lines = [c for c in verdict.checks if c.id == "LINE" and isinstance(c.headroom, ck.Money)]
        if not lines:
            return
        check = min(lines, key=lambda c: c.headroom)
        adds = dict(check.operands)["order"]
        whose = (
            self.words("its line", "自身额度")
            if check.level is None
            else f"{self.words('the line of', '集团')} {check.level}"
        )
        text = self.words(
            "counts {} {cur}; with it {} of {} {cur}: {}",
            "计入 {} {cur}；连同本单占用 {} / {} {cur}：{}",
        )
        amounts = (self.plain(m) for m in (adds, check.left, check.right))
        text = text.format(*amounts, whose, cur=self.tour.policy.currency)
        text += self.words(", ", "，") + percent(check.left, check.right)
        self.screen.line(text, "dim", 4)

    def approved(self, order: ck.Order, customer: str, verdict: ck.Verdict) -> None:
        """A person with the authority says yes; when the goods leave, it is checked again."""
        approval = ck.Approval(
            order=order.id,
            currency=order.currency,
            largest_amount=order.amount,
            approved_by="u17",
            role=verdict.approver or "",
            approved_on=self.tour.now.as_of,
            until=self.tour.now.as_of + timedelta(days=30),
            requested_by="u42",
        )
        again = self.tour.check(order, customer, event="ship", approvals=[approval])
        text = self.words("u17, {}, approves; when it is shipped: ", "u17（{}）批准后，发货时：")
        self.screen.line(
            f"→ {text.format(self.role(verdict.approver))}{self.loud(again.outcome)}", indent=4
        )

    def granted(self, order: ck.Order, customer: str) -> None:
        """The recommended limit is granted as the new line, and the same order is checked again."""
        decision, today = self.tour.decisions[customer], self.tour.now.as_of
        line = decision.grant(by="u17", on=today, until=today.replace(year=today.year + 1))
        again = self.tour.check(order, customer, line=line)
        text = self.words("the {} grants the recommended {}: ", "{}按建议授信 {} 后：")
        text = text.format(self.role(decision.approver), line.amount)
        self.screen.line(f"→ {text}{self.loud(again.outcome)}", indent=4)

    def ageing(self) -> None:
        aged, currency = self.tour.ageing, self.tour.policy.currency
        names = aged.buckets.names_zh if self.language == "zh" else aged.buckets.names
        self.screen.section(self.words("Ageing, by due date", "账龄（按到期日）"), currency)
        *buckets, unapplied, balance = (
            ck.Money.from_minor(minor, currency) for minor in aged.totals
        )
        gross = self.tour.total(buckets)
        rows = [
            (n, self.plain(m), f"{ratio(m, gross):.1%}", bar(ratio(m, gross), 50))
            for n, m in zip(names, buckets, strict=True)
        ]
        rows.append(
            (
                self.words("unapplied credits and cash", "未核销红字及收款"),
                self.plain(unapplied),
                "",
                "",
            )
        )
        rows.append((self.words("balance", "余额"), self.plain(balance), "", ""))
        self.screen.table((), rows, right=(1, 2), indent=2)
        self.screen.line()
        late = {
            name: sum(m.minor for m in aged.row(name).amounts[1:] if m is not None)
            for name in aged.accounts
        }
        table = []
        for name in sorted((n for n in late if late[n]), key=lambda n: (-late[n], n))[:10]:
            row = aged.row(name)
            cells = [
                self.plain(m, self.unit) if m else "·"
                for m in (*row.amounts, row.unapplied, row.balance)
            ]
            table.append((name, self.name(name), *cells))
        head = [
            self.words("most past due", "逾期最多"),
            self.currency,
            *names,
            *self.head("unapplied|balance", "未核销|余额"),
        ]
        self.screen.table(head, table, right=range(2, len(head)), most={1: NAME}, indent=2)

    def oldest(self) -> None:
        t = self.tour
        self.screen.section(self.words("The ten oldest debts", "逾期最久的十笔"), t.policy.currency)
        found = [(item, name) for name, items in t.overdue.items() for item in items]
        found.sort(key=lambda pair: (-pair[0].days, -pair[0].amount.minor, pair[0].id))
        rows = [
            (i.id, str(i.due_date), str(i.days), self.plain(i.amount), n, self.name(n))
            for i, n in found[:10]
        ]
        head = self.head("item|due|days late|amount|customer|", "单据|到期日|逾期天数|金额|客户|")
        self.screen.table(head, rows, right=(2, 3), most={5: 44}, indent=2)

    def call_list(self) -> None:
        t, w = self.tour, self.words
        work = t.worklist
        self.screen.section(
            w("Call list", "催收名单"), w("by money x days late", "按逾期金额 x 天数")
        )
        rows = [
            (
                task.customer,
                self.name(task.customer),
                self.plain(task.overdue),
                str(task.oldest_overdue_days),
                str(task.overdue_items),
                self.plain(task.disputed or None),
                task.grade or "–",
            )
            for task in work.calls[:10]
        ]
        head = self.head(
            "customer||overdue|oldest|items|in dispute|grade",
            "客户||逾期金额|最长逾期|笔数|争议金额|等级",
        )
        self.screen.table(head, rows, right=(2, 3, 4, 5), most={1: 40}, indent=2)
        if work.claims:
            self.screen.line()
        for task in work.claims:
            name = f"{task.customer}  {self.name(task.customer)}".rstrip()
            self.screen.text(
                name + self.words(": ", "：") + task.sentence(self.language), 2, mark="· "
            )
        if work.not_known:
            text = self.words("not known, see the notes above: ", "未知，见上方提示：")
            names = self.words(", ", "、").join(work.not_known)
            self.screen.text(f"{text}{names}", 2, style="care")
        if work.disputes:
            self.screen.line()
            self.disputed(work.disputes)

    def disputed(self, tasks: Sequence[ck.CollectionTask]) -> None:
        rows = [
            (
                task.customer,
                self.name(task.customer),
                self.plain(task.disputed),
                percent(task.disputed, task.receivables, 0),
                task.grade or "–",
            )
            for task in self.first(tasks, 10)
        ]
        head = self.head(
            "dispute to settle||in dispute|of receivables|grade", "待处理争议||争议金额|占应收|等级"
        )
        self.screen.table(head, rows, right=(2, 3), most={1: 40}, indent=2)
        self.more(len(tasks), 10)

    def alerts(self) -> None:
        alerts, w = self.tour.alerts, self.words
        self.screen.section(
            w("Alerts", "风险预警"),
            w(
                f"of the last full month, at {alerts.month_end}",
                f"上一完整月份，{alerts.month_end}",
            ),
        )
        if alerts.month_end != self.tour.now.as_of:
            text = w(
                f"Alerts are of the last full month. Their days, shares and amounts are those of "
                f"{alerts.month_end}, and differ from the tables above, which are of {self.tour.now.as_of}.",
                f"预警以上一完整月份为准，其中的天数、比例与金额均为 {alerts.month_end} 的数字，"
                f"与以上截至 {self.tour.now.as_of} 的各表不同。",
            )
            self.screen.text(text, 2, style="dim")
            self.screen.line()
        by_customer: dict[str, list[ck.Alert]] = {}
        for alert in alerts:  # the most severe first
            by_customer.setdefault(alert.customer, []).append(alert)
        names = list(by_customer)
        for name in self.first(names, 20):
            severity = by_customer[name][0].severity
            word = self.screen.styled(
                severity.title(self.language), "bad" if severity.code else "care"
            )
            self.screen.line(f"{name}  {self.name(name)}  {word}", indent=2)
            for alert in by_customer[name]:
                both = (alert.sentence(self.language), alert.recommended(self.language))
                text = self.words(" ", "").join(both)
                self.screen.text(text, 4, mark="· ")
        self.more(len(names), 20)
        self.not_judged()

    def not_judged(self) -> None:
        """What no alert was raised for because it could not be judged, and why."""
        alerts = self.tour.alerts
        why = Counter(
            reason.sentence(self.language)
            for name in alerts.customers
            for reason in alerts.watched(name).not_judged
        )
        if not why:
            return
        self.screen.line()
        counts = self.words(", ", "，").join(
            f"{name} {count}" for name, count in alerts.not_judged().items() if count
        )
        self.screen.line(self.words("not judged: ", "无法判断：") + counts, indent=2)
        for sentence, count in why.most_common():
            customers = self.words(f"{count} customer{'s' * (count > 1)}", f"{count} 家客户")
            self.screen.text(f"{customers}  {sentence}", 4, mark="· ")


def ratio(part: ck.Money, whole: ck.Money) -> float:
    return part.minor / whole.minor if whole.minor else 0.0


def percent(part: ck.Money, whole: ck.Money, places: int = 1) -> str:
    """A share in percent; of nothing there is none."""
    return f"{ratio(part, whole):.{places}%}" if whole.minor else "–"


def share(part: ck.Money, whole: ck.Money, text: str) -> str:
    if not whole.minor:
        return "–"
    return f"{bar(ratio(part, whole), 30)} {text.format(percent(part, whole))}".lstrip()


def sample(policy: Path | None) -> Tour:
    company = host.company(HERE / "company", TODAY)
    return Tour(host.policy(policy or HERE / "company" / "policy.toml"), company)


def own(args: argparse.Namespace) -> Tour:
    mapping = own_ledger.mapping(args.ledger, args.mapping, HERE / "mappings")
    book = own_ledger.book(args.ledger, mapping, args.as_of)
    policy = args.policy or HERE / "payment_behaviour.toml"
    return Tour(host.policy(policy, currency=book.customers[0].currency), book)


def a_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"must be a date such as 2026-11-21 (got {text!r})"
        ) from None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--ledger", type=Path, help="a CSV file of invoices and what was paid of them"
    )
    parser.add_argument(
        "--mapping", type=Path, help="TOML: the ledger's columns, currency and dates"
    )
    parser.add_argument("--as-of", type=a_date, help="the date to see the ledger from")
    parser.add_argument("--policy", type=Path, help="another policy document")
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    args = parser.parse_args(arguments)
    try:
        tour = own(args) if args.ledger else sample(args.policy)
    except (ck.CreditkitError, host.Unreadable, OSError) as error:
        sys.exit(str(error))
    page = Page(Screen(), tour, args.lang)
    page.title()
    page.glance()
    page.changes()
    page.customers()
    page.referred()
    page.explained()
    if page.tour.now.demo_orders:
        page.orders()
    outlook.terms(page)
    page.ageing()
    page.oldest()
    outlook.receipts(page)
    outlook.provision(page)
    page.call_list()
    page.alerts()
    page.screen.line()
    page.screen.line(f"{page.words('time: ', '用时：')}{time.perf_counter() - BEGAN:.2f} s", "dim")
    return 0


if __name__ == "__main__":
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)
