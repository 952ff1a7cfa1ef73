"""The kernel of `allocation`: open items and free credits in line, and who pays whom.

Where only the order counts, both sides of every account lie end to end on one line of money, and
each stretch between two ends is an allocation: sums and one merge, no loop over accounts. Accounts
in which more counts (a reference, a discount, a later document) go through `_matching`, with the
same order and the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from creditkit._columns import Codes
from creditkit.facts._links import existence, kind_codes, signs_of
from creditkit.facts.kinds import KINDS, ItemKind
from creditkit.facts.ledger import Ledger
from creditkit.facts.open_items import Ids
from creditkit.receivables._item_columns import FALLS_DUE, SET_OFF, too_large
from creditkit.receivables._matching import Credit, Debt, Matched, matched_in_turn
from creditkit.receivables.open_items import (
    Ints,
    Mask,
    When,
    add_into,
    days,
    existing,
    link_days,
    opened_columns,
)

__all__ = ["CLASSES", "WHY", "Asked", "Found", "Tied", "allocated", "owed_rows"]

CLASSES: Final = ("costs", "interest", "principal")
"""The order in which a payment that does not suffice is set against costs, interest, principal."""

WHY: Final = (
    "nothing_open",
    "not_named",
    "disputed",
    "other_currency",
    "matched_later",
    "overpaid",
    "not_known",
)
"""Why a credit is left: the words of `Unallocated.why`, by their number here."""

_END: Final = date.max
_LOT: Final = 1 << 15
"""Debts that are matched at once: what that needs stays in the second-level cache."""


class Asked(NamedTuple):
    """What a host told beside the ledger, by item rows.

    ``named`` are ``(source row, target row, amount or None)``; ``discounts`` are
    ``(discount, until, tolerance)`` by item row; ``classes`` is the place in `CLASSES` of each row.
    """

    named: Sequence[tuple[int, int, int | None]] = ()
    discounts: Mapping[int, tuple[int, int, int]] | None = None
    classes: npt.NDArray[np.int8] | None = None


class Tied(NamedTuple):
    """Allocations: the row of the credit, the row of the item, the amount."""

    source: Ints
    target: Ints
    amount: npt.NDArray[Any]


class Found(NamedTuple):
    """What was allocated, which discounts were granted, and what is left of which credit, and why.

    What is left is -1 where it is not known.
    """

    tied: Tied
    granted: list[tuple[int, int, int]]
    rows: Ints
    left: npt.NDArray[Any]
    why: npt.NDArray[np.int8]


class _Line(NamedTuple):
    """Rows in the order in which they are taken, by group: an account in one currency.

    ``amount`` is what stands in line, ``room`` what of it may be allocated.
    """

    rows: Ints
    group: Ints
    amount: npt.NDArray[Any]
    room: npt.NDArray[Any]

    def of(self, rows: Any) -> _Line:
        """Some of them, in their order."""
        columns: Any = (column[rows] for column in self)
        return _Line(*columns)


_NOBODY: Final = Tied(*[np.zeros(0, dtype=np.int64)] * 3)


def allocated(ledger: Ledger, how: str, when: When, ignore_disputed: bool, asked: Asked) -> Found:
    """Set what is free of each credit against what is open of its account in its currency."""
    opens = opened_columns(ledger, when)
    group, broken, currencies = _groups(ledger, when)
    here = existing(ledger, when) & ~broken
    owed = owed_rows(ledger)
    tested = opens
    if ignore_disputed:
        disputed = ledger.items["disputed"]
        if disputed.states is None or not disputed.states.all():
            claimed = np.where(disputed.known, disputed.values, 0)
            tested = opens - np.minimum(claimed, np.maximum(opens, 0))
    room = _room(ledger, when, tested, owed)
    debts = _debts(ledger, when, group, here, owed, tested, room, asked)
    credits = _credits(ledger, when, group, here & ~owed, opens, room)
    special = _special(how, debts, credits, group, opens, asked)
    parts = [_interlocked(debts, credits, special)]
    granted: list[tuple[int, int, int]] = []
    if special is not None:
        notes = kind_codes(ledger.items) == KINDS.index(ItemKind.CREDIT_NOTE)
        ties, granted = _one_by_one(ledger, how, debts, credits, special, notes, asked)
        parts.append(ties)
    tied = _joined(parts, group)
    rows, left = _left(credits, tied)
    why = _why(how, rows, group, currencies, debts, tied, granted, here & (opens > tested))
    for line in (debts, credits):
        if line.room is line.amount:
            continue
        later = np.zeros(int(group.max(initial=0)) + 2, dtype=bool)
        later[line.group[line.room < line.amount]] = True
        why[later[group[rows]]] = WHY.index("matched_later")
    over = np.flatnonzero(here & owed & (opens < 0))
    lost = np.flatnonzero(existing(ledger, when) & broken & (opens < 0))
    reasons = [np.full(len(one), WHY.index(name), dtype=np.int8)
               for one, name in ((over, "overpaid"), (lost, "not_known"))]  # fmt: skip
    return Found(
        tied,
        granted,
        np.concatenate([rows, over, lost]),
        np.concatenate([left, -opens[over], np.full(len(lost), -1)]),
        np.concatenate([why, *reasons]),
    )


def owed_rows(ledger: Ledger) -> Mask:
    """Which items a credit can be set against; of kinds of either sign those that are not below zero."""
    signs = signs_of(kind_codes(ledger.items))
    owed: Mask = (signs > 0) | ((signs == 0) & (ledger.items["amount"].values >= 0))
    return owed


def _groups(ledger: Ledger, when: When) -> tuple[Ints, Mask, int]:
    """The group of each row, by the account's name and the currency; rows of accounts not known."""
    owners = cast(Codes, ledger.items["account"])
    currency = cast(Codes, ledger.items["currency"])
    account = ledger.ranks(ledger.by_name)[owners.values].astype(np.int64, copy=False)
    unknown = ledger.resolved(when.exists_by).unknown
    lost = owners.values < 0 if unknown is None else unknown[owners.values]
    currencies = max(1, len(currency.names))
    return account * currencies + currency.values, lost, currencies


