"""`[monitoring]` (信用监控): early-warning indicators over months of figures."""

from __future__ import annotations

from fractions import Fraction
from typing import Self

import attrs

from creditkit.figures import FigureKind
from creditkit.policy.figures.scopes import Scope
from creditkit.policy.figures.sources import known
from creditkit.policy.schema import entries as e
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase, kind_phrase
from creditkit.policy.schema.presented import short
from creditkit.policy.schema.scale import warn_of_bound
from creditkit.policy.sections.reviews import Review, Reviews, warn_of_shadowed

__all__ = ["Indicator", "Monitoring"]


@attrs.frozen(kw_only=True)
class Indicator(Row):
    """An early-warning indicator (预警信号): a figure at or beyond a threshold raises an alert.

    A figure that a month does not know by itself is judged where the host gives it in
    `MonthFigures.figures`. Where less than ``materiality`` (重要性水平) is owed at the end of the month,
    nothing is raised.
    """

    id: str = e.name(says=("its name in alerts", "预警中的名称"))
    figure: str = e.name(
        takes=(f"one of the {Scope.MONTH.en}", f"{Scope.MONTH.zh}之一"),
        says=("the figure that is watched", "监控的指标"),
    )
    warning: Fraction | None = e.exact(
        None,
        takes=("a number", "数"),
        says=("at or beyond it an alert is raised", "达到或超过时预警"),
    )
    serious: Fraction | None = e.exact(
        None,
        takes=("a number", "数"),
        says=("beyond the warning: a serious alert", "严重预警，须比预警值更严重"),
    )
    materiality: int | None = e.amount(
        None,
        says=("where less is owed nothing is raised", "欠款低于此数不预警"),
        absent=("none", "无"),
    )
    months: int = e.whole(12, low=2, high=60, says=("how far back a mean goes", "均值回溯的月数"))
    action: str = e.text(
        "review", takes=("the code of an action", "措施代码"), says=("what to do", "建议措施")
    )
    kind: FigureKind = attrs.field(default=FigureKind.RATIO, eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The indicator with the kind of its figure, which must be a quantity."""
        figure = names.figures.get(self.figure)
        if self.warning is None and self.serious is None:
            names.fault("form.missing", f"{path}.warning")
        if figure is None:
            names.unknown("figure", self.figure, names.figures, f"{path}.figure")
            return self
        if not known(self.figure, Scope.MONTH):
            names.warn("gap.month", f"{path}.figure", name=self.figure)
        if figure.kind in (FigureKind.FLAG, FigureKind.CATEGORY):
            wrong = Phrase("kind.quantity", {"name": self.figure, "kind": kind_phrase(figure.kind)})
            names.fault("name.kind", f"{path}.figure", error=wrong)
        elif self.warning is not None and self.serious is not None:
            lower = figure.better == "high"
            beyond = self.serious < self.warning if lower else self.serious > self.warning
            if not beyond:
                bounds = {"warning": short(self.warning), "value": short(self.serious)}
                names.fault("order.thresholds", f"{path}.serious", **bounds)
        for key, bound in (("warning", self.warning), ("serious", self.serious)):
            if bound is not None:
                up = figure.better != "high"
                warn_of_bound(names, figure, bound, f"{path}.{key}", up=up)
        return attrs.evolve(self, kind=figure.kind)


@attrs.frozen(kw_only=True)
class Monitoring(Row):
    """How customers are watched: the indicators. ``reviews`` is the former key of `reviews.rows`."""

    reviews: tuple[Review, ...] = e.rows(
        Review, (), says=("the former key of `reviews.rows`", "`reviews.rows` 的旧写法")
    )
    indicators: tuple[Indicator, ...] = e.rows(
        Indicator, (), says=("what raises an alert", "预警指标")
    )

    def resolved(self, names: Names, path: str) -> Self:
        """The section; rows under the former key are read, and the warning says where they stand now."""
        if self.reviews:
            names.warn("old.key", f"{path}.reviews", instead="reviews.rows")
            names.readable(lambda: self._shadowed(f"{path}.reviews", names))
        return self

    def _shadowed(self, path: str, names: Names) -> None:
        """Rows in the old place count after those of the new one."""
        warn_of_shadowed(self.reviews, path, names, names.of(Reviews).rows)
