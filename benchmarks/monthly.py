"""From a ledger to twelve months of receivables, sales and oldest overdue, for every customer.

An invoice is paid in one sum, or not yet; peers hold the day on which it was. They answer with the
cells that are not empty, a row for customer and month, by a query for each month and one for sales.
"""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

import numpy as np

from benchmarks.ageing import TODAY
from benchmarks.harness import Contest, Entrant
from benchmarks.peers import duckdb_with, installed, peer
from creditkit._columns import Cells, Codes
from creditkit.facts.ledger import Ledger
from creditkit.receivables.monthly import monthly_figures

ENDS = [
    date(year, month, calendar.monthrange(year, month)[1])
    for year, month in [(2025, 11), (2025, 12), *((2026, month) for month in range(1, 11))]
]
MONTHS = len(ENDS)
NAMES = ("receivables", "sales", "oldest_overdue_days")


def contests(small: bool) -> list[Contest]:
    """A million items; small: fifty thousand."""
    return [contest(50_000, 2_000) if small else contest(1_000_000, 100_000)]


def contest(items: int, accounts: int) -> Contest:
    """Everybody on the same made-up ledger of two years."""
    rng = np.random.default_rng(items)
    account = rng.integers(0, accounts, items, dtype=np.int32)
    doc = np.datetime64(TODAY) - rng.integers(0, 730, items).astype("timedelta64[D]")
    due = doc + np.timedelta64(30, "D")
    paid = doc + rng.integers(5, 120, items).astype("timedelta64[D]")
    paid[paid > np.datetime64(TODAY)] = np.datetime64("NaT")
    amount = rng.integers(1, 10_000_000, items)
    columns = {"account": account, "doc": doc, "due": due, "paid": paid, "amount": amount}
    ledger = load(columns, accounts)
    ledger.faults  # noqa: B018  (ids are checked once, before the clock starts)

    def ours() -> Any:
        return monthly_figures(ledger, as_of=TODAY, months=MONTHS)

    def same(answers: dict[str, Any]) -> None:
        table = answers["creditkit"]
        order = np.array([int(name[2:]) for name in sorted(ledger.accounts)])
        for name, found in answers.items():
            if name != "creditkit":
                for figure, cells in zip(NAMES, _cells(found, accounts), strict=True):
                    mine = table[figure].values.reshape(accounts, MONTHS)
                    assert np.array_equal(mine, cells[order]), (name, figure)

    return Contest(
        name="monthly figures, 12 months",
        size=f"{items / 1e6:g} M items, {accounts:,} customers",
        entrants=[Entrant(name="creditkit", run=ours, ours=True), *_peers(columns)],
        same=same,
        floor=items * (4 + 8 + 4 * 3) + accounts * MONTHS * 3 * 8,
        rows=items,
    )


def load(columns: dict[str, Any], accounts: int) -> Ledger:
    """The ledger from columns: an allocation without a source for each invoice that is paid."""
    paid = np.flatnonzero(~np.isnat(columns["paid"]))
    return Ledger.from_columns(
        {
            "account": Codes(columns["account"], [f"C-{number}" for number in range(accounts)]),
            "currency": "CNY",
            "kind": "invoice",
            "amount": Cells(columns["amount"]),
            "doc_date": columns["doc"],
            "due_date": columns["due"],
        },
        {"target": paid, "amount": Cells(columns["amount"][paid]), "on": columns["paid"][paid]},
    )


def _cells(found: list[tuple[Any, Any, Any, Any]], accounts: int) -> list[Any]:
    """Three matrices of customer by month, from the rows of each month and those of sales."""
    out = [np.zeros((accounts, MONTHS), dtype=np.int64) for _ in NAMES]
    for month, (account, owed, oldest, _) in enumerate(found[:-1]):
        out[0][account, month], out[2][account, month] = owed, np.maximum(oldest, 0)
    account, sold, month, _ = found[-1]
    out[1][account, month] = sold
    return out


def _peers(columns: dict[str, Any]) -> list[Entrant]:
    out = []
    first = ENDS[0].year * 12 + ENDS[0].month
    if installed("polars"):
        pl = peer("polars")
        frame = pl.DataFrame(columns)

        def polars() -> Any:
            found = []
            for end in ENDS:
                there = (pl.col("doc") <= end) & (pl.col("paid").is_null() | (pl.col("paid") > end))
                late = (pl.lit(end) - pl.col("due")).dt.total_days().max().alias("oldest")
                made = frame.filter(there).group_by("account").agg(pl.col("amount").sum(), late)
                found.append((*(made[name].to_numpy() for name in made.columns), None))
            month = pl.col("doc").dt.year() * 12 + pl.col("doc").dt.month() - first
            within = pl.col("doc").is_between(ENDS[0].replace(day=1), ENDS[-1])
            made = (
                frame.filter(within)
                .group_by("account", month.alias("month"))
                .agg(pl.col("amount").sum())
            )
            sold = [made[name].to_numpy() for name in ("account", "amount", "month")]
            return [*found, (*sold, None)]

        out.append(Entrant(name="polars", run=polars))
    if installed("duckdb") and installed("pyarrow"):
        pa = peer("pyarrow")
        connection = duckdb_with("items", pa.table(columns))

        def duckdb() -> Any:
            found = []
            for end in ENDS:
                query = (
                    f"select account, sum(amount)::bigint, max(date '{end}' - due) from items where "
                    f"doc <= date '{end}' and (paid is null or paid > date '{end}') group by all"
                )
                made = connection.execute(query).fetchnumpy()
                found.append((*made.values(), None))
            query = (
                "select account, sum(amount)::bigint, "
                f"year(doc) * 12 + month(doc) - {first} as at from items "
                f"where doc between date '{ENDS[0].replace(day=1)}' and date '{ENDS[-1]}' group by all"
            )
            return [*found, (*connection.execute(query).fetchnumpy().values(), None)]

        out.append(Entrant(name="duckdb", run=duckdb))
    return out
