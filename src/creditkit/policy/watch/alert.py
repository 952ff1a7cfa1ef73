"""What `watch` gives back: an `Alert` for each indicator at or beyond a threshold of the policy.

For one customer a `Watched`, which is its alerts and what could not be judged; for many `Alerts`,
in columns. An indicator whose facts are not known raises no alert and is never silent: it is in
``not_judged``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Final

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit._columns import STATE_NAMES, State
from creditkit._languages import chinese
from creditkit._plain import Deferred, Record, as_written, without_schema
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Note
from creditkit.figures import Undefined
from creditkit.money import Line, Money
from creditkit.outcomes import Word
from creditkit.reasons import TEMPLATES, Parameter, Reason, own_titles, sentence

__all__ = ["Alert", "Alerts", "Severity", "Watched"]


@functools.total_ordering
class Severity(Word):
    """How severe an alert is; a later member is more severe.

    >>> max(Severity), Severity.WARNING.title("zh")
    (<Severity.SERIOUS: 'serious'>, '预警')
    """

    WARNING = "warning"
    SERIOUS = "serious"

    @property
    def code(self) -> int:
        """0 for a warning, 1 for a serious alert; the code in columns."""
        return int(self is Severity.SERIOUS)

    def title(self, language: str = "en") -> str:
        """Its name in English (``en``) or Chinese (``zh``)."""
        return _TITLES[self.value][chinese(language)]

    def __lt__(self, other: Severity) -> bool:
        return self.code < other.code if isinstance(other, Severity) else NotImplemented


SEVERITIES: Final = tuple(Severity)
_MOST_ROWS: Final = 20
_WORDS: Final[dict[bool, dict[str, str]]] = {
    False: {
        "more": "and {more} more alerts",
        "not_judged": "-  {indicator}  cannot be judged for {count} of {of} customers",
    },
    True: {
        "more": "另有 {more} 条预警",
        "not_judged": "-  {indicator}  {of} 个客户中有 {count} 个无法判断",
    },
}
"""The words of a page of alerts that are not Chinese, and those that are."""

_TITLES: Final = {"warning": ("warning", "预警"), "serious": ("serious", "严重预警")}


@attrs.frozen(kw_only=True)
class Alert(Record):
    """An indicator of a customer that is at or beyond a threshold.

    ``value`` is what the figure was at ``month_end`` and ``threshold`` what it was compared with;
    ``value`` is UNDEFINED for a utilisation where something is owed and there is no line, which is
    beyond any threshold. ``reason`` holds the evidence; ``action`` is the code of what to do;
    ``titles`` has the title of a host's own figure, (name, English, Chinese).
    """

    schema: ClassVar[str] = "creditkit.alert/1"

    customer: str
    indicator: str
    figure: str
    severity: Severity
    value: Money | Line | Undefined | int | float
    threshold: Money | int | float
    action: str
    month_end: date
    as_of: date
    policy: str
    policy_version: str
    policy_digest: str
    reason: Reason
    titles: tuple[tuple[str, str, str], ...] = ()

    @property
    def evidence(self) -> tuple[tuple[str, Parameter], ...]:
        """What the value was made of, as pairs of name and value."""
        params = self.reason.params.items()
        return tuple(pair for pair in params if pair[0] not in ("figure", "value", "threshold"))

    def sentence(self, language: str = "en") -> str:
        """What happened, in English (``en``) or Chinese (``zh``)."""
        return self.reason.sentence(language, own_titles(self.titles))

    def recommended(self, language: str = "en") -> str:
        """What to do, as a sentence; the code itself where it is the house's own."""
        code = f"action.{self.action}"
        return sentence(code, {}, language) if code in TEMPLATES else self.action

    def explain(self, language: str = "en") -> str:
        """The alert in one line: whom, how severe, what happened, what to do."""
        head = f"{self.customer}  {self.severity.title(language)}  {self.indicator}"
        space = "" if chinese(language) else " "
        return f"{head}  {self.sentence(language)}{space}{self.recommended(language)}"

    def __str__(self) -> str:
        return self.explain()


def _number(value: Money | int | float) -> float:
    """A threshold as columns hold it: money in minor units."""
    return float(value.minor if isinstance(value, Money) else value)


@attrs.frozen(kw_only=True)
class Watched(Record):
    """What watching one customer found: its alerts, the most severe first, and what was not judged.

    Its length and its items are those of ``alerts``. ``not_judged`` has a reason for each indicator
    that could not be judged (``watch.missing``, ``watch.undefined``, ``watch.invalid``), ``notes``
    the months that had to be set aside, ``titles`` the titles of the house's own figures.
    """

    schema: ClassVar[str] = "creditkit.watched/1"

    customer: str
    as_of: date
    month_end: date
    policy: str
    policy_version: str
    policy_digest: str
    alerts: tuple[Alert, ...]
    not_judged: tuple[Reason, ...]
    notes: tuple[Note, ...]
    titles: tuple[tuple[str, str, str], ...] = ()
    _facts_digest: Deferred[str] = attrs.field(alias="facts_digest")

    @property
    def facts_digest(self) -> str:
        """The SHA-256 of the months, the rates and the date."""
        return self._facts_digest.get()

    @property
    def severity(self) -> Severity | None:
        """The most severe alert's; None where there is none."""
        return self.alerts[0].severity if self.alerts else None

    def __len__(self) -> int:
        return len(self.alerts)

    def __iter__(self) -> Iterator[Alert]:
        return iter(self.alerts)

    def __getitem__(self, place: int) -> Alert:
        return self.alerts[place]

    def explain(self, language: str = "en") -> str:
        """A line for each alert, and one for each indicator that was not judged."""
        lines = [alert.explain(language) for alert in self.alerts]
        titles = own_titles(self.titles)
        lines += [f"{self.customer}  {why.sentence(language, titles)}" for why in self.not_judged]
        return "\n".join(lines) or f"{self.customer}  -"

    def __str__(self) -> str:
        return self.explain()


