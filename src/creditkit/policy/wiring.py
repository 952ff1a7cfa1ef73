"""The wiring table: how each figure of the catalogue is worked out from facts, for one and for many.

This is the only place that knows all calculators. A new figure is one declaration in the catalogue,
one function in the room it belongs to, and one line in `WIRES`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import by_blocks
from creditkit._columns import Cells, Codes, State, float_to_minor, floats_to_minor
from creditkit._tables import Table
from creditkit.facts.customers import Application, Applications, Customer, Portfolio
from creditkit.facts.ledger import Ledger
from creditkit.facts.lines import CreditLine, CreditLines
from creditkit.facts.own import OwnMoney
from creditkit.facts.rates import Rates, converted, converted_columns
from creditkit.facts.statements import LINES, Statement
from creditkit.figures import FIGURES, UNDEFINED, Figure, FigureKind, Value
from creditkit.limits.lines import runs
from creditkit.models import published, ratios
from creditkit.models.contract import FormulaModel, Scores
from creditkit.money import CURRENCIES, Line, Money
from creditkit.receivables import positions as positions

__all__ = ["CATALOGUE", "WIRES", "Book", "FigureRow", "FigureTable", "Measure", "Subject"]

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


class FigureRow(Mapping[str, Value]):
    """The figures of one customer, each worked out when it is first asked for.

    ``supplied`` values stand before any calculator; a figure that is not known takes its value from
    ``assume``, and is then listed in ``assumed``.
    """

    __slots__ = ("_subject", "assume", "assumed", "ledger_figures", "own", "values_by_name")

    def __init__(
        self,
        subject: Subject | None,
        supplied: Mapping[str, Value] | None = None,
        assume: Mapping[str, Value] | None = None,
    ) -> None:
        self._subject = subject
        self.values_by_name: dict[str, Value] = dict(supplied or {})
        self.assume = assume or {}
        self.assumed: list[str] = []
        self.ledger_figures: Mapping[str, Any] | None = None
        self.own = {} if subject is None else dict(subject.customer.figures)
        for name in list(self.values_by_name):
            self._assume(name)

    def __getitem__(self, name: str) -> Value:
        if name not in self.values_by_name:
            self.values_by_name[name] = self._work_out(name)
            self._assume(name)
        return self.values_by_name[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a figure."""
        return self[name]

    def _assume(self, name: str) -> None:
        if name in self.assume and self.values_by_name[name] is None:
            self.values_by_name[name] = self.assume[name]
            self.assumed.append(name)

    def _work_out(self, name: str) -> Value:
        if self._subject is None:
            return None
        if name in WIRES:
            return WIRES[name].one(self._subject, self)
        return own_value(self.own.get(name), name, self._subject.measure)

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)


class FigureTable:
    """The figures of many customers in columns, each worked out when it is first asked for."""

    __slots__ = ("_book", "_whole", "assume", "assumed", "columns", "ledger_figures", "rows")

    def __init__(
        self,
        book: Book,
        assume: Mapping[str, Value] | None = None,
        whole: tuple[FigureTable, slice] | None = None,
    ) -> None:
        self._book = book
        self._whole = whole  # the table that this one is a block of: the ledger is read once
        self.rows = len(book.portfolio)
        self.columns: dict[str, Cells] = {}
        self.assume = assume or {}
        self.assumed: dict[str, npt.NDArray[np.bool_]] = {}
        self.ledger_figures: Mapping[str, Cells] | None = None

    def __getitem__(self, name: str) -> Cells:
        if name not in self.columns:
            column = self._work_out(name)
            if name in self.assume:
                column, self.assumed[name] = _assumed(column, self.assume[name])
            self.columns[name] = column
        return self.columns[name]

    def cut(self, rows: slice) -> tuple[Book, FigureTable]:
        """A block of rows, with figures of its own: temporaries of that length stay in cache."""
        book = self._book
        part = Book(
            measure=book.measure,
            portfolio=book.portfolio.cut(rows),
            ledger=book.ledger,
            applications=None if book.applications is None else book.applications.cut(rows),
            lines=None if book.lines is None else book.lines.cut(rows),
        )
        return part, FigureTable(part, self.assume, (self, rows))

    def of_ledger(self, name: str) -> Cells:
        """A figure of the ledger."""
        book = self._book
        if book.ledger is None:
            return unknown(self.rows)
        if self._whole is not None:
            whole, rows = self._whole
            return whole.of_ledger(name).cut(rows)
        if self.ledger_figures is None:
            accounts = cast(Codes, book.portfolio["id"])
            names = [*accounts.names, ""]  # a row without an id has the empty one
            self.ledger_figures = positions.positions(
                book.ledger,
                [names[code] for code in accounts.values],
                **book.measure.ledger_options,
            )
        return self.ledger_figures[name]

    def _work_out(self, name: str) -> Cells:
        if name in WIRES:
            return WIRES[name].many(self._book, self)
        own = self._book.portfolio.figures.get(name)
        return unknown(self.rows) if own is None else _own_column(own, name, self._book)


