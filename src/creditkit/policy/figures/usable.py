"""Whether a customer's statement can be used at a date; one that cannot is set aside whole.

A statement of the future is not known yet, one that is too old says nothing of today, and one with
a line that cannot be negative, or without assets, is wrong in a way that no ratio shows: negative
liabilities would pass for having none. What is set aside is not known, and the decision says why.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, State
from creditkit.facts.statements import Statement, Statements
from creditkit.reasons import Parameter

if TYPE_CHECKING:
    from creditkit.policy.figures.facts import CustomerFacts, Measure

__all__ = [
    "DATES",
    "NOT_NEGATIVE",
    "RATINGS",
    "dated_later",
    "faults_of",
    "imbalance",
    "imbalanced",
    "masked",
    "remarks",
    "unbalanced",
    "why_not",
]

NOT_NEGATIVE: Final = (
    "current_assets",
    "cash",
    "trade_receivables",
    "inventory",
    "intangible_assets",
    "total_liabilities",
    "current_liabilities",
)
"""Lines that are never below zero; total assets are never at it either."""

PARTS: Final = (
    ("current_assets", "total_assets"),
    ("current_liabilities", "total_liabilities"),
)
"""Lines that are never more than another."""

DATES: Final = {"founded": "years_in_business", "trading_since": "years_trading"}
"""Date of a customer -> the figure that is counted from it."""

RATINGS: Final = ("external_rating", "rating_age_months")
"""The figures of external ratings."""

TOLERANCE: Final = 0.05
"""By which share of total assets a balance sheet may miss its other side: minority interests do."""

Bools = npt.NDArray[np.bool_]


def why_not(statement: Statement, measure: Measure) -> tuple[str, dict[str, Parameter]] | None:
    """The reason code, with its parameters, for which a statement is set aside; None where it is used."""
    end = statement.period_end
    if end > measure.as_of:
        return "statement.future", {"period_end": end, "as_of": measure.as_of}
    if end < measure.first_statement:
        return "statement.stale", {"period_end": end, "months": measure.statement_months}
    for name in ("total_assets", *NOT_NEGATIVE):
        value = getattr(statement, name)
        if value is not None and (value < 0 or (value == 0 and name == "total_assets")):
            return "statement.unusable", {"figure": name, "value": value}
    for part, whole in PARTS:
        value, total = getattr(statement, part), getattr(statement, whole)
        if value is not None and total is not None and value > total:
            params = {"figure": part, "value": value, "whole": whole, "total": total}
            return "statement.parts", params
    return None


def faults_of(statements: Statements | None, measure: Measure) -> dict[str, Bools]:
    """`why_not` for a table: the rows of each reason code, no row in two."""
    if statements is None:
        return {}
    ends = statements["period_end"]
    given, left = ends.known, np.ones(len(statements), dtype=bool)
    rules = {"statement.future": ends.values > np.datetime64(measure.as_of)}
    if measure.statement_months is not None:
        rules["statement.stale"] = ends.values < np.datetime64(measure.first_statement)
    assets = statements["total_assets"]
    wrong = assets.known & (assets.values <= 0)
    for name in NOT_NEGATIVE:
        wrong |= statements[name].known & (statements[name].values < 0)
    over = np.zeros(len(statements), dtype=bool)
    for part, whole in PARTS:
        some, all_ = statements[part], statements[whole]
        over |= some.known & all_.known & (some.values > all_.values)
    out = {}
    rules |= {"statement.unusable": wrong, "statement.parts": over}
    for code, where in rules.items():
        rows = where & given & left
        if rows.any():
            out[code] = rows
            left &= ~rows
    return out


def masked(column: Cells, aside: Bools | None) -> Cells:
    """A column of the statements, not known where they are set aside."""
    if aside is None:
        return column
    values = column.values
    if values.dtype == np.float64:
        values = np.where(aside, np.nan, values)
    states = np.where(aside, np.uint8(State.UNKNOWN), column.all_states())
    return Cells(values, states)


Remark: TypeAlias = tuple[str, dict[str, Parameter]]
"""A reason code with its parameters."""


def remarks(facts: CustomerFacts, *, statement: bool, assets: bool) -> Iterator[Remark]:
    """Why the statement was set aside, or says less than it seems to.

    ``statement`` says whether anything rests on it, ``assets`` whether on its total assets.
    """
    given = facts.customer.statement
    if given is None:
        return
    if facts.fault is not None:
        if statement:
            yield facts.fault
        return
    if assets and given.total_assets is None:
        yield "statement.unusable", {"figure": "total_assets", "value": None}
    apart = unbalanced(given) if statement else None
    if apart is not None:
        yield "statement.unbalanced", apart


def dated_later(
    facts: CustomerFacts, named: Container[str]
) -> Iterator[tuple[str, str | None, Any]]:
    """What is dated after the day: ``(code, subject, parameters)`` of each date and of the ratings.

    ``named`` are the figures that something rests on.
    """
    day = facts.measure.as_of
    for name, figure in DATES.items():
        given = getattr(facts.customer, name)
        if given is not None and given > day and figure in named:
            yield "date.future", figure, {"figure": figure, "date": given, "as_of": day}
    later = [rating.as_of for rating in facts.customer.ratings if rating.as_of > day]
    if later and any(name in named for name in RATINGS):
        yield "rating.future", None, {"date": max(later), "as_of": day}


def unbalanced(statement: Statement) -> dict[str, Parameter] | None:
    """Both sides of a balance sheet that are too far apart; None where they are not, or not known."""
    assets, debts, equity = statement.total_assets, statement.total_liabilities, statement.equity
    if assets is None or debts is None or equity is None:
        return None
    if not imbalance(assets, debts, equity):
        return None
    return {"assets": assets, "claims": debts + equity}


def imbalance(assets: Any, liabilities: Any, equity: Any) -> Any:
    """Whether both sides of a balance sheet are too far apart, for numbers or columns."""
    return abs(assets - (liabilities + equity)) > TOLERANCE * assets


def imbalanced(statements: Statements) -> Bools:
    """`imbalance` for the rows whose three lines are known."""
    three = [statements[name] for name in ("total_assets", "total_liabilities", "equity")]
    with np.errstate(all="ignore"):
        apart = imbalance(*(column.values for column in three))
    return cast(Bools, apart & three[0].known & three[1].known & three[2].known)
