"""A tour of creditkit: this script is the host, it reads files and plays the persons; the library decides.

    python examples/demo.py                     the sample company, on 2026-11-20
    python examples/demo.py --ledger items.csv  your own ledger, under a policy of payment behaviour alone
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import host
from screen import Cell, Screen, bar

import creditkit as ck
from creditkit.receivables.positions import overdue_items, positions

HERE = Path(__file__).resolve().parent
TODAY = date(2026, 11, 20)  # the sample company's today; the library never asks a clock
STYLES = {"approve": "good", "require": "care", "refer": "care", "hold": "bad", "reject": "bad"}
STATES = {ck.Line.UNLIMITED: "unlimited", ck.Line.NONE: "none", ck.Line.INHERIT: "group's"}


class Tour:
    """What the sections print: the facts, the policy, and what the library said of them."""

    def __init__(
        self, screen: Screen, lang: str, policy: ck.Policy, now: host.Company, before: host.Company
    ) -> None:
        self.screen, self.lang = screen, lang
        self.most = 1000 if now.demo_orders else 30  # rows of a table: the sample is shown whole
        self.policy, self.now, self.before = policy, now, before
        self.run, self.earlier = decided(policy, now), decided(policy, before)
        self.decisions = {name: self.run[row] for row, name in enumerate(self.run.ids)}
        grades = [*self.earlier.grade_names, None]
        self.grade_before = {
            name: grades[place] for name, place in zip(self.earlier.ids, self.earlier.grade, strict=True)
        }
        self.customers = {customer.id: customer for customer in now.customers}
        # An order of nothing tells where an account stands: its line, exposure and headroom.
        nothing = ck.Order(id="-", currency=policy.currency, amount=0)
        self.alone = {name: self.check(nothing, name, groups=()) for name in self.customers}
        self.standing = {name: self.check(nothing, name) for name in self.customers}

    def words(self, en: str, zh: str) -> str:
        return zh if self.lang == "zh" else en

    def name(self, customer: str) -> str:
        known = self.customers[customer]
        return (known.name_zh if self.lang == "zh" else known.name) or known.name or ""

    def role(self, role: str | None) -> str:
        rows = self.policy.document.authority.rows if self.policy.document.authority else ()
        return {row.role: row.title[self.lang == "zh"] for row in rows}.get(role, "")

    def outcome(self, outcome: ck.Outcome) -> Cell:
        return Cell(outcome.title(self.lang), STYLES.get(outcome.value, ""))

    # What the library is asked

    def check(self, order: ck.Order, customer: str, event: str = "order", **more: Any) -> ck.Verdict:
        groups = more.pop("groups") if "groups" in more else self.groups(customer)
        account = self.now.account(self.customers[customer], self.decisions[customer].grade, groups)
        if "line" in more:
            account = self.now.with_line(account, more.pop("line"))
        return self.policy.check(
            order, account, event=event, as_of=self.now.as_of, rates=self.now.rates, **more
        )

    def groups(self, customer: str) -> tuple[ck.GroupLine, ...]:
        """The group's line, with what the other members owe where that is positive."""
        group = self.customers[customer].group
        if group is None:
            return ()
        line = self.now.lines[group][0]
        others = [c.id for c in self.now.customers if c.group == group and c.id != customer]
        owed = [self.alone[name].exposure.total for name in others]
        positive = self.total(one for one in owed if one is not None and one.minor > 0)
        return (ck.GroupLine(id=group, currency=positive.currency, amount=line.amount, others=positive),)

    def total(self, amounts: Any) -> ck.Money:
        return sum((a for a in amounts if isinstance(a, ck.Money)), ck.Money(0, self.policy.currency))

    def aged(self, as_of: date) -> ck.Ageing:
        return ck.ageing(self.now.ledger, as_of=as_of, currency=self.policy.currency, rates=self.now.rates)

    @cached_property
    def ageing(self) -> ck.Ageing:
        return self.aged(self.now.as_of)

    @cached_property
    def thousands(self) -> bool:
        return abs(self.ageing.total.amount) >= 1_000_000

    @cached_property
    def unit(self) -> str:
        return f"{self.policy.currency}, {self.words('thousands', '千元')}" if self.thousands else self.policy.currency

    @cached_property
    def figures(self) -> dict[str, Any]:
        """The ledger's figures today, in columns."""
        return self.positions(self.now.as_of)

    def positions(self, as_of: date) -> dict[str, Any]:
        return positions(
            self.now.ledger, list(self.customers), as_of=as_of, currency=self.policy.currency, rates=self.now.rates
        )

    def months(self, count: int = 10) -> ck.MonthlyFigures:
        """What the host would have kept at the end of each month. Here it is made from the ledger.

        Orders and bills of the past were not kept: a month's exposure is its receivables.
        """
        end = host.month_before(self.now.as_of.replace(day=1)) + timedelta(days=30)
        end = self.now.as_of.replace(day=1) - timedelta(days=1) if True else end
        return ck.MonthlyFigures.of(())

    @cached_property
    def overdue(self) -> dict[str, tuple[Any, ...]]:
        """Each customer's overdue items, measured as the policy's checks measure them."""
        checks, currency = self.policy.document.checks, self.policy.currency
        return {
            name: overdue_items(
                self.now.ledger.account(name),
                as_of=self.now.as_of,
                currency=currency,
                rates=self.now.rates,
                ignore_below=ck.Money(checks.ignore_below, currency).minor,
                ignore_disputed=checks.ignore_disputed,
            )
            or ()
            for name in self.customers
        }


