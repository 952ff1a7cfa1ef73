"""RFC 8785: the published vectors, and laws of the canonical form and its digest."""

from __future__ import annotations

import hashlib
import json
import math
import struct

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.canonical import canonical, digest
from creditkit.errors import InvalidFact

# ------------------------------------------- PUB: cyberphone/json-canonicalization, testdata/input

DOCUMENTS = {
    "arrays": (
        '[56,{"d":true,"10":null,"1":[ ]}]',
        '[56,{"1":[],"10":null,"d":true}]',
    ),
    "french": (
        '{"peach":"This sorting order","péché":"is wrong according to French",'
        '"pêche":"but canonicalization MUST","sin":"ignore locale"}',
        '{"peach":"This sorting order","péché":"is wrong according to French",'
        '"pêche":"but canonicalization MUST","sin":"ignore locale"}',
    ),
    "structures": (
        '{"1":{"f":{"f":"hi","F":5},"\\n":56.0},"10":{},"":"empty","a":{},'
        '"111":[{"e":"yes","E":"no"}],"A":{}}',
        '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},'
        '"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
    ),
    "unicode": (
        '{"Unnormalized Unicode":"A\\u030a"}',
        '{"Unnormalized Unicode":"A\u030a"}',
    ),
    "values": (
        r'{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
        r'"string":"\u20ac$\u000F\u000aA'
        r"'"
        r'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}',
        '{"literals":[null,true,false],'
        '"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ),
    "weird": (
        '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\u000a":"Newline","1":"One",'
        '"\\u0080":"Control\\u007f","\\ud83d\\ude02":"Smiley","\\u00f6":"Latin Small Letter O '
        'With Diaeresis","\\ufb33":"Hebrew Letter Dalet With Dagesh",'
        '"</script>":"Browser Challenge"}',
        '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge",'
        '"\u0080":"Control\u007f","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign",'
        '"😂":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ),
}

# PUB: RFC 8785 appendix B and the repository's number vectors
NUMBERS = """
0000000000000000 0
8000000000000000 0
0000000000000001 5e-324
8000000000000001 -5e-324
7fefffffffffffff 1.7976931348623157e+308
ffefffffffffffff -1.7976931348623157e+308
4340000000000000 9007199254740992
c340000000000000 -9007199254740992
4340000000000001 9007199254740994
4340000000000002 9007199254740996
4430000000000000 295147905179352830000
44b52d02c7e14af5 9.999999999999997e+22
44b52d02c7e14af6 1e+23
44b52d02c7e14af7 1.0000000000000001e+23
444b1ae4d6e2ef4e 999999999999999700000
444b1ae4d6e2ef4f 999999999999999900000
444b1ae4d6e2ef50 1e+21
3eb0c6f7a0b5ed8c 9.999999999999997e-7
3eb0c6f7a0b5ed8d 0.000001
41b3de4355555553 333333333.3333332
41b3de4355555554 333333333.33333325
41b3de4355555555 333333333.3333333
41b3de4355555556 333333333.3333334
41b3de4355555557 333333333.33333343
becbf647612f3696 -0.0000033333333333333333
43143ff3c1cb0959 1424953923781206.2
"""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_published_documents(name: str) -> None:
    given_text, wanted = DOCUMENTS[name]
    assert canonical(json.loads(given_text)) == wanted.encode("utf-8")


def test_published_bytes() -> None:
    assert canonical(json.loads(DOCUMENTS["unicode"][0]))[-5:-2] == bytes.fromhex("41cc8a")
    weird = canonical(json.loads(DOCUMENTS["weird"][0]))
    assert weird.startswith(bytes.fromhex("7b225c6e223a224e65776c696e6522"))


@pytest.mark.parametrize("line", NUMBERS.strip().splitlines())
def test_published_numbers(line: str) -> None:
    pattern, wanted = line.split()
    (value,) = struct.unpack(">d", bytes.fromhex(pattern))
    assert canonical(value) == wanted.encode()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (1e-7, b"1e-7"),
        (1.5e-7, b"1.5e-7"),
        (123456789.0, b"123456789"),
        (0.1, b"0.1"),
        (1e20, b"100000000000000000000"),
        (-1.5, b"-1.5"),
        (100.25, b"100.25"),
    ],
)
def test_layout_of_numbers(value: float, wanted: bytes) -> None:
    assert canonical(value) == wanted


# -------------------------------------------------------------------------------------------- laws

text = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=20,
)


def read(written: bytes) -> object:
    """JSON as RFC 7493 reads it: a whole number beyond 2**53 is a double."""
    return json.loads(
        written, parse_int=lambda digits: int(digits) if len(digits) < 16 else float(digits)
    )


@given(plain)
def test_reads_back_as_the_same_data_and_is_idempotent(data: object) -> None:
    written = canonical(data)
    assert read(written) == data
    assert canonical(read(written)) == written


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_round_trip(value: float) -> None:
    assert float(canonical(value)) == value


@given(st.dictionaries(text, st.integers(0, 9), max_size=6))
def test_the_order_of_members_does_not_matter(data: dict[str, int]) -> None:
    assert canonical(dict(reversed(data.items()))) == canonical(data)
    names = list(json.loads(canonical(data)))
    assert names == sorted(names, key=lambda name: name.encode("utf-16-be"))


@given(text)
def test_text_is_escaped_as_little_as_json_allows(value: str) -> None:
    assert canonical(value) == json.dumps(value, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (math.nan, "finite"),
        ([math.inf], "finite"),
        (2**53, "below 2\\*\\*53"),
        (-(2**53), "below 2\\*\\*53"),
        ({1: 2}, "names of its members"),
        ("\ud800", "surrogates"),
        ({"\udfff": 1}, "surrogates"),
        ({"x": object()}, "plain JSON data"),
        (b"bytes", "plain JSON data"),
    ],
)
def test_what_has_no_canonical_form_is_refused(data: object, rule: str) -> None:
    with pytest.raises(InvalidFact, match=rule):
        canonical(data)


def test_tuples_are_lists() -> None:
    assert canonical((1, (2,))) == canonical([1, [2]]) == b"[1,[2]]"


# ------------------------------------------------------------------------------------------ digest


@attrs.frozen
class Fact:
    amount: str

    def to_dict(self) -> dict[str, str]:
        return {"amount": self.amount}


def test_digest_is_sha256_of_the_bytes() -> None:
    assert digest({"b": 1.0, "a": 2}) == hashlib.sha256(b'{"a":2,"b":1}').hexdigest()


def test_a_digest_of_facts_is_that_of_what_they_write() -> None:
    facts = {"facts": (Fact("1.00"), [Fact("2.00")]), "n": 1}
    assert digest(facts) == digest({"facts": [{"amount": "1.00"}, [{"amount": "2.00"}]], "n": 1})
    assert digest(Fact("1.00")) == digest({"amount": "1.00"}) != digest({})
    with pytest.raises(InvalidFact, match="must be plain JSON data"):
        digest(Fact)
