"""Frames as creditkit's tables: the ledger, customers, statements.

>>> import polars as pl
>>> from decimal import Decimal
>>> invoices = pl.DataFrame({"no": ["1", "2"], "customer": ["C-1", "C-1"],
...                          "total": [Decimal("10.05"), None], "doc_date": ["2026-09-01"] * 2})
>>> names = {"id": "no", "account": "customer", "amount": "total", "doc_date": "doc_date"}
>>> made = ledger(invoices, names, constants={"currency": "CNY", "kind": "invoice"})
>>> made.items["amount"].values.tolist(), [note.code for note in made.notes]
([1005, 0], ['item.no_amount', 'item.no_due_date'])
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import numpy as np

from creditkit._columns import Codes
from creditkit._door import NUMPY, Forms, Part
from creditkit._fields import Day, Kind, as_date, kinds
from creditkit.errors import InvalidFact
from creditkit.facts.customers import (
    Application,
    Applications,
    Customer,
    ExternalRating,
    Portfolio,
)
from creditkit.facts.ledger import Allocation, Ledger, OpenItem
from creditkit.facts.lines import CreditLine, CreditLines
from creditkit.facts.monthly import MonthFigures, MonthlyFigures
from creditkit.facts.own import OwnMoney
from creditkit.facts.statements import Statement, Statements
from creditkit.frames._reading import Frame, chosen, collected, frame_of, names_of, resolved
from creditkit.money import Money

__all__ = [
    "BESIDE",
    "CUSTOMERS",
    "customers_in",
    "ledger",
    "monthly_figures",
    "portfolio",
    "statements",
]


def _fields(record: type, prefix: str = "") -> list[str]:
    """What may be read of a record; beside a line stands its state, as `to_frame` writes it."""
    sorts = {name: kind for name, kind in kinds(record).items() if kind in NUMPY}
    states = [f"{prefix}{name}_state" for name, kind in sorts.items() if kind is Kind.LINE]
    return [*(prefix + name for name in sorts), *states]


CUSTOMERS: Final = (
    *_fields(Customer),
    *_fields(Statement, "statement."),
    *_fields(Statement, "statement.previous."),
    *_fields(ExternalRating, "rating."),
)
"""The fields of a customer in a frame; ``figures.NAME`` for the host's own figures come on top."""

BESIDE: Final = (*_fields(Application, "application."), *_fields(CreditLine, "line."))
"""What stands beside a customer in a frame of `decide`: what is asked for and the line in force."""


def ledger(
    frame: Any,
    columns: Mapping[str, str] | None = None,
    *,
    constants: Mapping[str, object] | None = None,
    allocations: Any = None,
    allocation_columns: Mapping[str, str] | None = None,
    open_as_of: Day | None = None,
    strict: bool = False,
    from_float: bool = False,
) -> Ledger:
    """The `Ledger` of a frame of open items, and a frame of allocations where there is one.

    ``columns`` maps fields of `OpenItem` (``allocation_columns``: of `Allocation`) to columns;
    ``constants`` gives item fields that are the same in every row (``{"currency": "CNY"}``). Rows
    that cannot be read are noted in the ledger, or raised for with ``strict``. ``open_as_of`` is
    for frames of today's remainders, see `Ledger`.
    """
    given = {} if constants is None else constants
    items = _columns(frame, OpenItem, "ledger.items", columns, given, from_float)
    tied = None
    if allocations is not None:
        path = "ledger.allocations"
        tied = _columns(allocations, Allocation, path, allocation_columns, {}, from_float, items)
    return Ledger.from_columns(
        items,
        tied,
        open_as_of=None if open_as_of is None else as_date(open_as_of, "ledger.open_as_of"),
        strict=strict,
        from_float=from_float,
    )


def statements(
    frame: Any,
    columns: Mapping[str, str] | None = None,
    *,
    constants: Mapping[str, object] | None = None,
    strict: bool = False,
) -> Statements:
    """The `Statements` of a frame: a row for each company, lines as numbers, null for not known."""
    read = _columns(
        frame, Statement, "statement", columns, {} if constants is None else constants, False
    )
    return Statements.from_columns(read, strict=strict)


def portfolio(
    frame: Any,
    columns: Mapping[str, str] | None = None,
    *,
    constants: Mapping[str, object] | None = None,
    strict: bool = False,
    from_float: bool = False,
) -> Portfolio:
    """The `Portfolio` of a frame: a row for each customer, with what belongs to it in one wide row.

    Beside the fields of `Customer` there are ``statement.LINE``, ``statement.previous.LINE``,
    ``rating.value`` and ``rating.as_of`` (one rating a row), and ``figures.NAME`` for the host's
    own figures. A statement without a ``currency`` is in the customer's.
    """
    fixed = {} if constants is None else constants
    made = eager(frame, "portfolio", CUSTOMERS, columns, fixed, figures=True)
    return customers_in(*made, fixed, strict=strict, from_float=from_float)[0]


