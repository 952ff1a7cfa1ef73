"""The ways in which a figure is worked out from facts, each for one customer and for many.

A `Wire` holds the two functions; `wiring` names the figure that each wire belongs to. Both functions
see the facts and the other figures, so that a ratio is wired by the names of its lines alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
import numpy as np
import numpy.typing as npt
from dateutil.relativedelta import relativedelta

from creditkit._arithmetic import by_blocks
from creditkit._columns import Cells, Codes, State, float_to_minor, floats_to_minor
from creditkit._tables import Table
from creditkit.facts.rates import converted, converted_columns
from creditkit.facts.statements import Statements
from creditkit.figures import UNDEFINED, Value
from creditkit.limits.lines import runs
from creditkit.models import ratios
from creditkit.models.contract import Scores
from creditkit.models.formula import FormulaModel
from creditkit.money import CURRENCIES, Line, Money
from creditkit.policy.figures.facts import Book, Measure, Subject
from creditkit.policy.figures.usable import masked

if TYPE_CHECKING:
    from creditkit.policy.figures.sources import FigureRow, FigureTable

__all__ = [
    "Wire",
    "audited",
    "customer_field",
    "customer_money",
    "external_rating",
    "formula_model",
    "full_years",
    "ledger_figure",
    "line_in_force",
    "net_worth",
    "rating_age",
    "ratio_of",
    "requested_limit",
    "revenue_growth",
    "statement_age",
    "statement_line",
    "unknown",
]


@attrs.frozen
class Wire:
    """How one figure is worked out: for one customer, and for many."""

    one: Callable[[Subject, FigureRow], Value]
    many: Callable[[Book, FigureTable], Cells]


def unknown(rows: int) -> Cells:
    """A column of which nothing is known."""
    return Cells(np.zeros(rows, dtype=np.int64), np.full(rows, State.UNKNOWN, dtype=np.uint8))


def _minor(value: Money | None, measure: Measure) -> int | None:
    if value is None:
        return None
    return converted(value.minor, value.currency, measure.currency, measure.rates)


def _money_column(table: Table[Any], name: str, measure: Measure) -> Cells:
    return converted_columns(
        table[name], cast(Codes, table["currency"]), measure.currency, measure.rates
    )


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
    return None if subject.statement is None else subject.statement.period_end


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
        statement = subject.statement
        return None if statement is None else cast(Value, getattr(statement, name))

    def many(book: Book, table: FigureTable) -> Cells:
        statements = book.portfolio.statements
        return _no_lines(table.rows) if statements is None else masked(statements[name], book.aside)

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

    return Wire(
        lambda _subject, row: row.of_ledger(name), lambda _book, table: table.of_ledger(name)
    )


def net_worth() -> Wire:
    """Total assets - total liabilities as money, rounded half-even at the statement's unit."""

    def one(subject: Subject, _row: FigureRow) -> Value:
        statement = subject.statement
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
        known = masked(Cells(values, states), book.aside)
        return converted_columns(known, currencies, book.measure.currency, book.measure.rates)

    return Wire(one, many)


def audited() -> Wire:
    """Whether the latest statement is audited."""

    def one(subject: Subject, _row: FigureRow) -> Value:
        return None if subject.statement is None else subject.statement.audited

    def many(book: Book, table: FigureTable) -> Cells:
        statements = book.portfolio.statements
        if statements is None:
            return unknown(table.rows)
        return masked(statements["audited"], book.aside)

    return Wire(one, many)


def statement_age() -> Wire:
    """Full months since the end of the latest statement's period."""

    def many_dates(book: Book) -> Cells:
        statements = book.portfolio.statements
        if statements is not None:
            return masked(statements["period_end"], book.aside)
        rows = len(book.portfolio)
        return Cells(
            np.full(rows, np.datetime64("NaT", "D"), "datetime64[D]"),
            np.full(rows, State.UNKNOWN, np.uint8),
        )

    return _elapsed(_statement_end, many_dates, _month_key, 100)


YEAR_APART: Final = range(11, 14)
"""How many months the end of the year before may lie back."""


