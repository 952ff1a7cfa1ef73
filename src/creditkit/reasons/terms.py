"""Terms of payment in words: how instalments, dates and discounts are written in a language.

What is written here is read by `terms_reading`: each text in English or Chinese reads back as the
terms that it was made from. The parts are plain tuples, so that a sentence can show terms by name
without knowing the facts that they belong to; `facts.terms` has the same fields, checked.

>>> thirty = (Step("add_days", 30),)
>>> in_words([Part(base="delivery", steps=thirty)])
'30 days after delivery'
>>> in_words([Part(steps=(Step("month_end"), *thirty))], "zh")
'月结 30 天（月末起）'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple, Protocol

from creditkit.languages import AnyLanguage, texts
from creditkit.money import Money, plain_amount

__all__ = [
    "BASES",
    "BASE_NAMES",
    "INTEREST_IN_WORDS",
    "LAWS",
    "PAID_BEFORE",
    "TERMS_IN_WORDS",
    "Part",
    "Step",
    "Window",
    "exact_percent",
    "in_words",
    "ordinal",
    "when_in_words",
]


class Step(NamedTuple):
    """One step on the way from a base date to a due date."""

    do: str
    n: int | None = None


class Window(NamedTuple):
    """A discount: the share that is taken off, and the steps to its last day."""

    share: Fraction
    steps: tuple[Step, ...]


class Part(NamedTuple):
    """An instalment: how much of the amount (all that is left where nothing says), and when."""

    share: Fraction | None = None
    of_rest: Fraction | None = None
    amount: Money | None = None
    base: str = "invoice"
    steps: tuple[Step, ...] = ()
    discounts: tuple[Window, ...] = ()


class _Step(Protocol):
    @property
    def do(self) -> str: ...
    @property
    def n(self) -> int | None: ...


BASES: Final = (
    "prepayment",
    "order",
    "before_dispatch",
    "dispatch",
    "delivery",
    "acceptance",
    "invoice",
    "receipt",
)
"""The dates that terms can count from; any other name is a milestone of the contract."""

PAID_BEFORE: Final = ("prepayment", "before_dispatch")
"""What is paid before the goods leave: in advance, and for the goods to leave."""

BASE_NAMES: Final = texts(
    "terms.base",
    {
        "prepayment": ("prepayment", "预付"),
        "order": ("order", "下单"),
        "before_dispatch": ("before dispatch", "发货前"),
        "dispatch": ("dispatch", "发货"),
        "delivery": ("delivery", "货到"),
        "acceptance": ("acceptance", "验收"),
        "invoice": ("invoice", "开票"),
        "receipt": ("receipt of invoice", "票到"),
    },
)

LAWS: Final = texts(
    "law",
    {
        "CN.802.public": (
            "China, public body to a small or medium enterprise",
            "机关、事业单位付中小企业",
        ),
        "CN.802.public.source": (
            "State Council order 802 (2025), article 9",
            "《保障中小企业款项支付条例》（国务院令第802号）第九条",
        ),
        "CN.802.public.condition": (
            "another date agreed in the contract, 60 days at most",
            "合同另有约定，且最长不超过60日",
        ),
        "CN.802.large": ("China, large enterprise to a small or medium one", "大型企业付中小企业"),
        "CN.802.large.source": (
            "State Council order 802 (2025), article 9",
            "《保障中小企业款项支付条例》（国务院令第802号）第九条",
        ),
        "CN.802.large.condition": (
            "reasonable by the norms and customs of the trade, and not waiting for a third party's payment",
            "按行业规范、交易习惯合理约定，且不得以收到第三方付款为条件",
        ),
        "EU.2011/7": ("EU, business to business", "欧盟，企业之间"),
        "EU.2011/7.source": (
            "Directive 2011/7/EU, article 3(5)",
            "欧盟第2011/7/EU号指令第3条第5款",
        ),
        "EU.2011/7.condition": (
            "expressly agreed and not grossly unfair",
            "明示约定，且对债权人并非显失公平",
        ),
        "EU.2011/7.public": ("EU, public authority to business", "欧盟，公共机构付企业"),
        "EU.2011/7.public.source": (
            "Directive 2011/7/EU, article 4(3) and (6)",
            "欧盟第2011/7/EU号指令第4条第3、6款",
        ),
        "EU.2011/7.public.condition": (
            "expressly agreed and objectively justified, 60 days at most",
            "明示约定且有客观理由，最长不超过60日",
        ),
    },
)
"""Laws about the longest terms: who pays whom, the source, and what an agreement has to be."""

TERMS_IN_WORDS: Final = texts(
    "terms",
    {
        "net": ("net {days}", "{days}天账期"),
        "instalments": ("net {days}, instalments allowed", "{days}天账期，可分期"),
        "with_instalments": ("{terms}, instalments allowed", "{terms}，可分期"),
        "prepaid": ("payment before delivery", "款到发货"),
        "part_prepaid": ("prepaid", "预付"),
        "before_dispatch": ("before dispatch", "发货前付款"),
        "at_once": ("net 0", "开票即付"),
        "on": ("on {base}", "{base}付款"),
        "day_after": ("1 day after {base}", "{base}后1天"),
        "days_after": ("{n} days after {base}", "{base}后{n}天"),
        "net_working_day": ("net 1 working day", "开票后1个工作日"),
        "net_working_days": ("net {n} working days", "开票后{n}个工作日"),
        "working_day_after": ("1 working day after {base}", "{base}后1个工作日"),
        "working_days_after": ("{n} working days after {base}", "{base}后{n}个工作日"),
        "month_after": ("1 month after {base}", "{base}后1个月"),
        "months_after": ("{n} months after {base}", "{base}后{n}个月"),
        "month_end": ("EOM", "当月月末"),
        "month_end_days": ("EOM+{n}", "月结{n}天（月末起）"),
        "next_month_end": ("end of next month", "次月月末"),
        "later_month_end": ("end of month +{months}", "{months}个月后月末"),
        "next_month_day": ("{day} of next month", "次月{day}日"),
        "later_month_day": ("{day} of month +{months}", "{months}个月后{day}日"),
        "next_day": ("next {day}", "下一个{day}日"),
        "statement": ("statement {n} + {days} days", "{n}日对账后{days}天"),
        "and_days": ("{phrase} + {n} days", "{phrase}后{n}天"),
        "of_base": ("{phrase} after {base}", "{base}后{phrase}"),
        "cut_off": ("{phrase}, cut-off {n}", "{phrase}，{n}日截止"),
        "following": ("{phrase}, following working day", "{phrase}，遇休息日顺延"),
        "preceding": ("{phrase}, preceding working day", "{phrase}，遇休息日提前"),
        "modified_following": (
            "{phrase}, modified following working day",
            "{phrase}，遇休息日顺延不跨月",
        ),
        "from": ("from {base}: {steps}", "自{base}起：{steps}"),
        "then": ("{before} then {after}", "{before}再{after}"),
        "step_add_days": ("{n} days", "{n}天"),
        "step_add_working_days": ("{n} working days", "{n}个工作日"),
        "step_add_months": ("{n} months", "{n}个月"),
        "step_month_end": ("month end", "月末"),
        "step_day_of_month": ("day {n}", "当月{n}日"),
        "step_next_day": ("next day {n}", "下一个{n}日"),
        "step_cut_off": ("cut-off {n}", "{n}日截止"),
        "step_following": ("following working day", "顺延"),
        "step_preceding": ("preceding working day", "提前"),
        "step_modified_following": ("modified following working day", "顺延不跨月"),
        "share": ("{share} {phrase}", "{share} {phrase}"),
        "share_of_rest": ("{share} of the rest {phrase}", "余款的{share} {phrase}"),
        "fixed": ("{amount} {phrase}", "{amount} {phrase}"),
        "rest": ("rest {phrase}", "余款 {phrase}"),
        "discount_days": ("{percent}/{n}", "{n}天内付款减{percent}%"),
        "discount_until": ("{percent}% until {phrase}", "{phrase}前付款减{percent}%"),
        "discount_net": ("{discount} {phrase}", "{discount}，{phrase}"),
        "discount": ("{discount}, {phrase}", "{discount}，{phrase}"),
        "and": ("{before}, {after}", "{before}，{after}"),
        "due": ("{amount} by {date}, {phrase}", "{amount}，{date} 前（含）支付，{phrase}"),
        "due_not_known": (
            "{amount} on a date that is not known yet, {phrase}",
            "{amount}，到期日未知，{phrase}",
        ),
        "ambiguous": (
            "{text} can be read in several ways: {readings}.",
            "{text} 有多种理解：{readings}。",
        ),
        "unreadable": (
            "{text} cannot be read as terms of payment.",
            "{text} 无法识别为付款条件。",
        ),
    },
)
"""The words of terms; what is written with them in English and Chinese reads back as it was."""

INTEREST_IN_WORDS: Final = texts(
    "late_interest",
    {
        "period": (
            "{start} to {end}: {days} days at {rate} on {principal} are {interest}",
            "{start} 至 {end}：本金 {principal}，年利率 {rate}，{days} 天，利息 {interest}",
        ),
        "open": (
            "open at {until}: {open} (principal {principal}, interest {interest}, flat sum {flat})",
            "截至 {until} 未付：{open}（本金 {principal}，利息 {interest}，固定赔偿 {flat}）",
        ),
    },
)
"""What is said of interest on late payment."""

_ROLLS: Final = ("following", "preceding", "modified_following")


def in_words(parts: Iterable[Any], language: AnyLanguage = "en") -> str:
    """Terms in words: each instalment with how much and when; see `Part` for what it is made of."""
    given = list(parts)
    whole = len(given) == 1 and given[0].amount is None and given[0].of_rest is None
    if (
        whole and given[0].base in PAID_BEFORE
    ):  # to pay before dispatch is to pay in advance, if it is all
        return TERMS_IN_WORDS["prepaid"].in_(language)
    if whole:
        return when_in_words(given[0], language)
    out = _instalment(given[0], language)
    for part in given[1:]:
        out = _say("and", language, before=out, after=_instalment(part, language))
    return out


def exact_percent(share: Fraction) -> str:
    """A share in percent without a sign, exact: ``12.5``, or ``100/3`` where no decimals end.

    >>> exact_percent(Fraction(1, 8)), exact_percent(Fraction(1, 3))
    ('12.5', '100/3')
    """
    percent = share * 100
    scaled = percent * 10**6
    if scaled.denominator != 1:
        return f"{percent.numerator}/{percent.denominator}"
    whole, rest = divmod(scaled.numerator, 10**6)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def _say(name: str, language: AnyLanguage, **values: object) -> str:
    return TERMS_IN_WORDS[name].filled(language, **values)


def _base(base: str, language: AnyLanguage) -> str:
    return BASE_NAMES[base].in_(language) if base in BASE_NAMES else f'"{base}"'


def _instalment(part: Any, language: AnyLanguage) -> str:
    phrase = when_in_words(part, language)
    if part.share is not None:
        return _say("share", language, share=f"{exact_percent(part.share)}%", phrase=phrase)
    if part.of_rest is not None:
        share = f"{exact_percent(part.of_rest)}%"
        return _say("share_of_rest", language, share=share, phrase=phrase)
    if part.amount is not None:
        money = part.amount
        amount = f"{plain_amount(money.minor, money.currency)} {money.currency}"
        return _say("fixed", language, amount=amount, phrase=phrase)
    return _say("rest", language, phrase=phrase)


def when_in_words(part: Any, language: AnyLanguage = "en") -> str:
    """When an instalment is due and with which discounts, without how much it is."""
    if part.base in PAID_BEFORE:
        return _say("part_prepaid" if part.base == "prepayment" else "before_dispatch", language)
    phrase = _phrase(part.base, part.steps, language)
    if not part.discounts:
        return phrase
    discounts = [_discount(part.base, one, language) for one in part.discounts]
    out = discounts[0]
    for one in discounts[1:]:
        out = _say("and", language, before=out, after=one)
    plain = len(discounts) == 1 and _counts_days(part.discounts[0])
    net = part.base == "invoice" and _in_days(part.steps) is not None
    name = "discount_net" if plain and net else "discount"
    return _say(name, language, discount=out, phrase=phrase)


def _discount(base: str, window: Any, language: AnyLanguage) -> str:
    percent = exact_percent(window.share)
    if _counts_days(window):
        return _say("discount_days", language, percent=percent, n=_in_days(window.steps))
    phrase = _phrase(base, window.steps, language)
    return _say("discount_until", language, percent=percent, phrase=phrase)


def _counts_days(window: Any) -> bool:
    """Whether a discount can be written as ``2/10``."""
    return _in_days(window.steps) is not None and "/" not in exact_percent(window.share)


def _in_days(steps: Sequence[_Step]) -> int | None:
    """The days of steps that do nothing but count them."""
    if not steps:
        return 0
    return steps[0].n if len(steps) == 1 and steps[0].do == "add_days" else None


def _phrase(base: str, steps: Sequence[_Step], language: AnyLanguage) -> str:
    """When, from a base date: in the words of the trade where there are any, else step by step."""
    head = steps[0].n if steps and steps[0].do == "cut_off" else None
    tail = steps[-1].do if steps and steps[-1].do in _ROLLS else None
    core = list(steps)[0 if head is None else 1 : len(steps) if tail is None else -1]
    phrase = _known(base, core, language)
    if phrase is None:
        return _step_by_step(base, steps, language)
    if head is not None:
        phrase = _say("cut_off", language, phrase=phrase, n=head)
    return phrase if tail is None else _say(tail, language, phrase=phrase)


def _known(base: str, steps: Sequence[_Step], language: AnyLanguage) -> str | None:
    named, does = _base(base, language), [step.do for step in steps]
    n = steps[0].n if steps else 0
    if not steps:
        return _say("at_once", language) if base == "invoice" else _say("on", language, base=named)
    if does == ["add_days"]:
        if base == "invoice":
            return _say("net", language, days=n)
        return _say("day_after" if n == 1 else "days_after", language, base=named, n=n)
    if does == ["add_working_days"]:
        if base == "invoice":
            return _say("net_working_day" if n == 1 else "net_working_days", language, n=n)
        name = "working_day_after" if n == 1 else "working_days_after"
        return _say(name, language, base=named, n=n)
    if does == ["add_months"]:
        return _say("month_after" if n == 1 else "months_after", language, base=named, n=n)
    phrase = _of_month(steps, does, language)
    if phrase is None or base == "invoice":
        return phrase
    return _say("of_base", language, phrase=phrase, base=named)


def _of_month(steps: Sequence[_Step], does: list[str], language: AnyLanguage) -> str | None:
    """Phrases about months, without their base."""
    n = [step.n or 0 for step in steps]
    if does == ["month_end"]:
        return _say("month_end", language)
    if does == ["month_end", "add_days"]:
        return _say("month_end_days", language, n=n[1])
    if does == ["add_months", "month_end"]:
        return _say("next_month_end" if n[0] == 1 else "later_month_end", language, months=n[0])
    if does[:2] == ["add_months", "day_of_month"] and does[2:] in ([], ["add_days"]):
        name = "next_month_day" if n[0] == 1 else "later_month_day"
        phrase = _say(name, language, months=n[0], day=_day(name, n[1], language))
        return phrase if len(n) == 2 else _say("and_days", language, phrase=phrase, n=n[2])
    if does == ["next_day"]:
        return _say("next_day", language, day=_day("next_day", n[0], language))
    if does == ["next_day", "add_days"]:
        return _say("statement", language, n=n[0], days=n[1])
    return None


def _day(name: str, number: int, language: AnyLanguage) -> str:
    """A day of a month as the text of a language has it: in English ``25th``."""
    text = TERMS_IN_WORDS[name]
    return ordinal(number) if text.in_(language) == text.en else str(number)


def ordinal(number: int) -> str:
    """``1st``, ``22nd``, ``11th``."""
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _step_by_step(base: str, steps: Sequence[_Step], language: AnyLanguage) -> str:
    words = [_say(f"step_{step.do}", language, n=step.n) for step in steps]
    out = words[0]
    for word in words[1:]:
        out = _say("then", language, before=out, after=word)
    return _say("from", language, base=_base(base, language), steps=out)
