"""How one limit method is worked out, for one customer and for columns: an amount, and a share of it.

The amount is a money figure, a weighted sum or the median of several, or one that the policy names. The
share is a table by the rank of the grade; a step of a table by another figure may multiply it, a number
of suppliers or a chance may divide it. Whatever a method needs and is not known leaves it not known.

>>> tenth = Plan(figures=("net_worth",), shares=(Fraction(1, 10),))
>>> tenth.read({"net_worth": 2_400_000_00}, 0).limit
(0, 24000000)
>>> tenth.read({"net_worth": None}, 0).limit
(1, 0)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import inf, isfinite
from typing import Any, Final, Literal, NamedTuple

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, State
from creditkit._digits import decimal_text, ratio_text
from creditkit.figures import UNDEFINED, Value
from creditkit.limits.amounts import Ints, Limit, ShareTable, States, taken
from creditkit.money import LARGEST

__all__ = ["BILLIONTHS", "Divisor", "Plan", "Reading", "Steps"]

Ranks = npt.NDArray[np.intp]

BILLIONTHS: Final = 10**9
"""A chance is stated to nine decimals before it divides: 0.1 is a tenth, not what a float makes of it."""

_EXACT: Final = 2.0**52
"""From here on a float has no decimals to round."""

_MEETS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "min": operator.ge,
    "max": operator.le,
    "above": operator.gt,
}


@attrs.frozen(kw_only=True)
class Steps:
    """Shares by the value of a figure: that of the first bound which it meets, else the last.

    ``meets`` says how: at least (``min``), at most (``max``) or ``above``. With ``decimals`` the value is
    rounded half-even to so many before. ``undefined`` is the share where the figure has no meaning; without
    one that is not known. So is what does not lie ``within`` two bounds: 93 is no chance.
    """

    figure: str
    meets: Literal["min", "max", "above"]
    bounds: tuple[float, ...]
    shares: tuple[Fraction, ...]
    decimals: int | None = None
    undefined: Fraction | None = None
    within: tuple[float, float] = (-inf, inf)

    @property
    def all_shares(self) -> tuple[Fraction, ...]:
        """The shares by step; that of no meaning is the last."""
        return self.shares if self.undefined is None else (*self.shares, self.undefined)

    def index(self, value: Value) -> int | None:
        """The step of a value; None where it is not known."""
        if value is UNDEFINED:
            return None if self.undefined is None else len(self.shares)
        if not isinstance(value, int | float) or not isfinite(value):
            return None
        if not self.within[0] <= value <= self.within[1]:
            return None
        number: float = value
        if self.decimals is not None:
            number *= 10**self.decimals
            number = round(number) if abs(number) < _EXACT else number
        meets = _MEETS[self.meets]
        found = (step for step, bound in enumerate(self._scaled) if meets(number, bound))
        return next(found, len(self.bounds))

    def index_columns(self, column: Cells) -> Ranks:
        """`index` for a column; -1 where it is not known."""
        values = column.values
        if self.decimals is not None:
            values = np.rint(values * 10.0**self.decimals)
        out = np.full(len(column), len(self.bounds), dtype=np.intp)
        with np.errstate(invalid="ignore"):
            for step in range(len(self.bounds) - 1, -1, -1):
                out[_MEETS[self.meets](values, self._scaled[step])] = step
            lost = (column.values < self.within[0]) | (column.values > self.within[1])
        out[lost | ~column.known | ~np.isfinite(column.values)] = -1
        if self.undefined is not None and column.states is not None:
            out[column.states == State.UNDEFINED] = len(self.shares)
        return out

    @property
    def _scaled(self) -> tuple[float, ...]:
        scale = 10 ** (self.decimals or 0)
        return tuple(round(bound * scale) for bound in self.bounds) if scale > 1 else self.bounds


@attrs.frozen(kw_only=True)
class Divisor:
    """A figure that divides the share: a count of 1 or more, or a chance above 0 and at most 1."""

    figure: str
    chance: bool = False

    @property
    def scale(self) -> int:
        """How many of its units are one."""
        return BILLIONTHS if self.chance else 1

    def whole(self, value: Value) -> int | None:
        """The figure in its units; None where it is not known or out of its bounds."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            return None
        if self.chance and not 0 < value <= 1:
            return None
        whole = round(value * BILLIONTHS) if self.chance else int(value)
        return whole if 0 < whole <= LARGEST else None

    def whole_columns(self, column: Cells) -> Cells:
        """`whole` for a column."""
        known, values = column.known & np.isfinite(column.values), column.values
        if self.chance:
            known = known & (values > 0) & (values <= 1)
            values = np.rint(np.where(known, values, 0.0) * BILLIONTHS)
        known = known & (values > 0)
        return Cells(np.where(known, values, 1).astype(np.int64), (~known).astype(np.uint8))


