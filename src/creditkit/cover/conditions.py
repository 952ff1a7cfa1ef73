"""The conditions on which a shipment is insured: each with both sides, and what mends it.

Every condition is judged and told; there is no short circuit. One that cannot be judged, because a fact
is not known, is ``indeterminate``: never a pass. A clause that the policy does not have is
``not_applicable``.

The limit is the one in force on the day of shipment. Where the insurer has never decided on the buyer by
then, the insured's own discretion stands in, as far as evidence justifies it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import ClassVar, Final, Literal, NamedTuple, TypeAlias

import attrs

from creditkit._plain import Record
from creditkit.facts.insurance import (
    BuyerLimit,
    CountedFrom,
    InsuranceKind,
    InsurancePolicy,
    InsuredBuyer,
    Shipment,
    days_after,
)
from creditkit.money import Money
from creditkit.reasons import Reason

__all__ = [
    "CoverCondition",
    "Judged",
    "LimitThen",
    "Stops",
    "Unpaid",
    "conditions_of",
    "limit_then",
    "stops_of",
    "stops_on",
]

Judged: TypeAlias = Literal["pass", "fail", "indeterminate", "not_applicable"]
"""How a condition came out."""

_ONE_DAY: Final = 1
_MOST_NAMED: Final = 5


@attrs.frozen(kw_only=True)
class CoverCondition(Record):
    """One condition of cover: what is (``left``), what it must be (``right``), and how it came out.

    ``reason`` says why it is not met and what mends it; ``missing`` names what is not known.
    """

    schema: ClassVar[str] = "creditkit.cover_condition/1"

    id: str
    status: Judged
    left: Money | date | int | str | bool | None = attrs.field(
        default=None, metadata={"tagged": True}
    )
    right: Money | date | int | str | bool | None = attrs.field(
        default=None, metadata={"tagged": True}
    )
    missing: tuple[str, ...] = ()
    reason: Reason | None = None


class LimitThen(NamedTuple):
    """The limit for what is shipped on a day: its amount and share, and where it comes from.

    ``amount`` is 0 where there is none, None where that is not known.
    """

    amount: Money | None
    source: Literal["approved", "discretionary", "none"]
    share: Fraction
    limit: BuyerLimit | None = None
    reason: Reason | None = None
    missing: tuple[str, ...] = ()


def limit_then(buyer: InsuredBuyer, policy: InsurancePolicy, day: date) -> LimitThen:
    """The limit that is in force for what is shipped on a day."""
    nothing = Money(0, buyer.currency)
    share = policy.insured_share
    for limit in buyer.limits:
        if limit.runs(day):
            reason = None
            if not limit.amount:
                reason = Reason("cover.limit_zero", start=limit.start)
            own = share if limit.insured_share is None else limit.insured_share
            return LimitThen(limit.amount, "approved", own, limit, reason)
    decided = any(limit.start <= day for limit in buyer.limits)
    if decided or policy.discretionary is None:
        return LimitThen(nothing, "none", share, reason=Reason("cover.no_limit", on=day))
    if buyer.adverse_on is not None and buyer.adverse_on <= day:
        reason = Reason("cover.adverse", since=buyer.adverse_on)
        return LimitThen(nothing, "none", share, reason=reason)
    usable = [
        one
        for one in buyer.evidence
        if one.kind.value in policy.discretionary_by
        and one.on <= day <= days_after(one.on, policy.evidence_days)
    ]
    justified = [one.amount for one in usable if one.adverse is False]
    own = share if policy.discretionary_share is None else policy.discretionary_share
    if justified:
        return LimitThen(min(policy.discretionary, max(justified)), "discretionary", own)
    if any(one.adverse is None for one in usable):
        return LimitThen(None, "discretionary", own, missing=("evidence.adverse",))
    reason = Reason("cover.not_justified", on=day, days=policy.evidence_days)
    return LimitThen(nothing, "none", share, reason=reason)


def conditions_of(
    shipment: Shipment,
    buyer: InsuredBuyer,
    policy: InsurancePolicy,
    *,
    as_of: date,
    limit: LimitThen,
    stops: Stops,
) -> tuple[CoverCondition, ...]:
    """Every condition for one shipment, in the order of its life."""
    return (
        _policy_window(shipment, policy, as_of),
        _buyer(buyer, policy),
        _judge("related", buyer.related, False, Reason("cover.related"), ("related",)),
        _limit(limit),
        _limit_condition(limit.limit),
        _method(shipment, limit.limit),
        _terms(shipment, policy, limit.limit),
        _invoicing(shipment, policy, as_of),
        _stop_unpaid(shipment, stops),
        _stop_insolvency(shipment, buyer),
        _stop_claim(shipment, stops),
        _extension(shipment, policy),
        *_overdue(shipment, policy, as_of),
    )


class Unpaid(NamedTuple):
    """A debt that stops shipments: from the day after ``last`` until it is paid, if it is."""

    last: date
    due_on: date
    paid_on: date | None
    shipment: Shipment


class Stops(NamedTuple):
    """What stops shipments to a buyer, worked out once for all of them.

    ``unpaid`` are the debts that stop any, by the end of their extension; of those that are still open
    the first alone, which stops whatever the others stop. ``doubtful`` are those of which a fact is not
    known, with the last day on which that does not matter. ``claim`` is the day of a claim or a hand-over.
    """

    known: bool
    unpaid: tuple[Unpaid, ...]
    doubtful: tuple[tuple[date, Shipment, str], ...]
    claim: date | None


def stops_of(buyer: InsuredBuyer, policy: InsurancePolicy) -> Stops:
    """What stops shipments to a buyer, by what is known."""
    unpaid: list[Unpaid] = []
    doubtful: list[tuple[date, Shipment, str]] = []
    claims = [] if buyer.claim_on is None else [buyer.claim_on]
    for one in buyer.shipments or ():
        if one.handed_over_on is not None:
            claims.append(one.handed_over_on)
        settled = one.open is not None and not one.open
        if one.due_on is None:
            what = "paid_on" if settled and one.paid_on is None else "due_on"
            doubtful.append((one.shipped_on, one, what))
            continue
        last = policy.extension_end(one.due_on)
        if one.open is None and one.paid_on is None:
            doubtful.append((last, one, "open"))
        elif settled and one.paid_on is None:
            doubtful.append((last, one, "paid_on"))
        elif one.paid_on is None or one.paid_on > last:
            unpaid.append(Unpaid(last, one.due_on, one.paid_on, one))
    unpaid.sort(key=lambda one: (one.last, one.shipment.id))
    first = next((place for place, one in enumerate(unpaid) if one.paid_on is None), len(unpaid))
    return Stops(
        known=buyer.shipments is not None,
        unpaid=tuple(unpaid[: first + 1]),
        doubtful=tuple(doubtful),
        claim=min(claims, default=None),
    )


def stops_on(buyer: InsuredBuyer, policy: InsurancePolicy, *, as_of: date) -> date | None:
    """The first day on which shipments to the buyer are not insured, by what is known; None where none is.

    The day after the extension of the oldest unpaid debt ends, the day of insolvency, of a claim, of a
    hand-over; whichever comes first.
    """
    days = [day for day in (buyer.insolvent_on, buyer.claim_on) if day is not None]
    for one in buyer.shipments or ():
        if one.handed_over_on is not None:
            days.append(one.handed_over_on)
        unpaid = one.open is None or bool(one.open)
        if unpaid and one.due_on is not None and one.shipped_on <= as_of:
            days.append(days_after(policy.extension_end(one.due_on), _ONE_DAY))
    return min(days, default=None)


# One condition each


def _unknown(
    name: str, *missing: str, left: date | int | None = None, right: date | int | None = None
) -> CoverCondition:
    reason = Reason("cover.unknown", missing=missing)
    return CoverCondition(
        id=name, status="indeterminate", left=left, right=right, missing=missing, reason=reason
    )


def _judge(
    name: str, left: bool | str | None, right: bool | str, reason: Reason, missing: tuple[str, ...]
) -> CoverCondition:
    """A condition that something is so."""
    if left is None:
        return _unknown(name, *missing)
    status: Judged = "pass" if left == right else "fail"
    told = None if status == "pass" else reason
    return CoverCondition(id=name, status=status, left=left, right=right, reason=told)


def _by_day(name: str, left: date, last: date, reason: Reason) -> CoverCondition:
    """A condition that a day is not after the last."""
    good = left <= last
    told = None if good else reason
    return CoverCondition(
        id=name, status="pass" if good else "fail", left=left, right=last, reason=told
    )


def _none(name: str) -> CoverCondition:
    return CoverCondition(id=name, status="not_applicable")


def _policy_window(shipment: Shipment, policy: InsurancePolicy, as_of: date) -> CoverCondition:
    name, on, ends = "policy_window", shipment.shipped_on, policy.ends
    last = None if ends is None else days_after(ends, -_ONE_DAY)
    reason = None
    if on < policy.start or (ends is not None and on >= ends):
        reason = Reason("cover.policy_window", on=on, start=policy.start, last=last or ())
    elif not policy.run_off and ends is not None and as_of >= ends:
        reason = Reason("cover.ended", ended=ends)
    right = policy.start if on < policy.start else last
    status: Judged = "pass" if reason is None else "fail"
    return CoverCondition(id=name, status=status, left=on, right=right, reason=reason)


def _buyer(buyer: InsuredBuyer, policy: InsurancePolicy) -> CoverCondition:
    name = "buyer"
    if policy.kind is InsuranceKind.WHOLE_TURNOVER:
        return _none(name)
    if policy.buyer is not None:
        other = Reason("cover.other_buyer", insured=policy.buyer)
        return _judge(name, buyer.buyer, policy.buyer, other, ())
    if buyer.country is None or policy.country is None:
        return _unknown(name, "country")
    good = (buyer.country == policy.country) is (policy.kind is InsuranceKind.DOMESTIC)
    reason = None
    if not good:
        home, kind = policy.country, policy.kind.value
        reason = Reason("cover.country", country=buyer.country, kind=kind, home=home)
    return CoverCondition(
        id=name,
        status="pass" if good else "fail",
        left=buyer.country,
        right=f"{'' if policy.kind is InsuranceKind.DOMESTIC else '≠ '}{policy.country}",
        reason=reason,
    )


def _limit(limit: LimitThen) -> CoverCondition:
    if limit.amount is None:
        return _unknown("limit", *limit.missing)
    status: Judged = "fail" if limit.reason is not None else "pass"
    return CoverCondition(id="limit", status=status, left=limit.amount, reason=limit.reason)


def _limit_condition(limit: BuyerLimit | None) -> CoverCondition:
    name = "limit_condition"
    if limit is None or limit.condition is None:
        return _none(name)
    reason = Reason("cover.condition", condition=limit.condition)
    return _judge(name, limit.condition_met, True, reason, ("condition_met",))


def _method(shipment: Shipment, limit: BuyerLimit | None) -> CoverCondition:
    name = "method"
    if limit is None or limit.method is None:
        return _none(name)
    if shipment.method is None:
        return _unknown(name, "method")
    given, approved = shipment.method, limit.method
    good = given.risk <= approved.risk
    reason = None
    if not good:
        reason = Reason("cover.method", method=given.value, approved=approved.value)
    return CoverCondition(
        id=name,
        status="pass" if good else "fail",
        left=given.value,
        right=approved.value,
        reason=reason,
    )


def _terms(shipment: Shipment, policy: InsurancePolicy, limit: BuyerLimit | None) -> CoverCondition:
    name, most = "terms", policy.maximum_terms_days
    if limit is not None and limit.maximum_terms_days is not None:
        most = limit.maximum_terms_days
    if shipment.due_on is None:
        return _unknown(name, "due_on", right=most)
    days = (shipment.due_on - shipment.shipped_on).days
    reason = None
    if days > most:
        latest = days_after(shipment.shipped_on, most)
        reason = Reason("cover.terms", days=days, most=most, latest=latest)
    return CoverCondition(
        id=name, status="fail" if reason else "pass", left=days, right=most, reason=reason
    )


def _invoicing(shipment: Shipment, policy: InsurancePolicy, as_of: date) -> CoverCondition:
    name = "invoicing"
    if policy.maximum_invoicing_days is None:
        return _none(name)
    last = days_after(shipment.shipped_on, policy.maximum_invoicing_days)
    if shipment.invoiced_on is not None:
        on = shipment.invoiced_on
        return _by_day(name, on, last, Reason("cover.invoicing", on=on, last=last))
    if as_of <= last:
        return CoverCondition(id=name, status="pass", right=last)
    return _unknown(name, "invoiced_on", right=last)


def _stop_unpaid(shipment: Shipment, stops: Stops) -> CoverCondition:
    """Nothing older is unpaid past the end of its extension on the day of shipment."""
    name, on = "stop_unpaid", shipment.shipped_on
    if not stops.known:
        return _unknown(name, "shipments")
    for one in stops.unpaid:
        if one.last >= on:
            break
        if one.paid_on is None or one.paid_on > on:
            document = one.shipment
            told = Reason("cover.stop_unpaid", document=document.id, due=one.due_on, last=one.last)
            return CoverCondition(id=name, status="fail", left=on, right=one.last, reason=told)
    missing = [
        f"{one.id}.{what}"
        for since, one, what in stops.doubtful
        if one is not shipment
        and (since < on or (what == "due_on" and since <= on))
        and (one.paid_on is None or one.paid_on > on)
    ]
    if missing:
        return _unknown(name, *sorted(missing)[:_MOST_NAMED])
    return CoverCondition(id=name, status="pass", left=on)


def _stop_insolvency(shipment: Shipment, buyer: InsuredBuyer) -> CoverCondition:
    name, on = "stop_insolvency", shipment.shipped_on
    if buyer.insolvent_on is not None:
        last = days_after(buyer.insolvent_on, -_ONE_DAY)
        return _by_day(name, on, last, Reason("cover.stop_insolvency", since=buyer.insolvent_on))
    if buyer.insolvency is None:
        return _unknown(name, "insolvency")
    if buyer.insolvency:
        return _unknown(name, "insolvent_on")
    return CoverCondition(id=name, status="pass", left=on)


def _stop_claim(shipment: Shipment, stops: Stops) -> CoverCondition:
    name, on, since = "stop_claim", shipment.shipped_on, stops.claim
    if since is None:
        return CoverCondition(id=name, status="pass", left=on)
    return _by_day(name, on, days_after(since, -_ONE_DAY), Reason("cover.stop_claim", since=since))


def _extension(shipment: Shipment, policy: InsurancePolicy) -> CoverCondition:
    name, to = "extension", shipment.extended_to
    if to is None or shipment.due_on is None:
        return _none(name)
    last = policy.extension_end(shipment.due_on)
    if shipment.extension_agreed:
        return CoverCondition(id=name, status="pass", left=to, right=max(to, last))
    return _by_day(name, to, last, Reason("cover.extension", to=to, last=last))


def _overdue(shipment: Shipment, policy: InsurancePolicy, as_of: date) -> Iterator[CoverCondition]:
    """The two deadlines of a debt that is not paid: to report it and to hand it over."""
    for name, days, base, on in (
        ("report", policy.report_days, policy.report_from, shipment.reported_on),
        (
            "hand_over",
            policy.hand_over_days,
            CountedFrom.EXTENSION_END,
            shipment.handed_over_on,
        ),
    ):
        if days is None or (shipment.open is not None and not shipment.open and on is None):
            yield _none(name)
            continue
        if shipment.due_on is None:
            yield _unknown(name, "due_on")
            continue
        last = policy.counted(shipment.due_on, base, days)
        report = name == "report"
        if on is not None and on > as_of:  # has not happened yet
            on = None
        if on is not None:
            late = Reason("cover.reported_late", on=on, last=last)
            if not report:
                late = Reason("cover.handed_over_late", on=on, last=last)
            yield _by_day(name, on, last, late)
        elif as_of <= last:
            yield CoverCondition(id=name, status="pass", left=as_of, right=last)
        elif shipment.open is None:
            yield _unknown(name, "open", left=as_of, right=last)
        else:
            reason = Reason("cover.not_reported" if report else "cover.not_handed_over", last=last)
            yield CoverCondition(id=name, status="fail", left=as_of, right=last, reason=reason)
