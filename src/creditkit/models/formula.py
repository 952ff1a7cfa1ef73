"""A model that is one published formula, written once for a number and for a column, with its zones."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats, blocks, total
from creditkit._columns import Cells, State
from creditkit.errors import InvalidFact
from creditkit.figures import UNDEFINED, Undefined
from creditkit.languages import Text
from creditkit.models.contract import Columns, Part, Score, Scores, cells_in, score_at

__all__ = ["Cutoffs", "FormulaModel"]


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
        """The indexes of the zones in `NAMES`, -1 where the value is NaN."""
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

    @property
    def text(self) -> Text:
        """Its title in each language, by which pages name it."""
        return Text(f"title.{self.id}", self.en, self.zh)

    def score(self, figures: Any, /) -> Score:
        """The score of one company: a `Statement`, or a mapping of lines to numbers.

        A line that is None, NaN or absent is not known; a line that is no number is an
        `InvalidFact`.
        """
        inputs, missing, undefined = self._inputs_of(figures)
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

    def value(self, figures: Any, /) -> float | Undefined | None:
        """The value of one company alone, as a figure is: None where a line is not known."""
        inputs, missing, undefined = self._inputs_of(figures)
        if missing or undefined:
            return None if missing else UNDEFINED
        value = float(total(list(self.formula(**inputs, **dict(self.constants)).values())))
        return value if -np.inf < value < np.inf else UNDEFINED

    def _inputs_of(self, figures: Any) -> tuple[dict[str, float], list[str], list[str]]:
        """The lines as numbers, those that are not known, and those that leave it without a meaning."""
        mapping = figures if isinstance(figures, Mapping) else None
        if mapping is None and not any(hasattr(figures, name) for name in self.needs):
            remedy = "give a Statement, or a mapping of lines to numbers; scores() takes columns"
            raise InvalidFact(f"{self.id}.score", "takes one company", figures, remedy)
        inputs: dict[str, float] = {}
        missing = []
        undefined = []
        for name in self.needs:
            value = getattr(figures, name, None) if mapping is None else mapping.get(name)
            if value is None:
                missing.append(name)
            elif value is UNDEFINED:
                undefined.append(name)
            else:
                number = value if type(value) is float else _number(f"{self.id}.{name}", value)
                if number != number:
                    missing.append(name)
                    continue
                if name in self.positive and number <= 0:
                    undefined.append(name)
                inputs[name] = number
        return inputs, missing, undefined

    def scores(self, columns: Columns, /) -> Scores:
        """The scores of many companies: `Statements`, or figures in columns."""
        cells = cells_in(columns, self.needs, f"{self.id}.scores")
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
            one=functools.partial(score_at, self, columns),
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
    except (ValueError, TypeError):  # a Decimal that signals it is none, a span of time
        return math.nan
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
