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
from decimal import Decimal
from typing import Any, Literal, TypeAlias, TypedDict, cast

import attrs

from creditkit._fields import Day, as_date
from creditkit._given import instance_in, listed, names_in, one_of
from creditkit.errors import InvalidFact, meant
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import Rates
from creditkit.money import Money, currency_digits, minor_units, plain_amount
from creditkit.receivables.open_items import (
    EXISTS_BY,
    Effective,
    ExistsBy,
    When,
    asked,
    one_currency,
)

__all__ = ["Options", "Reading", "accounts_in", "asked_of", "reading_of"]

Least: TypeAlias = Money | Decimal | str | Literal[0] | None
"""Money below which a remainder is left out: text and Decimal are major units; 0 and None: nothing."""


class Options(TypedDict, total=False):
    """The fields of a `Reading` as keywords; ``as_of`` must be among them.

    ``currency`` may be left out where all items are in one.
    """

    as_of: Day
    currency: str | None
    rates: Rates | None
    ignore_below: Least
    ignore_most: Least
    ignore_disputed: bool
    effective: Effective
    exists_by: ExistsBy


def _currency(_reading: Any, _field: Any, value: str) -> None:
    currency_digits(value)


def _least(value: Least) -> Money:
    return cast(Money, value)  # made Money by the check, which knows the currency of the reading


def _trifle(reading: Reading, field: Any, value: Any) -> None:
    """The check of ``ignore_below``, which keeps it as money and as a whole number, too."""
    minor = _minor(reading, field, value)
    if type(value) is not Money or value.currency != reading.currency:
        object.__setattr__(reading, "ignore_below", Money.from_minor(minor, reading.currency))
    object.__setattr__(reading, "trifle", minor)


def _bound(reading: Reading, field: Any, value: Any) -> None:
    """The check of ``ignore_most``, which keeps it as money and as a whole number, too."""
    minor = 10 * reading.trifle if value is None else _minor(reading, field, value)
    object.__setattr__(reading, "most", minor)
    if value is not None and (type(value) is not Money or value.currency != reading.currency):
        object.__setattr__(reading, "ignore_most", Money.from_minor(minor, reading.currency))


def _minor(reading: Reading, field: Any, value: Any) -> int:
    """Money of a reading in minor units."""
    currency = reading.currency
    if isinstance(value, Money):
        if value.minor and value.currency != currency:
            rule = f"must be in {currency}, the currency of the reading"
            raise InvalidFact(field.name, rule, value, "convert it with Rates first")
        minor = value.minor
    elif value is None or (type(value) is int and value == 0):
        minor = 0
    elif isinstance(value, Decimal | str):
        minor = minor_units(value, currency, field.name)
    else:  # of a bare number nobody knows whether it counts yuan or fen
        remedy = f"write {plain_amount(50 * 10 ** currency_digits(currency), currency)!r}, or Money"
        raise InvalidFact(field.name, "must be money, as text, Decimal or Money", value, remedy)
    if minor < 0:
        raise InvalidFact(field.name, "must not be below zero", value)
    return minor


def _flag(_reading: Any, field: Any, value: bool) -> None:
    if not isinstance(value, bool):
        raise InvalidFact(field.name, "must be True or False", value)


def _exists_by(_reading: Any, field: Any, value: str) -> None:
    one_of(value, EXISTS_BY, field.name)


@attrs.frozen(kw_only=True)
class Reading:
    """At which date a ledger is read, in which currency, and what tests of overdue leave out.

    Items in other currencies are converted with ``rates``, one by one, half-even. Tests of overdue
    leave out what is left of an item where that is below ``ignore_below``, the oldest first and up to
    ``ignore_most`` of an account together (where None, ten times ``ignore_below``); and disputed
    amounts unless ``ignore_disputed`` is False. Both are money in ``currency``: `Money`, or major
    units as text or ``Decimal`` (``"50"``, ``"50.00"``); 0 leaves nothing out, and so does None of
    ``ignore_below``. Any other bare number, and money in another currency, is an `InvalidFact`. They
    read back as `Money`; ``trifle`` and ``most`` are they in whole minor units.

    ``effective`` says from when an allocation counts: from the later date of the two documents that
    it ties (``documents``), or not before its recorded matching date (``matched``). ``exists_by``
    says from when a document exists: from its document date, or, as in the books, from its
    ``posting`` date where it has one. That is another question than by which date it ages.

    >>> Reading(as_of="2026-11-21", currency="CNY", ignore_below="50").ignore_below
    Money('50.00', 'CNY')
    >>> Reading(as_of="2026-11-21", currency="CNY", ignore_below=50)
    Traceback (most recent call last):
    creditkit.errors.InvalidFact: ignore_below must be money, as text, Decimal or Money (got 50); ...
    """

    as_of: date = attrs.field(converter=as_date)
    currency: str = attrs.field(validator=_currency)
    rates: Rates | None = None
    ignore_below: Money = attrs.field(default=_least(0), converter=_least, validator=_trifle)
    ignore_most: Money | None = attrs.field(
        default=_least(None), converter=_least, validator=_bound
    )
    ignore_disputed: bool = attrs.field(default=True, validator=_flag)
    effective: Effective = "documents"
    exists_by: ExistsBy = attrs.field(default="document", validator=_exists_by)
    trifle: int = attrs.field(init=False, eq=False, repr=False)
    most: int = attrs.field(init=False, eq=False, repr=False)

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
            least = options.get("ignore_below")
            of_nothing = least.currency if isinstance(least, Money) else "CNY"
            currency = one_currency(ledger, None) if len(ledger) else of_nothing
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


def asked_of(
    ledger: Ledger,
    how: Reading | Sequence[str] | None,
    accounts: Sequence[str] | None,
    options: Options,
) -> tuple[Reading, Sequence[str]]:
    """`reading_of` and `accounts_in`, where a list of accounts may also stand in place of a reading."""
    if isinstance(how, list | tuple):  # where accounts stood before there was a Reading
        if accounts is not None:
            remedy = "write them once: accounts=[...]"
            raise InvalidFact("accounts", "must not be given twice", accounts, remedy)
        how, accounts = None, how
    reading = reading_of(ledger, cast("Reading | None", how), options)
    return reading, accounts_in(ledger, accounts)


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
