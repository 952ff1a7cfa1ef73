"""Why DSO changed between two dates: volume, mix, terms and delinquency, adding up exactly.

At each date the DSO of a group (a customer, or a segment) has three parts:

    terms         the days of the terms of what was invoiced in the period, by amount
    delinquency   overdue / sales x days: what is paid late
    volume        current / sales x days - terms: how much of the sales is not yet due, against what the
                  terms explain; 0 where sales are even, above where they rise towards the end of the
                  period, and up and down where a customer buys a few times in it

and the DSO of the book is the sum of these over groups, each by its share of the sales. A change of a
part is weighted by the mean of the group's two shares; a change of a share, by how far the group's mean
DSO is from the book's (mix). So no order of steps has a say, and the four add up to the change.

A group without sales in one of the periods keeps the parts of the other: what changes is its share,
and what it still owes is delinquency where it is overdue and volume where it is not. All parts are exact
fractions; terms, mix and delinquency of each group are cut to 10^-12 of a day, and volume is what is
left, so that the sums are exact.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"account": "C-1", "currency": "CNY", "kind": "invoice", "amount": [900] * 4,
...      "doc_date": ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
...      "due_date": ["2026-03-02", "2026-03-30", "2026-05-30", "2026-06-29"],
...      "id": ["A", "B", "C", "D"]},
...     {"target": ["A", "B"], "amount": [900, 900], "on": ["2026-03-02", "2026-03-30"]})
>>> print(dso_change(ledger, as_of="2026-04-30", earlier="2026-02-28", period=1, history_from="2026-01-01"))
Change of DSO from 2026-02-28 to 2026-04-30: 56.00 -> 60.00
volume       -26.00
mix            0.00
terms        +30.00
delinquency    0.00
change        +4.00
<BLANKLINE>
Assumptions
- Sales are invoices less credit notes, as tax-inclusive as receivables are.
- A period that begins before the first document is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias, Unpack

import attrs
import numpy as np

from creditkit._columns import Cells, Codes
from creditkit._digits import adding_up, fixed_text
from creditkit._fields import Day, as_date
from creditkit._given import instance_in
from creditkit._plain import Record, mapping_in
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger
from creditkit.languages import AnyLanguage
from creditkit.money import rounded
from creditkit.reasons import Reason
from creditkit.receivables._months import months_before
from creditkit.receivables._standing import (
    Balance,
    Sales,
    balances_at,
    first_documents,
    sales_between,
)
from creditkit.receivables._words import WORDS, page, words
from creditkit.receivables.open_items import days
from creditkit.receivables.reading import Options, Reading, reading_of

__all__ = ["DsoChange", "DsoPart", "dso_change"]

PARTS: Final = ("volume", "mix", "terms", "delinquency")
_GRID: Final = 10**12
_MOST_ROWS: Final = 10


@attrs.frozen(kw_only=True)
class DsoPart(Record):
    """What one group did to the DSO of the book, in days; ``change`` is the sum of its four parts.

    ``before`` and ``after`` are its own DSO; None where it has no sales.
    """

    schema: ClassVar[str] = "creditkit.dso_part/1"

    group: str
    before: Fraction | None = None
    after: Fraction | None = None
    volume: Fraction
    mix: Fraction
    terms: Fraction
    delinquency: Fraction

    @property
    def change(self) -> Fraction:
        """What the group did in all."""
        return self.volume + self.mix + self.terms + self.delinquency


@attrs.frozen(kw_only=True)
class DsoChange(Record):
    """The change of DSO between two dates, in days, as exact fractions.

    ``known`` is False, and everything else None, where a balance or sales of an account are not known,
    a period begins before the ledger does, or nothing was sold in it.
    """

    schema: ClassVar[str] = "creditkit.dso_change/1"

    earlier: date
    as_of: date
    currency: str
    period: int
    known: bool
    before: Fraction | None
    after: Fraction | None
    groups: tuple[DsoPart, ...] = ()

    def _sum(self, name: str) -> Fraction | None:
        if not self.known:
            return None
        scaled = (int(getattr(one, name) * _GRID) for one in self.groups if name != "volume")
        if name != "volume":
            return Fraction(sum(scaled), _GRID)
        rest = [self._sum(other) for other in PARTS[1:]]
        assert self.change is not None
        return self.change - sum((one for one in rest if one is not None), Fraction(0))

    @property
    def change(self) -> Fraction | None:
        """By how many days the DSO rose."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def volume(self) -> Fraction | None:
        """What more or less was sold of late, against the average of each period."""
        return self._sum("volume")

    @property
    def mix(self) -> Fraction | None:
        """What more or less was sold to groups with a higher DSO."""
        return self._sum("mix")

    @property
    def terms(self) -> Fraction | None:
        """What longer terms did."""
        return self._sum("terms")

    @property
    def delinquency(self) -> Fraction | None:
        """What was paid later."""
        return self._sum("delinquency")

    @property
    def assumptions(self) -> tuple[Reason, ...]:
        """What it rests on."""
        return (Reason("assume.sales"), Reason("assume.history"))

    def explain(self, language: AnyLanguage = "en") -> str:
        """The parts and the change, and the groups that did most, in a language."""

        def text(value: Fraction | None) -> str:
            return WORDS["not_known"].in_(language) if value is None else f"{float(value):,.2f}"

        title = WORDS["dso_change"].filled(
            language,
            earlier=self.earlier,
            as_of=self.as_of,
            before=text(self.before),
            after=text(self.after),
        )
        if self.change is None:
            return page(title, [], language, right=(), assumptions=self.assumptions)
        rows = [
            [WORDS[name].in_(language), *cells]
            for name, cells in zip([*PARTS, "change"], self._columns(), strict=True)
        ]
        if len(self.groups) > 1:
            first = sorted(self.groups, key=lambda one: (-abs(one.change), one.group))[:_MOST_ROWS]
            head = words(("group", *PARTS, "change"), language)
            more = [
                [one.group, *_signed([getattr(one, p) for p in PARTS], one.change)] for one in first
            ]
            rows = [head, *more, [WORDS["total"].in_(language), *(row[1] for row in rows)]]
        left = len(self.groups) - _MOST_ROWS
        remarks = [WORDS["more"].filled(language, more=left)] if left > 0 else []
        return page(
            title,
            rows,
            language,
            right=range(1, 6),
            assumptions=self.assumptions,
            remarks=remarks,
        )

    def _columns(self) -> list[list[str]]:
        parts = [getattr(self, name) for name in PARTS]
        return [[text] for text in _signed(parts, self.change or Fraction(0))]

    def __str__(self) -> str:
        return self.explain()

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name, a row for each group, in days."""

        def column(name: str) -> Any:
            values = [getattr(one, name) for one in self.groups]
            return np.array([np.nan if one is None else float(one) for one in values])

        names = ("before", "after", *PARTS, "change")
        groups = np.array([one.group for one in self.groups], dtype=np.str_)
        return {"group": groups, **{name: column(name) for name in names}}

    def _frame(self) -> dict[str, Cells]:
        columns = self.to_columns()
        groups = Codes.of(columns.pop("group").tolist())
        return {
            "group": groups,
            **{n: Cells(v, np.isnan(v).astype(np.uint8)) for n, v in columns.items()},
        }


def _signed(parts: list[Fraction], change: Fraction) -> list[str]:
    """Parts in hundredths of a day that add up to the change as it is printed, each with its sign."""
    texts = [
        *adding_up([float(one) for one in parts], float(change), 2),
        fixed_text(float(change), 2),
    ]
    return [text if text.startswith("-") or not text.strip("0.") else f"+{text}" for text in texts]


def dso_change(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    earlier: Day,
    period: int = 12,
    groups: Mapping[str, str] | None = None,
    history_from: Day | None = None,
    **options: Unpack[Options],
) -> DsoChange:
    """The change of the DSO of a ledger from ``earlier`` to the date of the reading.

    ``period`` are the calendar months before each date of which the sales count. ``groups`` says to
    which group an account belongs (a segment, a salesperson, a region); who is not in it, and everybody
    where None, is a group by themselves. Receivables are signed here: a group in credit lowers the DSO.
    """
    how = reading_of(ledger, how, options)
    then = as_date(earlier, "earlier")
    if then >= how.as_of:
        raise InvalidFact("earlier", f"must be before {how.as_of}, the date of the reading", then)
    accounts = ledger.by_name
    dates = [then, how.as_of]
    starts = [months_before(day, period) for day in dates]
    given = {} if groups is None else mapping_in(groups, "groups", "write {account: group}")
    of = [given.get(name, name) for name in accounts]
    for name, group in zip(accounts, of, strict=True):
        instance_in(group, str, f"groups[{name!r}]")
    names = sorted(set(of))
    rank = {name: at for at, name in enumerate(names)}
    place = [rank[one] for one in of]
    if ledger.open_as_of is not None:
        return _unknown(how, then, period)
    balances = balances_at(ledger, accounts, how, dates)
    sales = sales_between(ledger, accounts, how, list(zip(starts, dates, strict=True)))
    first = int(first_documents(ledger, accounts, how).min(initial=days(how.as_of) + 1))
    if history_from is not None:
        first = days(as_date(history_from, "history_from"))
    lost = any(one.invalid.any() for one in balances) or any(one.invalid.any() for one in sales)
    sides = [
        _side(balance, sold, place, len(names), (day - start).days)
        for balance, sold, day, start in zip(balances, sales, dates, starts, strict=True)
    ]
    if lost or first > days(starts[0]) + 1 or any(side.total <= 0 for side in sides):
        return _unknown(how, then, period)
    before, after = sides
    book = ((before.dso + after.dso) / 2).as_integer_ratio()
    parts = [_part(name, before, after, at, book) for at, name in enumerate(names)]
    return DsoChange(
        earlier=then,
        as_of=how.as_of,
        currency=how.currency,
        period=period,
        known=True,
        before=before.dso,
        after=after.dso,
        groups=tuple(parts),
    )


def _unknown(how: Reading, earlier: date, period: int) -> DsoChange:
    return DsoChange(
        earlier=earlier,
        as_of=how.as_of,
        currency=how.currency,
        period=period,
        known=False,
        before=None,
        after=None,
    )


Ratio: TypeAlias = tuple[int, int]
"""A numerator and a denominator above zero, not reduced: a book has very many of them."""

_ZERO: Final[Ratio] = (0, 1)


def _plus(one: Ratio, other: Ratio, sign: int = 1) -> Ratio:
    if one[1] == other[1]:
        return one[0] + sign * other[0], one[1]
    return one[0] * other[1] + sign * other[0] * one[1], one[1] * other[1]


def _times(one: Ratio, other: Ratio) -> Ratio:
    return one[0] * other[0], one[1] * other[1]


def _cut(value: Ratio) -> Fraction:
    """To 10^-12 of a day, half-even."""
    return Fraction(rounded(value[0] * _GRID, value[1], "half_even"), _GRID)


class _Side(NamedTuple):
    """One of the dates, by group: sales, what is owed and what of it overdue, the days of the terms."""

    length: int
    total: int
    sold: list[int]
    owed: list[int]
    late: list[int]
    terms: list[Ratio | None]

    @property
    def dso(self) -> Fraction:
        return Fraction(sum(self.owed) * self.length, self.total)

    def part(self, amounts: list[int], at: int) -> Ratio:
        """An amount of a group in days of the sales of the book."""
        return amounts[at] * self.length, self.total

    def own(self, amounts: list[int], at: int) -> Ratio:
        """An amount of a group in days of its own sales, which are above zero."""
        return amounts[at] * self.length, self.sold[at]


def _side(balance: Balance, sales: Sales, place: list[int], size: int, length: int) -> _Side:
    def added(values: Any) -> list[int]:
        out = [0] * size
        for at, value in zip(place, values.tolist(), strict=True):
            out[at] += value
        return out

    sold = added(sales.sold)
    weight, product = added(sales.termed), added(sales.terms)
    return _Side(
        length=length,
        total=sum(sold),
        sold=sold,
        owed=added(balance.receivables),
        late=added(balance.overdue),
        terms=[(p, w) if w else None for p, w in zip(product, weight, strict=True)],
    )


def _part(name: str, before: _Side, after: _Side, at: int, book: Ratio) -> DsoPart:
    """What a group did; see the module."""
    selling = before.sold[at] > 0, after.sold[at] > 0
    shares = (before.sold[at], before.total), (after.sold[at], after.total)
    # each date's own parts, or those of the other date where it sold nothing
    first = before if selling[0] or not selling[1] else after
    second = after if selling[1] or not selling[0] else before
    terms = first.terms[at] or second.terms[at], second.terms[at] or first.terms[at]
    some = selling[0] or selling[1]
    late = [one.own(one.late, at) if some else _ZERO for one in (first, second)]
    whole = [one.own(one.owed, at) if some else _ZERO for one in (first, second)]

    middle = _times(_plus(shares[0], shares[1]), (1, 2))
    moved = _plus(shares[1], shares[0], -1)
    mix = _times(moved, _plus(_times(_plus(whole[0], whole[1]), (1, 2)), book, -1))
    by_terms = _times(middle, _plus(terms[1] or _ZERO, terms[0] or _ZERO, -1))
    delinquency = _times(middle, _plus(late[1], late[0], -1))
    for place, (side, sign) in enumerate(((before, -1), (after, 1))):
        if not selling[place]:  # what is overdue beside the sales of the period
            rest = _plus(side.part(side.late, at), _times(shares[place], late[place]), -1)
            delinquency = _plus(delinquency, rest, sign)
    change = _plus(after.part(after.owed, at), before.part(before.owed, at), -1)
    change = _plus(change, _times(moved, book), -1)
    cut = [_cut(one) for one in (mix, by_terms, delinquency)]
    return DsoPart(
        group=name,
        before=Fraction(*whole[0]) if selling[0] else None,
        after=Fraction(*whole[1]) if selling[1] else None,
        volume=Fraction(*change) - sum(cut, Fraction(0)),
        mix=cut[0],
        terms=cut[1],
        delinquency=cut[2],
    )
