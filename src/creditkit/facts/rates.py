"""Exchange rates that the host supplies: a dated table against one base currency.

``table["USD"] = "7.10"`` with base CNY says that one dollar costs 7.10 yuan. Between two currencies
of the table the way goes through the base, as one exact fraction, rounded once, half-even, to the
minor unit of the target.

>>> from datetime import date
>>> rates = Rates("CNY", {"USD": "7.10"}, as_of=date(2026, 11, 20), kind="mid")
>>> rates.convert(Money("100.00", "USD"), "CNY")
Money('710.00', 'CNY')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes, State
from creditkit._fields import Day, as_date, plain_text
from creditkit._plain import mapping_in, without_schema
from creditkit.errors import InvalidFact, all_of, meant
from creditkit.money import LARGEST, Money, currency_digits, rounded

__all__ = ["Rates", "converted", "converted_columns"]


class Rates:
    """A table of exchange rates: what one unit of each currency costs in ``base``."""

    __slots__ = ("_ratios", "as_of", "base", "kind", "table")

    def __init__(
        self, base: str, table: Mapping[str, str | Decimal | int], as_of: Day, kind: str = "mid"
    ) -> None:
        values, faults = _read({"base": base, "table": table, "as_of": as_of, "kind": kind})
        if faults:
            raise all_of("rates", faults)
        self.base: str = values["base"]
        self.table: dict[str, str] = {**values["table"]}
        self.table.setdefault(base, "1")
        self.as_of: date = values["as_of"]
        self.kind: str = values["kind"]
        self._ratios: dict[tuple[str, str], Fraction | None] = {}

    def ratio(self, source: str, target: str) -> Fraction | None:
        """How many minor units of ``target`` one of ``source`` is; None where a rate is missing."""
        if not isinstance(source, str) or not isinstance(target, str):
            raise InvalidFact("rates.ratio", "must be given two currencies", (source, target))
        key = (source, target)
        if key not in self._ratios:
            self._ratios[key] = self._ratio(source, target)
        return self._ratios[key]

    def _ratio(self, source: str, target: str) -> Fraction | None:
        if source == target:
            return Fraction(1)
        if source not in self.table or target not in self.table:
            return None
        scale = Fraction(10) ** (currency_digits(target) - currency_digits(source))
        return Fraction(self.table[source]) / Fraction(self.table[target]) * scale

    def convert(self, money: Money, target: str) -> Money:
        """Money in another currency, half-even; a missing rate is an `InvalidFact`."""
        if not isinstance(money, Money):
            raise InvalidFact("rates.convert", "must be given Money", money, "write Money(...)")
        currency_digits(target, "rates.convert.target")
        ratio = self.ratio(money.currency, target)
        if ratio is None:
            raise InvalidFact(
                "rates", f"must have {money.currency} and {target}", sorted(self.table)
            )
        return Money.from_minor(
            rounded(money.minor * ratio.numerator, ratio.denominator, "half_even"), target
        )

    def used(self, currencies: Iterable[str], target: str) -> Rates | None:
        """The rates that convert some currencies into ``target``; None where nothing is converted."""
        foreign = sorted(name for name in {*currencies} - {target} if name in self.table)
        if not foreign or target not in self.table:
            return None
        table = {name: self.table[name] for name in sorted((*foreign, target))}
        return Rates(self.base, table, self.as_of, self.kind)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "schema": "creditkit.rates/1",
            "base": self.base,
            "table": dict(sorted(self.table.items())),
            "as_of": self.as_of.isoformat(),
            "kind": self.kind,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Rates:
        """The rates that `to_dict` wrote."""
        given = without_schema(data, "creditkit.rates/1", "rates")
        faults = [
            *(InvalidFact(f"rates.{key}", "is required") for key in _READ if key not in given),
            *_read(given)[1],
            *(
                InvalidFact(f"rates.{key}", "is not known", remedy=meant(key, _READ))
                for key in given
                if key not in _READ
            ),
        ]
        if faults:
            raise all_of("rates", faults)
        return cls(**given)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rates) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.base, self.as_of, self.kind, tuple(sorted(self.table.items()))))

    def __repr__(self) -> str:
        return f"Rates({self.base!r}, {self.table!r}, as_of={self.as_of!r}, kind={self.kind!r})"


def _base(value: Any) -> str:
    currency_digits(value, "rates.base")
    return cast(str, value)


def _kind(value: Any) -> str:
    if not isinstance(value, str) or not plain_text(value):
        raise InvalidFact("rates.kind", "must be text", value, "write 'mid'")
    return value


def _table(value: Any) -> dict[str, str]:
    out: dict[str, str] = {}
    faults: list[InvalidFact] = []
    for currency, rate in mapping_in(value, "rates.table", "write {'USD': '7.10'}").items():
        try:
            currency_digits(currency, "rates.table")
            out[currency] = _rate(rate, f"rates.table.{currency}")
        except InvalidFact as fault:
            faults.append(fault)
    if faults:
        raise all_of("rates.table", faults)
    return out


def _rate(rate: Any, path: str) -> str:
    if isinstance(rate, bool) or not isinstance(rate, str | Decimal | int):
        raise InvalidFact(path, "must be an exact rate as str or Decimal", rate, "write '7.10'")
    if isinstance(rate, str) and (not rate.isascii() or "_" in rate or len(rate) > 40):
        raise InvalidFact(path, "must be a rate in plain digits", rate, "write '7.10'")
    try:
        value = Decimal(rate)
    except InvalidOperation:
        raise InvalidFact(path, "must be a rate in plain digits", rate, "write '7.10'") from None
    if not value.is_finite() or value <= 0 or not -12 < value.adjusted() < 12:
        raise InvalidFact(path, "must be above zero, with less than 12 digits before", rate)
    return str(rate)


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "base": _base,
    "table": _table,
    "as_of": lambda value: as_date(value, "rates.as_of"),
    "kind": _kind,
}


def _read(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[InvalidFact]]:
    """What can be read of a table of rates, and everything that is wrong with it."""
    values: dict[str, Any] = {}
    faults: list[InvalidFact] = []
    for name, read in _READ.items():
        if name in given:
            try:
                values[name] = read(given[name])
            except InvalidFact as error:
                faults += error.faults
    return values, faults


def converted(minor: int, source: str, target: str, rates: Rates | None) -> int | None:
    """Minor units in another currency, half-even; None where a rate is missing or 64 bits end."""
    if source == target:
        return minor
    ratio = None if rates is None else rates.ratio(source, target)
    if ratio is None:
        return None
    value = rounded(minor * ratio.numerator, ratio.denominator, "half_even")
    return value if abs(value) <= LARGEST else None


def converted_columns(column: Cells, currencies: Codes, target: str, rates: Rates | None) -> Cells:
    """`converted` for a column of minor units of each row's currency; INVALID where it cannot be."""
    if currencies.names == (target,) and currencies.states is None:
        return Cells(column.values, column.states)
    values: npt.NDArray[np.int64] = column.values.copy()
    states = column.all_states().copy()
    for code, name in enumerate(currencies.names):
        if name == target:
            continue
        rows = np.flatnonzero((currencies.values == code) & (states == State.KNOWN))
        ratio = None if rates is None else rates.ratio(name, target)
        if ratio is None:
            states[rows] = State.INVALID
            continue
        for row in rows:  # exact half-even over any ratio; foreign rows are few
            value = rounded(int(values[row]) * ratio.numerator, ratio.denominator, "half_even")
            if abs(value) > LARGEST:
                states[row] = State.OUT_OF_RANGE
            else:
                values[row] = value
    states[(currencies.all_states() != State.KNOWN) & (states == State.KNOWN)] = State.INVALID
    return Cells(values, states)
