"""A naive reading of `check`: the raw policy, plain facts, fractions and plain loops, top-down.

It shares nothing with the library and imports nothing of it: no plan, no parser, no evaluator. The
figures are read in `naive_account`, `naive_orders` and `naive_ledger`, conditions in `naive_conditions`.
A rule that is odd is written as it is and marked ODD.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tests.naive_account import Case, Figures
from tests.naive_conditions import holds, names_in, said
from tests.naive_orders import BILLED, POSTED, Fact, in_window
from tests.naive_plain import (
    LARGEST,
    SEVERITY,
    NotKnown,
    State,
    converted,
    exact,
    if_known,
    minor_of,
    money,
)

EVENTS = ("order", "pick", "ship", "invoice")


def check(
    policy: Fact,
    order: Fact,
    account: Fact,
    *,
    as_of: date,
    event: str = "order",
    approvals: Iterable[Fact] = (),
    rates: Fact | None = None,
    own: Mapping[str, Fact] | None = None,
) -> dict[str, Any]:
    """The verdict on a document. ``own`` are figures of the host's: name to kind and share_base."""
    case = Case(policy, order, account, as_of, event, rates, own or {})
    # which of two approvals that count is named must not hang on how they were read
    case.approvals = sorted(approvals, key=canonical)
    # Every check of the event is judged, none hides another; one that tests the line asks each line
    # above, too.
    asked = [
        (row, level)
        for row in policy["checks"]["rows"]
        if event in row.get("events", EVENTS)
        for level in (case.levels if uses_line(case, row) else case.levels[:1])
    ]
    checks = [judged(case, row, level) for row, level in asked]
    # the most severe effect of what did not pass and is not cleared; unasked nothing goes
    effects = [one["effect"] for one in checks if one["effect"] and not one["cleared_by"]]
    outcome = max(effects, key=SEVERITY.index, default="approve" if checks else "refer")
    line, overage = case["line"], overage_of(case)
    assumed = sorted(case.assumed)  # by the checks: what is looked at later assumes nothing
    total, components = case.exposure
    return {
        "outcome": outcome,
        "checks": checks,
        "figures": [
            {name: level[name] for name in names_in(case, row["require"])} for row, level in asked
        ],
        "exposure": total,
        "components": components,
        "line": line,
        "overage": overage,
        "prepaid": case.orders.prepaid(),
        "assumed": assumed,
        "approver": who_releases(case) if outcome in ("require", "refer", "hold") else None,
    }


# ------------------------------------------------------------------------------------ one check


def judged(case: Case, row: Fact, level: Figures) -> dict[str, Any]:
    """One check, for the customer or for a group above him: its status, and what follows from it."""
    found = guarded(case, row, level)
    if found is None:
        found = holds(case, row["require"], level)
        unknown = found["status"] == "indeterminate" and level is not case.levels[-1]
        # ODD: not where a guard names the inherited line; then the check is indeterminate
        if unknown and uses_line(case, row) and level["line"] is State.INHERIT:
            found = said("not_applicable")  # the line above is asked, in a row of its own
    effect = None
    if found["status"] == "fail":
        effect = row["on_fail"]
    elif found["status"] == "indeterminate":
        effect = row.get("on_missing", on_missing(case, row))
        # what is known to have no meaning may be told apart from what is not known
        if found["missing"] and all(level[name] is State.UNDEFINED for name in found["missing"]):
            effect = row.get("on_undefined", effect)
            effect = None if effect == "approve" else effect
    return {
        "id": row["id"],
        "level": level.name,
        **found,
        "effect": effect,
        "cleared_by": None if effect is None else cleared_by(case, row, found["status"], effect),
    }


def guarded(case: Case, row: Fact, level: Figures) -> dict[str, Any] | None:
    """Whether a check applies: all its conditions have to hold, and one that is not known does not.

    A condition that does not hold says so whatever the others are.
    """
    missing: tuple[str, ...] = ()
    for text in row.get("when", ()):
        found = holds(case, text, level)
        if found["status"] in ("fail", "not_applicable"):
            return said("not_applicable")
        missing += found["missing"]
    return said("indeterminate", missing=missing) if missing else None


