"""What one customer owes: the items, the credits and cash that are free, and what these cover.

What is free is set against the oldest debt, the earliest money first, and what was sent back to the
customer takes the earliest of it away. Tests of overdue, habits and the call list read this alike.

On which day an item was covered so is asked day by day: on the first day on which the free money of
that day was enough for what then was open of it and of all older items. So to pay one item out of
new money never makes another one late.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from creditkit.facts._single import AccountItems
from creditkit.facts.kinds import Habit
from creditkit.facts.rates import converted
from creditkit.receivables.open_items import Opened, Tie
from creditkit.receivables.reading import Reading

__all__ = [
    "FREE",
    "Credit",
    "Debt",
    "Due",
    "Owed",
    "counted_of",
    "covered_days",
    "covered_on",
    "free_habit",
    "free_ties",
    "left_of",
    "overdrawn",
    "owed_by",
    "surplus",
]

FREE = (Habit.CASH, Habit.BILL, Habit.LOSS)
"""What a free credit says of the customer. What is overpaid is cash, and so is a credit note that is set
against nothing: money of the customer's that pays the oldest debt."""


class Due(NamedTuple):
    """What tests count of an item, in the currency of the reading, in the order of age.

    ``whole`` is the item's amount, ``disputed`` is beside what is tested; ``own`` is what is tested in
    the item's own currency.
    """

    due: date
    doc: date
    whole: int
    id: str
    kind: str
    row: int
    amount: int
    disputed: int
    own: int


class Credit(NamedTuple):
    """A credit or money that is free, in the order in which it is used; ``habit`` by index in `FREE`."""

    day: date
    habit: int
    amount: int


class Owed(NamedTuple):
    """What a customer owes; ``held`` is what is owed and never falls due, so that credits cover it."""

    receivables: int
    disputed: int
    held: int
    credits: list[Credit]
    items: list[Due]

    @property
    def pool(self) -> int:
        """What is free to be set against the items."""
        return max(0, sum(credit.amount for credit in self.credits) - self.held)

    def free(self) -> list[Credit]:
        """What is free, in the order in which it is used; what is held has taken the first of it."""
        held, out = self.held, []
        for credit in sorted(self.credits):
            taken = min(held, credit.amount)
            held -= taken
            if taken < credit.amount:
                out.append(credit._replace(amount=credit.amount - taken))
        return out


def free_habit(habit: Habit) -> Habit:
    """What a free credit of a kind says of the customer."""
    return habit if habit in FREE else Habit.CASH


def owed_by(items: AccountItems, how: Reading, state: Opened) -> Owed | None:
    """What a customer owes at a date; None where a rate is missing."""
    as_of, currency, rates = how.as_of, how.currency, how.rates
    receivables = disputed = held = 0
    dues: list[Due] = []
    credits: list[Credit] = []
    docs, kinds, currencies, claims = items.docs, items.kinds, items.currencies, items.disputed
    for index, left in enumerate(state[0]):
        if not left or docs[index] > as_of:
            continue
        of, kind = currencies[index], kinds[index]
        falls_due = kind.part.overdue or kind.sign < 0  # a credit that gave more than it had
        in_dispute = 0
        if claims[index] and left > 0 and falls_due:
            in_dispute = min(claims[index], left)
        own = left - in_dispute if how.ignore_disputed else left
        if of != currency:
            other = converted(left, of, currency, rates)
            part = converted(in_dispute, of, currency, rates)
            if other is None or part is None:
                return None
            left, in_dispute = other, part
        receivables += left
        if left <= 0:
            credits += _credits(items, index, -left, state)
        elif not falls_due:
            held += left
        else:
            disputed += in_dispute
            tested = left - in_dispute if how.ignore_disputed else left
            if tested > 0:
                due, whole, name = items.dues[index], items.amounts[index], items.ids[index]
                order = (due, docs[index], whole, name, kind._value_, index)
                dues.append(Due(*order, tested, in_dispute, own))
    dues.sort()
    return Owed(receivables, disputed, held, credits, dues)


def _credits(items: AccountItems, index: int, amount: int, state: Opened) -> list[Credit]:
    kind, day = items.kinds[index], items.docs[index]
    habit = free_habit(kind.part.habit)
    if habit is Habit.BILL:
        day = max(day, items.dues[index])
    code = FREE.index(habit)
    if items.amounts[index] < 0 or not state[1].get(index):
        return [Credit(day, code, amount)]
    ties = [(on, minor) for on, minor, _ in state[1][index]]
    parts = surplus(items.amounts[index], ties, -state[0][index], amount)
    return [Credit(max(day, on), code, part) for on, part in parts]


def surplus(
    owed: int, ties: Sequence[tuple[Any, int]], own: int, amount: int
) -> list[tuple[Any, int]]:
    """When how much of what was paid too much came: ``own``, which is ``amount`` in the currency asked."""
    out, paid, told = [], 0, 0
    for on, minor in sorted(ties):
        paid += minor
        upto = amount * min(max(0, paid - owed), own) // own
        if upto > told:
            out.append((on, upto - told))
            told = upto
    return out


