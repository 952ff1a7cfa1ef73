"""What may differ from the corpus, because it was meant to.

The corpus says what the library answered before the house was rebuilt. Where an answer is changed on
purpose, the change stands in `CHANGED` and, for readers, under *Changed results* of the changelog:

    Change("decision", "reasons/limit.least", "limit.least is new: no limit below it", "methods-1/*"),

``kind`` is one of `KINDS`. ``path`` says where in the record, its steps divided by ``/``: a reason is
named by its code and subject (``reasons/knock_out.fired:OLD_DEBT/params/left``), a check by its id and
level, a step of a limit by its name (the second of a name as ``name#2``), other rows of lists by their
number, and ``(order)`` is the order of the rows. ``*`` stands for any one step or a part of it, ``**``
for any number of steps. ``records`` narrows it to some records, by patterns with blanks between.

An entry that no record needs any more fails the tests. The corpus itself is not made anew: a new one
would hide what changed. A record that has become wrong is a line here, with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tests.corpus.compare import Difference

__all__ = ["CHANGED", "KINDS", "Change", "complaints"]

KINDS: Final = {
    "policy": "a policy's digest, its document as it comes back, the codes and paths of its warnings",
    "decision": "what `decide` and `decide_figures` say of one customer",
    "columns": "where the columns of a portfolio differ from the decisions of its customers",
    "verdict": "what `check` says of an order",
    "watched": "what `watch` says of one customer",
    "alerts": "where a table of many customers differs from each watched alone",
    "facts": "facts that are read and written again",
    "record": "recorded results that are read and written again, and their digests",
}
"""What is compared, by the kind of a change."""


class Change(NamedTuple):
    """A difference that was meant: where, why, and in which records."""

    kind: str
    path: str
    why: str
    records: str = "*"


TERMS_OF_LINES: Final = (
    "a line that was granted with terms of its own has those, whatever the grade's"
)
_OWN_TERMS: Final = "checks-03 checks-18 checks-33 group-01 group-09 house-00 house-04 house-17"
"""Verdicts on accounts whose line names the terms that it was granted on."""

WITHOUT_A_MEANING: Final = (
    "a figure that has no meaning was said to be not known: check.undefined says what it is"
)
AGREED_TERMS: Final = "an order without terms asks for those of its line, else of its grade"
_NO_TERMS: Final = (
    "checks-11 checks-13 checks-15 checks-26 group-00 group-02 group-03 group-06 house-03 house-12"
)
"""Verdicts on orders that name no terms, under checks of them."""

DELIVERED: Final = "what a document says is delivered of it stays in the exposure; it was left out"
_SAY_DELIVERED: Final = "checks-43 group-15 branch-04 manufacturers-09"
"""Verdicts on parts of an order that say what is delivered of them, with deliveries on record."""

_LEDGERS: Final = (
    "00-standard/C-001 00-standard/C-006 00-standard/C-007 00-standard/C-008 00-standard/C-009 "
    "00-standard/C-015 00-standard/C-019 00-standard/C-022 00-standard/C-023 00-standard/C-024 "
    "03-standard/C-007 03-standard/C-009 04-branch/C-003 04-branch/C-010 06-house/C-002 "
    "06-house/C-007 06-house/C-008 08-knock_outs/C-001 08-knock_outs/C-002 08-knock_outs/C-003 "
    "08-knock_outs/C-004 08-knock_outs/C-005 08-knock_outs/C-007 08-knock_outs/C-008 "
    "08-knock_outs/C-012 08-knock_outs/C-018 08-knock_outs/C-020 09-methods/C-001 "
    "09-methods/C-019 11-yen/C-008 11-yen/C-013 13-ledger/C-004 13-ledger/C-006 13-ledger/C-012"
)
"""Decisions on ledgers with payments that came back, debit notes, refunds or free cash."""

_SCORED: Final = (
    "00-standard/C-001 00-standard/C-007 00-standard/C-008 00-standard/C-009 00-standard/C-019 "
    "00-standard/C-023 00-standard/C-024 03-standard/C-007 08-knock_outs/C-001 "
    "08-knock_outs/C-002 08-knock_outs/C-003 08-knock_outs/C-005 08-knock_outs/C-007 "
    "09-methods/C-001"
)
"""Those of them whose score such a ledger changes."""

_CHECKED: Final = (
    "branch-06 checks-03 checks-04 checks-06 checks-07 checks-12 checks-13 checks-14 checks-15 "
    "checks-22 checks-25 checks-28 checks-29 checks-30 checks-32 checks-33 checks-42 group-01 "
    "group-08 group-18 ledger-00 standard-14 yen-03"
)
"""Verdicts on such ledgers."""

LEDGERS: Final = (
    "a payment that came back is no payment, a debit note is a sale, free cash pays the oldest in "
    "habits too, and a credit note makes what was to be paid less"
)
COUNTBACK: Final = "the rise of DSO is by countback: simple DSO rose with every season"

DOCUMENTS: Final = (
    "documents are known by kind and number, an order weighs the same all its life, its advances are "
    "used once, and an approval of one kind is of no other"
)
_DOCUMENTS: Final = (
    "branch-00 branch-01 branch-03 checks-00 checks-01 checks-02 checks-04 checks-07 "
    "checks-09 checks-10 checks-14 checks-15 checks-17 checks-21 checks-23 checks-24 "
    "checks-32 checks-34 checks-35 checks-36 checks-37 checks-38 checks-39 checks-40 checks-41 "
    "checks-43 dinar-00 dinar-05 group-00 group-01 group-02 group-04 group-07 group-08 "
    "group-09 group-10 group-11 group-12 group-15 group-16 group-17 group-20 group-21 "
    "group-22 group-24 house-01 house-02 house-03 house-05 house-06 house-07 house-08 "
    "house-12 house-13 house-16 house-17 ledger-01 ledger-03 ledger-05 ledger-06 "
    "manufacturers-00 manufacturers-01 manufacturers-02 manufacturers-03 manufacturers-04 "
    "manufacturers-06 manufacturers-08 standard-00 standard-01 standard-04 standard-05 "
    "standard-07 standard-10 standard-11 standard-12 standard-16 standard-18 standard-19 "
    "standard-20 standard-21 standard-22 standard-24 standard-25 standard-29 yen-01 yen-05"
)
"""Verdicts on accounts with orders, deliveries, advances or approvals, or a line, that this concerns."""

APPROVED: Final = "a line counts from its approval, and one that nobody approved does not"
_UNAPPROVED: Final = (
    "checks-02 checks-07 checks-14 checks-36 group-09 house-01 house-02 standard-24"
)
"""Verdicts on accounts with a line that nobody has approved."""

CHANGED: Final[tuple[Change, ...]] = (
    *(
        Change("verdict", path, DOCUMENTS, _DOCUMENTS)
        for path in (
            "checks/**",
            "exposure/**",
            "overage",
            "outcome",
            "approver",
            "prepaid",
            "reasons/**",
            "release_if/*",
            "release_if/*/*",
        )
    ),
    Change("verdict", "line", APPROVED, _UNAPPROVED),
    Change("verdict", "reasons/line.not_approved", APPROVED, _UNAPPROVED),
    Change("verdict", "release_if/*/order", "a prepayment says to which order it is earmarked"),
    *(
        Change("verdict", path, AGREED_TERMS, _NO_TERMS)
        for path in (
            "checks/TERMS*/**",
            "checks/AGREED/**",
            "checks/LONGEST/**",
            "checks/ON_TIME/**",  # which asks for the terms in its guard
            "reasons/check.*:*",
            "outcome",
            "approver",
            "release_if/*",
        )
    ),
    *(
        Change("verdict", path, DELIVERED, _SAY_DELIVERED)
        for path in ("overage", "checks/**", "exposure/**", "reasons/**")
    ),
    *(
        Change(
            "verdict",
            f"exposure/components/{name}/*",
            "of what there is none nothing is owed, also where another amount has no rate",
            "standard-15 checks-01 checks-03 checks-05 checks-07 checks-26 checks-36 checks-44",
        )
        for name in ("deliveries", "reservations")
    ),
    Change(
        "decision",
        "reasons/knock_out.fired:*/params/falls_to",
        "a knock-out says that the grade falls, and to which",
    ),
    *(
        Change("decision", name, "what was given in another currency is also shown as it was given")
        for name in ("requested_as", "line_as")
    ),
    Change(
        "decision",
        "limit_steps/rounding/base",
        "the step that a limit was rounded to stands in its rounding, so that the page recomputes",
    ),
    Change(
        "decision",
        "next_review",
        "what is owed and not known, by a limit that is not known or has no end, is above any amount",
        "01-standard/C-006 01-standard/C-007 05-manufacturers/C-001 05-manufacturers/C-006",
    ),
    Change(
        "decision",
        "figures/score",
        "a score that is supplied beyond the domain is the figure that the decision has, not the one given",
        "what-if-*",
    ),
    *(
        Change(
            "decision",
            f"models/*/score/parts/*/{key}",
            "a factor's part says its points, weight and span, so that the page recomputes",
        )
        for key in ("points", "weight", "span")
    ),
    Change(
        "decision",
        "figures/receivables",
        "what is owed is among the figures of every decision: the step that compares asks for it first",
    ),
    *(
        Change("verdict", path, TERMS_OF_LINES, _OWN_TERMS)
        for path in (
            "checks/TERMS*/**",
            "checks/AGREED/**",
            "reasons/check.*:TERMS*",
            "reasons/check.failed:TERMS*/params/right",
            "reasons/check.*:AGREED/params/**",
        )
    ),
    *(
        Change("verdict", f"reasons/check.{code}:{check}", WITHOUT_A_MEANING)
        for code in ("unknown", "undefined")
        for check in ("DSO", "TURN", "USE*")
    ),
    *(
        Change("decision", path, LEDGERS, _LEDGERS)
        for name in (
            "average_days_late dso oldest_overdue_days on_time_share overdue overdue_share receivables "
            "settled_count"
        ).split()
        for path in (f"figures/{name}**", f"models/0/score/parts/{name}/**")
        if path != "figures/receivables**"
    ),
    Change("decision", "figures/receivables/money", LEDGERS, _LEDGERS),
    Change("decision", "reasons/knock_out.fired:*", LEDGERS, _LEDGERS),
    Change("decision", "reasons/knock_out.fired:*/params/left**", LEDGERS, _LEDGERS),
    *(
        Change("decision", path, LEDGERS, _SCORED)
        for path in (
            "models/0/part",
            "models/0/scaled",
            "models/0/score/value",
            "score",
            "grade",
            "outcome",
            "limit",
            "limit_steps/**",
            "terms/*",
            "next_review",
            "reasons/limit.below_*/params/limit/money",
            "reasons/limit.below_owed",
            "reasons/terms.longer",
        )
    ),
    *(
        Change("verdict", path, LEDGERS, _CHECKED)
        for name in (
            "COUNTBACK DAYS DISPUTED DSO LATE LINE* OLDEST ON_TIME OVERDUE SETTLED SHARE TURN TWICE USE*"
        ).split()
        for path in (f"checks/{name}/**", f"reasons/check.*:{name}**")
        if path not in ("reasons/check.*:LATE**", "reasons/check.*:SETTLED**")  # which say the same
    ),
    *(
        Change("verdict", path, LEDGERS, _CHECKED)
        for path in (
            "exposure/components/receivables/*",
            "exposure/total",
            "overage",
            "outcome",
            "approver",
            "release_if/**",
            "reasons/approval.not_named:*",
        )
    ),
    Change("watched", "alerts/DSO**", COUNTBACK),
    Change("watched", "alerts/(order)", COUNTBACK),
    Change("watched", "not_judged/*:DSO**", COUNTBACK),
    Change(
        "policy",
        "warnings/scale.always:*",
        "a condition that always holds of what its figure can be is a warning",
    ),
    Change(
        "policy",
        "warnings/gap.month:*",
        "an indicator of a figure that a month does not know by itself says what the host has to give",
        "manufacturers watch",
    ),
    Change(
        "policy",
        "warnings/gap.prepaid:*",
        "a check of who the customer is, whose kind is left out, lets prepaid orders pass",
        "house",
    ),
    Change(
        "policy",
        "warnings/old.key:monitoring.reviews",
        "review cycles are written in [reviews]; the old place still loads and says so",
    ),
)
"""Every difference that was meant."""


def complaints(
    kind: str, found: Iterable[tuple[str, Difference]], changed: Sequence[Change] = CHANGED
) -> list[str]:
    """A line for each difference that no change of the kind allows, and for each change not needed.

    ``found`` are pairs of a record's id and a difference.
    """
    allowed = [change for change in changed if change.kind == kind]
    patterns = [(_records(one.records), _pattern(one.path)) for one in allowed]
    used = [False] * len(allowed)
    out = []
    for record, (path, was, now) in found:
        fits = [
            place
            for place, (records, paths) in enumerate(patterns)
            if records.fullmatch(record) and paths.fullmatch(path)
        ]
        for place in fits:
            used[place] = True
        if not fits:
            out.append(f"{kind} {record}: {path}: {was!r} -> {now!r}")
    left = zip(allowed, used, strict=True)
    return out + [f"{kind}: no record needs {one}" for one, needed in left if not needed]


def _records(text: str) -> re.Pattern[str]:
    """Any of some records; ``*`` as anything."""
    return re.compile("|".join(re.escape(one).replace(r"\*", ".*") for one in text.split()))


def _pattern(text: str) -> re.Pattern[str]:
    """A path; ``*`` as anything within a step, ``**`` as any steps."""
    parts = (re.escape(part).replace(r"\*", "[^/]*") for part in text.split("**"))
    return re.compile(".*".join(parts), re.DOTALL)
