"""Reading terms of payment that people write, in English and Chinese.

A text is cut into instalments (each begins with how much: ``30%``, ``5000 CNY``, ``rest``), an
instalment into discounts, a phrase that says when (`terms_phrases`), and what changes it (a cut-off
day, rolling to a working day). Every word of a text is read or the text is refused. A phrase that the
trade reads in more than one way is never guessed: `Ambiguous` has the readings, each of which can be read.

>>> read("2/10 net 30")[0].discounts[0].share
Fraction(1, 50)
>>> readings("net 45 EOM")
('EOM+45', 'from invoice: 45 days then month end')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from creditkit.errors import InvalidFact
from creditkit.money import CURRENCIES, Money
from creditkit.reasons.terms import BASES, Part, Step, Window, ordinal
from creditkit.reasons.terms_line import (
    DECIMAL,
    HAN,
    LONGEST_TEXT,
    NUMBER,
    QUOTED,
    REST,
    Ambiguous,
    Unreadable,
    plain,
    regex,
    segments,
    with_names,
)
from creditkit.reasons.terms_phrases import counted, when

__all__ = [
    "LONGEST_TEXT",
    "Ambiguous",
    "Piece",
    "Unreadable",
    "pieces",
    "read",
    "read_piece",
    "readings",
    "together",
]

_MOST_READINGS: Final = 12


class Piece(NamedTuple):
    """An instalment as it is written: how much, in words and as it is read, and the rest of it."""

    head: dict[str, Fraction | Money | None] | None
    words: str
    body: str

    @property
    def text(self) -> str:
        """The instalment in one piece again."""
        apart = self.body[:1].isascii() or (self.words[-1:].isascii() and self.words[-1:].isalpha())
        between = " " if self.words and apart else ""
        return f"{self.words}{between}{self.body}"


def together(texts: Iterable[str]) -> str:
    """Instalments as one text, with the comma of its language."""
    given = list(texts)
    return ("，" if any(regex(f"[{HAN}]").search(one) for one in given) else ", ").join(given)


def read(text: str) -> tuple[Part, ...]:
    """The instalments that a text says; `Unreadable` or `Ambiguous` where it does not say one thing."""
    line, quoted = plain(text)
    return tuple(read_piece(piece, quoted) for piece in pieces(line))


def readings(text: str) -> tuple[str, ...]:
    """The texts that can be meant by an ambiguous one; of any other none."""
    try:
        line, quoted = plain(text)
        cut = pieces(line)
    except Ambiguous as error:
        return error.choices
    except Unreadable:
        return ()
    out: list[str] = []
    for place, piece in enumerate(cut):
        try:
            read_piece(piece, quoted)
        except Ambiguous as error:
            for body in _with_choices(piece.body, error):
                texts = [one.text for one in cut]
                texts[place] = piece._replace(body=body).text
                whole = with_names(together(texts), quoted)
                again = readings(whole)
                out += again if again else [whole] if _readable(whole) else []
            return tuple(dict.fromkeys(out))[:_MOST_READINGS]
        except Unreadable:
            return ()
    return ()


def _with_choices(body: str, error: Ambiguous) -> Iterator[str]:
    """The text of an instalment with each reading in place of what was written."""
    before, _, after = body.rpartition(error.found)
    for choice in error.choices:
        yield f"{before}{choice}{after}"


def _readable(text: str) -> bool:
    try:
        return bool(read(text))
    except Unreadable:
        return False


# Instalments

_OF_DISCOUNT: Final = r"(?:until|by)\b"
_TENTHS: Final = r"([1-9])[-:]([1-9])(?:[-:]([1-9]))?(?:[-:]([1-9]))?|(3)(6)(1)|(3)(3)(3)(1)"
_TENTHS_WORDS: Final = r"(?:付款|付款方式|方式|比例)?"


def pieces(line: str) -> list[Piece]:
    """The instalments of a plain line: a segment that says no amount goes on with the one before it."""
    tenths = regex(f"(?:{_TENTHS}){_TENTHS_WORDS}").fullmatch(line)
    if tenths is not None:
        _refuse_tenths(line, [int(one) for one in tenths.groups() if one])
    out: list[Piece] = []
    for segment in segments(line):
        piece = _headed(segment)
        if piece.head is None and out:
            out[-1] = out[-1]._replace(body=f"{out[-1].body},{segment}")
        else:
            out.append(piece)
    if len(out) > 1 and any(one.head is None for one in out):
        raise Unreadable(line)
    return out


def _refuse_tenths(line: str, tenths: list[int]) -> None:
    """``3-6-1`` says how much and not when: 30 % first, 60 % then, 10 % at last."""
    if sum(tenths) != 10:
        raise Unreadable(line)
    ways = {
        2: (("预付", "发货前付款"), ("下单付款", "货到付款")),
        3: (("预付", "货到付款", "验收后12个月"), ("下单付款", "验收付款", "验收后12个月")),
        4: (
            ("预付", "发货前付款", "验收付款", "验收后12个月"),
            ("下单付款", "货到付款", "验收付款", "验收后12个月"),
        ),
    }[len(tenths)]
    raise Ambiguous(
        line,
        [
            together(f"{one}0% {then}" for one, then in zip(tenths, way, strict=True))
            for way in ways
        ],
    )


def _headed(segment: str) -> Piece:
    """How much an instalment is, and the rest of its text; no head where a text begins with none."""
    if regex(rf"{NUMBER}% ?{_OF_DISCOUNT}").match(segment):
        return Piece(None, "", segment)
    found = regex(rf"{NUMBER}% of (?:the )?(?:rest|remainder|balance)\b ?").match(segment)
    found = found or regex(rf"(?:余款|剩余|其余)的{NUMBER}%").match(segment)
    if found is not None:
        return _piece(segment, found.end(), {"of_rest": _percent(found[1])})
    found = regex(rf"(?:(?:{REST}) ?)?{NUMBER}%(?! ?{_OF_DISCOUNT}) ?").match(segment)
    if found is not None:
        return _piece(segment, found.end(), {"share": _percent(found[1])})
    found = regex(r"([0-9]{1,15}(?:\.[0-9]{1,4})?) ?([a-z]{3})(?![a-z]) ?").match(segment)
    if found is not None and found[2].upper() in CURRENCIES:
        try:
            money = Money(found[1], found[2].upper())
        except InvalidFact:
            raise Unreadable(segment) from None
        piece = _piece(segment, found.end(), {"amount": money})
        return piece._replace(words=piece.words.upper())
    found = regex(rf"(?:{REST}) ?").match(segment)
    if found is not None:
        return _piece(segment, found.end(), {})
    return _behind(segment)


def _piece(segment: str, end: int, head: dict[str, Fraction | Money | None]) -> Piece:
    return Piece(head, segment[:end].strip(), segment[end:].strip())


def _behind(segment: str) -> Piece:
    """``预付30%``, ``质保金10%一年后付``: the share behind what it is for."""
    found = regex(rf"(.*[{HAN}])(?<!减)(?<!折扣)(?<!优惠){NUMBER}%([{HAN}0-9]*)").fullmatch(segment)
    if found is None:
        return Piece(None, "", segment)
    return Piece({"share": _percent(found[2])}, f"{found[2]}%", f"{found[1]}{found[3]}")


def _percent(text: str) -> Fraction:
    try:
        number, _, divisor = text.partition("/")
        return Fraction(number) / Fraction(divisor or 1) / 100
    except ZeroDivisionError:
        raise Unreadable(text) from None


def read_piece(piece: Piece, quoted: list[str]) -> Part:
    """What one instalment says."""
    body = _dated(piece.body)
    windows: list[tuple[Fraction, str, tuple[Step, ...]]] = []
    while True:
        found = _window(body)
        if found is None:
            break
        windows.append(found[0])
        body = found[1]
    base, steps = when(body)
    for _, of, _ in windows:
        if of not in ("", base):
            raise Unreadable(body)
    discounts = tuple(Window(share, way) for share, _, way in windows)
    named = QUOTED.fullmatch(base)
    if named is not None:
        base = quoted[int(named[1])]
        if base in BASES:
            raise Unreadable(body)
    return Part(base=base, steps=steps, discounts=discounts, **(piece.head or {}))  # type: ignore[arg-type]


# Discounts

_NET: Final = r"(?:net |n/ ?)([0-9]{1,3})(?: days?)?"
_MONTH_END: Final = r"(?:eom|end of (?:the )?month)"


def _dated(body: str) -> str:
    """A discount with the month's end or *prox* in full; refused where it may be for either date."""
    found = regex(rf"{DECIMAL}/([0-9]{{1,3}}) {_MONTH_END}(?:,? ?{_NET})?").fullmatch(body)
    if found is not None:
        until = f"{found[1]}% until EOM+{found[2]}"
        ends = [f"EOM+{found[3]}", f"net {found[3]}"] if found[3] else ["EOM+30", f"EOM+{found[2]}"]
        raise Ambiguous(body, [f"{until}, {one}" for one in ends])
    found = regex(rf"{DECIMAL}/([0-9]{{1,3}}),? ?{_NET},? ?{_MONTH_END}").fullmatch(body)
    if found is not None:
        early, days, net = found[1], found[2], found[3]
        ends = [f"EOM+{net}", f"from invoice: {net} days then month end"]
        choices = [
            f"{early}% until EOM+{days}, EOM+{net}",
            *(f"{early}/{days}, {it}" for it in ends),
        ]
        raise Ambiguous(body, choices)
    found = regex(
        rf"{DECIMAL}/([0-9]{{1,2}}) prox,? ?{_NET}((?:st|nd|rd|th)?(?: prox\.?)?)"
    ).fullmatch(body)
    if found is None:
        return body
    until = f"{found[1]}% until {ordinal(int(found[2]))} of next month"
    day = f"{ordinal(int(found[3]))} of next month"
    if found[4]:
        return f"{until}, {day}"
    raise Ambiguous(
        body, [f"{until}, {one}" for one in (day, f"EOM+{found[3]}", f"net {found[3]}")]
    )


