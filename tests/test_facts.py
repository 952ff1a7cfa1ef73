"""Facts at the door: what is refused, how it is said, and plain data there and back."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import creditkit as ck
from tests import entries

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: ck.Customer(id="a", currency="CNY", credit_sales_12m=0.1),  # type: ignore[arg-type]
            "customer.credit_sales_12m must be exact money as Decimal, str or int (got 0.1); write '0.1'",
        ),
        (lambda: ck.Customer(id="", currency="CNY"), "customer.id must be text that is not empty"),
        (lambda: ck.Customer(id="a", currency="cny"), "customer.currency must be an ISO 4217 code"),
        (
            lambda: ck.Customer(id="a", currency="CNY", credit_sales_12m=ck.Money(1, "USD")),
            "must be in CNY, the currency of its record",
        ),
        (
            lambda: ck.Customer(
                id="a", currency="CNY", trading_since=datetime(2020, 1, 1, tzinfo=UTC)
            ),
            "must be a calendar date without a time",
        ),
        (lambda: ck.Customer(id="a", currency="CNY", insolvency=1), "True or False"),  # type: ignore[arg-type]
        (lambda: ck.Customer(id="a", currency="CNY", litigation_count=True), "whole number"),
        (lambda: ck.Customer(id="a", currency="CNY", statement="x"), "must be a Statement"),  # type: ignore[arg-type]
        (lambda: ck.Customer(id="a", currency="CNY", ratings="x"), "sequence of ExternalRating"),
        (
            lambda: ck.Customer(id="a", currency="CNY", ratings=[1]),
            "ratings[0] must be an ExternalRating",
        ),
        (lambda: ck.Customer(id="a", currency="CNY", figures={"x": float("inf")}), "finite number"),
        (lambda: ck.Customer(id=1001, currency="CNY"), "must be text (got 1001); write '1001'"),  # type: ignore[arg-type]
        (lambda: ck.Customer(id="a", currency="CNY", blocked=0), "(got 0); write False"),  # type: ignore[arg-type]
        (lambda: ck.Customer(id="a", currency="CNY", litigation_count=-1), "must not be negative"),
        (lambda: ck.Customer(id="a", currency="CNY", litigation_count=Decimal(2)), "write 2"),  # type: ignore[arg-type]
        (
            lambda: ck.Customer(id="a", currency="CNY", credit_sales_12m=float("nan")),
            "leave it None",
        ),  # type: ignore[arg-type]
        (lambda: ck.Application(currency="CNY", requested_limit="-1"), "must not be negative"),
        (
            lambda: ck.Statement(currency="CNY", period_end=DAY, total_assets=float("inf")),
            "must be finite",
        ),
        (
            lambda: ck.Statement(currency="CNY", period_end=DAY, total_assets="1"),
            "must be a number",
        ),  # type: ignore[arg-type]
        (lambda: ck.Statement(currency="CNY", period_end=DAY, unit=0), "statement.unit"),
        (lambda: ck.Statement(currency="CNY", period_end=None), "period_end must be given"),  # type: ignore[arg-type]
        (
            lambda: ck.CreditLine(
                currency="CNY", amount="5", approved_by="a", approved_on=DAY, start=DAY, until=DAY
            ),
            "must be after 2026-11-21",
        ),
        (
            lambda: ck.CreditLine(
                currency="CNY", amount="5", approved_by="a", approved_on=DAY, mode="perhaps"
            ),  # type: ignore[arg-type]
            "must be one of 'permanent', 'replaces', 'adds'",
        ),
        (lambda: ck.PaymentTerms.parse("soon"), "write 'net30'"),
        (lambda: ck.Rates("CNY", {"USD": 7.1}, as_of=DAY), "exact rate"),  # type: ignore[dict-item]
        (lambda: ck.Rates("CNY", {"USD": "-7"}, as_of=DAY), "above zero"),
        (lambda: ck.Rates("CNY", {"USD": "seven"}, as_of=DAY), "plain digits"),
        (lambda: ck.Policy.standard().decide("C-1", as_of=DAY), "a Customer or a Portfolio"),  # type: ignore[call-overload]
        (
            lambda: ck.Policy.standard().decide(entries.CUSTOMER, as_of="today"),
            "as_of must be a date",
        ),
        (
            lambda: ck.Policy.standard().decide(entries.CUSTOMER, as_of=DAY, application=1),  # type: ignore[call-overload]
            "decide.application must be of the type Application",
        ),
    ],
)
def test_a_wrong_fact_says_what_and_where(make: Any, message: str) -> None:
    with pytest.raises(ck.InvalidFact) as caught:
        make()
    assert message in str(caught.value)


def test_not_known_is_none_however_it_came() -> None:
    statement = ck.Statement(
        currency="CNY", period_end=DAY, total_assets=float("nan"), ebit=np.float64(2.0)
    )
    assert statement.total_assets is None
    assert type(statement.ebit) is float
    assert ck.Statement(currency="CNY", period_end=DAY, ebit=Decimal("1.5")).ebit == 1.5  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fact",
    [
        entries.CUSTOMER,
        entries.STATEMENT,
        entries.APPLICATION,
        entries.LINE,
        entries.INVOICE,
        entries.ORDER,
        entries.ACCOUNT,
        entries.DECISION,
        entries.VERDICT,
        entries.RATES,
        entries.DECISION.terms,
        entries.VERDICT.exposure,
        entries.DECISION.models[0].score,
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_facts_and_results_are_plain_data_there_and_back(fact: Any) -> None:
    data = fact.to_dict()
    assert data["schema"].startswith("creditkit.")
    assert type(fact).from_dict(data) == fact
    assert pickle.loads(pickle.dumps(fact)) == fact
    with pytest.raises(ck.InvalidFact, match="schema"):
        type(fact).from_dict({**data, "schema": "creditkit.other/1"})


def test_records_that_cannot_be_read_whole_are_not_read() -> None:
    data = entries.CUSTOMER.to_dict()
    for change, message in (
        ({"nmae": "x"}, "customer.nmae is not known; did you mean 'name'?"),
        ({"credit_sales_12m": "12"}, "customer.credit_sales_12m must be money"),
        ({"ratings": [{"agency": "a"}]}, "customer.ratings[0].value is missing"),
        ({"ratings": "x"}, "customer.ratings must be a list"),
        ({"statement": 3}, "customer.statement must be a mapping"),
        ({"trading_since": "soon"}, "customer.trading_since must be a date"),
        ({"insolvency": "no"}, "customer.insolvency must be true or false"),
        ({"litigation_count": 1.5}, "customer.litigation_count must be a whole number"),
    ):
        with pytest.raises(ck.InvalidFact) as caught:
            ck.Customer.from_dict({**data, **change})
        assert message in str(caught.value)
    with pytest.raises(ck.InvalidFact, match="mapping"):
        ck.Customer.from_dict([])  # type: ignore[arg-type]


def test_rates_cross_through_the_base_and_round_once() -> None:
    rates = ck.Rates("CNY", {"USD": "7.10", "JPY": "0.047"}, as_of=DAY, kind="mid")
    # 100.00 USD = 710 CNY = 15106.38... JPY
    assert rates.convert(ck.Money("100", "USD"), "JPY") == ck.Money(15106, "JPY")
    assert rates.convert(ck.Money("1", "CNY"), "CNY") == ck.Money("1", "CNY")
    with pytest.raises(ck.InvalidFact, match="EUR"):
        rates.convert(ck.Money("1", "EUR"), "CNY")
    assert "7.10" in repr(rates) and hash(rates) == hash(ck.Rates.from_dict(rates.to_dict()))


def test_names_load_when_they_are_used() -> None:
    assert set(ck.__all__) <= set(dir(ck))
    for name in ck.__all__:
        if name != "frames":  # needs its extra
            assert getattr(ck, name) is not None
    with pytest.raises(AttributeError, match="nothing_here"):
        ck.nothing_here  # type: ignore[attr-defined]  # noqa: B018
