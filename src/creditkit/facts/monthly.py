"""Monthly figures: what a customer looked like at the end of each month, supplied by the host.

One month is a `MonthFigures`; a customer's months are a list of them. Many customers' months are
one long table, `MonthlyFigures`, with a row for each customer and month, in any order. What is not
known stays None, and a month without a row is not known: neither is 0.

>>> month = MonthFigures(account="C-1", month_end=date(2026, 2, 28), currency="CNY",
...                      exposure="95000", line="100000", grade="AA")
>>> month.exposure, month.sales
(Money('95000.00', 'CNY'), None)
>>> months = MonthlyFigures.from_columns({"account": ["C-1", "C-1", "C-2"], "currency": "CNY",
...     "month_end": ["2026-01-31", "2026-02-28", "2026-02-27"], "exposure": [90000, 95000, 10000]})
>>> months.notes
(Note(code='month.not_month_end', count=1, ids=('C-2',)),)
"""

import calendar
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Final, Self, cast

import numpy as np
import numpy.typing as npt
from attrs import Attribute, field, frozen

from creditkit._columns import Cells, Codes, State
from creditkit._fields import (
    Fact,
    checked,
    kinds,
    known_currency,
    line_in,
    money_in,
    pairs_in,
    records_in,
)
from creditkit._tables import Table
from creditkit.errors import InvalidFact, all_of
from creditkit.facts.ledger import Note
from creditkit.facts.own import (
    own_columns,
    own_columns_in,
    own_of_plain,
    own_of_row,
    plain_own,
    same_own,
)
from creditkit.money import LineAmount, Money

__all__ = ["MonthFigures", "MonthlyFigures"]

DERIVED: Final = frozenset({"utilisation", "dso_rise", "grade_fall"})
"""Figures that watching works out from the months; a host cannot supply them as its own."""

RULES: Final = {
    "month.no_account": "must have an account",
    "month.no_month_end": "must have a month_end",
    "month.not_month_end": "must have the last day of a month as month_end",
    "month.repeated": "must not repeat a month of an account",
}
"""Why a row is set aside, by the code of its note; ``strict=True`` raises for the first of them."""

_MOST_IDS: Final = 10


def _month_end(month: Any, _attribute: "Attribute[date]", _value: object) -> None:
    day: date = month.month_end
    last = calendar.monthrange(day.year, day.month)[1]
    if day.day != last:
        remedy = f"write {day.replace(day=last)}"
        raise InvalidFact(
            "month_figures.month_end", "must be the last day of its month", day, remedy
        )


def _own_figures(_month: Any, _attribute: "Attribute[Any]", figures: Any) -> None:
    faults = []
    for name, value in figures:
        path = f"month_figures.figures[{name!r}]"
        try:
            _free(name, path)
            if isinstance(value, bool | str):
                raise InvalidFact(path, "must be Money or a number", value)
        except InvalidFact as fault:
            faults.append(fault)
    if faults:
        raise all_of("month_figures", faults)


@frozen(kw_only=True, field_transformer=checked)
class MonthFigures(Fact):
    """One customer's figures at the end of one month; everything but the first three may be None.

    ``exposure``, ``line``, ``receivables`` and ``oldest_overdue_days`` are what stood at the end of
    the month, ``sales`` our credit sales during it, tax-inclusive and net of returns. ``line`` is
    the line in force, already asked of the group: one that says ``inherit`` is not known here.
    ``figures`` are other quantities of that month, of the catalogue or the host's own, as money or
    numbers.
    """

    schema: ClassVar[str] = "creditkit.month_figures/1"

    account: str
    month_end: date = field(validator=_month_end)
    currency: str = field(validator=known_currency)
    exposure: Money | None = field(default=None, converter=money_in)
    line: LineAmount | None = field(default=None, converter=line_in)
    receivables: Money | None = field(default=None, converter=money_in)
    sales: Money | None = field(default=None, converter=money_in)
    oldest_overdue_days: int | None = None
    grade: str | None = None
    figures: tuple[tuple[str, Money | float | int], ...] = field(
        default=(),
        converter=pairs_in,
        validator=_own_figures,
        metadata={"tagged": "pairs"},
    )


