"""Words of an analysis of statements: its names, its numbers, and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from creditkit.facts.statements import LINES
from creditkit.figures import FIGURES
from creditkit.languages import AnyLanguage, Text, texts
from creditkit.reasons.titles import FACTS, listed

__all__ = ["decimal", "percent", "remarks", "title"]

RATIOS: Final = texts(
    "title",
    {
        "asset_turnover": ("Asset turnover", "总资产周转率"),
        "equity_multiplier": ("Equity multiplier", "权益乘数"),
        "tax_burden": ("Tax burden", "税负比率"),
        "interest_burden": ("Interest burden", "利息负担率"),
        "ebit_margin": ("EBIT margin", "息税前利润率"),
        "currency": ("Currency", "币种"),
    },
)
"""What a return is divided into, beside what is a figure of its own."""

WORDS: Final = texts(
    "analysis",
    {
        "previous": ("{line} of the year before", "上年{line}"),
        "missing": ("not known: {names}", "缺失：{names}"),
        "undefined": ("without a meaning: {names}", "无意义：{names}"),
    },
)

_TITLES: Final[Mapping[str, Text]] = {
    **RATIOS,
    **{name: FACTS[name] for name in LINES},
    **{name: FIGURES[name].text for name in ("net_margin", "return_on_equity")},
}


def title(name: str, language: AnyLanguage) -> str:
    """What a line or ratio is called; a name without a title stands as it is."""
    if name.startswith("previous."):
        line = title(name.removeprefix("previous."), language)
        return WORDS["previous"].filled(language, line=line)
    return _TITLES[name].in_(language) if name in _TITLES else name


def decimal(value: float | None, places: int = 4) -> str:
    """``0.12`` as ``0.1200``; a dash where there is no value."""
    return "-" if value is None else f"{value:.{places}f}"


def percent(value: float | None) -> str:
    """``0.12`` as ``12.00 %``; a dash where there is no value."""
    return "-" if value is None else f"{100 * value:.2f} %"


def remarks(missing: Sequence[str], undefined: Sequence[str], language: AnyLanguage) -> list[str]:
    """A sentence on what is not known, and one on what has no meaning, where there is any."""
    return [
        WORDS[label].filled(
            language, names=listed([title(name, language) for name in names], language)
        )
        for label, names in (("missing", missing), ("undefined", undefined))
        if names
    ]
