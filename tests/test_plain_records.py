"""Plain data of every record: it comes back equal, and what cannot be read is told with all its faults.

JSON that nobody has written with `to_dict` is either a record or one of our errors, however wrong it
is and in however many places.
"""

from __future__ import annotations

import copy
import importlib
import json
import math
import pickle
import pkgutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditkit as ck
from creditkit._deferred import Deferred
from creditkit._plain import Record, from_plain, members_reader, tagged, to_plain, untagged
from creditkit.canonical import canonical
from creditkit.errors import MOST_FAULTS, InvalidFacts
from creditkit.figures import UNDEFINED
from tests import doors, entries
from tests.records import RECORDS

USUAL = settings().max_examples  # a law of all records at once is tried more often
NAMES = [kind.__name__ for kind in RECORDS]
every_record = pytest.mark.parametrize("record", RECORDS.values(), ids=NAMES)


def classes() -> set[type]:
    """Every record of the library."""
    for module in pkgutil.walk_packages(ck.__path__, "creditkit."):
        if not module.name.startswith("creditkit.frames"):
            importlib.import_module(module.name)
    found: list[type] = [Record]
    for kind in found:
        found += kind.__subclasses__()
    ours = {kind for kind in found if kind.__module__.startswith("creditkit.")}
    return {kind for kind in ours if "__attrs_attrs__" in vars(kind)}


def test_every_record_is_among_them_and_has_a_schema_of_its_own() -> None:
    assert classes() == set(RECORDS)
    schemas = [kind.schema for kind in RECORDS]  # type: ignore[attr-defined]
    assert all(schemas) and len(set(schemas)) == len(schemas)


@every_record
def test_a_record_comes_back_equal(record: Any) -> None:
    plain = record.to_dict()
    canonical(plain)
    through_text = json.loads(json.dumps(plain))
    assert through_text == plain
    again = type(record).from_dict(through_text)
    assert again == record and again.to_dict() == plain
    assert list(again.to_dict()) == list(plain)  # also the order of the keys


# What the words of plain data are


@attrs.frozen(kw_only=True)
class Part(Record):
    schema: ClassVar[str] = "test.part/1"

    days: int


@attrs.frozen(kw_only=True)
class Whole(Record):
    """A field of every sort that a record can have."""

    schema: ClassVar[str] = "test.whole/1"

    text: str
    number: float | None = None
    flag: bool | None = None
    day: date | None = None
    paid: ck.Money | None = None
    line: ck.Money | ck.Line | None = None
    ratio: Fraction | None = None
    exact: Decimal | None = None
    mode: ck.LineMode = ck.LineMode.PERMANENT
    word: Literal["a", "b"] = "a"
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    pair: tuple[str, int] = ("", 0)
    named: dict[str, ck.Money] = attrs.field(factory=dict)
    nothing: None = None
    rates: ck.Rates | None = None
    any: Any = attrs.field(default=None, metadata={"tagged": True})
    figures: tuple[tuple[str, Any], ...] = attrs.field(default=(), metadata={"tagged": "pairs"})
    _late: Deferred[tuple[str, ...]] = attrs.field(default=Deferred.of(()), alias="late")


FULL = Whole(
    text="t",
    number=1.5,
    flag=True,
    day=date(2026, 11, 21),
    paid=ck.Money("-0.05", "CNY"),
    line=ck.Line.NONE,
    ratio=Fraction(3, 20),
    exact=Decimal("0.10"),
    mode=ck.LineMode.ADDS,
    word="b",
    part=Part(days=3),
    parts=(Part(days=1), Part(days=2)),
    pair=("a", 1),
    named={"JPY": ck.Money(7, "JPY")},
    rates=entries.RATES,
    any=UNDEFINED,
    figures=(("a", ck.Money("5", "CNY")), ("b", "none"), ("c", ("x", "y"))),
    late=Deferred(lambda: ("later",)),
)
PLAIN = {
    "schema": "test.whole/1",
    "text": "t",
    "number": 1.5,
    "flag": True,
    "day": "2026-11-21",
    "paid": "-0.05 CNY",
    "line": "none",
    "ratio": "3/20",
    "exact": "0.10",
    "mode": "adds",
    "word": "b",
    "part": {"days": 3},
    "parts": [{"days": 1}, {"days": 2}],
    "pair": ["a", 1],
    "named": {"JPY": "7 JPY"},
    "nothing": None,
    "rates": entries.RATES.to_dict(),
    "any": {"undefined": "undefined"},
    "figures": {"a": {"money": "5.00 CNY"}, "b": "none", "c": {"list": ["x", "y"]}},
    "late": ["later"],
}


