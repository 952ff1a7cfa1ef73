"""`check` against its naive reading: every check, every figure, the exposure, and who may let it go."""

from __future__ import annotations

import ast
import copy
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import creditkit as ck
from creditkit.policy.standard import STANDARD
from tests import naive_check
from tests.beside import declared, seen
from tests.ledgers import corrupted, plain_of, records
from tests.naive_account import COMPONENTS
from tests.naive_plain import LARGEST, money
from tests.orders import CONDITIONS as LINEAR
from tests.orders import (
    CURRENCY,
    TODAY,
    advances,
    approval,
    bills,
    deliveries,
    few,
    group_lines,
    ledger_of,
    line_of,
    maybe,
    open_orders,
    reservations,
    wide_orders,
)
from tests.strategies import BOUNDS, OWN

# ------------------------------------------------------------------------------ independent, truly

NAIVE = sorted(Path(__file__).parent.glob("naive_*.py"))


def imported(source: str) -> set[str]:
    """The modules that a source imports, and what it could import them by."""
    tree, out = ast.parse(source), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            out |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            out.add("." * node.level + (node.module or ""))
        elif isinstance(node, ast.Name) and node.id in ("__import__", "eval", "exec"):
            out.add(node.id)
    return out


def foreign(source: str) -> set[str]:
    """What of it is neither Python's own nor a naive reading."""
    return {
        name
        for name in imported(source)
        if name.startswith("importlib")
        or not (name.split(".")[0] in sys.stdlib_module_names or name.startswith("tests.naive_"))
    }


@pytest.mark.parametrize("path", NAIVE, ids=lambda path: path.name)
def test_a_naive_reading_shares_nothing_with_the_library(path: Path) -> None:
    assert foreign(path.read_text("utf-8")) == set()


def test_the_scan_finds_what_is_shared() -> None:
    assert {path.name for path in NAIVE} >= {"naive_check.py", "naive_watch.py"}
    for source, found in (
        ("import creditkit as ck", "creditkit"),
        ("def f():\n    from creditkit.money import Money", "creditkit.money"),
        ("from tests.naive import judge", "tests.naive"),
        ("from tests import naive_plain", "tests"),
        ("from . import naive", "."),
        ("import numpy", "numpy"),
        ("import importlib", "importlib"),
        ("x = __import__('creditkit')", "__import__"),
    ):
        assert foreign(source) == {found}
    assert foreign("import re\nfrom tests.naive_plain import exact") == set()


# ------------------------------------------------------------------------------------- documents

BASE = tomllib.loads("""
schema   = "creditkit.policy/1"
id       = "house"
version  = "1"
currency = "CNY"

[assessment]
models = [{ use = "scorecard:card" }]

[[scorecards]]
id      = "card"
range   = [0, 100]
factors = [{ figure = "blocked", weight = 1, bins = [{ names = ["false"], points = 100 }, { points = 0 }] }]

[grades]                # most rows lack one column or another
domain  = [0, 100]
columns = { house_money = "money", house_days = "days", house_count = "count" }

[[grades.rows]]
id = "AAA"
min = 80
limit_share = "0.2"
terms = "net60"
max_overdue_days = 15
max_order = "300"
house_money = "123.45"
house_days = 20

[[grades.rows]]
id = "AA"
min = 60
limit_share = "0.1"
terms = "net30"
max_overdue_days = 10
max_order = "150"
max_overdue = "12.50"
house_count = 2

[[grades.rows]]
id = "A"
min = 40
limit_share = "0.1"
terms = "net 7"
max_terms_days = 9
house_money = "50"
house_count = 0

[[grades.rows]]
id = "D"
min = 0
limit = "none"
terms = "款到发货"
max_order = "0"

[limit]
methods = [{ use = "share_of_credit_sales" }]

[checks]
rows = []
""")

BASE_OF_OWN = ck.Figure(
    name="own_base", kind="money", en="Own base", zh="自有基数", meaning="", share_base=True
)
OWNED = (*OWN, BASE_OF_OWN)
OWN_KINDS = declared(OWNED)

