"""One reading: what a policy calls overdue is the same for check, call list and watch."""

from __future__ import annotations

from datetime import date

import creditkit as ck
from creditkit.policy.standard import STANDARD

TODAY = date(2026, 11, 30)


def ledger(*, small: str = "40", disputed: str = "0") -> ck.Ledger:
    return ck.Ledger.from_columns(
        {
            "id": ["I1", "I2"],
            "account": "C",
            "currency": "CNY",
            "kind": "invoice",
            "amount": [small, "30000"],
            "disputed": [disputed, "0"],
            "doc_date": ["2026-08-01", "2026-11-01"],
            "due_date": ["2026-08-31", "2026-12-01"],
        }
    )


def oldest_in_check(policy: ck.Policy, given: ck.Ledger) -> object:
    account = ck.CreditAccount(
        customer="C", grade="AA", ledger=given, open_orders=[], deliveries=[], advances=[],
        blocked=False, insolvency=False,
    )  # fmt: skip
    order = ck.Order(id="1", currency="CNY", amount="1")
    verdict = policy.check(order, account, as_of=TODAY)
    return next(check.left for check in verdict.checks if check.id == "OVERDUE")


def oldest_on_the_call_list(policy: ck.Policy, given: ck.Ledger) -> object:
    owing = ck.debtors(given, policy.reading(as_of=TODAY))
    return owing.row(0).oldest_overdue_days


def oldest_in_watch(policy: ck.Policy, given: ck.Ledger) -> object:
    months = ck.monthly_figures(given, policy.reading(as_of=TODAY), months=1)
    return months.row(0).oldest_overdue_days


def test_a_small_remainder_is_overdue_for_none_of_them() -> None:
    policy = ck.Policy.standard()
    for read in (oldest_in_check, oldest_on_the_call_list, oldest_in_watch):
        assert read(policy, ledger()) == 0
        assert read(policy, ledger(small="50")) == 91
        assert read(policy, ledger(small="60", disputed="60")) == 0


def test_a_policy_that_counts_disputes_counts_them_in_watch_too() -> None:
    text = "\n".join(
        line.replace("ignore_disputed = true", "ignore_disputed = false")
        for line in STANDARD.splitlines()
    )
    policy, disputed = ck.Policy.from_toml(text), ledger(small="60", disputed="60")
    assert oldest_in_check(policy, disputed) == oldest_in_watch(policy, disputed) == 91
    assert oldest_on_the_call_list(policy, disputed) == 0  # what is in dispute is not dunned


def test_a_reading_is_of_the_policys_window() -> None:
    reading = ck.Policy.standard().reading(as_of=TODAY)
    assert (reading.as_of, reading.currency, reading.ignore_below) == (
        TODAY,
        "CNY",
        ck.Money(50, "CNY"),
    )
