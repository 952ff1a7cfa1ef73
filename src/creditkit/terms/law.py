"""Terms against the longest that a law lets stand: who pays whom, from which day, and what may be agreed.

==================  ======================================================  =====  ==================
rule                who                                                     days   by agreement
==================  ======================================================  =====  ==================
``CN.802.public``   public bodies to small and medium enterprises, China    30     up to 60
``CN.802.large``    large enterprises to small and medium ones, China       60     longer, by custom
``EU.2011/7``       undertakings to undertakings, European Union            60     longer, if fair
``EU.2011/7.public``  public authorities to undertakings, European Union    30     up to 60
==================  ======================================================  =====  ==================

A default is no ceiling: 60 days of a large Chinese buyer, or of a European undertaking, give way to
what the contract says, within what is reasonable and fair. Whether it is, no library knows. National
law that carries out a directive may be stricter.

>>> print(statutory("net 90", "EU.2011/7"))
EU, business to business: 90 days from invoice exceed the 60 days of Directive 2011/7/EU, article 3(5);
they stand only where the contract says so: expressly agreed and not grossly unfair.
>>> statutory("net 90", "CN.802.large").verdict, statutory("货到60天", "CN.802.large").verdict
('not_known', 'within')
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, Final

import attrs
import numpy as np

from creditkit._fields import Day, as_date
from creditkit._given import instance_in
from creditkit._plain import Record, mapping_in
from creditkit.calendars import NEVER, WorkingDays
from creditkit.errors import InvalidFact, meant
from creditkit.facts.instalments import Instalment, days_after, reached_columns
from creditkit.facts.terms import PaymentTerms
from creditkit.languages import AnyLanguage
from creditkit.reasons import Reason
from creditkit.terms.one import named_base, terms_of

__all__ = ["RULES", "StatutoryFinding", "StatutoryRule", "statutory"]


@attrs.frozen(kw_only=True)
class StatutoryRule(Record):
    """The longest terms of a law: ``days`` by default, up to ``agreed_days`` where the contract says so.

    ``agreed_days`` None means that no number is the end of what may be agreed. ``base`` is the date
    that the law counts from, ``any`` where it counts as the contract does. ``since`` is the first day
    of contracts that it applies to. ``source`` and ``condition`` (of what is agreed) are text, or names
    of `reasons.terms.LAWS`.
    """

    schema: ClassVar[str] = "creditkit.statutory_rule/1"

    id: str
    days: int
    agreed_days: int | None = None
    base: str = "delivery"
    since: date
    source: str
    condition: str = ""


RULES: Final[Mapping[str, StatutoryRule]] = MappingProxyType(
    {
        name: StatutoryRule(
            id=name,
            days=days,
            agreed_days=agreed,
            base=base,
            since=since,
            source=f"{name}.source",
            condition=f"{name}.condition",
        )
        for name, days, agreed, base, since in (
            ("CN.802.public", 30, 60, "delivery", date(2025, 6, 1)),
            ("CN.802.large", 60, None, "delivery", date(2025, 6, 1)),
            ("EU.2011/7", 60, None, "any", date(2013, 3, 16)),
            ("EU.2011/7.public", 30, 60, "any", date(2013, 3, 16)),
        )
    }
)
"""The rules by name.

