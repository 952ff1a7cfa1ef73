"""Loss rates from a history: what of the invoices of some months was paid in which bucket, and what never.

The invoices of a window are followed to the date of the reading. What was paid in a bucket left it
there; the rest went on to the next. So each bucket has a flow rate, and its loss rate is the product of
its own and all later ones, which is what was lost of it over what had reached it:

    flow rate of a bucket  =  gone on / reached
    loss rate of a bucket  =  its flow rate x those of all later buckets

An invoice counts in a bucket once it is old enough to have left it: who paid early of those that are
still in it says nothing of the rest. In the last bucket it counts at once, and what is unpaid there is
lost, written off or not, less what was recovered. A bucket of which nothing is known has no rate, and
neither have those before it, unless nothing went on from them: not known is not 0.

Source: the derivation from a payment history of ifrscommunity.com, IFRS 9 Provision Matrix: of sales of
100,000 are paid 50,000 on time, 27,000, 15,000 and 6,000 in three buckets of 30 days, 2,000 never.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["A", "B", "C", "D", "E"], "account": "M", "currency": "CNY", "kind": "invoice",
...      "amount": [50_000, 27_000, 15_000, 6_000, 2_000], "doc_date": ["2025-01-01"] * 5,
...      "due_date": "2025-01-31"},
...     {"target": ["A", "B", "C", "D"], "amount": [50_000, 27_000, 15_000, 6_000],
...      "on": ["2025-01-31", "2025-02-20", "2025-03-20", "2025-04-20"]})
>>> history = loss_history(ledger, as_of="2026-01-01", since="2025-01-01", until="2025-12-31",
...                        buckets=Buckets.up_to(30, 60, 90))
>>> [str(rate) for rate in history.segments[0].loss_rates]
['1/50', '1/25', '2/23', '1/4', '1']
>>> history.segments[0].invoiced, history.segments[0].lost
(Money('100000.00', 'CNY'), Money('2000.00', 'CNY'))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar, Unpack, cast

import attrs
import numpy as np

from creditkit._columns import Cells, Codes
from creditkit._fields import Day, as_date
from creditkit._given import instance_in
from creditkit._plain import Record, mapping_in
from creditkit.errors import InvalidFact, meant
from creditkit.facts.ledger import Ledger
from creditkit.languages import AnyLanguage
from creditkit.money import Money
from creditkit.reasons import Reason
from creditkit.receivables._ageing import COLUMNS
from creditkit.receivables._claims import Claims, claims_of
from creditkit.receivables._sums import Exact, group_sums, money_of_sum
from creditkit.receivables._ties import with_free_cash
from creditkit.receivables._words import WORDS, minor_text, page, words
from creditkit.receivables.buckets import STANDARD, Buckets
from creditkit.receivables.open_items import Ints, days
from creditkit.receivables.provision import (
    OTHERS,
    ProvisionMatrix,
    SegmentRates,
    exact_rate,
    rate_text,
)
from creditkit.receivables.reading import Options, Reading, reading_of

__all__ = ["LossHistory", "SegmentHistory", "loss_history"]


@attrs.frozen(kw_only=True)
class SegmentHistory(Record):
    """What became of the invoices of a segment, in money of one currency.

    ``invoiced`` is what was to be paid; of it so much was ``paid`` in each bucket, is ``open`` in each,
    and was ``written_off``. Of the invoices that are old enough for a bucket, so much ``reached`` it and
    has ``gone_on``; of the last, is unpaid. ``recovered`` of what was written off came in later; None
    is not known.
    """

    schema: ClassVar[str] = "creditkit.segment_history/1"

    segment: str
    invoiced: Money
    paid: tuple[Money, ...]
    open: tuple[Money, ...]
    written_off: Money
    reached: tuple[Money, ...]
    gone_on: tuple[Money, ...]
    recovered: Money | None = None

    def __attrs_post_init__(self) -> None:
        every = [self.written_off, *self.paid, *self.open, *self.reached, *self.gone_on]
        every += [] if self.recovered is None else [self.recovered]
        for one in every:
            if one.currency != self.invoiced.currency:
                rule = f"must be in {self.invoiced.currency}, as what was invoiced"
                raise InvalidFact("segment_history", rule, one)
        whole = sum(one.minor for one in (*self.paid, *self.open, self.written_off))
        if whole != self.invoiced.minor:
            rule = "must be what was paid, is open and was written off"
            raise InvalidFact("segment_history.invoiced", rule, self.invoiced)
        for name in ("open", "reached", "gone_on"):
            if len(getattr(self, name)) != len(self.paid):
                rule = f"must be of {len(self.paid)} buckets"
                raise InvalidFact(f"segment_history.{name}", rule, len(getattr(self, name)))

    @property
    def lost(self) -> Money:
        """What is unpaid in the last bucket, less what is known to be recovered."""
        nothing = Money.from_minor(0, self.invoiced.currency)
        return max(self.gone_on[-1] - (self.recovered or nothing), nothing)

    @property
    def flow_rates(self) -> tuple[Fraction | None, ...]:
        """The share of each bucket that went on; of the last, that is lost. None: nothing is known."""
        gone = (*self.gone_on[:-1], self.lost)
        pairs = zip(gone, self.reached, strict=True)
        return tuple(
            Fraction(part.minor, whole.minor) if whole.minor > 0 else None for part, whole in pairs
        )

    @property
    def loss_rates(self) -> tuple[Fraction | None, ...]:
        """The share of each bucket that is lost; None where a flow is not known from there on.

        Of a bucket from which nothing went on nothing was lost, whatever became of later ones.
        """
        out: list[Fraction | None] = []
        rate: Fraction | None = Fraction(1)
        for flow in reversed(self.flow_rates):
            if flow is None:
                rate = None
            elif not flow:
                rate = Fraction(0)
            elif rate is not None:
                rate *= flow
            out.append(rate)
        return tuple(reversed(out))


@attrs.frozen(kw_only=True)
class LossHistory(Record):
    """The history by segment, from which `matrix` makes loss rates.

    The invoices are those of ``since`` to ``until``, both included, followed to ``as_of``.
    """

    schema: ClassVar[str] = "creditkit.loss_history/1"

    since: date
    until: date
    as_of: date
    currency: str
    buckets: Buckets
    segments: tuple[SegmentHistory, ...]
    left_out: int
    assumptions: tuple[Reason, ...] = ()

    def __attrs_post_init__(self) -> None:
        for one in self.segments:
            if len(one.paid) != len(self.buckets):
                path = f"loss_history.segments[{one.segment!r}].paid"
                raise InvalidFact(path, f"must be of {len(self.buckets)} buckets", len(one.paid))
            if one.invoiced.currency != self.currency:
                path = f"loss_history.segments[{one.segment!r}].invoiced"
                raise InvalidFact(path, f"must be in {self.currency}", one.invoiced)

    def matrix(
        self, *, factor: Any = 1, otherwise: Mapping[str, Any] | None = None
    ) -> ProvisionMatrix:
        """The `ProvisionMatrix` of this history, times a factor for the outlook (`with_outlook`).

        ``otherwise`` gives rates by the name of a bucket, for buckets of which nothing is known; without
        one, such a bucket is an `InvalidFact`, because not known is not 0.
        """
        given = {} if otherwise is None else mapping_in(otherwise, "otherwise")
        for name in given:
            if name not in self.buckets.names:
                remedy = meant(name, self.buckets.names)
                raise InvalidFact(f"otherwise[{name!r}]", "is no bucket", remedy=remedy)
        rows = []
        for one in self.segments:
            rates = []
            for name, rate in zip(self.buckets.names, one.loss_rates, strict=True):
                if rate is None:
                    if name not in given:
                        path = f"loss_history.segments[{one.segment!r}]"
                        remedy = f"write otherwise={{{name!r}: '5%'}}, or take a longer history"
                        raise InvalidFact(path, f"knows no loss of {name!r}", remedy=remedy)
                    rate = exact_rate(given[name], f"otherwise[{name!r}]")
                rates.append(rate)
            rows.append(SegmentRates(segment=one.segment, rates=tuple(rates)))
        made = ProvisionMatrix(
            buckets=self.buckets, segments=tuple(rows), assumptions=self.assumptions
        )
        return made.with_outlook(factor)

    def explain(self, language: AnyLanguage = "en") -> str:
        """What was paid, is open and went on in each bucket, and the loss rates, in a language."""
        names = ("segment", "bucket", "paid", "open_amount", "flow_rate", "rate")
        rows = [words(names, language)]
        for one in self.segments:
            label = WORDS["all"].in_(language) if one.segment == OTHERS else one.segment
            titles = self.buckets.titles(language)
            columns = zip(titles, one.paid, one.open, one.flow_rates, one.loss_rates, strict=True)
            for title, paid, open_, flow, loss in columns:
                money = (minor_text(part.minor, self.currency) for part in (paid, open_))
                rates = ("-" if rate is None else rate_text(rate) for rate in (flow, loss))
                rows.append([label, title, *money, *rates])
            if one.written_off:
                lost = minor_text(one.written_off.minor, self.currency)
                rows.append([label, WORDS["written_off"].in_(language), "", lost, "", ""])
        title = WORDS["loss_history"].filled(
            language,
            since=self.since,
            until=self.until,
            as_of=self.as_of,
            currency=self.currency,
        )
        return page(title, rows, language, right=range(2, 6), assumptions=self.assumptions)

    def __str__(self) -> str:
        return self.explain()

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name, a row for each segment and bucket; money in minor units."""

        def minors(which: str) -> Any:
            money = [part for one in self.segments for part in getattr(one, which)]
            return np.array([float(part.minor) for part in money])

        def rates(which: str) -> Any:
            found = [rate for one in self.segments for rate in getattr(one, which)]
            return np.array([np.nan if rate is None else float(rate) for rate in found])

        size = len(self.buckets)
        return {
            "segment": np.repeat(np.array([o.segment for o in self.segments], dtype=np.str_), size),
            "bucket": np.tile(np.array(self.buckets.names), len(self.segments)),
            "paid": minors("paid"),
            "open": minors("open"),
            "flow_rate": rates("flow_rates"),
            "loss_rate": rates("loss_rates"),
        }

    def _frame(self) -> dict[str, Cells]:
        out: dict[str, Cells] = {}
        for name, column in self.to_columns().items():
            if column.dtype.kind == "U":
                out[name] = Codes.of(column.tolist())
            else:
                out[name] = Cells(column, np.isnan(column).astype(np.uint8))
        return out


