"""`[checks]` (订单信用检查): what must hold for an order to go, and how its figures are measured."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, Self

import attrs

from creditkit.figures import FigureKind
from creditkit.limits.exposure import COMPONENTS
from creditkit.outcomes import Outcome
from creditkit.policy.figures import of_ledgers, of_statements
from creditkit.policy.figures.facts import CATALOGUE
from creditkit.policy.figures.scopes import Scope
from creditkit.policy.schema import entries as e
from creditkit.policy.schema import readers
from creditkit.policy.schema.conditions import Condition, Linear, Member
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase

__all__ = ["EVENTS", "Check", "Checks"]

EVENTS: Final = ("order", "pick", "ship", "invoice")
_LINE: Final = frozenset({"line", "utilisation"})
_PERSON: Final = frozenset({"industry", "ownership", "insolvency", "blocked"})
"""Who the customer is and whether they may be dealt with at all: money that came in changes neither.

What says how well they pay (the grade, the score, ratios, lawsuits) is not among them: whoever has paid
has answered that.
"""


@attrs.frozen(kw_only=True)
class Check(Row):
    """One check of an order: what must hold, when it applies, and what happens where it does not.

    ``on_undefined`` (else ``on_missing``) is for a figure that is known to have no meaning: Z'' of
    a company that owes nothing.
    """

    id: str = e.name(says=("its name in verdicts", "结论中的名称"))
    written_kind: str | None = e.choice(
        "credit",
        "status",
        default=None,
        key="kind",
        says=(
            "a prepaid order passes every credit check and no status check",
            "预付足额的订单通过信用类检查，不豁免状态类检查",
        ),
        absent=("`credit`", "`credit`"),
    )
    condition: Condition = e.condition(
        Scope.ORDER,
        key="require",
        says=("what must hold; it may name columns of the grade", "须满足的条件，可用等级列"),
    )
    guards: tuple[Condition, ...] = e.conditions(
        Scope.ORDER,
        (),
        key="when",
        says=("when it applies: all of them must hold", "适用条件，须全部满足"),
        absent=("always", "总是适用"),
    )
    events: tuple[str, ...] = e.entry(
        readers.listed(readers.choice(EVENTS)),
        (f"a list of {', '.join(EVENTS)}", f"{'、'.join(EVENTS)} 的列表"),
        EVENTS,
        says=("at which events it is made", "在哪些环节检查"),
    )
    on_fail: Outcome = e.effect(says=("where it does not hold", "不满足时"))
    missing: Outcome | None = e.effect(
        default=None,
        key="on_missing",
        says=("where it is not known", "未知时"),
        absent=(
            "`hold` where `on_fail` is hold or reject, `warn` where it is warn, else the document's",
            "`on_fail` 为 hold 或 reject 时 `hold`，为 warn 时 `warn`，否则同政策",
        ),
    )
    undefined: Outcome | None = e.effect(
        Outcome.APPROVE,
        *e.STOPS,
        default=None,
        key="on_undefined",
        says=("where a figure has no meaning", "指标无意义时"),
        absent=("`on_missing`", "同 `on_missing`"),
    )
    kind: str = attrs.field(default="credit", eq=False, repr=False)
    on_missing: Outcome = attrs.field(default=Outcome.REFER, eq=False, repr=False)
    on_undefined: Outcome = attrs.field(default=Outcome.REFER, eq=False, repr=False)
    uses_line: bool = attrs.field(default=False, eq=False, repr=False)
    uses_statement: bool = attrs.field(default=False, eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The check with what it asks for where it is not known, and whether it tests the line."""
        if len(self.events) == 0:
            names.fault("dead.row", f"{path}.events", why=Phrase("why.no_event"))
        default = names.on_missing
        if self.on_fail is Outcome.WARN:
            default = Outcome.WARN
        elif self.on_fail in (Outcome.HOLD, Outcome.REJECT):
            default = Outcome.HOLD
        on_missing = self.missing or default
        names.readable(lambda: _of_the_person(self, names, path))
        return attrs.evolve(
            self,
            kind=self.written_kind or "credit",
            on_missing=on_missing,
            on_undefined=self.undefined or on_missing,
            uses_line=not _LINE.isdisjoint(self.named),
            uses_statement=not self.named.isdisjoint(of_statements.SOURCES),
        )

    @property
    def named(self) -> set[str]:
        """Every figure that it names."""
        return {name for one in (self.condition, *self.guards) for name in one.names}


