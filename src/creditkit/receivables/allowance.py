"""The allowance from one date to another (坏账准备变动), and what share of sales turned bad.

    opening + charge - written off + recovered - release = closing

The closing allowance is what the `provision` requires; what is missing is charged, what is too much
is released. An opening balance in debit (more was written off than was provided for) is below zero.
What was written off, or recovered of it, and is not known makes charge and release not known: it is
never taken for 0.

Sources: 账龄分析法 as in Chinese textbooks of accounting, in two printed examples (see below); IAS 1
and IFRS 7.35H for the movement.

>>> def cny(amount): return Money(amount, "CNY")
>>> movement = allowance_movement(opening=cny(1530), required=cny(4970),
...                               written_off=cny(0), recovered=cny(0))
>>> print(movement)
Movement of the allowance, CNY
opening      1,530.00
charge       3,440.00
written off      0.00
recovered        0.00
release          0.00
closing      4,970.00
<BLANKLINE>
Assumptions
- The closing allowance is what the provision requires: the charge is what is missing.
>>> in_debit = allowance_movement(opening=cny(-360), required=cny(4970),
...                               written_off=cny(0), recovered=cny(0))
>>> in_debit.charge
Money('5330.00', 'CNY')
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, cast

import attrs
import numpy as np

from creditkit._arithmetic import C, number_in, positive, ratio
from creditkit._columns import Amounts, Cells, Codes, State
from creditkit._fields import Fact, checked, known_currency, money_in, not_negative
from creditkit._given import names_in
from creditkit._plain import mapping_in
from creditkit.errors import InvalidFact
from creditkit.languages import AnyLanguage
from creditkit.money import LARGEST, Money
from creditkit.reasons import Reason
from creditkit.receivables._told import Told
from creditkit.receivables._words import WORDS, money_text, page

__all__ = [
    "AllowanceMovement",
    "AllowanceMovements",
    "allowance_movement",
    "allowance_movements",
    "bad_debt_rate",
    "recovery_rate",
]

LINES: Final = ("opening", "charge", "written_off", "recovered", "release", "closing")
SIGNS: Final = (1, 1, -1, 1, -1)
"""What each line but the last does to the allowance."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class AllowanceMovement(Fact):
    """The allowance of a period; a line that is None is not known.

    ``opening`` and ``closing`` are below zero where the account is in debit; the others have no sign
    of their own. ``name`` is the segment or account that it is about, where there are several.
    """

    schema: ClassVar[str] = "creditkit.allowance_movement/1"

    name: str | None = None
    currency: str = attrs.field(validator=known_currency)
    opening: Money | None = attrs.field(default=None, converter=money_in)
    charge: Money | None = attrs.field(default=None, converter=money_in, validator=not_negative)
    written_off: Money | None = attrs.field(
        default=None, converter=money_in, validator=not_negative
    )
    recovered: Money | None = attrs.field(default=None, converter=money_in, validator=not_negative)
    release: Money | None = attrs.field(default=None, converter=money_in, validator=not_negative)
    closing: Money | None = attrs.field(default=None, converter=money_in)

    def __attrs_post_init__(self) -> None:
        lines: list[Money | None] = [getattr(self, name) for name in LINES]
        known = [one.minor for one in lines if one is not None]
        if len(known) < len(LINES):
            return
        closing = sum(sign * minor for sign, minor in zip(SIGNS, known, strict=False))
        if closing != known[-1]:
            rule = "must be opening + charge - written_off + recovered - release"
            raise InvalidFact("allowance_movement.closing", rule, self.closing)

    @property
    def assumptions(self) -> tuple[Reason, ...]:
        """What the charge rests on."""
        return (Reason("assume.required"),)

    def explain(self, language: AnyLanguage = "en") -> str:
        """The lines from opening to closing, in a language."""
        rows = [
            [WORDS[name].in_(language), money_text(getattr(self, name), language)] for name in LINES
        ]
        title = WORDS["movement"].filled(language, currency=self.currency)
        named = f"{self.name}  {title}" if self.name else title
        return page(named, rows, language, right=(1,), assumptions=self.assumptions)

    def __str__(self) -> str:
        return self.explain()


class AllowanceMovements(Told[AllowanceMovement]):
    """Movements in columns, a row for each segment or account."""

    __slots__ = ()

    record = AllowanceMovement
    schema = "creditkit.allowance_movements/1"
    title = "movements"
    shown = ("name", *LINES)

    @property
    def assumptions(self) -> tuple[Reason, ...]:
        """What the charges rest on."""
        return (Reason("assume.required"),)


