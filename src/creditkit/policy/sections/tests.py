"""`[[tests]]`: examples that the policy carries, and that it must pass to be loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from creditkit.figures import Value
from creditkit.outcomes import Outcome
from creditkit.policy.schema import entries as e
from creditkit.policy.schema import readers
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.sections.grades import Grades

__all__ = ["Test"]

_OUTCOMES = ", ".join(outcome.value for outcome in Outcome)


@attrs.frozen(kw_only=True)
class Test(Row):
    """A test that the policy carries: given figures, the grade, limit and outcome that it must give."""

    __test__ = False  # no test of a suite that collects by name

    id: str = e.name(says=("its name", "名称"))
    written: tuple[tuple[str, Any], ...] = e.pairs(
        readers.any_value,
        ("a table: figure = value", "表：指标 = 值"),
        key="given",
        says=("what is known; **money in major units**", "已知指标；**金额以主币单位**"),
    )
    grade: str | None = e.name(None, says=("the grade", "等级"))
    limit: str | None = e.text(
        None,
        takes=(
            "an amount as '600000', `unlimited` or `none`",
            "金额如 '600000'，或 `unlimited`、`none`",
        ),
        says=("the limit", "额度"),
    )
    terms: str | None = e.text(
        None,
        takes=("terms as a grade writes them", "等级所写的付款条件"),
        says=("the terms", "付款条件"),
    )
    outcome: str | None = e.text(
        None, takes=(f"one of {_OUTCOMES}", f"{_OUTCOMES} 之一"), says=("the outcome", "结论")
    )
    path: str = attrs.field(default="", eq=False, repr=False)
    given: Mapping[str, Value] = attrs.field(factory=dict, eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The test with its figures as values; its grade must be one of the policy's."""
        given = names.values(self.written, f"{path}.given", made=("grade",))
        grades = names.readable(lambda: names.of(Grades).names) or ()
        if self.grade is not None and grades and self.grade not in grades:
            names.unknown("grade", self.grade, grades, f"{path}.grade")
        return attrs.evolve(self, path=path, given=given)

    @property
    def expected(self) -> dict[str, str]:
        """What must come out, by name."""
        out = {
            "grade": self.grade,
            "limit": self.limit,
            "terms": self.terms,
            "outcome": self.outcome,
        }
        return {name: value for name, value in out.items() if value is not None}
