"""Lists that are written by hand are whole: what the code declares and a list forgets is named.

A figure, a model or a public name is declared once, and written again where a second hand is the point:
in the naive readings, which share nothing with the library, and on the page of the API. Each failure
says what to add, and where.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import creditkit as ck
from creditkit._fields import kinds
from creditkit.facts.monthly import DERIVED
from creditkit.facts.statements import LINES
from creditkit.figures import FigureKind
from creditkit.models import FAMILIES, published
from creditkit.policy import sections
from creditkit.policy.decide import steps
from creditkit.policy.document import REASONS, Document
from creditkit.policy.figures import of_months
from creditkit.policy.figures.facts import CATALOGUE
from creditkit.policy.figures.of_statements import SOURCES as OF_STATEMENTS
from creditkit.policy.figures.scopes import Scope
from creditkit.policy.figures.sources import CUSTOMER, known
from creditkit.policy.schema.entries import entries_of
from tests import naive, naive_plain, strategies

ROOT = Path(ck.__file__).parent
DOCS = Path(__file__).parent.parent / "docs"

FLOATS = (FigureKind.RATIO, FigureKind.SCORE, FigureKind.LINE_ITEM)


def lines(says: Iterable[str]) -> str:
    """What is wrong, one line each; empty where nothing is."""
    return "\n".join(says)


# ------------------------------------------------------------------------------------------ figures


def written(name: str) -> str:
    """The line of `tests.naive_plain` in which a figure belongs: its kind, and which way is better."""
    figure = CATALOGUE[name]
    kind = "float" if figure.kind in FLOATS else figure.kind.value
    return f"{kind} {figure.better or '-'}"


def test_the_naive_catalogue_has_every_figure() -> None:
    mine = {name: " ".join(pair) for name, pair in naive_plain.CATALOGUE.items()}
    assert not lines(
        f"tests/naive_plain.py: write {name!r} into the row '{written(name)}' of its table"
        + (f", not '{mine[name]}'" if name in mine else "")
        for name in CATALOGUE
        if mine.get(name) != written(name)
    )
    assert not lines(
        f"tests/naive_plain.py: {name!r} is no figure of creditkit.figures; take it out"
        for name in mine.keys() - CATALOGUE.keys()
    )


def test_parity_draws_every_figure_of_a_customer() -> None:
    assert not lines(
        f"tests/strategies.py: write {name!r} among its like (MONEY, AMOUNTS, COUNTS, FLOATS, FLAGS, "
        "CATEGORIES, DAYS_OF), so that the naive reading is held against it"
        for name in CUSTOMER
        if name not in strategies.DRAWN and name not in LINES
    )


def test_every_figure_has_a_source() -> None:
    assert not lines(
        f"policy/figures: {name!r} is in no SOURCES, so nothing can know it"
        for name in CATALOGUE
        if not any(known(name, scope) for scope in Scope)
    )


def test_what_the_months_make_is_no_figure_of_the_hosts() -> None:
    assert of_months.SOURCES.keys() == {*of_months.OWN, *DERIVED}
    quantities = {
        name for name, kind in kinds(ck.MonthFigures).items() if kind in of_months.QUANTITIES
    }
    assert {*of_months.OWN} == quantities & CATALOGUE.keys()


def test_the_naive_reading_knows_what_is_made_of_a_statement() -> None:
    assert not lines(
        f"tests/naive.py: write {name!r} into RATIOS, FORMULAS or OF_STATEMENT, or that a statement "
        "is set aside is not told where a policy rests on it alone"
        for name in OF_STATEMENTS
        if name not in naive.OF_STATEMENT
    )


# ------------------------------------------------------------------------------------------- models


def test_every_family_is_listed() -> None:
    """A family is a file of `models` that ends with ``MODELS``."""
    found = {
        path.stem for path in (ROOT / "models").glob("[!_]*.py") if any(assigned(path, "MODELS"))
    }
    assert not lines(
        f"models/__init__.py: add {name!r} to FAMILIES, and its import for type checkers above"
        for name in found - {*FAMILIES}
    )
    assert not lines(
        f"models/{name}.py: end it with MODELS, what of it a policy can name"
        for name in {*FAMILIES} - found
    )


def assigned(path: Path, name: str) -> Iterator[ast.AST]:
    """Where a file assigns a name at its top."""
    for node in ast.parse(path.read_text("utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (one for one in targets if isinstance(one, ast.Name) and one.id == name)


def test_the_naive_reading_has_every_published_model() -> None:
    mine = {model: figure for figure, (model, *_) in naive.FORMULAS.items()}
    assert not lines(
        f"tests/naive.py: write {model.id!r} into FORMULAS by hand, from print (figure {model.figure!r})"
        for model in published()
        if mine.get(model.id) != model.figure
    )


def test_every_published_model_is_a_figure_of_the_catalogue() -> None:
    assert not lines(
        f"{model.id}: give it figure=, a name of the catalogue in figures.py that its value is"
        for model in published()
        if model.figure not in ck.FIGURES
    )


def test_a_denominator_is_positive() -> None:
    """A line that a model divides by stands in ``positive``: below zero, the ratio would turn over."""
    for model in published():
        ones = dict.fromkeys(model.needs, 1.0)
        for name in model.needs:
            at_zero = model.score({**ones, name: 0.0})
            assert at_zero.value is not None or name in model.positive, (
                f"{model.id}: it divides by {name!r}; name it in positive="
            )


# -------------------------------------------------------------------------------- the page of the API


@pytest.fixture(scope="module")
def shown() -> set[str]:
    """The headings of the page of the API."""
    page = (DOCS / "api.md").read_text("utf-8")
    return {line.split()[1] for line in page.splitlines() if line.startswith("### ")}


NOT_SHOWN = frozenset(
    "BillKind BillStatus FIGURES ItemKind LineMode Outcome Severity UNDEFINED Value".split()
)
"""Public names with a page of their own (figures, outcomes), or the words that a field takes."""


def test_the_page_of_the_api_has_every_public_name(shown: set[str]) -> None:
    rooms = {name for name in ck.__all__ if inspect.ismodule(getattr(ck, name))}
    assert not lines(
        f"docs/api.py: write {name!r} into SECTIONS, then run docs/outputs.py"
        for name in {*ck.__all__} - rooms - NOT_SHOWN - shown
    )


def test_the_page_of_the_api_has_every_name_of_a_published_family(shown: set[str]) -> None:
    for family in FAMILIES:
        for name in importlib.import_module(f"creditkit.models.{family}").__all__:
            assert name in shown, f"run docs/outputs.py: {family}.{name} is not on docs/api.md"


# -------------------------------------------------------------------------------------------- the house


def test_the_guide_names_every_module_of_the_ground() -> None:
    guide = (DOCS.parent / "CONTRIBUTING.md").read_text("utf-8")
    house = set(
        re.findall(r"[\w/]+", guide[guide.index("## The house") : guide.index("## Add a figure")])
    )
    modules = {path.stem for path in ROOT.glob("*.py")} | {
        path.parent.name for path in ROOT.glob("*/__init__.py")
    }
    assert not lines(
        f"CONTRIBUTING.md: name {name!r} on its floor in *The house*"
        for name in modules - {"__init__"}
        if not {name, f"{name}/"} & house
    )


# ------------------------------------------------------------------------------------------ sections


BY_HAND = frozenset("schema version title effective tests".split())
"""Keys of the document that no answer rests on, or that examples alone try."""
ELSEWHERE = {
    ("grades", "columns"), ("grades", "monotone"), ("scorecards", "title"), ("assessment", "stale_after"),
    ("checks", "ignore_disputed"), ("checks", "ignore_most"), ("checks", "horizon_days"),
    ("monitoring", "indicators"),
}  # fmt: skip
"""Keys that another file of tests draws or reads."""
TESTS = Path(__file__).parent


def test_every_section_is_drawn_and_read_by_hand() -> None:
    """A section that no document of the parity test has is held against nothing."""
    read = "".join(path.read_text("utf-8") for path in TESTS.glob("naive*.py"))
    drawn = "".join((TESTS / f"{name}.py").read_text("utf-8") for name in ("strategies", "orders"))
    keys = {
        (section, key)
        for section, (_, made) in entries_of(Document).items()
        for key in (section, *(entries_of(made.inside) if made.inside else ()))
        if section not in BY_HAND
    }
    assert not lines(
        f"tests/{where}: {does} the key {key!r} of [{section}]"
        for text, where, does in ((read, "naive.py", "read"), (drawn, "strategies.py", "draw"))
        for section, key in sorted(keys)
        if f'"{key}"' not in text and (section, key) not in ELSEWHERE
    )


def test_reasons_of_every_section_are_collected() -> None:
    for path in (ROOT / "policy" / "sections").glob("[!_]*.py"):
        module = importlib.import_module(f"{sections.__name__}.{path.stem}")
        for name in ("REASONS", "TERMS_REASONS"):
            assert not lines(
                f"policy/document.py: add *{path.stem}.{name} to REASONS: {code!r} is in no decision"
                for code in getattr(module, name, ())
                if code not in REASONS
            )


def test_every_step_of_a_section_is_in_the_table() -> None:
    """A function of a section that takes a carrier is a step, and the table says when it is taken."""
    taken = {step.take for step in steps.DECIDE}
    fields = {field.name for field in Document.__attrs_attrs__}
    for path in (ROOT / "policy" / "sections").glob("[!_]*.py"):
        module = importlib.import_module(f"{sections.__name__}.{path.stem}")
        for name, made in vars(module).items():
            if not inspect.isfunction(made) or made.__module__ != module.__name__:
                continue
            parameters = [*inspect.signature(made).parameters.values()]
            if not name.startswith("_") and [one.name for one in parameters[1:]] == ["e"]:
                assert path.stem in fields, f"policy/document.py: add the field {path.stem}"
                assert made in taken, f"policy/decide/steps.py: add {path.stem}.{name} to DECIDE"
