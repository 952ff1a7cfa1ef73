"""Generated policies and portfolios: valid documents of every shape, customers with every gap.

Values come from small pools that share their members with the bounds of bins and conditions, so
that ties are common; and from the edges of what 64 bits and floats hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise
from math import inf
from typing import Any

import attrs
from dateutil.relativedelta import relativedelta
from hypothesis import strategies as st

from creditkit.facts.customers import Application, Customer, ExternalRating
from creditkit.facts.ledger import Ledger
from creditkit.facts.lines import CreditLine
from creditkit.facts.rates import Rates
from creditkit.facts.statements import LINES, Statement
from creditkit.figures import Figure, FigureKind
from creditkit.limits.combining import RULES
from creditkit.limits.methods import METHODS
from creditkit.models import published
from creditkit.models.contract import Part, Score
from creditkit.money import CURRENCIES, LARGEST, Line, Money
from creditkit.policy.figures.usable import NOT_NEGATIVE
from creditkit.policy.policy import Policy
from tests.ledgers import records

DAYS = (date(2026, 11, 21), date(2026, 11, 30), date(2024, 2, 29), date(2027, 1, 31))

OWN = tuple(
    Figure(
        name=f"own_{kind.value}", kind=kind, en=f"Own {kind.value}", zh="自有", meaning="The host's"
    )
    for kind in FigureKind
)
OWN_KINDS: Mapping[str, Figure] = {figure.name: figure for figure in OWN}

MONEY = ("credit_sales_12m", "expected_purchases_12m", "net_worth", "own_money")
MONEY += ("tangible_net_worth", "working_capital", "working_assets")
AMOUNTS = (*MONEY, "requested_limit", "line", "receivables", "overdue", "disputed")
COUNTS = ("years_trading", "years_in_business", "litigation_count", "statement_age_months")
COUNTS += ("rating_age_months", "settled_count", "own_count")
FLOATS = ("z2", "current_ratio", "quick_ratio", "debt_ratio", "debt_to_equity", "net_margin")
FLOATS += ("return_on_equity", "interest_cover", "revenue_growth", "external_rating")
FLOATS += ("working_asset_score",)
FLOATS += ("z1", "z1_private", "em", "average_days_late", "overdue_share", "countback_dso")
FLOATS += ("on_time_share", "dso", "equity", "revenue", "own_ratio", "own_score", "own_line_item")
FLAGS = ("insolvency", "blocked", "audited", "own_flag")
CATEGORIES = ("industry", "ownership", "reputation", "own_category")
DAYS_OF = ("oldest_overdue_days",)
DRAWN = frozenset({*AMOUNTS, *COUNTS, *FLOATS, *FLAGS, *CATEGORIES, *DAYS_OF})
"""Every figure of a customer, that a condition, a factor or a method is drawn with."""
NAMES = ("trade", "steel", "贸易", "none", "undefined", "5 CNY")

MINOR = (0, 1, 33_333, 99_999, 100_000, 5_000_000, 10**9, 10**15, 2**53 + 1, 10**17, LARGEST - 7)
FLOAT_POOL = (0.0, 1.0, 0.5, 2.0, -1.0, 1.1, 2.6, 100.0, 0.1, 1e15, 333.33)
BOUNDS = ("-1", "0", "0.1", "0.5", "1", "1.1", "2", "2.60", "50", "100", "333.33")
SCORES = ("-1.5", "0", "7.25", "50", "99.9", "300", "500", "611.5", "850")
WHOLES = (0, 1, 2, 3, 5, 10, 36)

# -------------------------------------------------------------------------------------- host model


class Host:
    """A host's own model with an id, needs and score only: a straight line, with gaps and NaN."""

    id = "host.line/1"
    needs = ("own_ratio", "current_ratio")

    def score(self, figures: Mapping[str, Any], /) -> Score:
        found, coverage = self.value(figures)
        if found is None:
            return Score(model=self.id, value=None, missing=("own_ratio",), coverage=coverage)
        return Score(model=self.id, value=found, parts=(Part(name="line", value=found),))

    @staticmethod
    def value(figures: Mapping[str, Any]) -> tuple[float | None, Fraction]:
        """NaN and infinity are what a careless model gives back."""
        first, second = figures["own_ratio"], figures["current_ratio"]
        if not isinstance(first, float):
            return None, Fraction(1, 2)
        if first == 2.0:
            return float("nan"), Fraction(1)
        if first == 333.33:
            return float("inf"), Fraction(1)
        more = second if isinstance(second, float) else 0.0
        return 400.0 + 10.0 * first + more, Fraction(1)


