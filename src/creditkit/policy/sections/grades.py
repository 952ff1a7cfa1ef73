"""`[grades]` (信用等级): lower bounds over a domain, and what a customer of each grade gets.

Rows go from best to worst and have lower bounds only, so that no gap can be written. What can go wrong
is their order, a bound outside the domain, a part of the domain below the last bound, and a better
grade that gets less.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import inf
from typing import Any, Final, Self

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit.facts.terms import PaymentTerms
from creditkit.figures import FigureKind, Value
from creditkit.money import LARGEST, Line
from creditkit.outcomes import Outcome
from creditkit.policy.carrier import Carrier
from creditkit.policy.figures.of_orders import TERMS_OF_GRADE
from creditkit.policy.schema import entries as e
from creditkit.policy.schema import readers
from creditkit.policy.schema.entries import Entry, Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase
from creditkit.policy.schema.presented import short
from creditkit.policy.schema.unread import BAD

__all__ = ["COLUMNS", "KINDS", "REASONS", "TERMS_REASONS", "Grade", "Grades", "read_grades"]

REASONS: Final = ("grade.none", "grade.no_credit")
TERMS_REASONS: Final = ("terms.longer",)

COLUMNS: Final[Mapping[str, str]] = {
    "max_overdue_days": "days",
    "max_order": "money",
    "max_overdue": "money",
    "max_terms_days": "days",
}
"""Columns that a grade's row may have without declaring them, with their kinds."""

KINDS: Final[Mapping[str, readers.Read]] = {
    "days": readers.whole(0, 100_000),
    "count": readers.whole(0, 1_000_000),
    "money": readers.amount,
}
"""The kinds that a column of the house's own can have, and how its values are read."""


