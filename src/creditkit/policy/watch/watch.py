"""The evaluator of `watch`: a policy's indicators over tables of monthly figures.

The month that is judged is the last one that ended by ``as_of``; where a customer has no row for
it, nothing that it needs is known. All money is in the policy's currency by one table of rates, so
that a turn of the exchange is not taken for one of the customer. A threshold is inclusive and read
by the figure's better side: what is better low alerts at or above it, what is better high at or
below it. Exact quantities are compared exactly, floats with the nearest float64 of the threshold.

One customer is a table of one: the months of many lie month-major, and the formulas of `watch` run
over columns of customers, block by block.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping, Sequence
from math import ceil, floor
from typing import Any, Final, TypeAlias, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats, blocks
from creditkit._columns import Codes, State
from creditkit._fields import Kind, kinds
from creditkit._plain import Deferred
from creditkit.canonical import digest
from creditkit.facts.monthly import MonthFigures, MonthlyFigures
from creditkit.figures import UNDEFINED, Figure, FigureKind
from creditkit.money import LARGEST, Money, currency_digits
from creditkit.policy.document import Document
from creditkit.policy.figures.facts import Measure
from creditkit.policy.figures.of_months import Grid, Months, States
from creditkit.policy.identity import Identity
from creditkit.policy.sections.monitoring import Indicator
from creditkit.policy.watch.alert import SEVERITIES, Alert, Severity, Watched
from creditkit.policy.watch.alerts import Alerts
from creditkit.reasons import Reason
from creditkit.receivables.turnover import countback_dso
from creditkit.watch.indicators import dso_rise, grade_fall, utilisation

__all__ = ["watch_months"]

DSO_MONTHS: Final = 12
"""How many months' sales the countback of a month goes through at most."""

QUANTITIES: Final = (Kind.MONEY, Kind.LINE, Kind.WHOLE)
"""The kinds of a month's own fields that can be watched as they stand."""

_WHY: Final = {
    State.UNKNOWN: "watch.missing",
    State.UNDEFINED: "watch.undefined",
    State.INVALID: "watch.invalid",
}


@attrs.frozen(kw_only=True)
class Measured(abc.ABC):
    """An indicator's figure for every customer: values, what they were made of, how to tell of one.

    ``inputs`` are the states of what it needs; ``undefined`` marks values without a meaning.
    """

    months: Months
    values: npt.NDArray[Any]
    inputs: Mapping[str, States]
    undefined: npt.NDArray[np.bool_] | None = None

    def states(self) -> States:
        """KNOWN, UNKNOWN, UNDEFINED or INVALID for each customer."""
        out: States = np.maximum.reduce([plain_states(states) for states in self.inputs.values()])
        if self.undefined is not None:
            out[(out == State.KNOWN) & self.undefined] = State.UNDEFINED
        return out

    def value(self, customer: int) -> Any:
        """The figure of one customer."""
        return self.values[customer].item()

    @abc.abstractmethod
    def reason(self, customer: int) -> tuple[str, dict[str, Any]]:
        """A code and its evidence for one customer."""


def plain_states(states: States) -> States:
    """What cannot be used as UNKNOWN or INVALID; a line to be inherited is not known here."""
    bad = (states == State.INVALID) | (states == State.OUT_OF_RANGE)
    unknown = (states == State.UNKNOWN) | (states == State.INHERIT)
    return np.where(bad, State.INVALID, np.where(unknown, State.UNKNOWN, 0)).astype(np.uint8)


# The figures that are watched.


class _Utilisation(Measured):
    def reason(self, customer: int) -> tuple[str, dict[str, Any]]:
        months = self.months
        return "alert.no_line" if np.isinf(self.values[customer]) else "alert.utilisation", {
            "exposure": months.money(months.grid("exposure"), 0, customer),
            "line": months.money(months.grid("line"), 0, customer),
        }


def _utilisation(months: Months, _indicator: Indicator, _grades: Sequence[str]) -> Measured:
    owed, line = months.grid("exposure"), months.grid("line")
    values = np.empty(len(months.customers))
    with np.errstate(all="ignore"):
        for block in blocks(len(values)):
            states = line.states[0, block]
            granted = line.floats(0, block)
            granted[states == State.NONE] = 0.0
            granted[states == State.UNLIMITED] = np.inf
            values[block] = utilisation(cast(Any, owed.floats(0, block)), cast(Any, granted))
    inputs = {"exposure": owed.states[0], "line": line.states[0]}
    return _Utilisation(months=months, values=values, inputs=inputs)