HOSTS = {Host.id: Host.value}

# ---------------------------------------------------------------------------------------- policies


@cache
def decimals(low: int, high: int, places: int) -> st.SearchStrategy[str]:
    """Numbers of a document: ``low`` to ``high`` with so many decimals, as text."""
    return st.integers(low * 10**places, high * 10**places).map(
        lambda whole: f"{whole // 10**places}.{whole % 10**places:0{places}d}"
    )


def weights(draw: Any, count: int) -> list[str]:
    """So many weights of three decimals that add up to 1; some may be 0."""
    cuts = sorted(draw(st.lists(st.integers(0, 1000), min_size=count - 1, max_size=count - 1)))
    ends = [0, *cuts, 1000]
    return [f"{(b - a) // 1000}.{(b - a) % 1000:03d}" for a, b in pairwise(ends)]


points = st.one_of(st.integers(0, 100), decimals(0, 99, 1), st.just("33.333"))


@cache
@st.composite
def bins(draw: st.DrawFn, figure: str) -> list[dict[str, Any]]:
    if figure in FLAGS:
        heads = [{"names": [name]} for name in draw(st.permutations(["true", "false"]))]
        heads = heads[: draw(st.integers(1, 2))]
    elif figure in CATEGORIES:
        names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
        heads = [{"names": names[:1]}, {"names": names[1:]}]
        heads = [head for head in heads if head["names"]]
    else:
        pool: Any = BOUNDS if figure in FLOATS else WHOLES
        pool = ("0", "1", "333", "50000", "10000000000") if figure in MONEY else pool
        bounds = sorted(
            draw(st.lists(st.sampled_from(pool), unique=True, max_size=4)), key=Fraction
        )
        key = draw(st.sampled_from(["min", "max"]))
        heads = [{key: bound} for bound in (bounds if key == "max" else bounds[::-1])]
    return [{**head, "points": draw(points)} for head in [*heads, {}]]


@cache
@st.composite
def cards(draw: st.DrawFn, name: str) -> dict[str, Any]:
    pool = (*MONEY, *COUNTS, *FLOATS, *FLAGS, *CATEGORIES)
    figures = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=5, unique=True))
    factors = []
    for figure, weight in zip(figures, weights(draw, len(figures)), strict=True):
        factor: dict[str, Any] = {"figure": figure, "weight": weight, "bins": draw(bins(figure))}
        missing = draw(
            st.sampled_from([None, None, "reallocate", "keep", "keep", "points:40", "error"])
        )
        if missing is not None:
            factor["missing"] = missing
        if draw(st.booleans()):
            factor["undefined"] = draw(points)
        factors.append(factor)
    scope = draw(st.sampled_from([[300, 850], [0, 100], ["-1.5", "7.25"]]))
    return {"id": name, "range": scope, "factors": factors}


@cache
@st.composite
def conditions(draw: st.DrawFn) -> str:
    """One condition over any figures that exist without a ledger, and some that need it."""
    sort = draw(st.sampled_from(["float", "flag", "category", "count", "money", "share", "days"]))
    op = draw(st.sampled_from(["<=", "<", ">=", ">", "==", "!="]))
    if sort == "float":
        return f"{draw(st.sampled_from(FLOATS))} {op} {draw(st.sampled_from(BOUNDS))}"
    if sort == "flag":
        equal, flag = draw(st.sampled_from(["==", "!="])), draw(st.sampled_from(["true", "false"]))
        return f"{draw(st.sampled_from(FLAGS))} {equal} {flag}"
    if sort == "category":
        names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
        listed = ", ".join(f'"{name}"' for name in names)
        among = draw(st.sampled_from(["in", "not in"]))
        return f"{draw(st.sampled_from(CATEGORIES))} {among} [{listed}]"
    if sort == "count":
        one, two = draw(st.sampled_from(COUNTS)), draw(st.sampled_from(COUNTS))
        return f"{one} {op} {draw(st.sampled_from(['2', '1.5', f'{two} - 1', f'- {two} + 30']))}"
    if sort == "days":
        return f"2 * {draw(st.sampled_from(DAYS_OF))} {op} {draw(st.integers(0, 60))}"
    one, two, three = (draw(st.sampled_from(AMOUNTS)) for _ in range(3))
    if sort == "share":
        two = draw(st.sampled_from(["receivables", two]))
        return f"{one} <= {draw(st.sampled_from(['0.40', '12.5 %', '0', '3']))} * {two}"
    form = draw(st.sampled_from(["{}", "{} + 1000", "0 * {}", "0.5 * {}", "1000000000000000 - {}"]))
    return f"{one} - {two} {op} {form.format(three)}"


