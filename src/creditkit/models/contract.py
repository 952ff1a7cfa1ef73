"""The contract of a scoring model: what it needs, and a score for one customer or for a column.

A model is any object with an ``id`` that carries its version, the names of the figures it
``needs``, and ``score``. The value of a score is by definition the left-to-right sum of its parts,
so the explanation is the computation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isfinite
from types import MappingProxyType
from typing import Any, ClassVar, Final, Protocol, Self, cast, runtime_checkable

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit._columns import STATE_LINES, Cells, Codes, State
from creditkit._given import names_in, one_of, whole_in
from creditkit._layout import html_table
from creditkit._plain import WHERE_GIVEN, Deferred, Record, from_plain
from creditkit._results import (
    Recorded,
    Results,
    Sheet,
    codes_in,
    floats_in,
    plain_floats,
    row_in,
)
from creditkit.errors import InvalidFact
from creditkit.figures import UNDEFINED, Undefined, Value
from creditkit.languages import AnyLanguage, texts
from creditkit.money import Money
from creditkit.reasons.titles import listed

__all__ = [
    "STATUS",
    "Columns",
    "Part",
    "Score",
    "Scores",
    "ScoringModel",
    "cells_in",
    "row_of",
    "score_at",
    "scores_of",
    "status_in",
    "status_sheet",
    "value_at",
]


class Columns(Protocol):
    """Figures in columns: a portfolio's, or `Statements` for a model that needs lines only."""

    rows: int

    def __getitem__(self, name: str, /) -> Cells: ...


WORDS: Final = texts(
    "model",
    {
        "not_computable": ("not computable", "无法计算"),
        "part": ("Part", "构成项"),
        "adds": ("Adds", "得分"),
        "value": ("Value", "取值"),
        "bin": ("Bin", "分档"),
    },
)
HEADINGS: Final = texts(
    "scores",
    {
        "score": ("score", "评分"),
        "status": ("status", "状态"),
        "zone": ("zone", "区间"),
        "computed": ("computed", "已计算"),
        "missing": ("missing", "资料缺失"),
        "undefined": ("undefined", "无意义"),
    },
)
"""Columns of scores, and the states of a score in them."""


@attrs.frozen(kw_only=True)
class Part(Record):
    """One part of a score: ``value`` is what it adds; ``figure`` and ``given`` say from what.

    ``bin`` names the row of a scorecard that matched; ``treatment`` is ``known``, ``undefined`` or
    what was done because the figure is not known. A part of a scorecard also says how it was made:
    ``value = points / 100 * weight * span``, with the weight as it counts (its share of what is not
    reallocated) and the span from the lowest to the highest score.
    """

    schema: ClassVar[str] = "creditkit.part/1"

    name: str
    value: float
    figure: str | None = None
    given: Money | float | int | bool | str | Undefined | None = attrs.field(
        default=None, metadata={"tagged": True}
    )
    bin: str | None = None
    treatment: str = "known"
    points: Fraction | None = attrs.field(default=None, metadata=WHERE_GIVEN)
    weight: Fraction | None = attrs.field(default=None, metadata=WHERE_GIVEN)
    span: float | None = attrs.field(default=None, metadata=WHERE_GIVEN)


def _deferred(parts: tuple[Part, ...] | Deferred[tuple[Part, ...]]) -> Deferred[tuple[Part, ...]]:
    return parts if isinstance(parts, Deferred) else Deferred.of(parts)


