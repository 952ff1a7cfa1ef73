"""Days that surely come no later than others, as far as base dates stand in an order and calendars allow.

A date comes no later than another where that is certain: a prepayment, the order, the payment before
dispatch, dispatch, delivery, acceptance in this order; an invoice after what is ordered and paid in
advance, and before its receipt. Other dates stand in no order, and a milestone stands for itself only.

Working days without a calendar are at least as many days, at most nobody knows how many; they are held
against working days from the same day on.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from creditkit.facts.instalments import DateStep, days_after
from creditkit.reasons.terms import PAID_BEFORE

__all__ = ["DATES", "Bools", "Point", "Steps", "Sure", "in_a_plain_week", "surely"]

Bools: TypeAlias = npt.NDArray[np.bool_]
Steps: TypeAlias = tuple[DateStep, ...]

_CHAIN: Final = ("prepayment", "order", "before_dispatch", "dispatch", "delivery", "acceptance")
_BILLED: Final = ("invoice", "receipt")
_AFTER: Final = {
    *itertools.product(("prepayment", "order", "before_dispatch"), _BILLED),
    ("invoice", "receipt"),
}
_LEFT: Final = ("dispatch", "delivery", "acceptance", *_BILLED)
"""Dates on which the goods have left, by which a payment in advance was made on an earlier day."""
DATES: Final = len(days_after(()))


class Point(NamedTuple):
    """A part of the whole, money or what is taken off it, and its last day: steps from a base date."""

    share: Fraction
    base: str
    steps: Steps


_ByDays: TypeAlias = Callable[[Steps, Steps, bool], Bools]
Sure: TypeAlias = Callable[[Point, Point, bool], Bools]
"""Where one day surely comes no later than another, or surely earlier, by the base date of the other."""


def _order(first: str, second: str) -> bool:
    """Whether one base date never comes after another."""
    if first == second or (first, second) in _AFTER:
        return True
    known = first in _CHAIN and second in _CHAIN
    return known and _CHAIN.index(first) <= _CHAIN.index(second)


def surely(first: Point, second: Point, before: bool) -> Bools:
    """Where one day comes no later than another (``before``: earlier) by any calendar of working days."""
    return _where(first, second, before, _by_any_calendar)


def in_a_plain_week(first: Point, second: Point, before: bool) -> Bools:
    """`surely` where working days are those of a week of five."""
    return _where(first, second, before, _by_nominal_days)


def _where(first: Point, second: Point, before: bool, by: _ByDays) -> Bools:
    if not _order(first.base, second.base):
        return np.zeros(DATES, dtype=bool)
    if first.base in PAID_BEFORE and second.base in _LEFT:
        return np.ones(DATES, dtype=bool)  # the goods have not left yet
    return by(first.steps, second.steps, before)


def _by_nominal_days(first: Steps, second: Steps, before: bool) -> Bools:
    one, other = days_after(first), days_after(second)
    out: Bools = one < other if before else one <= other
    return out


def _by_any_calendar(first: Steps, second: Steps, before: bool) -> Bools:
    """Steps never lead from a later day to an earlier one, so they can be held against each other in turn."""
    counted, other = _by_calendar(first), _by_calendar(second)
    if counted is None:
        one, least = days_after(first), days_after(second, least=True)
        found: Bools = one < least if before else one <= least
        return found
    nowhere = np.zeros(DATES, dtype=bool)
    if other is None or counted.days > other.days:
        return nowhere
    ahead = bool(_by_any_calendar(counted.after, other.after, before).all())
    if before and counted.days < other.days and not (counted.after or other.after):
        ahead = True  # of two working days, the one that is counted earlier
    return _by_nominal_days(counted.before, other.before, False) if ahead else nowhere


class _Counted(NamedTuple):
    """Steps around the first that counts working days."""

    before: Steps
    days: int
    after: Steps


def _by_calendar(steps: Steps) -> _Counted | None:
    for place, step in enumerate(steps):
        if step.do == "add_working_days":
            return _Counted(steps[:place], step.n or 0, steps[place + 1 :])
    return None
