"""Where a customer stands at a date: the figures that a policy reads from the ledger.

For tests of overdue, unapplied cash and credits are first set against the oldest items, disputed
amounts are left out, and so are remainders below ``ignore_below``. Due today is not overdue. Money
is in whole minor units of one currency. `position` is for one customer and an order that waits,
`positions` for many; they agree to the last bit.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["INV-7", "INV-9", "RC-1"], "account": "C-1", "currency": "CNY",
...      "kind": ["invoice", "invoice", "receipt"], "amount": [1000, 700, -400],
...      "doc_date": ["2026-08-01", "2026-11-01", "2026-11-10"], "due_date": ["2026-10-30", "2026-12-01", None]})
>>> now = position(ledger, as_of=date(2026, 11, 21), currency="CNY")
>>> now["receivables"], now["overdue"], now["oldest_overdue_days"]
(130000, 60000, 22)
>>> [(item.id, item.days, item.amount) for item in overdue_items(ledger, as_of=date(2026, 11, 21))]
[('INV-7', 22, Money('600.00', 'CNY'))]
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, Final, NamedTuple, cast

import attrs
import numpy as np

from creditkit._columns import Cells, State
from creditkit._plain import Record
from creditkit.errors import InvalidFact
from creditkit.facts._links import KINDS
from creditkit.facts._single import Plain
from creditkit.facts.ledger import ItemKind, Ledger
from creditkit.facts.rates import Rates, converted
from creditkit.figures import UNDEFINED, Value
from creditkit.money import LARGEST, Money, currency_digits
from creditkit.receivables._book import INVALID, Book, book_of, cells_of, too_large
from creditkit.receivables.habits import YEAR, habits_of_many, habits_of_one
from creditkit.receivables.open_items import (
    Effective,
    Ints,
    Mask,
    asked,
    days,
    one_currency,
    opened,
)
from creditkit.receivables.turnover import countback_dso, dso

__all__ = ["NAMES", "OverdueItem", "overdue_items", "payable_items", "position", "positions"]

NAMES: Final = (
    "receivables",
    "overdue",
    "disputed",
    "oldest_overdue_days",
    "overdue_share",
    "dso",
    "countback_dso",
    "settled_count",
    "on_time_share",
    "average_days_late",
)
"""The figures, all declared in `creditkit.figures`."""

MONTHS: Final = 12
"""How many calendar months countback looks at: that of ``as_of``, up to it, and eleven before."""


@attrs.frozen(kw_only=True)
class OverdueItem(Record):
    """An item that is overdue: ``amount`` is what is left of it to pay, ``disputed`` is beside it."""

    schema: ClassVar[str] = "creditkit.overdue_item/1"

    id: str
    due_date: date
    days: int
    amount: Money
    disputed: Money


def position(
    ledger: Ledger,
    *,
    as_of: date,
    currency: str,
    rates: Rates | None = None,
    ignore_below: int = 0,
    ignore_disputed: bool = True,
    effective: Effective = "documents",
) -> Mapping[str, Value]:
    """The figures of one customer, whose own ledger it takes (``ledger.account("C-1")``).

    ``ignore_below`` is in minor units of ``currency``. A figure is None where it is not known: all
    money where a rate is missing or a row cannot be read, shares of nothing settled, and what a
    ledger of remainders cannot tell (sales, habits). ``overdue_share`` is UNDEFINED where
    receivables are not positive, ``dso`` where nothing was sold (invoices less credit notes of the
    365 days up to ``as_of``). ``countback_dso`` is at least that where twelve months do not suffice.
    """
    as_of = asked(ledger, as_of, effective)
    currency_digits(currency)
    tests = Tests(as_of, currency, rates, ignore_below, ignore_disputed, effective == "matched")
    found = figures_of(_of_one(ledger), tests)
    return {name: None if value is INVALID else value for name, value in found.items()}


class Tests(NamedTuple):
    """What a position is asked with."""

    as_of: date
    currency: str
    rates: Rates | None
    ignore_below: int
    ignore_disputed: bool
    matched: bool


def figures_of(plain: Plain, tests: Tests) -> dict[str, Any]:
    """`position` of a customer's plain items; INVALID where it cannot be known."""
    as_of = tests.as_of
    state = opened(plain, as_of, tests.matched)
    found: dict[str, Any] = dict.fromkeys(NAMES, INVALID)
    found.update(habits_of_one(plain, as_of, tests.currency, tests.rates, state))
    del found["simple_days_late"]
    owed = None if plain.broken else _owed(plain, tests, state[0])
    if owed is None:
        return found
    receivables, disputed, pool, items = owed
    overdue = oldest = 0
    for due, _, left, _, _ in _left(items, pool):
        if due < as_of and left >= tests.ignore_below:
            overdue += left
            oldest = max(oldest, (as_of - due).days)
    if max(abs(receivables), overdue, disputed) > LARGEST:
        return found
    found["receivables"] = receivables
    found["overdue"] = overdue
    found["disputed"] = disputed
    found["oldest_overdue_days"] = oldest
    share = UNDEFINED if receivables <= 0 else float(overdue) / float(receivables)
    found["overdue_share"] = share
    _sales_figures(found, plain, tests, receivables)
    return found


