"""Limit methods by themselves: golden cases, and laws of how they are worked out and combined.

Where print gives worked numbers they stand here with their source; the formula book's own examples were
worked out by hand beside it, and are called so. Houses' rules have none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from math import floor, inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck
from creditkit._columns import Amounts, Cells, State
from creditkit.errors import InvalidFact
from creditkit.figures import UNDEFINED
from creditkit.limits.amounts import ShareTable, share_of, taken
from creditkit.limits.by_method import MethodLimit, method_limit, method_limits
from creditkit.limits.combining import MIXING, RULES, Missing, combined, combined_columns
from creditkit.limits.methods import METHODS, TEXTS, GradeTerms, Parameters
from creditkit.limits.methods.contract import CONFIDENCE
from creditkit.limits.methods.expected import break_even, expected_profit
from creditkit.limits.methods.working_assets import TABLE
from creditkit.limits.plan import Divisor, Plan, Steps
from creditkit.models import ratios
from creditkit.money import LARGEST, Line, Money
from tests import naive

CNY = "CNY"


def money(text: str | None) -> Money | None:
    return None if text is None else Money(text, CNY)


# ----------------------------------------------------------------------------------- golden cases

BOOK = "worked out by hand from the formula"
GOLDEN: list[tuple[str, Parameters, dict[str, Any], dict[str, Any], str, str]] = [
    # method, parameters, what of the grade, figures, limit, source
    ("tangible_net_worth_share", Parameters(share="35 %"), {}, {"tangible_net_worth": "80000"},
     "28000.00", "help of mydsomanager: grade B, TNW 80,000, 35 %"),
    ("net_worth_share", Parameters(share="5 %", figures=("turnover",)), {}, {"turnover": "700000"},
     "35000.00", "help of mydsomanager: grade B, turnover 700,000, 5 %"),
    ("net_worth_share", Parameters(share="20 %"), {}, {"net_worth": "1000000"},
     "200000.00", "theglobaltreasurer.com, 2011: equity 1,000,000 gives 200,000"),
    ("purchases_x_terms", Parameters(factor="1.1"), {"days": 60}, {"expected_purchases_12m": "1200000"},
     "216986.30", BOOK + ": 1,200,000 / 365 x 60 x 1.1 = 216,986.301"),
    ("purchases_x_terms", Parameters(factor="1.1", grace_days=15), {"days": 45},
     {"expected_purchases_12m": "1200000"}, "216986.30", BOOK + ": 45 + 15 days are 60"),
    ("working_assets", Parameters(), {}, {"working_assets": "375", "working_asset_score": 2.068181818},
     "93.75", BOOK + ": RefCo, 25 % of 375"),
    ("working_assets", Parameters(), {}, {"working_assets": "85", "working_asset_score": -3.576666667},
     "4.25", BOOK + ": 5 % of 85"),
    ("average_receipts", Parameters(figures=("a", "b", "c", "d", "e", "f")), {"days": 45},
     {"a": "100", "b": "90", "c": "80", "d": "70", "e": "50", "f": "60"},
     "124.28", BOOK + ": 82.857142... x 45 / 30 = 124.2857"),
    ("quarter_orders", Parameters(figures=("orders",), factor="80 %"), {"days": 30},
     {"orders": "333333.33"}, "88888.88", BOOK + ": 333,333.33 / 90 x 30 x 0.8 = 88,888.888"),
    ("supply_share", Parameters(figures=("all",), share="30 %"), {"days": 30}, {"all": "5000000"},
     "123287.67", BOOK + ": 5,000,000 x 0.3 / 365 x 30 = 123,287.671"),
    ("net_worth_per_supplier", Parameters(count="suppliers"), {}, {"net_worth": "1000", "suppliers": 7},
     "142.85", BOOK + ": 1,000 / 7 = 142.857"),
    ("working_capital_per_supplier", Parameters(count="suppliers"), {},
     {"working_capital": "1000", "suppliers": 8}, "125.00", BOOK),
    ("references", Parameters(figures=("a", "b", "c")), {}, {"a": "300", "b": "100", "c": "250"},
     "250.00", BOOK + ": the middle of three"),
    ("references", Parameters(figures=("a", "b")), {}, {"a": "0.01", "b": "0.02"}, "0.01",
     BOOK + ": 1.5 cents, rounded down"),
    ("payment_experience", Parameters(by="on_time_share", steps=((Fraction("0.95"), Fraction("1.2")),
     (Fraction("0.8"), Fraction(1)), (None, Fraction("0.5")))), {},
     {"line": "200000", "on_time_share": 0.95}, "240000.00", "house rule: 1.2 x the line"),
    ("expected_profit", Parameters(chance="pays", margin=Fraction(1, 6)), {},
     {"requested_limit": "1200", "pays": 0.95}, "1200.00",
     "Brealey, Myers, Allen, ch. 30: 95 % is above the break-even of 83.3 %"),
    ("expected_profit", Parameters(chance="pays", margin=Fraction(1, 6)), {},
     {"requested_limit": "1200", "pays": 0.80}, "0.00",
     "Brealey, Myers, Allen, ch. 30: 80 % is not"),
    ("expected_loss", Parameters(chance="default", loss="60 %", budget=5_000_000), {},
     {"default": 0.02}, "4166666.66", BOOK + ": 50,000 / (0.02 x 0.6) = 4,166,666.67"),
    ("share_of_credit_sales", Parameters(), {"limit_share": "0.15"}, {"credit_sales_12m": "3200000"},
     "480000.00", "handbook article: 15 % of credit sales"),
    ("working_capital_share", Parameters(share="20 %"), {}, {"working_capital": "1000000"},
     "200000.00", "快速测算法: 20 % of working capital"),
]  # fmt: skip


def in_money(method: str, name: str, value: Any) -> Any:
    return money(value) if isinstance(value, str) else value


@pytest.mark.parametrize(("method", "p", "more", "figures", "limit", "source"), GOLDEN)
def test_a_method_gives_what_its_source_does(
    method: str,
    p: Parameters,
    more: dict[str, Any],
    figures: dict[str, Any],
    limit: str,
    source: str,
) -> None:
    given_ = {name: in_money(method, name, value) for name, value in figures.items()}
    found = method_limit(method, given_, p, currency=CNY, **more)
    assert found.amount == money(limit), source
    assert MethodLimit.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    columns = {
        name: Amounts.from_major([value, None, value], CNY)
        if isinstance(value, str)
        else [value, None, value]
        for name, value in figures.items()
    }
    many = method_limits(method, columns, p, currency=CNY, **more)
    assert [many.item(row) for row in range(3)] == [found.amount, None, found.amount]


def test_every_method_has_a_golden_case_or_is_a_rule_of_houses() -> None:
    assert {method for method, *_ in GOLDEN} == {
        name for name, one in METHODS.items() if not one.house
    }


def test_the_lower_of_two_is_what_print_gives() -> None:
    """mydsomanager: min(28,000; 35,000) = 28,000, below the need of 50,000."""
    results = [
        ((State.KNOWN, minor), Missing.UNKNOWN) for minor in (2_800_000, 3_500_000, 5_000_000)
    ]
    assert combined(results, "lowest") == ((State.KNOWN, 2_800_000), 0)


def test_break_even_of_print() -> None:
    """Brealey, Myers, Allen: Cast Iron, and the paying customer worth 400 at a cost of 96."""
    assert break_even(revenue=1200, cost=1000) == Fraction(5, 6)
    assert f"{float(break_even(revenue=496, cost=96)):.3f}" == "0.194"
    first = expected_profit(revenue=1200, cost=1000, chance="0.80")
    repeat = expected_profit(revenue=1200, cost=1000, chance="0.95")
    assert (first, repeat) == (Fraction(-40), Fraction(140))
    assert float(expected_profit(revenue=496, cost=96, chance="0.93")) == pytest.approx(365.28)
    assert expected_profit(revenue="1200", cost=Fraction(1000), chance=1) == 200


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: break_even(revenue=0, cost=1), "break_even.revenue must be positive"),
        (lambda: break_even(revenue=1.5, cost=1), "break_even.revenue must be an exact number"),  # type: ignore[arg-type]
        (lambda: break_even(revenue="many", cost=1), "break_even.revenue must be an exact number"),
        (lambda: break_even(revenue=1, cost=-1), "break_even.cost must be an exact number"),
        (
            lambda: expected_profit(revenue=1, cost=1, chance="95"),
            "chance must lie between 0 and 1",
        ),
    ],
)
def test_what_cannot_be_worth_anything_is_refused(call: Any, says: str) -> None:
    with pytest.raises(InvalidFact, match=says):
        call()


# --------------------------------------------------------------------------- the table as print has it

PRINTED = [
    ((-9.99, -4.6), 0), ((-4.59, -3.9), 2.5), ((-3.89, -3.2), 5), ((-3.19, -2.5), 7.5),
    ((-2.49, -1.8), 10), ((-1.79, -1.1), 12.5), ((-1.09, -0.4), 15), ((-0.39, 0.3), 17.5),
    ((0.31, 1.0), 20), ((1.01, 9.99), 25),
]  # fmt: skip
"""营运资产分析法: 评估值 from, to, and % of working assets (newton.com.tw)."""


@pytest.mark.parametrize(("scores", "percent"), PRINTED)
def test_the_table_of_working_assets_is_the_printed_one(
    scores: tuple[float, float], percent: float
) -> None:
    plan = METHODS["working_assets"].plan(Parameters(), [GradeTerms(id="")])
    values = {"working_assets": 100_000}
    for score in scores:
        assert (
            plan.read({**values, "working_asset_score": score}, 0).share == Fraction(percent) / 100
        )
    ends = np.array(scores)
    columns = {
        "working_assets": Cells(np.array([100_000, 100_000])), "working_asset_score": Cells(ends)
    }  # fmt: skip
    found, _ = plan.columns(columns, np.zeros(2, dtype=np.intp), plan.share_table)
    assert found.tolist() == [int(1000 * percent)] * 2


def test_every_hundredth_has_one_percent() -> None:
    """From -10 to 5: in one and in columns, with a score that falls between two hundredths."""
    plan = METHODS["working_assets"].plan(Parameters(), [GradeTerms(id="")])
    bounds = [(bound, Fraction(share)) for bound, share in TABLE]
    scores = [
        hundredth / 100 + shift for hundredth in range(-1000, 500) for shift in (0, 0.004, -0.004)
    ]
    columns = {
        "working_assets": Cells(np.full(len(scores), 10**6)),
        "working_asset_score": Cells(np.array(scores)),
    }
    found, states = plan.columns(columns, np.zeros(len(scores), dtype=np.intp), plan.share_table)
    assert states is None
    for score, value in zip(scores, found.tolist(), strict=True):
        stated = Fraction(round(score * 100), 100)
        share = next(one for top, one in bounds if top is None or stated <= Fraction(str(top)))
        assert plan.read({"working_assets": 10**6, "working_asset_score": score}, 0).share == share
        assert value == 10**6 * share


def test_a_score_without_a_meaning_gives_nothing() -> None:
    """Equity or current liabilities that are not positive: 0, not "not known"."""
    figures = {"working_assets": money("100"), "working_asset_score": UNDEFINED}
    found = method_limit("working_assets", figures, currency=CNY)
    assert (found.amount, found.share, found.missing) == (money("0"), Fraction(0), ())
    unknown = method_limit("working_assets", {**figures, "working_asset_score": None}, currency=CNY)
    assert (unknown.amount, unknown.missing) == (None, ("working_asset_score",))


def test_the_amounts_and_the_score_of_print() -> None:
    """RefCo and the second company of the formula book, worked out by hand."""
    lines = {"current_assets": 300.0, "current_liabilities": 250.0, "equity": 120.0}
    assert ratios.working_assets(**lines) == 85.0
    score = ratios.working_asset_score(**lines, inventory=140.0, total_liabilities=400.0)
    assert score == pytest.approx(1.2 + 0.64 - 250 / 120 - 400 / 120)
    assert ratios.tangible_net_worth(
        total_assets=1000.0, total_liabilities=450.0, intangible_assets=70.0
    ) == 480.0  # fmt: skip
    assert ratios.working_capital(current_assets=400.0, current_liabilities=200.0) == 200.0


# ----------------------------------------------------------------------------- one equals many

AMOUNT = st.sampled_from([0, 1, -1, 99, 12_345, -500, 10**9, 10**15, 10**17, LARGEST, -LARGEST])
MAYBE = st.none() | st.sampled_from([Line.UNLIMITED, Line.NONE]) | AMOUNT | AMOUNT
NUMBER = st.none() | st.sampled_from(
    [
        0.0,
        1e-12,
        1e-9,
        0.02,
        0.1,
        0.5,
        0.8,
        0.95,
        1.0,
        1.5,
        -4.6,
        -0.394,
        0.305,
        1.004,
        1e18,
        UNDEFINED,
    ]
)
COUNT = st.none() | st.sampled_from([0, 1, 3, 7, -2, 10**12])
SHARES = st.sampled_from(
    [Fraction(0), Fraction(1, 10), Fraction(60, 365), Fraction(3), Fraction(1, 3**30)]
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Every shape that a method can have, and some that none has yet."""
    names = tuple("abcdef"[: draw(st.integers(0, 6))])
    shares = tuple(draw(st.lists(st.none() | SHARES, min_size=1, max_size=3)))
    steps = divisor = None
    if draw(st.booleans()):
        meets: Any = draw(st.sampled_from(["min", "max", "above"]))
        bounds = sorted(
            draw(st.lists(st.sampled_from([-4.6, 0.3, 0.5, 0.95, 1.0]), unique=True, max_size=3))
        )
        steps = Steps(
            figure="x",
            meets=meets,
            bounds=tuple(bounds if meets == "max" else bounds[::-1]),
            shares=tuple(draw(SHARES) for _ in range(len(bounds) + 1)),
            decimals=draw(st.none() | st.just(2)),
            undefined=draw(st.none() | SHARES),
            within=draw(st.sampled_from([(-inf, inf), (0.0, 1.0)])),
        )
    if draw(st.booleans()):
        chance = draw(st.booleans())
        divisor = Divisor(figure="p" if chance else "n", chance=chance)
    median = draw(st.none() | st.integers(1, len(names))) if names else None
    weights = tuple(draw(st.integers(1, 6)) for _ in names) if draw(st.booleans()) else ()
    return Plan(
        figures=names,
        shares=shares,
        weights=weights,
        median_of=median,
        amount=None if names else draw(st.sampled_from([0, 333, 10**12])),
        steps=steps,
        divisor=divisor,
    )


