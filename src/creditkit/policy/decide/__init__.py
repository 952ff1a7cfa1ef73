"""`decide`: grade, recommended limit and terms, for one customer and for many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.policy.decide import amounts as amounts
    from creditkit.policy.decide import decision as decision
    from creditkit.policy.decide import decisions as decisions
    from creditkit.policy.decide import limits as limits
    from creditkit.policy.decide import many as many
    from creditkit.policy.decide import one as one
    from creditkit.policy.decide import page as page
    from creditkit.policy.decide import steps as steps
    from creditkit.policy.decide import trace as trace

__all__ = ["amounts", "decision", "decisions", "limits", "many", "one", "page", "steps", "trace"]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
