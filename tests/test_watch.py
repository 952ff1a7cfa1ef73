"""Monthly figures, the indicators of early warning, and the alerts of a policy."""

from __future__ import annotations

import calendar
import json
import pickle
import random
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from math import inf, isclose, isnan, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._columns import Amounts, State
from creditkit.errors import InvalidFact
from creditkit.figures import UNDEFINED, Figure, FigureKind
from creditkit.policy.figures.months import last_month
from creditkit.policy.watch.alert import Alert, Severity, Watched
from creditkit.policy.watch.alerts import Alerts
from creditkit.reasons import TEMPLATES
from creditkit.watch import dso_rise, grade_fall, utilisation

STANDARD = ck.Policy.standard()
TODAY = date(2026, 11, 21)  # the last month that has ended is October


def end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def back(months: int, year: int = 2026, month: int = 10) -> date:
    """The month end some months before October 2026."""
    years, rest = divmod(year * 12 + month - 1 - months, 12)
    return end(years, rest + 1)


def month(ago: int = 0, account: str = "C-1", currency: str = "CNY", **known: Any) -> Any:
    return ck.MonthFigures(account=account, month_end=back(ago), currency=currency, **known)


def policy(*indicators: dict[str, Any], figures: Sequence[Figure] = ()) -> ck.Policy:
    """The standard policy with other indicators."""
    data = STANDARD.to_dict()
    data["monitoring"] = {"indicators": list(indicators)}
    return ck.Policy.from_dict(data, figures=figures)


def watching(figure: str, **row: Any) -> ck.Policy:
    return policy({"id": "X", "figure": figure, **row})


def fired(watched: Watched) -> dict[str, str]:
    return {alert.indicator: alert.severity.value for alert in watched}


def whys(watched: Watched) -> dict[str | None, str]:
    return {reason.subject: reason.code for reason in watched.not_judged}


# -------------------------------------------------------------------------------- the calculators

AMOUNT = st.one_of(st.just(nan), st.integers(-(10**15), 10**15).map(float))
LINE = st.one_of(st.sampled_from([nan, 0.0, inf]), st.integers(-5, 10**15).map(float))


@given(st.lists(st.tuples(AMOUNT, LINE), min_size=1, max_size=8))
def test_utilisation_of_one_equals_many(rows: list[tuple[float, float]]) -> None:
    with np.errstate(all="ignore"):
        many = utilisation(*(np.array(column) for column in zip(*rows, strict=True)))  # type: ignore[type-var]
    assert np.array_equal(many, [utilisation(*row) for row in rows], equal_nan=True)


@given(st.data(), st.integers(3, 8), st.integers(1, 4))
def test_series_of_one_equals_many(data: Any, months: int, customers: int) -> None:
    shape = st.lists(
        st.lists(AMOUNT, min_size=months, max_size=months),
        min_size=customers,
        max_size=customers,
    )
    rows = data.draw(shape)
    major: Any = list(np.array(rows).T.copy())
    for formula in (dso_rise, grade_fall):
        with np.errstate(all="ignore"):
            many = formula(major)
        for place, row in enumerate(rows):
            one = formula(row)
            assert [float(column[place]) for column in many] == pytest.approx(
                list(one), rel=0, abs=0, nan_ok=True
            )


@pytest.mark.parametrize(
    ("exposure", "line", "expected"),
    [
        (95.0, 100.0, 0.95),
        (120.0, 100.0, 1.2),
        (0.0, 100.0, 0.0),
        (-30.0, 100.0, -0.3),  # a credit balance
        (5.0, inf, 0.0),  # unlimited
        (5.0, 0.0, inf),  # no line: beyond any threshold
        (0.0, 0.0, 0.0),  # nothing owed over no line
        (-5.0, 0.0, 0.0),
        (nan, 100.0, nan),
        (nan, 0.0, nan),
        (5.0, nan, nan),
    ],
)
def test_utilisation(exposure: float, line: float, expected: float) -> None:
    assert utilisation(exposure, line) == pytest.approx(expected, nan_ok=True, rel=0)


def test_dso_rise_leaves_unknown_months_out_and_wants_two() -> None:
    assert dso_rise([60.0, 40.0, nan, 50.0, nan]) == (60 / 45, 45.0, 2.0)
    assert [isnan(part) for part in dso_rise([60.0, 40.0, nan])] == [True, True, False]
    assert isnan(dso_rise([nan, 40.0, 50.0]).rise)
    assert isnan(dso_rise([60.0, 10.0, -10.0]).rise)  # a mean of zero
    with pytest.raises(InvalidFact, match="2 or more"):
        dso_rise([60.0, 40.0])


def test_grade_fall_takes_the_latest_two_known() -> None:
    assert grade_fall([3.0, nan, nan, 1.0, 0.0]) == (2.0, 1.0, 3.0)
    assert grade_fall([nan, 3.0, nan, 1.0, 0.0]) == (0.0, 1.0, 3.0)  # it fell a month before
    assert grade_fall([1.0, 3.0]) == (0.0, 3.0, 1.0)  # a rise
    assert grade_fall([2.0, 2.0]).fall == 0.0
    assert isnan(grade_fall([nan, 2.0, nan]).fall)


# ----------------------------------------------------------------------------------- golden cases
# The indicators are conventions of the house, so there is no print to hold a DSO against its own mean
# or a fall of grade against. Worked by hand; the DSO itself is as printed in test_turnover.


def worst_customer() -> list[ck.MonthFigures]:
    """Worked by hand: every indicator fires."""
    return [
        month(
            ago,
            exposure="95000" if ago == 0 else "50000",
            line="100000",
            receivables="160000" if ago == 0 else "90000",
            sales="30000",
            oldest_overdue_days=61 if ago == 0 else 2,
            grade="B" if ago == 0 else "A",
        )
        for ago in range(10)
    ]


