"""The wiring table: each figure's name and how it is worked out; and figures as a row or a table.

This is the only place that knows all calculators. A new figure is one declaration in the catalogue,
one function in the room it belongs to, and one line in `WIRES`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes, State
from creditkit.facts.statements import LINES
from creditkit.figures import FigureKind, Value
from creditkit.models import published, ratios
from creditkit.money import Money
from creditkit.policy.figures import of_customers as wires
from creditkit.policy.figures.facts import CATALOGUE, Book, Subject
from creditkit.policy.figures.of_customers import Wire, unknown
from creditkit.policy.figures.of_orders import CHECK_WIRES
from creditkit.policy.figures.own import own_columns, own_values
from creditkit.policy.figures.scopes import Scope
from creditkit.receivables import positions

__all__ = ["WIRES", "FigureRow", "FigureTable", "known", "shown_value"]

WIRES: Final[Mapping[str, Wire]] = {
    **{name: wires.statement_line(name) for name in LINES},
    **{name: wires.customer_field(name) for name in ("industry", "ownership", "reputation")},
    **{name: wires.customer_field(name) for name in ("insolvency", "blocked", "litigation_count")},
    **{name: wires.customer_money(name) for name in ("credit_sales_12m", "expected_purchases_12m")},
    "years_trading": wires.full_years("trading_since"),
    "years_in_business": wires.full_years("founded"),
    "audited": wires.audited(),
    "statement_age_months": wires.statement_age(),
    "net_worth": wires.net_worth(),
    "external_rating": wires.external_rating(),
    "rating_age_months": wires.rating_age(),
    **{
        name: wires.ratio_of(getattr(ratios, name))
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
    "revenue_growth": wires.revenue_growth(),
    **{model.figure: wires.formula_model(model) for model in published() if model.figure},
    **{name: wires.ledger_figure(name) for name in positions.NAMES},
    "requested_limit": wires.requested_limit(),
    "line": wires.line_in_force(),
}
"""Figure -> how it is worked out."""


def known(name: str, scope: Scope) -> bool:
    """Whether a scope can know a figure; a host's own are known wherever the host supplies them."""
    if name not in CATALOGUE or scope is Scope.MONTH:
        return True
    if scope is Scope.ORDER:
        return name in CHECK_WIRES
    return name in WIRES


class FigureRow(Mapping[str, Value]):
    """The figures of one customer, each worked out when it is first asked for.

    ``supplied`` values stand before any calculator; a figure that is not known takes its value from
    ``assume``, and is then listed in ``assumed``.
    """

    __slots__ = ("_ledger", "_own", "_subject", "assume", "assumed", "values_by_name")

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
        self._ledger: Mapping[str, Value] | None = None
        self._own: Mapping[str, Value] = {}
        if subject is not None and subject.customer.figures:
            self._own = own_values(subject.customer.figures, subject.measure, "customer.figures")
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
        return self._own.get(name)

    def of_ledger(self, name: str) -> Value:
        """A figure of the ledger; not known where there is none, natural where it is empty."""
        subject = self._subject
        if subject is None or subject.ledger is None:
            return None
        if self._ledger is None:
            self._ledger = positions.position(subject.ledger, subject.measure)
        return self._ledger[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)


class FigureTable:
    """The figures of many customers in columns, each worked out when it is first asked for."""

    __slots__ = ("_book", "_ledger", "_own", "_whole", "assume", "assumed", "columns", "rows")

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
        self._ledger: Mapping[str, Cells] | None = None
        self._own: Mapping[str, Cells] = (
            own_columns(book)
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

    def cut(self, rows: slice) -> tuple[Book, FigureTable]:
        """A block of rows, with figures of its own: temporaries of that length stay in cache."""
        book = self._book
        part = Book(
            measure=book.measure,
            portfolio=book.portfolio.cut(rows),
            faults={code: where[rows] for code, where in book.faults.items()},
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
        if self._ledger is None:
            accounts = cast(Codes, book.portfolio["id"])
            names = [*accounts.names, ""]  # a row without an id has the empty one
            self._ledger = positions.positions(
                book.ledger,
                [names[code] for code in accounts.values],
                book.measure,
            )
        return self._ledger[name]

    def _work_out(self, name: str) -> Cells:
        if name in WIRES:
            return WIRES[name].many(self._book, self)
        return self._own[name] if name in self._own else unknown(self.rows)


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


def shown_value(value: Value, kind: FigureKind, currency: str) -> Any:
    """A figure's value as a result shows it: money with its currency, the rest as it is."""
    if kind is FigureKind.MONEY and isinstance(value, int):
        return Money.from_minor(value, currency)
    return value
