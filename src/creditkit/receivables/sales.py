"""Credit sales of a window, customer by customer: what a policy takes as ``credit_sales_12m``.

Invoices and other debits that are sales, less credit notes, tax-inclusive, by date, paid or not.
Write-offs and returned payments take nothing off them. Beside the sum stand the orders: how many, the
average, the largest. An order is the invoices, less the credit notes, that name it (``OpenItem.order``),
or, where they name none, the instalments of one ``document``; an invoice that names neither is one by
itself, and a credit note that names neither is of no order.

A ledger tells the sales since its first item, and no earlier ones: `Sales.reaches` is the day of
that item. Where it lies within the window the sum is only what the ledger has, and `Sales.complete`
is False: a house that took its ledger along two months ago has not known its customers for two months.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["A", "B", "N", "C"], "account": "C-1", "currency": "CNY", "amount": [900, 500, -100, 70],
...      "kind": ["invoice", "invoice", "credit_note", "invoice"], "order": ["S-1", "S-1", "S-1", None],
...      "doc_date": ["2026-01-10", "2026-10-05", "2026-10-20", "2025-09-01"]})
>>> one = sales(ledger, as_of="2026-11-21", months=12).row("C-1")
>>> one.credit_sales, one.orders, one.average_order, one.largest_order
(Money('1300.00', 'CNY'), 1, Money('1300.00', 'CNY'), Money('1300.00', 'CNY'))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, Final, NamedTuple, Self, Unpack, cast

import attrs
import numpy as np

from creditkit._columns import Amounts, Cells, Codes, State
from creditkit._fields import Day, as_date
from creditkit._layout import table
from creditkit._plain import Record, from_plain, to_plain
from creditkit._results import Results, Sheet
from creditkit.errors import InvalidFact, meant
from creditkit.facts.ledger import Ledger, Note
from creditkit.languages import AnyLanguage, texts
from creditkit.money import LARGEST, Money, currency_digits, plain_amount, rounded
from creditkit.receivables._item_columns import INVALID, ItemColumns, columns_of
from creditkit.receivables._months import months_before
from creditkit.receivables._sales import Sold, sold_of, sold_rows
from creditkit.receivables.open_items import Ints, Mask, add_into
from creditkit.receivables.reading import Options, Reading, accounts_in, reading_of

__all__ = ["CustomerSales", "Sales", "sales"]

_MOST_ROWS: Final = 20
_MONEY: Final = ("credit_sales", "returned", "average_order", "largest_order")
_COLUMNS: Final = ("credit_sales", "returned", "orders", "average_order", "largest_order")

WORDS: Final = texts(
    "sales",
    {
        "title": (
            "Credit sales after {after} and up to {until}, {currency}",
            "赊销额，{after} 之后至 {until}，{currency}",
        ),
        "account": ("account", "客户"),
        "credit_sales": ("credit sales", "赊销额"),
        "returned": ("credited", "红字冲减"),
        "orders": ("orders", "订单数"),
        "average_order": ("average order", "平均订单"),
        "largest_order": ("largest order", "最大订单"),
        "not_known": ("not known", "未知"),
        "more": ("and {more} more accounts", "另有 {more} 个客户"),
        "incomplete": (
            "The ledger begins on {reaches}: earlier sales are not known.",
            "账簿始于 {reaches}，此前的销售额未知。",
        ),
        "empty": (
            "The ledger has no item: sales before it began are not known.",
            "账簿没有任何单据，建账之前的销售额未知。",
        ),
    },
)
"""The words of the page."""


@attrs.frozen(kw_only=True)
class CustomerSales(Record):
    """What one customer bought on credit in a window.

    ``credit_sales`` is net of what was credited (``returned``, not above zero); it is below zero
    where more was credited than invoiced. ``average_order`` and ``largest_order`` are None where
    there is no order. All are None where a row of the customer cannot be read, or lacks a rate.
    """

    schema: ClassVar[str] = "creditkit.customer_sales/1"

    account: str
    credit_sales: Money | None
    returned: Money | None
    orders: int | None
    average_order: Money | None
    largest_order: Money | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Sales(Results[CustomerSales]):
    """Credit sales of the days after ``after`` and up to ``until``, a row for each account.

    Columns of money are `Amounts`, which a `Portfolio` takes as they are:
    ``credit_sales_12m=found.credit_sales``. ``reaches`` is the day of the ledger's first item, None
    of a ledger without one.
    """

    schema: ClassVar[str] = "creditkit.sales/1"
    _path: ClassVar[str] = "sales"
    _first: ClassVar[int] = _MOST_ROWS
    _more: ClassVar[Any] = WORDS["more"]
    _keys: ClassVar[tuple[str, ...]] = tuple("after until currency reaches rows notes".split())

    after: date
    until: date
    currency: str
    reaches: date | None
    accounts: tuple[str, ...]
    credit_sales: Amounts
    returned: Amounts
    orders: Cells
    average_order: Amounts
    largest_order: Amounts
    notes: tuple[Note, ...] = ()
    _places: dict[str, int] | None = attrs.field(init=False, default=None)

    @property
    def complete(self) -> bool:
        """Whether the ledger reaches back to the beginning of the window."""
        return self.reaches is not None and self.reaches <= self.after + timedelta(1)

    def row(self, account: str) -> CustomerSales:
        """The row of one account, found by an index that the first call makes."""
        places = self._places
        if places is None:
            places = {name: row for row, name in enumerate(self.accounts)}
            object.__setattr__(self, "_places", places)
        row = places.get(account, -1) if isinstance(account, str) else -1
        if row < 0:
            remedy = meant(account, self.accounts) if isinstance(account, str) else ""
            raise InvalidFact(
                "sales.account", "must be an account that was asked for", account, remedy
            )
        return self._row(row)

    def _row(self, row: int) -> CustomerSales:
        money = {name: cast("Money | None", getattr(self, name).item(row)) for name in _MONEY}
        orders = cast("int | None", self.orders.raw(row))
        return CustomerSales(account=self.accounts[row], orders=orders, **money)

    def __len__(self) -> int:
        return len(self.accounts)

    def __repr__(self) -> str:
        return f"<Sales of {len(self)} accounts after {self.after} and up to {self.until}, {self.currency}>"

    def to_columns(self) -> dict[str, Any]:
        """Columns by name, money in minor units; ``known`` says of which accounts they are known."""
        values = {name: getattr(self, name).values for name in _COLUMNS}
        known = self.credit_sales.known
        return {"account": np.array(self.accounts, dtype=np.str_), **values, "known": known}

    def _plain(self) -> dict[str, Any]:
        return {
            "after": self.after.isoformat(),
            "until": self.until.isoformat(),
            "currency": self.currency,
            "reaches": None if self.reaches is None else self.reaches.isoformat(),
            "rows": [to_plain(one) for one in self],
            "notes": to_plain(self.notes),
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        currency_digits(data["currency"], "sales.currency")
        rows = from_plain(tuple[CustomerSales, ...], data["rows"], "sales.rows")
        for place, one in enumerate(rows):
            for name in _MONEY:
                amount: Money | None = getattr(one, name)
                if amount is not None and amount.currency != data["currency"]:
                    rule = f"must be in {data['currency']}"
                    raise InvalidFact(f"sales.rows[{place}].{name}", rule, amount)
        reaches = data["reaches"]
        columns = {
            name: Amounts.from_major([getattr(one, name) for one in rows], data["currency"])
            for name in _MONEY
        }
        orders = [one.orders for one in rows]
        states = np.array([one is None for one in orders], dtype=np.uint8)
        return cls(
            after=as_date(data["after"], "sales.after"),
            until=as_date(data["until"], "sales.until"),
            currency=data["currency"],
            reaches=None if reaches is None else as_date(reaches, "sales.reaches"),
            accounts=tuple(one.account for one in rows),
            orders=Cells(np.array([one or 0 for one in orders], dtype=np.int64), states),
            notes=from_plain(tuple[Note, ...], data["notes"], "sales.notes"),
            **columns,
        )

    def explain(self, language: AnyLanguage = "en") -> str:
        """The page that is printed, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        sheet = self._sheet(language, range(min(len(self), _MOST_ROWS)))
        lines = table([sheet.head, *sheet.rows], right=range(1, len(sheet.head)))
        more = len(self) - _MOST_ROWS
        lines += [WORDS["more"].filled(language, more=more)] if more > 0 else []
        return "\n".join([sheet.title, *lines, *sheet.remarks])

    def __str__(self) -> str:
        return self.explain()

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        title = WORDS["title"].filled(
            language, after=self.after, until=self.until, currency=self.currency
        )
        head = [WORDS[name].in_(language) for name in ("account", *_COLUMNS)]
        absent = WORDS["not_known"].in_(language)
        lines = []
        for place in rows:
            one = self._row(place)
            cells: list[Any] = [getattr(one, name) for name in _COLUMNS]
            if one.credit_sales is None:
                cells = [absent, *["-"] * 4]
            shown = (
                plain_amount(c.minor, c.currency) if isinstance(c, Money) else c for c in cells
            )
            lines.append([one.account, *("-" if cell is None else str(cell) for cell in shown)])
        remarks = [note.explain(language) for note in self.notes]
        if not self.complete:
            name = "empty" if self.reaches is None else "incomplete"
            remarks.insert(0, WORDS[name].filled(language, reaches=self.reaches))
        return Sheet(title, head, lines, remarks=remarks)


