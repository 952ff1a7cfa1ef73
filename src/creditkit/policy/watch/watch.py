"""The evaluator of `watch`: a policy's indicators over tables of monthly figures.

The month that is judged is the last one that ended by ``as_of``; where a customer has no row for
it, nothing that it needs is known. All money is in the policy's currency by one table of rates, so
that a turn of the exchange is not taken for one of the customer.

How a figure is worked out from the months stands in `figures.of_months`, what a threshold means in
`triggers`, what is said of one alert or one customer in `told`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from creditkit._columns import State
from creditkit.facts.monthly import MonthlyFigures
from creditkit.figures import Figure
from creditkit.money import currency_digits
from creditkit.policy.document import Document
from creditkit.policy.figures.facts import Measure
from creditkit.policy.figures.months import Months
from creditkit.policy.figures.of_months import DSO_MONTHS, Asked, measured
from creditkit.policy.figures.own import declared_all
from creditkit.policy.identity import Identity
from creditkit.policy.watch.alert import SEVERITIES
from creditkit.policy.watch.alerts import Alerts
from creditkit.policy.watch.told import Watch
from creditkit.policy.watch.triggers import trigger_of

__all__ = ["watch_months"]


def watch_months(
    document: Document,
    identity: Identity,
    figures: Mapping[str, Figure],
    measure: Measure,
    table: MonthlyFigures,
) -> Alerts:
    """The alerts of every customer of a table."""
    declared_all(table.figures, figures, "monthly_figures.figures")
    indicators = document.monitoring.indicators
    depth = max((row.months for row in indicators), default=1) + DSO_MONTHS
    months = Months(table, measure, depth)
    digits = currency_digits(measure.currency)
    triggers = [trigger_of(row, figures[row.figure], digits) for row in indicators]
    grades = document.grades.names
    found_of = [
        measured(months, Asked(row.figure, row.kind, row.months, grades)) for row in indicators
    ]
    rows = len(months.customers)
    states = np.zeros((len(indicators), rows), dtype=np.uint8)
    found: list[tuple[npt.NDArray[Any], ...]] = []
    for index, (one, trigger) in enumerate(zip(found_of, triggers, strict=True)):
        states[index] = one.states()
        codes = trigger.severities(one.values)
        raised = (codes >= 0) & (states[index] == State.KNOWN)
        least = indicators[index].materiality
        if least is not None:
            owed = months.grid("receivables")
            raised &= ~((owed.states[0] == State.KNOWN) & (owed.values[0] < least))
        at = np.flatnonzero(raised)
        values = one.values[at].astype(np.float64)
        values[np.isinf(values)] = np.nan
        found.append((at, np.full(len(at), index), codes[at], values))
    customer, indicator, severity, value = (
        np.concatenate([part[n] for part in found]) if found else np.zeros(0, dtype=np.int64)
        for n in range(4)
    )
    order = np.lexsort((indicator, customer, -severity))
    customer, indicator, severity = customer[order], indicator[order], severity[order]
    bounds = np.array(
        [[float(one.bounds.get(each, np.nan)) for each in SEVERITIES] for one in triggers]
    ).reshape(len(triggers), len(SEVERITIES))
    watch = Watch(
        identity=identity,
        document=document,
        months=months,
        measured=found_of,
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
