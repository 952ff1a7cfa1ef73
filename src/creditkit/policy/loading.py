"""Loading a policy: refuse at once what is too large, read, lint and plan, all faults together.

>>> parse_toml("id = 'house'")
{'id': 'house'}
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

import attrs

from creditkit._given import listed
from creditkit._plain import to_plain
from creditkit.canonical import digest
from creditkit.errors import InvalidFact
from creditkit.figures import Figure
from creditkit.figures import catalogue as catalogue_of
from creditkit.models import published
from creditkit.models.contract import ScoringModel
from creditkit.models.scorecard import Scorecard
from creditkit.policy.document import Document, read_document
from creditkit.policy.figures.facts import CATALOGUE
from creditkit.policy.identity import Identity
from creditkit.policy.schema.findings import Finding, InvalidPolicy, Report
from creditkit.policy.schema.names import Names
from creditkit.policy.schema.phrases import Phrase, escaped

__all__ = ["Loaded", "as_data", "load", "parse_toml"]

LARGEST_TEXT: Final = 1_000_000
DEEPEST: Final = 32

_SEGMENT: Final = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_DEEP_KEY: Final = re.compile(rf"(?<![\w-]){_SEGMENT}(?:[ \t]*+\.[ \t]*+{_SEGMENT}){{{DEEPEST}}}")
"""A key of more dotted names than there may be levels: the reader takes their square in time and space."""


@attrs.frozen(kw_only=True)
class Loaded:
    """A document without faults, and what was made of it."""

    data: Mapping[str, Any]
    document: Document
    catalogue: Mapping[str, Figure]
    identity: Identity
    warnings: tuple[Finding, ...]


def parse_toml(text: str) -> dict[str, Any]:
    """The data of TOML text; `InvalidPolicy` where it is none."""
    report = Report()
    if not isinstance(text, str):
        raise InvalidFact("policy", "must be text", type(text).__name__, "read the file first")
    if text.strip().endswith(".toml") and "\n" not in text.strip() and "=" not in text:
        remedy = "read the file: Path(...).read_text(encoding='utf-8')"
        raise InvalidFact("policy", "must be the text of a policy, not a path", text, remedy)
    if len(text) > LARGEST_TEXT:
        report.fault("form.size", "policy", limit=LARGEST_TEXT, what=Phrase("many.characters"))
        raise InvalidPolicy(report.faults)
    if any(not _commented(text, key.start()) for key in _DEEP_KEY.finditer(text)):
        report.fault("form.size", "policy", limit=DEEPEST, what=Phrase("many.levels"))
        raise InvalidPolicy(report.faults)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        report.fault("form.text", "policy", error=_reason(error))
        raise InvalidPolicy(report.faults) from None


def _commented(text: str, place: int) -> bool:
    """Whether a line is nothing but a comment."""
    return text[text.rfind("\n", 0, place) + 1 : place].lstrip().startswith("#")


def _reason(error: Exception) -> Phrase | str:
    """What the reader of TOML says; where it is stands at the end, in words only before Python 3.14."""
    if isinstance(error, RecursionError):
        return Phrase("toml.deep")
    if not isinstance(error, tomllib.TOMLDecodeError):
        return Phrase("toml.digits")  # Python reads numbers of up to 4,300
    said, _, where = str(error).rpartition(" (at ")
    numbers = [int(word) for word in where.rstrip(")").replace(",", "").split() if word.isdigit()]
    if len(numbers) == 2:
        line, column = numbers
        return Phrase("toml.at", {"error": said[:200], "line": line, "column": column})
    return Phrase("toml.end", {"error": said[:200]})


def load(
    data: Mapping[str, Any], models: Sequence[ScoringModel], figures: Iterable[Figure]
) -> Loaded:
    """The policy of a document; `InvalidPolicy` with every fault of it."""
    report = Report(data)
    _guard(data, report)
    if report.faults:
        raise InvalidPolicy(report.faults)
    given = listed(models)
    if given is None:
        raise InvalidFact("models", "must be a sequence of models", models, "write [model]")
    for model in given:
        _check_shape(model)
    catalogue = catalogue_of(figures, CATALOGUE)
    names = Names(catalogue, [*published(), *given], report)
    document = read_document(data, names)
    if report.faults or document is None:
        raise InvalidPolicy(report.faults)
    plain = as_data(data)
    used = sorted(
        use.model.id for use in document.assessment.models if not isinstance(use.model, Scorecard)
    )
    own = [to_plain(figure) for name, figure in sorted(catalogue.items()) if name not in CATALOGUE]
    identity = Identity(
        id=document.id,
        version=document.version,
        digest=digest({"document": plain, "models": used, "figures": own}),
    )
    return Loaded(
        data=plain,
        document=document,
        catalogue=catalogue,
        identity=identity,
        warnings=tuple(report.warnings),
    )


_HOLDERS: Final = (list, tuple, Mapping)
_LEAVES: Final = frozenset({str, int, float, bool, type(None)})
"""What nearly all values of a document are; whether one is a table takes longer to ask."""


def as_data(data: Any) -> Any:
    """The document as JSON data: dates as ISO text, tuples as lists."""
    kind = type(data)
    if kind in _LEAVES:
        return data
    if kind is dict or (kind is not list and isinstance(data, Mapping)):
        return {str(key): as_data(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [as_data(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data


def _guard(data: Any, report: Report) -> None:
    """Refuse at once what is too large or too deep to read, without recursion."""
    stack: list[tuple[Any, Any, int]] = [(data, None, 1)]
    count = 0
    while stack:
        item, place, depth = stack.pop()
        count += 1
        if depth > DEEPEST or count > 200_000:
            limit, many = (DEEPEST, "many.levels") if depth > DEEPEST else (200_000, "many.values")
            report.fault("form.size", "policy", limit=limit, what=Phrase(many))
            return
        if isinstance(item, str):
            if len(item) > 100_000:
                what = Phrase("many.text")
                report.fault("form.size", _path(place), limit=100_000, what=what)
                return
            if not item.isascii() and any("\ud800" <= one <= "\udfff" for one in item):
                report.fault("form.confusable", _path(place), value=escaped(item))
        elif type(item) in _LEAVES:
            continue
        elif isinstance(item, _HOLDERS):
            keyed = type(item) is not list and isinstance(item, Mapping)
            if keyed and len(item) > 1_000:
                what = Phrase("many.keys")
                report.fault("form.size", _path(place) or "policy", limit=1_000, what=what)
                return
            if len(item) + len(stack) > 200_000:
                report.fault("form.size", "policy", limit=200_000, what=Phrase("many.values"))
                return
            # where a value stands is put into words only where something is wrong with it
            each = cast(Any, item).items() if keyed else enumerate(item)
            stack += [(value, (place, keyed, key), depth + 1) for key, value in each]


def _path(place: Any) -> str:
    """Where a value stands: the place of what it stands in, whether that is a table, and the key."""
    parts: list[str] = []
    while place is not None:
        place, keyed, key = place
        parts.append(f".{key}" if keyed else f"[{key}]")
    return "".join(reversed(parts)).lstrip(".")


def _check_shape(model: object) -> None:
    """A host's model must have what the contract asks for, before a policy relies on it."""
    name = getattr(model, "id", None)
    remedy = "see ScoringModel, and creditkit.testing.check_model"
    if isinstance(model, type) or not isinstance(name, str) or not name:
        raise InvalidFact("models", "must be objects with an id", model, remedy)
    needs = getattr(model, "needs", None)
    if not isinstance(needs, tuple | list) or not all(isinstance(one, str) for one in needs):
        raise InvalidFact(
            f"models.{name}.needs", "must name the figures that it reads", needs, remedy
        )
    if not callable(getattr(model, "score", None)):
        raise InvalidFact(f"models.{name}.score", "must be a method", remedy=remedy)
