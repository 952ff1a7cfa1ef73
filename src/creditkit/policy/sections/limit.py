"""`[limit]` (信用额度): methods, how they are combined, the floor, rounding, the caps and the least limit.

A recommended limit is made in this order, and the step that binds is named: each method gives exact
minor units, rounded down; they are combined; the floor raises; the rounding step rounds; the grade's
cap, the policy's cap and the limits of others hold down; below ``least`` there is none. A grade that
fixes an amount has that in place of the methods, the floor and the rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final, Self

import attrs

from creditkit.languages import texts
from creditkit.limits.combining import MIXING, RULES
from creditkit.limits.methods import METHODS
from creditkit.money import LARGEST, Line, Rounding, rounded
from creditkit.outcomes import Outcome
from creditkit.policy.carrier import Amount, Carrier
from creditkit.policy.schema import entries as e
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase
from creditkit.policy.schema.presented import short
from creditkit.policy.sections.assessment import Assessment
from creditkit.policy.sections.grades import Grade, Grades
from creditkit.policy.sections.methods import Cap, Method

__all__ = ["REASONS", "STEPS", "WORDS", "Limit"]

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

WORDS: Final = {
    **{name: method.text for name, method in METHODS.items()},
    **texts(
        "step",
        {
            "lowest": ("lowest of these", "取最低"),
            "highest": ("highest of these", "取最高"),
            "mean": ("mean of these", "取平均"),
            "median": ("median of these", "取中位数"),
            "weighted": ("weighted mean of these", "取加权平均"),
            "first": ("first that is known", "取首个已知"),
            "floor": ("raised to the floor", "提升至下限"),
            "rounding": ("rounded", "取整"),
            "cap:grade": ("the grade's cap", "等级上限"),
            "cap:policy": ("the policy's cap", "政策上限"),
            "information": ("the information at hand", "已有资料"),
            "grade": ("fixed by the grade", "等级规定"),
            "least": ("below the least limit", "低于最低额度"),
        },
    ),
}
"""What the steps of a limit are called."""


@attrs.frozen(kw_only=True)
class Limit(Row):
    """信用额度: methods, how they are combined, floor, rounding, caps, and the least limit.

    ``mean``, ``median`` and ``weighted`` are rounded down to the minor unit; the median of an even number is
    the mean of the two in the middle. ``first`` is the first method that counts, in the order of the rows.
    """

    methods: tuple[Method, ...] = e.rows(Method, says=("ways to a limit", "额度计算方法"))
    combine: str = e.choice(
        *RULES,
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
    caps: tuple[Cap, ...] = e.rows(
        Cap,
        (),
        says=("limits of others that hold it down", "受外部限额约束"),
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
    late_caps: tuple[tuple[str, tuple[int, ...]], ...] = attrs.field(
        default=(), eq=False, repr=False
    )

    def resolved(self, names: Names, path: str) -> Self:
        """The limit with its rounding in minor units.

        ``late_caps`` are the grade's caps and the policy's by rank, the last for no grade, under the names
        of their steps; there are none where no grade's limit is without end.
        """
        mode = self.round or Rounding("floor")
        rules = (_rounded, _weights, _withheld, _caps)
        for rule in (*rules, _least, _least_floor, _least_caps, _least_information):
            names.readable(lambda: rule(self, names))  # noqa: B023 (called at once)
        late = names.readable(lambda: _late(self, names.of(Grades).rows)) or ()
        rounding = (mode.mode, mode.step_minor(names.currency))
        return attrs.evolve(self, rounding=rounding, late_caps=late)

    @property
    def steps(self) -> tuple[str, ...]:
        """What can bind: a method or several together, the floor, a cap, the grade, the information."""
        mixed = (self.combine,) if self.combine in MIXING else ()
        return (*(method.name for method in self.methods), *mixed, *STEPS, *self.of_others)

    @property
    def of_others(self) -> tuple[str, ...]:
        """The names of the caps that others set."""
        return tuple(cap.name for cap in self.caps)

    @property
    def sure(self) -> bool:
        """Whether a method counts only where that is known: but for the lowest and the highest."""
        return self.combine not in ("lowest", "highest")

    @property
    def named(self) -> set[str]:
        """Every figure that it rests on."""
        guards = {name for row in self.methods for one in row.guards for name in one.names}
        caps = {cap.figure for cap in self.caps}
        return guards | caps | {name for row in self.methods for name in row.plan.needs}


# The steps of a decision


def held(limit: Limit, e: Carrier) -> None:
    """Caps bind last: what had no end, and was held to the information at hand, is held to them too."""
    for step, caps in limit.late_caps:
        most = e.at(caps, e.grade)
        over = e.limit.known & (e.limit.values > most)
        if e.any(over):
            e.hold(over, most, step)


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


def _late(limit: Limit, grades: Sequence[Grade]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    if all(grade.limit is not Line.UNLIMITED for grade in grades):
        return ()
    by_grade = tuple(LARGEST if grade.cap is None else grade.cap for grade in grades)
    policy = LARGEST if limit.cap is None else limit.cap
    return ("cap:grade", (*by_grade, LARGEST)), ("cap:policy", (policy,) * (len(grades) + 1))


# What is wrong with it


def _weights(limit: Limit, names: Names) -> None:
    """Weights where nothing is weighed."""
    for index, method in enumerate(limit.methods):
        path = f"limit.methods[{index}].weight"
        if limit.combine != "weighted" and names.readable(partial(_weighs, method)):
            names.warn("dead.row", path, why=Phrase("why.weight"))


def _weighs(method: Method) -> bool:
    return method.weight != 1


def _withheld(limit: Limit, names: Names) -> None:
    """Methods that are left out where they are not known, so that others count for more."""
    methods = limit.methods[:-1] if limit.combine == "first" else limit.methods
    for index, method in enumerate(methods if limit.sure and len(limit.methods) > 1 else ()):
        if names.readable(partial(_is_left_out, method)):
            witness = {method.figure: 0} if method.figure else None
            names.warn("gap.withheld", f"limit.methods[{index}].on_missing", witness=witness)


def _is_left_out(method: Method) -> bool:
    return method.on_missing == "skip"


def _caps(limit: Limit, names: Names) -> None:
    """A limit of others that stands twice."""
    names.unique("limit.caps", limit.caps, "figure")


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
        witness = {method.figure: 1 for method in limit.methods[:1] if method.figure}
        _warn_of_least(limit, limit.floor, "limit.floor", Phrase("why.floor"), witness, names)


def _least_caps(limit: Limit, names: Names) -> None:
    """Grades whose cap, or fixed amount, keeps them below it for ever."""
    for index, grade in enumerate(names.of(Grades).rows):
        names.readable(lambda: _least_cap(limit, grade, index, names))  # noqa: B023 (called at once)


def _least_cap(limit: Limit, grade: Grade, index: int, names: Names) -> None:
    key = "cap" if grade.limit is None else "limit"
    most = grade.cap if grade.limit is None else grade.limit
    if limit.least is not None and isinstance(most, int) and 0 < most < limit.least:
        path, why = f"grades.rows[{index}].{key}", Phrase("why.cap", {"grade": grade.id})
        _warn_of_least(limit, most, path, why, {"grade": grade.id}, names)


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