def payable_items(
    ledger: Ledger,
    *,
    as_of: date,
    currency: str | None = None,
    rates: Rates | None = None,
    ignore_below: int = 0,
    ignore_disputed: bool = True,
    effective: Effective = "documents",
) -> tuple[OverdueItem, ...] | None:
    """One customer's items that can be paid, oldest first, after credits are set against the oldest.

    Those with ``days`` above 0 are overdue, and their amounts add up to the figure ``overdue``; the
    others fall due today or later. None where that is not known.
    """
    as_of = asked(ledger, as_of, effective)
    currency = one_currency(ledger, currency) if len(ledger) else "CNY"
    tests = Tests(as_of, currency, rates, ignore_below, ignore_disputed, effective == "matched")
    plain = _of_one(ledger)
    owed = None if plain.broken else _owed(plain, tests, opened(plain, as_of, tests.matched)[0])
    if owed is None:
        return None
    return tuple(
        OverdueItem(
            id=name,
            due_date=due,
            days=(as_of - due).days,
            amount=Money.from_minor(left, currency),
            disputed=Money.from_minor(disputed, currency),
        )
        for due, _, left, name, disputed in _left(owed[3], owed[2])
        if due >= as_of or left >= ignore_below
    )


def overdue_items(
    ledger: Ledger,
    *,
    as_of: date,
    currency: str | None = None,
    rates: Rates | None = None,
    ignore_below: int = 0,
    ignore_disputed: bool = True,
    effective: Effective = "documents",
) -> tuple[OverdueItem, ...] | None:
    """Of `payable_items` those that are overdue; their amounts add up to the figure ``overdue``."""
    items = payable_items(
        ledger,
        as_of=as_of,
        currency=currency,
        rates=rates,
        ignore_below=ignore_below,
        ignore_disputed=ignore_disputed,
        effective=effective,
    )
    return None if items is None else tuple(item for item in items if item.days > 0)


def _of_one(ledger: Ledger) -> Plain:
    if len(ledger) and len(ledger.accounts) > 1:
        remedy = "write ledger.account('C-1')"
        raise InvalidFact("ledger", "must be of one customer", ledger, remedy)
    return ledger.plain


Due = tuple[date, date, int, str, int]
"""Due date, document date, what counts for tests, id, what is disputed."""


def _owed(plain: Plain, tests: Tests, opens: list[int]) -> tuple[int, int, int, list[Due]] | None:
    """``(receivables, disputed, credits and cash, items)``; None where a rate is missing."""
    as_of, currency, rates = tests.as_of, tests.currency, tests.rates
    receivables = disputed = pool = 0
    items: list[Due] = []
    for place, left in enumerate(opens):
        if not left or plain.docs[place] > as_of:
            continue
        of = plain.currencies[place]
        in_dispute = min(plain.disputed[place], left) if left > 0 else 0
        if of != currency:
            other = converted(left, of, currency, rates)
            part = converted(in_dispute, of, currency, rates)
            if other is None or part is None:
                return None
            left, in_dispute = other, part
        receivables += left
        if left > 0:
            disputed += in_dispute
            tested = left - in_dispute if tests.ignore_disputed else left
            if tested > 0:
                items.append(
                    (plain.dues[place], plain.docs[place], tested, plain.ids[place], in_dispute)
                )
        else:
            pool -= left
    return receivables, disputed, pool, items


