"""What dates and amounts look like that cannot be read: for the message about a whole column of them.

A column of which no cell can be read is not a column with faults but one in another format, such as
a table of a spreadsheet has; who knows which can mend it in one line.

>>> date_format(["03/11/2026", "21/11/2026"])
"the format seen is dd/mm/yyyy; write '2026-11-21', or give pandas.to_datetime(column, format='%d/%m/%Y')"
>>> amount_format(["12,50"])
"the format seen has a decimal comma; write it as '1234.50'"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["amount_format", "date_format"]

_LOOKED_AT: Final = 1000
"""Cells by which days are kept apart from months; a column may have ten million."""

_LONGEST: Final = 40

_THREE: Final = re.compile(r"(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})([ T].*)?", re.ASCII)
_RIGHT: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATES: Final = (
    (re.compile(r"\d{4}年\d{1,2}月\d{1,2}日"), "yyyy年mm月dd日", "%Y年%m月%d日"),
    (re.compile(r"\d{5}(\.\d+)?", re.ASCII), "the number of a day, as spreadsheets have it", ""),
    (re.compile(r"1\d{9}(\d{3})?", re.ASCII), "a time of a computer's clock", ""),
    (re.compile(r"\d{4}-?W\d\d(-?\d)?", re.ASCII), "a week", ""),
    (re.compile(r"\d{4}[-/.]?\d{1,2}", re.ASCII), "a month", ""),
    (
        re.compile(r".*\d.*[A-Za-z]{3}.*|.*[A-Za-z]{3}.*\d.*"),
        "a date with the name of its month",
        "",
    ),
)

_AMOUNTS: Final = (
    (re.compile(r"yes|no|y|n|true|false|是|否", re.IGNORECASE), "says yes or no, not how much"),
    (re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII), "has commas between thousands"),
    (re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d+),\d{1,2}", re.ASCII), "has a decimal comma"),
    (re.compile(r"\(.*\d.*\)|.*\d ?-", re.ASCII), "writes minus as brackets or behind the number"),
    (re.compile(r"[^\d\s.,+-]{1,3} ?[-+]?\d.*|[-+]?\d.* ?[^\d\s.,+-]{1,3}"), "names its currency"),
)


def date_format(texts: Sequence[str]) -> str:
    """What to write in place of such dates, after the format in which they are."""
    write = "write '2026-11-21'"
    seen, code = _date_format(texts)
    if not seen:
        return f"{write}, or give dates"
    if code:
        write += f", or give pandas.to_datetime(column, format={code!r})"
    return f"the format seen is {seen}; {write}"


def _date_format(texts: Sequence[str]) -> tuple[str, str]:
    """The format in words and, where it is one, as ``strptime`` has it."""
    first = _short(texts[0])
    for pattern, words, code in _DATES:
        if pattern.fullmatch(first):
            return words, code
    if not (begun := _THREE.fullmatch(first)):
        return "", ""
    mark, tail = begun[2], begun[5]
    alike = [one for text in texts[:_LOOKED_AT] if (one := _THREE.fullmatch(_short(text)))]
    year, short = ("yyyy", "%Y") if 4 in (len(begun[1]), len(begun[4])) else ("yy", "%y")
    day_first, month_first = ["dd", "mm", year], ["mm", "dd", year]
    parts, codes = day_first, ["%d", "%m", short]
    if _RIGHT.fullmatch(first):
        return "", ""  # the right one, of days that no calendar has
    if len(begun[1]) == 4:
        parts, codes = ["yyyy", "mm", "dd"], ["%Y", "%m", "%d"]
    elif any(int(one[3]) > 12 for one in alike):
        parts, codes = month_first, ["%m", "%d", short]
    elif not any(int(one[1]) > 12 for one in alike):
        return f"{mark.join(day_first)} or {mark.join(month_first)}: say which", ""
    words = mark.join(parts)
    return (f"{words} with a time of day", "") if tail else (words, mark.join(codes))


def amount_format(texts: Sequence[str]) -> str:
    """What to write in place of such amounts, after the format in which they are; "" for no idea."""
    first = _short(texts[0])
    for pattern, words in _AMOUNTS:
        if pattern.fullmatch(first):
            return f"the format seen {words}; write it as '1234.50'"
    return ""


def _short(text: str) -> str:
    """A cell as the patterns are asked about it: they take their time over long ones."""
    return text.strip()[:_LONGEST]
