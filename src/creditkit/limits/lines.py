"""Which line is in force at a date: the permanent one, replaced or added to by temporary ones.

A window is half-open: a line is in force from its start and before ``until``. An expired permanent
line keeps its amount, so that the limit check still says something, and its days since the end
fail the separate check of validity.

>>> line = CreditLine(currency="CNY", amount="100000", approved_by="cfo", approved_on=date(2026, 1, 2),
...                   until=date(2026, 7, 1))
>>> in_force([line], date(2026, 7, 1)).days_since_end
1
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final, TypeAlias

import attrs

from creditkit._fields import Day, as_date, records_in
from creditkit.facts.lines import CreditLine, LineMode
from creditkit.money import Line, Money

__all__ = ["Amount", "InForce", "approved", "in_force", "runs"]

WITHOUT_END: Final = date.max
"""What a line without ``until`` counts as its end."""

Amount: TypeAlias = int | Line | None
"""A line's amount in minor units of the currency at hand, or its state; None where it is not known."""

Convert: TypeAlias = Callable[[Money], int | None]


@attrs.frozen(kw_only=True)
class InForce:
    """The line in force: its amount, and how many days ago its window ended.

    ``days_since_end`` is 0 on the last day and negative before; None where no line is known. ``terms``
    are those that the line was granted with, by name; None where it was granted without. ``unapproved``
    are lines that count for nothing: nobody approved them, or only later.
    """

    amount: Amount
    days_since_end: int | None
    terms: str | None = None
    unapproved: tuple[CreditLine, ...] = attrs.field(default=(), eq=False)


def in_force(
    lines: Iterable[CreditLine],
    as_of: Day,
    convert: Convert = lambda money: money.minor,
) -> InForce:
    """The line in force among all that were granted, of whatever mode; no line is not known.

    Of several permanent lines the one that started last stands, of several of one day the one that
    was approved last, and then the smallest: which of two granted on one day is meant is not known.
    One that has not started yet counts as none, and so does one that nobody has approved by then. A
    replacing line that runs stands in its place, and running additions add to either. ``convert``
    makes minor units of the currency at hand, None where there is no rate.
    """
    given = records_in(CreditLine, lines, "in_force.lines")
    as_of = as_date(as_of)
    granted, unapproved = given, tuple[CreditLine, ...]()
    if not all(approved(line, as_of) for line in given):
        granted = [line for line in given if approved(line, as_of)]
        unapproved = tuple(line for line in given if not approved(line, as_of))
    started: CreditLine | None = None
    replacing: CreditLine | None = None
    adding: list[CreditLine] = []
    ahead: list[CreditLine] = []
    ahead += (line for line in unapproved if line.mode is LineMode.PERMANENT)
    for line in granted:
        if line.mode is LineMode.PERMANENT:
            if line.start is None or line.start <= as_of:
                started = line if started is None else _later(started, line, convert)
            else:
                ahead.append(line)
        elif not runs(line, as_of):
            continue
        elif line.mode is LineMode.REPLACES:
            replacing = line if replacing is None else _later(replacing, line, convert)
        else:
            adding.append(line)
    base = replacing or started
    if base is not None:
        amount, end = _minor(base, convert), base.until or WITHOUT_END
    elif ahead:
        amount, end = Line.NONE, min(line.until or WITHOUT_END for line in ahead)
    else:
        return InForce(amount=None, days_since_end=None, unapproved=unapproved)
    for line in adding:
        amount = _added(amount, _minor(line, convert))
    days = (as_of - end).days + (0 if end is WITHOUT_END else 1)
    terms = None if base is None else base.terms
    return InForce(amount=amount, days_since_end=days, terms=terms, unapproved=unapproved)


def approved(line: CreditLine, as_of: date) -> bool:
    """Whether somebody has approved a line by a date."""
    return line.approved_by is not None and (line.approved_on is None or line.approved_on <= as_of)


def runs(line: CreditLine, as_of: date) -> bool:
    """Whether a date lies in the line's half-open window."""
    return (line.start is None or line.start <= as_of) and (
        line.until is None or as_of < line.until
    )


def _later(line: CreditLine, other: CreditLine, convert: Convert) -> CreditLine:
    """The line that started last, then the one approved last, then the most cautious one."""
    return other if _place(other, convert) > _place(line, convert) else line


def _place(line: CreditLine, convert: Convert) -> tuple[Any, ...]:
    amount = _minor(line, convert)
    # nothing and an amount that has no rate come before what is known to be more than nothing;
    # an inherited one gives way to an amount, because a group's line is checked beside it
    size = {Line.NONE: (3, 0), None: (2, 0), Line.INHERIT: (0, 1), Line.UNLIMITED: (0, 0)}
    caution = (1, -amount) if isinstance(amount, int) else size[amount]
    caution = (3, 0) if amount == 0 else caution
    day = (line.start or date.min, line.approved_on or date.min)
    return (*day, *caution, WITHOUT_END - (line.until or WITHOUT_END))


def _minor(line: CreditLine, convert: Convert) -> Amount:
    return line.amount if isinstance(line.amount, Line) else convert(line.amount)


def _added(amount: Amount, more: Amount) -> Amount:
    """An addition to a line: no credit counts as zero, and what is not known stays not known.

    To an inherited line nothing can be added, because its amount stands elsewhere: not known.
    """
    if amount is Line.UNLIMITED or more is Line.UNLIMITED:
        return Line.UNLIMITED
    if amount is Line.INHERIT or amount is None or more is None or more is Line.INHERIT:
        return None
    return (0 if isinstance(amount, Line) else amount) + (0 if isinstance(more, Line) else more)