@st.composite
def customers(draw: st.DrawFn) -> dict[str, Any]:
    """The figures of one customer, and the rank of its grade."""
    return {
        **{name: draw(MAYBE) for name in "abcdef"},
        "x": draw(NUMBER),
        "p": draw(NUMBER),
        "n": draw(COUNT),
    }


def column_of(values: list[Any], floats: bool) -> Cells:
    states = {None: State.UNKNOWN, UNDEFINED: State.UNDEFINED, Line.UNLIMITED: State.UNLIMITED,
              Line.NONE: State.NONE}  # fmt: skip
    special = [isinstance(one, Line) or one is None or one is UNDEFINED for one in values]
    plain = [0 if odd else one for one, odd in zip(values, special, strict=True)]
    codes = [states[one] if odd else 0 for one, odd in zip(values, special, strict=True)]
    return Cells(
        np.array(plain, dtype=np.float64 if floats else np.int64), np.array(codes, dtype=np.uint8)
    )


def by_hand(plan: Plan, values: Mapping[str, Any], rank: int) -> int | None:
    """A plan in fractions and plain loops."""
    share = plan.shares[rank]
    if share is None:
        return None
    whole = [
        one if isinstance(one, int) else None for one in (values[name] for name in plan.figures)
    ]
    base: Any = plan.amount
    if whole and plan.median_of is not None:
        known = [max(0, one) for one in whole if one is not None]
        if len(known) < plan.median_of:
            return None
        ranked = sorted(known + [0] * (len(whole) - len(known)))
        pair = ranked[(len(ranked) - 1) // 2], ranked[len(ranked) // 2]
        base = floor(Fraction(sum(pair), 2))
    elif whole:
        if None in whole:
            return None
        weights = plan.weights or [1] * len(whole)
        base = sum(one * weight for one, weight in zip(whole, weights, strict=True))
        if abs(base) > LARGEST:
            return None
    if plan.steps is not None:
        value = values["x"]
        if value is None or (value is UNDEFINED and plan.steps.undefined is None):
            return None
        if value is not UNDEFINED and not plan.steps.within[0] <= value <= plan.steps.within[1]:
            return None
        if value is UNDEFINED:
            share *= plan.steps.undefined
        else:
            decimals = plan.steps.decimals
            stated = (
                Fraction(value)
                if decimals is None or abs(value) > 1e12
                else Fraction(round(value * 100), 100)
            )
            pairs = zip(plan.steps.bounds, plan.steps.shares, strict=False)
            exact = [
                (Fraction(bound) if decimals is None else Fraction(str(bound)), one)
                for bound, one in pairs
            ]
            meets = {
                "min": lambda b: stated >= b,
                "max": lambda b: stated <= b,
                "above": lambda b: stated > b,
            }
            share *= next(
                (one for bound, one in exact if meets[plan.steps.meets](bound)),
                plan.steps.shares[-1],
            )
    if plan.divisor is not None:
        value = values[plan.divisor.figure]
        if value is None or value is UNDEFINED:
            return None
        below = (
            Fraction(round(value * 10**9), 10**9)
            if plan.divisor.chance and 0 < value <= 1
            else Fraction(value)
        )
        if below <= 0 or (plan.divisor.chance and below > 1):
            return None
        share /= below
    amount = floor(max(0, base) * share)
    return amount if amount <= LARGEST else None


@given(plans(), st.lists(customers(), max_size=6), st.data())
def test_one_many_and_a_plain_reading_agree(
    plan: Plan, many: list[dict[str, Any]], data: st.DataObject
) -> None:
    ranks = [data.draw(st.integers(-1, len(plan.shares) - 1)) for _ in many]
    columns = {
        name: column_of([one[name] for one in many], name in "xp")
        for name in [*"abcdef", "x", "p", "n"]
    }
    table = plan.share_table
    values, states = plan.columns(columns, np.array(ranks, dtype=np.intp), table)
    assert values.dtype == np.int64
    for row, (customer, rank) in enumerate(zip(many, ranks, strict=True)):
        state = State.KNOWN if states is None else int(states[row])
        amount = int(values[row])
        assert state == State.KNOWN or amount == 0
        if rank < 0:
            assert state == State.UNKNOWN
            continue
        assert plan.read(customer, rank).limit == (state, amount)
        assert by_hand(plan, customer, rank) == (amount if state == State.KNOWN else None)
        if state == State.UNKNOWN:
            assert {*plan.lacking(customer)} <= {*plan.needs}
        plan.factors(customer, rank)


@given(plans(), customers(), st.integers(0, 10**6))
def test_a_larger_amount_never_gives_less(plan: Plan, customer: dict[str, Any], more: int) -> None:
    for name in plan.figures:
        if type(customer[name]) is not int:
            continue
        richer = {**customer, name: customer[name] + more}
        before, after = plan.read(customer, 0).limit, plan.read(richer, 0).limit
        if before[0] == after[0] == State.KNOWN:
            assert after[1] >= before[1]


@given(plans(), customers())
def test_leaving_out_a_figure_never_gives_more(plan: Plan, customer: dict[str, Any]) -> None:
    before = plan.read(customer, 0).limit
    for name in plan.needs:
        state, value = plan.read({**customer, name: None}, 0).limit
        assert state != State.KNOWN or (before[0] == State.KNOWN and value <= before[1])


# ------------------------------------------------------------------------------------ combining

RESULT = st.tuples(
    st.sampled_from([State.KNOWN] * 4 + [State.UNKNOWN, State.OUT_OF_RANGE]),
    st.sampled_from([0, 1, 2, 3, 99, 100, 10**9, 10**17, LARGEST - 1, LARGEST]),
)
WEIGHT = st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 3), Fraction("0.7")])


