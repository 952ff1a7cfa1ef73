"""`watch`: early warning from months of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit._lazy import modules_of

if TYPE_CHECKING:
    from creditkit.policy.watch import alert as alert
    from creditkit.policy.watch import alerts as alerts
    from creditkit.policy.watch import told as told
    from creditkit.policy.watch import triggers as triggers
    from creditkit.policy.watch import watch as watch

__all__ = ["alert", "alerts", "told", "triggers", "watch"]

if not TYPE_CHECKING:  # to which a module is what is imported above, and nothing else
    __getattr__, __dir__ = modules_of(__name__, __all__)
