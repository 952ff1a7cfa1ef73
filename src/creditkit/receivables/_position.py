"""Where one customer stands, in whole minor units: what a policy reads of a ledger, kept beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditkit.errors import InvalidFact
from creditkit.facts._single import AccountItems
from creditkit.facts.kinds import ItemKind
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import converted
from creditkit.receivables._item_columns import INVALID
from creditkit.receivables._one import NAMES, PARTS, figures_of_one
from creditkit.receivables._owed import counted_of, left_of, owed_by
from creditkit.receivables.open_items import opened
from creditkit.receivables.reading import Reading, reading_of

__all__ = ["dated_ahead", "figures_at", "of_one", "open_at", "passed_over"]

_ALL: Final = frozenset(NAMES)


def figures_at(
    ledger: Ledger, how: Reading, names: frozenset[str] | None = None
) -> Mapping[str, Any]:
    """`position` with money in whole minor units; what is returned is kept, and only read."""
    wanted = _ALL if names is None else names
    kept = _kept(ledger, how, wanted) if type(ledger) is Ledger else None
    if kept is None:  # else it was looked through when it was read
        how = reading_of(ledger, how, {})
        found = figures_of_one(of_one(ledger, how), how, wanted)
        kept = {name: None if value is INVALID else value for name, value in found.items()}
        ledger._position = _key(how), kept
    return kept


def _kept(ledger: Ledger, how: Reading, wanted: frozenset[str]) -> Mapping[str, Any] | None:
    """The figures that were read last, where they were read in the same way and are all there.

    Orders of a day are checked against the same ledger, which does not change.
    """
    last = ledger._position
    if last is None or last[0] != _key(how):
        return None
    lacking = (group[0] not in last[1] and not wanted.isdisjoint(group) for group in PARTS)
    return None if any(lacking) else last[1]


def _key(how: Reading) -> tuple[object, ...]:
    """What makes two readings of a ledger the same."""
    return *how.when, how.currency, how.rates, how.trifle, how.most, how.ignore_disputed


def passed_over(ledger: Ledger, how: Reading) -> int:
    """What tests of overdue pass over of small remainders, in minor units; 0 where it is not known."""
    how = reading_of(ledger, how, {})
    items = of_one(ledger, how)
    owed = None if items.broken or not how.trifle else owed_by(items, how, opened(items, how.when))
    if owed is None:
        return 0
    late = sum(left for item, left in left_of(owed) if item.due < how.as_of)
    return late - sum(left for item, left in counted_of(owed, how) if item.due < how.as_of)


def dated_ahead(ledger: Ledger, how: Reading) -> list[str]:
    """The numbers of documents that are owed and dated after the day of a reading."""
    items = of_one(ledger, how)
    rows = zip(items.ids, items.amounts, items.docs, strict=True)
    return sorted(name for name, amount, day in rows if amount > 0 and day > how.as_of)


def open_at(ledger: Ledger, how: Reading, item: str, kind: ItemKind | None = None) -> int | None:
    """`open_amount` in whole minor units."""
    how = reading_of(ledger, how, {})
    items = of_one(ledger, how)
    indexes = [
        index
        for index, name in enumerate(items.ids)
        if name == item and kind in (None, items.kinds[index])
    ]
    if not indexes:
        return 0
    opens = opened(items, how.when)[0]
    index = min(indexes, key=lambda one: items.amounts[one] < 0)
    if items.broken or items.docs[index] > how.as_of:
        return None if items.broken else 0
    return converted(opens[index], items.currencies[index], how.currency, how.rates)


def of_one(ledger: Ledger, how: Reading) -> AccountItems:
    """The items of a ledger that is of one customer, or an error."""
    if len(ledger) and len(ledger.accounts) > 1:
        remedy = "write ledger.account('C-1')"
        raise InvalidFact("ledger", "must be of one customer", ledger, remedy)
    return ledger.account_items_by(how.exists_by)