@cache
@st.composite
def conditions_after_grading(draw: st.DrawFn) -> str:
    """One condition, as a rule of `conditions`, else on the score or the grade."""
    if draw(st.integers(0, 3)):
        return draw(conditions())
    if draw(st.booleans()):
        return f"score {draw(st.sampled_from(['>=', '<', '<=']))} {draw(st.sampled_from(SCORES))}"
    names = draw(st.lists(st.sampled_from(["G0", "G1"]), min_size=1, unique=True))
    return f"grade {draw(st.sampled_from(['in', 'not in']))} [{', '.join(names)}]"


@st.composite
def grade_tables(draw: st.DrawFn, domain: list[Any]) -> list[dict[str, Any]]:
    """Two to six rows from best to worst; what a better grade gets is never less."""
    low, high = (Fraction(bound) for bound in domain)
    count = draw(st.integers(2, 6))
    steps = sorted(
        draw(st.lists(st.integers(1, 999), unique=True, min_size=count - 1, max_size=count - 1)),
        reverse=True,
    )
    bounds = [low + (high - low) * step / 1000 for step in steps]
    shares = sorted(
        (draw(st.sampled_from(["0", "0.05", "0.333", "57 %", "1", "2.5"])) for _ in range(count)),
        key=lambda text: Fraction(text.strip("% ")) / (100 if "%" in text else 1),
        reverse=True,
    )
    caps = sorted(
        (draw(st.sampled_from([None, 0, 500, 70_000, 10**12])) for _ in range(count)),
        key=lambda cap: -inf if cap is None else -cap,
    )
    days = sorted((draw(st.sampled_from([0, 7, 30, 60])) for _ in range(count)), reverse=True)
    none = draw(st.integers(0, 2))
    rows: list[dict[str, Any]] = []
    for place in range(count):
        bound = low if place == count - 1 else bounds[place]
        row: dict[str, Any] = {
            "id": f"G{place}",
            "min": str(float(bound)) if bound.denominator > 1 else int(bound),
            "terms": f"net{days[place]}" if days[place] else "prepaid",
            "review_months": draw(st.sampled_from([1, 3, 12])),
            "security": draw(st.booleans()),
        }
        if place >= count - none:
            row["limit"] = "none"
        elif draw(st.integers(0, 5)) == 0:
            best = all(better.get("limit") == "unlimited" for better in rows)
            row["limit"] = draw(st.sampled_from(["inherit", "unlimited" if best else "inherit"]))
        elif draw(st.integers(0, 7)) == 0:
            row["limit"] = draw(st.sampled_from(["0", "450", "70000", "1000000000000"]))
        else:
            row["limit_share"] = shares[place]
            if caps[place] is not None:
                row["cap"] = str(caps[place])
        rows.append(row)
    return rows


_SOME_MONEY = (
    "own_money",
    "receivables",
    "credit_sales_12m",
    "requested_limit",
    "line",
    "net_worth",
)


