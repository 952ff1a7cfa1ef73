"""`[limit]` (信用额度): methods, how they are combined, the floor, rounding, the caps and the least limit.

A recommended limit is made in this order, and the step that binds is named: each method gives exact
minor units, rounded down; they are combined; the floor raises; the rounding step rounds; the grade's
cap and the policy's cap hold down; below ``least`` there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any, Final, Self

import attrs

from creditkit.figures import FigureKind
from creditkit.languages import texts
from creditkit.money import Rounding, rounded
from creditkit.outcomes import Outcome
from creditkit.policy.carrier import Amount, Carrier
from creditkit.policy.figures.scopes import Scope
from creditkit.policy.schema import entries as e
from creditkit.policy.schema.conditions import Condition
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase, kind_phrase
from creditkit.policy.schema.presented import short
from creditkit.policy.sections.assessment import Assessment
from creditkit.policy.sections.grades import Grade, Grades

__all__ = ["REASONS", "STEPS", "WORDS", "Limit", "Method"]

REASONS: Final = (
    "limit.unknown",
    "limit.zero",
    "limit.information",
    "limit.least",
    "limit.below_requested",
    "limit.below_line",
    "limit.below_owed",
)
STEPS: Final = ("floor", "cap:grade", "cap:policy", "grade", "information", "least")
"""What can bind a limit beside its methods."""

WORDS: Final = texts(
    "step",
    {
        "share_of_credit_sales": ("share of credit sales", "赊销额比例"),
        "net_worth_share": ("share of net worth", "净资产比例"),
        "purchases_x_terms": ("purchases x terms", "采购额 x 账期"),
        "lowest": ("lowest of these", "取最低"),
        "highest": ("highest of these", "取最高"),
        "floor": ("raised to the floor", "提升至下限"),
        "rounding": ("rounded", "取整"),
        "cap:grade": ("the grade's cap", "等级上限"),
        "cap:policy": ("the policy's cap", "政策上限"),
        "information": ("the information at hand", "已有资料"),
        "grade": ("fixed by the grade", "等级规定"),
        "least": ("below the least limit", "低于最低额度"),
    },
)
"""What the steps of a limit are called."""

_FIGURES: Final = {
    "share_of_credit_sales": "credit_sales_12m",
    "net_worth_share": "net_worth",
    "purchases_x_terms": "expected_purchases_12m",
}
"""Method -> the money figure that it takes a share of."""


@attrs.frozen(kw_only=True)
class Method(Row):
    """One way to a limit: a share of a money figure.

    ``share_of_credit_sales`` takes the grade's ``limit_share`` of ``credit_sales_12m``;
    ``net_worth_share`` takes ``share`` of ``net_worth``; ``purchases_x_terms`` takes
    ``expected_purchases_12m`` for the grade's days of credit, of 365, times ``factor``. A method is left
    out where a condition of ``when`` does not hold, such as ``years_trading >= 1``; one that is not
    known leaves nothing out.
    """

    use: str = e.choice(*_FIGURES, says=("the method", "方法"))
    share: Fraction | None = e.ratio(
        None,
        says=("the share of `net_worth_share`", "`net_worth_share` 所取比例"),
        absent=("required by `net_worth_share`", "`net_worth_share` 必填"),
    )
    factor: Fraction = e.ratio(Fraction(1), says=("by which the share is multiplied", "比例的乘数"))
    base: str | None = e.name(
        None,
        key="figure",
        says=("another figure of the kind money", "改用其他金额类指标"),
        absent=("the method's", "方法自身的指标"),
    )
    guards: tuple[Condition, ...] = e.conditions(
        Scope.GRADED,
        (),
        key="when",
        says=("when it counts: all of them must hold", "适用条件，须全部满足"),
        absent=("always", "总是适用"),
    )
    on_missing: str = e.choice(
        "unknown",
        "skip",
        default="unknown",
        says=(
            "whether a base that is not known makes the limit not known, or leaves the method out",
            "基数未知时额度未知，或略过该方法",
        ),
    )
    figure: str = attrs.field(default="", eq=False, repr=False)
    shares: tuple[Fraction | None, ...] = attrs.field(default=(), eq=False, repr=False)
    bars: tuple[Condition, ...] = attrs.field(default=(), eq=False, repr=False)

    @property
    def name(self) -> str:
        """Its name as a step of the limit."""
        return self.use

    @property
    def skip(self) -> bool:
        """Whether a base that is not known leaves the method out."""
        return self.on_missing == "skip"

    def resolved(self, names: Names, path: str) -> Self:
        """The method with its figure, its share for each grade, and what bars it: a guard's opposite."""
        grades = names.readable(lambda: names.of(Grades).rows) or ()
        figure = self.base or _FIGURES[self.use]
        if self.use == "net_worth_share" and self.share is None:
            names.fault("form.missing", f"{path}.share")
        if self.use == "share_of_credit_sales":
            for index, grade in enumerate(grades):
                names.readable(lambda: _has_share(grade, index, names))  # noqa: B023 (called at once)
        declared = names.figure(figure, f"{path}.figure")
        if declared is not None and declared.kind is not FigureKind.MONEY:
            error = Phrase("kind.share", {"name": figure, "kind": kind_phrase(declared.kind)})
            names.fault("name.kind", f"{path}.figure", error=error)
        shares = names.readable(lambda: tuple(self._share(grade) for grade in grades))
        bars = names.readable(lambda: tuple(one.opposite for one in self.guards))
        return attrs.evolve(self, figure=figure, shares=shares or (), bars=bars or ())

    def _share(self, grade: Grade) -> Fraction | None:
        if self.use == "purchases_x_terms":
            return Fraction(grade.terms.days, 365) * self.factor
        share = grade.limit_share if self.use == "share_of_credit_sales" else self.share
        return None if share is None else share * self.factor


