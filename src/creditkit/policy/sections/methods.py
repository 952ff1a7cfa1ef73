"""Rows of `[limit]`: its methods (额度计算方法) and the caps that others set (外部限额).

What a method is and needs, `limits.methods` says; here stands what a policy may write about one, and what
can be wrong with that. A key that a method does not take is a warning: it would do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, Final, Self

import attrs

from creditkit.figures import FigureKind
from creditkit.limits.combining import Missing
from creditkit.limits.methods import METHODS, GradeTerms, LimitMethod, Parameters
from creditkit.limits.plan import Plan
from creditkit.policy.figures.scopes import Scope
from creditkit.policy.schema import entries as e
from creditkit.policy.schema.conditions import Condition
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase, kind_phrase
from creditkit.policy.schema.presented import short
from creditkit.policy.schema.scale import warn_of_bound
from creditkit.policy.schema.unread import BAD
from creditkit.policy.sections.grades import Grade, Grades

__all__ = ["Cap", "Method", "Step"]


@attrs.frozen(kw_only=True)
class Step(Row):
    """One step of `payment_experience`: the last has neither ``min`` nor ``max`` and takes the rest."""

    share: Fraction = e.ratio(says=("what the line in force is multiplied by", "现有额度的乘数"))
    min: Fraction | None = e.exact(None, says=("from here up, inclusive", "不小于（含）"))
    max: Fraction | None = e.exact(None, says=("up to here, inclusive", "不大于（含）"))

    @property
    def bound(self) -> Fraction | None:
        """Its bound, whichever way it goes."""
        return self.max if self.min is None else self.min


@attrs.frozen(kw_only=True)
class Method(Row):
    """One way to a limit: a share of an amount, which figures or the policy give.

    Which keys a method takes, and which it needs, the table of methods says; every one takes ``factor``,
    ``by_grade``, ``weight``, ``when`` and ``on_missing``. A method is left out where a condition of ``when``
    does not hold, such as ``years_trading >= 1``. One that is not known leaves nothing out where the lowest
    or the highest counts; else the method is then not known.
    """

    use: str = e.choice(*METHODS, says=("the method", "方法"))
    share: Fraction | None = e.ratio(
        None,
        says=("the share that is taken", "所取比例"),
        absent=("required by the methods that are a share", "比例类方法必填"),
    )
    factor: Fraction = e.ratio(Fraction(1), says=("by which the share is multiplied", "比例的乘数"))
    by_grade: tuple[tuple[str, Fraction], ...] = e.ratios_by_grade(
        says=("by which it is multiplied for each grade", "按等级的乘数"), absent=("1", "1")
    )
    base: str | None = e.name(
        None,
        key="figure",
        says=("another figure of the kind money", "改用其他金额类指标"),
        absent=("the method's", "方法自身的指标"),
    )
    figures: tuple[str, ...] = e.figures_of(
        (),
        says=(
            "several figures of the kind money: months from the latest back, references",
            "多个金额类指标：由最近一月往前，或各同业授信",
        ),
    )
    least_known: int | None = e.whole(
        None,
        low=1,
        high=1000,
        says=(
            "how many references must be known; the others count as 0",
            "须已知的同业授信个数，其余按 0 计",
        ),
        absent=("all of them", "全部"),
    )
    grace_days: int = e.whole(
        0, low=0, high=366, says=("days added to those of the terms", "账期之外的宽限天数")
    )
    count: str | None = e.name(None, says=("a figure: the number of suppliers", "指标：供应商数"))
    by: str | None = e.name(None, says=("the figure that the steps are by", "分档所依指标"))
    steps: tuple[Step, ...] = e.rows(
        Step,
        (),
        says=("from the best down, each with min or with max", "由优到劣，统一用 min 或 max"),
    )
    chance: str | None = e.name(
        None,
        says=(
            "a figure: the chance that they pay (`expected_profit`), that they do not (`expected_loss`)",
            "指标：付款概率（`expected_profit`），违约概率（`expected_loss`）",
        ),
    )
    chances: tuple[tuple[str, Fraction], ...] = e.ratios_by_grade(
        says=("that chance for each grade", "各等级的概率")
    )
    margin: Fraction | None = e.ratio(None, says=("what is earned of each sale", "销售利润率"))
    loss: Fraction = e.ratio(Fraction(1), says=("the loss given default, as a share", "违约损失率"))
    budget: int | None = e.amount(None, says=("the largest expected loss", "预期损失上限"))
    amount: int | None = e.amount(None, says=("the fixed amount", "固定金额"))
    weight: Fraction = e.ratio(
        Fraction(1), says=("its weight where methods are `weighted`", "`weighted` 时的权重")
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
        "zero",
        default="unknown",
        says=(
            "where it is not known: the limit is not known, the method is left out, or it counts as 0",
            "未知时：额度未知、略过该方法，或按 0 计",
        ),
    )
    figure: str = attrs.field(default="", eq=False, repr=False)
    plan: Plan = attrs.field(default=BAD, eq=False, repr=False)
    bars: tuple[Condition, ...] = attrs.field(default=(), eq=False, repr=False)

    @property
    def name(self) -> str:
        """Its name as a step of the limit."""
        return self.use

    @property
    def missing(self) -> Missing:
        """What it does to the limit where it is not known."""
        return Missing(self.on_missing)

    def resolved(self, names: Names, path: str) -> Self:
        """The method with its figure, how it is worked out, and what bars it: a guard's opposite."""
        method = METHODS[self.use]
        for rule in (_needed, _idle, _numbers, _figures, _steps, _by_grade):
            names.readable(partial(rule, self, method, path, names))
        bars = names.readable(lambda: tuple(one.opposite for one in self.guards)) or ()
        figure = (self.base if "figure" in method.takes else None) or method.figure or ""
        sound = not names.report.at_fault(path)
        plan = names.readable(lambda: self._plan(method, names)) if sound else None
        return attrs.evolve(self, figure=figure, plan=plan or BAD, bars=bars)

    def _plan(self, method: LimitMethod, names: Names) -> Plan:
        several = self.figures if "figures" in method.takes else ()
        alone = (self.base,) if self.base is not None and "figure" in method.takes else ()
        p = Parameters(
            figures=several or alone,
            share=self.share,
            factor=self.factor,
            by_grade=dict(self.by_grade),
            grace_days=self.grace_days,
            amount=self.amount if "amount" in method.takes else None,
            count=self.count,
            by=self.by,
            rising=all(step.max is None for step in self.steps),
            steps=tuple((step.bound, step.share) for step in self.steps),
            least_known=self.least_known,
            chance=self.chance,
            chances=dict(self.chances),
            margin=self.margin,
            loss=self.loss,
            budget=self.budget if "budget" in method.takes else None,
        )
        return method.plan(p, [_terms(grade) for grade in names.of(Grades).rows])


