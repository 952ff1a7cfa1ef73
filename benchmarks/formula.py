"""Altman's Z'' and its zone for a million companies; the same as an expression of the engine."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.harness import Contest, Entrant
from benchmarks.peers import duckdb_with, installed, peer
from creditkit.facts.statements import Statements
from creditkit.models.altman import Z2_1995

ZONES = np.array(["distress", "grey", "safe", None], dtype=object)


def contests(small: bool) -> list[Contest]:
    """A million companies; small: twenty thousand."""
    return [contest(20_000 if small else 1_000_000)]


def contest(rows: int) -> Contest:
    """The column path, Polars with plain operators, and the formula handed to the engines."""
    rng = np.random.default_rng(rows)
    columns = {name: np.round(rng.lognormal(8, 1, rows), 1) for name in Z2_1995.needs}
    columns["total_assets"] = np.round(columns["total_assets"] * 3, 1)
    columns["ebit"] = np.round(columns["ebit"] - 2_000, 1)
    columns["equity"][:: rows // 50] = np.nan
    columns["total_liabilities"][:: rows // 40] = 0.0
    day = np.broadcast_to(np.datetime64("2025-12-31", "D"), (rows,))
    statements = Statements.from_columns({"currency": "CNY", "period_end": day, **columns})

    def ours() -> Any:
        scores = Z2_1995.scores(statements)
        return scores.values, scores.zones

    entrants = [Entrant(name="creditkit", run=ours, ours=True)]
    if installed("polars"):
        pl = peer("polars")
        frame = pl.DataFrame(columns)
        z, zone = _polars(pl)

        def polars() -> Any:
            made = frame.select(z.alias("z")).with_columns(zone)
            return made["z"], made["zone"]

        entrants.append(Entrant(name="polars", run=polars))
        if installed("narwhals"):
            from creditkit import frames

            def expression() -> Any:
                made = frames.score(Z2_1995, frame.lazy(), name="z").select("z", "zone").collect()
                return made["z"], made["zone"]

            entrants.append(
                Entrant(name="creditkit, as a Polars expression", run=expression, ours=True)
            )
    if installed("duckdb") and installed("pyarrow") and installed("narwhals"):
        pa, arrow = peer("pyarrow"), peer("pyarrow").table(columns)
        connection = duckdb_with("statements", arrow)
        from creditkit import frames

        def in_duckdb() -> Any:
            relation = connection.table("statements")
            made = frames.score(Z2_1995, relation, name="z").select("z, zone")
            found = pa.table(made)
            return found["z"], found["zone"]

        entrants.append(Entrant(name="creditkit, as a DuckDB expression", run=in_duckdb, ours=True))

    def same(answers: dict[str, Any]) -> None:
        values, zones = answers["creditkit"]
        bits = np.where(np.isnan(values), 0.0, values).view(np.int64)
        for name, (theirs, zone) in answers.items():
            found = np.asarray(theirs.to_numpy() if name != "creditkit" else theirs, dtype=float)
            unknown = np.isnan(found)
            assert np.array_equal(unknown, np.isnan(values)), name
            assert np.array_equal(np.where(unknown, 0.0, found).view(np.int64), bits), name
            if name != "creditkit":
                zone = zone.to_numpy()
                zone = ZONES[zone] if zone.dtype.kind == "i" else zone
                assert np.array_equal(zone, ZONES[zones]), name

    return Contest(
        name="Z'' and zone",
        size=f"{rows / 1e6:g} M companies",
        entrants=entrants,
        same=same,
        aim=1.0,
        aim_floor=2.7,
        aim_memory=2,
        floor=rows * (7 * 8 + 8 + 1 + 1),
        rows=rows,
    )


def _polars(pl: Any) -> tuple[Any, Any]:
    """The formula with plain operators, its zone as a small code, null where not computable."""
    total, owed = pl.col("total_assets"), pl.col("total_liabilities")
    z = (
        6.56 * ((pl.col("current_assets") - pl.col("current_liabilities")) / total)
        + 3.26 * (pl.col("retained_earnings") / total)
        + 6.72 * (pl.col("ebit") / total)
        + 1.05 * (pl.col("equity") / owed)
    )
    z = pl.when((total > 0) & (owed > 0) & z.is_finite()).then(z)
    value = pl.col("z")
    zone = (value >= 1.10).cast(pl.Int8) + (value > 2.60).cast(pl.Int8)
    return z, zone.fill_null(-1).alias("zone")
