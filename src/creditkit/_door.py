"""The door of a table: a host's columns become cells, each known, not known or INVALID.

What a column cannot be (of another length, an array of objects, of floats as money, of another type
than its field) raises. What one cell cannot be makes that cell INVALID and is reported once for all
such cells, unless ``strict``: in a list whatever a record would refuse, so one float among amounts as
much as one word among flags; in an array a value that its field does not hold (infinity, a time of
day). A column of which several cells are there and none can be read is in another form: it raises,
and says which form was seen and what to write.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import (
    STATE_LINES,
    STATE_NAMES,
    Amounts,
    Cells,
    Codes,
    State,
    codes_among,
    float_to_minor,
    floats_to_minor,
    money_cell,
    states_in,
)
from creditkit._fields import Kind, as_date, cell_reader, plain_text
from creditkit._formats import form_seen
from creditkit._given import column_in, flag_in, iso_date, not_known
from creditkit._plain import mapping_in
from creditkit.errors import InvalidFact, meant
from creditkit.figures import Undefined
from creditkit.money import CURRENCIES, LARGEST, Line, in_letters

__all__ = ["FIRST_DAY", "LAST_DAY", "NUMPY", "Door", "Forms", "Part", "columns_in"]

NUMPY: Final[dict[Kind, Any]] = {
    Kind.TEXT: np.int32,
    Kind.CHOICE: np.int32,
    Kind.MONEY: np.int64,
    Kind.LINE: np.int64,
    Kind.DATE: "datetime64[D]",
    Kind.FLAG: np.int8,
    Kind.WHOLE: np.int64,
    Kind.NUMBER: np.float64,
    Kind.RATIO: np.float64,
}
"""What a column of each kind is made of; the other kinds have no column."""

FIRST_DAY: Final = -719_162
LAST_DAY: Final = 2_932_896
"""The calendar that a ``date`` can hold, as days from 1970: the years 1 to 9999."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_NO_DAY: Final = np.datetime64("NaT", "D").astype(np.int64).item()

_WORDS: Final = frozenset(str(line) for line in STATE_LINES.values())
_STATES: Final = {name: state for state, name in STATE_NAMES.items() if state != State.KNOWN}
_SAYS_MONEY: Final = (State.KNOWN, *STATE_LINES)


def columns_in(columns: Any, names: Collection[str], path: str) -> tuple[dict[str, Any], int]:
    """Columns by name, each of a shape that can be read, and how many rows they have."""
    remedy = "give columns by name; creditkit.frames reads data frames"
    out: dict[str, Any] = {}
    lengths: dict[str, int] = {}
    for name, column in mapping_in(columns, path, remedy).items():
        if name not in names:
            raise InvalidFact(f"{path}.{name}", "is not known", remedy=meant(name, names))
        if column is None:
            continue
        if not isinstance(column, str):
            column = column if isinstance(column, Cells) else column_in(column, f"{path}.{name}")
            lengths[name] = len(column)
        out[name] = column
    if len(set(lengths.values())) > 1:
        raise InvalidFact(path, "must have columns of one length", lengths)
    if out and not lengths:
        raise InvalidFact(path, "must have a list or an array among its columns", out)
    return out, next(iter(lengths.values()), 0)


class Forms:
    """Which columns can be read, of rows that come in several parts.

    A part may be a few rows, and each of them at fault: only all parts together show that a column is
    in another form. ``start`` is the row with which the part at hand begins. Without ``words``
    unknown words stay, as in what `to_dict` wrote: some rows of a table may be those at fault.
    """

    def __init__(self, *, words: bool = True) -> None:
        self.start = 0
        self.words = words
        self._read: set[str] = set()
        self._lost: dict[str, InvalidFact] = {}

    def read(self, path: str) -> None:
        """Of this column some cell was read."""
        self._read.add(path)

    def lost(self, fault: InvalidFact) -> None:
        """Of this column no cell of the part was read, and ``fault`` counts those that are there."""
        known = self._lost.get(fault.path)
        if known is None:
            fault.row = (fault.row or 0) + self.start
            self._lost[fault.path] = fault
        else:
            known.count = (known.count or 0) + (fault.count or 0)

    def refuse(self) -> None:
        """Refuse a column of which several cells are there and none can be read."""
        for path, lost in self._lost.items():
            if path not in self._read and (lost.count or 0) > 1:
                raise lost