def decided(policy: ck.Policy, facts: host.Company) -> ck.Decisions:
    return policy.decide(
        ck.Portfolio.of(facts.customers),
        ledger=facts.ledger,
        application=facts.table(ck.Applications, facts.applications),
        line=facts.table(ck.CreditLines, {name: lines[0] for name, lines in facts.lines.items()}),
        as_of=facts.as_of,
        rates=facts.rates,
    )


def plain(money: Any, thousands: bool = False) -> str:
    """An amount without its currency: whole units, or whole thousands."""
    if isinstance(money, ck.Money):
        return f"{money.amount / (1000 if thousands else 1):,.0f}"
    return STATES.get(money, "·")


def ratio(part: ck.Money, whole: ck.Money) -> float:
    return part.minor / whole.minor if whole.minor else 0.0


# The sections


def glance(t: Tour) -> None:
    t.screen.section(t.words("The book at a glance", "账面一览"), t.policy.currency)
    lines = [verdict.line for verdict in t.standing.values()]
    owed = {name: verdict.exposure.total for name, verdict in t.standing.items()}
    checks = [check for v in t.standing.values() for check in v.checks if check.id == "LINE"]
    rooms = [c.headroom for c in checks if c.level is None and isinstance(c.headroom, ck.Money)]
    over = [-room for room in rooms if room.minor < 0]
    exposure, balance = t.total(owed.values()), t.ageing.total
    overdue = t.total(item.amount for items in t.overdue.values() for item in items)
    rows: list[tuple[str, str, str]] = []
    if rooms:
        granted, free = t.total(lines), t.total(room for room in rooms if room.minor > 0)
        states = Counter(line for line in lines if not isinstance(line, ck.Money))
        beside = ", ".join(f"{n} {STATES.get(state, 'not known')}" for state, n in states.items())
        rows += [
            (t.words("lines granted", "授信额度"), plain(granted), f"{len(rooms)} lines of money; {beside}"),
            (t.words("available", "可用额度"), plain(free), bar(ratio(free, granted), 30)),
            (t.words("over the line", "超额度"), plain(t.total(over)), f"{len(over)} customers"),
        ]
    rows += [
        (t.words("exposure", "信用占用"), plain(exposure), ""),
        (t.words("receivables", "应收账款"), plain(balance), bar(ratio(balance, exposure), 30)),
        (t.words("overdue", "逾期金额"), plain(overdue), f"{bar(ratio(overdue, exposure), 30)} {ratio(overdue, balance):.1%} of receivables"),
    ]
    groups = {c.level: c for c in checks if c.level is not None}
    for name, check in groups.items():
        rows.append((f"{t.words('group', '集团')} {name}", plain(check.left), f"of its line of {plain(check.right)}"))
    t.screen.table((), rows, right=(1,), indent=2)

    t.screen.line()
    by_grade: dict[str | None, list[str]] = {grade: [] for grade in (*t.policy.grades, None)}
    for name, decision in t.decisions.items():
        by_grade[decision.grade].append(name)
    grades = []
    for grade, names in by_grade.items():
        if names or grade:
            lent = t.total(owed[name] for name in names)
            limit = t.total(t.decisions[name].limit for name in names)
            size = bar(len(names) / len(t.decisions), 40)
            grades.append((grade or "none", str(len(names)), plain(lent), plain(limit), size))
    head = t.words("grade|customers|exposure|recommended|", "信用等级|客户数|信用占用|建议额度|").split("|")
    t.screen.table(head, grades, right=(1, 2, 3), indent=2)

    t.screen.line()
    counts = t.run.outcomes()
    shares = [f"{ck.Outcome(o).title(t.lang)} {n} ({n / len(t.run):.1%})" for o, n in counts.items()]
    t.screen.line(t.words("decisions: ", "决策: ") + ", ".join(shares), indent=2)
    ordered = sorted(owed, key=lambda name: -(owed[name].minor if owed[name] else 0))
    for most in (5, 10):
        part = ratio(t.total(owed[name] for name in ordered[:most]), exposure)
        text = t.words(f"the {most} largest customers hold", f"前 {most} 大客户占")
        t.screen.line(f"{text} {part:.1%} {t.words('of the exposure', '的信用占用')}", indent=2)


