"""Entries of a policy document: a section is a frozen class, each of its fields is one key.

A field is made by one of the functions below. It says how its value is read (`readers`), what stands
in its place where the key is absent, and what it means, in English and Chinese: faults, the manual and
the evaluators all go by that one class. `read_row` walks the class and the data together; it notes
every fault with its path and never stops at the first.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

import attrs

from creditkit.figures import nearest
from creditkit.money import Line
from creditkit.outcomes import Outcome
from creditkit.policy.schema import readers
from creditkit.policy.schema.phrases import Phrase
from creditkit.policy.schema.readers import Read
from creditkit.policy.schema.unread import BAD, Unread

if TYPE_CHECKING:
    from creditkit.policy.figures.scopes import Scope
    from creditkit.policy.schema.names import Names

__all__ = ["Entry", "Row", "Said", "entries_of", "read_row"]

Said: TypeAlias = "tuple[str, str] | None"
"""A sentence in English and in Chinese."""

_REQUIRED: Final = object()


@attrs.frozen
class Entry:
    """What a key takes, and what it means: the metadata of a field.

    ``key`` is its name in the document where that is no name in Python; ``takes`` says what may be
    written, ``says`` what it means, ``absent`` what holds where the key is absent and the default does
    not say so itself; ``inside`` is the class of the rows or of the section that the key holds.
    """

    read: Read
    takes: tuple[str, str]
    key: str | None = None
    says: Said = None
    absent: Said = None
    inside: type | None = None
    many: bool = False


class Row:
    """A section of the document, or a row of one."""

    __slots__ = ()

    def resolved(self, names: Names, path: str) -> Self:
        """The row with what rests on other rows filled in; its own findings go to the report."""
        return self


def entry(
    read: Read,
    takes: tuple[str, str],
    default: Any = _REQUIRED,
    *,
    key: str | None = None,
    says: Said = None,
    absent: Said = None,
    inside: type | None = None,
    many: bool = False,
) -> Any:
    """A field with a reader of its own."""
    made = Entry(read, takes, key, says, absent, inside, many)
    if default is _REQUIRED:
        return attrs.field(metadata={"entry": made})
    return attrs.field(default=default, metadata={"entry": made})


def text(default: Any = _REQUIRED, **more: Any) -> Any:
    """Free text of at most 1,000 characters."""
    return entry(readers.text, more.pop("takes", ("text", "文字")), default, **more)


def name(default: Any = _REQUIRED, **more: Any) -> Any:
    """An identifier."""
    return entry(readers.name, more.pop("takes", ("a name", "名称")), default, **more)


def figures_of(default: Any = _REQUIRED, **more: Any) -> Any:
    """A list of names."""
    takes = more.pop("takes", ("a list of figures", "指标列表"))
    return entry(readers.listed(readers.name), takes, default, **more)


def names_of(default: Any = _REQUIRED, **more: Any) -> Any:
    """A list of texts."""
    takes = more.pop("takes", ("a list of texts", "文字列表"))
    return entry(readers.listed(readers.text), takes, default, **more)


def grades_of(default: Any = _REQUIRED, **more: Any) -> Any:
    """A list of grades of this policy; a name that none of them has is noted, with did-you-mean."""
    takes = ("a list of grades", "等级列表")
    return entry(readers.listed(_grade), takes, default, **more)


def _grade(value: Any, path: str, names: Names) -> Any:
    found = readers.text(value, path, names)
    known = names.choices.get("grade", ())  # some may be unreadable, which has been noted
    if found is not BAD and known and names.readable(lambda: found in known) is False:
        names.unknown("grade", found, known, path)
    return found


def ratio(default: Any = _REQUIRED, **more: Any) -> Any:
    """An exact ratio, not negative: ``"0.15"``, ``"15 %"``, ``"60/365"``."""
    takes = (
        "an exact ratio such as '0.15', '15 %' or '60/365', not negative",
        "精确的比率，如 '0.15'、'15 %' 或 '60/365'，不得为负",
    )
    return entry(readers.ratio, takes, default, **more)


def ratios_by_grade(**more: Any) -> Any:
    """A table of ratios by the names of grades, as pairs."""
    takes = ("a table: grade = ratio", "表：等级 = 比率")
    return pairs(readers.ratio, takes, **more)


def exact(default: Any = _REQUIRED, **more: Any) -> Any:
    """An exact number of either sign."""
    takes = more.pop("takes", ("an exact number such as '0.15'", "精确的数，如 '0.15'"))
    return entry(readers.exact, takes, default, **more)


def amount(default: Any = _REQUIRED, **more: Any) -> Any:
    """An amount in major units of the policy's currency, not negative; read as minor units."""
    return entry(
        readers.amount, ("an amount such as '20000000'", "金额，如 '20000000'"), default, **more
    )


