"""One record of every class, each with as much in it as it can hold, for what is true of all of them.

A new record gets a line in `WHOLE` unless it is a part of one that is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs
import pytest

import creditkit as ck
from creditkit import cover
from creditkit._plain import Deferred, Record
from creditkit.limits.by_method import method_limit
from creditkit.limits.methods import Parameters
from creditkit.models import attribution, dupont
from creditkit.policy.standard import STANDARD
from creditkit.receivables import curves, dso_change, flow, loss_history, positions, provision
from tests import doors, entries

__all__ = ["RECORDS"]

TODAY = date(2026, 11, 21)
RECONCILED: dict[str, Any] = {"since": "2026-09-01", "until": TODAY, "control": {"C-1": "5"}}


def _verdict() -> ck.Verdict:
    """A check that fails in several ways, so that there is something to release."""
    item = {"account": "C-1", "currency": "CNY", "kind": "invoice", "amount": "400000"}
    old = ck.OpenItem(id="I-1", doc_date="2026-07-01", due_date="2026-08-01", **item)  # type: ignore[arg-type]
    account = attrs.evolve(entries.ACCOUNT, ledger=ck.Ledger.of([old]), customer="C-1")
    order = ck.Order(id="SO-9", currency="CNY", amount="500000", terms="net90")
    return entries.POLICY.check(order, account, as_of=TODAY)


def _limit_of_several() -> ck.policy.decide.decision.Decision:
    """A limit by a method of several figures, with weights, and a factor of the grade."""
    text, rest = STANDARD.split("methods = [")[0], STANDARD.split('combine = "lowest"')[1]
    grades = '{ AAA = 1, AA = "0.5", A = 1, B = 1 }'
    way = 'use = "average_receipts", figures = ["line", "receivables"]'
    document = f"{text}methods = [{{ {way}, by_grade = {grades} }}]{rest}"
    given = {"score": 750.0, "line": "5", "receivables": "7"}
    return ck.Policy.from_toml(document).decide_figures(given, as_of=TODAY)


REFERENCES = {"a": ck.Money("5", "CNY"), "b": None}
BOTH = Parameters(figures=("a", "b"))


def _watched() -> ck.Watched:
    months = [
        ck.MonthFigures(
            account="C-1", month_end=date.fromisoformat(end), currency="CNY", line="480000",
            exposure=exposure, receivables=exposure, sales="260000", grade=grade, oldest_overdue_days=70,
        )
        for end, exposure, grade in (
            ("2026-08-31", "200000", "AA"), ("2026-09-30", "250000", "A"),
            ("2026-10-31", "900000", "B"),
        )
    ]  # fmt: skip
    return entries.POLICY.watch(months, as_of=TODAY)


def _findings() -> tuple[ck.Finding, ...]:
    """A policy with slips: a witness, and a name that is unknown and may be declared."""
    slip = STANDARD.replace("overdue <= 0.40 * receivables", "overdue <= 40 * receivables")
    with pytest.raises(ck.InvalidPolicy) as caught:
        ck.Policy.from_toml(slip.replace('"z2 >=', '"zz2 >='))
    return (*caught.value.findings, *ck.Policy.from_toml(slip).warnings)


def _records() -> Iterator[Any]:
    yield from (kind(**right) for kind, right in doors.FACTS.items())
    yield from (entries.DECISION, _verdict(), _watched())
    yield from (_limit_of_several(), method_limit("references", REFERENCES, BOTH, currency="CNY"))
    yield from (dupont.dupont(entries.STATEMENT), ck.PaymentTerms.parse("net30"))
    yield ck.PaymentTerms.parse(
        "30% prepaid, 50% of the rest 2/10, EOM+30, rest 12 months after acceptance"
    )
    yield doors.CHINA
    yield from (doors.SCHEDULE, doors.LATE, doors.RULE)
    yield ck.terms.discount_cost("2/10 net 30")
    yield ck.terms.compare("30% prepaid, 70% net 60", "net 30")
    yield ck.terms.RULES["CN.802.public"]
    yield ck.terms.statutory("net 90", "EU.2011/7")
    yield attribution.attribute({"a": 1.0, "b": 2.0}, {"a": 2.0, "b": 3.0})
    yield ck.ageing(entries.LEDGER, as_of=TODAY).row("C-1")
    yield from positions.overdue_items(entries.LEDGER, as_of=TODAY) or ()
    yield ck.sales(entries.LEDGER, as_of=TODAY)[0]
    yield from (doors.AGREED[0], *doors.AGREED.differences)
    yield from ck.worklist(entries.DEBTORS)
    yield from (*doors.QUEUE, *doors.PLAN)
    yield from ck.Ledger.of([entries.INVOICE, entries.INVOICE]).notes
    yield from _findings()
    yield entries.COVER
    yield cover.would_be_covered(entries.SALE, entries.BUYER, entries.INSURANCE, as_of=TODAY)
    yield cover.deadlines(entries.BUYER, entries.INSURANCE, as_of=TODAY)
    yield cover.received(entries.BUYER, ck.Money(5, "EUR"), on=TODAY)
    yield cover.indemnity(entries.LOSS, entries.INSURANCE)
    yield cover.secured([entries.SECURITY], exposure=entries.COVER.retention, as_of=TODAY)
    yield from (*curves.paying_curves(doors.BOOK, as_of=TODAY), doors.CURVE)
    yield from (*doors.RECEIPTS, *doors.ROLL, doors.MATRIX)
    yield provision.provision(doors.AGED, doors.MATRIX, individual={"C-2": "50%"})
    yield flow.roll_rates(doors.BOOK, as_of=TODAY, months=2)
    yield loss_history.loss_history(doors.BOOK, **doors.COHORT)
    reconciled = ck.reconcile(doors.BOOK, **RECONCILED)
    yield from (*ck.sales(doors.BOOK, as_of=TODAY), *reconciled, *reconciled.differences)
    yield dso_change.dso_change(
        doors.BOOK, earlier="2026-09-21", as_of="2026-09-25", period=1, history_from="2020-01-01"
    )


def _within(value: Any) -> Iterator[Record]:
    """A record and those within it."""
    if isinstance(value, Deferred):
        yield from _within(value.get())
    elif isinstance(value, tuple):
        for one in value:
            yield from _within(one)
    elif isinstance(value, Record):
        yield value
        for field in attrs.fields(type(value)):  # type: ignore[arg-type]
            yield from _within(getattr(value, field.name))


def _fullest() -> dict[type, Record]:
    out: dict[type, Record] = {}
    for whole in _records():
        for one in _within(whole):
            kept = out.setdefault(type(one), one)
            if len(str(one.to_dict())) > len(str(kept.to_dict())):
                out[type(one)] = one
    return dict(sorted(out.items(), key=lambda pair: pair[0].__name__))


RECORDS = _fullest()
"""Class -> a record of it: the one of which most is known."""
