"""Every public entry of creditkit, each with a small call that runs it.

`test_purity.py` runs them under an interpreter audit hook. A new public function or method that
does something gets one line here; build its inputs outside the lambda:

    ("policy.decide", lambda: POLICY.decide(CUSTOMER, as_of=TODAY)),
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["ENTRIES"]

ENTRIES: list[tuple[str, Callable[[], object]]] = []
