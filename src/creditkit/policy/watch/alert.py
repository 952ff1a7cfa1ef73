"""What `watch` gives back: an `Alert` for each indicator at or beyond a threshold of the policy.

For one customer a `Watched`, which is its alerts and what could not be judged; for many there are
the columns of `alerts`. An indicator whose facts are not known raises no alert and is never silent: it is in
``not_judged``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Final

import attrs

from creditkit._plain import Deferred, Record
from creditkit._results import row_in
from creditkit.facts.ledger import Note
from creditkit.figures import Undefined
from creditkit.languages import AnyLanguage, Text, texts
from creditkit.money import Line, Money
from creditkit.outcomes import Word
from creditkit.reasons import TEMPLATES, Parameter, Reason, own_titles
from creditkit.reasons.titles import sentences

__all__ = ["SEVERITIES", "Alert", "Severity", "Watched"]


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

    def title(self, language: AnyLanguage = "en") -> str:
        """Its name in a language: ``"en"``, ``"zh"`` or a `Language`."""
        return TITLES[self.value].in_(language)

    def __lt__(self, other: Severity) -> bool:
        return self.code < other.code if isinstance(other, Severity) else NotImplemented


SEVERITIES: Final = tuple(Severity)
TITLES: Final = texts(
    "severity", {"warning": ("warning", "预警"), "serious": ("serious", "严重预警")}
)


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

    def sentence(self, language: AnyLanguage = "en") -> str:
        """What happened, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        return self.reason.sentence(language, own_titles(self.titles))

    def recommended(self, language: AnyLanguage = "en") -> str:
        """What to do, as a sentence; the code itself where it is the house's own."""
        code = f"action.{self.action}"
        return TEMPLATES.get(code, Text(code, self.action, self.action)).in_(language)

    def explain(self, language: AnyLanguage = "en") -> str:
        """The alert in one line: which customer, how severe, what happened, what to do."""
        head = f"{self.customer}  {self.severity.title(language)}  {self.indicator}"
        return (
            f"{head}  {sentences([self.sentence(language), self.recommended(language)], language)}"
        )

    def __str__(self) -> str:
        return self.explain()


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

    def __getitem__(self, index: int) -> Alert:
        return self.alerts[row_in(index, len(self), "watched")]

    def explain(self, language: AnyLanguage = "en") -> str:
        """A line for each alert, and one for each indicator that was not judged."""
        lines = [alert.explain(language) for alert in self.alerts]
        titles = own_titles(self.titles)
        lines += [f"{self.customer}  {why.sentence(language, titles)}" for why in self.not_judged]
        return "\n".join(lines) or f"{self.customer}  -"

    def __str__(self) -> str:
        return self.explain()
