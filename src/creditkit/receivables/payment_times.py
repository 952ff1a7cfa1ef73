"""How long customers took to pay what they paid: days to pay and days late, in the trade's readings.

Of the invoices that were settled in a period (by the last cash that they needed), the days from the
document date to that day, and the days past due. Each as a mean by count, a mean by amount (the
weighted days: sum of amount times days over sum of amounts) and a median. Days late are signed
(early below zero) and floored (early as 0); the two differ by much where customers pay early.

What is allocated to nothing pays what is due longest, as in `habits`. What was not paid is in none of
these: ``open_share`` says how much that is at the end of the period, of what was settled in it and of
what is open then. A customer who stops paying looks better here
than in `habits`, and than on a `paying_curve`.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["A", "B", "C"], "account": "C-1", "currency": "CNY", "kind": "invoice",
...      "amount": [1000, 5000, 4000], "doc_date": ["2026-03-01"] * 3, "due_date": "2026-04-15"},
...     {"target": ["A", "B", "C"], "amount": [1000, 5000, 4000],
...      "on": ["2026-03-31", "2026-04-30", "2026-04-15"]})
>>> time = payment_time(ledger, as_of="2026-11-21")
>>> time.days_to_pay, time.days_to_pay_by_amount, time.median_days_to_pay
(45.0, 51.0, 45.0)
>>> time.days_late, time.days_late_floored
(0.0, 5.0)
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, Final, Unpack, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes, State
from creditkit._fields import Fact, checked, known_currency, money_in
from creditkit._given import as_floats, whole_in
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger
from creditkit.money import Money
from creditkit.reasons import Reason
from creditkit.receivables._claims import NEVER, Claims, claims_of
from creditkit.receivables._habits import YEAR
from creditkit.receivables._item_columns import shares
from creditkit.receivables._months import month_ends
from creditkit.receivables._sums import Exact, exactly, group_sums, money_cells, running
from creditkit.receivables._told import Told
from creditkit.receivables.open_items import Ints, days
from creditkit.receivables.reading import Options, Reading, accounts_in, reading_of

__all__ = [
    "PaymentTime",
    "PaymentTimes",
    "payment_time",
    "payment_times",
    "payment_trend",
    "slope",
]

LATE: Final = ("days_late", "days_late_floored")
MEANS: Final = ("days_to_pay", *LATE)


@attrs.frozen(kw_only=True, field_transformer=checked)
class PaymentTime(Fact):
    """How long one customer, or the book (``account`` is None), took to pay in a period.

    The period is after ``start`` and up to ``end``. ``settled_count`` invoices of ``settled_amount``
    were settled in it. ``..._by_amount`` is weighted by amount, the others count each invoice once.
    ``on_time_share`` is by amount, 0..1. What is None is not known: all where a row of the account
    cannot be read or the ledger holds remainders; days where nothing was settled.
    """

    schema: ClassVar[str] = "creditkit.payment_time/1"

    account: str | None = None
    start: date
    end: date
    currency: str = attrs.field(validator=known_currency)
    settled_count: int | None = None
    settled_amount: Money | None = attrs.field(default=None, converter=money_in)
    days_to_pay: float | None = None
    days_to_pay_by_amount: float | None = None
    median_days_to_pay: float | None = None
    median_days_to_pay_by_amount: float | None = None
    days_late: float | None = None
    days_late_by_amount: float | None = None
    median_days_late: float | None = None
    days_late_floored: float | None = None
    days_late_floored_by_amount: float | None = None
    on_time_share: float | None = None
    on_time_share_by_count: float | None = None
    open_share: float | None = None


class PaymentTimes(Told[PaymentTime]):
    """Payment times in columns, a row for each customer, or for each month."""

    __slots__ = ()

    record = PaymentTime
    schema = "creditkit.payment_times/1"
    title = "payment_times"
    shown = (
        "account",
        "end",
        "settled_count",
        "settled_amount",
        "days_to_pay",
        "days_to_pay_by_amount",
        "median_days_to_pay",
        "days_late",
        "days_late_by_amount",
        "days_late_floored_by_amount",
        "on_time_share",
        "open_share",
    )

    @property
    def assumptions(self) -> tuple[Reason, ...]:
        """What its figures rest on."""
        return (Reason("assume.settled_only"),)


def payment_time(
    ledger: Ledger, how: Reading | None = None, *, days: int = YEAR, **options: Unpack[Options]
) -> PaymentTime:
    """The payment time of everything in a ledger, of one customer or of the book, in the last ``days``."""
    how = reading_of(ledger, how, options)
    start = _start(how, days)
    accounts = ledger.by_name
    claims = _whole(claims_of(ledger, accounts, how))
    name = accounts[0] if len(accounts) == 1 else None
    return _table([_of(claims, ledger, how, start)], [name], [start], [how]).row(0)


def payment_times(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    accounts: Sequence[str] | None = None,
    days: int = YEAR,
    **options: Unpack[Options],
) -> PaymentTimes:
    """`payment_time` of many customers, in the order of ``accounts``; where None, all, by name."""
    how = reading_of(ledger, how, options)
    start = _start(how, days)
    names = _different(accounts_in(ledger, accounts))
    found = _of(claims_of(ledger, names, how), ledger, how, start)
    return _table([found], names, [start], [how])


def payment_trend(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    months: int = 12,
    accounts: Sequence[str] | None = None,
    **options: Unpack[Options],
) -> PaymentTimes:
    """Payment times month by month: of the ``months`` that ended by the date of the reading.

    A row for each month, the oldest first, of everything in the ledger; with ``accounts``, of each of
    them. Each month is read as at its end: what was paid later, or bounced later, is not in it.
    """
    how = reading_of(ledger, how, options)
    ends = month_ends(how.as_of, months)
    names = _different(accounts_in(ledger, accounts))
    found, starts, readings = [], [], []
    for end in ends:
        then = attrs.evolve(how, as_of=end)
        claims = claims_of(ledger, names, then)
        start = end - timedelta(end.day)
        found.append(_of(_whole(claims) if accounts is None else claims, ledger, then, start))
        starts.append(start)
        readings.append(then)
    owners: list[str | None] = [*names]
    if accounts is None:
        owners = [names[0] if len(names) == 1 else None]
    return _table(found, owners, starts, readings)


def slope(values: Sequence[float | None] | npt.NDArray[Any]) -> float | None:
    """By how much a figure rises from one month to the next, by least squares; the oldest first.

    A month that is not known is left out, and keeps its place; None where fewer than three are known.

    >>> slope([30.0, 32.0, None, 36.0]), slope([30.0, None])
    (2.0, None)
    """
    given = as_floats(cast(Any, values), "values").tolist()
    known = [(at, one) for at, one in enumerate(given) if one == one]
    if len(known) < 3:
        return None
    middle = sum(at for at, _ in known) / len(known)
    mean = sum(one for _, one in known) / len(known)
    over = sum((at - middle) * (one - mean) for at, one in known)
    return float(over / sum((at - middle) ** 2 for at, _ in known))


def _start(how: Reading, length: int) -> date:
    whole_in(length, "days", 1)
    try:
        return how.as_of - timedelta(length)
    except OverflowError:
        raise InvalidFact("days", "must not reach before the year 1", length) from None


def _different(names: Sequence[str]) -> Sequence[str]:
    if len(set(names)) < len(names):
        raise InvalidFact("accounts", "must not repeat", len(names))
    return names


def _whole(claims: Claims) -> Claims:
    """All accounts as one: not known where one of them is not."""
    return claims._replace(
        size=1,
        broken=np.array([bool(claims.broken.any())]),
        account=np.zeros(len(claims.row), dtype=np.int64),
    )


def _of(claims: Claims, ledger: Ledger, how: Reading, start: date) -> dict[str, Cells]:
    """The figures by account."""
    size = claims.size
    rows = np.flatnonzero((claims.settled != NEVER) & (claims.settled > days(start)))
    account, amount = claims.account[rows], claims.amount[rows]
    to_pay = claims.settled[rows] - claims.doc[rows]
    late = claims.settled[rows] - claims.due[rows]
    states = np.where(claims.broken, State.INVALID, State.KNOWN)
    if ledger.open_as_of is not None:
        states = np.where(claims.broken, State.INVALID, State.UNKNOWN)
    count = np.bincount(account, minlength=size)
    weight = group_sums(account, amount, size)
    invalid = states != State.KNOWN
    open_ = group_sums(claims.account, claims.unpaid, size)
    out: dict[str, Cells] = {
        "settled_count": Cells(np.where(invalid, 0, count), states.astype(np.uint8)),
        "settled_amount": money_cells(weight, states.astype(np.uint8)),
    }
    for name, measure in zip(MEANS, (to_pay, late, np.maximum(late, 0)), strict=True):
        out[name] = shares(group_sums(account, measure, size), count, invalid)
        product = _product(amount, measure)
        out[f"{name}_by_amount"] = shares(group_sums(account, product, size), weight, invalid)
    ones = np.ones(len(rows), dtype=np.int64)
    out["median_days_to_pay"] = _median(account, to_pay, ones, size, invalid)
    out["median_days_to_pay_by_amount"] = _median(account, to_pay, amount, size, invalid)
    out["median_days_late"] = _median(account, late, ones, size, invalid)
    punctual = late <= 0
    out["on_time_share"] = shares(
        group_sums(account, np.where(punctual, amount, 0), size), weight, invalid
    )
    out["on_time_share_by_count"] = shares(
        np.bincount(account[punctual], minlength=size), count, invalid
    )
    out["open_share"] = shares(open_, open_ + weight, invalid)
    return out


def _product(amount: Exact, measure: Ints) -> Exact:
    """Amounts times days, exact."""
    largest = max(int(np.abs(measure).max(initial=0)), 1)
    (scaled,) = exactly(amount) if largest == 1 else (amount,)
    if scaled.dtype != object and float(np.abs(scaled).astype(np.float64).sum()) * largest > 4e18:
        scaled = scaled.astype(object)
    return np.asarray(scaled * measure)


def _median(
    account: Ints, measure: Ints, weight: Exact, size: int, invalid: npt.NDArray[np.bool_]
) -> Cells:
    """The weighted median by account: the mean of the two middle values where the half falls between."""
    values = np.full(size, np.nan)
    order = np.lexsort((measure, account))
    account, measure, weight = account[order], measure[order], weight[order]
    if len(account):
        upto = running(account, weight)
        half = group_sums(account, weight, size)[account]
        low = np.flatnonzero(2 * upto >= half)[::-1]
        high = np.flatnonzero(2 * upto > half)[::-1]
        first, second = np.zeros(size), np.zeros(size)
        first[account[low]] = measure[low]  # the first of each account is written last
        second[account[high]] = measure[high]
        has = np.bincount(account, minlength=size) > 0
        values = np.where(has, (first + second) / 2.0, np.nan)
    states = np.where(invalid, State.INVALID, np.where(np.isnan(values), State.UNKNOWN, 0))
    return Cells(np.where(states == 0, values, np.nan), states.astype(np.uint8))


def _table(
    found: Sequence[dict[str, Cells]],
    names: Sequence[str | None],
    starts: Sequence[date],
    readings: Sequence[Reading],
) -> PaymentTimes:
    """Rows by name and then by period."""
    size, periods = len(names), len(found)
    order = np.arange(size * periods).reshape(periods, size).T.ravel()
    columns: dict[str, Any] = {}
    for name in found[0]:
        values = np.concatenate([one[name].values for one in found])[order]
        states = np.concatenate([one[name].all_states() for one in found])[order]
        columns[name] = Cells(values, states)
    owners = [None] if names == [None] else names
    codes = np.repeat(np.arange(size, dtype=np.int32), periods)
    named = Codes(codes, tuple(n or "" for n in owners)) if owners != [None] else None
    ends = [how.as_of for how in readings]
    return PaymentTimes.from_columns(
        {
            "account": named,
            "start": np.tile(np.array(starts, dtype="datetime64[D]"), size),
            "end": np.tile(np.array(ends, dtype="datetime64[D]"), size),
            "currency": readings[0].currency,
            **columns,
        }
    )
