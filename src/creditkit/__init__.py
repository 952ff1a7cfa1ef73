"""Credit decisions for companies that sell on account: pure logic, exact money, every step explained.

    facts -> figures -> score -> grade -> recommended limit and terms = decision
    line + exposure + order -> check -> verdict

Names load when they are first used; ``import creditkit`` itself is light.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from creditkit import calendars as calendars
    from creditkit import canonical as canonical
    from creditkit import cover as cover
    from creditkit import errors as errors
    from creditkit import facts as facts
    from creditkit import figures as figures
    from creditkit import frames as frames
    from creditkit import languages as languages
    from creditkit import limits as limits
    from creditkit import models as models
    from creditkit import money as money
    from creditkit import outcomes as outcomes
    from creditkit import policy as policy
    from creditkit import reasons as reasons
    from creditkit import receivables as receivables
    from creditkit import recovery as recovery
    from creditkit import terms as terms
    from creditkit import testing as testing
    from creditkit import watch as watch
    from creditkit._columns import Amounts as Amounts
    from creditkit._columns import Codes as Codes
    from creditkit._columns import State as State
    from creditkit.errors import CreditkitError as CreditkitError
    from creditkit.errors import InvalidFact as InvalidFact
    from creditkit.facts.accounts import Advance as Advance
    from creditkit.facts.accounts import Bill as Bill
    from creditkit.facts.accounts import BillKind as BillKind
    from creditkit.facts.accounts import BillStatus as BillStatus
    from creditkit.facts.accounts import CreditAccount as CreditAccount
    from creditkit.facts.accounts import Delivery as Delivery
    from creditkit.facts.accounts import GroupLine as GroupLine
    from creditkit.facts.accounts import Order as Order
    from creditkit.facts.customers import Application as Application
    from creditkit.facts.customers import Applications as Applications
    from creditkit.facts.customers import Customer as Customer
    from creditkit.facts.customers import ExternalRating as ExternalRating
    from creditkit.facts.customers import Portfolio as Portfolio
    from creditkit.facts.debtors import Debtor as Debtor
    from creditkit.facts.debtors import Debtors as Debtors
    from creditkit.facts.insurance import BuyerLimit as BuyerLimit
    from creditkit.facts.insurance import Evidence as Evidence
    from creditkit.facts.insurance import InsurancePolicy as InsurancePolicy
    from creditkit.facts.insurance import InsuredBuyer as InsuredBuyer
    from creditkit.facts.insurance import Shipment as Shipment
    from creditkit.facts.ledger import Allocation as Allocation
    from creditkit.facts.ledger import ItemKind as ItemKind
    from creditkit.facts.ledger import Ledger as Ledger
    from creditkit.facts.ledger import OpenItem as OpenItem
    from creditkit.facts.lines import Approval as Approval
    from creditkit.facts.lines import CreditLine as CreditLine
    from creditkit.facts.lines import CreditLines as CreditLines
    from creditkit.facts.lines import LineMode as LineMode
    from creditkit.facts.lines import Reservation as Reservation
    from creditkit.facts.monthly import MonthFigures as MonthFigures
    from creditkit.facts.monthly import MonthlyFigures as MonthlyFigures
    from creditkit.facts.rates import Rates as Rates
    from creditkit.facts.securities import Security as Security
    from creditkit.facts.statements import Statement as Statement
    from creditkit.facts.statements import Statements as Statements
    from creditkit.facts.terms import PaymentTerms as PaymentTerms
    from creditkit.figures import FIGURES as FIGURES
    from creditkit.figures import UNDEFINED as UNDEFINED
    from creditkit.figures import Figure as Figure
    from creditkit.figures import FigureKind as FigureKind
    from creditkit.figures import Value as Value
    from creditkit.languages import Language as Language
    from creditkit.models.contract import Part as Part
    from creditkit.models.contract import Score as Score
    from creditkit.models.contract import Scores as Scores
    from creditkit.money import Line as Line
    from creditkit.money import Money as Money
    from creditkit.outcomes import Outcome as Outcome
    from creditkit.policy.check.verdict import CheckResult as CheckResult
    from creditkit.policy.check.verdict import Release as Release
    from creditkit.policy.check.verdict import Verdict as Verdict
    from creditkit.policy.decide.decision import Decision as Decision
    from creditkit.policy.decide.decisions import Decisions as Decisions
    from creditkit.policy.policy import Policy as Policy
    from creditkit.policy.queue.checked import CheckedQueue as CheckedQueue
    from creditkit.policy.queue.checked import QueuedOrder as QueuedOrder
    from creditkit.policy.queue.plan import PlannedOrder as PlannedOrder
    from creditkit.policy.queue.plan import ReleasePlan as ReleasePlan
    from creditkit.policy.schema.findings import Finding as Finding
    from creditkit.policy.schema.findings import InvalidPolicy as InvalidPolicy
    from creditkit.policy.watch.alert import Alert as Alert
    from creditkit.policy.watch.alert import Severity as Severity
    from creditkit.policy.watch.alert import Watched as Watched
    from creditkit.policy.watch.alerts import Alerts as Alerts
    from creditkit.reasons import Reason as Reason
    from creditkit.receivables.ageing import Ageing as Ageing
    from creditkit.receivables.ageing import ageing as ageing
    from creditkit.receivables.allocation import Allocated as Allocated
    from creditkit.receivables.allocation import allocate as allocate
    from creditkit.receivables.allowance import allowance_movement as allowance_movement
    from creditkit.receivables.buckets import Buckets as Buckets
    from creditkit.receivables.curves import PayingCurve as PayingCurve
    from creditkit.receivables.curves import PayingCurves as PayingCurves
    from creditkit.receivables.curves import paying_curve as paying_curve
    from creditkit.receivables.curves import paying_curves as paying_curves
    from creditkit.receivables.debtors import debtors as debtors
    from creditkit.receivables.dso_change import DsoChange as DsoChange
    from creditkit.receivables.dso_change import dso_change as dso_change
    from creditkit.receivables.flow import RollRates as RollRates
    from creditkit.receivables.flow import roll_rates as roll_rates
    from creditkit.receivables.habits import PaymentHabit as PaymentHabit
    from creditkit.receivables.habits import PaymentHabits as PaymentHabits
    from creditkit.receivables.habits import habit as habit
    from creditkit.receivables.habits import habits as habits
    from creditkit.receivables.loss_history import LossHistory as LossHistory
    from creditkit.receivables.loss_history import loss_history as loss_history
    from creditkit.receivables.monthly import monthly_figures as monthly_figures
    from creditkit.receivables.payment_times import PaymentTime as PaymentTime
    from creditkit.receivables.payment_times import PaymentTimes as PaymentTimes
    from creditkit.receivables.payment_times import payment_time as payment_time
    from creditkit.receivables.payment_times import payment_times as payment_times
    from creditkit.receivables.positions import Position as Position
    from creditkit.receivables.positions import Positions as Positions
    from creditkit.receivables.positions import position as position
    from creditkit.receivables.positions import positions as positions
    from creditkit.receivables.provision import Provision as Provision
    from creditkit.receivables.provision import ProvisionMatrix as ProvisionMatrix
    from creditkit.receivables.provision import allowances as allowances
    from creditkit.receivables.provision import provision as provision
    from creditkit.receivables.receipts import ExpectedReceipts as ExpectedReceipts
    from creditkit.receivables.receipts import expected_receipts as expected_receipts
    from creditkit.receivables.reconciliation import Reconciliation as Reconciliation
    from creditkit.receivables.reconciliation import reconcile as reconcile
    from creditkit.receivables.rolls import AgeingRoll as AgeingRoll
    from creditkit.receivables.rolls import ageing_roll as ageing_roll
    from creditkit.receivables.sales import Sales as Sales
    from creditkit.receivables.sales import sales as sales
    from creditkit.receivables.turnovers import Turnover as Turnover
    from creditkit.receivables.turnovers import Turnovers as Turnovers
    from creditkit.receivables.turnovers import turnover_of as turnover_of
    from creditkit.receivables.turnovers import turnover_trend as turnover_trend
    from creditkit.receivables.turnovers import turnovers as turnovers
    from creditkit.recovery.worklist import CollectionTask as CollectionTask
    from creditkit.recovery.worklist import Worklist as Worklist
    from creditkit.recovery.worklist import worklist as worklist

__version__ = "0.1.0"

_HOMES: Final = {
    "_columns": "Amounts Codes State",
    "errors": "CreditkitError InvalidFact",
    "facts.accounts": "Advance Bill BillKind BillStatus CreditAccount Delivery GroupLine Order",
    "facts.customers": "Application Applications Customer ExternalRating Portfolio",
    "facts.debtors": "Debtor Debtors",
    "facts.insurance": "BuyerLimit Evidence InsurancePolicy InsuredBuyer Shipment",
    "facts.ledger": "Allocation ItemKind Ledger OpenItem",
    "facts.lines": "Approval CreditLine CreditLines LineMode Reservation",
    "facts.monthly": "MonthFigures MonthlyFigures",
    "facts.rates": "Rates",
    "facts.securities": "Security",
    "facts.statements": "Statement Statements",
    "figures": "FIGURES UNDEFINED Figure FigureKind Value",
    "languages": "Language",
    "models.contract": "Part Score Scores",
    "money": "Line Money",
    "outcomes": "Outcome",
    "policy.watch.alert": "Alert Severity Watched",
    "policy.watch.alerts": "Alerts",
    "policy.decide.decision": "Decision",
    "policy.decide.decisions": "Decisions",
    "policy.queue.checked": "CheckedQueue QueuedOrder",
    "policy.queue.plan": "PlannedOrder ReleasePlan",
    "policy.schema.findings": "Finding InvalidPolicy",
    "policy.policy": "Policy",
    "policy.check.verdict": "CheckResult Release Verdict",
    "reasons": "Reason",
    "receivables.ageing": "Ageing ageing",
    "receivables.allocation": "Allocated allocate",
    "receivables.allowance": "allowance_movement",
    "receivables.buckets": "Buckets",
    "receivables.curves": "PayingCurve PayingCurves paying_curve paying_curves",
    "receivables.debtors": "debtors",
    "receivables.dso_change": "DsoChange dso_change",
    "receivables.flow": "RollRates roll_rates",
    "receivables.habits": "PaymentHabit PaymentHabits habit habits",
    "receivables.loss_history": "LossHistory loss_history",
    "receivables.monthly": "monthly_figures",
    "receivables.payment_times": "PaymentTime PaymentTimes payment_time payment_times",
    "receivables.positions": "Position Positions position positions",
    "receivables.provision": "Provision ProvisionMatrix allowances provision",
    "receivables.receipts": "ExpectedReceipts expected_receipts",
    "receivables.reconciliation": "Reconciliation reconcile",
    "receivables.rolls": "AgeingRoll ageing_roll",
    "receivables.sales": "Sales sales",
    "receivables.turnovers": "Turnover Turnovers turnover_of turnover_trend turnovers",
    "recovery.worklist": "CollectionTask Worklist worklist",
    "facts.terms": "PaymentTerms",
}
_HOME: Final = {
    name: f"creditkit.{home}" for home, names in _HOMES.items() for name in names.split()
}
_ROOMS: Final = frozenset(
    "cover facts frames limits models policy receivables recovery terms testing watch".split()
)
_GROUND: Final = frozenset(
    "calendars canonical errors figures languages money outcomes reasons".split()
)
"""Modules beside the rooms, whose first names are on top here: ``ck.Money`` is ``ck.money.Money``."""

__all__ = sorted([*_HOME, *_ROOMS])  # pyright: ignore[reportUnsupportedDunderAll]


if not TYPE_CHECKING:  # to which a name is what is imported above, and nothing else

    def __getattr__(name: str) -> Any:
        if name in _HOME:
            value = getattr(importlib.import_module(_HOME[name]), name)
        elif name in _ROOMS or name in _GROUND:
            value = importlib.import_module(f"creditkit.{name}")
        else:
            raise AttributeError(f"module 'creditkit' has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted([*__all__, *_GROUND, "__version__"])