@st.composite
def tables(
    draw: st.DrawFn,
) -> tuple[list[Missing], list[Fraction], list[list[tuple[int, int] | None]]]:
    """Methods with what they do where not known and their weights, and rows of results; None is left out."""
    count = draw(st.integers(1, 4))
    missing = [draw(st.sampled_from(Missing)) for _ in range(count)]
    weights = [draw(WEIGHT) for _ in range(count)]
    cell = st.none() | RESULT.map(lambda one: (one[0], one[1] if one[0] == State.KNOWN else 0))
    rows = draw(st.lists(st.lists(cell, min_size=count, max_size=count), max_size=6))
    return missing, weights, rows


def combined_by_hand(
    row: list[tuple[int, int] | None], missing: list[Missing], weights: list[Fraction], rule: str
) -> tuple[int | None, int]:
    kept = []
    for index, cell in enumerate(row):
        if cell is None:
            continue
        known = cell[0] == State.KNOWN
        if not known and missing[index] is Missing.UNKNOWN:
            return None, -1
        if known or missing[index] is Missing.ZERO:
            kept.append((cell[1] if known else 0, index))
            if rule == "first":
                return kept[0]
    if not kept:
        return None, -1
    named = [(value, str(index), weights[index]) for value, index in kept]
    value, name = naive.combined(named, rule)
    return value, -1 if rule in MIXING else int(name)


