"""Scopes: where a figure's facts are, and so which conditions can name it.

>>> Scope.ORDER.en
'figures of a check'
"""

from __future__ import annotations

import enum

__all__ = ["Scope"]


class Scope(enum.Enum):
    """Whose facts a condition is judged on.

    A scope can know its own figures and those of the scopes that its facts lead to (`sources.known`).
    """

    CUSTOMER = "customer"
    """A customer who is being assessed: their facts, ledger, application and line."""
    GRADED = "graded"
    """A customer who has been graded: the score and the grade are known too."""
    ORDER = "order"
    """An order, its account and, where the account carries them, its customer's facts."""
    MONTH = "month"
    """The months of a customer: their own figures, and those that are made of several months."""

    @property
    def en(self) -> str:
        """What a condition of this scope is on, in English."""
        return _WORDS[self.value][0]

    @property
    def zh(self) -> str:
        """What a condition of this scope is on, in Chinese."""
        return _WORDS[self.value][1]


_WORDS = {
    "customer": ("figures of a customer", "客户指标"),
    "graded": ("figures of a customer, the score and the grade", "客户指标、评分与等级"),
    "order": ("figures of a check", "订单检查指标"),
    "month": ("figures of a month", "月度指标"),
}
