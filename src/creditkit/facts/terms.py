"""Payment terms as data: net N days, or payment before the goods leave (款到发货).

>>> PaymentTerms.parse("net30").due_date(date(2026, 11, 21))
datetime.date(2026, 12, 21)
>>> PaymentTerms.parse("款到发货").prepaid
True
"""

from __future__ import annotations

import functools
import re
from datetime import date, timedelta
from typing import Any, ClassVar, Final, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes
from creditkit._fields import Day, as_date
from creditkit._plain import Record, fact_name
from creditkit.errors import InvalidFact
from creditkit.languages import AnyLanguage
from creditkit.reasons.rendering import TERMS_IN_WORDS

__all__ = ["PREPAID_NAMES", "TERMS", "PaymentTerms", "known_terms", "unknown_terms"]

TERMS: Final = "must be net and a number of days, prepaid or 款到发货"

PREPAID_NAMES: Final = ("prepaid", "prepayment", "款到发货")
_NET: Final = re.compile(r"net ?([0-9]{1,3})")


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
        terms = _parsed(name, bool(instalments)) if isinstance(name, str) else None
        if terms is None:
            raise InvalidFact(path, TERMS, name, "write 'net30'")
        return terms

    def due_date(self, invoiced: Day) -> date:
        """The due date of an invoice: its date plus ``days`` calendar days, the date itself not counted."""
        day = as_date(invoiced, "payment_terms.invoiced")
        try:
            return day + timedelta(days=self.days)
        except OverflowError:
            rule = "must leave the due date in the years up to 9999"
            raise InvalidFact("payment_terms.invoiced", rule, day) from None

    def title(self, language: AnyLanguage = "en") -> str:
        """The terms in words, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        if self.prepaid:
            return TERMS_IN_WORDS["prepaid"].in_(language)
        text = TERMS_IN_WORDS["instalments" if self.instalments else "net"]
        return text.filled(language, days=self.days)

    def __str__(self) -> str:
        return self.title()


@functools.lru_cache(maxsize=256)
def _parsed(name: str, instalments: bool) -> PaymentTerms | None:
    if name in PREPAID_NAMES:
        return PaymentTerms(name=name, days=0, prepaid=True)
    match = _NET.fullmatch(name)
    if match is None:
        return None
    return PaymentTerms(name=name, days=int(match[1]), instalments=instalments)


def known_terms(fact: Any, attribute: attrs.Attribute[str | None], value: str | None) -> None:
    """The validator of terms of payment by name."""
    if value is not None:
        PaymentTerms.parse(value, path=f"{fact_name(type(fact))}.{attribute.name}")


def unknown_terms(column: Cells) -> npt.NDArray[np.bool_]:
    """The rows of a column whose text names no terms of payment."""
    codes = cast(Codes, column)
    wrong = [_parsed(name, False) is None for name in codes.names]
    return cast("npt.NDArray[np.bool_]", np.array([*wrong, False])[codes.values])