def test_golden_by_hand() -> None:
    # Sales of a month are 30,000 and what is owed 90,000, so a month's DSO before October is the days
    # of three months: 89, 92, 91, 92, 92, 92 for Apr..Sep 2026. October's 160,000 are five months,
    # May to October less a sixth of them: 31 + 30 + 31 + 31 + 30 days, and 10,000 / 30,000 of May's 31.
    mean = Fraction(89 + 92 + 91 + 92 + 92 + 92, 6)
    dso = 31 + 30 + 31 + 31 + 30 + Fraction(10_000, 30_000) * 31
    found = STANDARD.watch(worst_customer(), as_of=TODAY)
    assert [(one.indicator, one.severity.value) for one in found] == [
        ("OVERDUE", "serious"),
        ("DSO", "serious"),
        ("UTILISATION", "warning"),
        ("GRADE_FALL", "warning"),
    ]
    overdue, slow, used, fall = found
    assert (overdue.value, overdue.threshold, overdue.action) == (61, 60, "call_customer")
    assert slow.value == pytest.approx(float(dso / mean), rel=1e-15)
    assert dict(slow.evidence) == {
        "dso": pytest.approx(float(dso), rel=1e-15),
        "mean": pytest.approx(float(mean), rel=1e-15),
        "months": 6,
        "receivables": ck.Money("160000", "CNY"),
    }
    assert (used.value, used.threshold) == (0.95, 0.9)
    assert dict(used.evidence) == {
        "exposure": ck.Money("95000", "CNY"),
        "line": ck.Money("100000", "CNY"),
    }
    assert (fall.value, dict(fall.evidence)) == (1, {"before": "A", "after": "B"})
    assert {one.month_end for one in found} == {date(2026, 10, 31)}
    assert {one.policy_digest for one in found} == {STANDARD.digest}
    assert found.severity is Severity.SERIOUS
    assert found.not_judged == ()
    assert found.notes == ()


def test_in_words() -> None:
    found = STANDARD.watch(worst_customer(), as_of=TODAY)
    assert str(found).splitlines() == [
        "C-1  serious  OVERDUE  The oldest debt is 61 days past due, at or above 60."
        " Call the customer about what is overdue.",
        "C-1  serious  DSO  DSO of 163.3 days is 1.788 times its own mean of 91.33,"
        " at or above 1.5. Review the payment terms.",
        "C-1  warning  UTILISATION  Utilisation is 95%, 95,000.00 CNY of 100,000.00 CNY: at or above 90%."
        " Review the credit line.",
        "C-1  warning  GRADE_FALL  The grade fell by 1, from A to B. Assess the customer again.",
    ]
    assert found.explain("zh").splitlines()[0] == (
        "C-1  严重预警  OVERDUE  最长逾期 61 天，达到或超过 60 天。联系客户催收逾期款。"
    )
    assert found[2].sentence("zh") == (
        "额度使用率 95%（占用 95,000.00 CNY，额度 100,000.00 CNY），达到或超过 90%。"
    )
    assert found[3].recommended("zh") == "重新评估客户信用。"


def test_alerts_in_one_line() -> None:
    months = worst_customer()
    alerts = STANDARD.watch(ck.MonthlyFigures.of(months), as_of=TODAY)
    assert repr(alerts) == "<Alerts on 1 customers: 2 warning, 2 serious, 0 not judged>"
    assert list(alerts.to_columns()["severity"]) == ["serious", "serious", "warning", "warning"]
    first = STANDARD.watch(months, as_of=TODAY)[0]
    assert str(first) == first.explain() == str(alerts.watched("C-1")).splitlines()[0]
    assert str(alerts) == alerts.explain() == str(alerts.watched("C-1"))
    assert alerts.explain("zh") == alerts.watched("C-1").explain("zh")


def test_a_page_of_alerts_is_cut_and_tells_what_was_not_judged() -> None:
    months = [
        ck.MonthFigures(
            account=f"C-{n:02}", month_end="2026-10-31", currency="CNY", oldest_overdue_days=n
        )
        for n in range(40)
    ]
    alerts = STANDARD.watch(ck.MonthlyFigures.of(months), as_of=TODAY)
    assert len(alerts) == 25
    page = alerts.explain().splitlines()
    assert page[:20] == [alert.explain() for alert in list(alerts)[:20]]
    assert page[20:] == [
        "and 5 more alerts",
        "-  UTILISATION  cannot be judged for 40 of 40 customers",
        "-  DSO  cannot be judged for 40 of 40 customers",
        "-  GRADE_FALL  cannot be judged for 40 of 40 customers",
    ]
    assert alerts.explain("zh").splitlines()[20:22] == [
        "另有 5 条预警",
        "-  UTILISATION  40 个客户中有 40 个无法判断",
    ]
    assert Alerts.from_dict(alerts.to_dict()).explain("zh") == alerts.explain("zh")
    assert str(STANDARD.watch(ck.MonthlyFigures.of([]), as_of=TODAY)) == "-"


def test_columns_of_alerts_say_what_was_compared_with_what() -> None:
    house = policy(
        {"id": "DAYS", "figure": "oldest_overdue_days", "warning": 15, "serious": 60},
        {"id": "OWED", "figure": "receivables", "warning": "100.10", "action": "stop_supply"},
        {"id": "UTILISATION", "figure": "utilisation", "warning": "0.9"},
    )
    months = [
        month(account="C-1", oldest_overdue_days=61, receivables="1200.50"),
        month(account="C-2", oldest_overdue_days=15, exposure="5", line="none"),
    ]
    alerts = house.watch(ck.MonthlyFigures.of(months), as_of=TODAY)
    columns = alerts.to_columns()
    assert columns["customer"] == ["C-1", "C-1", "C-2", "C-2"]
    assert columns["indicator"] == ["DAYS", "OWED", "DAYS", "UTILISATION"]
    assert columns["figure"] == ["oldest_overdue_days", "receivables", *columns["figure"][:1],
                                 "utilisation"]  # fmt: skip
    assert columns["value"].tolist()[:3] == [61.0, 120_050.0, 15.0]
    assert np.isnan(columns["value"][3])
    assert columns["threshold"].tolist() == [60.0, 10_010.0, 15.0, 0.9]
    assert columns["month_end"].astype(str).tolist() == ["2026-10-31"] * 4
    assert columns["action"] == [alert.action for alert in alerts]
    for alert, threshold in zip(alerts, columns["threshold"], strict=True):
        one = alert.threshold
        assert threshold == (one.minor if isinstance(one, ck.Money) else one)
    told = Alerts.from_dict(alerts.to_dict())
    assert told.same_as(alerts)
    for name, column in told.to_columns().items():
        np.testing.assert_array_equal(column, columns[name])


