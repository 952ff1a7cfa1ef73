"""Columns of the figures that a host supplies of its own, typed by what they hold."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from creditkit._columns import Amounts, Cells, Codes, State
from creditkit._door import Door
from creditkit._fields import Kind, plain_text
from creditkit._given import column_in
from creditkit._plain import list_in, mapping_in
from creditkit._tables import plain_cells, scalar_of
from creditkit.errors import InvalidFact
from creditkit.money import Money

__all__ = [
    "OwnMoney",
    "own_columns",
    "own_columns_in",
    "own_of_plain",
    "own_of_row",
    "plain_own",
    "same_own",
]

Own = dict[str, Cells]
KINDS: Final = {kind.value: kind for kind in (Kind.MONEY, Kind.TEXT, Kind.FLAG, Kind.NUMBER)}
"""What a figure of a host's own can hold, as plain data says it."""


class OwnMoney(Cells):
    """A host's own money figure: minor units of each row's currency."""

    __slots__ = ()


def own_columns(rows: Sequence[Sequence[tuple[str, Any]]], currencies: Codes, path: str) -> Own:
    """The figures of records as columns; where a record lacks one, it is not known."""
    given = [dict(row) for row in rows]
    names = sorted({name for figures in given for name in figures})
    columns = {name: [figures.get(name) for figures in given] for name in names}
    return own_columns_in(columns, currencies, path)


def own_columns_in(
    figures: Any, currencies: Codes, path: str, check: Callable[[str, str], None] | None = None
) -> Own:
    """Columns by the name of their figure: numbers, text, flags or money; ``check`` looks at names."""
    out = {}
    for name, values in mapping_in({} if figures is None else figures, path).items():
        here = f"{path}.{name}"
        if not plain_text(name):
            raise InvalidFact(path, "must have names as keys", name)
        if check is not None:
            check(name, here)
        column = values if isinstance(values, Cells) else column_in(values, here)
        if len(column) != len(currencies):
            raise InvalidFact(here, f"must have {len(currencies)} rows", len(column))
        out[name] = _column(path, name, _kind(column), column, currencies)
    return out


def _column(path: str, name: str, kind: Kind, values: Any, currencies: Codes) -> Cells:
    if isinstance(values, OwnMoney):
        return values
    door = Door(path, len(currencies), strict=True, from_float=False)
    cells = door.read(name, kind, values, currencies)
    return OwnMoney(cells.values, cells.states) if kind is Kind.MONEY else cells


def _kind(column: Any) -> Kind:
    """What a column holds: by its type, or by the values of a list."""
    if isinstance(column, Amounts | OwnMoney):
        return Kind.MONEY
    if isinstance(column, Codes):
        return Kind.TEXT
    if isinstance(column, Cells | np.ndarray):
        dtype = (column.values if isinstance(column, Cells) else column).dtype
        sorts = {"b": Kind.FLAG, "i": Kind.WHOLE, "u": Kind.WHOLE, "U": Kind.TEXT}
        return Kind.FLAG if dtype == np.int8 else sorts.get(dtype.kind, Kind.NUMBER)
    given = [value for value in column if value is not None]
    for kind, types in ((Kind.TEXT, str), (Kind.MONEY, Money), (Kind.FLAG, bool | np.bool_)):
        if all(isinstance(value, types) for value in given):
            return kind
    whole = all(isinstance(value, int | np.integer) for value in given)
    return Kind.WHOLE if whole else Kind.NUMBER


def own_of_row(figures: Own, row: int, currency: str | None) -> dict[str, Any]:
    """The figures of one row as its record holds them; what is not known is left out."""
    found = {name: scalar_of(cells, _kind(cells), row, currency) for name, cells in figures.items()}
    return {name: value for name, value in found.items() if value is not None}


def same_own(mine: Own, theirs: Own) -> bool:
    """Whether both hold the same figures; one of which nothing is known counts as none."""
    mine, theirs = _some_known(mine), _some_known(theirs)
    return mine.keys() == theirs.keys() and all(
        column.same_as(theirs[name]) for name, column in mine.items()
    )


def _some_known(figures: Own) -> Own:
    return {
        name: column
        for name, column in figures.items()
        if column.states is None or bool((column.states != State.UNKNOWN).any())
    }


def plain_own(figures: Own, currencies: Codes) -> dict[str, Any]:
    """Figures as plain data, each with its kind: money is text too. Whole numbers are numbers."""
    out: dict[str, Any] = {}
    for name, column in _some_known(figures).items():
        kind = _kind(column)
        shown = Kind.NUMBER if kind is Kind.WHOLE else kind
        out[name] = {"kind": shown.value, "values": plain_cells(column, kind, currencies)}
    return {"figures": out} if out else {}


def own_of_plain(data: Any, currencies: Codes, path: str) -> Own:
    """The figures that `plain_own` wrote."""
    out = {}
    for name, given in mapping_in({} if data is None else data, path).items():
        here = f"{path}.{name}"
        figure = mapping_in(given, here, keys=("kind", "values"))
        sort, values = figure.get("kind"), list_in(figure.get("values"), f"{here}.values")
        if not isinstance(sort, str) or sort not in KINDS:
            raise InvalidFact(f"{here}.kind", f"must be one of {', '.join(KINDS)}", sort)
        if len(values) != len(currencies):
            raise InvalidFact(here, f"must have {len(currencies)} rows", len(values))
        out[name] = _column(path, name, KINDS[sort], values, currencies)
    return out