def _room(ledger: Ledger, when: When, tested: Any, owed: Mask) -> npt.NDArray[Any] | None:
    """What may be allocated: not what a document after ``as_of`` has been matched with already.

    None where that is all that stands in line.
    """
    if not len(ledger.allocations) or ledger.open_as_of is not None:
        return None
    since, until = link_days(ledger, when)
    later = since > days(when.as_of)
    if until is not None:
        later &= until > since
    moves = ledger.resolved(when.exists_by).links.moves
    if moves is not None:
        later &= moves
    if not later.any():
        return None
    last = opened_columns(ledger, when._replace(as_of=_END))
    room = np.where(owed, np.minimum(tested, last), np.maximum(tested, last))
    return cast("npt.NDArray[Any]", np.where(owed, np.maximum(room, 0), np.minimum(room, 0)))


def _debts(
    ledger: Ledger,
    when: When,
    group: Ints,
    here: Mask,
    owed: Mask,
    tested: Any,
    room: Any,
    asked: Asked,
) -> _Line:
    items = ledger.items
    rows = np.flatnonzero(here & (tested > 0))
    doc = existence(items, when.exists_by)[rows]
    due, dues = doc, items["due_date"]
    if dues.states is None:
        due = dues.values.view(np.int64)[rows]
    elif not dues.states.all():
        due = np.where(dues.known[rows], dues.values.view(np.int64)[rows], doc)
    if SET_OFF & {*cast(Codes, items["kind"]).names}:
        # what was sent back, or never falls due, takes the first of what is free
        falls_due = FALLS_DUE[kind_codes(items)[rows]]
        due = np.where(falls_due, due, np.int64(days(date.min)))
    keys = [group[rows], due, doc]
    if asked.classes is not None:
        keys.insert(1, asked.classes[rows].astype(np.int64))
    order = _order(keys, items["amount"].values[rows], cast(Ids, items["id"]), rows)
    rows = rows[order]
    amount = tested[rows]
    may = amount if room is None else room[rows]
    # a receipt of which more was allocated than it amounts to stands in line, and gets nothing
    may = may if owed[rows].all() else np.where(owed[rows], may, 0)
    return _Line(rows, group[rows], amount, may)


