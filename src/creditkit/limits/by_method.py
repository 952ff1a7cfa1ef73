"""One limit method by itself, without a policy: for one customer and for columns.

>>> from creditkit.money import Money
>>> worth = {"net_worth": Money("2400000", "CNY")}
>>> found = method_limit("net_worth_share", worth, Parameters(share="10 %"), currency="CNY")
>>> found.amount, found.share
(Money('240000.00', 'CNY'), Fraction(1, 10))
>>> unknown = {"net_worth": None}
>>> method_limit("net_worth_share", unknown, Parameters(share="10 %"), currency="CNY").missing
('net_worth',)
>>> many = {"net_worth": Amounts.from_major(["2400000", "-5", None], "CNY")}
>>> found = method_limits("net_worth_share", many, Parameters(share="10 %"), currency="CNY")
>>> [found.item(row) for row in range(3)]
[Money('240000.00', 'CNY'), Money('0.00', 'CNY'), None]
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar, cast

import attrs
import numpy as np

from creditkit._columns import Amounts, Cells, State
from creditkit._given import as_floats, exact_ratio, instance_in, whole_in
from creditkit._plain import Record
from creditkit.errors import InvalidFact, meant
from creditkit.figures import UNDEFINED, Value
from creditkit.limits.methods import METHODS, GradeTerms, LimitMethod, Parameters
from creditkit.limits.plan import Plan
from creditkit.money import LARGEST, Line, Money, currency_digits

__all__ = ["MethodLimit", "Parameters", "method_limit", "method_limits"]


@attrs.frozen(kw_only=True)
class MethodLimit(Record):
    """What a limit method gives: ``amount`` is ``base`` times ``share``, rounded down to the minor unit.

    A negative base gives 0. ``amount`` is None where it is not known, for want of what ``missing`` names,
    and where it is beyond 64 bits; ``missing`` is then empty.
    """

    schema: ClassVar[str] = "creditkit.method_limit/1"

    method: str
    amount: Money | None
    base: Money | None
    share: Fraction | None
    missing: tuple[str, ...] = ()


def method_limit(
    method: str,
    figures: Mapping[str, Any],
    parameters: Parameters = Parameters(),  # noqa: B008 (frozen)
    *,
    currency: str,
    days: int = 0,
    limit_share: Fraction | str | None = None,
) -> MethodLimit:
    """The limit of one customer by a method: see `creditkit.limits.methods.METHODS` for their names.

    ``figures`` are by name what the method needs: `Money` in ``currency``, counts, chances; None is not
    known. ``days`` are those of the terms, ``limit_share`` is the grade's for ``share_of_credit_sales``.
    An unknown method, a figure or a parameter that it lacks, and money in another currency are an
    `InvalidFact`.
    """
    plan = _plan(method, parameters, days, limit_share)
    given = _named(method, plan, figures)
    currency_digits(currency)
    values = {name: _value(name, value, plan, currency) for name, value in given.items()}
    base, share, (state, minor) = plan.read(values, 0)
    return MethodLimit(
        method=method,
        amount=Money.from_minor(minor, currency) if state == State.KNOWN else None,
        base=None if base is None else Money.from_minor(base, currency),
        share=share,
        missing=plan.lacking(values) if state == State.UNKNOWN else (),
    )


def method_limits(
    method: str,
    figures: Mapping[str, Any],
    parameters: Parameters = Parameters(),  # noqa: B008 (frozen)
    *,
    currency: str,
    days: int = 0,
    limit_share: Fraction | str | None = None,
) -> Amounts:
    """`method_limit` for columns: `Amounts` for money, columns of numbers for the rest, all of one length."""
    plan = _plan(method, parameters, days, limit_share)
    given = _named(method, plan, figures)
    currency_digits(currency)
    columns = {name: _column(name, value, plan, currency) for name, value in given.items()}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        raise InvalidFact("figures", "must be columns of one length", sorted(lengths))
    rank = np.zeros(lengths.pop(), dtype=np.intp)
    values, states = plan.columns(columns, rank, plan.share_table)
    return Amounts(values, states, currency)


def _plan(name: str, parameters: Parameters, days: int, limit_share: Fraction | str | None) -> Plan:
    method = METHODS.get(name) if isinstance(name, str) else None
    if method is None:
        raise InvalidFact("method", "is not known", name, meant(name, METHODS))
    instance_in(parameters, Parameters, "parameters", "write Parameters(share='10 %')")
    whole_in(days, "days")
    share = exact_ratio(limit_share) if isinstance(limit_share, str) else limit_share
    if limit_share is not None and not (isinstance(share, Fraction) and share >= 0):
        raise InvalidFact("limit_share", "must be an exact ratio", limit_share, "write '0.15'")
    _complete(method, parameters)
    if name == "share_of_credit_sales" and share is None:
        raise InvalidFact("limit_share", f"is required by {name}")
    plan = method.plan(parameters, [GradeTerms(id="", limit_share=share, days=days)])
    if not plan.needs:
        raise InvalidFact("method", "is of no figure: the amount is the limit", name)
    return plan


def _complete(method: LimitMethod, parameters: Parameters) -> None:
    """Refuse parameters that lack what the method needs, or are by grade, of which there is none."""
    for name in ("by_grade", "chances"):
        if getattr(parameters, name):
            raise InvalidFact(f"parameters.{name}", "is for the grades of a policy")
    most = {None: 0, "figure": 1}.get(method.base, LARGEST)
    if len(parameters.figures) > most:
        rule = f"must name at most {most} for {method.name}"
        raise InvalidFact("parameters.figures", rule, parameters.figures)
    wanted = [name for name in method.requires if name != "figure"]
    wanted += ["chance"] if ("chance", "chances") in method.either else []
    for name in wanted:
        if getattr(parameters, name) in (None, ()):
            raise InvalidFact(f"parameters.{name}", f"is required by {method.name}")
    constant = parameters.budget if parameters.amount is None else parameters.amount
    if method.figure is None and not parameters.figures and constant is None:
        raise InvalidFact("parameters.figures", f"is required by {method.name}")


def _named(method: str, plan: Plan, figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures, which are exactly those that the method needs."""
    instance_in(figures, Mapping, "figures", "write {'net_worth': Money('2400000', 'CNY')}")
    for name in plan.needs:
        if name not in figures:
            remedy = "write None where it is not known"
            raise InvalidFact(f"figures.{name}", f"is required by {method}", remedy=remedy)
    for name in figures:
        if name not in plan.needs:
            raise InvalidFact(
                f"figures.{name}", f"is none of {method}", remedy=meant(name, plan.needs)
            )
    return dict(figures)


def _value(name: str, value: Any, plan: Plan, currency: str) -> Value:
    path = f"figures.{name}"
    if value is None or (isinstance(value, Line) and name in plan.figures):
        return value
    if name in plan.figures:
        instance_in(value, Money, path, "write Money('2400000', 'CNY')")
        money = cast(Money, value)
        if money.currency != currency:
            raise InvalidFact(path, f"must be in {currency}", value, "convert it with Rates first")
        return money.minor
    if value is UNDEFINED or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise InvalidFact(path, "must be a number", value)


def _column(name: str, column: Any, plan: Plan, currency: str) -> Cells:
    path = f"figures.{name}"
    if name in plan.figures:
        instance_in(column, Amounts, path, "write Amounts.from_major([...], 'CNY')")
        amounts = cast(Amounts, column)
        if amounts.currency != currency:
            raise InvalidFact(path, f"must be in {currency}", amounts.currency)
        return amounts
    if isinstance(column, Cells) and column.values.dtype.kind in "iuf":
        return column
    numbers = as_floats(cast(Any, column), path)
    return Cells(numbers, np.isnan(numbers).astype(np.uint8))
