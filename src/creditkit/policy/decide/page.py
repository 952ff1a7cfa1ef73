"""The page of a decision: what a credit manager reads.

Each line can be worked out again with a pocket calculator from what stands on the page: a method is
its share times its base, a factor's part its points times its weight times the span of the card, the
parts of a score add up to the sum below them, a model on a scale of its own shows the score before
and after, and numbers have as many digits as that takes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from creditkit._arithmetic import total
from creditkit._digits import (
    DIGITS,
    adding_up,
    decimals_for,
    fixed_text,
    number_text,
    percent_text,
    ratio_text,
)
from creditkit._layout import table
from creditkit.languages import AnyLanguage, Language, language_of, texts
from creditkit.limits.combining import RULES
from creditkit.limits.methods import METHODS
from creditkit.models.contract import Part
from creditkit.money import Money
from creditkit.outcomes import Outcome
from creditkit.policy.decide.decision import Decision, LimitStep, ModelScore, Operand
from creditkit.policy.sections.limit import WORDS as STEPS
from creditkit.policy.words import MODELS, SHARED, rates_line
from creditkit.reasons import Reason, category_text, own_titles, title_of, value_text
from creditkit.reasons.titles import listed

__all__ = ["decision_page"]

WORDS: Final = texts(
    "decision",
    {
        "head": (
            "{customer}  {outcome}   (as of {as_of}, policy {policy} {version})",
            "{customer}  {outcome}   （截至 {as_of}，政策 {policy} {version}）",
        ),
        "grade": ("Grade", "信用等级"),
        "score": ("{grade}   Score {score}", "{grade}   信用评分 {score}"),
        "known": ("{score}   ({share} of its weight known)", "{score}   （已知权重 {share}）"),
        "known_of": (
            "{score}   ({share} of the weight of {model} known)",
            "{score}   （{model}已知权重 {share}）",
        ),
        "supplied": ("{score}   (as supplied)", "{score}   （直接给定）"),
        "limit": ("Recommended limit", "建议额度"),
        "binding": ("{limit}   (binding: {step})", "{limit}   （起决定作用：{step}）"),
        "requested": ("Requested limit", "申请额度"),
        "line": ("Line in force", "现有授信额度"),
        "given_as": ("{amount} ({given})", "{amount}（{given}）"),
        "no_rate": ("{given} (no rate)", "{given}（缺少汇率）"),
        "terms": ("Terms", "付款条件"),
        "security": ("Security", "担保"),
        "security_required": ("required", "要求担保"),
        "review": ("Next review", "下次复核"),
        "none": ("none", "无"),
        "steps": ("How the limit was made", "额度计算过程"),
        "mixed": ("How the models make the score", "模型得分合成"),
        "parts": ("What the score is made of ({model})", "评分构成（{model}）"),
        "base": ("base", "基础分"),
        "sum": ("sum of these", "合计"),
        "rounded": (
            "parts are rounded to add up",
            "各项取整以与合计一致",
        ),
        "given": ("as the model gives it", "模型给出"),
        "held": ("held at the bound", "按边界值计"),
        "else": ("else", "其余"),
    },
)
STEP_WORDS: Final = texts(
    "step",
    {
        "share_of": ("share of {figure}", "{figure}比例"),
        "x_terms": ("{figure} x terms", "{figure} x 账期"),
        "on_figure": ("{step} ({figure})", "{step}（{figure}）"),
        "held_to": ("held to {figure}", "不超过{figure}"),
        "as_zero": ("not known, counts as 0", "未知，按 0 计"),
        "with": ("{product}  ({operands})", "{product}  （{operands}）"),
        "operand": ("{figure} {value}", "{figure} {value}"),
        "cut": ("{product}, rounded down", "{product}，向下取整"),
        "not_negative": ("{product}, not below 0", "{product}，负数计为 0"),
        "down": ("down to a multiple of {step}", "向下取整至 {step} 的倍数"),
        "up": ("up to a multiple of {step}", "向上取整至 {step} 的倍数"),
    },
)
"""How a step was worked out."""

TREATMENTS: Final = texts(
    "treatment",
    {
        "reallocate": ("its weight goes to the others", "权重由其他因素分摊"),
        "keep": ("no points", "不计分"),
        "points": ("points for a figure that is not known", "按未知计分"),
        "undefined": ("points for a figure without a meaning", "按无意义计分"),
    },
)

_SHARES: Final = {
    **{name: "share_of" for name, one in METHODS.items() if "share" in one.takes and one.figure},
    "share_of_credit_sales": "share_of",
    "purchases_x_terms": "x_terms",
}
"""Methods whose name is about their figure: on another one they are named by that."""

_BOUND: Final = re.compile(r"(>=|<=) (\S+)")
_OTHER: Final = {">=": "<=", "<=": ">="}
_MOST_DECIMALS: Final = 12
_MOST_DIGITS: Final = 17


def decision_page(decision: Decision, language: AnyLanguage = "en") -> str:
    """The page of a decision in a language."""
    return "\n".join(_Page(decision, language_of(language)).lines())


class _Page:
    """One page in the making; the methods below stand in the order of its blocks."""

    def __init__(self, decision: Decision, language: Language) -> None:
        self.decision = decision
        self.language = language
        self.titles = {**MODELS, **own_titles(decision.titles)}
        self.made = _made_of(decision)

    def lines(self) -> list[str]:
        """The page, line by line."""
        decision = self.decision
        head = WORDS["head"].filled(
            self.language,
            customer=decision.customer,
            outcome=decision.outcome.title(self.language),
            as_of=decision.as_of,
            policy=decision.policy,
            version=decision.policy_version,
        )
        lines = [head, "", *table(self._answer())]
        if decision.reasons:
            lines += ["", SHARED["reasons"].in_(self.language)]
            lines += [f"  {self._reason(reason)}" for reason in decision.reasons]
        lines += self._block(self._word("steps"), self._steps())
        if self.made is not None or decision.score is None:
            lines += self._block(self._word("mixed"), self._mixed())
            for model in decision.models:
                title = title_of(model.score.model, self.language, self.titles)
                heading = WORDS["parts"].filled(self.language, model=title)
                lines += self._block(heading, self._parts(model), right=(1,))
        return lines

    def _word(self, name: str) -> str:
        return WORDS[name].in_(self.language)

    def _value(self, value: object) -> str:
        return value_text(value, self.language)

    @staticmethod
    def _block(
        heading: str, rows: Sequence[Sequence[str]], right: tuple[int, ...] = ()
    ) -> list[str]:
        """A heading and its rows; nothing without rows."""
        return ["", heading, *table(rows, indent=2, right=right)] if rows else []

    def _reason(self, reason: Reason) -> str:
        """A reason with its effect before it; what stops nothing is a note."""
        sentence = reason.sentence(self.language, self.titles)
        if reason.effect in (None, Outcome.APPROVE):
            return sentence
        return f"[{reason.effect.title(self.language)}] {sentence}"

    # The answer

    def _answer(self) -> list[tuple[str, str]]:
        decision, language = self.decision, self.language
        grade = decision.grade or self._word("none")
        score = WORDS["score"].filled(language, grade=grade, score=self._score())
        rows = [("grade", score), ("limit", self._limit())]
        for name, amount, given in (
            ("requested", decision.requested_limit, decision.requested_as),
            ("line", decision.line, decision.line_as),
        ):
            if amount is not None or given is not None:
                rows.append((name, self._converted(amount, given)))
        terms = "–" if decision.terms is None else decision.terms.title(language)
        rows.append(("terms", terms))
        if decision.security_required:
            rows.append(("security", self._word("security_required")))
        out = [(self._word(name), value) for name, value in rows]
        if decision.approver:
            role = title_of(decision.approver, language, self.titles)
            out.append((SHARED["authority"].in_(language), role))
        out.append((self._word("review"), decision.next_review.isoformat()))
        if decision.rates is not None:
            out.append((SHARED["rates"].in_(language), rates_line(decision.rates, language)))
        return out

    def _converted(self, amount: object, given: Money | None) -> str:
        """An amount, and what was given in another currency; that alone where there is no rate."""
        if given is None:
            return self._value(amount)
        name = "no_rate" if amount is None else "given_as"
        return WORDS[name].filled(
            self.language, amount=self._value(amount), given=self._value(given)
        )

    def _score(self) -> str:
        decision, language = self.decision, self.language
        if decision.score is None:
            text = self._word("none")
        else:
            text = fixed_text(decision.score, self._decimals(decision.score))
            if self.made is None:
                return WORDS["supplied"].filled(language, score=text)
        known = min((model.score.coverage for model in decision.models), default=Fraction(1))
        if (
            known < 1 and len(decision.models) > 1
        ):  # of several models the one of which least is known
            least = next(one.score for one in decision.models if one.score.coverage == known)
            model = title_of(least.model, language, self.titles)
            share = percent_text(known)
            text = WORDS["known_of"].filled(language, score=text, share=share, model=model)
        elif known < 1:
            text = WORDS["known"].filled(language, score=text, share=percent_text(known))
        return text

    def _decimals(self, score: float) -> int:
        """The decimals of the score: those of the sum that it is, where the page shows one."""
        models = self.decision.models
        if self.made is None or not models:
            return decimals_for((), score)
        if self._are_mixed:
            return decimals_for([model.part or 0.0 for model in models], self.made)
        return decimals_for([part.value for part in models[0].score.parts], self.made)

    def _limit(self) -> str:
        decision = self.decision
        limit = self._value(decision.limit)
        if decision.binding is None:
            return limit
        return WORDS["binding"].filled(self.language, limit=limit, step=self._binding())

    def _binding(self) -> str:
        """The step that set the limit; of two methods of one name the one that was taken."""
        steps = self.decision.limit_steps
        named = [step for step in steps if step.name == self.decision.binding]
        taken = next((step.amount for step in steps if step.name in RULES), None)
        step = next((step for step in named if step.amount == taken), None)
        if step is not None or named:
            return self._title(step or named[0])
        return _step_text(self.decision.binding or "", self.language)

    # How the limit was made

    def _steps(self) -> list[tuple[str, str, str]]:
        decision = self.decision
        steps = [s for s in decision.limit_steps if s.amount is not None or decision.limit is None]
        before: list[Any] = [None, *(step.amount for step in steps)]
        return [
            (self._title(step), self._value(step.amount), self._how(step, amount))
            for step, amount in zip(steps, before, strict=False)
        ]

    def _title(self, step: LimitStep) -> str:
        if step.name.startswith("cap:") and step.figure is not None:
            return STEP_WORDS["held_to"].filled(self.language, figure=self._figure(step.figure))
        words, method = _step_text(step.name, self.language), METHODS.get(step.name)
        if step.figure is None or method is None or method.figure in (None, step.figure):
            return words
        name = _SHARES.get(step.name, "on_figure")
        figure = self._figure(step.figure)
        return STEP_WORDS[name].filled(self.language, figure=figure, step=words)

    def _figure(self, name: str) -> str:
        return title_of(name, self.language, self.titles)

    def _how(self, step: LimitStep, before: object) -> str:
        """What a step was worked out from: a share of a base, a multiple."""
        if step.name == "weighted":
            return self._weighted(step)
        if step.share is not None or step.operands:
            return self._method(step)
        if step.name in METHODS:
            return STEP_WORDS["as_zero"].in_(self.language) if step.amount is not None else ""
        if step.base is None or not isinstance(before, Money) or not isinstance(step.amount, Money):
            return ""
        way = "up" if step.amount > before else "down"
        return STEP_WORDS[way].filled(self.language, step=step.base)

    def _method(self, step: LimitStep) -> str:
        """The share of the amount, and after it the figures that made up either of them."""
        text = self._product(step)
        if not step.operands:
            return text
        operands = [self._operand(one) for one in step.operands]
        summed = any(one.weight for one in step.operands)
        said = " + ".join(operands) if summed else listed(operands, self.language)
        return STEP_WORDS["with"].filled(self.language, product=text, operands=said)

    def _weighted(self, step: LimitStep) -> str:
        """What was weighed: ``(2 x 600.00 CNY + 1 x 100.00 CNY) / 3``."""
        if not step.operands:
            return ""
        total = sum((one.weight or Fraction(0) for one in step.operands), Fraction(0))
        text = f"({' + '.join(map(self._operand, step.operands))}) / {_plain(total)}"
        shares = sum((_weight(one) for one in step.operands), Fraction(0)) / total
        name = "cut" if shares.denominator > 1 else ""
        return STEP_WORDS[name].filled(self.language, product=text) if name else text

    def _operand(self, operand: Operand) -> str:
        value = operand.value
        text = number_text(value, 12) if isinstance(value, float) else self._value(value)
        if operand.weight is not None:
            weight = _plain(operand.weight)
            return SHARED["product"].filled(self.language, factor=weight, amount=text)
        figure = self._figure(operand.figure)
        return STEP_WORDS["operand"].filled(self.language, figure=figure, value=text)

    def _product(self, step: LimitStep) -> str:
        share, base = step.share, step.base
        factor = self._value(None) if share is None else ratio_text(share)
        factor = " x ".join(step.factors) or factor
        text = SHARED["product"].filled(self.language, factor=factor, amount=self._value(base))
        if base is None or share is None:
            return text
        if base.minor < 0:
            return STEP_WORDS["not_negative"].filled(self.language, product=text)
        if (base.minor * share).denominator > 1:
            return STEP_WORDS["cut"].filled(self.language, product=text)
        return text

    # How the score was made

    @property
    def _are_mixed(self) -> bool:
        """Whether the score is more than the sum of one model's parts."""
        models = self.decision.models
        return len(models) > 1 or any(
            one.weight != 1 or one.scaled != one.score.value for one in models
        )

    def _mixed(self) -> list[tuple[str, str]]:
        """What each model adds: its score, on the policy's scale, times its weight."""
        decision, rows = self.decision, list[tuple[str, str]]()
        if self._are_mixed:
            parts = [model.part for model in decision.models if model.part is not None]
            decimals = _decimals_of(parts)
            for model in decision.models:
                name = title_of(model.score.model, self.language, self.titles)
                rows.append((name, self._mixture(model, decimals)))
            if len(parts) == len(decision.models) > 1:
                rows.append((self._word("sum"), fixed_text(_stated(total(parts)), decimals)))
        made, score = self.made, decision.score
        if made is not None and score is not None and made != score:
            if not self._are_mixed:
                name = title_of(decision.models[0].score.model, self.language, self.titles)
                rows.append((name, fixed_text(made, self._decimals(made))))
            rows.append((self._word("held"), fixed_text(score, self._decimals(score))))
        return rows

    def _mixture(self, model: ModelScore, decimals: int) -> str:
        """``4.438 -> 771.3 x 0.4 = 308.5``, with digits of the score that give the part again."""
        weight = f"{model.weight:.12g}"
        if model.scaled is None or model.part is None or model.score.value is None:
            unknown = self._value(None)
            return SHARED["product"].filled(self.language, factor=weight, amount=unknown)
        part = fixed_text(model.part, decimals)
        least = decimals_for((), model.scaled)
        each = [fixed_text(model.scaled, n) for n in range(least, _MOST_DECIMALS + 1)]
        scaled = next((one for one in each if _again(one, weight, decimals) == part), each[-1])
        text = f"{weight} x {scaled} = {part}"
        if model.scaled == model.score.value:
            return text
        own = [one.value for one in model.score.parts]
        value = _stated(model.score.value)
        raw = fixed_text(value, decimals_for(own, value))
        return f"{raw} -> {scaled}; {text}"

    def _parts(self, model: ModelScore) -> list[tuple[str, ...]]:
        """The parts of a model's score, and their sum."""
        parts, value = model.score.parts, model.score.value
        if not parts or value is None:
            return []
        values, stated = [part.value for part in parts], _stated(value)
        decimals = decimals_for(values, stated)
        texts = adding_up(values, stated, decimals)
        rows = [self._part(part, text) for part, text in zip(parts, texts, strict=True)]
        word = "sum" if total(values) == value else "given"
        moved = texts != [fixed_text(value, decimals) for value in values]
        note = self._word("rounded") if moved else ""
        return [*rows, (self._word(word), fixed_text(stated, decimals), "", "", note)]

    def _part(self, part: Part, value: str) -> tuple[str, ...]:
        """A part, the value of its figure, the bin, and ``40% x 6/37 x 550``: points, weight, span."""
        if part.figure is None:
            return self._word("base") if part.name == "base" else part.name, value, "", "", ""
        title = title_of(part.figure, self.language, self.titles)
        if part.bin is None:
            treatment = TREATMENTS.get(part.treatment)
            why = "" if treatment is None else treatment.in_(self.language)
        elif part.bin == "else":
            why = self._word("else")
        else:
            why = _bin_text(part, self.language)
        if isinstance(part.given, str):
            given = category_text(part.figure, part.given, self.language)
        elif isinstance(part.given, float):
            given = _given_text(part.given, part.bin or "")
        else:
            given = self._value(part.given)
        if part.points is None or part.weight is None or part.span is None:
            return title, value, given, *((why, "") if part.bin else ("", why))
        shares = f"{_of_hundred(part.points)} x {ratio_text(part.weight)}"
        return title, value, given, why, f"{shares} x {number_text(part.span, 12)}"


