"""Where a customer stands at a date: the figures that a policy reads from the ledger.

For tests of overdue, unapplied cash and credits are first set against the oldest items, disputed
amounts are left out, and so are remainders below ``ignore_below``. Due today is not overdue. Money
is in the one currency of the reading: `position` has the figures of one customer as a dict,
`positions` those of many as a table; they agree to the last bit. Each function takes a `Reading`, or
the fields of one by keyword; ``currency`` may be left out where all items are in one.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["INV-7", "INV-9", "RC-1"], "account": "C-1", "currency": "CNY",
...      "kind": ["invoice", "invoice", "receipt"], "amount": [1000, 700, -400],
...      "doc_date": ["2026-08-01", "2026-11-01", "2026-11-10"],
...      "due_date": ["2026-10-30", "2026-12-01", None]})
>>> now = position(ledger, as_of=date(2026, 11, 21))
>>> now["receivables"], now["overdue"], now["oldest_overdue_days"]
(Money('1300.00', 'CNY'), Money('600.00', 'CNY'), 22)
>>> [(item.id, item.days, item.amount) for item in overdue_items(ledger, as_of=date(2026, 11, 21))]
[('INV-7', 22, Money('600.00', 'CNY'))]
>>> many = positions(ledger, as_of=date(2026, 11, 21))
>>> many.row(0).overdue, many.amounts("overdue").total()
(Money('600.00', 'CNY'), Money('600.00', 'CNY'))
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import ClassVar, Final, Unpack

import attrs

from creditkit._fields import Fact, checked, known_currency, money_in
from creditkit._given import instance_in, names_in
from creditkit._plain import Record
from creditkit.facts.kinds import ItemKind, kind_in
from creditkit.facts.ledger import Ledger
from creditkit.figures import Undefined, Value
from creditkit.money import Money
from creditkit.reasons import Reason
from creditkit.receivables._many import figures_of_accounts
from creditkit.receivables._one import NAMES
from creditkit.receivables._owed import counted_of, owed_by
from creditkit.receivables._position import figures_at, of_one, open_at
from creditkit.receivables._told import Told, accounts_of
from creditkit.receivables.open_items import opened
from creditkit.receivables.reading import Options, Reading, asked_of, reading_of

__all__ = [
    "NAMES",
    "OverdueItem",
    "Position",
    "Positions",
    "Reading",
    "open_amount",
    "overdue_items",
    "payable_items",
    "position",
    "positions",
]

MONEY: Final = frozenset({"receivables", "overdue", "disputed"})
"""Of the figures those that are money."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class Position(Fact):
    """Where one customer stands at a date: the figures of `position`, with whose they are.

    Money is in ``currency``, shares are 0..1, days are days. None is not known. ``overdue_share`` and
    ``dso`` are UNDEFINED where they are known to have no meaning.
    """

    schema: ClassVar[str] = "creditkit.position/1"

    account: str
    as_of: date
    currency: str = attrs.field(validator=known_currency)
    receivables: Money | None = attrs.field(default=None, converter=money_in)
    overdue: Money | None = attrs.field(default=None, converter=money_in)
    disputed: Money | None = attrs.field(default=None, converter=money_in)
    oldest_overdue_days: int | None = None
    overdue_share: float | Undefined | None = None
    dso: float | Undefined | None = None
    countback_dso: float | None = None
    settled_count: int | None = None
    on_time_share: float | None = None
    average_days_late: float | None = None


class Positions(Told[Position]):
    """Where customers stand, in columns, a row for each account that was asked for."""

    __slots__ = ()

    record = Position
    schema = "creditkit.positions/1"
    title = "positions"
    shown = ("account", *NAMES)

    @property
    def assumptions(self) -> tuple[Reason, ...]:
        """What its figures rest on."""
        return (Reason("assume.sales"), Reason("assume.late_to_date"))


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
) -> dict[str, Money | Value]:
    """The figures of one customer, whose own ledger it takes (``ledger.account("C-1")``).

    ``receivables``, ``overdue`` and ``disputed`` are `Money` in the currency of the reading; the others
    are days, counts and ratios. A figure is None where it is not known: all money where a rate is
    missing or a row cannot be read, shares of nothing settled, and what a ledger of remainders cannot
    tell (sales, habits).
    ``overdue_share`` is UNDEFINED where receivables are not positive, ``dso`` where nothing was
    sold (invoices less credit notes of the 365 days up to ``as_of``). Of a customer in credit no
    sales are unpaid: ``dso`` and ``countback_dso`` are 0, never below, so that paying more never
    turns into a ratio without a meaning. ``countback_dso`` is a lower bound where the receivables
    exceed the sales of twelve months. ``names`` are those that are
    asked for: others may be left out.
    """
    wanted = None if names is None else frozenset(names_in(names, "names"))
    if options or not isinstance(how, Reading):
        how = reading_of(ledger, how, options)
    return {
        name: Money.from_minor(value, how.currency)
        if name in MONEY and value is not None
        else value
        for name, value in figures_at(ledger, how, wanted).items()
    }


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
) -> Money | None:
    """What is open of one item by its id, in the currency of the reading; 0 where there is none such.

    None where it is not known. ``kind`` says of which kind it is; without it, a document that is owed
    comes before a credit with the same number. What tests of overdue leave out changes nothing here.
    """
    instance_in(item, str, "item")
    named = None if kind is None else kind_in(kind)
    how = reading_of(ledger, how, options)
    minor = open_at(ledger, how, item, named)
    return None if minor is None else Money.from_minor(minor, how.currency)


def payable_items(
    ledger: Ledger, how: Reading | None = None, **options: Unpack[Options]
) -> tuple[OverdueItem, ...] | None:
    """One customer's items to pay, oldest first, after credits are set against the oldest.

    Those with ``days`` above 0 are overdue, and their amounts add up to the figure ``overdue``; the
    others fall due today or later. None where that is not known.
    """
    how = reading_of(ledger, how, options)
    items = of_one(ledger, how)
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
        for item, left in counted_of(owed, how)
    )


def positions(
    ledger: Ledger,
    how: Reading | Sequence[str] | None = None,
    *,
    accounts: Sequence[str] | None = None,
    **options: Unpack[Options],
) -> Positions:
    """`position` for many, as a table: a row for each account, in the order of ``accounts``.

    Where None, all of the ledger, by name; one may be asked for more than once. A list of accounts may
    also stand second, in place of a `Reading`. An account without items is known to owe nothing.
    ``positions(ledger, ...)["overdue"]`` is a column: money in whole minor units, INVALID where a row
    of the account cannot be read or lacks a rate; UNKNOWN and UNDEFINED as in `position`. In a frame
    (``frames.to_frame``) all three are null.
    """
    how, accounts = asked_of(ledger, how, accounts, options)
    return Positions.from_columns(
        {
            "account": accounts_of(accounts),
            "as_of": str(how.as_of),
            "currency": how.currency,
            **figures_of_accounts(ledger, how, accounts),
        }
    )
