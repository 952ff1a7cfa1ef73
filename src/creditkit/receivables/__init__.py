"""What a ledger says at a date: open items, ageing, turnover, habits, flow, provision; which cash pays
what, sales of a window, and whether two dates reconcile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.receivables import ageing as ageing
    from creditkit.receivables import allocation as allocation
    from creditkit.receivables import allowance as allowance
    from creditkit.receivables import buckets as buckets
    from creditkit.receivables import by_currency as by_currency
    from creditkit.receivables import curves as curves
    from creditkit.receivables import debtors as debtors
    from creditkit.receivables import dso_change as dso_change
    from creditkit.receivables import flow as flow
    from creditkit.receivables import habits as habits
    from creditkit.receivables import loss_history as loss_history
    from creditkit.receivables import monthly as monthly
    from creditkit.receivables import open_items as open_items
    from creditkit.receivables import payment_times as payment_times
    from creditkit.receivables import positions as positions
    from creditkit.receivables import provision as provision
    from creditkit.receivables import reading as reading
    from creditkit.receivables import receipts as receipts
    from creditkit.receivables import reconciliation as reconciliation
    from creditkit.receivables import rolls as rolls
    from creditkit.receivables import sales as sales
    from creditkit.receivables import turnover as turnover
    from creditkit.receivables import turnovers as turnovers
    from creditkit.receivables import unallocated as unallocated

__all__ = [
    "ageing",
    "allocation",
    "allowance",
    "buckets",
    "by_currency",
    "curves",
    "debtors",
    "dso_change",
    "flow",
    "habits",
    "loss_history",
    "monthly",
    "open_items",
    "payment_times",
    "positions",
    "provision",
    "reading",
    "receipts",
    "reconciliation",
    "rolls",
    "sales",
    "turnover",
    "turnovers",
    "unallocated",
]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