def _recorded(_alerts: Alerts, _customer: str) -> Watched:
    rule = "holds alerts, not the months of a customer"
    raise InvalidFact("alerts", f"that was read from a record {rule}", remedy="watch again")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Alerts:
    """Alerts for many customers in columns; ``alerts[i]`` is the full `Alert`.

    ``customer`` and ``indicator`` are places in ``customers`` and ``indicators``, ``severity`` is 0
    for a warning and 1 for a serious alert, ``value`` the figure as a float (money in minor units,
    NaN where it has no meaning), ``threshold`` in the same unit what it was compared with. The most
    severe come first, then by customer, then in the policy's order. ``states`` says for each
    indicator and customer whether it could be judged: codes of `State`, KNOWN, UNKNOWN, UNDEFINED or
    INVALID. ``watched`` gives what one customer's result is.
    """

    schema: ClassVar[str] = "creditkit.alerts/1"

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
    _watched: Callable[[Alerts, str], Watched] = attrs.field(default=_recorded, alias="watched")

    def __len__(self) -> int:
        return len(self.customer)

    def __getitem__(self, place: int) -> Alert:
        if not -len(self) <= place < len(self):
            raise IndexError(f"alert {place} of {len(self)}")
        return self._one(place % len(self))

    def __iter__(self) -> Iterator[Alert]:
        return (self._one(place) for place in range(len(self)))

    def watched(self, customer: str) -> Watched:
        """What `Policy.watch` says of this customer alone."""
        return self._watched(self, customer)

    def severities(self) -> dict[str, int]:
        """How many alerts have each severity."""
        counts = np.bincount(self.severity, minlength=len(SEVERITIES))
        return {one.value: int(counts[one.code]) for one in SEVERITIES}

    def not_judged(self) -> dict[str, int]:
        """For how many customers each indicator could not be judged."""
        counts = np.count_nonzero(self.states != State.KNOWN, axis=1)
        return {name: int(counts[place]) for place, name in enumerate(self.indicators)}

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

    def explain(self, language: str = "en") -> str:
        """A line for each of the first alerts, and for how many customers what was not judged."""
        words = _WORDS[chinese(language)]
        lines = [self[place].explain(language) for place in range(min(len(self), _MOST_ROWS))]
        if len(self) > _MOST_ROWS:
            lines.append(words["more"].format(more=len(self) - _MOST_ROWS))
        lines += [
            words["not_judged"].format(indicator=name, count=count, of=len(self.customers))
            for name, count in self.not_judged().items()
            if count
        ]
        return "\n".join(lines) or "-"

    def __str__(self) -> str:
        return self.explain()

    def same_as(self, other: object) -> bool:
        """Whether both say the same."""
        return isinstance(other, Alerts) and self.to_dict() == other.to_dict()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data: every alert, and how each indicator could be judged for each customer."""
        return {
            "schema": self.schema,
            "as_of": self.as_of.isoformat(),
            "month_end": self.month_end.isoformat(),
            "policy_digest": self.policy_digest,
            "customers": list(self.customers),
            "indicators": list(self.indicators),
            "alerts": [alert.to_dict() for alert in self],
            "values": [None if value != value else value for value in self.value.tolist()],
            "states": [[STATE_NAMES[code] for code in row] for row in self.states.tolist()],
            "notes": [note.to_dict() for note in self.notes],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Alerts:
        """The alerts that `to_dict` wrote; what one customer's result is, is kept by its own record."""
        given = without_schema(data, cls.schema, "alerts")
        with as_written("alerts"):
            return cls._from_columns(given)

    @classmethod
    def _from_columns(cls, data: Mapping[str, Any]) -> Alerts:
        alerts = [Alert.from_dict(one) for one in data["alerts"]]
        customers, indicators = tuple(data["customers"]), tuple(data["indicators"])
        codes = {name: code for code, name in STATE_NAMES.items()}
        states = [[codes[name] for name in row] for row in data["states"]]
        shape = (len(indicators), len(customers))
        return cls(
            as_of=date.fromisoformat(data["as_of"]),
            month_end=date.fromisoformat(data["month_end"]),
            policy_digest=data["policy_digest"],
            customers=customers,
            indicators=indicators,
            customer=np.array([customers.index(one.customer) for one in alerts], dtype=np.int64),
            indicator=np.array([indicators.index(one.indicator) for one in alerts], dtype=np.int16),
            severity=np.array([one.severity.code for one in alerts], dtype=np.uint8),
            value=np.array(data["values"], dtype=np.float64),
            threshold=np.array([_number(one.threshold) for one in alerts], dtype=np.float64),
            states=np.array(states, dtype=np.uint8).reshape(shape),
            notes=tuple(Note.from_dict(note) for note in data["notes"]),
            figures={one.indicator: one.figure for one in alerts},
            actions={one.indicator: one.action for one in alerts},
            one=alerts.__getitem__,
        )

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self.severities().items())
        unknown = int(np.count_nonzero(self.states != State.KNOWN))
        return f"<Alerts on {len(self.customers)} customers: {counts}, {unknown} not judged>"
