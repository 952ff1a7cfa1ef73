"""What was watched, to tell of one alert or of one customer when somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import State
from creditkit._plain import Deferred
from creditkit.canonical import digest
from creditkit.figures import UNDEFINED, FigureKind
from creditkit.money import Money
from creditkit.policy.document import Document
from creditkit.policy.figures.months import Months
from creditkit.policy.figures.of_months import Measured, plain_states
from creditkit.policy.identity import Identity
from creditkit.policy.watch.alert import SEVERITIES, Alert, Watched
from creditkit.policy.watch.alerts import Alerts
from creditkit.policy.watch.triggers import Trigger
from creditkit.reasons import Reason

__all__ = ["Watch"]

_WHY: Final = {
    State.UNKNOWN: "watch.missing",
    State.UNDEFINED: "watch.undefined",
    State.INVALID: "watch.invalid",
}


@attrs.frozen(kw_only=True)
class Watch:
    """What was watched: one alert or one customer is made of it when somebody looks."""

    identity: Identity
    document: Document
    months: Months
    measured: Sequence[Measured]
    triggers: Sequence[Trigger]
    raised: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]

    def alert(self, index: int) -> Alert:
        """The full alert of an index."""
        row, which, code = (int(column[index]) for column in self.raised)
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
        indexes = [] if row is None else np.flatnonzero(alerts.customer == row).tolist()
        not_judged = []
        for index, indicator in enumerate(document.monitoring.indicators):
            state = State.UNKNOWN if row is None else int(alerts.states[index, row])
            if state == State.KNOWN:
                continue
            inputs = self.measured[index].inputs
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
            alerts=tuple(alerts[index] for index in indexes),
            not_judged=tuple(not_judged),
            notes=table.account(name).notes if table.notes else (),
            titles=tuple(one for one in document.titles if one[0] in watched),
            facts_digest=Deferred(facts_digest),
        )
