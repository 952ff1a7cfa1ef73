"""The call list of collections: whom to call first, and where a call is not what helps.

    call_customer   something is overdue; ranked by the priority, the largest first
    file_claim      insolvency proceedings are open: the claim is the whole balance, due or not
    settle_dispute  nothing is overdue but what is in dispute, which is not dunned

The priority is ``money_days`` unless another is named: what is overdue of each item times its days
past due, so that neither a large debt of yesterday nor a small old one comes first by itself. With
``weights`` by grade it is risk-weighted, as strategies of collection systems have it: age x amount
x risk. A customer in dispute about one invoice is called about the others; the disputed amount stands
beside.

Sources: rules that weigh age, amount and risk class are what collection worklists of SAP S/4HANA,
Oracle and Dynamics 365 have in common. In insolvency every claim counts as due: Enterprise
Bankruptcy Law of the PRC, article 46; German Insolvency Code, section 41.

>>> from datetime import date
>>> from creditkit.facts.debtors import Debtor
>>> day = date(2026, 11, 21)
>>> found = worklist([
...     Debtor(account="C-1", as_of=day, currency="CNY", receivables="900", overdue="500",
...            overdue_items=1, oldest_overdue_days=2, money_days="1000"),
...     Debtor(account="C-2", as_of=day, currency="CNY", receivables="80", overdue="80",
...            overdue_items=2, oldest_overdue_days=40, money_days="2000"),
...     Debtor(account="C-3", as_of=day, currency="CNY", receivables="70", insolvency=True)])
>>> print(found)
1  C-2  80.00 CNY is overdue, for up to 40 days; items: 2. Call the customer about what is overdue.
2  C-1  500.00 CNY is overdue, for up to 2 days; items: 1. Call the customer about what is overdue.
3  C-3  Insolvent; the claim is the whole balance of 70.00 CNY, due or not. File the claim in ...
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any, ClassVar, Final, Literal, Self, TypeAlias, cast

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes, State
from creditkit._fields import as_date
from creditkit._given import one_of
from creditkit._layout import FIRST_ROWS
from creditkit._plain import Record, from_plain, mapping_in, to_plain
from creditkit._results import Results, Sheet
from creditkit.errors import InvalidFact
from creditkit.facts.debtors import Debtor, Debtors
from creditkit.languages import AnyLanguage, texts
from creditkit.money import LARGEST, Money, currency_digits
from creditkit.reasons import Reason, sentence
from creditkit.reasons.titles import listed, sentences

__all__ = ["ACTIONS", "PRIORITIES", "CollectionTask", "Worklist", "worklist"]

By: TypeAlias = Literal["money_days", "overdue", "oldest_overdue_days"]
Weights: TypeAlias = Mapping[str, "str | int | Decimal | Fraction"]
Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

PRIORITIES: Final = ("money_days", "overdue", "oldest_overdue_days")
"""The measures by which calls may be ranked."""

ACTIONS: Final = ("call_customer", "file_claim", "settle_dispute")
"""What a task may be, in the order of the worklist."""

WORDS: Final = texts(
    "call_list",
    {
        "title": ("Call list at {as_of}: {counts}", "截至 {as_of} 的催收名单：{counts}"),
        "calls": ("{count} calls", "{count} 项电话催收"),
        "claims": ("{count} claims", "{count} 项债权申报"),
        "disputes": ("{count} disputes", "{count} 项争议"),
        "not_known": ("{count} not known", "{count} 个未知"),
        "customer": ("Customer", "客户"),
        "action": ("What to do", "建议措施"),
    },
)
"""The words of a table of tasks."""

NO_GRADE: Final = "none"
"""The key in ``weights`` of customers without a grade."""


@attrs.frozen(kw_only=True)
class CollectionTask(Record):
    """What to do about one customer, and why.

    ``priority`` is what the task was ranked by, exact: money in units of the currency, times days
    where that is the measure, times the weight of the grade. Claims are ranked by the balance,
    disputes by the amount in dispute. Amounts are as in `Debtor`; None is not known.
    """

    schema: ClassVar[str] = "creditkit.collection_task/1"

    customer: str
    action: str
    priority: Fraction
    receivables: Money | None
    overdue: Money | None
    overdue_items: int | None
    oldest_overdue_days: int | None
    disputed: Money | None
    grade: str | None
    reasons: tuple[Reason, ...]

    def sentence(self, language: AnyLanguage = "en") -> str:
        """Why, and what to do, in a language: ``"en"``, ``"zh"`` or a `Language`."""
        each = [reason.sentence(language) for reason in self.reasons]
        return sentences([*each, sentence(f"action.{self.action}", {}, language)], language)

    def __str__(self) -> str:
        return f"{self.customer}  {self.sentence()}"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Worklist(Results[CollectionTask]):
    """The tasks in the order in which to do them: calls, then claims, then disputes.

    Its length and its items are those of the tasks; each is made when somebody looks. ``not_known``
    are customers whose rank is not known: look at their ledger first.
    """

    schema: ClassVar[str] = "creditkit.worklist/1"
    _path: ClassVar[str] = "worklist"
    _keys: ClassVar[tuple[str, ...]] = ("as_of", "currency", "by", "tasks", "not_known")

    as_of: date | None
    currency: str | None
    by: str
    not_known: tuple[str, ...]
    _counts: tuple[int, ...] = attrs.field(alias="counts")
    _customers: tuple[str, ...] = attrs.field(alias="customers")
    _one: Callable[[int], CollectionTask] = attrs.field(alias="one")
    _cells: Callable[[], dict[str, Any]] | None = attrs.field(alias="cells", default=None)
    _rows_by_name: dict[str, int] | None = attrs.field(init=False, default=None)

    def __len__(self) -> int:
        return len(self._customers)

    @property
    def calls(self) -> tuple[CollectionTask, ...]:
        """The customers to call, the most urgent first."""
        return self._part(0)

    @property
    def claims(self) -> tuple[CollectionTask, ...]:
        """Insolvent customers: the claims to file, the largest first."""
        return self._part(1)

    @property
    def disputes(self) -> tuple[CollectionTask, ...]:
        """Customers with whom only a dispute is to be settled, the largest first."""
        return self._part(2)

    def _part(self, which: int) -> tuple[CollectionTask, ...]:
        start = sum(self._counts[:which])
        return tuple(self._one(index) for index in range(start, start + self._counts[which]))

    def of(self, customer: str) -> CollectionTask | None:
        """The task about one customer, found by an index that the first call makes; None for none."""
        if not isinstance(customer, str):
            raise InvalidFact("worklist.of", "must be the name of a customer", customer)
        indexes = self._rows_by_name
        if indexes is None:
            indexes = {name: index for index, name in enumerate(self._customers)}
            object.__setattr__(self, "_rows_by_name", indexes)
        return self._one(indexes[customer]) if customer in indexes else None

    def explain(self, language: AnyLanguage = "en") -> str:
        """A line for each task, and one for each customer that could not be ranked."""
        lines = [
            f"{index}  {task.customer}  {task.sentence(language)}"
            for index, task in enumerate(self, start=1)
        ]
        lines += [
            f"-  {name}  {sentence('worklist.not_known', {}, language)}" for name in self.not_known
        ]
        return "\n".join(lines) or "-"

    def __str__(self) -> str:
        return self.explain()

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{count} {name}" for count, name in zip(self._counts, ACTIONS, strict=True)
        )
        return f"<Worklist at {self.as_of}: {counts}, {len(self.not_known)} not known>"

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name, a row for each task: what a data frame is made of."""
        if self._cells is not None:  # of a table: no task is made for it
            return {"customer": list(self._customers), **self._cells()}
        tasks = list(self)
        names = [field.name for field in attrs.fields(CollectionTask) if field.name != "reasons"]
        columns: dict[str, Any] = {name: [getattr(one, name) for one in tasks] for name in names}
        columns["priority"] = [float(one.priority) for one in tasks]
        for name in ("receivables", "overdue", "disputed"):
            columns[name] = [None if one is None else one.minor for one in columns[name]]
        return columns

    def _plain(self) -> dict[str, Any]:
        return {
            "as_of": to_plain(self.as_of),
            "currency": self.currency,
            "by": self.by,
            "tasks": [to_plain(task) for task in self],
            "not_known": list(self.not_known),
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        one_of(data["by"], PRIORITIES, "worklist.by")
        as_of, currency = data["as_of"], data["currency"]
        if currency is not None:
            currency_digits(currency, "worklist.currency")
        tasks = from_plain(tuple[CollectionTask, ...], data["tasks"], "worklist.tasks")
        for index, task in enumerate(tasks):
            _fits(task, currency, f"worklist.tasks[{index}]")
        customers = tuple(task.customer for task in tasks)
        if len(set(customers)) < len(customers):
            raise InvalidFact("worklist.tasks", "must not repeat a customer", len(customers))
        actions = [ACTIONS.index(task.action) for task in tasks]
        if actions != sorted(actions):
            names = [task.action for task in tasks]
            raise InvalidFact("worklist.tasks", "must be in the order of their actions", names)
        return cls(
            as_of=None if as_of is None else as_date(as_of, "worklist.as_of"),
            currency=currency,
            by=data["by"],
            not_known=from_plain(tuple[str, ...], data["not_known"], "worklist.not_known"),
            counts=tuple(actions.count(action) for action in range(len(ACTIONS))),
            customers=customers,
            one=tasks.__getitem__,
        )

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        counts = zip(("calls", "claims", "disputes", "not_known"),
                     (*self._counts, len(self.not_known)), strict=True)  # fmt: skip
        found = listed(
            [WORDS[name].filled(language, count=count) for name, count in counts], language
        )
        title = WORDS["title"].filled(language, as_of=self.as_of, counts=found)
        head = ["", *(WORDS[name].in_(language) for name in ("customer", "action"))]
        tasks = ((index, self._row(index)) for index in rows)
        cells = [[str(at + 1), one.customer, one.sentence(language)] for at, one in tasks]
        remarks = [
            f"{name}: {sentence('worklist.not_known', {}, language)}"
            for name in self.not_known[:FIRST_ROWS]
        ]
        return Sheet(title, head, cells, left=(1, 2), remarks=remarks)


def _fits(task: CollectionTask, currency: str | None, path: str) -> None:
    """Refuse a task that no worklist in this currency has."""
    one_of(task.action, ACTIONS, f"{path}.action")
    for name in ("receivables", "overdue", "disputed"):
        amount: Money | None = getattr(task, name)
        if amount is not None and amount.currency != currency:
            rule = f"must be in {currency}, the currency of its worklist"
            raise InvalidFact(f"{path}.{name}", rule, amount)


_TOLD: Final = (
    *("receivables", "overdue", "overdue_items", "oldest_overdue_days", "disputed", "grade"),
)
"""What a task takes from its debtor as it is, in the order of its fields."""


def worklist(
    debtors: Debtors | Iterable[Debtor],
    *,
    by: By = "money_days",
    weights: Weights | None = None,
) -> Worklist:
    """The call list, the claims to file against insolvent customers, and the disputes to settle.

    A customer whose insolvency is known is never called; one whose insolvency is not known is. ``weights``
    by grade multiply the priority: exact numbers above zero, ``"none"`` for customers without a grade; a
    grade without a weight is an `InvalidFact`. A measure that is out of range, because 64 bits do not
    hold it, counts as the largest that they do: a customer who owes so much is called first. Equal
    priorities go by what is overdue, then by the oldest, then by the customer's name.
    """
    table = debtors if isinstance(debtors, Debtors) else Debtors.of(debtors)
    one_of(by, PRIORITIES, "by")
    as_of, currency, names = _one_day(table), _one_currency(table), _customers(table)
    unit = 10 ** (0 if currency is None else currency_digits(currency))

    owed, late, disputed, ranked = (
        _positive(table[name]) for name in ("receivables", "overdue", "disputed", by)
    )
    beyond = table[by].all_states() == State.OUT_OF_RANGE
    ranked = np.where(beyond, LARGEST, ranked)
    oldest = _positive(table["oldest_overdue_days"])
    insolvent = (table["insolvency"].values == 1) & table["insolvency"].known
    unranked = ~table["overdue"].known | ((late > 0) & ~(table[by].known | beyond))
    unranked |= (late == 0) & (table["disputed"].all_states() == State.INVALID)
    lost = np.where(insolvent, ~table["receivables"].known, unranked)
    calls = ~lost & ~insolvent & (late > 0)
    weight, divisor = _weights(table, calls, weights)
    scale = divisor * (1 if by == "oldest_overdue_days" else unit)

    def ranks(among: Mask, measure: Ints, weight: Callable[[int], int]) -> list[tuple[int, int]]:
        """Row and priority of a part of the customers, in order."""
        keys = [
            (-int(measure[row]) * weight(row), -int(late[row]), -int(oldest[row]), names[row], row)
            for row in np.flatnonzero(among).tolist()
        ]
        return [(key[-1], -key[0]) for key in sorted(keys)]

    parts = (
        ranks(calls, ranked, weight),
        ranks(~lost & insolvent & (owed > 0), owed, lambda _row: 1),
        ranks(~lost & ~insolvent & (late == 0) & (disputed > 0), disputed, lambda _row: 1),
    )

    return Worklist(
        as_of=as_of,
        currency=currency,
        by=by,
        not_known=tuple(sorted(names[row] for row in np.flatnonzero(lost).tolist())),
        counts=tuple(map(len, parts)),
        customers=tuple(names[row] for part in parts for row, _ in part),
        one=functools.partial(_ranked, table, parts, (scale, unit, unit)),
        cells=functools.partial(_cells, table, parts, (scale, unit, unit)),
    )


def _cells(
    table: Debtors, parts: Sequence[Sequence[tuple[int, int]]], scales: Sequence[int]
) -> dict[str, Any]:
    """What the tasks of a table say, column by column, but for the customers."""
    rows = np.array([row for part in parts for row, _ in part], dtype=np.int64)
    ranked = zip(ACTIONS, parts, scales, strict=True)
    each = [(action, priority / scale) for action, part, scale in ranked for _, priority in part]
    out: dict[str, Any] = {
        "action": [action for action, _ in each],
        "priority": [priority for _, priority in each],
    }
    for name in _TOLD:
        column = table[name].take(rows)
        if isinstance(column, Codes):
            out[name] = [column.item(row) for row in range(len(rows))]
        else:
            known = zip(column.values.tolist(), column.known.tolist(), strict=True)
            out[name] = [value if there else None for value, there in known]
    return out


def _ranked(
    table: Debtors, parts: Sequence[Sequence[tuple[int, int]]], scales: Sequence[int], index: int
) -> CollectionTask:
    """The task of an index; ``parts`` are rows and priorities, by action, each with its scale."""
    which = 0
    while index >= len(parts[which]):
        index -= len(parts[which])
        which += 1
    row, priority = parts[which][index]
    return _task(table.row(row), ACTIONS[which], Fraction(priority, scales[which]))


def _positive(cells: Cells) -> Ints:
    """What is above zero; 0 where it is not, or is not known."""
    return np.where(cells.known, np.maximum(cells.values, 0), 0)


def _task(debtor: Debtor, action: str, priority: Fraction) -> CollectionTask:
    reasons = []
    if action == "call_customer":
        reasons.append(
            Reason(
                "worklist.overdue",
                None,
                overdue=debtor.overdue,
                days=debtor.oldest_overdue_days,
                items=debtor.overdue_items,
            )
        )
    elif action == "file_claim":
        reasons.append(Reason("worklist.insolvent", None, receivables=debtor.receivables))
    if debtor.disputed:
        reasons.append(Reason("worklist.disputed", None, disputed=debtor.disputed))
    return CollectionTask(
        customer=debtor.account,
        action=action,
        priority=priority,
        receivables=debtor.receivables,
        overdue=debtor.overdue,
        overdue_items=debtor.overdue_items,
        oldest_overdue_days=debtor.oldest_overdue_days,
        disputed=debtor.disputed,
        grade=debtor.grade,
        reasons=tuple(reasons),
    )


def _customers(table: Debtors) -> list[str]:
    column = cast(Codes, table["account"])
    if not column.known.all():
        raise InvalidFact("debtors.account", "must be given in every row")
    names = [column.names[code] for code in column.values]
    if len(set(names)) < len(names):
        raise InvalidFact("debtors.account", "must not repeat", len(names))
    return names


def _one_currency(table: Debtors) -> str | None:
    column = cast(Codes, table["currency"])
    names = sorted({column.names[code] for code in np.unique(column.values[column.known])})
    if len(names) > 1 or not column.known.all():
        remedy = "give receivables.debtors a currency and rates"
        raise InvalidFact("debtors.currency", "must be one for all rows", names, remedy)
    return names[0] if names else None


def _one_day(table: Debtors) -> date | None:
    column = table["as_of"]
    found = np.unique(column.values)
    if len(found) > 1 or (column.all_states() != State.KNOWN).any():
        raise InvalidFact("debtors.as_of", "must be one for all rows", found.astype(str).tolist())
    return cast(date, found[0].item()) if len(found) else None


def _weights(
    table: Debtors, calls: Mask, weights: Weights | None
) -> tuple[Callable[[int], int], int]:
    """The weight of each row as a whole number of parts, and of how many parts 1 is."""
    if weights is None:
        return lambda _row: 1, 1
    given = mapping_in(weights, "weights", "write {'AA': '0.5'}")
    exact = {name: _weight(name, weight) for name, weight in given.items()}
    grades = cast(Codes, table["grade"])
    used = {grades.item(row) or NO_GRADE for row in np.flatnonzero(calls).tolist()}
    if lacking := sorted(used - exact.keys()):
        raise InvalidFact("weights", f"must have the grade {lacking[0]!r}", sorted(exact))
    divisor = lcm(*(weight.denominator for weight in exact.values()))
    whole = {name: int(weight * divisor) for name, weight in exact.items()}
    return lambda row: whole[grades.item(row) or NO_GRADE], divisor


def _weight(name: str, given: object) -> Fraction:
    path, rule, remedy = f"weights.{name}", "must be an exact number", "write '1.5'"
    if isinstance(given, bool) or not isinstance(given, str | int | Decimal | Fraction):
        raise InvalidFact(path, rule, given, remedy)
    try:
        weight = Fraction(given)
    except (ValueError, ArithmeticError):
        raise InvalidFact(path, rule, given, remedy) from None
    if weight <= 0:
        raise InvalidFact(path, "must be above zero", given)
    return weight
