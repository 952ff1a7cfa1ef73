"""A third reading of a policy: the raw document, one customer, fractions and plain loops.

It shares nothing with ``creditkit.policy``: no plan, no evaluator, no parser. Scores are worked out
as fractions and compared with the production score within 1e-9 of what they are made of. A float
and a fraction may fall on two sides of a bound, so the steps after the score (clip, grade, limit)
start from the production score before it is clipped: ``raw`` below.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import floor, inf, isfinite
from typing import Any

from creditkit.facts.customers import Application, Customer
from creditkit.facts.lines import CreditLine
from creditkit.facts.statements import LINES
from creditkit.figures import FIGURES, UNDEFINED, Figure
from creditkit.models import published
from creditkit.money import CURRENCIES, Line, Money

SEVERITY = ("approve", "warn", "require", "refer", "hold", "reject")
LARGEST = 2**63 - 1
BASES = ("receivables",)  # a share of it that is not positive has no meaning
OPERATORS = {
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def exact(value: Any) -> Fraction:
    """A number of a document: whole, ``"0.15"`` or ``"15 %"``."""
    if isinstance(value, int):
        return Fraction(value)
    text = value.strip()
    return Fraction(text[:-1].strip()) / 100 if text.endswith("%") else Fraction(text)


def kind_of(name: str, own: Mapping[str, Figure], columns: Mapping[str, str]) -> str:
    """money, days, count, flag, category or float."""
    if name in columns:
        return columns[name]
    if name in LINES:
        return "float"
    kind = (own[name] if name in own else FIGURES[name]).kind.value
    return "float" if kind in ("ratio", "score", "line_item") else kind


# ------------------------------------------------------------------------------------ the figures


def full_units(start: date, end: date, months: bool) -> int:
    """Full years, or full months, from one date to another."""
    count = (end.year - start.year) * 12 + end.month - start.month
    if end.day < start.day:
        count -= 1
    return count if months else count // 12


def in_window(day: date, start: date | None, until: date | None) -> bool:
    """Whether a day lies in a half-open window."""
    return (start is None or start <= day) and (until is None or day < until)


class Figures:
    """The figures of one customer by plain arithmetic; ``ledger`` are those of the receivables room."""

    def __init__(
        self,
        customer: Customer,
        *,
        currency: str,
        as_of: date,
        rates: Any = None,
        application: Application | None = None,
        line: CreditLine | None = None,
        ledger: Mapping[str, Any] | None = None,
        own: Mapping[str, Figure] | None = None,
        assume: Mapping[str, Any] | None = None,
    ) -> None:
        self.customer = customer
        self.currency = currency
        self.as_of = as_of
        self.rates = rates
        self.application = application
        self.line = line
        self.ledger = ledger or {}
        self.own = own or {}
        self.assume = assume or {}
        self.assumed: set[str] = set()
        self.known: dict[str, Any] = {}
        self.stale: Mapping[str, int] = {}

    @property
    def statement(self) -> Any:
        """The customer's statement, unless something is wrong with it."""
        return None if self.statement_fault() else self.customer.statement

    def statement_fault(self) -> str | None:
        """Why a statement is set aside."""
        given = self.customer.statement
        if given is None:
            return None
        if given.period_end > self.as_of:
            return "future"
        if "statement" in self.stale and given.period_end < months_before(
            self.as_of, self.stale["statement"]
        ):
            return "stale"
        if given.total_assets is not None and given.total_assets <= 0:
            return "unusable"
        lines = "current_assets cash trade_receivables inventory intangible_assets".split()
        lines += ["total_liabilities", "current_liabilities"]
        values = [getattr(given, name) for name in lines]
        if any(value is not None and value < 0 for value in values):
            return "unusable"
        for kind in ("assets", "liabilities"):
            part, whole = getattr(given, f"current_{kind}"), getattr(given, f"total_{kind}")
            if None not in (part, whole) and part > whole:
                return "parts"
        return None

    def usable(self) -> bool:
        """Whether every amount that is given has a currency that can be converted."""
        used = {self.customer.currency}
        if self.application is not None and self.application.requested_limit is not None:
            used.add(self.application.currency)
        if self.line is not None and isinstance(self.line.amount, Money):
            used.add(self.line.currency)
        return all(self.converted(Money(0, name)) is not None for name in used)

    def converted(self, money: Money | None) -> int | None:
        """Money in minor units of the policy's currency, half-even."""
        if money is None or money.currency == self.currency:
            return None if money is None else money.minor
        table = {} if self.rates is None else {**self.rates.table, self.rates.base: "1"}
        if money.currency not in table or self.currency not in table:
            return None
        major = Fraction(money.minor, 10 ** CURRENCIES[money.currency])
        other = major * Fraction(table[money.currency]) / Fraction(table[self.currency])
        minor = round(other * 10 ** CURRENCIES[self.currency])
        return minor if abs(minor) <= LARGEST else None

    def __getitem__(self, name: str) -> Any:
        if name not in self.known:
            value = self.work_out(name)
            if value is None and name in self.assume:
                value = self.assume[name]
                self.assumed.add(name)
            self.known[name] = value
        return self.known[name]

    def work_out(self, name: str) -> Any:
        customer, statement = self.customer, self.statement
        if name in LINES:
            return None if statement is None else getattr(statement, name)
        if name in ("industry", "ownership", "reputation", "insolvency", "blocked"):
            return getattr(customer, name)
        if name == "litigation_count":
            return customer.litigation_count
        if name in ("credit_sales_12m", "expected_purchases_12m"):
            return self.converted(getattr(customer, name))
        if name in ("years_trading", "years_in_business"):
            start = customer.trading_since if name == "years_trading" else customer.founded
            if start is None or start > self.as_of:  # nothing has passed, and not less than that
                return None
            return full_units(start, self.as_of, months=False)
        if name == "audited":
            return None if statement is None else statement.audited
        if name == "statement_age_months":
            end = None if statement is None else statement.period_end
            return None if end is None else full_units(end, self.as_of, months=True)
        if name in AMOUNTS:
            return self.amount(*AMOUNTS[name])
        if name == "working_asset_score":
            return self.working_asset_score()
        if name in ("external_rating", "rating_age_months"):
            seen = sorted(
                (
                    rating
                    for rating in customer.ratings
                    if rating.as_of <= self.as_of
                    and (
                        "rating" not in self.stale
                        or rating.as_of >= months_before(self.as_of, self.stale["rating"])
                    )
                ),
                key=lambda rating: (rating.as_of, -rating.value),
            )
            if not seen:
                return None
            latest = seen[-1]
            return (
                latest.value
                if name == "external_rating"
                else full_units(latest.as_of, self.as_of, months=True)
            )
        if name in RATIOS:
            return self.ratio(RATIOS[name])
        if name == "revenue_growth":
            before = None if statement is None else statement.previous
            now = None if statement is None else statement.revenue
            then = None if before is None else before.revenue
            if now is None or then is None or before.currency != statement.currency:
                return None
            ends = [one.period_end.year * 12 + one.period_end.month for one in (before, statement)]
            if abs(ends[1] - ends[0] - 12) > 1:
                return None
            then *= before.unit / statement.unit
            return UNDEFINED if then <= 0 or not isfinite(now / then) else now / then - 1.0
        if name in FORMULAS:
            return self.published(*FORMULAS[name])
        if name == "requested_limit":
            return (
                None
                if self.application is None
                else self.converted(self.application.requested_limit)
            )
        if name == "line":
            if self.line is None or not in_window(self.as_of, self.line.start, self.line.until):
                return None
            amount = self.line.amount
            return amount if isinstance(amount, Line) else self.converted(amount)
        if name in self.own:
            value = dict(customer.figures).get(name)
            if isinstance(value, Money):
                return self.converted(value)
            return (
                float(value)
                if value is not None and kind_of(name, self.own, {}) == "float"
                else value
            )
        return self.ledger.get(name)

    def ratio(self, formula: str) -> Any:
        top, _, bottom = formula.partition(" / ")
        bottom, _, times = bottom.partition(" * ")
        given = {name: self[name] for name in re.findall(r"\w+", f"{top} {bottom}")}
        if None in given.values():
            return None
        if given[bottom] <= 0:
            return UNDEFINED
        over = sum(
            -given[name] if sign == "-" else given[name]
            for sign, name in re.findall(r"([+-]?)(\w+)", top)
        )
        value = over / given[bottom] * float(times or 1)
        return value if isfinite(value) else UNDEFINED

    def amount(self, signs: str, divisor: float) -> int | None:
        """Lines of the statement, added and taken off, as money."""
        statement = self.statement
        pairs = [(one[0], one[1:]) for one in signs.split()]
        if statement is None or any(getattr(statement, name) is None for _, name in pairs):
            return None
        worth = 0.0
        for sign, name in pairs:
            worth += getattr(statement, name) * (1 if sign == "+" else -1)
        worth /= divisor
        scale = statement.unit * 10 ** CURRENCIES[statement.currency]
        if abs(worth * scale) > 2.0**53:
            return None
        return self.converted(Money.from_minor(round(Fraction(worth) * scale), statement.currency))

    def working_asset_score(self) -> Any:
        names = "current_assets inventory current_liabilities total_liabilities equity".split()
        current, stock, short, debt, own = (self[name] for name in names)
        if None in (current, stock, short, debt, own):
            return None
        if short <= 0 or own <= 0:
            return UNDEFINED
        score = current / short + (current - stock) / short - short / own - debt / own
        return score if isfinite(score) else UNDEFINED

    def published(self, model: str, formula: str) -> Any:
        """A published model by the formula book, in fractions; agreed with, the production float goes on."""
        parts = [part.split() for part in formula.split("+")]
        names = {name for _, *rest in parts for one in rest for name in one.split("-")} - {"/"}
        lines = {name: self[name] for name in sorted(names)}
        if None in lines.values():
            return None
        below = {rest[-1] for _, *rest in parts if rest}
        if any(lines[name] <= 0 for name in below):
            return UNDEFINED
        x = {name: Fraction(value) for name, value in lines.items()}
        terms, size = [], Fraction(0)
        for weight, *rest in parts:
            over = [x[name] for name in rest[0].split("-")] if rest else [Fraction(1)]
            under = x[rest[-1]] if rest else Fraction(1)
            terms.append(Fraction(weight) * (over[0] - sum(over[1:])) / under)
            size += abs(Fraction(weight)) * sum(map(abs, over)) / under
        made = MODELS[model].score(lines).value
        assert made is not None
        assert abs(Fraction(made) - sum(terms)) <= Fraction(1, 10**9) * size
        return made


