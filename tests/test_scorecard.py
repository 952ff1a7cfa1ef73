"""The laws of the weighted scorecard, against an independent evaluator in exact fractions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cache

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit._columns import Cells, Codes, State
from creditkit.errors import InvalidFact
from creditkit.figures import UNDEFINED, Value
from creditkit.models.contract import Part, Score, Scores, row_of, scores_of
from creditkit.models.scorecard import Bin, Factor, Scorecard, standing_of
from creditkit.money import Line
from creditkit.testing import check_model

CATEGORIES = ("trade", "retail", "mining")

# ------------------------------------------------------------------- made-up cards and customers


points = st.sampled_from([Fraction(0), Fraction(100)]) | st.sampled_from(
    sorted({Fraction(up, down) for down in range(1, 9) for up in range(100 * down + 1)})
)
whole = st.integers(-5, 5)
BOUNDS = {
    kind: st.lists(bound, min_size=1, max_size=4, unique=True)
    for kind, bound in (("whole", whole), ("number", whole.map(lambda value: value / 10)))
}
GROUPS = st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=3, unique=True)


@cache
@st.composite
def bins(draw: st.DrawFn, kind: str) -> tuple[Bin, ...]:
    last = Bin(points=draw(points))
    if kind == "category":
        names = draw(GROUPS)
        cut = draw(st.integers(0, len(names)))
        groups = [group for group in (tuple(names[:cut]), tuple(names[cut:])) if group]
        return (*(Bin(points=draw(points), names=group) for group in groups), last)
    if kind == "flag":
        return (Bin(points=draw(points), names=(draw(st.sampled_from(["true", "false"])),)), last)
    bounds = sorted(draw(BOUNDS[kind]))
    if draw(st.booleans()):
        return (*(Bin(points=draw(points), at_least=b) for b in reversed(bounds)), last)
    return (*(Bin(points=draw(points), at_most=b) for b in bounds), last)


KINDS = ("number", "whole", "category", "flag")
TREATMENTS = ("error", "reallocate", "keep", "points")


@cache
@st.composite
def cards(draw: st.DrawFn) -> tuple[Scorecard, tuple[str, ...]]:
    kinds = tuple(draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5)))
    shares = draw(st.lists(st.integers(1, 20), min_size=len(kinds), max_size=len(kinds)))
    factors = tuple(
        Factor(
            figure=f"f{place}",
            weight=Fraction(share, sum(shares)),
            bins=draw(bins(kind)),
            missing=draw(st.sampled_from(TREATMENTS)),
            missing_points=draw(points),
            undefined_points=draw(st.none() | points),
        )
        for place, (kind, share) in enumerate(zip(kinds, shares, strict=True))
    )
    low, high = draw(st.sampled_from([(300.0, 850.0), (0.0, 100.0), (-1.5, 0.3)]))
    return Scorecard(id="card.2026", low=low, high=high, factors=factors), kinds


VALUES: dict[str, st.SearchStrategy[Value]] = {
    "number": st.integers(-6, 6).map(lambda value: value / 10)
    | st.floats(allow_nan=False, allow_infinity=False),
    "whole": st.integers(-6, 6) | st.integers(-(2**63) + 1, 2**63 - 1),
    "category": st.sampled_from([*CATEGORIES, "unheard of"]),
    "flag": st.booleans(),
}
CELLS = {kind: values | st.sampled_from([None, UNDEFINED]) for kind, values in VALUES.items()}


@cache
@st.composite
def cards_and_rows(
    draw: st.DrawFn,
) -> tuple[Scorecard, tuple[str, ...], list[dict[str, Value]]]:
    card, kinds = draw(cards())
    row = st.fixed_dictionaries({f"f{place}": CELLS[kind] for place, kind in enumerate(kinds)})
    return card, kinds, draw(st.lists(row, max_size=10))


class Figures:
    """Figures in columns, built from rows."""

    def __init__(self, kinds: tuple[str, ...], rows: list[dict[str, Value]]) -> None:
        self.rows = len(rows)
        self.cells = {
            f"f{place}": cells(kind, [row[f"f{place}"] for row in rows])
            for place, kind in enumerate(kinds)
        }

    def __getitem__(self, name: str, /) -> Cells:
        return self.cells[name]


def cells(kind: str, values: list[Value]) -> Cells:
    states = np.array(
        [{None: State.UNKNOWN, UNDEFINED: State.UNDEFINED}.get(v, State.KNOWN) for v in values],
        dtype=np.uint8,
    )
    known = [None if value is UNDEFINED else value for value in values]
    if kind == "category":
        codes = Codes.of(known)  # type: ignore[arg-type]
        return Codes(codes.values, codes.names, states)
    if kind == "number":
        floats = [math.nan if value is None else float(value) for value in known]  # type: ignore[arg-type]
        return Cells(np.array(floats, dtype=np.float64), states)
    dtype = np.int8 if kind == "flag" else np.int64
    return Cells(np.array([value or 0 for value in known], dtype=dtype), states)


# ------------------------------------------------------------- the same rules, written once more


def naive(card: Scorecard, figures: Mapping[str, Value]) -> tuple[Fraction | None, Fraction]:
    """The exact score and its coverage, by the module's formula and nothing else."""
    earned = given_weight = known_weight = Fraction(0)
    failed = False
    for factor in card.factors:
        value = figures.get(factor.figure)
        if value is None:
            failed = failed or factor.missing == "error"
            if factor.missing != "reallocate":
                given_weight += factor.weight
            if factor.missing == "points":
                earned += factor.weight * factor.missing_points
            continue
        known_weight += factor.weight
        given_weight += factor.weight
        if value is UNDEFINED:
            worst = min(row.points for row in factor.bins)
            own = factor.undefined_points
            earned += factor.weight * (worst if own is None else own)
            continue
        for row in factor.bins:
            if row.names:
                hit = {True: "true", False: "false"}.get(value, value) in row.names  # type: ignore[arg-type]
            elif row.at_least is not None:
                hit = value >= row.at_least  # type: ignore[operator]
            elif row.at_most is not None:
                hit = value <= row.at_most  # type: ignore[operator]
            else:
                hit = True
            if hit:
                earned += factor.weight * row.points
                break
    if failed or not known_weight:
        return None, known_weight
    span = Fraction(card.high) - Fraction(card.low)
    return Fraction(card.low) + span * earned / 100 / given_weight, known_weight


