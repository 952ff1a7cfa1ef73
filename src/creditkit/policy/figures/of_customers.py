"""Figures of a customer's own facts: the file, the application, the line in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from creditkit._columns import Cells, State
from creditkit.figures import Value
from creditkit.limits.lines import runs
from creditkit.money import Line
from creditkit.policy.figures.facts import CustomerFacts, PortfolioFacts
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

    def one(facts: CustomerFacts, _row: FigureRow) -> Value:
        return cast(Value, getattr(facts.customer, name))

    return Source(one, lambda facts, _table: facts.portfolio[name])


def customer_money(name: str) -> Source:
    """A money field of the customer, in the policy's currency."""

    def one(facts: CustomerFacts, _row: FigureRow) -> Value:
        return minor_of(getattr(facts.customer, name), facts.measure)

    return Source(one, lambda facts, _table: money_column(facts.portfolio, name, facts.measure))


def full_years(name: str) -> Source:
    """Full years from a date of the customer to the date of the measure."""
    return elapsed(
        lambda facts: getattr(facts.customer, name),
        lambda facts: facts.portfolio[name],
        year_key,
        10_000,
    )


def requested_limit() -> Source:
    """The limit that the application asks for."""

    def one(facts: CustomerFacts, _row: FigureRow) -> Value:
        return (
            None
            if facts.application is None
            else minor_of(facts.application.requested_limit, facts.measure)
        )

    def many(facts: PortfolioFacts, table: FigureTable) -> Cells:
        if facts.applications is None:
            return unknown(table.rows)
        return money_column(facts.applications, "requested_limit", facts.measure)

    return Source(one, many)


def line_in_force() -> Source:
    """The line in force at the date; one whose window is another time is not."""

    def one(facts: CustomerFacts, _row: FigureRow) -> Value:
        line = facts.line
        if line is None or not runs(line, facts.measure.as_of):
            return None
        amount = line.amount
        return amount if isinstance(amount, Line) else minor_of(amount, facts.measure)

    def many(facts: PortfolioFacts, table: FigureTable) -> Cells:
        lines, day = facts.lines, np.datetime64(facts.measure.as_of)
        if lines is None:
            return unknown(table.rows)
        column = money_column(lines, "amount", facts.measure)
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