MONEY: tuple[str, ...] = (
    "exposure",
    "order",
    "order_total",
    "line",
    "receivables",
    "overdue",
    "disputed",
)
MONEY += ("max_order", "max_overdue", "own_money", "own_base", "house_money")
DAYS: tuple[str, ...] = (
    "oldest_overdue_days",
    "days_since_line_end",
    "requested_days",
    "terms_days",
    "requested_weighted_days",
    "terms_weighted_days",
)
DAYS += ("max_overdue_days", "max_terms_days", "own_days", "house_days")
COUNTS = ("settled_count", "own_count", "house_count")
FLOATS: tuple[str, ...] = ("utilisation", "overdue_share", "dso", "countback_dso", "on_time_share")
FLOATS += ("average_days_late", "own_ratio", "own_score", "own_line_item")
FLAGS = ("blocked", "insolvency", "own_flag", "terms_upgrade")
CATEGORIES = ("line", "trade", "贸易", "none", "undefined", "5 CNY")
TIMES = ("", "", "", "2 * ", "0.5 * ", "1.10 * ", "33.3 % * ")
OPERATORS = ("<=", "<=", "<", ">=", ">", "==", "!=")


@st.composite
def conditions(draw: st.DrawFn) -> str:
    """One comparison of any kind over anything that a check can name."""
    sort = draw(st.sampled_from(["usual", "usual", "money", "money", "days", "count", "share",
                                 "float", "flag", "category"]))  # fmt: skip
    op = draw(st.sampled_from(OPERATORS))
    if sort == "usual":
        return draw(st.sampled_from(LINEAR))
    if sort == "float":
        return f"{draw(st.sampled_from(FLOATS))} {op} {draw(st.sampled_from(BOUNDS))}"
    if sort == "flag":
        equal, flag = draw(st.sampled_from(["==", "!="])), draw(st.sampled_from(["true", "false"]))
        return f"{draw(st.sampled_from(FLAGS))} {equal} {flag}"
    if sort == "category":
        names = draw(st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=3, unique=True))
        listed = ", ".join(f'"{name}"' for name in names)
        return f"own_category in [{listed}]"
    if sort == "share":
        base = draw(st.sampled_from(["receivables", "own_base", "line"]))
        return f"overdue {op} {draw(st.sampled_from(['0.40 *', '12.5% *', '0 *', '']))} {base}"
    pool = {"money": MONEY, "days": DAYS, "count": COUNTS}[sort]
    names = draw(st.permutations(pool))[:3]
    one, two, three = (f"{draw(st.sampled_from(TIMES))}{name}" for name in names)
    form = draw(st.sampled_from(["{0} {3} {1}", "{0} {3} 30", "100 {3} {0}", "-{0} + 7 {3} {1}",
                                 "{0} + {1} {3} {2}", "{0} {3} {1} - {2} + 50"]))  # fmt: skip
    return form.format(one, two, three, op)


EFFECTS = st.sampled_from(["warn", "require", "require", "refer", "refer", "hold", "reject"])
ASSUMED: dict[str, list[Any]] = {
    "insolvency": [False, True],
    "line": ["100"],
    "exposure": ["50"],
    "order": ["7"],
    "order_total": ["100"],
    "receivables": ["200"],
    "oldest_overdue_days": [3],
    "days_since_line_end": [1],
    "utilisation": ["0.5"],
    "own_money": ["10"],
    "own_count": [2],
    "own_category": ["trade"],
}


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    out = []
    for place in range(draw(st.integers(1, 4))):
        row: dict[str, Any] = {"id": f"C{place}", "require": draw(conditions())}
        row["on_fail"] = draw(EFFECTS)
        if draw(st.integers(0, 3)) == 0:
            row["kind"] = draw(st.sampled_from(["status", "credit"]))
        if draw(st.integers(0, 2)) == 0:
            row["when"] = draw(st.lists(conditions(), min_size=1, max_size=2))
        if draw(st.integers(0, 4)) == 0:
            row["on_missing"] = draw(EFFECTS)
        if draw(st.integers(0, 2)) == 0:
            row["on_undefined"] = draw(st.one_of(st.just("approve"), EFFECTS))
        if draw(st.integers(0, 4)) == 0:
            events = st.sampled_from(["order", "pick", "ship", "invoice"])
            row["events"] = draw(st.lists(events, min_size=1, max_size=3, unique=True))
        out.append(row)
    return out


