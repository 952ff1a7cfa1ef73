"""Which terms are better for the customer: what is asked for beside what was agreed.

Terms are compared by how much has to be paid by when. Asked for terms are *the same or shorter* where at
no time less has to be paid, whenever the dates fall that they count from, and no discount is larger or
lasts longer; they are *longer* where that holds the other way round, or where at some time less surely
has to be paid or a discount is surely more. So a larger share that is due earlier is shorter: 30 % with
order and 70 % from the invoice beside all of it from the invoice. This order is partial: whether 60 days
from acceptance are more than 90 days from the invoice nobody knows, and that is said (*not known*, with
what would have to be known).

Which days surely come no later than others says `terms._certain`, how parts are held against each other
`terms._met`.

For a single number there is `weighted_days`, and `worth` at a rate.

>>> compare("net 60", "net 30").verdict, compare("30% on order, 70% net 30", "net 30").verdict
('longer', 'shorter')
>>> compare("60 days after acceptance", "net 60").not_known
('dates',)
>>> compare("2/10 net 30", "net 30").reasons
('discount',)
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._plain import Record
from creditkit.calendars import ROLLS
from creditkit.errors import InvalidFact
from creditkit.facts.terms import PaymentTerms
from creditkit.money import Money
from creditkit.terms._certain import DATES, Bools, Point, Steps, Sure, in_a_plain_week, surely
from creditkit.terms._met import met, scale_of
from creditkit.terms.discounts import shares_of, weighted_days
from creditkit.terms.one import terms_of

__all__ = ["TermsComparison", "compare", "upgraded"]


@attrs.frozen(kw_only=True)
class TermsComparison(Record):
    """What is asked for beside what was agreed.

    ``verdict`` is ``same``, ``shorter`` (at no time is less to be paid), ``longer`` (at some time less is,
    or a discount is larger or lasts longer) or ``not_known``; ``reasons`` say where an upgrade lies: ``days``
    and ``discount``. ``not_known`` says what would have to be known where the verdict is not: ``dates``
    (in which order the dates come that the terms count from), ``calendar`` (of working days) or ``amount``
    (of which fixed instalments are a share). ``longest_days`` and ``weighted_days`` are those of both, the
    asked for first; weighted days are None where fixed amounts need an amount.
    """

    schema: ClassVar[str] = "creditkit.terms_comparison/1"

    asked: str
    agreed: str
    verdict: str
    reasons: tuple[str, ...]
    longest_days: tuple[int, int]
    weighted_days: tuple[Fraction | None, Fraction | None]
    not_known: tuple[str, ...] = ()


def compare(
    asked: PaymentTerms | str, agreed: PaymentTerms | str, *, amount: Money | None = None
) -> TermsComparison:
    """Compare the terms that are asked for with those that were agreed.

    Fixed amounts are shares of ``amount``; without it terms that have any are compared only where
    they are the same. Rolling to a working day is left out.
    """
    mine, theirs = terms_of(asked, "compare.asked"), terms_of(agreed, "compare.agreed")
    up, reasons, missing = _upgraded(mine, theirs, amount)
    if mine.plan == theirs.plan:
        verdict = "same"
    elif up is None:
        verdict = "not_known"
    elif up:
        verdict = "longer"
    else:
        verdict = "shorter" if _upgraded(theirs, mine, amount)[0] else "same"
    return TermsComparison(
        asked=mine.text(),
        agreed=theirs.text(),
        verdict=verdict,
        reasons=reasons,
        longest_days=(mine.days, theirs.days),
        weighted_days=(_weighted(mine, amount), _weighted(theirs, amount)),
        not_known=missing,
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


def _upgraded(
    asked: PaymentTerms, agreed: PaymentTerms, amount: Money | None
) -> tuple[bool | None, tuple[str, ...], tuple[str, ...]]:
    """Whether more is asked than agreed, in what, and what is not known where nobody can tell."""
    if asked.plan == agreed.plan:
        return False, (), ()
    try:
        mine, theirs = _dues(asked, amount), _dues(agreed, amount)
    except InvalidFact:
        return None, (), ("amount",)
    found = _more(asked, agreed, mine, theirs, surely)
    reasons = tuple(name for name, more in found.items() if more)
    if reasons:
        return True, reasons, ()
    if None not in found.values():
        return False, (), ()
    by_any_calendar = _more(asked, agreed, mine, theirs, in_a_plain_week)
    return None, (), ("dates",) if None in by_any_calendar.values() else ("calendar",)


def _more(
    asked: PaymentTerms,
    agreed: PaymentTerms,
    mine: list[Point],
    theirs: list[Point],
    sure: Sure,
) -> dict[str, bool | None]:
    off, agreed_off = list(_offs(asked, mine)), list(_offs(agreed, theirs))
    return {"days": _less_by(mine, theirs, sure), "discount": _more_off(off, agreed_off, sure)}


def _dues(plan: PaymentTerms, amount: Money | None) -> list[Point]:
    return [
        Point(share, part.base, _unrolled(part.steps))
        for share, part in zip(shares_of(plan, amount), plan.plan, strict=True)
    ]


def _offs(plan: PaymentTerms, dues: list[Point]) -> Iterator[Point]:
    """Discounts in layers, as shares of the whole: of 2 % until the 10th and 1 % until the 20th, 1 % each."""
    for due, part in zip(dues, plan.plan, strict=True):
        later = [*(one.share for one in part.discounts[1:]), Fraction(0)]
        for one, next_share in zip(part.discounts, later, strict=False):
            yield Point(due.share * (one.share - next_share), due.base, _unrolled(one.steps))


def _unrolled(steps: Steps) -> Steps:
    return tuple(step for step in steps if step.do not in ROLLS)


# Curves: what is due, and what may be taken off


def _less_by(asked: list[Point], agreed: list[Point], sure: Sure) -> bool | None:
    """Whether less has to be paid than agreed: surely not, never more and sometimes less, or not known."""
    if met(asked, agreed, lambda one, other: sure(one, other, False)):
        return False
    if met(agreed, asked, lambda one, other: sure(one, other, False)):
        return True
    scale = scale_of([*asked, *agreed])
    for when in agreed:
        theirs = _total(agreed, scale, [sure(one, when, False) for one in agreed])
        mine = _total(asked, scale, [~_of_own(when, one, sure) for one in asked])
        if bool((mine < theirs).any()):
            return True
    return None


def _more_off(asked: list[Point], agreed: list[Point], sure: Sure) -> bool | None:
    """Whether more may be taken off than agreed: surely not, never less and sometimes more, or not known."""
    if met(agreed, asked, lambda one, other: sure(other, one, False), later_gives=True):
        return False
    if met(asked, agreed, lambda one, other: sure(other, one, False), later_gives=True):
        return True
    scale = scale_of([*asked, *agreed])
    for when in asked:
        mine = _total(asked, scale, [_of_own(when, one, sure, before=False) for one in asked])
        theirs = _total(agreed, scale, [~sure(one, when, True) for one in agreed])
        if bool((mine > theirs).any()):
            return True
    return None


def _of_own(day: Point, one: Point, sure: Sure, *, before: bool = True) -> Bools:
    """Whether a day surely comes before another, by its own base date; from two, whatever they are."""
    found = sure(day, one, before)
    return found if day.base == one.base else np.full(len(found), found.all())


def _total(points: list[Point], scale: int, where: list[Bools]) -> npt.NDArray[np.object_]:
    """What points add up to that are counted, by base date."""
    out: npt.NDArray[Any] = np.zeros(DATES, dtype=object)
    for one, counted in zip(points, where, strict=True):
        out = out + counted * int(one.share * scale)
    return out
