"""`check_many`: a queue in turn, each order against its account with all that passed before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from creditkit._plain import Deferred
from creditkit.facts.accounts import CreditAccount, Order
from creditkit.facts.lines import Approval
from creditkit.money import LARGEST, Money
from creditkit.outcomes import Outcome
from creditkit.policy.check.check import check_order
from creditkit.policy.check.run import CheckRun
from creditkit.policy.check.verdict import Verdict
from creditkit.policy.document import Document
from creditkit.policy.figures.facts import Measure
from creditkit.policy.identity import Identity
from creditkit.policy.queue.checked import CheckedQueue, QueuedOrder
from creditkit.policy.queue.standing import Standing

__all__ = ["Asking", "in_turn"]


class Asking:
    """What every check of a queue is asked with."""

    __slots__ = ("document", "event", "identity", "measure", "releases")

    def __init__(
        self,
        document: Document,
        identity: Identity,
        measure: Measure,
        event: str,
        releases: Callable[[CheckRun], Any],
    ) -> None:
        self.document = document
        self.identity = identity
        self.measure = measure
        self.event = event
        self.releases = releases

    def verdict(
        self, order: Order, account: CreditAccount, approvals: Iterable[Approval]
    ) -> Verdict:
        """The verdict on one order as its account stands."""
        return check_order(
            self.document,
            self.identity,
            self.measure,
            order,
            account,
            event=self.event,
            approvals=approvals,
            releases=self.releases,
        )


def in_turn(
    asking: Asking,
    standing: Standing,
    orders: Sequence[Order],
    *,
    holder_of: Callable[[Order], str | None],
    approvals_of: Callable[[Order], Iterable[Approval]],
    order_by: str,
) -> CheckedQueue:
    """Serve the orders as they come; ``standing`` is where it leaves the accounts."""
    verdicts, rows = [], []
    for order in orders:
        holder = holder_of(order)
        verdict = asking.verdict(order, standing.accounts[holder], approvals_of(order))
        used: int | None = 0
        if verdict.outcome.goes:
            used = standing.take(holder, order, asking.event)
        verdicts.append(verdict)
        rows.append(_row(asking, standing, order, holder, verdict, used))
    return CheckedQueue(
        as_of=asking.measure.as_of,
        event=asking.event,
        order_by=order_by,
        currency=asking.measure.currency,
        policy_digest=asking.identity.digest,
        rows=tuple(rows),
        verdict=verdicts.__getitem__,
    )


def _row(
    asking: Asking,
    standing: Standing,
    order: Order,
    holder: str | None,
    verdict: Verdict,
    used: int | None,
) -> QueuedOrder:
    headroom, binds = standing.headroom(holder)
    known = used is not None and abs(used) <= LARGEST
    approved = verdict.outcome is Outcome.APPROVE
    return QueuedOrder(
        order=order.id,
        customer=order.customer if holder is None else holder,
        outcome=verdict.outcome,
        amount=order.amount,
        used=Money.from_minor(used or 0, asking.measure.currency) if known else None,
        headroom=headroom,
        binds=binds,
        reasons=Deferred.of(()) if approved else Deferred(lambda: verdict.reasons),
        titles=() if approved else asking.document.titles,
    )