@attrs.frozen
class Wire:
    """How one figure is worked out: for one customer, and for many."""

    one: Callable[[Subject, FigureRow], Value]
    many: Callable[[Book, FigureTable], Cells]


def unknown(rows: int) -> Cells:
    """A column of which nothing is known."""
    return Cells(np.zeros(rows, dtype=np.int64), np.full(rows, State.UNKNOWN, dtype=np.uint8))


def _assumed(column: Cells, value: Value) -> tuple[Cells, npt.NDArray[np.bool_]]:
    where = np.isin(column.all_states(), (State.UNKNOWN, State.INVALID, State.OUT_OF_RANGE))
    if not where.any():
        return column, where
    states = np.where(where, State.KNOWN, column.all_states()).astype(np.uint8)
    if isinstance(value, str):
        codes = (
            column
            if isinstance(column, Codes)
            else Codes(np.full(len(column), -1, dtype=np.int32), ())
        )
        names = codes.names if value in codes.names else (*codes.names, value)
        return Codes(
            np.where(where, names.index(value), codes.values).astype(np.int32), names, states
        ), where
    dtype: Any = column.values.dtype
    if isinstance(value, bool | float):
        dtype = np.int8 if isinstance(value, bool) else np.float64
    return Cells(np.where(where, cast(float, value), column.values).astype(dtype), states), where


def own_value(value: Any, name: str, measure: Measure) -> Value:
    """A host's own value as a figure: not known where it is not of the kind that is declared."""
    kind = measure.figures[name].kind if name in measure.figures else None
    if isinstance(value, Money):
        return _minor(value, measure) if kind is FigureKind.MONEY else None
    if isinstance(value, bool):
        return value if kind is FigureKind.FLAG else None
    if isinstance(value, str):
        return value if kind is FigureKind.CATEGORY else None
    if value is None or kind is None or kind is FigureKind.MONEY:
        return None
    if kind.floating:
        return float(value)
    return int(value) if kind.exact and value == int(value) else None


def _own_column(own: Cells, name: str, book: Book) -> Cells:
    """`own_value` for a column."""
    measure, rows = book.measure, len(own)
    kind = measure.figures[name].kind if name in measure.figures else None
    if isinstance(own, OwnMoney):
        currencies = cast(Codes, book.portfolio["currency"])
        amounts = converted_columns(own, currencies, measure.currency, measure.rates)
        return amounts if kind is FigureKind.MONEY else unknown(rows)
    if isinstance(own, Codes):
        return own if kind is FigureKind.CATEGORY else unknown(rows)
    if own.values.dtype == np.int8:
        return own if kind is FigureKind.FLAG else unknown(rows)
    if kind is None or kind is FigureKind.MONEY or not (kind.floating or kind.exact):
        return unknown(rows)
    if kind.floating:
        return Cells(own.values.astype(np.float64), own.states)
    whole = own.known & (own.values == np.rint(own.values))
    states = np.where(own.known & ~whole, State.UNKNOWN, own.all_states()).astype(np.uint8)
    return Cells(np.where(whole, own.values, 0).astype(np.int64), states)


def _minor(value: Money | None, measure: Measure) -> int | None:
    if value is None:
        return None
    return converted(value.minor, value.currency, measure.currency, measure.rates)


def _money_column(table: Table[Any], name: str, measure: Measure) -> Cells:
    return converted_columns(
        table[name], cast(Codes, table["currency"]), measure.currency, measure.rates
    )


# The ways in which a figure can be wired.


def customer_field(name: str) -> Wire:
    """A field of the customer as it stands: text, flag or count."""

    def one(subject: Subject, _row: FigureRow) -> Value:
        return cast(Value, getattr(subject.customer, name))

    return Wire(one, lambda book, _table: book.portfolio[name])


