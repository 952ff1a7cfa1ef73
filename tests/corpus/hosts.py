"""What the corpus's houses bring of their own: a figure of each kind, and two models."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

import creditkit as ck

__all__ = ["FIGURES", "MODELS"]


def _figure(name: str, kind: str, en: str, zh: str, **more: Any) -> ck.Figure:
    return ck.Figure(name=name, kind=kind, en=en, zh=zh, meaning="The house's own", **more)  # type: ignore[arg-type]


FIGURES = (
    _figure("house_money", "money", "Deposits held", "押金余额", better="low"),
    _figure("house_days", "days", "Days since the last visit", "距上次走访天数", better="low"),
    _figure("house_visits", "count", "Site visits", "实地走访次数", better="high", low=0),
    _figure("house_flag", "flag", "On the watch list", "关注名单"),
    _figure("house_ratio", "ratio", "Share of returns", "退货率"),
    _figure("house_score", "score", "Bureau score", "征信评分", better="high", low=0, high=1000),
    _figure("house_line_item", "line_item", "Order book", "在手订单", better="high"),
    _figure("house_category", "category", "Branch of trade", "细分行业"),
)


class Straight:
    """A model with nothing but an id, needs and a score: a straight line, with gaps."""

    id = "house.line/1"
    needs = ("house_ratio", "current_ratio")

    def score(self, figures: Mapping[str, Any], /) -> ck.Score:
        first, second = figures["house_ratio"], figures["current_ratio"]
        if not isinstance(first, float):
            return ck.Score(
                model=self.id, value=None, missing=("house_ratio",), coverage=Fraction(1, 2)
            )
        more = second if isinstance(second, float) else 0.0
        parts = ck.Part(name="base", value=20.0), ck.Part(name="line", value=10.0 * first + more)
        return ck.Score(model=self.id, value=parts[0].value + parts[1].value, parts=parts)


class Bureau:
    """A score that the host was given, in columns too."""

    id = "house.bureau/2"
    needs = ("house_score",)

    def score(self, figures: Mapping[str, Any], /) -> ck.Score:
        value = figures["house_score"]
        return ck.Score(model=self.id, value=value, missing=self.needs if value is None else ())

    def scores(self, columns: Any, /) -> ck.Scores:
        values = np.where(columns["house_score"].known, columns["house_score"].values, np.nan)
        return ck.Scores(
            model=self.id,
            values=values.astype(np.float64),
            status=np.isnan(values).astype(np.uint8),
            one=lambda row: self.score({"house_score": values[row].item()}),
        )


MODELS = (Straight(), Bureau())