MODELS = {model.id: model for model in published()}
_Z2 = """
    6.56 current_assets-current_liabilities / total_assets + 3.26 retained_earnings / total_assets
    + 6.72 ebit / total_assets + 1.05 equity / total_liabilities
"""
FORMULAS = {
    "z1": ("altman.z_1968", """
        1.2 current_assets-current_liabilities / total_assets + 1.4 retained_earnings / total_assets
        + 3.3 ebit / total_assets + 0.6 market_value_equity / total_liabilities
        + 0.999 revenue / total_assets
    """),
    "z1_private": ("altman.z1_1983", """
        0.717 current_assets-current_liabilities / total_assets
        + 0.847 retained_earnings / total_assets + 3.107 ebit / total_assets
        + 0.420 equity / total_liabilities + 0.998 revenue / total_assets
    """),
    "z2": ("altman.z2_1995", _Z2),
    "em": ("altman.em_1995", f"3.25 + {_Z2}"),
}  # fmt: skip
"""Figure -> its published model, and its formula as print has it: weight, line (less a line) / line."""

RATIOS = {
    "current_ratio": "current_assets / current_liabilities",
    "quick_ratio": "current_assets-inventory / current_liabilities",
    "debt_ratio": "total_liabilities / total_assets",
    "debt_to_equity": "total_liabilities / equity",
    "net_margin": "net_income / revenue",
    "return_on_equity": "net_income / equity",
    "interest_cover": "ebit / interest_expense",
}
"""Figure -> lines, + or - lines / line, * a number: each is a figure of the statement."""