@cache
@st.composite
def methods(draw: st.DrawFn, grades: tuple[str, ...], plain: bool) -> dict[str, Any]:
    """A method; a plain one is one of the three that most policies have."""
    use = draw(st.sampled_from([*METHODS][:3] if plain else [*METHODS]))
    row: dict[str, Any] = {"use": use}
    takes = METHODS[use].takes

    def maybe_takes(key: str, often: int, values: st.SearchStrategy[Any]) -> None:
        required = key in METHODS[use].requires
        if key in takes and (required or draw(st.integers(0, often)) == 0):
            row[key] = draw(values)

    ratios = st.sampled_from(["0.10", "33 %", "0", "60/365"])
    table = st.fixed_dictionaries(
        {name: st.sampled_from(["1", "0.8", "50 %", "0.01"]) for name in grades}
    )
    maybe_takes("share", 2, ratios)
    maybe_takes("figure", 4, st.sampled_from(_SOME_MONEY))
    several = st.lists(st.sampled_from(_SOME_MONEY), min_size=1, max_size=6, unique=True)
    maybe_takes("figures", 0, several)
    if "figures" in row:
        maybe_takes("least_known", 1, st.integers(1, len(row["figures"])))
    maybe_takes("grace_days", 1, st.sampled_from([0, 5, 15]))
    maybe_takes("count", 0, st.sampled_from(["own_count", "litigation_count"]))
    maybe_takes("amount", 0, st.sampled_from(["0", "333", "10000000"]))
    maybe_takes("margin", 0, st.sampled_from(["0.5", "20 %", "1", "0.9"]))
    maybe_takes("loss", 1, st.sampled_from(["1", "45 %", "1/3"]))
    if "chance" in takes:
        row |= draw(st.just({"chance": "own_ratio"}) | table.map(lambda one: {"chances": one}))
    if use == "expected_loss" and "figure" not in row:
        row["budget"] = draw(st.sampled_from(["0", "500", "9999999999"]))
        row.pop("share", None)
    if "steps" in takes:
        row["by"] = draw(st.sampled_from(["own_ratio", "own_count", "current_ratio", "z2"]))
        key = draw(st.sampled_from(["min", "max"]))
        bounds = draw(st.lists(st.sampled_from(BOUNDS), unique=True, max_size=3))
        bounds.sort(key=Fraction, reverse=key == "min")
        steps = [{key: bound, "share": draw(ratios)} for bound in bounds]
        row["steps"] = [*steps, {"share": draw(ratios)}]
    if draw(st.booleans()):
        row["on_missing"] = draw(st.sampled_from(["skip", "unknown", "zero"]))
    if draw(st.integers(0, 3)) == 0:
        row["factor"] = draw(st.sampled_from(["0.5", "1.1", "0.333333333333333333"]))
    if draw(st.integers(0, 5)) == 0:
        row["by_grade"] = draw(table)
    if draw(st.integers(0, 5)) == 0:
        row["weight"] = draw(st.sampled_from(["2", "0.3", "1/7"]))
    if draw(st.integers(0, 3)) == 0:
        row["when"] = draw(st.lists(conditions_after_grading(), min_size=1, max_size=2))
    return row


