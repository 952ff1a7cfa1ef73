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

SIGN = {
    **dict.fromkeys(("invoice", "debit_note", "instalment", "retention"), 1),
    **dict.fromkeys(("returned_payment", "refund", "recovery"), 1),
    **dict.fromkeys(("credit_note", "receipt", "bill_receivable", "write_off"), -1),
    **dict.fromkeys(("opening_balance", "exchange_difference"), 0),
}
TO_PAY = ("invoice", "debit_note", "instalment", "retention")
SALES = (*TO_PAY, "credit_note")
CREDITS = ("credit_note", "exchange_difference")
NEVER_DUE = ("refund", "recovery")
PAYING = ("receipt", "opening_balance", "bill_receivable")
DATES = ("doc_date", "due_date", "delivery_date", "acceptance_date", "posting_date")

BALANCES = ("receivables", "overdue", "disputed", "oldest_overdue_days", "overdue_share")
TURNOVER = ("dso", "countback_dso")
HABITS = ("settled_count", "on_time_share", "average_days_late")
NAMES = (*BALANCES, *TURNOVER, *HABITS)

YEAR = 365
MONTHS = 12


class Ledger:
    """The ledger as it is read at ``as_of``: what is open of each item, in its own currency.

    A row that cannot be read is in no sum and makes the account's figures not known. So does a number
    that two rows of a kind have; which of them is right is not known, and neither counts. So does an
    allocation of the account that cannot be read, and a returned payment of which nobody knows which
    payment came back.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        as_of: date,
        currency: str,
        rates: Any = None,
        ignore_below: int = 0,
        ignore_most: int | None = None,
        ignore_disputed: bool = True,
        effective: str = "documents",
        exists_by: str = "document",
        variant: str = "with_overdue",
    ) -> None:
        self.as_of, self.currency, self.rates = as_of, currency, rates
        self.ignore_below, self.ignore_disputed = ignore_below, ignore_disputed
        self.most = 10 * ignore_below if ignore_most is None else ignore_most
        self.effective, self.exists_by, self.variant = effective, exists_by, variant
        self.remainders = data.get("open_as_of") is not None
        mine, others = rows_of(data["items"]), rows_of(data.get("outside", {}))
        read = [
            {**item_of(row, exists_by, True), "row": place}
            for place, row in enumerate(mine)
            if self.readable(row)
        ]
        self.documents = read + [item_of(row, exists_by, False) for row in others]
        times = Counter(identity(item) for item in self.documents)
        for item in self.documents:
            item["twice"] = times[identity(item)] > 1
        self.broken = len(read) < len(mine) or any(item["twice"] for item in read)
        self.ties: list[dict[str, Any]] = []
        for row in rows_of(data.get("allocations", {})):
            self.allocate(row)
        self.match_anew()
        self.come_back()
        self.list = [item for item in read if not item["twice"] and not item["lost"]]
        self.items = {item["id"]: item for item in self.list if owed_side(item)}
        for tie in self.ties:
            self.apply(tie)
        for item in self.list:
            if item["open"] < 0:  # what came back of a payment and is free of it is no cash
                item["open"] = min(0, item["open"] + item["came_back"])
            if item["kind"] == "exchange_difference":
                item["open"] = 0

    def readable(self, row: Mapping[str, Any]) -> bool:
        """Whether a row says all that it must: whose, what, how much and when."""
        sign, currency = SIGN.get(row.get("kind") or ""), row.get("currency")
        needed = ("id", "account", "amount", "doc_date", *["open_amount"] * self.remainders)
        if sign is None or currency not in DIGITS or any(row.get(name) is None for name in needed):
            return False
        if not all(is_date(row.get(name)) for name in DATES):
            return False
        if isinstance(row.get("disputed"), Mapping):  # a cell that could not be read
            return False
        return sign * float(row["amount"]) >= 0 and float(row.get("disputed") or 0) >= 0

    # Which documents an allocation ties

    def named(self, name: Any, kind: Any, owed: bool) -> tuple[Any, list[Any]]:
        """The document of one end; and, where that cannot be read, those that it may mean."""
        every = [item for item in self.documents if item["id"] == name]
        here = [item for item in every if owed_side(item) is owed]
        there = [item for item in every if owed_side(item) is not owed]
        if kind is None and len({item["kind"] for item in here}) > 1:
            return None, here
        found = [item for item in here if kind in (None, item["kind"])]
        if len(found) == 1:
            return found[0], []
        return None, [] if found else [item for item in there if kind in (None, item["kind"])]

    def allocate(self, row: Mapping[str, Any]) -> None:
        """A part of a credit set against a receivable: what the target loses its source gives.

        One to or from a document that is not there moves nothing. One that cannot be read makes the
        accounts that it ties not known.
        """
        kinds = [row.get("source_kind"), row.get("target_kind")]
        known = [kind if kind in SIGN else None for kind in kinds]
        target, may_be = self.named(row["target"], known[1], True)
        source = None
        if row.get("source") is not None:
            source, others = self.named(row["source"], known[0], False)
            may_be = may_be + others
        bad = bool(may_be) or row["currency"] not in DIGITS or known != kinds
        bad = bad or not all(is_date(row.get(on)) for on in ("on", "undone_on", "unmatched_on"))
        amount, given = row.get("amount"), row.get("source_amount")
        bad = bad or not is_amount(amount) or (given is not None and not is_amount(given))
        bad = bad or (target is not None and target["currency"] != row["currency"])
        if not bad:
            amount = minor_of(amount, row["currency"])
            if source is None:
                given = amount
            elif source["currency"] == row["currency"]:
                bad = given is not None and minor_of(given, row["source_currency"]) != amount
                given = amount
            else:
                bad = given is None or row["source_currency"] != source["currency"]
                given = 0 if bad else minor_of(given, row["source_currency"])
        if bad:
            ends = [*may_be, *(end for end in (source, target) if end is not None)]
            self.broken = self.broken or any(item["mine"] for item in ends)
            return
        lost = target is None or (row.get("source") is not None and source is None)
        if lost or not amount or target["twice"] or (source is not None and source["twice"]):
            return
        kind = known[0] if source is None else source["kind"]
        other = day(row.get("on")) if source is None else source["day"]
        undone, unmatched = day(row.get("undone_on")), day(row.get("unmatched_on"))
        ends = [one for one in (undone, unmatched) if one is not None]
        until = min(ends) if ends else None
        paying = kind is None or kind in PAYING or (kind == "write_off" and source is not None)
        self.ties.append(
            {
                "source": source,
                "target": target,
                "amount": amount,
                "given": given,
                "since": max(target["day"], other or target["day"]),
                "on": day(row.get("on")),
                "until": until,
                "back": until is not None and undone == until and paying,
                "kind": kind or "receipt",
            }
        )

    # Cash that was matched anew, and payments that came back

    def of(self, source: Any) -> list[dict[str, Any]]:
        """The allocations of one payment."""
        return [tie for tie in self.ties if tie["source"] is source]

    def match_anew(self) -> None:
        """Cash that was freed and matched to another document pays it from the matching date on."""
        for tie in self.ties:
            if tie["source"] is not None and tie["on"] is not None:
                freed = [one["until"] for one in self.of(tie["source"]) if one["until"] is not None]
                if freed and tie["on"] >= min(freed):
                    tie["since"] = max(tie["since"], tie["on"])

    def come_back(self) -> None:
        """From a returned payment on, the payment that came back gives nothing any more.

        A return that nobody set against its payment is that of the one payment that it can be.
        """
        bare = [
            item
            for item in self.documents
            if item["mine"] and item["kind"] == "returned_payment" and not item["twice"]
            and not any(one["target"] is item and one["at_once"] for one in self.with_days())
        ]  # fmt: skip
        notes = [
            item
            for item in self.documents
            if item["mine"] and item["kind"] == "debit_note" and not item["twice"]
            and not any(one["target"] is item for one in self.ties)
        ]  # fmt: skip
        undone = self.undone()
        may_be = {}
        for item in bare:
            if item["amount"]:
                wanted = (item["account"], item["currency"], item["amount"], item["day"])
                ends = [end for end, what in undone if what == wanted]
                may_be[id(item)] = ends or [
                    (id(one), one, one["day"])
                    for one in self.documents
                    if one["kind"] in PAYING and not one["twice"]
                    and (one["account"], one["currency"], -one["amount"]) == wanted[:3]
                    and one["day"] <= item["day"]
                    and not any(self.is_return(tie) for tie in self.of(one))
                ]  # fmt: skip
        asked = Counter(end[0] for ends in may_be.values() for end in ends)
        pairs = []
        for item in bare:
            ends = may_be.get(id(item))
            if ends is not None and len(ends) == 1 and asked[ends[0][0]] == 1:
                pairs.append((item, ends[0]))
            elif ends is not None:
                item["lost"] = self.broken = True
        for item in notes:
            wanted = (item["account"], item["currency"], item["amount"], item["day"])
            alike = [one for one in notes if (one["account"], one["currency"], one["amount"], one["day"]) == wanted]  # noqa: E501  # fmt: skip
            ends = [end for end, what in undone if what == wanted]
            if item["amount"] and len(alike) == 1 == len(ends) and not asked[ends[0][0]]:
                pairs.append((item, ends[0]))
        for item, (_, source, on) in pairs:
            self.ties.append(
                {
                    "source": source,
                    "target": item,
                    "amount": item["amount"],
                    "given": item["amount"],
                    "since": max(item["day"], on),
                    "on": None,
                    "until": None,
                    "back": False,
                    "kind": "receipt",
                }
            )
        for payment in self.documents:
            self.displace(payment)

    def with_days(self) -> list[dict[str, Any]]:
        """The allocations, and whether they count from their target's own day."""
        out = []
        for tie in self.ties:
            days = [
                tie["target"]["day"],
                tie["on"] if tie["source"] is None else tie["source"]["day"],
            ]
            last = max(one for one in days if one is not None)
            out.append({**tie, "at_once": last == tie["target"]["day"]})
        return out

    def undone(self) -> list[Any]:
        """What came back, by payment and day: ``((key, payment, day), what)``."""
        sums: dict[Any, Any] = {}
        for place, tie in enumerate(self.ties):
            source = tie["source"]
            if tie["back"] and (source is None or source["kind"] in PAYING):
                doc = tie["target"] if source is None else source
                key = ("row", place) if source is None else id(source)
                at = sums.setdefault((key, tie["until"]), [source, doc, 0])
                at[2] += tie["given"]
        return [
            ((key, source, on), (doc["account"], doc["currency"], total, on))
            for (key, on), (source, doc, total) in sums.items()
        ]

    def is_return(self, tie: Mapping[str, Any]) -> bool:
        """Whether an allocation sets a returned payment against the payment that came back."""
        target, source = tie["target"], tie["source"]
        if target["kind"] != "returned_payment" or tie["until"] is not None or source is None:
            return False
        return bool(source["day"] <= target["day"])

    def displace(self, payment: Mapping[str, Any]) -> None:
        """End what a payment that came back had paid, the oldest debt first, as far as it must be."""
        mine = self.of(payment)
        returns = sorted((tie for tie in mine if self.is_return(tie)), key=lambda tie: tie["since"])
        left = abs(payment["amount"])
        for tie in returns:
            left -= tie["given"]
            others = [
                one for one in mine
                if not any(one is back for back in returns)
                and (one["until"] is None or one["until"] > tie["since"])
            ]  # fmt: skip
            over = sum(one["given"] for one in others) - left
            for one in sorted(others, key=age_of):
                if 0 < over < one["given"]:  # a part of it came back, the other has paid as before
                    minor = one["amount"] * over // one["given"]
                    self.ties.append({**one, "amount": minor, "given": over, "until": tie["since"],
                                      "back": False})  # fmt: skip
                    one["amount"], one["given"] = one["amount"] - minor, one["given"] - over
                    over = 0
                elif over > 0:
                    one["until"], one["back"] = tie["since"], False
                    over -= one["given"]

    def apply(self, tie: Mapping[str, Any]) -> None:
        """What an allocation does at the date of the reading."""
        source, target = tie["source"], tie["target"]
        if tie["until"] is not None and tie["until"] <= self.as_of:
            if tie["back"] and source is not None and source["day"] <= self.as_of:
                source["came_back"] += tie["given"]
            return
        since = tie["since"]
        if self.effective == "matched" and tie["on"] is not None:
            since = max(since, tie["on"])
        if since > self.as_of:
            return
        target["open"] -= tie["amount"]
        met = since
        if tie["kind"] == "bill_receivable" and source is not None:
            met = max(since, source["due_date"])
        target["paid"].append((met, tie["amount"], tie["kind"]))
        if source is not None:
            source["open"] += tie["given"]

    def existing(self) -> Iterator[dict[str, Any]]:
        """The items that exist: a document of tomorrow does not exist yet."""
        return (item for item in self.list if item["day"] <= self.as_of)

    def minor(self, minor: int, currency: str) -> int:
        """Minor units in the currency of the reading; of nothing no rate is needed."""
        return converted(minor, currency, self.currency, self.rates) if minor else 0

    # The figures

    def figures(self) -> dict[str, Any]:
        """Every figure by name; None where it is not known."""
        out = dict.fromkeys(NAMES)
        if self.broken:
            return out
        for work in (self.habits, self.balances, self.turnover):
            found = if_known(work, out) or {}
            out.update({name: value for name, value in found.items() if name in out})
        return out

    def balances(self, _known: Mapping[str, Any]) -> dict[str, Any]:
        """What is owed; and what is overdue, once credits and cash are set against the oldest items.

        What is in dispute is left out of the overdue (where the policy says so), and then what is
        left of an item below ``ignore_below``. Due today is not overdue.
        """
        receivables, disputed, cash, tested = self.owed()
        overdue = oldest = 0
        passed = 0  # of small remainders, the oldest first, up to a sum
        for item, left in tested:  # of one day the smaller first
            paid = min(cash, left)
            cash -= paid
            left -= paid
            if item["due_date"] >= self.as_of:
                continue
            if left < self.ignore_below:
                small = min(left, self.most - passed)
                passed += small
                left -= small
            if left > 0:
                overdue += left
                oldest = max(oldest, (self.as_of - item["due_date"]).days)
        if max(abs(receivables), overdue, disputed) > LARGEST:
            raise NotKnown("64 bits")
        share = State.UNDEFINED if receivables <= 0 else float(overdue) / float(receivables)
        return dict(zip(BALANCES, (receivables, overdue, disputed, oldest, share), strict=True))

    def owed(self) -> tuple[int, int, int, list[Any]]:
        """The balance, what is in dispute, free cash, and what tests count of each item, oldest first."""
        receivables = disputed = cash = 0
        tested = []
        for item in self.existing():
            if item["open"] == 0:
                continue
            owed = converted(item["open"], item["currency"], self.currency, self.rates)
            receivables += owed
            if item["kind"] in NEVER_DUE or owed <= 0:
                cash -= owed  # what was sent back takes of it
                continue
            argued = min(item["disputed"], max(item["open"], 0))
            argued = converted(argued, item["currency"], self.currency, self.rates)
            disputed += argued
            left = owed - argued if self.ignore_disputed else owed
            if left > 0:
                tested.append((item, left))
        tested.sort(
            key=lambda one: tuple(
                one[0][name] for name in ("due_date", "day", "amount", "id", "kind")
            )
        )
        return receivables, disputed, max(0, cash), tested

    def turnover(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Days of sales that are not paid: over 365 days, and by counting calendar months back."""
        owed = known["receivables"]
        if owed is None or self.remainders:
            return {}
        out: dict[str, Any] = {}
        sales = [item for item in self.existing() if item["kind"] in SALES]
        year = [item for item in sales if (self.as_of - item["day"]).days < YEAR]
        sold = self.total(year)
        if sold is not None:
            days = float(max(owed, 0)) / float(sold) * float(YEAR) if sold > 0 else State.UNDEFINED
            out["dso"] = days
        months = []
        for ago in range(MONTHS):
            then, month = divmod(self.as_of.year * 12 + self.as_of.month - 1 - ago, 12)
            mine = [
                item for item in sales if (item["day"].year, item["day"].month) == (then, month + 1)
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

        Weighed by what was to be paid: the amount less what was credited, without what is in dispute
        and without trifles; early counts as 0 days. What was written off was not paid. Free cash pays
        what is oldest, as for tests of overdue.
        """
        if self.remainders or self.overdrawn():
            return {}
        if any(item["open"] < 0 for item in self.existing()):
            self.spend()
        count = 0
        late_days: list[tuple[int | None, int, bool]] = []
        for item in self.existing():
            if item["kind"] not in TO_PAY:
                continue
            every = item["paid"] + item["free"]
            credited = sum(minor for _, minor, kind in every if kind in CREDITS)
            lost = sum(minor for _, minor, kind in every if kind == "write_off")
            payable = item["amount"] - credited
            if payable <= 0:
                continue
            argued = min(item["disputed"], payable) if self.ignore_disputed else 0
            wholly = 0 < argued == payable  # counted where it is settled, weighed nowhere
            claim = 0 if wholly else argued
            paying = [(on, minor) for on, minor, kind in every if kind in PAYING]
            so_far = [(on, minor) for on, minor in paying if on <= self.as_of]
            left = payable - sum(minor for _, minor in so_far)
            ends = [on for on, _ in so_far] + [on for on in [item["covered"]] if on is not None]
            old = not ends or (self.as_of - max(ends)).days >= YEAR
            if old and left <= claim:
                continue
            matched = [(on, minor) for on, minor, kind in item["paid"] if kind in PAYING]
            cash = [(on, minor) for on, minor in matched if on <= self.as_of]
            overdue = item["due_date"] < self.as_of and self.variant == "with_overdue"
            lost = lost if self.variant == "with_overdue" else 0
            if not every and not overdue:
                continue
            weight = if_known(self.minor, payable - argued, item["currency"])
            if not wholly and weight is not None and weight < self.ignore_below:
                continue
            settled = self.settled_on(item, payable, claim, cash)
            if settled is None and len(so_far) > len(cash) and self.passes(item, left, claim):
                settled = max(ends)
            if settled is not None and item["covered"] is not None:
                settled = min(settled, item["covered"])
            timely = False
            if settled is not None:
                if (self.as_of - settled).days >= YEAR:
                    continue
                if item["kind"] == "debit_note" and settled <= item["day"]:
                    continue  # out of money that was there before it
                count += 1
                late = max(0, (settled - item["due_date"]).days)
                timely = late == 0
            elif payable - sum(minor for _, minor in paying) <= claim:
                continue  # by a bill that is not met yet
            elif overdue or (lost and left - lost <= claim):
                late = max(0, (self.as_of - item["due_date"]).days)
            else:
                continue
            if not wholly:
                late_days.append((weight, late, timely))
        known = [(weight, late, timely) for weight, late, timely in late_days if weight is not None]
        whole = sum(weight for weight, _, _ in known)
        simple = sum(late for _, late, _ in late_days)
        out: dict[str, Any] = {"settled_count": count}
        if late_days:
            out["simple_days_late"] = float(simple) / float(len(late_days))
        if len(known) < len(late_days) or not whole:
            return out
        on_time = sum(weight for weight, _, timely in known if timely)
        weighed = sum(weight * late for weight, late, _ in known)
        share, average = float(on_time) / float(whole), float(weighed) / float(whole)
        return {**out, **dict(zip(HABITS, (count, share, average), strict=True))}

    def overdrawn(self) -> bool:
        """Whether some money gave more than it had: then nobody knows what it has paid."""
        over = [item for item in self.existing() if item["open"] > 0 and item["amount"] <= 0]
        return any(self.minor(o["open"], o["currency"]) >= max(1, self.ignore_below) for o in over)

    def spend(self) -> None:
        """Set what is free against the oldest items, the earliest first.

        What was sent back to the customer took the first of it.
        """
        _, _, pool, tested = self.owed()
        held, free = 0, []
        order = ("receipt", "bill_receivable", "write_off")
        for item in self.existing():
            owed = converted(item["open"], item["currency"], self.currency, self.rates)
            if owed <= 0 and item["open"] < 0:
                kind = item["kind"] if item["kind"] in order else "receipt"
                on = item["day"]
                if kind == "bill_receivable":
                    on = max(on, item["due_date"])
                parts = [(on, -owed)]
                if item["amount"] >= 0 and item["paid"]:  # paid too much, each part when it came
                    parts, paid, told = [], 0, 0
                    for then, minor, _ in sorted(item["paid"], key=lambda one: one[:2]):
                        paid += minor
                        over = min(max(0, paid - item["amount"]), -item["open"])
                        upto = -owed * over // -item["open"]
                        parts.append((max(on, then), upto - told))
                        told = upto
                for then, part in parts:
                    free.append([then, order.index(kind), part])
            elif item["kind"] in NEVER_DUE:
                held += owed
        if not pool:
            return
        free.sort()
        for credit in free:
            taken = min(held, credit[2])
            held -= taken
            credit[2] -= taken
        free = [credit for credit in free if credit[2]]
        self.cover([(credit[0], credit[2]) for credit in free])
        for item, left in tested:
            argued = min(item["disputed"], item["open"]) if self.ignore_disputed else 0
            own, done = item["open"] - argued, 0
            for credit in free:
                part = min(credit[2], left - done)
                if part > 0:
                    minor = own * (done + part) // left - own * done // left
                    item["free"].append((max(credit[0], item["day"]), minor, order[credit[1]]))
                    done += part
                    credit[2] -= part

    def cover(self, cash: list[tuple[date, int]]) -> None:
        """The first day on which the free money of that day was enough for an item and all older ones."""
        items = [
            item
            for item in self.existing()
            if item["amount"] > 0 and SIGN[item["kind"]] >= 0 and item["kind"] not in NEVER_DUE
            and item["kind"] != "exchange_difference"
        ]  # fmt: skip
        items.sort(
            key=lambda one: (one["due_date"], one["day"], one["amount"], one["id"], one["kind"])
        )
        days = {on for on, _ in cash}
        for item in items:
            days |= {min(on, self.as_of) for on, _, kind in item["paid"] if kind not in CREDITS}
        first = min((on for on, _ in cash), default=None)
        for on in sorted(one for one in days if first is not None and first <= one <= self.as_of):
            pool = sum(minor for then, minor in cash if then <= on)
            need = 0
            for item in items:
                need += self.tested_on(item, on)
                if need - pool <= max(0, self.ignore_below - 1) and item["covered"] is None:
                    item["covered"] = max(on, item["day"])

    def tested_on(self, item: Mapping[str, Any], on: date) -> int:
        """What tests counted of an item on a day, in the currency of the reading."""
        left = item["amount"]
        for then, minor, kind in item["paid"]:
            if kind in CREDITS or min(then, self.as_of) <= on:
                left -= minor
        left = max(0, left)
        argued = min(item["disputed"], left) if self.ignore_disputed else 0
        try:
            parts = [self.minor(one, item["currency"]) for one in (left, argued)]
        except NotKnown:
            return 0
        return max(0, parts[0] - parts[1])

    def settled_on(self, item: Any, payable: int, claim: int, cash: list[Any]) -> date | None:
        """The first day from which on no more is open than what is in dispute, or a trifle."""
        for on in sorted({then for then, _ in cash}):
            if self.passes(item, payable - sum(minor for then, minor in cash if then <= on), claim):
                return on
        return None

    def passes(self, item: Any, left: int, claim: int) -> bool:
        """Whether no more is left of an item than what is in dispute, or a trifle."""
        argued = min(claim, max(left, 0))
        if left <= argued or not self.ignore_below:
            return left <= argued
        parts = [
            converted(one, item["currency"], self.currency, self.rates) for one in (left, argued)
        ]
        return parts[0] - parts[1] < self.ignore_below


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


def item_of(row: Mapping[str, Any], exists_by: str, mine: bool) -> dict[str, Any]:
    """A row with its money in minor units and its dates as dates; due on its date where none is said.

    ``day`` is that from which it exists.
    """
    currency, doc = row["currency"], date.fromisoformat(row["doc_date"])
    amount, opened = minor_of(row["amount"], currency), row.get("open_amount")
    posted = day(row.get("posting_date")) if exists_by == "posting" else None
    never = (
        date.max if row["kind"] == "bill_receivable" else None
    )  # on no known day it has not paid
    return {
        "id": row["id"],
        "account": row["account"],
        "order": row.get("order"),
        "document": row.get("document"),
        "kind": row["kind"],
        "currency": currency,
        "amount": amount,
        "open": amount if opened is None else minor_of(opened, currency),
        "disputed": minor_of(row.get("disputed") or 0, currency),
        "day": posted or doc,
        "due_date": day(row.get("due_date")) or never or doc,
        "paid": [],
        "free": [],
        "covered": None,
        "came_back": 0,
        "lost": False,
        "mine": mine,
    }


def owed_side(item: Mapping[str, Any]) -> bool:
    """Whether an item stands on the side of what is owed."""
    sign = SIGN[item["kind"]]
    return sign > 0 or (sign == 0 and item["amount"] >= 0)


def identity(item: Mapping[str, Any]) -> tuple[Any, ...]:
    """What no two items have in common."""
    return item["kind"], item["id"], owed_side(item)


def age_of(tie: Mapping[str, Any]) -> tuple[Any, ...]:
    """The oldest debt first."""
    target = tie["target"]
    return target["due_date"], target["day"], tie["amount"], target["id"]


def is_amount(cell: Any) -> bool:
    """Whether a cell is an amount that is not below zero."""
    try:
        return float(cell) >= 0
    except (TypeError, ValueError):
        return False


def is_date(text: Any) -> bool:
    """Whether a cell is empty or a date of the calendar."""
    try:
        return text is None or date.fromisoformat(text) - timedelta(0) is not None
    except (TypeError, ValueError):
        return False
