"""What would release an order: each way is the least that clears every check that stops it.

A smaller order, a payment, a prepayment and shorter terms move the figures of a check by known rules,
one way between two breakpoints (a payment takes from what is overdue first, then from what is not).
So the least whole amount that clears a check, with its guards, is found by halving on the check alone:
exact, whatever its condition. Every way is then proved: the facts are changed as it says and the
order is checked again, and only what lets it go is shown.

An approval that does not count now is not counted later: a way clears the checks themselves.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise

import attrs

from creditkit.facts.accounts import Advance, CreditAccount, Order
from creditkit.facts.documents import DocumentKind
from creditkit.facts.ledger import Allocation, ItemKind, Ledger, OpenItem
from creditkit.facts.terms import PaymentTerms
from creditkit.figures import UNDEFINED, Value
from creditkit.limits.exposure import weighed
from creditkit.money import Money
from creditkit.policy.check.levels import Changed
from creditkit.policy.check.run import CheckRun, Row
from creditkit.policy.check.verdict import Release
from creditkit.policy.figures.of_orders import terms_upgrade, utilisation_of
from creditkit.policy.figures.order import OrderFacts
from creditkit.receivables import positions
from creditkit.receivables._position import open_at

__all__ = ["releases"]

Moves = Callable[[int, Row], dict[str, Value]]
"""The figures that so much of a remedy moves, where a check stands."""


def releases(run: CheckRun) -> tuple[Release, ...]:
    """The ways to release what was checked; none where nothing stops it or only the facts can."""
    stopped = run.stopped
    if not stopped or any(row.check.kind == "status" for row in stopped):
        return ()
    ways = (_amount, _payment, _terms, _wait, _prepayment)
    return tuple(way for way in (one(run, stopped) for one in ways) if way is not None)


# The least of a remedy


def _least(run: CheckRun, stopped: Iterable[Row], moves: Moves, *breakpoints: int) -> int | None:
    """The least of a remedy, up to the last breakpoint, that clears every row; None where none of it does."""
    most = 0
    for row in stopped:

        def cleared(amount: int, row: Row = row) -> bool:
            moved = moves(amount, row)
            moved["utilisation"] = utilisation_of(Changed(row.values, moved))
            left = run.judge(row.check, row.level, Changed(row.values, moved))
            return left is None or not left.stops

        spans = [range(low + 1, high + 1) for low, high in pairwise(sorted({0, *breakpoints}))]
        span = next((span for span in spans if cleared(span[-1])), None)
        if span is None:
            return None
        most = max(most, span[bisect_left(span, True, key=cleared)])
    return most


def _moved(run: CheckRun, row: Row, order: Order, account: CreditAccount) -> dict[str, Value]:
    """The figures of a row's level with another order, or with other documents of the account."""
    case = run.case
    documents = case.documents_with(order, account)
    own, asked = case.exposure_with(documents)[0], documents.ask
    if row.level is not None and isinstance(own, int) and isinstance(asked, int):
        group = next(one for one in case.account.groups if one.id == row.level)
        others = None if group.others is None else case.minor(group.others)
        own = None if others is None else others + max(own, -asked)
    return {"order": asked, "exposure": own, "order_total": case.minor(order.amount)}


def _amount(run: CheckRun, stopped: list[Row]) -> Release | None:
    """A smaller order, beyond what is delivered; where none clears the checks, one that is prepaid."""
    case, order = run.case, run.case.order
    if case.kind is DocumentKind.INVOICE or not isinstance(case["order_total"], int):
        return None  # what is invoiced has gone out
    total, delivered, paid = order.amount.minor, _gone(case), _paid_for(case)

    def smaller(less: int, row: Row) -> dict[str, Value]:
        amount = Money.from_minor(max(0, total - less), order.currency)
        return _moved(run, row, attrs.evolve(order, amount=amount), case.account)

    less = _least(run, stopped, smaller, max(0, total - max(delivered, paid) - 1))
    if less is None and not delivered < paid < total:
        return None
    amount = Money.from_minor(paid if less is None else total - less, order.currency)
    proof = run.again(order=attrs.evolve(order, amount=amount))
    return Release(kind="amount", amount=amount) if proof.outcome.goes else None


def _gone(case: OrderFacts) -> int:
    """What of the document under test has gone out or was billed, in its own currency."""
    order = case.order
    said = 0 if order.delivered is None else order.delivered.minor
    if case.kind is not DocumentKind.ORDER or order.currency != case.measure.currency:
        return said
    return max(said, case.documents.find(order.id).gone)


def _paid_for(case: OrderFacts) -> int:
    """What came in for the order under test, in its own currency; 0 where it was in several."""
    order, advances = case.order, case.account.advances or ()
    if case.kind is not DocumentKind.ORDER:
        return 0  # a part is prepaid where the whole order is
    if order.currency == case.measure.currency:
        one = case.documents.find(order.id)
        return one.advanced + one.paid
    of = case.documents.order_of
    mine = [one for one in advances if one.cleared and one.order and of(one.order) == order.id]
    return 0 if any(one.currency != order.currency for one in mine) else case.advanced_as_it_is


