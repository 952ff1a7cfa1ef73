"""For the test suite of a model's author: does it keep the contract of `ScoringModel`?

`check_model` feeds a model with some hundred made-up customers, ordinary ones and extremes, the
same at every run, and raises one `ContractBroken` that lists every rule which did not hold.

>>> from creditkit.models.altman import Z2_1995
>>> check_model(Z2_1995)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias, cast

import attrs
import numpy as np

from creditkit._arithmetic import BLOCK
from creditkit._columns import Cells, Codes, State
from creditkit._given import column_in
from creditkit._plain import mapping_in
from creditkit.errors import InvalidFact, shown
from creditkit.figures import FIGURES, UNDEFINED, Figure, FigureKind, Undefined, Value
from creditkit.models.contract import Score, Scores, ScoringModel
from creditkit.money import LARGEST
from creditkit.testing.contract import ContractBroken, Fault

__all__ = ["check_model"]

Row: TypeAlias = dict[str, Value]

MIXED: Final = 160
"""How many customers have every figure drawn anew, beside those that vary one at a time."""

_FLOATS: Final = (
    *(0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 2.2250738585072014e-308, 1e-300, 0.1, 100.0),
    *(2.0**53 + 2, 1e300, -1e300, 1.7976931348623157e308, -1.7976931348623157e308),
)
_WHOLES: Final = (0, 1, -1, 99, 10**9, 2**53 + 1, LARGEST, -LARGEST)
_COUNTS: Final = (0, 1, -1, 30, 31, 36_500)
_NAMES: Final = ("trade", "retail", "其他", "a name that nobody expects")


def check_model(
    model: ScoringModel, *, figures: Mapping[str, Figure | Sequence[Value]] | None = None
) -> None:
    """Raise `ContractBroken` unless ``model`` keeps the contract of a `ScoringModel`.

    - ``id`` is text that carries a version or a year; ``needs`` is a tuple of names.
    - ``score`` is pure: the same for the same figures, whatever was scored before, in any order of
      the keys, beside figures that it does not need; what it is given stays as it is.
    - A value is a finite float and exactly the left-to-right sum of its parts. Without a value,
      ``missing`` or ``undefined`` says why; ``missing`` names nothing that is known.
    - A figure that is None, absent or ``UNDEFINED`` is scored without an exception.
    - ``scores``, where there is one, gives every row the value (to the last bit), status, zone and
      coverage of ``score``, in columns of any length, none and one included.

    Figures that the model needs are made up by their declaration in the catalogue; ``figures``
    declares others, or gives values to draw from (``{"industry": ("trade", "mining")}``). What
    neither names is a float.
    """
    _check_figures(figures)
    faults = _Faults()
    needs = _identity(model, faults)
    if needs is not None:
        rows = list(_rows(needs, figures or {}))
        one = [_scored(model, row, faults) for row in rows]
        for row, score in zip(rows, one, strict=True):
            if score is not None:
                _check_score(model, row, score, faults)
        _check_purity(model, rows, one, faults)
        if getattr(model, "scores", None) is not None and all(score is not None for score in one):
            _check_many(model, rows, cast("list[Score]", one), faults)
    if faults.found:
        name = getattr(model, "id", None)
        raise ContractBroken(name if isinstance(name, str) else shown(model), faults.listed())


def _check_figures(figures: Any) -> None:
    """Figures are declared, or drawn from values of one sort."""
    for name, declared in mapping_in({} if figures is None else figures, "figures").items():
        if isinstance(declared, Figure):
            continue
        path = f"figures.{name}"
        values = column_in(declared, path)
        for index, value in enumerate(values):
            sound = isinstance(value, str | bool | float | Undefined) or value is None
            if not sound and not (isinstance(value, int) and abs(value) < 2**63):
                rule = "must be a number, text, flag, None or UNDEFINED"
                raise InvalidFact(f"{path}[{index}]", rule, value)
        if not len(values):
            raise InvalidFact(path, "must have values to draw from", declared)


class _Faults:
    """Collects faults, one for each rule, with the first input that shows it."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Fault] = {}

    def add(self, path: str, rule: str, got: str = "", row: Row | None = None) -> None:
        given = "" if row is None else repr(row)
        fault = Fault(path=path, rule=rule, got=got, given=given)
        first = self.found.setdefault((path, rule), fault)
        if first is not fault:
            self.found[path, rule] = attrs.evolve(first, count=first.count + 1)

    def listed(self) -> list[Fault]:
        return list(self.found.values())


