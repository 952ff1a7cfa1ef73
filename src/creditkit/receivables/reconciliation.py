"""Reconciliation: what was owed, what came and went, what is owed; it adds up, or says what does not.

``opening + invoiced + credited + paid + ... + exchange = closing``, each with its sign in the
balance, for each customer and currency, in total, and item by item, between any two dates. The two
balances come from what is open of each item, the movements from the documents; what the one has and the
other has not is in the column ``unexplained``, and a `Difference` names what ties two accounts.

With ``control`` the closing balances are held against those of the host's own books, and where they
differ the difference is told, with the documents that come to just that amount.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["A", "B", "R"], "account": "C-1", "currency": "CNY",
...      "kind": ["invoice", "invoice", "receipt"], "amount": [900, 500, -300],
...      "doc_date": ["2026-01-10", "2026-02-05", "2026-02-20"]})
>>> print(reconcile(ledger, since="2026-02-01", until="2026-02-28", control={"C-1": "1200"}))
Reconciliation of 2026-02-01 to 2026-02-28
              opening  invoiced     paid  closing
C-1    CNY     900.00    500.00  -300.00  1100.00
total  CNY     900.00    500.00  -300.00  1100.00
C-1: the books say 1200.00 CNY, the ledger 1100.00 CNY: 100.00 CNY apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, Final, Self, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes, State
from creditkit._fields import Day, as_date
from creditkit._given import one_of
from creditkit._layout import table
from creditkit._plain import Record, from_plain, list_in, mapping_in, to_plain
from creditkit._results import Results, Sheet
from creditkit.errors import InvalidFact, meant
from creditkit.facts._links import kind_codes
from creditkit.facts.kinds import KINDS
from creditkit.facts.ledger import Ledger
from creditkit.facts.notes import Note
from creditkit.facts.open_items import Ids
from creditkit.facts.rates import Rates
from creditkit.languages import AnyLanguage, texts
from creditkit.money import LARGEST, Money, currency_digits, minor_units, plain_amount
from creditkit.receivables._reconciling import COLUMNS, STRAYS, Moved, added, moved
from creditkit.receivables._sums import money_of_sum
from creditkit.receivables.open_items import EXISTS_BY, Effective, ExistsBy, When, asked

__all__ = ["Difference", "Reconciled", "Reconciliation", "reconcile"]

_MOST_ROWS: Final = 20
_MOST_IDS: Final = 10
_ALL: Final = ("opening", *COLUMNS, "closing")

WORDS: Final = texts(
    "reconciliation",
    {
        "title": ("Reconciliation of {since} to {until}", "{since} 至 {until} 的往来对账"),
        "account": ("account", "客户"),
        "opening": ("opening", "期初余额"),
        "invoiced": ("invoiced", "开票"),
        "credited": ("credited", "贷项"),
        "paid": ("paid", "收款"),
        "returned": ("returned payments", "退票"),
        "refunded": ("refunded", "退款"),
        "written_off": ("written off", "坏账核销"),
        "brought_forward": ("brought forward", "期初转入"),
        "transferred": ("between accounts or currencies", "客户间或币种间转账"),
        "exchange": ("exchange", "汇兑差额"),
        "unexplained": ("unexplained", "无单据"),
        "closing": ("closing", "期末余额"),
        "total": ("total", "合计"),
        "incomplete": ("total of the known", "已知部分合计"),
        "not_known": ("not known", "未知"),
        "more": ("and {more} more rows", "另有 {more} 行"),
        "control.differs": (
            "{account}: the books say {control}, the ledger {amount}: {difference} apart"
            "[; {ids} comes to that].",
            "{account}：总账为 {control}，账簿为 {amount}，相差 {difference}[，{ids} 的金额恰为此数]。",
        ),
        "control.no_account": (
            "{account}: the books say {control}, the ledger does not have the account.",
            "{account}：总账为 {control}，账簿没有该客户。",
        ),
        "control.missing": (
            "{account}: the ledger says {amount}, the books were not given.",
            "{account}：账簿为 {amount}，未提供总账余额。",
        ),
        "allocation.across_accounts": (
            "{account}: {difference} by allocations between two accounts: {ids}.",
            "{account}：跨客户核销 {difference}：{ids}。",
        ),
        "account.not_known": (
            "{account}: a row cannot be read or lacks a rate: see the notes of the ledger.",
            "{account}：有无法读取或缺汇率的行，见账簿说明。",
        ),
    },
)
"""The words of the page, and a sentence for each code of a `Difference`."""

_CODES: Final = tuple(name for name in WORDS if "." in name)


@attrs.frozen(kw_only=True)
class Difference(Record):
    """What does not reconcile, or moved a balance without a document, of one account.

    ``difference`` is what is apart or moved; ``amount`` the closing balance of the ledger, ``control``
    that of the host's books. ``ids`` are the documents concerned: those whose allocations moved it, or
    whose amount, whole or open, is just the difference.
    """

    schema: ClassVar[str] = "creditkit.difference/1"

    code: str
    account: str
    difference: Money | None = None
    amount: Money | None = None
    control: Money | None = None
    ids: tuple[str, ...] = ()

    def sentence(self, language: AnyLanguage = "en") -> str:
        """The difference in words, in a language."""
        return WORDS[self.code].filled(
            language,
            account=self.account,
            difference=_plain_money(self.difference),
            amount=_plain_money(self.amount),
            control=_plain_money(self.control),
            ids=", ".join(self.ids) or None,
        )

    def __str__(self) -> str:
        return self.sentence()


def _plain_money(money: Money | None) -> str | None:
    return (
        None if money is None else f"{plain_amount(money.minor, money.currency)} {money.currency}"
    )


@attrs.frozen(kw_only=True)
class Reconciled(Record):
    """One account in one currency: opening, the movements with their signs, closing.

    All are None where the account is not known.
    """

    schema: ClassVar[str] = "creditkit.reconciled/1"

    account: str
    currency: str
    opening: Money | None
    invoiced: Money | None
    credited: Money | None
    paid: Money | None
    returned: Money | None
    refunded: Money | None
    written_off: Money | None
    brought_forward: Money | None
    transferred: Money | None
    exchange: Money | None
    unexplained: Money | None
    closing: Money | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Reconciliation(Results[Reconciled]):
    """A row for each account and currency; ``differences`` say what does not reconcile.

    ``columns`` has opening, each movement and closing, in minor units of the row's currency. An
    account that is not ``known`` is 0 in each, null in plain data and in frames, and in no total.
    `items` has the same of every document.
    """

    schema: ClassVar[str] = "creditkit.reconciliation/1"
    _path: ClassVar[str] = "reconciliation"
    _first: ClassVar[int] = _MOST_ROWS
    _more: ClassVar[Any] = WORDS["more"]
    _keys: ClassVar[tuple[str, ...]] = tuple("since until rows differences notes".split())

    since: date
    until: date
    accounts: tuple[str, ...]
    currencies: tuple[str, ...]
    columns: Mapping[str, npt.NDArray[Any]]
    known: npt.NDArray[np.bool_]
    differences: tuple[Difference, ...] = ()
    notes: tuple[Note, ...] = ()
    items: Mapping[str, Cells] | None = None
    _places: dict[tuple[str, str], int] | None = attrs.field(init=False, default=None)

    @property
    def reconciles(self) -> bool:
        """Whether every account is known, moved by documents alone, and agrees with the books."""
        return not self.differences

    @property
    def totals(self) -> dict[str, dict[str, Money]]:
        """By currency: the sum of each column over the accounts that are known.

        One beyond the 64 bits of `Money` is an `InvalidFact`, which names the exact sum.
        """
        path, remedy = "reconciliation.totals", "add up its columns, which are minor units"
        return {
            currency: {
                name: money_of_sum(minor, currency, path, remedy) for name, minor in sums.items()
            }
            for currency, sums in self._sums().items()
        }

    def _sums(self) -> dict[str, dict[str, int]]:
        out: dict[str, dict[str, int]] = {}
        names = np.array(self.currencies, dtype=object)
        for currency in dict.fromkeys(self.currencies):
            here = np.flatnonzero((names == currency) & self.known)
            out[currency] = {name: sum(self.columns[name][here].tolist()) for name in _ALL}
        return out

    def row(self, account: str, currency: str | None = None) -> Reconciled:
        """The row of an account; ``currency`` may be left out where it has one."""
        places = self._places
        if places is None:
            keys = zip(self.accounts, self.currencies, strict=True)
            places = {key: row for row, key in enumerate(keys)}
            object.__setattr__(self, "_places", places)
        named = isinstance(account, str)
        if named and currency is None:
            mine = [code for code in dict.fromkeys(self.currencies) if (account, code) in places]
            if len(mine) > 1:
                remedy = f"write row({account!r}, {mine[0]!r})"
                raise InvalidFact("reconciliation.currency", "must be given", mine, remedy)
            currency = mine[0] if mine else ""
        row = places.get((account, currency), -1) if named and isinstance(currency, str) else -1
        if row < 0:
            remedy = meant(account, self.accounts) if named else ""
            rule = "must be an account with a row in this currency"
            raise InvalidFact("reconciliation.account", rule, (account, currency), remedy)
        return self._row(row)

    def _row(self, row: int) -> Reconciled:
        currency = self.currencies[row]
        money = {
            name: Money.from_minor(int(self.columns[name][row]), currency)
            if self.known[row]
            else None
            for name in _ALL
        }
        return Reconciled(account=self.accounts[row], currency=currency, **money)

    def __len__(self) -> int:
        return len(self.accounts)

    def __repr__(self) -> str:
        said = f"{len(self.differences)} differences" if self.differences else "reconciles"
        return f"<Reconciliation of {self.since} to {self.until}: {len(self)} rows, {said}>"

    def to_columns(self) -> dict[str, Any]:
        """Columns by name: account, currency, opening, each movement, closing in minor units; known."""
        return {
            "account": np.array(self.accounts, dtype=np.str_),
            "currency": np.array(self.currencies, dtype=np.str_),
            **self.columns,
            "known": self.known,
        }

    def _plain(self) -> dict[str, Any]:
        values = [self.columns[name].tolist() for name in _ALL]
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "rows": [
                [account, currency]
                + [
                    plain_amount(column[row], currency) if self.known[row] else None
                    for column in values
                ]
                for row, (account, currency) in enumerate(
                    zip(self.accounts, self.currencies, strict=True)
                )
            ],
            "differences": to_plain(self.differences),
            "notes": to_plain(self.notes),
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        path, width = "reconciliation.rows", len(_ALL) + 2
        rows = [list_in(row, path) for row in list_in(data["rows"], path)]
        for place, row in enumerate(rows):
            if len(row) != width or not all(isinstance(cell, str) for cell in row[:2]):
                rule = f"must have account, currency and {len(_ALL)} amounts"
                raise InvalidFact(f"{path}[{place}]", rule, row)
            currency_digits(row[1], f"{path}[{place}][1]")
        known = [all(cell is not None for cell in row[2:]) for row in rows]
        minor = [
            [minor_units(cell, row[1], path) if there else 0 for cell in row[2:]]
            for row, there in zip(rows, known, strict=True)
        ]
        cells = np.array(minor, dtype=np.int64).reshape(len(rows), len(_ALL))
        differences = from_plain(
            tuple[Difference, ...], data["differences"], "reconciliation.differences"
        )
        for place, one in enumerate(differences):
            if one.code not in _CODES:
                where = f"reconciliation.differences[{place}].code"
                raise InvalidFact(where, f"must be one of {', '.join(_CODES)}", one.code)
        return cls(
            since=as_date(data["since"], "reconciliation.since"),
            until=as_date(data["until"], "reconciliation.until"),
            accounts=tuple(row[0] for row in rows),
            currencies=tuple(row[1] for row in rows),
            columns={name: cells[:, place] for place, name in enumerate(_ALL)},
            known=np.array(known, dtype=bool),
            differences=differences,
            notes=from_plain(tuple[Note, ...], data["notes"], "reconciliation.notes"),
        )

    def explain(self, language: AnyLanguage = "en") -> str:
        """The page that is printed, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        sheet = self._sheet(language, range(min(len(self), _MOST_ROWS)))
        lines = table([sheet.head, *sheet.rows], right=range(2, len(sheet.head)))
        more = len(self) - _MOST_ROWS
        lines += [WORDS["more"].filled(language, more=more)] if more > 0 else []
        return "\n".join([sheet.title, *lines, *sheet.remarks])

    def __str__(self) -> str:
        return self.explain()

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        title = WORDS["title"].filled(language, since=self.since, until=self.until)
        used = [name for name in _ALL if name in ("opening", "closing") or self.columns[name].any()]
        head = ["", "", *(WORDS[name].in_(language) for name in used)]
        lines = []
        for row in rows:
            currency = self.currencies[row]
            cells = [plain_amount(self.columns[name][row], currency) for name in used]
            if not self.known[row]:
                cells = [*["-"] * (len(used) - 1), WORDS["not_known"].in_(language)]
            lines.append([self.accounts[row], currency, *cells])
        total = WORDS["total" if self.known.all() else "incomplete"].in_(language)
        for currency, sums in self._sums().items():
            lines.append([total, currency, *(plain_amount(sums[name], currency) for name in used)])
        remarks = [one.sentence(language) for one in self.differences[:_MOST_ROWS]]
        more = len(self.differences) - _MOST_ROWS
        remarks += [WORDS["more"].filled(language, more=more)] if more > 0 else []
        remarks += [note.explain(language) for note in self.notes]
        return Sheet(title, head, lines, left=(0, 1), remarks=remarks)