@attrs.frozen(kw_only=True)
class Score(Record):
    """A score with what it was made of; ``value`` is None where it cannot be computed.

    ``missing`` names the inputs that are not known, ``undefined`` those without a meaning (a
    denominator that is not positive), ``flags`` what a reader must see although it was computed
    (``negative:equity``). ``coverage`` is the share of the weight that was known.
    """

    schema: ClassVar[str] = "creditkit.score/1"

    model: str
    value: float | None
    _parts: Deferred[tuple[Part, ...]] = attrs.field(
        default=Deferred.of(()), converter=_deferred, alias="parts"
    )
    zone: str | None = None
    coverage: Fraction = Fraction(1)
    missing: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """What the score is made of; the left-to-right sum of their values is its value."""
        return self._parts.get()

    @property
    def status(self) -> str:
        """``computed`` or ``not_computable``."""
        return "not_computable" if self.value is None else "computed"

    def to_html(self, language: AnyLanguage = "en") -> str:
        """Its parts with what they were made of, under the value; in a language."""
        absent = WORDS["not_computable"].in_(language)
        value = absent if self.value is None else f"{self.value:,.4f}"
        zone = f", {self.zone}" if self.zone else ""
        rows = [
            (
                part.name,
                f"{part.value:,.4f}",
                "–" if part.given is None else str(part.given),
                part.bin or part.treatment,
            )
            for part in self.parts
        ]
        lacking = [*self.missing, *self.undefined, *self.flags]
        notes = [", ".join(lacking)] if lacking else []
        title = f"{self.model}: {value}{zone}"
        head = [WORDS[name].in_(language) for name in ("part", "adds", "value", "bin")]
        return html_table(head, rows, title=title, left=(0, 3), notes=notes)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Scores(Results[Score]):
    """Scores of many customers in columns; ``scores[i]`` is the full `Score` of that row.

    ``values`` is NaN where the score cannot be computed; ``status`` then says whether an input is
    not known (`MISSING`) or has no meaning (`UNDEFINED`). ``zones`` are indexes into ``zone_names``,
    -1 for none. ``known_weight`` counts ``total_weight`` parts of the weight that were known.
    """

    COMPUTED: ClassVar[int] = 0
    MISSING: ClassVar[int] = 1
    UNDEFINED: ClassVar[int] = 2

    schema: ClassVar[str] = "creditkit.scores/1"
    _path: ClassVar[str] = "scores"
    _keys: ClassVar[tuple[str, ...]] = (
        *("model", "values", "status", "zones", "zone_names"),
        *("known_weight", "total_weight"),
    )

    model: str
    values: Floats
    status: npt.NDArray[np.uint8]
    zones: npt.NDArray[np.int8] | None = None
    zone_names: tuple[str, ...] = ()
    known_weight: npt.NDArray[np.int64] | None = None
    total_weight: int = 1
    _one: Callable[[int], Score] = attrs.field(
        default=Recorded("scores", "score again"), alias="one"
    )

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f"<Scores of {len(self)} by {self.model}>"

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name: the score, its status and, where the model has them, the zone."""
        out = {"score": self.values, "status": np.array(STATUS)[self.status]}
        if self.zones is not None:
            out["zone"] = np.array([*self.zone_names, ""])[self.zones]
        return out

    def _plain(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "values": plain_floats(self.values),
            "status": [STATUS[code] for code in self.status.tolist()],
            "zones": None if self.zones is None else self.zones.tolist(),
            "zone_names": list(self.zone_names),
            "known_weight": None if self.known_weight is None else self.known_weight.tolist(),
            "total_weight": self.total_weight,
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        values, zones = floats_in(data["values"], "scores.values"), data["zones"]
        known, total = data["known_weight"], data["total_weight"]
        whole_in(total, "scores.total_weight", 1)
        names = names_in(data["zone_names"], "scores.zone_names")
        made = cls(
            model=from_plain(str, data["model"], "scores.model"),
            values=values,
            status=status_in(data["status"], "scores.status"),
            zones=None if zones is None else codes_in(zones, "scores.zones", len(names), np.int8),
            zone_names=tuple(names),
            known_weight=None
            if known is None
            else codes_in(known, "scores.known_weight", total + 1, np.int64, least=0),
            total_weight=total,
        )
        given = (made.status, made.zones, made.known_weight)
        if any(len(column) != len(values) for column in given if column is not None):
            raise InvalidFact("scores", f"must have {len(values)} rows in every column")
        return made

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        return status_sheet(self.model, self.to_columns(), self.status, language, rows)


STATUS: Final = ("computed", "missing", "undefined")
"""The states of a score in columns, by their codes."""


def status_in(data: Any, path: str) -> npt.NDArray[np.uint8]:
    """A column of states of scores from plain data."""
    given = names_in(data, path)
    for name in given:
        one_of(name, STATUS, path)
    return np.array([STATUS.index(name) for name in given], dtype=np.uint8)


def status_sheet(
    title: str,
    columns: Mapping[str, Any],
    status: npt.NDArray[np.uint8],
    language: AnyLanguage,
    rows: range,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Sheet:
    """The first rows of some columns of numbers and names, and how many could be computed."""
    words = {name: text.in_(language) for name, text in HEADINGS.items()}
    counts = np.bincount(status, minlength=len(STATUS)).tolist()
    found = listed(
        [f"{count} {words[name]}" for count, name in zip(counts, STATUS, strict=True)], language
    )

    def cell(value: Any) -> str:
        if not isinstance(value, float):
            return str(words.get(value, value))
        return f"{value:,.4f}" if isfinite(value) else "–"

    head = ["", *(titles.get(name, words.get(name, name)) for name in columns)]
    cells = [[str(row), *(cell(column[row].item()) for column in columns.values())] for row in rows]
    left = [at for at, one in enumerate(columns.values(), start=1) if one.dtype.kind == "U"]
    return Sheet(f"{title}: {found}", head, cells, left=left)


@runtime_checkable
class ScoringModel(Protocol):
    """What an object must have to serve as a model in a policy.

    ``id`` names the model with its version (``altman.z2_1995``) and is part of the policy's digest.
    ``needs`` are names of figures. ``score`` takes their values, None where one is not known and
    ``UNDEFINED`` where it has no meaning, and is pure. A model may also have ``scores(columns)``,
    which must agree with ``score`` row by row; without it, rows are scored one at a time.
    """

    @property
    def id(self) -> str:
        """The name of the model with its version."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the figures that it reads."""
        ...

    def score(self, figures: Mapping[str, Value], /) -> Score:
        """The score of one customer."""
        ...


