"""A part of a result that is worked out when somebody looks.

>>> parts = Deferred(lambda: ("a", "b"))
>>> parts.get(), parts == Deferred.of(("a", "b"))
(('a', 'b'), True)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

__all__ = ["Deferred"]

T = TypeVar("T")


class Deferred(Generic[T]):
    """A part of a result that is worked out when somebody looks, once; equal when what it gives is.

    A check of an order takes less time than the objects that explain it, so those wait.
    """

    __slots__ = ("_make", "_value")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make

    @classmethod
    def of(cls, value: T) -> Deferred[T]:
        """One that is already worked out."""
        made = cls.__new__(cls)
        made._make = None
        made._value = value
        return made

    def get(self) -> T:
        """The value."""
        make = self._make  # read once: another thread lets it go once the value is there
        if make is not None:
            self._value: T = make()
            self._make = None
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Deferred) and self.get() == other.get()

    def __hash__(self) -> int:
        return hash(self.get())

    def __reduce__(self) -> tuple[Any, ...]:
        return _deferred, (self.get(),)

    def __repr__(self) -> str:
        return repr(self.get())


def _deferred(value: T) -> Deferred[T]:
    return Deferred.of(value)
