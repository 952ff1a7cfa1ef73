"""Altman's scores against print, and the laws that they keep."""

from __future__ import annotations

import math
import pickle
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from creditkit._columns import Cells, State
from creditkit.errors import InvalidFact
from creditkit.facts.statements import LINES, Statement, Statements
from creditkit.figures import UNDEFINED
from creditkit.models.altman import (
    BOND_RATINGS,
    EM_1995,
    Z1_1983,
    Z2_1995,
    Z_1968,
    bond_rating,
    em_1995,
    z_1968,
)
from creditkit.models.contract import FormulaModel, Scores
from creditkit.testing import check_model

MODELS = [
    *(Z_1968, z_1968(x5="1.0"), Z1_1983, Z2_1995, EM_1995, em_1995(distress="4.15")),
]
by_id = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)

# ------------------------------------------------------------------------------------ golden cases

REF_CO = {  # CON: constructed for the formula book, all in one unit
    "current_assets": 400,
    "current_liabilities": 200,
    "total_assets": 1000,
    "total_liabilities": 450,
    "retained_earnings": 250,
    "ebit": 120,
    "revenue": 1500,
    "equity": 550,
    "market_value_equity": 900,
}
EXERCISE = {  # ratios 0.10, 0.20, 0.13, 0.65, 0.95
    "current_assets": 0.10,
    "current_liabilities": 0,
    "total_assets": 1,
    "retained_earnings": 0.20,
    "ebit": 0.13,
    "market_value_equity": 0.65,
    "total_liabilities": 1,
    "revenue": 0.95,
}
FORMIAX = {  # an arithmetic test only: working capital above total assets
    "current_assets": 4_200_000,
    "current_liabilities": 0,
    "total_assets": 3_500_000,
    "retained_earnings": 800_000,
    "ebit": 6_500_000,
    "market_value_equity": 7_000_000,
    "total_liabilities": 5_000_000,
    "revenue": 8_300_000,
}

GOLDEN = [
    # tag, source, model, lines, value, digits that are printed (None: all), zone
    ("PUB", "formiax.com, k = 0.999", Z_1968, FORMIAX, 11.097, 3, "safe"),
    ("REC", "formiax.com, recomputed", Z_1968, FORMIAX, 11.097628571428572, None, "safe"),
    ("PUB-in", "onlinehomeworkexperts.com, k = 1.0", z_1968(x5=1), EXERCISE, 2.169, None, "grey"),
    ("PUB-in", "onlinehomeworkexperts.com, k = 0.999", Z_1968, EXERCISE, 2.16805, None, "grey"),
    ("CON", "RefCo, k = 1.0", z_1968(x5="1"), REF_CO, 3.686, None, "safe"),
    ("CON", "RefCo, k = 0.999", Z_1968, REF_CO, 3.6845, None, "safe"),
    ("CON", "RefCo", Z1_1983, REF_CO, 2.738323333333333, None, "grey"),
    ("CON", "RefCo", Z2_1995, REF_CO, 4.216733333333333, None, "safe"),
    ("CON", "RefCo", EM_1995, REF_CO, 7.466733333333334, None, "safe"),
]


@pytest.mark.parametrize(
    ("model", "lines", "value", "digits", "zone"),
    [pytest.param(*case[2:], id=f"{case[0]} {case[2].id} {case[1]}") for case in GOLDEN],
)
def test_golden(
    model: FormulaModel, lines: dict[str, float], value: float, digits: int | None, zone: str
) -> None:
    score = model.score(lines)
    assert score.value is not None
    if digits is None:
        assert score.value == pytest.approx(value, rel=1e-14)
    else:
        assert math.trunc(score.value * 10**digits) / 10**digits == value  # the source cuts off
    assert (score.zone, score.status, score.model) == (zone, "computed", model.id)


def test_em_is_z2_with_a_constant() -> None:
    z, em = Z2_1995.score(REF_CO), EM_1995.score(REF_CO)
    assert [part.name for part in em.parts] == ["constant", "x1", "x2", "x3", "x4"]
    assert em.parts[0].value == 3.25
    assert em.parts[1:] == z.parts
    assert em.value == pytest.approx(z.value + 3.25, rel=1e-15)
    assert bond_rating(em.value) == "AA"


# PUB: Altman, Hartzell, Peck 1995; Altman 2005, table 2
TABLE = """
8.15 AAA, 7.60 AA+, 7.30 AA, 7.00 AA-, 6.85 A+, 6.65 A, 6.40 A-, 6.25 BBB+, 5.85 BBB, 5.65 BBB-,
5.25 BB+, 4.95 BB, 4.75 BB-, 4.50 B+, 4.15 B, 3.75 B-, 3.20 CCC+, 2.50 CCC, 1.75 CCC-
"""


def test_bond_ratings_are_those_printed() -> None:
    printed = [cell.split() for cell in TABLE.replace("\n", " ").split(",")]
    table = [(name, float(floor)) for floor, name in printed]
    assert [*table, ("D", -math.inf)] == list(BOND_RATINGS)


