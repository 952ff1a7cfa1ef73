"""A table that a calculator makes: it prints as a page in a language and says what it assumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final, TypeVar

import numpy as np

from creditkit._columns import Codes
from creditkit._digits import number_text, percent_text
from creditkit._fields import Kind, kinds
from creditkit._layout import FIRST_ROWS, html_table
from creditkit._layout import WORDS as NOTEBOOK
from creditkit._tables import Table
from creditkit.figures import Undefined
from creditkit.languages import AnyLanguage
from creditkit.money import Money
from creditkit.reasons import Reason
from creditkit.receivables._words import WORDS, money_text, page, words

__all__ = ["Told", "accounts_of", "cell_text"]

R = TypeVar("R")

_MOST_ROWS: Final = 20
_SHARES: Final = ("collection_effectiveness", "rate")


def cell_text(name: str, value: Any, language: AnyLanguage) -> str:
    """A cell as a page shows it: shares in percent, "-" for what is not known."""
    if value is None:
        return "-"
    if name == "segment" and value == "*":
        return WORDS["all"].in_(language)
    if isinstance(value, bool):
        return WORDS["yes" if value else "no"].in_(language)
    if isinstance(value, Money):
        return money_text(value, language)
    if isinstance(value, Undefined):
        return WORDS["undefined"].in_(language)
    if isinstance(value, float):
        return (
            percent_text(value)
            if name.startswith(_SHARES) or "share" in name
            else number_text(value)
        )
    return str(value)


def accounts_of(accounts: Sequence[str]) -> Codes:
    """The column of whose row it is; accounts may repeat."""
    if len(set(accounts)) < len(accounts):
        return Codes.of(accounts)
    return Codes(np.arange(len(accounts), dtype=np.int32), accounts)


class Told(Table[R]):
    """A `Table` with a page; ``shown`` are its columns, which are known by words of `WORDS`."""

    __slots__ = ()

    title: ClassVar[str]
    shown: ClassVar[tuple[str, ...]]

    @property
    def assumptions(self) -> tuple[Reason, ...]:
        """What its figures rest on."""
        return ()

    def _title(self, language: AnyLanguage) -> str:
        currencies = self["currency"].names if "currency" in self.cells else ()  # type: ignore[attr-defined]
        currency = ", ".join(currencies) or "-"
        return WORDS[self.title].filled(language, currency=currency, as_of=self._as_of())

    def _as_of(self) -> str:
        """The date of the rows, or the first and the last of them."""
        if "as_of" not in self.cells:
            return "-"
        days = self["as_of"].values[self["as_of"].known]
        ends = dict.fromkeys([days.min(), days.max()]) if len(days) else ()
        return " ... ".join(map(str, ends)) or "-"

    def _page(
        self, most: int, language: AnyLanguage
    ) -> tuple[list[str], list[list[str]], list[int]]:
        given = [self.row_values(row) for row in range(min(self.rows, most))]
        names = [name for name in self.shown if any(row[name] is not None for row in given)]
        cells = [[cell_text(name, row[name], language) for name in names] for row in given]
        sorts = kinds(self.record)
        text = (Kind.TEXT, Kind.CHOICE, Kind.DATE, Kind.FLAG)
        right = [at for at, name in enumerate(names) if sorts[name] not in text]
        return words(names, language), cells, right

    def explain(self, language: AnyLanguage = "en") -> str:
        """The first rows in a language, as far as something is known, and what they assume."""
        head, cells, right = self._page(_MOST_ROWS, language)
        more = self.rows - _MOST_ROWS
        remarks = [WORDS["more"].filled(language, more=more)] if more > 0 else []
        return page(
            self._title(language),
            [head, *cells],
            language,
            right=right,
            assumptions=self.assumptions,
            remarks=remarks,
        )

    def __str__(self) -> str:
        return self.explain()

    def to_html(self, language: AnyLanguage = "en") -> str:
        """The first rows as a small table for a notebook, and what they assume, in a language."""
        head, cells, right = self._page(FIRST_ROWS, language)
        more = self.rows - FIRST_ROWS
        notes = [NOTEBOOK["more"].filled(language, more=more)] if more > 0 else []
        notes += [one.sentence(language) for one in self.assumptions]
        left = [at for at in range(len(head)) if at not in right]
        return html_table(head, cells, title=self._title(language), left=left, notes=notes)
