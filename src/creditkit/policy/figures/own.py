"""A host's own figures: what it supplies, held against what it declared.

A figure of one's own is declared once (`Policy.from_toml(text, figures=[...])`) and supplied with the
facts of a customer, a portfolio or an account. What was not declared, or is of another kind, is an
error: read as "not known" it would quietly change a decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from sys import float_info
from typing import Any, Final, cast

import numpy as np

from creditkit._columns import Cells, Codes
from creditkit.errors import InvalidFact
from creditkit.facts.own import OwnMoney
from creditkit.facts.rates import converted, converted_columns
from creditkit.figures import UNDEFINED, Figure, FigureKind, Value, nearest
from creditkit.money import LARGEST, Line, Money, minor_units
from creditkit.policy.figures.facts import CATALOGUE, Measure, PortfolioFacts

__all__ = ["declared_all", "own_columns", "own_values", "supplied_value", "supplied_values"]


_PLAIN: Final[Mapping[FigureKind, type]] = {
    kind: float
    if kind.floating
    else int
    if kind.exact
    else bool
    if kind is FigureKind.FLAG
    else str
    for kind in FigureKind
}
"""The type that a value of a kind has when nothing needs to be done to it."""


_ENDLESS: Final = (bool, str)
"""Types of values that have no largest one."""

_FAR: Final = 2.0**53
"""Numbers beyond it are looked at more closely; as a float it is quickly compared with floats."""

LARGEST_FLOAT: Final = float_info.max


def own_values(given: Any, measure: Measure, path: str) -> dict[str, Value]:
    """A host's own values by name, as pairs or a mapping, in the policy's currency."""
    return {
        name: _own_value(value, _declared(name, measure.figures, f"{path}.{name}"), measure, path)
        for name, value in dict(given).items()
    }


def own_columns(facts: PortfolioFacts) -> dict[str, Cells]:
    """`own_values` for the columns of a portfolio."""
    measure, path = facts.measure, "portfolio.figures"
    return {
        name: _own_column(column, _declared(name, measure.figures, f"{path}.{name}"), facts)
        for name, column in facts.portfolio.figures.items()
    }


def declared_all(names: Iterable[str], figures: Mapping[str, Figure], path: str) -> None:
    """Refuse a figure of a month that neither the catalogue nor the policy's host declares."""
    for name in names:
        if name not in figures:
            raise _undeclared(name, figures, f"{path}.{name}")


def supplied_values(
    figures: Mapping[str, Figure], currency: str
) -> Callable[[Mapping[str, Any]], dict[str, Value]]:
    """How figures of a catalogue are read that a caller supplies instead of calculators.

    NaN is not known; a name that there is not, and another kind than declared, is refused.
    """
    # the grade is made by the decision: it never passes unseen, and is refused below
    plain = {name: _PLAIN[one.kind] for name, one in figures.items() if name != "grade"}

    def looked_at(name: str, value: Any) -> Value:
        if name not in figures:
            near = nearest(str(name), figures)
            remedy = "" if near is None else f"did you mean {near!r}?"
            raise InvalidFact(f"figures.{name}", "is not known", remedy=remedy)
        if name == "grade":
            remedy = "give the score; the policy grades it"
            raise InvalidFact("figures.grade", "is made by the decision", value, remedy)
        return supplied_value(value, figures[name], currency)

    def values(given: Mapping[str, Any]) -> dict[str, Value]:
        out = dict(given)  # nearly all are what they should be
        for name, value in given.items():
            kind = type(value)
            if kind is not plain.get(name) or not (kind in _ENDLESS or -_FAR <= value <= _FAR):
                out[name] = looked_at(name, value)
        return out

    return values


def supplied_value(value: Any, figure: Figure, currency: str) -> Value:
    """A figure of the catalogue that stands in for a calculator; money comes out in minor units.

    Money is taken as `Money` in the policy's currency, as text or ``Decimal`` in major units, as whole
    minor units, or as a `Line`.
    """
    if value is UNDEFINED or value is None or (isinstance(value, float) and value != value):
        return UNDEFINED if value is UNDEFINED else None
    if figure.kind is FigureKind.MONEY:
        if isinstance(value, Line):
            return value
        return _supplied_money(value, figure, currency)
    return _of_kind(value, figure, f"figures.{figure.name}")


