"""One customer of a ledger: where its rows lie, and its items as Python values.

Most questions are asked of one customer with some dozen items, thousands of times a minute; there
plain lists are quicker than columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes
from creditkit.facts._links import KINDS, Links, kind_codes
from creditkit.facts.open_items import Allocation, Allocations, ItemKind, Items, OpenItem

__all__ = ["AccountItems", "ColumnIndex", "RecordIndex", "items_of_columns", "items_of_records"]


class AccountItems(NamedTuple):
    """The items that can be read, as Python values, money in minor units.

    ``dues`` has the document date where no due date is known. ``links`` are the allocations that
    move: ``(source, target, minor, dated, on, undone_on, by credit note)`` with indexes into the
    lists, -1 for none; ``dated`` is the later of the two documents' dates. ``broken`` says that a
    row could not be read.
    """

    ids: list[str]
    kinds: list[ItemKind]
    currencies: list[str]
    amounts: list[int]
    opens: list[int] | None
    docs: list[date]
    dues: list[date]
    disputed: list[int]
    links: list[tuple[int, int, int, date, date | None, date | None, bool]]
    broken: bool


def items_of_records(
    records: Sequence[OpenItem],
    tied: Iterable[Allocation],
    outside: Sequence[OpenItem],
    remainders: bool,
) -> AccountItems:
    """From records; ``outside`` are items of other accounts, whose ids are not to be repeated."""
    times: dict[str, int] = {}
    for item in (*records, *outside):
        times[item.id] = times.get(item.id, 0) + 1
    given = [item for item in records if times[item.id] == 1]
    indexes = {item.id: index for index, item in enumerate(given)}
    elsewhere = {item.id: item for item in outside if times[item.id] == 1}
    links = []
    for tie in tied:
        at = indexes.get(tie.target, -1)
        target = given[at] if at >= 0 else elsewhere.get(tie.target)
        whence = -1 if tie.source is None else indexes.get(tie.source, -1)
        source = given[whence] if whence >= 0 else elsewhere.get(tie.source or "")
        if target is None or tie.currency != target.currency or target.amount.minor < 0:
            continue
        dated = target.doc_date
        if source is None:  # the matching date stands for the date of the payment
            if tie.on is not None and tie.on > dated:
                dated = tie.on
        elif tie.currency != source.currency or source.amount.minor > 0:
            continue
        elif source.doc_date > dated:
            dated = source.doc_date
        noted = source is not None and source.kind is ItemKind.CREDIT_NOTE
        links.append((whence, at, tie.amount.minor, dated, tie.on, tie.undone_on, noted))
    return AccountItems(
        ids=[item.id for item in given],
        kinds=[item.kind for item in given],
        currencies=[item.currency for item in given],
        amounts=[item.amount.minor for item in given],
        opens=[cast(Any, item.open_amount).minor for item in given] if remainders else None,
        docs=[item.doc_date for item in given],
        dues=[item.due_date or item.doc_date for item in given],
        disputed=[0 if item.disputed is None else item.disputed.minor for item in given],
        links=links,
        broken=len(given) < len(records),
    )


def items_of_columns(
    items: Items,
    allocations: Allocations,
    links: Links,
    readable: npt.NDArray[np.bool_] | None,
    remainders: bool,
) -> AccountItems:
    """From columns."""
    rows = np.arange(len(items)) if readable is None else np.flatnonzero(readable)
    index = np.full(len(items) + 1, -1)
    index[rows] = np.arange(len(rows))
    docs = items["doc_date"].values[rows]
    due, disputed = items["due_date"], items["disputed"]
    currency, ids = cast(Codes, items["currency"]), items["id"]
    moving = np.arange(len(allocations)) if links.moves is None else np.flatnonzero(links.moves)
    return AccountItems(
        ids=[str(one) for one in ids.values[rows].tolist()],
        kinds=[KINDS[code] for code in kind_codes(items)[rows].tolist()],
        currencies=[currency.names[code] for code in currency.values[rows].tolist()],
        amounts=items["amount"].values[rows].tolist(),
        opens=items["open_amount"].values[rows].tolist() if remainders else None,
        docs=docs.tolist(),
        dues=np.where(due.known[rows], due.values[rows], docs).tolist(),
        disputed=np.where(disputed.known[rows], disputed.values[rows], 0).tolist(),
        links=list(
            zip(
                index[links.source[moving]].tolist(),
                index[links.target[moving]].tolist(),
                allocations["amount"].values[moving].tolist(),
                links.dated[moving].astype("datetime64[D]").tolist(),
                _dates(allocations["on"], moving),
                _dates(allocations["undone_on"], moving),
                links.by_credit_note[moving].tolist(),
                strict=True,
            )
        ),
        broken=len(rows) < len(items),
    )


def _dates(column: Cells, rows: npt.NDArray[Any]) -> list[date | None]:
    if column.states is None:
        return cast("list[date | None]", column.values[rows].tolist())
    values = zip(column.values[rows].tolist(), column.known[rows].tolist(), strict=True)
    return [value if known else None for value, known in values]


class ColumnIndex:
    """The rows of items and allocations by account: sorted once."""

    def __init__(self, accounts: Codes, links: Links) -> None:
        codes = accounts.values
        self.codes = {name: code for code, name in enumerate(accounts.names)}
        bounds = np.arange(len(accounts.names) + 1, dtype=np.int32)
        self.order = np.argsort(codes, kind="stable")
        self.edges = np.searchsorted(codes, bounds, sorter=self.order)
        padded = np.append(codes, np.int32(-1))  # for a row of -1
        source, target = padded[links.source], padded[links.target]
        second = np.flatnonzero(source != target)
        of = np.concatenate([target, source[second]])
        tied = np.concatenate([np.arange(len(target)), second])
        order = np.lexsort((tied, of))
        self.tied = tied[order]
        self.tied_edges = np.searchsorted(of, bounds, sorter=order)

    def rows(self, name: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The item rows and the allocation rows of one account."""
        code = self.codes.get(name)
        if code is None:
            return self.order[:0], self.tied[:0]
        return (
            self.order[self.edges[code] : self.edges[code + 1]],
            self.tied[self.tied_edges[code] : self.tied_edges[code + 1]],
        )


class RecordIndex:
    """The records by account, each id's item, and the rows of each id that several items have."""

    def __init__(self, records: Sequence[OpenItem], tied: Sequence[Allocation]) -> None:
        self.row_of: dict[str, int] = {}
        self.repeats: dict[str, list[int]] = {}
        self.rows: dict[str, list[int]] = {}
        self.tied: dict[str, list[int]] = {}
        for row, item in enumerate(records):
            self.rows.setdefault(item.account, []).append(row)
            if item.id in self.row_of:
                self.repeats.setdefault(item.id, [self.row_of[item.id]]).append(row)
            else:
                self.row_of[item.id] = row
        for name in self.repeats:
            del self.row_of[name]
        for row, tie in enumerate(tied):
            ends = (self.row_of.get(tie.target), self.row_of.get(tie.source or ""))
            accounts = {records[end].account: None for end in ends if end is not None}
            for account in accounts:
                self.tied.setdefault(account, []).append(row)
