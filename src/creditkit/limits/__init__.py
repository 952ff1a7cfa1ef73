"""Credit limits, the lines that were granted, and what of them is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.limits import amounts as amounts
    from creditkit.limits import by_method as by_method
    from creditkit.limits import combining as combining
    from creditkit.limits import documents as documents
    from creditkit.limits import exposure as exposure
    from creditkit.limits import lines as lines
    from creditkit.limits import methods as methods
    from creditkit.limits import plan as plan

__all__ = [
    "amounts",
    "by_method",
    "combining",
    "documents",
    "exposure",
    "lines",
    "methods",
    "plan",
]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