def _window(body: str) -> tuple[tuple[Fraction, str, tuple[Step, ...]], str] | None:
    """A discount at the start of a text and what comes after it: its share, base and steps."""
    for pattern, share, days in (
        (rf"{DECIMAL}/([0-9]{{1,5}})(?=[, ]|n)[, ]*", 1, 2),
        (rf"([0-9]{{1,5}})天内付款(?:减|折扣|优惠){DECIMAL}%,", 2, 1),
    ):
        found = regex(pattern).match(body)
        if found is not None and found.end() < len(body):
            steps = counted(int(found[days]))
            return (_percent(found[share]), "", steps), body[found.end() :]
    found = regex(rf"(.+?)前付款减{NUMBER}%,").match(body)
    if found is not None:
        base, steps = when(found[1])
        return (_percent(found[2]), base, steps), body[found.end() :]
    found = regex(rf"{NUMBER}% ?(?:until|by) ").match(body)
    if found is None:
        return None
    rest = body[found.end() :]
    commas = [place for place, mark in enumerate(rest) if mark == ","]
    for comma in reversed(commas[:_MOST_COMMAS]):
        try:
            base, steps = when(rest[:comma])
        except Unreadable:
            continue
        return (_percent(found[1]), base, steps), rest[comma + 1 :]
    return None


_MOST_COMMAS: Final = 3
"""A phrase has two at most, before its cut-off day and before its working day; the third ends it."""
