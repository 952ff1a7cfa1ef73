"""The tables of the manual are those that the code makes now."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = [page for page in sorted(DOCS.glob("*.md")) if "<!-- /" in page.read_text(encoding="utf-8")]


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    sys.path.insert(0, str(DOCS))  # as the manual's builder does: the hooks have a neighbour
    spec = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tables_are_in_step_with_the_code(page: Path, hooks: ModuleType) -> None:
    text = page.read_text(encoding="utf-8")
    assert hooks.filled(text, page.name) == text, "run python docs/outputs.py README.md docs/*.md"


def test_every_table_stands_on_a_page(hooks: ModuleType) -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert all(f"<!-- {name} -->\n\n" in text for name in hooks.TABLES)


def test_the_readme_leads_to_every_chinese_page() -> None:
    root = Path(__file__).parents[1]
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert [p.name for p in root.glob("docs/*.zh.md") if f"(docs/{p.name})" not in readme] == []
    assert "make demo LANGUAGE=zh" in readme
    assert "$(LANGUAGE)), --lang zh)" in (root / "Makefile").read_text(encoding="utf-8")