@attrs.frozen(kw_only=True)
class Checks(Row):
    """订单信用检查: the rows, and how the figures that they test are measured.

    ``ignore_below`` and ``ignore_disputed`` leave small remainders, up to ``ignore_most`` together, and
    disputed items out of the tests of overdue. ``horizon_days`` leaves out open orders that ship later.
    ``components`` weighs parts of the exposure: ``{ bills = "0.5" }``. Tolerance, grace and what happens
    at the limit are written in the conditions: ``exposure + order <= 1.05 * line``,
    ``days_since_line_end <= 7``.
    """

    rows: tuple[Check, ...] = e.rows(
        Check, says=("every check; each one is made and reported", "全部检查，逐项进行并列明")
    )
    ignore_below: int = e.amount(
        0,
        says=(
            "what is left of an item below it is not overdue",
            "单据余额低于此数不计逾期（尾差）",
        ),
    )
    ignore_most: int | None = e.amount(
        None,
        says=(
            "so much of a customer's small remainders is passed over, the oldest first",
            "客户尾差合计不超过此数的部分不计逾期，最早到期的优先",
        ),
        absent=("ten times `ignore_below`", "`ignore_below` 的十倍"),
    )
    ignore_disputed: bool = e.flag(
        True, says=("amounts in dispute are not overdue", "争议金额不计逾期")
    )
    horizon_days: int | None = e.whole(
        None,
        high=3660,
        says=("open orders that ship later do not count", "此天数之后发货的未交订单不计"),
        absent=("no end", "不限"),
    )
    weights: tuple[tuple[str, Fraction], ...] = e.pairs(
        readers.ratio,
        ("a table: component = weight", "表：组成项 = 权重"),
        key="components",
        says=(
            f"how parts of the exposure count: {', '.join(COMPONENTS)}; `0` leaves one out",
            f"信用占用各组成项的权重：{'、'.join(COMPONENTS)}；`0` 为不计",
        ),
        absent=("`1` each", "各为 `1`"),
    )
    components: Mapping[str, Fraction] = attrs.field(factory=dict, eq=False, repr=False)
    of_ledger: frozenset[str] = attrs.field(default=frozenset(), eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The checks with the weights by component and the figures of the ledger that they need."""
        for name, _ in self.weights:
            if name not in COMPONENTS:
                names.unknown("component", name, COMPONENTS, f"{path}.components.{name}")
        for rule in (_dead, _line_end, _events):
            names.readable(lambda: rule(self, names))  # noqa: B023 (called at once)
        named = {name for row in self.rows for name in row.named}
        of_ledger = frozenset({*(named & of_ledgers.SOURCES.keys()), "receivables"})
        return attrs.evolve(self, components=dict(self.weights), of_ledger=of_ledger)


def _of_the_person(check: Check, names: Names, path: str) -> None:
    """A check of who the customer is that a prepaid order passes, because nobody wrote its kind."""
    if check.written_kind is not None:
        return
    condition = check.condition
    if not all(_is_person(name, names) for name in condition.names):
        return
    witness = None
    if isinstance(condition, Member) and (condition.negated or condition.kind is FigureKind.FLAG):
        value = condition.values[0]
        witness = {condition.names[0]: value if condition.negated else not value}
    names.warn("gap.prepaid", f"{path}.kind", witness=witness, names=condition.names)


def _is_person(name: str, names: Names) -> bool:
    """Whether a figure is of the customer's person; of a flag or word of the house's own it may be."""
    figure = names.figures.get(name)
    if figure is None or name in CATALOGUE:
        return name in _PERSON
    return figure.kind in (FigureKind.FLAG, FigureKind.CATEGORY)


def _dead(checks: Checks, names: Names) -> None:
    """Checks that can never fail or never pass, and repeated ones."""
    seen: dict[object, str] = {}
    for index, check in enumerate(checks.rows):
        names.readable(lambda: _one(check, f"checks.rows[{index}].require", seen, names))  # noqa: B023


def _one(check: Check, path: str, seen: dict[object, str], names: Names) -> None:
    condition = check.condition
    same: Any = (
        condition.text.replace(" ", ""),
        tuple(one.text for one in check.guards),
        check.events,
    )
    if isinstance(condition, Linear):
        fixed = _always(condition)
        if fixed is not None:
            why = Phrase("why.never_fails" if fixed else "why.never_passes")
            names.fault("dead.check", path, why=why)
    if same in seen:
        names.warn("dead.check", path, why=Phrase("why.same", {"id": seen[same]}))
    seen.setdefault(same, check.id)


def _always(condition: Linear) -> bool | None:
    """Whether both sides cancel, so that the outcome does not depend on any figure."""
    net: dict[str, int] = {}
    for name, coefficient in condition.right:
        net[name] = net.get(name, 0) + coefficient
    for name, coefficient in condition.left:
        net[name] = net.get(name, 0) - coefficient
    if any(net.values()):
        return None
    return condition.judge(dict.fromkeys(condition.names, 0)).status == "pass"


def _line_end(checks: Checks, names: Names) -> None:
    """A line that ended keeps its amount: where no check asks for its end, it goes on for ever."""
    named: set[str] = set()
    for check in checks.rows:
        named |= names.readable(lambda: check.named) or set()  # noqa: B023 (called at once)
    if "line" in named and "days_since_line_end" not in named:
        names.warn("gap.line_end", "checks.rows")


def _events(checks: Checks, names: Names) -> None:
    """Events at which nothing is asked: nothing passes there."""
    asked = {event for check in checks.rows for event in check.events}
    left = tuple(event for event in EVENTS if event not in asked)
    if left and asked:
        names.warn("gap.event", "checks.rows", names=left)
