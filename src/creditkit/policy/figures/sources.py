"""The table of sources: which figures each scope can know, and how they are worked out.

This is the only place that knows every calculator. A new figure is one declaration in the catalogue,
one function in the room that it belongs to, and one line in the `SOURCES` of its scope's file.

>>> known("exposure", Scope.CUSTOMER), known("exposure", Scope.ORDER), known("z2", Scope.ORDER)
(False, True, True)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from creditkit.policy.figures import (
    of_customers,
    of_ledgers,
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


_GRADED: Final = frozenset({"score", "grade"})
_OF_APPLICATIONS: Final = frozenset({"requested_limit"})
"""An order is no application for a limit."""


def known(name: str, scope: Scope) -> bool:
    """Whether a scope can know a figure; a host's own are known wherever the host supplies them."""
    if name not in CATALOGUE or scope is Scope.MONTH:
        return True
    if scope is Scope.ORDER and name in of_orders.SOURCES:
        return True
    if scope is Scope.GRADED and name in _GRADED:
        return True
    return name in CUSTOMER and not (scope is Scope.ORDER and name in _OF_APPLICATIONS)
