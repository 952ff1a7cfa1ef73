"""Payment terms as data: what is due when, and the text that people write for it.

>>> PaymentTerms.parse("net30").due_date(date(2026, 11, 21))
datetime.date(2026, 12, 21)
>>> PaymentTerms.parse("款到发货").prepaid
True
>>> terms = PaymentTerms.parse("30% 预付, 70% 发货后30天")
>>> print(terms)
30% prepaid, 70% 30 days after dispatch
>>> PaymentTerms.parse("月结30天")
Traceback (most recent call last):
creditkit.facts.terms.AmbiguousTerms: terms can be read in several ways (got '月结30天'); write
'月结30天(月末起)' or '月结30天(次月1日起)' or '月结30天(开票日起)' or '开票后1个月'

What is due when on which amount, what a discount costs and what a delay costs is worked out by
`creditkit.terms`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar, Final, Self, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes
from creditkit._fields import Day, as_date, plain_text
from creditkit._given import listed, whole_in
from creditkit._plain import WHERE_GIVEN, Record, fact_name
from creditkit.calendars import WorkingDays
from creditkit.errors import InvalidFact, all_of
from creditkit.facts.instalments import DateStep, Discount, Instalment
from creditkit.languages import AnyLanguage
from creditkit.reasons.terms import PAID_BEFORE, TERMS_IN_WORDS, exact_percent, in_words
from creditkit.reasons.terms_meant import nearest
from creditkit.reasons.terms_reading import (
    LONGEST_TEXT,
    Ambiguous,
    Unreadable,
    read,
    readings,
)

__all__ = [
    "LONGEST_DAYS",
    "PREPAID_NAMES",
    "TERMS",
    "AmbiguousTerms",
    "PaymentTerms",
    "known_terms",
    "nearest_terms",
    "refused_terms",
    "shares_of_text",
    "terms_in",
    "terms_or_none",
]

TERMS: Final = "must be terms of payment"

PREPAID_NAMES: Final = ("prepaid", "prepayment", "款到发货")
LONGEST_DAYS: Final = 3650
"""The longest credit that terms may give, ten years; more is a slip of the pen."""

_MOST_PARTS: Final = 60
_SHORT: Final = 30
"""Instalments and steps whose text is never too long."""
_NET: Final = re.compile(r"net ?([0-9]{1,3})")
_REMEDY: Final = "write 'net30', 'EOM+45', '30% prepaid, 70% 30 days after delivery' or '款到发货'"


class AmbiguousTerms(InvalidFact):
    """Terms that the trade reads in more than one way; ``readings`` are the texts to choose from."""

    @property
    def readings(self) -> tuple[str, ...]:
        """The texts that can be meant, each of which can be read."""
        return _readings(cast(str, self.value))

    def sentence(self, language: AnyLanguage = "en") -> str:
        """What is said to whoever wrote it, in a language."""
        listed = " / ".join(self.readings)
        return TERMS_IN_WORDS["ambiguous"].filled(language, text=self.value, readings=listed)


def _name(_made: Any, _field: Any, value: Any) -> None:
    if not isinstance(value, str) or not plain_text(value):
        raise InvalidFact("payment_terms.name", "must be text", value, _REMEDY)


def _days(_made: Any, _field: Any, value: Any) -> None:
    path = "payment_terms.days"
    whole_in(value, path)
    if value > LONGEST_DAYS:
        raise InvalidFact(path, f"must be at most {LONGEST_DAYS} days, ten years", value)


def _add_up(made: PaymentTerms, _field: Any, value: tuple[Instalment, ...] | None) -> None:
    """Every fault of the instalments together: what is left, and who takes it."""
    path = "payment_terms.parts"
    if value is None:
        return
    if not isinstance(value, tuple) or not 0 < len(value) <= _MOST_PARTS:
        rule = f"must be a sequence of 1 to {_MOST_PARTS} instalments"
        raise InvalidFact(path, rule, value, "write [Instalment(...)]")
    faults = [
        InvalidFact(f"{path}[{place}]", "must be an Instalment", one)
        for place, one in enumerate(value)
        if not isinstance(one, Instalment)
    ]
    if not faults:
        faults = list(_faults(value, path))
    if not faults and (made.days, made.prepaid) != (longest_of(value), prepaid_of(value)):
        days, prepaid = longest_of(value), prepaid_of(value)
        rule = f"must be {days} days, prepaid {str(prepaid).lower()}, which the instalments say"
        faults = [InvalidFact("payment_terms.days", rule, (made.days, made.prepaid))]
    if faults:
        raise all_of(path, faults)


def _faults(parts: tuple[Instalment, ...], path: str) -> Iterable[InvalidFact]:
    *before, last = parts
    for place, one in enumerate(before):
        if one.share is None and one.of_rest is None and one.amount is None:
            rule = "takes all that is left, so it must be the last"
            yield InvalidFact(f"{path}[{place}]", rule)
    shares = sum((one.share or Fraction(0) for one in parts), Fraction(0))
    ends = last.share is None and last.of_rest is None and last.amount is None
    only_shares = all(one.share is not None for one in parts)
    if only_shares and shares != 1:
        rule = f"must have shares that add up to 100 %, not {exact_percent(shares)} %"
        yield InvalidFact(path, rule, remedy="correct them, or let the last take the rest")
    elif not only_shares and not ends:
        rule = "must end with an instalment that takes the rest"
        yield InvalidFact(path, rule, remedy="write 'rest net 30', or give all as shares")
    elif not only_shares and _left(before) <= 0:
        rule = "must leave something for the instalment that takes the rest"
        yield InvalidFact(path, f"{rule}, and shares leave {exact_percent(_left(before))} %")
    currencies = {one.amount.currency for one in parts if one.amount is not None}
    if len(currencies) > 1:
        yield InvalidFact(path, "must have amounts in one currency", sorted(currencies))
    many = sum(len(one.steps) + 1 for one in parts) > _SHORT
    if many and max(len(in_words(parts, tag)) for tag in ("en", "zh")) > LONGEST_TEXT:
        rule = f"must be written in at most {LONGEST_TEXT} characters"
        yield InvalidFact(path, rule, f"{len(parts)} instalments", "give fewer steps")
    for place, one in enumerate(parts):
        if one.longest_days > LONGEST_DAYS:
            rule = f"must be due within {LONGEST_DAYS} days, ten years"
            yield InvalidFact(f"{path}[{place}].steps", rule, one.longest_days)


def _left(parts: Iterable[Instalment]) -> Fraction:
    """What shares leave of the whole, fixed amounts aside."""
    left = Fraction(1)
    for one in parts:
        left -= one.share or left * (one.of_rest or 0)
    return left


def longest_of(parts: Iterable[Instalment]) -> int:
    """The most days that any instalment is after its own base date, rolling left out."""
    return max(one.longest_days for one in parts)


def prepaid_of(parts: Iterable[Instalment]) -> bool:
    """Whether everything is paid before the goods leave."""
    return all(one.base in PAID_BEFORE for one in parts)


@attrs.frozen(kw_only=True)
class PaymentTerms(Record):
    """Terms of payment: what is due when; `parse` reads them from text, `of` makes them of instalments.

    ``name`` is the text that they were read from, as frames and records have it; it makes no
    difference: two texts of the same terms are equal terms. ``days`` is the longest credit that an instalment
    gets from its own base date (without a calendar; see `facts.instalments`), 0 and ``prepaid`` where all is
    paid before delivery. ``parts`` are the instalments, None for plain ``net`` days and prepayment.
    ``instalments`` says that the grade allows payment in instalments within those days.
    """

    schema: ClassVar[str] = "creditkit.facts.terms/1"

    name: str = attrs.field(eq=False, validator=_name)
    days: int = attrs.field(validator=_days)
    prepaid: bool = False
    instalments: bool = False
    parts: tuple[Instalment, ...] | None = attrs.field(
        default=None, validator=_add_up, metadata=WHERE_GIVEN
    )

    @classmethod
    def parse(cls, name: str, *, instalments: bool = False, path: str = "terms") -> PaymentTerms:
        """The terms that a text says, in English or Chinese; `AmbiguousTerms` where it says several.

        ``net 30``, ``2/10 net 30``, ``EOM+45``, ``25th of next month, cut-off 20``, ``货到60天``,
        ``月结30天(月末起)``, ``30% 预付, 70% 发货后30天``, ``prepaid``, ``款到发货``. What cannot be
        read is an `InvalidFact`, with all that is wrong with it, or with the nearest texts that can be.
        """
        if not isinstance(name, str):
            raise InvalidFact(path, TERMS, name, _REMEDY)
        found = _parsed(name, bool(instalments))
        if isinstance(found, PaymentTerms):
            return found
        if found is None:
            raise InvalidFact(path, TERMS, name, _to_write(name))
        if isinstance(found, tuple):
            raise AmbiguousTerms(path, "can be read in several ways", name, _to_write(name))
        faults = [
            InvalidFact(
                path, f"{TERMS}: {fault.path.partition('.')[2]} {fault.rule}", name, fault.remedy
            )
            for fault in found.faults
        ]
        raise all_of(path, faults)

    @classmethod
    def of(
        cls,
        parts: Iterable[Instalment],
        *,
        name: str | None = None,
        instalments: bool = False,
    ) -> PaymentTerms:
        """Terms that are made of instalments; without a name they are called by their text.

        Of a prepayment ``instalments`` says nothing.

        >>> print(PaymentTerms.of([Instalment(base="delivery", steps=[DateStep("add_days", n=60)])]))
        60 days after delivery
        """
        given = listed(parts)
        if not given or not all(isinstance(one, Instalment) for one in given):
            rule, remedy = "must be a sequence of Instalment", "write [Instalment(...)]"
            raise InvalidFact("payment_terms.parts", rule, parts, remedy)
        made: tuple[Instalment, ...] = tuple(given)
        if len(made) == 1 and made[0].share == 1:
            made = (attrs.evolve(made[0], share=None),)
        prepaid = prepaid_of(made)
        return cls(
            name=in_words(made) if name is None else name,
            days=longest_of(made),
            prepaid=prepaid,
            instalments=instalments and not prepaid,
            parts=made,
        )

    def __attrs_post_init__(self) -> None:
        if self.parts is None:
            return
        whole = self.prepaid and len(self.parts) == 1  # before dispatch is in advance, if it is all
        if whole or self.parts == _plain_plan(self.days, self.prepaid):
            object.__setattr__(self, "parts", None)  # one way to say plain terms

    @property
    def plan(self) -> tuple[Instalment, ...]:
        """The instalments, of plain terms the one that they are."""
        return _plain_plan(self.days, self.prepaid) if self.parts is None else self.parts

    def due_date(self, invoiced: Day, calendar: WorkingDays | None = None) -> date:
        """The due date of an invoice, the invoice's date itself not counted.

        Terms with several instalments or another base date have no single one that hangs on the
        invoice alone: ask `creditkit.terms.schedule`.
        """
        day = as_date(invoiced, "payment_terms.invoiced")
        (first, *more) = self.plan
        if more or first.base not in ("invoice", "prepayment"):
            rule = "has no single due date that hangs on the invoice's date alone"
            remedy = "ask creditkit.terms.schedule(terms, amount, invoice=..., dates=...)"
            raise InvalidFact("payment_terms", rule, self.name, remedy)
        try:
            return first.due(day, calendar)
        except InvalidFact as error:
            if error.path != "date_step":
                raise
            raise InvalidFact("payment_terms.invoiced", error.rule, day) from None

    def text(self, language: AnyLanguage = "en") -> str:
        """The terms as they are written; in English and Chinese, `parse` reads them back as they were."""
        return in_words(self.plan, language)

    def title(self, language: AnyLanguage = "en") -> str:
        """The terms in words, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        if not self.instalments or self.prepaid:
            return self.text(language)
        if self.parts is None:
            return TERMS_IN_WORDS["instalments"].filled(language, days=self.days)
        return TERMS_IN_WORDS["with_instalments"].filled(language, terms=self.text(language))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data; plain terms as version 1 has them, instalments as version 2."""
        data = super().to_dict()
        return data if self.parts is None else {**data, "schema": _SCHEMA_2}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The terms that `to_dict` wrote, in version 1 or 2."""
        if isinstance(data, Mapping) and data.get("schema") == _SCHEMA_2:
            data = {**data, "schema": cls.schema}
        return super().from_dict(data)

    def __str__(self) -> str:
        return self.title()


