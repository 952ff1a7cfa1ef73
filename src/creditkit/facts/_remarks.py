"""What is odd of rows that can be read: a reader should know it, and it sets no row aside."""

from __future__ import annotations

from typing import Final, cast

import numpy as np

from creditkit._columns import Codes, exact_sum
from creditkit.facts._links import BILLS, NEVER, Fault, Links, Mask, kind_codes
from creditkit.facts.kinds import KINDS, Habit, ItemKind
from creditkit.facts.open_items import Allocations, Ids, Items
from creditkit.money import LARGEST

__all__ = ["remarks_of"]

FAR: Final = 3653
"""Days from a document to its due date above which a slip is more likely: ten years."""

_DUE: Final = np.array([*(kind.sign >= 0 and kind.part.overdue for kind in KINDS), False])
_WHOLE: Final = np.array(
    [
        *(kind.part.habit is Habit.TO_PAY and kind is not ItemKind.INSTALMENT for kind in KINDS),
        False,
    ]
)


def remarks_of(
    items: Items, allocations: Allocations, links: Links, readable: Mask | None
) -> list[Fault]:
    """The rows of items, and of allocations, by what is odd of them."""
    there = np.ones(len(items), dtype=bool) if readable is None else readable
    kinds, due, disputed = kind_codes(items), items["due_date"], items["disputed"]
    term = due.values.view(np.int64) - items["doc_date"].values.view(np.int64)
    owed, dated = there & _DUE[kinds], there & due.known
    ends = np.zeros(len(allocations), dtype=bool)
    if links.until is not None:
        own = slice(0, len(allocations))
        ends = links.until[own] < links.dated[own]
    targets, sources = _exceeded(items, links)
    return [
        ("item.no_due_date", owed & ~due.known),
        ("item.no_bill_date", there & BILLS[kinds] & ~due.known),
        ("item.due_before_doc", dated & (term < 0)),
        ("item.due_far", dated & (term > FAR)),
        (
            "item.disputed_exceeds",
            there & disputed.known & (disputed.values > np.maximum(items["amount"].values, 0)),
        ),
        ("item.counted_twice", there & _WHOLE[kinds] & _in_instalments(items)),
        ("allocation.exceeds_item", targets),
        ("allocation.exceeds_source", sources),
        ("allocation.ends_first", ends),
    ]


def _exceeded(items: Items, links: Links) -> tuple[Mask, Mask]:
    """The items to which more is allocated for good than they amount to, and those from which."""
    stands = np.ones(len(links.target), dtype=bool) if links.moves is None else links.moves.copy()
    if links.until is not None:
        stands &= links.until == NEVER
    left = items["amount"].values.copy()
    most = max(exact_sum(np.abs(one[stands])) for one in (links.amount, links.given))
    if most > LARGEST // 2 or (len(left) and int(np.abs(left).max()) > LARGEST // 2):
        left = left.astype(object)
    for rows, moved in ((links.target, -links.amount), (links.source, links.given)):
        tied = stands & (rows >= 0)
        np.add.at(left, rows[tied].astype(np.intp), moved[tied])
    signs = np.sign(items["amount"].values)
    over = np.asarray(left * signs < 0, dtype=bool)
    return over & (signs > 0), over & (signs < 0)


def _in_instalments(items: Items) -> Mask:
    """The items whose number is the document of others of their account: its instalments."""
    out = np.zeros(len(items), dtype=bool)
    documents, accounts = cast(Codes, items["document"]), cast(Codes, items["account"])
    if not documents.known.any():
        return out
    numbers = cast(Ids, items["id"]).texts()
    parts = np.flatnonzero(documents.known)
    parts = parts[np.array(documents.names)[documents.values[parts]] != numbers[parts]]
    pairs = zip(accounts.values[parts].tolist(), documents.values[parts].tolist(), strict=True)
    named = {(account, documents.names[code]) for account, code in {*pairs}}
    for row in np.flatnonzero(np.isin(numbers, [name for _, name in named])).tolist():
        out[row] = (int(accounts.values[row]), str(numbers[row])) in named
    return out