def whole(default: Any = _REQUIRED, *, low: int = 0, high: int = 1_000_000, **more: Any) -> Any:
    """A whole number between ``low`` and ``high``."""
    takes = (f"a whole number, between {low} and {high}", f"整数，{low} 至 {high}")
    return entry(readers.whole(low, high), takes, default, **more)


def flag(default: Any = _REQUIRED, **more: Any) -> Any:
    """True or false."""
    return entry(readers.flag, ("true or false", "true 或 false"), default, **more)


def day(default: Any = _REQUIRED, **more: Any) -> Any:
    """A calendar date."""
    return entry(readers.day, ("a date such as 2026-07-01", "日期，如 2026-07-01"), default, **more)


def choice(*choices: str, default: Any = _REQUIRED, **more: Any) -> Any:
    """One of the named words."""
    return entry(readers.choice(choices), _one_of(choices), default, **more)


def effect(*outcomes: Outcome, default: Any = _REQUIRED, **more: Any) -> Any:
    """One of the named outcomes; without any, one that says something: from warn to reject."""
    given = outcomes or STOPS
    words = {outcome.value: outcome for outcome in given}
    read = readers.choice(tuple(words))

    def outcome(value: Any, path: str, names: Names) -> Any:
        word = read(value, path, names)
        return BAD if word is BAD else words[word]

    return entry(outcome, _one_of(words), default, **more)


STOPS: Final = (Outcome.WARN, Outcome.REQUIRE, Outcome.REFER, Outcome.HOLD, Outcome.REJECT)
"""What a row that does not hold can ask for."""


def line_amount(default: Any = _REQUIRED, **more: Any) -> Any:
    """An amount, read as minor units, or a state of a credit line: unlimited, none or inherit."""
    words = {line.value: line for line in Line}
    read = readers.choice(tuple(words))

    def state(value: Any, path: str, names: Names) -> Any:
        if not isinstance(value, str) or value[:1].isdigit():
            return readers.amount(value, path, names)
        word = read(value, path, names)
        return BAD if word is BAD else words[word]

    en, zh = _one_of(words)
    return entry(
        state,
        (f"an amount such as '100000', or {en}", f"金额，如 '100000'，或 {zh}"),
        default,
        **more,
    )


def rounding(default: Any = _REQUIRED, **more: Any) -> Any:
    """A rounding mode."""
    modes = ("half_even", "half_up", "floor:STEP", "ceil:STEP")
    return entry(readers.rounding, _one_of(modes), default, **more)


def terms(default: Any = _REQUIRED, **more: Any) -> Any:
    """Payment terms by their text."""
    takes = (
        "terms of payment, such as net30, EOM+45 or 款到发货",
        "付款条件，如 net30、月结45天（月末起） 或款到发货",
    )
    return entry(readers.terms, takes, default, **more)


def titles(default: Any = ("", ""), **more: Any) -> Any:
    """A title: text, or a table with ``en`` and ``zh``; read as ``(en, zh)``."""
    takes = ("text, or a table with `en` and `zh`", "文字，或含 `en` 与 `zh` 的表")
    return entry(readers.titles, takes, default, **more)


