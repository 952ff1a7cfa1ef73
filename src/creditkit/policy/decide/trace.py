"""The working of a decision as it is shown: the models with their parts, the steps of the limit, the figures.

None of it is made before somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import attrs

from creditkit._columns import STATE_LINES, State
from creditkit.figures import Value
from creditkit.limits.amounts import Limit
from creditkit.models.contract import Part, Score
from creditkit.models.scorecard import Standing
from creditkit.money import LineAmount, Money
from creditkit.policy.decide.decision import LimitStep, ModelScore, Operand
from creditkit.policy.document import Document

__all__ = ["Trail", "figures_seen", "limit_steps", "model_scores"]

Trail: TypeAlias = list[tuple[str, Limit, int]]
"""Steps of a limit: the name, what stood after it, and the index of its method or -1."""

Shown: TypeAlias = Callable[[str, Any], Any]
"""A figure's name and value, as a result shows the value."""


def money_of(document: Document, value: Value) -> Money | None:
    """Whole minor units as money; None for anything else."""
    return Money.from_minor(value, document.currency) if isinstance(value, int) else None


def amount_of(document: Document, limit: Limit) -> LineAmount | None:
    """A limit as money or a state of a line; None where it is not known."""
    return money_of(document, limit[1]) if limit[0] == State.KNOWN else STATE_LINES.get(limit[0])


def model_scores(
    document: Document, shown: Shown, scores: Sequence[Standing | Score]
) -> tuple[ModelScore, ...]:
    """Each model's score with its parts, and what it brings into the score of the policy."""
    out = []
    for use, found in zip(document.assessment.models, scores, strict=True):
        score = found if isinstance(found, Score) else found.score
        scaled = None if score.value is None else use.scaled(score.value)
        part = None if scaled is None else use.weight * scaled
        presented = attrs.evolve(score, parts=tuple(_shown(one, shown) for one in score.parts))
        out.append(ModelScore(score=presented, scaled=scaled, weight=use.weight, part=part))
    return tuple(out)


def _shown(part: Part, shown: Shown) -> Part:
    """A part with its value as a result shows it: nearly all stand as they are, money does not."""
    given = shown(part.figure, part.given) if part.figure else part.given
    return part if given is part.given else attrs.evolve(part, given=given)


def limit_steps(
    document: Document, shown: Shown, row: Mapping[str, Value], trail: Trail, grade: int
) -> tuple[LimitStep, ...]:
    """The steps of a limit with what they were worked out from.

    A method has the amount that it took a share of, the share, and the figures beside that; a limit of
    others its amount and the share of that; rounding the step that it is rounded to.
    """
    caps = {cap.name: cap for cap in document.limit.caps}
    out = []
    for name, after, index in trail:
        step = LimitStep(name=name, amount=amount_of(document, after))
        if index >= 0:
            reading = document.limit.methods[index].plan.read(row, grade)
            if reading.limit == after:  # else it counts as 0
                step = _of_method(document, shown, row, step, index, grade)
        elif name in caps:
            cap = caps[name]
            base = money_of(document, row[cap.figure])
            step = attrs.evolve(step, figure=cap.figure, base=base, share=cap.share)
        elif name == "weighted":
            step = attrs.evolve(step, operands=_weighed(document, trail))
        elif name == "rounding":
            step = attrs.evolve(step, base=money_of(document, document.limit.rounding[1]))
        out.append(step)
    return tuple(out)


def _weighed(document: Document, trail: Trail) -> tuple[Operand, ...]:
    """The amounts that a weighted mean is made of, with their weights."""
    methods = document.limit.methods
    return tuple(
        Operand(figure=name, value=money_of(document, after[1]), weight=methods[index].weight)
        for name, after, index in trail
        if index >= 0 and after[0] == State.KNOWN
    )


def _of_method(
    document: Document,
    shown: Shown,
    row: Mapping[str, Value],
    step: LimitStep,
    index: int,
    grade: int,
) -> LimitStep:
    plan = document.limit.methods[index].plan
    reading = plan.read(row, grade)
    alone = len(plan.figures) == 1 and plan.median_of is None
    weights = [None if plan.median_of else Fraction(one) for one in plan.all_weights]
    several = () if alone else plan.figures
    operands = [
        Operand(figure=name, value=shown(name, row[name]), weight=weights[at])
        for at, name in enumerate(several)
    ]
    for name in plan.needs[len(plan.figures) :]:
        operands.append(Operand(figure=name, value=plan.stated(name, shown(name, row[name]))))
    return attrs.evolve(
        step,
        figure=plan.figures[0] if alone else None,
        base=money_of(document, reading.base),
        share=reading.share,
        operands=tuple(operands),
        factors=plan.factors(row, grade),
    )


def figures_seen(shown: Shown, values: Mapping[str, Value]) -> tuple[tuple[str, Any], ...]:
    """Every figure that was looked at, by name."""
    return tuple((name, shown(name, value)) for name, value in sorted(values.items()))