def customer_money(name: str) -> Wire:
    """A money field of the customer, in the policy's currency."""

    def one(subject: Subject, _row: FigureRow) -> Value:
        return _minor(getattr(subject.customer, name), subject.measure)

    return Wire(one, lambda book, _table: _money_column(book.portfolio, name, book.measure))


def full_years(name: str) -> Wire:
    """Full years from a date of the customer to the date of the measure."""
    return _elapsed(
        lambda subject: getattr(subject.customer, name),
        lambda book: book.portfolio[name],
        _year_key,
        10_000,
    )


def _statement_end(subject: Subject) -> date | None:
    return None if subject.customer.statement is None else subject.customer.statement.period_end


def _elapsed(
    one_date: Callable[[Subject], date | None],
    many_dates: Callable[[Book], Cells],
    key: Callable[[Any, Any, Any], Any],
    unit: int,
) -> Wire:
    def one(subject: Subject, _row: FigureRow) -> Value:
        start = one_date(subject)
        if start is None:
            return None
        end = subject.measure.as_of
        return cast(
            int,
            (key(end.year, end.month, end.day) - key(start.year, start.month, start.day)) // unit,
        )

    def many(book: Book, _table: FigureTable) -> Cells:
        dates = many_dates(book)
        days = dates.values.astype("datetime64[D]", copy=False).view(np.int64)
        if dates.states is not None:
            days = np.where(dates.known, days, 0)
        year, month, day = _calendar(days)
        end = book.measure.as_of
        return Cells(
            (key(end.year, end.month, end.day) - key(year, month, day)) // unit, dates.states
        )

    return Wire(one, many)