def numbers(default: Any = _REQUIRED, **more: Any) -> Any:
    """Two exact numbers, ascending."""
    return entry(readers.numbers, ("two numbers, ascending", "两个数，由小到大"), default, **more)


def pairs(read: Read, takes: tuple[str, str], **more: Any) -> Any:
    """A table of values of one kind, read as pairs of name and value in the order of the document."""
    return entry(readers.pairs(read), takes, (), **more)


def condition(scope: Scope, default: Any = _REQUIRED, **more: Any) -> Any:
    """A condition on the figures that a scope can know, parsed."""
    takes = ("a condition on " + scope.en, f"关于{scope.zh}的条件")
    return entry(_condition(scope), takes, default, **more)


def conditions(scope: Scope, default: Any = _REQUIRED, **more: Any) -> Any:
    """A list of conditions, all of which must hold."""
    takes = ("a list of conditions on " + scope.en, f"关于{scope.zh}的条件列表")
    return entry(readers.listed(_condition(scope)), takes, default, **more)


def _condition(scope: Scope) -> Read:
    def read(value: Any, path: str, names: Names) -> Any:
        written = readers.text(value, path, names)
        if written is BAD:
            return BAD
        found = names.condition(written, path, scope)
        return BAD if found is None else found

    return read


def section(cls: type[Row], default: Any = _REQUIRED, **more: Any) -> Any:
    """A table that is a section of its own."""

    def read(value: Any, path: str, names: Names) -> Any:
        found = read_row(cls, value, path, names)
        names.keep(cls, found)
        return found

    return entry(read, ("a table", "表"), default, inside=cls, **more)


def rows(cls: type[Row], default: Any = _REQUIRED, **more: Any) -> Any:
    """A list of tables; those with an ``id`` must have different ones."""

    def one(value: Any, path: str, names: Names) -> Any:
        return read_row(cls, value, path, names)

    many = readers.listed(one)

    def read(value: Any, path: str, names: Names) -> Any:
        found = many(value, path, names)
        names.keep(cls, found)
        if found is not BAD:
            names.unique(path, found)
        return found

    return entry(read, ("rows", "行"), default, inside=cls, many=True, **more)


def _one_of(words: Any) -> tuple[str, str]:
    listed = ", ".join(words)
    return f"one of {listed}", f"{listed} 之一"


@functools.cache
def entries_of(cls: type) -> dict[str, tuple[attrs.Attribute[Any], Entry]]:
    """The keys of a section: each with its field and its entry."""
    out = {}
    for field in attrs.fields(cls):
        made = field.metadata.get("entry")
        if made is not None:
            out[made.key or field.name] = (field, made)
    return out


def read_row(
    cls: type[Row],
    data: Any,
    path: str,
    names: Names,
    extra: Mapping[str, Read] | None = None,
) -> Any:
    """The section of class ``cls`` that ``data`` writes, with BAD for what cannot be read.

    ``extra`` reads keys beyond the fields of the class, which then must have a field ``extra``.
    """
    if not isinstance(data, Mapping):
        names.fault("form.type", path or "policy", expected=Phrase("expected.table"), value=data)
        return BAD
    known, more = entries_of(cls), extra or {}  # type: ignore[arg-type]
    start = f"{path}." if path else ""
    for key in data:
        if key not in known and key not in more:
            near = nearest(str(key), [*known, *more])
            names.fault("form.unknown_key", f"{start}{key}", near)
    values: dict[str, Any] = {}
    for key, (field, made) in known.items():
        if key in data:
            values[field.name] = made.read(data[key], start + key, names)
        elif field.default is attrs.NOTHING:
            names.fault("form.missing", start + key)
            values[field.name] = BAD
    if more:
        read = (
            (key, reader(data[key], start + key, names))
            for key, reader in more.items()
            if key in data
        )
        values["extra"] = tuple(read)
    row = cls(**values)
    try:
        return row.resolved(names, path)
    except Unread:
        return row
