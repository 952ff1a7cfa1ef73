"""What would release an order: each way solved from the linear conditions, exactly, never by trial.

A failed check is ``right - left`` falling short. A smaller order, a payment or a prepayment moves
that margin by whole minor units at a known rate, so the least amount that heals it is one division.
Every way is then put to all checks again, and told only when it releases everything that failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from creditkit.facts.lines import CreditLine
from creditkit.figures import Value
from creditkit.limits.lines import in_force
from creditkit.money import Line, Money
from creditkit.policy.language import FAIL, NOT_APPLICABLE, PASS, Linear
from creditkit.policy.verdict import Release
from creditkit.receivables import positions

if TYPE_CHECKING:
    from creditkit.policy.checking import Row, Working

__all__ = ["releases"]

Changes = Mapping[str, int]
"""By how much one minor unit of a remedy moves a figure."""

SMALLER: Changes = {"order": -1, "order_total": -1}
PREPAID: Changes = {"order": -1}
PAID_OVERDUE: Changes = {"exposure": -1, "receivables": -1, "overdue": -1}
PAID_LATER: Changes = {"exposure": -1, "receivables": -1}


def releases(work: Working) -> tuple[Release, ...]:
    """The ways to release what was checked; none where nothing stops it or only the facts can."""
    stopped = [
        row
        for row in work.rows
        if row.effect is not None and row.cleared_by is None and not row.effect.goes
    ]
    if not stopped or any(row.check.kind == "status" for row in stopped):
        return ()
    out: list[Release] = []
    if all(row.judged.code == FAIL for row in stopped):
        for way in (
            _amount(work, stopped),
            _payment(work, stopped),
            _terms(work, stopped),
            _wait(work, stopped),
        ):
            if way is not None:
                out.append(way)
        part = _prepayment(work, stopped)
        if part is not None:
            out.append(part)
    full = _full_prepayment(work)
    if full is not None and full not in out:
        out.append(full)
    return tuple(out)


def _need(
    rows: Iterable[Row], changes: Changes, beside: frozenset[str] = frozenset()
) -> int | None:
    """The least number of minor units of a remedy that heals every row; None where it cannot.

    Rows whose condition names only figures of ``beside`` are healed in another way.
    """
    most = 0
    for row in rows:
        condition = row.check.condition
        if beside and beside & set(condition.names):
            continue
        if not isinstance(condition, Linear) or condition.op not in ("<=", "<"):
            return None
        left, right = row.judged.left, row.judged.right
        if not isinstance(left, int) or not isinstance(right, int):
            return None
        gain = sum(c * changes.get(name, 0) for name, c in condition.right)
        gain -= sum(c * changes.get(name, 0) for name, c in condition.left)
        short = left - right + (1 if condition.op == "<" else 0)
        if gain <= 0:
            return None
        most = max(most, -(-short // gain))
    return most


def _passes(work: Working, changed: Mapping[str, int | Line | None]) -> bool:
    """Whether every check that stopped, or passed, passes with some figures moved by as much."""
    for row in work.rows:
        if (
            row.cleared_by is not None
            or row.check.kind == "status"
            or row.effect is not None
            and row.effect.goes
        ):
            continue
        values = dict(row.values)
        for name, delta in changed.items():
            before = values.get(name)
            if isinstance(before, int) and isinstance(delta, int):
                values[name] = before + delta
        if row.judged.code == NOT_APPLICABLE:
            continue
        if row.check.condition.judge(values).code not in (PASS, NOT_APPLICABLE):
            return False
    return True


def _moved(changes: Changes, units: int) -> dict[str, int | Line | None]:
    return {name: rate * units for name, rate in changes.items()}


def _amount(work: Working, stopped: list[Row]) -> Release | None:
    need = _need(stopped, SMALLER)
    order, total = work.values["order"], work.values["order_total"]
    if need is None or not isinstance(order, int) or not isinstance(total, int) or need >= order:
        return None
    return (
        Release(kind="amount", amount=work.money(total - need))
        if _passes(work, _moved(SMALLER, need))
        else None
    )


def _prepayment(work: Working, stopped: list[Row]) -> Release | None:
    need = _need(stopped, PREPAID)
    order, total = work.values["order"], work.values["order_total"]
    if (
        need is None
        or not isinstance(order, int)
        or not isinstance(total, int)
        or need > order
        or not total
    ):
        return None
    if not _passes(work, _moved(PREPAID, need)):
        return None
    return Release(kind="prepayment", amount=work.money(need), share=Fraction(need, total))


def _full_prepayment(work: Working) -> Release | None:
    """Cleared receipts over the whole order pass every credit check."""
    total = work.values["order_total"]
    if not isinstance(total, int) or total <= 0:
        return None
    advanced = sum(
        work.minor(advance.amount) or 0
        for advance in work.account.advances
        if advance.cleared and advance.order == work.order.id
    )
    if advanced >= total:
        return None
    return Release(
        kind="prepayment",
        amount=work.money(total - advanced),
        share=Fraction(total - advanced, total),
    )


def _payment(work: Working, stopped: list[Row]) -> Release | None:
    """The least payment on the oldest items that heals everything: overdue items first, then the others."""
    ledger = work.account.ledger
    receivables = work.values["receivables"]
    if ledger is None or not isinstance(receivables, int):
        return None
    items = positions.payable_items(ledger, **work.measure.ledger_options)
    if items is None:
        return None
    overdue = sum(item.amount.minor for item in items if item.days > 0)
    days_need = _days_need(stopped, items)
    if days_need is None:
        return None
    beside = frozenset({"oldest_overdue_days"})
    need = _need(stopped, PAID_OVERDUE, beside)
    if need is None or need > overdue:
        need = _later_need(stopped, overdue, beside)
    if need is None:
        return None
    need = max(need, days_need)
    if need <= 0 or need > sum(item.amount.minor for item in items):
        return None
    paid = min(need, overdue)
    changed = {"exposure": -need, "receivables": -need, "overdue": -paid}
    if not _passes_paid(work, changed, _oldest_after(items, need)):
        return None
    return Release(kind="payment", amount=work.money(need), items=_split(work, items, need))


def _later_need(stopped: list[Row], overdue: int, beside: frozenset[str]) -> int | None:
    """The least payment beyond everything overdue: past it, only exposure and receivables move."""
    moved = [_shifted(row, overdue) for row in stopped]
    more = _need([row for row in moved if row.judged.code == FAIL], PAID_LATER, beside)
    return None if more is None else overdue + more


def _shifted(row: Row, overdue: int) -> Row:
    values = dict(row.values)
    for name, rate in PAID_OVERDUE.items():
        before = values.get(name)
        if isinstance(before, int):
            values[name] = before + rate * overdue
    return row._replace(judged=row.check.condition.judge(values), values=values)


def _passes_paid(work: Working, changed: Mapping[str, int], oldest: int) -> bool:
    before = work.values["oldest_overdue_days"]
    delta = oldest - before if isinstance(before, int) else 0
    return _passes(work, {**changed, "oldest_overdue_days": delta})


def _days_need(stopped: list[Row], items: Iterable[positions.OverdueItem]) -> int | None:
    """What must be paid, oldest first, until no item is older than the checks allow."""
    allowed: int | None = None
    for row in stopped:
        condition = row.check.condition
        if "oldest_overdue_days" not in condition.names:
            continue
        if not isinstance(condition, Linear) or dict(condition.left) != {
            "oldest_overdue_days": condition.scale
        }:
            return None
        right = row.judged.right
        if condition.op not in ("<=", "<") or not isinstance(right, int):
            return None
        most = (
            right // condition.scale if condition.op == "<=" else -(-right // condition.scale) - 1
        )
        allowed = most if allowed is None else min(allowed, most)
    if allowed is None:
        return 0
    if allowed < 0:
        return None
    return sum(item.amount.minor for item in items if item.days > allowed)


def _oldest_after(items: Iterable[positions.OverdueItem], paid: int) -> int:
    """Days past due of the oldest item that is left after a payment on the oldest ones."""
    for item in items:
        if paid < item.amount.minor:
            return max(0, item.days)
        paid -= item.amount.minor
    return 0


def _split(
    work: Working, items: Iterable[positions.OverdueItem], paid: int
) -> tuple[tuple[str, Money], ...]:
    out = []
    for item in items:
        part = min(paid, item.amount.minor)
        if part <= 0:
            break
        out.append((item.id, work.money(part)))
        paid -= part
    return tuple(out)


def _terms(work: Working, stopped: list[Row]) -> Release | None:
    """Shorter terms, where only the requested ones are too long."""
    if any("requested_days" not in row.check.condition.names for row in stopped):
        return None
    need = _need(stopped, {"requested_days": -1})
    days = work.values["requested_days"]
    if need is None or not isinstance(days, int) or need > days:
        return None
    return (
        Release(kind="terms", days=days - need)
        if _passes(work, {"requested_days": -need})
        else None
    )


def _wait(work: Working, stopped: list[Row]) -> Release | None:
    """A line that is granted and starts later, where only the line stops the order."""
    if any("line" not in row.check.condition.names or row.level is not None for row in stopped):
        return None
    own = work.account.line
    coming = [
        line for line in (*work.account.temporary, *([own] if own else [])) if _later(line, work)
    ]
    for line in sorted(coming, key=lambda line: str(line.start)):
        if line.start is None:
            continue
        then = in_force(own, work.account.temporary, line.start)
        amount: Value = then.amount if isinstance(then.amount, Line) else None
        if isinstance(then.amount, Money):
            amount = work.minor(then.amount)
        judged = [row.check.condition.judge({**row.values, "line": amount}) for row in stopped]
        if all(one.code == PASS for one in judged):
            return Release(kind="date", date=line.start)
    return None


def _later(line: CreditLine, work: Working) -> bool:
    return line.start is not None and line.start > work.measure.as_of