def _a_year_apart(statements: Statements, previous: Statements) -> npt.NDArray[np.bool_]:
    """Where a statement and the one before it are in one currency and a year apart."""
    mine, theirs = (cast(Codes, one["currency"]) for one in (statements, previous))
    codes = [mine.names.index(name) if name in mine.names else -2 for name in theirs.names]
    months = [
        one["period_end"].values.astype("datetime64[M]").astype(np.int64)
        for one in (statements, previous)
    ]
    apart = np.isin(months[0] - months[1], YEAR_APART)
    out: npt.NDArray[np.bool_] = apart & (np.array([*codes, -3])[theirs.values] == mine.values)
    return out


def revenue_growth() -> Wire:
    """The customer's revenue against the year before.

    That is a statement in the same currency that ended 11 to 13 months earlier, in whatever unit.
    """

    growth = ratios.revenue_growth

    def one(subject: Subject, _row: FigureRow) -> Value:
        statement = subject.statement
        before = None if statement is None else statement.previous
        if statement is None or before is None or before.currency != statement.currency:
            return None
        now, then = statement.period_end, before.period_end
        if (now.year - then.year) * 12 + now.month - then.month not in YEAR_APART:
            return None
        if statement.revenue is None or before.revenue is None:
            return None
        scale = before.unit / statement.unit
        value = growth(revenue=statement.revenue, revenue_before=before.revenue * scale)
        return UNDEFINED if value != value else value

    def many(book: Book, table: FigureTable) -> Cells:
        statements = book.portfolio.statements
        if statements is None or statements.previous is None:
            return _no_lines(table.rows)
        previous = statements.previous
        now = masked(statements["revenue"], book.aside)
        before = previous["revenue"]
        scale = previous["unit"].values / np.maximum(statements["unit"].values, 1)
        columns = {"revenue": now.values, "revenue_before": before.values * scale}
        values = by_blocks(lambda block: growth(**block), columns, table.rows)
        states = np.where(np.isnan(values), State.UNDEFINED, State.KNOWN).astype(np.uint8)
        states[~(now.known & before.known & _a_year_apart(statements, previous))] = State.UNKNOWN
        return Cells(values, states)

    return Wire(one, many)


def _first_rating_day(measure: Measure) -> date:
    """Ratings from before this day are too old to be used."""
    months = measure.rating_months
    return date.min if months is None else measure.as_of - relativedelta(months=months)


def _latest_rating(subject: Subject) -> Any:
    first, last = _first_rating_day(subject.measure), subject.measure.as_of
    seen = [rating for rating in subject.customer.ratings if first <= rating.as_of <= last]
    return max(seen, key=lambda rating: (rating.as_of, -rating.value), default=None)


def _latest_rating_rows(book: Book) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows of the portfolio that have a rating by the date, and the place of their latest one."""
    ratings, owners = book.portfolio.ratings, book.portfolio.rating_rows
    values, dates = ratings["value"].values, ratings["as_of"].values
    oldest, newest = _first_rating_day(book.measure), book.measure.as_of
    seen = np.flatnonzero((dates <= np.datetime64(newest)) & (dates >= np.datetime64(oldest)))
    order = seen[np.lexsort((-values[seen], dates[seen], owners[seen]))]
    if not len(order):
        return order, order
    last = np.append(owners[order][1:] != owners[order][:-1], True)
    return owners[order[last]], order[last]


def external_rating() -> Wire:
    """The latest rating that was known at the date; of two on one day the lower."""

    def one(subject: Subject, _row: FigureRow) -> Value:
        rating = _latest_rating(subject)
        return None if rating is None else cast(float, rating.value)

    def many(book: Book, table: FigureTable) -> Cells:
        rows, places = _latest_rating_rows(book)
        values = np.full(table.rows, np.nan)
        values[rows] = book.portfolio.ratings["value"].values[places]
        return Cells(values, np.isnan(values).astype(np.uint8))

    return Wire(one, many)


def rating_age() -> Wire:
    """Full months since the latest rating."""

    def one_date(subject: Subject) -> date | None:
        rating = _latest_rating(subject)
        return None if rating is None else cast(date, rating.as_of)

    def many_dates(book: Book) -> Cells:
        rows, places = _latest_rating_rows(book)
        dates = np.full(len(book.portfolio), np.datetime64("NaT", "D"), dtype="datetime64[D]")
        dates[rows] = book.portfolio.ratings["as_of"].values[places]
        return Cells(dates, np.isnat(dates).astype(np.uint8))

    return _elapsed(one_date, many_dates, _month_key, 100)


def requested_limit() -> Wire:
    """The limit that the application asks for."""

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


def line_in_force() -> Wire:
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
