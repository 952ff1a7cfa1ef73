"""What the contests and `benchmarks.trees` work on, made with the library's public names only.

Customers are such as a house has: most of them get a grade, have ten items each, and stand in no
order, neither in the portfolio nor in the ledger.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import numpy as np

import creditkit as ck
from creditkit.policy import standard as built_in

__all__ = [
    "FIGURES",
    "RULES",
    "TODAY",
    "account",
    "customers",
    "ledger",
    "months",
    "of_one",
    "order",
    "small_policy",
    "standard",
    "standard_text",
    "take",
    "ten_checks",
]

TODAY: Final = date(2026, 11, 21)

RULES: Final = (
    "exposure + order <= line",
    "days_since_line_end <= 0",
    "oldest_overdue_days <= max_overdue_days",
    "overdue <= 0.4 * receivables",
    "order_total <= max_order",
    "blocked == false",
    "insolvency == false",
    "disputed <= 50000000",
    "settled_count >= 0",
    "requested_days <= terms_days",
)
"""The checks of `ten_checks` as another engine writes them, money in minor units."""

MORE: Final = """
  { id = "DISPUTES", kind = "credit", require = "disputed <= 500000",       on_fail = "refer" },
  { id = "HISTORY",  kind = "credit", require = "settled_count >= 0",       on_fail = "warn" },
  { id = "TERMS",    kind = "credit", require = "requested_days <= terms_days", on_fail = "warn" },
]

[authority]"""

FIGURES: Final[dict[str, Any]] = {
    "z2": 2.9,
    "current_ratio": 1.6,
    "debt_ratio": 0.5,
    "net_margin": 0.05,
    "external_rating": 72.0,
    "litigation_count": 0,
    "on_time_share": 0.9,
    "average_days_late": 3.0,
    "oldest_overdue_days": 0,
    "years_in_business": 12,
    "years_trading": 6,
    "ownership": "private",
    "reputation": "good",
    "credit_sales_12m": 320_000_000,
    "insolvency": False,
    "blocked": False,
    "settled_count": 40,
    "statement_age_months": 8,
    "equity": 900.0,
    "receivables": 10_000_000,
}
"""Every figure that the standard policy asks for, of a customer who gets a grade."""


# --------------------------------------------------------------------------------- one customer


def standard_text() -> str:
    """The built-in policy as text; of the older tree where two are compared, so that both load one."""
    return _given.get("standard", built_in.STANDARD)


def standard() -> ck.Policy:
    """The policy of `standard_text`."""
    return ck.Policy.from_toml(standard_text())


def take(text: str) -> None:
    """Take another text for the built-in policy's."""
    _given["standard"] = text


_given: dict[str, str] = {}


def ten_checks() -> ck.Policy:
    """The standard policy with three more checks: ten."""
    head, _, tail = standard_text().partition('on_fail = "reject" },\n]\n\n[authority]')
    assert tail, "the standard policy's checks have moved"
    return ck.Policy.from_toml(head + 'on_fail = "reject" },' + MORE + tail)


def items() -> list[ck.OpenItem]:
    """Twelve invoices, a few of them just overdue."""
    return [
        ck.OpenItem(
            id=f"I-{n}",
            account="C-1",
            currency="CNY",
            kind="invoice",
            amount=f"{10_000 + n}",
            doc_date=TODAY - timedelta(20 + n),
            due_date=TODAY + timedelta(10 - n),
        )
        for n in range(12)
    ]


def account() -> ck.CreditAccount:
    """A customer who owes, is a little overdue, and has room under the line; nothing is read yet."""
    line = ck.CreditLine(
        currency="CNY", amount="600000", approved_by="u1", approved_on=date(2026, 1, 2),
        until=date(2027, 1, 1),
    )  # fmt: skip
    return ck.CreditAccount(
        line=line,
        ledger=ck.Ledger.of(items()),
        grade="AA",
        blocked=False,
        insolvency=False,
        open_orders=[ck.Order(id=f"S-{n}", currency="CNY", amount="5000") for n in range(3)],
        deliveries=[],
        advances=[ck.Advance(id="A-1", currency="CNY", amount="1000", order="S-1")],
    )


