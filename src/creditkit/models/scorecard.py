"""The weighted scorecard: figures fall into bins, bins earn points, weights make them a score.

Each factor earns 0 to 100 points and carries a weight; the weights add up to 1. The score is

    low + sum over factors of (high - low) * weight * points / 100

and its parts are exactly these terms, the base first, added from left to right. A figure that is
not known is treated as its factor says: ``error`` (no score), ``reallocate`` (its weight goes to
the others pro rata), ``keep`` (no points, the weight stays), ``points:N``. A figure without a
meaning (return on negative equity) earns the factor's ``undefined`` points, by default those of
its worst bin, and its weight is never reallocated. Coverage is the share of weight that was known;
where it is 0 there is no score, whatever the treatment: nobody is the worst by accident.

>>> card = Scorecard(id="card", low=300.0, high=850.0, factors=(
...     Factor(figure="z2", weight=Fraction(1), bins=(Bin(points=Fraction(100), at_least=2.6),
...                                                   Bin(points=Fraction(0)))),))
>>> card.score({"z2": 2.6}).value, card.score({"z2": 1.0}).value
(850.0, 300.0)
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final, NamedTuple, TypeAlias, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats, blocks
from creditkit._columns import Cells, Codes, State
from creditkit._plain import Deferred
from creditkit.errors import InvalidFact
from creditkit.figures import UNDEFINED, Undefined, Value
from creditkit.models._search import Search, Step, search_of
from creditkit.models.contract import Columns, Part, Score, Scores, cells_in, score_at
from creditkit.money import Line

__all__ = ["Bin", "Factor", "Scorecard", "Standing", "standing_of"]

WHOLE: Final = Fraction(1)


@attrs.frozen(kw_only=True)
class Bin:
    """One bin: its points, and what falls into it.

    ``at_least`` is an inclusive lower bound (bins then go from high to low), ``at_most`` an
    inclusive upper one (from low to high), ``names`` the categories. The last bin has none of them
    and takes the rest.
    """

    points: Fraction
    at_least: float | int | None = None
    at_most: float | int | None = None
    names: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """How a trace shows the bin: ``>= 2.6``, ``<= 30``, ``trade``, ``else``."""
        if self.at_least is not None:
            return f">= {self.at_least:.12g}"
        if self.at_most is not None:
            return f"<= {self.at_most:.12g}"
        return ", ".join(self.names) or "else"


BinIndexes: TypeAlias = "npt.NDArray[np.int8] | npt.NDArray[np.int16]"


@attrs.frozen(kw_only=True)
class Factor:
    """One factor of a scorecard: a figure, its weight, its bins, and what missing and undefined earn."""

    figure: str
    weight: Fraction
    bins: tuple[Bin, ...]
    missing: str = "reallocate"
    missing_points: Fraction = Fraction(0)
    undefined_points: Fraction | None = None
    dimension: str = ""
    _steps: tuple[Step, ...] = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda factor: _steps_of(factor), takes_self=True),
    )

    def bin_index(self, value: Value) -> int:
        """The index of the bin that a known value falls into."""
        for index, (least, most, names) in enumerate(self._steps):
            if least is not None:
                if cast(float, value) >= least:
                    return index
            elif most is not None:
                if cast(float, value) <= most:
                    return index
            elif (str(value).lower() if isinstance(value, bool) else value) in names:
                return index
        return len(self._steps)

    def bin_indexes(self, column: Cells) -> BinIndexes:
        """The indexes of the bins for a column; what stands at a cell without a value is not used.

        Two more indexes fit into their type: those of what undefined and missing earn.
        """
        rows = self.bins[:-1]
        if any(row.names for row in rows):
            names = column.names if isinstance(column, Codes) else ("false", "true")
            table = np.array([*map(self.bin_index, names), len(rows)], dtype=np.int16)
            return cast(BinIndexes, table[column.values])
        # a mask is whole numbers of 8 bits as it stands; only long tables need wider ones
        wide = "int8" if len(rows) + 2 <= np.iinfo(np.int8).max else "int16"
        out: BinIndexes = np.full(len(column), len(rows), dtype=wide)
        for row in rows:
            if row.at_least is not None:
                reached = column.values >= row.at_least
            else:
                reached = column.values <= row.at_most
            out -= reached.view(np.int8)
        return out

    @property
    def undefined(self) -> Fraction:
        """The points that an undefined figure earns: the lowest of the bins where not stated."""
        return (
            min(row.points for row in self.bins)
            if self.undefined_points is None
            else self.undefined_points
        )

    def earned(self, index: int | None, treatment: str) -> Fraction:
        """The points of the bin with that index; without one, those of the treatment."""
        if index is not None:
            return self.bins[index].points
        if treatment == "undefined":
            return self.undefined
        return self.missing_points if treatment == "points" else Fraction(0)


_SORTS: Final = (int, float, str, Line, Undefined, type(None))
"""What the value of a figure can be."""


class _Earned(NamedTuple):
    """What a factor adds to the score: by bin, undefined, missing."""

    bins: tuple[float, ...]
    undefined: float
    missing: float


class Standing(NamedTuple):
    """Where a score stands that could be computed, and from what its parts are made."""

    card: Scorecard
    values: Sequence[Value]
    value: float
    coverage: Fraction
    missing: tuple[str, ...]

    @property
    def score(self) -> Score:
        """The whole score."""
        return Score(
            model=self.card.id,
            value=self.value,
            parts=Deferred(lambda: self._parts),
            missing=self.missing,
            coverage=self.coverage,
        )

    @property
    def _parts(self) -> tuple[Part, ...]:
        return self.card._judged(dict(zip(self.card.needs, self.values, strict=True))).parts


@attrs.frozen(kw_only=True)
class Scorecard:
    """A weighted scorecard between ``low`` and ``high``; see the module for the formula."""

    id: str
    low: float = attrs.field(converter=float)
    high: float = attrs.field(converter=float)
    factors: tuple[Factor, ...]
    en: str = ""
    zh: str = ""
    source: str = ""
    needs: tuple[str, ...] = attrs.field(
        init=False, default=attrs.Factory(lambda card: _figures(card), takes_self=True)
    )
    _weights: tuple[int, ...] = attrs.field(
        init=False, default=attrs.Factory(lambda card: _whole_weights(card), takes_self=True)
    )
    _earned: tuple[_Earned, ...] = attrs.field(
        init=False, default=attrs.Factory(lambda card: _contributions(card), takes_self=True)
    )
    _tables: _Tables | None = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda card: _tables_of(card), takes_self=True),
    )

    def score(self, figures: Mapping[str, Value], /) -> Score:
        """The score of one customer, with a part for each factor."""
        if type(figures) is not dict and not isinstance(figures, Mapping):
            raise InvalidFact(f"{self.id}.score", "must be given figures by name", figures)
        values = list(map(figures.get, self.needs))
        found = standing_of(self, values)
        return self._judged(figures) if found is None else found.score

    def _judged(self, figures: Mapping[str, Value]) -> Score:
        """The long way: whatever the values, and with what each part was made of."""
        total = sum(self._weights)
        known = given = 0
        rows: list[tuple[Factor, Value, float, int | None, str]] = []
        missing = []
        for factor, weight, earned in zip(self.factors, self._weights, self._earned, strict=True):
            value = figures.get(factor.figure)
            if type(value) is not float and not isinstance(value, _SORTS):
                raise InvalidFact(f"{self.id}.{factor.figure}", "must be a figure", value)
            if value is None or value != value or isinstance(value, Line):
                missing.append(factor.figure)
                rows.append((factor, value, earned.missing, None, factor.missing))
                given += 0 if factor.missing == "reallocate" else weight
                continue
            known += weight
            given += weight
            if value is UNDEFINED:
                rows.append((factor, value, earned.undefined, None, "undefined"))
            else:
                try:
                    index = factor.bin_index(value)
                except TypeError:
                    path = f"{self.id}.{factor.figure}"
                    raise InvalidFact(path, "must be comparable with its bins", value) from None
                rows.append((factor, value, earned.bins[index], index, "known"))
        coverage = WHOLE if known == total else Fraction(known, total)
        if not known or (missing and any(treatment == "error" for *_, treatment in rows)):
            return Score(model=self.id, value=None, missing=tuple(missing), coverage=coverage)
        scale = total / given
        result = self.low
        for row in rows:
            result += row[2] * scale
        return Score(
            model=self.id,
            value=result,
            parts=Deferred(lambda: self._parts(rows, given)),
            missing=tuple(missing),
            coverage=coverage,
        )

    def _parts(
        self, rows: list[tuple[Factor, Value, float, int | None, str]], given: int
    ) -> tuple[Part, ...]:
        """Each factor's part, and from what: its points, its weight as it counts, the span of the card."""
        scale, parts = sum(self._weights) / given, [Part(name="base", value=self.low)]
        for (factor, value, earned, index, treatment), weight in zip(
            rows, self._weights, strict=True
        ):
            counts = treatment != "reallocate"
            parts.append(
                Part(
                    name=factor.figure,
                    value=earned * scale,
                    figure=factor.figure,
                    given=cast("float | int | bool | str | None", value),
                    bin=None if index is None else factor.bins[index].label,
                    treatment=treatment,
                    points=factor.earned(index, treatment) if counts else None,
                    weight=_share(weight, given) if counts else None,
                    span=self.high - self.low if counts else None,
                )
            )
        return tuple(parts)

    def scores(self, columns: Columns, /) -> Scores:
        """The scores of many customers, block by block."""
        cells_in(columns, self.needs, f"{self.id}.scores")
        rows, total = columns.rows, sum(self._weights)
        values = np.empty(rows, dtype=np.float64)
        known_weight = np.zeros(rows, dtype=np.int64)
        status = np.zeros(rows, dtype=np.uint8)
        for block in blocks(rows):
            self._block(columns, block, values, known_weight, status)
        return Scores(
            model=self.id,
            values=values,
            status=status,
            known_weight=known_weight,
            total_weight=total,
            one=functools.partial(score_at, self, columns),
        )

    def _block(
        self,
        columns: Columns,
        block: slice,
        values: Floats,
        known_weight: npt.NDArray[np.int64],
        status: npt.NDArray[np.uint8],
    ) -> None:
        size = block.stop - block.start
        total = sum(self._weights)
        given = np.full(size, total, dtype=np.int64)
        known = np.full(size, total, dtype=np.int64)
        failed = np.zeros(size, dtype=bool)
        earned: list[Floats] = []
        for factor, weight, table in zip(self.factors, self._weights, self._earned, strict=True):
            column = columns[factor.figure]
            part = _cut(column, block)
            indexes = factor.bin_indexes(part)
            states = part.states
            if states is not None:
                # behind the bins stand what undefined and missing earn
                undefined = states == State.UNDEFINED
                unknown = (states != State.KNOWN) & ~undefined
                whole: Any = indexes.dtype.type  # an index of the same width, or all become wider
                some = np.where(unknown, whole(len(table.bins) + 1), indexes)
                indexes = np.where(undefined, whole(len(table.bins)), some)
                known -= weight * unknown
                if factor.missing == "reallocate":
                    given -= weight * unknown
                elif factor.missing == "error":
                    failed |= unknown
            earned.append(np.array([*table.bins, table.undefined, table.missing]).take(indexes))
        failed |= known == 0
        scale = total / np.where(given == 0, 1, given)
        result = np.full(size, self.low)
        for points in earned:
            result += points * scale
        result[failed] = np.nan
        values[block] = result
        known_weight[block] = known
        status[block] = np.where(failed, Scores.MISSING, Scores.COMPUTED)