def _credits(ledger: Ledger, when: When, group: Ints, here: Mask, opens: Any, room: Any) -> _Line:
    rows = np.flatnonzero(here & (opens < 0))
    doc = existence(ledger.items, when.exists_by)[rows]
    order = _order([group[rows], doc], -opens[rows], cast(Ids, ledger.items["id"]), rows)
    rows = rows[order]
    amount = -opens[rows]
    return _Line(rows, group[rows], amount, amount if room is None else -room[rows])


def _order(keys: list[Ints], amount: Any, ids: Ids, rows: Ints) -> npt.NDArray[np.intp]:
    """The order by some whole numbers, then by amount, then by id: as a payment is called for."""
    if not len(rows):
        return np.zeros(0, dtype=np.intp)
    key, order = _sorted(_packed(keys))
    if order is None:
        return np.arange(len(rows))
    same = key[1:] == key[:-1]
    if same.any():
        several = np.concatenate([[False], same]) | np.concatenate([same, [False]])
        places = np.flatnonzero(several)
        tied = order[places]
        texts = ids.take(rows[tied]).texts()
        sums = amount[tied]
        if sums.dtype == object:
            sums = np.unique(sums, return_inverse=True)[1]
        order[places] = tied[np.lexsort((texts, sums, key[places]))]
    return order


def _sorted(packed: Ints) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp] | None]:
    """Whole numbers in order, and where each stood; None where they stood in order already."""
    if (packed[1:] > packed[:-1]).all():
        return packed, None
    bits = len(packed).bit_length()
    if int(packed.max()) >= 1 << (64 - bits):
        order = np.argsort(packed)
        return packed[order], order
    # number and place in one: to sort numbers is quicker than to sort places
    both = packed.astype(np.uint64)
    both <<= np.uint64(bits)
    both |= np.arange(len(packed), dtype=np.uint64)
    both.sort()
    order = (both & np.uint64((1 << bits) - 1)).view(np.int64).astype(np.intp, copy=False)
    both >>= np.uint64(bits)
    return both, order


def _packed(keys: list[Ints]) -> Ints:
    """Several whole numbers as one that has their order."""
    out = keys[0] - keys[0].min()
    most = int(out.max())
    for key in keys[1:]:
        least = int(key.min())
        span = int(key.max()) - least + 1
        if (most + 1) * span >= 1 << 62:
            out = np.unique(out, return_inverse=True)[1].ravel().astype(np.int64)
            most = int(out.max())
        out *= span
        out += key
        out -= least
        most = most * span + span - 1
    return np.asarray(out, dtype=np.int64)


def _special(
    how: str, debts: _Line, credits: _Line, group: Ints, opens: Any, asked: Asked
) -> Mask | None:
    """The groups that are matched one by one; None where there are none."""
    out = np.zeros(int(group.max(initial=0)) + 2, dtype=bool)
    exact = opens.dtype == object or too_large(debts.amount) or too_large(credits.amount)
    if how in ("pro_rata", "by_reference_only") or exact:
        out[:] = True
        return out
    for line in (debts, credits):
        if line.room is not line.amount:
            out[line.group[line.room < line.amount]] = True
    for source, _, _ in asked.named:
        out[group[source]] = True
    for row in asked.discounts or ():
        out[group[row]] = True
    return out if out.any() else None