def loss_history(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    since: Day,
    until: Day,
    buckets: Buckets = STANDARD,
    segments: Mapping[str, str] | None = None,
    recovered: Money | Mapping[str, Money] | None = None,
    **options: Unpack[Options],
) -> LossHistory:
    """The history of the invoices of ``since`` to ``until``, as it stands at the reading's date.

    Take a window that is old enough: what is still open in an early bucket says little. ``segments``
    says in which segment an account is; the others are in ``"*"``. ``recovered`` is what came in of what
    was written off: of all, or by segment; where it is not given it is not known, and nothing is taken
    off the loss. Of a ledger of remainders nothing is known, and it is refused.
    """
    how = reading_of(ledger, how, options)
    first, last = as_date(since, "since"), as_date(until, "until")
    if not first <= last <= how.as_of:
        rule = f"must not be before {first} and not after {how.as_of}"
        raise InvalidFact("until", rule, last)
    instance_in(buckets, Buckets, "buckets", "write Buckets.up_to(30, 60, 90)")
    if ledger.open_as_of is not None:
        remedy = "give allocations"
        raise InvalidFact(
            "ledger", "must not hold remainders only: they are no history", remedy=remedy
        )
    given = {} if segments is None else mapping_in(segments, "segments", "write {account: segment}")
    accounts = ledger.by_name
    of = [given.get(name, OTHERS) for name in accounts]
    for name, segment in zip(accounts, of, strict=True):
        instance_in(segment, str, f"segments[{name!r}]")
    names = sorted(set(of), key=lambda name: (name == OTHERS, name)) or [OTHERS]
    back = _recovered(recovered, names, how)
    claims = claims_of(ledger, accounts, how)
    inside = (claims.doc >= days(first)) & (claims.doc <= days(last))
    place = {name: at for at, name in enumerate(names)}
    group = np.array([place[one] for one in of] + [-1], dtype=np.int64)[claims.account]
    group = np.where(inside, group, -1)
    found = _followed(claims, ledger, how, buckets, group, len(names))

    def money(minors: Iterable[int]) -> tuple[Money, ...]:
        path, remedy = "loss_history.segments", "ask for more segments, or for fewer months"
        return tuple(money_of_sum(one, how.currency, path, remedy) for one in minors)

    rows = []
    for at, name in enumerate(names):
        mine = group == at
        sums = (sum(column[mine].tolist()) for column in (claims.amount, claims.written_off))
        invoiced, written_off = money(sums)
        rows.append(
            SegmentHistory(
                segment=name,
                invoiced=invoiced,
                **{part: money(columns[at]) for part, columns in found.items()},
                written_off=written_off,
                recovered=back[at],
            )
        )
    lost = [name for name, bad in zip(accounts, claims.broken.tolist(), strict=True) if bad]
    said = [
        Reason("assume.cohort", since=first, until=last, as_of=how.as_of),
        Reason("assume.last_bucket"),
        Reason("assume.recovered" if recovered is not None else "assume.not_recovered"),
    ]
    if lost:
        said.append(Reason("assume.left_out", accounts=tuple(lost[:10])))
    if free := with_free_cash(ledger, how):
        said.append(Reason("assume.oldest_first", accounts=tuple(free[:10])))
    return LossHistory(
        since=first,
        until=last,
        as_of=how.as_of,
        currency=how.currency,
        buckets=buckets,
        segments=tuple(rows),
        left_out=len(lost),
        assumptions=tuple(said),
    )


