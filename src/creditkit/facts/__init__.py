"""What the host knows, checked at the door: frozen facts, and the same facts as columns. No verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.facts import accounts as accounts
    from creditkit.facts import customers as customers
    from creditkit.facts import debtors as debtors
    from creditkit.facts import documents as documents
    from creditkit.facts import instalments as instalments
    from creditkit.facts import insurance as insurance
    from creditkit.facts import kinds as kinds
    from creditkit.facts import ledger as ledger
    from creditkit.facts import lines as lines
    from creditkit.facts import monthly as monthly
    from creditkit.facts import notes as notes
    from creditkit.facts import open_items as open_items
    from creditkit.facts import own as own
    from creditkit.facts import rates as rates
    from creditkit.facts import securities as securities
    from creditkit.facts import statements as statements
    from creditkit.facts import terms as terms

__all__ = [
    "accounts",
    "customers",
    "debtors",
    "documents",
    "instalments",
    "insurance",
    "kinds",
    "ledger",
    "lines",
    "monthly",
    "notes",
    "open_items",
    "own",
    "rates",
    "securities",
    "statements",
    "terms",
]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
