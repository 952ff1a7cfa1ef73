"""Slips of scale: bounds that a figure never reaches, or always does; a percent that is written for a share.

A catalogue figure says what it can be (``low``, ``high``) and what it hardly ever exceeds (``usual``).
A bound beyond that loads, because a house may know better, but never without a word: each slip is a
warning with a witness, a value of the figure under which the row does not do what it seems to.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf, isfinite
from typing import TYPE_CHECKING

from creditkit.figures import Figure
from creditkit.policy.schema.conditions import Bound, Condition, Linear
from creditkit.policy.schema.presented import short

if TYPE_CHECKING:
    from creditkit.policy.schema.names import Names

__all__ = ["warn_of_bound", "warn_of_condition"]

_UP = ("<=", "<")


def warn_of_bound(
    names: Names, figure: Figure | None, bound: Fraction, path: str, *, up: bool
) -> None:
    """Warn where values of a figure can never be, or always are, at or beyond a bound.

    ``up``: what counts is at or above the bound (``>=``), else at or below it.
    """
    if figure is None:
        return
    low, high = _domain(figure)
    if (bound > high) if up else (bound < low):
        _warn(names, "scale.never", figure, bound, path, witness=high if up else low)
    elif (bound <= low) if up else (bound >= high):
        _warn(names, "scale.always", figure, bound, path, witness=low if up else high)
    else:
        _warn_of_share(names, figure, bound, path)


def warn_of_condition(names: Names, condition: Condition, path: str) -> None:
    """Warn where a condition on one figure never fails or never passes, or has a percent for a share."""
    if isinstance(condition, Bound):
        _warn_of_range(names, condition.names[0], Fraction(condition.bound), condition.op, path)
    elif isinstance(condition, Linear):
        one = _of_one(condition)
        if one is not None:
            name, bound, op = one
            _warn_of_range(names, name, bound / names.unit(condition.kind), op, path)
        elif condition.share:
            base, times = condition.right[0][0], Fraction(condition.right[0][1], condition.scale)
            if times > 1:
                params = {"figure": base, "bound": short(times), "share": short(times / 100)}
                witness = {base: 1, condition.left[0][0]: short(times)}
                names.warn("scale.times", path, witness=witness, **params)


def _of_one(condition: Linear) -> tuple[str, Fraction, str] | None:
    """``name op bound`` of a comparison that names one figure once."""
    if len(condition.names) != 1 or len(condition.left) + len(condition.right) != 1:
        return None
    margin = condition.right_constant - condition.left_constant
    op = condition.op
    if condition.left:
        name, coefficient = condition.left[0]
    else:
        name, coefficient = condition.right[0]
        margin = -margin
        op = {"<=": ">=", "<": ">", ">=": "<=", ">": "<"}.get(op, op)
    if coefficient <= 0:
        return None
    return name, Fraction(margin, coefficient), op


def _warn_of_range(names: Names, name: str, bound: Fraction, op: str, path: str) -> None:
    """A condition passes on a part of the number line: never, always, or as it should."""
    figure = names.figures.get(name)
    if figure is None:
        return
    low, high = _domain(figure)
    if op in _UP:
        strict = op == "<"
        never = bound <= low if strict else bound < low
        always = bound > high if strict else bound >= high
    elif op in (">=", ">"):
        strict = op == ">"
        never = bound >= high if strict else bound > high
        always = bound < low if strict else bound <= low
    else:
        never, always = (
            not low <= bound <= high and op == "==",
            not low <= bound <= high and op == "!=",
        )
    if never or always:
        far, near = (high, low) if (op not in _UP) == never else (low, high)
        witness = far if isfinite(far) else near  # for == and != either end will do
        _warn(
            names, "scale.never" if never else "scale.always", figure, bound, path, witness=witness
        )
    else:
        _warn_of_share(names, figure, bound, path)


def _domain(figure: Figure) -> tuple[float, float]:
    low = -inf if figure.low is None else figure.low
    return low, inf if figure.high is None else figure.high


def _warn(
    names: Names, code: str, figure: Figure, bound: Fraction, path: str, witness: float
) -> None:
    low, high = _domain(figure)
    params = {
        "figure": figure.name,
        "bound": short(bound),
        "low": _end(low),
        "high": _end(high),
    }
    names.warn(code, path, witness={figure.name: short(Fraction(witness))}, **params)


def _end(value: float) -> str:
    return "∞" if value == inf else "-∞" if value == -inf else f"{value:g}"


def _warn_of_share(names: Names, figure: Figure, bound: Fraction, path: str) -> None:
    """A bound far above what a share usually is: 90 for 90 %."""
    if figure.usual is not None and bound > figure.usual:
        params = {"figure": figure.name, "bound": short(bound), "share": short(bound / 100)}
        names.warn("scale.share", path, witness={figure.name: figure.usual}, **params)
