"""Every public entry of creditkit, each with a small call that runs it.

`test_purity.py` runs them under an interpreter audit hook. A new public function or method that
does something gets one line here; build its inputs outside the lambda:

    ("policy.decide", lambda: POLICY.decide(CUSTOMER, as_of=TODAY)),
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import creditkit as ck
from creditkit import cover
from creditkit.canonical import canonical, digest
from creditkit.limits import by_method
from creditkit.limits.lines import in_force
from creditkit.limits.methods import Parameters
from creditkit.limits.methods.expected import expected_profit
from creditkit.models import altman, attribution, dupont
from creditkit.receivables import (
    allowance,
    curves,
    dso_change,
    flow,
    habits,
    loss_history,
    payment_times,
    positions,
    provision,
    receipts,
    rolls,
    turnover,
    turnovers,
)
from creditkit.receivables.by_currency import ageing_by_currency
from creditkit.testing import check_model

__all__ = ["ENTRIES"]

TODAY = date(2026, 11, 21)
POLICY = ck.Policy.standard()
STATEMENT = ck.Statement(
    currency="CNY",
    unit=1000,
    period_end=date(2025, 12, 31),
    total_assets=1000,
    current_assets=400,
    current_liabilities=200,
    total_liabilities=450,
    equity=550,
    retained_earnings=250,
    market_value_equity=900,
    revenue=1500,
    ebit=120,
    net_income=70,
)
CUSTOMER = ck.Customer(
    id="C-1",
    currency="CNY",
    credit_sales_12m="3200000",
    trading_since=date(2014, 5, 1),
    insolvency=False,
    blocked=False,
    statement=STATEMENT,
    ratings=[ck.ExternalRating(agency="bureau", value=72.0, as_of=TODAY)],
)
INVOICE = ck.OpenItem(
    id="I-1",
    account="C-1",
    currency="CNY",
    kind="invoice",
    amount="1000",
    doc_date=date(2026, 9, 1),
    due_date=date(2026, 10, 1),
)
LEDGER = ck.Ledger.of([INVOICE])
APPLICATION = ck.Application(currency="CNY", requested_limit="600000", requested_terms="net45")
DECISION = POLICY.decide(CUSTOMER, as_of=TODAY, ledger=LEDGER, application=APPLICATION)
GRADED = POLICY.decide_figures({"score": 750.0, "credit_sales_12m": 320_000_000}, as_of=TODAY)
LINE = GRADED.grant(by="u17", on=TODAY, until=date(2027, 11, 21))
ACCOUNT = ck.CreditAccount(
    line=LINE,
    ledger=LEDGER,
    open_orders=[],
    deliveries=[],
    advances=[],
    grade="AA",
    blocked=False,
    insolvency=False,
)
ORDER = ck.Order(id="SO-1", currency="CNY", amount="500000")
VERDICT = POLICY.check(ORDER, ACCOUNT, as_of=TODAY)
PORTFOLIO = ck.Portfolio.of([CUSTOMER])
STATEMENTS = ck.Statements.of([STATEMENT])
DEBTORS = ck.debtors(LEDGER, as_of=TODAY)
RATES = ck.Rates("CNY", {"USD": "7.10"}, as_of=TODAY)
AGED = ck.ageing(LEDGER, as_of=TODAY)
MATRIX = provision.ProvisionMatrix.of(["0.3%", "1.6%", "3.6%", "6.6%", "10.6%", "50%"])
INSURANCE = ck.InsurancePolicy(
    id="P-1",
    kind="export",
    country="CN",
    currency="EUR",
    insured_share="90 %",
    start="2026-01-01",
    until="2027-01-01",
    maximum_terms_days=90,
    maximum_invoicing_days=30,
    extension_days=60,
    report_days=30,
    hand_over_days=30,
    waiting_days=180,
    claim_days=180,
    discretionary="50000",
    non_qualifying="500",
    minimum_retention="1000",
    each_loss="10000",
    aggregate="50000",
    deductible="before_share",
    maximum_indemnity="3000000",
)
SHIPMENT = ck.Shipment(
    id="I-1",
    currency="EUR",
    amount="120000",
    open="90000",
    shipped_on="2026-09-01",
    invoiced_on="2026-09-02",
    due_on="2026-11-15",
    disputed="5000",
)
BUYER = ck.InsuredBuyer(
    buyer="B-1",
    currency="EUR",
    country="DE",
    related=False,
    insolvency=False,
    limits=[ck.BuyerLimit(currency="EUR", amount="100000", start="2026-01-01")],
    shipments=[SHIPMENT],
)
SALE = ck.Order(id="SO-1", currency="EUR", amount="40000", terms="net 120")
SECURITY = ck.Security(
    id="G-1",
    kind="guarantee",
    giver="Parent",
    currency="EUR",
    value="50000",
    haircut="20 %",
    prior="1000",
    expires_on="2026-11-30",
    in_place=True,
)
NO_EUR = ck.Money(0, "EUR")
COVER = cover.cover(BUYER, INSURANCE, as_of=TODAY)
LOSS = COVER.loss(recovered=NO_EUR, aggregate_used=NO_EUR, indemnified=NO_EUR)
LAST_YEAR: dict[str, Any] = {"earlier": date(2025, 8, 31), "as_of": date(2026, 11, 21)}

ENTRIES: list[tuple[str, Callable[[], object]]] = [
    ("Money", lambda: str(ck.Money("1.50", "CNY") + ck.Money("2", "CNY"))),
    ("canonical", lambda: (canonical(DECISION.to_dict()), digest({}))),
    ("Rates.convert", lambda: RATES.convert(ck.Money("1", "USD"), "CNY")),
    ("Portfolio.row", lambda: PORTFOLIO.row(0)),
    ("Portfolio.from_columns", lambda: ck.Portfolio.from_columns({"id": ["a"], "currency": "CNY"})),
    ("Ledger", lambda: ck.Ledger.from_dict(LEDGER.to_dict()).account("C-1").notes),
    ("Policy.standard", lambda: ck.Policy.standard().to_json()),
    ("Policy.decide", lambda: POLICY.decide(CUSTOMER, as_of=TODAY, ledger=LEDGER, rates=RATES)),
    ("Policy.decide many", lambda: POLICY.decide(PORTFOLIO, as_of=TODAY, ledger=LEDGER)[0]),
    ("Decision.explain", lambda: (DECISION.explain("en"), DECISION.explain("zh"))),
    ("Decision.to_dict", lambda: ck.Decision.from_dict(DECISION.to_dict())),
    ("Decision.grant", lambda: GRADED.grant(by="u17", on=TODAY)),
    ("Policy.check", lambda: POLICY.check(ORDER, ACCOUNT, as_of=TODAY).release_if),
    (
        "Verdict.explain",
        lambda: (VERDICT.explain("en"), VERDICT.explain("zh"), VERDICT.facts_digest),
    ),
    ("Verdict.to_dict", lambda: ck.Verdict.from_dict(VERDICT.to_dict())),
    ("Policy.check_many", lambda: POLICY.check_many([ORDER], [ACCOUNT], as_of=TODAY).explain("zh")),
    (
        "Policy.plan_release",
        lambda: POLICY.plan_release(
            [ORDER], [ACCOUNT], margins={ORDER.id: "5"}, as_of=TODAY
        ).explain("zh"),
    ),
    ("ageing_by_currency", lambda: ageing_by_currency(LEDGER, as_of=TODAY)["CNY"].total),
    ("ageing", lambda: str(ck.ageing(LEDGER, as_of=TODAY))),
    ("position", lambda: positions.position(LEDGER, as_of=TODAY, currency="CNY")),
    (
        "positions",
        lambda: positions.positions(LEDGER, accounts=["C-1"], as_of=TODAY, currency="CNY").explain(
            "zh"
        ),
    ),
    ("habit", lambda: habits.habit(LEDGER, as_of=TODAY)),
    ("habits", lambda: habits.habits(LEDGER, as_of=TODAY).to_html()),
    ("overdue_items", lambda: positions.overdue_items(LEDGER, as_of=TODAY)),
    ("debtors", lambda: ck.debtors(LEDGER, as_of=TODAY, insolvency={"C-1": False})),
    ("worklist", lambda: ck.Worklist.from_dict(ck.worklist(DEBTORS).to_dict()).explain("zh")),
    ("monthly_figures", lambda: ck.monthly_figures(LEDGER, as_of=TODAY, months=3)),
    ("sales", lambda: ck.sales(LEDGER, as_of=TODAY).explain("zh")),
    (
        "allocate",
        lambda: [
            (found := ck.allocate(LEDGER, how, as_of=TODAY)).explain("zh") and found.ledger.notes
            for how in ("oldest_due", "by_reference", "pro_rata", "costs_interest_principal")
        ],
    ),
    (
        "reconcile",
        lambda: str(ck.reconcile(LEDGER, since="2026-09-01", until=TODAY, control={"C-1": "5"})),
    ),
    ("countback_dso", lambda: turnover.countback_dso(212, [100, 80, 70], [30, 30, 30])),
    ("turnover_of", lambda: turnovers.turnover_of(LEDGER, as_of=TODAY, period=1)),
    ("turnovers", lambda: turnovers.turnovers(LEDGER, as_of=TODAY).explain("zh")),
    ("turnover_trend", lambda: turnovers.turnover_trend(LEDGER, as_of=TODAY, months=3)),
    ("payment_time", lambda: payment_times.payment_time(LEDGER, as_of=TODAY)),
    ("payment_times", lambda: payment_times.payment_times(LEDGER, as_of=TODAY).to_html()),
    ("payment_trend", lambda: payment_times.payment_trend(LEDGER, as_of=TODAY, months=3)),
    ("paying_curve", lambda: curves.paying_curve(LEDGER, as_of=TODAY).explain("zh")),
    ("paying_curves", lambda: curves.paying_curves(LEDGER, as_of=TODAY)[0].share_by(30)),
    ("expected_receipts", lambda: receipts.expected_receipts(LEDGER, as_of=TODAY).explain("zh")),
    ("dso_change", lambda: dso_change.dso_change(LEDGER, **LAST_YEAR).explain("zh")),
    ("ageing_roll", lambda: rolls.ageing_roll(LEDGER, **LAST_YEAR).explain("zh")),
    ("roll_rates", lambda: flow.roll_rates(LEDGER, as_of=TODAY).explain("zh")),
    (
        "loss_history",
        lambda: loss_history.loss_history(LEDGER, as_of=TODAY, since="2025-09-01", until=TODAY),
    ),
    ("provision", lambda: provision.provision(AGED, MATRIX).explain("zh")),
    ("allowances", lambda: provision.allowances(AGED, MATRIX).row(0)),
    (
        "allowance_movement",
        lambda: allowance.allowance_movement(
            opening=ck.Money("5", "CNY"), required=None, written_off=None, recovered=None
        ).explain("zh"),
    ),
    ("in_force", lambda: in_force([LINE], TODAY)),
    (
        "method_limit",
        lambda: by_method.method_limit(
            "net_worth_share",
            {"net_worth": ck.Money("5", "CNY")},
            Parameters(share="10 %"),
            currency="CNY",
        ),
    ),
    (
        "method_limits",
        lambda: by_method.method_limits(
            "working_assets",
            {"working_assets": ck.Amounts.from_major(["5"], "CNY"), "working_asset_score": [1.5]},
            currency="CNY",
        ),
    ),
    ("expected_profit", lambda: expected_profit(revenue=12, cost="10", chance="0.9")),
    ("Z2_1995", lambda: (altman.Z2_1995.score(STATEMENT), altman.Z2_1995.scores(STATEMENTS)[0])),
    ("Z_1968", lambda: altman.Z_1968.score(STATEMENT)),
    ("dupont", lambda: str(dupont.dupont(STATEMENT))),
    ("attribute", lambda: str(attribution.attribute({"a": 1.0, "b": 2.0}, {"a": 2.0, "b": 3.0}))),
    ("PaymentTerms", lambda: ck.PaymentTerms.parse("EOM+30").due_date(TODAY)),
    (
        "terms.schedule",
        lambda: str(
            ck.terms.schedule("30% prepaid, rest net 30", ck.Money(5, "CNY"), invoice=TODAY)
        ),
    ),
    ("terms.due_dates", lambda: ck.terms.due_dates("EOM+30", [TODAY]).explain("zh")),
    (
        "terms.schedules",
        lambda: ck.terms.schedules("net 30", ck.Amounts.from_minor([5], "CNY"), [TODAY]),
    ),
    ("terms.discount_cost", lambda: ck.terms.discount_cost("2/10 net 30")),
    (
        "terms.worth",
        lambda: ck.terms.worth("net 60", than="net 30", amount=ck.Money(5, "CNY"), rate="6 %"),
    ),
    (
        "terms.late_interest",
        lambda: str(
            ck.terms.late_interest(
                ck.Money(5, "CNY"),
                due="2026-01-01",
                until=TODAY,
                rule=ck.terms.LateRule(rates="6 %"),
            )
        ),
    ),
    ("terms.compare", lambda: ck.terms.compare("net 60", "net 30")),
    ("terms.statutory", lambda: str(ck.terms.statutory("net 60", "EU.2011/7"))),
    ("cover", lambda: cover.cover(BUYER, INSURANCE, as_of=TODAY).explain("zh")),
    ("covers", lambda: cover.covers([BUYER], INSURANCE, as_of=TODAY).explain("zh")),
    (
        "would_be_covered",
        lambda: cover.would_be_covered(SALE, BUYER, INSURANCE, as_of=TODAY).explain("zh"),
    ),
    ("deadlines", lambda: cover.deadlines(BUYER, INSURANCE, as_of=TODAY).explain("zh")),
    ("received", lambda: cover.received(BUYER, ck.Money(5, "EUR"), on=TODAY)),
    ("indemnity", lambda: cover.indemnity(LOSS, INSURANCE).explain("zh")),
    (
        "secured",
        lambda: cover.secured([SECURITY], exposure=COVER.retention, as_of=TODAY).explain("zh"),
    ),
    ("check_model", lambda: check_model(altman.Z2_1995)),
]
