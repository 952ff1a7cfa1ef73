"""Which line is in force at a date: the permanent one, replaced or added to by a temporary one.

A window is half-open: the line is in force from its start and before ``until``. An expired
permanent line keeps its amount, so that the limit check still says something, and its days since
the end fail the separate check of validity.

>>> line = CreditLine(currency="CNY", amount="100000", approved_by="cfo", approved_on=date(2026, 1, 2),
...                   until=date(2026, 7, 1))
>>> in_force(line, (), date(2026, 7, 1)).days_since_end
1
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import attrs

from creditkit.facts.lines import CreditLine, LineMode
from creditkit.money import Line, LineAmount, Money

__all__ = ["InForce", "in_force"]

WITHOUT_END: Final = date.max
"""What a line without ``until`` counts as its end."""


@attrs.frozen(kw_only=True)
class InForce:
    """The line in force: its amount (None: not known), and how many days ago its window ended.

    ``days_since_end`` is 0 on the last day and negative before; None where no line is known.
    ``temporary`` says that a temporary line had a part in it.
    """

    amount: LineAmount | None
    days_since_end: int | None
    temporary: bool = False


def in_force(permanent: CreditLine | None, temporary: Iterable[CreditLine], as_of: date) -> InForce:
    """The line in force at a date; a permanent line that has not started counts as none."""
    amount: LineAmount | None = None
    end: date | None = None
    if permanent is not None:
        started = permanent.start is None or permanent.start <= as_of
        amount = permanent.amount if started else Line.NONE
        end = permanent.until or WITHOUT_END
    running = [line for line in temporary if _runs(line, as_of)]
    replacing = [line for line in running if line.mode is not LineMode.ADDS]
    if replacing:
        latest = max(replacing, key=lambda line: (line.approved_on, line.until or WITHOUT_END))
        amount, end = latest.amount, latest.until or WITHOUT_END
    for line in running:
        if line.mode is LineMode.ADDS:
            amount = _added(amount, line.amount)
    return InForce(
        amount=amount,
        days_since_end=None
        if end is None
        else (as_of - end).days + (0 if end is WITHOUT_END else 1),
        temporary=bool(running),
    )


def _runs(line: CreditLine, as_of: date) -> bool:
    return (line.start is None or line.start <= as_of) and (
        line.until is None or as_of < line.until
    )


def _added(amount: LineAmount | None, more: LineAmount) -> LineAmount | None:
    """An addition to a line; no credit counts as zero, what is not known stays so."""
    if more is Line.UNLIMITED or amount is Line.UNLIMITED:
        return Line.UNLIMITED
    if not isinstance(more, Money):
        return amount
    if amount is Line.NONE:
        return more
    return amount + more if isinstance(amount, Money) else amount
