"""Phrases that houses read differently, with the texts to choose from.

- *EOM dating*: 2/10 net 20 EOM counts both periods from the end of the month (American Marketing
  Association, *end of month dating*); others count the discount from the invoice (see `terms_reading`).
- 30 days end of month is 30 days after the month's end, or the end of the month in which 30 days end
  (fin de mois), or the end of the next month (United Kingdom).
- 30 days end of month on the 10th: Odoo adds the days first, then goes to the 10th of the next month.
- 月结N天 counts from the end of the month, from the first of the next, or from the invoice; 当月结N天 is a
  name for the last (vendors' manuals say each).
- 质保金, a retention, is paid when the warranty ends, which counts from acceptance or from delivery.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from creditkit.reasons.terms_line import ONE_DAY
from creditkit.reasons.terms_words import (
    DAY_ZH,
    DAYS,
    IN,
    MONTHS_LONG,
    PAID,
    RETAINED,
    WORK,
    WORK_ZH,
    number_of,
)

__all__ = ["SEVERAL"]


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


SEVERAL: Final[tuple[tuple[str, Callable[[re.Match[str]], Sequence[str]]], ...]] = (
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
        rf"每月([0-9]{{1,2}})[日号]{PAID}",
        lambda found: (f"下一个{found[1]}日", f"次月{found[1]}日"),
    ),
    (
        rf"(?:net )?{DAYS},? ?(?:eom|end of (?:the )?month),? ?(?:on )?(?:the )?{ONE_DAY}",
        lambda found: _end_on_readings(found[1], found[2]),
    ),
    (
        rf"(?:net )?{DAYS},? ?(?:eom|end of (?:the )?month)|(?:net )?eom (?:net )?{DAYS}"
        r"|eom([0-9]{1,5})|net ?([0-9]{1,5})eom",
        lambda found: _end_readings(found[found.lastindex or 0]),
    ),
    (r"mfi", lambda found: ("end of next month", "1st of next month")),
    (
        r"(?:net )?(3[2-9]|[4-9][0-9]|[1-9][0-9]{2}) (?:prox\.?|proximo|mfi)",
        lambda found: (f"EOM+{found[1]}", f"net {found[1]}"),
    ),
    (
        rf"{IN}([0-9]{{1,5}}) ?(?:calendar )?days?(?: (?:credit|terms))?"
        r"|(?:credit|open account|o/a),? ?([0-9]{1,5}) ?(?:calendar )?days?",
        lambda found: _days_readings(found[found.lastindex or 0]),
    ),
    (
        rf"{IN}{WORK}",
        lambda found: _since_readings(
            f"{found[1]} working {'day' if int(found[1]) == 1 else 'days'}"
        ),
    ),
    (
        rf"{IN}{MONTHS_LONG}",
        lambda found: _since_readings(f"{found[1]} {'month' if int(found[1]) == 1 else 'months'}"),
    ),
    (
        rf"([0-9]{{1,5}}){DAY_ZH}(?:内?{PAID})",
        lambda found: _since_readings_zh(f"{found[1]}天"),
    ),
    (
        rf"{WORK_ZH}(?:内?{PAID})",
        lambda found: _since_readings_zh(f"{found[1]}个工作日"),
    ),
    (
        rf"([0-9]{{1,3}})个月(?:后?内?{PAID})",
        lambda found: _since_readings_zh(f"{found[1]}个月"),
    ),
    (
        rf"(?:net )?{DAYS} (?:after|from|on) receipt",
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
            f"{number_of(found)} months after {base}" for base in ("acceptance", "delivery")
        ),
    ),
    (
        r"retention(?: money)?",
        lambda found: ("12 months after acceptance", "12 months after delivery"),
    ),
    (
        rf"{RETAINED}?质保期?满?([0-9]{{1,3}})个月后?{PAID}|{RETAINED}([0-9]{{1,3}})个月后?{PAID}",
        lambda found: tuple(f"{base}后{number_of(found)}个月" for base in ("验收", "货到")),
    ),
    (
        rf"{RETAINED}|{RETAINED}?质保期(?:满|结束|届满)后?{PAID}",
        lambda found: ("验收后12个月", "货到后12个月"),
    ),
)
"""Phrases that houses read differently, with their readings."""


def _days_readings(number: str) -> tuple[str, ...]:
    return f"net {number}", *_since_readings(_days(number))[1:]
