"""Where the data lies: a formula as an expression of the engine, a whole policy in batches.

A formula is arithmetic, so the engine can do it, to the last bit (``exp`` and ``log`` within 2
units in the last place). A policy has many steps and exact money; it runs through the same column
path as everything else, batch by batch: one truth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, cast

import numpy as np

from creditkit._arithmetic import total
from creditkit._columns import Codes
from creditkit._door import Forms
from creditkit._fields import Day, as_date, plain_text
from creditkit._given import instance_in, whole_in
from creditkit._plain import mapping_in
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Ledger
from creditkit.facts.rates import Rates
from creditkit.frames._exact import library
from creditkit.frames._reading import (
    Frame,
    chosen,
    collected,
    frame_of,
    names_of,
    narwhals,
    resolved,
    schema_of,
)
from creditkit.frames._tables import BESIDE, CUSTOMERS, customers_in
from creditkit.frames._writing import columns_of, frame_from, kind_of, relation_of
from creditkit.models.formula import Cutoffs, FormulaModel
from creditkit.policy.policy import Policy

__all__ = ["decide", "score"]

BATCH: Final = 1 << 17
"""Rows a batch of `decide`."""


def score(
    model: FormulaModel,
    frame: Any,
    columns: Mapping[str, str] | None = None,
    *,
    name: str = "score",
    zone: str | None = "zone",
) -> Any:
    """The frame with a model's score and zone, computed by the engine; lazy frames stay lazy.

    ``columns`` maps the model's lines to columns, where their names differ. The score is null where
    a line is null, NaN or infinite, or where a line that must be positive is not; whole and decimal
    columns are cast to floats by the engine. ``zone=None`` leaves the zone out.

    >>> import polars as pl
    >>> from creditkit.models.altman import Z2_1995
    >>> warehouse = pl.LazyFrame({name: [1.0, None] for name in Z2_1995.needs})
    >>> score(Z2_1995, warehouse).collect()["zone"].to_list()
    ['safe', None]
    """
    if not isinstance(model, FormulaModel):
        remedy = "put any other model into a policy and use decide"
        raise InvalidFact("score.model", "must be a FormulaModel", model, remedy)
    nw, given = narwhals(), frame_of(frame, "score")
    schema = schema_of(given, "score")
    for made in (name,) if zone is None else (name, zone):
        if not isinstance(made, str) or not plain_text(made):
            raise InvalidFact("score", "must be given names of columns", made)
        if made in schema:
            raise InvalidFact(f"score.{made}", "is a column of the frame already", remedy="rename")
    mapping = {line: line for line in model.needs}
    if columns is not None:
        mapping |= mapping_in(columns, "score.columns", "write {line: column}")
    names = resolved("score", list(schema), model.needs, mapping, {})
    inputs = {}
    for line, column in names.items():
        if not schema[column].is_numeric():
            raise InvalidFact(f"score.{line}", "must be a column of numbers", schema[column])
        if isinstance(schema[column], nw.Decimal) and not _casts_decimals(given):
            rule = "must be a column of floats: PyArrow casts decimals to neighbours of the nearest"
            raise InvalidFact(f"score.{line}", rule, schema[column], "read it with statements()")
        value = nw.col(column)
        inputs[line] = value if schema[column] == nw.Float64 else value.cast(nw.Float64)
    with np.errstate(all="ignore"):  # pandas computes at once, with numpy's warnings
        value = total(list(model.formula(**inputs, **dict(model.constants)).values()))
        valid = value.is_finite()
        for line in model.needs:  # engines order NaN: what a comparison made of it is not kept
            valid = valid & inputs[line].is_finite()
        for line in model.positive:
            valid = valid & (inputs[line] > 0)
        given = given.with_columns(nw.when(valid).then(value).alias(name))
        if zone is not None:
            given = given.with_columns(_zone(model.cutoffs, nw.col(name)).alias(zone))
    return given.to_native()


def _casts_decimals(frame: Any) -> bool:
    """Whether the engine casts a decimal to the nearest float."""
    return bool(frame.implementation.is_polars() or frame.implementation.is_duckdb())


def _zone(cutoffs: Cutoffs, value: Any) -> Any:
    nw = narwhals()
    distress, grey, safe = map(nw.lit, Cutoffs.NAMES)
    low, high = cutoffs.grey
    upper = nw.when(value > high).then(safe).otherwise(grey)
    made = nw.when(value >= low).then(upper).otherwise(distress)
    return nw.when(value.is_finite()).then(made)


def decide(
    policy: Policy,
    frame: Any,
    columns: Mapping[str, str] | None = None,
    *,
    as_of: Day,
    constants: Mapping[str, object] | None = None,
    ledger: Ledger | None = None,
    rates: Rates | None = None,
    batch_rows: int = BATCH,
    from_float: bool = False,
) -> Any:
    """A policy's decision for every row of a frame of customers, as a frame of the same kind.

    Fields are those of `portfolio`; beside them stand ``application.requested_limit`` and
    ``application.requested_terms``, and ``line.amount`` with ``line.approved_by`` and
    ``line.approved_on``. The rows of the result are in the order of the frame's, with the columns
    of `to_frame`; they are the same as from ``policy.decide`` on the whole portfolio.

    A DuckDB relation is read in Arrow batches of ``batch_rows`` and gives a relation on its own
    connection; its ids are read once before, for those that repeat. A Polars ``LazyFrame`` stays
    lazy and is decided when it is collected. ``ledger`` is read once for each batch.
    """
    instance_in(policy, Policy, "decide.policy")
    if rates is not None:
        instance_in(rates, Rates, "decide.rates")
    whole_in(batch_rows, "decide.batch_rows", 1)
    day = as_date(as_of)
    fixed = {} if constants is None else mapping_in(constants, "decide.constants")
    given = frame_of(frame, "decide")
    kind = kind_of(frame)
    available = names_of(given, "portfolio")
    names = resolved("portfolio", available, (*CUSTOMERS, *BESIDE), columns, fixed, True)
    read = chosen(given, names.values())

    def one(batch: Any, start: int, repeated: frozenset[str], forms: Forms) -> Any:
        rows, forms.start = len(batch), start
        try:
            made = customers_in(batch, names, fixed, from_float=from_float, forms=forms)
            again = _once(cast(Codes, made[0]["id"]), repeated)
            if again:  # such a row stands here a second time, so that the policy sees what it is
                whole = narwhals().concat([batch, batch[again]])
                made = customers_in(whole, names, fixed, from_float=from_float, forms=Forms())
            subject, application, line = made
            run = policy.decide(
                subject, as_of=day, ledger=ledger, application=application, line=line, rates=rates
            )
        except InvalidFact as fault:
            if fault.row is not None:
                fault.row += start
            raise
        like = "pyarrow" if kind == "duckdb" else "polars" if kind == "lazy" else kind
        columns = columns_of(run)
        return frame_from({name: cells.cut(slice(rows)) for name, cells in columns.items()}, like)

    def every(whole: Any) -> list[Any]:
        relation = kind == "duckdb"
        repeated = frozenset[str]()
        if relation or len(whole) > batch_rows:
            repeated = _repeated(whole, names.get("id"), fixed.get("id"))
        start, parts, forms = 0, [], Forms()
        for batch in (_arrow_batches if relation else _cut)(whole, batch_rows):
            parts.append(one(batch, start, repeated, forms))
            start += len(batch)
        forms.refuse()
        return parts

    nw = narwhals()
    if kind == "lazy":
        return _lazily(read.to_native(), every)
    out = nw.concat([nw.from_native(part) for part in every(read)]).to_native()
    if kind == "pandas":
        out.index = frame.index
    return relation_of(out, frame) if kind == "duckdb" else out


def _repeated(frame: Any, column: str | None, constant: object) -> frozenset[str]:
    """The ids that several rows of a frame have; its engine finds them, and only they come over."""
    if column is None:
        several = isinstance(constant, str) and len(frame.to_native()) > 1
        return frozenset({str(constant)} if several else ())
    nw, path = narwhals(), "portfolio.id"
    with suppress(InvalidFact):  # where it is no column of ids, reading it says so by its row
        if frame.implementation.is_duckdb():
            quoted = column.replace('"', '""')
            given = nw.from_native(frame.to_native().project(f'"{quoted}" as id'))
        else:
            reader = Frame(frame, "portfolio")
            sort = reader.sort(column, path)
            if sort == "object":
                texts = Counter(one for one in reader.objects(column) if isinstance(one, str))
                return frozenset(text for text, count in texts.items() if count > 1)
            if sort not in ("text", "whole"):
                return frozenset()
            series = frame[column].alias("id")
            given = (series if sort == "whole" else series.cast(nw.String)).to_frame()
        if given.implementation.is_pyarrow():
            counts = given["id"].value_counts(name="count")  # three times as fast as groups
        else:
            counts = given.group_by("id").agg(nw.len().alias("count"))
        found = collected(counts.filter(nw.col("count") > 1).select("id"))
        return frozenset(Frame(found, "portfolio").codes("id", path).names)
    return frozenset()


def _once(ids: Codes, repeated: frozenset[str]) -> list[int]:
    """The rows of a batch whose id repeats, but in another batch."""
    if not repeated:
        return []
    used, first, counts = np.unique(ids.values, return_index=True, return_counts=True)
    alone = zip(used.tolist(), first.tolist(), (counts == 1).tolist(), strict=True)
    return [row for code, row, one in alone if one and code >= 0 and ids.names[code] in repeated]


def _cut(frame: Any, rows: int) -> Iterator[Any]:
    """An eager frame in batches; at least one, so that an empty frame has columns."""
    for start in range(0, max(1, len(frame)), rows):
        yield frame[start : start + rows]


def _arrow_batches(frame: Any, rows: int) -> Iterator[Any]:
    pyarrow, nw, relation = library("pyarrow"), narwhals(), frame.to_native()
    reading = getattr(relation, "to_arrow_reader", None) or relation.fetch_record_batch
    reader, seen = reading(rows), False
    for batch in reader:
        seen = True
        yield nw.from_native(pyarrow.Table.from_batches([batch]))
    if not seen:
        yield nw.from_native(reader.schema.empty_table())


def _lazily(frame: Any, every: Callable[[Any], list[Any]]) -> Any:
    polars, nw = library("polars"), narwhals()
    empty = polars.DataFrame(schema=frame.collect_schema())

    def decided(whole: Any) -> Any:
        return polars.concat(every(nw.from_native(whole)))

    return frame.map_batches(decided, schema=decided(empty).schema)