def _interlocked(debts: _Line, credits: _Line, special: Mask | None) -> Tied:
    """The allocations of all groups at once: of some after others, so that each lot stays in cache."""
    if special is not None:
        debts, credits = (line.of(~special[line.group]) for line in (debts, credits))
    if not len(debts.rows) or not len(credits.rows):
        return _NOBODY
    firsts = debts.group[::_LOT]  # a lot begins with the first row of its first group
    slices = []
    for line in (debts, credits):
        edges = [*np.searchsorted(line.group, firsts).tolist(), len(line.rows)]
        slices.append([slice(*pair) for pair in pairwise(edges)])
    parts = [_of_lot(debts.of(one), credits.of(two)) for one, two in zip(*slices, strict=True)]
    return Tied(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _of_lot(debts: _Line, credits: _Line) -> Tied:
    """The allocations of some groups."""
    if not len(debts.rows) or not len(credits.rows):
        return _NOBODY
    least = min(int(debts.group[0]), int(credits.group[0]))
    size = max(int(debts.group[-1]), int(credits.group[-1])) - least + 1
    debts, credits = (line._replace(group=line.group - least) for line in (debts, credits))
    lines = [(line, np.cumsum(line.amount)) for line in (debts, credits)]
    sums = [_totals(line.group, end, size) for line, end in lines]
    both = np.minimum(*sums)
    before = np.cumsum(both) - both
    ends, rows = [], []
    for (line, end), total in zip(lines, sums, strict=True):
        # within its group, no further than both sides reach, behind the groups before
        end -= (np.cumsum(total) - total)[line.group]
        np.minimum(end, both[line.group], out=end)
        end += before[line.group]
        used = np.empty(len(end), dtype=bool)
        used[0] = end[0] > 0
        np.greater(end[1:], end[:-1], out=used[1:])
        ends.append(end[used])
        rows.append(line.rows[used])
    if not len(ends[0]):
        return _NOBODY
    edge, debt, credit = _merged(*ends)
    return Tied(rows[1][credit], rows[0][debt], np.diff(edge, prepend=0))


def _merged(debts: Ints, credits: Ints) -> tuple[Ints, Ints, Ints]:
    """The ends of both sides in order, and how many of either lie before each: who pays, and whom."""
    # the side is the last bit, so that one merge of two runs in order sorts them and tells them apart
    both = np.concatenate([debts << 1, (credits << 1) | 1])
    both.sort(kind="stable")
    of_credits = both & 1
    both >>= 1
    credit = np.cumsum(of_credits)
    credit -= of_credits
    debt: Ints = np.arange(len(both)) - credit
    last = np.empty(len(both), dtype=bool)  # an end of both is one end: the stretch before it
    last[0] = True
    np.greater(both[1:], both[:-1], out=last[1:])
    if last.all():
        return both, debt, credit
    return both[last], debt[last], credit[last]


def _totals(group: Ints, end: Ints, size: int) -> Ints:
    """The sum of each group, from running sums of rows that are in its order."""
    last = np.flatnonzero(np.append(group[1:] != group[:-1], True))
    out = np.zeros(size, dtype=np.int64)
    out[group[last]] = np.diff(end[last], prepend=0)
    return out


def _one_by_one(
    ledger: Ledger,
    how: str,
    debts: _Line,
    credits: _Line,
    special: Mask,
    notes: Mask,
    asked: Asked,
) -> tuple[Tied, list[tuple[int, int, int]]]:
    """The allocations of the groups that `special` names."""
    names: dict[int, list[tuple[int, int | None]]] = {}
    for source, target, amount in asked.named:
        names.setdefault(source, []).append((target, amount))
    found = Matched([], [])
    docs = ledger.items["doc_date"].values.view(np.int64)
    among = credits.group[special[credits.group]]
    if how == "by_reference_only":
        among = among[np.isin(credits.rows[special[credits.group]], list(names))]
    wanted = np.unique(among)
    spans = [
        (np.searchsorted(line.group, wanted), np.searchsorted(line.group, wanted, side="right"))
        for line in (debts, credits)
    ]
    for (first, last), (start, stop) in zip(
        zip(*(edge.tolist() for edge in spans[0]), strict=True),
        zip(*(edge.tolist() for edge in spans[1]), strict=True),
        strict=True,
    ):
        if first == last:
            continue
        one = slice(first, last)
        owed = [
            Debt(*cells)
            for cells in zip(
                debts.rows[one].tolist(),
                debts.amount[one].tolist(),
                debts.room[one].tolist(),
                strict=True,
            )
        ]
        one = slice(start, stop)
        rows = credits.rows[one]
        free = [
            Credit(*cells)
            for cells in zip(
                rows.tolist(),
                docs[rows].tolist(),
                credits.amount[one].tolist(),
                credits.room[one].tolist(),
                notes[rows].tolist(),
                strict=True,
            )
        ]
        if names:
            place = {debt.row: at for at, debt in enumerate(owed)}
            for credit in free:
                given = names.get(credit.row, ())
                credit.named = [(place[row], cap) for row, cap in given if row in place]
        if asked.discounts:
            for debt in owed:
                if debt.row in asked.discounts:
                    debt.discount, debt.until, debt.tolerance = asked.discounts[debt.row]
        ties, granted = matched_in_turn(owed, free, how)
        found.ties.extend(ties)
        found.granted.extend(granted)
    columns = np.array(found.ties, dtype=np.int64).reshape(len(found.ties), 3)
    return Tied(*(np.ascontiguousarray(one) for one in columns.T)), found.granted


def _joined(parts: list[Tied], group: Ints) -> Tied:
    """All allocations, by account."""
    if len(parts) == 1:
        return parts[0]
    columns = [np.concatenate(one) for one in zip(*parts, strict=True)]
    order = np.argsort(group[columns[1]], kind="stable")
    return Tied(*(column[order] for column in columns))


def _left(credits: _Line, tied: Tied) -> tuple[Ints, npt.NDArray[Any]]:
    """The credits of which something is left, and how much."""
    if not len(credits.rows):
        return credits.rows, credits.amount
    used = np.zeros(int(credits.rows.max()) + 1, dtype=credits.amount.dtype)
    add_into(used, tied.source, tied.amount)
    left = credits.amount - used[credits.rows]
    some = left > 0
    return credits.rows[some], left[some]


def _why(
    how: str,
    rows: Ints,
    group: Ints,
    currencies: int,
    debts: _Line,
    tied: Tied,
    granted: list[tuple[int, int, int]],
    disputed: Mask,
) -> npt.NDArray[np.int8]:
    """Why a credit is left, the weightiest reason last."""
    out = np.zeros(len(rows), dtype=np.int8)
    if not len(rows):
        return out
    if currencies > 1 or how == "by_reference_only":  # else all that is owed is paid by then
        accounts = int(group.max()) // currencies + 2
        standing = np.zeros(int(debts.rows.max(initial=-1)) + 1, dtype=debts.amount.dtype)
        standing[debts.rows] = debts.amount
        add_into(standing, tied.target, -tied.amount)
        for _, row, amount in granted:
            standing[row] -= amount
        some = debts.group[standing[debts.rows] > 0]
        owing = np.zeros(accounts, dtype=bool)
        owing[some // currencies] = True
        out[owing[group[rows] // currencies]] = WHY.index("other_currency")
        if how == "by_reference_only":
            here = np.zeros(int(group.max()) + 2, dtype=bool)
            here[some] = True
            out[here[group[rows]]] = WHY.index("not_named")
    arguing = np.zeros(int(group.max()) + 2, dtype=bool)
    arguing[group[disputed]] = True
    out[arguing[group[rows]]] = WHY.index("disputed")
    return out
