"""What stands where a value of a document could not be read, so that the rest can be looked at."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["BAD", "Unread"]


class Unread(AttributeError):
    """Something was worked out of a value that could not be read; its own fault has been noted.

    An AttributeError, because what was not read has no attributes: ``hasattr`` says so.
    """


class _Bad:
    """Whatever is made of it raises `Unread`; who looks on skips what cannot be judged."""

    __slots__ = ()

    def _refuse(self, *_: object) -> Any:
        raise Unread

    __getattr__ = __iter__ = __len__ = __bool__ = __hash__ = __eq__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __getitem__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = (
        _refuse
    )
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = __rdivmod__ = _refuse
    __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = __invert__ = __round__ = _refuse
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _refuse
    __float__ = __int__ = __index__ = __str__ = __contains__ = __ne__ = __reversed__ = _refuse


BAD: Final[Any] = _Bad()
"""What a reader gives back when the value was at fault."""
