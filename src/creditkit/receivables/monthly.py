"""From a ledger to the monthly figures that `Policy.watch` takes, for all customers at once.

The ledger gives three figures for each month that has ended. ``receivables``: the open balance at its
last day, what `ageing` calls the balance. ``oldest_overdue_days``: days past due of the oldest item
then overdue. ``sales``: what was billed in the month, tax included, less what was credited, as it
stands, paid or not; which kinds of documents are sales is in the table of kinds. Months that ended
before a customer's first document are not known: who has just begun has not been slow for a year.
Line, exposure and grade are not in a ledger: the host adds what it kept of them, the rest stays not
known.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["A", "B", "N", "R"], "account": "C-1", "currency": "CNY",
...      "kind": ["invoice", "invoice", "credit_note", "receipt"], "amount": [900, 500, -100, -900],
...      "doc_date": ["2026-08-10", "2026-10-05", "2026-10-20", "2026-10-12"],
...      "due_date": ["2026-09-09", "2026-11-04", None, None]},
...     {"source": ["R"], "target": ["A"], "amount": [900]})
>>> months = monthly_figures(ledger, as_of=date(2026, 11, 21), months=3)
>>> for row in range(len(months)):
...     month = months.row(row)
...     print(month.month_end, month.receivables, month.sales, month.oldest_overdue_days)
2026-08-31 900.00 CNY 900.00 CNY 0
2026-09-30 900.00 CNY 0.00 CNY 21
2026-10-31 400.00 CNY 400.00 CNY 0
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, Unpack, cast

import attrs
import numpy as np

from creditkit._columns import Cells, Codes, State
from creditkit._given import instance_in
from creditkit.errors import InvalidFact
from creditkit.facts._links import existence
from creditkit.facts.ledger import Ledger
from creditkit.facts.monthly import MonthlyFigures
from creditkit.facts.own import OwnMoney
from creditkit.facts.rates import converted_columns
from creditkit.money import LARGEST
from creditkit.receivables._balances import balances_of
from creditkit.receivables._item_columns import (
    INVALID,
    ItemColumns,
    cells_of,
    columns_of,
    open_columns,
)
from creditkit.receivables._months import month_ends
from creditkit.receivables._one import figures_of_one
from creditkit.receivables._sales import sold_of, sold_rows
from creditkit.receivables.open_items import Mask, add_into, asked, days, existing
from creditkit.receivables.reading import Options, Reading, accounts_in, reading_of

__all__ = ["monthly_figures"]

OF_LEDGER: Final = ("receivables", "sales", "oldest_overdue_days")
"""The columns that a ledger gives; one of remainders knows no sales."""


def monthly_figures(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    months: int = 12,
    accounts: Sequence[str] | None = None,
    kept: MonthlyFigures | None = None,
    **options: Unpack[Options],
) -> MonthlyFigures:
    """The figures of the ``months`` months that ended by ``as_of``, a row for customer and month.

    Rows are in the order of ``accounts`` (where None, all of the ledger and of ``kept``, by name),
    the oldest month first. ``kept`` is what the host kept of these months: exposure, line, grade
    and figures of its own; what it says of other months or customers is left out. All money is in
    one currency by one table of rates, so that a turn of the exchange is not taken for one of the
    customer. A customer without any item owes nothing and bought nothing; of one with items the
    months before the first of them are not known. A figure is INVALID where a row
    of the customer cannot be read, or lacks a rate.

    A ledger of remainders gives the balance of its own date only: ``months=1`` at the end of a
    month, without sales, which ``kept`` may then hold; any other month is an `InvalidFact`.
    """
    how = reading_of(ledger, how, options)
    ends = month_ends(how.as_of, months)
    for end in ends:
        asked(ledger, end, how.effective)
    if kept is not None:
        instance_in(kept, MonthlyFigures, "kept", "write MonthlyFigures.of(months)")
    accounts = accounts_in(ledger, accounts, () if kept is None else kept.accounts)
    rank = {name: index for index, name in enumerate(accounts)}
    if len(rank) < len(accounts):
        raise InvalidFact("monthly_figures.accounts", "must not repeat", len(accounts))
    computed = _computed(ledger, accounts, how, ends)
    if computed is None:
        computed = _computed_exactly(ledger, accounts, how, ends)
    columns: dict[str, Cells] = {}
    figures: dict[str, Cells] = {}
    if kept is not None:
        columns, figures = _joined(kept, rank, ends, how, computed)
    size = len(accounts)
    made = MonthlyFigures.from_columns(
        {
            "account": Codes(np.repeat(np.arange(size, dtype=np.int32), len(ends)), accounts),
            "month_end": np.tile(np.array(ends, dtype="datetime64[D]"), size),
            "currency": how.currency,
            **computed,
            **columns,
        }
    )
    made.figures = figures
    if kept is not None:
        made.notes = (*made.notes, *kept.notes)
    return made


def _before(ends: Sequence[date]) -> date:
    """The day before the first of the months begins."""
    return ends[0].replace(day=1) - timedelta(1)


def _computed(
    ledger: Ledger, accounts: Sequence[str], how: Reading, ends: Sequence[date]
) -> dict[str, Cells] | None:
    """What the ledger gives, customer by customer; None where 64 bits might not hold it."""
    when = how.when._replace(as_of=ends[-1])
    columns = columns_of(ledger, accounts, when)
    each = None if columns is None else open_columns(ledger, columns, ends, when)
    if columns is None or each is None:
        return None
    shape = (columns.size, len(ends))
    receivables, oldest = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    states = np.zeros(shape, dtype=np.uint8)
    for month, (end, then) in enumerate(zip(ends, each, strict=True)):
        owed = balances_of(ledger, then, attrs.evolve(how, as_of=end))
        if owed is None:
            return None
        receivables[:, month] = np.where(owed.invalid, 0, owed.receivables)
        oldest[:, month] = np.where(owed.invalid, 0, owed.oldest)
        states[owed.invalid, month] = State.INVALID
    before = _before_first(ledger, columns, how, ends)
    states[before & (states == State.KNOWN)] = State.UNKNOWN
    out = {
        "receivables": Cells(receivables.ravel(), states.ravel()),
        "oldest_overdue_days": Cells(oldest.ravel(), states.ravel()),
    }
    if ledger.open_as_of is None:
        sold = _sold(columns, how, ends)
        if sold is None:
            return None
        told = sold.all_states().copy()
        told[before.ravel() & (told == State.KNOWN)] = State.UNKNOWN
        out["sales"] = Cells(sold.values, told)
    return out


def _before_first(ledger: Ledger, columns: ItemColumns, how: Reading, ends: Sequence[date]) -> Mask:
    """Which months of each account ended before the first document that it has by the date asked."""
    owners = cast(Codes, ledger.items["account"])
    account = ledger.ranks(columns.names)[owners.values]
    rows = np.flatnonzero((account >= 0) & existing(ledger, how.when))
    never = np.iinfo(np.int64).max
    first = np.full(columns.size, never)
    np.minimum.at(first, account[rows], existence(ledger.items, how.exists_by)[rows])
    first[first == never] = np.iinfo(np.int64).min  # an account without any owes nothing
    before: Mask = np.array([days(end) for end in ends]) < first[:, None]
    return before


def _sold(columns: ItemColumns, how: Reading, ends: Sequence[date]) -> Cells | None:
    """The sales of each customer and month; None where 64 bits might not hold them."""
    first = np.datetime64(ends[0], "M")
    sales = sold_rows(columns, attrs.evolve(how, as_of=ends[-1]), _before(ends))
    if sales is None:
        return None
    rows, minor, lacking = sales
    month = columns.doc[rows].view("datetime64[D]").astype("datetime64[M]") - first
    place = columns.account[rows] * len(ends) + month.astype(np.int64)
    values = np.zeros(columns.size * len(ends), dtype=np.int64)
    add_into(values, place, minor)
    states = np.repeat(np.where(columns.broken, State.INVALID, 0).astype(np.uint8), len(ends))
    if lacking is not None:
        states[place[lacking]] = State.INVALID
    return Cells(np.where(states == State.KNOWN, values, 0), states)


def _computed_exactly(
    ledger: Ledger, accounts: Sequence[str], how: Reading, ends: Sequence[date]
) -> dict[str, Cells]:
    """The same with Python integers, customer by customer."""
    names = [name for name in OF_LEDGER if name != "sales" or ledger.open_as_of is None]
    found: dict[str, list[Any]] = {name: [] for name in names}
    for account in accounts:
        items = ledger.account(account).account_items_by(how.exists_by)
        first = min((doc for doc in items.docs if doc <= how.as_of), default=date.min)
        early = [not items.broken and end < first for end in ends]
        for end, before in zip(ends, early, strict=True):
            figures = figures_of_one(items, attrs.evolve(how, as_of=end), ())
            for name in ("receivables", "oldest_overdue_days"):
                found[name].append(None if before else figures[name])
        if "sales" in found:
            sold = _sold_to_one(items, how, ends)
            found["sales"] += [
                None if before else one for one, before in zip(sold, early, strict=True)
            ]
    return {name: cells_of(name, values) for name, values in found.items()}


def _sold_to_one(items: Any, how: Reading, ends: Sequence[date]) -> list[Any]:
    sold: list[Any] = [INVALID if items.broken else 0 for _ in ends]
    place = {(end.year, end.month): month for month, end in enumerate(ends)}
    for _, doc, minor in sold_of(items, attrs.evolve(how, as_of=ends[-1]), _before(ends)):
        month = place[doc.year, doc.month]
        if sold[month] is not INVALID:
            sold[month] = INVALID if minor is None else sold[month] + minor
    return [INVALID if one is not INVALID and abs(one) > LARGEST else one for one in sold]


def _joined(
    kept: MonthlyFigures,
    rank: Mapping[str, int],
    ends: Sequence[date],
    how: Reading,
    computed: Mapping[str, Cells],
) -> tuple[dict[str, Cells], dict[str, Cells]]:
    """What the host kept, at the rows of its customers and months."""
    for name in computed:
        if kept[name].known.any():
            raise InvalidFact(f"kept.{name}", "follows from the ledger", remedy="leave it out")
    account = cast(Codes, kept["account"])
    owner = np.array([*(rank.get(name, -1) for name in account.names), -1])[account.values]
    first = np.datetime64(ends[0], "M")
    month = (kept["month_end"].values.astype("datetime64[M]") - first).astype(np.int64)
    rows = np.flatnonzero(kept.placed & (owner >= 0) & (month >= 0) & (month < len(ends)))
    indexes, size = owner[rows] * len(ends) + month[rows], len(rank) * len(ends)
    currency = cast(Codes, kept["currency"]).take(rows)

    def spread(column: Cells, money: bool) -> Cells:
        column = column.take(rows)
        if isinstance(column, Codes):
            codes = np.full(size, -1, dtype=np.int32)
            codes[indexes] = column.values
            return Codes(codes, column.names)
        if money:
            column = converted_columns(column, currency, how.currency, how.rates)
        empty: Any = np.nan if column.values.dtype.kind == "f" else 0
        values = np.full(size, empty, dtype=column.values.dtype)
        states = np.full(size, State.UNKNOWN, dtype=np.uint8)
        values[indexes], states[indexes] = column.values, column.all_states()
        return OwnMoney(values, states) if money else Cells(values, states)

    columns = {}
    for name in ("exposure", "line", "sales"):
        if name not in computed:
            cells = spread(kept[name], money=True)
            columns[name] = Cells(cells.values, cells.states)
    columns["grade"] = spread(kept["grade"], money=False)
    figures = {
        name: spread(column, isinstance(column, OwnMoney)) for name, column in kept.figures.items()
    }
    return columns, figures
