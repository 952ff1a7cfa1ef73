"""The policy: a declarative document, and what it decides. The only room that knows all calculators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.policy import carrier as carrier
    from creditkit.policy import check as check
    from creditkit.policy import decide as decide
    from creditkit.policy import document as document
    from creditkit.policy import figures as figures
    from creditkit.policy import identity as identity
    from creditkit.policy import loading as loading
    from creditkit.policy import policy as policy
    from creditkit.policy import queue as queue
    from creditkit.policy import schema as schema
    from creditkit.policy import sections as sections
    from creditkit.policy import standard as standard
    from creditkit.policy import watch as watch
    from creditkit.policy import words as words

__all__ = [
    "carrier",
    "check",
    "decide",
    "document",
    "figures",
    "identity",
    "loading",
    "policy",
    "queue",
    "schema",
    "sections",
    "standard",
    "watch",
    "words",
]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
