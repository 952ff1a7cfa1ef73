"""Whether a language falls back to Chinese: for sentences that are not yet a `Text`."""

from __future__ import annotations

from creditkit.languages import CHINESE, AnyLanguage, language_of

__all__ = ["chinese"]


def chinese(language: AnyLanguage) -> bool:
    """Whether a language is Chinese, or falls back to it; one that is unknown is an `InvalidFact`.

    >>> chinese("zh_CN"), chinese("en")
    (True, False)
    """
    found = language_of(language)
    while found.base is not found:
        found = language_of(found.base)
    return found is CHINESE
