"""What every result in columns is: rows by number, plain data, columns, a page for a notebook.

`Decisions`, `Alerts`, `Worklist`, `Ageing`, `Scores` and `DuPonts` hold columns and make the full
result of a row when somebody looks. What they have in common is said here once, so that it is the
same everywhere: ``run[-1]``, ``run["x"]``, ``run.same_as(5)``, ``for one in run``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, Generic, NoReturn, Self, TypeVar

import numpy as np
import numpy.typing as npt

from creditkit._layout import FIRST_ROWS, WORDS, Page, html_table
from creditkit._plain import as_written, list_in, mapping_in, without_schema
from creditkit.errors import InvalidFact, NoSuchRow, shown
from creditkit.languages import AnyLanguage, Text

__all__ = [
    "Recorded",
    "Results",
    "Sheet",
    "codes_in",
    "flags_in",
    "floats_in",
    "plain_floats",
    "row_in",
]

R = TypeVar("R")


_BY_NAME: Final = {
    "decisions": "for a customer write decisions.of({!r})",
    "worklist": "for a customer write worklist.of({!r})",
    "alerts": "for a customer write alerts.watched({!r})",
}
"""How results are asked for a customer, where they can be."""


def row_in(row: Any, rows: int, path: str) -> int:
    """The number of a row, counted from the first; what is none of ``rows`` is refused."""
    if isinstance(row, slice):
        remedy = "for several write [result[row] for row in range(...)], or take from its columns"
        raise InvalidFact(f"{path}[row]", "must be the number of one row", row, remedy)
    if isinstance(row, str):
        remedy = _BY_NAME.get(path, "rows are counted from 0")
        raise InvalidFact(f"{path}[row]", "must be the number of a row", row, remedy.format(row))
    if isinstance(row, bool | np.timedelta64) or not isinstance(row, int | np.integer):
        raise InvalidFact(f"{path}[row]", "must be the number of a row", row)
    if not -rows <= row < rows:
        raise NoSuchRow(path, f"has no row {shown(row)} of {rows}", remedy="the first row is 0")
    return int(row) % rows


class Recorded:
    """Stands for what makes a row's full result, in columns that were read from a record."""

    __slots__ = ("path", "remedy")

    def __init__(self, path: str, remedy: str) -> None:
        self.path = path
        self.remedy = remedy

    def __repr__(self) -> str:
        return "Recorded"

    def __call__(self, *_: object) -> NoReturn:
        rule = "was read from a record, which holds columns and not the facts of a row"
        raise InvalidFact(self.path, rule, remedy=self.remedy)


class Sheet:
    """What a notebook shows of a result in columns: a title, headings, the first rows, remarks.

    ``left`` are the indexes of columns of text; all others are set flush right.
    """

    __slots__ = ("head", "left", "remarks", "rows", "title")

    def __init__(
        self,
        title: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        left: Sequence[int] = (0,),
        remarks: Sequence[str] = (),
    ) -> None:
        self.title = title
        self.head = head
        self.rows = rows
        self.left = left
        self.remarks = remarks


class Results(Page, Generic[R]):
    """A result in columns; ``result[i]`` is the full result of row ``i``.

    A row is asked for by its number, from the end where that is negative. What is no number of a
    row is an `InvalidFact`, a row that is not there a `NoSuchRow`, which is an ``IndexError`` too.
    Results do not define ``==``, because their columns do not; they have `same_as`.
    """

    __slots__ = ()

    schema: ClassVar[str] = ""
    _path: ClassVar[str] = ""
    _keys: ClassVar[tuple[str, ...]] = ()
    _first: ClassVar[int] = FIRST_ROWS
    _more: ClassVar[Text] = WORDS["more"]

    _one: Callable[[int], R]

    def __len__(self) -> int:
        raise NotImplementedError

    def __getitem__(self, row: int) -> R:
        return self._row(row_in(row, len(self), self._path))

    def __iter__(self) -> Iterator[R]:
        return map(self._row, range(len(self)))

    def _row(self, row: int) -> R:
        return self._one(row)

    def same_as(self, other: object) -> bool:
        """Whether both say the same of every row; False for whatever is no result of this kind."""
        return isinstance(other, type(self)) and self.to_dict() == other.to_dict()

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name: what a data frame is made of."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data with the schema version; `from_dict` gives back a result that says the same."""
        return {"schema": self.schema, **self._plain()}

    def _plain(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """What `to_dict` wrote, as columns; an `InvalidFact` says what cannot be read.

        Rows whose full results need facts that are no columns are not in plain data: keep a single
        result by its own `to_dict`.
        """
        given = mapping_in(without_schema(data, cls.schema, cls._path), cls._path, keys=cls._keys)
        for key in cls._keys:
            if key not in given:
                raise InvalidFact(f"{cls._path}.{key}", "is required")
        with as_written(cls._path):
            return cls._of_plain(given)

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        raise NotImplementedError

    def to_html(self, language: AnyLanguage = "en") -> str:
        """The first rows and the counts as a small table for a notebook, in a language."""
        sheet = self._sheet(language, range(min(len(self), self._first)))
        more = len(self) - self._first
        remarks = list(sheet.remarks)
        if more > 0:
            remarks.insert(0, self._more.filled(language, more=more))
        return html_table(sheet.head, sheet.rows, title=sheet.title, left=sheet.left, notes=remarks)

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        raise NotImplementedError


def codes_in(
    data: Any, path: str, most: int, dtype: type[np.integer[Any]], least: int = -1
) -> npt.NDArray[Any]:
    """A column of indexes from plain data: whole numbers from ``least`` up to below ``most``."""
    given = list_in(data, path)
    for row, value in enumerate(given):
        if type(value) is not int or not least <= value < most:
            rule = f"must hold whole numbers from {least} to {most - 1}"
            raise InvalidFact(path, rule, value, row=row)
    return np.array(given, dtype=dtype)


def flags_in(data: Any, path: str) -> npt.NDArray[np.bool_]:
    """A column of flags from plain data."""
    given = list_in(data, path)
    for row, value in enumerate(given):
        if type(value) is not bool:
            raise InvalidFact(path, "must hold true or false", value, row=row)
    return np.array(given, dtype=bool)


def floats_in(data: Any, path: str) -> npt.NDArray[np.float64]:
    """A column of numbers from plain data; null is not known, and NaN here."""
    given = list_in(data, path)
    for row, value in enumerate(given):
        if value is not None and type(value) not in (int, float):
            raise InvalidFact(path, "must hold numbers or null", value, row=row)
    return np.array(given, dtype=np.float64)


def plain_floats(values: npt.NDArray[np.float64]) -> list[float | None]:
    """A column of numbers as plain data: null where there is none, which JSON can say."""
    finite = np.isfinite(values)
    if finite.all():
        return list(values.tolist())
    return [value if ok else None for value, ok in zip(values.tolist(), finite, strict=True)]
