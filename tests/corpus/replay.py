"""Reads what the corpus holds and asks the library again: one by one, and in columns.

Only public names of the library are used, so that the corpus can be made with one version of it
and read with every later one.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import creditkit as ck
from tests.corpus.hosts import FIGURES, MODELS

__all__ = [
    "PATH",
    "alerts",
    "checked",
    "columns",
    "decided",
    "facts",
    "months",
    "plain",
    "policy_of",
    "read",
    "said_by_policy",
    "supplied",
    "table",
    "text",
    "watched",
]

PATH = Path(__file__).with_name("corpus.json.gz")
"""The corpus: JSON, compressed."""

Plain = Mapping[str, Any]


def read(path: Path = PATH) -> dict[str, Any]:
    """The corpus as plain data."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return dict(json.load(file))


def text(value: Any) -> str:
    """Plain data as text, keys in order: equal where the data is, also in the types of its numbers."""
    return json.dumps(value, allow_nan=False, sort_keys=True)


def plain(value: Any) -> Any:
    """Plain data as a JSON file gives it back; what is not JSON is an error."""
    return json.loads(json.dumps(value, allow_nan=False))


# Policies


def policy_of(entry: Plain) -> ck.Policy:
    """The policy of an entry, with the host's models and figures where it is the host's."""
    own: dict[str, Any] = {"models": MODELS, "figures": FIGURES} if entry["house"] else {}
    return ck.Policy.from_dict(entry["document"], **own)


def said_by_policy(policy: ck.Policy) -> dict[str, Any]:
    """What is recorded of a policy beside its document."""
    warnings = [{"code": one.code, "subject": one.path} for one in policy.warnings]
    return {"digest": policy.digest, "warnings": warnings, "document": policy.to_dict()}


# Decisions


def decided(book: Plain, policy: ck.Policy) -> Iterator[ck.Decision]:
    """The decisions of a book's customers, each asked for alone.

    The ledger is made from records where all of its rows can be read, so that the path for records
    is taken as well as the path for columns.
    """
    shared = {"as_of": book["as_of"], "rates": _rates(book), "ledger": _records(book)}
    for row in book["rows"]:
        yield policy.decide(
            ck.Customer.from_dict(row["customer"]),
            application=_or_none(ck.Application, row["application"]),
            line=_or_none(ck.CreditLine, row["line"]),
            **shared,
        )


def columns(book: Plain, policy: ck.Policy) -> ck.Decisions:
    """The decisions of the same customers, asked for in columns."""
    rows = book["rows"]
    applications = [_or_none(ck.Application, row["application"]) for row in rows]
    lines = [_or_none(ck.CreditLine, row["line"]) for row in rows]
    return policy.decide(
        ck.Portfolio.of([ck.Customer.from_dict(row["customer"]) for row in rows]),
        as_of=book["as_of"],
        ledger=_ledger(book["ledger"]),
        application=ck.Applications.of(applications) if any(applications) else None,
        line=ck.CreditLines.of(lines) if any(lines) else None,
        rates=_rates(book),
    )


def table(book: Plain, policy: ck.Policy) -> ck.Decisions:
    """The decisions of columns as a host's loader gives them, some of their cells unreadable."""
    given = book["columns"]
    own = {name: given[name] for name in ("figures",) if name in given}
    statements = ck.Statements.from_columns(given["statements"])
    return policy.decide(
        ck.Portfolio.from_columns(given["portfolio"], statements=statements, **own),
        as_of=book["as_of"],
        ledger=_ledger(book["ledger"]),
        application=ck.Applications.from_columns(given["applications"]),
        line=ck.CreditLines.from_columns(given["lines"]),
        rates=_rates(book),
    )


def supplied(row: Plain, policy: ck.Policy) -> ck.Decision:
    """The decision for figures that are given."""
    return policy.decide_figures(row["figures"], as_of=row["as_of"], customer=row["customer"])


# Verdicts


def checked(row: Plain, policy: ck.Policy) -> ck.Verdict:
    """The verdict on an order."""
    return policy.check(
        ck.Order.from_dict(row["order"]),
        ck.CreditAccount.from_dict(row["account"]),
        as_of=row["as_of"],
        event=row["event"],
        approvals=[ck.Approval.from_dict(one) for one in row["approvals"]],
        rates=_rates(row),
    )


# Watching


def months(row: Plain) -> list[ck.MonthFigures]:
    """The months of one customer."""
    return [ck.MonthFigures.from_dict(one) for one in row["months"]]


def watched(
    book: Plain, each: Iterable[list[ck.MonthFigures]], policy: ck.Policy
) -> Iterator[ck.Watched]:
    """What watching each customer alone says; ``each`` are the months of the book's customers."""
    for one in each:
        yield policy.watch(one, as_of=book["as_of"], rates=_rates(book))


def alerts(book: Plain, each: Iterable[list[ck.MonthFigures]], policy: ck.Policy) -> ck.Alerts:
    """What watching all of them in one table says."""
    table = ck.MonthlyFigures.of([month for one in each for month in one])
    return policy.watch(table, as_of=book["as_of"], rates=_rates(book))


# Facts


def facts(corpus: Plain) -> Iterator[tuple[str, type[Any], Plain]]:
    """Every fact of the corpus that a record of the library holds: where it stands, its class, its data."""
    for book in corpus["decisions"]:
        for row in book["rows"]:
            here = f"{book['id']}/{row['id']}"
            yield f"{here}/customer", ck.Customer, row["customer"]
            for name, kind in (("application", ck.Application), ("line", ck.CreditLine)):
                if row[name] is not None:
                    yield f"{here}/{name}", kind, row[name]
    for row in corpus["verdicts"]:
        yield f"{row['id']}/order", ck.Order, row["order"]
        yield f"{row['id']}/account", ck.CreditAccount, row["account"]
        for place, one in enumerate(row["approvals"]):
            yield f"{row['id']}/approvals/{place}", ck.Approval, one
    for book in corpus["watched"]:
        for row in book["rows"]:
            for place, one in enumerate(row["months"]):
                yield f"{book['id']}/{row['id']}/months/{place}", ck.MonthFigures, one


def _rates(entry: Plain) -> ck.Rates | None:
    return _or_none(ck.Rates, entry["rates"])


def _or_none(kind: Any, data: Any) -> Any:
    return None if data is None else kind.from_dict(data)


def _ledger(data: Plain | None) -> ck.Ledger | None:
    return _or_none(ck.Ledger, data)


def _records(book: Plain) -> ck.Ledger | None:
    ledger = _ledger(book["ledger"])
    if ledger is None or ledger.faults:
        return ledger
    return ck.Ledger.of(
        [ledger.items.row(row) for row in range(len(ledger.items))],
        [ledger.allocations.row(row) for row in range(len(ledger.allocations))],
        open_as_of=ledger.open_as_of,
    )
