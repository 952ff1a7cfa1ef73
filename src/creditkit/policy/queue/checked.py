"""What checking a queue gives back: a row for each order, in the order in which they were served."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Final, Protocol, Self, TypeVar

import attrs
import numpy as np

from creditkit._columns import Amounts, Cells, Codes, State
from creditkit._plain import Deferred, Record, from_plain, to_plain
from creditkit._results import Recorded, Results, Sheet, row_in
from creditkit.errors import InvalidFact
from creditkit.languages import AnyLanguage, Language, language_of, texts
from creditkit.money import LineAmount, Money, currency_digits
from creditkit.outcomes import OUTCOMES, Outcome
from creditkit.policy.check.verdict import Verdict
from creditkit.reasons import Reason, own_titles, value_text
from creditkit.reasons.titles import listed, sentences

__all__ = ["CheckedQueue", "QueuedOrder", "money_cells", "row_of"]

WORDS: Final = texts(
    "queue",
    {
        "title": (
            "Queue of {count} orders as of {as_of}, {order_by}: {counts}",
            "排队订单 {count} 张，截至 {as_of}，{order_by}：{counts}",
        ),
        "order": ("Order", "订单"),
        "customer": ("Customer", "客户"),
        "amount": ("Amount", "金额"),
        "outcome": ("Outcome", "结果"),
        "used": ("Takes", "占用"),
        "headroom": ("Left of the line", "剩余额度"),
        "binds": ("Tightest line", "最紧额度"),
        "why": ("Why", "原因"),
        "own": ("own", "本户"),
        "first_come": ("first come, first served", "先到先得"),
        "priority": ("by priority", "按优先级"),
        "margin": ("the largest margin first", "毛利高者优先"),
        "key": ("by the house's own key", "按自定顺序"),
    },
)
"""The words of a page and a table of a queue."""


@attrs.frozen(kw_only=True)
class QueuedOrder(Record):
    """An order of a queue as it was served: after all that passed before it.

    ``used`` is by how much the customer's exposure grew, 0 for an order that stays; ``headroom`` what
    is left after it of the tightest line above the customer, below zero where one is overdrawn, and
    ``binds`` the group whose line that is, None for the customer's own. None is not known.
    ``reasons`` are those of its verdict, where it is anything but approved.
    """

    schema: ClassVar[str] = "creditkit.queued_order/1"

    order: str
    customer: str | None
    outcome: Outcome
    amount: Money
    used: Money | None
    headroom: LineAmount | None
    binds: str | None
    titles: tuple[tuple[str, str, str], ...] = attrs.field(default=(), repr=False)
    _reasons: Deferred[tuple[Reason, ...]] = attrs.field(alias="reasons")

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it does not simply go, in the order of the checks."""
        return self._reasons.get()

    def sentence(self, language: AnyLanguage = "en") -> str:
        """Why it stays, in a language: ``"en"``, ``"zh"`` or a `Language`; nothing where it goes."""
        titles = own_titles(self.titles)
        each = [one.sentence(language, titles) for one in self.reasons if one.effect is not None]
        return sentences(each, language)

    def explain(self, language: AnyLanguage = "en") -> str:
        """The order in one line."""
        given = language_of(language)
        head = "  ".join(one for one in _cells(self, given)[:3] if one)
        return f"{head}  {self.outcome.title(given)}  {self.sentence(given)}".rstrip()

    def __str__(self) -> str:
        return self.explain()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CheckedQueue(Results[QueuedOrder]):
    """The orders of a queue in the order in which they were served; ``queue[i]`` is a `QueuedOrder`.

    ``verdict(i)`` is the full verdict of that row, ``of("SO-1")`` the row of an order.
    """

    schema: ClassVar[str] = "creditkit.checked_queue/1"
    _path: ClassVar[str] = "queue"
    _keys: ClassVar[tuple[str, ...]] = (
        "as_of",
        "event",
        "order_by",
        "currency",
        "policy_digest",
        "orders",
    )

    as_of: date
    event: str
    order_by: str
    currency: str
    policy_digest: str
    _rows: tuple[QueuedOrder, ...] = attrs.field(alias="rows")
    _verdict: Callable[[int], Verdict] = attrs.field(
        default=Recorded("queue", "check the queue again"), alias="verdict"
    )

    def __len__(self) -> int:
        return len(self._rows)

    def _row(self, row: int) -> QueuedOrder:
        return self._rows[row]

    def verdict(self, row: int) -> Verdict:
        """The full verdict of a row: as `Policy.check` gives it with all that passed before."""
        return self._verdict(row_in(row, len(self), self._path))

    def of(self, order: str) -> QueuedOrder | None:
        """The row of an order; None where the queue does not hold it."""
        return row_of(self._rows, order, "queue.of")

    @property
    def passed(self) -> tuple[str, ...]:
        """The orders that go, as they were served."""
        return tuple(row.order for row in self._rows if row.outcome.goes)

    def outcomes(self) -> dict[str, int]:
        """How many orders have each outcome."""
        found = [row.outcome for row in self._rows]
        return {one.value: found.count(one) for one in OUTCOMES}

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name, a row for each order; money in minor units, ``used`` and
        ``headroom`` of the policy's currency, None where there is no amount."""
        rows = self._rows
        return {
            "order": [row.order for row in rows],
            "customer": [row.customer for row in rows],
            "outcome": [row.outcome.value for row in rows],
            "amount": [row.amount.minor for row in rows],
            "currency": [row.amount.currency for row in rows],
            "used": [None if row.used is None else row.used.minor for row in rows],
            "headroom": [_minor(row.headroom) for row in rows],
            "binds": [row.binds for row in rows],
        }

    def _frame(self) -> dict[str, Cells]:
        given = self.to_columns()
        names = ("order", "customer", "outcome", "currency", "binds")
        money = {name: money_cells(given[name], self.currency) for name in ("used", "headroom")}
        amount = _in_one_currency(self._rows, given["amount"])
        codes = {name: Codes.of(given[name]) for name in names}
        return {
            **{name: codes[name] for name in ("order", "customer", "outcome")},
            "amount": amount,
            "currency": codes["currency"],
            **money,
            "binds": codes["binds"],
        }

    def explain(self, language: AnyLanguage = "en") -> str:
        """A line for each order, in the order in which they were served."""
        from creditkit._layout import table

        given = language_of(language)
        if not self._rows:
            return "-"
        head = [WORDS[name].in_(given) for name in _HEAD]
        lines = table([head, *(_cells(row, given) for row in self._rows)], right=(2, 4, 5))
        return "\n".join([self._title(given), "", *lines])

    def __str__(self) -> str:
        return self.explain()

    def _title(self, language: Language) -> str:
        counts = listed(
            [f"{n} {Outcome(name).title(language)}" for name, n in self.outcomes().items() if n],
            language,
        )
        return WORDS["title"].filled(
            language,
            count=len(self),
            as_of=self.as_of,
            order_by=WORDS[self.order_by].in_(language),
            counts=counts or "-",
        )

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        given = language_of(language)
        head = [WORDS[name].in_(given) for name in _HEAD]
        cells = [_cells(self._rows[row], given) for row in rows]
        return Sheet(self._title(given), head, cells, left=(0, 1, 3, 6, 7))

    def _plain(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of.isoformat(),
            "event": self.event,
            "order_by": self.order_by,
            "currency": self.currency,
            "policy_digest": self.policy_digest,
            "orders": [to_plain(row) for row in self._rows],
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        currency_digits(data["currency"], "queue.currency")
        if data["order_by"] not in _SERVED:
            rule = f"must be one of {', '.join(_SERVED)}"
            raise InvalidFact("queue.order_by", rule, data["order_by"])
        return cls(
            as_of=from_plain(date, data["as_of"], "queue.as_of"),
            event=from_plain(str, data["event"], "queue.event"),
            order_by=data["order_by"],
            currency=data["currency"],
            policy_digest=from_plain(str, data["policy_digest"], "queue.policy_digest"),
            rows=from_plain(tuple[QueuedOrder, ...], data["orders"], "queue.orders"),
        )

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {name}" for name, n in self.outcomes().items() if n)
        return f"<CheckedQueue of {len(self)} orders: {counts or '-'}>"


_SERVED: Final = ("first_come", "priority", "margin", "key")
_HEAD: Final = ("order", "customer", "amount", "outcome", "used", "headroom", "binds", "why")


def _cells(row: QueuedOrder, language: Language) -> list[str]:
    own = "" if row.headroom is None else WORDS["own"].in_(language)
    return [
        row.order,
        row.customer or "",
        value_text(row.amount, language),
        row.outcome.title(language),
        value_text(row.used, language),
        value_text(row.headroom, language),
        row.binds or own,
        row.sentence(language),
    ]


R = TypeVar("R", bound="_Ordered")


class _Ordered(Protocol):
    @property
    def order(self) -> str:
        """The number of the order."""
        ...


def row_of(rows: Sequence[R], order: object, path: str) -> R | None:
    """The row of an order; None where there is none."""
    if not isinstance(order, str):
        raise InvalidFact(path, "must be the number of an order", order)
    return next((row for row in rows if row.order == order), None)


def _minor(value: LineAmount | None) -> int | None:
    return value.minor if isinstance(value, Money) else None


def money_cells(values: Sequence[int | None], currency: str) -> Amounts:
    """Minor units as a column of money; None is not known."""
    states = np.array([State.UNKNOWN if one is None else State.KNOWN for one in values], np.uint8)
    minor = np.array([0 if one is None else one for one in values], dtype=np.int64)
    return Amounts(minor, states, currency)


def _in_one_currency(rows: Sequence[QueuedOrder], minor: Sequence[int]) -> Amounts:
    names = list(dict.fromkeys(row.amount.currency for row in rows))
    if len(names) > 1:
        raise InvalidFact("to_frame.amount", "must be in one currency", names)
    return money_cells(minor, names[0] if names else "CNY")