_SCHEMA_2: Final = "creditkit.facts.terms/2"


@functools.lru_cache(maxsize=1024)
def _plain_plan(days: int, prepaid: bool) -> tuple[Instalment, ...]:
    if prepaid:
        return (Instalment(base="prepayment"),)
    whole, rest = divmod(days, 999)  # of records alone: a text says up to 999 days
    steps = [DateStep("add_days", n=999)] * whole
    return (Instalment(steps=[*steps, *([DateStep("add_days", n=rest)] if rest else [])]),)


@functools.lru_cache(maxsize=4096)
def _parsed(name: str, instalments: bool) -> PaymentTerms | tuple[str, ...] | InvalidFact | None:
    """Terms by their text, the readings of an ambiguous text, what is wrong with one, or None."""
    if name in PREPAID_NAMES:
        return PaymentTerms(name=name, days=0, prepaid=True)
    match = _NET.fullmatch(name)
    if match is not None:
        return PaymentTerms(name=name, days=int(match[1]), instalments=instalments)
    if not plain_text(name):
        return None
    try:
        found = read(name)
    except Ambiguous:
        return _readings(name) or None
    except Unreadable:
        return None
    try:
        parts = [
            Instalment(
                share=one.share,
                of_rest=one.of_rest,
                amount=one.amount,
                base=one.base,
                steps=[DateStep(step.do, n=step.n) for step in one.steps],
                discounts=[
                    Discount(share=it.share, steps=[DateStep(way.do, n=way.n) for way in it.steps])
                    for it in one.discounts
                ],
            )
            for one in found
        ]
        return PaymentTerms.of(parts, name=name, instalments=instalments)
    except InvalidFact as error:
        return error


