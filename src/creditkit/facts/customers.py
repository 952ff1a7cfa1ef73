"""Customers: one as a `Customer`, many as a `Portfolio`; what they ask for is an `Application`.

>>> c = Customer(id="C-1", currency="CNY", credit_sales_12m="3200000", trading_since=date(2014, 5, 1))
>>> c.credit_sales_12m
Money('3200000.00', 'CNY')
>>> Portfolio.of([c]).row(0) == c
True
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Self, cast

import numpy as np
from attrs import Attribute, field, frozen

from creditkit._columns import Cells, Codes
from creditkit._fields import Fact, checked, many_in, money_in, pairs_in
from creditkit._tables import Table
from creditkit.errors import InvalidFact
from creditkit.facts.own import check_currency, own_column, own_scalar
from creditkit.facts.statements import Statement, Statements
from creditkit.facts.terms import PaymentTerms
from creditkit.money import Money, currency_digits

__all__ = ["Application", "Applications", "Customer", "ExternalRating", "Portfolio"]


def known_currency(fact: Any, _attribute: "Attribute[str]", value: str) -> None:
    """The validator of a currency field."""
    currency_digits(value, f"{type(fact).__name__.lower()}.currency")


def known_terms(fact: Any, attribute: "Attribute[str | None]", value: str | None) -> None:
    """The validator of terms of payment by name."""
    if value is not None:
        PaymentTerms.parse(value, path=f"{type(fact).__name__.lower()}.{attribute.name}")


def _of_hundred(_rating: Any, _attribute: "Attribute[float]", value: float) -> None:
    if not 0 <= value <= 100:
        rule = "must lie on the scale of 0 to 100"
        raise InvalidFact("external_rating.value", rule, value, "map the agency's scale to it")


@frozen(kw_only=True, field_transformer=checked)
class ExternalRating(Fact):
    """What an agency says of a customer: ``value`` on the host's scale of 0 to 100, high is good."""

    schema: ClassVar[str] = "creditkit.external_rating/1"

    agency: str
    value: float = field(validator=_of_hundred)
    as_of: date


@frozen(kw_only=True, field_transformer=checked)
class Customer(Fact):
    """What the host knows of a customer, besides the ledger; everything but id and currency may be None.

    ``credit_sales_12m`` is our sales on credit to the customer over twelve months, tax-inclusive,
    net of returns; the customer's own turnover is ``statement.revenue``. ``figures`` holds values
    of figures that the host declares itself.
    """

    schema: ClassVar[str] = "creditkit.customer/1"

    id: str
    currency: str = field(validator=known_currency)
    name: str | None = None
    name_zh: str | None = None
    country: str | None = None
    industry: str | None = None
    ownership: str | None = None
    reputation: str | None = None
    group: str | None = None
    founded: date | None = None
    trading_since: date | None = None
    credit_sales_12m: Money | None = field(default=None, converter=money_in)
    expected_purchases_12m: Money | None = field(default=None, converter=money_in)
    litigation_count: int | None = None
    insolvency: bool | None = None
    blocked: bool | None = None
    grade_before: str | None = None
    statement: Statement | None = None
    ratings: tuple[ExternalRating, ...] = field(default=(), converter=many_in)
    figures: tuple[tuple[str, Money | float | int | str | bool], ...] = field(
        default=(), converter=pairs_in, metadata={"tagged": "pairs"}
    )


@frozen(kw_only=True, field_transformer=checked)
class Application(Fact):
    """What a customer asks for: a limit and, by name, terms of payment."""

    schema: ClassVar[str] = "creditkit.application/1"

    currency: str = field(validator=known_currency)
    requested_limit: Money | None = field(default=None, converter=money_in)
    requested_terms: str | None = field(default=None, validator=known_terms)


class Applications(Table[Application]):
    """Applications in columns, a row for each customer of a portfolio."""

    __slots__ = ()

    record = Application


class _Ratings(Table[ExternalRating]):
    __slots__ = ()

    record = ExternalRating


