"""Loss allowances by ageing bucket: the provision matrix of IFRS 9, and 账龄分析法.

What is owed stands in ageing buckets; each bucket has a loss rate; the allowance is the sum of
gross times rate. That is the simplified approach of IFRS 9 (5.5.15, B5.5.35) for trade receivables,
and the ageing method (账龄分析法) of Chinese accounting, with full years from recognition. Rates are
given, or worked out from a history by `receivables.loss_history`. They may differ by segment, and a
factor by segment turns what was into what is expected. Who is assessed by itself (单项计提) is taken
out of the matrix with a rate of its own.

Money is exact: each cell of segment and bucket is rounded once, half-even, and the cells add up to
the total; `allowances` splits each cell among its accounts, and these add up to it.

Source: IFRS 9 Illustrative Examples, Example 12 (IE74-IE77), whose matrix is this one:

>>> from creditkit.facts.ledger import Ledger
>>> from creditkit.receivables.ageing import ageing
>>> from creditkit.receivables.buckets import Buckets
>>> ledger = Ledger.from_columns(
...     {"account": "M", "currency": "CNY", "kind": ["invoice"] * 5, "doc_date": "2026-01-01",
...      "amount": [15_000_000, 7_500_000, 4_000_000, 2_500_000, 1_000_000],
...      "due_date": ["2026-12-31", "2026-12-15", "2026-11-15", "2026-10-15", "2026-06-30"]})
>>> buckets = Buckets.up_to(30, 60, 90)
>>> matrix = ProvisionMatrix.of(["0.3%", "1.6%", "3.6%", "6.6%", "10.6%"], buckets=buckets)
>>> print(provision(ageing(ledger, as_of="2026-12-31", buckets=buckets), matrix))
Provision at 2026-12-31, CNY, aged by due date
segment  bucket           gross   rate   allowance
all      not due  15,000,000.00   0.3%   45,000.00
all      1-30      7,500,000.00   1.6%  120,000.00
all      31-60     4,000,000.00   3.6%  144,000.00
all      61-90     2,500,000.00   6.6%  165,000.00
all      over 90   1,000,000.00  10.6%  106,000.00
total             30,000,000.00         580,000.00
<BLANKLINE>
Assumptions
- The loss rates are given, not worked out from a history.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final, Self, cast

import attrs
import numpy as np

from creditkit._columns import Amounts, Cells, Codes, exact_sum
from creditkit._digits import ratio_text
from creditkit._fields import Fact, checked, known_currency, money_in
from creditkit._given import instance_in, listed
from creditkit._plain import Record, mapping_in
from creditkit.errors import InvalidFact, meant
from creditkit.languages import AnyLanguage
from creditkit.money import LARGEST, Money, rounded
from creditkit.reasons import Reason
from creditkit.receivables._told import Told
from creditkit.receivables._words import WORDS, money_text, page, words
from creditkit.receivables.ageing import WORDS as AGEING_WORDS
from creditkit.receivables.ageing import Ageing
from creditkit.receivables.buckets import STANDARD, Buckets
from creditkit.receivables.open_items import Ints

__all__ = [
    "OTHERS",
    "Allowance",
    "Allowances",
    "Provision",
    "ProvisionMatrix",
    "ProvisionRow",
    "SegmentRates",
    "allowances",
    "exact_rate",
    "provision",
    "rate_text",
]

OTHERS: Final = "*"
"""The segment of every account that none is named for."""

_RATE: Final = re.compile(r"([0-9]{1,20}(\.[0-9]{1,20})?) ?(%?)", re.ASCII)
_MOST_NAMED: Final = 10


def exact_rate(given: Any, path: str, most: int = 1) -> Fraction:
    """A share or factor as an exact fraction: ``"1.6%"``, ``"0.016"``, `Decimal`, `Fraction`, int.

    >>> exact_rate("1.6%", "rate"), exact_rate(1, "rate")
    (Fraction(2, 125), Fraction(1, 1))
    """
    remedy = "write '0.016' or '1.6%'"
    match = _RATE.fullmatch(given) if isinstance(given, str) else None
    if match is not None:
        rate = Fraction(match[1]) / (100 if match[3] else 1)
    elif isinstance(given, Decimal | Fraction | int) and not isinstance(given, bool):
        rate = Fraction(given) if _is_short(given) else Fraction(-1)
    else:
        raise InvalidFact(path, "must be an exact share", given, remedy)
    if not 0 <= rate <= most:
        raise InvalidFact(path, f"must be from 0 to {most}", given, remedy if most == 1 else "")
    return rate


def _is_short(given: Any) -> bool:
    """Whether a number is one; of a Decimal it takes no power of ten to say."""
    return not isinstance(given, Decimal) or (given.is_finite() and -20 < given.adjusted() < 20)


@attrs.frozen(kw_only=True)
class SegmentRates(Record):
    """The loss rates of a segment, one for each bucket, and the factor of its outlook.

    ``segment`` is ``"*"`` for all accounts that are in none that is named. ``applied`` are the rates
    times ``factor``, 1 at most.
    """

    schema: ClassVar[str] = "creditkit.segment_rates/1"

    segment: str
    rates: tuple[Fraction, ...]
    factor: Fraction = Fraction(1)

    def __attrs_post_init__(self) -> None:
        for place, rate in enumerate(self.rates):
            exact_rate(rate, f"segment_rates.rates[{place}]")
        exact_rate(self.factor, "segment_rates.factor", 100)

    @property
    def applied(self) -> tuple[Fraction, ...]:
        """The rates that the provision takes."""
        return tuple(min(Fraction(1), rate * self.factor) for rate in self.rates)


@attrs.frozen(kw_only=True)
class ProvisionMatrix(Record):
    """Loss rates by segment and ageing bucket, and what they rest on.

    A rate is the share of what stands in a bucket that will never be paid, over the whole life of
    the debt, as an exact fraction from 0 to 1.
    """

    schema: ClassVar[str] = "creditkit.provision_matrix/1"

    buckets: Buckets
    segments: tuple[SegmentRates, ...]
    assumptions: tuple[Reason, ...] = ()

    def __attrs_post_init__(self) -> None:
        names = [one.segment for one in self.segments]
        if not names or len(set(names)) < len(names):
            raise InvalidFact("provision_matrix.segments", "must be different segments", names)
        for one in self.segments:
            if len(one.rates) != len(self.buckets):
                path = f"provision_matrix.segments[{one.segment!r}].rates"
                rule = f"must be {len(self.buckets)} rates, one for each bucket"
                raise InvalidFact(path, rule, len(one.rates), f"{', '.join(self.buckets.names)}")

    @classmethod
    def of(
        cls,
        rates: Sequence[Any] | Mapping[str, Sequence[Any]],
        *,
        buckets: Buckets = STANDARD,
        factor: Any = 1,
    ) -> Self:
        """From rates that a house or a standard gives: one row, or a row for each segment.

        Rates are exact shares (``"1.6%"``, ``"0.016"``, `Decimal`, `Fraction`); floats are refused.
        The segment ``"*"`` is that of all other accounts. ``factor`` is what the outlook multiplies
        them by: one for all, or by segment (1 where none is named).

        >>> ProvisionMatrix.of(["0.5%", "5%"], buckets=Buckets.up_to(30)).segments[0].rates
        Traceback (most recent call last):
        creditkit.errors.InvalidFact: provision_matrix.segments['*'].rates must be 3 rates, one ...
        """
        instance_in(buckets, Buckets, "buckets", "write Buckets.up_to(30, 60, 90)")
        given = dict(rates) if isinstance(rates, Mapping) else {OTHERS: rates}
        rows = []
        for segment, row in given.items():
            instance_in(segment, str, "rates.segment")
            path = "rates" if segment == OTHERS else f"rates[{segment!r}]"
            each = listed(row)
            if each is None:
                raise InvalidFact(path, "must be a rate for each bucket", row)
            exact = tuple(exact_rate(one, f"{path}[{at}]") for at, one in enumerate(each))
            rows.append(SegmentRates(segment=segment, rates=exact))
        made = cls(
            buckets=buckets, segments=tuple(rows), assumptions=(Reason("assume.rates_given"),)
        )
        return made.with_outlook(factor)

    def with_outlook(self, factor: Any) -> Self:
        """The same matrix with a forward-looking factor: one for all segments, or by segment.

        >>> matrix = ProvisionMatrix.of(["1%", "5%", "60%"], buckets=Buckets.up_to(30))
        >>> matrix.with_outlook(2).segments[0].applied
        (Fraction(1, 50), Fraction(1, 10), Fraction(1, 1))
        """
        names = [one.segment for one in self.segments]
        if isinstance(factor, Mapping):
            for name in factor:
                if name not in names:
                    raise InvalidFact(
                        f"factor[{name!r}]", "is no segment", remedy=meant(name, names)
                    )
        rows = []
        for one in self.segments:
            given = factor.get(one.segment, 1) if isinstance(factor, Mapping) else factor
            rows.append(attrs.evolve(one, factor=exact_rate(given, "factor", 100)))
        kept = [one for one in self.assumptions if not one.code.startswith("assume.forward")]
        for one in rows:
            text = ratio_text(one.factor)
            if one.factor != 1 and one.segment == OTHERS:
                kept.append(Reason("assume.forward_all", factor=text))
            elif one.factor != 1:
                kept.append(Reason("assume.forward", segment=one.segment, factor=text))
        return attrs.evolve(self, segments=tuple(rows), assumptions=tuple(kept))

    def of_segment(self, segment: str) -> SegmentRates | None:
        """The rates of a segment; of ``"*"`` where it has none of its own, None where that has none."""
        instance_in(segment, str, "segment")
        found = {one.segment: one for one in self.segments}
        return found.get(segment, found.get(OTHERS))

    def explain(self, language: AnyLanguage = "en") -> str:
        """A row for each segment, a column for each bucket: the rates that are applied."""
        head = [WORDS["segment"].in_(language), *self.buckets.titles(language)]
        rows = [
            [_segment(one.segment, language), *map(rate_text, one.applied)] for one in self.segments
        ]
        return page(
            WORDS["matrix"].in_(language),
            [head, *rows],
            language,
            right=range(1, len(head)),
            assumptions=self.assumptions,
        )

    def __str__(self) -> str:
        return self.explain()


def rate_text(rate: Fraction) -> str:
    """A rate as people write it: exact where that is short, else to a hundredth of a percent.

    >>> rate_text(Fraction("0.003")), rate_text(Fraction(2, 23))
    ('0.3%', '8.70%')
    """
    exact = ratio_text(rate)
    return exact if exact.endswith("%") and len(exact) <= 7 else f"{float(rate * 100):.2f}%"


def _segment(name: str, language: AnyLanguage) -> str:
    return WORDS["all"].in_(language) if name == OTHERS else name


@attrs.frozen(kw_only=True)
class ProvisionRow(Record):
    """One cell of the matrix at work: what is owed, the rate, the allowance.

    ``account`` is who is assessed individually, over all buckets (``bucket`` is None).
    """

    schema: ClassVar[str] = "creditkit.provision_row/1"

    segment: str
    bucket: str | None
    account: str | None
    gross: Money
    rate: Fraction
    allowance: Money


@attrs.frozen(kw_only=True)
class Provision(Record):
    """The allowance that the matrix requires at a date; its rows add up to it exactly.

    ``total`` is None where accounts are left out because what they owe is not known: then
    ``total_of_known`` is not the whole of it. ``unapplied`` (not above zero) is in no bucket.
    """

    schema: ClassVar[str] = "creditkit.provision/1"

    as_of: date
    currency: str
    basis: str
    matrix: ProvisionMatrix
    rows: tuple[ProvisionRow, ...]
    unapplied: Money
    left_out: int
    assumptions: tuple[Reason, ...]

    @property
    def gross(self) -> Money:
        """What is owed in all buckets of the accounts that are known."""
        return sum((row.gross for row in self.rows), Money(0, self.currency))

    @property
    def total_of_known(self) -> Money:
        """The allowance for the accounts that are known."""
        return sum((row.allowance for row in self.rows), Money(0, self.currency))

    @property
    def total(self) -> Money | None:
        """The allowance for the whole book; None where an account is left out."""
        return None if self.left_out else self.total_of_known

    def explain(self, language: AnyLanguage = "en") -> str:
        """The rows and what they add up to, in a language, with the assumptions."""
        titles = dict(
            zip(self.matrix.buckets.names, self.matrix.buckets.titles(language), strict=True)
        )
        head = words(("segment", "bucket", "gross", "rate", "allowance"), language)
        rows = [
            [
                row.account or _segment(row.segment, language),
                titles.get(row.bucket, row.bucket)
                if row.bucket is not None
                else WORDS["individual"].in_(language),
                money_text(row.gross, language),
                rate_text(row.rate),
                money_text(row.allowance, language),
            ]
            for row in self.rows
        ]
        sums = (money_text(one, language) for one in (self.gross, self.total_of_known))
        total = AGEING_WORDS["incomplete" if self.left_out else "total"].in_(language)
        gross, allowance = sums
        title = WORDS["provision"].filled(
            language,
            as_of=self.as_of,
            currency=self.currency,
            basis=AGEING_WORDS[self.basis].in_(language),
        )
        return page(
            title,
            [head, *rows, [total, "", gross, "", allowance]],
            language,
            right=(2, 3, 4),
            assumptions=self.assumptions,
        )

    def __str__(self) -> str:
        return self.explain()

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name, a row for each cell; money in minor units."""
        rows = self.rows
        return {
            "segment": [row.segment for row in rows],
            "bucket": [row.bucket for row in rows],
            "account": [row.account for row in rows],
            "gross": np.array([row.gross.minor for row in rows], dtype=np.int64),
            "rate": np.array([float(row.rate) for row in rows]),
            "allowance": np.array([row.allowance.minor for row in rows], dtype=np.int64),
        }

    def _frame(self) -> dict[str, Cells]:
        out: dict[str, Cells] = {}
        for name, column in self.to_columns().items():
            if name in ("gross", "allowance"):
                out[name] = Amounts(column, None, self.currency)
            else:
                out[name] = Cells(column) if name == "rate" else Codes.of(column)
        return out


