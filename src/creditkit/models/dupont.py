"""DuPont analysis (杜邦分析): the return on equity in three or five steps, and why it changed.

``ROE = net margin x asset turnover x equity multiplier`` (净资产收益率 = 销售净利率 x
总资产周转率 x 权益乘数); in five steps the net margin is ``tax burden x interest burden x EBIT
margin``. A ratio is undefined where its denominator is not positive, and then the return is: a
company never looks better for having no equity. Assets and equity are both taken at closing, or
both as averages of opening and closing, so that the assets cancel. A change is attributed to the
steps by successive substitution (`attribution`).

Sources: the DuPont formula as in the Chinese textbooks of financial analysis (CPA 财务成本管理); it
agrees in two independent printings.

>>> before = Statement(currency="CNY", period_end="2024-12-31", net_income=143, revenue=1100,
...                    total_assets=1000, equity=500)
>>> now = Statement(currency="CNY", period_end="2025-12-31", net_income=108, revenue=900,
...                 total_assets=900, equity=600)
>>> print(dupont(now).since(dupont(before)))
Return on equity 28.60 % -> 18.00 %
by successive substitution in this order: Net margin, Asset turnover, Equity multiplier
Net margin         0.1300 -> 0.1200   -2.20 pp
Asset turnover     1.1000 -> 1.0000   -2.40 pp
Equity multiplier  2.0000 -> 1.5000   -6.00 pp
Change                               -10.60 pp
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from operator import mul
from typing import Any, ClassVar, Final, Literal, Self, TypeAlias, cast, overload

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import C, Floats, positive, ratio
from creditkit._columns import Codes
from creditkit._given import instance_in, one_of
from creditkit._layout import table, width
from creditkit._plain import Record, mapping_in
from creditkit._results import Recorded, Results, Sheet, floats_in, plain_floats
from creditkit.errors import InvalidFact
from creditkit.facts.statements import Statement, Statements
from creditkit.languages import AnyLanguage, texts
from creditkit.models._words import decimal, percent, remarks, title
from creditkit.models.attribution import Attribution, Effect, attribute, substituted
from creditkit.models.contract import STATUS, status_in, status_sheet

__all__ = ["Attribution", "DuPont", "DuPonts", "Effect", "Step", "attribute", "dupont"]

Balances: TypeAlias = Literal["closing", "average"]

STEPS: Final[Mapping[int, tuple[tuple[str, str, str], ...]]] = {
    3: (
        ("net_margin", "net_income", "revenue"),
        ("asset_turnover", "revenue", "total_assets"),
        ("equity_multiplier", "total_assets", "equity"),
    ),
    5: (
        ("tax_burden", "net_income", "profit_before_tax"),
        ("interest_burden", "profit_before_tax", "ebit"),
        ("ebit_margin", "ebit", "revenue"),
        ("asset_turnover", "revenue", "total_assets"),
        ("equity_multiplier", "total_assets", "equity"),
    ),
}
"""The steps in order: the ratio's name, the line above and the line below."""

BALANCES: Final = texts(
    "balances",
    {"closing": ("closing balances", "期末余额"), "average": ("average balances", "平均余额")},
)
WORDS: Final = texts(
    "dupont",
    {
        "head": ("{title}, {count} steps, {balances}", "{title}（{count} 步，{balances}）"),
        "many": ("{title}, {balances}", "{title}（{balances}）"),
        "times": ("x", "×"),
    },
)
_AVERAGED: Final = ("total_assets", "equity")
_MOST_DECIMALS: Final = 18


@attrs.frozen(kw_only=True)
class Step(Record):
    """One ratio of the product: the lines that were divided, None where one cannot be used."""

    schema: ClassVar[str] = "creditkit.dupont_step/1"

    name: str
    numerator: str
    denominator: str
    above: float | None
    below: float | None
    value: float | None


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:,.15g}"