def test_a_figure_may_be_watched_twice() -> None:
    """A warning of the clerk and one of his chief: the same days, two thresholds."""
    both = policy(
        {"id": "CLERK", "figure": "oldest_overdue_days", "warning": 15},
        {"id": "CHIEF", "figure": "oldest_overdue_days", "warning": 60},
    )
    assert set(fired(both.watch([month(oldest_overdue_days=20)], as_of=TODAY))) == {"CLERK"}
    assert set(fired(both.watch([month(oldest_overdue_days=60)], as_of=TODAY))) == {
        "CLERK",
        "CHIEF",
    }


def test_actions_of_the_standard_policy_have_sentences() -> None:
    for indicator in STANDARD.document.monitoring.indicators:
        assert f"action.{indicator.action}" in TEMPLATES


def test_an_action_of_the_house_is_shown_as_it_is() -> None:
    own = watching("exposure", warning="1", action="call the sales office")
    (alert,) = own.watch([month(exposure="5")], as_of=TODAY)
    assert alert.recommended() == alert.recommended("zh") == "call the sales office"


@pytest.mark.parametrize(
    ("exposure", "expected"),
    [
        ("89999.99", {}),
        ("90000.00", {"UTILISATION": "warning"}),
        ("99999.99", {"UTILISATION": "warning"}),
        ("100000.00", {"UTILISATION": "serious"}),
        ("-100000.00", {}),  # a credit balance uses nothing
    ],
)
def test_thresholds_are_inclusive(exposure: str, expected: dict[str, str]) -> None:
    months = [month(exposure=exposure, line="100000")]
    assert fired(STANDARD.watch(months, as_of=TODAY)) == expected


@pytest.mark.parametrize(("days", "severity"), [(14, None), (15, "warning"), (60, "serious")])
def test_days_are_compared_exactly(days: int, severity: str | None) -> None:
    found = STANDARD.watch([month(oldest_overdue_days=days)], as_of=TODAY)
    assert fired(found).get("OVERDUE") == severity


@given(st.integers(1, 10**12), st.integers(1, 999))
def test_a_share_at_its_threshold_fires(line: int, permille: int) -> None:
    own = watching("utilisation", warning=f"{permille / 1000:.3f}")
    months = [
        month(
            exposure=ck.Money.from_minor(line * permille, "CNY"),
            line=ck.Money.from_minor(line * 1000, "CNY"),
        )
    ]
    assert fired(own.watch(months, as_of=TODAY)) == {"X": "warning"}


# ---------------------------------------------------------------------------------------- the line


@pytest.mark.parametrize(
    ("exposure", "line", "state"),
    [
        ("5", "none", "serious"),
        ("5", "0", "serious"),
        ("0", "none", None),
        ("-5", "0", None),
        ("9000000", "unlimited", None),
        ("5", "inherit", "watch.missing"),
        ("5", None, "watch.missing"),
        (None, "100", "watch.missing"),
        (None, "none", "watch.missing"),
        (None, "unlimited", "watch.missing"),
    ],
)
def test_states_of_a_line(exposure: str | None, line: str | None, state: str | None) -> None:
    found = STANDARD.watch([month(exposure=exposure, line=line)], as_of=TODAY)
    said = fired(found).get("UTILISATION") or whys(found).get("UTILISATION")
    assert said == state


def test_no_line_is_beyond_any_threshold_and_says_so() -> None:
    own = watching("utilisation", warning="1000000000")
    (alert,) = own.watch([month(exposure="5", line="none")], as_of=TODAY)
    assert alert.value is UNDEFINED
    assert alert.sentence() == "5.00 CNY is owed and there is no line: beyond any threshold."
    assert "未授信" in alert.sentence("zh")
    assert dict(alert.evidence) == {"exposure": ck.Money(5, "CNY"), "line": ck.Line.NONE}
    assert Alert.from_dict(json.loads(json.dumps(alert.to_dict()))) == alert


def test_the_line_itself_can_be_watched() -> None:
    own = watching("line", warning="100", serious="0")  # what is better high alerts at or below
    for line, expected in [
        ("100.01", {}),
        ("100", {"X": "warning"}),
        ("none", {"X": "serious"}),
        ("unlimited", {}),
    ]:
        assert fired(own.watch([month(line=line)], as_of=TODAY)) == expected
    (alert,) = own.watch([month(line="none")], as_of=TODAY)
    assert (alert.value, alert.reason.code) == (ck.Line.NONE, "alert.figure_low")


# ------------------------------------------------------------------------------- months and dates


def test_a_missing_month_is_not_known() -> None:
    months = worst_customer()[1:]  # nothing of October
    found = STANDARD.watch(months, as_of=TODAY)
    assert whys(found) == dict.fromkeys(("UTILISATION", "OVERDUE", "DSO"), "watch.missing")
    assert fired(found) == {}
    assert "not known: Exposure, Line" in str(found)
    assert "缺失：应收账款" in found.explain("zh")
    owed = [month(ago, receivables="100", sales=None if ago == 1 else "50") for ago in range(9)]
    assert "缺失：当月赊销额" in STANDARD.watch(owed, as_of=TODAY).explain("zh")


def test_a_month_without_a_grade_is_passed_over() -> None:
    months = [month(0, grade="D"), month(1), month(2), month(3, grade="AA")]
    (alert,) = STANDARD.watch(months, as_of=TODAY)
    assert (alert.severity, alert.value) == (Severity.SERIOUS, 3)  # AA, A, B, D