@pytest.mark.parametrize(("name", "floor"), BOND_RATINGS[:-1])
def test_bond_ratings_start_at_their_floor(name: str, floor: float) -> None:
    below = BOND_RATINGS[[rating for rating, _ in BOND_RATINGS].index(name) + 1][0]
    assert bond_rating(floor) == name
    assert bond_rating(math.nextafter(floor, -math.inf)) == below


@given(st.lists(st.floats() | st.sampled_from([f for _, f in BOND_RATINGS]), max_size=30))
def test_bond_rating_of_one_equals_that_of_many(scores: list[float]) -> None:
    codes = bond_rating(np.array(scores, dtype=np.float64))
    assert [codes.item(row) for row in range(len(codes))] == [bond_rating(em) for em in scores]


def test_bond_rating_of_what_is_not_known() -> None:
    assert bond_rating(None) is None
    assert bond_rating(math.nan) is None
    assert bond_rating(-1e300) == "D"


# ------------------------------------------------------------------------------ names and variants


def test_ids_name_the_variant() -> None:
    assert [model.id for model in MODELS] == [
        "altman.z_1968",
        "altman.z_1968(x5=1.0)",
        "altman.z1_1983",
        "altman.z2_1995",
        "altman.em_1995",
        "altman.em_1995(distress=4.15)",
    ]
    assert z_1968(x5=0.999) == z_1968(x5="0.9990") == Z_1968
    assert z_1968(x5=1).id == z_1968(x5="1.00").id
    assert em_1995(distress=4.35) == EM_1995


@by_id
def test_models_are_data(model: FormulaModel) -> None:
    assert set(model.needs) <= set(LINES)
    assert model.en
    assert model.zh
    assert "Altman" in model.source
    assert pickle.loads(pickle.dumps(model)) == model
    assert hash(model) == hash(pickle.loads(pickle.dumps(model)))


@pytest.mark.parametrize("bad", ["a lot", None, 0, -1, math.nan, math.inf])
def test_a_coefficient_is_a_number_above_zero(bad: object) -> None:
    with pytest.raises(InvalidFact, match=r"altman\.z_1968\.x5 must be a number above 0"):
        z_1968(x5=bad)  # type: ignore[arg-type]
    with pytest.raises(InvalidFact, match=r"altman\.em_1995\.distress must be"):
        em_1995(distress=bad)  # type: ignore[arg-type]
    with pytest.raises(InvalidFact, match=r"must not be above 5\.85"):
        em_1995(distress="5.86")


CUTOFFS = [
    (Z_1968, 1.81, 2.99),
    (Z1_1983, 1.23, 2.90),
    (Z2_1995, 1.10, 2.60),
    (EM_1995, 4.35, 5.85),
    (em_1995(distress="4.15"), 4.15, 5.85),
]


@pytest.mark.parametrize(("model", "distress", "safe"), CUTOFFS)
def test_zones_and_their_cautious_edges(model: FormulaModel, distress: float, safe: float) -> None:
    around = {
        math.nextafter(distress, -math.inf): "distress",
        distress: "grey",
        safe: "grey",
        math.nextafter(safe, math.inf): "safe",
    }
    for value, zone in around.items():
        assert model.cutoffs.zone(value) == zone
    codes = model.cutoffs.zones(np.array([*around, math.nan]))
    names = [*(model.cutoffs.NAMES[code] for code in codes[:-1])]
    assert names == list(around.values())
    assert codes[-1] == -1


# ----------------------------------------------------------------------- what cannot be computed


@by_id
def test_a_missing_line_is_named(model: FormulaModel) -> None:
    for name in model.needs:
        for absent in ({**REF_CO, name: None}, {**REF_CO, name: math.nan}, without(name)):
            score = model.score(absent)
            assert (score.value, score.status, score.zone) == (None, "not_computable", None)
            assert score.missing == (name,)
            assert score.undefined == score.parts == ()


def without(name: str) -> dict[str, float]:
    return {key: value for key, value in REF_CO.items() if key != name}


@by_id
@pytest.mark.parametrize("name", ["total_assets", "total_liabilities"])
@pytest.mark.parametrize("value", [0, -0.0, -5.0, UNDEFINED])
def test_a_denominator_that_is_not_positive(model: FormulaModel, name: str, value: float) -> None:
    score = model.score({**REF_CO, name: value})
    assert (score.value, score.missing, score.undefined) == (None, (), (name,))
    both = model.score({**REF_CO, name: value, "ebit": None})
    assert (both.missing, both.undefined) == (("ebit",), (name,))


@by_id
def test_beyond_what_a_float_holds(model: FormulaModel) -> None:
    score = model.score({**REF_CO, "ebit": 1e308, "total_assets": 1e-10})
    assert (score.value, score.undefined) == (None, ("total_assets", "total_liabilities"))
    for huge in (10**400, -(10**400)):
        assert model.score({**REF_CO, "ebit": huge}).value is None


@by_id
@pytest.mark.parametrize("value", ["120", True, [1]])
def test_a_line_that_is_no_number(model: FormulaModel, value: object) -> None:
    with pytest.raises(InvalidFact, match=r"\.ebit must be a number"):
        model.score({**REF_CO, "ebit": value})


