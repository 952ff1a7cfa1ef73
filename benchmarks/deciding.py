"""From a score to grade, limit and terms for a million customers, exact to the minor unit.

Three lines of ours. *Steps*: the plan's own functions for grade, limit and terms over blocks, which
is what the peers do. *Policy*: ``policy.decide`` on a portfolio with those figures, which also
gives an outcome, reasons, the step that binds, an approver and the next review for every row.
*Standard*: the standard policy with its thirteen factors on customers with statements and ratings.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from benchmarks.harness import Contest, Entrant
from benchmarks.peers import installed, peer
from creditkit._arithmetic import blocks
from creditkit._columns import Amounts, Cells, Codes
from creditkit.facts.customers import Portfolio
from creditkit.facts.statements import Statements
from creditkit.figures import Figure, FigureKind
from creditkit.models.altman import Z2_1995
from creditkit.models.contract import Score, Scores
from creditkit.policy.decide.decisions import Decisions
from creditkit.policy.decide.many import Limits
from creditkit.policy.policy import Policy

TODAY = date(2026, 11, 21)
BLOCK = 16_384

POLICY = """
schema = "creditkit.policy/1"
id = "bench"
version = "1"
title = { en = "bench", zh = "基准" }
currency = "CNY"
on_missing = "refer"
[assessment]
models = [{ use = "bureau.2026" }]
least_coverage = "0"
[grades]
domain = [300, 850]
rows = [
  { id = "AAA", min = 800, limit_share = "0.20", cap = "20000000", terms = "net60", review_months = 6 },
  { id = "AA",  min = 700, limit_share = "0.15", cap = "10000000", terms = "net30", review_months = 6 },
  { id = "A",   min = 600, limit_share = "0.10", cap = "4000000",  terms = "net15", review_months = 3 },
  { id = "B",   min = 500, limit_share = "0.05", cap = "500000",   terms = "net7",  review_months = 3 },
  { id = "D",   min = 300, limit_share = "0.01", cap = "10000",    terms = "net7",  review_months = 3 },
]
[limit]
methods = [{ use = "share_of_credit_sales" }]
combine = "lowest"
round = "floor:1000"
cap = "15000000"
[checks]
rows = [{ id = "LINE", kind = "credit", require = "exposure + order <= line", on_fail = "hold" }]
"""


class Bureau:
    """A host's model: a score that it was given."""

    id = "bureau.2026"
    needs = ("bureau_score",)

    def score(self, figures: Any) -> Score:
        value = figures["bureau_score"]
        return Score(model=self.id, value=value, missing=self.needs if value is None else ())

    def scores(self, columns: Any) -> Scores:
        values = columns["bureau_score"].values
        status = np.isnan(values).astype(np.uint8)
        return Scores(model=self.id, values=values, status=status, one=lambda row: None)  # type: ignore[arg-type,return-value]


FIGURE = Figure(
    name="bureau_score", kind=FigureKind.SCORE, en="Bureau score", zh="评分", meaning=""
)


def policy() -> Policy:
    """The policy of the contest."""
    return Policy.from_toml(POLICY, models=[Bureau()], figures=[FIGURE])


def contests(small: bool) -> list[Contest]:
    """A million customers; small: twenty thousand."""
    rows = 20_000 if small else 1_000_000
    return [given_scores(rows), standard(rows // 4)]


def given_scores(rows: int) -> Contest:
    """Scores and sales in; grade, limit and terms out."""
    rng = np.random.default_rng(rows)
    score = np.round(rng.uniform(300, 850, rows), 2)
    score[:: rows // 100] = np.nan
    sales = rng.integers(0, 30_000_000_00, rows)
    house, ids = policy(), Codes(np.arange(rows, dtype=np.int32), [str(row) for row in range(rows)])
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
            values, states, _ = limits.of(place, [Cells(sales[block])])
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
        connection = peer("duckdb").connect()
        connection.register("arrow", arrow)
        connection.execute("create table customers as select * from arrow")
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


def standard(rows: int) -> Contest:
    """The standard policy on whole customers; against its own path for one, row by row."""
    rng = np.random.default_rng(rows)
    lines = {name: np.round(rng.lognormal(8, 1, rows), 1) for name in Z2_1995.needs}
    day = np.broadcast_to(np.datetime64("2025-12-31", "D"), (rows,))
    started = np.datetime64("2010-01-01") + rng.integers(0, 5_000, rows).astype("timedelta64[D]")
    names = Codes(rng.integers(0, 3, rows).astype(np.int32), ("good", "fair", "poor"))
    portfolio = Portfolio.from_columns(
        {
            "id": Codes(np.arange(rows, dtype=np.int32), [str(row) for row in range(rows)]),
            "currency": "CNY",
            "credit_sales_12m": Amounts(rng.integers(0, 30_000_000_00, rows), None, "CNY"),
            "founded": started,
            "trading_since": started + np.timedelta64(900, "D"),
            "reputation": names,
            "litigation_count": rng.integers(0, 3, rows),
            "insolvency": rng.random(rows) < 0.01,
            "blocked": rng.random(rows) < 0.01,
        },
        statements=Statements.from_columns({"currency": "CNY", "period_end": day, **lines}),
    )
    house = Policy.standard()
    some = min(rows, 1_000)
    customers = [portfolio.row(row) for row in range(some)]

    def many() -> Any:
        return house.decide(portfolio, as_of=TODAY)

    def one() -> Any:
        return [house.decide(customer, as_of=TODAY) for customer in customers]

    def same(answers: dict[str, Any]) -> None:
        run, each = answers.values()
        for row, decision in enumerate(each):
            grade = None if run.grade[row] < 0 else house.grades[run.grade[row]]
            assert (grade, run.limit.item(row)) == (decision.grade, decision.limit)

    return Contest(
        name=f"standard policy, whole ({some:,} rows in the path for one)",
        size=f"{rows:,} customers",
        entrants=[
            Entrant(name="creditkit, columns", run=many, ours=True),
            Entrant(name="creditkit, one by one", run=one, ours=True),
        ],
        same=same,
        rows=rows,
        note="no peer",
    )
