"""The language of conditions: what must hold, written as one comparison.

    exposure + order <= line                      a linear comparison of exact quantities of one kind
    overdue <= 0.40 * receivables                 exact: nothing is rounded before it is compared
    z2 >= 1.10                                    one float figure against a constant
    insolvency == false, industry in [trade]      a flag or a category

That is small on purpose: it gives exact analysis, exact headroom, exact release conditions, and one
evaluator for a row and for a column. Names are figures of the catalogue and columns of the grade's
row. Money constants are major units of the policy's currency. There is no ``eval``.

>>> from creditkit.figures import FIGURES
>>> condition = parse("overdue <= 0.40 * receivables", FIGURES, digits=2)
>>> condition.judge({"overdue": 4001, "receivables": 10_000}).status
'fail'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final, NamedTuple, Protocol

import attrs
import numpy as np
import numpy.typing as npt

from creditkit._columns import Cells, Codes, State
from creditkit.figures import UNDEFINED, Figure, FigureKind, Value, nearest
from creditkit.money import LARGEST, Line

__all__ = ["Bound", "Condition", "ConditionError", "Judgement", "Linear", "Member", "parse"]

PASS: Final = 0
FAIL: Final = 1
INDETERMINATE: Final = 2
NOT_APPLICABLE: Final = 3
STATUSES: Final = ("pass", "fail", "indeterminate", "not_applicable")

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<percent> ?%)?|(?P<name>[^\W\d]\w*)|"
    r"(?P<op><=|>=|==|!=|<|>|[+*\-\[\],])"
    r"|\"(?P<quoted>[^\"]*)\")"
)
_COMPARISONS: Final = ("<=", "<", ">=", ">", "==", "!=")
_FLAGS: Final = {"true": True, "false": False}


class ConditionError(ValueError):
    """A condition that cannot be read; ``hint`` is the known name that looks most like the unknown one."""

    def __init__(
        self, message: str, *, code: str = "form.condition", hint: str | None = None, name: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.name = name


class Judgement(NamedTuple):
    """How a condition came out: its status, and both sides as they were compared, times ``scale``."""

    code: int
    left: int | float | str | bool | None = None
    right: int | float | str | bool | None = None
    scale: int = 1
    missing: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """``pass``, ``fail``, ``indeterminate`` or ``not_applicable``."""
        return STATUSES[self.code]


class Condition(Protocol):
    """What a parsed condition can do, for a row and for columns."""

    @property
    def text(self) -> str:
        """The condition as it was written."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The figures and columns that it names."""
        ...

    @property
    def kind(self) -> FigureKind:
        """What sort of quantity it compares."""
        ...

    def judge(self, values: Mapping[str, Value], /) -> Judgement:
        """The status for one row, and both sides."""
        ...

    def judge_columns(self, columns: Callable[[str], Cells], rows: int, /) -> npt.NDArray[np.uint8]:
        """The status of every row."""
        ...


