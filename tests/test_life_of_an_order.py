"""The life of orders in an ERP of tables: what the library counts is what SQL adds up, at every step.

The tables are those of the manual's pages: orders, notes as far as they are not billed, the ledger and
reservations, tied by order number alone. The other side is one statement of SQL that knows none of the
components: what an order comes to (ordered, or delivered, or billed, whichever is most), less what was paid.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditkit as ck

TODAY: Final = date(2026, 11, 21)
UNTIL: Final = date(2026, 11, 28)
POLICY: Final = ck.Policy.standard()
PAGE: Final = Path(__file__).parents[1] / "docs" / "lock-and-reserve.md"

TABLES: Final = """
CREATE TABLE credit_account (id TEXT PRIMARY KEY, line INTEGER);
CREATE TABLE sales_order (id TEXT PRIMARY KEY, ordered INTEGER, replaces TEXT, state TEXT);
CREATE TABLE note (id TEXT PRIMARY KEY, "order" TEXT, amount INTEGER, billed INTEGER DEFAULT 0);
CREATE TABLE bill (id TEXT PRIMARY KEY, "order" TEXT, amount INTEGER);
CREATE TABLE receipt (id TEXT PRIMARY KEY, bill TEXT, amount INTEGER);
CREATE TABLE reservation (
  account TEXT, "order" TEXT, amount INTEGER, until TEXT, PRIMARY KEY (account, "order"));
INSERT INTO credit_account VALUES ('C-1', 10000000);
"""

OWED: Final = """
WITH RECURSIVE
version (id, last) AS (                                -- the order that a number stands for
  SELECT id, id FROM sales_order WHERE state <> 'replaced'
  UNION SELECT sales_order.replaces, version.last FROM version JOIN sales_order ON sales_order.id = version.id
    WHERE sales_order.replaces IS NOT NULL),
gone (id, went) AS (SELECT last, sum(amount) FROM note JOIN version ON version.id = "order" GROUP BY last),
billed (id, came_to) AS (
  SELECT last, sum(amount) FROM bill JOIN version ON version.id = "order" GROUP BY last),
paid (id, cash) AS (
  SELECT last, sum(receipt.amount) FROM receipt JOIN bill ON bill.id = receipt.bill
    JOIN version ON version.id = "order" GROUP BY last),
held (id, amount) AS (
  SELECT "order", amount FROM reservation WHERE until IS NULL OR until > :as_of)
SELECT coalesce(sum(max(
    CASE state WHEN 'open' THEN ordered WHEN 'draft' THEN coalesce(held.amount, 0) ELSE 0 END,
    coalesce(went, 0), coalesce(came_to, 0)) - coalesce(cash, 0)), 0)
FROM sales_order LEFT JOIN gone USING (id) LEFT JOIN billed USING (id) LEFT JOIN paid USING (id)
  LEFT JOIN held USING (id) WHERE state <> 'replaced'
"""


OPEN_ORDERS: Final = """
WITH RECURSIVE version (id) AS (                       -- with the versions before, so that the chain is whole
  SELECT id FROM sales_order WHERE state = 'open'
  UNION SELECT replaces FROM version JOIN sales_order USING (id) WHERE replaces IS NOT NULL)