@attrs.frozen(kw_only=True)
class _DsoRise(Measured):
    latest: Floats
    mean: Floats
    known: Floats

    def reason(self, customer: int) -> tuple[str, dict[str, Any]]:
        months = self.months
        return "alert.dso_rise", {
            "dso": float(self.latest[customer]),
            "mean": float(self.mean[customer]),
            "months": int(self.known[customer]),
            "receivables": months.money(months.grid("receivables"), 0, customer),
        }


def _dso_rise(months: Months, indicator: Indicator, _grades: Sequence[str]) -> Measured:
    owed, sold = months.grid("receivables"), months.grid("sales")
    rows, count = len(months.customers), indicator.months + 1
    days = [months.days(month, 1) for month in range(count + DSO_MONTHS - 1)]
    latest, rise, mean, known = (np.empty(rows) for _ in range(4))
    for block in blocks(rows):
        sales = [sold.floats(month, block) for month in range(count + DSO_MONTHS - 1)]
        dso: list[Any] = []
        for month in range(count):
            back, balance = slice(month, month + DSO_MONTHS), owed.floats(month, block)
            slow = countback_dso(balance, sales[back], days[back]).days
            if month:  # where nothing was owed, nothing was paid slowly or quickly
                slow = np.where(balance > 0.0, slow, np.nan)
            dso.append(slow)
        with np.errstate(all="ignore"):
            latest[block] = dso[0]
            rise[block], mean[block], known[block] = dso_rise(dso)
    few = np.isnan(mean)
    worst = np.maximum.reduce([plain_states(states) for states in sold.states[:DSO_MONTHS]])
    unsold = np.isnan(latest) & (owed.states[0] == State.KNOWN)
    inputs = {
        "receivables": owed.states[0],
        "sales": np.where(unsold, worst, 0).astype(np.uint8),  # countback reached a month not known
        "dso": np.where(few & ~np.isnan(latest), State.UNKNOWN, 0).astype(np.uint8),
    }
    return _DsoRise(
        months=months,
        values=rise,
        inputs=inputs,
        undefined=np.isnan(rise),
        latest=latest,
        mean=mean,
        known=known,
    )


@attrs.frozen(kw_only=True)
class _GradeFall(Measured):
    grades: Sequence[str]
    before: Floats
    after: Floats

    def reason(self, customer: int) -> tuple[str, dict[str, Any]]:
        before, after = int(self.before[customer]), int(self.after[customer])
        return "alert.grade_fall", {"before": self.grades[before], "after": self.grades[after]}


def _grade_fall(months: Months, indicator: Indicator, grades: Sequence[str]) -> Measured:
    column, grid = cast(Codes, months.table["grade"]), months.grid("grade")
    rank = {name: float(place) for place, name in enumerate(grades)}
    place = np.array(
        [rank.get(name, -1.0) for name in column.names] + [np.nan]
    )  # -1: no such grade
    rows = len(months.customers)
    fall, before, after = (np.empty(rows) for _ in range(3))
    for block in blocks(rows):
        series: list[Any] = [
            np.where(grid.states[month, block] == 0, place[grid.values[month, block]], np.nan)
            for month in range(indicator.months + 1)
        ]
        fall[block], before[block], after[block] = grade_fall(series)
    foreign = (before < 0.0) | (after < 0.0)
    states = np.where(foreign, State.INVALID, np.where(np.isnan(fall), State.UNKNOWN, 0))
    return _GradeFall(
        months=months,
        values=np.where(states == State.KNOWN, fall, 0.0).astype(np.int64),
        inputs={"grade": states.astype(np.uint8)},
        grades=grades,
        before=before,
        after=after,
    )


@attrs.frozen(kw_only=True)
class _AsGiven(Measured):
    indicator: Indicator
    grid: Grid

    def value(self, customer: int) -> Any:
        return self._of(0, customer)

    def reason(self, customer: int) -> tuple[str, dict[str, Any]]:
        name = self.indicator.figure
        evidence = {"figure": name, "before": self._of(1, customer)}
        own = name == "oldest_overdue_days"
        return "alert.oldest_overdue_days" if own else "alert.figure", evidence

    def _of(self, month: int, customer: int) -> Any:
        if self.indicator.kind is FigureKind.MONEY:
            return self.months.money(self.grid, month, customer)
        if self.grid.states[month, customer] != State.KNOWN:
            return None
        return self.grid.values[month, customer].item()