def _supplied_money(value: Any, figure: Figure, currency: str) -> Value:
    path = f"figures.{figure.name}"
    if isinstance(value, Money):
        if value.currency != currency:
            rule = f"must be in {currency}, the currency of the policy"
            raise InvalidFact(path, rule, value, "convert it with Rates first")
        return value.minor
    if isinstance(value, Decimal | str):
        return minor_units(value, currency, path)
    try:
        return _of_kind(value, figure, path)
    except InvalidFact as fault:
        remedy = "write Money, text such as '1200.50', or whole minor units within 64 bits"
        raise InvalidFact(path, fault.rule, value, remedy) from None


def _declared(name: str, figures: Mapping[str, Figure], path: str) -> Figure:
    if name in CATALOGUE:
        raise InvalidFact(path, "is worked out from facts and cannot be given")
    if name not in figures:
        raise _undeclared(name, figures, path)
    return figures[name]


def _undeclared(name: str, figures: Mapping[str, Figure], path: str) -> InvalidFact:
    near = nearest(name, figures.keys() - CATALOGUE.keys())
    remedy = f"did you mean {near!r}?" if near else "declare it: Policy.from_toml(..., figures=)"
    return InvalidFact(path, "is not declared for this policy", remedy=remedy)


def _own_value(value: Any, figure: Figure, measure: Measure, path: str) -> Value:
    here = f"{path}.{figure.name}"
    if figure.kind is not FigureKind.MONEY:
        return _of_kind(value, figure, here)
    if not isinstance(value, Money):
        raise InvalidFact(here, "must be Money", value, "write Money('1200.50', 'CNY')")
    return converted(value.minor, value.currency, measure.currency, measure.rates)


def _of_kind(value: Any, figure: Figure, path: str) -> Value:
    kind, number = figure.kind, isinstance(value, int | float) and not isinstance(value, bool)
    if kind is FigureKind.FLAG and isinstance(value, bool):
        return value
    if kind is FigureKind.CATEGORY and isinstance(value, str):
        return value
    if kind.floating and number and -LARGEST_FLOAT <= value <= LARGEST_FLOAT:
        return float(value)
    number = number and not (kind is FigureKind.MONEY and isinstance(value, float))
    if kind.exact and number and abs(value) <= LARGEST and value == int(value):
        return int(value)
    raise InvalidFact(path, f"must be of the kind {kind.value}", value)


def _own_column(own: Cells, figure: Figure, facts: PortfolioFacts) -> Cells:
    kind, path = figure.kind, f"portfolio.figures.{figure.name}"
    if isinstance(own, OwnMoney) and kind is FigureKind.MONEY:
        currencies, measure = cast(Codes, facts.portfolio["currency"]), facts.measure
        return converted_columns(own, currencies, measure.currency, measure.rates)
    if not own.known.any():  # a column of nothing has no kind of its own
        return Cells(np.zeros(len(own), dtype=np.int64), own.states)
    if isinstance(own, Codes) and kind is FigureKind.CATEGORY:
        return own
    flags = own.values.dtype == np.int8
    if flags and kind is FigureKind.FLAG:
        return own
    number = not flags and not isinstance(own, OwnMoney | Codes)
    if number and kind.floating:
        return Cells(own.values.astype(np.float64), own.states)
    if not number or not kind.exact or kind is FigureKind.MONEY:
        remedy = "give Amounts" if kind is FigureKind.MONEY else ""
        raise InvalidFact(path, f"must be a column of the kind {kind.value}", own, remedy)
    odd = own.known & ~((np.abs(own.values) < 2**53) & (own.values == np.rint(own.values)))
    if own.values.dtype == np.float64 and odd.any():
        row = int(np.argmax(odd))
        rule, count = f"must hold whole numbers: a {kind.value}", int(odd.sum())
        raise InvalidFact(path, rule, own.values[row].item(), row=row, count=count)
    return Cells(np.where(own.known, own.values, 0).astype(np.int64), own.states)
