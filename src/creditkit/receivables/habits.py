"""How customers pay: what was settled in the twelve months before a date, what is overdue at it.

An invoice is settled on the day of the last payment that was needed for what was to be paid: its
amount less the credit notes against it, whenever they are written. So much it weighs; one that credit
notes took away has nothing to pay, and does not count. A payment that came back by ``as_of`` has not
been made. Paid early counts as paid on the day. What each kind of document says of the customer is
in the table of kinds.

An invoice that is overdue and open counts as late to date, with its whole amount: not on time, and
late by its days past due so far. So does one that was written off: the customer did not pay.
Otherwise a customer who stops paying would look as good as their last paid invoice, and paying an old
one would make them look worse; so paying one today leaves the shares as they are or betters them.
``variant="settled_only"`` is how most of the trade counts: days late of what was paid, whatever is
open.

What tests of overdue pass over (`Reading`) is passed over here. An invoice of which only a
remainder below ``ignore_below`` was left by a payment is settled on the day of that payment: a bank
fee of 15 yuan does not undo a good payment. One that amounts to less than that is in no figure, open
or paid. What is in dispute of an invoice is in no figure, open or paid, unless ``ignore_disputed``
is False. Free cash and credits are set against the oldest items, as in tests of overdue: one was paid on the
first day on which the free money of that day was enough for it and for all that was older. So a credit
note that is set against nothing pays like cash; allocate it, and its invoice weighs less. Where money
gave more than it had, nobody knows which items it has paid, and nothing here is known.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["A", "B", "P", "D"], "account": "C-1", "currency": "CNY",
...      "amount": [300, 100, -400, 100], "kind": ["invoice", "invoice", "receipt", "invoice"],
...      "doc_date": ["2026-05-01", "2026-05-01", "2026-06-10", "2026-05-01"],
...      "due_date": ["2026-06-10", "2026-05-31", None, "2026-11-11"]},
...     {"source": "P", "target": ["A", "B"], "amount": [300, 100]})
>>> habit(ledger, as_of="2026-11-21", variant="settled_only")
{'settled_count': 2, 'on_time_share': 0.75, 'average_days_late': 2.5, 'simple_days_late': 5.0}
>>> habit(ledger, as_of="2026-11-21")
{'settled_count': 2, 'on_time_share': 0.6, 'average_days_late': 4.0, 'simple_days_late': 6.666...}
>>> print(habits(ledger, as_of="2026-11-21"))
Habits of payment at 2026-11-21, CNY
account  settled  on time  days late  late by count
C-1            2      60%          4          6.667
<BLANKLINE>
Assumptions
- What is overdue and open counts as late, to date.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, ClassVar, Final, Unpack, cast

import attrs

from creditkit._columns import Cells, Codes, codes_among
from creditkit._fields import Fact, checked, known_currency
from creditkit._given import one_of
from creditkit._tables import Refusal
from creditkit.facts.ledger import Ledger
from creditkit.reasons import Reason
from creditkit.receivables._balances import balances_of
from creditkit.receivables._habits import NAMES, YEAR, Variant, habits_of_one
from creditkit.receivables._habits_plain import short_habits
from creditkit.receivables._item_columns import INVALID, cells_of, columns_of
from creditkit.receivables._many import habits_of
from creditkit.receivables._owed import owed_by
from creditkit.receivables._told import Told, accounts_of
from creditkit.receivables.open_items import opened
from creditkit.receivables.reading import Options, Reading, asked_of, reading_of

__all__ = ["NAMES", "YEAR", "PaymentHabit", "PaymentHabits", "Variant", "habit", "habits"]

VARIANTS: Final = ("with_overdue", "settled_only")
ASSUMED: Final = dict(zip(VARIANTS, ("assume.late_to_date", "assume.open_left_out"), strict=True))
"""What the figures of a variant rest on."""


def _variant(_habit: Any, field: Any, value: str) -> None:
    one_of(value, VARIANTS, f"payment_habit.{field.name}")


@attrs.frozen(kw_only=True, field_transformer=checked)
class PaymentHabit(Fact):
    """How one customer pays, at a date: the figures of `habit`, with whose they are.

    ``variant`` says how they were counted. None is not known.
    """

    schema: ClassVar[str] = "creditkit.payment_habit/1"

    account: str
    as_of: date
    currency: str = attrs.field(validator=known_currency)
    variant: str = attrs.field(default="with_overdue", validator=_variant)
    settled_count: int | None = None
    on_time_share: float | None = None
    average_days_late: float | None = None
    simple_days_late: float | None = None


class PaymentHabits(Told[PaymentHabit]):
    """How customers pay, in columns, a row for each account that was asked for."""

    __slots__ = ()

    record = PaymentHabit
    schema = "creditkit.payment_habits/1"
    title = "habits"
    shown = ("account", *NAMES)

    @property
    def assumptions(self) -> tuple[Reason, ...]:
        """What its figures rest on."""
        counted = cast(Codes, self["variant"]).names
        return tuple(Reason(ASSUMED[name]) for name in VARIANTS if name in counted)

    def _refused(self) -> Iterator[Refusal]:
        variants = cast(Codes, self["variant"])
        wrong = [code for code, name in enumerate(variants.names) if name not in VARIANTS]
        rule = f"must be {' or '.join(map(repr, VARIANTS))}"
        yield "variant", codes_among(variants, wrong), rule, ""


def habit(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    variant: Variant = "with_overdue",
    **options: Unpack[Options],
) -> dict[str, int | float | None]:
    """How one customer pays; ``ledger`` is the customer's.

    ``settled_count``: invoices (and debit notes) settled. ``on_time_share``: of the amounts settled
    and of those overdue and open, the share settled by the due date, 0..1. ``average_days_late``:
    their days late weighted by amount, early as 0, open ones to date. ``simple_days_late``: the
    same, each invoice counting once. With ``variant="settled_only"`` what is open is in none. The
    last three are None where nothing counts; all are for a ledger of remainders, for an account
    with a row that cannot be read, or with a remainder without a rate where ``ignore_below`` asks
    for one, and, the two weighted ones, where a rate is missing.
    """
    how = reading_of(ledger, how, options)
    one_of(variant, VARIANTS, "variant")
    found = _of_one(ledger, how, variant)
    return {name: None if value is INVALID else value for name, value in found.items()}


def habits(
    ledger: Ledger,
    how: Reading | Sequence[str] | None = None,
    *,
    accounts: Sequence[str] | None = None,
    variant: Variant = "with_overdue",
    **options: Unpack[Options],
) -> PaymentHabits:
    """`habit` for many, as a table: a row for each account, in the order of ``accounts``.

    Where None, all of the ledger, by name; one may be asked for more than once. A list of accounts may
    also stand second, in place of a `Reading`. In ``habits(ledger, ...)["on_time_share"]``, a column,
    what is None in `habit` is INVALID where a row of the account cannot be read or lacks a rate, else
    UNKNOWN. In a frame (``frames.to_frame``) both are null.
    """
    how, accounts = asked_of(ledger, how, accounts, options)
    one_of(variant, VARIANTS, "variant")
    return PaymentHabits.from_columns(
        {
            "account": accounts_of(accounts),
            "as_of": str(how.as_of),
            "currency": how.currency,
            "variant": variant,
            **_of_many(ledger, how, accounts, variant),
        }
    )


def _of_many(
    ledger: Ledger, how: Reading, accounts: Sequence[str], variant: Variant
) -> dict[str, Cells]:
    short = short_habits(ledger, accounts, how, variant)
    if short is not None:
        return short
    columns = columns_of(ledger, accounts, how.when)
    found = None
    if columns is not None:
        free = bool((columns.open < 0).any())
        owed = balances_of(ledger, columns, how) if free else None
        if owed is not None or not free:
            found = habits_of(ledger, columns, how, owed, variant)
    if columns is None or found is None:
        rows = [_of_one(ledger.account(name), how, variant) for name in accounts]
        return {name: cells_of(name, [row[name] for row in rows]) for name in NAMES}
    return {name: columns.spread(cells, accounts) for name, cells in found.items()}


def _of_one(ledger: Ledger, how: Reading, variant: Variant) -> dict[str, Any]:
    items = ledger.account_items_by(how.exists_by)
    state = opened(items, how.when)
    owed = None if items.broken else owed_by(items, how, state)
    return habits_of_one(items, how, state, owed, variant)
