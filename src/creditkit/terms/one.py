"""What one invoice is to be paid by: a date and an amount for each instalment, adding up to the cent.

>>> plan = schedule("2/10 net 30", Money("1000.00", "CNY"), invoice=date(2026, 11, 21))
>>> plan.dues[0].date, plan.discount_at(date(2026, 12, 1)), plan.discount_at(date(2026, 12, 2))
(datetime.date(2026, 12, 21), Money('20.00', 'CNY'), Money('0.00', 'CNY'))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import ClassVar, Final

import attrs

from creditkit._fields import Day, as_date
from creditkit._given import instance_in
from creditkit._plain import Record, mapping_in
from creditkit.calendars import WorkingDays
from creditkit.errors import InvalidFact, meant
from creditkit.facts.instalments import DateStep, Instalment, reached
from creditkit.facts.terms import PaymentTerms
from creditkit.languages import AnyLanguage
from creditkit.money import Money, rounded
from creditkit.reasons.terms import BASES, PAID_BEFORE, TERMS_IN_WORDS, when_in_words

__all__ = [
    "BEFORE_DELIVERY",
    "ROUNDED",
    "Due",
    "DueDiscount",
    "Schedule",
    "cut",
    "named_base",
    "schedule",
    "terms_of",
]

BEFORE_DELIVERY: Final[Mapping[str, tuple[str, ...]]] = {
    base: (base, "dispatch", "delivery", "invoice") for base in PAID_BEFORE
}
"""Where a payment before dispatch is due: on a day of its own, else the last before the goods leave."""

ROUNDED: Final = 60
"""Minor units that rounding the instalments of one invoice can move at most: one for each."""


@attrs.frozen(kw_only=True)
class DueDiscount(Record):
    """A discount of an instalment: ``off`` is taken off up to and including ``last_day``."""

    schema: ClassVar[str] = "creditkit.due_discount/1"

    off: Money
    last_day: date | None


@attrs.frozen(kw_only=True)
class Due(Record):
    """One instalment of an invoice: ``amount`` by ``date``; None where its base date is not known yet."""

    schema: ClassVar[str] = "creditkit.due/1"

    amount: Money
    date: date | None
    instalment: Instalment
    discounts: tuple[DueDiscount, ...] = ()

    def discount_at(self, on: Day) -> Money | None:
        """What is taken off when it is paid on a day; None where that is not known."""
        day = as_date(on, "due.on")
        for one in self.discounts:
            if one.last_day is None:
                return None
            if day <= one.last_day:
                return one.off
        return Money(0, self.amount.currency)

    def sentence(self, language: AnyLanguage = "en") -> str:
        """The instalment in words, in a language."""
        name = "due_not_known" if self.date is None else "due"
        phrase = when_in_words(self.instalment, language)
        return TERMS_IN_WORDS[name].filled(
            language, amount=self.amount, date=self.date, phrase=phrase
        )

    def __str__(self) -> str:
        return self.sentence()


@attrs.frozen(kw_only=True)
class Schedule(Record):
    """The instalments of an invoice in the order of its terms; their amounts add up to ``amount``."""

    schema: ClassVar[str] = "creditkit.schedule/1"

    terms: PaymentTerms
    amount: Money
    dues: tuple[Due, ...]

    def __iter__(self) -> Iterator[Due]:
        return iter(self.dues)

    def __len__(self) -> int:
        return len(self.dues)

    @property
    def last_date(self) -> date | None:
        """The day by which all is due; None while one of the dates is not known."""
        days = [one.date for one in self.dues]
        known = [day for day in days if day is not None]
        return max(known) if len(known) == len(days) else None

    def discount_at(self, on: Day) -> Money | None:
        """What is taken off when everything is paid on a day; None where that is not known."""
        total = Money(0, self.amount.currency)
        for one in self.dues:
            off = one.discount_at(on)
            if off is None:
                return None
            total += off
        return total

    def due_by(self, day: Day) -> Money | None:
        """What is due on a day or before it; None where a date is not known."""
        until = as_date(day, "schedule.due_by")
        total = Money(0, self.amount.currency)
        for one in self.dues:
            if one.date is None:
                return None
            total += one.amount if one.date <= until else Money(0, self.amount.currency)
        return total

    def explain(self, language: AnyLanguage = "en") -> str:
        """A line for each instalment, in a language."""
        return "\n".join(one.sentence(language) for one in self.dues)

    def __str__(self) -> str:
        return self.explain()


def schedule(
    terms: PaymentTerms | str,
    amount: Money,
    *,
    invoice: Day | None = None,
    dates: Mapping[str, Day | None] | None = None,
    calendar: WorkingDays | None = None,
) -> Schedule:
    """When which part of an amount is due.

    ``invoice`` is the invoice's date; ``dates`` are other dates to count from, by name (``order``,
    ``dispatch``, ``delivery``, ``acceptance``, ``receipt``, milestones). An instalment whose date is not
    there has no due date yet; what is paid in advance or before dispatch is due on
    ``dates["prepayment"]`` or ``dates["before_dispatch"]``, else on the day of dispatch, delivery or invoice.
    Each share is rounded half-even to the minor unit, never beyond what is left, and the last instalment
    takes what is left. Working days need ``calendar``.

    A fixed amount beyond what is left, or in another currency, is an `InvalidFact`.

    >>> for due in schedule("30% prepaid, 30% on delivery, rest 12 months after acceptance",
    ...                     Money("1000.01", "CNY"), dates={"delivery": "2026-11-21"}):
    ...     print(due)
    300.00 CNY by 2026-11-21, prepaid
    300.00 CNY by 2026-11-21, on delivery
    400.01 CNY on a date that is not known yet, 12 months after acceptance
    """
    plan = terms_of(terms)
    instance_in(amount, Money, "schedule.amount", "write Money('1000', 'CNY')")
    bases = bases_of(plan, invoice, dates)
    dues = []
    for place, (part, minor) in enumerate(zip(plan.plan, _amounts(plan, amount), strict=True)):
        base = base_of(part.base, bases)
        path = f"schedule.dues[{place}]"
        dues.append(
            Due(
                amount=Money.from_minor(minor, amount.currency),
                date=_reached(base, part.steps, calendar, path),
                instalment=part,
                discounts=tuple(
                    DueDiscount(
                        off=Money.from_minor(
                            rounded(
                                minor * one.share.numerator, one.share.denominator, "half_even"
                            ),
                            amount.currency,
                        ),
                        last_day=_reached(base, one.steps, calendar, path),
                    )
                    for one in part.discounts
                ),
            )
        )
    return Schedule(terms=plan, amount=amount, dues=tuple(dues))


def terms_of(terms: PaymentTerms | str, path: str = "terms") -> PaymentTerms:
    """Terms as they are given: the terms themselves, or their text."""
    return terms if isinstance(terms, PaymentTerms) else PaymentTerms.parse(terms, path=path)


def bases_of(
    plan: PaymentTerms, invoice: Day | None, dates: Mapping[str, Day | None] | None
) -> dict[str, date]:
    """The dates that are known, by name; a name that the terms cannot count from is a slip."""
    given: dict[str, Day | None] = {}
    for name, day in mapping_in({} if dates is None else dates, "schedule.dates").items():
        named_base(plan, name)
        given[name] = day
    if invoice is not None:
        given["invoice"] = invoice
    return {
        name: as_date(day, f"schedule.dates.{name}")
        for name, day in given.items()
        if day is not None
    }


def named_base(plan: PaymentTerms, name: str) -> None:
    """Refuse the name of a date that is neither one of the trade nor a milestone of the terms."""
    known = {*BASES, *(part.base for part in plan.plan)}
    if name not in known:
        remedy = meant(name, sorted(known)) or f"the terms know {', '.join(sorted(known))}"
        raise InvalidFact(f"schedule.dates.{name}", "is no date of these terms", remedy=remedy)


def base_of(base: str, bases: Mapping[str, date]) -> date | None:
    """The date from which an instalment counts, None where it is not known."""
    names = BEFORE_DELIVERY.get(base, (base,))
    return next((bases[name] for name in names if name in bases), None)


def cut(part: Instalment, total: int, left: int) -> tuple[int, bool]:
    """The minor units of an instalment that is not the last, and whether they are there.

    A share is never beyond what is left, by as much as rounding those before it can have taken.
    """
    if part.amount is not None:
        return part.amount.minor, part.amount.minor <= left
    share = part.share if part.share is not None else part.of_rest or Fraction(0)
    whole = total if part.share is not None else left
    size = rounded(abs(whole) * share.numerator, share.denominator, "half_even")
    sign = -1 if total < 0 else 1
    if size > abs(left) + ROUNDED:
        return size * sign, False
    return min(size, abs(left)) * sign, True


def _amounts(plan: PaymentTerms, amount: Money) -> Iterator[int]:
    """The minor units of each instalment; the last takes what is left."""
    left = amount.minor
    *before, _last = plan.plan
    for place, part in enumerate(before):
        path = f"schedule.dues[{place}]"
        fixed = part.amount
        if fixed is not None and fixed.currency != amount.currency:
            raise InvalidFact(path, f"must be in {amount.currency}, as the amount", fixed)
        minor, fits = cut(part, amount.minor, left)
        if not fits:
            rest, above = (Money.from_minor(one, amount.currency) for one in (left, minor))
            raise InvalidFact(path, f"must not be above what is left, {rest}", above)
        left -= minor
        yield minor
    yield left


def _reached(
    base: date | None, steps: tuple[DateStep, ...], calendar: WorkingDays | None, path: str
) -> date | None:
    if base is None:
        return None
    try:
        return reached(base, steps, calendar)
    except InvalidFact as error:
        raise InvalidFact(
            f"{path}.date", f"{error.path} {error.rule}", error.value, error.remedy
        ) from None
