"""Figures of the months of many customers: what stands in them, and what is worked out from them.

A month has figures of its own (`OWN`), and three are made of several months. Any other figure, of the
catalogue or the host's own, is known where the host gives it with the month (`MonthFigures.figures`).

One customer is a table of one: the months of many lie month-major, and the formulas of `watch` run
over columns of customers, block by block.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats, blocks
from creditkit._columns import Codes, State
from creditkit._fields import Kind, kinds
from creditkit.facts.monthly import MonthFigures
from creditkit.figures import FigureKind
from creditkit.money import LARGEST
from creditkit.policy.figures.months import Grid, Months, States
from creditkit.receivables.turnover import countback_dso
from creditkit.watch.indicators import dso_rise, grade_fall, utilisation

__all__ = ["DSO_MONTHS", "OWN", "SOURCES", "Asked", "Measured", "measured", "plain_states"]

DSO_MONTHS: Final = 12
"""How many months' sales the countback of a month goes through at most."""

QUANTITIES: Final = (Kind.MONEY, Kind.LINE, Kind.WHOLE)
"""The kinds of a month's own fields that can be watched as they stand."""


class Asked(NamedTuple):
    """What an indicator asks of the months: a figure, how far back a mean goes, the policy's grades."""

    figure: str
    kind: FigureKind
    back: int
    grades: Sequence[str]


@attrs.frozen(kw_only=True)
class Measured(abc.ABC):
    """An indicator's figure for every customer: values, what they were made of, how one is shown.

    ``inputs`` are the states of what it needs; ``undefined`` marks values without a meaning.
    """

    months: Months
    values: npt.NDArray[Any]
    inputs: Mapping[str, States]
    undefined: npt.NDArray[np.bool_] | None = None

    def states(self) -> States:
        """KNOWN, UNKNOWN, UNDEFINED or INVALID for each customer."""
        out: States = np.maximum.reduce([plain_states(states) for states in self.inputs.values()])
        if self.undefined is not None:
            out[(out == State.KNOWN) & self.undefined] = State.UNDEFINED
        return out

    def value(self, customer: int) -> Any:
        """The figure of one customer."""
        return self.values[customer].item()

    @abc.abstractmethod
    def reason(self, customer: int) -> tuple[str, dict[str, Any]]:
        """A code and its evidence for one customer."""


def plain_states(states: States) -> States:
    """What cannot be used as UNKNOWN or INVALID; a line to be inherited is not known here."""
    bad = (states == State.INVALID) | (states == State.OUT_OF_RANGE)
    unknown = (states == State.UNKNOWN) | (states == State.INHERIT)
    return np.where(bad, State.INVALID, np.where(unknown, State.UNKNOWN, 0)).astype(np.uint8)


class _Utilisation(Measured):
    def reason(self, customer: int) -> tuple[str, dict[str, Any]]:
        months = self.months
        return "alert.no_line" if np.isinf(self.values[customer]) else "alert.utilisation", {
            "exposure": months.money(months.grid("exposure"), 0, customer),
            "line": months.money(months.grid("line"), 0, customer),
        }


def _utilisation(months: Months, _asked: Asked) -> Measured:
    owed, line = months.grid("exposure"), months.grid("line")
    values = np.empty(len(months.customers))
    with np.errstate(all="ignore"):
        for block in blocks(len(values)):
            states = line.states[0, block]
            granted = line.floats(0, block)
            granted[states == State.NONE] = 0.0
            granted[states == State.UNLIMITED] = np.inf
            values[block] = utilisation(cast(Any, owed.floats(0, block)), cast(Any, granted))
    inputs = {"exposure": owed.states[0], "line": line.states[0]}
    return _Utilisation(months=months, values=values, inputs=inputs)


@attrs.frozen(kw_only=True)
class _DsoRise(Measured):
    latest: Floats
    mean: Floats
    known: Floats

    def reason(self, customer: int) -> tuple[str, dict[str, Any]]:
        months = self.months
        return "alert.dso_rise", {
            "dso": float(self.latest[customer]),
            "mean": float(self.mean[customer]),
            "months": int(self.known[customer]),
            "receivables": months.money(months.grid("receivables"), 0, customer),
        }


def _dso_rise(months: Months, asked: Asked) -> Measured:
    owed, sold = months.grid("receivables"), months.grid("sales")
    rows, count = len(months.customers), asked.back + 1
    days = [months.days(month, 1) for month in range(count + DSO_MONTHS - 1)]
    latest, rise, mean, known = (np.empty(rows) for _ in range(4))
    for block in blocks(rows):
        sales = [sold.floats(month, block) for month in range(count + DSO_MONTHS - 1)]
        dso: list[Any] = []
        for month in range(count):
            back, balance = slice(month, month + DSO_MONTHS), owed.floats(month, block)
            slow = countback_dso(balance, sales[back], days[back]).days
            if month:  # where nothing was owed, nothing was paid slowly or quickly
                slow = np.where(balance > 0.0, slow, np.nan)
            dso.append(slow)
        with np.errstate(all="ignore"):
            latest[block] = dso[0]
            rise[block], mean[block], known[block] = dso_rise(dso)
    few = np.isnan(mean)
    worst = np.maximum.reduce([plain_states(states) for states in sold.states[:DSO_MONTHS]])
    unsold = np.isnan(latest) & (owed.states[0] == State.KNOWN)
    inputs = {
        "receivables": owed.states[0],
        "sales": np.where(unsold, worst, 0).astype(np.uint8),  # countback reached a month not known
        "dso": np.where(few & ~np.isnan(latest), State.UNKNOWN, 0).astype(np.uint8),
    }
    return _DsoRise(
        months=months,
        values=rise,
        inputs=inputs,
        undefined=np.isnan(rise),
        latest=latest,
        mean=mean,
        known=known,
    )