def sales(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    months: int = 12,
    since: Day | None = None,
    accounts: Sequence[str] | None = None,
    **options: Unpack[Options],
) -> Sales:
    """Credit sales of the ``months`` up to ``as_of``, by account, with the average and largest order.

    The window begins after the day of the month ``months`` earlier: twelve months up to 21 November
    2026 begin on 22 November 2025. Up to a month's end they are whole months: three up to 28 February
    begin on 1 December. ``since`` is the first day instead, where you give one. Rows are in the order
    of ``accounts``; where None, all of the ledger, by name. An account without an item bought nothing.

    Items in other currencies are converted one by one, half-even; ``average_order`` is rounded
    half-even. The sales of an account are not known where a row of it cannot be read, where a sale in
    the window has no rate, or where 64 bits end. A ledger of one day's remainders knows no sales.
    """
    how = reading_of(ledger, how, options)
    after = _after(how.as_of, months, since)
    accounts = accounts_in(ledger, accounts)
    columns = None
    if ledger.open_as_of is not None:
        nothing = np.zeros(len(accounts), dtype=np.int64)
        unknown = np.full(len(accounts), State.UNKNOWN, dtype=np.uint8)
        columns = {name: Cells(nothing, unknown) for name in _COLUMNS}
    else:
        book = columns_of(ledger, accounts, how.when)
        sold = None if book is None else sold_rows(book, how, after)
        if book is not None and sold is not None:
            found = _added(ledger, book, sold)
            columns = {name: book.spread(cells, accounts) for name, cells in found.items()}
    if columns is None:
        rows = [_of_one(ledger.account(name), how, after) for name in accounts]
        columns = {
            name: _cells([row[place] for row in rows]) for place, name in enumerate(_COLUMNS)
        }
    return Sales(
        after=after,
        until=how.as_of,
        currency=how.currency,
        reaches=_reaches(ledger),
        accounts=tuple(accounts),
        orders=columns["orders"],
        notes=tuple(ledger.unread),
        **{name: _amounts(columns[name], how.currency) for name in _MONEY},
    )


