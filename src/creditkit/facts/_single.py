"""One customer of a ledger: where its rows lie, and its items as Python values.

Most questions are asked of one customer with some dozen items, thousands of times a minute; there
plain lists are quicker than columns.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes
from creditkit.facts._links import BILLS, HABITS, NEVER, NO_DAY, Links, existence, kind_codes
from creditkit.facts.kinds import KINDS, Habit, ItemKind
from creditkit.facts.open_items import Items

__all__ = ["AccountItems", "ColumnIndex", "Link", "items_of_columns", "nobodys_of"]


class Link(NamedTuple):
    """An allocation that moves, with indexes in the lists of `AccountItems`, -1 for none.

    ``minor`` is in the target's currency, ``given`` in the source's. It counts from ``dated``, or from
    ``on`` where matching dates count, until ``until``; ``back``: because the payment came back. ``met``
    is the day on which a bill is due.
    """

    source: int
    target: int
    minor: int
    dated: date
    on: date | None
    until: date | None
    habit: Habit
    given: int
    back: bool
    met: date | None


class AccountItems(NamedTuple):
    """The items that can be read, as Python values, money in minor units.

    ``docs`` are the days from which they exist; ``dues`` has the document date where no due date is
    known. ``nobodys`` are the indexes of what is nobody's debt. ``broken`` says that a row, or an
    allocation of the account, could not be read. ``orders`` and ``documents`` are the order behind each
    item and the document that it is an instalment of; None where no item has one.
    """

    ids: list[str]
    kinds: list[ItemKind]
    currencies: list[str]
    amounts: list[int]
    opens: list[int] | None
    docs: list[date]
    dues: list[date]
    disputed: list[int]
    links: list[Link]
    nobodys: list[int]
    broken: bool
    orders: list[str | None] | None
    documents: list[str | None] | None


def items_of_columns(
    items: Items,
    links: Links,
    readable: npt.NDArray[np.bool_] | None,
    remainders: bool,
    by: str,
    broken: bool,
) -> AccountItems:
    """From columns; ``broken``: that an allocation could not be read."""
    rows = np.arange(len(items)) if readable is None else np.flatnonzero(readable)
    index = np.full(len(items) + 1, -1)
    index[rows] = np.arange(len(rows))
    codes = kind_codes(items)[rows]
    kinds = [KINDS[code] for code in codes.tolist()]
    without = np.where(BILLS[codes], np.datetime64(date.max), items["doc_date"].values[rows])
    due, disputed = items["due_date"], items["disputed"]
    currency, ids = cast(Codes, items["currency"]), items["id"]
    moving = np.arange(len(links.target)) if links.moves is None else np.flatnonzero(links.moves)
    return AccountItems(
        ids=[str(one) for one in ids.values[rows].tolist()],
        kinds=kinds,
        currencies=[currency.names[code] for code in currency.values[rows].tolist()],
        amounts=items["amount"].values[rows].tolist(),
        opens=items["open_amount"].values[rows].tolist() if remainders else None,
        docs=existence(items, by)[rows].astype("datetime64[D]").tolist(),
        dues=np.where(due.known[rows], due.values[rows], without).tolist(),
        disputed=np.where(disputed.known[rows], disputed.values[rows], 0).tolist(),
        links=[
            Link(*cells)
            for cells in zip(
                index[links.source[moving]].tolist(),
                index[links.target[moving]].tolist(),
                links.amount[moving].tolist(),
                links.dated[moving].astype("datetime64[D]").tolist(),
                _days(links.on, moving, NO_DAY),
                _days(links.until, moving, NEVER),
                [HABITS[code] for code in links.habit[moving].tolist()],
                links.given[moving].tolist(),
                [False] * len(moving) if links.back is None else links.back[moving].tolist(),
                _days(links.met, moving, NO_DAY),
                strict=True,
            )
        ],
        nobodys=nobodys_of(kinds),
        broken=broken or len(rows) < len(items),
        orders=_names(items["order"], rows),
        documents=_names(items["document"], rows),
    )


def _names(column: Any, rows: npt.NDArray[Any]) -> list[str | None] | None:
    """The names in some rows of a column; None where there is none."""
    known = column.known[rows]
    if not known.any():
        return None
    given = zip(column.take(rows).values.tolist(), known.tolist(), strict=True)
    if isinstance(column, Codes):
        return [column.names[code] if there else None for code, there in given]
    return [str(name) if there else None for name, there in given]


def nobodys_of(kinds: list[ItemKind]) -> list[int]:
    """The indexes of what is nobody's debt."""
    return [index for index, kind in enumerate(kinds) if not kind.part.balance]


def _days(
    column: npt.NDArray[np.int32] | None, rows: npt.NDArray[Any], absent: np.int32
) -> list[date | None]:
    if column is None:
        return [None] * len(rows)
    days, known = column[rows], column[rows] != absent
    dates = np.where(known, days, 0).astype("datetime64[D]").tolist()
    return [day if there else None for day, there in zip(dates, known.tolist(), strict=True)]


class ColumnIndex:
    """The rows of items and allocations by account: sorted once.

    ``meant`` has a row of an allocation and an item for each that an unclear one may mean.
    """

    def __init__(self, accounts: Codes, links: Links, meant: npt.NDArray[np.int64]) -> None:
        codes = accounts.values
        self.codes = {name: code for code, name in enumerate(accounts.names)}
        bounds = np.arange(len(accounts.names) + 1, dtype=np.int32)
        self.order = np.argsort(codes, kind="stable")
        self.edges = np.searchsorted(codes, bounds, sorter=self.order)
        padded = np.append(codes, np.int32(-1))  # for a row of -1
        self.payer, target = padded[links.source], padded[links.target]
        second = np.flatnonzero(self.payer != target)
        of = np.concatenate([target, self.payer[second], padded[meant[:, 1]]])
        tied = np.concatenate([np.arange(len(target)), second, meant[:, 0]])
        order = np.lexsort((tied, of))
        self.tied = tied[order]
        self.tied_edges = np.searchsorted(of, bounds, sorter=order)
        self.source = links.source
        self._by_source: npt.NDArray[Any] | None = None

    def rows(self, name: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The item rows and the allocation rows of one account.

        Of a payment from elsewhere all allocations are among them: what it gives here hangs on what
        it gives there.
        """
        code = self.codes.get(name)
        if code is None:
            return self.order[:0], self.tied[:0]
        rows = self.order[self.edges[code] : self.edges[code + 1]]
        tied = self.tied[self.tied_edges[code] : self.tied_edges[code + 1]]
        foreign = tied[(self.source[tied] >= 0) & (self.payer[tied] != code)]
        if len(foreign):
            if self._by_source is None:
                self._by_source = np.argsort(self.source, kind="stable")
            sources = np.unique(self.source[foreign])
            ends = (
                np.searchsorted(self.source, sources, side, sorter=self._by_source)
                for side in ("left", "right")
            )
            more = [self._by_source[first:last] for first, last in zip(*ends, strict=True)]
            tied = np.concatenate([tied, *more])
        return rows, np.unique(tied) if len(tied) > 1 else tied
