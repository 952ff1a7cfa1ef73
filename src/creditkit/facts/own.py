"""Columns of the figures that a host supplies of its own, typed by what they hold."""

from typing import Any

import numpy as np

from creditkit._columns import Amounts, Cells, Codes, as_floats
from creditkit.errors import InvalidFact
from creditkit.money import Money

__all__ = ["OwnMoney", "check_currency", "own_column", "own_scalar"]


class OwnMoney(Cells):
    """A host's own money figure: minor units of each row's currency."""

    __slots__ = ()


def own_column(name: str, values: Any) -> Cells:
    """A column of a host's own figure, typed by what it holds."""
    path = f"figures.{name}"
    if isinstance(values, Amounts):
        return OwnMoney(values.values, values.states)
    if isinstance(values, Cells):
        return values
    if isinstance(values, np.ndarray):
        if values.dtype.kind == "b":
            return Cells(values.astype(np.int8))
        if values.dtype.kind in "iu":
            return Cells(values.astype(np.int64))
        floats = as_floats(values, path)
        return Cells(floats, np.isnan(floats).astype(np.uint8))
    given = [value for value in values if value is not None]
    unknown = np.array([value is None for value in values], dtype=np.uint8)
    if all(isinstance(value, str) for value in given):
        return Codes.of(values, path)
    if all(isinstance(value, Money) for value in given):
        minor = [0 if value is None else value.minor for value in values]
        return OwnMoney(np.array(minor, dtype=np.int64), unknown)
    if all(isinstance(value, bool) for value in given):
        return Cells(np.array([bool(value) for value in values], dtype=np.int8), unknown)
    if all(isinstance(value, int) and not isinstance(value, bool) for value in given):
        return Cells(np.array([value or 0 for value in values], dtype=np.int64), unknown)
    floats = as_floats(list(values), path)
    return Cells(floats, np.isnan(floats).astype(np.uint8))


def check_currency(given: Any, own: Cells, currencies: Codes, path: str) -> None:
    """Refuse money of another currency than that of its row; `OwnMoney` has none of its own."""
    if not isinstance(own, OwnMoney) or isinstance(given, OwnMoney):
        return
    if isinstance(given, Amounts):
        if len(own) and {given.currency} != set(currencies.names):
            raise InvalidFact(path, f"must be in {currencies.names}", given.currency)
        return
    for row, value in enumerate(given):
        if value is not None and value.currency != currencies.item(row):
            rule = f"must be in {currencies.item(row)}, the currency of its row"
            raise InvalidFact(path, rule, value, row=row)


def own_scalar(column: Cells, row: int, currency: str) -> Any:
    """One cell of such a column as the record holds it."""
    if isinstance(column, Codes):
        return column.item(row)
    value = column.raw(row)
    if value is None:
        return None
    if isinstance(column, OwnMoney):
        return Money.from_minor(value, currency)
    return bool(value) if column.values.dtype == np.int8 else value