def changes(t: Tour) -> None:
    then = t.before.as_of
    t.screen.section(t.words("What changed since last month", "较上月变化"), then.isoformat())
    past = t.aged(then)
    buckets = [sum(past.totals[1:-2]), sum(t.ageing.totals[1:-2])]
    late = [ck.Money.from_minor(minor, t.policy.currency) for minor in buckets]
    limits = [t.total(run.limit.item(row) for row in range(len(run))) for run in (t.earlier, t.run)]
    rows = [
        (t.words("receivables", "应收账款"), plain(past.total), plain(t.ageing.total), f"{ratio(t.ageing.total, past.total) - 1:+.1%}"),
        (t.words("past due, before cash is applied", "已到期, 未抵减未核销款"), plain(late[0]), plain(late[1]), f"{ratio(late[1], late[0]) - 1:+.1%}"),
        (t.words("recommended limits", "建议额度"), plain(limits[0]), plain(limits[1]), f"{ratio(limits[1], limits[0]) - 1:+.1%}"),
    ]
    t.screen.table(("", then.isoformat(), t.now.as_of.isoformat(), ""), rows, right=(1, 2, 3), indent=2)
    place = {grade: rank for rank, grade in enumerate((*t.policy.grades, None))}
    moved = [
        (place[d.grade] - place[t.grade_before[name]], name)
        for name, d in t.decisions.items()
        if d.grade != t.grade_before[name]
    ]
    t.screen.line()
    for title, style, down in (
        (t.words("down", "下调"), "bad", True),
        (t.words("up  ", "上调"), "good", False),
    ):
        for fall, name in sorted(moved, reverse=down):
            if (fall > 0) == down:
                step = f"{t.grade_before[name] or 'none'} → {t.decisions[name].grade or 'none'}"
                t.screen.line(f"{t.screen.styled(title, style)}  {name}  {step:<9}  {t.name(name)}", indent=2)


