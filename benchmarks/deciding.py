"""From a score to grade, limit and terms for a million customers, exact to the minor unit.

Three lines of ours. *Steps*: the plan's own functions for grade, limit and terms over blocks, which
is what the peers do. *Policy*: ``policy.decide`` on a portfolio with those figures, which also
gives an outcome, reasons, the step that binds, an approver and the next review for every row.
*Standard*: the standard policy with its thirteen factors on customers with statements and ratings, of
whom nine in ten get a grade; without a ledger, and with ten items each in a ledger in no order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks import facts
from benchmarks.facts import TODAY
from benchmarks.harness import Contest, Entrant
from benchmarks.peers import duckdb_with, installed, peer
from creditkit._arithmetic import blocks
from creditkit._columns import Amounts, Cells, Codes
from creditkit.facts.customers import Portfolio
from creditkit.policy.decide.decisions import Decisions
from creditkit.policy.decide.limits import Limits
from creditkit.policy.policy import Policy

BLOCK = 16_384


def contests(small: bool) -> list[Contest]:
    """A million customers; small: twenty thousand."""
    rows = 20_000 if small else 1_000_000
    return [given_scores(rows), standard(rows // 4), standard(rows // 10, 10)]


def given_scores(rows: int) -> Contest:
    """Scores and sales in; grade, limit and terms out."""
    rng = np.random.default_rng(rows)
    score = np.round(rng.uniform(300, 850, rows), 2)
    score[:: rows // 100] = np.nan
    sales = rng.integers(0, 30_000_000_00, rows)
    house, ids = (
        facts.small_policy(),
        Codes(np.arange(rows, dtype=np.int32), [str(row) for row in range(rows)]),
    )
    grades, limits = house.document.grades, Limits(house.document)
    portfolio = Portfolio.from_columns(
        {"id": ids, "currency": "CNY", "credit_sales_12m": Amounts(sales, None, "CNY")},
        figures={"bureau_score": score},
    )
    days = np.array([row.terms.days for row in grades.rows] + [-1], dtype=np.int16)

    def steps() -> Any:
        grade = np.empty(rows, dtype=np.int16)
        limit = np.empty(rows, dtype=np.int64)
        terms = np.empty(rows, dtype=np.int16)
        for block in blocks(rows, BLOCK):
            place = grades.of_columns(score[block])
            values, states, _ = limits.of(place, {"credit_sales_12m": Cells(sales[block])})
            grade[block] = place
            limit[block] = np.where(states == 0, values, -1)
            terms[block] = days[place]
        return grade, limit, terms

    def whole() -> Any:
        return house.decide(portfolio, as_of=TODAY)

    entrants = [
        Entrant(name="creditkit, steps", run=steps, ours=True),
        Entrant(name="creditkit, policy.decide", run=whole, ours=True),
        *_peers(score, sales),
    ]

    def same(answers: dict[str, Any]) -> None:
        wanted = answers["creditkit, steps"]
        for name, answer in answers.items():
            if isinstance(answer, Decisions):
                table = np.array(
                    [*(int(one.removeprefix("net")) for one in answer.terms_names), -1]
                )
                limit = np.where(answer.limit.known, answer.limit.values, -1)
                answer = answer.grade, limit, table[answer.terms]
            for one, two in zip(wanted, answer, strict=True):
                assert np.array_equal(one, two), name

    return Contest(
        name="score -> grade -> limit -> terms",
        size=f"{rows / 1e6:g} M customers",
        entrants=entrants,
        same=same,
        aim=0.45,
        aim_floor=7.5,
        aim_memory=2,
        floor=rows * (8 + 8 + 1 + 8 + 2),
        rows=rows,
    )


SHARES = (20, 15, 10, 5, 1)
CAPS = (15_000_000_00, 10_000_000_00, 4_000_000_00, 500_000_00, 10_000_00)
DAYS = (60, 30, 15, 7, 7)
STEP = 1000_00


def _peers(score: Any, sales: Any) -> list[Entrant]:
    out = []
    if installed("polars"):
        pl = peer("polars")
        frame = pl.DataFrame({"score": score, "sales": sales}).with_columns(
            pl.col("score").fill_nan(None)
        )
        points = pl.col("score")
        grade = sum((points < bound).cast(pl.Int8) for bound in (800, 700, 600, 500))

        def chosen(values: tuple[int, ...], kind: Any) -> Any:
            place, made = pl.col("grade"), pl.lit(values[-1], dtype=kind)
            for at, value in reversed(list(enumerate(values[:-1]))):
                made = pl.when(place == at).then(pl.lit(value, dtype=kind)).otherwise(made)
            return pl.when(place >= 0).then(made)

        limit = pl.col("sales") * chosen(SHARES, pl.Int64) // 100 // STEP * STEP
        limit = pl.min_horizontal(limit, chosen(CAPS, pl.Int64))
        limit = pl.when(pl.col("grade") >= 0).then(limit).otherwise(-1)

        def polars() -> Any:
            made = frame.with_columns(grade.fill_null(-1).alias("grade")).select(
                "grade", limit.alias("limit"), chosen(DAYS, pl.Int16).fill_null(-1).alias("days")
            )
            return [made[name].to_numpy() for name in ("grade", "limit", "days")]

        out.append(Entrant(name="polars", run=polars))
    if installed("duckdb") and installed("pyarrow"):
        arrow = peer("pyarrow").table({"score": score, "sales": sales})
        connection = duckdb_with("customers", arrow)
        bounds = " + ".join(f"(score < {bound})::tinyint" for bound in (800, 700, 600, 500))

        def case(values: tuple[int, ...]) -> str:
            return (
                "case grade "
                + " ".join(f"when {n} then {v}" for n, v in enumerate(values))
                + " end"
            )

        limit_sql = f"sales * {case(SHARES)} // 100 // {STEP} * {STEP}"
        query = f"""
            with graded as (
                select case when isnan(score) then -1 else {bounds} end as grade, sales
                from customers
            )
            select grade::tinyint as grade,
                coalesce(least({limit_sql}, {case(CAPS)}), -1)::bigint as lim,
                coalesce({case(DAYS)}, -1)::smallint as days
            from graded"""

        def duckdb() -> Any:
            made = connection.execute(query).fetchnumpy()
            return [np.asarray(made[name]) for name in ("grade", "lim", "days")]

        out.append(Entrant(name="duckdb", run=duckdb))
    return out


def standard(rows: int, items: int = 0) -> Contest:
    """The standard policy on customers that get a grade, in columns and one by one.

    ``items`` of the ledger each, or no ledger at all. One by one, each customer's ledger is at hand
    as records and has been read before, as in a host that asks again.
    """
    house, portfolio = Policy.standard(), facts.customers(rows)
    book = facts.ledger(rows, items) if items else None
    some = [portfolio.row(row) for row in range(min(rows, 500))]
    own = [None if book is None else facts.of_one(book, one.id) for one in some]
    if book is not None:
        book.faults  # noqa: B018  (ids are checked once, before the clock starts)
    first = "creditkit, one by one"

    def many() -> Any:
        return house.decide(portfolio, as_of=TODAY, ledger=book)

    def one() -> Any:
        pairs = zip(some, own, strict=True)
        return [house.decide(customer, as_of=TODAY, ledger=mine) for customer, mine in pairs]

    def same(answers: dict[str, Any]) -> None:
        run = answers.pop("creditkit, columns")
        graded = np.count_nonzero(run.grade >= 0) / rows
        assert graded > 0.8, f"only {graded:.0%} get a grade"
        for name, each in answers.items():
            for row, decision in enumerate(each):
                found = run.grade_of(row), run.limit.item(row), run.reasons_of(row)
                keys = tuple(reason.key for reason in decision.reasons)
                assert found == (decision.grade, decision.limit, keys), (name, row)

    # what the house's rebuilding is measured by: microseconds a customer, of those without a ledger
    most = (None, None) if items else (0.8e-6 * rows, 70e-6 * len(some))
    with_items = f", {items} items each" if items else ", no ledger"
    return Contest(
        name=f"standard policy, whole ({len(some):,} rows in the path for one)",
        size=f"{rows:,} customers{with_items}",
        entrants=[
            Entrant(name="creditkit, columns", run=many, ours=True, seconds=most[0]),
            Entrant(name=first, run=one, ours=True, weighed=False, seconds=most[1]),
            Entrant(
                name=f"{first}, kept and collected",
                run=one,
                ours=True,
                kept=True,
                weighed=False,
                against=first,
            ),
        ],
        same=same,
        rows=rows,
    )
