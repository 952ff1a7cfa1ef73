"""What a discount costs to forgo, how much credit terms give, and what more credit is worth.

Who does not take a discount pays for the days that he gains. Of 2/10 net 30 he pays 2 on 98 for 20
days: 37.2 % a year by simple interest (36.7 % where the year has 360 days), 44.6 % with interest on
interest. Sources: Brealey, Myers, Allen, *Principles of Corporate Finance* (credit management); the
CFA curriculum, *cost of trade credit*.

>>> cost = discount_cost("2/10 net 30")
>>> round(cost.simple, 4), round(cost.effective, 4)
(0.3724, 0.4459)
>>> round(discount_cost("2/10 net 30", days_in_year=360).simple, 4)
0.3673
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

import attrs

from creditkit._fields import Day, as_date
from creditkit._given import instance_in, whole_in
from creditkit._plain import Record
from creditkit.calendars import WorkingDays
from creditkit.errors import InvalidFact
from creditkit.facts.instalments import Instalment, days_after, exact_share, reached
from creditkit.facts.terms import PaymentTerms
from creditkit.money import Money, rounded
from creditkit.terms.one import terms_of

__all__ = ["DiscountCost", "discount_cost", "rate_in", "shares_of", "weighted_days", "worth"]


@attrs.frozen(kw_only=True)
class DiscountCost(Record):
    """What it costs a year to pay ``days`` later and forgo a discount of ``share``.

    ``simple`` is ``share / (1 - share) * days_in_year / days``; ``effective`` has interest on interest:
    ``(1 + share / (1 - share)) ** (days_in_year / days) - 1``. Both are shares: 0.37 is 37 % a year.
    ``effective`` is None where it is beyond any number.
    """

    schema: ClassVar[str] = "creditkit.discount_cost/1"

    share: Fraction
    days: int
    days_in_year: int
    simple: float
    effective: float | None


def discount_cost(
    terms: PaymentTerms | str,
    *,
    window: int = 0,
    invoice: Day | None = None,
    paid_after: int | None = None,
    days_in_year: int = 365,
    calendar: WorkingDays | None = None,
) -> DiscountCost:
    """The yearly cost of forgoing a discount of terms with one instalment.

    ``window`` is which discount, counted from 0. ``invoice`` is the base date, needed where the days
    between the discount and the due date hang on it. ``paid_after`` is after how many days from the base
    date the customer really pays, for one who pays late (or early) instead of on the due date. Working
    days, counted or rolled to, need ``calendar`` and ``invoice``; rolling is left out without both. Terms
    without a discount, or with no day between, are an `InvalidFact`: there is no cost.

    >>> round(discount_cost("2/20 net 45").effective, 3), round(discount_cost("5/60 net 90").effective, 3)
    (0.343, 0.867)
    """
    plan = terms_of(terms)
    whole_in(window, "discount_cost.window")
    whole_in(days_in_year, "discount_cost.days_in_year", 1)
    (part, *more) = plan.plan
    if more or window >= len(part.discounts):
        rule = "must have one instalment, with such a discount"
        raise InvalidFact("discount_cost.terms", rule, plan.name, "write '2/10 net 30'")
    found = part.discounts[window]
    if invoice is not None:
        base = as_date(invoice, "discount_cost.invoice")
        first, last = (reached(base, steps, calendar) for steps in (found.steps, part.steps))
        early, late = (first - base).days, (last - base).days
    elif any(step.do == "add_working_days" for step in (*found.steps, *part.steps)):
        rule, remedy = "is needed, because working days are counted from it", "with calendar=..."
        raise InvalidFact("discount_cost.invoice", rule, None, f"pass invoice=date(...) {remedy}")
    else:
        spans = days_after(found.steps), days_after(part.steps)
        early, late = int(spans[0][0]), int(spans[1][0])
        constant = (spans[1] - spans[0] == late - early).all()
        if paid_after is not None:
            constant = (spans[0] == early).all()
        if not constant:
            rule = "is needed, because the days between hang on it"
            raise InvalidFact("discount_cost.invoice", rule, None, "pass invoice=date(...)")
    if paid_after is not None:
        whole_in(paid_after, "discount_cost.paid_after")
        late = paid_after
    if late <= early:
        rule = "must leave days between the discount and the payment"
        raise InvalidFact("discount_cost", rule, late - early)
    period = found.share / (1 - found.share)
    try:
        effective = math.expm1(math.log1p(float(period)) * days_in_year / (late - early))
    except OverflowError:
        effective = None
    return DiscountCost(
        share=found.share,
        days=late - early,
        days_in_year=days_in_year,
        simple=float(period * days_in_year / (late - early)),
        effective=effective,
    )


def weighted_days(terms: PaymentTerms | str, *, amount: Money | None = None) -> Fraction:
    """The days of credit that terms give on average: by amount, and over the days of invoicing.

    Each instalment counts with its share and the mean of its days from its own base date over every
    day of four years; a prepayment counts 0 days. Working days are those of a week of five without
    holidays, and rolling to a working day is left out. Fixed amounts need ``amount``. More is more generous.

    >>> float(weighted_days("net 30")), float(weighted_days("30% prepaid, 70% net 30"))
    (30.0, 21.0)
    >>> round(float(weighted_days("EOM+30")), 2)
    44.73
    """
    plan = terms_of(terms)
    days = Fraction(0)
    for share, part in zip(shares_of(plan, amount), plan.plan, strict=True):
        spread = days_after(part.steps)
        days += share * Fraction(int(spread.sum()), len(spread))
    return days


def worth(
    terms: PaymentTerms | str,
    *,
    than: PaymentTerms | str,
    amount: Money,
    rate: str | Decimal | Fraction,
    days_in_year: int = 365,
) -> Money:
    """What it is worth to the customer to pay ``amount`` on ``terms`` and not as ``than`` has it.

    ``amount * (weighted days - weighted days) * rate / days_in_year``, rounded half-even: simple
    interest on the credit that is given more. ``rate`` is a year's, exact: ``"6 %"``. What it is worth
    to the customer it costs the seller, at the seller's own rate. Negative where ``terms`` are the shorter.

    >>> worth("net 60", than="net 30", amount=Money("1000000", "CNY"), rate="6 %")
    Money('4931.51', 'CNY')
    """
    instance_in(amount, Money, "worth.amount", "write Money('1000', 'CNY')")
    whole_in(days_in_year, "worth.days_in_year", 1)
    exact = rate_in(rate, "worth.rate")
    longer = weighted_days(terms, amount=amount) - weighted_days(than, amount=amount)
    value = amount.minor * longer * exact / days_in_year
    return Money.from_minor(
        rounded(value.numerator, value.denominator, "half_even"), amount.currency
    )


def shares_of(plan: PaymentTerms, amount: Money | None) -> Iterator[Fraction]:
    """The share of each instalment, exact; fixed amounts are shares of ``amount``."""
    if amount is not None:
        instance_in(amount, Money, "terms.amount", "write Money('1000', 'CNY')")
    left = Fraction(1)
    for part in plan.plan:
        share = _share_of(part, left, amount)
        left -= share
        if left < 0:
            raise InvalidFact("terms.amount", "must not be below its fixed instalments", amount)
        yield share


def _share_of(part: Instalment, left: Fraction, amount: Money | None) -> Fraction:
    if part.share is not None:
        return part.share
    if part.of_rest is not None:
        return left * part.of_rest
    if part.amount is None:
        return left
    if amount is None or amount.currency != part.amount.currency or amount.minor <= 0:
        rule = (
            f"must be above zero in {part.amount.currency}, because an instalment is a fixed amount"
        )
        raise InvalidFact("terms.amount", rule, amount, "pass amount=Money(...)")
    return Fraction(part.amount.minor, amount.minor)


def rate_in(rate: str | Decimal | Fraction | int, path: str) -> Fraction:
    """A rate a year, exact: ``"6 %"``, ``"0.06"``, a Decimal or a Fraction; from 0 to 1000 %.

    A number above 1 is not read: 6 may be meant as 6 %.
    """
    exact = exact_share(rate)
    bare = isinstance(rate, int | Decimal) or (isinstance(rate, str) and rate.strip().isdecimal())
    if bare and isinstance(exact, Fraction) and exact > 1:
        rule = "must be written with % above 1"
        raise InvalidFact(path, rule, rate, f"write '{rate} %'")
    if not isinstance(exact, Fraction) or not 0 <= exact <= 10:
        rule = "must be an exact rate a year from 0 to 1000 %"
        raise InvalidFact(path, rule, rate, "write '6 %' or '0.06'")
    return exact
