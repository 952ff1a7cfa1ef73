"""Ageing buckets: where the lines between "not due", "1-30" and so on are drawn.

Days past due are ``as_of - date`` in calendar days. The trade draws the lines differently, so each
convention has a name:

==================  =============================================  =====================
convention          buckets                                        day 0, day 30
==================  =============================================  =====================
`STANDARD`          not due (<= 0) | 1-30 | 31-60 ... | over 120   not due, first
`DAY_30_SECOND`     not due (<= 0) | 1-29 | 30-59 ... | over 119   not due, second
`DUE_TODAY_FIRST`   not due (< 0) | 0-30 | 31-60 ... | over 120    first, first
`CALENDAR_MONTHS`   not due | due this month | a month before ...  by the month due
`CHINESE_YEARS`     within 1 year | 1-2 ... | over 5 years         from recognition
==================  =============================================  =====================

>>> Buckets.up_to(30, 60).names
('not due', '1-30', '31-60', 'over 60')
>>> [STANDARD.index_of(date(2026, 11, 21), due) for due in (date(2026, 11, 21), date(2026, 10, 22))]
[0, 1]
"""

import calendar
from datetime import date, timedelta
from typing import Any, ClassVar, Final

import attrs

from creditkit._fields import Day, Fact, as_date, checked, many_in
from creditkit._given import one_of, whole_in
from creditkit.errors import InvalidFact
from creditkit.languages import AnyLanguage, Text

__all__ = [
    "BASES",
    "CALENDAR_MONTHS",
    "CHINESE_YEARS",
    "DAY_30_SECOND",
    "DUE_TODAY_FIRST",
    "STANDARD",
    "Buckets",
]

UNITS: Final = ("days", "months", "years")
BASES: Final = ("due", "invoice", "posting", "delivery", "acceptance")


def _rising(_buckets: Any, _attribute: Any, value: tuple[int, ...]) -> None:
    if not value or list(value) != sorted(set(value)):
        raise InvalidFact("buckets.edges", "must rise, from the youngest to the oldest", value)


def _one_more(buckets: Any, attribute: Any, names: tuple[str, ...]) -> None:
    edges = buckets.edges
    if not isinstance(edges, tuple):
        return  # which is said of them
    if len(names) != len(edges) + 1 or len(set(names)) != len(names):
        rule = f"must be {len(edges) + 1} different names, one more than edges"
        raise InvalidFact(f"buckets.{attribute.name}", rule, names)


def _one_of(names: tuple[str, ...]) -> Any:
    def check(_buckets: Any, attribute: Any, value: str) -> None:
        one_of(value, names, f"buckets.{attribute.name}")

    return check


