"""Finds impure code in a syntax tree: forbidden imports, calls, and settings that can change.

`findings(source, name)` returns one line for each fault: where it is, what it is, what to do.
Names are followed through the module's own imports, so that `import datetime as dt; dt.date.today`
is found and a method `ledger.open(...)` is not.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["findings"]

PASS_IN = "take it as an argument: the host reads, asks and knows what day it is"

_PROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8"))
_CONTRACTS = _PROJECT["tool"]["importlinter"]["contracts"]

# Modules that creditkit never imports: those of the import contract, which knows top-level names
# only, and parts of packages that are otherwise welcome.
MODULES = frozenset(
    next(c["forbidden_modules"] for c in _CONTRACTS if c["type"] == "forbidden")
) | frozenset(
    """dateutil.tz dateutil.zoneinfo importlib.metadata importlib.resources numpy.random scipy.io
    scipy.datasets""".split()
)

# Names, however they were imported, that are not to be used.
NAMES = frozenset(
    """datetime.date.today datetime.date.fromtimestamp datetime.datetime.now datetime.datetime.today
    datetime.datetime.utcnow datetime.datetime.fromtimestamp datetime.datetime.utcfromtimestamp
    dateutil.parser.parse decimal.getcontext decimal.setcontext decimal.DefaultContext
    numpy.fromfile numpy.genfromtxt numpy.load numpy.loadtxt numpy.memmap numpy.save numpy.savetxt
    numpy.savez numpy.savez_compressed numpy.seterr numpy.seterrcall numpy.setbufsize
    numpy.set_printoptions uuid.uuid1 uuid.uuid4 uuid.getnode
    sys.argv sys.stdin sys.stdout sys.stderr sys.exit sys.path sys.setrecursionlimit sys.settrace
    warnings.filterwarnings warnings.simplefilter warnings.showwarning attr.set_run_validators
    attr.validators.set_disabled attrs.validators.set_disabled pandas.Timestamp.now
    pandas.Timestamp.today""".split()
)

BUILTINS = frozenset(
    "__import__ breakpoint compile eval exec exit help input open print quit".split()
)

MUTATORS = frozenset(
    """add append appendleft clear discard extend insert pop popitem remove reverse setdefault sort
    update""".split()
)
CONTAINERS = frozenset("dict list set bytearray defaultdict deque Counter OrderedDict".split())

_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def findings(source: str, name: str = "<string>") -> list[str]:
    """Return every fault of one module's source, as `name:line: what; what to do`."""
    tree = ast.parse(source, name)
    faults = [
        *_forbidden_imports(tree),
        *_forbidden_names(tree),
        *_forbidden_builtins(tree),
        *_changing_settings(tree),
    ]
    return [f"{name}:{line}: {what}" for line, what in sorted(faults)]


def _within(path: str, names: frozenset[str]) -> str | None:
    """Return the entry of `names` that is `path` or a parent of it."""
    parts = path.split(".")
    heads = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
    return next((head for head in heads if head in names), None)


def _imported(node: ast.AST) -> list[tuple[str, str]]:
    """Return (local name, dotted path) of what an import statement binds; none for other nodes."""
    if isinstance(node, ast.Import):
        return [
            (a.asname, a.name) if a.asname else (a.name.split(".")[0], a.name.split(".")[0])
            for a in node.names
        ]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [(a.asname or a.name, f"{node.module}.{a.name}") for a in node.names]
    return []


def _forbidden_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            paths = [a.name for a in node.names]
        else:
            paths = [path for _, path in _imported(node)]
        for path in paths:
            if found := _within(path, MODULES):
                yield node.lineno, f"imports {found}; {PASS_IN}"  # type: ignore[attr-defined]


def _forbidden_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    known = dict(pair for node in ast.walk(tree) for pair in _imported(node))

    def path_of(node: ast.expr) -> str | None:
        if isinstance(node, ast.Name):
            return known.get(node.id)
        if isinstance(node, ast.Attribute) and (head := path_of(node.value)):
            return f"{head}.{node.attr}"
        return None

    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            path = path_of(node)
            if path in NAMES or (isinstance(node, ast.Attribute) and path in MODULES):
                yield node.lineno, f"uses {path}; {PASS_IN}"
        elif isinstance(node, ast.Call) and path_of(node.func) == "numpy.datetime64":
            values = [a.value for a in node.args if isinstance(a, ast.Constant)]
            if "now" in values or "today" in values:
                yield node.lineno, f"asks numpy.datetime64 for the clock; {PASS_IN}"


def _forbidden_builtins(tree: ast.Module) -> Iterator[tuple[int, str]]:
    bound = {
        *(n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)),
        *(n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)),
        *(n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)),
        *(local for n in ast.walk(tree) for local, _ in _imported(n)),
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in BUILTINS - bound:
            yield node.lineno, f"uses the builtin {node.id}; {PASS_IN}"


def _changing_settings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find `global`, and module-level containers that a function changes: hidden registries."""
    shared = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_container(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for scope in (n for n in ast.walk(tree) if isinstance(n, _Scope)):
        for node in ast.walk(scope):
            if isinstance(node, ast.Global):
                yield node.lineno, f"global {', '.join(node.names)}; return the value instead"
            elif (name := _changed(node)) in shared:
                what = f"changes the module's {name}; pass it in, or build it in one expression"
                yield node.lineno, what  # type: ignore[attr-defined]


def _is_container(value: ast.expr | None) -> bool:
    kinds = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)
    if isinstance(value, ast.Call):
        called = value.func
        return (called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")) in (
            CONTAINERS
        )
    return isinstance(value, kinds)


def _changed(node: ast.AST) -> str | None:
    """Return the plain name that a node changes in place: `x[k] = v`, `del x[k]`, `x.append(v)`."""
    holder: ast.expr | None = None
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        holder = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        holder = node.func.value if node.func.attr in MUTATORS else None
    return holder.id if isinstance(holder, ast.Name) else None
