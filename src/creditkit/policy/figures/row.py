"""The figures of one customer, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from creditkit.figures import FigureKind, Value
from creditkit.money import Money
from creditkit.policy.figures.facts import Subject
from creditkit.policy.figures.own import own_values
from creditkit.policy.figures.sources import CUSTOMER
from creditkit.receivables import positions

__all__ = ["FigureRow", "shown_value"]


class FigureRow(Mapping[str, Value]):
    """The figures of one customer, each worked out when it is first asked for.

    ``supplied`` values stand before any calculator; a figure that is not known takes its value from
    ``assume``, and is then listed in ``assumed``.
    """

    __slots__ = ("_graded", "_ledger", "_own", "_subject", "assume", "assumed", "values_by_name")

    def __init__(
        self,
        subject: Subject | None,
        supplied: Mapping[str, Value] | None = None,
        assume: Mapping[str, Value] | None = None,
    ) -> None:
        self._subject = subject
        self.values_by_name: dict[str, Value] = dict(supplied or {})
        self.assume = assume or {}
        self.assumed: list[str] = []
        self._ledger: Mapping[str, Value] | None = None
        self._own: Mapping[str, Value] = {}
        self._graded: dict[str, Value] = {}
        if subject is not None and subject.customer.figures:
            self._own = own_values(subject.customer.figures, subject.measure, "customer.figures")
        for name in list(self.values_by_name):
            self._assume(name)

    def __getitem__(self, name: str) -> Value:
        if name not in self.values_by_name:
            self.values_by_name[name] = self._work_out(name)
            self._assume(name)
        return self.values_by_name[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a figure."""
        return self[name]

    def _assume(self, name: str) -> None:
        if name in self.assume and self.values_by_name[name] is None:
            self.values_by_name[name] = self.assume[name]
            self.assumed.append(name)

    def graded(self, score: float | None, grade: int, names: Sequence[str]) -> None:
        """From here on the score and the grade are known too, where there are any."""
        self._graded = {"score": score, "grade": None if grade < 0 else names[grade]}

    def _work_out(self, name: str) -> Value:
        if name in self._graded:
            return self._graded[name]
        if self._subject is None:
            return None
        if name in CUSTOMER:
            return CUSTOMER[name].one(self._subject, self)
        return self._own.get(name)

    def of_ledger(self, name: str) -> Value:
        """A figure of the ledger; not known where there is none, natural where it is empty."""
        subject = self._subject
        if subject is None or subject.ledger is None:
            return None
        if self._ledger is None:
            self._ledger = positions.position(subject.ledger, subject.measure)
        return self._ledger[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)


def shown_value(value: Value, kind: FigureKind, currency: str) -> Any:
    """A figure's value as a result shows it: money with its currency, the rest as it is."""
    if kind is FigureKind.MONEY and isinstance(value, int):
        return Money.from_minor(value, currency)
    return value
