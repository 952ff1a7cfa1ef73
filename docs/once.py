"""A page that is not translated is rendered once and not once for each language.

The manual is built twice, in English and in Chinese; a page that is there in English only stands in both.
To render the API a second time took longer than all the Chinese pages.
"""

from __future__ import annotations

from typing import Any

from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

RENDERED: dict[str, Page] = {}
"""The pages of the languages built so far, by their source file."""


def on_config(config: Any) -> None:
    """Begin anew with the first language: `mkdocs serve` builds again after each change.

    The inventory, by which other manuals link to names of the API, is that of the first language.
    """
    first = not config.plugins["i18n"].building
    config.plugins["mkdocstrings"].config.enable_inventory = first
    if first:
        RENDERED.clear()


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """Nothing is left to render of a page that was rendered."""
    return "" if _before(page) else markdown


def on_page_content(html: str, *, page: Page, files: Files, **_: Any) -> str:
    """What was rendered, with what the checks of links need to know of it.

    Links are relative and the pages of a language lie as those of any other do, so that they hold; but
    a heading may be another one here, and so links to headings are looked up in this language.
    """
    first = _before(page)
    if first is None:
        return html
    prefix = page.file.url.removesuffix(first.file.url)
    here = {file.url: file for file in files}
    page.toc = first.toc
    page.present_anchor_ids = first.present_anchor_ids
    page.links_to_anchors = {
        here[prefix + target.url]: links for target, links in (first.links_to_anchors or {}).items()
    }
    page._title_from_render = first._title_from_render
    return first.content or ""


def on_page_context(context: Any, *, page: Page, **_: Any) -> None:
    """A page is whole by now: every reference to a name is a link."""
    RENDERED.setdefault(str(page.file.abs_src_path), page)


def _before(page: Page) -> Page | None:
    return RENDERED.get(str(page.file.abs_src_path))
