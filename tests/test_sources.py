"""Each figure of a customer by hand, for him alone and in a column: the same value, or the same gap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from creditkit._columns import Codes, State
from creditkit.facts.customers import Application, Applications, Customer, ExternalRating, Portfolio
from creditkit.facts.ledger import ItemKind, Ledger, OpenItem
from creditkit.facts.lines import CreditLine, CreditLines
from creditkit.facts.rates import Rates
from creditkit.facts.statements import Statement
from creditkit.figures import UNDEFINED
from creditkit.money import LARGEST, Line, Money
from creditkit.policy.figures.facts import CustomerFacts, Measure, PortfolioFacts
from creditkit.policy.figures.row import FigureRow
from creditkit.policy.figures.table import FigureTable

TODAY = date(2026, 11, 21)
MEASURE = Measure(
    currency="CNY", as_of=TODAY, rates=Rates("CNY", {"USD": "7.1234"}, as_of=date(2026, 11, 20))
)
LINES = {State.UNLIMITED: Line.UNLIMITED, State.NONE: Line.NONE, State.INHERIT: Line.INHERIT}


def year(**more: Any) -> Statement:
    return Statement(**{"currency": "CNY", "period_end": date(2025, 12, 31), **more})


def customer(**more: Any) -> Customer:
    return Customer(**{"id": "C-1", "currency": "CNY", **more})


def cell(table: FigureTable, name: str) -> Any:
    """The last row of a column, as a figure of one."""
    column = table[name]
    state = column.state(table.rows - 1)
    if state == State.UNDEFINED:
        return UNDEFINED
    if state != State.KNOWN:
        return LINES.get(state)
    return column.item(table.rows - 1) if isinstance(column, Codes) else column.values[-1].item()


def figure(
    name: str,
    one: Customer,
    *,
    others: Portfolio | None = None,
    application: Application | None = None,
    line: CreditLine | None = None,
    ledger: Ledger | None = None,
    assume: Mapping[str, Any] | None = None,
) -> Any:
    """The figure of one, which must be that of his row in a table of two, after somebody else."""
    facts: Any = {"ledger": ledger, "application": application, "line": line}
    alone = FigureRow(CustomerFacts(measure=MEASURE, customer=one, **facts), None, assume)[name]
    alone = int(alone) if isinstance(alone, bool) else alone
    stranger = Customer(id="OTHER", currency="CNY", trading_since=TODAY)
    tables: Any = {
        "ledger": ledger,
        "applications": None
        if application is None
        else Applications.of([Application(currency="CNY"), application]),
        "lines": None if line is None else CreditLines.of([None, line]),
    }
    book = PortfolioFacts(measure=MEASURE, portfolio=Portfolio.of([stranger, one]), **tables)
    column = cell(FigureTable(book, assume), name)
    assert column == alone and type(column) is type(alone), (column, alone)
    (part, block) = FigureTable(book, assume).cut(slice(1, 2))
    assert len(part.portfolio) == 1 and cell(block, name) == column
    return alone


@pytest.mark.parametrize(
    ("statement", "worth"),
    [
        (None, None),
        (year(total_assets=100), None),
        (year(total_liabilities=100), None),
        (year(total_assets=100.005, total_liabilities=40), 6000),  # the float lies below the half
        (year(total_assets=40, total_liabilities=100), -6000),
        (year(total_assets=3, total_liabilities=1, unit=10_000), 2_000_000),
        (year(total_assets=1e300, total_liabilities=0), None),  # more than minor units hold
        (year(total_assets=3, total_liabilities=1, currency="USD"), 1425),  # 2 x 7.1234 = 14.2468
        (year(total_assets=3, total_liabilities=1, currency="EUR"), None),
    ],
)
def test_net_worth(statement: Statement | None, worth: int | None) -> None:
    assert figure("net_worth", customer(statement=statement)) == worth


@pytest.mark.parametrize(
    ("now", "before", "growth"),
    [
        (120, 100, pytest.approx(0.2)),
        (80, 100, pytest.approx(-0.2)),
        (120, 0, UNDEFINED),  # there is no growth from nothing
        (120, -5, UNDEFINED),
        (None, 100, None),
        (120, None, None),
    ],
)
def test_growth_of_revenue(now: Any, before: Any, growth: Any) -> None:
    last = year(revenue=before, period_end=date(2024, 12, 31))
    assert figure("revenue_growth", customer(statement=year(revenue=now, previous=last))) == growth


@pytest.mark.parametrize(
    ("changes", "growth"),
    [
        ({"unit": 10_000, "revenue": 10}, pytest.approx(0.2)),  # 100,000 before, 120,000 now
        ({"currency": "USD"}, None),
        ({"period_end": date(2024, 10, 31)}, None),
        ({"period_end": date(2024, 11, 1)}, pytest.approx(0.2)),
        ({"period_end": date(2025, 1, 31)}, pytest.approx(0.2)),
        ({"period_end": date(2025, 2, 1)}, None),
        ({"period_end": date(2026, 12, 31)}, None),
    ],
)
def test_growth_is_against_the_year_before(changes: Any, growth: Any) -> None:
    last = year(**{"revenue": 100, "period_end": date(2024, 12, 31), "unit": 1000, **changes})
    now = year(revenue=120, period_end=date(2025, 12, 31), unit=1000, previous=last)
    assert figure("revenue_growth", customer(statement=now)) == growth


def test_growth_wants_two_years() -> None:
    assert figure("revenue_growth", customer()) is None
    assert figure("revenue_growth", customer(statement=year(revenue=120))) is None


def test_a_statement_is_audited_or_not_or_says_nothing() -> None:
    for audited in (True, False, None):
        assert figure("audited", customer(statement=year(audited=audited))) == audited
    assert figure("audited", customer()) is None


def test_full_months_of_a_statement_and_of_a_rating() -> None:
    """A month is full on its day: from 31 May to 21 November they are five."""
    for end, months in ((date(2025, 12, 31), 10), (date(2026, 5, 31), 5), (date(2026, 5, 21), 6)):
        assert figure("statement_age_months", customer(statement=year(period_end=end))) == months
    assert figure("statement_age_months", customer()) is None

    def rated(*days: date) -> Customer:
        many = [ExternalRating(agency="A", value=50.0 - n, as_of=d) for n, d in enumerate(days)]
        return customer(ratings=many)

    assert figure("rating_age_months", rated()) is None
    assert figure("rating_age_months", rated(date(2026, 8, 21))) == 3
    assert figure("rating_age_months", rated(date(2026, 8, 22), date(2025, 1, 1))) == 2
    assert figure("rating_age_months", rated(date(2027, 1, 1))) is None  # nobody knows it yet
    assert figure("external_rating", rated(date(2026, 8, 22), date(2026, 8, 22))) == 49.0
    assert figure("external_rating", rated(date(2027, 1, 1))) is None


def test_full_years() -> None:
    for since, years in ((date(2020, 11, 21), 6), (date(2020, 11, 22), 5), (None, None)):
        assert figure("years_trading", customer(trading_since=since)) == years
        assert figure("years_in_business", customer(founded=since)) == years


def test_what_is_asked_for_and_what_is_granted() -> None:
    assert figure("requested_limit", customer()) is None
    asked = Application(currency="USD", requested_limit="100")
    assert figure("requested_limit", customer(), application=asked) == 71_234
    assert figure("requested_limit", customer(), application=Application(currency="CNY")) is None

    def granted(amount: Any, **more: Any) -> CreditLine:
        return CreditLine(**{"currency": "CNY", "amount": amount, **more})

    assert figure("line", customer()) is None
    assert figure("line", customer(), line=granted("5")) == 500
    assert figure("line", customer(), line=granted("5", start=date(2026, 11, 22))) is None
    assert figure("line", customer(), line=granted("5", until=TODAY)) is None
    for state in Line:
        assert figure("line", customer(), line=granted(state)) is state


def test_a_figure_of_the_ledger_is_the_customers_own() -> None:
    items = [
        OpenItem(
            id=f"I-{account}", account=account, currency="CNY", kind=ItemKind.INVOICE,
            amount=amount, doc_date=date(2026, 10, 1), due_date=date(2026, 11, 1),
        )
        for account, amount in (("OTHER", "70"), ("C-1", "30"))
    ]  # fmt: skip
    assert figure("overdue", customer()) is None

    def of(name: str, ledger: Ledger) -> Any:
        book = PortfolioFacts(
            measure=MEASURE,
            portfolio=Portfolio.of([customer(id="OTHER"), customer()]),
            ledger=ledger,
        )
        one = CustomerFacts(measure=MEASURE, customer=customer(), ledger=ledger.account("C-1"))
        value = FigureRow(one)[name]
        assert FigureTable(book)[name].values[1] == value
        assert FigureTable(book).cut(slice(1, 2))[1][name].values[0] == value
        return value

    assert of("overdue", Ledger.of(items)) == 3000
    assert of("oldest_overdue_days", Ledger.of(items)) == 20
    assert of("receivables", Ledger.of(items[:1])) == 0  # he is known to owe nothing


def test_a_row_of_figures_is_those_that_were_asked_for() -> None:
    row = FigureRow(CustomerFacts(measure=MEASURE, customer=customer(industry="steel")))
    assert (len(row), list(row)) == (0, [])
    assert row["industry"] == "steel" and row.get("blocked") is None
    assert (len(row), list(row)) == (2, ["industry", "blocked"])


def test_what_is_assumed_stands_where_nothing_is_known() -> None:
    assume = {"industry": "new", "blocked": False, "dso": 30.5, "credit_sales_12m": 5}
    for name, value in assume.items():
        assert figure(name, customer(), assume=assume) == value
    known = customer(industry="steel", blocked=True, credit_sales_12m="7")
    for name, value in (("industry", "steel"), ("blocked", 1), ("credit_sales_12m", 700)):
        assert figure(name, known, assume=assume) == value
    all_known = Portfolio.of([known])
    table = FigureTable(PortfolioFacts(measure=MEASURE, portfolio=all_known), assume)
    assert table["industry"].item(0) == "steel" and not table.assumed["industry"].any()  # type: ignore[attr-defined]


def test_money_beyond_64_bits_is_not_known() -> None:
    rich = customer(currency="USD", credit_sales_12m=Money.from_minor(LARGEST, "USD"))
    assert figure("credit_sales_12m", rich) is None