@given(cards_and_rows())
def test_equals_the_naive_evaluator(
    made: tuple[Scorecard, tuple[str, ...], list[dict[str, Value]]],
) -> None:
    card, _, rows = made
    for row in rows:
        score = card.score(row)
        wanted, coverage = naive(card, row)
        assert score.coverage == coverage
        assert (score.value is None) == (wanted is None)
        if wanted is not None:
            assert score.value == pytest.approx(float(wanted), rel=1e-9, abs=1e-12)


@given(cards_and_rows())
def test_parts_add_up_exactly(
    made: tuple[Scorecard, tuple[str, ...], list[dict[str, Value]]],
) -> None:
    card, _, rows = made
    for row in rows:
        score = card.score(row)
        assert score.missing == tuple(n for n in card.needs if row[n] is None)
        if score.value is None:
            assert score.parts == ()
            continue
        assert [part.name for part in score.parts] == ["base", *card.needs]
        value = score.parts[0].value
        for part in score.parts[1:]:
            value += part.value
        assert value == score.value
        assert card.low * (1 + 1e-12 * -math.copysign(1, card.low)) <= value
        assert value <= card.high * (1 + 1e-12)


ODD = st.sampled_from([math.nan, math.inf, Line.UNLIMITED, UNDEFINED, True, 3, 2.5, "trade", None])