class Reading(NamedTuple):
    """What a method read of one customer: its amount, the share of it, and what that comes to."""

    base: int | None
    share: Fraction | None
    limit: Limit


@attrs.frozen(kw_only=True)
class Plan:
    """A method with everything that a policy says of it; see above.

    ``figures`` make up the amount: their sum by ``weights``, or, with ``median_of`` so many known, their
    median, in which what is not known counts as 0. Without figures it is ``amount``. ``shares`` are by
    the rank of the grade, None where it has none, and ``words`` the factors that each is made of, as a
    page prints them.
    """

    figures: tuple[str, ...] = ()
    shares: tuple[Fraction | None, ...]
    weights: tuple[int, ...] = ()
    median_of: int | None = None
    amount: int | None = None
    steps: Steps | None = None
    divisor: Divisor | None = None
    words: tuple[tuple[str, ...], ...] = ()
    _plain: bool = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda one: one._is_plain(), takes_self=True),
    )

    def _is_plain(self) -> bool:
        """Whether it is a share of one figure, as most methods are: a short way for these."""
        alone = len(self.figures) == 1 and self.median_of is None and not self.weights
        return alone and self.steps is None and self.divisor is None

    @property
    def needs(self) -> tuple[str, ...]:
        """Every figure that it reads: those of the amount first."""
        more = [one.figure for one in (self.steps, self.divisor) if one is not None]
        return (*self.figures, *more)

    # One customer

    def read(self, values: Mapping[str, Value], rank: int) -> Reading:
        """The amount and the share of one customer of a grade."""
        if self._plain:
            given = values[self.figures[0]]
            base, share = given if type(given) is int else None, self.shares[rank]
        else:
            base, share = self._base(values), self._share(values, rank)
        return Reading(base, share, taken(base, share))

    def lacking(self, values: Mapping[str, Value]) -> tuple[str, ...]:
        """The figures that it needs and cannot use; those that it needs where it is none of them alone."""
        out = [name for name in self.figures if type(values[name]) is not int]
        if self.steps is not None and self.steps.index(values[self.steps.figure]) is None:
            out.append(self.steps.figure)
        if self.divisor is not None and self.divisor.whole(values[self.divisor.figure]) is None:
            out.append(self.divisor.figure)
        return tuple(dict.fromkeys(out)) or self.needs

    def _base(self, values: Mapping[str, Value]) -> int | None:
        if not self.figures:
            return self.amount
        found = [
            value if type(value) is int else None for value in map(values.__getitem__, self.figures)
        ]
        known = [value for value in found if value is not None]
        if self.median_of is not None:
            if len(known) < self.median_of:
                return None
            amounts = sorted([*(max(0, one) for one in known), *[0] * (len(found) - len(known))])
            return (amounts[(len(amounts) - 1) // 2] + amounts[len(amounts) // 2]) // 2
        if len(known) < len(found):
            return None
        total = sum(map(operator.mul, known, self.all_weights))
        return total if abs(total) <= LARGEST else None

    def _share(self, values: Mapping[str, Value], rank: int) -> Fraction | None:
        share = self.shares[rank]
        if self.steps is not None:
            step = self.steps.index(values[self.steps.figure])
            share = None if step is None or share is None else share * self.steps.all_shares[step]
        if self.divisor is not None:
            whole = self.divisor.whole(values[self.divisor.figure])
            share = None if whole is None or share is None else share * self.divisor.scale / whole
        return share

    def factors(self, values: Mapping[str, Value], rank: int) -> tuple[str, ...]:
        """What the share of one customer is made of, as a page prints it; none where it says it all."""
        out = list(self.words[rank]) if self.words else []
        if self.steps is not None and out:
            step = self.steps.index(values[self.steps.figure])
            out = [] if step is None else [ratio_text(self.steps.all_shares[step]), *out]
        if self.divisor is not None:
            whole = self.divisor.whole(values[self.divisor.figure])
            below = None if whole is None else Fraction(whole, self.divisor.scale)
            out += [] if below is None else [f"1/{decimal_text(below)}"]
        return tuple(out) if len(out) > 1 else ()

    def stated(self, name: str, value: Any) -> Any:
        """A figure beside the amount, to the decimals to which the method takes it."""
        steps, divisor = self.steps, self.divisor
        if not isinstance(value, float):
            return value
        if steps is not None and steps.figure == name and steps.decimals is not None:
            return round(value * 10**steps.decimals) / 10**steps.decimals
        if divisor is not None and divisor.figure == name and divisor.chance:
            return round(value * BILLIONTHS) / BILLIONTHS
        return value

    @property
    def all_weights(self) -> tuple[int, ...]:
        """The weight of each figure of the amount."""
        return self.weights or (1,) * len(self.figures)

    # Columns

    def columns(
        self, columns: Mapping[str, Cells], rank: Ranks, table: ShareTable
    ) -> tuple[Ints, States | None]:
        """`read` for many: what it comes to, and states (None where all are known).

        ``rank`` is that of the grade, -1 for none; ``table`` is `share_table`, made once.
        """
        base = self._base_columns(columns, len(rank))
        if self.steps is not None:
            count = len(self.steps.all_shares)
            step = self.steps.index_columns(columns[self.steps.figure])
            rank = np.where((rank < 0) | (step < 0), -1, rank * count + step)
        divisor = self.divisor
        below = None if divisor is None else divisor.whole_columns(columns[divisor.figure])
        return table.of(base, rank, below)

    @property
    def share_table(self) -> ShareTable:
        """Its shares by rank and step; to be made once for many calls."""
        scale = 1 if self.divisor is None else self.divisor.scale
        steps = (Fraction(1),) if self.steps is None else self.steps.all_shares
        return ShareTable(
            [None if one is None else one * step * scale for one in self.shares for step in steps]
        )

    def _base_columns(self, columns: Mapping[str, Cells], rows: int) -> Cells:
        if not self.figures:
            return Cells(np.full(rows, self.amount, dtype=np.int64))
        found = [columns[name] for name in self.figures]
        if self.median_of is not None:
            return _median(found, self.median_of)
        if len(found) == 1 and self.all_weights == (1,):
            return found[0]
        known = np.logical_and.reduce([one.known for one in found])
        values = [np.where(known, one.values, 0) for one in found]
        most = max((int(np.abs(one).max()) for one in values if rows), default=0)
        kind = np.int64 if max(most, 1) * sum(self.all_weights) <= LARGEST else object
        total = np.zeros(rows, dtype=kind)
        for one, weight in zip(values, self.all_weights, strict=True):
            total += one.astype(kind) * weight
        known = known & (np.abs(total) <= LARGEST).astype(bool)
        return Cells(np.where(known, total, 0).astype(np.int64), (~known).astype(np.uint8))


def _median(found: list[Cells], least: int) -> Cells:
    """The median of columns, of which so many must be known; the others count as 0."""
    table = np.sort(
        np.stack([np.where(one.known, np.maximum(one.values, 0), 0) for one in found]), axis=0
    )
    low, high = table[(len(found) - 1) // 2], table[len(found) // 2]
    known = np.add.reduce([one.known for one in found], dtype=np.intp) >= least
    return Cells(np.where(known, low + (high - low) // 2, 0), (~known).astype(np.uint8))
