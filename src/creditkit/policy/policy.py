"""`Policy`: a loaded, linted, immutable policy, and what it decides.

>>> from creditkit.policy.standard import STANDARD
>>> policy = Policy.from_toml(STANDARD)
>>> policy.id, policy.grades
('standard', ('AAA', 'AA', 'A', 'B', 'D'))
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from datetime import date
from decimal import Decimal
from typing import Any, cast, overload

from creditkit._columns import Codes, State
from creditkit._fields import as_date
from creditkit._given import instance_in
from creditkit._layout import Page
from creditkit._plain import Deferred, tagged
from creditkit.canonical import canonical
from creditkit.errors import InvalidFact
from creditkit.facts.accounts import CreditAccount, Order
from creditkit.facts.customers import Application, Applications, Customer, Portfolio
from creditkit.facts.ledger import Ledger
from creditkit.facts.lines import Approval, CreditLine, CreditLines
from creditkit.facts.monthly import MonthFigures, MonthlyFigures
from creditkit.facts.rates import Rates
from creditkit.figures import Figure, Value
from creditkit.languages import AnyLanguage
from creditkit.limits.exposure import Exposure, as_exposure
from creditkit.models.contract import ScoringModel
from creditkit.money import Money
from creditkit.policy.check.check import check_order
from creditkit.policy.check.release import releases
from creditkit.policy.check.verdict import Verdict
from creditkit.policy.decide.decision import Decision
from creditkit.policy.decide.decisions import Decisions
from creditkit.policy.decide.many import decide_many
from creditkit.policy.decide.one import decide_one, decide_unreadable
from creditkit.policy.document import Document
from creditkit.policy.figures.facts import CustomerFacts, Measure, PortfolioFacts
from creditkit.policy.figures.owing import exposure_by
from creditkit.policy.figures.own import supplied_values
from creditkit.policy.figures.row import FigureRow, shown_value
from creditkit.policy.figures.table import FigureTable
from creditkit.policy.figures.unreadable import names_of, strangers
from creditkit.policy.loading import as_data, load, parse_toml
from creditkit.policy.queue.checked import CheckedQueue
from creditkit.policy.queue.given import By, Given, MoneyLike, in_order_of
from creditkit.policy.queue.in_turn import Asking, in_turn
from creditkit.policy.queue.plan import ReleasePlan
from creditkit.policy.queue.planning import plan
from creditkit.policy.queue.standing import Standing
from creditkit.policy.schema.findings import Finding, InvalidPolicy, Report
from creditkit.policy.schema.phrases import Phrase
from creditkit.policy.watch.alert import Watched
from creditkit.policy.watch.alerts import Alerts
from creditkit.policy.watch.watch import watch_months
from creditkit.reasons import own_titles
from creditkit.receivables.reading import Reading

__all__ = ["Policy"]


class Policy(Page):
    """A credit policy: how customers are assessed, graded, given limits and terms, checked and watched.

    Made by `from_toml` or `from_dict`; a document with faults is refused with all of them at once.
    ``models`` and ``figures`` are the host's own; their ids are part of the digest. What loads but
    may be a slip stands in ``warnings``, with a witness where one shows it; ``strict=True`` refuses a
    document that has any.
    """

    __slots__ = (
        "_catalogue",
        "_data",
        "_document",
        "_identity",
        "_measured",
        "_supplied_values",
        "warnings",
    )

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        models: Sequence[ScoringModel] = (),
        figures: Iterable[Figure] = (),
        strict: bool = False,
    ) -> None:
        loaded = load(data, models, figures)
        instance_in(strict, bool, "strict")
        if strict and loaded.warnings:
            raise InvalidPolicy(loaded.warnings)
        self._data = loaded.data
        self._document = loaded.document
        self._catalogue = loaded.catalogue
        self._identity = loaded.identity
        self._measured: Measure | None = None
        self._supplied_values: Callable[[Mapping[str, Any]], dict[str, Value]] | None = None
        self.warnings: tuple[Finding, ...] = loaded.warnings
        self._prove()

    def _prove(self) -> None:
        """Run the tests that the policy carries; one that gives another answer refuses it."""
        report, window = Report(self._data), self._document.effective
        as_of = date(2000, 1, 1) if window is None else window.start
        for test in self._document.tests:
            decision = self.decide_figures(test.given, as_of=as_of)
            limit = decision.limit
            got = {
                "grade": decision.grade,
                "limit": limit_text(limit) if isinstance(limit, Money) else str(limit),
                "terms": None if decision.terms is None else decision.terms.name,
                "outcome": decision.outcome.value,
            }
            for name, expected in test.expected.items():
                if got[name] != expected:
                    path = f"{test.path}.{name}"
                    given = Phrase("value.nothing") if got[name] is None else got[name]
                    report.fault("test.answer", path, got=given, expected=expected)
        if report.faults:
            raise InvalidPolicy(report.faults)

    @classmethod
    def from_toml(
        cls,
        text: str,
        *,
        models: Sequence[ScoringModel] = (),
        figures: Iterable[Figure] = (),
        strict: bool = False,
    ) -> Policy:
        """The policy that TOML text writes; `InvalidPolicy` lists every fault with its path.

        ``strict=True`` refuses warnings too.
        """
        return cls(parse_toml(text), models=models, figures=figures, strict=strict)

    @classmethod
    def from_dict(
        cls,
        data: Mapping[str, Any],
        *,
        models: Sequence[ScoringModel] = (),
        figures: Iterable[Figure] = (),
        strict: bool = False,
    ) -> Policy:
        """The policy that plain data writes: parsed TOML, JSON or YAML; see `from_toml`."""
        return cls(data, models=models, figures=figures, strict=strict)

    @classmethod
    def standard(cls) -> Policy:
        """The built-in policy `standard`: a template that a house must calibrate."""
        from creditkit.policy.standard import STANDARD

        return cls.from_toml(STANDARD)

    # What it says of itself

    @property
    def id(self) -> str:
        """The policy's id."""
        return self._identity.id

    @property
    def version(self) -> str:
        """The policy's version, a label for people; `digest` is the identity."""
        return self._identity.version

    @property
    def digest(self) -> str:
        """The SHA-256 of the canonical document, with the ids of the host's models and figures."""
        return self._identity.digest

    @property
    def currency(self) -> str:
        """The currency in which the policy measures and grants."""
        return self._document.currency

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades, from best to worst."""
        return self._document.grades.names

    @property
    def document(self) -> Document:
        """The document's sections."""
        return self._document

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure that this policy can name."""
        return self._catalogue

    def to_dict(self) -> dict[str, Any]:
        """The document as plain JSON data; `from_dict` gives back an equal policy."""
        return dict(as_data(self._data))

    def to_json(self) -> str:
        """The canonical document (RFC 8785)."""
        return canonical(self._data).decode("utf-8")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        count = len(self.warnings)
        slips = f", {count} warning{'s' if count > 1 else ''}" if count else ""
        return f"<Policy {self.id} {self.version} {self.digest[:12]}{slips}>"

    # Deciding

    @overload
    def decide(
        self,
        subject: Customer,
        *,
        as_of: date | str,
        ledger: Ledger | None = None,
        application: Application | None = None,
        line: CreditLine | None = None,
        rates: Rates | None = None,
    ) -> Decision: ...

    @overload
    def decide(
        self,
        subject: Portfolio,
        *,
        as_of: date | str,
        ledger: Ledger | None = None,
        application: Applications | None = None,
        line: CreditLines | None = None,
        rates: Rates | None = None,
    ) -> Decisions: ...

    def decide(
        self,
        subject: Customer | Portfolio,
        *,
        as_of: date | str,
        ledger: Ledger | None = None,
        application: Application | Applications | None = None,
        line: CreditLine | CreditLines | None = None,
        rates: Rates | None = None,
    ) -> Decision | Decisions:
        """Grade, recommended limit and terms, with reasons: for a customer, or for every row of a portfolio.

        One in, one out; columns in, columns out. ``ledger`` holds the items of the customer, or of
        all; an absent one is not known, an empty one known to be empty. ``application`` is what is
        asked for and ``line`` the line in force; for a portfolio, tables with its rows. There is a
        decision for every customer, also for one about whom nothing is known.
        """
        measure = self._measure(as_of, rates)
        _expect("ledger", ledger, Ledger)
        if isinstance(subject, Portfolio):
            _expect("application", application, Applications, len(subject))
            _expect("line", line, CreditLines, len(subject))
            tables: Any = (application, line)
            return self._decide_many(measure, subject, ledger, *tables)
        if not isinstance(subject, Customer):
            raise InvalidFact("decide", "must be given a Customer or a Portfolio", subject)
        _expect("application", application, Application)
        _expect("line", line, CreditLine)
        if ledger is not None:
            ledger = _own_ledger(ledger, subject.id)
        one: Any = {"application": application, "line": line}
        facts = CustomerFacts(measure=measure, customer=subject, ledger=ledger, **one)
        document = self._document
        row = FigureRow(facts, None, document.assessment.assume, document.wanted)
        return decide_one(
            document, self._identity, facts, row, customer=subject.id, as_of=measure.as_of
        )

    def _decide_many(
        self,
        measure: Measure,
        portfolio: Portfolio,
        ledger: Ledger | None,
        applications: Applications | None,
        lines: CreditLines | None,
    ) -> Decisions:
        book = PortfolioFacts(
            measure=measure,
            portfolio=portfolio,
            ledger=ledger,
            applications=applications,
            lines=lines,
        )

        columns: Any = decide_many(
            self._document,
            self._identity,
            book,
            FigureTable(book, self._document.assessment.assume),
        )
        faults = columns.pop("faults")
        one = functools.partial(self._row_of, book, faults)
        return Decisions(**columns, notes=Deferred(lambda: strangers(book)), one=one)

    def _row_of(self, book: PortfolioFacts, faults: Mapping[str, Any], row: int) -> Decision:
        """The full decision of one row of a book, by the path for one."""
        wrong, as_of = names_of(faults, row), book.measure.as_of
        if wrong:
            name = cast(Codes, book.portfolio["id"]).item(row) or ""
            return decide_unreadable(
                self._document, self._identity, wrong, customer=name, as_of=as_of
            )
        customer, ledger = book.portfolio.row(row), book.ledger
        return self.decide(
            customer,
            as_of=as_of,
            ledger=None if ledger is None else ledger.account(customer.id),
            application=_row_or_none(book.applications, "currency", row),
            line=_row_or_none(book.lines, "amount", row),
            rates=book.measure.rates,
        )

    def check(
        self,
        order: Order,
        account: CreditAccount,
        *,
        as_of: date | str,
        event: str = "order",
        approvals: Iterable[Approval] = (),
        rates: Rates | None = None,
    ) -> Verdict:
        """Whether an order may go at an event (``order``, ``pick``, ``ship``, ``invoice``): a `Verdict`.

        Every check is evaluated. The document under test is left out of the exposure by its id, and
        so is what it replaces. ``approvals`` are persons' words that cover checks. The library does
        not lock: the host locks the account, checks, writes its reservation, commits.
        """
        for name, given, kind in (("order", order, Order), ("account", account, CreditAccount)):
            if not isinstance(given, kind):
                raise InvalidFact(f"check.{name}", f"must be of the type {kind.__name__}", given)
        approvals = tuple(approvals) if isinstance(approvals, Iterable) else (approvals,)
        for index, one in enumerate(approvals):
            if not isinstance(one, Approval):
                raise InvalidFact(f"check.approvals[{index}]", "must be of the type Approval", one)
        return check_order(
            self._document,
            self._identity,
            self._measure(as_of, rates),
            order,
            account,
            event=event,
            approvals=approvals,
            releases=releases,
        )

    def check_many(
        self,
        orders: Iterable[Order],
        accounts: Iterable[CreditAccount],
        *,
        as_of: date | str,
        event: str = "order",
        order_by: By = "first_come",
        priorities: Mapping[str, int] | None = None,
        margins: Mapping[str, MoneyLike] | None = None,
        approvals: Iterable[Approval] = (),
        rates: Rates | None = None,
    ) -> CheckedQueue:
        """A queue of orders in turn, each checked with everything that has passed before it reserved.

        ``order_by`` is the order in which they are served: ``"first_come"`` by ``placed_on``,
        ``"priority"`` by ``priorities`` (1 first), ``"margin"`` by ``margins`` (the largest first), or a
        key of an order; equals go by their id, so that it does not matter how they were read. Both tables
        are by order id and name every order. An order is checked against the account whose holder its
        ``customer`` is; where a group's line stands above several accounts, what one member's order
        adds is counted in the others' `GroupLine.others`. Held orders take nothing until they pass:
        leave them out of ``open_orders``. The host locks all accounts of the queue, as for `check`.

        >>> from creditkit.policy.standard import STANDARD
        >>> line = CreditLine(currency="CNY", amount="100", approved_by="u17", approved_on="2026-01-05")
        >>> account = CreditAccount(customer="C-1", line=line, grade="AA", ledger=Ledger.of([]),
        ...     open_orders=(), deliveries=(), advances=(), blocked=False, insolvency=False)
        >>> orders = [Order(id=f"SO-{n}", customer="C-1", currency="CNY", amount="60") for n in (1, 2)]
        >>> queue = Policy.from_toml(STANDARD).check_many(orders, [account], as_of="2026-11-21")
        >>> queue.passed, queue[1].outcome, queue[1].headroom
        (('SO-1',), <Outcome.HOLD: 'hold'>, Money('40.00', 'CNY'))
        """
        given = Given("check_many", orders, accounts, event=event, approvals=approvals)
        asking = self._asking(as_of, rates, event)
        served = in_order_of(
            given, order_by, asking.measure, priorities=priorities, margins=margins
        )
        return in_turn(
            asking,
            Standing(asking.measure, given.accounts),
            served,
            holder_of=lambda order: given.holders[order.id],
            approvals_of=given.of,
            order_by=order_by if isinstance(order_by, str) else "key",
        )

    def plan_release(
        self,
        orders: Iterable[Order],
        accounts: Iterable[CreditAccount],
        *,
        margins: Mapping[str, MoneyLike],
        as_of: date | str,
        event: str = "order",
        cash: Mapping[str, MoneyLike] | None = None,
        approvals: Iterable[Approval] = (),
        rates: Rates | None = None,
    ) -> ReleasePlan:
        """Which held orders to release, so that their margins come to the most and all go together.

        ``margins`` is what each order is worth, by id, in the policy's currency; nothing stops a host from
        giving another value. ``cash`` are payments expected or in today, by customer: they are taken off
        the receivables first. A set goes together where each of its orders passes every check with all
        the others reserved; one that does not pass by itself is never in it, and neither is one with a
        margin below zero. What no line ties together is planned apart: exactly, or where that takes too
        many steps by scipy's ``milp``, with a bound (`ReleasePlan.bound`). The released orders are
        checked in turn again, whole numbers throughout (`ReleasePlan.queue`).

        >>> from creditkit.policy.standard import STANDARD
        >>> line = CreditLine(currency="CNY", amount="100", approved_by="u17", approved_on="2026-01-05")
        >>> account = CreditAccount(customer="C-1", line=line, grade="AA", ledger=Ledger.of([]),
        ...     open_orders=(), deliveries=(), advances=(), blocked=False, insolvency=False)
        >>> amounts = {"SO-1": "60", "SO-2": "50", "SO-3": "50"}
        >>> orders = [Order(id=name, customer="C-1", currency="CNY", amount=amount)
        ...           for name, amount in amounts.items()]
        >>> plan = Policy.from_toml(STANDARD).plan_release(
        ...     orders, [account], margins={"SO-1": "9", "SO-2": "6", "SO-3": "5"}, as_of="2026-11-21")
        >>> plan.released, plan.value, plan.exact
        (('SO-2', 'SO-3'), Money('11.00', 'CNY'), True)
        >>> plan.of("SO-1").sentence()
        "The customer's own line lacks 60.00 CNY with SO-2, SO-3 released."
        """
        given = Given("plan_release", orders, accounts, event=event, approvals=approvals)
        return plan(self._asking(as_of, rates, event), given, margins=margins, cash=cash)

    def _asking(self, as_of: date | str, rates: Rates | None, event: str) -> Asking:
        measure = self._measure(as_of, rates)
        return Asking(self._document, self._identity, measure, event, releases)

    @overload
    def watch(
        self, months: MonthlyFigures, *, as_of: date | str, rates: Rates | None = None
    ) -> Alerts: ...

    @overload
    def watch(
        self, months: Iterable[MonthFigures], *, as_of: date | str, rates: Rates | None = None
    ) -> Watched: ...

    def watch(
        self,
        months: Iterable[MonthFigures] | MonthlyFigures,
        *,
        as_of: date | str,
        rates: Rates | None = None,
    ) -> Watched | Alerts:
        """Early warning: each indicator at or beyond a threshold, with evidence and what to do.

        The months of one customer, in any order, or a table with those of many. Judged is the last
        month that ended by ``as_of``; later ones do not exist yet. What is not known raises no
        alert and is reported in ``not_judged``.
        """
        table = months if isinstance(months, MonthlyFigures) else MonthlyFigures.of(months)
        measure = self._measure(as_of, rates)
        alerts = watch_months(self._document, self._identity, self._catalogue, measure, table)
        if table is months:
            return alerts
        if len(table.accounts) > 1:
            remedy = "write MonthlyFigures.of(months) for several"
            raise InvalidFact("watch", "must be given the months of one", table.accounts, remedy)
        return alerts.watched(next(iter(table.accounts), ""))

    def reading(self, *, as_of: date | str, rates: Rates | None = None) -> Reading:
        """How this policy reads a ledger at a date: what every function that takes a ledger takes.

        With it `ageing`, `debtors` and `monthly_figures` leave out the same small remainders and
        disputed amounts as `check` and `decide` do, so that none of them calls overdue what another
        does not.

        >>> from creditkit.policy.standard import STANDARD
        >>> reading = Policy.from_toml(STANDARD).reading(as_of="2026-11-21")
        >>> reading.currency, reading.ignore_below, reading.ignore_disputed
        ('CNY', Money('50.00', 'CNY'), True)
        """
        measure = self._measure(as_of, rates)
        return Reading(
            as_of=measure.as_of,
            currency=measure.currency,
            rates=measure.rates,
            ignore_below=measure.ignore_below,
            ignore_most=measure.ignore_most,
            ignore_disputed=measure.ignore_disputed,
        )

    def exposure(
        self, account: CreditAccount, *, as_of: date | str, rates: Rates | None = None
    ) -> Exposure:
        """What a customer owes or will owe us, component by component, as this policy weighs it."""
        instance_in(account, CreditAccount, "exposure.account")
        measure = self._measure(as_of, rates)
        total, parts = exposure_by(measure, account)
        return as_exposure(total, parts, measure.currency)

    def role_title(self, role: str, language: AnyLanguage = "en") -> str:
        """The title of a role of the authority table, in a language; the role itself without one."""
        instance_in(role, str, "role")
        titles = own_titles((row.role, *row.title) for row in self._document.authority.rows)
        return titles[role].in_(language) if role in titles else role

    def decide_figures(
        self,
        figures: Mapping[str, Value | Money | Decimal],
        *,
        as_of: date | str,
        customer: str = "",
    ) -> Decision:
        """The decision for given figures, by name: for tests and for what-if questions.

        A figure of money is `Money` in the policy's currency, or text or ``Decimal`` in its major units
        (``"1200.50"``); a whole number is minor units, which is the fast way for many questions. Figures
        that are not given are not known; no calculator runs. A name that is no figure, a value of another
        kind and money in another currency are an `InvalidFact` that names the figure.

        >>> from creditkit.policy.standard import STANDARD
        >>> policy = Policy.from_toml(STANDARD)
        >>> asked = {"score": 750.0, "credit_sales_12m": "1000000"}
        >>> policy.decide_figures(asked, as_of="2026-11-21").figures["credit_sales_12m"]
        Money('1000000.00', 'CNY')
        """
        if type(figures) is not dict:
            instance_in(figures, Mapping, "figures", "write {'score': 750.0}")
        if self._supplied_values is None:
            self._supplied_values = supplied_values(self._catalogue, self.currency)
        given = self._supplied_values(figures)
        row = FigureRow(None, given, self._document.assessment.assume)
        day = _day(as_of)
        # written, and tagged with their types, only when somebody asks for the digest
        told = functools.partial(self._supplied, given, day)
        return decide_one(
            self._document, self._identity, None, row, customer=customer, as_of=day, told=told
        )

    def _measure(self, as_of: date | str, rates: Rates | None = None) -> Measure:
        """How this policy measures figures at a date, on which it must be in force."""
        last = self._measured  # most calls of a day come one after the other
        if last is not None and type(as_of) is date and last.as_of == as_of and last.rates is rates:
            return last
        day, window = _day(as_of), self._document.effective
        if window is not None and not window.holds(day):
            end = "" if window.until is None else f" until {window.until}"
            rule = f"must lie in the policy's window from {window.start}{end}"
            raise InvalidFact("as_of", rule, day.isoformat(), "take the version in force then")
        if rates is not None:
            instance_in(rates, Rates, "rates", "write Rates('CNY', {'USD': '7.10'}, as_of=...)")
        most = self._document.checks.ignore_most
        self._measured = measure = Measure(
            currency=self._document.currency,
            as_of=day,
            rates=rates,
            ignore_below=Money.from_minor(self._document.checks.ignore_below, self.currency),
            ignore_most=None if most is None else Money.from_minor(most, self.currency),
            ignore_disputed=self._document.checks.ignore_disputed,
            statement_months=self._document.assessment.stale_after.statement,
            rating_months=self._document.assessment.stale_after.rating,
            horizon_days=self._document.checks.horizon_days,
            weights=self._document.checks.components,
            figures=self._catalogue,
        )
        return measure

    def _supplied(self, figures: Mapping[str, Any], as_of: date) -> dict[str, Any]:
        """Supplied figures as facts."""
        seen = {
            name: tagged(shown_value(value, self._catalogue[name].kind, self.currency))
            for name, value in figures.items()
        }
        return {"figures": seen, "as_of": as_of.isoformat()}


def _day(as_of: date | str) -> date:
    """The date of a decision: habits look back from it, reviews and horizons ahead."""
    day = as_date(as_of)
    if not 1000 <= day.year < 9000:
        rule = "must lie from the year 1000 on and before 9000"
        raise InvalidFact("as_of", rule, day.isoformat())
    return day


def _own_ledger(ledger: Ledger, customer: str) -> Ledger:
    """The customer's part of a ledger; one that is somebody else's alone is an error."""
    accounts = ledger.accounts
    if len(accounts) == 1 and customer not in accounts:
        remedy = f"give that of {customer}, or Ledger.of([]) where nothing was ever sold"
        raise InvalidFact("decide.ledger", f"must be of {customer}", accounts[0], remedy)
    return ledger.account(customer)


def _expect(name: str, given: object, kind: type, rows: int | None = None) -> None:
    if given is None:
        return
    if not isinstance(given, kind):
        raise InvalidFact(f"decide.{name}", f"must be of the type {kind.__name__}", given)
    if rows is not None and isinstance(given, Sized) and len(given) != rows:
        raise InvalidFact(f"decide.{name}", f"must have {rows} rows", len(given))


def limit_text(limit: Money) -> str:
    """A limit as a document writes it: without a currency, and without decimals that are zero."""
    text = f"{limit.amount}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _row_or_none(table: Any, name: str, row: int) -> Any:
    """One row of applications or lines; None where it says nothing."""
    return None if table is None or table[name].state(row) == State.UNKNOWN else table.row(row)
