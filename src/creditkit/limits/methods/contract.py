"""The contract of a limit method: what it is called, what it needs, where it is from, how it is worked out.

A method is a declaration and two small functions: what share of its amount a grade gets, and, where
another figure takes part, by which steps or divisor. `LimitMethod.plan` puts them together for the
grades of a policy; `limits.plan` works a plan out, for one customer and for columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import attrs

from creditkit._digits import ratio_text
from creditkit._given import exact_ratio
from creditkit.errors import InvalidFact
from creditkit.languages import Text
from creditkit.limits.plan import Divisor, Plan, Steps

__all__ = ["CONFIDENCE", "GradeTerms", "LimitMethod", "Parameters", "method"]

CONFIDENCE: Final = {
    "2S": ("two sources or more", "两个以上来源"),
    "1S": ("one source", "一个来源"),
    "M": ("unverified", "未经核实"),
    "-": ("house rule", "自定规则"),
}
"""How well a formula is known from print."""


@attrs.frozen(kw_only=True)
class GradeTerms:
    """What of a grade a method may take: its name, its share of sales, the longest days of its terms.

    A grade whose limit is ``fixed`` has no share: no method counts for it.
    """

    id: str
    limit_share: Fraction | None = None
    days: int = 0
    fixed: bool = False


def _ratio(name: str, value: Any) -> Fraction:
    """An exact ratio, not negative: a Fraction, a whole number, or text such as '10 %'."""
    found: Any = exact_ratio(value) if isinstance(value, str) else value
    exact = isinstance(found, int | Fraction) and not isinstance(found, bool)
    if not exact or found < 0:
        rule = "must be an exact ratio, not negative"
        raise InvalidFact(f"parameters.{name}", rule, value, "write '10 %'")
    return Fraction(found)


def _share(value: Any) -> Fraction | None:
    return None if value is None else _ratio("share", value)


def _margin(value: Any) -> Fraction | None:
    return None if value is None else _ratio("margin", value)


def _factor(value: Any) -> Fraction:
    return _ratio("factor", value)


def _loss(value: Any) -> Fraction:
    return _ratio("loss", value)


@attrs.frozen(kw_only=True)
class Parameters:
    """What is said of a method beside its figures; which of it a method takes, the method says.

    ``amount`` and ``budget`` are whole minor units; shares, margins and the like are exact: a Fraction or
    text such as ``"10 %"``. ``steps`` are pairs of a bound and a share, from the best down, the last with no
    bound; a value meets a bound from it up where ``rising``, else from it down.
    """

    figures: tuple[str, ...] = ()
    share: Fraction | None = attrs.field(default=None, converter=_share)
    factor: Fraction = attrs.field(default=Fraction(1), converter=_factor)
    by_grade: Mapping[str, Fraction] = attrs.field(factory=dict)
    grace_days: int = 0
    amount: int | None = None
    count: str | None = None
    by: str | None = None
    rising: bool = True
    steps: tuple[tuple[Fraction | None, Fraction], ...] = ()
    least_known: int | None = None
    chance: str | None = None
    chances: Mapping[str, Fraction] = attrs.field(factory=dict)
    margin: Fraction | None = attrs.field(default=None, converter=_margin)
    loss: Fraction = attrs.field(default=Fraction(1), converter=_loss)
    budget: int | None = None

    def more_words(self, grade: GradeTerms) -> tuple[str, ...]:
        """The factor of the method and that of the grade as a page prints them."""
        more = (self.factor, self.by_grade.get(grade.id, Fraction(1)))
        return tuple(ratio_text(one) for one in more if one != 1)

    def share_of_grade(self, share: Fraction | None, grade: GradeTerms) -> Fraction | None:
        """A share with the factor of the method and that of the grade; None where there is none."""
        if share is None:
            return None
        return share * self.factor * (self.by_grade[grade.id] if self.by_grade else 1)


ShareOf = Callable[[Parameters, GradeTerms], Fraction | None]
Words = Callable[[Parameters, GradeTerms], tuple[str, ...]]


def _whole(p: Parameters, grade: GradeTerms) -> tuple[str, ...]:
    return ()


@attrs.frozen(kw_only=True)
class LimitMethod:
    """A limit method: its words, its figures, its parameters, its source, and how it is worked out.

    ``figure`` is the money figure that it takes a share of where the policy names no other; None where the
    policy must name it, or where there is none. ``takes`` are its parameters besides ``factor`` and
    ``by_grade``, which every method takes; of ``requires``, none may be left out, of each pair in ``either``
    one must stand. ``share`` gives the share
    of a grade before the factors, ``words`` the factors that it is made of, as a page prints them (none
    where the share says it all), ``steps`` and ``divisor`` what another figure does to it.
    """

    name: str
    text: Text
    formula: Text
    source: Text
    confidence: str
    figure: str | None = None
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    either: tuple[tuple[str, str], ...] = ()
    share: ShareOf
    words: Words = _whole
    steps: Callable[[Parameters], Steps | None] = lambda p: None
    divisor: Callable[[Parameters], Divisor | None] = lambda p: None
    weights: Callable[[Parameters], tuple[int, ...]] = lambda p: ()
    median: bool = False

    @property
    def house(self) -> bool:
        """Whether it is a rule of houses that no book prints."""
        return self.confidence == "-"

    @property
    def base(self) -> str | None:
        """The parameter that names its figure or figures; None where it takes none."""
        return next((name for name in ("figures", "figure") if name in self.takes), None)

    def plan(self, p: Parameters, grades: Sequence[GradeTerms]) -> Plan:
        """How it is worked out with these parameters, for grades from the best to the worst."""
        given = p.figures or ((self.figure,) if self.figure is not None else ())
        constant = p.budget if p.budget is not None else p.amount
        figures = given if constant is None else ()
        return Plan(
            figures=figures,
            shares=tuple(
                None if grade.fixed else p.share_of_grade(self.share(p, grade), grade)
                for grade in grades
            ),
            words=tuple(self._words(p, grade) for grade in grades),
            weights=self.weights(p),
            median_of=(p.least_known or len(figures)) if self.median else None,
            amount=constant,
            steps=self.steps(p),
            divisor=self.divisor(p),
        )

    def _words(self, p: Parameters, grade: GradeTerms) -> tuple[str, ...]:
        words = self.words(p, grade)
        whole = self.words is _whole  # nothing stands before the factors
        return (*words, *p.more_words(grade)) if words or whole else ()


def method(
    name: str,
    *,
    en: str,
    zh: str,
    formula: tuple[str, str],
    source: tuple[str, str],
    confidence: str,
    **more: object,
) -> LimitMethod:
    """A limit method with its texts, (English, Chinese)."""
    return LimitMethod(
        name=name,
        text=Text(f"step.{name}", en, zh),
        formula=Text(f"method.{name}.formula", *formula),
        source=Text(f"method.{name}.source", *source),
        confidence=confidence,
        **more,  # type: ignore[arg-type]
    )
