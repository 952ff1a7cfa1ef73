"""Results in columns behave alike: rows, errors, plain data, columns and pages are said once."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import creditkit as ck
from creditkit._layout import Page, html_table
from creditkit._planes import Planes
from creditkit.errors import InvalidFact, NoSuchRow
from creditkit.models import dupont
from creditkit.models.altman import Z2_1995
from creditkit.policy import standard
from creditkit.receivables import curves, receipts, rolls
from tests import doors, entries, test_pickle

TODAY = date(2026, 11, 21)
RESULTS: dict[str, Callable[[], Any]] = {
    "decisions": lambda: test_pickle.RUN,
    "alerts": lambda: test_pickle.ALERTS,
    "worklist": lambda: ck.worklist(test_pickle.DEBTORS),
    "queue": lambda: doors.QUEUE,
    "plan": lambda: doors.PLAN,
    "ageing": lambda: ck.ageing(test_pickle.LEDGER, as_of=TODAY),
    "sales": lambda: ck.sales(test_pickle.LEDGER, as_of=TODAY),
    "allocated": lambda: ck.allocate(test_pickle.RUNNING, as_of=TODAY),
    "reconciliation": lambda: ck.reconcile(test_pickle.LEDGER, since="2026-09-01", until=TODAY),
    "scores": lambda: Z2_1995.scores(test_pickle.STATEMENTS),
    "scores of a card": lambda: test_pickle.CARD.scores(test_pickle.STATEMENTS),
    "dupont": lambda: dupont.dupont(test_pickle.STATEMENTS),
    "paying curves": lambda: curves.paying_curves(doors.BOOK, as_of=TODAY),
    "expected receipts": lambda: receipts.expected_receipts(doors.BOOK, as_of=TODAY, least=1),
    "ageing roll": lambda: rolls.ageing_roll(doors.BOOK, as_of=TODAY, earlier="2026-10-21"),
    "dupont in five": lambda: dupont.dupont(test_pickle.STATEMENTS, steps=5, balances="average"),
}
every_result = pytest.mark.parametrize("name", RESULTS)


# ---------------------------------------------------------------------------------------- rows


@every_result
def test_a_row_is_asked_for_by_its_number(name: str) -> None:
    result = RESULTS[name]()
    rows = [result[row] for row in range(len(result))]
    assert rows
    assert rows == list(result) == [result[row - len(rows)] for row in range(len(rows))]
    assert result[np.int64(0)] == result[np.uint8(0)] == rows[0]
    assert list(reversed(result)) == rows[::-1]
    assert rows[0] in result


@every_result
@pytest.mark.parametrize("wrong", ["x", None, 1.0, True, slice(0, 1), np.timedelta64(0), (0,)])
def test_what_is_no_number_of_a_row_is_refused(name: str, wrong: Any) -> None:
    with pytest.raises(InvalidFact, match="must be the number of") as caught:
        RESULTS[name]()[wrong]
    assert not isinstance(caught.value, IndexError)
    assert ("range" in caught.value.remedy) == isinstance(wrong, slice)


@every_result
@pytest.mark.parametrize("beyond", [0, 7, -1, 2**20_000], ids=["next", "far", "before", "huge"])
def test_a_row_that_is_not_there_ends_a_walk(name: str, beyond: int) -> None:
    result = RESULTS[name]()
    row = len(result) + beyond if beyond >= 0 else -len(result) + beyond
    with pytest.raises(NoSuchRow, match=f"of {len(result)}") as caught:
        result[row]
    assert isinstance(caught.value, IndexError)  # Python's own protocol of sequences needs one


def test_what_was_watched_is_asked_for_by_number_too() -> None:
    watched = test_pickle.ALERTS.watched("C-1")
    assert watched[0] == watched.alerts[0] and watched[-1] == watched.alerts[-1]
    for wrong, kind in (("x", InvalidFact), (99, NoSuchRow)):
        with pytest.raises(kind):
            watched[wrong]  # type: ignore[index]
    with pytest.raises(InvalidFact, match=r"alerts\.customer must be of the type str"):
        test_pickle.ALERTS.watched(["C-1"])  # type: ignore[arg-type]


@every_result
@pytest.mark.parametrize("other", [5, None, "x", [], object])
def test_nothing_else_says_the_same(name: str, other: object) -> None:
    assert RESULTS[name]().same_as(other) is False


def test_results_of_another_kind_do_not_say_the_same() -> None:
    for name in RESULTS:
        same = {other for other in RESULTS if RESULTS[name]().same_as(RESULTS[other]())}
        assert same == {name}


# ---------------------------------------------------------------------------------- plain data


@every_result
def test_plain_data_comes_back(name: str) -> None:
    result = RESULTS[name]()
    plain = result.to_dict()
    back = type(result).from_dict(json.loads(json.dumps(plain, allow_nan=False)))
    assert back.same_as(result) and result.same_as(back)
    assert repr(back) == repr(result)
    assert len(back) == len(result)
    assert _equal(back.to_columns(), result.to_columns())


@every_result
def test_plain_data_is_read_whole_or_not_at_all(name: str) -> None:
    result = RESULTS[name]()
    plain = result.to_dict()
    kind = type(result)
    for wrong in (5, None, [], {}, {"schema": "creditkit.other/1"}):
        with pytest.raises(InvalidFact):
            kind.from_dict(wrong)
    with pytest.raises(InvalidFact, match="is not known"):
        kind.from_dict({**plain, "more": 1})
    for key in plain:
        with pytest.raises(InvalidFact):
            kind.from_dict({one: value for one, value in plain.items() if one != key})
        for wrong in (object(), [object()], {"a": 1}, -7):
            with pytest.raises(InvalidFact):
                kind.from_dict({**plain, key: wrong})


def test_rows_that_need_their_facts_are_not_in_a_record() -> None:
    for name in ("decisions", "scores", "dupont"):
        result = RESULTS[name]()
        back = type(result).from_dict(result.to_dict())
        with pytest.raises(InvalidFact, match="was read from a record"):
            back[0]
        with pytest.raises(NoSuchRow):
            back[99]
    columns = ("paying curves", "expected receipts", "ageing roll")
    for name in ("alerts", "worklist", "ageing", *columns):
        result = RESULTS[name]()
        assert list(type(result).from_dict(result.to_dict())) == list(result)


@pytest.mark.parametrize(
    ("key", "row", "value"),
    [
        ("limit", 0, "5.00"),  # beside a state that is not known
        ("limit_state", 0, "known"),  # beside no amount
        ("limit_state", 0, "plenty"),
        ("security_required", 0, "false"),
        ("grade", 0, 1.9),
        ("grade", 0, 99),
        ("outcome", 0, -1),
        ("terms", 0, True),
        ("reasons", 0, [10**10]),
        ("reasons", 0, [-1]),
        ("reasons", 0, ["x"]),
        ("score", 0, "700"),
        ("next_review", 0, "tomorrow"),
        ("id", 0, 7),
    ],
)
def test_a_cell_that_says_something_else_is_no_decision(key: str, row: int, value: Any) -> None:
    unknown = ck.Portfolio.from_columns({"id": ["C-1", "C-2"], "currency": "CNY"})
    plain = ck.Policy.standard().decide(unknown, as_of=TODAY).to_dict()
    assert plain["limit"][row] is None
    plain[key][row] = value
    with pytest.raises(InvalidFact):
        ck.Decisions.from_dict(plain)


def test_columns_of_another_length_are_no_decisions() -> None:
    for key, value in test_pickle.RUN.to_dict().items():
        if isinstance(value, list) and not key.endswith("_names") and key not in (
            "notes", "reason_keys", "limit", "limit_state"
        ):  # fmt: skip
            with pytest.raises(InvalidFact, match="rows in every column"):
                ck.Decisions.from_dict({**test_pickle.RUN.to_dict(), key: value[:-1]})


def _equal(one: Any, other: Any) -> bool:
    return one.keys() == other.keys() and all(
        np.array_equal(np.asarray(one[name]), np.asarray(other[name]), equal_nan=True)
        if getattr(one[name], "dtype", np.dtype(object)).kind == "f"
        else list(one[name]) == list(other[name])
        for name in one
    )


# ----------------------------------------------------------------------------------------- pages


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.styles: set[str] = set()
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)
        self.styles |= {f"{name}={value}" for name, value in attributes}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "pre"}
STYLES = {"style=text-align:left", "style=text-align:right", "style=font-family:monospace"}


def _shown() -> dict[str, Any]:
    every = {name: make() for name, make in test_pickle.RESULTS.items()}
    return {name: one for name, one in every.items() if isinstance(one, Page)}


def test_every_result_is_a_page_for_a_notebook() -> None:
    shown = _shown()
    single = "decision verdict check release score part return exposure watched alert task"
    assert shown.keys() >= {*single.split(), "ageing", "decisions", "worklist", "alerts"}
    assert shown.keys() >= {"scores of a card", "returns", "debtors", "months", "portfolio"}
    assert shown.keys() >= {"ledger", "policy"}
    for name, result in shown.items():
        for language in ("en", "zh"):
            tags = Tags(result.to_html(language))
            assert tags.seen <= TAGS and tags.styles <= STYLES, name
        assert result._repr_html_() == result.to_html("en") == result.to_html(), name


@every_result
def test_a_page_of_columns_says_its_title_in_both_languages(name: str) -> None:
    result = RESULTS[name]()
    pages = {language: result.to_html(language) for language in ("en", "zh")}
    titles = {language: page.split("</caption>")[0] for language, page in pages.items()}
    assert titles["en"].isascii()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in titles["zh"])


def test_a_page_of_columns_is_small_and_counts_the_rest() -> None:
    rows = 500
    book = ck.Portfolio.from_columns(
        {"id": [f"<b>{row}</b>" + "x" * 90 for row in range(rows)], "currency": "CNY",
         "insolvency": [True] * rows}
    )  # fmt: skip
    run = ck.Policy.standard().decide(book, as_of=TODAY)
    page = run.to_html()
    assert len(page) < 5_000
    assert "&lt;b&gt;0&lt;/b&gt;" in page and "<b>" not in page
    assert "<p>and 490 more rows</p>" in page and "500 reject" in page
    assert "<p>另有 490 行</p>" in run.to_html("zh")
    items = ck.Ledger.from_columns(
        {"account": [f"C-{row:04}" for row in range(rows)], "currency": "CNY", "kind": "invoice",
         "amount": [123_456_789] * rows, "doc_date": "2026-01-01"}
    )  # fmt: skip
    aged = ck.ageing(items, as_of=TODAY)
    assert len(aged.to_html()) < 5_000
    assert "and 480 more accounts" in aged.to_html() and "C-0019" in aged.to_html()


def test_a_long_cell_is_cut_and_a_table_may_have_no_head() -> None:
    page = html_table((), [["a" * 61, "b" * 60]])
    assert "a" * 57 + "...<" in page and "b" * 60 in page
    assert "<thead>" not in page and "<caption" not in page


def test_a_record_without_a_page_shows_its_fields() -> None:
    page = entries.VERDICT.checks[0].to_html()
    assert '<td style="text-align:left">require</td>' in page
    assert "exposure + order &lt;= line" in page
    exposure = ck.Policy.standard().exposure(entries.ACCOUNT, as_of=TODAY).to_html()
    assert "receivables" in exposure and "Component(" not in exposure


# --------------------------------------------------------------------------------------- reasons


@st.composite
def noted(draw: st.DrawFn) -> tuple[list[list[bool]], int]:
    """Who has which of up to 130 names, and rows a block."""
    rows = draw(st.integers(0, 40))
    names = draw(st.integers(0, 130))
    table = draw(hnp.arrays(bool, (names, rows), elements=st.booleans()))
    return table.tolist(), draw(st.integers(1, 17))


@given(noted())
def test_planes_say_what_was_noted(given: tuple[list[list[bool]], int]) -> None:
    table, size = given
    names = [f"n{place}" for place in range(len(table))]
    rows = len(table[0]) if table else 0
    whole, parts = Planes(names, rows), Planes(names, rows, size)
    for name, row in zip(names, table, strict=True):
        where = np.array(row, dtype=bool)
        whole.note(name, where)
        for start in range(0, rows, size):
            block = where[start : start + size]
            if block.any():
                parts.note_block(name, block, start)
    wanted = [[at for at in range(len(table)) if table[at][row]] for row in range(rows)]
    again = Planes.of_rows(names, wanted)
    for planes in (whole, parts, again):
        assert len(planes.rows_of_places()) == rows
        assert planes.rows_of_places() == wanted
        assert [planes.of(row) for row in range(rows)] == [
            tuple(names[at] for at in places) for places in wanted
        ]
        assert [planes.has(name).tolist() for name in names] == table
        counts = {name: sum(row) for name, row in zip(names, table, strict=True) if any(row)}
        assert planes.counts() == counts and list(planes.counts()) == list(counts)
        codes, sets = planes.sets()
        assert [sets[code] for code in codes.tolist()] == [planes.of(row) for row in range(rows)]
        assert len(set(sets)) == len(sets)


@given(noted(), st.data())
def test_cleared_rows_have_no_names(
    given: tuple[list[list[bool]], int], data: st.DataObject
) -> None:
    table, size = given
    names = [f"n{place}" for place in range(len(table))]
    rows = len(table[0]) if table else 0
    planes = Planes(names, rows, size)
    for name, row in zip(names, table, strict=True):
        planes.note(name, np.array(row, dtype=bool))
    gone = np.array(data.draw(st.lists(st.booleans(), min_size=rows, max_size=rows)), dtype=bool)
    planes.clear(gone)
    for name, row in zip(names, table, strict=True):
        assert planes.has(name).tolist() == (np.array(row, dtype=bool) & ~gone).tolist()


def test_a_name_of_no_row_takes_no_memory() -> None:
    planes = Planes([f"n{place}" for place in range(10_000)], 1_000_000)
    planes.note("n7", np.zeros(1_000_000, dtype=bool))
    assert planes.memory == 0
    planes.note("n7", np.ones(1_000_000, dtype=bool))
    assert planes.memory == 125_000


def test_reasons_are_asked_for_by_their_keys() -> None:
    book = ck.Portfolio.from_columns(
        {"id": ["C-1", "C-2", "C-3"], "currency": "CNY", "insolvency": [True, None, False]}
    )
    run = ck.Policy.standard().decide(book, as_of=TODAY)
    assert run.has("knock_out.fired:INSOLVENT").tolist() == [True, False, False]
    assert run.has("knock_out.unknown:INSOLVENT").tolist() == [False, True, False]
    assert run.has("limit.zero").tolist() == [False] * 3
    counts = run.reason_counts()
    assert counts["knock_out.fired:INSOLVENT"] == 1 and "limit.zero" not in counts
    assert sum(counts.values()) == sum(len(run.reasons_of(row)) for row in range(3))
    with pytest.raises(InvalidFact, match=r"did you mean 'knock_out\.fired:INSOLVENT'"):
        run.has("knock_out.fired:INSOLVEN")
    for wrong in (None, 3, ["limit.zero"]):
        with pytest.raises(InvalidFact, match=r"decisions\.has must be"):
            run.has(wrong)  # type: ignore[arg-type]
    for ask in (run.reasons_of, run.grade_of):
        assert ask(-1) == ask(2)
        for wrong in (3, "x"):
            with pytest.raises(InvalidFact):
                ask(wrong)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------ no ceilings


def house(knock_outs: int, bins: int, checks: int, grades: int = 0) -> ck.Policy:
    """The standard policy with as many more rows."""
    document = copy.deepcopy(tomllib.loads(standard.STANDARD))
    document["assessment"]["knock_out"] += [
        {"id": f"K{at}", "require": f"litigation_count <= {at}"} for at in range(knock_outs)
    ]
    (factor,) = (
        one for one in document["scorecards"][0]["factors"] if one["figure"] == "years_trading"
    )
    factor["bins"] = [{"min": bins - at, "points": 100} for at in range(bins - 1)]
    factor["bins"].append({"points": 0})
    document["checks"]["rows"] += [
        {"id": f"C{at}", "kind": "credit", "require": f"exposure + order <= {at + 2} * line",
         "on_fail": "warn"} for at in range(checks)
    ]  # fmt: skip
    rows = document["grades"]["rows"]
    last = rows.pop()
    steps = [{**rows[-1], "id": f"G{at}", "min": 499 - at / 8} for at in range(grades)]
    rows += [{**row, "min": f"{row['min']:.3f}"} for row in steps]
    rows.append(last)
    return ck.Policy.from_dict(document)


def sued(rows: int) -> ck.Portfolio:
    """Customers of whom the first has no lawsuit, the second one, and so on."""
    statement = {
        "total_assets": 5000.0, "current_assets": 3000.0, "total_liabilities": 1500.0,
        "current_liabilities": 1000.0, "equity": 3500.0, "retained_earnings": 1200.0,
        "revenue": 9000.0, "ebit": 600.0, "net_income": 400.0,
    }  # fmt: skip
    return ck.Portfolio.from_columns(
        {"id": [f"C-{row}" for row in range(rows)], "currency": "CNY",
         "litigation_count": list(range(rows)), "credit_sales_12m": ["9000000"] * rows,
         "founded": "1990-01-01", "trading_since": "1995-01-01", "ownership": "listed",
         "reputation": "good", "insolvency": [False] * rows, "blocked": [False] * rows},
        statements=ck.Statements.from_columns(
            {"currency": "CNY", "period_end": "2025-12-31",
             **{name: [value] * rows for name, value in statement.items()}}
        ),
    )  # fmt: skip


def test_a_real_house_meets_no_ceiling() -> None:
    policy, book = house(300, 2_000, 500), sued(320)
    run = policy.decide(book, as_of=TODAY)
    assert len(run.reason_keys) > 600
    for row in (0, 1, 63, 64, 65, 255, 256, 299, 300, 319):
        one = policy.decide(book.row(row), as_of=TODAY)
        assert run[row] == one
        assert set(run.reasons_of(row)) == {reason.key for reason in one.reasons}
        assert run.grade_of(row) == one.grade
        fired = sum(key.startswith("knock_out.fired:K") for key in run.reasons_of(row))
        assert fired == min(row, 300)
    assert ck.Decisions.from_dict(run.to_dict()).same_as(run)
    account = ck.CreditAccount(
        line=ck.CreditLine(currency="CNY", amount="10", start=date(2026, 1, 1)), ledger=entries.LEDGER,
        open_orders=[], deliveries=[], advances=[],
    )  # fmt: skip
    order = ck.Order(id="SO-1", currency="CNY", amount="3000")
    verdict = policy.check(order, account, as_of=TODAY)
    assert len(verdict.checks) == 507


def test_a_thousand_grades() -> None:
    policy, book = house(0, 3, 0, grades=1_000), sued(6)
    run = policy.decide(book, as_of=TODAY)
    assert len(run.grade_names) == 1_005
    for row in range(6):
        assert run.grade_of(row) == policy.decide(book.row(row), as_of=TODAY).grade


def test_memory_of_reasons_is_in_step_with_what_was_noted() -> None:
    taken = {}
    for count in (150, 300):
        run = house(count, 3, 0).decide(sued(1_000), as_of=TODAY)
        assert len(run.reason_counts()) >= count
        taken[count] = run.reasons.memory / len(run.reason_counts())
    assert taken[150] == taken[300] == 125


def test_a_decision_is_found_by_its_customer() -> None:
    run = test_pickle.RUN
    for row, name in reversed(list(enumerate(run.ids))):
        found = run.of(name)
        assert found is not None and found.customer == run[row].customer
    assert run.of("nobody") is None
    with pytest.raises(InvalidFact, match=r"decisions\.of must be the id"):
        run.of(3)
    with pytest.raises(InvalidFact, match=r"for a customer write decisions\.of\('C-5'\)"):
        run["C-5"]


def test_a_code_is_asked_for_with_its_subject() -> None:
    with pytest.raises(InvalidFact, match=r"needs its subject; write 'knock_out\.fired:INSOLVENT'"):
        test_pickle.RUN.has("knock_out.fired")


def test_a_path_is_no_policy() -> None:
    with pytest.raises(InvalidFact, match=r"not a path .*read_text"):
        ck.Policy.from_toml("policy.toml")


def test_a_grant_in_another_currency_says_what_it_needs() -> None:
    decision = next(one for one in test_pickle.RUN if isinstance(one.grantable, ck.Money))
    other = "USD" if decision.currency != "USD" else "CNY"
    with pytest.raises(InvalidFact, match="another currency needs a reason: override="):
        decision.grant(by="u", on=decision.as_of, amount=ck.Money(1, other))
