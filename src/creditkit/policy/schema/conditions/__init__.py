"""The language of conditions: what must hold, written as one comparison.

    exposure + order <= line                      a linear comparison of exact quantities of one kind
    overdue <= 0.40 * receivables                 exact: nothing is rounded before it is compared
    z2 >= 1.10                                    one float figure against a constant
    insolvency == false, industry in [trade]      a flag or a category
    industry not in [gambling, tobacco]

That is small on purpose: it gives exact analysis, exact headroom, exact release conditions, and one
evaluator for a row and for a column. Names are figures of the catalogue and columns of the grade's
row. Money constants are major units of the policy's currency. There is no ``eval``.

`parse` tells the three sorts of conditions apart; each has a file with how it is written and what it
means: `Linear`, `Bound` and `Member`. A condition is asked in two ways that agree: ``passes`` is the
short one, for the many that hold, and ``judge`` the long one, which also says what was compared.

>>> from creditkit.figures import FIGURES
>>> condition = parse("overdue <= 0.40 * receivables", FIGURES, digits=2)
>>> condition.passes({"overdue": 4000, "receivables": 10_000})
True
>>> condition.judge({"overdue": 4001, "receivables": 10_000}).status
'fail'
"""

from creditkit.policy.schema.conditions.bound import Bound
from creditkit.policy.schema.conditions.errors import ConditionError
from creditkit.policy.schema.conditions.judgement import (
    FAIL,
    INDETERMINATE,
    NOT_APPLICABLE,
    PASS,
    STATUSES,
    Condition,
    Judgement,
)
from creditkit.policy.schema.conditions.linear import Linear
from creditkit.policy.schema.conditions.member import Member
from creditkit.policy.schema.conditions.parse import parse

__all__ = [
    "FAIL",
    "INDETERMINATE",
    "NOT_APPLICABLE",
    "PASS",
    "STATUSES",
    "Bound",
    "Condition",
    "ConditionError",
    "Judgement",
    "Linear",
    "Member",
    "parse",
]
