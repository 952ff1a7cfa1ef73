"""Sentences: the template of a code in a language, each parameter shown by its declared type.

    {limit}                 as the value is: money, a date, a number, yes or no, text
    {value:operand}         one side of a comparison; of a flag the condition says it all
    {coverage:share}        a share, in percent
    {figure:figure}         the name of a figure, by its title; {missing:figures} several
    {condition:condition}   a condition with the titles of its figures; {needs:conditions} several
    {checks:names}          ids, as they are
    {model:models}          ids of models, by their titles
    {role:role}             a role of the policy, by its title
    {terms:terms}           terms of payment by name; {base:base} a date that they count from
    {method:cover}          a way of payment or kind of insurance policy, by its name
    {source:law}            a law about terms, its source, what it asks of an agreement
    {by:person}             a person; {by:cleared_by} or what else let a check go

A value that is not what its type says is shown as it is: a record of a later version is readable.
Two sides that differ are never shown alike: they get as many digits as it takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from creditkit._digits import number_text, percent_text, told_apart
from creditkit.errors import InvalidFact, meant
from creditkit.figures import Undefined
from creditkit.languages import (
    AnyLanguage,
    Language,
    Text,
    filled,
    how_shown,
    language_of,
    parameters,
    texts,
)
from creditkit.money import Line
from creditkit.reasons import assume, check, collect, cover, decide, payment, queue, shared, watch
from creditkit.reasons.cover import COVER_NAMES
from creditkit.reasons.terms import BASE_NAMES, LAWS, TERMS_IN_WORDS, in_words
from creditkit.reasons.terms_reading import Unreadable, read
from creditkit.reasons.titles import (
    CATEGORY_TITLES,
    NO_TITLES,
    Titles,
    listed,
    title_of,
    title_of_value,
)

__all__ = [
    "TEMPLATES",
    "TERMS_IN_WORDS",
    "TYPES",
    "cleared_by_text",
    "condition_text",
    "sentence",
    "terms_text",
    "value_text",
]

TEMPLATES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        code: Text(code, *pair)
        for verb in (decide, check, queue, watch, collect, assume, payment, shared, cover)
        for code, pair in verb.REASONS.items()
    }
)
"""Code -> its template in each language."""

VALUES: Final = texts(
    "value",
    {
        "not_known": ("not known", "未知"),
        "undefined": ("without a meaning", "无意义"),
        "nothing": ("nothing", "无"),
        "rate": ("the rate for {pair}", "汇率 {pair}"),
        "true": ("yes", "是"),
        "false": ("no", "否"),
        Line.UNLIMITED.value: ("unlimited", "不限额"),
        Line.NONE.value: ("no credit", "不授信"),
        Line.INHERIT.value: ("the group's line", "沿用集团额度"),
    },
)
"""Values that are no number, text or amount."""

CLEARED_BY: Final = texts(
    "cleared_by",
    {"prepayment": ("prepayment", "预付款"), "delivered": ("delivery", "已交货")},
)
WORDS: Final = texts("condition", {"in": ("in", "属于"), "not_in": ("not in", "不属于")})
"""Words of a condition that are no names."""

_SIGNS: Final = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "*": "×"}
_WORD: Final = re.compile(r'"[^"]*"|(?<=\s)not\s+in\b|[^\W\d]\w*|<=|>=|==|!=|[*\[\]]|, ')


def sentence(
    code: str,
    params: Mapping[str, Any],
    language: AnyLanguage = "en",
    titles: Titles = NO_TITLES,
) -> str:
    """The sentence of a code with its parameters; ``titles`` are those of a policy's own words."""
    text = TEMPLATES.get(code)
    if text is None:
        raise InvalidFact("reason.code", "is an unknown code", code, meant(code, TEMPLATES))
    return _Sentence(text, params, language_of(language), titles).filled()


class _Sentence:
    """One sentence in the making."""

    def __init__(
        self, text: Text, params: Mapping[str, Any], language: Language, titles: Titles
    ) -> None:
        self.text = text
        self.template = text.in_(language)
        self.params = params
        self.language = language
        self.titles = titles
        self.declared = parameters(text.en)
        self.numbers = self._numbers()

    def filled(self) -> str:
        """The template with its parameters."""
        return filled(self.template, self._present, self._says)

    def _present(self, name: str, kind: str) -> str:
        """A parameter as its sentence shows it; a house's template need not repeat its type."""
        show = how_shown(self.text.key, name, kind, self.declared, TYPES)
        if name not in self.params:
            raise InvalidFact(f"reason.params.{name}", f"is required by {self.text.key}")
        if name in self.numbers:
            return self.numbers[name]
        return show(self.params[name], self)

    def _says(self, name: str) -> bool:
        """Whether a parameter has something to say: not an empty list, and not a flag that is compared.

        What only later records hold says nothing of an earlier one.
        """
        if name not in self.params:
            return False
        value = self.params[name]
        flag = isinstance(value, bool) and self.declared.get(name) == "operand"
        return value != () and not flag

    def _numbers(self) -> dict[str, str]:
        """The numbers that are compared, with enough digits to be told apart."""
        out: dict[str, str] = {}
        for kind, text in (("operand", number_text), ("share", percent_text)):
            values = {
                name: self.params[name]
                for name, declared in self.declared.items()
                if declared == kind and isinstance(self.params.get(name), float)
            }
            out |= zip(values, told_apart(list(values.values()), text), strict=True)
        return out

    def category(self, value: str) -> str:
        """Text that is compared, by the titles of the categories that the sentence is about."""
        about = [
            self.params.get(name)
            for name, kind in self.declared.items()
            if kind in ("condition", "figure")
        ]
        names = {name for text in about if isinstance(text, str) for name in _WORD.findall(text)}
        own = {k: v for name in names for k, v in CATEGORY_TITLES.get(name, NO_TITLES).items()}
        return listed(
            [title_of_value(one, own, self.language) for one in value.split(", ")], self.language
        )


