"""What the checks of this room raise: every rule of a contract that was broken, with what shows it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from creditkit.errors import CreditkitError

__all__ = ["ContractBroken", "Fault"]


@attrs.frozen(kw_only=True)
class Fault:
    """One broken rule: where, which, what came, an input that shows it, and how many inputs do."""

    path: str
    rule: str
    got: str = ""
    given: str = ""
    count: int = 1

    def __str__(self) -> str:
        text = f"{self.path} {self.rule}"
        if self.got:
            text += f" (got {self.got})"
        if self.given:
            text += f"\n      given {self.given}"
        return f"{text}\n      and {self.count - 1} more such inputs" if self.count > 1 else text


class ContractBroken(CreditkitError, AssertionError):
    """What a host wrote does not keep a contract; ``faults`` lists how."""

    def __init__(
        self, model: str, faults: Sequence[Fault], contract: str = "scoring model"
    ) -> None:
        super().__init__(model, tuple(faults), contract)
        self.model = model
        self.faults = tuple(faults)
        self.contract = contract

    def __str__(self) -> str:
        ways = f"{len(self.faults)} ways" if len(self.faults) > 1 else "one way"
        lines = "".join(f"\n  {fault}" for fault in self.faults)
        return f"{self.model} breaks the contract of a {self.contract} in {ways}:{lines}"