@attrs.frozen
class Linear:
    """A comparison of two linear forms over whole numbers.

    Coefficients and constants are whole: both sides are multiplied by ``scale``. ``share`` says
    that the right side is a share of a base such as receivables: of nothing it has no meaning, and
    the comparison does not apply. A line or a limit of nothing is no such base: it is strict.
    """

    text: str
    names: tuple[str, ...]
    left: tuple[tuple[str, int], ...]
    right: tuple[tuple[str, int], ...]
    left_constant: int
    right_constant: int
    op: str
    scale: int
    kind: FigureKind
    share: bool

    def judge(self, values: Mapping[str, Value], /) -> Judgement:
        """The status for one row, and both sides."""
        left = self.left_constant
        right = self.right_constant
        endless = 0
        for name, coefficient in self.left:
            value = values[name]
            if type(value) is int:
                left += coefficient * value
            elif value is Line.UNLIMITED:
                endless -= (coefficient > 0) - (coefficient < 0)
            elif value is not Line.NONE:
                return self._unknown(values)
        for name, coefficient in self.right:
            value = values[name]
            if type(value) is int:
                right += coefficient * value
            elif value is Line.UNLIMITED:
                endless += (coefficient > 0) - (coefficient < 0)
            elif value is not Line.NONE:
                return self._unknown(values)
        if self.share and right <= 0:
            return Judgement(NOT_APPLICABLE, left, right, self.scale)
        if endless:
            holds = _holds(self.op, endless)
            return Judgement(PASS if holds else FAIL, left, None, self.scale)
        holds = left <= right if self.op == "<=" else _holds(self.op, right - left)
        return Judgement(PASS if holds else FAIL, left, right, self.scale)

    def _unknown(self, values: Mapping[str, Value]) -> Judgement:
        whole = (int, Line)
        missing = tuple(
            name
            for name in self.names
            if not isinstance(values[name], whole) or values[name] is Line.INHERIT
        )
        return Judgement(INDETERMINATE, None, None, self.scale, missing)

    def judge_columns(self, columns: Callable[[str], Cells], rows: int, /) -> npt.NDArray[np.uint8]:
        """The status of every row."""
        unknown = np.zeros(rows, dtype=bool)
        endless = np.zeros(rows, dtype=np.int8)
        sides = []
        for terms, constant, sign in (
            (self.left, self.left_constant, -1),
            (self.right, self.right_constant, 1),
        ):
            forms: list[tuple[npt.NDArray[np.int64], int]] = []
            for name, coefficient in terms:
                column = columns(name)
                values: npt.NDArray[np.int64] = column.values.astype(np.int64, copy=False)
                if column.states is not None:
                    values = np.where(column.states == State.KNOWN, values, 0)
                    endless += np.where(
                        column.states == State.UNLIMITED, np.sign(coefficient) * sign, 0
                    ).astype(np.int8)
                    unknown |= ~np.isin(column.states, (State.KNOWN, State.UNLIMITED, State.NONE))
                forms.append((values, coefficient))
            sides.append(_linear_sum(forms, constant, rows))
        left, right = sides
        holds = _holds_columns(self.op, left, right)
        if endless.any():
            holds = np.where(
                endless != 0, _holds_columns(self.op, np.zeros(rows, dtype=np.int8), endless), holds
            )
        status = np.where(holds, PASS, FAIL).astype(np.uint8)
        if self.share:
            status[np.asarray(right <= 0, dtype=bool)] = NOT_APPLICABLE
        status[unknown] = INDETERMINATE
        return status


@attrs.frozen
class Bound:
    """One float figure against a constant; the bound is the nearest float64, fixed when it was parsed."""

    text: str
    names: tuple[str, ...]
    op: str
    bound: float
    kind: FigureKind

    def judge(self, values: Mapping[str, Value], /) -> Judgement:
        """The status for one row; a figure without a meaning is indeterminate."""
        value = values[self.names[0]]
        if not isinstance(value, float | int) or value != value:
            return Judgement(INDETERMINATE, None, self.bound, missing=self.names)
        return Judgement(PASS if _compare(self.op, value, self.bound) else FAIL, value, self.bound)

    def judge_columns(self, columns: Callable[[str], Cells], rows: int, /) -> npt.NDArray[np.uint8]:
        """The status of every row."""
        column = columns(self.names[0])
        status = np.where(_compare(self.op, column.values, self.bound), PASS, FAIL).astype(np.uint8)
        status[~column.known] = INDETERMINATE
        return status


@attrs.frozen
class Member:
    """A flag or a category that must, or must not, be one of some values."""

    text: str
    names: tuple[str, ...]
    values: tuple[str | bool, ...]
    negated: bool
    kind: FigureKind

    def judge(self, values: Mapping[str, Value], /) -> Judgement:
        """The status for one row."""
        value = values[self.names[0]]
        if value is None or value is UNDEFINED:
            return Judgement(INDETERMINATE, missing=self.names)
        holds = (value in self.values) != self.negated
        wanted = self.values[0] if len(self.values) == 1 else ", ".join(map(str, self.values))
        shown = value if isinstance(value, bool | str) else None
        return Judgement(PASS if holds else FAIL, shown, wanted)

    def judge_columns(self, columns: Callable[[str], Cells], rows: int, /) -> npt.NDArray[np.uint8]:
        """The status of every row."""
        column = columns(self.names[0])
        if isinstance(column, Codes):
            table = np.array([name in self.values for name in column.names] + [False])
            found = table[column.values]
        else:
            flags = [int(value) for value in self.values if isinstance(value, bool)]
            found = np.isin(column.values, flags)
        status = np.where(found != self.negated, PASS, FAIL).astype(np.uint8)
        status[~column.known] = INDETERMINATE
        return status


