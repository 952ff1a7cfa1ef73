"""What would release an order: each way solved from the linear conditions, exactly, never by trial.

A failed check is ``right - left`` falling short. A smaller order, a payment or a prepayment moves
that margin by whole minor units at a known rate, so the least amount that heals it is one division.
Every way is then proved: the facts are changed as it says and the order is checked again, and only
what lets it go is told.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction

import attrs

from creditkit.facts.accounts import Advance, CreditAccount
from creditkit.facts.ledger import Allocation, ItemKind, Ledger, OpenItem
from creditkit.money import Money
from creditkit.policy.case import Case
from creditkit.policy.checking import Row, Working
from creditkit.policy.language import FAIL, Linear
from creditkit.policy.verdict import Release
from creditkit.receivables import positions

__all__ = ["releases"]

Changes = Mapping[str, int]
"""By how much one minor unit of a remedy moves a figure."""

SMALLER: Changes = {"order": -1, "order_total": -1}
PREPAID: Changes = {"order": -1}
PAID_OVERDUE: Changes = {"exposure": -1, "receivables": -1, "overdue": -1}
PAID_LATER: Changes = {"exposure": -1, "receivables": -1}
SHORTER: Changes = {"requested_days": -1}
DAYS = "oldest_overdue_days"


def releases(work: Working) -> tuple[Release, ...]:
    """The ways to release what was checked; none where nothing stops it or only the facts can."""
    stopped = [row for row in work.rows if row.stops]
    if not stopped or any(row.check.kind == "status" for row in stopped):
        return ()
    out: list[Release] = []
    if all(row.judged.code == FAIL for row in stopped):
        ways = (_amount, _payment, _terms, _wait, _prepayment)
        out = [way for way in (one(work, stopped) for one in ways) if way is not None]
    if not any(way.kind == "prepayment" for way in out):
        full = _full_prepayment(work)
        out += [] if full is None else [full]
    return tuple(out)


# The least of a remedy


def _need(
    rows: Iterable[Row], changes: Changes, beside: frozenset[str] = frozenset()
) -> int | None:
    """The least number of minor units of a remedy that heals every row; None where it cannot.

    Rows whose condition names a figure of ``beside`` are healed in another way.
    """
    most = 0
    for row in rows:
        condition = row.check.condition
        if beside & set(condition.names):
            continue
        left, right = row.judged.left, row.judged.right
        if not isinstance(condition, Linear) or condition.op not in ("<=", "<"):
            return None
        if not isinstance(left, int) or not isinstance(right, int):
            return None
        gain = sum(c * changes.get(name, 0) for name, c in condition.right)
        gain -= sum(c * changes.get(name, 0) for name, c in condition.left)
        short = left - right + (condition.op == "<")
        if gain <= 0:
            return None
        most = max(most, -(-short // gain))
    return most


def _figures(case: Case, *names: str) -> list[int] | None:
    values = [case[name] for name in names]
    whole = [value for value in values if isinstance(value, int)]
    return whole if len(whole) == len(values) else None


def _amount(work: Working, stopped: list[Row]) -> Release | None:
    """A smaller order."""
    need, figures = _need(stopped, SMALLER), _figures(work.case, "order", "order_total")
    if need is None or figures is None or need >= figures[0]:
        return None
    least = work.case.order.amount.minor - need
    if work.case.order.currency != work.case.measure.currency:
        return None  # a bound in another currency would not be exact
    amount = Money.from_minor(least, work.case.order.currency)
    proof = work.again(order=attrs.evolve(work.case.order, amount=amount))
    return Release(kind="amount", amount=amount) if proof.outcome.goes else None


def _terms(work: Working, stopped: list[Row]) -> Release | None:
    """Shorter terms."""
    need, figures = _need(stopped, SHORTER), _figures(work.case, "requested_days")
    if need is None or figures is None or need > figures[0]:
        return None
    days = figures[0] - need
    proof = work.again(order=attrs.evolve(work.case.order, terms=f"net{days}"))
    return Release(kind="terms", days=days) if proof.outcome.goes else None


def _prepayment(work: Working, stopped: list[Row]) -> Release | None:
    """Part of the order paid ahead."""
    need, figures = _need(stopped, PREPAID), _figures(work.case, "order", "order_total")
    if need is None or figures is None or need > figures[0]:
        return None
    return _advanced(work, need, figures[1])


def _full_prepayment(work: Working) -> Release | None:
    """The whole order paid ahead: that passes every credit check."""
    figures, advanced = _figures(work.case, "order_total"), work.case.advanced
    if figures is None or advanced is None or advanced >= figures[0]:
        return None
    return _advanced(work, figures[0] - advanced, figures[0])


def _advanced(work: Working, need: int, total: int) -> Release | None:
    case = work.case
    amount = case.money(need)
    before = case.account.advances or ()
    name = _free(f"{case.order.id}:prepayment", {one.id for one in before})
    paid = Advance(id=name, currency=amount.currency, amount=amount, order=case.order.id)
    account = attrs.evolve(case.account, advances=(*before, paid))
    if not work.again(account=account).outcome.goes:
        return None
    return Release(kind="prepayment", amount=amount, share=Fraction(need, total))


def _wait(work: Working, _stopped: list[Row]) -> Release | None:
    """The first day on which what is known today lets it go; nothing else may have changed."""
    account, today = work.case.account, work.case.measure.as_of
    for day in sorted(_turns(account)):
        if day > today and _remembers(account, day) and work.again(as_of=day).outcome.goes:
            return Release(kind="date", date=day)
    return None


def _turns(account: CreditAccount) -> set[date]:
    """The days on which a line starts or ends or the recourse on a bill ends.

    Not those on which a reservation lapses: by then its order is open and counts all the same.
    """
    lines = account.temporary if account.line is None else (account.line, *account.temporary)
    days = {line.start for line in lines} | {line.until for line in lines}
    days |= {bill.maturity + timedelta(days=1) for bill in account.bills if bill.maturity}
    return {day for day in days if day is not None}


def _remembers(account: CreditAccount, day: date) -> bool:
    """Whether the ledger can be asked for another day: today's remainders alone cannot."""
    return account.ledger is None or account.ledger.open_as_of in (None, day)


