"""A naive reading of `watch`: the raw policy, plain months, and plain loops over them, top-down.

It shares nothing with the library and imports nothing of it. A month is the plain data of a month's
record. Ratios are floats, worked out from the left to the right; thresholds of money, days and counts
are compared exactly. A rule that is odd is written as it is and marked ODD.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor, inf
from typing import Any, NamedTuple

from tests.naive_plain import (
    CATALOGUE,
    LARGEST,
    LINE_STATES,
    State,
    converted,
    exact,
    if_known,
    minor_of,
    money,
)

SEVERITIES = ("warning", "serious")
DSO_MONTHS = 12
LEAST_MONTHS = 2

Fact = Mapping[str, Any]

STATES = ("invalid", "missing", "known")
"""What a value of a month can be, the worst first; invalid is without a rate, or of another kind."""


class Cell(NamedTuple):
    """A value of a month and its state."""

    state: str
    value: Any = None


def watch(
    policy: Fact,
    months: Iterable[Fact],
    *,
    as_of: date,
    rates: Fact | None = None,
    own: Mapping[str, Fact] | None = None,
) -> dict[str, Any]:
    """Every alert, the most severe first, and what could not be judged of whom.

    Judged is the last month that ended by ``as_of``. ``own`` are figures of the host's: name to kind
    and better.
    """
    rows = list(months)
    customers = sorted({row["account"] for row in rows if row["account"] is not None})
    book = Book(policy, placed(rows), last_month(as_of), rates, own or {})
    alerts, not_judged = [], []
    for customer in customers:
        for place, indicator in enumerate(book.indicators):
            found = book.figure(indicator, customer)
            if found.why is not None:
                not_judged.append((customer, indicator["id"], found.why, found.missing))
                continue
            severity, threshold = book.reached(indicator, found.value)
            # what is not material raises nothing; a balance that is not known may be
            if severity is None or book.immaterial(indicator, customer):
                continue
            rank = (-SEVERITIES.index(severity), customer, place)
            alert = {
                "customer": customer,
                "indicator": indicator["id"],
                "severity": severity,
                "value": State.UNDEFINED if found.value == inf else found.value,
                "threshold": threshold,
                "evidence": found.evidence,
            }
            alerts.append((rank, alert))
    alerts.sort(key=lambda ranked: ranked[0])  # then by customer, then in the policy's order
    return {
        "month_end": month_end(last_month(as_of)),
        "customers": customers,
        "alerts": [alert for _, alert in alerts],
        "not_judged": not_judged,
    }


# ------------------------------------------------------------------------------------ the months


def last_month(as_of: date) -> int:
    """The last month that ended by a date, as a number of months."""
    month = as_of.year * 12 + as_of.month - 1
    return month if as_of == month_end(month) else month - 1


def month_end(month: int) -> date:
    """The last day of a month."""
    year, at = divmod(month, 12)
    return date(year, at + 1, calendar.monthrange(year, at + 1)[1])


def placed(rows: Sequence[Fact]) -> dict[tuple[str, int], Fact]:
    """The months by account and number of the month.

    One without an account, on a day that ends no month, or twice of an account is set aside: of two
    of one month neither counts.
    """
    found = []
    for row in rows:
        if row["account"] is None or row["month_end"] is None:
            continue
        end = date.fromisoformat(row["month_end"])
        month = end.year * 12 + end.month - 1
        if end == month_end(month):
            found.append(((row["account"], month), row))
    times = Counter(key for key, _ in found)
    return {key: row for key, row in found if times[key] == 1}


class Found(NamedTuple):
    """A figure of a customer with what it was made of; or why there is none, and what is missing."""

    value: Any = None
    evidence: Mapping[str, Any] = {}
    why: str | None = None
    missing: tuple[str, ...] = ()


def lacking(inputs: Mapping[str, Cell]) -> Found | None:
    """Why a figure cannot be worked out: what is invalid comes before what is missing."""
    worst = min((cell.state for cell in inputs.values()), key=STATES.index)
    missing = tuple(name for name, cell in inputs.items() if cell.state != "known")
    return Found(why=f"watch.{worst}", missing=missing) if missing else None


class Book:
    """The months of all customers, and the indicators of a policy over them."""

    def __init__(
        self,
        policy: Fact,
        months: Mapping[tuple[str, int], Fact],
        latest: int,
        rates: Fact | None,
        own: Mapping[str, Fact],
    ) -> None:
        self.months, self.latest, self.rates = months, latest, rates
        self.currency = policy["currency"]
        self.unit = minor_of(1, self.currency)
        self.grades = [row["id"] for row in policy["grades"]["rows"]]
        self.indicators = policy.get("monitoring", {}).get("indicators", ())
        catalogue = {
            **CATALOGUE,
            **{name: (one["kind"], one["better"]) for name, one in own.items()},
        }
        self.kinds = {name: kind for name, (kind, _) in catalogue.items()}
        self.high = {name for name, (_, better) in catalogue.items() if better == "high"}

    def given(self, customer: str, ago: int, name: str) -> Any:
        """What the host gave: a month's own field, or another figure with it; None without a month."""
        row = self.months.get((customer, self.latest - ago))
        return None if row is None else row.get(name, row["figures"].get(name))

    def cell(self, customer: str, ago: int, name: str) -> Cell:
        """The same in the policy's currency; a line that says inherit is not known here.

        Money is converted by one table of rates, whatever the month, so that a turn of the exchange
        is not taken for one of the customer.
        """
        value = self.given(customer, ago, name)
        if name == "line" and value in LINE_STATES:
            state = LINE_STATES[value]
            return Cell("missing" if state is State.INHERIT else "known", state)
        text = value["money"] if isinstance(value, Mapping) else value
        if not isinstance(text, str) or name == "grade":
            return Cell("missing" if value is None else "known", value)
        minor = if_known(converted, *money(text), self.currency, self.rates)
        return Cell("invalid") if minor is None else Cell("known", minor)

    def of_kind(self, customer: str, ago: int, name: str) -> Cell:
        """The same as its figure's kind has it; what is of another kind is invalid."""
        cell, kind = self.cell(customer, ago, name), self.kinds[name]
        if cell.state != "known":
            return cell
        if isinstance(self.given(customer, ago, name), str | Mapping) != (kind == "money"):
            return Cell("invalid")
        if kind == "float":
            return Cell("known", float(cell.value))
        if isinstance(cell.value, float):
            whole = cell.value == floor(cell.value) and abs(cell.value) < 2.0**53
            return Cell("known", int(cell.value)) if whole else Cell("invalid")
        return cell

    # The figures

    def figure(self, indicator: Fact, customer: str) -> Found:
        """An indicator's figure of a customer, for the month that is judged."""
        ways: Mapping[str, Callable[[str, int], Found]] = {
            "utilisation": self.utilisation,
            "dso_rise": self.dso_rise,
            "grade_fall": self.grade_fall,
        }
        if indicator["figure"] in ways:
            return ways[indicator["figure"]](customer, indicator.get("months", 12))
        return self.as_given(customer, indicator["figure"])

    def utilisation(self, customer: str, _months: int) -> Found:
        """Exposure / line: without a line beyond any threshold, unless nothing is owed."""
        exposure, line = self.cell(customer, 0, "exposure"), self.cell(customer, 0, "line")
        why = lacking({"exposure": exposure, "line": line})
        if why is not None:
            return why
        granted = float({State.NONE: 0, State.UNLIMITED: inf}.get(line.value, line.value))
        owed = float(exposure.value)
        value = owed / granted + 0.0 if granted > 0 else inf if owed > 0 else 0.0
        return Found(value, {"exposure": exposure.value, "line": line.value})

    def dso_rise(self, customer: str, months: int) -> Found:
        """DSO by countback / its own mean over the months before it.

        Months that are not known are left out of the mean, and two of them at least have to be
        known. Countback that reaches a month that is not known says nothing.
        """
        owed = self.cell(customer, 0, "receivables")
        sales = [self.cell(customer, ago, "sales") for ago in range(DSO_MONTHS)]
        worst = min(sales, key=lambda cell: STATES.index(cell.state))
        why = lacking({"receivables": owed})
        if why is None and self.dso(customer, 0) is None:
            why = lacking({"sales": worst})
        if why is not None:
            return why
        latest = self.dso(customer, 0)
        assert latest is not None
        before = [self.dso(customer, ago) for ago in range(1, months + 1)]
        known = [days for days in before if days is not None]
        if len(known) < LEAST_MONTHS:
            return Found(why="watch.missing", missing=("dso",))
        total = 0.0
        for days in known:
            total += days
        mean = total / float(len(known))
        if mean <= 0:
            return Found(why="watch.undefined")
        evidence = {"dso": latest, "mean": mean, "months": len(known), "receivables": owed.value}
        return Found(latest / mean, evidence)

    def dso(self, customer: str, ago: int) -> float | None:
        """Of how many days the sales are unpaid at the end of a month, counted back over twelve."""
        owed = self.cell(customer, ago, "receivables")
        if owed.state != "known" or (ago and owed.value <= 0):
            return None
        rest, total = float(owed.value), 0.0
        for back in range(ago, ago + DSO_MONTHS):
            if rest <= 0:
                break
            sold = self.cell(customer, back, "sales")
            if sold.state != "known":
                return None
            month = self.latest - back
            days, amount = float((month_end(month) - month_end(month - 1)).days), float(sold.value)
            if amount > 0 and rest < amount:
                return total + rest / amount * days
            total += days
            rest -= max(amount, 0.0)
        return total

    def grade_fall(self, customer: str, months: int) -> Found:
        """How many grades the month's grade lies below the last one that is known before it.

        A grade stands until there is another: in a month without one nothing falls.
        """
        series = [self.cell(customer, ago, "grade").value for ago in range(months + 1)]
        known = [grade for grade in series if grade is not None]
        if any(grade not in self.grades for grade in known[:2]):
            return Found(why="watch.invalid", missing=("grade",))
        if len(known) < 2:
            return Found(why="watch.missing", missing=("grade",))
        after, before = (self.grades.index(grade) for grade in known[:2])
        fall = max(0, after - before) if series[0] is not None else 0
        return Found(fall, {"before": known[1], "after": known[0]})

    def as_given(self, customer: str, name: str) -> Found:
        """A figure of the month as it stands; beside it that of the month before."""
        now, before = (self.of_kind(customer, ago, name) for ago in (0, 1))
        return lacking({name: now}) or Found(now.value, {"before": before.value})

    # Thresholds

    def reached(self, indicator: Fact, value: Any) -> tuple[str | None, Any]:
        """The most severe threshold that a value reaches, inclusive, and what it was compared with.

        What is better high alerts at or below it, anything else at or above it.
        """
        name = indicator["figure"]
        found: tuple[str | None, Any] = (None, None)
        # ODD: an unlimited line is taken for the largest amount of 64 bits
        states = {State.NONE: 0, State.UNLIMITED: LARGEST}
        value = states.get(value, value)
        for severity in SEVERITIES:
            if severity not in indicator:
                continue
            bound: Any = exact(indicator[severity])
            if self.kinds[name] == "float":
                bound = float(bound)  # the nearest float
            elif self.kinds[name] == "money":
                bound *= self.unit
            if value <= bound if name in self.high else value >= bound:
                found = (severity, self.told(bound, name))
        return found

    def told(self, bound: Any, name: str) -> Any:
        """A threshold as it is told: in whole units, of which the last that reaches it."""
        if not isinstance(bound, Fraction):
            return bound
        whole = floor(bound) if name in self.high else ceil(bound)
        return max(-LARGEST, min(whole, LARGEST))

    def immaterial(self, indicator: Fact, customer: str) -> bool:
        """Whether so little is owed at the end of the month that nobody needs to look."""
        owed = self.cell(customer, 0, "receivables")
        if "materiality" not in indicator or owed.state != "known":
            return False
        return bool(owed.value < minor_of(indicator["materiality"], self.currency))
