"""Roll rates: what share of a bucket is in a later one a month on, and what of it is lost in the end.

Two readings are in use, and both are in the result:

    by item       of what stood in a bucket at the end of a month, what stands in a later bucket at the
                  end of the next: each item is followed, so nothing new is taken for old
    by balance    the balance of the next bucket at the end of a month over that of the bucket a month
                  before: two ageing tables are enough; exact only where a bucket is a month long.
                  The last bucket has no end and keeps what it has, so of what goes into it nothing
                  is known by balance

Several months are pooled: sums over sums. By amount each counts with what is open of it; by count each
item counts once. A rate of a bucket in which nothing stood is not known.

The loss factor of a bucket is the product of its rate and those of all later ones; the rate of the
last bucket says what of it is lost.

Sources: net flow rates as in the textbooks of consumer credit (1,000,000 current of which 50,000 are
1-30 days late a month later: 5 %).

>>> [str(one) for one in loss_factors(["0.05", "0.2", "0.5", "0.8"])]
['1/250', '2/25', '2/5', '4/5']
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar, Final, Literal, TypeAlias, Unpack

import attrs
import numpy as np

from creditkit._columns import Cells, Codes
from creditkit._given import instance_in, listed, one_of, whole_in
from creditkit._plain import Record
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger
from creditkit.languages import AnyLanguage
from creditkit.reasons import Reason
from creditkit.receivables._months import month_ends
from creditkit.receivables._rolled import Stand, rows_read, stands_at
from creditkit.receivables._ties import with_free_cash
from creditkit.receivables._words import WORDS, page
from creditkit.receivables.buckets import BASES, STANDARD, Buckets
from creditkit.receivables.open_items import Ints
from creditkit.receivables.provision import exact_rate, rate_text
from creditkit.receivables.reading import Options, Reading, reading_of

__all__ = ["RollRates", "loss_factors", "roll_rates"]

By: TypeAlias = Literal["amount", "count"]
BY: Final = ("amount", "count")
_MOST_NAMED: Final = 10


@attrs.frozen(kw_only=True)
class RollRates(Record):
    """What moved between buckets from month to month, pooled, and the rates that follow.

    ``ends`` are the ends of months, one more than months that were followed. ``balances`` has a row
    for each of them with what stood in each bucket: minor units of ``currency``, or counts of items.
    ``moved`` has a row for each bucket at the end of a month and a column for each a month later, summed
    over all months; what stands in no column was ``settled``. ``left_out`` accounts cannot be read.
    """

    schema: ClassVar[str] = "creditkit.roll_rates/1"

    ends: tuple[date, ...]
    currency: str
    basis: str
    by: str
    buckets: Buckets
    balances: tuple[tuple[int, ...], ...]
    moved: tuple[tuple[int, ...], ...]
    left_out: int
    assumptions: tuple[Reason, ...] = ()

    def __attrs_post_init__(self) -> None:
        size = len(self.buckets)
        for name, rows in (("balances", len(self.ends)), ("moved", size)):
            table = getattr(self, name)
            if [len(row) for row in table] != [size] * rows:
                raise InvalidFact(f"roll_rates.{name}", f"must be {rows} rows of {size}")

    @property
    def opening(self) -> tuple[int, ...]:
        """What stood in each bucket at the beginning of the months, all months together."""
        return tuple(map(sum, zip(*self.balances[:-1], strict=True)))

    @property
    def settled(self) -> tuple[int, ...]:
        """What of it was settled a month later."""
        return tuple(a - sum(row) for a, row in zip(self.opening, self.moved, strict=True))

    @property
    def shares(self) -> tuple[tuple[Fraction | None, ...], ...]:
        """``moved`` as shares of each bucket's opening; None where nothing stood in it."""
        return tuple(
            tuple(_share(one, base) for one in row)
            for row, base in zip(self.moved, self.opening, strict=True)
        )

    @property
    def rates(self) -> tuple[Fraction | None, ...]:
        """By item: the share of each bucket that is in a later one a month on.

        Of the last bucket, the share that is still there.
        """
        last = len(self.buckets) - 1
        return tuple(
            _share(sum(row[place + 1 :]) if place < last else row[place], base)
            for place, (row, base) in enumerate(zip(self.moved, self.opening, strict=True))
        )

    @property
    def balance_rates(self) -> tuple[Fraction | None, ...]:
        """By balance: the next bucket a month later over each bucket; None into the last, and of it."""
        return _net_flows(self.opening, tuple(map(sum, zip(*self.balances[1:], strict=True))))

    def by_month(self, month: int) -> tuple[Fraction | None, ...]:
        """The rates by balance of one month, counted from 0: from its beginning to its end."""
        if not 0 <= month < len(self.ends) - 1:
            rule = f"must be from 0 to {len(self.ends) - 2}"
            raise InvalidFact("roll_rates.by_month", rule, month)
        return _net_flows(self.balances[month], self.balances[month + 1])

    def explain(self, language: AnyLanguage = "en") -> str:
        """The shares of each bucket, and both rates, in a language."""
        titles = self.buckets.titles(language)
        head = [
            "",
            *titles,
            *(WORDS[n].in_(language) for n in ("settled", "roll_rate", "net_flow")),
        ]
        rows = []
        for place, title in enumerate(titles):
            gone = _share(self.settled[place], self.opening[place])
            cells = (*self.shares[place], gone, self.rates[place], self.balance_rates[place])
            rows.append([title, *("-" if one is None else rate_text(one) for one in cells)])
        title = WORDS["roll_rates"].filled(
            language,
            since=self.ends[0],
            as_of=self.ends[-1],
            by=WORDS[f"by_{self.by}"].in_(language),
        )
        return page(
            title,
            [head, *rows],
            language,
            right=range(1, len(head)),
            assumptions=self.assumptions,
        )

    def __str__(self) -> str:
        return self.explain()

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name, a row for each pair of buckets: from, to, what moved, its share."""
        names = self.buckets.names
        size = len(names)
        shares = [np.nan if one is None else float(one) for row in self.shares for one in row]
        return {
            "bucket_before": np.repeat(np.array(names), size),
            "bucket_after": np.tile(np.array(names), size),
            "moved": np.array([float(one) for row in self.moved for one in row]),
            "share": np.array(shares),
        }

    def _frame(self) -> dict[str, Cells]:
        columns = self.to_columns()
        size = len(self.buckets)
        places = np.arange(size, dtype=np.int32)
        return {
            "bucket_before": Codes(np.repeat(places, size), self.buckets.names),
            "bucket_after": Codes(np.tile(places, size), self.buckets.names),
            "moved": Cells(columns["moved"]),
            "share": Cells(columns["share"], np.isnan(columns["share"]).astype(np.uint8)),
        }


def _net_flows(before: Sequence[int], after: Sequence[int]) -> tuple[Fraction | None, ...]:
    pairs = zip(before[:-2], after[1:-1], strict=True)
    ends = (None,) * min(len(before), 2)
    return (*(_share(one, base) for base, one in pairs), *ends)


def _share(part: int, base: int) -> Fraction | None:
    return Fraction(part, base) if base > 0 else None


def roll_rates(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    months: int = 12,
    buckets: Buckets = STANDARD,
    basis: str | None = None,
    by: By = "amount",
    **options: Unpack[Options],
) -> RollRates:
    """The roll rates of a ledger over the ``months`` that ended by the date of the reading.

    Of one customer, give the customer's own ledger. Buckets, basis and currencies are as in `ageing`;
    what is open below zero is in none. Accounts that cannot be read are left out and counted.

    >>> ledger = Ledger.from_columns(
    ...     {"id": ["A", "B"], "account": "C-1", "currency": "CNY", "kind": "invoice",
    ...      "amount": [950_000, 50_000], "doc_date": ["2026-09-01"] * 2, "due_date": "2026-10-10"},
    ...     {"target": ["A"], "amount": [950_000], "on": ["2026-10-09"]})
    >>> rates = roll_rates(ledger, as_of="2026-10-31", months=1)
    >>> rates.rates[0], rates.balance_rates[0], rates.rates[1]
    (Fraction(1, 20), Fraction(1, 20), None)
    """
    how = reading_of(ledger, how, options)
    instance_in(buckets, Buckets, "buckets", "write Buckets.up_to(30, 60, 90)")
    one_of(by, BY, "by")
    basis = buckets.basis if basis is None else basis
    one_of(basis, BASES, "basis")
    whole_in(months, "months", 1)
    ends = month_ends(how.as_of, months + 1)
    rows, lost = rows_read(ledger, how)
    size = len(buckets)
    balances, moved = [], [[0] * size for _ in range(size)]
    before: tuple[Ints, Any] | None = None
    for end in ends:
        (stand,) = stands_at(ledger, rows, how, [end], buckets, basis)
        now = _counted(stand, by)
        balances.append(_added(now[0], now[1], size))
        if before is not None:
            both = np.flatnonzero((before[0] >= 0) & (now[0] >= 0))
            value = np.minimum(before[1][both], now[1][both])
            cells = before[0][both] * size + now[0][both]
            for place, total in enumerate(_added(cells, value, size * size)):
                moved[place // size][place % size] += total
        before = now
    said = [Reason("assume.pooled", months=len(ends) - 1)]
    names = [name for name, bad in zip(_names(ledger), lost.tolist(), strict=True) if bad]
    if names:
        said.append(Reason("assume.left_out", accounts=tuple(sorted(names)[:_MOST_NAMED])))
    if free := with_free_cash(ledger, how):
        said.append(Reason("assume.free_cash", accounts=tuple(free[:_MOST_NAMED])))
    return RollRates(
        ends=tuple(ends),
        currency=how.currency,
        basis=basis,
        by=by,
        buckets=buckets,
        balances=tuple(map(tuple, balances)),
        moved=tuple(map(tuple, moved)),
        left_out=len(names),
        assumptions=tuple(said),
    )


def _names(ledger: Ledger) -> tuple[str, ...]:
    names: tuple[str, ...] = ledger.items["account"].names  # type: ignore[attr-defined]
    return names


def _counted(stand: Stand, by: By) -> tuple[Ints, Any]:
    """The bucket of each row, -1 where nothing is open above zero, and what it counts."""
    open_ = stand.aged
    bucket = np.where(open_, stand.bucket.astype(np.int64), -1)
    return bucket, np.where(open_, 1 if by == "count" else stand.open, 0)


def _added(cells: Ints, values: Any, size: int) -> list[int]:
    return [sum(values[cells == place].tolist()) for place in range(size)]


def loss_factors(rates: Sequence[Any]) -> tuple[Fraction, ...]:
    """The share of each bucket that is lost: its rate times those of all later buckets, exact.

    A rate for each bucket, the last of which says what of it is lost. By hand, of rates of 5, 20, 50
    and 80 %: 1,000,000 current lose 4,000.

    >>> loss_factors(["5%", "20%", "50%", "80%"])[0] * 1_000_000
    Fraction(4000, 1)
    """
    given = listed(rates)
    if not given:
        raise InvalidFact("rates", "must be a rate for each bucket", rates)
    exact = [exact_rate(one, f"rates[{place}]") for place, one in enumerate(given)]
    out: list[Fraction] = []
    for rate in reversed(exact):
        out.append(rate * (out[-1] if out else 1))
    return tuple(reversed(out))
