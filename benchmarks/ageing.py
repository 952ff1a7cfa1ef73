"""Ageing to customer by bucket, exact: ten million items of a hundred thousand customers.

The ledger is loaded and its ids are checked before the clock starts, as the peers' frames are;
what loading and checking take is a line of its own. Peers hold the account as a whole number, the
date as 32 bits and the amount as 64-bit minor units, and answer with the cells that are not empty.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from benchmarks.harness import Contest, Entrant
from benchmarks.peers import duckdb_with, installed, peer
from creditkit._columns import Cells, Codes
from creditkit.facts.ledger import Ledger
from creditkit.receivables.ageing import ageing
from creditkit.receivables.buckets import STANDARD

TODAY = date(2026, 11, 21)
ENDS = [TODAY - timedelta(days) for days in STANDARD.edges]


def contests(small: bool) -> list[Contest]:
    """One and ten million items; small: a hundred thousand."""
    sizes = [(100_000, 2_000)] if small else [(1_000_000, 100_000), (10_000_000, 100_000)]
    return [contest(items, accounts) for items, accounts in sizes]


def contest(items: int, accounts: int) -> Contest:
    """Everybody on the same made-up ledger."""
    rng = np.random.default_rng(items)
    account = rng.integers(0, accounts, items, dtype=np.int32)
    due = np.datetime64(TODAY) - rng.integers(-60, 400, items).astype("timedelta64[D]")
    amount = rng.integers(1, 10_000_000, items)
    ledger = load(account, due, amount, accounts)
    ledger.faults  # noqa: B018  (ids are checked once, before the clock starts)

    entrants = [
        Entrant(name="creditkit", run=lambda: ageing(ledger, as_of=TODAY), ours=True),
        *_peers(account, due, amount),
    ]

    def same(answers: dict[str, Any]) -> None:
        cells = {name: _cells(name, answer, accounts) for name, answer in answers.items()}
        for name, found in cells.items():
            assert np.array_equal(found, cells["creditkit"]), name

    return Contest(
        name="ageing to customer x bucket",
        size=f"{items / 1e6:g} M items, {accounts:,} customers",
        entrants=entrants,
        same=same,
        aim=0.25,
        aim_floor=8,
        aim_memory=2,
        floor=items * (4 + 8 + 8) + accounts * (len(STANDARD) + 1) * 8,
        rows=items,
    )


def load(account: Any, due: Any, amount: Any, accounts: int) -> Ledger:
    """The ledger from columns, as a host's loader gives them."""
    return Ledger.from_columns(
        {
            "account": Codes(account, [f"C-{number:06}" for number in range(accounts)]),
            "currency": "CNY",
            "kind": "invoice",
            "amount": Cells(amount),
            "doc_date": due - np.timedelta64(90, "D"),
            "due_date": due,
        }
    )


def _cells(name: str, answer: Any, accounts: int) -> Any:
    if name == "creditkit":
        return answer.amounts
    account, bucket, amount = answer
    out = np.zeros((accounts, len(STANDARD)), dtype=np.int64)
    out[np.asarray(account), np.asarray(bucket)] = np.asarray(amount)
    return out


def _peers(account: Any, due: Any, amount: Any) -> list[Entrant]:
    out = []
    columns = {"account": account, "due": due, "amount": amount}
    if installed("polars"):
        pl = peer("polars")
        frame = pl.DataFrame(columns)
        bucket = sum((pl.col("due") <= end).cast(pl.Int8) for end in ENDS)

        def polars() -> Any:
            made = frame.group_by("account", bucket.alias("bucket")).agg(pl.col("amount").sum())
            return [made[name].to_numpy() for name in ("account", "bucket", "amount")]

        out.append(Entrant(name="polars", run=polars))
    if installed("pyarrow"):
        pa, pc = peer("pyarrow"), peer("pyarrow.compute")
        arrow = pa.table(columns)

        def pyarrow() -> Any:
            place = None
            for end in ENDS:
                late = pc.less_equal(arrow["due"], pa.scalar(end, pa.date32())).cast(pa.int8())
                place = late if place is None else pc.add(place, late)
            made = arrow.append_column("bucket", place)
            made = made.group_by(["account", "bucket"]).aggregate([("amount", "sum")])
            return [made[name].to_numpy() for name in ("account", "bucket", "amount_sum")]

        out.append(Entrant(name="pyarrow", run=pyarrow))
        if installed("duckdb"):
            connection = duckdb_with("items", arrow)
            tests = " + ".join(f"(due <= date '{end}')::tinyint" for end in ENDS)
            query = (
                f"select account, {tests} as bucket, sum(amount)::bigint as amount "
                "from items group by all"
            )

            def duckdb() -> Any:
                made = connection.execute(query).fetchnumpy()
                return [made[name] for name in ("account", "bucket", "amount")]

            out.append(Entrant(name="duckdb", run=duckdb))
    if installed("pandas"):
        pd = peer("pandas")
        table = pd.DataFrame(columns)
        ends = [pd.Timestamp(end) for end in ENDS]

        def pandas() -> Any:
            place = sum((table["due"] <= end).astype("int8") for end in ends)
            made = table["amount"].groupby([table["account"], place]).sum()
            index = made.index
            return [index.get_level_values(0), index.get_level_values(1), made.to_numpy()]

        out.append(Entrant(name="pandas", run=pandas))
    return out