def customers(t: Tour) -> None:
    remark = f"{t.policy.currency}, {t.words('thousands', '千元')}"
    t.screen.section(t.words("Customers", "客户"), remark)
    head = t.words(
        "customer||grade|was|score|exposure|granted|requested|recommended|terms|decision",
        "客户||等级|上月|评分|占用|现有额度|申请额度|建议额度|账期|决策",
    ).split("|")
    rows = []
    for name, d in sorted(t.decisions.items(), key=lambda pair: -exposed(t, pair[0])):
        was = t.grade_before[name]
        terms = "–" if d.terms is None else t.words("prepaid", "预付") if d.terms.prepaid else str(d.terms.days)
        rows.append((
            name, t.name(name), d.grade or "–",
            Cell("" if was == d.grade else was or "–", "dim"),
            "–" if d.score is None else f"{d.score:.0f}",
            *(plain(one, t.thousands) for one in (t.standing[name].exposure.total, t.standing[name].line, d.requested_limit, d.limit)),
            terms, t.outcome(d.outcome),
        ))  # fmt: skip
    t.screen.table(head, rows, right=(4, 5, 6, 7, 8, 9), most={1: 26})


def exposed(t: Tour, name: str) -> int:
    owed = t.standing[name].exposure.total
    return owed.minor if owed is not None else 0


def referred(t: Tour) -> None:
    asked = {n: d for n, d in t.decisions.items() if d.outcome >= ck.Outcome.REFER}
    count = sum(d.outcome is ck.Outcome.REFER for d in asked.values())
    t.screen.section(
        t.words("Referred to a person, and why", "转人工审批及理由"),
        f"{count} / {len(t.decisions)} = {count / len(t.decisions):.1%}",
    )
    for name, d in asked.items():
        word = t.outcome(d.outcome)
        who = f"  {t.words('for the', '由')} {t.role(d.approver)}" if d.outcome is ck.Outcome.REFER else ""
        t.screen.line(f"{name}  {t.name(name)}  {t.screen.styled(word.text, word.style)}{who}", indent=2)
        for reason in d.reasons:
            if reason.effect is not None and reason.effect >= ck.Outcome.REFER:
                t.screen.text(reason.sentence(t.lang), 4, mark="· ")


def explained(t: Tour, name: str) -> None:
    t.screen.section(t.words("One decision, explained", "决策说明示例"), t.name(name))
    for language in ("en", "zh"):
        for line in t.decisions[name].explain(language).splitlines():
            t.screen.line(line, indent=2)
        t.screen.line()


SCENES = {
    "passes": ("room on the line, nothing overdue", "额度充足, 无逾期"),
    "held_line": ("more than the line holds", "超出授信额度"),
    "held_overdue": ("an old debt stands in the way", "存在逾期欠款"),
    "referred": ("a little over the line: a person may say", "略超额度, 由人审批"),
    "part_delivered": ("half delivered, 30 % paid in advance", "部分发货, 预收三成"),
    "group_tight": ("room on its own line, not on the group's", "自身额度有余, 集团额度不足"),
    "prepaid_under_hold": ("old debts, but this order is paid in full", "有旧欠, 但本单已全额预付"),
    "status_blocked": ("paid in full, but blocked by hand", "已全额预付, 但已被冻结"),
    "usd": ("in dollars, against a line in dollars", "美元订单, 美元额度"),
}


