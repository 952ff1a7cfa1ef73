"""What a customer owes or will owe us by an account, without any document under test."""

from __future__ import annotations

from creditkit.facts.accounts import CreditAccount
from creditkit.facts.rates import converted
from creditkit.limits.documents import Documents
from creditkit.limits.exposure import Parts, exposure_of
from creditkit.money import Money
from creditkit.policy.figures.facts import Measure
from creditkit.receivables._by_order import billed_by_order
from creditkit.receivables._position import figures_at

__all__ = ["exposure_by"]


def exposure_by(measure: Measure, account: CreditAccount) -> tuple[int | None, Parts]:
    """The exposure in minor units of the policy's currency, None where not known, and its components."""
    ledger = account.ledger

    def convert(money: Money) -> int | None:
        return converted(money.minor, money.currency, measure.currency, measure.rates)

    documents = Documents(
        account,
        None,
        as_of=measure.as_of,
        convert=convert,
        bills=None if ledger is None else billed_by_order(ledger, measure),
        horizon_days=measure.horizon_days,
    )
    return exposure_of(
        account,
        documents,
        as_of=measure.as_of,
        receivables=None if ledger is None else figures_at(ledger, measure)["receivables"],
        weights=measure.weights,
    )
