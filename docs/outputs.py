"""Write the tables of the manual anew, and what its Python blocks print into the ``text`` blocks after.

    python docs/outputs.py README.md docs/*.md

Run it after a change of sentences, and read the difference: the tests only say that pages are true.
Tables stand between ``<!-- name -->`` and ``<!-- /name -->`` and are made by `hooks`.
A block with a line of ``...`` is left as it is.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hooks import filled

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def rewritten(page: str, name: str) -> Iterator[str]:
    """The pieces of a page with the outputs of now."""
    values: dict[str, Any] = {"__name__": name}
    printed: str | None = None
    end = 0
    for block in BLOCK.finditer(page):
        yield page[end : block.start()]
        end = block.end()
        language, body = block.groups()
        if language == "text" and printed is not None and "\n...\n" not in f"\n{body}":
            lines = printed.strip("\n").split("\n")
            yield "\n".join(["```text", *(line.rstrip() for line in lines), "```"])
        else:
            yield block[0]
        printed = None
        if language == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(body, name, "exec"), values)
            printed = out.getvalue()
    yield page[end:]


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        text = path.read_text(encoding="utf-8")
        text = filled(text, path.name)
        path.write_text("".join(rewritten(text, path.name)), encoding="utf-8")
