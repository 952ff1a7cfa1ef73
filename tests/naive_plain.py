"""What the naive readings of `check` and `watch` share: plain values, and the catalogue written out again.

A naive reading takes the raw policy (what ``tomllib`` makes of its text) and facts as plain data, and
works the answer out with fractions and plain loops. It imports nothing of creditkit, so that a rule
which the library has wrong in every path is still held against a reading of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any, TypeVar

T = TypeVar("T")

DIGITS = {"CNY": 2, "USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
"""Decimals of the currencies that the tests draw; any other is none."""

LARGEST = 2**63 - 1
"""The most minor units that are told; beyond them an amount is not known."""

SEVERITY = ("approve", "warn", "require", "refer", "hold", "reject")


class NotKnown(Exception):
    """Something that a figure needs is not known."""


class State(Enum):
    """What a figure can be besides a number: without a meaning, or a state of a credit line."""

    UNDEFINED = "undefined"
    UNLIMITED = "unlimited"
    NONE = "none"
    INHERIT = "inherit"


LINE_STATES = {one.value: one for one in (State.UNLIMITED, State.NONE, State.INHERIT)}

_ROWS = """
money high   credit_sales_12m expected_purchases_12m net_worth line requested_limit
money high   tangible_net_worth working_capital working_assets
money low    receivables overdue disputed order order_total exposure
days low     oldest_overdue_days days_since_line_end requested_days terms_days
days low     requested_weighted_days terms_weighted_days
count high   years_trading years_in_business settled_count
count low    litigation_count statement_age_months rating_age_months grade_fall
float high   external_rating current_ratio quick_ratio net_margin return_on_equity interest_cover
float high   revenue_growth on_time_share z1 z1_private z2 em score working_asset_score
float low    debt_ratio debt_to_equity average_days_late overdue_share dso countback_dso utilisation
float low    dso_rise
float -      intangible_assets
float -      total_assets current_assets cash trade_receivables inventory total_liabilities equity
float -      current_liabilities retained_earnings market_value_equity revenue cost_of_sales ebit
float -      interest_expense profit_before_tax net_income depreciation operating_cash_flow
flag -       insolvency blocked audited terms_upgrade
category -   industry ownership reputation grade
"""
CATALOGUE: Mapping[str, tuple[str, str]] = {
    name: (kind, better)
    for kind, better, *names in map(str.split, _ROWS.strip().splitlines())
    for name in names
}
"""Figure -> its kind, and which way it is better. Ratios, scores and lines of a statement are floats."""


def exact(value: Any) -> Fraction:
    """A number of a document: whole, ``"0.15"`` or ``"12.5 %"``."""
    text = str(value).strip()
    return Fraction(text[:-1].strip()) / 100 if text.endswith("%") else Fraction(text)


def minor_of(amount: Any, currency: str) -> int:
    """An amount in major units as whole minor units."""
    minor: Fraction = exact(amount) * 10 ** DIGITS[currency]
    assert minor.denominator == 1, (amount, currency)
    return int(minor)


def money(text: str) -> tuple[int, str]:
    """``"120.00 CNY"`` as ``(12000, "CNY")``."""
    amount, currency = text.split()
    return minor_of(amount, currency), currency


def converted(minor: int, currency: str, target: str, rates: Any) -> int:
    """Minor units of one currency in another, rounded once, half-even; `NotKnown` without a rate."""
    if currency == target:
        return minor
    table = {} if rates is None else rates["table"]
    if currency not in table or target not in table:
        raise NotKnown(f"{currency} -> {target}")
    major = Fraction(minor, 10 ** DIGITS[currency])
    other = major * Fraction(table[currency]) / Fraction(table[target])
    out: int = round(other * 10 ** DIGITS[target])
    if abs(out) > LARGEST:
        raise NotKnown(f"{out} {target}")
    return out


def if_known(work: Callable[..., T], *given: Any) -> T | None:
    """What ``work`` gives, None where something that it needs is not known."""
    try:
        return work(*given)
    except NotKnown:
        return None


def day(text: str | None) -> date | None:
    """An ISO date; None where there is none."""
    return None if text is None else date.fromisoformat(text)
