"""What a ledger says at a date: open items, ageing, turnover, habits, a policy's figures;
which cash pays what, sales of a window, and whether two dates reconcile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.receivables import ageing as ageing
    from creditkit.receivables import allocation as allocation
    from creditkit.receivables import buckets as buckets
    from creditkit.receivables import by_currency as by_currency
    from creditkit.receivables import debtors as debtors
    from creditkit.receivables import habits as habits
    from creditkit.receivables import monthly as monthly
    from creditkit.receivables import open_items as open_items
    from creditkit.receivables import positions as positions
    from creditkit.receivables import reading as reading
    from creditkit.receivables import reconciliation as reconciliation
    from creditkit.receivables import sales as sales
    from creditkit.receivables import turnover as turnover
    from creditkit.receivables import unallocated as unallocated

__all__ = [
    "ageing",
    "allocation",
    "buckets",
    "by_currency",
    "debtors",
    "habits",
    "monthly",
    "open_items",
    "positions",
    "reading",
    "reconciliation",
    "sales",
    "turnover",
    "unallocated",
]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
