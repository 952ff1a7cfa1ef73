"""Allocation where the host has none: which receipt pays which invoice, by a rule that is named.

A house with running accounts books what comes in and matches nothing. `allocate` does it: pure, to
the cent, for one customer and for ten million items. It answers with allocations, ready for a
`Ledger`, and with what is left of each credit and why. Existing allocations stay as they are; only
what is still open is paid, and only from the same account in the same currency, with what stands in
the ledger at ``as_of``.

==========================  ===================================================================
``how``                     each receipt or credit note, the oldest first, is set against
==========================  ===================================================================
``oldest_due``              what is due longest (then the older document, the smaller amount)
``by_reference``            the items that it names, then what is due longest
``by_reference_only``       the items that it names, and nothing else
``pro_rata``                all that is open, in proportion to it
``costs_interest_principal``  costs, then interest, then the rest, each by due date
==========================  ===================================================================

With ``oldest_due`` a running account reads the same before and after, in balance and in what is
overdue: tests of overdue set free cash against the oldest items, too. Habits and months can then be
read, because each invoice is paid on the day on which the cash for it was there. Sources: order of
costs, interest and principal: German Civil Code section 367, Chinese Civil Code article 561.

>>> from creditkit.facts.ledger import Ledger
>>> ledger = Ledger.from_columns(
...     {"id": ["I-1", "I-2", "R-1"], "account": "C-1", "currency": "CNY",
...      "kind": ["invoice", "invoice", "receipt"], "amount": [1000, 500, -1200],
...      "doc_date": ["2026-08-01", "2026-09-01", "2026-10-05"],
...      "due_date": ["2026-09-30", "2026-10-31", None]})
>>> found = allocate(ledger, how="oldest_due", as_of="2026-11-21")
>>> [(one.source, one.target, one.amount) for one in found]
[('R-1', 'I-1', Money('1000.00', 'CNY')), ('R-1', 'I-2', Money('200.00', 'CNY'))]
>>> found.ledger
<Ledger of 3 items, 2 allocations, 1 account>
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final, Literal, Self, TypeAlias, cast

import attrs
import numpy as np

from creditkit._columns import Cells, Codes, State
from creditkit._fields import Day, as_date
from creditkit._given import flag_in, one_of
from creditkit._layout import table
from creditkit._plain import from_plain, mapping_in, to_plain
from creditkit._results import Recorded, Results, Sheet
from creditkit.facts.ledger import Allocation, Allocations, Items, Ledger, OpenItem
from creditkit.facts.notes import Note
from creditkit.facts.open_items import Ids
from creditkit.languages import AnyLanguage, texts
from creditkit.money import Money, plain_amount
from creditkit.receivables._allocating import WHY, Found, allocated
from creditkit.receivables._remittances import NOTES, asked_of
from creditkit.receivables.open_items import EXISTS_BY, Effective, ExistsBy, When, asked
from creditkit.receivables.unallocated import Unallocated, UnallocatedCash

__all__ = ["Allocated", "Unallocated", "UnallocatedCash", "allocate"]

How: TypeAlias = Literal[
    "oldest_due", "by_reference", "by_reference_only", "pro_rata", "costs_interest_principal"
]

HOWS: Final = (
    "oldest_due",
    "by_reference",
    "by_reference_only",
    "pro_rata",
    "costs_interest_principal",
)

_MOST_ROWS: Final = 20

WORDS: Final = texts(
    "allocated",
    {
        "title": ("Allocation at {as_of}, {how}", "截至 {as_of} 的收款核销，{how}"),
        "oldest_due": ("oldest due first", "先核销到期最早的"),
        "by_reference": ("by reference, then oldest due first", "先按付款指明，再按到期先后"),
        "by_reference_only": ("by reference only", "仅按付款指明"),
        "pro_rata": ("pro rata", "按比例"),
        "costs_interest_principal": (
            "costs, then interest, then principal",
            "先费用，后利息，再本金",
        ),
        "source": ("from", "收款或贷项"),
        "target": ("to", "单据"),
        "amount": ("amount", "金额"),
        "more": ("and {more} more", "另有 {more} 笔"),
        "allocated": ("{count} allocations: {amounts}", "{count} 笔核销：{amounts}"),
        "discounts": ("{count} discounts taken: {amounts}", "{count} 笔现金折扣：{amounts}"),
        "left": ("left: {count} credits, {amounts}", "未核销：{count} 笔，{amounts}"),
        "nothing_open": (
            "nothing is open in the account in this currency",
            "该客户没有该币种的未清项",
        ),
        "not_named": ("it names nothing else that is open", "未指明其他未清项"),
        "disputed": ("what is open is in dispute", "未清项存在争议"),
        "other_currency": ("what is open is in another currency", "未清项为其他币种"),
        "matched_later": (
            "what is left is matched with a later document",
            "剩余部分已与日后的单据核销",
        ),
        "overpaid": (
            "more is allocated to the item than it amounts to",
            "核销金额超过单据金额",
        ),
        "not_known": (
            "the account has a row that cannot be read: see ledger.unread",
            "该客户有无法读取的行，见 ledger.unread",
        ),
    },
)
"""The words of the page; ``nothing_open`` and what follows say why a credit is left."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Allocated(Results[Allocation]):
    """Allocations of a rule, one a row, by account; and what they leave.

    ``allocations`` are the new ones as a table, ``discounts`` the credit notes of discounts taken,
    which the host books, ``left`` what is left of each credit. `ledger` is the ledger with all of
    them. ``notes`` say which references and discounts could not count.
    """

    schema: ClassVar[str] = "creditkit.allocated/1"
    _path: ClassVar[str] = "allocated"
    _first: ClassVar[int] = _MOST_ROWS
    _more: ClassVar[Any] = WORDS["more"]
    _keys: ClassVar[tuple[str, ...]] = tuple("as_of how allocations discounts left notes".split())

    as_of: date
    how: str
    allocations: Allocations
    discounts: Items
    left: UnallocatedCash
    notes: tuple[Note, ...] = ()
    _of: Ledger | Recorded = attrs.field(alias="of")

    @property
    def ledger(self) -> Ledger:
        """The ledger with these allocations and the credit notes of discounts taken."""
        if isinstance(self._of, Recorded):
            self._of()
        return self._of.plus(self.discounts, self.allocations)

    @property
    def unallocated(self) -> dict[tuple[str, str], Money | None]:
        """What is left by account and currency; None where the account is not known."""
        account, currency = (cast(Codes, self.left[name]) for name in ("account", "currency"))
        amount = self.left["amount"]
        sums: dict[tuple[str, str], int | None] = {}
        for row in range(len(self.left)):
            key = str(account.item(row)), str(currency.item(row))
            so_far, more = sums.get(key, 0), amount.raw(row)
            sums[key] = None if so_far is None or more is None else so_far + more
        return {
            key: None if minor is None else Money.from_minor(minor, key[1])
            for key, minor in sums.items()
        }

    def __len__(self) -> int:
        return len(self.allocations)

    def _row(self, row: int) -> Allocation:
        return self.allocations.row(row)

    def __repr__(self) -> str:
        return f"<Allocated at {self.as_of}, {self.how}: {len(self)} allocations, {len(self.left)} left>"

    def to_columns(self) -> dict[str, Any]:
        """Columns by name, a row for each allocation; the amount in minor units of its currency."""
        currency = cast(Codes, self.allocations["currency"])
        return {
            "source": cast(Ids, self.allocations["source"]).texts(),
            "target": cast(Ids, self.allocations["target"]).texts(),
            "currency": np.array([*currency.names, ""])[currency.values],
            "amount": self.allocations["amount"].values,
        }

    def _plain(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of.isoformat(),
            "how": self.how,
            "allocations": self.allocations.to_dict(),
            "discounts": self.discounts.to_dict(),
            "left": self.left.to_dict(),
            "notes": to_plain(self.notes),
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        one_of(data["how"], HOWS, "allocated.how")
        notes = from_plain(tuple[Note, ...], data["notes"], "allocated.notes")
        for place, note in enumerate(notes):
            one_of(note.code, NOTES, f"allocated.notes[{place}].code")
        return cls(
            as_of=as_date(data["as_of"], "allocated.as_of"),
            how=data["how"],
            allocations=Allocations.from_dict(
                mapping_in(data["allocations"], "allocated.allocations")
            ),
            discounts=Items.from_dict(mapping_in(data["discounts"], "allocated.discounts")),
            left=UnallocatedCash.from_dict(mapping_in(data["left"], "allocated.left")),
            notes=notes,
            of=Recorded(
                "allocated.ledger", "write ledger.plus(found.discounts, found.allocations)"
            ),
        )

    def explain(self, language: AnyLanguage = "en") -> str:
        """The page that is printed, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        sheet = self._sheet(language, range(min(len(self), _MOST_ROWS)))
        lines = table([sheet.head, *sheet.rows], right=[2]) if len(self) else []
        more = len(self) - _MOST_ROWS
        lines += [WORDS["more"].filled(language, more=more)] if more > 0 else []
        return "\n".join([sheet.title, *lines, *sheet.remarks])

    def __str__(self) -> str:
        return self.explain()

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        how = WORDS[self.how].in_(language)
        title = WORDS["title"].filled(language, as_of=self.as_of, how=how)
        head = [WORDS[name].in_(language) for name in ("source", "target", "amount")]
        given = [self._row(row) for row in rows]
        lines = [[one.source or "-", one.target, str(one.amount)] for one in given]
        remarks = [_summed("allocated", self.allocations, language)]
        if len(self.discounts):
            remarks.append(_summed("discounts", self.discounts, language))
        why = cast(Codes, self.left["why"])
        for code, name in enumerate(why.names):
            here = np.flatnonzero(why.values == code)
            if not len(here):
                continue
            part = {key: self.left[key].take(here) for key in ("currency", "amount")}
            said = _summed("left", part, language, len(here))
            colon = "：" if "未" in said else ": "
            remarks.append(f"{said}{colon}{WORDS[name].in_(language)}")
        remarks += [
            NOTES[note.code].filled(language, count=note.count, ids=", ".join(note.ids))
            for note in self.notes
        ]
        return Sheet(title, head, lines, left=(0, 1), remarks=remarks)


def _summed(name: str, given: Any, language: AnyLanguage, count: int | None = None) -> str:
    """A count with sums by currency."""
    currency, amount = cast(Codes, given["currency"]), given["amount"]
    known = amount.known
    sums = [
        f"{plain_amount(abs(sum(amount.values[here].tolist())), code)} {code}"
        for place, code in enumerate(currency.names)
        if (here := known & (currency.values == place)).any()
    ]
    count = len(currency) if count is None else count
    return WORDS[name].filled(language, count=count, amounts=", ".join(sums) or "-")


def allocate(
    ledger: Ledger,
    how: How = "oldest_due",
    *,
    as_of: Day,
    references: Mapping[str, Any] | None = None,
    claims: Mapping[str, Any] | None = None,
    discounts: Mapping[str, Any] | None = None,
    ignore_disputed: bool = True,
    effective: Effective = "documents",
    exists_by: ExistsBy = "document",
) -> Allocated:
    """Allocate what is free of receipts and credit notes, account by account, by a named rule.

    Credits go in the order of their dates. Documents dated after ``as_of`` are not there yet, and
    what is matched with one of them already is left to it. What is in dispute of an item is not paid,
    unless ``ignore_disputed`` is False. The allocations have no matching date: they count from the
    later date of their two documents.

    ``references`` are columns by name: ``source`` and ``target`` (ids) and, where the payer told
    it, ``amount``. Credit notes follow theirs in every rule; receipts with ``how="by_reference"`` and
    ``"by_reference_only"``, which leaves what names nothing.
    ``claims`` are the ids of items by class, ``{"costs": [...], "interest": [...]}``; all others
    are principal.

    ``pro_rata`` rounds down, and the cents that are left go to the largest remainders (of equals to
    what is due first): each receipt adds up, and no item gets more than is open.

    ``discounts`` are columns: ``item``, ``amount`` (what may be deducted), ``until`` (the last day,
    days of grace included) and ``tolerance`` (by how much the payer may miss it, 0 unless given). A
    receipt takes discounts where it is what one or several items, in the order of the rule or as it
    names them, come to less all discounts open on its day. What pays in full takes none; what is
    neither pays as far as it goes. A discount taken is a credit note in ``discounts``, dated as the
    receipt and known by the two ids: the host books it.

    An account with a row that cannot be read is left as it is. A ledger of one day's remainders
    gets allocations as any other; its `Allocated.ledger` is refused, for remainders have none.

    >>> from creditkit.facts.ledger import Ledger
    >>> ledger = Ledger.from_columns(
    ...     {"id": ["I-1", "R-1"], "account": "C-1", "currency": "EUR", "kind": ["invoice", "receipt"],
    ...      "amount": [1000, -980], "doc_date": ["2026-11-01", "2026-11-09"]})
    >>> until = {"item": ["I-1"], "amount": ["20.00"], "until": ["2026-11-11"]}
    >>> print(allocate(ledger, as_of="2026-11-21", discounts=until))
    Allocation at 2026-11-21, oldest due first
    from     to       amount
    R-1      I-1  980.00 EUR
    R-1/I-1  I-1   20.00 EUR
    2 allocations: 1000.00 EUR
    1 discounts taken: 20.00 EUR
    """
    one_of(how, HOWS, "how")
    flag_in(ignore_disputed, "ignore_disputed")
    as_of = asked(ledger, as_of, effective)
    one_of(exists_by, EXISTS_BY, "exists_by")
    given, notes = asked_of(ledger, references, discounts, claims)
    if how != "costs_interest_principal":
        given = given._replace(classes=None)
    found = allocated(ledger, how, When(as_of, effective, exists_by), ignore_disputed, given)
    notices = _notices(ledger, found)
    return Allocated(
        as_of=as_of,
        how=how,
        allocations=_ties(ledger, found, notices),
        discounts=Items.of(notices),
        left=_left(ledger, found),
        notes=tuple(notes),
        of=ledger,
    )


def _notices(ledger: Ledger, found: Found) -> list[OpenItem]:
    """A credit note for each discount granted, known by the ids of receipt and item."""
    if not found.granted:
        return []
    taken = set(cast(Ids, ledger.items["id"]).texts().tolist())
    out = []
    for source, target, minor in found.granted:
        receipt, item = ledger.items.row(source), ledger.items.row(target)
        name = f"{receipt.id}/{item.id}"
        while name in taken:
            name += "'"
        taken.add(name)
        out.append(
            OpenItem(
                id=name,
                account=item.account,
                currency=item.currency,
                kind=cast(Any, "credit_note"),
                amount=Money.from_minor(-minor, item.currency),
                doc_date=receipt.doc_date,
                order=item.order,
            )
        )
    return out


def _ties(ledger: Ledger, found: Found, notices: list[OpenItem]) -> Allocations:
    ids, currency = cast(Ids, ledger.items["id"]), cast(Codes, ledger.items["currency"])
    tied = found.tied
    source, target = ids.take(tied.source), ids.take(tied.target)
    codes, amounts = currency.values[tied.target], tied.amount
    kind = cast(Codes, ledger.items["kind"])
    names = (*kind.names, *({"credit_note"} - {*kind.names}))
    noted = names.index("credit_note") if "credit_note" in names else 0
    kinds = [kind.values[tied.source], kind.values[tied.target]]
    if notices:
        rows = np.array([row for _, row, _ in found.granted])
        source = Ids.of(np.concatenate([source.texts(), [one.id for one in notices]]))
        target = Ids.of(np.concatenate([target.texts(), ids.take(rows).texts()]))
        kinds[0] = np.concatenate([kinds[0], np.full(len(rows), noted, dtype=np.int32)])
        kinds[1] = np.concatenate([kinds[1], kind.values[rows]])
        codes = np.concatenate([codes, currency.values[rows]])
        amounts = np.concatenate([amounts, [-one.amount.minor for one in notices]])
    if not len(amounts):
        return Allocations.of([])
    source_kind, target_kind = (Codes(one, names) for one in kinds)
    return Allocations.from_columns(
        {
            "source": source,
            "target": target,
            "source_kind": source_kind,
            "target_kind": target_kind,
            "currency": Codes(codes, currency.names),
            "amount": Cells(amounts.astype(np.int64)),
        }
    )


def _named(ids: Ids) -> Codes:
    """Numbers of documents as a column of names; two of different kinds may share one."""
    given: list[str] = ids.values.tolist()
    if ids.values.dtype.kind != "U":
        given = list(map(str, given))
    if len(set(given)) == len(given):  # as nearly always: nothing has to be sorted
        return Codes(np.arange(len(given), dtype=np.int32), given)
    once, code = np.unique(given, return_inverse=True)
    return Codes(code.ravel().astype(np.int32), once.tolist())


def _left(ledger: Ledger, found: Found) -> UnallocatedCash:
    if not len(found.rows):
        return UnallocatedCash.of([])
    items, rows = ledger.items, found.rows
    unknown = found.why == WHY.index("not_known")
    states = np.where(unknown, State.UNKNOWN, State.KNOWN).astype(np.uint8)
    account, currency = cast(Codes, items["account"]), cast(Codes, items["currency"])
    ids = cast(Ids, items["id"])
    return UnallocatedCash.from_columns(
        {
            "account": account.take(rows),
            "item": _named(ids.take(rows)),
            "currency": currency.take(rows),
            "amount": Cells(np.where(unknown, 0, found.left).astype(np.int64), states),
            "why": Codes(found.why.astype(np.int32), WHY),
        }
    )
