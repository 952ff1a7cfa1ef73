"""Expected receipts by week: what is open, spread over the weeks in which such debt was paid so far.

Each open item is spread by a paying curve by amount in days past due, early ones below zero (see
`receivables.curves`): the customer's own where enough of their invoices were settled, else that of the
whole ledger; the result says which. An item that is so many days from its due date, or past it, has not
been paid by then, and is spread over what the curve has beyond.

Credits and unapplied cash are first set against the oldest items, as everywhere. The parts of each
account add up to what it owes, to the minor unit:

    receivables = sum of the weeks + later + not_placed + disputed + in_credit

``later`` is what is expected beyond the last week, or never; ``not_placed`` is of accounts where neither
their own nor the book's history says anything, and of what never falls due, as a refund that no credit
covers; ``in_credit`` (not above zero) is what is left of credits.

The range of a week is that of the normal law: the items are taken to be paid independently of each
other, each as a whole, and the curve to be off by Greenwood's error, by which all items of one curve
are off together. So ranges of a few large items are wide, and ranges do not add up.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["A", "B", "C"], "account": "C-1", "currency": "CNY", "kind": "invoice",
...      "amount": [300, 100, 1000], "doc_date": ["2026-05-01", "2026-05-01", "2026-11-01"],
...      "due_date": ["2026-06-01", "2026-06-01", "2026-12-01"]},
...     {"target": ["A", "B"], "amount": [300, 100], "on": ["2026-06-01", "2026-06-09"]})
>>> found = expected_receipts(ledger, as_of="2026-11-21", weeks=4, least=2)
>>> [str(week.expected) for week in found[0].weeks], found[0].source
(['0.00 CNY', '750.00 CNY', '250.00 CNY', '0.00 CNY'], 'own')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from statistics import NormalDist
from typing import Any, ClassVar, Final, NamedTuple, Self, Unpack

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Amounts, Cells, Codes, exact_sum
from creditkit._digits import percent_text
from creditkit._fields import as_date
from creditkit._given import instance_in, one_of, whole_in
from creditkit._plain import Record, from_plain, list_in
from creditkit._results import Results, Sheet, floats_in
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger
from creditkit.languages import AnyLanguage
from creditkit.money import Money, currency_digits, minor_units, plain_amount
from creditkit.reasons import Reason
from creditkit.receivables._balances import balances_of
from creditkit.receivables._claims import NEVER, Claims, claims_of
from creditkit.receivables._item_columns import columns_of
from creditkit.receivables._kaplan import Steps
from creditkit.receivables._words import WORDS, money_text, page, words
from creditkit.receivables.curves import PayingCurve, steps_of, steps_past_due
from creditkit.receivables.open_items import Ints, days
from creditkit.receivables.provision import exact_rate
from creditkit.receivables.reading import Options, Reading, accounts_in, reading_of

__all__ = ["AccountReceipts", "ExpectedReceipts", "WeekReceipts", "expected_receipts"]

SOURCES: Final = ("own", "book", "none", "not_known")
"""Whose history an account is spread by."""

PARTS: Final = ("later", "not_placed", "disputed", "in_credit")
_OWN, _BOOK, _NONE, _LOST = range(4)
_SPAN: Final = 1 << 33
_MOST_WEEKS: Final = 520


@attrs.frozen(kw_only=True)
class WeekReceipts(Record):
    """A week, after ``start`` and up to ``end``: what is expected in it, and the range."""

    schema: ClassVar[str] = "creditkit.week_receipts/1"

    start: date
    end: date
    expected: Money
    low: Money
    high: Money


@attrs.frozen(kw_only=True)
class AccountReceipts(Record):
    """What one account, or the book (``account`` is None), is expected to pay, week by week.

    ``source`` is whose history it is spread by: ``own``, ``book``, ``none`` where there is none,
    ``not_known`` where what the account owes is not known; then there are no weeks. Of the book it is
    ``book``.
    """

    schema: ClassVar[str] = "creditkit.account_receipts/1"

    account: str | None
    source: str
    receivables: Money | None
    weeks: tuple[WeekReceipts, ...]
    later: Money | None
    not_placed: Money | None
    disputed: Money | None
    in_credit: Money | None

    def explain(self, language: AnyLanguage = "en") -> str:
        """The weeks with their ranges, and what is in none of them, in a language."""
        rows = [words(("end", "expected", "low", "high"), language)]
        for week in self.weeks:
            money = (week.expected, week.low, week.high)
            rows.append([str(week.end), *(money_text(one, language) for one in money)])
        for name in (*PARTS, "receivables"):
            amount = money_text(getattr(self, name), language)
            rows.append([WORDS[name].in_(language), amount, "", ""])
        who = self.account or WORDS["all"].in_(language)
        title = WORDS["receipts_of"].filled(
            language, account=who, source=WORDS[f"source_{self.source}"].in_(language)
        )
        return page(title, rows, language, right=(1, 2, 3))

    def __str__(self) -> str:
        return self.explain()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ExpectedReceipts(Results[AccountReceipts]):
    """Expected receipts of many accounts; ``found[i]`` is an account, ``found.total`` all of them.

    ``expected`` has a row for each account and a column for each week, in minor units; ``level`` is the
    share of outcomes that the ranges are to hold. An account that is not known is in no total.
    """

    schema: ClassVar[str] = "creditkit.expected_receipts/1"
    _path: ClassVar[str] = "expected_receipts"
    _keys: ClassVar[tuple[str, ...]] = tuple(
        "as_of currency level weeks accounts source receivables expected deviation shared later"
        " not_placed disputed in_credit".split()
    )

    as_of: date
    currency: str
    level: Fraction
    accounts: tuple[str, ...]
    source: npt.NDArray[np.int8]
    receivables: Ints
    expected: Ints
    deviation: npt.NDArray[np.float64]
    shared: npt.NDArray[np.float64]
    later: Ints
    not_placed: Ints
    disputed: Ints
    in_credit: Ints

    def __len__(self) -> int:
        return len(self.accounts)

    def __repr__(self) -> str:
        return f"<ExpectedReceipts of {len(self)} accounts at {self.as_of}, {self.currency}>"

    @property
    def weeks(self) -> tuple[tuple[date, date], ...]:
        """The weeks: each after its first date and up to its last."""
        ends = [self.as_of + timedelta(7 * n) for n in range(self.expected.shape[1] + 1)]
        return tuple(pairwise(ends))

    @property
    def assumptions(self) -> tuple[Reason, ...]:
        """What the weeks and their ranges rest on."""
        return (
            Reason("assume.spread"),
            Reason("assume.range", level=percent_text(self.level)),
        )

    def _row(self, row: int) -> AccountReceipts:
        if self.source[row] == _LOST:
            return AccountReceipts(
                account=self.accounts[row],
                source=SOURCES[_LOST],
                receivables=None,
                weeks=(),
                **dict.fromkeys(PARTS),
            )
        spread = np.sqrt(self.deviation[row] ** 2 + self.shared[row] ** 2)
        parts = {name: int(getattr(self, name)[row]) for name in PARTS}
        whole = int(self.receivables[row])
        named = SOURCES[self.source[row]]
        return self._receipts(self.accounts[row], named, whole, self.expected[row], spread, parts)

    @property
    def total(self) -> AccountReceipts:
        """All accounts that are known; errors of the book's curve are shared, all others are not."""
        known = self.source != _LOST
        own = self.source != _BOOK
        spread = np.sqrt(
            (self.deviation[known] ** 2).sum(axis=0)
            + (self.shared[known & own] ** 2).sum(axis=0)
            + self.shared[known & ~own].sum(axis=0) ** 2
        )
        expected = [exact_sum(self.expected[known, at]) for at in range(self.expected.shape[1])]
        parts = {name: exact_sum(getattr(self, name)[known]) for name in PARTS}
        whole = exact_sum(self.receivables[known])
        return self._receipts(None, SOURCES[_BOOK], whole, expected, spread, parts)

    def _receipts(
        self,
        account: str | None,
        source: str,
        whole: int,
        expected: Any,
        spread: npt.NDArray[np.float64],
        parts: Mapping[str, int],
    ) -> AccountReceipts:
        z = NormalDist().inv_cdf(0.5 + float(self.level) / 2)
        most = sum(int(one) for one in expected) + parts["later"]
        rows = []
        for (start, end), minor, error in zip(self.weeks, expected, spread, strict=True):
            about = int(minor)
            low = max(about - round(z * float(error)), 0)
            high = min(about + round(z * float(error)), most)
            money = (Money.from_minor(one, self.currency) for one in (about, low, high))
            amount, least, greatest = money
            rows.append(
                WeekReceipts(start=start, end=end, expected=amount, low=least, high=greatest)
            )
        return AccountReceipts(
            account=account,
            source=source,
            receivables=Money.from_minor(whole, self.currency),
            weeks=tuple(rows),
            **{name: Money.from_minor(minor, self.currency) for name, minor in parts.items()},
        )

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name, a row for each account; weeks by their last day, money in minor units."""
        return {
            "account": np.array(self.accounts, dtype=np.str_),
            "source": np.array(SOURCES)[self.source],
            "receivables": self.receivables,
            **{str(end): self.expected[:, at] for at, (_, end) in enumerate(self.weeks)},
            **{name: getattr(self, name) for name in PARTS},
        }

    def _frame(self) -> dict[str, Cells]:
        states = (self.source == _LOST).astype(np.uint8)
        out: dict[str, Cells] = {}
        for name, column in self.to_columns().items():
            if name == "account":
                out[name] = Codes(np.arange(len(self), dtype=np.int32), self.accounts)
            elif name == "source":
                out[name] = Codes(self.source.astype(np.int32), SOURCES)
            else:
                out[name] = Amounts(np.ascontiguousarray(column), states, self.currency)
        return out

    def _plain(self) -> dict[str, Any]:
        def money(column: Any) -> list[Any]:
            return [plain_amount(one, self.currency) for one in column.tolist()]

        return {
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            "level": str(self.level),
            "weeks": self.expected.shape[1],
            "accounts": list(self.accounts),
            "source": [SOURCES[code] for code in self.source.tolist()],
            "receivables": money(self.receivables),
            "expected": [money(row) for row in self.expected],
            "deviation": self.deviation.tolist(),
            "shared": self.shared.tolist(),
            **{name: money(getattr(self, name)) for name in PARTS},
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        path = cls._path
        currency = data["currency"]
        currency_digits(currency, f"{path}.currency")
        accounts = from_plain(tuple[str, ...], data["accounts"], f"{path}.accounts")
        size = len(accounts)

        def listed(name: str) -> list[Any]:
            given = list_in(data[name], f"{path}.{name}")
            if len(given) != size:
                raise InvalidFact(f"{path}.{name}", f"must be {size} rows", len(given))
            return given

        def money(given: Any, name: str) -> Ints:
            each = list_in(given, f"{path}.{name}")
            minor = [minor_units(one, currency, f"{path}.{name}") for one in each]
            return np.array(minor, dtype=np.int64)

        source = listed("source")
        for one in source:
            one_of(one, SOURCES, f"{path}.source")
        rows = [money(row, "expected") for row in listed("expected")]
        errors = {
            name: [floats_in(row, f"{path}.{name}") for row in listed(name)]
            for name in ("deviation", "shared")
        }
        width = data["weeks"]
        whole_in(width, f"{path}.weeks", 1)
        lengths = {len(row) for row in rows}.union(
            *({len(row) for row in given} for given in errors.values())
        )
        if not lengths <= {width}:
            raise InvalidFact(f"{path}.expected", f"must be rows of {width} weeks")
        made = cls(
            as_of=as_date(data["as_of"], f"{path}.as_of"),
            currency=currency,
            level=_level(from_plain(Fraction, data["level"], f"{path}.level")),
            accounts=accounts,
            source=np.array([SOURCES.index(one) for one in source], dtype=np.int8),
            receivables=money(listed("receivables"), "receivables"),
            expected=np.array(rows, dtype=np.int64).reshape(size, width),
            deviation=np.array(errors["deviation"], dtype=np.float64).reshape(size, width),
            shared=np.array(errors["shared"], dtype=np.float64).reshape(size, width),
            **{name: money(listed(name), name) for name in PARTS},
        )
        if not made._adds_up():
            rule = "must be the sum of weeks, later, not_placed, disputed and in_credit"
            raise InvalidFact(f"{path}.receivables", rule)
        return made

    def _adds_up(self) -> bool:
        parts = self.expected.sum(axis=1) + self.later + self.not_placed
        return bool(np.array_equal(parts + self.disputed + self.in_credit, self.receivables))

    def explain(self, language: AnyLanguage = "en") -> str:
        """All accounts together, week by week with ranges, and what they rest on, in a language."""
        counts = np.bincount(self.source, minlength=len(SOURCES)).tolist()
        remarks = [
            f"{WORDS[f'source_{name}'].in_(language)}: {count}"
            for name, count in zip(SOURCES, counts, strict=True)
            if count
        ]
        title = WORDS["receipts"].filled(language, as_of=self.as_of, currency=self.currency)
        body = self.total.explain(language).split("\n")[1:]
        lines = [title, *body, *remarks, "", WORDS["assumptions"].in_(language)]
        return "\n".join([*lines, *(f"- {one.sentence(language)}" for one in self.assumptions)])

    def __str__(self) -> str:
        return self.explain()

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        ends = [str(end) for _, end in self.weeks]
        head = [*words(("account", "source"), language), *ends]
        head += words((*PARTS, "receivables"), language)
        cells = []
        for row in rows:
            one = self._row(row)
            money = [*(w.expected for w in one.weeks), *(getattr(one, n) for n in PARTS)]
            texts = [money_text(amount, language) for amount in (*money, one.receivables)]
            texts = texts if one.weeks else ["-"] * len(ends) + texts
            cells.append([self.accounts[row], WORDS[f"source_{one.source}"].in_(language), *texts])
        title = WORDS["receipts"].filled(language, as_of=self.as_of, currency=self.currency)
        notes = [one.sentence(language) for one in self.assumptions]
        return Sheet(title, head, cells, left=(0, 1), remarks=notes)


def expected_receipts(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    weeks: int = 13,
    accounts: Sequence[str] | None = None,
    least: int = 10,
    level: Any = "0.9",
    curve: PayingCurve | None = None,
    **options: Unpack[Options],
) -> ExpectedReceipts:
    """What is expected in each of the ``weeks`` after the date of the reading, account by account.

    In the order of ``accounts``; where None, all, by name. An account is spread by its own history
    where ``least`` of its invoices were settled, else by that of the whole ledger where it has so many,
    else not at all. ``curve`` stands in place of the whole ledger's: for one customer's own ledger, or one
    of remainders; it must be by amount, since due, and has what was paid early on the due date.
    ``level`` is the share of outcomes that a range is to hold, an exact share below 1.
    """
    how = reading_of(ledger, how, options)
    whole_in(weeks, "weeks", 1)
    whole_in(least, "least", 1)
    if weeks > _MOST_WEEKS or (date.max - how.as_of).days < 7 * weeks:
        rule = f"must be {_MOST_WEEKS} at most, and end in the calendar"
        raise InvalidFact("weeks", rule, weeks, "write weeks=13")
    share = _level(level)
    names = accounts_in(ledger, accounts)
    if len(set(names)) < len(names):
        raise InvalidFact("accounts", "must not repeat", len(names))
    every = sorted({*ledger.accounts, *names})
    claims = claims_of(ledger, every, how)
    place = {name: at for at, name in enumerate(every)}
    wanted = np.array([place[name] for name in names], dtype=np.int64)
    steps, settled = _histories(claims, how, curve)
    owed = _owed(ledger, names, how)
    source = np.full(len(names), _NONE, dtype=np.int8)
    source[settled[-1] >= least if curve is None else slice(None)] = _BOOK
    source[settled[wanted] >= least] = _OWN
    source[owed.lost] = _LOST
    group = np.where(source == _OWN, wanted, len(every))
    placed = source < _NONE
    expected, deviation, shared = _spread(owed, group, placed, steps, how, weeks)
    left = np.zeros(len(names), dtype=np.int64)
    np.add.at(left, owed.account, owed.left)
    rest = left - expected.sum(axis=1)
    # What is owed and never falls due, as a refund that no credit covers, comes in nobody knows when.
    other = owed.receivables - left - owed.disputed
    undated = np.maximum(other, 0)
    return ExpectedReceipts(
        as_of=how.as_of,
        currency=how.currency,
        level=share,
        accounts=tuple(names),
        source=source,
        receivables=owed.receivables,
        expected=expected,
        deviation=deviation,
        shared=shared,
        later=np.where(placed, rest, 0),
        not_placed=np.where(placed, 0, rest) + undated,
        disputed=owed.disputed,
        in_credit=other - undated,
    )


def _level(given: Any) -> Fraction:
    level = exact_rate(given, "level")
    if not 0 < level < 1:
        raise InvalidFact("level", "must be above 0 and below 1", given, "write '0.9'")
    return level


class _Owed(NamedTuple):
    """What is left of each item once credits are set against the oldest, and the sums by account."""

    account: Ints
    due: Ints
    left: Ints
    receivables: Ints
    disputed: Ints
    lost: npt.NDArray[np.bool_]


def _owed(ledger: Ledger, names: Sequence[str], how: Reading) -> _Owed:
    columns = columns_of(ledger, names, how.when)
    owed = None if columns is None else balances_of(ledger, columns, how)
    if columns is None or owed is None:
        if len(names) > 1:  # some of them may fit
            return _joined([_owed(ledger.account(name), [name], how) for name in names])
        none, lost = np.zeros(0, dtype=np.int64), np.ones(len(names), dtype=bool)
        zero = np.zeros(len(names), dtype=np.int64)
        return _Owed(none, none, none, zero, zero, lost)
    rows = np.flatnonzero((owed.left > 0) & ~owed.invalid[columns.account])
    disputed = owed.disputed if how.ignore_disputed else np.zeros(columns.size, dtype=np.int64)
    return _Owed(
        account=columns.account[rows].astype(np.int64),
        due=columns.due[rows],
        left=owed.left[rows],
        receivables=np.where(owed.invalid, 0, owed.receivables),
        disputed=np.where(owed.invalid, 0, disputed),
        lost=owed.invalid,
    )


def _joined(parts: Sequence[_Owed]) -> _Owed:
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    columns[0] = np.repeat(np.arange(len(parts)), [len(part.account) for part in parts])
    return _Owed(*columns)


def _histories(claims: Claims, how: Reading, given: PayingCurve | None) -> tuple[Steps, Ints]:
    """The curves of accounts and, as the last, of the book; how many invoices each of them has settled."""
    own, size = steps_past_due(claims, how), claims.size
    settled = np.bincount(claims.account[claims.settled != NEVER], minlength=size)
    if given is None:
        whole = claims._replace(size=1, account=np.zeros(len(claims.row), dtype=np.int64))
        book = steps_past_due(whole, how)
    else:
        book = _given(given)
    joined: Any = (np.concatenate(pair) for pair in zip(own, book, strict=True))
    steps = Steps(*joined)
    group = np.concatenate([own.group, np.full(len(book.group), size, dtype=np.int64)])
    return steps._replace(group=group), np.append(settled, settled.sum())


def _given(curve: PayingCurve) -> Steps:
    instance_in(curve, PayingCurve, "curve", "write paying_curve(ledger, ..., since='due')")
    if (curve.since, curve.by) != ("due", "amount"):
        remedy = "write paying_curve(ledger, ..., since='due', by='amount')"
        raise InvalidFact("curve", "must be by amount, since due", (curve.since, curve.by), remedy)
    return steps_of([curve])


def _spread(
    owed: _Owed,
    group: Ints,
    placed: npt.NDArray[np.bool_],
    steps: Steps,
    how: Reading,
    weeks: int,
) -> tuple[Ints, Any, Any]:
    """By account and week: what is expected, the error of its items, and that of its curve."""
    size = len(group)
    order = np.lexsort((owed.left, owed.due, owed.account))  # the order of rows is nothing
    rows = order[placed[owed.account[order]]]
    account, left, due = owed.account[rows], owed.left[rows], owed.due[rows]
    keys = steps.group * _SPAN + steps.day
    edges = np.searchsorted(steps.group, group[account])

    def at(day: Ints) -> tuple[Any, Any, Any]:
        """The curve so many days past due: its product, how often it ended, Greenwood's sum."""
        if not len(keys):
            return np.ones(len(day)), np.zeros(len(day)), np.zeros(len(day))
        known = np.searchsorted(keys, group[account] * _SPAN + day, side="right") - 1
        there = known >= edges
        return (
            np.where(there, steps.kept[known], 1.0),
            np.where(there, steps.ends[known], 0),
            np.where(there, steps.spread[known], 0.0),
        )

    now = days(how.as_of)
    start, ended, first = at(now - due)
    before, seen, done = np.ones(len(rows)), first, np.zeros(len(rows), dtype=np.int64)
    expected = np.zeros((size, weeks), dtype=np.int64)
    deviation, shared = np.zeros((size, weeks)), np.zeros((size, weeks))
    amounts = left.astype(np.float64)
    for week in range(weeks):
        then, ends, total = at(now + 7 * (week + 1) - due)
        after = np.where(ends > ended, 0.0, then / start)
        with np.errstate(all="ignore"):
            kept = np.where(before > 0.0, after / before, 1.0)
        share = before - after
        upto = np.minimum(np.rint(amounts * (1.0 - after)).astype(np.int64), left)
        upto = np.maximum(upto, done)
        np.add.at(expected[:, week], account, upto - done)
        variance = before**2 * (seen - first) * (1.0 - kept) ** 2
        variance = np.where(after > 0.0, variance + after**2 * (total - seen), variance)
        np.add.at(deviation[:, week], account, amounts**2 * share * (1.0 - share))
        np.add.at(shared[:, week], account, amounts * np.sqrt(np.maximum(variance, 0.0)))
        before, done = after, upto
        seen = np.where(after > 0.0, total, seen)
    return expected, np.sqrt(deviation), shared
