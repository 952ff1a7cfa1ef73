"""Receipts set against invoices, the oldest due first: five million to ten million, to the cent.

No customer has marked what they paid. Everybody answers with the same rows: which receipt, which
invoice, how much. The ledger is loaded and its ids are checked before the clock starts, as the
peers' frames are; they hold customers as whole numbers, dates as 32 bits, amounts as 64-bit minor
units. Two ways for each peer: all pairs of a customer, of which those that overlap on the line of
money are kept, and the merged ends of both, each looked up from behind.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.ageing import TODAY
from benchmarks.harness import Contest, Entrant
from benchmarks.peers import installed, peer
from creditkit._columns import Cells, Codes
from creditkit.facts.ledger import Ledger
from creditkit.receivables.allocation import allocate

ITEMS = ("account", "due", "doc", "amount", "item")
RECEIPTS = ("account", "doc", "amount", "receipt")


def contests(small: bool) -> list[Contest]:
    """One and ten million invoices, half as many receipts; small: fifty thousand."""
    sizes = [(50_000, 5_000)] if small else [(1_000_000, 100_000), (10_000_000, 1_000_000)]
    return [contest(items, accounts) for items, accounts in sizes]


def contest(items: int, accounts: int) -> Contest:
    """Everybody on the same made-up ledger of a year and a half, names in any order."""
    rng = np.random.default_rng(items)
    receipts = items // 2

    def column(low: int, high: int, size: int) -> Any:
        return rng.integers(low, high, size)

    doc = np.datetime64(TODAY) - column(0, 500, items).astype("timedelta64[D]")
    invoices = {
        "account": column(0, accounts, items).astype(np.int32),
        "due": doc + column(0, 90, items).astype("timedelta64[D]"),
        "doc": doc,
        "amount": column(1, 10_000_000, items),
        "item": np.arange(items, dtype=np.int32),
    }
    cash = {
        "account": column(0, accounts, receipts).astype(np.int32),
        "doc": np.datetime64(TODAY) - column(0, 500, receipts).astype("timedelta64[D]"),
        "amount": column(1, 15_000_000, receipts),
        "receipt": np.arange(items, items + receipts, dtype=np.int32),
    }
    ledger = load(invoices, cash, accounts)
    ledger.faults  # noqa: B018  (ids are checked once, before the clock starts)

    def same(answers: dict[str, Any]) -> None:
        found = {name: _rows(name, answer) for name, answer in answers.items()}
        for name, rows in found.items():
            assert np.array_equal(rows, found["creditkit"]), name

    made = len(allocate(ledger, as_of=TODAY))
    return Contest(
        name="allocation, oldest due first",
        size=f"{receipts / 1e6:g} M receipts, {items / 1e6:g} M invoices, {accounts:,} customers",
        entrants=[
            Entrant(name="creditkit", run=lambda: allocate(ledger, as_of=TODAY), ours=True),
            *_polars(invoices, cash),
            *_duckdb(invoices, cash),
        ],
        same=same,
        aim=0.5,
        floor=items * (4 + 8 + 8 + 8) + receipts * (4 + 8 + 8) + made * (4 + 4 + 8),
        rows=items + receipts,
        note=f"{made:,} allocations",
    )


def load(invoices: dict[str, Any], cash: dict[str, Any], accounts: int) -> Ledger:
    """The ledger from columns, as a host's loader gives them."""
    both = {name: np.concatenate([invoices[name], cash[name]]) for name in ("account", "doc")}
    kinds = np.repeat(np.array([0, 1], dtype=np.int32), [len(invoices["doc"]), len(cash["doc"])])
    return Ledger.from_columns(
        {
            "account": Codes(both["account"], [f"C-{number:07}" for number in range(accounts)]),
            "currency": "CNY",
            "kind": Codes(kinds, ("invoice", "receipt")),
            "amount": Cells(np.concatenate([invoices["amount"], -cash["amount"]])),
            "doc_date": both["doc"],
            "due_date": np.concatenate([invoices["due"], cash["doc"]]),
        }
    )


def _rows(name: str, answer: Any) -> Any:
    if name == "creditkit":
        table = answer.allocations
        columns = [table[one].values for one in ("source", "target", "amount")]
    else:
        columns = [np.asarray(one) for one in answer]
    order = np.lexsort((columns[1], columns[0]))
    return np.stack([one[order].astype(np.int64) for one in columns])


def _polars(invoices: dict[str, Any], cash: dict[str, Any]) -> list[Entrant]:
    if not installed("polars"):
        return []
    pl = peer("polars")
    items, receipts = (pl.DataFrame(one) for one in (invoices, cash))

    def in_line(frame: Any, keys: list[str]) -> Any:
        end = pl.col("amount").cum_sum().over("account")
        return frame.lazy().sort(["account", *keys, "amount"]).with_columns(end=end)

    def lines() -> tuple[Any, Any]:
        return in_line(items, ["due", "doc"]), in_line(receipts, ["doc"])

    def answer(frame: Any) -> Any:
        return [frame[name].to_numpy() for name in ("receipt", "item", "paid")]

    def pairs() -> Any:
        owed, paid = lines()
        joined = owed.select("account", "item", "end", "amount").join(
            paid.select("account", "receipt", "end", "amount"), on="account", suffix="_r"
        )
        amount = pl.min_horizontal("end", "end_r") - pl.max_horizontal(
            pl.col("end") - pl.col("amount"), pl.col("end_r") - pl.col("amount_r")
        )
        made = joined.select("receipt", "item", paid=amount).filter(pl.col("paid") > 0)
        return answer(made.collect(engine="streaming"))

    def ends() -> Any:
        owed, paid = pl.collect_all(list(lines()))
        edges = (
            pl.concat([owed.select("account", "end"), paid.select("account", "end")])
            .unique()
            .sort("account", "end")
        )
        made = edges.with_columns(
            paid=pl.col("end").diff().over("account").fill_null(pl.col("end"))
        )
        for frame, name in ((owed, "item"), (paid, "receipt")):
            made = made.join_asof(
                frame.select("account", "end", name), on="end", by="account", strategy="forward",
                check_sortedness=False,
            )  # fmt: skip
        return answer(made.drop_nulls())

    return [Entrant(name="polars, pairs", run=pairs), Entrant(name="polars, ends", run=ends)]


def _duckdb(invoices: dict[str, Any], cash: dict[str, Any]) -> list[Entrant]:
    if not installed("duckdb") or not installed("pyarrow"):
        return []
    pa = peer("pyarrow")
    connection = peer("duckdb").connect()
    for name, columns in (("invoices", invoices), ("cash", cash)):
        connection.register("arrow", pa.table(columns))
        connection.execute(f"create table {name} as select * from arrow")
        connection.unregister("arrow")
    lines = """
        with owed as (
            select account, item, amount, sum(amount) over (
                partition by account order by due, doc, amount rows unbounded preceding
            )::bigint as stop from invoices),
        paid as (
            select account, receipt, amount, sum(amount) over (
                partition by account order by doc, amount rows unbounded preceding
            )::bigint as stop from cash)
    """
    query = f"""{lines}
        select receipt, item,
            least(o.stop, p.stop) - greatest(o.stop - o.amount, p.stop - p.amount) as paid
        from owed o join paid p on o.account = p.account
            and o.stop - o.amount < p.stop and p.stop - p.amount < o.stop
    """

    def pairs() -> Any:
        made = connection.execute(query).fetchnumpy()
        return [made[name] for name in ("receipt", "item", "paid")]

    return [Entrant(name="duckdb, pairs", run=pairs)]
