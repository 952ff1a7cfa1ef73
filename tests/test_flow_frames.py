"""Frames of turnover, payment times, receipts, rolls, flow and provision: rows, money, what is not known."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

pytest.importorskip("narwhals.stable.v2")
pl = pytest.importorskip("polars")

from creditkit.frames import to_frame  # noqa: E402  (what is needed comes first)
from creditkit.receivables import (  # noqa: E402
    allowance,
    curves,
    dso_change,
    flow,
    habits,
    loss_history,
    payment_times,
    positions,
    provision,
    receipts,
    rolls,
    turnovers,
)
from tests import doors, entries  # noqa: E402

TODAY = entries.TODAY
BOOK = doors.BOOK
MADE: dict[str, tuple[Callable[[], Any], int, tuple[str, ...]]] = {
    # how it is made, its rows, its columns of money
    "turnovers": (lambda: turnovers.turnovers(BOOK, as_of=TODAY), 2, ("receivables", "overdue")),
    "payment times": (
        lambda: payment_times.payment_times(BOOK, as_of=TODAY),
        2,
        ("settled_amount",),
    ),
    "positions": (
        lambda: positions.positions(BOOK, as_of=TODAY),
        2,
        ("receivables", "overdue", "disputed"),
    ),
    "habits": (lambda: habits.habits(BOOK, as_of=TODAY), 2, ()),
    "curves": (lambda: curves.paying_curves(BOOK, as_of=TODAY), 1, ()),
    "receipts": (lambda: doors.RECEIPTS, 2, ("receivables", "later", "2026-11-28")),
    "change": (
        lambda: dso_change.dso_change(
            BOOK, earlier="2026-09-21", as_of="2026-09-25", period=1, history_from="2020-01-01"
        ),
        2,
        (),
    ),
    "roll": (lambda: doors.ROLL, 2, ("before", "paid", "after")),
    "roll rates": (lambda: flow.roll_rates(BOOK, as_of=TODAY, months=2), 36, ()),
    "losses": (lambda: loss_history.loss_history(BOOK, **doors.COHORT), 6, ()),
    "provision": (lambda: provision.provision(doors.AGED, doors.MATRIX), 6, ("gross", "allowance")),
    "allowances": (lambda: provision.allowances(doors.AGED, doors.MATRIX), 2, ("allowance",)),
    "movements": (
        lambda: allowance.AllowanceMovements.from_columns(
            doors.TABLES[allowance.AllowanceMovements]
        ),
        3,
        ("opening", "charge"),
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_a_result_is_a_frame(name: str) -> None:
    make, rows, money = MADE[name]
    result = make()
    frame = to_frame(result, like="polars")
    assert frame.height == rows
    for column in money:
        assert frame[column].dtype == pl.Decimal(38, 2)
    if hasattr(result, "to_columns"):
        for column in money:
            minor = result.to_columns()[column]
            assert frame[column].to_list() == [Decimal(int(one)).scaleb(-2) for one in minor]


def test_what_is_not_known_is_null() -> None:
    unknown = turnovers.turnovers(BOOK, as_of=TODAY, history_from="2026-11-20")
    frame = to_frame(unknown, like="polars")
    assert frame["sales"].null_count() == frame["dso"].null_count() == 2
    none = receipts.expected_receipts(BOOK, as_of=TODAY, currency="USD")
    assert to_frame(none, like="polars")["receivables"].null_count() == 2
    with pytest.raises(Exception, match="to_frame must be a result in columns"):
        to_frame(doors.CURVE, like="polars")


def test_rolls_beyond_64_bits_are_null() -> None:
    roll = rolls.AgeingRoll.from_dict(doors.ROLL.to_dict())
    assert to_frame(roll, like="polars").equals(to_frame(doors.ROLL, like="polars"))