def test_lines_as_decimals_and_numpy_numbers() -> None:
    for kind in (Decimal, np.float64, np.int64):
        score = Z2_1995.score({name: kind(value) for name, value in REF_CO.items()})
        assert score == Z2_1995.score(REF_CO)
        assert type(score.value) is float


def test_negative_equity_is_computed_with_and_flagged() -> None:
    insolvent = {**REF_CO, "equity": -50, "total_liabilities": 1050}
    for model in (Z1_1983, Z2_1995, EM_1995):
        score = model.score(insolvent)
        assert score.flags == ("negative:equity",)
        assert score.value is not None
        assert score.value < (model.score(REF_CO).value or 0)
        assert model.score(REF_CO).flags == ()
    odd = Z_1968.score({**REF_CO, "market_value_equity": -1})
    assert odd.flags == ("negative:market_value_equity",)


# -------------------------------------------------------------------------------------------- laws


@by_id
def test_the_contract(model: FormulaModel) -> None:
    check_model(model)


whole = st.integers(-(10**9), 10**9).map(float)
above_zero = st.integers(1, 10**9).map(float)
odd_values = st.sampled_from([None, 0.0, -1.0, 1e300, -1e300, 5e-324, 1e-300])
lines = st.fixed_dictionaries(
    {
        **dict.fromkeys(REF_CO, whole | odd_values),
        "total_assets": above_zero | odd_values,
        "total_liabilities": above_zero | odd_values,
    }
)


@by_id
@given(st.lists(lines, max_size=12))
def test_one_equals_many(model: FormulaModel, rows: list[dict[str, float | None]]) -> None:
    statements = [Statement(currency="CNY", period_end="2025-12-31", **row) for row in rows]
    many = model.scores(Statements.of(statements))
    assert len(many) == len(rows)
    for row, statement in enumerate(statements):
        one = model.score(statement)
        assert many[row] == one == model.score(rows[row])
        assert repr(one.value) == repr(None if many.status[row] else float(many.values[row]))
        status = Scores.MISSING if one.missing else Scores.UNDEFINED if one.undefined else 0
        assert many.status[row] == status
        zone = many.zones[row]
        assert one.zone == (many.zone_names[zone] if zone >= 0 else None)


@by_id
@given(
    st.fixed_dictionaries(
        {
            **dict.fromkeys(REF_CO, whole),
            "total_assets": above_zero,
            "total_liabilities": above_zero,
        }
    ),
    st.integers(-200, 200),
)
def test_the_unit_does_not_matter(
    model: FormulaModel, company: dict[str, float], power: int
) -> None:
    scaled = {name: math.ldexp(value, power) for name, value in company.items()}
    assert model.score(scaled) == model.score(company)


@pytest.mark.parametrize("model", [Z1_1983, Z2_1995, EM_1995], ids=lambda model: model.id)
@given(
    total_assets=st.integers(1, 10**9),
    first=st.integers(-(10**9), 10**9),
    second=st.integers(-(10**9), 10**9),
)
def test_less_equity_never_helps(
    model: FormulaModel, total_assets: int, first: int, second: int
) -> None:
    more, less = max(first, second), min(first, second)
    assume(total_assets - more > 0)
    scores = [
        model.score(
            {
                **REF_CO,
                "total_assets": total_assets,
                "equity": equity,
                "total_liabilities": total_assets - equity,
            }
        ).value
        for equity in (more, less)
    ]
    assert scores[1] <= scores[0]  # type: ignore[operator]


@pytest.mark.parametrize("name", ["ebit", "retained_earnings", "current_assets"])
@by_id
@given(more=st.floats(0, 1e6))
def test_more_of_what_is_good_never_hurts(model: FormulaModel, name: str, more: float) -> None:
    better = model.score({**REF_CO, name: REF_CO[name] + more}).value
    assert better >= model.score(REF_CO).value  # type: ignore[operator]


# ----------------------------------------------------------------------------------- other columns


class Figures:
    """Columns of figures as a host may hold them: whole numbers, and states beside the values."""

    def __init__(self, rows: int, cells: dict[str, Cells]) -> None:
        self.rows = rows
        self.cells = cells

    def __getitem__(self, name: str, /) -> Cells:
        return self.cells[name]


def test_states_count_whatever_stands_beside_them() -> None:
    states = np.array([0, State.UNKNOWN, State.UNDEFINED, State.OUT_OF_RANGE], dtype=np.uint8)
    for dtype in (np.int64, np.float64):
        cells = {name: Cells(np.full(4, REF_CO[name], dtype=dtype)) for name in Z2_1995.needs}
        values = cells["ebit"].values
        cells["ebit"] = Cells(values, states)
        many = Z2_1995.scores(Figures(4, cells))
        assert many.status.tolist() == [0, Scores.MISSING, Scores.UNDEFINED, Scores.MISSING]
        assert many.values[0] == Z2_1995.score(REF_CO).value
        assert np.isnan(many.values[1:]).all()
        assert (many[1].missing, many[2].undefined) == (("ebit",), ("ebit",))
        assert values.tolist() == [120] * 4  # untouched
        with pytest.raises(IndexError):
            many[4]