AMOUNTS = {
    "net_worth": ("+total_assets -total_liabilities", 1),
    "tangible_net_worth": ("+total_assets -total_liabilities -intangible_assets", 1),
    "working_capital": ("+current_assets -current_liabilities", 1),
    "working_assets": ("+current_assets -current_liabilities +equity", 2),
}
"""Figure -> lines with their signs, and what their sum is divided by: each is money of the statement."""

OF_STATEMENT = {
    *LINES,
    *AMOUNTS,
    *RATIOS,
    *FORMULAS,
    *(model.split(".")[1] for model, _ in FORMULAS.values()),
}
OF_STATEMENT |= {
    "revenue_growth",
    "working_asset_score",
    "audited",
    "statement_age_months",
}
"""What a policy names that is made of a statement, so that what is wrong with the statement is told."""

# --------------------------------------------------------------------------------- the conditions

_TERM = re.compile(r'([+-]?)\s*(?:([0-9.]+\s?%?)\s*\*\s*)?("[^"]*"|[0-9.]+\s?%?|[^\W\d]\w*)\s*')


def side_of(text: str) -> list[tuple[Fraction, str | None]]:
    """``0.4 * a - b + 3`` as ``(coefficient, name)``, the name None for a constant."""
    out, at, text = [], 0, text.strip()
    while at < len(text):
        match = _TERM.match(text, at)
        assert match is not None, text
        sign = -1 if match[1] == "-" else 1
        factor = exact(match[2]) if match[2] else Fraction(1)
        if match[3][0].isdigit():
            out.append((sign * factor * exact(match[3]), None))
        else:
            out.append((sign * factor, match[3]))
        at = match.end()
    return out


def judge(
    text: str,
    values: Any,
    *,
    currency: str,
    own: Mapping[str, Figure] | None = None,
    columns: Mapping[str, str] | None = None,
) -> str:
    """``pass``, ``fail``, ``indeterminate`` or ``not_applicable``."""
    own, columns = own or {}, columns or {}
    listed = re.fullmatch(r"\s*(\w+)\s+(not\s+)?in\s*\[(.*)\]\s*", text)
    if listed:
        return _member(listed[1], listed[3].split(","), values, negated=listed[2] is not None)
    halves = re.fullmatch(r"(.*?)(<=|>=|==|!=|<|>)(.*)", text)
    assert halves is not None, text
    left, op, right = halves[1].strip(), halves[2], halves[3].strip()
    kind = kind_of(left, own, columns) if re.fullmatch(r"[^\W\d]\w*", left) else None
    if kind in ("flag", "category"):
        return _member(left, [right], values, negated=op == "!=")
    if kind == "float":
        value = values[left]
        if not isinstance(value, float | int) or isinstance(value, bool) or value != value:
            return "indeterminate"
        bound = float(side_of(right)[0][0])  # the nearest float, as the manual says
        return "pass" if OPERATORS[op](value, bound) else "fail"
    return _linear(side_of(left), op, side_of(right), values, currency, own, columns)


def _member(name: str, items: list[str], values: Any, *, negated: bool) -> str:
    value = values[name]
    if value is None or value is UNDEFINED:
        return "indeterminate"
    said = str(value).lower() if isinstance(value, bool) else value
    return "pass" if (said in [item.strip().strip('"') for item in items]) != negated else "fail"


