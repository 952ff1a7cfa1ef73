"""What granting is worth: expected profit with its break-even chance, and expected loss within a budget.

To grant is worth it where ``p x (revenue - cost) - (1 - p) x cost > 0``, so where the chance ``p`` that
the customer pays is above ``cost / revenue``, the break-even chance (Brealey, Myers, Allen, *Principles
of Corporate Finance*). With a margin of 20 % of revenue that is 80 %. At the break-even itself nothing
is won, and nothing is granted.

The largest amount whose expected loss is within a budget is ``budget / (chance of default x loss)``.

The classic case: revenue 1,200 at a cost of 1,000. At 80 % the order loses 40; at 95 % it earns 140.

>>> break_even(revenue=1200, cost=1000)
Fraction(5, 6)
>>> expected_profit(revenue=1200, cost=1000, chance="0.80")
Fraction(-40, 1)
>>> expected_profit(revenue=1200, cost=1000, chance="0.95")
Fraction(140, 1)
"""

from __future__ import annotations

from fractions import Fraction

from creditkit._digits import ratio_text
from creditkit._given import exact_ratio
from creditkit.errors import InvalidFact
from creditkit.limits.methods.contract import GradeTerms, Parameters, method
from creditkit.limits.plan import Divisor, Steps

__all__ = ["EXPECTED_LOSS", "EXPECTED_PROFIT", "break_even", "expected_profit"]


def break_even(*, revenue: Fraction | int | str, cost: Fraction | int | str) -> Fraction:
    """The chance of payment at which a sale on credit earns nothing: cost / revenue, both at present value.

    What is above 1 can never pay. Revenue that is not positive, and a negative cost, are an `InvalidFact`.
    """
    most, least = _exact(revenue, "break_even.revenue"), _exact(cost, "break_even.cost")
    if most <= 0:
        raise InvalidFact("break_even.revenue", "must be positive", revenue)
    return least / most


def expected_profit(
    *, revenue: Fraction | int | str, cost: Fraction | int | str, chance: Fraction | int | str
) -> Fraction:
    """``chance x (revenue - cost) - (1 - chance) x cost``: what a sale on credit earns on average.

    Amounts are at present value. A chance outside of 0 to 1 is an `InvalidFact`.
    """
    most, least = _exact(revenue, "expected_profit.revenue"), _exact(cost, "expected_profit.cost")
    paid = _exact(chance, "expected_profit.chance")
    if paid > 1:
        raise InvalidFact("expected_profit.chance", "must lie between 0 and 1", chance)
    return paid * most - least


def _exact(value: Fraction | int | str, path: str) -> Fraction:
    if isinstance(value, str):
        found = exact_ratio(value)
    else:
        found = Fraction(value) if type(value) in (int, Fraction) else None
    if found is None or found < 0:
        raise InvalidFact(path, "must be an exact number, not negative", value, "write '0.95'")
    return found


def _worth(p: Parameters, grade: GradeTerms) -> Fraction | None:
    """All of it where the grade's chance is above the break-even; what a figure says, a step does."""
    if not p.chances:
        return Fraction(1)
    chance = p.chances[grade.id]
    return Fraction(int(p.margin is not None and chance > 1 - p.margin))


def _above(p: Parameters) -> Steps | None:
    if p.chance is None or p.margin is None:
        return None
    return Steps(
        figure=p.chance,
        meets="above",
        bounds=(float(1 - p.margin),),
        shares=(Fraction(1), Fraction(0)),
        within=(0.0, 1.0),
    )


def _within(p: Parameters, grade: GradeTerms) -> Fraction | None:
    chance = p.chances[grade.id] if p.chances else Fraction(1)
    part = Fraction(1) if p.share is None else p.share
    return None if not chance else part / (chance * p.loss)


def _words_of_loss(p: Parameters, grade: GradeTerms) -> tuple[str, ...]:
    chances = (p.chances[grade.id],) if grade.id in p.chances else ()
    below = [ratio_text(one) for one in (*chances, p.loss) if one != 1]
    part = () if p.share is None else (ratio_text(p.share),)
    divided = f"1/({' x '.join(below)})" if len(below) > 1 else f"1/{''.join(below)}"
    return (*part, divided) if below else part


def _default(p: Parameters) -> Divisor | None:
    return None if p.chance is None else Divisor(figure=p.chance, chance=True)


EXPECTED_PROFIT = method(
    "expected_profit",
    en="expected profit",
    zh="期望利润法",
    formula=("the requested limit where the chance of payment is above 1 - margin, else 0",
             "付款概率高于 1 - margin 时为申请额度，否则为 0"),
    source=("Brealey, Myers, Allen, Principles of Corporate Finance, chapter on credit management",
            "Brealey, Myers, Allen《公司金融原理》信用管理章"),
    confidence="2S",
    figure="requested_limit",
    takes=("figure", "margin", "chance", "chances"),
    requires=("margin",),
    either=(("chance", "chances"),),
    share=_worth,
    steps=_above,
)  # fmt: skip

EXPECTED_LOSS = method(
    "expected_loss",
    en="expected loss within the budget",
    zh="预期损失法",
    formula=("budget / (chance of default x loss given default); the budget is an amount, or a "
             "share of a figure", "预算 /（违约概率 x 违约损失率）；预算为金额，或某指标的比例"),
    source=("largest exposure whose expected loss is within a budget", "预期损失不超过预算的最大敞口"),
    confidence="M",
    takes=("figure", "share", "budget", "chance", "chances", "loss"),
    either=(("chance", "chances"), ("budget", "figure")),
    share=_within,
    words=_words_of_loss,
    divisor=_default,
)  # fmt: skip
