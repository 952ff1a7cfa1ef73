"""What the library answered before the house was rebuilt is what it answers now.

`tests/corpus/corpus.json.gz` holds some 500 decisions, verdicts and watched customers of a dozen
policies, as plain data, made with the last commit before that work by `tests/corpus/make.py`. Each
is asked for again from its recorded facts and must come out equal: outcome, grade, limit, steps,
reasons with their parameters, digests. What is meant to differ stands in `tests/corpus/changed.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import pytest

import creditkit as ck
from tests.corpus import replay
from tests.corpus.changed import CHANGED, KINDS, Change, complaints
from tests.corpus.compare import ABSENT, Difference, differences

CORPUS = replay.read()
RECORDS = {"decision": ck.Decision, "verdict": ck.Verdict, "watched": ck.Watched}

Found = Iterable[tuple[str, Difference]]


@cache
def policies() -> dict[str, ck.Policy]:
    return {entry["name"]: replay.policy_of(entry) for entry in CORPUS["policies"]}


def policy(entry: Any) -> ck.Policy:
    return policies()[entry["policy"]]


def told(record: str, was: Any, now: Any) -> Iterator[tuple[str, Difference]]:
    """The differences between what was recorded and what is now, each with its record."""
    if replay.text(was) != replay.text(now):
        for difference in differences(was, replay.plain(now)):
            yield record, difference


def refuse(kind: str, found: Found) -> None:
    """Fail with every difference of a kind that was not meant, the first of them in full."""
    lines = complaints(kind, found)
    shown = "\n".join(line[:400] for line in lines[:30])
    assert not lines, (
        f"{len(lines)} differences that tests/corpus/changed.py does not name\n{shown}"
    )


# ------------------------------------------------------------------------------ what is answered


def test_policies_keep_their_digests() -> None:
    refuse("policy", each_policy())


def each_policy() -> Found:
    for entry in CORPUS["policies"]:
        now = replay.said_by_policy(policies()[entry["name"]])
        yield from told(entry["name"], entry["result"], now)


def test_decisions_are_what_they_were() -> None:
    refuse("decision", each_decision())


def each_decision() -> Found:
    for place, book in enumerate(CORPUS["decisions"]):
        for row, decision in zip(book["rows"], alone(place), strict=True):
            yield from told(f"{book['id']}/{row['id']}", row["result"], decision.to_dict())
    for table in CORPUS["tables"]:
        run = replay.table(table, policy(table))
        assert len(run) == len(table["rows"])
        for place, row in enumerate(table["rows"]):
            yield from told(f"{table['id']}/{row['id']}", row["result"], run[place].to_dict())
    for row in CORPUS["figures"]:
        yield from told(row["id"], row["result"], replay.supplied(row, policy(row)).to_dict())


@cache
def alone(place: int) -> list[ck.Decision]:
    """The decisions of one book, each customer asked about alone."""
    book = CORPUS["decisions"][place]
    return list(replay.decided(book, policy(book)))


def test_columns_say_the_same_of_every_row() -> None:
    refuse("columns", each_row())


def each_row() -> Found:
    """The columns of each book against its customers as they are decided alone."""
    for number, book in enumerate(CORPUS["decisions"]):
        run = replay.columns(book, policy(book))
        columns, decisions = run.to_columns(), alone(number)
        assert len(run) == len(decisions) > 0
        for place, (row, decision) in enumerate(zip(book["rows"], decisions, strict=True)):
            now = of_row(run, columns, place)
            yield from told(f"{book['id']}/{row['id']}", of_one(decision), now)
    for table in CORPUS["tables"]:
        run = replay.table(table, policy(table))
        columns = run.to_columns()
        for place, row in enumerate(table["rows"]):
            now = of_row(run, columns, place)
            yield from told(f"{table['id']}/{row['id']}", of_one(run[place]), now)


def of_one(decision: ck.Decision) -> dict[str, Any]:
    return {
        "id": decision.customer,
        "outcome": decision.outcome.value,
        "grade": decision.grade or "",
        "score": decision.score,
        "limit": str(decision.limit),
        "terms": "" if decision.terms is None else decision.terms.name,
        "security_required": decision.security_required,
        "approver": decision.approver or "",
        "next_review": str(decision.next_review),
        "reasons": [reason.key for reason in decision.reasons],
    }


def of_row(run: ck.Decisions, columns: dict[str, Any], row: int) -> dict[str, Any]:
    score = float(columns["score"][row])
    return {
        "id": columns["customer"][row],
        "outcome": str(columns["outcome"][row]),
        "grade": str(columns["grade"][row]),
        "score": None if score != score else score,
        "limit": str(run.limit.item(row)),
        "terms": str(columns["terms"][row]),
        "security_required": bool(columns["security_required"][row]),
        "approver": str(columns["approver"][row]),
        "next_review": str(columns["next_review"][row]),
        "reasons": list(run.reasons_of(row)),
    }


def test_verdicts_are_what_they_were() -> None:
    refuse("verdict", each_verdict())


def each_verdict() -> Found:
    for row in CORPUS["verdicts"]:
        yield from told(row["id"], row["result"], replay.checked(row, policy(row)).to_dict())


def test_watched_customers_are_what_they_were() -> None:
    refuse("watched", each_watched())


def each_watched() -> Found:
    for place, book in enumerate(CORPUS["watched"]):
        for row, found in zip(book["rows"], watched(place), strict=True):
            yield from told(f"{book['id']}/{row['id']}", row["result"], found.to_dict())


@cache
def months(place: int) -> list[list[ck.MonthFigures]]:
    """The months of each customer of a book."""
    return [replay.months(row) for row in CORPUS["watched"][place]["rows"]]


@cache
def watched(place: int) -> list[ck.Watched]:
    """What watching each customer of a book alone says."""
    book = CORPUS["watched"][place]
    return list(replay.watched(book, months(place), policy(book)))


def test_a_table_of_months_says_the_same_of_every_customer() -> None:
    refuse("alerts", each_customer())


def each_customer() -> Found:
    for place, book in enumerate(CORPUS["watched"]):
        alerts = replay.alerts(book, months(place), policy(book))
        found = [alerts.watched(row["id"]) for row in book["rows"]]
        for row, one, other in zip(book["rows"], watched(place), found, strict=True):
            yield from told(f"{book['id']}/{row['id']}", one.to_dict(), other.to_dict())
        count = sum(map(len, found))
        yield from told(book["id"], {"alerts": count}, {"alerts": len(alerts)})


# --------------------------------------------------------------------------------- what is kept


def test_recorded_facts_are_read_and_written_as_they_were() -> None:
    refuse("facts", each_fact())


def each_fact() -> Found:
    for here, kind, data in replay.facts(CORPUS):
        yield from told(here, data, kind.from_dict(data).to_dict())


def test_recorded_results_are_read_and_written_as_they_were() -> None:
    """What a house has stored reads whole, and has the digest that lines were granted on."""
    refuse("record", each_record())


def each_record() -> Found:
    for kind, here, row in records():
        read = RECORDS[kind].from_dict(row["result"])
        yield from told(f"{kind}/{here}", row["result"], read.to_dict())
        if isinstance(read, ck.Decision):
            yield from told(f"{kind}/{here}", {"digest": row["digest"]}, {"digest": read.digest})


def records() -> Iterator[tuple[str, str, Any]]:
    """The kind, the id and the row of every recorded result."""
    for book in [*CORPUS["decisions"], *CORPUS["tables"]]:
        for row in book["rows"]:
            yield "decision", f"{book['id']}/{row['id']}", row
    for row in CORPUS["figures"]:
        yield "decision", row["id"], row
    for row in CORPUS["verdicts"]:
        yield "verdict", row["id"], row
    for book in CORPUS["watched"]:
        for row in book["rows"]:
            yield "watched", f"{book['id']}/{row['id']}", row


# ------------------------------------------------------------------- the corpus and its guards


def test_the_corpus_holds_what_it_is_for() -> None:
    count = dict.fromkeys(RECORDS, 0)
    for kind, _, _ in records():
        count[kind] += 1
    assert count["decision"] >= 250 and count["verdict"] >= 150 and count["watched"] >= 100
    used = {
        entry["policy"] for kind in ("decisions", "verdicts", "watched") for entry in CORPUS[kind]
    }
    assert used == {entry["name"] for entry in CORPUS["policies"]} and len(used) >= 13
    ids = [f"{kind}/{here}" for kind, here, _ in records()]
    assert len(set(ids)) == len(ids)


def test_a_change_of_any_kind_is_found() -> None:
    """Each recorded result with one value changed differs in that place and in no other."""
    for kind in RECORDS:
        result = next(row["result"] for one, _, row in records() if one == kind)
        changed = copy.deepcopy(result)
        changed["facts_digest"] = "0" * 64
        [(path, was, now)] = differences(result, changed)
        assert (path, was, now) == ("facts_digest", result["facts_digest"], "0" * 64)
        with pytest.raises(AssertionError, match="facts_digest"):
            refuse(kind, told("one", result, changed))


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 1.0}, [("a", 1, 1.0)]),
        ({"a": 0}, {"a": False}, [("a", 0, False)]),
        ({"a": None}, {}, [("a", None, ABSENT)]),
        ({}, {"a": None}, [("a", ABSENT, None)]),
        ([1, 2], [1], [("1", 2, ABSENT)]),
        ([1], [2, 3], [("0", 1, 2), ("1", ABSENT, 3)]),
        ([{"name": "x"}], {"name": "x"}, [("", [{"name": "x"}], {"name": "x"})]),
        # rows that name themselves are compared by name, in whatever place they stand
        (
            [{"code": "x", "subject": "A", "n": 1}, {"code": "x", "subject": "B", "n": 2}],
            [{"code": "y", "subject": None}, {"code": "x", "subject": "B", "n": 3}],
            [
                ("x:A", {"code": "x", "subject": "A", "n": 1}, ABSENT),
                ("x:B/n", 2, 3),
                ("y", ABSENT, {"code": "y", "subject": None}),
            ],
        ),
        (
            [{"id": "a"}, {"id": "b"}],
            [{"id": "b"}, {"id": "a"}],
            [("(order)", ["a", "b"], ["b", "a"])],
        ),
        # of several rows of one name the first is compared with the first, the second with the second
        (
            [{"name": "x", "n": 1}, {"name": "x", "n": 2}],
            [{"name": "x", "n": 1}],
            [("x#2", {"name": "x", "n": 2}, ABSENT)],
        ),
    ],
)
def test_differences_are_named_by_their_place(was: Any, now: Any, found: Any) -> None:
    assert differences(was, now) == found


FOUND = [
    ("a/1", ("reasons/limit.zero/effect", "refer", "hold")),
    ("a/2", ("reasons/limit.zero/params/left", 1, 2)),
    ("b/1", ("grade", "A", "B")),
]


@pytest.mark.parametrize(
    ("path", "records", "left"),
    [
        ("grade", "*", 2),
        ("reasons/limit.zero/*", "*", 2),
        ("reasons/limit.zero/**", "*", 1),
        ("reasons/**", "a/1", 2),
        ("reasons/**", "a*", 1),
        ("**", "a/1 b/*", 1),
        ("**", "*", 0),
        ("reasons/*", "*", 4),  # fits nothing, so it is one complaint more
        ("**", "c/*", 4),
        ("grad", "*", 4),
    ],
)
def test_a_change_allows_what_it_names_and_nothing_else(path: str, records: str, left: int) -> None:
    change = Change("decision", path, "because", records)
    assert len(complaints("decision", FOUND, [change])) == left
    other = Change("verdict", path, "because", records)
    assert len(complaints("decision", FOUND, [other])) == len(FOUND)


def test_a_change_that_no_record_needs_is_a_complaint() -> None:
    change = Change("decision", "grade", "because")
    assert complaints("decision", [], [change]) == [f"decision: no record needs {change}"]
    assert complaints("decision", FOUND[2:], [change]) == []


def test_every_change_says_of_what_and_why() -> None:
    assert all(change.kind in KINDS and len(change.why) > 20 for change in CHANGED)
