"""Scorecards of a document: each row of factors and bins made into a `Scorecard`, its faults noted."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

from creditkit.figures import FigureKind
from creditkit.models.scorecard import Bin, Factor, Scorecard
from creditkit.policy.document import CardRow, FactorRow
from creditkit.policy.schema.names import Resolver

__all__ = ["make_card"]


def make_card(words: Resolver, row: CardRow, path: str) -> Scorecard | None:
    """The scorecard of a row, or None where anything in it is at fault."""
    before = len(words.report.faults)
    words.unique(f"{path}.factors", [factor.figure for factor in row.factors])
    factors = words.each(
        lambda: row.factors, lambda one, here: _factor(words, one, here), f"{path}.factors"
    )
    weights = sum((factor.weight for factor in row.factors), Fraction(0))
    if weights != 1:
        words.report.fault("gap.weights", f"{path}.factors", value=str(float(weights)))
    elif lcm(*(factor.weight.denominator for factor in row.factors)) > 10**12:
        words.report.fault("form.size", f"{path}.factors", limit=12, what="decimals of weights")
    if any(one is None for one in factors) or len(words.report.faults) > before:
        return None
    low, high = (float(bound) for bound in row.range)
    return Scorecard(
        id=f"scorecard:{row.id}",
        low=low,
        high=high,
        factors=tuple(factors),
        en=row.title[0],
        zh=row.title[1],
    )


def _factor(words: Resolver, row: FactorRow, path: str) -> Factor:
    figure = words.figure(row.figure, f"{path}.figure")
    kind = figure.kind if figure else FigureKind.RATIO
    if not row.bins:
        words.report.fault("form.missing", f"{path}.bins")
    bins = []
    before: Fraction | None = None
    for place, bin_ in enumerate(row.bins):
        here, last = f"{path}.bins[{place}]", place == len(row.bins) - 1
        given = [name for name in ("min", "max", "names") if getattr(bin_, name) not in (None, ())]
        if len(given) != (0 if last else 1):
            rule = (
                "without min, max and names (the last bin takes the rest)"
                if last
                else "with min, max or names"
            )
            words.report.fault("form.range", here, rule=rule, value=given)
            continue
        named = kind in (FigureKind.FLAG, FigureKind.CATEGORY)
        if given and (given == ["names"]) != named:
            takes = "names" if named else "min or max"
            error = f"{row.figure!r} is a {kind.value}: its bins take {takes}"
            words.report.fault("name.kind", here, error=error)
            continue
        bound = bin_.min if bin_.min is not None else bin_.max
        if bound is not None and before is not None:
            rising = bin_.max is not None
            if (bound <= before) if rising else (bound >= before):
                direction = "low to high" if rising else "high to low"
                words.report.fault(
                    "order.bins",
                    here,
                    direction=direction,
                    value=f"{float(bound):.12g}",
                    before=f"{float(before):.12g}",
                )
        before = bound
        bins.append(_bin(words, bin_, kind, here))
    bounded = [bin_ for bin_ in row.bins[:-1] if (bin_.min is None) != (bin_.max is None)]
    if len({bin_.min is None for bin_ in bounded}) > 1:
        words.report.fault(
            "form.range", f"{path}.bins", rule="all with min or all with max", value="both"
        )
    return Factor(
        figure=row.figure,
        weight=row.weight,
        bins=tuple(bins),
        missing=row.missing[0],
        missing_points=row.missing[1],
        undefined_points=row.undefined,
        dimension=row.dimension,
    )


def _bin(words: Resolver, row: Any, kind: FigureKind, path: str) -> Bin:
    def bound(value: Fraction | None) -> float | int | None:
        if value is None or not kind.exact:
            return None if value is None else float(value)
        scaled = value * words.unit(kind)
        if scaled.denominator != 1:
            words.report.fault("form.range", path, rule=f"a whole {kind.value}", value=str(value))
        return int(scaled)

    return Bin(points=row.points, at_least=bound(row.min), at_most=bound(row.max), names=row.names)
