"""A text of terms as one plain line: one case and width, numbers in digits, instalments apart.

>>> plain("验收合格后三十个工作日")[0], plain("Thirty (30) days after acceptance")[0]
('验收合格后30个工作日', '30 days after acceptance')
>>> segments("50% advance 50% on delivery")
['50% advance', '50% on delivery']
>>> segments("1/3 on order,2/3 on delivery")  # shares, because they add up to the whole
['100/3% on order', '200/3% on delivery']
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

__all__ = [
    "DECIMAL",
    "HAN",
    "LONGEST_TEXT",
    "NUMBER",
    "ONE_DAY",
    "QUOTED",
    "REST",
    "Ambiguous",
    "Unreadable",
    "plain",
    "regex",
    "segments",
    "with_names",
]

LONGEST_TEXT: Final = 4000
"""Characters that terms may have: some sixty instalments, each with its steps."""

HAN: Final = "一-鿿"
DECIMAL: Final = r"([0-9]{1,3}(?:\.[0-9]{1,12})?)"
NUMBER: Final = r"([0-9]{1,12}(?:\.[0-9]{1,12})?(?:/[0-9]{1,12})?)"
ONE_DAY: Final = r"([0-9]{1,2})(?:st|nd|rd|th)?"
REST: Final = r"(?:the )?(?:rest|remainder|balance|remaining)|余款|剩余|其余|尾款|余额"
QUOTED: Final = re.compile(r"§([0-9])§")


class Unreadable(ValueError):
    """What is no text of terms."""


class Ambiguous(Unreadable):
    """A phrase that can be read in several ways: what was written, and its readings as phrases."""

    def __init__(self, found: str, choices: Sequence[str]) -> None:
        super().__init__(found)
        self.found = found
        self.choices = tuple(choices)


@functools.cache
def regex(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled once."""
    return re.compile(pattern)


# Plain

_QUOTES: Final = re.compile(r'["“”「」]([^"“”「」]{1,60})["“”「」]')
_AS: Final = (  # what is written, what it is read as
    ("、", ","),
    ("。", ""),
    ("percent", "%"),
    ("per cent", "%"),
    ("→", " then "),
    ("帐期", "账期"),
)
_WITHIN: Final = r"(?:/|(?:off |discount )?(?:if paid )?(?:with)?in )? ?([0-9]{1,5})(?: days?)?"


def plain(text: str) -> tuple[str, list[str]]:
    """A text in one case and width, without blanks beside Chinese; names in quotes as numbers."""
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_TEXT or "§" in text:
        raise Unreadable(text)
    quoted: list[str] = []

    def kept(match: re.Match[str]) -> str:
        if match[1] not in quoted:
            quoted.append(match[1])
        return f"§{quoted.index(match[1])}§"

    line = unicodedata.normalize("NFKC", _QUOTES.sub(kept, text)).casefold()
    if len(quoted) > 9:
        raise Unreadable(text)
    for written, read in _AS:
        line = line.replace(written, read)
    line = re.sub(r"\s+", " ", line).strip(" .,;")
    line = re.sub(rf"(?<=[{HAN},:]) | (?=[{HAN},:%])", "", line)
    line = re.sub(r"\bnet-(?=[0-9])", "net ", line)
    line = _in_digits(line)
    line = re.sub(rf"^{DECIMAL} ([0-9]{{1,3}})(?=,? ?(?:net |n/))", r"\1/\2", line)  # 2 10 net 30
    line = re.sub(rf"{DECIMAL}% ?{_WITHIN},? ?(?=net|n/)", r"\1/\2 ", line)
    prox = rf"{DECIMAL}(?:%|/|% ?/) ?(?:the )?{ONE_DAY} prox\.?(?=,? ?(?:net|n/))"
    return re.sub(prox, r"\1/\2 prox", line), quoted


def with_names(line: str, quoted: Sequence[str]) -> str:
    """A plain line with the names in quotes that `plain` took out."""
    return QUOTED.sub(lambda match: f'"{quoted[int(match[1])]}"', line)


# Numbers in words

