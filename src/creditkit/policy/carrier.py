"""What a step of `decide` is written over: one customer, or a block of many.

A step is a function of its section and a carrier. It is written once, with the operations below, and
taken for one customer with plain values and for many with columns. Some of what it handles are *cells*:
one value of the customer, or a column. Cells are compared and joined with ``< <= == & |``; what Python
decides by truth (``and or not if ~``) would take a column for a flag, so a test refuses it in steps:
`any` asks, `no` turns round, `where` chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from creditkit.outcomes import Outcome
from creditkit.policy.schema.conditions import Condition

__all__ = ["Amount", "Carrier", "Cell", "Why"]

Cell: TypeAlias = Any
"""A value of one customer, or a column of many: a flag, a rank, minor units."""

Why: TypeAlias = Callable[[], Mapping[str, Any]]
"""The parameters of a reason; only asked for one customer."""


class Amount(Protocol):
    """An amount that may be a state of a line: cells that say which, and minor units (0 where none)."""

    @property
    def values(self) -> Cell:
        """Minor units; 0 where it is no amount."""
        ...

    @property
    def known(self) -> Cell:
        """Where it is an amount."""
        ...

    @property
    def none(self) -> Cell:
        """Where it is no credit."""
        ...

    @property
    def unlimited(self) -> Cell:
        """Where it has no end."""
        ...

    @property
    def nothing(self) -> Cell:
        """Where it says nothing at all."""
        ...


class Carrier(Protocol):
    """One customer, or a block of many, on the way from figures to a decision."""

    on_missing: Outcome
    """The document's effect of what is not known."""
    grade: Cell
    """The rank of the grade, 0 the best; -1 without one."""
    below_coverage: Cell
    """Where too little is known to grade a score."""
    limit: Any
    """The recommended limit, an `Amount`."""
    approver: Cell
    """The rank of the role that may grant; -1 for none."""
    months: Cell
    """Months until the next review."""

    @property
    def requested(self) -> Amount:
        """The limit that is asked for."""
        ...

    @property
    def line(self) -> Amount:
        """The line in force."""
        ...

    @property
    def owed(self) -> Amount:
        """What the ledger says is owed."""
        ...

    @property
    def asked_days(self) -> Amount:
        """The credit period that is asked for, in days."""
        ...

    @property
    def requested_terms(self) -> str | None:
        """The terms that one customer asks for, by name."""
        ...

    @property
    def rejected(self) -> Cell:
        """Where a reason rejects."""
        ...

    # Asking

    def assumed(self, figure: str) -> Cell:
        """Where a figure was not known and took the value that the policy assumes."""
        ...

    def status(self, condition: Condition) -> Cell:
        """How a condition comes out: PASS, FAIL, INDETERMINATE or NOT_APPLICABLE."""
        ...

    def plain(self, rows: Sequence[Sequence[Condition]], *ranks: Cell) -> bool:
        """Whether all conditions of the rows of some ranks plainly pass; of many that is never asked.

        A short way: where it says no, a step goes its long way, which comes to the same.
        """
        ...

    def lacking(self, condition: Condition) -> Cell:
        """Where a figure of a condition is not known; that it has no meaning is known."""
        ...

    # Working

    def any(self, where: Cell) -> bool:
        """Whether there is anything to do."""
        ...

    def no(self, where: Cell) -> Cell:
        """Where it is not so."""
        ...

    def where(self, where: Cell, then: Cell, other: Cell) -> Cell:
        """``then`` where it is so, else ``other``."""
        ...

    def most(self, one: Cell, other: Cell) -> Cell:
        """The larger of two."""
        ...

    def least(self, one: Cell, other: Cell) -> Cell:
        """The smaller of two."""
        ...

    def at(self, table: Sequence[int], rank: Cell) -> Cell:
        """An entry of a table by rank; -1 is the last."""
        ...

    def rank(self, bounds: Sequence[int], values: Cell) -> Cell:
        """How many of some rising bounds a value lies above."""
        ...

    # Saying

    def note(
        self,
        code: str,
        effect: Outcome | None,
        where: Cell,
        why: Why | None = None,
        subject: str | None = None,
    ) -> None:
        """Give a reason where it holds; ``why`` makes its parameters."""
        ...

    def hold(self, where: Cell, minor: Cell, step: str) -> None:
        """Hold the limit to an amount; the step binds there."""
        ...

    def seen(self, figure: str) -> Any:
        """A figure of one customer as a result shows it."""
        ...

    def shown(self, amount: Amount) -> Any:
        """An amount of one customer as a result shows it."""
        ...

    def money(self, minor: int) -> Any:
        """Minor units of the policy's currency as money."""
        ...

    def compared(self, condition: Condition) -> Mapping[str, Any]:
        """Both sides of a condition that one customer did not meet: ``left`` and ``right``."""
        ...

    def unmet(self, condition: Condition) -> Mapping[str, Any]:
        """What kept a condition from being judged: ``missing`` and ``undefined``."""
        ...