def _plain(weight: Fraction) -> str:
    """A weight as a number: ``0.6``, or a fraction where that does not end."""
    text = ratio_text(weight / 100)
    return text.removesuffix("%") if text.endswith("%") else str(weight)


def _weight(operand: Operand) -> Fraction:
    """What an operand adds to a weighted sum, in minor units."""
    minor = operand.value.minor if isinstance(operand.value, Money) else 0
    return Fraction(minor) * (operand.weight or 0)


def _made_of(decision: Decision) -> float | None:
    """What the models give, before it is held at a bound; None where the score was not made by them."""
    parts = [model.part for model in decision.models]
    if decision.score is None or not parts or None in parts:
        return None
    clipped = next((one for one in decision.reasons if one.code == "score.clipped"), None)
    made = total([part for part in parts if part is not None])
    seen = decision.score if clipped is None else clipped.params.get("score")
    # a score is stated to nine decimals
    close = isinstance(seen, float) and abs(made - seen) <= 1e-9 * max(1.0, abs(made))
    return seen if close and isinstance(seen, float) else None


def _decimals_of(parts: Sequence[float]) -> int:
    """With how many decimals parts that are printed as they are add up to their sum as it is printed."""
    whole = _stated(total(list(parts))) if parts else 0.0
    least = decimals_for(parts, whole)

    def adds_up(decimals: int) -> bool:
        printed = [fixed_text(value, decimals).replace(",", "") for value in (*parts, whole)]
        return sum(map(Fraction, printed[:-1])) == Fraction(printed[-1])

    return next(filter(adds_up, range(least, _MOST_DECIMALS + 1)), least)


