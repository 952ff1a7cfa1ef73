"""DuPont analysis (杜邦分析): the return on equity in three or five steps, and why it changed.

``ROE = net margin x asset turnover x equity multiplier`` (净资产收益率 = 销售净利率 x
总资产周转率 x 权益乘数); in five steps the net margin is ``tax burden x interest burden x EBIT
margin``. A ratio is undefined where its denominator is not positive, and then the return is: a
company never looks better for having no equity. Assets and equity are both taken at closing, or
both as averages of opening and closing, so that the assets cancel.

A change is attributed by successive substitution (连环替代法): each factor in turn is set to its
current value, and what the product changes by is its effect. The effects add up to the change; they
depend on the order, which is therefore part of the result.

Sources: the DuPont formula and successive substitution (因素分析法) as in the Chinese textbooks of
financial analysis (CPA 财务成本管理); both agree in two independent printings.

>>> now = attribute({"net_margin": 0.13, "asset_turnover": 1.1, "equity_multiplier": 2.0},
...                 {"net_margin": 0.12, "asset_turnover": 1.0, "equity_multiplier": 1.5})
>>> [round(effect.effect, 6) for effect in now.effects]
[-0.022, -0.024, -0.06]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final, Literal, TypeAlias, cast, overload

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import C, Floats, positive, ratio
from creditkit._columns import Codes
from creditkit._languages import chinese
from creditkit._layout import table
from creditkit._plain import Record
from creditkit.errors import InvalidFact
from creditkit.facts.statements import Statement, Statements

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

_TITLES: Final = {
    "net_margin": ("Net margin", "销售净利率"),
    "asset_turnover": ("Asset turnover", "总资产周转率"),
    "equity_multiplier": ("Equity multiplier", "权益乘数"),
    "tax_burden": ("Tax burden", "税负比率"),
    "interest_burden": ("Interest burden", "利息负担率"),
    "ebit_margin": ("EBIT margin", "息税前利润率"),
    "return_on_equity": ("Return on equity", "净资产收益率"),
    "currency": ("Currency", "币种"),
    **{
        field.name: (field.metadata["en"], field.metadata["zh"])
        for field in attrs.fields(Statement)
        if "en" in field.metadata
    },
}

_BALANCES: Final = {
    "closing": ("closing balances", "期末余额"),
    "average": ("average balances", "平均余额"),
}
_AVERAGED: Final = ("total_assets", "equity")


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


@attrs.frozen(kw_only=True)
class DuPont(Record):
    """The return on equity of one company with the ratios that it is the product of.

    ``return_on_equity`` is the left-to-right product of the steps; a share, 0.12 is 12 %; high is
    good; None where a line is not known (``missing``) or a denominator is not positive
    (``undefined``). ``balances`` says what assets and equity are: at closing, or averages.
    """

    schema: ClassVar[str] = "creditkit.dupont/1"

    return_on_equity: float | None
    balances: str
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """``computed`` or ``not_computable``."""
        return "not_computable" if self.return_on_equity is None else "computed"

    def since(self, base: DuPont) -> Attribution:
        """What changed since ``base``, attributed to the steps in their order."""
        if len(base.steps) != len(self.steps) or base.balances != self.balances:
            rule = f"must be in {len(self.steps)} steps with {self.balances} balances"
            got = f"{len(base.steps)} steps with {base.balances} balances"
            raise InvalidFact("dupont.base", rule, got)
        before, after = ({step.name: step.value for step in one.steps} for one in (base, self))
        return _attributed(before, after, "return_on_equity")

    def explain(self, language: str = "en") -> str:
        """A small table in English (``en``) or Chinese (``zh``)."""
        zh = chinese(language)
        title = _title("return_on_equity", language)
        kind = _BALANCES[self.balances][zh]
        rows = []
        for place, step in enumerate(self.steps):
            sign = " " if not place else "×" if zh else "x"
            lines = f"{_title(step.numerator, language)} / {_title(step.denominator, language)}"
            numbers = f"{_plain(step.above)} / {_plain(step.below)}"
            name = f"{sign} {_title(step.name, language)}"
            rows.append([name, lines, numbers, _ratio(step.value)])
        rows.append([f"= {title}", "", "", _percent(self.return_on_equity)])
        count = len(self.steps)
        head = f"{title}（{count}步，{kind}）" if zh else f"{title}, {count} steps, {kind}"
        return "\n".join(
            [head, *table(rows, right=(2, 3)), *_notes(self.missing, self.undefined, language)]
        )

    def __str__(self) -> str:
        return self.explain()


@attrs.frozen(kw_only=True)
class Effect(Record):
    """What one factor did: its values, its ``effect``, the product ``after`` its substitution."""

    schema: ClassVar[str] = "creditkit.effect/1"

    name: str
    base: float
    current: float
    effect: float
    after: float


@attrs.frozen(kw_only=True)
class Attribution(Record):
    """A change of a product attributed to its factors by successive substitution.

    ``effects`` are in ``order``, the order of substitution; they add up to ``change``, which is
    ``current - base``, within 4 units in the last place of the largest term. Where one of the
    products has no value all are None, and ``undefined`` names the factors without one.
    """

    schema: ClassVar[str] = "creditkit.attribution/1"

    of: str
    order: tuple[str, ...]
    base: float | None
    current: float | None
    change: float | None
    effects: tuple[Effect, ...] = ()
    undefined: tuple[str, ...] = ()

    def explain(self, language: str = "en") -> str:
        """A small table in English (``en``) or Chinese (``zh``), with the order that was used."""
        zh = chinese(language)
        shown = _percent if self.of == "return_on_equity" else _ratio
        names = [_title(name, language) for name in self.order]
        head = f"{_title(self.of, language)} {shown(self.base)} -> {shown(self.current)}"
        order = (
            f"连环替代法，替代顺序：{'、'.join(names)}"
            if zh
            else f"by successive substitution in this order: {', '.join(names)}"
        )
        rows = []
        for one in self.effects:
            values = f"{_ratio(one.base)} -> {_ratio(one.current)}"
            rows.append(
                [_title(one.name, language), values, _signed(one.effect, self.of, language)]
            )
        if self.change is not None:
            rows.append(["合计" if zh else "Change", "", _signed(self.change, self.of, language)])
        return "\n".join(
            [head, order, *table(rows, right=(1, 2)), *_notes((), self.undefined, language)]
        )

    def __str__(self) -> str:
        return self.explain()


class DuPonts:
    """Returns on equity of many companies in columns; ``returns[i]`` is the `DuPont` of that row.

    ``return_on_equity`` and the columns of ``ratios``, by step, are NaN where they cannot be
    computed; ``status`` then says whether a line is not known (`MISSING`) or a denominator is not
    positive (`UNDEFINED`).
    """

    COMPUTED: Final = 0
    MISSING: Final = 1
    UNDEFINED: Final = 2

    __slots__ = ("_one", "balances", "ratios", "return_on_equity", "status")

    def __init__(
        self,
        *,
        ratios: Mapping[str, Floats],
        return_on_equity: Floats,
        status: npt.NDArray[np.uint8],
        balances: str,
        one: Callable[[int], DuPont],
    ) -> None:
        self.ratios = dict(ratios)
        self.return_on_equity = return_on_equity
        self.status = status
        self.balances = balances
        self._one = one

    def __len__(self) -> int:
        return len(self.status)

    def __getitem__(self, row: int) -> DuPont:
        if not -len(self) <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self._one(row)

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
      Net margin         Net income / Revenue       70 / 1,500   0.0467
    x Asset turnover     Revenue / Total assets  1,500 / 1,000   1.5000
    x Equity multiplier  Total assets / Equity     1,000 / 550   1.8182
    = Return on equity                                          12.73 %
    """
    if steps not in STEPS:
        raise InvalidFact("dupont.steps", "must be 3 or 5", steps)
    if balances not in _BALANCES:
        raise InvalidFact("dupont.balances", "must be 'closing' or 'average'", balances)
    if isinstance(statement, Statement):
        return _of_one(statement, steps, balances)
    return _of_many(statement, steps, balances)