def _linear(
    left: list[tuple[Fraction, str | None]],
    op: str,
    right: list[tuple[Fraction, str | None]],
    values: Any,
    currency: str,
    own: Mapping[str, Figure],
    columns: Mapping[str, str],
) -> str:
    names = [name for _, name in left + right if name is not None]
    money = kind_of(names[0], own, columns) == "money"
    unit = 10 ** CURRENCIES[currency] if money else 1
    for name in names:
        value = values[name]
        if value is None or value is UNDEFINED or value is Line.INHERIT:
            return "indeterminate"
        assert isinstance(value, int | Line)
        assert not isinstance(value, bool)
    totals = []
    endless = Fraction(0)  # how often the right side is endless, less how often the left one is
    for side, sign in ((left, -1), (right, 1)):
        total, net = Fraction(0), {}
        for coefficient, name in side:
            if name is None:
                total += coefficient * unit
            else:
                net[name] = net.get(name, 0) + coefficient
        for name, coefficient in net.items():
            value = values[name]
            if value is Line.UNLIMITED:
                endless += sign * ((coefficient > 0) - (coefficient < 0))
            elif value is not Line.NONE:
                total += coefficient * value
        totals.append(total)
    bases = {name for _, name in right if name is not None}
    share = (
        op in ("<", "<=")
        and len(bases) == 1
        and bases.pop() in BASES
        and not any(coefficient for coefficient, name in right if name is None)
    )
    if share and totals[1] <= 0:
        return "not_applicable"
    if endless:
        return "pass" if OPERATORS[op](0, endless) else "fail"
    return "pass" if OPERATORS[op](totals[0], totals[1]) else "fail"


# -------------------------------------------------------------------------------------- the score


def card_score(card: Mapping[str, Any], values: Any, unit: int, own: Mapping[str, Figure]) -> Any:
    """``(score or None, coverage, size)`` of a scorecard; size is what the score is made of."""
    low, high = (exact(bound) for bound in card["range"])
    known = given = Fraction(0)
    earned: list[Fraction] = []
    failed = False
    for factor in card["factors"]:
        weight = exact(factor["weight"])
        value = values[factor["figure"]]
        kind = kind_of(factor["figure"], own, {})
        if value is None or isinstance(value, Line):
            treatment = factor.get("missing", "reallocate")
            failed = failed or treatment == "error"
            given += 0 if treatment == "reallocate" else weight
            points = exact(treatment[7:]) if treatment.startswith("points:") else Fraction(0)
        else:
            known += weight
            given += weight
            points = points_of(factor, value, unit if kind == "money" else 1, kind == "float")
        earned.append((high - low) * weight * points / 100)
    if failed or not known:
        return None, known, Fraction(0)
    parts = [low, *(part / given for part in earned)]
    return sum(parts), known, sum(map(abs, parts))


def points_of(factor: Mapping[str, Any], value: Any, unit: int, floating: bool) -> Fraction:
    """The points of a known or undefined value."""
    bins = factor["bins"]
    if value is UNDEFINED:
        lowest = min(exact(row["points"]) for row in bins)
        return exact(factor["undefined"]) if "undefined" in factor else lowest
    said = str(value).lower() if isinstance(value, bool) else value
    for row in bins[:-1]:
        if "names" in row:
            if said in row["names"]:
                return exact(row["points"])
            continue
        bound: Any = exact(row["min"] if "min" in row else row["max"]) * unit
        bound = float(bound) if floating else bound
        if value >= bound if "min" in row else value <= bound:
            return exact(row["points"])
    return exact(bins[-1]["points"])


def scaled(value: Fraction, scale: Any) -> tuple[Fraction, Fraction]:
    """A value on the policy's scale, and the steepest slope of the scale."""
    if scale is None:
        return value, Fraction(1)
    points = [(exact(a), exact(b)) for a, b in scale]
    pairs = list(pairwise(points))
    steepest = max(abs((b[1] - a[1]) / (b[0] - a[0])) for a, b in pairs)
    if value <= points[0][0]:
        return points[0][1], steepest
    for (x0, y0), (x1, y1) in pairs:
        if value <= x1:
            return y0 + (value - x0) * (y1 - y0) / (x1 - x0), steepest
    return points[-1][1], steepest


def blended(
    document: Mapping[str, Any],
    values: Any,
    unit: int,
    own: Mapping[str, Figure],
    hosts: Mapping[str, Callable[[Any], Any]],
) -> tuple[Fraction | None, Fraction, Fraction]:
    """``(score before it is clipped, coverage, size)``."""
    cards = {f"scorecard:{card['id']}": card for card in document.get("scorecards", ())}
    total, size, coverage, failed = Fraction(0), Fraction(1), Fraction(1), False
    for row in document["assessment"]["models"]:
        name = row["use"]
        magnitude: Any
        if name in cards:
            value, known, magnitude = card_score(cards[name], values, unit, own)
            coverage = min(coverage, known)
        else:
            if name in hosts:
                found, known = hosts[name](values)
                coverage = min(coverage, known)
            else:
                found = values[next(f for f, (model, _) in FORMULAS.items() if model == name)]
            sound = isinstance(found, float) and isfinite(found)
            value, magnitude = (Fraction(found), abs(Fraction(found))) if sound else (None, 0)
        if value is None:
            failed = True
            continue
        weight = exact(row.get("weight", 1))
        on_scale, slope = scaled(value, row.get("scale"))
        total += weight * on_scale
        size += weight * (abs(on_scale) + slope * magnitude)
    return None if failed else total, coverage, size