MEASURED: dict[str, st.SearchStrategy[Any]] = {
    "ignore_below": st.sampled_from(["0", "1.5", "50"]),
    "ignore_disputed": st.booleans(),
    "horizon_days": st.sampled_from([0, 30, 90]),
    "components": st.dictionaries(
        st.sampled_from(COMPONENTS), st.sampled_from(["0", "0.5", "33.3 %", "1.5", 1]), max_size=3
    ),
}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A policy of one house: its checks, how their figures are measured, and who may approve."""
    document = copy.deepcopy(BASE)
    document["currency"] = draw(st.sampled_from(["CNY"] * 8 + ["USD", "KWD"]))
    if draw(st.integers(0, 2)) == 0:
        document["on_missing"] = draw(EFFECTS)
    if draw(st.booleans()):
        names = draw(st.lists(st.sampled_from(sorted(ASSUMED)), max_size=4, unique=True))
        assume = {name: draw(st.sampled_from(ASSUMED[name])) for name in names}
        document["assessment"]["assume"] = assume
    document["checks"] = {"rows": draw(rows())}
    for key, how in MEASURED.items():
        if draw(st.integers(0, 2)) == 0:
            document["checks"][key] = draw(how)
    if draw(st.integers(0, 4)):
        most = sorted(draw(st.lists(st.sampled_from([0, 50, 200, 600]), unique=True, max_size=2)))
        days = sorted(draw(st.lists(st.integers(0, 40), min_size=len(most), max_size=len(most))))
        table: list[dict[str, Any]] = [
            {"role": f"R{n}", "max_overage": str(one), "max_overdue_days": late}
            for n, (one, late) in enumerate(zip(most, days, strict=True))
        ]
        document["authority"] = {"rows": [*table, {"role": "board"}]}
    return document


# ----------------------------------------------------------------------------------------- facts

RATES = ck.Rates("CNY", {"USD": "7.1234", "KWD": "23.12345678"}, as_of=TODAY)
CROSS = ck.Rates("USD", {"CNY": "0.1404", "KWD": "3.25"}, as_of=TODAY)
POOR = ck.Rates("CNY", {"JPY": "0.05"}, as_of=TODAY)

NEAR = st.sampled_from([TODAY + timedelta(n) for n in (1, 0, -1, 30, 90, 0, 91, -20)])
"""Days on which something ends or begins, today among them."""

TOMORROW = TODAY + timedelta(1)

ORDER = st.sampled_from(["SO-1", "SO-1", "SO-2", "SO-0", "SO-1", "SO-3"])
"""Few numbers of orders, so that documents meet; SO-0 is mostly the earlier version of SO-1."""


def with_(how: st.SearchStrategy[Any], **facts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The same with some facts drawn otherwise."""
    more = st.fixed_dictionaries(facts)
    return st.builds(lambda one, given: attrs.evolve(one, **given), how, more)


OPEN_ORDERS = with_(
    open_orders(),
    id=st.sampled_from(["SO-1", "SO-2", "SO-1", "SO-3"]),
    replaces=st.sampled_from([None, "SO-0", None, "SO-0", "SO-2", "SO-9", "SO-1", "SO-3", None]),
    ship_by=maybe(NEAR),
)
DELIVERIES = with_(
    deliveries,
    id=st.sampled_from(["D-1", "DN-1", "D-2", "SO-1", "DN-1", "I-0"]),
    order=maybe(ORDER),
)
ADVANCES = with_(advances, order=maybe(ORDER) | ORDER)
RESERVATIONS = with_(reservations, order=ORDER, until=maybe(NEAR))
BILLS = with_(bills, maturity=maybe(NEAR))


@st.composite
def ledgers(draw: st.DrawFn, gaps: bool) -> tuple[ck.Ledger, dict[str, Any]]:
    """One customer's ledger with its plain data: of today's weeks, of years, part of a larger one,
    or with rows that cannot be read."""
    sort = draw(st.sampled_from(["weeks", "years", "weeks", *["part", "unreadable"] * gaps]))
    if sort == "weeks":
        made = draw(ledger_of())
    else:
        items, ties = draw(records(("CNY", "USD"), wild=sort != "years"))
        if sort != "part":
            items = [attrs.evolve(item, account="C-1") for item in items]
        made = ck.Ledger.of(items, ties).account("C-1")
    data = plain_of(made)
    if sort == "unreadable":
        data = corrupted(draw, data)
        made = ck.Ledger.from_dict(data)
    return made, data


@st.composite
def lines(draw: st.DrawFn) -> ck.CreditLine:
    """A line of any mode, of amounts that meet, approved by now or not, whose window ends or begins."""
    mode = draw(st.sampled_from(["permanent", "permanent", "adds", "replaces"]))
    approved = draw(maybe(st.sampled_from([date(2026, 1, 5), date(2026, 11, 1), TODAY, TOMORROW])))
    made = draw(line_of(mode=mode, approved_on=approved))
    start, until = draw(maybe(NEAR)), draw(maybe(NEAR))
    if start is not None and until is not None and until <= start:
        start = None
    return attrs.evolve(made, start=start, until=until)