def cells_in(columns: Columns, names: Sequence[str], path: str) -> dict[str, Cells]:
    """The columns that a model needs, by name."""
    if not isinstance(getattr(columns, "rows", None), int) or not hasattr(columns, "__getitem__"):
        remedy = "write Statements.from_columns(columns); score() takes one company"
        raise InvalidFact(path, "must be given figures in columns", columns, remedy)
    cells = {name: columns[name] for name in names}
    for name, column in cells.items():
        if not isinstance(column, Cells):
            raise InvalidFact(f"{path}.{name}", "must be a column", column)
    return cells


def row_of(columns: Columns, names: Sequence[str], row: int) -> dict[str, Value]:
    """The values of one row by name, as `ScoringModel.score` takes them."""
    row_in(row, columns.rows, "scores")
    return {name: value_at(columns[name], row) for name in names}


def score_at(model: ScoringModel, columns: Columns, row: int) -> Score:
    """The score of one row of some columns."""
    return model.score(row_of(columns, model.needs, row))


def value_at(column: Cells, row: int) -> Value:
    """One cell as the value of a figure."""
    state = column.state(row)
    if state == State.KNOWN:
        if isinstance(column, Codes):
            return column.item(row)
        value = column.values[row].item()
        return bool(value) if column.values.dtype == np.int8 else cast(Value, value)
    if state == State.UNDEFINED:
        return UNDEFINED
    return STATE_LINES.get(state)


def scores_of(model: ScoringModel, columns: Columns) -> Scores:
    """The scores of many: the model's own ``scores``, or its ``score`` row by row."""
    own = getattr(model, "scores", None)
    if own is not None:
        return cast(Scores, own(columns))
    names = tuple(model.needs)
    each = [model.score(row_of(columns, names, row)) for row in range(columns.rows)]
    for row, score in enumerate(each):
        if not isinstance(score, Score):
            raise InvalidFact(f"models.{model.id}", "must return a Score", score, row=row)
    denominators = {score.coverage.denominator for score in each}
    weight = (
        int(np.lcm.reduce(np.array(sorted(denominators), dtype=np.int64))) if denominators else 1
    )
    return Scores(
        model=model.id,
        values=np.array(
            [np.nan if score.value is None else score.value for score in each], dtype=np.float64
        ),
        status=np.array(
            [
                Scores.COMPUTED
                if s.value is not None
                else Scores.MISSING
                if s.missing
                else Scores.UNDEFINED
                for s in each
            ],
            dtype=np.uint8,
        ),
        known_weight=np.array([int(score.coverage * weight) for score in each], dtype=np.int64),
        total_weight=weight,
        one=each.__getitem__,
    )
