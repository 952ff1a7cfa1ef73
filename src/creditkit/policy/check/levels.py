"""The lines that an order is tested against: the customer's own, and that of each group above it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from creditkit.figures import Value
from creditkit.money import LARGEST, Line
from creditkit.policy.figures.of_orders import utilisation_of
from creditkit.policy.figures.order import OrderFacts

__all__ = ["Changed", "Level", "inherits", "levels_of", "overage_of"]

Level: TypeAlias = tuple[str | None, Mapping[str, Value]]
"""A group's id, None for the customer's own line, and the figures as they stand there."""


class Changed(dict[str, Value]):
    """Figures with some of them changed: those of a group's line, or what a remedy moves."""

    __slots__ = ("figures",)

    def __init__(self, figures: Mapping[str, Value], changed: Mapping[str, Value]) -> None:
        super().__init__(changed)
        self.figures = figures

    def __missing__(self, name: str) -> Value:
        return self.figures[name]


def levels_of(case: OrderFacts) -> list[Level]:
    """The customer's own line, and every group's above it with the group's exposure."""
    levels: list[Level] = [(None, case)]
    if not case.account.groups:
        return levels
    own, order = case["exposure"], case["order"]
    for group in case.account.groups:
        others = None if group.others is None else case.minor(group.others)
        exposure = None
        if isinstance(own, int) and isinstance(order, int) and others is not None:
            exposure = others + max(own, -order)  # own credit absorbs the order, nobody else's debt
        line = group.amount
        changed: dict[str, Value] = {
            "exposure": exposure,
            "line": line if isinstance(line, Line) else case.minor(line),
        }
        changed["utilisation"] = utilisation_of(Changed(case, changed))
        levels.append((group.id, Changed(case, changed)))
    return levels


def inherits(case: OrderFacts, level: str | None, values: Mapping[str, Value]) -> bool:
    """Whether a line is inherited from one above, which is asked in a row of its own."""
    groups = case.account.groups
    return values["line"] is Line.INHERIT and bool(groups) and level != groups[-1].id


def overage_of(case: OrderFacts) -> int | None:
    """By how much the order goes over the tightest line; 0 where it does not, None where not known."""
    order = case["order"]
    worst, asked = 0, False
    for _, values in levels_of(case):
        line, exposure = values["line"], values["exposure"]
        if line is Line.INHERIT:
            continue
        asked = True
        if line is Line.UNLIMITED:
            continue
        if line is Line.NONE:
            line = 0
        if type(line) is not int or type(exposure) is not int or type(order) is not int:
            return None
        worst = max(worst, exposure + order - line)
    return worst if asked and worst <= LARGEST else None
