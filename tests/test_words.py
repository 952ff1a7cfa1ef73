"""Chinese sentences are set as Chinese is: no half-width comma, colon or bracket beside its letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from creditkit.policy import pages
from creditkit.policy.findings import FINDINGS, PHRASES
from creditkit.reasons import TEMPLATES

HALF = re.compile(r"[一-鿿}][,;:?](?!\w)|[一-鿿] \(|[,;:(] ?[一-鿿]")


def sentences() -> Iterator[tuple[str, str]]:
    for table in (TEMPLATES, FINDINGS):
        yield from ((code, zh) for code, (_, zh) in table.items())
    yield from PHRASES.items()
    for name, words in vars(pages).items():
        if name.isupper() and name.startswith("_") and isinstance(words, dict):
            yield from ((f"{name}.{word}", pair[1]) for word, pair in words.items())


@pytest.mark.parametrize(("code", "zh"), list(sentences()))
def test_chinese_has_its_own_punctuation(code: str, zh: str) -> None:
    assert not HALF.search(zh), zh


@pytest.mark.parametrize("code", [*TEMPLATES, *FINDINGS])
def test_both_languages_name_the_same_parameters(code: str) -> None:
    en, zh = ({*re.findall(r"\{(\w+)", text)} for text in {**TEMPLATES, **FINDINGS}[code])
    assert {name.removesuffix("_zh") for name in zh} <= en
