"""The months up to a date, month-major: how a table of monthly figures lies when it is watched.

Place 0 is the last month that ended by the date; each month is a column of customers, by name. A
month without a row is not known. All money is in one currency by one table of rates.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit._columns import STATE_LINES, Codes, State
from creditkit._fields import Kind, kinds
from creditkit.facts.monthly import MonthFigures, MonthlyFigures
from creditkit.facts.own import OwnMoney
from creditkit.facts.rates import converted_columns
from creditkit.money import Money
from creditkit.policy.figures.facts import Measure

__all__ = ["Grid", "Months", "States", "last_month"]

States: TypeAlias = npt.NDArray[np.uint8]


class Grid(NamedTuple):
    """One figure month-major: index 0 is the latest month, each month a row of customers."""

    values: npt.NDArray[Any]
    states: States

    def floats(self, month: int, block: slice) -> Floats:
        """One month of some customers as floats, NaN where it is not known."""
        known = self.states[month, block] == State.KNOWN
        return np.where(known, self.values[month, block].astype(np.float64), np.nan)


class Months:
    """The ``depth`` months up to a date, of every customer of a table."""

    def __init__(self, table: MonthlyFigures, measure: Measure, depth: int) -> None:
        self.table = table
        self.measure = measure
        self.depth = depth
        self.customers = table.accounts
        account = cast(Codes, table["account"])
        self.rank = {name: index for index, name in enumerate(self.customers)}
        ranks = [self.rank.get(name, -1) for name in account.names]
        index = np.array([*ranks, -1], dtype=np.int64)
        self.latest = last_month(measure.as_of)
        months = table["month_end"].values.astype("datetime64[M]")
        age = (self.latest - months).astype(np.int64)
        self._rows = np.flatnonzero(table.placed & (age >= 0) & (age < depth))
        rows = self._rows
        self._at = age[rows] * len(self.customers) + index[account.values[rows]]
        self._grids: dict[str, Grid] = {}

    @property
    def month_end(self) -> date:
        """The last day of the latest month."""
        return cast(date, month_ends(self.latest, 0).item())

    def days(self, month: int, months: int) -> float:
        """The calendar days of ``months`` months up to and with the one of an index."""
        span = month_ends(self.latest, month) - month_ends(self.latest, month + months)
        return float(span.astype(np.int64))

    def grid(self, name: str) -> Grid:
        """A figure of the table; of one that it does not have nothing is known."""
        if name not in self._grids:
            self._grids[name] = self._made(name)
        return self._grids[name]

    def is_money(self, name: str) -> bool:
        """Whether a figure of the table is money, with the states of a line or without."""
        kind = kinds(MonthFigures).get(name)
        return kind in (Kind.MONEY, Kind.LINE) or isinstance(self.table.figures.get(name), OwnMoney)

    def _made(self, name: str) -> Grid:
        size = self.depth * len(self.customers)
        states = np.full(size, State.UNKNOWN, dtype=np.uint8)
        column = self.table.cells.get(name, self.table.figures.get(name))
        if column is None:
            return self._shaped(np.zeros(size, dtype=np.int64), states)
        column = column.take(self._rows)
        if self.is_money(name):
            currency = cast(Codes, self.table["currency"]).take(self._rows)
            column = converted_columns(column, currency, self.measure.currency, self.measure.rates)
        values = np.zeros(size, dtype=column.values.dtype)
        values[self._at] = column.values
        states[self._at] = column.all_states()
        return self._shaped(values, states)

    def _shaped(self, values: npt.NDArray[Any], states: States) -> Grid:
        shape = (self.depth, len(self.customers))
        return Grid(values.reshape(shape), states.reshape(shape))

    def money(self, grid: Grid, month: int, customer: int) -> Any:
        """One cell of a money figure: money, a state of a line, or None."""
        state = int(grid.states[month, customer])
        if state == State.KNOWN:
            return Money.from_minor(int(grid.values[month, customer]), self.measure.currency)
        return STATE_LINES.get(state)


def last_month(as_of: date) -> np.datetime64:
    """The last month that ended by a date.

    >>> str(last_month(date(2024, 2, 29))), str(last_month(date(2024, 2, 28)))
    ('2024-02', '2024-01')
    """
    day = np.datetime64(as_of, "D")
    month = day.astype("datetime64[M]")
    return cast(np.datetime64, month - np.timedelta64(int(month_ends(month, 0) > day), "M"))


def month_ends(latest: np.datetime64, months_before: int) -> np.datetime64:
    """The last day of the month that lies some months before another."""
    return cast(
        np.datetime64,
        (latest + np.timedelta64(1 - months_before, "M")).astype("datetime64[D]")
        - np.timedelta64(1, "D"),
    )
