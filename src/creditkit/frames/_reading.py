"""The columns of a frame as creditkit's own: exact money, codes, dates without a time."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import InvalidOperation, localcontext
from typing import Any, Final, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import blocks
from creditkit._columns import STATE_LINES, STATE_NAMES, Cells, Codes, Ints, State
from creditkit._fields import Kind, as_date, currency_of, kinds
from creditkit._formats import form_seen
from creditkit._plain import fact_name, mapping_in
from creditkit.errors import InvalidFact, meant, shown
from creditkit.frames._exact import CODES, DECIMALS, TEXTS, Exact, kind_of_series
from creditkit.money import LARGEST

__all__ = [
    "Frame",
    "chosen",
    "collected",
    "frame_of",
    "names_of",
    "narwhals",
    "resolved",
    "schema_of",
]

Mask = npt.NDArray[np.bool_]

IDS: Final = {"open_item": ("id",), "allocation": ("target", "source")}
"""Fields that are document numbers: fixed-width text rather than codes."""

_BLOCK: Final = 1 << 18
_LOOKED_AT: Final = 1000
_STATES: Final = {name: state for state, name in STATE_NAMES.items()}
_CELLS: Final = {STATE_NAMES[state]: line for state, line in STATE_LINES.items()} | {
    STATE_NAMES[State.UNKNOWN]: None
}
"""What stands in a list for a state that has a form of its own; the others are written as states."""


def narwhals() -> Any:
    """The library that all kinds of frame are reached through."""
    try:
        return importlib.import_module("narwhals.stable.v2")
    except ModuleNotFoundError as missing:
        text = "creditkit.frames needs narwhals: pip install 'creditkit[frames]'"
        raise ModuleNotFoundError(text, name=missing.name) from None


def frame_of(frame: object, path: str) -> Any:
    """Any frame as narwhals sees it; lazy stays lazy. No two of its columns have one name."""
    made: Any = None
    try:
        made = narwhals().from_native(frame)
    except TypeError:
        rule = "must be a frame of pandas, Polars, PyArrow or DuckDB"
        raise InvalidFact(path, rule, type(frame).__name__) from None
    except importlib.import_module("narwhals.exceptions").DuplicateError:
        pass
    if made is None or made.implementation.is_duckdb():  # which lets it pass, and takes the first
        given: Any = frame
        names = Counter(given.column_names if hasattr(given, "column_names") else given.columns)
        name, count = names.most_common(1)[0] if names else ("", 0)
        if count > 1:
            remedy = "rename or drop all but one of them"
            raise InvalidFact(path, "must not have two columns of one name", name, remedy)
    return made


def names_of(frame: Any, path: str) -> list[str]:
    """The names of a frame's columns, without asking for their types, which may be unknown."""
    return list(schema_of(frame, path).names() if hasattr(frame, "collect") else frame.columns)


def schema_of(frame: Any, path: str) -> Any:
    """The names and types of a frame's columns."""
    try:
        return frame.collect_schema()
    except ValueError as fault:  # a decimal of less than no decimals
        raise InvalidFact(path, "must have columns of plain types", str(fault)) from None


def chosen(frame: Any, columns: Iterable[str]) -> Any:
    """The frame with the named columns only; lazy stays lazy."""
    names = list(dict.fromkeys(columns))
    if not frame.implementation.is_duckdb():
        return frame.select(names)
    # quoted here: a name with a dot is no table's column
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    return narwhals().from_native(frame.to_native().project(", ".join(quoted)))


def collected(frame: Any) -> Any:
    """The frame with its rows in memory; a relation as an Arrow table."""
    if frame.implementation.is_duckdb():
        relation = frame.to_native()
        read = getattr(relation, "to_arrow_table", None) or relation.fetch_arrow_table
        return narwhals().from_native(read())
    return frame.collect() if hasattr(frame, "collect") else frame


