"""Generated ledgers, and a naive reading of them that the tests compare with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import strategies as st

from creditkit.facts.ledger import Allocation, ItemKind, Ledger, OpenItem
from creditkit.facts.rates import Rates
from creditkit.money import Money

TODAY = date(2026, 11, 21)
RATES = Rates("CNY", {"USD": "7.1234", "JPY": "0.0471"}, as_of=TODAY)
ACCOUNTS = ("C-1", "C-2", "C-3")

# A strategy is made once and drawn from often: to make it anew and to look it over takes longer than
# to draw from it.

near = st.integers(-500, 30).map(lambda days: TODAY + timedelta(days))
sometime = st.none() | near
minors = st.integers(0, 300) | st.integers(0, 10**7)
disputes = st.none() | st.integers(0, 400)
orders = st.none() | st.sampled_from(["SO-1", "SO-2"])


@cache
@st.composite
def items(draw: st.DrawFn, name: str, currencies: tuple[str, ...] = ("CNY",)) -> OpenItem:
    kind = draw(st.sampled_from(ItemKind))
    currency = draw(st.sampled_from(currencies))
    minor = draw(minors)
    dispute = draw(disputes)
    return OpenItem(
        id=name,
        account=draw(st.sampled_from(ACCOUNTS)),
        currency=currency,
        kind=kind,
        amount=Money.from_minor(kind.sign * minor, currency),
        doc_date=draw(near),
        due_date=draw(sometime),
        delivery_date=draw(sometime),
        disputed=None if dispute is None else Money.from_minor(dispute, currency),
        order=draw(orders),
    )


@cache
@st.composite
def records(
    draw: st.DrawFn, currencies: tuple[str, ...] = ("CNY",), wild: bool = True
) -> tuple[list[OpenItem], list[Allocation]]:
    """Items of three accounts and allocations among them; wild ones tie anything to anything."""
    count = draw(st.integers(0, 12))
    given = [draw(items(f"D{n}", currencies)) for n in range(count)]
    if wild and count and draw(st.integers(0, 9)) == 0:
        given.append(draw(items("D0", currencies)))  # a repeated id
    names = [item.id for item in given] + (["lost"] if wild else [])
    tied = []
    for _ in range(draw(st.integers(0, 10)) if names else 0):
        target = draw(st.sampled_from(names))
        ends = [item for item in given if item.id == target]
        good = [item.id for item in given if item.kind.sign < 0]
        if not wild and (not good or ends[0].kind.sign < 0):
            continue
        source = draw(st.none() | st.sampled_from(names) if wild else st.sampled_from(good))
        currency = ends[0].currency if ends and draw(st.integers(0, 9)) else "CNY"
        if not wild:
            currency = ends[0].currency
        tied.append(
            Allocation(
                source=source,
                target=target,
                currency=currency,
                amount=Money.from_minor(draw(st.integers(1, 400)), currency),
                on=draw(sometime),
                undone_on=draw(sometime),
            )
        )
    return given, tied


def naive_open(
    given: Sequence[OpenItem], tied: Sequence[Allocation], as_of: date, effective: str
) -> list[int | None]:
    """What is open of each record; None for a repeated id or what does not exist yet."""
    times = Counter(item.id for item in given)
    first = {item.id: row for row, item in enumerate(given) if times[item.id] == 1}
    out: list[int | None] = [
        item.amount.minor if item.id in first and item.doc_date <= as_of else None for item in given
    ]
    for tie in tied:
        to = first.get(tie.target)
        by = None if tie.source is None else first.get(tie.source)
        if to is None or given[to].amount.minor < 0 or given[to].currency != tie.currency:
            continue
        if by is not None and (given[by].amount.minor > 0 or given[by].currency != tie.currency):
            continue
        dates = [given[to].doc_date]
        if by is not None:
            dates.append(given[by].doc_date)
        if tie.on is not None and (by is None or effective == "matched"):
            dates.append(tie.on)
        if max(dates) > as_of or (tie.undone_on is not None and tie.undone_on <= as_of):
            continue
        for row, sign in ((to, -1), (by, 1)):
            if row is not None:
                left = out[row]
                assert left is not None
                out[row] = left + sign * tie.amount.minor
    return out


def in_yuan(minor: int, currency: str) -> int:
    """Minor units in fen, half-even, by exact fractions."""
    rate = Fraction(RATES.table[currency]) * Fraction(10) ** (2 - (0 if currency == "JPY" else 2))
    return round(minor * rate)


def plain_of(ledger: Ledger) -> dict[str, Any]:
    """Plain data of a ledger in the order of its rows; `Ledger.to_dict` puts them in its own."""
    data = ledger.to_dict()
    for name, table in (("items", ledger.items), ("allocations", ledger.allocations)):
        data[name] = table.plain_columns() if len(table) else {}
    return data


def columns_of(ledger: Ledger) -> Ledger:
    """The same ledger, made from columns, its rows in the same order."""
    return Ledger.from_dict(plain_of(ledger))


def corrupted(draw: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Plain data of a ledger with some rows that cannot be read."""
    rows = len(data["items"].get("id", ()))
    for _ in range(draw(st.integers(0, 2)) if rows else 0):
        row = draw(st.integers(0, rows - 1))
        fault, value = draw(
            st.sampled_from(
                [("doc_date", None), ("currency", "XYZ"), ("amount", None), ("kind", "loan"),
                 ("due_date", {"state": "invalid"}), ("id", "D1"), ("account", None),
                 ("amount", "-7"), ("disputed", {"state": "invalid"})]
            )
        )  # fmt: skip
        column = data["items"].setdefault(fault, [None] * rows)
        column[row] = value
    return data