def _after(as_of: date, months: int, since: Day | None) -> date:
    """The day after which the window begins."""
    if since is not None:
        first = as_date(since, "since")
        if first > as_of:
            raise InvalidFact("since", f"must not be after {as_of}, the day of the reading", first)
        return first - timedelta(1) if first > date.min else first
    return months_before(as_of, months, "months")


def _reaches(ledger: Ledger) -> date | None:
    """The day of the first item that can be read."""
    docs = ledger.items["doc_date"].values
    if ledger.readable is not None:
        docs = docs[ledger.readable]
    return cast(date, docs.min().item()) if len(docs) else None


def _amounts(cells: Cells, currency: str) -> Amounts:
    return Amounts(cells.values, cells.states, currency)


class _Orders(NamedTuple):
    """The orders of accounts: the account of each, and what it comes to."""

    account: Ints
    minor: Ints


def _added(ledger: Ledger, book: ItemColumns, sold: Sold) -> dict[str, Cells]:
    """The columns of a book."""
    account = book.account[sold.rows]
    lost: Mask = book.broken.copy()
    if sold.lacking is not None:
        lost[account[sold.lacking]] = True
    states = np.where(lost, State.INVALID, State.KNOWN).astype(np.uint8)
    back = sold.minor < 0
    orders = _orders(ledger, book, sold, account)
    counted = orders.minor > 0
    owners, minor = orders.account[counted], orders.minor[counted]
    count, ordered = (np.zeros(book.size, dtype=np.int64) for _ in range(2))
    add_into(count, owners, np.ones(len(owners), dtype=np.int64))
    add_into(ordered, owners, minor)
    largest = np.zeros(book.size, dtype=np.int64)
    np.maximum.at(largest, owners, minor)
    average, rest = np.divmod(ordered, np.maximum(count, 1))
    average += (2 * rest > count) | ((2 * rest == count) & (average % 2 == 1) & (count > 0))
    none = np.where(lost, State.INVALID, np.where(count == 0, State.UNKNOWN, State.KNOWN))
    columns = (
        (book.totals(sold.minor, sold.rows), states),
        (book.totals(sold.minor[back], sold.rows[back]), states),
        (count, states),
        (average, none.astype(np.uint8)),
        (largest, none.astype(np.uint8)),
    )
    return {
        name: Cells(np.where(state == State.KNOWN, values, 0), state)
        for name, (values, state) in zip(_COLUMNS, columns, strict=True)
    }


