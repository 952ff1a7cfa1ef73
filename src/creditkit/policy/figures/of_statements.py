"""Figures of the latest statement: its lines, ratios of them, the published models."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import by_blocks
from creditkit._columns import Cells, Codes, State, float_to_minor, floats_to_minor
from creditkit.facts.rates import converted, converted_columns
from creditkit.facts.statements import LINES, Statements
from creditkit.figures import UNDEFINED, Value
from creditkit.models import published, ratios
from creditkit.models.contract import Scores
from creditkit.models.formula import FormulaModel
from creditkit.money import CURRENCIES
from creditkit.policy.figures.facts import CustomerFacts, PortfolioFacts
from creditkit.policy.figures.source import Source, elapsed, month_key, no_lines, unknown
from creditkit.policy.figures.usable import masked

if TYPE_CHECKING:
    from creditkit.policy.figures.row import FigureRow
    from creditkit.policy.figures.table import FigureTable

__all__ = ["OF_ASSETS", "SOURCES"]


def statement_line(name: str) -> Source:
    """A line of the latest statement."""

    def one(facts: CustomerFacts, _row: FigureRow) -> Value:
        statement = facts.statement
        value: Value = None if statement is None else getattr(statement, name)
        return value

    def many(facts: PortfolioFacts, table: FigureTable) -> Cells:
        statements = facts.portfolio.statements
        return no_lines(table.rows) if statements is None else masked(statements[name], facts.aside)

    return Source(one, many)


def ratio_of(function: Callable[..., Any]) -> Source:
    """A ratio of statement lines, written once; NaN from known lines is UNDEFINED."""
    names = tuple(inspect.signature(function).parameters)

    def one(_facts: CustomerFacts, row: FigureRow) -> Value:
        inputs = {name: row[name] for name in names}
        if None in inputs.values():
            return None
        value: Value = function(**inputs)
        return value if math.isfinite(cast(float, value)) else UNDEFINED

    def many(_facts: PortfolioFacts, table: FigureTable) -> Cells:
        inputs = {name: table[name] for name in names}
        columns = {name: column.values for name, column in inputs.items()}
        values = by_blocks(lambda block: cast(Any, function(**block)), columns, table.rows)
        values[~np.isfinite(values)] = np.nan
        states = np.isnan(values).astype(np.uint8) * np.uint8(State.UNDEFINED)
        for column in inputs.values():
            states[~column.known] = State.UNKNOWN
        return Cells(values, states)

    return Source(one, many)


def formula_model(model: FormulaModel) -> Source:
    """The value of a published model; not known where a line is missing, UNDEFINED without a meaning."""

    def one(_facts: CustomerFacts, row: FigureRow) -> Value:
        return model.value(row)

    def many(_facts: PortfolioFacts, table: FigureTable) -> Cells:
        scores = model.scores(table)
        state_of = {
            Scores.COMPUTED: State.KNOWN,
            Scores.MISSING: State.UNKNOWN,
            Scores.UNDEFINED: State.UNDEFINED,
        }
        states = np.array([state_of[code] for code in range(3)], dtype=np.uint8)[scores.status]
        return Cells(scores.values, states)

    return Source(one, many)


def amount_of(function: Callable[..., Any]) -> Source:
    """An amount made of statement lines, as money: rounded half-even at the statement's unit."""
    names = tuple(inspect.signature(function).parameters)

    def one(facts: CustomerFacts, _row: FigureRow) -> Value:
        statement = facts.statement
        if statement is None:
            return None
        lines = {name: getattr(statement, name) for name in names}
        if None in lines.values():
            return None
        factor = statement.unit * 10 ** CURRENCIES[statement.currency]
        minor = float_to_minor(function(**lines), factor)
        if minor is None:
            return None
        return converted(minor, statement.currency, facts.measure.currency, facts.measure.rates)

    def many(facts: PortfolioFacts, table: FigureTable) -> Cells:
        statements = facts.portfolio.statements
        if statements is None:
            return unknown(table.rows)
        currencies = cast(Codes, statements["currency"])
        digits = np.array(
            [10 ** CURRENCIES.get(name, 2) for name in currencies.names] + [1], dtype=np.int64
        )
        with np.errstate(all="ignore"):
            amounts = function(**{name: statements[name].values for name in names})
            units = np.where(statements["unit"].known, statements["unit"].values, 1)
            values, missing, beyond = floats_to_minor(amounts, digits[currencies.values] * units)
        states = np.where(
            missing, State.UNKNOWN, np.where(beyond, State.OUT_OF_RANGE, State.KNOWN)
        ).astype(np.uint8)
        known = masked(Cells(values, states), facts.aside)
        return converted_columns(known, currencies, facts.measure.currency, facts.measure.rates)

    return Source(one, many)