@cache
@st.composite
def caps(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Limits of others, none in most policies."""
    out = []
    for figure in draw(st.lists(st.sampled_from(_SOME_MONEY), unique=True, max_size=2)):
        row = {"figure": figure}
        if draw(st.booleans()):
            row["share"] = draw(st.sampled_from(["1.15", "1/2", "0", "3"]))
        if draw(st.booleans()):
            row["on_missing"] = draw(st.sampled_from(["unknown", "zero", "no_cap"]))
        out.append(row)
    return out


ASSUMPTIONS = {
    "insolvency": [True, False],
    "blocked": [False],
    "industry": ["trade", "new"],
    "own_category": ["steel"],
    "credit_sales_12m": ["1000", 0],
    "receivables": ["70000"],
    "litigation_count": [0, 2],
    "equity": ["-5", "100.5"],
    "total_assets": ["0", "1000"],
    "statement_age_months": [3],
    "current_ratio": ["1.1"],
    "own_ratio": ["0.5", "2.6"],
    "dso": ["30.5"],
    "requested_limit": ["500"],
    "line": ["700"],
}


@cache
@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A valid policy document."""
    outcomes = st.sampled_from(["warn", "require", "refer", "hold", "reject"])
    domain = draw(st.sampled_from([[300, 850], [0, 100], ["-2", "10.5"]]))
    uses = ["scorecard:a", "scorecard:b"][: draw(st.integers(1, 2))]
    if draw(st.integers(0, 2)) == 0:
        uses += draw(st.sampled_from([*([model.id] for model in published()), [Host.id]]))
    uses = uses[draw(st.integers(0, len(uses) - 1)) :]
    count = len(uses)
    models = []
    for use, weight in zip(uses, weights(draw, count), strict=True):
        model: dict[str, Any] = {"use": use, "weight": weight}
        if draw(st.booleans()):
            starts = draw(
                st.lists(st.integers(-5, 900), min_size=2, max_size=4, unique=True).map(sorted)
            )
            ends = [draw(st.sampled_from([-50, 0, "0.5", 100, 300, 612, 850])) for _ in starts]
            model["scale"] = [list(pair) for pair in zip(starts, ends, strict=True)]
        models.append(model)
    grades = draw(grade_tables(domain))
    assessment: dict[str, Any] = {"models": models}
    if draw(st.booleans()):
        assessment["least_coverage"] = draw(st.sampled_from(["0.5", "0.333", "1", "70 %"]))
    if draw(st.booleans()):
        ages = st.sampled_from([1, 12, 1200])
        assessment["stale_after"] = {
            name: draw(ages) for name in ("statement", "rating") if draw(st.booleans())
        }
    knock_outs = []
    for place in range(draw(st.integers(0, 3))):
        row = {"id": f"K{place}", "require": draw(conditions())}
        if draw(st.booleans()):
            row["grade"] = draw(st.sampled_from([grade["id"] for grade in grades]))
        for key in ("on_fail", "on_missing"):
            if draw(st.booleans()):
                row[key] = draw(outcomes)
        if draw(st.booleans()):
            row["on_undefined"] = draw(st.just("approve") | outcomes)
        knock_outs.append(row)
    assessment["knock_out"] = knock_outs
    information: list[dict[str, Any]] = [
        {"up_to": str(up_to), "needs": draw(st.lists(conditions_after_grading(), max_size=2))}
        for up_to in sorted(draw(st.lists(st.sampled_from([0, 500, 70_000]), unique=True)))
    ]
    if draw(st.booleans()):
        last = {"needs": draw(st.lists(conditions_after_grading(), min_size=1, max_size=2))}
        assessment["required_information"] = [*information, last]
    names = draw(st.lists(st.sampled_from(sorted(ASSUMPTIONS)), unique=True, max_size=3))
    assessment["assume"] = {name: draw(st.sampled_from(ASSUMPTIONS[name])) for name in names}
    made = {name: draw(cards(name)) for name in ("a", "b")}
    if all("scale" not in model and model["use"][-1] in made for model in models):
        for card in made.values():
            card["range"] = domain  # or no score would fit the grades
    ways = methods(tuple(row["id"] for row in grades), draw(st.booleans()))
    limit: dict[str, Any] = {"methods": draw(st.lists(ways, min_size=1, max_size=3))}
    limit["combine"] = draw(st.sampled_from(RULES))
    if draw(st.integers(0, 2)) == 0:
        limit["caps"] = draw(caps())
    for key, pool in (
        ("floor", [0, 300, 10**6]),
        ("cap", [0, 400, 10**9]),
        ("least", [0, 200, 350]),
        ("below_requested", ["approve", "warn", "refer"]),
        ("below_line", ["approve", "hold"]),
    ):
        if draw(st.booleans()):
            limit[key] = draw(st.sampled_from(pool))
    if limit.get("cap", 10**9) < limit.get("least", 0):
        del limit["cap"]  # nobody would get a limit: the policy is refused
    if draw(st.booleans()):
        modes = ["floor", "ceil", "half_even", "half_up", "floor:100", "ceil:1000", "floor:7"]
        limit["round"] = draw(st.sampled_from(modes))
    document: dict[str, Any] = {
        "schema": "creditkit.policy/1",
        "id": "generated",
        "version": "1",
        "currency": draw(st.sampled_from(["CNY", "CNY", "CNY", "CNY", "JPY", "KWD"])),
        "on_missing": draw(outcomes),
        "assessment": assessment,
        "scorecards": list(made.values()),
        "grades": {"domain": domain, "rows": grades},
        "limit": limit,
        "checks": {"rows": [{"id": "L", "require": "order <= line", "on_fail": "hold"}]},
    }
    if draw(st.booleans()):
        sizes = sorted(draw(st.lists(st.sampled_from([0, 400, 10**6]), unique=True, max_size=2)))
        rows: list[dict[str, Any]] = [
            {"role": f"R{place}", "max_limit": str(size)} for place, size in enumerate(sizes)
        ]
        document["authority"] = {"rows": [*rows, {"role": "board"}]}
    if draw(st.booleans()):
        above = draw(st.lists(st.sampled_from([0, 300, 10**6]), max_size=2))
        document["monitoring"] = {
            "reviews": [{"exposure_above": str(size), "months": 2} for size in above]
        }
    if draw(st.booleans()):
        ids = [row["id"] for row in document["grades"]["rows"]]
        document["reviews"] = {"rows": draw(st.lists(reviews(ids), max_size=2))}
    return document


@st.composite
def reviews(draw: Any, grades: list[str]) -> dict[str, Any]:
    """A row of `[reviews]`: for some grades, for who owes much, or for both."""
    row: dict[str, Any] = {"months": draw(st.integers(1, 13))}
    by = draw(st.sampled_from(["grades", "amount", "both"]))
    if by != "amount":
        row["grades"] = draw(st.lists(st.sampled_from(grades), min_size=1, unique=True))
    if by != "grades":
        row["exposure_above"] = draw(st.sampled_from(["0", "300", "1000000"]))
    return row


def loaded(document: Mapping[str, Any]) -> Policy:
    """The policy of a generated document, with the host's model and figures."""
    return Policy.from_dict(document, models=[Host()], figures=OWN)


# ----------------------------------------------------------------------------------------- facts

CURRENCY = st.sampled_from(["CNY"] * 10 + ["JPY", "KWD", "USD", "EUR"])
RATES = (
    Rates("CNY", {"USD": "7.1234", "JPY": "0.0471", "KWD": "23.12345678"}, as_of=DAYS[0]),
    Rates("USD", {"CNY": "0.1404", "JPY": "0.0066", "EUR": "1.08"}, as_of=DAYS[0]),
    None,
)


@cache
def amounts(currency: str, *, negative: bool = False) -> st.SearchStrategy[Money]:
    """Money from one minor unit to beyond what a float holds."""
    pool = list(MINOR)
    pool += [minor * 10 ** CURRENCIES[currency] for minor in (500, 70_000, 10**15)]
    if negative:
        pool += [-minor for minor in pool]
    return st.sampled_from([minor for minor in pool if abs(minor) <= LARGEST]).map(
        lambda minor: Money.from_minor(minor, currency)
    )


@lru_cache(1000)
@st.composite
def maybe(draw: st.DrawFn, strategy: st.SearchStrategy[Any]) -> Any:
    """None in one of five cases."""
    return draw(strategy) if draw(st.integers(0, 4)) else None


near = st.dates(date(2009, 1, 1), date(2028, 12, 31)) | st.sampled_from(
    [date(2016, 2, 29), date(2025, 11, 21), date(2025, 5, 31), date(2024, 2, 29)]
)
line_values = st.sampled_from(FLOAT_POOL) | st.floats(-1e6, 1e6, width=32) | st.integers(-9, 900)


@cache
@st.composite
def statements(draw: st.DrawFn, earlier: bool = True) -> Statement:
    lines = {name: draw(maybe(line_values)) for name in LINES if draw(st.integers(0, 9))}
    if draw(st.integers(0, 7)):  # most statements can be used
        for name in NOT_NEGATIVE:
            if lines.get(name) is not None:
                lines[name] = abs(lines[name])
        if lines.get("total_assets") is not None:
            lines["total_assets"] = abs(lines["total_assets"]) or 1.5
        for kind in ("assets", "liabilities"):
            whole, part = f"total_{kind}", f"current_{kind}"
            if None not in (lines.get(whole), lines.get(part)):
                lines[part] = min(lines[part], lines[whole])
        if draw(st.booleans()) and None not in map(
            lines.get, ("total_assets", "total_liabilities")
        ):
            lines["equity"] = lines["total_assets"] - lines["total_liabilities"]
    made = Statement(
        currency=draw(CURRENCY),
        period_end=draw(near),
        unit=draw(st.sampled_from([1, 1000, 10_000])),
        audited=draw(maybe(st.booleans())),
        previous=draw(maybe(statements(earlier=False))) if earlier else None,
        **lines,
    )
    if made.previous is not None and draw(st.booleans()):  # a year apart
        end = made.period_end - relativedelta(months=draw(st.sampled_from([10, 11, 12, 13, 14])))
        before = attrs.evolve(made.previous, currency=made.currency, period_end=end)
        made = attrs.evolve(made, previous=before)
    return made


ratings = st.builds(
    ExternalRating,
    agency=st.sampled_from(["A", "B"]),
    value=st.sampled_from([0.0, 50.0, 100.0, 66.6]),
    as_of=near,
)


@cache
@st.composite
def customers(draw: st.DrawFn) -> Customer:
    currency = draw(CURRENCY)
    whole = st.sampled_from(FLOAT_POOL)
    own = {
        "own_money": amounts(currency, negative=True),
        "own_count": st.sampled_from(WHOLES),
        "own_days": st.integers(0, 90),
        "own_flag": st.booleans(),
        "own_ratio": whole | st.integers(0, 3),
        "own_score": whole,
        "own_line_item": whole,
        "own_category": st.sampled_from(NAMES),
    }
    return Customer(
        id=draw(st.sampled_from(["C-1", "C-2", "C-3", "C-9", "C-10", "客户", "C 4"])),
        currency=currency,
        name=draw(maybe(st.just("Name"))),
        industry=draw(maybe(st.sampled_from(NAMES))),
        ownership=draw(maybe(st.sampled_from(NAMES))),
        reputation=draw(maybe(st.sampled_from(NAMES))),
        founded=draw(maybe(near)),
        trading_since=draw(maybe(near)),
        credit_sales_12m=draw(maybe(amounts(currency, negative=True))),
        expected_purchases_12m=draw(maybe(amounts(currency))),
        litigation_count=draw(maybe(st.sampled_from(WHOLES))),
        insolvency=draw(maybe(st.booleans())),
        blocked=draw(maybe(st.booleans())),
        statement=draw(maybe(statements())),
        ratings=draw(st.lists(ratings, max_size=3)),
        figures={name: draw(how) for name, how in own.items() if draw(st.integers(0, 2))},
    )


@cache
@st.composite
def applications(draw: st.DrawFn) -> Application:
    currency = draw(CURRENCY)
    terms = st.sampled_from(["net7", "net30", "net 90", "prepaid", "款到发货"])
    return Application(
        currency=currency,
        requested_limit=draw(maybe(amounts(currency))),
        requested_terms=draw(maybe(terms)),
    )


@cache
@st.composite
def credit_lines(draw: st.DrawFn) -> CreditLine:
    """A line that was granted: an amount, or one of the other states; in force, ended or not begun."""
    currency = draw(CURRENCY)
    windows = (
        [(None, None)] * 4 + [(day, None) for day in DAYS[:2]] + [(None, day) for day in DAYS[:2]]
    )
    start, until = draw(st.sampled_from(windows))
    return CreditLine(
        currency=currency,
        amount=draw(st.sampled_from(Line) | amounts(currency)),
        approved_by="Li",
        approved_on=date(2026, 1, 5),
        start=start,
        until=until,
    )


@attrs.frozen(kw_only=True)
class Facts:
    """Everything that one run of `decide` is given, row by row."""

    as_of: date
    rates: Rates | None
    customers: list[Customer]
    applications: list[Application] | None
    lines: list[CreditLine | None] | None
    ledger: Ledger | None


@cache
@st.composite
def facts(draw: st.DrawFn, *, most: int = 6) -> Facts:
    many = draw(st.lists(customers(), max_size=most, unique_by=lambda customer: customer.id))
    rows = len(many)
    ledger = None
    if draw(st.booleans()):
        items, tied = draw(records(("CNY", "USD"), wild=draw(st.booleans())))
        ledger = Ledger.of(items, tied)
    return Facts(
        as_of=draw(st.sampled_from(DAYS)),
        rates=draw(st.sampled_from(RATES)),
        customers=many,
        applications=draw(maybe(st.lists(applications(), min_size=rows, max_size=rows))),
        lines=draw(maybe(st.lists(maybe(credit_lines()), min_size=rows, max_size=rows))),
        ledger=ledger,
    )
