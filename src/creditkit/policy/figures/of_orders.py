"""Figures of an order under test and the account that it is checked against.

What the account says at the moment of the check comes before what the customer's facts say. A flag that
is set in either counts: who is blocked or insolvent anywhere is not made free by a second source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Final, cast

from creditkit.errors import InvalidFact
from creditkit.facts.terms import PaymentTerms
from creditkit.figures import UNDEFINED, Value
from creditkit.money import Line
from creditkit.receivables import positions

if TYPE_CHECKING:
    from creditkit.policy.figures.order import OrderFacts

__all__ = ["FLAGS", "SOURCES", "TERMS_OF_GRADE", "terms_upgrade", "utilisation_of"]

TERMS_OF_GRADE: Final = "terms of the grade"
"""The column of a grade's row that has its terms by name; no figure and no column of a house can be it."""


def _agreed(facts: OrderFacts) -> PaymentTerms | None:
    """The terms of the line in force, where it was granted with some; else those of the grade."""
    name = facts.line.terms
    if name is None and facts.grade is not None:
        name = cast("str | None", facts.grade.get(TERMS_OF_GRADE))
    return None if name is None else PaymentTerms.parse(name)


def _requested(facts: OrderFacts) -> PaymentTerms | None:
    """The terms that the order asks for; without any, those that were agreed."""
    name = facts.order.terms
    return _agreed(facts) if name is None else PaymentTerms.parse(name)


def _longest(of: Callable[[OrderFacts], PaymentTerms | None]) -> Callable[[OrderFacts], Value]:
    def source(facts: OrderFacts) -> Value:
        terms = of(facts)
        return None if terms is None else terms.days

    return source


def _weighted(of: Callable[[OrderFacts], PaymentTerms | None]) -> Callable[[OrderFacts], Value]:
    def source(facts: OrderFacts) -> Value:
        from creditkit.terms.discounts import weighted_days  # few policies ask for it

        terms = of(facts)
        try:
            amount = facts.order.amount
            return None if terms is None else ceil(weighted_days(terms, amount=amount))
        except InvalidFact:  # fixed amounts in another currency, or beyond the order
            return None

    return source


def terms_upgrade(facts: OrderFacts, asked: PaymentTerms | None = None) -> Value:
    """Whether the order asks for more than was agreed; not known where nobody can tell."""
    from creditkit.terms.comparing import upgraded  # few policies ask for it

    asked, agreed = asked or _requested(facts), _agreed(facts)
    if asked is None or agreed is None:
        return None
    return upgraded(asked, agreed, amount=facts.order.amount)


def _of_ledger(name: str) -> Callable[[OrderFacts], Value]:
    return lambda facts: facts.of_ledger(name)


def utilisation_of(figures: Mapping[str, Value]) -> Value:
    """Exposure with the order / line: nothing of an unlimited one; no meaning without a line above zero."""
    exposure, order, line = figures["exposure"], figures["order"], figures["line"]
    if not isinstance(exposure, int) or not isinstance(order, int) or line is None:
        return None
    if line is Line.UNLIMITED:
        return 0.0
    if not isinstance(line, int) or line <= 0:
        return UNDEFINED
    return float(Fraction(exposure + order, line))


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
    "order": lambda facts: facts.documents.ask,
    "order_total": lambda facts: facts.minor(facts.order.amount),
    "line": lambda facts: facts.line.amount,
    "days_since_line_end": lambda facts: facts.line.days_since_end,
    "requested_days": _longest(_requested),
    "terms_days": _longest(_agreed),
    "requested_weighted_days": _weighted(_requested),
    "terms_weighted_days": _weighted(_agreed),
    "terms_upgrade": terms_upgrade,
    "utilisation": utilisation_of,
    **{name: _flag(name) for name in FLAGS},
    "grade": lambda facts: None if facts.grade is None else facts.grade["grade"],
    "score": lambda facts: facts.account.score,
}
"""Figure -> how it is worked out from the facts of an order."""
