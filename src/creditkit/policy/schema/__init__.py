"""How a policy document is written: entries, conditions, findings, names. It knows no section and no verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.policy.schema import conditions as conditions
    from creditkit.policy.schema import entries as entries
    from creditkit.policy.schema import findings as findings
    from creditkit.policy.schema import names as names
    from creditkit.policy.schema import phrases as phrases
    from creditkit.policy.schema import presented as presented
    from creditkit.policy.schema import readers as readers
    from creditkit.policy.schema import scale as scale
    from creditkit.policy.schema import unread as unread

__all__ = [
    "conditions",
    "entries",
    "findings",
    "names",
    "phrases",
    "presented",
    "readers",
    "scale",
    "unread",
]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