def provision(
    aged: Ageing,
    matrix: ProvisionMatrix,
    *,
    segments: Mapping[str, str] | None = None,
    individual: Mapping[str, Any] | None = None,
) -> Provision:
    """The allowance that a matrix requires for an `Ageing`: gross times rate, cell by cell.

    ``segments`` says in which segment an account is; who is not in it is in ``"*"``, and a segment
    without rates of its own takes those of ``"*"``. ``individual`` takes accounts out of the matrix and
    gives each a rate of its own, for all that it owes. Each cell is rounded once, half-even.

    The buckets of both must be the same. Credits and unapplied cash are in no bucket and reduce
    nothing: age with ``unapplied="oldest_first"`` to set them against the oldest debt. An account of
    which it is not known what it owes is left out and named, and there is no total.
    """
    cells = _cells(aged, matrix, segments, individual)
    currency = aged.currency
    rows = []
    for (segment, bucket, account), accounts in cells.items():
        places = range(len(matrix.buckets)) if bucket is None else (bucket,)
        gross = sum(exact_sum(aged.amounts[accounts, place]) for place in places)
        rate = _rate_of(matrix, segment, bucket, account, individual)
        minor = rounded(gross * rate.numerator, rate.denominator, "half_even")
        rows.append(
            ProvisionRow(
                segment=segment,
                bucket=None if bucket is None else matrix.buckets.names[bucket],
                account=account,
                gross=Money.from_minor(gross, currency),
                rate=rate,
                allowance=Money.from_minor(minor, currency),
            )
        )
    lost = [
        name for name, known in zip(aged.accounts, aged.known.tolist(), strict=True) if not known
    ]
    said = list(matrix.assumptions)
    unapplied = Money.from_minor(exact_sum(np.ascontiguousarray(aged.unapplied)), currency)
    if unapplied:
        said.append(Reason("assume.unapplied", amount=unapplied))
    if lost:
        said.append(Reason("assume.left_out", accounts=tuple(lost[:_MOST_NAMED])))
    absent = sorted({*(individual or {})} - {*aged.accounts})
    if absent:
        said.append(Reason("assume.not_there", accounts=tuple(absent[:_MOST_NAMED])))
    return Provision(
        as_of=aged.as_of,
        currency=currency,
        basis=aged.basis,
        matrix=matrix,
        rows=tuple(rows),
        unapplied=unapplied,
        left_out=len(lost),
        assumptions=tuple(said),
    )