def reconcile(
    ledger: Ledger,
    *,
    since: Day,
    until: Day,
    control: Mapping[str, Any] | None = None,
    currency: str | None = None,
    rates: Rates | None = None,
    opening_rates: Rates | None = None,
    effective: Effective = "documents",
    exists_by: ExistsBy = "document",
) -> Reconciliation:
    """Opening, movements and closing of the days ``since`` to ``until``, both included.

    The opening balance is that of the evening before ``since``. Without ``currency`` each row is of
    an account in one currency of its documents. With it, each account is one row: the opening
    converted with ``opening_rates`` (``rates`` unless given), all else with ``rates``, item by item,
    half-even; what the two tables and the rounding make of it is ``exchange``.

    A payment of which the ledger has an allocation and no document is ``paid``; one that came back is
    ``returned``. An allocation that names a document which is not there moves nothing, and is noted.
    ``control`` are closing balances of the host's
    books by account: an amount, `Money`, or, of an account in several currencies, a list of `Money`.
    Accounts that one of the two does not have are differences, unless their balance is zero.

    A ledger of one day's remainders has no second date, and is refused.
    """
    first, last = as_date(since, "since"), asked(ledger, as_date(until, "until"), effective, rates)
    if first > last or first == date.min:
        rule = f"must lie after 0001-01-01 and not after {last}, the end of the window"
        raise InvalidFact("since", rule, first)
    if ledger.open_as_of is not None:
        remedy = "give allocations in place of open_amount"
        raise InvalidFact("ledger", "must know more than one day's remainders", ledger, remedy)
    if currency is not None:
        currency_digits(currency)
    before = first - timedelta(1)
    tables = opening_rates if opening_rates is not None else rates, rates
    one_of(exists_by, EXISTS_BY, "exists_by")
    opened, closed = (When(day, effective, exists_by) for day in (before, last))
    found = moved(ledger, opened, closed, currency, tables)
    sums = {"opening": found.totals(found.opening), "closing": found.totals(found.closing)}
    for place, name in enumerate(COLUMNS):
        here = np.flatnonzero(found.column == place)
        sums[name] = found.totals(found.issued[here], here)
    strays = found.strays
    settled = found.totals(found.settled)
    for place, name in enumerate(STRAYS):
        here = np.flatnonzero(strays.kind == place)
        change = added(found.groups, strays.group[here], strays.change[here])
        sums[name], settled = sums[name] + change, settled - change
    # what is settled of both ends of an allocation cancels; converted, but for cents of rounding
    rest = "unexplained" if currency is None else "exchange"
    sums[rest] = sums[rest] + settled
    sums["exchange"] = sums["exchange"] + found.totals(found.exchange)
    return _made(ledger, found, sums, first, last, currency, control)