@attrs.frozen(kw_only=True)
class Grade(Row):
    """One grade: its inclusive lower bound, and what a customer of this grade gets.

    The last row's ``review_months`` are also those of a customer without a grade.
    """

    id: str = e.name(says=("the grade", "等级"))
    min: Fraction = e.exact(says=("the lowest score of the grade, inclusive", "评分下限（含）"))
    limit_share: Fraction | None = e.ratio(
        None,
        says=("the share that `share_of_credit_sales` takes", "`share_of_credit_sales` 所取比例"),
    )
    limit: Line | int | None = e.line_amount(
        None,
        says=(
            "a limit that the grade fixes, whatever the methods give; caps hold an amount down",
            "由等级规定的额度，不再按方法计算；金额仍受上限约束",
        ),
    )
    cap: int | None = e.amount(
        None, says=("the largest limit of the grade", "该等级的额度上限"), absent=("none", "无")
    )
    terms: PaymentTerms = e.terms(says=("the recommended terms", "建议付款条件"))
    instalments: bool = e.flag(False, says=("payment in instalments is allowed", "允许分期付款"))
    security: bool = e.flag(False, says=("security is required", "要求担保"))
    review_months: int = e.whole(
        12, low=1, high=120, says=("months until the next review", "距下次复核的月数")
    )
    extra: tuple[tuple[str, Any], ...] = ()
    columns: Mapping[str, Value] = attrs.field(factory=dict, eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The row with its terms as the grade grants them and every declared column."""
        terms = self.terms
        if terms is not BAD and self.instalments is not BAD:
            terms = attrs.evolve(terms, instalments=self.instalments)
        given = dict(self.extra)
        columns = {name: given.get(name) for name in names.columns}
        columns |= {"terms_days": terms.days, TERMS_OF_GRADE: terms.name, "grade": self.id}
        return attrs.evolve(self, terms=terms, columns=columns)


@attrs.frozen(kw_only=True)
class Grades(Row):
    """信用等级: rows from best to worst over a declared domain; lower bounds only, so no gap can be written.

    ``columns`` declares the house's own columns and their kinds; checks may use them by name.
    """

    domain: tuple[Fraction, Fraction] = e.numbers(
        says=(
            "the lowest and the highest score; scores beyond are held at them",
            "评分的下限与上限，超出者按边界值计",
        )
    )
    rows: tuple[Grade, ...] = attrs.field(
        default=(),
        metadata={"entry": Entry(lambda v, p, n: v, ("rows", "行"), inside=Grade, many=True)},
    )
    columns: tuple[tuple[str, str], ...] = e.pairs(
        lambda v, p, n: v,
        ("a table: name = kind", "表：列名 = 类别"),
        says=(
            f"columns of the house's own; the kind is one of {', '.join(KINDS)}",
            f"自定义列；类别为 {'、'.join(KINDS)} 之一",
        ),
    )
    monotone: tuple[tuple[str, str], ...] = e.pairs(
        lambda v, p, n: v,
        ("a table: column = `up` or `down`", "表：列名 = `up` 或 `down`"),
        says=(
            "`up`: a better grade never has less; `down`: never more",
            "`up`：等级越优不得越低；`down`：不得越高",
        ),
        absent=(
            "`limit_share`, `cap` and `terms` are `up`",
            "`limit_share`、`cap`、`terms` 为 `up`",
        ),
    )
    bounds: tuple[float, ...] = attrs.field(default=(), eq=False, repr=False)
    range: tuple[float, float] = attrs.field(default=(0.0, 0.0), eq=False, repr=False)
    days: tuple[int, ...] = attrs.field(default=(), eq=False, repr=False)
    months: tuple[int, ...] = attrs.field(default=(), eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The grades with their bounds and their range as the nearest float64; see the rules below."""
        for rule in (_bounds, _monotone, _shares, _fixed):
            names.readable(lambda: rule(self, names))  # noqa: B023 (called at once)
        rows = self.rows
        return attrs.evolve(
            self,
            bounds=tuple(float(row.min) for row in rows[:-1]),
            range=(float(self.domain[0]), float(self.domain[1])),
            days=(*(row.terms.days for row in rows), LARGEST),  # the last is for none
            months=(*(row.review_months for row in rows), rows[-1].review_months),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The grades from best to worst."""
        return tuple(row.id for row in self.rows)

    def named(self, name: str | None) -> Grade | None:
        """The grade of a name; None where the policy has none of that name."""
        return next((row for row in self.rows if row.id == name), None)

    def flags(self, listed: Collection[str]) -> tuple[int, ...]:
        """1 for each grade that is listed, else 0, by rank: a table for `Carrier.at`; 0 for no grade."""
        return (*(int(name in listed) for name in self.names), 0)

    def of(self, score: float) -> int:
        """The rank of the grade of a score within the domain: 0 is the best."""
        rank = 0
        for bound in self.bounds:  # from high to low
            if score >= bound:
                break
            rank += 1
        return rank

    def of_columns(self, scores: Floats) -> npt.NDArray[np.int16]:
        """`of` for a column; -1 where the score is NaN."""
        out = np.zeros(len(scores), dtype=np.int16)
        for bound in self.bounds:
            out += scores < bound
        out[np.isnan(scores)] = -1
        return out


def read_grades(value: Any, path: str, names: Names) -> Any:
    """The grades: their rows may have columns of the house's own, so they are read after ``columns``."""
    if not isinstance(value, Mapping):
        names.fault("form.type", path, expected=Phrase("expected.table"), value=value)
        return BAD
    declared = _declared(value.get("columns"), path, names)
    given, rows = value.get("rows"), BAD
    if given is None:
        names.fault("form.missing", f"{path}.rows")
    elif not isinstance(given, list | tuple) or not given:
        names.fault("form.type", f"{path}.rows", expected=Phrase("expected.rows"), value=given)
    else:
        cells = {name: KINDS[kind] for name, kind in declared.items()}
        read = readers.listed(lambda row, here, _: e.read_row(Grade, row, here, names, cells))
        rows = read(given, f"{path}.rows", names)
        names.readable(lambda: names.unique(f"{path}.rows", rows))
    head = {key: item for key, item in value.items() if key != "rows"}
    found = e.read_row(Grades, {**head, "rows": rows}, path, names)
    found = attrs.evolve(found, columns=tuple(declared.items()))
    names.keep(Grades, found)
    names.readable(lambda: _declare(found, names))
    return found


def _declare(grades: Grades, names: Names) -> None:
    """The score lies within the domain, and the grade is one of the rows: conditions are held to that."""
    names.bounded("score", *map(float, grades.domain))
    names.choices["grade"] = grades.names


def _declared(columns: Any, path: str, names: Names) -> dict[str, str]:
    """The columns that rows may have, with their kinds; conditions of checks can name them."""
    out = dict(COLUMNS)
    for name, kind in columns.items() if isinstance(columns, Mapping) else ():
        if not isinstance(name, str):
            continue  # noted where the table itself is read
        if not isinstance(kind, str) or kind not in KINDS:
            here, choices = f"{path}.columns.{name}", tuple(KINDS)
            names.fault("form.choice", here, choices=choices, value=kind)
        else:
            out[name] = kind
    for name, kind in out.items():
        names.columns[name] = FigureKind(kind)
        if name in names.figures:
            names.fault("name.duplicate", f"{path}.columns.{name}", name=name)
    return out


# The steps of a decision


def ungraded(_grades: Grades, e: Carrier) -> None:
    """Without a score there is no grade; where too little is known that has been said."""
    e.note("grade.none", e.on_missing, (e.grade < 0) & e.no(e.below_coverage))


def cycle(grades: Grades, e: Carrier) -> None:
    """The review cycle of the grade; without one that of the last."""
    e.months = e.at(grades.months, e.grade)


def compared_terms(grades: Grades, e: Carrier) -> None:
    """Terms that are asked for and are longer than the grade's."""
    asked = e.asked_days
    if e.any(asked.known):
        longer = asked.known & (asked.values > e.at(grades.days, e.grade))
        e.note("terms.longer", Outcome.WARN, longer, partial(_terms, grades, e))


def _terms(grades: Grades, e: Carrier) -> Mapping[str, Any]:
    return {"requested": e.requested_terms, "terms": grades.rows[e.grade].terms.name}


# What is wrong with them


def _bounds(grades: Grades, names: Names) -> None:
    """Bounds fall from row to row, within the domain, and the last one stands where it starts."""
    low, high = grades.domain
    rows = grades.rows
    for index in range(len(rows)):
        names.readable(lambda: _bound(grades, index, names))  # noqa: B023 (called at once)
    if rows and low < rows[-1].min <= high:
        path = f"grades.rows[{len(rows) - 1}].min"
        witness = {"score": float((low + rows[-1].min) / 2)}
        params = {"low": short(low), "value": short(rows[-1].min)}
        names.fault("gap.grades", path, witness=witness, **params)


def _bound(grades: Grades, index: int, names: Names) -> None:
    (low, high), rows, path = grades.domain, grades.rows, f"grades.rows[{index}].min"
    row = rows[index]
    if not low <= row.min <= high:
        params = {"low": short(low), "high": short(high), "value": short(row.min)}
        names.fault("gap.domain", path, **params)
    elif index and row.min >= rows[index - 1].min:
        above = short(rows[index - 1].min)
        names.fault("order.grades", path, above=above, value=short(row.min))


def _monotone(grades: Grades, names: Names) -> None:
    """A better grade never gets a smaller share, cap or term; columns named in ``monotone`` go their way."""
    rules = {"limit_share": "up", "cap": "up", "terms": "up", **dict(grades.monotone)}
    columns = {"limit_share", "cap", "terms", *names.columns}
    for name, way in rules.items():
        path = f"grades.monotone.{name}"
        if name not in columns:
            names.unknown("column", name, columns, path)
            continue
        if way not in ("up", "down"):
            names.fault("form.choice", path, choices=("up", "down"), value=way)
            continue
        for (_, better, above), (index, worse, value) in pairwise(_ranks(grades, name, names)):
            if value > above if way == "up" else value < above:
                names.fault(
                    "order.monotone",
                    f"grades.rows[{index}].{name}",
                    column=name,
                    worse=str(worse.id),
                    value=_shown(value, name, names),
                    better=str(better.id),
                    above=_shown(above, name, names),
                )


def _ranks(grades: Grades, column: str, names: Names) -> list[tuple[int, Grade, Any]]:
    """The rows that have a column, with what stands in it as it is compared."""
    out = []
    for index, row in enumerate(grades.rows):
        value = names.readable(lambda: _ranked(row, column))  # noqa: B023 (called at once)
        if value is not None and value is not BAD:
            out.append((index, row, value))
    return out


def _ranked(row: Grade, name: str) -> Any:
    if name == "terms":
        return row.terms.days
    if name not in ("limit_share", "cap"):
        return dict(row.extra).get(name)
    if isinstance(row.limit, int):  # a share of nothing in particular; as a cap it is its own
        return row.limit if name == "cap" else None
    if row.limit is not None:
        return {Line.NONE: 0, Line.UNLIMITED: inf}.get(row.limit)
    return inf if name == "cap" and row.cap is None else getattr(row, name)


def _shown(value: Any, name: str, names: Names) -> Any:
    """A ranked value as a message shows it: amounts in major units."""
    if value == inf:
        return Phrase("value.unlimited")
    money = name == "cap" or names.columns.get(name) is FigureKind.MONEY
    return short(names.major(value) if money else value)


def _shares(grades: Grades, names: Names) -> None:
    """A share above one is more than a year's sales."""
    for index, row in enumerate(grades.rows):
        names.readable(lambda: _share(row, f"grades.rows[{index}].limit_share", names))  # noqa: B023


def _share(row: Grade, path: str, names: Names) -> None:
    if row.limit_share is not None and row.limit_share > 1:
        value = short(row.limit_share)
        names.warn("form.range", path, rule=Phrase("rule.share"), value=value)


def _fixed(grades: Grades, names: Names) -> None:
    """A fixed amount above the grade's own cap."""
    for index, row in enumerate(grades.rows):
        names.readable(lambda: _fixed_amount(row, f"grades.rows[{index}].limit", names))  # noqa: B023


def _fixed_amount(row: Grade, path: str, names: Names) -> None:
    if isinstance(row.limit, int) and row.cap is not None and row.limit > row.cap:
        rule = Phrase("rule.cap", {"cap": short(names.major(row.cap))})
        names.fault("form.range", path, rule=rule, value=short(names.major(row.limit)))