def _has_share(grade: Grade, index: int, names: Names) -> None:
    if grade.limit_share is None and grade.limit is None:
        names.fault("form.missing", f"grades.rows[{index}].limit_share")


@attrs.frozen(kw_only=True)
class Limit(Row):
    """信用额度: methods, how they are combined, floor, rounding, the policy's cap, and the least limit."""

    methods: tuple[Method, ...] = e.rows(Method, says=("ways to a limit", "额度计算方法"))
    combine: str = e.choice(
        "lowest",
        "highest",
        default="lowest",
        says=("which of the methods' amounts counts", "多种方法的取舍"),
    )
    floor: int | None = e.amount(
        None,
        says=("smaller limits are raised to it", "低于此数的额度提升至此"),
        absent=("none", "无"),
    )
    round: Rounding | None = e.rounding(
        None,
        says=("how it is rounded after that", "其后的取整方式"),
        absent=("down to the minor unit", "向下取整到最小货币单位"),
    )
    cap: int | None = e.amount(
        None,
        says=("the largest limit under this policy", "本政策的额度上限"),
        absent=("none", "无"),
    )
    least: int | None = e.amount(
        None, says=("below it no limit is given", "低于此数不授予额度"), absent=("none", "无")
    )
    below_requested: Outcome = e.effect(
        Outcome.APPROVE,
        *e.STOPS,
        default=Outcome.WARN,
        says=("where less is recommended than is asked for", "建议额度低于申请额度时"),
    )
    below_line: Outcome = e.effect(
        Outcome.APPROVE,
        *e.STOPS,
        default=Outcome.WARN,
        says=(
            "where less is recommended than is in force, or owed without a line",
            "建议额度低于现有额度或无额度欠款时",
        ),
    )
    rounding: tuple[str, int] = attrs.field(default=("floor", 1), eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The limit with its rounding in minor units."""
        mode = self.round or Rounding("floor")
        for rule in (_rounded, _least, _least_floor, _least_caps, _least_information):
            names.readable(lambda: rule(self, names))  # noqa: B023 (called at once)
        return attrs.evolve(self, rounding=(mode.mode, mode.step_minor(names.currency)))

    @property
    def highest(self) -> bool:
        """Whether the largest of the methods' amounts counts."""
        return self.combine == "highest"

    @property
    def steps(self) -> tuple[str, ...]:
        """What can bind: a method, the floor, a cap, the grade, the information at hand."""
        return (*(method.name for method in self.methods), *STEPS)

    @property
    def named(self) -> set[str]:
        """Every figure that it rests on."""
        guards = {name for row in self.methods for one in row.guards for name in one.names}
        return guards | {row.figure for row in self.methods}


# The steps of a decision


def least(limit: Limit, e: Carrier) -> None:
    """Below the least limit there is none."""
    if limit.least is None:
        return
    short = e.limit.known & (e.limit.values > 0) & (e.limit.values < limit.least)
    if e.any(short):
        e.note("limit.least", None, short, partial(_too_small, limit.least, e))
        e.hold(short, 0, "least")


def _too_small(least: int, e: Carrier) -> Mapping[str, Any]:
    return {"limit": e.shown(e.limit), "least": e.money(least)}


def zero(_limit: Limit, e: Carrier) -> None:
    """A limit of nothing is for a person to look at."""
    e.note("limit.zero", e.on_missing, e.limit.known & (e.limit.values == 0))


def compared(limit: Limit, e: Carrier) -> None:
    """The limit against what is asked for, what is in force and, without a line, what is owed."""
    amount, requested, line, owed = e.limit, e.requested, e.line, e.owed
    comparable = amount.known | amount.none
    if e.any(requested.known):
        short = comparable & requested.known & (amount.values < requested.values)
        why = partial(_against, e, "requested", requested)
        e.note("limit.below_requested", limit.below_requested, short, why)
    if e.any(line.known | line.unlimited):
        short = comparable & (line.unlimited | (line.known & (amount.values < line.values)))
        e.note("limit.below_line", limit.below_line, short, partial(_against, e, "line", line))
    if e.any(owed.known):
        short = amount.known & line.nothing & owed.known & (amount.values < owed.values)
        e.note("limit.below_owed", limit.below_line, short, partial(_against, e, "owed", owed))


def _against(e: Carrier, name: str, other: Amount) -> Mapping[str, Any]:
    return {"limit": e.shown(e.limit), name: e.shown(other)}


# What is wrong with it


def _least(limit: Limit, names: Names) -> None:
    """A least limit above the cap: nobody would get any."""
    least, cap = limit.least, limit.cap
    if least is not None and cap is not None and least > cap:
        rule = Phrase("rule.cap", {"cap": short(names.major(cap))})
        names.fault("form.range", "limit.least", rule=rule, value=short(names.major(least)))


def _least_floor(limit: Limit, names: Names) -> None:
    """A floor that is raised to in vain."""
    if limit.least is None or limit.floor is None:
        return
    mode = limit.round or Rounding("floor")
    made = rounded(limit.floor, 1, mode.mode, mode.step_minor(names.currency))
    if 0 < made < limit.least:
        witness = {method.figure: 1 for method in limit.methods[:1]}
        _warn_of_least(limit, limit.floor, "limit.floor", Phrase("why.floor"), witness, names)


def _least_caps(limit: Limit, names: Names) -> None:
    """Grades whose cap keeps them below it for ever."""
    for index, grade in enumerate(names.of(Grades).rows):
        names.readable(lambda: _least_cap(limit, grade, index, names))  # noqa: B023 (called at once)


def _least_cap(limit: Limit, grade: Grade, index: int, names: Names) -> None:
    if limit.least is None or grade.limit is not None or grade.cap is None:
        return
    if 0 < grade.cap < limit.least:
        path, why = f"grades.rows[{index}].cap", Phrase("why.cap", {"grade": grade.id})
        _warn_of_least(limit, grade.cap, path, why, {"grade": grade.id}, names)


def _least_information(limit: Limit, names: Names) -> None:
    """Rows of required information that let through less than is ever granted."""
    stops = names.on_missing.code >= Outcome.REFER.code  # else the limit stands
    for index, row in enumerate(names.of(Assessment).information):
        up_to = names.readable(lambda: row.up_to)  # noqa: B023 (called at once)
        if stops and limit.least is not None and up_to is not None and 0 < up_to < limit.least:
            path = f"assessment.required_information[{index}].up_to"
            witness = {"requested_limit": short(names.major(up_to))}
            _warn_of_least(limit, up_to, path, Phrase("why.up_to"), witness, names)


def _warn_of_least(
    limit: Limit, amount: int, path: str, why: Phrase, witness: Mapping[str, Any], names: Names
) -> None:
    value, least = (short(names.major(one)) for one in (amount, limit.least or 0))
    names.warn("dead.limit", path, witness=witness, value=value, least=least, why=why)


def _rounded(limit: Limit, names: Names) -> None:
    """What rounding takes away again from a floor; a mode without a step, which does nothing."""
    if limit.round is None:
        return
    if limit.round.step is None:
        names.warn("dead.row", "limit.round", why=Phrase("why.rounded"))
        return
    step = limit.round.step_minor(names.currency)
    if limit.floor is not None and limit.floor % step:
        rule = Phrase("rule.multiple", {"step": short(limit.round.step)})
        names.warn("form.range", "limit.floor", rule=rule, value=short(names.major(limit.floor)))