def test_a_new_record_has_nothing_to_write() -> None:
    assert FULL.to_dict() == PLAIN
    assert Whole.from_dict(PLAIN) == FULL
    assert Whole.from_dict({"schema": "test.whole/1", "text": "t"}) == Whole(text="t")


WRONG: dict[str, tuple[Any, str]] = {
    "text": (5, "must be text"),
    "number": (True, "must be a number"),
    "flag": (1, "must be true or false"),
    "day": ("2026-02-30", "must be a date such as '2026-11-21'"),
    "paid": ("1.005 CNY", "must be money such as '480000.00 CNY'"),
    "line": ("some", "must be money such as '480000.00 CNY'"),
    "ratio": ("1/0", "must be a ratio such as '3/20'"),
    "exact": ("a tenth", "must be an exact number such as '0.15'"),
    "mode": ("add", "must be one of permanent, replaces, adds"),
    "word": ("c", "must be one of a, b"),
    "part": ([3], "must be a mapping"),
    "parts": ({"days": 3}, "must be a list"),
    "pair": (["a"], "must have 2 entries"),
    "named": ([], "must be a mapping"),
    "nothing": (0, "must be null"),
    "rates": ("7.10", "must be a mapping"),
    "any": ({"money": "5 CNY", "line": "none"}, "cannot be read"),
    "figures": (None, "must be a mapping"),
    "late": ("later", "must be a list"),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_fault_is_told_as_it_is(name: str) -> None:
    value, rule = WRONG[name]
    with pytest.raises(ck.InvalidFact) as caught:
        Whole.from_dict({**PLAIN, name: value})
    error = caught.value
    assert type(error) is ck.InvalidFact and error.faults == (error,)
    assert (error.path, error.rule, error.value) == (f"whole.{name}", rule, value)


def test_every_fault_is_told_at_once() -> None:
    wrong = {name: value for name, (value, _) in WRONG.items()}
    with pytest.raises(ck.InvalidFact) as caught:
        Whole.from_dict({**PLAIN, **wrong, "flga": True})
    error = caught.value
    assert isinstance(error, InvalidFacts) and error.path == "whole"
    told = {fault.path: (fault.value, fault.rule) for fault in error.faults}
    unknown = told.pop("whole.flga")
    assert told == {f"whole.{name}": pair for name, pair in WRONG.items()}
    assert unknown[1] == "is not known"
    lines = str(error).splitlines()
    assert lines[0] == f"whole has {len(WRONG) + 1} faults:"
    assert lines[1] == "  whole.text must be text (got 5)"
    assert lines[-1] == "  whole.flga is not known; did you mean 'flag'?"
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) and type(again) is InvalidFacts


def test_a_field_of_no_plain_form_is_a_fault_of_its_class() -> None:
    @attrs.frozen(kw_only=True)
    class Odd(Record):
        value: set[str]

    with pytest.raises(TypeError, match=r"plain data has no form for set\[str\]"):
        Odd.from_dict({"schema": "", "value": []})
    with pytest.raises(ck.InvalidFact, match="set has no plain form"):
        Odd(value={"a"}).to_dict()


# All faults at once, in every record


