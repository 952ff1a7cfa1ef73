"""Annual statements: one as a `Statement`, many as `Statements`, both from the same table of lines.

Lines are numbers in ``unit`` currency units (1, 1,000, 10,000); what is not known stays None (NaN
in a column) and is never 0. Income lines cover the twelve months to ``period_end``.

>>> s = Statement(currency="CNY", period_end=date(2025, 12, 31), unit=1000, total_assets=52_400)
>>> s.total_assets, s.equity
(52400.0, None)
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Final, Self

from attrs import Attribute, field, fields, frozen

from creditkit._fields import Fact, Kind, checked, known_currency, records_in
from creditkit._plain import WHERE_GIVEN
from creditkit._tables import Refusal, Table, rows_of
from creditkit.errors import InvalidFact

__all__ = ["LINES", "Statement", "Statements"]

UNIT: Final = "must be 1, 1000, 10000 or another positive number"


def line(en: str, zh: str, **more: Any) -> Any:
    """One line of the statement: a number that may be not known, with its title in both languages."""
    return field(default=None, metadata={"en": en, "zh": zh, **more})


def _unit(_statement: Any, _attribute: "Attribute[int]", value: int) -> None:
    if value <= 0:
        raise InvalidFact("statement.unit", UNIT, value)


@frozen(kw_only=True, field_transformer=checked)
class Statement(Fact):
    """One annual statement: when, in which currency and unit, and its lines.

    ``equity`` is book equity, negative or not. ``retained_earnings`` is surplus reserve plus
    undistributed profit (盈余公积 + 未分配利润). ``ebit`` is profit before tax plus interest expense.
    ``intangible_assets`` include goodwill.
    ``previous`` is the statement of the year before; a figure against it is not known where it is
    in another currency or did not end 11 to 13 months earlier.
    """

    schema: ClassVar[str] = "creditkit.statement/1"

    currency: str = field(validator=known_currency)
    period_end: date
    unit: int = field(default=1, validator=_unit)
    audited: bool | None = None

    total_assets: float | None = line("Total assets", "资产总计")
    current_assets: float | None = line("Current assets", "流动资产合计")
    cash: float | None = line("Cash", "货币资金")
    trade_receivables: float | None = line("Trade receivables", "应收账款")
    inventory: float | None = line("Inventory", "存货")
    intangible_assets: float | None = line("Intangible assets", "无形资产", **WHERE_GIVEN)
    total_liabilities: float | None = line("Total liabilities", "负债合计")
    current_liabilities: float | None = line("Current liabilities", "流动负债合计")
    equity: float | None = line("Equity", "所有者权益合计")
    retained_earnings: float | None = line("Retained earnings", "留存收益")
    market_value_equity: float | None = line("Market value of equity", "股权市值")
    revenue: float | None = line("Revenue", "营业收入")
    cost_of_sales: float | None = line("Cost of sales", "营业成本")
    ebit: float | None = line("Earnings before interest and tax", "息税前利润")
    interest_expense: float | None = line("Interest expense", "利息支出")
    profit_before_tax: float | None = line("Profit before tax", "利润总额")
    net_income: float | None = line("Net income", "净利润")
    depreciation: float | None = line("Depreciation and amortisation", "折旧与摊销")
    operating_cash_flow: float | None = line("Operating cash flow", "经营活动现金流量净额")

    previous: "Statement | None" = None


LINES: tuple[str, ...] = tuple(
    f.name for f in fields(Statement) if f.metadata.get("kind") is Kind.NUMBER
)
"""The names of a statement's lines, in the order of the statement."""


class Statements(Table[Statement]):
    """Statements in columns: a float64 column per line, NaN where it is not known.

    A row without a ``period_end`` is a row without a statement. ``previous`` holds
    the year before, row by row, or None where nobody's is known.

    >>> many = Statements.from_columns({"currency": "CNY", "period_end": ["2025-12-31"] * 2,
    ...                                 "total_assets": [100, None]})
    >>> many["total_assets"].values.tolist(), len(many)
    ([100.0, nan], 2)
    """

    __slots__ = ("previous",)

    record = Statement
    schema = "creditkit.statements/1"
    key = ("period_end",)
    parts = ("previous",)
    previous: "Statements | None"

    @classmethod
    def of(cls, records: Iterable[Statement | None]) -> Self:
        """From statements; a None is a row without one."""
        given = records_in(Statement, records, "statements", gaps=True)
        made = super().of(given)
        earlier = [None if one is None else one.previous for one in given]
        made.previous = Statements.of(earlier) if any(one is not None for one in earlier) else None
        return made

    @classmethod
    def from_columns(
        cls,
        columns: Mapping[str, Any],
        *,
        strict: bool = False,
        from_float: bool = False,
        path: str = "",
        previous: "Statements | None" = None,
    ) -> Self:
        """From columns by line name, with the statements of the year before in the same rows."""
        made = super().from_columns(columns, strict=strict, from_float=from_float, path=path)
        made.previous = rows_of(Statements, previous, len(made), "statements.previous")
        return made

    def _refused(self) -> Iterator[Refusal]:
        unit = self["unit"]
        yield "unit", unit.known & (unit.values <= 0), UNIT, ""

    def cut(self, rows: slice) -> Self:
        """A run of rows, as views."""
        made = super().cut(rows)
        made.previous = None if self.previous is None else self.previous.cut(rows)
        return made

    def row_values(self, row: int) -> dict[str, Any]:
        """The values of one row by field name."""
        values = super().row_values(row)
        if self.previous is not None and self.previous["period_end"].state(row) == 0:
            values["previous"] = self.previous.row(row)
        return values

    def same_as(self, other: object) -> bool:
        """Whether both hold the same statements, with the same years before."""
        if not isinstance(other, Statements) or not super().same_as(other):
            return False
        mine, theirs = self.previous, other.previous
        return mine is theirs if mine is None or theirs is None else mine.same_as(theirs)

    def _plain(self) -> dict[str, Any]:
        out = super()._plain()
        return out if self.previous is None else {**out, "previous": self.previous._plain()}

    def _read_parts(self, given: Mapping[str, Any], path: str) -> None:
        if given.get("previous") is not None:
            here = f"{path}.previous"
            earlier = Statements._of_plain(given["previous"], here)
            self.previous = rows_of(Statements, earlier, len(self), here)
