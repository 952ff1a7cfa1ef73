"""The language of conditions: what it reads and refuses; one row, a column and fractions agree."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from creditkit._columns import LINE_STATES, Cells, Codes, State
from creditkit.figures import FIGURES, UNDEFINED, Figure, FigureKind, Value
from creditkit.money import LARGEST, Line
from creditkit.policy.figures.facts import CATALOGUE as OF_POLICIES
from creditkit.policy.schema.conditions import STATUSES, Condition, ConditionError, Linear, parse
from creditkit.policy.schema.phrases import PHRASES, kind_phrase
from tests import naive
from tests.strategies import OWN_KINDS, conditions

CATALOGUE = {**FIGURES, **OWN_KINDS}
COLUMNS = {"max_overdue_days": FigureKind.DAYS, "max_order": FigureKind.MONEY}


def read(text: str, digits: int = 2) -> Condition:
    return parse(text, CATALOGUE, digits=digits, columns=COLUMNS)


def column_of(values: Sequence[Value], kind: FigureKind) -> Cells:
    """A column of values as a run has it."""
    if kind is FigureKind.CATEGORY:
        return Codes.of([value if isinstance(value, str) else None for value in values])
    states = [
        LINE_STATES[value]
        if isinstance(value, Line)
        else State.UNDEFINED
        if value is UNDEFINED
        else State.UNKNOWN
        if value is None or value != value
        else State.KNOWN
        for value in values
    ]
    dtype: Any = np.float64 if kind.floating else np.int8 if kind is FigureKind.FLAG else np.int64
    plain = [
        value if state == State.KNOWN else 0 for value, state in zip(values, states, strict=True)
    ]
    return Cells(np.array(plain, dtype=dtype), np.array(states, dtype=np.uint8))


def statuses(text: str, rows: Sequence[Mapping[str, Value]], digits: int = 2) -> list[str]:
    """The status of each row, which one, many and the naive reading agree on."""
    condition = read(text, digits)
    ones = [condition.judge(row).status for row in rows]
    kinds = {**{name: figure.kind for name, figure in CATALOGUE.items()}, **COLUMNS}
    columns = {name: column_of([row[name] for row in rows], kinds[name]) for name in rows[0]}
    many = condition.judge_columns(columns.__getitem__, len(rows))
    assert [STATUSES[code] for code in many] == ones
    currency = {0: "JPY", 2: "CNY", 3: "KWD"}[digits]
    own = {name: kind.value for name, kind in COLUMNS.items()}
    clean = [{k: None if v != v else v for k, v in row.items()} for row in rows]
    said = [naive.judge(text, r, currency=currency, own=OWN_KINDS, columns=own) for r in clean]
    assert said == ones
    return ones


def status(text: str, digits: int = 2, **values: Value) -> str:
    return statuses(text, [values], digits)[0]


# --------------------------------------------------------------------------------- what is refused

REFUSED = [
    ("", "exactly one of"),
    ("overdue", "exactly one of"),
    ("overdue <= 1 <= 2", "exactly one of"),
    ("overdue <= 1 in [a]", "exactly one of"),
    ("overdue <=", "a term is missing"),
    ("<= overdue", "a term is missing"),
    ("- <= overdue", "a term is missing"),
    ("overdue <= 5 +", "a term is missing"),
    ("overdue <= 5 *", "a name is missing after"),
    ("overdue <= 50 %", "write what 50% is a share of"),
    ("overdue <= 5 * 5", "'5' must be a name"),
    ("overdue <= overdue * 5", r"cannot read '\*' here"),
    ("overdue overdue <= 5", "cannot read 'overdue' here"),
    ("overdue <= - - 5", "cannot read '-' here"),
    ("overdue <= [5]", r"cannot read '\[' here"),
    ("overdue <= (5)", r"cannot read '\(5\)'"),
    ('overdue <= "5', "cannot read"),
    ("overdue <= ５", "cannot read '５'"),
    ("overdue <= 5; import os", "cannot read '; import os'"),
    ("__import__ <= 5", "unknown figure '__import__'"),
    ("5 <= 6", "must name at least one figure"),
    ("overdue <= oldest_overdue_days", "one exact kind .*overdue is money, oldest"),
    ("z2 + z2 >= 1", "one exact kind"),
    ("5 <= z2", "one exact kind"),
    ("5 == blocked", "one exact kind"),
    ("z2 >= overdue", "'z2' is a score: compare it with one number"),
    ("z2 >= 1 + 1", "compare it with one number"),
    ("z2 >= - - 1", "compare it with one number"),
    ("z2 >= " + "9" * 400, "more than a float holds"),
    ("overdue in [a]", "'overdue' is not a flag or a category"),
    ("overdue overdue in [a]", "is not a flag or a category"),
    ("in [a]", "unknown figure 'in'"),
    ("[a] in industry", r"'\[' must be a name"),
    ("industry in", "must be a list in brackets"),
    ("industry not in", "must be a list in brackets"),
    ("industry not in a", "must be a list in brackets"),
    ("industry not [a]", "exactly one of"),
    ("not in [a]", "unknown figure 'not'"),
    ("industry not not in [a]", "'industry' is not a flag or a category"),
    ("overdue not in [a]", "'overdue' is not a flag or a category"),
    ("industry in a", "must be a list in brackets"),
    ("industry in []", "must be a list in brackets"),
    ("industry in [a b]", "separated by commas"),
    ("industry in [,]", "must hold names or quoted text"),
    ("industry <= a", "takes == != in or not in, not '<='"),
    ("industry == a b", "compare 'industry' with one word, in double quotes"),
    ("industry ==", "compare 'industry' with one word"),
    ("blocked == not true", "'blocked' is a flag: compare it with true or false"),
    ("industry == [", "must hold names or quoted text"),
    ("blocked == maybe", "'blocked' is a flag: compare it with true or false"),
    ("blocked == 1", "is a flag"),
    ("overdue <= " + "1 + " * 300 + "1", "at most 1,000 characters"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[text[:30] for text, _ in REFUSED])
def test_what_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConditionError, match=message):
        read(text)


def test_an_unknown_name_comes_with_the_one_that_looks_most_like_it() -> None:
    with pytest.raises(ConditionError) as caught:
        read("exposre + order <= line")
    assert (caught.value.code, caught.value.name, caught.value.hint) == (
        "name.unknown", "exposre", "exposure",
    )  # fmt: skip


@given(st.text(max_size=40) | st.text('<=>!+-*%[],". 019ainz2overdue', max_size=40))
@example("z2 in [")
def test_any_text_is_a_condition_or_is_refused(text: str) -> None:
    try:
        condition = read(text)
    except ConditionError:
        return
    assert set(condition.names) <= {*CATALOGUE, *COLUMNS}


@given(st.lists(st.sampled_from(
    ["overdue", "z2", "blocked", "industry", "<=", "==", "!=", "in", "not", "[", "]", ",", "+", "-", "*",
     "5", "0.5", "10 %", "true", '"a b"', "max_order"]
), max_size=8))  # fmt: skip
def test_any_row_of_words_is_a_condition_or_is_refused(words: list[str]) -> None:
    try:
        condition = read(" ".join(words))
    except ConditionError:
        return
    assert condition.names


# ------------------------------------------------------------------------------------- exact sums


def test_money_constants_are_major_units_of_the_currency() -> None:
    for digits, minor in ((0, 50), (2, 5000), (3, 50_000)):
        assert status("overdue <= 50", digits, overdue=minor) == "pass"
        assert status("overdue <= 50", digits, overdue=minor + 1) == "fail"
        assert status("overdue < 50", digits, overdue=minor) == "fail"
    assert status("overdue <= 0.001", 3, overdue=1) == "pass"
    assert status("overdue <= 0.0005", 3, overdue=1) == "fail"
    assert status("oldest_overdue_days <= 5", oldest_overdue_days=5) == "pass"


def test_percent_and_decimals_say_the_same() -> None:
    for share in ("12.5 %", "12.5%", "0.125"):
        assert status(f"overdue <= {share} * receivables", overdue=1, receivables=8) == "pass"
        assert status(f"overdue <= {share} * receivables", overdue=2, receivables=8) == "fail"
    assert status("z2 >= 110 %", z2=1.1) == "pass"


def test_nothing_is_rounded_before_it_is_compared() -> None:
    text = "overdue <= 0.57 * receivables"
    assert status(text, overdue=57, receivables=100) == "pass"  # int(0.57 * 100) is 56
    assert status(text, overdue=58, receivables=101) == "fail"


def test_signs() -> None:
    assert status("- overdue <= - 1", overdue=100) == "pass"
    assert status("- overdue <= - 1", overdue=99) == "fail"
    assert status("line - exposure - 0.5 * order >= - 3", line=0, exposure=0, order=600) == "pass"
    assert status("z2 >= -1.1", z2=-1.1) == "pass"
    assert status("z2 > -1.1", z2=-1.1) == "fail"
    assert status("order + order - order <= 2", order=200) == "pass"


def test_a_share_of_nothing_does_not_apply() -> None:
    text = "overdue <= 0.40 * receivables"
    for receivables in (0, -1):
        assert status(text, overdue=5, receivables=receivables) == "not_applicable"
    assert status("overdue < receivables", overdue=5, receivables=0) == "not_applicable"
    assert status("overdue <= receivables + 1", overdue=5, receivables=0) == "pass"
    assert status("overdue <= 0.5 * exposure", overdue=5, exposure=0) == "fail"
    assert status("receivables >= overdue", overdue=5, receivables=0) == "fail"


def test_columns_of_the_grade_are_names_like_any_other() -> None:
    text = "oldest_overdue_days <= max_overdue_days"
    rows = [{"oldest_overdue_days": 5, "max_overdue_days": limit} for limit in (4, 5, None)]
    assert statuses(text, rows) == ["fail", "pass", "indeterminate"]
    with pytest.raises(ConditionError, match="unknown figure 'max_order'"):
        parse("order <= max_order", CATALOGUE, digits=2)


def test_both_sides_are_told() -> None:
    condition = read("overdue <= 0.40 * receivables")
    judged = condition.judge({"overdue": 4001, "receivables": 10_000})
    assert (judged.status, judged.left, judged.right, judged.scale) == ("fail", 20_005, 20_000, 5)
    unknown = condition.judge({"overdue": None, "receivables": Line.INHERIT})
    assert unknown.missing == ("overdue", "receivables")
    flag = read("blocked == false").judge({"blocked": True})
    assert (flag.status, flag.left, flag.right) == ("fail", True, False)


# ----------------------------------------------------------------------------------------- states


@pytest.mark.parametrize(
    ("text", "line", "wanted"),
    [
        ("exposure + order <= line", Line.UNLIMITED, "pass"),
        ("exposure + order <= line", Line.NONE, "fail"),
        ("exposure + order <= line", Line.INHERIT, "indeterminate"),
        ("exposure + order <= line", None, "indeterminate"),
        ("line >= exposure + order", Line.UNLIMITED, "pass"),
        ("line <= exposure", Line.UNLIMITED, "fail"),
        ("exposure == line", Line.UNLIMITED, "fail"),
        ("exposure != line", Line.UNLIMITED, "pass"),
        ("exposure <= - line", Line.UNLIMITED, "fail"),
        ("exposure <= 0.5 * line", Line.UNLIMITED, "pass"),
        ("exposure <= 0.5 * line", Line.NONE, "fail"),
        ("exposure <= 0 * line", Line.UNLIMITED, "fail"),
        ("exposure - line <= - line", Line.UNLIMITED, "fail"),
        ("line - line <= exposure", Line.UNLIMITED, "pass"),
    ],
)
def test_states_of_a_line(text: str, line: Value, wanted: str) -> None:
    values = {"exposure": 100, "order": 50, "line": line}
    names = read(text).names
    assert status(text, **{name: values[name] for name in names}) == wanted


@given(
    st.sampled_from(["<=", "<", ">=", ">", "==", "!="]),
    st.sampled_from([Line.UNLIMITED, Line.NONE, Line.INHERIT, None, 0, 7, LARGEST]),
    st.sampled_from([Line.UNLIMITED, Line.NONE, Line.INHERIT, None, 0, 7, LARGEST]),
)
def test_states_on_both_sides(op: str, left: Value, right: Value) -> None:
    """Endless on both sides is a tie, and then the rest decides."""
    said = status(f"requested_limit {op} line", requested_limit=left, line=right)
    if left is Line.UNLIMITED and right is Line.UNLIMITED:
        assert said == ("pass" if op in ("<=", ">=", "==") else "fail")
        other = status(
            f"requested_limit {op} line + order", requested_limit=left, line=right, order=1
        )
        assert other == ("pass" if op in ("<=", "<", "!=") else "fail")


@pytest.mark.parametrize("value", [None, UNDEFINED, float("nan")], ids=["None", "UNDEFINED", "NaN"])
def test_what_has_no_value_is_indeterminate(value: Value) -> None:
    for op in ("<=", "<", ">=", ">", "==", "!="):
        condition = read(f"z2 {op} 1")
        assert condition.judge({"z2": value}).status == "indeterminate"
        assert condition.judge({"z2": value}).missing == ("z2",)
    assert statuses("z2 != 1", [{"z2": value}, {"z2": 2.0}, {"z2": 1.0}]) == [
        "indeterminate", "pass", "fail",
    ]  # fmt: skip
    if value is not None and value != value:
        return
    assert status("blocked != true", blocked=value) == "indeterminate"
    assert status("industry in [a]", industry=value) == "indeterminate"
    assert status("overdue != 1", overdue=value) == "indeterminate"


def test_flags_and_categories() -> None:
    rows: list[dict[str, Value]] = [{"blocked": value} for value in (True, False, None)]
    assert statuses("blocked == false", rows) == ["fail", "pass", "indeterminate"]
    assert statuses("blocked != false", rows) == ["pass", "fail", "indeterminate"]
    assert statuses("blocked in [true, false]", rows) == ["pass", "pass", "indeterminate"]
    names: list[dict[str, Value]] = [{"industry": value} for value in ("贸易", "a b", "x", None)]
    assert statuses('industry in [贸易, "a b"]', names) == ["pass", "pass", "fail", "indeterminate"]
    for text in ('industry not in [贸易, "a b"]', 'industry  not  in[贸易,"a b" ]'):
        assert statuses(text, names) == ["fail", "fail", "pass", "indeterminate"]
    assert statuses("blocked not in [true]", rows) == ["fail", "pass", "indeterminate"]
    assert statuses("industry != x", names) == ["pass", "pass", "fail", "indeterminate"]
    assert statuses("industry == 5", [{"industry": "5"}]) == ["pass"]


def test_a_figure_of_the_house_may_be_called_not() -> None:
    own = Figure(name="not", kind=FigureKind.CATEGORY, en="Not", zh="否", meaning="A category")
    for text, holds in (("not in [a]", True), ("not not in [a]", False), ("not != a", False)):
        condition = parse(text, {"not": own}, digits=2)
        assert condition.passes({"not": "a"}) is holds


def test_a_category_that_nobody_has_is_indeterminate_for_all() -> None:
    nobody = Cells(np.zeros(2, dtype=np.int64), np.full(2, State.UNKNOWN, dtype=np.uint8))
    for text in ("industry in [a]", "industry != a", "blocked == true"):
        assert read(text).judge_columns(lambda _: nobody, 2).tolist() == [2, 2]


# ------------------------------------------------------------------------------------- many rows

wholes = st.one_of(
    st.integers(-LARGEST, LARGEST),
    st.integers(-300, 300),
    st.sampled_from([0, 1, -1, LARGEST, -LARGEST, 2**53, 2**62]),
    st.sampled_from([None, *Line]),
)
numbers = st.fractions(0, 10**6, max_denominator=1000).map(lambda f: f"{float(f):.4f}")


@given(
    st.lists(st.tuples(wholes, wholes, wholes, wholes), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from("+-"), numbers, st.integers(0, 4)), min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from("+-"), numbers, st.integers(0, 4)), min_size=1, max_size=4),
    st.sampled_from(["<=", "<", ">=", ">", "==", "!="]),
    st.sampled_from([0, 2, 3]),
)
def test_one_many_and_fractions_agree_beyond_64_bits(
    rows: list[tuple[Any, ...]], left: Any, right: Any, op: str, digits: int
) -> None:
    names = ("overdue", "receivables", "line", "order")

    def side(terms: Any) -> str:
        out = []
        for sign, number, name in terms:
            out.append(f"{sign} {number}" + (f" * {names[name]}" if name < 4 else ""))
        return " ".join(out).removeprefix("+ ")

    text = f"{side(left)} {op} {side(right)}"
    if not any(name < 4 for _, _, name in [*left, *right]):
        return
    statuses(text, [dict(zip(names, row, strict=True)) for row in rows], digits)


def test_sums_beyond_64_bits_do_not_wrap() -> None:
    rows: list[dict[str, Value]] = [
        {"overdue": LARGEST, "receivables": LARGEST, "line": value} for value in (LARGEST, 0)
    ]
    assert statuses("overdue + receivables <= line", rows) == ["fail", "fail"]
    assert statuses("overdue + receivables - line >= 92233720368547758.07", rows) == [
        "pass",
        "pass",
    ]
    huge = "9" * 900
    assert statuses(f"overdue <= {huge}", [{"overdue": LARGEST}]) == ["pass"]
    assert statuses(f"{huge} * overdue <= 1", [{"overdue": 1}]) == ["fail"]


def test_more_lines_without_an_end_than_eight_bits_count() -> None:
    names = [chr(ord("一") + place) for place in range(150)]
    kinds = dict.fromkeys(names, FigureKind.MONEY)
    condition = parse(" + ".join(names) + " <= order", FIGURES, digits=2, columns=kinds)
    endless = Cells(np.zeros(1, dtype=np.int64), np.full(1, State.UNLIMITED, dtype=np.uint8))
    known = Cells(np.ones(1, dtype=np.int64))
    many = condition.judge_columns(lambda name: known if name == "order" else endless, 1)
    row = {**dict.fromkeys(names, Line.UNLIMITED), "order": 1}
    assert condition.judge(row).status == STATUSES[many[0]] == "fail"


def test_no_rows() -> None:
    empty = Cells(np.zeros(0, dtype=np.int64))
    for text in ("overdue + order <= line", "z2 >= 1", "blocked == false", "industry in [a]"):
        assert read(text).judge_columns(lambda _: empty, 0).tolist() == []


@given(st.floats(allow_infinity=False), st.sampled_from(["1.1", "-2.6", "0", "1e0"[:1], "33.3 %"]))
def test_a_bound_is_the_nearest_float(value: float, bound: str) -> None:
    number = Fraction(bound.strip("- %")) / (100 if "%" in bound else 1)
    exact = -number if bound.startswith("-") else number
    nearest = float(exact)
    assert status(f"z2 >= {bound}", z2=nearest) == "pass"
    for op, holds in (("<=", value <= nearest), (">", value > nearest), ("==", value == nearest)):
        wanted = "indeterminate" if value != value else "pass" if holds else "fail"
        assert status(f"z2 {op} {bound}", z2=value) == wanted


def test_a_linear_condition_is_whole_numbers_only() -> None:
    condition = read("0.333 * overdue + 1.5 <= 12.5 % * line - 0.001")
    assert isinstance(condition, Linear)
    assert condition.scale == 1000
    assert (condition.left, condition.right) == ((("overdue", 333),), (("line", 125),))
    assert (condition.left_constant, condition.right_constant) == (150_000, -100)


# ----------------------------------------------------------------------------------- the short way

ANYTHING: list[Any] = [
    0, 1, -1, 250, LARGEST, -LARGEST, 2**200, -(2**200), True, False, None, UNDEFINED, *Line,
    0.0, 1.1, -2.5, float("nan"), float("inf"), np.float64(1.1), 10.0**300, "trade", "a b", "",
]  # fmt: skip
EVERY_SORT = [
    "exposure + order <= line", "exposure + order < line", "line >= exposure + order",
    "2 * exposure - 0.333 * order > 1.5 * line + 7", "exposure == order", "exposure != line",
    "overdue <= 0.40 * receivables", "overdue + 1 < 3 * receivables", "5 <= receivables",
    "overdue <= 0 * receivables", "overdue + order <= 0.5 * receivables", "overdue <= - receivables",
    "receivables <= 0.4 * receivables", "line - line <= exposure", "exposure - line <= - line",
    "exposure + order + overdue <= line + receivables", "0 * line <= 1", "0 * line >= 1",
    "3 * order_total <= 2.5", "3 * order_total < 2.5", "3 * order_total >= 2.5", "- order > -1.01",
    "oldest_overdue_days <= max_overdue_days", "oldest_overdue_days < max_overdue_days + 2",
    "exposure + order <= line + 1.5", "settled_count >= 2.5", "settled_count < 2",
    "z2 >= 1.1", "z2 > 1.1", "z2 <= -2.5", "z2 < 250", "z2 == 1.1", "z2 != 1.1",
    "blocked == false", "blocked != false", "blocked in [true, false]", "blocked not in [true]",
    "industry in [trade]", 'industry in [trade, "a b"]', "industry != trade",
    'industry not in [trade, "a b"]', 'industry == "1"',
]  # fmt: skip


@given(
    st.sampled_from(EVERY_SORT),
    st.lists(st.sampled_from(ANYTHING) | st.integers(-300, 300), min_size=5, max_size=5),
)
def test_the_short_way_passes_what_the_long_one_passes(text: str, drawn: list[Any]) -> None:
    condition = read(text)
    row = dict(zip(condition.names, drawn, strict=False))
    assert condition.passes(row) is (condition.judge(row).status == "pass")


@pytest.mark.parametrize("text", EVERY_SORT)
def test_the_short_way_agrees_on_every_value_of_each_name(text: str) -> None:
    condition = read(text)
    for name in condition.names:
        for others in (5, 0, Line.UNLIMITED):
            for value in ANYTHING:
                row = {**dict.fromkeys(condition.names, others), name: value}
                assert condition.passes(row) is (condition.judge(row).status == "pass"), row


@given(conditions(), st.lists(wholes | st.floats() | st.booleans(), min_size=6, max_size=6))
def test_the_short_way_agrees_on_drawn_conditions(text: str, drawn: list[Any]) -> None:
    condition = parse(text, {**OF_POLICIES, **OWN_KINDS}, digits=2)
    row = dict(zip(condition.names, drawn, strict=False))
    assert condition.passes(row) is (condition.judge(row).status == "pass")


TURNED = {"pass": "fail", "fail": "pass"}


@pytest.mark.parametrize("text", EVERY_SORT)
def test_the_opposite_passes_where_a_condition_fails(text: str) -> None:
    condition = read(text)
    for name in condition.names:
        for others in (5, 0, 1, Line.UNLIMITED):
            for value in ANYTHING:
                row = {**dict.fromkeys(condition.names, others), name: value}
                status, opposite = condition.judge(row).status, condition.opposite
                assert opposite.judge(row).status == TURNED.get(status, status), row
                assert opposite.passes(row) is (status == "fail"), row


@given(conditions(), st.lists(wholes | st.floats() | st.booleans(), min_size=6, max_size=6))
def test_the_opposite_of_a_drawn_condition(text: str, drawn: list[Any]) -> None:
    condition = parse(text, {**OF_POLICIES, **OWN_KINDS}, digits=2)
    row = dict(zip(condition.names, drawn, strict=False))
    assert condition.opposite.passes(row) is (condition.judge(row).status == "fail")


class Seen(dict[str, Value]):
    """Figures that note which of them were read."""

    def __init__(self, figures: Mapping[str, Value]) -> None:
        super().__init__(figures)
        self.read: list[str] = []

    def __getitem__(self, name: str) -> Value:
        self.read.append(name)
        return super().__getitem__(name)


@pytest.mark.parametrize("text", EVERY_SORT)
@pytest.mark.parametrize("value", [1, None, Line.UNLIMITED], ids=str)
def test_both_ways_read_the_same_figures_in_the_same_order(text: str, value: Value) -> None:
    """Or an assumption would be told where nothing was assumed."""
    condition = read(text)
    short, long = Seen(dict.fromkeys(condition.names, value)), Seen({})
    long.update(short)
    condition.passes(short)
    condition.judge(long)
    assert list(dict.fromkeys(short.read)) == list(dict.fromkeys(long.read))


@pytest.mark.parametrize("text", EVERY_SORT)
def test_a_condition_is_stored_and_copied_with_its_short_way(text: str) -> None:
    condition = read(text)
    for again in (pickle.loads(pickle.dumps(condition)), copy.deepcopy(condition)):
        assert again == condition
        row = dict.fromkeys(condition.names, 1)
        assert again.passes(row) is condition.passes(row)


# ------------------------------------------------------------------------------- in two languages


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[text[:30] for text, _ in REFUSED])
def test_what_is_refused_is_told_in_both_languages(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        read(text)
    error = caught.value
    assert str(error) == error.message() == error.message("en")
    assert re.search("[\u4e00-\u9fff]", error.message("zh"))
    again = pickle.loads(pickle.dumps(error))
    assert (again.key, again.params, again.hint) == (error.key, error.params, error.hint)


def test_every_error_is_met() -> None:
    met = set()
    for text, _ in REFUSED:
        with pytest.raises(ConditionError) as caught:
            read(text)
        met.add(caught.value.phrase.key)
    assert met == {key for key in PHRASES if key.startswith("condition.")}


def test_kinds_are_named_in_both_languages() -> None:
    assert all(kind_phrase(kind).in_("zh") != str(kind_phrase(kind)) for kind in FigureKind)
    with pytest.raises(ConditionError) as caught:
        read("overdue <= oldest_overdue_days")
    error = caught.value
    assert error.params["kinds"] == {
        "overdue": FigureKind.MONEY, "oldest_overdue_days": FigureKind.DAYS,
    }  # fmt: skip
    assert "overdue is money, oldest_overdue_days is days" in str(error)
    assert "overdue 为金额，oldest_overdue_days 为天数" in error.message("zh")