def places(
    data: Any, path: str, keys: tuple[Any, ...] = ()
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every place of a value that is read by itself: its path, and the keys that lead to it."""
    if keys:
        yield path, keys
    if isinstance(data, dict) and "schema" not in data and not TAGS & data.keys():
        for name, value in data.items():
            yield from places(value, f"{path}.{name}", (*keys, name))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from places(value, f"{path}[{index}]", (*keys, index))


TAGS = {"money", "date", "line", "undefined", "list"}
NO_VALUE: Any = [[[0]]]
"""What no field can be."""


@settings(max_examples=4 * USUAL)
@given(st.sampled_from(list(RECORDS.values())), st.data())
def test_every_planted_fault_is_named_and_no_other(record: Any, data: Any) -> None:
    kind = type(record)
    plain = json.loads(json.dumps(record.to_dict()))
    del plain["schema"]
    root = ck.errors.fact_name(kind)
    planted: dict[str, tuple[Any, ...]] = {}
    for path, keys in data.draw(st.permutations(list(places(plain, root))))[:9]:
        if not any(keys[: len(k)] == k or k[: len(keys)] == keys for k in planted.values()):
            planted[path] = keys
    for keys in planted.values():
        put(plain, keys, NO_VALUE)
    slips = data.draw(st.lists(st.sampled_from(["idd", "amuont", "x", ""]), unique=True))
    for name in slips:
        plain[name] = None
    with pytest.raises(ck.InvalidFact) as caught:
        kind.from_dict({"schema": kind.schema, **plain, **({} if planted or slips else {"x": 1})})
    wanted = [*planted, *(f"{root}.{name}" for name in slips)] or [f"{root}.x"]
    told = [fault.path for fault in caught.value.faults]
    assert len(told) == len(wanted), (told, wanted)
    for path in wanted:
        assert any(one == path or one.startswith((f"{path}[", f"{path}.")) for one in told), path


def put(data: Any, keys: tuple[Any, ...], value: Any) -> None:
    for key in keys[:-1]:
        data = data[key]
    data[keys[-1]] = value


def test_what_a_fact_refuses_is_told_beside_what_cannot_be_read() -> None:
    plain = ck.Order(id="SO-1", currency="CNY", amount="5", terms="net30").to_dict()
    wrong = {"id": " ", "amount": "-5.00 CNY", "terms": "soon", "placed_on": "today"}
    told = told_of(ck.Order, {**plain, **wrong})
    assert told == {
        "order.id must be text that is not empty",
        "order.amount must not be negative",
        "order.terms must be terms of payment",
        "order.placed_on must be a date such as '2026-11-21'",
    }


def test_a_wrong_currency_is_not_told_again_of_each_amount() -> None:
    plain = ck.Order(id="SO-1", currency="CNY", amount="5", delivered="1").to_dict()
    assert told_of(ck.Order, {**plain, "currency": "RMB"}) == {
        "order.currency must be an ISO 4217 code"
    }
    assert told_of(ck.Order, {**plain, "currency": 7, "delivered": "-1.00 CNY"}) == {
        "order.currency must be text",
        "order.delivered must not be negative",
    }
    assert told_of(ck.Order, {**plain, "currency": "JPY"}) == {
        "order.amount must be in JPY, the currency of its record",
        "order.delivered must be in JPY, the currency of its record",
    }


def test_a_check_of_several_fields_waits_for_them() -> None:
    plain = ck.CreditLine(
        currency="CNY", amount="5", start=date(2026, 1, 1), until=date(2027, 1, 1)
    ).to_dict()
    early = {"until": "2025-01-01"}
    assert told_of(ck.CreditLine, {**plain, **early}) == {
        "credit_line.until must be after 2026-01-01, where the line starts"
    }
    assert told_of(ck.CreditLine, {**plain, **early, "start": "soon"}) == {
        "credit_line.start must be a date such as '2026-11-21'"
    }
    approval = RECORDS[ck.Approval].to_dict()
    same = {"approved_by": approval["requested_by"], "until": approval["approved_on"]}
    assert told_of(ck.Approval, {**approval, **same}) == {
        "approval.approved_by must not be who requested it",
        f"approval.until must be after {approval['approved_on']}",
    }


def told_of(kind: Any, data: Any) -> set[str]:
    with pytest.raises(ck.InvalidFact) as caught:
        kind.from_dict(data)
    faults = caught.value.faults
    assert len({fault.path for fault in faults}) == len(faults)
    return {f"{fault.path} {fault.rule}" for fault in faults}


@pytest.mark.parametrize(
    ("kind", "change", "path"),
    [
        (ck.Customer, {"statement": {"unit": 0}}, "customer.statement.unit"),
        (ck.Customer, {"statement": {"total_assets": "x"}}, "customer.statement.total_assets"),
        (ck.Customer, {"ratings": [{"value": 101}]}, "customer.ratings[0].value"),
        (ck.Customer, {"ratings": [{"vlaue": 1}]}, "customer.ratings[0].vlaue"),
        (ck.CreditAccount, {"line": {"terms": "soon"}}, "credit_account.line.terms"),
        (ck.CreditAccount, {"ledger": {"itms": {}}}, "credit_account.ledger.itms"),
        (ck.CreditAccount, {"ledger": {"schema": 1}}, "credit_account.ledger.schema"),
        (ck.CollectionTask, {"reasons": [{"code": "x.y"}]}, "collection_task.reasons[0].code"),
        (Whole, {"rates": {"table": {"USD": "x"}}}, "whole.rates.table.USD"),
        (Whole, {"figures": {"a": {"money": "5"}}}, "whole.figures.a"),
        (Whole, {"named": {"JPY": "1.5 JPY"}}, "whole.named.JPY"),
        (Whole, {"parts": [{"days": 1}, {"days": "1"}]}, "whole.parts[1].days"),
        (Whole, {"figures": {"c": {"list": ["a", 1]}}}, "whole.figures.c[1]"),
    ],
)
def test_a_path_leads_to_the_fault_however_deep(kind: Any, change: Any, path: str) -> None:
    plain = merged((FULL if kind is Whole else RECORDS[kind]).to_dict(), change)
    with pytest.raises(ck.InvalidFact) as caught:
        kind.from_dict(plain)
    assert [fault.path for fault in caught.value.faults] == [path]


def merged(data: Any, change: Any) -> Any:
    if isinstance(data, dict) and isinstance(change, dict):
        return {**data, **{name: merged(data.get(name), one) for name, one in change.items()}}
    if isinstance(data, list) and isinstance(change, list):
        return [*(merged(a, b) for a, b in zip(data, change, strict=False)), *change[len(data) :]]
    return change


def test_very_many_faults_are_cut() -> None:
    read = Whole.from_dict
    for change in (
        {"parts": [{"days": "x"}] * 10**5},
        {"named": {f"{n}": 1 for n in range(10**4)}},
    ):
        with pytest.raises(ck.InvalidFact) as caught:
            read({**PLAIN, **change, "text": 5})
        assert len(caught.value.faults) == MOST_FAULTS
        assert str(caught.value).startswith(f"whole has {MOST_FAULTS} or more faults:\n")


def test_no_number_is_worked_out_that_was_never_written() -> None:
    for text in ("1e999999999", "1E9", "-1e-999999999/3"):
        assert told_of(Whole, {**PLAIN, "ratio": text}) == {
            "whole.ratio must be a ratio such as '3/20'"
        }
    assert Whole.from_dict({**PLAIN, "ratio": "0.15"}).ratio == Fraction(3, 20)
    for text in ("NaN", "-Infinity"):
        assert told_of(Whole, {**PLAIN, "exact": text}) == {
            "whole.exact must be an exact number such as '0.15'"
        }


def test_nan_is_not_known_and_infinity_no_number() -> None:
    nothing = Whole.from_dict({**PLAIN, "number": math.nan, "day": math.nan, "line": math.nan})
    assert (nothing.number, nothing.day, nothing.line) == (None, None, None)
    assert told_of(Whole, {**PLAIN, "text": math.nan}) == {"whole.text must be text"}
    for value in (math.inf, -math.inf, 10**400):
        assert told_of(Whole, {**PLAIN, "number": value}) == {"whole.number must be a number"}
    for value in (math.nan, math.inf):
        assert told_of(Whole, {**PLAIN, "any": value}) == {"whole.any cannot be read"}
    assert to_plain(math.nan) is None and to_plain(math.inf) is None


def test_nesting_without_end_is_refused_both_ways() -> None:
    start = ck.Statement(currency="CNY", period_end=date(2025, 12, 31))
    plain: dict[str, Any] = {"currency": "CNY", "period_end": "2025-12-31"}
    record, data = start, plain
    for _ in range(2000):
        record, data = attrs.evolve(start, previous=record), {**plain, "previous": data}
    with pytest.raises(ck.InvalidFact, match="statement must not be nested without end"):
        ck.Statement.from_dict({"schema": ck.Statement.schema, **data})
    with pytest.raises(ck.InvalidFact, match="statement must not be nested without end"):
        record.to_dict()
    loop: dict[str, Any] = {"schema": ck.Statement.schema, **plain}
    loop["previous"] = loop
    with pytest.raises(ck.InvalidFact):
        ck.Statement.from_dict(loop)
    rated: Any = {"list": []}
    rated["list"].append(rated)
    with pytest.raises(ck.InvalidFact):
        untagged(rated, "value")


def test_an_object_of_no_record_is_read_by_its_members() -> None:
    read = members_reader("note", {"code": str, "values": dict[str, Annotated[Any, "tagged"]]})
    assert read({"code": "a", "values": {"b": tagged(ck.Line.NONE)}}) == {
        "code": "a",
        "values": {"b": ck.Line.NONE},
    }
    with pytest.raises(ck.InvalidFact) as caught:
        read({"cdoe": "a", "values": {"b": [], 7: 1}})
    assert {fault.path for fault in caught.value.faults} == {
        "note.code",
        "note.cdoe",
        "note.values",
    }
    with pytest.raises(ck.InvalidFact, match="note must be a mapping"):
        read([])


def test_keys_that_are_no_text_are_refused() -> None:
    assert told_of(Part, {"schema": "test.part/1", "days": "3", 7: 1, None: 2} | {}) == {
        "part must have text as keys"
    }


@given(st.sampled_from(["1e3 CNY", ".5 CNY", "5. CNY", "+5 CNY", "-.5 CNY", "007 JPY", "5. JPY"]))
def test_money_is_read_as_it_is_everywhere(text: str) -> None:
    amount, currency = text.split()
    assert from_plain(ck.Money, text, "paid") == ck.Money(amount, currency)


@pytest.mark.parametrize(
    "text", ["", " CNY", "5", "5CNY", "5 cny", "５ CNY", "5 CNY ", "5  CNY", "1_0 CNY", "1,000.00 CNY",
             "--5 CNY", "5.0.0 CNY", "1.005 CNY", "1.5 JPY", "99999999999999999999 CNY", "NaN CNY"]
)  # fmt: skip
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(ck.InvalidFact, match="paid must be money such as"):
        from_plain(ck.Money, text, "paid")


# Anything at all


JUNK: list[Any] = [
    *(None, True, False, 0, -1, 3, 10**30, 10**400, 0.5, -0.0, math.nan, math.inf),
    *("", " ", "x", "贸易", "\ud800", "a\0", "CNY", "none", "2026-11-21", "2026-13-01", "net30"),
    *("5 CNY", "1e400 CNY", "-5.00 CNY", "1/0", "1e999999999", "5/3", "warn", "adds", "payment"),
    *([], {}, [None], ["x"], [[]], {"x": 1}, {"": None}, [["a", "b", "c"]], [1, "a", None]),
    *({"money": "5 CNY"}, {"line": "none"}, {"list": ["a"]}, {"list": [1]}, {"date": "2026-01-01"}),
    *({"undefined": "undefined"}, {"state": "invalid"}, {"state": "unlimited"}, {"state": "known"}),
]


@st.composite
def mutated(draw: st.DrawFn, plain: Any) -> Any:
    """Plain data with one to four changes: other values, parts gone, more keys, parts elsewhere."""
    plain = copy.deepcopy(plain)
    for _ in range(draw(st.sampled_from([1, 1, 2, 4]))):
        keys = draw(st.sampled_from(list(_every(plain)) or [()]))
        if not keys:
            return draw(st.sampled_from(JUNK))
        holder = plain
        for key in keys[:-1]:
            holder = holder[key]
        change = draw(st.sampled_from(["junk", "junk", "gone", "more", "elsewhere"]))
        if change == "gone":
            del holder[keys[-1]]
        elif change == "more" and isinstance(holder, dict):
            name = draw(st.sampled_from(["x", "schema", "id", "", "state"]))
            holder[name] = copy.deepcopy(draw(st.sampled_from(JUNK)))
        elif change == "more":
            holder.append(copy.deepcopy(draw(st.sampled_from([*JUNK, holder[0]]))))
        elif change == "elsewhere":
            other: Any = plain
            for key in draw(st.sampled_from(list(_every(plain)))):
                other = other[key]
            holder[keys[-1]] = copy.deepcopy(other)
        else:
            holder[keys[-1]] = copy.deepcopy(draw(st.sampled_from(JUNK)))
    return plain


def _every(data: Any, keys: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if keys:
        yield keys
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _every(value, (*keys, key))


OTHERS: list[Any] = [
    *(entries.RATES, entries.LEDGER, entries.PORTFOLIO, entries.STATEMENTS, entries.DEBTORS),
    *(entries.DECISION.reasons[0], ck.ageing(entries.LEDGER, as_of=date(2026, 11, 21))),
    *(doors.QUEUE, doors.PLAN),
    *(ck.worklist(entries.DEBTORS), ck.CreditLines.of([entries.LINE])),
    entries.POLICY.decide(entries.PORTFOLIO, as_of=date(2026, 11, 21)),
]


@settings(max_examples=8 * USUAL)
@given(st.sampled_from([*RECORDS.values(), *OTHERS]), st.data())
def test_json_is_a_record_or_an_error_of_ours(record: Any, data: Any) -> None:
    kind = type(record)
    plain = data.draw(mutated(json.loads(json.dumps(record.to_dict()))))
    try:
        read = kind.from_dict(plain)
    except ck.CreditkitError as error:
        said(error)
        return
    written = read.to_dict()
    again = kind.from_dict(written)
    assert again.same_as(read) if hasattr(read, "same_as") else again == read
    assert again.to_dict() == written
    pages = [getattr(read, name) for name in ("explain", "to_html") if hasattr(read, name)]
    for show in (read.__repr__, read.__str__, *pages):
        try:
            show()
        except ck.CreditkitError as error:
            said(error)


def said(error: ck.CreditkitError) -> None:
    """Each fault has a path and a rule, and can be printed."""
    assert isinstance(error, ck.InvalidFact)
    for fault in error.faults:
        assert fault.path and fault.rule and type(fault) is not InvalidFacts
        str(fault).encode("utf-8")
    assert str(error).startswith(error.path[:1])
