"""The least limit, and review cycles by grade and by what is owed: by hand, one customer and columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import creditkit as ck
from creditkit.policy.standard import STANDARD

TODAY = date(2026, 11, 21)
GOOD: dict[str, Any] = {
    "insolvency": False,
    "blocked": False,
    "years_in_business": 12,
    "settled_count": 20,
    "oldest_overdue_days": 0,
    "z2": 3.0,
    "statement_age_months": 6,
}


def least(amount: str) -> ck.Policy:
    text = STANDARD.replace('combine = "lowest"', f'combine = "lowest"\nleast = "{amount}"')
    return ck.Policy.from_toml(text)


def decided(policy: ck.Policy, score: float = 750.0, **more: Any) -> ck.Decision:
    figures = {**GOOD, "score": score, "credit_sales_12m": 320_000_000, **more}
    return policy.decide_figures(figures, as_of=TODAY, customer="C-1")


def keys(decision: ck.Decision) -> list[str]:
    return [reason.key for reason in decision.reasons]


# ------------------------------------------------------------------------------ the least limit


@pytest.mark.parametrize(
    ("amount", "limit", "binding"),
    [
        ("480000", "480000", "share_of_credit_sales"),  # equal to it is enough
        ("480000.01", "0", "least"),
        ("1", "480000", "share_of_credit_sales"),
        ("0", "480000", "share_of_credit_sales"),
    ],
)
def test_below_the_least_limit_there_is_none(amount: str, limit: str, binding: str) -> None:
    decision = decided(least(amount))
    assert (decision.limit, decision.binding) == (ck.Money(limit, "CNY"), binding)
    none_given = binding == "least"
    assert ("limit.least" in keys(decision)) == none_given == ("limit.zero" in keys(decision))
    assert (decision.limit_steps[-1].name == "least") == none_given
    if none_given:
        assert "480,000.00 CNY is below 480,000.01 CNY" in decision.explain()
        assert "低于最低授信额度 480,000.01 CNY" in decision.explain("zh")


def test_a_limit_that_is_zero_already_is_not_below_the_least() -> None:
    decision = decided(least("50000"), credit_sales_12m=0)
    assert "limit.least" not in keys(decision)
    assert "limit.zero" in keys(decision)


def test_what_the_information_supports_must_reach_the_least_too() -> None:
    """Without settled invoices the limit stops at 50,000, which is below 60,000."""
    decision = decided(least("60000"), settled_count=0)
    assert decision.limit == ck.Money("0", "CNY")
    assert {"limit.information", "limit.least", "limit.zero"} <= {*keys(decision)}


def test_a_least_limit_leaves_no_credit_and_no_end_alone() -> None:
    rejected = decided(least("60000"), score=350.0)
    assert rejected.limit is ck.Line.NONE
    text = STANDARD.replace('limit_share = "0.20", cap = "20000000"', 'limit = "unlimited"')
    endless = ck.Policy.from_toml(
        text.replace('combine = "lowest"', 'combine = "lowest"\nleast = "60000"')
    )
    assert decided(endless, score=820.0).limit is ck.Line.UNLIMITED


def test_a_least_limit_above_the_cap_is_refused() -> None:
    with pytest.raises(ck.InvalidPolicy, match=r"limit\.least .*must be at most 20000000, the cap"):
        least("20000001")
    assert least("20000000").document.limit.least == 2_000_000_000


BELOW_IT: Any = [
    ({"limit": {"floor": "90"}}, "limit.floor", {"credit_sales_12m": 1}),
    ({"limit": {"floor": "90", "round": "ceil:100"}}, None, None),  # is raised to 100
    ({"limit": {"floor": "100"}}, None, None),
    ({"cap": "99.99"}, "grades.rows[1].cap", {"grade": "B"}),
    ({"cap": "100"}, None, None),
    ({"cap": "0"}, None, None),  # means to give none
    ({"cap": "5", "limit_of_grade": "none"}, None, None),
    ({"up_to": "99"}, "assessment.required_information[0].up_to", {"requested_limit": 99}),
    ({"up_to": "99", "on_missing": "warn"}, None, None),  # the limit stands
    ({"up_to": "100"}, None, None),
]


@pytest.mark.parametrize(("changes", "path", "witness"), BELOW_IT)
def test_what_lies_below_the_least_limit_for_ever_is_a_warning(
    changes: dict[str, Any], path: str | None, witness: Any
) -> None:
    grade = {"id": "B", "min": 0, "limit_share": "0.20", "terms": "net30"}
    grade |= {"cap": changes["cap"]} if "cap" in changes else {}
    grade |= {"limit": changes["limit_of_grade"]} if "limit_of_grade" in changes else {}
    best = {**grade, "id": "A", "min": 50, "limit_share": "0.30", "cap": "1000"}
    best.pop("limit", None)
    grade.setdefault("cap", "1000")
    asked = [{"up_to": changes.get("up_to"), "needs": []}, {"needs": ["z2 >= 1"]}]
    factor = {
        "figure": "years_trading",
        "weight": "1",
        "bins": [{"min": 5, "points": 9}, {"points": 0}],
    }
    policy = ck.Policy.from_dict(
        {
            "schema": "creditkit.policy/1", "id": "h", "version": "1", "currency": "CNY",
            "on_missing": changes.get("on_missing", "refer"),
            "scorecards": [{"id": "a", "range": [0, 100], "factors": [factor]}],
            "assessment": {
                "models": [{"use": "scorecard:a"}],
                **({"required_information": asked} if "up_to" in changes else {}),
            },
            "grades": {"domain": [0, 100], "rows": [best, grade]},
            "limit": {
                "methods": [{"use": "share_of_credit_sales"}], "least": "100",
                **changes.get("limit", {}),
            },
            "checks": {"rows": [{"id": "N", "require": "order <= 5", "on_fail": "hold"}]},
        }
    )  # fmt: skip
    found = [one for one in policy.warnings if one.code == "dead.limit"]
    assert [one.path for one in found] == ([] if path is None else [path])
    for one in found:
        assert one.witness == witness
        assert "is below the least limit of 100" in one.message()
        assert "低于最低授信额度 100" in one.message("zh")


# ------------------------------------------------------------------------------ reviews


def reviews(rows: str) -> ck.Policy:
    text = STANDARD.replace('rows = [{ exposure_above = "5000000", months = 3 }]', f"rows = {rows}")
    return ck.Policy.from_toml(text)


@pytest.mark.parametrize(
    ("rows", "score", "owed", "months"),
    [
        ("[]", 750.0, 900_000_000, 6),  # the grade's own cycle
        ('[{ exposure_above = "5000000", months = 3 }]', 750.0, 500_000_000, 6),  # not above
        ('[{ exposure_above = "5000000", months = 3 }]', 750.0, 500_000_001, 3),
        ('[{ grades = ["AA"], months = 2 }]', 750.0, 0, 2),
        ('[{ grades = ["AAA", "A"], months = 2 }]', 750.0, 0, 6),
        ('[{ grades = ["AA"], exposure_above = "1", months = 2 }]', 750.0, 0, 6),
        ('[{ grades = ["AA"], exposure_above = "1", months = 2 }]', 750.0, 101, 2),
        ('[{ grades = ["AA"], months = 4 }, { exposure_above = "1", months = 5 }]', 750.0, 101, 4),
        ('[{ grades = ["AA"], months = 9 }, { grades = ["B"], months = 1 }]', 750.0, 0, 6),
        (
            '[{ grades = ["AA"], exposure_above = "400000", months = 2 }]',
            750.0,
            None,
            2,
        ),  # the limit
    ],
)
def test_the_shortest_cycle_that_applies(
    rows: str, score: float, owed: int | None, months: int
) -> None:
    decision = decided(reviews(rows), score, receivables=owed)
    assert decision.grade == "AA"
    assert decision.next_review == date(2026 + (10 + months) // 12, (10 + months) % 12 + 1, 21)


@pytest.mark.parametrize(
    ("score", "limit", "months"),
    [
        (820.0, ck.Line.UNLIMITED, 2),  # has no end
        (750.0, None, 2),  # is not known
        (350.0, ck.Line.NONE, 3),  # nothing is given: the grade's own cycle
    ],
)
def test_an_amount_that_is_not_known_is_not_little(
    score: float, limit: ck.LineAmount | None, months: int
) -> None:
    text = STANDARD.replace(
        'limit_share = "0.20", cap = "20000000"', 'limit = "unlimited"'
    ).replace('exposure_above = "5000000", months = 3', 'exposure_above = "5000000", months = 2')
    policy = ck.Policy.from_toml(text)
    figures = {**GOOD, "score": score, "years_trading": 3}
    decision = policy.decide_figures(figures, as_of=TODAY)
    assert decision.limit == limit
    assert decision.next_review == date(2027, months - 1, 21)


def test_rows_for_grades_are_not_for_who_has_none() -> None:
    policy = reviews('[{ grades = ["D"], months = 1 }]')
    nobody = policy.decide(ck.Customer(id="C-1", currency="CNY"), as_of=TODAY)
    assert nobody.grade is None
    assert nobody.next_review == date(2027, 2, 21)  # the last grade's cycle


def test_the_old_place_still_counts_and_says_where_rows_stand_now() -> None:
    row = '{ exposure_above = "5000000", months = 3 }'
    old = ck.Policy.from_toml(
        STANDARD.replace(f"rows = [{row}]", "rows = []").replace(
            "[monitoring]", f"[monitoring]\nreviews = [{row}]"
        )
    )
    assert [(one.code, one.path) for one in old.warnings] == [("old.key", "monitoring.reviews")]
    assert "reviews.rows" in old.warnings[0].message()
    for owed in (500_000_000, 500_000_001):
        now = decided(ck.Policy.standard(), receivables=owed).next_review
        assert decided(old, receivables=owed).next_review == now


@pytest.mark.parametrize(
    ("rows", "code", "path"),
    [
        ("[{ months = 3 }]", "form.missing", "reviews.rows[0].grades"),
        ('[{ grades = ["AB"], months = 3 }]', "name.unknown", "reviews.rows[0].grades[0]"),
        ('[{ exposure_above = "1" }]', "form.missing", "reviews.rows[0].months"),
        ('[{ exposure = "1", months = 3 }]', "form.unknown_key", "reviews.rows[0].exposure"),
    ],
)
def test_a_row_that_is_for_nobody_is_refused(rows: str, code: str, path: str) -> None:
    with pytest.raises(ck.InvalidPolicy) as caught:
        reviews(rows)
    assert (code, path) in [(one.code, one.path) for one in caught.value.findings]


def test_a_row_that_shortens_nobodys_cycle_is_warned_of() -> None:
    (warning,) = reviews('[{ grades = ["A", "B"], months = 3 }]').warnings
    assert (warning.code, warning.path) == ("dead.row", "reviews.rows[0]")
    assert reviews('[{ grades = ["AA", "B"], months = 3 }]').warnings == ()


@pytest.mark.parametrize(
    ("rows", "dead"),
    [
        # identical: the second does nothing
        ('{ grades = ["AA"], months = 3 }, { grades = ["AA"], months = 3 }', [1]),
        ('{ exposure_above = "5", months = 3 }, { exposure_above = "5", months = 3 }', [1]),
        # a broader one that is as short, wherever it stands
        ('{ grades = ["AA"], months = 3 }, { exposure_above = "0", months = 3 }', []),
        ('{ grades = ["AA"], exposure_above = "5", months = 3 }, { grades = ["AA"], months = 3 }', [0]),
        ('{ exposure_above = "5", months = 3 }, { exposure_above = "9", months = 3 }', [1]),
        ('{ exposure_above = "5", months = 3 }, { exposure_above = "9", months = 2 }', []),
        ('{ grades = ["AA", "A"], months = 2 }, '
         '{ grades = ["A", "AA"], exposure_above = "9", months = 3 }', [1]),
        # two rows, and the grade's own cycle, that cover it together
        ('{ grades = ["AAA"], months = 2 }, { grades = ["AA"], months = 2 }, '
         '{ grades = ["AAA", "AA", "B"], months = 3 }', [2]),
        # for all grades, and whoever has none
        ('{ grades = ["AAA", "AA", "A", "B", "D"], months = 1 }, { exposure_above = "5", months = 2 }', []),
        ('{ grades = ["AAA", "AA", "A", "B", "D"], months = 1 }, { exposure_above = "5", months = 1 }', []),
        ('{ exposure_above = "0", months = 2 }, { grades = ["AA"], exposure_above = "0", months = 2 }', [1]),
    ],
)  # fmt: skip
def test_a_row_that_others_leave_nothing_to_is_warned_of(rows: str, dead: list[int]) -> None:
    policy = reviews(f"[{rows}]")
    assert [one.path for one in policy.warnings] == [f"reviews.rows[{index}]" for index in dead]
    assert {one.code for one in policy.warnings} <= {"dead.row"}
    # proof: without them every customer is reviewed on the same day
    if dead:
        data = policy.to_dict()
        data["reviews"]["rows"] = [
            row for index, row in enumerate(data["reviews"]["rows"]) if index not in dead
        ]
        without = ck.Policy.from_dict(data)
        for score in (500.0, 610.0, 690.0, 750.0, 840.0):
            for owed in (None, 0, 500, 501, 900, 901):
                one, other = (decided(each, score, receivables=owed) for each in (policy, without))
                assert one.next_review == other.next_review


def test_a_row_in_the_old_place_is_held_against_the_new_ones() -> None:
    data = ck.Policy.standard().to_dict()
    data["monitoring"]["reviews"] = data["reviews"]["rows"]
    found = [(one.code, one.path) for one in ck.Policy.from_dict(data).warnings]
    assert found == [("old.key", "monitoring.reviews"), ("dead.row", "monitoring.reviews[0]")]
