"""Debtors: what each customer owes at a date and how much of it is overdue, as collections see it.

``receivables.debtors`` makes the table from a ledger; a host that knows these sums fills it itself.

>>> debtor = Debtor(account="C-1", as_of=date(2026, 11, 21), currency="CNY", receivables="900",
...                 overdue="500", overdue_items=2, oldest_overdue_days=40, money_days="12500")
>>> Debtors.of([debtor]).row(0) == debtor
True
"""

from datetime import date
from typing import ClassVar

from attrs import field, frozen

from creditkit._fields import Fact, checked, known_currency, money_in
from creditkit._tables import Table
from creditkit.money import Money

__all__ = ["Debtor", "Debtors"]


@frozen(kw_only=True, field_transformer=checked)
class Debtor(Fact):
    """What one customer owes at a date; everything but the first three may be None, not known.

    ``receivables`` is the open balance, credits and unapplied cash included. ``overdue`` is what is
    past due after these are set against the oldest items, disputed amounts left out: so many
    ``overdue_items``, the oldest for so many days. ``money_days`` (逾期积数) adds up what is overdue
    of each item times its days past due, in units of the currency times days. ``disputed`` is the
    open amount in dispute, due or not.
    """

    schema: ClassVar[str] = "creditkit.debtor/1"

    account: str
    as_of: date
    currency: str = field(validator=known_currency)
    receivables: Money | None = field(default=None, converter=money_in)
    overdue: Money | None = field(default=None, converter=money_in)
    overdue_items: int | None = None
    oldest_overdue_days: int | None = None
    money_days: Money | None = field(default=None, converter=money_in)
    disputed: Money | None = field(default=None, converter=money_in)
    grade: str | None = None
    insolvency: bool | None = None


class Debtors(Table[Debtor]):
    """Debtors in columns, a row for each customer."""

    __slots__ = ()

    record = Debtor
    schema = "creditkit.debtors/1"