def order() -> ck.Order:
    """An order that all ten checks let go."""
    return ck.Order(id="SO-9", currency="CNY", amount="120000", terms="net30", placed_on=TODAY)


# ------------------------------------------------------------------------------- many customers


def customers(rows: int) -> ck.Portfolio:
    """Customers with statements and ratings, in no order; nine of ten get a grade."""
    rng = np.random.default_rng(rows)
    total = np.round(rng.lognormal(9, 1, rows), 1)
    owed = np.round(total * rng.uniform(0.1, 0.7, rows), 1)
    current = np.round(total * rng.uniform(0.3, 0.8, rows), 1)
    revenue = np.round(total * rng.uniform(0.5, 2, rows), 1)
    lines = {
        "total_assets": total,
        "current_assets": current,
        "total_liabilities": owed,
        "current_liabilities": np.round(owed * rng.uniform(0.4, 0.9, rows), 1),
        "equity": np.round(total - owed, 1),
        "retained_earnings": np.round((total - owed) * rng.uniform(0, 0.6, rows), 1),
        "revenue": revenue,
        "ebit": np.round(revenue * rng.uniform(-0.05, 0.2, rows), 1),
        "net_income": np.round(revenue * rng.uniform(-0.05, 0.12, rows), 1),
    }
    founded = np.datetime64("1995-01-01") + rng.integers(0, 9_000, rows).astype("timedelta64[D]")
    ended = np.full(rows, np.datetime64("2025-12-31", "D"))
    ratings = [
        (row, ck.ExternalRating(agency="A", value=value, as_of=date(2026, 6, 30)))
        for row, value in enumerate(rng.choice([30.0, 50.0, 65.0, 80.0], rows).tolist())
        if row % 10
    ]
    owners = ("state_owned", "listed", "foreign_invested", "private", "sole_trader")
    return ck.Portfolio.from_columns(
        {
            "id": ck.Codes(rng.permutation(rows).astype(np.int32), names(rows)),
            "currency": "CNY",
            "credit_sales_12m": ck.Amounts(
                rng.integers(1_000_00, 30_000_000_00, rows), None, "CNY"
            ),
            "expected_purchases_12m": ck.Amounts(rng.integers(0, 10**9, rows), None, "CNY"),
            "founded": founded,
            "trading_since": founded + np.timedelta64(900, "D"),
            "ownership": ck.Codes(rng.integers(0, 5, rows).astype(np.int32), owners),
            "reputation": ck.Codes(
                rng.integers(-1, 3, rows).astype(np.int32), ("good", "fair", "poor")
            ),
            "litigation_count": rng.choice([0, 0, 0, 1, 2], rows),
            "insolvency": rng.random(rows) < 0.01,
            "blocked": rng.random(rows) < 0.01,
        },
        statements=ck.Statements.from_columns({"currency": "CNY", "period_end": ended, **lines}),
        ratings=ratings,
    )


def names(rows: int) -> list[str]:
    """Names of customers, in no order."""
    order = np.random.default_rng(rows + 1).permutation(rows)
    return [f"C-{number:07}" for number in order.tolist()]


def ledger(rows: int, each: int = 10) -> ck.Ledger:
    """Invoices of those customers, so many of each, in no order; eight of ten are paid."""
    rng = np.random.default_rng(rows + each)
    count = rows * each
    whose = rng.permutation(np.repeat(np.arange(rows, dtype=np.int32), each))
    doc = np.datetime64(TODAY) - rng.integers(1, 360, count).astype("timedelta64[D]")
    due = doc + rng.choice([15, 30, 60], count).astype("timedelta64[D]")
    on = due + rng.integers(-10, 15, count).astype("timedelta64[D]")
    amount = rng.integers(100_00, 500_000_00, count)
    paid = np.flatnonzero((rng.random(count) < 0.97) & (on < np.datetime64(TODAY)))
    return ck.Ledger.from_columns(
        {
            "account": ck.Codes(whose, names(rows)),
            "currency": "CNY",
            "kind": "invoice",
            "amount": ck.Amounts(amount, None, "CNY"),
            "doc_date": doc,
            "due_date": due,
        },
        {
            "target": paid,
            "currency": "CNY",
            "amount": ck.Amounts(amount[paid], None, "CNY"),
            "on": on[paid],
        },
    )