def audited() -> Source:
    """Whether the latest statement is audited."""

    def one(facts: CustomerFacts, _row: FigureRow) -> Value:
        return None if facts.statement is None else facts.statement.audited

    def many(facts: PortfolioFacts, table: FigureTable) -> Cells:
        statements = facts.portfolio.statements
        if statements is None:
            return unknown(table.rows)
        return masked(statements["audited"], facts.aside)

    return Source(one, many)


def _statement_end(facts: CustomerFacts) -> date | None:
    return None if facts.statement is None else facts.statement.period_end


def statement_age() -> Source:
    """Full months since the end of the latest statement's period."""

    def many_dates(facts: PortfolioFacts) -> Cells:
        statements = facts.portfolio.statements
        if statements is not None:
            return masked(statements["period_end"], facts.aside)
        rows = len(facts.portfolio)
        return Cells(
            np.full(rows, np.datetime64("NaT", "D"), "datetime64[D]"),
            np.full(rows, State.UNKNOWN, np.uint8),
        )

    return elapsed(_statement_end, many_dates, month_key, 100)


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


def revenue_growth() -> Source:
    """The customer's revenue against the year before.

    That is a statement in the same currency that ended 11 to 13 months earlier, in whatever unit.
    """

    growth = ratios.revenue_growth

    def one(facts: CustomerFacts, _row: FigureRow) -> Value:
        statement = facts.statement
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

    def many(facts: PortfolioFacts, table: FigureTable) -> Cells:
        statements = facts.portfolio.statements
        if statements is None or statements.previous is None:
            return no_lines(table.rows)
        previous = statements.previous
        now = masked(statements["revenue"], facts.aside)
        before = previous["revenue"]
        scale = previous["unit"].values / np.maximum(statements["unit"].values, 1)
        columns = {"revenue": now.values, "revenue_before": before.values * scale}
        values = by_blocks(lambda block: growth(**block), columns, table.rows)
        states = np.where(np.isnan(values), State.UNDEFINED, State.KNOWN).astype(np.uint8)
        states[~(now.known & before.known & _a_year_apart(statements, previous))] = State.UNKNOWN
        return Cells(values, states)

    return Source(one, many)


RATIOS: Final = (
    "current_ratio",
    "quick_ratio",
    "debt_ratio",
    "debt_to_equity",
    "net_margin",
    "return_on_equity",
    "interest_cover",
    "working_asset_score",
)
"""Figures that are ratios of lines: functions of `models.ratios`."""

AMOUNTS: Final = ("net_worth", "tangible_net_worth", "working_capital", "working_assets")
"""Figures that are amounts of lines, as money: functions of `models.ratios`."""

SOURCES: Final[Mapping[str, Source]] = {
    **{name: statement_line(name) for name in LINES},
    **{name: ratio_of(getattr(ratios, name)) for name in RATIOS},
    "revenue_growth": revenue_growth(),
    **{model.figure: formula_model(model) for model in published() if model.figure},
    **{name: amount_of(getattr(ratios, name)) for name in AMOUNTS},
    "audited": audited(),
    "statement_age_months": statement_age(),
}
"""Figure -> how it is worked out."""

OF_ASSETS: Final = frozenset(
    {"total_assets"}
    | {
        name
        for name in (*RATIOS, *AMOUNTS)
        if "total_assets" in inspect.signature(getattr(ratios, name)).parameters
    }
    | {model.figure for model in published() if model.figure and "total_assets" in model.needs}
)
"""Figures that cannot be worked out without total assets."""