class Part(dict[str, Any]):
    """Columns of some of the rows; `Forms` learns how they are, and refuses once it has seen all."""

    def __init__(self, columns: Mapping[str, Any], forms: Forms) -> None:
        super().__init__(columns)
        self.forms = forms


class Door:
    """Reads the columns of one table; collects the faults of cells."""

    def __init__(
        self, path: str, rows: int, strict: bool, from_float: bool, forms: Forms | None = None
    ) -> None:
        flag_in(strict, "strict")
        flag_in(from_float, "from_float")
        self.forms = forms
        self.path = path
        self.rows = rows
        self.strict = strict
        self.from_float = from_float
        self.faults: list[InvalidFact] = []
        self.ids: Any = None
        """The cells that say whose a row is, once they are read."""

    def fault(
        self, name: str, rule: str, value: Any, remedy: str = "", *, row: int, count: int = 1
    ) -> None:
        """Cells that cannot be read; those that break the same rule are counted together."""
        path = f"{self.path}.{name}" if name else self.path
        fault = InvalidFact(path, rule, value, remedy, row=row, count=count)
        fault.id = self._whose(row)
        if self.strict:
            raise fault
        for known in reversed(self.faults):
            if known.path == path and known.rule == rule:
                known.count = (known.count or 0) + count
                return
        self.faults.append(fault)

    def whose(self, ids: Any) -> None:
        """From here on faults name whose row it is, those that are found already too."""
        self.ids = ids
        for fault in self.faults:
            if fault.row is not None and fault.id is None:
                fault.id = self._whose(fault.row)

    def _whose(self, row: int) -> str | None:
        return None if self.ids is None else cast("str | None", self.ids.item(row))

    def refuse(
        self, name: str, where: npt.NDArray[np.bool_], rule: str, values: Any, remedy: str = ""
    ) -> None:
        """`fault` for the rows of ``where``; ``values`` has what came, a value for each row."""
        if where.any():
            row, count = int(np.argmax(where)), int(np.count_nonzero(where))
            self.fault(name, rule, values(row), remedy, row=row, count=count)

    def read(
        self, name: str, kind: Kind, column: Any, currency: Codes, inside: Any = None
    ) -> Cells:
        """One column by the kind of its field; ``inside`` is the enumeration of a choice."""
        said, before = column, len(self.faults)
        cells = self._read(name, kind, column, currency, inside)
        if isinstance(said, str) and len(self.faults) > before:
            first = self.faults[before]  # one value for all rows is an argument, and no row's fault
            raise InvalidFact(first.path, first.rule, said, first.remedy)
        self._formed(name, kind, column, cells, inside)
        return cells

    def _read(
        self, name: str, kind: Kind, column: Any, currency: Codes, inside: Any = None
    ) -> Cells:
        path = f"{self.path}.{name}"
        if isinstance(column, str):
            column = self._everywhere(path, kind, column)
        marked: dict[int, int] = {}
        if isinstance(column, list | tuple) and dict in set(map(type, column)):
            marked = {
                row: _state(cell, kind, path, row)
                for row, cell in enumerate(column)
                if isinstance(cell, dict) and "state" in cell
            }
            column = [None if row in marked else cell for row, cell in enumerate(column)]
        if kind in (Kind.TEXT, Kind.CHOICE):
            cells: Cells = self._text(name, column, inside)
        elif isinstance(column, Cells):
            cells = self._cells(name, kind, column, currency)
        elif kind in (Kind.MONEY, Kind.LINE):
            cells = self._money(name, kind, column, currency)
        else:
            cells = _READERS[kind](self, name, column)
        for state in set(marked.values()):
            where = np.zeros(self.rows, dtype=bool)
            where[[row for row, one in marked.items() if one == state]] = True
            cells = cells.blanked(where, state)
        return cells

    def _formed(self, name: str, kind: Kind, column: Any, cells: Cells, inside: Any) -> None:
        """Refuse a column of which nothing that is there can be read: it is in another form."""
        path = f"{self.path}.{name}"
        faults = [fault for fault in self.faults if fault.path == path]
        if self.forms is None and not faults:
            return
        forms, states = self.forms or Forms(), cells.states
        if not forms.words and isinstance(cells, Codes):
            return
        lost = sum(fault.count or 0 for fault in faults)
        if states is None or states_in(states, _READ).any():
            forms.read(path)
        elif lost < np.count_nonzero(states == State.INVALID):
            forms.read(
                path
            )  # perhaps: of some the currency is not known, and nothing of their form
        elif faults:
            first = min(faults, key=lambda fault: fault.row or 0)
            given = column[first.row or 0 :] if isinstance(column, list | tuple) else ()
            noun = _NOUNS.get(name if name == "currency" else kind, "")
            if inside is not None:
                noun = f"one of {', '.join(repr(one.value) for one in inside)}"
            remedy = form_seen(noun, given or [first.value]) or first.remedy
            rule = first.rule  # which says it, where none of them is of the right type
            if isinstance(first.value, str) or len(faults) > 1:
                rule = f"has no cell that can be read as {noun}"
            fault = InvalidFact(path, rule, first.value, remedy, row=first.row, count=lost)
            fault.id = first.id
            forms.lost(fault)
        if self.forms is None:
            forms.refuse()

    def currency(self, column: Any, *, gaps: bool) -> Codes:
        """The currency of each row; with ``gaps``, a row may be without one for now."""
        if column is None:
            remedy = "one code for all rows, or a column of codes"
            raise InvalidFact(f"{self.path}.currency", "must be given", remedy=remedy)
        codes = cast(Codes, self._read("currency", Kind.TEXT, column, _NO_CURRENCY))
        unknown = [code for code, name in enumerate(codes.names) if name not in CURRENCIES]
        bad = codes_among(codes, unknown)
        if bad.any():
            rule = "must be an ISO 4217 code"
            if isinstance(column, str):
                raise InvalidFact(f"{self.path}.currency", rule, column, in_letters(column))
            self.refuse("currency", bad, rule, codes.item, in_letters(codes.names[unknown[0]]))
            codes = _marked(codes, bad)
        self._formed("currency", Kind.TEXT, column, codes, None)
        lacking = codes.all_states() == State.UNKNOWN
        if gaps or not lacking.any():
            return codes
        self.refuse("currency", lacking, "must be given", lambda row: None, "write 'CNY'")
        return _marked(codes, lacking)

    def _everywhere(self, path: str, kind: Kind, text: str) -> Any:
        """One text for every row as a column that takes no memory."""
        if kind in (Kind.TEXT, Kind.CHOICE):
            return Codes(np.broadcast_to(np.int32(0), (self.rows,)), (text,))
        if kind is Kind.DATE and text.strip():
            return np.broadcast_to(np.datetime64(as_date(text, path), "D"), (self.rows,))
        if kind in (Kind.DATE, Kind.MONEY, Kind.LINE):
            return [text] * self.rows
        return column_in(text, path)  # which refuses it

    def _cells(self, name: str, kind: Kind, column: Cells, currency: Codes) -> Cells:
        path = f"{self.path}.{name}"
        money = kind in (Kind.MONEY, Kind.LINE)
        if isinstance(column, Amounts) and money:
            if self.rows and set(currency.names) != {column.currency}:
                raise InvalidFact(path, f"must be in {currency.names}", column.currency)
            column = Cells(column.values, column.states)
        if type(column) is not Cells or column.values.dtype != NUMPY[kind]:
            rule = f"must be a column of {kind.value}, which is {np.dtype(NUMPY[kind])}"
            raise InvalidFact(path, rule, f"{type(column).__name__} of {column.values.dtype}")
        if kind is Kind.MONEY and column.states is not None:
            lines = states_in(column.states, STATE_LINES)
            if lines.any():
                row, count = int(np.argmax(lines)), int(np.count_nonzero(lines))
                value = STATE_LINES[int(column.states[row])]
                raise InvalidFact(path, _MONEY_ONLY, value, row=row, count=count)
        if money:
            return _without_currency(column, currency)
        return self._in_calendar(name, column) if kind is Kind.DATE else column

    def _text(self, name: str, column: Any, inside: Any) -> Codes:
        path = f"{self.path}.{name}"
        if isinstance(column, list | tuple):
            given, lost = self._texts(name, column, inside)
            codes = self._named(name, Codes.of(given, path), inside)
            return _marked(codes, lost) if lost else codes
        if isinstance(column, np.ndarray | Codes):
            codes = column if isinstance(column, Codes) else Codes.of(column, path)
        else:
            raise InvalidFact(path, "must be a column of text", column)
        return self._named(name, codes, inside)

    def _texts(
        self, name: str, column: Sequence[Any], inside: Any
    ) -> tuple[list[str | None], list[int]]:
        """A list as text, None where nothing is known, and the rows that are no text."""
        if set(map(type, column)) <= {str, type(None)}:
            return [one or None for one in column], []  # an empty cell of a file is not known
        read = cell_reader(Kind.TEXT if inside is None else Kind.CHOICE)
        texts: list[str | None] = []
        lost: list[int] = []
        for row, value in enumerate(column):
            if isinstance(value, str):
                texts.append(value or None)
                continue
            texts.append(None)
            if not not_known(value):
                try:
                    member = read("", value, None, inside)
                    texts[-1] = member.value
                except InvalidFact as fault:
                    remedy = _ISO if name == "currency" else fault.remedy
                    self.fault(name, fault.rule, value, remedy, row=row)
                    lost.append(row)
        return texts, lost

    def _named(self, name: str, codes: Codes, inside: Any) -> Codes:
        """Codes whose names can be kept: blank ones are not known."""
        if inside is None and _plain(codes.names):
            return codes
        blank = {code for code, text in enumerate(codes.names) if not text.strip()}
        if blank:
            unknown = codes_among(codes, blank)
            codes = _kept(codes.blanked(unknown, State.UNKNOWN), blank)
        return self._words(name, codes, inside)

    def _words(self, name: str, codes: Codes, inside: Any) -> Codes:
        """Text that nobody can write down, and words that are none of a choice, are INVALID."""
        words = [] if inside is None else [one.value for one in inside]
        named = [(code, text) for code, text in enumerate(codes.names) if text.strip()]
        wrong = [code for code, text in named if not (text in words if words else plain_text(text))]
        where = codes_among(codes, wrong)
        if not where.any():
            return codes if words else _kept(codes, wrong)
        if not words:
            rule, remedy = "must be text without NUL and lone surrogates", "decode it anew"
            self.refuse(name, where, rule, codes.item, remedy)
            return _kept(codes.blanked(where, State.INVALID), wrong)
        rule = f"must be one of {', '.join(map(repr, words))}"
        self.refuse(name, where, rule, codes.item, meant(codes.names[wrong[0]], words))
        lost = [code for code in wrong if not plain_text(codes.names[code])]
        return _kept(_marked(codes, where), lost)

    def _money(self, name: str, kind: Kind, column: Any, currency: Codes) -> Cells:
        path = f"{self.path}.{name}"
        digits = np.array([CURRENCIES.get(name, 2) for name in currency.names] + [2])
        factor = 10**digits
        if isinstance(column, np.ndarray):
            if column.dtype.kind == "f":
                if not self.from_float:
                    rule = "must be exact money, not a column of floats"
                    remedy = "give Decimal, Amounts.from_minor, or say from_float=True"
                    raise InvalidFact(path, rule, column.dtype, remedy)
                floats = np.ascontiguousarray(column, dtype=np.float64)
                values, unknown, bad = floats_to_minor(floats, factor[currency.values])
                self.refuse(name, bad, _NO_MINOR, lambda row: float(column[row]), _AS_DECIMAL)
                states = np.where(bad, State.INVALID, unknown).astype(np.uint8)
                return _without_currency(Cells(values, states), currency)
            if column.dtype.kind not in "iu":
                remedy = "give Decimal, text in a list, or whole major units"
                raise InvalidFact(path, "must be exact money", column.dtype, remedy)
            largest = max(abs(int(column.max())), abs(int(column.min()))) if len(column) else 0
            if largest * int(factor.max()) <= LARGEST:
                cells = Cells(column.astype(np.int64) * factor[currency.values])
                return _without_currency(cells, currency)
            column = column.tolist()  # row by row, which names the bad one
        return self._listed_money(name, kind, column, currency)

    def _listed_money(self, name: str, kind: Kind, column: Any, currency: Codes) -> Cells:
        path = f"{self.path}.{name}"
        values = np.zeros(self.rows, dtype=np.int64)
        states = np.zeros(self.rows, dtype=np.uint8)
        texts = [*currency.names, None]
        known = currency.known.tolist()
        for row, (code, amount) in enumerate(zip(currency.values.tolist(), column, strict=True)):
            text = isinstance(amount, str)
            if amount is None or (text and not amount.strip()):
                states[row] = State.UNKNOWN
                continue
            floating = isinstance(amount, float | np.floating)
            if floating and amount != amount:
                states[row] = State.UNKNOWN
                continue
            coded = texts[code]
            if not known[row] or coded is None:
                states[row] = State.INVALID
                continue
            try:
                if kind is Kind.MONEY and (isinstance(amount, Line) or (text and amount in _WORDS)):
                    raise InvalidFact(path, _MONEY_ONLY, amount)
                if floating and self.from_float:
                    values[row] = _from_float(float(amount), CURRENCIES[coded], path)
                else:
                    values[row], states[row] = money_cell(amount, coded, path, row)
            except InvalidFact as fault:
                self.fault(name, fault.rule, amount, fault.remedy, row=row)
                states[row] = State.INVALID
        return Cells(values, states)

    def _dates(self, name: str, column: Any) -> Cells:
        path = f"{self.path}.{name}"
        if not isinstance(column, np.ndarray):
            return self._listed_dates(name, column)
        if column.dtype.kind != "M" or np.datetime_data(column.dtype)[0] in ("Y", "M", "W"):
            remedy = "astype('datetime64[D]') without a zone"
            raise InvalidFact(path, "must be a column of dates", column.dtype, remedy)
        values = column.astype("datetime64[D]", copy=False)
        nothing = np.isnat(values)
        if column.dtype != values.dtype:
            timed = (values != column) & ~nothing
            rule, remedy = "must be a calendar date without a time", "say which day that is"
            self.refuse(name, timed, rule, lambda row: column[row], remedy)
            if timed.any():
                states = np.where(timed, State.INVALID, nothing).astype(np.uint8)
                return self._in_calendar(name, Cells(np.where(timed, _NAT, values), states))
        return self._in_calendar(name, Cells(values, nothing.astype(np.uint8)))

    def _listed_dates(self, name: str, column: Sequence[Any]) -> Cells:
        path = f"{self.path}.{name}"
        days = [_NO_DAY] * self.rows
        states = np.zeros(self.rows, dtype=np.uint8)
        known: dict[str, int] = {}  # a column has many rows and few days
        for row, value in enumerate(column):
            if isinstance(value, str):
                if (day := known.get(value)) is not None:
                    days[row] = day
                elif (when := iso_date(value)) is not None:
                    days[row] = known[value] = when.toordinal() - _EPOCH
                elif value.strip():
                    self.fault(name, "must be an ISO date", value, "write '2026-11-21'", row=row)
                    states[row] = State.INVALID
                else:
                    states[row] = State.UNKNOWN
            elif not_known(value):
                states[row] = State.UNKNOWN
            else:
                try:
                    days[row] = as_date(value, path).toordinal() - _EPOCH
                except InvalidFact as fault:
                    self.fault(name, fault.rule, value, fault.remedy, row=row)
                    states[row] = State.INVALID
        return Cells(np.array(days, dtype=np.int64).view("datetime64[D]"), states)

    def _in_calendar(self, name: str, column: Cells) -> Cells:
        days = column.values.view(np.int64)
        outside = (days > LAST_DAY) | (days < FIRST_DAY)
        if column.states is not None:
            outside &= column.states == State.KNOWN
        if not outside.any():
            return column
        rule = "must be a date of the years 1 to 9999"
        self.refuse(name, outside, rule, lambda row: str(column.values[row]))
        states = np.where(outside, State.INVALID, column.all_states()).astype(np.uint8)
        return Cells(column.values, states)

    def _flags(self, name: str, column: Any) -> Cells:
        if isinstance(column, np.ndarray):
            if column.dtype.kind != "b":
                path, remedy = f"{self.path}.{name}", "give an array of bool, or a list with None"
                raise InvalidFact(path, "must hold True and False", column.dtype, remedy)
            return Cells(column.astype(np.int8))
        values, states = column, None
        if not set(map(type, column)) <= {bool, np.bool_, type(None)}:
            values, states = self._each(name, Kind.FLAG, column)
        lacking = np.array([value is None for value in values], dtype=np.uint8)
        return Cells(
            np.array([value is not None and bool(value) for value in values], np.int8),
            lacking if states is None else states,
        )

    def _wholes(self, name: str, column: Any) -> Cells:
        if isinstance(column, np.ndarray):
            return self._whole_array(name, column)
        values, states = column, None
        most = max((abs(v) for v in column if type(v) is int), default=0)
        if not set(map(type, column)) <= {int, type(None)} or most > _LARGEST_WHOLE:
            values, states = self._each(name, Kind.WHOLE, column)
        lacking = np.array([value is None for value in values], dtype=np.uint8)
        return Cells(
            np.array([0 if value is None else value for value in values], dtype=np.int64),
            lacking if states is None else states,
        )

    def _whole_array(self, name: str, column: npt.NDArray[Any]) -> Cells:
        if column.dtype.kind not in "iu":
            path, rule = f"{self.path}.{name}", "must be a column of whole numbers"
            raise InvalidFact(path, rule, column.dtype, "give an array of int, or a list with None")
        if column.dtype.itemsize < 8:
            return Cells(column.astype(np.int64))
        beyond = (column > _LARGEST_WHOLE) | (column < -_LARGEST_WHOLE)
        rule = "must be a whole number below 2**53"
        self.refuse(name, beyond, rule, lambda row: column[row].item())
        if not beyond.any():
            return Cells(column.astype(np.int64, copy=False))
        values = np.where(beyond, 0, column).astype(np.int64)
        return Cells(values, np.where(beyond, State.INVALID, State.KNOWN).astype(np.uint8))

    def _numbers(self, name: str, column: Any) -> Cells:
        states = None
        if isinstance(column, np.ndarray):
            if column.dtype.kind not in "iuf":
                path, remedy = (
                    f"{self.path}.{name}",
                    "give an array of numbers, or a list with None",
                )
                raise InvalidFact(path, "must be a column of numbers", column.dtype, remedy)
            floats = np.ascontiguousarray(column, dtype=np.float64)
        elif set(map(type, column)) <= {float, type(None)}:
            floats = np.array(column, dtype=np.float64)
        else:
            values, states = self._each(name, Kind.NUMBER, column)
            floats = np.array(values, dtype=np.float64)
        if states is None:
            states = np.isnan(floats).astype(np.uint8)
            infinite = np.isinf(floats)
            if infinite.any():
                self.refuse(name, infinite, "must be finite", lambda row: float(floats[row]))
                states[infinite] = State.INVALID
                floats = np.where(infinite, np.nan, floats)
        return Cells(floats, states)

    def _ratios(self, name: str, column: Any) -> Cells:
        """Numbers, and in a list UNDEFINED where one has no meaning."""
        if isinstance(column, np.ndarray):
            return self._numbers(name, column)
        undefined = np.array([isinstance(value, Undefined) for value in column], dtype=bool)
        if not undefined.any():
            return self._numbers(name, column)
        numbers = [None if isinstance(value, Undefined) else value for value in column]
        return self._numbers(name, numbers).blanked(undefined, State.UNDEFINED)

    def _each(
        self, name: str, kind: Kind, column: Sequence[Any]
    ) -> tuple[list[Any], npt.NDArray[np.uint8]]:
        """A list cell by cell, as a record reads it: what it would refuse is INVALID and told."""
        read, values = cell_reader(kind), [None] * self.rows
        states = np.zeros(self.rows, dtype=np.uint8)
        for row, value in enumerate(column):
            states[row] = State.UNKNOWN
            if not not_known(value):
                try:
                    values[row] = read("", value, None, None)
                    states[row] = State.KNOWN
                except InvalidFact as fault:
                    self.fault(name, fault.rule, value, fault.remedy, row=row)
                    states[row] = State.INVALID
        return values, states


