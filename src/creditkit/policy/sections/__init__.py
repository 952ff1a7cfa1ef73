"""The sections of a policy document, one file each.

A file says what may be written, what it means and what can be wrong with it.
A section knows the ones that are read before it, and no verb: what is decided with it is written in the
folders of the verbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.policy.sections import assessment as assessment
    from creditkit.policy.sections import authority as authority
    from creditkit.policy.sections import checks as checks
    from creditkit.policy.sections import grades as grades
    from creditkit.policy.sections import header as header
    from creditkit.policy.sections import limit as limit
    from creditkit.policy.sections import monitoring as monitoring
    from creditkit.policy.sections import reviews as reviews
    from creditkit.policy.sections import scorecards as scorecards
    from creditkit.policy.sections import tests as tests

__all__ = [
    "assessment",
    "authority",
    "checks",
    "grades",
    "header",
    "limit",
    "monitoring",
    "reviews",
    "scorecards",
    "tests",
]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
