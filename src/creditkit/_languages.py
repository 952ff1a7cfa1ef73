"""The two languages in which creditkit speaks."""

from __future__ import annotations

__all__ = ["chinese"]


def chinese(language: str) -> bool:
    """Whether a language tag asks for Chinese (``zh``, ``zh_CN``, ``zh-Hans``); everything else is English.

    >>> chinese("zh_CN"), chinese("en"), chinese("de")
    (True, False, False)
    """
    return language.lower().startswith("zh")
