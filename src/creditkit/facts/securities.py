"""Securities for what a customer owes: guarantees, mortgages, pledges, deposits, letters of credit.

>>> security = Security(id="G-1", kind="guarantee", giver="Parent Ltd", currency="EUR", value="50000",
...                     haircut="20 %", expires_on="2027-06-30")
>>> security.haircut
Fraction(1, 5)
"""

import enum
from datetime import date
from fractions import Fraction
from typing import ClassVar, cast

from attrs import field, frozen

from creditkit._fields import Fact, checked, known_currency, money_in, not_negative
from creditkit.errors import InvalidFact
from creditkit.facts.insurance import Share, share_in
from creditkit.money import Money

__all__ = ["CountedIn", "Security", "SecurityKind"]


class SecurityKind(enum.Enum):
    """What a security is: 保证, 抵押, 质押, 保证金, 信用证."""

    GUARANTEE = "guarantee"
    MORTGAGE = "mortgage"
    PLEDGE = "pledge"
    DEPOSIT = "deposit"
    LETTER_OF_CREDIT = "letter_of_credit"


class CountedIn(enum.Enum):
    """Where a security counts: added to the line, or set against the exposure."""

    LINE = "line"
    EXPOSURE = "exposure"


def _kind(value: SecurityKind | str) -> SecurityKind:
    return cast(SecurityKind, value)  # the field's check makes it one


def _haircut(value: Share | None) -> Fraction | None:
    return share_in(value, "security.haircut")


def _day(value: date | str | None) -> date | None:
    return cast("date | None", value)


def _counted(value: CountedIn | str | None) -> CountedIn | None:
    return cast("CountedIn | None", value)


@frozen(kw_only=True, field_transformer=checked)
class Security(Fact):
    """What somebody gave for a customer's debt: its kind, giver, value and how long it is valid.

    ``value`` None is not known. ``haircut`` is the share that is taken off the value (0 takes nothing off,
    None is not known), ``prior`` what rights that come before ours take of it, None where there are none.
    It is valid from ``start`` (at once where None) up to and including ``expires_on``, the last day on which
    it can be called (without end where None). ``in_place`` says whether it was perfected: signed, registered,
    paid in. ``counts_in`` stands in place of what the house's rule says for its kind.
    """

    schema: ClassVar[str] = "creditkit.security/1"

    id: str
    kind: SecurityKind = field(converter=_kind)
    currency: str = field(validator=known_currency)
    giver: str | None = None
    value: Money | None = field(default=None, converter=money_in, validator=not_negative)
    haircut: Fraction | None = field(default=None, converter=_haircut)
    prior: Money | None = field(default=None, converter=money_in, validator=not_negative)
    start: date | None = field(default=None, converter=_day)
    expires_on: date | None = field(default=None, converter=_day)
    in_place: bool | None = None
    counts_in: CountedIn | None = field(default=None, converter=_counted)

    def __attrs_post_init__(self) -> None:
        """It does not end before it begins."""
        if self.start is not None and self.expires_on is not None and self.expires_on < self.start:
            rule = f"must not be before {self.start}, where the security starts"
            raise InvalidFact("security.expires_on", rule, self.expires_on)