def on_missing(case: Case, row: Fact) -> str:
    """What is not known never passes: it warns, holds, or does what the policy says."""
    if row["on_fail"] == "warn":
        return "warn"
    if row["on_fail"] in ("hold", "reject"):
        return "hold"
    return str(case.policy.get("on_missing", "refer"))


def uses_line(case: Case, row: Fact) -> bool:
    """Whether a check tests a line, so that every line above is asked, too."""
    texts = [row["require"], *row.get("when", ())]
    return any({"line", "utilisation"} & {*names_in(case, text)} for text in texts)


def cleared_by(case: Case, row: Fact, status: str, effect: str) -> str | None:
    """What sets a check aside: prepayment, a person's approval, or that the goods are delivered.

    A status check is never prepaid. Nobody approves a warning or what this policy rejects. The
    invoice of goods that are delivered is never stopped.
    """
    credit = row.get("kind", "credit") == "credit"
    if credit and case.orders.prepaid():
        return "prepayment"
    if effect not in ("warn", "reject"):
        # what was not known, and a status, is covered by name only: nobody approves unasked
        for approval in case.approvals:
            named = row["id"] in approval["checks"]
            at_large = not approval["checks"] and credit and status == "fail"
            if (named or at_large) and counts(case, approval):
                return str(approval["approved_by"])
    if case.event == "invoice" and case.orders.delivered() and effect not in ("approve", "warn"):
        return "delivered"
    return None


# --------------------------------------------------------------------------- who may let it go


def overage_of(case: Case) -> int | None:
    """By how much the document goes over the tightest line; None where that is not known."""
    over = []
    for level in case.levels:
        line, exposure, order = level["line"], level["exposure"], level["order"]
        if line is State.INHERIT:
            continue
        if line is State.UNLIMITED:
            over.append(0)
            continue
        if None in (line, exposure, order):
            return None
        over.append(max(0, exposure + order - (0 if line is State.NONE else line)))
    return max(over) if over and max(over) <= LARGEST else None


def measured(case: Case) -> tuple[int | None, int | None]:
    """The overage with the customer's other open approvals, and the days of the oldest overdue."""
    overage, beside = overage_of(case), others(case)
    both = None if overage is None or beside is None else overage + beside
    return both, case["oldest_overdue_days"]


def others(case: Case) -> int | None:
    """What other approvals to go over a line let through and the exposure does not hold yet.

    Several of one document are one, the largest of them. One of an order counts nothing where the
    exposure has that order: open within the horizon, or reserved.
    """
    on_line = {row["id"] for row in case.rules["rows"] if uses_line(case, row)}
    largest: dict[tuple[str, str], int | None] = {}
    for one in case.approvals:
        to_line = not one["checks"] or on_line & set(one["checks"])
        if is_for(case, one) or not to_line or case.as_of >= date.fromisoformat(one["until"]):
            continue
        of = approved(case, one)
        before, minor = largest.get(of, 0), if_known(case.minor, one["largest_amount"])
        unknown = before is None or minor is None
        largest[of] = None if unknown else max(before or 0, minor or 0)
    orders = case.orders
    counted = {name for name, one in orders.open.items() if orders.within(one)}
    counted |= {orders.of(one["order"]) for one in orders.reserved}
    counted |= {str(orders.behind)} if orders.is_order else set()  # earlier versions of it
    waiting = {
        of: minor
        for of, minor in largest.items()
        if of[0] != "order" or orders.of(of[1]) not in counted
    }
    if None in waiting.values():
        return None
    return sum(
        max(0, minor - in_exposure(case, *of)) for of, minor in waiting.items() if minor is not None
    )