_READERS: Final[dict[Kind, Callable[[Door, str, Any], Cells]]] = {
    Kind.DATE: Door._dates,
    Kind.FLAG: Door._flags,
    Kind.WHOLE: Door._wholes,
    Kind.NUMBER: Door._numbers,
    Kind.RATIO: Door._ratios,
}
_NOUNS: Final[dict[Any, str]] = {
    Kind.TEXT: "text",
    Kind.DATE: "a date",
    Kind.MONEY: "an amount",
    Kind.LINE: "an amount",
    Kind.FLAG: "True or False",
    Kind.WHOLE: "a whole number",
    Kind.NUMBER: "a number",
    Kind.RATIO: "a number",
    "currency": "an ISO 4217 code",
}
"""What a column of each kind holds, as `form_seen` and the message about the whole of it say."""

_READ: Final = (State.KNOWN, *STATE_LINES)
_LARGEST_WHOLE: Final = 2**53 - 1
_NAT: Final = np.datetime64("NaT", "D")
_NO_MINOR: Final = "must be a float that holds its minor units (2**53 of them)"
_AS_DECIMAL: Final = "give it as Decimal"
_ISO: Final = "write three capital letters, such as 'CNY'"
_NO_CURRENCY: Final = Codes(np.zeros(0, dtype=np.int32), ())
_MONEY_ONLY: Final = "must be money, not a state of a line"


