"""Languages: what a person reads is written in English and in Chinese, and a house may add others.

A `Text` says one thing, in English and in Chinese, under a key that stays. A `Language` of a house
has texts of its own by key; what it does not have is said in its base. It is a plain object that is
passed where a language goes, so nothing that a house adds can change a decision.

>>> hold = Text("outcome.hold", "hold", "信用冻结")
>>> hold.in_("en-GB"), hold.in_("zh_CN")
('hold', '信用冻结')
>>> german = Language("de", {"outcome.hold": "gesperrt"})
>>> hold.in_(german), Text("outcome.warn", "warn", "提醒").in_(german)
('gesperrt', 'warn')

A text may have parameters: ``{name}``, or ``{name:type}`` where its type says how it is shown. A
part in brackets, ``[ ... ]``, is left out where one of its parameters has nothing to say.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from creditkit.errors import InvalidFact, meant

__all__ = [
    "CHINESE",
    "ENGLISH",
    "AnyLanguage",
    "Language",
    "Text",
    "filled",
    "how_shown",
    "language_of",
    "parameters",
    "texts",
    "unknown_parameter",
]

_TAG: Final = re.compile(r"[A-Za-z]{2,8}([-_.@][A-Za-z0-9]+)*", re.ASCII)
_PARAMETER: Final = re.compile(r"\{([a-z_]+)(?::([a-z_]+))?\}", re.ASCII)
_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")


def parameters(template: str) -> dict[str, str]:
    """The parameters of a text with their types; ``value`` where none is written.

    >>> parameters("{id}: {condition:condition} does not hold[: {left:operand}]")
    {'id': 'value', 'condition': 'condition', 'left': 'operand'}
    """
    return {match[1]: match[2] or "value" for match in _PARAMETER.finditer(template)}


def _template(key: str, template: object) -> str:
    """A text whose braces and brackets are those of parameters and of parts that may be left out."""
    path, mark = (
        f"language.{key}",
        key.startswith("mark."),
    )  # what stands between words may be nothing
    if not isinstance(template, str) or not (mark or template.strip()):
        raise InvalidFact(path, "must be text", template)
    rest = _OPTIONAL.sub(lambda match: match[1], _PARAMETER.sub("", template))
    if any(mark in rest for mark in "{}[]"):
        remedy = "write {name} or {name:type}, and [ ] around a part that may be left out"
        raise InvalidFact(path, "must have nothing else in braces and brackets", template, remedy)
    kinds: dict[str, str] = {}
    for match in _PARAMETER.finditer(template):
        if kinds.setdefault(match[1], match[2] or "value") != (match[2] or "value"):
            raise InvalidFact(path, f"must show {match[1]} in one way", template)
    return template


def filled(template: str, present: Callable[[str, str], str], says: Callable[[str], bool]) -> str:
    """A text with its parameters, as ``present(name, type)`` shows each of them.

    A part in brackets is left out where ``says`` denies one of its parameters. Between a Chinese
    character of the text and a letter or digit of a parameter stands a blank.

    >>> filled("{by}的批准[：{why}]。", lambda name, _type: "u17", lambda name: name == "by")
    'u17 的批准。'
    """

    pieces = [
        piece
        for names, part in _read(template)
        if not names or all(map(says, names))
        for piece in part
    ]
    out, last = [], len(pieces) - 1
    for place, piece in enumerate(pieces):
        if isinstance(piece, str):
            out.append(piece)
            continue
        text = present(*piece)
        before = pieces[place - 1][-1] if place else ""
        after = pieces[place + 1][0] if place < last else ""
        out.append(f"{_gap(before, text[:1])}{text}{_gap(after, text[-1:])}")
    return "".join(out)


_Piece: TypeAlias = "str | tuple[str, str]"
"""Text as it is written, or the name of a parameter and of its type, which are Latin letters."""


@functools.lru_cache(maxsize=2048)  # the texts of the library, and those of a house
def _read(template: str) -> tuple[tuple[tuple[str, ...], tuple[_Piece, ...]], ...]:
    """The parts of a text: the parameters that a part in brackets hangs on, and its pieces."""
    parts, at = [], 0
    for match in _OPTIONAL.finditer(template):
        names = tuple(one[1] for one in _PARAMETER.finditer(match[1]))
        parts += [((), _pieces(template[at : match.start()])), (names, _pieces(match[1]))]
        at = match.end()
    return (*parts, ((), _pieces(template[at:])))


def _pieces(text: str) -> tuple[_Piece, ...]:
    out, at = list[_Piece](), 0
    for match in _PARAMETER.finditer(text):
        out += [text[at : match.start()], (match[1], match[2] or "value")]
        at = match.end()
    return tuple(piece for piece in (*out, text[at:]) if piece)


def _gap(mark: str, letter: str) -> str:
    """The blank between a Chinese character and a letter of another script."""
    return " " if "一" <= mark <= "鿿" and letter.isalnum() and not "一" <= letter <= "鿿" else ""


@attrs.frozen
class Text:
    """One thing that a person reads, in English and in Chinese; ``key`` is the name that stays.

    ``in_`` gives it in a language, as it is written; ``filled`` with its parameters.
    """

    key: str
    en: str
    zh: str

    def in_(self, language: AnyLanguage = "en") -> str:
        """The text in a language: ``"en"``, ``"zh"`` or a `Language` of the house."""
        spoken = language if isinstance(language, Language) else language_of(language)
        return spoken.text(self)

    def filled(self, language: AnyLanguage, **values: object) -> str:
        """The text in a language, each parameter as its value is written.

        >>> Text("page.more", "and {more} more", "另有 {more} 个").filled("zh", more=3)
        '另有 3 个'
        """

        def present(name: str, _type: str) -> str:
            if name not in values:
                raise unknown_parameter(self.key, name, values)
            return str(values[name])

        return filled(self.in_(language), present, lambda name: values.get(name) is not None)


T = TypeVar("T")


def how_shown(
    key: str, name: str, kind: str, declared: Mapping[str, str], types: Mapping[str, T]
) -> T:
    """How ``types`` show a parameter that the template of a key writes as ``{name:kind}``.

    ``declared`` are its parameters as English has them; a template of a house need not repeat a type.
    """
    if name not in declared:
        raise unknown_parameter(key, name, declared)
    kind = declared[name] if kind == "value" else kind
    if kind not in types:
        rule = f"must show {name} as one of the types of parameters"
        raise InvalidFact(f"language.{key}", rule, kind, meant(kind, types))
    return types[kind]


def unknown_parameter(key: str, name: str, names: Mapping[str, Any]) -> InvalidFact:
    """What a text of a house gets that names a parameter which there is not."""
    known = ", ".join(names) or "none"
    return InvalidFact(f"language.{key}", f"names {name!r}, and its parameters are: {known}")


@attrs.frozen(repr=False)
class Language:
    """A language in which pages and sentences can be read: a house's own, by key.

    ``tag`` names it (``de``), ``texts`` are its texts by the key of each `Text` (``outcome.hold``,
    ``check.failed``, ``title.overdue``), ``base`` is the language of what it does not have: a tag or
    another language. Titles of a house's own figures, roles and cards have the key ``title.`` and
    their name. A language goes wherever ``language`` is asked for, changes no result and is not kept
    in one. `creditkit.testing.check_language` says what in it is no text of the library, and
    `creditkit.testing.texts` lists what there is to translate.

    Numbers, amounts and dates are written alike in all languages.

    >>> from creditkit.outcomes import Outcome
    >>> Outcome.HOLD.title(Language("de", {"outcome.hold": "gesperrt"}))
    'gesperrt'
    """

    tag: str = attrs.field()
    texts: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    base: Language | str = "en"

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.tag, str) or not _TAG.fullmatch(self.tag):
            raise InvalidFact("language.tag", "must be a language tag", self.tag, "write 'de'")
        if not isinstance(self.texts, Mapping):
            rule, remedy = "must be texts by key", "write {'outcome.hold': 'gesperrt'}"
            raise InvalidFact("language.texts", rule, self.texts, remedy)
        own = {}
        for key, text in self.texts.items():
            if not isinstance(key, str):
                raise InvalidFact("language.texts", "must have text as keys", key)
            own[key] = _template(key, text)
        object.__setattr__(self, "texts", MappingProxyType(own))
        object.__setattr__(self, "base", language_of(self.base))

    def text(self, text: Text) -> str:
        """A text in this language, else in its base."""
        own = self.texts.get(text.key)
        return language_of(self.base).text(text) if own is None else own

    def __reduce__(self) -> tuple[Any, ...]:
        return Language, (self.tag, dict(self.texts), self.base)

    def __repr__(self) -> str:
        return f"<Language {self.tag}: {len(self.texts)} texts, else {self.base}>"

    def __str__(self) -> str:
        return self.tag


class _BuiltIn(Language):
    """A language in which every text is written."""

    def __init__(self, tag: str) -> None:
        object.__setattr__(self, "tag", tag)
        object.__setattr__(self, "texts", MappingProxyType({}))
        object.__setattr__(self, "base", self)

    def text(self, text: Text) -> str:
        """The text as it is written."""
        return text.zh if self.tag == "zh" else text.en

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return hash(self.tag)

    def __repr__(self) -> str:
        return f"<Language {self.tag}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return language_of, (self.tag,)


ENGLISH: Final = _BuiltIn("en")
CHINESE: Final = _BuiltIn("zh")
BUILT_IN: Final[Mapping[str, Language]] = MappingProxyType({"en": ENGLISH, "zh": CHINESE})
"""The languages that every text is written in, by tag."""

AnyLanguage: TypeAlias = "Language | str"
"""What is taken where a language goes: a tag of English or Chinese, or a `Language`."""


def language_of(given: AnyLanguage) -> Language:
    """The language that a tag names: ``en``, ``en-US``, ``zh``, ``zh_CN``, ``zh-Hans``; or itself.

    A tag of another language is an `InvalidFact`: a page in a language that nobody asked for helps
    nobody.

    >>> language_of("zh-Hans") is CHINESE, language_of(ENGLISH) is ENGLISH
    (True, True)
    """
    if isinstance(given, Language):
        return given
    if isinstance(given, str) and _TAG.fullmatch(given):
        known = BUILT_IN.get(re.split("[-_.@]", given, maxsplit=1)[0].lower())
        if known is not None:
            return known
    remedy = "write 'en' or 'zh', or pass a Language of your own"
    raise InvalidFact("language", "must be 'en', 'zh' or a Language", given, remedy)


def texts(prefix: str, rows: Mapping[str, tuple[str, str]]) -> Mapping[str, Text]:
    """A table of texts by name, English and Chinese; the key of each is ``prefix.name``."""
    return MappingProxyType({name: Text(f"{prefix}.{name}", *pair) for name, pair in rows.items()})
