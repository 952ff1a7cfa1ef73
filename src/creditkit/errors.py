"""The errors that creditkit raises: for a wrong call or document, never for a business outcome.

A customer who may not buy gets a result with reasons. An error says that a fact or a document
cannot be read, and names the path, the rule, what came and what to write instead.

>>> print(InvalidFact("customer.credit_sales_12m", "must be exact money", 0.1, "write '0.10'"))
customer.credit_sales_12m must be exact money (got 0.1); write '0.10'
"""

from __future__ import annotations

import difflib
import enum
import functools
import reprlib
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final

__all__ = [
    "MOST_FAULTS",
    "CreditkitError",
    "InvalidFact",
    "InvalidFacts",
    "NoSuchRow",
    "all_of",
    "fact_name",
    "meant",
    "shown",
]


class _Absent(enum.Enum):
    """An enumeration, because its member is still itself after pickling."""

    ABSENT = "absent"


_ABSENT: Final = _Absent.ABSENT
_LONGEST_VALUE: Final = 80
_MOST_VALUES: Final = 20
_MOST_NAMES: Final = 1000


class CreditkitError(Exception):
    """The root of every error that this library raises on purpose."""


class InvalidFact(CreditkitError, ValueError):
    """A fact, column or argument that breaks a rule of its shape.

    ``path`` says where (``ledger.items.amount``), ``rule`` what must hold, ``value`` what came,
    ``remedy`` what to write instead. For a column, ``row`` is the first bad row, ``count`` how
    many rows are bad, and ``id`` the customer, account or document of that first row, where it is known.
    """

    def __init__(
        self,
        path: str,
        rule: str,
        value: object = _ABSENT,
        remedy: str = "",
        *,
        row: int | None = None,
        count: int | None = None,
    ) -> None:
        super().__init__(path, rule, value, remedy)
        self.path = path
        self.rule = rule
        self.value = value
        self.remedy = remedy
        self.row = row
        self.count = count
        self.id: str | None = None

    @property
    def faults(self) -> tuple[InvalidFact, ...]:
        """Each fault by itself: this one, or where several were found at once, all of them."""
        return (self,)

    def __str__(self) -> str:
        path = self.path.encode("utf-8", "backslashreplace").decode()  # names that nobody can print
        text = f"{path} {self.rule}"
        if self.value is not _ABSENT:
            text += f" (got {shown(self.value)})"
        if self.row is not None:
            text += f" in row {self.row}"
            if self.count is not None and self.count > 1:
                text += f", the first of {self.count} such rows"
            if self.id is not None:
                text += f" (of {shown(self.id)})"
        return f"{text}; {self.remedy}" if self.remedy else text

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (
            type(self),
            self.path,
            self.rule,
            self.value,
            self.remedy,
            self.row,
            self.count,
            self.id,
        )


def _rebuilt(
    kind: type[InvalidFact],
    path: str,
    rule: str,
    value: object,
    remedy: str,
    row: int | None,
    count: int | None,
    name: str | None,
) -> InvalidFact:
    made = kind(path, rule, value, remedy, row=row, count=count)
    made.id = name
    return made


MOST_FAULTS: Final = 100
"""How many faults one error names; who sends more of them has sent something else."""


class InvalidFacts(InvalidFact):
    """Several faults of one record, found at once: ``faults`` has them, each an `InvalidFact`.

    >>> print(InvalidFacts("order", [InvalidFact("order.id", "is required"),
    ...                              InvalidFact("order.amount", "must not be negative", -5)]))
    order has 2 faults:
      order.id is required
      order.amount must not be negative (got -5)
    """

    def __init__(self, path: str, faults: Sequence[InvalidFact]) -> None:
        more = " or more" if len(faults) >= MOST_FAULTS else ""
        super().__init__(path, f"has {len(faults)}{more} faults")
        self._faults = tuple(faults)

    @property
    def faults(self) -> tuple[InvalidFact, ...]:
        """All faults, in the order of the fields; of very many the first."""
        return self._faults

    def __str__(self) -> str:
        return "\n  ".join([f"{super().__str__()}:", *map(str, self._faults)])

    def __reduce__(self) -> tuple[Any, ...]:
        return InvalidFacts, (self.path, self._faults)


def all_of(path: str, faults: Sequence[InvalidFact]) -> InvalidFact:
    """Faults that were found at once as one error: itself where it is one, of very many the first."""
    return faults[0] if len(faults) == 1 else InvalidFacts(path, faults[:MOST_FAULTS])


class NoSuchRow(InvalidFact, IndexError):
    """A row that a table does not have; an ``IndexError`` too, as Python's sequences raise."""


class _Short(reprlib.Repr):
    """A repr that looks at the first values only: a column may have ten million."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = self.maxfrozenset = _MOST_VALUES
        self.maxstring = self.maxother = self.maxlong = 10 * _LONGEST_VALUE

    def repr_instance(self, x: Any, level: int) -> str:
        return repr(x)


_SHORT: Final = _Short()


def shown(value: object) -> str:
    """A value as an error message shows it: its repr, cut where it is long."""
    if isinstance(value, int) and value.bit_length() > 256:
        return f"a whole number of {value.bit_length()} bits"
    try:
        text = _SHORT.repr(value)
    except Exception:  # whatever came, the message about it is made
        text = f"a {type(value).__name__}"
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."


SYNONYMS: Final = {
    **dict.fromkeys(("payment", "cash", "cheque", "check", "收款", "付款", "回款"), "receipt"),
    **dict.fromkeys(("bill", "sales invoice", "发票", "应收"), "invoice"),
    **dict.fromkeys(("credit", "credit memo", "return", "红字发票", "贷项", "退货"), "credit_note"),
    **dict.fromkeys(("bounced", "bounced payment", "returned cheque", "退票"), "returned_payment"),
    **dict.fromkeys(("bad debt", "writeoff", "坏账", "核销"), "write_off"),
    **dict.fromkeys(("draft", "bill of exchange", "承兑汇票", "票据"), "bill_receivable"),
}
"""Words of other systems for kinds of documents, and ours."""


def meant(name: object, names: Iterable[object]) -> str:
    """The remedy for a name that is not known: the one that it stands for, or that is spelled alike.

    Of very many names, such as the accounts of a ledger, the first thousand are looked at.

    >>> meant("nmae", ["id", "name"])
    "did you mean 'name'?"
    """
    text = name if isinstance(name, str) else shown(name)
    known = [str(one) for one in islice(names, _MOST_NAMES)]
    same = SYNONYMS.get(text.strip().lower())
    if same in known:
        return f"did you mean {same!r}?"
    near = difflib.get_close_matches(text, known, n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def fact_name(cls: type) -> str:
    """The name of a class as paths say it.

    >>> fact_name(InvalidFact)
    'invalid_fact'
    """
    return _snake_case(cls.__name__)


@functools.cache
def _snake_case(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))
