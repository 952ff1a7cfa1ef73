"""Terms of payment at work: due dates and amounts, discounts, delays, and which terms are better.

    schedule(terms, amount, invoice=...)        dates and amounts to the cent, for one invoice
    due_dates(terms, invoices)                  due dates of a column of invoices
    schedules(terms, amounts, invoices)         every instalment of a column of invoices
    discount_cost("2/10 net 30")                what it costs to forgo a discount, a year
    weighted_days(terms), worth(...)            how much credit terms give, and what more of it is worth
    late_interest(amount, due=..., until=...)   interest by a schedule of rates, flat sums, part payments
    compare(asked, agreed)                      who gains: an upgrade, a tightening, neither
    statutory(terms, rule)                      against the longest terms of a law

Terms are `facts.terms.PaymentTerms` or the text that says them. Nothing here needs a policy.

>>> from creditkit.money import Money
>>> for due in schedule("30% 预付, 70% 发货后30天", Money("99.99", "CNY"),
...                     invoice="2026-12-01", dates={"dispatch": "2026-12-05"}):
...     print(due)
30.00 CNY by 2026-12-05, prepaid
69.99 CNY by 2027-01-04, 30 days after dispatch
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from creditkit.terms.comparing import TermsComparison as TermsComparison
    from creditkit.terms.comparing import compare as compare
    from creditkit.terms.comparing import upgraded as upgraded
    from creditkit.terms.discounts import DiscountCost as DiscountCost
    from creditkit.terms.discounts import discount_cost as discount_cost
    from creditkit.terms.discounts import weighted_days as weighted_days
    from creditkit.terms.discounts import worth as worth
    from creditkit.terms.interest import InterestPeriod as InterestPeriod
    from creditkit.terms.interest import LateInterest as LateInterest
    from creditkit.terms.interest import LateRule as LateRule
    from creditkit.terms.interest import RatePeriod as RatePeriod
    from creditkit.terms.interest import RateSchedule as RateSchedule
    from creditkit.terms.interest import late_interest as late_interest
    from creditkit.terms.law import RULES as RULES
    from creditkit.terms.law import StatutoryFinding as StatutoryFinding
    from creditkit.terms.law import StatutoryRule as StatutoryRule
    from creditkit.terms.law import statutory as statutory
    from creditkit.terms.many import DueDates as DueDates
    from creditkit.terms.many import Schedules as Schedules
    from creditkit.terms.many import due_dates as due_dates
    from creditkit.terms.many import schedules as schedules
    from creditkit.terms.one import Due as Due
    from creditkit.terms.one import DueDiscount as DueDiscount
    from creditkit.terms.one import Schedule as Schedule
    from creditkit.terms.one import schedule as schedule

_HOMES: Final = {
    "comparing": "TermsComparison compare upgraded",
    "discounts": "DiscountCost discount_cost weighted_days worth",
    "interest": "InterestPeriod LateInterest LateRule RatePeriod RateSchedule late_interest",
    "many": "DueDates Schedules due_dates schedules",
    "one": "Due DueDiscount Schedule schedule",
    "law": "RULES StatutoryFinding StatutoryRule statutory",
}
_HOME: Final = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = sorted([*_HOME, *_HOMES])  # pyright: ignore[reportUnsupportedDunderAll]


if not TYPE_CHECKING:  # to which a name is what is imported above, and nothing else

    def __getattr__(name: str) -> Any:
        if name in _HOMES:
            return importlib.import_module(f"creditkit.terms.{name}")
        if name not in _HOME:
            raise AttributeError(f"module 'creditkit.terms' has no attribute {name!r}")
        value = getattr(importlib.import_module(f"creditkit.terms.{_HOME[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return __all__
