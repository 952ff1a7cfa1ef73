"""`[[scorecards]]` (评分卡): figures fall into bins, bins earn points, weights make them a score.

A card is a model of this policy, named ``scorecard:<id>``; see `models.scorecard` for the formula.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any, Self

import attrs

from creditkit.figures import FigureKind
from creditkit.models import scorecard
from creditkit.models.scorecard import Scorecard
from creditkit.policy.schema import entries as e
from creditkit.policy.schema import readers
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase, kind_phrase
from creditkit.policy.schema.presented import short
from creditkit.policy.schema.scale import warn_of_bound
from creditkit.policy.schema.unread import BAD

__all__ = ["Bin", "Card", "Factor"]

_DIGITS = 12
"""The most decimals of weights: their common denominator stays within whole numbers of 64 bits."""


def _points(value: Any, path: str, names: Names) -> Any:
    number = readers.exact(value, path, names)
    if number is not BAD and not 0 <= number <= 100:
        rule = Phrase("rule.points", {"low": 0, "high": 100})
        names.fault("form.range", path, rule=rule, value=value)
        return BAD
    return number


def _missing(value: Any, path: str, names: Names) -> Any:
    """``error``, ``reallocate``, ``keep`` or ``points:N``, as ``(treatment, points)``."""
    if value in ("error", "reallocate", "keep"):
        return (value, Fraction(0))
    if isinstance(value, str) and value.startswith("points:"):
        points = _points(value[7:], path, names)
        return BAD if points is BAD else ("points", points)
    choices = ("error", "reallocate", "keep", "points:N")
    names.fault("form.choice", path, choices=choices, value=value)
    return BAD


_POINTS = ("points between 0 and 100", "0 至 100 分")


@attrs.frozen(kw_only=True)
class Bin(Row):
    """One bin of a scorecard's factor; the last has neither bound nor names and takes the rest."""

    points: Fraction = e.entry(_points, _POINTS, says=("what it earns", "得分"))
    min: Fraction | None = e.exact(None, says=("from here up, inclusive", "不小于（含）"))
    max: Fraction | None = e.exact(None, says=("up to here, inclusive", "不大于（含）"))
    names: tuple[str, ...] = e.names_of(
        (),
        takes=("a list of categories, or true and false as text", "类别列表"),
        says=("any of these", "属于其中之一"),
    )

    @property
    def given(self) -> list[str]:
        """Which of the three ways to bound it are used."""
        return [name for name in ("min", "max", "names") if getattr(self, name) not in (None, ())]