def _parses(name: str) -> bool:
    return isinstance(_parsed(name, False), PaymentTerms)


def _readings(name: str) -> tuple[str, ...]:
    """The readings of an ambiguous text that are terms, shares that add up and all."""
    return tuple(filter(_parses, readings(name)))


def nearest_terms(name: object) -> tuple[str, ...]:
    """The texts of terms nearest to one that cannot be read, at most four; each can be.

    >>> nearest_terms("30 working days"), nearest_terms("30 days after aceptance")[0]
    ((), '30 days after acceptance')
    """
    if not isinstance(name, str) or not plain_text(name) or _parsed(name, False) is not None:
        return ()
    return nearest(name, _parses)


def _remedy(texts: tuple[str, ...]) -> str:
    *more, last = map(repr, texts) if texts else ("",)
    if not texts:
        return _REMEDY
    return f"did you mean {', '.join(more)} or {last}?" if more else f"did you mean {last}?"


def terms_or_none(name: str) -> PaymentTerms | None:
    """The terms that a text says, None where it cannot be read as one; quick for a column of slips."""
    found = _parsed(name, False)
    return found if isinstance(found, PaymentTerms) else None


def shares_of_text(name: object) -> Fraction | None:
    """What the shares of a text add up to, where every instalment of it is a share; else None.

    >>> shares_of_text("30% 预付, 69.9% 发货后30天")
    Fraction(999, 1000)
    """
    try:
        parts = read(cast(str, name))
    except Unreadable:
        return None
    if any(one.share is None for one in parts):
        return None
    return sum((one.share or Fraction(0) for one in parts), Fraction(0))


