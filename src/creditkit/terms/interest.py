"""Interest on what is paid late: simple, by a schedule of rates, with flat sums and part payments.

Interest runs from the day after the due date up to and including the day of payment. The days are
counted by a named convention, and a new rate holds from its first day on:

==========  ===========================================================================
day count   a year is
==========  ===========================================================================
act/365     365 days, each day as the calendar has it
act/360     360 days, each day as the calendar has it
30/360      twelve months of 30 days; the 31st counts as the 30th (30E/360)
==========  ===========================================================================

Sources: Directive 2011/7/EU, articles 2, 3 and 6 (reference rate and 8 points, EUR 40); State Council
order 802 of 2025, article 17 (0.05 % a day where no rate is agreed: 18.25 % by act/365); section 367
of the German Civil Code (costs, then interest, then principal). A claim that is worked out here is an
estimate and no advice: the national rule says which rates hold when a period crosses a change.

>>> ireland = LateRule(rates="12.25 %", flat=Money("40", "EUR"))
>>> late = late_interest(Money("10000", "EUR"), due="2024-07-31", until="2024-09-14", rule=ireland)
>>> late.interest, late.flat, late.open
(Money('151.03', 'EUR'), Money('40.00', 'EUR'), Money('10191.03', 'EUR'))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar, Final, cast

import attrs

from creditkit._fields import Day, as_date, plain_text
from creditkit._given import instance_in, listed, one_of
from creditkit._plain import Record, mapping_in
from creditkit.errors import InvalidFact, all_of
from creditkit.languages import AnyLanguage
from creditkit.money import Money, rounded
from creditkit.reasons.terms import INTEREST_IN_WORDS, exact_percent
from creditkit.terms.discounts import rate_in

__all__ = [
    "DAY_COUNTS",
    "InterestPeriod",
    "LateInterest",
    "LateRule",
    "RatePeriod",
    "RateSchedule",
    "days_between",
    "late_interest",
]

DAY_COUNTS: Final[Mapping[str, int]] = {"act/365": 365, "act/360": 360, "30/360": 360}
"""Each convention with the days of its year."""

FIRST: Final = ("interest", "principal")


def days_between(first: date, last: date, day_count: str = "act/365") -> int:
    """The days from one date to another, the first not counted.

    >>> two_months = date(2026, 1, 31), date(2026, 3, 31)
    >>> days_between(*two_months, "30/360"), days_between(*two_months, "act/365")
    (60, 59)
    """
    one_of(day_count, DAY_COUNTS, "day_count")
    first, last = as_date(first, "days_between.first"), as_date(last, "days_between.last")
    if day_count != "30/360":
        return (last - first).days
    return (
        360 * (last.year - first.year)
        + 30 * (last.month - first.month)
        + min(last.day, 30)
        - min(first.day, 30)
    )


# Rates and when they hold


def _rate(_made: Any, _field: Any, value: Any) -> None:
    rate_in(value, "rate_period.rate")


def _exact(value: Any) -> Any:
    try:
        return rate_in(value, "rate")
    except InvalidFact:
        return value  # the validator says what is wrong with it


def _day(made: Any, field: Any, value: Any) -> None:
    if value is not None or field.name == "start":
        object.__setattr__(made, field.name, as_date(value, f"rate_period.{field.name}"))


def _after(made: RatePeriod, _field: Any, _value: Any) -> None:
    if made.until is not None and made.until <= made.start:
        raise InvalidFact("rate_period.until", f"must be after {made.start}", made.until)


@attrs.frozen(kw_only=True)
class RatePeriod(Record):
    """A rate a year and the days on which it holds: from ``start`` on, before ``until``."""

    schema: ClassVar[str] = "creditkit.rate_period/1"

    start: date = attrs.field(validator=_day)
    until: date | None = attrs.field(default=None, validator=[_day, _after])
    rate: Fraction = attrs.field(converter=_exact, validator=_rate)


def _periods(value: Any) -> Any:
    given = listed(value)
    return value if given is None else tuple(given)


def _without_holes(_made: Any, _field: Any, value: Any) -> None:
    path = "rate_schedule.periods"
    if not isinstance(value, tuple) or not value:
        raise InvalidFact(
            path, "must be a sequence of RatePeriod", value, "write [RatePeriod(...)]"
        )
    faults = [
        InvalidFact(f"{path}[{place}]", "must be a RatePeriod", one)
        for place, one in enumerate(value)
        if not isinstance(one, RatePeriod)
    ]
    for place, (before, one) in enumerate(pairwise(value)) if not faults else ():
        here = f"{path}[{place + 1}]"
        if before.until is None or one.start < before.until:
            ends = "has no end" if before.until is None else f"holds up to {_last(before)}"
            rule = f"must not overlap the rate before it, which {ends}"
            faults.append(InvalidFact(f"{here}.start", rule, one.start))
        elif one.start > before.until:
            rule = f"leaves {before.until} to {one.start - timedelta(1)} without a rate"
            faults.append(InvalidFact(f"{here}.start", rule, remedy="give the rate of those days"))
    if faults:
        raise all_of(path, faults)


def _last(period: RatePeriod) -> date | None:
    return None if period.until is None else period.until - timedelta(1)


def _text(_made: Any, _field: Any, value: Any) -> None:
    if not isinstance(value, str) or not plain_text(value):
        raise InvalidFact("rate_schedule.name", "must be text", value, "write 'ECB + 8'")


@attrs.frozen(kw_only=True)
class RateSchedule(Record):
    """Rates a year, each with the days on which it holds; a hole or an overlap between them is refused.

    >>> RateSchedule.since("ECB + 8", {"2024-01-01": "12.5 %", "2024-07-01": "12.25 %"}).on("2024-06-30")
    Fraction(1, 8)
    """

    schema: ClassVar[str] = "creditkit.rate_schedule/1"

    name: str = attrs.field(validator=_text)
    periods: tuple[RatePeriod, ...] = attrs.field(converter=_periods, validator=_without_holes)

    @classmethod
    def since(
        cls,
        name: str,
        rates: Mapping[str, str | Decimal | Fraction],
        *,
        until: Day | None = None,
    ) -> RateSchedule:
        """From the first day of each rate; the last holds without end, or before ``until``."""
        given = mapping_in(rates, "rate_schedule.rates", "write {'2024-07-01': '12.25 %'}")
        days = sorted((as_date(day, "rate_schedule.rates"), day) for day in given)
        ends = [*(day for day, _ in days[1:]), None if until is None else as_date(until, "until")]
        periods = [
            RatePeriod(start=day, until=end, rate=cast(Any, given[key]))
            for (day, key), end in zip(days, ends, strict=True)
        ]
        return cls(name=name, periods=cast(Any, periods))

    def on(self, day: Day) -> Fraction:
        """The rate of a day; a day without one is an `InvalidFact`."""
        when = as_date(day, "rate_schedule.day")
        for period in self.periods:
            if period.start <= when and (period.until is None or when < period.until):
                return period.rate
        raise self._no_rate(when)

    def _no_rate(self, day: date) -> InvalidFact:
        first, last = self.periods[0].start, _last(self.periods[-1])
        rule = f"has rates from {first}" + ("" if last is None else f" to {last}") + " only"
        return InvalidFact(f"rate schedule {self.name}", rule, day, "give the rate of that day")

    def spans(self, first: date, last: date) -> Iterator[tuple[date, date, Fraction]]:
        """The days after ``first`` up to ``last``, by rate: for each the day before it and its last day."""
        while first < last:
            rate = self.on(first + timedelta(1))
            ends = [_last(one) for one in self.periods if one.start <= first + timedelta(1)][-1]
            end = last if ends is None else min(last, ends)
            yield first, end, rate
            first = end


def _rates(value: Any) -> Any:
    """A rate by itself holds on every day."""
    if isinstance(value, RateSchedule):
        return value
    exact = _exact(value)
    if not isinstance(exact, Fraction):
        return value
    always = RatePeriod(start=date.min, rate=exact)
    return RateSchedule(name=f"{exact_percent(exact)} %", periods=cast(Any, [always]))


def _schedule(_made: Any, _field: Any, value: Any) -> None:
    if not isinstance(value, RateSchedule):
        rule, remedy = "must be a RateSchedule or an exact rate a year", "write '12.25 %'"
        raise InvalidFact("late_rule.rates", rule, value, remedy)


def _flat(_made: Any, _field: Any, value: Any) -> None:
    if value is not None:
        instance_in(value, Money, "late_rule.flat", "write Money('40', 'EUR')")
        if value.minor < 0:
            raise InvalidFact("late_rule.flat", "must not be negative", value)


@attrs.frozen(kw_only=True)
class LateRule(Record):
    """What is asked for late payment: rates, how days are counted, a flat sum, what a payment settles first.

    ``rates`` are a `RateSchedule`, or one exact rate a year. ``flat`` is asked once when payment is late
    at all. A payment settles the flat sum, then ``first`` (``interest`` or ``principal``), then the other.
    """

    schema: ClassVar[str] = "creditkit.late_rule/1"

    rates: RateSchedule = attrs.field(converter=_rates, validator=_schedule)
    day_count: str = attrs.field(
        default="act/365",
        validator=lambda _made, _field, value: one_of(value, DAY_COUNTS, "late_rule.day_count"),
    )
    flat: Money | None = attrs.field(default=None, validator=_flat)
    first: str = attrs.field(
        default="interest",
        validator=lambda _made, _field, value: one_of(value, FIRST, "late_rule.first"),
    )


# What is asked


@attrs.frozen(kw_only=True)
class InterestPeriod(Record):
    """Days of one rate on one principal, and their interest, rounded half-even to the minor unit."""

    schema: ClassVar[str] = "creditkit.interest_period/1"

    start: date
    end: date
    days: int
    rate: Fraction
    principal: Money
    interest: Money


@attrs.frozen(kw_only=True)
class LateInterest(Record):
    """What a debt has grown to: its periods of interest, the flat sum, and what payments have left open.

    ``interest`` is the sum of the periods; ``open`` is what is still asked, its parts are ``principal_open``,
    ``interest_open`` and ``flat_open``; ``unapplied`` is what was paid beyond it.
    """

    schema: ClassVar[str] = "creditkit.late_interest/1"

    amount: Money
    due: date
    until: date
    periods: tuple[InterestPeriod, ...]
    interest: Money
    flat: Money
    paid: Money
    principal_open: Money
    interest_open: Money
    flat_open: Money
    unapplied: Money

    @property
    def open(self) -> Money:
        """What is still asked."""
        return self.principal_open + self.interest_open + self.flat_open

    def explain(self, language: AnyLanguage = "en") -> str:
        """A line for each period and one for what is open, in a language."""
        lines = [
            INTEREST_IN_WORDS["period"].filled(
                language,
                start=one.start,
                end=one.end,
                days=one.days,
                rate=f"{exact_percent(one.rate)} %",
                principal=one.principal,
                interest=one.interest,
            )
            for one in self.periods
        ]
        return "\n".join(
            [
                *lines,
                INTEREST_IN_WORDS["open"].filled(
                    language,
                    until=self.until,
                    open=self.open,
                    principal=self.principal_open,
                    interest=self.interest_open,
                    flat=self.flat_open,
                ),
            ]
        )

    def __str__(self) -> str:
        return self.explain()


def late_interest(
    amount: Money,
    *,
    due: Day,
    until: Day,
    rule: LateRule,
    payments: Iterable[tuple[Day, Money]] = (),
) -> LateInterest:
    """The interest on a debt that was due on ``due``, up to and including ``until``.

    ``payments`` are dates and amounts; those after ``until`` do not exist yet, and one that comes by the
    due date reduces the debt and bears no interest. Interest is simple: it is never asked on interest.
    A day without a rate is an `InvalidFact` that names it.

    >>> rule = LateRule(rates="18.25 %")
    >>> late_interest(Money("1000000", "CNY"), due="2026-01-31", until="2026-04-01", rule=rule).interest
    Money('30000.00', 'CNY')
    """
    instance_in(amount, Money, "late_interest.amount", "write Money('1000', 'CNY')")
    instance_in(rule, LateRule, "late_interest.rule", "write LateRule(rates='12.25 %')")
    start, end = as_date(due, "late_interest.due"), as_date(until, "late_interest.until")
    currency = amount.currency
    if amount.minor < 0:
        raise InvalidFact("late_interest.amount", "must not be negative", amount)
    if rule.flat is not None and rule.flat.currency != currency:
        raise InvalidFact("late_interest.rule.flat", f"must be in {currency}", rule.flat)
    paid = [one for one in _payments(payments, currency) if one[0] <= end]
    debt = _Debt(amount.minor, rule.first)
    periods: list[InterestPeriod] = []
    for day, minor in paid:
        if day <= start:
            debt.pay(minor)
    if debt.principal and end > start and rule.flat is not None:
        debt.flat = rule.flat.minor
    flat, at = debt.flat, start
    for day, minor in [*(one for one in paid if one[0] > start), (max(start, end), 0)]:
        for before, last, rate in rule.rates.spans(at, day) if debt.principal else ():
            days = days_between(before, last, rule.day_count)
            value = debt.principal * rate * days / DAY_COUNTS[rule.day_count]
            interest = rounded(value.numerator, value.denominator, "half_even")
            debt.interest += interest
            periods.append(
                InterestPeriod(
                    start=before + timedelta(1),
                    end=last,
                    days=days,
                    rate=rate,
                    principal=Money.from_minor(debt.principal, currency),
                    interest=Money.from_minor(interest, currency),
                )
            )
        at = day
        debt.pay(minor)

    def money(minor: int) -> Money:
        return Money.from_minor(minor, currency)

    return LateInterest(
        amount=amount,
        due=start,
        until=end,
        periods=tuple(periods),
        interest=money(sum(one.interest.minor for one in periods)),
        flat=money(flat),
        paid=money(sum(minor for _, minor in paid)),
        principal_open=money(debt.principal),
        interest_open=money(debt.interest),
        flat_open=money(debt.flat),
        unapplied=money(debt.unapplied),
    )


class _Debt:
    """What is open while payments come in."""

    def __init__(self, principal: int, first: str) -> None:
        self.principal = principal
        self.interest = self.flat = self.unapplied = 0
        self.order = ("flat", first, *(one for one in FIRST if one != first))

    def pay(self, minor: int) -> None:
        """Set a payment against the flat sum, then interest and principal in their order."""
        for name in self.order:
            part = min(minor, getattr(self, name))
            setattr(self, name, getattr(self, name) - part)
            minor -= part
        self.unapplied += minor


def _payments(payments: Any, currency: str) -> list[tuple[date, int]]:
    path = "late_interest.payments"
    given = listed(payments)
    if given is None:
        raise InvalidFact(path, "must be a sequence of (date, Money)", payments)
    out = []
    for place, one in enumerate(given):
        here = f"{path}[{place}]"
        if not isinstance(one, tuple | list) or len(one) != 2:
            raise InvalidFact(here, "must be a date and Money", one)
        day, money = as_date(one[0], f"{here}[0]"), one[1]
        instance_in(money, Money, f"{here}[1]", "write Money('1000', 'CNY')")
        if money.currency != currency:
            raise InvalidFact(f"{here}[1]", f"must be in {currency}", money)
        if money.minor < 0:
            raise InvalidFact(f"{here}[1]", "must not be negative", money)
        out.append((day, money.minor))
    return sorted(out)
