"""What can be wrong with the text of a condition: a key and its parameters.

>>> error = ConditionError("bound.number", name="z2", kind=FigureKind.SCORE)
>>> str(error), error.message("zh")
("'z2' is a score: compare it with one number", "'z2' 为评分类指标，请与一个数比较")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditkit.figures import FigureKind
from creditkit.languages import AnyLanguage
from creditkit.policy.schema.phrases import Parameter, Phrase, kind_phrase

__all__ = ["ConditionError"]


class ConditionError(ValueError):
    """A condition that cannot be read; its sentence is the phrase ``condition.`` and the key.

    ``params`` are what the sentence names; a kind of figures, or the kinds of several by name, may be
    given as such. ``hint`` is the known name that looks most like the unknown one.
    """

    def __init__(self, key: str, *, hint: str | None = None, **params: Any) -> None:
        super().__init__(key)
        self.key = key
        self.hint = hint
        self.params = params

    @property
    def code(self) -> str:
        """The code of the finding: ``name.unknown``, or ``form.condition`` for all that is not a name."""
        return self.key if self.key == "name.unknown" else "form.condition"

    @property
    def name(self) -> str:
        """The name that is at fault; empty where none is."""
        return str(self.params.get("name", ""))

    @property
    def phrase(self) -> Phrase:
        """What is wrong, as a finding says it."""
        parameters = {name: _parameter(value) for name, value in self.params.items()}
        return Phrase(f"condition.{self.key}", parameters)

    def message(self, language: AnyLanguage = "en") -> str:
        """The sentence in a language: ``"en"``, ``"zh"`` or a `Language` of the house."""
        return self.phrase.in_(language)

    def __str__(self) -> str:
        return self.message()


def _parameter(value: Any) -> Parameter:
    """A parameter as its sentence needs it: kinds by their titles, the rest as it is."""
    if isinstance(value, FigureKind):
        return kind_phrase(value)
    if isinstance(value, Mapping):  # the kind of each name
        kinds = ((name, kind_phrase(kind)) for name, kind in value.items())
        return tuple(Phrase("kind.of", {"name": name, "kind": kind}) for name, kind in kinds)
    kept: Parameter = value
    return kept