@given(cards_and_rows(), st.data())
def test_searching_in_tables_gives_what_bins_one_by_one_give(
    made: tuple[Scorecard, tuple[str, ...], list[dict[str, Value]]], data: st.DataObject
) -> None:
    card, _, rows = made
    assert card._tables is not None
    for row in rows:
        odd = {**row, data.draw(st.sampled_from(card.needs)): data.draw(ODD)}
        for figures in (row, odd):
            try:
                wanted = card._judged(figures)
            except InvalidFact as error:
                with pytest.raises(InvalidFact) as raised:
                    card.score(figures)
                assert str(raised.value) == str(error)
                continue
            found = card.score(figures)
            standing = standing_of(card, [figures.get(name) for name in card.needs])
            assert standing is None or standing.score == found
            assert repr(found.value) == repr(wanted.value)  # to the last bit, and -0.0 is not 0.0
            assert repr(found.parts) == repr(wanted.parts)
            assert attrs.evolve(found, parts=()) == attrs.evolve(wanted, parts=())


def test_bins_without_an_order_are_looked_through() -> None:
    """Whoever declares a card in Python may write bins in any order: the first that fits counts."""
    mixed = (Bin(points=Fraction(10), at_least=2.0), Bin(points=Fraction(20), at_most=1.0))
    falling = (Bin(points=Fraction(10), at_most=2.0), Bin(points=Fraction(20), at_most=1.0))
    rising = (Bin(points=Fraction(10), at_least=1.0), Bin(points=Fraction(20), at_least=2.0))
    for rows, earned in ((mixed, (10, 0, 20)), (falling, (0, 10, 10)), (rising, (10, 10, 0))):
        factor = Factor(figure="f", weight=Fraction(1), bins=(*rows, Bin(points=Fraction(0))))
        card = Scorecard(id="card", low=0.0, high=100.0, factors=(factor,))
        assert card._tables is None
        assert tuple(card.score({"f": value}).value for value in (3.0, 1.5, 0.5)) == earned


@given(cards_and_rows())
def test_a_part_says_from_what_it_was_made(
    made: tuple[Scorecard, tuple[str, ...], list[dict[str, Value]]],
) -> None:
    card, _, rows = made
    for row in rows:
        base, *parts = card.score(row).parts or (None,)
        assert base is None or base.points is base.weight is base.span is None
        counted = [part for part in parts if part.weight is not None]
        assert not parts or sum(part.weight or 0 for part in counted) == 1
        for part in parts:
            if part.points is None or part.weight is None or part.span is None:
                assert part.treatment == "reallocate" and part.value == 0
            else:
                exact = part.points / 100 * part.weight * Fraction(part.span)
                assert part.value == pytest.approx(float(exact), rel=1e-12)


@given(cards_and_rows())
def test_one_equals_many(
    made: tuple[Scorecard, tuple[str, ...], list[dict[str, Value]]],
) -> None:
    card, kinds, rows = made
    columns = Figures(kinds, rows)
    many = card.scores(columns)
    assert len(many) == len(rows)
    for place, row in enumerate(rows):
        assert row_of(columns, card.needs, place) == row
        one = card.score(row)
        assert many[place] == one
        value = float(many.values[place])
        assert repr(one.value) == repr(None if value != value else value)
        assert many.status[place] == (Scores.MISSING if one.value is None else Scores.COMPUTED)
        assert many.known_weight is not None
        assert Fraction(int(many.known_weight[place]), many.total_weight) == one.coverage


@given(cards_and_rows())
def test_a_model_without_scores_is_scored_row_by_row(
    made: tuple[Scorecard, tuple[str, ...], list[dict[str, Value]]],
) -> None:
    card, kinds, rows = made

    class ByRow:
        id = card.id
        needs = card.needs

        def score(self, figures: Mapping[str, Value], /) -> Score:
            return card.score(figures)

    columns = Figures(kinds, rows)
    slow, quick = scores_of(ByRow(), columns), scores_of(card, columns)
    assert slow.values.tobytes() == quick.values.tobytes()
    assert slow.status.tolist() == quick.status.tolist()
    for place in range(len(rows)):
        assert slow[place] == quick[place]
        shares = [
            Fraction(int(many.known_weight[place]), many.total_weight)  # type: ignore[index]
            for many in (slow, quick)
        ]
        assert shares[0] == shares[1]