def test_a_fall_alerts_in_its_month_and_not_again() -> None:
    months = [month(0), month(1, grade="D"), month(2), month(3, grade="AA")]
    for ago, alerts in ((0, 0), (1, 1), (2, 0)):
        watched = STANDARD.watch(months, as_of=back(ago))
        assert len(watched) == alerts


def test_a_grade_beyond_the_months_of_the_indicator_is_not_seen() -> None:
    months = [month(0, grade="D"), month(4, grade="AA")]
    row = {"figure": "grade_fall", "warning": 1}
    assert fired(watching(months=4, **row).watch(months, as_of=TODAY)) == {"X": "warning"}
    assert whys(watching(months=3, **row).watch(months, as_of=TODAY)) == {"X": "watch.missing"}


def test_a_grade_that_the_policy_does_not_know_cannot_be_judged() -> None:
    months = [month(0, grade="D"), month(1, grade="Z9"), month(2, grade="AA")]
    assert whys(STANDARD.watch(months, as_of=TODAY))["GRADE_FALL"] == "watch.invalid"


def test_later_months_do_not_exist_yet() -> None:
    later = ck.MonthFigures(
        account="C-1", month_end=end(2026, 11), currency="CNY", exposure="1", line="none", grade="D"
    )
    now = STANDARD.watch([*worst_customer(), later], as_of=TODAY)
    assert fired(now) == fired(STANDARD.watch(worst_customer(), as_of=TODAY))
    assert now.month_end == end(2026, 10)


@pytest.mark.parametrize(
    ("as_of", "judged"),
    [
        (date(2024, 2, 29), date(2024, 2, 29)),
        (date(2024, 2, 28), date(2024, 1, 31)),
        (date(2023, 2, 28), date(2023, 2, 28)),
        (date(2024, 3, 1), date(2024, 2, 29)),
        (date(2025, 1, 30), date(2024, 12, 31)),
        (date(1000, 1, 31), date(1000, 1, 31)),
    ],
)
def test_the_last_month_that_ended(as_of: date, judged: date) -> None:
    assert STANDARD.watch([], as_of=as_of).month_end == judged
    assert str(last_month(as_of)) == judged.isoformat()[:7]


def test_days_of_a_leap_february_count() -> None:
    def february(year: int) -> Watched:
        months = [
            ck.MonthFigures(
                account="C-1",
                month_end=back(ago, year, 2),
                currency="CNY",
                receivables="200" if ago == 0 else "100",
                sales="100",
            )
            for ago in range(5)
        ]
        own = watching("dso_rise", warning=1, months=2)
        return own.watch(months, as_of=end(year, 2))

    days = {year: dict(february(year)[0].evidence)["dso"] for year in (2023, 2024)}
    assert days == {2024: 29 + 31, 2023: 28 + 31}


@pytest.mark.parametrize(
    ("currency", "owed", "raised"),
    [
        ("CNY", "999.99", False),
        ("CNY", "1000", True),
        ("CNY", "-5", False),
        ("CNY", None, True),
        ("USD", "142.85", False),  # at 7: in the currency of the policy
        ("USD", "142.86", True),
    ],
)
def test_what_is_not_material_raises_nothing(currency: str, owed: str | None, raised: bool) -> None:
    own = watching("oldest_overdue_days", warning=15, materiality="1000")
    rates = ck.Rates("CNY", {"USD": "7"}, as_of=TODAY)
    given_ = month(currency=currency, oldest_overdue_days=20, receivables=owed)
    watched = own.watch([given_], as_of=TODAY, rates=rates)
    assert fired(watched) == ({"X": "warning"} if raised else {})
    assert not watched.not_judged  # it was judged, and is fine


def test_months_without_a_debt_are_no_habit() -> None:
    months = [month(ago, receivables="100" if ago < 1 else "0", sales="50") for ago in range(10)]
    assert whys(STANDARD.watch(months, as_of=TODAY))["DSO"] == "watch.missing"
    # who buys every third month and pays within thirty days is as quick as ever
    quarterly = [
        month(ago, receivables="0" if ago % 3 else "90", sales="0" if ago % 3 else "90")
        for ago in range(14)
    ]
    assert not STANDARD.watch(quarterly, as_of=TODAY).alerts


def test_countback_goes_through_months_without_sales() -> None:
    months = [month(ago, receivables="100", sales="0" if ago < 3 else "50") for ago in range(16)]
    (alert, *_) = watching("dso_rise", warning=1, months=2).watch(months, as_of=TODAY)
    assert dict(alert.evidence)["dso"] == 31 + 30 + 31 + 31 + 30  # three without, and two


def test_a_punctual_customer_of_a_season_is_not_alerted() -> None:
    months = [
        month(ago, receivables="90" if ago == 0 else "20", sales="90" if ago == 0 else "20")
        for ago in range(10)
    ]
    assert not STANDARD.watch(months, as_of=TODAY).alerts


def test_dso_wants_two_months_before() -> None:
    short = [month(ago, receivables="100", sales="100") for ago in range(2)]
    found = STANDARD.watch(short, as_of=TODAY)
    (reason,) = (one for one in found.not_judged if one.subject == "DSO")
    assert (reason.code, reason.params["missing"]) == ("watch.missing", ("dso",))
    enough = [*short, month(2, receivables="100", sales="100")]
    assert "DSO" not in whys(STANDARD.watch(enough, as_of=TODAY))


# ------------------------------------------------------------------------------ rows and the table


def test_a_day_that_ends_no_month_is_refused() -> None:
    with pytest.raises(InvalidFact, match=r"last day of its month .* write 2024-02-29"):
        ck.MonthFigures(account="C-1", month_end=date(2024, 2, 28), currency="CNY")
    assert ck.MonthFigures(
        account="C-1",
        month_end="2024-02-29",
        currency="CNY",  # type: ignore[arg-type]
    ).month_end == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({"exposure": 5}, "is a field of its own; give it as exposure="),
        ({"utilisation": 0.5}, "is worked out from the months"),
        ({"z2": "5"}, "must be Money or a number"),
        ({"z2": True}, "must be Money or a number"),
        ({"overdue": ck.Money(5, "USD")}, "must be in CNY"),
    ],
)
def test_wrong_figures_are_refused(figures: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidFact, match=message):
        month(figures=figures)