@pytest.mark.parametrize("rule", RULES)
@given(table=tables(), whole=st.booleans())
def test_combining_one_many_and_by_hand_agree(rule: str, table: Any, whole: bool) -> None:
    missing, weights, rows = table
    if whole:
        rows = [[(State.KNOWN, 0) if cell is None else cell for cell in row] for row in rows]
    results, applies = [], []
    for index, skip in enumerate(missing):
        cells = [row[index] for row in rows]
        values = np.array([0 if cell is None else cell[1] for cell in cells], dtype=np.int64)
        states = np.array([0 if cell is None else cell[0] for cell in cells], dtype=np.uint8)
        results.append(((values, states if states.any() else None), skip))
        applies.append(
            None if whole else np.array([cell is not None for cell in cells], dtype=bool)
        )
    values, states, binding = combined_columns(results, rule, [] if whole else applies, weights)
    assert (values.dtype, states.dtype, binding.dtype) == (np.int64, np.uint8, np.int16)
    for place, row in enumerate(rows):
        given_ = [(cell, missing[index]) for index, cell in enumerate(row) if cell is not None]
        at = [index for index, cell in enumerate(row) if cell is not None]
        (state, value), winner = combined(given_, rule, [weights[index] for index in at])
        winner = at[winner] if winner >= 0 else -1
        assert (state, value, winner) == (states[place], values[place], binding[place])
        hand, who = combined_by_hand(row, missing, weights, rule)
        assert (hand, who) == (value if state == State.KNOWN else None, winner)


