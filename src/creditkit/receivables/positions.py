"""Where a customer stands at a date: the figures that a policy reads from the ledger.

For tests of overdue, unapplied cash and credits are first set against the oldest items, disputed
amounts are left out, and so are remainders below ``ignore_below``. Due today is not overdue. Money
is in whole minor units of one currency. `position` is for one customer and an order that waits,
`positions` for many; they agree to the last bit. Each function takes a `Reading`, or the fields of
one by keyword; ``currency`` may be left out where all items are in one.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["INV-7", "INV-9", "RC-1"], "account": "C-1", "currency": "CNY",
...      "kind": ["invoice", "invoice", "receipt"], "amount": [1000, 700, -400],
...      "doc_date": ["2026-08-01", "2026-11-01", "2026-11-10"],
...      "due_date": ["2026-10-30", "2026-12-01", None]})
>>> now = position(ledger, as_of=date(2026, 11, 21))
>>> now["receivables"], now["overdue"], now["oldest_overdue_days"]
(130000, 60000, 22)
>>> [(item.id, item.days, item.amount) for item in overdue_items(ledger, as_of=date(2026, 11, 21))]
[('INV-7', 22, Money('600.00', 'CNY'))]
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import ClassVar, Unpack, cast

import attrs

from creditkit._columns import Cells
from creditkit._given import instance_in, names_in
from creditkit._plain import Record
from creditkit.errors import InvalidFact
from creditkit.facts._single import AccountItems
from creditkit.facts.kinds import ItemKind, kind_in
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import converted
from creditkit.figures import Value
from creditkit.money import Money
from creditkit.receivables._item_columns import INVALID, cells_of, columns_of
from creditkit.receivables._many import figures_of_many
from creditkit.receivables._one import NAMES, PARTS, figures_of_one
from creditkit.receivables._owed import left_of, owed_by
from creditkit.receivables.open_items import opened
from creditkit.receivables.reading import Options, Reading, accounts_in, reading_of

__all__ = [
    "NAMES",
    "OverdueItem",
    "Reading",
    "open_amount",
    "overdue_items",
    "payable_items",
    "position",
    "positions",
]


@attrs.frozen(kw_only=True)
class OverdueItem(Record):
    """An item to pay: ``amount`` is what is left of it, ``disputed`` is beside it."""

    schema: ClassVar[str] = "creditkit.overdue_item/1"

    id: str
    due_date: date
    days: int
    amount: Money
    disputed: Money
    kind: ItemKind = ItemKind.INVOICE


def position(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    names: Collection[str] | None = None,
    **options: Unpack[Options],
) -> Mapping[str, Value]:
    """The figures of one customer, whose own ledger it takes (``ledger.account("C-1")``).

    A figure is None where it is not known: all money where a rate is missing or a row cannot be
    read, shares of nothing settled, and what a ledger of remainders cannot tell (sales, habits).
    ``overdue_share`` is UNDEFINED where receivables are not positive, ``dso`` where nothing was
    sold (invoices less credit notes of the 365 days up to ``as_of``). Of a customer in credit no
    sales are unpaid: ``dso`` and ``countback_dso`` are 0, never below, so that paying more never
    turns into a ratio without a meaning. ``countback_dso`` is a lower bound where the receivables
    exceed the sales of twelve months. ``names`` are those that are
    asked for: others may be left out.
    """
    wanted: Collection[str] = NAMES if names is None else names
    if type(wanted) is not frozenset:
        wanted = frozenset(names_in(wanted, "names"))
    kept = None
    if type(ledger) is Ledger and isinstance(how, Reading) and not options:
        kept = _kept(ledger, how, wanted)  # which was looked through when it was read
    if kept is None:
        how = reading_of(ledger, how, options)
        found = figures_of_one(_of_one(ledger, how), how, wanted)
        kept = {name: None if value is INVALID else value for name, value in found.items()}
        ledger._position = _key(how), kept
    return dict(kept)


def _kept(ledger: Ledger, how: Reading, wanted: frozenset[str]) -> Mapping[str, Value] | None:
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
    left_out = how.trifle, how.ignore_disputed
    return *how.when, how.currency, how.rates, *left_out


def overdue_items(
    ledger: Ledger, how: Reading | None = None, **options: Unpack[Options]
) -> tuple[OverdueItem, ...] | None:
    """Of `payable_items` those that are overdue; their amounts add up to the figure ``overdue``."""
    items = payable_items(ledger, how, **options)
    return None if items is None else tuple(item for item in items if item.days > 0)


def open_amount(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    item: str,
    kind: ItemKind | str | None = None,
    **options: Unpack[Options],
) -> int | None:
    """What is open of one item by its id, in minor units; 0 where the ledger has no such item.

    None where it is not known. ``kind`` says of which kind it is; without it, a document that is owed
    comes before a credit with the same number. What tests of overdue leave out changes nothing here.
    """
    instance_in(item, str, "item")
    named = None if kind is None else kind_in(kind)
    how = reading_of(ledger, how, options)
    items = _of_one(ledger, how)
    indexes = [
        index
        for index, name in enumerate(items.ids)
        if name == item and named in (None, items.kinds[index])
    ]
    if not indexes:
        return 0
    opens = opened(items, how.when)[0]
    index = min(indexes, key=lambda one: items.amounts[one] < 0)
    if items.broken or items.docs[index] > how.as_of:
        return None if items.broken else 0
    return converted(opens[index], items.currencies[index], how.currency, how.rates)


def payable_items(
    ledger: Ledger, how: Reading | None = None, **options: Unpack[Options]
) -> tuple[OverdueItem, ...] | None:
    """One customer's items to pay, oldest first, after credits are set against the oldest.

    Those with ``days`` above 0 are overdue, and their amounts add up to the figure ``overdue``; the
    others fall due today or later. None where that is not known.
    """
    how = reading_of(ledger, how, options)
    items = _of_one(ledger, how)
    owed = None if items.broken else owed_by(items, how, opened(items, how.when))
    if owed is None:
        return None
    return tuple(
        OverdueItem(
            id=item.id,
            due_date=item.due,
            days=(how.as_of - item.due).days,
            amount=Money.from_minor(left, how.currency),
            disputed=Money.from_minor(item.disputed, how.currency),
            kind=items.kinds[item.row],
        )
        for item, left in left_of(owed)
        if item.due >= how.as_of or left >= how.trifle
    )


def _of_one(ledger: Ledger, how: Reading) -> AccountItems:
    if len(ledger) and len(ledger.accounts) > 1:
        remedy = "write ledger.account('C-1')"
        raise InvalidFact("ledger", "must be of one customer", ledger, remedy)
    return ledger.account_items_by(how.exists_by)


def positions(
    ledger: Ledger,
    how: Reading | Sequence[str] | None = None,
    *,
    accounts: Sequence[str] | None = None,
    **options: Unpack[Options],
) -> dict[str, Cells]:
    """`position` for many: a column for each figure, in the order of ``accounts``.

    Where None, all of the ledger, by name; one may be asked for more than once. A list of accounts may
    also stand second, in place of a `Reading`. An account without items is known to owe nothing. INVALID
    where a row of the account cannot be read or lacks a rate; UNKNOWN and UNDEFINED as in `position`.
    """
    if isinstance(how, list | tuple):  # where accounts stood before there was a Reading
        how, accounts = None, how
    how = reading_of(ledger, cast("Reading | None", how), options)
    accounts = accounts_in(ledger, accounts)
    columns = columns_of(ledger, accounts, how.when)
    found = None if columns is None else figures_of_many(ledger, columns, how)
    if columns is None or found is None:
        rows = [
            figures_of_one(ledger.account(name).account_items_by(how.exists_by), how)
            for name in accounts
        ]
        return {name: cells_of(name, [row[name] for row in rows]) for name in NAMES}
    return {name: columns.spread(found[name], accounts) for name in NAMES}