def table(**columns: Any) -> ck.MonthlyFigures:
    rows = {
        "account": ["C-1", "C-1", "C-1", None, "C-2", "C-2"],
        "month_end": [back(0), back(1), back(1), back(0), "2026-10-30", None],
        "exposure": [100, 90, 80, 70, 60, 50],
        "line": [100, 100, 100, 100, "none", "unlimited"],
        "currency": "CNY",
    }
    return ck.MonthlyFigures.from_columns({**rows, **columns})


def test_rows_without_a_place_are_set_aside_and_noted() -> None:
    months = table()
    assert [(note.code, note.count, note.ids) for note in months.notes] == [
        ("month.no_account", 1, ()),
        ("month.no_month_end", 1, ("C-2",)),
        ("month.not_month_end", 1, ("C-2",)),
        ("month.repeated", 2, ("C-1",)),
    ]
    assert months.placed.tolist() == [True, False, False, False, False, False]
    alerts = STANDARD.watch(months, as_of=TODAY)
    assert alerts.notes == months.notes
    assert alerts.customers == ("C-1", "C-2")
    assert [(one.customer, one.severity.value) for one in alerts] == [("C-1", "serious")]
    assert whys(alerts.watched("C-2"))["UTILISATION"] == "watch.missing"
    assert [note.code for note in alerts.watched("C-1").notes] == ["month.repeated"]
    with pytest.raises(InvalidFact, match="must have an account in row 3"):
        ck.MonthlyFigures.from_columns(
            {
                "account": ["C-1", "C-1", "C-1", None],
                "month_end": [back(n) for n in range(4)],
                "currency": "CNY",
            },
            strict=True,
        )


def test_months_far_apart_are_found_repeated_too() -> None:
    ends = [end(1, 1), end(9999, 12), end(9999, 12), end(1, 1)]
    months = ck.MonthlyFigures.from_columns(
        {"account": ["A", "B", "B", "B"], "month_end": ends, "currency": "CNY"}
    )
    assert months.placed.tolist() == [True, False, False, True]


def test_wrong_columns_are_refused() -> None:
    with pytest.raises(InvalidFact, match="did you mean 'exposure'"):
        table(exposre=[1] * 6)
    with pytest.raises(InvalidFact, match="one length"):
        table(sales=[1])
    with pytest.raises(InvalidFact, match="must be exact money"):
        table(sales=np.zeros(6))
    with pytest.raises(InvalidFact, match="must be given"):
        ck.MonthlyFigures.from_columns({"account": ["A"], "currency": "CNY"})
    rows: dict[str, Any] = {"account": ["A"], "month_end": [back(0)], "currency": "CNY"}
    for figures, message in [
        ({"exposure": [1]}, "field of its own"),
        ({"z2": ["high"]}, "must hold money or numbers"),
        ({"z2": np.array([True])}, "must hold money or numbers"),
        ({"z2": [1.0, 2.0]}, "must have 1 rows"),
        ({"overdue": [ck.Money(1, "USD")]}, "must be in CNY"),
        ({"overdue": Amounts.from_major([1], "USD")}, "must be in"),
    ]:
        with pytest.raises(InvalidFact, match=message):
            ck.MonthlyFigures.from_columns(rows, figures=figures)
    with pytest.raises(InvalidFact, match="must be a MonthFigures"):
        ck.MonthlyFigures.of(["2026-10-31"])  # type: ignore[list-item]


def test_the_months_of_two_are_not_those_of_one() -> None:
    with pytest.raises(InvalidFact, match=r"months of one .*MonthlyFigures.of"):
        STANDARD.watch([month(account="A"), month(account="B")], as_of=TODAY)


def test_of_whom_nothing_is_known_everything_is_not_judged() -> None:
    ids = {row.id for row in STANDARD.document.monitoring.indicators}
    for nobody in (
        STANDARD.watch([], as_of=TODAY),
        STANDARD.watch(ck.MonthlyFigures.of([]), as_of=TODAY).watched("C-9"),
    ):
        assert len(nobody) == 0
        assert set(whys(nobody)) == ids
    assert len(STANDARD.watch(ck.MonthlyFigures.of([]), as_of=TODAY)) == 0


def test_a_policy_without_indicators_says_nothing() -> None:
    alerts = policy().watch(ck.MonthlyFigures.of(worst_customer()), as_of=TODAY)
    assert (len(alerts), alerts.not_judged(), list(alerts)) == (0, {}, [])
    assert str(alerts.watched("C-1")) == "C-1  -"


# ---------------------------------------------------------------------------------- other figures


def test_any_figure_of_the_table_may_be_watched() -> None:
    house = Figure(
        name="complaints",
        kind=FigureKind.COUNT,
        en="Complaints",
        zh="投诉数",
        meaning="Complaints in the month",
        better="low",
    )
    own = policy(
        {"id": "PAID", "figure": "on_time_share", "warning": "0.8", "serious": "0.5"},
        {"id": "LATE", "figure": "overdue", "warning": "1000.005", "serious": "2000"},
        {"id": "TALK", "figure": "complaints", "warning": 3},
        {"id": "Z", "figure": "z2", "warning": "1.10"},
        figures=[house],
    )

    def said(**figures: Any) -> dict[str, str]:
        found = own.watch([month(figures=figures)], as_of=TODAY)
        return {**fired(found), **{str(k): v for k, v in whys(found).items()}}

    unknown = dict.fromkeys(("PAID", "LATE", "TALK", "Z"), "watch.missing")
    assert said() == unknown
    assert said(on_time_share=0.8)["PAID"] == "warning"  # high is better: at or below
    assert said(on_time_share=0.5)["PAID"] == "serious"
    assert "PAID" not in said(on_time_share=0.81)
    assert "LATE" not in said(overdue=ck.Money("1000.00", "CNY"))
    assert said(overdue=ck.Money("1000.01", "CNY"))["LATE"] == "warning"
    assert said(overdue=5000)["LATE"] == "watch.invalid"  # not money
    assert said(complaints=3)["TALK"] == "warning"
    assert said(complaints=3.0)["TALK"] == "warning"
    assert said(complaints=2.5)["TALK"] == "watch.invalid"  # not a count
    assert said(z2=1)["Z"] == "warning"
    assert said(z2=ck.Money(1, "CNY"))["Z"] == "watch.invalid"


