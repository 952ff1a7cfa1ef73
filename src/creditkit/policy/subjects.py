"""What figures are worked out from: the facts of one customer or of many, and how a policy measures.

`CATALOGUE` is every figure that a policy can name; `wires` says how each is worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import attrs

from creditkit.facts.customers import Application, Applications, Customer, Portfolio
from creditkit.facts.ledger import Ledger
from creditkit.facts.lines import CreditLine, CreditLines
from creditkit.facts.rates import Rates
from creditkit.facts.statements import LINES, Statement
from creditkit.figures import FIGURES, Figure, FigureKind

__all__ = ["CATALOGUE", "Book", "Measure", "Subject"]

CATALOGUE: Final[Mapping[str, Figure]] = {
    **{
        name: Figure(
            name=name,
            kind=FigureKind.LINE_ITEM,
            en=field.metadata["en"],
            zh=field.metadata["zh"],
            meaning="A line of the latest statement, in the statement's unit",
        )
        for name, field in attrs.fields_dict(Statement).items()
        if name in LINES
    },
    **FIGURES,
}
"""Every figure that a policy can name: those of the catalogue, and the lines of a statement."""


@attrs.frozen(kw_only=True)
class Measure:
    """How a policy measures: its currency, the date, the rates, what tests of overdue leave out."""

    currency: str
    as_of: date
    rates: Rates | None = None
    ignore_below: int = 0
    ignore_disputed: bool = True
    figures: Mapping[str, Figure] = attrs.field(default=CATALOGUE, eq=False, repr=False)

    def reaches(self, currency: str) -> bool:
        """Whether amounts in a currency can be measured."""
        if currency == self.currency:
            return True
        return self.rates is not None and self.rates.ratio(currency, self.currency) is not None

    @property
    def ledger_options(self) -> dict[str, Any]:
        """The keywords that the ledger's figures take."""
        return {
            "as_of": self.as_of,
            "currency": self.currency,
            "rates": self.rates,
            "ignore_below": self.ignore_below,
            "ignore_disputed": self.ignore_disputed,
        }


@attrs.frozen(kw_only=True)
class Subject:
    """The facts of one customer at a date."""

    measure: Measure
    customer: Customer
    ledger: Ledger | None = None
    application: Application | None = None
    line: CreditLine | None = None


@attrs.frozen(kw_only=True)
class Book:
    """The facts of many customers at a date; tables have the portfolio's rows."""

    measure: Measure
    portfolio: Portfolio
    ledger: Ledger | None = None
    applications: Applications | None = None
    lines: CreditLines | None = None