@settings(max_examples=15)
@given(cards())
def test_the_contract(made: tuple[Scorecard, tuple[str, ...]]) -> None:
    card, kinds = made
    samples: dict[str, tuple[Value, ...]] = {
        "number": (-0.6, -0.5, 0.0, 0.1, 0.5, 1e300, -1e300, 5e-324),
        "whole": (-6, -5, 0, 1, 5, 2**63 - 1, -(2**63) + 1),
        "category": (*CATEGORIES, "unheard of"),
        "flag": (True, False),
    }
    check_model(card, figures={f"f{p}": samples[kind] for p, kind in enumerate(kinds)})


@given(cards_and_rows(), st.randoms(use_true_random=False))
def test_the_order_of_factors_moves_nothing_but_the_last_bits(
    made: tuple[Scorecard, tuple[str, ...], list[dict[str, Value]]], random: object
) -> None:
    card, _, rows = made
    turned = Scorecard(id=card.id, low=card.low, high=card.high, factors=card.factors[::-1])
    for row in rows:
        one, two = card.score(row), turned.score(row)
        assert one.coverage == two.coverage
        assert one.value == (None if two.value is None else pytest.approx(two.value, rel=1e-12))


# ----------------------------------------------------------------------------- examples by hand
# The card is a convention of the house and no published formula, so there is nothing in print to
# hold it against: these are worked by hand, and a naive evaluator recomputes every card above.


def factor(**changes: object) -> Factor:
    made: dict[str, object] = {
        "figure": "z2",
        "weight": Fraction(1, 2),
        "bins": (
            Bin(points=Fraction(100), at_least=2.6),
            Bin(points=Fraction(40), at_least=1.1),
            Bin(points=Fraction(10)),
        ),
    }
    return Factor(**{**made, **changes})  # type: ignore[arg-type]


def card_with(first: Factor) -> Scorecard:
    second = Factor(
        figure="industry",
        weight=Fraction(1, 2),
        bins=(Bin(points=Fraction(60), names=("trade", "retail")), Bin(points=Fraction(20))),
    )
    return Scorecard(id="card.2026", low=0.0, high=100.0, factors=(first, second))


def test_bins_at_their_bounds() -> None:
    card = card_with(factor())
    labels = {
        2.6: ">= 2.6",
        math.nextafter(2.6, 0): ">= 1.1",
        1.1: ">= 1.1",
        math.nextafter(1.1, 0): "else",
        -1e300: "else",
    }
    for value, label in labels.items():
        score = card.score({"z2": value, "industry": "trade"})
        assert score.parts[1].bin == label
        assert score.parts[1].given == value
    upper = factor(
        bins=(
            Bin(points=Fraction(100), at_most=0),
            Bin(points=Fraction(50), at_most=30),
            Bin(points=Fraction(0)),
        )
    )
    for days, label in {0: "<= 0", 1: "<= 30", 30: "<= 30", 31: "else"}.items():
        assert card_with(upper).score({"z2": days, "industry": "trade"}).parts[1].bin == label


def test_categories_and_flags() -> None:
    card = card_with(factor())
    for name, earned in {"trade": 30.0, "retail": 30.0, "shipping": 10.0, "": 10.0}.items():
        assert card.score({"z2": 3.0, "industry": name}).parts[2].value == earned
    assert card.score({"z2": 3.0, "industry": "retail"}).parts[2].bin == "trade, retail"
    audited = factor(bins=(Bin(points=Fraction(100), names=("true",)), Bin(points=Fraction(0))))
    values = [
        card_with(audited).score({"z2": flag, "industry": "trade"}).value for flag in (True, False)
    ]
    assert values == [80.0, 30.0]


