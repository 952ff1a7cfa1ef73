"""Laws of text in columns: nothing is lost, and what stands under each other begins or ends together."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit import Ledger, OpenItem, ageing
from creditkit._layout import table, width

word = st.text("ab1-逾期（·", min_size=1, max_size=6)
tables = st.integers(1, 4).flatmap(
    lambda columns: st.lists(
        st.lists(word, min_size=columns, max_size=columns), min_size=1, max_size=5
    )
)


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("C-1", 3), ("账龄", 4), ("Z值", 3), ("（）", 4), ("—é", 2)]
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns  # counted by eye in a terminal


def starts(line: str) -> list[int]:
    """In which column of the terminal each word begins."""
    return [
        width(line[:at])
        for at, character in enumerate(line)
        if character != " " and (not at or line[at - 1] == " ")
    ]


@given(tables, st.sets(st.integers(0, 3)), st.integers(0, 3))
def test_columns_stand_under_each_other(
    rows: list[list[str]], right: set[int], indent: int
) -> None:
    lines = table(rows, indent=indent, right=right)
    assert [line.split() for line in lines] == rows
    assert min(starts(line)[0] for line in lines) == indent
    for place in range(len(rows[0])):
        edges = {
            starts(line)[place] + (width(row[place]) if place in right else 0)
            for line, row in zip(lines, rows, strict=True)
        }
        assert len(edges) == 1


def test_nothing_to_lay_out() -> None:
    assert table([]) == []
    assert table([["a", ""], ["b", ""]]) == ["a", "b"]


def test_an_ageing_with_chinese_names() -> None:
    names = "宁波远洋进出口有限公司", "C-2"
    items = [
        OpenItem(id=name, account=name, currency="CNY", kind="invoice", amount=5, doc_date="2026-09-01")
        for name in names
    ]  # fmt: skip
    _, head, *rows = str(ageing(Ledger.of(items), as_of=date(2026, 11, 21))).splitlines()
    assert {width(row) for row in rows[:3]} == {width(head)}