@attrs.frozen(kw_only=True)
class _GradeFall(Measured):
    grades: Sequence[str]
    before: Floats
    after: Floats

    def reason(self, customer: int) -> tuple[str, dict[str, Any]]:
        before, after = int(self.before[customer]), int(self.after[customer])
        return "alert.grade_fall", {"before": self.grades[before], "after": self.grades[after]}


def _grade_fall(months: Months, asked: Asked) -> Measured:
    column, grid = cast(Codes, months.table["grade"]), months.grid("grade")
    rank_of = {name: float(rank) for rank, name in enumerate(asked.grades)}
    ranks = np.array(
        [rank_of.get(name, -1.0) for name in column.names] + [np.nan]
    )  # -1: no such grade
    rows = len(months.customers)
    fall, before, after = (np.empty(rows) for _ in range(3))
    for block in blocks(rows):
        series: list[Any] = [
            np.where(grid.states[month, block] == 0, ranks[grid.values[month, block]], np.nan)
            for month in range(asked.back + 1)
        ]
        fall[block], before[block], after[block] = grade_fall(series)
    foreign = (before < 0.0) | (after < 0.0)
    states = np.where(foreign, State.INVALID, np.where(np.isnan(fall), State.UNKNOWN, 0))
    return _GradeFall(
        months=months,
        values=np.where(states == State.KNOWN, fall, 0.0).astype(np.int64),
        inputs={"grade": states.astype(np.uint8)},
        grades=asked.grades,
        before=before,
        after=after,
    )


@attrs.frozen(kw_only=True)
class _AsGiven(Measured):
    asked: Asked
    grid: Grid

    def value(self, customer: int) -> Any:
        return self._of(0, customer)

    def reason(self, customer: int) -> tuple[str, dict[str, Any]]:
        name = self.asked.figure
        evidence = {"figure": name, "before": self._of(1, customer)}
        own = name == "oldest_overdue_days"
        return "alert.oldest_overdue_days" if own else "alert.figure", evidence

    def _of(self, month: int, customer: int) -> Any:
        if self.asked.kind is FigureKind.MONEY:
            return self.months.money(self.grid, month, customer)
        if self.grid.states[month, customer] != State.KNOWN:
            return None
        return self.grid.values[month, customer].item()


def _as_given(months: Months, asked: Asked) -> Measured:
    """A figure of the table as it stands."""
    name, kind = asked.figure, asked.kind
    field = kinds(MonthFigures).get(name, Kind.WHOLE)
    grid = months.grid(name if field in QUANTITIES else "")
    grid = _of_kind(grid, kind, months.is_money(name))
    values, states = grid.values[0], grid.states[0]
    values = np.where(states == State.UNLIMITED, LARGEST, np.where(states == 0, values, 0))
    return _AsGiven(months=months, values=values, inputs={name: states}, asked=asked, grid=grid)


def _of_kind(grid: Grid, kind: FigureKind, money: bool) -> Grid:
    """The grid in the numbers of the figure's kind; a value of another kind is INVALID."""
    known: Any = grid.states == State.KNOWN
    values, bad = grid.values, np.zeros(known.shape, dtype=bool)
    if money != (kind is FigureKind.MONEY):
        bad = known
    elif kind.exact and values.dtype.kind == "f":
        clean = np.where(known, values, 0.0)
        bad = (clean != np.floor(clean)) | (np.abs(clean) >= 2.0**53)
        values = np.where(bad, 0.0, clean).astype(np.int64)
    elif kind.floating:
        values = values.astype(np.float64)
    return Grid(values, np.where(bad, State.INVALID, grid.states).astype(np.uint8))


_Way: TypeAlias = "Callable[[Months, Asked], Measured]"

OWN: Final = ("exposure", "line", "receivables", "oldest_overdue_days")
"""The figures that stand in a month."""

SOURCES: Final[Mapping[str, _Way]] = {
    "utilisation": _utilisation,
    "dso_rise": _dso_rise,
    "grade_fall": _grade_fall,
    **dict.fromkeys(OWN, _as_given),
}
"""Figure -> how it is worked out."""


def measured(months: Months, asked: Asked) -> Measured:
    """A figure of every customer; one without a source is taken as the host gave it with the month."""
    return SOURCES.get(asked.figure, _as_given)(months, asked)
