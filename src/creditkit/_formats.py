"""What cells look like that cannot be read: for the message about a whole column of them.

A column of which no cell can be read is not a column with faults but one in another form, such as
a table of a spreadsheet has; who knows which can mend it in one line, which stands in the message.

>>> date_format(["03/11/2026", "21/11/2026"])
"the format seen is dd/mm/yyyy; write '2026-11-21', or give pandas.to_datetime(column, format='%d/%m/%Y')"
>>> amount_format(["12,50"])
"the format seen has a decimal comma; write it as '1234.50'"
>>> form_seen("True or False", ["yes", "", "no"])
"the format seen is 'yes' and 'no'; write [{'yes': True, 'no': False}.get(cell) for cell in column]"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

__all__ = ["amount_format", "date_format", "flag_word", "form_seen", "number_word"]

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


_YES: Final = ("yes", "y", "true", "t", "1", "on", "是", "有", "x", "ja", "oui")
_NO: Final = ("no", "n", "false", "f", "0", "off", "否", "无", "nein", "non")
_RENMINBI: Final = ("rmb", "cn¥", "¥", "￥", "人民币", "元", "yuan")


def form_seen(noun: str, cells: Sequence[Any]) -> str:
    """The form that cells have which should hold ``noun``, and what to write; "" for no idea."""
    some = list(islice(cells, _LOOKED_AT))
    texts = [cell for cell in some if isinstance(cell, str) and cell.strip()]
    if noun == "a date":
        return date_format(texts) if texts else ""
    if noun == "an amount":
        floats = any(isinstance(cell, float) for cell in some)
        seen = "the format seen is floats; give Decimal or text, or say from_float=True"
        return amount_format(texts) if texts else seen if floats else ""
    seen_as = _SEEN.get(noun)
    return seen_as(texts, some) if seen_as else ""


def _flags(texts: Sequence[str], cells: Sequence[Any]) -> str:
    kinds = (str,) if texts else (int, float)  # 0 and 1, also as floats
    there = [cell for cell in cells if cell is not None and not (type(cell) is str and not cell)]
    if not set(map(type, there)) <= set(kinds):
        return ""
    words: list[Any] = list(dict.fromkeys(there))
    yes = next((word for word in words if _word(word) in _YES), None)
    no = next((word for word in words if _word(word) in _NO), None)
    found = {word: word == yes for word in (yes, no) if word is not None}
    if not found or len(found) < len([word for word in words if word == word]):
        return ""
    seen = " and ".join(map(repr, found))
    return f"the format seen is {seen}; write [{found!r}.get(cell) for cell in column]"


def flag_word(text: str) -> bool | None:
    """What a word says of a flag; None where it says neither."""
    word = _word(text)
    return True if word in _YES else False if word in _NO else None


def number_word(text: str) -> str:
    """The plain digits of a number that is written in another form; "" where there is none.

    >>> number_word("52,400"), number_word("1 000.50 CNY"), number_word("１２"), number_word("BB+")
    ('52400', '1000.50', '12', '')
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).strip()
    match = re.fullmatch(r"(-?\d{1,3}([, ]\d{3})+(\.\d+)?|-?\d[\d_]*(\.\d+)?)( ?[A-Z]{3})?", plain)
    return re.sub(r"[, _A-Z]", "", match[0]) if match and len(text) <= _LONGEST else ""


def _word(value: Any) -> str:
    return value.strip().casefold()[:_LONGEST] if isinstance(value, str) else f"{value:g}"


def _numbers(texts: Sequence[str], cells: Sequence[Any]) -> str:
    if not texts:
        return ""
    first = _short(texts[0])
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", first, re.ASCII):
        how = "float(cell) if cell else None"
        return f"the format seen is text; write [{how} for cell in column]"
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", first, re.ASCII):
        how = "float(cell.replace(',', '')) if cell else None"
        return f"the format seen has commas between thousands; write [{how} for cell in column]"
    return ""


def _wholes(texts: Sequence[str], cells: Sequence[Any]) -> str:
    if texts and re.fullmatch(r"[-+]?\d+", _short(texts[0]), re.ASCII):
        return "the format seen is text; write [int(cell) if cell else None for cell in column]"
    return ""


def _texts(_texts: Sequence[str], cells: Sequence[Any]) -> str:
    if any(type(cell) is int for cell in cells):
        how = "None if cell is None else str(cell)"
        return f"the format seen is whole numbers; write [{how} for cell in column]"
    return ""


def _currencies(texts: Sequence[str], cells: Sequence[Any]) -> str:
    if not texts:
        return ""
    first = _short(texts[0])
    code = "CNY" if first.casefold() in _RENMINBI else first.upper()
    if not re.fullmatch("[A-Z]{3}", code) or code == first:
        return ""
    return f"the format seen is {first!r}; write {code!r}"


_SEEN: Final = {
    "True or False": _flags,
    "a number": _numbers,
    "a whole number": _wholes,
    "text": _texts,
    "an ISO 4217 code": _currencies,
}
