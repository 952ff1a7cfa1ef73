"""Runs the code blocks of README.md and docs/ as tests, when pytest is pointed at them.

A block of ``python`` is run; a block of ``text`` must be what the block before it printed, where a
line of ``...`` stands for any lines.
"""

from __future__ import annotations

import contextlib
import difflib
import io
from doctest import ELLIPSIS, OutputChecker

from sybil import Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser, SkipParser

python = PythonEvaluator()


def run(example: Example) -> str | None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        failure = python(example)
    example.namespace["_printed"] = printed.getvalue()
    return failure


def compare(example: Example) -> str | None:
    wanted = str(example.parsed).strip("\n") + "\n"
    printed = "".join(
        f"{line.rstrip()}\n"
        for line in example.namespace.pop("_printed", "").strip("\n").split("\n")
    )
    if OutputChecker().check_output(wanted, printed, ELLIPSIS):
        return None
    lines = difflib.ndiff(wanted.splitlines(), printed.splitlines())
    return "the block before printed something else:\n" + "\n".join(lines)


pytest_collect_file = Sybil(
    parsers=[
        CodeBlockParser(language="python", evaluator=run),
        CodeBlockParser(language="text", evaluator=compare),
        SkipParser(),
    ],
    patterns=["README.md", "CONTRIBUTING.md", "docs/*.md"],
).pytest()
