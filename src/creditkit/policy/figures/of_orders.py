"""Figures of an order under test and the account that it is checked against.

What the account says at the moment of the check comes before what the customer's facts say. A flag that
is set in either counts: who is blocked or insolvent anywhere is not made free by a second source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from creditkit.facts.terms import PaymentTerms
from creditkit.figures import UNDEFINED, Value
from creditkit.limits.exposure import order_remaining
from creditkit.receivables import positions

if TYPE_CHECKING:
    from creditkit.policy.figures.order import OrderFacts

__all__ = ["FLAGS", "SOURCES", "utilisation_of"]


def _order(facts: OrderFacts) -> Value:
    """What the document still asks for: not delivered and not paid, less what was advanced for it."""
    remaining = facts.minor(order_remaining(facts.order))
    if remaining is None or facts.advanced is None:
        return None
    ledger, posted = facts.account.ledger, facts.posted
    if facts.is_posted and ledger is not None and posted is not None:
        left = positions.open_amount(ledger, facts.measure, item=posted)
        if left is None:
            return None
        remaining = min(remaining, max(0, left))
    return max(0, remaining - facts.advanced)


def _requested_days(facts: OrderFacts) -> Value:
    terms = facts.order.terms
    return None if terms is None else PaymentTerms.parse(terms).days


def _of_ledger(name: str) -> Callable[[OrderFacts], Value]:
    return lambda facts: facts.of_ledger(name)


def utilisation_of(figures: Mapping[str, Value]) -> Value:
    """Exposure with the order / line; no meaning without a line above zero."""
    exposure, order, line = figures["exposure"], figures["order"], figures["line"]
    if not isinstance(exposure, int) or not isinstance(order, int) or line is None:
        return None
    if not isinstance(line, int) or line <= 0:
        return UNDEFINED
    return float(Fraction(exposure + order, line))


def _terms_days(facts: OrderFacts) -> Value:
    """The credit period of the line in force, where it was granted with one; else that of the grade."""
    terms = facts.line.terms
    if terms is not None:
        return PaymentTerms.parse(terms).days
    return None if facts.grade is None else facts.grade["terms_days"]


def _flag(name: str) -> Callable[[OrderFacts], Value]:
    """A flag of the account and of the customer's facts: set where either says so."""

    def source(facts: OrderFacts) -> Value:
        account = facts.account
        value = getattr(account, name)
        if value or account.facts is None:
            return cast("bool | None", value)
        other = getattr(account.facts, name)
        return cast("bool | None", value if other is None else other)

    return source


FLAGS: Final = ("blocked", "insolvency")
"""What both an account and its customer's facts say."""


SOURCES: Final[Mapping[str, Callable[[OrderFacts], Value]]] = {
    **{name: _of_ledger(name) for name in positions.NAMES},
    "exposure": lambda facts: facts.exposure[0],
    "order": _order,
    "order_total": lambda facts: facts.minor(facts.order.amount),
    "line": lambda facts: facts.line.amount,
    "days_since_line_end": lambda facts: facts.line.days_since_end,
    "requested_days": _requested_days,
    "terms_days": _terms_days,
    "utilisation": utilisation_of,
    **{name: _flag(name) for name in FLAGS},
    "grade": lambda facts: None if facts.grade is None else facts.grade["grade"],
    "score": lambda facts: facts.account.score,
}
"""Figure -> how it is worked out from the facts of an order."""