def _made(
    ledger: Ledger,
    found: Moved,
    sums: dict[str, npt.NDArray[Any]],
    since: date,
    until: date,
    currency: str | None,
    control: Mapping[str, Any] | None,
) -> Reconciliation:
    owners, codes = (cast(Codes, ledger.items[name]) for name in ("account", "currency"))
    width = 1 if currency is not None else max(1, len(codes.names))
    used = np.zeros(found.groups, dtype=bool)
    there = (owners.values >= 0) & ((codes.values >= 0) | (currency is not None))
    used[found.group[there]] = True
    names = (currency,) if currency is not None else codes.names
    groups = sorted(
        np.flatnonzero(used).tolist(),
        key=lambda group: (owners.names[group // width], str(names[group % width])),
    )
    known = ~found.absent[groups]
    columns: dict[str, npt.NDArray[Any]] = {}
    for name in _ALL:
        values = sums[name][groups]
        if values.dtype == object:
            fits = np.array([abs(one) <= LARGEST for one in values.tolist()], dtype=bool)
            known &= fits
        columns[name] = values
    columns = {name: np.where(known, one, 0).astype(np.int64) for name, one in columns.items()}
    accounts = tuple(owners.names[group // width] for group in groups)
    currencies = tuple(str(names[group % width]) for group in groups)
    differences = _not_known(accounts, known)
    differences += _stray(ledger, found, groups, accounts, currencies, known)
    if control is not None:
        differences += _against(
            ledger, found, control, groups, accounts, currencies, columns["closing"], known
        )
    return Reconciliation(
        since=since,
        until=until,
        accounts=accounts,
        currencies=currencies,
        columns=columns,
        known=known,
        differences=tuple(differences),
        notes=tuple(ledger.unread),
        items=_items(ledger, found, currency),
    )


def _not_known(accounts: Sequence[str], known: npt.NDArray[np.bool_]) -> list[Difference]:
    names = dict.fromkeys(accounts[row] for row in np.flatnonzero(~known).tolist())
    return [Difference(code="account.not_known", account=name) for name in names]


def _stray(
    ledger: Ledger,
    found: Moved,
    groups: Sequence[int],
    accounts: Sequence[str],
    currencies: Sequence[str],
    known: npt.NDArray[np.bool_],
) -> list[Difference]:
    """What allocations moved that name nothing in the ledger, or documents of two accounts."""
    strays, ids = found.strays, cast(Ids, ledger.items["id"])
    out = []
    place = {group: row for row, group in enumerate(groups)}
    for code, here in (("allocation.across_accounts", np.flatnonzero(strays.across)),):
        by_group: dict[int, list[int]] = {}
        for one in here.tolist():
            by_group.setdefault(int(strays.group[one]), []).append(one)
        for group in sorted(by_group, key=lambda one: place.get(one, -1)):
            row = place.get(group)
            if row is None or not known[row]:
                continue
            total = sum(strays.change[by_group[group]].tolist())
            names = sorted({str(ids.item(int(strays.item[one]))) for one in by_group[group]})
            out.append(
                Difference(
                    code=code,
                    account=accounts[row],
                    difference=Money.from_minor(total, currencies[row]),
                    ids=tuple(names[:_MOST_IDS]),
                )
            )
    return out


def _against(
    ledger: Ledger,
    found: Moved,
    control: Mapping[str, Any],
    groups: Sequence[int],
    accounts: Sequence[str],
    currencies: Sequence[str],
    closing: npt.NDArray[np.int64],
    known: npt.NDArray[np.bool_],
) -> list[Difference]:
    """The closing balances held against those of the books."""
    given = mapping_in(control, "control", "write {'C-1': '1100.00'}")
    books: dict[tuple[str, str], int] = {}
    mine: dict[str, list[str]] = {}
    for account, code in zip(accounts, currencies, strict=True):
        mine.setdefault(account, []).append(code)
    for account, amount in given.items():
        for one in amount if isinstance(amount, list | tuple) else [amount]:
            path = f"control[{account!r}]"
            code = one.currency if isinstance(one, Money) else ""
            if not code:
                among = mine.get(account) or list(dict.fromkeys(currencies))
                if len(among) != 1:
                    remedy = "write Money('1100.00', 'CNY'), or a list of them"
                    raise InvalidFact(path, "must name its currency", one, remedy)
                code = among[0]
            if (account, code) in books:
                raise InvalidFact(path, f"must have one amount in {code}", one)
            books[account, code] = (
                one.minor if isinstance(one, Money) else minor_units(one, code, path)
            )
    out = []
    for row, key in enumerate(zip(accounts, currencies, strict=True)):
        theirs = books.pop(key, None)
        if not known[row]:
            continue
        ours = Money.from_minor(int(closing[row]), key[1])
        if theirs is None:
            if closing[row]:
                out.append(Difference(code="control.missing", account=key[0], amount=ours))
        elif theirs != closing[row]:
            apart = abs(theirs - int(closing[row]))
            out.append(
                Difference(
                    code="control.differs",
                    account=key[0],
                    difference=Money.from_minor(apart, key[1]),
                    amount=ours,
                    control=Money.from_minor(theirs, key[1]),
                    ids=_of_just(ledger, found, groups[row], apart),
                )
            )
    for (account, code), theirs in sorted(books.items()):
        if theirs:
            money = Money.from_minor(theirs, code)
            out.append(Difference(code="control.no_account", account=account, control=money))
    return out


def _of_just(ledger: Ledger, found: Moved, group: int, apart: int) -> tuple[str, ...]:
    """The documents of a group of which the amount, or what is open, is just so much."""
    mine = found.group == group
    just = (abs(found.closing) == apart) | (abs(ledger.items["amount"].values) == apart)
    ids = cast(Ids, ledger.items["id"])
    names = [str(ids.item(row)) for row in np.flatnonzero(mine & just).tolist()]
    return tuple(sorted(names)[:_MOST_IDS])


def _items(ledger: Ledger, found: Moved, currency: str | None) -> dict[str, Cells]:
    """The documents with a balance or a movement, as columns for a frame."""
    parts = {
        "opening": found.opening,
        "issued": found.issued,
        "settled": found.settled,
        "exchange": found.exchange,
        "closing": found.closing,
    }
    some = np.zeros(len(ledger), dtype=bool)
    for values in parts.values():
        some |= values != 0
    rows = np.flatnonzero(some)
    codes = cast(Codes, ledger.items["currency"]).take(rows)
    if currency is not None:
        codes = Codes(np.zeros(len(rows), dtype=np.int32), (currency,))
    states = np.where(found.lacking[rows], State.INVALID, State.KNOWN).astype(np.uint8)
    kinds = tuple(kind.value for kind in KINDS)
    return {
        "account": ledger.items["account"].take(rows),
        "id": ledger.items["id"].take(rows),
        "kind": Codes(kind_codes(ledger.items)[rows].astype(np.int32), kinds),
        "currency": codes,
        **{name: Cells(values[rows].astype(np.int64), states) for name, values in parts.items()},
    }