def of_one(book: ck.Ledger, name: str) -> ck.Ledger:
    """One customer's ledger as records, which is how a host has it that asks for one."""
    own = book.account(name)
    return ck.Ledger.of(
        [own.items.row(row) for row in range(len(own.items))],
        [own.allocations.row(row) for row in range(len(own.allocations))],
    )


def months(rows: int, count: int = 12) -> ck.MonthlyFigures:
    """So many months of each customer, in no order; one of twenty figures is not known."""
    rng = np.random.default_rng(rows + count)
    size = rows * count
    order = rng.permutation(size)
    starts = np.datetime64("2026-11") - np.arange(count).astype("timedelta64[M]")
    ends = starts.astype("datetime64[D]") - np.timedelta64(1, "D")

    def money(low: int, high: int) -> ck.Amounts:
        states = (rng.random(size) < 0.05).astype(np.uint8)
        return ck.Amounts(rng.integers(low, high, size), states, "CNY")

    grades = ck.Codes(rng.integers(0, 5, size).astype(np.int32), ("AAA", "AA", "A", "B", "D"))
    return ck.MonthlyFigures.from_columns(
        {
            "account": ck.Codes(
                np.repeat(np.arange(rows, dtype=np.int32), count)[order], names(rows)
            ),
            "month_end": np.tile(ends, rows)[order],
            "currency": "CNY",
            "exposure": money(0, 110_000_00),
            "line": money(90_000_00, 100_000_00),
            "receivables": money(20_000_00, 90_000_00),
            "sales": money(20_000_00, 40_000_00),
            "oldest_overdue_days": rng.integers(0, 40, size),
            "grade": grades,
        }
    )


# ---------------------------------------------------------------------------- a small policy

SMALL: Final = """
schema = "creditkit.policy/1"
id = "bench"
version = "1"
title = { en = "bench", zh = "基准" }
currency = "CNY"
on_missing = "refer"
[assessment]
models = [{ use = "bureau.2026" }]
least_coverage = "0"
[grades]
domain = [300, 850]
rows = [
  { id = "AAA", min = 800, limit_share = "0.20", cap = "20000000", terms = "net60", review_months = 6 },
  { id = "AA",  min = 700, limit_share = "0.15", cap = "10000000", terms = "net30", review_months = 6 },
  { id = "A",   min = 600, limit_share = "0.10", cap = "4000000",  terms = "net15", review_months = 3 },
  { id = "B",   min = 500, limit_share = "0.05", cap = "500000",   terms = "net7",  review_months = 3 },
  { id = "D",   min = 300, limit_share = "0.01", cap = "10000",    terms = "net7",  review_months = 3 },
]
[limit]
methods = [{ use = "share_of_credit_sales" }]
combine = "lowest"
round = "floor:1000"
cap = "15000000"
[checks]
rows = [{ id = "LINE", kind = "credit", require = "exposure + order <= line", on_fail = "hold" }]
"""


class Bureau:
    """A host's model: a score that it was given."""

    id = "bureau.2026"
    needs = ("bureau_score",)

    def score(self, figures: Any) -> ck.Score:
        value = figures["bureau_score"]
        return ck.Score(model=self.id, value=value, missing=self.needs if value is None else ())

    def scores(self, columns: Any) -> ck.Scores:
        values = columns["bureau_score"].values
        status = np.isnan(values).astype(np.uint8)
        return ck.Scores(
            model=self.id,
            values=values,
            status=status,
            one=lambda row: self.score({"bureau_score": float(values[row])}),
        )


def small_policy() -> ck.Policy:
    """Five grades by a score that is given, a share of the sales with caps, terms, one check."""
    figure = ck.Figure(
        name="bureau_score", kind="score", en="Bureau score", zh="评分", meaning="Given by the host"
    )  # type: ignore[arg-type]
    return ck.Policy.from_toml(SMALL, models=[Bureau()], figures=[figure])
