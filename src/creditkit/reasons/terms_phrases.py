"""Phrases that say when, in English and Chinese; what has several readings is in `terms_several`.

*Prox* is *proximo mense*, in the next month: net 10th prox is due on the 10th of it (reference.com, *what
does net 10th prox mean*). 21 MFI is the 21st of the month following the invoice, a net monthly account is
due at the end of that month (nibusinessinfo.co.uk, *commonly used invoice payment terms*).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from creditkit.reasons.terms import PAID_BEFORE, Step
from creditkit.reasons.terms_line import ONE_DAY, Ambiguous, Unreadable, regex
from creditkit.reasons.terms_several import SEVERAL
from creditkit.reasons.terms_words import (
    ANY_BASE,
    DAY_ZH,
    DAYS,
    END,
    IN,
    LABELS,
    LEAVE,
    MONTHS_LONG,
    NAMES,
    NEXT,
    PAID,
    SINCE,
    WORK,
    WORK_ZH,
    number_of,
)

__all__ = ["Said", "counted", "when"]

Said = tuple[str, tuple[Step, ...]]
"""The base date and the steps that a phrase says."""

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


def when(text: str) -> Said:
    """The base date and the steps that a phrase says."""
    text = text.strip(" ,")
    found = regex(rf"from {ANY_BASE}:(.+)|自{ANY_BASE}起:(.+)").fullmatch(text)
    if found is not None:
        return _base(found[1] or found[3]), tuple(_steps(found[2] or found[4]))
    head, tail, core = list[Step](), list[Step](), text
    found = regex(
        r"(.+?),? ?(?:(modified following|following|next|preceding|previous) (?:working|business) day"
        r"|遇(?:休息日|节假日|非工作日)(顺延不跨月|顺延|提前))"
    ).fullmatch(core)
    if found is not None:
        core, tail = found[1].strip(" ,"), [Step(_ROLL_WORDS[found[2] or found[3]])]
    found = regex(rf"(.+?),? ?(?:cut-?off (?:day )?{ONE_DAY}|([0-9]{{1,2}})[日号]截止)").fullmatch(
        core
    )
    if found is not None:
        core, head = found[1].strip(" ,"), [Step("cut_off", int(found[2] or found[3]))]
    base, steps = _core(core)
    if base in PAID_BEFORE and (head or tail):
        raise Unreadable(text)
    return base, (*head, *steps, *tail)


def counted(days: int) -> tuple[Step, ...]:
    """So many days; none for 0."""
    return (Step("add_days", days),) if days else ()


def _worked(days: int) -> tuple[Step, ...]:
    return (Step("add_working_days", days),)


def _core(text: str) -> Said:
    for pattern, said in _PHRASES:
        found = regex(pattern).fullmatch(text)
        if found is not None:
            return said(found)
    for pattern, choices in SEVERAL:
        found = regex(pattern).fullmatch(text)
        if found is not None:
            raise Ambiguous(text, choices(found))
    month = _month(text)
    if month is not None:
        return "invoice", month
    found = regex(rf"(.+) (?:after|from) {ANY_BASE}").fullmatch(text)
    month = None if found is None else _month(found[1])
    if found is not None and month is not None:
        return _base(found[2]), month
    found = regex(rf"{ANY_BASE}后(.+)").fullmatch(text)
    month = None if found is None else _month(found[2])
    if found is not None and month is not None:
        return _base(found[1]), month
    found = regex(rf"(?:{LABELS}) ?(.+)").fullmatch(text)
    if found is not None:
        return when(found[1])
    raise Unreadable(text)


def _month(text: str) -> tuple[Step, ...] | None:
    """Phrases about months, without their base."""
    found = regex(r"(.+) ?\+ ?([0-9]{1,5}) days?|(.+[日号])后([0-9]{1,5})天").fullmatch(text)
    if found is not None:
        first = _month((found[1] or found[3]).strip())
        if first is not None and len(first) in (1, 2) and first[-1].do in _DAYS_OF_MONTH:
            return (*first, *counted(int(found[2] or found[4])))
    for pattern, steps in _MONTHS:
        found = regex(pattern).fullmatch(text)
        if found is not None:
            return steps(found)
    return None


def _base(name: str) -> str:
    for base, names in NAMES.items():
        if regex(names).fullmatch(name):
            return base
    return name


def _steps(text: str) -> Iterator[Step]:
    for word in regex(r" ?\bthen\b ?|再").split(text):
        for pattern, do in _WORDS:
            found = regex(pattern).fullmatch(word.strip(" ,"))
            if found is not None:
                yield Step(do, int(found[found.lastindex]) if found.lastindex else None)
                break
        else:
            raise Unreadable(text)


_WORDS: Final = (
    (r"([0-9]{1,5}) days?|([0-9]{1,5})天", "add_days"),
    (r"([0-9]{1,5}) (?:working|business) days?|([0-9]{1,5})个?工作日", "add_working_days"),
    (r"([0-9]{1,3}) months?|([0-9]{1,3})个月", "add_months"),
    (r"month end|eom|月末", "month_end"),
    (r"day ([0-9]{1,2})|当月([0-9]{1,2})日", "day_of_month"),
    (r"next day ([0-9]{1,2})|下一个([0-9]{1,2})日", "next_day"),
    (r"cut-off ([0-9]{1,2})|([0-9]{1,2})日截止", "cut_off"),
    (r"modified following working day|顺延不跨月", "modified_following"),
    (r"following working day|顺延", "following"),
    (r"preceding working day|提前", "preceding"),
)
_DAYS_OF_MONTH: Final = ("day_of_month", "next_day")

_PHRASES: Final[tuple[tuple[str, Callable[[re.Match[str]], Said]], ...]] = (
    (
        r"net ?([0-9]{1,5})(?: ?(?:calendar )?days?)?|n/?([0-9]{1,5})|([0-9]{1,5})(?: days?)? net"
        r"|([0-9]{1,5})天(?:账期|信用期)|(?:账期|信用期)([0-9]{1,5})天|净([0-9]{1,5})天",
        lambda found: ("invoice", counted(number_of(found))),
    ),
    (
        rf"net {WORK}|{WORK} net|{WORK_ZH}(?:账期|信用期)|(?:账期|信用期){WORK_ZH}",
        lambda found: ("invoice", _worked(number_of(found))),
    ),
    (
        rf"net {MONTHS_LONG}|(?:账期|信用期)([0-9]{{1,3}})个月|([0-9]{{1,3}})个月(?:账期|信用期)",
        lambda found: ("invoice", (Step("add_months", number_of(found)),)),
    ),
    (r"开票即付", lambda found: ("invoice", ())),
    (
        r"prepaid|prepayment|(?:payment|cash|paid|pay) in advance|in advance|cia|pia"
        r"|advance(?: payment)?|up ?-?front"
        r"|先款后货|预付(?:款|货款)?|全额预付|全款预付|预付全款",
        lambda found: ("prepayment", ()),
    ),
    (
        r"(?:(?:payment|cash|paid|due|payable) )?(?:before|prior to) (?:the )?"
        r"(?:delivery|dispatch|shipment|shipping)|cbd|cbs"
        rf"|款到发货|{LEAVE}前{PAID}|提货款",
        lambda found: ("before_dispatch", ()),
    ),
    (r"cod|(?:cash|payment|paid) on delivery|到货款|货到款", lambda found: ("delivery", ())),
    (
        r"cwo|(?:cash|payment) with order|with order|down ?(?:payment)?|定金|订金",
        lambda found: ("order", ()),
    ),
    (r"验收款", lambda found: ("acceptance", ())),
    (r"(?:due |payable )?(?:on|upon) receipt", lambda found: ("receipt", ())),
    (
        r"(?:net )?([0-9]{1,5})(?: days?)? rog",
        lambda found: ("delivery", counted(int(found[1]))),
    ),
    (
        rf"{IN}{DAYS} {SINCE} {ANY_BASE}",
        lambda found: (_base(found[2]), counted(int(found[1]))),
    ),
    (
        rf"{ANY_BASE}(?:之?日)?(?:后|起)?([0-9]{{1,5}}){DAY_ZH}内?{PAID}",
        lambda found: (_base(found[1]), counted(int(found[2]))),
    ),
    (
        rf"{IN}{WORK} {SINCE} {ANY_BASE}",
        lambda found: (_base(found[2]), _worked(int(found[1]))),
    ),
    (
        rf"{ANY_BASE}(?:之?日)?(?:后|起)?{WORK_ZH}内?{PAID}",
        lambda found: (_base(found[1]), _worked(int(found[2]))),
    ),
    (
        rf"{IN}{MONTHS_LONG} {SINCE} {ANY_BASE}",
        lambda found: (_base(found[2]), (Step("add_months", int(found[1])),)),
    ),
    (
        rf"{ANY_BASE}(?:之?日)?(?:后|起)?([0-9]{{1,3}})个月后?内?{PAID}",
        lambda found: (_base(found[1]), (Step("add_months", int(found[2])),)),
    ),
    (
        rf"(?:(?:payment|payable|due) )?(?:on|upon|at|with) {ANY_BASE}",
        lambda found: (_base(found[1]), ()),
    ),
    (
        rf"{ANY_BASE}(?:时|后|即)?(?:付款|付清|结清|支付|打款|付|时)",
        lambda found: (_base(found[1]), ()),
    ),
)
"""Phrases that say their base; the first that fits whole is what is meant."""


def _day_after(months: int, day: int) -> tuple[Step, ...]:
    return Step("add_months", months), Step("day_of_month", day)


_MONTHS: Final[tuple[tuple[str, Callable[[re.Match[str]], tuple[Step, ...]]], ...]] = (
    (
        rf"(?:net )?eom|end of (?:the )?month|当?月{END}{PAID}",
        lambda found: (Step("month_end"),),
    ),
    (
        r"eom ?\+ ?([0-9]{1,5})(?: days?)?"
        r"|([0-9]{1,5}) days (?:after|from) (?:the )?(?:end of (?:the )?month|eom|month[- ]end)"
        r"|月结([0-9]{1,5})天\(月末起\)|当?月月?[末底][后起]([0-9]{1,5})天",
        lambda found: (Step("month_end"), *counted(number_of(found))),
    ),
    (
        r"月结([0-9]{1,5})天\(次月(?:1日)?起\)",
        lambda found: (*_day_after(1, 1), *counted(int(found[1]))),
    ),
    (r"月结([0-9]{1,5})天\(开票日?起\)", lambda found: counted(int(found[1]))),
    (
        r"end of (?:the )?(?:next|following) month|net monthly(?: account)?"
        r"|end of (?:the )?month following(?: (?:the )?invoice)?"
        rf"|{NEXT}{END}{PAID}",
        lambda found: (Step("add_months", 1), Step("month_end")),
    ),
    (
        r"end of month ?\+ ?([0-9]{1,3})|([0-9]{1,3})个月后月末",
        lambda found: (Step("add_months", number_of(found)), Step("month_end")),
    ),
    (
        rf"(?:net )?(?:the )?{ONE_DAY} (?:of (?:the )?(?:next|following) month"
        r"|of (?:the )?month following(?: (?:the )?invoice)?)"
        rf"|(?:net )?(?:the )?{ONE_DAY} (?:prox\.?|proximo|mfi)|(?:net )?prox\.? {ONE_DAY}"
        rf"|{NEXT}([0-9]{{1,2}})[日号]前?{PAID}",
        lambda found: _day_after(1, number_of(found)),
    ),
    (
        rf"(?:net )?{ONE_DAY} ([2-9])(?:nd|rd|th) (?:prox\.?|proximo)",
        lambda found: _day_after(int(found[2]), int(found[1])),
    ),
    (
        rf"([0-9]{{1,2}})[日号]对账[,]{NEXT}([0-9]{{1,2}})[日号]前?{PAID}",
        lambda found: (Step("cut_off", int(found[1])), *_day_after(1, int(found[2]))),
    ),
    (
        rf"{ONE_DAY} of month ?\+ ?([0-9]{{1,3}})",
        lambda found: _day_after(int(found[2]), int(found[1])),
    ),
    (
        r"([0-9]{1,3})个月后([0-9]{1,2})[日号]",
        lambda found: _day_after(int(found[1]), int(found[2])),
    ),
    (
        rf"next {ONE_DAY}|下一个([0-9]{{1,2}})[日号]",
        lambda found: (Step("next_day", number_of(found)),),
    ),
    (
        rf"statement (?:day )?{ONE_DAY}(?: ?\+ ?|, ?net )([0-9]{{1,5}})(?: days?)?",
        lambda found: (Step("next_day", int(found[1])), *counted(int(found[2]))),
    ),
    (
        r"(?:账单日|对账日)?([0-9]{1,2})[日号](?:对账)?[,后]([0-9]{1,5})天",
        lambda found: (Step("next_day", int(found[1])), *counted(int(found[2]))),
    ),
)
"""Phrases about months, which may stand after any base."""
