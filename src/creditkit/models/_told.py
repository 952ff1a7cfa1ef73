"""How an analysis of statements is told in both languages: its names, its numbers, what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from creditkit._languages import chinese
from creditkit.facts.statements import Statement
from creditkit.languages import AnyLanguage

__all__ = ["decimal", "percent", "remarks", "title"]

_TITLES: Final = {
    "net_margin": ("Net margin", "销售净利率"),
    "asset_turnover": ("Asset turnover", "总资产周转率"),
    "equity_multiplier": ("Equity multiplier", "权益乘数"),
    "tax_burden": ("Tax burden", "税负比率"),
    "interest_burden": ("Interest burden", "利息负担率"),
    "ebit_margin": ("EBIT margin", "息税前利润率"),
    "return_on_equity": ("Return on equity", "净资产收益率"),
    "currency": ("Currency", "币种"),
    **{
        field.name: (field.metadata["en"], field.metadata["zh"])
        for field in attrs.fields(Statement)
        if "en" in field.metadata
    },
}
"""Lines and what they are divided to, in English and Chinese."""


def title(name: str, language: AnyLanguage) -> str:
    """What a line or ratio is called; a name without a title stands as it is."""
    zh = chinese(language)
    if name.startswith("previous."):
        line = title(name.removeprefix("previous."), language)
        return f"上年{line}" if zh else f"{line} of the year before"
    pair = _TITLES.get(name)
    return name if pair is None else pair[zh]


def decimal(value: float | None) -> str:
    """``0.12`` as ``0.1200``; a dash where there is no value."""
    return "-" if value is None else f"{value:.4f}"


def percent(value: float | None) -> str:
    """``0.12`` as ``12.00 %``; a dash where there is no value."""
    return "-" if value is None else f"{100 * value:.2f} %"


def remarks(missing: Sequence[str], undefined: Sequence[str], language: AnyLanguage) -> list[str]:
    """A sentence on what is not known, and one on what has no meaning, where there is any."""
    zh = chinese(language)
    out = []
    for label, names in (
        ("缺少" if zh else "not known", missing),
        ("无意义" if zh else "without a meaning", undefined),
    ):
        if names:
            shown = (title(name, language) for name in names)
            out.append(f"{label}：{'、'.join(shown)}" if zh else f"{label}: {', '.join(shown)}")
    return out
