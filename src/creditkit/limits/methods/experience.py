"""What experience says: limits that other suppliers grant, and the customer's own record with us.

    references           median of other suppliers' limits, or of their recent high credit
    payment_experience   line in force x a step by a figure of the payment record

Of an even number of references the median is the mean of the two in the middle, rounded down. With
``least_known`` so many references suffice, and those that are not known count as 0, so that to leave out
a small one never helps.
"""

from __future__ import annotations

from fractions import Fraction

from creditkit._digits import ratio_text
from creditkit.limits.methods.contract import GradeTerms, Parameters, method
from creditkit.limits.plan import Steps

__all__ = ["PAYMENT_EXPERIENCE", "REFERENCES"]


def _share(p: Parameters, _grade: GradeTerms) -> Fraction:
    return Fraction(1) if p.share is None else p.share


def _words(p: Parameters, _grade: GradeTerms) -> tuple[str, ...]:
    return (ratio_text(_share(p, _grade)),)


def _steps(p: Parameters) -> Steps:
    return Steps(
        figure=p.by or "",
        meets="min" if p.rising else "max",
        bounds=tuple(float(bound) for bound, _ in p.steps if bound is not None),
        shares=tuple(share for _, share in p.steps),
    )


REFERENCES = method(
    "references",
    en="median of the references",
    zh="同业授信中位数",
    formula=("median of the limits that other suppliers grant", "其他供应商授信额度的中位数"),
    source=("credit textbooks; also as one of three methods whose mean counts",
            "信用管理教材；亦用作三法平均之一"),
    confidence="1S",
    takes=("figures", "share", "least_known"),
    requires=("figures",),
    share=_share,
    words=_words,
    median=True,
)  # fmt: skip

PAYMENT_EXPERIENCE = method(
    "payment_experience",
    en="own payment experience",
    zh="付款经验法",
    formula=("line in force x step by a figure of the payment record", "现有额度 x 按付款记录分档的系数"),
    source=("stepwise by the own payment record; the steps are the house's",
            "按自身付款记录逐级调整；分档由本公司规定"),
    confidence="M",
    figure="line",
    takes=("figure", "by", "steps"),
    requires=("by", "steps"),
    share=lambda p, grade: Fraction(1),
    steps=_steps,
)  # fmt: skip