MOST = st.builds(ck.Money.from_minor, st.just(LARGEST), CURRENCY)
OWN_VALUES = {
    "own_money": st.builds(ck.Money, st.integers(-50, 300), CURRENCY) | MOST,
    "own_base": st.builds(ck.Money, st.integers(-1, 300), CURRENCY),
    "own_days": st.integers(0, 30),
    "own_count": st.integers(0, 4) | st.just(2.0),
    "own_flag": st.booleans(),
    "own_ratio": st.sampled_from([0.1, 0.5, 1.1, 2, 333.33]),
    "own_score": st.floats(-2, 100, width=32),
    "own_line_item": st.sampled_from([-1.0, 50.0]),
    "own_category": st.sampled_from(CATEGORIES),
}


@st.composite
def approvals(draw: st.DrawFn, orders: Sequence[ck.Order]) -> ck.Approval:
    """Somebody's word: mostly on one of the documents, in force, large enough, by who may give it."""
    names = [name for one in orders for name in (one.id, one.of_order) if name is not None]
    kind = draw(st.sampled_from(["order", "order", "order", "delivery", "invoice"]))
    days = draw(st.sampled_from([0, 0, 0, -3, 0, -8, -20, 4, 0]))
    return approval(
        order=draw(st.sampled_from([*names, *names, "SO-2", "SO-5", *names, "SO-0", "DN-2"])),
        kind=kind,
        currency=draw(CURRENCY),
        largest_amount=draw(st.sampled_from([5000, 1000, 50, 300, 1000])),
        approved_on=TODAY + timedelta(days),
        until=TODAY + timedelta(days + 9),
        role=draw(st.sampled_from(["board", "board", "R0", "R1", "nobody", "board"])),
        checks=draw(st.sampled_from([(), (), ("C0",), ("C0", "C1"), ("C9",), ()])),
        deviation=draw(st.sampled_from([None, "0.10", "1", None])),
        approved_by=draw(st.sampled_from(["u8", "u9"])),
    )