def _identity(model: Any, faults: _Faults) -> tuple[str, ...] | None:
    """The names that the model needs, None where there is nothing to go on with."""
    name = getattr(model, "id", None)
    if not isinstance(name, str) or not any(char.isdigit() for char in name):
        faults.add("id", "must be text with a version or a year, such as 'bureau.2026'", repr(name))
    needs = getattr(model, "needs", None)
    good = isinstance(needs, tuple) and all(isinstance(n, str) and n.isidentifier() for n in needs)
    if not good or not needs:
        faults.add("needs", "must be a tuple of names of figures", repr(needs))
    if not callable(getattr(model, "score", None)):
        faults.add("score", "must be a method that takes a mapping of figures")
        good = False
    return needs if good and needs else None


def _scored(model: ScoringModel, row: Row, faults: _Faults) -> Score | None:
    given = dict(row)
    try:
        score = model.score(given)
    except Exception as error:
        faults.add("score", "must not raise for figures of any value", _error_text(error), row)
        return None
    if repr(given) != repr(row):
        faults.add("score", "must leave the figures that it is given as they are", repr(given), row)
    if not isinstance(score, Score):
        faults.add("score", "must return a Score", repr(score), row)
        return None
    return score


def _check_score(model: ScoringModel, row: Row, score: Score, faults: _Faults) -> None:
    if score.model != model.id:
        faults.add("score.model", f"must be the model's id, {model.id!r}", repr(score.model), row)
    unknown = {name for name in model.needs if row[name] is None}
    if not set(score.missing) <= unknown:
        faults.add("score.missing", "must name inputs that are None", repr(score.missing), row)
    if not isinstance(score.coverage, Fraction | int) or not 0 <= score.coverage <= 1:
        faults.add("score.coverage", "must be a Fraction from 0 to 1", repr(score.coverage), row)
    if not all(type(part.value) is float and math.isfinite(part.value) for part in score.parts):
        faults.add(
            "score.parts", "must have finite Python floats as values", repr(score.parts), row
        )
        return
    if score.value is None:
        if not score.missing and not score.undefined:
            rule = "must say in missing or undefined why it is None"
            faults.add("score.value", rule, repr(score), row)
        if score.zone is not None:
            faults.add("score.zone", "must be None where the value is", repr(score.zone), row)
        return
    if type(score.value) is not float or not math.isfinite(score.value):
        faults.add("score.value", "must be None or a finite Python float", repr(score.value), row)
        return
    sums = [part.value for part in score.parts[:1]]
    for part in score.parts[1:]:
        sums[0] += part.value
    if sums != [score.value]:
        rule = "must be the sum of its parts, from left to right and to the last bit"
        got = (
            f"{score.value!r}, the parts give {sums[0]!r}" if sums else f"{score.value!r}, no parts"
        )
        faults.add("score.value", rule, got, row)


def _check_purity(
    model: ScoringModel, rows: list[Row], one: list[Score | None], faults: _Faults
) -> None:
    beside: Row = {name: 1.0 for name in (*FIGURES, "not_a_figure") if name not in model.needs}
    for row, first in zip(reversed(rows), reversed(one), strict=True):
        if first is None:
            continue
        again: dict[str, Row] = {
            "for the same figures, whatever was scored before": row,
            "in any order of the keys": dict(reversed(row.items())),
            "beside figures that it does not need": {**beside, **row},
            "for a figure that is absent as for None": {
                name: value for name, value in row.items() if value is not None
            },
        }
        for when, figures in again.items():
            score = _scored(model, figures, faults)
            if repr(score) != repr(first):
                faults.add("score", f"must give the same {when}", f"{score} after {first}", row)
                break