def _terms(run: CheckRun, stopped: list[Row]) -> Release | None:
    """Shorter terms."""
    asked = run.case["requested_days"]
    if not isinstance(asked, int):
        return None

    compared = any("terms_upgrade" in row.check.named for row in stopped)

    def within(less: int, _row: Row) -> dict[str, Value]:
        days = asked - less
        moved: dict[str, Value] = {"requested_days": days, "requested_weighted_days": days}
        if compared and days < 1000:
            shorter = PaymentTerms.parse(f"net{days}")
            moved["terms_upgrade"] = terms_upgrade(run.case, shorter)
        return moved

    less = _least(run, stopped, within, asked)
    if less is None:
        return None
    days = asked - less
    proof = run.again(order=attrs.evolve(run.case.order, terms=f"net{days}"))
    return Release(kind="terms", days=days) if proof.outcome.goes else None


def _prepayment(run: CheckRun, stopped: list[Row]) -> Release | None:
    """Part of the order paid ahead, or the whole: that passes every credit check."""
    case, documents = run.case, run.case.documents
    if not isinstance(case["order_total"], int) or case.account.advances is None:
        return None

    def prepaid(paid: int, row: Row) -> dict[str, Value]:
        account = _with_advance(case, case.money(paid))
        return _moved(run, row, case.order, account)

    most, order = documents.to_net, case.order
    part = None if most is None else _least(run, stopped, prepaid, most)
    way = None if part is None else _advanced(run, _in_order(case, part))
    lacking = None if documents.to_prepay is None else _in_order(case, documents.to_prepay)
    if case.kind is DocumentKind.ORDER and documents.find(order.id).lost:
        rest = order.amount.minor - case.advanced_as_it_is  # in its own currency, without a rate
        lacking = Money.from_minor(max(0, rest), order.currency)
    return way or (None if lacking is None else _advanced(run, lacking))


def _in_order(case: OrderFacts, need: int) -> Money:
    """The least money in the order's currency that counts for ``need`` of the policy's."""
    return _in(case, need, case.order.currency, max(need, case.order.amount.minor))


def _with_advance(case: OrderFacts, amount: Money) -> CreditAccount:
    """The account with more money received ahead for the order under test, or behind it."""
    account, order = case.account, case.order
    before = account.advances or ()
    name = _free(f"{order.id}:prepayment", {one.id for one in before})
    of = order.id if case.kind is DocumentKind.ORDER else order.of_order
    paid = Advance(id=name, currency=amount.currency, amount=amount, order=of)
    return attrs.evolve(account, advances=(*before, paid))


def _advanced(run: CheckRun, amount: Money) -> Release | None:
    case, order = run.case, run.case.order
    if not amount.minor or not run.again(account=_with_advance(case, amount)).outcome.goes:
        return None
    of = order.id if case.kind is DocumentKind.ORDER else order.of_order
    share = None
    if of == order.id and amount.minor <= order.amount.minor:
        share = Fraction(amount.minor, order.amount.minor)
    return Release(kind="prepayment", amount=amount, share=share, order=of)


def _in(case: OrderFacts, need: int, currency: str, most: int) -> Money:
    """The least money in a currency that counts for ``need`` minor units of the policy's."""
    if currency == case.measure.currency:
        return case.money(need)

    def enough(minor: int) -> bool:
        return (case.minor(Money.from_minor(minor, currency)) or 0) >= need

    return Money.from_minor(bisect_left(range(most), True, key=enough), currency)


def _wait(run: CheckRun, _stopped: list[Row]) -> Release | None:
    """The first day on which what is known today lets it go; nothing else may have changed."""
    account, today = run.case.account, run.case.measure.as_of
    window = run.document.effective
    end = date.max if window is None or window.until is None else window.until
    ahead = sorted(day for day in _breakpoints(account) if today < day < end)
    if not ahead:
        return None
    # what is reserved will be open, and no approval is counted on that is not in force
    kept = tuple(attrs.evolve(one, until=None) for one in account.reservations)
    facts = attrs.evolve(account, reservations=kept)
    now = [one for one in run.given if one.approved_on <= today]
    for day in ahead:
        if not _remembers(account, day):
            continue
        if run.again(account=facts, as_of=day, approvals=now).outcome.goes:
            return Release(kind="date", date=day)
    return None


def _breakpoints(account: CreditAccount) -> set[date]:
    """The days on which a line starts or ends, the recourse on a bill ends, or a document has its date.

    Not those on which a reservation lapses: by then its order is open and counts all the same.
    """
    lines = account.temporary if account.line is None else (account.line, *account.temporary)
    days = {line.start for line in lines} | {line.until for line in lines}
    ends = {bill.maturity for bill in account.bills if bill.maturity not in (None, date.max)}
    days |= {end + timedelta(days=1) for end in ends if end is not None}
    if account.ledger is not None:
        days |= set(account.ledger.account_items.docs)
        days |= {day for link in account.ledger.account_items.links for day in link[3:6]}
    return {day for day in days if day is not None}


def _remembers(account: CreditAccount, day: date) -> bool:
    """Whether the ledger can be asked for another day: today's remainders alone cannot."""
    return account.ledger is None or account.ledger.open_as_of in (None, day)