# ----------------------------------------------------------------------------------- the decision


def days_of(terms: str) -> int | None:
    """Days of credit of named terms, None where they cannot be read."""
    if terms in ("prepaid", "prepayment", "款到发货"):
        return 0
    match = re.fullmatch(r"net ?([0-9]{1,3})", terms)
    return int(match[1]) if match else None


def months_later(start: date, months: int) -> date:
    """The same day so many months later, or the month's last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the month's last day."""
    return months_later(day, -months)


def rounded(value: int, text: str | None, digits: int) -> int:
    """Whole minor units by the policy's rounding."""
    mode, _, step = (text or "floor").partition(":")
    if not step:
        return value
    size = exact(step) * 10**digits
    count = Fraction(value) / size
    whole = floor(count) if mode == "floor" else -floor(-count)
    return int(whole * size)


def decide(
    document: Mapping[str, Any],
    values: Figures,
    *,
    raw: float | None,
    own: Mapping[str, Figure] | None = None,
    hosts: Mapping[str, Callable[[Any], Any]] | None = None,
    usable: bool = True,
    requested_terms: str | None = None,
) -> dict[str, Any]:
    """What the policy decides; ``raw`` is the production score before it is clipped."""
    own = own or {}
    currency, as_of = document["currency"], values.as_of
    digits = CURRENCIES[currency]
    unit = 10**digits
    on_missing = document.get("on_missing", "refer")
    reasons: dict[str, str] = {}

    def money(text: Any) -> int:
        return int(exact(text) * unit)

    def note(key: str, effect: str) -> None:
        reasons[key] = effect

    def holds(text: str) -> str:
        return judge(text, values, currency=currency, own=own)

    if not usable:
        note("data.no_rate", on_missing)
    assessment = document["assessment"]
    for name in assessment.get("assume", {}):
        values[name]
        if name in values.assumed:
            note(f"assumption.used:{name}", "approve")

    # the score
    score, coverage, size = blended(document, values, unit, own, hosts or {})
    assert (score is None) == (raw is None), (score, raw)
    if coverage < exact(assessment.get("least_coverage", "0")):
        note("coverage.low", on_missing)
    thin = "coverage.low" in reasons
    rests_on = {"total_assets", "net_worth", "tangible_net_worth"}
    rests_on |= {name for name, formula in RATIOS.items() if "total_assets" in formula}
    for figure, (model, formula) in FORMULAS.items():
        rests_on |= {figure, model.split(".")[1]} if "total_assets" in formula else set()
    cards = [
        card
        for card in document.get("scorecards", ())
        if any(row["use"] == f"scorecard:{card['id']}" for row in assessment["models"])
    ]
    bases: list[Any] = [figures_of(row) for row in document["limit"]["methods"]]
    bases += [cap["figure"] for cap in document["limit"].get("caps", ())]
    judged = [assessment.get(key, ()) for key in ("models", "knock_out", "required_information")]
    resting = [judged, cards, bases, [row.get("when") for row in document["limit"]["methods"]]]
    used = not rests_on.isdisjoint(re.findall(r"\w+", str(resting)))
    words = set(re.findall(r"\w+", str(resting)))
    if any(row["use"] in (hosts or {}) for row in assessment["models"]):
        words.add("current_ratio")  # which the host's model of the strategies reads
    if values.ledger and values.ledger["receivables"] is None and words & set(values.ledger):
        note("ledger.unreadable", on_missing)
    of_statement = OF_STATEMENT | rests_on
    given, fault = values.customer.statement, values.statement_fault()
    if fault is not None and words & of_statement:
        note(f"statement.{fault}", on_missing)
    if given is not None and fault is None:
        if used and given.total_assets is None:
            note("statement.unusable", on_missing)
        sides = (given.total_assets, given.total_liabilities, given.equity)
        if words & of_statement and None not in sides:
            assets, liabilities, equity_ = sides
            if abs(assets - (liabilities + equity_)) > 0.05 * assets:
                note("statement.unbalanced", on_missing)
    who = values.customer
    for start, figure in (
        (who.founded, "years_in_business"), (who.trading_since, "years_trading")
    ):  # fmt: skip
        if start is not None and start > values.as_of and figure in words:
            note(f"date.future:{figure}", on_missing)
    rated_later = any(rating.as_of > values.as_of for rating in who.ratings)
    if rated_later and words & {"external_rating", "rating_age_months"}:
        note("rating.future", "approve")
    equity = values["equity"]
    if isinstance(equity, float) and equity < 0:
        note("equity.negative", "warn")
    grades = document["grades"]["rows"]
    low, high = (float(exact(bound)) for bound in document["grades"]["domain"])
    grade = clipped = None
    if raw is None:
        note("score.not_computable", on_missing)
    else:
        assert score is not None
        assert abs(Fraction(raw) - score) <= size / 10**9, (raw, float(score))
        if abs(raw) < 2**22:
            raw = round(raw * 10**9) / 10**9  # a score is stated to nine decimals
        stated = round(raw * 1e9) / 1e9 if abs(raw) < 2**22 else raw  # to nine decimals
        if stated < low or stated > high:
            note("score.clipped", "approve")
        clipped = min(max(stated, low), high)
        grade = None if thin else len(grades) - 1
        for place, row in enumerate(grades):
            if not thin and clipped >= float(exact(row["min"])):
                grade = place
                break

    # categories that no bin names
    used = {model["use"] for model in assessment["models"]}
    cards = [card for card in document["scorecards"] if f"scorecard:{card['id']}" in used]
    factors = [factor for card in cards for factor in card["factors"]]
    for name in {factor["figure"] for factor in factors}:
        bins = [row for factor in factors if factor["figure"] == name for row in factor["bins"]]
        listed = {text for row in bins for text in row.get("names", ())}
        category = kind_of(name, own, {}) == "category"
        if category and listed and values[name] not in (None, *listed):
            note(f"category.unnamed:{name}", "approve")

    # knock-outs
    for row in assessment.get("knock_out", ()):
        status = holds(row["require"])
        if status == "fail":
            note(f"knock_out.fired:{row['id']}", row.get("on_fail", "reject"))
            if "grade" in row:
                fallen = [one["id"] for one in grades].index(row["grade"])
                if grade is not None:
                    grade = max(grade, fallen)
                elif grades[fallen].get("limit") == "none":  # from no grade only to no credit
                    grade = fallen
        elif status == "indeterminate":
            effect = row.get("on_missing", "refer")
            names = {*re.findall(r"[^\W\d]\w*", row["require"])} & {*FIGURES, *LINES, *own}
            unknown = {name for name in names if values[name] in (None, UNDEFINED, Line.INHERIT)}
            if all(values[name] is UNDEFINED for name in unknown):
                effect = row.get("on_undefined", effect)
            note(f"knock_out.unknown:{row['id']}", effect)
    if grade is None and not thin:
        note("grade.none", on_missing)
    # from here on conditions may name what the decision says of both
    values.known["score"], values.known["grade"] = (
        clipped, None if grade is None else grades[grade]["id"]
    )  # fmt: skip

    # the limit: minor units, a state of a line, or None
    limit, binding = limit_of(document, values, grade, money, digits)
    if grade is not None and limit is None:
        note("limit.unknown", on_missing)
    if grade is not None and grades[grade].get("limit") == "none":
        note("grade.no_credit", "reject")

    # required information: of what is asked for, and as far as it carries the limit
    asked = values["requested_limit"]
    tiers = [
        (money(row["up_to"]) if "up_to" in row else None, row["needs"])
        for row in assessment.get("required_information", ())
    ]
    if tiers and limit is not Line.NONE:
        sized = isinstance(limit, int) or limit is Line.UNLIMITED
        sized = sized and SEVERITY.index(on_missing) >= SEVERITY.index("refer")
        needed = tier_of(tiers, limit if isinstance(limit, int) else None)
        required = list(tier_of(tiers, asked)[1]) if isinstance(asked, int) else []
        if not sized and not isinstance(asked, int):
            required += needed[1]
        if sized:
            carried = [
                up_to
                for up_to, needs in tiers[: tiers.index(needed) + 1]
                if all(holds(one) == "pass" for one in needs)
            ]
            if not carried:
                required += tiers[0][1]
            most = carried[-1] if carried else 0
            if most != needed[0] and limit != 0:
                limit, binding = most, "information"
                if carried:
                    note("limit.information", "approve")
        for text in required:
            if holds(text) != "pass":
                note(f"information.missing:{text}", on_missing)

    # caps bind last
    if grade is not None and grades[grade].get("limit") == "unlimited" and isinstance(limit, int):
        for name, cap in (
            ("grade", grades[grade].get("cap")), ("policy", document["limit"].get("cap"))
        ):  # fmt: skip
            if cap is not None and limit > money(cap):
                limit, binding = money(cap), f"cap:{name}"

    # below the least limit there is none
    least = document["limit"].get("least")
    if least is not None and isinstance(limit, int) and 0 < limit < money(least):
        limit, binding = 0, "least"
        note("limit.least", "approve")
    if limit == 0 and isinstance(limit, int):
        note("limit.zero", on_missing)

    # against what is asked for and what is in force
    rules = document["limit"]
    line = values["line"]
    worth = 0 if limit is Line.NONE else limit
    if isinstance(worth, int):
        if isinstance(asked, int) and worth < asked:
            note("limit.below_requested", rules.get("below_requested", "warn"))
        if line is Line.UNLIMITED or (isinstance(line, int) and worth < line):
            note("limit.below_line", rules.get("below_line", "warn"))
    owed = values["receivables"]
    if line is None and isinstance(limit, int) and isinstance(owed, int) and limit < owed:
        note("limit.below_owed", rules.get("below_line", "warn"))

    # terms, approver, review
    row = None if grade is None else grades[grade]
    wanted = None if requested_terms is None else days_of(requested_terms)
    if row is not None and wanted is not None and wanted > (days_of(row["terms"]) or 0):
        note("terms.longer", "warn")
    outcome = max(reasons.values(), key=SEVERITY.index, default="approve")
    stake = None  # the largest of the limit, what is asked for and the line in force
    if isinstance(worth, int) and line is not Line.UNLIMITED:
        stake = max(one for one in (worth, asked, line) if isinstance(one, int))
    approver = None
    for who in document.get("authority", {}).get("rows", ()):
        covers = "max_limit" not in who or (stake is not None and stake <= money(who["max_limit"]))
        if covers and outcome != "reject":
            approver = who["role"]
            break
    months = (row or grades[-1]).get("review_months", 12)
    owed = values["receivables"]
    if not isinstance(owed, int):  # what is not known, and what has no end, is above any amount
        owed = worth if isinstance(worth, int) else inf
    reviews = document.get("reviews", {}).get("rows", ())
    for review in (*reviews, *document.get("monitoring", {}).get("reviews", ())):
        large = "exposure_above" not in review or owed > money(review["exposure_above"])
        meant = not review.get("grades") or (row is not None and row["id"] in review["grades"])
        if large and meant:
            months = min(months, review["months"])
    return {
        "score": clipped,
        "grade": None if row is None else row["id"],
        "limit": limit,
        "binding": binding,
        "terms": None if row is None else row["terms"],
        "security": bool(row and row.get("security", False)),
        "approver": approver,
        "next_review": months_later(as_of, months),
        "outcome": outcome,
        "reasons": frozenset(reasons),
    }


