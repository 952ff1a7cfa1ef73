"""What a host hands to another process comes back and says the same, whatever public class it is."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

import attrs
import numpy as np
import pytest

import creditkit as ck
from creditkit.errors import InvalidFact
from creditkit.models import dupont
from creditkit.models.altman import Z2_1995
from creditkit.models.contract import scores_of
from creditkit.models.scorecard import Bin, Factor, Scorecard
from creditkit.policy.watch.alert import Severity
from creditkit.receivables import curves, dso_change, flow, loss_history, provision
from tests import doors, entries

TODAY = date(2026, 11, 21)
POLICY = ck.Policy.standard()
LINES = {name: [100.0, None, -3.0] for name in Z2_1995.needs}
STATEMENTS = ck.Statements.from_columns(
    {**LINES, "revenue": [5.0, 1.0, None], "net_income": [1.0, 2.0, 3.0], "currency": "CNY",
     "period_end": "2025-12-31"}
)  # fmt: skip
CARD = Scorecard(
    id="card.1", low=0.0, high=1000.0,
    factors=[Factor(figure="ebit", weight=1, missing="zero", bins=[Bin(points=50)])],
)  # fmt: skip
MONTHS = ck.MonthlyFigures.of(
    [
        ck.MonthFigures(
            account=name, currency="CNY", month_end=end, line=line, exposure="470000",
            receivables=owed, sales="260000", grade=grade, oldest_overdue_days=days,
        )
        for name, line, days in (("C-1", "480000", 70), ("C-2", "none", None), ("C-3", None, 20))
        for end, owed, grade in (
            ("2026-07-31", "200000", "AA"), ("2026-08-31", "200000", "AA"),
            ("2026-09-30", "250000", "A"), ("2026-10-31", "900000", "B"),
        )
    ]
)  # fmt: skip
ALERTS = POLICY.watch(MONTHS, as_of=TODAY)
DEBTORS = ck.Debtors.from_columns(
    {
        "account": ["C-1", "C-2", "C-3", "C-4", "C-5"], "as_of": [TODAY] * 5, "currency": "CNY",
        "receivables": ["900", "700", "5", "80", None], "overdue": ["500", "7", "0", "8", None],
        "overdue_items": [2, 1, 0, 1, None], "oldest_overdue_days": [40, 2, 0, 3, None],
        "money_days": ["12500", "14", "0", "9", None], "disputed": ["5", None, "5", None, None],
        "grade": ["B", "A", None, "B", None], "insolvency": [None, None, False, True, False],
    }
)  # fmt: skip
LEDGER = ck.Ledger.from_columns(
    {"id": ["A", "B", "B"], "account": ["C-1", "C-2", "C-2"], "currency": "CNY", "kind": "invoice",
     "amount": [1, 2, 3], "doc_date": "2026-09-01"}
)  # fmt: skip
RUNNING = ck.Ledger.from_columns(
    {"id": ["A", "B", "R", "S"], "account": ["C-1", "C-1", "C-1", "C-2"], "currency": "CNY",
     "kind": ["invoice", "invoice", "receipt", "receipt"], "amount": [100, 50, -120, -7],
     "doc_date": "2026-09-01"}
)  # fmt: skip
RUN = POLICY.decide(entries.PORTFOLIO, as_of=TODAY, ledger=entries.LEDGER)


@dataclass
class OfTheHost:
    """A model without columns of its own: its scores are kept row by row."""

    id: str = "host.1"
    needs: tuple[str, ...] = ("ebit",)

    def score(self, figures: Mapping[str, Any], /) -> ck.Score:
        value = figures["ebit"]
        lacking = ("ebit",) if value is None else ()
        return ck.Score(model=self.id, value=value, missing=lacking)


RESULTS: dict[str, Callable[[], Any]] = {
    "alerts": lambda: ALERTS,
    "alerts of a record": lambda: ck.Alerts.from_dict(ALERTS.to_dict()),
    "no alerts": lambda: POLICY.watch(ck.MonthlyFigures.of([]), as_of=TODAY),
    "alert": lambda: ALERTS[0],
    "watched": lambda: ALERTS.watched("C-2"),
    "watched alone": lambda: POLICY.watch([MONTHS.row(0)], as_of=TODAY),
    "worklist": lambda: ck.worklist(DEBTORS, weights={"A": "0.5", "B": 2}),
    "worklist of days": lambda: ck.worklist(DEBTORS, by="oldest_overdue_days"),
    "worklist of a record": lambda: ck.Worklist.from_dict(ck.worklist(DEBTORS).to_dict()),
    "task": lambda: ck.worklist(DEBTORS)[0],
    "decisions": lambda: RUN,
    "decisions of a record": lambda: ck.Decisions.from_dict(RUN.to_dict()),
    "decision": lambda: RUN[0],
    "verdict": lambda: entries.VERDICT,
    "queue": lambda: doors.QUEUE,
    "queue of a record": lambda: ck.CheckedQueue.from_dict(doors.QUEUE.to_dict()),
    "queued order": lambda: doors.QUEUE[1],
    "plan": lambda: doors.PLAN,
    "plan of a record": lambda: ck.ReleasePlan.from_dict(doors.PLAN.to_dict()),
    "planned order": lambda: doors.PLAN[1],
    "check": lambda: entries.VERDICT.checks[0],
    "release": lambda: _release(),
    "scores of a formula": lambda: Z2_1995.scores(STATEMENTS),
    "scores of a card": lambda: CARD.scores(STATEMENTS),
    "scores of a host's model": lambda: scores_of(OfTheHost(), STATEMENTS),
    "score": lambda: Z2_1995.score(STATEMENTS.row(0)),
    "score of a card": lambda: CARD.score({"ebit": 5.0}),
    "part": lambda: Z2_1995.score(STATEMENTS.row(0)).parts[0],
    "returns": lambda: dupont.dupont(STATEMENTS),
    "averaged returns": lambda: dupont.dupont(STATEMENTS, steps=5, balances="average"),
    "return": lambda: dupont.dupont(entries.STATEMENT),
    "ageing": lambda: ck.ageing(LEDGER, as_of=TODAY),
    "curve": lambda: doors.CURVE,
    "curves": lambda: curves.paying_curves(doors.BOOK, as_of=TODAY),
    "receipts": lambda: doors.RECEIPTS,
    "receipts of one": lambda: doors.RECEIPTS.total,
    "roll": lambda: doors.ROLL,
    "roll rates": lambda: flow.roll_rates(doors.BOOK, as_of=TODAY, months=2),
    "matrix": lambda: doors.MATRIX,
    "provision": lambda: provision.provision(doors.AGED, doors.MATRIX),
    "history of losses": lambda: loss_history.loss_history(doors.BOOK, **doors.COHORT),
    "change of DSO": lambda: dso_change.dso_change(doors.BOOK, **doors.BACK, period=1),
    "sales": lambda: ck.sales(LEDGER, as_of=TODAY),
    "sales of one": lambda: ck.sales(LEDGER, as_of=TODAY)[0],
    "allocated": lambda: ck.allocate(RUNNING, as_of=TODAY),
    "allocated of a record": lambda: ck.Allocated.from_dict(
        ck.allocate(RUNNING, as_of=TODAY).to_dict()
    ),
    "left": lambda: ck.allocate(RUNNING, as_of=TODAY).left,
    "reconciliation": lambda: ck.reconcile(LEDGER, since="2026-09-01", until=TODAY),
    "ledger": lambda: LEDGER,
    "part of a ledger": lambda: LEDGER.account("C-2"),
    "debtors": lambda: DEBTORS,
    "debtors of a ledger": lambda: ck.debtors(LEDGER, as_of=TODAY),
    "months": lambda: MONTHS,
    "months of a ledger": lambda: ck.monthly_figures(entries.LEDGER, as_of=TODAY, months=3),
    "months of one": lambda: MONTHS.account("C-2"),
    "portfolio": lambda: entries.PORTFOLIO,
    "part of a portfolio": lambda: entries.PORTFOLIO.cut(slice(0, 1)),
    "statements": lambda: STATEMENTS,
    "exposure": lambda: POLICY.exposure(entries.ACCOUNT, as_of=TODAY),
    "policy": lambda: POLICY,
    "finding": lambda: _findings()[0],
    "figure": lambda: ck.FIGURES["dso"],
    "language": lambda: ck.Language("de-AT", {"outcome.hold": "gesperrt"}, base="zh"),
    "reason": lambda: ck.Reason("data.duplicate", None),
    "rates": lambda: entries.RATES,
    "terms": lambda: ck.PaymentTerms.parse("net30"),
    "amounts": lambda: ck.Amounts.from_major(["1.5", None, ck.Line.NONE], "CNY"),
    "codes": lambda: ck.Codes.of(["a", None]),
    "money": lambda: ck.Money("5", "CNY"),
    **{kind.__name__: lambda kind=kind, right=right: kind(**right)  # type: ignore[misc]
       for kind, right in doors.FACTS.items()},
    **{kind.__name__: lambda kind=kind, right=right: kind.from_columns(right)  # type: ignore[misc]
       for kind, right in doors.TABLES.items()},
}  # fmt: skip


def _release() -> ck.Release:
    order = ck.Order(id="SO-2", currency="CNY", amount="90000000")
    verdict = POLICY.check(order, entries.ACCOUNT, as_of=TODAY)
    return verdict.release_if[0]


def _findings() -> tuple[ck.Finding, ...]:
    with pytest.raises(ck.InvalidPolicy) as caught:
        ck.Policy.from_dict({})
    return tuple(caught.value.findings)


def say_the_same(one: Any, other: Any) -> bool:
    """Equal as far as a class can say so: what it says of itself, else its columns and its rows."""
    if type(one) is not type(other):
        return False
    if hasattr(one, "same_as"):
        return bool(one.same_as(other))
    if hasattr(one, "to_dict"):
        return bool(one.to_dict() == other.to_dict())
    if type(one).__eq__ is not object.__eq__:
        return bool(one == other)
    kind = type(one)
    names = [field.name for field in attrs.fields(kind)] if attrs.has(kind) else kind.__slots__
    columns = all(
        _same_columns(getattr(one, name), getattr(other, name))
        for name in names
        if not name.startswith("_")
    )
    return columns and all(one[row] == other[row] for row in range(len(one)))


def _same_columns(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same_columns(one[n], other[n]) for n in one)
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    return bool(one == other)


@pytest.mark.parametrize("protocol", [2, pickle.HIGHEST_PROTOCOL])
@pytest.mark.parametrize("name", RESULTS)
def test_what_goes_to_another_process_comes_back(name: str, protocol: int) -> None:
    result = RESULTS[name]()
    back = pickle.loads(pickle.dumps(result, protocol))
    assert say_the_same(result, back)
    assert say_the_same(back, pickle.loads(pickle.dumps(back, protocol)))
    if hasattr(result, "explain"):
        assert back.explain() == result.explain()
        assert back.explain("zh") == result.explain("zh")
    if hasattr(result, "to_columns"):
        assert _same_columns(result.to_columns(), back.to_columns())
    if name == "decisions of a record":  # columns only: neither knows the facts of a row
        for one in (result, back):
            with pytest.raises(InvalidFact, match="was read from a record"):
                one[0]
    elif hasattr(result, "__getitem__") and hasattr(result, "__iter__"):
        assert list(back) == list(result)


def test_alerts_still_know_the_customers_elsewhere() -> None:
    back = pickle.loads(pickle.dumps(ALERTS))
    for name in ("C-1", "C-2", "C-3", "C-9"):
        assert back.watched(name) == ALERTS.watched(name)
        assert back.watched(name).facts_digest == ALERTS.watched(name).facts_digest


def test_decisions_still_know_the_rows_elsewhere() -> None:
    assert pickle.loads(pickle.dumps(RUN))[0] == RUN[0]


def test_every_public_class_goes_to_another_process() -> None:
    """A new public class gets a line above; errors have their own tests."""
    made = {type(call()) for call in RESULTS.values()}
    for name in ck.__all__:
        thing = getattr(ck, name)
        if inspect.isclass(thing) and not issubclass(thing, Exception | Enum):
            assert thing in made or thing in NOT_MADE, name
    assert pickle.loads(pickle.dumps(Severity.SERIOUS)) is Severity.SERIOUS


NOT_MADE: frozenset[Any] = frozenset({ck.State})
"""Names of codes, of which there is no object."""
