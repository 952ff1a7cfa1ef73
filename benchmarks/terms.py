"""Due dates and instalments of a million invoices, in the terms that a frame's expressions can say.

Each invoice has one of six terms, in no order, and dates of three years. Peers hold the terms as a small
number and decide by it, row by row; a share of an amount is rounded half-even by everybody.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.harness import Contest, Entrant
from benchmarks.peers import duckdb_with, installed, peer
from creditkit._columns import Amounts, Codes
from creditkit.terms import due_dates, schedules

TERMS = (
    "net 30",
    "net 60",
    "EOM+45",
    "end of next month",
    "25th of next month",
    "60 days after delivery",
)
SPLIT = "30% prepaid, 70% 30 days after delivery"


def contests(small: bool) -> list[Contest]:
    """A million invoices; small: twenty thousand."""
    rows = 20_000 if small else 1_000_000
    return [_one_date(rows), _mixed(rows), _instalments(rows)]


def _columns(rows: int) -> dict[str, Any]:
    rng = np.random.default_rng(rows)
    invoice = np.datetime64("2024-01-01") + rng.integers(0, 1096, rows).astype("timedelta64[D]")
    delivery = invoice + rng.integers(-5, 20, rows).astype("timedelta64[D]")
    codes = rng.integers(0, len(TERMS), rows).astype(np.int32)
    amount = rng.integers(1, 10_000_000, rows)
    return {"invoice": invoice, "delivery": delivery, "terms": codes, "amount": amount}


def _same(answers: dict[str, Any]) -> None:
    (first, *others) = answers.values()
    for other in others:
        for mine, theirs in zip(first, other, strict=True):
            assert np.array_equal(mine, theirs), (mine[:5], theirs[:5])


def _days(column: Any) -> Any:
    return np.asarray(column).astype("datetime64[D]")


def _one_date(rows: int) -> Contest:
    """One text of terms for everybody: a month's end and days."""
    columns = _columns(rows)
    entrants = [
        Entrant(
            name="creditkit",
            run=lambda: (due_dates("EOM+45", columns["invoice"]).dates,),
            ours=True,
        )
    ]
    if installed("polars"):
        pl = peer("polars")
        frame = pl.DataFrame(columns)
        due = pl.col("invoice").dt.month_end() + pl.duration(days=45)
        entrants.append(
            Entrant(name="polars", run=lambda: (_days(frame.select(due).to_series().to_numpy()),))
        )
    return Contest(
        name="due dates, EOM+45",
        size=f"{rows / 1e6:g} M invoices",
        entrants=entrants,
        same=_same,
        aim=0.5,
        floor=rows * 16,
        rows=rows,
    )


def _mixed(rows: int) -> Contest:
    columns = _columns(rows)
    codes = Codes(columns["terms"], TERMS)

    def ours() -> Any:
        dates = {"delivery": columns["delivery"]}
        return (due_dates(codes, columns["invoice"], dates=dates).dates,)

    entrants = [Entrant(name="creditkit", run=ours, ours=True)]
    if installed("polars"):
        pl = peer("polars")
        frame = pl.DataFrame(columns)
        invoice, terms = pl.col("invoice"), pl.col("terms")
        ways = [
            invoice + pl.duration(days=30),
            invoice + pl.duration(days=60),
            invoice.dt.month_end() + pl.duration(days=45),
            invoice.dt.month_start().dt.offset_by("1mo").dt.month_end(),
            invoice.dt.month_start().dt.offset_by("1mo") + pl.duration(days=24),
            pl.col("delivery") + pl.duration(days=60),
        ]
        chosen = pl.when(terms == 0).then(ways[0])
        for number, way in enumerate(ways[1:], start=1):
            chosen = chosen.when(terms == number).then(way)
        row = pl.int_range(pl.len()).alias("row")

        def by_terms() -> Any:
            parts = [
                frame.lazy()
                .select(row, terms, invoice, "delivery")
                .filter(terms == number)
                .select("row", way.alias("due"))
                for number, way in enumerate(ways)
            ]
            out = np.empty(rows, dtype="datetime64[D]")
            for part in pl.collect_all(parts):
                out[part["row"].to_numpy()] = part["due"].to_numpy()
            return (out,)

        entrants += [
            Entrant(
                name="polars, when and then",
                run=lambda: (_days(frame.select(chosen).to_series().to_numpy()),),
            ),
            Entrant(name="polars, a part for each terms", run=by_terms),
        ]
    if installed("duckdb") and installed("pyarrow"):
        connection = duckdb_with("invoices", peer("pyarrow").table(columns))
        query = (
            "select (case terms when 0 then invoice + 30 when 1 then invoice + 60 "
            "when 2 then last_day(invoice) + 45 when 3 then last_day(last_day(invoice) + 1) "
            "when 4 then last_day(invoice) + 25 else delivery + 60 end)::date as due from invoices"
        )
        entrants.append(
            Entrant(
                name="duckdb",
                run=lambda: (_days(connection.execute(query).fetchnumpy()["due"]),),
            )
        )
    return Contest(
        name="due dates, six terms",
        size=f"{rows / 1e6:g} M invoices",
        entrants=entrants,
        same=_same,
        aim=0.5,
        floor=rows * (8 + 8 + 4 + 8),
        rows=rows,
    )


def _instalments(rows: int) -> Contest:
    """Two dates and two amounts a row, in the order of the rows."""
    columns = _columns(rows)
    amounts = Amounts(columns["amount"], None, "CNY")

    def ours() -> Any:
        dates = {"delivery": columns["delivery"]}
        found = schedules(SPLIT, amounts, columns["invoice"], dates=dates)
        return (found.row, found.dates, found.amounts.values)

    entrants = [Entrant(name="creditkit", run=ours, ours=True)]
    if installed("polars"):
        pl = peer("polars")
        frame = pl.DataFrame(columns)
        amount, delivery = pl.col("amount"), pl.col("delivery")
        whole, rest = amount * 3 // 10, amount * 3 % 10
        first = whole + ((rest > 5) | ((rest == 5) & (whole % 2 == 1))).cast(pl.Int64)

        def polars() -> Any:
            made = frame.select(
                pl.int_range(pl.len()).alias("row"),
                pl.concat_list(delivery, delivery + pl.duration(days=30)).alias("due"),
                pl.concat_list(first, amount - first).alias("amount"),
            ).explode("due", "amount")
            return (
                made["row"].to_numpy(),
                _days(made["due"].to_numpy()),
                made["amount"].to_numpy(),
            )

        parts = frame.lazy().with_columns(pl.int_range(pl.len()).alias("row"))

        def stacked() -> Any:
            """Both instalments under each other; sorted by row where somebody needs that."""
            one = parts.select("row", due=delivery, amount=first)
            two = parts.select("row", due=delivery + pl.duration(days=30), amount=amount - first)
            made = pl.concat([one, two]).sort("row", maintain_order=True).collect()
            return (
                made["row"].to_numpy(),
                _days(made["due"].to_numpy()),
                made["amount"].to_numpy(),
            )

        entrants += [
            Entrant(name="polars, exploded", run=polars),
            Entrant(name="polars, stacked and sorted", run=stacked),
        ]
    return Contest(
        name="instalments, 30 % before and 70 % after",
        size=f"{rows / 1e6:g} M invoices",
        entrants=entrants,
        same=_same,
        aim=0.5,
        floor=rows * (8 + 8 + 2 * (8 + 2 + 8 + 8)),
        rows=rows,
    )