def test_four_treatments_of_what_is_not_known() -> None:
    figures: dict[str, Value] = {"z2": None, "industry": "trade"}
    wanted = {
        "reallocate": 60.0,  # all weight on the industry
        "keep": 30.0,
        "points": 45.0,  # 30 points for half the weight
        "error": None,
    }
    for treatment, value in wanted.items():
        card = card_with(factor(missing=treatment, missing_points=Fraction(30)))
        score = card.score(figures)
        assert score.value == value
        assert score.missing == ("z2",)
        assert score.coverage == Fraction(1, 2)
        assert score == card.score({"industry": "trade"})  # absent is None
        if value is not None:
            assert score.parts[1].treatment == treatment
            assert score.parts[1].given is None


def test_a_range_of_whole_numbers_is_one_of_floats() -> None:
    card = attrs.evolve(card_with(factor()), low=0, high=1000)
    assert isinstance(card.score({"z2": 3.0}).value, float)
    check_model(card)


def test_nothing_known() -> None:
    card = card_with(factor())
    score = card.score({})
    assert (score.value, score.coverage, score.missing) == (None, 0, ("z2", "industry"))
    kept = card_with(factor(missing="keep")).score({})
    assert (kept.value, kept.coverage) == (None, 0)  # nobody is the worst by accident


def test_undefined_earns_the_worst_and_is_never_reallocated() -> None:
    score = card_with(factor()).score({"z2": UNDEFINED, "industry": "trade"})
    assert score.value == 35.0  # 10 points for half the weight
    assert score.coverage == 1
    assert score.missing == ()
    assert score.parts[1].treatment == "undefined"
    own = card_with(factor(undefined_points=Fraction(20)))
    assert own.score({"z2": UNDEFINED, "industry": "trade"}).value == 40.0


def test_round_trip() -> None:
    score = card_with(factor()).score({"z2": 2.6, "industry": "trade"})
    assert Score.from_dict(score.to_dict()) == score


def test_columns_that_know_every_value() -> None:
    card = card_with(factor())

    class Known:
        rows = 2

        def __getitem__(self, name: str, /) -> Cells:
            if name == "z2":
                return Cells(np.array([3.0, 0.0]))
            return Codes.of(["trade", "other"])

    many = card.scores(Known())
    assert many.values.tolist() == [80.0, 15.0]
    assert repr(many) == "<Scores of 2 by card.2026>"
    assert many[-1] == card.score({"z2": 0.0, "industry": "other"})
    with pytest.raises(IndexError):
        many[2]


def test_a_model_has_to_return_scores() -> None:
    class Wrong:
        id = "wrong.2026"
        needs = ("f0",)

        def score(self, figures: Mapping[str, Value], /) -> Score:
            return 700  # type: ignore[return-value]

    with pytest.raises(InvalidFact, match=r"models\.wrong\.2026 must return a Score .* in row 0"):
        scores_of(Wrong(), Figures(("number",), [{"f0": 1.0}]))


def test_row_by_row_status_says_why() -> None:
    class Own:
        id = "own.2026"
        needs = ("f0",)

        def score(self, figures: Mapping[str, Value], /) -> Score:
            value = figures["f0"]
            if value is None:
                return Score(model=self.id, value=None, missing=("f0",))
            if value is UNDEFINED:
                return Score(model=self.id, value=None, undefined=("f0",))
            return Score(model=self.id, value=1.0, parts=(Part(name="f0", value=1.0),))

    rows: list[dict[str, Value]] = [{"f0": None}, {"f0": UNDEFINED}, {"f0": 2.0}]
    many = scores_of(Own(), Figures(("number",), rows))
    assert many.status.tolist() == [Scores.MISSING, Scores.UNDEFINED, Scores.COMPUTED]
    assert len(scores_of(Own(), Figures(("number",), []))) == 0


def test_a_card_without_weight_has_no_score() -> None:
    """Whatever is known: of nothing there is no share."""
    bins = (Bin(points=Fraction(100), at_least=1.0), Bin(points=Fraction(0)))
    factor = Factor(figure="z2", weight=Fraction(0), bins=bins)
    card = Scorecard(id="light", low=0.0, high=100.0, factors=(factor,))
    assert standing_of(card, [2.0]) is None and card.score({"z2": 2.0}).value is None
