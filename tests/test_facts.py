"""Facts at the door: what is refused, how it is said, and plain data there and back."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import creditkit as ck
from creditkit._columns import State
from creditkit._fields import as_date
from creditkit.limits.lines import in_force
from creditkit.receivables.buckets import STANDARD
from creditkit.receivables.open_items import open_amounts
from creditkit.receivables.positions import position
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
            lambda: ck.Customer(id="a", currency="CNY", credit_sales_12m=float("inf")),
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
        ({"ratings": [{"agency": "a"}]}, "customer.ratings[0].value is required"),
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


# ---------------------------------------------------------------------------------------- dates


class Day(date):
    """A date of another library, as pendulum's is one."""


class Moment(datetime):
    """A moment of another library, as those of pandas and pendulum are."""


@pytest.mark.parametrize(
    "given",
    [
        DAY,
        Day(2026, 11, 21),
        datetime(2026, 11, 21),
        Moment(2026, 11, 21),
        np.datetime64("2026-11-21"),
        np.datetime64("2026-11-21T00:00"),
        np.datetime64("2026-11-21", "ns"),
        "2026-11-21",
        "20261121",
    ],
)
def test_a_day_is_a_day_whoever_wrote_it(given: Any) -> None:
    assert as_date(given) == DAY and type(as_date(given)) is date
    ledger, customer = entries.LEDGER, ck.Customer(id="C-1", currency="CNY", founded=given)
    assert customer.founded == DAY
    assert ck.ageing(ledger, as_of=given).as_of == DAY
    assert ck.debtors(ledger, as_of=given).row(0).as_of == DAY
    assert position(ledger, as_of=given) == position(ledger, as_of=DAY)
    assert open_amounts(ledger, as_of=given).same_as(open_amounts(ledger, as_of=DAY))
    assert in_force([entries.LINE], given) == in_force([entries.LINE], DAY)
    assert STANDARD.index_of(given, given) == 0
    assert ck.Rates("CNY", {}, as_of=given).as_of == DAY
    assert ck.Policy.standard().decide(customer, as_of=given).as_of == DAY
    assert ck.Ledger.of([], open_as_of=given).open_as_of == DAY
    listed = ck.Portfolio.from_columns({"id": ["a"], "currency": "CNY", "founded": [given]})
    assert listed.row(0).founded == DAY and not listed.faults


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (datetime(2026, 11, 21, tzinfo=UTC), "take its day in the zone where the document lives"),
        (Moment(2026, 11, 21, 9, 30), "without a time .* write value.date()"),
        (datetime(2026, 11, 21, 0, 0, 0, 1), "without a time"),
        (np.datetime64("2026-11-21T10:00"), "must be a date"),
        (np.datetime64("2026-11"), "must be a date"),
        (np.datetime64("NaT"), "must be a date"),
        (np.datetime64("NaT", "D"), "must be a date"),
        (np.datetime64(10**9, "D"), "must be a date"),
        *((text, "must be a date") for text in ["2020021099", "20200210xx", "2020-W05", "today"]),
        *((text, "must be a date") for text in ["2020-W05-1", "2020W051", "2026-11", "2026-11-31"]),
        *(
            (text, "must be a date")
            for text in ["２０２６1121", "２０２６-11-21", " 2026-11-21", ""]
        ),
        *((other, "must be a date") for other in [20261121, None, 1.5]),
    ],
)
def test_what_is_no_day_is_no_date(given: Any, message: str) -> None:
    with pytest.raises(ck.InvalidFact, match=f"^as_of .*{message}"):
        as_date(given)
    with pytest.raises(ck.InvalidFact, match=f"^as_of .*{message}"):
        ck.ageing(entries.LEDGER, as_of=given)
    if given is not None and not (isinstance(given, np.datetime64) and np.isnat(given)):
        with pytest.raises(ck.InvalidFact, match=r"^customer\.founded "):
            ck.Customer(id="C-1", currency="CNY", founded=given)
    if isinstance(given, str) and given:
        listed = ck.Portfolio.from_columns(
            {"id": ["a", "b"], "currency": "CNY", "founded": [given, "2026-11-21"]}
        )
        assert listed["founded"].all_states().tolist() == [State.INVALID, State.KNOWN]
        data = ck.Customer(id="C-1", currency="CNY", founded=DAY).to_dict()
        with pytest.raises(ck.InvalidFact, match=r"^customer\.founded must be a date such as"):
            ck.Customer.from_dict({**data, "founded": given})