def _as_given(months: Months, indicator: Indicator, _grades: Sequence[str]) -> Measured:
    """A figure of the table as it stands."""
    name, kind = indicator.figure, indicator.kind
    field = kinds(MonthFigures).get(name, Kind.WHOLE)
    grid = months.grid(name if field in QUANTITIES else "")
    grid = _of_kind(grid, kind, months.is_money(name))
    values, states = grid.values[0], grid.states[0]
    values = np.where(states == State.UNLIMITED, LARGEST, np.where(states == 0, values, 0))
    return _AsGiven(
        months=months, values=values, inputs={name: states}, indicator=indicator, grid=grid
    )


def _of_kind(grid: Grid, kind: FigureKind, money: bool) -> Grid:
    """The grid in the numbers of the figure's kind; a value of another kind is INVALID."""
    known: Any = grid.states == State.KNOWN
    values, bad = grid.values, np.zeros(known.shape, dtype=bool)
    if money != (kind is FigureKind.MONEY):
        bad = known
    elif kind.exact and values.dtype.kind == "f":
        clean = np.where(known, values, 0.0)
        bad = (clean != np.floor(clean)) | (np.abs(clean) >= 2.0**53)
        values = np.where(bad, 0.0, clean).astype(np.int64)
    elif kind.floating:
        values = values.astype(np.float64)
    return Grid(values, np.where(bad, State.INVALID, grid.states).astype(np.uint8))


_Way: TypeAlias = "Callable[[Months, Indicator, Sequence[str]], Measured]"
WAYS: Final[Mapping[str, _Way]] = {
    "utilisation": _utilisation,
    "dso_rise": _dso_rise,
    "grade_fall": _grade_fall,
}
"""How a figure is worked out from the months; any other is taken from the table as it stands."""


# Thresholds, and the alerts.


@attrs.frozen(kw_only=True)
class Trigger:
    """The thresholds of an indicator as they are compared; ``below``: alerts at or below them."""

    below: bool
    bounds: Mapping[Severity, int | float]

    def severities(self, values: npt.NDArray[Any]) -> npt.NDArray[np.int8]:
        """The code of the most severe threshold that each value reaches, -1 where none."""
        out = np.full(len(values), -1, dtype=np.int8)
        for severity in SEVERITIES:
            if severity in self.bounds:
                bound = self.bounds[severity]
                out[values <= bound if self.below else values >= bound] = severity.code
        return out


def trigger_of(indicator: Indicator, figure: Figure, digits: int) -> Trigger:
    """An indicator's thresholds in the numbers of its figure; those past 64 bits are left out."""
    below = figure.better == "high"
    bounds: dict[Severity, int | float] = {}
    for severity in SEVERITIES:
        threshold = getattr(indicator, severity.value)
        if threshold is None:
            continue
        if not indicator.kind.exact:
            bounds[severity] = float(threshold)
            continue
        scaled = threshold * (10**digits if indicator.kind is FigureKind.MONEY else 1)
        bound = floor(scaled) if below else ceil(scaled)
        if (bound >= -LARGEST) if below else (bound <= LARGEST):
            bounds[severity] = max(-LARGEST, min(bound, LARGEST))
    return Trigger(below=below, bounds=bounds)


def watch_months(
    document: Document,
    identity: Identity,
    figures: Mapping[str, Figure],
    measure: Measure,
    table: MonthlyFigures,
) -> Alerts:
    """The alerts of every customer of a table."""
    indicators = document.monitoring.indicators
    depth = max((row.months for row in indicators), default=1) + DSO_MONTHS
    months = Months(table, measure, depth)
    digits = currency_digits(measure.currency)
    triggers = [trigger_of(row, figures[row.figure], digits) for row in indicators]
    measured = [
        WAYS.get(row.figure, _as_given)(months, row, document.grades.names) for row in indicators
    ]
    rows = len(months.customers)
    states = np.zeros((len(indicators), rows), dtype=np.uint8)
    found: list[tuple[npt.NDArray[Any], ...]] = []
    for place, (one, trigger) in enumerate(zip(measured, triggers, strict=True)):
        states[place] = one.states()
        codes = trigger.severities(one.values)
        raised = (codes >= 0) & (states[place] == State.KNOWN)
        least = indicators[place].materiality
        if least is not None:
            owed = months.grid("receivables")
            raised &= ~((owed.states[0] == State.KNOWN) & (owed.values[0] < least))
        at = np.flatnonzero(raised)
        values = one.values[at].astype(np.float64)
        values[np.isinf(values)] = np.nan
        found.append((at, np.full(len(at), place), codes[at], values))
    customer, indicator, severity, value = (
        np.concatenate([part[n] for part in found]) if found else np.zeros(0, dtype=np.int64)
        for n in range(4)
    )
    order = np.lexsort((indicator, customer, -severity))
    customer, indicator, severity = customer[order], indicator[order], severity[order]
    bounds = np.array(
        [[float(one.bounds.get(each, np.nan)) for each in SEVERITIES] for one in triggers]
    ).reshape(len(triggers), len(SEVERITIES))
    watch = _Watch(
        identity=identity,
        document=document,
        months=months,
        measured=measured,
        triggers=triggers,
        raised=(customer, indicator, severity),
    )
    return Alerts(
        as_of=measure.as_of,
        month_end=months.month_end,
        policy_digest=identity.digest,
        customers=months.customers,
        indicators=tuple(row.id for row in indicators),
        customer=customer,
        indicator=indicator.astype(np.int16),
        severity=severity.astype(np.uint8),
        value=value[order].astype(np.float64),
        threshold=bounds[indicator.astype(np.intp), severity.astype(np.intp)],
        states=states,
        notes=table.notes,
        figures={row.id: row.figure for row in indicators},
        actions={row.id: row.action for row in indicators},
        one=watch.alert,
        watched=watch.watched,
    )


