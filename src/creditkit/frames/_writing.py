"""Results as frames of the kind that came in; money as exact decimals, never through a float."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import STATE_NAMES, Amounts, Cells, Codes, State
from creditkit._door import FIRST_DAY, LAST_DAY
from creditkit._fields import Kind, kinds
from creditkit._tables import Table
from creditkit.errors import InvalidFact
from creditkit.facts.own import OwnMoney
from creditkit.frames._exact import library
from creditkit.frames._reading import frame_of
from creditkit.models.contract import Scores
from creditkit.money import CURRENCIES
from creditkit.outcomes import OUTCOMES
from creditkit.policy.decide.decisions import Decisions
from creditkit.policy.queue.checked import CheckedQueue
from creditkit.policy.queue.plan import ReleasePlan
from creditkit.policy.watch.alerts import Alerts
from creditkit.receivables.ageing import Ageing
from creditkit.receivables.allocation import Allocated
from creditkit.receivables.curves import PayingCurves
from creditkit.receivables.dso_change import DsoChange
from creditkit.receivables.flow import RollRates
from creditkit.receivables.loss_history import LossHistory
from creditkit.receivables.provision import Provision
from creditkit.receivables.receipts import ExpectedReceipts
from creditkit.receivables.reconciliation import Reconciliation
from creditkit.receivables.rolls import AgeingRoll
from creditkit.receivables.sales import Sales
from creditkit.recovery.worklist import Worklist
from creditkit.terms.many import DueDates, Schedules

__all__ = ["columns_of", "frame_from", "kind_of", "relation_of", "to_frame"]


Framed: TypeAlias = (
    AgeingRoll
    | CheckedQueue
    | DsoChange
    | ExpectedReceipts
    | LossHistory
    | PayingCurves
    | Provision
    | ReleasePlan
    | RollRates
)
"""Results that say themselves which columns they are."""


def to_frame(
    result: Decisions
    | Ageing
    | Allocated
    | Sales
    | Reconciliation
    | Scores
    | Alerts
    | Worklist
    | Schedules
    | DueDates
    | Framed
    | Table[Any],
    *,
    like: Any = None,
) -> Any:
    """A result or a table (`Debtors`, `Positions`, `Turnovers` ...) as a frame, a row for each of its rows.

    ``like`` is a frame of the kind that is wanted, or ``"pandas"``, ``"polars"`` or ``"pyarrow"``.
    Money is a decimal column, null where there is no amount; the state of a limit or a line
    (``unlimited``, ``none``, ``unknown``) stands beside it. Reasons are their keys, joined by
    ``"; "``; a worklist has its priorities as floats. A table, allocations and a reconciliation must be
    in one currency. Schedules have a row for each instalment, with the number of the invoice's row
    (``row``) and of the part, from 0.

    >>> import polars as pl
    >>> from datetime import date
    >>> from creditkit.facts.ledger import Ledger
    >>> from creditkit.receivables.ageing import ageing
    >>> book = Ledger.from_columns({"account": ["C-1"], "currency": "CNY", "kind": "invoice",
    ...                             "amount": ["10.05"], "doc_date": "2026-09-01"})
    >>> to_frame(ageing(book, as_of=date(2026, 11, 21)), like="polars").rows()[0][-1]
    Decimal('10.05')
    """
    made = frame_from(columns_of(result), like)
    rows = isinstance(result, Decisions | Scores) and not isinstance(like, str)
    if rows and kind_of(like) == "pandas" and len(like) == len(made):
        made.index = like.index
    return made


def columns_of(result: Any) -> dict[str, Cells]:
    """The columns of a result by name: `Amounts`, `Codes`, and cells of floats, dates, flags."""
    for kind, columns in _COLUMNS:
        if isinstance(result, kind):
            return cast("dict[str, Cells]", columns(result))
    if isinstance(result, Framed):
        return result._frame()
    remedy = (
        "give Decisions, Ageing, Scores, Alerts, a Worklist, a table or another result in columns"
    )
    raise InvalidFact("to_frame", "must be a result in columns", type(result).__name__, remedy)


def _decisions(run: Decisions) -> dict[str, Cells]:
    states = np.array([STATE_NAMES[code] for code in range(len(STATE_NAMES))])
    indexes, sets = run.reason_sets()
    return {
        "customer": run.id_codes,
        "outcome": _named(run.outcome, [outcome.value for outcome in OUTCOMES]),
        "grade": _named(run.grade, run.grade_names),
        "score": Cells(run.score, np.isnan(run.score).astype(np.uint8)),
        "limit": run.limit,
        "limit_state": _named(run.limit.all_states(), states.tolist()),
        "currency": _named(np.zeros(len(run), dtype=np.int32), [run.limit.currency]),
        "binding": _named(run.binding, run.binding_names),
        "terms": _named(run.terms, run.terms_names),
        "security_required": Cells(run.security_required.astype(np.int8)),
        "approver": _named(run.approver, run.approver_names),
        "next_review": Cells(run.next_review),
        "reasons": _named(indexes, ["; ".join(keys) for keys in sets]),
    }


def _ageing(aged: Ageing) -> dict[str, Cells]:
    states = None if aged.known.all() else np.where(aged.known, State.KNOWN, State.UNKNOWN)

    def money(values: npt.NDArray[np.int64]) -> Amounts:
        given = None if states is None else states.astype(np.uint8)
        return Amounts(np.ascontiguousarray(values), given, aged.currency)

    rows = len(aged)
    return {
        "account": _named(np.arange(rows, dtype=np.int32), aged.accounts),
        "currency": _named(np.zeros(rows, dtype=np.int32), [aged.currency]),
        **{name: money(aged.amounts[:, at]) for at, name in enumerate(aged.buckets.names)},
        "unapplied": money(aged.unapplied),
        "balance": money(aged.balance),
    }


def _sales(sold: Sales) -> dict[str, Cells]:
    rows = len(sold)
    return {
        "account": _named(np.arange(rows, dtype=np.int32), sold.accounts),
        "currency": _named(np.zeros(rows, dtype=np.int32), [sold.currency]),
        "credit_sales": sold.credit_sales,
        "returned": sold.returned,
        "orders": sold.orders,
        "average_order": sold.average_order,
        "largest_order": sold.largest_order,
    }


def _allocated(found: Allocated) -> dict[str, Cells]:
    columns = found.to_columns()
    amount = columns["amount"]
    currency = cast(Codes, found.allocations["currency"])
    one = _only(currency.names, "allocated")
    return {
        "source": Codes.of(columns["source"]),
        "target": Codes.of(columns["target"]),
        "currency": currency,
        "amount": Amounts(np.ascontiguousarray(amount), None, one),
    }


def _reconciliation(found: Reconciliation) -> dict[str, Cells]:
    states = None if found.known.all() else np.where(found.known, State.KNOWN, State.UNKNOWN)
    given = None if states is None else states.astype(np.uint8)
    one = _only(found.currencies, "reconciliation")
    money = {
        name: Amounts(np.ascontiguousarray(values), given, one)
        for name, values in found.columns.items()
    }
    return {
        "account": _named(np.arange(len(found), dtype=np.int32), found.accounts),
        "currency": Codes.of(list(found.currencies)),
        **money,
    }


def _only(currencies: Any, path: str) -> str:
    """The one currency of a result: decimals of several do not fit into one column."""
    names = dict.fromkeys(currencies)
    if len(names) > 1:
        raise InvalidFact(path, "must be in one currency", list(names))
    return next(iter(names), "CNY")


def _scores(scores: Scores) -> dict[str, Cells]:
    out: dict[str, Cells] = {
        "score": Cells(scores.values, np.isnan(scores.values).astype(np.uint8)),
        "status": _named(scores.status, ["computed", "missing", "undefined"]),
    }
    if scores.zones is not None:
        out["zone"] = _named(scores.zones, scores.zone_names)
    return out


def _alerts(alerts: Alerts) -> dict[str, Cells]:
    def cells(column: Any) -> Cells:
        if isinstance(column, list):
            return Codes.of(column)
        floats = column.dtype.kind == "f"
        return Cells(column, np.isnan(column).astype(np.uint8) if floats else None)

    return {name: cells(column) for name, column in alerts.to_columns().items()}


def _worklist(found: Worklist) -> dict[str, Cells]:
    given = found.to_columns()
    rows = len(found)
    out: dict[str, Cells] = {}
    for name, column in given.items():
        if name in ("customer", "action", "grade"):
            out[name] = Codes.of(column)
        elif name == "priority":
            out[name] = Cells(np.array(column, dtype=np.float64))
        else:
            values = np.array([0 if one is None else one for one in column], dtype=np.int64)
            states = np.array([one is None for one in column], dtype=np.uint8)
            money = name in ("receivables", "overdue", "disputed") and found.currency is not None
            cells = Cells(values, states)
            out[name] = Amounts(values, states, cast(str, found.currency)) if money else cells
    out["currency"] = Codes.of([found.currency] * rows)
    return out


def _table(table: Table[Any]) -> dict[str, Cells]:
    out: dict[str, Cells] = {}
    sorts = kinds(table.record)
    for name in (name for name in sorts if name in table.cells):
        column = table.cells[name]
        if sorts[name] in (Kind.MONEY, Kind.LINE):
            out[name] = _money_of(table, name, column)
            if sorts[name] is Kind.LINE:
                out[f"{name}_state"] = _named(column.all_states(), _STATES)
        elif name == "month_end":  # also of a row set aside: who reads it finds the same fault
            days = column.values.view(np.int64)
            lost = (days < FIRST_DAY) | (days > LAST_DAY)
            out[name] = Cells(column.values, lost.astype(np.uint8))
        else:
            out[name] = _plain_cells(column)
    for name, column in getattr(table, "figures", {}).items():
        money = isinstance(column, OwnMoney)
        key = f"figures.{name}"
        out[key] = _money_of(table, name, column) if money else _plain_cells(column)
    return out


def _money_of(table: Table[Any], name: str, column: Cells) -> Amounts:
    names = cast(Codes, table["currency"]).names
    if len(names) > 1:
        remedy = "give to_frame the rows of one currency, or make the table in one with rates"
        raise InvalidFact(f"to_frame.{name}", "must be in one currency", names, remedy)
    states = column.all_states().astype(np.uint8)
    currency = names[0] if names and names[0] in CURRENCIES else "CNY"
    known = names == (currency,)
    return Amounts(column.values, states if known else np.maximum(states, State.UNKNOWN), currency)


def _plain_cells(column: Cells) -> Cells:
    """Document numbers as codes; everything else as it is."""
    if isinstance(column, Codes) or column.values.dtype.kind != "U":
        return column
    names, codes = np.unique(column.values, return_inverse=True)
    indexes = np.where(column.known, codes.ravel(), -1).astype(np.int32)
    return Codes(indexes, names.tolist())


def _due_dates(found: DueDates) -> dict[str, Cells]:
    return {"due_date": _days(found.dates)}


def _schedules(found: Schedules) -> dict[str, Cells]:
    return {
        "row": Cells(found.row),
        "part": Cells(found.part.astype(np.int64)),
        "due_date": _days(found.dates),
        "amount": found.amounts,
        "amount_state": _named(found.amounts.all_states(), _STATES),
        "currency": _named(np.zeros(len(found), dtype=np.int32), [found.amounts.currency]),
    }


def _days(dates: npt.NDArray[np.datetime64]) -> Cells:
    return Cells(dates, np.isnat(dates).astype(np.uint8))


_STATES: Final = [STATE_NAMES[code] for code in range(len(STATE_NAMES))]

_COLUMNS: Final[tuple[tuple[type, Any], ...]] = (
    (Decisions, _decisions),
    (Ageing, _ageing),
    (Sales, _sales),
    (Allocated, _allocated),
    (Reconciliation, _reconciliation),
    (Scores, _scores),
    (Alerts, _alerts),
    (Worklist, _worklist),
    (DueDates, _due_dates),
    (Schedules, _schedules),
    (Table, _table),
)


def _named(codes: npt.NDArray[Any], names: Any) -> Codes:
    """Codes of names that may repeat (two grades with the same terms are one name)."""
    index: dict[str, int] = {}
    table = [index.setdefault(name, len(index)) for name in names]
    if len(index) == len(table):
        return Codes(codes, tuple(index))
    return Codes(np.array([*table, -1], dtype=np.int32)[codes], tuple(index))


# The kinds


def kind_of(like: Any) -> str:
    """``pandas``, ``polars``, ``lazy`` (Polars), ``pyarrow`` or ``duckdb``."""
    if isinstance(like, str):
        if like in ("pandas", "polars", "pyarrow"):
            return like
        raise InvalidFact("like", "must be a frame, 'pandas', 'polars' or 'pyarrow'", like)
    if like is None:
        remedy = "write like='pandas', or a frame of the kind that is wanted"
        raise InvalidFact("like", "must be given", remedy=remedy)
    frame = frame_of(like, "like")
    implementation = frame.implementation
    if implementation.is_polars():
        return "lazy" if hasattr(frame, "collect") else "polars"
    for name in ("pandas", "pyarrow", "duckdb"):
        if getattr(implementation, f"is_{name}")():
            return name
    rule = "must be a frame of pandas, Polars, PyArrow or DuckDB"
    raise InvalidFact("like", rule, type(like).__name__)


def frame_from(columns: dict[str, Cells], like: Any) -> Any:
    """Columns as a frame of the same kind as ``like``."""
    kind = kind_of(like)
    if kind in ("polars", "lazy"):
        polars = library("polars")
        made = polars.DataFrame([_polars(name, column) for name, column in columns.items()])
        return made.lazy() if kind == "lazy" else made
    if kind == "pandas":
        pandas = library("pandas")
        return pandas.DataFrame({name: _pandas(column) for name, column in columns.items()})
    table = library("pyarrow").table({name: _arrow(column) for name, column in columns.items()})
    return relation_of(table, like) if kind == "duckdb" else table


def relation_of(made_of_arrow: Any, like: Any) -> Any:
    """An Arrow table as a relation on the connection of another one."""
    # the replacement scan of `query` finds the local name, on like's own connection
    return like.query("creditkit_like", "select * from made_of_arrow").set_alias("creditkit")


def _known(column: Cells) -> npt.NDArray[np.bool_] | None:
    if isinstance(column, Codes):
        return None if not len(column) or column.values.min() >= 0 else column.values >= 0
    return None if column.states is None else column.known


def _polars(name: str, column: Cells) -> Any:
    polars, known = library("polars"), _known(column)
    if isinstance(column, Codes):
        names = polars.Series(name, list(column.names), dtype=polars.String)
        indexes = polars.Series(column.values)
        if known is not None:
            indexes = indexes.set(polars.Series(~known), None)
        return names.gather(indexes)
    values = polars.Series(name, column.values)
    if column.values.dtype == np.int8:
        values = values.cast(polars.Boolean)
    if known is not None:
        values = values.set(polars.Series(~known), None)
    if not isinstance(column, Amounts):
        return values
    digits = CURRENCIES[column.currency]
    kind = polars.Decimal(38, digits)
    made = values.cast(polars.Decimal(38, 0)).cast(kind) / 10**digits
    if made.dtype == kind and made.to_physical().cast(polars.Int64).equals(values):
        return made
    exact = [None if v is None else Decimal(f"{v}e{-digits}") for v in values.to_list()]
    return polars.Series(name, exact, dtype=kind)


def _arrow(column: Cells) -> Any:
    pyarrow, known = library("pyarrow"), _known(column)
    mask = None if known is None else ~known
    if isinstance(column, Codes):
        indexes = pyarrow.array(column.values, mask=mask)
        return pyarrow.array(column.names, pyarrow.string()).take(indexes)
    if not isinstance(column, Amounts):
        values = column.values
        if values.dtype == np.int8:
            values = values.astype(bool)
        return pyarrow.array(values, mask=mask)
    kind = pyarrow.decimal128(38, CURRENCIES[column.currency])
    words = np.empty((len(column), 2), dtype="<i8")
    words[:, 0] = column.values
    words[:, 1] = column.values >> 63
    valid = None if known is None else pyarrow.py_buffer(np.packbits(known, bitorder="little"))
    return pyarrow.Array.from_buffers(kind, len(column), [valid, pyarrow.py_buffer(words)])


def _pandas(column: Cells) -> Any:
    pandas, known = library("pandas"), _known(column)
    if isinstance(column, Codes):
        names = pandas.array(list(column.names), dtype="str")
        return names.take(column.values, allow_fill=True)
    if isinstance(column, Amounts):
        return pandas.arrays.ArrowExtensionArray(_arrow(column))
    values = column.values
    if known is not None and values.dtype.kind in "fM":
        return np.where(
            known, values, np.array("NaT" if values.dtype.kind == "M" else "nan", values.dtype)
        )
    if values.dtype == np.int8:
        flags = values.astype(bool)
        return flags if known is None else pandas.arrays.BooleanArray(flags, ~known)
    if values.dtype.kind in "iu" and known is not None and not known.all():
        return pandas.arrays.IntegerArray(values.copy(), ~known)
    return values
