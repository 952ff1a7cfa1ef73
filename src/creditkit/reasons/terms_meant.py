"""What may be meant by a text of terms that cannot be read: the nearest texts that can.

Each instalment that cannot be read is tried without the means of payment (T/T says how, not when), with
its milestone in quotes, with its words spelled as the library spells them, and as each usual phrase that
has a word and the numbers of it; what comes out is offered if it can be read.

>>> nearest("30 days after acceptence", lambda text: True)[0]
'30 days after acceptance'
>>> nearest("电汇30天", lambda text: "余款" not in text)
('30天账期', '货到30天', '票到30天')
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from typing import Final

from creditkit.reasons.terms_line import HAN, Ambiguous, Unreadable, plain, regex, with_names
from creditkit.reasons.terms_reading import Piece, pieces, read_piece, together

__all__ = ["nearest"]

_MOST: Final = 4
_LONGEST: Final = 200
"""Characters of a text that are looked at: a longer one is prose."""

_MEANS: Final = (
    r"\b(?:by )?(?:t/t|tt|telegraphic transfer|wire(?: transfer)?|bank transfer|cheque|check)\b"
    r"|电汇|转账|银行转账|汇款|现汇"
)
_TEMPLATES: Final = (  # a phrase with its numbers, and words that it is meant by
    ("net {}", "invoice credit days term date"),
    ("{} days after delivery", "goods received arrival date"),
    ("{} days after acceptance", "accepted inspection installation commissioning"),
    ("{} days after receipt of invoice", "received"),
    ("{} days after dispatch", "shipment ship shipped bill lading b/l date"),
    ("{} days after order", "signing contract"),
    ("net {} working days", "business"),
    ("{} working days after delivery", "business"),
    ("EOM+{}", "month end"),
    ("end of next month", "monthly month"),
    ("{}th of next month", "prox month"),
    ("{} months after acceptance", "warranty retention guarantee year"),
    ("{} months after delivery", "warranty retention guarantee year"),
    ("{} months after invoice", ""),
    ("{}/{} net {}", "discount"),
    ("statement {} + {} days", ""),
    ("prepaid", "advance prepay prepayment upfront"),
    ("before dispatch", "shipment shipping delivery cash"),
    ("on order", "signing contract deposit down payment"),
    ("on dispatch", "shipment copy documents b/l lading sight draft"),
    ("on delivery", "cod cash goods"),
    ("on acceptance", "inspection"),
    ("on receipt of invoice", "presentation sight"),
    ("{}天账期", "信用期开票日内付"),
    ("货到后{}天", "收货到货日内付"),
    ("验收后{}天", "安装调试合格日内付"),
    ("票到后{}天", "收发票日内付"),
    ("发货后{}天", "出货日内付"),
    ("开票后{}个工作日", "内付款"),
    ("货到后{}个工作日", "收货内付款"),
    ("月结{}天（月末起）", "月底结算"),
    ("次月{}日", "下个月号付款"),
    ("验收后{}个月", "质保期满后付保金"),
    ("开票后{}个月", "账期内付款"),
    ("{}日对账后{}天", ""),
    ("次月月末", "下个月月底付款结"),
    ("预付", "定金预付款首付"),
    ("发货前付款", "出货提货前付清"),
    ("货到付款", "收货到货"),
    ("验收付款", "安装调试合格后付"),
    ("票到付款", "收发票凭"),
)
_SMALL: Final = ("on", "of", "at", "the", "in", "to", "by", "from", "after", "and")
_WORDS: Final = tuple(
    sorted(
        {
            "net", "days", "day", "months", "month", "after", "before", "on", "of", "from", "within", "in",
            "invoice", "receipt", "delivery", "dispatch", "shipment", "acceptance", "order", "prepaid",
            "prepayment", "advance", "rest", "balance", "remainder", "end", "next", "working", "business",
            "statement", "cut-off", "discount", "until", "payment", "due", "deposit", "retention", "goods",
        }
    )
)  # fmt: skip


def nearest(text: str, parses: Callable[[str], bool]) -> tuple[str, ...]:
    """The texts nearest to one that cannot be read, of which each ``parses``; at most four."""
    if len(text) > _LONGEST:
        return ()
    try:
        line, quoted = plain(text)
        cut = pieces(line)
    except Unreadable:
        return ()
    found = [list(_ways(piece, quoted)) for piece in cut]
    if not all(found):
        return ()
    out: list[str] = []
    for turn in range(max(len(ways) for ways in found)):
        chosen = [ways[min(turn, len(ways) - 1)] for ways in found]
        whole = with_names(together(chosen), quoted)
        out += [one for one in _completed(whole) if parses(one)][:2]
    return tuple(dict.fromkeys(out))[:_MOST]


def _completed(text: str) -> Iterator[str]:
    """A text, and with something that takes the rest."""
    yield text
    chinese = regex(f"[{HAN}]").search(text) is not None
    yield f"{text}，余款 30天账期" if chinese else f"{text}, rest net 30"
    yield f"{text}，余款 货到付款" if chinese else f"{text}, rest on delivery"


def _ways(piece: Piece, quoted: list[str]) -> Iterator[str]:
    """An instalment as it is, or as what it may mean."""
    for place, body in enumerate(dict.fromkeys([piece.body, *_tried(piece.body)])):
        found = list(_readable(piece, body, quoted))
        yield from (piece._replace(body=one).text for one in found)
        if found and (place == 0 or body == _bare(piece.body)):
            return  # what was written, but for how it is paid


def _readable(piece: Piece, body: str, quoted: list[str]) -> Iterator[str]:
    try:
        read_piece(piece._replace(body=plain(body)[0]), [*quoted, *plain(body)[1]])
    except Ambiguous as error:
        yield from error.choices if error.found == body else ()
    except Unreadable:
        return
    else:
        yield body


def _tried(body: str) -> Iterator[str]:
    if not body:
        return
    bare = _bare(body)
    if bare != body:
        yield bare
    spelled = regex(r"[a-z]{4,}(?:-[a-z]+)?").sub(_spelled, bare)
    if spelled != body:
        yield spelled
    yield from _of_milestone(bare)
    yield from _usual(bare)


def _bare(body: str) -> str:
    """A text without the means of payment."""
    return re.sub(r"\s+", " ", regex(_MEANS).sub("", body)).strip(" ,")


def _spelled(match: re.Match[str]) -> str:
    near = difflib.get_close_matches(match[0], _WORDS, n=1, cutoff=0.75)
    return near[0] if near else match[0]


def _of_milestone(body: str) -> Iterator[str]:
    """A date that has no name in the trade is a milestone, which stands in quotes."""
    found = regex(
        r"(?:within )?(?:net )?([0-9]{1,3} (?:working )?(?:days?|months?)) (?:after|from|of) (?:the )?"
        r"([a-z][a-z /-]{1,40})"
    ).fullmatch(body)
    if found is not None:
        yield f'{found[1]} after "{found[2]}"'
    found = regex(r"(?:on|upon|against|after|at) (?:the )?([a-z][a-z /-]{1,40})").fullmatch(body)
    if found is not None:
        yield f'on "{found[1]}"'
    found = regex(
        rf"([{HAN}]{{2,12}}?)后?([0-9]{{1,3}}(?:天|个月|个工作日))内?(?:付款|付清|支付|付)?"
    ).fullmatch(body)
    if found is not None:
        yield f'"{found[1]}"后{found[2]}'
    found = regex(rf"([{HAN}]{{2,12}}?)(?:时|后|即)?(?:付款|付清|支付|付)").fullmatch(body)
    if found is not None:
        yield f'"{found[1]}"付款'


def _usual(body: str) -> Iterator[str]:
    """The usual phrases that have a word of a text in common, with its numbers; the nearest first."""
    chinese = regex(f"[{HAN}]").search(body) is not None
    numbers, words = re.findall(r"[0-9]{1,3}", body), _words_of(body)
    ranked = list[tuple[float, str]]()
    for template, meant in _TEMPLATES:
        slots = template.count("{}")
        common = words & (_words_of(template) | _words_of(meant))
        if slots > len(numbers) or (regex(f"[{HAN}]").search(template) is not None) != chinese:
            continue
        if not common and words:
            continue
        phrase = template.format(*numbers)
        alike = difflib.SequenceMatcher(None, body, phrase.casefold()).ratio()
        strange = len(_words_of(template) - words)
        ranked.append((len(common) + alike - (len(numbers) - slots) - strange / 5, phrase))
    ranked.sort(key=lambda one: -one[0])
    yield from (phrase for _, phrase in ranked[:_MOST])


def _words_of(text: str) -> set[str]:
    """The words of a text, and the single characters of Chinese."""
    words = re.findall(r"[a-z]{2,}(?:[/-][a-z]+)*", text.casefold())
    words = [word.rstrip("s") for word in words if word not in _SMALL]
    return {*words, *re.findall(f"[{HAN}]", text)}
