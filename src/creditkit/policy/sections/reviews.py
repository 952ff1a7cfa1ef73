"""`[reviews]` (信用复核): customers reviewed sooner than their grade says, by grade and what they owe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self

import attrs

from creditkit.policy.carrier import Carrier
from creditkit.policy.schema import entries as e
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase
from creditkit.policy.sections.grades import Grades

__all__ = ["Review", "Reviews", "sooner", "warn_of_shadowed"]

_ANY: Final = ("any", "不限")


@attrs.frozen(kw_only=True)
class Review(Row):
    """A shorter review cycle for customers of some grades, or who owe more than an amount, or both.

    What they owe is the receivables at the date of the decision; where these are not known, the
    recommended limit. A limit without an end, or one that is not known either, is above any amount. Of
    several rows that apply, and the grade's own cycle, the shortest counts.
    """

    grades: tuple[str, ...] = e.grades_of((), says=("for these grades", "适用的等级"), absent=_ANY)
    exposure_above: int | None = e.amount(
        None, says=("for those who owe more", "欠款高于此数时适用"), absent=_ANY
    )
    months: int = e.whole(
        low=1, high=120, says=("months until the next review", "距下次复核的月数")
    )
    among: tuple[int, ...] = attrs.field(default=(), eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The row with its grades by rank; it must say which customers it is for, and shorten a cycle."""
        if not self.grades and self.exposure_above is None:
            names.fault("form.missing", f"{path}.grades")
        grades = names.of(Grades)
        meant = [row for row in grades.rows if not self.grades or row.id in self.grades]
        if meant and all(row.review_months <= self.months for row in meant):
            names.warn("dead.row", path, why=Phrase("why.no_longer"))
        return attrs.evolve(self, among=grades.flags(self.grades))


@attrs.frozen(kw_only=True)
class Reviews(Row):
    """信用复核: shorter cycles than the grade's ``review_months``."""

    rows: tuple[Review, ...] = e.rows(Review, (), says=("each applies by itself", "各行分别适用"))

    def resolved(self, names: Names, path: str) -> Self:
        """The section; a row that shortens nobody's cycle because of others is a warning."""
        names.readable(lambda: warn_of_shadowed(self.rows, f"{path}.rows", names))
        return self


# The step of a decision


def sooner(reviews: Reviews, e: Carrier) -> None:
    """The shortest cycle of those that apply."""
    for row in reviews.rows:
        months = e.least(e.months, row.months)
        if row.exposure_above is not None:
            least, owed, limit = row.exposure_above, e.owed, e.limit
            might = e.where(limit.known, limit.values > least, e.no(limit.none))
            above = e.where(owed.known, owed.values > least, might)
            months = e.where(above, months, e.months)
        if row.grades:
            months = e.where(e.at(row.among, e.grade) == 1, months, e.months)
        e.months = months


# What is wrong with them


def warn_of_shadowed(
    rows: Sequence[Review], path: str, names: Names, above: Sequence[Review] = ()
) -> None:
    """Rows for whose every grade another row, or the grade's own cycle, is as short and as broad.

    Of two rows that say the same of a grade the second does nothing. ``above`` are rows of an earlier
    place.
    """
    cycles = [grade.review_months for grade in names.of(Grades).rows]
    cycles.append(cycles[-1])  # whoever has no grade, for whom a row that names some is not
    every = [*above, *rows]
    if not all(row.among for row in every):
        return  # a row that could not be read has been noted
    for index, row in enumerate(rows):
        here = len(above) + index
        others = [(at < here, other) for at, other in enumerate(every) if at != here]
        meant = [grade for grade in range(len(cycles)) if row.among[grade] or not row.grades]
        longer = [grade for grade in meant if cycles[grade] > row.months]
        if longer and all(
            any(_covers(other, row, grade, earlier) for earlier, other in others)
            for grade in longer
        ):
            names.warn("dead.row", f"{path}[{index}]", why=Phrase("why.shadowed"))


def _covers(other: Review, row: Review, grade: int, earlier: bool) -> bool:
    """Whether another row leaves nothing to a row for one grade."""
    if other.grades and not other.among[grade]:
        return False
    from_other, from_row = (
        -1 if one.exposure_above is None else one.exposure_above for one in (other, row)
    )
    same = (from_other, other.months) == (from_row, row.months)
    return from_other <= from_row and other.months <= row.months and (earlier or not same)
