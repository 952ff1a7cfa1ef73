"""What early warning says: why an alert is raised, and why an indicator could not be judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["REASONS"]

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "alert.utilisation": (
        "Utilisation is {value:share}, {exposure} of {line}: at or above {threshold:share}.",
        "额度使用率 {value:share}（占用 {exposure}，额度 {line}），达到或超过 {threshold:share}。",
    ),
    "alert.oldest_overdue_days": (
        "The oldest debt is {value} days past due, at or above {threshold}.",
        "最长逾期 {value} 天，达到或超过 {threshold} 天。",
    ),
    "alert.dso_rise": (
        "DSO of {dso:operand} days is {value:operand} times its own mean of {mean:operand}, "
        "at or above {threshold:operand}.",
        "应收账款周转天数 {dso:operand} 天，为自身均值 {mean:operand} 的 {value:operand} 倍，"
        "达到或超过 {threshold:operand} 倍。",
    ),
    "alert.grade_fall": (
        "The grade fell by {value}, from {before} to {after}.",
        "信用等级下降 {value} 档，由 {before} 降至 {after}。",
    ),
    "alert.no_line": (
        "{exposure} is owed and there is no line: beyond any threshold.",
        "未授信，已占用 {exposure}，视同超过阈值。",
    ),
    "alert.figure": (
        "{figure:figure} is {value:operand}, at or above {threshold:operand}.",
        "{figure:figure}为 {value:operand}，达到或超过 {threshold:operand}。",
    ),
    "alert.figure_low": (
        "{figure:figure} is {value:operand}, at or below {threshold:operand}.",
        "{figure:figure}为 {value:operand}，达到或低于 {threshold:operand}。",
    ),
    # Not judged
    "watch.missing": (
        "{indicator}: cannot be judged; not known: {missing:figures}.",
        "{indicator}：无法判断；缺失：{missing:figures}。",
    ),
    "watch.undefined": (
        "{indicator}: cannot be judged; {figure:figure} has no meaning.",
        "{indicator}：无法判断；{figure:figure}无意义。",
    ),
    "watch.invalid": (
        "{indicator}: cannot be judged; a rate is missing or a value cannot be read: {missing:figures}.",
        "{indicator}：无法判断；缺少汇率或数值无法读取：{missing:figures}。",
    ),
}
"""Code -> (English, Chinese)."""
