"""What a host tells beside the ledger of how cash is to be allocated, found among the items.

References (which credit pays which item), discounts that are open, and which items are costs or
interest. What names no item, or one that it cannot pay, changes nothing and is noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes, State
from creditkit._door import Door, columns_in
from creditkit._fields import Kind
from creditkit._given import names_in
from creditkit._plain import mapping_in
from creditkit.errors import InvalidFact
from creditkit.facts._ids import matched
from creditkit.facts.ledger import Ledger
from creditkit.facts.notes import Note
from creditkit.facts.open_items import Ids
from creditkit.languages import texts
from creditkit.receivables._allocating import CLASSES, Asked, owed_rows

__all__ = ["NOTES", "asked_of"]

NOTES: Final = texts(
    "remittance",
    {
        "reference.no_source": (
            "{count} references name a credit that is not in the ledger: {ids}",
            "{count} 条付款指明的收款不在账簿中：{ids}",
        ),
        "reference.no_target": (
            "{count} references name an item that is not in the ledger: {ids}",
            "{count} 条付款指明的单据不在账簿中：{ids}",
        ),
        "reference.other_account": (
            "{count} references tie documents of two accounts or currencies: {ids}",
            "{count} 条付款指明涉及两个客户或两种币种：{ids}",
        ),
        "reference.wrong_way": (
            "{count} references do not go from a credit to a receivable: {ids}",
            "{count} 条付款指明不是由贷方指向应收款：{ids}",
        ),
        "reference.no_amount": (
            "{count} references have an amount that cannot be read or is not above zero: {ids}",
            "{count} 条付款指明的金额无法读取或不大于零：{ids}",
        ),
        "discount.no_item": (
            "{count} discounts are of an item that is not in the ledger: {ids}",
            "{count} 项现金折扣的单据不在账簿中：{ids}",
        ),
        "discount.no_amount": (
            "{count} discounts have an amount or tolerance that cannot be read or is below zero: {ids}",
            "{count} 项现金折扣的金额或容差无法读取或小于零：{ids}",
        ),
        "discount.no_until": (
            "{count} discounts have no last day that can be read: {ids}",
            "{count} 项现金折扣没有可读取的截止日：{ids}",
        ),
        "claims.no_item": (
            "{count} items of claims are not in the ledger: {ids}",
            "{count} 个费用或利息单据不在账簿中：{ids}",
        ),
    },
)
"""What of a host's own words could not count, by the code of its note."""

_REFERENCES: Final = ("source", "target", "amount")
_DISCOUNTS: Final = ("item", "amount", "until", "tolerance")
_MOST: Final = 10


def asked_of(
    ledger: Ledger,
    references: Mapping[str, Any] | None,
    discounts: Mapping[str, Any] | None,
    claims: Mapping[str, Any] | None,
) -> tuple[Asked, list[Note]]:
    """References, discounts and classes by item row; and notes of those that cannot count."""
    notes: list[Note] = []
    named = [] if references is None else _references(ledger, references, notes)
    known = None if discounts is None else _discounts(ledger, discounts, notes)
    classes = None if claims is None else _classes(ledger, claims, notes)
    return Asked(named, known, classes), notes


def _references(
    ledger: Ledger, given: Mapping[str, Any], notes: list[Note]
) -> list[tuple[int, int, int | None]]:
    path = "references"
    columns, rows = _columns(given, _REFERENCES, 2, path)
    ids = [_ids(columns[name], rows, f"{path}.{name}") for name in ("source", "target")]
    source, wrong_source = _rows_of(ledger, ids[0], owed=False)
    target, wrong_target = _rows_of(ledger, ids[1], owed=True)
    items = ledger.items
    both = (source >= 0) & (target >= 0)
    a, b = np.where(both, source, 0), np.where(both, target, 0)
    apart = np.zeros(rows, dtype=bool)
    wrong = wrong_source | wrong_target
    if both.any():
        for name in ("account", "currency"):
            codes = items[name].values
            apart |= both & (codes[a] != codes[b])
    amount, unread = _money(ledger, target, columns.get("amount"), path, "amount")
    bad = both & (unread | (amount.known & (amount.values <= 0)))
    for code, mask, column in (
        ("reference.no_source", (source < 0) & ~wrong_source, ids[0]),
        ("reference.no_target", (target < 0) & ~wrong_target, ids[1]),
        ("reference.other_account", apart, ids[0]),
        ("reference.wrong_way", wrong, ids[0]),
        ("reference.no_amount", bad, ids[0]),
    ):
        _note(notes, code, column, mask)
    good = np.flatnonzero(both & ~apart & ~bad).tolist()
    return [(int(source[row]), int(target[row]), amount.raw(row)) for row in good]


