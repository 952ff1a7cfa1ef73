"""The page of the API, made from the code: what every name is for, its fields and its calls.

``docs/api.md`` holds it between marks, so that it reads on a repository's page as it does in the
manual. A section lists names by where they stand; a module with names after it shows those alone.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from creditkit.models import FAMILIES

SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "Facts of a customer": (
        "facts.customers: Customer ExternalRating",
        "facts.statements: Statement",
        "facts.customers: Application",
    ),
    "Facts of a ledger": (
        "facts.ledger: OpenItem Allocation Ledger",
        "facts.monthly: MonthFigures",
        "facts.debtors: Debtor",
    ),
    "Facts of an account": (
        "facts.accounts: CreditAccount",
        "facts.lines: CreditLine",
        "facts.accounts: GroupLine Order Delivery Advance Bill",
        "facts.lines: Reservation Approval",
        "facts.rates: Rates",
    ),
    "Facts of cover": (
        "facts.insurance: InsurancePolicy InsuredBuyer BuyerLimit Evidence Shipment",
        "facts.securities: Security",
    ),
    "Terms of payment": (
        "facts.terms: PaymentTerms AmbiguousTerms",
        "facts.instalments: Instalment DateStep Discount",
        "calendars: WorkingDays",
        "terms.one: schedule Schedule Due DueDiscount",
        "terms.many: due_dates DueDates schedules Schedules",
        "terms.discounts: discount_cost DiscountCost weighted_days worth",
        "terms.interest: late_interest LateInterest LateRule RateSchedule RatePeriod InterestPeriod",
        "terms.comparing: compare TermsComparison upgraded",
        "terms.law: statutory StatutoryRule StatutoryFinding",
    ),
    "Cover": (
        "cover.covering: cover Cover CoverRow",
        "cover.conditions: CoverCondition",
        "cover.orders: would_be_covered OrderCover",
        "cover.timeline: deadlines Deadlines Deadline",
        "cover.receipts: received Received ReceivedPart",
        "cover.claims: Loss indemnity Indemnity IndemnityStep",
        "cover.securities: secured Secured SecuredPart",
        "cover.many: covers Covers CoverOfBuyer",
    ),
    "Many": (
        "facts.customers: Portfolio Applications",
        "facts.lines: CreditLines",
        "facts.statements: Statements",
        "facts.monthly: MonthlyFigures",
        "facts.debtors: Debtors",
    ),
    "Policy": (
        "policy.policy: Policy",
        "policy.schema.findings: InvalidPolicy Finding",
        "policy.schema.phrases: Phrase",
    ),
    "Limit methods": (
        "limits.by_method: method_limit MethodLimit method_limits",
        "limits.methods.contract: Parameters",
        "limits.methods.expected: break_even expected_profit",
        "limits.combining: combined Missing",
    ),
    "Results": (
        "policy.decide.decision: Decision ModelScore LimitStep Operand",
        "policy.decide.decisions: Decisions",
        "policy.check.verdict: Verdict CheckResult Release",
        "policy.queue.checked: CheckedQueue QueuedOrder",
        "policy.queue.plan: ReleasePlan PlannedOrder",
        "policy.watch.alert: Watched Alert",
        "policy.watch.alerts: Alerts",
        "reasons: Reason",
    ),
    "A ledger at a date": (
        "receivables.reading: Reading",
        "receivables.ageing: ageing Ageing AgeingRow",
        "receivables.by_currency: ageing_by_currency",
        "receivables.buckets: Buckets",
        "receivables.positions: position positions Position Positions",
        "receivables.positions: overdue_items payable_items OverdueItem",
        "receivables.monthly: monthly_figures",
        "receivables.debtors: debtors",
        "receivables.habits: habit habits PaymentHabit PaymentHabits",
        "receivables.sales: sales Sales CustomerSales",
        "receivables.allocation: allocate Allocated",
        "receivables.unallocated: Unallocated",
        "receivables.reconciliation: reconcile Reconciliation Reconciled Difference",
        "receivables.turnover",
    ),
    "Turnover and payment times": (
        "receivables.turnovers: turnover_of turnovers turnover_trend Turnover Turnovers",
        "receivables.dso_change: dso_change DsoChange DsoPart",
        "receivables.payment_times: payment_time payment_times payment_trend slope",
        "receivables.payment_times: PaymentTime PaymentTimes",
        "receivables.curves: paying_curve paying_curves kaplan_meier PayingCurve PayingCurves",
        "receivables.receipts: expected_receipts ExpectedReceipts AccountReceipts WeekReceipts",
    ),
    "Flow and provision": (
        "receivables.rolls: ageing_roll AgeingRoll RolledItem",
        "receivables.flow: roll_rates loss_factors RollRates",
        "receivables.loss_history: loss_history LossHistory SegmentHistory",
        "receivables.provision: provision allowances Provision ProvisionRow",
        "receivables.provision: ProvisionMatrix SegmentRates Allowance",
        "receivables.allowance: allowance_movement allowance_movements AllowanceMovement",
        "receivables.allowance: bad_debt_rate recovery_rate",
    ),
    "Recovery": ("recovery.worklist: worklist Worklist CollectionTask",),
    "Models": (
        "models.contract: ScoringModel Score Scores Part",
        "models.formula: FormulaModel Cutoffs",
        *(f"models.{family}" for family in FAMILIES),
        "models.dupont: dupont DuPont Step DuPonts",
        "models.attribution: attribute Attribution Effect",
        "models.ratios",
        "models.scorecard: Scorecard Factor Bin",
        "testing: check_model ContractBroken Fault",
    ),
    "Money and columns": ("money: Money Line", "_columns: Amounts Codes Cells State"),
    "Languages": ("languages: Language",),
    "Data frames": ("frames",),
    "Figures and errors": (
        "figures: Figure FigureKind",
        "errors: CreditkitError InvalidFact NoSuchRow",
    ),
}
"""Heading -> modules with the names that are shown of them; without names all of ``__all__``."""

_LITERAL: Final = re.compile(r"^(>>> |=+ +=)")
_HIDDEN: Final = frozenset({"schema", "from_dict", "to_dict", "same_as"})
"""Said once for every fact and result, not of each."""


def api(_language: str) -> str:
    """Every section of the page."""
    out = []
    for heading, modules in SECTIONS.items():
        out.append(f"## {heading}")
        for line in modules:
            out += _module(line)
    return "\n\n".join(out)


def _module(line: str) -> Iterator[str]:
    name, _, listed = line.partition(":")
    module = importlib.import_module(f"creditkit.{name}")
    names = listed.split()
    if not names:
        yield _text(module.__doc__ or "")
        names = list(module.__all__)
    for one in names:
        yield from _named(one, getattr(module, one))


def _named(name: str, thing: Any) -> Iterator[str]:
    if isinstance(thing, type):
        yield f"### {name}\n\n{_text(thing.__doc__ or '')}"
        yield from _fields(thing)
        yield from _members(thing)
    elif callable(thing) and inspect.isfunction(thing):
        yield f"### {name}\n\n{_signature(name, thing)}\n\n{_text(thing.__doc__ or '')}"
    elif isinstance(thing, tuple) and all(hasattr(one, "id") for one in thing):
        yield f"### {name}\n\n" + ", ".join(f"`{one.id}`" for one in thing)
    else:  # a model, or a constant of a family
        told = getattr(thing, "en", None)
        yield f"### {name}\n\n" + (f"{told}: `{thing.id}`." if told else f"`{thing!r}`")


def _fields(cls: type) -> Iterator[str]:
    """A row for each field of a record, or each member of an enumeration."""
    if issubclass(cls, enum.Enum):
        yield table(("member", "value"), [(f"`{one.name}`", f"`{one.value}`") for one in cls])
    elif attrs.has(cls):
        rows = [
            (f"`{field.alias}`", _type(field), _default(field))
            for field in attrs.fields(cls)
            if field.init and (not field.name.startswith("_") or hasattr(cls, field.alias))
        ]
        if rows:
            yield table(("field", "value", "default"), rows)


def _members(cls: type) -> Iterator[str]:
    """The calls and properties of a class in the order of the code, each with its first paragraph."""
    fields = {field.name for field in attrs.fields(cls)} if attrs.has(cls) else set()
    rows = []
    for name, raw in vars(cls).items():
        if name.startswith("_") or name in _HIDDEN or name in fields:
            continue
        member = raw.__func__ if isinstance(raw, classmethod | staticmethod) else raw
        if isinstance(raw, property):
            head, doc = f"`{name}`", inspect.getdoc(raw)
        elif inspect.isfunction(member):
            head, doc = f"`{name}{_parameters(member)}`", inspect.getdoc(member)
        else:
            continue
        first = (doc or "").split("\n\n")[0]
        rows.append((head.replace("|", "\\|"), _text(" ".join(first.split()))))
    if rows:
        yield table(("member", "meaning"), rows)


def _signature(name: str, function: Any) -> str:
    return f"```\n{name}{_parameters(function)}\n```"


def _parameters(function: Any) -> str:
    """The parameters without their types: ``(ledger, *, as_of, months=12)``."""
    parts, keyword_only = [], False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            parts.append("*")
        if parameter.kind is parameter.VAR_POSITIONAL:
            keyword_only = True
        mark = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        given = parameter.default
        shown = "" if given is parameter.empty else f"={_value(given)}"
        parts.append(f"{mark}{parameter.name}{shown}")
    return f"({', '.join(parts)})"


def _value(value: Any) -> str:
    text = repr(value.value if isinstance(value, enum.Enum) else value)
    return text if len(text) < 40 else "..."


def _type(field: attrs.Attribute[Any]) -> str:
    """A field's type as a reader says it: ``Money``, or the words that an enumeration takes."""
    kind = field.type
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return ", ".join(f"`{member.value}`" for member in kind)
    text = kind if isinstance(kind, str) else inspect.formatannotation(kind)
    text = re.sub(r"[\w.]+\.(\w+)", r"\1", text).removesuffix(" | None").replace("'", "")
    text = re.sub(r"^Deferred\[(.*)\]$", r"\1", text).removesuffix(" | None")
    many = re.fullmatch(r"tuple\[(.*), \.\.\.\]", text)
    if many is not None:
        pair = re.fullmatch(r"tuple\[str, (.*)\]", many[1])
        text = f"names with {pair[1]}" if pair else f"list of {many[1]}"
    return text.replace(" | ", ", ").replace("|", "\\|")


def _default(field: attrs.Attribute[Any]) -> str:
    value = field.default
    if value is attrs.NOTHING:
        return "required"
    if value is None or isinstance(value, attrs.Factory) or value in ((), ""):  # type: ignore[arg-type]
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, enum.Enum):
        return f"`{value.value}`"
    return "" if attrs.has(type(value)) else f"`{value}`"


def _text(doc: str) -> str:
    """A docstring as Markdown: doctests and ruled tables between fences, literals in single marks."""
    return "\n\n".join(_paragraphs(inspect.cleandoc(doc)))


def _paragraphs(doc: str) -> Iterator[str]:
    for part in re.split(r"\n{2,}", doc):
        if _LITERAL.match(part):
            yield f"```{'pycon' if part.startswith('>>>') else ''}\n{part}\n```"
        elif part.startswith("    "):
            yield f"```\n{inspect.cleandoc(part)}\n```"
        else:
            yield part.replace("``", "`")


def table(head: typing.Sequence[str], rows: typing.Iterable[typing.Sequence[str]]) -> str:
    """A Markdown table."""
    body = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in body)