@pytest.mark.parametrize(
    ("figure", "warned"),
    [
        *((name, False) for name in ("exposure", "line", "receivables", "oldest_overdue_days")),
        *((name, False) for name in ("utilisation", "dso_rise", "grade_fall", "complaints")),
        *((name, True) for name in ("z2", "years_trading", "score", "equity", "overdue", "dso")),
        *((name, True) for name in ("on_time_share", "external_rating", "credit_sales_12m")),
    ],
)
def test_what_a_month_does_not_know_by_itself_is_a_warning(figure: str, warned: bool) -> None:
    """Without it an indicator that can never be judged loads and says nothing."""
    house = Figure(name="complaints", kind="count", en="Complaints", zh="投诉数", meaning="-")  # type: ignore[arg-type]
    own = policy({"id": "X", "figure": figure, "warning": 1}, figures=[house])
    found = [one for one in own.warnings if one.code == "gap.month"]
    assert [one.path for one in found] == ["monitoring.indicators[0].figure"] * warned
    for one in found:
        assert "only where the host gives it in MonthFigures.figures" in one.message()
        assert "才能判断" in one.message("zh")
    kept = month(exposure=1, line=1, receivables=1, oldest_overdue_days=1)
    known = {"dso_rise", "grade_fall", "complaints"}  # are made of more than one month
    judged = not whys(own.watch([kept], as_of=TODAY))
    assert judged == (not warned and figure not in known)


@pytest.mark.parametrize("many", [True, False])
def test_a_figure_that_nobody_declared_is_refused_in_a_month_too(many: bool) -> None:
    months = [month(figures={"complaints": 3})]
    given: Any = ck.MonthlyFigures.of(months) if many else months
    with pytest.raises(
        ck.InvalidFact, match=r"complaints is not declared for this policy; declare"
    ):
        watching("utilisation", warning=1).watch(given, as_of=TODAY)


def test_an_own_figure_is_told_by_its_title() -> None:
    house = Figure(
        name="complaints",
        kind=FigureKind.COUNT,
        en="Complaints of the year",
        zh="全年投诉数",
        meaning="Complaints in twelve months",
        better="low",
    )
    row = {"id": "TALK", "figure": "complaints", "warning": 3}
    own = policy(row, figures=[house])
    watched = own.watch([month(figures={"complaints": 4})], as_of=TODAY)
    for one in (watched, Watched.from_dict(watched.to_dict())):
        assert "Complaints of the year is 4" in one.explain()
        assert "全年投诉数为 4" in one.explain("zh")
        assert [alert.titles for alert in one] == [one.titles]
    silent = own.watch([month()], as_of=TODAY)
    assert "not known: Complaints of the year" in silent.explain()


def test_a_figure_as_it_stands_in_words() -> None:
    own = policy(
        {"id": "LATE", "figure": "overdue", "warning": "1000"},
        {"id": "PAID", "figure": "on_time_share", "warning": "0.8"},
    )
    late, paid = own.watch(
        [
            month(0, figures={"overdue": ck.Money(1500, "CNY"), "on_time_share": 0.75}),
            month(1, figures={"overdue": ck.Money(200, "CNY")}),
        ],
        as_of=TODAY,
    )
    assert late.sentence() == "Overdue is 1,500.00 CNY, at or above 1,000.00 CNY."
    assert late.sentence("zh") == "逾期金额为 1,500.00 CNY，达到或超过 1,000.00 CNY。"
    assert dict(late.evidence) == {"before": ck.Money(200, "CNY")}
    assert paid.sentence() == "Paid on time is 0.75, at or below 0.8."
    assert dict(paid.evidence) == {"before": None}


@pytest.mark.parametrize("days", ["9223372036854775808", "-9223372036854775808", "15.5"])
def test_thresholds_out_of_reach_and_between(days: str) -> None:
    def at(value: int) -> bool:
        own = watching("oldest_overdue_days", warning=days)
        return len(own.watch([month(oldest_overdue_days=value)], as_of=TODAY)) == 1

    for value in (15, 16, 2**53 - 1):
        assert at(value) == (value >= Fraction(days))


# --------------------------------------------------------------------------------------- currencies

RATES = ck.Rates("CNY", {"USD": "7.10", "JPY": "0.05"}, as_of=TODAY)


def test_money_is_judged_in_the_currency_of_the_policy() -> None:
    own = watching("exposure", warning="710.00", serious="711.00")
    months = [month(currency="USD", exposure="100.00")]
    (alert,) = own.watch(months, as_of=TODAY, rates=RATES)
    assert (alert.value, alert.severity.value) == (ck.Money("710.00", "CNY"), "warning")
    (yen,) = own.watch([month(currency="JPY", exposure=14_220)], as_of=TODAY, rates=RATES)
    assert (yen.value, yen.severity.value) == (ck.Money("711.00", "CNY"), "serious")


def test_without_a_rate_it_cannot_be_judged() -> None:
    months = [month(currency="USD", exposure="100", line="200", oldest_overdue_days=70)]
    found = STANDARD.watch(months, as_of=TODAY)
    assert fired(found) == {"OVERDUE": "serious"}
    assert whys(found)["UTILISATION"] == "watch.invalid"
    assert "a rate is missing or a value cannot be read: Exposure, Line" in str(found)