@pytest.mark.parametrize("rule", RULES)
@given(table=tables())
def test_knowing_less_never_gives_more(rule: str, table: Any) -> None:
    """Unless a method says ``skip``: a policy that does is warned."""
    missing, weights, rows = table
    sure = [Missing.ZERO if one is Missing.SKIP else one for one in missing]
    for row in rows:
        given_ = [(cell, sure[index]) for index, cell in enumerate(row) if cell is not None]
        mine = [weights[index] for index, cell in enumerate(row) if cell is not None]
        (state, value), _ = combined(given_, rule, mine)
        for index in range(len(given_)):
            less = [*given_[:index], ((State.UNKNOWN, 0), given_[index][1]), *given_[index + 1 :]]
            (after, left), _ = combined(less, rule, mine)
            assert after != State.KNOWN or (state == State.KNOWN and left <= value)


@pytest.mark.parametrize("rule", RULES)
@given(table=tables())
def test_what_is_combined_lies_between_the_amounts(rule: str, table: Any) -> None:
    _, weights, rows = table
    for row in rows:
        amounts = [cell[1] for cell in row if cell is not None and cell[0] == State.KNOWN]
        if amounts:
            results = [((State.KNOWN, one), Missing.UNKNOWN) for one in amounts]
            (_, value), _ = combined(results, rule, weights[: len(amounts)])
            assert min(amounts) <= value <= max(amounts)


