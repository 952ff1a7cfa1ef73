"""A naive reading of one customer's ledger at a date: every figure that a check can name.

From the plain columns of a ledger, row by row and in Python integers; nothing of creditkit is imported.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from tests.naive_plain import (
    DIGITS,
    LARGEST,
    NotKnown,
    State,
    converted,
    day,
    if_known,
    minor_of,
)

SIGN = {"invoice": 1, "debit_note": 1, "credit_note": -1, "receipt": -1}
SALES = ("invoice", "credit_note")  # a debit note is a returned payment or interest, and no sale
DATES = ("doc_date", "due_date", "delivery_date", "acceptance_date", "posting_date")

BALANCES = ("receivables", "overdue", "disputed", "oldest_overdue_days", "overdue_share")
TURNOVER = ("dso", "countback_dso")
HABITS = ("settled_count", "on_time_share", "average_days_late")
NAMES = (*BALANCES, *TURNOVER, *HABITS)

YEAR = 365
MONTHS = 12


class Ledger:
    """The ledger as it is read at ``as_of``: what is open of each item, in its own currency.

    A row that cannot be read is in no sum and makes the account's figures not known. So does an id
    that two rows have; which of them is right is not known, and neither counts.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        as_of: date,
        currency: str,
        rates: Any = None,
        ignore_below: int = 0,
        ignore_disputed: bool = True,
    ) -> None:
        self.as_of, self.currency, self.rates = as_of, currency, rates
        self.ignore_below, self.ignore_disputed = ignore_below, ignore_disputed
        self.remainders = data.get("open_as_of") is not None
        mine, others = rows_of(data["items"]), rows_of(data.get("outside", {}))
        read = [row for row in mine if self.readable(row)]
        times = Counter(row["id"] for row in (*read, *others))
        self.items = {row["id"]: item_of(row) for row in read if times[row["id"]] == 1}
        self.elsewhere = {row["id"]: item_of(row) for row in others if times[row["id"]] == 1}
        self.broken = len(self.items) < len(mine)
        for tie in rows_of(data.get("allocations", {})):
            self.allocate(tie)

    def readable(self, row: Mapping[str, Any]) -> bool:
        """Whether a row says all that it must: whose, what, how much and when."""
        sign, currency = SIGN.get(row.get("kind") or ""), row.get("currency")
        needed = ("id", "account", "amount", "doc_date", *["open_amount"] * self.remainders)
        if sign is None or currency not in DIGITS or any(row.get(name) is None for name in needed):
            return False
        if not all(is_date(row.get(name)) for name in DATES):
            return False
        return sign * float(row["amount"]) >= 0 and float(row.get("disputed") or 0) >= 0

    def allocate(self, tie: Mapping[str, Any]) -> None:
        """A part of a credit set against a receivable: what the target loses its source gets.

        It counts from the later date of the two documents on, until the day on which it is undone.
        One to nothing, in another currency or the wrong way moves nothing.
        """
        if tie.get("amount") is None or not all(is_date(tie.get(on)) for on in ("on", "undone_on")):
            return
        target, source = self.named(tie["target"]), self.named(tie.get("source"))
        if target is None or target["currency"] != tie["currency"] or target["amount"] < 0:
            return
        if source is not None and (source["currency"] != tie["currency"] or source["amount"] > 0):
            return
        # ODD: a source that is not in the ledger moves its target all the same, from the matching
        # date on: an allocation from nothing makes credit out of nothing
        other = day(tie.get("on")) if source is None else source["doc_date"]
        since = max(target["doc_date"], other or target["doc_date"])
        undone = day(tie.get("undone_on"))
        if since > self.as_of or (undone is not None and undone <= self.as_of):
            return
        amount = minor_of(tie["amount"], tie["currency"])
        target["open"] -= amount
        target["paid"].append((since, amount, source is not None and source["kind"]))
        if source is not None:
            source["open"] += amount

    def named(self, name: str | None) -> Any:
        """The item of an id, of this customer or of another."""
        return self.items.get(name or "", self.elsewhere.get(name or ""))

    def existing(self) -> Iterator[dict[str, Any]]:
        """The items that exist: a document of tomorrow does not exist yet."""
        return (item for item in self.items.values() if item["doc_date"] <= self.as_of)

    def minor(self, minor: int, currency: str) -> int:
        """Minor units in the currency of the reading; of nothing no rate is needed."""
        return converted(minor, currency, self.currency, self.rates) if minor else 0

    def open_of(self, name: str) -> int:
        """What is open of one document; 0 where the ledger does not have it."""
        if name not in self.items:
            return 0
        if self.broken:
            raise NotKnown(name)
        item = self.items[name]
        if item["doc_date"] > self.as_of:
            return 0  # ODD: what is posted with tomorrow's date has nothing open
        # ODD: here nothing needs a rate, too
        return converted(item["open"], item["currency"], self.currency, self.rates)

    # The figures

    def figures(self) -> dict[str, Any]:
        """Every figure by name; None where it is not known."""
        out = dict.fromkeys(NAMES)
        if self.broken:
            return out
        for work in (self.habits, self.balances, self.turnover):
            out.update(if_known(work, out) or {})
        return out

    def balances(self, _known: Mapping[str, Any]) -> dict[str, Any]:
        """What is owed; and what is overdue, once credits and cash are set against the oldest items.

        What is in dispute is left out of the overdue (where the policy says so), and then what is
        left of an item below ``ignore_below``. Due today is not overdue.
        """
        receivables = disputed = cash = 0
        tested: list[tuple[date, date, int, str, int]] = []
        for item in self.existing():
            if item["open"] == 0:
                continue
            owed = converted(item["open"], item["currency"], self.currency, self.rates)
            argued = min(item["disputed"], max(item["open"], 0))
            argued = converted(argued, item["currency"], self.currency, self.rates)
            receivables += owed
            if owed <= 0:
                cash -= owed
                continue
            disputed += argued
            left = owed - argued if self.ignore_disputed else owed
            if left > 0:
                tested.append((item["due_date"], item["doc_date"], left, item["id"], argued))
        overdue = oldest = 0
        for due, _, left, _, _ in sorted(tested):  # of one day the smaller first
            paid = min(cash, left)
            cash -= paid
            # ODD: however many items lie below ignore_below, none of them is overdue
            if due < self.as_of and left > paid and left - paid >= self.ignore_below:
                overdue += left - paid
                oldest = max(oldest, (self.as_of - due).days)
        if max(abs(receivables), overdue, disputed) > LARGEST:
            raise NotKnown("64 bits")
        share = State.UNDEFINED if receivables <= 0 else float(overdue) / float(receivables)
        return dict(zip(BALANCES, (receivables, overdue, disputed, oldest, share), strict=True))

    def turnover(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Days of sales that are not paid: over 365 days, and by counting calendar months back."""
        owed = known["receivables"]
        if owed is None or self.remainders:
            return {}
        out: dict[str, Any] = {}
        sales = [item for item in self.existing() if item["kind"] in SALES]
        year = [item for item in sales if (self.as_of - item["doc_date"]).days < YEAR]
        sold = self.total(year)
        if sold is not None:
            days = float(max(owed, 0)) / float(sold) * float(YEAR) if sold > 0 else State.UNDEFINED
            out["dso"] = days
        months = []
        for ago in range(MONTHS):
            then, month = divmod(self.as_of.year * 12 + self.as_of.month - 1 - ago, 12)
            mine = [
                item
                for item in sales
                if (item["doc_date"].year, item["doc_date"].month) == (then, month + 1)
            ]
            length = self.as_of.day if ago == 0 else calendar.monthrange(then, month + 1)[1]
            months.append((self.total(mine), length))
        if all(month[0] is not None for month in months):
            out["countback_dso"] = counted_back(owed, months)
        return out

    def total(self, items: list[Any]) -> int | None:
        """The amounts of some documents together; None where one has no rate."""
        found = [if_known(self.minor, item["amount"], item["currency"]) for item in items]
        return None if None in found else sum(minor or 0 for minor in found)

    def habits(self, _known: Mapping[str, Any]) -> dict[str, Any]:
        """How the customer pays: what was settled in 365 days, and what is overdue and open.

        Weighed by amount, without what is in dispute and without trifles; early counts as 0 days.
        What credit notes alone settled is no payment.
        """
        if self.remainders:
            return {}
        count = 0
        late_days: list[tuple[int | None, int]] = []
        for item in self.existing():
            if SIGN[item["kind"]] < 0:
                continue
            argued = min(item["disputed"], item["amount"]) if self.ignore_disputed else 0
            wholly = 0 < argued == item["amount"]  # counted where it is settled, weighed nowhere
            claim = 0 if wholly else argued
            paid = item["paid"]
            cash = [on for on, _, kind in paid if kind != "credit_note"]
            old = not cash or (self.as_of - max(on for on, _, _ in paid)).days >= YEAR
            if old and item["open"] <= min(claim, max(item["open"], 0)):
                continue
            weight = if_known(self.minor, item["amount"] - argued, item["currency"])
            if not wholly and weight is not None and weight < self.ignore_below:
                continue
            settled = self.settled_on(item, claim)
            if settled is not None:
                if not any(on <= settled for on in cash) or (self.as_of - settled).days >= YEAR:
                    continue
                count += 1
                late = max(0, (settled - item["due_date"]).days)
            elif item["due_date"] < self.as_of:
                late = (self.as_of - item["due_date"]).days
            else:
                continue
            if not wholly:
                late_days.append((weight, late))
        known = [(weight, late) for weight, late in late_days if weight is not None]
        whole = sum(weight for weight, _ in known)
        if len(known) < len(late_days) or not whole:
            return {"settled_count": count}
        timely = sum(weight for weight, late in known if not late)
        weighed = sum(weight * late for weight, late in known)
        share, average = float(timely) / float(whole), float(weighed) / float(whole)
        return dict(zip(HABITS, (count, share, average), strict=True))

    def settled_on(self, item: Mapping[str, Any], claim: int) -> date | None:
        """The first day from which on no more is open than what is in dispute, or a trifle."""
        days: set[date] = {on for on, _, _ in item["paid"]}
        for on in sorted(days):
            left = item["amount"] - sum(minor for then, minor, _ in item["paid"] if then <= on)
            argued = min(claim, max(left, 0))
            if left <= argued:
                return on
            if self.ignore_below:
                parts = [
                    converted(one, item["currency"], self.currency, self.rates)
                    for one in (left, argued)
                ]
                if parts[0] - parts[1] < self.ignore_below:
                    return on
        return None


def counted_back(owed: int, months: list[Any]) -> float:
    """Take the latest month's sales off the balance and count its days, then the month before.

    A month without sales counts whole, one that the rest does not fill pro rata.
    """
    rest, total = float(owed), 0.0
    for sold, length in months:
        if rest <= 0:
            break
        if sold > 0 and rest < float(sold):
            return total + rest / float(sold) * float(length)
        total += float(length)
        rest -= float(max(sold, 0))
    return total


def rows_of(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """Plain columns as rows."""
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def item_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its money in minor units and its dates as dates; due on its date where none is said."""
    currency, doc = row["currency"], date.fromisoformat(row["doc_date"])
    amount, opened = minor_of(row["amount"], currency), row.get("open_amount")
    return {
        "id": row["id"],
        "order": row.get("order"),
        "kind": row["kind"],
        "currency": currency,
        "amount": amount,
        "open": amount if opened is None else minor_of(opened, currency),
        "disputed": minor_of(row.get("disputed") or 0, currency),
        "doc_date": doc,
        "due_date": day(row.get("due_date")) or doc,
        "paid": [],
    }


def is_date(text: Any) -> bool:
    """Whether a cell is empty or a date of the calendar."""
    try:
        return text is None or date.fromisoformat(text) - timedelta(0) is not None
    except ValueError:
        return False