class Portfolio(Table[Customer]):
    """Customers in columns; `row` gives back the customer that a row was made from.

    ``statements`` has the portfolio's rows. ``ratings`` is a long table, ``rating_rows`` the
    customer's row for each of its rows. ``figures`` holds columns of the host's own figures.
    """

    __slots__ = ("figures", "rating_rows", "ratings", "statements")

    record = Customer
    statements: Statements | None
    ratings: _Ratings
    rating_rows: "np.ndarray[Any, np.dtype[np.int64]]"
    figures: dict[str, Cells]

    @classmethod
    def of(cls, records: Iterable[Customer | None]) -> Self:
        """From customers."""
        given: list[Customer] = []
        for place, customer in enumerate(records):
            if not isinstance(customer, Customer):
                raise InvalidFact(f"portfolio[{place}]", "must be a Customer", customer)
            given.append(customer)
        made = super().of(given)
        statements = [customer.statement for customer in given]
        made.statements = (
            Statements.of(statements) if any(s is not None for s in statements) else None
        )
        made.rating_rows = np.repeat(
            np.arange(len(given)), [len(customer.ratings) for customer in given]
        )
        made.ratings = _Ratings.of(rating for customer in given for rating in customer.ratings)
        own = [dict(customer.figures) for customer in given]
        names = sorted({name for figures in own for name in figures})
        made.figures = {
            name: own_column(name, [figures.get(name) for figures in own]) for name in names
        }
        return made

    @classmethod
    def from_columns(
        cls,
        columns: Mapping[str, Any],
        *,
        strict: bool = False,
        from_float: bool = False,
        path: str = "portfolio",
        statements: Statements | None = None,
        ratings: Iterable[tuple[int, ExternalRating]] = (),
        figures: Mapping[str, Any] | None = None,
    ) -> Self:
        """From columns by field name, with statements of the same rows and ratings as ``(row, rating)``.

        ``figures`` are columns of the host's own figures: numbers, text, flags or `Amounts`.
        """
        made = super().from_columns(columns, strict=strict, from_float=from_float, path=path)
        if statements is not None and len(statements) != len(made):
            raise InvalidFact(
                "portfolio.statements", f"must have {len(made)} rows", len(statements)
            )
        made.statements = statements
        pairs = sorted(ratings, key=lambda pair: pair[0])
        made.rating_rows = np.array([row for row, _ in pairs], dtype=np.int64)
        made.ratings = _Ratings.of(rating for _, rating in pairs)
        made.figures = {name: own_column(name, column) for name, column in (figures or {}).items()}
        for name, column in made.figures.items():
            here = f"{path}.figures.{name}"
            if len(column) != len(made):
                raise InvalidFact(here, f"must have {len(made)} rows", len(column))
            check_currency((figures or {})[name], column, cast(Codes, made["currency"]), here)
        if pairs and not (pairs[0][0] >= 0 and pairs[-1][0] < len(made)):
            raise InvalidFact(f"{path}.ratings", f"must be of rows below {len(made)}", pairs[-1][0])
        return made

    def cut(self, rows: slice) -> Self:
        """A run of rows, as views; what `decide` works on, block by block."""
        made = super().cut(rows)
        made.statements = None if self.statements is None else self.statements.cut(rows)
        first, last = np.searchsorted(self.rating_rows, [rows.start, rows.stop])
        made.rating_rows = self.rating_rows[first:last] - rows.start
        made.ratings = self.ratings.cut(slice(int(first), int(last)))
        made.figures = {name: column.cut(rows) for name, column in self.figures.items()}
        return made

    def row_values(self, row: int) -> dict[str, Any]:
        """The values of one row by field name."""
        values = super().row_values(row)
        row %= self.rows
        if self.statements is not None and self.statements["period_end"].state(row) == 0:
            values["statement"] = self.statements.row(row)
        first, last = np.searchsorted(self.rating_rows, [row, row + 1])
        values["ratings"] = tuple(self.ratings.row(place) for place in range(int(first), int(last)))
        own = {
            name: own_scalar(column, row, values["currency"])
            for name, column in self.figures.items()
        }
        values["figures"] = {name: value for name, value in own.items() if value is not None}
        return values

    def same_as(self, other: Table[Customer]) -> bool:
        """Whether both portfolios hold the same customers."""
        if not isinstance(other, Portfolio) or not super().same_as(other):
            return False
        return all(self.row(row) == other.row(row) for row in range(len(self)))
