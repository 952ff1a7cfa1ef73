"""Outcomes: what a decision or a check says about the goods, from the mildest to the most severe.

>>> max(Outcome.WARN, Outcome.REFER)
<Outcome.REFER: 'refer'>
"""

from __future__ import annotations

import enum
import functools
from typing import Final

from creditkit.languages import AnyLanguage, texts

__all__ = ["OUTCOMES", "Outcome", "Word"]


class Word(enum.Enum):
    """A word of a result: equal to its plain text, so that ``outcome == "approve"`` says what it seems to."""

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, str) and other == self.value)

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return str(self.value)


@functools.total_ordering
class Outcome(Word):
    """What happens to the order or the application; a later member is more severe.

    >>> Outcome.HOLD == "hold", Outcome.HOLD >= Outcome.REFER
    (True, True)
    """

    APPROVE = "approve"
    WARN = "warn"
    REQUIRE = "require"
    REFER = "refer"
    HOLD = "hold"
    REJECT = "reject"

    _code: int

    @property
    def code(self) -> int:
        """Its rank in the order of severity: 0 for approve, 5 for reject; the code in columns."""
        return self._code

    @property
    def goes(self) -> bool:
        """Whether the goods may go without anybody doing anything more."""
        return self._code <= 1

    def title(self, language: AnyLanguage = "en") -> str:
        """Its name in a language: ``"en"``, ``"zh"`` or a `Language`."""
        return TITLES[self.value].in_(language)

    def __lt__(self, other: Outcome) -> bool:
        return self.code < other.code if isinstance(other, Outcome) else NotImplemented


OUTCOMES: Final = tuple(Outcome)
"""Every outcome by its code."""

for _rank, _outcome in enumerate(OUTCOMES):
    _outcome._code = _rank  # each member knows its own: it is asked at every reason

TITLES: Final = texts(
    "outcome",
    {
        "approve": ("approve", "通过"),
        "warn": ("warn", "提醒"),
        "require": ("require", "有条件放行"),
        "refer": ("refer", "转人工审批"),
        "hold": ("hold", "信用冻结"),
        "reject": ("reject", "拒绝"),
    },
)
"""What an outcome is called."""
