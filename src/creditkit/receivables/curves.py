"""How long customers take to pay: the share that is paid by each day, open items counted too.

Days to pay of what was paid say nothing of what was not: who stops paying looks as good as in their last
paid invoice. The curve of Kaplan and Meier takes both. What is open has not been paid *so far*: it
counts among what could have been paid up to its age, and leaves the count there (it is censored).
Of each day on which something was paid, the share paid is what was paid over what was at risk; the
share that is still unpaid is the product of what was left each time.

    unpaid(t) = product over days d <= t of (1 - paid(d) / at_risk(d))

By amount, each payment counts with its amount, part payments on their own day; by count, each invoice
counts once, on the day of the last cash that it needed. ``since="invoice"`` counts days from the
document date; ``since="due"`` days late, of what has fallen due, paid early as paid on the day. The
error is Greenwood's: of the share on each day, one standard deviation; by amount with the effective
number of invoices (their amounts squared) in place of their count. Credit notes are no payment and
reduce what was to be paid; what was written off stays unpaid.

Sources: Kaplan and Meier (1958), Greenwood (1926). The remission times of Freireich et al. (1963),
printed in most textbooks of survival analysis, 21 patients, 9 of whom relapsed:

>>> weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
>>> seen = [w in (7, 13, 16, 22, 23) for w in weeks]
>>> seen[:3], seen[6] = [True] * 3, True
>>> found = kaplan_meier(weeks, seen)
>>> found.days.tolist(), found.at_risk.tolist()
([6, 7, 10, 13, 16, 22, 23], [21, 17, 15, 12, 11, 7, 6])
>>> [round(1 - share, 3) for share in found.share.tolist()]
[0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Final, Literal, NamedTuple, Self, TypeAlias, Unpack, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes
from creditkit._digits import percent_text
from creditkit._fields import as_date
from creditkit._given import as_wholes, column_in, one_of, whole_in
from creditkit._plain import Record, from_plain, to_plain
from creditkit._results import Results, Sheet
from creditkit.errors import InvalidFact, meant
from creditkit.facts.ledger import Ledger
from creditkit.languages import AnyLanguage
from creditkit.money import currency_digits
from creditkit.reasons import Reason
from creditkit.receivables._claims import NEVER, Claims, claims_of
from creditkit.receivables._kaplan import Steps, limits
from creditkit.receivables._sums import Exact, running
from creditkit.receivables._words import WORDS, page, words
from creditkit.receivables.open_items import Ints, days
from creditkit.receivables.reading import Options, Reading, accounts_in, reading_of

__all__ = [
    "By",
    "KaplanMeier",
    "PayingCurve",
    "PayingCurves",
    "Since",
    "kaplan_meier",
    "paying_curve",
    "paying_curves",
    "steps_of",
    "steps_past_due",
]

Since: TypeAlias = Literal["invoice", "due"]
By: TypeAlias = Literal["amount", "count"]

SINCE: Final = ("invoice", "due")
BY: Final = ("amount", "count")
_MOST_ROWS: Final = 20


class KaplanMeier(NamedTuple):
    """The curve, a row for each day on which something was paid.

    ``at_risk``: what could have been paid on that day; ``paid``: what was; ``share``: the share paid
    by the end of the day, 0..1; ``error``: its standard error, NaN where nothing is left.
    """

    days: Ints
    at_risk: npt.NDArray[Any]
    paid: npt.NDArray[Any]
    share: npt.NDArray[np.float64]
    error: npt.NDArray[np.float64]


def kaplan_meier(days: Any, paid: Any, *, weights: Any = None) -> KaplanMeier:
    """The curve of times and flags: after ``days`` each was paid, or was last seen unpaid.

    ``paid`` says which; ``weights`` are whole numbers above zero, such as amounts in minor units (1
    where None). Who was last seen on a day was at risk on it.

    >>> kaplan_meier([10, 20, 30], [True, False, True]).share.tolist()
    [0.333..., 1.0]
    """
    times = as_wholes(days, "days")
    flags = np.asarray(column_in(paid, "paid"))
    if flags.dtype != np.bool_ or len(flags) != len(times):
        raise InvalidFact("paid", f"must be {len(times)} flags", flags.dtype)
    weight = np.ones(len(times), dtype=np.int64)
    if weights is not None:
        weight = as_wholes(weights, "weights")
        if len(weight) != len(times) or (len(weight) and int(weight.min()) < 1):
            raise InvalidFact("weights", f"must be {len(times)} whole numbers above zero", weights)
    if len(times) and int(times.min()) < 0:
        raise InvalidFact("days", "must not be below zero", int(times.min()))
    group = np.zeros(len(times), dtype=np.int64)
    squares = weight.astype(np.float64) ** 2
    found = limits(group, times, weight, flags, squares, 1)
    return KaplanMeier(found.day, found.at_risk, found.paid, found.share, found.error)


@attrs.frozen(kw_only=True)
class PayingCurve(Record):
    """How fast one customer, or the book (``account`` is None), pays; see the module.

    ``items`` invoices count, ``open_items`` of them are not wholly paid; ``last`` is the oldest day
    that was looked at: beyond it nothing is known. ``days`` are those on which something was paid,
    with what was ``at_risk`` and ``paid`` (minor units of ``currency``, or counts), the ``share`` paid
    by the end of each, 0..1, and its standard ``error``. ``known`` is False where a row cannot be
    read, lacks a rate, or the ledger holds remainders only: then nothing is said.
    """

    schema: ClassVar[str] = "creditkit.paying_curve/1"

    account: str | None
    as_of: date
    currency: str
    since: str
    by: str
    known: bool
    items: int
    open_items: int
    last: int | None
    days: tuple[int, ...]
    at_risk: tuple[int, ...]
    paid: tuple[int, ...]
    share: tuple[float, ...]
    error: tuple[float | None, ...]

    def share_by(self, day: int) -> float | None:
        """The share that is paid by the end of a day; None beyond the last one that was looked at."""
        whole_in(day, "day")
        if self.last is None or day > self.last:
            return self.share[-1] if self.share and self.share[-1] == 1.0 else None
        place = sum(one <= day for one in self.days)
        return self.share[place - 1] if place else 0.0

    def day_of(self, share: float) -> int | None:
        """The first day by which a share is paid; None where that was never reached."""
        if not isinstance(share, int | float) or isinstance(share, bool) or not 0 <= share <= 1:
            raise InvalidFact("share", "must be a share from 0 to 1", share)
        reached = (day for day, paid in zip(self.days, self.share, strict=True) if paid >= share)
        return next(reached, None)

    @property
    def median(self) -> int | None:
        """The day by which half is paid; None where that was never reached."""
        return self.day_of(0.5)

    @property
    def assumptions(self) -> tuple[Reason, ...]:
        """What the curve rests on."""
        return (Reason("assume.censored"),)

    def explain(self, language: AnyLanguage = "en") -> str:
        """The first steps of the curve, with its median, in a language."""
        head = words(
            (f"days_since_{self.since}", "at_risk", "paid", "share_paid", "error"), language
        )
        steps = zip(self.days, self.at_risk, self.paid, self.share, self.error, strict=True)
        rows = [
            [
                str(day),
                f"{risk:,}",
                f"{paid:,}",
                percent_text(share),
                "-" if error is None else percent_text(error),
            ]
            for day, risk, paid, share, error in list(steps)[:_MOST_ROWS]
        ]
        more = len(self.days) - _MOST_ROWS
        remarks = [WORDS["more"].filled(language, more=more)] if more > 0 else []
        median = WORDS["not_known"].in_(language) if self.median is None else str(self.median)
        remarks.append(f"{WORDS['median'].in_(language)}: {median}")
        title = WORDS["curve"].filled(
            language,
            account=self.account or WORDS["all"].in_(language),
            as_of=self.as_of,
            by=WORDS[f"by_{self.by}"].in_(language),
            items=self.items,
            open=self.open_items,
        )
        given = (self.assumptions, remarks)
        return page(
            title,
            [head, *rows],
            language,
            right=range(5),
            assumptions=given[0],
            remarks=given[1],
        )

    def __str__(self) -> str:
        return self.explain()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PayingCurves(Results[PayingCurve]):
    """Curves of many customers; ``curves[i]`` is that of row ``i``, ``curves.of(account)`` that of one.

    As columns and in frames it is a long table: a row for each customer and day.
    """

    schema: ClassVar[str] = "creditkit.paying_curves/1"
    _path: ClassVar[str] = "paying_curves"
    _keys: ClassVar[tuple[str, ...]] = ("as_of", "currency", "since", "by", "curves")

    as_of: date
    currency: str
    since: str
    by: str
    accounts: tuple[str, ...]
    _curves: _Curves = attrs.field(alias="curves")
    _places: dict[str, int] | None = attrs.field(init=False, default=None)

    def __len__(self) -> int:
        return len(self.accounts)

    def __repr__(self) -> str:
        return f"<PayingCurves of {len(self)} accounts at {self.as_of}, {self.currency}>"

    def _row(self, row: int) -> PayingCurve:
        return self._curves.curve(row, self.accounts[row], self)

    def of(self, account: str) -> PayingCurve:
        """The curve of one account."""
        places = self._places
        if places is None:
            places = {name: row for row, name in enumerate(self.accounts)}
            object.__setattr__(self, "_places", places)
        if not isinstance(account, str) or account not in places:
            remedy = meant(account, self.accounts) if isinstance(account, str) else ""
            raise InvalidFact("paying_curves.account", "must be one of them", account, remedy)
        return self._row(places[account])

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name, a row for each customer and day."""
        steps = self._curves.steps
        names = np.array(self.accounts, dtype=np.str_)
        return {
            "account": names[steps.group] if len(names) else names,
            "day": steps.day,
            "at_risk": steps.at_risk,
            "paid": steps.paid,
            "share": steps.share,
            "error": steps.error,
        }

    def _frame(self) -> dict[str, Cells]:
        steps = self._curves.steps
        return {
            "account": Codes(steps.group.astype(np.int32), self.accounts),
            "day": Cells(steps.day),
            "at_risk": Cells(steps.at_risk.astype(np.float64)),
            "paid": Cells(steps.paid.astype(np.float64)),
            "share": Cells(steps.share),
            "error": Cells(steps.error, np.isnan(steps.error).astype(np.uint8)),
        }

    def _plain(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            "since": self.since,
            "by": self.by,
            "curves": [to_plain(curve) for curve in self],
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        one_of(data["since"], SINCE, "paying_curves.since")
        one_of(data["by"], BY, "paying_curves.by")
        currency_digits(data["currency"], "paying_curves.currency")
        curves = from_plain(tuple[PayingCurve, ...], data["curves"], "paying_curves.curves")
        names = [curve.account or "" for curve in curves]
        if len(set(names)) < len(names) or "" in names:
            raise InvalidFact("paying_curves.curves", "must be of different accounts", names)
        return cls(
            as_of=as_date(data["as_of"], "paying_curves.as_of"),
            currency=data["currency"],
            since=data["since"],
            by=data["by"],
            accounts=tuple(names),
            curves=_Curves.of(curves),
        )

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        head = words(("account", "items", "open", "median", "last"), language)
        cells = []
        for row in rows:
            one = self._row(row)
            each = (one.items, one.open_items, one.median, one.last)
            cells.append([self.accounts[row], *("-" if v is None else str(v) for v in each)])
        title = WORDS["curves"].filled(language, as_of=self.as_of)
        return Sheet(title, head, cells)


class _Curves:
    """The steps of many curves, and what is said of each as a whole."""

    __slots__ = ("edges", "items", "known", "last", "open_items", "steps")

    def __init__(self, steps: Steps, known: Any, items: Any, open_items: Any, last: Any) -> None:
        self.steps = steps
        self.known = known
        self.items = items
        self.open_items = open_items
        self.last = last
        self.edges = np.searchsorted(steps.group, np.arange(len(known) + 1))

    @classmethod
    def of(cls, curves: Sequence[PayingCurve]) -> _Curves:
        """From single curves."""
        return cls(
            steps_of(curves),
            np.array([curve.known for curve in curves], dtype=bool),
            np.array([curve.items for curve in curves], dtype=np.int64),
            np.array([curve.open_items for curve in curves], dtype=np.int64),
            np.array([-1 if c.last is None else c.last for c in curves], dtype=np.int64),
        )

    def curve(self, row: int, account: str | None, of: Any) -> PayingCurve:
        """One of them as a record."""
        part = slice(self.edges[row], self.edges[row + 1])
        steps = self.steps
        return PayingCurve(
            account=account,
            as_of=of.as_of,
            currency=of.currency,
            since=of.since,
            by=of.by,
            known=bool(self.known[row]),
            items=int(self.items[row]),
            open_items=int(self.open_items[row]),
            last=None if self.last[row] < 0 else int(self.last[row]),
            days=tuple(steps.day[part].tolist()),
            at_risk=tuple(steps.at_risk[part].tolist()),
            paid=tuple(steps.paid[part].tolist()),
            share=tuple(steps.share[part].tolist()),
            error=tuple(None if one != one else one for one in steps.error[part].tolist()),
        )


def steps_of(curves: Sequence[PayingCurve]) -> Steps:
    """The steps of single curves, one after the other."""

    def flat(name: str, dtype: Any) -> npt.NDArray[Any]:
        listed = [one for curve in curves for one in getattr(curve, name)]
        return np.array([np.nan if one is None else one for one in listed], dtype=dtype)

    sizes = [len(curve.days) for curve in curves]
    whole: Any = np.int64
    if any(abs(one) > NEVER for curve in curves for one in curve.at_risk):
        whole = object
    share, error = flat("share", np.float64), flat("error", np.float64)
    done = share == 1.0  # only on the last day, if at all
    unpaid = 1.0 - share
    return Steps(
        group=np.repeat(np.arange(len(curves), dtype=np.int64), sizes),
        day=flat("days", np.int64),
        at_risk=flat("at_risk", whole),
        paid=flat("paid", whole),
        share=share,
        error=error,
        kept=np.where(done, np.concatenate([[1.0], unpaid])[: len(share)], unpaid),
        ends=done.astype(np.int64),
        spread=np.where(done, 0.0, (error / np.where(done, 1.0, unpaid)) ** 2),
    )


def paying_curve(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    since: Since = "invoice",
    by: By = "amount",
    **options: Unpack[Options],
) -> PayingCurve:
    """The curve of everything in a ledger: of one customer's own, or of the book.

    All that was invoiced up to the date of the reading counts. What tests of overdue leave out counts
    here as in `habits`: amounts in dispute, invoices below ``ignore_below``. Of a book, accounts that
    cannot be read are not in it; ``known`` then is False, and so it is of a ledger of remainders.

    >>> from creditkit.facts.ledger import Ledger
    >>> ledger = Ledger.from_columns(
    ...     {"id": ["A", "B", "P"], "account": "C-1", "currency": "CNY",
    ...      "kind": ["invoice", "invoice", "receipt"], "amount": [300, 100, -300],
    ...      "doc_date": ["2026-05-01", "2026-05-01", "2026-06-10"]},
    ...     {"source": "P", "target": ["A"], "amount": [300]})
    >>> curve = paying_curve(ledger, as_of="2026-11-21")
    >>> curve.days, curve.share, curve.share_by(30), curve.last
    ((40,), (0.75,), 0.0, 204)
    """
    how = reading_of(ledger, how, options)
    accounts = ledger.by_name
    claims = claims_of(ledger, accounts, how)
    whole = claims._replace(size=1, account=np.zeros(len(claims.row), dtype=np.int64))
    curves = _curves(whole, how, since, by)
    curves.known[:] = not claims.broken.any() and ledger.open_as_of is None
    name = accounts[0] if len(accounts) == 1 else None
    return curves.curve(0, name, _Of(how.as_of, how.currency, since, by))


class _Of(NamedTuple):
    as_of: date
    currency: str
    since: str
    by: str


def paying_curves(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    accounts: Sequence[str] | None = None,
    since: Since = "invoice",
    by: By = "amount",
    **options: Unpack[Options],
) -> PayingCurves:
    """`paying_curve` of many customers, in the order of ``accounts``; where None, all, by name."""
    how = reading_of(ledger, how, options)
    names = accounts_in(ledger, accounts)
    if len(set(names)) < len(names):
        raise InvalidFact("accounts", "must not repeat", len(names))
    claims = claims_of(ledger, names, how)
    curves = _curves(claims, how, since, by)
    curves.known[:] = ~claims.broken & (ledger.open_as_of is None)
    return PayingCurves(
        as_of=how.as_of,
        currency=how.currency,
        since=since,
        by=by,
        accounts=tuple(names),
        curves=curves,
    )


def _curves(claims: Claims, how: Reading, since: Since, by: By) -> _Curves:
    one_of(since, SINCE, "since")
    one_of(by, BY, "by")
    steps, counted, last = curve_steps(claims, how, since, by)
    rows = claims.account[counted]
    ends = np.full(claims.size, -1, dtype=np.int64)
    np.maximum.at(ends, rows, last)
    still = rows[claims.settled[counted] == NEVER]
    return _Curves(
        steps,
        np.ones(claims.size, dtype=bool),
        np.bincount(rows, minlength=claims.size),
        np.bincount(still, minlength=claims.size),
        ends,
    )


def curve_steps(claims: Claims, how: Reading, since: Since, by: By) -> tuple[Steps, Ints, Ints]:
    """The steps by account; the claims that count, and until which day each was looked at."""
    now = days(how.as_of)
    start = claims.doc if since == "invoice" else claims.due
    counted = np.flatnonzero(start <= now)
    inside = np.zeros(len(claims.row), dtype=bool)
    inside[counted] = True
    age = np.maximum(now - start, 0)
    if by == "count":
        settled = claims.settled[counted]
        gone = settled != NEVER
        time = np.where(gone, np.maximum(settled - start[counted], 0), age[counted])
        ones = np.ones(len(counted), dtype=np.int64)
        found = limits(
            claims.account[counted], time, ones, gone, ones.astype(np.float64), claims.size
        )
        return found, counted, time
    paid = np.flatnonzero(inside[claims.claim])
    of = claims.claim[paid]
    late = np.maximum(claims.day[paid] - start[of], 0)
    open_ = np.flatnonzero(inside & (claims.unpaid > 0))
    value: Exact = np.concatenate([claims.paid[paid], claims.unpaid[open_]])
    left = _left_before(claims)[paid].astype(np.float64)
    squares = np.concatenate(
        [
            left**2 - (left - claims.paid[paid].astype(np.float64)) ** 2,
            claims.unpaid[open_].astype(np.float64) ** 2,
        ]
    )
    found = limits(
        np.concatenate([claims.account[of], claims.account[open_]]),
        np.concatenate([late, age[open_]]),
        value,
        np.concatenate([np.ones(len(paid), dtype=bool), np.zeros(len(open_), dtype=bool)]),
        squares,
        claims.size,
    )
    seen = np.where(claims.settled[counted] == NEVER, age[counted], 0)
    latest = np.zeros(len(claims.row), dtype=np.int64)
    np.maximum.at(latest, of, late)
    return found, counted, np.maximum(seen, latest[counted])


def steps_past_due(claims: Claims, how: Reading) -> Steps:
    """By amount, the steps by account in days past due, early ones below zero.

    Each claim is at risk from its document date on, so that who pays before the due date counts there.
    """
    now = days(how.as_of)
    entry = claims.doc - claims.due
    of = claims.claim
    open_ = np.flatnonzero(claims.unpaid > 0)
    left = _left_before(claims).astype(np.float64)
    unpaid = claims.unpaid[open_].astype(np.float64)
    paid = np.ones(len(of), dtype=bool)
    return limits(
        np.concatenate([claims.account[of], claims.account[open_]]),
        np.concatenate([claims.day - claims.due[of], now - claims.due[open_]]),
        np.concatenate([claims.paid, claims.unpaid[open_]]),
        np.concatenate([paid, np.zeros(len(open_), dtype=bool)]),
        np.concatenate([left**2 - (left - claims.paid.astype(np.float64)) ** 2, unpaid**2]),
        claims.size,
        np.concatenate([entry[of], entry[open_]]),
    )


def _left_before(claims: Claims) -> Exact:
    """What of its claim was unpaid before each payment."""
    before = running(claims.claim, claims.paid) - claims.paid
    return cast(Exact, claims.amount[claims.claim] - before)