def _check_many(model: Any, rows: list[Row], one: list[Score], faults: _Faults) -> None:
    kinds = {name: _kind([row[name] for row in rows]) for name in model.needs}
    short = rows[:3] + [row for row in rows if any(value is None for value in row.values())][:3]
    for some, wanted in [
        (rows, one),
        (rows[::-1], one[::-1]),
        *(([row], [one[rows.index(row)]]) for row in short),
        ([], []),
    ]:
        many = _many(model, _Columns(some, kinds), faults)
        if many is None:
            return
        _compare(many, some, wanted, faults)
    times = BLOCK // len(rows) + 2
    long = _many(model, _Columns(rows, kinds).repeated(times), faults)
    if long is not None and not faults.found:
        values = np.array([math.nan if s.value is None else s.value for s in one] * times)
        if not np.array_equal(long.values, values, equal_nan=True):
            rule = f"must give a row the same value in a column of {len(values)} rows"
            faults.add("scores.values", rule)


def _many(model: Any, columns: _Columns, faults: _Faults) -> Scores | None:
    try:
        many = model.scores(columns)
    except Exception as error:
        faults.add(
            "scores", f"must not raise for a column of {columns.rows} rows", _error_text(error)
        )
        return None
    if not isinstance(many, Scores):
        faults.add("scores", "must return Scores", repr(many))
        return None
    rule = f"must be float64, with a status, for each of {columns.rows} rows"
    if many.values.dtype != np.float64 or not (
        many.values.shape == many.status.shape == (columns.rows,)
    ):
        faults.add("scores.values", rule, f"{many.values.shape} of {many.values.dtype}")
        return None
    return many


def _compare(many: Scores, rows: list[Row], one: list[Score], faults: _Faults) -> None:
    """One equals many, row by row."""
    for index, (row, score) in enumerate(zip(rows, one, strict=True)):
        value = float(many.values[index])
        if repr(None if value != value else value) != repr(score.value):
            got = f"{value!r}, score gives {score.value!r}"
            faults.add(
                "scores.values", "must be equal to the value of score to the last bit", got, row
            )
        status = Scores.COMPUTED
        if score.value is None:
            status = Scores.MISSING if score.missing else Scores.UNDEFINED
        if many.status[index] != status:
            got = f"{many.status[index]}, score gives {status}"
            faults.add("scores.status", "must be that of score", got, row)
        code = -1 if many.zones is None else int(many.zones[index])
        zone = None if code < 0 else many.zone_names[code]
        if zone != score.zone:
            got = f"{zone!r}, score gives {score.zone!r}"
            faults.add("scores.zones", "must be those of score", got, row)
        if many.known_weight is not None:
            coverage = Fraction(int(many.known_weight[index]), many.total_weight)
            if coverage != score.coverage:
                got = f"{coverage}, score gives {score.coverage}"
                faults.add("scores.known_weight", "must be the coverage of score", got, row)
        elif score.coverage != 1:
            faults.add(
                "scores.known_weight", "must be given where coverage is below 1", repr(None), row
            )
        if repr(many[index]) != repr(score):
            faults.add("scores[row]", "must be the Score of that row", repr(many[index]), row)


class _Columns:
    """Made-up customers in columns, as a portfolio would hand them over."""

    def __init__(self, rows: list[Row], kinds: Mapping[str, type]) -> None:
        self.rows = len(rows)
        self._cells = {n: _cells([row[n] for row in rows], kind) for n, kind in kinds.items()}

    def repeated(self, times: int) -> _Columns:
        """The same customers over and over."""
        made = _Columns([], {})
        made.rows = self.rows * times
        indexes = np.tile(np.arange(self.rows), times)
        made._cells = {name: column.take(indexes) for name, column in self._cells.items()}
        return made

    def __getitem__(self, name: str, /) -> Cells:
        return self._cells[name]


def _kind(values: list[Value]) -> type:
    """What a column of these values holds: text, flags, whole numbers or floats."""
    kinds = {type(value) for value in values if value is not None and value is not UNDEFINED}
    return kinds.pop() if len(kinds) == 1 else float


