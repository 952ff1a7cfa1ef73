"""The steps of a decision, in their order.

Facts that cannot be used are named first; figures give scores, and the scores a grade, which a knock-out
may lower. The grade and the methods of the policy give a limit, which goes no further than the
information supports. Then the limit and the terms are compared with what is asked for, in force and
owed; last come who may grant and when to look again.

A step that compares and gives reasons is written once, over a `Carrier`, and stands in the file of the
section whose keys it reads. Three are pairs, one for a customer and one for columns, because they are
where the numbers are made: what of the facts is usable, the scores, and the money of the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from creditkit.policy.document import Document
from creditkit.policy.sections import assessment, authority, grades, limit, reviews

__all__ = ["DECIDE", "FIRST", "LATE", "take_steps"]


class Step(NamedTuple):
    """A step: the section that it reads, and the function that takes it over a carrier."""

    section: str
    take: Callable[[Any, Any], None]


def usable(_assessment: assessment.Assessment, e: Any) -> None:
    """Facts that cannot be used: amounts without a rate, a ledger that cannot be read."""
    e.find_usable()


def scored(_assessment: assessment.Assessment, e: Any) -> None:
    """The score by the models of the assessment, and the grade that it gives."""
    e.score_and_grade()


def graded(_grades: grades.Grades, e: Any) -> None:
    """The score and the grade stand; from here on conditions may name them."""
    e.show_grade()


def limited(_limit: limit.Limit, e: Any) -> None:
    """The limit: methods, combination, floor, rounding and caps, and the step that binds."""
    e.make_limit()


FIRST: Final = (
    Step("assessment", assessment.assumed),
    Step("assessment", usable),
    Step("assessment", scored),
    Step("assessment", assessment.knocked_out),
    Step("grades", graded),  # not before: a condition on the grade is on the one that is given
    Step("grades", grades.ungraded),
    Step("limit", limited),
    Step("assessment", assessment.informed),
    Step("limit", limit.held),
    Step("limit", limit.least),
    Step("limit", limit.zero),
    Step("limit", limit.compared),
    Step("grades", grades.compared_terms),
)
"""What the outcome, the grade, the limit and every reason hang on."""

LATE: Final = (
    Step("authority", authority.granted_by),
    Step("grades", grades.cycle),
    Step("reviews", reviews.sooner),
)
"""What is known then by the amounts alone; for one customer these wait until somebody looks."""

DECIDE: Final = (*FIRST, *LATE)
"""What is done, in this order: another order would be another policy."""


def take_steps(steps: Sequence[Step], document: Document, e: Any) -> None:
    """Take steps of a decision over a carrier."""
    for section, take in steps:
        take(getattr(document, section), e)
