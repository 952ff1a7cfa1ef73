"""What planning a release gives back: which orders go, what they are worth, and of each that stays why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar, Final, Self

import attrs
import numpy as np

from creditkit._columns import Cells, Codes
from creditkit._digits import percent_text
from creditkit._layout import table
from creditkit._plain import Record, from_plain, to_plain
from creditkit._results import Recorded, Results, Sheet
from creditkit.errors import InvalidFact
from creditkit.languages import AnyLanguage, Language, language_of, texts
from creditkit.money import Money, currency_digits
from creditkit.policy.queue.checked import CheckedQueue, money_cells, row_of
from creditkit.reasons import Reason, own_titles, value_text
from creditkit.reasons.titles import sentences

__all__ = ["PlannedOrder", "ReleasePlan"]

WORDS: Final = texts(
    "release_plan",
    {
        "title": (
            "Release {released} of {count} orders as of {as_of}: {value}, {rest}",
            "截至 {as_of}，{count} 张订单中放行 {released} 张：{value}，{rest}",
        ),
        "best": ("no set is worth more", "已为最优"),
        "gap": (
            "no set is worth more than {bound} ({gap} more)",
            "任何方案不超过 {bound}（至多再高 {gap}）",
        ),
        "cash": ("Counted as received: {cash}", "视同已收：{cash}"),
        "order": ("Order", "订单"),
        "customer": ("Customer", "客户"),
        "amount": ("Amount", "金额"),
        "margin": ("Margin", "毛利"),
        "released": ("Plan", "安排"),
        "goes": ("release", "放行"),
        "stays": ("stays", "暂留"),
        "why": ("Why", "原因"),
    },
)
"""The words of a page and a table of a plan."""


@attrs.frozen(kw_only=True)
class PlannedOrder(Record):
    """An order of the plan: whether it is released, and where it stays, why.

    ``reasons`` of an order that does not go by itself are those of its verdict; of one that does,
    ``plan.line`` and ``plan.group`` say which line lacks how much once the others are released.
    """

    schema: ClassVar[str] = "creditkit.planned_order/1"

    order: str
    customer: str | None
    amount: Money
    margin: Money
    released: bool
    reasons: tuple[Reason, ...]
    titles: tuple[tuple[str, str, str], ...] = attrs.field(default=(), repr=False)

    def sentence(self, language: AnyLanguage = "en") -> str:
        """Why it stays, in a language: ``"en"``, ``"zh"`` or a `Language`; nothing where it goes."""
        titles = own_titles(self.titles)
        return sentences([one.sentence(language, titles) for one in self.reasons], language)

    def explain(self, language: AnyLanguage = "en") -> str:
        """The order in one line."""
        return "  ".join(one for one in _cells(self, language_of(language)) if one)

    def __str__(self) -> str:
        return self.explain()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReleasePlan(Results[PlannedOrder]):
    """Which held orders to release; ``plan[i]`` is a `PlannedOrder`, those that go first.

    ``value`` is what the released orders are worth together, ``bound`` what no set that goes together
    can be worth more than; where both are the same the plan is the best (``exact``). ``cash`` are the
    payments that were taken off the receivables first. ``queue`` is the proof: the released orders,
    checked in turn.
    """

    schema: ClassVar[str] = "creditkit.release_plan/1"
    _path: ClassVar[str] = "plan"
    _keys: ClassVar[tuple[str, ...]] = (
        *("as_of", "event", "currency", "policy_digest", "value", "bound", "cash", "orders"),
    )

    as_of: date
    event: str
    currency: str
    policy_digest: str
    value: Money
    bound: Money
    cash: tuple[tuple[str, Money], ...]
    _rows: tuple[PlannedOrder, ...] = attrs.field(alias="rows")
    _queue: Callable[[], CheckedQueue] = attrs.field(
        default=Recorded("plan", "plan again"), alias="queue"
    )

    def __len__(self) -> int:
        return len(self._rows)

    def _row(self, row: int) -> PlannedOrder:
        return self._rows[row]

    def of(self, order: str) -> PlannedOrder | None:
        """The row of an order; None where the queue does not hold it."""
        return row_of(self._rows, order, "plan.of")

    @property
    def queue(self) -> CheckedQueue:
        """The released orders, checked in turn, first come first served: every one of them goes."""
        return self._queue()

    @property
    def released(self) -> tuple[str, ...]:
        """The orders to release, the largest margin first."""
        return tuple(row.order for row in self._rows if row.released)

    @property
    def left(self) -> tuple[PlannedOrder, ...]:
        """The orders that stay, the largest margin first."""
        return tuple(row for row in self._rows if not row.released)

    @property
    def exact(self) -> bool:
        """Whether no set that goes together is worth more."""
        return self.value == self.bound

    @property
    def gap(self) -> Fraction:
        """How much more than its value a set could at most be worth, as a share of the value."""
        more = self.bound.minor - self.value.minor
        return Fraction(more, max(1, self.value.minor))

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name, a row for each order; money in minor units."""
        rows = self._rows
        return {
            "order": [row.order for row in rows],
            "customer": [row.customer for row in rows],
            "released": np.array([row.released for row in rows], dtype=bool),
            "amount": [row.amount.minor for row in rows],
            "currency": [row.amount.currency for row in rows],
            "margin": [row.margin.minor for row in rows],
            "reasons": [[reason.key for reason in row.reasons] for row in rows],
        }

    def _frame(self) -> dict[str, Cells]:
        given = self.to_columns()
        names = list(dict.fromkeys(given["currency"]))
        if len(names) > 1:
            raise InvalidFact("to_frame.amount", "must be in one currency", names)
        return {
            "order": Codes.of(given["order"]),
            "customer": Codes.of(given["customer"]),
            "released": Cells(given["released"].astype(np.int8)),
            "amount": money_cells(given["amount"], names[0] if names else self.currency),
            "currency": Codes.of(given["currency"]),
            "margin": money_cells(given["margin"], self.currency),
            "reasons": Codes.of(["; ".join(keys) for keys in given["reasons"]]),
        }

    def explain(self, language: AnyLanguage = "en") -> str:
        """What the plan is worth, and a line for each order: those that go first."""
        given = language_of(language)
        head = [WORDS[name].in_(given) for name in _HEAD]
        lines = table([head, *(_cells(row, given) for row in self._rows)], right=(2, 3))
        return "\n".join([self._title(given), *self._remarks(given), "", *lines])

    def __str__(self) -> str:
        return self.explain()

    def _title(self, language: Language) -> str:
        rest = WORDS["best"].in_(language)
        if not self.exact:
            # shown to a hundredth of a percent, rounded up: a gap is never shown as none
            gap = percent_text(Fraction(-(-self.gap * 10_000 // 1), 10_000))
            rest = WORDS["gap"].filled(language, bound=self.bound, gap=gap)
        return WORDS["title"].filled(
            language,
            released=len(self.released),
            count=len(self),
            as_of=self.as_of,
            value=self.value,
            rest=rest,
        )

    def _remarks(self, language: Language) -> list[str]:
        if not self.cash:
            return []
        cash = ", ".join(f"{customer} {amount}" for customer, amount in self.cash)
        return [WORDS["cash"].filled(language, cash=cash)]

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        given = language_of(language)
        head = [WORDS[name].in_(given) for name in _HEAD]
        cells = [_cells(self._rows[row], given) for row in rows]
        remarks = self._remarks(given)
        return Sheet(self._title(given), head, cells, left=(0, 1, 4, 5), remarks=remarks)

    def _plain(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of.isoformat(),
            "event": self.event,
            "currency": self.currency,
            "policy_digest": self.policy_digest,
            "value": to_plain(self.value),
            "bound": to_plain(self.bound),
            "cash": [[customer, to_plain(amount)] for customer, amount in self.cash],
            "orders": [to_plain(row) for row in self._rows],
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        currency_digits(data["currency"], "plan.currency")
        return cls(
            as_of=from_plain(date, data["as_of"], "plan.as_of"),
            event=from_plain(str, data["event"], "plan.event"),
            currency=data["currency"],
            policy_digest=from_plain(str, data["policy_digest"], "plan.policy_digest"),
            value=_money(data, "value"),
            bound=_money(data, "bound"),
            cash=from_plain(tuple[tuple[str, Money], ...], data["cash"], "plan.cash"),
            rows=from_plain(tuple[PlannedOrder, ...], data["orders"], "plan.orders"),
        )

    def __repr__(self) -> str:
        count = f"{len(self.released)} of {len(self)} orders"
        return f"<ReleasePlan: {count}, {self.value} of at most {self.bound}>"


def _money(data: Mapping[str, Any], name: str) -> Money:
    amount: Money = from_plain(Money, data[name], f"plan.{name}")
    if amount.currency != data["currency"]:
        raise InvalidFact(f"plan.{name}", f"must be in {data['currency']}", amount)
    return amount


_HEAD: Final = ("order", "customer", "amount", "margin", "released", "why")


def _cells(row: PlannedOrder, language: Language) -> list[str]:
    return [
        row.order,
        row.customer or "",
        value_text(row.amount, language),
        value_text(row.margin, language),
        WORDS["goes" if row.released else "stays"].in_(language),
        row.sentence(language),
    ]
