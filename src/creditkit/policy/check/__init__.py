"""`check`: may this order go out, and what would release it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.policy.check import approvals as approvals
    from creditkit.policy.check import check as check
    from creditkit.policy.check import levels as levels
    from creditkit.policy.check import page as page
    from creditkit.policy.check import release as release
    from creditkit.policy.check import results as results
    from creditkit.policy.check import run as run
    from creditkit.policy.check import verdict as verdict

__all__ = ["approvals", "check", "levels", "page", "release", "results", "run", "verdict"]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
