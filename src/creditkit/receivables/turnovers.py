"""How fast a ledger turns into cash: DSO and its relatives, of a customer, of many, month by month.

The formulas are those of `receivables.turnover`; here a ledger is read for them. A period is so many
calendar months up to a date; its days are counted, without the first. Receivables are the open
balance at the end, credits and unapplied cash included; sales are invoices less credit notes;
overdue is what the reading calls so, as checks and call list do, and the rest is current.

    dso                               receivables / sales x days of the period
    best_possible_dso                 current / sales x days
    average_days_delinquent           dso - best_possible_dso, which is overdue / sales x days
    days_over_terms                   dso - terms_days, the other reading of the same words
    collection_effectiveness          (opening + sales - receivables) / (opening + sales - current)
    ..._monthly                       the same with sales / months of the period
    countback_dso                     of how many days, counted back, the sales are unpaid

What was written off lowers the balance as a payment does, and counts as collected in the CEI: see the
rate of bad debt beside it (`receivables.allowance`).

A period that begins before the first document of an account is not known, and neither is what is
made of its sales: they are not 0. Give ``history_from`` where the ledger is complete from an earlier
day on (a new customer bought nothing before). ``countback_at_least`` says that the balance exceeds
the sales of the months that are known: the days are a lower bound.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"account": "C-1", "currency": "CNY", "kind": "invoice", "amount": [6200, 3300, 3390, 200],
...      "doc_date": ["2025-12-20", "2026-01-10", "2026-02-10", "2026-03-10"],
...      "id": ["A", "B", "C", "D"],
...      "due_date": ["2026-01-19", "2026-02-09", "2026-04-11", "2026-04-09"]},
...     {"target": ["A"], "amount": [6200], "on": ["2026-02-20"]})
>>> quarter = turnover_of(ledger, as_of="2026-03-31", period=3)
>>> quarter.days, quarter.sales, quarter.receivables, quarter.overdue
(90, Money('6890.00', 'CNY'), Money('6890.00', 'CNY'), Money('3300.00', 'CNY'))
>>> quarter.dso, round(quarter.average_days_delinquent, 2), round(quarter.current_share, 3)
(90.0, 43.11, 0.521)
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Final, Unpack, cast

import attrs
import numpy as np

from creditkit._columns import Cells, Codes, State
from creditkit._fields import Day, Fact, as_date, checked, known_currency, money_in
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger
from creditkit.money import Money
from creditkit.reasons import Reason
from creditkit.receivables._months import month_ends, months_before
from creditkit.receivables._one import MONTHS, month_days
from creditkit.receivables._standing import (
    Balance,
    Sales,
    balances_at,
    first_documents,
    sales_between,
)
from creditkit.receivables._sums import Exact, money_cells
from creditkit.receivables._told import Told
from creditkit.receivables.open_items import Ints, Mask, days
from creditkit.receivables.reading import Options, Reading, accounts_in, reading_of
from creditkit.receivables.turnover import (
    average_days_delinquent,
    best_possible_dso,
    collection_effectiveness,
    dso,
    turnover,
)

__all__ = ["Turnover", "Turnovers", "turnover_of", "turnover_trend", "turnovers"]

RATIOS: Final = (
    "dso",
    "best_possible_dso",
    "average_days_delinquent",
    "terms_days",
    "days_over_terms",
    "turnover",
    "collection_effectiveness",
    "collection_effectiveness_monthly",
    "current_share",
)


@attrs.frozen(kw_only=True, field_transformer=checked)
class Turnover(Fact):
    """The turnover of one customer, or of the book (``account`` is None), in one period.

    The period is after ``start`` and up to ``end``, of so many ``days``. ``terms_days`` are those from
    document to due date of what was invoiced in it, by amount; ``current_share`` is the share of the
    receivables that is not overdue, 0..1. What is None is not known, or has no meaning: no sales, no
    receivables. DSO is 0, never below, for a customer in credit.
    """

    schema: ClassVar[str] = "creditkit.turnover/1"

    account: str | None = None
    start: date
    end: date
    days: int
    currency: str = attrs.field(validator=known_currency)
    opening: Money | None = attrs.field(default=None, converter=money_in)
    sales: Money | None = attrs.field(default=None, converter=money_in)
    receivables: Money | None = attrs.field(default=None, converter=money_in)
    overdue: Money | None = attrs.field(default=None, converter=money_in)
    dso: float | None = None
    best_possible_dso: float | None = None
    average_days_delinquent: float | None = None
    terms_days: float | None = None
    days_over_terms: float | None = None
    turnover: float | None = None
    collection_effectiveness: float | None = None
    collection_effectiveness_monthly: float | None = None
    current_share: float | None = None
    countback_dso: float | None = None
    countback_at_least: bool | None = None


class Turnovers(Told[Turnover]):
    """Turnover in columns, a row for each customer, or for each month."""

    __slots__ = ()

    record = Turnover
    schema = "creditkit.turnovers/1"
    title = "turnovers"
    shown = (
        "account",
        "end",
        "sales",
        "receivables",
        "overdue",
        "dso",
        "best_possible_dso",
        "average_days_delinquent",
        "collection_effectiveness",
        "current_share",
        "countback_dso",
    )

    @property
    def assumptions(self) -> tuple[Reason, ...]:
        """What its figures rest on."""
        return (Reason("assume.sales"), Reason("assume.history"))


def turnover_of(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    period: int = 12,
    history_from: Day | None = None,
    **options: Unpack[Options],
) -> Turnover:
    """The turnover of everything in a ledger, of one customer or of the book.

    ``period`` are the calendar months up to the date of the reading. A ledger of remainders knows
    receivables and what is overdue of them only.
    """
    how = reading_of(ledger, how, options)
    return _turnovers(ledger, how, [how.as_of], None, period, history_from).row(0)


def turnovers(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    accounts: Sequence[str] | None = None,
    period: int = 12,
    history_from: Day | None = None,
    **options: Unpack[Options],
) -> Turnovers:
    """`turnover_of` of many customers, in the order of ``accounts``; where None, all, by name."""
    how = reading_of(ledger, how, options)
    names = accounts_in(ledger, accounts)
    return _turnovers(ledger, how, [how.as_of], names, period, history_from)


def turnover_trend(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    months: int = 12,
    accounts: Sequence[str] | None = None,
    period: int = 3,
    history_from: Day | None = None,
    **options: Unpack[Options],
) -> Turnovers:
    """Turnover month by month: at the end of each of the ``months`` that ended by the date.

    A row for each month, the oldest first, of everything in the ledger; with ``accounts``, of each of
    them. ``period`` are the months up to each of these ends.
    """
    how = reading_of(ledger, how, options)
    names = None if accounts is None else accounts_in(ledger, accounts)
    return _turnovers(ledger, how, month_ends(how.as_of, months), names, period, history_from)


def _turnovers(
    ledger: Ledger,
    how: Reading,
    ends: Sequence[date],
    accounts: Sequence[str] | None,
    period: int,
    history_from: Day | None,
) -> Turnovers:
    starts = [months_before(end, period) for end in ends]
    names = ledger.by_name if accounts is None else accounts
    if len(set(names)) < len(names):
        raise InvalidFact("accounts", "must not repeat", len(names))
    known = ledger.open_as_of is None
    dates = sorted({*ends, *starts}) if known else list(ends)
    balances = dict(zip(dates, balances_at(ledger, names, how, dates), strict=True))
    windows = [*zip(starts, ends, strict=True), *(w for end in ends for w in _months(end))]
    sales = dict(zip(windows, sales_between(ledger, names, how, windows), strict=True))
    first = first_documents(ledger, names, attrs.evolve(how, as_of=ends[-1]))
    if history_from is not None:
        first = np.full(len(names), days(as_date(history_from, "history_from")), dtype=np.int64)
    whole = accounts is None
    if whole:
        balances = {day: Balance(*_added(one)) for day, one in balances.items()}
        sales = {window: Sales(*_added(one)) for window, one in sales.items()}
        first = np.array([first.min(initial=days(ends[-1]) + 1)])
    found = []
    for start, end in zip(starts, ends, strict=True):
        opening = balances.get(start) if known else None
        months = [sales[window] for window in _months(end)]
        covered = (first <= days(start) + 1) & known
        months_known = [
            (first <= days(a) + 1) | (first <= days(b)) & known for a, b in _months(end)
        ]
        found.append(
            _of(
                balances[end],
                opening,
                sales[start, end],
                (end - start).days,
                period,
                covered,
            )
            | _countback(balances[end], months, months_known, end, known)
        )
    owners: list[str | None] = [*names]
    if whole:
        owners = [names[0] if len(names) == 1 else None]
    return _table(found, owners, starts, ends, how.currency)


def _months(end: date) -> list[tuple[date, date]]:
    """The windows of the calendar months of countback, latest first; the latest ends with the date."""
    out, last = [], end
    for length in month_days(end):
        if last.toordinal() - length < 1:
            break
        first = date.fromordinal(last.toordinal() - length)
        out.append((first, last))
        last = first
    return out[:MONTHS]


def _added(columns: Any) -> list[Any]:
    """Columns of many accounts added up to one; where one of them is not known, that is not."""
    out = []
    for column in columns:
        if column.dtype == bool:
            out.append(np.array([bool(column.any())]))
        else:
            out.append(np.array([sum(column.tolist())], dtype=object))
    return out


def _of(
    balance: Balance,
    opening: Balance | None,
    sales: Sales,
    length: int,
    period: int,
    covered: Mask,
) -> dict[str, Cells]:
    """The figures by account; ``covered``: where the ledger goes back to the start of the period."""
    invalid = np.where(balance.invalid, State.INVALID, State.KNOWN)
    sold_states = np.where(
        sales.invalid, State.INVALID, np.where(covered, State.KNOWN, State.UNKNOWN)
    )
    sold = np.where(sold_states == State.KNOWN, _floats(sales.sold), np.nan)
    ending = np.where(balance.invalid, np.nan, _floats(balance.receivables))
    owed, late = np.maximum(ending, 0.0), _floats(balance.overdue)
    net = np.where(balance.invalid, np.nan, _floats(balance.receivables - balance.overdue))
    current = np.maximum(net, 0.0)
    before = np.full(len(owed), np.nan)
    open_states = np.full(len(owed), State.UNKNOWN)
    if opening is not None:
        before = np.where(opening.invalid, np.nan, _floats(opening.receivables))
        known = np.where(covered, State.KNOWN, State.UNKNOWN)
        open_states = np.where(opening.invalid, State.INVALID, known)
    termed = _floats(sales.termed)
    with np.errstate(all="ignore"):
        terms = np.where((termed > 0) & ~sales.invalid, _floats(sales.terms) / termed, np.nan)
        share = np.where(owed > 0, 1.0 - late / owed, np.nan)
    simple: Any = dso(cast(Any, owed), cast(Any, sold), days=length)
    best: Any = best_possible_dso(cast(Any, current), cast(Any, sold), days=length)
    parts: dict[str, Any] = {
        "beginning": before,
        "sales": sold,
        "ending": ending,
        "ending_current": net,
    }
    values = {
        "dso": simple,
        "best_possible_dso": best,
        "average_days_delinquent": average_days_delinquent(simple, best),
        "terms_days": terms,
        "days_over_terms": average_days_delinquent(simple, terms=terms),
        "turnover": turnover(sold, (before + ending) / 2.0),
        "collection_effectiveness": collection_effectiveness(**parts),
        "collection_effectiveness_monthly": collection_effectiveness(
            **parts, variant="monthly_average", months=period
        ),
        "current_share": share,
    }
    lost = np.where(balance.invalid | sales.invalid, State.INVALID, State.KNOWN)
    opened = balance.receivables if opening is None else opening.receivables
    return {
        "opening": money_cells(opened, open_states.astype(np.uint8)),
        "sales": money_cells(sales.sold, sold_states.astype(np.uint8)),
        "receivables": money_cells(balance.receivables, invalid.astype(np.uint8)),
        "overdue": money_cells(balance.overdue, invalid.astype(np.uint8)),
        **{name: _cells(np.asarray(values[name]), lost) for name in RATIOS},
    }


def _cells(values: Any, lost: Any) -> Cells:
    """A ratio; where it has no value, because something is not known or it has no meaning."""
    states = np.where(np.isfinite(values), State.KNOWN, np.maximum(lost, State.UNKNOWN))
    return Cells(np.where(states == State.KNOWN, values, np.nan), states.astype(np.uint8))


def _floats(values: Exact) -> Any:
    return values.astype(np.float64)


def _countback(
    balance: Balance, months: Sequence[Sales], known: Sequence[Mask], end: date, told: bool
) -> dict[str, Cells]:
    """Countback, as `turnover.countback_dso`, through the months that an account has."""
    rest = _floats(np.maximum(balance.receivables, 0))
    total = np.zeros(len(rest))
    lost = balance.invalid.copy()
    going = np.ones(len(rest), dtype=bool)
    for month, has, length in zip(months, known, month_days(end), strict=False):
        sold = _floats(month.sold)
        going &= has
        left = going & (rest > 0.0)
        lost |= left & month.invalid
        partly = left & (rest < sold)
        whole = left & ~partly
        with np.errstate(all="ignore"):
            total += np.where(partly, rest / sold * length, np.where(whole, float(length), 0.0))
        rest = np.where(partly, 0.0, np.where(whole & (sold > 0.0), rest - sold, rest))
    states = np.where(lost, State.INVALID, State.KNOWN if told else State.UNKNOWN)
    given = states.astype(np.uint8)
    return {
        "countback_dso": Cells(np.where(given == State.KNOWN, total, np.nan), given),
        "countback_at_least": Cells((rest > 0.0).astype(np.int8), given),
    }


def _table(
    found: Sequence[dict[str, Cells]],
    owners: Sequence[str | None],
    starts: Sequence[date],
    ends: Sequence[date],
    currency: str,
) -> Turnovers:
    """Rows by account and then by period."""
    size, periods = len(owners), len(found)
    order: Ints = np.arange(size * periods).reshape(periods, size).T.ravel()
    columns: dict[str, Any] = {}
    for name in found[0]:
        values = np.concatenate([one[name].values for one in found])[order]
        states = np.concatenate([one[name].all_states() for one in found])[order]
        columns[name] = Cells(values, states)
    codes = np.repeat(np.arange(size, dtype=np.int32), periods)
    lengths = [(end - start).days for start, end in zip(starts, ends, strict=True)]
    return Turnovers.from_columns(
        {
            "account": None if owners == [None] else Codes(codes, tuple(n or "" for n in owners)),
            "start": np.tile(np.array(starts, dtype="datetime64[D]"), size),
            "end": np.tile(np.array(ends, dtype="datetime64[D]"), size),
            "days": np.tile(np.array(lengths, dtype=np.int64), size),
            "currency": currency,
            **columns,
        }
    )
