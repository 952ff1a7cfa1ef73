"""Due dates and instalments of columns of invoices: what `schedule` says of one, said of a million.

The steps of terms are taken once for every day between the first and the last base date, and each
row then looks its day up; so working days cost a million rows no more than a month's end.

>>> found = due_dates("EOM+45", np.array(["2026-01-15", "2026-02-15"], dtype="datetime64[D]"))
>>> found.dates
array(['2026-03-17', '2026-04-14'], dtype='datetime64[D]')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Amounts, Codes, State
from creditkit._door import FIRST_DAY, LAST_DAY, Door
from creditkit._fields import Kind
from creditkit._given import column_in, instance_in
from creditkit._plain import mapping_in
from creditkit.calendars import NEVER, Days, WorkingDays
from creditkit.errors import InvalidFact
from creditkit.facts.instalments import DateStep, Instalment, no_calendar, reached_columns
from creditkit.facts.terms import LONGEST_DAYS, PaymentTerms, terms_or_none
from creditkit.languages import AnyLanguage
from creditkit.money import LARGEST, rounded
from creditkit.reasons import Reason
from creditkit.terms.one import BEFORE_DELIVERY, ROUNDED, named_base, terms_of

__all__ = ["DueDates", "Schedules", "due_dates", "schedules"]

Dates: TypeAlias = npt.NDArray[np.datetime64]
Rows: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

_FIRST: Final = 5
_SMALL: Final = 65_536
"""Days that are stepped through at most, where there are fewer rows."""


class _Said:
    """What both results tell of rows that have no date."""

    notes: tuple[Reason, ...]

    def explain(self, language: AnyLanguage = "en") -> str:
        """What is said of rows without a due date, in a language; empty where all have one."""
        return "\n".join(note.sentence(language) for note in self.notes)


@attrs.frozen(kw_only=True, eq=False)
class DueDates(_Said):
    """The due date of each row, NaT where there is none; ``notes`` say why, ``faults`` what is unreadable."""

    dates: Dates
    notes: tuple[Reason, ...]
    faults: tuple[InvalidFact, ...]

    def __len__(self) -> int:
        return len(self.dates)


@attrs.frozen(kw_only=True, eq=False)
class Schedules(_Said):
    """Every instalment of every row, in their order; the amounts of a row add up to its amount.

    ``row`` and ``part`` say whose and which, counted from 0; ``dates`` are NaT where not known yet. A
    row whose terms are not known has one line, of its whole amount.
    """

    row: Rows
    part: npt.NDArray[np.int16]
    dates: Dates
    amounts: Amounts
    notes: tuple[Reason, ...]
    faults: tuple[InvalidFact, ...]

    def __len__(self) -> int:
        return len(self.row)


def due_dates(
    terms: PaymentTerms | str | Any,
    invoices: Any,
    *,
    dates: Mapping[str, Any] | None = None,
    calendar: WorkingDays | None = None,
) -> DueDates:
    """The due date of each invoice of a column.

    ``terms`` are one text for all rows, or a column of texts; ``invoices`` the invoices' dates, and
    ``dates`` columns of other dates by name, as in `schedule`. A row without its base date, with terms
    that are unknown, unreadable or of several instalments, or due past the calendar's horizon has
    no date, and is counted in ``notes`` with the first rows; it stops no other.

    >>> due_dates(["net30", None, "月结30天"], ["2026-11-21"] * 3).explain("zh").splitlines()[0]
    '1 行没有付款条件，最前的行：1。'
    """
    book = _Book(terms, invoices, dates, calendar)
    table = book.table()
    out = book.by_group() if table is None else book.by_table(*table)
    return DueDates(
        dates=out.view("datetime64[D]"), notes=tuple(book.notes()), faults=tuple(book.door.faults)
    )


def schedules(
    terms: PaymentTerms | str | Any,
    amounts: Amounts,
    invoices: Any,
    *,
    dates: Mapping[str, Any] | None = None,
    calendar: WorkingDays | None = None,
) -> Schedules:
    """Every instalment of a column of invoices: `schedule` for each, in columns.

    >>> two = Amounts.from_major(["0.05", "3"], "CNY")
    >>> plan = schedules("50% prepaid, 50% net 30", two, ["2026-11-21"] * 2)
    >>> plan.row.tolist(), plan.amounts.values.tolist()
    ([0, 0, 1, 1], [2, 3, 150, 150])
    """
    instance_in(amounts, Amounts, "schedules.amounts", "write Amounts.from_major([...], 'CNY')")
    book = _Book(terms, invoices, dates, calendar)
    if len(amounts) != book.rows:
        raise InvalidFact("schedules.amounts", f"must have {book.rows} rows", len(amounts))
    groups = list(book.groups())
    alike = len(groups) == 1 and groups[0][1] is _ALL and groups[0][0] is not None
    counts: Any = np.ones(book.rows, dtype=np.int64)
    for plan, rows in groups:
        if alike:
            counts = len(cast(PaymentTerms, plan).plan)
        else:
            counts[rows] = 1 if plan is None else len(plan.plan)
    starts = np.arange(book.rows) * counts if alike else np.cumsum(counts) - counts
    row = np.repeat(np.arange(book.rows, dtype=np.int64), counts)
    size = len(row)
    if alike:
        part = np.tile(np.arange(counts, dtype=np.int16), book.rows)
    else:
        part = (np.arange(size, dtype=np.int64) - starts[row]).astype(np.int16)
    out = np.empty(size, dtype=np.int64) if alike else np.full(size, NEVER)
    minor = np.empty(size, dtype=np.int64) if alike else amounts.values[row]
    states = None if amounts.states is None else np.repeat(amounts.states, counts)
    wrong = np.zeros(book.rows, dtype=bool)
    for plan, rows in groups:
        if plan is None:
            continue
        parts = plan.plan
        places = None if rows is _ALL else starts[rows]
        total = left = amounts.values[rows]
        bad = np.zeros(len(total), dtype=bool)
        signed = bool(len(total)) and int(total.min()) < 0
        for number, one in enumerate(parts):
            here = slice(number, None, len(parts)) if places is None else places + number
            out[here] = book.due(one, rows)
            if number == len(parts) - 1:
                minor[here] = left
                break
            if one.amount is None:
                size_of, short = _cut(one, total, left, signed)
                if short is not None:
                    bad |= short
            else:
                size_of = np.full(len(total), one.amount.minor)
                bad |= (size_of > left) | (one.amount.currency != amounts.currency)
            minor[here] = size_of
            left = left - size_of
        if bad.any():
            wrong[rows] = bad
    known = amounts.known
    lost = wrong & known
    if lost.any():
        states = np.zeros(size, dtype=np.uint8) if states is None else states
        states = np.where(lost[row], np.uint8(State.INVALID), states)
        minor = np.where(lost[row], 0, minor)
    book.note("schedule.amount", lost)
    book.note("schedule.no_amount", ~known)
    return Schedules(
        row=row,
        part=part,
        dates=out.view("datetime64[D]"),
        amounts=Amounts(minor, states, amounts.currency),
        notes=tuple(book.notes()),
        faults=tuple(book.door.faults),
    )


_ALL: Final = slice(None)


class _Book:
    """Columns of terms and dates as they were given, and what is to be said of their rows."""

    def __init__(
        self,
        terms: Any,
        invoices: Any,
        dates: Mapping[str, Any] | None,
        calendar: WorkingDays | None,
    ) -> None:
        given = {"invoice": invoices}
        for name, column in mapping_in({} if dates is None else dates, "schedules.dates").items():
            given[name] = column
        given = {
            name: column
            if isinstance(column, str)
            else column_in(column, f"schedules.dates.{name}")
            for name, column in given.items()
            if column is not None
        }
        lengths = {name: len(one) for name, one in given.items() if not isinstance(one, str)}
        if not isinstance(terms, PaymentTerms | str):
            terms = terms if isinstance(terms, Codes) else Codes.of(terms, "schedules.terms")
            lengths["terms"] = len(terms)
        if len(set(lengths.values())) != 1:
            rule = "must have columns of one length" if lengths else "must have a column of dates"
            raise InvalidFact("schedules", rule, lengths or None)
        if calendar is not None:
            instance_in(calendar, WorkingDays, "schedules.calendar")
        self.rows = next(iter(lengths.values()))
        self.calendar = calendar
        self.terms = terms
        self.door = Door("schedules", self.rows, strict=False, from_float=False)
        self.bases = {name: self._days(name, column) for name, column in given.items()}
        self._tables: dict[tuple[str, tuple[DateStep, ...]], Days] = {}
        self.plans = self._plans()
        for name in given:
            if name != "invoice":
                self._known_base(name)
        self._rows: dict[tuple[str, str], Bools] = {}

    def _days(self, name: str, column: Any) -> _Base:
        if isinstance(column, np.ndarray) and column.dtype == "datetime64[D]":
            days = np.ascontiguousarray(column).view(np.int64)
            base = _Base(days)
            if not len(days) or (base.low >= FIRST_DAY and base.high <= LAST_DAY):
                return base
        cells = self.door.read(name, Kind.DATE, column, Codes(np.zeros(0, np.int32), ()))
        values = cells.values.astype("datetime64[D]").view(np.int64)
        return _Base(values if cells.states is None else np.where(cells.known, values, NEVER))

    def _plans(self) -> list[PaymentTerms | None]:
        """The terms of each name; None for one that cannot be read."""
        if not isinstance(self.terms, Codes):
            return [terms_of(self.terms, "schedules.terms")]
        return [terms_or_none(name) for name in self.terms.names]

    def _known_base(self, name: str) -> None:
        """A date that none of the terms can count from is a slip, and refused."""
        error: InvalidFact | None = None
        for plan in [plan for plan in self.plans if plan is not None]:
            try:
                return named_base(plan, name)
            except InvalidFact as one:
                error = one
        if error is not None:
            raise error

    def groups(self) -> Iterator[tuple[PaymentTerms | None, Any]]:
        """The rows of each terms; the terms are None for rows of which they are not known."""
        if not isinstance(self.terms, Codes):
            yield self.plans[0], _ALL
            return
        codes, states = self.terms.values, self.terms.states
        if len(self.plans) < 2**15:
            codes = codes.astype(np.int16)  # which numpy sorts by counting
        if states is not None:
            codes = np.where(self.terms.known, codes, codes.dtype.type(-1))
        unknown = codes < 0
        if len(self.plans) == 1 and not unknown.any() and self.plans[0] is not None:
            yield self.plans[0], _ALL
            return
        self.note("schedule.no_terms", unknown)
        lost = [code for code, plan in enumerate(self.plans) if plan is None]
        unreadable = np.isin(codes, lost)
        names = tuple(self.terms.names[code] for code in lost[:_FIRST])
        self.note("schedule.unreadable", unreadable, terms=names)
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes.astype(np.int64) + 1, minlength=len(self.plans) + 1))
        for code in range(-1, len(self.plans)):
            rows = order[ends[code] if code >= 0 else 0 : ends[code + 1]]
            if len(rows):
                yield (None if code < 0 else self.plans[code]), rows

    def by_group(self) -> Days:
        """The due date of each row, for the rows of each terms by themselves."""
        out = np.full(self.rows, NEVER)
        several = np.zeros(self.rows, dtype=bool)
        for plan, rows in self.groups():
            if plan is None:
                continue
            part, *more = plan.plan
            if more:
                several[rows] = True
            elif rows is _ALL:
                out = self.due(part, rows)
            else:
                out[rows] = self.due(part, rows)
        self.note("schedule.several", several)
        return out

    def table(self) -> tuple[list[_Base], Days, Rows] | None:
        """The due date of each day for each of several terms, if every row of them has one.

        A day is counted from the first of its base date; ``whose`` is the base of each terms. None
        where something is to be said of rows, or where the table would be large.
        """
        if not isinstance(self.terms, Codes) or self.terms.states is not None or not self.rows:
            return None
        parts = [plan.plan[0] for plan in self.plans if plan is not None and len(plan.plan) == 1]
        bases = [self._base(part.base) for part in parts]
        if len(parts) < max(2, len(self.plans)) or int(self.terms.values.min()) < 0:
            return None
        if any(one is None or one.gaps for one in bases) or any(
            part.needs_calendar for part in parts
        ):
            return None
        known = cast("list[_Base]", bases)
        span = max(one.high - one.low + 1 for one in known)
        latest = max(one.high for one in known)
        if span * len(parts) > max(_SMALL, self.rows) or latest + LONGEST_DAYS >= LAST_DAY:
            return None
        out = np.full((len(parts), span), NEVER)
        for line, part, base in zip(out, parts, known, strict=True):
            days = np.arange(base.low, base.high + 1)
            line[: len(days)] = reached_columns(days, part.steps)
        starts = np.arange(len(parts)) * span - np.array([one.low for one in known])
        return known, out.ravel(), starts

    def by_table(self, bases: list[_Base], table: Days, starts: Rows) -> Days:
        """The due date of each row, looked up in `table`."""
        codes = cast(Codes, self.terms).values
        days = bases[0].days
        others = [base for base in dict.fromkeys(bases) if base is not bases[0]]
        for other in others:
            mine = np.array([base is other for base in bases])
            days = np.where(mine.take(codes), other.days, days)
        places = starts.take(codes)
        places += days
        return table.take(places)

    def due(self, part: Instalment, rows: Any) -> Days:
        """The due dates of some rows; those without one are noted."""
        base = self._base(part.base)
        if base is None:
            absent = np.zeros(self.rows, dtype=bool)
            absent[rows] = True
            self._missing(part.base, absent)
            return np.full(int(absent.sum()), NEVER)
        needs = part.needs_calendar
        if needs and self.calendar is None:
            raise no_calendar("schedules.calendar", part.steps)
        days = base.days[rows]
        missing = days == NEVER if base.gaps else None
        found = self._reached(base, part, days, missing)
        if missing is not None:
            absent = np.zeros(self.rows, dtype=bool)
            absent[rows] = missing
            self._missing(part.base, absent)
        if len(found) and (needs or base.high + LONGEST_DAYS >= LAST_DAY):
            beyond = found == NEVER
            if missing is not None:
                beyond &= ~missing
            if beyond.any():
                absent = np.zeros(self.rows, dtype=bool)
                absent[rows] = beyond
                self._note_rows("schedule.beyond", "", absent)
        return found

    def _reached(self, base: _Base, part: Instalment, days: Days, missing: Bools | None) -> Days:
        """The days that the steps of an instalment reach; `NEVER` where there is none."""
        steps = part.steps
        if not steps:
            return days
        low, high = base.low, base.high
        if all(step.do == "add_days" for step in steps) and high + LONGEST_DAYS < LAST_DAY:
            later = days + sum(step.n or 0 for step in steps)
            return later if missing is None else np.where(missing, NEVER, later)
        if high - low >= max(_SMALL, len(base.days)):
            return reached_columns(days, steps, self.calendar)
        key = (part.base, steps)
        if key not in self._tables:
            self._tables[key] = reached_columns(np.arange(low, high + 1), steps, self.calendar)
        table = self._tables[key]
        if missing is None:
            return table.take(days - low)
        return np.where(missing, NEVER, table.take(np.where(missing, 0, days - low)))

    def _base(self, name: str) -> _Base | None:
        if name in self.bases or name not in BEFORE_DELIVERY:
            return self.bases.get(name)
        out: Days | None = None
        for one in BEFORE_DELIVERY[name]:
            base = self.bases.get(one)
            if base is not None:
                out = base.days if out is None else np.where(out == NEVER, base.days, out)
        return None if out is None else _Base(out)

    def _missing(self, base: str, where: Bools) -> None:
        self._note_rows("schedule.no_date", base, where)

    def _note_rows(self, code: str, base: str, where: Bools) -> None:
        kept = self._rows.get((code, base))
        self._rows[code, base] = where if kept is None else kept | where

    def note(self, code: str, where: Bools, **more: Any) -> None:
        """Keep what is to be said of rows."""
        if where.any():
            self._more = {**getattr(self, "_more", {}), code: more}
            self._note_rows(code, "", where)

    def notes(self) -> Iterator[Reason]:
        """What is said of rows, each with its count and the first of them."""
        more: dict[str, Any] = getattr(self, "_more", {})
        for (code, base), where in sorted(self._rows.items()):
            rows = np.flatnonzero(where)
            first = tuple(str(row) for row in rows[:_FIRST].tolist())
            params = {**more.get(code, {}), **({"base": base} if base else {})}
            yield Reason(code, None, count=len(rows), rows=first, **params)


class _Base:
    """A column of dates to count from, and the span of those that are known."""

    __slots__ = ("days", "gaps", "high", "low")

    def __init__(self, days: Days) -> None:
        self.days = days
        self.gaps = False
        self.low = self.high = 0
        if len(days):
            self.low, self.high = int(days.min()), int(days.max())
            self.gaps = self.low == NEVER
            if self.gaps:
                self.low = int(np.where(days == NEVER, self.high, days).min())


def _cut(part: Instalment, total: Rows, left: Rows, signed: bool) -> tuple[Rows, Bools | None]:
    """`one.cut` of a share for a column, and where it is not there; None where it always is."""
    share = cast(Any, part.share if part.share is not None else part.of_rest)
    given = total if part.share is not None else left
    size = _shared(np.abs(given) if signed else given, share.numerator, share.denominator)
    short: Bools | None = None
    if given is not left:
        rest = np.abs(left) if signed else left
        short = size - ROUNDED > rest
        size = np.minimum(size, rest)
    return (size * np.where(total < 0, -1, 1) if signed else size), short


def _shared(whole: Rows, numerator: int, denominator: int) -> Rows:
    """``whole * numerator / denominator``, half-even; the share is at most one."""
    if 2 * numerator * denominator >= 2**63:
        exact = [rounded(value * numerator, denominator, "half_even") for value in whole.tolist()]
        return np.array(exact, dtype=np.int64)
    if len(whole) and int(whole.max()) > LARGEST // numerator:
        quotient = whole // denominator
        product = (whole - quotient * denominator) * numerator
        up = product // denominator
        out: Rows = quotient * numerator + up
    else:
        product = whole * numerator
        out = up = product // denominator
    double = product - up * denominator
    double *= 2
    above = double > denominator
    if denominator % 2 == 0:
        above |= (double == denominator) & (out % 2 == 1)
    return out + above
