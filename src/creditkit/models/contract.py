"""The contract of a scoring model: what it needs, and a score for one customer or for a column.

A model is any object with an ``id`` that carries its version, the names of the figures it
``needs``, and ``score``. The value of a score is by definition the left-to-right sum of its parts,
so the explanation is the computation. A model that is one formula is a `FormulaModel`: the formula
is written once and runs for a number and for a column.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final, Protocol, cast, runtime_checkable

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats, blocks, total
from creditkit._columns import Cells, State
from creditkit._plain import Deferred, Record
from creditkit.errors import InvalidFact
from creditkit.figures import UNDEFINED, Undefined, Value
from creditkit.money import Money

__all__ = [
    "Columns",
    "Cutoffs",
    "FormulaModel",
    "Part",
    "Score",
    "Scores",
    "ScoringModel",
    "scores_of",
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


@attrs.frozen(kw_only=True)
class Cutoffs:
    """Two published cut-offs; a score on one of them, to nine decimals, is grey.

    That is the cautious side: sources write strict inequalities and do not assign the cut-off. The
    last bits of a sum of floats must not carry a company over a line on which it stands.
    """

    distress: float
    safe: float

    NAMES: ClassVar[tuple[str, ...]] = ("distress", "grey", "safe")
    NINE_DECIMALS: ClassVar[float] = 5e-10

    @property
    def grey(self) -> tuple[float, float]:
        """The bounds of the grey zone, both within it."""
        return self.distress - self.NINE_DECIMALS, self.safe + self.NINE_DECIMALS

    def zone(self, value: float) -> str:
        """``distress`` below the lower cut-off, ``safe`` above the upper one, else ``grey``."""
        low, high = self.grey
        return self.NAMES[int(value >= low) + int(value > high)]

    def zones(self, values: Floats) -> npt.NDArray[np.int8]:
        """The places of the zones in `NAMES`, -1 where the value is NaN."""
        low, high = self.grey
        out = (values >= low).astype(np.int8)
        out += values > high
        out[np.isnan(values)] = -1
        return out


@attrs.frozen(kw_only=True)
class FormulaModel:
    """A model that is one published formula over statement lines.

    ``formula`` takes lines by keyword and returns its parts by name, written with operators and the
    primitives of the one arithmetic; a part may be a constant, a plain float. ``constants`` are
    keywords of the formula that are not lines: a coefficient with more than one published value.
    ``positive`` names the lines that must be above zero for the formula to have a meaning; a
    negative line in ``flagged`` is computed with and flagged. ``figure`` names the figure of the
    catalogue that its value is.
    """

    id: str
    figure: str | None = None
    en: str
    zh: str
    formula: Callable[..., Mapping[str, Any]]
    cutoffs: Cutoffs
    constants: tuple[tuple[str, float], ...] = ()
    positive: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()
    source: str
    needs: tuple[str, ...] = attrs.field(
        init=False, default=attrs.Factory(lambda model: _inputs(model), takes_self=True)
    )

    def score(self, figures: Any, /) -> Score:
        """The score of one company: a `Statement`, or a mapping of lines to numbers.

        A line that is None, NaN or absent is not known; a line that is no number is an
        `InvalidFact`.
        """
        mapping = figures if isinstance(figures, Mapping) else None
        if hasattr(figures, "rows"):
            raise InvalidFact(f"{self.id}.score", "takes one company", figures, "call scores()")
        inputs: dict[str, float] = {}
        missing = []
        undefined = []
        for name in self.needs:
            value = getattr(figures, name, None) if mapping is None else mapping.get(name)
            if value is None or value != value:
                missing.append(name)
            elif value is UNDEFINED:
                undefined.append(name)
            else:
                number = value if type(value) is float else _number(f"{self.id}.{name}", value)
                if name in self.positive and number <= 0:
                    undefined.append(name)
                inputs[name] = number
        if missing or undefined:
            return Score(
                model=self.id, value=None, missing=tuple(missing), undefined=tuple(undefined)
            )
        parts = self.formula(**inputs, **dict(self.constants))
        value = float(total(list(parts.values())))
        if not -np.inf < value < np.inf:
            return Score(model=self.id, value=None, undefined=self.positive or self.needs)
        return Score(
            model=self.id,
            value=value,
            parts=tuple(Part(name=name, value=float(part)) for name, part in parts.items()),
            zone=self.cutoffs.zone(value),
            flags=tuple(f"negative:{name}" for name in self.flagged if inputs[name] < 0),
        )

    def scores(self, columns: Columns, /) -> Scores:
        """The scores of many companies: `Statements`, or figures in columns."""
        cells = {name: columns[name] for name in self.needs}
        constants = dict(self.constants)
        values = np.empty(columns.rows, dtype=np.float64)
        status = np.empty(columns.rows, dtype=np.uint8)
        zones = np.empty(columns.rows, dtype=np.int8)
        with np.errstate(all="ignore"):
            for block in blocks(columns.rows):
                part = {name: _floats(column, block) for name, column in cells.items()}
                value = values[block]
                value[:] = total(list(self.formula(**part, **constants).values()))
                bad = ~np.isfinite(value)
                for name in self.positive:
                    bad |= ~(part[name] > 0)
                state = status[block]
                state.fill(Scores.COMPUTED)
                if bad.any():
                    np.copyto(value, np.nan, where=bad)
                    np.copyto(state, np.uint8(Scores.UNDEFINED), where=bad)
                    bad &= _missing(cells, part, block)
                    np.copyto(state, np.uint8(Scores.MISSING), where=bad)
                zones[block] = self.cutoffs.zones(value)
        return Scores(
            model=self.id,
            values=values,
            status=status,
            zones=zones,
            zone_names=Cutoffs.NAMES,
            one=lambda row: self.score(row_of(columns, self.needs, row)),
        )


def _missing(
    cells: Mapping[str, Cells], part: Mapping[str, Floats], block: slice
) -> npt.NDArray[np.bool_]:
    """Where an input is not known; one without a meaning is something else."""
    out = np.zeros(block.stop - block.start, dtype=bool)
    for name, column in cells.items():
        unknown = np.isnan(part[name])
        if column.states is not None:
            unknown &= column.states[block] != State.UNDEFINED
        out |= unknown
    return out


def _inputs(model: FormulaModel) -> tuple[str, ...]:
    constants = dict(model.constants)
    parameters = inspect.signature(model.formula).parameters
    return tuple(name for name in parameters if name not in constants)


def _number(path: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | np.number):
        raise InvalidFact(path, "must be a number", value, "leave it None where it is not known")
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _floats(column: Cells, block: slice) -> Floats:
    """A block of a column as float64, NaN wherever a cell has no value."""
    values = column.values[block]
    if values.dtype != np.float64:
        values = values.astype(np.float64)
    if column.states is not None:
        empty = column.states[block] != State.KNOWN
        if empty.any() and not np.isnan(values[empty]).all():
            values = np.where(empty, np.nan, values)
    return values


def row_of(columns: Columns, names: Sequence[str], row: int) -> dict[str, Value]:
    """The values of one row by name, as `ScoringModel.score` takes them."""
    if not -columns.rows <= row < columns.rows:
        raise IndexError(f"row {row} of {columns.rows}")
    return {name: value_at(columns[name], row) for name in names}


def value_at(column: Cells, row: int) -> Value:
    """One cell as the value of a figure."""
    from creditkit._columns import STATE_LINES, Codes

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
        one=lambda row: each[row],
    )