def _cells(values: list[Value], kind: type) -> Cells:
    states = np.array(
        [
            State.UNKNOWN if v is None else State.UNDEFINED if v is UNDEFINED else State.KNOWN
            for v in values
        ],
        dtype=np.uint8,
    )
    known = [None if value is UNDEFINED else value for value in values]
    if kind is str:
        codes = Codes.of(cast("list[str | None]", known))
        return Codes(codes.values, codes.names, states)
    if kind is bool:
        return Cells(np.array([bool(value) for value in known], dtype=np.int8), states)
    if kind is int:
        return Cells(np.array([value or 0 for value in known], dtype=np.int64), states)
    floats = [math.nan if value is None else float(cast(float, value)) for value in known]
    return Cells(np.array(floats, dtype=np.float64), states)


def _rows(needs: Sequence[str], figures: Mapping[str, Figure | Sequence[Value]]) -> Iterator[Row]:
    """Made-up customers: ordinary, each figure at each extreme in turn, and mixtures."""
    pools = [_pool(name, figures.get(name, FIGURES.get(name))) for name in needs]
    steps = [math.sqrt(prime) % 1.0 for prime in _primes(len(needs))]

    def ordinary(turn: int, index: int) -> Value:
        usual, _ = pools[index]
        return usual[int((0.5 + turn * steps[index]) % 1.0 * len(usual))]

    def mixed(turn: int, index: int) -> Value:
        draw = (0.5 + turn * steps[index]) % 1.0
        usual, extremes = pools[index]
        if draw < 0.1:
            return None
        if draw < 0.16:
            return UNDEFINED
        if draw < 0.36:
            return extremes[int((draw - 0.16) / 0.2 * len(extremes))]
        return usual[int((draw - 0.36) / 0.64 * len(usual))]

    indexes = range(len(needs))
    for turn in range(1, 21):
        yield {name: ordinary(turn, index) for index, name in enumerate(needs)}
    for varied in indexes:
        for turn, value in enumerate([None, UNDEFINED, *pools[varied][1]], 21):
            usual = {name: ordinary(turn, index) for index, name in enumerate(needs)}
            yield {**usual, needs[varied]: value}
    yield dict.fromkeys(needs)
    yield dict.fromkeys(needs, UNDEFINED)
    for turn in range(max(len(extremes) for _, extremes in pools)):
        yield {n: pools[p][1][turn % len(pools[p][1])] for p, n in enumerate(needs)}
    for turn in range(1, MIXED + 1):
        yield {name: mixed(turn, index) for index, name in enumerate(needs)}


def _pool(
    name: str, declared: Figure | Sequence[Value] | None
) -> tuple[Sequence[Value], Sequence[Value]]:
    """Ordinary values and extremes of one figure, within its domain."""
    if declared is None:
        declared = Figure(name=name, kind=FigureKind.LINE_ITEM, en=name, zh=name, meaning="")
    if not isinstance(declared, Figure):
        numbers = {type(value) for value in declared} == {int, float}
        given = [float(cast(float, value)) for value in declared] if numbers else declared
        return given, given
    if declared.kind is FigureKind.CATEGORY:
        return _NAMES, _NAMES
    if declared.kind is FigureKind.FLAG:
        return (True, False), (True, False)
    low = -math.inf if declared.low is None else declared.low
    high = math.inf if declared.high is None else declared.high
    usual: list[float | int]
    extremes: Sequence[float | int]
    if declared.kind is FigureKind.MONEY:
        usual, extremes = [1_234_567 * turn % 10_000_019 for turn in range(1, 64)], _WHOLES
    elif declared.kind.exact:
        usual, extremes = list(range(64)), _COUNTS
    elif declared.kind is FigureKind.LINE_ITEM:
        usual, extremes = [1.0 + 12345.6789 * turn % 1000.0 for turn in range(64)], _FLOATS
    else:
        usual, extremes = [0.0625 * turn + 0.01 for turn in range(64)], _FLOATS
    within = [value for value in extremes if low <= value <= high]
    return [value for value in usual if low <= value <= high] or within, within


def _primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


def _error_text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