# The short way


class _Tables(NamedTuple):
    """Tables that are searched in: for each factor where a value falls, and what it is to lack one.

    A lack is the factor's figure, its weight, what it then earns, and whether its weight stays; None
    where there is then no score.
    """

    searches: tuple[Search, ...]
    lacks: tuple[tuple[str, int, float, bool | None], ...]
    whole: int


def _tables_of(card: Scorecard) -> _Tables | None:
    """The tables of a card; None where a factor's bins have to be looked through one by one."""
    searches, lacks = [], []
    for factor, weight, earned in zip(card.factors, card._weights, card._earned, strict=True):
        search = search_of(factor._steps, earned.bins)
        if search is None:
            return None
        stays = None if factor.missing == "error" else factor.missing != "reallocate"
        searches.append(search)
        lacks.append((factor.figure, weight, earned.missing, stays))
    return _Tables(tuple(searches), tuple(lacks), sum(card._weights))


def standing_of(card: Scorecard, values: Sequence[Value]) -> Standing | None:
    """The score by tables, the same to the last bit; None where the long way must say it.

    ``values`` are those of what the card needs, in its order. Numbers and words whose kind is that of
    the bins, and what is not known, are nearly all there is; anything else is left to the long way, and so
    are the parts, which few look at.
    """
    tables, result = card._tables, card.low
    if tables is None:
        return None
    for value, (sorts, find, bounds, points) in zip(values, tables.searches, strict=True):
        if type(value) not in sorts or value != value:  # NaN is not known
            return _standing_in_part(card, tables, values)
        result += points[find(bounds, value)]
    return Standing(card, values, result, WHOLE, ()) if tables.whole else None


