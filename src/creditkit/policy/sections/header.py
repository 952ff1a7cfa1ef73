"""The head of a policy document: the window in which a version is in force."""

from __future__ import annotations

from datetime import date
from typing import Self

import attrs

from creditkit.policy.schema import entries as e
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase

__all__ = ["REASONS", "Effective"]

REASONS = ("data.invalid", "data.duplicate", "data.no_rate", "ledger.unreadable")
"""What a decision can say of the facts themselves, under every policy."""


@attrs.frozen(kw_only=True)
class Effective(Row):
    """The half-open window in which a version is in force.

    A decision or a check of another date is refused: another version of the policy is in force.
    """

    start: date = e.day(key="from", says=("the first day", "首日"))
    until: date | None = e.day(
        None,
        says=("the day on which it is no longer in force", "失效之日（当日不再有效）"),
        absent=("no end", "无期限"),
    )

    def resolved(self, names: Names, path: str) -> Self:
        """The window, which must not be empty."""
        if self.until is not None and self.until <= self.start:
            rule = Phrase("rule.after", {"day": self.start.isoformat()})
            names.fault("form.range", f"{path}.until", rule=rule, value=self.until.isoformat())
        return self

    def holds(self, day: date) -> bool:
        """Whether a day lies in the window."""
        return day >= self.start and (self.until is None or day < self.until)