# A payment


def _payment(run: CheckRun, stopped: list[Row]) -> Release | None:
    """The least payment on the oldest items that clears everything: overdue items first."""
    case = run.case
    ledger = case.account.ledger
    owed = () if ledger is None else positions.payable_items(ledger, case.measure) or ()
    own = () if case.posted is None else case.posted.rows
    items = [item for item in owed if (item.kind, item.id) not in own]
    balance = case["receivables"]
    if ledger is None or not items or not isinstance(balance, int):
        return None
    book = _OpenDebt(case, balance, items, [item for item in owed if (item.kind, item.id) in own])
    need = _least(run, stopped, book.after, book.overdue, book.total)
    if need is None:
        return None
    parts = _split(case, ledger, items, need)
    if len({part.currency for _, part in parts}) > 1:
        return None  # one payment is in one currency
    paid = _paid(ledger, parts, case.measure.as_of)
    if not run.again(account=attrs.evolve(case.account, ledger=paid)).outcome.goes:
        return None
    amount = Money.from_minor(sum(part.minor for _, part in parts), parts[0][1].currency)
    named = tuple((item.id, part) for item, part in parts)
    return Release(kind="payment", amount=amount, items=named)


class _OpenDebt:
    """What a payment on the oldest items moves; ``own`` is the document under test, if it is posted."""

    def __init__(
        self,
        case: OrderFacts,
        balance: int,
        items: list[positions.OverdueItem],
        own: list[positions.OverdueItem],
    ) -> None:
        self.balance = balance
        self.late = [item.days for item in items if item.days > 0]
        self.paid_up = list(accumulate((item.amount.minor for item in items), initial=0))
        self.own = [(item.amount.minor, item.days) for item in own if item.days > 0]
        _, counted, self.weight = case.exposure[1][0]
        self.counted = counted or 0

    @property
    def overdue(self) -> int:
        """What of the items is overdue."""
        return self.paid_up[len(self.late)]

    @property
    def total(self) -> int:
        """What the items come to."""
        return self.paid_up[-1]

    def after(self, paid: int, row: Row) -> dict[str, Value]:
        """The figures after a payment; a remainder that tests would ignore is not left on purpose."""
        gone = bisect_right(self.paid_up, paid) - 1
        overdue = max(0, self.overdue - paid) + sum(amount for amount, _ in self.own)
        days = max((*self.late[gone : gone + 1], *(days for _, days in self.own)), default=0)
        moved: dict[str, Value] = {"overdue": overdue, "oldest_overdue_days": days}
        owed = moved["receivables"] = self.balance - paid
        moved["overdue_share"] = UNDEFINED if owed <= 0 else float(overdue) / float(owed)
        exposure = row.values["exposure"]
        if isinstance(exposure, int):
            less = weighed(self.counted, self.weight) - weighed(self.counted - paid, self.weight)
            moved["exposure"] = exposure - less
        return moved


Parts = tuple[tuple[positions.OverdueItem, Money], ...]


def _split(
    case: OrderFacts, ledger: Ledger, items: Iterable[positions.OverdueItem], paid: int
) -> Parts:
    """The payment set against the oldest items, each in its own currency; the last maybe in part."""
    out, known = [], ledger.account_items
    named = zip(known.kinds, known.ids, strict=True)
    currencies = dict(zip(named, known.currencies, strict=True))
    for item in items:
        part = min(paid, item.amount.minor)
        if part <= 0:
            break
        currency = currencies[item.kind, item.id]
        reading = attrs.evolve(case.measure, currency=currency, ignore_below=0, ignore_most=None)
        most = open_at(ledger, reading, item.id, item.kind) or 0
        out.append((item, _in(case, part, currency, most)))
        paid -= part
    return tuple(out)


def _free(name: str, taken: Container[str]) -> str:
    """A name that no document has."""
    while name in taken:
        name += "'"
    return name


def _paid(ledger: Ledger, parts: Parts, on: date) -> Ledger:
    """The ledger after a payment on the named items, in their currency."""
    rows = [ledger.items.row(row) for row in range(len(ledger))]
    due = {(item.kind, item.id): part for item, part in parts}
    if ledger.open_as_of is not None:
        left = [
            attrs.evolve(item, open_amount=item.open_amount - due[item.kind, item.id])
            if (item.kind, item.id) in due and item.open_amount is not None
            else item
            for item in rows
        ]
        return Ledger.of(left, open_as_of=ledger.open_as_of)
    money = parts[0][1]
    total = sum((part.minor for _, part in parts), 0)
    cash = OpenItem(
        id=_free(f"payment of {on}", {item.id for item in rows}),
        account=ledger.accounts[0],
        currency=money.currency,
        kind=ItemKind.RECEIPT,
        amount=Money.from_minor(-total, money.currency),
        doc_date=on,
    )
    tied = [
        Allocation(
            source=cash.id,
            target=item.id,
            target_kind=item.kind,
            currency=part.currency,
            amount=part,
            on=on,
        )
        for item, part in parts
    ]
    return ledger.plus([cash], tied)
