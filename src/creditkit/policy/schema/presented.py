"""What both sides of a condition were, as a result shows it: money as money, limits without an end."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from creditkit.figures import FigureKind
from creditkit.money import LARGEST, Line, Money, plain_amount
from creditkit.policy.schema.conditions import PASS, Condition, Judgement, Linear

__all__ = ["presented", "short", "sides"]


def presented(kind: FigureKind, value: Any, currency: str, scale: int = 1) -> Any:
    """A value as a result shows it: whole minor units become money, everything else stays.

    A sum of amounts may pass the 64 bits of `Money`; it is then shown as text.
    """
    if type(value) is not int:
        return value
    whole = value // scale
    if kind is not FigureKind.MONEY:
        return whole
    if abs(whole) > LARGEST:
        return f"{plain_amount(whole, currency)} {currency}"
    return Money.from_minor(whole, currency)


def sides(condition: Condition, judged: Judgement, currency: str) -> tuple[Any, Any, Any]:
    """``(left, right, headroom)`` of a condition that was judged; headroom below zero where it failed."""
    kind = condition.kind
    left = presented(kind, judged.left, currency, judged.scale)
    right = presented(kind, judged.right, currency, judged.scale)
    if not isinstance(condition, Linear) or judged.left is None:
        return left, right, None
    if judged.right is None:
        return left, Line.UNLIMITED, Line.UNLIMITED if judged.code == PASS else None
    margin = int(judged.right) - int(judged.left)
    margin = margin if condition.op in ("<=", "<") else -margin
    return left, right, presented(kind, margin, currency, judged.scale)


def short(value: Any) -> Any:
    """A number as a message shows it: 720, 0.15."""
    if isinstance(value, Fraction | Decimal):
        return int(value) if value == int(value) else float(value)
    return value
