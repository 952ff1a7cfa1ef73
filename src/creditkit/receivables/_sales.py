"""Which items of a ledger are sales, in the currency of a reading: what every sum of sales is made of.

What was billed less what was credited, by their document dates, as they stand, paid or not. Which kinds
are sales is in the table of kinds: a write-off, a receipt, a returned payment or an opening balance is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from creditkit.facts._single import AccountItems
from creditkit.facts.kinds import KINDS
from creditkit.facts.rates import converted
from creditkit.receivables._item_columns import ItemColumns, too_large
from creditkit.receivables.open_items import Ints, Mask, days
from creditkit.receivables.reading import Reading

__all__ = ["SOLD", "Sold", "sold_of", "sold_rows"]

SOLD: Final = frozenset(kind for kind in KINDS if kind.part.sale)
"""What sales are made of, by the table of kinds."""


class Sold(NamedTuple):
    """The rows of a book that are sales, each in minor units of one currency.

    ``lacking`` are those rows of them that have no rate, None where all have one.
    """

    rows: Ints
    minor: Ints
    lacking: Mask | None


def sold_of(
    plain: AccountItems, how: Reading, after: date
) -> Iterator[tuple[int, date, int | None]]:
    """Place, day and amount of one customer's sales after a day and up to that of the reading.

    The amount is None where a rate is missing.
    """
    for place, kind in enumerate(plain.kinds):
        doc = plain.docs[place]
        if kind not in SOLD or not after < doc <= how.as_of:
            continue
        minor: int | None = plain.amounts[place]
        if minor and plain.currencies[place] != how.currency:
            minor = converted(minor, plain.currencies[place], how.currency, how.rates)
        yield place, doc, minor


def sold_rows(book: ItemColumns, how: Reading, after: date) -> Sold | None:
    """The same of many; None where 64 bits might not hold their sums."""
    sale = np.array([kind in SOLD for kind in KINDS])[book.kind]
    sale &= (book.doc > days(after)) & (book.doc <= days(how.as_of))
    rows = np.flatnonzero(sale)
    if len(rows) == len(book.rows):
        minor, lacking = book.converted(book.amount, how.currency, how.rates)
    else:
        wanted = np.zeros(len(book.rows), dtype=np.int64)
        wanted[rows] = book.amount[rows]
        minor, lacking = book.converted(wanted, how.currency, how.rates)
        minor = minor[rows]
        lacking = None if lacking is None else lacking[rows]
    return None if too_large(minor) else Sold(rows, minor, lacking)
