"""How much more may be owed before an order no longer goes: its room on each line above it.

The checks themselves are asked, with more and more owed: whatever they compare the exposure with, a
tolerance, the utilisation, what an approver may let through, the answer is theirs. What is asked first is
the line itself, which nearly always is the answer; else it is found by halving. A check that more debt
helps to pass has to pass without any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast

import attrs

from creditkit.facts.accounts import GroupLine
from creditkit.figures import Value
from creditkit.money import Line, Money
from creditkit.policy.check.levels import levels_of
from creditkit.policy.check.run import CheckRun, run_checks
from creditkit.policy.figures.order import OrderFacts

__all__ = ["Rooms", "rooms_of"]

_MOVED: Final = ("exposure", "utilisation")


@attrs.frozen
class Rooms:
    """How much more may be owed: by the customer, and in each group; None or absent: no matter how much.

    ``owed`` is the exposure without the order, ``asked`` what the order asks for.
    """

    owed: int
    asked: int
    own: int | None
    groups: Mapping[str, int]


def rooms_of(run: CheckRun, most: Callable[[str | None], int]) -> Rooms | None:
    """The rooms of an order that goes; None where what is owed or asked for is not known.

    ``most`` is how much more there can be on a line: a group's, or for None the customer's own.
    """
    case = run.case
    owed, asked = case["exposure"], case["order"]
    if not isinstance(owed, int) or not isinstance(asked, int):
        return None
    levels = levels_of(case)
    # nobody else's debt in the groups, or a group would stop what the customer's own line lets go
    alone = {group.id: 0 for group in case.account.groups if group.others is not None}

    def own(more: int) -> bool:
        return _goes(run, owed + more, alone)

    of_groups = {}
    for group, values in levels[1:]:
        at = values["exposure"]
        name = cast(str, group)
        if isinstance(at, int):

            def within(more: int, name: str = name, others: int = at - max(owed, -asked)) -> bool:
                return _goes(run, owed, {name: others + more})

            room = _largest(within, most(name), _left(values, at + asked))
            if room is not None:
                of_groups[name] = room
    return Rooms(owed, asked, _largest(own, most(None), _left(case, owed + asked)), of_groups)


def _left(values: Mapping[str, Value], owed: int) -> int | None:
    """What a line leaves once so much is owed: the room of an order under the plainest of checks."""
    line = values["line"]
    return line - owed if isinstance(line, int) else -owed if line is Line.NONE else None


def _largest(goes: Callable[[int], bool], most: int, guess: int | None) -> int | None:
    """The most of 0 .. ``most`` with which an order goes; None where it goes with all of it.

    It goes with nothing more.
    """
    if goes(most):
        return None
    low, high = 0, most
    if guess is not None and low <= guess < high:
        if goes(guess):
            low = guess
            if not goes(guess + 1):
                return guess
        else:
            high = guess
    while high - low > 1:
        middle = (low + high) // 2
        if goes(middle):
            low = middle
        else:
            high = middle
    return low


def _goes(run: CheckRun, owed: int, others: Mapping[str, int]) -> bool:
    """Whether the order goes with so much owed, by its customer and by others in groups."""
    case = run.case
    account = case.account
    if others:
        groups = tuple(
            _with_others(case, one, others[one.id]) if one.id in others else one
            for one in account.groups
        )
        account = attrs.evolve(account, groups=groups)
    other = case.changed(account=account)
    other.update({name: value for name, value in case.items() if name not in _MOVED})
    other["exposure"] = owed
    return run_checks(run.document, other, run.given).outcome.goes


def _with_others(case: OrderFacts, group: GroupLine, others: int) -> GroupLine:
    """A group's line with other others, in the policy's currency."""
    amount = group.amount
    if isinstance(amount, Money):  # the others have a rate
        amount = case.money(case.minor(amount) or 0)
    return GroupLine(
        id=group.id, currency=case.measure.currency, amount=amount, others=case.money(others)
    )
