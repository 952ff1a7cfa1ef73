"""What `decide` gives back for many customers: `Decisions`, in columns.

>>> import creditkit as ck
>>> book = ck.Portfolio.from_columns({"id": ["C-1", "C-2"], "currency": "CNY",
...                                   "insolvency": [True, None]})
>>> run = ck.Policy.standard().decide(book, as_of="2026-11-21")
>>> run
<Decisions for 2 customers: 1 refer, 1 reject>
>>> run.has("knock_out.fired:INSOLVENT").tolist()
[True, False]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar, Final, Self

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._arithmetic import Floats
from creditkit._columns import STATE_NAMES, Amounts, Codes, State
from creditkit._given import names_in
from creditkit._plain import Deferred, from_plain, list_in
from creditkit._planes import Planes
from creditkit._results import (
    Recorded,
    Results,
    Sheet,
    codes_in,
    flags_in,
    floats_in,
    plain_floats,
    row_in,
)
from creditkit.errors import InvalidFact
from creditkit.facts.ledger import Note
from creditkit.languages import AnyLanguage, texts
from creditkit.money import minor_units, plain_amount
from creditkit.outcomes import OUTCOMES
from creditkit.policy.decide.decision import Decision
from creditkit.policy.figures.unreadable import terms_of
from creditkit.reasons import value_text
from creditkit.reasons.titles import listed

__all__ = ["Decisions"]

Indexes = npt.NDArray[np.int16]

WORDS: Final = texts(
    "decisions",
    {
        "title": (
            "Decisions for {count} customers as of {as_of}, policy {policy} {version}: {outcomes}",
            "{count} 个客户的决策，截至 {as_of}，政策 {policy} {version}：{outcomes}",
        ),
        "customer": ("Customer", "客户"),
        "outcome": ("Outcome", "结论"),
        "grade": ("Grade", "信用等级"),
        "score": ("Score", "信用评分"),
        "limit": ("Recommended limit", "建议额度"),
        "terms": ("Terms", "付款条件"),
        "reasons": ("Reasons", "理由"),
    },
)
"""The words of a table of decisions."""

HEAD: Final = ("customer", "outcome", "grade", "score", "limit", "terms", "reasons")


_NAMES: Final = ("grade_names", "binding_names", "terms_names", "approver_names", "reason_keys")
_INDEXES: Final = {
    "grade": "grade_names",
    "binding": "binding_names",
    "terms": "terms_names",
    "approver": "approver_names",
}
"""Columns of indexes, and the names that they are indexes into."""

_PLAIN: Final = (
    *("policy", "policy_version", "policy_digest", "as_of", "currency", *_NAMES, *_INDEXES),
    *("security_required", "next_review", "outcome", "id", "score", "limit", "limit_state"),
    *("notes", "reasons"),
)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Decisions(Results[Decision]):
    """Decisions for many customers in columns; ``decisions[i]`` is the full `Decision` of that row.

    ``grade`` and ``terms`` are indexes into ``grade_names`` and ``terms_names`` (-1 for none),
    ``approver`` in ``approver_names``, ``binding`` in ``binding_names``; ``outcome`` are codes of
    `Outcome`; ``limit`` has a state for each row. Reasons are asked for by their keys, as
    ``reason_keys`` has them: `has` says where one applies, `reasons_of` which a row has.
    """

    schema: ClassVar[str] = "creditkit.decisions/1"
    _path: ClassVar[str] = "decisions"
    _keys: ClassVar[tuple[str, ...]] = _PLAIN

    policy: str
    policy_version: str
    policy_digest: str
    as_of: date
    id_codes: Codes
    grade: Indexes
    grade_names: tuple[str, ...]
    score: Floats
    limit: Amounts
    binding: Indexes
    binding_names: tuple[str, ...]
    terms: Indexes
    terms_names: tuple[str, ...]
    security_required: npt.NDArray[np.bool_]
    approver: Indexes
    approver_names: tuple[str, ...]
    next_review: npt.NDArray[np.datetime64]
    outcome: npt.NDArray[np.uint8]
    reasons: Planes
    _notes: Deferred[tuple[Note, ...]] = attrs.field(default=Deferred.of(()), alias="notes")
    _one: Callable[[int], Decision] = attrs.field(
        default=Recorded("decisions", "decide again"), alias="one"
    )

    @property
    def notes(self) -> tuple[Note, ...]:
        """What a reader should know: ``ledger.no_customer`` names accounts that are no row's."""
        return self._notes.get()

    @property
    def ids(self) -> tuple[str, ...]:
        """The customers' ids; empty text for a row without one."""
        names = [*self.id_codes.names, ""]
        return tuple([names[code] for code in self.id_codes.values.tolist()])

    @property
    def reason_keys(self) -> tuple[str, ...]:
        """Every reason that the policy can give, by its key."""
        return self.reasons.names

    def __len__(self) -> int:
        return len(self.outcome)

    def of(self, customer: str) -> Decision | None:
        """The decision for a customer by their id; None where no row has it.

        Of two rows with one id neither is judged, and it is the first of them.
        """
        if not isinstance(customer, str):
            raise InvalidFact("decisions.of", "must be the id of a customer", customer)
        codes = [code for code, name in enumerate(self.id_codes.names) if name == customer]
        rows = np.flatnonzero(np.isin(self.id_codes.values, codes) & self.id_codes.known)
        return self[int(rows[0])] if len(rows) else None

    def grade_of(self, row: int) -> str | None:
        """The grade of one row."""
        rank = int(self.grade[self._number(row)])
        return None if rank < 0 else self.grade_names[rank]

    def has(self, key: str) -> npt.NDArray[np.bool_]:
        """Where a reason applies, by its key: a mask for the columns, or for a frame of them.

        ``run.limit.values[run.has("limit.below_requested")]``. A key that the policy cannot give is
        an `InvalidFact` that names the one which is spelled alike.
        """
        return self.reasons.has(key, "decisions.has")

    def reasons_of(self, row: int) -> tuple[str, ...]:
        """The keys of the reasons of one row."""
        return self.reasons.of(self._number(row))

    def reason_counts(self) -> dict[str, int]:
        """How many customers have each reason, in the order of ``reason_keys``; no reason of nobody."""
        return self.reasons.counts()

    def reason_sets(self) -> tuple[npt.NDArray[np.int64], list[tuple[str, ...]]]:
        """The sets of keys that rows have, each once, and for each row the index of its set."""
        return self.reasons.sets()

    def grades(self) -> dict[str, int]:
        """How many customers have each grade, from best to worst; the empty name counts those without."""
        counts = np.bincount(self.grade.astype(np.intp) + 1, minlength=len(self.grade_names) + 1)
        none, *graded = counts.tolist()
        out = dict(zip(self.grade_names, graded, strict=True))
        return {**out, "": none} if none else out

    def outcomes(self) -> dict[str, int]:
        """How many customers have each outcome, from the mildest to the most severe."""
        counts = np.bincount(self.outcome, minlength=len(OUTCOMES))
        return {
            outcome.value: int(counts[outcome.code]) for outcome in OUTCOMES if counts[outcome.code]
        }

    def to_columns(self) -> dict[str, Any]:
        """Plain columns by name: what a data frame is made of. Limits are in minor units.

        ``reasons`` are the keys of each row as one text, joined by ``"; "``.
        """
        sets, names = self.reason_sets()
        texts = ["; ".join(keys) for keys in names]
        return {
            "customer": list(self.ids),
            "outcome": np.array([outcome.value for outcome in OUTCOMES])[self.outcome],
            "grade": np.array([*self.grade_names, ""])[self.grade],
            "score": self.score,
            "limit_minor": self.limit.values,
            "limit_state": self.limit.all_states(),
            "terms": np.array([*self.terms_names, ""])[self.terms],
            "security_required": self.security_required,
            "approver": np.array([*self.approver_names, ""])[self.approver],
            "next_review": self.next_review,
            "reasons": [texts[code] for code in sets.tolist()],
        }

    def _plain(self) -> dict[str, Any]:
        """Names once, a list for each column; a limit is text, or null without one.

        ``reasons`` has for each row the indexes of its keys in ``reason_keys``.
        """
        states, currency = self.limit.all_states().tolist(), self.limit.currency
        minor = zip(self.limit.values.tolist(), states, strict=True)
        return {
            "policy": self.policy,
            "policy_version": self.policy_version,
            "policy_digest": self.policy_digest,
            "as_of": self.as_of.isoformat(),
            "currency": currency,
            **{name: list(getattr(self, name)) for name in _NAMES},
            **{name: getattr(self, name).tolist() for name in _INDEXES},
            "security_required": self.security_required.tolist(),
            "next_review": self.next_review.astype(str).tolist(),
            "outcome": self.outcome.tolist(),
            "id": [name or None for name in self.ids],
            "score": plain_floats(self.score),
            "limit": [None if state else plain_amount(one, currency) for one, state in minor],
            "limit_state": [STATE_NAMES[state] for state in states],
            "notes": [note.to_dict() for note in self.notes],
            "reasons": self.reasons.rows_of_places(),
        }

    @classmethod
    def _of_plain(cls, data: Mapping[str, Any]) -> Self:
        names: dict[str, Any] = {
            name: tuple(names_in(data[name], f"decisions.{name}")) for name in _NAMES
        }
        keys = names.pop("reason_keys")
        ranks: dict[str, Any] = {
            name: codes_in(data[name], f"decisions.{name}", len(names[table]), np.int16)
            for name, table in _INDEXES.items()
        }
        outcome = codes_in(data["outcome"], "decisions.outcome", len(OUTCOMES), np.uint8, least=0)
        reasons = [
            codes_in(row, f"decisions.reasons[{at}]", len(keys), np.int64, least=0).tolist()
            for at, row in enumerate(list_in(data["reasons"], "decisions.reasons"))
        ]
        days = from_plain(tuple[date, ...], data["next_review"], "decisions.next_review")
        made = cls(
            policy=from_plain(str, data["policy"], "decisions.policy"),
            policy_version=from_plain(str, data["policy_version"], "decisions.policy_version"),
            policy_digest=from_plain(str, data["policy_digest"], "decisions.policy_digest"),
            as_of=from_plain(date, data["as_of"], "decisions.as_of"),
            **names,
            **ranks,
            security_required=flags_in(data["security_required"], "decisions.security_required"),
            next_review=np.array(days, dtype="datetime64[D]"),
            outcome=outcome,
            id_codes=Codes.of(list_in(data["id"], "decisions.id"), "decisions.id"),
            score=floats_in(data["score"], "decisions.score"),
            limit=_limits_in(data),
            reasons=Planes.of_rows(keys, reasons),
            notes=Deferred.of(tuple(Note.from_dict(note) for note in data["notes"])),
        )
        columns = [*ranks.values(), made.next_review, made.id_codes, made.score, made.limit]
        columns += [made.security_required, reasons]
        if any(len(column) != len(outcome) for column in columns):
            raise InvalidFact("decisions", f"must have {len(outcome)} rows in every column")
        return made

    def _number(self, row: int) -> int:
        return row_in(row, len(self), self._path)

    def _sheet(self, language: AnyLanguage, rows: range) -> Sheet:
        outcomes = [outcome.title(language) for outcome in OUTCOMES]
        counts = self.outcomes()
        found = [one for one in OUTCOMES if one.value in counts]
        title = WORDS["title"].filled(
            language,
            count=len(self),
            as_of=self.as_of,
            policy=self.policy,
            version=self.policy_version,
            outcomes=listed(
                [f"{counts[one.value]} {one.title(language)}" for one in found], language
            ),
        )
        head = [WORDS[name].in_(language) for name in HEAD]
        names = [*self.id_codes.names, ""]
        terms = [
            given.title(language) if (given := terms_of(name)) else name
            for name in self.terms_names
        ]

        def cells(row: int) -> list[str]:
            limit, score = self.limit.item(row), float(self.score[row])
            return [
                names[int(self.id_codes.values[row])],
                outcomes[int(self.outcome[row])],
                self.grade_of(row) or "–",
                "–" if score != score else f"{score:.1f}",
                "–" if limit is None else value_text(limit, language),
                [*terms, "–"][int(self.terms[row])],
                ", ".join(self.reasons_of(row)),
            ]

        return Sheet(title, head, [cells(row) for row in rows], left=(0, 1, 2, 5, 6))

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self.outcomes().items())
        return f"<Decisions for {len(self)} customers: {counts}>"


_STATES: Final = {name: code for code, name in STATE_NAMES.items()}


def _limits_in(data: Mapping[str, Any]) -> Amounts:
    """Limits as text with their states beside them: an amount where it is known, and only there."""
    path, currency = "decisions.limit", from_plain(str, data["currency"], "decisions.currency")
    given = list_in(data["limit"], path)
    names = list_in(data["limit_state"], f"{path}_state")
    minor, states = [], []
    for row, (text, name) in enumerate(zip(given, names, strict=True)):
        if not isinstance(name, str) or name not in _STATES:
            raise InvalidFact(f"{path}_state", "must hold names of states", name, row=row)
        state = _STATES[name]
        if (text is None) == (state == State.KNOWN):
            rule = "must be an amount where its state is known, and null where it is not"
            raise InvalidFact(path, rule, text, row=row)
        minor.append(0 if text is None else minor_units(text, currency, path))
        states.append(state)
    return Amounts(np.array(minor, dtype=np.int64), np.array(states, dtype=np.uint8), currency)
