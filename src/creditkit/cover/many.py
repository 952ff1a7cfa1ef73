"""The cover of many buyers as a table: a row for each, made by `cover` one by one."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Final

import attrs

from creditkit._fields import Day, Fact, as_date, checked, known_currency, money_in, records_in
from creditkit._layout import WORDS as NOTEBOOK
from creditkit._tables import Table
from creditkit.cover._words import STATUSES, WORDS, cell, page, words
from creditkit.cover.covering import Cover, cover
from creditkit.errors import InvalidFact
from creditkit.facts.insurance import InsurancePolicy, InsuredBuyer
from creditkit.languages import AnyLanguage
from creditkit.money import Money

__all__ = ["CoverOfBuyer", "Covers", "covers"]

_MOST_ROWS: Final = 20


@attrs.frozen(kw_only=True, field_transformer=checked)
class CoverOfBuyer(Fact):
    """The sums of the `Cover` of one buyer; what is None is not known."""

    schema: ClassVar[str] = "creditkit.cover_of_buyer/1"

    buyer: str
    as_of: date
    currency: str = attrs.field(validator=known_currency)
    status: str
    open: Money | None = attrs.field(default=None, converter=money_in)
    insured: Money | None = attrs.field(default=None, converter=money_in)
    uninsured: Money | None = attrs.field(default=None, converter=money_in)
    disputed: Money | None = attrs.field(default=None, converter=money_in)
    not_known: Money | None = attrs.field(default=None, converter=money_in)
    covered: Money | None = attrs.field(default=None, converter=money_in)
    retention: Money | None = attrs.field(default=None, converter=money_in)
    limit: Money | None = attrs.field(default=None, converter=money_in)
    stop_from: date | None = None

    @classmethod
    def of(cls, found: Cover) -> "CoverOfBuyer":
        """The sums of a cover."""
        return cls(
            buyer=found.buyer,
            as_of=found.as_of,
            currency=found.currency,
            status=found.status,
            open=found.open,
            insured=found.insured,
            uninsured=found.uninsured,
            disputed=found.disputed,
            not_known=found.not_known,
            covered=found.covered,
            retention=found.retention,
            limit=found.limit,
            stop_from=found.stop_from,
        )


class Covers(Table[CoverOfBuyer]):
    """The cover of many buyers in columns."""

    __slots__ = ()

    record = CoverOfBuyer
    schema = "creditkit.covers/1"

    def explain(self, language: AnyLanguage = "en") -> str:
        """The first rows in a language."""
        names = ("open", "insured", "covered", "retention", "limit")
        head = words(("buyer", *names, "stop", "status"), language)
        given = [self.row(row) for row in range(min(self.rows, _MOST_ROWS))]
        rows = [
            [
                one.buyer,
                *(cell(getattr(one, name), language) for name in names),
                cell(one.stop_from, language),
                STATUSES[one.status].in_(language) if one.status in STATUSES else one.status,
            ]
            for one in given
            if one is not None
        ]
        ends = [one for one in given if one is not None]
        title = WORDS["covers"].filled(
            language,
            as_of=ends[0].as_of if ends else "-",
            currency=ends[0].currency if ends else "-",
        )
        made = page(title, [head, *rows], language, right=range(1, 6))
        more = self.rows - _MOST_ROWS
        return made if more <= 0 else f"{made}\n{NOTEBOOK['more'].filled(language, more=more)}"

    def __str__(self) -> str:
        return self.explain()


def covers(buyers: Iterable[InsuredBuyer], policy: InsurancePolicy, *, as_of: Day) -> Covers:
    """`cover` for many buyers under one policy, as a table in their order; each stands once.

    Rows equal `cover` of one: they are made by it. Plan for a tenth of a millisecond a shipment.
    """
    given = records_in(InsuredBuyer, buyers, "covers.buyers")
    names = [one.buyer for one in given]
    if len(set(names)) < len(names):
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise InvalidFact("covers.buyers", "must hold a buyer once", twice, "join their shipments")
    day = as_date(as_of)
    return Covers.of(CoverOfBuyer.of(cover(one, policy, as_of=day)) for one in given)