def exactly(count: int, how: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """So many, no document twice."""
    return st.lists(
        how, min_size=count, max_size=count, unique_by=lambda one: getattr(one, "id", one)
    )


@st.composite
def accounts(draw: st.DrawFn, gaps: bool) -> tuple[ck.CreditAccount, dict[str, Any]]:
    """An account, all known or with gaps, and its plain data: the ledger's as it came in."""

    def known(how: st.SearchStrategy[Any]) -> Any:
        return None if gaps and draw(st.integers(0, 7)) == 6 else draw(how)

    facts: dict[str, Any] = {
        "line": known(line_of() | lines()),
        "temporary": draw(exactly(draw(st.sampled_from([0, 1, 0, 2, 3])), lines())),
        "groups": draw(exactly(draw(st.sampled_from([0, 1, 1, 2])), group_lines)),
        "grade": known(st.sampled_from(["AAA", "AA", "A", "AAA", "AA", "D", *["Z9"] * gaps])),
        "open_orders": known(few(OPEN_ORDERS, most=3)),
        "deliveries": known(few(DELIVERIES, most=3)),
        "advances": known(few(ADVANCES, most=3)),
        "bills": draw(few(BILLS, most=1)),
        "reservations": draw(few(RESERVATIONS, "order")),
        "blocked": known(st.booleans()),
        "insolvency": False,
        "figures": {name: known(how) for name, how in OWN_VALUES.items()},
    }
    plain = ck.CreditAccount(**facts).to_dict()
    ledger = known(ledgers(gaps))
    if ledger is not None:
        facts["ledger"], plain["ledger"] = ledger
    return ck.CreditAccount(**facts), plain


def orders() -> st.SearchStrategy[ck.Order]:
    """A document under test: an order, a delivery or an invoice of one, one that is in the ledger."""
    order = st.sampled_from(["SO-1", "SO-2"])
    document = st.sampled_from(["DN-1", "I-0", "D0", "DN-1", "I-1", "D1", "R-0", "SO-1", "I-9"])
    behind = st.sampled_from(["SO-1", "SO-1", "SO-0", "SO-2", None])
    return with_(wide_orders(), id=order, of_order=st.none()) | with_(
        wide_orders(), id=document, of_order=behind, replaces=st.sampled_from([None, None, "DN-1"])
    )


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """Everything that one check is given, as the library takes it and as plain data."""
    gaps = draw(st.sampled_from([False, True, False]))
    account, plain = draw(accounts(gaps))
    tested = draw(st.lists(orders(), min_size=2, max_size=2))
    if account.advances is not None and draw(st.integers(0, 3)) == 0:
        one = tested[0]
        whose = draw(st.sampled_from([one.id, one.of_order or one.id]))
        given_: dict[str, Any] = {"currency": one.currency, "amount": one.amount, "order": whose}
        paid = ck.Advance(id="A-X", cleared=draw(st.sampled_from([True, True, False])), **given_)
        account = attrs.evolve(account, advances=(*account.advances, paid))
        plain["advances"] = account.to_dict()["advances"]
    return {
        "orders": tested,
        "account": account,
        "plain": plain,
        "approvals": draw(st.lists(approvals(tested), min_size=1, max_size=3)),
        "rates": draw(st.sampled_from([CROSS, POOR, None])) if gaps else RATES,
    }


def each(asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each document at each event, with approvals and, at two of them, without."""
    for order in asked["orders"]:
        for event in naive_check.EVENTS:
            yield {**asked, "order": order, "event": event}
        for event in ("order", "invoice"):
            yield {**asked, "order": order, "event": event, "approvals": []}


# --------------------------------------------------------------------------------- both, in one form


def beside(value: Any, naive: Any) -> Any:
    """The same of a side of a check, which beyond 64 bits is told as text."""
    return money(value)[0] if isinstance(value, str) and isinstance(naive, int) else seen(value)


def agree(
    policy: ck.Policy, document: Mapping[str, Any], asked: Mapping[str, Any]
) -> dict[str, Any]:
    """The naive reading of a question, which the verdict of the library says as well."""
    rates, given_ = asked["rates"], asked["approvals"]
    naive = naive_check.check(
        document,
        asked["order"].to_dict(),
        asked["plain"],
        as_of=TODAY,
        event=asked["event"],
        approvals=[one.to_dict() for one in given_],
        rates=None if rates is None else rates.to_dict(),
        own=OWN_KINDS,
    )
    verdict = policy.check(
        asked["order"],
        asked["account"],
        as_of=TODAY,
        event=asked["event"],
        approvals=given_,
        rates=rates,
    )
    sides = ("left", "right", "headroom")
    assert [(one.id, one.level) for one in verdict.checks] == [
        (one["id"], one["level"]) for one in naive["checks"]
    ]
    for one, mine, figures in zip(verdict.checks, naive["checks"], naive["figures"], strict=True):
        said = {
            "id": one.id,
            "level": one.level,
            "status": one.status,
            **{side: beside(getattr(one, side), mine[side]) for side in sides},
            "missing": one.missing,
            "effect": None if one.effect is None else one.effect.value,
            "cleared_by": one.cleared_by,
        }
        assert said == mine
        assert {name: beside(value, figures[name]) for name, value in one.operands} == figures
    used = [str(one.subject) for one in verdict.reasons if one.code == "assumption.used"]
    assert {
        "outcome": verdict.outcome.value,
        "exposure": seen(verdict.exposure.total),
        "components": {
            one.name: (seen(one.amount), one.weight, seen(one.counted))
            for one in verdict.exposure.components
        },
        "line": seen(verdict.line),
        "overage": seen(verdict.overage),
        "prepaid": verdict.prepaid,
        "assumed": sorted(used),
        "approver": verdict.approver,
    } == {name: value for name, value in naive.items() if name not in ("checks", "figures")}
    return naive


# -------------------------------------------------------------------------------------- the law

generous = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def sorts(naive: Mapping[str, Any]) -> set[Any]:
    """What a question was an example of."""
    out: set[Any] = {naive["outcome"], *(one["status"] for one in naive["checks"])}
    out |= {("cleared by", one["cleared_by"]) for one in naive["checks"]}
    out |= {name for name in ("prepaid", "overage", "approver", "assumed") if naive[name]}
    return out | {"group" for one in naive["checks"] if one["level"] is not None}


EVERY_SORT: set[Any] = {"pass", "fail", "indeterminate", "not_applicable", "approve", "refer"}
EVERY_SORT |= {"prepaid", "overage", "approver", "group", ("cleared by", "delivered")}


TOML = tomllib.loads(STANDARD)
POLICY = ck.Policy.from_toml(STANDARD, figures=OWNED)


def test_any_policy_and_its_naive_reading_agree() -> None:
    """And the standard one; on questions of every sort: to agree that all is held says little."""
    found: set[Any] = set()

    @generous
    @given(documents(), questions())
    def law(document: dict[str, Any], asked: dict[str, Any]) -> None:
        policy = ck.Policy.from_dict(document, figures=OWNED)
        for place, one in enumerate(each(asked)):
            found.update(sorts(agree(policy, document, one)))
            if place % 3 == 0:
                agree(POLICY, TOML, one)

    law()
    assert found >= EVERY_SORT