def _left(items: list[Due], pool: int) -> list[Due]:
    """What is left of each item once the pool is set against the oldest; oldest first."""
    items.sort()
    out = []
    for due, doc, amount, name, disputed in items:
        taken = min(pool, amount)
        pool -= taken
        if taken < amount:
            out.append((due, doc, amount - taken, name, disputed))
    return out


def _sales_figures(found: dict[str, Any], plain: Plain, tests: Tests, receivables: int) -> None:
    as_of, currency, rates = tests.as_of, tests.currency, tests.rates
    if plain.opens is not None:
        found["dso"] = found["countback_dso"] = None
        return
    start, month = as_of - timedelta(YEAR), as_of.year * 12 + as_of.month
    sold: int | None = 0
    by_month: list[int] | None = [0] * MONTHS
    for place, kind in enumerate(plain.kinds):
        doc = plain.docs[place]
        if doc > as_of or (kind is not ItemKind.INVOICE and kind is not ItemKind.CREDIT_NOTE):
            continue
        back = month - doc.year * 12 - doc.month
        if back >= MONTHS and doc <= start:
            continue
        minor = converted(plain.amounts[place], plain.currencies[place], currency, rates)
        if doc > start:
            sold = None if minor is None or sold is None else sold + minor
        if back < MONTHS:
            if minor is None:
                by_month = None
            elif by_month is not None:
                by_month[back] += minor
    if sold is not None:
        value = dso(float(receivables), float(sold), days=float(YEAR))
        found["dso"] = UNDEFINED if value != value else value
    if by_month is not None:
        found["countback_dso"] = countback_dso(receivables, by_month, month_days(as_of)).days


def month_days(as_of: date) -> list[int]:
    """The days of the months that countback looks at, latest first: that of ``as_of`` counts up to it.

    >>> month_days(date(2026, 3, 10))[:3]
    [10, 28, 31]
    """
    out = [as_of.day]
    for back in range(1, MONTHS):
        year, month = divmod(as_of.year * 12 + as_of.month - 1 - back, 12)
        out.append(calendar.monthrange(max(year, 1), month + 1)[1])
    return out


def positions(
    ledger: Ledger,
    accounts: Sequence[str],
    *,
    as_of: date,
    currency: str,
    rates: Rates | None = None,
    ignore_below: int = 0,
    ignore_disputed: bool = True,
    effective: Effective = "documents",
) -> dict[str, Cells]:
    """`position` for many: a column for each figure, in the order of ``accounts``.

    An account without items is known to owe nothing. INVALID where a row of the account cannot be
    read or lacks a rate; UNKNOWN and UNDEFINED as in `position`.
    """
    as_of = asked(ledger, as_of, effective)
    currency_digits(currency)
    tests = Tests(as_of, currency, rates, ignore_below, ignore_disputed, effective == "matched")
    book = book_of(ledger, accounts, as_of, effective)
    found = None if book is None else _many(ledger, book, tests, effective)
    if book is None or found is None:
        rows = [figures_of(ledger.account(name).plain, tests) for name in accounts]
        return {name: cells_of(name, [row[name] for row in rows]) for name in NAMES}
    return {name: book.spread(found[name], accounts) for name in NAMES}


