"""Reads the small files of a mapping: a folder of CSV files, one for each table of the system.

A mapping is a function from rows to a `Ledger`; where the rows come from (SQL, an API, an export) is the
host's affair. Rows are dicts of text here, as a CSV file has them; a database gives numbers and dates.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import creditkit as ck

Row: TypeAlias = Mapping[str, str]
Tables: TypeAlias = Mapping[str, "list[dict[str, str]]"]

__all__ = ["Instalments", "Row", "Tables", "columns", "main", "money_out", "tables"]


def tables(folder: Path) -> Tables:
    """Each file of a folder by its name."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def columns(rows: Iterable[Mapping[str, Any]], names: Iterable[str]) -> dict[str, list[Any]]:
    """Rows as columns by name; an empty cell is not known."""
    given = list(rows)
    return {name: [row.get(name) or None for row in given] for name in names}


def money_out(day: str, credits: Iterable[str]) -> str:
    """The kind of a debit that is no sale, by the days of the credits that it is set against.

    What takes back credits that were there before it is a refund. Else it is a balance that is owed.
    """
    days = list(credits)
    return "refund" if days and max(days) <= day else "opening_balance"


class Instalments:
    """What is set against a whole document, set against its instalments: the oldest due first."""

    def __init__(self) -> None:
        self._parts: dict[str, list[tuple[str, str, Decimal]]] = {}

    def add(self, document: str, item: str, due: str, amount: str) -> None:
        """An instalment of a document, as an item."""
        parts = self._parts.setdefault(document, [])
        parts.append((due, item, Decimal(amount)))
        parts.sort()

    def take(self, document: str, amount: Decimal) -> Iterator[tuple[str, Decimal]]:
        """The items that an amount pays, and how much of it; a document without instalments is one."""
        parts = self._parts.get(document)
        if parts is None:
            yield document, amount
            return
        for place, (due, item, left) in enumerate(parts):
            paid = amount if place == len(parts) - 1 else min(left, amount)
            if paid:
                parts[place] = (due, item, left - paid)
                amount -= paid
                yield item, paid


def main(mapping: str, ledger: Callable[[Tables], ck.Ledger], as_of: str = "2026-11-21") -> None:
    """What a mapping makes of its sample: the ledger, its notes, and its ageing by currency."""
    made = ledger(tables(Path(__file__).parent / mapping))
    rates = ck.Rates("CNY", {"USD": "7.10"}, as_of=as_of)
    print(made)
    for note in made.notes:
        print(note.code, note.count, *note.ids)
    print(ck.ageing(made, as_of=as_of, currency="CNY", rates=rates))
