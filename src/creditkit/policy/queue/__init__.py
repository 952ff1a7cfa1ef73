"""A queue of held orders: checked in turn, and which of them to release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.policy.queue import cash as cash
    from creditkit.policy.queue import checked as checked
    from creditkit.policy.queue import given as given
    from creditkit.policy.queue import in_turn as in_turn
    from creditkit.policy.queue import mixed as mixed
    from creditkit.policy.queue import plan as plan
    from creditkit.policy.queue import planning as planning
    from creditkit.policy.queue import problem as problem
    from creditkit.policy.queue import room as room
    from creditkit.policy.queue import search as search
    from creditkit.policy.queue import standing as standing

__all__ = [
    "cash",
    "checked",
    "given",
    "in_turn",
    "mixed",
    "plan",
    "planning",
    "problem",
    "room",
    "search",
    "standing",
]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