def test_each_rule_as_it_is_defined() -> None:
    amounts = [600, 100, 201, 50]
    results = [((State.KNOWN, one), Missing.UNKNOWN) for one in amounts]
    weights = [Fraction(1, 2), Fraction(1), Fraction(1), Fraction(0)]
    told = {rule: combined(results, rule, weights) for rule in RULES}
    assert told["lowest"] == ((0, 50), 3)
    assert told["highest"] == ((0, 600), 0)
    assert told["mean"] == ((0, 237), -1)  # 951 / 4 = 237.75
    assert told["median"] == ((0, 150), -1)  # (100 + 201) / 2 = 150.5
    assert told["weighted"] == ((0, 240), -1)  # (300 + 100 + 201) / 2.5 = 240.4
    assert told["first"] == ((0, 600), 0)
    assert combined([], "mean") == ((State.UNKNOWN, 0), -1)
    assert combined(results, "weighted")[0] == (0, 237)  # without weights all weigh the same


# --------------------------------------------------------------------------------- small pieces


def test_taken_passes_what_is_not_known_on() -> None:
    assert taken(None, Fraction(1)) == taken(5, None) == (State.UNKNOWN, 0)
    assert taken(-5, Fraction(1)) == (State.KNOWN, 0)
    assert taken(LARGEST, Fraction(2)) == (State.OUT_OF_RANGE, 0)
    assert share_of(100, Fraction(1, 3)) == 33