def orders(t: Tour) -> None:
    t.screen.section(t.words("Orders at the check", "订单信用检查"))
    for order, customer, scene in t.now.demo_orders:
        verdict = t.check(order, customer)
        word, story = t.outcome(verdict.outcome), SCENES[scene][t.lang == "zh"]
        shown = t.screen.styled(word.text.upper(), word.style or "bold")
        t.screen.line(f"{order.id}  {t.name(customer)}  {order.amount}  {shown}", indent=2)
        t.screen.line(f"{t.words('scene', '情景')}: {story}", "dim", 4)
        for reason in verdict.reasons:
            t.screen.text(reason.sentence(t.lang), 4, mark="· ")
        for way in verdict.release_if:
            t.screen.text(f"{t.words('released if: ', '放行条件: ')}{way.sentence(t.lang)}", 4, mark="› ")
        if verdict.approver:
            t.screen.line(f"› {t.words('or approved by the', '或审批人:')} {t.role(verdict.approver)}", indent=4)
        if scene == "referred":
            approved(t, order, customer, verdict)
        if scene == "held_line":
            granted(t, order, customer)
        t.screen.line()


def approved(t: Tour, order: ck.Order, customer: str, verdict: ck.Verdict) -> None:
    """A person with the authority says yes; when the goods leave, the order is checked again."""
    approval = ck.Approval(
        order=order.id,
        currency=order.currency,
        largest_amount=order.amount,
        approved_by="u17",
        role=verdict.approver or "",
        approved_on=t.now.as_of,
        until=t.now.as_of + timedelta(days=30),
        requested_by="u42",
    )
    again = t.check(order, customer, event="ship", approvals=[approval])
    after(t, t.words(f"u17 ({t.role(verdict.approver)}) approves; at shipment:", f"u17 ({t.role(verdict.approver)}) 批准后, 发货时:"), again)


def granted(t: Tour, order: ck.Order, customer: str) -> None:
    """The recommended limit is granted as the new line, and the same order is checked again."""
    decision = t.decisions[customer]
    line = decision.grant(by="u17", on=t.now.as_of, until=t.now.as_of.replace(year=t.now.as_of.year + 1))
    again = t.check(order, customer, line=line)
    text = t.words(
        f"the {t.role(decision.approver)} grants the recommended {line.amount}:",
        f"{t.role(decision.approver)}按建议授信 {line.amount} 后:",
    )
    after(t, text, again)


def after(t: Tour, text: str, verdict: ck.Verdict) -> None:
    word = t.outcome(verdict.outcome)
    t.screen.line(f"→ {text} {t.screen.styled(word.text.upper(), word.style or 'bold')}", indent=4)


def ageing(t: Tour, most: int = 12) -> None:
    aged = t.ageing
    names = aged.buckets.names_zh if t.lang == "zh" else aged.buckets.names
    t.screen.section(t.words("Ageing by due date", "账龄 (按到期日)"), f"{t.policy.currency}, {t.now.as_of}")
    *buckets, unapplied, balance = (ck.Money.from_minor(m, t.policy.currency) for m in aged.totals)
    gross = t.total(buckets)
    rows = [(n, plain(m), f"{ratio(m, gross):.1%}", bar(ratio(m, gross), 50)) for n, m in zip(names, buckets, strict=True)]
    rows.append((t.words("unapplied credits and cash", "未核销红字及收款"), plain(unapplied), "", ""))
    rows.append((t.words("balance", "余额"), plain(balance), "", ""))
    t.screen.table((), rows, right=(1, 2), indent=2)
    t.screen.line()
    late = sorted(
        aged.accounts, key=lambda a: (-sum(m.minor for m in aged.row(a).amounts[1:]), a)
    )[:most]
    head = (t.words("most past due", "到期最多"), "", *names, t.words("unapplied", "未核销"), t.words("balance", "余额"))
    table = []
    for account in late:
        row = aged.row(account)
        cells = [plain(m, True) if m else "·" for m in (*row.amounts, row.unapplied, row.balance)]
        table.append((account, t.name(account), *cells))
    t.screen.table(head, table, right=range(2, len(head)), most={1: 22})
    t.screen.line(t.words("(thousands)", "(千元)"), "dim")


