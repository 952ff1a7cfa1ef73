"""Names and values of a document, resolved: what both the plan and its scorecards are made with.

A condition may name only what its place can know: what a decision works out of a customer, or what
a check works out of an order and its account. Every fault goes to the report; what could not be read
is skipped, so that all faults are told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

import attrs

from creditkit.errors import InvalidFact
from creditkit.figures import Figure, FigureKind, Value, nearest
from creditkit.money import Rounding, currency_digits, minor_units
from creditkit.policy.figures.facts import CATALOGUE
from creditkit.policy.figures.of_orders import CHECK_WIRES
from creditkit.policy.figures.sources import WIRES
from creditkit.policy.schema.conditions import ConditionError, parse
from creditkit.policy.schema.entries import BAD, Unread, exact
from creditkit.policy.schema.findings import Report

__all__ = ["Resolver"]

T = TypeVar("T")


class Resolver:
    """What a document's words mean in one policy; ``columns`` are those of the grade's row."""

    def __init__(self, figures: Mapping[str, Figure], currency: str, report: Report) -> None:
        self.figures = figures
        self.currency = currency
        self.digits = currency_digits(currency)
        self.report = report
        self.columns: dict[str, FigureKind] = {}

    def readable(self, work: Callable[[], T]) -> T | None:
        """``work``, unless it needs what could not be read."""
        with suppress(Unread):
            return work()
        return None

    def each(
        self, rows: Callable[[], Sequence[Any]], make: Callable[[Any, str], T], path: str
    ) -> list[T]:
        """``make`` of every row, None of one that could not be read: every place stays as it was."""
        out: list[Any] = []
        for place, row in enumerate(self.readable(lambda: list(rows())) or []):
            out.append(self.readable(lambda: make(row, f"{path}[{place}]")))  # noqa: B023 (called at once)
        self.readable(lambda: self.unique(path, [row.id for row in rows() if hasattr(row, "id")]))
        return out

    def unique(self, path: str, ids: Sequence[str]) -> None:
        """Note each id that stands twice."""
        for place, name in enumerate(ids):
            if name in ids[:place]:
                self.report.fault("name.duplicate", f"{path}[{place}].id", name=name)

    def condition(self, text: str, path: str, *, check: bool) -> Any:
        """A condition of a check, or of the assessment of a customer."""
        columns = self.columns if check else None
        try:
            condition = parse(text, self.figures, digits=self.digits, columns=columns)
        except ConditionError as error:
            if error.code == "name.unknown":
                self.report.fault("name.unknown", path, error.hint, what="figure", name=error.name)
            else:
                self.report.fault("form.condition", path, error=str(error))
            return None
        for name in condition.names:
            self._available(name, path, check=check)
        return condition

    def figure(self, name: str, path: str) -> Figure | None:
        """The declaration of a figure that the assessment of a customer can know."""
        figure = self.figures.get(name)
        if figure is None:
            hint = nearest(name, self.figures)
            self.report.fault("name.unknown", path, hint, what="figure", name=name)
        else:
            self._available(name, path, check=False)
        return figure

    def _available(self, name: str, path: str, *, check: bool) -> None:
        """A figure that its place can never know would be indeterminate for ever."""
        here = {*CHECK_WIRES, *self.columns} if check else set(WIRES)
        if name not in here and name in CATALOGUE:
            where = ("in a check", "订单检查中") if check else ("of a customer", "客户评估中")
            self.report.fault(
                "name.unavailable", path, name=name, where=where[0], where_zh=where[1]
            )

    def values(self, pairs: Sequence[tuple[str, Any]], path: str) -> dict[str, Value]:
        """Values of figures as a document writes them; money in major units."""
        out: dict[str, Value] = {}
        for name, value in pairs:
            here, figure = f"{path}.{name}", self.figures.get(name)
            if figure is None:
                hint = nearest(name, self.figures)
                self.report.fault("name.unknown", here, hint, what="figure", name=name)
                continue
            kind = figure.kind
            if isinstance(value, str) and (kind.floating or kind.exact):
                value = exact(value, here, self.report)
                if value is BAD:
                    continue
            whole = value * self.unit(kind) if isinstance(value, Fraction) else Fraction(1, 2)
            if isinstance(value, bool if kind is FigureKind.FLAG else str) and not kind.exact:
                out[name] = value
            elif isinstance(value, Fraction) and kind.floating:
                out[name] = float(value)
            elif kind.exact and whole.denominator == 1:
                out[name] = int(whole)
            else:
                expected = f"a value for a {kind.value}"
                self.report.fault("form.type", here, expected=expected, value=value)
        return out

    def unit(self, kind: FigureKind) -> int:
        """How many of what a figure counts in are one of what a document writes."""
        return 10**self.digits if kind is FigureKind.MONEY else 1

    def minor(self, amount: Decimal | None) -> int | None:
        """An amount of the document in minor units."""
        try:
            return None if amount is None else minor_units(amount, self.currency)
        except InvalidFact:
            return None  # a fault, which `check_amounts` has noted

    def check_amounts(self, value: Any, path: str) -> None:
        """Note each amount that the policy's currency cannot hold, and a step that is finer than it."""
        if isinstance(value, tuple):
            for place, item in enumerate(value):
                named = isinstance(item, tuple) and len(item) == 2
                self.check_amounts(
                    *((item[1], f"{path}.{item[0]}") if named else (item, f"{path}[{place}]"))
                )
        elif attrs.has(type(value)):
            for field in attrs.fields(type(value)):
                here = path if field.name == "extra" else f"{path}.{field.name}".lstrip(".")
                self.check_amounts(getattr(value, field.name), here)
        elif isinstance(value, Decimal | Rounding):
            try:
                if isinstance(value, Rounding):
                    value.step_minor(self.currency)
                else:
                    minor_units(value, self.currency)
            except InvalidFact:
                rule = f"an amount of at most {self.digits} decimals, within 64 bits"
                self.report.fault("form.range", path, rule=rule, value=str(value))
