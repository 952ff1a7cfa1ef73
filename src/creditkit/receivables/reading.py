"""How a ledger is read: at which date, in which currency, and what tests of overdue leave out.

What asks a ledger where customers stand takes the ledger first, then a `Reading` as ``how`` or its
fields by keyword, and then by keyword what is its own, such as ``accounts``:

>>> from creditkit.facts.ledger import Ledger
>>> from creditkit.receivables.positions import position
>>> ledger = Ledger.from_columns(
...     {"account": ["C-1"], "currency": "CNY", "kind": "invoice", "amount": [1000],
...      "doc_date": "2026-08-01", "due_date": ["2026-10-30"]})
>>> how = Reading(as_of=date(2026, 11, 21), currency="CNY")
>>> position(ledger, how) == position(ledger, as_of="2026-11-21")
True
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypedDict

import attrs

from creditkit._fields import Day, as_date
from creditkit._given import instance_in, listed, names_in, one_of
from creditkit.errors import InvalidFact, meant
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import Rates
from creditkit.money import currency_digits
from creditkit.receivables.open_items import (
    EXISTS_BY,
    Effective,
    ExistsBy,
    When,
    asked,
    one_currency,
)

__all__ = ["Options", "Reading", "accounts_in", "reading_of"]


class Options(TypedDict, total=False):
    """The fields of a `Reading` as keywords; ``as_of`` must be among them.

    ``currency`` may be left out where all items are in one.
    """

    as_of: Day
    currency: str | None
    rates: Rates | None
    ignore_below: int
    ignore_disputed: bool
    effective: Effective
    exists_by: ExistsBy


def _currency(_reading: Any, _field: Any, value: str) -> None:
    currency_digits(value)


def _minor(_reading: Any, field: Any, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidFact(field.name, "must be whole minor units, not below zero", value)


def _flag(_reading: Any, field: Any, value: bool) -> None:
    if not isinstance(value, bool):
        raise InvalidFact(field.name, "must be True or False", value)


def _exists_by(_reading: Any, field: Any, value: str) -> None:
    one_of(value, EXISTS_BY, field.name)


@attrs.frozen(kw_only=True)
class Reading:
    """At which date a ledger is read, in which currency, and what tests of overdue leave out.

    Items in other currencies are converted with ``rates``, one by one, half-even. Tests of overdue
    leave out what is left of an item where that is below ``ignore_below`` (minor units of
    ``currency``), and disputed amounts unless ``ignore_disputed`` is False. ``effective`` says from
    when an allocation counts: from the later date of the two documents that it ties
    (``documents``), or not before its recorded matching date (``matched``). ``exists_by`` says from
    when a document exists: from its document date, or, as in the books, from its ``posting`` date
    where it has one. That is another question than by which date it ages.
    """

    as_of: date = attrs.field(converter=as_date)
    currency: str = attrs.field(validator=_currency)
    rates: Rates | None = None
    ignore_below: int = attrs.field(default=0, validator=_minor)
    ignore_disputed: bool = attrs.field(default=True, validator=_flag)
    effective: Effective = "documents"
    exists_by: ExistsBy = attrs.field(default="document", validator=_exists_by)

    @property
    def when(self) -> When:
        """At which date, from when allocations count, and from when documents exist."""
        return When(self.as_of, self.effective, self.exists_by)


def reading_of(ledger: Ledger, how: Reading | None, options: Options) -> Reading:
    """The reading that was given, or the one of the keywords, for a ledger that knows its date."""
    if how is None:
        for name in options:
            if name not in Options.__annotations__:
                raise InvalidFact(name, "is not known", remedy=meant(name, Options.__annotations__))
        if "as_of" not in options:
            raise InvalidFact("as_of", "must be given", remedy="write as_of=, or give a Reading")
        instance_in(ledger, Ledger, "ledger", "write Ledger.of(items)")
        currency = options.get("currency")
        if currency is None:  # of nothing every currency says the same
            currency = one_currency(ledger, None) if len(ledger) else "CNY"
        fields: dict[str, Any] = {**options, "currency": currency}
        how = Reading(**fields)
    elif not isinstance(how, Reading):
        remedy = "write as_of=..." if listed(how) is None else "write accounts=[...]"
        raise InvalidFact("how", "must be of the type Reading", how, remedy)
    elif options:
        remedy = "write attrs.evolve(reading, ...)"
        raise InvalidFact("options", "must not come with a Reading", sorted(options), remedy)
    asked(ledger, how.as_of, how.effective, how.rates)
    return how


def accounts_in(
    ledger: Ledger, accounts: Sequence[str] | None, beside: Iterable[str] = ()
) -> Sequence[str]:
    """The accounts that are asked for, in their order; where None, all of the ledger, by name.

    ``beside`` are accounts that belong to all, too.
    """
    if accounts is None:
        more = {*beside}
        return sorted({*ledger.by_name, *more}) if more else ledger.by_name
    return names_in(accounts, "accounts")
