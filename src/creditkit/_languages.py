"""The two languages in which creditkit speaks."""

from __future__ import annotations

from creditkit.errors import InvalidFact

__all__ = ["chinese"]


def chinese(language: str) -> bool:
    """Whether a language tag asks for Chinese (``zh``, ``zh_CN``, ``zh-Hans``); everything else is English.

    >>> chinese("zh_CN"), chinese("en"), chinese("de")
    (True, False, False)
    """
    if not isinstance(language, str):
        raise InvalidFact("language", "must be a language tag", language, "write 'en' or 'zh'")
    return language.lower().startswith("zh")
