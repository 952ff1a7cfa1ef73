"""The steps of a decision are written once: nothing in them may take a column for a flag.

``and or not if ~`` on a cell would work for one customer and lie for a block of many. Each step is read
as a syntax tree: what comes from the carrier is a cell, and cells are asked with `any`, turned round
with `no` and chosen with `where`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from creditkit.policy.decide.many import _Block
from creditkit.policy.decide.one import _One
from creditkit.policy.decide.steps import DECIDE, LATE
from creditkit.policy.document import REASONS, Document

STEPS = [step.take for step in DECIDE if step.take.__module__ != "creditkit.policy.decide.steps"]


def trapped(function: Callable[..., Any]) -> list[str]:
    """The lines of a step that would take a cell for a flag."""
    return faults(inspect.getsource(function))


def faults(source: str) -> list[str]:
    tree = ast.parse(textwrap.dedent(source)).body[0]
    assert isinstance(tree, ast.FunctionDef)
    cells = {"e"}
    for _ in range(3):  # a cell may be made of a cell that is made later in a loop
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and holds_cell(node.value, cells):
                cells |= {one.id for one in ast.walk(ast.Tuple(node.targets)) if named(one)}
    found = []
    for node in ast.walk(tree):
        for test in decided_by(node):
            if holds_cell(test, cells):
                found.append(ast.unparse(node).splitlines()[0])
    return found


def named(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def decided_by(node: ast.AST) -> Iterator[ast.AST]:
    """What Python decides by truth in a node."""
    if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
        yield node.test
    elif isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield node.operand
    elif isinstance(node, ast.comprehension):
        yield from node.ifs
    elif isinstance(node, ast.Compare) and len(node.ops) > 1:
        yield node


def holds_cell(node: ast.AST, cells: set[str]) -> bool:
    """Whether a node is made of a cell: of what a carrier gives, but for the answers of `any` and `plain`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("any", "plain") and isinstance(node.func.value, ast.Name):
            return False
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "partial":
            return False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "partial":
        return False  # asked for one customer alone
    if isinstance(node, ast.Name):
        return node.id in cells
    return any(holds_cell(child, cells) for child in ast.iter_child_nodes(node))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__qualname__)
def test_no_step_takes_a_cell_for_a_flag(step: Callable[..., Any]) -> None:
    assert trapped(step) == []


@pytest.mark.parametrize(
    "line",
    [
        "if e.limit.known: pass",
        "x = e.limit.known and e.line.known",
        "short = ~e.limit.known",
        "x = not e.limit.known",
        "y = e.grade\n    z = 1 if y >= 0 else 2",
        "x = 0 < e.limit.values < 5",
        "known = e.limit.known\n    while known: pass",
        "x = [one for one in (1, 2) if e.line.known]",
    ],
)
def test_the_traps_are_seen(line: str) -> None:
    assert faults(f"def step(section, e):\n    {line}")


@pytest.mark.parametrize(
    "line",
    [
        "if e.any(e.limit.known): pass",
        "if section.cap is None: pass",
        "x = e.no(e.limit.known) & e.line.known",
        "x = 1 if section.cap is None else e.where(e.limit.known, 1, 2)",
    ],
)
def test_what_is_right_is_let_through(line: str) -> None:
    assert faults(f"def step(section, e):\n    {line}") == []


def test_every_step_stands_in_the_file_of_its_section() -> None:
    for section, take in DECIDE:
        assert section in {field.name for field in Document.__attrs_attrs__}
        if take in STEPS:
            assert take.__module__ == f"creditkit.policy.sections.{section}"


def test_both_carriers_have_what_steps_ask_for() -> None:
    """Every attribute that a step asks of its carrier is there, for one and for many."""
    for_one_alone = {"seen", "shown", "money", "compared", "unmet"}  # parameters of reasons
    asked: set[str] = set()
    for step in STEPS:
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(step)))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "e":
                asked.add(node.attr)
    for carrier in (_One, _Block):
        source = inspect.getsource(carrier)
        for name in asked - for_one_alone:
            assert hasattr(carrier, name) or f"self.{name}" in source, (carrier, name)


def test_late_steps_look_at_no_figure_and_give_no_reason() -> None:
    """Or what a decision says would hang on whether somebody has looked."""
    known = {"limit", "requested", "line", "owed", "grade", "rejected", "approver", "months"}
    working = {"any", "no", "where", "most", "least", "at", "rank"}
    for _, take in LATE:
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(take)))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "e":
                assert node.attr in known | working, (take, node.attr)


def test_reasons_that_steps_give_are_reasons_of_every_policy() -> None:
    """A code that a step notes stands in the list of its section, or is of a row of the document."""
    of_rows = {"assumption.used", "knock_out.fired", "knock_out.unknown", "information.missing"}
    for step in STEPS:
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(step)))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "e.note":
                assert ast.literal_eval(node.args[0]) in {*REASONS, *of_rows}
