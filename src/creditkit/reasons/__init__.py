"""Reasons: stable codes with typed parameters, and the sentences that are made from them.

A result stores codes and values, never prose; `Reason.sentence` renders them when somebody reads.
The templates stand by verb in `decide`, `check`, `queue`, `watch`, `collect`, `assume`, `payment`,
`cover` and `shared`, each in English and Chinese, with the type by which each parameter is shown;
`rendering` fills them.

>>> Reason("limit.below_requested", Outcome.WARN, limit=Money(4, "CNY"), requested=Money(6, "CNY")).sentence()
'The recommended limit of 4.00 CNY is below the requested 6.00 CNY.'
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeAlias

from creditkit._plain import members_reader, tagged
from creditkit.errors import InvalidFact, all_of
from creditkit.figures import Undefined
from creditkit.languages import AnyLanguage, parameters
from creditkit.money import Line, Money
from creditkit.outcomes import Outcome
from creditkit.reasons.rendering import (
    TEMPLATES,
    cleared_by_text,
    condition_text,
    sentence,
    value_text,
)
from creditkit.reasons.titles import NO_TITLES, Titles, category_text, own_titles, title_of

__all__ = [
    "TEMPLATES",
    "Parameter",
    "Reason",
    "Titles",
    "category_text",
    "cleared_by_text",
    "condition_text",
    "own_titles",
    "sentence",
    "title_of",
    "value_text",
]

Parameter: TypeAlias = (
    "Money | Line | Undefined | date | str | int | float | bool | tuple[str, ...] | None"
)

_members: Final = members_reader(
    "reason",
    {
        "code": str,
        "effect": Outcome | None,
        "subject": str | None,
        "params": dict[str, Annotated[Parameter, "tagged"]],
    },
)


_LATER: Final = {"knock_out.fired": {"falls_to"}}
"""Parameters that came later, or say something of some results only: records without them are whole."""

_NEEDED: Final = {
    code: frozenset(parameters(text.en)) - _LATER.get(code, set())
    for code, text in TEMPLATES.items()
}
"""The parameters without which there is no sentence."""


class Reason:
    """Why a result is what it is: a code, how severe it is (None for a note), and its parameters.

    ``subject`` tells apart reasons of one code: the knock-out, check or figure that it is about.
    """

    __slots__ = ("code", "effect", "params", "subject")

    code: str
    effect: Outcome | None
    subject: str | None
    params: Mapping[str, Parameter]

    def __init__(
        self,
        code: str,
        effect: Outcome | None = None,
        /,
        *,
        subject: str | None = None,
        **params: Parameter,
    ) -> None:
        self._fill(code, effect, subject, params)

    def _fill(
        self,
        code: str,
        effect: Outcome | None,
        subject: str | None,
        params: Mapping[str, Parameter],
    ) -> None:
        _set_code(self, code)
        _set_effect(self, effect)
        _set_subject(self, subject)
        _set_params(self, MappingProxyType(dict(params)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Reason is immutable: cannot set {name}")

    @property
    def key(self) -> str:
        """The code with its subject: what a bit of a reason mask stands for."""
        return self.code if self.subject is None else f"{self.code}:{self.subject}"

    def sentence(self, language: AnyLanguage = "en", titles: Titles = NO_TITLES) -> str:
        """The sentence in a language; ``titles`` are those of a policy's own words (`own_titles`)."""
        return sentence(self.code, self.params, language, titles)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data; each parameter with its type."""
        return {
            "code": self.code,
            "effect": None if self.effect is None else self.effect.value,
            "subject": self.subject,
            "params": {name: tagged(value) for name, value in self.params.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reason:
        """The reason that `to_dict` wrote."""
        made = cls.__new__(cls)
        made._fill(**_members(data))
        if made.code not in TEMPLATES:
            remedy = "another version of creditkit wrote it: read it with that one"
            raise InvalidFact("reason.code", "is an unknown code", made.code, remedy)
        lacking = _NEEDED[made.code] - made.params.keys()
        if lacking:
            rule = f"is required by {made.code}"
            faults = [InvalidFact(f"reason.params.{name}", rule) for name in sorted(lacking)]
            raise all_of("reason", faults)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Reason.from_dict, (self.to_dict(),)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reason) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.code, self.subject))

    def __str__(self) -> str:
        return self.sentence()

    def __repr__(self) -> str:
        return f"<Reason {self.key}>"


# the slots themselves, past `__setattr__`, which refuses
_set_code: Final = Reason.__dict__["code"].__set__
_set_effect: Final = Reason.__dict__["effect"].__set__
_set_subject: Final = Reason.__dict__["subject"].__set__
_set_params: Final = Reason.__dict__["params"].__set__