# A payment


def _payment(work: Working, stopped: list[Row]) -> Release | None:
    """The least payment on the oldest items that heals everything: overdue items first."""
    case = work.case
    ledger = case.account.ledger
    items = None if ledger is None else positions.payable_items(ledger, case.measure)
    if ledger is None or not items:
        return None
    beside = frozenset({DAYS})
    overdue = sum(item.amount.minor for item in items if item.days > 0)
    days_need = _days_need(stopped, items)
    need = _need(stopped, PAID_OVERDUE, beside)
    if need is None or need > overdue:
        moved = [_shifted(row, overdue) for row in stopped]
        more = _need([row for row in moved if row.judged.code == FAIL], PAID_LATER, beside)
        need = None if more is None else overdue + more
    if need is None or days_need is None:
        return None
    need = max(need, days_need)
    if not 0 < need <= sum(item.amount.minor for item in items):
        return None
    parts = _split(case, items, need)
    paid = _paid(ledger, parts, case.measure.as_of)
    if paid is None or not work.again(account=attrs.evolve(case.account, ledger=paid)).outcome.goes:
        return None
    return Release(kind="payment", amount=case.money(need), items=parts)


def _shifted(row: Row, overdue: int) -> Row:
    """A row as it stands when everything overdue is paid."""
    values = {name: row.values[name] for name in row.check.condition.names}
    for name, rate in PAID_OVERDUE.items():
        before = values.get(name)
        if isinstance(before, int):
            values[name] = before + rate * overdue
    return row._replace(judged=row.check.condition.judge(values))


def _days_need(stopped: list[Row], items: Iterable[positions.OverdueItem]) -> int | None:
    """What must be paid, oldest first, until no item is older than the checks allow."""
    allowed: int | None = None
    for row in stopped:
        condition, right = row.check.condition, row.judged.right
        if DAYS not in condition.names:
            continue
        if not isinstance(condition, Linear) or dict(condition.left) != {DAYS: condition.scale}:
            return None
        if condition.op not in ("<=", "<") or not isinstance(right, int):
            return None
        room = right if condition.op == "<=" else right - 1
        most = (room - condition.left_constant) // condition.scale
        allowed = most if allowed is None else min(allowed, most)
    if allowed is None:
        return 0
    return None if allowed < 0 else sum(i.amount.minor for i in items if i.days > allowed)


def _split(
    case: Case, items: Iterable[positions.OverdueItem], paid: int
) -> tuple[tuple[str, Money], ...]:
    """The payment set against the oldest items; the last may be paid in part."""
    out = []
    for item in items:
        part = min(paid, item.amount.minor)
        if part <= 0:
            break
        out.append((item.id, case.money(part)))
        paid -= part
    return tuple(out)


def _free(name: str, taken: Container[str]) -> str:
    """A name that no document has."""
    while name in taken:
        name += "'"
    return name


def _paid(ledger: Ledger, parts: tuple[tuple[str, Money], ...], on: date) -> Ledger | None:
    """The ledger after a payment on the named items; None where they are in another currency."""
    items = {item.id: item for item in (ledger.items.row(row) for row in range(len(ledger)))}
    if any(items[name].currency != part.currency for name, part in parts):
        return None
    if ledger.open_as_of is not None:
        due = dict(parts)
        left = [
            attrs.evolve(item, open_amount=item.open_amount - due[item.id])
            if item.id in due and item.open_amount is not None
            else item
            for item in items.values()
        ]
        return Ledger.of(left, open_as_of=ledger.open_as_of)
    first, money = items[parts[0][0]], parts[0][1]
    total = sum((part.minor for _, part in parts), 0)
    cash = OpenItem(
        id=_free(f"payment of {on}", items),
        account=first.account,
        currency=money.currency,
        kind=ItemKind.RECEIPT,
        amount=Money.from_minor(-total, money.currency),
        doc_date=on,
    )
    tied = [
        Allocation(source=cash.id, target=name, currency=part.currency, amount=part, on=on)
        for name, part in parts
    ]
    return ledger.plus([cash], tied)
