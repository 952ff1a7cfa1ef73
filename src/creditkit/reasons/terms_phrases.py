"""Phrases that say when, in English and Chinese: what is read, and what has several readings.

What the trade means by a phrase is from print where it is found:

- *prox* is *proximo mense*, in the next month: net 10th prox is due on the 10th of it. 21 MFI is the 21st
  of the month following the invoice (nibusinessinfo.co.uk, *commonly used invoice payment terms*).
- *EOM dating*: 2/10 net 20 EOM counts both periods from the end of the month (American Marketing
  Association, *end of month dating*); others count the discount from the invoice.
- 30 days end of month is 30 days after the month's end, or the end of the month in which 30 days end
  (fin de mois), or the end of the next month (United Kingdom); so it is refused with all three.
- 30 days end of month on the 10th: Odoo adds the days first, then goes to the 10th of the next month.
- 月结N天 counts from the end of the month, from the first of the next, or from the invoice; 当月结N天 is a
  name for the last (vendors' manuals say each).
- 质保金, a retention, is paid when the warranty ends, which counts from acceptance or from delivery.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from creditkit.reasons.terms import PAID_BEFORE, Step
from creditkit.reasons.terms_line import ONE_DAY, Ambiguous, Unreadable, regex

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
_NAMES: Final = {
    "order": r"(?:the )?order|signing|contract(?: signing)?"
    r"|下单|下订单|签约|签订合同|合同签订|合同签署|签合同",
    "dispatch": r"dispatch|shipment|shipping|发货|出货|装运|发运",
    "delivery": r"delivery|arrival|receipt of (?:the )?goods|货到|到货|收货|交货|收到货物",
    "acceptance": r"acceptance|验收合格|验收通过|验收",
    "invoice": r"(?:the )?(?:date of (?:the )?)?invoice(?: date)?|invoicing"
    r"|开票日|发票日|开票|开具发票|发票开具",
    "receipt": r"receipt of (?:the )?invoice|invoice receipt|票到|收票|收到发票|到票|收到票",
}
_ANY_BASE: Final = f"({'|'.join(_NAMES.values())}|§[0-9]§)"


def when(text: str) -> Said:
    """The base date and the steps that a phrase says."""
    text = text.strip(" ,")
    found = regex(rf"from {_ANY_BASE}:(.+)|自{_ANY_BASE}起:(.+)").fullmatch(text)
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
    for pattern, choices in _SEVERAL:
        found = regex(pattern).fullmatch(text)
        if found is not None:
            raise Ambiguous(text, choices(found))
    month = _month(text)
    if month is not None:
        return "invoice", month
    found = regex(rf"(.+) (?:after|from) {_ANY_BASE}").fullmatch(text)
    month = None if found is None else _month(found[1])
    if found is not None and month is not None:
        return _base(found[2]), month
    found = regex(rf"{_ANY_BASE}后(.+)").fullmatch(text)
    month = None if found is None else _month(found[2])
    if found is not None and month is not None:
        return _base(found[1]), month
    found = regex(rf"(?:{_LABELS}) ?(.+)").fullmatch(text)
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
    for base, names in _NAMES.items():
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

# Words of phrases

_DAYS: Final = r"([0-9]{1,5})(?: ?(?:calendar )?days?)?"
_WORK: Final = r"([0-9]{1,5}) ?(?:working|business) ?days?"
_MONTHS_LONG: Final = r"([0-9]{1,3}) ?months?"
_IN: Final = r"(?:(?:payment|payable|paid|due) )?(?:(?:with)?in )?(?:net )?"
_SINCE: Final = r"(?:of|after|from|following)"
_DAY_ZH: Final = r"(?:天|日|个自然日|个日历日)"
_WORK_ZH: Final = r"([0-9]{1,5})个?工作日"
_PAID: Final = r"(?:一次性)?(?:付款|付清|结清|支付|打款|付)?"
_LEAVE: Final = r"(?:发货|出货|发运|装运|提货|交货)"
_NEXT: Final = r"(?:次月|下个?月)"
_END: Final = r"月?[末底]"
_RETAINED: Final = r"(?:质量保证金|质量保修金|质保金|保修金|保留金|质保款)"
_LABELS: Final = (
    r"(?:a )?(?:deposit|down ?payment|retention(?: money)?|final payment|progress payment)"
    rf"|{_RETAINED}|定金|订金|首付款|货款"
)
"""What an instalment is called: it says nothing of when where the phrase does."""


def _n(found: re.Match[str]) -> int:
    """The one number of a phrase."""
    return int(found[found.lastindex or 0])


_PHRASES: Final[tuple[tuple[str, Callable[[re.Match[str]], Said]], ...]] = (
    (
        r"net ?([0-9]{1,5})(?: ?(?:calendar )?days?)?|n/?([0-9]{1,5})|([0-9]{1,5})(?: days?)? net"
        r"|([0-9]{1,5})天(?:账期|信用期)|(?:账期|信用期)([0-9]{1,5})天|净([0-9]{1,5})天",
        lambda found: ("invoice", counted(_n(found))),
    ),
    (
        rf"net {_WORK}|{_WORK} net|{_WORK_ZH}(?:账期|信用期)|(?:账期|信用期){_WORK_ZH}",
        lambda found: ("invoice", _worked(_n(found))),
    ),
    (
        rf"net {_MONTHS_LONG}|(?:账期|信用期)([0-9]{{1,3}})个月|([0-9]{{1,3}})个月(?:账期|信用期)",
        lambda found: ("invoice", (Step("add_months", _n(found)),)),
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
        rf"|款到发货|{_LEAVE}前{_PAID}|提货款",
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
        rf"{_IN}{_DAYS} {_SINCE} {_ANY_BASE}",
        lambda found: (_base(found[2]), counted(int(found[1]))),
    ),
    (
        rf"{_ANY_BASE}(?:之?日)?(?:后|起)?([0-9]{{1,5}}){_DAY_ZH}内?{_PAID}",
        lambda found: (_base(found[1]), counted(int(found[2]))),
    ),
    (
        rf"{_IN}{_WORK} {_SINCE} {_ANY_BASE}",
        lambda found: (_base(found[2]), _worked(int(found[1]))),
    ),
    (
        rf"{_ANY_BASE}(?:之?日)?(?:后|起)?{_WORK_ZH}内?{_PAID}",
        lambda found: (_base(found[1]), _worked(int(found[2]))),
    ),
    (
        rf"{_IN}{_MONTHS_LONG} {_SINCE} {_ANY_BASE}",
        lambda found: (_base(found[2]), (Step("add_months", int(found[1])),)),
    ),
    (
        rf"{_ANY_BASE}(?:之?日)?(?:后|起)?([0-9]{{1,3}})个月后?内?{_PAID}",
        lambda found: (_base(found[1]), (Step("add_months", int(found[2])),)),
    ),
    (
        rf"(?:(?:payment|payable|due) )?(?:on|upon|at|with) {_ANY_BASE}",
        lambda found: (_base(found[1]), ()),
    ),
    (
        rf"{_ANY_BASE}(?:时|后|即)?(?:付款|付清|结清|支付|打款|付|时)",
        lambda found: (_base(found[1]), ()),
    ),
)
"""Phrases that say their base; the first that fits whole is what is meant."""


def _day_after(months: int, day: int) -> tuple[Step, ...]:
    return Step("add_months", months), Step("day_of_month", day)


_MONTHS: Final[tuple[tuple[str, Callable[[re.Match[str]], tuple[Step, ...]]], ...]] = (
    (
        rf"(?:net )?eom|end of (?:the )?month|当?月{_END}{_PAID}",
        lambda found: (Step("month_end"),),
    ),
    (
        r"eom ?\+ ?([0-9]{1,5})(?: days?)?"
        r"|([0-9]{1,5}) days (?:after|from) (?:the )?(?:end of (?:the )?month|eom|month[- ]end)"
        r"|月结([0-9]{1,5})天\(月末起\)|当?月月?[末底][后起]([0-9]{1,5})天",
        lambda found: (Step("month_end"), *counted(_n(found))),
    ),
    (
        r"月结([0-9]{1,5})天\(次月(?:1日)?起\)",
        lambda found: (*_day_after(1, 1), *counted(int(found[1]))),
    ),
    (r"月结([0-9]{1,5})天\(开票日?起\)", lambda found: counted(int(found[1]))),
    (
        r"end of (?:the )?(?:next|following) month|net monthly(?: account)?"
        r"|end of (?:the )?month following(?: (?:the )?invoice)?"
        rf"|{_NEXT}{_END}{_PAID}",
        lambda found: (Step("add_months", 1), Step("month_end")),
    ),
    (
        r"end of month ?\+ ?([0-9]{1,3})|([0-9]{1,3})个月后月末",
        lambda found: (Step("add_months", _n(found)), Step("month_end")),
    ),
    (
        rf"(?:net )?(?:the )?{ONE_DAY} (?:of (?:the )?(?:next|following) month"
        r"|of (?:the )?month following(?: (?:the )?invoice)?)"
        rf"|(?:net )?(?:the )?{ONE_DAY} (?:prox\.?|proximo|mfi)|(?:net )?prox\.? {ONE_DAY}"
        rf"|{_NEXT}([0-9]{{1,2}})[日号]前?{_PAID}",
        lambda found: _day_after(1, _n(found)),
    ),
    (
        rf"(?:net )?{ONE_DAY} ([2-9])(?:nd|rd|th) (?:prox\.?|proximo)",
        lambda found: _day_after(int(found[2]), int(found[1])),
    ),
    (
        rf"([0-9]{{1,2}})[日号]对账[,]{_NEXT}([0-9]{{1,2}})[日号]前?{_PAID}",
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
        lambda found: (Step("next_day", _n(found)),),
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

# What houses read differently


def _month_readings(days: str) -> tuple[str, ...]:
    out = [f"月结{days}天(月末起)", f"月结{days}天(次月1日起)", f"月结{days}天(开票日起)"]
    if int(days) % 30 == 0 and int(days):
        out.append(f"开票后{int(days) // 30}个月")
    return tuple(out)


def _end_readings(days: str) -> tuple[str, ...]:
    months, left = divmod(int(days), 30)
    out = (f"EOM+{days}", f"from invoice: {days} days then month end")
    if left or not months:
        return out
    return (*out, "end of next month" if months == 1 else f"end of month +{months}")


def _end_on_readings(days: str, day: str) -> tuple[str, ...]:
    return (
        f"from invoice: {days} days then 1 month then day {day}",
        f"from invoice: month end then {days} days then next day {day}",
    )


def _since_readings(long: str) -> tuple[str, ...]:
    return f"net {long}", f"{long} after delivery", f"{long} after receipt of invoice"


def _since_readings_zh(long: str) -> tuple[str, ...]:
    first = f"{long}账期" if long.endswith("天") else f"开票后{long}"
    return first, f"货到{long}", f"票到{long}"


def _days(number: str) -> str:
    return f"{number} day" if int(number) == 1 else f"{number} days"


_SEVERAL: Final[tuple[tuple[str, Callable[[re.Match[str]], Sequence[str]]], ...]] = (
    (r"月结", lambda found: ("当月月末", "次月月末", "月结30天(月末起)")),
    (r"月结([0-9]{1,5})[天日]?", lambda found: _month_readings(found[1])),
    (r"当月结", lambda found: ("当月月末", "次月月末")),
    (
        r"当月结([0-9]{1,5})[天日]?",
        lambda found: (f"月结{found[1]}天(开票日起)", f"月结{found[1]}天(月末起)"),
    ),
    (r"(?:次月|下月)结", lambda found: ("次月月末", "次月1日")),
    (
        r"(?:次月|下月)结([0-9]{1,5})[天日]?",
        lambda found: (f"月结{found[1]}天(次月1日起)", f"月结{found[1]}天(月末起)"),
    ),
    (
        rf"每月([0-9]{{1,2}})[日号]{_PAID}",
        lambda found: (f"下一个{found[1]}日", f"次月{found[1]}日"),
    ),
    (
        rf"(?:net )?{_DAYS},? ?(?:eom|end of (?:the )?month),? ?(?:on )?(?:the )?{ONE_DAY}",
        lambda found: _end_on_readings(found[1], found[2]),
    ),
    (
        rf"(?:net )?{_DAYS},? ?(?:eom|end of (?:the )?month)|(?:net )?eom (?:net )?{_DAYS}"
        r"|eom([0-9]{1,5})|net ?([0-9]{1,5})eom",
        lambda found: _end_readings(found[found.lastindex or 0]),
    ),
    (r"mfi", lambda found: ("end of next month", "1st of next month")),
    (
        r"(?:net )?(3[2-9]|[4-9][0-9]|[1-9][0-9]{2}) (?:prox\.?|proximo|mfi)",
        lambda found: (f"EOM+{found[1]}", f"net {found[1]}"),
    ),
    (
        rf"{_IN}([0-9]{{1,5}}) ?(?:calendar )?days?(?: (?:credit|terms))?"
        r"|(?:credit|open account|o/a),? ?([0-9]{1,5}) ?(?:calendar )?days?",
        lambda found: _days_readings(found[found.lastindex or 0]),
    ),
    (
        rf"{_IN}{_WORK}",
        lambda found: _since_readings(
            f"{found[1]} working {'day' if int(found[1]) == 1 else 'days'}"
        ),
    ),
    (
        rf"{_IN}{_MONTHS_LONG}",
        lambda found: _since_readings(f"{found[1]} {'month' if int(found[1]) == 1 else 'months'}"),
    ),
    (
        rf"([0-9]{{1,5}}){_DAY_ZH}(?:内?{_PAID})",
        lambda found: _since_readings_zh(f"{found[1]}天"),
    ),
    (
        rf"{_WORK_ZH}(?:内?{_PAID})",
        lambda found: _since_readings_zh(f"{found[1]}个工作日"),
    ),
    (
        rf"([0-9]{{1,3}})个月(?:后?内?{_PAID})",
        lambda found: _since_readings_zh(f"{found[1]}个月"),
    ),
    (
        rf"(?:net )?{_DAYS} (?:after|from|on) receipt",
        lambda found: (
            f"{_days(found[1])} after receipt of invoice",
            f"{_days(found[1])} after receipt of goods",
        ),
    ),
    (
        r"(?:(?:due|payable|payment) )?immediate(?:ly)?",
        lambda found: ("net 0", "on delivery", "on receipt of invoice"),
    ),
    (r"cash", lambda found: ("on delivery", "net 0")),
    (r"现结|现付|现款|现金", lambda found: ("货到付款", "开票即付")),
    (r"见票即付", lambda found: ("票到付款", '"见票"付款')),
    (r"deposit", lambda found: ("with order", "prepaid")),
    (r"押金|保证金|首付款?", lambda found: ("定金", "预付")),
    (r"发货款", lambda found: ("发货前付款", "发货付款")),
    (
        r"retention(?: money)?(?: for| after)? ([0-9]{1,3}) months?"
        r"|([0-9]{1,3}) months?,? retention(?: money)?",
        lambda found: tuple(
            f"{_n(found)} months after {base}" for base in ("acceptance", "delivery")
        ),
    ),
    (
        r"retention(?: money)?",
        lambda found: ("12 months after acceptance", "12 months after delivery"),
    ),
    (
        rf"{_RETAINED}?质保期?满?([0-9]{{1,3}})个月后?{_PAID}|{_RETAINED}([0-9]{{1,3}})个月后?{_PAID}",
        lambda found: tuple(f"{base}后{_n(found)}个月" for base in ("验收", "货到")),
    ),
    (
        rf"{_RETAINED}|{_RETAINED}?质保期(?:满|结束|届满)后?{_PAID}",
        lambda found: ("验收后12个月", "货到后12个月"),
    ),
)
"""Phrases that houses read differently, with their readings."""


def _days_readings(number: str) -> tuple[str, ...]:
    return f"net {number}", *_since_readings(_days(number))[1:]