def _discounts(
    ledger: Ledger, given: Mapping[str, Any], notes: list[Note]
) -> dict[int, tuple[int, int, int]]:
    path = "discounts"
    columns, rows = _columns(given, _DISCOUNTS, 3, path)
    ids = _ids(columns["item"], rows, f"{path}.item")
    item, _ = _rows_of(ledger, ids, owed=True)
    amount, unread = _money(ledger, item, columns["amount"], path, "amount")
    tolerance, other = _money(ledger, item, columns.get("tolerance"), path, "tolerance")
    until = Door(path, rows, False, False).read("until", Kind.DATE, columns["until"], _NONE)
    here = item >= 0
    bad = here & (~amount.known | unread | other | (amount.values < 0) | (tolerance.values < 0))
    undated = here & ~until.known
    if len(repeated := np.unique(item[here])) < np.count_nonzero(here):
        rule, remedy = "must have one row for each item", "give the discount that is open now"
        raise InvalidFact(path, rule, len(repeated), remedy)
    _note(notes, "discount.no_item", ids, ~here)
    _note(notes, "discount.no_amount", ids, bad)
    _note(notes, "discount.no_until", ids, undated)
    days = until.values.astype("datetime64[D]").view(np.int64)
    return {
        int(item[row]): (int(amount.values[row]), int(days[row]), tolerance.raw(row) or 0)
        for row in np.flatnonzero(here & ~bad & ~undated).tolist()
    }


def _classes(ledger: Ledger, given: Mapping[str, Any], notes: list[Note]) -> npt.NDArray[np.int8]:
    claims = mapping_in(given, "claims", "write {'costs': ['D-1'], 'interest': ['D-2']}")
    out = np.full(len(ledger), CLASSES.index("principal"), dtype=np.int8)
    for name, one in claims.items():
        if name not in CLASSES:
            raise InvalidFact(f"claims.{name}", f"must be one of {', '.join(CLASSES)}")
        ids = Ids.of(names_in(one, f"claims.{name}"), f"claims.{name}")
        rows, _ = _rows_of(ledger, ids, owed=True)
        _note(notes, "claims.no_item", ids, rows < 0)
        out[rows[rows >= 0]] = CLASSES.index(name)
    return out


_NONE: Final = Codes(np.zeros(0, dtype=np.int32), ())


def _columns(
    given: Mapping[str, Any], names: tuple[str, ...], needed: int, path: str
) -> tuple[dict[str, Any], int]:
    columns, rows = columns_in(given, names, path)
    for name in names[:needed]:
        if name not in columns:
            raise InvalidFact(f"{path}.{name}", "must be given")
    return columns, rows


def _ids(column: Any, rows: int, path: str) -> Ids:
    return Ids.of([column] * rows if isinstance(column, str) else column, path)


def _rows_of(
    ledger: Ledger, wanted: Ids, *, owed: bool
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """The row of each number among what is owed, or among credits; -1 where there is none or several.

    Also which numbers are only of the other side.
    """
    side, readable = owed_rows(ledger), ledger.readable
    usable = [np.flatnonzero(one if readable is None else one & readable).astype(np.int32)
              for one in ((side, ~side) if owed else (~side, side))]  # fmt: skip
    ids = cast(Ids, ledger.items["id"])
    (_, rows), (_, others) = matched(ids, [(one, wanted) for one in usable])
    return rows, (rows < 0) & (others >= 0)


def _money(
    ledger: Ledger, rows: npt.NDArray[Any], column: Any, path: str, name: str
) -> tuple[Cells, npt.NDArray[np.bool_]]:
    """Amounts in the currency of the item that each is of; and which cannot be read."""
    if column is None:
        nothing = np.full(len(rows), State.UNKNOWN, dtype=np.uint8)
        return Cells(np.zeros(len(rows), dtype=np.int64), nothing), np.zeros(len(rows), dtype=bool)
    currency = cast(Codes, ledger.items["currency"])
    codes = np.append(currency.values, np.int32(-1))[rows]
    cells = Door(path, len(rows), False, False).read(
        name, Kind.MONEY, column, Codes(codes.astype(np.int32), currency.names)
    )
    states = cells.all_states()
    return cells, (states != State.KNOWN) & (states != State.UNKNOWN)


def _note(notes: list[Note], code: str, ids: Ids, mask: npt.NDArray[np.bool_]) -> None:
    if mask.any():
        texts = sorted({str(ids.item(row)) for row in np.flatnonzero(mask).tolist()})
        notes.append(Note(code=code, count=int(mask.sum()), ids=tuple(texts[:_MOST])))