def allowance_movement(
    *,
    opening: Money | None,
    required: Money | None,
    written_off: Money | None,
    recovered: Money | None,
    name: str | None = None,
) -> AllowanceMovement:
    """The movement that leads from the opening allowance to the required one.

    ``required - (opening - written_off + recovered)`` is charged where it is above zero and released
    where it is below. All are in one currency; one that is None is not known, and so are then charge
    and release.

    >>> def cny(amount): return Money(amount, "CNY")
    >>> moved = allowance_movement(opening=cny(500), required=cny(300), written_off=cny(90),
    ...                            recovered=cny(15))
    >>> moved.charge, moved.release
    (Money('0.00', 'CNY'), Money('125.00', 'CNY'))
    """
    given = {
        "opening": opening,
        "required": required,
        "written_off": written_off,
        "recovered": recovered,
    }
    known = {path: one for path, one in given.items() if one is not None}
    for path, one in known.items():
        if not isinstance(one, Money):
            raise InvalidFact(path, "must be Money", one, "write Money('5000', 'CNY')")
    currencies = {one.currency for one in known.values()}
    if len(currencies) != 1:
        rule = "must have one of them known, in one currency"
        raise InvalidFact("allowance_movement", rule, sorted(currencies))
    (currency,) = currencies
    charge = release = None
    if len(known) == len(given):
        lacking = known["required"].minor - known["opening"].minor
        lacking += known["written_off"].minor - known["recovered"].minor
        charge = Money.from_minor(max(lacking, 0), currency)
        release = Money.from_minor(max(-lacking, 0), currency)
    return AllowanceMovement(
        name=name,
        currency=currency,
        opening=opening,
        charge=charge,
        written_off=written_off,
        recovered=recovered,
        release=release,
        closing=required,
    )


def allowance_movements(
    names: Sequence[str], columns: Mapping[str, Any], *, currency: str
) -> AllowanceMovements:
    """`allowance_movement` for many: ``opening``, ``required``, ``written_off``, ``recovered`` as columns.

    A column is `Amounts`, or a list of money in major units; None is not known.

    >>> moved = allowance_movements(["A", "B"], {"opening": ["1530", "-360"], "required": [4970, 4970],
    ...     "written_off": [0, None], "recovered": [0, 0]}, currency="CNY")
    >>> moved.row(0).charge, moved.row(1).charge
    (Money('3440.00', 'CNY'), None)
    """
    path = "allowance_movements"
    given = mapping_in(columns, path, "give columns by name")
    wanted = ("opening", "required", "written_off", "recovered")
    if sorted(given) != sorted(wanted):
        raise InvalidFact(
            path, f"must have the columns {', '.join(wanted)}", sorted(map(str, given))
        )
    rows = names_in(names, f"{path}.names")
    money = {}
    for name in wanted:
        column = given[name]
        if not isinstance(column, Amounts):
            column = Amounts.from_major(column, currency, f"{path}.{name}")
        if len(column) != len(rows) or column.currency != currency:
            rule = f"must have {len(rows)} rows in {currency}"
            raise InvalidFact(f"{path}.{name}", rule, column)
        money[name] = column
    known = np.ones(len(rows), dtype=bool)
    for column in money.values():
        known &= column.known
    exact = [
        money["required"].values.astype(object),
        -money["opening"].values.astype(object),
        money["written_off"].values.astype(object),
        -money["recovered"].values.astype(object),
    ]
    lacking = sum(exact, np.zeros(len(rows), dtype=object))

    def cells(values: Any) -> Cells:
        beyond = np.array([value > LARGEST for value in values], dtype=bool)
        states = np.where(known, np.where(beyond, State.OUT_OF_RANGE, 0), State.UNKNOWN)
        return Cells(np.where(states == 0, values, 0).astype(np.int64), states.astype(np.uint8))

    return AllowanceMovements.from_columns(
        {
            "name": Codes.of(rows),
            "currency": currency,
            "opening": money["opening"],
            "charge": cells(np.maximum(lacking, 0)),
            "written_off": money["written_off"],
            "recovered": money["recovered"],
            "release": cells(np.maximum(-lacking, 0)),
            "closing": money["required"],
        }
    )


def bad_debt_rate(written_off: C, sales: C, *, recovered: C | float = 0.0) -> C:
    """The share of credit sales that turned bad: ``(written off - recovered) / sales``. Low is good.

    Numbers or columns, in one unit, both tax-inclusive or both not; NaN where sales are not positive.
    Without ``recovered`` it is the gross rate.

    >>> bad_debt_rate(12_000.0, 2_400_000.0), bad_debt_rate(12_000.0, 2_400_000.0, recovered=3_000.0)
    (0.005, 0.00375)
    """
    for path, value in (("written_off", written_off), ("recovered", recovered)):
        number_in(value, path)
    lost = _floats(written_off) - cast(Any, _floats(recovered))
    return cast(C, ratio(lost, positive(_floats(sales))))


def recovery_rate(recovered: C, written_off: C) -> C:
    """The share of what was written off that was paid after all, 0..1. High is good.

    NaN where nothing was written off.

    >>> recovery_rate(3_000.0, 12_000.0)
    0.25
    """
    return cast(C, ratio(_floats(recovered), positive(_floats(written_off))))


def _floats(value: Any) -> Any:
    number_in(value)
    if isinstance(value, np.ndarray):
        return value.astype(np.float64)
    return float(value) if isinstance(value, int | np.generic) else value