@attrs.frozen(kw_only=True)
class Cap(Row):
    """A limit of others that holds the house's down: the insurer's, the group's, the bank's.

    It is a figure of the kind money, as a rule one of the host's own. Whoever has no end of it is not held
    down. It binds last, and holds down a grade's fixed amount and one without end as well.
    """

    figure: str = e.name(says=("a figure of the kind money", "金额类指标"))
    share: Fraction = e.ratio(
        Fraction(1),
        says=("by which it is multiplied: '1.15' adds 15 %", "乘数：'1.15' 即上浮 15 %"),
    )
    on_missing: str = e.choice(
        "unknown",
        "zero",
        "no_cap",
        default="unknown",
        says=(
            "where it is not known: the limit is not known, 0, or is not held down",
            "未知时：额度未知、为 0，或不受此限",
        ),
    )

    @property
    def name(self) -> str:
        """Its name as a step of the limit."""
        return f"cap:{self.figure}"

    def resolved(self, names: Names, path: str) -> Self:
        """The row, its figure of the kind money."""
        _money(self.figure, f"{path}.figure", names)
        return self


_PARAMETERS: Final[Mapping[str, str]] = {
    key: key
    for key in (
        *("share", "figures", "least_known", "grace_days", "count", "by", "steps"),
        *("chance", "chances", "margin", "loss", "budget", "amount"),
    )
} | {"figure": "base"}
"""Keys that only some methods take, with their fields."""