def in_exposure(case: Case, kind: str, number: str) -> int:
    """What is delivered, or billed and open, of an order or of another document.

    ODD: what has no rate counts nothing.
    """
    orders = case.orders
    notes: list[Fact] = []
    items: list[Fact] = []
    if kind == "order":
        notes = orders.naming(orders.notes, number)
        items = [item for item in orders.naming(orders.items, number) if item["kind"] in BILLED]
    elif kind == "delivery":
        notes = [note for note in orders.notes if note["id"] == number]
    else:
        items = [item for item in orders.items if item["kind"] in POSTED]
        items = [item for item in items if number in (item["id"], item["document"])]

    def told(amounts: Iterable[tuple[int, str]]) -> int:
        return sum(if_known(converted, *one, case.currency, case.rates) or 0 for one in amounts)

    unpaid = told((item["open"], item["currency"]) for item in items)
    return told(money(note["amount"]) for note in notes) + max(0, unpaid)


def may_release(case: Case, row: Fact) -> bool:
    """Whether a role may let it go; what is not known needs a role without a bound."""
    overage, days = measured(case)
    if "max_overage" in row:
        most = minor_of(row["max_overage"], case.currency)
        if overage is None or overage > most:
            return False
    return "max_overdue_days" not in row or (days is not None and days <= row["max_overdue_days"])


def who_releases(case: Case) -> str | None:
    """The role of the first row of the authority table that covers the case."""
    rows = case.policy.get("authority", {}).get("rows", ())
    return next((row["role"] for row in rows if may_release(case, row)), None)


def approved(case: Case, approval: Fact) -> tuple[str, str]:
    """The kind and the number of what was approved, and of nothing that replaced it."""
    return approval.get("kind") or "order", approval["order"]


def is_itself(case: Case, approval: Fact) -> bool:
    """Whether an approval names the document under test by its own kind and number."""
    named = approval.get("kind") or "order", approval["order"]
    return named == (case.orders.kind, case.order["id"])


def is_for(case: Case, approval: Fact) -> bool:
    """Whether an approval is of this document, or of its order."""
    return is_itself(case, approval) or approved(case, approval) == (
        "order",
        case.order["of_order"],
    )


def counts(case: Case, approval: Fact) -> bool:
    """Whether an approval of this order counts: its window, its amount, and its role's authority.

    Once so much of the order went out it covers nothing more, paid or not.
    """
    if not is_for(case, approval) or not in_window(case.as_of, approval, "approved_on"):
        return False
    whole, most = if_known(approved_for, case, approval), money(approval["largest_amount"])
    if whole is None:
        return False
    sizes: list[int | None] = [whole[0], most[0]]
    if whole[1] != most[1]:  # in one currency whatever the rates
        sizes = [if_known(converted, *one, case.currency, case.rates) for one in (whole, most)]
    if sizes[0] is None or sizes[1] is None:
        return False
    if sizes[0] > sizes[1] * (1 + exact(approval["deviation"] or 0)):
        return False
    rows = case.policy.get("authority", {}).get("rows", ())
    role = next((row for row in rows if row["role"] == approval["role"]), None)
    return role is not None and may_release(case, role)


def approved_for(case: Case, approval: Fact) -> tuple[int, str]:
    """What an approval must cover: the document, or the whole order that it was given for.

    Of an order that is what is ordered, or what went out of it with this, whichever is more. Where
    neither is known nobody knows what is left of the approval.
    """
    orders = case.orders
    if is_itself(case, approval):
        return money(case.order["amount"])  # which an approval in its currency covers without rates
    assert orders.behind is not None
    life = orders.life(orders.behind)
    if life.ordered is None and (orders.ledger is None or case.account["deliveries"] is None):
        raise NotKnown("what went out")
    return min(LARGEST, max(orders.whole(life), case.minor(case.order["amount"]))), case.currency


def canonical(fact: Fact) -> str:
    """A fact as one text, the same in whatever order its keys were written."""
    return json.dumps(fact, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
