"""`plan_release`: which held orders to release, so that they are worth the most and all go together.

Orders that do not go by themselves stay. Of the others the checks say how much more may be owed before
they no longer go (`room`); what no line ties together is solved apart (`problem`), each part exactly by
`search` where that ends, else by `mixed`, with a bound. The set that comes out is checked in turn.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from creditkit.errors import InvalidFact
from creditkit.facts.accounts import Order
from creditkit.money import LARGEST, Money
from creditkit.policy.check.approvals import in_order
from creditkit.policy.check.check import order_facts
from creditkit.policy.check.results import reasons_of
from creditkit.policy.check.run import CheckRun, run_checks
from creditkit.policy.queue.cash import with_cash
from creditkit.policy.queue.checked import CheckedQueue
from creditkit.policy.queue.given import Given, MoneyLike, first_come, minors_by_order
from creditkit.policy.queue.in_turn import Asking, in_turn
from creditkit.policy.queue.mixed import solve
from creditkit.policy.queue.plan import PlannedOrder, ReleasePlan
from creditkit.policy.queue.problem import Candidate, Holder, Loads, Problem, components
from creditkit.policy.queue.room import rooms_of
from creditkit.policy.queue.search import search
from creditkit.policy.queue.standing import Standing
from creditkit.reasons import Parameter, Reason

__all__ = ["NODES", "SMALL", "STEPS", "plan"]

SMALL: Final = 40
"""The most orders of one part that are searched exactly."""

STEPS: Final = 20_000
"""After so many steps the exact search of a part gives up, and the part goes to `milp`."""

NODES: Final = 2_000
"""After so many nodes `milp` stops; its bound says what may be left."""

_WEIGHED: Final = ("deliveries", "open_orders", "reservations", "advances")


def plan(
    asking: Asking,
    given: Given,
    *,
    margins: Mapping[str, MoneyLike],
    cash: Mapping[str, MoneyLike] | None,
) -> ReleasePlan:
    """The plan; see `Policy.plan_release`."""
    measure = asking.measure
    worth = minors_by_order(given, margins, measure, "margins")
    _apart(given)
    received = with_cash(given, measure, cash)
    work = _Work(asking, given, worth)
    chosen, bound = work.solved()
    queue = work.proved(chosen)
    names = set(queue.passed)
    value = sum(worth[name] for name in names)
    bound = max(bound, value)
    rows = [work.row(order, names) for order in given.orders]
    rows.sort(key=lambda row: (not row.released, -row.margin.minor, row.order))
    return ReleasePlan(
        as_of=measure.as_of,
        event=given.event,
        currency=measure.currency,
        policy_digest=asking.identity.digest,
        value=_money(value, given, measure.currency),
        bound=_money(bound, given, measure.currency),
        cash=received,
        rows=tuple(rows),
        queue=_Kept(queue),
    )


def _money(minor: int, given: Given, currency: str) -> Money:
    if minor > LARGEST:
        rule = "must add up within 64 bits of minor units"
        raise InvalidFact(f"{given.path}.margins", rule, minor)
    return Money.from_minor(minor, currency)


@attrs.frozen
class _Kept:
    """The proof of a plan, as its field holds it."""

    queue: CheckedQueue

    def __call__(self) -> CheckedQueue:
        return self.queue


def _apart(given: Given) -> None:
    """Refuse two documents of one order: what one adds to what is owed hangs on the other."""
    seen: dict[tuple[Holder, str], str] = {}
    for order in given.orders:
        for number in {order.id, order.of_order or order.id, order.replaces or order.id}:
            other = seen.setdefault((given.holders[order.id], number), order.id)
            if other != order.id:
                rule = "must not hold two documents of one order"
                remedy = "plan one of them, or check them in turn with check_many"
                raise InvalidFact(f"{given.path}.orders", rule, (other, order.id), remedy)


class _Work:
    """A plan in the making: each order by itself, what it adds, and what is released."""

    def __init__(self, asking: Asking, given: Given, worth: Mapping[str, int]) -> None:
        self.asking = asking
        self.given = given
        self.worth = worth
        self.start = Standing(asking.measure, given.accounts)
        self.runs = {one.id: self._run(one) for one in given.orders}
        self.unknown: set[str] = set()
        self.dropped: dict[str, tuple[Reason, ...]] = {}
        self.candidates: dict[str, tuple[Candidate, Loads]] = {}

    def _run(self, order: Order) -> CheckRun:
        """The checks of an order by itself."""
        asking, given = self.asking, self.given
        account = self.start.accounts[given.holders[order.id]]
        case = order_facts(asking.document, asking.measure, order, account, given.event)
        return run_checks(asking.document, case, in_order(given.of(order)))

    # What each order adds, and how much room it has

    def _candidates(self) -> list[Candidate]:
        """The orders that go by themselves and lose nothing, with their loads and rooms."""
        holders = self.given.holders
        going = {
            one.id: self._added(one)
            for one in self.given.orders
            if self.runs[one.id].outcome.goes and self.worth[one.id] >= 0
        }
        self.unknown = {one for one in going if going[one] is None and self._disturbs(one, going)}
        loads = {one: load or 0 for one, load in going.items() if one not in self.unknown}
        added: dict[Holder, int] = {}
        for one, load in loads.items():
            added[holders[one]] = added.get(holders[one], 0) + load
        return [self._candidate(one, load, added) for one, load in loads.items()]

    def _added(self, order: Order) -> int | None:
        """What an order adds to what its customer owes; never below zero: it is not released yet.

        Where a component is weighed by a fraction, two minor units more: parts round apart.
        """
        holder, measure = self.given.holders[order.id], self.asking.measure
        account = attrs.evolve(self.start.accounts[holder], groups=())
        grown = Standing(measure, {holder: account}).take(holder, order, self.given.event)
        apart = any(
            measure.weights[name].denominator > 1 for name in _WEIGHED if name in measure.weights
        )
        return None if grown is None else max(0, grown) + 2 * apart

    def _disturbs(self, order: str, going: Iterable[str]) -> bool:
        """Whether other orders hang on what this one adds, which nobody knows."""
        holder = self.given.holders[order]
        groups = self.start.accounts[holder].groups
        tied = {one for group in groups for one in self.start.members[group.id]} - {holder}
        if self.start.exposure(holder) is not None:  # else it is as little known with it
            tied.add(holder)
        return any(one != order and self.given.holders[one] in tied for one in going)

    def _candidate(self, order: str, load: int, added: Mapping[Holder, int]) -> Candidate:
        holder = self.given.holders[order]

        def most(group: str | None) -> int:
            names = [holder] if group is None else self.start.members[group]
            return sum(added.get(name, 0) for name in names)

        rooms, owed = rooms_of(self.runs[order], most), self.start.exposure(holder)
        if rooms is None or owed is None:
            return Candidate(order, holder, self.worth[order], load, None, {})
        # what a check counts of its own customer in a group, against what the others will count of it
        own = max(rooms.owed - load - owed, -rooms.asked)
        less = max(rooms.owed, -rooms.asked) - own - max(0, owed)
        alone = max(0, owed + load) - max(0, owed)  # by itself it goes
        return Candidate(
            id=order,
            holder=holder,
            value=self.worth[order],
            load=load,
            own=None if rooms.own is None else rooms.own + load,
            groups={group: max(alone, room + less) for group, room in rooms.groups.items()},
        )

    # The set

    def solved(self) -> tuple[list[Order], int]:
        """The orders to release, and what no set can be worth more than."""
        candidates = self._candidates()
        credits = {
            one.holder: max(0, -(self.start.exposure(one.holder) or 0)) for one in candidates
        }
        bound, chosen = 0, set[str]()
        for problem in components(candidates, credits, self.start.members):
            found, most = _best(problem)
            loads = Loads(problem, found)
            self.candidates.update({one.id: (one, loads) for one in problem.orders})
            chosen |= {one.id for one in found}
            bound += most
        return [one for one in self.given.orders if one.id in chosen], bound

    def proved(self, chosen: Sequence[Order]) -> CheckedQueue:
        """The released orders, checked in turn; what does not go after all is not released."""
        while True:  # ends: each turn that is not the last drops an order
            queue = in_turn(
                self.asking,
                Standing(self.asking.measure, self.given.accounts),
                sorted(chosen, key=first_come),
                holder_of=lambda order: self.given.holders[order.id],
                approvals_of=self.given.of,
                order_by="first_come",
            )
            passed = set(queue.passed)
            if len(passed) == len(queue):
                return queue
            self.dropped |= {row.order: row.reasons for row in queue if row.order not in passed}
            chosen = [one for one in chosen if one.id in passed]

    # Why an order stays

    def row(self, order: Order, released: Container[str]) -> PlannedOrder:
        """An order of the plan."""
        goes = order.id in released
        holder = self.given.holders[order.id]
        return PlannedOrder(
            order=order.id,
            customer=order.customer if holder is None else holder,
            amount=order.amount,
            margin=Money.from_minor(self.worth[order.id], self.asking.measure.currency),
            released=goes,
            reasons=() if goes else tuple(self._reasons(order, released)),
            titles=() if goes else self.asking.document.titles,
        )

    def _reasons(self, order: Order, released: Container[str]) -> Iterator[Reason]:
        """Why an order stays: its own checks, its margin, or the lines that the others have spent."""
        run, name = self.runs[order.id], order.id
        if not run.outcome.goes:
            yield from reasons_of(run, tuple(run.case.assumed))
        elif self.worth[name] < 0:
            margin = Money.from_minor(self.worth[name], self.asking.measure.currency)
            yield Reason("plan.margin", run.outcome, margin=margin)
        elif name in self.unknown:
            yield Reason("plan.load", None)
        elif name in self.dropped:
            yield from self.dropped[name]
        else:
            yield from self._spent(*self.candidates[name], released)

    def _spent(self, one: Candidate, loads: Loads, released: Container[str]) -> Iterator[Reason]:
        """The lines that lack room for an order, and the orders that would stay in its place."""
        chosen = [other for other in loads.chosen if other.id in released]
        together = Loads(loads.problem, [*chosen, one])
        currency = self.asking.measure.currency
        lines = together.short(one)
        for line, lacking in lines:
            short = Money.from_minor(min(LARGEST, lacking), currency)
            members = (one.holder,) if line is None else loads.problem.groups[line]
            mine = sorted(other.id for other in chosen if other.holder in members and other.load)
            named: dict[str, Parameter] = {"short": short, "orders": tuple(mine)}
            if line is None:
                yield Reason("plan.line", None, subject=None, **named)
            else:
                yield Reason("plan.group", None, subject=line, group=line, **named)
        if not lines:
            stopped = sorted(other.id for other in chosen if together.short(other))
            yield Reason("plan.displaces", None, orders=tuple(stopped))


def _best(problem: Problem) -> tuple[list[Candidate], int]:
    """The best set of a part that was found, and what none can be worth more than."""
    every = Loads(problem, problem.orders)
    if every.fits:
        return every.chosen, problem.value
    if len(problem.orders) <= SMALL:
        found, ended = search(problem, STEPS)
        if ended:
            return found, sum(one.value for one in found)
    return solve(problem, NODES)