def _stated(value: float) -> float:
    """A sum to nine decimals, as a score is stated: on a half both are then rounded alike."""
    return round(value, 9)


def _again(score: str, weight: str, decimals: int) -> str:
    """What a pocket calculator makes of a score and its weight."""
    product = Fraction(score.replace(",", "")) * Fraction(weight)
    return fixed_text(float(product), decimals)


def _step_text(name: str, language: Language) -> str:
    return STEPS[name].in_(language) if name in STEPS else name


@functools.lru_cache(maxsize=1024)  # bins earn few different points
def _of_hundred(points: Fraction) -> str:
    return ratio_text(points / 100)


def _given_text(given: float, label: str) -> str:
    """A number in as many digits as it takes to lie in its bin as printed, and in no better one.

    A record names the bin, and not the next one: what would be rounded onto a shorter number, which
    may be the bound that it does not reach, is shown with the digits that tell it from that.
    """
    bound = _BOUND.fullmatch(label)

    def tells(text: str, digits: int) -> bool:
        seen = float(text.replace(",", ""))
        lies_in = bound is None or not _beyond(float(bound[2]), seen, bound[1])
        moved = seen != given if bound is None else _beyond(given, seen, _OTHER[bound[1]])
        return lies_in and not (moved and _is_shorter(text, digits))

    each = ((number_text(given, digits), digits) for digits in range(DIGITS, _MOST_DIGITS))
    fewest = (text for text, digits in each if tells(text, digits))
    return next(fewest, number_text(given, _MOST_DIGITS))


def _beyond(edge: float, value: float, comparison: str) -> bool:
    """Whether a value lies on the wrong side of an edge."""
    return value < edge if comparison == ">=" else value > edge


def _is_shorter(text: str, digits: int) -> bool:
    """Whether a number is printed in fewer digits than it might have been."""
    whole, _, rest = text.lstrip("-").partition(".")
    return len((whole + rest.rstrip("0")).replace(",", "").lstrip("0")) < digits


def _bin_text(part: Part, language: Language) -> str:
    """A bin in the words and the unit of what fell into it: a record has money in minor units."""
    if isinstance(part.given, bool):
        return value_text(part.bin == "true", language)
    label, bound = part.bin or "", _BOUND.fullmatch(part.bin or "")
    if bound is not None and isinstance(part.given, Money):
        return f"{bound[1]} {Money.from_minor(int(float(bound[2])), part.given.currency)}"
    return category_text(part.figure or "", label, language)
