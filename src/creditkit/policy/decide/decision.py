"""What `decide` gives back: a `Decision` for one customer, `Decisions` in columns for many.

A decision recommends; a person grants, and `Decision.grant` writes down what. Everything that the
recommendation was made of is in it: the models' scores with their parts, each step of the limit,
the figures as they were seen, the digests of policy and facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit._columns import STATE_NAMES, Amounts, Codes
from creditkit._fields import as_date
from creditkit._plain import Deferred, Record, as_written, without_schema
from creditkit.canonical import digest
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Note
from creditkit.facts.lines import CreditLine, LineMode
from creditkit.facts.rates import Rates
from creditkit.facts.terms import PaymentTerms
from creditkit.figures import Undefined
from creditkit.models.contract import Score
from creditkit.money import Line, LineAmount, Money, minor_units
from creditkit.outcomes import OUTCOMES, Outcome
from creditkit.reasons import Reason

__all__ = ["Decision", "Decisions", "LimitStep", "ModelScore"]


@attrs.frozen(kw_only=True)
class ModelScore(Record):
    """A model's score in the assessment: as it is, on the policy's scale, and what it adds by weight."""

    schema: ClassVar[str] = "creditkit.model_score/1"

    score: Score
    scaled: float | None
    weight: float
    part: float | None


@attrs.frozen(kw_only=True)
class LimitStep(Record):
    """One step of the recommended limit and what stood after it; ``figure`` is the base of a method."""

    schema: ClassVar[str] = "creditkit.limit_step/1"

    name: str
    amount: LineAmount | None
    figure: str | None = None
    base: Money | None = None
    share: Fraction | None = None


@attrs.frozen(kw_only=True)
class Decision(Record):
    """A recommendation for one customer: grade, limit, terms, and why.

    ``outcome`` is ``approve`` or ``warn`` where the recommendation stands by itself, ``refer`` where
    a person must look, ``reject`` where no credit is to be given. ``limit`` is money or a state of
    `Line`; None where it cannot be said. ``binding`` names the step that set it. ``titles`` are the
    policy's own words, (name, English, Chinese): with them a page reads the same in ten years.
    """

    schema: ClassVar[str] = "creditkit.decision/1"

    customer: str
    as_of: date
    policy: str
    policy_version: str
    policy_digest: str
    outcome: Outcome
    grade: str | None
    score: float | None
    limit: LineAmount | None
    binding: str | None
    requested_limit: Money | None
    line: LineAmount | None
    terms: PaymentTerms | None
    requested_terms: str | None
    security_required: bool
    approver: str | None
    next_review: date
    currency: str
    reasons: tuple[Reason, ...]
    titles: tuple[tuple[str, str, str], ...] = attrs.field(repr=False)
    _models: Deferred[tuple[ModelScore, ...]] = attrs.field(alias="models")
    _limit_steps: Deferred[tuple[LimitStep, ...]] = attrs.field(alias="limit_steps")
    _figures: Deferred[
        tuple[tuple[str, Money | Line | Undefined | bool | int | float | str | None], ...]
    ] = attrs.field(alias="figures", metadata={"tagged": True})
    _facts_digest: Deferred[str] = attrs.field(alias="facts_digest")
    _rates: Deferred[Rates | None] = attrs.field(alias="rates", factory=lambda: Deferred.of(None))

    @property
    def models(self) -> tuple[ModelScore, ...]:
        """The scores of the assessment's models, with their parts."""
        return self._models.get()

    @property
    def limit_steps(self) -> tuple[LimitStep, ...]:
        """The steps of the recommended limit, in the order in which they were taken."""
        return self._limit_steps.get()

    @property
    def figures(self) -> dict[str, Any]:
        """The figures that were used, as they were seen."""
        return dict(self._figures.get())

    @property
    def rates(self) -> Rates | None:
        """The exchange rates that amounts were converted with; None where nothing was."""
        return self._rates.get()

    @property
    def facts_digest(self) -> str:
        """The SHA-256 of the facts that the decision was made from."""
        return self._facts_digest.get()

    @property
    def digest(self) -> str:
        """The SHA-256 of the whole decision: policy, facts and result."""
        return digest(self.to_dict())

    @property
    def grantable(self) -> LineAmount | None:
        """What may be granted on this decision: the recommended limit, and no more than was asked for."""
        limit, asked = self.limit, self.requested_limit
        if self.outcome is Outcome.REJECT:
            return Line.NONE
        if asked is None or not (isinstance(limit, Money) or limit is Line.UNLIMITED):
            return limit
        return min(limit, asked) if isinstance(limit, Money) else asked

    def grant(
        self,
        *,
        by: str,
        on: date,
        until: date | None = None,
        amount: LineAmount | Decimal | str | int | None = None,
        mode: LineMode = LineMode.PERMANENT,
        override: str | None = None,
    ) -> CreditLine:
        """The `CreditLine` that a person grants: by default `grantable`, on the recommended terms.

        Another amount above `grantable`, or any where none is recommended, needs ``override``: why.
        So does money in another currency, which is granted as it is: a line in the customer's own.
        """
        day = as_date(on, "decision.grant.on")
        if day < self.as_of:
            rule = f"must not be before {self.as_of}, the day of the decision"
            raise InvalidFact("decision.grant.on", rule, day.isoformat())
        granted = self.grantable if amount is None else amount
        if granted is None:
            rule = "needs an amount where none is recommended"
            raise InvalidFact("decision.grant", rule, None, "pass amount= and override=")
        line = CreditLine(
            currency=granted.currency if isinstance(granted, Money) else self.currency,
            amount=granted,
            approved_by=by,
            approved_on=day,
            start=day,
            until=until,
            terms=None if self.terms is None else self.terms.name,
            mode=mode,
            decision=self.digest,
            override=override,
        )
        if override is None and _above(line.amount, self.grantable):
            rule = f"must not be above {self.grantable}, which may be granted on this decision"
            raise InvalidFact("decision.grant", rule, line.amount, "say why: override='...'")
        return line

    def explain(self, language: str = "en") -> str:
        """The decision as a page of text, in English (``en``) or Chinese (``zh``)."""
        from creditkit.policy.pages import decision_page

        return decision_page(self, language)

    def __str__(self) -> str:
        return self.explain()

    def _repr_html_(self) -> str:
        from creditkit.policy.pages import as_html

        return as_html(self.explain())


