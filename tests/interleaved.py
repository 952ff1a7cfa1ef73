"""A second thread at every moment of the first: what two threads may see, without waiting for luck."""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, TypeVar

__all__ = ["seen_at_every_step"]

T = TypeVar("T")
_REACHES = ("LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR", "STORE_SUBSCR", "BINARY_SUBSCR")
"""What reads or changes an object that others see: between two of these it makes no difference."""


def seen_at_every_step(
    make: Callable[[], T], first: Callable[[T], Any], second: Callable[[T], Any]
) -> Iterator[Any]:
    """What ``second`` sees of a thing that ``make`` makes while ``first`` is at work on it.

    Once before each time that a method of the thing reaches into an object: a thing made anew,
    ``first`` stopped there and ``second`` run to its end, as threads may take turns; then ``first``
    goes on to its own end.
    """
    step = -1  # a first time without a stop: Python 3.12 and later trace opcodes from the second on
    while True:
        shared, count, seen = make(), 0, []

        def trace(frame: FrameType, event: str, _arg: Any) -> Any:
            nonlocal count
            if event == "call":
                if frame.f_locals.get("self") is not shared:  # noqa: B023
                    return None
                frame.f_trace_opcodes = True
            elif event == "opcode" and _operation(frame) in _REACHES:
                if count == step:  # noqa: B023
                    seen.append(second(shared))  # noqa: B023
                count += 1
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            first(shared)
        finally:
            sys.settrace(before)
        if step >= 0 and not seen:
            return
        yield from seen
        step += 1


def _operation(frame: FrameType) -> str:
    return dis.opname[frame.f_code.co_code[frame.f_lasti]]
