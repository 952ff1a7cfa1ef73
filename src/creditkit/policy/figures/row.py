"""The figures of one customer, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditkit.figures import FigureKind, Value
from creditkit.money import Money
from creditkit.policy.figures.facts import CustomerFacts
from creditkit.policy.figures.own import own_values
from creditkit.policy.figures.sources import CUSTOMER
from creditkit.receivables._position import figures_at

__all__ = ["FigureRow", "shown_value"]


_WORKED_OUT: Final = {name: source.one for name, source in CUSTOMER.items()}


class FigureRow(dict[str, Value]):
    """The figures of one customer, each worked out when it is first asked for.

    ``supplied`` values stand before any calculator; a figure that is not known takes its value from
    ``assume``, and is then listed in ``assumed``. ``wanted`` are the figures that are sure to be asked
    for: those of the ledger are worked out together.
    """

    __slots__ = ("_facts", "_graded", "_ledger", "_own", "_wanted", "assume", "assumed")

    def __init__(
        self,
        facts: CustomerFacts | None,
        supplied: Mapping[str, Value] | None = None,
        assume: Mapping[str, Value] | None = None,
        wanted: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(supplied or {})
        self._facts = facts
        self._wanted = wanted
        self.assume = assume or {}
        self.assumed: list[str] = []
        self._ledger: Mapping[str, Value] | None = None
        self._own: Mapping[str, Value] = {}
        self._graded: dict[str, Value] = {}
        if facts is not None and facts.customer.figures:
            self._own = own_values(facts.customer.figures, facts.measure, "customer.figures")
        if supplied and assume:
            for name, value in supplied.items():
                if value is None and name in assume:
                    self[name] = self._assumed(name)

    def __missing__(self, name: str) -> Value:
        source, facts = _WORKED_OUT.get(name), self._facts
        if source is not None:
            value = None if facts is None else source(facts, self)
        elif name in self._graded:
            value = self._graded[name]
        else:
            value = self._own.get(name)
        if value is None and name in self.assume:
            value = self._assumed(name)
        self[name] = value
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a figure, worked out where that has not been done."""
        return self[name]

    def _assumed(self, name: str) -> Value:
        self.assumed.append(name)
        return self.assume[name]

    def graded(self, score: float | None, grade: str | None) -> None:
        """From here on the score and the grade are known too, where there are any."""
        self._graded = {"score": score, "grade": grade}
        if "score" in self:  # it was supplied, and may lie outside the grades' domain
            self["score"] = score

    def of_ledger(self, name: str) -> Value:
        """A figure of the ledger; not known where there is none, natural where it is empty."""
        facts = self._facts
        if facts is None or facts.ledger is None:
            return None
        if self._ledger is None or name not in self._ledger:
            wanted = self._wanted if name in self._wanted else None
            self._ledger = figures_at(facts.ledger, facts.measure, wanted)
        return self._ledger[name]


def shown_value(value: Value, kind: FigureKind, currency: str) -> Any:
    """A figure's value as a result shows it: money with its currency, the rest as it is."""
    if kind is FigureKind.MONEY and isinstance(value, int):
        return Money.from_minor(value, currency)
    return value