@attrs.frozen(kw_only=True)
class Factor(Row):
    """One factor of a scorecard."""

    figure: str = e.name(says=("the figure", "指标"))
    weight: Fraction = e.ratio(
        says=("its share of the score; weights add up to 1", "权重，合计为 1")
    )
    bins: tuple[Bin, ...] = e.rows(
        Bin, says=("from best to worst, or from low to high", "由优到劣，或由低到高")
    )
    missing: tuple[str, Fraction] = e.entry(
        _missing,
        (
            "`reallocate`, `keep`, `error` or `points:N`",
            "`reallocate`、`keep`、`error` 或 `points:N`",
        ),
        ("reallocate", Fraction(0)),
        says=(
            "where it is not known: its weight goes to the others, no points and the weight stays, no "
            "score, or so many points",
            "未知时：权重由其他因素分摊、不得分而权重保留、不评分、或得若干分",
        ),
        absent=("`reallocate`", "`reallocate`"),
    )
    undefined: Fraction | None = e.entry(
        _points,
        _POINTS,
        None,
        says=("what a figure without a meaning earns", "指标无意义时的得分"),
        absent=("the least points of its bins", "各档最低分"),
    )
    dimension: str = e.text("", says=("a heading of the house's own", "自定义维度"))
    made: scorecard.Factor = attrs.field(default=BAD, eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The factor as the card needs it; BAD where a bin is at fault."""
        figure = names.figure(self.figure, f"{path}.figure")
        kind = figure.kind if figure else FigureKind.RATIO
        if not self.bins:
            names.fault("form.missing", f"{path}.bins")
        bins = _bins(self, kind, path, names)
        bounded = [bin_ for bin_ in self.bins[:-1] if (bin_.min is None) != (bin_.max is None)]
        if len({bin_.min is None for bin_ in bounded}) > 1:
            rule, value = Phrase("rule.one_bound"), Phrase("value.both")
            names.fault("form.range", f"{path}.bins", rule=rule, value=value)
        made = scorecard.Factor(
            figure=self.figure,
            weight=self.weight,
            bins=tuple(bins),
            missing=self.missing[0],
            missing_points=self.missing[1],
            undefined_points=self.undefined,
            dimension=self.dimension,
        )
        return attrs.evolve(self, made=made)


@attrs.frozen(kw_only=True)
class Card(Row):
    """A scorecard declared in the policy; a model named ``scorecard:<id>``."""

    id: str = e.name(
        says=("the card is named `scorecard:` and this", "评分卡名为 `scorecard:` 加此名")
    )
    title: tuple[str, str] = e.titles(says=("its title on pages", "页面上的标题"))
    range: tuple[Fraction, Fraction] = e.numbers(
        says=("the lowest and the highest score", "最低分与最高分")
    )
    factors: tuple[Factor, ...] = e.rows(Factor, says=("what is weighed", "评分因素"))
    model: Scorecard = attrs.field(default=BAD, eq=False, repr=False)

    @property
    def name(self) -> str:
        """The card's name as a model."""
        return f"scorecard:{self.id}"

    def resolved(self, names: Names, path: str) -> Self:
        """The card with its model, which stands among the models; BAD where anything is at fault."""
        names.models[self.name] = BAD
        names.unique(f"{path}.factors", self.factors, key="figure")
        weights = sum((factor.weight for factor in self.factors), Fraction(0))
        if weights != 1:
            names.fault("gap.weights", f"{path}.factors", value=short(weights))
        elif lcm(*(factor.weight.denominator for factor in self.factors)) > 10**_DIGITS:
            names.fault("form.size", f"{path}.factors", limit=_DIGITS, what=Phrase("many.decimals"))
        if names.report.at_fault(path):
            return self
        model = Scorecard(
            id=self.name,
            low=float(self.range[0]),
            high=float(self.range[1]),
            factors=tuple(factor.made for factor in self.factors),
            en=self.title[0],
            zh=self.title[1],
        )
        names.models[self.name] = model
        return attrs.evolve(self, model=model)


def _bins(factor: Factor, kind: FigureKind, path: str, names: Names) -> list[scorecard.Bin]:
    """The bins of a factor, each with one bound but for the last, in one direction."""
    named = kind in (FigureKind.FLAG, FigureKind.CATEGORY)
    out, before = [], None
    for index, bin_ in enumerate(factor.bins):
        here, last, given = f"{path}.bins[{index}]", index == len(factor.bins) - 1, bin_.given
        if len(given) != (0 if last else 1):
            rule = Phrase("rule.last_bin" if last else "rule.bin")
            what = (
                Phrase("value.plain", {"value": tuple(given)}) if given else Phrase("value.nothing")
            )
            names.fault("form.range", here, rule=rule, value=what)
            continue
        if given and (given == ["names"]) != named:
            takes = "kind.names" if named else "kind.bounds"
            error = Phrase(takes, {"name": factor.figure, "kind": kind_phrase(kind)})
            names.fault("name.kind", here, error=error)
            continue
        bound = bin_.min if bin_.min is not None else bin_.max
        if bound is not None and before is not None:
            rising = bin_.max is not None
            if (bound <= before) if rising else (bound >= before):
                direction = Phrase("direction.up" if rising else "direction.down")
                params: dict[str, Any] = {"value": short(bound), "before": short(before)}
                names.fault("order.bins", here, direction=direction, **params)
        before = bound
        if bound is not None:
            warn_of_bound(names, names.figures.get(factor.figure), bound, here, up=bin_.max is None)
        out.append(_bin(bin_, kind, here, names))
    return out


def _bin(row: Bin, kind: FigureKind, path: str, names: Names) -> scorecard.Bin:
    def bound(value: Fraction | None) -> float | int | None:
        if value is None or not kind.exact:
            return None if value is None else float(value)
        scaled = value * names.unit(kind)
        if scaled.denominator != 1:
            rule = Phrase("rule.whole")
            if kind is FigureKind.MONEY:
                rule = Phrase("rule.decimals", {"digits": names.digits})
            names.fault("form.range", path, rule=rule, value=short(value))
        return int(scaled)

    low, high = bound(row.min), bound(row.max)
    return scorecard.Bin(points=row.points, at_least=low, at_most=high, names=row.names)
