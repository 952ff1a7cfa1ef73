"""Why a product changed: its change attributed to its factors by successive substitution (连环替代法).

Each factor in turn is set to its current value, and what the product changes by is its effect. The
effects add up to the change; they depend on the order, which is therefore part of the result. For
pure products only: a formula with sums has to be worked out anew after each substitution.

Sources: successive substitution (因素分析法) as in the Chinese textbooks of financial analysis (CPA
财务成本管理); it agrees in two independent printings.

>>> now = attribute({"net_margin": 0.13, "asset_turnover": 1.1, "equity_multiplier": 2.0},
...                 {"net_margin": 0.12, "asset_turnover": 1.0, "equity_multiplier": 1.5})
>>> [round(effect.effect, 6) for effect in now.effects]
[-0.022, -0.024, -0.06]
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import mul
from typing import ClassVar, Final

import attrs

from creditkit._digits import adding_up, fixed_text
from creditkit._given import instance_in, names_in
from creditkit._layout import table
from creditkit._plain import Record, mapping_in
from creditkit.errors import InvalidFact
from creditkit.languages import AnyLanguage, texts
from creditkit.models._words import decimal, percent, remarks, title
from creditkit.reasons.titles import listed

__all__ = ["Attribution", "Effect", "attribute", "substituted"]


@attrs.frozen(kw_only=True)
class Effect(Record):
    """What one factor did: its values, its ``effect``, the product ``after`` its substitution."""

    schema: ClassVar[str] = "creditkit.effect/1"

    name: str
    base: float
    current: float
    effect: float
    after: float


WORDS: Final = texts(
    "attribution",
    {
        "order": (
            "by successive substitution in this order: {names}",
            "连环替代法，替代顺序：{names}",
        ),
        "points": ("{effect} pp", "{effect} 个百分点"),
        "change": ("Change", "合计"),
    },
)


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

    def explain(self, language: AnyLanguage = "en") -> str:
        """A small table in a language, with the order that was used; the effects add up to the change."""
        shown = percent if self.of == "return_on_equity" else decimal
        names = listed([title(name, language) for name in self.order], language)
        head = f"{title(self.of, language)} {shown(self.base)} -> {shown(self.current)}"
        rows = []
        if self.change is not None:
            *effects, change = self._signed(language)
            rows = [
                [
                    title(one.name, language),
                    f"{decimal(one.base)} -> {decimal(one.current)}",
                    effect,
                ]
                for one, effect in zip(self.effects, effects, strict=True)
            ]
            rows.append([WORDS["change"].in_(language), "", change])
        order = WORDS["order"].filled(language, names=names)
        lines = table(rows, right=(1, 2))
        return "\n".join([head, order, *lines, *remarks((), self.undefined, language)])

    def _signed(self, language: AnyLanguage) -> list[str]:
        """The effects and then the change as they are printed; of a return in percentage points."""
        points = self.of == "return_on_equity"
        times, decimals = (100, 2) if points else (1, 4)
        change = times * (self.change or 0.0)
        effects = adding_up([times * one.effect for one in self.effects], change, decimals)
        out = []
        for text in (*effects, fixed_text(change, decimals)):
            signed = text if text.startswith("-") else f"+{text}"
            out.append(WORDS["points"].filled(language, effect=signed) if points else signed)
        return out

    def __str__(self) -> str:
        return self.explain()


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
    for path, side in (("base", base), ("current", current)):
        mapping_in(side, f"attribute.{path}", "give the factors by name")
    instance_in(of, str, "attribute.of")
    names = tuple(base) if order is None else tuple(names_in(order, "attribute.order"))
    for path, given in (("order", names), ("base", base), ("current", current)):
        if not names or sorted(given) != sorted(names):
            raise InvalidFact(f"attribute.{path}", f"must name {list(base)}", list(given))
    for path, side in (("base", base), ("current", current)):
        for name in names:
            if not _is_finite(side[name]):
                raise InvalidFact(f"attribute.{path}.{name}", "must be a finite number", side[name])
    before, after = ({name: float(side[name]) for name in names} for side in (base, current))
    return substituted(before, after, of)


def _is_finite(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return bool(abs(value) <= sys.float_info.max)  # also of a whole number that no float holds


def substituted(
    before: Mapping[str, float | None], after: Mapping[str, float | None], of: str
) -> Attribution:
    """The attribution in the order of ``before``; a factor that is None leaves it without a value."""
    order = tuple(before)
    first, last = (
        [math.nan if v is None else v for v in side.values()] for side in (before, after)
    )
    chain = [reduce(mul, [*last[:done], *first[done:]]) for done in range(len(order) + 1)]
    if not all(map(math.isfinite, chain)):
        lacking = tuple(name for name in order if before[name] is None or after[name] is None)
        return Attribution(
            of=of, order=order, base=None, current=None, change=None, undefined=lacking or order
        )
    effects = tuple(
        Effect(name=name, base=was, current=now, effect=later - earlier, after=later)
        for name, was, now, (earlier, later) in zip(
            order, first, last, pairwise(chain), strict=True
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
