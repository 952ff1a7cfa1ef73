"""Figures by scope: how each is worked out from the facts of a customer, an order or a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.policy.figures import facts as facts
    from creditkit.policy.figures import months as months
    from creditkit.policy.figures import of_customers as of_customers
    from creditkit.policy.figures import of_ledgers as of_ledgers
    from creditkit.policy.figures import of_months as of_months
    from creditkit.policy.figures import of_orders as of_orders
    from creditkit.policy.figures import of_ratings as of_ratings
    from creditkit.policy.figures import of_statements as of_statements
    from creditkit.policy.figures import order as order
    from creditkit.policy.figures import owing as owing
    from creditkit.policy.figures import own as own
    from creditkit.policy.figures import row as row
    from creditkit.policy.figures import scopes as scopes
    from creditkit.policy.figures import source as source
    from creditkit.policy.figures import sources as sources
    from creditkit.policy.figures import table as table
    from creditkit.policy.figures import unreadable as unreadable
    from creditkit.policy.figures import usable as usable

__all__ = [
    "facts",
    "months",
    "of_customers",
    "of_ledgers",
    "of_months",
    "of_orders",
    "of_ratings",
    "of_statements",
    "order",
    "owing",
    "own",
    "row",
    "scopes",
    "source",
    "sources",
    "table",
    "unreadable",
    "usable",
]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
