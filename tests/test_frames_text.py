"""Text out of a frame's bytes: document numbers and names as Python has them, by whatever way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("narwhals.stable.v2")
pa = pytest.importorskip("pyarrow", exc_type=ImportError)  # a new one wants a newer numpy

from creditkit import frames  # noqa: E402
from creditkit.frames import _exact  # noqa: E402
from creditkit.frames._exact import TEXTS, _encoded_by_number  # noqa: E402

LETTERS = "A-7é客"
words: Any = st.text(st.sampled_from(LETTERS), max_size=11) | st.text("AB-7", max_size=40)
columns: Any = st.lists(words, max_size=30) | st.lists(st.none() | words, max_size=30)
types: Any = st.sampled_from(
    [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())]
)


def texts_of(values: Any) -> list[str]:
    return ["" if value is None else value for value in values]


@given(columns, types, st.integers(0, 3))
def test_numbers_of_documents_are_what_python_reads(values: Any, kind: Any, cut: int) -> None:
    array = pa.array(values, pa.string()).cast(kind)[cut:]  # a part of a column has an offset
    found = TEXTS["pyarrow"](pa.chunked_array([array]))
    wanted = texts_of(values[cut:])
    if any(not one.isascii() for one in wanted):
        assert found is None
    else:
        assert found is not None
        assert found.tolist() == wanted
    dates = ["2026-09-01"] * len(values)
    book = frames.ledger(
        pa.table({"id": pa.array(values, pa.string()).cast(kind), "account": ["C"] * len(values),
                  "amount": pa.array([5] * len(values), pa.int64()), "doc_date": dates})[cut:],
        constants={"currency": "CNY", "kind": "invoice"},
    )  # fmt: skip
    ids = book.items["id"]
    assert [ids.item(row) or "" for row in range(len(ids))] == [one.strip() for one in wanted]


@given(columns, types, st.integers(0, 3), st.sampled_from([0, 1, _exact._FACTOR]))
def test_names_of_customers_are_what_python_reads(
    values: Any, kind: Any, cut: int, factor: int
) -> None:
    array = pa.array(values, pa.string())[cut:]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_exact, "_LOOKED_AT", 1)  # for as few names as these
        patch.setattr(_exact, "_FACTOR", factor)  # 0: names that end alike have one number
        codes = _exact.CODES["pyarrow"](pa.chunked_array([array.cast(kind)]))
    wanted = values[cut:]
    assert [codes.item(row) for row in range(len(codes))] == wanted
    assert list(codes.names) == list(dict.fromkeys(one for one in wanted if one is not None))


def test_which_names_are_encoded_by_their_numbers() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_exact, "_LOOKED_AT", 4)
        many = ["C-10", "customer number 11", "C-12", "C-13", "C-10", ""]
        encoded = _encoded_by_number(pa.array(many))
        assert encoded.to_pylist() == many
        assert encoded.dictionary.to_pylist() == [*many[:4], ""]
        for other in (
            ["CNY"] * 6,  # few
            many[:4],  # not many rows
            [*many, None],
            [*many, "a\0"],  # the padding would swallow it
            [*many, "x" * 33],
        ):
            assert _encoded_by_number(pa.array(other)) is None
        patch.setattr(_exact, "_FACTOR", 0)
        assert _encoded_by_number(pa.array(["a" * 9, "b" * 8 + "a", "c", "d", "e"])) is None


def test_no_row_is_no_text() -> None:
    for column in (pa.chunked_array([], pa.string()), pa.chunked_array([[""]], pa.string())):
        found = TEXTS["pyarrow"](column)
        assert found is not None
        assert found.tolist() == [""] * len(column)
    assert TEXTS["pyarrow"](pa.chunked_array([pa.array(["a"], pa.string_view())])) is None


def test_text_of_other_engines_is_read_alike() -> None:
    values, wanted = ["INV-1", None, "", "INV-20"], np.array(["INV-1", "", "", "INV-20"])
    polars = pytest.importorskip("polars")
    found = TEXTS["polars"](polars.Series(values))
    assert found is not None
    assert (found == wanted).all()
    pandas = pytest.importorskip("pandas")
    for dtype in (pandas.ArrowDtype(pa.string()), "string[pyarrow]"):
        found = TEXTS["pandas"](pandas.Series(values, dtype=dtype))
        assert found is not None
        assert (found == wanted).all()
    assert TEXTS["pandas"](pandas.Series(values, dtype=object)) is None
