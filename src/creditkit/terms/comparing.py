"""Which terms are better for the customer: what is asked for beside what was agreed.

Terms are compared by how much has to be paid by when. Asked for terms are *the same or shorter* where at
no time less has to be paid, and no discount is larger or lasts longer; they are *longer* where at some
time less has to be paid. This order is partial: whether 60 days from acceptance are more than 90 days
from the invoice nobody knows, and that is said (*not known*). A prepayment comes before the order,
that before dispatch, delivery and acceptance; an invoice before its receipt; other base dates stand in
no order, and a milestone is compared with itself only.

For a single number there is `weighted_days`, and `worth` at a rate.

>>> compare("net 60", "net 30").verdict, compare("30% prepaid, 70% net 30", "net 30").verdict
('longer', 'shorter')
>>> compare("60 days after acceptance", "net 60").verdict
'not_known'
>>> compare("2/10 net 30", "net 30").reasons
('discount',)
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, ClassVar, Final, NamedTuple

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._plain import Record
from creditkit.calendars import Days
from creditkit.errors import InvalidFact
from creditkit.facts.instalments import days_after
from creditkit.facts.terms import PaymentTerms
from creditkit.money import Money
from creditkit.terms.discounts import shares_of, weighted_days
from creditkit.terms.one import terms_of

__all__ = ["TermsComparison", "compare", "upgraded"]

_CHAIN: Final = ("prepayment", "order", "dispatch", "delivery", "acceptance")
_AFTER: Final = {("prepayment", "invoice"), ("prepayment", "receipt"), ("invoice", "receipt")}


@attrs.frozen(kw_only=True)
class TermsComparison(Record):
    """What is asked for beside what was agreed.

    ``verdict`` is ``same``, ``shorter`` (at no time is less to be paid), ``longer`` (at some time less is,
    or a discount is larger or lasts longer) or ``not_known``; ``reasons`` say where an upgrade lies: ``days``
    and ``discount``. ``longest_days`` and ``weighted_days`` are those of both, the asked for first;
    weighted days are None where fixed amounts need an amount.
    """

    schema: ClassVar[str] = "creditkit.terms_comparison/1"

    asked: str
    agreed: str
    verdict: str
    reasons: tuple[str, ...]
    longest_days: tuple[int, int]
    weighted_days: tuple[Fraction | None, Fraction | None]


def compare(
    asked: PaymentTerms | str, agreed: PaymentTerms | str, *, amount: Money | None = None
) -> TermsComparison:
    """Compare the terms that are asked for with those that were agreed.

    Fixed amounts are shares of ``amount``; without it terms that have any are compared only where
    they are the same. Rolling to a working day is left out.
    """
    mine, theirs = terms_of(asked, "compare.asked"), terms_of(agreed, "compare.agreed")
    up, reasons = _upgraded(mine, theirs, amount)
    if mine.plan == theirs.plan:
        verdict = "same"
    elif up is None:
        verdict = "not_known"
    elif up:
        verdict = "longer"
    else:
        back, _ = _upgraded(theirs, mine, amount)
        verdict = "same" if back is False else "shorter"
    return TermsComparison(
        asked=mine.text(),
        agreed=theirs.text(),
        verdict=verdict,
        reasons=reasons,
        longest_days=(mine.days, theirs.days),
        weighted_days=(_weighted(mine, amount), _weighted(theirs, amount)),
    )


def upgraded(
    asked: PaymentTerms | str, agreed: PaymentTerms | str, *, amount: Money | None = None
) -> bool | None:
    """Whether what is asked for is in any way more than what was agreed; None where nobody knows."""
    return _upgraded(terms_of(asked), terms_of(agreed), amount)[0]


def _weighted(plan: PaymentTerms, amount: Money | None) -> Fraction | None:
    try:
        return weighted_days(plan, amount=amount)
    except InvalidFact:
        return None


class _Point(NamedTuple):
    """Money, or a discount on it, and the day: of each base date of four years."""

    share: Fraction
    base: str
    days: Days


def _upgraded(
    asked: PaymentTerms, agreed: PaymentTerms, amount: Money | None
) -> tuple[bool | None, tuple[str, ...]]:
    if asked.plan == agreed.plan:
        return False, ()
    try:
        mine, theirs = _points(asked, amount), _points(agreed, amount)
    except InvalidFact:
        return None, ()
    pay = _less_by(mine, theirs)
    discounts = _more_off(_windows(asked, mine), _windows(agreed, theirs))
    found = {"days": pay, "discount": discounts}
    reasons = tuple(name for name, more in found.items() if more)
    return (True if reasons else None if None in found.values() else False), reasons


def _points(plan: PaymentTerms, amount: Money | None) -> list[_Point]:
    return [
        _Point(share, part.base, days_after(part.steps))
        for share, part in zip(shares_of(plan, amount), plan.plan, strict=True)
    ]


def _windows(plan: PaymentTerms, points: list[_Point]) -> list[list[_Point]]:
    """The discounts of each instalment, as shares of the whole."""
    return [
        [
            _Point(point.share * one.share, part.base, days_after(one.steps))
            for one in part.discounts
        ]
        for point, part in zip(points, plan.plan, strict=True)
    ]


def _order(first: str, second: str) -> bool:
    """Whether one base date never comes after another."""
    if first == second or (first, second) in _AFTER:
        return True
    known = first in _CHAIN and second in _CHAIN
    return known and _CHAIN.index(first) <= _CHAIN.index(second)


def _surely(first: _Point, second: _Point, *, before: bool) -> npt.NDArray[Any]:
    """Where one day surely comes no later than another; with ``before`` surely earlier."""
    if not _order(first.base, second.base):
        return np.zeros(len(first.days), dtype=bool)
    if first.base == "prepayment" != second.base != "order":
        return np.ones(len(first.days), dtype=bool)  # the goods have not left yet
    return first.days < second.days if before else first.days <= second.days


def _less_by(asked: list[_Point], agreed: list[_Point]) -> bool | None:
    """Whether at some time less has to be paid than agreed: surely, surely not, or not known.

    Where as much counts from each base date in both, one is held against the other base by base:
    that needs no order between them.
    """
    mine, theirs = _by_base(asked), _by_base(agreed)
    if _totals(mine) == _totals(theirs) and len(mine) > 1:
        up = any(_less_by(mine[base], theirs[base]) for base in mine)
        down = any(_less_by(theirs[base], mine[base]) for base in mine)
        if not (up and down):
            return up
    scale = _scale([*asked, *agreed])
    surely_not = True
    for when in agreed:
        mine_least = _paid(asked, when, scale, least=True)
        theirs_most = _paid(agreed, when, scale, least=False)
        if bool((mine_least < theirs_most).any()):
            surely_not = False
        mine_most = _paid(asked, when, scale, least=False)
        theirs_least = _paid(agreed, when, scale, least=True)
        if bool((mine_most < theirs_least).any()):
            return True
    return False if surely_not else None


def _by_base(points: list[_Point]) -> dict[str, list[_Point]]:
    out: dict[str, list[_Point]] = {}
    for one in points:
        out.setdefault(one.base, []).append(one)
    return out


def _totals(groups: dict[str, list[_Point]]) -> dict[str, Fraction]:
    return {
        base: sum((one.share for one in points), Fraction(0)) for base, points in groups.items()
    }


def _paid(points: list[_Point], when: _Point, scale: int, *, least: bool) -> npt.NDArray[Any]:
    """What has to be paid by the day of ``when``: at least, or at most, as far as is known."""
    out = np.zeros(len(when.days), dtype=object)
    for one in points:
        due = _surely(one, when, before=False) if least else ~_surely(when, one, before=True)
        out = out + due * int(one.share * scale)
    return out


def _scale(points: list[_Point]) -> int:
    """What makes all shares whole numbers."""
    return math.lcm(*(one.share.denominator for one in points))


def _more_off(asked: list[list[_Point]], agreed: list[list[_Point]]) -> bool | None:
    """Whether at some time more may be taken off than agreed."""
    ends = [one for windows in (*asked, *agreed) for one in windows]
    scale = _scale(ends)
    surely_not = True
    for when in [one for windows in asked for one in windows]:
        if bool(
            (_off(asked, when, scale, least=True) > _off(agreed, when, scale, least=False)).any()
        ):
            return True
        if bool(
            (_off(asked, when, scale, least=False) > _off(agreed, when, scale, least=True)).any()
        ):
            surely_not = False
    return False if surely_not else None


def _off(parts: list[list[_Point]], when: _Point, scale: int, *, least: bool) -> npt.NDArray[Any]:
    """What may be taken off on the day of ``when``: of each instalment its best discount still open."""
    out = np.zeros(len(when.days), dtype=object)
    for windows in parts:
        best = np.zeros(len(when.days), dtype=object)
        for one in windows:
            still = _surely(when, one, before=False) if least else ~_surely(one, when, before=True)
            best = np.maximum(best, still * int(one.share * scale))
        out = out + best
    return out
