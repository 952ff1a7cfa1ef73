"""For translators: every text that there is, and whether a language has only such.

>>> from creditkit.languages import Language
>>> check_language(Language("de", {"outcome.hold": "gesperrt", "title.my_figure": "Meine Zahl"}))
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from creditkit import _layout, outcomes
from creditkit._given import instance_in
from creditkit.cover import _words as cover
from creditkit.errors import meant
from creditkit.facts import kinds, notes
from creditkit.figures import FIGURES
from creditkit.languages import Language, Text, parameters
from creditkit.limits import methods
from creditkit.models import _words as analysis
from creditkit.models import attribution, contract, dupont
from creditkit.policy import words
from creditkit.policy.check import page as check_page
from creditkit.policy.check import verdict
from creditkit.policy.decide import decisions
from creditkit.policy.decide import page as decide_page
from creditkit.policy.queue import checked, plan
from creditkit.policy.schema import findings, phrases
from creditkit.policy.sections import limit
from creditkit.policy.watch import alert, alerts
from creditkit.reasons import rendering, titles
from creditkit.reasons.cover import COVER_NAMES
from creditkit.reasons.terms import BASE_NAMES, INTEREST_IN_WORDS, LAWS
from creditkit.receivables import _remittances, ageing, allocation, reconciliation, sales
from creditkit.receivables import _words as receivables
from creditkit.recovery import worklist
from creditkit.testing.contract import ContractBroken, Fault

__all__ = ["check_language", "texts"]

_OF_FINDINGS: Final = (findings.FINDINGS, findings.WORDS, phrases.PHRASES)
_IN_FINDINGS: Final = frozenset(text.key for table in _OF_FINDINGS for text in table.values())
"""Texts whose parameters are shown by the types of findings; those of all others by those of reasons."""

TABLES: Final[tuple[Mapping[str, Text], ...]] = (
    rendering.TEMPLATES,
    rendering.VALUES,
    rendering.TERMS_IN_WORDS,
    BASE_NAMES,
    INTEREST_IN_WORDS,
    LAWS,
    COVER_NAMES,
    rendering.CLEARED_BY,
    rendering.WORDS,
    titles.FACTS,
    kinds.MEANINGS,
    kinds.WORDS,
    notes.NOTES,
    notes.REMEDIES,
    notes.FRAME,
    *titles.CATEGORY_TITLES.values(),
    titles.MARKS,
    outcomes.TITLES,
    words.SHARED,
    words.MODELS,
    decide_page.WORDS,
    limit.WORDS,
    methods.TEXTS,
    decide_page.STEP_WORDS,
    decide_page.TREATMENTS,
    check_page.WORDS,
    check_page.EVENTS,
    check_page.STATUSES,
    check_page.COMPONENTS,
    verdict.RELEASES,
    checked.WORDS,
    plan.WORDS,
    alert.TITLES,
    alerts.WORDS,
    decisions.WORDS,
    worklist.WORDS,
    ageing.WORDS,
    receivables.WORDS,
    allocation.WORDS,
    _remittances.NOTES,
    reconciliation.WORDS,
    sales.WORDS,
    cover.CONDITIONS,
    cover.STATUSES,
    cover.DEADLINES,
    cover.STEPS,
    cover.SECURITIES,
    cover.WORDS,
    analysis.RATIOS,
    analysis.WORDS,
    dupont.BALANCES,
    dupont.WORDS,
    attribution.WORDS,
    contract.WORDS,
    contract.HEADINGS,
    _layout.WORDS,
    *_OF_FINDINGS,
    phrases.CLAUSES,
    {name: figure.text for name, figure in FIGURES.items()},
)
"""The tables of texts of the rooms; a test finds one that is not here, and a key that two have."""

OWN_WORDS: Final = ("title", "action", "bucket")
"""What the keys of a house's own words begin with."""


def texts() -> dict[str, Text]:
    """Every text of the library by its key: what there is to translate, in English and Chinese.

    The keys of a house's own words are ``title.`` and the name of a figure, role or card,
    ``action.`` and the code of an action, ``bucket.`` and the English name of a bucket.

    >>> texts()["outcome.hold"].en, len(texts()) > 200
    ('hold', True)
    """
    out: dict[str, Text] = {}
    for table in TABLES:
        out |= {text.key: text for text in table.values()}
    return out


def check_language(language: Language) -> None:
    """Raise `ContractBroken` unless every text of a house's language is one of the library's.

    A text has the key of one of `texts`, or of a word of the house's own; it names no parameter that
    the text does not have, and shows each by a type that there is. What a language does not have is
    said in its base: ``texts().keys() - language.texts.keys()`` lists it.

    >>> check_language(Language("de", {"outcome.hold": "gesperrt"}))
    >>> check_language(Language("de", {"outcome.hlod": "gesperrt"}))
    Traceback (most recent call last):
    creditkit.testing.contract.ContractBroken: de breaks the contract of a language in one way:
      outcome.hlod is an unknown key; did you mean 'outcome.hold'?
    """
    instance_in(language, Language, "language")
    known, faults = texts(), list[Fault]()
    for key, template in language.texts.items():
        text = known.get(key)
        if text is None:
            if key.partition(".")[0] not in OWN_WORDS:
                near = meant(key, known)
                faults.append(Fault(path=key, rule="is an unknown key" + (near and f"; {near}")))
            continue
        declared = parameters(text.en)
        types: Collection[str] = phrases.TYPES if key in _IN_FINDINGS else rendering.TYPES
        for name, kind in parameters(template).items():
            if name not in declared:
                rule = f"names {name!r}, and its parameters are: {', '.join(declared) or 'none'}"
                faults.append(Fault(path=key, rule=rule))
            elif kind not in types:
                rule = f"must show {name} by a type of parameters"
                faults.append(Fault(path=key, rule=rule, got=kind))
    if faults:
        raise ContractBroken(str(language), faults, "language")