_KINDS = {
    "figure": ("kind.share", FigureKind.MONEY),
    "count": ("needs.count", FigureKind.COUNT),
    "chance": ("needs.chance", FigureKind.RATIO),
    "by": ("needs.by", FigureKind.RATIO, FigureKind.SCORE, FigureKind.DAYS, FigureKind.COUNT),
}
"""Keys that name a figure: what is said of one of another kind, and the kinds that it can be of."""

_DEFAULTS: Final = {field.name: field.default for field in attrs.fields(Method)}


def _given(row: Method, key: str) -> bool:
    """Whether a key says something beside its default."""
    field = _PARAMETERS[key]
    return bool(getattr(row, field) != _DEFAULTS[field])


def _terms(grade: Grade) -> GradeTerms:
    return GradeTerms(
        id=grade.id,
        limit_share=grade.limit_share,
        days=grade.terms.days,
        fixed=grade.limit is not None,
    )


# What is wrong with them


def _needed(row: Method, method: LimitMethod, path: str, names: Names) -> None:
    """What a method cannot do without, and what it takes only one of."""
    for key in method.requires:
        names.readable(partial(_required, row, key, path, names))
    for either, other in method.either:
        names.readable(partial(_one_of, row, either, other, path, names))
    if row.use == "share_of_credit_sales":
        for index, grade in enumerate(names.of(Grades).rows):
            names.readable(partial(_has_share, grade, index, names))


def _required(row: Method, key: str, path: str, names: Names) -> None:
    if not _given(row, key):
        names.fault("form.missing", f"{path}.{key}")


def _one_of(row: Method, either: str, other: str, path: str, names: Names) -> None:
    first, second = _given(row, either), _given(row, other)
    if first and second:
        names.fault("form.beside", f"{path}.{either}", name=other)
    elif not first and not second:
        names.fault("form.missing", f"{path}.{either}")


def _has_share(grade: Grade, index: int, names: Names) -> None:
    if grade.limit_share is None and grade.limit is None:
        names.fault("form.missing", f"grades.rows[{index}].limit_share")


def _idle(row: Method, method: LimitMethod, path: str, names: Names) -> None:
    """Keys that the method does not take."""
    for key in _PARAMETERS:
        if key in method.takes:
            continue
        names.readable(partial(_taken, row, key, path, names))


def _taken(row: Method, key: str, path: str, names: Names) -> None:
    if _given(row, key):
        names.warn("dead.row", f"{path}.{key}", why=Phrase("why.not_taken", {"use": row.use}))


def _numbers(row: Method, method: LimitMethod, path: str, names: Names) -> None:
    """Shares above one, chances and margins that are none."""
    if row.share is not None and row.share > 1:
        value = short(row.share)
        names.warn("form.range", f"{path}.share", rule=Phrase("rule.share"), value=value)
    bounded = [("margin", row.margin), ("loss", row.loss)]
    bounded += [(f"chances.{name}", chance) for name, chance in row.chances]
    for key, share in bounded:
        least = Phrase("rule.above", {"low": 0})
        if share is not None and share > 1:
            rule = Phrase("rule.between", {"low": 0, "high": 1})
            names.fault("form.range", f"{path}.{key}", rule=rule, value=short(share))
        elif share == 0 and not (key.startswith("chances") and "margin" in method.takes):
            names.fault("form.range", f"{path}.{key}", rule=least, value=0)
    if row.weight == 0:
        names.fault("form.range", f"{path}.weight", rule=Phrase("rule.above", {"low": 0}), value=0)