def test_a_table_of_no_rows_and_of_shares_beyond_64_bits() -> None:
    nothing = Cells(np.zeros(0, dtype=np.int64))
    none = np.zeros(0, dtype=np.intp)
    below = Cells(np.zeros(0, dtype=np.int64))
    assert ShareTable([Fraction(1)]).of(nothing, none, below)[0].tolist() == []
    tiny = ShareTable([Fraction(1, 3**50), None])
    values, states = tiny.of(Cells(np.array([LARGEST, 5])), np.array([0, 1]))
    assert states is not None
    assert (values.tolist(), states.tolist()) == ([LARGEST // 3**50, 0], [0, State.UNKNOWN])
    halved, _ = tiny.of(Cells(np.array([LARGEST])), np.array([0]), Cells(np.array([2])))
    assert halved.tolist() == [LARGEST // (2 * 3**50)]


def test_steps_take_numbers_alone() -> None:
    steps = Steps(figure="x", meets="min", bounds=(1.0,), shares=(Fraction(1), Fraction(0)))
    assert [steps.index(one) for one in (1, 0.5, None, "a", Line.NONE, float("nan"), UNDEFINED)] == [
        0, 1, None, None, None, None, None,
    ]  # fmt: skip
    assert Divisor(figure="n").whole(True) is None
    assert Divisor(figure="n").whole("many") is None


def test_stated_figures_are_shown_as_they_count() -> None:
    table = METHODS["working_assets"].plan(Parameters(), [GradeTerms(id="")])
    assert table.stated("working_asset_score", 0.3049) == 0.3
    assert table.stated("working_asset_score", UNDEFINED) is UNDEFINED
    assert table.stated("other", 0.3049) == 0.3049
    p = Parameters(chance="d", budget=5)
    assert METHODS["expected_loss"].plan(p, [GradeTerms(id="")]).stated("d", 1 / 3) == 0.333333333


def test_every_method_says_where_it_is_from() -> None:
    assert {one.confidence for one in METHODS.values()} <= {*CONFIDENCE}
    for name, one in METHODS.items():
        assert one.name == name
        assert {*one.requires} <= {*one.takes}
        assert one.base in (None, "figure", "figures")
        assert {one.formula.key, one.source.key} <= {*TEXTS}
        assert one.text.en and one.text.zh


# ------------------------------------------------------------------------------- the door for one


def worth(amount: str | None = "100") -> dict[str, Any]:
    return {"net_worth": money(amount)}


TENTH = Parameters(share="10 %")
DOOR: list[tuple[Any, str]] = [
    (lambda f: f("net_worth", worth(), TENTH), r"method is not known .* 'net_worth_share'"),
    (lambda f: f(5, worth(), TENTH), "method is not known"),
    (lambda f: f("net_worth_share", worth(), "10 %"), "parameters must be of the type Parameters"),
    (lambda f: f("net_worth_share", worth()), "parameters.share is required by net_worth_share"),
    (lambda f: f("net_worth_share", {}, TENTH), "figures.net_worth is required by net_worth_share"),
    (lambda f: f("net_worth_share", {**worth(), "net_wort": 5}, TENTH), "figures.net_wort is none of"),
    (lambda f: f("net_worth_share", 5, TENTH), "figures must be of the type Mapping"),
    (lambda f: f("net_worth_share", {"net_worth": 5}, TENTH), "figures.net_worth must be of the type"),
    (lambda f: f("share_of_credit_sales", {"credit_sales_12m": money("5")}), "limit_share is required"),
    (lambda f: f("share_of_credit_sales", {"credit_sales_12m": money("5")}, limit_share=0.1),
     "limit_share must be an exact ratio"),
    (lambda f: f("purchases_x_terms", {"expected_purchases_12m": money("5")}, days=-1), "days must be"),
    (lambda f: f("fixed_amount", {}, Parameters(amount=5)), "is of no figure"),
    (lambda f: f("references", {}), "parameters.figures is required by references"),
    (lambda f: f("quarter_orders", {}), "parameters.figures is required by quarter_orders"),
    (lambda f: f("expected_loss", {}, Parameters(budget=5)), "parameters.chance is required"),
    (lambda f: f("expected_loss", {}, Parameters(chance="d")), "parameters.figures is required"),
    (lambda f: f("net_worth_share", worth(), Parameters(share="1", by_grade={"A": Fraction(1)})),
     "parameters.by_grade is for the grades of a policy"),
    (lambda f: f("net_worth_share", worth(), TENTH, currency="RMB"), "RMB"),
    (lambda f: f("net_worth_share", {}, Parameters(share="1", figures=("a", "b"))),
     "at most 1 for net_worth_share"),
    (lambda f: f("working_assets", {}, Parameters(figures=("a",))), "at most 0 for working_assets"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "says"), DOOR)
@pytest.mark.parametrize("function", [method_limit, method_limits])
def test_the_door_says_what_is_wrong(call: Any, says: str, function: Any) -> None:
    def asked(method: Any, figures: Any, p: Any = Parameters(), **more: Any) -> Any:  # noqa: B008
        return function(method, figures, p, **{"currency": CNY, **more})

    with pytest.raises(InvalidFact, match=says):
        call(asked)


def test_money_and_numbers_at_the_door() -> None:
    dollars = {"net_worth": Money("5", "USD")}
    with pytest.raises(InvalidFact, match="must be in CNY"):
        method_limit("net_worth_share", dollars, TENTH, currency=CNY)
    columns: dict[str, Any] = {"net_worth": Amounts.from_major(["5"], "USD")}
    with pytest.raises(InvalidFact, match="must be in CNY"):
        method_limits("net_worth_share", columns, TENTH, currency=CNY)
    p = Parameters(count="n")
    with pytest.raises(InvalidFact, match=r"figures\.n must be a number"):
        method_limit("net_worth_per_supplier", {**worth(), "n": "5"}, p, currency=CNY)
    columns = {"net_worth": Amounts.from_major(["5"], CNY), "n": [1, 2]}
    with pytest.raises(InvalidFact, match="columns of one length"):
        method_limits("net_worth_per_supplier", columns, p, currency=CNY)
    three = {"net_worth": Amounts.from_major(["5", "5", "5"], CNY), "n": Cells(np.array([1, 0, 4]))}
    many = method_limits("net_worth_per_supplier", three, p, currency=CNY)
    assert [many.item(row) for row in range(3)] == [money("5"), None, money("1.25")]
    endless = {"line": Line.UNLIMITED, "late": 3}
    steps = ((Fraction(5), Fraction(1)), (None, Fraction(0)))
    p = Parameters(by="late", rising=False, steps=steps)
    assert method_limit("payment_experience", endless, p, currency=CNY).missing == ("line",)
    assert method_limit(
        "payment_experience", {**endless, "line": money("7")}, p, currency=CNY
    ).amount == money("7")
    huge = method_limit(
        "net_worth_share",
        {"net_worth": Money.from_minor(LARGEST, CNY)},
        Parameters(share=3),
        currency=CNY,
    )
    assert (huge.amount, huge.missing) == (None, ())
    assert ck.limits.by_method.method_limit is method_limit


@pytest.mark.parametrize("value", ["a tenth", 0.1, -1, True])
def test_a_parameter_is_an_exact_ratio(value: Any) -> None:
    with pytest.raises(InvalidFact, match=r"parameters.share must be an exact ratio"):
        Parameters(share=value)
