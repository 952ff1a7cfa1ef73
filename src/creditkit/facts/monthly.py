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

from creditkit._columns import Amounts, Cells, Codes, State
from creditkit._fields import Fact, Kind, checked, kinds, line_in, money_in, pairs_in
from creditkit._plain import from_plain, to_plain
from creditkit._tables import Table
from creditkit.errors import InvalidFact
from creditkit.facts.customers import known_currency
from creditkit.facts.ledger import Note
from creditkit.facts.own import OwnMoney, own_column, own_scalar
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

_SCHEMA: Final = "creditkit.monthly_figures/1"
_MOST_IDS: Final = 10


def _month_end(month: Any, _attribute: "Attribute[date]", _value: object) -> None:
    day: date = month.month_end
    last = calendar.monthrange(day.year, day.month)[1]
    if day.day != last:
        remedy = f"write {day.replace(day=last)}"
        raise InvalidFact(
            "month_figures.month_end", "must be the last day of its month", day, remedy
        )


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
        default=(), converter=pairs_in, metadata={"tagged": "pairs"}
    )

    def __attrs_post_init__(self) -> None:
        for name, value in self.figures:
            path = f"month_figures.figures[{name!r}]"
            _free(name, path)
            if isinstance(value, bool | str):
                raise InvalidFact(path, "must be Money or a number", value)


class MonthlyFigures(Table[MonthFigures]):
    """The months of many customers in columns, a row for each customer and month, in any order.

    A row that cannot be placed (no account, no month, a day that ends no month, a month that the
    account has twice) is set aside: it is in no month, and `notes` names it. ``figures`` holds
    columns of other figures. All money of a row is in the row's currency.
    """

    __slots__ = ("figures", "notes")

    record = MonthFigures
    figures: dict[str, Cells]
    notes: tuple[Note, ...]

    @classmethod
    def of(cls, records: Iterable[MonthFigures | None]) -> Self:
        """From months, of one customer or of several."""
        given: list[MonthFigures] = []
        for place, month in enumerate(records):
            if not isinstance(month, MonthFigures):
                raise InvalidFact(f"monthly_figures[{place}]", "must be a MonthFigures", month)
            given.append(month)
        made = super().of(given)
        own = [dict(month.figures) for month in given]
        names = sorted({name for figures in own for name in figures})
        made.figures = {
            name: own_column(name, [figures.get(name) for figures in own]) for name in names
        }
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
        made.figures = {}
        for name, column in (figures or {}).items():
            here = f"{path}.figures.{name}"
            _free(name, here)
            if isinstance(column, Amounts) and {column.currency} != set(currency.names):
                raise InvalidFact(here, f"must be in {currency.names}", column.currency)
            made.figures[name] = own = own_column(name, column)
            if len(own) != len(made):
                raise InvalidFact(here, f"must have {len(made)} rows", len(own))
            if isinstance(own, Codes) or own.values.dtype == np.int8:
                raise InvalidFact(here, "must hold money or numbers")
            if isinstance(own, OwnMoney) and not isinstance(column, Amounts):
                for row, value in enumerate(column):
                    if value is not None and value.currency != currency.item(row):
                        rule = f"must be in {currency.item(row)}, the currency of its row"
                        raise InvalidFact(here, rule, value, row=row)
        made._set_aside(strict)
        return made

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that have a row, by name."""
        column = cast(Codes, self["account"])
        used = np.zeros(len(column.names) + 1, dtype=bool)  # the last place: not known
        used[column.values] = True
        return tuple(sorted(column.names[code] for code in np.flatnonzero(used[:-1])))

    @property
    def placed(self) -> npt.NDArray[np.bool_]:
        """The rows that have their place: a known account and a month of its own."""
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
        own = {
            name: own_scalar(column, row, values["currency"])
            for name, column in self.figures.items()
        }
        values["figures"] = {name: value for name, value in own.items() if value is not None}
        return values

    def same_as(self, other: Table[MonthFigures]) -> bool:
        """Whether both tables hold the same months in the same order."""
        return (
            isinstance(other, MonthlyFigures)
            and super().same_as(other)
            and self.figures.keys() == other.figures.keys()
            and all(column.same_as(other.figures[name]) for name, column in self.figures.items())
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data, column by column; a column of which nothing is known is left out."""
        months = {name: _plain(self, name, kind) for name, kind in kinds(self.record).items()}
        currency = cast(Codes, self["currency"])
        figures = {
            name: [
                to_plain(own_scalar(column, row, currency.item(row) or ""))
                for row in range(len(self))
            ]
            for name, column in sorted(self.figures.items())
        }
        return {
            "schema": _SCHEMA,
            "months": {name: column for name, column in months.items() if _any(column)},
            "figures": {name: column for name, column in figures.items() if _any(column)},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The table that `to_dict` wrote."""
        if not isinstance(data, Mapping) or data.get("schema") != _SCHEMA:
            raise InvalidFact("monthly_figures.schema", f"must be {_SCHEMA!r}", data)
        for key in data:
            if key not in ("schema", "months", "figures"):
                raise InvalidFact(f"monthly_figures.{key}", "is not known")
        if not data.get("months"):
            return cls.of([])
        figures = {
            name: [
                from_plain(Money, value, f"monthly_figures.figures.{name}")
                if isinstance(value, str)
                else value
                for value in column
            ]
            for name, column in (data.get("figures") or {}).items()
        }
        return cls.from_columns(data["months"], figures=figures)

    def _set_aside(self, strict: bool) -> None:
        """Find the rows that have no place, mark their month INVALID, and note why."""
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
        names = (account.names[place] for place in np.unique(account.values[mask]) if place >= 0)
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


def _any(column: list[Any]) -> bool:
    return any(value is not None for value in column)


def _plain(table: MonthlyFigures, name: str, kind: Kind) -> list[Any]:
    if kind is Kind.PAIRS:
        return []
    column, currency = table[name], cast(Codes, table["currency"])
    out: list[Any] = []
    for row in range(len(table)):
        state = column.state(row)
        if isinstance(column, Codes):
            out.append(column.item(row))
        elif kind is Kind.DATE:  # a day that ends no month as well
            out.append(None if state == State.UNKNOWN else str(column.values[row]))
        elif state == State.KNOWN and kind in (Kind.MONEY, Kind.LINE):
            money = Money.from_minor(int(column.values[row]), cast(str, currency.item(row)))
            out.append(str(money.amount))
        elif kind is Kind.LINE and state in _LINES:
            out.append(_LINES[state])
        else:
            out.append(column.raw(row))
    return out


_LINES: Final = {State.UNLIMITED: "unlimited", State.NONE: "none", State.INHERIT: "inherit"}