def tier_of(tiers: Sequence[Any], amount: int | None) -> Any:
    """The first row of required information that covers an amount; the last one for None."""
    return next(row for row in tiers if row[0] is None or (amount is not None and amount <= row[0]))


DEFAULTS = {
    "share_of_credit_sales": "credit_sales_12m",
    "net_worth_share": "net_worth",
    "purchases_x_terms": "expected_purchases_12m",
    "tangible_net_worth_share": "tangible_net_worth",
    "working_capital_share": "working_capital",
    "working_assets": "working_assets",
    "net_worth_per_supplier": "net_worth",
    "working_capital_per_supplier": "working_capital",
    "payment_experience": "line",
    "expected_profit": "requested_limit",
}
"""Method -> the figure that it is of where the policy names none."""

PRINTED = """
    -4.6 0 -3.9 2.5 -3.2 5 -2.5 7.5 -1.8 10 -1.1 12.5 -0.4 15 0.3 17.5 1.0 20
"""
"""The table of the working-asset analysis: the highest score of a row, and its percent; above it 25."""


def figures_of(method: Mapping[str, Any]) -> list[str]:
    """Every figure that a method reads."""
    out = list(method.get("figures", ()))
    if "budget" not in method and method.get("figure", DEFAULTS.get(method["use"])):
        out.append(method.get("figure", DEFAULTS.get(method["use"])))
    out += [method[key] for key in ("count", "by", "chance") if key in method]
    return [*out, "working_asset_score"] if method["use"] == "working_assets" else out


