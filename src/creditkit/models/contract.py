"""The contract of a scoring model: what it needs, and a score for one customer or for a column.

A model is any object with an ``id`` that carries its version, the names of the figures it
``needs``, and ``score``. The value of a score is by definition the left-to-right sum of its parts,
so the explanation is the computation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar, Final, Protocol, cast, runtime_checkable

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit._columns import STATE_LINES, Cells, Codes, State
from creditkit._plain import Deferred, Record
from creditkit.errors import InvalidFact, NoSuchRow
from creditkit.figures import UNDEFINED, Undefined, Value
from creditkit.money import Money

__all__ = [
    "Columns",
    "Part",
    "Score",
    "Scores",
    "ScoringModel",
    "row_of",
    "score_at",
    "scores_of",
    "value_at",
]

Number = float | int


class Columns(Protocol):
    """Figures in columns: a portfolio's, or `Statements` for a model that needs lines only."""

    rows: int

    def __getitem__(self, name: str, /) -> Cells: ...


@attrs.frozen(kw_only=True)
class Part(Record):
    """One part of a score: ``value`` is what it adds; ``figure`` and ``given`` say from what.

    ``bin`` names the row of a scorecard that matched; ``treatment`` is ``known``, ``undefined`` or
    what was done because the figure is not known.
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


class Scores:
    """Scores of many customers in columns; ``scores[i]`` is the full `Score` of that row.

    ``values`` is NaN where the score cannot be computed; ``status`` then says whether an input is
    not known (`MISSING`) or has no meaning (`UNDEFINED`). ``zones`` are places in ``zone_names``,
    -1 for none. ``known_weight`` counts ``total_weight`` parts of the weight that were known.
    """

    COMPUTED: Final = 0
    MISSING: Final = 1
    UNDEFINED: Final = 2

    __slots__ = (
        "_one",
        "known_weight",
        "model",
        "status",
        "total_weight",
        "values",
        "zone_names",
        "zones",
    )

    def __init__(
        self,
        *,
        model: str,
        values: Floats,
        status: npt.NDArray[np.uint8],
        one: Callable[[int], Score],
        zones: npt.NDArray[np.int8] | None = None,
        zone_names: Sequence[str] = (),
        known_weight: npt.NDArray[np.int64] | None = None,
        total_weight: int = 1,
    ) -> None:
        self.model = model
        self.values = values
        self.status = status
        self.zones = zones
        self.zone_names = tuple(zone_names)
        self.known_weight = known_weight
        self.total_weight = total_weight
        self._one = one

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, row: int) -> Score:
        row_in(row, len(self), "scores")
        return self._one(row)

    def __repr__(self) -> str:
        return f"<Scores of {len(self)} by {self.model}>"


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


def row_in(row: Any, rows: int, path: str) -> None:
    """Refuse the number of a row that is none of ``rows``."""
    if isinstance(row, bool | np.timedelta64) or not isinstance(row, int | np.integer):
        raise InvalidFact(f"{path}[row]", "must be the number of a row", row)
    if not -rows <= row < rows:
        raise NoSuchRow(f"{path}[row]", f"must be below {rows}", row)


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
