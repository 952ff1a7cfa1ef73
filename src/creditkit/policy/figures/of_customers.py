"""Figures of a customer's own facts: the file, the application, the line in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from creditkit._columns import Cells, State
from creditkit.figures import Value
from creditkit.limits.lines import runs
from creditkit.money import Line
from creditkit.policy.figures.facts import Book, Subject
from creditkit.policy.figures.source import (
    Source,
    elapsed,
    minor_of,
    money_column,
    unknown,
    year_key,
)

if TYPE_CHECKING:
    from creditkit.policy.figures.row import FigureRow
    from creditkit.policy.figures.table import FigureTable

__all__ = ["SOURCES"]


def customer_field(name: str) -> Source:
    """A field of the customer as it stands: text, flag or count."""

    def one(subject: Subject, _row: FigureRow) -> Value:
        return cast(Value, getattr(subject.customer, name))

    return Source(one, lambda book, _table: book.portfolio[name])


def customer_money(name: str) -> Source:
    """A money field of the customer, in the policy's currency."""

    def one(subject: Subject, _row: FigureRow) -> Value:
        return minor_of(getattr(subject.customer, name), subject.measure)

    return Source(one, lambda book, _table: money_column(book.portfolio, name, book.measure))


def full_years(name: str) -> Source:
    """Full years from a date of the customer to the date of the measure."""
    return elapsed(
        lambda subject: getattr(subject.customer, name),
        lambda book: book.portfolio[name],
        year_key,
        10_000,
    )


def requested_limit() -> Source:
    """The limit that the application asks for."""

    def one(subject: Subject, _row: FigureRow) -> Value:
        return (
            None
            if subject.application is None
            else minor_of(subject.application.requested_limit, subject.measure)
        )

    def many(book: Book, table: FigureTable) -> Cells:
        if book.applications is None:
            return unknown(table.rows)
        return money_column(book.applications, "requested_limit", book.measure)

    return Source(one, many)


def line_in_force() -> Source:
    """The line in force at the date; one whose window is another time is not."""

    def one(subject: Subject, _row: FigureRow) -> Value:
        line = subject.line
        if line is None or not runs(line, subject.measure.as_of):
            return None
        amount = line.amount
        return amount if isinstance(amount, Line) else minor_of(amount, subject.measure)

    def many(book: Book, table: FigureTable) -> Cells:
        lines, day = book.lines, np.datetime64(book.measure.as_of)
        if lines is None:
            return unknown(table.rows)
        column = money_column(lines, "amount", book.measure)
        start, until = lines["start"], lines["until"]
        early = start.known & (start.values > day)
        late = until.known & (until.values <= day)
        if not (early | late).any():
            return column
        states = np.where(early | late, State.UNKNOWN, column.all_states()).astype(np.uint8)
        return Cells(column.values, states)

    return Source(one, many)


SOURCES: Final[Mapping[str, Source]] = {
    **{name: customer_field(name) for name in ("industry", "ownership", "reputation")},
    **{name: customer_field(name) for name in ("insolvency", "blocked", "litigation_count")},
    **{name: customer_money(name) for name in ("credit_sales_12m", "expected_purchases_12m")},
    "years_trading": full_years("trading_since"),
    "years_in_business": full_years("founded"),
    "requested_limit": requested_limit(),
    "line": line_in_force(),
}
"""Figure -> how it is worked out."""