def parse(
    text: str,
    figures: Mapping[str, Figure],
    *,
    digits: int,
    columns: Mapping[str, FigureKind] | None = None,
) -> Condition:
    """A condition from its text; a `ConditionError` says what cannot be read.

    ``digits`` are the decimals of the policy's currency; ``columns`` the kinds of the grade's columns.
    """
    kinds = {**{name: figure.kind for name, figure in figures.items()}, **(columns or {})}
    tokens = _tokens(text)
    places = [
        place
        for place, (sort, value) in enumerate(tokens)
        if sort == "op" and value in _COMPARISONS
    ]
    membership = [place for place, token in enumerate(tokens) if token == ("name", "in")]
    if len(places) + len(membership) != 1:
        raise ConditionError(f"{text!r} must have exactly one of <= < >= > == != in")
    place = (places or membership)[0]
    op = tokens[place][1]
    first = _kind_of(tokens[0], kinds) if place == 1 and tokens[0][0] == "name" else None
    if first in (FigureKind.FLAG, FigureKind.CATEGORY) or membership:
        if first is None:
            _kind_of(tokens[0], kinds)
        return _member(text, tokens[0][1], op, tokens[place + 1 :], first)
    if first is not None and first.floating:
        return _bound(text, tokens[0][1], op, tokens[place + 1 :], first)
    left, right = _form(tokens[:place], kinds), _form(tokens[place + 1 :], kinds)
    bases = frozenset(name for name, figure in figures.items() if figure.share_base)
    return _linear(text, left, right, op, kinds, digits, bases)


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > 1000:
        raise ConditionError("must stay below 1,000 characters")
    out: list[tuple[str, str]] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(f"cannot read {text[at:].strip()[:20]!r}")
        if match["number"]:
            out.append(("number", match["number"] + ("%" if match["percent"] else "")))
        elif match["name"]:
            out.append(("name", match["name"]))
        elif match["op"]:
            out.append(("op", match["op"]))
        else:
            out.append(("quoted", match["quoted"]))
        at = match.end()
    return out


def _kind_of(token: tuple[str, str], kinds: Mapping[str, FigureKind]) -> FigureKind:
    sort, name = token
    if sort != "name":
        raise ConditionError(f"{name!r} must be a name")
    if name not in kinds:
        raise ConditionError(
            f"unknown figure {name!r}", code="name.unknown", hint=nearest(name, kinds), name=name
        )
    return kinds[name]


def _number(text: str) -> Fraction:
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def _member(
    text: str, name: str, op: str, rest: list[tuple[str, str]], kind: FigureKind | None
) -> Member:
    if kind not in (FigureKind.FLAG, FigureKind.CATEGORY):
        raise ConditionError(f"{name!r} is not a flag or a category, which == and in [...] compare")
    if op == "in":
        if len(rest) < 3 or rest[0] != ("op", "[") or rest[-1] != ("op", "]"):
            raise ConditionError("after in there must be a list in brackets")
        items = [token for place, token in enumerate(rest[1:-1]) if place % 2 == 0]
        if any(token != ("op", ",") for place, token in enumerate(rest[1:-1]) if place % 2):
            raise ConditionError("a list in brackets must be separated by commas")
    elif op in ("==", "!=") and len(rest) == 1:
        items = rest
    else:
        raise ConditionError(f"a flag or a category takes == != or in, not {op!r}")
    if any(sort not in ("name", "quoted", "number") for sort, _ in items):
        raise ConditionError("a list in brackets must hold names or quoted text")
    if kind is FigureKind.FLAG:
        if any(value not in _FLAGS for _, value in items):
            raise ConditionError(f"{name!r} is a flag: compare it with true or false")
        return Member(text, (name,), tuple(_FLAGS[value] for _, value in items), op == "!=", kind)
    return Member(text, (name,), tuple(value for _, value in items), op == "!=", kind)


def _bound(text: str, name: str, op: str, rest: list[tuple[str, str]], kind: FigureKind) -> Bound:
    negative = rest[:1] == [("op", "-")]
    rest = rest[1:] if negative else rest
    if len(rest) != 1 or rest[0][0] != "number":
        raise ConditionError(f"{name!r} is a {kind.value}: compare it with one number")
    number = _number(rest[0][1])
    try:
        return Bound(text, (name,), op, float(-number if negative else number), kind)
    except OverflowError:
        raise ConditionError(f"{rest[0][1][:20]!r}... is more than a float holds") from None