China: 保障中小企业款项支付条例, State Council order 802 of 17 March 2025, article 9, in force on 1 June 2025
(the dates from the government's own page, the wording of the article from secondary sources). European
Union: Directive 2011/7/EU, article 3(5) as the Court quotes it in C-677/22 of 6 February 2025
(EU:C:2025:58), which also says what *expressly agreed* asks; articles 4(3) and 4(6), and 16 March 2013 as
the day by which it was to be national law, from secondary sources.
"""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_LAGS: Final[Mapping[str, tuple[int | None, int | None]]] = {
    "prepayment": (None, 0),
    "order": (None, 0),
    "before_dispatch": (None, 0),
    "dispatch": (None, 0),
    "delivery": (0, 0),
    "acceptance": (0, None),
}
"""Days from delivery to each base date, at least and at most; None where there is no end to them."""


@attrs.frozen(kw_only=True)
class StatutoryFinding(Record):
    """What a law says of terms.

    ``verdict`` is ``within``, ``needs_agreement`` (beyond the default, valid only as agreed), ``over``,
    ``not_known`` (the law counts from another date, or working days have no calendar) or
    ``not_in_force`` at the date of the contract.
    """

    schema: ClassVar[str] = "creditkit.statutory_finding/1"

    rule: str
    terms: str
    verdict: str
    reason: Reason

    def sentence(self, language: AnyLanguage = "en") -> str:
        """The finding in words, in a language."""
        return self.reason.sentence(language)

    def __str__(self) -> str:
        return self.sentence()


def statutory(
    terms: PaymentTerms | str,
    rule: StatutoryRule | str,
    *,
    contract: Day | None = None,
    lags: Mapping[str, int] | None = None,
    calendar: WorkingDays | None = None,
) -> StatutoryFinding:
    """Terms beside the longest that a law lets stand.

    ``rule`` is one of `RULES` by name, or a `StatutoryRule` of the host's own. ``contract`` is the day of
    the contract, to tell whether the law applies to it; it is taken to apply without. ``lags`` are the days
    from the date that the law counts from (delivery) to the dates that the terms count from:
    ``{"invoice": 0}`` where goods are invoiced when they arrive. Without them what hangs on it is not
    known, and not a pass. The longest instalment decides, in the longest months. How long working days are
    says ``calendar``, of all the dates that it reaches; without one they are at least as many days, and
    not known to be within anything.

    >>> statutory("net 90", "CN.802.large", lags={"invoice": 5}).verdict
    'needs_agreement'
    """
    plan = terms_of(terms)
    law = _rule(rule)
    known = _lags(plan, lags)
    if calendar is not None:
        instance_in(calendar, WorkingDays, "statutory.calendar")
    verdicts = [_verdict(part.base, _longest(part, calendar), law, known) for part in plan.plan]
    worst = max(range(len(verdicts)), key=lambda place: _WORST.index(verdicts[place][0]))
    code, params = verdicts[worst]
    verdict = "not_known" if code == "no_calendar" else code
    if contract is not None and as_date(contract, "statutory.contract") < law.since:
        code = verdict = "not_in_force"
        params = {"rule": law.id, "source": law.source, "since": law.since}
    return StatutoryFinding(
        rule=law.id,
        terms=plan.text(),
        verdict=verdict,
        reason=Reason(_CODES[code], subject=None, **params),
    )


_WORST: Final = ("within", "needs_agreement", "no_calendar", "not_known", "over")
_CODES: Final = {
    "within": "statutory.within",
    "needs_agreement": "statutory.needs_agreement",
    "over": "statutory.over",
    "not_known": "statutory.not_known",
    "no_calendar": "statutory.no_calendar",
    "not_in_force": "statutory.not_in_force",
}


def _rule(rule: StatutoryRule | str) -> StatutoryRule:
    if isinstance(rule, StatutoryRule):
        return rule
    if not isinstance(rule, str) or rule not in RULES:
        law = f"must be a StatutoryRule or one of {', '.join(RULES)}"
        raise InvalidFact("statutory.rule", law, rule, meant(rule, RULES))
    return RULES[rule]


def _lags(plan: PaymentTerms, lags: Mapping[str, int] | None) -> dict[str, tuple[int, int]]:
    out = {}
    for name, days in mapping_in({} if lags is None else lags, "statutory.lags").items():
        named_base(plan, name)
        if isinstance(days, bool) or not isinstance(days, int) or abs(days) > 3650:
            raise InvalidFact(
                f"statutory.lags.{name}", "must be whole days, within ten years", days
            )
        out[name] = (days, days)
    return out


def _longest(part: Instalment, calendar: WorkingDays | None) -> tuple[int, int | None]:
    """The most days from its base date that an instalment can be due, at least and at most."""
    if calendar is None:
        counts = any(step.do == "add_working_days" for step in part.steps)
        least = int(days_after(part.steps, least=True).max())
        return least, None if counts else least
    first, last = (day.toordinal() - _EPOCH for day in (calendar.first, calendar.last))
    days = np.arange(first, last + 1)
    found = reached_columns(days, part.steps, calendar)
    spans = (found - days)[found != NEVER]
    if not len(spans):
        rule = f"must reach from a date to the one that is due, as {part.longest_days} days later"
        raise InvalidFact(
            "statutory.calendar", rule, calendar.name, "give one that reaches further"
        )
    return int(spans.max()), int(spans.max())


def _verdict(
    base: str,
    longest: tuple[int, int | None],
    law: StatutoryRule,
    known: Mapping[str, tuple[int, int]],
) -> tuple[str, dict[str, Any]]:
    """What the law says of one instalment."""
    days, longest_at_most = longest
    same = law.base in ("any", base)
    low, high = (0, 0) if same else known.get(base, _lag(law.base, base))
    least = None if low is None else days + low
    most = None if high is None or longest_at_most is None else longest_at_most + high
    told = days if same or base not in known else days + known[base][0]
    params: dict[str, Any] = {"rule": law.id, "days": told, "base": base, "source": law.source}
    if same or base in known:
        params["base"] = base if law.base == "any" else law.base
    if most is not None and most <= law.days:
        return "within", {**params, "most": law.days}
    if least is not None and law.agreed_days is not None and least > law.agreed_days:
        return "over", {**params, "most": law.agreed_days}
    ends = law.agreed_days is None or (most is not None and most <= law.agreed_days)
    if least is not None and least > law.days and ends:
        return "needs_agreement", {**params, "most": law.days, "condition": law.condition}
    if longest_at_most is None and high is not None:
        return "no_calendar", params
    return "not_known", {**params, "from_base": law.base}


def _lag(origin: str, base: str) -> tuple[int | None, int | None]:
    return _LAGS.get(base, (None, None)) if origin == "delivery" else (None, None)
