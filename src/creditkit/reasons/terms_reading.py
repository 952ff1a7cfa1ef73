"""Reading terms of payment that people write, in English and Chinese.

A text is cut into instalments (each begins with how much: ``30%``, ``5000 CNY``, ``rest``), an
instalment into discounts, a phrase that says when, and what changes it (a cut-off day, rolling to a
working day). A phrase that the trade reads in more than one way is never guessed: `Ambiguous` has
the readings, each of which can be read.

>>> read("2/10 net 30")[0].discounts[0].share
Fraction(1, 50)
>>> readings("net 30 EOM")
('EOM+30', 'from invoice: 30 days then month end')
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from creditkit.errors import InvalidFact
from creditkit.money import CURRENCIES, Money
from creditkit.reasons.terms import BASES, Part, Step, Window

__all__ = ["LONGEST_TEXT", "Ambiguous", "Unreadable", "read", "readings"]

LONGEST_TEXT: Final = 4000
"""Characters that terms may have: some sixty instalments, each with its steps."""

_MOST_READINGS: Final = 12


class Unreadable(ValueError):
    """What is no text of terms."""


class Ambiguous(Unreadable):
    """A phrase that can be read in several ways: what was written, and its readings as phrases."""

    def __init__(self, found: str, choices: Sequence[str]) -> None:
        super().__init__(found)
        self.found = found
        self.choices = tuple(choices)


def read(text: str) -> tuple[Part, ...]:
    """The instalments that a text says; `Unreadable` or `Ambiguous` where it does not say one thing."""
    line, quoted = _plain(text)
    cut = list(_instalments(line))
    if len(cut) > 1 and any(head is None for head, _ in cut):
        raise Unreadable(text)
    return tuple(_part(head or {}, body, quoted) for head, body in cut)


def readings(text: str) -> tuple[str, ...]:
    """The texts that can be meant by an ambiguous one; of any other none."""
    try:
        read(text)
    except Ambiguous as error:
        line, quoted = _plain(text)
        texts = [line.replace(error.found, choice, 1) for choice in error.choices]
    except Unreadable:
        return ()
    else:
        return ()
    out: list[str] = []
    for one in texts:
        whole = _QUOTED_AGAIN.sub(lambda match: f'"{quoted[int(match[1])]}"', one)
        again = readings(whole)
        out += again if again else [whole] if _readable(whole) else []
    return tuple(dict.fromkeys(out))[:_MOST_READINGS]


def _readable(text: str) -> bool:
    try:
        return bool(read(text))
    except Unreadable:
        return False


# From text to a plain line

_QUOTES: Final = re.compile(r'["“”「」]([^"“”「」]{1,60})["“”「」]')
_QUOTED_AGAIN: Final = re.compile(r"§([0-9])§")
_HAN: Final = "一-鿿"
_DECIMAL: Final = r"([0-9]{1,3}(?:\.[0-9]{1,12})?)"


def _plain(text: str) -> tuple[str, list[str]]:
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
    line = line.replace("、", ",").replace("。", "").replace("percent", "%").replace("→", " then ")
    line = re.sub(r"\s+", " ", line).strip(" .,;")
    line = re.sub(rf"(?<=[{_HAN},:]) | (?=[{_HAN},:%])", "", line)
    within = r"(?:/|(?:off |discount )?(?:if paid )?(?:with)?in )? ?([0-9]{1,5})(?: days?)?"
    line = re.sub(rf"{_DECIMAL}% ?{within},? ?(?=net|n/)", r"\1/\2 ", line)
    return line, quoted


# Instalments

_NUMBER: Final = r"([0-9]{1,12}(?:\.[0-9]{1,12})?(?:/[0-9]{1,12})?)"
_OF_DISCOUNT: Final = r"(?:until|by)\b"
_REST: Final = r"(?:the )?(?:rest|remainder|balance|remaining)|余款|剩余|其余|尾款|余额"


@functools.cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _head(segment: str) -> tuple[dict[str, Fraction | Money | None], str] | None:
    """How much an instalment is, and the rest of its text; None where a text begins with none."""
    if _regex(rf"{_NUMBER}% ?{_OF_DISCOUNT}").match(segment):
        return None
    found = _regex(rf"{_NUMBER}% of (?:the )?(?:rest|remainder|balance)\b ?").match(segment)
    found = found or _regex(rf"(?:余款|剩余|其余)的{_NUMBER}%").match(segment)
    if found is not None:
        return {"of_rest": _percent(found[1])}, segment[found.end() :].strip()
    found = _regex(rf"(?:(?:{_REST}) ?)?{_NUMBER}%(?! ?{_OF_DISCOUNT}) ?").match(segment)
    if found is not None:
        return {"share": _percent(found[1])}, segment[found.end() :].strip()
    found = _regex(r"([0-9]{1,15}(?:\.[0-9]{1,4})?) ?([a-z]{3})(?![a-z]) ?").match(segment)
    if found is not None and found[2].upper() in CURRENCIES:
        try:
            money = Money(found[1], found[2].upper())
        except InvalidFact:
            raise Unreadable(segment) from None
        return {"amount": money}, segment[found.end() :].strip()
    found = _regex(rf"(?:{_REST}) ?").match(segment)
    return None if found is None else ({}, segment[found.end() :].strip())


def _percent(text: str) -> Fraction:
    try:
        number, _, divisor = text.partition("/")
        return Fraction(number) / Fraction(divisor or 1) / 100
    except ZeroDivisionError:
        raise Unreadable(text) from None


def _instalments(line: str) -> Iterator[tuple[dict[str, Fraction | Money | None] | None, str]]:
    """The instalments of a line: a segment that says no amount goes on with the one before it."""
    heads: list[dict[str, Fraction | Money | None] | None] = []
    bodies: list[str] = []
    for segment in _regex(r"[,;] ?| and ").split(_equal_parts(line)):
        head = _head(segment) or _behind(segment)
        if head is not None:
            heads.append(head[0])
            bodies.append(head[1])
        elif bodies:
            bodies[-1] += f",{segment}"
        else:
            heads.append(None)
            bodies.append(segment)
    yield from zip(heads, bodies, strict=True)


def _behind(segment: str) -> tuple[dict[str, Fraction | Money | None], str] | None:
    """``预付30%``: the share behind what it is for."""
    found = _regex(rf"(.*[{_HAN}])(?<!减)(?<!折扣)(?<!优惠){_NUMBER}%").fullmatch(segment)
    return None if found is None else ({"share": _percent(found[2])}, found[1])


def _equal_parts(line: str) -> str:
    """``net 30/60/90`` in full: equal instalments."""
    found = _regex(r"(?:net )?([0-9]{1,5}(?:/[0-9]{1,5})+)(?: days)?").fullmatch(line)
    several = None if found is None else found[1].split("/")
    if several is None or (len(several) < 3 and not line.startswith("net ")):
        return line
    if [int(one) for one in several] != sorted({int(one) for one in several}):
        return line
    return ",".join(f"100/{len(several)}% net {one}" for one in several)


def _part(head: dict[str, Fraction | Money | None], body: str, quoted: list[str]) -> Part:
    windows: list[tuple[Fraction, str, tuple[Step, ...]]] = []
    while True:
        found = _window(body)
        if found is None:
            break
        windows.append(found[0])
        body = found[1]
    base, steps = _when(body)
    for _, of, _ in windows:
        if of not in ("", base):
            raise Unreadable(body)
    discounts = tuple(Window(share, way) for share, _, way in windows)
    named = _QUOTED_AGAIN.fullmatch(base)
    if named is not None:
        base = quoted[int(named[1])]
        if base in BASES:
            raise Unreadable(body)
    return Part(base=base, steps=steps, discounts=discounts, **head)  # type: ignore[arg-type]


def _window(body: str) -> tuple[tuple[Fraction, str, tuple[Step, ...]], str] | None:
    """A discount at the start of a text and what comes after it: its share, base and steps."""
    for pattern, share, days in (
        (rf"{_DECIMAL}/([0-9]{{1,5}})(?=[, ]|n)[, ]*", 1, 2),
        (rf"([0-9]{{1,5}})天内付款(?:减|折扣|优惠){_DECIMAL}%,", 2, 1),
    ):
        found = _regex(pattern).match(body)
        if found is not None and found.end() < len(body):
            steps = _counted(int(found[days]))
            return (_percent(found[share]), "", steps), body[found.end() :]
    found = _regex(rf"(.+?)前付款减{_NUMBER}%,").match(body)
    if found is not None:
        base, steps = _when(found[1])
        return (_percent(found[2]), base, steps), body[found.end() :]
    found = _regex(rf"{_NUMBER}% ?(?:until|by) ").match(body)
    if found is None:
        return None
    rest = body[found.end() :]
    commas = [place for place, mark in enumerate(rest) if mark == ","]
    for comma in reversed(commas[:_MOST_COMMAS]):
        try:
            base, steps = _when(rest[:comma])
        except Unreadable:
            continue
        return (_percent(found[1]), base, steps), rest[comma + 1 :]
    return None


_MOST_COMMAS: Final = 3
"""A phrase has two at most, before its cut-off day and before its working day; the third ends it."""

# When

_ROLL_WORDS: Final = {
    "following": "following",
    "next": "following",
    "preceding": "preceding",
    "previous": "preceding",
    "modified following": "modified_following",
    "顺延": "following",
    "提前": "preceding",
    "顺延不跨月": "modified_following",
}
_NAMES: Final = {
    "order": r"(?:the )?order|signing|contract(?: signing)?|下单|签约|签订合同|合同签订|签合同",
    "dispatch": r"dispatch|shipment|shipping|发货|出货|装运",
    "delivery": r"delivery|arrival|receipt of (?:the )?goods|货到|到货|收货|交货",
    "acceptance": r"acceptance|验收合格|验收",
    "invoice": r"(?:the )?invoice(?: date)?|invoicing|开票日|发票日|开票",
    "receipt": r"receipt of (?:the )?invoice|invoice receipt|票到|收票|收到发票|到票",
}
_ANY_BASE: Final = f"({'|'.join(_NAMES.values())}|§[0-9]§)"
_ONE_DAY: Final = r"([0-9]{1,2})(?:st|nd|rd|th)?"

_Said = tuple[str, tuple[Step, ...]]


def _when(text: str) -> _Said:
    """The base date and the steps that a phrase says."""
    text = text.strip(" ,")
    found = _regex(rf"from {_ANY_BASE}:(.+)|自{_ANY_BASE}起:(.+)").fullmatch(text)
    if found is not None:
        return _base(found[1] or found[3]), tuple(_steps(found[2] or found[4]))
    head, tail, core = list[Step](), list[Step](), text
    found = _regex(
        r"(.+?),? ?(?:(modified following|following|next|preceding|previous) (?:working|business) day"
        r"|遇(?:休息日|节假日|非工作日)(顺延不跨月|顺延|提前))"
    ).fullmatch(core)
    if found is not None:
        core, tail = found[1].strip(" ,"), [Step(_ROLL_WORDS[found[2] or found[3]])]
    found = _regex(
        rf"(.+?),? ?(?:cut-?off (?:day )?{_ONE_DAY}|([0-9]{{1,2}})[日号]截止)"
    ).fullmatch(core)
    if found is not None:
        core, head = found[1].strip(" ,"), [Step("cut_off", int(found[2] or found[3]))]
    base, steps = _core(core)
    if base == "prepayment" and (head or tail):
        raise Unreadable(text)
    return base, (*head, *steps, *tail)


def _core(text: str) -> _Said:
    for pattern, said in _PHRASES:
        found = _regex(pattern).fullmatch(text)
        if found is not None:
            return said(found)
    for pattern, choices in _SEVERAL:
        found = _regex(pattern).fullmatch(text)
        if found is not None:
            raise Ambiguous(text, choices(found))
    month = _month(text)
    if month is not None:
        return "invoice", month
    found = _regex(rf"(.+) (?:after|from) {_ANY_BASE}").fullmatch(text)
    month = None if found is None else _month(found[1])
    if found is not None and month is not None:
        return _base(found[2]), month
    found = _regex(rf"{_ANY_BASE}后(.+)").fullmatch(text)
    month = None if found is None else _month(found[2])
    if found is not None and month is not None:
        return _base(found[1]), month
    raise Unreadable(text)


def _month(text: str) -> tuple[Step, ...] | None:
    """Phrases about months, without their base."""
    found = _regex(r"(.+) ?\+ ?([0-9]{1,5}) days?|(.+[日号])后([0-9]{1,5})天").fullmatch(text)
    if found is not None:
        first = _month((found[1] or found[3]).strip())
        if first is not None and len(first) in (1, 2) and "day" in first[-1].do:
            return (*first, *_counted(int(found[2] or found[4])))
    for pattern, steps in _MONTHS:
        found = _regex(pattern).fullmatch(text)
        if found is not None:
            return steps(found)
    return None


def _base(name: str) -> str:
    for base, names in _NAMES.items():
        if _regex(names).fullmatch(name):
            return base
    return name


def _counted(days: int) -> tuple[Step, ...]:
    return (Step("add_days", days),) if days else ()


def _steps(text: str) -> Iterator[Step]:
    for word in _regex(r" ?\bthen\b ?|再").split(text):
        for pattern, do in _WORDS:
            found = _regex(pattern).fullmatch(word.strip(" ,"))
            if found is not None:
                yield Step(do, int(found[found.lastindex]) if found.lastindex else None)
                break
        else:
            raise Unreadable(text)


_WORDS: Final = (
    (r"([0-9]{1,5}) days?|([0-9]{1,5})天", "add_days"),
    (r"([0-9]{1,3}) months?|([0-9]{1,3})个月", "add_months"),
    (r"month end|eom|月末", "month_end"),
    (r"day ([0-9]{1,2})|当月([0-9]{1,2})日", "day_of_month"),
    (r"next day ([0-9]{1,2})|下一个([0-9]{1,2})日", "next_day"),
    (r"cut-off ([0-9]{1,2})|([0-9]{1,2})日截止", "cut_off"),
    (r"modified following working day|顺延不跨月", "modified_following"),
    (r"following working day|顺延", "following"),
    (r"preceding working day|提前", "preceding"),
)

_DAYS: Final = r"([0-9]{1,5})(?: ?days?)?"
_PHRASES: Final[tuple[tuple[str, Callable[[re.Match[str]], _Said]], ...]] = (
    (
        r"net ?([0-9]{1,5})(?: days?)?|n/?([0-9]{1,5})|([0-9]{1,5})(?: days?)? net"
        r"|([0-9]{1,5})天(?:账期|信用期)|(?:账期|信用期)([0-9]{1,5})天|净([0-9]{1,5})天",
        lambda found: ("invoice", _counted(int(found[found.lastindex or 0]))),
    ),
    (r"开票即付", lambda found: ("invoice", ())),
    (
        r"prepaid|prepayment|payment before delivery|(?:payment|cash|paid|pay) in advance|in advance|cia|pia"
        r"|cbd|cash before delivery|advance(?: payment)?|up ?-?front"
        r"|款到发货|先款后货|预付款?|全额预付|全款预付|预付全款|发货前(?:付款|付清|支付)?",
        lambda found: ("prepayment", ()),
    ),
    (r"cod|(?:cash|payment|paid) on delivery", lambda found: ("delivery", ())),
    (
        r"cwo|(?:cash|payment) with order|with order|down(?: payment)?|定金|订金",
        lambda found: ("order", ()),
    ),
    (r"(?:due )?(?:on|upon) receipt", lambda found: ("receipt", ())),
    (
        r"(?:net )?([0-9]{1,5})(?: days?)? rog",
        lambda found: ("delivery", _counted(int(found[1]))),
    ),
    (
        rf"(?:net )?{_DAYS} (?:after|from) {_ANY_BASE}",
        lambda found: (_base(found[2]), _counted(int(found[1]))),
    ),
    (
        rf"{_ANY_BASE}(?:之?日)?(?:后|起)?([0-9]{{1,5}})[天日]内?(?:付款|付清|支付|付)?",
        lambda found: (_base(found[1]), _counted(int(found[2]))),
    ),
    (
        rf"([0-9]{{1,2}}) months? (?:after|from) {_ANY_BASE}",
        lambda found: (_base(found[2]), (Step("add_months", int(found[1])),)),
    ),
    (
        rf"{_ANY_BASE}(?:之?日)?(?:后|起)?([0-9]{{1,3}})个月内?(?:付款|付清|支付|付)?",
        lambda found: (_base(found[1]), (Step("add_months", int(found[2])),)),
    ),
    (
        rf"(?:due )?(?:on|upon|at|with) {_ANY_BASE}",
        lambda found: (_base(found[1]), ()),
    ),
    (
        rf"{_ANY_BASE}(?:时|后|即)?(?:付款|付清|支付|付|时)",
        lambda found: (_base(found[1]), ()),
    ),
)
"""Phrases that say their base; the first that fits whole is what is meant."""


_MONTHS: Final[tuple[tuple[str, Callable[[re.Match[str]], tuple[Step, ...]]], ...]] = (
    (r"eom|end of (?:the )?month|当?月月?[末底]", lambda found: (Step("month_end"),)),
    (
        r"eom ?\+ ?([0-9]{1,5})(?: days?)?"
        r"|([0-9]{1,5}) days (?:after|from) (?:the )?(?:end of (?:the )?month|eom|month[- ]end)"
        r"|月结([0-9]{1,5})天\(月末起\)|当?月月?[末底][后起]([0-9]{1,5})天",
        lambda found: (Step("month_end"), *_counted(int(found[found.lastindex or 0]))),
    ),
    (
        r"月结([0-9]{1,5})天\(次月(?:1日)?起\)",
        lambda found: (
            Step("add_months", 1),
            Step("day_of_month", 1),
            *_counted(int(found[1])),
        ),
    ),
    (r"月结([0-9]{1,5})天\(开票日?起\)", lambda found: _counted(int(found[1]))),
    (
        r"end of (?:the )?(?:next|following) month|net monthly|次月月?[末底]",
        lambda found: (Step("add_months", 1), Step("month_end")),
    ),
    (
        r"end of month ?\+ ?([0-9]{1,2})|([0-9]{1,2})个月后月末",
        lambda found: (Step("add_months", int(found[1] or found[2])), Step("month_end")),
    ),
    (
        rf"(?:the )?{_ONE_DAY} (?:of (?:the )?(?:next|following) month|of (?:the )?month following)"
        rf"|{_ONE_DAY} (?:prox\.?|mfi)"
        r"|次月([0-9]{1,2})[日号]",
        lambda found: (
            Step("add_months", 1),
            Step("day_of_month", int(found[found.lastindex or 0])),
        ),
    ),
    (
        rf"{_ONE_DAY} of month ?\+ ?([0-9]{{1,2}})",
        lambda found: (Step("add_months", int(found[2])), Step("day_of_month", int(found[1]))),
    ),
    (
        r"([0-9]{1,2})个月后([0-9]{1,2})[日号]",
        lambda found: (Step("add_months", int(found[1])), Step("day_of_month", int(found[2]))),
    ),
    (
        rf"next {_ONE_DAY}|下一个([0-9]{{1,2}})[日号]",
        lambda found: (Step("next_day", int(found[1] or found[2])),),
    ),
    (
        rf"statement (?:day )?{_ONE_DAY}(?: ?\+ ?|, ?net )([0-9]{{1,5}})(?: days?)?",
        lambda found: (Step("next_day", int(found[1])), *_counted(int(found[2]))),
    ),
    (
        r"(?:账单日|对账日)?([0-9]{1,2})[日号](?:对账)?[,后]([0-9]{1,5})天",
        lambda found: (Step("next_day", int(found[1])), *_counted(int(found[2]))),
    ),
)
"""Phrases about months, which may stand after any base."""


def _month_readings(days: str) -> tuple[str, ...]:
    out = [f"月结{days}天(月末起)", f"月结{days}天(次月1日起)", f"月结{days}天(开票日起)"]
    if int(days) % 30 == 0 and int(days):
        out.append(f"开票后{int(days) // 30}个月")
    return tuple(out)


def _end_readings(days: str) -> tuple[str, ...]:
    return f"EOM+{days}", f"from invoice: {days} days then month end"


_SEVERAL: Final[tuple[tuple[str, Callable[[re.Match[str]], Sequence[str]]], ...]] = (
    (r"月结", lambda found: ("当月月末", "次月月末", "月结30天(月末起)")),
    (r"月结([0-9]{1,5})天?", lambda found: _month_readings(found[1])),
    (
        r"次月结([0-9]{1,5})天?",
        lambda found: (f"月结{found[1]}天(次月1日起)", f"月结{found[1]}天(月末起)"),
    ),
    (
        rf"(?:net )?{_DAYS},? (?:eom|end of (?:the )?month)|(?:net )?eom (?:net )?{_DAYS}|eom([0-9]{{1,5}})",
        lambda found: _end_readings(found[1] or found[2] or found[3]),
    ),
    (
        r"(?:(?:payment |payable |due )?(?:with)?in )?([0-9]{1,5}) ?days?",
        lambda found: (
            f"net {found[1]}",
            f"{found[1]} days after delivery",
            f"{found[1]} days after receipt of invoice",
        ),
    ),
    (
        r"([0-9]{1,5})[天日](?:内(?:付款|付清|支付)?)?",
        lambda found: (f"{found[1]}天账期", f"货到{found[1]}天", f"票到{found[1]}天"),
    ),
    (
        rf"(?:net )?{_DAYS} (?:after|from|on) receipt",
        lambda found: (
            f"{found[1]} days after receipt of invoice",
            f"{found[1]} days after receipt of goods",
        ),
    ),
    (r"deposit", lambda found: ("with order", "prepaid")),
    (r"押金|保证金", lambda found: ("定金", "预付")),
)
"""Phrases that houses read differently, with their readings."""