def oldest(t: Tour) -> None:
    t.screen.section(t.words("The ten oldest debts", "逾期最久的十笔"), t.policy.currency)
    found = [(item, name) for name, items in t.overdue.items() for item in items]
    found.sort(key=lambda pair: (-pair[0].days, -pair[0].amount.minor, pair[0].id))
    head = t.words("item|due|days|amount|customer|", "单据|到期日|逾期天数|金额|客户|").split("|")
    rows = [(i.id, i.due_date.isoformat(), str(i.days), plain(i.amount), n, t.name(n)) for i, n in found[:10]]
    t.screen.table(head, rows, right=(2, 3), most={5: 44}, indent=2)


def ring(t: Tour) -> None:
    """Until the library has a worklist: money x days overdue, largest first; the insolvent go to the lawyer."""
    t.screen.section(t.words("Whom to ring first", "优先催收"), t.words("by money x days overdue", "按逾期金额 x 天数"))
    weight = {n: sum(i.amount.minor * i.days for i in items) for n, items in t.overdue.items()}
    queue = sorted((n for n in weight if weight[n]), key=lambda n: (-weight[n], n))[:10]
    head = t.words("customer||overdue|oldest|items|grade|then", "客户||逾期金额|最长逾期|笔数|等级|措施").split("|")
    rows = []
    for name in queue:
        items = t.overdue[name]
        then = t.words("ring", "致电")
        if t.customers[name].insolvency:
            then = t.words("to the lawyer: insolvency is open, file the claim", "破产程序中: 转法务申报债权")
        rows.append((name, t.name(name), plain(t.total(i.amount for i in items)), str(max(i.days for i in items)), str(len(items)), t.decisions[name].grade or "–", then))
    t.screen.table(head, rows, right=(2, 3, 4), most={1: 34}, indent=2)


# The two tours


def sample(screen: Screen, lang: str, policy_path: Path | None) -> Tour:
    policy = host.policy(policy_path or HERE / "company" / "policy.toml")
    now = host.company(HERE / "company", TODAY)
    return Tour(screen, lang, policy, now, host.month_before(now))


def own(screen: Screen, lang: str, args: argparse.Namespace) -> Tour:
    mapping = host.mapping(args.ledger, args.mapping, HERE / "mappings")
    now = host.book(args.ledger, mapping, args.as_of)
    policy = host.policy(args.policy or HERE / "payment_behaviour.toml", currency=mapping["currency"])
    return Tour(screen, lang, policy, now, host.month_before(now))


def main(arguments: list[str] | None = None) -> int:
    began = time.perf_counter()
    args = parsed(arguments)
    screen = Screen()
    t = own(screen, args.lang, args) if args.ledger else sample(screen, args.lang, args.policy)
    t.ageing = t.aged(t.now.as_of)
    title = t.policy.document.title[t.lang == "zh"]
    screen.line(f"creditkit {ck.__version__}", "bold")
    screen.line(
        f"{t.now.as_of}   {len(t.customers)} {t.words('customers', '家客户')}, "
        f"{len(t.now.ledger):,} {t.words('documents', '张单据')}   "
        f"{title} {t.policy.version}, {t.policy.digest[:12]}"
    )
    for note in t.now.ledger.notes:
        screen.line(f"{note.code}: {note.count} ({', '.join(note.ids[:3])} …)", "care")
    sections = [glance, changes, customers, referred]
    for section in sections:
        section(t)
    explained(t, "C-1052" if "C-1052" in t.customers else max(t.customers, key=lambda n: exposed(t, n)))
    if t.now.demo_orders:
        orders(t)
    for section in (ageing, oldest, ring):
        section(t)
    screen.line()
    screen.line(t.words("time", "用时") + f": {time.perf_counter() - began:.2f} s", "dim")
    return 0


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ledger", type=Path, help="a CSV file of invoices with what was paid")
    parser.add_argument("--mapping", type=Path, help="TOML: the ledger's columns, its currency and dates")
    parser.add_argument("--as-of", type=date.fromisoformat, help="the date to look at the ledger from")
    parser.add_argument("--policy", type=Path, help="another policy document")
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
