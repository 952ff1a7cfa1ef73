"""The table of sources: which figures each scope can know, and how they are worked out.

This is the only place that knows every calculator. A new figure is one declaration in the catalogue,
one function in the room that it belongs to, and one line in the `SOURCES` of its scope's file.

>>> known("exposure", Scope.CUSTOMER), known("exposure", Scope.ORDER), known("exposure", Scope.MONTH)
(False, True, True)
>>> known("z2", Scope.CUSTOMER), known("z2", Scope.ORDER), known("z2", Scope.MONTH)
(True, True, False)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from creditkit.policy.figures import (
    of_customers,
    of_ledgers,
    of_months,
    of_orders,
    of_ratings,
    of_statements,
)
from creditkit.policy.figures.facts import CATALOGUE
from creditkit.policy.figures.scopes import Scope
from creditkit.policy.figures.source import Source

__all__ = ["CUSTOMER", "known"]

CUSTOMER: Final[Mapping[str, Source]] = {
    **of_statements.SOURCES,
    **of_customers.SOURCES,
    **of_ratings.SOURCES,
    **of_ledgers.SOURCES,
}
"""Figure of a customer -> how it is worked out."""

_ORDER: Final = frozenset({*of_orders.SOURCES, *CUSTOMER} - {"requested_limit"})
"""An order leads to its customer, and is no application for a limit."""

_OF_SCOPE: Final[Mapping[Scope, frozenset[str]]] = {
    Scope.CUSTOMER: frozenset(CUSTOMER),
    Scope.GRADED: frozenset({*CUSTOMER, "score", "grade"}),
    Scope.ORDER: _ORDER,
    Scope.MONTH: frozenset(of_months.SOURCES),
}
"""The figures of the catalogue that each scope can know by itself."""


def known(name: str, scope: Scope) -> bool:
    """Whether a scope can know a figure; a host's own are known wherever the host supplies them."""
    return name in _OF_SCOPE[scope] or name not in CATALOGUE
