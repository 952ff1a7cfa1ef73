"""Slips of scale: a bound that a figure never reaches, or a percent that is written for a share, is told."""

from __future__ import annotations

from typing import Any

import pytest

import creditkit as ck
from creditkit.policy.standard import STANDARD

UTILISATION = 'warning = "0.90", serious = "1"'
SHARE = "overdue <= 0.40 * receivables"
ON_TIME = '{ min = "0.60", points = 100 }'
OLD_DEBT = "oldest_overdue_days <= 60"


@pytest.mark.parametrize(
    ("written", "slip", "code", "path", "witness"),
    [
        (
            UTILISATION,
            'warning = "90"',
            "scale.share",
            "monitoring.indicators[0].warning",
            {"utilisation": 10.0},
        ),
        (
            SHARE,
            "overdue <= 40 * receivables",
            "scale.times",
            "checks.rows[3].require",
            {"receivables": 1, "overdue": 40},
        ),
        (
            ON_TIME,
            '{ min = "60", points = 100 }',
            "scale.never",
            "scorecards[0].factors[7].bins[0]",
            {"on_time_share": 1},
        ),
        (
            '{ min = "0.10", points = 40 }',
            '{ min = "0", points = 40 }',
            "scale.always",
            "scorecards[0].factors[7].bins[2]",
            {"on_time_share": 0},
        ),
        (
            OLD_DEBT,
            "oldest_overdue_days <= -1",
            "scale.never",
            "assessment.knock_out[2].require",
            {"oldest_overdue_days": 0},
        ),
        (
            OLD_DEBT,
            "0 <= oldest_overdue_days",
            "scale.always",
            "assessment.knock_out[2].require",
            {"oldest_overdue_days": 0},
        ),
        (
            OLD_DEBT,
            "on_time_share < 0",
            "scale.never",
            "assessment.knock_out[2].require",
            {"on_time_share": 0},
        ),
    ],
)
def test_a_slip_of_scale_loads_with_a_warning_and_a_witness(
    written: str, slip: str, code: str, path: str, witness: dict[str, Any]
) -> None:
    policy = ck.Policy.from_toml(STANDARD.replace(written, slip, 1))
    found = [one for one in policy.warnings if one.code.startswith("scale.")]
    assert (found[0].code, found[0].path, found[0].witness) == (code, path, witness)
    assert found[0].severity == "warning"
    for language in ("en", "zh"):
        assert "{" not in found[0].message(language)


def test_a_witness_shows_what_the_row_does() -> None:
    """Under the witness of a condition that nothing passes, the knock-out fires."""
    policy = ck.Policy.from_toml(STANDARD.replace(OLD_DEBT, "oldest_overdue_days <= -1"))
    (finding,) = policy.warnings
    assert finding.witness is not None
    decision = policy.decide_figures(dict(finding.witness), as_of="2026-11-21")
    assert "knock_out.fired:OLD_DEBT" in [reason.key for reason in decision.reasons]


@pytest.mark.parametrize("bound", ["0", "0.0001", "0.60", "1"])
def test_a_bound_within_what_a_figure_can_be_says_nothing(bound: str) -> None:
    least = f"on_time_share >= {bound}"
    warnings = ck.Policy.from_toml(STANDARD.replace(OLD_DEBT, least)).warnings
    assert [one.code for one in warnings] == (["scale.always"] if bound == "0" else [])


def test_warnings_cannot_be_overlooked() -> None:
    slip = STANDARD.replace(UTILISATION, 'warning = "90", serious = "100"')
    assert repr(ck.Policy.from_toml(slip)).endswith(", 2 warnings>")
    assert "warning" not in repr(ck.Policy.standard())
    with pytest.raises(ck.InvalidPolicy) as caught:
        ck.Policy.from_toml(slip, strict=True)
    assert [one.code for one in caught.value.findings] == ["scale.share"] * 2
    data = ck.Policy.from_toml(slip).to_dict()
    with pytest.raises(ck.InvalidPolicy):
        ck.Policy.from_dict(data, strict=True)
    assert ck.Policy.from_toml(STANDARD, strict=True) == ck.Policy.standard()
    with pytest.raises(ck.InvalidFact, match="strict must be of the type bool"):
        ck.Policy.from_toml(STANDARD, strict=1)  # type: ignore[arg-type]
