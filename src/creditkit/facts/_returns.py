"""Payments that came back, and cash that was matched anew: when allocations begin and end.

Only the rows that are touched come here, as Python values; the rules are the same for one customer's
records and for ten million rows.

A returned payment is set against the payment that came back. From its date that payment has nothing
to give any more, and what it had paid is open as before: its allocations end, the oldest debt first,
until it gives no more than it has. Of the last of them only a part ends. Cash that was matched to
another document, once its first match was taken back, counts there from the recorded matching date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from creditkit.facts.kinds import Habit, ItemKind

__all__ = ["PAID", "Doc", "Tied", "ended", "settle"]

PAID = (Habit.CASH, Habit.BILL)
"""The habits of what pays: money that can come back."""


class Doc(NamedTuple):
    """An item as these rules see it; ``day`` is the date from which it exists."""

    id: str
    account: str
    currency: str
    kind: ItemKind
    minor: int
    day: date
    due: date


class Tied:
    """An allocation: from ``dated`` on, until ``until``; ``back`` says that the payment came back then.

    ``minor`` is in the currency of the target, ``given`` in that of the source. ``index`` is the row
    that it came from, -1 where it was found here; then ``part_of`` is the row that it is a part of.
    """

    __slots__ = (
        "back",
        "dated",
        "given",
        "index",
        "minor",
        "on",
        "part_of",
        "source",
        "target",
        "until",
    )

    def __init__(
        self,
        index: int,
        source: int,
        target: int,
        minor: int,
        given: int,
        dated: date,
        on: date | None = None,
        until: date | None = None,
        back: bool = False,
        part_of: int = -1,
    ) -> None:
        self.index, self.source, self.target = index, source, target
        self.part_of = part_of
        self.minor, self.given = minor, given
        self.dated, self.on, self.until, self.back = dated, on, until, back


def ended(
    undone: date | None, unmatched: date | None, habit: Habit, documented: bool
) -> tuple[date | None, bool]:
    """When an allocation ends, and whether because its source is nothing any more.

    That is money that came back, or the document of a write-off that was taken back.
    """
    if undone is None or (unmatched is not None and unmatched < undone):
        return unmatched, False
    return undone, habit in PAID or (documented and habit is Habit.LOSS)


def settle(
    ties: Sequence[Tied], docs: Mapping[int, Doc], returns: Iterable[int], notes: Iterable[int]
) -> tuple[list[Tied], list[int]]:
    """Set when these allocations begin and end; give those found in addition, and returns of nothing.

    ``returns`` are returned payments, and ``notes`` debit notes, that nothing is set against.
    """
    by_source: dict[int, list[Tied]] = {}
    for tie in ties:
        if tie.source >= 0:
            by_source.setdefault(tie.source, []).append(tie)
    for mine in by_source.values():
        ends = [tie.until for tie in mine if tie.until is not None]
        for tie in mine:
            if ends and tie.on is not None and tie.on >= min(ends):
                tie.dated = max(tie.dated, tie.on)
    found, lost = _found(ties, docs, by_source, list(returns), list(notes))
    for tie in found:
        if tie.source >= 0:
            by_source.setdefault(tie.source, []).append(tie)
    for source, mine in by_source.items():
        found += _displaced(docs[source], mine, docs)
    return found, lost


def _displaced(payment: Doc, mine: list[Tied], docs: Mapping[int, Doc]) -> list[Tied]:
    """End allocations of a payment that came back, the oldest debt first; give the parts that end."""
    parts: list[Tied] = []
    back = [tie for tie in mine if _is_return(tie, payment, docs)]
    left = abs(payment.minor)
    for tie in sorted(back, key=lambda one: one.dated):
        left -= tie.given
        others = [
            one for one in mine if one not in back and (one.until is None or one.until > tie.dated)
        ]
        over = sum(one.given for one in others) - left
        for one in sorted(others, key=lambda other: _age(other, docs)):
            if over <= 0:
                break
            if over < one.given:  # what did not come back has paid, on the day on which it did
                parts.append(_cut(one, over, tie.dated))
                break
            one.until, one.back = tie.dated, False
            over -= one.given
    return parts


def _cut(tie: Tied, given: int, until: date) -> Tied:
    """Take a part off an allocation: the part, which ends."""
    minor = tie.minor * given // tie.given
    tie.minor, tie.given = tie.minor - minor, tie.given - given
    place = tie.index if tie.index >= 0 else tie.part_of
    return Tied(-1, tie.source, tie.target, minor, given, tie.dated, tie.on, until, part_of=place)


def _is_return(tie: Tied, payment: Doc, docs: Mapping[int, Doc]) -> bool:
    target = docs.get(tie.target)
    if target is None or tie.until is not None:
        return False
    return target.kind is ItemKind.RETURNED_PAYMENT and payment.day <= target.day


def _age(tie: Tied, docs: Mapping[int, Doc]) -> tuple[Any, ...]:
    target = docs.get(tie.target)
    if target is None:
        return (date.max, date.max, tie.minor, "")
    return (target.due, target.day, tie.minor, target.id)


def _found(
    ties: Sequence[Tied],
    docs: Mapping[int, Doc],
    by_source: Mapping[int, list[Tied]],
    returns: list[int],
    notes: list[int],
) -> tuple[list[Tied], list[int]]:
    """The payment of each return that nobody tied, where there is exactly one that it can be."""
    undone: dict[tuple[Any, ...], list[tuple[int, date]]] = {}
    for end, what in _undone(ties, docs):
        undone.setdefault(what, []).append(end)
    payments: dict[tuple[Any, ...], list[tuple[int, date]]] = {}
    for row, one in docs.items() if returns else ():
        if one.kind.part.habit in PAID and not any(
            _is_return(tie, one, docs) for tie in by_source.get(row, ())
        ):
            key = (one.account, one.currency, -one.minor)
            payments.setdefault(key, []).append((row, one.day))
    wanted: dict[int, list[tuple[int, date]]] = {}
    for row in returns:
        doc = docs[row]
        if doc.minor:  # of nothing nothing came back
            key = (doc.account, doc.currency, doc.minor)
            fits = [end for end in payments.get(key, ()) if end[1] <= doc.day]
            wanted[row] = undone.get((*key, doc.day)) or fits
    asked = Counter(end for fits in wanted.values() for end, _ in fits)
    paired = {row: fits[0] for row, fits in wanted.items() if len(fits) == 1 == asked[fits[0][0]]}
    mirrors: dict[tuple[Any, ...], list[int]] = {}
    for row in notes:  # the books may have the return as a debit note of that day and amount
        doc = docs[row]
        mirrors.setdefault((doc.account, doc.currency, doc.minor, doc.day), []).append(row)
    for what, rows in mirrors.items():
        ends = undone.get(what, [])
        if what[2] and len(rows) == 1 == len(ends) and ends[0][0] not in asked:
            paired[rows[0]] = ends[0]
    made = []
    for row, (source, day) in paired.items():
        doc, payer = docs[row], max(source, -1)
        made.append(Tied(-1, payer, row, doc.minor, doc.minor, max(doc.day, day)))
    return made, [row for row in wanted if row not in paired]


def _undone(
    ties: Sequence[Tied], docs: Mapping[int, Doc]
) -> Iterator[tuple[tuple[int, date], tuple[str, str, int, date]]]:
    """What came back: of which payment and when, and its account, currency, amount and day.

    A payment without a document of its own is known by the row of its allocation, below -1.
    """
    sums: dict[tuple[int, date], int] = {}
    whose: dict[tuple[int, date], Doc] = {}
    for tie in ties:
        doc = docs.get(tie.source if tie.source >= 0 else tie.target)
        if not tie.back or tie.until is None or doc is None:
            continue
        if tie.source >= 0 and doc.kind.part.habit not in PAID:
            continue
        end = (tie.source if tie.source >= 0 else -2 - tie.index, tie.until)
        sums[end] = sums.get(end, 0) + tie.given
        whose[end] = doc
    for end, total in sums.items():
        yield end, (whose[end].account, whose[end].currency, total, end[1])
