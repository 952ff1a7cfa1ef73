"""`check_model` passes what keeps the contract, and names what does not."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from creditkit.figures import FIGURES, UNDEFINED, Figure, FigureKind, Value
from creditkit.models import altman
from creditkit.models.contract import Columns, Part, Score, Scores, ScoringModel
from creditkit.models.formula import FormulaModel
from creditkit.models.scorecard import Bin, Factor, Scorecard
from creditkit.testing import ContractBroken, Fault, check_model

PUBLISHED = [value for value in vars(altman).values() if isinstance(value, FormulaModel)]


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: model.id)
def test_published_models_keep_it(model: FormulaModel) -> None:
    check_model(model)


CARD = Scorecard(
    id="card.2026",
    low=300.0,
    high=850.0,
    factors=(
        Factor(
            figure="z2",
            weight=Fraction(1, 4),
            bins=(Bin(points=Fraction(100), at_least=2.6), Bin(points=Fraction(7))),
        ),
        Factor(
            figure="industry",
            weight=Fraction(1, 4),
            bins=(Bin(points=Fraction(100), names=("trade", "retail")), Bin(points=Fraction(3))),
            missing="keep",
        ),
        Factor(
            figure="audited",
            weight=Fraction(1, 8),
            bins=(Bin(points=Fraction(100), names=("true",)), Bin(points=Fraction(0))),
            missing="points",
            missing_points=Fraction(20),
        ),
        Factor(
            figure="overdue",
            weight=Fraction(1, 8),
            bins=(Bin(points=Fraction(100), at_most=0), Bin(points=Fraction(0))),
        ),
        Factor(
            figure="oldest_overdue_days",
            weight=Fraction(1, 8),
            bins=(Bin(points=Fraction(100), at_most=30), Bin(points=Fraction(0))),
        ),
        Factor(
            figure="on_time_share",
            weight=Fraction(1, 8),
            bins=(Bin(points=Fraction(100), at_least=0.9), Bin(points=Fraction(0))),
            missing="error",
        ),
    ),
)


def test_a_scorecard_keeps_it() -> None:
    assert {FIGURES[name].kind for name in CARD.needs} >= {
        FigureKind.SCORE,
        FigureKind.CATEGORY,
        FigureKind.FLAG,
        FigureKind.MONEY,
        FigureKind.DAYS,
        FigureKind.RATIO,
    }
    check_model(CARD)
    check_model(CARD, figures={"industry": ("trade", "mining"), "z2": (1, 2.5)})


# ------------------------------------------------------------------------------ a model of a host


class Bureau:
    """Keeps the contract; the others break one rule each."""

    id = "bureau.2026"
    needs: Any = ("dso", "rank")

    def score(self, figures: Mapping[str, Value], /) -> Score:
        missing = tuple(name for name in self.needs if figures.get(name) is None)
        undefined = tuple(name for name in self.needs if figures.get(name) is UNDEFINED)
        if missing or undefined:
            return Score(model=self.id, value=None, missing=missing, undefined=undefined)
        return self.computed([1.0, *(float(figures[name] or 0) for name in self.needs)])  # type: ignore[arg-type]

    def computed(self, values: list[float]) -> Score:
        held = [min(max(value, -1e6), 1e6) for value in values]
        total = held[0]
        for value in held[1:]:
            total += value
        parts = tuple(Part(name=str(place), value=value) for place, value in enumerate(held))
        return Score(model=self.id, value=total, parts=parts)


class Columnar(Bureau):
    """With `scores`, row by row."""

    def scores(self, columns: Columns, /) -> Scores:
        rows = [
            {
                name: None
                if columns[name].state(row) == 1
                else UNDEFINED
                if columns[name].state(row) == 2
                else columns[name].values[row].item()
                for name in self.needs
            }
            for row in range(columns.rows)
        ]
        each = [self.score(row) for row in rows]
        return self.made(
            {
                "model": self.id,
                "values": np.array([np.nan if s.value is None else s.value for s in each]),
                "status": np.array(
                    [0 if s.value is not None else 1 if s.missing else 2 for s in each],
                    dtype=np.uint8,
                ),
                "one": lambda row: each[row],
            }
        )

    def made(self, columns: dict[str, Any]) -> Scores:
        return Scores(**columns)


def test_a_host_model_keeps_it() -> None:
    assert isinstance(Bureau(), ScoringModel)
    check_model(Bureau())
    check_model(Columnar())
    rank = Figure(name="rank", kind=FigureKind.COUNT, en="Rank", zh="名次", meaning="", low=1)
    check_model(Columnar(), figures={"rank": rank})


def test_it_is_the_same_at_every_run() -> None:
    seen: list[list[str]] = []
    for _ in range(2):
        inputs: list[str] = []

        class Watched(Bureau):
            def score(self, figures: Mapping[str, Value], /, inputs: Any = inputs) -> Score:
                inputs.append(repr(figures))
                return super().score(figures)

        check_model(Watched())
        seen.append(inputs)
    assert seen[0] == seen[1]
    text = "".join(seen[0])
    for extreme in ("None", "Undefined", "1e+300", "5e-324", "-0.0", "-1.0", "0.0"):
        assert extreme in text


# ------------------------------------------------------------------------------------ broken ones


def with_score(change: Callable[[Score, Mapping[str, Value]], Any], kind: type = Bureau) -> Any:
    class Broken(kind):  # type: ignore[misc]
        def score(self, figures: Mapping[str, Value], /) -> Any:
            return change(super().score(figures), figures)

    return Broken()


def with_attribute(name: str, value: object) -> Any:
    return type("Broken", (Bureau,), {name: value})()


def with_columns(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    class Broken(Columnar):
        def made(self, columns: dict[str, Any]) -> Scores:
            return super().made(change(columns))

    return Broken()


def changed(score: Score, **values: Any) -> Score:
    own = {name: getattr(score, name) for name in ("model", "value", "parts", "zone", "coverage")}
    return Score(**{**own, "missing": score.missing, "undefined": score.undefined, **values})


def counted() -> Any:
    calls: list[int] = []

    def change(score: Score, _: Mapping[str, Value]) -> Score:
        calls.append(1)
        return changed(score, flags=(f"call:{len(calls)}",))

    return with_score(change)


def raises(error: Exception) -> Any:
    def change(score: Score, figures: Mapping[str, Value]) -> Score:
        if figures.get("rank") is None:
            raise error
        return score

    return with_score(change)


def changing_inputs() -> Any:
    def change(score: Score, figures: Any) -> Score:
        figures["dso"] = 0.0
        return score

    return with_score(change)


def computed(score: Score, **values: Any) -> Score:
    return score if score.value is None else changed(score, **values)


def uneven(columns: dict[str, Any]) -> dict[str, Any]:
    return {**columns, "values": columns["values"][:-1], "status": columns["status"][:-1]}


def by_place(columns: dict[str, Any]) -> dict[str, Any]:
    """Right in every short column, wrong past the first block."""
    values = columns["values"].copy()
    values[32_768:] += 1.0
    return {**columns, "values": values}


BROKEN: dict[str, tuple[Any, str]] = {
    "id without a version": (with_attribute("id", "bureau"), "id must be text with a version"),
    "no id": (with_attribute("id", None), "id must be text with a version"),
    "needs one text": (with_attribute("needs", "dso"), "needs must be a tuple of names"),
    "needs nothing": (with_attribute("needs", ()), "needs must be a tuple of names"),
    "needs no names": (with_attribute("needs", ("a b",)), "needs must be a tuple of names"),
    "no score": (with_attribute("score", None), "score must be a method"),
    "raises on None": (raises(KeyError("rank")), "score must not raise"),
    "changes its inputs": (changing_inputs(), "score must leave the figures"),
    "impure": (counted(), "score must give the same for the same figures"),
    "depends on the order of keys": (
        with_score(lambda s, f: changed(s, flags=tuple(f)[:1])),
        "score must give the same in any order of the keys",
    ),
    "depends on other figures": (
        with_score(lambda s, f: changed(s, flags=("extra",) if "dso_rise" in f else ())),
        "score must give the same beside figures",
    ),
    "absent is not None": (
        with_score(lambda s, f: changed(s, flags=() if "rank" in f else ("absent",))),
        "score must give the same for a figure that is absent",
    ),
    "returns a number": (with_score(lambda s, f: s.value), "score must return a Score"),
    "another id": (with_score(lambda s, f: changed(s, model="x.1")), "score.model must be"),
    "missing what is known": (
        with_score(lambda s, f: changed(s, missing=("dso",))),
        "score.missing must name inputs that are None",
    ),
    "coverage": (
        with_score(lambda s, f: changed(s, coverage=Fraction(2))),
        "score.coverage must be a Fraction from 0 to 1",
    ),
    "numpy parts": (
        with_score(lambda s, f: computed(s, parts=(Part(name="a", value=np.float64(s.value)),))),  # type: ignore[arg-type]
        "score.parts must have finite Python floats",
    ),
    "not a number": (
        with_score(lambda s, f: computed(s, value=float("nan"))),
        "score.value must be None or a finite Python float",
    ),
    "parts do not add up": (
        with_score(lambda s, f: computed(s, parts=(*s.parts, Part(name="rest", value=0.5)))),
        "score.value must be the sum of its parts",
    ),
    "no parts": (
        with_score(lambda s, f: computed(s, parts=())),
        "score.value must be the sum of its parts",
    ),
    "no reason": (
        with_score(lambda s, f: changed(s, missing=(), undefined=())),
        "score.value must say in missing or undefined why",
    ),
    "a zone without a value": (
        with_score(lambda s, f: changed(s, zone="grey")),
        "score.zone must be None",
    ),
    "many differs by a bit": (
        with_columns(lambda c: {**c, "values": np.nextafter(c["values"], np.inf)}),
        "scores.values must be equal to the value of score",
    ),
    "status of many": (
        with_columns(lambda c: {**c, "status": c["status"] * 0}),
        "scores.status must be that of score",
    ),
    "zones of many": (
        with_columns(
            lambda c: {
                **c,
                "zones": np.zeros(len(c["values"]), dtype=np.int8),
                "zone_names": ["grey"],
            }
        ),
        "scores.zones must be those of score",
    ),
    "coverage of many": (
        with_columns(
            lambda c: {**c, "known_weight": np.ones(len(c["values"]), dtype=np.int64) * 0}
        ),
        "scores.known_weight must be the coverage of score",
    ),
    "coverage without weights": (
        with_score(lambda s, f: changed(s, coverage=Fraction(1, 2)), Columnar),
        "scores.known_weight must be given where coverage is below 1",
    ),
    "rows of many": (
        with_columns(lambda c: {**c, "one": lambda row: Score(model="bureau.2026", value=None)}),
        "scores[row] must be the Score of that row",
    ),
    "lengths": (with_columns(uneven), "scores.values must be float64, with a status, for each of"),
    "float32": (
        with_columns(lambda c: {**c, "values": c["values"].astype(np.float32)}),
        "scores.values must be float64",
    ),
    "many raises": (with_columns(lambda c: {}), "scores must not raise"),
    "many returns a column": (
        type("Broken", (Bureau,), {"scores": lambda self, columns: np.zeros(columns.rows)})(),
        "scores must return Scores",
    ),
    "past the first block": (with_columns(by_place), "scores.values must give a row the same"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named(name: str) -> None:
    model, told = BROKEN[name]
    with pytest.raises(ContractBroken, match=re.escape(told)) as caught:
        check_model(model)
    assert isinstance(caught.value, AssertionError)
    assert any(f"{fault.path} {fault.rule}".startswith(told) for fault in caught.value.faults)


def test_everything_broken_is_listed_with_an_example() -> None:
    class Wrong:
        id = "wrong"
        needs = ("dso",)

        def score(self, figures: Mapping[str, Value], /) -> Score:
            return Score(model="other", value=1.0, coverage=Fraction(3))

    with pytest.raises(ContractBroken) as caught:
        check_model(Wrong())
    text = str(caught.value)
    assert text.startswith("wrong breaks the contract of a scoring model in 4 ways:")
    for told in (
        "  id must be text with a version or a year, such as 'bureau.2026' (got 'wrong')",
        "  score.model must be the model's id, 'wrong' (got 'other')",
        "      given {'dso': ",
        "more such inputs",
    ):
        assert told in text
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == text


def test_one_fault_reads_as_one() -> None:
    broken = ContractBroken("a.1", [Fault(path="id", rule="must be text", count=1)])
    assert (
        str(broken) == "a.1 breaks the contract of a scoring model in one way:\n  id must be text"
    )
    with pytest.raises(ContractBroken, match=r"^<.*object at .* breaks the contract"):
        check_model(object())  # type: ignore[arg-type]