@attrs.frozen(kw_only=True)
class DuPont(Record):
    """The return on equity of one company with the ratios that it is the product of.

    ``return_on_equity`` is the left-to-right product of the steps; a share, 0.12 is 12 %; high is
    good; None where a line is not known (``missing``) or a denominator is not positive
    (``undefined``). ``balances`` says what assets and equity are: at closing, or averages.
    """

    schema: ClassVar[str] = "creditkit.dupont/1"

    return_on_equity: float | None
    balances: Balances
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """``computed`` or ``not_computable``."""
        return "not_computable" if self.return_on_equity is None else "computed"

    def since(self, base: DuPont) -> Attribution:
        """What changed since ``base``, attributed to the steps in their order."""
        instance_in(base, DuPont, "dupont.base")
        if len(base.steps) != len(self.steps) or base.balances != self.balances:
            rule = f"must be in {len(self.steps)} steps with {self.balances} balances"
            got = f"{len(base.steps)} steps with {base.balances} balances"
            raise InvalidFact("dupont.base", rule, got)
        before, after = ({step.name: step.value for step in one.steps} for one in (base, self))
        return substituted(before, after, "return_on_equity")

    def explain(self, language: AnyLanguage = "en") -> str:
        """A small table in a language: ``"en"``, ``"zh"`` or a `Language`.

        The ratios have as many decimals as it takes to multiply them to the return as it is printed.
        """
        returns, times = title("return_on_equity", language), WORDS["times"].in_(language)
        places, rows = self._decimals(), []
        for index, step in enumerate(self.steps):
            sign = times if index else " " * width(times)
            lines = f"{title(step.numerator, language)} / {title(step.denominator, language)}"
            numbers = f"{_plain(step.above)} / {_plain(step.below)}"
            name = f"{sign} {title(step.name, language)}"
            rows.append([name, lines, numbers, decimal(step.value, places)])
        rows.append([f"= {returns}", "", "", percent(self.return_on_equity)])
        kind = BALANCES[self.balances].in_(language)
        head = WORDS["head"].filled(language, title=returns, count=len(self.steps), balances=kind)
        lacking = remarks(self.missing, self.undefined, language)
        return "\n".join([head, *table(rows, right=(2, 3)), *lacking])

    def _decimals(self) -> int:
        """The fewest decimals, of four and more, with which the printed ratios give the printed return."""
        values = [step.value for step in self.steps if step.value is not None]
        if self.return_on_equity is None or len(values) < len(self.steps):
            return 4

        def multiply(places: int) -> bool:
            product = math.prod(Fraction(decimal(value, places)) for value in values)
            return percent(float(product)) == percent(self.return_on_equity)

        return next(filter(multiply, range(4, _MOST_DECIMALS)), 4)

    def __str__(self) -> str:
        return self.explain()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DuPonts(Results[DuPont]):
    """Returns on equity of many companies in columns; ``returns[i]`` is the `DuPont` of that row.

    ``return_on_equity`` and the columns of ``ratios``, by step, are NaN where they cannot be
    computed; ``status`` then says whether a line is not known (`MISSING`) or a denominator is not
    positive (`UNDEFINED`).
    """

    COMPUTED: ClassVar[int] = 0
    MISSING: ClassVar[int] = 1
    UNDEFINED: ClassVar[int] = 2

    schema: ClassVar[str] = "creditkit.duponts/1"
    _path: ClassVar[str] = "dupont"
    _keys: ClassVar[tuple[str, ...]] = ("return_on_equity", "ratios", "status", "balances")

    return_on_equity: Floats
    ratios: Mapping[str, Floats]
    status: npt.NDArray[np.uint8]
    balances: str
    _one: Callable[[int], DuPont] = attrs.field(
        default=Recorded("dupont", "read the statements again"), alias="one"
    )

    def __len__(self) -> int:
        return len(self.status)

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name: the ratios in the order of the steps, their product, the status."""
        columns = {**self.ratios, "return_on_equity": self.return_on_equity}
        return {**columns, "status": np.array(STATUS)[self.status]}

    def _plain(self) -> dict[str, Any]:
        return {
            "return_on_equity": plain_floats(self.return_on_equity),
            "ratios": {name: plain_floats(column) for name, column in self.ratios.items()},
            "status": [STATUS[code] for code in self.status.tolist()],
            "balances": self.balances,
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        given = mapping_in(data["ratios"], "dupont.ratios")
        steps = next(
            (steps for steps in STEPS.values() if {name for name, *_ in steps} == given.keys()), ()
        )
        if not steps:
            raise InvalidFact("dupont.ratios", "must be those of three or five steps", list(given))
        one_of(data["balances"], BALANCES, "dupont.balances")
        made = cls(
            ratios={name: floats_in(given[name], f"dupont.ratios.{name}") for name, *_ in steps},
            return_on_equity=floats_in(data["return_on_equity"], "dupont.return_on_equity"),
            status=status_in(data["status"], "dupont.status"),
            balances=data["balances"],
        )
        columns = (made.return_on_equity, *made.ratios.values())
        if any(len(column) != len(made) for column in columns):
            raise InvalidFact("dupont", f"must have {len(made)} rows in every column")
        return made

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        columns = self.to_columns()
        titles = {name: title(name, language) for name in columns if name != "status"}
        kind = BALANCES[self.balances].in_(language)
        head = WORDS["many"].filled(language, title=titles["return_on_equity"], balances=kind)
        return status_sheet(head, columns, self.status, language, rows, titles)

    def __repr__(self) -> str:
        return f"<DuPonts of {len(self)} in {len(self.ratios)} steps, {self.balances} balances>"


@overload
def dupont(
    statement: Statement, /, *, steps: Literal[3, 5] = 3, balances: Balances = "closing"
) -> DuPont: ...
@overload
def dupont(
    statement: Statements, /, *, steps: Literal[3, 5] = 3, balances: Balances = "closing"
) -> DuPonts: ...
def dupont(
    statement: Statement | Statements,
    /,
    *,
    steps: Literal[3, 5] = 3,
    balances: Balances = "closing",
) -> DuPont | DuPonts:
    """The return on equity in three or five steps, of one company or of many.

    ``balances="average"`` takes (opening + closing) / 2 of total assets and equity, the opening
    from ``previous`` in the unit of the closing; another currency there makes the result undefined.
    Not computable where a line is not known, or where revenue, total assets or equity (in five
    steps also EBIT and profit before tax) is not positive; with averages, opening or closing.

    >>> s = Statement(currency="CNY", period_end="2025-12-31", net_income=70, revenue=1500,
    ...               total_assets=1000, equity=550)
    >>> print(dupont(s))
    Return on equity, 3 steps, closing balances
      Net margin         Net income / Revenue       70 / 1,500  0.04667
    x Asset turnover     Revenue / Total assets  1,500 / 1,000  1.50000
    x Equity multiplier  Total assets / Equity     1,000 / 550  1.81818
    = Return on equity                                          12.73 %
    """
    if not isinstance(steps, int) or steps not in STEPS:
        raise InvalidFact("dupont.steps", "must be 3 or 5", steps)
    one_of(balances, BALANCES, "dupont.balances")
    if isinstance(statement, Statement):
        return _of_one(statement, steps, balances)
    instance_in(statement, Statements, "dupont", "give a Statement, or Statements for many")
    return _of_many(statement, steps, balances)


def _paths(steps: int, balances: Balances) -> list[str]:
    """What has to be read: the lines of the steps, and the opening balances for averages."""
    names = list(dict.fromkeys(name for _, *pair in STEPS[steps] for name in pair))
    return names + [f"previous.{name}" for name in _AVERAGED if balances == "average"]


def _divides(path: str, steps: int) -> bool:
    return path.removeprefix("previous.") in {bottom for _, _, bottom in STEPS[steps]}


def _usable(read: Mapping[str, C], scale: C | float, steps: int) -> dict[str, C]:
    """The lines to divide: averaged where opening balances were read, NaN where not positive."""
    lines = {
        path: positive(value) if _divides(path, steps) else value for path, value in read.items()
    }
    for name in _AVERAGED:
        opening = lines.pop(f"previous.{name}", None)
        if opening is not None:
            lines[name] = (lines[name] + opening * scale) * 0.5
    return lines


def _of_one(statement: Statement, steps: int, balances: Balances) -> DuPont:
    previous = statement.previous
    scale = 1.0
    if previous is not None:
        same = previous.currency == statement.currency
        scale = previous.unit / statement.unit if same else math.nan
    read = {}
    for path in _paths(steps, balances):
        owner = previous if path.startswith("previous.") else statement
        value = getattr(owner, path.removeprefix("previous."), None)
        read[path] = math.nan if value is None else value
    return _result(read, scale, steps, balances)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _result(read: Mapping[str, float], scale: float, steps: int, balances: Balances) -> DuPont:
    missing = [path for path, value in read.items() if math.isnan(value)]
    undefined = [p for p, value in read.items() if value <= 0 and _divides(p, steps)]
    if balances == "average" and math.isnan(scale):
        undefined.append("previous.currency")
    lines = _usable(read, scale, steps)
    values = [ratio(lines[top], lines[bottom]) for _, top, bottom in STEPS[steps]]
    product = functools.reduce(mul, values)
    if not math.isfinite(product) and not missing and not undefined:
        undefined = ["return_on_equity"]  # beyond what a float holds
    return DuPont(
        return_on_equity=_known(product),
        balances=balances,
        steps=tuple(
            Step(
                name=name,
                numerator=top,
                denominator=bottom,
                above=_known(lines[top]),
                below=_known(lines[bottom]),
                value=_known(value),
            )
            for (name, top, bottom), value in zip(STEPS[steps], values, strict=True)
        ),
        missing=tuple(missing),
        undefined=tuple(undefined),
    )


def _of_many(many: Statements, steps: int, balances: Balances) -> DuPonts:
    rows, previous = len(many), many.previous
    nothing = np.full(rows, np.nan)
    read: dict[str, Floats] = {}
    for path in _paths(steps, balances):
        owner = previous if path.startswith("previous.") else many
        name = path.removeprefix("previous.")
        read[path] = nothing if owner is None else cast(Floats, owner[name].values)
    scale = np.ones(rows) if previous is None else _scales(many, previous)
    missing = np.any([np.isnan(column) for column in read.values()], axis=0)
    with np.errstate(all="ignore"):
        lines = _usable(read, scale, steps)
        ratios = {name: ratio(lines[top], lines[bottom]) for name, top, bottom in STEPS[steps]}
        product = functools.reduce(mul, list(ratios.values()))
    product[~np.isfinite(product)] = np.nan
    status = np.where(missing, DuPonts.MISSING, np.where(np.isnan(product), DuPonts.UNDEFINED, 0))

    return DuPonts(
        ratios=ratios,
        return_on_equity=product,
        status=status.astype(np.uint8),
        balances=balances,
        one=functools.partial(_row_of, read, scale, steps, balances),
    )


def _row_of(
    read: Mapping[str, Floats], scale: Floats, steps: int, balances: Balances, row: int
) -> DuPont:
    cells = {path: column[row].item() for path, column in read.items()}
    return _result(cells, scale[row].item(), steps, balances)


def _scales(many: Statements, previous: Statements) -> Floats:
    """What turns the unit of the year before into this year's; NaN where the currency differs."""
    now, then = (
        np.array([*codes.names, ""])[codes.values]
        for codes in (cast(Codes, side["currency"]) for side in (many, previous))
    )
    absent = previous["period_end"].all_states() != 0
    with np.errstate(all="ignore"):
        scale = previous["unit"].values / many["unit"].values
    return cast(Floats, np.where(absent, 1.0, np.where(now == then, scale, np.nan)))
