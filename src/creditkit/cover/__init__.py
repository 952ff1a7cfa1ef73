"""Cover: what credit insurance and securities take over of what a customer owes, and what stays.

    cover(buyer, policy, as_of=...)                 what of each shipment is insured, and why not
    would_be_covered(order, buyer, policy, ...)     the same of an order, before the goods leave
    deadlines(buyer, policy, as_of=...)             until when to report, stop, hand over and claim
    received(buyer, amount, on=...)                 what a receipt pays: the oldest first, or pro rata
    indemnity(loss, policy)                         what the insurer pays of a loss, step by step
    secured(securities, exposure=..., as_of=...)    guarantees, deposits and their like, after haircuts

Facts are those of `facts.insurance` and `facts.securities`. Nothing here needs a policy of credit
control; what is not known is never insured.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from creditkit.cover.claims import Indemnity as Indemnity
    from creditkit.cover.claims import IndemnityStep as IndemnityStep
    from creditkit.cover.claims import Loss as Loss
    from creditkit.cover.claims import indemnity as indemnity
    from creditkit.cover.conditions import CoverCondition as CoverCondition
    from creditkit.cover.covering import Cover as Cover
    from creditkit.cover.covering import CoverRow as CoverRow
    from creditkit.cover.covering import cover as cover
    from creditkit.cover.many import CoverOfBuyer as CoverOfBuyer
    from creditkit.cover.many import Covers as Covers
    from creditkit.cover.many import covers as covers
    from creditkit.cover.orders import OrderCover as OrderCover
    from creditkit.cover.orders import would_be_covered as would_be_covered
    from creditkit.cover.receipts import Received as Received
    from creditkit.cover.receipts import ReceivedPart as ReceivedPart
    from creditkit.cover.receipts import received as received
    from creditkit.cover.securities import Secured as Secured
    from creditkit.cover.securities import SecuredPart as SecuredPart
    from creditkit.cover.securities import secured as secured
    from creditkit.cover.timeline import Deadline as Deadline
    from creditkit.cover.timeline import Deadlines as Deadlines
    from creditkit.cover.timeline import deadlines as deadlines

_HOMES: Final = {
    "claims": "Indemnity IndemnityStep Loss indemnity",
    "conditions": "CoverCondition",
    "covering": "Cover CoverRow cover",
    "many": "CoverOfBuyer Covers covers",
    "orders": "OrderCover would_be_covered",
    "receipts": "Received ReceivedPart received",
    "securities": "Secured SecuredPart secured",
    "timeline": "Deadline Deadlines deadlines",
}
_HOME: Final = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


if not TYPE_CHECKING:  # to which a name is what is imported above, and nothing else

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module 'creditkit.cover' has no attribute {name!r}")
        value = getattr(importlib.import_module(f"creditkit.cover.{_HOME[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return __all__