def _many(ledger: Ledger, book: Book, tests: Tests, effective: str) -> dict[str, Cells] | None:
    """The figures of a book; None where 64 bits might not hold them."""
    found = habits_of_many(ledger, book, tests.as_of, tests.currency, tests.rates, effective)
    opens, lacking = book.converted(book.open, tests.currency, tests.rates)
    if found is None or too_large(opens):
        return None
    disputes = ledger.items["disputed"]
    in_dispute = np.zeros(len(opens), dtype=np.int64)
    if disputes.states is None or not disputes.states.all():
        claimed = np.where(disputes.known[book.rows], disputes.values[book.rows], 0)
        in_dispute = np.minimum(claimed, np.maximum(book.open, 0))
        in_dispute, _ = book.converted(in_dispute, tests.currency, tests.rates)
    tested = np.maximum(opens, 0)
    disputed = book.totals(np.where(tested > 0, in_dispute, 0))
    if tests.ignore_disputed:
        tested = tested - np.where(tested > 0, in_dispute, 0)
    receivables = book.totals(opens)
    pool = book.totals(np.maximum(-opens, 0))
    left = _left_columns(book, tested, pool)
    late = np.flatnonzero(
        (left > 0) & (left >= tests.ignore_below) & (book.due < days(tests.as_of))
    )
    overdue = book.totals(left[late], late)
    oldest = np.zeros(book.count, dtype=np.int64)
    np.maximum.at(oldest, book.account[late], days(tests.as_of) - book.due[late])
    invalid = book.broken | book.any(lacking)
    none = np.where(invalid, State.INVALID, State.KNOWN).astype(np.uint8)
    for name, values in zip(NAMES, (receivables, overdue, disputed, oldest), strict=False):
        found[name] = Cells(np.where(invalid, 0, values), none)
    owes = receivables > 0
    with np.errstate(all="ignore"):
        share = overdue.astype(np.float64) / receivables.astype(np.float64)
    found["overdue_share"] = _ratios(share, owes, none)
    if ledger.open_as_of is not None:
        unknown = np.where(invalid, State.INVALID, State.UNKNOWN).astype(np.uint8)
        found["dso"] = found["countback_dso"] = Cells(np.full(book.count, np.nan), unknown)
        return found
    return _sales_columns(found, book, tests, receivables, none)


def _left_columns(book: Book, tested: Ints, pool: Ints) -> Ints:
    """What is left of each item once its account's pool is set against the oldest: as `_left`."""
    rows = np.flatnonzero((tested > 0) & (pool[book.account] > 0))
    if not len(rows):
        return tested
    keys = (tested[rows], book.doc[rows], book.due[rows], book.account[rows])
    rows = rows[np.lexsort(keys)]
    account, amount = book.account[rows], tested[rows]
    upto = np.cumsum(amount)
    first = np.concatenate([[True], account[1:] != account[:-1]])
    before = (upto - amount)[first][np.cumsum(first) - 1]  # of earlier accounts
    left = np.clip(upto - before - pool[account], 0, amount)
    out = tested.copy()
    out[rows] = left
    return out


def _sales_columns(
    found: dict[str, Cells], book: Book, tests: Tests, receivables: Ints, none: Any
) -> dict[str, Cells] | None:
    as_of = tests.as_of
    sale = np.array([one in (ItemKind.INVOICE, ItemKind.CREDIT_NOTE) for one in KINDS])[book.kind]
    months = book.doc.astype("datetime64[D]").astype("datetime64[M]").view(np.int64)
    back = (as_of.year - 1970) * 12 + as_of.month - 1 - months
    in_year, in_months = sale & (book.doc > days(as_of) - YEAR), sale & (back < MONTHS)
    wanted = np.where(in_year | in_months, book.amount, 0)
    minor, lacking = book.converted(wanted, tests.currency, tests.rates)
    if too_large(minor):
        return None
    sold = book.totals(np.where(in_year, minor, 0))
    by_month = []
    for month in range(MONTHS):
        rows = np.flatnonzero(in_months & (back == month))
        by_month.append(book.totals(minor[rows], rows))

    def states(window: Mask) -> Any:
        lost = book.any(None if lacking is None else lacking & window)
        return np.where(lost, State.INVALID, none).astype(np.uint8)

    value = dso(cast(Any, receivables), cast(Any, sold), days=float(YEAR))
    found["dso"] = _ratios(np.asarray(value), sold > 0, states(in_year))
    counted = countback_dso(receivables, by_month, month_days(as_of)).days
    found["countback_dso"] = _ratios(counted, np.ones(book.count, dtype=bool), states(in_months))
    return found


def _ratios(values: Any, defined: Mask, states: Any) -> Cells:
    states = np.where((states == State.KNOWN) & ~defined, State.UNDEFINED, states).astype(np.uint8)
    return Cells(np.where(states == State.KNOWN, values, np.nan), states)