def _calendar(days: npt.NDArray[np.int64]) -> tuple[Any, Any, Any]:
    """Year, month and day of days from 1970, in whole numbers: numpy's own takes five times as long.

    Years are counted from March, so that the odd day comes last (Hinnant, chrono-compatible
    low-level date algorithms, 2014).
    """
    shifted = days + 719_468  # from 1 March of the year 0
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    of_year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    day = of_era - (365 * of_year + of_year // 4 - of_year // 100)
    march = (5 * day + 2) // 153
    january = march >= 10
    return (
        of_year + era * 400 + january,
        march + 3 - 12 * january,
        day - (153 * march + 2) // 5 + 1,
    )


def _year_key(year: Any, month: Any, day: Any) -> Any:
    """A date as one number whose difference // 10,000 is full years."""
    return year * 10_000 + month * 100 + day


def _month_key(year: Any, month: Any, day: Any) -> Any:
    """A date as one number whose difference // 100 is full months."""
    return (year * 12 + month) * 100 + day


def statement_line(name: str) -> Wire:
    """A line of the latest statement."""

    def one(subject: Subject, _row: FigureRow) -> Value:
        statement = subject.customer.statement
        return None if statement is None else cast(Value, getattr(statement, name))

    def many(book: Book, _table: FigureTable) -> Cells:
        statements = book.portfolio.statements
        return _no_lines(len(book.portfolio)) if statements is None else statements[name]

    return Wire(one, many)


def _no_lines(rows: int) -> Cells:
    return Cells(np.full(rows, np.nan), np.full(rows, State.UNKNOWN, dtype=np.uint8))


def ratio_of(function: Callable[..., Any]) -> Wire:
    """A ratio of statement lines, written once; NaN from known lines is UNDEFINED."""
    names = tuple(inspect.signature(function).parameters)

    def one(_subject: Subject, row: FigureRow) -> Value:
        inputs = {name: row[name] for name in names}
        if any(value is None for value in inputs.values()):
            return None
        value = function(**inputs)
        return UNDEFINED if value != value else cast(float, value)

    def many(_book: Book, table: FigureTable) -> Cells:
        inputs = {name: table[name] for name in names}
        columns = {name: column.values for name, column in inputs.items()}
        values = by_blocks(lambda block: cast(Any, function(**block)), columns, table.rows)
        states = np.isnan(values).astype(np.uint8) * np.uint8(State.UNDEFINED)
        for column in inputs.values():
            states[~column.known] = State.UNKNOWN
        return Cells(values, states)

    return Wire(one, many)


def formula_model(model: FormulaModel) -> Wire:
    """The value of a published model; not known where a line is missing, UNDEFINED without a meaning."""

    def one(_subject: Subject, row: FigureRow) -> Value:
        score = model.score(row)
        if score.value is not None:
            return score.value
        return None if score.missing else UNDEFINED

    def many(_book: Book, table: FigureTable) -> Cells:
        scores = model.scores(table)
        state_of = {
            Scores.COMPUTED: State.KNOWN,
            Scores.MISSING: State.UNKNOWN,
            Scores.UNDEFINED: State.UNDEFINED,
        }
        states = np.array([state_of[code] for code in range(3)], dtype=np.uint8)[scores.status]
        return Cells(scores.values, states)

    return Wire(one, many)


def ledger_figure(name: str) -> Wire:
    """A figure of the ledger; not known where there is no ledger, natural where it is empty."""

    def one(subject: Subject, row: FigureRow) -> Value:
        if row.ledger_figures is None:
            row.ledger_figures = (
                {}
                if subject.ledger is None
                else positions.position(subject.ledger, **subject.measure.ledger_options)
            )
        return cast(Value, row.ledger_figures.get(name))

    return Wire(one, lambda _book, table: table.of_ledger(name))


def _net_worth() -> Wire:
    def one(subject: Subject, _row: FigureRow) -> Value:
        statement = subject.customer.statement
        if (
            statement is None
            or statement.total_assets is None
            or statement.total_liabilities is None
        ):
            return None
        worth = statement.total_assets - statement.total_liabilities
        minor = float_to_minor(worth, statement.unit * 10 ** CURRENCIES[statement.currency])
        if minor is None:
            return None
        return converted(minor, statement.currency, subject.measure.currency, subject.measure.rates)

    def many(book: Book, table: FigureTable) -> Cells:
        statements = book.portfolio.statements
        if statements is None:
            return unknown(table.rows)
        currencies = cast(Codes, statements["currency"])
        digits = np.array(
            [10 ** CURRENCIES.get(name, 2) for name in currencies.names] + [1], dtype=np.int64
        )
        with np.errstate(all="ignore"):
            worth = statements["total_assets"].values - statements["total_liabilities"].values
            units = np.where(statements["unit"].known, statements["unit"].values, 1)
            values, missing, beyond = floats_to_minor(worth, digits[currencies.values] * units)
        states = np.where(
            missing, State.UNKNOWN, np.where(beyond, State.OUT_OF_RANGE, State.KNOWN)
        ).astype(np.uint8)
        known = Cells(values, states)
        return converted_columns(known, currencies, book.measure.currency, book.measure.rates)

    return Wire(one, many)


def _audited() -> Wire:
    def one(subject: Subject, _row: FigureRow) -> Value:
        return None if subject.customer.statement is None else subject.customer.statement.audited

    def many(book: Book, table: FigureTable) -> Cells:
        statements = book.portfolio.statements
        return unknown(table.rows) if statements is None else statements["audited"]

    return Wire(one, many)


def _statement_age() -> Wire:
    def many_dates(book: Book) -> Cells:
        statements = book.portfolio.statements
        if statements is not None:
            return statements["period_end"]
        rows = len(book.portfolio)
        return Cells(
            np.full(rows, np.datetime64("NaT", "D"), "datetime64[D]"),
            np.full(rows, State.UNKNOWN, np.uint8),
        )

    return _elapsed(_statement_end, many_dates, _month_key, 100)


def _revenue_growth() -> Wire:
    growth = ratios.revenue_growth

    def one(subject: Subject, _row: FigureRow) -> Value:
        statement = subject.customer.statement
        before = (
            None if statement is None or statement.previous is None else statement.previous.revenue
        )
        now = None if statement is None else statement.revenue
        if now is None or before is None:
            return None
        value = growth(revenue=now, revenue_before=before)
        return UNDEFINED if value != value else value

    def many(book: Book, table: FigureTable) -> Cells:
        statements = book.portfolio.statements
        if statements is None or statements.previous is None:
            return _no_lines(table.rows)
        now, before = statements["revenue"], statements.previous["revenue"]
        columns = {"revenue": now.values, "revenue_before": before.values}
        values = by_blocks(lambda block: growth(**block), columns, table.rows)
        states = np.where(np.isnan(values), State.UNDEFINED, State.KNOWN).astype(np.uint8)
        states[~(now.known & before.known)] = State.UNKNOWN
        return Cells(values, states)

    return Wire(one, many)


def _latest_rating(subject: Subject) -> Any:
    seen = [rating for rating in subject.customer.ratings if rating.as_of <= subject.measure.as_of]
    return max(seen, key=lambda rating: (rating.as_of, -rating.value), default=None)


def _latest_rating_rows(book: Book) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows of the portfolio that have a rating by the date, and the place of their latest one."""
    ratings, owners = book.portfolio.ratings, book.portfolio.rating_rows
    values, dates = ratings["value"].values, ratings["as_of"].values
    seen = np.flatnonzero(dates <= np.datetime64(book.measure.as_of))
    order = seen[np.lexsort((-values[seen], dates[seen], owners[seen]))]
    if not len(order):
        return order, order
    last = np.append(owners[order][1:] != owners[order][:-1], True)
    return owners[order[last]], order[last]


def _external_rating() -> Wire:
    def one(subject: Subject, _row: FigureRow) -> Value:
        rating = _latest_rating(subject)
        return None if rating is None else cast(float, rating.value)

    def many(book: Book, table: FigureTable) -> Cells:
        rows, places = _latest_rating_rows(book)
        values = np.full(table.rows, np.nan)
        values[rows] = book.portfolio.ratings["value"].values[places]
        return Cells(values, np.isnan(values).astype(np.uint8))

    return Wire(one, many)


def _rating_age() -> Wire:
    def one_date(subject: Subject) -> date | None:
        rating = _latest_rating(subject)
        return None if rating is None else cast(date, rating.as_of)

    def many_dates(book: Book) -> Cells:
        rows, places = _latest_rating_rows(book)
        dates = np.full(len(book.portfolio), np.datetime64("NaT", "D"), dtype="datetime64[D]")
        dates[rows] = book.portfolio.ratings["as_of"].values[places]
        return Cells(dates, np.isnat(dates).astype(np.uint8))

    return _elapsed(one_date, many_dates, _month_key, 100)


def _requested_limit() -> Wire:
    def one(subject: Subject, _row: FigureRow) -> Value:
        return (
            None
            if subject.application is None
            else _minor(subject.application.requested_limit, subject.measure)
        )

    def many(book: Book, table: FigureTable) -> Cells:
        if book.applications is None:
            return unknown(table.rows)
        return _money_column(book.applications, "requested_limit", book.measure)

    return Wire(one, many)


def _line() -> Wire:
    """The line in force at the date; one whose window is another time is not."""

    def one(subject: Subject, _row: FigureRow) -> Value:
        line = subject.line
        if line is None or not runs(line, subject.measure.as_of):
            return None
        amount = line.amount
        return amount if isinstance(amount, Line) else _minor(amount, subject.measure)

    def many(book: Book, table: FigureTable) -> Cells:
        lines, day = book.lines, np.datetime64(book.measure.as_of)
        if lines is None:
            return unknown(table.rows)
        column = _money_column(lines, "amount", book.measure)
        start, until = lines["start"], lines["until"]
        early = start.known & (start.values > day)
        late = until.known & (until.values <= day)
        if not (early | late).any():
            return column
        states = np.where(early | late, State.UNKNOWN, column.all_states()).astype(np.uint8)
        return Cells(column.values, states)

    return Wire(one, many)


WIRES: Final[Mapping[str, Wire]] = {
    **{name: statement_line(name) for name in LINES},
    **{name: customer_field(name) for name in ("industry", "ownership", "reputation")},
    **{name: customer_field(name) for name in ("insolvency", "blocked", "litigation_count")},
    **{name: customer_money(name) for name in ("credit_sales_12m", "expected_purchases_12m")},
    "years_trading": full_years("trading_since"),
    "years_in_business": full_years("founded"),
    "audited": _audited(),
    "statement_age_months": _statement_age(),
    "net_worth": _net_worth(),
    "external_rating": _external_rating(),
    "rating_age_months": _rating_age(),
    **{
        name: ratio_of(getattr(ratios, name))
        for name in (
            "current_ratio",
            "quick_ratio",
            "debt_ratio",
            "debt_to_equity",
            "net_margin",
            "return_on_equity",
            "interest_cover",
        )
    },
    "revenue_growth": _revenue_growth(),
    **{model.figure: formula_model(model) for model in published() if model.figure},
    **{name: ledger_figure(name) for name in positions.NAMES},
    "requested_limit": _requested_limit(),
    "line": _line(),
}
"""Figure -> how it is worked out."""


def shown_value(value: Value, kind: FigureKind, currency: str) -> Any:
    """A figure's value as a result shows it: money with its currency, the rest as it is."""
    if kind is FigureKind.MONEY and isinstance(value, int):
        return Money.from_minor(value, currency)
    return value
