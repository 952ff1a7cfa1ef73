"""What figures are worked out from: the facts of one customer or of many, and how a policy measures.

`CATALOGUE` is every figure that a policy can name; `sources` says how each is worked out.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt
from dateutil.relativedelta import relativedelta

from creditkit.facts.customers import Application, Applications, Customer, Portfolio
from creditkit.facts.ledger import Ledger
from creditkit.facts.lines import CreditLine, CreditLines
from creditkit.facts.statements import LINES, Statement
from creditkit.figures import FIGURES, Figure, FigureKind
from creditkit.policy.figures.usable import faults_of, why_not
from creditkit.reasons import Parameter
from creditkit.receivables.reading import Reading

__all__ = ["CATALOGUE", "CustomerFacts", "Measure", "PortfolioFacts"]

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

    Statements and ratings that are older than so many months are not used. Open orders that ship after
    ``horizon_days`` do not count in the exposure, and ``weights`` say how its components do.
    """

    statement_months: int | None = None
    rating_months: int | None = None
    horizon_days: int | None = None
    weights: Mapping[str, Fraction] = attrs.field(factory=dict, eq=False, repr=False)
    figures: Mapping[str, Figure] = attrs.field(default=CATALOGUE, eq=False, repr=False)

    @property
    def first_statement(self) -> date:
        """Statements that ended before this day are too old to be used."""
        return _before(self.as_of, self.statement_months)

    @property
    def first_rating(self) -> date:
        """Ratings from before this day are too old to be used."""
        return _before(self.as_of, self.rating_months)

    def reaches(self, currency: str) -> bool:
        """Whether amounts in a currency can be measured."""
        if currency == self.currency:
            return True
        return self.rates is not None and self.rates.ratio(currency, self.currency) is not None


@functools.lru_cache(maxsize=256)  # one day, asked for every customer
def _before(day: date, months: int | None) -> date:
    return date.min if months is None else day - relativedelta(months=months)


@attrs.frozen(kw_only=True)
class CustomerFacts:
    """The facts of one customer at a date.

    ``fault`` is why their statement is set aside, if it is; ``statement`` is it where it is used.
    """

    measure: Measure
    customer: Customer
    fault: tuple[str, dict[str, Parameter]] | None = attrs.field(
        init=False, default=attrs.Factory(lambda one: _fault(one), takes_self=True)
    )
    statement: Statement | None = attrs.field(
        init=False, default=attrs.Factory(lambda one: _used(one), takes_self=True)
    )
    ledger: Ledger | None = None
    application: Application | None = None
    line: CreditLine | None = None


def _used(facts: CustomerFacts) -> Statement | None:
    return None if facts.fault is not None else facts.customer.statement


def _fault(facts: CustomerFacts) -> tuple[str, dict[str, Parameter]] | None:
    given = facts.customer.statement
    return None if given is None else why_not(given, facts.measure)


@attrs.frozen(kw_only=True)
class PortfolioFacts:
    """The facts of many customers at a date; tables have the portfolio's rows.

    ``faults`` are the rows whose statement is set aside, by reason code; ``aside`` marks them all.
    """

    measure: Measure
    portfolio: Portfolio
    faults: Mapping[str, npt.NDArray[np.bool_]] = attrs.field(
        default=attrs.Factory(
            lambda facts: faults_of(facts.portfolio.statements, facts.measure), takes_self=True
        )
    )
    aside: npt.NDArray[np.bool_] | None = attrs.field(
        init=False,
        default=attrs.Factory(
            lambda facts: np.logical_or.reduce([*facts.faults.values()]) if facts.faults else None,
            takes_self=True,
        ),
    )
    ledger: Ledger | None = None
    applications: Applications | None = None
    lines: CreditLines | None = None