def _figures(row: Method, method: LimitMethod, path: str, names: Names) -> None:
    """Figures that are of another kind than the method can take, or named twice."""
    base = row.base or (None if _replaced(row) else method.figure)
    if base is not None:
        _money(base, f"{path}.figure", names)
    seen = set()
    for index, name in enumerate(row.figures):
        if name in seen:
            names.fault("name.duplicate", f"{path}.figures[{index}]", name=name)
        seen.add(name)
        _money(name, f"{path}.figures[{index}]", names)
    if row.least_known is not None and row.least_known > len(row.figures):
        rule = Phrase("rule.between", {"low": 1, "high": len(row.figures)})
        names.fault("form.range", f"{path}.least_known", rule=rule, value=row.least_known)
    for key, figure in (("count", row.count), ("chance", row.chance), ("by", row.by)):
        if figure is not None:
            _kind(figure, key, f"{path}.{key}", names)


def _replaced(row: Method) -> bool:
    """Whether an amount of the policy's stands in place of a figure."""
    return row.budget is not None or row.amount is not None


def _money(name: str, path: str, names: Names) -> None:
    _kind(name, "figure", path, names)


def _kind(name: str, key: str, path: str, names: Names) -> None:
    declared, (phrase, *kinds) = names.figure(name, path), _KINDS[key]
    if declared is not None and declared.kind not in kinds:
        error = Phrase(str(phrase), {"name": name, "kind": kind_phrase(declared.kind)})
        names.fault("name.kind", path, error=error)


def _steps(row: Method, _method: LimitMethod, path: str, names: Names) -> None:
    """Steps go from the best down, all by min or all by max; the last takes the rest."""
    steps = row.steps
    if not steps:
        return
    if steps[-1].bound is not None:
        rule, value = Phrase("rule.last_step"), short(steps[-1].bound)
        names.fault("form.range", f"{path}.steps[{len(steps) - 1}]", rule=rule, value=value)
    ways = set()
    for index, step in enumerate(steps[:-1]):
        if (step.min is None) == (step.max is None):
            value = Phrase("value.nothing" if step.bound is None else "value.both")
            names.fault(
                "form.range", f"{path}.steps[{index}]", rule=Phrase("rule.step"), value=value
            )
        ways.add(step.min is None)
    if len(ways) > 1:
        rule, value = Phrase("rule.one_bound"), Phrase("value.both")
        names.fault("form.range", f"{path}.steps", rule=rule, value=value)
    elif ways:
        _in_order(row, steps[:-1], path, names)


def _in_order(row: Method, steps: Sequence[Step], path: str, names: Names) -> None:
    falling = steps[0].min is not None
    figure = names.figures.get(row.by) if row.by else None
    for index, step in enumerate(steps):
        if step.bound is not None:
            key = "min" if falling else "max"
            warn_of_bound(names, figure, step.bound, f"{path}.steps[{index}].{key}", up=falling)
    for index, (before, step) in enumerate(pairwise(steps), start=1):
        if before.bound is None or step.bound is None:
            continue
        if step.bound >= before.bound if falling else step.bound <= before.bound:
            names.fault(
                "order.bins",
                f"{path}.steps[{index}]",
                direction=Phrase("direction.down" if falling else "direction.up"),
                value=short(step.bound),
                before=short(before.bound),
            )


def _by_grade(row: Method, _method: LimitMethod, path: str, names: Names) -> None:
    """A table by grade names every grade that the methods give a limit, and no other."""
    grades = names.of(Grades).rows
    for key, table in (("by_grade", row.by_grade), ("chances", row.chances)):
        named: dict[str, Any] = dict(table)
        for name in named:
            names.chosen("grade", name, f"{path}.{key}.{name}")
        for grade in grades if named else ():
            if grade.limit is None and grade.id not in named:
                names.fault("form.missing", f"{path}.{key}.{grade.id}")
