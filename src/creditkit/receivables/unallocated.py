"""What `allocation` leaves: credits and cash that no item takes, each with the reason.

>>> left = Unallocated(account="C-1", item="R-1", currency="CNY", amount="40", why="disputed")
>>> UnallocatedCash.of([left]).row(0) == left
True
"""

from typing import ClassVar

import attrs

from creditkit._fields import Fact, checked, known_currency, money_in
from creditkit._tables import Table
from creditkit.money import Money

__all__ = ["Unallocated", "UnallocatedCash"]


@attrs.frozen(kw_only=True, field_transformer=checked)
class Unallocated(Fact):
    """What is left of one credit, and why. ``amount`` is None where not known.

    ``nothing_open``: the account owes nothing else in this currency. ``not_named``: it names nothing
    else that is open. ``disputed``: what it owes is in
    dispute. ``other_currency``: it owes in another currency. ``matched_later``: a document dated after
    the day of the allocation is matched with the rest. ``overpaid``: an item to which more is
    allocated than it amounts to. ``not_known``: a row of the account cannot be read.
    """

    schema: ClassVar[str] = "creditkit.unallocated/1"

    account: str
    item: str
    currency: str = attrs.field(validator=known_currency)
    amount: Money | None = attrs.field(default=None, converter=money_in)
    why: str = "nothing_open"


class UnallocatedCash(Table[Unallocated]):
    """What is left of each credit, in columns."""

    __slots__ = ()

    record = Unallocated
    schema = "creditkit.unallocated_cash/1"
