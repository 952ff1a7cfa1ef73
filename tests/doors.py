"""Every door of creditkit with a call that is right, for `test_doors.py` to give it something wrong.

A door takes keywords here, whatever it takes itself: ``Door("Money", lambda amount, currency: ...)``.
A new public function or class gets a line; its arguments are what a host would give.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

import creditkit as ck
from creditkit import canonical, cover, money
from creditkit.calendars import WorkingDays
from creditkit.facts.instalments import DateStep, Discount, Instalment
from creditkit.limits.by_method import method_limit, method_limits
from creditkit.limits.documents import Documents
from creditkit.limits.exposure import exposure_of
from creditkit.limits.lines import in_force
from creditkit.limits.methods import Parameters
from creditkit.limits.methods.expected import break_even, expected_profit
from creditkit.models import altman, attribution, dupont, ratios
from creditkit.models.scorecard import Bin, Factor, Scorecard
from creditkit.receivables import (
    allowance,
    curves,
    dso_change,
    flow,
    habits,
    loss_history,
    monthly,
    open_items,
    payment_times,
    positions,
    provision,
    receipts,
    rolls,
    turnover,
    turnovers,
)
from creditkit.receivables.buckets import STANDARD, Buckets
from creditkit.receivables.by_currency import ageing_by_currency
from creditkit.receivables.reading import Reading
from creditkit.receivables.unallocated import Unallocated, UnallocatedCash
from creditkit.testing import check_model
from tests import entries

__all__ = ["CHINA", "DOORS", "FACTS", "LATE", "RULE", "SCHEDULE", "TABLES", "Door"]

TODAY = date(2026, 11, 21)

CHINA = WorkingDays(
    name="CN",
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
    holidays=[date(2026, 2, 17), date(2026, 10, 1)],
    worked=[date(2026, 2, 14)],
)

SCHEDULE = ck.terms.schedule(
    "30% prepaid, rest 2/10 net 30", ck.Money("99.99", "CNY"), invoice=TODAY
)
RULE = ck.terms.LateRule(
    rates=ck.terms.RateSchedule.since("x", {"2026-01-01": "8 %", "2026-07-01": "9 %"}),
    flat=ck.Money("40", "CNY"),
)
LATE = ck.terms.late_interest(
    ck.Money("1000", "CNY"), due="2026-06-20", until="2026-07-10", rule=RULE
)


class Door(NamedTuple):
    """A name, what is called, keywords that are right; some doors only tell which one to take."""

    name: str
    call: Callable[..., Any]
    right: dict[str, Any]
    opens: bool = True


PARTS = ck.PaymentTerms.parse("30% prepaid, 70% EOM+30, following working day")
ITEM = {
    "id": "I-1",
    "account": "C-1",
    "currency": "CNY",
    "kind": "invoice",
    "amount": "1000",
    "doc_date": date(2026, 9, 1),
    "due_date": "2026-10-01",
    "disputed": Decimal("5"),
}
LINE = {"currency": "CNY", "amount": "50000", "start": TODAY, "until": "2027-11-21"}
MONTH = {
    "account": "C-1",
    "month_end": date(2026, 2, 28),
    "currency": "CNY",
    "exposure": "95000",
    "line": "unlimited",
    "oldest_overdue_days": 3,
    "figures": {"visits": 3, "stock": ck.Money("5", "CNY")},
}
STATEMENT = {
    "currency": "CNY",
    "unit": 1000,
    "period_end": date(2025, 12, 31),
    "total_assets": 1000.0,
    "equity": -5,
    "audited": True,
    "previous": entries.STATEMENT,
}
CUSTOMER = {
    "id": "C-1",
    "currency": "CNY",
    "name_zh": "贸易公司",
    "founded": "2008-03-01",
    "trading_since": date(2014, 5, 1),
    "credit_sales_12m": "3200000",
    "litigation_count": 0,
    "insolvency": False,
    "statement": entries.STATEMENT,
    "ratings": [ck.ExternalRating(agency="bureau", value=72.0, as_of=TODAY)],
    "figures": {"visits": 3, "stock": ck.Money("5", "CNY"), "region": "east", "ok": True},
}

FACTS: dict[type, dict[str, Any]] = {
    Unallocated: {
        "account": "C-1",
        "item": "R-1",
        "currency": "CNY",
        "amount": "5",
        "why": "disputed",
    },
    ck.Customer: CUSTOMER,
    ck.Statement: STATEMENT,
    ck.ExternalRating: {"agency": "bureau", "value": 72.0, "as_of": TODAY},
    ck.Application: {"currency": "CNY", "requested_limit": "600000", "requested_terms": "net45"},
    ck.OpenItem: ITEM,
    ck.Allocation: {
        "target": "I-1",
        "source": "R-1",
        "currency": "CNY",
        "amount": "5",
        "on": TODAY,
    },
    ck.CreditLine: {**LINE, "approved_by": "u17", "terms": "net30", "mode": "replaces"},
    ck.Approval: {
        "order": "SO-1",
        "currency": "CNY",
        "largest_amount": "5",
        "requested_by": "u1",
        "approved_by": "u2",
        "role": "cfo",
        "approved_on": TODAY,
        "until": "2026-12-21",
        "checks": ["LINE"],
        "deviation": "0.10",
    },
    ck.Reservation: {"order": "SO-1", "currency": "CNY", "amount": "5", "until": TODAY},
    ck.Order: {
        "id": "SO-1",
        "currency": "CNY",
        "amount": 5,
        "delivered": "1.50",
        "ship_by": TODAY,
        "terms": "net30",
        "replaces": "SO-0",
    },
    ck.Delivery: {"id": "D-1", "currency": "CNY", "amount": "5", "order": "SO-1"},
    ck.Advance: {"id": "A-1", "currency": "CNY", "amount": "5", "order": "SO-1", "cleared": False},
    ck.Bill: {"id": "B-1", "currency": "CNY", "amount": "5", "kind": "bank", "maturity": TODAY},
    ck.GroupLine: {"id": "G-1", "currency": "CNY", "amount": "none", "others": "5"},
    ck.CreditAccount: {
        "customer": "C-1",
        "line": ck.CreditLine(**LINE),
        "temporary": [ck.CreditLine(**LINE, mode="adds")],
        "groups": [ck.GroupLine(id="G-1", currency="CNY", amount="5")],
        "grade": "AA",
        "ledger": entries.LEDGER,
        "open_orders": [entries.ORDER],
        "advances": [],
        "figures": {"visits": 3},
        "blocked": False,
    },
    ck.MonthFigures: MONTH,
    ck.Debtor: {
        "account": "C-1",
        "as_of": TODAY,
        "currency": "CNY",
        "receivables": "900",
        "overdue": "500",
        "overdue_items": 2,
        "oldest_overdue_days": 40,
        "money_days": "12500",
        "disputed": "5",
        "grade": "AA",
        "insolvency": False,
    },
    ck.InsurancePolicy: {
        "id": "P-1",
        "kind": "domestic",
        "country": "CN",
        "currency": "EUR",
        "insured_share": "90 %",
        "start": "2026-01-01",
        "until": "2027-01-01",
        "terminated_on": TODAY,
        "maximum_terms_days": 90,
        "extension_days": 60,
        "waiting_days": 180,
        "waiting_from": "extension_end",
        "report_days": 30,
        "discretionary": "50000",
        "discretionary_share": Decimal("0.8"),
        "discretionary_by": ["credit_report"],
        "each_loss": "10000",
        "deductible": "after_share",
        "recoveries": "oldest_first",
    },
    ck.BuyerLimit: {
        "currency": "EUR",
        "amount": "100000",
        "start": "2026-01-01",
        "until": "2027-01-01",
        "insured_share": Fraction(4, 5),
        "method": "open_account",
        "condition": "a guarantee of the parent",
        "condition_met": True,
    },
    ck.Evidence: {
        "kind": "credit_report",
        "on": TODAY,
        "currency": "EUR",
        "amount": "20000",
        "adverse": False,
    },
    ck.Shipment: {
        "id": "I-1",
        "currency": "EUR",
        "amount": "120000",
        "open": "90000",
        "shipped_on": "2026-09-01",
        "invoiced_on": "2026-09-02",
        "due_on": "2026-11-15",
        "method": "letter_of_credit",
        "disputed": "5000",
        "extended_to": TODAY,
        "reported_on": "2026-11-20",
    },
    ck.InsuredBuyer: {
        "buyer": "B-1",
        "currency": "EUR",
        "country": "DE",
        "related": False,
        "insolvency": True,
        "insolvent_on": TODAY,
        "limits": [ck.BuyerLimit(currency="EUR", amount="100000", start="2026-01-01")],
        "evidence": [],
        "shipments": [entries.SHIPMENT],
    },
    ck.Security: {
        "id": "G-1",
        "kind": "mortgage",
        "giver": "Parent",
        "currency": "EUR",
        "value": "50000",
        "haircut": "20 %",
        "prior": "1000",
        "start": "2026-01-01",
        "expires_on": "2026-11-30",
        "in_place": True,
        "counts_in": "line",
    },
    cover.Loss: {
        "currency": "EUR",
        "debt": "90000",
        "insured": "80000",
        "disputed": "5000",
        "recovered": "10000",
        "aggregate_used": "0",
        "indemnified": "0",
        "share": "0.8",
        "loss_on": TODAY,
    },
    cover.CoverOfBuyer: {
        "buyer": "B-1",
        "as_of": TODAY,
        "currency": "EUR",
        "status": "partly",
        "open": "5",
        "stop_from": TODAY,
    },
    Buckets: {"names": ("not due", "late"), "names_zh": ("未到期", "逾期"), "edges": (1,)},
    turnovers.Turnover: {
        "account": "C-1",
        "start": "2026-08-21",
        "end": TODAY,
        "days": 92,
        "currency": "CNY",
        "sales": "900",
        "dso": 45.5,
        "countback_at_least": False,
    },
    payment_times.PaymentTime: {
        "start": "2026-08-21",
        "end": TODAY,
        "currency": "CNY",
        "settled_count": 3,
        "settled_amount": "900",
        "days_late": -1.5,
    },
    positions.Position: {
        "account": "C-1",
        "as_of": TODAY,
        "currency": "CNY",
        "receivables": "900",
        "overdue": "500",
        "oldest_overdue_days": 40,
        "overdue_share": 0.5,
        "dso": ck.UNDEFINED,
        "on_time_share": 0.75,
    },
    habits.PaymentHabit: {
        "account": "C-1",
        "as_of": TODAY,
        "currency": "CNY",
        "variant": "settled_only",
        "settled_count": 3,
        "average_days_late": 1.5,
    },
    provision.Allowance: {
        "account": "C-1",
        "segment": "*",
        "currency": "CNY",
        "gross": "900",
        "allowance": "9",
    },
    allowance.AllowanceMovement: {
        "name": "export",
        "currency": "CNY",
        "opening": "-5",
        "charge": "12",
        "written_off": "3",
        "recovered": "1",
        "release": "0",
        "closing": "5",
    },
}
"""Every fact with the arguments of its constructor."""

COLUMNS = {
    "id": ["a", "b", "c"],
    "currency": ["CNY", "CNY", "JPY"],
    "credit_sales_12m": ["10.00", None, 3],
    "trading_since": np.array(["2020-02-29", "NaT", "2021-01-01"], dtype="datetime64[D]"),
    "founded": ["2020-02-29", None, date(2021, 1, 1)],
    "insolvency": [True, False, None],
    "litigation_count": [1, None, 0],
    "industry": ["trade", None, ""],
}
TABLES: dict[type, dict[str, Any]] = {
    ck.Portfolio: COLUMNS,
    ck.Statements: {
        "currency": "CNY",
        "unit": [1, 1000, 1],
        "period_end": ["2025-12-31", None, "2024-12-31"],
        "total_assets": [1.5, None, 3],
        "equity": np.array([1.0, np.nan, -3.0]),
        "audited": [True, None, False],
    },
    ck.Applications: {
        "currency": "CNY",
        "requested_limit": ["5", None, 7],
        "requested_terms": ["net30", None, "prepaid"],
    },
    ck.CreditLines: {
        "currency": "CNY",
        "amount": ["5", None, "unlimited"],
        "mode": ["permanent", None, "replaces"],
        "start": ["2026-01-01", None, None],
        "terms": ["net30", None, None],
    },
    ck.Debtors: {
        "account": ["C-1", "C-2", "C-3"],
        "as_of": "2026-11-21",
        "currency": "CNY",
        "receivables": ["900", None, "0"],
        "overdue_items": [2, None, 0],
        "insolvency": [True, None, False],
    },
    cover.Covers: {
        "buyer": ["a", "b", "c"],
        "as_of": "2026-11-21",
        "currency": "EUR",
        "status": ["covered", "partly", "not_known"],
        "open": ["5", None, "0"],
        "stop_from": [TODAY, None, None],
    },
    UnallocatedCash: {
        "account": ["C-1", "C-1", "C-2"],
        "item": ["R-1", "R-2", "R-3"],
        "currency": "CNY",
        "amount": ["5", None, 7],
        "why": ["disputed", "not_known", "nothing_open"],
    },
    ck.MonthlyFigures: {
        "account": ["a", "a", "b"],
        "currency": "CNY",
        "month_end": ["2026-01-31", "2026-02-28", "2026-02-28"],
        "exposure": ["5", None, 7],
        "oldest_overdue_days": np.array([1, 2, 3]),
        "grade": ["A", None, "B"],
    },
    turnovers.Turnovers: {
        "account": ["a", None, "b"],
        "start": "2026-08-21",
        "end": "2026-11-21",
        "days": [92, 92, 92],
        "currency": "CNY",
        "sales": ["5", None, 7],
        "dso": np.array([1.5, np.nan, 3.0]),
        "countback_at_least": [True, None, False],
    },
    payment_times.PaymentTimes: {
        "account": ["a", None, "b"],
        "start": "2026-08-21",
        "end": "2026-11-21",
        "currency": "CNY",
        "settled_count": [1, None, 0],
        "settled_amount": ["5", None, "0"],
        "days_to_pay": [30.5, None, None],
    },
    positions.Positions: {
        "account": ["a", "a", "b"],
        "as_of": "2026-11-21",
        "currency": "CNY",
        "receivables": ["5", None, "0"],
        "oldest_overdue_days": [1, None, 0],
        "overdue_share": [0.5, None, ck.UNDEFINED],
        "dso": np.array([1.5, np.nan, 3.0]),
    },
    habits.PaymentHabits: {
        "account": ["a", "b", "c"],
        "as_of": "2026-11-21",
        "currency": "CNY",
        "variant": "settled_only",
        "settled_count": [1, None, 0],
        "on_time_share": [0.5, None, None],
    },
    provision.Allowances: {
        "account": ["a", "b", "c"],
        "segment": "*",
        "currency": "CNY",
        "gross": ["900", None, "0"],
        "allowance": ["9", None, "0"],
    },
    allowance.AllowanceMovements: {
        "name": ["a", None, "b"],
        "currency": "CNY",
        "opening": ["5", None, "-5"],
        "charge": ["0", None, "5"],
        "written_off": ["0", "1", "0"],
        "recovered": ["0", "1", "0"],
        "release": ["0", None, "0"],
        "closing": ["5", "7", "0"],
    },
}
"""Every table with columns that are right: three rows."""

ITEMS = {
    "id": ["1", "2", "3"],
    "account": ["C-1", "C-1", "C-2"],
    "currency": "CNY",
    "kind": ["invoice", "receipt", "invoice"],
    "amount": ["1000", "-300", 50],
    "doc_date": ["2026-09-01"] * 3,
    "due_date": ["2026-10-01", None, "2026-11-21"],
}
TIES = {"source": ["2"], "target": ["1"], "amount": ["300"], "on": [TODAY]}
BOOK = ck.Ledger.from_columns(ITEMS, TIES)
ONE = BOOK.account("C-1")
KEPT = ck.MonthlyFigures.from_columns(
    {"account": ["C-1"], "month_end": ["2026-10-31"], "currency": "CNY", "line": ["5"]}
)
AGED = ck.ageing(BOOK, as_of=TODAY)
RUNNING = ck.Ledger.from_columns(ITEMS)
MATCHED = ck.allocate(RUNNING, as_of=TODAY)
SOLD = ck.sales(BOOK, as_of=TODAY)
SPAN: dict[str, Any] = {"since": "2026-09-01", "until": TODAY}
AGREED = ck.reconcile(BOOK, **SPAN, control={"C-1": "5"})
HELD = [
    ck.Order(id=f"SO-{n}", customer="C-1", currency="CNY", amount=amount)
    for n, amount in ((1, "300000"), (2, "200000"))
]
HOLDERS = [
    ck.CreditAccount(
        customer="C-1", grade="AA", ledger=ck.Ledger.of([]), open_orders=(), deliveries=(), advances=(),
        blocked=False, insolvency=False, line=ck.CreditLine(
            currency="CNY", amount="400000", approved_by="u17", approved_on="2026-01-05"),
    )
]  # fmt: skip
QUEUE = entries.POLICY.check_many(HELD, HOLDERS, as_of=TODAY)
PLAN = entries.POLICY.plan_release(
    HELD, HOLDERS, margins={"SO-1": "5", "SO-2": 7}, as_of=TODAY, cash={"C-1": "9"}
)
WORK = ck.worklist(ck.debtors(BOOK, as_of=TODAY, grades={"C-1": "AA"}))
MATRIX = provision.ProvisionMatrix.of({"*": ["1%"] * 6, "export": ["2%"] * 6})
CURVE = curves.paying_curve(BOOK, as_of=TODAY, since="due")
ROLL = rolls.ageing_roll(BOOK, as_of=TODAY, earlier="2026-10-21")
RECEIPTS = receipts.expected_receipts(BOOK, as_of=TODAY, weeks=2, least=1)
BACK: dict[str, Any] = {"earlier": "2026-08-31", "as_of": TODAY, "currency": "CNY"}
COHORT: dict[str, Any] = {"since": "2026-09-01", "until": TODAY, "as_of": TODAY, "currency": "CNY"}
MOVED = {
    "opening": ck.Money(5, "CNY"),
    "required": ck.Money(7, "CNY"),
    "written_off": ck.Money(1, "CNY"),
    "recovered": None,
}
AMOUNTS = ck.Amounts.from_major(["1.50", None], "CNY")
CODES = ck.Codes.of(["a", None])
CARD = Scorecard(
    id="card.1",
    low=300.0,
    high=850.0,
    factors=(
        Factor(
            figure="z2",
            weight=Fraction(1),
            bins=(Bin(points=Fraction(100), at_least=2.6), Bin(points=Fraction(0))),
        ),
    ),
)
LINES = dict.fromkeys(altman.Z_1968.needs, 100.0)
COVERED = {"buyer": entries.BUYER, "policy": entries.INSURANCE, "as_of": TODAY}
ASKED: dict[str, Any] = {"as_of": TODAY, "currency": "CNY", "rates": entries.RATES}


def _method(owner: Any, name: str) -> Callable[..., Any]:
    """A method that takes its first argument by position."""
    return lambda first, **more: getattr(owner, name)(first, **more)


HOW = {"strict": False, "from_float": False}

DOORS = [
    *(Door(kind.__name__, kind, right) for kind, right in FACTS.items()),
    *(
        Door(f"{kind.__name__}.from_dict", kind.from_dict, {"data": kind(**right).to_dict()})
        for kind, right in FACTS.items()
    ),
    *(
        Door(f"{kind.__name__}.from_columns", kind.from_columns, {"columns": right, **HOW})
        for kind, right in TABLES.items()
    ),
    *(
        Door(
            f"{kind.__name__}.from_dict",
            kind.from_dict,
            {"data": kind.from_columns(right).to_dict()},
        )
        for kind, right in TABLES.items()
    ),
    *(
        Door(f"{kind.__name__}.of", kind.of, {"records": [kind.record(**FACTS[kind.record])]})
        for kind in TABLES
    ),
    Door("Portfolio.row", _method(ck.Portfolio.from_columns(COLUMNS), "row"), {"first": 0}),
    Door(
        "Portfolio[]", _method(ck.Portfolio.from_columns(COLUMNS), "__getitem__"), {"first": "id"}
    ),
    Door("Portfolio.amounts", _method(entries.PORTFOLIO, "amounts"), {"first": "credit_sales_12m"}),
    Door("Portfolio.same_as", _method(entries.PORTFOLIO, "same_as"), {"first": entries.PORTFOLIO}),
    Door("Portfolio()", lambda first: ck.Portfolio(first), {"first": {}}, opens=False),
    Door(
        "Portfolio.from_columns more",
        ck.Portfolio.from_columns,
        {
            "columns": COLUMNS,
            "statements": ck.Statements.from_columns(TABLES[ck.Statements]),
            "ratings": [(0, CUSTOMER["ratings"][0])],
            "figures": {"visits": [1, None, 3], "share": np.array([0.5, np.nan, 1.0])},
        },
    ),
    Door(
        "Statements.from_columns more",
        ck.Statements.from_columns,
        {"columns": TABLES[ck.Statements], "previous": ck.Statements.of([None] * 3)},
    ),
    Door(
        "Figure",
        ck.Figure,
        {
            "name": "visits",
            "kind": "count",
            "en": "Visits",
            "zh": "走访",
            "meaning": "-",
            "better": "high",
            "low": 0,
            "high": 10.5,
            "usual": 5,
        },
    ),
    Door(
        "MonthlyFigures.from_columns more",
        ck.MonthlyFigures.from_columns,
        {"columns": TABLES[ck.MonthlyFigures], "figures": {"visits": [1, None, 3]}},
    ),
    Door(
        "MonthlyFigures.account",
        _method(ck.MonthlyFigures.from_columns(TABLES[ck.MonthlyFigures]), "account"),
        {"first": "a"},
    ),
    Door(
        "Ledger.of",
        ck.Ledger.of,
        {
            "items": [ck.OpenItem(**ITEM)],
            "allocations": [ck.Allocation(target="I-1", currency="CNY", amount="5")],
            "outside": [],
        },
    ),
    Door("Ledger.of remainders", ck.Ledger.of, {"items": [], "open_as_of": TODAY}),
    Door(
        "Ledger.from_columns", ck.Ledger.from_columns, {"items": ITEMS, "allocations": TIES, **HOW}
    ),
    Door("Ledger.from_dict", ck.Ledger.from_dict, {"data": BOOK.to_dict()}),
    Door("Ledger.account", _method(BOOK, "account"), {"first": "C-1"}),
    Door("Ledger.same_as", _method(BOOK, "same_as"), {"first": BOOK}),
    Door("Ledger.plus", lambda **more: ONE.plus(**more), {"items": [], "allocations": []}),
    Door("Ledger()", lambda first: ck.Ledger(first), {"first": ck.OpenItem(**ITEM)}, opens=False),
    Door(
        "Rates",
        ck.Rates,
        {"base": "CNY", "table": {"USD": "7.10", "JPY": 1}, "as_of": TODAY, "kind": "mid"},
    ),
    Door("Rates.from_dict", ck.Rates.from_dict, {"data": entries.RATES.to_dict()}),
    Door(
        "Rates.convert",
        entries.RATES.convert,
        {"money": ck.Money("5", "USD"), "target": "CNY"},
    ),
    Door("Rates.ratio", entries.RATES.ratio, {"source": "USD", "target": "CNY"}),
    Door("PaymentTerms.parse", _method(ck.PaymentTerms, "parse"), {"first": "net30"}),
    Door("due_date", _method(ck.PaymentTerms.parse("net30"), "due_date"), {"first": TODAY}),
    Door("terms.text", _method(ck.PaymentTerms.parse("EOM+30"), "text"), {"first": "zh"}),
    Door(
        "PaymentTerms.of",
        ck.PaymentTerms.of,
        {"parts": [Instalment(share="30 %", base="order"), Instalment()], "name": "house terms"},
    ),
    Door("PaymentTerms.from_dict", ck.PaymentTerms.from_dict, {"data": PARTS.to_dict()}),
    Door("DateStep", DateStep, {"do": "add_days", "n": 30}),
    Door("DateStep.after", DateStep("following").after, {"day": TODAY, "calendar": CHINA}),
    Door("Discount", Discount, {"share": "2 %", "steps": [DateStep("add_days", n=10)]}),
    Door(
        "Instalment",
        Instalment,
        {"share": "30 %", "base": "design approved", "steps": [DateStep("month_end")]},
    ),
    Door("Instalment.due", Instalment().due, {"base": TODAY}),
    Door(
        "WorkingDays",
        WorkingDays,
        {"name": "CN", "first": TODAY, "last": "2026-12-31", "holidays": [TODAY], "worked": []},
    ),
    Door("WorkingDays.rolled", CHINA.rolled, {"day": TODAY, "how": "preceding"}),
    Door("WorkingDays.plus", CHINA.plus, {"day": TODAY, "number": 5}),
    Door("WorkingDays.is_working", CHINA.is_working, {"day": TODAY}),
    Door("WorkingDays.from_dict", WorkingDays.from_dict, {"data": CHINA.to_dict()}),
    Door("terms.title", _method(ck.PaymentTerms.parse("net30"), "title"), {"first": "zh"}),
    # terms
    Door(
        "schedule",
        ck.terms.schedule,
        {
            "terms": "30% prepaid, 70% on acceptance, following working day",
            "amount": ck.Money("1000", "CNY"),
            "invoice": TODAY,
            "dates": {"acceptance": "2026-11-29"},
            "calendar": CHINA,
        },
    ),
    Door("Schedule.discount_at", SCHEDULE.discount_at, {"on": TODAY}),
    Door("Schedule.due_by", SCHEDULE.due_by, {"day": TODAY}),
    Door("Schedule.explain", SCHEDULE.explain, {"language": "zh"}),
    Door("Schedule.from_dict", type(SCHEDULE).from_dict, {"data": SCHEDULE.to_dict()}),
    Door("Due.discount_at", SCHEDULE.dues[1].discount_at, {"on": TODAY}),
    Door("Due.sentence", SCHEDULE.dues[1].sentence, {"language": "zh"}),
    Door(
        "due_dates",
        ck.terms.due_dates,
        {
            "terms": ["net 30", "货到60天", None],
            "invoices": [TODAY, None, "2026-11-21"],
            "dates": {"delivery": [TODAY, TODAY, None]},
            "calendar": CHINA,
        },
    ),
    Door(
        "DueDates.explain",
        ck.terms.due_dates(["soon"], [TODAY]).explain,
        {"language": "zh"},
    ),
    Door(
        "schedules",
        ck.terms.schedules,
        {
            "terms": ["net 30", "30% prepaid, rest net 30"],
            "amounts": ck.Amounts.from_major(["1000", None], "CNY"),
            "invoices": np.array(["2026-11-21", "NaT"], dtype="datetime64[D]"),
            "dates": {"dispatch": [TODAY, None]},
        },
    ),
    Door(
        "discount_cost",
        ck.terms.discount_cost,
        {
            "terms": "2/10 net 30",
            "window": 0,
            "invoice": TODAY,
            "paid_after": 60,
            "days_in_year": 360,
        },
    ),
    Door(
        "weighted_days",
        ck.terms.weighted_days,
        {"terms": "5 CNY prepaid, rest net 30", "amount": ck.Money("1000", "CNY")},
    ),
    Door(
        "worth",
        ck.terms.worth,
        {
            "terms": "net 60",
            "than": "net 30",
            "amount": ck.Money("1000", "CNY"),
            "rate": "6 %",
            "days_in_year": 360,
        },
    ),
    Door(
        "RatePeriod",
        ck.terms.RatePeriod,
        {"start": TODAY, "until": "2027-01-01", "rate": Fraction(1, 10)},
    ),
    Door("RateSchedule", ck.terms.RateSchedule, {"name": "x", "periods": RULE.rates.periods}),
    Door(
        "RateSchedule.since",
        ck.terms.RateSchedule.since,
        {
            "name": "x",
            "rates": {"2026-01-01": "8 %", "2026-07-01": Decimal("0.09")},
            "until": TODAY,
        },
    ),
    Door("RateSchedule.on", RULE.rates.on, {"day": TODAY}),
    Door(
        "LateRule",
        ck.terms.LateRule,
        {
            "rates": "12.25 %",
            "day_count": "30/360",
            "flat": ck.Money("40", "EUR"),
            "first": "principal",
        },
    ),
    Door("LateRule.from_dict", ck.terms.LateRule.from_dict, {"data": RULE.to_dict()}),
    Door(
        "late_interest",
        ck.terms.late_interest,
        {
            "amount": ck.Money("1000", "CNY"),
            "due": "2026-06-20",
            "until": TODAY,
            "rule": RULE,
            "payments": [(TODAY, ck.Money("5", "CNY"))],
        },
    ),
    Door("LateInterest.explain", LATE.explain, {"language": "zh"}),
    Door(
        "compare terms",
        ck.terms.compare,
        {"asked": "net 60", "agreed": "net 30", "amount": ck.Money("1000", "CNY")},
    ),
    Door("cover", cover.cover, COVERED),
    Door(
        "covers",
        cover.covers,
        {"buyers": [entries.BUYER], "policy": entries.INSURANCE, "as_of": TODAY},
    ),
    Door(
        "would be covered",
        cover.would_be_covered,
        {
            **COVERED,
            "order": entries.SALE,
            "shipped_on": "2026-11-25",
            "due_on": "2027-01-25",
            "method": "open_account",
        },
    ),
    Door("deadlines", cover.deadlines, COVERED),
    Door("Cover.loss", entries.COVER.loss, {"recovered": entries.NO_EUR, "indemnified": None}),
    Door("Cover.explain", entries.COVER.explain, {"language": "zh"}),
    Door(
        "received",
        cover.received,
        {
            "buyer": entries.BUYER,
            "amount": ck.Money(5, "EUR"),
            "on": "2026-11-20",
            "rule": "pro_rata",
        },
    ),
    Door("indemnity", cover.indemnity, {"loss": entries.LOSS, "policy": entries.INSURANCE}),
    Door(
        "secured",
        cover.secured,
        {
            "securities": [entries.SECURITY],
            "exposure": ck.Money(5, "EUR"),
            "as_of": TODAY,
            "until": "2026-11-30",
            "counts_in": {"deposit": "line", "guarantee": "exposure"},
        },
    ),
    Door("upgraded", ck.terms.upgraded, {"asked": "net 60", "agreed": "net 30"}),
    Door(
        "statutory",
        ck.terms.statutory,
        {
            "terms": "net 60",
            "rule": "CN.802.large",
            "contract": TODAY,
            "lags": {"invoice": 3},
            "calendar": CHINA,
        },
    ),
    Door(
        "StatutoryFinding.sentence",
        ck.terms.statutory("net 90", "EU.2011/7").sentence,
        {"language": "zh"},
    ),
    # money
    Door("Money", ck.Money, {"amount": "1.50", "currency": "CNY"}),
    Door("Money.from_minor", ck.Money.from_minor, {"minor": 150, "currency": "CNY"}),
    Door("Money +", lambda first: ck.Money(5, "CNY") + first, {"first": ck.Money(5, "CNY")}),
    Door(
        "Money r+",
        lambda first: ck.Money(5, "CNY").__radd__(first),
        {"first": ck.Money(5, "CNY")},
        opens=False,
    ),
    Door("Money -", lambda first: ck.Money(5, "CNY") - first, {"first": ck.Money(5, "CNY")}),
    Door("Money <", lambda first: ck.Money(5, "CNY") < first, {"first": ck.Money(5, "CNY")}),
    Door("Money >=", lambda first: ck.Money(5, "CNY") >= first, {"first": ck.Money(5, "CNY")}),
    Door("Money ==", lambda first: ck.Money(5, "CNY") == first, {"first": ck.Money(5, "CNY")}),
    Door(
        "format",
        lambda first: format(ck.Money(5, "CNY"), first if isinstance(first, str) else ""),
        {"first": ">20"},
    ),
    Door("currency_digits", money.currency_digits, {"code": "CNY"}),
    Door("Rounding", lambda text: money.Rounding(text), {"text": "floor:1000"}),
    Door("step_minor", money.Rounding("floor:10").step_minor, {"currency": "CNY"}),
    Door(
        "multiplied",
        money.multiplied,
        {"minor": 100, "ratio": Fraction(1, 3), "rounding": "half_even", "currency": "CNY"},
    ),
    Door("canonical", canonical.canonical, {"data": {"a": [1, None]}}),
    Door("digest", canonical.digest, {"data": {"a": [1, None]}}),
    # columns
    Door("Amounts", ck.Amounts, {"values": np.array([1]), "states": None, "currency": "CNY"}),
    Door("Amounts.from_major", ck.Amounts.from_major, {"amounts": ["1.50"], "currency": "CNY"}),
    Door("Amounts.from_minor", ck.Amounts.from_minor, {"minor": [150], "currency": "CNY"}),
    Door("Amounts.from_floats", ck.Amounts.from_floats, {"amounts": [1.5], "currency": "CNY"}),
    Door("Amounts.plus", AMOUNTS.plus, {"other": AMOUNTS}),
    Door("Amounts.same_as", AMOUNTS.same_as, {"other": AMOUNTS}),
    Door("Codes", ck.Codes, {"codes": np.array([0, -1]), "names": ("a",)}),
    Door("Codes.of", ck.Codes.of, {"values": ["a", None]}),
    Door("Codes.code", CODES.code, {"name": "a"}),
    Door("Codes.same_as", CODES.same_as, {"other": CODES}),
    # models
    Door("Z2.score", _method(altman.Z2_1995, "score"), {"first": LINES}),
    Door("Z2.scores", _method(altman.Z2_1995, "scores"), {"first": entries.STATEMENTS}),
    Door(
        "Scores[]", _method(altman.Z2_1995.scores(entries.STATEMENTS), "__getitem__"), {"first": 0}
    ),
    Door("z_1968", altman.z_1968, {"x5": "0.999"}),
    Door("em_1995", altman.em_1995, {"distress": "4.15"}),
    Door("bond_rating", lambda first: altman.bond_rating(first), {"first": 4.5}),
    Door("bond_rating many", lambda first: altman.bond_rating(first), {"first": np.array([4.5])}),
    Door(
        "dupont",
        lambda first, **more: dupont.dupont(first, **more),
        {"first": entries.STATEMENT, "steps": 3, "balances": "closing"},
    ),
    Door("dupont many", lambda first: dupont.dupont(first), {"first": entries.STATEMENTS}),
    Door("dupont[]", _method(dupont.dupont(entries.STATEMENTS), "__getitem__"), {"first": 0}),
    Door(
        "dupont.since",
        dupont.dupont(entries.STATEMENT).since,
        {"base": dupont.dupont(entries.STATEMENT)},
    ),
    Door("dupont.explain", dupont.dupont(entries.STATEMENT).explain, {"language": "zh"}),
    Door(
        "attribute",
        attribution.attribute,
        {
            "base": {"a": 1.0, "b": 2.0},
            "current": {"a": 2.0, "b": 3.0},
            "of": "product",
            "order": ["b", "a"],
        },
    ),
    Door("Scorecard.score", _method(CARD, "score"), {"first": {"z2": 2.0}}),
    Door(
        "current_ratio", ratios.current_ratio, {"current_assets": 4.0, "current_liabilities": 2.0}
    ),
    # receivables
    Door(
        "ageing",
        ck.ageing,
        {
            "ledger": BOOK,
            **ASKED,
            "buckets": STANDARD,
            "basis": "due",
            "effective": "matched",
            "unapplied": "oldest_first",
        },
    ),
    Door(
        "ageing_by_currency",
        ageing_by_currency,
        {
            "ledger": BOOK,
            "as_of": TODAY,
            "buckets": STANDARD,
            "basis": "due",
            "unapplied": "oldest_first",
            "effective": "matched",
        },
    ),
    Door("Buckets.months", lambda first: Buckets.months(first, ahead=1), {"first": 3}),
    Door("Ageing.row", AGED.row, {"account": "C-1"}),
    Door("Ageing.same_as", AGED.same_as, {"other": AGED}),
    Door("Ageing.from_dict", ck.Ageing.from_dict, {"data": AGED.to_dict()}),
    Door("Buckets.up_to", lambda first: Buckets.up_to(first, 60), {"first": 30}),
    Door("Buckets.index_of", STANDARD.index_of, {"as_of": TODAY, "day": TODAY}),
    Door(
        "open_amounts",
        open_items.open_amounts,
        {"ledger": BOOK, "as_of": TODAY, "effective": "matched"},
    ),
    Door(
        "position",
        positions.position,
        {
            "ledger": ONE,
            **ASKED,
            "ignore_below": "5",
            "ignore_disputed": True,
            "effective": "matched",
            "names": ["overdue"],
        },
    ),
    Door(
        "positions",
        positions.positions,
        {"ledger": BOOK, "accounts": ["C-1"], **ASKED, "ignore_below": "5", "effective": "matched"},
    ),
    Door("overdue_items", positions.overdue_items, {"ledger": ONE, **ASKED}),
    Door("payable_items", positions.payable_items, {"ledger": ONE, **ASKED, "ignore_below": "5"}),
    Door("open_amount", positions.open_amount, {"ledger": ONE, "item": "1", **ASKED}),
    Door("habit", habits.habit, {"ledger": ONE, **ASKED, "ignore_below": "5"}),
    Door(
        "habits",
        habits.habits,
        {"ledger": BOOK, "accounts": ["C-1"], **ASKED, "variant": "settled_only"},
    ),
    Door("dso", turnover.dso, {"balance": 5.0, "sales": 7, "days": 90}),
    Door("average_days_delinquent", turnover.average_days_delinquent, {"dso": 5.0, "terms": 7}),
    Door("turnover", turnover.turnover, {"sales": 5.0, "average_balance": 7}),
    Door(
        "collection_effectiveness",
        turnover.collection_effectiveness,
        {
            "beginning": 5.0,
            "sales": 7,
            "ending": 5,
            "ending_current": 4,
            "variant": "monthly_average",
            "months": 3,
        },
    ),
    Door(
        "countback_dso", turnover.countback_dso, {"balance": 5.0, "sales": [7, 8], "days": [30, 30]}
    ),
    Door(
        "countback_dso many",
        turnover.countback_dso,
        {"balance": np.array([5.0]), "sales": [np.array([7.0])], "days": [30]},
    ),
    Door("turnover_of", turnovers.turnover_of, {"ledger": ONE, **ASKED, "period": 1}),
    Door(
        "turnovers",
        turnovers.turnovers,
        {"ledger": BOOK, **ASKED, "accounts": ["C-1"], "period": 3, "history_from": "2026-01-01"},
    ),
    Door(
        "turnover_trend",
        turnovers.turnover_trend,
        {"ledger": BOOK, **ASKED, "accounts": ["C-1"], "months": 2, "period": 1},
    ),
    Door("payment_time", payment_times.payment_time, {"ledger": ONE, **ASKED, "days": 90}),
    Door(
        "payment_times",
        payment_times.payment_times,
        {"ledger": BOOK, **ASKED, "accounts": ["C-1"], "days": 90, "ignore_below": "5"},
    ),
    Door(
        "payment_trend",
        payment_times.payment_trend,
        {"ledger": BOOK, **ASKED, "accounts": ["C-1"], "months": 2},
    ),
    Door("slope", lambda values: payment_times.slope(values), {"values": [1.0, 2.0, None, 4.0]}),
    Door(
        "kaplan_meier",
        curves.kaplan_meier,
        {"days": [1, 2, 3], "paid": np.array([True, False, True]), "weights": [1, 2, 3]},
    ),
    Door(
        "paying_curve",
        curves.paying_curve,
        {"ledger": ONE, **ASKED, "since": "due", "by": "count"},
    ),
    Door(
        "paying_curves",
        curves.paying_curves,
        {"ledger": BOOK, **ASKED, "accounts": ["C-1"], "since": "invoice", "by": "amount"},
    ),
    Door("PayingCurve.from_dict", curves.PayingCurve.from_dict, {"data": CURVE.to_dict()}),
    Door("PayingCurve.share_by", CURVE.share_by, {"day": 30}),
    Door("PayingCurve.day_of", CURVE.day_of, {"share": 0.5}),
    Door("PayingCurves.of", curves.paying_curves(BOOK, as_of=TODAY).of, {"account": "C-1"}),
    Door(
        "expected_receipts",
        receipts.expected_receipts,
        {
            "ledger": BOOK,
            **ASKED,
            "weeks": 2,
            "accounts": ["C-1"],
            "least": 1,
            "level": "0.8",
            "curve": CURVE,
        },
    ),
    Door(
        "ExpectedReceipts.from_dict",
        receipts.ExpectedReceipts.from_dict,
        {"data": RECEIPTS.to_dict()},
    ),
    Door(
        "dso_change",
        dso_change.dso_change,
        {"ledger": BOOK, **BACK, "period": 1, "groups": {"C-1": "x"}, "history_from": TODAY},
    ),
    Door(
        "DsoChange.from_dict",
        dso_change.DsoChange.from_dict,
        {
            "data": dso_change.dso_change(
                BOOK,
                earlier="2026-09-21",
                as_of="2026-09-25",
                period=1,
                history_from="2020-01-01",
            ).to_dict()
        },
    ),
    Door(
        "ageing_roll",
        rolls.ageing_roll,
        {"ledger": BOOK, **BACK, "buckets": STANDARD, "basis": "due"},
    ),
    Door("AgeingRoll.from_dict", rolls.AgeingRoll.from_dict, {"data": ROLL.to_dict()}),
    Door(
        "roll_rates",
        flow.roll_rates,
        {"ledger": BOOK, **ASKED, "months": 2, "buckets": STANDARD, "basis": "due", "by": "count"},
    ),
    Door(
        "RollRates.from_dict",
        flow.RollRates.from_dict,
        {"data": flow.roll_rates(BOOK, as_of=TODAY, months=2).to_dict()},
    ),
    Door("loss_factors", lambda rates: flow.loss_factors(rates), {"rates": ["5%", "0.2", 1]}),
    Door(
        "loss_history",
        loss_history.loss_history,
        {
            "ledger": BOOK,
            **COHORT,
            "buckets": STANDARD,
            "segments": {"C-1": "x"},
            "recovered": {"x": ck.Money(5, "CNY")},
        },
    ),
    Door(
        "LossHistory.from_dict",
        loss_history.LossHistory.from_dict,
        {"data": loss_history.loss_history(BOOK, **COHORT).to_dict()},
    ),
    Door(
        "LossHistory.matrix",
        loss_history.loss_history(BOOK, **COHORT).matrix,
        {"factor": "1.1", "otherwise": dict.fromkeys(STANDARD.names, "5%")},
    ),
    Door(
        "ProvisionMatrix.of",
        lambda rates, **more: provision.ProvisionMatrix.of(rates, **more),
        {"rates": {"*": ["1%"] * 6, "x": ["0.5"] * 6}, "buckets": STANDARD, "factor": {"x": "2"}},
    ),
    Door("ProvisionMatrix.with_outlook", MATRIX.with_outlook, {"factor": "1.1"}),
    Door("ProvisionMatrix.of_segment", MATRIX.of_segment, {"segment": "export"}),
    Door(
        "ProvisionMatrix.from_dict",
        provision.ProvisionMatrix.from_dict,
        {"data": MATRIX.to_dict()},
    ),
    Door(
        "provision",
        provision.provision,
        {
            "aged": AGED,
            "matrix": MATRIX,
            "segments": {"C-1": "export"},
            "individual": {"C-2": "50%"},
        },
    ),
    Door(
        "allowances",
        provision.allowances,
        {"aged": AGED, "matrix": MATRIX, "segments": {"C-1": "export"}, "individual": {}},
    ),
    Door(
        "Provision.from_dict",
        provision.Provision.from_dict,
        {"data": provision.provision(AGED, MATRIX).to_dict()},
    ),
    Door("allowance_movement", allowance.allowance_movement, {**MOVED, "name": "x"}),
    Door(
        "allowance_movements",
        allowance.allowance_movements,
        {
            "names": ["a", "b"],
            "columns": {name: ["5", None] for name in MOVED},
            "currency": "CNY",
        },
    ),
    Door(
        "bad_debt_rate",
        allowance.bad_debt_rate,
        {"written_off": 5.0, "sales": 7, "recovered": 1.0},
    ),
    Door("recovery_rate", allowance.recovery_rate, {"recovered": 5.0, "written_off": 7}),
    Door(
        "monthly_figures",
        monthly.monthly_figures,
        {
            "ledger": BOOK,
            **ASKED,
            "months": 3,
            "accounts": ["C-1"],
            "kept": KEPT,
        },
    ),
    Door(
        "debtors",
        ck.debtors,
        {
            "ledger": BOOK,
            "accounts": ["C-1"],
            "grades": {"C-1": "AA"},
            "insolvency": {"C-1": None},
            **ASKED,
        },
    ),
    Door("Reading", Reading, ASKED),
    Door(
        "allocate",
        ck.allocate,
        {
            "ledger": RUNNING,
            "how": "by_reference",
            "as_of": TODAY,
            "references": {"source": ["2"], "target": ["1"], "amount": ["100"]},
            "claims": {"costs": ["1"]},
            "discounts": {
                "item": ["1"],
                "amount": ["5"],
                "until": [TODAY],
                "tolerance": ["1"],
            },
            "ignore_disputed": True,
            "effective": "matched",
        },
    ),
    Door("Allocated.from_dict", ck.Allocated.from_dict, {"data": MATCHED.to_dict()}),
    Door("Allocated.same_as", MATCHED.same_as, {"other": MATCHED}),
    Door("Allocated.explain", MATCHED.explain, {"language": "zh"}),
    Door("sales", ck.sales, {"ledger": BOOK, "accounts": ["C-1"], "months": 3, **ASKED}),
    Door("sales since", ck.sales, {"ledger": BOOK, "since": "2026-01-01", **ASKED}),
    Door("Sales.row", SOLD.row, {"account": "C-1"}),
    Door("Sales.from_dict", ck.Sales.from_dict, {"data": SOLD.to_dict()}),
    Door("Sales.explain", SOLD.explain, {"language": "zh"}),
    Door(
        "reconcile",
        ck.reconcile,
        {
            "ledger": BOOK,
            **SPAN,
            "control": {"C-1": "5", "C-2": ["6"]},
            "currency": "CNY",
            "rates": entries.RATES,
            "opening_rates": entries.RATES,
            "effective": "matched",
        },
    ),
    Door("Reconciliation.row", AGREED.row, {"account": "C-1", "currency": "CNY"}),
    Door("Reconciliation.from_dict", ck.Reconciliation.from_dict, {"data": AGREED.to_dict()}),
    Door("Reconciliation.explain", AGREED.explain, {"language": "zh"}),
    Door("Difference.sentence", AGREED.differences[0].sentence, {"language": "zh"}),
    Door("Ledger.plus", RUNNING.plus, {"items": [], "allocations": MATCHED.allocations}),
    Door(
        "worklist",
        ck.worklist,
        {"debtors": [ck.Debtor(**FACTS[ck.Debtor])], "by": "overdue", "weights": {"AA": "0.5"}},
    ),
    Door("Worklist[]", _method(WORK, "__getitem__"), {"first": 0}),
    Door("Worklist.of", WORK.of, {"customer": "C-1"}),
    Door("Worklist.same_as", WORK.same_as, {"other": WORK}),
    Door("Worklist.explain", WORK.explain, {"language": "zh"}),
    Door("Worklist.from_dict", ck.Worklist.from_dict, {"data": WORK.to_dict()}),
    # results as plain data
    Door("Decision.from_dict", ck.Decision.from_dict, {"data": entries.DECISION.to_dict()}),
    Door("Verdict.from_dict", ck.Verdict.from_dict, {"data": entries.VERDICT.to_dict()}),
    Door(
        "Policy.check_many",
        entries.POLICY.check_many,
        {
            "orders": HELD,
            "accounts": HOLDERS,
            "as_of": TODAY,
            "event": "ship",
            "order_by": "priority",
            "priorities": {"SO-1": 2, "SO-2": 1},
            "margins": {"SO-1": "5", "SO-2": 7},
            "approvals": [],
            "rates": entries.RATES,
        },
    ),
    Door(
        "Policy.plan_release",
        entries.POLICY.plan_release,
        {
            "orders": HELD,
            "accounts": HOLDERS,
            "margins": {"SO-1": "5", "SO-2": 7},
            "as_of": TODAY,
            "event": "pick",
            "cash": {"C-1": "100"},
            "approvals": [],
            "rates": entries.RATES,
        },
    ),
    Door("CheckedQueue[]", _method(QUEUE, "__getitem__"), {"first": 0}),
    Door("CheckedQueue.of", QUEUE.of, {"order": "SO-1"}),
    Door("CheckedQueue.verdict", QUEUE.verdict, {"row": 0}),
    Door("CheckedQueue.explain", QUEUE.explain, {"language": "zh"}),
    Door("CheckedQueue.same_as", QUEUE.same_as, {"other": QUEUE}),
    Door("CheckedQueue.from_dict", ck.CheckedQueue.from_dict, {"data": QUEUE.to_dict()}),
    Door("QueuedOrder.sentence", QUEUE[1].sentence, {"language": "zh"}),
    Door("QueuedOrder.explain", QUEUE[1].explain, {"language": "zh"}),
    Door("QueuedOrder.from_dict", ck.QueuedOrder.from_dict, {"data": QUEUE[1].to_dict()}),
    Door("ReleasePlan.of", PLAN.of, {"order": "SO-1"}),
    Door("ReleasePlan.explain", PLAN.explain, {"language": "zh"}),
    Door("ReleasePlan.from_dict", ck.ReleasePlan.from_dict, {"data": PLAN.to_dict()}),
    Door("PlannedOrder.sentence", PLAN[1].sentence, {"language": "zh"}),
    Door("PlannedOrder.explain", PLAN[1].explain, {"language": "zh"}),
    Door("PlannedOrder.from_dict", ck.PlannedOrder.from_dict, {"data": PLAN[1].to_dict()}),
    Door("Reason.from_dict", ck.Reason.from_dict, {"data": entries.DECISION.reasons[0].to_dict()}),
    # limits
    Door("in_force", in_force, {"lines": [ck.CreditLine(**LINE)], "as_of": TODAY}),
    Door("Parameters", Parameters, {"share": "10 %", "factor": "1.1", "margin": "0.2", "loss": 1}),
    Door(
        "method_limit",
        method_limit,
        {
            "method": "net_worth_share",
            "figures": {"net_worth": ck.Money("5", "CNY")},
            "parameters": Parameters(share="10 %"),
            "currency": "CNY",
            "days": 30,
            "limit_share": "0.1",
        },
    ),
    Door(
        "method_limits",
        method_limits,
        {
            "method": "net_worth_share",
            "figures": {"net_worth": ck.Amounts.from_major(["5", None], "CNY")},
            "parameters": Parameters(share="10 %"),
            "currency": "CNY",
            "days": 30,
            "limit_share": "0.1",
        },
    ),
    Door("break_even", break_even, {"revenue": 1200, "cost": "1000"}),
    Door("expected_profit", expected_profit, {"revenue": 12, "cost": "10", "chance": "0.9"}),
    Door(
        "exposure_of",
        exposure_of,
        {
            "account": entries.ACCOUNT,
            "documents": Documents(
                entries.ACCOUNT, None, as_of=TODAY, convert=lambda money: money.minor, bills={}
            ),
            "as_of": TODAY,
            "receivables": 5,
            "weights": {"bills": Fraction(1, 2)},
        },
    ),
    # testing
    Door("check_model", check_model, {"model": altman.Z2_1995, "figures": {"ebit": (1.0, 2.0)}}),
]
