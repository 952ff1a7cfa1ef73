"""What a result says of the policy that gave it."""

from __future__ import annotations

import attrs

__all__ = ["Identity"]


@attrs.frozen(kw_only=True)
class Identity:
    """The policy's id, its version (a label for people) and its digest (the identity)."""

    id: str
    version: str
    digest: str