def attribute(
    base: Mapping[str, float],
    current: Mapping[str, float],
    *,
    of: str = "product",
    order: Sequence[str] | None = None,
) -> Attribution:
    """The change of a product of factors, attributed to them by successive substitution.

    For ``R = a b c`` in the order a, b, c: effect of a = (a1 - a0) b0 c0, of b = a1 (b1 - b0) c0,
    of c = a1 b1 (c1 - c0). The order is that of ``base`` unless ``order`` names another, which
    gives other effects. ``of`` names the product. For pure products only: a formula with sums has
    to be worked out anew after each substitution.

    >>> print(attribute({"price": 10.0, "quantity": 100.0}, {"price": 11.0, "quantity": 90.0}))
    product 1000.0000 -> 990.0000
    by successive substitution in this order: price, quantity
    price       10.0000 -> 11.0000  +100.0000
    quantity   100.0000 -> 90.0000  -110.0000
    Change                           -10.0000
    """
    names = tuple(base) if order is None else tuple(order)
    for path, given in (("order", names), ("base", base), ("current", current)):
        if not names or sorted(given) != sorted(names):
            raise InvalidFact(f"attribute.{path}", f"must name {list(base)}", list(given))
    for path, side in (("base", base), ("current", current)):
        for name in names:
            if not _is_finite(side[name]):
                raise InvalidFact(f"attribute.{path}.{name}", "must be a finite number", side[name])
    before, after = ({name: float(side[name]) for name in names} for side in (base, current))
    return _attributed(before, after, of)


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _attributed(
    before: Mapping[str, float | None], after: Mapping[str, float | None], of: str
) -> Attribution:
    order = tuple(before)
    first, last = (
        [math.nan if v is None else v for v in side.values()] for side in (before, after)
    )
    chain = [_product([*last[:done], *first[done:]]) for done in range(len(order) + 1)]
    if not all(map(math.isfinite, chain)):
        lacking = tuple(name for name in order if before[name] is None or after[name] is None)
        return Attribution(
            of=of, order=order, base=None, current=None, change=None, undefined=lacking or order
        )
    effects = tuple(
        Effect(name=name, base=was, current=now, effect=after_it - before_it, after=after_it)
        for name, was, now, before_it, after_it in zip(
            order, first, last, chain[:-1], chain[1:], strict=True
        )
    )
    return Attribution(
        of=of,
        order=order,
        base=chain[0],
        current=chain[-1],
        change=chain[-1] - chain[0],
        effects=effects,
    )


