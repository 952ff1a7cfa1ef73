"""Customers: one as a `Customer`, many as a `Portfolio`; what they ask for is an `Application`.

>>> c = Customer(id="C-1", currency="CNY", credit_sales_12m="3200000", trading_since=date(2014, 5, 1))
>>> c.credit_sales_12m
Money('3200000.00', 'CNY')
>>> Portfolio.of([c]).row(0) == c
True
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Final, Self, cast

import numpy as np
from attrs import Attribute, field, frozen

from creditkit._columns import Cells, Codes
from creditkit._fields import (
    Fact,
    checked,
    in_any_order,
    known_currency,
    money_in,
    not_negative,
    pairs_in,
    records_in,
)
from creditkit._given import listed, whole_in
from creditkit._plain import from_plain, list_in, mapping_in, to_plain
from creditkit._tables import Refusal, Table, rows_of
from creditkit.errors import InvalidFact
from creditkit.facts.own import (
    own_columns,
    own_columns_in,
    own_of_plain,
    own_of_row,
    plain_own,
    same_own,
)
from creditkit.facts.statements import Statement, Statements
from creditkit.facts.terms import known_terms, refused_terms, terms_in
from creditkit.money import Money

__all__ = ["Application", "Applications", "Customer", "ExternalRating", "Portfolio"]

SCALE: Final = "must lie on the scale of 0 to 100"


def _of_hundred(_rating: Any, _attribute: "Attribute[float]", value: float) -> None:
    if not 0 <= value <= 100:
        raise InvalidFact("external_rating.value", SCALE, value, "map the agency's scale to it")


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
    litigation_count: int | None = field(default=None, validator=not_negative)
    insolvency: bool | None = None
    blocked: bool | None = None
    grade_before: str | None = None
    statement: Statement | None = None
    ratings: tuple[ExternalRating, ...] = field(default=(), converter=in_any_order)
    figures: tuple[tuple[str, Money | float | int | str | bool], ...] = field(
        default=(), converter=pairs_in, metadata={"tagged": "pairs"}
    )


@frozen(kw_only=True, field_transformer=checked)
class Application(Fact):
    """What a customer asks for: a limit and, by name, terms of payment."""

    schema: ClassVar[str] = "creditkit.application/1"

    currency: str = field(validator=known_currency)
    requested_limit: Money | None = field(default=None, converter=money_in, validator=not_negative)
    requested_terms: str | None = field(default=None, converter=terms_in, validator=known_terms)


class Applications(Table[Application]):
    """Applications in columns, a row for each customer of a portfolio; a row may ask for nothing."""

    __slots__ = ()

    record = Application
    schema = "creditkit.applications/1"
    key = ("currency", "requested_limit", "requested_terms")

    def _refused(self) -> Iterator[Refusal]:
        limit = self["requested_limit"]
        yield "requested_limit", limit.known & (limit.values < 0), "must not be negative", ""
        yield "requested_terms", *refused_terms(self["requested_terms"])


class _Ratings(Table[ExternalRating]):
    __slots__ = ()

    record = ExternalRating
    key = ("value",)

    def _refused(self) -> Iterator[Refusal]:
        value = self["value"]
        outside = value.known & ~((value.values >= 0) & (value.values <= 100))
        yield "value", outside, SCALE, "map the agency's scale to it"


class Portfolio(Table[Customer]):
    """Customers in columns; `row` gives back the customer that a row was made from.

    ``statements`` has the portfolio's rows. ``ratings`` is a long table, ``rating_rows`` the
    customer's row for each of its rows. ``figures`` holds columns of the host's own figures.

    >>> two = Portfolio.from_columns({"id": ["C-1", "C-2"], "currency": "CNY", "blocked": [True, None]})
    >>> two
    <Portfolio of 2 rows: currency, id, blocked>
    >>> two.to_dict()["columns"]["blocked"], Portfolio.from_dict(two.to_dict()).same_as(two)
    ([True, None], True)
    """

    __slots__ = ("figures", "rating_rows", "ratings", "statements")

    record = Customer
    schema = "creditkit.portfolio/1"
    parts = ("statements", "ratings", "figures")
    statements: Statements | None
    ratings: _Ratings
    rating_rows: "np.ndarray[Any, np.dtype[np.int64]]"
    figures: dict[str, Cells]

    @classmethod
    def of(cls, records: Iterable[Customer | None]) -> Self:
        """From customers."""
        given = records_in(Customer, records, "portfolio")
        made = super().of(given)
        statements = [customer.statement for customer in given]
        made.statements = (
            Statements.of(statements) if any(s is not None for s in statements) else None
        )
        made._rated((row, one) for row, customer in enumerate(given) for one in customer.ratings)
        currency = cast(Codes, made["currency"])
        made.figures = own_columns([one.figures for one in given], currency, "portfolio.figures")
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
        made.statements = rows_of(Statements, statements, len(made), f"{path}.statements")
        made._rated(_ratings_in(ratings, len(made), f"{path}.ratings"))
        made.figures = own_columns_in(figures, cast(Codes, made["currency"]), f"{path}.figures")
        return made

    def _rated(self, ratings: Iterable[tuple[int, ExternalRating]]) -> None:
        pairs = sorted(ratings, key=_place_of_rating)
        self.rating_rows = np.array([row for row, _ in pairs], dtype=np.int64)
        self.ratings = _Ratings.of(rating for _, rating in pairs)

    def _refused(self) -> Iterator[Refusal]:
        yield "id", ~self["id"].known, "must be given", ""
        lawsuits = self["litigation_count"]
        yield "litigation_count", lawsuits.known & (lawsuits.values < 0), "must not be negative", ""

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
        values["ratings"] = tuple(rating for _, rating in self._ratings_of(row, row + 1))
        values["figures"] = own_of_row(self.figures, row, values["currency"])
        return values

    def _ratings_of(self, start: int, stop: int) -> list[tuple[int, ExternalRating]]:
        first, last = np.searchsorted(self.rating_rows, [start, stop])
        indexes = range(int(first), int(last))
        return [(int(self.rating_rows[index]), self.ratings.row(index)) for index in indexes]

    def same_as(self, other: object) -> bool:
        """Whether both portfolios hold the same customers."""
        if not isinstance(other, Portfolio) or not super().same_as(other):
            return False
        mine, theirs = self.statements, other.statements
        return (
            (mine is theirs if mine is None or theirs is None else mine.same_as(theirs))
            and np.array_equal(self.rating_rows, other.rating_rows)
            and self.ratings.same_as(other.ratings)
            and same_own(self.figures, other.figures)
        )

    def _plain(self) -> dict[str, Any]:
        out = super()._plain()
        if self.statements is not None:
            out["statements"] = self.statements._plain()
        if len(self.ratings):
            ratings = self._ratings_of(0, self.rows)
            out["ratings"] = [{"row": row, **to_plain(rating)} for row, rating in ratings]
        return out | plain_own(self.figures, cast(Codes, self["currency"]))

    def _read_parts(self, given: Mapping[str, Any], path: str) -> None:
        if given.get("statements") is not None:
            here = f"{path}.statements"
            statements = Statements._of_plain(given["statements"], here)
            self.statements = rows_of(Statements, statements, len(self), here)
        rows = []
        for index, one in enumerate(list_in(given.get("ratings", []), f"{path}.ratings")):
            here = f"{path}.ratings[{index}]"
            rating = mapping_in(one, here)
            row = from_plain(int, rating.pop("row", None), f"{here}.row")
            rows.append((row, from_plain(ExternalRating, rating, here)))
        self._rated(_ratings_in(rows, len(self), f"{path}.ratings"))
        currency = cast(Codes, self["currency"])
        self.figures = own_of_plain(given.get("figures"), currency, f"{path}.figures")


def _place_of_rating(pair: tuple[int, ExternalRating]) -> tuple[Any, ...]:
    row, rating = pair
    return row, rating.agency, rating.as_of, rating.value


def _ratings_in(ratings: Any, rows: int, path: str) -> list[tuple[int, ExternalRating]]:
    pairs = listed(ratings)
    if pairs is None:
        raise InvalidFact(path, "must be pairs of a row and its rating", ratings)
    for index, pair in enumerate(pairs):
        row, rating = pair if isinstance(pair, tuple | list) and len(pair) == 2 else (0, None)
        here = f"{path}[{index}]"
        if not isinstance(rating, ExternalRating):
            raise InvalidFact(here, "must be a pair of a row and its rating", pair)
        whole_in(row, f"{here}[0]", -rows - 1)
        if not 0 <= row < rows:
            raise InvalidFact(path, f"must be of rows below {rows}", row)
    return pairs
