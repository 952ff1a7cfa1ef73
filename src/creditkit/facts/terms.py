"""Payment terms as data: net N days, or payment before the goods leave (款到发货).

>>> PaymentTerms.parse("net30").due_date(date(2026, 11, 21))
datetime.date(2026, 12, 21)
>>> PaymentTerms.parse("款到发货").prepaid
True
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import ClassVar, Final

import attrs

from creditkit._languages import chinese
from creditkit._plain import Record
from creditkit.errors import InvalidFact

__all__ = ["PREPAID_NAMES", "PaymentTerms"]

PREPAID_NAMES: Final = ("prepaid", "prepayment", "款到发货")
_NET: Final = re.compile(r"net ?(\d{1,3})")


@attrs.frozen(kw_only=True)
class PaymentTerms(Record):
    """Terms of payment: ``days`` of credit after the invoice's date; 0 and ``prepaid`` before delivery.

    ``instalments`` says that the grade allows payment in instalments within those days.
    """

    schema: ClassVar[str] = "creditkit.facts.terms/1"

    name: str
    days: int
    prepaid: bool = False
    instalments: bool = False

    @classmethod
    def parse(cls, name: str, *, instalments: bool = False, path: str = "terms") -> PaymentTerms:
        """``net30``, ``prepaid`` or ``款到发货``; anything else is an `InvalidFact`."""
        if name in PREPAID_NAMES:
            return cls(name=name, days=0, prepaid=True)
        match = _NET.fullmatch(name)
        if match is None:
            raise InvalidFact(
                path,
                "must be net and a number of days, prepaid or 款到发货",
                name,
                "write 'net30'",
            )
        return cls(name=name, days=int(match[1]), instalments=instalments)

    def due_date(self, invoiced: date) -> date:
        """The due date of an invoice: its date plus ``days`` calendar days, the date itself not counted."""
        return invoiced + timedelta(days=self.days)

    def title(self, language: str = "en") -> str:
        """The terms in words, in English (``en``) or Chinese (``zh``)."""
        if self.prepaid:
            return "款到发货" if chinese(language) else "payment before delivery"
        if chinese(language):
            return f"{self.days}天账期" + (", 可分期" if self.instalments else "")
        return f"net {self.days}" + (", instalments allowed" if self.instalments else "")

    def __str__(self) -> str:
        return self.title()
