"""The roll of ageing from one date to another, item by item: what moved, was paid, came, or went.

Of every document that was open at the first date, is open at the second, or came in between:

    before + new - credited - written off - paid + applied = after

``new`` is the amount of a document that came in between, ``applied`` what a receipt or credit note
was allocated to. A payment that bounced in between makes ``paid`` negative. The buckets are those in
which `ageing` puts an item at each date; what is open below zero is in none of them. Between two
buckets what was open at both dates has moved; the rest of the first bucket is settled, and what the
second has beside is new or reopened:

    opening of a bucket = moved from it, to all buckets, + settled
    closing of a bucket = moved to it, from all buckets, + new + reopened

These are the columns of the two `ageing` tables, to the minor unit.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["A", "B", "C"], "account": "C-1", "currency": "CNY", "kind": "invoice",
...      "amount": [1000, 500, 200], "doc_date": ["2026-08-01", "2026-09-01", "2026-11-01"],
...      "due_date": ["2026-09-30", "2026-10-31", "2026-12-01"]},
...     {"target": ["A", "B"], "amount": [400, 500], "on": ["2026-11-05", "2026-11-10"]})
>>> roll = ageing_roll(ledger, as_of="2026-11-21", earlier="2026-10-21", buckets=Buckets.up_to(30, 60))
>>> print(roll)
Roll of ageing from 2026-10-21 to 2026-11-21, CNY
                  opening  not due  1-30   31-60  over 60  settled
not due            500.00     0.00  0.00    0.00     0.00   500.00
1-30             1,000.00     0.00  0.00  600.00     0.00   400.00
31-60                0.00     0.00  0.00    0.00     0.00     0.00
over 60              0.00     0.00  0.00    0.00     0.00     0.00
new and reopened            200.00  0.00    0.00     0.00
closing                     200.00  0.00  600.00     0.00
>>> [(item.id, item.bucket_before, item.bucket_after, item.after) for item in roll][0]
('A', '1-30', '31-60', Money('600.00', 'CNY'))
>>> roll.closing[2], roll.totals()["paid"]
(Money('600.00', 'CNY'), Money('900.00', 'CNY'))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Final, Self, Unpack, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Amounts, Cells, Codes, State
from creditkit._fields import Day, as_date
from creditkit._given import instance_in, one_of, whole_in
from creditkit._layout import html_table
from creditkit._plain import Record, from_plain, list_in, to_plain
from creditkit._results import Results, Sheet
from creditkit.errors import InvalidFact
from creditkit.facts._links import kind_codes
from creditkit.facts.kinds import KINDS, ItemKind, kind_in
from creditkit.facts.ledger import Ledger
from creditkit.facts.open_items import Ids
from creditkit.languages import AnyLanguage
from creditkit.money import LARGEST, Money, currency_digits, minor_units, plain_amount
from creditkit.reasons import Reason
from creditkit.receivables._rolled import Stand, rows_read, stands_at
from creditkit.receivables._sums import Exact, money_of_sum
from creditkit.receivables._words import WORDS, minor_text, page, words
from creditkit.receivables.buckets import BASES, STANDARD, Buckets
from creditkit.receivables.open_items import Ints
from creditkit.receivables.reading import Options, Reading, reading_of

__all__ = ["AgeingRoll", "RolledItem", "ageing_roll"]

COLUMNS: Final = ("before", "new", "credited", "written_off", "paid", "applied", "after")
_KINDS: Final = tuple(kind.value for kind in KINDS)
_NONE: Final = -1


@attrs.frozen(kw_only=True)
class RolledItem(Record):
    """One document from one date to the other; a bucket is None where nothing was open above zero."""

    schema: ClassVar[str] = "creditkit.rolled_item/1"

    id: str
    kind: ItemKind
    account: str
    bucket_before: str | None
    bucket_after: str | None
    before: Money
    new: Money
    credited: Money
    written_off: Money
    paid: Money
    applied: Money
    after: Money

    def __attrs_post_init__(self) -> None:
        ends = self.before + self.new + self.applied
        if ends - self.credited - self.written_off - self.paid != self.after:
            rule = "must be before + new - credited - written_off - paid + applied"
            raise InvalidFact("rolled_item.after", rule, self.after)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AgeingRoll(Results[RolledItem]):
    """The items of the roll, and what moved between buckets.

    ``roll[i]`` is an item, of those that were or are open or came in between, in the ledger's order.
    ``left_out`` accounts are not in it, because a row of theirs cannot be read or lacks a rate.
    """

    schema: ClassVar[str] = "creditkit.ageing_roll/1"
    _path: ClassVar[str] = "ageing_roll"
    _keys: ClassVar[tuple[str, ...]] = tuple(
        "earlier as_of currency basis buckets items left_out".split()
    )

    earlier: date
    as_of: date
    currency: str
    basis: str
    buckets: Buckets
    left_out: tuple[str, ...]
    _ids: npt.NDArray[np.str_] = attrs.field(alias="ids")
    _kinds: npt.NDArray[np.int8] = attrs.field(alias="kinds")
    _accounts: tuple[npt.NDArray[np.int32], tuple[str, ...]] = attrs.field(alias="accounts")
    _places: tuple[Ints, Ints] = attrs.field(alias="places")
    _money: dict[str, Exact] = attrs.field(alias="money")

    def __len__(self) -> int:
        return len(self._ids)

    def __repr__(self) -> str:
        return f"<AgeingRoll of {len(self)} items from {self.earlier} to {self.as_of}, {self.currency}>"

    def _row(self, row: int) -> RolledItem:
        codes, names = self._accounts
        money = {
            name: Money.from_minor(int(column[row]), self.currency)
            for name, column in self._money.items()
        }
        was, now = (int(one[row]) for one in self._places)
        return RolledItem(
            id=str(self._ids[row]),
            kind=KINDS[self._kinds[row]],
            account=names[codes[row]],
            bucket_before=None if was == _NONE else self.buckets.names[was],
            bucket_after=None if now == _NONE else self.buckets.names[now],
            **money,
        )

    def _by_bucket(self, which: int, name: str) -> list[int]:
        places, values = self._places[which], self._money[name]
        return [sum(values[places == bucket].tolist()) for bucket in range(len(self.buckets))]

    def _moves(self) -> list[list[int]]:
        was, now = self._places
        both = np.flatnonzero((was != _NONE) & (now != _NONE))
        value = np.minimum(self._money["before"][both], self._money["after"][both])
        size = len(self.buckets)
        cell = was[both] * size + now[both]
        found = [sum(value[cell == place].tolist()) for place in range(size * size)]
        return [found[size * row : size * (row + 1)] for row in range(size)]

    def _gone(self) -> list[int]:
        pairs = zip(self._by_bucket(0, "before"), self._moves(), strict=True)
        return [whole - sum(row) for whole, row in pairs]

    def _came(self) -> list[int]:
        pairs = zip(self._by_bucket(1, "after"), zip(*self._moves(), strict=True), strict=True)
        return [whole - sum(column) for whole, column in pairs]

    def _told(self, name: str, minors: Iterable[int]) -> tuple[Money, ...]:
        """Sums as money."""
        path, remedy = (
            f"ageing_roll.{name}",
            "add up to_columns(), which has minor units of any size",
        )
        return tuple(money_of_sum(one, self.currency, path, remedy) for one in minors)

    @property
    def opening(self) -> tuple[Money, ...]:
        """What stood in each bucket at the first date.

        Here as in the other sums of a roll, one beyond the 64 bits of `Money` is an `InvalidFact`, which
        names the exact sum; the page that is printed has no end.
        """
        return self._told("opening", self._by_bucket(0, "before"))

    @property
    def closing(self) -> tuple[Money, ...]:
        """What stands in each bucket at the second date."""
        return self._told("closing", self._by_bucket(1, "after"))

    @property
    def moved(self) -> tuple[tuple[Money, ...], ...]:
        """What was open at both dates: a row for the bucket at the first, a column at the second."""
        return tuple(self._told("moved", row) for row in self._moves())

    @property
    def settled(self) -> tuple[Money, ...]:
        """What of each bucket at the first date was settled by the second."""
        return self._told("settled", self._gone())

    @property
    def came(self) -> tuple[Money, ...]:
        """What each bucket has at the second date that was not open at the first: new or reopened."""
        return self._told("came", self._came())

    def totals(self) -> dict[str, Money]:
        """The sums of all items by name: ``before`` to ``after``."""
        sums = (sum(self._money[name].tolist()) for name in COLUMNS)
        return dict(zip(COLUMNS, self._told("totals", sums), strict=True))

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name, a row for each item; money in minor units."""
        codes, names = self._accounts
        buckets = np.array([*self.buckets.names, ""])
        return {
            "id": self._ids,
            "kind": np.array(_KINDS)[self._kinds],
            "account": np.array([*names, ""])[codes],
            "bucket_before": buckets[self._places[0]],
            "bucket_after": buckets[self._places[1]],
            **self._money,
        }

    def _frame(self) -> dict[str, Cells]:
        codes, names = self._accounts
        ids, places = np.unique(self._ids, return_inverse=True)

        def money(values: Exact) -> Cells:
            beyond = np.array([abs(one) > LARGEST for one in values.tolist()], dtype=bool)
            states = np.where(beyond, State.OUT_OF_RANGE, 0).astype(np.uint8)
            return Amounts(np.where(beyond, 0, values).astype(np.int64), states, self.currency)

        return {
            "id": Codes(places.ravel().astype(np.int32), ids.tolist()),
            "kind": Codes(self._kinds.astype(np.int32), _KINDS),
            "account": Codes(codes, names),
            "bucket_before": Codes(self._places[0].astype(np.int32), self.buckets.names),
            "bucket_after": Codes(self._places[1].astype(np.int32), self.buckets.names),
            **{name: money(values) for name, values in self._money.items()},
        }

    def _plain(self) -> dict[str, Any]:
        codes, names = self._accounts
        return {
            "earlier": self.earlier.isoformat(),
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            "basis": self.basis,
            "buckets": to_plain(self.buckets),
            "items": {
                "id": self._ids.tolist(),
                "kind": [_KINDS[code] for code in self._kinds.tolist()],
                "account": [names[code] for code in codes.tolist()],
                "bucket_before": [None if at == _NONE else at for at in self._places[0].tolist()],
                "bucket_after": [None if at == _NONE else at for at in self._places[1].tolist()],
                **{
                    name: [plain_amount(int(one), self.currency) for one in column.tolist()]
                    for name, column in self._money.items()
                },
            },
            "left_out": list(self.left_out),
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        path = "ageing_roll.items"
        one_of(data["basis"], BASES, "ageing_roll.basis")
        currency = data["currency"]
        currency_digits(currency, "ageing_roll.currency")
        buckets = from_plain(Buckets, data["buckets"], "ageing_roll.buckets")
        given = data["items"]
        wanted = ("id", "kind", "account", "bucket_before", "bucket_after", *COLUMNS)
        if not isinstance(given, Mapping) or sorted(given) != sorted(wanted):
            raise InvalidFact(path, f"must have the columns {', '.join(wanted)}", given)
        columns = {name: list_in(given[name], f"{path}.{name}") for name in wanted}
        if len({len(column) for column in columns.values()}) != 1:
            raise InvalidFact(path, "must have columns of one length")
        places = []
        for name in ("bucket_before", "bucket_after"):
            for at in columns[name]:
                if at is not None:
                    whole_in(at, f"{path}.{name}")
                if at is not None and at >= len(buckets):
                    raise InvalidFact(f"{path}.{name}", f"must be below {len(buckets)}", at)
            listed = [_NONE if at is None else at for at in columns[name]]
            places.append(np.array(listed, dtype=np.int64))
        ids = from_plain(tuple[str, ...], columns["id"], f"{path}.id")
        kinds = [KINDS.index(kind_in(one, f"{path}.kind")) for one in columns["kind"]]
        accounts = Codes.of(from_plain(tuple[str, ...], columns["account"], f"{path}.account"))
        made = cls(
            earlier=as_date(data["earlier"], "ageing_roll.earlier"),
            as_of=as_date(data["as_of"], "ageing_roll.as_of"),
            currency=currency,
            basis=data["basis"],
            buckets=buckets,
            left_out=from_plain(tuple[str, ...], data["left_out"], "ageing_roll.left_out"),
            ids=np.array(ids, dtype=np.str_),
            kinds=np.array(kinds, dtype=np.int8),
            accounts=(accounts.values, accounts.names),
            places=(places[0], places[1]),
            money={
                name: np.array(
                    [minor_units(one, currency, f"{path}.{name}") for one in columns[name]],
                    dtype=np.int64,
                )
                for name in COLUMNS
            },
        )
        for _ in made:  # each adds up, or says so
            pass
        return made

    def _table(self, language: AnyLanguage) -> tuple[list[str], list[list[str]]]:
        titles = self.buckets.titles(language)

        def text(minor: int) -> str:
            return minor_text(minor, self.currency)

        head = ["", WORDS["opening"].in_(language), *titles, WORDS["settled"].in_(language)]
        rows = [
            [title, text(opening), *map(text, moved), text(settled)]
            for title, opening, moved, settled in zip(
                titles, self._by_bucket(0, "before"), self._moves(), self._gone(), strict=True
            )
        ]
        came, closing = words(("came", "closing"), language)
        rows.append([came, "", *map(text, self._came()), ""])
        rows.append([closing, "", *map(text, self._by_bucket(1, "after")), ""])
        return head, rows

    def _title(self, language: AnyLanguage) -> str:
        return WORDS["roll"].filled(
            language, earlier=self.earlier, as_of=self.as_of, currency=self.currency
        )

    def _remarks(self, language: AnyLanguage) -> list[str]:
        if not self.left_out:
            return []
        return [Reason("assume.left_out", accounts=self.left_out).sentence(language)]

    def explain(self, language: AnyLanguage = "en") -> str:
        """From which bucket to which: a row for each bucket at the first date, in a language."""
        head, rows = self._table(language)
        return page(
            self._title(language),
            [head, *rows],
            language,
            right=range(1, len(head)),
            remarks=self._remarks(language),
        )

    def __str__(self) -> str:
        return self.explain()

    def to_html(self, language: AnyLanguage = "en") -> str:
        """The table of buckets for a notebook, in a language."""
        head, rows = self._table(language)
        return html_table(head, rows, title=self._title(language), notes=self._remarks(language))

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        head, cells = self._table(language)
        return Sheet(self._title(language), head, cells, remarks=self._remarks(language))


def ageing_roll(
    ledger: Ledger,
    how: Reading | None = None,
    *,
    earlier: Day,
    buckets: Buckets = STANDARD,
    basis: str | None = None,
    **options: Unpack[Options],
) -> AgeingRoll:
    """The roll of the ageing of a ledger from ``earlier`` to the date of the reading.

    ``basis`` and ``buckets`` are as in `ageing`. Items in other currencies are converted at both dates
    with the same rates, so that a turn of the exchange is no movement. What tests of overdue leave out
    changes nothing here. Accounts with a row that cannot be read or lacks a rate are left out and
    named. A ledger of remainders knows one date only, and is refused.
    """
    how = reading_of(ledger, how, options)
    then = as_date(earlier, "earlier")
    if then >= how.as_of:
        raise InvalidFact("earlier", f"must be before {how.as_of}, the date of the reading", then)
    instance_in(buckets, Buckets, "buckets", "write Buckets.up_to(30, 60, 90)")
    basis = buckets.basis if basis is None else basis
    one_of(basis, BASES, "basis")
    rows, lost = rows_read(ledger, how)
    before, after = stands_at(ledger, rows, how, [then, how.as_of], buckets, basis)
    money = _movement(before, after)
    told = np.zeros(len(rows), dtype=bool)
    for name in ("before", "new", "after"):
        told |= money[name] != 0
    kept = np.flatnonzero(told)
    owners = cast(Codes, ledger.items["account"])
    ids = cast(Ids, ledger.items["id"]).texts()
    return AgeingRoll(
        earlier=then,
        as_of=how.as_of,
        currency=how.currency,
        basis=basis,
        buckets=buckets,
        left_out=tuple(sorted(name for name, bad in zip(owners.names, lost, strict=True) if bad)),
        ids=ids[rows[kept]],
        kinds=kind_codes(ledger.items)[rows[kept]],
        accounts=(owners.values[rows[kept]], owners.names),
        places=(_place(before, kept), _place(after, kept)),
        money={name: column[kept] for name, column in money.items()},
    )


def _movement(before: Stand, after: Stand) -> dict[str, Exact]:
    """What made the one of the other, item by item."""
    first, second = before.steps, after.steps
    out = {"before": before.open, "new": second[0] - first[0]}
    for place, name in enumerate(("credited", "written_off", "paid"), start=1):
        taken_before = first[place - 1] - first[place]
        out[name] = second[place - 1] - second[place] - taken_before
    out["applied"] = (after.open - second[3]) - (before.open - first[3])
    out["after"] = after.open
    return out


def _place(stand: Stand, kept: Ints) -> Ints:
    return np.where(stand.aged[kept], stand.bucket[kept].astype(np.int64), _NONE)