def _standing_in_part(card: Scorecard, tables: _Tables, values: Sequence[Value]) -> Standing | None:
    """`standing_of` where not everything is known: the weight of some goes to the others."""
    known = given = tables.whole
    earned, missing = [], []
    for value, (sorts, find, bounds, points), lack in zip(
        values, tables.searches, tables.lacks, strict=True
    ):
        if type(value) in sorts and value == value:  # NaN is not known
            earned.append(points[find(bounds, value)])
            continue
        figure, weight, absent, stays = lack
        if value is not None or stays is None:
            return None
        missing.append(figure)
        earned.append(absent)
        known -= weight
        given -= 0 if stays else weight
    if not known:
        return None
    scale, result = tables.whole / given, card.low
    for each in earned:
        result += each * scale
    coverage = WHOLE if known == tables.whole else _share(known, tables.whole)
    return Standing(card, values, result, coverage, tuple(missing))


@functools.lru_cache(maxsize=1024)  # a card has few weights, and few sums of them
def _share(weight: int, whole: int) -> Fraction:
    return Fraction(weight, whole)


def _steps_of(factor: Factor) -> tuple[Step, ...]:
    return tuple(
        (None, None, row.names) if row.names else (row.at_least, row.at_most, ())
        for row in factor.bins[:-1]
    )


def _figures(card: Scorecard) -> tuple[str, ...]:
    return tuple(factor.figure for factor in card.factors)


def _whole_weights(card: Scorecard) -> tuple[int, ...]:
    scale = lcm(*(factor.weight.denominator for factor in card.factors))
    return tuple(int(factor.weight * scale) for factor in card.factors)


def _contributions(card: Scorecard) -> tuple[_Earned, ...]:
    """What each bin adds to the score: exact, then rounded once to the nearest float."""
    span = Fraction(card.high) - Fraction(card.low)
    out = []
    for factor in card.factors:
        unit = span * factor.weight / 100
        bins = tuple(float(unit * row.points) for row in factor.bins)
        missing = factor.earned(None, factor.missing)
        out.append(_Earned(bins, float(unit * factor.undefined), float(unit * missing)))
    return tuple(out)


def _cut(column: Cells, block: slice) -> Cells:
    states = None if column.states is None else column.states[block]
    if isinstance(column, Codes):
        return Codes(column.values[block], column.names, states)
    return Cells(column.values[block], states)
