"""What guarantees, mortgages, pledges, deposits and letters of credit secure, and what stays unsecured.

A security counts with its value less its haircut, less what rights before ours take; it counts while it
is valid and in place, and where the debt falls due before it ends. The house says by kind whether it is
added to the line or set against the exposure; against an exposure securities count no more than it.
What is not known counts for nothing, and is told.

>>> from creditkit.facts.securities import Security
>>> guarantee = Security(id="G-1", kind="guarantee", giver="Parent Ltd", currency="EUR",
...     value="50000", haircut="20 %", expires_on="2027-06-30", in_place=True)
>>> found = secured([guarantee], exposure=Money("30000", "EUR"), as_of=date(2026, 11, 21))
>>> found.against, found.retention, found.parts[0].counts
(Money('30000.00', 'EUR'), Money('0.00', 'EUR'), Money('40000.00', 'EUR'))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import ClassVar, Final, Literal

import attrs

from creditkit._fields import Day, as_date, records_in
from creditkit._plain import Record, mapping_in
from creditkit.cover._words import SECURITIES, STATUSES, WORDS, cell, page, words
from creditkit.errors import InvalidFact, meant
from creditkit.facts.securities import CountedIn, Security, SecurityKind
from creditkit.languages import AnyLanguage
from creditkit.money import Money, rounded
from creditkit.reasons import Reason

__all__ = ["Secured", "SecuredPart", "secured"]

ROUNDING: Final = "half_even"


@attrs.frozen(kw_only=True)
class SecuredPart(Record):
    """One security: what it counts for, where, and why not where it does not."""

    schema: ClassVar[str] = "creditkit.secured_part/1"

    id: str
    kind: SecurityKind
    counts_in: CountedIn
    status: Literal["counts", "does_not_count", "not_known"]
    counts: Money
    giver: str | None = None
    value: Money | None = None
    haircut: Fraction | None = None
    prior: Money | None = None
    reason: Reason | None = None


@attrs.frozen(kw_only=True)
class Secured(Record):
    """What securities do for a customer: ``line`` is added to the line, ``against`` set against the exposure.

    ``retention`` is the exposure that stays unsecured, None where the exposure is not known.
    """

    schema: ClassVar[str] = "creditkit.secured/1"

    as_of: date
    currency: str
    parts: tuple[SecuredPart, ...]
    line: Money
    against: Money | None
    exposure: Money | None = None
    retention: Money | None = None
    assumptions: tuple[Reason, ...] = ()

    def explain(self, language: AnyLanguage = "en") -> str:
        """A row for each security, the sums, and why one does not count, in a language."""
        names = ("id", "kind", "giver", "value", "haircut", "prior", "counts", "in", "status")
        rows = [
            [
                one.id,
                SECURITIES[one.kind.value].in_(language),
                one.giver or "-",
                *(cell(part, language) for part in (one.value, one.haircut, one.prior, one.counts)),
                SECURITIES[one.counts_in.value].in_(language),
                STATUSES[one.status].in_(language),
            ]
            for one in self.parts
        ]
        title = WORDS["secured"].filled(language, as_of=self.as_of, currency=self.currency)
        sums = ("exposure", "against", "retention", "line")
        return page(
            title,
            [words(names, language), *rows],
            language,
            right=(3, 4, 5, 6),
            facts={name: getattr(self, name) for name in sums},
            notes=[(one.id, one.reason) for one in self.parts if one.reason is not None],
            assumptions=self.assumptions,
        )

    def __str__(self) -> str:
        return self.explain()


def secured(
    securities: Sequence[Security],
    *,
    exposure: Money | None,
    as_of: Day,
    until: Day | None = None,
    counts_in: CountedIn | str | Mapping[str, CountedIn | str] = CountedIn.EXPOSURE,
    currency: str | None = None,
) -> Secured:
    """What securities secure of an exposure at a date, and what is added to the line.

    ``until`` is the day on which the last debt falls due: a security that ends before it does not count.
    ``counts_in`` is ``"exposure"`` or ``"line"``, for all or by kind (what is not named: exposure); a
    security that says so itself goes before. Where the exposure is not known, ``currency`` says in which
    they are.
    """
    given = records_in(Security, securities, "secured.securities")
    day = as_date(as_of)
    last = None if until is None else as_date(until, "until")
    if exposure is not None and not isinstance(exposure, Money):
        raise InvalidFact("exposure", "must be Money", exposure, "write Money('5000', 'CNY')")
    named = exposure.currency if exposure is not None else currency
    if named is None and given:
        named = given[0].currency
    if named is None:
        raise InvalidFact("currency", "must be given", None, "write currency='CNY'")
    nothing = Money(0, named)
    where = _rule(counts_in)
    seen = set()
    parts = []
    for place, one in enumerate(given):
        if one.currency != named:
            rule, remedy = f"must be in {named}", "convert it with Rates first"
            raise InvalidFact(f"secured.securities[{place}].currency", rule, one.currency, remedy)
        if one.id in seen:
            raise InvalidFact("secured.securities", "must hold a security once", one.id)
        seen.add(one.id)
        parts.append(_part(one, one.counts_in or where[one.kind], day, last))
    line = sum((one.counts for one in parts if one.counts_in is CountedIn.LINE), nothing)
    total = sum((one.counts for one in parts if one.counts_in is CountedIn.EXPOSURE), nothing)
    against = retention = None
    if exposure is not None:
        against = min(total, max(exposure, nothing))
        retention = exposure - against
    return Secured(
        as_of=day,
        currency=named,
        parts=tuple(parts),
        line=line,
        against=against,
        exposure=exposure,
        retention=retention,
        assumptions=(Reason("security.haircut"),),
    )


def _rule(
    given: CountedIn | str | Mapping[str, CountedIn | str],
) -> dict[SecurityKind, CountedIn]:
    """Where each kind counts."""
    if isinstance(given, CountedIn | str):
        return dict.fromkeys(SecurityKind, _counted(given, "counts_in"))
    out = dict.fromkeys(SecurityKind, CountedIn.EXPOSURE)
    kinds = {one.value: one for one in SecurityKind}
    for name, one in mapping_in(given, "counts_in", "write {'deposit': 'exposure'}").items():
        if name not in kinds:
            raise InvalidFact(
                f"counts_in[{name!r}]", "is no kind of security", remedy=meant(name, kinds)
            )
        out[kinds[name]] = _counted(one, f"counts_in[{name!r}]")
    return out


def _counted(given: CountedIn | str, path: str) -> CountedIn:
    words_ = {one.value: one for one in CountedIn}
    if isinstance(given, CountedIn):
        return given
    if not isinstance(given, str) or given not in words_:
        raise InvalidFact(path, "must be 'line' or 'exposure'", given)
    return words_[given]


def _part(one: Security, counts_in: CountedIn, day: date, until: date | None) -> SecuredPart:
    nothing = Money(0, one.currency)
    part = SecuredPart(
        id=one.id,
        kind=one.kind,
        counts_in=counts_in,
        status="does_not_count",
        counts=nothing,
        giver=one.giver,
        value=one.value,
        haircut=one.haircut,
        prior=one.prior,
    )
    reason = _not_valid(one, day, until)
    if reason is not None:
        return attrs.evolve(part, reason=reason)
    needed = {"value": one.value, "haircut": one.haircut, "in_place": one.in_place}
    missing = tuple(name for name, given in needed.items() if given is None)
    if one.value is None or one.haircut is None or missing:
        reason = Reason("security.not_known", missing=missing)
        return attrs.evolve(part, status="not_known", reason=reason)
    kept = 1 - one.haircut
    minor = rounded(one.value.minor * kept.numerator, kept.denominator, ROUNDING)
    minor -= 0 if one.prior is None else one.prior.minor
    counts = Money.from_minor(max(minor, 0), one.currency)
    return attrs.evolve(part, status="counts", counts=counts)


def _not_valid(one: Security, day: date, until: date | None) -> Reason | None:
    """Why it does not count, whatever its value is."""
    if one.in_place is False:
        return Reason("security.not_in_place")
    before = one.start is not None and day < one.start
    after = one.expires_on is not None and day > one.expires_on
    if before or after:
        return Reason(
            "security.not_valid", on=day, start=one.start or (), last=one.expires_on or ()
        )
    if until is not None and one.expires_on is not None and one.expires_on < until:
        return Reason("security.ends_early", last=one.expires_on, until=until)
    return None
