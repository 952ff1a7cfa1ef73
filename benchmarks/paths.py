"""Ways through the library that `benchmarks.trees` walks in two source trees.

Only public names are used, so that both trees can walk them; the one exception, checks on ready
figures, is looked for under every name that it has had. Inputs come from `benchmarks.facts`.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import numpy as np

import creditkit as ck
from benchmarks import facts

__all__ = ["PATHS", "Walk"]

ONE_BY_ONE: Final = 200
"""So many customers are decided one by one in one timing."""


def as_it_is(answer: Any) -> Any:
    """An answer that is plain data."""
    return answer


ANSWERS: Final = (
    "customer outcome grade score limit binding terms approver next_review reasons release_if "
    "prepaid overage exposure alerts not_judged facts_digest total components statement ratings"
).split()
"""What of plain data is compared: answers, and not how they were come by, to which things are added."""


def as_answers(plain: Any) -> Any:
    """The answers in the plain data of a result, or of a list of them."""
    if isinstance(plain, list):
        return [as_answers(one) for one in plain]
    found = {name: plain[name] for name in ANSWERS if name in plain}
    assert found, f"no answer among {', '.join(plain)}"
    return found


@attrs.frozen(kw_only=True)
class Walk:
    """One way through the library: ``run`` is timed, ``inner`` times in one timing.

    ``ready`` runs before each timing, outside of it; ``told`` makes plain data of an answer.
    """

    run: Callable[[], Any]
    inner: int = 1
    ready: Callable[[], object] | None = None
    told: Callable[[Any], Any] = as_it_is


def as_records(answer: Any) -> Any:
    """The answers of results."""
    if isinstance(answer, list):
        return [as_answers(one.to_dict()) for one in answer]
    return as_answers(answer.to_dict())


def as_columns(run: ck.Decisions) -> Any:
    """Decisions in columns, in one shape for every tree: reasons are their keys, row by row."""
    columns = run.to_columns()
    columns["customer"] = columns.pop("id") if "id" in columns else columns.pop("customer")
    del columns["reasons"]
    some = range(0, len(run), max(1, len(run) // 500))
    return [
        {name: np.asarray(column).tolist() for name, column in columns.items()},
        [run.reasons_of(row) for row in some],
    ]


# ------------------------------------------------------------------------------ orders and accounts


def check(size: float) -> Walk:
    """`policy.check`, the ledger read before."""
    house, held, asked = facts.ten_checks(), facts.account(), facts.order()
    house.check(asked, held, as_of=facts.TODAY)
    return Walk(
        run=lambda: house.check(asked, held, as_of=facts.TODAY),
        inner=times(200, size),
        told=as_records,
    )


def check_first(size: float) -> Walk:
    """`policy.check`, the ledger read for the first time."""
    house, asked, inner = facts.ten_checks(), facts.order(), times(100, size)
    fresh: list[ck.CreditAccount] = []
    return Walk(
        run=lambda: house.check(asked, fresh.pop(), as_of=facts.TODAY),
        ready=lambda: fresh.extend(facts.account() for _ in range(inner)),
        inner=inner,
        told=as_records,
    )


def check_looked_at(size: float) -> Walk:
    """A verdict with all that it says, as plain data."""
    house, held, asked = facts.ten_checks(), facts.account(), facts.order()
    return Walk(
        run=lambda: house.check(asked, held, as_of=facts.TODAY).to_dict(),
        inner=times(30, size),
        told=as_answers,
    )


def checks_on_ready_figures(size: float) -> Walk:
    """Ten checks whose figures are worked out; not a public name, so it may not be found."""
    house, held = facts.ten_checks(), (facts.order(), facts.account(), "order")
    measure = house._measure(facts.TODAY)
    try:
        rules: Any = house.document
        case = inside("order_facts", "policy.check.check")(rules, measure, *held)
        run_checks = inside("run_checks", "policy.check.run")
        return _checks(lambda: run_checks(rules, case), size)
    except ImportError:
        case = inside("Case", "policy.case")(house.plan, measure, *held)
        worked = inside("worked", "policy.checking")
        return _checks(lambda: worked(case, ()), size)


def _checks(run: Callable[[], Any], size: float) -> Walk:
    return Walk(
        run=run,
        inner=times(1_000, size),
        told=lambda checked: [row.judged.status for row in checked.rows],
    )


def exposure(size: float) -> Walk:
    """The exposure of an account, component by component."""
    house, held = facts.standard(), facts.account()
    return Walk(
        run=lambda: house.exposure(held, as_of=facts.TODAY), inner=times(200, size), told=as_records
    )


# ---------------------------------------------------------------------------------------- customers


def decision(size: float) -> Walk:
    """One decision from given figures."""
    house = facts.standard()
    return Walk(
        run=lambda: house.decide_figures(facts.FIGURES, as_of=facts.TODAY),
        inner=times(300, size),
        told=as_records,
    )


def decision_with_parts(size: float) -> Walk:
    """One decision, its parts and steps looked at."""
    house = facts.standard()

    def run() -> Any:
        made = house.decide_figures(facts.FIGURES, as_of=facts.TODAY)
        return [made, made.models[0].score.parts, made.limit_steps]

    return Walk(run=run, inner=times(200, size), told=lambda made: as_records(made[0]))


def one_by_one(size: float, *, items: int) -> Walk:
    """The standard policy, customer by customer, with or without a ledger."""
    rows = times(ONE_BY_ONE, size)
    house, portfolio = facts.standard(), facts.customers(rows)
    customers = [portfolio.row(row) for row in range(rows)]
    book = facts.ledger(rows, items) if items else None
    own = [None if book is None else facts.of_one(book, one.id) for one in customers]

    def run() -> Any:
        pairs = zip(customers, own, strict=True)
        return [house.decide(one, as_of=facts.TODAY, ledger=mine) for one, mine in pairs]

    return Walk(run=run, told=as_records)


def in_columns(size: float, *, items: int) -> Walk:
    """The standard policy in columns, with or without a ledger."""
    rows = times(100_000, size)
    house, portfolio = facts.standard(), facts.customers(rows)
    book = facts.ledger(rows, items) if items else None
    if book is not None:
        book.faults  # noqa: B018  (ids are checked once, before the clock starts)
    return Walk(
        run=lambda: house.decide(portfolio, as_of=facts.TODAY, ledger=book), told=as_columns
    )


def small_policy(size: float) -> Walk:
    """A small policy in columns, from a score that is given."""
    rows = times(1_000_000, size)
    rng = np.random.default_rng(rows)
    portfolio = ck.Portfolio.from_columns(
        {
            "id": ck.Codes(np.arange(rows, dtype=np.int32), facts.names(rows)),
            "currency": "CNY",
            "credit_sales_12m": ck.Amounts(rng.integers(0, 30_000_000_00, rows), None, "CNY"),
        },
        figures={"bureau_score": np.round(rng.uniform(300, 850, rows), 2)},
    )
    house = facts.small_policy()
    return Walk(run=lambda: house.decide(portfolio, as_of=facts.TODAY), told=as_columns)


# ---------------------------------------------------------------------------------------- plain data


def decided(rows: int) -> list[ck.Decision]:
    """New decisions on customers with ten items each; nobody has looked at them."""
    house, portfolio, book = facts.standard(), facts.customers(rows), facts.ledger(rows)
    return [house.decide(portfolio.row(row), as_of=facts.TODAY, ledger=book) for row in range(rows)]


def written(size: float) -> Walk:
    """Decisions as plain data, their parts made before."""
    made = decided(times(100, size))
    return Walk(run=lambda: [one.to_dict() for one in made], told=as_answers)


def written_new(size: float) -> Walk:
    """Decisions as plain data, nothing of them made before."""
    fresh: list[list[ck.Decision]] = []
    return Walk(
        run=lambda: [one.to_dict() for one in fresh.pop()],
        ready=lambda: fresh.append(decided(times(50, size))),
        told=as_answers,
    )


def read(size: float) -> Walk:
    """Decisions from plain data."""
    data = [one.to_dict() for one in decided(times(100, size))]
    return Walk(run=lambda: [ck.Decision.from_dict(one) for one in data], told=as_records)


def read_verdicts(size: float) -> Walk:
    """A verdict from plain data."""
    data = facts.ten_checks().check(facts.order(), facts.account(), as_of=facts.TODAY).to_dict()
    return Walk(run=lambda: ck.Verdict.from_dict(data), inner=times(100, size), told=as_records)


def read_customers(size: float) -> Walk:
    """Customers from plain data, and back."""
    portfolio = facts.customers(times(200, size))
    data = [portfolio.row(row).to_dict() for row in range(len(portfolio))]
    return Walk(run=lambda: [ck.Customer.from_dict(one) for one in data], told=as_records)


def pages(size: float) -> Walk:
    """A decision and a verdict as pages in both languages."""
    made = decided(1)[0]
    verdict = facts.ten_checks().check(facts.order(), facts.account(), as_of=facts.TODAY)
    languages = ("en", "zh")
    # how a page is worded may differ; that there is one in each language may not
    return Walk(
        run=lambda: [one.explain(word) for one in (made, verdict) for word in languages],
        inner=times(20, size),
        told=lambda answer: [bool(page) for page in answer],
    )


# ------------------------------------------------------------------------------- ledgers and months


def ageing(size: float) -> Walk:
    """Ageing of a ledger in no order."""
    book = facts.ledger(times(100_000, size))
    book.faults  # noqa: B018
    return Walk(
        run=lambda: ck.ageing(book, as_of=facts.TODAY), told=lambda aged: aged.amounts.tolist()
    )


def monthly(size: float) -> Walk:
    """Twelve months of every customer from a ledger."""
    book = facts.ledger(times(20_000, size))
    book.faults  # noqa: B018
    return Walk(
        run=lambda: ck.monthly_figures(book, as_of=facts.TODAY, months=12),
        told=lambda table: {name: table[name].values.tolist() for name in ("receivables", "sales")},
    )


def worklist(size: float) -> Walk:
    """Debtors from a ledger, and the call list."""
    book = facts.ledger(times(20_000, size))
    book.faults  # noqa: B018
    return Walk(
        run=lambda: ck.worklist(ck.debtors(book, as_of=facts.TODAY)),
        told=lambda found: found.to_columns(),
    )


def watch(size: float) -> Walk:
    """Twelve months of many customers watched."""
    house, table = facts.standard(), facts.months(times(20_000, size))
    return Walk(
        run=lambda: house.watch(table, as_of=facts.TODAY),
        told=lambda found: {
            name: np.asarray(column).tolist() for name, column in found.to_columns().items()
        },
    )


def watch_one(size: float) -> Walk:
    """Twelve months of one customer watched."""
    house, table = facts.standard(), facts.months(1)
    months = [table.row(row) for row in range(len(table))]
    return Walk(
        run=lambda: house.watch(months, as_of=facts.TODAY), inner=times(20, size), told=as_records
    )


# -------------------------------------------------------------------------------------------- frames


def to_frame(size: float, *, result: str, engine: str) -> Walk:
    """A result as a data frame."""
    from benchmarks import framing

    made = framing.RESULTS[result](times(50_000, size))
    from creditkit import frames

    return Walk(
        run=lambda: frames.to_frame(made, like=engine),
        told=lambda frame: [len(frame), [str(name) for name in getattr(frame, "columns", ())][:1]],
    )


# -------------------------------------------------------------------------------------------- starts


def load(size: float) -> Walk:
    """Load, lint and digest the standard policy."""
    return Walk(
        run=facts.standard,
        inner=times(10, size),
        told=lambda policy: policy.digest,
    )


def start(_size: float, *, code: str) -> Walk:
    """A fresh interpreter that runs some code; its CPU time counts."""

    def run() -> str:
        return subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout

    return Walk(run=run)


def times(number: int, size: float) -> int:
    """A number scaled to the size of a run, 1 at least."""
    return max(1, int(number * size))


def inside(name: str, module: str) -> Any:
    """A name that is not public, where the tree has it."""
    found = getattr(importlib.import_module(f"creditkit.{module}"), name, None)
    if found is None:
        raise ImportError(f"creditkit.{module} has no {name}")
    return found


def _with(make: Callable[..., Walk], **more: Any) -> Callable[[float], Walk]:
    return lambda size: make(size, **more)


PATHS: Final[Mapping[str, Callable[[float], Walk]]] = {
    "check from an account": check,
    "check, first reading": check_first,
    "check, all of it as plain data": check_looked_at,
    "ten checks on ready figures": checks_on_ready_figures,
    "exposure": exposure,
    "decision from figures": decision,
    "decision with its parts": decision_with_parts,
    "standard policy one by one": _with(one_by_one, items=0),
    "standard policy one by one, ten items": _with(one_by_one, items=10),
    "standard policy in columns": _with(in_columns, items=0),
    "standard policy in columns, ten items": _with(in_columns, items=10),
    "small policy in columns": small_policy,
    "decisions to plain data": written,
    "new decisions to plain data": written_new,
    "decisions from plain data": read,
    "verdict from plain data": read_verdicts,
    "customers from plain data": read_customers,
    "pages": pages,
    "ageing": ageing,
    "monthly figures": monthly,
    "worklist": worklist,
    "watch in columns": watch,
    "watch one": watch_one,
    **{
        f"{result} to {engine}": _with(to_frame, result=result, engine=engine)
        for result in ("decisions", "ageing", "alerts", "worklist", "items")
        for engine in ("polars", "pandas")
    },
    "load of the standard policy": load,
    "import creditkit": _with(start, code="import creditkit"),
    "first use of Policy": _with(start, code="import creditkit; creditkit.Policy"),
    "first Policy.standard()": _with(
        start, code="import creditkit; print(creditkit.Policy.standard().grades)"
    ),
}
"""Every path by its name, to be made at a share of its full size."""