def _above(granted: LineAmount, most: LineAmount | None) -> bool:
    """Whether more is granted than may be; no credit is never more, inheriting is as it was recommended."""
    if granted is Line.NONE or most is Line.UNLIMITED or granted is most:
        return False
    if isinstance(granted, Money) and isinstance(most, Money):
        return granted.currency != most.currency or granted > most
    return True


def _recorded(_row: int) -> Decision:
    rule = "holds columns, not the facts of a row"
    raise InvalidFact("decisions", f"that was read from a record {rule}", remedy="decide again")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Decisions:
    """Decisions for many customers in columns; ``decisions[i]`` is the full `Decision` of that row.

    ``grade`` and ``terms`` are places in ``grade_names`` and ``terms_names`` (-1 for none),
    ``approver`` in ``approver_names``, ``binding`` in ``binding_names``; ``outcome`` are codes of
    `Outcome`; bit n of ``reasons`` stands for ``reason_keys[n]``; ``limit`` has a state for each row.
    """

    schema: ClassVar[str] = "creditkit.decisions/1"

    policy: str
    policy_version: str
    policy_digest: str
    as_of: date
    id_codes: Codes
    grade: npt.NDArray[np.int8]
    grade_names: tuple[str, ...]
    score: Floats
    limit: Amounts
    binding: npt.NDArray[np.int8]
    binding_names: tuple[str, ...]
    terms: npt.NDArray[np.int8]
    terms_names: tuple[str, ...]
    security_required: npt.NDArray[np.bool_]
    approver: npt.NDArray[np.int8]
    approver_names: tuple[str, ...]
    next_review: npt.NDArray[np.datetime64]
    outcome: npt.NDArray[np.uint8]
    reasons: npt.NDArray[np.uint64]
    reason_keys: tuple[str, ...]
    _notes: Deferred[tuple[Note, ...]] = attrs.field(default=Deferred.of(()), alias="notes")
    _one: Callable[[int], Decision] = attrs.field(default=_recorded, alias="one")

    @property
    def notes(self) -> tuple[Note, ...]:
        """What a reader should know: ``ledger.no_customer`` names accounts that are no row's."""
        return self._notes.get()

    @property
    def ids(self) -> tuple[str, ...]:
        """The customers' ids; empty text for a row without one."""
        names = [*self.id_codes.names, ""]
        return tuple([names[code] for code in self.id_codes.values.tolist()])

    def __len__(self) -> int:
        return len(self.outcome)

    def __getitem__(self, row: int) -> Decision:
        if not isinstance(row, int | np.integer):
            raise InvalidFact("decisions", "must be asked for a row by its number", row)
        if not -len(self) <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self._one(int(row) % len(self))

    def grade_of(self, row: int) -> str | None:
        """The grade of one row."""
        place = int(self.grade[row])
        return None if place < 0 else self.grade_names[place]

    def reasons_of(self, row: int) -> tuple[str, ...]:
        """The keys of the reasons of one row."""
        mask = int(self.reasons[row])
        return tuple(key for place, key in enumerate(self.reason_keys) if mask >> place & 1)

    def grades(self) -> dict[str, int]:
        """How many customers have each grade, from best to worst; the empty name counts those without."""
        out = {
            name: int((self.grade == place).sum()) for place, name in enumerate(self.grade_names)
        }
        none = int((self.grade < 0).sum())
        return {**out, "": none} if none else out

    def outcomes(self) -> dict[str, int]:
        """How many customers have each outcome, from the mildest to the most severe."""
        counts = np.bincount(self.outcome, minlength=len(OUTCOMES))
        return {
            outcome.value: int(counts[outcome.code]) for outcome in OUTCOMES if counts[outcome.code]
        }

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name: what a data frame is made of. Limits are in minor units."""
        grades = np.array([*self.grade_names, ""])
        return {
            "id": list(self.ids),
            "outcome": np.array([outcome.value for outcome in OUTCOMES])[self.outcome],
            "grade": grades[self.grade],
            "score": self.score,
            "limit_minor": self.limit.values,
            "limit_state": self.limit.all_states(),
            "terms": np.array([*self.terms_names, ""])[self.terms],
            "security_required": self.security_required,
            "approver": np.array([*self.approver_names, ""])[self.approver],
            "next_review": self.next_review,
            "reasons": self.reasons,
        }

    def same_as(self, other: Decisions) -> bool:
        """Whether both say the same of every row, under the same policy."""
        return self.to_dict() == other.to_dict()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data: names once, a list for each column; a limit is text, or null without one."""
        state = self.limit.all_states().tolist()
        minor = zip(self.limit.values.tolist(), state, strict=True)
        data = {
            name: column.tolist()
            for name, column in attrs.asdict(self, recurse=False).items()
            if isinstance(column, np.ndarray)
        }
        masks = self.reasons.tolist()
        return {
            "schema": self.schema,
            "policy": self.policy,
            "policy_version": self.policy_version,
            "policy_digest": self.policy_digest,
            "as_of": self.as_of.isoformat(),
            "currency": self.limit.currency,
            **{name: list(getattr(self, name)) for name in _NAMES},
            **data,
            "id": [name or None for name in self.ids],
            "score": [None if one != one else one for one in self.score.tolist()],
            "limit": [None if code else str(_major(one, self.limit)) for one, code in minor],
            "limit_state": [STATE_NAMES[code] for code in state],
            "next_review": self.next_review.astype(str).tolist(),
            "notes": [note.to_dict() for note in self.notes],
            "reasons": [[bit for bit in range(64) if mask >> bit & 1] for mask in masks],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Decisions:
        """What `to_dict` wrote, as columns; single decisions are kept by their own `to_dict`."""
        given = without_schema(data, cls.schema, "decisions")
        with as_written("decisions"):
            return cls._from_columns(given)

    @classmethod
    def _from_columns(cls, data: Mapping[str, Any]) -> Decisions:
        states = {name: code for code, name in STATE_NAMES.items()}
        codes = np.array([states[name] for name in data["limit_state"]], dtype=np.uint8)
        minor = [0 if one is None else minor_units(one, data["currency"]) for one in data["limit"]]
        masks = [sum(1 << bit for bit in bits) for bits in data["reasons"]]
        columns: dict[str, Any] = {name: tuple(data[name]) for name in _NAMES}
        columns |= {name: np.array(data[name], dtype=kind) for name, kind in _PLAIN.items()}
        return cls(
            policy=data["policy"],
            policy_version=data["policy_version"],
            policy_digest=data["policy_digest"],
            **columns,
            as_of=date.fromisoformat(data["as_of"]),
            id_codes=Codes.of(data["id"]),
            score=np.array(data["score"], dtype=np.float64),
            limit=Amounts(np.array(minor, dtype=np.int64), codes, data["currency"]),
            reasons=np.array(masks, dtype=np.uint64),
            notes=Deferred.of(tuple(Note.from_dict(note) for note in data["notes"])),
        )

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self.outcomes().items())
        return f"<Decisions for {len(self)} customers: {counts}>"


_NAMES: Final = ("grade_names", "binding_names", "terms_names", "approver_names", "reason_keys")
_PLAIN: Final[Mapping[str, Any]] = {
    "grade": np.int8,
    "binding": np.int8,
    "terms": np.int8,
    "security_required": np.bool_,
    "approver": np.int8,
    "next_review": "datetime64[D]",
    "outcome": np.uint8,
}


def _major(minor: int, like: Amounts) -> Decimal:
    return Money.from_minor(minor, like.currency).amount
