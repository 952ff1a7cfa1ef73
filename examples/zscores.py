"""Altman's Z, Z' and Z'' of a file of American annual statements, side by side.

    python examples/zscores.py american_bankruptcy_sample130.csv

The file has a column for each line, named X1 to X18; the mapping below says which is which.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from host import number, rows
from screen import Cell, Screen

import creditkit as ck
from creditkit.models import altman

LINES = {
    "X1": "current_assets",
    "X6": "net_income",
    "X7": "trade_receivables",
    "X8": "market_value_equity",
    "X9": "revenue",
    "X10": "total_assets",
    "X12": "ebit",
    "X14": "current_liabilities",
    "X15": "retained_earnings",
    "X17": "total_liabilities",
}
MODELS = (altman.Z_1968, altman.Z1_1983, altman.Z2_1995)
STYLES = {"safe": "good", "grey": "care", "distress": "bad"}


def main(path: Path) -> int:
    table = rows(path)
    columns = {ours: [number(row[theirs]) for row in table] for theirs, ours in LINES.items()}
    pairs = zip(columns["total_assets"], columns["total_liabilities"], strict=True)
    columns["equity"] = [a - b if a is not None and b is not None else None for a, b in pairs]
    ends = [date(int(row["year"]), 12, 31) for row in table]
    statements = ck.Statements.from_columns({"currency": "USD", "period_end": ends, **columns})

    screen = Screen()
    runs = [model.scores(statements) for model in MODELS]
    companies = list(dict.fromkeys(row["company_name"] for row in table))
    screen.section("The first and the last three years of each company", f"{len(table)} statements")
    shown = []
    for name in companies:
        places = [place for place, row in enumerate(table) if row["company_name"] == name]
        for place in dict.fromkeys([places[0], *places[-3:]]):
            scores = [run[place] for run in runs]
            cells = [name, table[place]["status_label"], table[place]["year"]]
            for score in scores:
                value = "–" if score.value is None else f"{score.value:.2f}"
                cells += [value, Cell(score.zone or "", STYLES.get(score.zone or "", ""))]
            shown.append(cells)
    head = ["company", "in the end", "year", "Z 1968", "", "Z' 1983", "", "Z'' 1995", ""]
    screen.table(head, shown, right=(3, 5, 7), indent=2)

    screen.section("Zones by model", "all years")
    counts = []
    for model, run in zip(MODELS, runs, strict=True):
        for status in ("alive", "failed"):
            zones = [
                run[place].zone for place, row in enumerate(table) if row["status_label"] == status
            ]
            numbers = [str(zones.count(zone)) for zone in ("safe", "grey", "distress", None)]
            counts.append([model.en, status, *numbers])
    screen.table(
        ["model", "in the end", "safe", "grey", "distress", "no score"],
        counts,
        right=range(2, 6),
        indent=2,
    )
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
