"""One account in one currency: which of its credits pay which of its items, in Python integers.

Items and credits come in the order in which they are taken. `_allocating` does the same in columns
where nothing but that order counts; the two agree to the last cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

__all__ = ["Credit", "Debt", "Matched", "matched_in_turn", "pro_rata_shares"]

_ENDLESS: Final = 1 << 200


class Debt:
    """An item to be paid: what of it stands in line, and how much of that may be allocated.

    ``room`` is below ``left`` where a later document has been matched to the item already. The
    discount is good for credits dated up to ``until``, in days from 1970.
    """

    __slots__ = ("discount", "left", "room", "row", "tolerance", "until")

    def __init__(self, row: int, left: int, room: int) -> None:
        self.row = row
        self.left = left
        self.room = room
        self.discount = 0
        self.until = 0
        self.tolerance = 0


class Credit:
    """A receipt or credit note: its day, what of it is free, and which items it names.

    ``named`` are places among the items, each with the amount that the payer set against it, or None.
    """

    __slots__ = ("day", "left", "named", "note", "room", "row")

    def __init__(self, row: int, day: int, left: int, room: int, note: bool) -> None:
        self.row = row
        self.day = day
        self.left = left
        self.room = room
        self.note = note
        self.named: list[tuple[int, int | None]] = []


class Matched(NamedTuple):
    """``(credit's row, item's row, amount)`` of each allocation, and of each discount granted."""

    ties: list[tuple[int, int, int]]
    granted: list[tuple[int, int, int]]


def matched_in_turn(debts: Sequence[Debt], credits: Sequence[Credit], how: str) -> Matched:
    """What each credit pays, one after the other; both sides are used up on the way."""
    found = Matched([], [])
    for credit in credits:
        if credit.note or how in ("by_reference", "by_reference_only"):
            _pay_named(credit, debts, found)
    first = 0
    if how == "by_reference_only":
        return found
    for credit in credits:
        if how == "pro_rata":
            _pay_pro_rata(credit, debts, found)
            continue
        while first < len(debts) and not debts[first].left:
            first += 1
        if credit.left and first < len(debts):
            _pay(credit, debts, first, found)
    return found


def _pay_named(credit: Credit, debts: Sequence[Debt], found: Matched) -> None:
    """First the items that a credit names; with an amount up to it, and not more than is open."""
    whole = [debts[place] for place, cap in credit.named if cap is None]
    for place, cap in credit.named:
        if cap is not None:
            _pay(credit, [debts[place]], 0, found, cap)
    if whole:
        _pay(credit, whole, 0, found)


def _pay(
    credit: Credit, debts: Sequence[Debt], first: int, found: Matched, cap: int = _ENDLESS
) -> None:
    """Item by item while the credit lasts."""
    cash = min(credit.left, cap)
    granted = {} if credit.note else _discounts(credit.day, cash, debts, first)
    for place in range(first, len(debts)):
        if not cash:
            break
        debt = debts[place]
        grant = granted.get(place, 0)
        cash -= _tie(credit, debt, min(cash, debt.left - grant), found)
        if grant:
            found.granted.append((credit.row, debt.row, grant))
            debt.left -= grant
            debt.room -= grant


def _tie(credit: Credit, debt: Debt, amount: int, found: Matched) -> int:
    """Set a part of a credit against an item; what later documents need keeps its place in line."""
    tied = min(amount, debt.room, credit.room)
    if tied > 0:
        found.ties.append((credit.row, debt.row, tied))
        debt.room -= tied
        credit.room -= tied
    debt.left -= amount
    credit.left -= amount
    return amount


def _discounts(day: int, cash: int, debts: Sequence[Debt], first: int) -> dict[int, int]:
    """The discounts that a payment takes: by the item's place, and how much.

    It takes them where it is, give or take the tolerance, what a run of items comes to less the
    discounts that are open on its day. What pays items in full takes none.
    """
    whole = discount = tolerance = 0
    places: list[int] = []
    for place in range(first, len(debts)):
        debt = debts[place]
        if not debt.left:
            continue
        whole += debt.left
        if 0 < debt.discount < debt.left <= debt.room and day <= debt.until:
            discount += debt.discount
            tolerance += debt.tolerance
            places.append(place)
        if whole == cash or whole - discount - tolerance > cash:
            break
        short = whole - cash
        if places and short > 0 and abs(short - discount) <= tolerance:
            taken = {at: debts[at].discount for at in places}
            taken[places[-1]] += short - discount
            last = debts[places[-1]]
            return taken if 0 < taken[places[-1]] < last.left else {}
    return {}


def _pay_pro_rata(credit: Credit, debts: Sequence[Debt], found: Matched) -> None:
    shares = pro_rata_shares(credit.left, [debt.left for debt in debts])
    for debt, share in zip(debts, shares, strict=True):
        if share:
            _tie(credit, debt, share, found)


def pro_rata_shares(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount over weights in proportion, in whole minor units that add up to it.

    Each gets its share rounded down; the units that are left go to those with the largest
    remainders, the first of equals first, so that nobody gets more than a unit too much and no item
    more than is open. Not more than the weights come to is given.

    >>> pro_rata_shares(100, [100, 100, 100]), pro_rata_shares(50, [1] * 100).count(1)
    ([34, 33, 33], 50)
    """
    whole = sum(weights)
    amount = min(amount, whole)
    if not amount:
        return [0] * len(weights)
    parts = [divmod(amount * weight, whole) for weight in weights]
    shares = [share for share, _ in parts]
    order = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    for place in order[: amount - sum(shares)]:
        shares[place] += 1
    return shares
