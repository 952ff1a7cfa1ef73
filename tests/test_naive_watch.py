"""`watch` against its naive reading: every alert, its value and threshold, and what was not judged."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import creditkit as ck
from creditkit.policy.standard import STANDARD
from tests import naive_watch
from tests.beside import declared, seen
from tests.naive_plain import CATALOGUE, exact
from tests.strategies import OWN

TOML = tomllib.loads(STANDARD)

DAYS: tuple[date, ...] = (
    date(2026, 11, 21),
    date(2026, 11, 30),
    date(2024, 2, 29),
    date(2024, 3, 30),
)
DAYS += (date(2025, 2, 28), date(2027, 1, 31))

# ------------------------------------------------------------------------------------- documents

OWNED = (
    *OWN,
    ck.Figure(
        name="own_visits", kind="count", en="Visits", zh="走访次数", meaning="", better="high"
    ),
    ck.Figure(
        name="own_deposit", kind="money", en="Deposit", zh="保证金", meaning="", better="high"
    ),
)
OWN_KINDS = declared(OWNED)
KINDS = {name: kind for name, (kind, _) in CATALOGUE.items()}
KINDS |= {name: str(one["kind"]) for name, one in OWN_KINDS.items()}
HIGH = {name for name, (_, better) in CATALOGUE.items() if better == "high"}
HIGH |= {"own_visits", "own_deposit"}

GIVEN: tuple[str, ...] = (
    "overdue",
    "net_worth",
    "z2",
    "on_time_share",
    "settled_count",
    "litigation_count",
)
GIVEN += ("equity", "requested_days", "own_money", "own_days", "own_count", "own_ratio")
GIVEN += ("own_visits", "own_deposit")
FIGURES: tuple[str, ...] = (
    "utilisation",
    "dso_rise",
    "grade_fall",
    "dso_rise",
    "utilisation",
    "dso_rise",
)
FIGURES += ("oldest_overdue_days", "exposure", "line", "receivables", *GIVEN, "grade_fall", "line")
BOUNDS: Mapping[str, Sequence[Any]] = {
    "money": (0, "10", "50.005", "100", "333.33", 1000, "10 %", "90000000000000000"),
    "days": (0, 1, 15, "15.5", 60, "9223372036854775808", "-9223372036854775808"),
    "count": (0, 1, 2, "2.5", 3, "-1"),
    "float": ("0.5", "0.9", 1, "1.10", "1.25", "90 %", "1.5", "2", "-1"),
}


@st.composite
def indicators(draw: st.DrawFn, place: int) -> dict[str, Any]:
    name = draw(st.sampled_from(FIGURES[:3] if place == 0 else FIGURES))
    pool = sorted(BOUNDS[KINDS[name]], key=exact)
    bounds = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=2, unique_by=exact))
    bounds.sort(key=exact, reverse=name in HIGH)  # the serious one lies beyond the warning
    first = draw(st.integers(0, 2 - len(bounds)))
    levels = naive_watch.SEVERITIES[first : first + len(bounds)]
    row = {"id": f"I{place}", "figure": name, **dict(zip(levels, bounds, strict=True))}
    if draw(st.booleans()):
        row["months"] = draw(st.sampled_from([2, 3, 6]))
    if draw(st.integers(0, 3)) == 0:
        row["materiality"] = draw(st.sampled_from(["0", "50", "100.01"]))
    return row


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """The standard policy with other indicators, and in another currency."""
    document = copy.deepcopy(TOML)
    document["currency"] = draw(st.sampled_from(["CNY", "CNY", "CNY", "USD", "KWD"]))
    rows = [draw(indicators(place)) for place in range(draw(st.integers(1, 6)))]
    document["monitoring"] = {"indicators": rows}
    return document


# ----------------------------------------------------------------------------------------- facts

RATES = ck.Rates("CNY", {"USD": "7.10", "KWD": "23.12345678"}, as_of=DAYS[0])
small = st.sampled_from([100, 90, 50, 333, 111, 0]) | st.integers(-30, 400)
LINES = st.sampled_from([100, 90, "unlimited", "none", "inherit", "0", 333]) | small
GRADES = st.sampled_from(["AA", "B", "A", "D", "AAA", "Z9", "A"])
WHOLE = st.integers(0, 70)
FLOAT = st.sampled_from([0.5, 0.9, 1.1, 15.0, 2.5, -1.0, 1e300])


@st.composite
def histories(draw: st.DrawFn, account: str, latest: int) -> list[ck.MonthFigures]:
    """The months of one customer; of some of them nothing is known, or little, or two things."""
    gaps, sells = draw(st.sampled_from([False, True, False])), draw(st.integers(0, 4)) > 0
    currencies = st.sampled_from(["CNY"] * 6 + ["USD", "EUR"] * gaps)  # of EUR there is no rate
    rows = []

    def known(how: st.SearchStrategy[Any]) -> Any:
        return None if gaps and draw(st.integers(0, 5)) == 4 else draw(how)

    def figures(currency: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        names = draw(st.lists(st.sampled_from(GIVEN), unique=True)) if gaps else GIVEN
        for name in names:
            whole = KINDS[name] != "float" and not (gaps and draw(st.integers(0, 9)) == 7)
            money = KINDS[name] == "money"
            out[name] = (
                ck.Money(draw(small), currency) if money else draw(WHOLE if whole else FLOAT)
            )
        return out

    for ago in range(-1, draw(st.sampled_from([6, 8, 5, 3, 1]))):
        times = 2 if gaps and draw(st.integers(0, 19)) == 13 else 1
        for _ in range(0 if gaps and draw(st.integers(0, 7)) == 6 else times):
            currency = draw(currencies)
            rows.append(
                ck.MonthFigures(
                    account=account,
                    month_end=naive_watch.month_end(latest - ago),
                    currency=currency,
                    exposure=known(small),
                    line=known(LINES),
                    receivables=known(small),
                    sales=known(small) if sells else 0,
                    oldest_overdue_days=known(WHOLE),
                    grade=known(GRADES),
                    figures=figures(currency) if ago in (0, 1) else {},
                )
            )
    return rows


@st.composite
def books(draw: st.DrawFn) -> tuple[date, list[ck.MonthFigures]]:
    """A date and the months of one to three customers around it, in any order."""
    as_of = draw(st.sampled_from(DAYS))
    latest = naive_watch.last_month(as_of)
    accounts = st.lists(
        st.sampled_from(["C-1", "C-2", "B-3", "甲"]), min_size=1, max_size=3, unique=True
    )
    rows = [row for name in draw(accounts) for row in draw(histories(name, latest))]
    return as_of, draw(st.permutations(rows))


def table_of(rows: Sequence[Mapping[str, Any]]) -> ck.MonthlyFigures:
    """Plain months as columns."""

    def cell(row: Mapping[str, Any], name: str) -> Any:
        value = row[name]
        return value.split()[0] if name in AMOUNTS and value is not None else value

    names = ("account", "month_end", "currency", *AMOUNTS, "oldest_overdue_days", "grade")
    return ck.MonthlyFigures.from_columns(
        {name: [cell(row, name) for row in rows] for name in names}
    )


AMOUNTS = ("exposure", "line", "receivables", "sales")

# ------------------------------------------------------------------------------ both, in one form


def alert_of(alert: Any) -> dict[str, Any]:
    return {
        "customer": alert.customer,
        "indicator": alert.indicator,
        "severity": alert.severity.value,
        "value": seen(alert.value),
        "threshold": seen(alert.threshold),
        "evidence": {name: seen(value) for name, value in alert.evidence},
    }


def why_of(customer: str, reason: Any) -> tuple[Any, ...]:
    return customer, reason.subject, reason.code, reason.params["missing"]


def agree(
    policy: ck.Policy,
    document: Mapping[str, Any],
    table: ck.MonthlyFigures,
    months: Sequence[Mapping[str, Any]],
    as_of: date,
    rates: ck.Rates | None,
) -> dict[str, Any]:
    """The naive reading of a book of months, which the alerts of the library say as well."""
    plain = None if rates is None else rates.to_dict()
    naive = naive_watch.watch(document, months, as_of=as_of, rates=plain, own=OWN_KINDS)
    found = policy.watch(table, as_of=as_of, rates=rates)
    assert found.month_end == naive["month_end"]
    assert list(found.customers) == naive["customers"]
    assert [alert_of(one) for one in found] == naive["alerts"]
    whys = []
    for name in naive["customers"]:
        watched = found.watched(name)
        assert [alert_of(one) for one in watched] == [
            one for one in naive["alerts"] if one["customer"] == name
        ]
        whys += [why_of(name, reason) for reason in watched.not_judged]
    assert whys == naive["not_judged"]
    return naive


# -------------------------------------------------------------------------------------- the law

generous = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
EVERY_SORT = {"warning", "serious", "watch.missing", "watch.invalid"}


def test_any_policy_and_its_naive_reading_agree() -> None:
    """On books of every sort: to agree that nothing can be judged would say little."""
    sorts: set[str] = set()

    @generous
    @given(documents(), books())
    def law(document: dict[str, Any], book: Any) -> None:
        as_of, rows = book
        policy = ck.Policy.from_dict(document, figures=OWNED)
        months = [row.to_dict() for row in rows]
        for rates in (RATES, None):
            naive = agree(policy, document, ck.MonthlyFigures.of(rows), months, as_of, rates)
            sorts.update(one["severity"] for one in naive["alerts"])
            sorts.update(why for _, _, why, _ in naive["not_judged"])

    law()
    assert sorts >= EVERY_SORT


POLICY = ck.Policy.from_toml(STANDARD, figures=OWNED)


FAULTS = st.sampled_from([None] * 9 + ["no account", "no month", "no month's end"])


@settings(generous, max_examples=settings.default.max_examples // 2)
@given(books(), st.data())
def test_the_standard_policy_and_its_naive_reading_agree(book: Any, data: Any) -> None:
    """From records, and from columns of which some rows have no place."""
    as_of, rows = book
    months = [row.to_dict() for row in rows]
    agree(POLICY, TOML, ck.MonthlyFigures.of(rows), months, as_of, RATES)
    for month in months:
        fault = data.draw(FAULTS)
        if fault == "no account":
            month["account"] = None
        elif fault is not None:
            month["month_end"] = None if fault == "no month" else month["month_end"][:-2] + "15"
        month["figures"] = {}
    agree(POLICY, TOML, table_of(months), months, as_of, RATES)


@pytest.mark.parametrize("as_of", DAYS)
def test_of_nobody_nothing_is_said(as_of: date) -> None:
    assert agree(POLICY, TOML, ck.MonthlyFigures.of([]), [], as_of, None)["alerts"] == []