Cell = tuple[str, int | None, str | None]
"""Segment, bucket, and who is assessed individually."""


def _cells(
    aged: Ageing,
    matrix: ProvisionMatrix,
    segments: Mapping[str, str] | None,
    individual: Mapping[str, Any] | None,
) -> dict[Cell, Ints]:
    """The rows of the ageing that are in each cell, in the order of the matrix."""
    instance_in(aged, Ageing, "aged", "write ageing(ledger, as_of=...)")
    instance_in(matrix, ProvisionMatrix, "matrix", "write ProvisionMatrix.of(rates, buckets=...)")
    own, theirs = aged.buckets, matrix.buckets
    if (own.names, own.edges, own.unit) != (theirs.names, theirs.edges, theirs.unit):
        rule = f"must have the buckets of the matrix: {', '.join(theirs.names)}"
        raise InvalidFact(
            "aged.buckets", rule, own.names, "write ageing(..., buckets=matrix.buckets)"
        )
    given = {} if segments is None else mapping_in(segments, "segments", "write {account: segment}")
    single = {} if individual is None else mapping_in(individual, "individual")
    names = [one.segment for one in matrix.segments]
    place = {name: at for at, name in enumerate(names)}
    of = np.full(len(aged), -1, dtype=np.int64)
    alone: dict[Cell, Ints] = {}
    for row, account in enumerate(aged.accounts):
        if not aged.known[row]:
            continue
        segment = given.get(account, OTHERS)
        instance_in(segment, str, f"segments[{account!r}]")
        at = place.get(segment, place.get(OTHERS, -1))
        if account in single:
            alone[segment, None, account] = np.array([row])
            continue
        if at < 0:
            rule = "must be a segment of the matrix"
            remedy = meant(segment, names) or "give the matrix a segment '*'"
            raise InvalidFact(f"segments[{account!r}]", rule, segment, remedy)
        of[row] = at
    cells: dict[Cell, Ints] = {}
    for at, name in enumerate(names):
        rows = np.flatnonzero(of == at)
        if len(rows) or not len(aged):
            cells |= {(name, bucket, None): rows for bucket in range(len(theirs))}
    return cells | alone


