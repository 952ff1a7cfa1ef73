"""Rows of a portfolio that cannot be read, and what is said of them.

A row with a cell that could not be read (a date that is none, an unknown currency, a line of less
than nothing) or with an id that another row has too is not judged at all: half a customer would be
graded as if nothing were wrong. It is referred with the names of what is wrong, and stops no other row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes, State
from creditkit._tables import Table
from creditkit.facts.ledger import Note
from creditkit.facts.terms import PaymentTerms, terms_or_none
from creditkit.policy.figures.facts import PortfolioFacts

__all__ = ["TWICE", "names_of", "strangers", "terms_of", "unreadable"]

Bools = npt.NDArray[np.bool_]

TWICE: Final = "id (twice)"
"""The name of the fault of an id that another row has too."""


def unreadable(facts: PortfolioFacts) -> dict[str, Bools]:
    """The rows that cannot be read, by the name of what is at fault."""
    portfolio, out = facts.portfolio, dict[str, Bools]()
    statements = portfolio.statements
    tables: dict[str, tuple[Table[Any] | None, str]] = {  # a row without the named cell is empty
        "": (portfolio, ""),
        "statement.": (statements, "period_end"),
        "statement.previous.": (None if statements is None else statements.previous, "period_end"),
        "application.": (facts.applications, "requested_limit"),
        "line.": (facts.lines, "amount"),
    }
    for prefix, (table, key) in tables.items():
        if table is not None:
            out |= {f"{prefix}{name}": rows for name, rows in _invalid(table, key)}
    ids = cast(Codes, portfolio["id"])
    known = ids.known
    if not known.all():
        out["id"] = ~known
    counts = np.bincount(ids.values if ids.states is None else ids.values[known], minlength=1)
    if counts.max() > 1:
        out[TWICE] = known & (counts[ids.values] > 1)
    return out


def strangers(facts: PortfolioFacts) -> tuple[Note, ...]:
    """The accounts of the ledger that belong to no row: a slip in an id makes a debtor look spotless."""
    ids = cast(Codes, facts.portfolio["id"])
    known = {ids.names[code] for code in np.unique(ids.values[ids.known]).tolist()}
    accounts = () if facts.ledger is None else facts.ledger.accounts
    lost = sorted(name for name in accounts if name not in known)
    return (Note(code="ledger.no_customer", count=len(lost), ids=tuple(lost[:5])),) if lost else ()


def names_of(rows: Mapping[str, Bools], row: int) -> tuple[str, ...]:
    """What is at fault with one row."""
    return tuple(name for name, where in rows.items() if where[row])


def terms_of(name: str) -> PaymentTerms | None:
    """The terms that an application names, None where they cannot be read."""
    return terms_or_none(name)


def _invalid(table: Table[Any], key: str) -> Iterator[tuple[str, Bools]]:
    """The cells of a table that could not be read; an empty row needs no currency."""
    for name in table.cells:
        column = table[name]
        if column.states is None or int(column.states.max(initial=0)) < State.INVALID:
            continue  # it is the last of the states
        where = column.states == State.INVALID
        if name == "currency" and key:
            where &= (column.values >= 0) | (table[key].all_states() != State.UNKNOWN)
        if where.any():
            yield name, where