def monthly_figures(
    frame: Any,
    columns: Mapping[str, str] | None = None,
    *,
    constants: Mapping[str, object] | None = None,
    strict: bool = False,
    from_float: bool = False,
) -> MonthlyFigures:
    """The `MonthlyFigures` of a frame, a row for each customer and month; what `to_frame` wrote too.

    Beside the fields of `MonthFigures` there are ``line_state`` (``known``, ``unlimited``, ``none``,
    ``unknown`` ...), which says of a line without an amount what it is, and ``figures.NAME`` for
    other figures: numbers, or decimals as money. Rows that cannot be placed are noted in the table,
    or raised for with ``strict``.
    """
    fixed = {} if constants is None else constants
    path = "monthly_figures"
    read, names = eager(frame, path, tuple(_fields(MonthFigures)), columns, fixed, figures=True)
    reader = Frame(read, path, from_float)
    fields = {name: column for name, column in names.items() if not name.startswith("figures.")}
    given = reader.columns(MonthFigures, fields, fixed)
    return MonthlyFigures.from_columns(
        given,
        strict=strict,
        from_float=from_float,
        path=path,
        figures=_figures(reader, names, given),
    )


def eager(
    frame: Any,
    path: str,
    known: tuple[str, ...],
    columns: Mapping[str, str] | None,
    constants: Mapping[str, object],
    figures: bool = False,
) -> tuple[Any, dict[str, str]]:
    """The columns that are read, collected, and field -> column."""
    given = frame_of(frame, path)
    names = resolved(path, names_of(given, path), known, columns, constants, figures)
    return collected(chosen(given, names.values())), names


def _columns(
    frame: Any,
    record: type,
    path: str,
    columns: Mapping[str, str] | None,
    constants: Mapping[str, object],
    from_float: bool,
    items: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    read, names = eager(frame, path, tuple(_fields(record)), columns, constants)
    currency = None if items is None else items.get("currency")
    if isinstance(currency, Codes):
        if len(currency.names) != 1 and "currency" not in names:
            rule = "must be given for items in several currencies"
            raise InvalidFact(f"{path}.currency", rule, currency.names)
        currency = Codes(np.zeros(len(read), dtype=np.int32), currency.names[:1])
    return Frame(read, path, from_float).columns(record, names, constants, currency)


def customers_in(
    frame: Any,
    names: Mapping[str, str],
    constants: Mapping[str, object],
    *,
    strict: bool = False,
    from_float: bool = False,
    forms: Forms | None = None,
) -> tuple[Portfolio, Applications | None, CreditLines | None]:
    """Customers, and what is asked for and granted where the frame has it, from one wide frame.

    ``forms`` is for a frame that is a part of more rows.
    """
    reader = Frame(frame, "portfolio", from_float)

    def part(prefix: str) -> tuple[dict[str, str], dict[str, object]]:
        def cut(given: Mapping[str, Any]) -> dict[str, Any]:
            inside = {
                name[len(prefix) :]: v for name, v in given.items() if name.startswith(prefix)
            }
            return {name: value for name, value in inside.items() if "." not in name}

        return cut(names), cut(constants)

    def table(kind: Any, prefix: str, **more: Any) -> Any:
        columns, fixed = part(prefix)
        if not columns:
            return None
        read = reader.columns(kind.record, columns, fixed, own.get("currency"), prefix)
        path = f"portfolio.{prefix}".rstrip(".")
        return kind.from_columns(
            whole(read), strict=strict, from_float=from_float, path=path, **more
        )

    def whole(read: dict[str, Any]) -> dict[str, Any]:
        return read if forms is None else Part(read, forms)

    own = reader.columns(Customer, *part(""))
    previous = table(Statements, "statement.previous.")
    made = Portfolio.from_columns(
        whole(own),
        strict=strict,
        from_float=from_float,
        statements=table(Statements, "statement.", previous=previous),
        figures=_figures(reader, names, own),
    )
    rating = table(type(made.ratings), "rating.")
    if rating is not None:
        rows = np.flatnonzero(rating["value"].known & rating["as_of"].known)
        made.ratings = type(made.ratings)(
            {name: column.take(rows) for name, column in rating.cells.items()}, len(rows)
        )
        made.rating_rows = rows
    return made, table(Applications, "application."), table(CreditLines, "line.")


def _figures(reader: Frame, names: Mapping[str, str], own: Mapping[str, Any]) -> dict[str, Any]:
    """A host's own figures by name."""
    return {
        name.removeprefix("figures."): _figure(reader, name, column, own)
        for name, column in names.items()
        if name.startswith("figures.")
    }


def _figure(reader: Frame, name: str, column: str, own: Mapping[str, Any]) -> Any:
    """A host's own figure, typed by its column; decimals are money in the row's currency."""
    path = f"{reader.path}.{name}"
    sort = reader.sort(column, path)
    if sort == "decimal":
        money = reader.money(column, path, own.get("currency"))
        return OwnMoney(money.values, money.states)
    if sort == "null":  # of no kind
        return reader.numbers(column, path)
    if sort == "text":
        return reader.codes(column, path)
    if sort == "flag":
        return reader.flags(column, path)
    if sort == "whole":
        return reader.wholes(column, path)
    if sort == "float":
        return reader.numbers(column, path)
    if sort == "object":
        codes, given = own.get("currency"), reader.objects(column)
        for row, value in enumerate(given):
            if isinstance(value, Decimal) and isinstance(codes, Codes):
                given[row] = Money(value, str(codes.item(row)))
        return given
    raise InvalidFact(path, "must be a column of text, numbers, decimals or flags", sort)