def amount_of(
    method: Mapping[str, Any], values: Any, row: Mapping[str, Any], money: Callable[[Any], int]
) -> Fraction | None:
    """What a method comes to before it is rounded down; None where that is not known."""
    use, days = method["use"], Fraction(days_of(row["terms"]) or 0)
    share = exact(method.get("share", 1)) * exact(method.get("factor", 1))
    if "by_grade" in method:
        share *= exact(method["by_grade"][row["id"]])
    bases = [values[name] for name in method.get("figures", ())]
    if not bases:
        bases = [values[method.get("figure", DEFAULTS.get(use, "grade"))]]
    whole = [base if isinstance(base, int) else None for base in bases]
    base: Any = whole[0]
    if "budget" in method or use == "fixed_amount":
        base = money(method.get("budget", method.get("amount")))
    elif use == "average_receipts":
        count = len(whole)
        base = None
        if None not in whole:
            base = sum((count - place) * one for place, one in enumerate(whole))
            base = None if abs(base) > LARGEST else base
            share /= sum(range(1, count + 1))
    elif use == "references":
        known = [max(0, one) for one in whole if one is not None]
        base = None
        if len(known) >= method.get("least_known", len(whole)):
            ranked = sorted(known + [0] * (len(whole) - len(known)))
            half = len(ranked) // 2
            base = ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) // 2
    if use == "share_of_credit_sales":
        share *= exact(row["limit_share"])
    elif use == "purchases_x_terms":
        share *= (days + method.get("grace_days", 0)) / 365
    elif use in ("supply_share", "quarter_orders", "average_receipts"):
        share *= days / {"supply_share": 365, "quarter_orders": 90, "average_receipts": 30}[use]
    elif use == "working_assets":
        score = values["working_asset_score"]
        if score is None:
            return None
        if score is UNDEFINED:
            share *= 0
        else:
            cells = [Fraction(text) for text in PRINTED.split()]
            hundredths = round(score * 100) if abs(score) < 1e10 else score * 100
            table = list(zip(cells[::2], cells[1::2], strict=True))
            share *= next((p for top, p in table if hundredths <= top * 100), Fraction(25)) / 100
    elif use in ("net_worth_per_supplier", "working_capital_per_supplier"):
        count = values[method["count"]]
        if not isinstance(count, int) or count < 1:
            return None
        share /= count
    elif use == "payment_experience":
        value = values[method["by"]]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        for step in method["steps"]:
            least, most = (
                float(exact(step[key])) if key in step else None for key in ("min", "max")
            )
            if (least is None or value >= least) and (most is None or value <= most):
                share *= exact(step["share"])
                break
    elif use in ("expected_profit", "expected_loss"):
        chance: Any = values[method["chance"]] if "chance" in method else None
        if "chances" in method:
            chance = exact(method["chances"][row["id"]])
        elif not isinstance(chance, float) or not 0 <= chance <= 1:
            return None
        if use == "expected_profit":
            even = 1 - exact(method["margin"])
            share *= chance > (even if "chances" in method else float(even))
        else:
            if isinstance(chance, float):
                chance = Fraction(round(chance * 10**9), 10**9) if 0 < chance <= 1 else Fraction(0)
            if chance <= 0:
                return None
            share /= chance * exact(method.get("loss", 1))
    return None if base is None else max(0, base) * share


