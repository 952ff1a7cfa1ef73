"""Makes the interpreter tell on a call that reaches outside itself (PEP 578).

Inside `with no_outside():` an `open`, a socket, a process or any other request to the operating
system raises `Reached`, and so does the end of the block when the call swallowed that exception.
A module that is imported for the first time may read its own file: importing is allowed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Reached", "no_outside"]

EVENTS = frozenset({"open", "builtins.input", "time.sleep", "mmap.__new__", "webbrowser.open"})
FAMILIES = (
    *("fcntl.", "ftplib.", "glob.", "http.", "imaplib.", "os.", "pathlib.", "poplib.", "pty."),
    *("shutil.", "signal.", "smtplib.", "socket.", "sqlite3.", "subprocess.", "syslog."),
    *("tempfile.", "urllib."),
)


class Reached(AssertionError):
    """A call reached outside the interpreter."""


_seen: list[str] | None = None  # None: the hook sleeps
_hooked = False


def _importing() -> bool:
    """Tell whether an import statement is at work, somewhere up the stack."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _hook(event: str, args: tuple[object, ...]) -> None:
    if _seen is None or not (event in EVENTS or event.startswith(FAMILIES)) or _importing():
        return
    said = f"{event}{args!r}"
    _seen.append(said)
    raise Reached(said)


@contextmanager
def no_outside() -> Iterator[None]:
    """Fail when the block opens a file or a socket, starts a process, or asks the system."""
    global _hooked, _seen
    if not _hooked:  # a hook cannot be taken out again: one for each process
        sys.addaudithook(_hook)
        _hooked = True
    if _seen is not None:
        raise RuntimeError("no_outside() does not nest")
    _seen = seen = []
    try:
        yield
    finally:
        _seen = None
    if seen:
        raise Reached("; ".join(seen))