def test_an_unknown_currency_stops_no_other_row() -> None:
    months = ck.MonthlyFigures.from_columns(
        {
            "account": ["A", "B"],
            "month_end": [back(0)] * 2,
            "currency": ["XYZ", "CNY"],
            "exposure": [95, 95],
            "line": [100, 100],
            "oldest_overdue_days": [70, 0],
        }
    )
    alerts = STANDARD.watch(months, as_of=TODAY)
    assert [(one.customer, one.indicator) for one in alerts] == [
        ("A", "OVERDUE"),
        ("B", "UTILISATION"),
    ]
    assert alerts.states[0].tolist() == [State.INVALID, State.KNOWN]
    assert len(months.faults) == 1
    again = ck.MonthlyFigures.from_dict(json.loads(json.dumps(months.to_dict())))
    told = STANDARD.watch(again, as_of=TODAY)  # what could not be read is not known in the record
    assert list(told) == list(alerts)
    assert (told.states == State.KNOWN).tolist() == (alerts.states == State.KNOWN).tolist()


# -------------------------------------------------------------------------------------------- laws

MONEY = st.one_of(st.none(), st.integers(-3, 40).map(lambda n: n * 1000))
MONTH = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(["CNY", "CNY", "CNY", "USD", "EUR"]),  # EUR has no rate
        "exposure": MONEY,
        "line": st.one_of(
            st.none(),
            st.sampled_from(["unlimited", "none", "inherit"]),
            st.integers(0, 40).map(lambda n: n * 1000),
        ),
        "receivables": MONEY,
        "sales": MONEY,
        "oldest_overdue_days": st.one_of(st.none(), st.integers(0, 70)),
        "grade": st.sampled_from([None, "AAA", "AA", "A", "B", "D", "Z9"]),
        "figures": st.sampled_from([{}, {"z2": 1}, {"z2": 2.5}, {"overdue": None}]),
    }
)
HISTORY = st.dictionaries(st.integers(-1, 12), MONTH, max_size=12)
BOOK = st.dictionaries(st.sampled_from(["C-1", "C-2", "B-3", "甲"]), HISTORY, max_size=4)
POLICY = policy(
    *STANDARD.to_dict()["monitoring"]["indicators"],
    {"id": "Z", "figure": "z2", "warning": "1.10"},
    {"id": "LATE", "figure": "overdue", "warning": "10000"},
    {"id": "LINE", "figure": "line", "warning": "5000", "serious": "0"},
)


def records(book: dict[str, dict[int, dict[str, Any]]]) -> dict[str, list[ck.MonthFigures]]:
    out = {}
    for account, history in book.items():
        out[account] = []
        for ago, known in history.items():
            own = dict(known["figures"])
            if "overdue" in own:
                own["overdue"] = ck.Money(9000 + ago * 500, known["currency"])
            out[account].append(month(ago, account, **{**known, "figures": own}))
    return out


@given(BOOK, st.randoms(use_true_random=False))
def test_one_equals_many(book: dict[str, Any], chance: random.Random) -> None:
    months = records(book)
    rows = [row for history in months.values() for row in history]
    many = POLICY.watch(ck.MonthlyFigures.of(rows), as_of=TODAY, rates=RATES)
    assert many.customers == tuple(sorted(name for name, history in months.items() if history))
    found = []
    for place, name in enumerate(many.customers):
        one = POLICY.watch(months[name], as_of=TODAY, rates=RATES)
        assert one == many.watched(name)
        assert one.to_dict() == many.watched(name).to_dict()
        assert len(whys(one)) == np.count_nonzero(many.states[:, place])
        found += one.alerts
    ids = many.indicators
    order = sorted(
        found, key=lambda one: (-one.severity.code, one.customer, ids.index(one.indicator))
    )
    assert list(many) == order
    columns = many.to_columns()
    for place, alert in enumerate(order):
        assert columns["customer"][place] == alert.customer
        assert columns["indicator"][place] == alert.indicator
        assert columns["severity"][place] == alert.severity.value
        if isinstance(alert.value, int | float):
            assert columns["value"][place] == alert.value
    chance.shuffle(rows)
    again = POLICY.watch(ck.MonthlyFigures.of(rows), as_of=TODAY, rates=RATES)
    assert list(again) == order
    assert np.array_equal(again.states, many.states)
    for name in many.customers:
        chance.shuffle(months[name])
        assert POLICY.watch(months[name], as_of=TODAY, rates=RATES) == many.watched(name)


def naive(history: dict[int, dict[str, Any]], row: Any) -> Any:
    """One indicator by the words of its definition, in fractions; a code where it is not judged."""
    ratio = {"CNY": Fraction(1), "USD": Fraction("7.10")}

    def money(ago: int, name: str) -> Any:
        known = history.get(ago)
        if known is None or known[name] is None:
            return "watch.missing"
        if isinstance(known[name], str):
            return known[name]
        rate = ratio.get(known["currency"])
        return "watch.invalid" if rate is None else known[name] * rate

    def worst(*values: Any) -> str | None:
        bad = [value for value in values if isinstance(value, str) and value.startswith("watch")]
        return min(bad, default=None)  # invalid before missing

    def dso(ago: int) -> Any:
        rest, days = money(ago, "receivables"), Fraction(0)
        if worst(rest):
            return worst(rest)
        if ago and rest <= 0:
            return "watch.missing"
        for month in range(ago, ago + 12):
            if rest <= 0:
                break
            sold = money(month, "sales")
            if worst(sold):
                return worst(*(money(one, "sales") for one in range(ago, ago + 12)))
            length = (back(month) - back(month + 1)).days
            part = min(Fraction(1), rest / sold) if sold > 0 else Fraction(1)
            days, rest = days + part * length, rest - max(sold, 0)
        return days

    if row.figure == "utilisation":
        exposure, line = money(0, "exposure"), money(0, "line")
        line = "watch.missing" if line == "inherit" else line
        if worst(exposure, line):
            return worst(exposure, line)
        if line == "unlimited":
            return 0
        line = 0 if line == "none" else line
        return exposure / line if line > 0 else (inf if exposure > 0 else 0)
    if row.figure == "dso_rise":
        now = dso(0)
        before = [value for n in range(1, row.months + 1) if not isinstance(value := dso(n), str)]
        if isinstance(now, str):
            return now
        if len(before) < 2:
            return "watch.missing"
        mean = sum(before) / len(before)
        return "watch.undefined" if mean <= 0 else now / mean
    if row.figure == "grade_fall":
        grades = [
            history[ago]["grade"]
            for ago in range(row.months + 1)
            if ago in history and history[ago]["grade"]
        ]
        if "Z9" in grades[:2]:
            return "watch.invalid"
        if len(grades) < 2:
            return "watch.missing"
        if not history.get(0, {}).get("grade"):
            return 0  # a grade stands until there is another
        after, before = (STANDARD.grades.index(grade) for grade in grades[:2])
        return max(0, after - before)
    days = history.get(0, {}).get("oldest_overdue_days")
    return "watch.missing" if days is None else days