def combined(found: list[tuple[int, str, Fraction]], rule: str) -> tuple[int, str]:
    """Amounts with their names and weights, made one."""
    amounts = sorted(one[0] for one in found)
    half = len(amounts) // 2
    if rule == "mean":
        return floor(Fraction(sum(amounts), len(amounts))), rule
    if rule == "median":
        middle = Fraction(amounts[half])
        return floor(middle if len(amounts) % 2 else (middle + amounts[half - 1]) / 2), rule
    if rule == "weighted":
        weights = sum(one[2] for one in found)
        return floor(sum(one[0] * one[2] for one in found) / weights), rule
    if rule == "first":
        return found[0][:2]
    return (max if rule == "highest" else min)(found, key=lambda one: one[0])[:2]


def limit_of(
    document: Mapping[str, Any],
    values: Figures,
    grade: int | None,
    money: Callable[[Any], int],
    digits: int,
) -> tuple[int | Line | None, str | None]:
    """The recommended limit and the step that binds."""
    if grade is None:
        return None, None
    row, rules = document["grades"]["rows"][grade], document["limit"]
    if row.get("limit") in ("none", "unlimited", "inherit"):
        return held_to_others(Line(row["limit"]), "grade", values, rules)
    if "limit" in row:
        return capped(money(row["limit"]), "grade", values, row, rules, money)
    rule = rules.get("combine", "lowest")
    found: list[tuple[int, str, Fraction]] = []
    for method in rules["methods"]:
        conditions = method.get("when", ())
        told = [judge(one, values, currency=values.currency, own=values.own) for one in conditions]
        if "fail" in told:
            continue
        amount = amount_of(method, values, row, money)
        if rule not in ("lowest", "highest") and "indeterminate" in told:
            amount = None
        value = None if amount is None or floor(amount) > LARGEST else floor(amount)
        missing = method.get("on_missing", "unknown")
        if value is None and missing == "unknown":
            return None, None
        if value is not None or missing == "zero":
            found.append((value or 0, method["use"], exact(method.get("weight", 1))))
            if rule == "first":
                break
    if not found:
        return None, None
    limit, binding = combined(found, rule)
    if "floor" in rules and limit < money(rules["floor"]):
        limit, binding = money(rules["floor"]), "floor"
    limit = rounded(limit, rules.get("round"), digits)
    if limit > LARGEST:
        return None, None
    return capped(limit, binding, values, row, rules, money)


def capped(
    limit: int,
    binding: str,
    values: Any,
    row: Mapping[str, Any],
    rules: Mapping[str, Any],
    money: Callable[[Any], int],
) -> tuple[int | Line | None, str | None]:
    for name, cap in (("cap:grade", row.get("cap")), ("cap:policy", rules.get("cap"))):
        if cap is not None and limit > money(cap):
            limit, binding = money(cap), name
    return held_to_others(limit, binding, values, rules)


def held_to_others(
    limit: int | Line | None, binding: str | None, values: Any, rules: Mapping[str, Any]
) -> tuple[int | Line | None, str | None]:
    """The limits of others hold it down, and what has no end."""
    for cap in rules.get("caps", ()):
        if limit is None or limit in (Line.NONE, Line.INHERIT):
            break
        given, missing = values[cap["figure"]], cap.get("on_missing", "unknown")
        if given is Line.UNLIMITED:
            continue
        if given is Line.NONE:
            most = 0
        elif isinstance(given, int):
            most = floor(max(0, given) * exact(cap.get("share", 1)))
        elif missing == "no_cap":
            continue
        elif missing == "unknown":
            limit, binding = None, None
            continue
        else:
            most = 0
        if most <= LARGEST and (limit is Line.UNLIMITED or limit > most):  # type: ignore[operator]
            limit, binding = most, f"cap:{cap['figure']}"
    return limit, binding