def _rate_of(
    matrix: ProvisionMatrix,
    segment: str,
    bucket: int | None,
    account: str | None,
    individual: Mapping[str, Any] | None,
) -> Fraction:
    if bucket is None:
        given = (individual or {}).get(cast(str, account))
        return exact_rate(given, f"individual[{account!r}]")
    rates = matrix.of_segment(segment)
    assert rates is not None  # every cell is of a segment of the matrix
    return rates.applied[bucket]


@attrs.frozen(kw_only=True, field_transformer=checked)
class Allowance(Fact):
    """What of the allowance is for one account; None where what it owes is not known."""

    schema: ClassVar[str] = "creditkit.allowance/1"

    account: str
    segment: str
    currency: str = attrs.field(validator=known_currency)
    gross: Money | None = attrs.field(default=None, converter=money_in)
    allowance: Money | None = attrs.field(default=None, converter=money_in)


class Allowances(Told[Allowance]):
    """The allowance by account, in the order of the ageing; it adds up to the `Provision`."""

    __slots__ = ()

    record = Allowance
    schema = "creditkit.allowances/1"
    title = "allowances"
    shown = ("account", "segment", "gross", "allowance")


def allowances(
    aged: Ageing,
    matrix: ProvisionMatrix,
    *,
    segments: Mapping[str, str] | None = None,
    individual: Mapping[str, Any] | None = None,
) -> Allowances:
    """What of the `provision` each account has, as a table; it adds up to it to the minor unit.

    A cell of segment and bucket is split among its accounts, in their order, by what is rounded so
    far: each is less than a minor unit away from its own gross times rate.
    """
    cells = _cells(aged, matrix, segments, individual)
    allowance = np.zeros(len(aged), dtype=np.int64)
    given = {} if segments is None else segments
    for (segment, bucket, account), rows in cells.items():
        rate = _rate_of(matrix, segment, bucket, account, individual)
        amounts = aged.amounts[rows]
        gross = amounts.sum(axis=1) if bucket is None else amounts[:, bucket]
        allowance[rows] += _split(np.ascontiguousarray(gross), rate)
    states = np.where(aged.known, 0, 1).astype(np.uint8)
    return Allowances.from_columns(
        {
            "account": Codes(np.arange(len(aged), dtype=np.int32), aged.accounts),
            "segment": Codes.of([given.get(account, OTHERS) for account in aged.accounts]),
            "currency": aged.currency,
            "gross": Amounts(aged.amounts.sum(axis=1), states, aged.currency),
            "allowance": Amounts(allowance, states, aged.currency),
        }
    )


def _split(gross: Ints, rate: Fraction) -> Ints:
    """Each amount's part of the rounded product of their sum: differences of rounded running sums."""
    if not len(gross):
        return gross
    largest = exact_sum(np.abs(gross))
    if largest * max(rate.numerator, 1) <= LARGEST and rate.denominator <= LARGEST // 2:
        whole, rest = np.divmod(np.cumsum(gross) * rate.numerator, rate.denominator)
        double = 2 * rest
        up = (double > rate.denominator) | ((double == rate.denominator) & (whole % 2 == 1))
        return cast(Ints, np.diff(whole + up, prepend=0))
    upto, out, before = 0, [], 0
    for amount in gross.tolist():
        upto += amount
        now = rounded(upto * rate.numerator, rate.denominator, "half_even")
        out.append(now - before)
        before = now
    return np.array(out, dtype=np.int64)