def _product(factors: Sequence[C]) -> C:
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result


def _paths(steps: int, balances: str) -> list[str]:
    """What has to be read: the lines of the steps, and the opening balances for averages."""
    names = list(dict.fromkeys(name for _, *pair in STEPS[steps] for name in pair))
    return names + [f"previous.{name}" for name in _AVERAGED if balances == "average"]


def _must_be_positive(path: str, steps: int) -> bool:
    return path.removeprefix("previous.") in {bottom for _, _, bottom in STEPS[steps]}


def _usable(read: Mapping[str, C], scale: C | float, steps: int) -> dict[str, C]:
    """The lines to divide: averaged where opening balances were read, NaN where not positive."""
    lines = {
        path: positive(value) if _must_be_positive(path, steps) else value
        for path, value in read.items()
    }
    for name in _AVERAGED:
        opening = lines.pop(f"previous.{name}", None)
        if opening is not None:
            lines[name] = (lines[name] + opening * scale) * 0.5
    return lines


def _of_one(statement: Statement, steps: int, balances: str) -> DuPont:
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


def _result(read: Mapping[str, float], scale: float, steps: int, balances: str) -> DuPont:
    missing = [path for path, value in read.items() if math.isnan(value)]
    undefined = [p for p, value in read.items() if value <= 0 and _must_be_positive(p, steps)]
    if balances == "average" and math.isnan(scale):
        undefined.append("previous.currency")
    lines = _usable(read, scale, steps)
    values = [ratio(lines[top], lines[bottom]) for _, top, bottom in STEPS[steps]]
    product = _product(values)
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


def _of_many(many: Statements, steps: int, balances: str) -> DuPonts:
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
        product = _product(list(ratios.values()))
    product[~np.isfinite(product)] = np.nan
    status = np.where(missing, DuPonts.MISSING, np.where(np.isnan(product), DuPonts.UNDEFINED, 0))

    def one(row: int) -> DuPont:
        cells = {path: column[row].item() for path, column in read.items()}
        return _result(cells, scale[row].item(), steps, balances)

    return DuPonts(
        ratios=ratios,
        return_on_equity=product,
        status=status.astype(np.uint8),
        balances=balances,
        one=one,
    )


def _scales(many: Statements, previous: Statements) -> Floats:
    """What turns the unit of the year before into this year's; NaN where the currency differs."""
    now, then = (
        np.array([*codes.names, ""])[codes.values]
        for codes in (cast(Codes, table["currency"]) for table in (many, previous))
    )
    absent = previous["period_end"].all_states() != 0
    with np.errstate(all="ignore"):
        scale = previous["unit"].values / many["unit"].values
    return cast(Floats, np.where(absent, 1.0, np.where(now == then, scale, np.nan)))


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _title(name: str, language: str) -> str:
    zh = chinese(language)
    if name.startswith("previous."):
        line = _title(name.removeprefix("previous."), language)
        return f"上年{line}" if zh else f"{line} of the year before"
    pair = _TITLES.get(name)
    return name if pair is None else pair[zh]


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:,.15g}"


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f} %"


def _signed(value: float, of: str, language: str) -> str:
    if of != "return_on_equity":
        return f"{value:+.4f}"
    return f"{100 * value:+.2f} {'个百分点' if language == 'zh' else 'pp'}"


def _notes(missing: Sequence[str], undefined: Sequence[str], language: str) -> list[str]:
    zh = chinese(language)
    out = []
    for label, names in (
        ("缺少" if zh else "not known", missing),
        ("无意义" if zh else "without a meaning", undefined),
    ):
        if names:
            shown = (_title(name, language) for name in names)
            out.append(f"{label}：{'、'.join(shown)}" if zh else f"{label}: {', '.join(shown)}")
    return out
