"""`[authority]` (授权矩阵): approval authority: lines and orders by amount, overage and days overdue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import attrs

from creditkit.figures import FigureKind
from creditkit.policy.carrier import Carrier
from creditkit.policy.schema import entries as e
from creditkit.policy.schema.entries import Row
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase
from creditkit.policy.schema.presented import short

__all__ = ["Authority", "Role"]

_ANY = ("any", "不限")


@attrs.frozen(kw_only=True)
class Role(Row):
    """The approval authority: up to which line, overage and days overdue, all inclusive; absent means any.

    A decision is measured by the largest of the recommended limit, the requested one and the line in
    force; an order by its overage over the tightest line, the customer's other open approvals
    included, and by the days of the oldest overdue item.
    """

    role: str = e.name(says=("the role, as approvals name it", "角色，审批时引用"))
    title: tuple[str, str] = e.titles(
        says=("its title on pages", "页面上的名称"), absent=("the role", "同角色")
    )
    max_limit: int | None = e.amount(
        None, says=("the largest line that it may grant", "可批准的最大额度"), absent=_ANY
    )
    max_overage: int | None = e.amount(
        None, says=("by how much an order may go over the line", "可放行的最大超额度"), absent=_ANY
    )
    max_overdue_days: int | None = e.whole(
        None, says=("how old the oldest overdue item may be", "可放行的最长逾期天数"), absent=_ANY
    )

    def resolved(self, names: Names, path: str) -> Self:
        """The role with a title: its own name where it has none."""
        return self if any(self.title) else attrs.evolve(self, title=(self.role, self.role))

    def may_grant(self, limit: int | None) -> bool:
        """Whether this role may grant a limit; what is not known needs a role without a bound."""
        return self.max_limit is None or (limit is not None and limit <= self.max_limit)

    def may_release(self, overage: int | None, overdue_days: int | None) -> bool:
        """Whether this role may let an order go; what is not known needs a role without a bound."""
        return (
            self.max_overage is None or (overage is not None and overage <= self.max_overage)
        ) and (
            self.max_overdue_days is None
            or (overdue_days is not None and overdue_days <= self.max_overdue_days)
        )


@attrs.frozen(kw_only=True)
class Authority(Row):
    """The authority table (授权矩阵): the first row that covers a case names the approver."""

    rows: tuple[Role, ...] = e.rows(
        Role, (), says=("from the smallest authority up", "权限由小到大")
    )
    bounds: tuple[int, ...] = attrs.field(default=(), eq=False, repr=False)

    def resolved(self, names: Names, path: str) -> Self:
        """The table, which must go up and end without a bound."""
        for column in ("max_limit", "max_overage", "max_overdue_days"):
            names.readable(lambda: _bounds(self, column, names))  # noqa: B023 (called at once)
        return attrs.evolve(self, bounds=names.readable(lambda: _largest(self.rows)) or ())

    def named(self, role: str) -> Role | None:
        """The row of a role."""
        return next((row for row in self.rows if row.role == role), None)

    def who_grants(self, limit: int | None) -> str | None:
        """The role of the first row that may grant a limit."""
        return next((row.role for row in self.rows if row.may_grant(limit)), None)

    def who_releases(self, overage: int | None, overdue_days: int | None) -> str | None:
        """The role of the first row that may let an order go."""
        rows = (row.role for row in self.rows if row.may_release(overage, overdue_days))
        return next(rows, None)


# The step of a decision


def granted_by(authority: Authority, e: Carrier) -> None:
    """The approver of a line: by the largest of the limit, what is asked for and the line in force."""
    amount, known = e.limit, (e.limit.known | e.limit.none) & e.no(e.line.unlimited)
    most = amount.values
    for asked in (e.requested, e.line):
        if e.any(asked.known):
            most = e.where(asked.known, e.most(most, asked.values), most)
    bounds = authority.bounds
    first = e.where(known, e.rank(bounds, most), len(bounds))  # of the rows, the last has no bound
    e.approver = e.where(e.no(e.rejected) & bool(authority.rows), first, -1)


def _largest(rows: Sequence[Role]) -> tuple[int, ...]:
    """What each of the rows may grant at most, up to the first without a bound."""
    out = []
    for row in rows:
        if row.max_limit is None:
            break
        out.append(row.max_limit)
    return tuple(out)


# What is wrong with it


def _bounds(authority: Authority, column: str, names: Names) -> None:
    """Authority grows from row to row, and somebody may approve everything."""
    kind = FigureKind.DAYS if column == "max_overdue_days" else FigureKind.MONEY

    def written(value: int) -> Any:
        return short(names.major(value)) if kind is FigureKind.MONEY else value

    rows = authority.rows
    before: int | None = 0
    for index, row in enumerate(rows):
        path, value = f"authority.rows[{index}]", getattr(row, column)
        if value is not None and before is not None and value < before:
            params = {"before": written(before), "value": written(value)}
            names.fault("order.authority", f"{path}.{column}", **params)
        if value is not None and before is None:
            names.fault("dead.row", path, why=Phrase("why.no_bound", {"column": column}))
        before = value
    if rows and before is not None:
        path = f"authority.rows[{len(rows) - 1}].{column}"
        names.fault("gap.authority", path, value=written(before))