def _state(cell: Any, kind: Kind, path: str, row: int) -> int:
    """The state that a cell tells in place of a value: ``{"state": "invalid"}``."""
    name = cell.get("state") if isinstance(cell, Mapping) and len(cell) == 1 else None
    state = _STATES.get(name) if isinstance(name, str) else None
    if state is None or (state in STATE_LINES and kind is not Kind.LINE):
        raise InvalidFact(path, "must hold values", cell, row=row)
    return state


def _plain(names: Sequence[str]) -> bool:
    """Whether every name can be kept as it is; asked of all at once, because there may be a million."""
    joined = "".join(names)
    if "\0" in joined or not all(map(str.strip, names)):
        return False
    try:
        joined.encode()
    except UnicodeEncodeError:
        return False
    return True


def _marked(codes: Codes, where: npt.NDArray[np.bool_] | list[int]) -> Codes:
    """Codes with INVALID cells, which keep what came: the table tells it as it was."""
    states = codes.all_states().copy()
    states[where] = State.INVALID
    return Codes(codes.values, codes.names, states)


def _kept(codes: Codes, lost: Collection[int]) -> Codes:
    """Codes without some of their names: what nobody can write down is not carried on."""
    if not lost:
        return codes
    kept = [code for code in range(len(codes.names)) if code not in lost]
    index = np.full(len(codes.names) + 1, -1, dtype=np.int32)
    index[kept] = np.arange(len(kept))
    return Codes(index[codes.values], [codes.names[code] for code in kept], codes.states)


def _from_float(amount: float, digits: int, path: str) -> int:
    minor = float_to_minor(amount, 10**digits) if abs(amount) < float("inf") else None
    if minor is None:
        raise InvalidFact(path, _NO_MINOR, amount, _AS_DECIMAL)
    return minor


def _without_currency(column: Cells, currency: Codes) -> Cells:
    """An amount whose currency cannot be read cannot be read either, nor can a word for a line."""
    if currency.states is None:
        return column
    states = column.all_states()
    lost = (currency.states != State.KNOWN) & states_in(states, _SAYS_MONEY)
    if not lost.any():
        return column
    return Cells(column.values, np.where(lost, State.INVALID, states).astype(np.uint8))
