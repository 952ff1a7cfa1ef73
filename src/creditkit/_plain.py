"""Facts and results as plain JSON data and back, driven by the annotations of their classes.

A class that carries a ``schema`` (such as ``creditkit.customer/1``) writes it on top; parts of it
do not repeat it. Money is ``"480000.00 CNY"``, a date is ISO 8601, a ratio is ``"3/20"``, a member
of an enumeration is its value. What cannot be read is refused, unknown keys too, with every fault
that it has: a record that cannot be read whole is not read at all.

A new `Record` has nothing to write for this. Its annotations say how each field is read: text,
numbers, flags, dates, money, ratios, a member of an enumeration or a ``Literal`` word, other
records, tuples and mappings of them, all of it or None, or `Deferred`. A field that can hold values
of several types says so with ``metadata={"tagged": True}`` (each is written with its type, see
`tagged`) or ``{"tagged": "pairs"}`` (pairs of a name and such a value). One with ``{"plain": False}``
is not written: it is advice, and no digest hangs on it. One that came later is `WHERE_GIVEN`: written
where it says something, so that the digests of older records stay. A class that is no record has
``to_dict`` and ``from_dict`` of its own.

>>> import attrs; from datetime import date; from creditkit.money import Money
>>> @attrs.frozen(kw_only=True)
... class Visit(Record):
...     schema: ClassVar[str] = "house.visit/1"
...     on: date
...     spent: Money | None = None
>>> Visit(on=date(2026, 11, 21), spent=Money("5", "CNY")).to_dict()
{'schema': 'house.visit/1', 'on': '2026-11-21', 'spent': '5.00 CNY'}
>>> Visit.from_dict({"schema": "house.visit/1", "spent": "5 yuan", "onn": "2026-11-21"})
Traceback (most recent call last):
creditkit.errors.InvalidFacts: visit has 3 faults:
  visit.on is required
  visit.spent must be money such as '480000.00 CNY' (got '5 yuan')
  visit.onn is not known; did you mean 'on'?
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Self, cast

from creditkit._deferred import Deferred
from creditkit._layout import Page
from creditkit._plain_reading import (
    ENDLESS,
    from_plain,
    list_in,
    mapping_in,
    members_reader,
    untagged,
)
from creditkit._plain_writing import WHERE_GIVEN, tagged, to_plain
from creditkit.errors import InvalidFact, fact_name

__all__ = [
    "WHERE_GIVEN",
    "Deferred",
    "Record",
    "as_written",
    "fact_name",
    "from_plain",
    "list_in",
    "mapping_in",
    "members_reader",
    "tagged",
    "to_plain",
    "untagged",
    "without_schema",
]


class Record(Page):
    """A fact or a result: a frozen attrs class that is plain data and a notebook's page on demand.

    ``Record.from_dict(record.to_dict()) == record``, also after a journey as JSON text.
    """

    __slots__ = ()

    schema: ClassVar[str] = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data with the schema version; `from_dict` gives back an equal object."""
        try:
            return {"schema": self.schema, **to_plain(self)}
        except RecursionError:
            raise InvalidFact(fact_name(type(self)), ENDLESS) from None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The object that `to_dict` wrote.

        An absent key is the field's default; null and NaN are not known. Data that cannot be read
        raises an `InvalidFact` whose ``faults`` name everything that is wrong with it.
        """
        path = fact_name(cls)
        return cast(Self, from_plain(cls, without_schema(data, cls.schema, path), path))


def without_schema(data: Any, schema: str, path: str) -> dict[str, Any]:
    """What `to_dict` wrote without its schema version, once that is the one which can be read."""
    given = mapping_in(data, path, "give what to_dict() wrote")
    found = given.pop("schema", None)
    if not isinstance(found, str) or found != schema:
        remedy = "give what to_dict() wrote"
        if isinstance(found, str) and found.rpartition("/")[0] == schema.rpartition("/")[0]:
            remedy = "another version of creditkit wrote it: read it with that one"
        raise InvalidFact(f"{path}.schema", f"must be {schema!r}", found, remedy)
    return given


@contextmanager
def as_written(path: str) -> Iterator[None]:
    """Whatever fails within is plain data that `to_dict` has not written so."""
    try:
        yield
    except InvalidFact:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        rule, remedy = "are not what to_dict() wrote", "give its data as it was"
        raise InvalidFact(path, rule, str(error), remedy) from None