def _orders(ledger: Ledger, book: ItemColumns, sold: Sold, account: Ints) -> _Orders:
    """What each order comes to: rows that name one together, other invoices each by itself."""
    rows = book.rows[sold.rows]
    names, documents = (cast(Codes, ledger.items[name]) for name in ("order", "document"))
    order, document = names.values[rows], documents.values[rows]
    order = np.where((order < 0) & (document >= 0), document + len(names.names), order)
    many = len(names.names) + len(documents.names)
    alone = (order < 0) & (sold.minor > 0)
    named = np.flatnonzero(order >= 0)
    if not len(named):
        return _Orders(account[alone], sold.minor[alone])
    key = account[named].astype(np.int64) * many + order[named]
    keys, place = np.unique(key, return_inverse=True)
    sums = np.zeros(len(keys), dtype=np.int64)
    add_into(sums, place.ravel(), sold.minor[named])
    return _Orders(
        np.concatenate([account[alone], keys // many]),
        np.concatenate([sold.minor[alone], sums]),
    )


_LOST: Final = (INVALID,) * len(_COLUMNS)


def _of_one(ledger: Ledger, how: Reading, after: date) -> tuple[Any, ...]:
    """The same of one customer, with Python integers; not known beyond 64 bits."""
    plain, items = ledger.account_items_by(how.exists_by), ledger.items
    order, document = (cast(Codes, items[name]) for name in ("order", "document"))
    readable = ledger.resolved(how.exists_by).readable
    rows = range(len(items)) if readable is None else np.flatnonzero(readable).tolist()
    names = [(order.item(row), None if order.item(row) else document.item(row)) for row in rows]
    total = returned = 0
    orders: dict[Any, int] = {}
    if plain.broken:
        return _LOST
    for place, _, minor in sold_of(plain, how, after):
        if minor is None:
            return _LOST
        total += minor
        returned += min(minor, 0)
        named = names[place]
        if any(named) or minor > 0:
            key = named if any(named) else (place,)
            orders[key] = orders.get(key, 0) + minor
    each = [minor for minor in orders.values() if minor > 0]
    if max(map(abs, (total, returned, sum(each)))) > LARGEST:
        return _LOST
    average = rounded(sum(each), len(each), "half_even") if each else None
    return total, returned, len(each), average, max(each, default=None)


def _cells(values: Sequence[Any]) -> Cells:
    states = [
        State.INVALID if one is INVALID else State.UNKNOWN if one is None else State.KNOWN
        for one in values
    ]
    clean = [one if state == State.KNOWN else 0 for one, state in zip(values, states, strict=True)]
    return Cells(np.array(clean, dtype=np.int64), np.array(states, dtype=np.uint8))
