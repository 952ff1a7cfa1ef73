"""Results as data frames: the time of every frame out grows in step with its rows.

Each result is made for a tenth of the customers and for all of them; one frame of all is held against
ten frames of a tenth. An answer above 1 grows faster than its rows; below it, what a call costs at
all shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import creditkit as ck
from benchmarks import facts
from benchmarks.harness import Contest, Entrant
from benchmarks.peers import installed
from creditkit.models.altman import Z2_1995

ENGINES = ("polars", "pyarrow", "pandas")
MOST = 100
"""So many rows of either end are compared."""


def contests(small: bool) -> list[Contest]:
    """Every kind of result, in every engine that is here."""
    rows = 2_000 if small else 100_000
    return [contest(name, rows) for name in RESULTS] if installed("narwhals") else []


def decisions(rows: int) -> Any:
    return facts.standard().decide(facts.customers(rows), as_of=facts.TODAY)


def ageing(rows: int) -> Any:
    return ck.ageing(facts.ledger(rows), as_of=facts.TODAY)


def scores(rows: int) -> Any:
    return Z2_1995.scores(facts.customers(rows).statements)


def alerts(rows: int) -> Any:
    return facts.standard().watch(facts.months(rows), as_of=facts.TODAY)


def debtors(rows: int) -> Any:
    return ck.debtors(facts.ledger(rows), as_of=facts.TODAY)


def worklist(rows: int) -> Any:
    return ck.worklist(debtors(rows))


def months(rows: int) -> Any:
    return facts.months(rows)


def items(rows: int) -> Any:
    return facts.ledger(rows).items


RESULTS: dict[str, Callable[[int], Any]] = {
    "decisions": decisions,
    "ageing": ageing,
    "scores": scores,
    "alerts": alerts,
    "debtors": debtors,
    "worklist": worklist,
    "months": months,
    "items": items,
}
"""Every kind of result and table that `to_frame` takes, for so many customers."""


def ready(engine: str) -> bool:
    """Whether frames of the engine can be made; exact amounts in pandas are PyArrow's."""
    needed = ("narwhals", engine, *(["pyarrow"] if engine == "pandas" else []))
    return all(installed(name) for name in needed)


def contest(name: str, rows: int, engines: Sequence[str] = ENGINES) -> Contest:
    """One kind of result: a frame of all of it, and ten frames of a tenth."""
    from creditkit import frames

    whole, part = RESULTS[name](rows), RESULTS[name](rows // 10)
    entrants = []
    for engine in engines:
        if ready(engine):
            tenth = f"{engine}, ten of a tenth"
            entrants += [
                Entrant(
                    name=f"{engine}, all",
                    run=lambda engine=engine: [frames.to_frame(whole, like=engine)],
                    ours=True,
                    against=tenth,
                    at_most=1.25,
                ),
                Entrant(
                    name=tenth,
                    run=lambda engine=engine: [
                        frames.to_frame(part, like=engine) for _ in range(10)
                    ],
                    ours=True,
                ),
            ]

    def same(answers: dict[str, Any]) -> None:
        """The engines' frames have the same cells, and each as many rows as its result."""
        for size, result in (("all", whole), ("ten of a tenth", part)):
            made = [
                one for name, answer in answers.items() if name.endswith(size) for one in answer
            ]
            first = _cells(made[0])
            for frame in made:
                assert len(frame) == len(result)
                assert _cells(frame) == first

    return Contest(
        name=f"{name} to a frame",
        size=f"{len(whole):,} rows",
        entrants=entrants,
        same=same,
    )


def _cells(frame: Any) -> dict[str, list[str]]:
    """The first and the last cells of a frame as text, column by column: engines can be compared."""
    if hasattr(frame, "slice") and not hasattr(frame, "iloc"):
        ends = frame.slice(0, MOST), frame.slice(max(0, len(frame) - MOST))
    else:
        ends = frame.head(MOST), frame.tail(MOST)
    names = [str(name) for name in getattr(frame, "column_names", frame.columns)]
    return {name: [_told(cell) for end in ends for cell in _listed(end[name])] for name in names}


def _listed(column: Any) -> list[Any]:
    for how in ("to_pylist", "to_list"):
        if hasattr(column, how):
            return list(getattr(column, how)())
    return list(column)


def _told(value: Any) -> str:
    """A cell as text; what is not known is the same in every engine."""
    if value is None or str(value) in ("NaT", "<NA>", "nan"):
        return ""
    if isinstance(value, float | np.floating):
        return repr(float(value))
    return str(value).removesuffix(" 00:00:00")