_DIGITS: Final = {name: value for value, name in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_CHINESE: Final = r"([零〇一二两三四五六七八九十百]{1,7})"
_ENGLISH: Final = {
    "one": 1,
    "two": 2,
    "three": 3,
    "seven": 7,
    "ten": 10,
    "fourteen": 14,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty-five": 45,
    "sixty": 60,
    "ninety": 90,
}


def _in_digits(line: str) -> str:
    """Numbers in words as digits, years as months, tenths (成) and fractions as percent."""
    names = "|".join(_ENGLISH)
    line = re.sub(
        rf"\b({names})(?: ?\(([0-9]+)\))?(?= (?:calendar |working |business )?(?:day|month|year))",
        lambda match: _same(match, str(_ENGLISH[match[1]])),
        line,
    )
    line = re.sub(r"\b([0-9]{1,2}) years?\b", lambda match: f"{12 * int(match[1])} months", line)
    if not re.search(rf"[{HAN}]", line):
        return line
    line = re.sub(rf"{_CHINESE}分之{_CHINESE}", _fraction, line)
    line = re.sub(rf"百分之(?:{_CHINESE}|([0-9.]{{1,8}}))", _percent_of, line)
    line = re.sub(rf"(?<=月结){_CHINESE}(?=天|日|$|,)", _number, line)
    line = re.sub(rf"{_CHINESE}(?=天|[日号]|个月|个?工作日|个自然日|年(?!半)|成)", _number, line)
    line = re.sub(r"([1-9])成", r"\g<1>0%", line).replace("一半", "50%")
    line = re.sub(r"(?<![0-9年])半年", "6个月", line)
    return re.sub(r"([0-9]{1,2})年(?!半)", lambda match: f"{12 * int(match[1])}个月", line)


def _same(match: re.Match[str], number: str) -> str:
    """``thirty (30)`` is 30; where the two differ nothing is read."""
    return number if match[2] in (None, number) else match[0]


def _number(match: re.Match[str]) -> str:
    value = _chinese(match[1])
    return match[0] if value is None else str(value)


def _percent_of(match: re.Match[str]) -> str:
    value = match[2] if match[1] is None else _chinese(match[1])
    return match[0] if value is None else f"{value}%"


def _fraction(match: re.Match[str]) -> str:
    divisor, value = _chinese(match[1]), _chinese(match[2])
    return match[0] if not divisor or value is None else f"{100 * value}/{divisor}%"


def _chinese(text: str) -> int | None:
    """A number from 0 to 999 in Chinese; None for what is none.

    >>> _chinese("一百二十"), _chinese("四十五"), _chinese("十"), _chinese("十十")
    (120, 45, 10, None)
    """
    found = re.fullmatch(
        r"(?:([一二两三四五六七八九])百)?零?(?:([一二两三四五六七八九])?(十))?([零〇一二两三四五六七八九])?",
        text,
    )
    if found is None:
        return None
    tens = 0 if found[3] is None else _DIGITS[found[2] or "一"]
    return 100 * _DIGITS[found[1] or "零"] + 10 * tens + _DIGITS[found[4] or "零"]


# Instalments apart

_NO_SHARE: Final = r"(?! ?(?:until|by)\b)"
_AFTER_REST: Final = "".join(
    f"(?<!{word})" for word in ("余款", "剩余", "其余", "尾款", "余额", "的", "减", "折扣", "优惠")
)
_SHARE_NEXT: Final = rf"(?={NUMBER}%{_NO_SHARE})"
_WORDS_OF_REST: Final = "".join(
    f"(?<!{word})" for word in ("rest", "remainder", "balance", "remaining")
)


def segments(line: str) -> list[str]:
    """The pieces of a plain line that may say an instalment each; nothing but the marks between is lost."""
    line = _equal_parts(line)
    line = regex(rf" ?[+&] ?{_SHARE_NEXT}").sub(",", line)
    line = regex(rf"(?<=[^0-9 ]) ?/ ?{_SHARE_NEXT}").sub(",", line)
    out: list[str] = []
    for segment in regex(r"[,;] ?| and ").split(line):
        out += _apart(segment)
    return _in_percent(out)


def _apart(segment: str) -> list[str]:
    """``50% advance 50% on delivery``: shares that follow one another without a comma."""
    if regex(rf"{NUMBER}%{_NO_SHARE}").match(segment):
        blank = rf"{_WORDS_OF_REST}(?<=[a-z0-9)]) {_SHARE_NEXT}"
        marked = regex(blank).sub(",", segment)
        marked = regex(rf"(?<=[{HAN}]){_AFTER_REST}{_SHARE_NEXT}").sub(",", marked)
    elif regex(rf".*[{HAN}]{_AFTER_REST}{NUMBER}%").fullmatch(segment):
        marked = segment.replace("%", "%,").strip(",")  # 预付30%发货前付70%
    else:
        return [segment]
    return marked.split(",")


def _in_percent(pieces: list[str]) -> list[str]:
    """Fractions at the start of every piece are shares, if they are the whole or something takes the rest."""
    found = [
        regex(rf"([0-9]{{1,3}})/([0-9]{{1,3}}) ?(?=[a-z0-9{HAN}§])(.+)").fullmatch(one)
        for one in pieces
    ]
    shares = [one and int(one[2]) and Fraction(int(one[1]), int(one[2])) for one in found]
    given = [one for one in shares if one]
    rest = regex(REST).match(pieces[-1]) is not None
    told = given if rest else shares
    if len(pieces) < 2 or len(given) != len(pieces) - rest or not all(told):
        return pieces
    words = all(regex(r"net|n/|eom|[0-9]").match(one[3]) is None for one in found if one)
    if not (0 < sum(given) < 1 and words if rest else sum(given) == 1):
        return pieces
    return [
        f"{100 * int(one[1])}/{one[2]}% {one[3]}" if one else piece
        for one, piece in zip(found, pieces, strict=True)
    ]


def _equal_parts(line: str) -> str:
    """``net 30/60/90`` in full: equal instalments."""
    found = regex(r"(?:net )?([0-9]{1,5}(?:/[0-9]{1,5})+)(?: days)?").fullmatch(line)
    several = None if found is None else found[1].split("/")
    if several is None or (len(several) < 3 and not line.startswith("net ")):
        return line
    if [int(one) for one in several] != sorted({int(one) for one in several}):
        return line
    return ",".join(f"100/{len(several)}% net {one}" for one in several)