def _recovered(given: Any, names: list[str], how: Reading) -> list[Money | None]:
    """What was recovered of each segment; None where it is not known."""
    if given is None:
        return [None] * len(names)
    if isinstance(given, Money):
        if len(names) > 1:
            remedy = "write {segment: amount}"
            raise InvalidFact("recovered", "must be given by segment", given, remedy)
        given = {names[0]: given}
    by_name = mapping_in(given, "recovered", "write {segment: Money('5000', 'CNY')}")
    out: list[Money | None] = []
    for name in by_name:
        if name not in names:
            raise InvalidFact(f"recovered[{name!r}]", "is no segment", remedy=meant(name, names))
    for name in names:
        one = by_name.get(name)
        if one is not None and (
            not isinstance(one, Money) or one.currency != how.currency or one.minor < 0
        ):
            rule = f"must be Money in {how.currency}, not below zero"
            raise InvalidFact(f"recovered[{name!r}]", rule, one)
        out.append(one)
    return out


def _followed(
    claims: Claims, ledger: Ledger, how: Reading, buckets: Buckets, group: Ints, groups: int
) -> dict[str, list[list[int]]]:
    """By group and bucket: what was paid in it, is open in it, reached it and went on."""
    column = ledger.items[COLUMNS[buckets.basis]]
    aged = column.values.view(np.int64)[claims.row]
    aged = np.where(column.known[claims.row], aged, claims.doc)
    now = _places(buckets, aged, np.full(len(aged), days(how.as_of), dtype=np.int64))
    of, size = claims.claim, len(buckets)
    then = _places(buckets, aged[of], claims.day)
    amounts = _added(group, now, claims.amount, groups, size)
    left = _added(group, now, claims.unpaid - claims.written_off, groups, size)
    # by the bucket in which an invoice is now, what of it was paid in which
    both = np.where(group[of] >= 0, group[of] * size + now[of], -1)
    paid = _added(both, then, claims.paid, groups * size, size)
    out: dict[str, list[list[int]]] = {"paid": [], "open": left, "reached": [], "gone_on": []}
    for at in range(groups):
        mine = paid[size * at : size * (at + 1)]
        out["paid"].append([sum(row[bucket] for row in mine) for bucket in range(size)])
        reached, gone_on = [], []
        for bucket in range(size):
            old = range(min(bucket + 1, size - 1), size)
            whole = sum(amounts[at][one] for one in old)
            reached.append(whole - sum(sum(mine[one][:bucket]) for one in old))
            gone_on.append(whole - sum(sum(mine[one][: bucket + 1]) for one in old))
        out["reached"].append(reached)
        out["gone_on"].append(gone_on)
    return out


def _added(group: Ints, bucket: Ints, values: Exact, groups: int, size: int) -> list[list[int]]:
    """Sums by group and bucket; a group of -1 is none."""
    inside = group >= 0
    flat = group_sums((group * size + bucket)[inside], values[inside], groups * size).tolist()
    return [flat[size * at : size * (at + 1)] for at in range(groups)]


def _places(buckets: Buckets, aged: Ints, then: Ints) -> Ints:
    """The bucket of each date on its own day."""
    if buckets.unit == "days":
        edges = np.array(buckets.edges, dtype=np.int64)
        return np.searchsorted(edges, then - aged, side="right").astype(np.int64)
    out = np.zeros(len(aged), dtype=np.int64)
    different, which = np.unique(then, return_inverse=True)
    for place, day in enumerate(different.tolist()):
        rows = np.flatnonzero(which.ravel() == place)
        when = date.fromordinal(day + date(1970, 1, 1).toordinal())
        for line in buckets.latest(when):
            out[rows] += aged[rows] <= days(line)
    return cast(Ints, out)
