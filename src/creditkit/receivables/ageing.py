"""Ageing: what each customer owes at a date, by how long it has been due.

Exact to the minor unit, for one customer and for ten million items. The buckets and the column of
unapplied credits and cash always add up to the open balance, by customer and in total.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["1", "2", "3"], "account": ["C-1", "C-1", "C-2"], "currency": "CNY",
...      "kind": ["invoice", "receipt", "invoice"], "amount": [1000, -300, 50],
...      "doc_date": "2026-09-01", "due_date": ["2026-10-01", None, "2026-11-21"]})
>>> aged = ageing(ledger, as_of=date(2026, 11, 21))
>>> print(aged)
Ageing at 2026-11-21 by due date, CNY
       not due  1-30    31-60  61-90  91-120  over 120  unapplied  balance
C-1       0.00  0.00  1000.00   0.00    0.00      0.00    -300.00   700.00
C-2      50.00  0.00     0.00   0.00    0.00      0.00       0.00    50.00
total    50.00  0.00  1000.00   0.00    0.00      0.00    -300.00   750.00
>>> aged.row("C-1").by_bucket["31-60"], aged.total
(Money('1000.00', 'CNY'), Money('750.00', 'CNY'))
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final, Literal, Self, Unpack, cast

import attrs
import numpy as np

from creditkit._columns import exact_sum
from creditkit._fields import as_date
from creditkit._given import instance_in, one_of, whole_in
from creditkit._layout import html_table, table
from creditkit._plain import Record, from_plain, list_in, to_plain
from creditkit._results import Results, Sheet
from creditkit.errors import InvalidFact, meant
from creditkit.facts.ledger import Ledger, Note
from creditkit.languages import AnyLanguage, Text, texts
from creditkit.money import Money, currency_digits, minor_units, plain_amount
from creditkit.receivables._ageing import KEYS, aged_cells
from creditkit.receivables._sums import money_of_sum
from creditkit.receivables.buckets import BASES, STANDARD, Buckets
from creditkit.receivables.open_items import EFFECTIVE, Ints, Mask, one_currency
from creditkit.receivables.reading import Options, Reading, reading_of

__all__ = ["WORDS", "Ageing", "AgeingRow", "ageing"]

_MOST_ROWS: Final = 20

WORDS: Final = texts(
    "ageing",
    {
        "title": (
            "Ageing at {as_of} by {basis} date, {currency}",
            "账龄表，截至 {as_of}，按{basis}，{currency}",
        ),
        "by_key": (
            "Ageing by {key} at {as_of} by {basis} date, {currency}",
            "账龄表（按{key}），截至 {as_of}，按{basis}，{currency}",
        ),
        "no_key": ("not given", "未提供"),
        "key_currency": ("currency", "币种"),
        "key_kind": ("kind of document", "单据种类"),
        "key_order": ("order", "订单"),
        "key_document": ("document", "单据"),
        "key_instalment": ("instalment", "分期"),
        "key_salesperson": ("salesperson", "销售员"),
        "key_entity": ("entity", "公司主体"),
        "key_cost_centre": ("cost centre", "成本中心"),
        "unapplied": ("unapplied", "未核销"),
        "balance": ("balance", "余额"),
        "total": ("total", "合计"),
        "incomplete": ("total of the known", "已知部分合计"),
        "not_known": ("not known", "未知"),
        "more": ("and {more} more accounts", "另有 {more} 个客户"),
        "due": ("due", "到期日"),
        "invoice": ("invoice", "单据日"),
        "posting": ("posting", "过账日"),
        "delivery": ("delivery", "交货日"),
        "acceptance": ("acceptance", "验收日"),
    },
)
"""The words of a page: its title, sums and remarks, and what days are counted from."""


def ageing(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    buckets: Buckets = STANDARD,
    basis: str | None = None,
    by: str = "account",
    unapplied: Literal["own_column", "oldest_first"] = "own_column",
    **options: Unpack[Options],
) -> Ageing:
    """Age every open item at the date of a `Reading`, or ``as_of``, and add up by account.

    ``by`` is another key to add up by: ``salesperson``, ``entity``, ``cost_centre``, ``document``,
    ``instalment``, ``order``, ``kind`` or ``currency``; items without it are under the empty name.
        ``basis`` is the date that ages: ``due``, ``invoice`` (the document date), ``posting``,
    ``delivery`` or ``acceptance``; None leaves it to the buckets. An item without that date ages
    from its document date, and a note counts such items. Whatever is open below zero (credit
    notes, receipts, what was paid too much) stands in a column of its own, less what was sent back to
    the customer, or is set against each account's oldest buckets (``oldest_first``), and only what is
    left over stays in that column.

    Items in several currencies need ``currency`` and ``rates``, and are converted one by one,
    half-even. What tests of overdue leave out changes nothing here. Items that cannot be read or
    lack a rate are in no bucket: ``invalid`` counts them and ``notes`` names them. So are the items
    of an account whose sums do not fit into 64 bits. What an account with such an item owes is not
    known, and is in no total.
    """
    if how is None:  # the page names a currency, also that of nothing
        instance_in(ledger, Ledger, "ledger", "write Ledger.of(items)")
        options["currency"] = one_currency(ledger, options.get("currency"))
    how = reading_of(ledger, how, options)
    instance_in(buckets, Buckets, "buckets", "write Buckets.up_to(30, 60, 90)")
    basis = buckets.basis if basis is None else basis
    one_of(basis, BASES, "basis")
    one_of(unapplied, ("own_column", "oldest_first"), "unapplied")
    one_of(by, KEYS, "by")
    accounts, cells, notes, invalid, absent = aged_cells(
        ledger, how.when, buckets, basis, how.currency, how.rates, by
    )
    order = sorted(range(len(accounts)), key=accounts.__getitem__)
    if order != list(range(len(accounts))):
        accounts = tuple(map(accounts.__getitem__, order))
        cells, absent = cells[order], absent[order]
    if unapplied == "oldest_first":
        _set_against_oldest(cells)
    return Ageing(
        as_of=how.as_of,
        currency=how.currency,
        basis=basis,
        effective=how.effective,
        buckets=buckets,
        accounts=accounts,
        amounts=cells[:, :-1],
        unapplied=cells[:, -1],
        notes=(*ledger.unread, *notes),
        invalid=invalid,
        known=~absent,
        by=by,
    )


def _set_against_oldest(cells: Ints) -> None:
    """Buckets are in the order of age, so the oldest item is in the oldest bucket that has one."""
    for bucket in range(cells.shape[1] - 2, -1, -1):
        taken = np.minimum(-cells[:, -1], cells[:, bucket])
        cells[:, bucket] -= taken
        cells[:, -1] += taken


@attrs.frozen(kw_only=True)
class AgeingRow(Record):
    """One account: an amount for each bucket, what is unapplied (not above zero), the balance.

    All are None where what the account owes is not known.
    """

    schema: ClassVar[str] = "creditkit.ageing_row/1"

    account: str
    buckets: tuple[str, ...]
    amounts: tuple[Money | None, ...]
    unapplied: Money | None
    balance: Money | None

    def __attrs_post_init__(self) -> None:
        if len(self.amounts) != len(self.buckets):
            rule = f"must be {len(self.buckets)}, one for each bucket"
            raise InvalidFact("ageing_row.amounts", rule, len(self.amounts))

    @property
    def by_bucket(self) -> dict[str, Money | None]:
        """The amounts by the name of their bucket."""
        return dict(zip(self.buckets, self.amounts, strict=True))

    def to_html(self, language: AnyLanguage = "en") -> str:
        """Its buckets and what they add up to, in a language."""
        sums = [WORDS[name].in_(language) for name in ("unapplied", "balance")]
        cells = (*self.amounts, self.unapplied, self.balance)
        absent = WORDS["not_known"].in_(language)
        row = [absent if one is None else str(one) for one in cells]
        head = ["", *self.buckets, *sums]
        return html_table(head, [[self.account, *row]])


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Ageing(Results[AgeingRow]):
    """Account by bucket, in minor units of ``currency``.

    ``amounts`` has a row for each of ``accounts`` and a column for each of ``buckets``;
    ``unapplied`` (not above zero) is beside them, and a row with it adds up to ``balance``.
    ``invalid`` items are in no sum; ``notes`` say which, and what else to know. What an account that
    has one of them owes is not ``known``: its cells are 0 here, null in frames and in plain data,
    and it is in no total. The totals are then named as incomplete. ``aged[i]`` is the `AgeingRow`
    of the account of index ``i``, ``aged.row(account)`` that of an account.
    """

    schema: ClassVar[str] = "creditkit.ageing/1"
    _path: ClassVar[str] = "ageing"
    _first: ClassVar[int] = _MOST_ROWS
    _more: ClassVar[Text] = WORDS["more"]
    _keys: ClassVar[tuple[str, ...]] = tuple(
        "as_of currency basis effective by buckets accounts rows notes invalid".split()
    )

    as_of: date
    currency: str
    basis: str
    effective: str
    buckets: Buckets
    accounts: tuple[str, ...]
    amounts: Ints
    unapplied: Ints
    known: Mask
    notes: tuple[Note, ...] = ()
    invalid: int = 0
    by: str = "account"
    _rows_by_name: dict[str, int] | None = attrs.field(init=False, default=None)

    @property
    def complete(self) -> bool:
        """Whether every item is in the totals."""
        return self.invalid == 0 and bool(self.known.all())

    @property
    def balance(self) -> Ints:
        """The open balance of each account."""
        return cast(Ints, self.amounts.sum(axis=1) + self.unapplied)

    @property
    def totals(self) -> tuple[int, ...]:
        """The accounts that are known: by bucket, what is unapplied, the balance, in minor units.

        Whole numbers, because the sums of a large book may pass the 64 bits of `Money`; of one account
        (``row``) and of the whole book (``total``) there is `Money`.
        """
        sums = [exact_sum(self.amounts[:, bucket]) for bucket in range(len(self.buckets))]
        sums.append(exact_sum(self.unapplied))
        return (*sums, sum(sums))

    @property
    def total(self) -> Money | None:
        """The open balance of the whole book; None where it is not `complete`.

        The sum of many accounts may pass the 64 bits of `Money`: that is an `InvalidFact`, which
        names the exact sum; ``totals`` has no end, and neither has the page that is printed.
        """
        if not self.complete:
            return None
        remedy = "read totals, whole minor units of any size"
        return money_of_sum(self.totals[-1], self.currency, "ageing.total", remedy)

    def row(self, account: str) -> AgeingRow:
        """The row of one account, found by an index that the first call makes."""
        indexes = self._rows_by_name
        if indexes is None:
            indexes = {name: row for row, name in enumerate(self.accounts)}
            object.__setattr__(self, "_rows_by_name", indexes)
        row = indexes.get(account, -1) if isinstance(account, str) else -1
        if row < 0:
            remedy = meant(account, self.accounts) if isinstance(account, str) else ""
            raise InvalidFact("ageing.account", "must be an account of the ledger", account, remedy)
        return self._row(row)

    def _row(self, row: int) -> AgeingRow:
        money = [
            Money.from_minor(minor, self.currency) if self.known[row] else None
            for minor in self._minor(row)
        ]
        return AgeingRow(
            account=self.accounts[row],
            buckets=self.buckets.names,
            amounts=tuple(money[:-2]),
            unapplied=money[-2],
            balance=money[-1],
        )

    def _minor(self, row: int) -> list[int]:
        amounts = self.amounts[row].tolist()
        unapplied = int(self.unapplied[row])
        return [*amounts, unapplied, sum(amounts) + unapplied]

    def __len__(self) -> int:
        return len(self.accounts)

    def __repr__(self) -> str:
        return f"<Ageing of {len(self)} accounts at {self.as_of}, {self.currency}>"

    def to_columns(self) -> dict[str, Any]:
        """Columns by name: account, each bucket, unapplied, balance in minor units; known."""
        buckets = {name: self.amounts[:, at] for at, name in enumerate(self.buckets.names)}
        return {
            self.by: np.array(self.accounts, dtype=np.str_),
            **buckets,
            "unapplied": self.unapplied,
            "balance": self.balance,
            "known": self.known,
        }

    def _plain(self) -> dict[str, Any]:
        """A row for each account: its buckets, what is unapplied; null: not known."""
        rows = np.column_stack([self.amounts, self.unapplied]).tolist()
        return {
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            "basis": self.basis,
            "effective": self.effective,
            **({} if self.by == "account" else {"by": self.by}),
            "buckets": to_plain(self.buckets),
            "accounts": list(self.accounts),
            "rows": [
                [plain_amount(minor, self.currency) if known else None for minor in row]
                for row, known in zip(rows, self.known.tolist(), strict=True)
            ],
            "notes": to_plain(self.notes),
            "invalid": self.invalid,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The ageing that `to_dict` wrote."""
        if isinstance(data, Mapping) and "by" not in data:  # by account, as all were once
            data = {**data, "by": "account"}
        return super().from_dict(data)

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        one_of(data["by"], KEYS, "ageing.by")
        one_of(data["basis"], BASES, "ageing.basis")
        one_of(data["effective"], EFFECTIVE, "ageing.effective")
        whole_in(data["invalid"], "ageing.invalid")
        buckets = from_plain(Buckets, data["buckets"], "ageing.buckets")
        accounts = from_plain(tuple[str, ...], data["accounts"], "ageing.accounts")
        width, rows = len(buckets) + 1, list_in(data["rows"], "ageing.rows")
        if [len(list_in(row, "ageing.rows")) for row in rows] != [width] * len(accounts):
            raise InvalidFact("ageing.rows", f"must be {len(accounts)} rows of {width}")
        currency = data["currency"]
        currency_digits(currency, "ageing.currency")
        known = [any(text is not None for text in row) for row in rows]
        minor = [
            minor_units(text, currency, "ageing.rows") if there else 0
            for row, there in zip(rows, known, strict=True)
            for text in row
        ]
        cells = np.array(minor, dtype=np.int64).reshape(len(accounts), width)
        return cls(
            as_of=as_date(data["as_of"], "ageing.as_of"),
            currency=currency,
            basis=data["basis"],
            effective=data["effective"],
            buckets=buckets,
            accounts=accounts,
            amounts=cells[:, :-1],
            unapplied=cells[:, -1],
            notes=from_plain(tuple[Note, ...], data["notes"], "ageing.notes"),
            invalid=data["invalid"],
            known=np.array(known, dtype=bool),
            by=data["by"],
        )

    def explain(self, language: AnyLanguage = "en") -> str:
        """The page that is printed, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        head, rows = self._table(language, _MOST_ROWS)
        lines = table([head, *rows], right=range(1, len(head)))
        return "\n".join([self._title(language), *lines, *self._remarks(language)])

    def _title(self, language: AnyLanguage) -> str:
        basis = WORDS[self.basis].in_(language)
        words = {"as_of": self.as_of, "basis": basis, "currency": self.currency}
        if self.by == "account":
            return WORDS["title"].filled(language, **words)
        key = WORDS[f"key_{self.by}"].in_(language)
        return WORDS["by_key"].filled(language, key=key, **words)

    def _table(self, language: AnyLanguage, most: int) -> tuple[list[str], list[list[str]]]:
        def cells(minor: list[int]) -> list[str]:
            return [plain_amount(one, self.currency) for one in minor]

        no_key = WORDS["no_key"].in_(language)
        rows = [
            [
                name or no_key,
                *(cells(self._minor(row)) if self.known[row] else self._dashes(language)),
            ]
            for row, name in enumerate(self.accounts[:most])
        ]
        total = WORDS["total" if self.complete else "incomplete"].in_(language)
        rows.append([total, *cells(list(self.totals))])
        sums = [WORDS[name].in_(language) for name in ("unapplied", "balance")]
        return ["", *self.buckets.titles(language), *sums], rows

    def _dashes(self, language: AnyLanguage) -> list[str]:
        return [*["-"] * (len(self.buckets) + 1), WORDS["not_known"].in_(language)]

    def _remarks(self, language: AnyLanguage) -> list[str]:
        more = len(self) - _MOST_ROWS
        out = [WORDS["more"].filled(language, more=more)] if more > 0 else []
        return out + [note.explain(language) for note in self.notes]

    def __str__(self) -> str:
        return self.explain()

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        head, lines = self._table(language, len(rows))
        notes = [note.explain(language) for note in self.notes]
        return Sheet(self._title(language), head, lines, remarks=notes)
