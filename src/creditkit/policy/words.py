"""Words that pages of results share: what is said of every decision and of every verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from creditkit.facts.rates import Rates
from creditkit.languages import AnyLanguage, Text, texts
from creditkit.models import published
from creditkit.reasons.titles import listed

__all__ = ["MODELS", "SHARED", "rates_line"]

SHARED: Final = texts(
    "page",
    {
        "reasons": ("Reasons", "理由"),
        "rates": ("Rates", "汇率"),
        "rate": ("1 {currency} = {rate} {base}", "1 {currency} = {rate} {base}"),
        "rates_of": ("{rates} ({kind}, {as_of})", "{rates}（{kind}，{as_of}）"),
        "authority": ("Approval authority", "审批权限"),
        "product": ("{factor} x {amount}", "{factor} x {amount}"),
    },
)

MODELS: Final[Mapping[str, Text]] = {model.id: model.text for model in published()}
"""Id of a published model -> its title."""


def rates_line(rates: Rates, language: AnyLanguage) -> str:
    """What one unit of each currency was counted for: ``1 USD = 7.10 CNY (mid, 2026-11-20)``."""
    base = rates.base
    each = [
        SHARED["rate"].filled(language, currency=name, rate=rate, base=base)
        for name, rate in sorted(rates.table.items())
        if name != base
    ]
    one = listed(each, language)
    return SHARED["rates_of"].filled(language, rates=one, kind=rates.kind, as_of=rates.as_of)