@given(HISTORY)
def test_against_a_naive_reading(history: dict[int, dict[str, Any]]) -> None:
    months = records({"C-1": history}).get("C-1", [])
    found = STANDARD.watch(months, as_of=TODAY, rates=RATES)
    alerts = {alert.indicator: alert for alert in found}
    for row in STANDARD.document.monitoring.indicators:
        expected = naive(history, row)
        if isinstance(expected, str):
            assert whys(found)[row.id] == expected
            assert row.id not in alerts
            continue
        assert row.id not in whys(found)
        bounds = [bound for bound in (row.warning, row.serious) if bound is not None]
        if row.figure == "dso_rise" and any(isclose(expected, b, rel_tol=1e-12) for b in bounds):
            continue  # a chain of float steps may fall on either side
        reached = sum(expected >= bound for bound in bounds)
        assert (alerts[row.id].severity.code + 1 if row.id in alerts else 0) == reached
        if row.id in alerts:
            value = alerts[row.id].value
            assert (
                expected == inf if value is UNDEFINED else isclose(value, expected, rel_tol=1e-12)
            )


# -------------------------------------------------------------------------------------- round trips


@given(BOOK)
def test_round_trips(book: dict[str, Any]) -> None:
    rows = [row for history in records(book).values() for row in history]
    for row in rows:
        plain = json.loads(json.dumps(row.to_dict()))
        assert ck.MonthFigures.from_dict(plain) == row
    months = ck.MonthlyFigures.of(rows)
    assert [months.row(place) for place in range(len(rows))] == rows
    again = ck.MonthlyFigures.from_dict(json.loads(json.dumps(months.to_dict())))
    assert [again.row(place) for place in range(len(rows))] == rows
    many = POLICY.watch(months, as_of=TODAY, rates=RATES)
    told = Alerts.from_dict(json.loads(json.dumps(many.to_dict())))
    assert list(told) == list(many) and told.to_dict() == many.to_dict()
    assert told.states.tolist() == many.states.tolist() and repr(told) == repr(many)
    assert str(told.to_columns()) == str(many.to_columns())
    for name in months.accounts:
        found = many.watched(name)
        assert Watched.from_dict(json.loads(json.dumps(found.to_dict()))) == found
        assert pickle.loads(pickle.dumps(found)) == found
        assert found.explain("zh")
        for alert in found:
            assert Alert.from_dict(json.loads(json.dumps(alert.to_dict()))) == alert


def test_tables_are_the_same_or_not() -> None:
    months = table()
    again = ck.MonthlyFigures.from_dict(json.loads(json.dumps(months.to_dict())))
    assert again.same_as(months)
    assert again.notes == months.notes
    assert not table(exposure=[1] * 6).same_as(months)
    assert not months.same_as(ck.MonthlyFigures.of([month()]))
    assert len(months.account("C-9")) == 0
    with pytest.raises(InvalidFact, match="schema"):
        ck.MonthlyFigures.from_dict({})
    with pytest.raises(InvalidFact, match="is not known"):
        ck.MonthlyFigures.from_dict({**months.to_dict(), "more": 1})
    empty = ck.MonthlyFigures.of([])
    assert ck.MonthlyFigures.from_dict(empty.to_dict()).same_as(empty)


def test_alerts_say_how_many() -> None:
    alerts = STANDARD.watch(ck.MonthlyFigures.of(worst_customer()), as_of=TODAY)
    assert alerts.severities() == {"warning": 2, "serious": 2}
    assert alerts.not_judged() == dict.fromkeys(("UTILISATION", "OVERDUE", "DSO", "GRADE_FALL"), 0)
    assert repr(alerts) == "<Alerts on 1 customers: 2 warning, 2 serious, 0 not judged>"
    assert alerts[-1] == alerts[3]
    told = Alerts.from_dict(alerts.to_dict())
    assert told[-1] == alerts[3]
    with pytest.raises(InvalidFact, match="read from a record"):
        told.watched("C-1")
    with pytest.raises(InvalidFact, match=r"alerts\.schema must be"):
        Alerts.from_dict({})
    for wrong in ({"as_of": "zz"}, {"alerts": None}, {"states": [["zz"]]}):
        with pytest.raises(InvalidFact):
            Alerts.from_dict({**alerts.to_dict(), **wrong})
    with pytest.raises(IndexError):
        alerts[4]
    assert Severity.WARNING < Severity.SERIOUS
    assert str(Severity.SERIOUS) == "serious"


def test_facts_digest_depends_on_facts_and_not_on_their_order() -> None:
    months = worst_customer()
    one = STANDARD.watch(months, as_of=TODAY)
    assert one.facts_digest == STANDARD.watch(months[::-1], as_of=TODAY).facts_digest
    assert one.facts_digest != STANDARD.watch(months[1:], as_of=TODAY).facts_digest
    assert one.facts_digest != STANDARD.watch(months, as_of=TODAY, rates=RATES).facts_digest