def overdrawn(items: AccountItems, how: Reading, state: Opened) -> bool:
    """Whether some money gave more than it had, or may have: which items it has paid is not known."""
    for index, left in enumerate(state[0]):
        if left > 0 >= items.amounts[index] and items.docs[index] <= how.as_of:
            over = converted(left, items.currencies[index], how.currency, how.rates)
            if over is None or over >= max(1, how.trifle):
                return True
    return False


def left_of(owed: Owed) -> Iterator[tuple[Due, int]]:
    """What is left of each item once the free credits are set against the oldest; oldest first."""
    pool = owed.pool
    for item in owed.items:
        taken = min(pool, item.amount)
        pool -= taken
        if taken < item.amount:
            yield item, item.amount - taken


def counted_of(owed: Owed, how: Reading) -> Iterator[tuple[Due, int]]:
    """What tests count of each item once credits are set against the oldest; oldest first.

    Overdue remainders below ``ignore_below`` are passed over, the oldest first, up to ``ignore_most``
    together. So to pay a part of an item, which may leave a remainder, makes nothing older late.
    """
    rest = how.most
    for item, left in left_of(owed):
        if left < how.trifle and item.due < how.as_of:
            passed = min(left, rest)
            rest -= passed
            left -= passed
        if left:
            yield item, left


def free_ties(owed: Owed) -> dict[int, list[Tie]]:
    """The free credits as allocations to the items that they cover, by index."""
    out: dict[int, list[Tie]] = {}
    credits = [[credit.day, FREE[credit.habit], credit.amount] for credit in owed.free()]
    for item in owed.items:
        covered = 0
        while covered < item.amount and credits:
            credit: list[Any] = credits[0]
            part = min(credit[2], item.amount - covered)
            before = item.own * covered // item.amount
            covered += part
            own = item.own * covered // item.amount - before
            tie = (max(credit[0], item.doc), own, credit[1])
            out.setdefault(item.row, []).append(tie)
            credit[2] -= part
            if not credit[2]:
                credits.pop(0)
        if not credits:
            break
    return out


class Debt(NamedTuple):
    """An item as it stood from day to day: its amount less what was credited, and what was set against
    it when; days are dates or numbers."""

    payable: int
    disputed: int
    currency: str
    ties: Sequence[tuple[Any, int]]

    def tested(self, day: Any, how: Reading) -> int:
        """What tests counted of it on a day; nothing where there is no rate."""
        left = max(0, self.payable - sum(minor for on, minor in self.ties if on <= day))
        part = min(self.disputed, left) if how.ignore_disputed else 0
        if self.currency == how.currency:
            return left - part
        other = converted(left, self.currency, how.currency, how.rates)
        less = converted(part, self.currency, how.currency, how.rates)
        return 0 if other is None or less is None else max(0, other - less)


def covered_on(
    debts: Sequence[Debt], cash: Sequence[tuple[Any, int]], today: Any, how: Reading
) -> list[Any]:
    """The day on which free money covered each item, the oldest first; None where it never did.

    ``cash`` is what is free by day, in order.
    """
    out: list[Any] = [None] * len(debts)
    if not debts or not cash or cash[0][0] > today:
        return out
    moved: dict[Any, list[int]] = {}
    first = cash[0][0]
    for index, debt in enumerate(debts):
        for on, _ in debt.ties:
            if first < on <= today:
                moved.setdefault(on, []).append(index)
    came: dict[Any, int] = {}
    for on, amount in cash:
        came[on] = came.get(on, 0) + amount
    days = sorted({first, *(day for day in (*came, *moved) if day <= today)})
    left = [debt.tested(first, how) for debt in debts]
    pool, trifle = came[first], max(0, how.trifle - 1)
    index, at, need = 0, 0, left[0]
    while index < len(debts):
        if need - pool <= trifle:
            out[index] = days[at]
            index += 1
            need += left[index] if index < len(debts) else 0
            continue
        at += 1
        if at == len(days):
            break
        pool += came.get(days[at], 0)
        for one in dict.fromkeys(moved.get(days[at], ())):
            now = debts[one].tested(days[at], how)
            need += now - left[one] if one <= index else 0
            left[one] = now
    return out


def covered_days(items: AccountItems, how: Reading, state: Opened, owed: Owed) -> dict[int, date]:
    """`covered_on` for one customer, by index."""
    free = owed.free()
    cash = [(credit.day, credit.amount) for credit in free]
    if not cash or cash[0][0] > how.as_of:
        return {}
    order: list[tuple[Any, ...]] = []
    for index, amount in enumerate(items.amounts):
        kind, doc = items.kinds[index], items.docs[index]
        if amount > 0 and kind.part.overdue and doc <= how.as_of:
            name = (items.dues[index], doc, amount, items.ids[index], kind.value, index)
            order.append(name)
    order.sort()
    debts = [_debt(items, index, state, how.as_of) for *_, index in order]
    days = covered_on(debts, cash, how.as_of, how)
    return {
        key[-1]: max(day, key[1]) for key, day in zip(order, days, strict=True) if day is not None
    }


def _debt(items: AccountItems, index: int, state: Opened, as_of: date) -> Debt:
    ties = state[1].get(index, ())
    credited = sum(minor for _, minor, habit in ties if habit is Habit.CREDIT)
    return Debt(
        items.amounts[index] - credited,
        items.disputed[index],
        items.currencies[index],
        [(min(day, as_of), minor) for day, minor, habit in ties if habit is not Habit.CREDIT],
    )
