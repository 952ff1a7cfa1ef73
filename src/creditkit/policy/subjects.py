"""What figures are worked out from: the facts of one customer or of many, and how a policy measures.

`CATALOGUE` is every figure that a policy can name; `wires` says how each is worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from creditkit.facts.customers import Application, Applications, Customer, Portfolio
from creditkit.facts.ledger import Ledger
from creditkit.facts.lines import CreditLine, CreditLines
from creditkit.facts.statements import LINES, Statement
from creditkit.figures import FIGURES, Figure, FigureKind
from creditkit.policy.statement import aside, why_not
from creditkit.receivables.reading import Reading

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
class Measure(Reading):
    """How a policy measures: it reads ledgers in its own way, and knows its figures.

    Statements and ratings that are older than so many months are not used.
    """

    statement_months: int | None = None
    rating_months: int | None = None
    figures: Mapping[str, Figure] = attrs.field(default=CATALOGUE, eq=False, repr=False)

    def reaches(self, currency: str) -> bool:
        """Whether amounts in a currency can be measured."""
        if currency == self.currency:
            return True
        return self.rates is not None and self.rates.ratio(currency, self.currency) is not None


@attrs.frozen(kw_only=True)
class Subject:
    """The facts of one customer at a date; ``statement`` is his unless it is set aside."""

    measure: Measure
    customer: Customer
    statement: Statement | None = attrs.field(
        init=False, default=attrs.Factory(lambda subject: _usable(subject), takes_self=True)
    )
    ledger: Ledger | None = None
    application: Application | None = None
    line: CreditLine | None = None


def _usable(subject: Subject) -> Statement | None:
    """The customer's statement, unless it is set aside; the decision says why."""
    given = subject.customer.statement
    return None if given is None or why_not(given, subject.measure) is not None else given


@attrs.frozen(kw_only=True)
class Book:
    """The facts of many customers at a date; tables have the portfolio's rows.

    ``aside`` marks the rows whose statement is set aside.
    """

    measure: Measure
    portfolio: Portfolio
    aside: npt.NDArray[np.bool_] | None = attrs.field(
        init=False,
        default=attrs.Factory(lambda b: aside(b.portfolio.statements, b.measure), takes_self=True),
    )
    ledger: Ledger | None = None
    applications: Applications | None = None
    lines: CreditLines | None = None
