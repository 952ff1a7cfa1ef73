"""What of a result is worked out when somebody looks: one part of it, or all but what is always asked.

>>> parts = Deferred(lambda: ("a", "b"))
>>> parts.get(), parts == Deferred.of(("a", "b"))
(('a', 'b'), True)
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar

import attrs

__all__ = ["Deferred", "OnDemand"]

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


@functools.cache
def _names(kind: Any) -> frozenset[str]:
    """The names of the fields of an attrs class."""
    return frozenset(attrs.fields_dict(kind))


class OnDemand:
    """A frozen attrs class with slots whose fields can be filled when somebody looks at one of them.

    Of most checks a host asks the outcome and no more; what else there is to say then costs nothing.
    """

    __slots__ = ("_rest",)

    @classmethod
    def on_demand(cls, rest: Callable[[], dict[str, Any]], **known: Any) -> Self:
        """One with its ``known`` fields; ``rest`` gives the others by their names, without arguments."""
        made, fill = cls.__new__(cls), object.__setattr__
        for name, value in known.items():
            fill(made, name, value)
        fill(made, "_rest", rest)
        return made

    def __getattr__(self, name: str) -> Any:
        """Python asks here only for what is not there: a field that is not filled yet, or no field."""
        kind: Any = type(self)
        if name not in _names(kind):
            raise AttributeError(f"{kind.__name__!r} object has no attribute {name!r}")
        # INVARIANT: `rest` gives the same each time, so two threads that look at once may both fill
        for field, value in object.__getattribute__(self, "_rest")().items():
            object.__setattr__(self, field, value)
        return object.__getattribute__(self, name)
