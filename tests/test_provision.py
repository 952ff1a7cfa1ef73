"""The provision matrix and the movement of the allowance: printed examples, and laws."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger
from creditkit.money import LARGEST, Money, rounded
from creditkit.receivables.ageing import Ageing, ageing
from creditkit.receivables.allowance import (
    AllowanceMovement,
    AllowanceMovements,
    allowance_movement,
    allowance_movements,
    bad_debt_rate,
    recovery_rate,
)
from creditkit.receivables.buckets import CHINESE_YEARS, STANDARD, Buckets
from creditkit.receivables.provision import (
    Allowances,
    Provision,
    ProvisionMatrix,
    allowances,
    exact_rate,
    provision,
)
from tests.ledgers import RATES, TODAY, columns_of, records

FOUR = Buckets.up_to(30, 60, 90)


def cny(amount: Any) -> Money:
    return Money(amount, "CNY")


def aged_of(amounts: list[Any], buckets: Buckets = FOUR, account: str = "M") -> Ageing:
    """A book with these amounts in its buckets."""
    edges = [0, *buckets.edges]
    ledger = Ledger.from_columns(
        {
            "account": account,
            "currency": "CNY",
            "kind": ["invoice"] * len(amounts),
            "doc_date": "2020-01-01",
            "due_date": [TODAY - timedelta(edge) for edge in edges],
            "amount": amounts,
        }
    )
    return ageing(ledger, as_of=TODAY, buckets=buckets)


# -------------------------------------------------------------------------------------- from print


def test_example_12_of_ifrs_9() -> None:
    """IFRS 9 Illustrative Examples, Example 12, IE74-IE77: allowances and their sum of 580,000."""
    aged = aged_of([15_000_000, 7_500_000, 4_000_000, 2_500_000, 1_000_000])
    matrix = ProvisionMatrix.of(["0.3%", "1.6%", "3.6%", "6.6%", "10.6%"], buckets=FOUR)
    made = provision(aged, matrix)
    assert [row.allowance for row in made.rows] == [
        cny(minor) for minor in (45_000, 120_000, 144_000, 165_000, 106_000)
    ]
    assert made.total == cny(580_000) and made.gross == cny(30_000_000)


def test_a_second_matrix_as_printed() -> None:
    """faqifrs.com, "How to calculate ECL with provision matrix": its first four buckets."""
    aged = aged_of([15_000, 7_500, 4_000, 2_500, 0])
    matrix = ProvisionMatrix.of(["0.5%", "2.2%", "2.7%", "4.5%", 1], buckets=FOUR)
    made = provision(aged, matrix)
    # the last is printed as 112, without its half
    assert [str(row.allowance.amount) for row in made.rows[:4]] == [
        "75.00", "165.00", "108.00", "112.50",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("opening", "required", "charge"),
    [
        # two printed cases of 账龄分析法: a credit balance of 1,530 and a debit balance of 360
        (1530, 4970, 3440),
        (-360, 4970, 5330),
        # 600,000 aged over two years at 50 %, 120,000 provided: 180,000
        (120_000, 300_000, 180_000),
    ],
)
def test_the_charge_is_as_printed(opening: int, required: int, charge: int) -> None:
    made = allowance_movement(
        opening=cny(opening), required=cny(required), written_off=cny(0), recovered=cny(0)
    )
    assert made.charge == cny(charge) and made.release == cny(0)


def test_years_from_recognition() -> None:
    """600,000 aged over two years at 50 %: the house rates that are printed beside it."""
    buckets = Buckets(
        names=(*CHINESE_YEARS.names[:3], "over 3 years"),
        names_zh=(*CHINESE_YEARS.names_zh[:3], "3年以上"),
        edges=(1, 2, 3),
        unit="years",
        basis="invoice",
    )
    ledger = Ledger.from_columns(
        {"account": "M", "currency": "CNY", "kind": ["invoice"], "amount": [600_000],
         "doc_date": "2024-06-30", "due_date": "2024-09-30"}
    )  # fmt: skip
    matrix = ProvisionMatrix.of(["5%", "20%", "50%", "100%"], buckets=buckets)
    made = provision(ageing(ledger, as_of=TODAY, buckets=buckets), matrix)
    assert made.basis == "invoice" and made.total == cny(300_000)


# -------------------------------------------------------------------------------------------- laws

SHARES = st.fractions(0, 1, max_denominator=1000)
MATRICES = st.builds(
    lambda one, other, factor: ProvisionMatrix.of(
        {"*": one, "export": other}, factor={"export": factor}
    ),
    st.lists(SHARES, min_size=6, max_size=6),
    st.lists(SHARES, min_size=6, max_size=6),
    st.fractions(0, 3, max_denominator=10),
)
SEGMENTS = {"C-2": "export", "C-3": "export"}


@given(records(("CNY", "USD")), MATRICES, st.sampled_from([None, {"C-1": "0.5"}]))
def test_parts_add_up_and_one_equals_many(
    given_: Any, matrix: ProvisionMatrix, individual: dict[str, str] | None
) -> None:
    ledger = columns_of(Ledger.of(*given_))
    aged = ageing(ledger, as_of=TODAY, currency="CNY", rates=RATES)
    made = provision(aged, matrix, segments=SEGMENTS, individual=individual)
    table = allowances(aged, matrix, segments=SEGMENTS, individual=individual)
    assert exact(table.amounts("allowance")) == made.total_of_known.minor
    assert exact(table.amounts("gross")) == made.gross.minor
    assert made.left_out == int(np.count_nonzero(~aged.known))
    assert (made.total is None) == (made.left_out > 0)
    if aged.complete:
        assert made.gross + made.unapplied == aged.total
    for row in made.rows:  # each is its own rate times gross, rounded once
        product = row.gross.minor * row.rate
        assert row.allowance.minor == rounded(product.numerator, product.denominator, "half_even")
    for place, account in enumerate(aged.accounts):  # nobody is off by a minor unit or more
        if not aged.known[place]:
            assert table.row(place).allowance is None
            continue
        own = 0 * Fraction(1)
        for bucket, minor in enumerate(aged.amounts[place].tolist()):
            segment = matrix.of_segment(SEGMENTS.get(account, "*"))
            assert segment is not None
            rate = segment.applied[bucket]
            if individual and account in individual:
                rate = Fraction(individual[account])
            own += minor * rate
        given_part = table["allowance"].raw(place)
        assert abs(given_part - own) < (1 if individual and account in individual else 6)
    goes_and_comes(made)
    goes_and_comes(table)


def exact(column: Any) -> int:
    return sum(column.values[column.known].tolist())


def goes_and_comes(made: Any) -> None:
    back = type(made).from_dict(json.loads(json.dumps(made.to_dict())))
    assert back.same_as(made) if hasattr(made, "same_as") else back == made


@given(records(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(given_: Any, chance: Any) -> None:
    items, tied = given_
    matrix = ProvisionMatrix.of(["1%", "2%", "5%", "10%", "50%", 1])
    first = provision(ageing(Ledger.of(items, tied), as_of=TODAY, currency="CNY"), matrix)
    chance.shuffle(items)
    chance.shuffle(tied)
    second = provision(ageing(Ledger.of(items, tied), as_of=TODAY, currency="CNY"), matrix)
    assert first == second


def test_a_large_book_is_split_exactly() -> None:
    for amount in (10**15, LARGEST // 8):
        ledger = Ledger.from_columns(
            {"account": [f"C-{n}" for n in range(5)], "currency": "JPY", "kind": "invoice",
             "amount": [amount, amount - 1, amount - 7, 1, 2], "doc_date": "2026-01-01"}
        )  # fmt: skip
        aged = ageing(ledger, as_of=TODAY)
        matrix = ProvisionMatrix.of([0, 0, 0, 0, 0, "33.3333%"])
        made = provision(aged, matrix)
        parts = allowances(aged, matrix).amounts("allowance").values.tolist()
        assert sum(parts) == made.total_of_known.minor
        rate = Fraction("0.333333")
        for part, gross in zip(parts, aged.balance.tolist(), strict=True):
            assert abs(part - gross * rate) < 1


def test_the_outlook_multiplies_up_to_all_of_it() -> None:
    matrix = ProvisionMatrix.of(["1%", "5%", "60%"], buckets=Buckets.up_to(30), factor="1.5")
    (rates,) = matrix.segments
    assert rates.applied == (Fraction(3, 200), Fraction(3, 40), Fraction(9, 10))
    assert matrix.with_outlook(3).segments[0].applied[-1] == 1
    assert [one.code for one in matrix.with_outlook(3).assumptions] == [
        "assume.rates_given", "assume.forward_all",
    ]  # fmt: skip
    assert (
        matrix.with_outlook(1).assumptions
        == ProvisionMatrix.of(["1%", "5%", "60%"], buckets=Buckets.up_to(30)).assumptions
    )


def test_who_is_not_known_is_left_out_and_named() -> None:
    ledger = Ledger.from_columns(
        {"account": ["A", "B", "B"], "currency": "CNY", "kind": "invoice",
         "amount": [100, None, 50], "doc_date": "2026-01-01"}
    )  # fmt: skip
    matrix = ProvisionMatrix.of([0, 0, 0, 0, 0, "10%"])
    made = provision(ageing(ledger, as_of=TODAY), matrix)
    assert made.total is None and made.total_of_known == cny(10) and made.left_out == 1
    assert "What these accounts owe is not known, and they are in no sum: B." in str(made)
    assert "已知部分合计" in made.explain("zh") and "未知" in made.explain("zh")


def test_pages_say_what_is_assumed() -> None:
    ledger = Ledger.from_columns(
        {"account": ["A", "A", "B"], "currency": "CNY", "kind": ["invoice", "receipt", "invoice"],
         "amount": [100, -30, 50], "doc_date": "2026-01-01"}
    )  # fmt: skip
    matrix = ProvisionMatrix.of([0, 0, 0, 0, 0, "10%"], factor="1.2")
    aged = ageing(ledger, as_of=TODAY)
    made = provision(aged, matrix, individual={"B": "100%"})
    assert made.total == cny(62)
    assert str(made).split("\n")[-4:] == [
        "Assumptions",
        "- The loss rates are given, not worked out from a history.",
        "- Rates are multiplied by 120% for the outlook, up to 100%.",
        "- -30.00 CNY of credits and unapplied cash is in no bucket and reduces no provision.",
    ]
    assert "B        individual" in str(made) and "单项计提" in made.explain("zh")
    typo = provision(aged, matrix, individual={"b": "100%"})
    assert "individually and have no item here: b." in str(typo) and "单项计提" in typo.explain(
        "zh"
    )
    oldest = ageing(ledger, as_of=TODAY, unapplied="oldest_first")
    assert provision(oldest, matrix, individual={"B": "100%"}).total == cny("58.40")
    assert "Provision matrix" in str(matrix) and "坏账准备矩阵" in matrix.explain("zh")
    assert "<pre" in made.to_html("zh")


# ---------------------------------------------------------------------------------------- movement

MINOR = st.integers(0, 10**9)


@given(st.integers(-(10**9), 10**9), MINOR, MINOR, MINOR)
def test_opening_and_movement_give_closing(
    opening: int, required: int, written_off: int, recovered: int
) -> None:
    given_ = {
        "opening": Money.from_minor(opening, "CNY"),
        "required": Money.from_minor(required, "CNY"),
        "written_off": Money.from_minor(written_off, "CNY"),
        "recovered": Money.from_minor(recovered, "CNY"),
    }
    made = allowance_movement(**given_, name="A")
    charge, release = made.charge, made.release
    assert charge is not None and release is not None
    assert not (charge and release)
    assert given_["opening"] + charge - given_["written_off"] + given_["recovered"] - release == (
        made.closing
    )
    many = allowance_movements(
        ["A"], {name: [money] for name, money in given_.items()}, currency="CNY"
    )
    assert many.row(0) == made
    goes_and_comes(made)
    goes_and_comes(many)


@pytest.mark.parametrize("lacking", ["opening", "required", "written_off", "recovered"])
def test_what_is_not_known_is_not_zero(lacking: str) -> None:
    given_: dict[str, Any] = dict.fromkeys(
        ("opening", "required", "written_off", "recovered"), cny(5)
    )
    given_[lacking] = None
    made = allowance_movement(**given_)
    assert made.charge is None and made.release is None
    assert "not known" in str(made) and "未知" in made.explain("zh")
    many = allowance_movements(["A"], {n: [m] for n, m in given_.items()}, currency="CNY")
    assert many.row(0).charge is None and many.row(0).release is None


def test_sums_beyond_64_bits_are_not_known() -> None:
    most = str(Decimal(LARGEST) / 100)
    columns = {"opening": [f"-{most}"], "required": [most], "written_off": [0], "recovered": [0]}
    row = allowance_movements(["A"], columns, currency="CNY").row(0)
    assert row.charge is None and row.closing == cny(most)
    with pytest.raises(InvalidFact):
        allowance_movement(
            opening=cny(f"-{most}"), required=cny(most), written_off=cny(0), recovered=cny(0)
        )


def test_a_movement_that_does_not_add_up_is_refused() -> None:
    made = allowance_movement(opening=cny(5), required=cny(7), written_off=cny(0), recovered=cny(0))
    with pytest.raises(InvalidFact, match="must be opening"):
        AllowanceMovement.from_dict({**made.to_dict(), "closing": "8.00 CNY"})


def test_rates_of_bad_debt_and_recovery() -> None:
    assert bad_debt_rate(12_000, 2_400_000) == 0.005
    assert bad_debt_rate(12_000.0, 2_400_000.0, recovered=3_000.0) == 0.00375
    assert recovery_rate(3_000, 12_000) == 0.25
    found = bad_debt_rate(np.array([1, 2, 3]), np.array([100, 0, -5]))
    assert found[0] == 0.01 and np.isnan(found[1:]).all()
    assert np.isnan(recovery_rate(np.array([5.0]), np.array([0.0]))).all()


# --------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (0.016, "must be an exact share .got 0.016.; write '0.016' or '1.6%'"),
        ("1.6 percent", "must be an exact share"),
        ("101%", "must be from 0 to 1"),
        (Decimal("-0.1"), "must be from 0 to 1"),
        (Decimal("NaN"), "must be from 0 to 1"),
        (True, "must be an exact share"),
        (None, "must be an exact share"),
        (float("nan"), "must be an exact share"),
    ],
)
def test_a_rate_that_is_none_is_refused(wrong: Any, message: str) -> None:
    with pytest.raises(InvalidFact, match=message):
        exact_rate(wrong, "rates[0]")


def test_a_matrix_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InvalidFact, match="must be 6 rates, one for each bucket"):
        ProvisionMatrix.of([0, 1])
    with pytest.raises(InvalidFact, match="must be different segments"):
        ProvisionMatrix.of({})
    matrix = ProvisionMatrix.of({"home": [0] * 6})
    with pytest.raises(InvalidFact, match="is no segment; did you mean 'home'"):
        matrix.with_outlook({"hone": 2})
    ledger = Ledger.from_columns(
        {"account": ["A"], "currency": "CNY", "kind": "invoice", "amount": [1],
         "doc_date": "2026-01-01"}
    )  # fmt: skip
    aged = ageing(ledger, as_of=TODAY)
    with pytest.raises(InvalidFact, match=r"segments\['A'\] must be a segment of the matrix"):
        provision(aged, matrix)
    with pytest.raises(InvalidFact, match="did you mean 'home'"):
        provision(aged, matrix, segments={"A": "homes"})
    with pytest.raises(InvalidFact, match="must have the buckets of the matrix"):
        provision(aged_of([1, 1, 1, 1, 1]), ProvisionMatrix.of([0] * 6))
    with pytest.raises(InvalidFact, match=r"individual\['A'\] must be an exact share"):
        provision(aged, ProvisionMatrix.of([0] * 6), individual={"A": 0.5})
    assert matrix.of_segment("abroad") is None
    assert ProvisionMatrix.of([0] * 6, buckets=STANDARD).of_segment("abroad") is not None


def test_an_empty_book_needs_no_allowance() -> None:
    aged = ageing(Ledger.of([]), as_of=date(2026, 11, 21), currency="CNY")
    matrix = ProvisionMatrix.of([0] * 6)
    assert provision(aged, matrix).total == cny(0)
    assert len(allowances(aged, matrix)) == 0
    assert Provision.from_dict(provision(aged, matrix).to_dict()).total == cny(0)
    assert isinstance(allowances(aged, matrix), Allowances)
    assert AllowanceMovements.from_dict(
        allowance_movements([], dict.fromkeys(("opening", "required", "written_off", "recovered"),
                                              ()), currency="CNY").to_dict()
    ).same_as(AllowanceMovements.of([]))  # fmt: skip


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: allowance_movement(
                opening=5,
                required=cny(5),
                written_off=None,
                recovered=None,  # type: ignore[arg-type]
            ),
            "opening must be Money .got 5.; write Money",
        ),
        (
            lambda: allowance_movement(
                opening=None, required=None, written_off=None, recovered=None
            ),
            "must have one of them known, in one currency",
        ),
        (
            lambda: allowance_movement(
                opening=cny(5), required=Money(5, "USD"), written_off=None, recovered=None
            ),
            "in one currency .got .'CNY', 'USD'",
        ),
        (
            lambda: allowance_movements(["A"], {"opening": [5]}, currency="CNY"),
            "must have the columns",
        ),
        (
            lambda: allowance_movements(
                ["A"],
                {key: [1, 2] for key in ("opening", "required", "written_off", "recovered")},
                currency="CNY",
            ),
            "must have 1 rows in CNY",
        ),
    ],
)
def test_movements_that_cannot_be_told_are_refused(call: Any, message: str) -> None:
    with pytest.raises(InvalidFact, match=message):
        call()


def test_movements_print_with_their_names() -> None:
    moved = allowance_movements(
        ["export", "home"],
        {
            "opening": ["5", "7"],
            "required": ["9", None],
            "written_off": [0, 0],
            "recovered": [0, 0],
        },
        currency="CNY",
    )
    assert str(moved.row(0)).startswith("export  Movement of the allowance, CNY")
    assert "export" in str(moved) and "坏账准备变动表" in moved.explain("zh")
    assert "the charge is what is missing" in moved.to_html()
