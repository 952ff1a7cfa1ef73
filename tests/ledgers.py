"""Generated ledgers, and a naive reading of them that the tests compare with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import strategies as st

from creditkit.facts.ledger import Allocation, ItemKind, Ledger, OpenItem
from creditkit.facts.rates import Rates
from creditkit.money import Money
from tests import naive_ledger

TODAY = date(2026, 11, 21)
RATES = Rates("CNY", {"USD": "7.1234", "JPY": "0.0471"}, as_of=TODAY)
ACCOUNTS = ("C-1", "C-2", "C-3")

# A strategy is made once and drawn from often: to make it anew and to look it over takes longer than
# to draw from it.

near = st.integers(-500, 30).map(lambda days: TODAY + timedelta(days))
sometime = st.none() | near
minors = st.integers(0, 300) | st.integers(0, 10**7)
disputes = st.none() | st.integers(0, 400)
ends_on = st.integers(0, 2).flatmap(lambda often: st.none() if often else sometime)
named = st.integers(0, 4)
people = st.none() | st.sampled_from(["Li", "Wang"])
signs = st.sampled_from([1, -1])
often = [ItemKind.INVOICE, ItemKind.RECEIPT, ItemKind.CREDIT_NOTE, ItemKind.DEBIT_NOTE]
kinds = st.sampled_from(often) | st.sampled_from(ItemKind)
orders = st.none() | st.sampled_from(["SO-1", "SO-2"])


@cache
@st.composite
def items(draw: st.DrawFn, name: str, currencies: tuple[str, ...] = ("CNY",)) -> OpenItem:
    kind = draw(kinds)
    currency = draw(st.sampled_from(currencies))
    minor = draw(minors) * (kind.sign or draw(signs))
    dispute = draw(disputes)
    return OpenItem(
        id=name,
        account=draw(st.sampled_from(ACCOUNTS)),
        currency=currency,
        kind=kind,
        amount=Money.from_minor(minor, currency),
        doc_date=draw(near),
        due_date=draw(sometime),
        delivery_date=draw(sometime),
        posting_date=draw(sometime),
        disputed=None if dispute is None else Money.from_minor(dispute, currency),
        order=draw(orders),
        salesperson=draw(people),
    )


@cache
@st.composite
def records(
    draw: st.DrawFn, currencies: tuple[str, ...] = ("CNY",), wild: bool = True
) -> tuple[list[OpenItem], list[Allocation]]:
    """Items of three accounts and allocations among them; wild ones tie anything to anything."""
    count = draw(st.integers(0, 12))
    given = [draw(items(f"D{n}", currencies)) for n in range(count)]
    for _ in range(2 if wild and count else 0):
        if draw(st.integers(0, 9)) < 2:
            given.append(draw(items("D0", currencies)))  # a number that is there already
    names = [item.id for item in given] + (["lost"] if wild else [])
    tied = []
    for _ in range(draw(st.integers(0, 10)) if names else 0):
        target = draw(st.sampled_from(names))
        ends = [item for item in given if item.id == target]
        good = [item for item in given if item.amount.minor < 0]
        if not wild and (not good or ends[0].amount.minor < 0 or ends[0].kind.sign < 0):
            continue
        if wild:
            source = draw(st.none() | st.sampled_from(names))
            sources = [item for item in given if item.id == source]
        else:
            sources = [draw(st.sampled_from(good))]
            source = sources[0].id
        currency = ends[0].currency if ends and draw(st.integers(0, 9)) else "CNY"
        if not wild:
            currency = ends[0].currency
        other = sources[0].currency if sources and sources[0].currency != currency else None
        if wild and not draw(st.integers(0, 3)):
            other = draw(st.none() | st.sampled_from(currencies))
        amount = Money.from_minor(draw(st.integers(0 if wild else 1, 400)), currency)
        gives = None
        if other is not None:
            same = other == currency
            gives = amount if same else Money.from_minor(draw(st.integers(1, 400)), other)
        tied.append(
            Allocation(
                source=source,
                target=target,
                currency=currency,
                amount=amount,
                on=draw(sometime),
                undone_on=draw(ends_on),
                unmatched_on=draw(ends_on),
                source_kind=draw(st.none() | kinds) if wild and not draw(named) else None,
                target_kind=draw(st.none() | kinds) if wild and not draw(named) else None,
                source_amount=gives,
            )
        )
    return given, tied


def naive_open(
    given: Sequence[OpenItem],
    tied: Sequence[Allocation],
    as_of: date,
    effective: str,
    exists_by: str = "document",
) -> list[int | None]:
    """What is open of each record; None for what cannot be used or does not exist yet."""
    data = plain_of(Ledger.of(given, tied))
    how: dict[str, Any] = {"effective": effective, "exists_by": exists_by}
    read = naive_ledger.Ledger(data, as_of=as_of, currency="CNY", **how)
    out: list[int | None] = [None] * len(given)
    for item in read.existing():
        out[item["row"]] = item["open"]
    return out


def naive_of(ledger: Ledger, how: Any) -> naive_ledger.Ledger:
    """The naive reading of one customer's ledger under the options of a reading."""
    rates, least = how.get("rates"), fen(how.get("ignore_below", 0))
    rates = None if rates is None else rates.to_dict()
    most = how.get("ignore_most")
    return naive_ledger.Ledger(
        plain_of(ledger),
        **{
            **how,
            "rates": rates,
            "ignore_below": least,
            "ignore_most": None if most is None else fen(most),
        },
    )


def smalls(*minors: int) -> st.SearchStrategy[Decimal]:
    """Amounts below which remainders are left out, as yuan or dollars: so many fen or cents."""
    return st.sampled_from([Decimal(minor).scaleb(-2) for minor in minors])


def in_minor(figures: Mapping[str, Any], currency: str = "CNY") -> dict[str, Any]:
    """The figures of one customer as columns have them: money in minor units of the one currency."""
    money = {name: one for name, one in figures.items() if isinstance(one, Money)}
    assert {one.currency for one in money.values()} <= {currency}
    assert money.keys() in (set(), {"receivables", "overdue", "disputed"})
    return {**figures, **{name: one.minor for name, one in money.items()}}


def fen(amount: Decimal | int) -> int:
    """An amount of two decimals in its minor units."""
    return int(amount * 100)


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
    ties = len(data["allocations"].get("target", ()))
    for _ in range(draw(st.integers(0, 1)) if ties else 0):
        row = draw(st.integers(0, ties - 1))
        fault, value = draw(
            st.sampled_from(
                [("amount", None), ("amount", "-5"), ("on", {"state": "invalid"}),
                 ("undone_on", {"state": "invalid"}), ("target_kind", "loan"), ("currency", "XYZ")]
            )
        )  # fmt: skip
        column = data["allocations"].setdefault(fault, [None] * ties)
        column[row] = value
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
        others = column[:row] + column[row + 1 :]
        if others and {*map(str, others)} == {str(value)}:
            continue  # a column of which no cell can be read is refused
        column[row] = value
    return data