# Values

_STATES: Final = (Undefined, Line)
_NUMBERS: Final = (float, Fraction)
"""Named once: to join two types at each value takes as long as the rest."""


def value_text(value: object, language: AnyLanguage = "en", titles: Titles = NO_TITLES) -> str:
    """A value as a sentence shows it: grouped money, short numbers, titles of figures in lists.

    >>> value_text(0.459923664), value_text(None), value_text(True, "zh")
    ('0.4599', 'not known', '是')
    """
    if value is None:
        return VALUES["not_known"].in_(language)
    if isinstance(value, _STATES):
        return VALUES[value.value].in_(language)
    if isinstance(value, bool):
        return VALUES["true" if value else "false"].in_(language)
    if isinstance(value, tuple):
        names = [title_of(str(name), language, titles) for name in value]
        return listed(names, language) if names else VALUES["nothing"].in_(language)
    if isinstance(value, _NUMBERS):
        return number_text(value)
    return str(value)


def condition_text(condition: str, language: AnyLanguage = "en", titles: Titles = NO_TITLES) -> str:
    """A condition with the titles of its figures: what a credit manager reads.

    >>> condition_text("exposure + order <= line"), condition_text("audited == true", "zh")
    ('Exposure + Order ≤ Line', '报表经审计 = 是')
    >>> condition_text("ownership in [state_owned, cash]")
    'Ownership in [state-owned, cash]'
    >>> condition_text("industry not in [gambling, tobacco]", "zh")
    '行业 不属于 [gambling、tobacco]'
    """
    own: dict[str, Text] = {}
    inside = False

    def shown(match: re.Match[str]) -> str:
        nonlocal inside
        word = match[0]
        if word in "[]":
            inside = word == "["
        if word in _SIGNS:
            return _SIGNS[word]
        if word == ", ":
            return listed(("", ""), language)
        if word[0] in '[]"':
            return word
        own.update(CATEGORY_TITLES.get(word, NO_TITLES))
        if word in own:
            return own[word].in_(language)
        if inside:
            return word
        if word in ("true", "false"):
            return VALUES[word].in_(language)
        member = "_".join(word.split())
        return WORDS[member].in_(language) if member in WORDS else title_of(word, language, titles)

    return _WORD.sub(shown, condition)


def terms_text(name: str, language: AnyLanguage = "en") -> str:
    """Terms of payment by name, in words.

    >>> terms_text("net30"), terms_text("prepaid", "zh")
    ('net 30', '款到发货')
    >>> terms_text("月结30天(月末起)"), terms_text("whenever")
    ('EOM+30', 'whenever')
    """
    try:
        return in_words(read(name), language)
    except Unreadable:
        return name


def cleared_by_text(name: str, language: AnyLanguage = "en") -> str:
    """What let a check go that did not pass: prepayment, delivery, or the person who approved."""
    return CLEARED_BY[name].in_(language) if name in CLEARED_BY else name.strip()


# Types of parameters


_Show: TypeAlias = "Callable[[Any, _Sentence], str]"


def _of_text(show: Callable[[str, _Sentence], str]) -> _Show:
    """How text is shown; anything else as it is."""

    def shown(value: Any, made: _Sentence) -> str:
        text = isinstance(value, str)
        return show(value, made) if text else value_text(value, made.language, made.titles)

    return shown


def _of_list(show: Callable[[str, _Sentence], str]) -> _Show:
    """How a list is shown, member by member."""

    def shown(value: Any, made: _Sentence) -> str:
        if not isinstance(value, tuple) or not value:
            return value_text(value, made.language, made.titles)
        return listed([show(str(one), made) for one in value], made.language)

    return shown


def _name(name: str, _made: _Sentence) -> str:
    return name.strip()


def _title(name: str, made: _Sentence) -> str:
    return title_of(name, made.language, made.titles)


def _worded(words: Mapping[str, Text], name: str, made: _Sentence) -> str:
    return words[name].in_(made.language) if name in words else name


def _figure_or_rate(name: str, made: _Sentence) -> str:
    """What is not known: a figure, a part of an account, or a rate, as ``USD -> CNY``."""
    if " -> " in name:
        return VALUES["rate"].filled(made.language, pair=name)
    return _title(name, made)


def _condition(text: str, made: _Sentence) -> str:
    return condition_text(text, made.language, made.titles)


def _models(names: str, made: _Sentence) -> str:
    return listed([_title(name, made) for name in names.split(", ")], made.language)


TYPES: Final[Mapping[str, _Show]] = {
    "value": lambda value, made: value_text(value, made.language, made.titles),
    "operand": _of_text(lambda text, made: made.category(text)),
    "share": lambda value, made: value_text(value, made.language, made.titles),
    "figure": _of_text(_title),
    "figures": _of_list(_figure_or_rate),
    "condition": _of_text(_condition),
    "conditions": _of_list(_condition),
    "names": _of_list(_name),
    "models": _of_text(_models),
    "role": _of_text(_title),
    "terms": _of_text(lambda name, made: terms_text(name, made.language)),
    "base": _of_text(lambda name, made: _worded(BASE_NAMES, name, made)),
    "cover": _of_text(lambda name, made: _worded(COVER_NAMES, name, made)),
    "law": _of_text(lambda name, made: _worded(LAWS, name, made)),
    "person": _of_text(_name),
    "cleared_by": _of_text(lambda name, made: cleared_by_text(name, made.language)),
}
"""Type of a parameter -> how it is shown; floats that are compared are shown by `told_apart`."""
