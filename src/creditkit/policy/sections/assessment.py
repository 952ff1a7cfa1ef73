"""`[assessment]` (信用评估标准): the models, how much must be known, what is assumed, what knocks out.

Where less than ``least_coverage`` of the score's weight is known there is no grade. A requested limit is
held against the row of required information that its amount falls in; the recommended limit goes no
further than the largest amount whose row holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, Final, Self

import attrs
import numpy as np

from creditkit._arithmetic import Floats
from creditkit.figures import FigureKind, Value
from creditkit.models.contract import ScoringModel
from creditkit.models.scorecard import Scorecard
from creditkit.money import Line
from creditkit.outcomes import Outcome
from creditkit.policy.carrier import Carrier
from creditkit.policy.figures.scopes import Scope
from creditkit.policy.schema import entries as e
from creditkit.policy.schema import readers
from creditkit.policy.schema.conditions import FAIL, INDETERMINATE, PASS, Condition
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase
from creditkit.policy.schema.presented import short
from creditkit.policy.schema.unread import BAD
from creditkit.policy.sections.grades import Grades
from creditkit.policy.sections.scorecards import Card

__all__ = ["REASONS", "Assessment", "Information", "KnockOut", "ModelUse", "StaleAfter"]

REASONS: Final = (
    "score.not_computable",
    "score.clipped",
    "coverage.low",
    "statement.future",
    "statement.stale",
    "statement.unusable",
    "statement.parts",
    "statement.unbalanced",
    "date.future:years_in_business",
    "date.future:years_trading",
    "rating.future",
    "equity.negative",
)
"""What every assessment can say; `Assessment.reason_keys` has those of its rows."""


def _scale(value: Any, path: str, names: Names) -> Any:
    """Two or more ``[from, to]`` pairs, ascending in the first: a line between them, clamped outside."""
    if not isinstance(value, list | tuple) or len(value) < 2:
        names.fault("form.type", path, expected=Phrase("expected.pairs"), value=value)
        return BAD
    out: list[tuple[float, float]] = []
    for index, pair in enumerate(value):
        here = f"{path}[{index}]"
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            names.fault("form.type", here, expected=Phrase("expected.pair"), value=pair)
            return BAD
        read = tuple(readers.exact(item, here, names) for item in pair)
        if any(item is BAD for item in read):
            return BAD
        start, end = map(float, read)
        if out and start <= out[-1][0]:
            rule = Phrase("rule.above", {"low": short(Fraction(out[-1][0]))})
            names.fault("form.range", f"{here}[0]", rule=rule, value=pair[0])
            return BAD
        out.append((start, end))
    return tuple(out)


@attrs.frozen(kw_only=True)
class ModelUse(Row):
    """A model of the assessment: which, with what weight, and how its scale becomes the policy's."""

    use: str = e.text(
        takes=("the id of a model", "模型编号"),
        says=(
            "`scorecard:` and the id of a card of this policy, a published model, or a model of your own",
            "`scorecard:` 加本政策评分卡的编号、已发表的模型，或自有模型",
        ),
    )
    share: Fraction = e.ratio(
        Fraction(1),
        key="weight",
        says=("its share of the score; weights add up to 1", "权重，合计为 1"),
    )
    scale: tuple[tuple[float, float], ...] | None = e.entry(
        _scale,
        ("two or more pairs `[from, to]`, ascending", "两对或更多 `[原分，新分]`，由小到大"),
        None,
        says=(
            "where the model's scale is not the policy's: straight lines between the pairs, held "
            "at both ends",
            "模型分数与政策分数不同标尺时：各点之间线性换算，两端封顶",
        ),
    )
    model: ScoringModel = attrs.field(default=BAD, eq=False, repr=False)
    weight: float = attrs.field(default=1.0, eq=False, repr=False)
    title: tuple[str, str] = attrs.field(default=("", ""), eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The row with its model; a card that is at fault has said so where it stands."""
        here = f"{path}.use"
        if self.use not in names.models:
            names.unknown("model", self.use, names.models, here)
            return self
        model: Any = names.models[self.use]
        if model is BAD:
            return self
        title = ("", "")
        if isinstance(model, Scorecard):  # its factors are looked at where they stand
            title = (model.en, model.zh)
        else:
            for name in model.needs:
                names.figure(name, here)
        return attrs.evolve(self, model=model, weight=float(self.share), title=title)

    def scaled(self, value: float) -> float:
        """The value on the policy's scale; clamped at both ends."""
        if self.scale is None:
            return value
        points = self.scale
        index = sum(value >= point[0] for point in points[1:-1])
        if value <= points[0][0]:
            return points[0][1]
        if value >= points[-1][0]:
            return points[-1][1]
        return points[index][1] + (value - points[index][0]) * self._slopes()[index]

    def scaled_columns(self, values: Floats) -> Floats:
        """`scaled` for a column; NaN stays NaN."""
        if self.scale is None:
            return values
        starts = np.array([point[0] for point in self.scale])
        ends = np.array([point[1] for point in self.scale])
        index = np.zeros(len(values), dtype=np.intp)
        for bound in starts[1:-1]:
            index += values >= bound
        out: Floats = ends[index] + (values - starts[index]) * np.array(self._slopes())[index]
        out = np.where(values <= starts[0], ends[0], out)
        return np.where(values >= starts[-1], ends[-1], out)

    def _slopes(self) -> list[float]:
        return [
            (after[1] - before[1]) / (after[0] - before[0])
            for before, after in pairwise(self.scale or ())
        ]


@attrs.frozen(kw_only=True)
class StaleAfter(Row):
    """After how many full months a statement or an external rating is not used any more."""

    statement: int | None = e.whole(
        None,
        low=1,
        high=1200,
        says=("months after the end of its period", "报表期末后的月数"),
        absent=("never", "不过期"),
    )
    rating: int | None = e.whole(
        None,
        low=1,
        high=1200,
        says=("months after its date", "评级日后的月数"),
        absent=("never", "不过期"),
    )


@attrs.frozen(kw_only=True)
class Information(Row):
    """What must be known for amounts up to ``up_to`` (inclusive; every amount where absent).

    A requested limit is held against the row that its amount falls in. The recommended limit goes
    no further than the largest amount whose row holds, and is 0 where none does. Where
    ``on_missing`` stops nothing, the limit stands and what is missing is reported.
    """

    up_to: int | None = e.amount(
        None,
        says=("the largest amount of the row", "适用金额上限"),
        absent=("any amount", "任意金额"),
    )
    conditions: tuple[Condition, ...] = e.conditions(
        Scope.GRADED,
        key="needs",
        says=("what must hold, and so be known", "须满足（因而须已知）的条件"),
    )


@attrs.frozen(kw_only=True)
class KnockOut(Row):
    """What must hold for credit at all (一票否决); where it does not, the grade falls to ``grade``.

    A customer without a grade gets none that gives credit.
    ``on_undefined`` (else ``on_missing``) is for a figure that is known to have no meaning: Z'' of
    a company that owes nothing.
    """

    id: str = e.name(says=("its name in reasons", "理由中的名称"))
    condition: Condition = e.condition(
        Scope.CUSTOMER, key="require", says=("what must hold", "须满足的条件")
    )
    on_fail: Outcome = e.effect(default=Outcome.REJECT, says=("where it does not hold", "不满足时"))
    on_missing: Outcome = e.effect(default=Outcome.REFER, says=("where it is not known", "未知时"))
    undefined: Outcome | None = e.effect(
        Outcome.APPROVE,
        *e.STOPS,
        default=None,
        key="on_undefined",
        says=("where a figure has no meaning", "指标无意义时"),
        absent=("`on_missing`", "同 `on_missing`"),
    )
    falls_to: str | None = e.name(
        None,
        key="grade",
        says=("the grade that the customer falls to", "降至的等级"),
        absent=("none", "不降级"),
    )
    grade: int | None = attrs.field(default=None, eq=False, repr=False)
    no_credit: bool = attrs.field(default=False, eq=False, repr=False)

    @property
    def on_undefined(self) -> Outcome:
        """The effect where a figure has no meaning."""
        return self.on_missing if self.undefined is None else self.undefined

    def resolved(self, names: Names, path: str) -> Self:
        """The row with the rank of its grade, and whether that gives no credit."""
        if self.falls_to is None:
            return self
        grades = names.of(Grades)
        ranks = {name: rank for rank, name in enumerate(grades.names)}
        rank = ranks.get(self.falls_to)
        if rank is None:
            names.unknown("grade", self.falls_to, ranks, f"{path}.grade")
            return self
        if rank == 0:
            names.warn("dead.row", f"{path}.grade", why=Phrase("why.best"))
        return attrs.evolve(self, grade=rank, no_credit=grades.rows[rank].limit is Line.NONE)


@attrs.frozen(kw_only=True)
class Assessment(Row):
    """信用评估标准: the models, how much must be known, what is assumed, what knocks out.

    Where less than ``least_coverage`` of a scorecard's weight is known, of any that is used, there is no
    grade.
    """

    models: tuple[ModelUse, ...] = e.rows(
        ModelUse, says=("what the score is made of", "评分所用模型")
    )
    least_coverage: Fraction = e.ratio(
        Fraction(0),
        says=(
            "the least share of each scorecard's weight that must be known",
            "评分已知权重的下限",
        ),
    )
    stale_after: StaleAfter = e.section(
        StaleAfter, StaleAfter(), says=("when facts are too old", "资料过期时限")
    )
    information: tuple[Information, ...] = e.rows(
        Information,
        (),
        key="required_information",
        says=("what must be known, from the smallest amount up", "按额度由小到大所需的资料"),
    )
    assumed: tuple[tuple[str, Any], ...] = e.pairs(
        readers.any_value,
        ("a table: figure = value", "表：指标 = 值"),
        key="assume",
        says=(
            "the value that a figure has where it is not known; each one that was used is a reason of "
            "the decision",
            "指标未知时采用的值；采用时在理由中列明",
        ),
        absent=("nothing", "无"),
    )
    knock_outs: tuple[KnockOut, ...] = e.rows(
        KnockOut, (), key="knock_out", says=("what must hold for credit at all", "授信的前提条件")
    )
    assume: Mapping[str, Value] = attrs.field(factory=dict, eq=False, repr=False)
    categories: Mapping[str, frozenset[str]] = attrs.field(factory=dict, eq=False, repr=False)
    bounds: tuple[int, ...] = attrs.field(default=(), eq=False, repr=False)
    vetoes: tuple[Condition, ...] = attrs.field(default=(), eq=False, repr=False)
    required: tuple[tuple[Condition, ...], ...] = attrs.field(default=(), eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The assessment with its assumptions and the categories that its cards name.

        ``bounds`` are the largest amounts of the rows of required information; the last has none.
        ``required`` are their conditions, then none: a table by rank. ``vetoes`` are those of knock-outs.
        """
        for rule in (_weights, _order, _asked, _reach, _coverage):
            names.readable(lambda: rule(self, names))  # noqa: B023 (called at once)
        made = ("score", "grade")  # assumed, they would take the place of what the models give
        assume = names.readable(lambda: names.values(self.assumed, f"{path}.assume", made)) or {}
        categories = names.readable(lambda: _categories(self, names)) or {}
        bounds = names.readable(lambda: _largest(self.information)) or ()
        return attrs.evolve(
            self,
            assume=assume,
            categories=categories,
            bounds=bounds,
            vetoes=names.readable(lambda: tuple(row.condition for row in self.knock_outs)) or (),
            required=names.readable(lambda: _required(self.information)) or (),
        )

    @property
    def needs(self) -> tuple[str, ...]:
        """The conditions of required information as they were written, each once."""
        texts = (one.text for row in self.information for one in row.conditions)
        return tuple(dict.fromkeys(texts))

    @property
    def reason_keys(self) -> tuple[str, ...]:
        """The keys of the reasons that its rows can give."""
        return (
            *(f"category.unnamed:{name}" for name in self.categories),
            *(f"knock_out.fired:{row.id}" for row in self.knock_outs),
            *(f"knock_out.unknown:{row.id}" for row in self.knock_outs),
            *(f"information.missing:{text}" for text in self.needs),
            *(f"assumption.used:{name}" for name in self.assume),
        )

    @property
    def named(self) -> set[str]:
        """Every figure that it rests on."""
        conditions = [row.condition for row in self.knock_outs]
        conditions += [one for row in self.information for one in row.conditions]
        names = {name for one in conditions for name in one.names}
        return names | {name for use in self.models for name in use.model.needs}


# The steps of a decision


def assumed(assessment: Assessment, e: Carrier) -> None:
    """Every assumption that is used is named."""
    for name in assessment.assume:
        used = e.assumed(name)
        if e.any(used):
            why = partial(_assumption, name, e)
            e.note("assumption.used", None, used, why, subject=name)


def _assumption(name: str, e: Carrier) -> Mapping[str, Any]:
    return {"figure": name, "value": e.seen(name)}


def knocked_out(assessment: Assessment, e: Carrier) -> None:
    """What must hold for credit at all: where it does not, the grade falls.

    A customer without a grade gets only one that gives no credit: a knock-out is no way to a line.
    """
    if e.plain((assessment.vetoes,), 0):
        return
    for rule in assessment.knock_outs:
        status = e.status(rule.condition)
        fired, unknown = status == FAIL, status == INDETERMINATE
        if e.any(fired):
            e.note(
                "knock_out.fired", rule.on_fail, fired, partial(_fired, rule, e), subject=rule.id
            )
            if rule.grade is not None:
                falls = fired & (rule.no_credit | (e.grade >= 0))
                e.grade = e.where(falls, e.most(e.grade, rule.grade), e.grade)
        if e.any(unknown):
            missing, why = unknown & e.lacking(rule.condition), partial(_unknown, rule, e)
            e.note("knock_out.unknown", rule.on_missing, missing, why, subject=rule.id)
            undefined = unknown & e.no(missing)
            e.note("knock_out.unknown", rule.on_undefined, undefined, why, subject=rule.id)


def _fired(rule: KnockOut, e: Carrier) -> Mapping[str, Any]:
    """What did not hold, and the grade where it falls; asked before it does, for one customer only."""
    said = {"id": rule.id, "condition": rule.condition.text, **e.compared(rule.condition)}
    if rule.grade is not None and e.grade < rule.grade and (rule.no_credit or e.grade >= 0):
        said["falls_to"] = rule.falls_to
    return said


def _unknown(rule: KnockOut, e: Carrier) -> Mapping[str, Any]:
    return {"id": rule.id, **e.unmet(rule.condition)}


def informed(assessment: Assessment, e: Carrier) -> None:
    """The limit goes as far as the information supports; what is required and not shown is named.

    Where missing information stops nothing (``on_missing`` below refer), the limit stands.
    """
    rows, bounds = assessment.information, assessment.bounds
    last = len(bounds)
    if not rows:
        return
    limit, credit = e.limit, e.no(e.limit.none)
    if not e.any(credit):
        return
    reach = e.where(limit.known, e.rank(bounds, limit.values), last)
    asked = e.where(e.requested.known, e.rank(bounds, e.requested.values), -1)
    bounded = (limit.known | limit.unlimited) & (e.on_missing.code >= Outcome.REFER.code)
    alone = credit & e.no(bounded | e.requested.known)
    if e.plain(assessment.required, e.where(bounded | alone, reach, -1), asked):
        return
    held, still = e.where(bounded, -1, reach), bounded
    for index in range(last, -1, -1):  # from the largest amount down to the first row that holds
        here = still & (reach >= index)
        if e.any(here):
            holds = here
            for one in rows[index].conditions:
                holds = holds & (e.status(one) == PASS)
            held, still = e.where(holds, index, held), still & e.no(holds)
    for index, row in enumerate(rows):
        here = (credit & (asked == index)) | (alone & (reach == index))
        if index == 0:  # what would carry the smallest amount
            here = here | (credit & (held < 0))
        if e.any(here):
            for one in row.conditions:
                lacks, why = here & (e.status(one) != PASS), partial(_not_shown, one)
                e.note("information.missing", e.on_missing, lacks, why, subject=one.text)
    cut = (held < reach) & (limit.unlimited | (limit.values > 0))
    if e.any(cut):
        most = e.at([*bounds, 0], e.where(held < last, held, -1))
        why = partial(_supported, assessment, e, held, most)
        e.note("limit.information", None, cut & (held >= 0), why)
        e.hold(cut, most, "information")


def _not_shown(condition: Condition) -> Mapping[str, Any]:
    return {"condition": condition.text}


def _supported(assessment: Assessment, e: Carrier, held: int, most: int) -> Mapping[str, Any]:
    """How far the limit goes, and what more would require."""
    above = assessment.information[held + 1].conditions
    needs = tuple(one.text for one in above if e.status(one) != PASS)
    return {"limit": e.money(most), "needs": needs}


def _categories(assessment: Assessment, names: Names) -> dict[str, frozenset[str]]:
    """The values of each category that the bins of the scorecards name."""
    named: dict[str, set[str]] = {}
    cards = [use.model for use in assessment.models if isinstance(use.model, Scorecard)]
    for factor in (one for card in cards for one in card.factors):
        values = {name for bin_ in factor.bins for name in bin_.names}
        if values and names.figures[factor.figure].kind is FigureKind.CATEGORY:
            named.setdefault(factor.figure, set()).update(values)
    return {name: frozenset(values) for name, values in named.items()}


def _required(rows: Sequence[Information]) -> tuple[tuple[Condition, ...], ...]:
    return (*(row.conditions for row in rows), ())


def _largest(rows: Sequence[Information]) -> tuple[int, ...]:
    return tuple(row.up_to for row in rows[:-1] if row.up_to is not None)


# What is wrong with it


def _weights(assessment: Assessment, names: Names) -> None:
    if not assessment.models:
        names.fault("form.missing", "assessment.models")
        return
    weights = sum((row.share for row in assessment.models), Fraction(0))
    if weights != 1:
        names.fault("gap.weights", "assessment.models", value=short(weights))


def _order(assessment: Assessment, names: Names) -> None:
    """Rows go up from amount to amount, and the last one is for every amount above."""
    rows = assessment.information
    for index, row in enumerate(rows):
        path = f"assessment.required_information[{index}]"
        if row.up_to is None and index < len(rows) - 1:
            dead = f"assessment.required_information[{index + 1}]"
            names.fault("dead.row", dead, why=Phrase("why.covered"))
        before = rows[index - 1].up_to if index else None
        if before is not None and row.up_to is not None and row.up_to <= before:
            why = Phrase("why.smaller", {"before": short(names.major(before))})
            names.fault("dead.row", path, why=why)
    if rows and rows[-1].up_to is not None:
        path = f"assessment.required_information[{len(rows) - 1}].up_to"
        names.fault("gap.information", path, value=short(names.major(rows[-1].up_to)))


def _asked(assessment: Assessment, names: Names) -> None:
    """A larger amount that does not ask for a figure that a smaller one asks for."""
    asked: dict[str, int] = {}
    for index, row in enumerate(assessment.information):
        named = {name for condition in row.conditions for name in condition.names}
        for name in sorted(set(asked) - named):
            path = f"assessment.required_information[{index}].needs"
            names.warn("order.information", path, name=name, row=asked.pop(name))
        asked |= {name: index for name in named if name not in asked}


def _reach(assessment: Assessment, names: Names) -> None:
    """Scorecards without a scale must fill the domain: every grade within reach, no score outside it."""
    grades, models = names.of(Grades), assessment.models
    cards: dict[str, Card] = {card.name: card for card in names.every(Card)}
    rows = grades.rows
    if not rows or not models or any(row.scale or row.use not in cards for row in models):
        return
    low, high = (
        sum((row.share * cards[row.use].range[end] for row in models), Fraction(0))
        for end in (0, 1)
    )
    least, most = grades.domain
    best, last = rows[0], rows[-1]
    # a last grade that a knock-out leads to need not be reached by a score
    fallen = any(one.falls_to == last.id for one in assessment.knock_outs)
    lost = len(rows) > 1 and low >= rows[-2].min and not fallen
    if low < least or high > most or high < best.min or lost:
        seen = {"low": low, "high": high, "least": least, "most": most}
        params = {name: short(one) for name, one in seen.items()}
        names.fault("gap.reach", "assessment.models", **params)


def _coverage(assessment: Assessment, names: Names) -> None:
    """A coverage above one can never be reached."""
    least = assessment.least_coverage
    if least > 1:
        path, rule = "assessment.least_coverage", Phrase("rule.coverage")
        names.warn("form.range", path, rule=rule, value=short(least))