@attrs.frozen(kw_only=True, field_transformer=checked)
class Buckets(Fact):
    """Named buckets, youngest first, and the ages at which each but the first begins.

    ``edges`` are in ``unit``: ``days`` past the date; calendar ``months`` between the months of the
    two dates (0: past, but in the same month; -1: in the same month and not yet due; -2: in the next
    month, and so on); full ``years`` since the date, the anniversary
    itself still in the younger bucket. ``basis`` is the date that ages where nobody names another.
    """

    schema: ClassVar[str] = "creditkit.buckets/1"

    names: tuple[str, ...] = attrs.field(converter=many_in, validator=_one_more)
    names_zh: tuple[str, ...] = attrs.field(converter=many_in, validator=_one_more)
    edges: tuple[int, ...] = attrs.field(converter=many_in, validator=_rising)
    unit: str = attrs.field(default="days", validator=_one_of(UNITS))
    basis: str = attrs.field(default="due", validator=_one_of(BASES))

    def __len__(self) -> int:
        return len(self.names)

    def titles(self, language: AnyLanguage = "en") -> tuple[str, ...]:
        """The names in a language; in one of the house's own by the key ``bucket.`` and the English name."""
        pairs = zip(self.names, self.names_zh, strict=True)
        return tuple(Text(f"bucket.{en}", en, zh).in_(language) for en, zh in pairs)

    @classmethod
    def up_to(cls, *last_days: int) -> "Buckets":
        """Not due, then buckets that end with these days past due, then everything older."""
        for day in last_days or (None,):
            whole_in(day, "buckets.up_to", 1)
        edges = (1, *(day + 1 for day in last_days))
        spans = [f"{first}-{last}" for first, last in zip(edges, last_days, strict=False)]
        return cls(
            names=("not due", *spans, f"over {last_days[-1]}"),
            names_zh=("未到期", *(f"{span}天" for span in spans), f"{last_days[-1]}天以上"),
            edges=edges,
        )

    @classmethod
    def months(cls, back: int = 3, *, ahead: int | None = None) -> "Buckets":
        """By the calendar month in which an item falls due: ``back`` months before this one, each.

        What is not due is one bucket, or, with ``ahead``, one for the rest of this month and for each
        of so many months after it, for a plan of receipts.

        >>> Buckets.months(1, ahead=1).names
        ('later', 'next month', 'later this month', 'this month', '1 month', 'older')
        """
        whole_in(back, "buckets.months.back", 1)
        names, names_zh, edges = ["not due"], ["未到期"], [*range(back + 2)]
        if ahead is not None:
            whole_in(ahead, "buckets.months.ahead")
            coming = range(ahead, -1, -1)
            names = ["later", *(_AHEAD.get(k, (f"in {k} months",))[0] for k in coming)]
            names_zh = ["更晚到期", *(_AHEAD.get(k, ("", f"{k}个月后到期"))[1] for k in coming)]
            edges = [*range(-ahead - 1, 0), *edges]
        past = range(1, back + 1)
        return cls(
            names=(
                *names,
                "this month",
                *(f"{k} month{'s' if k > 1 else ''}" for k in past),
                "older",
            ),
            names_zh=(
                *names_zh,
                "本月到期",
                *("上月到期" if k == 1 else f"前{k}个月到期" for k in past),
                "更早到期",
            ),
            edges=tuple(edges),
            unit="months",
        )

    def latest(self, as_of: Day) -> list[date]:
        """For each edge, the latest date that is past it at ``as_of``; none before the year 1.

        >>> CHINESE_YEARS.latest(date(2026, 12, 31))[0]
        datetime.date(2025, 12, 30)
        """
        when = as_date(as_of)
        days = (_latest(self.unit, edge, when) for edge in self.edges)
        return [day for day in days if day is not None]

    def index_of(self, as_of: Day, day: Day) -> int:
        """The bucket of one date, counted from 0."""
        aged = as_date(day, "day")
        return sum(aged <= latest for latest in self.latest(as_of))


_AHEAD: Final = {0: ("later this month", "本月内未到期"), 1: ("next month", "下月到期")}


def _latest(unit: str, edge: int, as_of: date) -> date | None:
    try:
        if unit == "days":
            return as_of - timedelta(edge)
        if unit == "months":
            if edge < 0:
                month = _month(as_of, -edge - 1)
                return month.replace(day=calendar.monthrange(month.year, month.month)[1])
            if edge == 0:
                return as_of - timedelta(1)
            return _month(as_of, -(edge - 1)).replace(day=1) - timedelta(1)
        before = as_of - timedelta(1)
        latest = _month(before, -12 * edge)
        after = latest + timedelta(1)  # 29 February has its anniversary on the 28th
        return after if _month(after, 12 * edge) <= before else latest
    except (ValueError, OverflowError):
        return date.max if edge < 0 else None  # no date is later, and none is earlier


def _month(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


STANDARD: Final = Buckets.up_to(30, 60, 90, 120)
"""Not due (due today included), 1-30, 31-60, 61-90, 91-120, over 120: the default."""

DAY_30_SECOND: Final = Buckets(
    names=("not due", "1-29", "30-59", "60-89", "90-119", "over 119"),
    names_zh=("未到期", "1-29天", "30-59天", "60-89天", "90-119天", "119天以上"),
    edges=(1, 30, 60, 90, 120),
)
"""As some ledgers print it: the thirtieth day past due is in the second bucket."""

DUE_TODAY_FIRST: Final = Buckets(
    names=("not due", "0-30", "31-60", "61-90", "91-120", "over 120"),
    names_zh=("未到期", "0-30天", "31-60天", "61-90天", "91-120天", "120天以上"),
    edges=(0, 31, 61, 91, 121),
)
"""Due today is in the first bucket past due."""

CALENDAR_MONTHS: Final = Buckets.months(3)
"""By the month in which an item fell due: this one, the one before, and so on."""

CHINESE_YEARS: Final = Buckets(
    names=("within 1 year", "1-2 years", "2-3 years", "3-4 years", "4-5 years", "over 5 years"),
    names_zh=("1年以内", "1至2年", "2至3年", "3至4年", "4至5年", "5年以上"),
    edges=(1, 2, 3, 4, 5),
    unit="years",
    basis="invoice",
)
"""账龄 as Chinese financial statements disclose it, from recognition, not from the due date; full
years, "within" including the anniversary (1年以内含1年)."""
