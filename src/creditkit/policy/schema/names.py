"""What the names of a document mean while it is read: figures, columns, models, earlier sections.

A condition may name only what its scope can know. Every fault goes to the report; what could not be
read is skipped, so that all faults are noted at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeVar

import attrs

from creditkit.figures import Figure, FigureKind, Value, nearest
from creditkit.models.contract import ScoringModel
from creditkit.money import Money, currency_digits
from creditkit.outcomes import Outcome
from creditkit.policy.figures.scopes import Scope
from creditkit.policy.figures.sources import known
from creditkit.policy.schema import readers
from creditkit.policy.schema.conditions import Condition, ConditionError, Member, parse
from creditkit.policy.schema.findings import Report
from creditkit.policy.schema.phrases import Phrase, kind_phrase
from creditkit.policy.schema.presented import short
from creditkit.policy.schema.scale import warn_of_condition
from creditkit.policy.schema.unread import BAD, Unread

__all__ = ["Names"]

_DECLARE: Final = {
    "figure": "figures=[Figure(...)]",
    "model": "models=[...]",
    "column": "grades.columns",
}
"""Where a house declares names of its own."""

T = TypeVar("T")


class Names:
    """The context in which a document is read.

    ``figures`` are all that this policy declares, ``models`` those of the host and the published ones.
    A section that has been read is found by its class (`of`); ``columns`` are those of the grade's row,
    ``choices`` the values of a category that the policy itself declares.
    """

    def __init__(
        self, figures: Mapping[str, Figure], models: Iterable[ScoringModel], report: Report
    ) -> None:
        self.figures = figures
        self.report = report
        self.currency = "CNY"  # until the document's is read; a fault there has been noted
        self.digits = currency_digits(self.currency)
        self.on_missing = Outcome.REFER
        self.columns: dict[str, FigureKind] = {}
        self.choices: dict[str, tuple[str, ...]] = {}
        self.models: dict[str, ScoringModel] = {}
        self._read: dict[type, Any] = {}
        for model in models:
            if model.id in self.models:
                self.fault("name.duplicate", "models", name=model.id)
            self.models[model.id] = model

    # What has been read so far

    def measured_in(self, currency: str) -> None:
        """From here on amounts are in this currency."""
        self.currency = currency
        self.digits = currency_digits(currency)

    def bounded(self, name: str, low: float, high: float) -> None:
        """From here on a figure is known to lie between two bounds."""
        figure = attrs.evolve(self.figures[name], low=low, high=high)
        self.figures = {**self.figures, name: figure}

    def keep(self, cls: type, found: Any) -> None:
        """A section, or the rows of one, that has been read, for those that come after it."""
        self._read[cls] = found

    def every(self, cls: type[T]) -> tuple[T, ...]:
        """The rows of a class; `Unread` where they could not be read."""
        found: tuple[T, ...] = self._read.get(cls, ())
        if found is BAD:
            raise Unread
        return found

    def of(self, cls: type[T]) -> T:
        """The section of a class; `Unread` where it could not be read."""
        found: T = self._read.get(cls, BAD)
        if found is BAD:
            raise Unread
        return found

    # Findings

    def fault(
        self,
        code: str,
        path: str,
        hint: str | None = None,
        witness: Any = None,
        remedy: Phrase | None = None,
        **params: Any,
    ) -> None:
        """Note a fault of the document; ``witness`` are figures under which it shows."""
        self.report.fault(code, path, hint, witness, remedy, **params)

    def warn(self, code: str, path: str, *, witness: Any = None, **params: Any) -> None:
        """Note a warning, which does not refuse the document."""
        self.report.warn(code, path, witness, **params)

    def unknown(self, what: str, name: str, known: Iterable[str], path: str) -> None:
        """Note a name that is not known, with the one that is spelled alike and how to declare it."""
        remedy = Phrase("remedy.declare", {"example": _DECLARE[what]}) if what in _DECLARE else None
        unknown = Phrase(f"what.{what}")
        near = nearest(name, known)
        self.fault("name.unknown", path, near, remedy=remedy, what=unknown, name=name)

    def readable(self, work: Callable[[], T]) -> T | None:
        """``work``, unless it needs what could not be read."""
        try:
            return work()
        except Unread:
            return None

    def unique(self, path: str, rows: Sequence[Any], key: str = "id") -> None:
        """Note each id that stands twice."""
        seen = set()
        for index, row in enumerate(rows):
            name = getattr(row, key, BAD)  # a row that could not be read has none
            if name is BAD:
                continue
            if name in seen:
                self.fault("name.duplicate", f"{path}[{index}].{key}", name=name)
            seen.add(name)

    # Conditions and figures

    def condition(self, text: str, path: str, scope: Scope) -> Condition | None:
        """A condition on what a scope can know; None where it is at fault."""
        columns = self.columns if scope is Scope.ORDER else None
        try:
            condition = parse(text, self.figures, digits=self.digits, columns=columns)
        except ConditionError as error:
            if error.code == "name.unknown":
                self.unknown("figure", error.name, [*self.figures, *(columns or ())], path)
            else:
                self.fault("form.condition", path, error=error.phrase)
            return None
        for name in condition.names:
            self._available(name, path, scope)
        if isinstance(condition, Member) and condition.names[0] in self.choices:
            for value in condition.values:
                self.chosen(condition.names[0], str(value), path)
        warn_of_condition(self, condition, path)
        return condition

    def chosen(self, what: str, name: str, path: str) -> None:
        """Note a value of a category, such as a grade, that the policy does not declare."""
        if name not in self.choices[what]:
            self.unknown(what, name, self.choices[what], path)

    def figure(self, name: str, path: str, scope: Scope = Scope.CUSTOMER) -> Figure | None:
        """The declaration of a figure that a scope can know; None where there is none."""
        figure = self.figures.get(name)
        if figure is None:
            self.unknown("figure", name, self.figures, path)
        else:
            self._available(name, path, scope)
        return figure

    def _available(self, name: str, path: str, scope: Scope) -> None:
        """A figure that its scope can never know would be indeterminate for ever."""
        if not known(name, scope) and name not in self.columns:
            where = Phrase(f"where.{scope.value}")
            self.fault("name.unavailable", path, name=name, where=where)

    # Values

    def unit(self, kind: FigureKind) -> int:
        """How many of what a figure counts in are one of what a document writes."""
        return 10**self.digits if kind is FigureKind.MONEY else 1

    def major(self, minor: int) -> Decimal:
        """Minor units as a document writes them."""
        return Money.from_minor(minor, self.currency).amount

    def values(
        self, pairs: Collection[tuple[str, Any]], path: str, made: Collection[str]
    ) -> dict[str, Value]:
        """Values of figures as a document writes them; money in major units.

        ``made`` are figures that nobody can give or assume here, because the assessment makes them.
        """
        out: dict[str, Value] = {}
        for name, value in pairs:
            here, figure = f"{path}.{name}", self.figures.get(name)
            if figure is None:
                self.unknown("figure", name, self.figures, here)
                continue
            kind = figure.kind
            if name in made:
                self._available(name, here, Scope.CUSTOMER)
            if isinstance(value, str) and (kind.floating or kind.exact):
                value = readers.exact(value, here, self)
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
                expected = Phrase("expected.figure", {"kind": kind_phrase(kind)})
                self.fault("form.type", here, expected=expected, value=short(value))
        return out