class MonthlyFigures(Table[MonthFigures]):
    """The months of many customers in columns, a row for each customer and month, in any order.

    A row that cannot be placed (no account, no month, a day that ends no month, a month that the
    account has twice) is set aside: it is in no month, and `notes` names it. ``figures`` holds
    columns of other figures. All money of a row is in the row's currency.
    """

    __slots__ = ("figures", "notes")

    record = MonthFigures
    schema = "creditkit.monthly_figures/1"
    parts = ("figures",)
    figures: dict[str, Cells]
    notes: tuple[Note, ...]

    @classmethod
    def of(cls, records: Iterable[MonthFigures | None]) -> Self:
        """From months, of one customer or of several."""
        given = records_in(MonthFigures, records, "monthly_figures")
        made = super().of(given)
        currency = cast(Codes, made["currency"])
        made.figures = own_columns(
            [one.figures for one in given], currency, "monthly_figures.figures"
        )
        made._set_aside(strict=False)
        return made

    @classmethod
    def from_columns(
        cls,
        columns: Mapping[str, Any],
        *,
        strict: bool = False,
        from_float: bool = False,
        path: str = "monthly_figures",
        figures: Mapping[str, Any] | None = None,
    ) -> Self:
        """From columns by field name; ``figures`` are columns of other figures: numbers or money.

        ``strict`` raises for the first row that cannot be placed.
        """
        made = super().from_columns(columns, strict=strict, from_float=from_float, path=path)
        currency = cast(Codes, made["currency"])
        made.figures = own_columns_in(figures, currency, f"{path}.figures", _free)
        made._check_figures(path)
        made._set_aside(strict)
        return made

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that have a row, by name."""
        column = cast(Codes, self["account"])
        used = np.zeros(len(column.names) + 1, dtype=bool)  # the last entry: not known
        used[column.values] = True
        return tuple(sorted(column.names[code] for code in np.flatnonzero(used[:-1])))

    @property
    def placed(self) -> npt.NDArray[np.bool_]:
        """The rows that count: a known account and a month of its own."""
        return self["month_end"].known & self["account"].known

    def account(self, name: str) -> Self:
        """The months of one customer, by date; none where no row is the customer's."""
        column = cast(Codes, self["account"])
        code = column.code(name)
        rows = np.flatnonzero((column.values == code) & (code >= 0))
        rows = rows[np.argsort(self["month_end"].values[rows], kind="stable")]
        made = type(self)({n: cells.take(rows) for n, cells in self.cells.items()}, len(rows))
        made.figures = {n: cells.take(rows) for n, cells in self.figures.items()}
        made._set_aside(strict=False)
        return made

    def row_values(self, row: int) -> dict[str, Any]:
        """The values of one row by field name."""
        values = super().row_values(row)
        values["figures"] = own_of_row(self.figures, row, values["currency"])
        return values

    def same_as(self, other: object) -> bool:
        """Whether both tables hold the same months in the same order."""
        if not isinstance(other, MonthlyFigures) or not super().same_as(other):
            return False
        return same_own(self.figures, other.figures)

    def _plain(self) -> dict[str, Any]:
        return super()._plain() | plain_own(self.figures, cast(Codes, self["currency"]))

    def _read_parts(self, given: Mapping[str, Any], path: str) -> None:
        figures, currency = given.get("figures"), cast(Codes, self["currency"])
        self.figures = own_of_plain(figures, currency, f"{path}.figures")
        for name in self.figures:
            _free(name, f"{path}.figures.{name}")
        self._check_figures(path)

    def _check_figures(self, path: str) -> None:
        for name, own in self.figures.items():
            if isinstance(own, Codes) or own.values.dtype == np.int8:
                raise InvalidFact(f"{path}.figures.{name}", "must hold money or numbers", own)

    def _set_aside(self, strict: bool) -> None:
        """Find the rows that do not count, mark their month INVALID, and note why."""
        account, ends = cast(Codes, self["account"]), self["month_end"]
        found = [
            ("month.no_account", account.values < 0),
            ("month.no_month_end", ends.all_states() == State.UNKNOWN),
        ]
        month = ends.values.astype("datetime64[M]")
        last = (month + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
        year = month.astype("datetime64[Y]").astype(np.int64) + 1970
        given = ends.all_states() != State.UNKNOWN
        wrong = given & ((ends.values != last) | (year < 1) | (year > 9999))
        fits = given & ~wrong & (account.values >= 0)
        repeated = np.zeros(len(self), dtype=bool)
        rows = np.flatnonzero(fits)
        repeated[rows] = _repeated(account.values[rows], month[rows].astype(np.int64))
        found += [("month.not_month_end", wrong), ("month.repeated", repeated)]
        states = ends.all_states().copy()
        states[wrong | repeated] = State.INVALID
        self.cells["month_end"] = Cells(ends.values, states)
        self.notes = tuple(self._note(code, mask, strict) for code, mask in found if mask.any())

    def _note(self, code: str, mask: npt.NDArray[np.bool_], strict: bool) -> Note:
        count = int(np.count_nonzero(mask))
        if strict:
            raise InvalidFact("monthly_figures", RULES[code], row=int(np.argmax(mask)), count=count)
        account = cast(Codes, self["account"])
        names = (account.names[index] for index in np.unique(account.values[mask]) if index >= 0)
        return Note(code=code, count=count, ids=tuple(sorted(names)[:_MOST_IDS]))


def _free(name: str, path: str) -> None:
    if name in kinds(MonthFigures):
        raise InvalidFact(path, "is a field of its own", remedy=f"give it as {name}=")
    if name in DERIVED:
        raise InvalidFact(path, "is worked out from the months", remedy="leave it out")


def _repeated(account: npt.NDArray[Any], month: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Where an account has a month more than once."""
    if not len(account):
        return np.zeros(0, dtype=bool)
    span = int(month.max() - month.min()) + 1
    key = account.astype(np.int64) * span + (month - month.min())
    if int(key.max()) < 4 * len(key) + 1000:
        counts = np.bincount(key)
    else:
        _, key, counts = np.unique(key, return_inverse=True, return_counts=True)
    out: npt.NDArray[np.bool_] = counts[key.ravel()] > 1
    return out
