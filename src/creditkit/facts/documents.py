"""What documents of an order are known by: their kind and number, and who signs them.

Equal numbers of different kinds never meet: hosts whose keys are integers have an order 1001 beside a
delivery 1001.
"""

import enum
from typing import NamedTuple, cast

__all__ = ["Billed", "DocumentKind", "kind_of_document", "same_person"]


class DocumentKind(enum.Enum):
    """What a document under test, or one that was approved, is."""

    ORDER = "order"
    DELIVERY = "delivery"
    INVOICE = "invoice"


def kind_of_document(value: DocumentKind | str | None) -> DocumentKind | None:
    """The converter of a kind; the field's check makes it one."""
    return cast("DocumentKind | None", value)


def same_person(one: str, other: str) -> bool:
    """Whether two ids are of one person: without case and surrounding space.

    >>> same_person("Boss", " boss")
    True
    """
    return one.strip().casefold() == other.strip().casefold()


class Billed(NamedTuple):
    """An invoice of an order, or a credit note, as it stands at a date, in one currency.

    ``numbers`` are its own and, of an instalment, that of the document that it is part of. Credit notes are
    below zero. ``amount`` is what bills, ``open`` what is open of it and ``paid`` the cash that it was
    paid with. ``known`` is False where one of them has no rate.
    """

    numbers: tuple[str, ...]
    amount: int = 0
    open: int = 0
    paid: int = 0
    known: bool = True