SELECT id FROM version
"""


def statements(language: str) -> list[str]:
    """The statements of SQL that the manual writes for a database."""
    block = re.search(
        rf'=== "{language}"\n\n    ```sql\n(.*?)```', PAGE.read_text("utf-8"), re.DOTALL
    )
    assert block is not None
    text = re.sub(r"--.*", "", block[1])
    return [one.strip() for one in text.split(";") if one.strip()]


BEGIN, READ, RESERVE, _, _, _OPEN, RELEASE, _, LAPSE = statements("SQLite")


def money(minor: int) -> str:
    return str(Decimal(minor).scaleb(-2))


class Erp:
    """An ERP: its documents, as a clerk writes them, and its rows as facts."""

    def __init__(self, path: str = ":memory:", *, spreads: bool = True, count: int = 0) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self.spreads = spreads  # whether notes of an open order say what of them is billed
        self.count = count

    def number(self) -> str:
        self.count += 1
        return str(self.count)  # each kind has the numbers of all others

    @contextmanager
    def locked(self) -> Iterator[None]:
        self.db.execute(BEGIN)
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    # What a clerk does

    def draft(self, number: str, amount: int, replaces: str | None = None) -> None:
        self.db.execute(
            "INSERT INTO sales_order VALUES (?, ?, ?, 'draft')", (number, amount, replaces)
        )

    def reserve(self, number: str, until: date = UNTIL) -> None:
        amount = self.one("SELECT ordered FROM sales_order WHERE id = ?", number)
        values = {"account": "C-1", "order": number, "amount": amount, "until": str(until)}
        with self.locked():
            self.db.execute(RESERVE, values)

    def open(self, number: str) -> None:
        replaced = self.one("SELECT replaces FROM sales_order WHERE id = ?", number)
        with self.locked():
            self.db.execute(_OPEN, {"order": number})
            self.db.execute("UPDATE sales_order SET state = 'replaced' WHERE id = ?", (replaced,))
            self.db.execute(RELEASE, {"account": "C-1", "order": number, "replaced": replaced})

    def raise_to(self, number: str, amount: int) -> None:
        self.db.execute("UPDATE sales_order SET ordered = ? WHERE id = ?", (amount, number))

    def cancel(self, number: str) -> None:
        """Nothing more goes out; what went out and was billed stays."""
        self.spread(number)
        with self.locked():
            self.db.execute("UPDATE sales_order SET state = 'closed' WHERE id = ?", (number,))
            self.db.execute(RELEASE, {"account": "C-1", "order": number, "replaced": None})

    def ship(self, order: str, amount: int, number: str | None = None) -> None:
        self.db.execute(
            'INSERT INTO note (id, "order", amount) VALUES (?, ?, ?)',
            (number or self.number(), order, amount),
        )
        if self.spreads:
            self.spread(order)

    def bill(self, order: str, amount: int, number: str | None = None) -> str:
        number = number or self.number()
        self.db.execute("INSERT INTO bill VALUES (?, ?, ?)", (number, order, amount))
        if self.spreads:
            self.spread(order)
        return number

    def returned(self, order: str, amount: int) -> None:
        """Goods that were billed come back: a credit note, and their notes have to say that they were."""
        self.spread(order)
        self.db.execute("INSERT INTO bill VALUES (?, ?, ?)", (self.number(), order, -amount))
        self.db.execute(
            'INSERT INTO note (id, "order", amount, billed) VALUES (?, ?, ?, ?)',
            (self.number(), order, -amount, -amount),
        )

    def spread(self, order: str) -> None:
        """What is billed of an order is of its oldest notes first, also where it was billed ahead."""
        family = [order]
        while former := self.one("SELECT replaces FROM sales_order WHERE id = ?", family[-1]):
            family.append(str(former))
        marks = ", ".join("?" * len(family))
        left = self.amount(
            f'SELECT sum(amount) FROM bill WHERE amount > 0 AND "order" IN ({marks})', *family
        )
        notes = self.db.execute(
            f'SELECT id, amount FROM note WHERE amount > 0 AND "order" IN ({marks}) ORDER BY rowid',
            family,
        ).fetchall()
        for note, amount in notes:
            self.db.execute("UPDATE note SET billed = ? WHERE id = ?", (min(left, amount), note))
            left -= min(left, amount)

    def pay(self, bill: str, amount: int) -> None:
        self.db.execute("INSERT INTO receipt VALUES (?, ?, ?)", (self.number(), bill, amount))

    # What the host hands to the library

    def one(self, query: str, *values: object) -> object:
        row = self.db.execute(query, values).fetchone()
        return row[0]

    def amount(self, query: str, *values: object) -> int:
        return int(str(self.one(query, *values) or 0))

    def order(self, number: str) -> ck.Order:
        """The whole order, whatever went out of it."""
        ordered, replaces = self.db.execute(
            "SELECT ordered, replaces FROM sales_order WHERE id = ?", (number,)
        ).fetchone()
        return ck.Order(id=number, currency="CNY", amount=money(ordered), replaces=replaces)

    def ledger(self) -> ck.Ledger:
        items = [
            ck.OpenItem(
                id=number, account="C-1", currency="CNY", kind="invoice" if amount > 0 else "credit_note",
                amount=money(amount), doc_date=TODAY, due_date=UNTIL, order=order)
            for number, order, amount in self.db.execute('SELECT id, "order", amount FROM bill')
        ]  # fmt: skip
        receipts = self.db.execute("SELECT id, bill, amount FROM receipt").fetchall()
        items += [
            ck.OpenItem(
                id=number, account="C-1", currency="CNY", kind="receipt",
                amount=money(-amount), doc_date=TODAY)
            for number, _, amount in receipts
        ]  # fmt: skip
        return ck.Ledger.of(items, [
            ck.Allocation(source=number, target=bill, currency="CNY", amount=money(amount), on=TODAY)
            for number, bill, amount in receipts
        ])  # fmt: skip

    def account(self, as_of: date = TODAY) -> ck.CreditAccount:
        opened = self.db.execute(OPEN_ORDERS).fetchall()
        notes = self.db.execute(
            'SELECT id, "order", amount - billed FROM note WHERE amount > billed'
        ).fetchall()
        held = self.db.execute(READ, {"account": "C-1", "as_of": str(as_of)}).fetchall()
        line = self.amount("SELECT line FROM credit_account")
        return ck.CreditAccount(
            line=ck.CreditLine(
                currency="CNY", amount=money(line), approved_by="anna", approved_on=date(2026, 1, 5)),
            grade="AA", ledger=self.ledger(), open_orders=[self.order(number) for (number,) in opened],
            deliveries=[
                ck.Delivery(id=number, order=order, currency="CNY", amount=money(amount))
                for number, order, amount in notes],
            reservations=[
                ck.Reservation(order=order, currency="CNY", amount=money(amount), until=until)
                for order, amount, until in held],
            advances=[], blocked=False, insolvency=False,
        )  # fmt: skip

    def owed(self, as_of: date = TODAY) -> int:
        return int(self.db.execute(OWED, {"as_of": str(as_of)}).fetchone()[0])

    def exposure(self, as_of: date = TODAY) -> int:
        total = POLICY.exposure(self.account(as_of), as_of=as_of).total
        assert total is not None
        return total.minor

    def check(self, order: ck.Order, event: str) -> tuple[ck.Verdict, int]:
        """The verdict, and what the account comes to with the document."""
        verdict = POLICY.check(order, self.account(), event=event, as_of=TODAY)
        line = verdict.checks[0]
        assert line.id == "LINE" and isinstance(line.left, ck.Money)
        return verdict, line.left.minor


@pytest.fixture
def erp() -> Iterator[Erp]:
    made = Erp(count=500)
    made.db.executescript(TABLES)
    yield made
    made.db.close()


def test_the_manual_writes_the_same_for_every_database() -> None:
    """The statements of one database stand for those of the others, but for their locks and quotes."""
    plain = [
        re.sub(r"\s+", " ", one).replace("excluded", "EXCLUDED") for one in statements("SQLite")
    ]
    for language in ("PostgreSQL", "MariaDB"):
        others = [
            re.sub(r"\s+", " ", one).replace("`", '"').removesuffix(" FOR UPDATE")
            for one in statements(language)
            if not one.startswith("SELECT 1 FROM credit_account")
        ]
        assert [
            one.split(" ON ")[0] for one in others if "BEGIN" not in one and "START" not in one
        ] == [one.split(" ON ")[0] for one in plain if "BEGIN" not in one]
        assert all(
            "FOR UPDATE" in one for one in statements(language) if one.startswith("SELECT 1")
        )


def test_the_life_of_two_orders(erp: Erp) -> None:
    """Step by step, with what the exposure has to be, which SQL adds up as well."""

    def comes_to(yuan: int, as_of: date = TODAY) -> None:
        assert erp.owed(as_of) == yuan * 100
        assert erp.exposure(as_of) == yuan * 100

    comes_to(0)
    erp.draft("1", 30_000_00)
    comes_to(0)  # a draft takes nothing
    erp.reserve("1")
    comes_to(30_000)
    comes_to(0, as_of=UNTIL)  # the reservation has lapsed
    erp.reserve("1")  # checked once more: one reservation
    comes_to(30_000)
    erp.open("1")
    comes_to(30_000)
    assert erp.amount("SELECT count(*) FROM reservation") == 0
    erp.ship("1", 12_000_00, "1")  # a note of the order's own number
    comes_to(30_000)
    erp.bill("1", 20_000_00, "1")  # 12,000 after and 8,000 ahead of delivery
    comes_to(30_000)
    erp.pay("1", 5_000_00)
    comes_to(25_000)
    erp.ship("1", 8_000_00, "2")  # what was billed ahead
    comes_to(25_000)
    erp.ship("1", 10_000_00, "3")
    comes_to(25_000)
    erp.bill("1", 10_000_00, "2")
    comes_to(25_000)
    erp.returned("1", 4_000_00)  # it will be delivered once more, as the order is open
    comes_to(25_000)
    erp.cancel("1")  # it will not
    comes_to(21_000)
    # an order is split: another version of it for less, and a second order for the rest
    erp.draft("7", 40_000_00)
    erp.open("7")
    comes_to(61_000)
    erp.ship("7", 6_000_00, "71")
    erp.draft("8", 25_000_00, replaces="7")
    erp.draft("9", 15_000_00)
    erp.open("8")
    comes_to(46_000)  # the note of 7 is of 8
    erp.reserve("9")
    comes_to(61_000)
    erp.open("9")
    erp.bill("7", 6_000_00, "72")
    comes_to(61_000)
    erp.cancel("8")
    comes_to(42_000)  # 6,000 of it were billed
    erp.cancel("9")
    comes_to(27_000)
    erp.pay("1", 15_000_00)
    erp.pay("2", 6_000_00)
    erp.pay("72", 6_000_00)
    comes_to(0)


Step = tuple[str, int]

MINORS = st.integers(1, 60_00)
LATER = st.sampled_from(["ship", "bill", "pay", "return", "replace", "cancel"])
STARTS = st.sampled_from([["open"], ["reserve", "open"], ["reserve"], []])


@st.composite
def lives(draw: st.DrawFn) -> list[Step]:
    """Steps of one order; most are of an order that is open."""
    names = draw(STARTS) + draw(st.lists(LATER, min_size=2, max_size=9))
    return [(name, draw(MINORS)) for name in names]


class Life:
    """One order, driven by steps; what it comes to is kept here, without a table and without the library."""

    def __init__(self, ordered: int, *, spreads: bool) -> None:
        self.erp = Erp(spreads=spreads)
        self.erp.db.executescript(TABLES)
        self.number, self.ordered, self.state = "1", ordered, "draft"
        self.went = self.billed = self.paid = 0
        self.bills: dict[str, int] = {}
        self.erp.draft("1", ordered)

    @property
    def comes_to(self) -> int:
        """The larger of what is ordered and what is gone, less what is paid."""
        ordered = 0 if self.state in ("draft", "closed") else self.ordered
        return max(ordered, self.went, self.billed) - self.paid

    def step(self, name: str, minor: int) -> None:
        """A step, where it can be done: an order is raised before more goes out, and none is overpaid."""
        erp, number = self.erp, self.number
        if name == "reserve" and self.state == "draft":
            erp.reserve(number)
            self.state = "reserved"
        elif name == "open" and self.state in ("draft", "reserved"):
            erp.open(number)
            self.state = "open"
        elif name == "ship" and self.state == "open":
            self.ordered = max(self.ordered, self.went + minor)
            erp.raise_to(number, self.ordered)
            erp.ship(number, minor)
            self.went += minor
        elif name == "bill" and self.state == "open":
            self.bills[erp.bill(number, minor)] = minor
            self.billed += minor
        elif name == "pay" and self.bills:
            bill = max(self.bills, key=self.bills.__getitem__)
            if minor := min(minor, self.bills[bill]):
                erp.pay(bill, minor)
                self.bills[bill] -= minor
                self.paid += minor
        elif name == "return" and self.state == "open":
            if minor := min(minor, self.went, self.billed):
                erp.returned(number, minor)
                self.went -= minor
                self.billed -= minor
        elif name == "replace" and self.state == "open":
            self.number = str(int(number) + 1000)
            self.ordered = max(minor, self.went)
            erp.draft(self.number, self.ordered, replaces=number)
            erp.open(self.number)
        elif name == "cancel" and self.state == "open" and self.billed <= self.went:
            erp.cancel(number)  # what was billed ahead would have to be credited first
            self.state = "closed"


@given(st.integers(1, 100_00), lives(), st.booleans())
def test_an_order_weighs_the_same_all_its_life(
    ordered: int, steps: list[Step], spreads: bool
) -> None:
    """Also where the notes of an open order do not say what of them is billed: its number is enough."""
    life = Life(ordered, spreads=spreads)
    for name, minor in steps:
        life.step(name, minor)
        assert life.erp.exposure() == life.erp.owed() == life.comes_to
    life.erp.db.close()


@given(st.integers(1, 100_00), lives(), st.booleans(), MINORS)
def test_a_document_under_test_and_the_rest_are_the_whole(
    ordered: int, steps: list[Step], spreads: bool, minor: int
) -> None:
    """Exposure and what an order, its next delivery or invoice asks for: the order less payments."""
    life = Life(ordered, spreads=spreads)
    for name, amount in steps:
        life.step(name, amount)
    erp, number = life.erp, life.number
    if life.state != "closed":
        paid, gone = life.paid, max(life.went, life.billed)
        assert erp.check(erp.order(number), "order")[1] == max(life.ordered, gone) - paid
    if life.state == "open":
        fresh = (
            "next"
            if number in life.bills or erp.one("SELECT max(id = ?) FROM note", number)
            else number
        )
        if rest := life.ordered - life.went:
            note = ck.Order(
                id=fresh, of_order=number, currency="CNY", amount=money(min(minor, rest))
            )
            assert erp.check(note, "ship")[1] == life.comes_to
        bill = ck.Order(id=fresh, of_order=number, currency="CNY", amount=money(minor))
        billed = life.billed + minor
        assert erp.check(bill, "invoice")[1] == max(life.ordered, life.went, billed) - paid
    erp.db.close()


# Two clerks at once


def sell(
    path: str, order: ck.Order, gate: threading.Barrier, out: list[ck.Verdict], begin: str
) -> None:
    """Lock, read, check, reserve, as the manual says; or with another BEGIN."""
    erp = Erp(path)
    gate.wait()
    erp.db.execute(begin)
    try:
        verdict, _ = erp.check(order, "order")
        if verdict.outcome.goes:
            erp.db.execute(RESERVE, {
                "account": "C-1", "order": order.id, "amount": order.amount.minor, "until": str(UNTIL)
            })  # fmt: skip
        erp.db.execute("COMMIT")
        out.append(verdict)
    finally:
        erp.db.close()


def test_two_clerks_at_once_never_overdraw(tmp_path: Path) -> None:
    """Each of six orders would go alone on a line of 100,000; whoever comes first, three go."""
    path = str(tmp_path / "erp.sqlite")
    erp = Erp(path)
    erp.db.executescript(TABLES)
    orders = [ck.Order(id=f"{number}", currency="CNY", amount="30000") for number in range(6)]
    for order in orders:
        erp.draft(order.id, order.amount.minor)
    verdicts: list[ck.Verdict] = []
    gate = threading.Barrier(2)
    for pair in zip(orders[::2], orders[1::2], strict=True):
        threads = [
            threading.Thread(target=sell, args=(path, order, gate, verdicts, BEGIN))
            for order in pair
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(verdict.outcome.goes for verdict in verdicts) == [False] * 3 + [True] * 3
    assert erp.exposure() == erp.owed() == 90_000_00
    erp.db.close()


def test_a_plain_begin_does_not_lock(tmp_path: Path) -> None:
    """Why the manual says BEGIN IMMEDIATE: both have read before either writes, and one cannot write."""
    path = str(tmp_path / "erp.sqlite")
    erp = Erp(path)
    erp.db.executescript(TABLES)
    erp.draft("1", 80_000_00)
    erp.draft("2", 80_000_00)
    clerks = [Erp(path), Erp(path)]
    for clerk, number in zip(clerks, "12", strict=True):
        clerk.db.execute("PRAGMA busy_timeout = 1")
        clerk.db.execute("BEGIN")
        assert clerk.check(clerk.order(number), "order")[0].outcome.goes
    values = {"account": "C-1", "amount": 80_000_00, "until": str(UNTIL)}
    clerks[0].db.execute(RESERVE, {**values, "order": "1"})
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        clerks[1].db.execute(RESERVE, {**values, "order": "2"})
    for clerk in (*clerks, erp):
        clerk.db.close()


def test_lapsed_rows_are_deleted_on_their_day(erp: Erp) -> None:
    erp.draft("1", 500_00)
    erp.reserve("1")
    for day, left in ((date(2026, 11, 27), 1), (UNTIL, 0)):
        erp.db.execute(LAPSE, {"as_of": str(day)})
        assert erp.amount("SELECT count(*) FROM reservation") == left
