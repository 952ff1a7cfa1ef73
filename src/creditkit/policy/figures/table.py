"""The figures of many customers in columns, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit._columns import Cells, Codes, State, states_in
from creditkit.figures import Value
from creditkit.policy.figures.facts import PortfolioFacts
from creditkit.policy.figures.own import own_columns
from creditkit.policy.figures.source import unknown
from creditkit.policy.figures.sources import CUSTOMER
from creditkit.receivables._many import figures_of_accounts
from creditkit.receivables.reading import reading_of

__all__ = ["FigureTable"]


class FigureTable:
    """The figures of many customers in columns, each worked out when it is first asked for."""

    __slots__ = ("_facts", "_ledger", "_own", "_whole", "assume", "assumed", "columns", "rows")

    def __init__(
        self,
        facts: PortfolioFacts,
        assume: Mapping[str, Value] | None = None,
        whole: tuple[FigureTable, slice] | None = None,
    ) -> None:
        self._facts = facts
        self._whole = whole  # the table that this one is a block of: the ledger is read once
        self.rows = len(facts.portfolio)
        self.columns: dict[str, Cells] = {}
        self.assume = assume or {}
        self.assumed: dict[str, npt.NDArray[np.bool_]] = {}
        self._ledger: Mapping[str, Cells] | None = None
        self._own: Mapping[str, Cells] = (
            own_columns(facts)
            if whole is None
            else {name: column.cut(whole[1]) for name, column in whole[0]._own.items()}
        )

    def __getitem__(self, name: str) -> Cells:
        if name not in self.columns:
            column = self._work_out(name)
            if name in self.assume:
                column, self.assumed[name] = _assumed(column, self.assume[name])
            self.columns[name] = column
        return self.columns[name]

    def cut(self, rows: slice) -> tuple[PortfolioFacts, FigureTable]:
        """A block of rows, with figures of its own: temporaries of that length stay in cache."""
        facts = self._facts
        part = PortfolioFacts(
            measure=facts.measure,
            portfolio=facts.portfolio.cut(rows),
            faults={code: where[rows] for code, where in facts.faults.items()},
            ledger=facts.ledger,
            applications=None if facts.applications is None else facts.applications.cut(rows),
            lines=None if facts.lines is None else facts.lines.cut(rows),
        )
        return part, FigureTable(part, self.assume, (self, rows))

    def graded(self, scores: Floats, grades: npt.NDArray[np.int16], names: Sequence[str]) -> None:
        """From here on the score and the grade are known too, where there are any."""
        without = np.isnan(scores).astype(np.uint8)
        self.columns["score"] = Cells(scores, without)
        none = (grades < 0).astype(np.uint8)
        self.columns["grade"] = Codes(grades.astype(np.int32), tuple(names), none)

    def of_ledger(self, name: str) -> Cells:
        """A figure of the ledger."""
        facts = self._facts
        if facts.ledger is None:
            return unknown(self.rows)
        if self._whole is not None:
            whole, rows = self._whole
            return whole.of_ledger(name).cut(rows)
        if self._ledger is None:
            accounts = cast(Codes, facts.portfolio["id"])
            names = [*accounts.names, ""]  # a row without an id has the empty one
            how = reading_of(facts.ledger, facts.measure, {})  # which looks through it
            asked = [names[code] for code in accounts.values]
            self._ledger = figures_of_accounts(facts.ledger, how, asked)
        return self._ledger[name]

    def _work_out(self, name: str) -> Cells:
        if name in CUSTOMER:
            return CUSTOMER[name].many(self._facts, self)
        return self._own[name] if name in self._own else unknown(self.rows)


def _assumed(column: Cells, value: Value) -> tuple[Cells, npt.NDArray[np.bool_]]:
    where = states_in(column.all_states(), (State.UNKNOWN, State.INVALID, State.OUT_OF_RANGE))
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
