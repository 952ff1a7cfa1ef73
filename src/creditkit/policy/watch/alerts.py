"""What `watch` gives back for many customers: `Alerts`, in columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar, Final, Self

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit._columns import STATE_NAMES, State
from creditkit._given import instance_in, names_in
from creditkit._plain import from_plain, list_in
from creditkit._results import Recorded, Results, Sheet, floats_in, plain_floats
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Note
from creditkit.languages import AnyLanguage, texts
from creditkit.money import Money
from creditkit.policy.watch.alert import SEVERITIES, Alert, Watched
from creditkit.reasons import value_text
from creditkit.reasons.titles import listed

__all__ = ["Alerts"]

_MOST_ROWS: Final = 20
WORDS: Final = texts(
    "alerts",
    {
        "title": (
            "Alerts on {of} customers at {month_end}: {counts}",
            "{of} 个客户的预警，月末 {month_end}：{counts}",
        ),
        "more": ("and {more} more alerts", "另有 {more} 条预警"),
        "not_judged": (
            "{indicator}  cannot be judged for {count} of {of} customers",
            "{indicator}  {of} 个客户中有 {count} 个无法判断",
        ),
        "customer": ("Customer", "客户"),
        "severity": ("Severity", "严重程度"),
        "indicator": ("Indicator", "指标"),
        "value": ("Value", "数值"),
        "threshold": ("Threshold", "阈值"),
        "action": ("What to do", "建议措施"),
    },
)
"""The words of a page and of a table of alerts."""

HEAD: Final = ("customer", "severity", "indicator", "value", "threshold", "action")
_COLUMNS: Final = ("customers", "indicators", "alerts", "values", "states", "notes")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Alerts(Results[Alert]):
    """Alerts for many customers in columns; ``alerts[i]`` is the full `Alert`.

    ``customer`` and ``indicator`` are indexes into ``customers`` and ``indicators``, ``severity`` is 0
    for a warning and 1 for a serious alert, ``value`` the figure as a float (money in minor units,
    NaN where it has no meaning), ``threshold`` in the same unit what it was compared with. The most
    severe come first, then by customer, then in the policy's order. ``states`` says for each
    indicator and customer whether it could be judged: codes of `State`, KNOWN, UNKNOWN, UNDEFINED or
    INVALID. ``watched`` gives what one customer's result is.
    """

    schema: ClassVar[str] = "creditkit.alerts/1"
    _path: ClassVar[str] = "alerts"
    _keys: ClassVar[tuple[str, ...]] = ("as_of", "month_end", "policy_digest", *_COLUMNS)

    as_of: date
    month_end: date
    policy_digest: str
    customers: tuple[str, ...]
    indicators: tuple[str, ...]
    customer: npt.NDArray[np.int64]
    indicator: npt.NDArray[np.int16]
    severity: npt.NDArray[np.uint8]
    value: Floats
    threshold: Floats
    states: npt.NDArray[np.uint8]
    notes: tuple[Note, ...]
    _figures: Mapping[str, str] = attrs.field(alias="figures")
    _actions: Mapping[str, str] = attrs.field(alias="actions")
    _one: Callable[[int], Alert] = attrs.field(alias="one")
    _watched: Callable[[Alerts, str], Watched] = attrs.field(
        default=Recorded("alerts", "watch again"), alias="watched"
    )

    def __len__(self) -> int:
        return len(self.customer)

    def watched(self, customer: str) -> Watched:
        """What `Policy.watch` says of this customer alone."""
        instance_in(customer, str, "alerts.customer")
        return self._watched(self, customer)

    def severities(self) -> dict[str, int]:
        """How many alerts have each severity."""
        counts = np.bincount(self.severity, minlength=len(SEVERITIES))
        return {one.value: int(counts[one.code]) for one in SEVERITIES}

    def not_judged(self) -> dict[str, int]:
        """For how many customers each indicator could not be judged."""
        counts = np.count_nonzero(self.states != State.KNOWN, axis=1)
        return {name: int(counts[index]) for index, name in enumerate(self.indicators)}

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name, a row for each alert: what a data frame is made of.

        ``value`` and ``threshold`` are floats in one unit, money in minor units; ``month_end`` is
        the last day of the month that was judged, ``action`` the code of what to do.
        """
        indicators = [self.indicators[code] for code in self.indicator.tolist()]
        return {
            "customer": [self.customers[code] for code in self.customer.tolist()],
            "indicator": indicators,
            "figure": [self._figures[name] for name in indicators],
            "severity": [SEVERITIES[code].value for code in self.severity.tolist()],
            "value": self.value,
            "threshold": self.threshold,
            "month_end": np.full(len(self), np.datetime64(self.month_end, "D")),
            "action": [self._actions[name] for name in indicators],
        }

    def explain(self, language: AnyLanguage = "en") -> str:
        """A line for each of the first alerts, and for how many customers what was not judged."""
        lines = [self[index].explain(language) for index in range(min(len(self), _MOST_ROWS))]
        if len(self) > _MOST_ROWS:
            lines.append(WORDS["more"].filled(language, more=len(self) - _MOST_ROWS))
        lines += [f"-  {line}" for line in self._unjudged(language)]
        return "\n".join(lines) or "-"

    def __str__(self) -> str:
        return self.explain()

    def _unjudged(self, language: AnyLanguage) -> list[str]:
        of = len(self.customers)
        return [
            WORDS["not_judged"].filled(language, indicator=name, count=count, of=of)
            for name, count in self.not_judged().items()
            if count
        ]

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        found = self.severities()
        counts = listed(
            [f"{found[one.value]} {one.title(language)}" for one in SEVERITIES], language
        )
        title = WORDS["title"].filled(
            language, of=len(self.customers), month_end=self.month_end, counts=counts
        )

        def cells(alert: Alert) -> list[str]:
            return [
                alert.customer,
                alert.severity.title(language),
                alert.indicator,
                value_text(alert.value, language),
                value_text(alert.threshold, language),
                alert.recommended(language),
            ]

        lines = [cells(self._row(row)) for row in rows]
        head = [WORDS[name].in_(language) for name in HEAD]
        return Sheet(title, head, lines, left=(0, 1, 2, 5), remarks=self._unjudged(language))

    def _plain(self) -> dict[str, Any]:
        """Every alert, and how each indicator could be judged for each customer."""
        return {
            "as_of": self.as_of.isoformat(),
            "month_end": self.month_end.isoformat(),
            "policy_digest": self.policy_digest,
            "customers": list(self.customers),
            "indicators": list(self.indicators),
            "alerts": [alert.to_dict() for alert in self],
            "values": plain_floats(self.value),
            "states": [[STATE_NAMES[code] for code in row] for row in self.states.tolist()],
            "notes": [note.to_dict() for note in self.notes],
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        alerts = [Alert.from_dict(one) for one in list_in(data["alerts"], "alerts.alerts")]
        customers = tuple(names_in(data["customers"], "alerts.customers"))
        indicators = tuple(names_in(data["indicators"], "alerts.indicators"))
        rank = {name: index for index, name in enumerate(customers)}
        index = {name: row for row, name in enumerate(indicators)}
        codes = {name: code for code, name in STATE_NAMES.items()}
        states = [[codes[name] for name in row] for row in list_in(data["states"], "alerts.states")]
        values = floats_in(data["values"], "alerts.values")
        if len(values) != len(alerts):
            raise InvalidFact("alerts.values", f"must be {len(alerts)} numbers", len(values))
        return cls(
            as_of=from_plain(date, data["as_of"], "alerts.as_of"),
            month_end=from_plain(date, data["month_end"], "alerts.month_end"),
            policy_digest=from_plain(str, data["policy_digest"], "alerts.policy_digest"),
            customers=customers,
            indicators=indicators,
            customer=np.array([rank[one.customer] for one in alerts], dtype=np.int64),
            indicator=np.array([index[one.indicator] for one in alerts], dtype=np.int16),
            severity=np.array([one.severity.code for one in alerts], dtype=np.uint8),
            value=values,
            threshold=np.array([_number(one.threshold) for one in alerts], dtype=np.float64),
            states=np.array(states, dtype=np.uint8).reshape(len(indicators), len(customers)),
            notes=tuple(Note.from_dict(note) for note in list_in(data["notes"], "alerts.notes")),
            figures={one.indicator: one.figure for one in alerts},
            actions={one.indicator: one.action for one in alerts},
            one=alerts.__getitem__,
        )

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self.severities().items())
        unknown = int(np.count_nonzero(self.states != State.KNOWN))
        return f"<Alerts on {len(self.customers)} customers: {counts}, {unknown} not judged>"


def _number(value: Money | int | float) -> float:
    """A threshold as columns hold it: money in minor units."""
    return float(value.minor if isinstance(value, Money) else value)