def _form(
    tokens: list[tuple[str, str]], kinds: Mapping[str, FigureKind]
) -> tuple[dict[str, Fraction], Fraction]:
    """``[number *] name`` and numbers, joined by + and -."""
    terms: dict[str, Fraction] = {}
    constant = Fraction(0)
    at, sign = 0, 1
    if tokens[:1] == [("op", "-")]:
        at, sign = 1, -1
    while True:
        if at >= len(tokens):
            raise ConditionError("a term is missing")
        sort, value = tokens[at]
        if sort == "number" and tokens[at + 1 : at + 2] == [("op", "*")]:
            if at + 2 >= len(tokens):
                raise ConditionError("a name is missing after *")
            _kind_of(tokens[at + 2], kinds)
            name = tokens[at + 2][1]
            terms[name] = terms.get(name, Fraction(0)) + sign * _number(value)
            at += 3
        elif sort == "number":
            if value.endswith("%"):
                raise ConditionError(f"write what {value} is a share of: {value} * name")
            constant += sign * _number(value)
            at += 1
        elif sort == "name":
            _kind_of((sort, value), kinds)
            terms[value] = terms.get(value, Fraction(0)) + sign
            at += 1
        else:
            raise ConditionError(f"cannot read {value!r} here")
        if at == len(tokens):
            return terms, constant
        if tokens[at] not in (("op", "+"), ("op", "-")):
            raise ConditionError(f"cannot read {tokens[at][1]!r} here")
        sign = 1 if tokens[at][1] == "+" else -1
        at += 1


def _linear(
    text: str,
    left: tuple[dict[str, Fraction], Fraction],
    right: tuple[dict[str, Fraction], Fraction],
    op: str,
    kinds: Mapping[str, FigureKind],
    digits: int,
    bases: frozenset[str],
) -> Linear:
    names = tuple(dict.fromkeys([*left[0], *right[0]]))
    if not names:
        raise ConditionError("must name at least one figure")
    sorts = {kinds[name] for name in names}
    if len(sorts) != 1 or not next(iter(sorts)).exact:
        listed = ", ".join(f"{name} is {kinds[name].value}" for name in names)
        raise ConditionError(f"all terms must be of one exact kind ({listed})")
    kind = sorts.pop()
    unit = 10**digits if kind is FigureKind.MONEY else 1
    fractions = [*left[0].values(), *right[0].values(), left[1] * unit, right[1] * unit]
    scale = lcm(*(fraction.denominator for fraction in fractions))
    share = not right[1] and len(right[0]) == 1 and bases >= right[0].keys() and op in ("<=", "<")
    return Linear(
        text,
        names,
        tuple((name, int(c * scale)) for name, c in left[0].items()),
        tuple((name, int(c * scale)) for name, c in right[0].items()),
        int(left[1] * unit * scale),
        int(right[1] * unit * scale),
        op,
        scale,
        kind,
        share,
    )


def _holds(op: str, margin: int) -> bool:
    """Whether ``left op right`` holds, given ``right - left``."""
    if op == "<=":
        return margin >= 0
    if op == "<":
        return margin > 0
    if op == ">=":
        return margin <= 0
    if op == ">":
        return margin < 0
    return (margin == 0) == (op == "==")


def _compare(op: str, left: Any, right: Any) -> Any:
    if op == "<=":
        return left <= right
    if op == "<":
        return left < right
    if op == ">=":
        return left >= right
    if op == ">":
        return left > right
    return left == right if op == "==" else left != right


def _holds_columns(
    op: str, left: npt.NDArray[Any], right: npt.NDArray[Any]
) -> npt.NDArray[np.bool_]:
    return np.asarray(_compare(op, left, right), dtype=bool)


def _linear_sum(
    forms: Sequence[tuple[npt.NDArray[np.int64], int]], constant: int, rows: int
) -> npt.NDArray[Any]:
    """``sum(coefficient * column) + constant``, in 64 bits where that is safe, else in Python integers."""
    bound = abs(constant)
    for values, coefficient in forms:
        largest = max(abs(int(values.max())), abs(int(values.min()))) if rows else 0
        bound += largest * abs(coefficient)
    total: npt.NDArray[Any] = np.full(
        rows, constant, dtype=np.int64 if bound <= LARGEST else object
    )
    for values, coefficient in forms:
        total = total + values.astype(total.dtype) * coefficient
    return total
