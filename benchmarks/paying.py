"""How customers pay: habits of ten million invoices, and DSO by countback for a hundred thousand customers.

An invoice is paid in one sum, or not yet; peers hold the day on which it was. A ledger finds that day
out of its allocations when it is asked for the first time, and keeps it. Habits count what was
settled in a year, the share of it that was on time, and the days late by amount; what is open and
overdue is late to date.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import numpy as np

from benchmarks.ageing import TODAY
from benchmarks.harness import Contest, Entrant
from benchmarks.monthly import load
from benchmarks.peers import duckdb_with, installed, peer
from creditkit.receivables.habits import habits
from creditkit.receivables.turnover import countback_dso

START = date(TODAY.year - 1, TODAY.month, TODAY.day)
FIGURES = ("settled_count", "on_time_share", "average_days_late")
LENGTHS = [31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0, 28.0, 31.0]


def contests(small: bool) -> list[Contest]:
    """One and ten million invoices, ten a customer; small: fifty thousand."""
    sizes = [50_000] if small else [1_000_000, 10_000_000]
    return [
        *(paying(items, items // 10) for items in sizes),
        countback(2_000 if small else 100_000),
    ]


def paying(items: int, accounts: int) -> Contest:
    """Everybody on the same made-up ledger of two years, customers in any order."""
    rng = np.random.default_rng(items)
    account = rng.integers(0, accounts, items, dtype=np.int32)
    doc = np.datetime64(TODAY) - rng.integers(0, 730, items).astype("timedelta64[D]")
    due = doc + np.timedelta64(30, "D")
    paid = doc + rng.integers(5, 120, items).astype("timedelta64[D]")
    paid[(paid > np.datetime64(TODAY)) | (rng.random(items) < 0.03)] = np.datetime64("NaT")
    amount = rng.integers(1, 10_000_000, items)
    columns = {"account": account, "doc": doc, "due": due, "paid": paid, "amount": amount}
    ledger = load(columns, accounts)
    ledger.notes  # noqa: B018  (ids are checked once, before the clock starts)
    ours = Entrant(name="creditkit", run=lambda: habits(ledger, as_of=TODAY), ours=True)

    def forget() -> None:
        """The ledger as nobody has asked it for habits: on which day each item was paid is found anew."""
        ledger._settling = None

    first = attrs.evolve(ours, name="creditkit, first reading", ready=forget)

    def same(answers: dict[str, Any]) -> None:
        order = np.array([int(name[2:]) for name in sorted(ledger.accounts)])
        mine = [answers["creditkit"][name] for name in FIGURES]
        for name, found in answers.items():
            if name in (ours.name, first.name):
                continue
            count, share, days = _by_account(found, accounts)
            assert np.array_equal(mine[0].values, count[order]), name
            for cells, theirs in zip(mine[1:], (share, days), strict=True):
                wanted = np.where(cells.known, cells.values, np.nan)
                assert np.array_equal(wanted, theirs[order], equal_nan=True), name

    return Contest(
        name="habits of payment",
        size=f"{items / 1e6:g} M invoices, {accounts:,} customers",
        entrants=[ours, first, *_habits_of_peers(columns)],
        same=same,
        aim=0.5,
        floor=items * (4 + 8 + 4 * 2) + accounts * 3 * 8,
        rows=items,
    )


def _by_account(found: Any, accounts: int) -> tuple[Any, Any, Any]:
    """Count, share on time and days late, from the sums of those accounts that have any."""
    account, count, weight, on_time, weighted = (np.asarray(one) for one in found)
    out = (np.zeros(accounts, dtype=np.int64), *(np.full(accounts, np.nan) for _ in range(2)))
    out[0][account] = count
    with np.errstate(all="ignore"):
        out[1][account] = on_time.astype(np.float64) / weight
        out[2][account] = weighted.astype(np.float64) / weight
    return out


def _habits_of_peers(columns: dict[str, Any]) -> list[Entrant]:
    out = []
    if installed("polars"):
        pl = peer("polars")
        frame = pl.DataFrame(columns)
        paid, due, amount = pl.col("paid"), pl.col("due"), pl.col("amount")
        settled = paid.is_not_null() & (paid > START)
        late = paid.is_null() & (due < TODAY)
        days = pl.when(late).then(pl.lit(TODAY) - due).otherwise(paid - due).dt.total_days()

        def polars() -> Any:
            made = (
                frame.lazy()
                .filter(settled | late)
                .group_by("account")
                .agg(
                    paid.count().alias("settled"),
                    amount.sum(),
                    amount.filter(paid <= due).sum().alias("on_time"),
                    (amount * days.clip(0)).sum().alias("weighted"),
                )
                .collect()
            )
            return [made[name].to_numpy() for name in made.columns]

        out.append(Entrant(name="polars", run=polars))
    if installed("duckdb") and installed("pyarrow"):
        connection = duckdb_with("items", peer("pyarrow").table(columns))
        query = (
            "select account, count(paid), sum(amount)::bigint, "
            "coalesce(sum(amount) filter (paid <= due), 0)::bigint, "
            f"sum(amount * greatest(coalesce(paid, date '{TODAY}') - due, 0))::bigint from items "
            f"where paid > date '{START}' or (paid is null and due < date '{TODAY}') group by all"
        )
        out.append(
            Entrant(name="duckdb", run=lambda: [*connection.execute(query).fetchnumpy().values()])
        )
    return out


def countback(rows: int) -> Contest:
    """What is owed counted back over twelve months of sales; some months are without sales."""
    rng = np.random.default_rng(rows)
    sales = [np.round(rng.gamma(2.0, 5e4, rows), 2) * (rng.random(rows) < 0.9) for _ in LENGTHS]
    balance = np.round(rng.gamma(2.0, 1e5, rows), 2)
    columns = {"balance": balance, **{f"m{at}": month for at, month in enumerate(sales)}}

    def same(answers: dict[str, Any]) -> None:
        wanted = answers["creditkit"]
        for name, (days, at_least) in answers.items():
            assert np.array_equal(np.asarray(days), wanted.days), name
            assert np.array_equal(np.asarray(at_least), wanted.at_least), name

    ours = Entrant(name="creditkit", run=lambda: countback_dso(balance, sales, LENGTHS), ours=True)
    return Contest(
        name="DSO by countback, 12 months",
        size=f"{rows:,} customers",
        entrants=[ours, *_countback_of_peers(columns)],
        same=same,
        aim=0.5,
        floor=rows * 8 * (len(LENGTHS) + 2),
        rows=rows,
    )


def _countback_of_peers(columns: dict[str, Any]) -> list[Entrant]:
    out = []
    if installed("polars"):
        pl = peer("polars")
        frame = pl.DataFrame(columns)

        def polars() -> Any:
            made = frame.lazy().with_columns(pl.col("balance").alias("rest"), total=pl.lit(0.0))
            rest = pl.col("rest")
            for at, length in enumerate(LENGTHS):
                sold = pl.col(f"m{at}")
                part = pl.when(rest < sold).then(rest / sold * length).otherwise(length)
                made = made.with_columns(
                    pl.when(rest > 0.0).then(rest - pl.min_horizontal(rest, sold)).otherwise(0.0),
                    total=pl.col("total") + pl.when(rest > 0.0).then(part).otherwise(0.0),
                )
            found = made.select("total", at_least=rest > 0.0).collect()
            return found["total"].to_numpy(), found["at_least"].to_numpy()

        out.append(Entrant(name="polars", run=polars))
    if installed("duckdb") and installed("pyarrow"):
        connection = duckdb_with("customers", peer("pyarrow").table(columns))
        query = "(select *, balance as r0, 0.0::double as t0 from customers)"
        for at, length in enumerate(LENGTHS):
            part = f"case when r{at} < m{at} then r{at} / m{at} * {length} else {length} end"
            query = (
                f"(select *, greatest(r{at} - least(r{at}, m{at}), 0.0) as r{at + 1}, "
                f"t{at} + case when r{at} > 0 then {part} else 0.0 end as t{at + 1} from {query})"
            )
        last = len(LENGTHS)
        query = f"select t{last} as days, r{last} > 0 as at_least from {query}"
        out.append(
            Entrant(name="duckdb", run=lambda: [*connection.execute(query).fetchnumpy().values()])
        )
    return out