def resolved(
    path: str,
    available: Sequence[str],
    known: Iterable[str],
    columns: Mapping[str, str] | None,
    constants: Mapping[str, object],
    figures: bool = False,
) -> dict[str, str]:
    """Field -> column, for the fields that are read; unknown names on either side are refused.

    With ``figures`` there may be ``figures.NAME`` among the columns, a host's own.
    """
    fields = list(known)
    mapping_in(constants, f"{path}.constants", "write {'currency': 'CNY'}")
    named = {name: name for name in available}
    if columns is not None:
        named = mapping_in(columns, f"{path}.columns", "write {'account': 'customer'}")
    for name in [*named, *constants]:
        if not isinstance(name, str):
            rule, remedy = "must have columns with names of text", "rename them, such as 'account'"
            raise InvalidFact(path, rule, name, remedy)
        own = name.startswith("figures.") and figures
        if own and name in constants:
            raise InvalidFact(f"{path}.{name}", "must be a column, not a constant")
        if name not in fields and not own:
            remedy = meant(name, fields)
            if columns is None and name not in constants:
                remedy += " or " if remedy else ""
                remedy += "say what to read: columns={field: column}"
            raise InvalidFact(f"{path}.{name}", "is not known", remedy=remedy)
    for name, column in named.items():
        if not isinstance(column, str) or column not in available:
            remedy = meant(column, available)
            raise InvalidFact(f"{path}.{name}", "must name a column of the frame", column, remedy)
        if name in constants:
            raise InvalidFact(f"{path}.{name}", "must be a column or a constant, not both")
    return named


def _nothing(cell: Any) -> bool:
    """Whether a cell of money says nothing."""
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or (isinstance(cell, float) and cell != cell)


