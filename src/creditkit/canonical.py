"""Plain data in one canonical form, and its digest.

Facts, policies and results are plain JSON data; two pieces of data are the same when their
canonical bytes are. The form is RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16
code units, shortest numbers, no white space. Money is a string long before it comes here.

>>> canonical({"b": 1.0, "a": ["x", None]})
b'{"a":["x",null],"b":1}'
>>> digest({})[:12]
'44136fa355b3'
"""

from __future__ import annotations

import hashlib
import math
from json.encoder import encode_basestring as quoted  # the escapes of RFC 8785
from typing import Any, Final, cast

from creditkit.errors import InvalidFact

__all__ = ["canonical", "digest"]

LARGEST_EXACT: Final = 2**53 - 1
"""Whole numbers beyond this are not exact in every JSON reader: refused (RFC 8785, 3.2.2.3)."""


def canonical(data: object) -> bytes:
    """The canonical bytes of plain data (RFC 8785, 2020).

    ``data`` is made of dict with str keys, list or tuple, str, int, finite float, bool and None;
    anything else is an `InvalidFact`.

    >>> canonical([1e30, 4.50, 2e-3])
    b'[1e+30,4.5,0.002]'
    """
    try:
        return _text(data).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidFact("data", "must be text without lone surrogates", error.object) from None


def digest(data: object) -> str:
    """The SHA-256 of the canonical bytes, in hexadecimal: the identity of a document, of facts.

    What has ``to_dict`` counts as what it writes, alone or in lists, tuples and dicts.
    """
    return hashlib.sha256(canonical(_plain(data))).hexdigest()


_PLAIN: Final = frozenset({str, int, float, bool, type(None)})


def _plain(data: object) -> object:
    if type(data) in _PLAIN:
        return data
    if hasattr(type(data), "to_dict"):
        return cast(Any, data).to_dict()
    if isinstance(data, list | tuple):
        return [_plain(item) for item in data]
    if isinstance(data, dict):
        return {key: _plain(item) for key, item in data.items()}
    return data


def _text(data: Any) -> str:
    kind = type(data)
    if kind is str:
        return quoted(data)
    if kind is dict:
        return (
            "{" + ",".join([f"{quoted(key)}:{_text(data[key])}" for key in _in_order(data)]) + "}"
        )
    if kind is list or kind is tuple:
        return "[" + ",".join([_text(item) for item in data]) + "]"
    return _rare(data)


def _rare(data: object) -> str:
    """What is no text, table or list of its own type."""
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, str):
        return quoted(data)
    if isinstance(data, int):
        if abs(data) > LARGEST_EXACT:
            raise InvalidFact(
                "data", "must be a whole number below 2**53", data, "write it as a string"
            )
        return str(int(data))
    if isinstance(data, float):
        return _number(float(data))
    if isinstance(data, dict):
        return _text(dict(data))
    if isinstance(data, list | tuple):
        return _text(list(data))
    raise InvalidFact("data", "must be plain JSON data", data, "call its to_dict() first")


def _in_order(data: dict[Any, Any]) -> list[Any]:
    """Keys by their UTF-16 units, which for those of ASCII is the order of the text itself."""
    if all(type(key) is str and key.isascii() for key in data):
        return sorted(data)
    return sorted(data, key=_utf16)


def _utf16(key: object) -> bytes:
    if not isinstance(key, str):
        raise InvalidFact("data", "must have text as the names of its members", key)
    return key.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """ECMAScript Number::toString: Python's shortest digits in another layout."""
    if not math.isfinite(value):
        raise InvalidFact(
            "data", "must be a finite number", value, "write null for what is not known"
        )
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    digits, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = digits.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    joined = whole + fraction
    figures = joined.lstrip("0")
    point -= len(joined) - len(figures)
    figures = figures.rstrip("0")
    count = len(figures)
    if count <= point <= 21:
        return f"{sign}{figures}{'0' * (point - count)}"
    if 0 < point <= 21:
        return f"{sign}{figures[:point]}.{figures[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{figures}"
    mantissa = figures if count == 1 else f"{figures[0]}.{figures[1:]}"
    return f"{sign}{mantissa}e{point - 1:+d}"