def terms_in(value: PaymentTerms | str | None) -> str | None:
    """The converter of a field of terms: their text, also where the terms themselves are given."""
    if not isinstance(value, PaymentTerms):
        return value
    same = _parsed(value.name, value.instalments) == value
    return value.name if same else value.text()


def known_terms(fact: Any, attribute: attrs.Attribute[str | None], value: str | None) -> None:
    """The validator of terms of payment by name."""
    if value is not None:
        PaymentTerms.parse(value, path=f"{fact_name(type(fact))}.{attribute.name}")


def refused_terms(column: Cells) -> tuple[npt.NDArray[np.bool_], str, str]:
    """The rows of a column whose text is no terms of payment; what they must be, what to write for the first.

    >>> refused_terms(Codes.of(["net30", "30 days after aceptance", None], "terms"))[2][:43]
    "did you mean '30 days after acceptance', '3"
    """
    codes = cast(Codes, column)
    wrong = [terms_or_none(name) is None for name in codes.names]
    where = np.array([*wrong, False])[codes.values]
    rows = np.flatnonzero(where)
    return where, TERMS, _to_write(codes.names[codes.values[rows[0]]]) if len(rows) else ""


def _to_write(name: str) -> str:
    """The remedy for a text that is no terms: its readings, the nearest texts, or examples."""
    found = _parsed(name, False)
    if isinstance(found, tuple):
        return f"write {' or '.join(map(repr, found))}"
    return (
        found.faults[0].remedy if isinstance(found, InvalidFact) else _remedy(nearest_terms(name))
    )