@attrs.frozen(kw_only=True)
class _Watch:
    """What was watched, to tell of one alert or of one customer when somebody looks."""

    identity: Identity
    document: Document
    months: Months
    measured: Sequence[Measured]
    triggers: Sequence[Trigger]
    raised: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]

    def alert(self, place: int) -> Alert:
        """The full alert at a place."""
        row, which, code = (int(column[place]) for column in self.raised)
        indicator, trigger, measured = (
            self.document.monitoring.indicators[which],
            self.triggers[which],
            self.measured[which],
        )
        identity, months, severity = self.identity, self.months, SEVERITIES[code]
        reason, evidence = measured.reason(row)
        value, threshold = measured.value(row), cast(Any, trigger.bounds[severity])
        if indicator.kind is FigureKind.MONEY:
            threshold = Money.from_minor(threshold, months.measure.currency)
        if isinstance(value, float) and value == np.inf:
            value = UNDEFINED
        else:
            evidence = {"value": value, "threshold": threshold, **evidence}
        if reason == "alert.figure" and trigger.below:
            reason = "alert.figure_low"
        return Alert(
            customer=months.customers[row],
            indicator=indicator.id,
            figure=indicator.figure,
            severity=severity,
            value=value,
            threshold=threshold,
            action=indicator.action,
            month_end=months.month_end,
            as_of=months.measure.as_of,
            policy=identity.id,
            policy_version=identity.version,
            policy_digest=identity.digest,
            reason=Reason(reason, None, subject=indicator.id, **evidence),
            titles=tuple(one for one in self.document.titles if one[0] == indicator.figure),
        )

    def watched(self, alerts: Alerts, name: str) -> Watched:
        """The alerts of one customer, and what could not be judged."""
        identity, document, months = self.identity, self.document, self.months
        row = months.rank.get(name)
        places = [] if row is None else np.flatnonzero(alerts.customer == row).tolist()
        not_judged = []
        for place, indicator in enumerate(document.monitoring.indicators):
            state = State.UNKNOWN if row is None else int(alerts.states[place, row])
            if state == State.KNOWN:
                continue
            inputs = self.measured[place].inputs
            missing = tuple(
                part for part, states in inputs.items() if row is None or plain_states(states)[row]
            )
            reason: dict[str, Any] = {"indicator": indicator.id, "figure": indicator.figure}
            not_judged.append(
                Reason(_WHY[state], None, subject=indicator.id, missing=missing, **reason)
            )
        watched = {indicator.figure for indicator in document.monitoring.indicators}
        table, rates, as_of = months.table, months.measure.rates, months.measure.as_of

        def facts_digest() -> str:
            facts = {"months": table.account(name), "rates": rates, "as_of": as_of.isoformat()}
            return digest(facts)

        return Watched(
            customer=name,
            as_of=as_of,
            month_end=months.month_end,
            policy=identity.id,
            policy_version=identity.version,
            policy_digest=identity.digest,
            alerts=tuple(alerts[place] for place in places),
            not_judged=tuple(not_judged),
            notes=table.account(name).notes if table.notes else (),
            titles=tuple(one for one in document.titles if one[0] in watched),
            facts_digest=Deferred(facts_digest),
        )