class Frame:
    """An eager frame whose columns are read by field; ``path`` stands before names in errors."""

    def __init__(self, frame: Any, path: str, from_float: bool = False) -> None:
        self.frame = frame
        self.path = path
        self.from_float = from_float
        self.rows = len(frame)

    def columns(
        self,
        record: type,
        names: Mapping[str, str],
        constants: Mapping[str, object],
        currency: Codes | str | None = None,
        prefix: str = "",
    ) -> dict[str, Any]:
        """The columns of a fact, ready for its table; currencies first: they say how money reads.

        ``currency`` is what a fact without its own falls back on.
        """
        types, ids = kinds(record), IDS.get(fact_name(record), ())
        out: dict[str, Any] = {}
        for name, value in constants.items():
            kind = types.get(name, Kind.CHOICE)  # a state, which stands beside a line
            out[name] = self._constant(f"{self.path}.{prefix}{name}", kind, value)
        if "currency" in names:
            out["currency"] = self._currencies(names["currency"], f"{self.path}.{prefix}currency")
        elif currency is not None and "currency" in types:
            out.setdefault("currency", currency)
        own = {one.name: currency_of(one) for one in attrs.fields(record)}
        for name in sorted(names, key=lambda name: types.get(name) in (Kind.MONEY, Kind.LINE)):
            column, path = names[name], f"{self.path}.{prefix}{name}"
            if name in ids:
                out[name] = self.ids(column, path)
            elif name not in types:
                out[name] = self.codes(column, path)
            elif name != "currency":
                out[name] = self.read(types[name], column, path, out.get(own[name]))
        for name in [name for name in out if name not in types]:
            line = name.removesuffix("_state")
            words, path = out.pop(name), f"{self.path}.{prefix}{name}"
            out[line] = self._stated(out.get(line), words, path)
        return out

    def _stated(self, amounts: Any, words: Codes, path: str) -> Any:
        """A column of lines with the states that stand beside them, as `to_frame` writes both."""
        listed = not isinstance(amounts, Cells)
        given: list[Any] = []
        states = np.zeros(self.rows, dtype=np.uint8)
        if listed:
            given = [None] * self.rows if amounts is None else list(amounts)
            there = np.array([not _nothing(one) for one in given], dtype=bool)
        else:
            there, states = amounts.known, amounts.all_states().copy()
        for code, word in enumerate(words.names):
            if not word.strip():
                continue
            rows = words.values == code
            state = _STATES.get(word)
            rule, bad = f"must be one of {', '.join(_STATES)}", rows
            if state is not None:
                known = state == State.KNOWN
                rule = "must have an amount" if known else "must be known where there is an amount"
                bad = rows & (~there if known else there)
            if bad.any():
                row, count = int(np.argmax(bad)), int(bad.sum())
                raise InvalidFact(path, rule, word, row=row, count=count)
            if listed and not there[rows].any():
                for row in np.flatnonzero(rows).tolist():
                    given[row] = _CELLS.get(word, {"state": word})
            elif not listed and state not in (None, State.KNOWN):
                states[rows] = state
        return given if listed else Cells(amounts.values, states)

    def read(self, kind: Kind, column: str, path: str, currency: Codes | str | None) -> Any:
        """One column by the kind of its field."""
        if kind in (Kind.TEXT, Kind.CHOICE):
            mixed = self.sort(column, path) == "object"
            return self.objects(column) if mixed else self.codes(column, path)
        if kind in (Kind.MONEY, Kind.LINE):
            return self.money(column, path, currency)
        if kind is Kind.DATE:
            return self.dates(column, path)
        if kind is Kind.FLAG:
            return self.flags(column, path)
        return self.wholes(column, path) if kind is Kind.WHOLE else self.numbers(column, path)

    def _constant(self, path: str, kind: Kind, value: object) -> Any:
        if kind in (Kind.TEXT, Kind.CHOICE) and isinstance(value, str):
            return Codes(np.broadcast_to(np.int32(0), (self.rows,)), (value,))
        if kind is Kind.DATE:
            return np.broadcast_to(np.datetime64(as_date(value, path), "D"), (self.rows,))
        whole = isinstance(value, int) and not isinstance(value, bool)
        if kind is Kind.WHOLE and isinstance(value, int) and whole and abs(value) <= LARGEST:
            return np.broadcast_to(np.int64(value), (self.rows,))
        if kind is Kind.FLAG and isinstance(value, bool):
            return np.broadcast_to(np.bool_(value), (self.rows,))
        raise InvalidFact(path, "must be text, a date, a whole number or a flag", value)

    # By kind

    def _currencies(self, column: str, path: str) -> Codes:
        """Codes of currencies; what is no text in a column of objects is no currency either."""
        if self.sort(column, path) != "object":
            return self.codes(column, path)
        given = self.objects(column)
        return Codes.of([v if v is None or isinstance(v, str) else shown(v) for v in given], path)

    def codes(self, column: str, path: str) -> Codes:
        """Text, categories, or whole numbers as their digits."""
        series, sort = self._of(column, path)
        if sort == "object":
            return Codes.of(self._objects(series), path)
        if sort == "whole":
            values, empty = self._integers(series, path)
            there = slice(None) if empty is None else ~empty
            used, indexes = np.unique(values[there], return_inverse=True)
            codes = np.full(self.rows, -1, dtype=np.int32)
            codes[there] = indexes.ravel()
            return Codes(codes, [str(value) for value in used.tolist()])
        if sort == "null" or self._only_nan(series, sort):
            return Codes(np.full(self.rows, -1, dtype=np.int32), ())
        if sort != "text":
            raise InvalidFact(path, "must be a column of text", series.dtype)
        return CODES[kind_of_series(series)](series.to_native())

    def ids(self, column: str, path: str) -> Any:
        """Document numbers as fixed-width text or whole numbers."""
        series, sort = self._of(column, path)
        if sort == "whole" and not int(series.null_count()):
            return self._integers(series, path)[0]
        if sort in ("whole", "null") or self._only_nan(series, sort):
            return self.codes(column, path)
        if sort not in ("text", "object"):
            raise InvalidFact(path, "must be a column of text or whole numbers", series.dtype)
        plain = TEXTS[kind_of_series(series)](series.to_native()) if sort == "text" else None
        if plain is not None:
            return plain
        parts = [np.zeros(0, dtype=np.str_)]
        whole = sort == "text" and not int(series.null_count())
        for block in blocks(self.rows, _BLOCK):
            given = self._objects(series[block])
            for row, value in enumerate(() if sort == "text" else given):
                if value is not None and not isinstance(value, str):
                    raise InvalidFact(path, "must be text", value, row=block.start + row)
            texts = given if whole else ["" if value is None else value for value in given]
            parts.append(np.array(texts, dtype=np.str_))
        return np.concatenate(parts)

    def money(self, column: str, path: str, currency: Codes | str | None) -> Any:
        """Minor units in each row's currency; floats as they are: the table refuses or rounds."""
        series, sort = self._of(column, path)
        if sort in ("object", "text"):
            return self._objects(series)
        if sort == "null" or self._only_nan(series, sort):
            return [None] * self.rows
        if sort == "float":
            return self._floats(series)
        if sort == "whole":
            values, empty = self._integers(series, path)
            exact = Exact(values, empty, 0)
        elif sort == "decimal":
            exact = DECIMALS[kind_of_series(series)](series)
        else:
            raise InvalidFact(path, "must be exact money: decimals, whole or text", series.dtype)
        if isinstance(currency, str):
            currency = Codes(np.zeros(self.rows, dtype=np.int32), (currency,))
        if currency is None:
            remedy = "name its column, or give constants={'currency': 'CNY'}"
            raise InvalidFact(f"{self.path}.currency", "must be given", remedy=remedy)
        try:
            return exact.minor(currency, path)
        except InvalidFact:  # of some rows, which the table tells one by one
            return self._objects(series)

    def dates(self, column: str, path: str) -> Any:
        """Dates; datetimes at midnight without a zone."""
        series, sort = self._of(column, path)
        nw = narwhals()
        if sort in ("object", "text"):
            return self._objects(series)
        if sort == "null" or self._only_nan(series, sort):
            return np.full(self.rows, np.datetime64("NaT", "D"), dtype="datetime64[D]")
        if sort not in ("date", "datetime"):
            raise InvalidFact(path, "must be a column of dates", series.dtype)
        if sort == "datetime" and series.dtype.time_zone is not None:
            remedy = "take the date in the zone that the document lives in"
            raise InvalidFact(path, "must be dates without a time zone", series.dtype, remedy)
        if sort == "date" and kind_of_series(series) == "pandas":
            series = series.cast(nw.Datetime("us"))
        moments = np.asarray(series.to_numpy())
        if moments.dtype.kind != "M":  # an empty or foreign column comes as objects
            moments = np.array(moments, dtype="datetime64[us]")
        days = moments.astype("datetime64[D]")
        late = (days != moments) & ~np.isnat(moments)
        return moments if late.any() else days  # a time of day: the table tells of which rows

    def flags(self, column: str, path: str) -> Any:
        """True, false, and null for not known."""
        series, sort = self._of(column, path)
        if sort == "object":
            return self._objects(series)
        if sort == "null" or self._only_nan(series, sort):
            return [None] * self.rows
        if sort != "flag":
            remedy = form_seen("True or False", self._some(series))
            raise InvalidFact(path, "must be a column of True and False", series.dtype, remedy)
        empty = self._empty(series)
        values = np.asarray(series.fill_null(False).to_numpy(), dtype=bool)
        return Cells(values.astype(np.int8), None if empty is None else empty.astype(np.uint8))

    def wholes(self, column: str, path: str) -> Any:
        """Whole numbers; floats that are whole, because pandas has no other column with gaps."""
        series, sort = self._of(column, path)
        if sort == "object":
            return self._objects(series)
        if sort == "null":
            return [None] * self.rows
        if sort == "float":
            floats = self._floats(series)
            missing = np.isnan(floats)
            empty: Mask | None = missing
            values = np.where(missing, 0.0, floats)
            broken = (values != np.rint(values)) | (np.abs(values) >= 2.0**53)
            if broken.any():  # cell by cell, which the table tells
                cells: list[Any] = values.tolist()
                for row in np.flatnonzero(~broken).tolist():
                    cells[row] = None if missing[row] else int(values[row])
                return cells
            whole = values.astype(np.int64)
        elif sort == "whole":
            whole, empty = self._integers(series, path)
        else:
            remedy = form_seen("a whole number", self._some(series))
            raise InvalidFact(path, "must be a column of whole numbers", series.dtype, remedy)
        if len(whole) and max(int(whole.max()), -int(whole.min())) >= 2**53:
            return self._objects(series)
        return Cells(whole, None if empty is None else empty.astype(np.uint8))

    def numbers(self, column: str, path: str) -> Any:
        """Floats; decimals as the nearest float; null and NaN for not known."""
        series, sort = self._of(column, path)
        if sort == "float":
            floats = self._floats(series)
        elif sort == "whole":
            values, empty = self._integers(series, path)
            floats = values.astype(np.float64)
            if empty is not None:
                floats[empty] = np.nan
        elif sort == "decimal":
            floats = DECIMALS[kind_of_series(series)](series).floats()
        elif sort == "object":
            return self._objects(series)
        elif sort == "null":
            floats = np.full(self.rows, np.nan)
        else:
            remedy = form_seen("a number", self._some(series))
            raise InvalidFact(path, "must be a column of numbers", series.dtype, remedy)
        return floats

    def sort(self, column: str, path: str) -> str:
        """What sort of values a column has."""
        return self._of(column, path)[1]

    def objects(self, column: str) -> list[Any]:
        """A column as Python objects, None for not known."""
        return self._objects(self.frame[column])

    # What lies beneath

    def _of(self, column: str, path: str) -> tuple[Any, str]:
        """A column and what sort of values it has."""
        nw, series = narwhals(), self.frame[column]
        try:
            dtype = series.dtype
        except ValueError as fault:  # a decimal of less than no decimals
            raise InvalidFact(path, "must be a column of a plain type", str(fault)) from None
        objects = kind_of_series(series) == "pandas" and str(series.to_native().dtype) == "object"
        if objects and self._nothing(series):  # which narwhals takes for text
            return series, "null"
        if dtype.is_float():
            return series, "float"
        if dtype.is_integer():
            return series, "whole"
        sorts = (
            (nw.String, "text"),
            (nw.Categorical, "text"),
            (nw.Enum, "text"),
            (nw.Decimal, "decimal"),
            (nw.Boolean, "flag"),
            (nw.Date, "date"),
            (nw.Datetime, "datetime"),
        )
        for kind, sort in sorts:
            if isinstance(dtype, kind):
                return series, sort
        if isinstance(dtype, nw.Object) and objects:
            return series, "object"
        if isinstance(dtype, nw.Unknown) and self._nothing(series):
            return series, "null"
        raise InvalidFact(path, "must be a column of a plain type", dtype)

    def _nothing(self, series: Any) -> bool:
        """Whether no cell of a column is there."""
        empty = self._empty(series)
        return not self.rows or (empty is not None and bool(empty.all()))

    def _only_nan(self, series: Any, sort: str) -> bool:
        """Whether a column is of floats because it has no values: what pandas makes of an empty one."""
        if sort != "float" or not self.rows:
            return False
        return bool(np.isnan(self._floats(series)).all())

    def _empty(self, series: Any) -> Mask | None:
        with localcontext() as context:
            context.traps[InvalidOperation] = False  # a Decimal that signals it is none
            empty = np.asarray(series.is_null().to_numpy(), dtype=bool)
        return empty if empty.any() else None

    def _objects(self, series: Any) -> list[Any]:
        """The values as Python objects, None where one is missing."""
        values = series.to_list()
        empty = self._empty(series)
        if empty is not None:
            for row in np.flatnonzero(empty):
                values[row] = None
        return cast("list[Any]", values)

    def _some(self, series: Any) -> list[Any]:
        """The first cells that are there, for the message about all of them."""
        first = self._objects(series[:_LOOKED_AT])
        return [cell for cell in first if cell is not None]

    def _floats(self, series: Any) -> npt.NDArray[np.float64]:
        nw, empty = narwhals(), self._empty(series)
        values = np.asarray(series.fill_null(0.0).cast(nw.Float64).to_numpy(), dtype=np.float64)
        return values if empty is None else np.where(empty, np.nan, values)

    def _integers(self, series: Any, path: str) -> tuple[Ints, Mask | None]:
        nw, empty = narwhals(), self._empty(series)
        filled = series if empty is None else series.fill_null(0)
        if isinstance(series.dtype, nw.UInt64 | nw.Int128 | nw.UInt128):
            values = filled.to_list()
            over = [row for row, value in enumerate(values) if abs(value) > LARGEST]
            if over:
                rule, value = "must stay within 64 bits", values[over[0]]
                raise InvalidFact(path, rule, value, row=over[0], count=len(over))
            return np.array(values, dtype=np.int64), empty
        return np.asarray(filled.cast(nw.Int64).to_numpy(), dtype=np.int64), empty
